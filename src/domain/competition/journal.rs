//! What a player answered and when, as it reached the server: only ever added to. Everything an attempt is worth follows
//! from paper, journal and rules.

use super::{
    GRACE_MS, Scoring, Stage,
    play::{Answered, Verdict},
};
use crate::domain::{item::OptionSet, time::Timestamp};

/// The choice made for a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Its place on the paper, from 0.
    pub place: u8,
    /// As shown.
    pub choice: OptionSet,
    /// Marked to be looked at again.
    pub flagged: bool,
}

/// The bit of a stored choice that says that the question is marked; options take the ten lowest.
const FLAG: u16 = 1 << 15;

/// Answers that came together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Milliseconds after the start at which the server received them.
    pub after_ms: u32,
    /// None: what is answered so far was handed in to be told what is wrong (再答至全对).
    pub answers: Vec<Answer>,
}

/// Stored bytes that are no journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored answers are damaged")]
pub struct Damaged;

impl Entry {
    /// The stored form: how many answers, four bytes of milliseconds, and for each answer one byte of place and two of choice,
    /// whose highest bit says that it is marked; low bytes first.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(u8::try_from(self.answers.len()).unwrap_or(u8::MAX));
        bytes.extend(self.after_ms.to_le_bytes());
        for answer in &self.answers {
            bytes.push(answer.place);
            let flag = if answer.flagged { FLAG } else { 0 };
            bytes.extend((answer.choice.0 | flag).to_le_bytes());
        }
    }

    /// The same, alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(5 + 3 * self.answers.len());
        self.write(&mut bytes);
        bytes
    }

    /// Reads all that was stored, in the order it came.
    ///
    /// # Errors
    /// [`Damaged`] when the bytes end within an entry.
    pub fn read_all(mut bytes: &[u8]) -> Result<Vec<Self>, Damaged> {
        let mut entries = Vec::new();
        while !bytes.is_empty() {
            let (head, rest) = bytes.split_first_chunk::<5>().ok_or(Damaged)?;
            let body = rest.get(..3 * usize::from(head[0])).ok_or(Damaged)?;
            let answers = body.chunks_exact(3).map(|chunk| {
                let choice = u16::from_le_bytes([chunk[1], chunk[2]]);
                Answer {
                    place: chunk[0],
                    choice: OptionSet(choice & !FLAG),
                    flagged: choice & FLAG != 0,
                }
            });
            entries.push(Self {
                after_ms: u32::from_le_bytes([head[1], head[2], head[3], head[4]]),
                answers: answers.collect(),
            });
            bytes = &rest[body.len()..];
        }
        Ok(entries)
    }
}

/// A choice that counts, and when it came.
pub type Given = (OptionSet, Timestamp);

/// The answers that an attempt is judged by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// For each question the last choice that came in time; where questions are answered again, of the first go.
    pub counting: Vec<Option<Given>>,
    /// The last choice for each question.
    pub last: Vec<OptionSet>,
}

impl Sheet {
    /// Folds a journal over a paper of so many questions.
    pub fn fold(
        entries: &[Entry],
        questions: usize,
        stage: &Stage,
        scoring: Scoring,
        started_at: Timestamp,
        deadline: Timestamp,
    ) -> Self {
        let (mut counting, mut last) = (vec![None; questions], vec![OptionSet::default(); questions]);
        let again = matches!(scoring, Scoring::UntilRight { .. });
        let mut first_go = true;
        for entry in entries {
            first_go &= !(again && entry.answers.is_empty());
            let at = Timestamp(started_at.0 + i64::from(entry.after_ms));
            if at.0 > deadline.0 + GRACE_MS {
                continue;
            }
            for Answer { place, choice, .. } in &entry.answers {
                let Some(slot) = last.get_mut(usize::from(*place)) else {
                    continue;
                };
                *slot = *choice;
                if first_go && stage.in_time(started_at, deadline, u32::from(*place) + 1, at) {
                    counting[usize::from(*place)] = Some((*choice, at));
                }
            }
        }
        Self { counting, last }
    }

    /// What counts, told right from wrong. `right`: whether this choice is right for the question at a place.
    pub fn judged(&self, right: impl Fn(usize, OptionSet) -> bool) -> Vec<Verdict> {
        let judge = |(place, given): (usize, &Option<Given>)| match given {
            // A choice taken back is no answer.
            Some((choice, at)) if !choice.is_empty() => Verdict::Given(Answered {
                right: right(place, *choice),
                at: *at,
            }),
            _ => Verdict::Unanswered,
        };
        self.counting.iter().enumerate().map(judge).collect()
    }

    /// Whether the last choice for every question is right.
    pub fn all_right(&self, right: impl Fn(usize, OptionSet) -> bool) -> bool {
        self.last
            .iter()
            .enumerate()
            .all(|(place, choice)| right(place, *choice))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        competition::{StageKind, preset::Preset},
        exam::Window,
    };

    const START: Timestamp = Timestamp(1_780_243_200_000);

    fn stage() -> (Stage, Scoring) {
        let rules = Preset::AllRight.rules(Window {
            opens_at: START,
            closes_at: START.plus_seconds(86_400),
        });
        let stage = rules.stages.iter().find(|stage| stage.kind == StageKind::Official);
        (stage.expect("an official stage").clone(), rules.scoring)
    }

    fn entry(after_ms: u32, answers: &[(u8, u16)]) -> Entry {
        let answers = answers.iter().map(|(place, choice)| Answer {
            place: *place,
            choice: OptionSet(*choice & !FLAG),
            flagged: *choice & FLAG != 0,
        });
        Entry {
            after_ms,
            answers: answers.collect(),
        }
    }

    #[test]
    fn what_was_stored_is_read_again_and_half_an_entry_is_damage() {
        let entries = [
            entry(1_500, &[(0, 1), (255, 0x8001)]),
            entry(70_000, &[]),
            entry(u32::MAX, &[(3, 0)]),
        ];
        let mut bytes = Vec::new();
        entries.iter().for_each(|entry| entry.write(&mut bytes));
        assert_eq!(Entry::read_all(&bytes).as_deref(), Ok(&entries[..]));
        assert_eq!(Entry::read_all(&[]), Ok(Vec::new()));
        assert_eq!(Entry::read_all(&bytes[..bytes.len() - 1]), Err(Damaged));
        assert_eq!(Entry::read_all(&bytes[..3]), Err(Damaged));
    }

    #[test]
    fn the_last_choice_in_time_counts_and_later_goes_only_make_all_right() {
        let (stage, scoring) = stage();
        let deadline = stage.deadline(START);
        let late = u32::try_from(deadline.0 - START.0 + GRACE_MS + 1).expect("a time");
        let entries = [
            entry(1_000, &[(0, 1)]),
            entry(2_000, &[(0, 2), (1, 4), (9, 1)]),
            entry(3_000, &[]),
            entry(4_000, &[(1, 8)]),
            entry(late, &[(0, 4)]),
        ];
        let fold = |scoring| Sheet::fold(&entries, 2, &stage, scoring, START, deadline);
        let again = fold(scoring);
        let at = |ms| Timestamp(START.0 + ms);
        assert_eq!(
            again.counting,
            [Some((OptionSet(2), at(2_000))), Some((OptionSet(4), at(2_000)))]
        );
        assert_eq!(again.last, [OptionSet(2), OptionSet(8)]);
        let right = |place: usize, choice: OptionSet| choice == [OptionSet(2), OptionSet(8)][place];
        assert!(again.all_right(right));
        let judged = again.judged(right);
        let (right, at) = (false, at(2_000));
        assert_eq!(judged[1], Verdict::Given(Answered { right, at }));
        let once = fold(Scoring::Right {
            points: crate::domain::points::Points::whole(1),
        });
        assert_eq!(once.counting[1], Some((OptionSet(8), Timestamp(START.0 + 4_000))));
    }
}
