//! Numbers of articles and comparisons of laws, whatever they are.

use std::collections::BTreeMap;

use mingfa::domain::law::{
    Article, ArticleNumber, INSERTION_LIMIT, Law, Moved, NUMBER_LIMIT, Piece, citations, compare, numeral, pieces,
    reworded,
};
use proptest::prelude::*;

fn any_law() -> impl Strategy<Value = Law> {
    let article = (1u32..30, 0u32..3, "[甲乙丙丁 ]{0,6}");
    prop::collection::vec(article, 0..30).prop_map(|articles| {
        let articles = articles.into_iter().filter_map(|(number, insertion, text)| {
            let mut article = Article::new(ArticleNumber::new(number, insertion)?, None);
            article.push(&text);
            Some(article)
        });
        Law {
            articles: articles.collect(),
            ..Law::default()
        }
    })
}

/// Articles, how each is joined to the one before, and whether it is written in digits.
fn any_list() -> impl Strategy<Value = Vec<(ArticleNumber, &'static str, bool)>> {
    let article = (1u32..300, 0u32..4).prop_filter_map("a number", |(n, insertion)| ArticleNumber::new(n, insertion));
    let joint = prop::sample::select(vec!["、", "和", "及", "，", " ", "第一款、", "第（二）项和"]);
    prop::collection::vec((article, joint, any::<bool>()), 1..6)
}

fn cited(text: &str) -> Vec<(String, ArticleNumber, Option<ArticleNumber>)> {
    let cites = citations(text);
    cites
        .iter()
        .map(|one| (one.law.to_owned(), one.number, one.through))
        .collect()
}

proptest! {
    #[test]
    fn a_basis_of_any_articles_is_read_again_and_moves_article_by_article(list in any_list()) {
        let mut text = String::from("《某某法》");
        for (place, (number, joint, digits)) in list.iter().enumerate() {
            if place > 0 {
                text += joint;
            }
            text += &match (digits, number.insertion()) {
                (true, 0) => format!("第{}条", number.number()),
                (true, insertion) => format!("第{}条之{insertion}", number.number()),
                (false, _) => number.chinese(),
            };
        }
        let of = |number: ArticleNumber| ("某某法".to_owned(), number, None);
        let expected: Vec<_> = list.iter().map(|(number, ..)| of(*number)).collect();
        prop_assert_eq!(cited(&text), expected, "{}", text);
        let shifted = |number: ArticleNumber| ArticleNumber::new(number.number() + 7, number.insertion()).expect("a number");
        let moved = Moved {
            numbers: list.iter().map(|(number, ..)| (*number, shifted(*number))).collect(),
            ..Moved::default()
        };
        let words = reworded(&text, &BTreeMap::from([(0, moved)])).expect("words");
        let expected: Vec<_> = list.iter().map(|(number, ..)| of(shifted(*number))).collect();
        prop_assert_eq!(cited(&words), expected, "{}", words);
    }

    #[test]
    fn a_number_that_is_written_is_read_again(n in 1..=NUMBER_LIMIT, insertion in 0..=INSERTION_LIMIT) {
        let number = ArticleNumber::new(n, insertion).expect("a number");
        prop_assert_eq!(number.to_string().parse(), Ok(number));
        prop_assert_eq!(number.chinese().parse(), Ok(number));
        let line = format!("{}　正文", number.chinese());
        prop_assert_eq!(ArticleNumber::lead(&line, "条"), Some((number, "　正文")));
        let plain = ArticleNumber::new(n, 0).expect("a number").with_unit("");
        prop_assert_eq!(numeral(plain.trim_start_matches('第')), Some(n));
    }

    #[test]
    fn no_text_is_read_as_a_number_that_cannot_be_written(
        text in "[第条之零〇一二三十百千0-9 \u{3000}-]{0,12}",
        any in ".*",
    ) {
        for text in [&text, &any] {
            if let Ok(number) = text.parse::<ArticleNumber>() {
                prop_assert_eq!(number.chinese().parse(), Ok(number));
            }
            ArticleNumber::lead(text, "条");
        }
    }

    #[test]
    fn both_texts_can_be_read_off_their_difference(old in "[甲乙丙\n]{0,60}", new in "[甲乙丙\n]{0,60}") {
        let (mut before, mut after) = (String::new(), String::new());
        let pieces = pieces(&old, &new);
        for piece in &pieces {
            match piece {
                Piece::Kept(text) => {
                    before.push_str(text);
                    after.push_str(text);
                }
                Piece::Removed(text) => before.push_str(text),
                Piece::Added(text) => after.push_str(text),
            }
        }
        prop_assert_eq!((&before, &after), (&old, &new));
        let changed = pieces.iter().any(|piece| !matches!(piece, Piece::Kept(_)));
        prop_assert_eq!(changed, old != new);
    }

    #[test]
    fn every_article_of_both_versions_has_one_fate(old in any_law(), new in any_law()) {
        let told = compare(&old, &new);
        let (same, moved, changed) = (told.unchanged.len(), told.renumbered.len(), told.changed.len());
        prop_assert_eq!(same + moved + changed + told.deleted.len(), old.articles.len());
        prop_assert_eq!(same + moved + changed + told.added.len(), new.articles.len());
        prop_assert_eq!(compare(&old, &old).unchanged.len(), old.articles.len());
    }
}
