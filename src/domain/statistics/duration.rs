//! How long an item takes.

use serde::{Deserialize, Serialize};

use super::number::quantile;

/// With fewer times nothing is said of an item.
pub const LEAST_TIMED: usize = 30;

/// Quantiles of the times of those of whom it is known how long they took, in milliseconds. Times are skewed and have wild tails
/// (somebody leaves the room), so that there is no mean here.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Times {
    pub timed: u64,
    pub tenth_ms: f64,
    pub quarter_ms: f64,
    pub median_ms: f64,
    pub three_quarters_ms: f64,
    pub nine_tenths_ms: f64,
}

impl Times {
    /// `None` where no time is known.
    pub fn of(times: impl IntoIterator<Item = u32>) -> Option<Self> {
        let mut times: Vec<f64> = times.into_iter().map(f64::from).collect();
        times.sort_by(f64::total_cmp);
        Some(Self {
            timed: times.len() as u64,
            tenth_ms: quantile(&times, 0.1)?,
            quarter_ms: quantile(&times, 0.25)?,
            median_ms: quantile(&times, 0.5)?,
            three_quarters_ms: quantile(&times, 0.75)?,
            nine_tenths_ms: quantile(&times, 0.9)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_of_all_took_no_longer_than_the_median() {
        let times = Times::of([9_000, 1_000, 4_000, 2_000, 900_000]).expect("five times");
        assert_eq!((times.timed, times.median_ms, times.quarter_ms), (5, 4_000.0, 2_000.0));
        assert_eq!(Times::of([]), None);
    }
}
