//! The library of laws: everybody who is signed in reads and searches it, whoever manages laws brings texts in.

mod binding;
mod import;
mod keep;
mod mark;
mod must_know;
mod quote;
mod search;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
};
use crate::{
    db,
    domain::{
        audit::Act,
        correction::wording,
        id::{LawId, LawVersionId},
        law::{
            Article, ArticleNumber, Comparison, Date, Days, Followed, Law, LawFault, Level, Library, Piece, Record,
            SearchText, Status, Version, compare, pieces,
        },
        role::Right,
    },
    error::Fault,
};

pub use crate::db::law_removal::Citing;
pub(in crate::service) use binding::beside;
pub use binding::{
    Basis, Beside, Review, Settled, Waiting, WorkList, bases, changed, confirm, settle, settle_one, waiting, work_list,
};
pub use import::{Choice, Counts, Preview, Text, import, import_kept, preview, receive};
pub(super) use keep::check;
pub use keep::{join, part, take_back};
pub use mark::{Kept, Marked, mark, marks, unmark};
pub use must_know::{Line, Lines, Target, lines, list, list_wish, lists, make, remove};
pub use quote::{Quoted, quote};
pub use search::{CITED, Hit, NAMED, PAGE, PASSAGES, Passage, Search, search};

/// Texts of versions and comparisons of them, which never change; and what the bases of questions were last settled from.
#[derive(Default)]
pub struct Texts {
    laws: Mutex<HashMap<LawVersionId, Arc<Law>>>,
    comparisons: Mutex<HashMap<(LawVersionId, LawVersionId), Arc<Comparison>>>,
    searched: Mutex<HashMap<LawVersionId, Arc<SearchText>>>,
    round: binding::Round,
}

/// As many texts and comparisons a node keeps; some of them have a megabyte.
const KEPT: usize = 32;

/// Keeps a value; when there is no room, all others go.
fn keep<K: std::hash::Hash + Eq, V>(kept: &Mutex<HashMap<K, Arc<V>>>, key: K, value: V) -> Arc<V> {
    let value = Arc::new(value);
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.len() >= KEPT {
        kept.clear();
    }
    kept.insert(key, Arc::clone(&value));
    value
}

fn kept<K: std::hash::Hash + Eq, V>(kept: &Mutex<HashMap<K, Arc<V>>>, key: &K) -> Option<Arc<V>> {
    let kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.get(key).map(Arc::clone)
}

/// The text of a version.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
async fn text(app: &App, id: LawVersionId) -> Result<Arc<Law>> {
    if let Some(law) = kept(&app.laws.laws, &id) {
        return Ok(law);
    }
    let law = db::law::document(&app.db, id).await?.ok_or(Fault::NotFound)?;
    Ok(keep(&app.laws.laws, id, law))
}

/// What a later version makes of an earlier one.
async fn comparison(app: &App, old: LawVersionId, new: LawVersionId) -> Result<Arc<Comparison>> {
    if let Some(comparison) = kept(&app.laws.comparisons, &(old, new)) {
        return Ok(comparison);
    }
    let (from, to) = (text(app, old).await?, text(app, new).await?);
    let compared = aside(move || compare(&from, &to)).await?;
    Ok(keep(&app.laws.comparisons, (old, new), compared))
}

/// Work that takes too long to do between other requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Unavailable.into())
}

/// What became of an article of one version in another, earlier or later one of the same law.
async fn follow(
    app: &App,
    record: &Record,
    from: LawVersionId,
    to: LawVersionId,
    number: ArticleNumber,
) -> Result<Followed> {
    let place = |id| record.versions().iter().position(|version| version.id == id);
    match (place(from), place(to)) {
        (Some(here), Some(there)) if here == there => Ok(Followed::Same),
        (Some(here), Some(there)) if here < there => Ok(comparison(app, from, to).await?.forwards(number)),
        (Some(_), Some(_)) => Ok(comparison(app, to, from).await?.backwards(number)),
        _ => Ok(Followed::Deleted),
    }
}

/// The day it is in China.
pub fn today(app: &App) -> Date {
    Date::of(app.now())
}

/// Every law with its versions.
///
/// # Errors
/// When the database fails.
pub async fn library(app: &App) -> Result<Library> {
    let entries = db::law::entries(&app.db).await?;
    Ok(Library::new(entries, db::law::versions(&app.db).await?))
}

async fn record(app: &App, id: LawId) -> Result<Record> {
    let library = library(app).await?;
    Ok(library.get(id).ok_or(Fault::NotFound)?.clone())
}

/// The version of a law that is shown unless another is asked for.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such law.
pub async fn shown(app: &App, id: LawId) -> Result<LawVersionId> {
    Ok(record(app, id).await?.shown(today(app)).id)
}

/// One version of a law as it is read.
pub struct Reading {
    pub record: Record,
    pub version: Version,
    pub status: Status,
    pub law: Arc<Law>,
    pub today: Date,
    /// What the caller keeps of its articles.
    pub marks: HashMap<ArticleNumber, Marked>,
}

/// A version of a law; without one named, that in force.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such law or version of it.
pub async fn read(app: &App, caller: &Caller, id: LawId, version: Option<LawVersionId>) -> Result<Reading> {
    let record = record(app, id).await?;
    let today = today(app);
    let version = match version {
        Some(version) => record.version(version).ok_or(Fault::NotFound)?,
        None => record.shown(today),
    }
    .clone();
    Ok(Reading {
        status: record.status(&version, today),
        law: text(app, version.id).await?,
        marks: mark::of_version(app, caller, &record, version.id).await?,
        version,
        record,
        today,
    })
}

/// One article in one version.
pub struct Step {
    pub version: Version,
    pub status: Status,
    pub article: Article,
    /// What this version made of it; `None`: the words are those of the version before, or there is none.
    pub change: Option<Vec<Piece>>,
}

/// An article across the versions.
pub struct Across {
    pub reading: Reading,
    pub number: ArticleNumber,
    pub article: Article,
    /// The versions that hold it, the oldest first.
    pub steps: Vec<Step>,
    /// Whether the version before the first of the steps had no such article.
    pub inserted: bool,
    /// Whether the version after the last of them has none any more.
    pub deleted: bool,
}

/// An article of a version, and what earlier and later versions say in its place.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such law, version or article.
pub async fn article(
    app: &App,
    caller: &Caller,
    id: LawId,
    version: Option<LawVersionId>,
    number: ArticleNumber,
) -> Result<Across> {
    let reading = read(app, caller, id, version).await?;
    let article = reading.law.article(number).ok_or(Fault::NotFound)?.clone();
    let versions = reading.record.versions();
    let here = versions
        .iter()
        .position(|version| version.id == reading.version.id)
        .ok_or(Fault::NotFound)?;
    let mut numbers = vec![(here, number)];
    let (mut inserted, mut deleted) = (false, false);
    for place in (0..here).rev() {
        let compared = comparison(app, versions[place].id, versions[place + 1].id).await?;
        let last = numbers[0].1;
        match compared.backwards(last).number(last) {
            Some(number) => numbers.insert(0, (place, number)),
            None => {
                inserted = true;
                break;
            }
        }
    }
    for place in here + 1..versions.len() {
        let compared = comparison(app, versions[place - 1].id, versions[place].id).await?;
        let last = numbers[numbers.len() - 1].1;
        match compared.forwards(last).number(last) {
            Some(number) => numbers.push((place, number)),
            None => {
                deleted = true;
                break;
            }
        }
    }
    let mut steps: Vec<Step> = Vec::new();
    for (place, number) in numbers {
        let version = &versions[place];
        let law = text(app, version.id).await?;
        let article = law.article(number).ok_or(Fault::NotFound)?.clone();
        let before = steps
            .last()
            .filter(|step| step.article.normalised() != article.normalised());
        steps.push(Step {
            status: reading.record.status(version, reading.today),
            change: before.map(|step| pieces(&step.article.text(), &article.text())),
            version: version.clone(),
            article,
        });
    }
    Ok(Across {
        reading,
        number,
        article,
        steps,
        inserted,
        deleted,
    })
}

/// Two versions side by side.
pub struct Compared {
    pub record: Record,
    pub old: (Version, Arc<Law>),
    pub new: (Version, Arc<Law>),
    pub today: Date,
    pub comparison: Arc<Comparison>,
}

/// Compares two versions of a law, the earlier one first whatever their order; by default the one in force, or the last, with the
/// one before it.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such law or version; a law of one version has nothing to compare, which is `None`.
pub async fn compared(
    app: &App,
    id: LawId,
    old: Option<LawVersionId>,
    new: Option<LawVersionId>,
) -> Result<(Record, Option<Compared>)> {
    let record = record(app, id).await?;
    let today = today(app);
    let named = |id: LawVersionId| record.version(id).ok_or(Fault::NotFound);
    let shown = match new {
        Some(new) => named(new)?,
        None => record.shown(today),
    };
    let (before, after) = record.neighbours(shown.id);
    let other = match old {
        Some(old) => Some(named(old)?),
        None => before.or(after),
    };
    let Some(other) = other.filter(|other| other.id != shown.id) else {
        return Ok((record, None));
    };
    let place = |version: &Version| record.versions().iter().position(|known| known.id == version.id);
    let (old, new) = match place(other) < place(shown) {
        true => (other.clone(), shown.clone()),
        false => (shown.clone(), other.clone()),
    };
    let compared = Compared {
        comparison: comparison(app, old.id, new.id).await?,
        old: (old.clone(), text(app, old.id).await?),
        new: (new.clone(), text(app, new.id).await?),
        record: record.clone(),
        today,
    };
    Ok((record, Some(compared)))
}

/// How the log names a law.
fn subject(id: LawId) -> String {
    format!("law {id}")
}

/// What those who manage laws see of one.
pub struct File {
    pub record: Record,
    pub today: Date,
    /// Whether the caller may change it.
    pub editable: bool,
    /// Who imported the versions, by account.
    pub importers: HashMap<crate::domain::id::AccountId, String>,
    /// What cites the versions.
    pub citing: HashMap<LawVersionId, Citing>,
    /// All other laws, with their names.
    pub others: Vec<(LawId, String)>,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws, [`Fault::NotFound`] when there is no such law.
pub async fn file(app: &App, caller: &Caller, id: LawId) -> Result<File> {
    caller.may(Right::ManageLaws)?;
    let library = library(app).await?;
    let record = library.get(id).ok_or(Fault::NotFound)?.clone();
    let mut importers = HashMap::new();
    for entry in record.entries() {
        importers.extend(db::law::importers(&app.db, entry.id).await?);
    }
    let others = library
        .records()
        .iter()
        .filter(|other| other.entry.id != record.entry.id);
    Ok(File {
        today: today(app),
        editable: caller.may_everywhere(Right::ManageLaws).is_ok(),
        importers,
        citing: keep::citing(app, &record).await?,
        others: others.map(|other| (other.entry.id, other.entry.name())).collect(),
        record,
    })
}

/// Corrects the days of a version and the level of its law.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere, [`Fault::NotFound`], [`Fault::Wording`] without a reason,
/// [`LawFault::DayOrder`].
pub async fn correct(
    app: &App,
    caller: &Caller,
    id: LawVersionId,
    days: Days,
    level: Option<Level>,
    why: &str,
) -> Result<LawId> {
    caller.may_everywhere(Right::ManageLaws)?;
    let library = library(app).await?;
    let record = library.of_version(id).ok_or(Fault::NotFound)?;
    let version = record.version(id).ok_or(Fault::NotFound)?;
    days.check().map_err(Fault::Law)?;
    let deed = Deed::new(Act::LawChanged, subject(record.entry.id))
        .before(&(&record.entry.title, version.days, record.entry.level))
        .after(&(&record.entry.title, days, level))
        .because(wording(why).ok_or(Fault::Wording)?);
    let law = record.entry.id;
    let stored: Result<()> = app
        .db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                if !db::law::set_days(tx, id, &days).await? {
                    return Err(Fault::NotFound.into());
                }
                db::law::set_level(tx, law, level).await?;
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    settle(app, None).await?;
    Ok(law)
}

/// Records that a law is repealed from a day on.
///
/// # Errors
/// As [`correct`].
pub async fn repeal(app: &App, caller: &Caller, id: LawId, day: Date, why: &str) -> Result<()> {
    caller.may_everywhere(Right::ManageLaws)?;
    let record = record(app, id).await?;
    let last = record.last();
    let days = Days {
        repealed: Some(day),
        ..last.days
    };
    days.check().map_err(Fault::Law)?;
    let deed = Deed::new(Act::LawRepealed, subject(id))
        .before(&(&record.entry.title, last.days))
        .after(&(&record.entry.title, days))
        .because(wording(why).ok_or(Fault::Wording)?);
    let version = last.id;
    let stored: Result<()> = app
        .db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                if !db::law::set_days(tx, version, &days).await? {
                    return Err(Fault::NotFound.into());
                }
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    settle(app, None).await?;
    Ok(())
}

/// A day as it is typed into a form; empty: not known.
///
/// # Errors
/// [`LawFault::Day`].
pub fn typed_day(text: &str) -> std::result::Result<Option<Date>, Fault> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Fault::Law(LawFault::Day)),
    }
}
