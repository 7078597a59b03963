//! The figures of an exam as a workbook, with the persons behind them.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    figure::{self, Export, Figures, Part},
};
use crate::{
    domain::{
        audit::Act,
        figure::{Counts, FigureId, Rate, mean_hundredths},
        id::ExamId,
        lang::Lang,
        tally::Tallied,
    },
    error::Fault,
    format::workbook::{Cell, Column, Sheet, write},
};

/// The workbook of a part of an exam within the caller's reach. It takes the names and results of persons out of the platform,
/// so the log keeps who took how many.
///
/// # Errors
/// As [`figure::of_part`] and [`figure::persons`].
pub async fn workbook(app: &App, caller: &Caller, id: ExamId, part: Part, lang: Lang) -> Result<Vec<u8>> {
    let export = figure::export(app, caller, id, part).await?;
    let by = By::new(app, caller);
    let unit = part.unit.map(|unit| format!(" unit {unit}")).unwrap_or_default();
    let subject = format!("exam {id}{unit}");
    let taken: Result<()> = app
        .db
        .write(
            (by, export.persons.len(), subject),
            move |tx, (by, persons, subject)| {
                Box::pin(async move {
                    let deed = Deed::new(Act::PersonsExported, subject).after(&persons);
                    audit::record(tx, &by, deed).await
                })
            },
        )
        .await;
    taken?;
    let _permit = app.printing.permit().await?;
    let made = tokio::task::spawn_blocking(move || {
        let created = export.figures.as_of;
        write(sheets(&export, lang), created)
    });
    made.await.map_err(|_| Fault::Unavailable)?.map_err(|error| {
        tracing::error!(%error, "a workbook could not be written");
        Fault::Unavailable.into()
    })
}

fn sheets(export: &Export, lang: Lang) -> Vec<Sheet<'_>> {
    let figures = &export.figures;
    let groups = [
        group(
            lang.pick("各职级", "Rank levels"),
            lang.pick("职级", "Rank level"),
            figures
                .by_rank
                .iter()
                .map(move |(rank, counts)| (rank.name(lang).to_owned(), *counts)),
            lang,
        ),
        group(
            lang.pick("各类人员", "Categories"),
            lang.pick("人员类别", "Category"),
            figures
                .by_category
                .iter()
                .map(move |(category, counts)| (category.name(lang).to_owned(), *counts)),
            lang,
        ),
        group(
            lang.pick("各地区", "Regions"),
            lang.pick("地区（含下级地区）", "Region, with those inside"),
            figures
                .by_region
                .iter()
                .map(|(_, path, counts)| (path.clone(), *counts)),
            lang,
        ),
        group(
            lang.pick("各轮", "Rounds"),
            lang.pick("轮次（各轮不能相加）", "Round (they do not add up)"),
            figures
                .by_round
                .iter()
                .map(move |(round, counts)| (round.name(lang), *counts)),
            lang,
        ),
    ];
    let mut sheets = vec![total(figures, lang), units(figures, lang)];
    sheets.extend(groups);
    sheets.extend(compared(figures, lang));
    sheets.push(persons(export, lang));
    sheets
}

/// What was counted, and when.
fn notes(figures: &Figures, lang: Lang) -> Vec<String> {
    let frozen = figures.exam.opened_at.map(|at| at.local()).unwrap_or_default();
    let unit = figures.unit.map_or_else(
        || {
            lang.pick("查看人范围内全部单位", "All units within the reader's scope")
                .to_owned()
        },
        |unit| figures.units.path(unit),
    );
    let round = figures.round.map_or_else(
        || lang.pick("各轮合计", "All rounds together").to_owned(),
        |round| round.name(lang),
    );
    let waiting = figures.total.awaiting;
    let waiting = (waiting > 0).then(|| match lang {
        Lang::Zh => format!("注意：实考中有 {waiting} 人待阅卷，合格与否未定，分数只有客观题得分"),
        Lang::En => format!(
            "Note: of those who sat, {waiting} wait to be marked; neither passed nor failed, points by rules only"
        ),
    });
    let mut notes = vec![
        figures.exam.title.clone(),
        format!("{}{unit}", lang.pick("范围：", "Scope: ")),
        format!("{}{round}", lang.pick("轮次：", "Round: ")),
        format!("{}{frozen}", lang.pick("名册冻结于：", "Roster frozen: ")),
        format!("{}{}", lang.pick("统计于：", "Counted: "), figures.as_of.local()),
    ];
    notes.extend(waiting);
    notes
}

/// Numerator, denominator and value of a figure as cells.
fn values(id: FigureId, counts: &Counts, units: &crate::domain::figure::Units) -> [Cell; 3] {
    let (numerator, denominator) = id.parts(counts, units);
    match (id, denominator) {
        (_, None) => [Cell::Count(numerator), Cell::Empty, Cell::Empty],
        (FigureId::AvgScore, Some(count)) => [
            Cell::Mean(mean_hundredths(counts.score_sum, count)),
            Cell::Points(counts.score_sum),
            Cell::Count(count),
        ],
        (_, Some(denominator)) => [
            Cell::Percent(Rate { numerator, denominator }.basis_points()),
            Cell::Count(numerator),
            Cell::Count(denominator),
        ],
    }
}

fn total(figures: &Figures, lang: Lang) -> Sheet<'_> {
    let units = figures.unit_counts();
    Sheet {
        name: lang.pick("数据", "Figures"),
        notes: notes(figures, lang),
        head: vec![
            (lang.pick("指标", "Figure"), 28),
            (lang.pick("数值", "Value"), 12),
            (lang.pick("分子", "Numerator"), 12),
            (lang.pick("分母", "Denominator"), 12),
            (lang.pick("标识", "Identifier"), 26),
            (lang.pick("口径", "Definition"), 90),
        ],
        rows: Box::new(FigureId::ALL.into_iter().map(move |id| {
            let [value, numerator, denominator] = values(id, &figures.total, &units);
            vec![
                id.name(lang).into(),
                value,
                numerator,
                denominator,
                id.code().into(),
                id.definition(lang).into(),
            ]
        })),
    }
}

/// The columns of counts behind the first ones.
fn counted(lang: Lang) -> Vec<Column<'static>> {
    let names = [
        lang.pick("在册", "Registered"),
        lang.pick("免考", "Exempted"),
        lang.pick("应考", "Due"),
        lang.pick("实考", "Sat"),
        lang.pick("缺考", "Absent"),
        lang.pick("合格", "Passed"),
        lang.pick("优秀", "Excellent"),
        lang.pick("良好", "Good"),
        lang.pick("参考率", "Participation"),
        lang.pick("合格率（应考）", "Pass rate (due)"),
        lang.pick("合格率（实考）", "Pass rate (sat)"),
        lang.pick("平均分", "Average"),
    ];
    names.into_iter().map(|name| (name, 11)).collect()
}

fn cells(counts: &Counts) -> impl Iterator<Item = Cell> + use<> {
    let participation = Rate {
        numerator: counts.sat,
        denominator: counts.due,
    };
    [
        Cell::Count(counts.registered),
        Cell::Count(counts.exempted),
        Cell::Count(counts.due),
        Cell::Count(counts.sat),
        Cell::Count(counts.absent()),
        Cell::Count(counts.passed),
        Cell::Count(counts.excellent),
        Cell::Count(counts.good),
        Cell::Percent(participation.basis_points()),
        Cell::Percent(counts.pass_rate_of_due().basis_points()),
        Cell::Percent(counts.pass_rate_of_sat().basis_points()),
        Cell::Mean(mean_hundredths(counts.score_sum, counts.sat)),
    ]
    .into_iter()
}

/// Every unit in the order of the tree, with those below it and by itself.
fn units(figures: &Figures, lang: Lang) -> Sheet<'_> {
    let sums = figures.with_below();
    let own: std::collections::HashMap<_, _> = figures.by_unit.iter().copied().collect();
    let mut head = vec![
        (lang.pick("单位", "Unit"), 40),
        (lang.pick("层级", "Level"), 8),
        (lang.pick("范围", "Scope"), 12),
    ];
    head.extend(counted(lang));
    let rows = figures.units.walk().into_iter().flat_map(move |(depth, unit)| {
        let own = own.get(&unit.id).copied();
        let all = sums.get(&unit.id).copied();
        let row = |scope: &str, counts: Counts| {
            let first = [
                figures.units.path(unit.id).into(),
                Cell::Count(depth as i64 + 1),
                scope.into(),
            ];
            first.into_iter().chain(cells(&counts)).collect::<Vec<_>>()
        };
        let with = all.map(|counts| row(lang.pick("含下级", "With below"), counts));
        // A unit without any below it would stand there twice.
        let alone = own.filter(|own| all.is_some_and(|all| all != *own));
        let alone = alone.map(|counts| row(lang.pick("本级", "Directly"), counts));
        with.into_iter().chain(alone)
    });
    Sheet {
        name: lang.pick("各单位", "Units"),
        notes: notes(figures, lang),
        head,
        rows: Box::new(rows),
    }
}

fn group<'a>(name: &'a str, of: &'a str, rows: impl Iterator<Item = (String, Counts)> + 'a, lang: Lang) -> Sheet<'a> {
    let mut head = vec![(of, 28)];
    head.extend(counted(lang));
    let rows = rows.map(|(name, counts)| std::iter::once(Cell::Text(name)).chain(cells(&counts)).collect());
    Sheet {
        name,
        notes: Vec::new(),
        head,
        rows: Box::new(rows),
    }
}

fn compared(figures: &Figures, lang: Lang) -> Option<Sheet<'_>> {
    let other = figures.compared.as_ref()?;
    let (units, before) = (figures.unit_counts(), other.unit_counts());
    Some(Sheet {
        name: lang.pick("比较", "Comparison"),
        notes: vec![
            format!("{}{}", lang.pick("本次：", "This exam: "), figures.exam.title),
            format!("{}{}", lang.pick("对照：", "Compared with: "), other.exam.title),
        ],
        head: vec![
            (lang.pick("指标", "Figure"), 28),
            (lang.pick("本次", "This exam"), 12),
            (lang.pick("对照", "Compared with"), 12),
            (lang.pick("标识", "Identifier"), 26),
        ],
        rows: Box::new(FigureId::ALL.into_iter().map(move |id| {
            let [now, ..] = values(id, &figures.total, &units);
            let [then, ..] = values(id, &other.total, &before);
            vec![id.name(lang).into(), now, then, id.code().into()]
        })),
    })
}

fn persons(export: &Export, lang: Lang) -> Sheet<'_> {
    let mut head = vec![
        (lang.pick("工号", "Number"), 16),
        (lang.pick("姓名", "Name"), 16),
        (lang.pick("单位", "Unit"), 40),
        (lang.pick("职级", "Rank level"), 12),
        (lang.pick("人员类别", "Category"), 14),
        (lang.pick("结果", "Result"), 12),
    ];
    head.extend(export.scores.then_some((lang.pick("成绩", "Score"), 10)));
    let rows = export.persons.iter().map(move |person| {
        let mut row: Vec<Cell> = vec![
            person.number.as_str().into(),
            person.name.as_str().into(),
            export.figures.units.path(person.unit).into(),
            person.rank.name(lang).into(),
            person.category.name(lang).into(),
            person.tallied.name(lang).into(),
        ];
        if let (true, Tallied::Sat(_, score)) = (export.scores, person.tallied) {
            row.push(Cell::Points(score));
        }
        row
    });
    Sheet {
        name: lang.pick("人员", "Persons"),
        notes: notes(&export.figures, lang),
        head,
        rows: Box::new(rows),
    }
}
