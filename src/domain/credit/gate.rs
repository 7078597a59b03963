//! The credits that somebody needs before an exam may be begun.

use serde::{Deserialize, Serialize};

use super::{Account, Credits};
use crate::domain::lang::Lang;

/// Whole credits needed before the exam; none of both: no gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Gate {
    #[serde(default)]
    pub total: u32,
    /// Of them compulsory ones.
    #[serde(default)]
    pub compulsory: u32,
}

impl Gate {
    pub const NONE: Self = Self {
        total: 0,
        compulsory: 0,
    };
    /// The most that can be asked for.
    pub const MOST: u32 = 1000;

    pub fn is_none(&self) -> bool {
        *self == Self::NONE
    }

    /// Whether it can be met at all.
    pub fn is_sound(&self) -> bool {
        self.total <= Self::MOST && self.compulsory <= self.total
    }

    /// The gate in words.
    pub fn rule(self, lang: Lang) -> String {
        match (self.compulsory, lang) {
            (0, Lang::Zh) => format!("考前须修满 {} 学分。", self.total),
            (compulsory, Lang::Zh) => format!("考前须修满 {} 学分，其中必修不少于 {compulsory} 学分。", self.total),
            (0, Lang::En) => format!("{} credits are needed before the exam.", self.total),
            (compulsory, Lang::En) => {
                format!(
                    "{} credits are needed before the exam, {compulsory} of them compulsory.",
                    self.total
                )
            }
        }
    }
}

/// How a person stands before a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub gate: Gate,
    /// The year whose credits count.
    pub year: u16,
    pub total: Credits,
    pub compulsory: Credits,
    /// Earned, and counts on one of the next days.
    pub waiting: Credits,
    /// An administrator lets the person sit all the same.
    pub admitted: bool,
}

impl Held {
    pub fn new(gate: Gate, year: u16, account: &Account, admitted: bool) -> Self {
        Self {
            gate,
            year,
            total: account.total,
            compulsory: account.compulsory,
            waiting: account.waiting,
            admitted,
        }
    }

    pub fn is_met(&self) -> bool {
        self.total >= Credits::whole(self.gate.total.into())
            && self.compulsory >= Credits::whole(self.gate.compulsory.into())
    }

    pub fn opens(&self) -> bool {
        self.admitted || self.is_met()
    }

    /// How many are there and how many are needed.
    pub fn message(&self, lang: Lang) -> String {
        let (gate, total, compulsory) = (self.gate, self.total, self.compulsory);
        let mut text = match (gate.compulsory, lang) {
            (0, Lang::Zh) => format!("考前须修满 {} 学分，您 {} 年现有 {total} 学分。", gate.total, self.year),
            (least, Lang::Zh) => format!(
                "考前须修满 {} 学分，其中必修 {least} 学分；您 {} 年现有 {total} 学分，其中必修 {compulsory} 学分。",
                gate.total, self.year
            ),
            (0, Lang::En) => format!(
                "{} credits are needed before the exam; you have {total} in {}.",
                gate.total, self.year
            ),
            (least, Lang::En) => format!(
                "{} credits are needed before the exam, {least} of them compulsory; in {} you have {total}, {compulsory} of them compulsory.",
                gate.total, self.year
            ),
        };
        if self.waiting > Credits::ZERO {
            text.push_str(&match lang {
                Lang::Zh => format!("另有 {} 学分已经得到，受每天上限，从明天起逐日计入。", self.waiting),
                Lang::En => format!(
                    " {} more are earned and count from tomorrow on, within the limit of each day.",
                    self.waiting
                ),
            });
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(gate: (u32, u32), have: (i64, i64), admitted: bool) -> Held {
        let account = Account {
            total: Credits::whole(have.0),
            compulsory: Credits::whole(have.1),
            ..Account::default()
        };
        let gate = Gate {
            total: gate.0,
            compulsory: gate.1,
        };
        Held::new(gate, 2026, &account, admitted)
    }

    #[test]
    fn a_gate_opens_with_enough_of_both_or_by_an_admission() {
        assert!(held((40, 0), (40, 0), false).opens() && !held((40, 0), (39, 39), false).opens());
        assert!(!held((100, 60), (120, 59), false).opens() && held((100, 60), (100, 60), false).opens());
        assert!(held((40, 0), (0, 0), true).opens() && !held((40, 0), (0, 0), true).is_met());
    }

    #[test]
    fn a_policy_without_a_gate_has_none() {
        assert!(Gate::default().is_none() && Gate::NONE.is_sound());
        assert!(
            !Gate {
                total: 10,
                compulsory: 11
            }
            .is_sound()
        );
    }
}
