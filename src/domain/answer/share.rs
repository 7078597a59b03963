use std::fmt;

use serde::{Deserialize, Serialize};

use super::Decimal;
use crate::domain::points::Points;

/// A share of the points of a question, in ten-millionths: fine enough for the 33.33333 % of foreign files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize)]
pub struct Share(u32);

impl Share {
    pub const NONE: Self = Self(0);
    pub const FULL: Self = Self(10_000_000);
    /// One percent.
    const PERCENT: u32 = 100_000;

    /// So many parts of so many, rounded down; more than all counts as all, nothing of nothing as nothing.
    pub fn of(part: u64, whole: u64) -> Self {
        if whole == 0 {
            return Self::NONE;
        }
        let full = u128::from(Self::FULL.0);
        let share = u128::from(part.min(whole)) * full / u128::from(whole);
        Self(u32::try_from(share).unwrap_or(Self::FULL.0))
    }

    /// Reads `50`, `33.33333`; `None` for what is not from 0 to 100. Digits behind the fifth decimal are dropped.
    pub fn percent(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.len() + part.len() == 0 || whole.len() > 3 || !digits(whole) || !digits(part) {
            return None;
        }
        let whole = format!("0{whole}").parse::<u32>().ok()?;
        let part = format!("{:0<5.5}", part).parse::<u32>().ok()?;
        let share = whole * Self::PERCENT + part;
        (share <= Self::FULL.0).then_some(Self(share))
    }

    /// One number of another; nothing for less than nothing or of nothing.
    pub fn ratio(part: Decimal, whole: Decimal) -> Self {
        let parts = part.per(whole).and_then(|parts| u32::try_from(parts).ok());
        Self(parts.unwrap_or_default().min(Self::FULL.0))
    }

    /// In ten-millionths.
    pub fn parts(self) -> u32 {
        self.0
    }

    /// The points it comes to, rounded down to hundredths.
    pub fn points(self, all: Points) -> Points {
        let points = i128::from(all.0) * i128::from(self.0) / i128::from(Self::FULL.0);
        Points(i64::try_from(points).unwrap_or(all.0))
    }
}

impl fmt::Display for Share {
    /// As a percentage: `100`, `50`, `33.33333`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0 / Self::PERCENT, self.0 % Self::PERCENT);
        if part == 0 {
            return write!(f, "{whole}");
        }
        let part = format!("{part:05}");
        write!(f, "{whole}.{}", part.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_are_read_and_written_alike() {
        for text in ["100", "50", "33.33333", "0.5", "0"] {
            assert_eq!(
                Share::percent(text).map(|share| share.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(Share::percent("83.3333333"), Share::percent("83.33333"));
        for text in ["", ".", "101", "-50", "5e1", "100.00001"] {
            assert_eq!(Share::percent(text), None, "{text}");
        }
    }

    #[test]
    fn all_parts_are_the_full_share_and_points_are_rounded_down() {
        assert_eq!(Share::of(3, 3), Share::FULL);
        assert_eq!(Share::of(0, 0), Share::NONE);
        assert_eq!(Share::of(2, 3).points(Points::whole(2)), Points(133));
        assert_eq!(Share::FULL.points(Points(250)), Points(250));
    }
}
