//! One entry of a plan with what is behind its number, and the form.

use leptos::prelude::*;

use super::standing_tag;
use crate::{
    domain::{
        id::{PlanEntryId, UnitId},
        lang::Lang,
        must_know::MustKnowList,
        plan::{Kind, Source, Wish},
        unit::Tree,
    },
    error::Fault,
    service::plan::{Behind, Shown},
    ui::{
        part::{
            Tone, bar, day, fault,
            form::{Typed, line, lines, select, typed_or},
            heading, notice, table,
        },
        shell::{Frame, page},
    },
};

/// One entry of a plan.
pub fn entry(frame: &Frame, shown: &Shown, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let entry = &shown.line.entry;
    let wish = &entry.wish;
    let below = [wish.kind.name(lang), &shown.units.path(wish.unit)].join(" · ");
    let changeable = shown.writes && !shown.closed;
    let change = changeable.then(|| {
        view! { <a class="button" href=format!("/admin/plan/{}/edit", entry.id)>{lang.pick("修改", "Change")}</a> }
    });
    let remove = changeable.then(|| {
        view! {
            <form class="card stack no-print" action=format!("/admin/plan/{}/remove", entry.id) method="post">
                <h2>{lang.pick("删除这项任务", "Remove this entry")}</h2>
                {line("remove", ("reason", "text"), lang.pick("理由（会写入操作记录）", "Reason (kept in the log)"), typed_or(typed, "reason", ""), true)}
                <div class="row"><button class="button" r#type="submit">{lang.pick("删除", "Remove")}</button></div>
            </form>
        }
    });
    let back = match lang {
        Lang::Zh => format!("{} 年度计划", entry.year),
        Lang::En => format!("Plan of {}", entry.year),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/years/{}/plan", entry.year)>{back}</a></p>
        <div class="row between wrap">{heading(wish.title.clone(), below)}<div class="row">{standing_tag(lang, &shown.line.progress)}{change}</div></div>
        {fault(wrong, lang)}
        {facts(lang, shown)}
        {shown.list.as_ref().map(|(title, lines)| studied(lang, shown, title, lines))}
        {records(lang, shown)}
        {remove}
    };
    page(frame, &wish.title, main)
}

fn facts(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let (wish, progress) = (&shown.line.entry.wish, &shown.line.progress);
    let unit = wish.kind.unit(lang);
    let rows = [
        (lang.pick("责任单位", "Responsible"), shown.units.path(wish.responsible)),
        (
            lang.pick("起止日期", "Days"),
            format!("{} – {}", day(wish.begins), day(wish.due)),
        ),
        (
            lang.pick("完成 / 计划", "Done / planned"),
            format!("{} / {} {unit}", progress.done, wish.planned),
        ),
        (lang.pick("名称或形式里要有", "Title or form has"), wish.words.clone()),
        (lang.pick("说明", "Note"), wish.note.clone()),
    ];
    let rows = rows
        .into_iter()
        .filter(|(_, text)| !text.is_empty())
        .map(|(label, text)| view! { <tr><th class="plain" scope="row">{label}</th><td>{text}</td></tr> })
        .collect_view();
    let share = 10_000 * progress.done.clamp(0, wish.planned) / wish.planned.max(1);
    view! {
        <section class="card stack">
            <table><tbody>{rows}</tbody></table>
            {bar(share)}
            <p class="small soft">{lang.pick("怎么算：", "What counts: ")}{wish.kind.counts(lang)}</p>
        </section>
    }
}

/// The lines of a list: which were studied, and which not.
fn studied(lang: Lang, shown: &Shown, title: &str, lines: &[String]) -> impl IntoView + use<> {
    let named = |place: usize| {
        let of = |source: &&Source| matches!(source, Source::Line(line, _) if *line == place);
        shown.line.progress.sources.iter().any(|source| of(&source))
    };
    let rows = lines
        .iter()
        .enumerate()
        .map(|(place, text)| {
            let mark = match named(place) {
                true => lang.pick("已学", "studied"),
                false => lang.pick("未学", "not yet"),
            };
            view! { <li><span>{text.clone()}</span>" "<span class="small soft">{mark}</span></li> }
        })
        .collect_view();
    let gone = title.is_empty().then(|| {
        notice(
            Tone::Warn,
            lang.pick(
                "这份清单已经删除，请修改任务，另选一份。",
                "The list was removed. Change the entry and choose another one.",
            ),
        )
    });
    view! { <section class="card stack"><h2>{title.to_owned()}</h2>{gone}<ol>{rows}</ol></section> }
}

fn link(one: &Behind) -> Option<String> {
    match one.source {
        Source::Activity(id, _) | Source::Line(_, id) => Some(format!("/admin/activities/{id}")),
        Source::Exam(id) => Some(format!("/admin/exams/{id}/figures")),
        Source::Contest(_) => None,
    }
}

/// Records shown one by one.
const ROWS: usize = 200;

fn records(lang: Lang, shown: &Shown) -> impl IntoView + use<> {
    let row = |one: &Behind| {
        let title = match link(one) {
            Some(href) => view! { <a href=href>{one.title.clone()}</a> }.into_any(),
            None => one.title.clone().into_any(),
        };
        let unit = one.unit.map_or_else(
            || lang.pick("全部单位", "All units").to_owned(),
            |unit| shown.units.path(unit),
        );
        let amount = match one.source {
            Source::Activity(_, amount) => amount.to_string(),
            Source::Line(place, _) => shown
                .list
                .as_ref()
                .and_then(|(_, lines)| lines.get(place).cloned())
                .unwrap_or_default(),
            Source::Exam(_) | Source::Contest(_) => "1".to_owned(),
        };
        view! { <tr><td class="num">{day(one.day)}</td><td>{title}</td><td>{unit}</td><td class="num">{amount}</td></tr> }
    };
    let rows = shown.behind.iter().take(ROWS).map(row).collect_view();
    let head = view! {
        <th>{lang.pick("日期", "Day")}</th><th>{lang.pick("名称", "Title")}</th><th>{lang.pick("单位", "Unit")}</th>
        <th class="num">{lang.pick("计入", "Counts")}</th>
    };
    let title = lang.pick("计入的记录", "Records that count");
    let body = if shown.behind.is_empty() {
        let none = lang.pick("还没有计入的记录。", "No record counts yet.");
        view! { <p class="soft">{none}</p> }.into_any()
    } else {
        table(title, head, rows).into_any()
    };
    let more = shown.behind.len().saturating_sub(ROWS);
    let notes = [
        (more > 0).then(|| match lang {
            Lang::Zh => format!("还有 {more} 条没有列出。"),
            Lang::En => format!("{more} more are not listed."),
        }),
        (shown.hidden > 0).then(|| match lang {
            Lang::Zh => format!("另有 {} 条计入，属于您看不到的单位。", shown.hidden),
            Lang::En => format!("{} more count, of units you do not see.", shown.hidden),
        }),
    ];
    let notes = notes
        .into_iter()
        .flatten()
        .map(|text| view! { <p class="small soft">{text}</p> })
        .collect_view();
    view! { <section class="card stack"><h2>{title}</h2>{body}{notes}</section> }
}

/// An entry as it would have been typed.
pub fn typed(wish: &Wish) -> Typed {
    let list = wish.list.map(|list| list.to_string()).unwrap_or_default();
    [
        ("kind", wish.kind.code().to_owned()),
        ("unit", wish.unit.to_string()),
        ("responsible", wish.responsible.to_string()),
        ("title", wish.title.clone()),
        ("begins", wish.begins.day_field()),
        ("due", wish.due.day_field()),
        ("planned", wish.planned.to_string()),
        ("list", list),
        ("words", wish.words.clone()),
        ("note", wish.note.clone()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// The form of a new entry (`id` is `None`), or of one that is changed.
pub fn edit(
    frame: &Frame,
    (number, id): (u16, Option<PlanEntryId>),
    (units, own, lists): &(Tree, Vec<UnitId>, Vec<MustKnowList>),
    typed: &Typed,
    wrong: Option<&Fault>,
) -> impl IntoView + use<> {
    let lang = frame.lang;
    let title = match id {
        Some(_) => lang.pick("修改任务", "Change an entry"),
        None => lang.pick("增加任务", "Add an entry"),
    };
    let (action, back) = match id {
        Some(id) => (format!("/admin/plan/{id}"), format!("/admin/plan/{id}")),
        None => (
            format!("/admin/years/{number}/plan"),
            format!("/admin/years/{number}/plan"),
        ),
    };
    let kinds = Kind::ALL
        .iter()
        .map(|kind| (kind.code().to_owned(), kind.name(lang).to_owned()))
        .collect();
    let places: Vec<_> = own.iter().map(|unit| (unit.to_string(), units.path(*unit))).collect();
    let none = (String::new(), lang.pick("（不用）", "(none)").to_owned());
    let lists = lists.iter().map(|list| (list.id.to_string(), list.title.clone()));
    let lists = std::iter::once(none).chain(lists).collect();
    let of = |name: &str| typed_or(typed, name, "");
    let or = |name: &str, usual: String| typed_or(typed, name, usual);
    let rules = Kind::ALL
        .iter()
        .map(|kind| {
            view! { <dt>{kind.name(lang)}</dt><dd>{kind.counts(lang)}</dd> }
        })
        .collect_view();
    let reason = id.map(|_| {
        line(
            "plan",
            ("reason", "text"),
            lang.pick("修改理由（会写入操作记录）", "Reason (kept in the log)"),
            of("reason"),
            true,
        )
    });
    let main = view! {
        <p class="small"><a href=back>{lang.pick("返回", "Back")}</a></p>
        {heading(title, number.to_string())}
        {fault(wrong, lang)}
        <form class="card stack" action=action method="post">
            {select("plan", "kind", lang.pick("类型", "Kind"), kinds, &or("kind", Kind::Publicity.code().to_owned()))}
            <details><summary>{lang.pick("各类型怎么算完成", "What counts for each kind")}</summary><dl class="small">{rules}</dl></details>
            {line("plan", ("title", "text"), lang.pick("任务名称", "Title"), of("title"), true)}
            <div class="halves">
                {select("plan", "unit", lang.pick("计划所属单位（本单位及下级的记录计入）", "Unit of the plan (it and those below count)"), places.clone(), &of("unit"))}
                {select("plan", "responsible", lang.pick("责任单位", "Responsible unit"), places, &or("responsible", of("unit")))}
            </div>
            <div class="halves">
                {line("plan", ("begins", "date"), lang.pick("开始日期", "First day"), or("begins", format!("{number}-01-01")), true)}
                {line("plan", ("due", "date"), lang.pick("完成期限", "Due"), or("due", format!("{number}-12-31")), true)}
            </div>
            {line("plan", ("planned", "number"), lang.pick("计划数量", "Planned number"), or("planned", "1".to_owned()), true)}
            {select("plan", "list", lang.pick("应知应会清单（只有学法清单要选）", "Must-know list (only for a list of laws)"), lists, &of("list"))}
            {line("plan", ("words", "text"), lang.pick("只计名称或形式里有这些字的台账记录（不限就空着）", "Only ledger entries whose title or form has these words (empty: all)"), of("words"), false)}
            {lines("plan", "note", lang.pick("说明", "Note"), of("note"))}
            {reason}
            <button class="button primary" r#type="submit">{lang.pick("保存", "Save")}</button>
            <p class="small soft">{lang.pick("完成多少由系统从台账、考试和竞赛里数，不用填。", "How far it has come is counted from ledger, exams and competitions; nobody types it.")}</p>
        </form>
    };
    page(frame, title, main)
}
