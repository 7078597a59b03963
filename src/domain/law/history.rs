//! The head of a law: when it was passed, amended and put into effect.

use serde::{Deserialize, Serialize};

use super::{Date, is_invisible};

/// What was done with a law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// 通过, 批准
    Passed,
    /// 公布, 发布
    Published,
    /// 修正: some articles are changed.
    Amended,
    /// 修订: the whole text is made anew.
    Revised,
    /// 施行
    Effective,
    /// 废止
    Repealed,
    Other,
}

/// One step in the history of a law.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    pub date: Option<Date>,
    pub act: Act,
    /// As it is written, date and all.
    pub text: String,
}

impl Event {
    fn new(text: &str) -> Option<Self> {
        let text = without_outer_brackets(text.trim_matches(is_invisible));
        if text.is_empty() {
            return None;
        }
        Some(Self {
            date: dates(text).next().map(|(_, date)| date),
            act: act(text),
            text: text.to_owned(),
        })
    }

    /// Whether it says that the law takes effect on its date.
    pub(super) fn takes_effect(&self) -> bool {
        self.act == Act::Effective || (self.act == Act::Published && self.text.contains("施行"))
    }
}

/// The steps that a line of a head tells of, one for each date outside of titles:
/// `（2007年8月30日第十届…通过　2024年6月28日第十四届…修订）` are two.
pub fn events(line: &str) -> Vec<Event> {
    let mut starts: Vec<usize> = dates(line).map(|(place, _)| before(line, place)).collect();
    if starts.first() != Some(&0) {
        starts.insert(0, 0);
    }
    let ends = starts.iter().skip(1).copied().chain([line.len()]);
    starts
        .iter()
        .zip(ends)
        .filter_map(|(start, end)| Event::new(&line[*start..end]))
        .collect()
}

/// The dates that stand outside of 《 and 》, with their places.
fn dates(line: &str) -> impl Iterator<Item = (usize, Date)> + '_ {
    let (mut depth, mut digits) = (0usize, false);
    line.char_indices().filter_map(move |(place, c)| {
        match c {
            '《' | '〈' | '<' => depth += 1,
            '》' | '〉' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let starts = !std::mem::replace(&mut digits, is_digit(c)) && is_digit(c) && depth == 0;
        let date = starts.then(|| Date::lead(&line[place..])).flatten();
        date.map(|(date, _)| (place, date))
    })
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || ('０'..='９').contains(&c) || "一二〇○".contains(c)
}

/// Where the step begins whose date stands at `place`: 根据2018年…, 自2021年….
fn before(line: &str, place: usize) -> usize {
    let text = line[..place].trim_end_matches(is_invisible);
    let words = ["根据", "自", "和", "、", "，", "（", "("];
    match words.iter().find_map(|word| text.strip_suffix(word)) {
        Some(rest) if rest.ends_with("根据") => rest.len() - "根据".len(),
        Some(rest) => rest.len(),
        None => place,
    }
}

/// The line without brackets around it, and without one that has no partner.
fn without_outer_brackets(text: &str) -> &str {
    let text = text.trim_matches(|c: char| is_invisible(c) || matches!(c, '，' | '、' | '。'));
    let count = |brackets: [char; 2]| text.matches(brackets).count();
    let (open, close) = (count(['（', '(']), count(['）', ')']));
    let inner = match open.cmp(&close) {
        std::cmp::Ordering::Greater => text.strip_prefix(['（', '(']),
        std::cmp::Ordering::Less => text.strip_suffix(['）', ')']),
        std::cmp::Ordering::Equal => text
            .strip_prefix(['（', '('])
            .and_then(|text| text.strip_suffix(['）', ')'])),
    };
    inner.unwrap_or(text).trim_matches(is_invisible)
}

fn act(text: &str) -> Act {
    let mut depth = 0usize;
    let outside: String = text
        .chars()
        .filter(|c| {
            match c {
                '《' | '〈' | '<' => depth += 1,
                '》' | '〉' | '>' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            // The first bracket stays as a mark that there was a title.
            depth == 1 && matches!(c, '《')
        })
        .collect();
    let says = |words: &[&str]| words.iter().any(|word| outside.contains(word));
    if says(&["废止"]) {
        Act::Repealed
    } else if says(&["修订"]) {
        Act::Revised
    } else if says(&["修正", "修改", "通过的《"]) {
        Act::Amended
    } else if says(&["公布", "发布"]) {
        Act::Published
    } else if says(&["通过", "批准"]) {
        Act::Passed
    } else if says(&["施行", "实施", "生效"]) {
        Act::Effective
    } else {
        Act::Other
    }
}
