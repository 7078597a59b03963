//! The roster: units, persons, and their import.

use std::{collections::HashMap, sync::Arc};

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    random::Random,
};
use crate::{
    db,
    domain::{
        audit::Act,
        id::UnitId,
        intake::{Matter, Note, Reading},
        person::Person,
        role::{Reach, Right},
        roster::{Entry, Plan, UnitFinder, person, plan},
        time::Timestamp,
        unit::Tree,
    },
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
/// [`crate::error::Fault::Forbidden`] unless somebody asks who may read persons.
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
}

/// Reads a file. A number by which an account outside the roster signs in is refused like a row without one.
async fn read(app: &App, name: &str, body: &[u8]) -> Result<Reading<Entry>> {
    let mut reading = format::roster::read(name, body);
    let taken = db::account::names_outside_roster(&app.db).await?;
    let refused = reading
        .found
        .extract_if(.., |found| taken.contains(&found.value.number));
    reading.errors.extend(refused.map(|found| Note {
        place: found.place,
        matter: Matter::NumberOfAnAccount {
            number: found.value.number,
        },
    }));
    Ok(reading)
}

/// Refuses every row whose person is, or would be, outside the reach: nobody moves a person out of a unit that is not
/// theirs, or makes a unit beside it.
fn refuse_outside(reading: &mut Reading<Entry>, reach: &Reach, persons: &HashMap<String, Person>, units: &Tree) {
    if *reach == Reach::Everything {
        return;
    }
    let inside = |entry: &Entry| {
        // A unit that does not exist yet lies where the last one on its path lies that does.
        let nearest = entry.unit.iter().fold((None, true), |(above, known), name| {
            match units.child(above, name).filter(|_| known) {
                Some(unit) => (Some(unit.id), true),
                None => (above, false),
            }
        });
        let before = persons.get(&entry.number).map(|person| person.unit);
        reach.covers(units, nearest.0) && before.is_none_or(|unit| reach.covers(units, Some(unit)))
    };
    let refused = reading.found.extract_if(.., |found| !inside(&found.value));
    reading.errors.extend(refused.map(|found| Note {
        place: found.place,
        matter: Matter::OutsideReach {
            number: found.value.number,
        },
    }));
}

/// Compares a file with the roster and stores nothing.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody asks who may.
pub async fn preview(app: &App, caller: &Caller, name: &str, body: &[u8]) -> Result<Report> {
    let reach = caller.may(Right::ManagePeople)?;
    let mut reading = read(app, name, body).await?;
    let units = db::person::units(&app.db).await?;
    let persons = db::person::all(&app.db).await?;
    let persons: HashMap<_, _> = persons
        .into_iter()
        .map(|person| (person.number.clone(), person))
        .collect();
    refuse_outside(&mut reading, &reach, &persons, &units);
    let Reading {
        found,
        warnings,
        errors,
        ..
    } = reading;
    Ok(Report {
        plan: plan(found.into_iter().map(|found| found.value), &persons, &units),
        errors,
        warnings,
    })
}

/// Imports a file in one transaction: the rows it could read, all or none.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody asks who manages persons; [`crate::error::Fault::Taken`] when a number
/// became the login name of an administrator meanwhile.
pub async fn import(app: &App, caller: &Caller, name: &str, body: &[u8]) -> Result<Report> {
    let reach = caller.may(Right::ManagePeople)?;
    let reading = Arc::new(read(app, name, body).await?);
    let (random, now) = (app.random.clone(), app.now());
    let args = (reading, reach, random, By::new(app, caller), name.to_owned());
    app.db
        .write(args, move |tx, (reading, reach, random, by, name)| {
            Box::pin(async move {
                let units = db::person::units_in(tx).await?;
                let persons = db::person::by_number_in(tx).await?;
                let mut reading = Arc::unwrap_or_clone(reading);
                refuse_outside(&mut reading, &reach, &persons, &units);
                let plan = plan(reading.found.into_iter().map(|found| found.value), &persons, &units);
                store(tx, &plan, &units, &random, now).await?;
                let deed = Deed::new(Act::RosterImported, format!("file {name}"));
                audit::record(tx, &by, deed.after(&(plan.created.len(), plan.changed.len()))).await?;
                Ok(Report {
                    plan,
                    errors: reading.errors,
                    warnings: reading.warnings,
                })
            })
        })
        .await
}

async fn store(tx: &mut db::Tx, plan: &Plan, units: &Tree, random: &Random, now: Timestamp) -> Result<()> {
    let mut finder = UnitFinder::new(units);
    let mut unit_of = |entry: &Entry| finder.find(&entry.unit, || random.id(now)).unwrap_or(UnitId(0));
    let created: Vec<_> = plan
        .created
        .iter()
        .map(|entry| (person(entry.clone(), random.id(now), unit_of(entry)), random.id(now)))
        .collect();
    let changed: Vec<_> = plan
        .changed
        .iter()
        .map(|change| person(change.after.clone(), change.before.id, unit_of(&change.after)))
        .collect();
    for unit in finder.created() {
        db::person::insert_unit(tx, &unit).await?;
    }
    db::person::insert_all(tx, &created).await.map_err(super::taken)?;
    for person in &changed {
        db::person::update(tx, person).await?;
    }
    Ok(())
}

/// The tree of units.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody asks who may.
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
/// [`crate::error::Fault::Forbidden`] unless somebody asks who may read persons.
pub async fn size(app: &App, caller: &Caller, unit: Option<UnitId>) -> Result<i64> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let within = |id: UnitId| {
        unit.is_none_or(|unit| units.ancestors(id).any(|above| above.id == unit)) && reach.covers(&units, Some(id))
    };
    let counts = db::person::count_by_unit(&app.db).await?;
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
/// [`crate::error::Fault::Forbidden`] unless somebody asks who may.
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
