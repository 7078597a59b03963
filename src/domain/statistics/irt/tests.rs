//! Calibration as a whole.

use super::*;

/// Numbers that are the same for the same seed (Knuth's MMIX).
struct Chance(u64);

impl Chance {
    fn share(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Nearly normal, as twelve shares together are.
    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.share()).sum::<f64>() - 6.0
    }
}

/// Persons who answer by the curves; everybody gets each item with the chance `given`.
fn simulated(curves: &[Curve], persons: usize, given: f64, seed: u64) -> Responses {
    let mut chance = Chance(seed);
    let mut responses = Responses::new(curves.len());
    for _ in 0..persons {
        let theta = chance.normal();
        let answers = curves.iter().enumerate().filter_map(|(item, curve)| {
            let (on, right) = (chance.share() < given, chance.share() < curve.chance(theta));
            on.then_some((item, right))
        });
        responses.add(answers.collect::<Vec<_>>());
    }
    responses
}

fn curves(items: usize) -> Vec<Curve> {
    let mut chance = Chance(77);
    let curve = |_| Curve {
        a: 0.6 + 1.2 * chance.share(),
        b: -1.8 + 3.6 * chance.share(),
    };
    (0..items).map(curve).collect()
}

#[test]
fn the_curves_of_simulated_persons_are_found_again_also_on_drawn_papers() {
    let truth = curves(20);
    for given in [1.0, 0.5] {
        let found = calibrate(Model::TwoParameter, &simulated(&truth, 4_000, given, 5)).expect("calibrated");
        assert!(found.converged, "{} steps", found.steps);
        let mut outside = 0;
        for (truth, estimate) in truth.iter().zip(&found.items) {
            let Estimate::Curve {
                curve,
                se_a: Some(se_a),
                se_b: Some(se_b),
            } = *estimate
            else {
                panic!("{estimate:?}")
            };
            assert!(se_a < 0.2 && se_b < 0.2, "{estimate:?}");
            outside += usize::from((curve.a - truth.a).abs() > 2.0 * se_a);
            outside += usize::from((curve.b - truth.b).abs() > 2.0 * se_b);
        }
        // One in twenty of forty, by the meaning of a standard error.
        assert!(outside <= 5, "{outside} of 40 beyond two standard errors");
    }
}

#[test]
fn items_without_variation_are_named_and_change_nothing_else() {
    let truth = curves(6);
    let plain = simulated(&truth, 500, 1.0, 9);
    let mut more = Responses::new(9);
    let mut chance = Chance(9);
    for _ in 0..500 {
        let theta = chance.normal();
        let answers: Vec<_> = truth
            .iter()
            .enumerate()
            .map(|(item, curve)| {
                chance.share();
                (item, chance.share() < curve.chance(theta))
            })
            .collect();
        more.add(answers.into_iter().chain([(6, true), (7, false)]));
    }
    for model in [Model::Rasch, Model::OneParameter, Model::TwoParameter] {
        let (plain, more) = (
            calibrate(model, &plain).expect("calibrated"),
            calibrate(model, &more).expect("calibrated"),
        );
        assert_eq!(plain.items, more.items[..6]);
        assert_eq!(
            more.items[6..],
            [Reason::AllRight, Reason::AllWrong, Reason::NobodyAnswered].map(Estimate::NotEstimable)
        );
        assert!((plain.log_likelihood - more.log_likelihood).abs() < 1e-9);
    }
}

#[test]
fn an_item_that_only_the_able_answer_is_too_steep_and_does_not_run_away() {
    let mut responses = Responses::new(6);
    for person in 0..600usize {
        let level = person % 6;
        responses.add((0..6).map(|item| (item, level > item)));
    }
    let found = calibrate(Model::TwoParameter, &responses).expect("calibrated");
    assert!(found.log_likelihood.is_finite());
    assert!(
        found.items.contains(&Estimate::NotEstimable(Reason::Steep)),
        "{found:?}"
    );
}

#[test]
fn too_little_is_refused_with_the_reason() {
    let nothing = Responses::new(5);
    assert_eq!(calibrate(Model::TwoParameter, &nothing), Err(NotCalibrated::Nobody));
    let mut two = Responses::new(2);
    two.add([(0, true), (1, false)]);
    two.add([(0, false), (1, true)]);
    let refused = NotCalibrated::TooFewItems { items: 2, least: 3 };
    assert_eq!(calibrate(Model::TwoParameter, &two), Err(refused));
    assert!(calibrate(Model::Rasch, &two).is_ok());
}

#[test]
fn who_answers_more_rightly_is_thought_more_able_and_nobody_is_beyond_measure() {
    let found = calibrate(Model::OneParameter, &simulated(&curves(12), 1_000, 1.0, 3)).expect("calibrated");
    let ability = |right: usize| found.ability((0..12).map(|item| (item, item < right)));
    let theta: Vec<f64> = (0..=12).map(|right| ability(right).theta).collect();
    assert!(theta.windows(2).all(|pair| pair[0] < pair[1]), "{theta:?}");
    assert!(theta[0] > -4.0 && theta[12] < 4.0);
    assert!(ability(6).se < ability(12).se && ability(12).se < 1.0);
    let unknown = found.ability([(99, true)]);
    assert!(unknown.theta.abs() < 1e-12 && (unknown.se - 1.0).abs() < 1e-3);
    assert!(
        found.reliability.is_some_and(|share| (0.3..0.9).contains(&share)),
        "{found:?}"
    );
}
