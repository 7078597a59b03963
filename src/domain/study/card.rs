//! What follows from an answer: how it is rated, when the question is asked again, and whether it stands in the mistake book.
//! The short steps of learning are rules of ours; what is remembered for how long is the answer of a memory model.

use crate::domain::{
    id::QuestionId,
    lang::Lang,
    time::{DAY, Timestamp},
};

/// The short steps of a question that is new, in seconds.
const LEARNING: [i64; 2] = [60, 600];
/// Those of one that was known and is no longer.
const RELEARNING: [i64; 1] = [600];
/// Days until a question is asked again, at most.
const LONGEST: f64 = 36_500.0;

/// How sure somebody was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Confidence {
    Guessed,
    #[default]
    Plain,
    Sure,
}

impl Confidence {
    pub const ALL: [Self; 3] = [Self::Guessed, Self::Plain, Self::Sure];

    /// The identifier used in tables and forms.
    pub fn code(self) -> &'static str {
        match self {
            Self::Guessed => "guessed",
            Self::Plain => "plain",
            Self::Sure => "sure",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|confidence| confidence.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Guessed => lang.pick("猜的", "A guess"),
            Self::Plain => lang.pick("想起来的", "I recalled it"),
            Self::Sure => lang.pick("很有把握", "Quite sure"),
        }
    }
}

/// What an answer says about the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rating {
    Again,
    Hard,
    Good,
    Easy,
}

impl Rating {
    pub fn of(right: bool, confidence: Confidence) -> Self {
        match (right, confidence) {
            (false, _) => Self::Again,
            (true, Confidence::Guessed) => Self::Hard,
            (true, Confidence::Plain) => Self::Good,
            (true, Confidence::Sure) => Self::Easy,
        }
    }
}

/// What the memory model holds of a question, in whole numbers so that every engine stores the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Memory {
    /// Millionths of a day: after so long it is remembered with a probability of 0.9.
    pub stability: u64,
    /// Millionths of a unit, from 1 to 10.
    pub difficulty: u32,
}

/// A memory model. Days are whole days since the last answer.
pub trait Model {
    /// What is held after an answer; `before` is `None` for a question never answered.
    fn next(&self, before: Option<Memory>, rating: Rating, days: u32) -> Memory;
    /// Days until it is remembered with the probability wanted.
    fn interval(&self, memory: Memory) -> f64;
}

/// Where a question stands on its way into the memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    Learning,
    Review,
    Relearning,
}

impl Phase {
    pub const ALL: [Self; 3] = [Self::Learning, Self::Review, Self::Relearning];

    /// The identifier used in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Learning => "learning",
            Self::Review => "review",
            Self::Relearning => "relearning",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.code() == code)
    }

    fn steps(self) -> &'static [i64] {
        match self {
            Self::Learning => &LEARNING,
            Self::Relearning => &RELEARNING,
            Self::Review => &[],
        }
    }
}

/// What a person holds of a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    pub question: QuestionId,
    pub phase: Phase,
    /// Which of the short steps of its phase.
    pub step: u8,
    pub memory: Memory,
    pub due_at: Timestamp,
    pub last_at: Timestamp,
    /// Answers, and those of them that are right.
    pub asked: u32,
    pub right: u32,
    /// Right answers since the last wrong one that were no guesses.
    pub right_in_row: u32,
    pub in_mistakes: bool,
}

/// An answer as far as the memory is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answered {
    pub question: QuestionId,
    pub right: bool,
    pub confidence: Confidence,
    pub at: Timestamp,
}

/// An answer as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// The place of the question in its run, from 0.
    pub place: u32,
    pub question: QuestionId,
    pub version: crate::domain::id::VersionId,
    /// In authored places; empty for a question beyond choice, and for one left out on a form.
    pub choice: crate::domain::item::OptionSet,
    /// What was written into the fields of a question beyond choice, as [`crate::domain::answer::joined`] makes it.
    pub said: String,
    pub right: bool,
    pub confidence: Confidence,
    pub at: Timestamp,
}

impl Given {
    /// `None` for a question left out, which says nothing about the memory.
    pub fn answered(&self) -> Option<Answered> {
        let answered = !self.choice.is_empty() || !self.said.is_empty();
        answered.then_some(Answered {
            question: self.question,
            right: self.right,
            confidence: self.confidence,
            at: self.at,
        })
    }
}

impl Card {
    /// The card after an answer. A question leaves the mistake book after `leaves_after` right answers in a row that were no guesses.
    pub fn after(before: Option<&Self>, answer: Answered, leaves_after: u32, model: &impl Model) -> Self {
        let rating = Rating::of(answer.right, answer.confidence);
        let days = before.map_or(0, |card| card.whole_days(answer.at));
        let memory = model.next(before.map(|card| card.memory), rating, days);
        let (phase, step) = before.map_or((Phase::Learning, 0), |card| (card.phase, card.step));
        let (phase, step, wait) = match short_step(phase, step, rating) {
            Some((phase, step, seconds)) => (phase, step, seconds * 1000),
            None => {
                let days = model.interval(memory).round().clamp(1.0, LONGEST);
                // A whole number of days between 1 and LONGEST.
                (Phase::Review, 0, days as i64 * DAY)
            }
        };
        let counted = answer.right && answer.confidence != Confidence::Guessed;
        let in_row = before.map_or(0, |card| card.right_in_row);
        let right_in_row = match (answer.right, counted) {
            (false, _) => 0,
            (true, counted) => in_row + u32::from(counted),
        };
        let was = before.is_some_and(|card| card.in_mistakes);
        Self {
            question: answer.question,
            phase,
            step,
            memory,
            due_at: Timestamp(answer.at.0 + wait),
            last_at: answer.at,
            asked: before.map_or(0, |card| card.asked) + 1,
            right: before.map_or(0, |card| card.right) + u32::from(answer.right),
            right_in_row,
            in_mistakes: !answer.right || (was && right_in_row < leaves_after),
        }
    }

    /// Whole days of 24 hours since the last answer.
    fn whole_days(&self, at: Timestamp) -> u32 {
        u32::try_from((at.0 - self.last_at.0) / DAY).unwrap_or(0)
    }

    /// Days since the last answer.
    pub fn days_since(&self, at: Timestamp) -> f64 {
        (at.0 - self.last_at.0).max(0) as f64 / DAY as f64
    }
}

/// The short step that follows, with its seconds; `None` when the question goes on by days.
fn short_step(phase: Phase, step: u8, rating: Rating) -> Option<(Phase, u8, i64)> {
    if phase == Phase::Review {
        return (rating == Rating::Again).then_some((Phase::Relearning, 0, RELEARNING[0]));
    }
    let steps = phase.steps();
    let at = |step: u8| steps.get(usize::from(step)).copied();
    match rating {
        Rating::Again => Some((phase, 0, steps[0])),
        Rating::Hard => {
            let here = at(step)?;
            let seconds = match (step, at(1)) {
                (0, Some(next)) => (here + next) / 2,
                (0, None) => here * 3 / 2,
                _ => here,
            };
            Some((phase, step, seconds))
        }
        Rating::Good => at(step + 1).map(|seconds| (phase, step + 1, seconds)),
        Rating::Easy => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Doubles with every right answer and is asked again when its stability is over.
    struct Doubling;

    impl Model for Doubling {
        fn next(&self, before: Option<Memory>, rating: Rating, _: u32) -> Memory {
            let stability = before.map_or(1_000_000, |memory| memory.stability);
            Memory {
                stability: match rating {
                    Rating::Again => 1_000_000,
                    _ => stability * 2,
                },
                difficulty: 5_000_000,
            }
        }
        fn interval(&self, memory: Memory) -> f64 {
            memory.stability as f64 / 1e6
        }
    }

    fn answers(row: &[(bool, Confidence)]) -> Vec<Card> {
        answers_by(2, row)
    }

    fn answers_by(leaves_after: u32, row: &[(bool, Confidence)]) -> Vec<Card> {
        let mut cards: Vec<Card> = Vec::new();
        for (right, confidence) in row {
            let at = cards.last().map_or(Timestamp(0), |card| card.due_at);
            let answer = Answered {
                question: QuestionId(1),
                right: *right,
                confidence: *confidence,
                at,
            };
            cards.push(Card::after(cards.last(), answer, leaves_after, &Doubling));
        }
        cards
    }

    const RIGHT: (bool, Confidence) = (true, Confidence::Plain);
    const WRONG: (bool, Confidence) = (false, Confidence::Plain);
    const GUESSED: (bool, Confidence) = (true, Confidence::Guessed);
    const SURE: (bool, Confidence) = (true, Confidence::Sure);

    fn waits(row: &[(bool, Confidence)]) -> Vec<(Phase, u8, i64)> {
        answers(row)
            .iter()
            .map(|card| (card.phase, card.step, (card.due_at.0 - card.last_at.0) / 1000))
            .collect()
    }

    #[test]
    fn a_new_question_is_asked_after_a_minute_and_ten_before_it_goes_by_days() {
        use Phase::{Learning, Relearning, Review};
        const D: i64 = 24 * 3600;
        assert_eq!(
            waits(&[WRONG, RIGHT, RIGHT, RIGHT]),
            [
                (Learning, 0, 60),
                (Learning, 1, 600),
                (Review, 0, 4 * D),
                (Review, 0, 8 * D)
            ]
        );
        assert_eq!(waits(&[GUESSED]), [(Learning, 0, 330)]);
        assert_eq!(waits(&[RIGHT, GUESSED]), [(Learning, 1, 600), (Learning, 1, 600)]);
        assert_eq!(waits(&[SURE]), [(Review, 0, 2 * D)]);
        assert_eq!(
            waits(&[SURE, WRONG, GUESSED, WRONG, RIGHT]),
            [
                (Review, 0, 2 * D),
                (Relearning, 0, 600),
                (Relearning, 0, 900),
                (Relearning, 0, 600),
                (Review, 0, 2 * D)
            ]
        );
    }

    #[test]
    fn a_mistake_leaves_the_book_after_so_many_right_answers_in_a_row_and_no_guess_counts() {
        let stands_by = |leaves_after, row: &[(bool, Confidence)]| {
            let cards = answers_by(leaves_after, row);
            cards.iter().map(|card| card.in_mistakes).collect::<Vec<_>>()
        };
        assert_eq!(stands_by(1, &[WRONG, GUESSED, RIGHT]), [true, true, false]);
        assert_eq!(stands_by(3, &[WRONG, RIGHT, SURE, RIGHT]), [true, true, true, false]);
        let stands = |row: &[(bool, Confidence)]| stands_by(2, row);
        assert_eq!(stands(&[RIGHT, RIGHT]), [false, false]);
        assert_eq!(stands(&[WRONG, RIGHT, RIGHT]), [true, true, false]);
        assert_eq!(
            stands(&[WRONG, RIGHT, WRONG, RIGHT, SURE]),
            [true, true, true, true, false]
        );
        assert_eq!(stands(&[WRONG, RIGHT, GUESSED, RIGHT]), [true, true, true, false]);
        let last = answers(&[WRONG, RIGHT, GUESSED]).pop().expect("three cards");
        assert_eq!((last.asked, last.right, last.right_in_row), (3, 2, 1));
    }

    #[test]
    fn an_answer_before_the_last_one_counts_as_the_same_day() {
        let card = answers(&[SURE]).pop().expect("a card");
        let early = Answered {
            question: QuestionId(1),
            right: true,
            confidence: Confidence::Plain,
            at: Timestamp(-5 * DAY),
        };
        assert_eq!(card.whole_days(early.at), 0);
        assert_eq!(card.days_since(early.at), 0.0);
    }
}
