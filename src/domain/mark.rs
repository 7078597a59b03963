//! Marking one question: a total function of kind, policy, key and choice. A whole paper is marked by
//! [`super::key_correction::mark_paper`].

use serde::{Deserialize, Serialize};

use super::{
    exam::MultiplePolicy,
    item::{Kind, OptionSet},
    points::Points,
};

/// The points a choice earns. Key and choice are both in authored places.
pub fn mark(kind: Kind, policy: MultiplePolicy, key: OptionSet, choice: OptionSet, full: Points) -> Points {
    if choice == key && !key.is_empty() {
        return full;
    }
    let incomplete = !choice.is_empty() && choice.is_subset_of(key);
    if kind.one_choice() || !incomplete {
        return Points::ZERO;
    }
    match policy {
        MultiplePolicy::AllOrNothing => Points::ZERO,
        MultiplePolicy::HalfIfIncomplete => Points(full.0 / 2),
        MultiplePolicy::ShareIfIncomplete => Points(full.0 * choice.len() as i64 / key.len() as i64),
    }
}

/// The result of one part of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartScore {
    pub kind: Kind,
    pub score: Points,
    pub full: Points,
    /// Questions with full points.
    pub right: u32,
    pub count: u32,
}

/// A marked paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    pub score: Points,
    pub full: Points,
    pub parts: Vec<PartScore>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: Points = Points(200);
    const KEY: OptionSet = OptionSet(0b1101);

    #[test]
    fn all_or_nothing_gives_nothing_for_an_incomplete_choice() {
        let mark = |bits| mark(Kind::Multiple, MultiplePolicy::AllOrNothing, KEY, OptionSet(bits), TWO);
        assert_eq!(
            (mark(0b1101), mark(0b0101), mark(0b1111), mark(0)),
            (TWO, Points::ZERO, Points::ZERO, Points::ZERO)
        );
    }

    #[test]
    fn an_incomplete_choice_may_earn_half_or_its_share_but_a_wrong_option_nothing() {
        let mark = |policy, bits| mark(Kind::Indefinite, policy, KEY, OptionSet(bits), TWO);
        assert_eq!(mark(MultiplePolicy::HalfIfIncomplete, 0b0001), Points(100));
        assert_eq!(mark(MultiplePolicy::ShareIfIncomplete, 0b0101), Points(133));
        assert_eq!(mark(MultiplePolicy::ShareIfIncomplete, 0b0011), Points::ZERO);
    }

    #[test]
    fn no_choice_ever_earns_more_than_the_full_points_or_less_than_none() {
        for policy in MultiplePolicy::ALL {
            for kind in Kind::ALL {
                for bits in 0..256u16 {
                    let points = mark(kind, policy, OptionSet(bits >> 4), OptionSet(bits & 15), TWO);
                    assert!((0..=200).contains(&points.0));
                    assert_eq!(
                        points == TWO,
                        bits >> 4 == bits & 15 && bits != 0,
                        "full only for the key itself"
                    );
                }
            }
        }
    }
}
