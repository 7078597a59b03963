//! The log of administrative acts, with the state of its chain.

use leptos::prelude::*;

use super::{
    part::{Tone, choice, form::line, heading, notice, pager, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        audit::{Act, Entry},
        lang::Lang,
        time::Timestamp,
    },
    error::Fault,
    service::{
        audit::{Page, Walk},
        random::hex,
    },
};

pub fn log(frame: &Frame, shown: &Page, walk: &Walk, act: Option<Act>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("操作记录", "Audit log");
    let below = match lang {
        Lang::Zh => format!("共 {} 条", shown.total),
        Lang::En => format!("{} entries", shown.total),
    };
    let acts = std::iter::once((String::new(), lang.pick("全部操作", "All acts").to_owned()))
        .chain(
            Act::ALL
                .iter()
                .map(|act| (act.code().to_owned(), act.name(lang).to_owned())),
        )
        .collect();
    let code = act.map_or("", Act::code);
    let head = view! {
        <th>{lang.pick("序号", "No.")}</th><th>{lang.pick("时间", "Time")}</th><th>{lang.pick("谁", "Who")}</th>
        <th>{lang.pick("操作", "Act")}</th><th>{lang.pick("对象", "Subject")}</th><th>{lang.pick("内容", "Content")}</th>
    };
    let rows = shown.entries.iter().map(|entry| row(lang, entry)).collect_view();
    let list = if shown.entries.is_empty() {
        notice(Tone::Plain, lang.pick("没有这样的记录。", "There is no such entry.")).into_any()
    } else {
        table(title, head, rows).into_any()
    };
    let main = view! {
        {heading(title, below)}
        {chain(lang, walk)}
        <section class="card stack">
            <form class="filter" action="/admin/audit" method="get">
                {choice("act", lang.pick("操作", "Act"), acts, code)}
                <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
            </form>
            {list}
            {pager(lang, shown.page, shown.pages, move |page| format!("/admin/audit?act={code}&page={page}"))}
        </section>
    };
    page(frame, title, main)
}

/// Whether the chain holds, and the digest to keep elsewhere.
fn chain(lang: Lang, walk: &Walk) -> impl IntoView + use<> {
    let verdict = match (walk.broken, lang) {
        (None, Lang::Zh) => notice(Tone::Good, format!("{} 条记录首尾相接，没有被改动。", walk.entries)),
        (None, Lang::En) => notice(
            Tone::Good,
            format!("All {} entries fit together; none was changed.", walk.entries),
        ),
        (Some(seq), Lang::Zh) => notice(
            Tone::Seal,
            format!("第 {seq} 条与前一条接不上：从这里起被改动、增加或删去过。请保留数据库并查明原因。"),
        ),
        (Some(seq), Lang::En) => notice(
            Tone::Seal,
            format!(
                "Entry {seq} does not fit the one before it: something was changed, added or taken away there. Keep the database as it is and find out why."
            ),
        ),
    };
    let head = hex(&walk.head);
    let label = lang.pick(
        "最后一条的摘要（SM3），可抄存或公布，日后对照：",
        "Digest of the last entry (SM3), to be kept or published and compared later:",
    );
    let digest =
        (!head.is_empty()).then(|| view! { <p class="small soft">{label}" "<code class="break">{head}</code></p> });
    let paper = view! { <p class="small no-print"><a href="/admin/audit/head">{lang.pick("打印链头", "Print the head of the chain")}</a></p> };
    view! { <section class="card stack">{verdict}{digest}{paper}</section> }
}

/// The head of the chain on a page for paper: whoever keeps it can tell later whether anything before it was changed.
/// `earlier`: an entry that somebody asked for by its number.
pub fn head(
    frame: &Frame,
    walk: &Walk,
    earlier: Option<&(u64, Option<Entry>)>,
    now: Timestamp,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("操作记录链头", "Head of the audit log");
    let dash = || "—".to_owned();
    let last = walk.last_at.map_or_else(dash, |at| at.local());
    let digest = Some(hex(&walk.head)).filter(|digest| !digest.is_empty());
    let state = match (walk.broken, lang) {
        (None, _) => lang
            .pick("首尾相接，没有被改动", "whole, nothing was changed")
            .to_owned(),
        (Some(seq), Lang::Zh) => format!("第 {seq} 条起接不上"),
        (Some(seq), Lang::En) => format!("broken from entry {seq} on"),
    };
    let row = |name: &'static str, value: String| view! { <tr><th class="plain" scope="row">{name}</th><td class="num break">{value}</td></tr> };
    let main = view! {
        {heading(title, "")}
        <section class="card stack">
            <table class="facts"><tbody>
                {row(lang.pick("记录条数", "Entries"), walk.entries.to_string())}
                {row(lang.pick("最后一条的时间", "Last entry written"), last)}
                {row(lang.pick("最后一条的摘要（SM3）", "Digest of the last entry (SM3)"), digest.unwrap_or_else(dash))}
                {row(lang.pick("核对结果", "Checked"), state)}
                {row(lang.pick("核对时间", "At"), now.local())}
            </tbody></table>
            <p class="small">{lang.pick(
                "请打印后由另一个部门保管，或者公布。以后在本页输入条数核对：条数只会增加；同一条的摘要变了，就说明它或它之前的记录被改动过。",
                "Print it and let another department keep it, or publish it. Compare later on this page by the number of the entry: entries only grow in number; if the digest of the same entry differs, it or one before it was changed.",
            )}</p>
            <div class="halves"><p>{lang.pick("核对人：", "Checked by:")}</p><p>{lang.pick("保管人：", "Kept by:")}</p></div>
        </section>
        {compare(lang, earlier)}
    };
    page(frame, title, main)
}

/// What stands now at a place that was the head of the chain once.
fn compare(lang: Lang, earlier: Option<&(u64, Option<Entry>)>) -> impl IntoView + use<> {
    let found = earlier.map(|(seq, entry)| match (entry, lang) {
        (Some(entry), Lang::Zh) => notice(
            Tone::Plain,
            format!("第 {seq} 条，{}，SM3 {}", entry.at.local(), hex(&entry.hash)),
        ),
        (Some(entry), Lang::En) => notice(
            Tone::Plain,
            format!("Entry {seq}, {}, SM3 {}", entry.at.local(), hex(&entry.hash)),
        ),
        (None, Lang::Zh) => notice(Tone::Warn, format!("现在没有第 {seq} 条。")),
        (None, Lang::En) => notice(Tone::Warn, format!("There is no entry {seq} now.")),
    });
    let number = earlier.map(|(seq, _)| seq.to_string()).unwrap_or_default();
    view! {
        <section class="card stack no-print">
            <h2>{lang.pick("核对以前打印的一条", "Compare with what was printed earlier")}</h2>
            <form class="filter" action="/admin/audit/head" method="get">
                {line("earlier", ("entry", "number"), lang.pick("记录条数", "Entries"), number, true)}
                <button class="button" r#type="submit">{lang.pick("查看摘要", "Show its digest")}</button>
            </form>
            <div class="break">{found}</div>
        </section>
    }
}

fn row(lang: Lang, entry: &Entry) -> impl IntoView + use<> {
    let change = match (entry.before.as_str(), entry.after.as_str()) {
        ("", after) => after.to_owned(),
        (before, "") => before.to_owned(),
        (before, after) => format!("{before} → {after}"),
    };
    // Why something was refused is stored as it is, for any language.
    let refused = (entry.act == Act::Refused)
        .then(|| serde_json::from_str::<Fault>(&entry.after).ok())
        .flatten();
    let (reason, change) = match refused {
        Some(fault) => (fault.message(lang), String::new()),
        None => (entry.reason.clone(), change),
    };
    view! {
        <tr>
            <td class="num">{entry.seq}</td>
            <td class="num">{entry.at.local()}</td>
            <td>{entry.who.clone()}</td>
            <td>{entry.act.name(lang)}</td>
            <td class="num">{entry.subject.clone()}</td>
            <td><span class="break">{reason}</span>" "<code class="small break" lang="zh-CN">{change}</code></td>
        </tr>
    }
}
