//! What a paper is made of: parts in order, how many questions of which topic and difficulty each of them has, and
//! which questions must, or must not, stand on it.

mod draw;
mod feasibility;
mod flow;
mod shortage;

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::{
    id::QuestionId,
    item::{Difficulty, Kind},
    points::Points,
};

pub use draw::{BLOCK, Drawer, Prepared};
pub use feasibility::{Count, Report, Tally, plain_shortages};
pub use shortage::{Limit, Shortage, Side, Where, cell_name};

/// The most questions on a paper.
pub const MAX_COUNT: u32 = 500;
/// The most bounds of a part.
pub const MAX_BOUNDS: usize = 400;
/// The most questions that every paper must have.
pub const MAX_INCLUDED: usize = 100;
/// The most never-together sets.
pub const MAX_ENEMIES: usize = 200;
/// The most questions in a never-together set.
pub const MAX_TOGETHER: usize = 20;

/// How many questions of a topic, of a difficulty, or of both, a part has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// `None`: any; `Some("")`: without a topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// `None`: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<Difficulty>,
    pub min: u32,
    /// [`MAX_COUNT`] when there is no upper bound.
    pub max: u32,
}

/// One part of a paper (大题): so many questions of a kind, each worth so much.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub kind: Kind,
    pub count: u32,
    /// Points of each question.
    pub points: Points,
    /// Its heading; empty: the name of the kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What the candidate reads above its questions; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instruction: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bounds: Vec<Bound>,
}

impl Part {
    /// A part without bounds and without words of its own.
    pub fn new(kind: Kind, count: u32, points: Points) -> Self {
        Self {
            kind,
            count,
            points,
            title: String::new(),
            instruction: String::new(),
            bounds: Vec::new(),
        }
    }

    /// Its heading: its own, or the name of the kind.
    pub fn heading(&self, lang: super::lang::Lang) -> String {
        if self.title.is_empty() {
            self.kind.name(lang).to_owned()
        } else {
            self.title.clone()
        }
    }

    fn has_sound_bounds(&self) -> bool {
        let mut named = HashSet::new();
        let sound = |bound: &Bound| {
            (bound.topic.is_some() || bound.difficulty.is_some())
                && bound.topic.as_ref().is_none_or(|topic| topic.chars().count() <= 100)
                && bound.min <= bound.max
                && bound.min <= self.count
                && bound.max <= MAX_COUNT
        };
        self.bounds.len() <= MAX_BOUNDS
            && self.bounds.iter().all(sound)
            && self
                .bounds
                .iter()
                .all(|bound| named.insert((&bound.topic, bound.difficulty)))
    }
}

/// What a paper is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Stored", into = "Stored")]
pub struct Blueprint {
    pub parts: Vec<Part>,
    /// Questions that stand on every paper.
    pub must_include: Vec<QuestionId>,
    /// Sets of questions of which a paper has one at most.
    pub enemies: Vec<Vec<QuestionId>>,
    /// A question stands on at most so many per cent of the papers of one opening, rounded up to a whole paper.
    /// Questions in `must_include` are free of it.
    pub ceiling: Option<u32>,
}

/// The stored form. A blueprint of parts alone is a plain list, as in the first version of the program.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Parts(Vec<Part>),
    Whole {
        parts: Vec<Part>,
        #[serde(default)]
        must_include: Vec<QuestionId>,
        #[serde(default)]
        enemies: Vec<Vec<QuestionId>>,
        #[serde(default)]
        ceiling: Option<u32>,
    },
}

impl From<Stored> for Blueprint {
    fn from(stored: Stored) -> Self {
        match stored {
            Stored::Parts(parts) => Self::of(parts),
            Stored::Whole {
                parts,
                must_include,
                enemies,
                ceiling,
            } => Self {
                parts,
                must_include,
                enemies,
                ceiling,
            },
        }
    }
}

impl From<Blueprint> for Stored {
    fn from(blueprint: Blueprint) -> Self {
        if blueprint.draws_freely() {
            return Self::Parts(blueprint.parts);
        }
        let Blueprint {
            parts,
            must_include,
            enemies,
            ceiling,
        } = blueprint;
        Self::Whole {
            parts,
            must_include,
            enemies,
            ceiling,
        }
    }
}

impl Blueprint {
    /// Parts and nothing else.
    pub fn of(parts: Vec<Part>) -> Self {
        Self {
            parts,
            must_include: Vec::new(),
            enemies: Vec::new(),
            ceiling: None,
        }
    }

    /// Jining: 单选 40 × 1, 多选 20 × 2, 判断 20 × 1.
    pub fn jining() -> Self {
        let part = |kind, count, points| Part::new(kind, count, Points::whole(points));
        Self::of(vec![
            part(Kind::Single, 40, 1),
            part(Kind::Multiple, 20, 2),
            part(Kind::TrueFalse, 20, 1),
        ])
    }

    pub fn count(&self) -> u32 {
        self.parts.iter().map(|part| part.count).fold(0, u32::saturating_add)
    }

    pub fn total(&self) -> Points {
        self.parts.iter().map(|part| part.points.times(part.count)).sum()
    }

    pub fn part_of(&self, kind: Kind) -> Option<&Part> {
        self.parts.iter().find(|part| part.kind == kind)
    }

    pub fn points_of(&self, kind: Kind) -> Points {
        self.part_of(kind).map_or(Points::ZERO, |part| part.points)
    }

    /// Whether no question is named and no ceiling is set; bounds of the parts do not count.
    fn draws_freely(&self) -> bool {
        self.must_include.is_empty() && self.enemies.is_empty() && self.ceiling.is_none()
    }

    /// Every question named one by one.
    pub fn named(&self) -> impl Iterator<Item = QuestionId> {
        self.must_include.iter().chain(self.enemies.iter().flatten()).copied()
    }

    /// Whether the parts as such can make a paper: 1 to [`MAX_COUNT`] questions, each kind once, points above 0.
    pub fn has_sound_parts(&self) -> bool {
        let mut kinds = HashSet::new();
        (1..=MAX_COUNT).contains(&self.count())
            && self
                .parts
                .iter()
                .all(|part| kinds.insert(part.kind) && part.points > Points::ZERO && part.count > 0)
    }

    pub fn has_sound_texts(&self) -> bool {
        let sound = |text: &str, limit, lines: bool| {
            text.chars().count() <= limit && !text.chars().any(|c| c.is_control() && !(lines && c == '\n'))
        };
        self.parts
            .iter()
            .all(|part| sound(&part.title, 50, false) && sound(&part.instruction, 300, true))
    }

    pub fn has_sound_bounds(&self) -> bool {
        self.parts.iter().all(Part::has_sound_bounds)
    }

    pub fn has_sound_questions(&self) -> bool {
        let distinct = |ids: &[QuestionId]| ids.iter().collect::<HashSet<_>>().len() == ids.len();
        self.must_include.len() <= MAX_INCLUDED
            && distinct(&self.must_include)
            && self.enemies.len() <= MAX_ENEMIES
            && self
                .enemies
                .iter()
                .all(|set| (2..=MAX_TOGETHER).contains(&set.len()) && distinct(set))
            && self.named().all(|id| id.0 > 0)
    }

    pub fn has_sound_ceiling(&self) -> bool {
        self.ceiling.is_none_or(|percent| (1..=100).contains(&percent))
    }
}

#[cfg(test)]
mod tests;
