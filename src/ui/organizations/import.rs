//! What an import of units would do, or did.

use leptos::prelude::*;

use crate::{
    domain::{id::UploadId, lang::Lang, organization::State},
    service::organization::Report,
    ui::{
        part::{Tone, heading, notes, notice, table, tag},
        shell::{Frame, page},
    },
};

/// How many changes of each kind one page shows.
const CHANGES: usize = 100;

pub fn import(frame: &Frame, file: &str, report: &Report, pending: Option<UploadId>) -> impl IntoView {
    let lang = frame.lang;
    let plan = &report.plan;
    let title = match pending {
        Some(_) => lang.pick("参赛单位预览", "Preview of units"),
        None => lang.pick("参赛单位已导入", "Units imported"),
    };
    let counts = [
        (lang.pick("新增", "Created"), plan.created.len()),
        (lang.pick("变更", "Changed"), plan.changed.len()),
        (lang.pick("不变", "Unchanged"), plan.unchanged),
        (lang.pick("拒绝", "Refused"), report.errors.len()),
    ];
    let figures = counts
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    let confirm = pending.filter(|_| !plan.is_idle()).map(|id| {
        view! {
            <form class="row" action=format!("/admin/organizations/import/{id}") method="post">
                <button class="button primary" r#type="submit">{lang.pick("确认导入", "Import")}</button>
                <a class="button" href="/admin/organizations">{lang.pick("取消", "Cancel")}</a>
            </form>
        }
    });
    let idle = (pending.is_some() && plan.is_idle()).then(|| {
        notice(
            Tone::Plain,
            lang.pick("没有要写入的内容。", "There is nothing to store."),
        )
    });
    let main = view! {
        <p class="small"><a href="/admin/organizations">{lang.pick("参赛单位目录", "Units that play")}</a></p>
        {heading(title, file.to_owned())}
        <div class="figures num">{figures}</div>
        {idle}
        {confirm}
        {notes(lang, lang.pick("拒绝的行（不会写入）", "Refused rows (not stored)").into(), &report.errors)}
        {notes(lang, lang.pick("存疑的行（照写，请核对）", "Doubtful rows (stored; please check)").into(), &report.warnings)}
        {changes(lang, report)}
    };
    page(frame, title, main)
}

fn changes(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let plan = &report.plan;
    let differs = |before: String, after: String| match before == after {
        true => after,
        false => format!("{before} → {after}"),
    };
    let number = |count: Option<u32>| count.map(|count| count.to_string()).unwrap_or_default();
    let code =
        |code: &Option<crate::domain::organization::Uscc>| code.as_ref().map(ToString::to_string).unwrap_or_default();
    let created = plan.created.iter().take(CHANGES).map(|row| {
        let path = row.division.and_then(|division| report.paths.get(&division)).cloned();
        view! {
            <tr><td>{tag(Tone::Good, lang.pick("新增", "Created"))}</td><td>{row.name.clone()}</td><td>{path}</td>
                <td class="num">{code(&row.uscc)}</td><td>{row.trade.clone()}</td><td class="n">{number(row.headcount)}</td></tr>
        }
        .into_any()
    });
    let changed = plan.changed.iter().take(CHANGES).map(|(before, after)| {
        let kind = match before.state {
            State::Proposed => lang.pick("收录", "Listed"),
            State::Listed => lang.pick("变更", "Changed"),
        };
        view! {
            <tr><td>{tag(Tone::Warn, kind)}</td><td>{differs(before.name.clone(), after.name.clone())}</td><td></td>
                <td class="num">{differs(code(&before.uscc), code(&after.uscc))}</td>
                <td>{differs(before.trade.clone(), after.trade.clone())}</td>
                <td class="n">{differs(number(before.headcount), number(after.headcount))}</td></tr>
        }
        .into_any()
    });
    let rows = changed.chain(created).collect_view();
    let head = view! {
        <th>{lang.pick("变动", "Change")}</th><th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("行政区划", "Region")}</th>
        <th>{lang.pick("统一社会信用代码", "Credit code")}</th><th>{lang.pick("行业", "Trade")}</th><th class="n">{lang.pick("人数", "Headcount")}</th>
    };
    let more = (plan.created.len().max(plan.changed.len()) > CHANGES).then(|| {
        view! { <p class="small soft">{lang.pick("新增和变更各列出前 100 行。", "The first 100 of each are listed.")}</p> }
    });
    (!plan.is_idle())
        .then(|| view! { <section class="card stack"><h2>{lang.pick("内容", "Rows")}</h2>{table(lang.pick("内容", "Rows"), head, rows)}{more}</section> })
}
