//! The figures of a year, counted from the exams, competitions and ledger entries it owns.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    App, Caller, Result, credit, ground, kept,
    lately::{Frozen, frozen, lately},
    officer, tally,
};
use crate::{
    db,
    domain::{
        activity::{Kind, State},
        annual::{
            self, AnnualId, Base, Persons,
            edition::Head,
            records::{Contest, Records},
            report::{Told, document},
        },
        competition::{Competition, State as ContestState},
        exam::Exam,
        id::UnitId,
        officer::last_day,
        people::UnitChange,
        plan,
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
    /// The last edition, which the figures of a closed year are taken from.
    pub edition: Option<Head>,
    /// What the records of a closed year add up to now, where that is not what its edition says.
    pub since: Option<Base>,
    /// As they were when the year was closed.
    pub units: Tree,
    /// The unit looked at, with those below it; `None`: everything within reach.
    pub unit: Option<UnitId>,
    pub base: Base,
    /// That of the records it is counted from: figures that came later are not in it, see [`AnnualId::of_version`].
    pub version: u16,
    /// Whose participations in competitions these are, see [`annual::area`].
    pub area: String,
    /// Base and version of the year before.
    pub before: Base,
    pub version_before: u16,
    /// What the year's plan asks for of it, see [`plan::asked`].
    pub planned: BTreeMap<plan::Kind, i64>,
    /// The next level below: each unit with what it and those below it did.
    pub below: Vec<(UnitId, Base)>,
    /// The year's exams and competitions that are counted.
    pub exams: Vec<Exam>,
    pub contests: Vec<Competition>,
    /// Persons on the rosters of two units, each of them counted in the last one.
    pub moved: usize,
    /// What became of units within the year.
    pub changes: Vec<UnitChange>,
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

    /// How many the year's plan asks for; `None`: none is planned.
    pub fn planned(&self, id: AnnualId) -> Option<i64> {
        self.planned.get(&id.planned()?).copied()
    }

    /// Whether there is no edition yet, so that numbers still change.
    pub fn is_draft(&self) -> bool {
        self.edition.is_none()
    }
}

/// The training part of the annual report: name and content of the file.
///
/// # Errors
/// As [`annual`].
pub async fn report(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<(String, Vec<u8>)> {
    let annual = annual(app, caller, number, unit).await?;
    let document = document(Told {
        year: number,
        unit: annual.unit_name(),
        base: &annual.base,
        version: annual.version,
        area: &annual.area,
        as_of: &annual.as_of.local(),
        draft: annual.is_draft(),
    });
    Ok((format!("{}.docx", document.title), format::official::docx(&document)))
}

/// Where the figures of a year are counted from: of a closed year the records of its last edition, since what changed later waits for
/// the next one; otherwise the records as they stand.
pub(super) struct Basis {
    live: Arc<Counted>,
    counted_at: Timestamp,
    frozen: Option<Arc<Frozen>>,
}

/// # Errors
/// [`Fault::Unavailable`] when an edition cannot be read; when the database fails.
pub(super) async fn basis(app: &App, number: u16) -> Result<Basis> {
    let (counted_at, live) = lately(app, number).await?;
    Ok(Basis {
        live,
        counted_at,
        frozen: frozen(app, number).await?,
    })
}

impl Basis {
    pub fn records(&self) -> &Records {
        match &self.frozen {
            Some(frozen) => &frozen.records,
            None => &self.live.records,
        }
    }

    /// The units as they were when the year was closed, or else as they are.
    pub fn units<'a>(&'a self, now: &'a Tree) -> &'a Tree {
        let frozen = self.frozen.as_ref().and_then(|frozen| frozen.units.as_ref());
        frozen.unwrap_or(now)
    }

    pub fn edition(&self) -> Option<&Head> {
        self.frozen.as_ref().map(|frozen| &frozen.head)
    }

    /// The year's exams in the order of their openings.
    pub fn exams(&self) -> &[Exam] {
        &self.live.exams
    }

    pub fn as_of(&self) -> Timestamp {
        self.edition().map_or(self.counted_at, |head| head.made_at)
    }

    /// What a part of the tree adds up to now, where that is not what its edition says; of what the edition counted.
    fn since(&self, base: &Base, seen: &Seen) -> Option<Base> {
        let frozen = self.frozen.as_ref()?;
        let now = self.live.records.base(|of| seen.covers(of));
        Some(now.of_version(frozen.records.version())).filter(|now| now != base)
    }

    /// Where competitions were held elsewhere.
    fn places(&self) -> Vec<(UnitId, &str)> {
        let live = || self.live.places.iter().map(|(unit, place)| (*unit, place.as_str()));
        match &self.frozen {
            // Editions from before places were frozen have none.
            Some(frozen) if frozen.units.is_some() => frozen.records.places().collect(),
            _ => live().collect(),
        }
    }
}

/// Counts the year it is, so that whoever looks at it first need not wait.
///
/// # Errors
/// When the database fails.
pub async fn warm(app: &App) -> Result<()> {
    lately(app, credit::this_year(app)).await?;
    Ok(())
}

/// The figures of a year within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] for a unit out of reach.
pub async fn annual(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Annual> {
    let reach = caller.may(Right::ReadFigures)?;
    let now = db::person::units(&app.db).await?;
    if unit.is_some_and(|unit| now.get(unit).is_none() || !reach.covers(&now, Some(unit))) {
        return Err(Fault::NotFound.into());
    }
    let basis = basis(app, number).await?;
    let units = basis.units(&now);
    let seen = Seen::new(units, &reach, unit);
    let below = below(units, unit, basis.records(), |of| seen.covers(of));
    let base = basis.records().base(|of| seen.covers(of));
    let places = basis.places();
    let places = places.iter().filter(|(unit, _)| seen.covers(Some(*unit)));
    let area = annual::area(base.person_times > 0, places.map(|(_, place)| *place)).to_owned();
    let last = self::basis(app, number.saturating_sub(1)).await?;
    let seen_before = Seen::new(last.units(&now), &reach, unit);
    let entries = kept::planned(app, number).await?;
    let planned = entries.iter().filter(|entry| seen.covers(Some(entry.wish.unit)));
    let planned = plan::asked(planned, units);
    let years = db::year::all(&app.db).await?;
    let moved = basis.records().moved();
    let moved = moved.filter(|(from, to)| seen.covers(Some(*from)) || seen.covers(Some(*to)));
    let changes = db::unit::done_between(&app.db, moments_of(number)).await?;
    Ok(Annual {
        number,
        year: years.into_iter().find(|year| year.year == number),
        edition: basis.edition().cloned(),
        since: basis.since(&base, &seen),
        area,
        before: last.records().base(|of| seen_before.covers(of)),
        version_before: last.records().version(),
        planned,
        below,
        exams: basis
            .exams()
            .iter()
            .filter(|exam| reach.meets(units, exam.unit))
            .cloned()
            .collect(),
        contests: basis
            .live
            .contests
            .iter()
            .filter(|contest| seen.covers(contest.unit))
            .cloned()
            .collect(),
        moved: moved.count(),
        changes: changes
            .into_iter()
            .filter(|change| {
                let parents = [change.before.parent, change.after.parent];
                seen.covers(Some(change.unit)) || parents.into_iter().flatten().any(|of| seen.covers(Some(of)))
            })
            .collect(),
        as_of: basis.as_of(),
        version: basis.records().version(),
        base,
        unit,
        units: units.clone(),
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
    let mut bases = records.bases(|of| of.filter(|_| covers(of)).and_then(|of| children.get(&of).copied()));
    let empty = Base::default();
    let of_children = units.children(top).filter_map(|child| {
        let base = bases.remove(&child.id).filter(|base| *base != empty)?;
        Some((child.id, base))
    });
    of_children.collect()
}

/// The units within reach and below the one looked at, which are asked for once and not for each record.
pub(super) struct Seen {
    units: HashSet<UnitId>,
    /// Whether what belongs to no unit is seen too.
    whole: bool,
}

impl Seen {
    pub fn new(units: &Tree, reach: &Reach, top: Option<UnitId>) -> Self {
        let within = |id: UnitId| top.is_none_or(|top| units.is_within(id, top)) && reach.covers(units, Some(id));
        let walked = units.walk().into_iter().map(|(_, unit)| unit.id);
        Self {
            units: walked.filter(|id| within(*id)).collect(),
            whole: top.is_none() && *reach == Reach::Everything,
        }
    }

    pub fn covers(&self, of: Option<UnitId>) -> bool {
        of.map_or(self.whole, |of| self.units.contains(&of))
    }
}

/// A year's records, with the exams and competitions they come from.
pub(super) struct Counted {
    pub records: Records,
    /// Of the entries of competitions held elsewhere: unit and place.
    places: Vec<(UnitId, String)>,
    exams: Vec<Exam>,
    contests: Vec<Competition>,
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
    let (mut persons, mut grounds) = (Persons::default(), Vec::new());
    for exam in &exams {
        let tally = tally::tally(app, exam).await?;
        grounds.push(ground::of_exam(app, exam, &tally).await?);
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
        grounds.push(ground::of_contest(app, contest).await?);
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
    let units = db::person::units(&app.db).await?;
    grounds.extend(ground::of_rest(app, number, &entries, &persons, &units).await?);
    Ok(Counted {
        records: Records::new(&persons, sums, &entries, observers, facts, grounds),
        places,
        exams,
        contests,
    })
}
