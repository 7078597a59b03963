//! Papers that were handed in, as the figures see them.

use serde::{Deserialize, Serialize};

use super::number::sound;
use crate::domain::{
    item::{Kind, OptionSet},
    points::Points,
};

/// An item of the pool, as far as its figures depend on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Item {
    /// `None`: nothing is known but marks.
    pub kind: Option<Kind>,
    /// How many options it has; 0 where choices are not known.
    pub options: usize,
    pub key: OptionSet,
}

impl Item {
    /// The chance to choose exactly the key without knowing anything: every choice that the kind allows is as likely.
    pub fn chance(&self) -> Option<f64> {
        let options = i32::try_from(self.options.min(OptionSet::MAX)).ok()?;
        let choices = match self.kind? {
            Kind::Single => f64::from(options),
            Kind::TrueFalse => 2.0,
            Kind::Indefinite => 2f64.powi(options) - 1.0,
            Kind::Multiple => 2f64.powi(options) - 1.0 - f64::from(options),
            _ => return None,
        };
        (choices >= 1.0).then_some(1.0 / choices)
    }
}

/// An item on a paper that was handed in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Given {
    /// Its place in the pool.
    pub item: u32,
    /// In points; what is no number counts as none.
    pub mark: f64,
    /// The most it could earn.
    pub full: f64,
    pub answered: bool,
    /// As authored; empty where nothing was chosen or choices are not known.
    pub choice: OptionSet,
    pub took_ms: Option<u32>,
}

impl Given {
    /// As a paper of an exam has it.
    pub fn marked(item: u32, mark: Points, full: Points, choice: OptionSet, took_ms: Option<u32>) -> Self {
        let points = |points: Points| points.0 as f64 / 100.0;
        Self {
            item,
            mark: points(mark),
            full: points(full),
            answered: !choice.is_empty(),
            choice,
            took_ms,
        }
    }
}

/// How papers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Everybody had the same items: marks count as they are, as in Moodle. An item is compared with the marks of the rest of the
    /// paper.
    Fixed,
    /// Everybody had a paper of their own from one bank: an item counts as a share of its full mark and is compared with the share
    /// earned on the rest of that person's paper, so that it does not matter how many points stood there. A paper with fewer than
    /// two items that carry points says nothing of this and is left out. Draws by chance make the rests alike but not equally hard;
    /// where they differ much, the calibration ([`super::irt`]) is the better judge.
    Drawn,
}

impl Basis {
    /// Fixed where every paper has the same items, each once.
    pub fn of(sheets: &[Vec<Given>]) -> Self {
        Self::of_items(sheets.iter().map(|sheet| sheet.iter().map(|given| given.item)))
    }

    /// The same from the places of each paper's items in the pool.
    pub fn of_items<P: IntoIterator<Item = u32>>(papers: impl IntoIterator<Item = P>) -> Self {
        let mut all = papers.into_iter().map(|paper| {
            let mut items: Vec<u32> = paper.into_iter().collect();
            items.sort_unstable();
            items
        });
        let first = all.next().unwrap_or_default();
        if all.all(|other| other == first) {
            Self::Fixed
        } else {
            Self::Drawn
        }
    }
}

/// An item beside the rest of its paper.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Beside {
    pub given: Given,
    /// Points or, on drawn papers, the share of them.
    pub value: f64,
    /// The most that `value` can be.
    pub full: f64,
    pub rest: f64,
}

/// A paper as it is compared with others.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measured {
    /// Points or, on drawn papers, the share of them.
    pub total: f64,
    /// The most that `total` can be.
    pub full: f64,
    pub items: Vec<Beside>,
}

impl Measured {
    /// `None`: the paper is left out.
    pub fn of(sheet: &[Given], basis: Basis) -> Option<Self> {
        let sheet: Vec<Given> = sheet
            .iter()
            .map(|given| Given {
                mark: sound(given.mark),
                full: sound(given.full).max(0.0),
                ..*given
            })
            .collect();
        let marks: f64 = sheet.iter().fold(0.0, |sum, given| sum + given.mark);
        let full: f64 = sheet.iter().fold(0.0, |sum, given| sum + given.full);
        match basis {
            Basis::Fixed => {
                let beside = |given: Given| Beside {
                    given,
                    value: given.mark,
                    full: given.full,
                    rest: marks - given.mark,
                };
                Some(Self {
                    total: marks,
                    full,
                    items: sheet.into_iter().map(beside).collect(),
                })
            }
            Basis::Drawn => {
                let counting = sheet.iter().filter(|given| given.full > 0.0).count();
                let beside = |given: Given| Beside {
                    given,
                    value: given.mark / given.full,
                    full: 1.0,
                    rest: (marks - given.mark) / (full - given.full),
                };
                (counting > 1).then(|| Self {
                    total: marks / full,
                    full: 1.0,
                    items: sheet.into_iter().filter(|given| given.full > 0.0).map(beside).collect(),
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(item: u32, mark: f64, full: f64) -> Given {
        Given {
            item,
            mark,
            full,
            answered: true,
            choice: OptionSet::EMPTY,
            took_ms: None,
        }
    }

    #[test]
    fn blind_choices_hit_the_key_as_often_as_the_kind_allows() {
        let chance = |kind, options| {
            Item {
                kind,
                options,
                key: OptionSet(1),
            }
            .chance()
        };
        assert_eq!(chance(Some(Kind::Single), 4), Some(0.25));
        assert_eq!(chance(Some(Kind::TrueFalse), 0), Some(0.5));
        assert_eq!(chance(Some(Kind::Multiple), 4), Some(1.0 / 11.0));
        assert_eq!(chance(Some(Kind::Indefinite), 4), Some(1.0 / 15.0));
        assert_eq!((chance(Some(Kind::Single), 0), chance(None, 4)), (None, None));
    }

    #[test]
    fn a_drawn_paper_compares_shares_and_a_fixed_one_points() {
        let sheet = [given(0, 1.0, 2.0), given(1, 3.0, 3.0), given(2, 0.0, 1.0)];
        let fixed = Measured::of(&sheet, Basis::Fixed).expect("a paper");
        assert_eq!(
            (fixed.total, fixed.items[0].value, fixed.items[0].rest),
            (4.0, 1.0, 3.0)
        );
        let drawn = Measured::of(&sheet, Basis::Drawn).expect("a paper");
        assert_eq!((drawn.items[0].value, drawn.items[0].rest), (0.5, 0.75));
        assert_eq!(Measured::of(&sheet[..1], Basis::Drawn), None);
    }

    #[test]
    fn papers_are_fixed_when_all_have_the_same_items() {
        let sheet = |items: &[u32]| items.iter().map(|item| given(*item, 1.0, 1.0)).collect::<Vec<_>>();
        assert_eq!(Basis::of(&[sheet(&[0, 1]), sheet(&[1, 0])]), Basis::Fixed);
        assert_eq!(Basis::of(&[sheet(&[0, 1]), sheet(&[0, 2])]), Basis::Drawn);
        assert_eq!(Basis::of(&[]), Basis::Fixed);
    }

    #[test]
    fn numbers_from_nowhere_do_no_harm() {
        let sheet = [given(0, f64::NAN, f64::INFINITY), given(1, f64::NEG_INFINITY, -3.0)];
        let fixed = Measured::of(&sheet, Basis::Fixed).expect("a paper");
        assert_eq!((fixed.total, fixed.full), (0.0, 0.0));
        assert_eq!(Measured::of(&sheet, Basis::Drawn), None);
    }
}
