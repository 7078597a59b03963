//! Marked-up text as plain text.

use crate::domain::intake::Loss;

use super::super::text::tidy;

/// Stands for a gap until the text is put together; no file can bring it in.
pub(super) const MARK: char = '\u{fdd0}';

/// The most losses that are named of one question.
const MOST: usize = 100;

/// Text as it is laid out, with what was lost on the way.
#[derive(Default)]
pub(super) struct Flow {
    text: String,
    blank: bool,
    block: bool,
    /// Line breaks and blanks mean what they are.
    pub(super) verbatim: bool,
    /// [`MARK`] in a text is a gap that the reader put there.
    pub(super) marks: bool,
    pub(super) lost: Vec<(Loss, String)>,
}

impl Flow {
    pub(super) fn text(&mut self, text: &str) {
        for c in text.chars() {
            if c == MARK && !self.marks {
                continue;
            }
            if self.verbatim {
                self.settle();
                self.text.push(c);
            } else if c.is_ascii_whitespace() {
                self.blank |= !self.at_start();
            } else {
                self.settle();
                self.text.push(c);
            }
        }
    }

    pub(super) fn gap(&mut self) {
        self.settle();
        self.text.push(MARK);
    }

    /// `<br>`.
    pub(super) fn line_break(&mut self) {
        self.blank = false;
        self.settle();
        self.text.push('\n');
    }

    /// The edge of a paragraph or the like: what follows stands on a line of its own.
    pub(super) fn edge(&mut self) {
        self.block = true;
        self.blank = false;
    }

    /// Names a loss once; of very many in one question the first hundred.
    pub(super) fn lose(&mut self, loss: Loss, detail: &str) {
        if self.lost.len() > MOST {
            return;
        }
        let (loss, detail) = if self.lost.len() == MOST {
            (Loss::Element, "…")
        } else {
            (loss, detail)
        };
        let found = (loss, detail.to_owned());
        if !self.lost.contains(&found) {
            self.lost.push(found);
        }
    }

    /// A picture or the like as a mark that a person sees: `［图片：名称］`.
    pub(super) fn object(&mut self, loss: Loss, alternative: &str, source: &str) {
        let name = source.rsplit('/').next().unwrap_or_default();
        let shown = if alternative.trim().is_empty() {
            name
        } else {
            alternative.trim()
        };
        let word = if loss == Loss::Picture { "图片" } else { "媒体" };
        let verbatim = std::mem::take(&mut self.verbatim);
        self.text(&format!("［{word}：{shown}］"));
        self.verbatim = verbatim;
        self.lose(loss, if name.is_empty() { shown } else { name });
    }

    fn at_start(&self) -> bool {
        self.block || self.text.is_empty() || self.text.ends_with('\n')
    }

    fn settle(&mut self) {
        if std::mem::take(&mut self.block) && !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
        }
        if std::mem::take(&mut self.blank) {
            self.text.push(' ');
        }
    }

    /// Everything so far as a tidy text; the flow begins anew.
    pub(super) fn take(&mut self) -> String {
        (self.blank, self.block) = (false, false);
        tidy(&std::mem::take(&mut self.text))
    }
}

/// Whether the text reads the same after its blanks were laid out.
pub(super) fn is_regular(text: &str) -> bool {
    let blank = |c: char| c.is_ascii_whitespace();
    !text.contains(['\t', '\r', '\u{c}'])
        && !text.contains("  ")
        && !text.contains(" \n")
        && !text.contains("\n ")
        && !text.starts_with(blank)
        && !text.ends_with(blank)
}
