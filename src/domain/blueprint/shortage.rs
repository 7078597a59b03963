//! Why no paper can be made of a pool: where something is short, how much is needed and how much there is.

use serde::{Deserialize, Serialize};

use crate::domain::{
    id::QuestionId,
    item::{Difficulty, Kind},
    lang::Lang,
};

/// A place of the blueprint that the pool cannot fill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shortage {
    pub place: Where,
    pub need: u32,
    pub have: u32,
}

/// What a shortage is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Where {
    /// A part as a whole.
    Part(Kind),
    /// A topic, a difficulty, or both, of a part.
    Cell(Kind, Option<String>, Option<Difficulty>),
    /// Bounds of a part that cannot hold at once: the minimums ask for `need`, the others leave room for `have`.
    Bounds(Kind, Vec<Limit>),
    /// A question that every paper must have and that the pool does not have.
    Missing(QuestionId),
    /// Questions that every paper must have, for which the part or its bounds leave no room.
    Included(Kind),
    /// Never-together sets that leave no paper.
    Enemies,
    /// Ceiling and never-together sets leave somebody without a paper.
    Turns,
    /// The exposure ceiling asks for more questions in this part, topic or difficulty.
    Ceiling(Kind, Option<String>, Option<Difficulty>),
}

impl Where {
    /// The part it is about, if it is about one.
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Part(kind)
            | Self::Cell(kind, ..)
            | Self::Bounds(kind, _)
            | Self::Included(kind)
            | Self::Ceiling(kind, ..) => Some(*kind),
            Self::Missing(_) | Self::Enemies | Self::Turns => None,
        }
    }
}

/// One bound that takes part in a contradiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    pub topic: Option<String>,
    pub difficulty: Option<Difficulty>,
    pub side: Side,
    pub number: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// At least so many.
    Least,
    /// At most so many.
    Most,
    /// The pool has no more than so many.
    Pool,
    /// The pool has no more than so many beside the topics and difficulties that are named.
    Rest,
}

/// The name of a cell, row or column; `None` for the part as a whole.
pub fn cell_name(topic: Option<&str>, difficulty: Option<Difficulty>, lang: Lang) -> Option<String> {
    let topic = topic.map(|topic| match topic {
        "" => lang.pick("无知识点", "no topic").to_owned(),
        topic => format!("“{topic}”"),
    });
    let difficulty = difficulty.map(|difficulty| difficulty.name(lang).to_owned());
    match (topic, difficulty) {
        (None, None) => None,
        (Some(one), None) | (None, Some(one)) => Some(one),
        (Some(topic), Some(difficulty)) => Some(format!("{topic}·{difficulty}")),
    }
}

impl Limit {
    fn message(&self, lang: Lang) -> String {
        let name = cell_name(self.topic.as_deref(), self.difficulty, lang)
            .unwrap_or_else(|| lang.pick("全部", "all").to_owned());
        let number = self.number;
        match (lang, self.side) {
            (Lang::Zh, Side::Least) => format!("{name}至少 {number} 题"),
            (Lang::Zh, Side::Most) => format!("{name}至多 {number} 题"),
            (Lang::Zh, Side::Pool) => format!("{name}只有 {number} 题"),
            (Lang::Zh, Side::Rest) => format!("{name}（其余）只有 {number} 题"),
            (Lang::En, Side::Rest) => format!("{name} (others) only {number} there"),
            (Lang::En, Side::Least) => format!("{name} at least {number}"),
            (Lang::En, Side::Most) => format!("{name} at most {number}"),
            (Lang::En, Side::Pool) => format!("{name} only {number} there"),
        }
    }
}

impl Shortage {
    /// A part for which there are not enough questions.
    pub fn of(kind: Kind, need: u32, have: u32) -> Self {
        Self {
            place: Where::Part(kind),
            need,
            have,
        }
    }

    pub fn missing(&self) -> u32 {
        self.need.saturating_sub(self.have)
    }

    /// One clause, without a full stop.
    pub fn message(&self, lang: Lang) -> String {
        let (need, have, missing) = (self.need, self.have, self.missing());
        let short = |name: String| match lang {
            Lang::Zh => format!("{name}要 {need} 题，题库可用 {have} 题，差 {missing} 题"),
            Lang::En => format!("{name}: {need} needed, {have} ready, {missing} short"),
        };
        let named = |kind: Kind, topic: &Option<String>, difficulty: Option<Difficulty>| {
            let cell = cell_name(topic.as_deref(), difficulty, lang);
            cell.map_or(kind.name(lang).to_owned(), |cell| {
                format!("{}{}{cell}", kind.name(lang), lang.pick("", ", "))
            })
        };
        match &self.place {
            Where::Part(kind) => short(kind.name(lang).to_owned()),
            Where::Cell(kind, topic, difficulty) => short(named(*kind, topic, *difficulty)),
            Where::Bounds(kind, limits) => {
                let limits: Vec<_> = limits.iter().map(|limit| limit.message(lang)).collect();
                let name = kind.name(lang);
                match lang {
                    Lang::Zh => format!(
                        "{name}的题数范围互相矛盾（{}）：要 {need} 题，只放得下 {have} 题，差 {missing} 题",
                        limits.join("，")
                    ),
                    Lang::En => format!(
                        "{name}: bounds contradict each other ({}): {need} needed, room for {have}, {missing} short",
                        limits.join(", ")
                    ),
                }
            }
            Where::Missing(question) => match lang {
                Lang::Zh => format!("必出题 {question} 不在题库的可用题里"),
                Lang::En => format!("question {question} must stand on every paper but is not ready in the bank"),
            },
            Where::Included(kind) => {
                let name = kind.name(lang);
                match lang {
                    Lang::Zh => format!("{name}的必出题要 {need} 题，题数和范围只放得下 {have} 题"),
                    Lang::En => format!("{name}: {need} must stand on every paper, but there is room for {have}"),
                }
            }
            Where::Enemies => match lang {
                Lang::Zh => format!("不能同卷的题太多，凑不齐一份试卷：要 {need} 题，只凑出 {have} 题"),
                Lang::En => format!("too many questions may not stand together: {need} needed, {have} found"),
            },
            Where::Turns => match lang {
                Lang::Zh => {
                    format!("单题使用上限和不能同卷的题合在一起，有人的试卷凑不齐：要 {need} 题，只凑得出 {have} 题")
                }
                Lang::En => format!(
                    "ceiling and never-together sets leave somebody without a paper: {need} needed, {have} found"
                ),
            },
            Where::Ceiling(kind, topic, difficulty) => {
                let name = named(*kind, topic, *difficulty);
                match lang {
                    Lang::Zh => {
                        format!("按单题使用上限，{name}要有 {need} 题轮换，题库可用 {have} 题，差 {missing} 题")
                    }
                    Lang::En => {
                        format!("{name}: the ceiling needs {need} to take turns, {have} ready, {missing} short")
                    }
                }
            }
        }
    }
}
