//! A paper (试卷): the questions a person was given, in the order shown, as drawn from a fixed pool.

use serde::{Deserialize, Serialize};

use super::{
    answer::Asking,
    bank::Stored,
    id::QuestionId,
    item::{Difficulty, Kind, OptionSet},
    points::Points,
};

/// A source of uniform numbers that gives the same row for the same seed.
pub trait Dice {
    /// A number below `n`; `n` is above 0.
    fn below(&mut self, n: u32) -> u32;
}

/// What the draw needs to know of a question in the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolItem {
    pub question: QuestionId,
    pub kind: Kind,
    pub options: u8,
    /// Options that stay last.
    pub pinned: OptionSet,
    pub topic: String,
    pub difficulty: Difficulty,
}

impl PoolItem {
    pub fn of(stored: &Stored) -> Self {
        let question = &stored.question;
        Self {
            question: stored.id,
            kind: question.kind,
            options: u8::try_from(question.options.len()).unwrap_or(u8::MAX),
            pinned: question.pinned,
            topic: question.topic.clone(),
            difficulty: question.difficulty,
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
    /// The fields of a question beyond choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asking: Option<Asking>,
    /// The title of its part; empty: the name of the kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub part: String,
    /// What is to be read above the questions of its part.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instruction: String,
}

impl Shown {
    /// The heading of its part.
    pub fn heading(&self, lang: super::lang::Lang) -> &str {
        if self.part.is_empty() {
            self.kind.name(lang)
        } else {
            &self.part
        }
    }
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

/// Fisher–Yates for the first `count` places.
pub(super) fn shuffle_first<T>(values: &mut [T], count: usize, dice: &mut dyn Dice) {
    for place in 0..count.min(values.len()) {
        let left = (values.len() - place) as u32;
        values.swap(place, place + dice.below(left) as usize);
    }
}

/// The authored places of a question's options in the order shown: pinned ones last, as authored; of 判断 as authored.
pub(super) fn shown_order(kind: Kind, options: u8, pinned: OptionSet, dice: &mut dyn Dice) -> Vec<u8> {
    if kind == Kind::TrueFalse {
        return (0..options).collect();
    }
    let pinned = |place: &u8| pinned.contains(usize::from(*place));
    let mut order: Vec<u8> = (0..options).filter(|place| !pinned(place)).collect();
    let count = order.len();
    shuffle_first(&mut order, count, dice);
    order.extend((0..options).filter(pinned));
    order
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_round_trip_and_damage_is_noticed() {
        let drawn = |pool, order: &[u8]| Drawn {
            pool,
            order: order.to_vec(),
        };
        let paper = Paper(vec![
            drawn(70_000, &[2, 0, 3, 1]),
            drawn(1, &[0, 1]),
            drawn(9, &[4, 0, 3, 1, 2]),
        ]);
        let bytes = paper.to_bytes();
        assert_eq!(Paper::from_bytes(&bytes), Ok(paper));
        assert_eq!(Paper::from_bytes(&bytes[..bytes.len() - 1]), Err(Damaged));
        assert_eq!(Paper::from_bytes(&[]), Err(Damaged));
        assert_eq!(Paper::from_bytes(&[9]), Err(Damaged));
    }

    #[test]
    fn the_trace_of_a_question_stands_in_every_paper_that_asks_it() {
        let paper = Paper(vec![
            Drawn {
                pool: 70_000,
                order: vec![2, 0, 3, 1],
            },
            Drawn {
                pool: 1,
                order: vec![1, 0],
            },
        ]);
        let bytes = paper.to_bytes();
        for drawn in &paper.0 {
            let trace = Paper::trace(drawn.pool, drawn.order.len() as u8);
            assert!(bytes.windows(4).any(|window| window == trace));
        }
        let absent = Paper::trace(2, 4);
        assert!(!bytes.windows(4).any(|window| window == absent));
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
