//! The records of a year in memory: those of large years, counted once a minute at most on each node and by one request at a time, since
//! pages that show them are looked at more often than that; and those of the last edition of a closed year, which never change.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    App, Result,
    annual::{Counted, counted},
    apart::apart,
};
use crate::{
    db,
    domain::{
        annual::{edition::Head, records::Records},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// So long the records of a large year are shown without counting again; and so long while they are being counted again, for whoever
/// looks at the page now would rather see what was counted before, and when, than wait for seconds.
const FRESH_SECONDS: i64 = 60;
const SERVES_SECONDS: i64 = 3600;
/// A year with fewer records is counted at every look.
const FEW: usize = 5_000;
/// Years kept on a node, and as many editions.
const KEPT: usize = 6;

/// The last edition of a closed year.
pub(super) struct Frozen {
    pub head: Head,
    pub records: Records,
    /// As they were; `None`: of an edition from before they were frozen.
    pub units: Option<Tree>,
}

/// A year on this node.
#[derive(Default)]
struct Known {
    last: Option<(Timestamp, Arc<Counted>)>,
    /// Held by whoever counts.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Records of years, as this node has counted them last, and of editions by their digest.
#[derive(Default)]
pub struct Lately {
    counted: Mutex<HashMap<u16, Known>>,
    frozen: Mutex<HashMap<String, Arc<Frozen>>>,
}

impl Lately {
    fn of<T>(&self, number: u16, look: impl FnOnce(&mut Known) -> T) -> T {
        let mut all = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEPT && !all.contains_key(&number) {
            all.clear();
        }
        look(all.entry(number).or_default())
    }

    fn last(&self, number: u16) -> Option<(Timestamp, Arc<Counted>)> {
        self.of(number, |known| known.last.clone())
    }

    fn known_frozen(&self, digest: &str) -> Option<Arc<Frozen>> {
        let known = self.frozen.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(digest).map(Arc::clone)
    }

    fn keep_frozen(&self, frozen: &Arc<Frozen>) {
        let mut known = self.frozen.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(frozen.head.digest.clone(), Arc::clone(frozen));
    }

    /// The next look at a year counts it: somebody has just stated what its records say now.
    pub(super) fn forget(&self, number: u16) {
        self.of(number, |known| known.last = None);
    }
}

/// The records of a year and when they were counted: now, or of a large year an hour ago at most.
///
/// # Errors
/// When the database fails.
pub(super) async fn lately(app: &App, number: u16) -> Result<(Timestamp, Arc<Counted>)> {
    let now = app.now();
    let turn = app.lately.of(number, |known| Arc::clone(&known.turn));
    if let Some((at, counted)) = app.lately.last(number) {
        let age = now.0 - at.0;
        let fresh = (0..FRESH_SECONDS * 1000).contains(&age);
        let serves = (0..SERVES_SECONDS * 1000).contains(&age);
        if serves
            && !fresh
            && let Ok(turn) = Arc::clone(&turn).try_lock_owned()
        {
            let app = app.clone();
            tokio::spawn(async move {
                if let Err(error) = anew(&app, number).await {
                    tracing::warn!(year = number, %error, "the records of a year could not be counted");
                }
                drop(turn);
            });
        }
        if serves {
            return Ok((at, counted));
        }
    }
    let _turn = turn.lock().await;
    match app.lately.last(number) {
        // Whoever had the turn before has counted after this was asked.
        Some((at, counted)) if at >= now => Ok((at, counted)),
        _ => anew(app, number).await,
    }
}

async fn anew(app: &App, number: u16) -> Result<(Timestamp, Arc<Counted>)> {
    let now = app.now();
    let here = app.clone();
    let counted = apart(move || async move { counted(&here, number).await }).await;
    let counted = Arc::new(counted.map_err(|_| Fault::Unavailable)??);
    let large = counted.records.len() >= FEW;
    let last = large.then(|| (now, Arc::clone(&counted)));
    app.lately.of(number, |known| known.last = last);
    Ok((now, counted))
}

/// The last edition of a year; `None` when there is none.
///
/// # Errors
/// [`Fault::Unavailable`] when its records cannot be read; when the database fails.
pub(super) async fn frozen(app: &App, number: u16) -> Result<Option<Arc<Frozen>>> {
    let heads = db::edition::heads(&app.db).await?;
    let of_year = heads.into_iter().filter(|head| head.year == number);
    let Some(head) = of_year.max_by_key(|head| head.number) else {
        return Ok(None);
    };
    if let Some(frozen) = app.lately.known_frozen(&head.digest) {
        return Ok(Some(frozen));
    }
    let edition = db::edition::get(&app.db, number, head.number).await?;
    let records = Records::parse(&edition.ok_or(Fault::NotFound)?.records).map_err(|error| {
        tracing::error!(year = number, edition = head.number, %error, "the records of an edition cannot be read");
        Fault::Unavailable
    })?;
    let frozen = Arc::new(Frozen {
        units: records.units(),
        head,
        records,
    });
    app.lately.keep_frozen(&frozen);
    Ok(Some(frozen))
}
