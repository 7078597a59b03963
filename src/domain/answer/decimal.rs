use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// An exact decimal number with fifteen decimals: money, terms, percentages, and π as far as anybody asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Decimal(i128);

/// Decimals that are kept.
const PLACES: usize = 15;
const ONE: i128 = 1_000_000_000_000_000;
/// No number is larger: a hundred trillion (百万亿), with room to multiply by 亿.
const LARGEST: i128 = 100_000_000_000_000 * ONE;

/// What is not a number that can be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 15 decimals")]
pub struct BadDecimal;

impl Decimal {
    pub fn whole(number: i64) -> Self {
        Self((i128::from(number) * ONE).clamp(-LARGEST, LARGEST))
    }

    pub fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    fn bounded(value: i128) -> Option<Self> {
        (value.abs() <= LARGEST).then_some(Self(value))
    }

    pub fn plus(self, other: Self) -> Self {
        Self((self.0 + other.0).clamp(-LARGEST, LARGEST))
    }

    pub fn minus(self, other: Self) -> Self {
        self.plus(Self(-other.0))
    }

    /// `None` when it becomes too large.
    pub fn times(self, factor: u32) -> Option<Self> {
        Self::bounded(self.0.checked_mul(i128::from(factor))?)
    }

    /// `None` when decimals would be lost.
    pub fn divided(self, divisor: u32) -> Option<Self> {
        let divisor = i128::from(divisor);
        (divisor != 0 && self.0 % divisor == 0).then(|| Self(self.0 / divisor))
    }

    /// What it comes to in units of another one, in ten-millionths, rounded down.
    pub(super) fn per(self, whole: Self) -> Option<i128> {
        self.0.checked_mul(10_000_000)?.checked_div(whole.0)
    }

    /// So many percent of it; always positive.
    pub fn share(self, percent: Self) -> Self {
        // Halves of the digits, so that the product fits.
        let (high, low) = (self.0.abs() / 1_000_000_000, self.0.abs() % 1_000_000_000);
        let rate = percent.0.abs() / 1_000_000;
        let share = high.saturating_mul(rate) / 100 + low * rate / 100 / 1_000_000_000;
        Self(share.clamp(0, LARGEST))
    }
}

impl FromStr for Decimal {
    type Err = BadDecimal;

    /// Reads `-3.142`, `.5`, `1822`, `+5`, `1e3`, `2.5E-2`.
    fn from_str(text: &str) -> Result<Self, BadDecimal> {
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| BadDecimal)?),
            None => (text, 0),
        };
        let (negative, digits) = match mantissa.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, mantissa.strip_prefix('+').unwrap_or(mantissa)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let all: String = [whole, part].concat();
        if all.is_empty() || all.len() > 40 || !all.bytes().all(|byte| byte.is_ascii_digit()) || exponent.abs() > 40 {
            return Err(BadDecimal);
        }
        let value: i128 = match all.trim_start_matches('0') {
            "" => 0,
            digits => digits.parse().map_err(|_| BadDecimal)?,
        };
        let shift = i32::try_from(PLACES).unwrap_or(0) + exponent - i32::try_from(part.len()).unwrap_or(0);
        let power = 10i128.checked_pow(shift.unsigned_abs());
        let value = match (shift >= 0, power) {
            _ if value == 0 => 0,
            (true, Some(power)) => value.checked_mul(power).ok_or(BadDecimal)?,
            (false, Some(power)) if value % power == 0 => value / power,
            _ => return Err(BadDecimal),
        };
        Self::bounded(if negative { -value } else { value }).ok_or(BadDecimal)
    }
}

impl fmt::Display for Decimal {
    /// `-3.142`, without zeros that mean nothing.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.0.abs() / ONE, self.0.abs() % ONE);
        let sign = if self.0 < 0 { "-" } else { "" };
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let part = format!("{part:015}");
        write!(f, "{sign}{whole}.{}", part.trim_end_matches('0'))
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    #[test]
    fn numbers_are_read_exactly_and_written_shortly() {
        for (text, written) in [
            ("1822", "1822"),
            ("-3.142", "-3.142"),
            ("4.0", "4"),
            (".5", "0.5"),
            ("-0", "0"),
            ("+5", "5"),
            ("1e3", "1000"),
            ("2.50E-2", "0.025"),
            ("3.14159265358979", "3.14159265358979"),
        ] {
            assert_eq!(number(text).to_string(), written);
        }
        for text in [
            "",
            "-",
            ".",
            "1..2",
            "zero",
            "1e",
            "0.0000000000000001",
            "1e30",
            "--1",
            "1,000",
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(BadDecimal), "{text}");
        }
    }

    #[test]
    fn a_share_of_a_large_and_of_a_small_number_is_exact_enough() {
        assert_eq!(number("4.136").share(number("5")), number("0.2068"));
        assert_eq!(number("-200000000").share(number("2.5")), number("5000000"));
        assert_eq!(number("12").divided(10_000), Some(number("0.0012")));
    }
}
