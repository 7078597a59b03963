//! The abilities at which integrals over the normal distribution are taken.

/// Nodes; from −6 to 6 they are a fifth of a standard deviation apart.
pub(super) const NODES: usize = 61;
const REACH: f64 = 6.0;

/// A number for each node.
pub(super) type AtNodes = [f64; NODES];

/// Abilities with the logarithms of their weights, which sum to one.
#[derive(Debug, Clone)]
pub(super) struct Quadrature {
    pub theta: AtNodes,
    pub log_weight: AtNodes,
}

impl Quadrature {
    /// The standard normal distribution on equally spaced nodes: for smooth curves as good as Gauss–Hermite nodes of this number, and
    /// better for steep ones.
    pub fn normal() -> Self {
        let theta: AtNodes = std::array::from_fn(|node| REACH * (2.0 * node as f64 / (NODES - 1) as f64 - 1.0));
        let density = theta.map(|theta| (-0.5 * theta * theta).exp());
        let log_sum = density.iter().sum::<f64>().ln();
        Self {
            theta,
            log_weight: theta.map(|theta| -0.5 * theta * theta - log_sum),
        }
    }
}

/// Turns logarithms of likelihoods at the nodes into the shares they have of their sum, and gives the logarithm of that sum.
pub(super) fn normalize(logs: &mut AtNodes) -> f64 {
    let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for log in logs.iter_mut() {
        *log = (*log - most).exp();
    }
    let sum: f64 = logs.iter().sum();
    for share in logs.iter_mut() {
        *share /= sum;
    }
    most + sum.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nodes_have_the_moments_of_the_normal_distribution() {
        let normal = Quadrature::normal();
        let moment = |power: i32| -> f64 {
            let each = normal.theta.iter().zip(&normal.log_weight);
            each.map(|(theta, log)| log.exp() * theta.powi(power)).sum()
        };
        for (power, expected) in [(0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0), (6, 15.0)] {
            assert!((moment(power) - expected).abs() < 1e-4, "{power}: {}", moment(power));
        }
    }
}
