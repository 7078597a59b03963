//! Options as they circulate: a column each, or all in one cell or one text with labels before them.

use crate::domain::intake::Matter;
use crate::domain::item::letter;

use super::text::{half_width, tidy};

/// The options of a question with whatever is doubtful about them.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Options {
    /// By authored place. Where the options are unsure, labels and all, as they stand in the file.
    pub(super) texts: Vec<String>,
    labels: Vec<Option<char>>,
    pub(super) doubt: Option<Matter>,
    /// Whether the doubt is about what the options are: such a question is only kept as a draft.
    pub(super) unsure: bool,
}

impl Options {
    /// Options that stand in columns of their own; the column is the label.
    pub(super) fn from_columns(cells: Vec<(usize, String)>) -> Self {
        let repeats_label = |(place, text): &(usize, String)| {
            label(text).is_some_and(|label| label.letter == letter(*place) && !label.text.is_empty())
        };
        let labelled = !cells.is_empty() && cells.iter().all(repeats_label);
        let labels: Vec<_> = cells.iter().map(|(place, _)| Some(letter(*place))).collect();
        let text = |text: String| match label(&text) {
            Some(label) if labelled => label.text,
            _ => text,
        };
        let texts = cells.into_iter().map(|(_, cell)| text(cell)).collect();
        let doubt = (!in_order(&labels)).then(|| Matter::LabelsOutOfOrder {
            labels: spelled(&labels),
        });
        Self {
            texts,
            labels,
            doubt,
            unsure: false,
        }
    }

    /// Options that stand in one cell, parted by `##`, by `**`, by line breaks or by their labels alone.
    pub(super) fn from_cell(cell: &str) -> Self {
        let separator = ["##", "**"].into_iter().find(|separator| cell.contains(separator));
        match separator {
            Some(separator) => settled(cell.split(separator).map(tidy).map(Piece::new), true),
            None if label(&tidy(cell)).is_some() => settled(labelled_lines(cell.lines()), false),
            None => settled(cell.lines().map(tidy).map(Piece::new), false),
        }
    }

    /// A text of a stem and the options below it, one a line (`A: …`); a line without a label continues the one
    /// before it.
    pub(super) fn from_text(text: &str) -> (String, Self) {
        let lines: Vec<&str> = text.lines().collect();
        let is_first = |line: &&str| label(&tidy(line)).is_some_and(|label| label.letter == 'A');
        let first = lines.iter().position(is_first).unwrap_or(lines.len());
        let (stem, below) = lines.split_at(first);
        (
            tidy(&stem.join("\n")),
            settled(labelled_lines(below.iter().copied()), true),
        )
    }

    /// The labels as they stand, or A, B, C… where there are none.
    pub(super) fn labels(&self) -> String {
        if self.is_unlabelled() {
            (0..self.texts.len()).map(letter).collect()
        } else {
            spelled(&self.labels)
        }
    }

    /// The place of the option that a letter of the key names.
    pub(super) fn place_of(&self, key: char) -> Option<usize> {
        if self.is_unlabelled() {
            return (0..self.texts.len()).find(|place| letter(*place) == key);
        }
        self.labels.iter().position(|label| *label == Some(key))
    }

    fn is_unlabelled(&self) -> bool {
        self.labels.iter().all(Option::is_none)
    }
}

/// One option as it stands in the file, and its label if it has one.
#[derive(Debug, Clone, PartialEq)]
struct Piece {
    whole: String,
    label: Option<Label>,
}

#[derive(Debug, Clone, PartialEq)]
struct Label {
    letter: char,
    /// The mark after the letter, in its narrow form; `None` for a letter alone.
    mark: Option<char>,
    /// What stands behind it.
    text: String,
}

impl Piece {
    fn new(whole: String) -> Self {
        Self {
            label: label(&whole),
            whole,
        }
    }

    fn letter(&self) -> Option<char> {
        self.label.as_ref().map(|label| label.letter)
    }

    fn into_text(self) -> String {
        self.label.map_or(self.whole, |label| label.text)
    }
}

/// A letter A–J with a mark behind it: `A.`, `Ａ．`, `a、`, `A:`, `(A)`.
fn label(piece: &str) -> Option<Label> {
    let inner = piece.strip_prefix(['(', '（']).unwrap_or(piece);
    let mut chars = inner.chars();
    let letter = chars.next().and_then(option_letter)?;
    let rest = chars.as_str().trim_start();
    let mark = rest
        .chars()
        .next()
        .map(half_width)
        .filter(|c| matches!(c, '.' | '、' | ':' | ')'))?;
    let text = tidy(&rest.chars().skip(1).collect::<String>());
    Some(Label {
        letter,
        mark: Some(mark),
        text,
    })
}

/// A letter with nothing between it and the option (`D井道`). What it is can only be told from its place.
fn bare_label(piece: &str, expected: char) -> Option<Label> {
    let mut chars = piece.chars();
    chars
        .next()
        .and_then(option_letter)
        .filter(|letter| *letter == expected)?;
    let text = tidy(chars.as_str());
    let starts_word = text.chars().next().is_none_or(|c| half_width(c).is_ascii_alphabetic());
    (!starts_word).then_some(Label {
        letter: expected,
        mark: None,
        text,
    })
}

fn option_letter(c: char) -> Option<char> {
    Some(half_width(c).to_ascii_uppercase()).filter(|c| matches!(c, 'A'..='J'))
}

/// Lines gathered under the labels they follow.
fn labelled_lines<'a>(lines: impl Iterator<Item = &'a str>) -> impl Iterator<Item = Piece> {
    let mut wholes: Vec<String> = vec![];
    for line in lines {
        match wholes.last_mut() {
            Some(whole) if label(&tidy(line)).is_none() => {
                whole.push('\n');
                whole.push_str(line);
            }
            _ => wholes.push(line.to_owned()),
        }
    }
    wholes.into_iter().map(|whole| Piece::new(tidy(&whole)))
}

/// Makes options of pieces. `parted` tells that something besides the labels parts them, so that a label inside a
/// piece is a doubt and not the way the file is written.
fn settled(pieces: impl Iterator<Item = Piece>, parted: bool) -> Options {
    let mut pieces: Vec<Piece> = pieces.filter(|piece| !piece.whole.is_empty()).collect();
    read_bare_labels(&mut pieces);
    let mut run_together = swallowed(&pieces);
    if let Some((apart, first)) = taken_apart(&pieces) {
        pieces = apart;
        run_together = parted.then_some(first);
    }
    let labels: Vec<Option<char>> = pieces.iter().map(Piece::letter).collect();
    let unlabelled = labels.iter().all(Option::is_none);
    let blank = pieces
        .iter()
        .any(|piece| piece.label.as_ref().is_some_and(|label| label.text.is_empty()));
    let ordered = unlabelled || in_order(&labels);
    let unsure = run_together.is_some() || blank || (!ordered && !are_distinct(&labels));
    let doubt = if !ordered {
        Some(Matter::LabelsOutOfOrder {
            labels: spelled(&labels),
        })
    } else if blank {
        Some(Matter::BlankOption {
            labels: spelled(&labels),
        })
    } else {
        run_together.map(|label| Matter::OptionsRunTogether { label })
    };
    let as_they_stand = blank || (!ordered && unsure);
    let text = |piece: Piece| if as_they_stand { piece.whole } else { piece.into_text() };
    Options {
        texts: pieces.into_iter().map(text).collect(),
        labels,
        doubt,
        unsure,
    }
}

/// Reads letters without a mark as labels where every label with a mark stands in its place and at least one does.
fn read_bare_labels(pieces: &mut [Piece]) {
    let in_place = |(place, piece): (usize, &Piece)| piece.letter().is_none_or(|found| found == letter(place));
    if pieces.iter().all(|piece| piece.label.is_none()) || !pieces.iter().enumerate().all(in_place) {
        return;
    }
    for (place, piece) in pieces.iter_mut().enumerate().filter(|(_, piece)| piece.label.is_none()) {
        piece.label = bare_label(&piece.whole, letter(place));
    }
}

/// Splits pieces at labels inside them, if that and nothing less puts all labels in order. Also tells the first
/// label that was found inside.
fn taken_apart(pieces: &[Piece]) -> Option<(Vec<Piece>, char)> {
    let (mut apart, mut first) = (vec![], None);
    for piece in pieces {
        let mut last = piece.clone();
        while let Some((before, after)) = split_at_next_label(&last) {
            first = first.or(after.letter());
            apart.push(before);
            last = after;
        }
        apart.push(last);
    }
    let labels: Vec<_> = apart.iter().map(Piece::letter).collect();
    in_order(&labels).then_some((apart, first?))
}

/// Parts a piece at the label that follows its own: the next letter with the same mark, not inside a word.
fn split_at_next_label(piece: &Piece) -> Option<(Piece, Piece)> {
    let Label {
        letter: own,
        mark,
        text,
    } = piece.label.as_ref()?;
    let mut before = None;
    for (at, c) in text.char_indices() {
        let follows = option_letter(c).is_some_and(|letter| letter as u32 == *own as u32 + 1);
        if follows && before.is_some_and(|c: char| !c.is_alphanumeric()) {
            let found = label(&text[at..]).filter(|label| label.mark == *mark && !label.text.is_empty());
            if let Some(found) = found {
                let head = Label {
                    letter: *own,
                    mark: *mark,
                    text: tidy(&text[..at]),
                };
                let head = Piece {
                    whole: tidy(&piece.whole[..piece.whole.len() - (text.len() - at)]),
                    label: Some(head),
                };
                return Some((
                    head,
                    Piece {
                        whole: text[at..].to_owned(),
                        label: Some(found),
                    },
                ));
            }
        }
        before = Some(c);
    }
    None
}

/// The letter of an option that stands as a line of its own, but without a mark, inside the option before it.
fn swallowed(pieces: &[Piece]) -> Option<char> {
    pieces.iter().enumerate().find_map(|(place, piece)| {
        let next = letter(place + 1);
        let is_label = |line: &str| {
            let mut chars = line.chars();
            chars.next().and_then(option_letter) == Some(next)
                && chars.next().is_some_and(|c| !half_width(c).is_ascii_alphanumeric())
        };
        let absent = pieces.get(place + 1).and_then(Piece::letter) != Some(next);
        (piece.label.is_some() && absent && piece.whole.lines().skip(1).map(str::trim).any(is_label)).then_some(next)
    })
}

fn in_order(labels: &[Option<char>]) -> bool {
    labels
        .iter()
        .enumerate()
        .all(|(place, label)| *label == Some(letter(place)))
}

/// Whether every option has a label and no label occurs twice.
fn are_distinct(labels: &[Option<char>]) -> bool {
    labels
        .iter()
        .enumerate()
        .all(|(at, label)| label.is_some() && !labels[..at].contains(label))
}

fn spelled(labels: &[Option<char>]) -> String {
    labels.iter().map(|label| label.unwrap_or('?')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn sure(options: &Options, texts: &[&str]) {
        assert_eq!(options.texts, texts);
        assert_eq!((options.doubt.as_ref(), options.unsure), (None, false));
    }

    #[track_caller]
    fn unsure(options: &Options, code: &str, texts: &[&str]) {
        assert_eq!(options.texts, texts);
        assert_eq!(options.doubt.as_ref().map(Matter::code), Some(code));
        assert!(options.unsure);
    }

    #[test]
    fn options_of_one_cell_are_parted_by_any_separator_in_use() {
        sure(&Options::from_cell("**A.正确**B.错误"), &["正确", "错误"]);
        sure(&Options::from_cell("A.甲##B.乙##C.丙##"), &["甲", "乙", "丙"]);
        sure(&Options::from_cell("**A：甲**B:乙\n**C. 丙 \n \n"), &["甲", "乙", "丙"]);
        sure(&Options::from_cell("A、甲\nB、乙"), &["甲", "乙"]);
        sure(&Options::from_cell("A.甲 B.乙\nC.丙  D.丁"), &["甲", "乙", "丙", "丁"]);
        sure(&Options::from_cell("Ａ．甲##Ｂ．乙"), &["甲", "乙"]);
        sure(&Options::from_cell("(A)甲##（B）乙"), &["甲", "乙"]);
        sure(&Options::from_cell("甲##乙"), &["甲", "乙"]);
        sure(&Options::from_cell("甲\n乙"), &["甲", "乙"]);
        sure(&Options::from_cell(""), &[]);
    }

    #[test]
    fn a_letter_without_a_mark_is_a_label_in_its_place() {
        sure(
            &Options::from_cell("A.机房##B.厅门##C.地坑##D井道"),
            &["机房", "厅门", "地坑", "井道"],
        );
        sure(&Options::from_cell("**A8~11次**B.12~16次"), &["8~11次", "12~16次"]);
        sure(
            &Options::from_cell("A.交流##B.直流##C.AC电源"),
            &["交流", "直流", "AC电源"],
        );
    }

    #[test]
    fn marks_of_letters_inside_an_option_are_text() {
        sure(
            &Options::from_cell("A.甲##B.乙##C.A和B##D.A、B都不对"),
            &["甲", "乙", "A和B", "A、B都不对"],
        );
        sure(&Options::from_cell("A.U.V.W.N**B.U.V.N.W"), &["U.V.W.N", "U.V.N.W"]);
    }

    #[test]
    fn a_separator_put_in_by_a_replacement_is_not_repaired() {
        let milliampere = Options::from_cell("**A.30m**A**B.50m**A");
        unsure(&milliampere, "labels_out_of_order", &["A.30m", "A", "B.50m", "A"]);
        assert_eq!(milliampere.labels(), "A?B?");
        unsure(
            &Options::from_cell("**A.R**B.L**C.I**D.**C"),
            "labels_out_of_order",
            &["A.R", "B.L", "C.I", "D.", "C"],
        );
    }

    #[test]
    fn repeated_and_missing_labels_leave_the_options_unsure() {
        unsure(
            &Options::from_cell("A.L**B.E**C.G**C.V"),
            "labels_out_of_order",
            &["A.L", "B.E", "C.G", "C.V"],
        );
        unsure(
            &Options::from_cell("A.甲##乙##丙"),
            "labels_out_of_order",
            &["A.甲", "乙", "丙"],
        );
        unsure(&Options::from_cell("\n A."), "blank_option", &["A."]);
    }

    #[test]
    fn distinct_labels_in_another_order_are_kept_and_the_key_follows_the_label() {
        let options = Options::from_cell("A.甲##C.丙##B.乙");
        assert_eq!(
            (options.texts.as_slice(), options.unsure),
            (&["甲".into(), "丙".into(), "乙".into()][..], false)
        );
        assert_eq!(options.doubt, Some(Matter::LabelsOutOfOrder { labels: "ACB".into() }));
        assert_eq!(options.place_of('B'), Some(2));
    }

    #[test]
    fn a_forgotten_separator_is_seen_where_the_labels_tell() {
        unsure(
            &Options::from_cell("A.60％B.70％##C.80％"),
            "options_run_together",
            &["60％", "70％", "80％"],
        );
        let sizes = Options::from_cell("A.0.4m##B.0.4m##C.0.45mD.0.5m");
        assert_eq!((sizes.labels(), sizes.place_of('D')), ("ABC".into(), None));
    }

    #[test]
    fn options_below_a_stem_may_run_over_lines() {
        let (stem, options) = Options::from_text("哪些正确？\n注意\nA: 甲\n\u{3000}续\n\nB: 乙\nC.丙");
        assert_eq!(stem, "哪些正确？\n注意");
        sure(&options, &["甲\n\u{3000}续", "乙", "丙"]);
        unsure(
            &Options::from_text("？\nA:甲\nB:乙\nC 丙").1,
            "options_run_together",
            &["甲", "乙\nC 丙"],
        );
        assert_eq!(Options::from_text("没有选项").1.texts, [""; 0]);
    }

    #[test]
    fn columns_are_labels() {
        let cells = |texts: &[(usize, &str)]| texts.iter().map(|(at, text)| (*at, (*text).to_owned())).collect();
        sure(&Options::from_columns(cells(&[(0, "甲"), (1, "乙")])), &["甲", "乙"]);
        sure(
            &Options::from_columns(cells(&[(0, "A.甲"), (1, "B.乙")])),
            &["甲", "乙"],
        );
        sure(
            &Options::from_columns(cells(&[(0, "A.甲"), (1, "乙")])),
            &["A.甲", "乙"],
        );
        let gap = Options::from_columns(cells(&[(0, "甲"), (2, "丙")]));
        assert_eq!(
            (gap.doubt.as_ref().map(Matter::code), gap.place_of('C')),
            (Some("labels_out_of_order"), Some(1))
        );
    }
}
