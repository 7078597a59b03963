//! The figures of an exam.

use std::collections::HashMap;

use super::{App, Caller, Result};
use crate::{
    db,
    domain::{
        exam::{Exam, Round},
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
    /// The round counted; `None`: all of them together.
    pub round: Option<Round>,
    /// Every round counted for itself, within reach. Those due are those whom it admits.
    pub by_round: Vec<(Round, Counts)>,
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

/// Counts now over all rounds, over the units within the caller's reach.
///
/// # Errors
/// As [`of_round`].
pub async fn figures(app: &App, caller: &Caller, id: ExamId) -> Result<Figures> {
    of_round(app, caller, id, None).await
}

/// Counts now, over one round or all of them, over the units within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] when no such exam concerns a unit
/// within reach, or it has no such round.
pub async fn of_round(app: &App, caller: &Caller, id: ExamId, number: Option<u32>) -> Result<Figures> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let exam = db::exam::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    if !reach.meets(&units, exam.unit) {
        return Err(Fault::NotFound.into());
    }
    let as_of = app.now();
    let rounds = db::round::of_exam(&app.db, id).await?;
    let round = match number {
        None => None,
        Some(number) => Some(
            *rounds
                .iter()
                .find(|round| round.number == number)
                .ok_or(Fault::NotFound)?,
        ),
    };
    let count = async |round: Option<&Round>| -> Result<Vec<(UnitId, Counts)>> {
        let mut by_unit = db::figure::by_unit(&app.db, id, exam.policy.counting, round).await?;
        by_unit.retain(|(unit, _)| reach == Reach::Everything || reach.covers(&units, Some(*unit)));
        Ok(by_unit)
    };
    let sum = |by_unit: &[(UnitId, Counts)]| by_unit.iter().map(|(_, counts)| *counts).sum::<Counts>();
    let by_unit = count(round.as_ref()).await?;
    let total = sum(&by_unit);
    let mut by_round = Vec::new();
    for round in rounds {
        by_round.push((round, sum(&count(Some(&round)).await?)));
    }
    Ok(Figures {
        units,
        exam,
        by_unit,
        total,
        round,
        by_round,
        as_of,
    })
}
