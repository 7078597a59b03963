//! The figures of an exam.

use std::collections::HashMap;

use super::{App, Caller, Result, exam};
use crate::{
    db,
    domain::{
        exam::Exam,
        figure::Counts,
        id::{ExamId, UnitId},
        time::Timestamp,
        unit::Tree,
    },
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

/// Counts now.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless an administrator asks, `NotFound` when there is no such exam.
pub async fn figures(app: &App, caller: &Caller, id: ExamId) -> Result<Figures> {
    let exam = exam::exam(app, caller, id).await?;
    let as_of = app.now();
    let by_unit = db::figure::by_unit(&app.db, id, exam.policy.pass_mark).await?;
    let total = by_unit.iter().map(|(_, counts)| *counts).sum();
    Ok(Figures {
        units: db::person::units(&app.db).await?,
        exam,
        by_unit,
        total,
        as_of,
    })
}
