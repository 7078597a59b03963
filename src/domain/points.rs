//! Points (分) in hundredths, so that half points stay exact.

use std::{fmt, iter::Sum, ops::Add};

use serde::{Deserialize, Serialize};

/// Hundredths of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize)]
pub struct Points(pub i64);

impl Points {
    pub const ZERO: Self = Self(0);

    pub fn whole(points: i64) -> Self {
        Self(points * 100)
    }

    pub fn times(self, count: u32) -> Self {
        Self(self.0 * i64::from(count))
    }

    /// Reads `80`, `0.5`, `1.25`; `None` for anything else, negative, or above a million.
    pub fn parse(text: &str) -> Option<Self> {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        if whole.is_empty() || part.len() > 2 || !whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit()) {
            return None;
        }
        let hundredths = format!("{part:0<2}").parse::<i64>().ok()?;
        let whole = whole.parse::<i64>().ok().filter(|whole| *whole <= 1_000_000)?;
        Some(Self(whole * 100 + hundredths))
    }
}

impl fmt::Display for Points {
    /// As people write it: `92`, `92.5`, `0.25`, `-0.5`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 0 {
            f.write_str("-")?;
        }
        let (whole, part) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        match part {
            0 => write!(f, "{whole}"),
            part if part % 10 == 0 => write!(f, "{whole}.{}", part / 10),
            part => write!(f, "{whole}.{part:02}"),
        }
    }
}

impl Add for Points {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sum for Points {
    fn sum<I: Iterator<Item = Self>>(points: I) -> Self {
        points.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_written_as_people_write_them() {
        for text in ["92", "92.5", "0.25", "0"] {
            assert_eq!(
                Points::parse(text).map(|points| points.to_string()).as_deref(),
                Some(text)
            );
        }
        assert_eq!(
            [Points(-50), Points(-1234)].map(|points| points.to_string()),
            ["-0.5", "-12.34"]
        );
        for text in ["", "-1", "1.234", "1,5", "９", ".5"] {
            assert_eq!(Points::parse(text), None, "{text}");
        }
    }
}
