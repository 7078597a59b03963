//! Where the questions of a lesson come from: an article, a law, or a topic, as its editor writes it, one a line.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::domain::{
    law::{ArticleNumber, Cited, citations},
    names::folded,
};

/// The most lines of one lesson.
pub const MOST_SOURCES: usize = 20;

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Source(String);

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// Questions on this article, or on those from the first to the last; the name of the law as [`folded`].
    Articles(String, ArticleNumber, ArticleNumber),
    /// Questions on any article of a law of this name, or of a topic or tag of this name, as [`folded`].
    Name(String),
}

fn law_name(name: &str) -> String {
    let name = folded(name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '《' | '》')));
    let short = name.strip_prefix("中华人民共和国").filter(|rest| !rest.is_empty());
    short.map_or_else(|| name.clone(), str::to_owned)
}

impl Source {
    pub fn read(line: &str) -> Self {
        Self(line.trim().to_owned())
    }

    /// The lines of a text that say something, each once.
    pub fn lines(text: &str) -> Vec<Self> {
        let mut seen = HashSet::new();
        let lines = text.lines().map(Self::read).filter(|line| !line.0.is_empty());
        lines.filter(|line| seen.insert(line.clone())).collect()
    }

    pub fn text(&self) -> &str {
        &self.0
    }

    /// Each article, or row of articles, of the line, or else what it names.
    pub fn asked(&self) -> Vec<Asked> {
        let cites = citations(&self.0);
        match cites.is_empty() {
            true => vec![Asked::Name(law_name(&self.0))],
            false => cites.iter().map(Asked::cited).collect(),
        }
    }
}

impl Asked {
    /// From the first to the last article of a law by the name people give it.
    pub fn articles(law: &str, first: ArticleNumber, last: ArticleNumber) -> Self {
        Self::Articles(law_name(law), first, last)
    }

    /// What words name.
    pub fn cited(cited: &Cited<'_>) -> Self {
        Self::articles(cited.law, cited.number, cited.last())
    }

    /// Whether this article of a law, whose name is as people give it, is asked for.
    pub fn names(&self, law: &str, article: ArticleNumber) -> bool {
        match self {
            Self::Articles(name, first, last) => (*first..=*last).contains(&article) && law_name(law) == *name,
            Self::Name(_) => false,
        }
    }

    /// Whether a question is meant that has this topic, these tags, and stands on this legal basis.
    pub fn fits(&self, topic: &str, tags: &[String], basis: &[String]) -> bool {
        let mut bases = basis.iter().flat_map(|basis| citations(basis));
        match self {
            Self::Articles(law, first, last) => {
                bases.any(|basis| basis.number <= *last && *first <= basis.last() && law_name(basis.law) == *law)
            }
            Self::Name(name) => {
                let named = |text: &str| !text.is_empty() && law_name(text) == *name;
                named(topic) || tags.iter().any(|tag| named(tag)) || bases.any(|basis| named(basis.law))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(line: &str) -> bool {
        let (tags, basis) = (
            ["主体责任".to_owned()],
            ["安全生产法（2021-06-10）第二十一条".to_owned()],
        );
        let asked = Source::read(line).asked();
        asked.iter().any(|asked| asked.fits("总则", &tags, &basis))
    }

    #[test]
    fn a_line_names_an_article_a_law_or_a_topic() {
        for line in [
            "安全生产法 第二十一条",
            "《中华人民共和国安全生产法》第21条",
            "安全生产法",
            "中华人民共和国安全生产法",
            "主体责任",
            "总则",
            "安全生产法 第三条、第二十一条",
            "安全生产法第二十条至第二十二条",
        ] {
            assert!(fits(line), "{line}");
        }
        for line in [
            "安全生产法 第二十条",
            "消防法 第二十一条",
            "消防法",
            "责任",
            "",
            "安全生产法第二十条、第二十二条",
        ] {
            assert!(!fits(line), "{line}");
        }
        assert!(!Source::read("").asked()[0].fits("", &[], &[]));
    }

    #[test]
    fn a_question_is_meant_by_each_article_of_its_basis() {
        let basis = ["行政处罚法（2021-01-22）第四十二条、第五十一条至第五十三条".to_owned()];
        for (line, meant) in [
            ("行政处罚法第42条", true),
            ("行政处罚法第52条", true),
            ("行政处罚法第五十条至第五十一条", true),
            ("行政处罚法第43条", false),
        ] {
            assert_eq!(Source::read(line).asked()[0].fits("", &[], &basis), meant, "{line}");
        }
    }

    #[test]
    fn lines_are_read_once_each() {
        let lines = Source::lines(" 安全生产法 \n\n安全生产法\n总则");
        assert_eq!(
            lines.iter().map(Source::text).collect::<Vec<_>>(),
            ["安全生产法", "总则"]
        );
    }
}
