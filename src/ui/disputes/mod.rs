//! Disputed questions: the work list, one question with all that is known of it, and a ruling from its proposal to its undoing.

mod impact;
mod question;
mod ruling;

use leptos::prelude::*;

use super::{
    key_correction::{method_name, options},
    new_key,
    part::{Tone, choice, heading, moment, notice, pager, table, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        dispute::{Ruling, State},
        item::Question,
        key::Key,
        lang::Lang,
    },
    service::dispute::{Listed, Order, Wish, WorkList},
};

pub use question::{Typed, subject};
pub use ruling::detail;

/// The beginning of a question's text.
fn short(stem: &str) -> String {
    let short: String = stem.chars().take(60).collect();
    match short.len() < stem.len() {
        true => format!("{short}…"),
        false => short,
    }
}

fn state_tag(lang: Lang, state: State) -> impl IntoView + use<> {
    let tone = match state {
        State::Proposed => Tone::Action,
        State::Applying | State::Undoing => Tone::Warn,
        State::Applied => Tone::Good,
        State::Refused | State::Undone => Tone::Plain,
    };
    tag(tone, state.name(lang))
}

/// The question with its published key, and a new one.
fn card(lang: Lang, question: &Question, new: Option<&Key>) -> impl IntoView + use<> {
    let options = options(lang, question, new.and_then(Key::options));
    let explanation = (!question.explanation.is_empty())
        .then(|| view! { <p class="law lines" lang="zh-CN">{question.explanation.clone()}</p> });
    view! {
        <section class="card stack">
            <h2>{question.kind.name(lang)}</h2>
            <p class="lines break" lang="zh-CN">{question.stem.clone()}</p>
            <ul class="options" lang="zh-CN">{options}</ul>
            {new_key::right(lang, question, new)}
            {explanation}
        </section>
    }
}

/// The address of a page of the list.
fn address(wish: Wish, page: u32) -> String {
    let bank = wish.bank.map_or(String::new(), |bank| format!("&bank={bank}"));
    format!("/admin/disputes?order={}{bank}&page={page}", wish.order.code())
}

/// The questions that wait for a ruling.
pub fn list(frame: &Frame, list: &WorkList, wish: Wish) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("题目异议", "Disputed questions");
    let count = match lang {
        Lang::Zh => format!("{} 题待裁定", list.all),
        Lang::En => format!("{} question(s) wait", list.all),
    };
    let rows = list.questions.iter().map(|one| row(lang, one)).collect_view();
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("题库", "Bank")}</th>
        <th class="n">{lang.pick("竞赛异议", "Flags, competitions")}</th><th class="n">{lang.pick("考试异议", "Objections, exams")}</th>
        <th>{lang.pick("最近一次", "Last")}</th><th>{lang.pick("裁定", "Ruling")}</th>
    };
    let body = match list.questions.is_empty() {
        true => notice(
            Tone::Good,
            lang.pick("没有待裁定的题目。", "No question waits for a ruling."),
        )
        .into_any(),
        false => view! { <section class="card">{table(title, head, rows)}</section> }.into_any(),
    };
    let any = (String::new(), lang.pick("全部题库", "All banks").to_owned());
    let banks = list.banks.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let orders = vec![
        (
            Order::Most.code().to_owned(),
            lang.pick("异议最多的在前", "Most flagged first").to_owned(),
        ),
        (
            Order::Newest.code().to_owned(),
            lang.pick("最近的在前", "Newest first").to_owned(),
        ),
    ];
    let chosen = wish.bank.map_or(String::new(), |bank| bank.to_string());
    let main = view! {
        {heading(title, count)}
        <p class="small">{lang.pick(
            "竞赛中交了卷的人、学习中答了题的人、考试中在异议期内的考生，都可以对题目提出异议。在这里对一道题作一次裁定，用过它的考试和竞赛一并处理。",
            "Whoever has handed in an attempt of a competition or answered in study, and candidates within the term for objections, can say that \
             something is wrong with a question. One ruling settles it in every exam and competition that used it.",
        )}</p>
        <form class="filter" action="/admin/disputes" method="get">
            {choice("order", lang.pick("排序", "Order"), orders, wish.order.code())}
            {choice("bank", lang.pick("题库", "Bank"), std::iter::once(any).chain(banks).collect(), &chosen)}
            <button class="button" r#type="submit">{lang.pick("查看", "Show")}</button>
        </form>
        {body}
        {pager(lang, list.page, list.pages, move |page| address(wish, page))}
        <p><a href="/admin/rulings">{lang.pick("看全部裁定", "All rulings")}</a></p>
    };
    page(frame, title, main)
}

fn row(lang: Lang, one: &Listed) -> impl IntoView + use<> {
    let ruling = one
        .ruling
        .as_ref()
        .map(|ruling| view! { <a href=format!("/admin/rulings/{}", ruling.id)>{state_tag(lang, ruling.state)}</a> });
    view! {
        <tr>
            <td class="break" lang="zh-CN"><a href=format!("/admin/disputes/{}", one.question)>{short(&one.stem)}</a></td>
            <td>{one.bank_name.clone()}</td>
            <td class="n">{one.flags.to_string()}</td><td class="n">{one.objections.to_string()}</td>
            <td>{moment(lang, one.latest)}</td>
            <td>{ruling}</td>
        </tr>
    }
}

/// All rulings, the newest first.
pub fn rulings(frame: &Frame, list: &[(Ruling, String)], number: u32, pages: u32) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("题目裁定", "Rulings on questions");
    let body = match list.is_empty() {
        true => notice(Tone::Plain, lang.pick("还没有裁定。", "No ruling yet.")).into_any(),
        false => view! { <section class="card">{rulings_table(lang, title, list)}</section> }.into_any(),
    };
    let main = view! {
        <p class="small"><a href="/admin/disputes">{lang.pick("题目异议", "Disputed questions")}</a></p>
        {heading(title, "")}
        {body}
        {pager(lang, number, pages, |page| format!("/admin/rulings?page={page}"))}
    };
    page(frame, title, main)
}

fn rulings_table(lang: Lang, title: &'static str, list: &[(Ruling, String)]) -> impl IntoView + use<> {
    let rows = list
        .iter()
        .map(|(ruling, stem)| {
            view! {
                <tr>
                    <td class="break" lang="zh-CN"><a href=format!("/admin/rulings/{}", ruling.id)>{short(stem)}</a></td>
                    <td>{method_name(lang, &ruling.method)}</td>
                    <td>{moment(lang, ruling.proposed.at)}</td>
                    <td>{state_tag(lang, ruling.state)}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("题目", "Question")}</th><th>{lang.pick("做法", "Method")}</th>
        <th>{lang.pick("提出时间", "Proposed")}</th><th>{lang.pick("状态", "State")}</th>
    };
    table(title, head, rows)
}
