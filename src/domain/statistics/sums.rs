//! The same figures from running sums: a paper is added when it is handed in, taken back and added anew when it is marked again, and
//! sums of different nodes or units are merged. They are whole numbers, so that the order of all this changes nothing, not even in
//! the last digit.
//!
//! What needs the papers themselves is not here: discriminative efficiency, the three groups, medians and quantiles.

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use super::{
    classical::{ItemFigures, OptionFigures, PaperFigures, Spread, alpha, sem, weigh},
    number::{Joint, LARGEST, ratio, skewness},
    running::Differing,
    sheet::{Basis, Given, Item, Measured},
};

/// Into how many parts a point or, on drawn papers, the whole of a share is cut. Marks in hundredths of a point are exact.
const PARTS: f64 = 1e4;
const SHARE_PARTS: f64 = 1e9;

impl Basis {
    fn parts(self) -> f64 {
        match self {
            Self::Fixed => PARTS,
            Self::Drawn => SHARE_PARTS,
        }
    }

    /// A number in whole parts. Nothing sound is beyond the limits, which keep the cubes of millions of papers in bounds.
    fn whole(self, number: f64) -> i128 {
        let limit = match self {
            Self::Fixed => LARGEST,
            Self::Drawn => 10.0,
        };
        (number.clamp(-limit, limit) * self.parts()).round() as i128
    }
}

/// Sums over all papers of an item.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ItemSums {
    papers: i64,
    answered: i64,
    full: i128,
    value: i128,
    value_squared: i128,
    rest: i128,
    rest_squared: i128,
    value_by_rest: i128,
    options: Vec<OptionSums>,
}

/// Sums over all papers on which an option was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct OptionSums {
    chosen: i64,
    rest: i128,
}

/// Sums over all papers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PaperSums {
    papers: i64,
    total: i128,
    squared: i128,
    cubed: i128,
}

/// The running sums of an exam.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    basis: Basis,
    papers: PaperSums,
    items: Vec<ItemSums>,
}

impl Sums {
    /// Nothing counted yet.
    pub fn new(basis: Basis, items: &[Item]) -> Self {
        let item = |item: &Item| ItemSums {
            options: vec![OptionSums::default(); item.options],
            ..ItemSums::default()
        };
        Self {
            basis,
            papers: PaperSums::default(),
            items: items.iter().map(item).collect(),
        }
    }

    /// Takes a paper that was handed in.
    pub fn add(&mut self, sheet: &[Given]) {
        self.change(sheet, 1);
    }

    /// Takes back a paper as it was added, before it is added with other marks.
    pub fn remove(&mut self, sheet: &[Given]) {
        self.change(sheet, -1);
    }

    fn change(&mut self, sheet: &[Given], sign: i64) {
        let Some(paper) = Measured::of(sheet, self.basis) else {
            return;
        };
        let many = i128::from(sign);
        let whole = |number| self.basis.whole(number);
        let total = whole(paper.total);
        self.papers += PaperSums {
            papers: sign,
            total: many * total,
            squared: many * total * total,
            cubed: many * total * total * total,
        };
        for beside in paper.items {
            let Some(item) = self.items.get_mut(beside.given.item as usize) else {
                continue;
            };
            let (value, rest) = (whole(beside.value), whole(beside.rest));
            item.papers += sign;
            item.answered += sign * i64::from(beside.given.answered);
            item.full += many * whole(beside.full);
            item.value += many * value;
            item.value_squared += many * value * value;
            item.rest += many * rest;
            item.rest_squared += many * rest * rest;
            item.value_by_rest += many * value * rest;
            for place in beside.given.choice.places() {
                if let Some(option) = item.options.get_mut(place) {
                    option.chosen += sign;
                    option.rest += many * rest;
                }
            }
        }
    }

    pub fn basis(&self) -> Basis {
        self.basis
    }

    pub fn papers(&self) -> PaperSums {
        self.papers
    }

    /// The sums of the item at this place in the pool.
    pub fn item(&self, place: usize) -> Option<&ItemSums> {
        self.items.get(place)
    }

    /// In what these differ from sums of the same papers counted anew.
    pub fn differing(&self, anew: &Self) -> Differing {
        let items = 0..self.items.len().max(anew.items.len());
        Differing {
            papers: (self.basis, self.papers) != (anew.basis, anew.papers),
            items: items
                .filter(|place| self.items.get(*place) != anew.items.get(*place))
                .collect(),
        }
    }

    /// Takes in what was counted elsewhere of the same items on the same basis.
    ///
    /// # Errors
    /// [`OtherItems`] when it was not; nothing has changed then.
    pub fn merge(&mut self, other: &Self) -> Result<(), OtherItems> {
        let options = |sums: &Self| sums.items.iter().map(|item| item.options.len()).collect::<Vec<_>>();
        if self.basis != other.basis || options(self) != options(other) {
            return Err(OtherItems);
        }
        self.papers += other.papers;
        for (item, other) in self.items.iter_mut().zip(&other.items) {
            *item += other;
        }
        Ok(())
    }

    /// What the sums say of every item, by place in the pool.
    pub fn items(&self) -> Vec<ItemFigures> {
        let mut figures: Vec<ItemFigures> = self.items.iter().map(|item| item.figures(self.basis)).collect();
        if self.basis == Basis::Fixed {
            weigh(&mut figures, &self.spreads());
        }
        figures
    }

    /// What the sums say of the papers.
    pub fn paper(&self) -> PaperFigures {
        let n = self.papers.papers;
        let parts = self.basis.parts();
        let Some(mean) = ratio(self.papers.total as f64 / parts, n.max(0) as f64) else {
            return PaperFigures::default();
        };
        let squares = deviations(n, self.papers.total, self.papers.total, self.papers.squared) / (parts * parts);
        let variance = (n > 1).then(|| squares / (n - 1) as f64);
        let sd = variance.map(|variance| variance.max(0.0).sqrt());
        let alpha = variance.and_then(|variance| alpha(n.unsigned_abs(), variance, &self.spreads()));
        PaperFigures {
            papers: n.unsigned_abs(),
            mean: Some(mean),
            sd,
            median: None,
            skewness: skewness(
                n as f64,
                squares / n as f64,
                self.papers.cubes() / (n as f64 * parts.powi(3)),
            ),
            alpha,
            sem: sem(sd, alpha),
        }
    }

    fn spreads(&self) -> Vec<Spread> {
        let spread = |item: &ItemSums| Spread {
            papers: item.papers.max(0).unsigned_abs(),
            carries_points: item.full > 0,
            joint: item.joint(self.basis.parts()),
        };
        self.items.iter().map(spread).collect()
    }
}

/// Sums of other items, or on another basis, say nothing together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sums of other items")]
pub struct OtherItems;

impl ItemSums {
    fn joint(&self, parts: f64) -> Option<Joint> {
        let n = self.papers;
        let free = (n > 1).then_some((n - 1) as f64 * parts * parts)?;
        Some(Joint {
            var_x: deviations(n, self.value, self.value, self.value_squared) / free,
            var_y: deviations(n, self.rest, self.rest, self.rest_squared) / free,
            cov: deviations(n, self.value, self.rest, self.value_by_rest) / free,
        })
    }

    fn figures(&self, basis: Basis) -> ItemFigures {
        let joint = self.joint(basis.parts());
        let item_rest_r = joint.and_then(Joint::correlation);
        ItemFigures {
            papers: self.papers.max(0).unsigned_abs(),
            answered: self.answered.max(0).unsigned_abs(),
            facility: ratio(self.value as f64, self.full as f64),
            sd: joint.map(|joint| joint.var_x.max(0.0).sqrt()),
            discrimination_index: item_rest_r.map(|r| 100.0 * r),
            item_rest_r,
            options: self.options.iter().map(|option| self.option(*option)).collect(),
            ..ItemFigures::default()
        }
    }

    fn option(&self, option: OptionSums) -> OptionFigures {
        let n = self.papers;
        let chosen = i128::from(option.chosen);
        let cov = deviations(n, chosen, self.rest, option.rest);
        let var = deviations(n, chosen, chosen, chosen) * deviations(n, self.rest, self.rest, self.rest_squared);
        OptionFigures {
            chosen: option.chosen.max(0).unsigned_abs(),
            share: ratio(chosen as f64, n as f64),
            point_biserial: ratio(cov, var.sqrt()).map(|r| r.clamp(-1.0, 1.0)),
            groups: None,
            fifths: None,
        }
    }
}

impl PaperSums {
    /// The sum of the cubes of the distances from the mean.
    fn cubes(&self) -> f64 {
        let Self {
            papers,
            total,
            squared,
            cubed,
        } = *self;
        let n = i128::from(papers);
        let exact = || {
            let first = n.checked_mul(n)?.checked_mul(cubed)?;
            let second = n.checked_mul(3)?.checked_mul(total)?.checked_mul(squared)?;
            let third = total.checked_mul(total)?.checked_mul(total)?.checked_mul(2)?;
            Some(first.checked_sub(second)?.checked_add(third)? as f64 / (n as f64 * n as f64))
        };
        exact().unwrap_or_else(|| {
            let mean = total as f64 / n as f64;
            cubed as f64 - 3.0 * mean * squared as f64 + 2.0 * mean * mean * total as f64
        })
    }
}

/// The sum of the products of the distances of two numbers from their means, from their sums and the sum of their products. Exact
/// before the division for as many papers as a city has.
fn deviations(n: i64, x: i128, y: i128, products: i128) -> f64 {
    let exact = || i128::from(n).checked_mul(products)?.checked_sub(x.checked_mul(y)?);
    match exact() {
        Some(exact) => exact as f64 / n as f64,
        None => products as f64 - x as f64 / n as f64 * y as f64,
    }
}

impl AddAssign for PaperSums {
    fn add_assign(&mut self, other: Self) {
        self.papers += other.papers;
        self.total += other.total;
        self.squared += other.squared;
        self.cubed += other.cubed;
    }
}

impl AddAssign<&Self> for ItemSums {
    fn add_assign(&mut self, other: &Self) {
        self.papers += other.papers;
        self.answered += other.answered;
        self.full += other.full;
        self.value += other.value;
        self.value_squared += other.value_squared;
        self.rest += other.rest;
        self.rest_squared += other.rest_squared;
        self.value_by_rest += other.value_by_rest;
        for (option, other) in self.options.iter_mut().zip(&other.options) {
            option.chosen += other.chosen;
            option.rest += other.rest;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::{Kind, OptionSet};

    const ITEMS: usize = 5;
    const POOL: [Item; ITEMS] = [Item {
        kind: Some(Kind::Single),
        options: 4,
        key: OptionSet(1),
    }; ITEMS];

    #[test]
    fn a_paper_that_is_marked_again_leaves_no_trace() {
        let given = |item: u32, mark: f64| Given {
            item,
            mark,
            full: 2.0,
            answered: true,
            choice: OptionSet::of([item as usize % 4]),
            took_ms: None,
        };
        let (before, after) = ([given(0, 0.33), given(1, 2.0)], [given(0, 2.0), given(1, 2.0)]);
        for basis in [Basis::Fixed, Basis::Drawn] {
            let (mut changed, mut straight) = (Sums::new(basis, &POOL), Sums::new(basis, &POOL));
            changed.add(&before);
            changed.remove(&before);
            assert_eq!(changed, straight);
            changed.add(&after);
            straight.add(&after);
            assert_eq!(changed, straight);
            assert_eq!((changed.items()[0].facility, changed.paper().papers), (Some(1.0), 1));
        }
    }

    #[test]
    fn hostile_marks_and_more_papers_taken_back_than_added_do_no_harm() {
        let hostile = Given {
            item: 0,
            mark: 1e300,
            full: f64::NAN,
            answered: true,
            choice: OptionSet(u16::MAX),
            took_ms: None,
        };
        for basis in [Basis::Fixed, Basis::Drawn] {
            let mut sums = Sums::new(basis, &POOL);
            for _ in 0..1_000 {
                sums.add(&[hostile, Given { item: 1, ..hostile }, Given { item: 99, ..hostile }]);
                sums.add(&[
                    Given {
                        mark: -1e300,
                        full: 1e-300,
                        ..hostile
                    },
                    Given {
                        item: 1,
                        full: 1e-300,
                        ..hostile
                    },
                ]);
            }
            let _ = (sums.items(), sums.paper());
            let mut sums = Sums::new(basis, &POOL);
            sums.remove(&[hostile; 2]);
            let _ = (sums.items(), sums.paper());
        }
    }

    #[test]
    fn sums_of_other_items_are_refused() {
        let mut sums = Sums::new(Basis::Fixed, &POOL);
        assert_eq!(sums.merge(&Sums::new(Basis::Drawn, &POOL)), Err(OtherItems));
        assert_eq!(sums.merge(&Sums::new(Basis::Fixed, &POOL[1..])), Err(OtherItems));
        assert_eq!(sums.merge(&Sums::new(Basis::Fixed, &POOL)), Ok(()));
    }

    #[test]
    fn sums_can_be_stored() {
        let mut sums = Sums::new(Basis::Fixed, &POOL);
        let sheet = [Given {
            item: 2,
            mark: 0.25,
            full: 3.0,
            answered: true,
            choice: OptionSet(2),
            took_ms: None,
        }];
        sums.add(&sheet);
        let text = serde_json::to_string(&sums).expect("sums as JSON");
        assert_eq!(serde_json::from_str::<Sums>(&text).expect("the same sums"), sums);
    }
}
