use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Fault, Share};

/// How the pairs of a question count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairRule {
    /// Every right pair earns the same share.
    #[default]
    Each,
    /// All pairs right, or nothing.
    All,
}

/// 连线: every item on the left has one partner on the right. A partner may serve several items or none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Matching {
    /// The items with the place of their partner.
    pub items: Vec<(String, usize)>,
    pub partners: Vec<String>,
    pub rule: PairRule,
}

impl Matching {
    /// Brings the partners into the order of their items, each text once; those without an item come last.
    pub(super) fn settle(&mut self) {
        let own = self.items.iter().map(|(_, partner)| *partner);
        let order: Vec<usize> = own.chain(0..self.partners.len()).collect();
        let mut partners: Vec<String> = vec![];
        for place in order {
            if let Some(text) = self.partners.get(place).filter(|text| !partners.contains(text)) {
                partners.push(text.clone());
            }
        }
        for (_, partner) in &mut self.items {
            let text = self.partners.get(*partner);
            *partner = text
                .and_then(|text| partners.iter().position(|known| known == text))
                .unwrap_or(usize::MAX);
        }
        self.partners = partners;
    }

    /// By item: which partner was chosen. Partners of the same text are the same.
    pub fn mark(&self, given: &[Option<usize>]) -> Share {
        let text = |place: usize| self.partners.get(place);
        let right = self.items.iter().zip(given);
        let right = right.filter(|((_, partner), given)| given.is_some_and(|given| text(given) == text(*partner)));
        let right = right.count();
        match self.rule {
            PairRule::Each => Share::of(right as u64, self.items.len() as u64),
            PairRule::All if right == self.items.len() => Share::FULL,
            PairRule::All => Share::NONE,
        }
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        let partner_missing = self.items.iter().any(|(_, partner)| *partner >= self.partners.len());
        if self.items.len() < 2 || self.partners.is_empty() {
            Err(Fault::TooFewPairs)
        } else if partner_missing {
            Err(Fault::BadPair)
        } else if self.items.iter().any(|(item, _)| item.is_empty()) || self.partners.iter().any(String::is_empty) {
            Err(Fault::EmptyOption)
        } else {
            Ok(())
        }
    }
}

/// How an order counts that is right in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderRule {
    /// The whole order right, or nothing.
    #[default]
    All,
    /// Every item in its own place earns the same share.
    Place,
    /// Every item directly followed by the one that should follow it.
    Next,
    /// Every two items that stand in the right order to each other.
    Pairs,
}

impl OrderRule {
    pub const ALL: [Self; 4] = [Self::All, Self::Place, Self::Next, Self::Pairs];

    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Place => "place",
            Self::Next => "next",
            Self::Pairs => "pairs",
        }
    }
}

/// 排序: the items in the right order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordering {
    pub items: Vec<String>,
    pub rule: OrderRule,
}

impl Ordering {
    /// The places of the items in the order given: `[0, 1, 2]` is right. What is not an order of all items earns nothing.
    pub fn mark(&self, given: &[usize]) -> Share {
        let n = self.items.len();
        let whole = given.len() == n && given.iter().collect::<BTreeSet<_>>().len() == n;
        if !whole || given.iter().any(|place| *place >= n) || n == 0 {
            return Share::NONE;
        }
        let sorted = given.windows(2).all(|two| two[0] < two[1]);
        let count = |right: usize, all: usize| Share::of(right as u64, all as u64);
        match self.rule {
            _ if sorted => Share::FULL,
            OrderRule::All => Share::NONE,
            OrderRule::Place => count(given.iter().enumerate().filter(|(at, place)| at == *place).count(), n),
            OrderRule::Next => count(given.windows(2).filter(|two| two[0] + 1 == two[1]).count(), n - 1),
            OrderRule::Pairs => {
                let behind = |at: usize| given[at + 1..].iter().filter(|later| **later > given[at]).count();
                count((0..n).map(behind).sum(), n * (n - 1) / 2)
            }
        }
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        let different = self.items.iter().collect::<BTreeSet<_>>().len();
        if self.items.len() < 2 || different < self.items.len() {
            Err(Fault::BadOrder)
        } else if self.items.iter().any(String::is_empty) {
            Err(Fault::EmptyOption)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_count_each_or_all_together() {
        let mut question = Matching {
            items: vec![("刑法".into(), 0), ("民法典".into(), 1), ("宪法".into(), 0)],
            partners: vec!["甲".into(), "乙".into(), "甲".into()],
            rule: PairRule::Each,
        };
        assert_eq!(question.mark(&[Some(2), Some(1), Some(0)]), Share::FULL);
        assert_eq!(question.mark(&[Some(0), None, Some(1)]), Share::of(1, 3));
        question.rule = PairRule::All;
        assert_eq!(question.mark(&[Some(0), Some(1)]), Share::NONE);
        assert_eq!(question.mark(&[Some(0), Some(1), Some(0), Some(9)]), Share::FULL);
        question.items[1].1 = 3;
        assert_eq!(question.fit(), Err(Fault::BadPair));
    }

    #[test]
    fn an_order_right_in_part_counts_by_its_rule() {
        let marks = |rule, given: &[usize]| {
            let items = ["立案", "侦查", "起诉", "审判"].map(str::to_owned).to_vec();
            Ordering { items, rule }.mark(given)
        };
        // The first item was put last.
        let given = [1, 2, 3, 0];
        assert_eq!(marks(OrderRule::All, &given), Share::NONE);
        assert_eq!(marks(OrderRule::Place, &given), Share::NONE);
        assert_eq!(marks(OrderRule::Next, &given), Share::of(2, 3));
        assert_eq!(marks(OrderRule::Pairs, &given), Share::of(3, 6));
        for rule in OrderRule::ALL {
            assert_eq!(marks(rule, &[0, 1, 2, 3]), Share::FULL);
            assert_eq!(marks(rule, &[0, 1, 2]), Share::NONE);
            assert_eq!(marks(rule, &[0, 1, 2, 2]), Share::NONE);
            assert_eq!(marks(rule, &[0, 1, 2, 4]), Share::NONE);
        }
    }
}
