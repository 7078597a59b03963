//! How many of each kind a plan asks for, where several entries ask for the same.

use std::collections::{BTreeMap, HashMap};

use super::{Entry, Kind, Wish};
use crate::domain::{id::UnitId, unit::Tree};

/// How many of each kind these entries ask for at least; kinds of which none is planned are left out, as are units not of the tree.
///
/// What is done on a day counts for every entry whose days it is within, and what a unit does counts for those above it as well. So
/// entries of one unit are added up where their days do not overlap, in the way that gives most: four quarters make a sum, and a whole
/// year beside them counts where it asks for more. Of what a unit has planned and what those below it have planned together the larger
/// counts. Words that narrow an entry make no difference.
pub fn asked<'a>(entries: impl IntoIterator<Item = &'a Entry>, units: &Tree) -> BTreeMap<Kind, i64> {
    let mut own: HashMap<UnitId, BTreeMap<Kind, Vec<&Wish>>> = HashMap::new();
    for Entry { wish, .. } in entries {
        let of_unit = own.entry(wish.unit).or_default();
        of_unit.entry(wish.kind).or_default().push(wish);
    }
    let mut sums: HashMap<Option<UnitId>, BTreeMap<Kind, i64>> = HashMap::new();
    // From the end, so that every unit comes after those below it.
    for (_, unit) in units.walk().into_iter().rev() {
        let mut sum = sums.remove(&Some(unit.id)).unwrap_or_default();
        for (kind, wishes) in own.remove(&unit.id).unwrap_or_default() {
            let count = sum.entry(kind).or_default();
            *count = most(wishes).max(*count);
        }
        let above = sums.entry(unit.parent).or_default();
        for (kind, count) in sum {
            *above.entry(kind).or_default() += count;
        }
    }
    sums.remove(&None).unwrap_or_default()
}

/// The largest sum of entries whose days do not overlap.
fn most(mut wishes: Vec<&Wish>) -> i64 {
    wishes.sort_by_key(|wish| wish.due);
    // The most of the first entries, by how many they are.
    let mut sums = vec![0_i64];
    let mut most = 0_i64;
    for (place, wish) in wishes.iter().enumerate() {
        let over = wishes[..place].partition_point(|other| other.due < wish.begins);
        most = (sums[over] + wish.planned).max(most);
        sums.push(most);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        id::{AccountId, PlanEntryId},
        time::Timestamp,
        unit::Unit,
    };

    const CITY: UnitId = UnitId(1);
    const BUREAU: UnitId = UnitId(2);
    const SECTION: UnitId = UnitId(3);
    const OTHER: UnitId = UnitId(4);

    const YEAR: (&str, &str) = ("2026-01-01", "2026-12-31");
    const QUARTERS: [(&str, &str); 4] = [
        ("2026-01-01", "2026-03-31"),
        ("2026-04-01", "2026-06-30"),
        ("2026-07-01", "2026-09-30"),
        ("2026-10-01", "2026-12-31"),
    ];

    fn entry(kind: Kind, unit: UnitId, (begins, due): (&str, &str), planned: i64) -> Entry {
        let day = |text| Timestamp::parse_day(text).expect("a day");
        Entry {
            id: PlanEntryId(1),
            year: 2026,
            wish: Wish {
                kind,
                unit,
                responsible: unit,
                title: "任务".to_owned(),
                begins: day(begins),
                due: day(due),
                planned,
                list: None,
                words: String::new(),
                note: String::new(),
            },
            made_by: AccountId(0),
            made_at: day(begins),
        }
    }

    fn of(entries: &[Entry]) -> Vec<(Kind, i64)> {
        let unit = |id, parent| Unit {
            id,
            parent,
            name: format!("{id}"),
        };
        let units = Tree::new(vec![
            unit(CITY, None),
            unit(BUREAU, Some(CITY)),
            unit(SECTION, Some(BUREAU)),
            unit(OTHER, Some(CITY)),
        ]);
        asked(entries, &units).into_iter().collect()
    }

    #[test]
    fn quarters_make_a_sum_and_a_whole_year_counts_where_it_asks_for_more() {
        let with = |more: &[((&str, &str), i64)]| {
            let quarters = QUARTERS.iter().map(|days| entry(Kind::StudySession, BUREAU, *days, 1));
            let more = more
                .iter()
                .map(|(days, planned)| entry(Kind::StudySession, BUREAU, *days, *planned));
            of(&quarters.chain(more).collect::<Vec<_>>())[0].1
        };
        assert_eq!(with(&[]), 4);
        assert_eq!(with(&[(YEAR, 3)]), 4);
        assert_eq!(with(&[(YEAR, 6)]), 6);
        // What spans the first two quarters, and the others.
        assert_eq!(with(&[(("2026-01-01", "2026-06-30"), 5)]), 7);
        assert_eq!(with(&[(("2026-03-31", "2026-10-01"), 5)]), 5, "a day at either end");
        assert_eq!(with(&[(("2026-04-01", "2026-09-30"), 5)]), 7);
    }

    #[test]
    fn what_a_unit_plans_counts_once_with_what_those_below_it_plan() {
        let publicity = |unit, planned| entry(Kind::Publicity, unit, YEAR, planned);
        let mut plan = vec![publicity(CITY, 5), publicity(BUREAU, 3)];
        assert_eq!(of(&plan), [(Kind::Publicity, 5)]);
        plan.push(publicity(OTHER, 4));
        assert_eq!(of(&plan), [(Kind::Publicity, 7)]);
        plan.push(publicity(SECTION, 9));
        assert_eq!(of(&plan), [(Kind::Publicity, 13)]);
        plan.push(entry(Kind::Lecture, SECTION, YEAR, 2));
        plan.push(publicity(UnitId(99), 100));
        assert_eq!(of(&plan), [(Kind::Lecture, 2), (Kind::Publicity, 13)]);
        assert_eq!(of(&[]), []);
    }
}
