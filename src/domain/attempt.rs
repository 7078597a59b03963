//! One sitting: the journal of answers, the sheet folded from it, and who may start.

use serde::{Deserialize, Serialize};

use super::{
    exam::{self, Band, Policy, Round},
    id::{AttemptId, ExamId, PersonId},
    item::OptionSet,
    mark::PartScore,
    points::Points,
    time::Timestamp,
};

/// One change of one question's answer, as the candidate made it. Never altered once stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Last known version + 1; the order of versions is the order of truth.
    pub version: u32,
    /// Place on the paper, from 1.
    pub item: u16,
    /// The options chosen, by shown place.
    pub choice: OptionSet,
    /// Marked for later (标记).
    pub flagged: bool,
    /// The fields of a question beyond choice, as [`super::answer::joined`] writes them; else empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

/// What stands on the sheet for one question.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    pub choice: OptionSet,
    pub flagged: bool,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl Answer {
    /// A choice and nothing else.
    pub fn chosen(choice: OptionSet) -> Self {
        Self {
            choice,
            ..Self::default()
        }
    }

    /// Whether anything is chosen or filled in.
    pub fn is_given(&self) -> bool {
        !self.choice.is_empty() || !self.text.is_empty()
    }
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
                text: event.text,
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
        self.answers.iter().filter(|answer| answer.is_given()).count()
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
    /// What [`Policy::grade`] makes of both.
    pub band: Band,
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
    /// From 1, over all rounds.
    pub number: u32,
    /// The number of its round.
    pub round: u32,
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
    /// The exam is not open, or the next round has not begun.
    NotYet,
    Closed,
    /// The person was not on the roster when it was frozen.
    NotDue,
    /// The round is for others: for those who were absent, or did not pass.
    NotAdmitted,
    NoAttemptLeft,
}

/// The round in which a person may start an attempt now. `attempts`: those the person has, first to last.
///
/// # Errors
/// The first reason why not.
pub fn may_start<'a>(
    state: exam::State,
    policy: &Policy,
    rounds: &'a [Round],
    due: bool,
    attempts: &[Attempt],
    now: Timestamp,
) -> Result<&'a Round, NoStart> {
    if state != exam::State::Open {
        return Err(NoStart::NotYet);
    }
    let Some(round) = rounds.iter().find(|round| now < round.window.closes_at) else {
        return Err(NoStart::Closed);
    };
    if !round.is_open(now) {
        // For who has nothing to come, the exam is over.
        let to_come = rounds
            .iter()
            .any(|round| now < round.window.opens_at && round.admits(policy.counting, attempts));
        return Err(if to_come { NoStart::NotYet } else { NoStart::Closed });
    }
    if !due {
        Err(NoStart::NotDue)
    } else if !round.admits(policy.counting, attempts) {
        Err(NoStart::NotAdmitted)
    } else if round.used(attempts) >= round.attempts {
        Err(NoStart::NoAttemptLeft)
    } else {
        Ok(round)
    }
}

/// Whether a person can still better a result: an attempt runs, or one can be started now or in a round to come. Such
/// a person is shown nothing that tells a key.
pub fn may_still_sit(policy: &Policy, rounds: &[Round], attempts: &[Attempt], now: Timestamp) -> bool {
    let done = attempts.iter().filter_map(|attempt| attempt.outcome.as_ref());
    let undecided = done.into_iter().any(|outcome| !outcome.settled.band.is_final());
    let left = |round: &Round| {
        let admits = round.admits(policy.counting, attempts) || undecided && round.may_admit_undecided();
        now < round.window.closes_at && round.used(attempts) < round.attempts && admits
    };
    attempts.iter().any(|attempt| attempt.outcome.is_none()) || rounds.iter().any(left)
}

#[cfg(test)]
mod tests {
    use super::{
        super::exam::{Admits, RoundKind, State, Window},
        *,
    };

    fn event(version: u32, item: u16, bits: u16) -> Event {
        Event {
            version,
            item,
            choice: OptionSet(bits),
            flagged: false,
            text: String::new(),
        }
    }

    #[test]
    fn the_last_event_of_a_question_stands_on_the_sheet() {
        let sheet = Sheet::fold(3, [event(1, 1, 1), event(2, 2, 2), event(3, 1, 4), event(4, 9, 1)]);
        assert_eq!(sheet.version, 4);
        assert_eq!(sheet.answers.iter().map(|a| a.choice.0).collect::<Vec<_>>(), [4, 2, 0]);
        assert_eq!(sheet.answered(), 2);
    }

    fn round(number: u32, admits: Admits, opens: i64, closes: i64) -> Round {
        Round {
            number,
            kind: if number == 1 {
                RoundKind::Main
            } else {
                RoundKind::Makeup
            },
            admits,
            window: Window {
                opens_at: Timestamp(opens),
                closes_at: Timestamp(closes),
            },
            attempts: 1,
            released_at: None,
        }
    }

    fn attempt(number: u32, round: u32, band: Option<Band>) -> Attempt {
        Attempt {
            id: AttemptId(i64::from(number)),
            exam: ExamId(1),
            person: PersonId(1),
            number,
            round,
            started_at: Timestamp(0),
            deadline: Timestamp(0),
            paused_at: None,
            outcome: band.map(|band| Outcome {
                handed_in_at: Timestamp(0),
                hand_in: HandIn::Submit,
                settled: Settled {
                    score: Points::ZERO,
                    parts: vec![],
                    band,
                    receipt: [0; 32],
                },
            }),
        }
    }

    fn start(rounds: &[Round], due: bool, attempts: &[Attempt], now: i64) -> Result<u32, NoStart> {
        let may = may_start(State::Open, &Policy::jining(), rounds, due, attempts, Timestamp(now));
        may.map(|round| round.number)
    }

    #[test]
    fn a_start_is_refused_for_the_first_reason_that_holds() {
        let rounds = [round(1, Admits::All, 10, 20)];
        let used = [attempt(1, 1, Some(Band::Fail))];
        let published = may_start(State::Published, &Policy::jining(), &rounds, true, &[], Timestamp(15));
        assert_eq!(published, Err(NoStart::NotYet));
        assert_eq!(start(&rounds, true, &[], 9), Err(NoStart::NotYet));
        assert_eq!(start(&rounds, true, &[], 20), Err(NoStart::Closed));
        assert_eq!(start(&rounds, false, &[], 15), Err(NoStart::NotDue));
        assert_eq!(start(&rounds, true, &used, 15), Err(NoStart::NoAttemptLeft));
        assert_eq!(start(&rounds, true, &[], 10), Ok(1));
    }

    #[test]
    fn a_make_up_round_admits_those_it_is_for() {
        let (passed, failed) = ([attempt(1, 1, Some(Band::Pass))], [attempt(1, 1, Some(Band::Fail))]);
        let running = [attempt(1, 1, None)];
        for (admits, absent, fails) in [
            (Admits::Absent, true, false),
            (Admits::Failed, false, true),
            (Admits::Both, true, true),
        ] {
            let rounds = [round(1, Admits::All, 10, 20), round(2, admits, 30, 40)];
            let admitted = |yes| if yes { Ok(2) } else { Err(NoStart::NotAdmitted) };
            assert_eq!(start(&rounds, true, &[], 30), admitted(absent), "{admits:?}");
            assert_eq!(start(&rounds, true, &failed, 30), admitted(fails), "{admits:?}");
            assert_eq!(start(&rounds, true, &passed, 30), Err(NoStart::NotAdmitted));
            assert_eq!(
                start(&rounds, true, &running, 30),
                Err(NoStart::NotAdmitted),
                "not decided yet"
            );
            let between = |yes| Err(if yes { NoStart::NotYet } else { NoStart::Closed });
            assert_eq!(start(&rounds, true, &failed, 25), between(fails));
            assert_eq!(start(&rounds, true, &passed, 25), between(false));
        }
        let rounds = [round(1, Admits::All, 10, 20), round(2, Admits::Both, 30, 40)];
        let twice = [failed[0].clone(), attempt(2, 2, Some(Band::Fail))];
        assert_eq!(
            start(&rounds, true, &twice, 35),
            Err(NoStart::NoAttemptLeft),
            "a round counts its own attempts"
        );
    }

    #[test]
    fn who_has_an_attempt_open_or_left_in_any_round_may_still_sit() {
        let main = [round(1, Admits::All, 10, 20)];
        let both = [main[0], round(2, Admits::Both, 30, 40)];
        let may = |rounds: &[Round], attempts: &[Attempt], now| {
            may_still_sit(&Policy::jining(), rounds, attempts, Timestamp(now))
        };
        let (passed, failed) = ([attempt(1, 1, Some(Band::Pass))], [attempt(1, 1, Some(Band::Fail))]);
        assert!(may(&main, &[], 15) && !may(&main, &[], 20));
        assert!(may(&main, &[attempt(1, 1, None)], 99), "one that runs past the close");
        assert!(!may(&main, &failed, 15) && may(&both, &failed, 15) && may(&both, &failed, 39));
        assert!(!may(&both, &passed, 15) && !may(&both, &failed, 40));
        let waits = [attempt(1, 1, Some(Band::Awaiting))];
        assert!(
            !may(&main, &waits, 15) && may(&both, &waits, 39),
            "who may turn out to have failed"
        );
        assert_eq!(
            start(&both, true, &waits, 35),
            Err(NoStart::NotAdmitted),
            "nobody knows yet"
        );
    }
}
