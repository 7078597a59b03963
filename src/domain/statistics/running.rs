//! The sums of an exam as they are kept: they begin as those of one paper for all, and say when papers turn out to differ.

use serde::{Deserialize, Serialize};

use super::{
    sheet::{Basis, Given, Item},
    sums::Sums,
};

/// Running sums with what tells on which basis papers are compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Running {
    sums: Sums,
    /// The items of the first paper, in order: all have these while the basis is [`Basis::Fixed`].
    first: Option<Vec<u32>>,
}

/// Papers have different items, so that all must be counted again, on the basis of drawn ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("papers have different items")]
pub struct PapersDiffer;

/// In what two sums of the same papers differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differing {
    /// The sums over the papers, or the basis.
    pub papers: bool,
    /// Items by place in the pool.
    pub items: Vec<usize>,
}

impl Running {
    /// Nothing counted yet. On the basis of drawn papers they may differ.
    pub fn new(basis: Basis, items: &[Item]) -> Self {
        Self {
            sums: Sums::new(basis, items),
            first: None,
        }
    }

    /// Takes a paper that was handed in. `asked`: its items, with those that were voided.
    ///
    /// # Errors
    /// [`PapersDiffer`] where they must not; nothing has changed then.
    pub fn add(&mut self, mut asked: Vec<u32>, sheet: &[Given]) -> Result<(), PapersDiffer> {
        asked.sort_unstable();
        let first = self.first.get_or_insert_with(|| asked.clone());
        if self.sums.basis() == Basis::Fixed && *first != asked {
            return Err(PapersDiffer);
        }
        self.sums.add(sheet);
        Ok(())
    }

    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    /// In what these differ from sums counted anew.
    pub fn differing(&self, anew: &Self) -> Differing {
        self.sums.differing(&anew.sums)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::OptionSet;

    const POOL: [Item; 3] = [Item {
        kind: None,
        options: 2,
        key: OptionSet(1),
    }; 3];

    fn paper(items: &[u32], mark: f64) -> (Vec<u32>, Vec<Given>) {
        let given = |item: &u32| Given {
            item: *item,
            mark,
            full: 1.0,
            answered: true,
            choice: OptionSet(1),
            took_ms: None,
        };
        (items.to_vec(), items.iter().map(given).collect())
    }

    #[test]
    fn papers_in_another_order_are_the_same_and_those_with_other_items_are_told() {
        let mut running = Running::new(Basis::Fixed, &POOL);
        let mut add = |items: &[u32]| {
            let (asked, sheet) = paper(items, 1.0);
            running.add(asked, &sheet)
        };
        assert_eq!(
            (add(&[0, 2]), add(&[2, 0]), add(&[0, 1])),
            (Ok(()), Ok(()), Err(PapersDiffer))
        );
        assert_eq!(
            running.sums().paper().papers,
            2,
            "the one that was refused is not in it"
        );
        let mut drawn = Running::new(Basis::Drawn, &POOL);
        for items in [[0, 2], [0, 1]] {
            let (asked, sheet) = paper(&items, 1.0);
            assert_eq!(drawn.add(asked, &sheet), Ok(()));
        }
        assert_eq!(drawn.sums().items()[1].papers, 1);
    }

    #[test]
    fn a_paper_that_was_voided_in_part_is_still_the_same_paper() {
        let mut running = Running::new(Basis::Fixed, &POOL);
        let (asked, mut sheet) = paper(&[0, 1, 2], 1.0);
        sheet.retain(|given| given.item != 1);
        assert_eq!(running.add(asked.clone(), &sheet), Ok(()));
        assert_eq!(running.add(asked, &sheet), Ok(()));
    }

    #[test]
    fn what_differs_is_named() {
        let count = |marks: [f64; 2], basis| {
            let mut running = Running::new(basis, &POOL);
            for mark in marks {
                let (asked, sheet) = paper(&[0, 2], mark);
                running.add(asked, &sheet).expect("the same items");
            }
            running
        };
        let stored = count([1.0, 0.0], Basis::Fixed);
        assert_eq!(stored.differing(&count([0.0, 1.0], Basis::Fixed)), Differing::default());
        let differing = stored.differing(&count([1.0, 1.0], Basis::Fixed));
        assert_eq!((differing.papers, &differing.items[..]), (true, &[0, 2][..]));
        assert!(stored.differing(&count([1.0, 0.0], Basis::Drawn)).papers);
        let text = serde_json::to_string(&stored).expect("sums as JSON");
        assert_eq!(serde_json::from_str::<Running>(&text).expect("the same sums"), stored);
    }
}
