//! The ledger of activities (活动台账): what a unit did for legal education in a year, as it will stand in the annual report.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, ActivityId, EvidenceId, PersonId, UnitId},
    lang::Lang,
    person::codes,
    time::Timestamp,
};

/// Characters of a title, a place, a form and a document; of a note.
pub const LINE: usize = 120;
pub const NOTE: usize = 1000;
/// The largest number anybody may type: more people than live in the country.
pub const MOST: i64 = 2_000_000_000;
/// The largest file, and how many of them an entry may have.
pub const FILE: usize = 20 * 1024 * 1024;
pub const FILES: usize = 20;
/// The most persons of one name list.
pub const PERSONS: usize = 5_000;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 党委（党组）理论学习中心组专题学法.
    StudySession,
    Lecture,
    Publicity,
    /// 普法作品: made or collected.
    Work,
    /// 旁听庭审.
    CourtObservation,
    /// What a team was placed or awarded.
    TeamResult,
    /// An edition of a competition that others held: its number is theirs, so it needs their document.
    ContestElsewhere,
    /// 通报.
    Circular,
}

codes!(Kind {
    StudySession => "study_session", "中心组专题学法", "Study-group session";
    Lecture => "lecture", "法治讲座", "Law lecture";
    Publicity => "publicity", "普法宣教活动", "Publicity event";
    Work => "work", "普法作品", "Works of legal education";
    CourtObservation => "court_observation", "旁听庭审", "Court observation";
    TeamResult => "team_result", "团体获奖", "Award of a team";
    ContestElsewhere => "contest_elsewhere", "其他平台竞赛参与", "Competition held elsewhere";
    Circular => "circular", "通报文件", "Circular";
});

impl Kind {
    /// What the number of an entry counts; `None` where an entry counts as one.
    pub fn quantity(self, lang: Lang) -> Option<&'static str> {
        match self {
            Self::Work => Some(lang.pick("作品数（件）", "Works")),
            Self::ContestElsewhere => Some(lang.pick("参赛人次", "Participations")),
            _ => None,
        }
    }

    /// Whether a document (文号 or the name of the paper) must say so: the number, or the award, is not ours to count.
    pub fn needs_document(self) -> bool {
        matches!(self, Self::TeamResult | Self::ContestElsewhere | Self::Circular)
    }

    /// What [`Wish::form`] tells of an entry.
    pub fn form(self, lang: Lang) -> &'static str {
        match self {
            Self::TeamResult => lang.pick("名次或奖项", "Place or prize"),
            Self::Work => lang.pick("制作或征集、形式", "Made or collected, form"),
            _ => lang.pick("形式", "Form"),
        }
    }

    /// Whether it must be told: an award without its name tells nothing.
    pub fn needs_form(self) -> bool {
        self == Self::TeamResult
    }

    /// Whether people were there who can be counted.
    pub fn has_audience(self) -> bool {
        matches!(
            self,
            Self::StudySession | Self::Lecture | Self::Publicity | Self::CourtObservation
        )
    }
}

/// How people took part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    #[default]
    Onsite,
    Online,
}

codes!(Mode {
    Onsite => "onsite", "现场", "On site";
    Online => "online", "线上", "On line";
});

/// How far an entry has come. Only what is recorded counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for the level above.
    Waiting,
    Recorded,
    /// Sent back with a comment; who entered it mends it.
    Returned,
    Withdrawn,
}

codes!(State {
    Waiting => "waiting", "待上级审核", "Waits for the level above";
    Recorded => "recorded", "已登记", "Recorded";
    Returned => "returned", "已退回", "Returned";
    Withdrawn => "withdrawn", "已作废", "Withdrawn";
});

/// What was typed into the form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wish {
    pub kind: Kind,
    pub mode: Mode,
    pub unit: UnitId,
    /// Midnight in China.
    pub day: Timestamp,
    pub title: String,
    pub place: String,
    /// 集市、进企业 …; of an award 第一名、一等奖 …, of works whether they were made or collected: free words, see [`Kind::form`].
    pub form: String,
    /// People reached; `None`: not counted.
    pub audience: Option<i64>,
    /// What [`Kind::quantity`] counts; 1 where an entry counts as one.
    pub quantity: i64,
    /// 文号 or the name of the paper that proves it.
    pub document: String,
    pub note: String,
}

/// Why an entry was not stored or a step not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "fault", content = "about", rename_all = "snake_case")]
pub enum ActivityFault {
    #[error("a title is needed")]
    Title,
    #[error("a text is too long or holds control characters")]
    Text,
    #[error("the day cannot be read")]
    Day,
    #[error("the day is outside the year {0}")]
    OutsideYear(u16),
    #[error("the day has not come")]
    Future,
    #[error("the year {0} was not begun")]
    NoYear(u16),
    #[error("the year {0} is closed")]
    Closed(u16),
    #[error("a number is not between 0 and the most that is possible")]
    Number,
    #[error("a number without a document")]
    Document,
    #[error("an award that is not named")]
    Award,
    #[error("no such unit, or not one to write for")]
    Unit,
    #[error("{0} entries look the same")]
    Alike(usize),
    #[error("{0} entries wait for the level above")]
    Waiting(usize),
    #[error("{0} lines of a file cannot be stored")]
    Lines(usize),
    #[error("not confirmed")]
    Unsure,
    #[error("already settled")]
    Settled,
    #[error("changed since it was seen")]
    Changed,
    #[error("whoever entered it cannot approve it")]
    SamePerson,
    #[error("not a kind of file that is taken")]
    FileKind,
    #[error("the file is a program")]
    Program,
    #[error("the file is too large")]
    FileSize,
    #[error("too many files or persons")]
    TooMany,
}

impl ActivityFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Closed(_) | Self::NoYear(_) | Self::Alike(_) | Self::Waiting(_) | Self::Settled | Self::Changed => {
                409
            }
            Self::SamePerson => 403,
            Self::FileSize => 413,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> String {
        let text = match self {
            Self::Title => lang.pick(
                "请写活动名称。没有保存。",
                "Give the activity a title. Nothing was stored.",
            ),
            Self::Text => lang.pick(
                "有一项文字太长（名称、地点等不超过 120 字，说明不超过 1000 字），没有保存。",
                "A text is too long (120 characters for a line, 1000 for the note). Nothing was stored.",
            ),
            Self::Day => lang.pick(
                "日期要写成 2026-01-31 这样。没有保存。",
                "The day is written like 2026-01-31. Nothing was stored.",
            ),
            Self::Future => lang.pick(
                "这一天还没有到。活动开展之后再登记。",
                "That day has not come. Enter the activity once it has taken place.",
            ),
            Self::Number => lang.pick(
                "数量不对：要填 0 以上的整数；作品数和参赛人次至少是 1。没有保存。",
                "A number does not fit: whole numbers from 0, works and participations from 1. Nothing was stored.",
            ),
            Self::Document => lang.pick(
                "这类数据不是本系统统计出来的，请填写证明它的文件（文号或名称）。没有保存。",
                "This is not counted here, so name the document that proves it. Nothing was stored.",
            ),
            Self::Award => lang.pick(
                "请写名次或奖项，例如第一名、一等奖。没有保存。",
                "Write which place or prize it was, such as first place. Nothing was stored.",
            ),
            Self::Unit => lang.pick(
                "没有这个单位，或者您不能替它登记。没有保存。",
                "There is no such unit, or it is not yours to write for. Nothing was stored.",
            ),
            Self::Unsure => lang.pick(
                "请先勾选“确认封账”。年度没有封账。",
                "Tick “Yes, close the year” first. The year was not closed.",
            ),
            Self::Settled => lang.pick(
                "这一条已经办理过了，没有再改。",
                "This entry is settled already; nothing was changed.",
            ),
            Self::Changed => lang.pick(
                "您打开之后，这一条有了改动，没有办理。请看过现在的内容再办理。",
                "This entry has changed since you opened it; nothing was done. Look at it as it is now, then settle it.",
            ),
            Self::SamePerson => lang.pick(
                "自己登记的活动要由上级的另一个人审核。",
                "What you entered yourself is approved by somebody else of the level above.",
            ),
            Self::FileKind => lang.pick(
                "只收照片（JPEG、PNG、WebP）、PDF、OFD、Office 文件和 MP4 视频，没有保存。",
                "Pictures (JPEG, PNG, WebP), PDF, OFD, office files and MP4 are taken. Nothing was stored.",
            ),
            Self::Program => lang.pick(
                "这个文件是程序，或者里面有程序或宏，没有保存。",
                "This file is a program, or holds one or macros. Nothing was stored.",
            ),
            Self::FileSize => lang.pick(
                "文件超过 20 MB，没有保存。照片可以先压缩，视频可以截取一段。",
                "The file is larger than 20 MB; nothing was stored. Make the picture smaller or cut the video.",
            ),
            Self::TooMany => lang.pick(
                "一项活动最多 20 个文件、5000 人，没有保存。",
                "An activity has at most 20 files and 5000 persons. Nothing was stored.",
            ),
            Self::OutsideYear(year) => {
                return match lang {
                    Lang::Zh => format!("日期不在 {year} 年内，没有保存。活动记在它开展的那一年。"),
                    Lang::En => format!(
                        "The day is not in {year}; nothing was stored. An activity belongs to the year it took place."
                    ),
                };
            }
            Self::NoYear(year) => {
                return match lang {
                    Lang::Zh => format!("{year} 年度还没有开始，没有保存。请管理员先开始这个年度。"),
                    Lang::En => {
                        format!("The year {year} was not begun; nothing was stored. Ask an administrator to begin it.")
                    }
                };
            }
            Self::Closed(year) => {
                return match lang {
                    Lang::Zh => format!("{year} 年度已经封账，不能再改。"),
                    Lang::En => format!("The year {year} is closed; nothing of it can be changed."),
                };
            }
            Self::Lines(count) => {
                return match lang {
                    Lang::Zh => format!("有 {count} 行不能登记，整个文件都没有保存。请按说明改好后重新上传。"),
                    Lang::En => format!(
                        "{count} lines cannot be stored, so nothing of the file was. Mend them and upload it again."
                    ),
                };
            }
            Self::Waiting(count) => {
                return match lang {
                    Lang::Zh => format!("还有 {count} 条登记待上级审核，没有封账。请先审核或退回。"),
                    Lang::En => format!(
                        "{count} entries wait for the level above; the year was not closed. Approve them or send them back first."
                    ),
                };
            }
            Self::Alike(count) => {
                return match lang {
                    Lang::Zh => {
                        format!("已有 {count} 条看起来相同的登记，还没有保存。确实不是重复，就勾选“不是重复”再保存。")
                    }
                    Lang::En => format!(
                        "{count} entries look the same; not stored yet. If it is another one, tick “Not a duplicate” and save again."
                    ),
                };
            }
        };
        text.to_owned()
    }
}

/// Whether a text is short enough and holds no control characters beside line breaks.
pub fn text_fits(text: &str, longest: usize) -> bool {
    text.chars().count() <= longest && !text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r'))
}

impl Wish {
    /// Checks an entry of `year` on `today`.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, year: u16, today: Timestamp) -> Result<(), ActivityFault> {
        if self.title.is_empty() {
            return Err(ActivityFault::Title);
        }
        let lines = [&self.title, &self.place, &self.form, &self.document];
        if lines.iter().any(|line| !text_fits(line, LINE)) || !text_fits(&self.note, NOTE) {
            return Err(ActivityFault::Text);
        }
        if self.day.civil().year != i64::from(year) {
            return Err(ActivityFault::OutsideYear(year));
        }
        if self.day.day() > today.day() {
            return Err(ActivityFault::Future);
        }
        let counted = self.kind.quantity(Lang::Zh).is_some();
        let quantity = if counted { 1..=MOST } else { 1..=1 };
        let audience = self.audience.is_none_or(|audience| (0..=MOST).contains(&audience));
        if !audience || !quantity.contains(&self.quantity) {
            return Err(ActivityFault::Number);
        }
        if self.kind.needs_document() && self.document.is_empty() {
            return Err(ActivityFault::Document);
        }
        if self.kind.needs_form() && self.form.is_empty() {
            return Err(ActivityFault::Award);
        }
        Ok(())
    }

    /// The title as it is compared: without blanks and marks.
    pub fn plain_title(&self) -> String {
        self.title.chars().filter(|c| c.is_alphanumeric()).collect()
    }

    /// Whether two entries might be one thing typed twice: the same unit and kind on one day, or under one title within
    /// a week. A hint for a person, never a refusal.
    pub fn looks_like(&self, other: &Self) -> bool {
        let near = (self.day.day() - other.day.day()).abs();
        let one_title = self.plain_title() == other.plain_title();
        self.unit == other.unit && self.kind == other.kind && (one_title && near <= 7 || !one_title && near == 0)
    }
}

/// An entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub id: ActivityId,
    pub year: u16,
    pub wish: Wish,
    pub state: State,
    /// Account 0: the operator at the machine.
    pub entered_by: AccountId,
    pub entered_at: Timestamp,
    /// `None`: not decided upon.
    pub decided: Option<(AccountId, Timestamp)>,
    /// What the level above said.
    pub decision: String,
}

impl Activity {
    /// The state after the level above has approved it.
    ///
    /// # Errors
    /// [`ActivityFault::Settled`] unless it waits, [`ActivityFault::SamePerson`] for whoever entered it.
    pub fn approve(&self, by: AccountId) -> Result<State, ActivityFault> {
        match self.state {
            State::Waiting if by == self.entered_by => Err(ActivityFault::SamePerson),
            State::Waiting => Ok(State::Recorded),
            _ => Err(ActivityFault::Settled),
        }
    }

    /// The state after it was sent back: a recorded one no longer counts then.
    ///
    /// # Errors
    /// [`ActivityFault::Settled`] when it is withdrawn or sent back already.
    pub fn send_back(&self) -> Result<State, ActivityFault> {
        match self.state {
            State::Waiting | State::Recorded => Ok(State::Returned),
            State::Returned | State::Withdrawn => Err(ActivityFault::Settled),
        }
    }

    /// # Errors
    /// [`ActivityFault::Settled`] when it is withdrawn already.
    pub fn withdraw(&self) -> Result<State, ActivityFault> {
        match self.state {
            State::Withdrawn => Err(ActivityFault::Settled),
            _ => Ok(State::Withdrawn),
        }
    }

    /// # Errors
    /// [`ActivityFault::Settled`] when it is withdrawn.
    pub fn change(&self, needs_approval: bool) -> Result<State, ActivityFault> {
        match self.state {
            State::Withdrawn => Err(ActivityFault::Settled),
            _ => Ok(first_state(needs_approval)),
        }
    }

    /// The state after its name list or its evidence was changed: what the level above has approved waits for it again. One that was
    /// sent back stays so until it is saved.
    ///
    /// # Errors
    /// [`ActivityFault::Settled`] when it is withdrawn.
    pub fn touch(&self, needs_approval: bool) -> Result<State, ActivityFault> {
        match self.state {
            State::Withdrawn => Err(ActivityFault::Settled),
            State::Recorded if needs_approval => Ok(State::Waiting),
            state => Ok(state),
        }
    }
}

/// How an entry begins.
pub fn first_state(needs_approval: bool) -> State {
    if needs_approval {
        State::Waiting
    } else {
        State::Recorded
    }
}

/// A file or picture that proves an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    pub id: EvidenceId,
    pub name: String,
    pub media: Media,
    pub size: i64,
    /// SM3 of the content, in hexadecimal digits.
    pub digest: String,
    pub uploaded_at: Timestamp,
}

/// What a file is, by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Media {
    Jpeg,
    Png,
    Webp,
    Pdf,
    /// Word, Excel or PowerPoint without macros.
    Office,
    Ofd,
    Mp4,
}

impl Media {
    pub const ALL: [Self; 7] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Pdf,
        Self::Office,
        Self::Ofd,
        Self::Mp4,
    ];

    /// The media type, which is also how it is stored.
    pub fn code(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Pdf => "application/pdf",
            Self::Office => "application/vnd.openxmlformats-officedocument",
            Self::Ofd => "application/ofd",
            Self::Mp4 => "video/mp4",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|media| media.code() == code)
    }

    /// Whether a browser may show it on our pages.
    pub fn is_picture(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }
}

/// A person on the name list of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendee {
    pub person: PersonId,
    pub number: String,
    pub name: String,
    pub unit: UnitId,
}

/// What the recorded entries of a year add up to, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    pub entries: i64,
    /// Sum of [`Wish::quantity`].
    pub quantity: i64,
    /// Sum over the entries that counted people.
    pub audience: i64,
    /// Entries that did not count people.
    pub uncounted: i64,
}

impl Total {
    /// Adds an entry.
    pub fn add(&mut self, quantity: i64, audience: Option<i64>) {
        self.entries += 1;
        self.quantity += quantity;
        self.audience += audience.unwrap_or(0);
        self.uncounted += i64::from(audience.is_none());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Timestamp {
        Timestamp::parse_day(text).expect("a day")
    }

    fn lecture() -> Wish {
        Wish {
            kind: Kind::Lecture,
            mode: Mode::Onsite,
            unit: UnitId(1),
            day: day("2023-03-01"),
            title: "安全生产法讲座".into(),
            place: "三楼会议室".into(),
            form: String::new(),
            audience: Some(60),
            quantity: 1,
            document: String::new(),
            note: String::new(),
        }
    }

    fn check(wish: &Wish) -> Result<(), ActivityFault> {
        wish.check(2023, day("2023-06-30"))
    }

    #[test]
    fn an_entry_belongs_to_its_year_and_not_to_the_future() {
        assert_eq!(check(&lecture()), Ok(()));
        let on = |text| {
            check(&Wish {
                day: day(text),
                ..lecture()
            })
        };
        assert_eq!(on("2022-12-31"), Err(ActivityFault::OutsideYear(2023)));
        assert_eq!(on("2024-01-01"), Err(ActivityFault::OutsideYear(2023)));
        assert_eq!(on("2023-06-30"), Ok(()));
        assert_eq!(on("2023-07-01"), Err(ActivityFault::Future));
    }

    #[test]
    fn a_number_of_others_needs_their_document() {
        let elsewhere = Wish {
            kind: Kind::ContestElsewhere,
            quantity: 4_500_000,
            ..lecture()
        };
        assert_eq!(check(&elsewhere), Err(ActivityFault::Document));
        let proved = Wish {
            document: "组委会通报〔2023〕3号".into(),
            ..elsewhere
        };
        assert_eq!(check(&proved), Ok(()));
        assert_eq!(
            check(&Wish {
                quantity: 0,
                ..proved.clone()
            }),
            Err(ActivityFault::Number)
        );
        assert_eq!(
            check(&Wish {
                quantity: MOST + 1,
                ..proved
            }),
            Err(ActivityFault::Number)
        );
        assert_eq!(
            check(&Wish {
                quantity: 2,
                ..lecture()
            }),
            Err(ActivityFault::Number)
        );
        assert_eq!(
            check(&Wish {
                audience: Some(-1),
                ..lecture()
            }),
            Err(ActivityFault::Number)
        );
    }

    #[test]
    fn an_award_is_named() {
        let award = Wish {
            kind: Kind::TeamResult,
            document: "组委会通报〔2023〕4号".into(),
            ..lecture()
        };
        assert_eq!(check(&award), Err(ActivityFault::Award));
        let named = Wish {
            form: "一等奖".into(),
            ..award
        };
        assert_eq!(check(&named), Ok(()));
        assert_eq!(check(&lecture()), Ok(()), "nothing else needs a form");
    }

    #[test]
    fn what_looks_typed_twice_is_hinted() {
        let first = lecture();
        let again = Wish {
            title: "安全生产法 讲座。".into(),
            day: day("2023-03-05"),
            ..lecture()
        };
        assert!(first.looks_like(&again) && first.looks_like(&first));
        let next_month = Wish {
            day: day("2023-04-05"),
            ..again.clone()
        };
        assert!(!first.looks_like(&next_month));
        assert!(!first.looks_like(&Wish {
            unit: UnitId(2),
            ..again
        }));
        let same_day = Wish {
            title: "消防法讲座".into(),
            ..lecture()
        };
        assert!(first.looks_like(&same_day));
    }

    #[test]
    fn nobody_approves_what_he_entered() {
        let entry = |state| Activity {
            id: ActivityId(1),
            year: 2023,
            wish: lecture(),
            state,
            entered_by: AccountId(7),
            entered_at: day("2023-03-02"),
            decided: None,
            decision: String::new(),
        };
        let waiting = entry(State::Waiting);
        assert_eq!(waiting.approve(AccountId(7)), Err(ActivityFault::SamePerson));
        assert_eq!(waiting.approve(AccountId(8)), Ok(State::Recorded));
        assert_eq!(
            entry(State::Recorded).approve(AccountId(8)),
            Err(ActivityFault::Settled)
        );
        assert_eq!(entry(State::Recorded).send_back(), Ok(State::Returned));
        assert_eq!(entry(State::Returned).change(true), Ok(State::Waiting));
        assert_eq!(entry(State::Withdrawn).change(false), Err(ActivityFault::Settled));
        assert_eq!(entry(State::Withdrawn).withdraw(), Err(ActivityFault::Settled));
        // Other names or files: what was approved is approved again, what was sent back is still to be mended.
        let touched = [State::Recorded, State::Waiting, State::Returned].map(|state| entry(state).touch(true));
        assert_eq!(touched, [Ok(State::Waiting), Ok(State::Waiting), Ok(State::Returned)]);
        assert_eq!(entry(State::Recorded).touch(false), Ok(State::Recorded));
        assert_eq!(entry(State::Withdrawn).touch(true), Err(ActivityFault::Settled));
    }
}
