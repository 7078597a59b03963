//! The figures of an exam.

use std::collections::{BTreeMap, HashMap};

use super::{App, Caller, Result};
use crate::{
    db::{self, figure::Group},
    domain::{
        exam::{Exam, Round},
        figure::Counts,
        id::{ExamId, UnitId},
        person::{Category, RankLevel},
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
    pub by_rank: BTreeMap<RankLevel, Counts>,
    pub by_category: BTreeMap<Category, Counts>,
    /// Every region with persons, by its path, together with the regions inside it; units that stand in none are left out.
    pub by_region: BTreeMap<String, Counts>,
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
    let count = async |round: Option<&Round>| -> Result<Vec<(Group, Counts)>> {
        let mut groups = db::figure::by_group(&app.db, id, exam.policy.counting, round).await?;
        groups.retain(|(group, _)| reach == Reach::Everything || reach.covers(&units, Some(group.unit)));
        Ok(groups)
    };
    let sum = |groups: &[(Group, Counts)]| groups.iter().map(|(_, counts)| *counts).sum::<Counts>();
    let groups = count(round.as_ref()).await?;
    let total = sum(&groups);
    let by_unit = by(&groups, |group| group.unit);
    let by_region = by_region(app, &units, &by_unit).await?;
    let mut by_round = Vec::new();
    for round in rounds {
        by_round.push((round, sum(&count(Some(&round)).await?)));
    }
    Ok(Figures {
        units,
        exam,
        by_unit: by_unit.into_iter().collect(),
        total,
        by_rank: by(&groups, |group| group.rank),
        by_category: by(&groups, |group| group.category),
        by_region,
        round,
        by_round,
        as_of,
    })
}

fn by<K: Ord>(groups: &[(Group, Counts)], key: impl Fn(&Group) -> K) -> BTreeMap<K, Counts> {
    let mut sums: BTreeMap<K, Counts> = BTreeMap::new();
    for (group, counts) in groups {
        let sum = sums.entry(key(group)).or_default();
        *sum = *sum + *counts;
    }
    sums
}

/// Counts of regions as units stand in them now; a unit without one is where the nearest unit above it is.
async fn by_region(app: &App, units: &Tree, by_unit: &BTreeMap<UnitId, Counts>) -> Result<BTreeMap<String, Counts>> {
    let regions = db::unit::regions(&app.db).await?;
    let details = db::unit::details(&app.db).await?;
    let mut sums: BTreeMap<String, Counts> = BTreeMap::new();
    for (unit, counts) in by_unit {
        let region = units
            .ancestors(*unit)
            .find_map(|above| details.get(&above.id).and_then(|details| details.region));
        for around in region.into_iter().flat_map(|region| regions.ancestors(region)) {
            let sum = sums.entry(regions.path(around.id)).or_default();
            *sum = *sum + *counts;
        }
    }
    Ok(sums)
}
