//! Why a change of the library was refused.

use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;

/// Why the library was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LawFault {
    /// The file holds no law.
    Unreadable,
    /// The text has no title.
    Untitled,
    /// Exactly this text is in the library.
    SameText,
    /// What was typed is no day.
    Day,
    DayOrder,
    /// Something cites the version that was to be removed.
    Cited,
    /// The law that was to be continued is continued already, or begins later.
    Join,
    /// The version has no article of this number.
    NoArticle,
    /// A note that is too long.
    Note,
    /// A list without title, of no year, or without a line.
    List,
    /// A list that is too long.
    ListLength,
    /// The box that says it is meant was not ticked.
    Unsure,
}

impl LawFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::SameText | Self::Cited | Self::Join => 409,
            Self::NoArticle => 404,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Unreadable => lang.pick(
                "这个文件里没有读到法规条文，没有写入。原因见下面的说明。",
                "No articles of a law were found in this file; nothing was stored. See the notes below.",
            ),
            Self::Join => lang.pick(
                "不能接上：那部法规已经有别的法规接续，或者它的版本比这部的还晚。请看两部法规的日期。",
                "They were not joined: that law is continued by another one already, or has versions later than those of this one. See the days of both.",
            ),
            Self::Cited => lang.pick(
                "还有题目、收藏或应知应会清单引用这个版本，没有删除。请先改掉引用它的地方，见下面的数目。",
                "Questions, bookmarks or must-know lists cite this version; it was not removed. Change what cites it first: the numbers stand below.",
            ),
            Self::Untitled => lang.pick(
                "文件里没有法规名称，没有写入。请在正文前加一行名称后重新上传。",
                "The file does not name the law; nothing was stored. Put its title on a line before the text and upload it again.",
            ),
            Self::SameText => lang.pick(
                "法规库里已经有一个文字完全相同的版本，没有再次写入。",
                "The library holds a version with exactly this text; it was not stored again.",
            ),
            Self::Day => lang.pick(
                "日期要写成 2026-01-31 这样，不清楚就留空。没有保存。",
                "Days are written like 2026-01-31, or left empty. Nothing was stored.",
            ),
            Self::DayOrder => lang.pick(
                "施行日期不能早于公布日期，废止日期不能早于施行日期。没有保存。",
                "A version cannot take effect before its promulgation, nor be repealed before it takes effect. Nothing was stored.",
            ),
            Self::NoArticle => lang.pick(
                "这个版本里没有这一条。",
                "This version has no article of this number.",
            ),
            Self::Note => lang.pick(
                "笔记最多 1000 字，没有保存。",
                "A note has at most 1000 characters; nothing was stored.",
            ),
            Self::List => lang.pick(
                "请填写清单名称、年度（四位数字），并至少写一项内容。没有保存。",
                "Give the list a title, a year of four digits, and at least one line. Nothing was stored.",
            ),
            Self::Unsure => lang.pick(
                "请先勾选“确认删除”。没有删除。",
                "Tick “Yes, remove it” first. Nothing was removed.",
            ),
            Self::ListLength => lang.pick(
                "清单最多 200 项，每项不超过 200 字。没有保存。",
                "A list has at most 200 lines of 200 characters each. Nothing was stored.",
            ),
        }
    }
}
