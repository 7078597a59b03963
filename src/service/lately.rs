//! The records of large years, counted once a minute at most on each node: pages that show them are looked at more often than that.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{
    App, Result,
    annual::{Counted, counted},
};
use crate::domain::time::Timestamp;

/// So long the records of a large year are shown without counting again.
const SERVES_SECONDS: i64 = 60;
/// A year with fewer records is counted at every look.
const FEW: usize = 5_000;
/// Years kept on a node.
const KEPT: usize = 6;

/// Records of years, as this node has counted them last.
#[derive(Default)]
pub struct Lately(Mutex<HashMap<u16, (Timestamp, Arc<Counted>)>>);

impl Lately {
    fn known(&self, number: u16) -> Option<(Timestamp, Arc<Counted>)> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&number).map(|(at, counted)| (*at, Arc::clone(counted)))
    }

    fn keep(&self, number: u16, at: Timestamp, counted: &Arc<Counted>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT && !known.contains_key(&number) {
            known.clear();
        }
        known.insert(number, (at, Arc::clone(counted)));
    }

    /// The next look at a year counts it: somebody has just stated what its records say now.
    pub(super) fn forget(&self, number: u16) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&number);
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
