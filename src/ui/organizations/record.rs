//! One unit that plays: what is known of it, what it was merged with, and what can be done about it.

use leptos::prelude::*;

use super::{address, standing_tag};
use crate::{
    domain::{
        id::OrganizationId,
        lang::Lang,
        organization::{Organization, State},
    },
    error::Fault,
    service::organization::{Found, Record, Row},
    ui::{
        part::{
            day, fault,
            form::{Typed, line, typed_or},
            heading,
        },
        shell::{Frame, page},
    },
};

pub fn record(frame: &Frame, record: &Record, words: &str, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let Row { unit, path, into } = &record.row;
    let place = match path.as_str() {
        "" => lang.pick("没有写明行政区划", "no region told"),
        path => path,
    };
    let code = unit.uscc.as_ref().map(|code| format!(" · {code}")).unwrap_or_default();
    let since = match lang {
        Lang::Zh => format!("{place}{code} · {} 加入", day(unit.created_at)),
        Lang::En => format!("{place}{code} · added {}", day(unit.created_at)),
    };
    let onward = unit.merged_into.map(|id| {
        let name = into.clone().unwrap_or_default();
        view! {
            <p>{lang.pick("参赛者仍记在本单位，统计时算作：", "Its players stay with it and count for: ")}
                <a lang="zh-CN" href=format!("/admin/organizations/{id}")>{name}</a></p>
        }
    });
    let main = view! {
        <p class="small"><a href="/admin/organizations">{lang.pick("参赛单位目录", "Units that play")}</a>" · "
            <a href="/admin/organizations/desk">{lang.pick("合并台", "Merge desk")}</a></p>
        <div class="row between wrap">{heading(unit.name.clone(), since)}{standing_tag(lang, &record.row)}</div>
        {fault(wrong, lang)}
        {onward}
        <div class="halves">{revise_form(lang, unit, typed)}{decisions(lang, unit)}</div>
        {unit.merged_into.is_none().then(|| merge_card(lang, unit.id, &record.candidates, words))}
        {merged(lang, &record.merged)}
    };
    page(frame, &unit.name, main)
}

fn revise_form(lang: Lang, unit: &Organization, typed: &Typed) -> impl IntoView + use<> {
    let people = unit.headcount.map(|count| count.to_string()).unwrap_or_default();
    view! {
        <form class="card stack" action=format!("/admin/organizations/{}", unit.id) method="post">
            <h2>{lang.pick("行业与人数", "Trade and headcount")}</h2>
            {line("revise", ("trade", "text"), lang.pick("行业", "Trade"), typed_or(typed, "trade", unit.trade.clone()), false)}
            {line("revise", ("headcount", "text"), lang.pick("申报人数（算参与率用，不清楚就留空）", "Stated number of people (for the rate of taking part; empty: not known)"), typed_or(typed, "headcount", people), false)}
            <button class="button" r#type="submit">{lang.pick("保存", "Save")}</button>
        </form>
    }
}

/// What can be decided, and taken back.
fn decisions(lang: Lang, unit: &Organization) -> impl IntoView + use<> {
    let form = |step: &str, label: &'static str, words: &'static str| {
        view! {
            <form class="card stack" action=format!("/admin/organizations/{}/{step}", unit.id) method="post">
                <h2>{label}</h2>
                <p class="small soft">{words}</p>
                <button class="button" r#type="submit">{label}</button>
            </form>
        }
    };
    match (unit.merged_into, unit.state, unit.decided_at) {
        (Some(_), ..) => Some(form(
            "undo",
            lang.pick("撤销合并", "Undo the merge"),
            lang.pick(
                "它会重新作为单独的单位统计。",
                "It will be counted as a unit of its own again.",
            ),
        )),
        (None, State::Proposed, _) => Some(form(
            "list",
            lang.pick("收录", "List"),
            lang.pick(
                "收录后参赛者可以查到并选择它。",
                "Players will find it and can choose it.",
            ),
        )),
        (None, State::Listed, Some(_)) => Some(form(
            "undo",
            lang.pick("撤销收录", "Undo the listing"),
            lang.pick(
                "它会回到合并台，参赛者查不到它；已选它的人不变。",
                "It goes back to the merge desk and is not found any more; who chose it keeps it.",
            ),
        )),
        (None, State::Listed, None) => None,
    }
}

fn merge_card(lang: Lang, id: OrganizationId, candidates: &[Found], words: &str) -> impl IntoView + use<> {
    let choices = if candidates.is_empty() {
        view! { <p class="soft">{lang.pick("没有找到可以并入的单位。请换个名称查找。", "No unit to merge into was found. Search by another name.")}</p> }
            .into_any()
    } else {
        let choices = candidates.iter().map(|found| choice(found, "")).collect_view();
        view! {
            <form class="stack" action=format!("/admin/organizations/{id}/merge") method="post">
                <fieldset class="stack"><legend class="visually-hidden">{lang.pick("并入哪个单位", "Into which unit")}</legend>{choices}</fieldset>
                <button class="button" r#type="submit">{lang.pick("并入所选单位", "Merge into the chosen one")}</button>
            </form>
        }
        .into_any()
    };
    view! {
        <section class="card stack">
            <h2>{lang.pick("并入另一个单位", "Merge into another unit")}</h2>
            <p class="small soft">{lang.pick("只是统计时算作那个单位，参赛者的登记不改，随时可以撤销。",
                "It only counts for the other; what players chose is not changed, and it can be undone at any time.")}</p>
            <form class="filter" action=format!("/admin/organizations/{id}") method="get">
                {line("merge", ("words", "search"), lang.pick("查找单位", "Search units"), words, false)}
                <button class="button" r#type="submit">{lang.pick("查找", "Search")}</button>
            </form>
            {choices}
        </section>
    }
}

/// A unit to be merged into.
pub(super) fn choice(found: &Found, hint: &str) -> impl IntoView + use<> {
    let place = [found.path.as_str(), hint]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" · ");
    view! {
        <label class="tick"><input r#type="radio" name="into" value=found.id.to_string() required=true/>
            <span><span lang="zh-CN">{found.name.clone()}</span>" "<span class="small soft">{place}</span></span></label>
    }
}

fn merged(lang: Lang, rows: &[Row]) -> impl IntoView + use<> {
    (!rows.is_empty()).then(|| {
        let rows = rows
            .iter()
            .map(|row| view! { <li><a lang="zh-CN" href=address(row)>{row.unit.name.clone()}</a>" "<span class="small soft">{row.path.clone()}</span></li> })
            .collect_view();
        view! { <section class="card stack"><h2>{lang.pick("并入本单位的", "Merged into this one")}</h2><ul>{rows}</ul></section> }
    })
}
