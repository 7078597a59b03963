//! The step of maximisation: the curves under which the expected persons would most likely answer as they did. The logarithm of the
//! likelihood is concave in slope and intercept, so that Newton's method goes straight to the top.

use super::{
    calibrate::Model,
    curve::logistic,
    expect::{Expected, Line},
    quadrature::{AtNodes, Quadrature},
};

/// A slope beyond this says only that abilities would have to jump; it is where estimation stops.
pub(super) const STEEPEST: f64 = 8.0;
const FARTHEST: f64 = 40.0;
/// One step changes no parameter by more.
const STRIDE: f64 = 2.0;
const STEPS: usize = 20;
const PRECISION: f64 = 1e-10;

/// First and second derivatives of the logarithm of the likelihood of one item; the second with their sign changed.
#[derive(Debug, Clone, Copy, Default)]
struct Slopes {
    intercept: f64,
    slope: f64,
    intercept2: f64,
    slope2: f64,
    both: f64,
}

fn slopes(quadrature: &Quadrature, line: Line, persons: &AtNodes, right: f64, right_theta: f64) -> Slopes {
    let mut slopes = Slopes {
        intercept: right,
        slope: right_theta,
        ..Slopes::default()
    };
    for (theta, persons) in quadrature.theta.iter().zip(persons) {
        let chance = logistic(line.slope * theta + line.intercept);
        let (expected, weight) = (persons * chance, persons * chance * (1.0 - chance));
        slopes.intercept -= expected;
        slopes.slope -= expected * theta;
        slopes.intercept2 += weight;
        slopes.both += weight * theta;
        slopes.slope2 += weight * theta * theta;
    }
    slopes
}

impl Line {
    /// Within what is estimated.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            slope: self.slope.clamp(-STEEPEST, STEEPEST),
            intercept: self.intercept.clamp(-FARTHEST, FARTHEST),
        }
    }

    fn moved(self, slope: f64, intercept: f64) -> Self {
        let step = |step: f64| {
            if step.is_finite() {
                step.clamp(-STRIDE, STRIDE)
            } else {
                0.0
            }
        };
        Self {
            slope: self.slope + step(slope),
            intercept: self.intercept + step(intercept),
        }
        .bounded()
    }
}

/// How far two sets of curves are apart at most.
pub(super) fn distance(a: &[Line], b: &[Line]) -> f64 {
    a.iter().zip(b).fold(0.0, |most, (a, b)| {
        most.max((a.slope - b.slope).abs())
            .max((a.intercept - b.intercept).abs())
    })
}

pub(super) fn maximize(quadrature: &Quadrature, model: Model, lines: &[Line], expected: &Expected) -> Vec<Line> {
    let of = |item: usize, line: Line| {
        let (right, theta) = (expected.right[item], expected.right_theta[item]);
        slopes(quadrature, line, &expected.persons[item], right, theta)
    };
    let mut lines = lines.to_vec();
    if model == Model::OneParameter {
        return common_slope(lines, of);
    }
    for (item, line) in lines.iter_mut().enumerate() {
        for _ in 0..STEPS {
            let at = of(item, *line);
            let next = if model == Model::Rasch {
                line.moved(0.0, at.intercept / at.intercept2)
            } else {
                let determinant = at.slope2 * at.intercept2 - at.both * at.both;
                line.moved(
                    (at.intercept2 * at.slope - at.both * at.intercept) / determinant,
                    (at.slope2 * at.intercept - at.both * at.slope) / determinant,
                )
            };
            let moved = distance(&[*line], &[next]);
            *line = next;
            if moved < PRECISION {
                break;
            }
        }
    }
    lines
}

/// All intercepts and the slope that the items have in common: the matrix of second derivatives is an arrow, and its tip is
/// eliminated.
fn common_slope(mut lines: Vec<Line>, of: impl Fn(usize, Line) -> Slopes) -> Vec<Line> {
    for _ in 0..STEPS {
        let at: Vec<Slopes> = lines.iter().enumerate().map(|(item, line)| of(item, *line)).collect();
        let (mut first, mut second) = (0.0, 0.0);
        for at in &at {
            first += at.slope - at.both * at.intercept / at.intercept2;
            second += at.slope2 - at.both * at.both / at.intercept2;
        }
        let step = first / second;
        let step = if step.is_finite() {
            step.clamp(-STRIDE, STRIDE)
        } else {
            0.0
        };
        let next: Vec<Line> = lines
            .iter()
            .zip(&at)
            .map(|(line, at)| line.moved(step, (at.intercept - at.both * step) / at.intercept2))
            .collect();
        let moved = distance(&lines, &next);
        lines = next;
        if moved < PRECISION {
            break;
        }
    }
    lines
}
