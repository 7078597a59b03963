//! One sitting: the journal of answers, the sheet folded from it, and who may start.

use serde::{Deserialize, Serialize};

use super::{
    exam,
    id::{AttemptId, ExamId, PersonId},
    item::OptionSet,
    mark::PartScore,
    points::Points,
    time::Timestamp,
};

/// One change of one question's answer, as the candidate made it. Never altered once stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Last known version + 1; the order of versions is the order of truth.
    pub version: u32,
    /// Place on the paper, from 1.
    pub item: u16,
    /// The options chosen, by shown place.
    pub choice: OptionSet,
    /// Marked for later (标记).
    pub flagged: bool,
}

/// What stands on the sheet for one question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    pub choice: OptionSet,
    pub flagged: bool,
}

/// The answer sheet: a fold over the journal.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// The version of the last event folded; 0 before the first.
    pub version: u32,
    pub answers: Vec<Answer>,
}

impl Sheet {
    pub fn new(questions: usize) -> Self {
        Self {
            version: 0,
            answers: vec![Answer::default(); questions],
        }
    }

    /// Applies an event. An event for a place that is not on the paper leaves the answers alone.
    pub fn apply(&mut self, event: Event) {
        self.version = self.version.max(event.version);
        if let Some(answer) = usize::from(event.item)
            .checked_sub(1)
            .and_then(|place| self.answers.get_mut(place))
        {
            *answer = Answer {
                choice: event.choice,
                flagged: event.flagged,
            };
        }
    }

    /// Folds events in the order of their versions.
    pub fn fold(questions: usize, events: impl IntoIterator<Item = Event>) -> Self {
        let mut sheet = Self::new(questions);
        events.into_iter().for_each(|event| sheet.apply(event));
        sheet
    }

    pub fn answered(&self) -> usize {
        self.answers.iter().filter(|answer| !answer.choice.is_empty()).count()
    }

    pub fn flagged(&self) -> usize {
        self.answers.iter().filter(|answer| answer.flagged).count()
    }
}

/// How an attempt came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandIn {
    /// 交卷
    Submit,
    /// 自动交卷: the server handed in at the deadline.
    AutoSubmit,
    /// 强制交卷: whoever supervises handed in, with a reason.
    ForceSubmit,
}

impl HandIn {
    pub fn code(self) -> &'static str {
        match self {
            Self::Submit => "submit",
            Self::AutoSubmit => "auto_submit",
            Self::ForceSubmit => "force_submit",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Submit, Self::AutoSubmit, Self::ForceSubmit]
            .into_iter()
            .find(|how| how.code() == code)
    }
}

/// What the marking of a handed-in attempt gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    pub score: Points,
    pub parts: Vec<PartScore>,
    /// Head of the hash chain over the journal.
    pub receipt: [u8; 32],
}

/// The end of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub handed_in_at: Timestamp,
    pub hand_in: HandIn,
    pub settled: Settled,
}

/// One sitting of one person. `outcome` is `None` while it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    pub id: AttemptId,
    pub exam: ExamId,
    pub person: PersonId,
    /// From 1.
    pub number: u32,
    pub started_at: Timestamp,
    pub deadline: Timestamp,
    /// Since when the clock stands and nothing is saved; `None`: it runs.
    pub paused_at: Option<Timestamp>,
    pub outcome: Option<Outcome>,
}

impl Attempt {
    /// Milliseconds left to answer; while the clock stands they stay as they are.
    pub fn remaining_ms(&self, now: Timestamp) -> i64 {
        (self.deadline.0 - self.paused_at.unwrap_or(now).0).max(0)
    }
}

/// Why an attempt cannot be started.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoStart {
    /// The exam is not open, or its window has not begun.
    NotYet,
    Closed,
    /// The person was not on the roster when it was frozen.
    NotDue,
    NoAttemptLeft,
}

/// Whether a person may start an attempt now.
///
/// # Errors
/// The first reason why not.
pub fn may_start(
    state: exam::State,
    window: exam::Window,
    allowed: u32,
    due: bool,
    used: u32,
    now: Timestamp,
) -> Result<(), NoStart> {
    if state != exam::State::Open || now < window.opens_at {
        Err(NoStart::NotYet)
    } else if now >= window.closes_at {
        Err(NoStart::Closed)
    } else if !due {
        Err(NoStart::NotDue)
    } else if used >= allowed {
        Err(NoStart::NoAttemptLeft)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(version: u32, item: u16, bits: u16) -> Event {
        Event {
            version,
            item,
            choice: OptionSet(bits),
            flagged: false,
        }
    }

    #[test]
    fn the_last_event_of_a_question_stands_on_the_sheet() {
        let sheet = Sheet::fold(3, [event(1, 1, 1), event(2, 2, 2), event(3, 1, 4), event(4, 9, 1)]);
        assert_eq!(sheet.version, 4);
        assert_eq!(sheet.answers.iter().map(|a| a.choice.0).collect::<Vec<_>>(), [4, 2, 0]);
        assert_eq!(sheet.answered(), 2);
    }

    #[test]
    fn a_start_is_refused_for_the_first_reason_that_holds() {
        let window = exam::Window {
            opens_at: Timestamp(10),
            closes_at: Timestamp(20),
        };
        let start = |state, due, used, now| may_start(state, window, 1, due, used, Timestamp(now));
        assert_eq!(start(exam::State::Published, true, 0, 15), Err(NoStart::NotYet));
        assert_eq!(start(exam::State::Open, true, 0, 9), Err(NoStart::NotYet));
        assert_eq!(start(exam::State::Open, true, 0, 20), Err(NoStart::Closed));
        assert_eq!(start(exam::State::Open, false, 0, 15), Err(NoStart::NotDue));
        assert_eq!(start(exam::State::Open, true, 1, 15), Err(NoStart::NoAttemptLeft));
        assert_eq!(start(exam::State::Open, true, 0, 10), Ok(()));
    }
}
