//! The roster: units, persons, their import, and taking an import back.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    random::Random,
    upload::{pack, unpack},
};
use crate::{
    db::{self, Tx},
    domain::{
        audit::Act,
        exam::Audience,
        id::{AccountId, ImportId, RegionId, UnitId, UploadId},
        intake::{Matter, Note, Place},
        people::PeopleFault,
        person::Person,
        region::Regions,
        role::{Reach, Right},
        roster::{self as domain, Departures, Entry, Import, Plan, Touch, Touched, UnitFinder, Values, person, plan},
        unit::{PATH_SEPARATOR, Tree},
    },
    error::Fault,
    format,
};

/// Units with their persons.
pub struct Roster {
    pub units: Tree,
    pub persons: Vec<Person>,
}

/// The roster as far as the caller's reach goes; the tree is whole.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may read persons.
pub async fn roster(app: &App, caller: &Caller) -> Result<Roster> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let mut persons = db::person::all(&app.db).await?;
    if reach != Reach::Everything {
        persons.retain(|person| reach.covers(&units, Some(person.unit)));
    }
    Ok(Roster { units, persons })
}

/// What a file would do, or did.
pub struct Report {
    pub plan: Plan,
    /// Rows that are refused; they are not stored.
    pub errors: Vec<Note>,
    pub warnings: Vec<Note>,
    /// What is kept of the import; `None` in a preview, and when nothing changed.
    pub import: Option<Import>,
}

/// A file as it was read: what a preview and its import share, so that the file itself, which may hold identity
/// numbers, is stored nowhere.
#[derive(Serialize, Deserialize)]
pub struct Received {
    rows: Vec<(Place, Entry)>,
    warnings: Vec<Note>,
    errors: Vec<Note>,
}

impl Received {
    /// Reads a file.
    fn of(app: &App, name: &str, body: &[u8]) -> Self {
        let reading = format::roster::read(name, body, &|number| {
            app.secret.as_ref().map(|secret| secret.seal(number))
        });
        Self {
            rows: reading
                .found
                .into_iter()
                .map(|found| (found.place, found.value))
                .collect(),
            warnings: reading.warnings,
            errors: reading.errors,
        }
    }
}

/// Reads an uploaded file and keeps what it says for its preview.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody with an account asks who manages persons, [`Fault::NoFile`] when nothing was chosen.
pub async fn receive(app: &App, caller: &Caller, name: String, body: Vec<u8>) -> Result<UploadId> {
    caller.may(Right::ManagePeople)?;
    if name.is_empty() && body.is_empty() {
        return Err(Fault::NoFile.into());
    }
    let (reader, file) = (app.clone(), name.clone());
    let packed = tokio::task::spawn_blocking(move || pack(&Received::of(&reader, &file, &body))).await;
    let packed = packed
        .ok()
        .and_then(std::result::Result::ok)
        .ok_or(Fault::Unavailable)?;
    super::upload::keep(app, caller, name, packed).await
}

/// What a kept upload said, with the name of its file.
async fn received(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Received)> {
    let (name, packed) = super::upload::get(app, caller, id).await?;
    let received = tokio::task::spawn_blocking(move || unpack::<Received>(&packed)).await;
    Ok((name, received.ok().flatten().ok_or(Fault::UploadGone)?))
}

/// Judges rows by what is stored: a number by which an account outside the roster signs in is refused like a row without
/// one, so is a unit that has been closed; two numbers with one identity are a doubt.
async fn judge(app: &App, received: &mut Received) -> Result<()> {
    let taken = db::account::names_outside_roster(&app.db).await?;
    let closed = closed_units(app).await?;
    let Received { rows, warnings, errors } = received;
    let matter = |entry: &Entry| {
        if taken.contains(&entry.number) {
            return Some(Matter::NumberOfAnAccount {
                number: entry.number.clone(),
            });
        }
        let path = (!closed.is_empty()).then(|| entry.unit_path())?;
        let below = |unit: &&String| path.strip_prefix(unit.as_str()).is_some_and(is_end_of_path);
        closed
            .iter()
            .find(below)
            .map(|unit| Matter::UnitClosed { unit: unit.clone() })
    };
    rows.retain(|(place, entry)| {
        let refused = matter(entry).map(|matter| Note {
            place: place.clone(),
            matter,
        });
        let kept = refused.is_none();
        errors.extend(refused);
        kept
    });
    if rows.iter().any(|(_, entry)| entry.identity.is_some()) {
        warnings.extend(one_identity(app, rows).await?);
    }
    Ok(())
}

fn is_end_of_path(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(PATH_SEPARATOR)
}

async fn closed_units(app: &App) -> Result<Vec<String>> {
    let details = db::unit::details(&app.db).await?;
    let closed: Vec<UnitId> = details
        .into_iter()
        .filter(|(_, details)| details.closed_at.is_some())
        .map(|(unit, _)| unit)
        .collect();
    if closed.is_empty() {
        return Ok(vec![]);
    }
    let tree = db::person::units(&app.db).await?;
    let mut paths: Vec<String> = closed.into_iter().map(|unit| tree.path(unit)).collect();
    paths.sort_unstable();
    Ok(paths)
}

/// Rows whose identity number stands at another number, in the file above or on the roster.
async fn one_identity(app: &App, rows: &[(Place, Entry)]) -> Result<Vec<Note>> {
    let identities = db::person::identities(&app.db).await?;
    let mut holders: HashMap<String, String> = HashMap::new();
    if !identities.is_empty() {
        for person in db::person::all(&app.db).await? {
            if let Some(identity) = identities.get(&person.id) {
                holders.insert(identity.digest.clone(), person.number);
            }
        }
    }
    let mut notes = Vec::new();
    for (place, entry) in rows {
        let Some(identity) = &entry.identity else { continue };
        match holders.get(&identity.digest) {
            Some(number) if *number != entry.number => notes.push(Note {
                place: place.clone(),
                matter: Matter::SameIdentity { number: number.clone() },
            }),
            Some(_) => {}
            None => {
                holders.insert(identity.digest.clone(), entry.number.clone());
            }
        }
    }
    Ok(notes)
}

/// Compares a file with the roster and stores nothing.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages persons asks.
pub async fn preview(app: &App, caller: &Caller, name: &str, body: &[u8]) -> Result<Report> {
    let reach = caller.may(Right::ManagePeople)?;
    compare(app, &reach, Received::of(app, name, body)).await
}

/// Compares a received file with the roster and stores nothing. Gives its name too.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages persons asks, [`Fault::UploadGone`] when it is kept no longer.
pub async fn preview_received(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Report)> {
    let reach = caller.may(Right::ManagePeople)?;
    let (name, received) = received(app, caller, id).await?;
    Ok((name, compare(app, &reach, received).await?))
}

async fn compare(app: &App, reach: &Reach, mut received: Received) -> Result<Report> {
    judge(app, &mut received).await?;
    let units = db::person::units(&app.db).await?;
    let persons = db::person::all(&app.db).await?;
    let identities = db::person::identities(&app.db).await?;
    let regions = region_paths(&db::unit::details(&app.db).await?, &db::unit::regions(&app.db).await?);
    let persons: HashMap<_, _> = persons
        .into_iter()
        .map(|person| (person.number.clone(), person))
        .collect();
    let before = domain::Roster {
        persons: &persons,
        identities: &identities,
        units: &units,
        regions: &regions,
    };
    let (plan, outside) = plan_within(received.rows, reach, &before);
    received.errors.extend(outside);
    Ok(Report {
        plan,
        errors: received.errors,
        warnings: received.warnings,
        import: None,
    })
}

/// The plan for the rows within the reach; the others are refused: nobody moves a person out of a unit that is not
/// theirs, makes a unit beside it, or lets go of who is not theirs.
fn plan_within(rows: Vec<(Place, Entry)>, reach: &Reach, roster: &domain::Roster<'_>) -> (Plan, Vec<Note>) {
    let entries = |rows: Vec<(Place, Entry)>| rows.into_iter().map(|(_, entry)| entry);
    if *reach == Reach::Everything {
        return (plan(entries(rows), roster), vec![]);
    }
    let units = roster.units;
    let inside = |entry: &Entry| {
        // A unit that does not exist yet lies where the last one on its path lies that does.
        let nearest = entry.unit.iter().fold((None, true), |(above, known), name| {
            match units.child(above, name).filter(|_| known) {
                Some(unit) => (Some(unit.id), true),
                None => (above, false),
            }
        });
        let before = roster.persons.get(&entry.number).map(|person| person.unit);
        reach.covers(units, nearest.0) && before.is_none_or(|unit| reach.covers(units, Some(unit)))
    };
    let (rows, outside): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, entry)| inside(entry));
    let refused = outside.into_iter().map(|(place, entry)| Note {
        place,
        matter: Matter::OutsideReach { number: entry.number },
    });
    let mut plan = plan(entries(rows), roster);
    plan.missing
        .retain(|missing| reach.covers(units, Some(missing.person.unit)));
    (plan, refused.collect())
}

fn region_paths(details: &HashMap<UnitId, db::unit::Details>, regions: &Regions) -> HashMap<UnitId, String> {
    details
        .iter()
        .filter_map(|(unit, details)| Some((*unit, regions.path(details.region?))))
        .collect()
}

/// Imports a file in one transaction: the rows it could read, all or none. Nobody goes who is not in it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages persons asks; [`Fault::Taken`] when a number became the login name of an
/// administrator meanwhile.
pub async fn import(app: &App, caller: &Caller, name: &str, body: &[u8]) -> Result<Report> {
    import_with(app, caller, name, body, Departures::NONE).await
}

/// The same; those of `departures` who are missing in the file go.
///
/// # Errors
/// As [`import`].
pub async fn import_with(
    app: &App,
    caller: &Caller,
    name: &str,
    body: &[u8],
    departures: Departures,
) -> Result<Report> {
    caller.may(Right::ManagePeople)?;
    store(app, caller, name.to_owned(), Received::of(app, name, body), departures).await
}

/// Imports a received file and forgets it. Gives its name too.
///
/// # Errors
/// As [`import`], and [`Fault::UploadGone`] when it is kept no longer.
pub async fn import_received(
    app: &App,
    caller: &Caller,
    id: UploadId,
    departures: Departures,
) -> Result<(String, Report)> {
    caller.may(Right::ManagePeople)?;
    let (name, received) = received(app, caller, id).await?;
    let report = store(app, caller, name.clone(), received, departures).await?;
    super::upload::forget(app, caller, id).await?;
    Ok((name, report))
}

/// What one import writes, whichever try of its transaction.
struct Batch {
    rows: Vec<(Place, Entry)>,
    reach: Reach,
    departures: Departures,
    file: String,
    /// Rows refused before the transaction.
    refused: usize,
    by: By,
    random: Random,
}

async fn store(
    app: &App,
    caller: &Caller,
    file: String,
    mut received: Received,
    departures: Departures,
) -> Result<Report> {
    let reach = caller.may(Right::ManagePeople)?;
    super::change::carry_out_due(app).await?;
    judge(app, &mut received).await?;
    let Received {
        rows,
        warnings,
        mut errors,
    } = received;
    let batch = Arc::new(Batch {
        rows,
        reach,
        departures,
        file,
        refused: errors.len(),
        by: By::new(app, caller),
        random: app.random.clone(),
    });
    let (plan, outside, import) = app
        .db
        .write(batch, |tx, batch| Box::pin(async move { write(tx, &batch).await }))
        .await?;
    errors.extend(outside);
    Ok(Report {
        plan,
        errors,
        warnings,
        import,
    })
}

async fn write(tx: &mut Tx, batch: &Batch) -> Result<(Plan, Vec<Note>, Option<Import>)> {
    let units = db::person::units_in(tx).await?;
    let persons = db::person::by_number_in(tx).await?;
    let identities = db::person::identities_in(tx).await?;
    let details = db::unit::details_in(tx).await?;
    let regions = region_paths(&details, &db::unit::regions_in(tx).await?);
    let before = domain::Roster {
        persons: &persons,
        identities: &identities,
        units: &units,
        regions: &regions,
    };
    let (plan, outside) = plan_within(batch.rows.clone(), &batch.reach, &before);
    let gone: Vec<&Person> = plan
        .missing
        .iter()
        .map(|missing| &missing.person)
        .filter(|person| batch.departures.who.includes(person.id))
        .collect();
    let sizes = (plan.created.len(), plan.changed.len(), gone.len());
    let deed = Deed::new(Act::RosterImported, format!("file {}", batch.file)).after(&sizes);
    audit::record(tx, &batch.by, deed).await?;
    if plan.is_idle() && gone.is_empty() {
        return Ok((plan, outside, None));
    }
    let import = Import {
        id: batch.random.id(batch.by.at),
        number: db::roster_import::next_number(tx).await?,
        file: batch.file.clone(),
        created: count(plan.created.len()),
        changed: count(plan.changed.len()),
        departed: count(gone.len()),
        unchanged: count(plan.unchanged),
        refused: count(batch.refused + outside.len()),
        made_by: batch.by.account,
        made_at: batch.by.at,
        undone_at: None,
    };
    db::roster_import::insert(tx, &import).await.map_err(super::taken)?;
    let touched = write_units_and_touch(tx, batch, &plan, &units, &import, &gone).await?;
    write_persons(tx, batch, &touched).await?;
    db::roster_import::insert_rows(tx, import.id, &touched).await?;
    Ok((plan, outside, Some(import)))
}

/// Writes the units of a plan; gives every person it touches, before and after.
async fn write_units_and_touch(
    tx: &mut Tx,
    batch: &Batch,
    plan: &Plan,
    units: &Tree,
    import: &Import,
    gone: &[&Person],
) -> Result<Vec<Touched>> {
    let (random, now) = (&batch.random, batch.by.at);
    let mut finder = UnitFinder::new(units);
    let mut unit_of = |path: &[String]| finder.find(path, || random.id(now)).unwrap_or(UnitId(0));
    let mut touched = Vec::with_capacity(plan.created.len() + plan.changed.len() + gone.len());
    for entry in &plan.created {
        let (id, unit) = (random.id(now), unit_of(&entry.unit));
        touched.push(Touched {
            person: id,
            kind: Touch::Created,
            before: None,
            after: Values::of(&person(entry.clone(), id, unit), entry.identity.clone()),
        });
    }
    for change in &plan.changed {
        let entry = &change.after;
        let after = person(entry.clone(), change.before.id, unit_of(&entry.unit));
        let identity = entry.identity.clone().or_else(|| change.before_identity.clone());
        touched.push(Touched {
            person: after.id,
            kind: Touch::Changed,
            before: Some(Values::of(&change.before, change.before_identity.clone())),
            after: Values::of(&after, identity),
        });
    }
    for person in gone {
        let after = Person {
            state: batch.departures.state,
            ..(*person).clone()
        };
        touched.push(Touched {
            person: person.id,
            kind: Touch::Departed,
            before: Some(Values::of(person, None)),
            after: Values::of(&after, None),
        });
    }
    let placed: Vec<(UnitId, &[String])> = plan
        .placed
        .iter()
        .map(|placed| (unit_of(&placed.unit), placed.region.as_slice()))
        .collect();
    for unit in finder.created() {
        db::person::insert_unit(tx, &unit).await.map_err(super::taken)?;
        db::roster_import::insert_created_unit(tx, import.id, unit.id).await?;
    }
    let details = db::unit::details_in(tx).await?;
    let mut known: HashMap<&[String], Option<RegionId>> = HashMap::new();
    for (unit, path) in placed {
        let region = match known.get(path) {
            Some(region) => *region,
            None => {
                let region = super::unit::region(tx, path, random, now).await?;
                known.insert(path, region);
                region
            }
        };
        let before = details.get(&unit).and_then(|details| details.region);
        db::roster_import::insert_placed_unit(tx, import.id, unit, before).await?;
        db::unit::set_region(tx, unit, region).await?;
    }
    Ok(touched)
}

async fn write_persons(tx: &mut Tx, batch: &Batch, touched: &[Touched]) -> Result<()> {
    let of = |kind| touched.iter().filter(move |row| (row.kind == Touch::Created) == kind);
    let created: Vec<_> = of(true)
        .map(|row| (row.after.person(row.person), batch.random.id(batch.by.at)))
        .collect();
    db::person::insert_all(tx, &created).await.map_err(super::taken)?;
    let changed: Vec<_> = of(false).map(|row| row.after.person(row.person)).collect();
    db::person::update_all(tx, &changed).await?;
    let told = |row: &&Touched| {
        let before = row.before.as_ref().and_then(|before| before.identity.as_ref());
        row.after.identity.is_some() && row.after.identity.as_ref() != before
    };
    let identities: Vec<_> = touched
        .iter()
        .filter(told)
        .map(|row| (row.person, row.after.identity.clone()))
        .collect();
    Ok(db::person::set_identities(tx, &identities).await?)
}

fn count(size: usize) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// Imports on one page.
const IMPORTS: u32 = 50;
/// Persons on one page of an import.
const ROWS: u32 = 100;
/// Persons that a refusal names.
const NAMED: usize = 10;

/// A page of imports (from 1), newest first, the number of the page and how many pages there are. Who does not manage
/// all persons sees the own imports.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages persons asks.
pub async fn imports(app: &App, caller: &Caller, page: u32) -> Result<(Vec<Import>, u32, u32)> {
    let maker = own_imports(caller)?;
    let page = page.max(1);
    let (imports, total) = db::roster_import::page(&app.db, maker, IMPORTS, (page - 1).saturating_mul(IMPORTS)).await?;
    Ok((imports, page, pages(total, IMPORTS)))
}

/// Whose imports the caller may see and undo; `None`: everybody's.
fn own_imports(caller: &Caller) -> Result<Option<AccountId>> {
    Ok(match caller.may(Right::ManagePeople)? {
        Reach::Everything => None,
        Reach::Units(_) => caller.account().map(|account| account.id),
    })
}

/// An import that is the caller's to see.
async fn own_import(app: &App, caller: &Caller, id: ImportId) -> Result<Import> {
    let maker = own_imports(caller)?;
    let import = db::roster_import::get(&app.db, id).await?;
    let own = |import: &Import| maker.is_none() || import.made_by == maker;
    import.filter(own).ok_or_else(|| Fault::NotFound.into())
}

fn pages(total: i64, size: u32) -> u32 {
    u32::try_from(total.max(0)).unwrap_or(u32::MAX).div_ceil(size).max(1)
}

/// One import with a page of the persons it touched.
pub struct ImportRecord {
    pub import: Import,
    pub rows: Vec<Touched>,
    pub units: Tree,
    pub page: u32,
    pub pages: u32,
    /// It is the newest one that stands.
    pub last: bool,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages persons asks, [`Fault::NotFound`] when there is no such import.
pub async fn import_record(app: &App, caller: &Caller, id: ImportId, page: u32) -> Result<ImportRecord> {
    let import = own_import(app, caller, id).await?;
    let pages = pages(import.created + import.changed + import.departed, ROWS);
    let page = page.clamp(1, pages);
    Ok(ImportRecord {
        rows: db::roster_import::rows(&app.db, id, ROWS, (page - 1) * ROWS).await?,
        units: db::person::units(&app.db).await?,
        last: db::roster_import::last(&app.db)
            .await?
            .is_some_and(|last| last.id == id),
        import,
        page,
        pages,
    })
}

/// Undoes the last import that stands: who it made is removed, everybody else gets the values from before.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages persons asks, [`Fault::NotFound`], [`PeopleFault::NotTheLast`], or
/// [`PeopleFault::Hindered`] naming the persons whom something touched since; nothing is changed then.
pub async fn undo(app: &App, caller: &Caller, id: ImportId) -> Result<()> {
    own_import(app, caller, id).await?;
    app.db
        .write((id, By::new(app, caller)), move |tx, (id, by)| {
            Box::pin(async move {
                let last = db::roster_import::last_in(tx).await?.filter(|last| last.id == id);
                let import = last.ok_or(PeopleFault::NotTheLast)?;
                let hindrances = db::roster_import::hindrances(tx, &import).await?;
                if !hindrances.is_empty() {
                    let named = hindrances
                        .iter()
                        .take(NAMED)
                        .map(|(number, name)| format!("{number} {name}"));
                    let fault = PeopleFault::Hindered {
                        count: count(hindrances.len()),
                        some: named.collect(),
                    };
                    return Err(fault.into());
                }
                let changed = db::roster_import::changed_in(tx, id).await?;
                let before = |row: &Touched| Some((row.person, row.before.clone()?, row.kind));
                let before: Vec<_> = changed.iter().filter_map(before).collect();
                let persons: Vec<_> = before.iter().map(|(id, values, _)| values.person(*id)).collect();
                db::person::update_all(tx, &persons).await?;
                let identities: Vec<_> = before
                    .into_iter()
                    .filter(|(_, _, kind)| *kind == Touch::Changed)
                    .map(|(id, values, _)| (id, values.identity))
                    .collect();
                db::person::set_identities(tx, &identities).await?;
                db::roster_import::delete_created(tx, id).await?;
                db::roster_import::take_back_units(tx, id).await?;
                db::roster_import::set_undone(tx, id, by.account, by.at).await?;
                let deed = Deed::new(Act::RosterUndone, format!("import {}", import.number));
                audit::record(tx, &by, deed.before(&(import.created, import.changed, import.departed))).await
            })
        })
        .await?;
    super::account::forget_sessions(app);
    Ok(())
}

/// The tree of units.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may.
pub async fn units(app: &App, caller: &Caller) -> Result<Tree> {
    caller.may(Right::ReadPeople)?;
    Ok(db::person::units(&app.db).await?)
}

/// The caller's own entry and the path of their unit; `None` outside the roster.
///
/// # Errors
/// When the database fails.
pub async fn own_entry(app: &App, caller: &Caller) -> Result<Option<(Person, String)>> {
    let Ok(id) = caller.person() else { return Ok(None) };
    let Some(person) = db::person::get(&app.db, id).await? else {
        return Ok(None);
    };
    let unit = db::person::units(&app.db).await?.path(person.unit);
    Ok(Some((person, unit)))
}

/// How many persons of a unit and those below it are on the roster; `None`: of all.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may read persons.
pub async fn size(app: &App, caller: &Caller, unit: Option<UnitId>, audience: &Audience) -> Result<i64> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let within = |id: UnitId| {
        unit.is_none_or(|unit| units.ancestors(id).any(|above| above.id == unit)) && reach.covers(&units, Some(id))
    };
    let counts = db::person::count_audience_by_unit(&app.db, audience).await?;
    Ok(counts
        .into_iter()
        .filter(|(unit, _)| within(*unit))
        .map(|(_, count)| count)
        .sum())
}

/// Persons on one page.
const PAGE: usize = 50;

/// A page of the roster.
pub struct Page {
    pub units: Tree,
    /// Persons of each unit together with the units below it.
    pub sizes: Vec<(UnitId, i64)>,
    pub persons: Vec<Person>,
    /// Persons that fit the filter.
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    /// Persons in all.
    pub all: usize,
}

/// Persons of a unit and those below it whose name or number holds the words; a page of them (from 1).
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may.
pub async fn page(app: &App, caller: &Caller, unit: Option<UnitId>, words: &str, page: u32) -> Result<Page> {
    let Roster { units, persons } = roster(app, caller).await?;
    let words = crate::domain::bank::fold(words);
    let mut sizes: HashMap<UnitId, i64> = HashMap::new();
    for person in &persons {
        for above in units.ancestors(person.unit) {
            *sizes.entry(above.id).or_default() += 1;
        }
    }
    let inside = |person: &Person| unit.is_none_or(|unit| units.ancestors(person.unit).any(|above| above.id == unit));
    let named =
        |person: &Person| crate::domain::bank::fold(&[person.name.as_str(), &person.number].concat()).contains(&words);
    let all = persons.len();
    let fitting: Vec<Person> = persons
        .into_iter()
        .filter(|person| inside(person) && named(person))
        .collect();
    let total = fitting.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = page.clamp(1, pages);
    let persons = fitting
        .into_iter()
        .skip((page as usize - 1) * PAGE)
        .take(PAGE)
        .collect();
    Ok(Page {
        sizes: sizes.into_iter().collect(),
        units,
        persons,
        total,
        page,
        pages,
        all,
    })
}
