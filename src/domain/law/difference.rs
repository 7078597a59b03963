//! What one text changes in another, so that a person can read it.

use serde::{Deserialize, Serialize};

use super::text::is_invisible;

/// A run of text that two versions share, or that only one of them has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    Kept(String),
    Removed(String),
    Added(String),
}

/// From so many edits on the texts are shown one after the other: nobody could read the edits, and they are slow to find.
const EDIT_LIMIT: usize = 2000;

/// What has to be removed from `old` and added to come to `new`. What shows nothing does not count and is left out, but for the
/// breaks between lines.
pub fn pieces(old: &str, new: &str) -> Vec<Piece> {
    let (old, new) = (shown(old), shown(new));
    let start = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = old_rest
        .iter()
        .rev()
        .zip(new_rest.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    let (old_middle, new_middle) = (&old_rest[..old_rest.len() - end], &new_rest[..new_rest.len() - end]);

    let mut runs = vec![Run::kept(start)];
    match edits(old_middle, new_middle) {
        Some(found) => runs.extend(found),
        None => runs.push(Run {
            removed: old_middle.len(),
            added: new_middle.len(),
            kept: 0,
        }),
    }
    runs.push(Run::kept(end));
    write(&readable(runs), &old, &new)
}

fn shown(text: &str) -> Vec<char> {
    text.chars().filter(|c| *c == '\n' || !is_invisible(*c)).collect()
}

/// So many characters removed and added, and the kept ones behind them.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    removed: usize,
    added: usize,
    kept: usize,
}

impl Run {
    fn kept(kept: usize) -> Self {
        Self {
            kept,
            ..Self::default()
        }
    }

    fn is_edit(self) -> bool {
        self.removed + self.added > 0
    }
}

/// The fewest edits, found forwards (E. W. Myers, An O(ND) difference algorithm and its variations, Algorithmica 1, 1986);
/// `None` when they are more than [`EDIT_LIMIT`].
fn edits(old: &[char], new: &[char]) -> Option<Vec<Run>> {
    // How far down `old` the best path with so many edits comes on each diagonal, from -edits to edits in steps of two.
    let mut reached: Vec<Vec<usize>> = Vec::new();
    loop {
        let edit = reached.len();
        if edit > EDIT_LIMIT {
            return None;
        }
        let mut now = Vec::with_capacity(edit + 1);
        for step in 0..=edit {
            let mut x = reached.last().map_or(0, |before| furthest(before, edit, step).0);
            // The diagonal is 2 * step - edit, and it is x - y.
            let Some(mut y) = (x + edit).checked_sub(2 * step) else {
                now.push(x);
                continue;
            };
            while x < old.len() && y < new.len() && old[x] == new[y] {
                (x, y) = (x + 1, y + 1);
            }
            now.push(x);
            if x >= old.len() && y >= new.len() {
                reached.push(now);
                return Some(trace(&reached, old.len(), new.len(), step));
            }
        }
        reached.push(now);
    }
}

/// Where a path that takes one more edit comes to, and whether that edit removes.
fn furthest(before: &[usize], edit: usize, step: usize) -> (usize, bool) {
    // Diagonal `step` is reached from `step - 1` by removing and from `step` by adding.
    match (step.checked_sub(1).map(|step| before[step] + 1), before.get(step)) {
        (Some(removing), Some(adding)) if removing > *adding => (removing, true),
        (_, Some(adding)) if step < edit => (*adding, false),
        (Some(removing), _) => (removing, true),
        (None, _) => (0, false),
    }
}

/// The way back through what was reached.
fn trace(reached: &[Vec<usize>], old: usize, new: usize, last: usize) -> Vec<Run> {
    let mut runs = Vec::new();
    let (mut x, mut y, mut step) = (old, new, last);
    for edit in (1..reached.len()).rev() {
        let (start, removes) = furthest(&reached[edit - 1], edit, step);
        let kept = x - start;
        runs.push(Run {
            removed: usize::from(removes),
            added: usize::from(!removes),
            kept,
        });
        (x, y) = (start - usize::from(removes), y - kept - usize::from(!removes));
        step -= usize::from(removes);
    }
    debug_assert_eq!(x, y, "without an edit both texts are the same");
    runs.push(Run::kept(x));
    runs.reverse();
    runs
}

/// Edits that follow each other become one, and what is kept between two longer edits is given up: a stray 的 in the middle of a
/// sentence made anew helps nobody (after Neil Fraser, diff-match-patch, "semantic cleanup").
fn readable(runs: Vec<Run>) -> Vec<Run> {
    let mut clean: Vec<Run> = Vec::new();
    for run in runs {
        let mut run = run;
        while let Some(before) = clean.last().copied() {
            let stray = before.is_edit()
                && run.is_edit()
                && before.kept <= before.removed.max(before.added)
                && before.kept <= run.removed.max(run.added);
            if !(stray || before.kept == 0) {
                break;
            }
            clean.pop();
            run.removed += before.removed + before.kept;
            run.added += before.added + before.kept;
        }
        if run.is_edit() {
            clean.push(run);
        } else if let Some(last) = clean.last_mut() {
            last.kept += run.kept;
        } else {
            clean.push(run);
        }
    }
    clean
}

fn write(runs: &[Run], old: &[char], new: &[char]) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let (mut x, mut y) = (0, 0);
    for run in runs {
        let removed = &old[x..x + run.removed];
        let added = &new[y..y + run.added];
        (x, y) = (x + run.removed, y + run.added);
        let kept = &old[x..x + run.kept];
        (x, y) = (x + run.kept, y + run.kept);
        for (text, piece) in [
            (removed, Piece::Removed as fn(String) -> Piece),
            (added, Piece::Added),
            (kept, Piece::Kept),
        ] {
            pieces.extend((!text.is_empty()).then(|| piece(text.iter().collect())));
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shows(old: &str, new: &str) -> String {
        let written = pieces(old, new).into_iter().map(|piece| match piece {
            Piece::Kept(text) => text,
            Piece::Removed(text) => format!("[-{text}-]"),
            Piece::Added(text) => format!("[+{text}+]"),
        });
        written.collect()
    }

    #[test]
    fn a_changed_word_is_shown_within_its_sentence() {
        assert_eq!(
            shows(
                "国家保障未成年人的生存权、发展权。",
                "国家保障未成年人的生存权、受保护权、发展权。"
            ),
            "国家保障未成年人的生存权、[+受保护权、+]发展权。"
        );
        assert_eq!(
            shows("处五年以下有期徒刑", "处三年以下有期徒刑"),
            "处[-五-][+三+]年以下有期徒刑"
        );
        assert_eq!(shows("甲 乙\u{200b}丙", "甲乙\u{3000}丙"), "甲乙丙");
        assert_eq!(shows("", ""), "");
    }

    #[test]
    fn a_sentence_made_anew_is_shown_whole() {
        assert_eq!(
            shows("由县级的人民政府负责。", "国务院的应急部门承担。"),
            "[-由县级的人民政府负责-][+国务院的应急部门承担+]。"
        );
    }

    #[test]
    fn texts_without_anything_in_common_end_soon() {
        let (old, new) = ("甲乙".repeat(50_000), "丙丁".repeat(50_000));
        assert_eq!(
            pieces(&old, &new),
            [Piece::Removed(old.clone()), Piece::Added(new.clone())]
        );
    }
}
