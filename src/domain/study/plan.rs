//! The plan to the day of an exam: which questions to practise on which day, and what may be expected then.
//!
//! Every practice takes the same time, and another practice of the same question never helps more than the one before. So taking
//! what helps most, one practice after the other, gives the best that can be had in the time.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::StudyFault;

/// Seconds that reading, answering and understanding one question takes. A convention, not a measurement.
pub const SECONDS_A_QUESTION: u32 = 45;
/// Minutes a day that somebody may set.
pub const MINUTES: std::ops::RangeInclusive<u32> = 5..=180;
/// The most practices of one question that are planned.
pub const PRACTICES: usize = 3;
/// The most days ahead that are planned.
pub const DAYS: u32 = 90;

/// Reads minutes a day.
///
/// # Errors
/// [`StudyFault::Minutes`] for anything but a whole number in [`MINUTES`].
pub fn minutes(text: &str) -> Result<u32, StudyFault> {
    let minutes = text.trim().parse().ok();
    minutes
        .filter(|minutes| MINUTES.contains(minutes))
        .ok_or(StudyFault::Minutes)
}

/// A question that may be practised.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// What the exam asks about, by its place in a list.
    pub area: usize,
    /// Points that questions like this one bring on a paper, divided among all of them.
    pub points: f64,
    /// How probably it is answered right on the day, after no practice, one, two and three.
    pub chances: [f64; PRACTICES + 1],
}

impl Item {
    /// What each practice adds to the points: never less than nothing, never more than the one before.
    fn gains(&self) -> [f64; PRACTICES] {
        let mut most = f64::INFINITY;
        std::array::from_fn(|place| {
            let gain = self.points * (self.chances[place + 1] - self.chances[place]);
            most = gain.clamp(0.0, most.max(0.0));
            most
        })
    }

    /// Points expected of it after so many practices.
    fn expected(&self, practices: usize) -> f64 {
        self.points * self.chances[0] + self.gains()[..practices].iter().sum::<f64>()
    }

    /// How probably it is answered right on the day after so many practices, as the plan reckons it.
    pub fn after(&self, practices: usize) -> f64 {
        match self.points > 0.0 {
            true => self.expected(practices) / self.points,
            false => self.chances[0],
        }
    }
}

/// What to practise on a day: area and number of questions, the most first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Day {
    pub areas: Vec<(usize, u32)>,
}

impl Day {
    pub fn questions(&self) -> u32 {
        self.areas.iter().map(|(_, count)| count).sum()
    }
}

/// What to practise until the exam.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// From today on.
    pub days: Vec<Day>,
    /// The items practised on the first day, each once, those that help most first.
    pub first: Vec<usize>,
    /// Practices of each item.
    pub practices: Vec<usize>,
    /// Points expected on the day without any practice, and by this plan.
    pub without: f64,
    pub with: f64,
}

/// A gain with the item it is of; the order of a heap needs more than a number with a fraction.
#[derive(PartialEq)]
struct Next {
    gain: f64,
    item: Reverse<usize>,
}

impl Eq for Next {}

impl PartialOrd for Next {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Next {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.gain.total_cmp(&other.gain).then(self.item.cmp(&other.item))
    }
}

/// Plans so many days of so many minutes.
pub fn plan(items: &[Item], days: u32, minutes: u32) -> Plan {
    let days = days.clamp(1, DAYS);
    let a_day = minutes * 60 / SECONDS_A_QUESTION;
    let gains: Vec<_> = items.iter().map(Item::gains).collect();
    let mut practices = vec![0; items.len()];
    let mut heap: BinaryHeap<Next> = (0..items.len())
        .map(|item| Next {
            gain: gains[item][0],
            item: Reverse(item),
        })
        .collect();
    // No question is practised more often than there are days.
    let most = PRACTICES.min(days as usize);
    let mut order = Vec::new();
    while order.len() < (a_day * days) as usize {
        let Some(Next { gain, item }) = heap.pop().filter(|next| next.gain > 0.0) else {
            break;
        };
        let Reverse(place) = item;
        order.push((practices[place], place));
        practices[place] += 1;
        if practices[place] < most {
            heap.push(Next {
                gain: gains[place][practices[place]].min(gain),
                item,
            });
        }
    }
    let (days, first) = spread(items, order, days, a_day);
    Plan {
        days,
        first,
        without: items.iter().map(|item| item.expected(0)).sum(),
        with: items
            .iter()
            .zip(&practices)
            .map(|(item, practices)| item.expected(*practices))
            .sum(),
        practices,
    }
}

/// First practices before second ones, as many on one day as on another; with the items of the first day. That day has first
/// practices only, for no item has more practices than there are days.
fn spread(items: &[Item], mut order: Vec<(usize, usize)>, days: u32, a_day: u32) -> (Vec<Day>, Vec<usize>) {
    order.sort_by_key(|(practice, _)| *practice);
    let (all, days) = (order.len(), days as usize);
    let mut plan = vec![Day::default(); days];
    for (number, day) in plan.iter_mut().enumerate() {
        let (from, to) = (all * number / days, all * (number + 1) / days);
        debug_assert!(to - from <= a_day as usize);
        for (_, item) in &order[from..to] {
            let area = items[*item].area;
            match day.areas.iter_mut().find(|(known, _)| *known == area) {
                Some((_, count)) => *count += 1,
                None => day.areas.push((area, 1)),
            }
        }
        day.areas.sort_by_key(|(area, count)| (Reverse(*count), *area));
    }
    let first = order[..all / days].iter().map(|(_, item)| *item).collect();
    (plan, first)
}

/// A part of the paper: how many questions, points of each, and how probably one of them is answered right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartChance {
    pub count: u32,
    pub points: f64,
    pub chance: f64,
}

/// What may be expected of a score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    pub expected: f64,
    /// Four scores in five lie between these.
    pub low: f64,
    pub high: f64,
    /// The chance to reach the pass mark, from 0.01 to 0.99: nobody knows more than that.
    pub pass: f64,
}

/// A tenth of a normal distribution lies beyond so many standard deviations on each side.
const TENTH: f64 = 1.281_55;
/// How far the estimates of what somebody knows may be off for all questions alike, as a share of the full points: where all of them
/// have been answered in study, and where none has. Conventions, chosen wide.
const OFF_KNOWN: f64 = 0.05;
const OFF_UNKNOWN: f64 = 0.15;

/// Foretells a score. `seen`: the share, from 0 to 1, of the points whose questions the person has answered in study.
pub fn forecast(parts: &[PartChance], pass_mark: f64, seen: f64) -> Forecast {
    let full: f64 = parts.iter().map(|part| f64::from(part.count) * part.points).sum();
    let expected: f64 = parts
        .iter()
        .map(|part| f64::from(part.count) * part.points * part.chance)
        .sum();
    let luck: f64 = parts
        .iter()
        .map(|part| f64::from(part.count) * part.points.powi(2) * part.chance * (1.0 - part.chance))
        .sum();
    let seen = seen.clamp(0.0, 1.0);
    let off = full * (OFF_KNOWN * seen + OFF_UNKNOWN * (1.0 - seen));
    let spread = (luck + off * off).sqrt();
    let pass = match spread > 0.0 {
        true => normal((expected - pass_mark) / spread),
        false => f64::from(u8::from(expected >= pass_mark)),
    };
    Forecast {
        expected,
        low: (expected - TENTH * spread).max(0.0),
        high: (expected + TENTH * spread).min(full),
        pass: pass.clamp(0.01, 0.99),
    }
}

/// The share of a normal distribution below `x`, to seven places (Abramowitz and Stegun 26.2.17).
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x.abs());
    let row = [
        1.330_274_429,
        -1.821_255_978,
        1.781_477_937,
        -0.356_563_782,
        0.319_381_530,
    ];
    let tail = row.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    let density = (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let above = density * tail;
    if x >= 0.0 { 1.0 - above } else { above }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(area: usize, points: f64, chances: [f64; PRACTICES + 1]) -> Item {
        Item { area, points, chances }
    }

    #[test]
    fn the_most_helpful_comes_first_and_later_practices_follow_the_first_ones() {
        let items = [
            item(0, 1.0, [0.5, 0.6, 0.65, 0.66]),
            item(1, 2.0, [0.5, 0.8, 0.9, 0.9]),
            item(2, 0.0, [0.1, 0.9, 0.9, 0.9]),
        ];
        // Five minutes are six questions, more than there is any use for: five practices bring something.
        let whole = plan(&items, 2, 5);
        assert_eq!(whole.practices, [2, 2, 0], "two days allow two practices");
        assert_eq!(whole.days[0].areas, [(0, 1), (1, 1)]);
        assert_eq!(whole.days[1].areas, [(0, 1), (1, 1)]);
        assert_eq!(whole.first, [1, 0], "the more helpful one before the other");
        assert!(
            (whole.without - 1.5).abs() < 1e-9 && (whole.with - 2.45).abs() < 1e-9,
            "{whole:?}"
        );
        let one = plan(&items, 1, 5);
        assert_eq!((one.practices, one.first), (vec![1, 1, 0], vec![1, 0]));
        // Three practices on five days: nothing is left for today.
        let few = plan(&items[..1], 5, 5);
        assert_eq!((few.practices, few.first), (vec![3], vec![]));
    }

    #[test]
    fn a_practice_that_is_said_to_harm_or_to_help_more_than_the_first_is_not_believed() {
        let odd = item(0, 1.0, [0.5, 0.6, 0.9, 0.2]);
        let gains = odd.gains();
        assert!((gains[0] - 0.1).abs() < 1e-9 && (gains[1] - 0.1).abs() < 1e-9);
        assert_eq!(gains[2], 0.0);
    }

    #[test]
    fn a_forecast_says_how_unsure_it_is() {
        let part = |chance| PartChance {
            count: 100,
            points: 1.0,
            chance,
        };
        let (known, guess) = (forecast(&[part(0.8)], 80.0, 1.0), forecast(&[part(0.8)], 80.0, 0.0));
        assert!((known.expected - 80.0).abs() < 1e-9 && (known.pass - 0.5).abs() < 1e-6);
        assert!(known.high - known.low < guess.high - guess.low);
        // sqrt(16 + 25): luck of four points, five points off.
        assert!((known.high - 80.0 - TENTH * 41f64.sqrt()).abs() < 1e-9);
        assert_eq!(forecast(&[part(1.0)], 10.0, 1.0).pass, 0.99);
        assert_eq!(forecast(&[], 10.0, 1.0).pass, 0.01);
        assert!((normal(1.96) - 0.975_002_1).abs() < 1e-6 && (normal(-1.0) - 0.158_655_3).abs() < 1e-6);
    }

    #[test]
    fn minutes_are_a_whole_number_within_reason() {
        assert_eq!(minutes(" 20 "), Ok(20));
        for wrong in ["", "4", "181", "-5", "20.5", "二十", "99999999999"] {
            assert_eq!(minutes(wrong), Err(StudyFault::Minutes), "{wrong}");
        }
    }
}
