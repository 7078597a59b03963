//! Question banks as an administrator sees them.

use serde::{Deserialize, Serialize};

use super::{
    figure::Rate,
    id::{BankId, QuestionId, VersionId},
    item::{Difficulty, Kind, Question, State},
    time::Timestamp,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    pub id: BankId,
    pub name: String,
    /// Whether a question is drawn only after a second person has approved it.
    pub vetted: bool,
    /// Whether whoever studies may be asked its questions, and is told their keys.
    pub practice: bool,
}

/// A bank with its questions counted by kind and state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankSummary {
    pub bank: Bank,
    pub counts: Vec<(Kind, State, i64)>,
}

impl BankSummary {
    pub fn count(&self, kind: Option<Kind>, state: Option<State>) -> i64 {
        let fits = |(k, s, _): &&(Kind, State, i64)| {
            kind.is_none_or(|kind| kind == *k) && state.is_none_or(|state| state == *s)
        };
        self.counts.iter().filter(fits).map(|(_, _, count)| count).sum()
    }
}

/// A question as it stands in a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    pub id: QuestionId,
    pub version: VersionId,
    /// Number of the version, from 1.
    pub number: u32,
    pub question: Question,
}

/// On how many of the papers of the last twelve months a question stood, over the exams and competitions in whose pool it was. Papers
/// are counted, not persons: who sat twice was asked twice. Of a competition the attempts that its last count looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exposure {
    pub papers: i64,
    /// All papers of those exams.
    pub all: i64,
}

/// How far back [`Exposure`] looks, in days.
pub const EXPOSURE_DAYS: i64 = 365;
/// A question on more of the papers than this, in percent, is known too well to tell who knows the law: what one who has sat
/// tells others helps nearly every third of them.
pub const OVEREXPOSED_PERCENT: i64 = 30;
/// On fewer papers nothing is said: a trial with ten people shows every question to everybody.
pub const OVEREXPOSED_PAPERS: i64 = 100;

impl Exposure {
    pub fn rate(self) -> Rate {
        Rate {
            numerator: self.papers,
            denominator: self.all,
        }
    }

    /// Whether other questions should be drawn for a while.
    pub fn is_over(self) -> bool {
        self.papers >= OVEREXPOSED_PAPERS && self.papers * 100 > self.all * OVEREXPOSED_PERCENT
    }
}

/// Where a question has been used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Papers on which it stands.
    pub papers: i64,
    /// Opened exams with such a paper.
    pub exams: i64,
    /// Opened exams in whose pool it is.
    pub pools: i64,
    /// When the last exam that drew it was opened.
    pub last: Option<Timestamp>,
    pub recent: Exposure,
    /// Published competitions among whose questions it is.
    pub competitions: i64,
    /// Attempts of those of the last twelve months that asked it, by their last counts.
    pub plays: i64,
    /// Those of them whose attempts were not counted yet, so that exposure says nothing of them.
    pub uncounted: i64,
}

/// In which order questions are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// As they came into the bank.
    #[default]
    Number,
    /// The share of papers of the last twelve months, the highest first.
    MostExposed,
    LeastExposed,
}

impl Sort {
    pub const ALL: [Self; 3] = [Self::Number, Self::MostExposed, Self::LeastExposed];

    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::MostExposed => "most_exposed",
            Self::LeastExposed => "least_exposed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.code() == code)
    }
}

/// Which questions of a bank to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub bank: BankId,
    pub kind: Option<Kind>,
    pub state: Option<State>,
    pub difficulty: Option<Difficulty>,
    /// `None`: any.
    pub topic: Option<String>,
    /// Whether it has stood on a paper; `None`: either.
    pub used: Option<bool>,
    /// Whether it names legal bases, and the library has an article for each of them; `None`: either.
    pub bound: Option<bool>,
    /// Only what [`Exposure::is_over`].
    pub over: bool,
    pub words: String,
    pub sort: Sort,
}

impl Filter {
    /// Every question of a bank.
    pub fn of(bank: BankId) -> Self {
        Self {
            bank,
            kind: None,
            state: None,
            difficulty: None,
            topic: None,
            used: None,
            bound: None,
            over: false,
            sort: Sort::Number,
            words: String::new(),
        }
    }

    /// The questions of a bank that are drawn although nothing would tell when a law of theirs changes.
    pub fn unbound(bank: BankId) -> Self {
        Self {
            state: Some(State::Ready),
            bound: Some(false),
            ..Self::of(bank)
        }
    }

    pub fn folded_words(&self) -> String {
        fold(&self.words)
    }
}

/// Folds text for searching: full-width letters and digits to half-width, lower case, no white space.
pub fn fold(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    };
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().map(narrow) {
        match c {
            // Han characters are most of every text, and have no case.
            '\u{4e00}'..='\u{9fff}' => folded.push(c),
            c if c.is_whitespace() || c.is_control() => {}
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_overexposed_beyond_three_papers_in_ten_and_not_among_a_few() {
        let over = |papers, all| Exposure { papers, all }.is_over();
        assert!(over(301, 1000) && !over(300, 1000));
        assert!(over(100, 100) && !over(99, 99) && !over(0, 0));
    }

    #[test]
    fn searching_ignores_width_case_and_blanks() {
        assert_eq!(fold("Ａ级 ＬＰＧ（１２）"), fold("a级lpg(12)"));
    }
}
