//! A paper (试卷): drawn from a fixed pool by blueprint and seed, the same byte for byte when drawn again.

use serde::{Deserialize, Serialize};

use super::{
    exam::{Blueprint, Policy, Shortage},
    item::{Kind, OptionSet, Question},
    points::Points,
};

/// A source of uniform numbers that gives the same row for the same seed.
pub trait Dice {
    /// A number below `n`; `n` is above 0.
    fn below(&mut self, n: u32) -> u32;
}

/// What the draw needs to know of a question in the pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolItem {
    pub kind: Kind,
    pub options: u8,
}

impl PoolItem {
    pub fn of(question: &Question) -> Self {
        Self {
            kind: question.kind,
            options: u8::try_from(question.options.len()).unwrap_or(u8::MAX),
        }
    }
}

/// A question as a candidate sees it: nothing in it tells the key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    pub kind: Kind,
    pub points: Points,
    pub stem: String,
    pub options: Vec<String>,
}

/// One question on a paper: its place in the pool and the authored place of each option shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub pool: u32,
    /// `order[shown] = authored`
    pub order: Vec<u8>,
}

impl Drawn {
    /// Turns a choice of shown places into authored places.
    pub fn authored(&self, shown: OptionSet) -> OptionSet {
        OptionSet::of(
            shown
                .places()
                .filter_map(|place| self.order.get(place))
                .map(|place| usize::from(*place)),
        )
    }

    /// Turns authored places into the places they are shown at.
    pub fn shown(&self, authored: OptionSet) -> OptionSet {
        OptionSet::of((0..self.order.len()).filter(|place| authored.contains(usize::from(self.order[*place]))))
    }
}

/// The questions of one person's paper, in the order shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper(pub Vec<Drawn>);

/// Stored bytes that are no paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored paper is damaged")]
pub struct Damaged;

impl Paper {
    const FORMAT: u8 = 1;

    /// The stored form: a format byte, then for each question its place in the pool (three bytes, low first),
    /// the number of options, and their order, two to a byte.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![Self::FORMAT];
        for drawn in &self.0 {
            bytes.extend(&drawn.pool.to_le_bytes()[..3]);
            bytes.push(u8::try_from(drawn.order.len()).unwrap_or(u8::MAX));
            bytes.extend(
                drawn
                    .order
                    .chunks(2)
                    .map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)),
            );
        }
        bytes
    }

    /// Bytes that stand in the stored form of every paper with this question; rarely, by chance, in another's too.
    pub fn trace(pool: u32, options: u8) -> [u8; 4] {
        let [low, middle, high, _] = pool.to_le_bytes();
        [low, middle, high, options]
    }

    /// # Errors
    /// When the bytes are not what [`Self::to_bytes`] writes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Damaged> {
        let (format, mut rest) = bytes.split_first().ok_or(Damaged)?;
        if *format != Self::FORMAT {
            return Err(Damaged);
        }
        let mut items = Vec::new();
        while !rest.is_empty() {
            let [low, middle, high, options, tail @ ..] = rest else {
                return Err(Damaged);
            };
            let options = usize::from(*options);
            let packed = tail.get(..options.div_ceil(2)).ok_or(Damaged)?;
            let order: Vec<u8> = packed
                .iter()
                .flat_map(|pair| [pair >> 4, pair & 15])
                .take(options)
                .collect();
            items.push(Drawn {
                pool: u32::from_le_bytes([*low, *middle, *high, 0]),
                order,
            });
            rest = &tail[packed.len()..];
        }
        Ok(Self(items))
    }
}

/// Draws a paper. Parts stand in the order of the blueprint; inside a part questions are shuffled when the
/// policy says so. The options of 判断 keep their order.
///
/// # Errors
/// Every cell that the pool cannot fill.
pub fn draw(
    pool: &[PoolItem],
    blueprint: &Blueprint,
    policy: &Policy,
    dice: &mut dyn Dice,
) -> Result<Paper, Vec<Shortage>> {
    let of_kind = |kind| pool.iter().filter(move |item| item.kind == kind).count() as u32;
    let shortages = blueprint.shortages(of_kind);
    if !shortages.is_empty() {
        return Err(shortages);
    }
    let mut items = Vec::with_capacity(blueprint.count() as usize);
    for cell in &blueprint.0 {
        let mut candidates: Vec<u32> = (0u32..)
            .zip(pool)
            .filter(|(_, item)| item.kind == cell.kind)
            .map(|(place, _)| place)
            .collect();
        let count = cell.count as usize;
        shuffle_first(&mut candidates, count, dice);
        candidates.truncate(count);
        if !policy.shuffle_items {
            candidates.sort_unstable();
        }
        for place in candidates {
            let item = pool[place as usize];
            let mut order: Vec<u8> = (0..item.options).collect();
            if policy.shuffle_options && item.kind != Kind::TrueFalse {
                let options = order.len();
                shuffle_first(&mut order, options, dice);
            }
            items.push(Drawn { pool: place, order });
        }
    }
    Ok(Paper(items))
}

/// Fisher–Yates for the first `count` places.
fn shuffle_first<T>(values: &mut [T], count: usize, dice: &mut dyn Dice) {
    for place in 0..count.min(values.len()) {
        let left = (values.len() - place) as u32;
        values.swap(place, place + dice.below(left) as usize);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A small generator for tests (Knuth's MMIX); the product uses ChaCha20.
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

    fn pool() -> Vec<PoolItem> {
        [(Kind::Single, 90, 4), (Kind::Multiple, 40, 5), (Kind::TrueFalse, 30, 2)]
            .into_iter()
            .flat_map(|(kind, count, options)| std::iter::repeat_n(PoolItem { kind, options }, count))
            .collect()
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_another_paper() {
        let paper = |seed| draw(&pool(), &Blueprint::jining(), &Policy::jining(), &mut Lcg(seed)).map(|p| p.to_bytes());
        assert_eq!(paper(7), paper(7));
        assert_ne!(paper(7), paper(8));
    }

    #[test]
    fn a_paper_fills_its_blueprint_without_repeating_a_question() {
        for seed in 0..200 {
            let paper =
                draw(&pool(), &Blueprint::jining(), &Policy::jining(), &mut Lcg(seed)).expect("the pool is enough");
            let mut places: Vec<_> = paper.0.iter().map(|drawn| drawn.pool).collect();
            let kinds: Vec<_> = places.iter().map(|place| pool()[*place as usize].kind).collect();
            assert_eq!(kinds.iter().filter(|kind| **kind == Kind::Single).count(), 40);
            assert!(kinds.is_sorted(), "parts stand together");
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), 80);
        }
    }

    #[test]
    fn every_question_is_drawn_about_equally_often() {
        let mut seen = vec![0u32; pool().len()];
        for seed in 0..4000 {
            let mut dice = Lcg(seed * 7919);
            let paper = draw(&pool(), &Blueprint::jining(), &Policy::jining(), &mut dice).expect("the pool is enough");
            paper.0.iter().for_each(|drawn| seen[drawn.pool as usize] += 1);
        }
        // 40 of 90: 1778 expected, standard deviation 31; five of them either way.
        assert!(
            seen[..90].iter().all(|count| (1620..=1935).contains(count)),
            "{:?}",
            &seen[..90]
        );
    }

    #[test]
    fn a_short_pool_is_refused_with_the_cell() {
        let pool = &pool()[..100];
        let refused = draw(pool, &Blueprint::jining(), &Policy::jining(), &mut Lcg(1));
        let short = |kind, need, have| Shortage { kind, need, have };
        assert_eq!(
            refused,
            Err(vec![short(Kind::Multiple, 20, 10), short(Kind::TrueFalse, 20, 0)])
        );
    }

    #[test]
    fn bytes_round_trip_and_damage_is_noticed() {
        let paper = draw(&pool(), &Blueprint::jining(), &Policy::jining(), &mut Lcg(3)).expect("the pool is enough");
        let bytes = paper.to_bytes();
        assert_eq!(Paper::from_bytes(&bytes), Ok(paper));
        assert_eq!(Paper::from_bytes(&bytes[..bytes.len() - 1]), Err(Damaged));
        assert_eq!(Paper::from_bytes(&[]), Err(Damaged));
        assert_eq!(Paper::from_bytes(&[9]), Err(Damaged));
    }

    #[test]
    fn the_trace_of_a_question_stands_in_every_paper_that_asks_it() {
        for seed in 0..50 {
            let paper =
                draw(&pool(), &Blueprint::jining(), &Policy::jining(), &mut Lcg(seed)).expect("the pool is enough");
            let bytes = paper.to_bytes();
            for drawn in &paper.0 {
                let trace = Paper::trace(drawn.pool, pool()[drawn.pool as usize].options);
                assert!(bytes.windows(4).any(|window| window == trace));
            }
        }
    }

    #[test]
    fn shown_and_authored_places_are_inverse() {
        let drawn = Drawn {
            pool: 0,
            order: vec![2, 0, 3, 1],
        };
        assert_eq!(drawn.authored(OptionSet::of([0, 3])), OptionSet::of([1, 2]));
        for bits in 0..16 {
            assert_eq!(drawn.shown(drawn.authored(OptionSet(bits))), OptionSet(bits));
        }
    }
}
