//! The figures of an exam: counts, both pass rates, the sentence, and every unit with the table behind it.

mod compare;
mod persons;

use leptos::prelude::*;

use super::{
    part::{Tone, bar, heading, mean_or_dash, moment, notice, pager, table},
    shell::{Frame, page},
};
use crate::{
    domain::{
        exam::{Exam, State},
        figure::{Counts, FigureId, Rate, report_sentence},
        id::{ExamId, UnitId},
        lang::Lang,
        role::Right,
        tally::Who,
    },
    service::figure::{Figures, Part},
};

pub use persons::persons;

/// The address of the figures of a part.
fn address(exam: ExamId, part: Part) -> String {
    format!("/admin/exams/{exam}/figures?{}", query(part))
}

fn query(part: Part) -> String {
    let round = part.round.map(|round| format!("round={round}"));
    let unit = part.unit.map(|unit| format!("unit={unit}"));
    let with = part.with.map(|with| format!("with={with}"));
    let parts: Vec<_> = [round, unit, with].into_iter().flatten().collect();
    parts.join("&")
}

/// A count that leads to its persons, for those who may see them; `more` narrows them down.
#[derive(Clone)]
struct Behind {
    exam: ExamId,
    part: Part,
    more: String,
    /// Whether the reader may see persons.
    open: bool,
}

impl Behind {
    fn of(&self, part: Part, more: String) -> Self {
        Self {
            part,
            more,
            ..self.clone()
        }
    }

    fn count(&self, who: Who, counts: &Counts) -> AnyView {
        let count = who.count(counts);
        if !self.open || count == 0 {
            return count.to_string().into_any();
        }
        let (query, more) = (query(self.part), &self.more);
        let href = format!(
            "/admin/exams/{}/figures/persons?{query}&who={}{more}",
            self.exam,
            who.code()
        );
        view! { <a href=href>{count.to_string()}</a> }.into_any()
    }
}

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

pub fn figures(frame: &Frame, figures: &Figures, part: Part, page_number: u32) -> impl IntoView {
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
    let behind = Behind {
        exam: figures.exam.id,
        part,
        more: String::new(),
        open: frame.offers(Right::ReadPeople),
    };
    let cells = [
        (
            FigureId::Due,
            Who::Due,
            match lang {
                Lang::Zh => format!("在册 {}，免考 {}", total.registered, total.exempted),
                Lang::En => format!("Registered {}, exempted {}", total.registered, total.exempted),
            },
        ),
        (
            FigureId::Sat,
            Who::Sat,
            lang.pick("至少交卷一次", "Handed in at least once").to_owned(),
        ),
        (
            FigureId::Absent,
            Who::Absent,
            lang.pick("应考 − 实考", "Due − sat").to_owned(),
        ),
        (
            FigureId::Passed,
            Who::Passed,
            lang.pick("最终成绩合格", "The final result is a pass").to_owned(),
        ),
    ];
    let counts = cells
        .into_iter()
        .map(|(id, who, def)| {
            let value = behind.count(who, total);
            view! { <div class="figure"><span class="small soft">{id.name(lang)}</span><b>{value}</b><span class="def">{def}</span></div> }
        })
        .collect_view();
    let export = behind.open.then(|| {
        let href = format!("/admin/exams/{}/figures.xlsx?{}", figures.exam.id, query(part));
        view! { <a class="button" href=href download="figures.xlsx">{lang.pick("下载表格（XLSX）", "Download as XLSX")}</a> }
    });
    let main = view! {
        <p class="small"><a href="/admin/figures">{lang.pick("数据", "Figures")}</a></p>
        <div class="row between wrap">{heading(figures.exam.title.clone(), below)}{export}</div>
        {whose(lang, figures, part)}
        {of_what(lang, figures, part)}
        <div class="figures num">
            {counts}
            <div class="figure">
                <span class="small soft">{FigureId::AvgScore.name(lang)}</span><b>{mean_or_dash(total)}</b>
                <span class="def">{lang.pick("按实考，缺考不计 0 分", "Over those who sat; absence is not 0")}</span>
            </div>
        </div>
        <div class="rates">
            {rate(lang, FigureId::PassRateOfDue, figures)}
            {rate(lang, FigureId::PassRateOfSat, figures)}
            {rate(lang, FigureId::ExamParticipationRate, figures)}
        </div>
        {total.many_exempt().then(|| many_exempt(lang, total))}
        <section class="card stack">
            <h2>{lang.pick("写进年度报告的话", "For the annual report")}</h2>
            <p class="sentence" lang="zh-CN">{report_sentence(total)}</p>
            <p class="small soft">{lang.pick(
                "考试还没关闭时数字还会变。两个合格率口径不同时，这句话会把两个都写上。",
                "Figures may change until the exam closes. Where the two pass rates differ, the sentence states both.",
            )}</p>
        </section>
        {compare::compare(lang, figures, part)}
        {awaiting(lang, &figures.total)}
        {bands(lang, figures, &behind)}
        {rounds(lang, figures, &behind)}
        {units(lang, figures, &behind, page_number)}
        {groups(lang, figures, &behind)}
        {definitions(lang, figures)}
    };
    page(frame, &figures.exam.title, main)
}

fn many_exempt(lang: Lang, total: &Counts) -> impl IntoView + use<> {
    let rate = Rate {
        numerator: total.exempted,
        denominator: total.registered,
    };
    let rate = rate.percent();
    let text = match lang {
        Lang::Zh => format!("免考率 {rate}，超过一成：合格率只说明其余的人，请核对免考材料。"),
        Lang::En => format!(
            "{rate} are exempt, more than a tenth: the pass rates speak of the others only. Check the documents."
        ),
    };
    notice(Tone::Warn, text)
}

/// The unit looked at, with the way back up.
fn whose(lang: Lang, figures: &Figures, part: Part) -> impl IntoView + use<> {
    let exam = figures.exam.id;
    figures.unit.map(|unit| {
        let mut line: Vec<_> = figures.units.ancestors(unit).skip(1).collect();
        line.reverse();
        let all = view! { <a href=address(exam, Part { unit: None, ..part })>{lang.pick("全部", "All")}</a> };
        let above = line
            .into_iter()
            .map(|above| {
                let href = address(
                    exam,
                    Part {
                        unit: Some(above.id),
                        ..part
                    },
                );
                view! { " / "<a href=href>{above.name.clone()}</a> }
            })
            .collect_view();
        let name = figures
            .units
            .get(unit)
            .map(|unit| unit.name.clone())
            .unwrap_or_default();
        view! { <nav aria-label=lang.pick("单位", "Unit")>{all}{above}" / "<b aria-current="page">{name}</b></nav> }
    })
}

/// Which round is counted, with links to the others.
fn of_what(lang: Lang, figures: &Figures, part: Part) -> impl IntoView + use<> {
    let exam = figures.exam.id;
    let here = figures.round.map(|round| round.number);
    let link = |number: Option<u32>, name: String| {
        let href = address(exam, Part { round: number, ..part });
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
fn bands(lang: Lang, figures: &Figures, behind: &Behind) -> impl IntoView + use<> {
    let (total, marks) = (figures.total, figures.exam.policy.bands);
    let rows = [
        (
            Who::Excellent,
            lang.pick("优秀", "Excellent"),
            marks.excellent.is_some(),
        ),
        (Who::Good, lang.pick("良好", "Good"), marks.good.is_some()),
        (Who::Fair, lang.pick("合格", "Passed"), true),
        (Who::Failed, lang.pick("不合格", "Not passed"), true),
        (
            Who::Awaiting,
            lang.pick("待阅卷", "Waits to be marked"),
            total.awaiting > 0,
        ),
    ];
    let rows = rows
        .into_iter()
        .filter(|(.., there)| *there)
        .map(|(who, name, _)| {
            let numerator = who.count(&total);
            let of_sat = Rate { numerator, denominator: total.sat };
            let of_due = Rate { numerator, denominator: total.due };
            view! {
                <tr>
                    <th class="plain" scope="row">{name}</th>
                    <td class="n">{behind.count(who, &total)}</td>
                    <td><div class="row nowrap">{bar(of_sat.basis_points().unwrap_or(0))}<span>{of_sat.percent()}</span></div></td>
                    <td class="n">{of_due.percent()}</td>
                </tr>
            }
        })
        .collect_view();
    let head = view! {
        <th>{lang.pick("等次", "Band")}</th><th class="n">{lang.pick("人数", "Persons")}</th>
        <th class="wide">{lang.pick("占实考", "Of those who sat")}</th><th class="n">{lang.pick("占应考", "Of those due")}</th>
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

/// That some results are not known yet, wherever they are counted.
fn awaiting(lang: Lang, counts: &Counts) -> impl IntoView + use<> {
    let (waiting, sat) = (counts.awaiting, counts.sat);
    (waiting > 0).then(|| {
        let text = match lang {
            Lang::Zh => format!(
                "实考 {sat} 人中有 {waiting} 人的主观题还没有评完：他们计入实考，不计入合格和不合格，平均分里只有客观题得分。合格率和平均分不是最终数字。"
            ),
            Lang::En => format!(
                "Of the {sat} who sat, {waiting} wait to be marked: they count as sat, neither as passed nor as failed, and the average has only what rules gave them. Pass rates and average are not final."
            ),
        };
        notice(Tone::Warn, text)
    })
}

/// Every round for itself.
fn rounds(lang: Lang, figures: &Figures, behind: &Behind) -> impl IntoView + use<> {
    let rows = figures
        .by_round
        .iter()
        .map(|(round, counts)| {
            let part = Part {
                round: Some(round.number),
                ..behind.part
            };
            let behind = behind.of(part, String::new());
            view! {
                <tr>
                    <th class="plain" scope="row"><a href=address(behind.exam, part)>{round.name(lang)}</a></th>
                    <td>{round.admits.name(lang)}</td>
                    <td class="n">{behind.count(Who::Due, counts)}</td>
                    <td class="n">{behind.count(Who::Sat, counts)}</td>
                    <td class="n">{behind.count(Who::Absent, counts)}</td>
                    <td class="n">{behind.count(Who::Passed, counts)}</td>
                    <td class="n">{counts.pass_rate_of_due().percent()}</td>
                    <td class="n">{counts.pass_rate_of_sat().percent()}</td>
                    <td class="n">{mean_or_dash(counts)}</td>
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

fn rate(lang: Lang, id: FigureId, figures: &Figures) -> impl IntoView + use<> {
    let (numerator, denominator) = id.parts(&figures.total, &figures.unit_counts());
    let denominator = denominator.unwrap_or_default();
    let percent = Rate { numerator, denominator }.percent();
    view! {
        <section class="card">
            <div class="row between"><h2>{id.name(lang)}</h2><a class="small" href=format!("#{}", id.code())>{lang.pick("口径", "Definition")}</a></div>
            <p class="big num">{percent}</p>
            <p class="small soft num">{format!("{numerator} ÷ {denominator}")}</p>
        </section>
    }
}

/// Units on one page.
const UNITS: usize = 100;

/// The units right below the one looked at, each with those below it.
fn units(lang: Lang, figures: &Figures, behind: &Behind, page: u32) -> impl IntoView + use<> {
    let sums = figures.with_below();
    let own = |unit: UnitId| figures.by_unit.binary_search_by_key(&unit, |(unit, _)| *unit);
    let own = |unit: UnitId| own(unit).ok().map(|place| figures.by_unit[place].1);
    let (top, mut level) = figures.units.level(
        figures.unit,
        |unit| sums.contains_key(&unit),
        |unit| own(unit).is_some(),
    );
    // Units with the most people still to pass come first.
    level.sort_by_key(|unit| std::cmp::Reverse(sums[&unit.id].due - sums[&unit.id].passed));
    let pages = u32::try_from(level.len().div_ceil(UNITS)).unwrap_or(u32::MAX).max(1);
    let page = page.clamp(1, pages);
    let directly = top.filter(|_| page == 1).and_then(|top| Some((top, own(top)?)));
    let directly = directly.filter(|_| !level.is_empty()).map(|(_, counts)| {
        // Their persons cannot be asked for apart from those below.
        let behind = Behind {
            open: false,
            ..behind.clone()
        };
        (
            view! { {lang.pick("本级人员", "Directly in it")} }.into_any(),
            behind,
            counts,
        )
    });
    let rows = level
        .into_iter()
        .skip((page as usize - 1) * UNITS)
        .take(UNITS)
        .map(|unit| {
            let part = Part {
                unit: Some(unit.id),
                ..behind.part
            };
            let name = view! { <a href=address(behind.exam, part)>{unit.name.clone()}</a> }.into_any();
            (name, behind.of(part, String::new()), sums[&unit.id])
        });
    let whole = top.and_then(|top| figures.units.get(top)).map(|top| top.name.clone());
    let whole = whole.unwrap_or_else(|| lang.pick("合计", "Together").to_owned());
    let whole = (whole.into_any(), behind.clone(), figures.total);
    let rows: Vec<_> = std::iter::once(whole).chain(directly).chain(rows).collect();
    let (exam, part) = (behind.exam, behind.part);
    let note = lang.pick(
        "含下级单位，先加人数再算比率；按未合格人数排序；点单位看下级",
        "With the units below; counts are summed before dividing; most still to pass first; a unit opens to those below it",
    );
    let pager = pager(lang, page, pages, move |page| {
        format!("{}&page={page}", address(exam, part))
    });
    (figures.total.registered > 0).then(|| {
        counted(
            lang,
            (lang.pick("各单位", "Units"), lang.pick("单位", "Unit")),
            note,
            rows,
            pager,
        )
    })
}

/// By rank level, category and region, where there is more than one of them.
fn groups(lang: Lang, figures: &Figures, behind: &Behind) -> impl IntoView + use<> {
    let frozen = lang.pick("按名册冻结时的登记", "As on the frozen roster");
    let row = |name: String, more: String, counts: &Counts| (name.into_any(), behind.of(behind.part, more), *counts);
    let ranks = (figures.by_rank.len() > 1).then(|| {
        let rows = figures.by_rank.iter();
        counted(
            lang,
            (lang.pick("各职级", "Rank levels"), lang.pick("职级", "Rank level")),
            frozen,
            rows.map(|(rank, counts)| row(rank.name(lang).to_owned(), format!("&rank={}", rank.code()), counts))
                .collect(),
            (),
        )
    });
    let categories = (figures.by_category.len() > 1).then(|| {
        let rows = figures.by_category.iter();
        counted(
            lang,
            (lang.pick("各类人员", "Categories"), lang.pick("人员类别", "Category")),
            frozen,
            rows.map(|(it, counts)| row(it.name(lang).to_owned(), format!("&category={}", it.code()), counts))
                .collect(),
            (),
        )
    });
    let regions = (!figures.by_region.is_empty()).then(|| {
        let note = lang.pick(
            "按单位现在所在的地区，含下级地区；没有填地区的单位不在表中",
            "By where units stand now, with the regions inside; units without a region are not in the table",
        );
        let rows = figures.by_region.iter();
        counted(
            lang,
            (lang.pick("各地区", "Regions"), lang.pick("地区", "Region")),
            note,
            rows.map(|(region, path, counts)| row(path.clone(), format!("&region={region}"), counts))
                .collect(),
            (),
        )
    });
    view! { {ranks}{categories}{regions} }
}

/// A table of counts with both pass rates.
fn counted<P: IntoView>(
    lang: Lang,
    (title, of): (&'static str, &'static str),
    note: &'static str,
    rows: Vec<(AnyView, Behind, Counts)>,
    below: P,
) -> impl IntoView + use<P> {
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(name, behind, counts)| {
            let of_due = counts.pass_rate_of_due();
            view! {
                <tr>
                    <th class="plain" scope="row">{name}</th>
                    <td class="n">{behind.count(Who::Due, &counts)}</td>
                    <td class="n">{behind.count(Who::Sat, &counts)}</td>
                    <td class="n">{behind.count(Who::Absent, &counts)}</td>
                    <td class="n">{behind.count(Who::Passed, &counts)}</td>
                    <td><div class="row nowrap">{bar(of_due.basis_points().unwrap_or(0))}<span>{of_due.percent()}</span></div></td>
                    <td class="n">{counts.pass_rate_of_sat().percent()}</td>
                    <td class="n">{mean_or_dash(&counts)}</td>
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
            {below}
        </section>
    }
}

/// Every figure with its value and what it means.
fn definitions(lang: Lang, figures: &Figures) -> impl IntoView + use<> {
    let values = crate::domain::figure::figures(&figures.total, &figures.unit_counts(), figures.as_of, lang);
    let rows = values
        .into_iter()
        .map(|figure| {
            view! {
                <div id=figure.id.code()>
                    <dt>{figure.name}" "<b class="num">{figure.value.to_string()}</b></dt>
                    <dd>{figure.definition}</dd>
                </div>
            }
        })
        .collect_view();
    view! { <section class="card stack"><h2>{lang.pick("全部指标和口径", "All figures and definitions")}</h2><dl class="definitions">{rows}</dl></section> }
}
