//! The plan to the day of an exam: a forecast with how unsure it is, and what to practise day by day.

use leptos::prelude::*;

use super::{begin, question::read_by_people, trail};
use crate::{
    domain::{
        item::Kind,
        lang::Lang,
        study::{Day, Forecast, MINUTES, SECONDS_A_QUESTION},
        time::{DAY, Timestamp},
    },
    error::Fault,
    service::study::plan::{Area, View},
    ui::{
        part::{Tone, fault, heading, notice, table},
        shell::{Frame, page},
    },
};

/// Days and topics that are shown at once; the rest opens.
const FIRST: usize = 7;
const AREAS: usize = 20;
/// Topics named for a day.
const NAMED: usize = 4;

/// `minutes`: as they were typed.
pub fn plan(frame: &Frame, view: &View, typed: Option<&str>, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("备考计划", "Plan to the exam");
    let day = view.day.day_field();
    let below = match lang {
        Lang::Zh => format!("{}，计划到 {day}", view.exam.title),
        Lang::En => format!("{}, planned to {day}", view.exam.title),
    };
    let uncovered = (!view.uncovered.is_empty()).then(|| self::uncovered(lang, &view.uncovered));
    let main = view! {
        {trail(lang)}
        {heading(title, below)}
        {minutes(lang, view, typed, wrong)}
        {uncovered}
        {foretold(lang, view)}
        {days(lang, view)}
        {areas(lang, view)}
        {rests_on(lang)}
    };
    page(frame, title, main)
}

/// The kinds of the paper that study has no questions of, and why.
fn uncovered(lang: Lang, kinds: &[Kind]) -> impl IntoView + use<> {
    let closed = kinds.iter().filter(|kind| !kind.is_read_by_people());
    let closed: Vec<_> = closed.map(|kind| kind.name(lang)).collect();
    let names = closed.join(lang.pick("、", ", "));
    let closed = (!closed.is_empty()).then(|| {
        let text = match lang {
            Lang::Zh => format!("{names}现在没有可以练的题。"),
            Lang::En => format!("There are no questions of these kinds to practise now: {names}."),
        };
        view! { <p>{text}</p> }
    });
    view! {
        <div class="notice warn">
            {closed}
            {read_by_people(lang, kinds)}
            <p>{lang.pick("这些题型计划里没有，预测里按一般水平估。", "These kinds are not planned, and foretold as of an average person.")}</p>
        </div>
    }
}

fn minutes(lang: Lang, view: &View, typed: Option<&str>, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let value = typed.map_or_else(|| view.minutes.to_string(), str::to_owned);
    view! {
        <form class="card stack" action=format!("/study/plan/{}", view.exam.id) method="post">
            {fault(wrong, lang)}
            <div class="field">
                <label for="minutes">{lang.pick("每天打算学多少分钟", "Minutes a day you mean to study")}</label>
                <input id="minutes" name="minutes" r#type="number" inputmode="numeric" min=MINUTES.start().to_string() max=MINUTES.end().to_string()
                    value=value required=true aria-describedby="minutes-hint"/>
                <p class="small soft" id="minutes-hint">{lang.pick("只有您自己看得到，随时可以改；不记录您实际学了多久。", "Only you see this, and you can change it at any time. How long you really study is not recorded.")}</p>
            </div>
            <div><button class="button primary" r#type="submit">{lang.pick("重新计划", "Plan again")}</button></div>
        </form>
    }
}

fn number(value: f64) -> String {
    format!("{value:.0}")
}

/// Without more precision than there is.
fn chance(lang: Lang, share: f64) -> String {
    match (share * 100.0).round() as i64 {
        ..=1 => lang.pick("1% 以下", "1 % or less").to_owned(),
        99.. => lang.pick("99% 以上", "99 % or more").to_owned(),
        percent => format!("{percent}%"),
    }
}

fn foretold(lang: Lang, view: &View) -> impl IntoView + use<> {
    let rows = [
        (lang.pick("今天就考", "If you sat it today"), &view.now),
        (
            lang.pick("到考试日，不再学", "On the day, without study"),
            &view.without,
        ),
        (lang.pick("到考试日，按计划学", "On the day, by this plan"), &view.with),
    ];
    let lines = rows
        .iter()
        .map(|(name, forecast)| {
            view! {
                <tr>
                    <th class="plain" scope="row">{*name}</th>
                    <td class="n">{number(forecast.expected)}</td>
                    <td class="n">{format!("{}–{}", number(forecast.low), number(forecast.high))}</td>
                    <td class="n">{chance(lang, forecast.pass)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("情形", "Case")}</th>
        <th class="n">{lang.pick("预计得分", "Expected score")}</th>
        <th class="n">{lang.pick("五次里四次在", "Four times in five")}</th>
        <th class="n">{lang.pick("合格的可能", "Chance to pass")}</th>
    };
    let (full, pass) = (view.exam.blueprint.total(), view.exam.policy.pass_mark);
    let scale = match lang {
        Lang::Zh => format!("满分 {full}，{pass} 分合格。"),
        Lang::En => format!("{full} points in all, {pass} to pass."),
    };
    let label = lang.pick("预计得分", "Expected score");
    view! {
        <section class="card stack">
            <h2>{label}</h2>
            <p class="small soft num">{scale}</p>
            {picture(lang, view, &rows)}
            {table(label, head, lines)}
        </section>
    }
}

const WIDTH: f64 = 320.0;
const LEFT: f64 = 10.0;
const ROW: f64 = 44.0;
const TOP: f64 = 8.0;

/// A line from the low to the high end for each case, a dot where the score is expected, and the pass mark across all.
fn picture(lang: Lang, view: &View, rows: &[(&'static str, &Forecast); 3]) -> impl IntoView + use<> {
    let full = (view.exam.blueprint.total().0 as f64 / 100.0).max(1.0);
    let x = |points: f64| format!("{:.1}", LEFT + (WIDTH - 2.0 * LEFT) * (points / full).clamp(0.0, 1.0));
    let bottom = TOP + ROW * rows.len() as f64;
    let pass = view.exam.policy.pass_mark;
    let at = x(pass.0 as f64 / 100.0);
    let spans = rows
        .iter()
        .enumerate()
        .map(|(place, (name, forecast))| {
            let top = TOP + ROW * place as f64;
            let y = format!("{:.1}", top + 28.0);
            view! {
                <text x=LEFT.to_string() y=format!("{:.1}", top + 14.0)>{*name}</text>
                <line class="span" x1=x(forecast.low) x2=x(forecast.high) y1=y.clone() y2=y.clone()></line>
                <circle class="dot" cx=x(forecast.expected) cy=y r="5"></circle>
            }
        })
        .collect_view();
    let words = match lang {
        Lang::Zh => format!("合格线 {pass}"),
        Lang::En => format!("Pass mark {pass}"),
    };
    let label = lang.pick(
        "预计得分和可能的范围，数字见下表",
        "Expected scores with their ranges; the numbers are in the table below",
    );
    view! {
        <svg class="forecast" viewBox=format!("0 0 {WIDTH} {:.0}", bottom + 34.0) role="img" aria-label=label>
            <line class="axis" x1=x(0.0) x2=x(full) y1=bottom.to_string() y2=bottom.to_string()></line>
            <line class="mark" x1=at.clone() x2=at.clone() y1=TOP.to_string() y2=bottom.to_string()></line>
            {spans}
            <text x=x(0.0) y=format!("{:.1}", bottom + 14.0)>"0"</text>
            <text x=x(full) y=format!("{:.1}", bottom + 14.0) text-anchor="end">{number(full)}</text>
            <text x=at y=format!("{:.1}", bottom + 29.0) text-anchor="middle">{words}</text>
        </svg>
    }
}

fn name(lang: Lang, area: &Area) -> String {
    match area.name.as_str() {
        "" => lang.pick("没有知识点的题", "Questions without a topic").to_owned(),
        name => name.to_owned(),
    }
}

fn days(lang: Lang, view: &View) -> impl IntoView + use<> {
    let rows: Vec<_> = view
        .plan
        .days
        .iter()
        .enumerate()
        .map(|(number, day)| self::day(lang, view, number, day).into_any())
        .collect();
    let more = rows.len().saturating_sub(FIRST);
    let mut rows = rows.into_iter();
    let first: Vec<_> = rows.by_ref().take(FIRST).collect();
    let head = || {
        view! {
            <th>{lang.pick("日期", "Day")}</th>
            <th class="n">{lang.pick("题数", "Questions")}</th>
            <th>{lang.pick("主要内容", "Mainly")}</th>
        }
    };
    let label = lang.pick("每天做什么", "Day by day");
    let rest = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("再往后 {more} 天"),
            Lang::En => format!("{more} more days"),
        };
        let rest: Vec<_> = rows.collect();
        view! { <details class="folded"><summary>{text}</summary>{table(label, head(), rest)}</details> }
    });
    let today = match view.questions.is_empty() {
        true => lang.pick("今天没有要做的题了。", "Nothing more is planned for today."),
        false => lang.pick(
            "“做今天的题”就出计划里今天的题，一次最多 10 题，做完可以接着做；今天答过的不再出。",
            "“Today's questions” asks what is planned for today, at most ten at a time, and again for the rest; what you have answered today is not asked again.",
        ),
    };
    let nothing = view.plan.days.iter().all(|day| day.questions() == 0);
    let body = match nothing {
        true => notice(
            Tone::Plain,
            lang.pick("现有的题练下去也不会再提高预计得分。", "More practice of these questions would not raise the expected score."),
        )
        .into_any(),
        false => view! {
            {table(label, head(), first)}
            {rest}
            <p class="small soft">{today}</p>
            <p class="small soft">{lang.pick("到期的复习另在“学习”页。少做一天没有关系，计划每次打开都重新算。", "What is due for review stands on the study page. Missing a day does no harm: the plan is made anew whenever you open it.")}</p>
        }
        .into_any(),
    };
    view! { <section class="card stack"><h2>{label}</h2>{body}</section> }
}

fn day(lang: Lang, view: &View, number: usize, day: &Day) -> impl IntoView + use<> {
    let date = Timestamp(view.today.0 + DAY * number as i64).day_field();
    let named: Vec<_> = day
        .areas
        .iter()
        .take(NAMED)
        .map(|(area, count)| format!("{} {count}", name(lang, &view.areas[*area])))
        .collect();
    let mut named = named.join(lang.pick("、", ", "));
    if day.areas.len() > NAMED {
        named += lang.pick(" 等", " …");
    }
    let button = (number == 0 && !view.questions.is_empty()).then(|| {
        let label = lang.pick("做今天的题", "Today's questions");
        begin("plan", view.exam.id.to_string(), label.to_owned(), true)
    });
    view! {
        <tr>
            <td class="num">{date}</td>
            <td class="n">{day.questions().to_string()}</td>
            <td class="break"><div class="row between"><span>{named}</span>{button}</div></td>
        </tr>
    }
}

fn areas(lang: Lang, view: &View) -> impl IntoView + use<> {
    let mut order: Vec<&Area> = view.areas.iter().filter(|area| area.points > 0.0).collect();
    order.sort_by(|a, b| b.points.total_cmp(&a.points));
    let percent = |share: f64| format!("{:.0}%", share * 100.0);
    let rows = order
        .iter()
        .take(AREAS)
        .map(|area| {
            view! {
                <tr>
                    <td class="break">{name(lang, area)}</td>
                    <td class="n">{format!("{:.1}", area.points)}</td>
                    <td class="n">{percent(area.now)}</td>
                    <td class="n">{percent(area.without)}</td>
                    <td class="n">{percent(area.with)}</td>
                    <td class="n">{area.practices.to_string()}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("知识点", "Topic")}</th>
        <th class="n">{lang.pick("卷面分", "Points")}</th>
        <th class="n">{lang.pick("现在", "Now")}</th>
        <th class="n">{lang.pick("不学", "Without")}</th>
        <th class="n">{lang.pick("按计划", "By plan")}</th>
        <th class="n">{lang.pick("计划题次", "Practices")}</th>
    };
    let more = order.len().saturating_sub(AREAS);
    let more = (more > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!("还有 {more} 个分值更小的知识点没有列出。"),
            Lang::En => format!("{more} more topics with fewer points are not listed."),
        };
        view! { <p class="small soft">{text}</p> }
    });
    let title = lang.pick("各知识点答对的可能", "Topics and the chance of a right answer");
    view! { <details class="card folded"><summary>{title}</summary><div class="stack">{table(title, head, rows)}{more}</div></details> }
}

/// What all this rests on.
fn rests_on(lang: Lang) -> impl IntoView {
    let seconds = SECONDS_A_QUESTION;
    let lines = match lang {
        Lang::Zh => [
            "做过的题：按您自己的答题记录和遗忘曲线（FSRS-6，通用参数）推算到考试那天。".to_owned(),
            "没做过的题：按作者标的难度先估（易 75%，中 60%，难 40%），这是约定，不是对您的测量；做得越多，预测越准。".to_owned(),
            "各知识点的分值：按这场考试的组卷规则和开放练习的题推算。多选题按全对才得分估，实际规则可能给部分分。".to_owned(),
            format!("每题按 {seconds} 秒计，包括看解析。按单位时间里最能提高预计得分的顺序安排。"),
            "范围包括考试当天的运气和估计本身的误差；没做过的题越多，范围越宽。真实试卷的题可能不在开放练习的题里。".to_owned(),
        ],
        Lang::En => [
            "Questions you have answered: your own answers and the forgetting curve (FSRS-6, general parameters), carried on to the day.".to_owned(),
            "Others: the difficulty their authors give (easy 75 %, medium 60 %, hard 40 %). That is a convention and no measurement of you; the more you answer, the better the forecast.".to_owned(),
            "Points of a topic: by the blueprint of this exam and the questions open to practice. Multiple choice counts only when wholly right; the real rules may give parts.".to_owned(),
            format!("{seconds} seconds a question, its explanation included. What raises the expected score most in that time comes first."),
            "The range holds the luck of the day and the error of the estimates: the fewer questions you have answered, the wider. The real paper may have questions that are not open to practice.".to_owned(),
        ],
    };
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    view! { <section class="card stack"><h2>{lang.pick("预测依据什么", "What the forecast rests on")}</h2><ul class="plain-list small">{lines}</ul></section> }
}
