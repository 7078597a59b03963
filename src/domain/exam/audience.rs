//! Whom of a unit an exam is for (应考范围): rank levels and categories.

use serde::{Deserialize, Serialize};

use crate::domain::{
    lang::Lang,
    person::{Category, RankLevel},
};

/// The persons of the exam's unit who are due. Papers that differ by rank level (厅级、处级、科级) are exams of their own,
/// each for its ranks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Audience {
    /// Empty: every rank level.
    #[serde(default)]
    pub ranks: Vec<RankLevel>,
    /// Empty: every category.
    #[serde(default)]
    pub categories: Vec<Category>,
}

impl Audience {
    pub fn is_everybody(&self) -> bool {
        self.ranks.is_empty() && self.categories.is_empty()
    }

    pub fn covers(&self, rank: RankLevel, category: Category) -> bool {
        (self.ranks.is_empty() || self.ranks.contains(&rank))
            && (self.categories.is_empty() || self.categories.contains(&category))
    }

    /// `处级、科级；公务员`; `None`: everybody.
    pub fn names(&self, lang: Lang) -> Option<String> {
        let (comma, semicolon) = (lang.pick("、", ", "), lang.pick("；", "; "));
        let ranks: Vec<_> = self.ranks.iter().map(|rank| rank.name(lang)).collect();
        let categories: Vec<_> = self.categories.iter().map(|category| category.name(lang)).collect();
        let parts: Vec<_> = [ranks, categories]
            .into_iter()
            .filter(|names| !names.is_empty())
            .map(|names| names.join(comma))
            .collect();
        (!parts.is_empty()).then(|| parts.join(semicolon))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_covered_has_one_of_the_ranks_and_one_of_the_categories() {
        let everybody = Audience::default();
        assert!(everybody.is_everybody() && everybody.covers(RankLevel::Other, Category::Other));
        assert_eq!(everybody.names(Lang::Zh), None);
        let some = Audience {
            ranks: vec![RankLevel::Chu, RankLevel::Ke],
            categories: vec![Category::CivilServant],
        };
        assert!(some.covers(RankLevel::Ke, Category::CivilServant));
        assert!(!some.covers(RankLevel::Ting, Category::CivilServant));
        assert!(!some.covers(RankLevel::Ke, Category::Enterprise));
        assert_eq!(some.names(Lang::Zh).as_deref(), Some("处级、科级；公务员"));
    }
}
