//! A file of activities: choosing it, and what it would enter.

use leptos::prelude::*;

use crate::{
    domain::{id::UploadId, lang::Lang},
    error::Fault,
    service::ledger::Report,
    ui::{
        part::{Tone, fault, form::tick, heading, notes, notice, table, upload},
        shell::{Frame, page},
    },
};

/// Where a file is chosen.
pub fn choose(frame: &Frame, number: u16, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = match lang {
        Lang::Zh => format!("导入 {number} 年活动台账"),
        Lang::En => format!("Import activities of {number}"),
    };
    let main = view! {
        {back(lang, number)}
        {heading(title.clone(), "")}
        {fault(wrong, lang)}
        <section class="card stack">
            <p>{lang.pick(
                "先下载模板，一行填一条活动；“填写说明”一页写着每一列怎么填。上传后先看预览，确认才登记，要么全部登记，要么一条也不登记。同一个文件再导入一次，不会重复登记。",
                "Take the template and write one activity a line; its sheet of instructions says how. You see a preview first. Everything is entered or nothing, and the same file enters nothing a second time.",
            )}</p>
            <p><a class="button" href="/admin/activities/template">{lang.pick("下载模板（XLSX）", "Template (XLSX)")}</a></p>
            {upload(
                format!("/admin/years/{number}/import"),
                lang.pick("XLSX 或 CSV 文件", "XLSX or CSV file"),
                lang.pick("最多 50000 行。", "50,000 lines at most."),
                ".xlsx,.csv",
                lang.pick("预览", "Preview"),
            )}
        </section>
    };
    page(frame, &title, main)
}

fn back(lang: Lang, number: u16) -> impl IntoView {
    view! { <p class="small"><a href=format!("/admin/activities?year={number}")>{lang.pick("活动台账", "Ledger of activities")}</a></p> }
}

/// What a file would enter (`pending` is `Some`), or has entered.
pub fn report(
    frame: &Frame,
    report: &Report,
    pending: Option<UploadId>,
    wrong: Option<&Fault>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = match pending {
        Some(_) => lang.pick("活动台账导入预览", "Preview of an import of activities"),
        None => lang.pick("活动台账已导入", "Activities imported"),
    };
    let below = format!("{} · {}", report.file, report.year);
    let entered = match pending {
        Some(_) => lang.pick("将登记", "To be entered"),
        None => lang.pick("已登记", "Entered"),
    };
    let counts = [
        (entered, report.fresh),
        (lang.pick("名单人次", "Names on lists"), report.names),
        (lang.pick("不重复登记", "Not entered again"), report.skipped.len()),
        (lang.pick("看起来重复", "Look the same"), report.alike.len()),
        (lang.pick("要改的问题", "To be mended"), report.errors.len()),
    ];
    let figures = counts
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count}</b></div> })
        .collect_view();
    let refused = report.refused.map(|fault| notice(Tone::Warn, fault.message(lang)));
    let main = view! {
        {back(lang, report.year)}
        {heading(title, below)}
        {fault(wrong, lang)}
        {refused}
        <div class="figures num">{figures}</div>
        {pending.map(|id| confirm(lang, report, id))}
        {notes(lang, lang.pick("要改的问题（改好之前，整个文件都不登记）", "To be mended (until then nothing of the file is entered)").into(), &report.errors)}
        {notes(lang, lang.pick("看起来重复（请核对）", "Look the same (please check)").into(), &report.alike)}
        {notes(lang, lang.pick("不重复登记的行", "Lines not entered again").into(), &report.skipped)}
        {notes(lang, lang.pick("其他提示", "Other notes").into(), &report.warnings)}
        {kinds(lang, report)}
        {pending.is_none().then(|| view! {
            <p><a class="button" href=format!("/admin/activities?year={}", report.year)>{lang.pick("看台账", "See the ledger")}</a></p>
        })}
    };
    page(frame, title, main)
}

/// The button, or why there is none.
fn confirm(lang: Lang, report: &Report, id: UploadId) -> impl IntoView + use<> {
    if !report.errors.is_empty() {
        let text = lang.pick(
            "有要改的问题，现在不能登记。请在文件里改好，重新上传。",
            "Something has to be mended first. Mend the file and upload it again.",
        );
        return notice(Tone::Warn, text).into_any();
    }
    if report.fresh == 0 {
        let text = lang.pick("没有要登记的内容。", "There is nothing to enter.");
        return notice(Tone::Plain, text).into_any();
    }
    if report.refused.is_some() {
        return ().into_any();
    }
    let distinct = (!report.alike.is_empty()).then(|| {
        tick(
            "distinct",
            lang.pick(
                "已经核对，不是重复，照样登记",
                "Checked: these are not the same, enter them",
            ),
            false,
        )
    });
    let back = format!("/admin/activities?year={}", report.year);
    view! {
        <form class="stack" action=format!("/admin/activities/import/{id}") method="post">
            {distinct}
            <div class="row">
                <button class="button primary" r#type="submit">{lang.pick("确认登记", "Enter them")}</button>
                <a class="button" href=back>{lang.pick("取消", "Cancel")}</a>
            </div>
        </form>
    }
    .into_any()
}

fn kinds(lang: Lang, report: &Report) -> impl IntoView + use<> {
    let rows = report
        .kinds
        .values()
        .map(|(kind, count)| {
            view! { <tr><th class="plain" scope="row">{kind.name(lang)}</th><td class="num">{*count}</td></tr> }
        })
        .collect_view();
    let title = lang.pick("登记内容", "What is entered");
    let head = view! { <th>{lang.pick("类型", "Kind")}</th><th class="num">{lang.pick("条", "Entries")}</th> };
    (!report.kinds.is_empty())
        .then(|| view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> })
}
