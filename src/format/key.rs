//! Keys as people write them.

use crate::domain::intake::Matter;

use super::text::{brief, half_width, is_invisible, tidy};

/// Marks that part the letters of a key and mean nothing. A dash may mean a range and a slash a choice.
const MARKS: &[char] = &[
    ',', '、', ';', '.', '。', '|', '+', '&', '(', ')', '[', ']', '【', '】', ':', '"', '\'',
];

/// The key of a question before anybody knows what it names.
pub(super) struct Key {
    written: String,
    /// Upper case, without blanks and marks.
    plain: String,
}

impl Key {
    pub(super) fn new(written: &str) -> Self {
        let plain = written
            .chars()
            .map(half_width)
            .filter(|c| !is_invisible(*c) && !MARKS.contains(c));
        Self {
            written: written.to_owned(),
            plain: plain.map(|c| c.to_ascii_uppercase()).collect(),
        }
    }

    pub(super) fn is_missing(&self) -> bool {
        self.plain.is_empty()
    }

    /// What was written, as it is quoted in a note.
    pub(super) fn word(&self) -> String {
        brief(&tidy(&self.written))
    }

    /// The letters named, each once, in the order written; empty when the key is no set of letters.
    pub(super) fn letters(&self) -> String {
        let known = |c: char| matches!(c, 'A'..='J') || (self.plain.len() == 1 && c.is_ascii_uppercase());
        if !self.plain.chars().all(known) {
            return String::new();
        }
        let mut letters = String::new();
        for c in self.plain.chars() {
            if !letters.contains(c) {
                letters.push(c);
            }
        }
        letters
    }

    /// Right or wrong, where the key is a word or sign for one of them.
    pub(super) fn truth(&self) -> Option<bool> {
        truth(&self.plain)
    }

    /// A note that the key had to be cleaned before it could be read as `read`.
    pub(super) fn cleaned(&self, read: &str) -> Option<Matter> {
        (self.written != read).then(|| Matter::KeyNormalised {
            written: brief(&self.written),
            read: read.to_owned(),
        })
    }

    /// As [`Self::cleaned`] for a word of right or wrong, where case means nothing.
    pub(super) fn cleaned_word(&self) -> Option<Matter> {
        if self.written.eq_ignore_ascii_case(&self.plain) {
            None
        } else {
            self.cleaned(&self.plain)
        }
    }
}

/// Whether a word or sign means right or wrong.
pub(super) fn truth(word: &str) -> Option<bool> {
    match tidy(word).to_ascii_uppercase().as_str() {
        "正确" | "对" | "是" | "√" | "✓" | "✔" | "T" | "TRUE" | "Y" | "YES" | "RIGHT" => Some(true),
        "错误" | "错" | "否" | "不正确" | "不对" | "×" | "✗" | "✘" | "✕" | "X" | "F" | "FALSE" | "N" | "NO"
        | "WRONG" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_through_blanks_marks_and_widths() {
        for written in ["AC", "ac", "Ａ，Ｃ", "A、C ", "A, C", "AC\u{a0}", "A;C;", "AAC"] {
            assert_eq!(Key::new(written).letters(), "AC", "{written}");
        }
        assert_eq!(Key::new("CA").letters(), "CA");
        assert_eq!(Key::new("见解析").letters(), "");
        assert_eq!(Key::new("TRUE").letters(), "");
        assert!(Key::new(" 、\u{3000}").is_missing());
    }

    #[test]
    fn marks_that_may_mean_something_are_not_cleaned_away() {
        assert_eq!(Key::new("A-D").letters(), "");
        assert_eq!(Key::new("A/B").letters(), "");
    }

    #[test]
    fn only_a_cleaned_key_is_noted() {
        assert_eq!(Key::new("AC").cleaned("AC"), None);
        let noted = Matter::KeyNormalised {
            written: "A ".into(),
            read: "A".into(),
        };
        assert_eq!(Key::new("A ").cleaned("A"), Some(noted));
        assert_eq!(Key::new("true").cleaned_word(), None);
        assert_eq!(
            Key::new("正确 ").cleaned_word().map(|matter| matter.code()),
            Some("key_normalised")
        );
    }

    #[test]
    fn words_and_signs_for_right_and_wrong_are_known() {
        for right in ["正确", "对", "√", "T", "true", "是"] {
            assert_eq!(Key::new(right).truth(), Some(true), "{right}");
        }
        for wrong in ["错误", "错", "×", "F", "FALSE", "否"] {
            assert_eq!(Key::new(wrong).truth(), Some(false), "{wrong}");
        }
        assert_eq!(Key::new("也许").truth(), None);
    }
}
