//! The figures of a year: each with its definition and where it comes from, the level below, and the sentences they carry.

use leptos::prelude::*;

use super::{
    part::{Tone, heading, moment, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        annual::{AnnualId, Base, Source},
        lang::Lang,
    },
    service::annual::Annual,
};

pub fn page_of(frame: &Frame, shown: &Annual) -> impl IntoView + use<> {
    let lang = frame.lang;
    let number = shown.number;
    let title = match lang {
        Lang::Zh => format!("{number} 年度数据"),
        Lang::En => format!("Figures of {number}"),
    };
    let whole = lang.pick("全部单位", "all units").to_owned();
    let place = shown.unit.map_or(whole, |unit| shown.units.path(unit));
    let below = format!(
        "{place} · {} {}",
        lang.pick("统计于", "counted"),
        moment(lang, shown.as_of)
    );
    let links = view! {
        <div class="row wrap">
            <a class="button" href=format!("/admin/activities?year={number}")>{lang.pick("活动台账", "Ledger")}</a>
            <a class="button" href=format!("/admin/years/{}", number.saturating_sub(1))>{lang.pick("上一年", "Year before")}</a>
            <a class="button" href=format!("/admin/years/{}", number.saturating_add(1))>{lang.pick("下一年", "Year after")}</a>
        </div>
    };
    let draft = notice(
        Tone::Plain,
        lang.pick(
            "年度还没有封账，下面的数随时会变；写进报告前请核对。",
            "The year is not closed: these figures still change. Check them before they go into a report.",
        ),
    );
    let main = view! {
        <div class="row between wrap">{heading(title.clone(), below)}{links}</div>
        {draft}
        {sentences(lang, shown)}
        {figures(lang, shown)}
        {level_below(lang, shown)}
        {counted(lang, shown)}
    };
    page(frame, &title, main)
}

fn sentences(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let sentences = shown.base.sentences();
    let body = if sentences.is_empty() {
        notice(
            Tone::Plain,
            lang.pick(
                "这一年还没有可以写的内容。",
                "There is nothing to report of this year yet.",
            ),
        )
        .into_any()
    } else {
        let lines = sentences
            .into_iter()
            .map(|sentence| view! { <li lang="zh-CN">{sentence}</li> })
            .collect_view();
        view! { <ul class="stack">{lines}</ul> }.into_any()
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("年度报告可用的句子（草稿）", "Sentences for the annual report (draft)")}</h2>
            {body}
            <p class="small soft">{lang.pick(
                "“余”“近”按固定规则取整，准确的数在下表。",
                "Rounded words follow a fixed rule; the exact numbers stand below.",
            )}</p>
        </section>
    }
}

fn link(shown: &Annual, id: AnnualId) -> Option<String> {
    let unit = shown.unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
    match (id.kind(), id.source()) {
        (Some(kind), _) => Some(format!(
            "/admin/activities?year={}&kind={}&state=recorded{unit}",
            shown.number,
            kind.code()
        )),
        (None, Source::Exam) => shown
            .exams
            .last()
            .map(|exam| format!("/admin/exams/{}/figures", exam.id)),
        (None, _) => None,
    }
}

fn parts(base: &Base, id: AnnualId) -> String {
    match base.parts(id) {
        (numerator, Some(denominator)) => format!("{numerator} ÷ {denominator}"),
        (_, None) => String::new(),
    }
}

fn figures(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let rows = AnnualId::ALL
        .iter()
        .map(|id| {
            let value = shown.base.shown(*id);
            let value = match link(shown, *id) {
                Some(href) if shown.base.parts(*id).0 > 0 => view! { <a href=href>{value}</a> }.into_any(),
                _ => value.into_any(),
            };
            view! {
                <tr><th class="plain" scope="row"><details><summary>{id.name(lang)}</summary>
                        <p class="small soft">{format!("{} {}{}", id.definition(lang), lang.pick("来源：", "Source: "), id.source().name(lang))}</p></details></th>
                    <td class="num">{value}" "<span class="small soft">{id.unit(lang)}</span></td>
                    <td class="num small soft">{parts(&shown.base, *id)}</td>
                    <td class="num">{shown.before.shown(*id)}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("数据（点开看定义）", "Figure (open for its definition)")}</th><th class="num">{lang.pick("本年", "This year")}</th>
        <th class="num">{lang.pick("分子 ÷ 分母", "Of")}</th><th class="num">{lang.pick("上年", "Year before")}</th>
    };
    view! { <section class="card stack"><h2>{lang.pick("数据", "Figures")}</h2>{table(lang.pick("数据", "Figures"), head, rows)}</section> }
}

fn level_below(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    const SHOWN: [AnnualId; 6] = [
        AnnualId::Due,
        AnnualId::Sat,
        AnnualId::Passed,
        AnnualId::PassRateOfDue,
        AnnualId::Publicity,
        AnnualId::Works,
    ];
    let number = shown.number;
    let rows = shown
        .below
        .iter()
        .map(|(unit, base)| {
            let name = shown.units.get(*unit).map(|unit| unit.name.clone()).unwrap_or_default();
            let cells = SHOWN.map(|id| view! { <td class="num">{base.shown(id)}</td> });
            view! {
                <tr><th class="plain" scope="row"><a href=format!("/admin/years/{number}?unit={unit}")>{name}</a></th>{cells.collect_view()}</tr>
            }
        })
        .collect_view();
    let heads = SHOWN.map(|id| view! { <th class="num">{id.name(lang)}</th> });
    let head = view! { <th>{lang.pick("单位", "Unit")}</th>{heads.collect_view()} };
    (!shown.below.is_empty()).then(|| {
        view! {
            <section class="card stack"><h2>{lang.pick("下级单位", "The level below")}</h2>
                {table(lang.pick("下级单位", "The level below"), head, rows)}</section>
        }
    })
}

/// What was counted, by name.
fn counted(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let exams = shown.exams.iter().map(|exam| {
        let href = format!("/admin/exams/{}/figures", exam.id);
        view! { <li><a href=href>{exam.title.clone()}</a></li> }.into_any()
    });
    let contests = shown
        .contests
        .iter()
        .map(|contest| view! { <li>{contest.title.clone()}</li> }.into_any());
    let all: Vec<_> = exams.chain(contests).collect();
    (!all.is_empty()).then(|| {
        view! {
            <section class="card stack"><h2>{lang.pick("计入的考试和竞赛", "Exams and competitions counted")}</h2><ul>{all}</ul></section>
        }
    })
}
