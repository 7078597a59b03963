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
        tally::{Block, Rule, Sums},
    },
};

/// Everybody on the frozen roster of an exam, by unit.
pub type Tally = BTreeMap<UnitId, Arc<Block>>;

/// A unit's persons and what they amount to.
pub struct Told {
    pub block: Arc<Block>,
    pub sums: Sums,
}

/// Exams kept at a time, more than a year has; of 190,000 persons one takes some 10 MB.
const KEPT: usize = 8;
/// Rules by which the sums of an exam are kept: over all rounds, and over the round looked at last.
const RULES: usize = 2;

type Summed = BTreeMap<UnitId, Arc<Told>>;

#[derive(Default)]
struct Known {
    /// Which version of each unit's results the tally has.
    versions: HashMap<UnitId, i64>,
    tally: Option<Tally>,
    /// The rule asked for last first.
    summed: Vec<(Rule, Summed)>,
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
    now(app, exam, &mut known).await
}

/// The same with what every unit amounts to by a rule; of units in which nothing has changed since it is known.
///
/// # Errors
/// When the database fails.
pub(super) async fn summed(app: &App, exam: &Exam, rule: Rule) -> Result<Summed> {
    if exam.opened_at.is_none() {
        return Ok(Summed::new());
    }
    let known = app.tallies.of(exam.id);
    let mut known = known.lock().await;
    let tally = now(app, exam, &mut known).await?;
    let mut before = match known.summed.iter().position(|(by, _)| *by == rule) {
        Some(place) => known.summed.remove(place).1,
        None => Summed::new(),
    };
    let told = |(unit, block): (UnitId, Arc<Block>)| {
        let same = before.remove(&unit).filter(|told| Arc::ptr_eq(&told.block, &block));
        let told = same.unwrap_or_else(|| {
            let sums = Sums::of(&block, &rule);
            Arc::new(Told { block, sums })
        });
        (unit, told)
    };
    let summed: Summed = tally.into_iter().map(told).collect();
    known.summed.insert(0, (rule, summed.clone()));
    known.summed.truncate(RULES);
    Ok(summed)
}

async fn now(app: &App, exam: &Exam, known: &mut Known) -> Result<Tally> {
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
