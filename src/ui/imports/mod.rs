//! Imports of rosters: the list, and one with its difference and the way back.

use leptos::prelude::*;

use super::{
    part::{Tone, fault, heading, moment, notice, pager, table, tag},
    person::differences,
    shell::{Frame, page},
};
use crate::{
    domain::{
        lang::Lang,
        roster::{Import, Touch, Touched},
    },
    error::Fault,
    service::roster::ImportRecord,
};

pub fn imports(frame: &Frame, imports: &[Import], (here, pages): (u32, u32)) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("导入记录", "Imports");
    let row = |import: &Import| {
        view! {
            <tr>
                <td><a href=format!("/admin/people/imports/{}", import.id)>{format!("#{}", import.number)}</a></td>
                <td>{import.file.clone()}</td>
                <td class="num">{moment(lang, import.made_at)}</td>
                <td class="n">{import.created.to_string()}</td><td class="n">{import.changed.to_string()}</td>
                <td class="n">{import.departed.to_string()}</td><td class="n">{import.refused.to_string()}</td>
                <td>{state(lang, import)}</td>
            </tr>
        }
    };
    let rows = imports.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("编号", "Number")}</th><th>{lang.pick("文件", "File")}</th><th>{lang.pick("时间", "When")}</th>
        <th class="n">{lang.pick("新增", "Created")}</th><th class="n">{lang.pick("变更", "Changed")}</th>
        <th class="n">{lang.pick("离开", "Gone")}</th><th class="n">{lang.pick("拒绝", "Refused")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let body = if imports.is_empty() {
        notice(
            Tone::Plain,
            lang.pick("还没有导入过名册。", "No roster was imported yet."),
        )
        .into_any()
    } else {
        view! { <section class="card stack">{table(title, head, rows)}{pager(lang, here, pages, |page| format!("/admin/people/imports?page={page}"))}</section> }
            .into_any()
    };
    let main = view! {
        <p class="small"><a href="/admin/people">{lang.pick("人员与单位", "People and units")}</a></p>
        {heading(title, "")}
        {body}
    };
    page(frame, title, main)
}

fn state(lang: Lang, import: &Import) -> impl IntoView + use<> {
    match import.undone_at {
        Some(at) => tag(
            Tone::Plain,
            format!("{}{}", lang.pick("已撤销 ", "Undone "), moment(lang, at)),
        )
        .into_any(),
        None => tag(Tone::Good, lang.pick("有效", "Stands")).into_any(),
    }
}

pub fn import(frame: &Frame, record: &ImportRecord, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let import = &record.import;
    let title = match lang {
        Lang::Zh => format!("第 {} 次导入", import.number),
        Lang::En => format!("Import {}", import.number),
    };
    let below = format!("{} · {}", import.file, moment(lang, import.made_at));
    let counts = [
        (Touch::Created.name(lang), import.created),
        (Touch::Changed.name(lang), import.changed),
        (Touch::Departed.name(lang), import.departed),
        (lang.pick("不变", "Unchanged"), import.unchanged),
        (lang.pick("拒绝", "Refused"), import.refused),
    ];
    let figures = counts
        .into_iter()
        .map(|(label, count)| view! { <div class="figure"><span class="small soft">{label}</span><b>{count.to_string()}</b></div> })
        .collect_view();
    let undo = record.last.then(|| {
        view! {
            <form class="card stack" action=format!("/admin/people/imports/{}/undo", import.id) method="post">
                <h2>{lang.pick("撤销这次导入", "Undo this import")}</h2>
                <p class="small soft">{lang.pick(
                    "新增的人删去，其他人恢复导入前的内容。之后又有变动的人会拦住撤销，并列出姓名。",
                    "Who it made is removed, everybody else gets what stood before. Persons touched since prevent it and are named.",
                )}</p>
                <button class="button" r#type="submit">{lang.pick("撤销导入", "Undo")}</button>
            </form>
        }
    });
    let row = |touched: &Touched| {
        view! {
            <tr><td>{touched.kind.name(lang)}</td><td>{touched.after.number.clone()}</td>
                <td><a href=format!("/admin/people/{}", touched.person)>{touched.after.name.clone()}</a></td><td>{differences(lang, touched, &record.units)}</td></tr>
        }
    };
    let rows = record.rows.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("变动", "Change")}</th><th>{lang.pick("工号", "Number")}</th><th>{lang.pick("姓名", "Name")}</th><th>{lang.pick("内容", "What")}</th>
    };
    let rows_title = lang.pick("内容", "Rows");
    let link = {
        let id = import.id;
        move |page: u32| format!("/admin/people/imports/{id}?page={page}")
    };
    let main = view! {
        <p class="small"><a href="/admin/people/imports">{lang.pick("导入记录", "Imports")}</a></p>
        <div class="row between wrap">{heading(title.clone(), below)}{state(lang, import)}</div>
        {fault(wrong, lang)}
        <div class="figures num">{figures}</div>
        <section class="card stack"><h2>{rows_title}</h2>{table(rows_title, head, rows)}{pager(lang, record.page, record.pages, link)}</section>
        {undo}
    };
    page(frame, &title, main)
}
