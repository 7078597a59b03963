//! Any blueprint on any pool: either every paper keeps everything, or the pool is refused, and rightly.

use std::collections::HashSet;

use mingfa::domain::{
    blueprint::{Blueprint, Bound, Part, Prepared},
    exam::Policy,
    id::QuestionId,
    item::{Difficulty, Kind, OptionSet},
    paper::{Dice, Paper, PoolItem},
    points::Points,
};
use proptest::prelude::*;

use crate::support::Chance;

#[derive(Clone)]
struct Seeded(u64);

impl Dice for Seeded {
    fn below(&mut self, n: u32) -> u32 {
        let mut chance = Chance(self.0);
        let number = chance.below(n);
        self.0 = chance.0;
        number
    }
}

fn item(place: usize, kind: Kind, topic: &str, difficulty: Difficulty) -> PoolItem {
    PoolItem {
        question: QuestionId(place as i64 + 1),
        kind,
        options: if kind == Kind::TrueFalse { 2 } else { 4 },
        pinned: OptionSet::EMPTY,
        topic: topic.to_owned(),
        difficulty,
    }
}

fn bound(topic: Option<&str>, difficulty: Option<Difficulty>, min: u32, max: u32) -> Bound {
    Bound {
        topic: topic.map(str::to_owned),
        difficulty,
        min,
        max,
    }
}

/// Whether a paper is what its blueprint asks for.
fn assert_keeps(paper: &Paper, pool: &[PoolItem], blueprint: &Blueprint) {
    let items: Vec<&PoolItem> = paper.0.iter().map(|drawn| &pool[drawn.pool as usize]).collect();
    let questions: HashSet<_> = items.iter().map(|item| item.question).collect();
    assert_eq!(
        (items.len(), questions.len()),
        (blueprint.count() as usize, blueprint.count() as usize)
    );
    for part in &blueprint.parts {
        let of_kind = || items.iter().filter(|item| item.kind == part.kind);
        assert_eq!(of_kind().count(), part.count as usize);
        for bound in &part.bounds {
            let inside = of_kind()
                .filter(|item| bound.topic.as_ref().is_none_or(|topic| *topic == item.topic))
                .filter(|item| bound.difficulty.is_none_or(|level| level == item.difficulty))
                .count() as u32;
            assert!((bound.min..=bound.max).contains(&inside), "{bound:?}: {inside}");
        }
    }
    assert!(
        blueprint
            .must_include
            .iter()
            .all(|question| questions.contains(question))
    );
    for set in &blueprint.enemies {
        assert!(
            set.iter().filter(|question| questions.contains(question)).count() < 2,
            "{set:?}"
        );
    }
}

fn pools() -> impl Strategy<Value = Vec<PoolItem>> {
    proptest::collection::vec((0..4usize, 0..4usize, proptest::arbitrary::any::<bool>()), 1..40).prop_map(|items| {
        let topics = ["甲", "乙", "丙", ""];
        let of = |(place, (topic, level, kind)): (usize, (usize, usize, bool))| {
            let kind = if kind { Kind::Single } else { Kind::Multiple };
            item(place, kind, topics[topic], Difficulty::ALL[level])
        };
        items.into_iter().enumerate().map(of).collect()
    })
}

fn bounds() -> impl Strategy<Value = Vec<Bound>> {
    let one = (0..4usize, 0..5usize, 0..4u32, 0..5u32).prop_map(|(topic, level, min, more)| {
        let topic = [Some("甲"), Some("乙"), Some(""), None][topic];
        let level = Difficulty::ALL.get(level).copied();
        let level = if topic.is_none() {
            level.or(Some(Difficulty::Easy))
        } else {
            level
        };
        bound(topic, level, min, min + more)
    });
    proptest::collection::vec(one, 0..5).prop_map(|mut bounds| {
        let mut seen = HashSet::new();
        bounds.retain(|bound| seen.insert((bound.topic.clone(), bound.difficulty)));
        bounds
    })
}

proptest! {
    /// Whatever is asked: either every paper keeps everything, or the pool is refused with a reason; and where a pool of
    /// few questions is refused, trying all sets of them finds none.
    #[test]
    fn papers_keep_everything_or_are_refused_rightly(
        pool in pools(),
        counts in (1..8u32, 0..4u32),
        bounds in bounds(),
        must in proptest::collection::vec(1..40i64, 0..3),
        enemies in proptest::collection::vec(proptest::collection::hash_set(1..40i64, 2..5), 0..4),
        ceiling in proptest::option::of(20..=100u32),
        seed in proptest::arbitrary::any::<u64>(),
    ) {
        let mut parts = vec![Part { bounds, ..Part::new(Kind::Single, counts.0, Points::whole(1)) }];
        if counts.1 > 0 {
            parts.push(Part::new(Kind::Multiple, counts.1, Points::whole(2)));
        }
        let mut must: Vec<_> = must.into_iter().map(QuestionId).collect();
        must.dedup();
        let enemies: Vec<Vec<_>> = enemies.into_iter().map(|set| {
            let mut set: Vec<_> = set.into_iter().map(QuestionId).collect();
            set.sort();
            set
        }).collect();
        let free = enemies.is_empty();
        let blueprint = Blueprint { parts, must_include: must, enemies, ceiling };
        match Prepared::new(&pool, &blueprint, &Policy::jining()) {
            Ok(prepared) => {
                let mut drawer = prepared.drawer();
                for seed in 0..5 {
                    let paper = drawer.paper(&mut Seeded(seed)).expect("the pool was found to be enough");
                    assert_keeps(&paper, &pool, &blueprint);
                }
                let dice: Vec<Seeded> = (0..23).map(|place| Seeded(seed ^ (place << 17))).collect();
                match drawer.block(&dice) {
                    Ok(papers) => papers.iter().for_each(|paper| assert_keeps(paper, &pool, &blueprint)),
                    Err(short) => prop_assert!(!free && ceiling.is_some(), "{short:?}"),
                }
            }
            Err(short) => {
                prop_assert!(!short.is_empty());
                prop_assert!(short.iter().all(|short| short.have < short.need), "{short:?}");
                if ceiling.is_none() && pool.len() <= 14 {
                    prop_assert!(!some_paper_exists(&pool, &blueprint), "{short:?}");
                }
            }
        }
    }
}

/// Tries every set of questions.
fn some_paper_exists(pool: &[PoolItem], blueprint: &Blueprint) -> bool {
    (0u32..1 << pool.len()).any(|bits| {
        let chosen = || {
            pool.iter()
                .enumerate()
                .filter(|(place, _)| bits >> place & 1 == 1)
                .map(|(_, item)| item)
        };
        let number = |kind: Kind, bound: Option<&Bound>| {
            chosen()
                .filter(|item| item.kind == kind)
                .filter(|item| {
                    bound
                        .and_then(|b| b.topic.as_ref())
                        .is_none_or(|topic| *topic == item.topic)
                })
                .filter(|item| {
                    bound
                        .and_then(|b| b.difficulty)
                        .is_none_or(|level| level == item.difficulty)
                })
                .count() as u32
        };
        let has = |question: &QuestionId| chosen().any(|item| item.question == *question);
        bits.count_ones() == blueprint.count()
            && blueprint.parts.iter().all(|part| {
                number(part.kind, None) == part.count
                    && part
                        .bounds
                        .iter()
                        .all(|b| (b.min..=b.max).contains(&number(part.kind, Some(b))))
            })
            && blueprint.must_include.iter().all(has)
            && blueprint
                .enemies
                .iter()
                .all(|set| set.iter().filter(|question| has(question)).count() < 2)
    })
}
