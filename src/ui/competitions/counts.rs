//! The counts of a competition: every figure with what it counts, a picture and the table behind it.

use leptos::prelude::*;

use super::top;
use crate::{
    domain::{
        competition::board::Tally,
        id::CompetitionId,
        lang::Lang,
        time::{DAY, Timestamp},
    },
    service::competition::figures::{Division, Figures, Order, Unit},
    ui::{
        part::{Tone, bar, duration, moment, notice, pager, table},
        shell::{Frame, page},
    },
};

/// `part` of `whole` as `12.34%`; a dash over nothing.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let basis = (part * 20_000 + whole).checked_div(whole * 2);
    basis.map_or("—".to_owned(), |basis| format!("{}.{:02}%", basis / 100, basis % 100))
}

/// `part` for each of `whole`, with two decimals.
fn each(part: u64, whole: u64) -> String {
    let hundredths = (part * 100).checked_div(whole);
    hundredths.map_or("—".to_owned(), |value| format!("{}.{:02}", value / 100, value % 100))
}

fn time(lang: Lang, ms: Option<u64>) -> String {
    ms.map_or("—".to_owned(), |ms| {
        duration(lang, i64::try_from(ms).unwrap_or(i64::MAX))
    })
}

/// A bar for a share of the largest.
pub(super) fn share(value: u64, most: u64) -> impl IntoView + use<> {
    bar(i64::try_from((value * 10_000).checked_div(most).unwrap_or(0)).unwrap_or(10_000))
}

fn address(id: CompetitionId, division: Option<u32>, order: Order) -> String {
    let division = division.map(|code| format!("division={code}&")).unwrap_or_default();
    format!("/admin/competitions/{id}/counts?{division}order={}", order.code())
}

pub fn counts(frame: &Frame, figures: &Figures) -> impl IntoView {
    let lang = frame.lang;
    let contest = &figures.contest;
    let id = contest.id();
    let title = lang.pick("参赛数据", "Counts");
    let below = format!("{}{}", lang.pick("统计于 ", "Counted "), figures.now.local());
    let export = view! {
        <a class="button" href=format!("/admin/competitions/{id}/export.xlsx") download="competition.xlsx">{lang.pick("下载表格（XLSX）", "Download as XLSX")}</a>
    };
    let staff = contest.times_staff();
    let main = view! {
        {top(lang, &contest.competition, title, below, export)}
        {boxes(lang, figures)}
        {identities(lang, figures)}
        {divisions(lang, figures)}
        {units(lang, figures)}
        {days(lang, figures)}
        {definitions(lang, staff)}
    };
    page(frame, title, main)
}

/// The sums, each with what it counts.
fn boxes(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let (total, staff) = (figures.total, figures.contest.times_staff());
    let time_of = if staff {
        lang.pick("有效答题从开始到交卷", "Of valid attempts, from start to hand-in")
    } else {
        lang.pick(
            "有效答题从开始到交卷，不含党政机关干部职工",
            "Of valid attempts, from start to hand-in, without state staff",
        )
    };
    let cells = [
        (
            lang.pick("人次", "Attempts"),
            total.person_times.to_string(),
            lang.pick("有效的正式赛答题次数", "Valid attempts in official stages"),
        ),
        (
            lang.pick("人数", "Persons"),
            total.participants.to_string(),
            lang.pick(
                "有过有效答题的人，一人算一次",
                "Persons with a valid attempt, each once",
            ),
        ),
        (
            lang.pick("报名", "Joined"),
            total.joined.to_string(),
            lang.pick("填过报名表的人，不一定答过题", "Who joined, with or without an attempt"),
        ),
        (
            lang.pick("正确率", "Accuracy"),
            percent(total.answers_right, total.answers),
            lang.pick(
                "有效答题中答对的题 ÷ 作答的题",
                "Right answers ÷ answers, in valid attempts",
            ),
        ),
        (
            lang.pick("人均次数", "Attempts each"),
            each(total.person_times, total.participants),
            lang.pick("人次 ÷ 人数", "Attempts ÷ persons"),
        ),
        (
            lang.pick("每次平均用时", "Mean time"),
            time(lang, total.mean_ms(staff)),
            time_of,
        ),
        (
            lang.pick("核查中冻结", "Frozen"),
            total.frozen.to_string(),
            lang.pick(
                "核查没有结论或认定有问题的人，除报名外不计入各数",
                "Persons with an open case or a finding; counted among the joined only",
            ),
        ),
    ];
    let cells = cells
        .into_iter()
        .map(|(name, value, definition)| {
            view! { <div class="figure"><span class="small soft">{name}</span><b>{value}</b><span class="def">{definition}</span></div> }
        })
        .collect_view();
    view! { <div class="figures num">{cells}</div> }
}

/// The columns of counts.
fn head(lang: Lang, first: &'static str) -> impl IntoView {
    view! {
        <th>{first}</th><th class="n">{lang.pick("人次", "Attempts")}</th><td class="wide"></td><th class="n">{lang.pick("人数", "Persons")}</th><td class="wide"></td>
        <th class="n">{lang.pick("报名", "Joined")}</th><th class="n">{lang.pick("正确率", "Accuracy")}</th>
        <th class="n">{lang.pick("人均次数", "Attempts each")}</th><th class="n">{lang.pick("平均用时", "Mean time")}</th>
        <th class="n">{lang.pick("冻结", "Frozen")}</th>
    }
}

/// The cells of a row. `most`: the largest numbers of attempts and of persons, for the bars.
fn cells(lang: Lang, tally: &Tally, most: (u64, u64), staff: bool) -> impl IntoView + use<> {
    view! {
        <td class="n">{tally.person_times.to_string()}</td><td>{share(tally.person_times, most.0)}</td>
        <td class="n">{tally.participants.to_string()}</td><td>{share(tally.participants, most.1)}</td>
        <td class="n">{tally.joined.to_string()}</td>
        <td class="n">{percent(tally.answers_right, tally.answers)}</td>
        <td class="n">{each(tally.person_times, tally.participants)}</td>
        <td class="n">{time(lang, tally.mean_ms(staff))}</td>
        <td class="n">{tally.frozen.to_string()}</td>
    }
}

fn most<'a>(tallies: impl Iterator<Item = &'a Tally>) -> (u64, u64) {
    tallies.fold((0, 0), |most, tally| {
        (most.0.max(tally.person_times), most.1.max(tally.participants))
    })
}

fn identities(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let title = lang.pick("按参赛身份", "By identity type");
    let most = most(figures.identities.iter().map(|(_, tally)| tally));
    let staff = figures.contest.times_staff();
    let rows = figures
        .identities
        .iter()
        .map(|(identity, tally)| {
            view! { <tr><th class="plain" scope="row">{identity.name(lang)}</th>{cells(lang, tally, most, staff)}</tr> }
        })
        .collect_view();
    view! { <section class="card stack"><h2>{title}</h2>{table(title, head(lang, lang.pick("身份", "Identity")), rows)}</section> }
}

fn divisions(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let (id, order) = (figures.contest.id(), figures.order);
    let title = lang.pick("按地区", "By division");
    let most = most(figures.divisions.iter().map(|division| &division.tally));
    let staff = figures.contest.times_staff();
    let rows = figures
        .divisions
        .iter()
        .map(|division| {
            let name = match division {
                Division {
                    code: Some(code), name, ..
                } => {
                    // A town has none below it.
                    let deep = *code < 100_000_000;
                    let href = address(id, Some(*code), order);
                    match deep {
                        true => view! { <a href=href>{name.clone()}</a> }.into_any(),
                        false => name.clone().into_any(),
                    }
                }
                Division { .. } => lang.pick("没有填到这一级", "Named none of these").into_any(),
            };
            view! { <tr><th class="plain" scope="row">{name}</th>{cells(lang, &division.tally, most, staff)}</tr> }
        })
        .collect::<Vec<_>>();
    let last = figures.line.len().saturating_sub(1);
    let line = figures
        .line
        .iter()
        .enumerate()
        .map(|(place, (code, name))| {
            if place == last {
                view! { " / "<b aria-current="page">{name.clone()}</b> }.into_any()
            } else {
                view! { " / "<a href=address(id, Some(*code), order)>{name.clone()}</a> }.into_any()
            }
        })
        .collect_view();
    let way = (!figures.line.is_empty()).then(|| {
        view! { <nav aria-label=title><a href=address(id, None, order)>{lang.pick("全部", "All")}</a>{line}</nav> }
    });
    let body = if rows.is_empty() {
        notice(
            Tone::Plain,
            lang.pick("这里没有下级地区的人。", "Nobody here named a division below."),
        )
        .into_any()
    } else {
        table(title, head(lang, lang.pick("地区", "Division")), rows).into_any()
    };
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{title}</h2><span class="small soft">{lang.pick("各行相加等于上一级", "The rows add up to the level above")}</span></div>
            {way}
            {body}
        </section>
    }
}

fn units(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let (id, order) = (figures.contest.id(), figures.order);
    let title = lang.pick("按单位（优秀组织奖参考）", "By unit (for the organisation award)");
    let most = most(figures.units.iter().map(|unit| &unit.tally));
    let staff = figures.contest.times_staff();
    let rows = figures
        .units
        .iter()
        .map(|unit| {
            view! {
                <tr>
                    <th class="plain" scope="row">{unit.name.clone()}</th>{cells(lang, &unit.tally, most, staff)}
                    <td class="n">{unit.headcount.map_or("—".to_owned(), |people| people.to_string())}</td>
                    <td class="n">{participation(unit)}</td>
                </tr>
            }
        })
        .collect::<Vec<_>>();
    let head = view! {
        {head(lang, lang.pick("单位", "Unit"))}
        <th class="n">{lang.pick("登记人数", "People stated")}</th><th class="n">{lang.pick("参与率", "Participation")}</th>
    };
    let division = figures.line.last().map(|(code, _)| *code);
    let tab = |other: Order, label: &'static str| {
        let here = (other == order).then_some("page");
        view! { <a class="button small" href=address(id, division, other) aria-current=here>{label}</a> }
    };
    let body = if rows.is_empty() {
        let none = match order {
            Order::Participants => lang.pick("还没有人填单位。", "Nobody has named a unit yet."),
            Order::Share => lang.pick(
                "参赛单位都没有登记人数。",
                "No unit that takes part states how many people it has.",
            ),
        };
        notice(Tone::Plain, none).into_any()
    } else {
        table(title, head, rows).into_any()
    };
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            <p class="small soft">{lang.pick(
                "参与率 = 人数 ÷ 单位登记人数。登记人数由单位自报，超过 100% 的请核对。",
                "Participation = persons ÷ people the unit states. The unit states them itself; check what is above 100 %.",
            )}</p>
            <div class="row wrap">
                {tab(Order::Participants, lang.pick("按人数", "By persons"))}
                {tab(Order::Share, lang.pick("按参与率", "By participation"))}
            </div>
            {body}
            {pager(lang, figures.page, figures.pages, |page| format!("{}&page={page}", address(id, division, order)))}
        </section>
    }
}

fn participation(unit: &Unit) -> String {
    match unit.headcount {
        Some(people) => percent(unit.tally.participants, u64::from(people)),
        None => "—".to_owned(),
    }
}

/// Day by day, of the last count over all attempts.
fn days(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let id = figures.contest.id();
    let title = lang.pick("逐日", "Day by day");
    let body = match &figures.counted {
        None => view! {
            <p>{lang.pick("逐日数据要先统计全部答题。", "Days come from a count over all attempts.")}" "<a href=format!("/admin/competitions/{id}/items")>{lang.pick("去统计", "Count them")}</a></p>
        }
        .into_any(),
        Some(counted) => {
            let most = counted.count.days.iter().map(|day| day.person_times).max().unwrap_or(0);
            let rows = counted
                .count
                .days
                .iter()
                .map(|day| {
                    view! {
                        <tr>
                            <th class="plain" scope="row">{Timestamp(day.day * DAY).day_field()}</th>
                            <td class="n">{day.person_times.to_string()}</td><td>{share(day.person_times, most)}</td>
                            <td class="n">{day.first.to_string()}</td><td class="n">{day.training.to_string()}</td>
                        </tr>
                    }
                })
                .collect_view();
            let head = view! {
                <th>{lang.pick("日期", "Day")}</th><th class="n">{lang.pick("人次", "Attempts")}</th><td class="wide"></td>
                <th class="n">{lang.pick("首次参赛人数", "First-time players")}</th><th class="n">{lang.pick("训练赛次数", "Training")}</th>
            };
            let below = match lang {
                Lang::Zh => format!("{} 统计。人次按交卷日计；首次参赛人数各日相加等于当时的人数；训练赛另计，不在人次里。", moment(lang, counted.at)),
                Lang::En => format!("Counted {}. By the day of the hand-in; first-time players add up to the persons of then; training is apart.", moment(lang, counted.at)),
            };
            view! { <p class="small soft">{below}</p>{table(title, head, rows)} }.into_any()
        }
    };
    view! { <section class="card stack"><h2>{title}</h2>{body}</section> }
}

fn definitions(lang: Lang, staff: bool) -> impl IntoView {
    let times = if staff {
        lang.pick(
            "经批准，用时包括党政机关干部职工（见减负自查）。",
            "By a waiver, times include those of state staff (see burden reduction).",
        )
    } else {
        lang.pick(
            "党政机关干部职工的用时不统计（减负要求）。",
            "Times of state staff are not counted (burden reduction).",
        )
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("口径", "Definitions")}</h2>
            <ul class="plain-list">
                <li>{lang.pick("人次：已交卷且按规则有效的正式赛答题次数。训练赛不计。", "Attempts: handed in and valid by the rules, in official stages. Training is not counted.")}</li>
                <li>{lang.pick("人数：至少有一次有效正式赛答题的人。同一人按报名计，一个手机号或账号只能报名一次；不填这两项的，同一人可能报名多次。", "Persons: those with at least one such attempt. A person is a registration: one for a telephone number or account; without either somebody may have joined twice.")}</li>
                <li>{lang.pick("正确率：有效答题中答对的题数除以作答的题数，未作答的题不计。", "Accuracy: right answers divided by answers in valid attempts; questions without an answer are not counted.")}</li>
                <li>{times}</li>
                <li>{lang.pick("核查中冻结的人不计入人次、人数、正确率和用时。", "Whoever is frozen by a case counts for none of attempts, persons, accuracy and time.")}</li>
                <li>{lang.pick("数字取自内存，是打开本页这一刻的准数。", "Numbers are exact at the moment this page was opened.")}</li>
            </ul>
        </section>
    }
}
