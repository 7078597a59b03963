//! Lists of what holders of a post must know (应知应会清单).

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, LawId, LawVersionId, MustKnowListId},
    lang::Lang,
    law::{ArticleNumber, LawFault},
    person::{Category, RankLevel},
    time::Timestamp,
};

/// Lines of a list, and characters of a line, a title and a post.
pub const LINES: usize = 200;
pub const LINE: usize = 200;

/// For whom a list is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct For {
    pub rank_level: Option<RankLevel>,
    pub category: Option<Category>,
    /// 执法岗位: free words; empty for any post.
    pub post: String,
}

impl For {
    pub fn name(&self, lang: Lang) -> String {
        let parts = [
            self.rank_level.map(|rank| rank.name(lang).to_owned()),
            self.category.map(|category| category.name(lang).to_owned()),
            (!self.post.is_empty()).then(|| self.post.clone()),
        ];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        if parts.is_empty() {
            lang.pick("全体人员", "everybody").to_owned()
        } else {
            parts.join(lang.pick("、", ", "))
        }
    }
}

/// What somebody wants a list to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub title: String,
    pub year: u16,
    pub whom: For,
    /// One thing each: a law, an article, or another measure by its title.
    pub lines: Vec<String>,
}

impl Wish {
    /// The lines of a text, without blanks around them and without empty ones.
    pub fn lines(text: &str) -> Vec<String> {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.map(str::to_owned).collect()
    }

    /// # Errors
    /// [`LawFault::List`], [`LawFault::ListLength`].
    pub fn check(&self) -> Result<(), LawFault> {
        let long = |text: &str| text.chars().count() > LINE;
        if self.title.is_empty() || self.lines.is_empty() || !(1949..=2999).contains(&self.year) {
            return Err(LawFault::List);
        }
        let too_long = long(&self.title) || long(&self.whom.post) || self.lines.iter().any(|line| long(line));
        if too_long || self.lines.len() > LINES {
            return Err(LawFault::ListLength);
        }
        Ok(())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MustKnowList {
    pub id: MustKnowListId,
    pub title: String,
    pub year: u16,
    pub whom: For,
    pub made_by: AccountId,
    pub made_at: Timestamp,
}

/// What a line of a list names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Law(LawId),
    /// The number is that of this version.
    Article(LawId, LawVersionId, ArticleNumber),
    /// Another measure, by the words of the line alone.
    Other,
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// As it was typed.
    pub title: String,
    pub named: Named,
}
