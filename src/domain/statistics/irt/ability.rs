//! What a person's answers say of the ability.

use serde::{Deserialize, Serialize};

use super::{
    calibrate::Calibration,
    expect::{Line, base, log_wrong_by_node, mean, posterior},
    quadrature::Quadrature,
    response::{Form, Pattern},
};

/// Expected a posteriori (EAP): the mean and the standard deviation of the ability given the answers (Bock and Mislevy 1982).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Ability {
    pub theta: f64,
    pub se: f64,
}

impl Calibration {
    /// The ability of somebody who answered these items, each with whether rightly. Items without a curve say nothing; of somebody who
    /// answered no others it is only known to be one of all: 0 ± 1.
    pub fn ability(&self, answers: impl IntoIterator<Item = (usize, bool)>) -> Ability {
        let quadrature = Quadrature::normal();
        let (mut lines, mut right) = (Vec::new(), Vec::new());
        for (item, is_right) in answers {
            let Some(curve) = self.items.get(item).and_then(|item| item.curve()) else {
                continue;
            };
            if is_right {
                right.push(lines.len() as u32);
            }
            lines.push(Line {
                slope: curve.a,
                intercept: -curve.a * curve.b,
            });
        }
        let form = Form {
            items: (0..lines.len() as u32).collect(),
            patterns: Vec::new(),
        };
        let base = base(&quadrature, &log_wrong_by_node(&quadrature, &lines), &form);
        let (shares, _) = posterior(&quadrature, &lines, &base, &Pattern { right, count: 1.0 });
        let theta = mean(&quadrature, &shares);
        let spread = shares
            .iter()
            .zip(&quadrature.theta)
            .map(|(share, node)| share * (node - theta).powi(2));
        Ability {
            theta,
            se: spread.sum::<f64>().sqrt(),
        }
    }
}
