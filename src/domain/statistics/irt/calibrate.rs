//! Calibration: the curves under which the answers of all are most likely.

use serde::{Deserialize, Serialize};

use super::{
    curve::Curve,
    error::{Errors, errors},
    expect::{Line, base, expect, log_wrong_by_node, mean, posterior},
    maximize::{STEEPEST, distance, maximize},
    quadrature::Quadrature,
    response::{Form, Responses},
};
use crate::domain::lang::Lang;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// Every slope is 1.
    Rasch,
    /// All items have one slope, which is estimated.
    OneParameter,
    /// Each item has its own slope.
    TwoParameter,
}

impl Model {
    /// With fewer items the answers do not determine the curves.
    fn least_items(self) -> usize {
        match self {
            Self::Rasch => 1,
            Self::OneParameter => 2,
            Self::TwoParameter => 3,
        }
    }
}

/// Why an item has no curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    NobodyAnswered,
    AllRight,
    AllWrong,
    /// Whether it is answered rightly has nothing to do with ability, or everybody would have to be much more or less able to tell
    /// its difficulty.
    Flat,
    /// The slope grew without end.
    Steep,
}

impl Reason {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::NobodyAnswered => lang.pick("没有人作答", "Nobody answered"),
            Self::AllRight => lang.pick("人人答对", "All answered rightly"),
            Self::AllWrong => lang.pick("人人答错", "All answered wrongly"),
            Self::Flat => lang.pick("对错与水平无关", "Right answers have nothing to do with ability"),
            Self::Steep => lang.pick("斜率没有上限", "The slope has no bound"),
        }
    }
}

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Estimate {
    Curve {
        curve: Curve,
        /// Standard errors; `None` where the information matrix has no inverse or was too large to be computed. That of a slope which
        /// is not estimated is 0.
        se_a: Option<f64>,
        se_b: Option<f64>,
    },
    NotEstimable(Reason),
}

impl Estimate {
    pub fn curve(self) -> Option<Curve> {
        match self {
            Self::Curve { curve, .. } => Some(curve),
            Self::NotEstimable(_) => None,
        }
    }

    /// The standard errors of a and b.
    pub fn errors(self) -> (Option<f64>, Option<f64>) {
        match self {
            Self::Curve { se_a, se_b, .. } => (se_a, se_b),
            Self::NotEstimable(_) => (None, None),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    pub model: Model,
    pub persons: u64,
    /// By place in the pool.
    pub items: Vec<Estimate>,
    pub log_likelihood: f64,
    /// How much of the differences between expected abilities is no error, 0 to 1.
    pub reliability: Option<f64>,
    /// `false`: it was given up after too many steps, and the curves are only near the best ones.
    pub converged: bool,
    /// Steps of expectation.
    pub steps: u32,
}

/// Why nothing was calibrated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCalibrated {
    #[error("nobody answered anything")]
    Nobody,
    #[error("{items} items that some answered rightly and some wrongly; at least {least} are needed")]
    TooFewItems { items: usize, least: usize },
}

/// Steps after which it is given up.
const MOST_STEPS: u32 = 1_500;
/// A step that changes every parameter by less is the last.
const PRECISION: f64 = 1e-6;
/// A difficulty beyond this is none: it would need abilities that nobody has.
const FARTHEST: f64 = 25.0;
/// A slope below this, up or down, is none.
const FLATTEST: f64 = 0.01;

/// Calibrates the items by marginal maximum likelihood.
///
/// Expectation and maximisation (Bock and Aitkin 1981), accelerated by squared extrapolation (SQUAREM, scheme S3 of Varadhan and
/// Roland 2008); an extrapolation that makes the answers less likely is dropped, so that each round improves on the one before.
/// Items that all answered rightly or wrongly have no curve and change nothing in those of the others.
///
/// # Errors
/// [`NotCalibrated`].
pub fn calibrate(model: Model, responses: &Responses) -> Result<Calibration, NotCalibrated> {
    let counts = responses.counts();
    let reason = |(answered, right): (u64, u64)| match right {
        _ if answered == 0 => Some(Reason::NobodyAnswered),
        0 => Some(Reason::AllWrong),
        right if right == answered => Some(Reason::AllRight),
        _ => None,
    };
    if counts.iter().all(|(answered, _)| *answered == 0) {
        return Err(NotCalibrated::Nobody);
    }
    let kept: Vec<usize> = (0..counts.len())
        .filter(|item| reason(counts[*item]).is_none())
        .collect();
    let least = model.least_items();
    if kept.len() < least {
        let items = kept.len();
        return Err(NotCalibrated::TooFewItems { items, least });
    }
    let quadrature = Quadrature::normal();
    let forms = responses.forms(&kept);
    let start = kept.iter().map(|item| {
        let (answered, right) = (counts[*item].0 as f64, counts[*item].1 as f64);
        Line {
            slope: 1.0,
            // A curve of slope 1 is flattened by the spread of abilities.
            intercept: 1.16 * (right / (answered - right)).ln(),
        }
    });
    let found = Search::new(&quadrature, model, &forms).run(start.collect());
    let errors = errors(&quadrature, model, &found.lines, &forms);
    let mut items: Vec<Estimate> = counts
        .iter()
        .map(|counts| Estimate::NotEstimable(reason(*counts).unwrap_or(Reason::Flat)))
        .collect();
    for (place, (item, line)) in kept.iter().zip(&found.lines).enumerate() {
        items[*item] = estimate(model, *line, errors.as_ref(), place);
    }
    Ok(Calibration {
        model,
        persons: responses.persons(),
        items,
        log_likelihood: found.log_likelihood,
        reliability: reliability(&quadrature, &found.lines, &forms),
        converged: found.converged,
        steps: found.steps,
    })
}

fn estimate(model: Model, line: Line, errors: Option<&Errors>, place: usize) -> Estimate {
    let Line { slope: a, intercept } = line;
    let b = -intercept / a;
    if model != Model::Rasch && a.abs() >= STEEPEST {
        return Estimate::NotEstimable(Reason::Steep);
    }
    if a.abs() < FLATTEST || !b.is_finite() || b.abs() > FARTHEST {
        return Estimate::NotEstimable(Reason::Flat);
    }
    Estimate::Curve {
        curve: Curve { a, b },
        se_a: errors.and_then(|errors| errors.slope(model, place)),
        se_b: errors.and_then(|errors| errors.difficulty(model, place, line)),
    }
}

struct Search<'a> {
    quadrature: &'a Quadrature,
    model: Model,
    forms: &'a [Form],
    steps: u32,
}

struct Found {
    lines: Vec<Line>,
    log_likelihood: f64,
    converged: bool,
    steps: u32,
}

impl<'a> Search<'a> {
    fn new(quadrature: &'a Quadrature, model: Model, forms: &'a [Form]) -> Self {
        Self {
            quadrature,
            model,
            forms,
            steps: 0,
        }
    }

    /// One step, and the logarithm of the likelihood before it.
    fn step(&mut self, lines: &[Line]) -> (Vec<Line>, f64) {
        self.steps += 1;
        let expected = expect(self.quadrature, lines, self.forms);
        let next = maximize(self.quadrature, self.model, lines, &expected);
        (next, expected.log_likelihood)
    }

    fn run(mut self, mut lines: Vec<Line>) -> Found {
        while self.steps < MOST_STEPS {
            let (first, log_likelihood) = self.step(&lines);
            if distance(&lines, &first) < PRECISION {
                return Found {
                    lines,
                    log_likelihood,
                    converged: true,
                    steps: self.steps,
                };
            }
            let (second, before) = self.step(&first);
            let far = extrapolated(&lines, &first, &second);
            let (beyond, after) = self.step(&far);
            lines = if after >= before { beyond } else { second };
        }
        let (_, log_likelihood) = self.step(&lines);
        Found {
            lines,
            log_likelihood,
            converged: false,
            steps: self.steps,
        }
    }
}

/// Where three points of a path lead.
fn extrapolated(start: &[Line], first: &[Line], second: &[Line]) -> Vec<Line> {
    let minus = |a: &Line, b: &Line| Line {
        slope: a.slope - b.slope,
        intercept: a.intercept - b.intercept,
    };
    let step: Vec<Line> = first.iter().zip(start).map(|(a, b)| minus(a, b)).collect();
    let turn: Vec<Line> = second
        .iter()
        .zip(first)
        .zip(&step)
        .map(|((a, b), step)| minus(&minus(a, b), step))
        .collect();
    let length = |of: &[Line]| -> f64 {
        let squares = of.iter().map(|line| line.slope.powi(2) + line.intercept.powi(2));
        squares.sum::<f64>().sqrt()
    };
    // At 1 this is the second point itself; never less.
    let reach = (length(&step) / length(&turn)).max(1.0);
    if !reach.is_finite() {
        return second.to_vec();
    }
    let along = |x: f64, step: f64, turn: f64| x + 2.0 * reach * step + reach * reach * turn;
    start
        .iter()
        .zip(&step)
        .zip(&turn)
        .map(|((at, step), turn)| {
            Line {
                slope: along(at.slope, step.slope, turn.slope),
                intercept: along(at.intercept, step.intercept, turn.intercept),
            }
            .bounded()
        })
        .collect()
}

/// The variance of the expected abilities as a share of that of the abilities.
fn reliability(quadrature: &Quadrature, lines: &[Line], forms: &[Form]) -> Option<f64> {
    let wrong = log_wrong_by_node(quadrature, lines);
    let (mut persons, mut sum, mut squares, mut errors) = (0.0, 0.0, 0.0, 0.0);
    for form in forms {
        let base = base(quadrature, &wrong, form);
        for pattern in &form.patterns {
            let (shares, _) = posterior(quadrature, lines, &base, pattern);
            let theta = mean(quadrature, &shares);
            let spread = shares
                .iter()
                .zip(&quadrature.theta)
                .map(|(share, node)| share * (node - theta).powi(2));
            errors += pattern.count * spread.sum::<f64>();
            persons += pattern.count;
            sum += pattern.count * theta;
            squares += pattern.count * theta * theta;
        }
    }
    let variance = squares / persons - (sum / persons).powi(2);
    let reliability = variance / (variance + errors / persons);
    reliability.is_finite().then_some(reliability)
}
