//! Files of activities: what a file would enter into the ledger of a year, and entering it, all or nothing.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{
    App, Caller, Error, Result,
    activity::above,
    audit::{self, By, Deed},
    random::Random,
    upload::{self, pack, unpack},
    year::held,
};
use crate::{
    db::{self, Tx},
    domain::{
        activity::{self, Activity, ActivityFault, Kind},
        audit::Act,
        id::{ActivityId, PersonId, UnitId, UploadId},
        intake::{Note, Place},
        ledger::{Doubt, Line, Names, Plan, Row, note, plan},
        person::Person,
        role::{Reach, Right},
        unit::Tree,
        year::Year,
    },
    error::Fault,
    format,
};

/// Numbers of one line that are named when the roster has not got them.
const NAMED: usize = 10;

/// The workbook to be filled in.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger.
pub fn template(caller: &Caller) -> Result<Vec<u8>> {
    caller.may(Right::KeepLedger)?;
    Ok(format::ledger::template())
}

/// What a file would enter, or has entered.
pub struct Report {
    pub file: String,
    pub year: u16,
    /// Lines that could be read.
    pub lines: usize,
    /// New entries, in all and by kind.
    pub fresh: usize,
    pub kinds: BTreeMap<&'static str, (Kind, usize)>,
    /// Names on the lists of new entries.
    pub names: usize,
    /// Lines that are not entered because the ledger or a line above has the same.
    pub skipped: Vec<Note>,
    /// Lines that look like something else.
    pub alike: Vec<Note>,
    /// What must be mended; while there is any nothing of the file is entered.
    pub errors: Vec<Note>,
    pub warnings: Vec<Note>,
    /// Why nothing can be entered into this year now.
    pub refused: Option<ActivityFault>,
}

/// A file as it was read: what a preview and its import share.
#[derive(Serialize, Deserialize)]
struct Received {
    year: u16,
    rows: Vec<(Place, Row)>,
    warnings: Vec<Note>,
    errors: Vec<Note>,
}

/// Reads an uploaded file for the ledger of a year and keeps what it says for its preview.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody with an account asks who keeps the ledger, [`Fault::NoFile`] when nothing was chosen.
pub async fn receive(app: &App, caller: &Caller, year: u16, name: String, body: Vec<u8>) -> Result<UploadId> {
    caller.may(Right::KeepLedger)?;
    if name.is_empty() && body.is_empty() {
        return Err(Fault::NoFile.into());
    }
    let received = read(year, name.clone(), body).await?;
    let packed = tokio::task::spawn_blocking(move || pack(&received)).await;
    let packed = packed
        .ok()
        .and_then(std::result::Result::ok)
        .ok_or(Fault::Unavailable)?;
    upload::keep(app, caller, name, packed).await
}

/// What a file says.
async fn read(year: u16, name: String, body: Vec<u8>) -> Result<Received> {
    let read = move || {
        let reading = format::ledger::read(&name, &body);
        let rows = reading.found.into_iter();
        Received {
            year,
            rows: rows.map(|found| (found.place, found.value)).collect(),
            warnings: reading.warnings,
            errors: reading.errors,
        }
    };
    let received = tokio::task::spawn_blocking(read).await;
    Ok(received.map_err(|_| Fault::Unavailable)?)
}

async fn received(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Received)> {
    let (name, packed) = upload::get(app, caller, id).await?;
    let received = tokio::task::spawn_blocking(move || unpack::<Received>(&packed)).await;
    Ok((name, received.ok().flatten().ok_or(Fault::UploadGone)?))
}

/// What can be entered of a file, and what is wrong with the rest.
struct Judged {
    lines: Vec<Line>,
    errors: Vec<Note>,
    units: Tree,
    persons: HashMap<PersonId, UnitId>,
}

/// Finds the units and persons that a file names, and checks every line as the form would.
async fn judge(app: &App, reach: &Reach, received: &mut Received) -> Result<Judged> {
    let units = db::person::units(&app.db).await?;
    let listed = received.rows.iter().any(|(_, row)| !row.persons.is_empty());
    let mut roster: HashMap<String, Person> = HashMap::new();
    if listed {
        let persons = db::person::all(&app.db).await?.into_iter();
        let within = persons.filter(|person| reach.covers(&units, Some(person.unit)));
        roster.extend(within.map(|person| (person.number.clone(), person)));
    }
    let today = app.now();
    let mut errors = std::mem::take(&mut received.errors);
    let mut lines = Vec::with_capacity(received.rows.len());
    let mut persons = HashMap::new();
    let names = Names::new(&units);
    let mut known: HashMap<String, std::result::Result<UnitId, Doubt>> = HashMap::new();
    for (place, row) in std::mem::take(&mut received.rows) {
        let may = |unit| reach.covers(&units, Some(unit));
        let unit = known
            .entry(row.unit.clone())
            .or_insert_with_key(|written| names.find(written, may));
        let (wish, mut doubts) = match unit {
            Ok(unit) => (row.wish(*unit), vec![]),
            Err(doubt) => (row.wish(UnitId(0)), vec![doubt.clone()]),
        };
        doubts.extend(wish.check(received.year, today).err().map(Doubt::Entry));
        let unknown = row.persons.iter().filter(|number| !roster.contains_key(*number));
        doubts.extend(unknown.take(NAMED).map(|number| Doubt::UnknownPerson(number.clone())));
        if doubts.is_empty() {
            let found = row.persons.iter().filter_map(|number| roster.get(number));
            persons.extend(found.clone().map(|person| (person.id, person.unit)));
            lines.push(Line {
                place,
                wish,
                persons: found.map(|person| person.id).collect(),
            });
        } else {
            errors.extend(doubts.into_iter().map(|doubt| note(&place, doubt)));
        }
    }
    drop(names);
    Ok(Judged {
        lines,
        errors,
        units,
        persons,
    })
}

fn compare(lines: &[Line], entries: &[Activity], listed: &HashSet<(ActivityId, PersonId)>) -> Plan {
    plan(lines, entries, |entry, persons| {
        persons
            .iter()
            .filter(|person| listed.contains(&(entry.id, **person)))
            .count()
    })
}

fn report(file: String, received: &Received, judged: &Judged, found: Plan, refused: Option<ActivityFault>) -> Report {
    let mut kinds = BTreeMap::new();
    let mut names = 0;
    for place in &found.fresh {
        let line = &judged.lines[*place];
        let kind = line.wish.kind;
        kinds.entry(kind.code()).or_insert((kind, 0)).1 += 1;
        names += line.persons.len();
    }
    Report {
        file,
        year: received.year,
        lines: judged.lines.len(),
        fresh: found.fresh.len(),
        kinds,
        names,
        skipped: found.skipped,
        alike: found.alike,
        errors: judged.errors.clone(),
        warnings: received.warnings.clone(),
        refused,
    }
}

/// Compares a received file with the ledger of its year and stores nothing.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger, [`Fault::UploadGone`] when it is kept no longer.
pub async fn preview(app: &App, caller: &Caller, id: UploadId) -> Result<Report> {
    let reach = caller.may(Right::KeepLedger)?;
    let (file, mut received) = received(app, caller, id).await?;
    let judged = judge(app, &reach, &mut received).await?;
    look(app, file, &received, &judged).await
}

/// What would be entered now.
async fn look(app: &App, file: String, received: &Received, judged: &Judged) -> Result<Report> {
    let entries = db::activity::of_year(&app.db, received.year).await?;
    let listed = db::activity::listed(&app.db, received.year).await?;
    let found = compare(&judged.lines, &entries, &listed);
    let years = db::year::all(&app.db).await?;
    let year = years.into_iter().find(|year| year.year == received.year);
    let refused = match year {
        None => Some(ActivityFault::NoYear(received.year)),
        Some(year) => year.must_be_open().err(),
    };
    Ok(report(file, received, judged, found, refused))
}

/// What one import writes, whichever try of its transaction.
struct Batch {
    judged: Judged,
    year: u16,
    reach: Reach,
    distinct: bool,
    file: String,
    by: By,
    random: Random,
}

/// Enters what is new of a received file, in one transaction, and forgets the file. `distinct`: the person has seen what looks the same
/// and says that it is not.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::UploadGone`]; [`ActivityFault::Lines`] while a line has to be
/// mended, [`ActivityFault::Alike`] unless `distinct`, [`ActivityFault::NoYear`], [`ActivityFault::Closed`]. Nothing is stored then.
pub async fn import(app: &App, caller: &Caller, id: UploadId, distinct: bool) -> Result<Report> {
    let reach = caller.may(Right::KeepLedger)?;
    let (file, mut received) = received(app, caller, id).await?;
    let judged = judge(app, &reach, &mut received).await?;
    let (kept, found) = enter(app, caller, reach, (&file, received.year), judged, distinct).await?;
    upload::forget(app, caller, id).await?;
    Ok(report(file, &received, &kept.judged, found, None))
}

/// Enters what is new of a file at once, all of it or nothing: what was entered, or what would be and why nothing was.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger, [`Fault::Unavailable`] when the file cannot be read at all.
pub async fn import_file(
    app: &App,
    caller: &Caller,
    year: u16,
    (name, body): (String, Vec<u8>),
    distinct: bool,
) -> Result<(Report, std::result::Result<(), Fault>)> {
    let reach = caller.may(Right::KeepLedger)?;
    let mut received = read(year, name.clone(), body).await?;
    let judged = judge(app, &reach, &mut received).await?;
    let seen = look(app, name.clone(), &received, &judged).await?;
    match enter(app, caller, reach, (&name, year), judged, distinct).await {
        Ok((kept, found)) => Ok((report(name, &received, &kept.judged, found, None), Ok(()))),
        Err(Error::Fault(fault)) => Ok((seen, Err(fault))),
        Err(error) => Err(error),
    }
}

async fn enter(
    app: &App,
    caller: &Caller,
    reach: Reach,
    (file, year): (&str, u16),
    judged: Judged,
    distinct: bool,
) -> Result<(Arc<Batch>, Plan)> {
    if !judged.errors.is_empty() {
        let places: HashSet<String> = judged.errors.iter().map(|note| note.place.to_string()).collect();
        return Err(ActivityFault::Lines(places.len()).into());
    }
    let batch = Arc::new(Batch {
        judged,
        year,
        reach,
        distinct,
        file: file.to_owned(),
        by: By::new(app, caller),
        random: app.random.clone(),
    });
    let kept = Arc::clone(&batch);
    let found = app
        .db
        .write(batch, |tx, batch| Box::pin(async move { write(tx, &batch).await }))
        .await?;
    Ok((kept, found))
}

async fn write(tx: &mut Tx, batch: &Batch) -> Result<Plan> {
    let year = held(tx, batch.year).await?;
    let entries = db::activity::of_year_in(tx, batch.year).await?;
    let listed = db::activity::listed_in(tx, batch.year).await?;
    let lines = &batch.judged.lines;
    let found = compare(lines, &entries, &listed);
    if !found.alike.is_empty() && !batch.distinct {
        return Err(ActivityFault::Alike(found.alike.len()).into());
    }
    let fresh: Vec<(Activity, &Line)> = found
        .fresh
        .iter()
        .map(|place| (entry(batch, &year, &lines[*place]), &lines[*place]))
        .collect();
    let persons: Vec<(ActivityId, PersonId, UnitId)> = fresh
        .iter()
        .flat_map(|(entry, line)| line.persons.iter().map(|person| (entry.id, *person)))
        .filter_map(|(entry, person)| Some((entry, person, *batch.judged.persons.get(&person)?)))
        .collect();
    let entries: Vec<Activity> = fresh.into_iter().map(|(entry, _)| entry).collect();
    db::activity::insert_all(tx, &entries).await?;
    db::activity::insert_persons(tx, &persons).await?;
    let deed = Deed::new(Act::ActivitiesImported, format!("activities of {}", batch.year));
    let sizes = (&batch.file, found.fresh.len(), found.skipped.len(), persons.len());
    audit::record(tx, &batch.by, deed.after(&sizes)).await?;
    Ok(found)
}

fn entry(batch: &Batch, year: &Year, line: &Line) -> Activity {
    let by_above = above(&batch.judged.units, &batch.reach, line.wish.unit);
    Activity {
        id: batch.random.id(batch.by.at),
        year: batch.year,
        wish: line.wish.clone(),
        state: activity::first_state(year.approval && !by_above),
        entered_by: batch.by.id(),
        entered_at: batch.by.at,
        decided: None,
        decision: String::new(),
    }
}
