//! The year (年度): a calendar year of China that owns its plan, its ledger and its figures, until it is closed.

use serde::{Deserialize, Serialize};

use super::{activity::ActivityFault, id::AccountId, person::codes, time::Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    /// Nothing of it changes any more.
    Closed,
}

codes!(State {
    Open => "open", "进行中", "Open";
    Closed => "closed", "已封账", "Closed";
});

/// A year that was begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Year {
    pub year: u16,
    pub state: State,
    /// Whether entries of the ledger need the approval of the level above.
    pub approval: bool,
    pub begun_by: AccountId,
    pub begun_at: Timestamp,
    /// `None`: not closed.
    pub closed: Option<(AccountId, Timestamp)>,
}

impl Year {
    /// # Errors
    /// [`ActivityFault::Closed`].
    pub fn must_be_open(&self) -> Result<(), ActivityFault> {
        match self.state {
            State::Open => Ok(()),
            State::Closed => Err(ActivityFault::Closed(self.year)),
        }
    }
}

/// Whether a year can be begun: from the founding of the republic to the next one.
pub fn can_begin(year: u16, today: Timestamp) -> bool {
    (1949..=today.civil().year + 1).contains(&i64::from(year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_year_can_be_planned_and_no_later_one() {
        let today = Timestamp::parse_day("2026-12-31").expect("a day");
        assert!(can_begin(2027, today) && can_begin(2023, today));
        assert!(!can_begin(2028, today) && !can_begin(1948, today));
    }
}
