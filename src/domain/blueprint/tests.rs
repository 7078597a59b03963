use std::collections::HashSet;

use super::*;
use crate::domain::{
    exam::Policy,
    item::OptionSet,
    paper::{Dice, Paper, PoolItem},
};

/// A small generator for tests (Knuth's MMIX); the product uses ChaCha20.
#[derive(Clone)]
struct Lcg(u64);

impl Dice for Lcg {
    fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
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

fn plain_pool() -> Vec<PoolItem> {
    [(Kind::Single, 90), (Kind::Multiple, 40), (Kind::TrueFalse, 30)]
        .into_iter()
        .flat_map(|(kind, count)| std::iter::repeat_n(kind, count))
        .enumerate()
        .map(|(place, kind)| item(place, kind, "", Difficulty::Unknown))
        .collect()
}

/// So many single-choice questions of each topic and difficulty.
fn matrix_pool(counts: &[(&str, [usize; 3])]) -> Vec<PoolItem> {
    let mut pool = Vec::new();
    for (topic, counts) in counts {
        for (level, count) in Difficulty::ALL.into_iter().zip(counts) {
            for _ in 0..*count {
                pool.push(item(pool.len(), Kind::Single, topic, level));
            }
        }
    }
    pool
}

fn bound(topic: Option<&str>, difficulty: Option<Difficulty>, min: u32, max: u32) -> Bound {
    Bound {
        topic: topic.map(str::to_owned),
        difficulty,
        min,
        max,
    }
}

fn single(count: u32, bounds: Vec<Bound>) -> Blueprint {
    Blueprint::of(vec![Part {
        bounds,
        ..Part::new(Kind::Single, count, Points::whole(1))
    }])
}

fn prepared(pool: &[PoolItem], blueprint: &Blueprint) -> Prepared {
    Prepared::new(pool, blueprint, &Policy::jining()).expect("the pool is enough")
}

fn shortages(pool: &[PoolItem], blueprint: &Blueprint) -> Vec<Shortage> {
    Prepared::new(pool, blueprint, &Policy::jining()).expect_err("the pool is short")
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

/// The draw of the first version, whose papers must still come out the same.
fn first_version(pool: &[PoolItem], blueprint: &Blueprint, dice: &mut dyn Dice) -> Paper {
    let mut items = Vec::new();
    for part in &blueprint.parts {
        let places = (0u32..).zip(pool).filter(|(_, item)| item.kind == part.kind);
        let mut candidates: Vec<u32> = places.map(|(place, _)| place).collect();
        crate::domain::paper::shuffle_first(&mut candidates, part.count as usize, dice);
        for place in &candidates[..part.count as usize] {
            let mut order: Vec<u8> = (0..pool[*place as usize].options).collect();
            if part.kind != Kind::TrueFalse {
                let options = order.len();
                crate::domain::paper::shuffle_first(&mut order, options, dice);
            }
            items.push(crate::domain::paper::Drawn { pool: *place, order });
        }
    }
    Paper(items)
}

#[test]
fn a_stored_list_of_parts_is_still_read_and_written_as_it_was() {
    let old = r#"[{"kind":"single","count":40,"points":100},{"kind":"true_false","count":20,"points":50}]"#;
    let read: Blueprint = serde_json::from_str(old).expect("the old form");
    assert_eq!((read.count(), read.total()), (60, Points::whole(50)));
    assert_eq!(serde_json::to_string(&read).expect("JSON"), old);
    let whole = Blueprint {
        must_include: vec![QuestionId(7)],
        enemies: vec![vec![QuestionId(1), QuestionId(2)]],
        ceiling: Some(30),
        ..single(5, vec![bound(Some("甲"), None, 1, 3)])
    };
    let json = serde_json::to_string(&whole).expect("JSON");
    assert_eq!(serde_json::from_str::<Blueprint>(&json).expect("and back"), whole);
}

#[test]
fn papers_without_bounds_are_those_of_the_first_version_byte_for_byte() {
    let (pool, blueprint) = (plain_pool(), Blueprint::jining());
    let prepared = prepared(&pool, &blueprint);
    let mut drawer = prepared.drawer();
    for seed in 0..50 {
        let paper = drawer.paper(&mut Lcg(seed)).expect("a paper");
        assert_eq!(paper, first_version(&pool, &blueprint, &mut Lcg(seed)), "seed {seed}");
        assert_keeps(&paper, &pool, &blueprint);
    }
}

#[test]
fn every_question_is_drawn_about_equally_often() {
    let (pool, blueprint) = (plain_pool(), Blueprint::jining());
    let prepared = prepared(&pool, &blueprint);
    let (mut drawer, mut seen) = (prepared.drawer(), vec![0u32; pool.len()]);
    for seed in 0..4000 {
        let paper = drawer.paper(&mut Lcg(seed * 7919)).expect("a paper");
        paper.0.iter().for_each(|drawn| seen[drawn.pool as usize] += 1);
    }
    // 40 of 90: 1778 expected, standard deviation 31; five of them either way.
    assert!(seen[..90].iter().all(|count| (1620..=1935).contains(count)), "{seen:?}");
}

#[test]
fn bounds_on_cells_rows_and_columns_hold_on_every_paper_and_nobody_is_starved() {
    let pool = matrix_pool(&[
        ("甲", [20, 10, 5]),
        ("乙", [3, 30, 6]),
        ("丙", [10, 10, 10]),
        ("", [40, 40, 40]),
    ]);
    let blueprint = single(
        20,
        vec![
            bound(Some("甲"), None, 4, 6),
            bound(Some("乙"), None, 5, 5),
            bound(Some("乙"), Some(Difficulty::Easy), 1, 2),
            bound(None, Some(Difficulty::Hard), 6, 6),
            bound(None, Some(Difficulty::Easy), 0, 7),
        ],
    );
    let prepared = prepared(&pool, &blueprint);
    let (mut drawer, mut seen) = (prepared.drawer(), vec![0u32; pool.len()]);
    for seed in 0..3000 {
        let paper = drawer.paper(&mut Lcg(seed * 7919 + 1)).expect("a paper");
        assert_keeps(&paper, &pool, &blueprint);
        paper.0.iter().for_each(|drawn| seen[drawn.pool as usize] += 1);
    }
    // Questions of one cell are alike: each is used within a third of their mean, and no cell is left out.
    let mut start = 0;
    for cell in [20, 10, 5, 3, 30, 6, 10, 10, 10, 40, 40, 40] {
        let counts = &seen[start..start + cell];
        let mean = counts.iter().sum::<u32>() as usize / cell;
        assert!(mean > 60, "cell at {start}: {mean}");
        assert!(
            counts
                .iter()
                .all(|n| (*n as usize) * 3 > mean * 2 && (*n as usize) * 3 < mean * 4),
            "{counts:?}"
        );
        start += cell;
    }
}

#[test]
fn a_short_pool_is_refused_with_every_place_and_number() {
    assert_eq!(
        shortages(&plain_pool()[..100], &Blueprint::jining()),
        [
            Shortage::of(Kind::Multiple, 20, 10),
            Shortage::of(Kind::TrueFalse, 20, 0)
        ]
    );
    let pool = matrix_pool(&[("甲", [2, 0, 1]), ("乙", [30, 0, 0])]);
    let hard = bound(Some("甲"), Some(Difficulty::Hard), 2, 9);
    assert_eq!(
        shortages(&pool, &single(10, vec![hard, bound(Some("甲"), None, 4, 9)])),
        [
            Shortage {
                place: Where::Cell(Kind::Single, Some("甲".into()), Some(Difficulty::Hard)),
                need: 2,
                have: 1
            },
            Shortage {
                place: Where::Cell(Kind::Single, Some("甲".into()), None),
                need: 4,
                have: 3
            }
        ]
    );
}

#[test]
fn bounds_that_contradict_each_other_are_named() {
    let pool = matrix_pool(&[("甲", [20, 20, 20]), ("乙", [20, 20, 20])]);
    let blueprint = single(10, vec![bound(Some("甲"), None, 6, 9), bound(Some("乙"), None, 6, 9)]);
    let short = shortages(&pool, &blueprint);
    assert_eq!((short.len(), short[0].need, short[0].have), (1, 12, 10));
    let words = short[0].message(crate::domain::lang::Lang::Zh);
    assert!(
        words.contains("“甲”至少 6 题") && words.contains("“乙”至少 6 题"),
        "{words}"
    );
    assert!(words.contains("全部至多 10 题"), "{words}");
    // Rows and columns that are fine one by one: five hard questions of 甲 are asked for, none of 乙 are there.
    let pool = matrix_pool(&[("甲", [20, 0, 20]), ("乙", [20, 0, 0])]);
    let bounds = vec![bound(Some("甲"), None, 0, 4), bound(None, Some(Difficulty::Hard), 5, 9)];
    let short = shortages(&pool, &single(10, bounds));
    assert_eq!((short[0].need, short[0].have), (5, 4));
}

#[test]
fn must_include_and_enemies_are_kept_across_parts() {
    let pool = plain_pool();
    let ids = |places: &[i64]| places.iter().map(|place| QuestionId(place + 1)).collect::<Vec<_>>();
    let blueprint = Blueprint {
        must_include: ids(&[3, 95, 140]),
        enemies: vec![
            ids(&[0, 1, 2, 3]),
            ids(&[4, 100, 150]),
            ids(&[5, 6]),
            ids(&[6, 7]),
            ids(&[95, 96]),
        ],
        ..Blueprint::jining()
    };
    let prepared = prepared(&pool, &blueprint);
    let (mut drawer, mut seen) = (prepared.drawer(), vec![0u32; pool.len()]);
    for seed in 0..2000 {
        let paper = drawer.paper(&mut Lcg(seed * 7919)).expect("a paper");
        assert_keeps(&paper, &pool, &blueprint);
        paper.0.iter().for_each(|drawn| seen[drawn.pool as usize] += 1);
    }
    assert_eq!(
        (seen[3], seen[0], seen[96]),
        (2000, 0, 0),
        "an enemy of a question on every paper is on none"
    );
    assert!(
        seen.iter()
            .enumerate()
            .all(|(place, n)| [0, 1, 2, 96].contains(&place) || *n > 150),
        "{seen:?}"
    );
}

#[test]
fn named_questions_that_leave_no_paper_are_refused_with_the_reason() {
    let pool = plain_pool();
    let with = |must: &[i64], enemies: &[&[i64]], count| Blueprint {
        must_include: must.iter().map(|id| QuestionId(*id)).collect(),
        enemies: enemies
            .iter()
            .map(|set| set.iter().map(|id| QuestionId(*id)).collect())
            .collect(),
        ..single(count, vec![])
    };
    let places = |blueprint| {
        shortages(&pool, &blueprint)
            .into_iter()
            .map(|s| s.place)
            .collect::<Vec<_>>()
    };
    assert_eq!(places(with(&[999], &[], 5)), [Where::Missing(QuestionId(999))]);
    assert_eq!(places(with(&[1, 2, 3], &[], 2)), [Where::Included(Kind::Single)]);
    assert_eq!(
        places(with(&[130], &[], 2)),
        [Where::Included(Kind::TrueFalse)].map(|_| Where::Included(Kind::Multiple))
    );
    assert_eq!(places(with(&[1, 2], &[&[1, 2]], 5)), [Where::Enemies]);
    // Four questions, two pairs of enemies: two at most.
    let four = &pool[..4];
    let pairs = with(&[], &[&[1, 2], &[3, 4]], 3);
    assert_eq!(
        shortages(four, &pairs),
        [Shortage {
            place: Where::Enemies,
            need: 3,
            have: 2
        }]
    );
    let two = with(&[], &[&[1, 2], &[3, 4]], 2);
    let prepared = prepared(four, &two);
    let mut drawer = prepared.drawer();
    for seed in 0..200 {
        assert_keeps(&drawer.paper(&mut Lcg(seed)).expect("a paper"), four, &two);
    }
}

#[test]
fn enemies_that_nearly_use_a_cell_up_never_leave_a_draw_stuck() {
    // 甲 has three questions, all enemies of each other but one, and two are needed: only pairs with the third do.
    let pool = matrix_pool(&[("甲", [4, 0, 0]), ("乙", [6, 0, 0])]);
    let ids = |ids: &[i64]| ids.iter().map(|id| QuestionId(*id)).collect::<Vec<_>>();
    let blueprint = Blueprint {
        enemies: vec![ids(&[1, 2, 3]), ids(&[4, 5]), ids(&[5, 6]), ids(&[7, 8, 9, 10])],
        ..single(5, vec![bound(Some("甲"), None, 2, 2), bound(Some("乙"), None, 2, 3)])
    };
    assert_eq!(
        shortages(&pool, &blueprint)[0].place,
        Where::Enemies,
        "乙 has two at most beside 4"
    );
    let blueprint = Blueprint {
        enemies: vec![ids(&[1, 2, 3]), ids(&[4, 5]), ids(&[7, 8, 9])],
        ..blueprint
    };
    let prepared = prepared(&pool, &blueprint);
    let mut drawer = prepared.drawer();
    for seed in 0..500 {
        assert_keeps(&drawer.paper(&mut Lcg(seed)).expect("a paper"), &pool, &blueprint);
    }
}

#[test]
fn no_question_passes_the_ceiling_and_the_block_is_the_same_when_drawn_again() {
    let pool = matrix_pool(&[("甲", [8, 4, 4]), ("乙", [12, 6, 6]), ("", [10, 5, 5])]);
    for percent in [34, 40, 60] {
        let blueprint = Blueprint {
            ceiling: Some(percent),
            must_include: vec![QuestionId(1)],
            ..single(
                20,
                vec![
                    bound(Some("甲"), None, 5, 6),
                    bound(None, Some(Difficulty::Hard), 5, 5),
                    bound(Some("乙"), Some(Difficulty::Hard), 1, 2),
                ],
            )
        };
        let prepared = prepared(&pool, &blueprint);
        for size in [100, 37, 1] {
            let dice: Vec<Lcg> = (0..size).map(|seed| Lcg(seed * 31 + u64::from(percent))).collect();
            let papers = prepared.drawer().block(&dice).expect("papers for all");
            assert_eq!(prepared.drawer().block(&dice).as_ref(), Ok(&papers));
            assert_eq!(papers.len(), dice.len());
            let mut uses = vec![0u32; pool.len()];
            for paper in &papers {
                assert_keeps(paper, &pool, &blueprint);
                paper.0.iter().for_each(|drawn| uses[drawn.pool as usize] += 1);
            }
            let allowed = (percent * size as u32).div_ceil(100);
            assert!(uses[1..].iter().all(|n| *n <= allowed), "{percent} of {size}: {uses:?}");
            assert_eq!(uses[0], size as u32, "a question on every paper is free of the ceiling");
        }
    }
}

#[test]
fn a_ceiling_that_uses_every_question_to_the_last_is_met_exactly() {
    let pool = matrix_pool(&[("甲", [10, 0, 0]), ("乙", [30, 0, 0])]);
    let blueprint = Blueprint {
        ceiling: Some(50),
        ..single(20, vec![bound(Some("甲"), None, 3, 9)])
    };
    let dice: Vec<Lcg> = (0..100).map(|seed| Lcg(seed * 977)).collect();
    let papers = prepared(&pool, &blueprint)
        .drawer()
        .block(&dice)
        .expect("papers for all");
    let mut uses = vec![0u32; pool.len()];
    papers
        .iter()
        .flat_map(|paper| &paper.0)
        .for_each(|drawn| uses[drawn.pool as usize] += 1);
    assert!(uses.iter().all(|n| *n == 50), "{uses:?}");
    let short = shortages(
        &pool,
        &Blueprint {
            ceiling: Some(49),
            ..blueprint.clone()
        },
    );
    assert_eq!(
        short,
        [Shortage {
            place: Where::Ceiling(Kind::Single, None, None),
            need: 41,
            have: 40
        }]
    );
    let short = shortages(
        &pool,
        &Blueprint {
            ceiling: Some(50),
            ..single(12, vec![bound(Some("甲"), None, 6, 9)])
        },
    );
    assert_eq!(short[0].place, Where::Ceiling(Kind::Single, Some("甲".into()), None));
}

#[test]
fn pinned_options_stay_last_and_the_others_move() {
    let mut pool = matrix_pool(&[("", [5, 0, 0])]);
    pool.iter_mut().for_each(|item| item.pinned = OptionSet::of([1, 3]));
    let prepared = prepared(&pool, &single(5, vec![]));
    let mut drawer = prepared.drawer();
    let mut moved = 0;
    for seed in 0..20 {
        for drawn in drawer.paper(&mut Lcg(seed)).expect("a paper").0 {
            assert_eq!(drawn.order[2..], [1, 3]);
            moved += u32::from(drawn.order[0] == 2);
        }
    }
    assert!((20..80).contains(&moved), "{moved}");
}

#[test]
fn the_report_counts_cells_and_foretells_exposure_and_variety() {
    let pool = matrix_pool(&[("甲", [4, 0, 0]), ("乙", [0, 96, 0])]);
    let blueprint = single(6, vec![bound(Some("甲"), None, 2, 2)]);
    let report = Report::of(&pool, &blueprint, &Policy::jining(), &mut Lcg(1));
    assert_eq!((report.shortages.len(), report.exposure), (0, Some(5000)));
    // C(4,2) × C(96,4) = 6 × 3,321,960.
    assert_eq!(report.papers, Some(7));
    let tally = &report.parts[0];
    assert_eq!(tally.topics[0].1[0], Count { have: 4, bound: None });
    assert_eq!(
        tally.topics[0].1[4],
        Count {
            have: 4,
            bound: Some((2, 2))
        }
    );
    assert_eq!(
        (tally.others[1].have, tally.all[4].have, tally.all[4].bound),
        (96, 100, Some((6, 6)))
    );
    let short = Report::of(&pool[..3], &blueprint, &Policy::jining(), &mut Lcg(1));
    assert_eq!((short.shortages.len(), short.exposure, short.papers), (1, None, None));
}

#[test]
fn unsound_blueprints_are_noticed() {
    let part = |bounds| single(5, bounds);
    assert!(part(vec![bound(Some("甲"), None, 0, 5)]).has_sound_bounds());
    for wrong in [
        vec![bound(None, None, 1, 2)],
        vec![bound(Some("甲"), None, 3, 2)],
        vec![bound(Some("甲"), None, 6, 9)],
        vec![bound(Some("甲"), None, 1, 2), bound(Some("甲"), None, 1, 3)],
    ] {
        assert!(!part(wrong).has_sound_bounds());
    }
    let twice = Blueprint {
        must_include: vec![QuestionId(1), QuestionId(1)],
        ..part(vec![])
    };
    let alone = Blueprint {
        enemies: vec![vec![QuestionId(1)]],
        ..part(vec![])
    };
    assert!(!twice.has_sound_questions() && !alone.has_sound_questions());
    assert!(
        !Blueprint {
            ceiling: Some(0),
            ..part(vec![])
        }
        .has_sound_ceiling()
    );
    let words = Part {
        instruction: "甲".repeat(301),
        ..Part::new(Kind::Single, 1, Points::whole(1))
    };
    assert!(!Blueprint::of(vec![words]).has_sound_texts());
}
