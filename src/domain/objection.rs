//! Objections (成绩复核、题目异议): until when, about what, and what came of them.

use serde::{Deserialize, Serialize};

use super::{
    id::{AttemptId, ExamId, ObjectionId, PersonId},
    lang::Lang,
    time::Timestamp,
};

/// The days of a policy stored before objections were known.
pub const USUAL_DAYS: u32 = 5;
/// The most days a policy may give.
pub const MOST_DAYS: u32 = 60;
/// Characters of a reason, of the candidate's and of the decision's.
pub const SHORTEST: usize = 2;
pub const LONGEST: usize = 1000;

/// The last moment of an objection: so many days after the hand-in or after the close, whichever is later, for
/// questions and answers are often shown only after the close.
pub fn until(handed_in_at: Timestamp, closes_at: Timestamp, days: u32) -> Timestamp {
    handed_in_at.max(closes_at).plus_seconds(i64::from(days) * 24 * 3600)
}

/// What an objection is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// 成绩复核: the score as a whole.
    Score,
    /// 题目异议: one question, by its place on the paper from 1.
    Item(u16),
}

impl About {
    pub fn item(self) -> u16 {
        match self {
            Self::Score => 0,
            Self::Item(item) => item,
        }
    }

    pub fn of_item(item: u16) -> Self {
        match item {
            0 => Self::Score,
            item => Self::Item(item),
        }
    }

    pub fn name(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::Score, _) => lang.pick("成绩复核", "The score").to_owned(),
            (Self::Item(item), Lang::Zh) => format!("第 {item} 题"),
            (Self::Item(item), Lang::En) => format!("Question {item}"),
        }
    }
}

/// Where an objection stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    Upheld,
    Rejected,
}

impl State {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Upheld => "upheld",
            Self::Rejected => "rejected",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Upheld, Self::Rejected]
            .into_iter()
            .find(|state| state.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Open => lang.pick("待处理", "Waiting"),
            Self::Upheld => lang.pick("成立", "Upheld"),
            Self::Rejected => lang.pick("不成立", "Not upheld"),
        }
    }
}

/// An objection of a candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Objection {
    pub id: ObjectionId,
    pub exam: ExamId,
    pub attempt: AttemptId,
    pub person: PersonId,
    pub about: About,
    pub body: String,
    pub raised_at: Timestamp,
    pub state: State,
    /// Who decided, when, and why; told to the candidate.
    pub decided: Option<super::key_correction::Act>,
}

/// Why an objection is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoObjection {
    /// The attempt still runs.
    Running,
    /// The time for it was over at this moment.
    TooLate(Timestamp),
    /// The rules of this exam give no time for objections.
    None,
    /// The score cannot be seen yet.
    NotShown,
    /// There is no such question on the paper.
    NoSuchItem,
    /// One about the same was raised before.
    Raised,
    /// Too short or too long.
    Words,
    /// It was decided meanwhile.
    Decided,
    /// Nobody decides on their own objection.
    Own,
}

/// Text as a reason: trimmed, without control characters but line breaks.
///
/// # Errors
/// [`NoObjection::Words`] when too little or too much is left.
pub fn reason(text: &str) -> Result<String, NoObjection> {
    let kept: String = text
        .replace("\r\n", "\n")
        .chars()
        .filter(|c| *c == '\n' || !c.is_control())
        .collect();
    let kept = kept.trim().to_owned();
    if (SHORTEST..=LONGEST).contains(&kept.chars().count()) {
        Ok(kept)
    } else {
        Err(NoObjection::Words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_are_counted_from_the_later_of_hand_in_and_close() {
        let day = 24 * 3_600_000;
        assert_eq!(until(Timestamp(5), Timestamp(10), 2), Timestamp(10 + 2 * day));
        assert_eq!(until(Timestamp(20), Timestamp(10), 2), Timestamp(20 + 2 * day));
    }

    #[test]
    fn a_reason_is_trimmed_and_bounded() {
        assert_eq!(reason(" 答案\r\n有误\u{7} ").as_deref(), Ok("答案\n有误"));
        assert_eq!(reason("  x "), Err(NoObjection::Words));
        assert_eq!(reason(&"字".repeat(1001)), Err(NoObjection::Words));
    }
}
