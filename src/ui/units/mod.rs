//! The tree of units with its regions, and one unit with what becomes of it from a day on.

use leptos::prelude::*;

use super::{
    part::{
        Tone, day, fault,
        form::{Typed, line, select, tick, typed_or},
        heading, pager, table, tag,
    },
    shell::{Frame, encode, page},
};
use crate::{
    domain::{
        id::RegionId,
        lang::Lang,
        people::{Status, UnitChange},
        role::Right,
    },
    error::Fault,
    service::unit::{Page, Record, told},
};

pub fn units(frame: &Frame, shown: &Page, words: &str, region: Option<RegionId>) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("单位", "Units");
    let below = match lang {
        Lang::Zh => format!("找到 {} 个单位", shown.total),
        Lang::En => format!("{} units found", shown.total),
    };
    let chosen = region.map(|region| region.to_string()).unwrap_or_default();
    let everywhere = (String::new(), lang.pick("全部", "All").to_owned());
    let regions = std::iter::once(everywhere)
        .chain(shown.regions.iter().map(|(id, path)| (id.to_string(), path.clone())))
        .collect();
    let (region, searched) = (chosen.clone(), words.to_owned());
    let link = move |page: u32| format!("/admin/units?words={}&region={region}&page={page}", encode(&searched));
    let main = view! {
        <p class="small"><a href="/admin/people">{lang.pick("人员与单位", "People and units")}</a></p>
        <div class="row between wrap">{heading(title, below)}{directory(frame)}</div>
        <section class="card stack">
            <form class="filter" action="/admin/units" method="get">
                {line("filter", ("words", "search"), lang.pick("单位名称", "Name"), words, false)}
                {select("filter", "region", lang.pick("行政区划", "Region"), regions, &chosen)}
                <button class="button" r#type="submit">{lang.pick("筛选", "Filter")}</button>
            </form>
            {table(title, head(lang), rows(lang, shown))}
            {pager(lang, shown.page, shown.pages, link)}
        </section>
    };
    page(frame, title, main)
}

/// The way to the units that play, which are no part of the tree.
fn directory(frame: &Frame) -> impl IntoView + use<> {
    let lang = frame.lang;
    frame.offers(Right::ManageCompetitions).then(|| {
        view! { <a class="button" href="/admin/organizations">{lang.pick("参赛单位目录", "Units that play")}</a> }
    })
}

fn head(lang: Lang) -> impl IntoView {
    view! {
        <th>{lang.pick("单位", "Unit")}</th><th class="n">{lang.pick("本级在册", "Own persons")}</th>
        <th class="n">{lang.pick("含下级", "With those below")}</th><th>{lang.pick("行政区划", "Region")}</th>
    }
}

fn rows(lang: Lang, shown: &Page) -> impl IntoView + use<> {
    let row = |row: &crate::service::unit::Row| {
        let closed = row
            .closed_at
            .map(|at| tag(Tone::Warn, format!("{}{}", lang.pick("已撤销 ", "Closed "), day(at))));
        view! {
            <tr>
                <td><span aria-hidden="true">{"　".repeat(row.depth)}</span><a href=format!("/admin/units/{}", row.unit.id)>{row.unit.name.clone()}</a>" "{closed}</td>
                <td class="n">{row.own.to_string()}</td>
                <td class="n">{row.all.to_string()}</td>
                <td>{row.region.clone()}</td>
            </tr>
        }
    };
    shown.rows.iter().map(row).collect_view()
}

pub fn unit(frame: &Frame, record: &Record, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView {
    let lang = frame.lang;
    let path = record.tree.path(record.unit.id);
    let region = record
        .details
        .region
        .map(|region| record.regions.path(region))
        .unwrap_or_default();
    let persons = match lang {
        Lang::Zh => format!("本级在册 {} 人", record.persons),
        Lang::En => format!("{} active persons of its own", record.persons),
    };
    let place = match region.as_str() {
        "" => lang.pick("没有写明行政区划", "no region told").to_owned(),
        region => format!("{}{region}", lang.pick("行政区划：", "region: ")),
    };
    let closed = record.details.closed_at.map(|at| {
        tag(
            Tone::Warn,
            format!("{}{}", lang.pick("已撤销，自 ", "Closed from "), day(at)),
        )
    });
    let forms = frame
        .offers(Right::ManagePeople)
        .then(|| match record.details.closed_at {
            Some(_) => view! { <div class="halves">{reopen_form(lang, record, typed)}</div> }.into_any(),
            None => view! {
                <div class="halves">
                    {move_form(lang, record, typed)}
                    {rename_form(lang, record, typed)}
                    {region_form(lang, record, typed, &region)}
                    {close_form(lang, record, typed)}
                </div>
            }
            .into_any(),
        });
    let main = view! {
        <p class="small"><a href="/admin/units">{lang.pick("单位", "Units")}</a></p>
        <div class="row between wrap">{heading(path, format!("{persons} · {place}"))}{closed}</div>
        {fault(wrong, lang)}
        {forms}
        {history(lang, record)}
        <p><a class="button" href=format!("/admin/people?unit={}", record.unit.id)>{lang.pick("看人员", "See the persons")}</a></p>
    };
    page(frame, &record.unit.name, main)
}

/// Day and reason, which every change has.
fn when_and_why(lang: Lang, form: &'static str, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    view! {
        {line(form, ("from", "date"), lang.pick("从哪天起", "From"), typed_or(typed, "from", record.today.day_field()), true)}
        {line(form, ("reason", "text"), lang.pick("原因", "Reason"), typed_or(typed, "reason", ""), true)}
    }
}

fn action(record: &Record, step: &str) -> String {
    format!("/admin/units/{}/{step}", record.unit.id)
}

fn move_form(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    let parent = record
        .unit
        .parent
        .map(|parent| record.tree.path(parent))
        .unwrap_or_default();
    view! {
        <form class="card stack" action=action(record, "move") method="post">
            <h2>{lang.pick("调整隶属", "Move")}</h2>
            {line("move", ("parent", "text"), lang.pick("新的上级单位（写全路径，留空为最上级）", "New parent (whole path; empty: the top)"), typed_or(typed, "parent", parent), false)}
            {when_and_why(lang, "move", record, typed)}
            <button class="button" r#type="submit">{lang.pick("调整", "Move")}</button>
        </form>
    }
}

fn rename_form(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <form class="card stack" action=action(record, "rename") method="post">
            <h2>{lang.pick("更名", "Rename")}</h2>
            {line("rename", ("name", "text"), lang.pick("新名称", "New name"), typed_or(typed, "name", record.unit.name.clone()), true)}
            {when_and_why(lang, "rename", record, typed)}
            <button class="button" r#type="submit">{lang.pick("更名", "Rename")}</button>
        </form>
    }
}

fn region_form(lang: Lang, record: &Record, typed: &Typed, region: &str) -> impl IntoView + use<> {
    view! {
        <form class="card stack" action=action(record, "region") method="post">
            <h2>{lang.pick("行政区划", "Region")}</h2>
            {line("region", ("region", "text"), lang.pick("路径，例如 山东省/淄博市/张店区", "Path from the province down, parted by /"), typed_or(typed, "region", region), false)}
            {when_and_why(lang, "region", record, typed)}
            <button class="button" r#type="submit">{lang.pick("保存", "Save")}</button>
        </form>
    }
}

fn close_form(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <form class="card stack" action=action(record, "close") method="post">
            <h2>{lang.pick("撤销单位", "Close")}</h2>
            {line("close", ("receiver", "text"), lang.pick("在册人员由哪个单位接收（写全路径）", "Unit that takes the persons (whole path)"), typed_or(typed, "receiver", ""), false)}
            {when_and_why(lang, "close", record, typed)}
            {tick("confirmed", lang.pick("知道正在进行的考试按冻结的名册照常进行", "I know that exams under way go on with their frozen rosters"), typed.contains_key("confirmed"))}
            <button class="button" r#type="submit">{lang.pick("撤销", "Close")}</button>
        </form>
    }
}

fn reopen_form(lang: Lang, record: &Record, typed: &Typed) -> impl IntoView + use<> {
    view! {
        <form class="card stack" action=action(record, "reopen") method="post">
            <h2>{lang.pick("恢复单位", "Open again")}</h2>
            {when_and_why(lang, "reopen", record, typed)}
            <button class="button" r#type="submit">{lang.pick("恢复", "Open again")}</button>
        </form>
    }
}

pub(super) fn status_tag(lang: Lang, status: Status) -> impl IntoView {
    let tone = match status {
        Status::Planned => Tone::Action,
        Status::Done => Tone::Good,
        Status::Refused => Tone::Seal,
        Status::Withdrawn => Tone::Plain,
    };
    tag(tone, status.name(lang))
}

fn history(lang: Lang, record: &Record) -> impl IntoView + use<> {
    let title = lang.pick("历史", "History");
    let row = |change: &UnitChange| {
        let (before, after) = told(change, &record.tree, &record.regions);
        let what = match (before == after, change.receiver) {
            (true, Some(receiver)) => format!(
                "{}{}",
                lang.pick("人员由接收：", "Taken by: "),
                record.tree.path(receiver)
            ),
            (true, None) => String::new(),
            (false, _) => format!("{} → {}", or_none(lang, &before), or_none(lang, &after)),
        };
        let refused = change
            .refusal
            .as_ref()
            .map(|fault| view! { <p class="small">{fault.message(lang)}</p> });
        let back = (change.status == Status::Planned).then(|| {
            view! {
                <form action=format!("/admin/unit-changes/{}/withdraw", change.id) method="post">
                    <button class="button small quiet" r#type="submit">{lang.pick("撤回", "Withdraw")}</button>
                </form>
            }
        });
        view! {
            <tr><td class="num">{day(change.from)}</td><td>{change.kind.name(lang)}</td><td>{what}{refused}</td>
                <td>{change.reason.clone()}</td><td>{status_tag(lang, change.status)}{back}</td></tr>
        }
    };
    let rows = record.changes.iter().map(row).collect_view();
    let head = view! {
        <th>{lang.pick("从哪天起", "From")}</th><th>{lang.pick("变动", "Change")}</th><th>{lang.pick("内容", "What")}</th>
        <th>{lang.pick("原因", "Reason")}</th><th>{lang.pick("状态", "State")}</th>
    };
    let body = if record.changes.is_empty() {
        view! { <p class="soft">{lang.pick("还没有变动。", "No change yet.")}</p> }.into_any()
    } else {
        table(title, head, rows).into_any()
    };
    view! { <section class="card stack"><h2>{title}</h2>{body}</section> }
}

pub(super) fn or_none(lang: Lang, text: &str) -> String {
    if text.is_empty() {
        lang.pick("（无）", "(none)").to_owned()
    } else {
        text.to_owned()
    }
}
