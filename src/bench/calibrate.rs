//! How long a calibration takes: 50 items and many persons who answer by known curves, the same for the same seed; once with all items
//! on every paper, once with papers of 50 drawn from a bank of 200. Beside the time it says how far the curves found lie from those
//! by which the answers were made.

use mingfa::domain::statistics::irt::{Calibration, Curve, Model, Responses, calibrate};
use rand::{Rng, SeedableRng, seq::index};
use rand_chacha::ChaCha8Rng;

use super::{
    measure,
    table::{Lines, seconds},
};

const SEED: u64 = 20_261_204;
/// Items on a paper.
const PAPER: usize = 50;

pub fn lines(persons: usize) -> Lines {
    let mut lines = Lines::default();
    for bank in [PAPER, 4 * PAPER] {
        let (truth, responses) = simulated(bank, persons);
        for model in [Model::Rasch, Model::OneParameter, Model::TwoParameter] {
            let begun = measure::now();
            let found = calibrate(model, &responses);
            let taken = seconds(begun.elapsed());
            let what = format!("{model:?}: {PAPER} of {bank} items × {persons} persons");
            let reach = if model == Model::TwoParameter { "≤ 5 s" } else { "" };
            let value = match found {
                Ok(found) if found.converged => format!("{taken}, {} steps, {}", found.steps, distance(&truth, &found)),
                Ok(found) => format!("{taken}, not done after {} steps", found.steps),
                Err(error) => error.to_string(),
            };
            lines.say(what, reach, value);
        }
    }
    lines
}

/// Persons of normal abilities, each with a paper of its own from the bank.
fn simulated(bank: usize, persons: usize) -> (Vec<Curve>, Responses) {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let truth: Vec<Curve> = (0..bank)
        .map(|_| Curve {
            a: rng.random_range(0.5..2.0),
            b: rng.random_range(-2.5..2.0),
        })
        .collect();
    let mut responses = Responses::new(bank);
    for _ in 0..persons {
        // The sum of twelve equally likely shares is nearly normal.
        let theta = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let paper = index::sample(&mut rng, bank, PAPER).into_vec();
        let answers = paper
            .into_iter()
            .map(|item| (item, rng.random_bool(truth[item].chance(theta))));
        responses.add(answers);
    }
    (truth, responses)
}

/// Root mean squares of the distances of slopes and difficulties.
fn distance(truth: &[Curve], found: &Calibration) -> String {
    let pairs = truth.iter().zip(found.items.iter().filter_map(|item| item.curve()));
    let (mut a, mut b, mut n) = (0.0, 0.0, 0.0);
    for (truth, found) in pairs {
        a += (truth.a - found.a).powi(2);
        b += (truth.b - found.b).powi(2);
        n += 1.0;
    }
    format!("off by {:.3} in a and {:.3} in b", f64::sqrt(a / n), f64::sqrt(b / n))
}
