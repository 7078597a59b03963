//! The self-check of burden reduction (减负): every clause against the live settings of a competition.

use leptos::prelude::*;

use super::{LONGEST, top};
use crate::{
    domain::{
        competition::{
            Competition,
            burden::{Clause, Kept, Waiver, holds},
        },
        id::CompetitionId,
        lang::Lang,
    },
    error::Fault,
    ui::{
        part::{Tone, fault, form::Typed, moment, notice, table, tag},
        shell::{Frame, as_text, page},
    },
};

/// The clauses one by one. `typed`: what was written into a form that is to be mended.
pub fn burden(
    frame: &Frame,
    competition: &Competition,
    waivers: &[Waiver],
    typed: &Typed,
    wrong: Option<&Fault>,
) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("减负自查", "Burden reduction");
    let waived = Clause::ALL.iter().filter(|clause| !holds(waivers, **clause)).count();
    let below = match (waived, lang) {
        (0, Lang::Zh) => "各条都符合".to_owned(),
        (waived, Lang::Zh) => format!("{waived} 条经批准不执行，其余符合"),
        (0, Lang::En) => "Every clause holds".to_owned(),
        (waived, Lang::En) => format!("{waived} waived by approval, the others hold"),
    };
    let clauses = Clause::ALL
        .iter()
        .map(|clause| one(lang, competition.id, *clause, waivers, typed))
        .collect_view();
    let main = view! {
        {top(lang, competition, title, below, ())}
        {fault(wrong, lang)}
        {notice(Tone::Plain, lang.pick(
            "对照《政务移动互联网应用程序规范化管理办法》（国办函〔2026〕12号）逐条核对这次竞赛现在的设置。默认全部符合；确有需要的例外，要写明批准人和理由，记入操作记录。",
            "Each clause of “国办函〔2026〕12号” held against the settings of this competition as they are now. All hold by default; an exception needs somebody who approves it and a reason, and is logged.",
        ))}
        {clauses}
        {past(lang, waivers)}
    };
    page(frame, title, main)
}

fn one(lang: Lang, id: CompetitionId, clause: Clause, waivers: &[Waiver], typed: &Typed) -> impl IntoView + use<> {
    let waiver = waivers
        .iter()
        .find(|waiver| waiver.clause == clause && waiver.ended_at.is_none());
    let (by, words) = match clause.kept() {
        Kept::Always(zh, en) => (lang.pick("产品没有这项功能", "Kept by the product"), lang.pick(zh, en)),
        Kept::BySetting(zh, en) => (lang.pick("由设置保证", "Kept by a setting"), lang.pick(zh, en)),
    };
    let state = match waiver {
        None => tag(Tone::Good, format!("{}{by}", lang.pick("符合：", "Holds: "))).into_any(),
        Some(_) => tag(Tone::Warn, lang.pick("经批准不执行", "Waived")).into_any(),
    };
    let form = match waiver {
        Some(waiver) => restore(lang, id, waiver).into_any(),
        None if clause.can_be_waived() => waive(lang, id, clause, typed).into_any(),
        None => ().into_any(),
    };
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{clause.name(lang)}</h2>{state}</div>
            <p>{words}</p>
            {form}
        </section>
    }
}

fn who(lang: Lang, waiver: &Waiver) -> String {
    let (approver, at) = (&waiver.approver, moment(lang, waiver.made_at));
    match lang {
        Lang::Zh => format!("{approver} 批准，{at} 起不执行。"),
        Lang::En => format!("Approved by {approver}, not kept from {at} on."),
    }
}

fn restore(lang: Lang, id: CompetitionId, waiver: &Waiver) -> impl IntoView + use<> {
    view! {
        <p>{who(lang, waiver)}</p>
        <p class="lines">{format!("{}{}", lang.pick("理由：", "Reason: "), waiver.reason)}</p>
        <form action=format!("/admin/competitions/{id}/burden/restore") method="post">
            <input r#type="hidden" name="clause" value=waiver.clause.code()/>
            <button class="button primary" r#type="submit">{lang.pick("恢复执行", "Let it hold again")}</button>
        </form>
    }
}

fn waive(lang: Lang, id: CompetitionId, clause: Clause, typed: &Typed) -> impl IntoView + use<> {
    // What was typed belongs to the clause it was typed for.
    let own = typed.get("clause").is_some_and(|code| code == clause.code());
    let text = |name: &str| typed.get(name).filter(|_| own).cloned().unwrap_or_default();
    let (approver, reason) = (
        format!("approver-{}", clause.code()),
        format!("reason-{}", clause.code()),
    );
    view! {
        <details open=own>
            <summary>{lang.pick("登记一项例外", "Record an exception")}</summary>
            <form class="stack" action=format!("/admin/competitions/{id}/burden/waive") method="post">
                <input r#type="hidden" name="clause" value=clause.code()/>
                <div class="field">
                    <label for=approver.clone()>{lang.pick("批准人（姓名和职务）", "Approved by (name and post)")}</label>
                    <input id=approver name="approver" r#type="text" value=text("approver") maxlength=LONGEST required=true/>
                </div>
                <div class="field">
                    <label for=reason.clone()>{lang.pick("理由", "Reason")}</label>
                    <textarea id=reason name="reason" maxlength=LONGEST required=true inner_html=as_text(&text("reason"))></textarea>
                </div>
                <button class="button danger" r#type="submit">{lang.pick("这次竞赛不执行这一条", "Do not keep this clause here")}</button>
            </form>
        </details>
    }
}

/// Exceptions that were ended.
fn past(lang: Lang, waivers: &[Waiver]) -> impl IntoView + use<> {
    let rows: Vec<_> = waivers
        .iter()
        .filter_map(|waiver| {
            let ended = moment(lang, waiver.ended_at?);
            let made = moment(lang, waiver.made_at);
            Some(view! {
                <tr>
                    <td>{waiver.clause.name(lang)}</td><td>{waiver.approver.clone()}</td>
                    <td class="break">{waiver.reason.clone()}</td><td>{made}</td><td>{ended}</td>
                </tr>
            })
        })
        .collect();
    let head = view! {
        <th>{lang.pick("条款", "Clause")}</th><th>{lang.pick("批准人", "Approved by")}</th><th>{lang.pick("理由", "Reason")}</th>
        <th>{lang.pick("开始", "From")}</th><th>{lang.pick("恢复", "To")}</th>
    };
    let title = lang.pick("以前的例外", "Past exceptions");
    (!rows.is_empty())
        .then(|| view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> })
}
