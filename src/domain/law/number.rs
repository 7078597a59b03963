//! Numbers of articles, in every notation that is met.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use super::text::is_invisible;

/// The largest number; the longest law has 1,260 articles.
pub const NUMBER_LIMIT: u32 = 9999;
/// The largest N of 之N; no law comes near it.
pub const INSERTION_LIMIT: u32 = 99;

/// 第十二条, or 第十二条之一 for an article that was inserted behind it. Chapters and the like are numbered in the same way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArticleNumber {
    number: u32,
    /// 0 for an article that was not inserted.
    insertion: u32,
}

impl ArticleNumber {
    /// `None` unless the number is from 1 to [`NUMBER_LIMIT`] and the insertion [`INSERTION_LIMIT`] at most.
    pub fn new(number: u32, insertion: u32) -> Option<Self> {
        let counts = (1..=NUMBER_LIMIT).contains(&number) && insertion <= INSERTION_LIMIT;
        counts.then_some(Self { number, insertion })
    }

    pub fn number(self) -> u32 {
        self.number
    }

    /// The N of 之N; 0 for an article that was not inserted.
    pub fn insertion(self) -> u32 {
        self.insertion
    }

    /// Whether it is the next one after `earlier`: 第十三条 or 第十二条之一 after 第十二条.
    pub fn follows(self, earlier: Self) -> bool {
        if self.insertion == 0 {
            self.number == earlier.number + 1
        } else {
            self.number == earlier.number && self.insertion == earlier.insertion + 1
        }
    }

    /// `第十二条之一`.
    pub fn chinese(self) -> String {
        self.with_unit("条")
    }

    /// As [`Self::chinese`] with another unit than 条: `第二章`.
    pub fn with_unit(self, unit: &str) -> String {
        let number = chinese(self.number);
        match self.insertion {
            0 => format!("第{number}{unit}"),
            insertion => format!("第{number}{unit}之{}", chinese(insertion)),
        }
    }

    /// Reads a number with its unit from the beginning of a line: `第十二条之一 …` gives the number and what stands behind it.
    pub fn lead<'a>(line: &'a str, unit: &str) -> Option<(Self, &'a str)> {
        let mut rest = Rest(line);
        rest.take("第").then_some(())?;
        let number = rest.numeral()?;
        // 第12-1条
        let insertion = rest.dashed();
        rest.take(unit).then_some(())?;
        let insertion = insertion.or_else(|| rest.behind()).unwrap_or(0);
        Some((Self::new(number, insertion)?, rest.0))
    }
}

/// What is no number of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the number of an article; write 第十二条, 第十二条之一, 12 or 12-1")]
pub struct BadArticleNumber;

impl FromStr for ArticleNumber {
    type Err = BadArticleNumber;

    /// Reads 第十二条, 第12条, 12, 12-1, 第十二条之一 and the mixtures of them.
    fn from_str(text: &str) -> Result<Self, BadArticleNumber> {
        let mut rest = Rest(text);
        rest.take("第");
        let number = rest.numeral().ok_or(BadArticleNumber)?;
        let insertion = rest.dashed();
        rest.take("条");
        let insertion = insertion.or_else(|| rest.behind()).or_else(|| rest.dashed());
        rest.blanks();
        if rest.0.is_empty() {
            Self::new(number, insertion.unwrap_or(0)).ok_or(BadArticleNumber)
        } else {
            Err(BadArticleNumber)
        }
    }
}

impl fmt::Display for ArticleNumber {
    /// `12` or `12-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.insertion {
            0 => write!(f, "{}", self.number),
            insertion => write!(f, "{}-{insertion}", self.number),
        }
    }
}

impl Serialize for ArticleNumber {
    /// `12` or `"12-1"`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.insertion {
            0 => serializer.serialize_u32(self.number),
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for ArticleNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(u32),
            Text(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Self::new(number, 0).ok_or(BadArticleNumber),
            Written::Text(text) => text.parse(),
        }
        .map_err(D::Error::custom)
    }
}

/// What is left of a text; blanks are passed over wherever they stand.
#[derive(Clone, Copy)]
pub(super) struct Rest<'a>(pub &'a str);

impl Rest<'_> {
    pub fn blanks(&mut self) {
        self.0 = self.0.trim_start_matches(is_invisible);
    }

    pub fn take(&mut self, word: &str) -> bool {
        let rest = self.0.trim_start_matches(is_invisible).strip_prefix(word);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    /// The numeral that stands here.
    pub fn numeral(&mut self) -> Option<u32> {
        /// Enough for 一千二百三十四 with a blank behind each character.
        const LONGEST: usize = 16;
        let mut written = String::new();
        let mut end = 0;
        for (place, c) in self.0.char_indices().take(LONGEST) {
            if is_numeral(c) {
                written.push(c);
                end = place + c.len_utf8();
            } else if !is_invisible(c) {
                break;
            }
        }
        let number = numeral(&written)?;
        self.0 = &self.0[end..];
        Some(number)
    }

    /// `-1`, with any dash.
    pub fn dashed(&mut self) -> Option<u32> {
        self.marked(&["-", "－", "–", "—", "‐"])
    }

    /// `之一`.
    pub fn behind(&mut self) -> Option<u32> {
        self.marked(&["之"])
    }

    fn marked(&mut self, marks: &[&str]) -> Option<u32> {
        let mut rest = Rest(self.0);
        marks.iter().any(|mark| rest.take(mark)).then_some(())?;
        let number = rest.numeral().filter(|number| *number > 0)?;
        self.0 = rest.0;
        Some(number)
    }
}

const DIGITS: &str = "零一二三四五六七八九";

fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10),
        '０'..='９' => Some(c as u32 - '０' as u32),
        '〇' | '○' | 'Ｏ' => Some(0),
        '两' => Some(2),
        _ => (0..)
            .zip(DIGITS.chars())
            .find(|(_, digit)| *digit == c)
            .map(|(value, _)| value),
    }
}

fn place(c: char) -> Option<u32> {
    match c {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1000),
        _ => None,
    }
}

fn is_numeral(c: char) -> bool {
    digit(c).is_some() || place(c).is_some()
}

/// The value of a numeral below ten thousand: 一百二十三, 一百零三, 一〇三, 123, １２３; 两 counts as 二, 〇 and ○ as 零.
pub fn numeral(text: &str) -> Option<u32> {
    if text.is_empty() || text.chars().count() > 9 {
        return None;
    }
    if text.chars().all(|c| digit(c).is_some()) {
        let value = text
            .chars()
            .filter_map(digit)
            .fold(0u64, |value, digit| value * 10 + u64::from(digit));
        return u32::try_from(value).ok().filter(|value| *value <= NUMBER_LIMIT);
    }
    let (mut total, mut pending, mut lowest, mut gap) = (0, None, 10_000, false);
    for c in text.chars() {
        if let Some(unit) = place(c) {
            // Only 十 may stand without a digit, and only at the beginning.
            let digit = match pending.take() {
                Some(digit) => digit,
                None if unit == 10 && total == 0 && !gap => 1,
                None => return None,
            };
            if unit >= lowest {
                return None;
            }
            (total, lowest, gap) = (total + digit * unit, unit, false);
        } else {
            match digit(c)? {
                // 零 stands for the places that are left out, between two others.
                0 if pending.is_none() && total > 0 && !gap => gap = true,
                0 => return None,
                value if pending.is_none() => pending = Some(value),
                _ => return None,
            }
        }
    }
    match pending {
        // 一百五 is 一百五十 to some and 一百零五 to others.
        Some(_) if !gap && lowest > 10 => None,
        Some(digit) => Some(total + digit),
        None => (!gap).then_some(total),
    }
}

/// A number below ten thousand in Chinese: 一百二十三, 一百零三, 十二.
pub fn chinese(number: u32) -> String {
    let mut text = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = number / unit % 10;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if std::mem::take(&mut gap) {
            text.push('零');
        }
        if !(digit == 1 && unit == 10 && text.is_empty()) {
            text.extend(DIGITS.chars().nth(digit as usize));
        }
        text.push_str(name);
    }
    if text.is_empty() { "零".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: u32, insertion: u32) -> ArticleNumber {
        ArticleNumber::new(number, insertion).expect("a number")
    }

    #[test]
    fn every_notation_is_read() {
        for (text, expected) in [
            ("第十二条", (12, 0)),
            ("第12条", (12, 0)),
            ("第１２条", (12, 0)),
            ("12", (12, 0)),
            ("十二", (12, 0)),
            ("十二条", (12, 0)),
            ("第十二", (12, 0)),
            ("第一十二条", (12, 0)),
            (" 第 十 二 条\u{3000}", (12, 0)),
            ("12-1", (12, 1)),
            ("第12-1条", (12, 1)),
            ("第12条-1", (12, 1)),
            ("12之1", (12, 1)),
            ("12－1", (12, 1)),
            ("第十二条之一", (12, 1)),
            ("第一百二十条之一", (120, 1)),
            ("第二百八十七条之十二", (287, 12)),
            ("第一百二十三条", (123, 0)),
            ("第一百零三条", (103, 0)),
            ("第一百〇三条", (103, 0)),
            ("第一百○三条", (103, 0)),
            ("第一〇三条", (103, 0)),
            ("第一千零一条", (1001, 0)),
            ("第一千零一十条", (1010, 0)),
            ("第两百条", (200, 0)),
            ("第一千二百六十条", (1260, 0)),
        ] {
            assert_eq!(text.parse(), Ok(number(expected.0, expected.1)), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in [
            "",
            "第条",
            "条",
            "第十二款",
            "第一百五条",
            "第十百条",
            "第零条",
            "0",
            "10000",
            "12-",
            "12-0",
            "12-100",
            "第一条第二款",
            "一百零零三",
            "第百条",
            "十二三",
            "99999999999",
        ] {
            assert!(text.parse::<ArticleNumber>().is_err(), "{text}");
        }
    }

    #[test]
    fn json_has_plain_numbers_as_numbers_and_inserted_ones_as_text() {
        let json = serde_json::to_string(&[number(12, 0), number(12, 1)]).expect("json");
        assert_eq!(json, r#"[12,"12-1"]"#);
        assert_eq!(
            serde_json::from_str::<Vec<ArticleNumber>>(&json).expect("back"),
            [number(12, 0), number(12, 1)]
        );
        assert!(serde_json::from_str::<ArticleNumber>("0").is_err());
    }

    #[test]
    fn a_number_at_the_beginning_of_a_line_leaves_the_rest() {
        let lead = |line| ArticleNumber::lead(line, "条").map(|(number, rest)| (number.to_string(), rest));
        assert_eq!(lead("第十七条之一 已满"), Some(("17-1".into(), " 已满")));
        assert_eq!(lead("第 三 条\u{3000}国家"), Some(("3".into(), "\u{3000}国家")));
        assert_eq!(lead("第一条之所以"), Some(("1".into(), "之所以")));
        assert_eq!(lead("第三章 总则"), None);
        assert_eq!(lead("三条"), None);
    }

    #[test]
    fn inserted_articles_follow_the_one_they_were_inserted_behind() {
        assert!(number(13, 0).follows(number(12, 0)) && number(13, 0).follows(number(12, 3)));
        assert!(number(12, 1).follows(number(12, 0)) && number(12, 2).follows(number(12, 1)));
        assert!(!number(13, 1).follows(number(12, 0)) && !number(12, 0).follows(number(12, 0)));
    }
}
