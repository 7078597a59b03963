//! The outline of a law.

use serde::{Deserialize, Serialize};

use super::ArticleNumber;

/// What a law is divided into, the widest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DivisionKind {
    /// 编
    Part,
    /// 分编
    Subpart,
    /// 章
    Chapter,
    /// 节
    Section,
    /// 序言, 附则: a heading without number, beside the widest of the others.
    Unnumbered,
    /// 附件: what follows it is text and no articles.
    Annex,
}

impl DivisionKind {
    /// The kinds that are numbered.
    pub const NUMBERED: [Self; 4] = [Self::Part, Self::Subpart, Self::Chapter, Self::Section];

    const ALL: [Self; 6] = [
        Self::Part,
        Self::Subpart,
        Self::Chapter,
        Self::Section,
        Self::Unnumbered,
        Self::Annex,
    ];

    /// The identifier in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Subpart => "subpart",
            Self::Chapter => "chapter",
            Self::Section => "section",
            Self::Unnumbered => "unnumbered",
            Self::Annex => "annex",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The word behind the number; empty for what has none.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Part => "编",
            Self::Subpart => "分编",
            Self::Chapter => "章",
            Self::Section => "节",
            Self::Unnumbered | Self::Annex => "",
        }
    }
}

/// 第二章 预防与应急准备.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Division {
    pub kind: DivisionKind,
    pub number: Option<ArticleNumber>,
    /// What stands behind the number, or the whole heading where it has none.
    pub title: String,
    /// The division around it, as its place in the list, which is before this one.
    pub above: Option<usize>,
    /// How many articles of the law stand before it.
    pub articles_before: usize,
    /// Text between the heading and the first article below it: the 序言 of the constitution, the lists of an annex.
    pub text: Vec<String>,
}

impl Division {
    /// `第二章 预防与应急准备`.
    pub fn heading(&self) -> String {
        match self.number {
            Some(number) if self.title.is_empty() => number.with_unit(self.kind.unit()),
            Some(number) => format!("{} {}", number.with_unit(self.kind.unit()), self.title),
            None => self.title.clone(),
        }
    }
}
