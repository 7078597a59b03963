//! What stands before the first heading or article of a law: its title and its history.

use std::collections::HashSet;

use crate::domain::law::{Date, Event, events, is_invisible};

use super::lines::Line;

/// The head, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) title: String,
    pub(super) volume: Option<String>,
    pub(super) history: Vec<Event>,
}

/// How the names of laws end; a title that does not is continued in the next line.
const ENDINGS: [&str; 16] = [
    "法",
    "法典",
    "条例",
    "规定",
    "办法",
    "决定",
    "细则",
    "准则",
    "规则",
    "规程",
    "解释",
    "修正案",
    "意见",
    "纲要",
    "通则",
    "标准",
];
/// Characters of the longest line that is a title.
const TITLE: usize = 100;

impl Head {
    /// Markdown marks the title. Elsewhere it stands in the lines before the brackets with the history or, without brackets, in
    /// the first line: an order of promulgation may stand before it.
    pub(super) fn of(lines: &[Line]) -> Self {
        let mut titles: Vec<&Line> = lines.iter().filter(|line| line.level.is_some()).collect();
        if titles.is_empty() {
            let plain = |line: &&Line| is_title(&line.text);
            titles = match lines.iter().position(|line| opens_history(&line.text)) {
                Some(end) => {
                    let before: Vec<_> = lines[..end].iter().rev().take_while(plain).collect();
                    before.into_iter().rev().collect()
                }
                None => lines.iter().take(2).take_while(plain).collect(),
            };
            // The name of the law is the last of them, unless it runs over two lines or a volume follows it.
            let begins = titles.iter().rposition(|line| is_whole(&line.text));
            let begins = begins.map_or(0, |place| {
                place - usize::from(place > 0 && is_country(&titles[place - 1].text))
            });
            titles.drain(..begins);
        }
        let mut names = titles.iter().map(|line| line.text.as_str());
        let mut title = names.next().unwrap_or_default().to_owned();
        let mut volume = names.next().filter(|name| !name.is_empty());
        if let Some(rest) = volume.filter(|_| !is_whole(&title)) {
            title.push_str(rest);
            volume = names.next();
        }
        let volume = volume.map(str::to_owned);
        let titles: HashSet<usize> = titles.iter().map(|line| line.number).collect();
        let others = lines.iter().filter(|line| !titles.contains(&line.number));
        let history = joined(others).iter().flat_map(|text| events(text)).collect();
        Self { title, volume, history }
    }
}

/// Lines within one pair of brackets are one: where they break says nothing.
fn joined<'a>(lines: impl Iterator<Item = &'a Line>) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    let mut open = 0;
    for line in lines {
        match texts.last_mut().filter(|_| open > 0) {
            Some(text) => text.push_str(&line.text),
            None => texts.push(line.text.clone()),
        }
        for c in line.text.chars() {
            match c {
                '（' | '(' => open += 1,
                '）' | ')' => open = i32::max(open - 1, 0),
                _ => {}
            }
        }
    }
    texts
}

/// `（2007年8月30日第十届…` or `2007年8月30日 第十届…`.
fn opens_history(line: &str) -> bool {
    let text = line.trim_start_matches(|c| is_invisible(c) || matches!(c, '（' | '('));
    let dated = |text: &str| Date::lead(text).is_some_and(|(_, rest)| !rest.is_empty());
    dated(text) || text.strip_prefix("根据").is_some_and(dated)
}

fn is_title(line: &str) -> bool {
    line.chars().count() <= TITLE && !line.contains(['，', '。', '；', '：']) && Date::lead(line).is_none()
}

fn is_whole(title: &str) -> bool {
    // 宪法修正案（2018年）, 某某条例（试行）
    let name = title.split(['（', '(']).next().unwrap_or_default();
    ENDINGS
        .iter()
        .any(|ending| name.trim_end_matches(is_invisible).ends_with(ending))
}

fn is_country(line: &str) -> bool {
    line == "中华人民共和国"
}
