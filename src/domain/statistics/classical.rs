//! The figures of items and papers in classical test theory, from all papers at once.
//!
//! Facility, standard deviation, discrimination index, discriminative efficiency, effective weight, skewness and alpha are those of
//! the quiz statistics of Moodle; `docs/statistics.md` has the formulas.

use std::{borrow::Cow, ops::Range};

use serde::{Deserialize, Serialize};

use super::{
    duration::Times,
    group::{FIFTHS, Fifths, Groups, Weights},
    number::{Joint, mean, quantile, ratio, skewness, without_dust},
    sheet::{Basis, Beside, Given, Item, Measured},
};
use crate::domain::item::OptionSet;

/// What the papers say of an item.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ItemFigures {
    /// Papers it stood on.
    pub papers: u64,
    pub answered: u64,
    /// Mean mark as a share of the full mark, 0 to 1.
    pub facility: Option<f64>,
    /// Of the mark, with n − 1; of its share of the full mark on drawn papers.
    pub sd: Option<f64>,
    /// Correlation with the rest of the paper, in percent as Moodle has it.
    pub discrimination_index: Option<f64>,
    /// The same correlation, −1 to 1.
    pub item_rest_r: Option<f64>,
    /// In percent: the covariance with the rest, of the largest that these marks and rests could have.
    pub discriminative_efficiency: Option<f64>,
    /// In percent: the part of this item in how scores differ. Only on fixed papers; `None` where the covariance with the score is
    /// below zero.
    pub effective_weight: Option<f64>,
    /// Facility in the three groups.
    pub groups: Option<Groups>,
    pub options: Vec<OptionFigures>,
    pub time: Option<Times>,
}

/// What the papers say of an option.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct OptionFigures {
    /// Papers on which it was chosen.
    pub chosen: u64,
    /// Of all papers the item stood on.
    pub share: Option<f64>,
    /// Correlation of having chosen it with the rest of the paper.
    pub point_biserial: Option<f64>,
    /// The share that chose it in the three groups.
    pub groups: Option<Groups>,
    /// The share that chose it in each fifth of the papers, from the lowest scores up.
    #[serde(default)]
    pub fifths: Option<[f64; FIFTHS]>,
}

/// What the papers say of themselves.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct PaperFigures {
    pub papers: u64,
    /// Of the scores; of their shares of the full score on drawn papers, as all that follow.
    pub mean: Option<f64>,
    pub sd: Option<f64>,
    pub median: Option<f64>,
    pub skewness: Option<f64>,
    /// Cronbach's alpha, at most 1. Only where every paper has every item once.
    pub alpha: Option<f64>,
    /// Standard error of measurement.
    pub sem: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Analysis {
    pub basis: Basis,
    pub paper: PaperFigures,
    /// By place in the pool.
    pub items: Vec<ItemFigures>,
}

/// One item over all papers, in the order of their scores.
#[derive(Default)]
struct Column {
    totals: Vec<f64>,
    values: Vec<f64>,
    fulls: Vec<f64>,
    rests: Vec<f64>,
    choices: Vec<OptionSet>,
    answered: u64,
    times: Vec<u32>,
}

impl Column {
    fn push(&mut self, total: f64, beside: Beside) {
        self.totals.push(total);
        self.values.push(beside.value);
        self.fulls.push(beside.full);
        self.rests.push(beside.rest);
        self.choices.push(beside.given.choice);
        self.answered += u64::from(beside.given.answered);
        self.times.extend(beside.given.took_ms);
    }
}

/// Items on papers that are spread out at a time: about 150 MB.
const CELLS: usize = 4_000_000;

/// The figures of all papers. What is not in the pool counts in the score of its paper and is not reported.
pub fn analyse(items: &[Item], sheets: &[Vec<Given>], basis: Basis) -> Analysis {
    analyse_by(items, sheets.len(), |place| Cow::Borrowed(&sheets[place]), basis)
}

/// The same of papers that are made when they are looked at, several times each: those of a city need not be held spread out.
pub fn analyse_by<'a>(
    items: &[Item],
    papers: usize,
    sheet: impl Fn(usize) -> Cow<'a, [Given]>,
    basis: Basis,
) -> Analysis {
    analyse_within(CELLS, items, papers, sheet, basis)
}

fn analyse_within<'a>(
    most: usize,
    items: &[Item],
    papers: usize,
    sheet: impl Fn(usize) -> Cow<'a, [Given]>,
    basis: Basis,
) -> Analysis {
    let (mut order, mut cells) = (Vec::new(), vec![0; items.len()]);
    for place in 0..papers {
        let Some(paper) = Measured::of(&sheet(place), basis) else {
            continue;
        };
        order.push((paper.total, place));
        for beside in &paper.items {
            if let Some(cells) = cells.get_mut(beside.given.item as usize) {
                *cells += 1;
            }
        }
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut figures, mut spreads) = (Vec::with_capacity(items.len()), Vec::with_capacity(items.len()));
    for some in batches(&cells, most) {
        let mut columns: Vec<Column> = some.clone().map(|_| Column::default()).collect();
        for (total, place) in &order {
            let paper = Measured::of(&sheet(*place), basis);
            for beside in paper.into_iter().flat_map(|paper| paper.items) {
                let place = (beside.given.item as usize).checked_sub(some.start);
                if let Some(column) = place.and_then(|place| columns.get_mut(place)) {
                    column.push(*total, beside);
                }
            }
        }
        for (item, column) in items[some].iter().zip(&columns) {
            let (of_item, spread) = of_item(item, column);
            figures.push(of_item);
            spreads.push(spread);
        }
    }
    if basis == Basis::Fixed {
        weigh(&mut figures, &spreads);
    }
    let totals: Vec<f64> = order.into_iter().map(|(total, _)| total).collect();
    Analysis {
        basis,
        paper: of_papers(&totals, &spreads),
        items: figures,
    }
}

/// What the figures over all items need of each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub papers: u64,
    pub carries_points: bool,
    /// `None` for fewer than two papers.
    pub joint: Option<Joint>,
}

/// Items next to each other that together stand on at most so many papers, or one item alone.
fn batches(cells: &[usize], most: usize) -> Vec<Range<usize>> {
    let (mut batches, mut from, mut sum) = (Vec::new(), 0, 0);
    for (place, cells) in cells.iter().enumerate() {
        if place > from && sum + cells > most {
            batches.push(from..place);
            (from, sum) = (place, 0);
        }
        sum += cells;
    }
    if from < cells.len() {
        batches.push(from..cells.len());
    }
    batches
}

fn of_item(item: &Item, column: &Column) -> (ItemFigures, Spread) {
    let Column {
        values, fulls, rests, ..
    } = column;
    let papers = values.len();
    let joint = Joint::of(values, rests);
    let weights = Weights::of(&column.totals);
    let fifths = Fifths::of(&column.totals);
    let option = |place: usize| {
        let has = |choice: &OptionSet| f64::from(u8::from(choice.contains(place)));
        let chosen: Vec<f64> = column.choices.iter().map(has).collect();
        let count: f64 = chosen.iter().sum();
        OptionFigures {
            chosen: count as u64,
            share: ratio(count, papers as f64),
            point_biserial: Joint::of(&chosen, rests).and_then(Joint::correlation),
            groups: weights.shares(chosen.iter().copied(), std::iter::repeat(1.0)),
            fifths: fifths.means(&chosen),
        }
    };
    let item_rest_r = joint.and_then(Joint::correlation);
    let figures = ItemFigures {
        papers: papers as u64,
        answered: column.answered,
        facility: ratio(values.iter().sum(), fulls.iter().sum()),
        sd: joint.map(|joint| joint.var_x.sqrt()),
        discrimination_index: item_rest_r.map(|r| 100.0 * r),
        item_rest_r,
        discriminative_efficiency: joint.and_then(|joint| efficiency(joint, values, rests)),
        effective_weight: None,
        groups: weights.shares(values.iter().copied(), fulls.iter().copied()),
        options: (0..item.options).map(option).collect(),
        time: Times::of(column.times.iter().copied()),
    };
    let spread = Spread {
        papers: papers as u64,
        carries_points: fulls.iter().any(|full| *full > 0.0),
        joint,
    };
    (figures, spread)
}

/// The covariance in percent of that of the same numbers, each sorted by itself.
fn efficiency(joint: Joint, values: &[f64], rests: &[f64]) -> Option<f64> {
    if joint.var_x == 0.0 || joint.var_y == 0.0 {
        return None;
    }
    let sorted = |numbers: &[f64]| {
        let mut numbers = numbers.to_vec();
        numbers.sort_by(f64::total_cmp);
        numbers
    };
    let most = Joint::of(&sorted(values), &sorted(rests))?;
    ratio(100.0 * joint.cov, most.cov)
}

/// Fills in the effective weights: the roots of the covariances with the score, in percent of their sum.
pub(super) fn weigh(figures: &mut [ItemFigures], spreads: &[Spread]) {
    let with_score = |spread: &Spread| spread.joint.map(|joint| joint.cov + joint.var_x);
    let roots: Vec<Option<f64>> = spreads
        .iter()
        .map(|spread| with_score(spread).filter(|cov| *cov >= 0.0).map(f64::sqrt))
        .collect();
    let sum: f64 = roots.iter().flatten().sum();
    for (figures, root) in figures.iter_mut().zip(roots) {
        figures.effective_weight = root.and_then(|root| ratio(100.0 * root, sum));
    }
}

fn of_papers(totals: &[f64], spreads: &[Spread]) -> PaperFigures {
    let n = totals.len() as f64;
    let Some(mean) = mean(totals) else {
        return PaperFigures::default();
    };
    let power = |exponent: i32| totals.iter().map(|total| (total - mean).powi(exponent)).sum::<f64>() / n;
    let m2 = without_dust(power(2), mean);
    let variance = (n > 1.0).then(|| m2 * n / (n - 1.0));
    let sd = variance.map(f64::sqrt);
    let alpha = variance.and_then(|variance| alpha(totals.len() as u64, variance, spreads));
    PaperFigures {
        papers: totals.len() as u64,
        mean: Some(mean),
        sd,
        median: quantile(totals, 0.5),
        skewness: skewness(n, m2, power(3)),
        alpha,
        sem: sem(sd, alpha),
    }
}

/// Cronbach's alpha, where every paper has every item once.
pub(super) fn alpha(papers: u64, variance: f64, spreads: &[Spread]) -> Option<f64> {
    let counting: Vec<&Spread> = spreads.iter().filter(|spread| spread.carries_points).collect();
    let complete = counting.iter().all(|spread| spread.papers == papers);
    let k = counting.len() as f64;
    if !complete || k < 2.0 {
        return None;
    }
    let of_items: f64 = counting.iter().filter_map(|spread| Some(spread.joint?.var_x)).sum();
    Some(k / (k - 1.0) * (1.0 - ratio(of_items, variance)?))
}

/// The standard error of measurement; where alpha is below zero, that of a paper without any consistency.
pub(super) fn sem(sd: Option<f64>, alpha: Option<f64>) -> Option<f64> {
    Some(sd? * (1.0 - alpha?.clamp(0.0, 1.0)).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::Kind;

    /// Papers of right and wrong answers; `None`: the item was not on the paper.
    fn sheets(rows: &[&[Option<bool>]]) -> Vec<Vec<Given>> {
        let given = |(item, right): (usize, &Option<bool>)| {
            right.map(|right| Given {
                item: item as u32,
                mark: f64::from(u8::from(right)),
                full: 1.0,
                answered: true,
                choice: OptionSet::of([usize::from(!right)]),
                took_ms: Some(1_000),
            })
        };
        rows.iter()
            .map(|row| row.iter().enumerate().filter_map(given).collect())
            .collect()
    }

    const SINGLE: Item = Item {
        kind: Some(Kind::Single),
        options: 3,
        key: OptionSet(1),
    };
    const R: Option<bool> = Some(true);
    const W: Option<bool> = Some(false);

    #[test]
    fn nobody_and_somebody_alone_have_no_figures_and_cause_no_panic() {
        for basis in [Basis::Fixed, Basis::Drawn] {
            let nobody = analyse(&[SINGLE], &[], basis);
            assert_eq!(nobody.paper, PaperFigures::default());
            assert_eq!((nobody.items[0].papers, nobody.items[0].facility), (0, None));
            let one = analyse(&[SINGLE; 2], &sheets(&[&[R, W]]), basis);
            assert_eq!((one.items[0].facility, one.items[0].sd), (Some(1.0), None));
            assert_eq!((one.paper.sd, one.paper.alpha), (None, None));
        }
    }

    #[test]
    fn an_option_of_the_strong_is_told_from_one_of_the_weak() {
        let analysis = analyse(
            &[SINGLE; 3],
            &sheets(&[&[R, R, R], &[R, R, R], &[R, R, W], &[R, W, W], &[W, W, W], &[W, W, W]]),
            Basis::Fixed,
        );
        let [key, wrong, unused] = &analysis.items[0].options[..] else {
            panic!("three options")
        };
        assert_eq!((key.chosen, wrong.chosen, unused.chosen), (4, 2, 0));
        let (right, other) = (
            key.point_biserial.expect("a number"),
            wrong.point_biserial.expect("a number"),
        );
        assert!(right > 0.5 && (right + other).abs() < 1e-12);
        assert_eq!(unused.point_biserial, None);
        let groups = wrong.groups.expect("groups");
        assert_eq!((groups.upper, groups.lower), (0.0, 1.0));
        assert_eq!(analysis.items[0].time.map(|time| time.median_ms), Some(1_000.0));
    }

    #[test]
    fn drawn_papers_of_equal_items_say_what_fixed_ones_do() {
        let rows = sheets(&[&[R, R, R], &[R, W, R], &[W, R, W], &[R, W, W], &[W, W, W]]);
        let fixed = analyse(&[SINGLE; 3], &rows, Basis::Fixed);
        let drawn = analyse(&[SINGLE; 3], &rows, Basis::Drawn);
        for (fixed, drawn) in fixed.items.iter().zip(&drawn.items) {
            let (fixed_r, drawn_r) = (fixed.item_rest_r.expect("r"), drawn.item_rest_r.expect("r"));
            assert!((fixed_r - drawn_r).abs() < 1e-12);
            assert_eq!(fixed.facility, drawn.facility);
            assert_eq!(drawn.effective_weight, None);
        }
    }

    #[test]
    fn it_makes_no_difference_how_many_items_are_looked_at_together() {
        let rows = sheets(&[&[R, R, None], &[None, R, R], &[W, None, R], &[W, W, None], &[R, W, R]]);
        let all = analyse(&[SINGLE; 3], &rows, Basis::Drawn);
        for most in [0, 1, 4, 7, 100] {
            let some = analyse_within(
                most,
                &[SINGLE; 3],
                rows.len(),
                |place| Cow::Borrowed(&rows[place]),
                Basis::Drawn,
            );
            assert_eq!(some, all, "{most}");
        }
        assert_eq!(batches(&[3, 3, 3, 9, 1], 6), [0..2, 2..3, 3..4, 4..5]);
        assert!(batches(&[], 6).is_empty());
    }

    #[test]
    fn an_item_is_judged_by_the_papers_that_had_it() {
        let rows = sheets(&[&[R, R, None], &[None, R, R], &[W, None, R], &[W, W, None]]);
        assert_eq!(Basis::of(&rows), Basis::Drawn);
        let analysis = analyse(&[SINGLE; 3], &rows, Basis::Drawn);
        assert_eq!(
            analysis.items.iter().map(|item| item.papers).collect::<Vec<_>>(),
            [3, 3, 2]
        );
        assert_eq!(analysis.items[0].facility, Some(1.0 / 3.0));
        assert_eq!(analysis.paper.alpha, None);
    }
}
