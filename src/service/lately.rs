//! The records of a year in memory: those of large years, counted once a minute at most on each node, since pages that show them are
//! looked at more often than that; and those of the last edition of a closed year, which never change.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    App, Result,
    annual::{Counted, counted},
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

/// So long the records of a large year are shown without counting again.
const SERVES_SECONDS: i64 = 60;
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

/// Records of years, as this node has counted them last, and of editions by their digest.
#[derive(Default)]
pub struct Lately {
    counted: Mutex<HashMap<u16, (Timestamp, Arc<Counted>)>>,
    frozen: Mutex<HashMap<String, Arc<Frozen>>>,
}

impl Lately {
    fn known(&self, number: u16) -> Option<(Timestamp, Arc<Counted>)> {
        let known = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&number).map(|(at, counted)| (*at, Arc::clone(counted)))
    }

    fn keep(&self, number: u16, at: Timestamp, counted: &Arc<Counted>) {
        let mut known = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT && !known.contains_key(&number) {
            known.clear();
        }
        known.insert(number, (at, Arc::clone(counted)));
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
}

/// The records of a year and when they were counted: now, or of a large year a minute ago at most.
///
/// # Errors
/// When the database fails.
pub(super) async fn lately(app: &App, number: u16) -> Result<(Timestamp, Arc<Counted>)> {
    let now = app.now();
    if let Some((at, counted)) = app.lately.known(number)
        && (0..SERVES_SECONDS * 1000).contains(&(now.0 - at.0))
    {
        return Ok((at, counted));
    }
    let counted = Arc::new(counted(app, number).await?);
    if counted.records.len() >= FEW {
        app.lately.keep(number, now, &counted);
    }
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
