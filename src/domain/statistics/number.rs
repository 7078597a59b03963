//! The arithmetic that all figures share: total functions, `None` where a figure does not exist.

/// A quotient, if it is a number.
pub(super) fn ratio(part: f64, whole: f64) -> Option<f64> {
    let ratio = part / whole;
    (whole != 0.0 && ratio.is_finite()).then_some(ratio)
}

/// What came in from outside, as a number one can compute with.
pub(super) fn sound(number: f64) -> f64 {
    if number.is_finite() {
        number.clamp(-LARGEST, LARGEST)
    } else {
        0.0
    }
}

/// A million points: no mark and no paper is beyond it.
pub(super) const LARGEST: f64 = 1e6;

/// Variances and covariance of two numbers measured on the same papers, with n − 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Joint {
    pub var_x: f64,
    pub var_y: f64,
    pub cov: f64,
}

impl Joint {
    /// `None` for fewer than two papers.
    pub fn of(x: &[f64], y: &[f64]) -> Option<Self> {
        let n = x.len().min(y.len());
        let (mean_x, mean_y) = (mean(&x[..n])?, mean(&y[..n])?);
        let (mut xx, mut yy, mut xy) = (0.0, 0.0, 0.0);
        for (x, y) in x.iter().zip(y) {
            let (dx, dy) = (x - mean_x, y - mean_y);
            xx += dx * dx;
            yy += dy * dy;
            xy += dx * dy;
        }
        let free = (n > 1).then_some(n as f64 - 1.0)?;
        let (var_x, var_y) = (without_dust(xx / free, mean_x), without_dust(yy / free, mean_y));
        let vary = var_x > 0.0 && var_y > 0.0;
        Some(Self {
            var_x,
            var_y,
            cov: if vary { xy / free } else { 0.0 },
        })
    }

    /// `None` where one of the two is the same on all papers.
    pub fn correlation(self) -> Option<f64> {
        ratio(self.cov, (self.var_x * self.var_y).sqrt()).map(|r| r.clamp(-1.0, 1.0))
    }
}

/// What is left of a variance of equal numbers by rounding is none.
pub(super) fn without_dust(variance: f64, mean: f64) -> f64 {
    let dust = 1e-11 * mean.abs();
    if variance <= dust * dust { 0.0 } else { variance }
}

pub(super) fn mean(numbers: &[f64]) -> Option<f64> {
    ratio(numbers.iter().sum(), numbers.len() as f64)
}

/// The quantile of sorted numbers, on the straight line between the two beside it (type 7 of Hyndman and Fan 1996; for one half
/// the median).
pub(super) fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share.clamp(0.0, 1.0) * (sorted.len().checked_sub(1)? as f64);
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

/// Skewness as Moodle has it: the third k-statistic over the second to the power of 3/2. `m2` and `m3` are the means of the squares
/// and cubes of the distances from the mean.
pub(super) fn skewness(n: f64, m2: f64, m3: f64) -> Option<f64> {
    if n < 3.0 {
        return None;
    }
    let k2 = n * m2 / (n - 1.0);
    let k3 = n * n * m3 / ((n - 1.0) * (n - 2.0));
    ratio(k3, k2.powf(1.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_their_neighbours_and_nothing_has_none() {
        let sorted = [1.0, 2.0, 4.0, 8.0];
        assert_eq!(quantile(&sorted, 0.5), Some(3.0));
        assert_eq!(quantile(&sorted, 0.25), Some(1.75));
        assert_eq!((quantile(&sorted, 0.0), quantile(&sorted, 9.0)), (Some(1.0), Some(8.0)));
        assert_eq!((quantile(&[], 0.5), mean(&[])), (None, None));
    }

    #[test]
    fn equal_numbers_vary_with_nothing() {
        let x = [0.3; 7];
        let y = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0];
        let joint = Joint::of(&x, &y).expect("seven papers");
        assert_eq!((joint.var_x, joint.correlation()), (0.0, None));
        assert_eq!(Joint::of(&x[..1], &y[..1]), None);
        assert_eq!(Joint::of(&y, &y).and_then(Joint::correlation), Some(1.0));
    }
}
