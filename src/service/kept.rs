//! The ledger and the plan of a year in memory. Every change of them stands in the log by the same transaction, so what was read holds
//! until the log has a newer entry of such an act.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{App, Result};
use crate::{
    db,
    domain::{activity::Activity, audit::Act, plan},
};

/// Years kept of each.
const KEPT: usize = 6;

const OF_LEDGER: &[Act] = &[
    Act::ActivityEntered,
    Act::ActivityChanged,
    Act::ActivityDecided,
    Act::ActivitiesImported,
];
const OF_PLAN: &[Act] = &[
    Act::PlanEntryAdded,
    Act::PlanEntryChanged,
    Act::PlanEntryRemoved,
    Act::PlanProposed,
];

/// What was read of a year.
struct Read<T> {
    /// The number of the last entry of the log that had changed some of it.
    last: u64,
    rows: Arc<Vec<T>>,
}

/// Rows of years.
pub struct Kept<T> {
    acts: &'static [Act],
    years: Mutex<HashMap<u16, Read<T>>>,
    /// Held by the one that reads.
    turn: tokio::sync::Mutex<()>,
}

pub type Ledgers = Kept<Activity>;
pub type Plans = Kept<plan::Entry>;

impl Ledgers {
    pub fn ledger() -> Self {
        Self::new(OF_LEDGER)
    }
}

impl Plans {
    pub fn plan() -> Self {
        Self::new(OF_PLAN)
    }
}

impl<T> Kept<T> {
    fn new(acts: &'static [Act]) -> Self {
        Self {
            acts,
            years: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    fn years(&self) -> MutexGuard<'_, HashMap<u16, Read<T>>> {
        self.years.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known(&self, year: u16, last: u64) -> Option<Arc<Vec<T>>> {
        let years = self.years();
        let read = years.get(&year).filter(|read| read.last == last)?;
        Some(Arc::clone(&read.rows))
    }

    async fn of_year(
        &self,
        app: &App,
        year: u16,
        read: impl Future<Output = db::Result<Vec<T>>>,
    ) -> Result<Arc<Vec<T>>> {
        let last = db::audit::last_of(&app.db, self.acts).await?;
        if let Some(known) = self.known(year, last) {
            return Ok(known);
        }
        let _turn = self.turn.lock().await;
        // Whoever had the turn before may have read it. What is written from here on may be in what is read, and is read again.
        let last = db::audit::last_of(&app.db, self.acts).await?;
        if let Some(known) = self.known(year, last) {
            return Ok(known);
        }
        let rows = Arc::new(read.await?);
        let mut years = self.years();
        if years.len() >= KEPT && !years.contains_key(&year) {
            years.clear();
        }
        let read = Read {
            last,
            rows: Arc::clone(&rows),
        };
        years.insert(year, read);
        Ok(rows)
    }
}

/// The entries of a year's ledger, the latest day first.
///
/// # Errors
/// When the database fails.
pub(super) async fn activities(app: &App, year: u16) -> Result<Arc<Vec<Activity>>> {
    let read = db::activity::of_year(&app.db, year);
    app.ledgers.of_year(app, year, read).await
}

/// The entries of a year's plan, the first due first.
///
/// # Errors
/// When the database fails.
pub(super) async fn planned(app: &App, year: u16) -> Result<Arc<Vec<plan::Entry>>> {
    app.plans.of_year(app, year, db::plan::of_year(&app.db, year)).await
}
