use serde::{Deserialize, Serialize};

use super::{Fault, Share, normal};

/// One accepted answer of a blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    pub text: String,
    pub share: Share,
    pub feedback: String,
}

impl Accepted {
    /// An answer that counts fully.
    pub fn fully(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            share: Share::FULL,
            feedback: String::new(),
        }
    }
}

/// One blank (空) with the answers it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blank {
    /// How much it counts among the blanks of its question.
    pub weight: u32,
    pub accepted: Vec<Accepted>,
}

impl Blank {
    /// A blank that takes these answers, each fully.
    pub fn taking<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self {
            weight: 1,
            accepted: texts.into_iter().map(Accepted::fully).collect(),
        }
    }

    /// The share that an answer earns: that of the best accepted answer that is the same once both are [`normal`].
    pub fn mark(&self, given: &str) -> Share {
        let given = normal(given);
        if given.is_empty() {
            return Share::NONE;
        }
        let same = self.accepted.iter().filter(|accepted| normal(&accepted.text) == given);
        same.map(|accepted| accepted.share).max().unwrap_or_default()
    }

    /// # Errors
    /// When no answer could earn all its points.
    pub fn fit(&self) -> Result<(), Fault> {
        let full = self.accepted.iter().any(|accepted| accepted.share == Share::FULL);
        let written = self.accepted.iter().all(|accepted| !normal(&accepted.text).is_empty());
        match (self.accepted.is_empty(), full, written, self.weight) {
            (true, ..) => Err(Fault::NoKey),
            (_, false, ..) => Err(Fault::NoFullAnswer),
            (_, _, false, _) | (.., 0) => Err(Fault::EmptyOption),
            _ => Ok(()),
        }
    }
}

/// 填空: blanks in the order of the stem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillIn {
    pub blanks: Vec<Blank>,
    /// Whether the first answer belongs to the first blank; otherwise the order means nothing and each blank counts once.
    pub ordered: bool,
}

impl FillIn {
    /// The most blanks that are marked without order: every answer is tried in every blank.
    pub const BLANKS: usize = 50;

    /// The shares of the blanks by their weights. Without order the answers are given to the blanks in the way that
    /// earns most, each answer and each blank once. Answers beyond the number of blanks count nothing.
    pub fn mark(&self, given: &[String]) -> Share {
        let given = &given[..given.len().min(self.blanks.len())];
        let worth = |blank: &Blank, text: &str| u64::from(blank.weight) * u64::from(blank.mark(text).parts());
        let earned = if self.ordered {
            self.blanks
                .iter()
                .zip(given)
                .map(|(blank, text)| worth(blank, text))
                .sum()
        } else {
            let table: Vec<Vec<u64>> = self
                .blanks
                .iter()
                .map(|blank| {
                    let mut row: Vec<u64> = given.iter().map(|text| worth(blank, text)).collect();
                    row.resize(self.blanks.len(), 0);
                    row
                })
                .collect();
            best(&table)
        };
        let all: u64 = self.blanks.iter().map(|blank| u64::from(blank.weight)).sum();
        Share::of(earned, all * u64::from(Share::FULL.parts()))
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        if self.blanks.is_empty() {
            return Err(Fault::NoGap);
        }
        if self.blanks.len() > Self::BLANKS {
            return Err(Fault::TooLarge);
        }
        self.blanks.iter().try_for_each(Blank::fit)
    }
}

/// The largest sum of one entry from each row, no two from the same column (the Hungarian method on a square table).
fn best(table: &[Vec<u64>]) -> u64 {
    let n = table.len();
    let cost = |row: usize, column: usize| -i64::try_from(table[row - 1][column - 1]).unwrap_or(i64::MAX / 4);
    let (mut rows, mut columns) = (vec![0i64; n + 1], vec![0i64; n + 1]);
    let mut taken = vec![0usize; n + 1];
    for row in 1..=n {
        let mut least = vec![i64::MAX; n + 1];
        let mut from = vec![0usize; n + 1];
        let mut done = vec![false; n + 1];
        let mut column = 0;
        taken[0] = row;
        loop {
            done[column] = true;
            let current = taken[column];
            let (mut step, mut next) = (i64::MAX, 0);
            for other in (1..=n).filter(|other| !done[*other]) {
                let reduced = cost(current, other) - rows[current] - columns[other];
                if reduced < least[other] {
                    (least[other], from[other]) = (reduced, column);
                }
                if least[other] < step {
                    (step, next) = (least[other], other);
                }
            }
            for other in 0..=n {
                if done[other] {
                    rows[taken[other]] += step;
                    columns[other] -= step;
                } else {
                    least[other] = least[other].saturating_sub(step);
                }
            }
            column = next;
            if taken[column] == 0 {
                break;
            }
        }
        while column != 0 {
            taken[column] = taken[from[column]];
            column = from[column];
        }
    }
    (1..=n).map(|column| table[taken[column] - 1][column - 1]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn blanks_in_order_take_their_own_answers_only() {
        let question = FillIn {
            blanks: vec![Blank::taking(["三年", "三年以下"]), Blank::taking(["应当"])],
            ordered: true,
        };
        assert_eq!(question.mark(&given(&["3年", "应当"])), Share::FULL);
        assert_eq!(question.mark(&given(&["应当", "3年"])), Share::NONE);
        assert_eq!(question.mark(&given(&["3年", "不应当"])), Share::of(1, 2));
        assert_eq!(question.mark(&[]), Share::NONE);
    }

    #[test]
    fn without_order_every_blank_counts_once_and_the_best_way_is_taken() {
        let question = FillIn {
            blanks: vec![
                Blank::taking(["甲", "乙"]),
                Blank::taking(["甲"]),
                Blank::taking(["丙"]),
            ],
            ordered: false,
        };
        assert_eq!(question.mark(&given(&["丙", "甲", "乙"])), Share::FULL);
        assert_eq!(question.mark(&given(&["甲", "甲", "甲"])), Share::of(2, 3));
        assert_eq!(question.mark(&given(&["", "乙"])), Share::of(1, 3));
        assert_eq!(question.mark(&given(&["丁", "丁", "丁", "丙"])), Share::NONE);
    }

    #[test]
    fn alternatives_earn_their_share_and_weights_count() {
        let half = Accepted {
            share: Share::of(1, 2),
            ..Accepted::fully("行政拘留")
        };
        let blank = Blank {
            weight: 3,
            accepted: vec![Accepted::fully("拘留"), half],
        };
        let question = FillIn {
            blanks: vec![blank, Blank::taking(["罚款"])],
            ordered: true,
        };
        assert_eq!(question.mark(&given(&["行政拘留", ""])), Share::of(3, 8));
        assert_eq!(question.mark(&given(&["", "罚款"])), Share::of(1, 4));
        assert_eq!(Blank::taking(["。"]).fit(), Ok(()));
        assert_eq!(Blank::taking([""; 0]).fit(), Err(Fault::NoKey));
    }
}
