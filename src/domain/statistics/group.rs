//! The upper, middle and lower group by the score of the whole paper.

use serde::{Deserialize, Serialize};

use super::number::ratio;

/// The share of all papers in the upper and in the lower group: the one at which the difference between them says most (Kelley 1939).
pub const SHARE: f64 = 0.27;

/// A figure in the three groups.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    pub upper: f64,
    pub middle: f64,
    pub lower: f64,
}

impl Groups {
    pub fn difference(self) -> f64 {
        self.upper - self.lower
    }
}

/// How far each paper belongs to the lower and to the upper group. Both are exactly [`SHARE`] of all papers: those with equal scores
/// at an edge belong to the group in equal parts, so that the order in which papers come decides nothing.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights(Vec<(f64, f64)>);

impl Weights {
    /// `totals` in ascending order.
    pub fn of(totals: &[f64]) -> Self {
        let mut weights = vec![(0.0, 0.0); totals.len()];
        let runs: Vec<usize> = totals.chunk_by(|a, b| alike(*a, *b)).map(<[f64]>::len).collect();
        let edge = SHARE * totals.len() as f64;
        let (mut from, mut left) = (0, edge);
        for run in &runs {
            let taken = left.min(*run as f64);
            left -= taken;
            for weight in &mut weights[from..from + run] {
                weight.0 = taken / *run as f64;
            }
            from += run;
        }
        left = edge;
        for run in runs.iter().rev() {
            let taken = left.min(*run as f64);
            left -= taken;
            for weight in &mut weights[from - run..from] {
                weight.1 = taken / *run as f64;
            }
            from -= run;
        }
        Self(weights)
    }

    /// The share that `part` is of `whole` in each group; both in the order of the totals.
    pub fn shares(&self, part: impl Iterator<Item = f64>, whole: impl Iterator<Item = f64>) -> Option<Groups> {
        let (mut of, mut all) = ([0.0; 3], [0.0; 3]);
        for ((lower, upper), (part, whole)) in self.0.iter().zip(part.zip(whole)) {
            for (place, weight) in [*upper, 1.0 - lower - upper, *lower].into_iter().enumerate() {
                of[place] += weight * part;
                all[place] += weight * whole;
            }
        }
        Some(Groups {
            upper: ratio(of[0], all[0])?,
            middle: ratio(of[1], all[1])?,
            lower: ratio(of[2], all[2])?,
        })
    }
}

/// How many groups of equally many papers the curve of an option goes over.
pub const FIFTHS: usize = 5;

/// How far each paper belongs to each fifth of all papers, from the lowest scores up. Those with equal scores at an edge belong to
/// both sides in equal parts, as in [`Weights`].
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fifths(Vec<[f64; FIFTHS]>);

impl Fifths {
    /// `totals` in ascending order.
    pub fn of(totals: &[f64]) -> Self {
        let size = totals.len() as f64 / FIFTHS as f64;
        let mut weights = Vec::with_capacity(totals.len());
        for run in totals.chunk_by(|a, b| alike(*a, *b)) {
            let (from, many) = (weights.len() as f64, run.len() as f64);
            let weight = std::array::from_fn(|fifth| {
                let (low, high) = (fifth as f64 * size, (fifth + 1) as f64 * size);
                (high.min(from + many) - low.max(from)).max(0.0) / many
            });
            weights.extend(std::iter::repeat_n(weight, run.len()));
        }
        Self(weights)
    }

    /// The mean of `part` in each fifth, in the order of the totals; `None` without papers.
    pub fn means(&self, part: &[f64]) -> Option<[f64; FIFTHS]> {
        let (mut of, mut all) = ([0.0; FIFTHS], [0.0; FIFTHS]);
        for (weight, part) in self.0.iter().zip(part) {
            for fifth in 0..FIFTHS {
                of[fifth] += weight[fifth] * part;
                all[fifth] += weight[fifth];
            }
        }
        (!self.0.is_empty()).then(|| std::array::from_fn(|fifth| ratio(of[fifth], all[fifth]).unwrap_or(0.0)))
    }
}

/// The same score but for what rounding does to a sum of marks.
fn alike(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * (1.0 + a.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_have_their_share_of_all_and_equal_scores_the_same_part() {
        let totals = [1.0, 2.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0];
        let Weights(weights) = Weights::of(&totals);
        let lower: f64 = weights.iter().map(|weight| weight.0).sum();
        let upper: f64 = weights.iter().map(|weight| weight.1).sum();
        assert!((lower - 2.7).abs() < 1e-12 && (upper - 2.7).abs() < 1e-12);
        assert_eq!(weights[1], weights[3]);
        assert!((weights[1].0 - 1.7 / 3.0).abs() < 1e-12);
        assert!((weights[7].1 - 0.7).abs() < 1e-12);
    }

    #[test]
    fn fifths_are_equally_large_and_equal_scores_are_spread_over_them() {
        let fifths = Fifths::of(&[1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        for fifth in 0..FIFTHS {
            let size: f64 = fifths.0.iter().map(|weight| weight[fifth]).sum();
            assert!((size - 1.4).abs() < 1e-12, "{fifth}: {size}");
        }
        assert_eq!(fifths.0[1], fifths.0[2]);
        let means = fifths
            .means(&[0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0])
            .expect("seven papers");
        assert!(means[0] == 0.0 && (means[4] - 1.0).abs() < 1e-12 && (means[3] - 0.6 / 1.4).abs() < 1e-12);
        assert_eq!(Fifths::of(&[]).means(&[]), None);
    }

    #[test]
    fn where_all_are_equal_the_groups_are_alike() {
        let weights = Weights::of(&[5.0; 4]);
        let groups = weights
            .shares([1.0, 0.0, 1.0, 0.0].into_iter(), [1.0; 4].into_iter())
            .expect("four papers");
        assert!((groups.upper - 0.5).abs() < 1e-12 && groups.difference().abs() < 1e-12);
        let nobody = Weights::of(&[]);
        assert_eq!(nobody.shares([].into_iter(), [].into_iter()), None);
    }
}
