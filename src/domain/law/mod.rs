//! Laws: what they are made of, how their articles are numbered, and what a later version changes.

mod article;
mod binding;
mod cite;
mod compare;
mod date;
mod difference;
mod fault;
mod follow;
mod history;
mod level;
mod library;
mod number;
mod outline;
mod search;
mod text;
mod validity;

pub use article::{Article, Item, Paragraph, Point};
pub use binding::{Bound, Fate, Step, step};
pub use cite::{Cited, Edition, Moved, Names, citations, cited, reworded};
pub use compare::{Change, Comparison, compare};
pub use date::{BadDate, Date};
pub use difference::{Piece, pieces};
pub use fault::LawFault;
pub use follow::{Followed, Row};
pub use history::{Act, Event, events};
pub use level::Level;
pub use library::{Days, Entry, Library, Record, Version};
pub use number::{ArticleNumber, BadArticleNumber, INSERTION_LIMIT, NUMBER_LIMIT, numeral};
pub use outline::{Division, DivisionKind};
pub use search::{SEARCH_LIMIT, SearchText, Words, citation, grams};
pub use text::{is_invisible, normalised};
pub use validity::{Status, Validity};

use serde::{Deserialize, Serialize};

/// One version of a law, or of a volume of one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Law {
    /// 中华人民共和国民法典; empty where the text has none.
    pub title: String,
    /// 人格权编, where the text is one volume of the law.
    pub volume: Option<String>,
    /// What the head says of passing, amending and taking effect, in its order.
    pub history: Vec<Event>,
    /// 编, 章, 节 and the like in the order of the text.
    pub divisions: Vec<Division>,
    /// In the order of the text.
    pub articles: Vec<Article>,
}

impl Law {
    /// The effect level, as far as the title and the head tell.
    pub fn level(&self) -> Option<Level> {
        Level::of(&self.title, &self.history)
    }

    /// The first article of that number.
    pub fn article(&self, number: ArticleNumber) -> Option<&Article> {
        self.articles.iter().find(|article| article.number == number)
    }

    /// How many divisions of a kind there are.
    pub fn count(&self, kind: DivisionKind) -> usize {
        self.divisions.iter().filter(|division| division.kind == kind).count()
    }

    /// The divisions an article stands in, the innermost first.
    pub fn divisions_of(&self, article: &Article) -> impl Iterator<Item = &Division> {
        let at = |place: Option<usize>| place.and_then(|place| self.divisions.get(place));
        // A division stands behind the one around it, so the way up ends.
        std::iter::successors(at(article.division), move |division| at(division.above))
    }

    /// The numbers that are left out. A law begins with 第一条, unless it is a volume or amends another (宪法修正案 of 2018 begins
    /// with 第三十二条).
    pub fn missing(&self) -> Vec<ArticleNumber> {
        let mut numbers: Vec<_> = self.articles.iter().map(|article| article.number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let Some(first) = numbers.first() else {
            return Vec::new();
        };
        let begins = if self.volume.is_some() || self.title.contains("修正案") {
            first.number()
        } else {
            1
        };
        let mut missing = Vec::new();
        let (mut number, mut insertion) = (begins - 1, 0);
        for present in &numbers {
            let same = present.number() == number;
            missing.extend((number + 1..present.number()).filter_map(|left_out| ArticleNumber::new(left_out, 0)));
            let next = if same { insertion + 1 } else { 0 };
            missing.extend(
                (next..present.insertion()).filter_map(|left_out| ArticleNumber::new(present.number(), left_out)),
            );
            (number, insertion) = (present.number(), present.insertion());
        }
        missing
    }

    /// The day of this version: of the latest passing, publishing, amending or revising in the head.
    pub fn version_date(&self) -> Option<Date> {
        let enacting = |event: &&Event| matches!(event.act, Act::Passed | Act::Published | Act::Amended | Act::Revised);
        self.history
            .iter()
            .filter(enacting)
            .filter_map(|event| event.date)
            .max()
    }

    /// The day the law was first passed or published.
    pub fn promulgated(&self) -> Option<Date> {
        let enacting = |event: &&Event| matches!(event.act, Act::Passed | Act::Published);
        self.history
            .iter()
            .filter(enacting)
            .filter_map(|event| event.date)
            .min()
    }

    /// The day of taking effect that the head or the closing articles state. Amendments do not write it anew, so it may be that
    /// of an earlier version: see [`Self::effective`].
    pub fn commencement(&self) -> Option<Date> {
        let head = self
            .history
            .iter()
            .filter(|event| event.takes_effect())
            .filter_map(|event| event.date)
            .max();
        head.or_else(|| {
            /// The closing articles; the sentence stands in the last one, or before notes on what is repealed.
            const CLOSING: usize = 5;
            let closing = self.articles.iter().rev().take(CLOSING);
            closing
                .filter_map(|article| article.takes_effect(self.enacted()))
                .next()
        })
    }

    /// The day this version takes effect, where the text states it.
    pub fn effective(&self) -> Option<Date> {
        let version = self.version_date();
        self.commencement()
            .filter(|date| version.is_none_or(|version| *date >= version))
    }

    /// From when to when the text alone says that this version is in force.
    pub fn validity(&self) -> Validity {
        let repealed = self
            .history
            .iter()
            .filter(|event| event.act == Act::Repealed)
            .filter_map(|event| event.date)
            .max();
        Validity {
            effective: self.effective(),
            superseded: None,
            repealed,
        }
    }

    /// The day to which 自公布之日 refers: of the last publishing of the whole text, which amendments are not.
    fn enacted(&self) -> Option<Date> {
        let whole = |event: &&Event| matches!(event.act, Act::Passed | Act::Published | Act::Revised);
        self.history.iter().filter(whole).filter_map(|event| event.date).max()
    }
}

#[cfg(test)]
mod tests;
