//! The import of an existing ledger: a preview with the fault of each row, and one transaction.

use std::{collections::HashMap, sync::Arc};

use super::act::{new, store, subject};
use crate::{
    db::{self, Tx},
    domain::{
        audit::Act,
        id::UploadId,
        intake::{Matter, Note, Place},
        officer::{Certificate, OfficerFault, Wish},
        person::{Person, PersonState},
        role::{Reach, Right},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
    format::{self, officer::Entry},
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        random::Random,
    },
};

/// What a file would do, or did.
pub struct Report {
    /// New certificates: name and unit of the holder, and what stands on it.
    pub created: Vec<(String, String, Wish)>,
    /// Rows that are in the ledger just so.
    pub unchanged: usize,
    /// Rows that are refused; they are not stored.
    pub errors: Vec<Note>,
    pub warnings: Vec<Note>,
}

/// The workbook to fill in.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates.
pub fn template(caller: &Caller) -> Result<Vec<u8>> {
    caller.may(Right::KeepOfficers)?;
    Ok(format::officer::template())
}

/// Keeps an uploaded file for its preview.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody with an account asks who keeps certificates, [`Fault::NoFile`] when nothing was chosen.
pub async fn receive(app: &App, caller: &Caller, name: String, body: Vec<u8>) -> Result<UploadId> {
    caller.may(Right::KeepOfficers)?;
    crate::service::upload::keep(app, caller, name, body).await
}

struct Read {
    rows: Vec<(Place, Entry)>,
    errors: Vec<Note>,
    warnings: Vec<Note>,
}

async fn read(name: &str, body: Vec<u8>) -> Result<Read> {
    let name = name.to_owned();
    let reading = tokio::task::spawn_blocking(move || format::officer::read(&name, &body)).await;
    let reading = reading.map_err(|_| Fault::Unavailable)?;
    Ok(Read {
        rows: reading
            .found
            .into_iter()
            .map(|found| (found.place, found.value))
            .collect(),
        errors: reading.errors,
        warnings: reading.warnings,
    })
}

/// What the rows are compared with.
struct Known<'a> {
    persons: &'a HashMap<String, Person>,
    certificates: &'a HashMap<String, Certificate>,
    units: &'a Tree,
    reach: &'a Reach,
    today: Timestamp,
}

/// The rows that are new, each with its person, how many are known just so, and the others with the reason.
fn compared(rows: &[(Place, Entry)], known: &Known<'_>) -> (Vec<(Person, Wish)>, usize, Vec<Note>) {
    let (mut created, mut unchanged, mut errors) = (Vec::new(), 0, Vec::new());
    let mut first: HashMap<&str, &Place> = HashMap::new();
    for (place, entry) in rows {
        let matter = match first.insert(&entry.wish.number, place) {
            Some(before) => Err(Matter::RepeatedNumber {
                number: entry.wish.number.clone(),
                first: before.clone(),
            }),
            None => judged(entry, known).map_err(|fault| Matter::Officer { fault }),
        };
        match matter {
            Ok(Some(person)) => created.push((person, entry.wish.clone())),
            Ok(None) => unchanged += 1,
            Err(matter) => errors.push(Note {
                place: place.clone(),
                matter,
            }),
        }
    }
    (created, unchanged, errors)
}

/// The person of a new row; `None`: the ledger has it just so.
fn judged(entry: &Entry, known: &Known<'_>) -> std::result::Result<Option<Person>, OfficerFault> {
    let person = known.persons.get(&entry.person);
    let person = person
        .filter(|person| person.state == PersonState::Active && known.reach.covers(known.units, Some(person.unit)));
    let person = person.ok_or(OfficerFault::Person)?;
    if !entry.name.is_empty() && entry.name != person.name {
        return Err(OfficerFault::Name);
    }
    entry.wish.check(known.today)?;
    match known.certificates.get(&entry.wish.number) {
        Some(same) if same.person == person.id && same.wish == entry.wish => Ok(None),
        Some(_) => Err(OfficerFault::Taken),
        None => Ok(Some(person.clone())),
    }
}

fn by_number(certificates: Vec<Certificate>) -> HashMap<String, Certificate> {
    certificates
        .into_iter()
        .map(|one| (one.wish.number.clone(), one))
        .collect()
}

fn report(
    created: Vec<(Person, Wish)>,
    units: &Tree,
    unchanged: usize,
    errors: Vec<Note>,
    warnings: Vec<Note>,
) -> Report {
    let shown = |(person, wish): (Person, Wish)| (person.name, units.path(person.unit), wish);
    Report {
        created: created.into_iter().map(shown).collect(),
        unchanged,
        errors,
        warnings,
    }
}

/// Compares a kept upload with roster and ledger and stores nothing. Gives its name too.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates, [`Fault::UploadGone`].
pub async fn preview(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Report)> {
    let reach = caller.may(Right::KeepOfficers)?;
    let (name, body) = crate::service::upload::get(app, caller, id).await?;
    let read = read(&name, body).await?;
    let units = db::person::units(&app.db).await?;
    let persons = db::person::all(&app.db).await?;
    let persons = persons
        .into_iter()
        .map(|person| (person.number.clone(), person))
        .collect();
    let certificates = by_number(db::officer::certificates(&app.db).await?);
    let known = Known {
        persons: &persons,
        certificates: &certificates,
        units: &units,
        reach: &reach,
        today: app.now(),
    };
    let (created, unchanged, refused) = compared(&read.rows, &known);
    let errors = read.errors.into_iter().chain(refused).collect();
    Ok((name, report(created, &units, unchanged, errors, read.warnings)))
}

/// What an import writes, whichever try of its transaction.
struct Batch {
    rows: Vec<(Place, Entry)>,
    reach: Reach,
    file: String,
    by: By,
    random: Random,
}

/// Imports a kept upload in one transaction and forgets it: the rows that are not refused, all or none. Gives its name too.
///
/// # Errors
/// As [`preview`].
pub async fn import_kept(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Report)> {
    let reach = caller.may(Right::KeepOfficers)?;
    let (name, body) = crate::service::upload::get(app, caller, id).await?;
    let read = read(&name, body).await?;
    let batch = Arc::new(Batch {
        rows: read.rows,
        reach,
        file: name.clone(),
        by: By::new(app, caller),
        random: app.random.clone(),
    });
    let (created, unchanged, refused, units) = app
        .db
        .write(batch, |tx, batch| Box::pin(async move { write(tx, &batch).await }))
        .await?;
    crate::service::upload::forget(app, caller, id).await?;
    let errors = read.errors.into_iter().chain(refused).collect();
    Ok((name, report(created, &units, unchanged, errors, read.warnings)))
}

type Written = (Vec<(Person, Wish)>, usize, Vec<Note>, Tree);

async fn write(tx: &mut Tx, batch: &Batch) -> Result<Written> {
    let units = db::person::units_in(tx).await?;
    let persons = db::person::by_number_in(tx).await?;
    let certificates = by_number(db::officer::certificates_in(tx).await?);
    let known = Known {
        persons: &persons,
        certificates: &certificates,
        units: &units,
        reach: &batch.reach,
        today: batch.by.at,
    };
    let (created, unchanged, refused) = compared(&batch.rows, &known);
    for (person, wish) in &created {
        let certificate = new(batch.random.id(batch.by.at), person, wish.clone(), &batch.by);
        store(tx, &batch.by, certificate).await?;
    }
    let deed = Deed::new(Act::OfficersImported, subject(&format!("file {}", batch.file)));
    let sizes = (created.len(), unchanged, refused.len());
    audit::record(tx, &batch.by, deed.after(&sizes)).await?;
    Ok((created, unchanged, refused, units))
}
