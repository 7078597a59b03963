//! The plan of a year: its entries with how far they have come, one entry with the records behind its number, and the calendar.

mod calendar;
mod entry;

use std::collections::HashSet;

use leptos::prelude::*;

use super::{
    part::{
        Tone, bar, day, fault,
        form::{Typed, select, typed_or},
        heading, notice, table, tag,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{
        activity::ActivityFault,
        id::UnitId,
        lang::Lang,
        plan::{Part, Progress, Standing},
        unit::Tree,
        year::Year,
    },
    error::Fault,
    service::plan::{Line, Plan},
};

pub use calendar::calendar;
pub use entry::{edit, entry, typed};

/// Entries of a plan that are listed; of a longer one the late ones, so many at most.
const LISTED: usize = 200;

/// The standing with its days: in words as well as colour.
fn standing_tag(lang: Lang, progress: &Progress) -> impl IntoView + use<> {
    let tone = match progress.standing {
        Standing::Done => Tone::Good,
        Standing::OnPlan => Tone::Plain,
        Standing::Late => Tone::Warn,
    };
    tag(tone, progress.words(lang))
}

/// The links between the pages of a year.
fn elsewhere(lang: Lang, number: u16, unit: Option<UnitId>, here: &'static str) -> impl IntoView + use<> {
    let query = unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let pages = [
        (
            "plan",
            format!("/admin/years/{number}/plan{query}"),
            lang.pick("年度计划", "Plan"),
        ),
        (
            "calendar",
            format!("/admin/years/{number}/calendar{query}"),
            lang.pick("日历", "Calendar"),
        ),
        (
            "figures",
            format!("/admin/years/{number}{query}"),
            lang.pick("年度数据", "Figures"),
        ),
        (
            "ledger",
            format!("/admin/activities?year={number}"),
            lang.pick("活动台账", "Ledger"),
        ),
    ];
    pages
        .into_iter()
        .filter(|(name, ..)| *name != here)
        .map(|(_, href, label)| view! { <a class="button" href=href>{label}</a> })
        .collect_view()
}

/// Which unit to show, of those within reach.
fn chooser(
    lang: Lang,
    action: String,
    (units, within): (&Tree, &[UnitId]),
    unit: Option<UnitId>,
) -> impl IntoView + use<> {
    let all = (String::new(), lang.pick("全部单位", "All units").to_owned());
    let options = within.iter().map(|unit| (unit.to_string(), units.path(*unit)));
    let options = std::iter::once(all).chain(options).collect();
    let chosen = unit.map(|unit| unit.to_string()).unwrap_or_default();
    view! {
        <form class="filter no-print" action=action method="get">
            {select("of", "unit", lang.pick("单位", "Unit"), options, &chosen)}
            <button class="button" r#type="submit">{lang.pick("查看", "Show")}</button>
        </form>
    }
}

fn year_notice(lang: Lang, number: u16, year: Option<&Year>) -> impl IntoView + use<> {
    let text = match (year, lang) {
        (None, Lang::Zh) => format!("{number} 年度还没有开始，现在不能订计划。请先在活动台账里开始这个年度。"),
        (None, Lang::En) => {
            format!("The year {number} was not begun; nothing can be planned yet. Begin it in the ledger.")
        }
        (Some(year), _) if year.must_be_open().is_err() => ActivityFault::Closed(number).message(lang),
        _ => return None,
    };
    Some(notice(Tone::Plain, text))
}

/// The plan of a year.
pub fn plan(frame: &Frame, shown: &Plan, typed: &Typed, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let (lang, number) = (frame.lang, shown.number);
    let title = match lang {
        Lang::Zh => format!("{number} 年度计划"),
        Lang::En => format!("Plan of {number}"),
    };
    let whole = lang.pick("全部单位", "all units").to_owned();
    let place = shown.unit.map_or(whole, |unit| shown.units.path(unit));
    let below = format!("{place} · {} {}", lang.pick("截至", "as of"), day(shown.as_of));
    let writes = shown.is_open() && !shown.own.is_empty();
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let add = writes.then(|| {
        view! { <a class="button primary" href=format!("/admin/years/{number}/plan/new{query}")>{lang.pick("增加任务", "Add an entry")}</a> }
    });
    let none = shown.lines.is_empty().then(|| {
        notice(
            Tone::Plain,
            lang.pick("这里还没有计划任务。", "There is no entry here yet."),
        )
    });
    let lines = listed(shown);
    let parts = Part::ALL.map(|part| part_of(lang, shown, &lines, part)).collect_view();
    let by_unit = (shown.lines.len() > LISTED).then(|| by_unit(lang, shown));
    let main = view! {
        <div class="row between wrap">{heading(title.clone(), below)}<div class="row wrap no-print">{elsewhere(lang, number, shown.unit, "plan")}{add}</div></div>
        {fault(wrong, lang)}
        {year_notice(lang, number, shown.year.as_ref())}
        {chooser(lang, format!("/admin/years/{number}/plan"), (&shown.units, &shown.within), shown.unit)}
        {counts(lang, shown)}
        {none}
        {by_unit}
        {parts}
        {writes.then(|| starter(lang, shown, typed))}
    };
    page(frame, &title, main)
}

fn counts(lang: Lang, shown: &Plan) -> impl IntoView + use<> {
    let figures = [Standing::Done, Standing::OnPlan, Standing::Late]
        .map(|standing| {
            view! { <div class="figure"><span class="small soft">{standing.name(lang)}</span><b>{shown.count(standing)}</b></div> }
        })
        .collect_view();
    (!shown.lines.is_empty()).then(|| view! { <div class="figures num">{figures}</div> })
}

/// Of a plan that is too long to be read: how it stands by unit, and which entries are listed.
fn by_unit(lang: Lang, shown: &Plan) -> impl IntoView + use<> {
    let number = shown.number;
    let rows = shown.by_unit().into_iter().map(|(unit, counts)| {
        let name = shown.units.get(unit).map(|unit| unit.name.clone()).unwrap_or_default();
        let cells = [Standing::Done, Standing::OnPlan, Standing::Late]
            .map(|standing| view! { <td class="n">{counts.get(&standing).copied().unwrap_or(0)}</td> })
            .collect_view();
        view! {
            <tr><th class="plain" scope="row"><a href=format!("/admin/years/{number}/plan?unit={unit}")>{name}</a></th>
                <td class="n">{counts.values().sum::<usize>()}</td>{cells}</tr>
        }
    });
    let rows = rows.collect_view();
    let standings = [Standing::Done, Standing::OnPlan, Standing::Late]
        .map(|standing| view! { <th class="n">{standing.name(lang)}</th> })
        .collect_view();
    let head =
        view! { <th>{lang.pick("单位", "Unit")}</th><th class="n">{lang.pick("任务", "Entries")}</th>{standings} };
    let label = lang.pick("各单位计划", "Plans by unit");
    let late = shown.count(Standing::Late);
    let listed = late.min(LISTED);
    let told = match lang {
        Lang::Zh => {
            format!("任务太多，不全部列出：下面列出逾期未完成的 {late} 项中的 {listed} 项。点单位看它的全部任务。")
        }
        Lang::En => format!(
            "There are too many entries to list them all: below stand {listed} of the {late} that are late. A unit leads to all of its own."
        ),
    };
    view! { <section class="card stack"><h2>{label}</h2>{notice(Tone::Plain, told)}{table(label, head, rows)}</section> }
}

/// All entries; of a plan that is too long the late ones.
fn listed(shown: &Plan) -> Vec<&Line> {
    let all = shown.lines.len() <= LISTED;
    let lines = shown.lines.iter();
    lines
        .filter(|line| all || line.progress.standing == Standing::Late)
        .take(LISTED)
        .collect()
}

fn part_of(lang: Lang, shown: &Plan, listed: &[&Line], part: Part) -> impl IntoView + use<> {
    let lines = listed.iter().filter(|line| line.entry.wish.kind.part() == part);
    let lines: Vec<&Line> = lines.copied().collect();
    let of = |line: &Line| line.entry.wish.unit;
    let several = shown.lines.windows(2).any(|pair| of(&pair[0]) != of(&pair[1]));
    let rows = lines
        .iter()
        .map(|line| row(lang, &shown.units, line, several))
        .collect_view();
    let head = view! {
        <th>{lang.pick("任务", "Entry")}</th><th>{lang.pick("完成 / 计划", "Done / planned")}</th>
        <th>{lang.pick("完成期限", "Due")}</th><th>{lang.pick("责任单位", "Responsible")}</th>
    };
    (!lines.is_empty()).then(|| {
        let label = part.name(lang);
        view! { <section class="card stack"><h2>{label}</h2>{table(label, head, rows)}</section> }
    })
}

fn row(lang: Lang, units: &Tree, line: &Line, several: bool) -> impl IntoView + use<> {
    let (wish, progress) = (&line.entry.wish, &line.progress);
    let below = match several {
        true => format!("{} · {}", wish.kind.name(lang), units.path(wish.unit)),
        false => wish.kind.name(lang).to_owned(),
    };
    let name = units.get(wish.responsible).map(|unit| unit.name.clone());
    let share = 10_000 * progress.done.clamp(0, wish.planned) / wish.planned.max(1);
    view! {
        <tr><th class="plain plan-title" scope="row"><a href=format!("/admin/plan/{}", line.entry.id)>{wish.title.clone()}</a>
                <span class="small soft">{below}</span></th>
            <td class="num plan-progress">{format!("{} / {} {}", progress.done, wish.planned, wish.kind.unit(lang))}{bar(share)}{standing_tag(lang, progress)}</td>
            <td class="num">{day(wish.due)}</td><td>{name.unwrap_or_default()}</td></tr>
    }
}

/// The proposal for a unit without a plan.
fn starter(lang: Lang, shown: &Plan, typed: &Typed) -> impl IntoView + use<> {
    let number = shown.number;
    let planned: HashSet<UnitId> = shown.lines.iter().map(|line| line.entry.wish.unit).collect();
    let options: Vec<_> = shown
        .own
        .iter()
        .filter(|unit| !planned.contains(unit))
        .map(|unit| (unit.to_string(), shown.units.path(*unit)))
        .collect();
    let chosen = shown.unit.map(|unit| unit.to_string()).unwrap_or_default();
    (!options.is_empty()).then(|| {
        view! {
            <section class="card stack no-print">
                <h2>{lang.pick("用建议的计划起步", "Begin with a proposal")}</h2>
                <p class="small soft">{lang.pick(
                    "放入后逐项修改：每季度一次中心组专题学法、两场讲座、学法清单、年度考试，以及国家安全教育日、民法典宣传月、安全生产月、宪法宣传周活动。这是我们的建议，不是规定。",
                    "To be changed entry by entry: a study-group session each quarter, two lectures, the lists of laws, the exam, and events for National security day, the month of the Civil Code, the work safety month and Constitution week. It is our suggestion, not a rule.",
                )}</p>
                <form class="filter" action=format!("/admin/years/{number}/plan/proposal") method="post">
                    {select("starter", "unit", lang.pick("给还没有计划的单位", "For a unit without a plan"), options, &typed_or(typed, "unit", chosen))}
                    <button class="button" r#type="submit">{lang.pick("放入建议的计划", "Take over the proposal")}</button>
                </form>
            </section>
        }
    })
}
