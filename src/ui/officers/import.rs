//! What an import of a ledger would do, or did.

use leptos::prelude::*;

use crate::{
    domain::{id::UploadId, lang::Lang},
    service::officer::Report,
    ui::{
        part::{Tone, heading, notes, notice, table},
        shell::{Frame, page},
    },
};

/// How many new certificates one page shows.
const SHOWN: usize = 200;

pub fn import(frame: &Frame, file: &str, report: &Report, pending: Option<UploadId>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = match pending {
        Some(_) => lang.pick("执法证台账预览", "Preview of the ledger"),
        None => lang.pick("执法证台账已导入", "Ledger imported"),
    };
    let counts = [
        (lang.pick("新增", "Created"), report.created.len()),
        (lang.pick("已有", "Known"), report.unchanged),
        (lang.pick("拒绝", "Refused"), report.errors.len()),
    ];
    let figures = counts
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    let idle = report.created.is_empty();
    let confirm = pending.filter(|_| !idle).map(|id| {
        view! {
            <form class="row" action=format!("/admin/officers/import/{id}") method="post">
                <button class="button primary" r#type="submit">{lang.pick("确认导入", "Import")}</button>
                <a class="button" href="/admin/officers">{lang.pick("取消", "Cancel")}</a>
            </form>
        }
    });
    let nothing = (pending.is_some() && idle).then(|| {
        notice(
            Tone::Plain,
            lang.pick("没有要写入的内容。", "There is nothing to store."),
        )
    });
    let main = view! {
        <p class="small"><a href="/admin/officers">{lang.pick("执法证台账", "Enforcement certificates")}</a></p>
        {heading(title, file.to_owned())}
        <div class="figures num">{figures}</div>
        {nothing}
        {confirm}
        {notes(lang, lang.pick("拒绝的行（不会写入）", "Refused rows (not stored)").into(), &report.errors)}
        {notes(lang, lang.pick("提示", "Remarks").into(), &report.warnings)}
        {created(lang, report)}
    };
    page(frame, title, main)
}

fn created(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let rows = report
        .created
        .iter()
        .take(SHOWN)
        .map(|(name, unit, wish)| {
            view! {
                <tr><td>{name.clone()}</td><td>{unit.clone()}</td><td class="num">{wish.number.clone()}</td><td>{wish.area.clone()}</td>
                    <td class="num">{wish.issued.day_field()}</td><td class="num">{wish.until.day_field()}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("证件编号", "Certificate")}</th>
        <th>{lang.pick("执法领域", "Area")}</th><th>{lang.pick("发证日期", "Issued")}</th><th>{lang.pick("有效期至", "Good until")}</th>
    };
    let more = (report.created.len() > SHOWN)
        .then(|| view! { <p class="small soft">{lang.pick("列出前 200 行。", "The first 200 are listed.")}</p> });
    let title = lang.pick("新增的证件", "New certificates");
    (!report.created.is_empty())
        .then(|| view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}{more}</section> })
}
