//! The figures of an exam.

use std::collections::HashMap;

use super::{App, Caller, Result};
use crate::{
    db,
    domain::{
        exam::Exam,
        figure::Counts,
        id::{ExamId, UnitId},
        role::{Reach, Right},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// Counts of an exam, in all and by unit.
pub struct Figures {
    pub exam: Exam,
    pub units: Tree,
    /// Every unit with persons on the frozen roster, its own persons only.
    pub by_unit: Vec<(UnitId, Counts)>,
    pub total: Counts,
    /// When it was counted.
    pub as_of: Timestamp,
}

impl Figures {
    /// Counts of a unit together with all units below it.
    pub fn with_below(&self) -> HashMap<UnitId, Counts> {
        let mut sums: HashMap<UnitId, Counts> = HashMap::new();
        for (unit, counts) in &self.by_unit {
            for above in self.units.ancestors(*unit) {
                let sum = sums.entry(above.id).or_default();
                *sum = *sum + *counts;
            }
        }
        sums
    }
}

/// Opened exams that concern units within the caller's reach, newest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures.
pub async fn exams(app: &App, caller: &Caller) -> Result<Vec<Exam>> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.opened_at.is_some() && reach.meets(&units, exam.unit));
    Ok(exams)
}

/// Counts now, over the units within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] when no such exam concerns a unit
/// within reach.
pub async fn figures(app: &App, caller: &Caller, id: ExamId) -> Result<Figures> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let exam = db::exam::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    if !reach.meets(&units, exam.unit) {
        return Err(Fault::NotFound.into());
    }
    let as_of = app.now();
    let mut by_unit = db::figure::by_unit(&app.db, id, exam.policy.pass_mark).await?;
    by_unit.retain(|(unit, _)| reach == Reach::Everything || reach.covers(&units, Some(*unit)));
    let total = by_unit.iter().map(|(_, counts)| *counts).sum();
    Ok(Figures {
        units,
        exam,
        by_unit,
        total,
        as_of,
    })
}
