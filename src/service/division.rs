//! Divisions (行政区划): their import, and what everybody asks of them.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use serde::Serialize;
use tokio::sync::Mutex;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    pinyin::initials,
};
use crate::{
    db::{self, Tx, directory::Part},
    domain::{
        audit::Act,
        division::{Division, DivisionCode, Divisions},
        intake::{Matter, Note, Place},
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    format,
};

/// So long a node believes what it knows without asking whether another has changed it.
pub(super) const KEPT_MS: i64 = 1000;

/// Every division, as this node knows them: 45,000 rows that everybody who joins looks through, and that change once a year.
#[derive(Default)]
pub struct Table {
    known: RwLock<Known>,
    /// Whoever holds it reads; others wait instead of reading the same.
    reading: Mutex<()>,
}

#[derive(Default)]
struct Known {
    /// When it was last known to be so; `None`: ask again.
    since: Option<Timestamp>,
    version: i64,
    divisions: Arc<Divisions>,
}

impl Table {
    fn fresh(&self, now: Timestamp) -> Option<Arc<Divisions>> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let since = known.since?;
        (0..KEPT_MS)
            .contains(&(now.0 - since.0))
            .then(|| Arc::clone(&known.divisions))
    }

    fn version(&self) -> i64 {
        self.known.read().unwrap_or_else(PoisonError::into_inner).version
    }

    fn forget(&self) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).since = None;
    }
}

/// Every division. What another node has imported shows within a second.
///
/// # Errors
/// When the database fails.
pub async fn divisions(app: &App) -> Result<Arc<Divisions>> {
    let table = &app.divisions;
    if let Some(known) = table.fresh(app.now()) {
        return Ok(known);
    }
    let _alone = table.reading.lock().await;
    let now = app.now();
    if let Some(known) = table.fresh(now) {
        return Ok(known);
    }
    let version = db::directory::version(&app.db, Part::Divisions).await?;
    let read = if version == table.version() {
        None
    } else {
        let rows = db::division::all(&app.db).await?;
        let divisions = tokio::task::spawn_blocking(|| Divisions::new(rows)).await;
        Some(Arc::new(divisions.map_err(|_| Fault::Unavailable)?))
    };
    let mut known = table.known.write().unwrap_or_else(PoisonError::into_inner);
    if let Some(divisions) = read {
        known.divisions = divisions;
    }
    (known.since, known.version) = (Some(now), version);
    Ok(Arc::clone(&known.divisions))
}

/// A division that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Found {
    pub code: DivisionCode,
    pub name: String,
    /// `山东省 / 淄博市 / 张店区`
    pub path: String,
}

/// As many are found at a time.
pub const MOST: usize = 20;

fn found(divisions: &Divisions, list: Vec<&Division>) -> Vec<Found> {
    let found = |division: &Division| Found {
        code: division.code,
        name: division.name.clone(),
        path: divisions.path(division.code),
    };
    list.into_iter().map(found).collect()
}

/// Divisions whose name or initials fit what was typed, at most [`MOST`], everywhere or within one.
///
/// # Errors
/// When the database fails.
pub async fn search(app: &App, typed: &str, within: Option<DivisionCode>) -> Result<Vec<Found>> {
    let divisions = divisions(app).await?;
    Ok(found(&divisions, divisions.search(typed, within, MOST)))
}

/// All divisions right below one, or the provinces.
///
/// # Errors
/// When the database fails.
pub async fn children(app: &App, parent: Option<DivisionCode>) -> Result<Vec<Found>> {
    let divisions = divisions(app).await?;
    Ok(found(&divisions, divisions.children(parent)))
}

/// `山东省 / 淄博市 / 张店区`; the code itself when nothing is known of it.
///
/// # Errors
/// When the database fails.
pub async fn path(app: &App, code: DivisionCode) -> Result<String> {
    Ok(divisions(app).await?.path(code))
}

/// What an import made of one file.
pub struct FileReport {
    pub name: String,
    /// Rows that are stored or were there before.
    pub taken: usize,
    pub errors: Vec<Note>,
    pub warnings: Vec<Note>,
}

/// What an import did.
#[derive(Default)]
pub struct Report {
    pub files: Vec<FileReport>,
    pub created: usize,
    /// Divisions with a new name.
    pub changed: usize,
    pub unchanged: usize,
}

/// A file as it was read.
#[derive(Clone)]
struct Received {
    name: String,
    rows: Vec<(Place, Division)>,
    warnings: Vec<Note>,
    errors: Vec<Note>,
}

fn received(name: &str, body: &[u8]) -> Received {
    let reading = format::divisions::read(name, body);
    let row = |(code, name): (DivisionCode, String)| Division {
        code,
        initials: initials(&name),
        name,
    };
    Received {
        name: name.to_owned(),
        rows: reading
            .found
            .into_iter()
            .map(|found| (found.place, row(found.value)))
            .collect(),
        warnings: reading.warnings,
        errors: reading.errors,
    }
}

/// Imports lists of divisions in one transaction. The files may stand in any order: a division is taken when the one above it
/// is known or in one of them. None is ever removed, for players may have chosen it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages competitions everywhere.
pub async fn import(app: &App, caller: &Caller, files: Vec<(String, Vec<u8>)>) -> Result<Report> {
    caller.may_everywhere(Right::ManageCompetitions)?;
    let read = move || {
        files
            .iter()
            .map(|(name, body)| received(name, body))
            .collect::<Vec<_>>()
    };
    let files = tokio::task::spawn_blocking(read)
        .await
        .map_err(|_| Fault::Unavailable)?;
    let report = app
        .db
        .write((Arc::new(files), By::new(app, caller)), |tx, (files, by)| {
            Box::pin(async move { store(tx, &files, &by).await })
        })
        .await?;
    app.divisions.forget();
    Ok(report)
}

async fn store(tx: &mut Tx, files: &[Received], by: &By) -> Result<Report> {
    db::directory::raise(tx, Part::Divisions).await?;
    let known = db::division::all_in(tx).await?;
    let (report, written) = compare(files, &known);
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let deed = Deed::new(Act::DivisionsImported, format!("files {}", names.join(", ")));
    audit::record(tx, by, deed.after(&(report.created, report.changed))).await?;
    db::division::write_all(tx, &written).await?;
    Ok(report)
}

/// What the files would do, and the divisions to be written.
fn compare(files: &[Received], known: &[Division]) -> (Report, Vec<Division>) {
    let before: HashMap<DivisionCode, &Division> = known.iter().map(|division| (division.code, division)).collect();
    let mut report = Report::default();
    report.files.extend(files.iter().map(|file| FileReport {
        name: file.name.clone(),
        taken: 0,
        errors: file.errors.clone(),
        warnings: file.warnings.clone(),
    }));
    let mut order: Vec<(&Division, usize, &Place)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        order.extend(file.rows.iter().map(|(place, row)| (row, number, place)));
    }
    // Shorter codes first, so that what stands above is judged before what stands below.
    order.sort_by_key(|(row, number, _)| (row.code, *number));
    let mut taken: HashMap<DivisionCode, (&str, &Place)> = HashMap::new();
    let mut written = Vec::new();
    for (row, number, place) in order {
        let Some(file) = report.files.get_mut(number) else {
            continue;
        };
        let (code, above) = (row.code, row.code.parent());
        let matter = match taken.get(&code) {
            Some((name, first)) if *name != row.name => Some(Matter::RepeatedDivision {
                code: code.to_string(),
                first: (*first).clone(),
            }),
            None if above.is_some_and(|above| !before.contains_key(&above) && !taken.contains_key(&above)) => {
                Some(Matter::NoDivisionAbove { code: code.to_string() })
            }
            _ => None,
        };
        if let Some(matter) = matter {
            file.errors.push(Note {
                place: place.clone(),
                matter,
            });
            continue;
        }
        file.taken += 1;
        if taken.insert(code, (&row.name, place)).is_some() {
            continue;
        }
        match before.get(&code) {
            None => report.created += 1,
            Some(known) if *known == row => {
                report.unchanged += 1;
                continue;
            }
            Some(_) => report.changed += 1,
        }
        written.push(row.clone());
    }
    (report, written)
}

/// Which of these codes no division has.
///
/// # Errors
/// When the database fails.
pub async fn unknown(app: &App, codes: &[u32]) -> Result<Vec<u32>> {
    let divisions = divisions(app).await?;
    let known = |code: u32| DivisionCode::new(code).is_some_and(|code| divisions.get(code).is_some());
    Ok(codes.iter().copied().filter(|code| !known(*code)).collect())
}
