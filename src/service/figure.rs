//! The figures of an exam, the persons behind each of them, and how they compare with an earlier exam.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use super::{
    App, Caller, Result,
    tally::{self, Told},
};
use crate::{
    db,
    domain::{
        exam::{Exam, Round},
        figure::{Counts, Units},
        id::{ExamId, PersonId, RegionId, UnitId},
        person::{Category, RankLevel},
        region::Regions,
        role::{Reach, Right},
        tally::{Block, Rule, Sums, Tallied, Who, tallied},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// What part of an exam is counted, and with what it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// `None`: all rounds together.
    pub round: Option<u32>,
    /// With the units below it; `None`: everybody within reach.
    pub unit: Option<UnitId>,
    /// `None`: the exam of the year before, if there is one.
    pub with: Option<ExamId>,
}

/// Counts of an exam, in all and by unit.
pub struct Figures {
    pub exam: Exam,
    pub units: Tree,
    /// The unit looked at, with those below it.
    pub unit: Option<UnitId>,
    /// Every unit with persons on the frozen roster, its own persons only.
    pub by_unit: Vec<(UnitId, Counts)>,
    pub total: Counts,
    pub by_rank: BTreeMap<RankLevel, Counts>,
    pub by_category: BTreeMap<Category, Counts>,
    /// Every region with persons, with its path, in the order of paths, together with the regions inside it; units that
    /// stand in none are left out.
    pub by_region: Vec<(RegionId, String, Counts)>,
    /// The round counted; `None`: all of them together.
    pub round: Option<Round>,
    /// Every round counted for itself, within reach. Those due are those whom it admits.
    pub by_round: Vec<(Round, Counts)>,
    /// Exams opened earlier that it can be compared with, the newest first.
    pub earlier: Vec<Exam>,
    pub compared: Option<Compared>,
    /// When it was counted.
    pub as_of: Timestamp,
}

/// The same part of an earlier exam, over all its rounds.
pub struct Compared {
    pub exam: Exam,
    pub total: Counts,
    /// Its units' own persons.
    pub by_unit: Vec<(UnitId, Counts)>,
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

    pub fn unit_counts(&self) -> Units {
        Units::of(self.by_unit.iter().map(|(_, counts)| counts))
    }
}

impl Compared {
    pub fn unit_counts(&self) -> Units {
        Units::of(self.by_unit.iter().map(|(_, counts)| counts))
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
/// As [`of_part`].
pub async fn figures(app: &App, caller: &Caller, id: ExamId) -> Result<Figures> {
    of_part(app, caller, id, Part::default()).await
}

/// Counts now, of a part of an exam within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] when no such exam, or no such unit,
/// concerns a unit within reach, or it has no such round, or no such exam to compare it with.
pub async fn of_part(app: &App, caller: &Caller, id: ExamId, part: Part) -> Result<Figures> {
    let Scope {
        exam,
        units,
        reach,
        rounds,
        round,
    } = scope(app, caller, Right::ReadFigures, id, part).await?;
    let as_of = app.now();
    let within = Within {
        units: &units,
        reach: &reach,
        unit: part.unit,
    };
    let rule = Rule {
        counting: exam.policy.counting,
        round,
        rounds: rounds.clone(),
    };
    let summed = within.of(tally::summed(app, &exam, rule).await?);
    let mut by_rank: BTreeMap<RankLevel, Counts> = BTreeMap::new();
    let mut by_category: BTreeMap<Category, Counts> = BTreeMap::new();
    let mut by_round: Vec<_> = rounds.into_iter().map(|round| (round, Counts::default())).collect();
    for (_, told) in &summed {
        for (rank, category, counts) in told.sums.groups() {
            for sum in [
                by_rank.entry(rank).or_default(),
                by_category.entry(category).or_default(),
            ] {
                *sum = *sum + counts;
            }
        }
        for ((_, sum), counts) in by_round.iter_mut().zip(&told.sums.by_round) {
            *sum = *sum + *counts;
        }
    }
    let by_unit: Vec<_> = summed.iter().map(|(unit, told)| (*unit, told.sums.all)).collect();
    let by_region = by_region(app, &units, &by_unit).await?;
    let (earlier, compared) = compared(app, &exam, &within, part).await?;
    Ok(Figures {
        unit: part.unit,
        total: by_unit.iter().map(|(_, counts)| *counts).sum(),
        by_unit,
        by_rank,
        by_category,
        by_region,
        round,
        by_round,
        earlier,
        compared,
        as_of,
        exam,
        units,
    })
}

/// What somebody who asks may see of an exam.
struct Scope {
    exam: Exam,
    units: Tree,
    reach: Reach,
    rounds: Vec<Round>,
    /// The one asked for.
    round: Option<Round>,
}

async fn scope(app: &App, caller: &Caller, right: Right, id: ExamId, part: Part) -> Result<Scope> {
    let reach = caller.may(right)?;
    let units = db::person::units(&app.db).await?;
    let exam = db::exam::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let known = part
        .unit
        .is_none_or(|unit| units.get(unit).is_some() && reach.meets(&units, Some(unit)));
    if !reach.meets(&units, exam.unit) || !known {
        return Err(Fault::NotFound.into());
    }
    let rounds = db::round::of_exam(&app.db, id).await?;
    let round = match part.round {
        None => None,
        Some(number) => {
            let asked = rounds.iter().find(|round| round.number == number);
            Some(*asked.ok_or(Fault::NotFound)?)
        }
    };
    Ok(Scope {
        exam,
        units,
        reach,
        rounds,
        round,
    })
}

/// A part of the tree.
struct Within<'a> {
    units: &'a Tree,
    reach: &'a Reach,
    unit: Option<UnitId>,
}

impl Within<'_> {
    fn covers(&self, unit: UnitId) -> bool {
        (*self.reach == Reach::Everything || self.reach.covers(self.units, Some(unit)))
            && self.unit.is_none_or(|top| self.units.is_within(unit, top))
    }

    fn of<T>(&self, by_unit: BTreeMap<UnitId, T>) -> Vec<(UnitId, T)> {
        by_unit.into_iter().filter(|(unit, _)| self.covers(*unit)).collect()
    }
}

/// Exams that another can be compared with, and the one that it is compared with: the one asked for, or of the year before
/// the last one for the same unit.
async fn compared(app: &App, exam: &Exam, within: &Within<'_>, part: Part) -> Result<(Vec<Exam>, Option<Compared>)> {
    let mut earlier = db::exam::all(&app.db).await?;
    earlier.retain(|other| {
        other.opened_at.is_some()
            && other.window.opens_at < exam.window.opens_at
            && within.reach.meets(within.units, other.unit)
    });
    earlier.sort_by_key(|other| std::cmp::Reverse(other.window.opens_at));
    let year = |exam: &Exam| exam.window.opens_at.civil().year;
    let chosen = match part.with {
        Some(id) => Some(earlier.iter().find(|other| other.id == id).ok_or(Fault::NotFound)?),
        None => {
            let last = earlier
                .iter()
                .filter(|other| year(other) + 1 == year(exam) && other.unit == exam.unit);
            // Of several the one for the same rank levels and categories.
            last.max_by_key(|other| (other.policy.audience == exam.policy.audience, other.window.opens_at))
        }
    };
    // A round has none of the year before to stand beside.
    let compared = match chosen.filter(|_| part.round.is_none()) {
        None => None,
        Some(other) => {
            let by_unit = within.of(counted(app, other).await?);
            Some(Compared {
                exam: other.clone(),
                total: by_unit.iter().map(|(_, counts)| *counts).sum(),
                by_unit,
            })
        }
    };
    Ok((earlier, compared))
}

/// Counts of each unit's own persons over all rounds.
///
/// # Errors
/// When the database fails.
pub(super) async fn counted(app: &App, exam: &Exam) -> Result<BTreeMap<UnitId, Counts>> {
    let rule = Rule {
        counting: exam.policy.counting,
        round: None,
        rounds: db::round::of_exam(&app.db, exam.id).await?,
    };
    let summed = tally::summed(app, exam, rule).await?;
    Ok(summed.into_iter().map(|(unit, told)| (unit, told.sums.all)).collect())
}

/// Counts of each unit's own persons over all rounds, read anew from what is stored.
///
/// # Errors
/// When the database fails.
pub(super) async fn counted_anew(app: &App, exam: &Exam) -> Result<HashMap<UnitId, Counts>> {
    let tally = tally::whole(app, exam).await?;
    let rule = Rule {
        counting: exam.policy.counting,
        round: None,
        rounds: Vec::new(),
    };
    let counts = |(unit, block): (UnitId, Arc<Block>)| (unit, Sums::of(&block, &rule).all);
    Ok(tally.into_iter().map(counts).collect())
}

/// The regions of a unit from its own up, as it stands now; a unit without one is where the nearest unit above it is.
pub(super) struct Places {
    pub regions: Regions,
    of: HashMap<UnitId, db::unit::Details>,
}

impl Places {
    pub async fn now(app: &App) -> Result<Self> {
        Ok(Self {
            regions: db::unit::regions(&app.db).await?,
            of: db::unit::details(&app.db).await?,
        })
    }

    pub fn around(&self, units: &Tree, unit: UnitId) -> impl Iterator<Item = RegionId> {
        let region = units
            .ancestors(unit)
            .find_map(|above| self.of.get(&above.id).and_then(|details| details.region));
        let regions = region.into_iter().flat_map(|region| self.regions.ancestors(region));
        regions.map(|region| region.id)
    }
}

async fn by_region(app: &App, units: &Tree, by_unit: &[(UnitId, Counts)]) -> Result<Vec<(RegionId, String, Counts)>> {
    let places = Places::now(app).await?;
    let mut sums: HashMap<RegionId, Counts> = HashMap::new();
    for (unit, counts) in by_unit {
        for region in places.around(units, *unit) {
            let sum = sums.entry(region).or_default();
            *sum = *sum + *counts;
        }
    }
    let mut rows: Vec<_> = sums
        .into_iter()
        .map(|(region, counts)| (region, places.regions.path(region), counts))
        .collect();
    rows.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(rows)
}

/// Which persons of a part are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub part: Part,
    pub who: Who,
    pub rank: Option<RankLevel>,
    pub category: Option<Category>,
    pub region: Option<RegionId>,
}

impl Asked {
    fn takes(&self, rank: RankLevel, category: Category) -> bool {
        self.rank.is_none_or(|asked| asked == rank) && self.category.is_none_or(|asked| asked == category)
    }

    /// How many of a unit's own persons are asked for.
    fn of(&self, told: &Told) -> usize {
        let groups = told.sums.groups();
        let counts = groups
            .filter(|(rank, category, _)| self.takes(*rank, *category))
            .map(|(_, _, counts)| counts)
            .sum();
        usize::try_from(self.who.count(&counts)).unwrap_or(0)
    }
}

/// A person behind a count.
pub struct Listed {
    pub person: PersonId,
    pub number: String,
    pub name: String,
    /// As frozen, as are rank level and category.
    pub unit: UnitId,
    pub rank: RankLevel,
    pub category: Category,
    pub tallied: Tallied,
}

/// The persons behind a count; a page of them.
pub struct Persons {
    pub exam: Exam,
    pub units: Tree,
    pub round: Option<Round>,
    /// The path of the region asked for.
    pub region: String,
    pub rows: Vec<Listed>,
    /// Whether the caller sees scores, and not only results.
    pub scores: bool,
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    pub as_of: Timestamp,
}

/// Persons on one page.
const PAGE: usize = 100;

/// The persons behind a count, by unit and number; a page of them (from 1).
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads persons; [`Fault::NotFound`] as [`of_part`].
pub async fn persons(app: &App, caller: &Caller, id: ExamId, asked: Asked, page: u32) -> Result<Persons> {
    let Scope {
        exam,
        units,
        reach,
        rounds,
        round,
    } = scope(app, caller, Right::ReadPeople, id, asked.part).await?;
    let as_of = app.now();
    let within = Within {
        units: &units,
        reach: &reach,
        unit: asked.part.unit,
    };
    let places = match asked.region {
        Some(region) => Some((region, Places::now(app).await?)),
        None => None,
    };
    let inside = |unit: UnitId| {
        let around = |(region, places): &(RegionId, Places)| places.around(&units, unit).any(|id| id == *region);
        places.as_ref().is_none_or(around)
    };
    let rule = Rule {
        counting: exam.policy.counting,
        round,
        rounds,
    };
    let mut summed = within.of(tally::summed(app, &exam, rule).await?);
    summed.retain(|(unit, _)| inside(*unit));
    let total = summed.iter().map(|(_, told)| asked.of(told)).sum::<usize>();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = page.clamp(1, pages);
    // Units before the page are passed over as a whole.
    let mut skip = (page as usize - 1) * PAGE;
    let rest = summed.iter().skip_while(|(_, told)| {
        let before = asked.of(told) <= skip;
        if before {
            skip -= asked.of(told);
        }
        before
    });
    let rest: Vec<_> = rest.collect();
    let persons = rest.into_iter().flat_map(|(unit, told)| {
        let persons = told.block.persons();
        persons.map(|(entry, results)| {
            (
                *unit,
                *entry,
                tallied(entry, results, exam.policy.counting, round.as_ref()),
            )
        })
    });
    let shown: Vec<_> = persons
        .filter(|(_, entry, tallied)| asked.takes(entry.rank, entry.category) && asked.who.covers(*tallied))
        .skip(skip)
        .take(PAGE)
        .collect();
    let ids: Vec<_> = shown.iter().map(|(_, entry, _)| entry.person).collect();
    let mut names = db::tally::names(&app.db, id, &ids).await?;
    let rows = shown.into_iter().map(|(unit, entry, tallied)| {
        let (number, name) = names.remove(&entry.person).unwrap_or_default();
        Listed {
            person: entry.person,
            number,
            name,
            unit,
            rank: entry.rank,
            category: entry.category,
            tallied,
        }
    });
    Ok(Persons {
        rows: rows.collect(),
        scores: sees_scores(caller),
        region: places
            .map(|(region, places)| places.regions.path(region))
            .unwrap_or_default(),
        round,
        total,
        page,
        pages,
        as_of,
        exam,
        units,
    })
}

/// Liaisons learn who passed, to look after the others, not how well: those who run the exam or audit it see scores.
fn sees_scores(caller: &Caller) -> bool {
    caller.has(Right::ManageExams) || caller.has(Right::ReadAudit)
}

/// Everything of a part for a workbook: the figures, and everybody.
pub struct Export {
    pub figures: Figures,
    pub persons: Vec<Listed>,
    pub scores: bool,
}

/// # Errors
/// As [`of_part`] and [`persons`].
pub async fn export(app: &App, caller: &Caller, id: ExamId, part: Part) -> Result<Export> {
    let reach = caller.may(Right::ReadPeople)?;
    let figures = of_part(app, caller, id, part).await?;
    let within = Within {
        units: &figures.units,
        reach: &reach,
        unit: part.unit,
    };
    let tally = within.of(tally::tally(app, &figures.exam).await?);
    let mut names = db::tally::all_names(&app.db, id).await?;
    let counting = figures.exam.policy.counting;
    let mut persons = Vec::new();
    for (unit, block) in &tally {
        for (entry, results) in block.persons() {
            let (number, name) = names.remove(&entry.person).unwrap_or_default();
            persons.push(Listed {
                person: entry.person,
                number: number.into(),
                name: name.into(),
                unit: *unit,
                rank: entry.rank,
                category: entry.category,
                tallied: tallied(entry, results, counting, figures.round.as_ref()),
            });
        }
    }
    Ok(Export {
        persons,
        scores: sees_scores(caller),
        figures,
    })
}
