//! What the head of a bureau is shown of a year besides its figures.

use std::collections::BTreeMap;

use crate::domain::{figure::Counts, id::UnitId};

/// Units of one picture.
pub const ROWS: usize = 12;

/// How far the plan of a year has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Lines of the plan.
    pub planned: i64,
    /// Of these, the ones that are done.
    pub done: i64,
    /// Of these, the ones that are due and not done.
    pub late: i64,
}

/// Who has not passed, by unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing<K> {
    /// Units with those below them in which somebody is missing, most first.
    pub rows: Vec<(K, Counts)>,
    /// Units for which there is no room, and how many are missing in them.
    pub more: usize,
    pub more_missing: i64,
    pub total: Counts,
}

/// Those due who have not passed: absent, failed, or waiting to be marked.
pub fn not_passed(counts: &Counts) -> i64 {
    counts.due - counts.passed
}

/// Puts units together that belong to one row.
pub fn missing<K: Ord + Copy>(by_unit: &BTreeMap<UnitId, Counts>, row: impl Fn(UnitId) -> Option<K>) -> Missing<K> {
    let mut rows: BTreeMap<K, Counts> = BTreeMap::new();
    for (unit, counts) in by_unit {
        if let Some(key) = row(*unit) {
            let sum = rows.entry(key).or_default();
            *sum = *sum + *counts;
        }
    }
    let total = rows.values().copied().sum();
    let mut rows: Vec<(K, Counts)> = rows.into_iter().filter(|(_, counts)| not_passed(counts) > 0).collect();
    rows.sort_by_key(|(key, counts)| (std::cmp::Reverse(not_passed(counts)), *key));
    let rest = rows.split_off(rows.len().min(ROWS));
    Missing {
        more: rest.len(),
        more_missing: rest.iter().map(|(_, counts)| not_passed(counts)).sum(),
        rows,
        total,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(due: i64, passed: i64) -> Counts {
        Counts {
            registered: due,
            due,
            sat: due,
            passed,
            ..Counts::default()
        }
    }

    #[test]
    fn units_of_a_row_are_added_and_those_with_nobody_missing_left_out() {
        let by_unit = BTreeMap::from([
            (UnitId(1), counts(10, 9)),
            (UnitId(2), counts(5, 2)),
            (UnitId(3), counts(7, 7)),
            (UnitId(4), counts(100, 0)),
        ]);
        let missing = missing(&by_unit, |unit| (unit.0 < 4).then_some(unit.0 / 2));
        assert_eq!(missing.rows, [(1, counts(12, 9)), (0, counts(10, 9))]);
        assert_eq!(
            (missing.total, missing.more),
            (counts(22, 18), 0),
            "out of reach is not counted"
        );
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let by_unit = (1..=20).map(|unit| (UnitId(unit), counts(unit, 0))).collect();
        let missing = missing(&by_unit, Some);
        assert_eq!(missing.rows.len(), ROWS);
        assert_eq!((missing.more, missing.more_missing), (8, 36));
        assert_eq!(missing.rows[0].0, UnitId(20));
    }
}
