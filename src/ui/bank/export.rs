//! Handing questions out to other programs: what the format cannot hold, then the file.

use leptos::prelude::*;

use super::{fields, query};
use crate::{
    domain::{bank::Filter, lang::Lang},
    service::exchange::{Dialect, Export},
    ui::{
        part::{Tone, choice, heading, notes, notice},
        shell::{Frame, page},
    },
};

/// How people know a format.
fn name(lang: Lang, dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Gift => "GIFT",
        Dialect::Aiken => "Aiken",
        Dialect::MoodleXml => "Moodle XML",
        Dialect::Qti21 => "QTI 2.1",
        Dialect::Qti3 => "QTI 3.0",
        Dialect::Xlsx => lang.pick("XLSX 表格（本平台模板）", "XLSX (our own template)"),
    }
}

/// `export`: what a file would hold; `None` until a format is chosen.
pub fn export(frame: &Frame, (bank, filter): (&str, &Filter), chosen: Option<(Dialect, &Export)>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("导出题目", "Export questions");
    let back = format!("/admin/banks/{}?{}", filter.bank, query(filter));
    let action = format!("/admin/banks/{}/export", filter.bank);
    let formats = Dialect::ALL.map(|dialect| (dialect.code().to_owned(), name(lang, dialect).to_owned()));
    let code = chosen.map_or(Dialect::Xlsx.code(), |(dialect, _)| dialect.code());
    let hidden = || {
        fields(filter)
            .into_iter()
            .map(|(name, value)| view! { <input r#type="hidden" name=name value=value/> })
            .collect_view()
    };
    let choose = view! {
        <form class="filter card" action=action.clone() method="get">
            {hidden()}
            {choice("format", lang.pick("格式", "Format"), formats.into(), code)}
            <button class="button" r#type="submit">{lang.pick("看能带走什么", "See what it holds")}</button>
        </form>
    };
    let report = chosen.map(|(dialect, export)| {
        let (all, written, lost) = (export.questions, export.written.questions, export.written.losses.len());
        let text = match lang {
            Lang::Zh => format!("按当前筛选共 {all} 题，写得出 {written} 题，损失 {lost} 处。"),
            Lang::En => format!("The filter finds {all} question(s); {written} can be written, with {lost} loss(es)."),
        };
        let tone = if lost == 0 { Tone::Good } else { Tone::Warn };
        let never = lang.pick(
            "任何格式都不带：编号、状态、版本、审题和使用记录。",
            "No format carries number, state, versions, reviews and use.",
        );
        let download = (written > 0).then(|| {
            view! {
                <form class="card stack" action=action method="post">
                    {hidden()}
                    <input r#type="hidden" name="format" value=dialect.code()/>
                    <p>{lang.pick("文件里有答案。导出会记入操作记录，请妥善保管文件。", "The file holds the keys. The export is logged; keep the file safe.")}</p>
                    <div class="row"><button class="button primary" r#type="submit">{lang.pick("下载", "Download")}</button></div>
                </form>
            }
        });
        view! {
            {notice(tone, text)}
            <p class="small soft">{never}</p>
            {download}
            {notes(lang, lang.pick("带不走的内容", "What is lost").into(), &export.written.losses)}
        }
    });
    let main = view! {
        <p class="small"><a href=back>{bank.to_owned()}</a></p>
        {heading(title, "")}
        {choose}
        {report}
    };
    page(frame, title, main)
}
