//! The log of administrative acts, with the state of its chain.

use leptos::prelude::*;

use super::{
    part::{Tone, choice, heading, notice, pager, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        audit::{Act, Entry},
        lang::Lang,
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
    view! { <section class="card stack">{verdict}{digest}</section> }
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
