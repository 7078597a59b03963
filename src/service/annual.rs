//! The figures of a year, counted from the exams, competitions and ledger entries it owns.

use std::collections::{BTreeMap, BTreeSet};

use super::{App, Caller, Result, activity::totals, tally};
use crate::{
    db,
    domain::{
        activity::{Activity, State},
        annual::{Base, Persons},
        competition::{Competition, State as ContestState},
        exam::Exam,
        figure::Counts,
        id::{PersonId, UnitId},
        role::{Reach, Right},
        time::Timestamp,
        unit::Tree,
        year::Year,
    },
    error::Fault,
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

/// Everything of a year within reach, before it is summed.
struct Records {
    exams: Vec<Exam>,
    by_unit: BTreeMap<UnitId, Counts>,
    contests: Vec<(Competition, i64, i64)>,
    entries: Vec<Activity>,
    /// Who stands on the name list of a court observation, with the unit of then.
    observers: Vec<(PersonId, UnitId)>,
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
    let records = records(app, number, &covers).await?;
    let last = records_before(app, number, &covers).await?;
    let below = units.children(unit).map(|child| {
        let within = |of: UnitId| units.is_within(of, child.id);
        (child.id, records.base(&|of| of.is_some_and(within)))
    });
    let empty = Base::default();
    let below = below.filter(|(_, base)| *base != empty).collect();
    let years = db::year::all(&app.db).await?;
    Ok(Annual {
        number,
        year: years.into_iter().find(|year| year.year == number),
        base: records.base(&|_| true),
        before: last,
        below,
        exams: records.exams,
        contests: records.contests.into_iter().map(|(contest, ..)| contest).collect(),
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

async fn records_before(app: &App, number: u16, covers: &impl Fn(Option<UnitId>) -> bool) -> Result<Base> {
    let before = number.saturating_sub(1);
    Ok(records(app, before, covers).await?.base(&|_| true))
}

async fn records(app: &App, number: u16, covers: &impl Fn(Option<UnitId>) -> bool) -> Result<Records> {
    let of_year = |at: Timestamp| at.civil().year == i64::from(number);
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.opened_at.is_some() && of_year(exam.window.opens_at));
    exams.sort_by_key(|exam| (exam.window.opens_at, exam.id));
    let mut persons = Persons::default();
    for exam in &exams {
        let tally = tally::tally(app, exam).await?;
        let blocks = tally.iter().filter(|(unit, _)| covers(Some(**unit)));
        persons.add(
            blocks.map(|(unit, block)| (*unit, block.as_ref())),
            exam.policy.counting,
        );
    }
    let mut contests = Vec::new();
    for contest in db::competition::all(&app.db).await? {
        let began = contest.rules.begins_at();
        if contest.state == ContestState::Published && of_year(began) && covers(contest.unit) {
            let (participants, person_times) = db::competition_count::sums(&app.db, contest.id).await?;
            contests.push((contest, participants, person_times));
        }
    }
    let mut entries = db::activity::of_year(&app.db, number).await?;
    entries.retain(|entry| entry.state == State::Recorded && covers(Some(entry.wish.unit)));
    let observers = db::activity::observers(&app.db, number).await?;
    Ok(Records {
        exams,
        by_unit: persons.by_unit(),
        contests,
        entries,
        observers: observers.into_iter().filter(|(_, unit)| covers(Some(*unit))).collect(),
    })
}

impl Records {
    /// What the records of some units add up to.
    fn base(&self, within: &impl Fn(Option<UnitId>) -> bool) -> Base {
        let own = self.by_unit.iter().filter(|(unit, _)| within(Some(**unit)));
        let contests = || self.contests.iter().filter(|(contest, ..)| within(contest.unit));
        let entries = self.entries.iter().filter(|entry| within(Some(entry.wish.unit)));
        let observers = self.observers.iter().filter(|(_, unit)| within(Some(*unit)));
        Base {
            exam: own.map(|(_, counts)| *counts).sum(),
            participants: contests().map(|(_, participants, _)| participants).sum(),
            person_times: contests().map(|(.., times)| times).sum(),
            ledger: totals(entries)
                .into_iter()
                .map(|(code, (_, total))| (code, total))
                .collect(),
            court_observers: observers.map(|(person, _)| person).collect::<BTreeSet<_>>().len() as i64,
        }
    }
}
