//! The directory of units that play as a node keeps it, to be searched by everybody who joins.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound::{Included, Unbounded},
    sync::Arc,
};

use super::{
    division::DivisionCode,
    id::OrganizationId,
    names::{Fit, Names, folded},
    organization::{Merges, Organization, State, Uscc},
};

/// What is kept of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    pub id: OrganizationId,
    pub name: Box<str>,
    pub uscc: Option<Uscc>,
    pub division: Option<DivisionCode>,
    pub trade: Box<str>,
    pub headcount: Option<u32>,
    /// Stands in the directory and was not merged into another.
    pub listed: bool,
}

/// From so many characters on a credit code is looked for by its beginning.
const CODE_BEGINS: usize = 6;

#[derive(Default)]
pub struct Directory {
    /// In the order of places of `names`.
    units: Vec<Unit>,
    places: HashMap<OrganizationId, usize>,
    names: Names,
    by_code: BTreeMap<Uscc, usize>,
    merges: Arc<Merges>,
}

impl Directory {
    /// Takes up a unit that is new or has changed.
    pub fn put(&mut self, unit: &Organization, initials: &str) {
        let kept = Unit {
            id: unit.id,
            name: unit.name.as_str().into(),
            uscc: unit.uscc.clone(),
            division: unit.division,
            trade: unit.trade.as_str().into(),
            headcount: unit.headcount,
            listed: unit.state == State::Listed && unit.merged_into.is_none(),
        };
        if unit.merged_into.is_some() || self.merges.root(unit.id) != unit.id {
            Arc::make_mut(&mut self.merges).set(unit.id, unit.merged_into);
        }
        let place = match self.places.get(&unit.id).copied() {
            Some(place) => {
                if let Some(known) = self.units.get_mut(place)
                    && let Some(code) = std::mem::replace(known, kept).uscc
                    && self.by_code.get(&code) == Some(&place)
                {
                    self.by_code.remove(&code);
                }
                place
            }
            None => {
                let place = self.names.add(&unit.name, initials);
                self.places.insert(unit.id, place);
                self.units.push(kept);
                place
            }
        };
        if let Some(code) = &unit.uscc {
            self.by_code.insert(code.clone(), place);
        }
    }

    pub fn get(&self, id: OrganizationId) -> Option<&Unit> {
        self.places.get(&id).and_then(|place| self.units.get(*place))
    }

    /// Every listed unit.
    pub fn listed(&self) -> impl Iterator<Item = &Unit> {
        self.units.iter().filter(|unit| unit.listed)
    }

    /// What was merged into what.
    pub fn merges(&self) -> Arc<Merges> {
        Arc::clone(&self.merges)
    }

    /// At most `most` listed units whose name, initials or credit code fit what was typed, whole names first. With a division
    /// those of it and of the divisions above and below it, the nearest first: a bureau of the city has people in each of its
    /// districts. Of units without a division nobody knows where they are, so they come last.
    pub fn search(&self, typed: &str, division: Option<DivisionCode>, most: usize) -> Vec<&Unit> {
        let code = folded(typed).to_ascii_uppercase();
        let codes = self.by_code.range::<str, _>((Included(code.as_str()), Unbounded));
        let codes = codes.take_while(|(known, _)| code.len() >= CODE_BEGINS && known.as_str().starts_with(&code));
        let by_code = codes.map(|(_, place)| (Fit::Start, *place));
        let mut found: Vec<(Fit, usize, usize, usize)> = self
            .names
            .find(typed)
            .into_iter()
            .chain(by_code)
            .filter_map(|(fit, place)| {
                let unit = self.units.get(place).filter(|unit| unit.listed)?;
                let steps = division.map_or(Some(0), |division| steps(division, unit.division))?;
                Some((fit, steps, unit.name.len(), place))
            })
            .collect();
        found.sort_unstable();
        found.dedup_by_key(|(.., place)| *place);
        found.truncate(most);
        found.iter().filter_map(|(.., place)| self.units.get(*place)).collect()
    }

    /// At most `most` listed units whose names are most like that of this one, with how much they have in common in percent;
    /// equally like ones of the same division first.
    pub fn alike(&self, unit: &Organization, most: usize) -> Vec<(usize, &Unit)> {
        let admits = |place: usize| {
            self.units
                .get(place)
                .is_some_and(|other| other.listed && other.id != unit.id)
        };
        let found = self.names.alike(&unit.name, most * 4, admits);
        let mut alike: Vec<(usize, &Unit)> = found
            .into_iter()
            .filter_map(|(percent, place)| Some((percent, self.units.get(place)?)))
            .collect();
        alike.sort_by_key(|(percent, other)| (std::cmp::Reverse(*percent), other.division != unit.division));
        alike.truncate(most);
        alike
    }
}

/// How far a unit lies from a division, in levels up or down; `None` when it lies elsewhere.
fn steps(division: DivisionCode, unit: Option<DivisionCode>) -> Option<usize> {
    let Some(unit) = unit else {
        return Some(usize::MAX);
    };
    let up = division.line().position(|above| above == unit);
    up.or_else(|| unit.line().position(|above| above == division))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Timestamp;

    fn unit(id: i64, name: &str, division: u32) -> Organization {
        Organization {
            id: OrganizationId(id),
            name: name.to_owned(),
            uscc: None,
            division: DivisionCode::new(division),
            trade: String::new(),
            headcount: None,
            state: State::Listed,
            merged_into: None,
            created_at: Timestamp(0),
            decided_at: None,
        }
    }

    fn directory(units: &[Organization]) -> Directory {
        let mut directory = Directory::default();
        for unit in units {
            directory.put(unit, if unit.name.contains("教育") { "jyj" } else { "" });
        }
        directory
    }

    fn found(directory: &Directory, typed: &str, division: u32) -> Vec<i64> {
        let found = directory.search(typed, DivisionCode::new(division), 20);
        found.into_iter().map(|unit| unit.id.0).collect()
    }

    #[test]
    fn units_of_the_division_come_first_then_those_above_and_elsewhere_none() {
        let directory = directory(&[
            unit(1, "教育局甲", 3703),
            unit(2, "教育局乙", 370_303),
            unit(3, "教育局丙", 370_302),
            unit(4, "教育局丁", 370_303_001),
            unit(5, "教育局戊", 0),
        ]);
        assert_eq!(found(&directory, "教育局", 370_303), [2, 1, 4, 5]);
        assert_eq!(found(&directory, "jyj", 0).len(), 5);
        assert_eq!(found(&directory, "教育局甲", 370_303), [1]);
    }

    #[test]
    fn a_unit_is_found_by_its_credit_code_or_the_beginning_of_it() {
        let mut owner = unit(1, "示例公司", 3703);
        owner.uscc = Uscc::parse("91440300708461136T");
        let mut directory = directory(&[owner.clone()]);
        for typed in ["91440300708461136T", "９１４４０３００", "914403 0070846"] {
            assert_eq!(found(&directory, typed, 0), [1], "{typed}");
        }
        assert_eq!(
            found(&directory, "91440", 0),
            [] as [i64; 0],
            "too short to mean a code"
        );
        owner.uscc = None;
        directory.put(&owner, "");
        assert_eq!(found(&directory, "91440300708461136T", 0), [] as [i64; 0]);
    }

    #[test]
    fn what_was_merged_or_only_proposed_is_not_offered() {
        let mut one = unit(1, "示例一厂", 3703);
        let mut directory = directory(&[one.clone(), unit(2, "示例二厂", 3703)]);
        one.merged_into = Some(OrganizationId(2));
        directory.put(&one, "");
        assert_eq!(found(&directory, "示例", 0), [2]);
        assert_eq!(directory.merges().root(OrganizationId(1)), OrganizationId(2));
        one.merged_into = None;
        one.state = State::Proposed;
        directory.put(&one, "");
        assert_eq!(found(&directory, "示例", 0), [2]);
        assert_eq!(directory.merges().root(OrganizationId(1)), OrganizationId(1));
        assert_eq!(directory.alike(&one, 5)[0].1.id, OrganizationId(2));
    }

    #[test]
    fn a_whole_name_is_found_once() {
        let directory = directory(&[unit(1, "示例厂", 3703), unit(2, "示例厂二分厂", 3703)]);
        assert_eq!(found(&directory, "示例厂", 0), [1, 2]);
    }
}
