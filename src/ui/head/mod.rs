//! One page for the head of the bureau, made to be printed on one sheet: plan, who is missing, where knowledge is weak, and the year before.

mod chart;

use leptos::prelude::*;

use super::{
    annual::records::{self, address},
    part::{Tone, heading, moment, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        annual::{
            AnnualId, Base,
            head::{Progress, not_passed},
        },
        figure::{Counts, Rate},
        id::UnitId,
        lang::Lang,
        tally::Who,
        weakness::{LEAST_ANSWERS, LEAST_PERSONS, Map},
    },
    service::{
        annual_records::Asked,
        head::{Head, Weak},
    },
};

/// What is compared with the year before.
const COMPARED: [AnnualId; 9] = [
    AnnualId::ParticipationRate,
    AnnualId::PassRateOfDue,
    AnnualId::PassRateOfSat,
    AnnualId::StudySessions,
    AnnualId::Lectures,
    AnnualId::Publicity,
    AnnualId::Works,
    AnnualId::CourtObservations,
    AnnualId::ContestElsewhere,
];

pub fn page_of(frame: &Frame, shown: &Head) -> impl IntoView + use<> {
    let lang = frame.lang;
    let number = shown.number;
    let title = match lang {
        Lang::Zh => format!("{number} 年学法普法一页看"),
        Lang::En => format!("Law training {number} on one page"),
    };
    let whole = lang.pick("全部单位", "all units").to_owned();
    let place = shown.unit.map_or(whole, |unit| shown.units.path(unit));
    let below = format!(
        "{place} · {} {}",
        lang.pick("统计于", "counted"),
        moment(lang, shown.as_of)
    );
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let main = view! {
        <div class="head-page stack">
            <div class="row between wrap">{heading(title.clone(), below)}
                <a class="button no-print" href=format!("/admin/years/{number}{query}")>{lang.pick("全部数据", "All figures")}</a></div>
            {edition(lang, shown.edition)}
            <div class="head-grid">
                <div class="stack">{plan(lang, shown)}{missing(lang, shown)}</div>
                {compared(lang, shown)}
                {weak(lang, shown)}
            </div>
            <p class="small soft no-print">{lang.pick(
                "可以直接用浏览器打印，一张 A4 纸。人数多的年度，这一页最多比现在晚五分钟，再看一次就是新的。",
                "Print it with the browser on one A4 sheet. For a large year this page is up to five minutes behind; look again for newer figures.",
            )}</p>
        </div>
    };
    page(frame, &title, main)
}

/// Of a closed year the figures are those of its last edition.
fn edition(lang: Lang, number: Option<u32>) -> impl IntoView + use<> {
    number.map(|number| match lang {
        Lang::Zh => view! { <p class="small soft">{format!("年度已封账，数据取自第 {number} 版。")}</p> },
        Lang::En => view! { <p class="small soft">{format!("The year is closed: figures of edition {number}.")}</p> },
    })
}

fn card(title: &'static str, inside: impl IntoView + 'static) -> impl IntoView {
    view! { <section class="card stack"><h2>{title}</h2>{inside}</section> }
}

/// A picture that is too wide for a phone: it scrolls inside its own box, also by keyboard.
fn wide(lang: Lang, picture: impl IntoView + 'static) -> impl IntoView {
    view! { <div class="scroll" tabindex="0" role="group" aria-label=lang.pick("图", "Picture")>{picture}</div> }
}

/// The numbers behind a picture.
fn behind(lang: Lang, inside: impl IntoView + 'static) -> impl IntoView {
    view! { <details class="more no-print"><summary>{lang.pick("图中的数", "The numbers")}</summary>{inside}</details> }
}

fn plan(lang: Lang, shown: &Head) -> impl IntoView + use<> {
    let title = lang.pick("按计划吗", "On plan?");
    let Some(Progress { planned, done, late }) = shown.plan else {
        return card(
            title,
            notice(Tone::Plain, lang.pick("这一年没有计划。", "This year has no plan.")),
        )
        .into_any();
    };
    let text = match lang {
        Lang::Zh => format!("计划 {planned} 项，已完成 {done} 项，逾期 {late} 项。"),
        Lang::En => format!("{planned} lines planned, {done} done, {late} late."),
    };
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let href = format!("/admin/years/{}/plan{query}", shown.number);
    card(
        title,
        view! { <p class="num"><a href=href>{text}</a></p>{chart::progress(lang, (planned, done, late))} },
    )
    .into_any()
}

fn unit_name(shown: &Head, unit: UnitId) -> String {
    shown.units.get(unit).map(|unit| unit.name.clone()).unwrap_or_default()
}

fn missing(lang: Lang, shown: &Head) -> impl IntoView + use<> {
    let title = lang.pick("还差谁", "Who is missing?");
    let (all, total) = (&shown.missing, &shown.missing.total);
    if total.due == 0 {
        let nobody = lang.pick("这一年还没有人应考。", "Nobody is due to sit this year.");
        return card(title, notice(Tone::Plain, nobody)).into_any();
    }
    let names: Vec<(String, Counts)> = all
        .rows
        .iter()
        .map(|(unit, counts)| (unit_name(shown, *unit), *counts))
        .collect();
    let picture = (!names.is_empty()).then(|| wide(lang, chart::missing(lang, &names)));
    let more = (all.more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("另有 {} 个单位共 {} 人，没有画出。", all.more, all.more_missing),
            Lang::En => format!(
                "{} more units with {} persons are not drawn.",
                all.more, all.more_missing
            ),
        };
        view! { <p class="small soft">{text}</p> }
    });
    let lists = (!names.is_empty()).then(|| behind(lang, missing_table(lang, shown)));
    card(title, view! { {counts_line(lang, shown)}{picture}{more}{lists} }).into_any()
}

/// How many are due, have passed and have not, each with the way to its persons.
fn counts_line(lang: Lang, shown: &Head) -> impl IntoView + use<> {
    let total = &shown.missing.total;
    let of = Asked {
        year: shown.number,
        figure: AnnualId::Due,
        unit: shown.unit,
        own: false,
        who: None,
    };
    let counts = [
        (Who::Due, lang.pick("应考", "Due")),
        (Who::Passed, lang.pick("合格", "Passed")),
        (Who::Absent, lang.pick("缺考", "Absent")),
        (Who::Failed, lang.pick("不合格", "Failed")),
        (Who::Awaiting, lang.pick("待阅卷", "Unmarked")),
    ];
    let counts = counts.map(|(who, name)| {
        view! { <span>{name}" "{persons(of, who, who.count(total))}" "</span> }
    });
    let rates = [
        (AnnualId::PassRateOfDue, total.pass_rate_of_due()),
        (AnnualId::PassRateOfSat, total.pass_rate_of_sat()),
    ];
    let rates = rates.map(|(id, rate)| {
        view! { <span>{id.name(lang)}" "{records::number(shown.number, id, shown.unit, rate.percent())}" "</span> }
    });
    let text = match (not_passed(total), lang) {
        (0, Lang::Zh) => "都合格了。".to_owned(),
        (0, Lang::En) => "All have passed.".to_owned(),
        (missing, Lang::Zh) => format!("还有 {missing} 人没有合格。"),
        (missing, Lang::En) => format!("{missing} have not passed."),
    };
    let several = (shown.exams > 1).then(|| {
        let text = lang.pick(
            "一年有几场考试时，按每个人最好的一场算。",
            "With several exams in a year the best result of each person counts.",
        );
        view! { <p class="small soft">{text}</p> }
    });
    view! { <p class="num">{text}</p><p class="num">{counts.collect_view()}</p><p class="num">{rates.collect_view()}</p>{several} }
}

fn missing_table(lang: Lang, shown: &Head) -> impl IntoView + use<> {
    let rows = shown.missing.rows.iter().map(|(unit, counts)| {
        let of = Asked {
            year: shown.number,
            figure: AnnualId::Due,
            unit: Some(*unit),
            own: shown.level == Some(*unit),
            who: None,
        };
        let count = |who: Who| view! { <td class="n">{persons(of, who, who.count(counts))}</td> };
        let rate =
            |figure, rate: Rate| view! { <td class="n"><a href=address(&Asked { figure, ..of })>{rate.percent()}</a></td> };
        view! {
            <tr><th class="plain" scope="row"><a href=format!("/admin/years/{}/head?unit={unit}", shown.number)>{unit_name(shown, *unit)}</a></th>
                {count(Who::Due)}{count(Who::Absent)}{count(Who::Failed)}{count(Who::Awaiting)}
                {rate(AnnualId::PassRateOfDue, counts.pass_rate_of_due())}{rate(AnnualId::PassRateOfSat, counts.pass_rate_of_sat())}</tr>
        }
    });
    let label = lang.pick("还没有合格的人，按单位", "Who has not passed, by unit");
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th><th class="n">{lang.pick("应考", "Due")}</th><th class="n">{lang.pick("缺考", "Absent")}</th>
        <th class="n">{lang.pick("不合格", "Failed")}</th><th class="n">{lang.pick("待阅卷", "Unmarked")}</th>
        <th class="n">{AnnualId::PassRateOfDue.name(lang)}</th><th class="n">{AnnualId::PassRateOfSat.name(lang)}</th>
    };
    let rows = rows.collect_view();
    table(label, head, rows)
}

/// A count that leads to its persons, of a figure of `of`.
fn persons(of: Asked, who: Who, count: i64) -> impl IntoView + use<> {
    let (figure, who) = records::persons(who);
    view! { <a href=address(&Asked { figure, who, ..of })>{count}</a> }
}

fn weak(lang: Lang, shown: &Head) -> impl IntoView + use<> {
    let title = lang.pick("哪里薄弱", "Where is knowledge weak?");
    let Some(map) = &shown.map else {
        let text = match shown.counting {
            true => lang.pick("正在统计，请过一会儿再看。", "Being counted; look again in a while."),
            false => lang.pick("这一年还没有考试。", "There was no exam this year."),
        };
        return card(title, notice(Tone::Plain, text)).into_any();
    };
    if map.laws.is_empty() {
        return card(title, notice(Tone::Plain, too_little(lang))).into_any();
    }
    let counting = shown.counting.then(|| {
        let text = lang.pick(
            "还有考试正在统计，下面先只算已经统计的考试，请过一会儿再看。",
            "Some exams are still being counted and are not in it; look again in a while.",
        );
        notice(Tone::Plain, text)
    });
    let total = lang.pick("合计", "Together").to_owned();
    let mut rows: Vec<chart::Heat> = map
        .rows
        .iter()
        .map(|row| (unit_name(shown, row.unit), row.shares.clone()))
        .collect();
    rows.push((total, map.total.clone()));
    view! {
        <section class="card stack head-wide"><h2>{title}</h2>
            {counting}
            <div class="head-halves">
                <div class="stack">{wide(lang, chart::heat(lang, &map.laws, &rows))}
                    <p class="small soft">{rules(lang, map)}</p>
                    {behind(lang, heat_table(lang, &map.laws, &rows))}</div>
                {articles(lang, &shown.weak)}
            </div>
        </section>
    }
    .into_any()
}

fn too_little(lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("答题还太少：不到 {LEAST_PERSONS} 人或不到 {LEAST_ANSWERS} 道次的不显示。"),
        Lang::En => format!(
            "Too few answers yet: nothing is shown of fewer than {LEAST_PERSONS} persons or {LEAST_ANSWERS} answers."
        ),
    }
}

/// What the map counts, and what it leaves out.
fn rules(lang: Lang, map: &Map<UnitId>) -> String {
    let mut text = match lang {
        Lang::Zh => format!(
            "每人第一次交卷的客观题正确率，按题目依据的法律统计，截至一分钟前。不到 {LEAST_PERSONS} 人或不到 {LEAST_ANSWERS} 道次的不显示（·）：那是几个人的成绩，也说明不了问题。"
        ),
        Lang::En => format!(
            "Right answers to objective questions on everybody's first attempt, by the law a question stands on, up to a minute ago. Fewer than {LEAST_PERSONS} persons or {LEAST_ANSWERS} answers are not shown (·): they would be the marks of a few people and prove nothing."
        ),
    };
    let mut say = |count: u64, zh: String, en: String| {
        if count > 0 {
            text.push_str(match lang {
                Lang::Zh => &zh,
                Lang::En => &en,
            });
        }
    };
    let (small, units, laws, unbased) = (map.small, map.more_units, map.more_laws, map.unbased);
    say(
        small as u64,
        format!("{small} 个单位人数太少，没有列出。"),
        format!(" {small} units are too small to be listed."),
    );
    say(
        units as u64,
        format!("只列最薄弱的单位，另有 {units} 个。"),
        format!(" Only the weakest units are listed; there are {units} more."),
    );
    say(
        laws as u64,
        format!("只列题量最多的法律，另有 {laws} 部。"),
        format!(" Only the laws asked most are listed; there are {laws} more."),
    );
    say(
        unbased,
        format!("{unbased} 道次的题没有写明条款，不在其中。"),
        format!(" {unbased} answers are to questions that name no article."),
    );
    text
}

fn heat_table(lang: Lang, laws: &[String], rows: &[chart::Heat]) -> impl IntoView + use<> {
    let head = laws
        .iter()
        .map(|law| view! { <th class="n" lang="zh-CN">{law.clone()}</th> })
        .collect_view();
    let head = view! { <th>{lang.pick("单位", "Unit")}</th>{head} };
    let rows = rows.iter().map(|(unit, shares)| {
        let cells = shares.iter().map(|share| {
            let text = match share.is_enough() {
                true => format!("{} ({}/{})", chart::told(*share), share.right, share.asked),
                false => "·".to_owned(),
            };
            view! { <td class="n">{text}</td> }
        });
        view! { <tr><th class="plain" scope="row">{unit.clone()}</th>{cells.collect_view()}</tr> }
    });
    let rows = rows.collect_view();
    table(
        lang.pick("正确率，答对和答题道次", "Right answers: share, right and given"),
        head,
        rows,
    )
}

fn articles(lang: Lang, weak: &[Weak]) -> impl IntoView + use<> {
    let rows = weak.iter().map(|weak| {
        let lesson = weak.lesson.as_ref().map(|lesson| {
            let href = format!("/courses/{}/lessons/{}", lesson.course.id, lesson.place);
            view! { <a lang="zh-CN" href=href>{format!("{} · {}", lesson.course.heading.title, lesson.lesson.draft.title)}</a> }.into_any()
        });
        let none = || view! { <span class="soft">{lang.pick("还没有引用它的课", "No lesson quotes it yet")}</span> }.into_any();
        view! {
            <tr><th class="plain" scope="row" lang="zh-CN">{weak.article.text()}</th><td class="n">{chart::told(weak.share)}</td><td>{lesson.unwrap_or_else(none)}</td></tr>
        }
    });
    let rows = rows.collect_view();
    let label = lang.pick("最薄弱的条文", "The weakest articles");
    let head = view! {
        <th>{label}</th><th class="n">{lang.pick("正确率", "Right")}</th><th>{lang.pick("建议的课", "Lesson that could help")}</th>
    };
    (!weak.is_empty()).then(|| table(label, head, rows))
}

/// This year less the year before: persons and events as numbers, rates in points of a hundred.
fn change(base: &Base, before: &Base, id: AnnualId) -> String {
    let rate = |base: &Base| match base.parts(id) {
        (numerator, Some(denominator)) => Rate { numerator, denominator }.basis_points(),
        (count, None) => Some(count),
    };
    let (Some(now), Some(then)) = (rate(base), rate(before)) else {
        return "—".to_owned();
    };
    let difference = now - then;
    match base.parts(id).1 {
        None => format!("{difference:+}"),
        Some(_) => format!(
            "{}{}.{:02}",
            if difference < 0 { "-" } else { "+" },
            difference.abs() / 100,
            difference.abs() % 100
        ),
    }
}

fn compared(lang: Lang, shown: &Head) -> impl IntoView + use<> {
    let title = lang.pick("和上年比", "Compared with last year");
    let rows = COMPARED.map(|id| {
        let number = |year, base: &Base| records::number(year, id, shown.unit, base.shown(id));
        view! {
            <tr><th class="plain" scope="row">{id.name(lang)}</th><td class="n">{number(shown.number, &shown.base)}</td>
                <td class="n">{number(shown.number.saturating_sub(1), &shown.before)}</td><td class="n">{change(&shown.base, &shown.before, id)}</td></tr>
        }
    });
    let head = view! {
        <th>{lang.pick("数据", "Figure")}</th><th class="n">{lang.pick("本年", "This year")}</th><th class="n">{lang.pick("上年", "Year before")}</th>
        <th class="n">{lang.pick("增减（率为百分点）", "Change (rates in percentage points)")}</th>
    };
    let empty = shown.before == Base::default();
    let note = empty.then(
        || view! { <p class="small soft">{lang.pick("上年没有记录。", "There is no record of the year before.")}</p> },
    );
    let inside = view! {
        {wide(lang, chart::compared(lang, &shown.base, &shown.before, &COMPARED))}
        <p class="small soft">{lang.pick("上面一条是本年，下面一条是上年。", "This year above, the year before below.")}</p>
        {note}
        {behind(lang, table(title, head, rows.collect_view()))}
    };
    card(title, inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_have_a_sign_and_rates_are_in_points() {
        let base = |due, passed, times| {
            let mut base = Base::default();
            (base.exam.due, base.exam.passed, base.person_times) = (due, passed, times);
            base
        };
        let (now, then) = (base(1000, 985, 7), base(1000, 990, 9));
        assert_eq!(change(&now, &then, AnnualId::PassRateOfDue), "-0.50");
        assert_eq!(change(&then, &now, AnnualId::PassRateOfDue), "+0.50");
        assert_eq!(change(&now, &then, AnnualId::PersonTimes), "-2");
        assert_eq!(change(&now, &Base::default(), AnnualId::PassRateOfDue), "—");
    }
}
