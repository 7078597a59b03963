//! An article: 款 (paragraphs), 项 (items), 目 (points).

use serde::{Deserialize, Serialize};

use super::{ArticleNumber, Date, normalised};

/// 条.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Article {
    pub number: ArticleNumber,
    /// The innermost division it stands in, as its place in the list.
    pub division: Option<usize>,
    pub paragraphs: Vec<Paragraph>,
}

/// 款. Items that no text introduces stand in one without text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Paragraph {
    pub text: String,
    pub items: Vec<Item>,
}

/// 项.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// `（一）`, as it is written.
    pub label: String,
    pub text: String,
    pub points: Vec<Point>,
}

/// 目.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// `1.`, as it is written.
    pub label: String,
    pub text: String,
}

impl Article {
    pub fn new(number: ArticleNumber, division: Option<usize>) -> Self {
        Self {
            number,
            division,
            paragraphs: Vec::new(),
        }
    }

    /// Adds a line of the text: an item or a point by its label, or else a new paragraph.
    pub fn push(&mut self, line: &str) {
        if let Some((label, text)) = item_label(line) {
            self.push_item(label, text);
        } else if let Some((label, text)) = point_label(line) {
            let last = self
                .paragraphs
                .last_mut()
                .and_then(|paragraph| paragraph.items.last_mut());
            match last.filter(|item| item.label.starts_with(BRACKETS)) {
                Some(item) => item.points.push(Point {
                    label: label.to_owned(),
                    text: text.to_owned(),
                }),
                None => self.push_item(label, text),
            }
        } else {
            self.paragraphs.push(Paragraph {
                text: line.to_owned(),
                items: Vec::new(),
            });
        }
    }

    fn push_item(&mut self, label: &str, text: &str) {
        if self.paragraphs.is_empty() {
            self.paragraphs.push(Paragraph::default());
        }
        if let Some(paragraph) = self.paragraphs.last_mut() {
            paragraph.items.push(Item {
                label: label.to_owned(),
                text: text.to_owned(),
                points: Vec::new(),
            });
        }
    }

    /// The lines of the article without its number.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for paragraph in &self.paragraphs {
            lines.extend((!paragraph.text.is_empty()).then(|| paragraph.text.clone()));
            for item in &paragraph.items {
                lines.push(format!("{}{}", item.label, item.text));
                lines.extend(item.points.iter().map(|point| format!("{}{}", point.label, point.text)));
            }
        }
        lines
    }

    /// The article without its number, one line for each paragraph, item and point.
    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// The text as it is compared: how it is broken into lines does not count.
    pub fn normalised(&self) -> String {
        normalised(&self.text())
    }

    /// The day of taking effect that the article states: 自2024年11月1日起施行, or 自公布之日起施行, which is `enacted`.
    pub(super) fn takes_effect(&self, enacted: Option<Date>) -> Option<Date> {
        let text = self.normalised();
        text.match_indices('自').find_map(|(place, _)| {
            let rest = &text[place + '自'.len_utf8()..];
            let starts = |rest: &str| rest.starts_with("起施行") || rest.starts_with("起实施");
            if let Some((date, rest)) = Date::lead(rest) {
                return starts(rest).then_some(date);
            }
            let of_publishing = rest.strip_prefix("公布之日").or_else(|| rest.strip_prefix("发布之日"));
            enacted.filter(|_| of_publishing.is_some_and(starts))
        })
    }
}

const BRACKETS: [char; 2] = ['（', '('];

/// `（一）` at the beginning of a line, and what stands behind it.
fn item_label(line: &str) -> Option<(&str, &str)> {
    in_brackets(line, |c| "零一二三四五六七八九十百".contains(c))
}

/// `1.`, `1、`, `（1）` at the beginning of a line, and what stands behind it.
fn point_label(line: &str) -> Option<(&str, &str)> {
    let is_digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    if let Some(found) = in_brackets(line, is_digit) {
        return Some(found);
    }
    let rest = line.trim_start_matches(is_digit);
    let digits = line[..line.len() - rest.len()].chars().count();
    let text = rest.strip_prefix(['.', '．', '、'])?;
    // 1.5米 is a length.
    let counts = (1..=2).contains(&digits) && !text.starts_with(is_digit);
    counts.then(|| line.split_at(line.len() - text.len()))
}

fn in_brackets(line: &str, inside: impl Fn(char) -> bool) -> Option<(&str, &str)> {
    /// 二十八 has three; more than 99 items are none.
    const LONGEST: usize = 4;
    let rest = line.strip_prefix(BRACKETS)?;
    let (end, close) = rest.char_indices().take(LONGEST + 1).find(|(_, c)| !inside(*c))?;
    let labelled = end > 0 && matches!(close, '）' | ')');
    labelled.then(|| line.split_at(line.len() - rest.len() + end + close.len_utf8()))
}
