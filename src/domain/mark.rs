//! Marking one question: a total function of kind, policy, key and choice. A whole paper is marked by
//! [`super::key_correction::mark_paper`].

use serde::{Deserialize, Serialize};

use super::{
    exam::MultiplePolicy,
    item::{Kind, OptionSet},
    points::Points,
};

/// What of an exam's rules marking needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marking {
    pub multiple: MultiplePolicy,
    /// Taken off for a wrong 判断; one that is not answered costs nothing.
    pub wrong_judgement: Points,
}

/// The points a choice earns, below zero where a rule takes points off. Key and choice are both in authored places.
pub fn mark(marking: Marking, kind: Kind, key: OptionSet, choice: OptionSet, full: Points) -> Points {
    if choice.is_empty() || key.is_empty() {
        return Points::ZERO;
    }
    match kind {
        Kind::Multiple | Kind::Indefinite => multiple(marking.multiple, key, choice, full),
        _ if choice == key => full,
        Kind::TrueFalse => Points(-marking.wrong_judgement.0),
        _ => Points::ZERO,
    }
}

/// One 多选 or 不定项, answered, with a key. Shares are rounded down to a hundredth of a point.
fn multiple(policy: MultiplePolicy, key: OptionSet, choice: OptionSet, full: Points) -> Points {
    let (of, chosen) = (key.len() as i64, choice.len() as i64);
    let right = choice.common(key).len() as i64;
    let wrong = chosen - right;
    let share = |parts: i64| Points((full.0 * parts).div_euclid(of));
    let incomplete = wrong == 0 && right < of;
    match policy {
        MultiplePolicy::AllOrNothing | MultiplePolicy::HalfIfIncomplete | MultiplePolicy::ShareIfIncomplete
            if choice == key =>
        {
            full
        }
        MultiplePolicy::HalfIfIncomplete if incomplete => Points(full.0 / 2),
        MultiplePolicy::ShareIfIncomplete if incomplete => share(right),
        MultiplePolicy::AllOrNothing | MultiplePolicy::HalfIfIncomplete | MultiplePolicy::ShareIfIncomplete => {
            Points::ZERO
        }
        MultiplePolicy::PerOption => share(right - wrong),
        MultiplePolicy::RightMinusWrong => share(right - wrong).max(Points::ZERO),
        MultiplePolicy::Mapping(mapping) => {
            let percent = |percent: i64| Points((full.0 * percent).div_euclid(100));
            let sum = full.0 * (100 * right - i64::from(mapping.wrong) * wrong * of);
            Points(sum.div_euclid(100 * of))
                .max(percent(i64::from(mapping.lower)))
                .min(percent(i64::from(mapping.upper)))
        }
        MultiplePolicy::PerRight if chosen > of => Points::ZERO,
        MultiplePolicy::PerRight => share(right),
    }
}

/// The result of one part of a paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartScore {
    pub kind: Kind,
    /// Below zero where more was taken off than earned.
    pub score: Points,
    pub full: Points,
    /// Questions with full points.
    pub right: u32,
    pub count: u32,
    /// Questions that people still have to mark; of them `score` has what rules give.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub awaiting: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_zero(count: &u32) -> bool {
    *count == 0
}

/// A marked paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Score {
    /// The sum of the parts, but never below zero.
    pub score: Points,
    pub full: Points,
    pub parts: Vec<PartScore>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::exam::Mapping;

    const TWO: Points = Points(200);
    /// A, C and D of A to E.
    const KEY: OptionSet = OptionSet(0b0_1101);

    fn multiple(policy: MultiplePolicy, bits: u16) -> i64 {
        let marking = Marking {
            multiple: policy,
            wrong_judgement: Points::ZERO,
        };
        mark(marking, Kind::Multiple, KEY, OptionSet(bits), TWO).0
    }

    /// The same six answers under each policy: all right; one left out; two left out; two right and one wrong; all
    /// right and one wrong; everything.
    #[test]
    fn each_policy_gives_what_its_definition_says() {
        use MultiplePolicy as P;
        let mapping = |wrong, lower, upper| P::Mapping(Mapping { wrong, lower, upper });
        let answers = [0b0_1101, 0b0_0101, 0b0_0001, 0b0_0111, 0b0_1111, 0b1_1111];
        for (policy, earned) in [
            (P::AllOrNothing, [200, 0, 0, 0, 0, 0]),
            (P::HalfIfIncomplete, [200, 100, 100, 0, 0, 0]),
            (P::ShareIfIncomplete, [200, 133, 66, 0, 0, 0]),
            (P::PerOption, [200, 133, 66, 66, 133, 66]),
            (P::RightMinusWrong, [200, 133, 66, 66, 133, 66]),
            (mapping(50, -25, 100), [200, 133, 66, 33, 100, 0]),
            (mapping(100, -25, 80), [160, 133, 66, -50, 0, -50]),
            (P::PerRight, [200, 133, 66, 133, 0, 0]),
        ] {
            assert_eq!(answers.map(|bits| multiple(policy, bits)), earned, "{policy:?}");
        }
        let wrong = 0b0_0010;
        assert_eq!(multiple(P::PerOption, wrong), -67, "rounded down");
        assert_eq!(multiple(P::RightMinusWrong, wrong), 0);
        assert_eq!(multiple(mapping(50, -25, 100), wrong), -50, "the lower bound");
    }

    #[test]
    fn what_is_not_answered_neither_earns_nor_costs_anything() {
        let marking = |multiple| Marking {
            multiple,
            wrong_judgement: Points::whole(1),
        };
        for policy in MultiplePolicy::ALL {
            for kind in Kind::CHOICES {
                for key in [KEY, OptionSet::EMPTY] {
                    assert_eq!(mark(marking(policy), kind, key, OptionSet::EMPTY, TWO), Points::ZERO);
                }
            }
        }
    }

    #[test]
    fn a_wrong_judgement_costs_what_the_rules_say_and_a_wrong_single_choice_nothing() {
        let marking = Marking {
            multiple: MultiplePolicy::AllOrNothing,
            wrong_judgement: Points(50),
        };
        let mark = |kind, bits| mark(marking, kind, OptionSet(1), OptionSet(bits), TWO);
        assert_eq!((mark(Kind::TrueFalse, 1), mark(Kind::TrueFalse, 2)), (TWO, Points(-50)));
        assert_eq!((mark(Kind::Single, 1), mark(Kind::Single, 2)), (TWO, Points::ZERO));
    }

    /// Over every key and choice among five options.
    #[test]
    fn only_the_key_itself_earns_full_points_and_a_wrong_option_never_helps() {
        for policy in MultiplePolicy::ALL {
            let marking = Marking {
                multiple: policy,
                wrong_judgement: Points::ZERO,
            };
            for kind in Kind::CHOICES {
                for key in (1..32).map(OptionSet) {
                    let mark = |choice| mark(marking, kind, key, choice, TWO);
                    for choice in (0..32).map(OptionSet) {
                        let points = mark(choice);
                        assert_eq!(points == TWO, choice == key, "{policy:?} {kind:?} {key:?} {choice:?}");
                        assert!(points <= TWO);
                        if !policy.may_cost() {
                            assert!(points >= Points::ZERO, "{policy:?}");
                        }
                        for place in (0..5).filter(|place| !choice.contains(*place) && !kind.one_choice()) {
                            let more = mark(choice.toggled(place));
                            let all_right = choice.is_subset_of(key) && !choice.is_empty();
                            if !key.contains(place) {
                                assert!(more <= points, "{policy:?} {key:?} {choice:?}: a wrong option helped");
                            } else if all_right {
                                assert!(more >= points, "{policy:?} {key:?} {choice:?}: a right option hurt");
                            }
                        }
                    }
                }
            }
        }
    }
}
