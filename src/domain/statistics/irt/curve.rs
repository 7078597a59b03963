//! What a calibrated item is.

use serde::{Deserialize, Serialize};

/// The curve of an item: slope (discrimination, a) and difficulty (b).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Curve {
    pub a: f64,
    pub b: f64,
}

impl Curve {
    /// The chance of a right answer at an ability.
    pub fn chance(self, theta: f64) -> f64 {
        logistic(self.a * (theta - self.b))
    }

    /// Fisher information about an ability: a² P (1 − P).
    pub fn information(self, theta: f64) -> f64 {
        let chance = self.chance(theta);
        self.a * self.a * chance * (1.0 - chance)
    }

    /// The information at its difficulty; there is more nowhere.
    pub fn most_information(self) -> f64 {
        self.information(self.b)
    }
}

pub(super) fn logistic(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

/// The logarithm of the chance of a wrong answer, without loss where it is nearly certain or nearly impossible.
pub(super) fn log_wrong(logit: f64) -> f64 {
    -(logit.max(0.0) + (-logit.abs()).exp().ln_1p())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_says_most_where_a_right_answer_is_as_likely_as_a_wrong_one() {
        let item = Curve { a: 1.6, b: 0.4 };
        assert!((item.chance(0.4) - 0.5).abs() < 1e-12);
        assert!((item.information(0.4) - 0.64).abs() < 1e-12);
        assert!(item.information(1.0) < 0.64 && item.information(-1.0) < 0.64);
        assert!((item.most_information() - 0.64).abs() < 1e-12);
    }

    #[test]
    fn logarithms_survive_extreme_chances() {
        assert_eq!((log_wrong(-1e4), log_wrong(1e4)), (0.0, -1e4));
        assert!((log_wrong(0.3) - (1.0 - logistic(0.3)).ln()).abs() < 1e-14);
    }
}
