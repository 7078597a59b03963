//! Standard errors, from the cross products of the derivatives of each person's likelihood (Fisher information as observed).

use super::{
    calibrate::Model,
    curve::logistic,
    expect::{Line, base, log_wrong_by_node, posterior},
    quadrature::{AtNodes, Quadrature},
    response::Form,
};

/// More multiplications are not spent on standard errors.
const MOST_WORK: usize = 1_000_000_000;

/// The covariances of the estimates: all slopes (one, each or none, as the model has it), then all intercepts.
#[derive(Debug, Clone)]
pub(super) struct Errors {
    slopes: usize,
    covariance: Square,
}

impl Errors {
    fn at(&self, model: Model, place: usize) -> (Option<usize>, usize) {
        let slope = match model {
            Model::Rasch => None,
            Model::OneParameter => Some(0),
            Model::TwoParameter => Some(place),
        };
        (slope, self.slopes + place)
    }

    pub fn slope(&self, model: Model, place: usize) -> Option<f64> {
        match self.at(model, place).0 {
            None => Some(0.0),
            Some(slope) => root(self.covariance.get(slope, slope)),
        }
    }

    /// That of b = −d/a, to the first order.
    pub fn difficulty(&self, model: Model, place: usize, line: Line) -> Option<f64> {
        let (slope, intercept) = self.at(model, place);
        let b = -line.intercept / line.slope;
        let of_intercept = self.covariance.get(intercept, intercept);
        let of_slope = slope.map_or(0.0, |slope| {
            b * b * self.covariance.get(slope, slope) + 2.0 * b * self.covariance.get(slope, intercept)
        });
        root((of_intercept + of_slope) / (line.slope * line.slope))
    }
}

fn root(variance: f64) -> Option<f64> {
    (variance.is_finite() && variance >= 0.0).then(|| variance.sqrt())
}

pub(super) fn errors(quadrature: &Quadrature, model: Model, lines: &[Line], forms: &[Form]) -> Option<Errors> {
    let slopes = match model {
        Model::Rasch => 0,
        Model::OneParameter => 1,
        Model::TwoParameter => lines.len(),
    };
    let parameters = slopes + lines.len();
    let patterns: usize = forms.iter().map(|form| form.patterns.len()).sum();
    if patterns.saturating_mul(parameters * parameters) > MOST_WORK {
        return None;
    }
    let wrong = log_wrong_by_node(quadrature, lines);
    let mut information = Square::new(parameters);
    for form in forms {
        let chances = Chances::of(quadrature, lines, form);
        let base = base(quadrature, &wrong, form);
        for pattern in &form.patterns {
            let (shares, _) = posterior(quadrature, lines, &base, pattern);
            let score = chances.score(quadrature, &shares, &pattern.right, model, slopes, parameters);
            information.add_product(&score, pattern.count);
        }
    }
    Some(Errors {
        slopes,
        covariance: information.inverse()?,
    })
}

/// The chances of right answers to the items of a form: for each node those of all items.
struct Chances<'a> {
    form: &'a Form,
    by_node: Vec<f64>,
}

impl<'a> Chances<'a> {
    fn of(quadrature: &Quadrature, lines: &[Line], form: &'a Form) -> Self {
        let at = |theta: f64| {
            form.items.iter().map(move |item| {
                let line = lines[*item as usize];
                logistic(line.slope * theta + line.intercept)
            })
        };
        Self {
            form,
            by_node: quadrature.theta.iter().flat_map(|theta| at(*theta)).collect(),
        }
    }

    /// The derivatives of the logarithm of a person's likelihood.
    fn score(
        &self,
        quadrature: &Quadrature,
        shares: &AtNodes,
        right: &[u32],
        model: Model,
        slopes: usize,
        parameters: usize,
    ) -> Vec<f64> {
        let items = self.form.items.len();
        let (mut chance, mut chance_theta, mut mean) = (vec![0.0; items], vec![0.0; items], 0.0);
        if items > 0 {
            let nodes = self.by_node.chunks_exact(items).zip(shares).zip(&quadrature.theta);
            for ((chances, share), theta) in nodes {
                let by_theta = share * theta;
                mean += by_theta;
                for ((sum, sum_theta), at) in chance.iter_mut().zip(&mut chance_theta).zip(chances) {
                    *sum += share * at;
                    *sum_theta += by_theta * at;
                }
            }
        }
        let mut score = vec![0.0; parameters];
        let slope_of = |item: u32| match model {
            Model::Rasch => None,
            Model::OneParameter => Some(0),
            Model::TwoParameter => Some(item as usize),
        };
        for (place, item) in self.form.items.iter().enumerate() {
            score[slopes + *item as usize] -= chance[place];
            if let Some(slope) = slope_of(*item) {
                score[slope] -= chance_theta[place];
            }
        }
        for item in right {
            score[slopes + *item as usize] += 1.0;
            if let Some(slope) = slope_of(*item) {
                score[slope] += mean;
            }
        }
        score
    }
}

/// A symmetric matrix; what stands above the diagonal is not used while it is filled.
#[derive(Debug, Clone)]
struct Square {
    size: usize,
    cells: Vec<f64>,
}

impl Square {
    fn new(size: usize) -> Self {
        Self {
            size,
            cells: vec![0.0; size * size],
        }
    }

    fn get(&self, row: usize, column: usize) -> f64 {
        self.cells[row.max(column) * self.size + row.min(column)]
    }

    fn row(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.size..(row + 1) * self.size]
    }

    /// Adds a vector times itself.
    fn add_product(&mut self, vector: &[f64], weight: f64) {
        for (row, factor) in vector.iter().enumerate().filter(|(_, factor)| **factor != 0.0) {
            let factor = factor * weight;
            for (cell, other) in self.row(row)[..=row].iter_mut().zip(vector) {
                *cell += factor * other;
            }
        }
    }

    /// By Cholesky; `None` where the matrix is not positive definite, or so nearly that the inverse says nothing.
    fn inverse(mut self) -> Option<Self> {
        let n = self.size;
        for row in 0..n {
            for column in 0..=row {
                let dot: f64 = (0..column).map(|k| self.get(row, k) * self.get(column, k)).sum();
                let rest = self.get(row, column) - dot;
                let cell = if row == column {
                    (rest > 1e-9 * self.get(row, row)).then(|| rest.sqrt())?
                } else {
                    rest / self.get(column, column)
                };
                self.row(row)[column] = cell;
            }
        }
        let mut inverse = Self::new(n);
        for unit in 0..n {
            let mut x = vec![0.0; n];
            for row in unit..n {
                let dot: f64 = (unit..row).map(|k| self.get(row, k) * x[k]).sum();
                x[row] = (f64::from(u8::from(row == unit)) - dot) / self.get(row, row);
            }
            for row in (0..n).rev() {
                let dot: f64 = (row + 1..n).map(|k| self.get(k, row) * x[k]).sum();
                x[row] = (x[row] - dot) / self.get(row, row);
            }
            for (row, value) in x.iter().enumerate().skip(unit) {
                inverse.row(row)[unit] = *value;
            }
        }
        Some(inverse)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_times_its_inverse_is_one() {
        let mut matrix = Square::new(3);
        for (vector, weight) in [([1.0, 2.0, 0.0], 1.0), ([0.0, 1.0, -1.0], 2.0), ([1.0, 0.0, 3.0], 0.5)] {
            matrix.add_product(&vector, weight);
        }
        let inverse = matrix.clone().inverse().expect("positive definite");
        for row in 0..3 {
            for column in 0..3 {
                let cell: f64 = (0..3).map(|k| matrix.get(row, k) * inverse.get(k, column)).sum();
                assert!((cell - f64::from(u8::from(row == column))).abs() < 1e-12);
            }
        }
        let mut flat = Square::new(2);
        flat.add_product(&[1.0, 1.0], 1.0);
        assert!(flat.inverse().is_none());
    }
}
