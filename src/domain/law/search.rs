//! What is looked for in the library: words in articles, or an article by its number.

use std::collections::BTreeSet;

use super::{ArticleNumber, is_invisible, normalised};
use crate::domain::id::LawArticleId;

/// Characters of a search that are looked at.
pub const SEARCH_LIMIT: usize = 100;
/// Words of a search that are looked for.
const WORDS: usize = 8;

/// A text as it is indexed: every character and every two in a row, none twice. Marks separate and are left out.
pub fn grams(text: &str) -> BTreeSet<String> {
    let mut grams = BTreeSet::new();
    for run in runs(text) {
        grams.extend(run.iter().map(char::to_string));
        grams.extend(run.windows(2).map(|pair| pair.iter().collect::<String>()));
    }
    grams
}

/// The runs of letters and digits.
fn runs(text: &str) -> Vec<Vec<char>> {
    let letters: Vec<char> = text.chars().map(|c| c.to_ascii_lowercase()).collect();
    let runs = letters.split(|c| !c.is_alphanumeric());
    runs.filter(|run| !run.is_empty()).map(<[char]>::to_vec).collect()
}

/// The words that an article must hold, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<String>);

impl Words {
    /// What was typed, taken apart at its blanks and at what shows nothing. What holds no letter or digit is left out.
    pub fn new(typed: &str) -> Self {
        let typed: String = typed.chars().take(SEARCH_LIMIT).collect();
        let mut words: Vec<String> = Vec::new();
        for word in typed.split(|c: char| is_invisible(c) || c.is_control()) {
            let word = word.to_ascii_lowercase();
            if word.chars().any(char::is_alphanumeric) && !words.contains(&word) {
                words.push(word);
            }
        }
        words.truncate(WORDS);
        Self(words)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn words(&self) -> &[String] {
        &self.0
    }

    /// What the index must hold of an article: of a word of one character that, of longer ones the pairs.
    pub fn grams(&self) -> BTreeSet<String> {
        let mut grams = BTreeSet::new();
        for run in self.0.iter().flat_map(|word| runs(word)) {
            match run.as_slice() {
                [one] => {
                    grams.insert(one.to_string());
                }
                longer => grams.extend(longer.windows(2).map(|pair| pair.iter().collect::<String>())),
            }
        }
        grams
    }

    /// The words of which the index cannot tell that they stand there whole: the pairs of a longer one may stand apart.
    pub fn unsure(&self) -> Vec<&str> {
        let sure = |word: &&String| word.chars().count() <= 2 && word.chars().all(char::is_alphanumeric);
        self.0.iter().filter(|word| !sure(word)).map(String::as_str).collect()
    }

    /// Whether a text, as it is searched, holds them all.
    pub fn all_in(&self, text: &str) -> bool {
        self.0.iter().all(|word| text.contains(word.as_str()))
    }

    /// The text in pieces, each with whether it is one of the words.
    pub fn mark(&self, text: &str) -> Vec<(bool, String)> {
        let lower = text.to_ascii_lowercase();
        let mut found = vec![false; text.len()];
        for word in &self.0 {
            for (start, _) in lower.match_indices(word.as_str()) {
                found[start..start + word.len()].fill(true);
            }
        }
        let mut pieces: Vec<(bool, String)> = Vec::new();
        for (place, c) in text.char_indices() {
            match pieces.last_mut() {
                Some((marked, piece)) if *marked == found[place] => piece.push(c),
                _ => pieces.push((found[place], c.to_string())),
            }
        }
        pieces
    }
}

/// The text of a version as it is searched: without blanks, small letters for large ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchText {
    /// In the order of the text, and so of their ids.
    articles: Vec<(LawArticleId, String)>,
    /// Headings, each with the text below it, by place.
    divisions: Vec<String>,
}

impl SearchText {
    /// The next article.
    pub fn push_article(&mut self, id: LawArticleId, text: &str) {
        self.articles.push((id, searched(text)));
    }

    /// The next division: its heading and the lines below it.
    pub fn push_division(&mut self, title: &str, lines: &[String]) {
        let lines = std::iter::once(title).chain(lines.iter().map(String::as_str));
        self.divisions.push(lines.map(searched).collect::<Vec<_>>().join("\n"));
    }

    /// Bytes of all texts.
    pub fn size(&self) -> usize {
        let articles = self.articles.iter().map(|(_, text)| text.len());
        articles.chain(self.divisions.iter().map(String::len)).sum()
    }

    /// The articles that hold all words, in the order of the text. `found`: those of which the index says that they may, by id.
    pub fn articles<'a>(
        &'a self,
        words: &'a Words,
        found: &'a [LawArticleId],
    ) -> impl Iterator<Item = LawArticleId> + use<'a> {
        let sure = words.unsure().is_empty();
        let articles = self.articles.iter().filter(|(id, _)| found.binary_search(id).is_ok());
        articles
            .filter(move |(_, text)| sure || words.all_in(text))
            .map(|(id, _)| *id)
    }

    /// The places of the divisions that hold all words.
    pub fn divisions<'a>(&'a self, words: &'a Words) -> impl Iterator<Item = usize> + use<'a> {
        let divisions = self.divisions.iter().enumerate();
        divisions.filter(|(_, text)| words.all_in(text)).map(|(place, _)| place)
    }
}

fn searched(text: &str) -> String {
    let mut text = normalised(text);
    text.make_ascii_lowercase();
    text
}

/// `行政处罚法 第十二条`, `行政处罚法12`, `第12条`: the name of a law, which may be empty, and the number of an article.
pub fn citation(typed: &str) -> Option<(&str, ArticleNumber)> {
    let typed = typed.trim_matches(is_invisible);
    if typed.chars().count() > SEARCH_LIMIT {
        return None;
    }
    // The longest end that is a number: 第一百二十条之一 rather than 条之一.
    typed.char_indices().find_map(|(place, _)| {
        let number = typed[place..].parse().ok()?;
        Some((typed[..place].trim_matches(is_invisible), number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(grams: &[&str]) -> BTreeSet<String> {
        grams.iter().map(|gram| (*gram).to_owned()).collect()
    }

    #[test]
    fn a_text_is_indexed_by_characters_and_pairs_that_no_mark_separates() {
        assert_eq!(
            grams("罚款、没收A"),
            set(&["a", "收", "收a", "款", "没", "没收", "罚", "罚款"])
        );
        assert!(grams("，。\u{200b}").is_empty());
    }

    #[test]
    fn a_search_asks_for_pairs_and_for_single_characters_where_they_stand_alone() {
        assert_eq!(Words::new("行政处罚 罚").grams(), set(&["处罚", "政处", "行政", "罚"]));
        assert_eq!(Words::new("行政 罚").unsure(), Vec::<&str>::new());
        assert_eq!(
            Words::new("行政处罚 罚款、没收 罚").unsure(),
            ["行政处罚", "罚款、没收"]
        );
        assert!(Words::new(" ，<> \u{3000}\0").is_empty());
        assert_eq!(Words::new("水\0源").words(), ["水", "源"]);
        assert_eq!(Words::new(&"长".repeat(4096)).words()[0].chars().count(), SEARCH_LIMIT);
    }

    #[test]
    fn what_the_index_finds_is_looked_at_where_it_cannot_be_sure() {
        let mut text = SearchText::default();
        for (id, article) in [(3, "行政处 罚"), (5, "行政，政处，处罚"), (9, "行政处罚 GB/T 1")] {
            text.push_article(LawArticleId(id), article);
        }
        text.push_division("第一章 总 则", &["GB/T".to_owned(), "行政".to_owned()]);
        let found = |typed: &str, index: &[i64]| {
            let index: Vec<_> = index.iter().copied().map(LawArticleId).collect();
            let words = Words::new(typed);
            text.articles(&words, &index).map(|id| id.0).collect::<Vec<_>>()
        };
        assert_eq!(found("行政处罚", &[3, 5, 9]), [3, 9]);
        assert_eq!(found("行政处罚 gb/t1", &[3, 5, 9]), [9]);
        assert_eq!(
            found("行政", &[5, 7, 9]),
            [5, 9],
            "what the index does not name is not looked at"
        );
        let places = |typed: &str| text.divisions(&Words::new(typed)).count();
        assert_eq!([places("总则 GB"), places("T行政"), places("章总")], [1, 0, 1]);
        assert_eq!(text.size(), 12 + 24 + 17 + 15 + 1 + 4 + 1 + 6);
    }

    #[test]
    fn found_words_are_marked_also_where_they_overlap() {
        let marked = |typed: &str, text: &str| {
            let pieces = Words::new(typed).mark(text);
            pieces
                .into_iter()
                .map(|(marked, piece)| if marked { format!("[{piece}]") } else { piece })
                .collect::<String>()
        };
        assert_eq!(marked("行政处 处罚", "给予行政处罚。"), "给予[行政处罚]。");
        assert_eq!(marked("gb", "按GB/T"), "按[GB]/T");
        assert_eq!(marked("甲", "乙"), "乙");
    }

    #[test]
    fn citations_are_read_as_people_type_them() {
        let read = |typed: &str| citation(typed).map(|(law, number)| (law.to_owned(), number.to_string()));
        let cites = |law: &str, number: &str| Some((law.to_owned(), number.to_owned()));
        assert_eq!(read("行政处罚法 第十二条"), cites("行政处罚法", "12"));
        assert_eq!(read("刑法第一百二十条之一"), cites("刑法", "120-1"));
        assert_eq!(read("《行政处罚法》12"), cites("《行政处罚法》", "12"));
        assert_eq!(read(" 第12条 "), cites("", "12"));
        assert_eq!(read("12-1"), cites("", "12-1"));
        assert_eq!(read("行政处罚"), None);
        assert_eq!(read(""), None);
    }
}
