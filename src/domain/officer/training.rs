//! Hours of training (学时) of a year: typed with their document, and what the platform measured where a document demands that.

use std::{fmt, iter::Sum, str::FromStr};

use serde::{Deserialize, Serialize};

use super::OfficerFault;
use crate::domain::{
    id::{PersonId, TrainingId},
    time::Timestamp,
};

/// Minutes of measured study that make a class hour.
pub const MEASURED_MINUTES: i64 = 45;

/// Tenths of a class hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Hours(pub i64);

impl Hours {
    /// Whole tenths of what the platform measured, in milliseconds.
    pub fn measured(ms: i64) -> Self {
        Self(ms.max(0) * 10 / (MEASURED_MINUTES * 60_000))
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0 / 10, self.0 % 10) {
            (whole, 0) => write!(f, "{whole}"),
            (whole, tenth) => write!(f, "{whole}.{tenth}"),
        }
    }
}

impl FromStr for Hours {
    type Err = OfficerFault;

    /// `12` or `12.5`; at most 2000.
    fn from_str(text: &str) -> Result<Self, OfficerFault> {
        let (whole, tenth) = text.trim().split_once('.').unwrap_or((text.trim(), "0"));
        let digits = |text: &str, most: usize| {
            (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !digits(whole, 4) || !digits(tenth, 1) {
            return Err(OfficerFault::Hours);
        }
        let parse = |text: &str| text.parse::<i64>().map_err(|_| OfficerFault::Hours);
        let hours = parse(whole)? * 10 + parse(tenth)?;
        (hours <= 20_000).then_some(Self(hours)).ok_or(OfficerFault::Hours)
    }
}

impl Sum for Hours {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        Self(all.map(|hours| hours.0).sum())
    }
}

/// Training that a person has had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Training {
    pub id: TrainingId,
    pub person: PersonId,
    pub year: u16,
    pub day: Timestamp,
    pub hours: Hours,
    pub title: String,
    /// What proves it.
    pub document: String,
}

impl Training {
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, today: Timestamp) -> Result<(), OfficerFault> {
        super::checked(&self.title, OfficerFault::Text)?;
        super::checked(&self.document, OfficerFault::Document)?;
        if !(1..=5_000).contains(&self.hours.0) {
            return Err(OfficerFault::Hours);
        }
        if self.day.civil().year != i64::from(self.year) {
            return Err(OfficerFault::OutsideYear(self.year));
        }
        if self.day.day() > today.day() {
            return Err(OfficerFault::Future);
        }
        Ok(())
    }
}
