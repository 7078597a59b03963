//! Rounds of an exam: the main one, and those that make up for it (补考).

use serde::{Deserialize, Serialize};

use super::{Counting, Exam, Policy, Window};
use crate::domain::{attempt::Attempt, lang::Lang, person::codes, time::Timestamp};

/// What a round is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundKind {
    Main,
    Makeup,
}

codes!(RoundKind {
    Main => "main", "主考", "Main round";
    Makeup => "makeup", "补考", "Make-up round";
});

/// Whom a round admits, by what they did in the rounds before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Admits {
    /// Everybody due: the main round.
    All,
    /// Who has not sat.
    Absent,
    /// Who sat and has not passed.
    Failed,
    /// Both of them.
    Both,
}

codes!(Admits {
    All => "all", "全部应考人员", "Everybody due";
    Absent => "absent", "缺考人员", "Those who were absent";
    Failed => "failed", "不合格人员", "Those who did not pass";
    Both => "both", "缺考和不合格人员", "Those who were absent or did not pass";
});

impl Admits {
    /// What a make-up round may admit.
    pub const MAKEUP: [Self; 3] = [Self::Both, Self::Absent, Self::Failed];
}

/// A time in which an exam can be sat, with attempts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// 1 is the main round; each round opens after the one before has closed.
    pub number: u32,
    pub kind: RoundKind,
    pub admits: Admits,
    pub window: Window,
    /// Attempts a person may start in it.
    pub attempts: u32,
    /// When its results were released to the candidates, where the rules ask for that.
    pub released_at: Option<Timestamp>,
}

impl Round {
    /// The number of the main round.
    pub const MAIN: u32 = 1;

    pub fn main(exam: &Exam) -> Self {
        Self {
            number: Self::MAIN,
            kind: RoundKind::Main,
            admits: Admits::All,
            window: exam.window,
            attempts: exam.policy.attempts,
            released_at: None,
        }
    }

    /// `主考`, `补考`, `第 2 次补考`.
    pub fn name(&self, lang: Lang) -> String {
        match (self.kind, self.number, lang) {
            (RoundKind::Main, ..) | (_, ..=2, _) => self.kind.name(lang).to_owned(),
            (_, number, Lang::Zh) => format!("第 {} 次补考", number - 1),
            (_, number, Lang::En) => format!("Make-up round {}", number - 1),
        }
    }

    /// Whether a due person with these attempts, first to last, is admitted. An attempt that still runs in a round
    /// before decides first.
    pub fn admits(&self, counting: Counting, attempts: &[Attempt]) -> bool {
        let before = &attempts[..attempts.partition_point(|attempt| attempt.round < self.number)];
        if self.admits == Admits::All {
            return true;
        }
        if before.iter().any(|attempt| attempt.outcome.is_none()) {
            return false;
        }
        let counts = counting.of(before).and_then(|attempt| attempt.outcome.as_ref());
        match counts.map(|outcome| outcome.settled.band) {
            None => matches!(self.admits, Admits::Absent | Admits::Both),
            Some(band) => band.is_final() && !band.passed() && matches!(self.admits, Admits::Failed | Admits::Both),
        }
    }

    /// Whether it admits those who did not pass: of whom people still mark, nobody knows whether that is them.
    pub fn may_admit_undecided(&self) -> bool {
        matches!(self.admits, Admits::Failed | Admits::Both)
    }

    /// How many attempts of these were started in this round.
    pub fn used(&self, attempts: &[Attempt]) -> u32 {
        let in_it = attempts.iter().filter(|attempt| attempt.round == self.number);
        u32::try_from(in_it.count()).unwrap_or(u32::MAX)
    }

    pub fn is_open(&self, now: Timestamp) -> bool {
        self.window.opens_at <= now && now < self.window.closes_at
    }
}

/// The round that matters at `now`: the open one, or else the next, or else the last.
pub fn round_at(rounds: &[Round], now: Timestamp) -> Option<&Round> {
    let next = rounds.iter().find(|round| now < round.window.closes_at);
    next.or(rounds.last())
}

/// The most rounds of an exam.
pub const MAX_ROUNDS: usize = 6;

/// What is wrong with a round to be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundFault {
    Window,
    Past,
    Overlap,
    Attempts,
    Admits,
    FirstCounts,
    TooMany,
}

impl RoundFault {
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Window => lang.pick("补考的关闭时间要晚于开放时间。", "The round must close after it opens."),
            Self::Past => lang.pick("补考的关闭时间已经过了。", "The round would be closed already."),
            Self::Overlap => lang.pick(
                "补考要在前面各轮关闭之后开放，不能与主考重叠。",
                "The round must open after all rounds before it have closed; it may not overlap the main round.",
            ),
            Self::Attempts => lang.pick("补考可考次数填 1 到 10。", "Attempts must be between 1 and 10."),
            Self::Admits => lang.pick(
                "请选补考面向谁：缺考、不合格或两者。",
                "Choose whom the round admits: those absent, those who did not pass, or both.",
            ),
            Self::FirstCounts => lang.pick(
                "这次考试以第一次成绩为准，补考改变不了不合格的结果，只能面向缺考人员。",
                "The first attempt counts in this exam, so a make-up round could not help those who did not pass; it can admit \
                 only those who were absent.",
            ),
            Self::TooMany => lang.pick("补考最多 5 次。", "There can be at most 5 make-up rounds."),
        }
    }
}

/// Checks a make-up round that is to follow these rounds.
///
/// # Errors
/// Every fault, in the order of the form.
pub fn check_round(rounds: &[Round], policy: &Policy, round: &Round, now: Timestamp) -> Result<(), Vec<RoundFault>> {
    let window = round.window;
    let checks = [
        (RoundFault::Window, window.closes_at > window.opens_at),
        (RoundFault::Past, window.closes_at > now),
        (
            RoundFault::Overlap,
            rounds.iter().all(|before| before.window.closes_at <= window.opens_at),
        ),
        (RoundFault::Attempts, (1..=10).contains(&round.attempts)),
        (RoundFault::Admits, Admits::MAKEUP.contains(&round.admits)),
        (
            RoundFault::FirstCounts,
            policy.counting != Counting::First || matches!(round.admits, Admits::Absent | Admits::All),
        ),
        (RoundFault::TooMany, rounds.len() < MAX_ROUNDS),
    ];
    let faults: Vec<_> = checks
        .into_iter()
        .filter(|(_, holds)| !holds)
        .map(|(fault, _)| fault)
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(number: u32, opens: i64, closes: i64) -> Round {
        Round {
            number,
            kind: if number == 1 {
                RoundKind::Main
            } else {
                RoundKind::Makeup
            },
            admits: if number == 1 { Admits::All } else { Admits::Both },
            window: Window {
                opens_at: Timestamp(opens),
                closes_at: Timestamp(closes),
            },
            attempts: 1,
            released_at: None,
        }
    }

    #[test]
    fn a_make_up_round_follows_the_rounds_before_it() {
        let rounds = [round(1, 10, 20)];
        let check =
            |opens, closes, now| check_round(&rounds, &Policy::jining(), &round(2, opens, closes), Timestamp(now));
        assert_eq!(check(20, 30, 15), Ok(()));
        assert_eq!(check(30, 25, 15), Err(vec![RoundFault::Window]));
        assert_eq!(check(19, 30, 15), Err(vec![RoundFault::Overlap]));
        assert_eq!(check(12, 18, 15), Err(vec![RoundFault::Overlap]));
        assert_eq!(
            check(1, 9, 0),
            Err(vec![RoundFault::Overlap]),
            "nor does it come before the main round"
        );
        assert_eq!(check(20, 30, 30), Err(vec![RoundFault::Past]));
    }

    #[test]
    fn a_make_up_round_that_cannot_be_is_refused_with_every_fault() {
        let wrong = Round {
            attempts: 0,
            admits: Admits::All,
            ..round(2, 30, 20)
        };
        use RoundFault as F;
        assert_eq!(
            check_round(&[round(1, 10, 40)], &Policy::jining(), &wrong, Timestamp(25)),
            Err(vec![F::Window, F::Past, F::Overlap, F::Attempts, F::Admits])
        );
        let first = Policy {
            counting: Counting::First,
            ..Policy::jining()
        };
        assert_eq!(
            check_round(&[round(1, 10, 20)], &first, &round(2, 20, 30), Timestamp(0)),
            Err(vec![F::FirstCounts])
        );
        let many: Vec<_> = (1..7).map(|number| round(number, 0, 1)).collect();
        assert_eq!(
            check_round(&many, &Policy::jining(), &round(7, 20, 30), Timestamp(0)),
            Err(vec![F::TooMany])
        );
    }

    #[test]
    fn the_round_that_matters_is_the_open_one_then_the_next_then_the_last() {
        let rounds = [round(1, 10, 20), round(2, 30, 40)];
        let number = |now| round_at(&rounds, Timestamp(now)).map(|round| round.number);
        assert_eq!([0, 10, 20, 30, 40].map(number), [1, 1, 2, 2, 2].map(Some));
        assert_eq!(
            [1, 2, 3].map(|number| round(number, 0, 1).name(Lang::Zh)),
            ["主考", "补考", "第 2 次补考"]
        );
    }
}
