//! What a count over all attempts says of the questions and of the days.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{IdentityType, journal::Given, truth::Truth};
use crate::domain::{
    item::OptionSet,
    statistics::{
        compare::Compared,
        duration::{LEAST_TIMED, Times},
        sheet::Given as Marked,
    },
    time::Timestamp,
};

/// A question on a paper that was handed in, with the answer that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// Its place in the pool.
    pub question: u32,
    /// As authored; empty: no answer in time.
    pub choice: OptionSet,
    pub right: bool,
    /// `None`: it is not told how long the answer took.
    pub took_ms: Option<u32>,
}

impl Asked {
    /// The same for the comparison of groups.
    pub fn marked(self) -> Marked {
        Marked {
            item: self.question,
            mark: f64::from(u8::from(self.right)),
            full: 1.0,
            answered: !self.choice.is_empty(),
            choice: self.choice,
            took_ms: None,
        }
    }
}

/// The place of an identity type among the groups compared.
pub fn group_of(identity: IdentityType) -> usize {
    let place = IdentityType::ALL.iter().position(|one| *one == identity);
    place.unwrap_or_default()
}

/// How a question was answered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Item {
    /// Papers it stood on.
    pub papers: u64,
    /// Of these with an answer in time, and with the right one.
    pub answers: u64,
    pub right: u64,
    /// How often each option was chosen, as authored.
    pub choices: Vec<u64>,
    /// Answers that came apart from others, and how long half of them took at most: of some papers evenly taken from all. `None` with
    /// fewer than [`LEAST_TIMED`] times, and in counts from before there was this.
    pub timed: u64,
    #[serde(default)]
    pub median_ms: Option<u64>,
}

/// All questions of a pool, by place.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Items {
    /// Papers handed in.
    pub papers: u64,
    pub items: Vec<Item>,
}

impl Items {
    /// Nothing counted yet. `options`: how many each question has.
    pub fn new(options: impl IntoIterator<Item = usize>) -> Self {
        let item = |options| Item {
            choices: vec![0; options],
            ..Item::default()
        };
        Self {
            papers: 0,
            items: options.into_iter().map(item).collect(),
        }
    }

    /// Takes a paper that was handed in. What is not in the pool is passed over.
    pub fn add(&mut self, paper: impl IntoIterator<Item = Asked>) {
        self.papers += 1;
        for asked in paper {
            let Some(item) = self.items.get_mut(asked.question as usize) else {
                continue;
            };
            item.papers += 1;
            if asked.choice.is_empty() {
                continue;
            }
            item.answers += 1;
            item.right += u64::from(asked.right);
            for place in asked.choice.places() {
                if let Some(chosen) = item.choices.get_mut(place) {
                    *chosen += 1;
                }
            }
            item.timed += u64::from(asked.took_ms.is_some());
        }
    }
}

/// Papers whose times are kept: a median needs no more, and a province has millions.
const TIMED_PAPERS: u64 = 50_000;

/// The times of the answers to each question on every so-many-th paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timing {
    step: u64,
    papers: u64,
    times: Vec<Vec<u32>>,
}

impl Timing {
    /// For so many papers at most, of a pool of so many questions.
    pub fn new(papers: u64, questions: usize) -> Self {
        Self {
            step: papers.div_ceil(TIMED_PAPERS).max(1),
            papers: 0,
            times: vec![Vec::new(); questions],
        }
    }

    /// Takes a paper that was handed in.
    pub fn add(&mut self, paper: &[Asked]) {
        let kept = self.papers.is_multiple_of(self.step);
        self.papers += 1;
        for asked in paper.iter().filter(|asked| kept && !asked.choice.is_empty()) {
            if let (Some(times), Some(took)) = (self.times.get_mut(asked.question as usize), asked.took_ms) {
                times.push(took);
            }
        }
    }

    /// Writes the medians beside what was counted.
    pub fn finish(self, items: &mut Items) {
        for (item, times) in items.items.iter_mut().zip(self.times) {
            let enough = times.len() >= LEAST_TIMED;
            let times = enough.then(|| Times::of(times)).flatten();
            item.median_ms = times.map(|times| times.median_ms.round() as u64);
        }
    }
}

/// How long each answer took: from the receipt of the one before it (of the first, from the start). Answers that came together
/// have no time, for nobody knows how it was spent among them.
pub fn took(started_at: Timestamp, given: &[Option<Given>]) -> Vec<Option<u32>> {
    let mut order: Vec<(Timestamp, usize)> = given
        .iter()
        .enumerate()
        .filter_map(|(place, given)| Some((given.filter(|(choice, _)| !choice.is_empty())?.1, place)))
        .collect();
    order.sort_unstable();
    let together = |place: usize| {
        let beside = [place.checked_sub(1), place.checked_add(1)];
        beside
            .into_iter()
            .flatten()
            .any(|other| order.get(other).is_some_and(|(at, _)| *at == order[place].0))
    };
    let mut took = vec![None; given.len()];
    let mut before = started_at;
    for (place, (at, question)) in order.iter().enumerate() {
        if !together(place) {
            took[*question] = u32::try_from(at.0 - before.0).ok();
        }
        before = *at;
    }
    took
}

/// A day of China.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Day {
    /// Since 1970-01-01.
    pub day: i64,
    /// Valid official attempts handed in on it (人次).
    pub person_times: u64,
    /// Players whose first one is among them.
    pub first: u64,
    /// Attempts of training handed in on it.
    pub training: u64,
}

/// The days of a competition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Days(BTreeMap<i64, Day>);

impl Days {
    fn of(&mut self, day: i64) -> &mut Day {
        self.0.entry(day).or_insert(Day { day, ..Day::default() })
    }

    /// A valid official attempt; whether it is the first of its player.
    pub fn counts(&mut self, handed_in_at: Timestamp, first: bool) {
        let day = self.of(handed_in_at.day());
        day.person_times += 1;
        day.first += u64::from(first);
    }

    pub fn training(&mut self, handed_in_at: Timestamp) {
        self.of(handed_in_at.day()).training += 1;
    }

    /// Every day on which something was handed in, in order.
    pub fn finish(self) -> Vec<Day> {
        self.0.into_values().collect()
    }
}

/// What a count over all attempts found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Count {
    pub items: Items,
    pub days: Vec<Day>,
    pub truth: Truth,
    /// Identity types (in the order of [`IdentityType::ALL`]) of the same ability compared question by question, over the first valid
    /// official attempt of each player. Counts made before there was this have none.
    #[serde(default)]
    pub compared: Compared,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(question: u32, choice: &[usize], right: bool, took_ms: Option<u32>) -> Asked {
        Asked {
            question,
            choice: OptionSet::of(choice.iter().copied()),
            right,
            took_ms,
        }
    }

    #[test]
    fn questions_are_counted_by_papers_answers_and_options() {
        let mut items = Items::new([4, 2, 4]);
        items.add([asked(0, &[0, 2], true, Some(4_000)), asked(1, &[], false, None)]);
        items.add([asked(0, &[0], false, None), asked(2, &[3], true, Some(2_000))]);
        items.add([asked(9, &[0], true, Some(1))]);
        assert_eq!(items.papers, 3);
        let [first, second, third] = &items.items[..] else {
            panic!("three questions")
        };
        assert_eq!((first.papers, first.answers, first.right), (2, 2, 1));
        assert_eq!((&first.choices[..], first.timed), (&[2, 0, 1, 0][..], 1));
        assert_eq!((second.papers, second.answers, second.timed), (1, 0, 0));
        assert_eq!((third.right, third.choices[3]), (1, 1));
    }

    #[test]
    fn half_of_the_answers_took_no_longer_and_few_say_nothing() {
        let mut items = Items::new([4, 4]);
        let mut timing = Timing::new(31, 2);
        for second in 0..31 {
            let last = if second < 29 { Some(1_000) } else { None };
            // One left the room.
            let first = if second == 30 { 900_000 } else { 1_000 * (second + 1) };
            timing.add(&[
                asked(0, &[0], true, Some(first)),
                asked(1, &[0], true, last),
                asked(9, &[0], true, None),
            ]);
        }
        timing.finish(&mut items);
        assert_eq!(
            (items.items[0].median_ms, items.items[1].median_ms),
            (Some(16_000), None)
        );

        // Of very many papers every third is kept, from the first to the last.
        let mut timing = Timing::new(3 * TIMED_PAPERS, 1);
        (0..90).for_each(|paper| timing.add(&[asked(0, &[0], true, Some(paper))]));
        assert_eq!(timing.times[0], (0..90).step_by(3).collect::<Vec<u32>>());
    }

    #[test]
    fn the_time_of_an_answer_runs_from_the_one_received_before_and_what_came_together_has_none() {
        let at = |ms: i64| Some((OptionSet(1), Timestamp(1_000 + ms)));
        let start = Timestamp(1_000);
        assert_eq!(
            took(start, &[at(3_000), at(9_000), at(5_500)]),
            [Some(3_000), Some(3_500), Some(2_500)]
        );
        assert_eq!(
            took(start, &[at(9_000), at(9_000), at(10_000)]),
            [None, None, Some(1_000)]
        );
        let taken_back = Some((OptionSet::EMPTY, Timestamp(2_000)));
        assert_eq!(took(start, &[taken_back, at(4_000), None]), [None, Some(4_000), None]);
        assert_eq!(took(start, &[]), []);
    }

    #[test]
    fn a_day_is_that_of_china_and_training_is_apart() {
        // 2026-06-01 00:00 in China.
        const MIDNIGHT: i64 = 1_780_243_200_000;
        let mut days = Days::default();
        days.counts(Timestamp(MIDNIGHT), true);
        days.counts(Timestamp(MIDNIGHT - 1), true);
        days.counts(Timestamp(MIDNIGHT + 5), false);
        days.training(Timestamp(MIDNIGHT + 6));
        let days = days.finish();
        let numbers: Vec<_> = days
            .iter()
            .map(|day| (day.person_times, day.first, day.training))
            .collect();
        assert_eq!(numbers, [(1, 1, 0), (2, 1, 1)]);
        assert_eq!(days[1].day, days[0].day + 1);
    }
}
