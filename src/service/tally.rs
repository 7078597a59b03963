//! What figures and the live view count from, kept in memory: of a roster of 190,000 only the units are read again in which
//! something has changed since. Nothing that is counted is ever older than the moment it was asked for.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use super::{App, Result};
use crate::{
    db,
    domain::{
        exam::Exam,
        id::{ExamId, UnitId},
        tally::Block,
    },
};

/// Everybody on the frozen roster of an exam, by unit.
pub type Tally = BTreeMap<UnitId, Arc<Block>>;

/// Exams kept at a time, more than a year has; of 190,000 persons one takes some 10 MB.
const KEPT: usize = 8;

#[derive(Default)]
struct Known {
    /// Which version of each unit's results the tally has.
    versions: HashMap<UnitId, i64>,
    tally: Option<Tally>,
}

/// Tallies of the exams asked for last.
#[derive(Default)]
pub struct Tallies(Mutex<Vec<(ExamId, Arc<tokio::sync::Mutex<Known>>)>>);

impl Tallies {
    fn of(&self, exam: ExamId) -> Arc<tokio::sync::Mutex<Known>> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match all.iter().position(|(id, _)| *id == exam) {
            Some(place) => all.remove(place).1,
            None => Arc::default(),
        };
        all.insert(0, (exam, Arc::clone(&known)));
        all.truncate(KEPT);
        known
    }
}

/// The tally as it stands now; empty before the exam is opened.
///
/// # Errors
/// When the database fails.
pub(super) async fn tally(app: &App, exam: &Exam) -> Result<Tally> {
    if exam.opened_at.is_none() {
        return Ok(Tally::new());
    }
    let known = app.tallies.of(exam.id);
    let mut known = known.lock().await;
    // The versions come first: what changes after them is read twice rather than never.
    let versions = db::tally::versions(&app.db, exam.id).await?;
    let tally = match known.tally.take() {
        None => whole(app, exam).await?,
        Some(mut tally) => {
            let changed = versions
                .iter()
                .filter(|(unit, version)| known.versions.get(unit) != Some(version));
            let changed: Vec<_> = changed.map(|(unit, _)| *unit).collect();
            if !changed.is_empty() {
                // Should this fail, nothing is known any more, and the next one reads the whole.
                let blocks = db::tally::blocks(&app.db, exam.id, Some(&changed)).await?;
                tally.extend(blocks.into_iter().map(|(unit, block)| (unit, Arc::new(block))));
            }
            tally
        }
    };
    known.versions = versions;
    known.tally = Some(tally.clone());
    Ok(tally)
}

/// The same, read anew from the database.
///
/// # Errors
/// When the database fails.
pub(super) async fn whole(app: &App, exam: &Exam) -> Result<Tally> {
    let blocks = db::tally::blocks(&app.db, exam.id, None).await?;
    Ok(blocks
        .into_iter()
        .map(|(unit, block)| (unit, Arc::new(block)))
        .collect())
}
