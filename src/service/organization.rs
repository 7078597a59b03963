//! The directory of units that play (参赛单位目录): what players find in it and add to it, its import, and the merge desk,
//! where the names that players typed are sorted out.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use serde::Serialize;
use tokio::sync::Mutex;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    division::{self, KEPT_MS},
    pinyin::initials,
    random::Random,
};
use crate::{
    db::{self, Tx, directory::Part},
    domain::{
        audit::Act,
        directory::{Directory, Unit},
        division::{DivisionCode, Divisions, Meant},
        id::{OrganizationId, UploadId},
        intake::{Matter, Note, Place},
        organization::{
            self as domain, Clash, Entry, Key, Merges, Organization, OrganizationFault, Plan, State, Wanted,
        },
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    format,
};

pub use crate::db::organization::Standing;

/// The directory as this node knows it. A part of a name is looked for in memory: no index that both engines have finds one,
/// and while a competition opens everybody looks for their unit, letter by letter. 100,000 units take some 40 MB. Names that
/// players typed come in only when the merge desk has decided on them, so that a flood of them costs nothing here.
#[derive(Default)]
pub struct Node {
    known: RwLock<Known>,
    /// Whoever holds it reads; others wait instead of reading the same.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Known {
    /// When it was last known to be so; `None`: ask again.
    since: Option<Timestamp>,
    version: i64,
    directory: Directory,
}

impl Known {
    fn is_fresh(&self, now: Timestamp) -> bool {
        self.since
            .is_some_and(|since| (0..KEPT_MS).contains(&(now.0 - since.0)))
    }
}

impl Node {
    fn look<T>(&self, at: impl FnOnce(&Known) -> T) -> T {
        at(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn forget(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).since = None;
    }

    /// Takes up what has changed, a few at a time, so that nobody who looks waits long.
    fn put(&self, changed: &[Organization]) {
        for chunk in changed.chunks(CHUNK) {
            let spelled: Vec<String> = chunk.iter().map(|unit| initials(&unit.name)).collect();
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            for (unit, initials) in chunk.iter().zip(&spelled) {
                known.directory.put(unit, initials);
            }
        }
    }
}

/// Units taken up at a time.
const CHUNK: usize = 1000;

/// Looks into the directory. What another node has changed shows within a second; only that is read.
async fn look<T>(app: &App, at: impl Fn(&Directory) -> T) -> Result<T> {
    let node = &app.organizations;
    let fresh = |now| node.look(|known| known.is_fresh(now).then(|| at(&known.directory)));
    if let Some(seen) = fresh(app.now()) {
        return Ok(seen);
    }
    let _alone = node.reading.lock().await;
    let now = app.now();
    if let Some(seen) = fresh(now) {
        return Ok(seen);
    }
    let version = db::directory::version(&app.db, Part::Organizations).await?;
    let before = node.look(|known| known.version);
    if version != before {
        let changed = db::organization::changed_after(&app.db, before).await?;
        let taker = app.clone();
        let taken = tokio::task::spawn_blocking(move || taker.organizations.put(&changed)).await;
        taken.map_err(|_| Fault::Unavailable)?;
    }
    let mut known = node.known.write().unwrap_or_else(PoisonError::into_inner);
    (known.since, known.version) = (Some(now), version);
    Ok(at(&known.directory))
}

/// A unit that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    pub id: OrganizationId,
    pub name: String,
    /// Where it is: `山东省 / 淄博市 / 张店区`; empty when that is not known.
    pub path: String,
}

fn found(unit: &Unit, divisions: &Divisions) -> Found {
    Found {
        id: unit.id,
        name: unit.name.to_string(),
        path: path(divisions, unit.division),
    }
}

fn path(divisions: &Divisions, division: Option<DivisionCode>) -> String {
    division.map(|code| divisions.path(code)).unwrap_or_default()
}

/// As many are found at a time.
pub const MOST: usize = 20;

/// Listed units whose name, initials or credit code fit what was typed, at most [`MOST`]; with a division those that people of
/// this division can belong to.
///
/// # Errors
/// When the database fails.
pub async fn search(app: &App, typed: &str, division: Option<DivisionCode>) -> Result<Vec<Found>> {
    let divisions = division::divisions(app).await?;
    look(app, |directory| {
        let units = directory.search(typed, division, MOST);
        units.into_iter().map(|unit| found(unit, &divisions)).collect()
    })
    .await
}

/// What was merged into what, for whoever counts by unit.
///
/// # Errors
/// When the database fails.
pub async fn merges(app: &App) -> Result<Arc<Merges>> {
    look(app, Directory::merges).await
}

/// A unit of the directory, whether listed or merged; `None` for one that only a player proposed, and for one that is not there.
///
/// # Errors
/// When the database fails.
pub async fn unit(app: &App, id: OrganizationId) -> Result<Option<Unit>> {
    look(app, |directory| directory.get(id).cloned()).await
}

/// The unit that a player has chosen from what was found: itself, or what it was merged into meanwhile. `None` when it cannot
/// be chosen.
///
/// # Errors
/// When the database fails.
pub async fn chosen(app: &App, id: OrganizationId) -> Result<Option<OrganizationId>> {
    look(app, |directory| {
        let root = directory.merges().root(id);
        directory.get(root).filter(|unit| unit.listed).map(|unit| unit.id)
    })
    .await
}

/// Every unit of the directory that stands for itself, in the order of ids.
///
/// # Errors
/// When the database fails.
pub(super) async fn known(app: &App) -> Result<Vec<OrganizationId>> {
    let mut ids = look(app, |directory| {
        directory.listed().map(|unit| unit.id).collect::<Vec<_>>()
    })
    .await?;
    ids.sort_unstable();
    Ok(ids)
}

/// The trades (行业) of the units that say theirs.
///
/// # Errors
/// When the database fails.
pub(super) async fn trades(app: &App) -> Result<HashMap<OrganizationId, String>> {
    look(app, |directory| {
        let stated = directory.listed().filter(|unit| !unit.trade.is_empty());
        stated.map(|unit| (unit.id, unit.trade.to_string())).collect()
    })
    .await
}

/// The names of units, proposed ones too.
///
/// # Errors
/// When the database fails.
pub async fn names(app: &App, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    Ok(db::organization::names(&app.db, ids).await?.into_iter().collect())
}

/// A unit as a player typed it, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The id it gets when nobody has named it before.
    id: OrganizationId,
    name: String,
    division: Option<DivisionCode>,
}

/// Takes down the unit that a player typed.
///
/// # Errors
/// [`OrganizationFault::Name`] when it is no name, [`OrganizationFault::Division`] when there is no such division.
pub async fn proposal(app: &App, name: &str, division: Option<DivisionCode>) -> Result<Proposal> {
    let name = domain::name(name).ok_or(OrganizationFault::Name)?;
    if let Some(code) = division
        && division::divisions(app).await?.get(code).is_none()
    {
        return Err(OrganizationFault::Division.into());
    }
    Ok(Proposal {
        id: app.random.id(app.now()),
        name,
        division,
    })
}

/// Stores a proposal in the transaction of whoever joins; gives the unit that is meant: one of this name in this division, what
/// that was merged into, or a new one that waits at the merge desk.
///
/// # Errors
/// When the database fails.
pub async fn propose(tx: &mut Tx, proposal: &Proposal, now: Timestamp) -> Result<OrganizationId> {
    let Proposal { id, name, division } = proposal;
    Ok(db::organization::propose(tx, *id, name, *division, now).await?)
}

/// What a file would do, or did.
pub struct Report {
    pub plan: Plan,
    /// Of the divisions of what it creates.
    pub paths: HashMap<DivisionCode, String>,
    /// Rows that are refused; they are not stored.
    pub errors: Vec<Note>,
    pub warnings: Vec<Note>,
    /// Whether it is stored.
    pub done: bool,
}

/// Rows whose divisions are known.
#[derive(Default)]
struct Received {
    rows: Vec<(Place, Wanted)>,
    warnings: Vec<Note>,
    errors: Vec<Note>,
}

async fn received(app: &App, name: &str, body: Vec<u8>) -> Result<Received> {
    let divisions = division::divisions(app).await?;
    let name = name.to_owned();
    let read = move || resolved(format::organization::read(&name, &body), &divisions);
    Ok(tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| Fault::Unavailable)?)
}

fn resolved(reading: crate::domain::intake::Reading<Entry>, divisions: &Divisions) -> Received {
    let mut received = Received {
        rows: Vec::with_capacity(reading.found.len()),
        warnings: reading.warnings,
        errors: reading.errors,
    };
    let mut meant: HashMap<String, Meant> = HashMap::new();
    let mut seen: HashMap<Key, Place> = HashMap::new();
    for found in reading.found {
        let (place, entry) = (found.place, found.value);
        let written = entry.division.clone();
        let division = *meant
            .entry(written)
            .or_insert_with_key(|written| divisions.meant(written));
        match wanted(entry, division).and_then(|row| unrepeated(row, &place, &mut seen)) {
            Ok(row) => received.rows.push((place, row)),
            Err(matter) => received.errors.push(Note { place, matter }),
        }
    }
    received
}

fn wanted(entry: Entry, meant: Meant) -> std::result::Result<Wanted, Matter> {
    let written = entry.division;
    let division = match meant {
        _ if written.is_empty() => None,
        Meant::One(code) => Some(code),
        Meant::Nothing => return Err(Matter::UnknownDivision { written }),
        Meant::Several(count) => return Err(Matter::AmbiguousDivision { written, count }),
    };
    Ok(Wanted {
        name: entry.name,
        uscc: entry.uscc,
        division,
        trade: entry.trade,
        headcount: entry.headcount,
    })
}

fn unrepeated(row: Wanted, place: &Place, seen: &mut HashMap<Key, Place>) -> std::result::Result<Wanted, Matter> {
    let key = row.key();
    if let Some(first) = seen.get(&key) {
        return Err(Matter::RepeatedUnit {
            name: row.name,
            first: first.clone(),
        });
    }
    seen.insert(key, place.clone());
    Ok(row)
}

/// The plan for the rows, and those of them that clash with what is known.
fn compared(rows: Vec<(Place, Wanted)>, known: &[Organization]) -> (Plan, Vec<Note>) {
    let rows = rows
        .into_iter()
        .map(|(place, row)| ((place, row.clone()), row))
        .collect();
    let (plan, clashes) = domain::plan(rows, known);
    let note = |((place, row), clash): ((Place, Wanted), Clash)| Note {
        place,
        matter: match clash {
            Clash::Merged(into) => Matter::MergedUnit { name: row.name, into },
            Clash::UsccTaken(name) => Matter::UsccOfAnother {
                uscc: row.uscc.map(String::from).unwrap_or_default(),
                name,
            },
        },
    };
    (plan, clashes.into_iter().map(note).collect())
}

async fn report(app: &App, plan: Plan, received: (Vec<Note>, Vec<Note>), done: bool) -> Result<Report> {
    let divisions = division::divisions(app).await?;
    let paths = plan
        .created
        .iter()
        .filter_map(|row| row.division)
        .map(|code| (code, divisions.path(code)))
        .collect();
    let (errors, warnings) = received;
    Ok(Report {
        plan,
        paths,
        errors,
        warnings,
        done,
    })
}

/// Keeps an uploaded file for its preview.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody with an account asks who manages competitions everywhere, [`Fault::NoFile`] when nothing
/// was chosen.
pub async fn receive(app: &App, caller: &Caller, name: String, body: Vec<u8>) -> Result<UploadId> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    super::upload::keep(app, caller, name, body).await
}

/// Compares a kept upload with the directory and stores nothing. Gives its name too.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere, [`Fault::UploadGone`].
pub async fn preview(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Report)> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let (name, body) = super::upload::get(app, caller, id).await?;
    let received = received(app, &name, body).await?;
    let known = db::organization::all(&app.db).await?;
    let (plan, clashes) = compared(received.rows, &known);
    let errors = received.errors.into_iter().chain(clashes).collect();
    Ok((name, report(app, plan, (errors, received.warnings), false).await?))
}

/// Imports a kept upload and forgets it. Gives its name too.
///
/// # Errors
/// As [`preview`].
pub async fn import_kept(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Report)> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let (name, body) = super::upload::get(app, caller, id).await?;
    let report = import(app, caller, &name, body).await?;
    super::upload::forget(app, caller, id).await?;
    Ok((name, report))
}

/// What an import writes, whichever try of its transaction.
struct Batch {
    rows: Vec<(Place, Wanted)>,
    file: String,
    by: By,
    random: Random,
}

/// Imports a file in one transaction: the rows it could read, all or none. No unit is removed, for players may have chosen it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere; [`Fault::Taken`] when a credit code was given
/// away meanwhile.
pub async fn import(app: &App, caller: &Caller, name: &str, body: Vec<u8>) -> Result<Report> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let received = received(app, name, body).await?;
    let batch = Arc::new(Batch {
        rows: received.rows,
        file: name.to_owned(),
        by: By::new(app, caller),
        random: app.random.clone(),
    });
    let (plan, clashes) = app
        .db
        .write(batch, |tx, batch| Box::pin(async move { store(tx, &batch).await }))
        .await?;
    app.organizations.forget();
    let errors = received.errors.into_iter().chain(clashes).collect();
    report(app, plan, (errors, received.warnings), true).await
}

async fn store(tx: &mut Tx, batch: &Batch) -> Result<(Plan, Vec<Note>)> {
    let version = db::directory::raise(tx, Part::Organizations).await?;
    let known = db::organization::all_in(tx).await?;
    let (plan, clashes) = compared(batch.rows.clone(), &known);
    let deed = Deed::new(Act::OrganizationsImported, format!("file {}", batch.file));
    audit::record(tx, &batch.by, deed.after(&(plan.created.len(), plan.changed.len()))).await?;
    let now = batch.by.at;
    let created = |row: &Wanted| Organization {
        id: batch.random.id(now),
        name: row.name.clone(),
        uscc: row.uscc.clone(),
        division: row.division,
        trade: row.trade.clone(),
        headcount: row.headcount,
        state: State::Listed,
        merged_into: None,
        created_at: now,
        decided_at: None,
    };
    let created: Vec<_> = plan.created.iter().map(created).collect();
    let changed: Vec<_> = plan.changed.iter().map(|(_, after)| after.clone()).collect();
    let taken = super::taken;
    db::organization::insert_all(tx, &created, version)
        .await
        .map_err(taken)?;
    db::organization::update_all(tx, &changed, version)
        .await
        .map_err(taken)?;
    Ok((plan, clashes))
}

/// A unit with what a page says of it.
pub struct Row {
    pub unit: Organization,
    pub path: String,
    /// Name of the unit that it was merged into.
    pub into: Option<String>,
}

async fn rows(app: &App, units: Vec<Organization>) -> Result<Vec<Row>> {
    let divisions = division::divisions(app).await?;
    let into: Vec<OrganizationId> = units.iter().filter_map(|unit| unit.merged_into).collect();
    let names = if into.is_empty() {
        HashMap::new()
    } else {
        names(app, &into).await?
    };
    let row = |unit: Organization| Row {
        path: path(&divisions, unit.division),
        into: unit.merged_into.and_then(|into| names.get(&into).cloned()),
        unit,
    };
    Ok(units.into_iter().map(row).collect())
}

/// Units on one page of the list, and of the merge desk.
const PAGE: u32 = 50;
const DESK: u32 = 20;
/// Decisions that the merge desk shows, so that they can be undone.
const DECIDED: u32 = 20;
/// Similar units shown beside one.
const ALIKE: usize = 5;

fn pages(total: i64, size: u32) -> u32 {
    u32::try_from(total.max(0)).unwrap_or(u32::MAX).div_ceil(size).max(1)
}

/// A page of the directory.
pub struct Page {
    pub rows: Vec<Row>,
    pub total: i64,
    pub page: u32,
    pub pages: u32,
    /// How many wait at the merge desk.
    pub waiting: i64,
}

/// Units whose name or credit code holds these words, the newest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere.
pub async fn page(app: &App, caller: &Caller, standing: Standing, words: &str, page: u32) -> Result<Page> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let asked = page.clamp(1, u32::MAX / PAGE);
    let (mut units, total) = db::organization::page(&app.db, standing, words, PAGE, (asked - 1) * PAGE).await?;
    let pages = pages(total, PAGE);
    let page = asked.min(pages);
    if page < asked {
        (units, _) = db::organization::page(&app.db, standing, words, PAGE, (page - 1) * PAGE).await?;
    }
    let (_, waiting) = db::organization::waiting(&app.db, 0, 0).await?;
    Ok(Page {
        rows: rows(app, units).await?,
        total,
        page,
        pages,
        waiting,
    })
}

/// A listed unit that could be the same.
pub struct Alike {
    pub percent: usize,
    pub found: Found,
}

/// A proposed unit with those it could be.
pub struct Waiting {
    pub row: Row,
    pub alike: Vec<Alike>,
}

/// The merge desk.
pub struct Desk {
    pub waiting: Vec<Waiting>,
    pub total: i64,
    pub page: u32,
    pub pages: u32,
    /// The last decisions.
    pub decided: Vec<Row>,
}

async fn alike(app: &App, unit: &Organization) -> Result<Vec<Alike>> {
    let divisions = division::divisions(app).await?;
    look(app, |directory| {
        let alike = |(percent, unit): (usize, &Unit)| Alike {
            percent,
            found: found(unit, &divisions),
        };
        directory.alike(unit, ALIKE).into_iter().map(alike).collect()
    })
    .await
}

/// Units that players typed and nobody has looked at, the oldest first, each with the listed ones most like it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere.
pub async fn desk(app: &App, caller: &Caller, page: u32) -> Result<Desk> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let asked = page.clamp(1, u32::MAX / DESK);
    let (mut units, total) = db::organization::waiting(&app.db, DESK, (asked - 1) * DESK).await?;
    let pages = pages(total, DESK);
    let page = asked.min(pages);
    if page < asked {
        (units, _) = db::organization::waiting(&app.db, DESK, (page - 1) * DESK).await?;
    }
    let mut waiting = Vec::with_capacity(units.len());
    for row in rows(app, units).await? {
        let alike = alike(app, &row.unit).await?;
        waiting.push(Waiting { row, alike });
    }
    let decided = db::organization::decided(&app.db, DECIDED).await?;
    Ok(Desk {
        waiting,
        total,
        page,
        pages,
        decided: rows(app, decided).await?,
    })
}

/// One unit with all that belongs to it.
pub struct Record {
    pub row: Row,
    /// Units merged right into it.
    pub merged: Vec<Row>,
    /// What it could be merged into: what was searched for, or else the units most like it.
    pub candidates: Vec<Found>,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere, [`Fault::NotFound`].
pub async fn record(app: &App, caller: &Caller, id: OrganizationId, words: &str) -> Result<Record> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let unit = db::organization::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let merged = rows(app, db::organization::merged_into(&app.db, id).await?).await?;
    let candidates = if words.trim().is_empty() {
        let alike = alike(app, &unit).await?;
        alike.into_iter().map(|alike| alike.found).collect()
    } else {
        let mut found = search(app, words, None).await?;
        found.retain(|found| found.id != id);
        found
    };
    let row = rows(app, vec![unit]).await?.pop().ok_or(Fault::NotFound)?;
    Ok(Record {
        row,
        merged,
        candidates,
    })
}

/// A step at the merge desk or in the list.
#[derive(Debug, Clone)]
enum Step {
    List,
    Merge(OrganizationId),
    Undo,
    Revise { trade: String, headcount: Option<u32> },
}

/// Lists a unit that a player typed.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere, [`Fault::NotFound`],
/// [`OrganizationFault::Decided`].
pub async fn list(app: &App, caller: &Caller, id: OrganizationId) -> Result<()> {
    step(app, caller, id, Step::List).await
}

/// Lets a unit count for another that is listed. Its players keep what they chose.
///
/// # Errors
/// As [`list`]; [`OrganizationFault::NoSuchUnit`], [`OrganizationFault::Merged`], [`OrganizationFault::Circle`].
pub async fn merge(app: &App, caller: &Caller, id: OrganizationId, into: OrganizationId) -> Result<()> {
    step(app, caller, id, Step::Merge(into)).await
}

/// Takes a merge back, or a listing at the merge desk.
///
/// # Errors
/// As [`list`].
pub async fn undo(app: &App, caller: &Caller, id: OrganizationId) -> Result<()> {
    step(app, caller, id, Step::Undo).await
}

/// Sets trade and stated number of people.
///
/// # Errors
/// As [`list`]; [`OrganizationFault::Trade`], [`OrganizationFault::Headcount`].
pub async fn revise(app: &App, caller: &Caller, id: OrganizationId, trade: &str, headcount: &str) -> Result<()> {
    let trade = domain::trade(trade).ok_or(OrganizationFault::Trade)?;
    let headcount = domain::headcount(headcount)?;
    step(app, caller, id, Step::Revise { trade, headcount }).await
}

async fn step(app: &App, caller: &Caller, id: OrganizationId, step: Step) -> Result<()> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    app.db
        .write((id, step, By::new(app, caller)), |tx, (id, step, by)| {
            Box::pin(async move { take(tx, id, &step, &by).await })
        })
        .await?;
    app.organizations.forget();
    Ok(())
}

async fn take(tx: &mut Tx, id: OrganizationId, step: &Step, by: &By) -> Result<()> {
    // Whoever changes the directory next waits here, so that two merges at once cannot close a circle.
    let version = db::directory::raise(tx, Part::Organizations).await?;
    let before = db::organization::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
    let into = match step {
        Step::Merge(into) => db::organization::get_in(tx, *into).await?,
        _ => None,
    };
    let (act, after) = stepped(&before, step, into.as_ref(), by.at)?;
    let told = |unit: &Organization| (unit.state, unit.merged_into, unit.trade.clone(), unit.headcount);
    let deed = Deed::new(act, format!("organization {id} {}", before.name));
    audit::record(tx, by, deed.before(&told(&before)).after(&told(&after))).await?;
    Ok(db::organization::update_all(tx, &[after], version).await?)
}

/// What becomes of a unit by a step.
fn stepped(
    unit: &Organization,
    step: &Step,
    into: Option<&Organization>,
    now: Timestamp,
) -> std::result::Result<(Act, Organization), OrganizationFault> {
    let mut after = unit.clone();
    let act = match step {
        Step::List if unit.state == State::Proposed && unit.merged_into.is_none() => {
            (after.state, after.decided_at) = (State::Listed, Some(now));
            Act::OrganizationListed
        }
        Step::Merge(_) => {
            let into = into.filter(|into| into.state == State::Listed);
            let into = into.ok_or(OrganizationFault::NoSuchUnit)?;
            if into.id == unit.id {
                return Err(OrganizationFault::Circle);
            }
            // What stands for itself lies at the end of its chain: no circle can close.
            if unit.merged_into.is_some() || into.merged_into.is_some() {
                return Err(OrganizationFault::Merged);
            }
            (after.merged_into, after.decided_at) = (Some(into.id), Some(now));
            Act::OrganizationMerged
        }
        Step::Undo if unit.merged_into.is_some() => {
            (after.merged_into, after.decided_at) = (None, None);
            Act::OrganizationUndone
        }
        Step::Undo if unit.state == State::Listed && unit.decided_at.is_some() => {
            (after.state, after.decided_at) = (State::Proposed, None);
            Act::OrganizationUndone
        }
        Step::Revise { trade, headcount } => {
            (after.trade, after.headcount) = (trade.clone(), *headcount);
            Act::OrganizationChanged
        }
        Step::List | Step::Undo => return Err(OrganizationFault::Decided),
    };
    Ok((act, after))
}
