//! An exam beside that of the year before.

use leptos::prelude::*;

use crate::{
    domain::{
        figure::{Counts, FigureId, Rate, Units, mean_hundredths},
        lang::Lang,
    },
    service::figure::{Compared, Figures, Part},
    ui::part::{bar, choice, mean_or_dash, table},
};

/// What is compared, in this order.
const COUNTS: [FigureId; 5] = [
    FigureId::Due,
    FigureId::Sat,
    FigureId::Absent,
    FigureId::Passed,
    FigureId::UnitsSat,
];
const RATES: [FigureId; 4] = [
    FigureId::ExamParticipationRate,
    FigureId::PassRateOfDue,
    FigureId::PassRateOfSat,
    FigureId::ExcellentRate,
];

pub fn compare(lang: Lang, figures: &Figures, part: Part) -> impl IntoView + use<> {
    let title = lang.pick("与上年比较", "Compared with the year before");
    (!figures.earlier.is_empty() && figures.round.is_none()).then(|| {
        let table = figures.compared.as_ref().map(|other| beside(lang, figures, other));
        let note = match (&figures.compared, lang) {
            (None, Lang::Zh) => "上年没有同一单位的考试；可以选另一场较早的考试。".to_owned(),
            (None, Lang::En) => "There was none for the same unit the year before; choose an earlier one.".to_owned(),
            (Some(other), Lang::Zh) => format!(
                "对照：{}。范围相同，各轮合计；各自按自己的名册和规则统计。",
                other.exam.title
            ),
            (Some(other), Lang::En) => format!(
                "With: {}. The same scope, all rounds together; each by its own roster and rules.",
                other.exam.title
            ),
        };
        view! {
            <section class="card stack">
                <h2>{title}</h2>
                <p class="small soft">{note}</p>
                {table}
                {choose(lang, figures, part)}
            </section>
        }
    })
}

fn beside(lang: Lang, figures: &Figures, other: &Compared) -> impl IntoView + use<> {
    let sides = [
        (figures.total, figures.unit_counts()),
        (other.total, other.unit_counts()),
    ];
    let counts = COUNTS.into_iter().map(|id| {
        let [now, then] = sides.map(|(counts, units)| id.parts(&counts, &units).0);
        row(
            id.name(lang),
            [now.to_string(), then.to_string()],
            None,
            sign(now - then, &(now - then).abs().to_string()),
        )
    });
    let rates = RATES.into_iter().map(|id| {
        let rates = sides.map(|(counts, units)| rate(id, &counts, &units));
        let points = rates.map(Rate::basis_points);
        let change = match points {
            [Some(now), Some(then)] => percentage_points(lang, now - then),
            _ => "—".to_owned(),
        };
        row(
            id.name(lang),
            rates.map(Rate::percent),
            Some(points.map(|it| it.unwrap_or(0))),
            change,
        )
    });
    let means = sides.map(|(counts, _)| mean_hundredths(counts.score_sum, counts.sat));
    let change = match means {
        [Some(now), Some(then)] => signed(now - then),
        _ => "—".to_owned(),
    };
    let mean = row(
        FigureId::AvgScore.name(lang),
        sides.map(|(counts, _)| mean_or_dash(&counts)),
        None,
        change,
    );
    let rows: Vec<_> = counts.chain(rates).chain([mean]).collect();
    let head = view! {
        <th>{lang.pick("指标", "Figure")}</th><th class="wide">{lang.pick("本次", "This exam")}</th>
        <th class="wide">{lang.pick("对照", "Compared with")}</th><th class="n">{lang.pick("变化", "Change")}</th>
    };
    table(lang.pick("与上年比较", "Compared with the year before"), head, rows)
}

fn rate(id: FigureId, counts: &Counts, units: &Units) -> Rate {
    let (numerator, denominator) = id.parts(counts, units);
    Rate {
        numerator,
        denominator: denominator.unwrap_or_default(),
    }
}

/// A change as people write it: its size behind `+` or `−`, and no sign for none.
fn sign(change: i64, size: &str) -> String {
    let sign = match change {
        ..0 => "−",
        0 => "",
        1.. => "+",
    };
    format!("{sign}{size}")
}

/// Hundredths with a sign: `+1.23`.
fn signed(hundredths: i64) -> String {
    let size = hundredths.abs();
    sign(hundredths, &format!("{}.{:02}", size / 100, size % 100))
}

fn percentage_points(lang: Lang, basis_points: i64) -> String {
    format!("{} {}", signed(basis_points), lang.pick("个百分点", "points"))
}

fn row(name: &'static str, values: [String; 2], bars: Option<[i64; 2]>, change: String) -> impl IntoView {
    let [now, then] = values;
    let cell = |text: String, points: Option<i64>| {
        view! { <td><div class="row nowrap">{points.map(bar)}<span>{text}</span></div></td> }
    };
    view! {
        <tr>
            <th class="plain" scope="row">{name}</th>
            {cell(now, bars.map(|bars| bars[0]))}
            {cell(then, bars.map(|bars| bars[1]))}
            <td class="n">{change}</td>
        </tr>
    }
}

fn choose(lang: Lang, figures: &Figures, part: Part) -> impl IntoView + use<> {
    let usual = (
        String::new(),
        lang.pick("上年的考试", "That of the year before").to_owned(),
    );
    let earlier = figures.earlier.iter().map(|exam| {
        let day = exam.window.opens_at.day_field();
        (exam.id.to_string(), format!("{} · {day}", exam.title))
    });
    let options = std::iter::once(usual).chain(earlier).collect();
    let chosen = part.with.map(|with| with.to_string()).unwrap_or_default();
    let unit = part
        .unit
        .map(|unit| view! { <input r#type="hidden" name="unit" value=unit.to_string()/> });
    view! {
        <form class="filter" action=format!("/admin/exams/{}/figures", figures.exam.id) method="get">
            {unit}
            {choice("with", lang.pick("和哪场考试比较", "Compare with"), options, &chosen)}
            <button class="button" r#type="submit">{lang.pick("比较", "Compare")}</button>
        </form>
    }
}
