//! The lines of a text, without the marks of Markdown.

use crate::domain::law::is_invisible;

use super::LINE_LIMIT;

/// A line that shows something, or a heading of Markdown, which may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// Counted from 1, as the person sees it.
    pub(super) number: usize,
    pub(super) text: String,
    /// The level of a heading of Markdown.
    pub(super) level: Option<u8>,
    /// Whether Word gives it a number that is not in the text.
    pub(super) numbered: bool,
}

impl Line {
    /// `None` for a line that shows nothing.
    pub(super) fn plain(number: usize, text: &str) -> Option<Self> {
        let text = trimmed(text);
        (!text.is_empty()).then_some(Self {
            number,
            text,
            level: None,
            numbered: false,
        })
    }
}

/// The text without blanks at its ends and without control characters.
fn trimmed(text: &str) -> String {
    let text = text.trim_matches(|c: char| is_invisible(c) || c.is_control());
    text.chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect()
}

/// The lines of a text file, to one more than are read. It counts as Markdown when a heading of Markdown stands in it.
pub(super) fn of_text(text: &str) -> Vec<Line> {
    let whole = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}', '\u{b}', '\u{c}'], "\n");
    let markdown = whole.lines().any(|line| heading(line).is_some());
    let mut lines = Vec::new();
    let mut comment = false;
    for (line, number) in whole.lines().zip(1..) {
        if lines.len() > LINE_LIMIT {
            break;
        }
        if !markdown {
            lines.extend(Line::plain(number, line));
            continue;
        }
        let line = without_comments(line, &mut comment);
        match heading(&line) {
            Some((level, text)) => lines.push(Line {
                number,
                text: trimmed(&without_marks(text)),
                level: Some(level),
                numbered: false,
            }),
            None => lines.extend(Line::plain(number, &without_marks(&line))),
        }
    }
    lines
}

/// `## 第一章 总则`: the level and the text.
fn heading(line: &str) -> Option<(u8, &str)> {
    let line = line.trim_matches(is_invisible);
    let text = line.trim_start_matches('#');
    let level = line.len() - text.len();
    let level = u8::try_from(level).ok().filter(|level| (1..=6).contains(level))?;
    Some((level, text.trim_end_matches('#')))
}

/// The line without what stands between `<!--` and `-->`, here or begun in a line before.
fn without_comments(line: &str, open: &mut bool) -> String {
    let mut text = String::new();
    let mut rest = line;
    loop {
        if *open {
            let Some((_, behind)) = rest.split_once("-->") else {
                return text;
            };
            *open = false;
            rest = behind;
        }
        match rest.split_once("<!--") {
            Some((before, behind)) => {
                text.push_str(before);
                *open = true;
                rest = behind;
            }
            None => {
                text.push_str(rest);
                return text;
            }
        }
    }
}

/// The text without marks for bold type, for quotations and lists, and without escapes.
fn without_marks(text: &str) -> String {
    let mut text = text.trim_matches(is_invisible);
    for mark in ["> ", "- ", "* "] {
        text = text
            .strip_prefix(mark)
            .map_or(text, |rest| rest.trim_start_matches(is_invisible));
    }
    // A link of a table of contents: [第一章 总则](#…).
    let linked = text
        .strip_prefix('[')
        .filter(|_| text.ends_with(')'))
        .and_then(|rest| rest.split_once("]("));
    let text = linked.map_or(text, |(words, _)| words);
    let mut plain = text.replace("**", "").replace("__", "");
    if plain.contains('&') {
        for blank in ["&nbsp;", "&emsp;", "&ensp;", "&#12288;"] {
            plain = plain.replace(blank, "\u{3000}");
        }
    }
    if plain.contains('\\') {
        for escaped in ['.', '(', ')', '[', ']', '*', '#', '-', '_', '<', '>'] {
            plain = plain.replace(&format!("\\{escaped}"), &escaped.to_string());
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(usize, Option<u8>, String)> {
        of_text(text)
            .into_iter()
            .map(|line| (line.number, line.level, line.text))
            .collect()
    }

    #[test]
    fn markdown_loses_its_marks_and_keeps_its_line_numbers() {
        let text =
            "# 甲法 #\r\n<!-- INFO\nEND -->\n\n##\n**第一条** 乙\\.<!-- x -->丙\n- [第一章 总则](#a)\n\u{200b}\n";
        assert_eq!(
            read(text),
            [
                (1, Some(1), "甲法".into()),
                (5, Some(2), String::new()),
                (6, None, "第一条 乙.丙".into()),
                (7, None, "第一章 总则".into()),
            ]
        );
    }

    #[test]
    fn plain_text_is_taken_as_it_is() {
        assert_eq!(
            read("甲法\r第一条\t**乙**\n- 丙"),
            [
                (1, None, "甲法".into()),
                (2, None, "第一条 **乙**".into()),
                (3, None, "- 丙".into()),
            ]
        );
    }
}
