//! Curves, drawn on the server: of options over groups of scores, of a paper and of a question over abilities.

use leptos::prelude::*;

use crate::domain::{
    item::letter,
    lang::Lang,
    statistics::{
        group::FIFTHS,
        irt::{Curve, Precision},
    },
};

/// How the share of an option runs over the groups of scores, the lowest first.
pub struct Line {
    pub place: usize,
    pub right: bool,
    pub shares: [f64; FIFTHS],
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Letters at the ends of lines stand at least so far apart.
const APART: f64 = 13.0;

/// How far to the right the value of a place stands, of so many.
fn x(place: usize, places: usize) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * place as f64 / (places - 1) as f64
}

fn right_edge() -> String {
    format!("{:.1}", WIDTH - RIGHT)
}

/// Five lines across, with what they stand for at the left.
fn grid(name: impl Fn(f64) -> String) -> impl IntoView {
    [0.0, 0.25, 0.5, 0.75, 1.0]
        .map(|share| {
            let (at, below) = (format!("{:.1}", y(share)), format!("{:.1}", y(share) + 4.0));
            view! {
                <line class="grid" x1=LEFT.to_string() x2=right_edge() y1=at.clone() y2=at></line>
                <text x=format!("{:.1}", LEFT - 5.0) y=below text-anchor="end">{name(share)}</text>
            }
        })
        .collect_view()
}

/// Names beneath the axis and what they are.
fn axis(names: impl ExactSizeIterator<Item = String>, title: &'static str) -> impl IntoView {
    let places = names.len();
    let names = names
        .enumerate()
        .map(|(place, name)| view! { <text x=format!("{:.1}", x(place, places)) y=format!("{:.1}", HEIGHT - 24.0) text-anchor="middle">{name}</text> })
        .collect_view();
    let middle = format!("{:.1}", (LEFT + WIDTH - RIGHT) / 2.0);
    view! {
        {names}
        <text x=middle y=format!("{:.1}", HEIGHT - 6.0) text-anchor="middle">{title}</text>
    }
}

fn curve(class: String, shares: &[f64]) -> impl IntoView + use<> {
    let points = shares.iter().enumerate();
    let points: Vec<String> = points
        .map(|(place, share)| format!("{:.1},{:.1}", x(place, shares.len()), y(*share)))
        .collect();
    view! { <polyline class=class points=points.join(" ")></polyline> }
}

fn y(share: f64) -> f64 {
    TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - share.clamp(0.0, 1.0))
}

/// The heights at which the letters stand: beside the ends of their lines, but not on each other.
fn letters(lines: &[Line]) -> Vec<(usize, f64)> {
    let mut ends: Vec<(usize, f64)> = lines
        .iter()
        .map(|line| (line.place, y(line.shares[FIFTHS - 1])))
        .collect();
    ends.sort_by(|a, b| a.1.total_cmp(&b.1));
    for place in 1..ends.len() {
        ends[place].1 = ends[place].1.max(ends[place - 1].1 + APART);
    }
    // What was pushed below the axis moves up again, and those above it as far as needed.
    let mut lowest = y(0.0) + 4.0;
    for end in ends.iter_mut().rev() {
        end.1 = end.1.min(lowest);
        lowest = end.1 - APART;
    }
    ends
}

pub fn draw(lang: Lang, label: &'static str, lines: &[Line]) -> impl IntoView + use<> {
    let curves = lines
        .iter()
        .map(|line| {
            let class = if line.right {
                "curve right".to_owned()
            } else {
                format!("curve dash-{}", line.place % 4)
            };
            curve(class, &line.shares)
        })
        .collect_view();
    let names = letters(lines)
        .into_iter()
        .map(|(place, at)| {
            let right = lines.iter().any(|line| line.place == place && line.right);
            let class = if right { "name right" } else { "name" };
            view! { <text class=class x=format!("{:.1}", WIDTH - RIGHT + 7.0) y=format!("{:.1}", at + 4.0)>{letter(place).to_string()}</text> }
        })
        .collect_view();
    let groups = (1..FIFTHS + 1).map(|group| group.to_string());
    view! {
        <svg class="option-curves" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            {grid(|share| format!("{:.0} %", 100.0 * share))}
            {axis(groups, lang.pick("分数组：低 → 高", "Group of scores: low → high"))}
            {curves}{names}
        </svg>
    }
}

/// The least of 1, 2, 4 and 8 with a power of ten that is not below a number: its quarters are round.
fn top(number: f64) -> f64 {
    let power = 10_f64.powf(number.max(1e-6).log10().floor());
    let tops = [1.0, 2.0, 4.0, 8.0, 10.0].map(|times| times * power);
    tops.into_iter().find(|top| *top >= number).unwrap_or(number)
}

/// A number beside the axis; without places where all the quarters are whole.
fn beside(number: f64, top: f64) -> String {
    match (top / 4.0).fract() == 0.0 {
        true => format!("{number:.0}"),
        false => format!("{number:.2}"),
    }
}

/// Information (solid, named at the left) and standard error (dashed, named at the right) over abilities.
pub fn precision(lang: Lang, label: &'static str, told: &[Precision]) -> impl IntoView + use<> {
    let most = |of: &dyn Fn(&Precision) -> f64| top(told.iter().map(of).fold(0.0, f64::max));
    let error = |at: &Precision| at.se.unwrap_or_default();
    let (information, se) = (most(&|at| at.information), most(&error));
    let shares = |of: &dyn Fn(&Precision) -> f64, top: f64| told.iter().map(|at| of(at) / top).collect::<Vec<_>>();
    let right = [0.0, 0.25, 0.5, 0.75, 1.0]
        .map(|share| view! { <text x=format!("{:.1}", WIDTH - RIGHT + 5.0) y=format!("{:.1}", y(share) + 4.0)>{beside(share * se, se)}</text> })
        .collect_view();
    // Every second has a name: they would stand on each other.
    let names = told.iter().enumerate().map(|(place, at)| match place % 2 {
        0 => format!("{:.0}", at.theta).replace('-', "−"),
        _ => String::new(),
    });
    view! {
        <svg class="option-curves" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            {grid(|share| beside(share * information, information))}{right}
            {axis(names, lang.pick("能力 θ", "Ability θ"))}
            {curve("curve right".to_owned(), &shares(&|at| at.information, information))}
            {curve("curve dash-0".to_owned(), &shares(&error, se))}
        </svg>
    }
}

/// What is drawn of a question goes from −3 to this.
pub const ABLEST: i32 = 3;
/// The axis of a question ends at least here, so that what tells little looks like it.
const LEAST_TOP: f64 = 0.2;

/// Information of one question over abilities.
pub fn information(lang: Lang, label: &'static str, item: Curve) -> impl IntoView + use<> {
    // By tenths: a steep question tells most between two halves.
    let told: Vec<f64> = (-10 * ABLEST..=10 * ABLEST)
        .map(|tenth| item.information(f64::from(tenth) / 10.0))
        .collect();
    let most = top(told.iter().copied().fold(LEAST_TOP, f64::max));
    let shares: Vec<f64> = told.iter().map(|information| information / most).collect();
    let names = (-ABLEST..ABLEST + 1).map(|theta| theta.to_string().replace('-', "−"));
    view! {
        <svg class="option-curves" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            {grid(move |share| beside(share * most, most))}
            {axis(names, lang.pick("能力 θ", "Ability θ"))}
            {curve("curve right".to_owned(), &shares)}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_number_with_round_quarters() {
        let tops = [
            (0.3, 0.4),
            (1.0, 1.0),
            (1.01, 2.0),
            (7.9, 8.0),
            (8.1, 10.0),
            (23.0, 40.0),
        ];
        for (number, expected) in tops {
            assert!((top(number) - expected).abs() < 1e-9, "{number}: {}", top(number));
        }
        assert!(top(0.0) > 0.0);
    }

    #[test]
    fn quarters_of_an_axis_are_named_as_they_are() {
        let quarters = [(0.2, "0.05"), (1.0, "0.25"), (4.0, "1"), (10.0, "2.50"), (40.0, "10")];
        for (top, quarter) in quarters {
            assert_eq!(beside(top / 4.0, top), quarter);
        }
    }

    #[test]
    fn letters_never_stand_on_each_other_nor_outside_the_picture() {
        for shares in [
            [0.0; 10],
            [1.0; 10],
            [0.3, 0.31, 0.3, 0.02, 0.0, 0.0, 0.0, 0.0, 0.9, 1.0],
        ] {
            let lines: Vec<Line> = (0..10)
                .map(|place| Line {
                    place,
                    right: place == 0,
                    shares: [shares[place]; FIFTHS],
                })
                .collect();
            let ends = letters(&lines);
            assert!(
                ends.windows(2).all(|two| two[1].1 - two[0].1 >= APART - 1e-9),
                "{ends:?}"
            );
            assert!(ends.iter().all(|(_, at)| (TOP..HEIGHT).contains(at)), "{ends:?}");
        }
    }
}
