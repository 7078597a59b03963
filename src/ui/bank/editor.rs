//! Writing a question, and changing one.

use leptos::prelude::*;

use super::{address, options, version};
use crate::{
    domain::{
        bank::{BankSummary, Stored},
        item::{Difficulty, Kind, State},
        lang::Lang,
    },
    error::Fault,
    service::question::{Shown, Wish},
    ui::{
        part::{
            Tone, difference, fault,
            form::{line, lines, select, tick},
            heading, notice,
        },
        shell::{Frame, page},
    },
};

const FORM: &str = "question";

/// For a question that is there. `near`: what is almost the same, when that kept it from being stored.
pub fn editor(
    frame: &Frame,
    shown: &Shown,
    wish: &Wish,
    near: &[(Stored, usize)],
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let current = shown.current();
    let here = address(shown.bank.bank.id, current);
    let title = lang.pick("修改题目", "Change a question");
    let main = view! {
        <p class="small"><a href=here.clone()>{format!("{} · {}", shown.bank.bank.name, current.id)}</a></p>
        {heading(title, version(lang, current.number))}
        {fault(wrong, lang)}
        <form class="stack" action=here method="post">
            <input r#type="hidden" name="before" value=current.number.to_string()/>
            {almost(lang, wish, near)}
            {fields(lang, wish)}
            <section class="card stack">
                {second_person(lang, &shown.bank)}
                {line(FORM, ("reason", "text"), lang.pick("为什么改（记入版本和操作记录）", "Why (kept with the version and in the audit log)"), wish.reason.clone(), true)}
                <div class="row"><button class="button primary" r#type="submit">{lang.pick("存为新版本", "Store as a new version")}</button></div>
            </section>
        </form>
    };
    page(frame, title, main)
}

/// For a new one.
pub fn new_editor(
    frame: &Frame,
    bank: &BankSummary,
    wish: &Wish,
    near: &[(Stored, usize)],
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("写一道题", "Write a question");
    let id = bank.bank.id;
    let main = view! {
        <p class="small"><a href=format!("/admin/banks/{id}")>{bank.bank.name.clone()}</a></p>
        {heading(title, "")}
        {fault(wrong, lang)}
        <form class="stack" action=format!("/admin/banks/{id}/questions/new") method="post">
            {almost(lang, wish, near)}
            {fields(lang, wish)}
            {second_person(lang, bank)}
            <div class="row"><button class="button primary" r#type="submit">{lang.pick("存入题库", "Store")}</button></div>
        </form>
    };
    page(frame, title, main)
}

/// What becomes of it in a bank of two persons.
fn second_person(lang: Lang, bank: &BankSummary) -> impl IntoView + use<> {
    let text = lang.pick(
        "这个题库要双人审题：存为“可用”的题，由另一个人审过才会被抽到。",
        "This bank needs two persons: what is stored as ready is drawn after somebody else has approved it.",
    );
    bank.bank.vetted.then(|| view! { <p class="small">{text}</p> })
}

fn almost(lang: Lang, wish: &Wish, near: &[(Stored, usize)]) -> impl IntoView + use<> {
    let rows = near
        .iter()
        .map(|(other, percent)| {
            view! {
                <div class="stack">
                    <p class="small num">{format!("{} · {percent}%", other.id)}</p>
                    <p>{difference(lang, &other.question.stem, &wish.typed.stem)}</p>
                    {options(lang, &other.question)}
                </div>
            }
        })
        .collect_view();
    let words = lang.pick(
        "还没有存：题库里有近似的题。确实是另一道题，就勾选下面一项再存。",
        "Not stored yet: the bank has almost the same. If it is another question, tick below and store again.",
    );
    (!near.is_empty()).then(|| {
        view! {
            <section class="card stack">
                {notice(Tone::Warn, words)}
                {rows}
                {tick("anyway", lang.pick("是另一道题，照存", "It is another question; store it"), false)}
            </section>
        }
    })
}

fn fields(lang: Lang, wish: &Wish) -> impl IntoView + use<> {
    let typed = &wish.typed;
    let own = |pairs: Vec<(&str, &str)>| -> Vec<(String, String)> {
        let pairs = pairs.into_iter();
        pairs.map(|(code, name)| (code.to_owned(), name.to_owned())).collect()
    };
    let kinds = own(Kind::ALL.map(|kind| (kind.code(), kind.name(lang))).into());
    let levels = own(Difficulty::ALL.map(|level| (level.code(), level.name(lang))).into());
    let states = own(State::CHOSEN.map(|state| (state.code(), state.name(lang))).into());
    view! {
        <section class="card stack">
            {select(FORM, "kind", lang.pick("题型", "Kind"), kinds, &typed.kind)}
            {lines(FORM, "stem", lang.pick("题目", "Question"), typed.stem.clone())}
            {lines(FORM, "options", lang.pick("选项，每行一个，不写字母（判断题可以不填）", "Options, one a line, without letters (a judgement needs none)"), typed.options.clone())}
            {line(FORM, ("key", "text"), lang.pick("答案：选项字母，例如 B 或 ACD；判断题 A 正确，B 错误", "Key: option letters such as B or ACD; of a judgement A is right and B is wrong"), typed.key.clone(), false)}
            {lines(FORM, "explanation", lang.pick("解析", "Explanation"), typed.explanation.clone())}
            {lines(FORM, "basis", lang.pick("法律依据，每行一条", "Legal basis, one a line"), typed.basis.clone())}
        </section>
        <section class="card stack">
            {line(FORM, ("topic", "text"), lang.pick("知识点", "Topic"), typed.topic.clone(), false)}
            {line(FORM, ("tags", "text"), lang.pick("标签，用逗号分开", "Tags, with commas between"), typed.tags.clone(), false)}
            {select(FORM, "difficulty", lang.pick("难度", "Difficulty"), levels, &typed.difficulty)}
            {select(FORM, "state", lang.pick("状态（只有可用的题会被抽到）", "State (only ready questions are drawn)"), states, &typed.state)}
        </section>
    }
}
