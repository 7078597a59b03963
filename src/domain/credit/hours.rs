//! Study time where a document demands it: measured by the server's clock from signs of life, never told by the browser.

/// The most that one sign of life adds; the page sends one every 30 seconds.
const MOST_MS: i64 = 45_000;
/// Later than this the page was away, and a new stretch begins.
const AWAY_MS: i64 = 90_000;
/// The most minutes a day that a rule may count.
pub const MOST_MINUTES: u32 = 12 * 60;

/// The study time of one person on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Study {
    /// Milliseconds counted.
    pub ms: i64,
    /// When the last sign of life came, on whichever page; 0: none yet.
    pub last_ms: i64,
}

/// What a sign of life at `now` (milliseconds, the server's) makes of it. There is one stream for a person: a second page only
/// moves the last sign, so it adds nothing.
pub fn beat(study: Study, now: i64, minutes_a_day: u32) -> Study {
    let gap = now - study.last_ms;
    let counted = match gap {
        1..=AWAY_MS if study.last_ms > 0 => gap.min(MOST_MS),
        _ => 0,
    };
    let most = i64::from(minutes_a_day) * 60_000;
    Study {
        ms: (study.ms + counted).min(most.max(study.ms)),
        last_ms: now.max(study.last_ms),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(beats: impl IntoIterator<Item = i64>) -> i64 {
        let fold = |study, second: i64| beat(study, second * 1000, 60);
        beats.into_iter().fold(Study::default(), fold).ms / 1000
    }

    #[test]
    fn a_page_that_lives_counts_and_two_do_not_count_double() {
        assert_eq!(after((1..=11).map(|n| n * 30)), 300);
        assert_eq!(after((2..=22).map(|n| n * 15)), 300);
    }

    #[test]
    fn a_gap_is_not_study_and_a_late_sign_counts_little() {
        assert_eq!(after([30, 36_030]), 0);
        assert_eq!(after([30, 110]), 45);
        assert_eq!(after([30, 60, 3600, 3630]), 60);
        assert_eq!(after([30]), 0);
        assert_eq!(after([60, 30, 60]), 0, "a clock that goes back adds nothing");
    }

    #[test]
    fn a_day_has_its_ceiling() {
        assert_eq!(after((1..=500).map(|n| n * 30)), 3600);
    }
}
