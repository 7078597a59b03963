//! Why something of the ledger of certificates was not stored.

use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "fault", content = "about", rename_all = "snake_case")]
pub enum OfficerFault {
    #[error("a certificate needs its number")]
    Number,
    #[error("the number is that of another certificate")]
    Taken,
    #[error("a text is too long or holds control characters")]
    Text,
    #[error("the day cannot be read")]
    Day,
    #[error("the day has not come")]
    Future,
    #[error("the day is outside the year {0}")]
    OutsideYear(u16),
    #[error("the end is not after the beginning")]
    Term,
    #[error("a document is needed")]
    Document,
    #[error("not a number of hours")]
    Hours,
    #[error("no such person, or not one to write for")]
    Person,
    #[error("the name is not that of the number")]
    Name,
    #[error("nothing was ticked, or too much")]
    Nothing,
    #[error("the year has nothing to review of it")]
    NotDue,
    #[error("not this stage's turn")]
    Stage,
    #[error("the exam has no final result of the person")]
    NoResult,
    #[error("already settled")]
    Settled,
}

impl OfficerFault {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Taken | Self::Stage | Self::Settled | Self::NotDue => 409,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::Number => lang.pick("请写证件编号。没有保存。", "Give the number of the certificate. Nothing was stored."),
            Self::Taken => lang.pick(
                "这个证件编号已经登记在另一本证上，没有保存。请核对编号。",
                "Another certificate has this number; nothing was stored. Check the number.",
            ),
            Self::Text => lang.pick(
                "有一项文字空着或超过 120 字，没有保存。",
                "A text is empty or longer than 120 characters. Nothing was stored.",
            ),
            Self::Day => lang.pick(
                "日期要写成 2026-01-31 这样。没有保存。",
                "The day is written like 2026-01-31. Nothing was stored.",
            ),
            Self::Future => lang.pick(
                "日期还没有到，没有保存。",
                "That day has not come. Nothing was stored.",
            ),
            Self::Term => lang.pick(
                "有效期对不上：截止日期要晚于发证日期，换证后的截止日期要晚于原来的；只年审不换证时不填。没有保存。",
                "The days do not fit: the end comes after the issue, and after the old end for a renewal; a review alone has none. Nothing was stored.",
            ),
            Self::Document => lang.pick(
                "请写证明它的文件（文号或名称）。没有保存。",
                "Name the document that proves it. Nothing was stored.",
            ),
            Self::Hours => lang.pick(
                "学时要写成 12 或 12.5 这样，每次最多 500。没有保存。",
                "Class hours are written like 12 or 12.5, at most 500 at a time. Nothing was stored.",
            ),
            Self::Person => lang.pick(
                "没有这个工号的在册人员，或者不在您管理的单位。没有保存。",
                "Nobody on the roster of your units has this number. Nothing was stored.",
            ),
            Self::Name => lang.pick(
                "姓名和工号对不上，没有保存。请核对是哪一位。",
                "Name and number are not of one person; nothing was stored. Check who is meant.",
            ),
            Self::Nothing => lang.pick(
                "请勾选要办理的证件，一次最多 500 本。没有保存。",
                "Tick the certificates, at most 500 at a time. Nothing was stored.",
            ),
            Self::NotDue => lang.pick(
                "其中有证件在这个年度不需要年审（本年新领、已交回、已收回，或登记时年度已封账）。没有保存。",
                "One of the certificates has no review in this year: new, returned, withdrawn, or entered after the closing. Nothing was stored.",
            ),
            Self::Stage => lang.pick(
                "先通过专门法律知识考试，再考通用法律知识；两项都通过才能发证。没有保存。",
                "The special law exam comes first, then the general one; a certificate needs both. Nothing was stored.",
            ),
            Self::NoResult => lang.pick(
                "这个人在这场考试里还没有最终成绩，没有保存。",
                "The person has no final result in this exam yet. Nothing was stored.",
            ),
            Self::Settled => lang.pick(
                "这一项已经办理过了，没有再改。",
                "This is settled already; nothing was changed.",
            ),
            Self::OutsideYear(year) => {
                return match lang {
                    Lang::Zh => format!("日期不在 {year} 年内，没有保存。"),
                    Lang::En => format!("The day is not in {year}; nothing was stored."),
                };
            }
        };
        text.to_owned()
    }
}
