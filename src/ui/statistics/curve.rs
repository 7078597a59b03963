//! Option curves, drawn on the server.

use leptos::prelude::*;

use crate::domain::{item::letter, lang::Lang, statistics::group::FIFTHS};

/// How the share of an option runs over the groups of scores, the lowest first.
pub struct Line {
    pub place: usize,
    pub right: bool,
    pub shares: [f64; FIFTHS],
}

const WIDTH: f64 = 320.0;
const HEIGHT: f64 = 220.0;
const LEFT: f64 = 46.0;
const RIGHT: f64 = 26.0;
const TOP: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Letters at the ends of lines stand at least so far apart.
const APART: f64 = 13.0;

fn x(group: usize) -> f64 {
    LEFT + (WIDTH - LEFT - RIGHT) * group as f64 / (FIFTHS - 1) as f64
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
    let grid = [0.0, 0.25, 0.5, 0.75, 1.0]
        .map(|share| {
            let (at, text) = (format!("{:.1}", y(share)), format!("{:.0} %", 100.0 * share));
            let below = format!("{:.1}", y(share) + 4.0);
            view! {
                <line class="grid" x1=LEFT.to_string() x2=format!("{:.1}", x(FIFTHS - 1)) y1=at.clone() y2=at></line>
                <text x=format!("{:.1}", LEFT - 5.0) y=below text-anchor="end">{text}</text>
            }
        })
        .collect_view();
    let groups = (0..FIFTHS)
        .map(|group| view! { <text x=format!("{:.1}", x(group)) y=format!("{:.1}", HEIGHT - 24.0) text-anchor="middle">{(group + 1).to_string()}</text> })
        .collect_view();
    let curves = lines
        .iter()
        .map(|line| {
            let points: Vec<String> = (0..FIFTHS)
                .map(|group| format!("{:.1},{:.1}", x(group), y(line.shares[group])))
                .collect();
            let class = if line.right {
                "curve right".to_owned()
            } else {
                format!("curve dash-{}", line.place % 4)
            };
            view! { <polyline class=class points=points.join(" ")></polyline> }
        })
        .collect_view();
    let names = letters(lines)
        .into_iter()
        .map(|(place, at)| {
            let right = lines.iter().any(|line| line.place == place && line.right);
            let class = if right { "name right" } else { "name" };
            view! { <text class=class x=format!("{:.1}", x(FIFTHS - 1) + 7.0) y=format!("{:.1}", at + 4.0)>{letter(place).to_string()}</text> }
        })
        .collect_view();
    let middle = format!("{:.1}", (x(0) + x(FIFTHS - 1)) / 2.0);
    view! {
        <svg class="option-curves" viewBox=format!("0 0 {WIDTH} {HEIGHT}") role="img" aria-label=label>
            {grid}{groups}
            <text x=middle y=format!("{:.1}", HEIGHT - 6.0) text-anchor="middle">{lang.pick("分数组：低 → 高", "Group of scores: low → high")}</text>
            {curves}{names}
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
