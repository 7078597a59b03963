//! The figures of an exam: counts, both pass rates, the sentence, and every unit with the table behind it.

use leptos::prelude::*;

use super::{
    part::{Tone, bar, heading, moment, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        exam::{Band, Exam, State},
        figure::{Counts, FigureId, Rate, mean, report_sentence},
        lang::Lang,
    },
    service::figure::Figures,
};

/// Exams with figures.
pub fn list(frame: &Frame, exams: &[Exam]) -> impl IntoView {
    let lang = frame.lang;
    let title = lang.pick("数据", "Figures");
    let rows = exams
        .iter()
        .filter(|exam| exam.state == State::Open)
        .map(|exam| {
            let opened = exam.opened_at.map(|at| moment(lang, at)).unwrap_or_default();
            view! { <tr><td><a href=format!("/admin/exams/{}/figures", exam.id)>{exam.title.clone()}</a></td><td>{opened}</td></tr> }
        })
        .collect::<Vec<_>>();
    let head = view! { <th>{lang.pick("考试", "Exam")}</th><th>{lang.pick("开考", "Opened")}</th> };
    let list = if rows.is_empty() {
        notice(
            Tone::Plain,
            lang.pick(
                "还没有开考的考试。开考后这里有数据。",
                "No exam is open yet; figures appear when one is.",
            ),
        )
        .into_any()
    } else {
        view! { <section class="card">{table(title, head, rows)}</section> }.into_any()
    };
    page(frame, title, view! { {heading(title, "")}{list} })
}

pub fn figures(frame: &Frame, figures: &Figures) -> impl IntoView {
    let lang = frame.lang;
    let total = &figures.total;
    let frozen = figures
        .exam
        .opened_at
        .map(|at| moment(lang, at))
        .unwrap_or_else(|| "—".into());
    let below = match lang {
        Lang::Zh => format!("名册冻结于 {frozen} · 统计于 {}", figures.as_of.local()),
        Lang::En => format!("Roster frozen {frozen} · counted {}", figures.as_of.local()),
    };
    let cells = [
        (
            FigureId::Due,
            match lang {
                Lang::Zh => format!("在册 {}，免考 {}", total.registered, total.exempted),
                Lang::En => format!("Registered {}, exempted {}", total.registered, total.exempted),
            },
        ),
        (
            FigureId::Sat,
            lang.pick("至少交卷一次", "Handed in at least once").to_owned(),
        ),
        (FigureId::Absent, lang.pick("应考 − 实考", "Due − sat").to_owned()),
        (
            FigureId::Passed,
            lang.pick("最终成绩合格", "The final result is a pass").to_owned(),
        ),
    ];
    let counts = cells
        .into_iter()
        .map(|(id, def)| {
            let value = id.parts(total).0.to_string();
            view! { <div class="figure"><span class="small soft">{id.name(lang)}</span><b>{value}</b><span class="def">{def}</span></div> }
        })
        .collect_view();
    let average = mean(total.score_sum, total.sat).unwrap_or_else(|| "—".into());
    let main = view! {
        <p class="small"><a href="/admin/figures">{lang.pick("数据", "Figures")}</a></p>
        {heading(figures.exam.title.clone(), below)}
        {of_what(lang, figures)}
        <div class="figures num">
            {counts}
            <div class="figure">
                <span class="small soft">{FigureId::AvgScore.name(lang)}</span><b>{average}</b>
                <span class="def">{lang.pick("按实考，缺考不计 0 分", "Over those who sat; absence is not 0")}</span>
            </div>
        </div>
        <div class="rates">
            {rate(lang, FigureId::PassRateOfDue, total)}
            {rate(lang, FigureId::PassRateOfSat, total)}
            {rate(lang, FigureId::ExamParticipationRate, total)}
        </div>
        <section class="card stack">
            <h2>{lang.pick("写进年度报告的话", "For the annual report")}</h2>
            <p class="sentence" lang="zh-CN">{report_sentence(total)}</p>
            <p class="small soft">{lang.pick(
                "考试还没关闭时数字还会变。两个合格率口径不同时，这句话会把两个都写上。",
                "Figures may change until the exam closes. Where the two pass rates differ, the sentence states both.",
            )}</p>
        </section>
        {bands(lang, figures)}
        {rounds(lang, figures)}
        {units(lang, figures)}
        {groups(lang, figures)}
        {definitions(lang)}
    };
    page(frame, &figures.exam.title, main)
}

/// Which round is counted, with links to the others.
fn of_what(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let path = format!("/admin/exams/{}/figures", figures.exam.id);
    let here = figures.round.map(|round| round.number);
    let link = |number: Option<u32>, name: String| {
        let href = number.map_or(path.clone(), |number| format!("{path}?round={number}"));
        let current = (number == here).then_some("page");
        view! { <a class="button" href=href aria-current=current>{name}</a> }
    };
    let links = figures
        .by_round
        .iter()
        .map(|(round, _)| link(Some(round.number), round.name(lang)));
    let all = link(None, lang.pick("各轮合计", "All rounds together").to_owned());
    let words = figures.round.map(|round| match lang {
        Lang::Zh => format!(
            "只统计{}：应考人数是这一轮面向的人（{}），成绩只算这一轮。",
            round.name(lang),
            round.admits.name(lang)
        ),
        Lang::En => format!(
            "Only this round: due are those it admits ({}), and only its own attempts count.",
            round.admits.name(lang).to_lowercase()
        ),
    });
    (figures.by_round.len() > 1).then(|| {
        let links: Vec<_> = std::iter::once(all).chain(links).collect();
        view! { <nav class="row wrap" aria-label=lang.pick("轮次", "Rounds")>{links}</nav>{words.map(|words| notice(Tone::Plain, words))} }
    })
}

/// How many reached each band, where the rules have bands. The bands and those who did not pass add up to those who sat.
fn bands(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let (total, marks) = (figures.total, figures.exam.policy.bands);
    let plain = total.passed - total.good - total.excellent;
    let rows = [
        (Band::Excellent, total.excellent, marks.excellent.is_some()),
        (Band::Good, total.good, marks.good.is_some()),
        (Band::Pass, plain, true),
        (Band::Fail, total.sat - total.passed, true),
    ];
    let rows = rows
        .into_iter()
        .filter(|(.., there)| *there)
        .map(|(band, count, _)| {
            let of_sat = Rate { numerator: count, denominator: total.sat };
            let of_due = Rate { numerator: count, denominator: total.due };
            view! { <tr><th class="plain" scope="row">{band.name(lang)}</th><td class="n">{count.to_string()}</td><td class="n">{of_sat.percent()}</td><td class="n">{of_due.percent()}</td></tr> }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("等次", "Band")}</th><th class="n">{lang.pick("人数", "Persons")}</th>
        <th class="n">{lang.pick("占实考", "Of those who sat")}</th><th class="n">{lang.pick("占应考", "Of those due")}</th>
    };
    let title = lang.pick("各等次", "Bands");
    (marks.excellent.is_some() || marks.good.is_some()).then(|| {
        view! {
            <section class="card stack">
                <div class="row between wrap"><h2>{title}</h2>
                    <span class="small soft">{lang.pick("合格这一行不含良好和优秀；合格率按三者之和计算", "The row of passes is without good and excellent; the pass rate counts all three")}</span></div>
                {table(title, head, rows)}
            </section>
        }
    })
}

/// Every round for itself.
fn rounds(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let rows = figures
        .by_round
        .iter()
        .map(|(round, counts)| {
            let of_due = Rate {
                numerator: counts.passed,
                denominator: counts.due,
            };
            let of_sat = Rate {
                numerator: counts.passed,
                denominator: counts.sat,
            };
            view! {
                <tr>
                    <th class="plain" scope="row">{round.name(lang)}</th>
                    <td>{round.admits.name(lang)}</td>
                    <td class="n">{counts.due.to_string()}</td>
                    <td class="n">{counts.sat.to_string()}</td>
                    <td class="n">{counts.absent().to_string()}</td>
                    <td class="n">{counts.passed.to_string()}</td>
                    <td class="n">{of_due.percent()}</td>
                    <td class="n">{of_sat.percent()}</td>
                    <td class="n">{mean(counts.score_sum, counts.sat).unwrap_or_else(|| "—".into())}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("轮次", "Round")}</th><th>{lang.pick("面向", "For")}</th>
        <th class="n">{lang.pick("应考", "Due")}</th><th class="n">{lang.pick("实考", "Sat")}</th>
        <th class="n">{lang.pick("缺考", "Absent")}</th><th class="n">{lang.pick("合格", "Passed")}</th>
        <th class="n">{lang.pick("合格率（应考）", "Pass rate (due)")}</th><th class="n">{lang.pick("合格率（实考）", "Pass rate (sat)")}</th>
        <th class="n">{lang.pick("平均分", "Average")}</th>
    };
    let title = lang.pick("主考和补考", "Rounds");
    (figures.by_round.len() > 1).then(|| {
        view! {
            <section class="card stack">
                <div class="row between wrap"><h2>{title}</h2>
                    <span class="small soft">{lang.pick("每轮只算本轮成绩，不能相加成合计", "Each round counts its own attempts; the rows do not add up to the whole")}</span></div>
                {table(title, head, rows)}
            </section>
        }
    })
}

fn rate(lang: Lang, id: FigureId, counts: &Counts) -> impl IntoView + use<> {
    let (numerator, denominator) = id.parts(counts);
    let denominator = denominator.unwrap_or_default();
    let percent = Rate { numerator, denominator }.percent();
    view! {
        <section class="card">
            <div class="row between"><h2>{id.name(lang)}</h2><a class="small" href=format!("#{}", anchor(id))>{lang.pick("口径", "Definition")}</a></div>
            <p class="big num">{percent}</p>
            <p class="small soft num">{format!("{numerator} ÷ {denominator}")}</p>
        </section>
    }
}

fn anchor(id: FigureId) -> String {
    serde_json::to_value(id)
        .ok()
        .and_then(|id| id.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn units(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let sums = figures.with_below();
    let mut order: Vec<_> = figures
        .units
        .walk()
        .into_iter()
        .filter(|(_, unit)| sums.contains_key(&unit.id))
        .collect();
    // Units with the most people still to pass come first; a unit stays above the units below it only by its sum.
    order.sort_by_key(|(depth, unit)| (*depth, std::cmp::Reverse(sums[&unit.id].due - sums[&unit.id].passed)));
    let rows = order.into_iter().map(|(_, unit)| (unit.name.clone(), sums[&unit.id]));
    counted(
        lang,
        (lang.pick("各单位", "Units"), lang.pick("单位", "Unit")),
        lang.pick(
            "含下级单位，先加人数再算比率；按未合格人数排序",
            "With the units below; counts are summed before dividing; most still to pass first",
        ),
        rows.collect(),
    )
}

/// By rank level, category and region, where there is more than one of them.
fn groups(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let frozen = lang.pick("按名册冻结时的登记", "As on the frozen roster");
    let ranks = figures
        .by_rank
        .iter()
        .map(|(rank, counts)| (rank.name(lang).to_owned(), *counts));
    let categories = figures
        .by_category
        .iter()
        .map(|(category, counts)| (category.name(lang).to_owned(), *counts));
    let regions = figures.by_region.iter().map(|(path, counts)| (path.clone(), *counts));
    let ranks = (figures.by_rank.len() > 1).then(|| {
        counted(
            lang,
            (lang.pick("各职级", "Rank levels"), lang.pick("职级", "Rank level")),
            frozen,
            ranks.collect(),
        )
    });
    let categories = (figures.by_category.len() > 1).then(|| {
        counted(
            lang,
            (lang.pick("各类人员", "Categories"), lang.pick("人员类别", "Category")),
            frozen,
            categories.collect(),
        )
    });
    let regions = (!figures.by_region.is_empty()).then(|| {
        let note = lang.pick(
            "按单位现在所在的地区，含下级地区；没有填地区的单位不在表中",
            "By where units stand now, with the regions inside; units without a region are not in the table",
        );
        counted(
            lang,
            (lang.pick("各地区", "Regions"), lang.pick("地区", "Region")),
            note,
            regions.collect(),
        )
    });
    view! { {ranks}{categories}{regions} }
}

/// A table of counts with both pass rates.
fn counted(
    lang: Lang,
    (title, of): (&'static str, &'static str),
    note: &'static str,
    rows: Vec<(String, Counts)>,
) -> impl IntoView + use<> {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, counts)| {
            let of_due = Rate { numerator: counts.passed, denominator: counts.due };
            let of_sat = Rate { numerator: counts.passed, denominator: counts.sat };
            view! {
                <tr>
                    <th class="plain" scope="row">{name}</th>
                    <td class="n">{counts.due.to_string()}</td>
                    <td class="n">{counts.sat.to_string()}</td>
                    <td class="n">{counts.absent().to_string()}</td>
                    <td class="n">{counts.passed.to_string()}</td>
                    <td><div class="row nowrap">{bar(of_due.basis_points().unwrap_or(0))}<span>{of_due.percent()}</span></div></td>
                    <td class="n">{of_sat.percent()}</td>
                    <td class="n">{mean(counts.score_sum, counts.sat).unwrap_or_else(|| "—".into())}</td>
                </tr>
            }
        })
        .collect();
    let head = view! {
        <th>{of}</th><th class="n">{lang.pick("应考", "Due")}</th><th class="n">{lang.pick("实考", "Sat")}</th>
        <th class="n">{lang.pick("缺考", "Absent")}</th><th class="n">{lang.pick("合格", "Passed")}</th>
        <th class="wide">{lang.pick("合格率（应考）", "Pass rate (due)")}</th><th class="n">{lang.pick("合格率（实考）", "Pass rate (sat)")}</th>
        <th class="n">{lang.pick("平均分", "Average")}</th>
    };
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{title}</h2><span class="small soft">{note}</span></div>
            {table(title, head, rows)}
        </section>
    }
}

fn definitions(lang: Lang) -> impl IntoView {
    let rows = FigureId::ALL
        .into_iter()
        .map(|id| view! { <div id=anchor(id)><dt>{id.name(lang)}</dt><dd>{id.definition(lang)}</dd></div> })
        .collect_view();
    view! { <section class="card stack"><h2>{lang.pick("口径", "Definitions")}</h2><dl class="definitions">{rows}</dl></section> }
}
