//! A comparison as it is read: row by row, and where one article has gone.

use std::collections::HashMap;

use super::{ArticleNumber, Change, Comparison, Law};

/// What became of one article in another version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Followed {
    /// The same words under the same number.
    Same,
    /// The same words under another number.
    Renumbered(ArticleNumber),
    /// Other words, under the same number or another.
    Changed(ArticleNumber),
    Deleted,
}

impl Followed {
    /// Where it stands now, if it does.
    pub fn number(self, was: ArticleNumber) -> Option<ArticleNumber> {
        match self {
            Self::Same => Some(was),
            Self::Renumbered(number) | Self::Changed(number) => Some(number),
            Self::Deleted => None,
        }
    }
}

/// One row of a comparison, in the order of the new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'a> {
    Unchanged(ArticleNumber),
    /// Old, new.
    Renumbered(ArticleNumber, ArticleNumber),
    Changed(&'a Change),
    Added(ArticleNumber),
    Deleted(ArticleNumber),
}

impl Comparison {
    /// What became of an article of the old version in the new one.
    pub fn forwards(&self, number: ArticleNumber) -> Followed {
        if self.unchanged.contains(&number) {
            Followed::Same
        } else if let Some((_, new)) = self.renumbered.iter().find(|(old, _)| *old == number) {
            Followed::Renumbered(*new)
        } else if let Some(change) = self.changed.iter().find(|change| change.old == number) {
            Followed::Changed(change.new)
        } else {
            Followed::Deleted
        }
    }

    /// Where an article of the new version stood in the old one; [`Followed::Deleted`]: it is new.
    pub fn backwards(&self, number: ArticleNumber) -> Followed {
        if self.unchanged.contains(&number) {
            Followed::Same
        } else if let Some((old, _)) = self.renumbered.iter().find(|(_, new)| *new == number) {
            Followed::Renumbered(*old)
        } else if let Some(change) = self.changed.iter().find(|change| change.new == number) {
            Followed::Changed(change.old)
        } else {
            Followed::Deleted
        }
    }

    /// Every article of both versions once: those of the new one in its order, each deleted one behind the article it stood behind.
    pub fn rows(&self, old: &Law, new: &Law) -> Vec<Row<'_>> {
        let mut by_new: HashMap<ArticleNumber, Row<'_>> = HashMap::new();
        let mut to_new: HashMap<ArticleNumber, ArticleNumber> = HashMap::new();
        for number in &self.unchanged {
            by_new.insert(*number, Row::Unchanged(*number));
            to_new.insert(*number, *number);
        }
        for (from, to) in &self.renumbered {
            by_new.insert(*to, Row::Renumbered(*from, *to));
            to_new.insert(*from, *to);
        }
        for change in &self.changed {
            by_new.insert(change.new, Row::Changed(change));
            to_new.insert(change.old, change.new);
        }
        // By the new article they stand behind; `None`: at the beginning.
        let mut deleted: HashMap<Option<ArticleNumber>, Vec<ArticleNumber>> = HashMap::new();
        let mut behind = None;
        for article in &old.articles {
            match to_new.get(&article.number) {
                Some(number) => behind = Some(*number),
                None => deleted.entry(behind).or_default().push(article.number),
            }
        }
        let mut rows: Vec<Row<'_>> = Vec::new();
        let mut gone = |rows: &mut Vec<Row<'_>>, behind| {
            rows.extend(
                deleted
                    .remove(&behind)
                    .unwrap_or_default()
                    .into_iter()
                    .map(Row::Deleted),
            );
        };
        gone(&mut rows, None);
        for article in &new.articles {
            rows.push(by_new.remove(&article.number).unwrap_or(Row::Added(article.number)));
            gone(&mut rows, Some(article.number));
        }
        rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::law::{Article, compare};

    fn law(articles: &[(u32, &str)]) -> Law {
        let article = |(number, text): &(u32, &str)| {
            let mut article = Article::new(ArticleNumber::new(*number, 0).expect("a number"), None);
            article.push(text);
            article
        };
        Law {
            articles: articles.iter().map(article).collect(),
            ..Law::default()
        }
    }

    #[test]
    fn rows_hold_every_article_once_and_each_can_be_followed_both_ways() {
        let old = law(&[
            (1, "为了加强管理，制定本条例。"),
            (2, "旧的规定不再保留。"),
            (3, "单位应当建立台账并保存三年。"),
        ]);
        let new = law(&[
            (1, "为了加强管理，制定本条例。"),
            (2, "单位应当建立台账并保存五年。"),
            (3, "全新内容另行写入本章。"),
        ]);
        let number = |n| ArticleNumber::new(n, 0).expect("a number");
        let comparison = compare(&old, &new);
        let rows = comparison.rows(&old, &new);
        assert!(
            matches!(
                rows.as_slice(),
                [Row::Unchanged(_), Row::Deleted(two), Row::Changed(_), Row::Added(three)]
                    if *two == number(2) && *three == number(3)
            ),
            "{rows:?}"
        );
        assert_eq!(comparison.forwards(number(3)), Followed::Changed(number(2)));
        assert_eq!(comparison.forwards(number(2)), Followed::Deleted);
        assert_eq!(comparison.backwards(number(2)), Followed::Changed(number(3)));
        assert_eq!(comparison.backwards(number(3)), Followed::Deleted);
        assert_eq!(comparison.forwards(number(1)), Followed::Same);
    }
}
