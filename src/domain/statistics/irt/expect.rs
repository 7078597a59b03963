//! The step of expectation: where the persons are expected to be, given the curves of the items.
//!
//! The logit of a right answer is aθ + d, so that the likelihood of a person is Π(1 − P) · exp(Aθ + D) with A and D the sums of a
//! and d over the right answers. For persons with the same items the product is computed once, and a person costs one exponential
//! for each node, however many items there are.

use super::{
    curve::log_wrong,
    quadrature::{AtNodes, NODES, Quadrature, normalize},
    response::{Form, Pattern},
};

/// The logit of a right answer at ability θ is `slope` · θ + `intercept`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line {
    pub slope: f64,
    pub intercept: f64,
}

/// What maximisation needs to know of the persons.
#[derive(Debug, Clone)]
pub(super) struct Expected {
    pub log_likelihood: f64,
    /// For each item the expected number of those who answered it, by ability.
    pub persons: Vec<AtNodes>,
    /// For each item how many answered it rightly, and the sum of their expected abilities.
    pub right: Vec<f64>,
    pub right_theta: Vec<f64>,
}

/// Logarithms of the likelihood of a form, without what depends on the person.
pub(super) fn base(quadrature: &Quadrature, wrong: &[AtNodes], form: &Form) -> AtNodes {
    let mut base = quadrature.log_weight;
    for item in &form.items {
        for (base, wrong) in base.iter_mut().zip(&wrong[*item as usize]) {
            *base += wrong;
        }
    }
    base
}

/// The logarithms of the chances of wrong answers, by item.
pub(super) fn log_wrong_by_node(quadrature: &Quadrature, lines: &[Line]) -> Vec<AtNodes> {
    lines
        .iter()
        .map(|line| {
            quadrature
                .theta
                .map(|theta| log_wrong(line.slope * theta + line.intercept))
        })
        .collect()
}

/// The distribution of the ability of a person, and the logarithm of the likelihood.
pub(super) fn posterior(quadrature: &Quadrature, lines: &[Line], base: &AtNodes, pattern: &Pattern) -> (AtNodes, f64) {
    let (mut slope, mut intercept) = (0.0, 0.0);
    for item in &pattern.right {
        let line = lines[*item as usize];
        slope += line.slope;
        intercept += line.intercept;
    }
    let mut shares = *base;
    for (log, theta) in shares.iter_mut().zip(&quadrature.theta) {
        *log += slope * theta;
    }
    let log_likelihood = normalize(&mut shares) + intercept;
    (shares, log_likelihood)
}

/// Mean of a distribution over the nodes.
pub(super) fn mean(quadrature: &Quadrature, shares: &AtNodes) -> f64 {
    shares
        .iter()
        .zip(&quadrature.theta)
        .map(|(share, theta)| share * theta)
        .sum()
}

pub(super) fn expect(quadrature: &Quadrature, lines: &[Line], forms: &[Form]) -> Expected {
    let wrong = log_wrong_by_node(quadrature, lines);
    let mut expected = Expected {
        log_likelihood: 0.0,
        persons: vec![[0.0; NODES]; lines.len()],
        right: vec![0.0; lines.len()],
        right_theta: vec![0.0; lines.len()],
    };
    for form in forms {
        let base = base(quadrature, &wrong, form);
        let mut persons = [0.0; NODES];
        for pattern in &form.patterns {
            let (shares, log_likelihood) = posterior(quadrature, lines, &base, pattern);
            expected.log_likelihood += pattern.count * log_likelihood;
            for (persons, share) in persons.iter_mut().zip(&shares) {
                *persons += pattern.count * share;
            }
            let theta = pattern.count * mean(quadrature, &shares);
            for item in &pattern.right {
                expected.right[*item as usize] += pattern.count;
                expected.right_theta[*item as usize] += theta;
            }
        }
        for item in &form.items {
            for (all, here) in expected.persons[*item as usize].iter_mut().zip(&persons) {
                *all += here;
            }
        }
    }
    expected
}
