//! The rounds of an open exam: the list, releasing results, and the form that adds one to make up for the main round.

use leptos::prelude::*;

use super::super::part::{
    Tone,
    form::{Typed, line, select, typed_or},
    moment, table, tag,
};
use crate::domain::{
    exam::{Admits, Exam, Release, Round, RoundKind},
    lang::Lang,
    time::Timestamp,
};

/// The list, and what can be done.
pub fn rounds(lang: Lang, exam: &Exam, rounds: &[Round], now: Timestamp, typed: &Typed) -> impl IntoView + use<> {
    let approved = exam.policy.release == Release::Approved;
    let last = rounds.last().map_or(0, |round| round.number);
    let rows = rounds
        .iter()
        .map(|round| row(lang, exam, round, round.number == last, now))
        .collect_view();
    let head = view! {
        <th>{lang.pick("轮次", "Round")}</th><th>{lang.pick("时间", "Time")}</th><th>{lang.pick("面向", "For")}</th>
        <th class="n">{lang.pick("可考次数", "Attempts")}</th>
        {approved.then(|| view! { <th>{lang.pick("成绩", "Results")}</th> })}
        <th>{lang.pick("操作", "To do")}</th>
    };
    let title = lang.pick("主考和补考", "Rounds");
    view! {
        <section class="card stack">
            <h2>{title}</h2>
            {table(title, head, rows)}
            {add(lang, exam, rounds, typed)}
        </section>
    }
}

fn row(lang: Lang, exam: &Exam, round: &Round, last: bool, now: Timestamp) -> impl IntoView + use<> {
    let id = exam.id;
    let window = format!(
        "{} — {}",
        moment(lang, round.window.opens_at),
        moment(lang, round.window.closes_at)
    );
    let number = round.number.to_string();
    let begun = now >= round.window.opens_at;
    let approved = exam.policy.release == Release::Approved;
    let state = match (round.released_at, begun) {
        (Some(at), _) => format!("{}{}", lang.pick("已公布 ", "Released "), moment(lang, at)),
        (None, true) => lang.pick("待公布", "Not released").to_owned(),
        (None, false) => "—".to_owned(),
    };
    let button = |action: &'static str, label: &'static str| {
        view! {
            <form action=format!("/admin/exams/{id}/{action}") method="post">
                <input r#type="hidden" name="round" value=number.clone()/>
                <button class="button" r#type="submit">{label}</button>
            </form>
        }
    };
    let release = (approved && begun && round.released_at.is_none())
        .then(|| button("release", lang.pick("公布成绩", "Release the results")));
    let remove = (round.kind == RoundKind::Makeup && last && !begun)
        .then(|| button("rounds/remove", lang.pick("撤销补考", "Take it away")));
    let open = round.is_open(now).then(|| tag(Tone::Good, lang.pick("进行中", "Open")));
    view! {
        <tr>
            <th class="plain" scope="row">{round.name(lang)}" "{open}</th>
            <td class="num">{window}</td>
            <td>{round.admits.name(lang)}</td>
            <td class="n">{round.attempts.to_string()}</td>
            {approved.then(|| view! { <td>{state}</td> })}
            <td><div class="row">{release}{remove}</div></td>
        </tr>
    }
}

/// A week after the last round closes, for a week, one attempt: to be changed.
fn add(lang: Lang, exam: &Exam, rounds: &[Round], typed: &Typed) -> impl IntoView + use<> {
    const WEEK: i64 = 7 * 24 * 3600;
    let closes = rounds
        .last()
        .map_or(exam.window.closes_at, |round| round.window.closes_at);
    let usual = |weeks: i64| closes.plus_seconds(weeks * WEEK).local_field();
    let admits = Admits::MAKEUP.map(|admits| (admits.code().to_owned(), admits.name(lang).to_owned()));
    view! {
        <details open=!typed.is_empty()>
            <summary>{lang.pick("添加补考", "Add a make-up round")}</summary>
            <form class="stack" action=format!("/admin/exams/{}/rounds", exam.id) method="post">
                <p class="small soft">{lang.pick(
                    "补考在前面各轮关闭后开放，用同一个题库和同样的规则，每人重新抽卷。开放前可以撤销。补考期间，还能参加补考的人看不到答案。",
                    "It opens after the rounds before it have closed, with the same pool and rules and a new paper for everybody. \
                     Until it opens it can be taken away. Who may still sit it sees no answers.",
                )}</p>
                {select("round", "admits", lang.pick("面向谁", "Whom it admits"), admits.to_vec(), &typed_or(typed, "admits", "both"))}
                <div class="thirds">
                    {line("round", ("opens_at", "datetime-local"), lang.pick("开放时间（北京时间）", "Opens (Beijing time)"), typed_or(typed, "opens_at", usual(1)), true)}
                    {line("round", ("closes_at", "datetime-local"), lang.pick("关闭时间（北京时间）", "Closes (Beijing time)"), typed_or(typed, "closes_at", usual(2)), true)}
                    {line("round", ("attempts", "number"), lang.pick("可考次数", "Attempts"), typed_or(typed, "attempts", "1"), true)}
                </div>
                <button class="button primary" r#type="submit">{lang.pick("添加补考", "Add the round")}</button>
            </form>
        </details>
    }
}
