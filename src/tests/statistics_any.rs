//! Whatever is handed in: running sums say what all papers say, and calibrations give numbers.

use mingfa::domain::{
    item::{Kind, OptionSet},
    statistics::{
        classical::analyse,
        irt::{Model, Responses, calibrate},
        sheet::{Basis, Given, Item},
        sums::Sums,
    },
};
use proptest::prelude::*;

const ITEMS: usize = 5;
const POOL: [Item; ITEMS] = [Item {
    kind: Some(Kind::Single),
    options: 4,
    key: OptionSet(1),
}; ITEMS];

fn given(item: u32) -> impl Strategy<Value = Given> {
    (-100i32..=300, 0u16..16, any::<bool>()).prop_map(move |(hundredths, choice, answered)| Given {
        item,
        mark: f64::from(hundredths) / 100.0,
        full: 3.0,
        answered,
        choice: OptionSet(choice),
        took_ms: None,
    })
}

/// A paper of the whole pool, or of a part of it.
fn sheet(basis: Basis) -> impl Strategy<Value = Vec<Given>> {
    let whole = (0..ITEMS as u32).map(given).collect::<Vec<_>>();
    (whole, prop::collection::vec(any::<bool>(), ITEMS)).prop_map(move |(sheet, on)| {
        let pairs = sheet.into_iter().zip(on);
        pairs
            .filter(|(_, on)| *on || basis == Basis::Fixed)
            .map(|(given, _)| given)
            .collect()
    })
}

fn papers() -> impl Strategy<Value = (Basis, Vec<(Vec<Given>, bool, bool)>)> {
    prop_oneof![Just(Basis::Fixed), Just(Basis::Drawn)].prop_flat_map(|basis| {
        let papers = prop::collection::vec((sheet(basis), any::<bool>(), any::<bool>()), 0..40);
        papers.prop_map(move |papers| (basis, papers))
    })
}

fn near(a: Option<f64>, b: Option<f64>, basis: Basis) -> bool {
    // Shares are cut to parts of a thousand millionth.
    let tolerance = match basis {
        Basis::Fixed => 1e-9,
        Basis::Drawn => 1e-5,
    };
    match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= tolerance * (1.0 + a.abs()),
        (a, b) => a == b,
    }
}

proptest! {
    /// Each paper goes to one of two nodes; some are taken back at the end, some are there before and marked again.
    #[test]
    fn sums_say_what_all_papers_say_in_any_order((basis, papers) in papers()) {
        let mut nodes = [Sums::new(basis, &POOL), Sums::new(basis, &POOL)];
        let mut kept = Vec::new();
        for (sheet, second, stays) in &papers {
            let node = &mut nodes[usize::from(*second)];
            if *stays {
                let unmarked: Vec<Given> = sheet.iter().map(|given| Given { mark: 0.5, ..*given }).collect();
                node.add(&unmarked);
                node.add(sheet);
                node.remove(&unmarked);
                kept.push(sheet.clone());
            } else {
                node.add(sheet);
            }
        }
        let [mut first, second] = nodes;
        for (sheet, _, _) in papers.iter().rev().filter(|(_, _, stays)| !stays) {
            first.remove(sheet);
        }
        first.merge(&second).expect("the same items");

        let mut straight = Sums::new(basis, &POOL);
        kept.iter().for_each(|sheet| straight.add(sheet));
        prop_assert_eq!(&first, &straight);

        let all = analyse(&POOL, &kept, basis);
        let paper = straight.paper();
        prop_assert_eq!(paper.papers, all.paper.papers);
        for (name, a, b) in [
            ("mean", paper.mean, all.paper.mean),
            ("sd", paper.sd, all.paper.sd),
            ("alpha", paper.alpha, all.paper.alpha),
            ("sem", paper.sem, all.paper.sem),
        ] {
            prop_assert!(near(a, b, basis), "{} {:?} {:?}", name, a, b);
        }
        if all.paper.sd.is_some_and(|sd| sd > 0.05) {
            prop_assert!(near(paper.skewness, all.paper.skewness, Basis::Drawn));
        }
        for (a, b) in straight.items().iter().zip(&all.items) {
            prop_assert_eq!((a.papers, a.answered), (b.papers, b.answered));
            for (name, x, y) in [
                ("facility", a.facility, b.facility),
                ("sd", a.sd, b.sd),
                ("effective weight", a.effective_weight, b.effective_weight),
                ("index", a.discrimination_index, b.discrimination_index),
                ("r", a.item_rest_r, b.item_rest_r),
            ] {
                prop_assert!(near(x, y, basis), "{} {:?} {:?}", name, x, y);
            }
            for (x, y) in a.options.iter().zip(&b.options) {
                prop_assert_eq!(x.chosen, y.chosen);
                prop_assert!(near(x.share, y.share, basis) && near(x.point_biserial, y.point_biserial, basis));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Few persons, any answers, items missing: the worst a real file can be.
    #[test]
    fn whatever_is_answered_the_numbers_are_numbers(
        persons in prop::collection::vec(prop::collection::vec(prop::option::of(any::<bool>()), 5), 0..25),
    ) {
        let mut responses = Responses::new(5);
        for answers in &persons {
            responses.add(answers.iter().enumerate().filter_map(|(item, right)| Some((item, (*right)?))));
        }
        for model in [Model::Rasch, Model::OneParameter, Model::TwoParameter] {
            if let Ok(found) = calibrate(model, &responses) {
                prop_assert!(found.log_likelihood.is_finite() && found.log_likelihood <= 1e-9);
                for curve in found.items.iter().filter_map(|item| item.curve()) {
                    prop_assert!(curve.a.is_finite() && curve.b.is_finite());
                }
                let ability = found.ability([(0, true), (1, false), (4, true)]);
                prop_assert!(ability.theta.is_finite() && ability.se > 0.0);
            }
        }
    }
}
