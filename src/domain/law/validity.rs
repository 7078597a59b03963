//! Whether a version of a law is in force.

use serde::{Deserialize, Serialize};

use super::Date;
use crate::domain::lang::Lang;

/// From when to when a version is in force, as far as is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validity {
    /// Unknown for a version that does not state it; it is then taken to be in force already.
    pub effective: Option<Date>,
    /// The day on which a later version takes effect.
    pub superseded: Option<Date>,
    pub repealed: Option<Date>,
}

/// 尚未生效, 有效, 已修改, 已废止.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    NotYetInForce,
    InForce,
    /// A later version is in force.
    Amended,
    Repealed,
}

impl Validity {
    pub fn status(&self, today: Date) -> Status {
        let reached = |date: Option<Date>| date.is_some_and(|date| date <= today);
        if reached(self.repealed) {
            Status::Repealed
        } else if reached(self.superseded) {
            Status::Amended
        } else if self.effective.is_some_and(|date| date > today) {
            Status::NotYetInForce
        } else {
            Status::InForce
        }
    }
}

impl Status {
    pub fn code(self) -> &'static str {
        match self {
            Self::NotYetInForce => "not_yet_in_force",
            Self::InForce => "in_force",
            Self::Amended => "amended",
            Self::Repealed => "repealed",
        }
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::NotYetInForce => lang.pick("尚未生效", "not yet in force"),
            Self::InForce => lang.pick("有效", "in force"),
            Self::Amended => lang.pick("已修改", "amended"),
            Self::Repealed => lang.pick("已废止", "repealed"),
        }
    }
}
