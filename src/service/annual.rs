//! The figures of a year, counted from the exams, competitions and ledger entries it owns.

use super::{App, Caller, Result, credit, officer, tally};
use crate::{
    db,
    domain::{
        activity::State,
        annual::{
            Base, Persons,
            records::{Contest, Records},
            report::document,
        },
        competition::{Competition, State as ContestState},
        exam::Exam,
        id::UnitId,
        officer::last_day,
        role::{Reach, Right},
        time::{DAY, Timestamp},
        unit::Tree,
        year::Year,
    },
    error::Fault,
    format,
};

/// The figures of a year over a part of the tree.
pub struct Annual {
    pub number: u16,
    /// `None`: not begun; figures are counted all the same.
    pub year: Option<Year>,
    pub units: Tree,
    /// The unit looked at, with those below it; `None`: everything within reach.
    pub unit: Option<UnitId>,
    pub base: Base,
    /// The same of the year before.
    pub before: Base,
    /// The next level below: each unit with what it and those below it did.
    pub below: Vec<(UnitId, Base)>,
    /// The year's exams and competitions that are counted.
    pub exams: Vec<Exam>,
    pub contests: Vec<Competition>,
    pub as_of: Timestamp,
}

/// The training part of the annual report: name and content of the file.
///
/// # Errors
/// As [`annual`].
pub async fn report(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<(String, Vec<u8>)> {
    let annual = annual(app, caller, number, unit).await?;
    // Without a unit it is that of the only one at the top, if there is one.
    let mut top = annual.units.children(None);
    let only = top.next().filter(|_| top.next().is_none()).map(|unit| unit.id);
    let named = unit.or(only).and_then(|unit| annual.units.get(unit));
    let name = named.map(|unit| unit.name.clone()).unwrap_or_default();
    let draft = annual.year.is_none_or(|year| year.must_be_open().is_ok());
    let document = document(number, &name, &annual.base, &annual.as_of.local(), draft);
    Ok((format!("{}.docx", document.title), format::official::docx(&document)))
}

/// The figures of a year within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] for a unit out of reach.
pub async fn annual(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Annual> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    if unit.is_some_and(|unit| units.get(unit).is_none() || !reach.covers(&units, Some(unit))) {
        return Err(Fault::NotFound.into());
    }
    let covers = |of: Option<UnitId>| covers(&units, &reach, unit, of);
    let counted = counted(app, number).await?;
    let last = counted_before(app, number).await?;
    let below = units.children(unit).map(|child| {
        let within = |of: UnitId| units.is_within(of, child.id) && covers(Some(of));
        (child.id, counted.records.base(|of| of.is_some_and(within)))
    });
    let empty = Base::default();
    let below = below.filter(|(_, base)| *base != empty).collect();
    let years = db::year::all(&app.db).await?;
    Ok(Annual {
        number,
        year: years.into_iter().find(|year| year.year == number),
        base: counted.records.base(covers),
        before: last.base(covers),
        below,
        exams: counted
            .exams
            .into_iter()
            .filter(|exam| reach.meets(&units, exam.unit))
            .collect(),
        contests: counted
            .contests
            .into_iter()
            .filter(|contest| covers(contest.unit))
            .collect(),
        unit,
        units,
        as_of: app.now(),
    })
}

/// Whether something of a unit counts; what belongs to everybody counts for those who reach everything and ask for all.
fn covers(units: &Tree, reach: &Reach, top: Option<UnitId>, of: Option<UnitId>) -> bool {
    let within = match (top, of) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(top), Some(of)) => units.is_within(of, top),
    };
    within && reach.covers(units, of)
}

/// A year's records, with the exams and competitions they come from.
pub(super) struct Counted {
    pub records: Records,
    exams: Vec<Exam>,
    contests: Vec<Competition>,
}

/// The first moment of a year in China and of the one after.
fn moments_of(number: u16) -> (Timestamp, Timestamp) {
    let first = |year: u16| Timestamp(last_day(year).0 + DAY);
    (first(number.saturating_sub(1)), first(number))
}

async fn counted_before(app: &App, number: u16) -> Result<Records> {
    Ok(counted(app, number.saturating_sub(1)).await?.records)
}

/// All records of a year as they stand.
///
/// # Errors
/// When the database fails.
pub(super) async fn counted(app: &App, number: u16) -> Result<Counted> {
    let of_year = |at: Timestamp| at.civil().year == i64::from(number);
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.opened_at.is_some() && of_year(exam.window.opens_at));
    exams.sort_by_key(|exam| (exam.window.opens_at, exam.id));
    let mut persons = Persons::default();
    for exam in &exams {
        let tally = tally::tally(app, exam).await?;
        let blocks = tally.iter().map(|(unit, block)| (*unit, block.as_ref()));
        persons.add(blocks, exam.policy.counting);
    }
    let mut contests = db::competition::all(&app.db).await?;
    contests.retain(|contest| contest.state == ContestState::Published && of_year(contest.rules.begins_at()));
    let mut sums = Vec::new();
    for contest in &contests {
        let (participants, person_times) = db::competition_count::sums(&app.db, contest.id).await?;
        sums.push(Contest {
            id: contest.id,
            unit: contest.unit,
            participants,
            person_times,
        });
    }
    let mut entries = db::activity::of_year(&app.db, number).await?;
    entries.retain(|entry| entry.state == State::Recorded);
    let observers = db::activity::observers(&app.db, number).await?;
    let mut facts = credit::facts(app, number, &persons).await?;
    facts.extend(db::officer::exam_certificates(&app.db, moments_of(number)).await?);
    facts.extend(officer::facts(app, number).await?);
    Ok(Counted {
        records: Records::new(&persons, sums, &entries, observers, facts),
        exams,
        contests,
    })
}
