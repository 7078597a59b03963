//! Question banks as an administrator sees them.

use serde::{Deserialize, Serialize};

use super::{
    id::{BankId, QuestionId, VersionId},
    item::{Difficulty, Kind, Question, State},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bank {
    pub id: BankId,
    pub name: String,
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

/// Where a question has been used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// Papers on which it stands.
    pub papers: i64,
    /// Opened exams with such a paper.
    pub exams: i64,
    /// Opened exams in whose pool it is.
    pub pools: i64,
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
    pub words: String,
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
            words: String::new(),
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
    text.chars()
        .map(narrow)
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn searching_ignores_width_case_and_blanks() {
        assert_eq!(fold("Ａ级 ＬＰＧ（１２）"), fold("a级lpg(12)"));
    }
}
