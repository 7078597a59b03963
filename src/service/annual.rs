//! The figures of a year, counted from the exams, competitions and ledger entries it owns.

use std::collections::{HashMap, HashSet};

use super::{App, Caller, Result, credit, edition, lately::lately, officer, tally};
use crate::{
    db,
    domain::{
        activity::{Kind, State},
        annual::{
            self, Base, Persons,
            records::{Contest, Records},
            report::{Told, document},
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
    /// Whose participations in competitions these are, see [`annual::area`].
    pub area: String,
    /// The same of the year before.
    pub before: Base,
    /// The next level below: each unit with what it and those below it did.
    pub below: Vec<(UnitId, Base)>,
    /// The year's exams and competitions that are counted.
    pub exams: Vec<Exam>,
    pub contests: Vec<Competition>,
    pub as_of: Timestamp,
}

impl Annual {
    /// Name of the unit looked at. Without one it is that of the only one at the top, if there is one; may be empty.
    pub fn unit_name(&self) -> &str {
        let mut top = self.units.children(None);
        let only = top.next().filter(|_| top.next().is_none()).map(|unit| unit.id);
        let named = self.unit.or(only).and_then(|unit| self.units.get(unit));
        named.map_or("", |unit| unit.name.as_str())
    }

    /// Whether the year is not closed, so that numbers still change.
    pub fn is_draft(&self) -> bool {
        self.year.is_none_or(|year| year.must_be_open().is_ok())
    }
}

/// The training part of the annual report: name and content of the file.
///
/// # Errors
/// As [`annual`].
pub async fn report(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<(String, Vec<u8>)> {
    let annual = handed_out(app, caller, number, unit).await?;
    let document = document(Told {
        year: number,
        unit: annual.unit_name(),
        base: &annual.base,
        area: &annual.area,
        as_of: &annual.as_of.local(),
        draft: annual.is_draft(),
    });
    Ok((format!("{}.docx", document.title), format::official::docx(&document)))
}

/// The figures as they are handed out: of a closed year those of its last edition, since what changed later waits for the next one.
///
/// # Errors
/// As [`annual`]; [`Fault::Unavailable`] when the edition cannot be read.
pub(super) async fn handed_out(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Annual> {
    let live = annual(app, caller, number, unit).await?;
    let heads = edition::of_year(app, caller, number).await?;
    let Some(last) = heads.last().filter(|_| !live.is_draft()) else {
        return Ok(live);
    };
    let edition = db::edition::get(&app.db, number, last.number).await?;
    let records = Records::parse(&edition.ok_or(Fault::NotFound)?.records).map_err(|error| {
        tracing::error!(year = number, edition = last.number, %error, "the records of an edition cannot be read");
        Fault::Unavailable
    })?;
    let reach = caller.may(Right::ReadFigures)?;
    let seen = seen(&live.units, &reach, unit);
    let whole = unit.is_none() && reach == Reach::Everything;
    let covers = |of: Option<UnitId>| of.map_or(whole, |of| seen.contains(&of));
    Ok(Annual {
        base: records.base(covers),
        below: below(&live.units, unit, &records, covers),
        as_of: last.made_at,
        ..live
    })
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
    let seen = seen(&units, &reach, unit);
    let whole = unit.is_none() && reach == Reach::Everything;
    let covers = |of: Option<UnitId>| of.map_or(whole, |of| seen.contains(&of));
    let (as_of, counted) = lately(app, number).await?;
    let (_, last) = lately(app, number.saturating_sub(1)).await?;
    let below = below(&units, unit, &counted.records, covers);
    let base = counted.records.base(covers);
    let places = counted.places.iter().filter(|(unit, _)| covers(Some(*unit)));
    let area = annual::area(base.person_times > 0, places.map(|(_, place)| place.as_str())).to_owned();
    let years = db::year::all(&app.db).await?;
    Ok(Annual {
        number,
        year: years.into_iter().find(|year| year.year == number),
        base,
        area,
        before: last.records.base(covers),
        below,
        exams: counted
            .exams
            .iter()
            .filter(|exam| reach.meets(&units, exam.unit))
            .cloned()
            .collect(),
        contests: counted
            .contests
            .iter()
            .filter(|contest| covers(contest.unit))
            .cloned()
            .collect(),
        unit,
        units,
        as_of,
    })
}

/// The units right below one, in their order, each with what it and those below it did, without those that did nothing.
pub(super) fn below(
    units: &Tree,
    top: Option<UnitId>,
    records: &Records,
    covers: impl Fn(Option<UnitId>) -> bool,
) -> Vec<(UnitId, Base)> {
    let child = |unit: UnitId| {
        units
            .ancestors(unit)
            .find(|above| above.parent == top)
            .map(|above| above.id)
    };
    let children: HashMap<UnitId, UnitId> = units
        .walk()
        .into_iter()
        .filter_map(|(_, unit)| Some((unit.id, child(unit.id)?)))
        .collect();
    let groups = records.grouped(|of| of.filter(|_| covers(of)).and_then(|of| children.get(&of).copied()));
    let empty = Base::default();
    let bases = units.children(top).filter_map(|child| {
        let base = groups.get(&child.id)?.base(|_| true);
        (base != empty).then_some((child.id, base))
    });
    bases.collect()
}

/// The units of a part of the tree within a reach, which is asked once and not for each record.
pub(super) fn seen(units: &Tree, reach: &Reach, top: Option<UnitId>) -> HashSet<UnitId> {
    let walked = units.walk().into_iter().map(|(_, unit)| unit.id);
    walked.filter(|id| covers(units, reach, top, Some(*id))).collect()
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
    /// Of the entries of competitions held elsewhere: unit and place.
    places: Vec<(UnitId, String)>,
    exams: Vec<Exam>,
    contests: Vec<Competition>,
}

impl Counted {
    /// The year's exams in the order of their openings.
    pub fn exams(&self) -> &[Exam] {
        &self.exams
    }
}

/// The first moment of a year in China and of the one after.
fn moments_of(number: u16) -> (Timestamp, Timestamp) {
    let first = |year: u16| Timestamp(last_day(year).0 + DAY);
    (first(number.saturating_sub(1)), first(number))
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
    let elsewhere = entries.iter().filter(|entry| entry.wish.kind == Kind::ContestElsewhere);
    let places = elsewhere
        .map(|entry| (entry.wish.unit, entry.wish.place.clone()))
        .collect();
    let observers = db::activity::observers(&app.db, number).await?;
    let mut facts = credit::facts(app, number, &persons).await?;
    facts.extend(db::officer::exam_certificates(&app.db, moments_of(number)).await?);
    facts.extend(officer::facts(app, number).await?);
    Ok(Counted {
        records: Records::new(&persons, sums, &entries, observers, facts),
        places,
        exams,
        contests,
    })
}
