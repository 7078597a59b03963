//! The legal basis of a question as it is written: `《突发事件应对法》（2007-08-30）第二十条第一款`.

use std::{collections::HashMap, ops::Range};

use super::{ArticleNumber, Date, Entry, Library, Record, Version, is_invisible};
use crate::domain::names::folded;

/// A law and an article of it, as a text names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited<'a> {
    /// The name of the law, without marks around it.
    pub law: &'a str,
    /// Which version, where the text says so.
    pub edition: Option<Edition>,
    pub number: ArticleNumber,
    /// Where the number stands in the text, from 第 to 条 or 之N.
    number_at: Range<usize>,
    /// Where the edition stands, without its brackets.
    edition_at: Range<usize>,
}

/// Which version of a law is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    Day(Date),
    Year(u16),
}

impl Edition {
    fn read(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse() {
            return Some(Self::Day(day));
        }
        // 2021年修正, 2021
        let digits = text.get(..4)?;
        let rest = &text[4..];
        let year = digits.parse().ok().filter(|year| (1900..=2999).contains(year))?;
        (rest.is_empty() || rest.starts_with('年')).then_some(Self::Year(year))
    }

    fn means(self, version: &Version) -> bool {
        let days = [version.days.promulgated, version.days.effective];
        days.into_iter().flatten().any(|day| match self {
            Self::Day(meant) => meant == day,
            Self::Year(year) => day.year() == year,
        })
    }
}

/// Finds law and article in the words of a basis; `None` when it names no article.
pub fn cited(text: &str) -> Option<Cited<'_>> {
    let (start, number, end) = text.match_indices('第').find_map(|(place, _)| {
        let (number, rest) = ArticleNumber::lead(&text[place..], "条")?;
        Some((place, number, text.len() - rest.len()))
    })?;
    let blank = |c: char| is_invisible(c) || matches!(c, '《' | '》' | '：' | ':');
    let before = text[..start].trim_end_matches(blank);
    let mut edition_at = 0..0;
    let mut edition = None;
    let mut law = before;
    if let Some(inside) = before.strip_suffix(['）', ')'])
        && let Some(open) = inside.rfind(['（', '('])
    {
        let from = open + inside[open..].chars().next().map_or(0, char::len_utf8);
        let within = inside[from..].trim_start_matches(blank);
        let from = inside.len() - within.len();
        let within = within.trim_end_matches(blank);
        edition = Edition::read(within);
        if edition.is_some() {
            edition_at = from..from + within.len();
            law = &before[..open];
        }
    }
    let law = law.trim_matches(blank);
    (!law.is_empty()).then_some(Cited {
        law,
        edition,
        number,
        number_at: start..end,
        edition_at,
    })
}

impl Cited<'_> {
    /// The same words about the article `number` of a version of this day.
    pub fn moved(&self, text: &str, number: ArticleNumber, day: Option<Date>) -> String {
        let digits = text[self.number_at.clone()].contains(|c: char| c.is_ascii_digit());
        let as_written = match digits {
            true => format!("第{number}条"),
            false => number.chinese(),
        };
        let mut moved = text.to_owned();
        moved.replace_range(self.number_at.clone(), &as_written);
        // It stands in front of the number, so the place holds still.
        match (self.edition, day) {
            (Some(Edition::Day(_)), Some(day)) => moved.replace_range(self.edition_at.clone(), &day.to_string()),
            (Some(Edition::Year(_)), Some(day)) => {
                let year = self.edition_at.start..self.edition_at.start + 4;
                moved.replace_range(year, &day.year().to_string());
            }
            _ => {}
        }
        moved
    }

    /// The version meant, of each law of this name: the one the text names, else the one in force or shown.
    pub fn versions<'l>(&self, names: &Names<'l>, today: Date) -> Vec<(&'l Record, &'l Version)> {
        let records = names.0.get(&folded(self.law)).into_iter().flatten().copied();
        records
            .filter_map(|record| {
                let version = match self.edition {
                    Some(edition) => record.versions().iter().rev().find(|version| edition.means(version))?,
                    None => record.shown(today),
                };
                Some((record, version))
            })
            .collect()
    }
}

/// The laws of a library by what people call them, with or without the country: several where a code is kept in volumes.
pub struct Names<'l>(HashMap<String, Vec<&'l Record>>);

impl<'l> Names<'l> {
    pub fn of(library: &'l Library) -> Self {
        let mut names: HashMap<String, Vec<&'l Record>> = HashMap::new();
        for record in library.records() {
            let called = |entry: &Entry| {
                let title = entry.title.strip_prefix("中华人民共和国").unwrap_or(&entry.title);
                [entry.title.as_str(), title, &entry.name(), &entry.short()].map(folded)
            };
            let mut known: Vec<String> = record.entries().flat_map(called).collect();
            known.sort();
            for (place, name) in known.iter().enumerate() {
                if place == 0 || known[place - 1] != *name {
                    names.entry(name.clone()).or_default().push(record);
                }
            }
        }
        Self(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> ArticleNumber {
        text.parse().expect("a number")
    }

    #[test]
    fn law_edition_and_article_are_read_as_people_write_them() {
        for (text, law, edition, article) in [
            ("突发事件应对法第二十条", "突发事件应对法", None, "20"),
            ("《突发事件应对法》 第20条第一款", "突发事件应对法", None, "20"),
            ("刑法第一百二十条之一", "刑法", None, "120-1"),
            (
                "安全生产法（2021-06-10）第九十五条",
                "安全生产法",
                Some(Edition::Day(Date::new(2021, 6, 10).expect("a day"))),
                "95",
            ),
            (
                "《行政处罚法》(2021年修订)第三条",
                "行政处罚法",
                Some(Edition::Year(2021)),
                "3",
            ),
            ("某某条例（试行）第三条", "某某条例（试行）", None, "3"),
        ] {
            let found = cited(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (found.law, found.edition, found.number),
                (law, edition, number(article)),
                "{text}"
            );
        }
        for none in ["", "宪法", "第三条", "《民法典》总则编", "第条"] {
            assert_eq!(cited(none), None, "{none}");
        }
    }

    #[test]
    fn a_moved_basis_keeps_its_words_and_its_notation() {
        let day = Date::new(2024, 6, 28);
        for (text, moved) in [
            ("《突发事件应对法》第二十条第一款", "《突发事件应对法》第三十一条第一款"),
            ("突发事件应对法第20条", "突发事件应对法第31条"),
            (
                "突发事件应对法（2007-08-30）第二十条",
                "突发事件应对法（2024-06-28）第三十一条",
            ),
            ("突发事件应对法(2007年)第二十条", "突发事件应对法(2024年)第三十一条"),
        ] {
            let found = cited(text).expect("an article");
            assert_eq!(found.moved(text, number("31"), day), moved);
        }
    }
}
