//! An edition of a year as it was frozen, with what it has otherwise than the one before it.

use leptos::prelude::*;

use super::{lines, meaning, records};
use crate::{
    domain::{annual::Annual, lang::Lang},
    service::edition::{Changed, Read, Since},
    ui::{
        part::{heading, moment, table},
        shell::{Frame, page},
    },
};

pub fn page_of(frame: &Frame, shown: &Read) -> impl IntoView + use<> {
    let (lang, year, number) = (frame.lang, shown.head.year, shown.head.number);
    let (title, back) = match lang {
        Lang::Zh => (format!("{year} 年度数据第 {number} 版"), format!("{year} 年度数据")),
        Lang::En => (
            format!("Figures of {year}, edition {number}"),
            format!("Figures of {year}"),
        ),
    };
    let below = lang.pick(
        "数据由随版次冻结的明细重新统计，与以后的变动无关。",
        "Counted again from the records that were frozen with it; what changed later is not in it.",
    );
    let main = view! {
        <p class="small"><a href=format!("/admin/years/{year}")>{back}</a></p>
        {heading(title.clone(), below)}
        {sealed(lang, shown)}
        {shown.since.as_ref().map(|since| differs(lang, (year, number), since))}
        {figures(lang, &shown.figures)}
    };
    page(frame, &title, main)
}

/// Who made it, when and why, and its place in the chain.
fn sealed(lang: Lang, shown: &Read) -> impl IntoView + use<> {
    let head = &shown.head;
    let or = |text: &str, none: &str| match text {
        "" => none.to_owned(),
        text => text.to_owned(),
    };
    let words = [
        (lang.pick("版次", "Edition"), head.number.to_string()),
        (lang.pick("时间", "Made"), moment(lang, head.made_at)),
        (
            lang.pick("生成人", "Made by"),
            or(&shown.by, lang.pick("操作员", "the operator")),
        ),
        (lang.pick("原因", "Reason"), or(&head.reason, "—")),
    ];
    let digests = [
        (lang.pick("SM3 摘要", "SM3 digest"), or(&head.digest, "—")),
        (
            lang.pick("链上前一版次的摘要", "Digest of the edition before it in the chain"),
            or(&head.previous, "—"),
        ),
    ];
    let words = words.map(|(name, text)| view! { <div><dt>{name}</dt><dd>{text}</dd></div> });
    let digests = digests.map(|(name, text)| view! { <div><dt>{name}</dt><dd class="code small">{text}</dd></div> });
    view! {
        <section class="card stack"><h2>{lang.pick("版次", "The edition")}</h2>
            <dl class="definitions">{words.collect_view()}{digests.collect_view()}</dl></section>
    }
}

fn differs(lang: Lang, (year, number): (u16, u32), since: &Since) -> impl IntoView + use<> {
    let before = number.saturating_sub(1);
    let title = match lang {
        Lang::Zh => format!("与第 {before} 版的差异"),
        Lang::En => format!("How it differs from edition {before}"),
    };
    let rows = since
        .figures
        .iter()
        .map(|(id, was, is)| {
            let was = was.as_ref().map_or("—".to_owned(), ToString::to_string);
            view! { <tr><th class="plain" scope="row">{id.name(lang)}</th><td class="num">{was}</td><td class="num">{is.to_string()}</td></tr> }
        })
        .collect_view();
    let label = lang.pick("与前一版次不同的数据", "Figures that differ from the edition before");
    let head = view! {
        <th>{label}</th><th class="num">{lang.pick("前一版次", "Before")}</th><th class="num">{lang.pick("本版次", "This edition")}</th>
    };
    let differ = (!since.figures.is_empty()).then(|| table(label, head, rows));
    let Changed { gone, come } = &since.records;
    let counts = match lang {
        Lang::Zh => format!("明细变动：{} 条不再有，{} 条新出现。", gone.len(), come.len()),
        Lang::En => format!("Records: {} are gone, {} have come.", gone.len(), come.len()),
    };
    view! {
        <section class="card stack"><h2>{title}</h2>
            {differ}
            <p>{counts}" "<a href=format!("/admin/years/{year}/editions/{before}")>{lang.pick("看前一版次", "See the edition before")}</a></p>
            {lines(&since.records)}</section>
    }
}

fn figures(lang: Lang, figures: &[Annual]) -> impl IntoView + use<> {
    let rows = figures
        .iter()
        .map(|figure| {
            let id = figure.id;
            let parts = figure.denominator.map(|of| format!("{} ÷ {of}", figure.numerator));
            view! {
                <tr><th class="plain" scope="row"><details><summary>{id.name(lang)}</summary>
                        <p class="small soft">{records::other_name(lang, id)}</p><p class="small soft">{meaning(lang, id)}</p></details></th>
                    <td class="num">{figure.value.to_string()}" "<span class="small soft">{id.unit(lang)}</span></td>
                    <td class="num small soft">{parts}</td></tr>
            }
        })
        .collect_view();
    let label = lang.pick("数据", "Figures");
    let head = view! {
        <th>{lang.pick("数据（点开看定义）", "Figure (open for its definition)")}</th><th class="num">{lang.pick("数值", "Value")}</th>
        <th class="num">{lang.pick("分子 ÷ 分母", "Of")}</th>
    };
    view! { <section class="card stack"><h2>{label}</h2>{table(label, head, rows)}</section> }
}
