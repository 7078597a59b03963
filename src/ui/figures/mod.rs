//! The figures of an exam: counts, both pass rates, the sentence, and every unit with the table behind it.

use leptos::prelude::*;

use super::{
    part::{Tone, bar, heading, moment, notice, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        exam::{Exam, State},
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
    let pass_mark = figures.exam.policy.pass_mark;
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
            format!("{}{pass_mark}", lang.pick("最好成绩 ≥ ", "Best score ≥ ")),
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
        {units(lang, figures)}
        {definitions(lang)}
    };
    page(frame, &figures.exam.title, main)
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
    let rows = order
        .into_iter()
        .map(|(_, unit)| {
            let counts = sums[&unit.id];
            let of_due = Rate { numerator: counts.passed, denominator: counts.due };
            let of_sat = Rate { numerator: counts.passed, denominator: counts.sat };
            view! {
                <tr>
                    <th class="plain" scope="row">{unit.name.clone()}</th>
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
        .collect_view();
    let head = view! {
        <th>{lang.pick("单位", "Unit")}</th><th class="n">{lang.pick("应考", "Due")}</th><th class="n">{lang.pick("实考", "Sat")}</th>
        <th class="n">{lang.pick("缺考", "Absent")}</th><th class="n">{lang.pick("合格", "Passed")}</th>
        <th class="wide">{lang.pick("合格率（应考）", "Pass rate (due)")}</th><th class="n">{lang.pick("合格率（实考）", "Pass rate (sat)")}</th>
        <th class="n">{lang.pick("平均分", "Average")}</th>
    };
    let title = lang.pick("各单位", "Units");
    view! {
        <section class="card stack">
            <div class="row between wrap"><h2>{title}</h2>
                <span class="small soft">{lang.pick("含下级单位，先加人数再算比率；按未合格人数排序", "With the units below; counts are summed before dividing; most still to pass first")}</span></div>
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
