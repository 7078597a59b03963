//! The figures of a year: each with its definition and where it comes from, the level below, and the sentences they carry.

pub mod edition;
pub mod records;

use leptos::prelude::*;

use super::{
    part::{
        Tone, fault,
        form::{line, tick},
        heading, moment, notice, table, upload,
    },
    shell::{Frame, page},
};
use crate::{
    domain::{
        annual::{AnnualId, Base, rounding},
        id::UnitId,
        lang::Lang,
        people::UnitChangeKind,
        role::Right,
    },
    error::Fault,
    service::{
        annual::Annual,
        edition::{Changed, Editions},
    },
};

/// What the page shows.
pub struct Shown {
    pub annual: Annual,
    /// For those who read everything.
    pub editions: Option<Editions>,
}

pub fn page_of(frame: &Frame, all: &Shown, wrong: Option<&Fault>) -> impl IntoView + use<> {
    let lang = frame.lang;
    let shown = &all.annual;
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
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let links = view! {
        <div class="row wrap">
            <a class="button" href=format!("/admin/years/{number}/head{query}")>{lang.pick("一页看", "On one page")}</a>
            <a class="button" href=format!("/admin/years/{number}/plan{query}")>{lang.pick("年度计划", "Plan")}</a>
            <a class="button" href=format!("/admin/years/{number}/calendar{query}")>{lang.pick("日历", "Calendar")}</a>
            <a class="button" href=format!("/admin/activities?year={number}")>{lang.pick("活动台账", "Ledger")}</a>
            <a class="button" href=format!("/admin/years/{number}/filings{query}")>{lang.pick("上报", "Hand in")}</a>
            <a class="button" href=format!("/admin/years/{number}/report{query}")>{lang.pick("报告草稿（DOCX）", "Report draft (DOCX)")}</a>
            <a class="button" href=format!("/admin/years/{number}/return{query}")>{lang.pick("上报表（XLSX）", "Return (XLSX)")}</a>
            <a class="button" href=format!("/admin/years/{}", number.saturating_sub(1))>{lang.pick("上一年", "Year before")}</a>
            <a class="button" href=format!("/admin/years/{}", number.saturating_add(1))>{lang.pick("下一年", "Year after")}</a>
        </div>
    };
    let main = view! {
        <div class="row between wrap">{heading(title.clone(), below)}{links}</div>
        {fault(wrong, lang)}
        {state(lang, shown)}
        {units_changed(lang, shown)}
        {sentences(lang, shown)}
        {figures(lang, shown)}
        {level_below(lang, shown)}
        {counted(frame, shown)}
        {form(lang, number, &query)}
        {all.editions.as_ref().map(|editions| closing(frame, shown, editions))}
    };
    page(frame, &title, main)
}

/// Whether the figures are final, and of which edition.
fn state(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let Some(head) = &shown.edition else {
        let text = lang.pick(
            "年度还没有封账，下面的数随时会变；写进报告前请核对。",
            "The year is not closed: these figures still change. Check them before they go into a report.",
        );
        return notice(Tone::Plain, text).into_any();
    };
    let text = match lang {
        Lang::Zh => format!("年度已封账，下面的数取自第 {} 版。", head.number),
        Lang::En => format!(
            "The year is closed: these figures are those of edition {}.",
            head.number
        ),
    };
    let since = shown.since.as_ref().map(|now| {
        let differ = AnnualId::ALL
            .iter()
            .filter(|id| now.parts(**id) != shown.base.parts(**id));
        let differ = differ.map(|id| {
            let (name, was, is) = (id.name(lang), shown.base.shown(*id), now.shown(*id));
            view! { <li>{format!("{name} {was} → {is}")}</li> }
        });
        let text = lang.pick(
            "封账之后明细有变动，生成新的版次后下列数据会变：",
            "Records have changed since. A new edition would change these figures:",
        );
        view! { {notice(Tone::Warn, text)}<ul>{differ.collect_view()}</ul> }
    });
    view! { {notice(Tone::Plain, text)}{since} }.into_any()
}

/// What became of units within the year, and who stands on the rosters of two of them.
fn units_changed(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let name = |id: Option<UnitId>| match id.and_then(|id| shown.units.get(id)) {
        Some(unit) => unit.name.clone(),
        None => lang.pick("（顶层）", "(top)").to_owned(),
    };
    let changes = shown.changes.iter().map(|change| {
        let (day, unit, kind) = (change.from.day_field(), &change.after.name, change.kind.name(lang));
        let to = match (change.kind, change.receiver) {
            (UnitChangeKind::Move, _) => format!("{} → {}", name(change.before.parent), name(change.after.parent)),
            (_, Some(receiver)) => format!("→ {}", name(Some(receiver))),
            _ => String::new(),
        };
        view! { <li>{format!("{day} {unit} · {kind} {to}")}</li> }
    });
    let changes: Vec<_> = changes.collect();
    let moved = (shown.moved > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!(
                "{} 人先后在两个单位的考试名册中：只计一次，计在后一个单位。",
                shown.moved
            ),
            Lang::En => format!(
                "Persons on the exam rosters of two units: {}. Each is counted once, in the latter.",
                shown.moved
            ),
        };
        view! { <p>{text}</p> }
    });
    (!changes.is_empty() || moved.is_some()).then(|| {
        let listed = (!changes.is_empty()).then(|| {
            let text = lang.pick(
                "年内有单位变动；各单位的数按封账时的隶属关系统计，没有封账就按现在的。",
                "Units changed within the year. Figures of units follow the tree as it was at the closing, before that as it is now.",
            );
            view! { <p>{text}</p><ul>{changes}</ul> }
        });
        view! { <section class="card stack"><h2>{lang.pick("单位变动", "Changes of units")}</h2>{listed}{moved}</section> }
    })
}

/// A workbook of others to be filled in.
fn form(lang: Lang, number: u16, query: &str) -> impl IntoView + use<> {
    let fields = upload(
        format!("/admin/years/{number}/fill{query}"),
        lang.pick("工作簿（.xlsx）", "Workbook (.xlsx)"),
        lang.pick(
            "单元格的名称决定填什么：mingfa_ 加上指标代码，例如 mingfa_exam_passed；代码见上报表。其他内容不动。",
            "The names of cells say what goes there: mingfa_ and the code of a figure, such as mingfa_exam_passed; the return lists the codes. Nothing else is changed.",
        ),
        ".xlsx",
        lang.pick("填写", "Fill in"),
    );
    view! { <section class="card stack"><h2>{lang.pick("填写上级发来的表", "Fill in somebody's form")}</h2>{fields}</section> }
}

fn sentences(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let sentences = shown.base.sentences(&shown.area);
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
            <details class="small"><summary>{lang.pick(
                "“余”“近”按固定规则取整，准确的数在下表",
                "Rounded words follow a fixed rule; the exact numbers stand below",
            )}</summary><p class="soft">{rounding(lang)}</p></details>
        </section>
    }
}

/// Numerator and denominator of a rate.
fn parts(base: &Base, id: AnnualId) -> Option<String> {
    let (numerator, denominator) = base.parts(id);
    denominator.map(|denominator| format!("{numerator} ÷ {denominator}"))
}

/// What a figure means, in a few sentences.
fn meaning(lang: Lang, id: AnnualId) -> String {
    let (population, period, source) = (
        id.population().name(lang),
        id.period().name(lang),
        id.source().name(lang),
    );
    match lang {
        Lang::Zh => format!(
            "{}总体：{population}。期间：{period}。来源：{source}。",
            id.definition(lang)
        ),
        Lang::En => format!(
            "{} Of: {population}. When: {period}. Source: {source}.",
            id.definition(lang)
        ),
    }
}

fn figures(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let (year, before, unit) = (shown.number, shown.number.saturating_sub(1), shown.unit);
    let rows = AnnualId::of_version(shown.version)
        .iter()
        .map(|id| {
            let number = |year, text| records::number(year, *id, unit, text);
            let planned = shown.planned(*id).map(|count| planned(lang, shown, count));
            let last = match id.since() <= shown.version_before {
                true => number(before, shown.before.shown(*id)).into_any(),
                false => "—".into_any(),
            };
            view! {
                <tr><th class="plain" scope="row"><details><summary>{id.name(lang)}</summary>
                        <p class="small soft">{records::other_name(lang, *id)}</p><p class="small soft">{meaning(lang, *id)}</p></details></th>
                    <td class="num">{number(year, shown.base.shown(*id))}" "<span class="small soft">{id.unit(lang)}</span>{planned}</td>
                    <td class="num small soft">{parts(&shown.base, *id).map(|parts| number(year, parts))}</td>
                    <td class="num">{last}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("数据（点开看定义）", "Figure (open for its definition)")}</th><th class="num">{lang.pick("本年", "This year")}</th>
        <th class="num">{lang.pick("分子 ÷ 分母", "Of")}</th><th class="num">{lang.pick("上年", "Year before")}</th>
    };
    let some = AnnualId::ALL.iter().any(|id| shown.planned(*id).is_some());
    let hint = some.then(|| {
        let text = lang.pick(
            "“计划”是本年度计划要求的数，一次活动不算两遍：同一单位的任务，日期不重叠的相加，重叠的取大；本单位的任务与下级任务之和，取大的一个。",
            "“Planned” is what the year's plan asks for, nothing twice: entries of one unit are added up where their days do not overlap, otherwise the larger counts; and so does the larger of what a unit has planned and what those below it have together.",
        );
        view! { <p class="small soft">{text}</p> }
    });
    view! { <section class="card stack"><h2>{lang.pick("数据", "Figures")}</h2>{table(lang.pick("数据", "Figures"), head, rows)}{hint}</section> }
}

/// What the plan asks for, with the way there.
fn planned(lang: Lang, shown: &Annual, count: i64) -> impl IntoView + use<> {
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let text = match lang {
        Lang::Zh => format!("计划 {count}"),
        Lang::En => format!("planned {count}"),
    };
    view! { " "<a class="small" href=format!("/admin/years/{}/plan{query}", shown.number)>{text}</a> }
}

/// What is shown of each unit of the level below.
const SHOWN: [AnnualId; 7] = [
    AnnualId::Due,
    AnnualId::Sat,
    AnnualId::Passed,
    AnnualId::PassRateOfDue,
    AnnualId::PassRateOfSat,
    AnnualId::Publicity,
    AnnualId::Works,
];

fn level_below(lang: Lang, shown: &Annual) -> impl IntoView + use<> {
    let number = shown.number;
    let rows = shown
        .below
        .iter()
        .map(|(unit, base)| {
            let name = shown.units.get(*unit).map(|unit| unit.name.clone()).unwrap_or_default();
            let cells =
                SHOWN.map(|id| view! { <td class="num">{records::number(number, id, Some(*unit), base.shown(id))}</td> });
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
fn counted(frame: &Frame, shown: &Annual) -> impl IntoView + use<> {
    let lang = frame.lang;
    let query = shown.unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
    let keeps = frame.offers(Right::ManageCompetitions);
    let exams = shown
        .exams
        .iter()
        .map(|exam| (format!("/admin/exams/{}/figures{query}", exam.id), exam.title.clone()));
    let contests = shown.contests.iter().map(|contest| {
        let href = match keeps {
            true => format!("/admin/competitions/{}", contest.id),
            false => format!("/c/{}", contest.code),
        };
        (href, contest.title.clone())
    });
    let all = exams.chain(contests);
    let all: Vec<_> = all
        .map(|(href, title)| view! { <li><a lang="zh-CN" href=href>{title}</a></li> })
        .collect();
    (!all.is_empty()).then(|| {
        view! {
            <section class="card stack"><h2>{lang.pick("计入的考试和竞赛", "Exams and competitions counted")}</h2><ul>{all}</ul></section>
        }
    })
}

/// The editions, what has changed since the last one, and what can be done.
fn closing(frame: &Frame, shown: &Annual, editions: &Editions) -> impl IntoView + use<> {
    let (lang, number) = (frame.lang, shown.number);
    let keeps = frame
        .viewer
        .as_ref()
        .is_some_and(|viewer| viewer.rights.contains(&Right::KeepLedger));
    // A year that was closed while its edition could not be stored gets it by asking again.
    let early = (shown.as_of.civil().year <= i64::from(number)).then(|| {
        let words = match lang {
            Lang::Zh => format!("{number} 年还没有结束：现在封账，之后到 12 月 31 日的活动、学分和免考都不再计入。"),
            Lang::En => format!(
                "{number} is not over: activities, credits and exemptions from now to 31 December will not count."
            ),
        };
        notice(Tone::Warn, words)
    });
    let close = (keeps && shown.year.is_some() && editions.heads.is_empty()).then(|| {
        view! {
            <form class="stack" action=format!("/admin/years/{number}/close") method="post">
                <p>{lang.pick(
                    "封账之后，台账不能再改，数据连同明细冻结为版次 1。之后考试更正了成绩，会另出一个版次，版次 1 不变。",
                    "Once closed, the ledger cannot be changed; figures and records are frozen as edition 1. A later correction of scores gives another edition, and edition 1 stays.",
                )}</p>
                {early}
                {tick("sure", lang.pick("确认封账", "Yes, close the year"), false)}
                <button class="button danger" r#type="submit">{lang.pick("封账", "Close the year")}</button>
            </form>
        }
    });
    let rows = editions
        .heads
        .iter()
        .map(|head| {
            let link = match (lang, head.number) {
                (Lang::Zh, 1) => "第 1 版".to_owned(),
                (Lang::Zh, other) => format!("第 {other} 版，与前一版次的差异"),
                (Lang::En, 1) => "Edition 1".to_owned(),
                (Lang::En, other) => format!("Edition {other}: what differs"),
            };
            view! {
                <tr><td><a href=format!("/admin/years/{number}/editions/{}", head.number)>{link}</a></td><td class="num">{moment(lang, head.made_at)}</td><td>{head.reason.clone()}</td>
                    <td class="code small">{head.digest.clone()}</td></tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("版次", "Edition")}</th><th>{lang.pick("时间", "Made")}</th><th>{lang.pick("原因", "Reason")}</th>
        <th>{lang.pick("SM3 摘要", "SM3 digest")}</th>
    };
    let list = (!editions.heads.is_empty()).then(|| table(lang.pick("版次", "Editions"), head, rows));
    (close.is_some() || list.is_some()).then(|| {
        view! {
            <section class="card stack"><h2>{lang.pick("封账和版次", "Closing and editions")}</h2>
                {close}{list}{changed(lang, number, keeps, editions.changed.as_ref())}</section>
        }
    })
}

/// How many changed records are shown one by one.
const LINES: usize = 20;

fn changed(lang: Lang, number: u16, keeps: bool, changed: Option<&Changed>) -> impl IntoView + use<> {
    let changed = changed.filter(|changed| **changed != Changed::default())?;
    let text = match lang {
        Lang::Zh => format!(
            "最新版次之后有明细变动：{} 条不再有，{} 条新出现。",
            changed.gone.len(),
            changed.come.len()
        ),
        Lang::En => format!(
            "Records have changed since the last edition: {} are gone, {} have come.",
            changed.gone.len(),
            changed.come.len()
        ),
    };
    let renew = keeps.then(|| {
        view! {
            <form class="stack" action=format!("/admin/years/{number}/editions") method="post">
                {line("edition", ("reason", "text"), lang.pick("原因", "Reason"), String::new(), true)}
                <button class="button" r#type="submit">{lang.pick("生成新的版次", "Make a new edition")}</button>
            </form>
        }
    });
    Some(view! { {notice(Tone::Warn, text)}{lines(changed)}{renew} })
}

/// The first of the changed records, one by one.
fn lines(changed: &Changed) -> impl IntoView + use<> {
    let lines = changed.gone.iter().map(|line| format!("− {line}"));
    let lines = lines.chain(changed.come.iter().map(|line| format!("+ {line}")));
    let lines = lines
        .take(LINES)
        .map(|line| view! { <li class="code small">{line}</li> })
        .collect_view();
    view! { <ul class="plain-list">{lines}</ul> }
}
