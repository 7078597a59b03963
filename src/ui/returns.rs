//! What became of the named cells of a workbook that somebody wants filled in.

use leptos::prelude::*;

use super::{
    part::{Tone, heading, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        annual::{
            AnnualId,
            named::{Loss, Named, Told},
        },
        intake::Matter,
        lang::Lang,
    },
    service::returns::Filled,
};

/// `done`: what became of each name, or why the workbook cannot be filled in. `here`: the year, where the file is, and which part.
pub fn filled(
    frame: &Frame,
    name: &str,
    done: &Result<Filled, Matter>,
    (number, file, query): &(u16, String, String),
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = lang.pick("填写上级发来的表", "Fill in somebody's form");
    let body = match done {
        Err(matter) => notice(Tone::Seal, matter.message(lang)).into_any(),
        Ok(Filled { told, draft, .. }) => {
            let losses: Vec<_> = told.losses().collect();
            view! {
                {draft.then(|| notice(Tone::Warn, still(lang)))}
                {summary(lang, told, losses.len())}
                <div class="row wrap"><a class="button primary" href=file.clone()>{lang.pick("下载填好的表", "Take the filled form")}</a></div>
                {left(lang, &losses)}
                {put(lang, told)}
                {unasked(lang, &told.unasked())}
            }
            .into_any()
        }
    };
    let back = match lang {
        Lang::Zh => format!("{number} 年度数据"),
        Lang::En => format!("Figures of {number}"),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/years/{number}{query}")>{back}</a></p>
        {heading(title, "")}
        <p class="small soft" lang="zh-CN">{name.to_owned()}</p>
        {body}
    };
    page(frame, title, main)
}

/// The cells keep the look of whoever made the form, so that it is said here and in the name of the file.
fn still(lang: Lang) -> &'static str {
    lang.pick(
        "年度还没有封账，填入的数都是草稿，还可能变动。单元格的样子不改，草稿写在文件名里；封账后请重新填一次再上报。",
        "The year is not closed: what was filled in is a draft and may still change. The look of the cells stays, so the name of the file says it. Fill the form in again when the year is closed.",
    )
}

fn summary(lang: Lang, told: &Told, lost: usize) -> impl IntoView + use<> {
    let filled = told.filled().count();
    let tone = if lost == 0 { Tone::Good } else { Tone::Warn };
    let text = match lang {
        Lang::Zh => format!("填了 {filled} 个单元格，{lost} 个名称没有填。表里的公式打开时重新计算，其他内容没有动。"),
        Lang::En => format!(
            "{filled} cells were filled in, {lost} names were left out. Formulas are computed anew when the workbook is opened; nothing else was changed."
        ),
    };
    notice(tone, text)
}

fn left(lang: Lang, losses: &[(&Named, Loss)]) -> impl IntoView + use<> {
    let rows = losses.iter().map(|(named, loss)| {
        view! { <tr><th class="plain code" scope="row">{named.name.clone()}</th><td class="code" lang="zh-CN">{named.place.clone()}</td><td>{loss.message(lang)}</td></tr> }
    });
    let title = lang.pick("没有填写的名称", "Names left out");
    let head = view! {
        <th>{lang.pick("名称", "Name")}</th><th>{lang.pick("位置", "Place")}</th><th>{lang.pick("原因", "Reason")}</th>
    };
    let rows = rows.collect_view();
    (!losses.is_empty())
        .then(|| view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> })
}

fn put(lang: Lang, told: &Told) -> impl IntoView + use<> {
    let rows = told.filled().map(|(named, value)| {
        view! {
            <tr><th class="plain code" scope="row">{named.name.clone()}</th><td class="code" lang="zh-CN">{named.place.clone()}</td>
                <td class="num" lang="zh-CN">{value.to_owned()}</td></tr>
        }
    });
    let title = lang.pick("已填写", "Filled in");
    let head = view! {
        <th>{lang.pick("名称", "Name")}</th><th>{lang.pick("位置", "Place")}</th><th class="num">{lang.pick("数值", "Value")}</th>
    };
    let rows = rows.collect_view();
    view! { <section class="card stack"><h2>{title}</h2>{table(title, head, rows)}</section> }
}

fn unasked(lang: Lang, ids: &[AnnualId]) -> impl IntoView + use<> {
    let items = ids.iter().map(|id| {
        view! { <li><code>{format!("mingfa_{}", id.code())}</code>" "{id.name(lang)}</li> }
    });
    let items = items.collect_view();
    (!ids.is_empty()).then(|| {
        view! {
            <details class="card stack more"><summary>{lang.pick("工作簿没有要的指标", "Figures the workbook does not ask for")}</summary><ul>{items}</ul></details>
        }
    })
}
