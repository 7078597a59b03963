//! Handing in figures to the level above (上报): what a unit states for a year, with a receipt, until the level above accepts it or
//! sends it back.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    annual::{AnnualId, Base},
    figure::Rate,
    id::{AccountId, FilingId, UnitId},
    lang::Lang,
    person::codes,
    time::Timestamp,
};

/// Characters of a note or a comment.
pub const NOTE: usize = 500;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for the level above.
    Filed,
    /// Sent back with a comment; to be handed in again.
    Returned,
    Accepted,
}

codes!(State {
    Filed => "filed", "已上报", "Handed in";
    Returned => "returned", "已退回", "Sent back";
    Accepted => "accepted", "已接收", "Accepted";
});

/// Figures by their codes: numerator and, for rates, denominator.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Values(BTreeMap<String, (i64, Option<i64>)>);

impl From<&Base> for Values {
    fn from(base: &Base) -> Self {
        let value = |id: &AnnualId| (id.code().to_owned(), base.parts(*id));
        Self(AnnualId::ALL.iter().map(value).collect())
    }
}

impl Values {
    /// Numerator and, for rates, denominator; `None` for a figure that was not stated, because it is newer.
    pub fn parts(&self, id: AnnualId) -> Option<(i64, Option<i64>)> {
        self.0.get(id.code()).copied()
    }

    /// As people read it; `None` where there are no [`Values::parts`].
    pub fn shown(&self, id: AnnualId) -> Option<String> {
        self.parts(id).map(|parts| match parts {
            (count, None) => count.to_string(),
            (numerator, Some(denominator)) => Rate { numerator, denominator }.percent(),
        })
    }

    /// What several units state together: numerators and denominators are added, so that a rate stays a rate of persons. A
    /// figure that one of them does not state is left out, for its sum would be too small. One that [`repeats`] may be too large.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = all.into_iter();
        let mut sum = all.next().cloned().unwrap_or_default();
        for values in all {
            sum.0.retain(|code, _| values.0.contains_key(code));
            for (code, (numerator, denominator)) in &mut sum.0 {
                let (more, of) = values.0[code];
                *numerator += more;
                *denominator = denominator.zip(of).map(|(one, other)| one + other);
            }
        }
        sum
    }

    /// Figures that two statements have differently.
    pub fn differences(&self, other: &Self) -> Vec<AnnualId> {
        let differs = |id: &&AnnualId| self.0.get(id.code()) != other.0.get(id.code());
        AnnualId::ALL.iter().filter(differs).copied().collect()
    }
}

/// Whether the same person may be in a figure of two units at a time, so that their sum counts somebody twice: figures over lists and
/// certificates that each have a unit of their own. On rosters everybody stands in one unit.
pub fn repeats(id: AnnualId) -> bool {
    matches!(
        id,
        AnnualId::CourtObservers
            | AnnualId::OfficersDue
            | AnnualId::OfficersReviewed
            | AnnualId::OfficersRenewed
            | AnnualId::OfficersNew
            | AnnualId::GeneralPassed
            | AnnualId::TrainingReached
    )
}

/// What a unit handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filing {
    pub id: FilingId,
    pub year: u16,
    pub unit: UnitId,
    /// From 1.
    pub number: u32,
    pub state: State,
    pub values: Values,
    /// What the unit says to it.
    pub note: String,
    /// Account 0: the operator at the machine.
    pub filed_by: AccountId,
    pub filed_at: Timestamp,
    pub decided: Option<(AccountId, Timestamp)>,
    /// What the level above says to it.
    pub comment: String,
    /// SM3 of [`Filing::sealed`], in hexadecimal digits.
    pub digest: String,
}

impl Filing {
    /// The text that its digest is over: all that was handed in, and nothing that was decided later.
    pub fn sealed(&self, figures: &str) -> String {
        let note = self.note.replace('\n', " ");
        [
            format!("filing {} {} {}", self.year, self.unit, self.number),
            format!("filed {} {}", self.filed_by, self.filed_at.0),
            format!("note {note}"),
            format!("figures {figures}"),
        ]
        .join("\n")
    }

    /// The receipt as people read it out: the first sixteen digits, in fours.
    pub fn receipt(&self) -> String {
        let digits: Vec<char> = self.digest.chars().take(16).collect();
        let fours: Vec<String> = digits.chunks(4).map(|four| four.iter().collect()).collect();
        fours.join("-")
    }
}

/// Where a unit stands with its figures of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Missing,
    Filed,
    Returned,
    Accepted,
    /// Handed in or accepted, and its records have changed since.
    Changed,
}

impl Standing {
    /// By the last thing handed in and what the records say now.
    pub fn of(last: Option<&Filing>, now: &Values) -> Self {
        match last {
            None => Self::Missing,
            Some(filing) if filing.state == State::Returned => Self::Returned,
            Some(filing) if filing.values != *now => Self::Changed,
            Some(filing) if filing.state == State::Accepted => Self::Accepted,
            Some(_) => Self::Filed,
        }
    }

    /// Whether the unit is to hand in.
    pub fn owes(self) -> bool {
        matches!(self, Self::Missing | Self::Returned)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Missing => lang.pick("未上报", "Not handed in"),
            Self::Filed => State::Filed.name(lang),
            Self::Returned => State::Returned.name(lang),
            Self::Accepted => State::Accepted.name(lang),
            Self::Changed => lang.pick("上报后有变动", "Changed since"),
        }
    }
}

/// From when and until when a year's figures are handed in: departments report before the 1st of March (中共中央办公厅、国务院办公厅《法治政府建设与责任落实督察
/// 工作规定》).
pub fn due(year: u16) -> Option<(Timestamp, Timestamp)> {
    let day = |month| Timestamp::parse_day(&format!("{}-{month:02}-01", year + 1));
    Some((day(1)?, day(3)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::annual::Source;

    fn values(list: &[(&str, i64, Option<i64>)]) -> Values {
        let parts = list
            .iter()
            .map(|(code, numerator, denominator)| ((*code).to_owned(), (*numerator, *denominator)));
        Values(parts.collect())
    }

    fn filing(state: State, values: Values) -> Filing {
        Filing {
            id: FilingId(1),
            year: 2026,
            unit: UnitId(2),
            number: 1,
            state,
            values,
            note: "甲\n乙".into(),
            filed_by: AccountId(3),
            filed_at: Timestamp(4),
            decided: None,
            comment: String::new(),
            digest: "0123456789abcdef01".into(),
        }
    }

    #[test]
    fn rates_are_added_by_their_parts() {
        let one = values(&[("due", 10, None), ("pass_rate_of_due", 5, Some(10))]);
        let other = values(&[("due", 30, None), ("pass_rate_of_due", 30, Some(30))]);
        let sum = Values::sum([&one, &other]);
        assert_eq!(sum, values(&[("due", 40, None), ("pass_rate_of_due", 35, Some(40))]));
        assert_eq!(sum.shown(AnnualId::PassRateOfDue).as_deref(), Some("87.50%"));
        assert_eq!(sum.parts(AnnualId::PassRateOfDue), Some((35, Some(40))));
        assert_eq!(Values::sum([]), Values::default());
    }

    #[test]
    fn what_one_unit_does_not_state_has_no_sum() {
        let old = values(&[("due", 10, None)]);
        let new = values(&[("due", 1, None), ("works", 3, None)]);
        for pair in [[&old, &new], [&new, &old]] {
            let sum = Values::sum(pair);
            assert_eq!(sum, values(&[("due", 11, None)]));
            assert_eq!(sum.shown(AnnualId::Works), None);
        }
    }

    #[test]
    fn what_counts_persons_by_their_own_lists_is_known_to_repeat_them() {
        let repeating = AnnualId::ALL.iter().filter(|id| repeats(**id));
        // Every figure over persons is one of these or comes from a roster, where nobody stands twice, or says itself that it adds up.
        let over_persons = |id: &&AnnualId| id.unit(Lang::Zh) == "人" && id.source() != Source::Exam;
        let rest: Vec<_> = AnnualId::ALL
            .iter()
            .filter(over_persons)
            .filter(|id| !repeats(**id))
            .collect();
        assert_eq!(
            rest,
            [&AnnualId::Participants, &AnnualId::EnrolledStudy, &AnnualId::StudyDone]
        );
        assert_eq!(repeating.count(), 7);
    }

    #[test]
    fn a_unit_stands_where_its_last_filing_and_its_records_say() {
        let (then, now) = (values(&[("due", 1, None)]), values(&[("due", 2, None)]));
        let standing = |state, now| Standing::of(Some(&filing(state, then.clone())), now);
        assert_eq!(Standing::of(None, &now), Standing::Missing);
        assert_eq!(standing(State::Filed, &then), Standing::Filed);
        assert_eq!(standing(State::Accepted, &then), Standing::Accepted);
        assert_eq!(standing(State::Accepted, &now), Standing::Changed);
        assert_eq!(standing(State::Returned, &now), Standing::Returned);
        assert!(Standing::Returned.owes() && !Standing::Changed.owes());
        assert_eq!(then.differences(&now), [AnnualId::Due]);
    }

    #[test]
    fn the_seal_has_all_that_was_handed_in_and_the_receipt_is_read_out_in_fours() {
        let filed = filing(State::Filed, Values::default());
        let text = filed.sealed("{}");
        assert_eq!(text.lines().count(), 4, "{text}");
        assert_eq!(filed.receipt(), "0123-4567-89ab-cdef");
        let decided = Filing {
            state: State::Returned,
            comment: "再核".into(),
            ..filed.clone()
        };
        assert_eq!(decided.sealed("{}"), text);
    }
}
