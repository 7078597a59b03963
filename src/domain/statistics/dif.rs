//! Whether an item is harder for one group of persons than for another of the same ability (differential item functioning, DIF), by
//! the method of Mantel and Haenszel as the Educational Testing Service uses it (Holland and Thayer 1988; Zwick 2012).
//!
//! A class says where to look. Whether an item is unfair is for people who read it to say.

use serde::{Deserialize, Serialize};

use super::number::ratio;

/// The answers of persons of one level of ability, usually of one score on the paper including the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stratum {
    pub reference_right: u64,
    pub reference_wrong: u64,
    pub focal_right: u64,
    pub focal_wrong: u64,
}

/// One of the two groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The group with which is compared.
    Reference,
    /// The group that is looked at.
    Focal,
}

/// The strata of an item by level: any number that orders persons, such as the score or, on drawn papers, tenths of the share.
pub fn strata(persons: impl IntoIterator<Item = (i64, Side, bool)>) -> Vec<Stratum> {
    let mut levels: std::collections::BTreeMap<i64, Stratum> = std::collections::BTreeMap::new();
    for (level, side, right) in persons {
        let stratum = levels.entry(level).or_default();
        let count = match (side, right) {
            (Side::Reference, true) => &mut stratum.reference_right,
            (Side::Reference, false) => &mut stratum.reference_wrong,
            (Side::Focal, true) => &mut stratum.focal_right,
            (Side::Focal, false) => &mut stratum.focal_wrong,
        };
        *count += 1;
    }
    levels.into_values().collect()
}

/// How large a difference is, by the rule of the Educational Testing Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Class {
    /// Negligible: below 1 on the scale of D-DIF, or not different from 0 at 5 %.
    A,
    /// Neither A nor C.
    B,
    /// Large: 1.5 or more, and more than 1 at 5 % (one-sided).
    C,
}

/// The difference between two groups on one item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Dif {
    /// Persons in strata that hold both groups; others say nothing.
    pub reference: u64,
    pub focal: u64,
    /// The common odds ratio: above 1, the item favours the reference group.
    pub odds_ratio: f64,
    /// With continuity correction, one degree of freedom.
    pub chi_square: f64,
    /// −2.35 ln of the odds ratio: below 0, the item is harder for the focal group.
    pub d_dif: f64,
    pub se: f64,
    pub class: Class,
}

/// 5 % of the chi-square distribution with one degree of freedom lie beyond it.
const CHI_SQUARE_5: f64 = 3.841_458_820_694_124;
/// 5 % of the normal distribution lie beyond it.
const NORMAL_5: f64 = 1.644_853_626_951_472_7;
/// From logarithms of odds to the delta scale of the Educational Testing Service.
const DELTA: f64 = 2.35;

/// Compares two groups. `None` where they cannot be: no level at which both are, or one group always right or always wrong there.
pub fn mantel_haenszel(strata: &[Stratum]) -> Option<Dif> {
    let (mut for_reference, mut for_focal) = (0.0, 0.0);
    let (mut right, mut expected, mut variance) = (0.0, 0.0, 0.0);
    let (mut reference, mut focal) = (0, 0);
    let numbers = |stratum: &Stratum| {
        let number = |count: u64| count as f64;
        let (a, b) = (number(stratum.reference_right), number(stratum.reference_wrong));
        let (c, d) = (number(stratum.focal_right), number(stratum.focal_wrong));
        (a, b, c, d, a + b + c + d)
    };
    let both: Vec<&Stratum> = strata
        .iter()
        .filter(|it| it.reference_right + it.reference_wrong > 0 && it.focal_right + it.focal_wrong > 0)
        .collect();
    for stratum in &both {
        let (a, b, c, d, n) = numbers(stratum);
        for_reference += a * d / n;
        for_focal += b * c / n;
        right += a;
        expected += (a + b) * (a + c) / n;
        variance += (a + b) * (c + d) * (a + c) * (b + d) / (n * n * (n - 1.0));
        reference += stratum.reference_right + stratum.reference_wrong;
        focal += stratum.focal_right + stratum.focal_wrong;
    }
    let odds_ratio = ratio(for_reference, for_focal).filter(|odds| *odds > 0.0)?;
    let distance = ((right - expected).abs() - 0.5).max(0.0);
    let chi_square = ratio(distance * distance, variance)?;
    // The variance of the logarithm of the odds ratio (Phillips and Holland 1987).
    let spread: f64 = both
        .iter()
        .map(|stratum| {
            let (a, b, c, d, n) = numbers(stratum);
            (a * d + odds_ratio * b * c) * (a + d + odds_ratio * (b + c)) / (n * n)
        })
        .sum();
    let se = DELTA * ratio(spread, 2.0 * for_reference * for_reference)?.sqrt();
    let d_dif = -DELTA * odds_ratio.ln();
    Some(Dif {
        reference,
        focal,
        odds_ratio,
        chi_square,
        d_dif,
        se,
        class: class(d_dif.abs(), se, chi_square),
    })
}

fn class(size: f64, se: f64, chi_square: f64) -> Class {
    if size < 1.0 || chi_square < CHI_SQUARE_5 {
        Class::A
    } else if size >= 1.5 && size - 1.0 > NORMAL_5 * se {
        Class::C
    } else {
        Class::B
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(reference_right: u64, reference_wrong: u64, focal_right: u64, focal_wrong: u64) -> Stratum {
        Stratum {
            reference_right,
            reference_wrong,
            focal_right,
            focal_wrong,
        }
    }

    /// Checked against `StratifiedTable` of statsmodels 0.14 (pooled odds ratio and its standard error, test with correction).
    #[test]
    fn the_numbers_are_those_of_another_program() {
        let dif = mantel_haenszel(&[
            stratum(30, 70, 15, 60),
            stratum(55, 45, 30, 50),
            stratum(80, 20, 50, 30),
            stratum(7, 0, 0, 0),
        ])
        .expect("two groups");
        assert_eq!((dif.reference, dif.focal), (300, 235));
        assert!((dif.odds_ratio - REFERENCE.0).abs() < 1e-9, "{dif:?}");
        assert!((dif.chi_square - REFERENCE.1).abs() < 1e-9, "{dif:?}");
        assert!((dif.se / DELTA - REFERENCE.2).abs() < 1e-9, "{dif:?}");
        assert!((dif.d_dif + DELTA * REFERENCE.0.ln()).abs() < 1e-9);
        assert_eq!(dif.class, Class::B, "−1.68 ± 0.45 may well be below 1");
    }

    /// Odds ratio, chi-square, standard error of the logarithm of the odds ratio.
    const REFERENCE: (f64, f64, f64) = (2.041_232_819_658_476, 13.200_595_450_740_046, 0.192_775_426_101_521_3);

    #[test]
    fn the_groups_may_be_exchanged_and_only_the_sign_turns() {
        let there = [stratum(40, 60, 30, 70), stratum(70, 30, 60, 45)];
        let back = there.map(|s| stratum(s.focal_right, s.focal_wrong, s.reference_right, s.reference_wrong));
        let (there, back) = (
            mantel_haenszel(&there).expect("groups"),
            mantel_haenszel(&back).expect("groups"),
        );
        assert!((there.d_dif + back.d_dif).abs() < 1e-12);
        assert!((there.se - back.se).abs() < 1e-12 && (there.chi_square - back.chi_square).abs() < 1e-9);
        assert_eq!(there.class, back.class);
    }

    #[test]
    fn a_class_needs_a_large_difference_and_one_that_is_sure() {
        assert_eq!(class(0.9, 0.1, 80.0), Class::A);
        assert_eq!(class(3.0, 2.0, 2.0), Class::A, "may be chance");
        assert_eq!(class(1.2, 0.3, 16.0), Class::B);
        assert_eq!(class(1.6, 0.5, 10.0), Class::B, "not surely above 1");
        assert_eq!(class(1.6, 0.3, 28.0), Class::C);
    }

    #[test]
    fn groups_that_never_meet_are_not_compared() {
        assert_eq!(mantel_haenszel(&[]), None);
        assert_eq!(mantel_haenszel(&[stratum(5, 5, 0, 0), stratum(0, 0, 5, 5)]), None);
        assert_eq!(mantel_haenszel(&[stratum(5, 0, 5, 0)]), None, "all right");
        assert_eq!(
            mantel_haenszel(&[stratum(5, 0, 2, 3)]),
            None,
            "an odds ratio without bound"
        );
    }

    #[test]
    fn persons_of_one_level_stand_together() {
        let persons = [
            (3, Side::Focal, true),
            (1, Side::Reference, false),
            (3, Side::Reference, true),
            (3, Side::Focal, false),
        ];
        assert_eq!(strata(persons), [stratum(0, 1, 0, 0), stratum(1, 0, 1, 1)]);
    }
}
