//! Handing in figures to the level above: a unit's own, how the level below stands, and the receipt.

use leptos::prelude::*;

use super::{
    annual::records,
    part::{Tone, day, fault, form::lines, heading, moment, notice, table, tag},
    shell::{Frame, page},
};
use crate::{
    domain::{
        annual::AnnualId,
        filing::{Filing, Standing, State, Values, due, repeats},
        id::UnitId,
        lang::Lang,
    },
    error::Fault,
    service::filing::{Board, Line, Shown},
};

/// The board of a unit. `note`: what was typed, when something is wrong with it.
pub fn board(frame: &Frame, shown: &Board, note: &str, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let (lang, number) = (frame.lang, shown.number);
    let title = match lang {
        Lang::Zh => format!("{number} 年度数据上报"),
        Lang::En => format!("Handing in the figures of {number}"),
    };
    let whole = lang.pick("全部单位", "all units").to_owned();
    let place = shown.unit.map_or(whole, |unit| shown.units.path(unit));
    let below = match (due(number), lang) {
        (None, _) => place,
        (Some((_, due)), Lang::Zh) => format!("{place} · {} 前报出", day(due)),
        (Some((_, due)), Lang::En) => format!("{place} · due before {}", day(due)),
    };
    let main = view! {
        <p class="small"><a href=format!("/admin/years/{number}")>{lang.pick("年度数据", "Figures of the year")}</a></p>
        {heading(title.clone(), below)}
        {fault(wrong, lang)}
        {closed(lang, shown)}
        {own(lang, shown, note)}
        {level_below(lang, shown)}
        {sum(lang, shown)}
    };
    page(frame, &title, main)
}

fn standing_tag(lang: Lang, standing: Standing) -> impl IntoView {
    let tone = match standing {
        Standing::Accepted => Tone::Good,
        Standing::Filed => Tone::Plain,
        Standing::Missing | Standing::Changed => Tone::Warn,
        Standing::Returned => Tone::Seal,
    };
    tag(tone, standing.name(lang))
}

/// That numbers of a closed year lead to what its edition holds, as they do everywhere.
fn closed(lang: Lang, shown: &Board) -> impl IntoView + use<> {
    let closed = shown.year.is_some_and(|year| year.must_be_open().is_err());
    closed.then(|| {
        let text = lang.pick(
            "年度已封账：点开数字看到的是最后一个版次的明细，之后的变动见年度数据。",
            "The year is closed: numbers open to the records of its last edition; what has changed since stands with the figures of the year.",
        );
        notice(Tone::Plain, text)
    })
}

fn own(lang: Lang, shown: &Board, note: &str) -> impl IntoView + use<> {
    let line = shown.own.as_ref()?;
    let open = shown.year.is_some_and(|year| year.must_be_open().is_ok());
    let unit = shown.units.get(line.unit)?;
    let parent = unit.parent.and_then(|parent| shown.units.get(parent));
    let parent = parent.map(|parent| parent.name.clone()).unwrap_or_default();
    let returned = line.last.as_ref().filter(|last| last.state == State::Returned);
    let returned = returned.map(|last| {
        let text = match lang {
            Lang::Zh => format!("“{parent}”退回：{}。改好台账或成绩后再报一次。", last.comment),
            Lang::En => format!(
                "“{parent}” sent it back: {}. Mend the records and hand in again.",
                last.comment
            ),
        };
        notice(Tone::Warn, text)
    });
    let changed = (line.standing == Standing::Changed).then(|| {
        let differ = line.last.as_ref().map(|last| last.values.differences(&line.now));
        let names: Vec<_> = differ.into_iter().flatten().map(|id| id.name(lang)).collect();
        let names = names.join(lang.pick("、", ", "));
        notice(
            Tone::Warn,
            match lang {
                Lang::Zh => format!("上报之后有变动：{names}。需要的话再报一次，上次的照样留着。"),
                Lang::En => format!("Changed since: {names}. Hand in again if need be; what was handed in stays."),
            },
        )
    });
    let due = line.standing.owes() || line.standing == Standing::Changed;
    let form = (shown.files && open && due).then(|| {
        let button = match lang {
            Lang::Zh => format!("上报给“{parent}”"),
            Lang::En => format!("Hand in to “{parent}”"),
        };
        view! {
            <form class="stack" action=format!("/admin/years/{}/filings", shown.number) method="post">
                <input r#type="hidden" name="unit" value=line.unit.to_string()/>
                <p class="small soft">{lang.pick(
                    "报出的是下表此刻的数，不用另填；报出后得到回执，上级可以接收或退回。",
                    "What is handed in are the figures below as they are now; nothing is typed again. You get a receipt; the level above accepts or sends back.",
                )}</p>
                {lines("filing", "note", lang.pick("说明（可不填）", "Note (optional)"), note)}
                <button class="button primary" r#type="submit">{button}</button>
            </form>
        }
    });
    let history = shown
        .history
        .iter()
        .map(|filing| history_row(lang, filing))
        .collect_view();
    let head = view! {
        <th class="num">{lang.pick("次", "No.")}</th><th>{lang.pick("时间", "When")}</th><th>{lang.pick("状态", "State")}</th>
        <th>{lang.pick("回执", "Receipt")}</th>
    };
    let label = lang.pick("报出记录", "What was handed in");
    let history = (!shown.history.is_empty()).then(|| table(label, head, history));
    let now = Column {
        label: lang.pick("数值", "Value"),
        values: &line.now,
        records: Some((shown.number, Some(line.unit))),
    };
    Some(view! {
        <section class="card stack">
            <div class="row between"><h2>{lang.pick("本级上报", "Our own")}</h2>{standing_tag(lang, line.standing)}</div>
            {returned}{changed}{history}
            <details open=due><summary>{lang.pick("此刻的数", "The figures now")}</summary>{figures(lang, &[now], &|_| None)}</details>
            {form}
        </section>
    })
}

fn history_row(lang: Lang, filing: &Filing) -> impl IntoView + use<> {
    view! {
        <tr><td class="num">{filing.number}</td><td class="num">{moment(lang, filing.filed_at)}</td><td>{filing.state.name(lang)}</td>
            <td><a class="code" href=format!("/admin/filings/{}", filing.id)>{filing.receipt()}</a></td></tr>
    }
}

fn level_below(lang: Lang, shown: &Board) -> impl IntoView + use<> {
    if shown.below.is_empty() {
        return None;
    }
    let owing = shown.below.iter().filter(|line| line.standing.owes()).count();
    let count = match lang {
        Lang::Zh => format!("共 {} 家，{owing} 家还没有报。", shown.below.len()),
        Lang::En => format!("{} units, {owing} still have to hand in.", shown.below.len()),
    };
    let rows = shown.below.iter().map(|line| row(lang, shown, line)).collect_view();
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th><th>{lang.pick("状态", "State")}</th><th>{lang.pick("时间", "When")}</th>
        <th>{lang.pick("回执", "Receipt")}</th>
    };
    let label = lang.pick("下级单位", "The level below");
    Some(view! { <section class="card stack"><h2>{label}</h2><p>{count}</p>{table(label, head, rows)}</section> })
}

fn row(lang: Lang, shown: &Board, line: &Line) -> impl IntoView + use<> {
    let name = shown.units.get(line.unit).map(|unit| unit.name.clone());
    let href = format!("/admin/years/{}/filings?unit={}", shown.number, line.unit);
    let last = line.last.as_ref();
    let when = last.map(|filing| moment(lang, filing.filed_at));
    let receipt = last
        .map(|filing| view! { <a class="code" href=format!("/admin/filings/{}", filing.id)>{filing.receipt()}</a> });
    view! {
        <tr><th class="plain" scope="row"><a href=href>{name}</a></th><td>{standing_tag(lang, line.standing)}</td><td class="num">{when}</td>
            <td>{receipt}</td></tr>
    }
}

fn sum(lang: Lang, shown: &Board) -> impl IntoView + use<> {
    let some = shown.below.iter().any(|line| !line.standing.owes());
    some.then(|| {
        let columns = [
            Column {
                label: lang.pick("下级报出之和", "Handed in, added up"),
                values: &shown.sum,
                records: None,
            },
            Column {
                label: lang.pick("本级记录此刻", "Our records now"),
                values: &shown.now,
                records: Some((shown.number, shown.unit)),
            },
        ];
        view! {
            <section class="card stack"><h2>{lang.pick("汇总", "Added up")}</h2>
                <p class="small soft">{lang.pick(
                    "左列是下级已报出、未退回的数相加，比率由分子分母相加后再算；右列含本级自己的记录和还没有报的单位，两列不同时请核对。",
                    "Left: what the level below has handed in and was not sent back, rates from added numerators and denominators. Right: our own records, with our own entries and units that still have to hand in. Check where they differ.",
                )}</p>
                {figures(lang, &columns, &|id| twice(lang, shown, id))}</section>
        }
    })
}

/// What a sum over units says wrongly of persons who stand in two of them, and how many persons there are.
fn twice(lang: Lang, shown: &Board, id: AnnualId) -> Option<String> {
    shown.sum.shown(id).filter(|sum| repeats(id) && sum != "0")?;
    let persons = shown.distinct.shown(id)?;
    Some(match lang {
        Lang::Zh => format!("各家相加，一个人在两家会算两次；按这些单位此刻的记录，一个人只算一次，是 {persons} 人。"),
        Lang::En => format!(
            "Added up, somebody of two units counts twice; by the records of these units now, each person once, it is {persons}."
        ),
    })
}

/// One statement of all figures.
struct Column<'a> {
    label: &'static str,
    values: &'a Values,
    /// The year and the part of the tree whose records its numbers open to; `None`: they stand as they were handed in.
    records: Option<(u16, Option<UnitId>)>,
}

/// A figure as a column has it, a rate with its two parts.
fn cell(column: &Column<'_>, id: AnnualId) -> impl IntoView + use<> {
    let number = |text: String| match column.records {
        Some((year, unit)) => records::number(year, id, unit, text).into_any(),
        None => text.into_any(),
    };
    let value = column.values.shown(id).map_or_else(|| "—".into_any(), &number);
    let parts = column.values.parts(id);
    let parts = parts.and_then(|(numerator, denominator)| Some(format!("{numerator} ÷ {}", denominator?)));
    let parts = parts.map(|parts| view! { " "<span class="small soft">{number(parts)}</span> });
    view! { <td class="num">{value}{parts}</td> }
}

/// Figures with a column for each statement, and what has to be said to one of them.
fn figures(lang: Lang, columns: &[Column<'_>], remark: &dyn Fn(AnnualId) -> Option<String>) -> impl IntoView + use<> {
    let rows = AnnualId::ALL
        .iter()
        .map(|id| {
            let remark = remark(*id).map(|text| view! { <p class="small soft">{text}</p> });
            let cells = columns.iter().map(|column| cell(column, *id)).collect_view();
            view! {
                <tr><th class="plain" scope="row"><details><summary>{id.name(lang)}</summary><p class="small soft">{id.definition(lang)}</p></details>{remark}</th>{cells}
                    <td class="small soft">{id.unit(lang)}</td></tr>
            }
        })
        .collect_view();
    let heads = columns
        .iter()
        .map(|column| view! { <th class="num">{column.label}</th> })
        .collect_view();
    let head = view! { <th>{lang.pick("数据（点开看定义）", "Figure (open for its definition)")}</th>{heads}<th>{lang.pick("单位", "Of")}</th> };
    table(lang.pick("数据", "Figures"), head, rows)
}

/// What was handed in, as its receipt; with what the level above can do.
pub fn receipt(frame: &Frame, shown: &Shown, comment: &str, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let (lang, filing) = (frame.lang, &shown.filing);
    let title = match lang {
        Lang::Zh => format!("{} 年度数据上报回执", filing.year),
        Lang::En => format!("Receipt for the figures of {}", filing.year),
    };
    let below = match lang {
        Lang::Zh => format!("{} · 第 {} 次", shown.units.path(filing.unit), filing.number),
        Lang::En => format!("{} · no. {}", shown.units.path(filing.unit), filing.number),
    };
    let decided = filing.decided.map(|(_, at)| {
        let text = format!("{} · {}", filing.state.name(lang), moment(lang, at));
        let comment =
            (!filing.comment.is_empty()).then(|| view! { <p class="above-line">{filing.comment.clone()}</p> });
        view! { <p>{text}</p>{comment} }
    });
    let note = (!filing.note.is_empty()).then(|| {
        view! { <p><span class="soft">{lang.pick("说明：", "Note: ")}</span>{filing.note.clone()}</p> }
    });
    let href = format!("/admin/years/{}/filings?unit={}", filing.year, filing.unit);
    let stated = Column {
        label: lang.pick("数值", "Value"),
        values: &filing.values,
        records: None,
    };
    let main = view! {
        <p class="small"><a href=href>{lang.pick("数据上报", "Figures handed in")}</a></p>
        {heading(title.clone(), below)}
        {fault(wrong, lang)}
        <section class="card stack">
            <p class="code num">{filing.receipt()}</p>
            <p class="small soft">{lang.pick("报出时间：", "Handed in: ")}{moment(lang, filing.filed_at)}</p>
            <p class="small soft code">{format!("SM3 {}", filing.digest)}</p>
            {note}{decided}
        </section>
        <section class="card stack"><h2>{lang.pick("报出的数", "The figures handed in")}</h2>
            {figures(lang, &[stated], &|_| None)}</section>
        {decision(lang, shown, comment)}
    };
    page(frame, &title, main)
}

fn decision(lang: Lang, shown: &Shown, comment: &str) -> impl IntoView + use<> {
    let filing = &shown.filing;
    (shown.decides && shown.last && filing.state != State::Returned).then(|| {
        let accept = (filing.state == State::Filed).then(|| {
            view! {
                <form action=format!("/admin/filings/{}/accept", filing.id) method="post">
                    <button class="button primary" r#type="submit">{lang.pick("接收", "Accept")}</button>
                </form>
            }
        });
        view! {
            <section class="card stack"><h2>{lang.pick("上级办理", "The level above")}</h2>
                {accept}
                <form class="stack" action=format!("/admin/filings/{}/return", filing.id) method="post">
                    {lines("return", "comment", lang.pick("退回意见", "Why it is sent back"), comment)}
                    <button class="button" r#type="submit">{lang.pick("退回", "Send back")}</button>
                </form>
            </section>
        }
    })
}
