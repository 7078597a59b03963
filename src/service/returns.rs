//! The figures of a year as workbooks: a return of our own, and the form of whoever asks for one, filled in by the names of its cells.

use super::{
    App, Caller, Result,
    annual::{Annual, annual},
};
use crate::{
    domain::{
        annual::{
            AnnualId, Base,
            named::{Told, Values},
        },
        figure::Rate,
        id::UnitId,
        intake::Matter,
        lang::Lang,
    },
    error::Fault,
    format::{
        named_cells,
        workbook::{Cell, Column, Sheet, write},
    },
};

/// Whether numbers of a year may still change: a draft, or which edition holds them.
struct Standing {
    state: String,
    /// Empty: a draft.
    digest: String,
}

fn standing(annual: &Annual, lang: Lang) -> Standing {
    match &annual.edition {
        None => Standing {
            state: lang
                .pick("草稿，年度未封账", "Draft, the year is not closed")
                .to_owned(),
            digest: String::new(),
        },
        Some(head) => Standing {
            state: match lang {
                Lang::Zh => format!("正式，第 {} 版", head.number),
                Lang::En => format!("Final, edition {}", head.number),
            },
            digest: head.digest.clone(),
        },
    }
}

/// The return of a unit with those below it: name and content of the file.
///
/// # Errors
/// As [`annual`].
pub async fn workbook(
    app: &App,
    caller: &Caller,
    number: u16,
    unit: Option<UnitId>,
    lang: Lang,
) -> Result<(String, Vec<u8>)> {
    let annual = annual(app, caller, number, unit).await?;
    let standing = standing(&annual, lang);
    let name = match lang {
        Lang::Zh => format!("{}{number}年学法普法数据.xlsx", annual.unit_name()),
        Lang::En => format!("{} figures {number}.xlsx", annual.unit_name())
            .trim_start()
            .to_owned(),
    };
    let made = tokio::task::spawn_blocking(move || {
        let notes = notes(&annual, &standing, lang);
        let sheets = vec![figures(&annual, notes, lang), units(&annual, lang)];
        write(sheets, annual.as_of)
    });
    let bytes = made.await.map_err(|_| Fault::Unavailable)?.map_err(|error| {
        tracing::error!(%error, "a return could not be written");
        Fault::Unavailable
    })?;
    Ok((name, bytes))
}

fn notes(annual: &Annual, standing: &Standing, lang: Lang) -> Vec<String> {
    let said = |name: &str, value: &str| match lang {
        Lang::Zh => format!("{name}：{value}"),
        Lang::En => format!("{name}: {value}"),
    };
    let digest = match standing.digest.as_str() {
        "" => "—",
        digest => digest,
    };
    let draft = annual.is_draft().then(|| marked(lang));
    let notes = [
        said(lang.pick("单位", "Unit"), annual.unit_name()),
        said(lang.pick("年度", "Year"), &annual.number.to_string()),
        said(lang.pick("状态", "State"), &standing.state),
        said(lang.pick("SM3 摘要", "SM3 digest"), digest),
        said(lang.pick("统计时间", "Counted"), &annual.as_of.local()),
    ];
    notes.into_iter().chain(draft).collect()
}

/// What the ground of a cell means in a draft.
fn marked(lang: Lang) -> String {
    let text = lang.pick(
        "草稿：加底色的数在年度封账之前都可能变动。",
        "Draft: the numbers on a ground of their own may change until the year is closed.",
    );
    text.to_owned()
}

fn value(base: &Base, id: AnnualId) -> Cell {
    match base.parts(id) {
        (count, None) => Cell::Count(count),
        (numerator, Some(denominator)) => Cell::Percent(Rate { numerator, denominator }.basis_points()),
    }
}

fn figures(annual: &Annual, notes: Vec<String>, lang: Lang) -> Sheet<'_> {
    let head: Vec<Column<'_>> = vec![
        (lang.pick("代码", "Code"), 26),
        (lang.pick("指标", "Figure"), 26),
        (lang.pick("数值", "Value"), 14),
        (lang.pick("单位", "Unit"), 8),
        (lang.pick("分子", "Numerator"), 12),
        (lang.pick("分母", "Denominator"), 12),
        (lang.pick("口径", "Definition"), 60),
        (lang.pick("来源", "Source"), 18),
        (lang.pick("总体", "Population"), 40),
        (lang.pick("期间", "Period"), 40),
        (lang.pick("口径版本", "Version"), 10),
        (lang.pick("英文名称", "Chinese name"), 30),
        (lang.pick("计划", "Planned"), 10),
    ];
    let draft = annual.is_draft();
    let other = lang.pick(Lang::En, Lang::Zh);
    let row = move |id: &AnnualId| {
        let (numerator, denominator) = annual.base.parts(*id);
        vec![
            id.code().into(),
            id.name(lang).into(),
            value(&annual.base, *id).of_draft(draft),
            id.unit(lang).into(),
            Cell::Count(numerator).of_draft(draft),
            denominator.map_or(Cell::Empty, Cell::Count).of_draft(draft),
            id.definition(lang).into(),
            id.source().name(lang).into(),
            id.population().name(lang).into(),
            id.period().name(lang).into(),
            Cell::Count(id.version().into()),
            id.name(other).into(),
            annual.planned(*id).map_or(Cell::Empty, Cell::Count).of_draft(draft),
        ]
    };
    Sheet {
        name: lang.pick("数据", "Figures"),
        notes,
        head,
        rows: Box::new(AnnualId::of_version(annual.version).iter().map(row)),
    }
}

/// The level below, each unit with those below it.
fn units(annual: &Annual, lang: Lang) -> Sheet<'_> {
    let mut head: Vec<Column<'_>> = vec![(lang.pick("单位（含下级）", "Unit, with those below"), 40)];
    let known = AnnualId::of_version(annual.version);
    head.extend(known.iter().map(|id| (id.name(lang), 12)));
    let draft = annual.is_draft();
    let row = move |(unit, base): &(UnitId, Base)| {
        let mut cells: Vec<Cell> = vec![annual.units.path(*unit).into()];
        cells.extend(known.iter().map(|id| value(base, *id).of_draft(draft)));
        cells
    };
    Sheet {
        name: lang.pick("各单位", "Units"),
        notes: draft.then(|| marked(lang)).into_iter().collect(),
        head,
        rows: Box::new(annual.below.iter().map(row)),
    }
}

/// A form that was filled in.
pub struct Filled {
    pub bytes: Vec<u8>,
    pub told: Told,
    /// The year is not closed, so that what was filled in may still change. The cells do not show it: they keep the look that somebody
    /// else has given them, and a mark left there would still stand when the final numbers are filled in.
    pub draft: bool,
}

impl Filled {
    /// What the file is called that was called so before.
    pub fn name(&self, form: &str) -> String {
        match self.draft {
            true => format!("草稿_{form}"),
            false => form.to_owned(),
        }
    }
}

/// Fills the named cells of somebody's workbook with the figures of a unit and those below it; or why it cannot be.
///
/// # Errors
/// As [`annual`].
pub async fn fill(
    app: &App,
    caller: &Caller,
    (number, unit): (u16, Option<UnitId>),
    (file, bytes): (String, Vec<u8>),
) -> Result<std::result::Result<Filled, Matter>> {
    let annual = annual(app, caller, number, unit).await?;
    let standing = standing(&annual, Lang::Zh);
    let draft = annual.is_draft();
    let made = tokio::task::spawn_blocking(move || {
        let values = Values {
            year: number,
            unit: annual.unit_name(),
            base: &annual.base,
            version: annual.version,
            as_of: &annual.as_of.local(),
            state: &standing.state,
            digest: &standing.digest,
        };
        named_cells::filled(&file, &bytes, &values)
    });
    let filled = made.await.map_err(|_| Fault::Unavailable)?;
    Ok(filled.map(|(bytes, told)| Filled { bytes, told, draft }))
}
