//! Whether papers can be made of a pool, what is short where, and what the papers will be like.

use super::{BLOCK, Blueprint, Bound, Limit, MAX_COUNT, Part, Prepared, Shortage, Side, Where, draw::PartPlan};
use crate::domain::{
    exam::Policy,
    item::{Difficulty, Kind},
    paper::{Dice, PoolItem},
};

/// Papers drawn on trial to foretell exposure.
const TRIALS: usize = 200;

fn fits(item: &PoolItem, kind: Kind, topic: Option<&str>, difficulty: Option<Difficulty>) -> bool {
    item.kind == kind
        && topic.is_none_or(|topic| topic == item.topic)
        && difficulty.is_none_or(|difficulty| difficulty == item.difficulty)
}

fn count(pool: &[PoolItem], kind: Kind, topic: Option<&str>, difficulty: Option<Difficulty>) -> u32 {
    pool.iter().filter(|item| fits(item, kind, topic, difficulty)).count() as u32
}

/// Parts and bounds for which the pool has too few questions, each by itself.
pub fn plain_shortages(pool: &[PoolItem], blueprint: &Blueprint) -> Vec<Shortage> {
    let mut shortages = Vec::new();
    for part in &blueprint.parts {
        let mut check = |place, need, have| {
            if have < need {
                shortages.push(Shortage { place, need, have });
            }
        };
        check(Where::Part(part.kind), part.count, count(pool, part.kind, None, None));
        for Bound {
            topic, difficulty, min, ..
        } in part.bounds.iter().filter(|bound| bound.min > 0)
        {
            let have = count(pool, part.kind, topic.as_deref(), *difficulty);
            check(Where::Cell(part.kind, topic.clone(), *difficulty), *min, have);
        }
    }
    shortages
}

/// The bounds that contradict each other, read off the cut: what must flow into it against what may flow out.
pub(super) fn contradiction(kind: Kind, plan: &PartPlan, cut: &[bool]) -> Shortage {
    let (mut limits, mut need, mut have) = (Vec::new(), 0, 0);
    for (number, arc) in plan.network.arcs.iter().enumerate() {
        let (topic, difficulty) = plan.labels[number].clone();
        let mut limit = |side, number: i64| {
            limits.push(Limit {
                topic: topic.clone(),
                difficulty,
                side,
                number: number as u32,
            });
        };
        let class = plan.classes.iter().find(|class| class.arc == number);
        match (cut[arc.from as usize], cut[arc.to as usize]) {
            (false, true) if arc.low > 0 => {
                need += arc.low;
                limit(Side::Least, arc.low);
            }
            (true, false) => {
                have += arc.high;
                let pool = class.is_some_and(|class| (class.items.len() as i64) < class.max);
                let named = topic.is_some() && difficulty.is_some();
                match (class.is_some(), pool, named) {
                    (true, true, false) => limit(Side::Rest, arc.high),
                    (true, true, true) => limit(Side::Pool, arc.high),
                    _ => limit(Side::Most, arc.high),
                }
            }
            _ => {}
        }
    }
    limits.retain(|limit| limit.number < MAX_COUNT);
    Shortage {
        place: Where::Bounds(kind, limits),
        need: need as u32,
        have: have as u32,
    }
}

/// Where the exposure ceiling asks for more questions than there are. Questions on every paper are free of it.
pub(super) fn ceiling_shortages(prepared: &Prepared, pool: &[PoolItem], blueprint: &Blueprint) -> Vec<Shortage> {
    let Some(percent) = blueprint.ceiling else {
        return Vec::new();
    };
    let mut shortages = Vec::new();
    for part in &blueprint.parts {
        let mut check = |topic: Option<&str>, difficulty, need: u32| {
            let included = pool
                .iter()
                .filter(|item| blueprint.must_include.contains(&item.question))
                .filter(|item| fits(item, part.kind, topic, difficulty))
                .count() as u32;
            let need = (need.saturating_sub(included) * 100).div_ceil(percent) + included;
            let have = count(pool, part.kind, topic, difficulty);
            if have < need {
                let place = Where::Ceiling(part.kind, topic.map(str::to_owned), difficulty);
                shortages.push(Shortage { place, need, have });
            }
        };
        check(None, None, part.count);
        for bound in &part.bounds {
            check(bound.topic.as_deref(), bound.difficulty, bound.min);
        }
    }
    if !shortages.is_empty() {
        return shortages;
    }
    // Bounds that hold one by one may still not hold together.
    for (number, (part, plan)) in blueprint.parts.iter().zip(&prepared.parts).enumerate() {
        let papers = BLOCK as i64;
        let included: Vec<i64> = (0..plan.classes.len())
            .map(|class| prepared.included(number, class))
            .collect();
        let allowed = i64::from(Prepared::allowed(percent, BLOCK));
        let uses: Vec<i64> = plan
            .classes
            .iter()
            .zip(&included)
            .map(|(class, included)| (class.items.len() as i64 - included) * allowed + included * papers)
            .collect();
        let mut wide = plan.clone();
        plan.widen(&mut wide.network, papers, &uses, &included);
        if let Err(cut) = wide.network.settle() {
            let short = contradiction(part.kind, &wide, &cut);
            let have = count(pool, part.kind, None, None);
            shortages.push(Shortage {
                place: Where::Ceiling(part.kind, None, None),
                need: have + short.missing().div_ceil(allowed as u32).max(1),
                have,
            });
        }
    }
    shortages
}

/// What the pool has in one cell, row or column, and what the part asks of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    pub have: u32,
    pub bound: Option<(u32, u32)>,
}

/// One part of the report: for each topic named in a bound, then for the others, then for all, the four difficulties and
/// their sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub kind: Kind,
    pub count: u32,
    pub topics: Vec<(String, [Count; 5])>,
    pub others: [Count; 5],
    pub all: [Count; 5],
}

impl Tally {
    fn of(part: &Part, pool: &[PoolItem]) -> Self {
        let mut named: Vec<&str> = part.bounds.iter().filter_map(|bound| bound.topic.as_deref()).collect();
        named.sort_unstable();
        named.dedup();
        let mut have = vec![[0; 5]; named.len() + 1];
        for item in pool.iter().filter(|item| item.kind == part.kind) {
            let row = named.binary_search(&item.topic.as_str()).unwrap_or(named.len());
            let column = Difficulty::ALL.iter().position(|level| *level == item.difficulty);
            have[row][column.unwrap_or(3)] += 1;
            have[row][4] += 1;
        }
        let bound = |topic: Option<&str>, column: usize| {
            let level = Difficulty::ALL.get(column).copied();
            let fits = |bound: &&Bound| bound.topic.as_deref() == topic && bound.difficulty == level;
            part.bounds.iter().find(fits).map(|bound| (bound.min, bound.max))
        };
        let row = |counts: [u32; 5], topic: Option<Option<&str>>| {
            std::array::from_fn(|column| Count {
                have: counts[column],
                bound: topic.and_then(|topic| bound(topic, column)),
            })
        };
        let sums = std::array::from_fn(|column| have.iter().map(|row| row[column]).sum());
        let mut all: [Count; 5] = row(sums, Some(None));
        all[4].bound = Some((part.count, part.count));
        Self {
            kind: part.kind,
            count: part.count,
            others: row(have[named.len()], None),
            topics: named
                .iter()
                .zip(&have)
                .map(|(topic, have)| ((*topic).to_owned(), row(*have, Some(Some(topic)))))
                .collect(),
            all,
        }
    }
}

/// What an administrator has to know before publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub parts: Vec<Tally>,
    /// Empty: papers can be made.
    pub shortages: Vec<Shortage>,
    /// Expected share of the papers, in hundredths of a per cent, on which the most used question stands. Estimated
    /// from trial papers; `None` when papers cannot be made.
    pub exposure: Option<u32>,
    /// There are at least ten to this power different papers (sets of questions, their order left out).
    pub papers: Option<u32>,
}

impl Report {
    /// Examines a pool. The dice serve the trial papers only.
    pub fn of(pool: &[PoolItem], blueprint: &Blueprint, policy: &Policy, dice: &mut dyn Dice) -> Self {
        let parts = blueprint.parts.iter().map(|part| Tally::of(part, pool)).collect();
        let tried = Prepared::new(pool, blueprint, policy).and_then(|prepared| trial(&prepared, pool, blueprint, dice));
        let (shortages, foretold) = match tried {
            Ok(foretold) => (Vec::new(), Some(foretold)),
            Err(shortages) => (shortages, None),
        };
        Self {
            parts,
            shortages,
            exposure: foretold.map(|(exposure, _)| exposure),
            papers: foretold.map(|(_, papers)| papers),
        }
    }
}

/// Exposure of the most used question and the power of ten of the number of papers.
fn trial(
    prepared: &Prepared,
    pool: &[PoolItem],
    blueprint: &Blueprint,
    dice: &mut dyn Dice,
) -> Result<(u32, u32), Vec<Shortage>> {
    let mut drawer = prepared.drawer();
    let mut class_of = vec![(0, 0); pool.len()];
    for (part, plan) in prepared.parts.iter().enumerate() {
        for (class, items) in plan.classes.iter().enumerate() {
            items
                .items
                .iter()
                .for_each(|place| class_of[*place as usize] = (part, class));
        }
    }
    let zeros = || -> Vec<Vec<u32>> { prepared.parts.iter().map(|part| vec![0; part.classes.len()]).collect() };
    let (mut sums, mut most) = (zeros(), 0.0f64);
    for _ in 0..TRIALS {
        let mut picked = zeros();
        for drawn in drawer.paper(dice)?.0 {
            let (part, class) = class_of[drawn.pool as usize];
            picked[part][class] += 1;
            sums[part][class] += 1;
        }
        most = most.max(power_of_ten(prepared, &picked));
    }
    let mut exposure = 0;
    for (part, plan) in prepared.parts.iter().enumerate() {
        for (class, items) in plan.classes.iter().enumerate() {
            let included = prepared.included(part, class) as u64;
            let others = (items.items.len() as u64 - included) * TRIALS as u64;
            let sum = u64::from(sums[part][class]) - included * TRIALS as u64;
            exposure = exposure.max((sum * 10_000).checked_div(others).unwrap_or(0) as u32);
        }
    }
    if let Some(percent) = blueprint.ceiling {
        exposure = exposure.min(percent * 100);
    }
    if !blueprint.must_include.is_empty() {
        exposure = 10_000;
    }
    Ok((exposure, most.floor() as u32))
}

/// The logarithm of the number of papers that have so many questions of each class, without those that were spared for
/// the sake of enemies: fewer than there are, never more.
fn power_of_ten(prepared: &Prepared, picked: &[Vec<u32>]) -> f64 {
    let mut power = 0.0;
    for (part, (plan, picked)) in prepared.parts.iter().zip(picked).enumerate() {
        for (class, (items, picked)) in plan.classes.iter().zip(picked).enumerate() {
            let included = prepared.included(part, class) as u64;
            let spared = items
                .items
                .iter()
                .filter(|place| prepared.spared.contains(place))
                .count() as u64;
            let from = items.items.len() as u64 - included - spared.min(items.items.len() as u64 - included);
            let take = u64::from(*picked).saturating_sub(included).min(from);
            power += (0..take)
                .map(|k| ((from - k) as f64 / (k + 1) as f64).log10())
                .sum::<f64>();
        }
    }
    power
}
