//! The personal law record (学法档案): what somebody attended besides courses and exams, and who confirmed it.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, PersonId, RecordEntryId},
    lang::Lang,
    law::Date,
    person::codes,
    time::Timestamp,
};

/// What was attended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    CourtOnsite,
    CourtOnline,
    LawLecture,
    Other,
}

codes!(Kind {
    CourtOnsite => "court_onsite", "旁听庭审（现场）", "Court hearing (on site)";
    CourtOnline => "court_online", "旁听庭审（网上）", "Court hearing (on line)";
    LawLecture => "law_lecture", "法治讲座", "Law lecture";
    Other => "other", "其他学法培训", "Other training";
});

/// Where an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Entered by the person, nobody has looked yet.
    Entered,
    Confirmed,
    Refused,
}

codes!(State {
    Entered => "entered", "待确认", "To be confirmed";
    Confirmed => "confirmed", "已确认", "Confirmed";
    Refused => "refused", "未确认", "Not confirmed";
});

/// What was typed of something attended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub kind: Kind,
    pub day: Date,
    pub title: String,
    pub place: String,
    pub organiser: String,
    pub note: String,
}

/// Characters of a title, a place and an organiser, and of a note.
pub const LINE: usize = 100;
pub const NOTE: usize = 500;

impl Wish {
    /// # Errors
    /// [`RecordFault::Wording`]; [`RecordFault::Day`] for a day that is yet to come or more than ten years ago.
    pub fn check(&self, today: Date) -> Result<(), RecordFault> {
        let fits =
            |text: &str, most| text.chars().count() <= most && !text.chars().any(|c| c.is_control() && c != '\n');
        let worded = !self.title.is_empty()
            && [&self.title, &self.place, &self.organiser]
                .into_iter()
                .all(|text| fits(text, LINE))
            && fits(&self.note, NOTE);
        if !worded {
            return Err(RecordFault::Wording);
        }
        let recent = self.day <= today && self.day.year() + 10 >= today.year();
        if recent { Ok(()) } else { Err(RecordFault::Day) }
    }
}

/// One entry of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: RecordEntryId,
    pub person: PersonId,
    pub wish: Wish,
    pub state: State,
    pub entered_by: AccountId,
    pub entered_at: Timestamp,
    pub decided_by: AccountId,
    /// `None` until somebody has looked.
    pub decided_at: Option<Timestamp>,
    /// Why it was not confirmed; empty otherwise.
    pub reason: String,
}

impl Entry {
    /// What became of it.
    ///
    /// # Errors
    /// [`RecordFault::Decided`] for one that is settled.
    pub fn decide(&self, confirm: bool) -> Result<State, RecordFault> {
        match (self.state, confirm) {
            (State::Entered, true) => Ok(State::Confirmed),
            (State::Entered, false) => Ok(State::Refused),
            _ => Err(RecordFault::Decided),
        }
    }
}

/// Why a record was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordFault {
    Wording,
    Day,
    Decided,
    /// A refusal without a reason.
    Reason,
    /// Nobody confirms what they entered for themselves.
    Own,
    Nobody,
    TooMany,
    DocumentTooLarge,
}

impl RecordFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Decided | Self::TooMany => 409,
            Self::Own => 403,
            Self::DocumentTooLarge => 413,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Wording => lang.pick(
                "请填写名称；名称、地点、主办单位不超过 100 字，备注不超过 500 字。没有保存。",
                "Give a title; title, place and organiser have at most 100 characters, the note 500. Nothing was stored.",
            ),
            Self::Day => lang.pick(
                "日期要写成 2026-01-31 这样，不能晚于今天，也不能早于十年前。没有保存。",
                "The day is written like 2026-01-31, not after today and at most ten years ago. Nothing was stored.",
            ),
            Self::Decided => lang.pick(
                "这条记录已经处理过，这次操作没有执行。请刷新页面看看。",
                "This entry was settled meanwhile; nothing was carried out. Reload to see.",
            ),
            Self::Reason => lang.pick(
                "不确认要写明理由，2 到 500 字。没有改动。",
                "A refusal needs a reason of 2 to 500 characters. Nothing was changed.",
            ),
            Self::Own => lang.pick(
                "不能确认自己的记录，请由其他联络员或管理员确认。",
                "Nobody confirms an entry of their own record; ask another liaison or administrator.",
            ),
            Self::Nobody => lang.pick(
                "请先选择参加的人员。没有保存。",
                "Choose who attended first. Nothing was stored.",
            ),
            Self::TooMany => lang.pick(
                "待确认的记录已有 50 条，请等确认后再添加。没有保存。",
                "50 entries wait to be confirmed; add more when they are settled. Nothing was stored.",
            ),
            Self::DocumentTooLarge => lang.pick(
                "材料不能超过 10 MB，没有保存。",
                "A document may have up to 10 MB; nothing was stored.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(day: &str, title: &str) -> Wish {
        Wish {
            kind: Kind::CourtOnsite,
            day: day.parse().expect("a day"),
            title: title.to_owned(),
            place: String::new(),
            organiser: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn an_entry_has_a_title_and_lies_in_the_past() {
        let today = "2026-12-01".parse().expect("a day");
        assert_eq!(wish("2026-12-01", "旁听").check(today), Ok(()));
        assert_eq!(wish("2026-12-02", "旁听").check(today), Err(RecordFault::Day));
        assert_eq!(wish("2015-12-01", "旁听").check(today), Err(RecordFault::Day));
        for title in [String::new(), "长".repeat(LINE + 1), "a\u{0}".to_owned()] {
            assert_eq!(wish("2026-11-01", &title).check(today), Err(RecordFault::Wording));
        }
    }
}
