//! Marking by people (阅卷): answers that no rule can mark, read one by one, by two people where the exam says so.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    id::AttemptId,
    key_correction::{Correction, Method, correction_of},
    lang::Lang,
    person::codes,
    points::Points,
};

/// How long an answer is kept for whoever has it on the screen.
pub const CLAIM_MINUTES: i64 = 10;
/// Characters of a marker's comment.
pub const COMMENT: usize = 500;

/// Which answers a second person reads (双评), as the rules of an exam say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Second {
    /// 0: none; 100: all; between: so many of a hundred, picked by the receipt, which nobody chooses.
    pub percent: u32,
    /// Two readings that differ by more are decided by a third person; else their mean counts.
    pub threshold: Points,
}

impl Second {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    pub fn is_sound(self, total: Points) -> bool {
        self.percent <= 100 && (Points::ZERO..=total).contains(&self.threshold)
    }

    /// How many read an answer, by two bytes of a digest of it.
    pub fn readings(self, digest: [u8; 2]) -> u32 {
        1 + u32::from(u32::from(u16::from_be_bytes(digest)) % 100 < self.percent)
    }
}

/// A reading among those of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    First,
    Second,
    Third,
}

codes!(Round {
    First => "first", "一评", "First reading";
    Second => "second", "二评", "Second reading";
    Third => "third", "仲裁", "Third reading";
});

/// Where an answer to be read stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Waiting,
    /// Two readings differ too much.
    Third,
    Done,
}

codes!(State {
    Waiting => "waiting", "待阅", "Waits";
    Third => "third", "待仲裁", "Waits for a third person";
    Done => "done", "已阅", "Done";
});

/// An answer to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Task {
    pub attempt: AttemptId,
    /// Place on the paper, from 1.
    pub item: u16,
    /// Place of the question in the exam's pool.
    pub pool: u32,
    /// Readings it needs, a third one aside.
    pub needed: u32,
    pub state: State,
    /// What the question earns, once it is done.
    pub points: Points,
}

/// What follows from the readings of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Wait,
    /// A third person decides.
    Third,
    Done(Points),
}

/// `totals`: what the question would earn by each reading so far, in their order. Two that agree make their mean, half a
/// hundredth upwards; the third one counts alone.
pub fn decide(needed: u32, totals: &[Points], threshold: Points) -> Step {
    match totals {
        [only] if needed <= 1 => Step::Done(*only),
        [] | [_] => Step::Wait,
        [one, other] if (one.0 - other.0).abs() > threshold.0 => Step::Third,
        [one, other] => Step::Done(Points((one.0 + other.0 + 1).div_euclid(2))),
        [_, _, third, ..] => Step::Done(*third),
    }
}

/// The round of the next reading.
pub fn next(readings: usize) -> Round {
    match readings {
        0 => Round::First,
        1 => Round::Second,
        _ => Round::Third,
    }
}

/// What people gave for the answers of one attempt, by item. Nothing counts before everything is read, so that no score
/// tells how far the markers are; a question that a correction took out of the marking is waited for no longer.
pub fn marks(tasks: &[Task], corrections: &[Correction]) -> HashMap<u16, Points> {
    let lifted = |task: &Task| {
        let correction = correction_of(corrections, task.pool);
        correction.is_some_and(|one| matches!(one.method, Method::FullCredit | Method::Void))
    };
    if tasks.iter().any(|task| task.state != State::Done && !lifted(task)) {
        return HashMap::new();
    }
    let done = tasks.iter().filter(|task| task.state == State::Done);
    done.map(|task| (task.item, task.points)).collect()
}

/// Why a reading is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoMark {
    /// A criterion lacks points, or has more than it can earn.
    Points,
    /// The caller has read it already, or somebody else has it, or it is done.
    Taken,
    /// The comment is too long.
    Comment,
}

impl NoMark {
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Points => lang.pick(
                "每个评分点都要给分，不低于 0，不超过它的满分。",
                "Every criterion needs points, from 0 to the most it can earn.",
            ),
            Self::Taken => lang.pick(
                "这份答案已有人评阅，或您已经评过，或领取超过十分钟。没有计入，请继续下一份。",
                "This answer has been read by others or by you, or your ten minutes are over. Nothing was stored; go on with the next.",
            ),
            Self::Comment => lang.pick("评语不超过 500 字。", "A comment has at most 500 characters."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIVE: Points = Points(500);

    #[test]
    fn one_reading_two_or_a_third_decide() {
        let [a, b, c] = [Points(800), Points(1301), Points(1000)];
        assert_eq!(decide(1, &[a], FIVE), Step::Done(a));
        assert_eq!(decide(2, &[], FIVE), Step::Wait);
        assert_eq!(decide(2, &[a], FIVE), Step::Wait);
        assert_eq!(decide(2, &[a, Points(1300)], FIVE), Step::Done(Points(1050)));
        assert_eq!(
            decide(2, &[a, Points(801)], FIVE),
            Step::Done(Points(801)),
            "half a hundredth upwards"
        );
        assert_eq!(decide(2, &[a, b], FIVE), Step::Third);
        assert_eq!(decide(2, &[a, b, c], FIVE), Step::Done(c));
    }

    #[test]
    fn nothing_counts_before_everything_is_read() {
        let task = |item, state| Task {
            attempt: AttemptId(1),
            item,
            pool: u32::from(item),
            needed: 1,
            state,
            points: Points(100),
        };
        let tasks = [task(1, State::Done), task(2, State::Third)];
        assert!(marks(&tasks, &[]).is_empty());
        let void = |pool| Correction {
            pool,
            method: Method::Void,
        };
        assert!(marks(&tasks, &[void(1)]).is_empty());
        assert_eq!(marks(&tasks, &[void(2)]), HashMap::from([(1, Points(100))]));
        assert_eq!(marks(&[task(1, State::Done)], &[]).len(), 1);
    }

    #[test]
    fn the_share_of_second_readings_is_as_large_as_asked_for() {
        let of = |percent| {
            let second = Second {
                percent,
                threshold: FIVE,
            };
            (0..10_000u16).filter(|n| second.readings(n.to_be_bytes()) == 2).count()
        };
        assert_eq!((of(0), of(100), of(25)), (0, 10_000, 2_500));
    }
}
