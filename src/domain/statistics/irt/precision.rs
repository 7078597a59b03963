//! How sharply a paper, or an item alone, tells abilities apart.

use serde::{Deserialize, Serialize};

use super::{calibrate::Calibration, curve::Curve};

/// What a paper says of somebody of an ability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    pub theta: f64,
    /// Fisher information: the sum of that of the items.
    pub information: f64,
    /// Standard error of an ability told from the answers alone, 1/√information; `None` where they tell nothing.
    pub se: Option<f64>,
    /// How many of the items are expected to be answered rightly.
    pub expected_right: f64,
}

/// Where it is told: from −3 to 3 by halves.
const ABILITIES: std::ops::RangeInclusive<i32> = -6..=6;

impl Calibration {
    /// What a paper says over abilities from −3 to 3. `shares`: by place in the pool, the share of papers that had the item; where
    /// papers differ it is said of the average paper. Items without a curve say nothing.
    pub fn precision(&self, shares: &[f64]) -> Vec<Precision> {
        let items = self.items.iter().zip(shares);
        let items: Vec<(Curve, f64)> = items
            .filter_map(|(item, share)| Some((item.curve()?, *share)))
            .collect();
        over_abilities(&items)
    }
}

impl Curve {
    /// What the item says over abilities from −3 to 3 if a paper has nothing else.
    pub fn precision(self) -> Vec<Precision> {
        over_abilities(&[(self, 1.0)])
    }
}

/// `items`: each with the share of papers that had it.
fn over_abilities(items: &[(Curve, f64)]) -> Vec<Precision> {
    let sum = |of: &dyn Fn(Curve) -> f64| items.iter().map(|(curve, share)| share * of(*curve)).sum::<f64>();
    let at = |half: i32| {
        let theta = f64::from(half) / 2.0;
        let information = sum(&|curve| curve.information(theta));
        Precision {
            theta,
            information,
            se: (information > 0.0).then(|| 1.0 / information.sqrt()),
            expected_right: sum(&|curve| curve.chance(theta)),
        }
    };
    ABILITIES.map(at).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::calibrate::{Estimate, Model, Reason},
        *,
    };

    #[test]
    fn a_paper_tells_most_where_its_items_lie_and_items_without_a_curve_nothing() {
        let curve = |a, b| Estimate::Curve {
            curve: Curve { a, b },
            se_a: None,
            se_b: None,
        };
        let unfit = Estimate::NotEstimable(Reason::AllRight);
        let of = |items: Vec<Estimate>| Calibration {
            model: Model::TwoParameter,
            persons: 500,
            items,
            log_likelihood: -1.0,
            reliability: None,
            converged: true,
            steps: 1,
        };
        let told = of(vec![curve(1.6, 1.0), curve(1.6, 1.0), unfit, curve(1.6, 1.0)]).precision(&[1.0, 1.0, 1.0, 0.5]);
        assert_eq!((told.len(), told[0].theta, told[12].theta), (13, -3.0, 3.0));
        // At θ = 1 each of them tells 1.6² / 4, and half of the papers have the last.
        let there = told[8];
        assert!((there.information - 1.6).abs() < 1e-12 && (there.expected_right - 1.25).abs() < 1e-12);
        assert!((there.se.expect("an error") - 1.0 / 1.6_f64.sqrt()).abs() < 1e-12);
        assert!(told.iter().all(|at| at.information <= there.information));
        assert!(told.windows(2).all(|two| two[0].expected_right < two[1].expected_right));
        assert_eq!(of(vec![unfit]).precision(&[1.0])[6].se, None);
    }

    #[test]
    fn an_item_alone_tells_a_quarter_of_its_squared_slope_at_its_difficulty_and_less_elsewhere() {
        let told = Curve { a: 1.6, b: -0.5 }.precision();
        let there = told[5];
        assert_eq!((told.len(), there.theta), (13, -0.5));
        assert!((there.information - 1.6 * 1.6 / 4.0).abs() < 1e-12 && (there.expected_right - 0.5).abs() < 1e-12);
        let less = told.iter().filter(|at| at.information < there.information);
        assert_eq!(less.count(), 12);
    }
}
