//! The plan of a year: who may write it, how far it has come, and the year as a calendar. Nothing of a closed year changes.

mod calendar;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::{
    App, Caller, Error, Result,
    activity::own_units,
    audit::{self, By, Deed},
    kept,
    unit::checked_reason,
    year::held,
};
use crate::{
    db::{self, Tx},
    domain::{
        activity::{Activity, ActivityFault},
        audit::Act,
        competition::{Competition, State as ContestState},
        exam::Exam,
        id::{ActivityId, CompetitionId, ExamId, MustKnowListId, PlanEntryId, UnitId},
        must_know::MustKnowList,
        plan::{ENTRIES, Entry, Facts, Held, PlanFault, Progress, Source, Standing, Wish, proposal, tally},
        role::{Reach, Right},
        time::Timestamp,
        unit::Tree,
        year::Year,
    },
    error::Fault,
};

pub use calendar::{Calendar, Event, What, calendar};

impl From<PlanFault> for Error {
    fn from(fault: PlanFault) -> Self {
        Fault::Plan(fault).into()
    }
}

/// An entry with how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub entry: Entry,
    pub progress: Progress,
}

/// The plan of a year over a part of the tree.
pub struct Plan {
    pub number: u16,
    /// `None`: not begun.
    pub year: Option<Year>,
    pub units: Tree,
    /// The unit looked at, with those below it; `None`: everything within reach.
    pub unit: Option<UnitId>,
    /// The first due first.
    pub lines: Vec<Line>,
    /// The units within reach, in the order of the tree, and of them those one may plan for.
    pub within: Vec<UnitId>,
    pub own: Vec<UnitId>,
    /// The must-know lists of the year.
    pub lists: Vec<MustKnowList>,
    pub as_of: Timestamp,
}

impl Plan {
    /// How many entries stand so.
    pub fn count(&self, standing: Standing) -> usize {
        let stands = |line: &&Line| line.progress.standing == standing;
        self.lines.iter().filter(stands).count()
    }

    /// The entries by the units of the first level that has several: how many of each stand so.
    pub fn by_unit(&self) -> Vec<(UnitId, BTreeMap<Standing, usize>)> {
        let own: HashSet<UnitId> = self.lines.iter().map(|line| line.entry.wish.unit).collect();
        let above = |unit: &UnitId| self.units.ancestors(*unit).map(|above| above.id);
        let with: HashSet<UnitId> = own.iter().flat_map(above).collect();
        let (at, _) = self
            .units
            .level(self.unit, |id| with.contains(&id), |id| own.contains(&id));
        let row = |unit: UnitId| {
            let below = self.units.ancestors(unit).find(|above| above.parent == at);
            below.map_or(unit, |below| below.id)
        };
        let rows: HashMap<UnitId, UnitId> = own.into_iter().map(|unit| (unit, row(unit))).collect();
        let mut counts: HashMap<UnitId, BTreeMap<Standing, usize>> = HashMap::new();
        for line in &self.lines {
            let of_row = counts.entry(rows[&line.entry.wish.unit]).or_default();
            *of_row.entry(line.progress.standing).or_default() += 1;
        }
        let in_order = self.units.walk().into_iter();
        in_order
            .filter_map(|(_, unit)| Some((unit.id, counts.remove(&unit.id)?)))
            .collect()
    }

    /// Whether the plan can be changed, by somebody who may.
    pub fn is_open(&self) -> bool {
        self.year.is_some_and(|year| year.must_be_open().is_ok())
    }
}

/// What was recorded of a year, as it is loaded.
struct Recorded {
    activities: Arc<Vec<Activity>>,
    exams: Vec<Exam>,
    contests: Vec<Competition>,
    held_exams: Vec<Held<ExamId>>,
    held_contests: Vec<Held<CompetitionId>>,
    lists: HashMap<MustKnowListId, Vec<String>>,
}

impl Recorded {
    async fn of(app: &App, number: u16, entries: &[&Entry]) -> Result<Self> {
        let now = app.now();
        let exams = db::exam::all(&app.db).await?;
        let mut contests = db::competition::all(&app.db).await?;
        contests.retain(|contest| contest.state == ContestState::Published);
        let mut lists = HashMap::new();
        for list in entries.iter().filter_map(|entry| entry.wish.list) {
            if let std::collections::hash_map::Entry::Vacant(place) = lists.entry(list) {
                let items = db::must_know::items(&app.db, list).await?;
                place.insert(items.into_iter().map(|item| item.title).collect());
            }
        }
        let held_exams = exams.iter().filter(|exam| exam.opened_at.is_some());
        let begun = contests.iter().filter(|contest| contest.rules.begins_at() <= now);
        Ok(Self {
            activities: kept::activities(app, number).await?,
            held_exams: held_exams
                .map(|exam| Held {
                    id: exam.id,
                    unit: exam.unit,
                    at: exam.window.opens_at,
                })
                .collect(),
            held_contests: begun
                .map(|contest| Held {
                    id: contest.id,
                    unit: contest.unit,
                    at: contest.rules.begins_at(),
                })
                .collect(),
            exams,
            contests,
            lists,
        })
    }

    fn tally(&self, entries: &[&Entry], units: &Tree, today: Timestamp) -> Vec<Progress> {
        let facts = Facts {
            activities: &self.activities,
            exams: &self.held_exams,
            contests: &self.held_contests,
            lists: &self.lists,
            units,
        };
        tally(entries, &facts, today)
    }
}

/// Whether a reader sees an entry: of his units, or one that a unit of his sees to.
fn sees(units: &Tree, reach: &Reach, wish: &Wish) -> bool {
    [wish.unit, wish.responsible]
        .into_iter()
        .any(|unit| reach.covers(units, Some(unit)))
}

async fn lists_of(app: &App, number: u16) -> Result<Vec<MustKnowList>> {
    let mut lists = db::must_know::all(&app.db).await?;
    lists.retain(|list| list.year == number);
    Ok(lists)
}

async fn year_of(app: &App, number: u16) -> Result<Option<Year>> {
    let years = db::year::all(&app.db).await?;
    Ok(years.into_iter().find(|year| year.year == number))
}

/// The plan of a year within the caller's reach, with planned, done and how it stands for every entry: those of `unit` and below it, and
/// those that one of these sees to.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] for a unit out of reach.
pub async fn standing(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Plan> {
    let (plan, _) = load(app, caller, number, unit).await?;
    Ok(plan)
}

/// How many entries of the same plan stand so; no entry at all: nothing.
///
/// # Errors
/// As [`standing`].
pub(super) async fn counts(
    app: &App,
    caller: &Caller,
    number: u16,
    unit: Option<UnitId>,
) -> Result<BTreeMap<Standing, usize>> {
    let counted = |_: &[&Entry], all: Vec<Progress>| {
        let mut counts = BTreeMap::new();
        for progress in all {
            *counts.entry(progress.standing).or_default() += 1;
        }
        counts
    };
    Ok(count(app, caller, number, unit, counted).await?.found)
}

/// What was found in a plan, and what it was found from.
struct Found<T> {
    found: T,
    units: Tree,
    recorded: Recorded,
    as_of: Timestamp,
}

/// Counts the entries within reach; `find` takes what is wanted of them and of how far they have come.
async fn count<T>(
    app: &App,
    caller: &Caller,
    number: u16,
    unit: Option<UnitId>,
    find: impl FnOnce(&[&Entry], Vec<Progress>) -> T,
) -> Result<Found<T>> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    if unit.is_some_and(|unit| units.get(unit).is_none() || !reach.covers(&units, Some(unit))) {
        return Err(Fault::NotFound.into());
    }
    let planned = kept::planned(app, number).await?;
    let shown = |entry: &&Entry| {
        let wish = &entry.wish;
        let inside = |of| unit.is_none_or(|top| units.is_within(of, top));
        sees(&units, &reach, wish) && (inside(wish.unit) || inside(wish.responsible))
    };
    let entries: Vec<&Entry> = planned.iter().filter(shown).collect();
    let recorded = Recorded::of(app, number, &entries).await?;
    let as_of = app.now();
    let found = find(&entries, recorded.tally(&entries, &units, as_of));
    Ok(Found {
        found,
        units,
        recorded,
        as_of,
    })
}

async fn load(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<(Plan, Recorded)> {
    let lines = |entries: &[&Entry], all: Vec<Progress>| {
        let lines = entries.iter().zip(all);
        lines
            .map(|(entry, progress)| Line {
                entry: (*entry).clone(),
                progress,
            })
            .collect()
    };
    let counted = count(app, caller, number, unit, lines).await?;
    let units = counted.units;
    let plan = Plan {
        number,
        year: year_of(app, number).await?,
        lines: counted.found,
        within: own_units(&units, caller.may(Right::ReadFigures).ok().as_ref()),
        own: own_units(&units, caller.may(Right::KeepLedger).ok().as_ref()),
        lists: lists_of(app, number).await?,
        unit,
        units,
        as_of: counted.as_of,
    };
    Ok((plan, counted.recorded))
}

/// A record behind the number of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Behind {
    pub source: Source,
    pub title: String,
    pub day: Timestamp,
    /// `None`: for everybody.
    pub unit: Option<UnitId>,
}

/// An entry with all that is behind its number.
pub struct Shown {
    pub line: Line,
    pub units: Tree,
    /// By day.
    pub behind: Vec<Behind>,
    /// Records that count and lie beyond the reader's reach.
    pub hidden: usize,
    /// For a list of laws: its title (empty when it was removed) and its lines.
    pub list: Option<(String, Vec<String>)>,
    /// Whether the caller may change it.
    pub writes: bool,
    pub closed: bool,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] when there is no such entry within reach.
pub async fn entry(app: &App, caller: &Caller, id: PlanEntryId) -> Result<Shown> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let entry = db::plan::get(&app.db, id).await?;
    let entry = entry.filter(|entry| sees(&units, &reach, &entry.wish));
    let entry = entry.ok_or(Fault::NotFound)?;
    let writes = caller
        .may(Right::KeepLedger)
        .is_ok_and(|reach| reach.covers(&units, Some(entry.wish.unit)));
    let year = year_of(app, entry.year).await?;
    let recorded = Recorded::of(app, entry.year, &[&entry]).await?;
    let list = match entry.wish.list {
        Some(list) => {
            let title = db::must_know::all(&app.db).await?;
            let title = title.into_iter().find(|known| known.id == list);
            let lines = recorded.lists.get(&list).cloned().unwrap_or_default();
            Some((title.map(|list| list.title).unwrap_or_default(), lines))
        }
        None => None,
    };
    let progress = recorded
        .tally(&[&entry], &units, app.now())
        .pop()
        .ok_or(Fault::NotFound)?;
    let line = Line { entry, progress };
    let mut behind = behind(&recorded, &line.progress.sources);
    let counted = behind.len();
    behind.retain(|one| match one.source {
        Source::Exam(_) => reach.meets(&units, one.unit),
        Source::Contest(_) => one.unit.is_none() || reach.meets(&units, one.unit),
        Source::Activity(..) | Source::Line(..) => reach.covers(&units, one.unit),
    });
    Ok(Shown {
        hidden: counted - behind.len(),
        behind,
        line,
        list,
        writes,
        closed: year.is_none_or(|year| year.must_be_open().is_err()),
        units,
    })
}

fn behind(recorded: &Recorded, sources: &[Source]) -> Vec<Behind> {
    let activities: HashMap<ActivityId, &Activity> = recorded.activities.iter().map(|one| (one.id, one)).collect();
    let mut behind: Vec<Behind> = sources
        .iter()
        .filter_map(|source| {
            let (title, day, unit) = match source {
                Source::Activity(id, _) | Source::Line(_, id) => {
                    let wish = &activities.get(id)?.wish;
                    (&wish.title, wish.day, Some(wish.unit))
                }
                Source::Exam(id) => {
                    let exam = recorded.exams.iter().find(|exam| exam.id == *id)?;
                    (&exam.title, exam.window.opens_at, exam.unit)
                }
                Source::Contest(id) => {
                    let contest = recorded.contests.iter().find(|contest| contest.id == *id)?;
                    (&contest.title, contest.rules.begins_at(), contest.unit)
                }
            };
            Some(Behind {
                source: *source,
                title: title.clone(),
                day,
                unit,
            })
        })
        .collect();
    behind.sort_by_key(|one| (one.day, one.source));
    behind
}

/// What a form needs: the tree, the units one may plan for, and the must-know lists of the year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger.
pub async fn choices(app: &App, caller: &Caller, number: u16) -> Result<(Tree, Vec<UnitId>, Vec<MustKnowList>)> {
    let (units, own) = super::activity::writable(app, caller).await?;
    Ok((units, own, lists_of(app, number).await?))
}

/// Checks what is to be stored against its year, the tree and the lists.
async fn checked(app: &App, reach: &Reach, number: u16, wish: &Wish) -> Result<()> {
    let units = db::person::units(&app.db).await?;
    if units.get(wish.unit).is_none() || !reach.covers(&units, Some(wish.unit)) {
        return Err(PlanFault::Unit.into());
    }
    if !units.is_within(wish.responsible, wish.unit) {
        return Err(PlanFault::Responsible.into());
    }
    wish.check(number)?;
    if let Some(list) = wish.list
        && !db::must_know::all(&app.db).await?.iter().any(|known| known.id == list)
    {
        return Err(PlanFault::List.into());
    }
    Ok(())
}

/// Adds an entry to the plan of a year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::Plan`] with the reason; [`Fault::Activity`] when the year
/// was not begun or is closed. Nothing is stored then.
pub async fn add(app: &App, caller: &Caller, number: u16, wish: Wish) -> Result<PlanEntryId> {
    let reach = caller.may(Right::KeepLedger)?;
    checked(app, &reach, number, &wish).await?;
    let by = By::new(app, caller);
    let entry = made(app, &by, number, wish);
    app.db
        .write((entry, by), move |tx, (entry, by)| {
            Box::pin(async move {
                held(tx, number).await?;
                room(tx, number, entry.wish.unit, 1).await?;
                db::plan::put(tx, &entry).await?;
                let deed = Deed::new(Act::PlanEntryAdded, subject(entry.id)).after(&entry.wish);
                audit::record(tx, &by, deed).await?;
                Ok(entry.id)
            })
        })
        .await
}

fn made(app: &App, by: &By, year: u16, wish: Wish) -> Entry {
    Entry {
        id: app.random.id(by.at),
        year,
        wish,
        made_by: by.id(),
        made_at: by.at,
    }
}

/// Refuses when the plan of a unit has no room for `more` entries.
async fn room(tx: &mut Tx, number: u16, unit: UnitId, more: usize) -> Result<()> {
    if db::plan::count(tx, number, unit).await? + more > ENTRIES {
        return Err(PlanFault::Full.into());
    }
    Ok(())
}

/// An entry that is the caller's to write, with his reach.
async fn own(app: &App, caller: &Caller, id: PlanEntryId) -> Result<(Entry, Reach)> {
    let reach = caller.may(Right::KeepLedger)?;
    let units = db::person::units(&app.db).await?;
    let entry = db::plan::get(&app.db, id).await?;
    let entry = entry.filter(|entry| reach.covers(&units, Some(entry.wish.unit)));
    Ok((entry.ok_or(Fault::NotFound)?, reach))
}

/// Changes an entry; it stays in its year.
///
/// # Errors
/// As [`add`]; [`Fault::NotFound`] when there is no such entry within reach; the fault of [`checked_reason`].
pub async fn change(app: &App, caller: &Caller, id: PlanEntryId, wish: Wish, reason: &str) -> Result<()> {
    let (seen, reach) = own(app, caller, id).await?;
    checked(app, &reach, seen.year, &wish).await?;
    let reason = checked_reason(reason)?;
    app.db
        .write((wish, reason, By::new(app, caller)), move |tx, (wish, reason, by)| {
            Box::pin(async move {
                held(tx, seen.year).await?;
                let before = db::plan::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
                if wish.unit != before.wish.unit {
                    room(tx, before.year, wish.unit, 1).await?;
                }
                let deed = Deed::new(Act::PlanEntryChanged, subject(id));
                let deed = deed.before(&before.wish).after(&wish).because(reason);
                let entry = Entry {
                    wish,
                    made_by: by.id(),
                    made_at: by.at,
                    ..before
                };
                db::plan::put(tx, &entry).await?;
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// Takes an entry out of its plan; the log keeps it.
///
/// # Errors
/// As [`change`].
pub async fn remove(app: &App, caller: &Caller, id: PlanEntryId, reason: &str) -> Result<Entry> {
    let (seen, _) = own(app, caller, id).await?;
    let reason = checked_reason(reason)?;
    app.db
        .write((reason, By::new(app, caller)), move |tx, (reason, by)| {
            Box::pin(async move {
                held(tx, seen.year).await?;
                let before = db::plan::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
                db::plan::remove(tx, id).await?;
                let deed = Deed::new(Act::PlanEntryRemoved, subject(id));
                audit::record(tx, &by, deed.before(&before.wish).because(reason)).await?;
                Ok(before)
            })
        })
        .await
}

/// Gives a unit without a plan the proposed one, to change from there; gives how many entries it has.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`PlanFault::Unit`]; [`PlanFault::NotEmpty`];
/// [`ActivityFault::NoYear`], [`ActivityFault::Closed`].
pub async fn propose(app: &App, caller: &Caller, number: u16, unit: UnitId) -> Result<usize> {
    let reach = caller.may(Right::KeepLedger)?;
    let units = db::person::units(&app.db).await?;
    if units.get(unit).is_none() || !reach.covers(&units, Some(unit)) {
        return Err(PlanFault::Unit.into());
    }
    if year_of(app, number).await?.is_none() {
        return Err(ActivityFault::NoYear(number).into());
    }
    let mut lists = Vec::new();
    for list in lists_of(app, number).await? {
        let lines = db::must_know::items(&app.db, list.id).await?.len();
        lists.push((list.id, list.title, lines));
    }
    let by = By::new(app, caller);
    let entries: Vec<Entry> = proposal(number, unit, &lists)
        .into_iter()
        .map(|wish| made(app, &by, number, wish))
        .collect();
    app.db
        .write((entries, by), move |tx, (entries, by)| {
            Box::pin(async move {
                held(tx, number).await?;
                if db::plan::count(tx, number, unit).await? > 0 {
                    return Err(PlanFault::NotEmpty.into());
                }
                room(tx, number, unit, entries.len()).await?;
                for entry in &entries {
                    db::plan::put(tx, entry).await?;
                }
                let titles: Vec<&str> = entries.iter().map(|entry| entry.wish.title.as_str()).collect();
                let deed = Deed::new(Act::PlanProposed, format!("plan {number} of unit {unit}"));
                audit::record(tx, &by, deed.after(&titles)).await?;
                Ok(entries.len())
            })
        })
        .await
}

/// How the log names an entry.
fn subject(id: PlanEntryId) -> String {
    format!("plan entry {id}")
}
