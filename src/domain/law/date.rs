//! Days that a law names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{number::numeral, text::is_invisible};
use crate::domain::time::{Civil, Timestamp};

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `None` for a day that does not exist, and outside the years 1000 to 9999.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let date = Self { year, month, day };
        let exists = (1000..=9999).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        (exists && Self::of(date.begins()) == date).then_some(date)
    }

    pub fn year(self) -> u16 {
        self.year
    }

    /// The day in China of a moment between the years 0 and 65535.
    pub fn of(moment: Timestamp) -> Self {
        let civil = moment.civil();
        Self {
            year: u16::try_from(civil.year).unwrap_or_default(),
            month: civil.month,
            day: civil.day,
        }
    }

    /// The first moment of the day in China.
    pub fn begins(self) -> Timestamp {
        Timestamp::from_civil(Civil {
            year: self.year.into(),
            month: self.month,
            day: self.day,
            hour: 0,
            minute: 0,
            second: 0,
        })
    }

    /// `2024年6月28日`.
    pub fn chinese(self) -> String {
        format!("{}年{}月{}日", self.year, self.month, self.day)
    }

    /// Reads a day from the beginning of a text, `2024年6月28日` or 二〇二四年六月二十八日, and gives what stands behind it.
    pub fn lead(text: &str) -> Option<(Self, &str)> {
        let (year, rest) = part(text, '年')?;
        let (month, rest) = part(rest, '月')?;
        let (day, rest) = part(rest, '日')?;
        let date = Self::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?)?;
        Some((date, rest))
    }
}

/// A numeral and the unit behind it.
fn part(text: &str, unit: char) -> Option<(u32, &str)> {
    /// Enough for 二〇二四年 with a blank behind each character.
    const LONGEST: usize = 9;
    let (end, _) = text.char_indices().take(LONGEST).find(|(_, c)| *c == unit)?;
    let written: String = text[..end].chars().filter(|c| !is_invisible(*c)).collect();
    Some((numeral(&written)?, &text[end + unit.len_utf8()..]))
}

impl fmt::Display for Date {
    /// `2024-06-28`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// What is no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a day; write 2024-06-28")]
pub struct BadDate;

impl FromStr for Date {
    type Err = BadDate;

    fn from_str(text: &str) -> Result<Self, BadDate> {
        let parts: Option<Vec<u16>> = text.split('-').map(|part| part.parse().ok()).collect();
        match parts.as_deref() {
            Some([year, month, day]) => {
                let (month, day) = (u8::try_from(*month), u8::try_from(*day));
                month
                    .ok()
                    .zip(day.ok())
                    .and_then(|(month, day)| Self::new(*year, month, day))
                    .ok_or(BadDate)
            }
            _ => Err(BadDate),
        }
    }
}

impl TryFrom<String> for Date {
    type Error = BadDate;

    fn try_from(text: String) -> Result<Self, BadDate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_laws_write_them() {
        for text in [
            "2024年6月28日通过",
            "二〇二四年六月二十八日通过",
            "2024 年 06 月 28 日通过",
            "２０２４年６月２８日通过",
        ] {
            let (date, rest) = Date::lead(text).expect("a day");
            assert_eq!((date.to_string().as_str(), rest), ("2024-06-28", "通过"), "{text}");
        }
        for text in [
            "2023年2月29日",
            "2024年13月1日",
            "2024年6月",
            "年月日",
            "第6年1月1日",
            "0年1月1日",
            "99999年1月1日",
        ] {
            assert_eq!(Date::lead(text), None, "{text}");
        }
    }

    #[test]
    fn days_go_out_and_come_back() {
        let date = Date::new(1954, 9, 20).expect("a day");
        assert_eq!(date.to_string().parse(), Ok(date));
        assert_eq!(serde_json::from_str::<Date>("\"1954-09-20\"").expect("json"), date);
        assert_eq!(Date::of(date.begins()), date);
        for text in ["", "2024-06", "2024-06-31", "2024-6-1-1", "x-1-1", "2024-300-1"] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
