//! Credits (学分): what a year asks for, what a person has earned, and how much of it counts by when.

mod account;
mod gate;
mod hours;
mod rule;

use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

pub use account::{Account, Earned, account};
pub use gate::{Gate, Held};
pub use hours::{MOST_MINUTES, Study, beat};
pub use rule::{Caps, CreditFault, Hours, Kept, Rule};

use super::{
    id::{LessonId, PersonId, RecordEntryId},
    points::Points,
    time::Timestamp,
};

/// Hundredths of a credit. Never mixed with points of an exam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize)]
pub struct Credits(pub i64);

impl Credits {
    pub const ZERO: Self = Self(0);

    pub fn whole(credits: i64) -> Self {
        Self(credits * 100)
    }

    /// Reads `5`, `0.5`, `1.25`, a thousand at most; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let hundredths = Points::parse(text.trim())?.0;
        (hundredths <= 100_000).then_some(Self(hundredths))
    }

    /// In whole credits.
    pub fn rounded_up(self) -> u32 {
        u32::try_from((self.0.max(0) + 99) / 100).unwrap_or(u32::MAX)
    }

    /// What is missing to reach `aim`.
    pub fn short_of(self, aim: Self) -> Self {
        Self((aim.0 - self.0).max(0))
    }
}

impl fmt::Display for Credits {
    /// As people write it: `40`, `2.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Points(self.0).fmt(f)
    }
}

impl Add for Credits {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sum for Credits {
    fn sum<I: Iterator<Item = Self>>(credits: I) -> Self {
        credits.fold(Self::ZERO, Add::add)
    }
}

/// What somebody earned credits with. The same thing never gives them twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// A lesson whose test was passed, or whose articles were known beforehand.
    Lesson(LessonId),
    /// An entry of the personal record that was confirmed.
    Entry(RecordEntryId),
}

impl Cause {
    pub fn code(self) -> &'static str {
        match self {
            Self::Lesson(_) => "lesson",
            Self::Entry(_) => "entry",
        }
    }

    pub fn subject(self) -> i64 {
        match self {
            Self::Lesson(id) => id.0,
            Self::Entry(id) => id.0,
        }
    }

    pub fn from_parts(code: &str, subject: i64) -> Option<Self> {
        match code {
            "lesson" => Some(Self::Lesson(LessonId(subject))),
            "entry" => Some(Self::Entry(RecordEntryId(subject))),
            _ => None,
        }
    }
}

/// One line of the ledger: never changed once stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub person: PersonId,
    pub cause: Cause,
    pub year: u16,
    pub earned: Earned,
    /// Known before studying (先测后学).
    pub known: bool,
    /// The version of the year's rule it was earned under; 0: the usual rule.
    pub rule: u32,
    pub at: Timestamp,
}
