//! Groups of persons compared with the largest of them, item by item ([`super::dif`]).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    dif::{Dif, Stratum, mantel_haenszel},
    sheet::{Basis, Given, Measured},
};

/// A group of fewer persons who had the item is not compared, nor two that have fewer together: below, chance makes too many
/// differences (the sizes the Educational Testing Service asks for at the first look at an item, Zwick 2012).
pub const LEAST_FOCAL: u64 = 200;
pub const LEAST_BOTH: u64 = 500;

/// On drawn papers persons of the same tenth of the share earned are taken to be of the same ability.
const TENTHS: f64 = 10.0;

/// Of one level of ability, how many of each group were wrong and right.
type Level = Vec<[u64; 2]>;

/// Persons counted by group, level and answer.
pub struct Counting {
    basis: Basis,
    sizes: Vec<u64>,
    items: Vec<BTreeMap<i64, Level>>,
}

/// How the other groups compare with the largest.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Compared {
    /// Persons of each group.
    pub sizes: Vec<u64>,
    /// The largest group, with which the others are compared.
    pub reference: usize,
    /// By place in the pool: each group that could be compared.
    pub items: Vec<Vec<(usize, Dif)>>,
}

impl Counting {
    pub fn new(basis: Basis, items: usize, groups: usize) -> Self {
        Self {
            basis,
            sizes: vec![0; groups],
            items: vec![BTreeMap::new(); items],
        }
    }

    /// Takes the paper of a person of this group. Only the full mark is right.
    pub fn add(&mut self, group: usize, sheet: &[Given]) {
        let groups = self.sizes.len();
        let (Some(size), Some(paper)) = (self.sizes.get_mut(group), Measured::of(sheet, self.basis)) else {
            return;
        };
        *size += 1;
        let level = match self.basis {
            Basis::Fixed => (paper.total * 100.0).round(),
            Basis::Drawn => (paper.total * TENTHS).floor().clamp(0.0, TENTHS - 1.0),
        };
        for given in sheet.iter().filter(|given| given.full > 0.0) {
            if let Some(levels) = self.items.get_mut(given.item as usize) {
                let counts = levels.entry(level as i64).or_insert_with(|| vec![[0; 2]; groups]);
                counts[group][usize::from(given.mark >= given.full)] += 1;
            }
        }
    }

    pub fn finish(self) -> Compared {
        let largest = self.sizes.iter().enumerate().rev().max_by_key(|(_, size)| **size);
        let reference = largest.map_or(0, |(group, _)| group);
        let compare = |levels: &BTreeMap<i64, Level>| {
            let others = (0..self.sizes.len()).filter(|group| *group != reference);
            others
                .filter_map(|focal| Some((focal, compared(levels, reference, focal)?)))
                .collect()
        };
        Compared {
            reference,
            items: self.items.iter().map(compare).collect(),
            sizes: self.sizes,
        }
    }
}

/// `None` where the groups are too small or cannot be compared.
fn compared(levels: &BTreeMap<i64, Level>, reference: usize, focal: usize) -> Option<Dif> {
    let stratum = |level: &Level| Stratum {
        reference_right: level[reference][1],
        reference_wrong: level[reference][0],
        focal_right: level[focal][1],
        focal_wrong: level[focal][0],
    };
    let strata: Vec<Stratum> = levels.values().map(stratum).collect();
    mantel_haenszel(&strata).filter(|dif| dif.focal >= LEAST_FOCAL && dif.reference + dif.focal >= LEAST_BOTH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{item::OptionSet, statistics::dif::Class};

    fn given(item: u32, right: bool) -> Given {
        Given {
            item,
            mark: f64::from(u8::from(right)),
            full: 1.0,
            answered: true,
            choice: OptionSet(1),
            took_ms: None,
        }
    }

    /// Both groups know as much of the items 0 to 3; the last one is mostly wrong in the second group.
    fn counted(second: u32, basis: Basis) -> Compared {
        let mut counting = Counting::new(basis, 5, 3);
        for (group, persons) in [(0, 600), (1, second), (2, 30)] {
            for person in 0..persons {
                let able = person % 5;
                let mut sheet: Vec<Given> = (0..4).map(|item| given(item, able > item)).collect();
                sheet.push(given(4, (person / 5) % if group == 1 { 10 } else { 2 } == 0));
                counting.add(group, &sheet);
            }
        }
        counting.finish()
    }

    #[test]
    fn an_item_that_is_harder_for_a_group_of_the_same_ability_is_found() {
        for basis in [Basis::Fixed, Basis::Drawn] {
            let compared = counted(400, basis);
            assert_eq!((compared.reference, &compared.sizes[..]), (0, &[600, 400, 30][..]));
            let (group, dif) = compared.items[4][0];
            assert_eq!((group, dif.class), (1, Class::C), "{basis:?} {dif:?}");
            assert!(dif.d_dif < -1.5, "{dif:?}");
            assert_eq!(compared.items[4].len(), 1, "thirty persons are not compared");
        }
    }

    #[test]
    fn small_groups_and_no_groups_are_not_compared() {
        assert!(counted(150, Basis::Fixed).items.iter().all(Vec::is_empty));
        let nobody = Counting::new(Basis::Fixed, 2, 0).finish();
        assert_eq!((nobody.items.len(), nobody.sizes.len()), (2, 0));
        let mut unknown = Counting::new(Basis::Fixed, 1, 1);
        unknown.add(7, &[given(0, true)]);
        assert_eq!(unknown.finish().sizes, [0]);
    }
}
