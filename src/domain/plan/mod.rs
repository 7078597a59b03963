//! The plan of a year (年度学法计划和普法责任清单): what a unit means to do, by when, and how much of it. How far it has come is never
//! typed: it follows from what was recorded.

mod asked;
mod progress;

use serde::{Deserialize, Serialize};

use super::{
    activity::{self, LINE, MOST, NOTE},
    id::{AccountId, MustKnowListId, PlanEntryId, UnitId},
    lang::Lang,
    person::codes,
    time::Timestamp,
};

pub use asked::asked;
pub use progress::{Facts, Held, Progress, Source, Standing, tally};

/// The most entries of one unit in one year.
pub const ENTRIES: usize = 200;

/// What is planned, and with it what counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 党委（党组）理论学习中心组专题学法.
    StudySession,
    Lecture,
    /// The laws and measures of a must-know list, as subjects of study sessions and lectures.
    LawList,
    CourtObservation,
    /// An exam held here.
    Exam,
    Publicity,
    Work,
    /// A competition held here.
    Contest,
    ContestElsewhere,
}

codes!(Kind {
    StudySession => "study_session", "中心组专题学法", "Study-group session";
    Lecture => "lecture", "法治讲座", "Law lecture";
    LawList => "law_list", "学法清单", "List of laws to study";
    CourtObservation => "court_observation", "旁听庭审", "Court observation";
    Exam => "exam", "学法考试", "Law exam";
    Publicity => "publicity", "普法宣教活动", "Publicity event";
    Work => "work", "普法作品", "Works of legal education";
    Contest => "contest", "本系统竞赛", "Competition held here";
    ContestElsewhere => "contest_elsewhere", "参加其他平台竞赛", "Competition held elsewhere";
});

/// The two halves of a plan as bureaus write them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Study,
    Responsibility,
}

impl Part {
    pub const ALL: [Self; 2] = [Self::Study, Self::Responsibility];

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Study => lang.pick("年度学法计划", "Study plan"),
            Self::Responsibility => lang.pick("普法责任清单", "List of responsibilities for legal education"),
        }
    }
}

impl Kind {
    pub fn part(self) -> Part {
        match self {
            Self::StudySession | Self::Lecture | Self::LawList | Self::CourtObservation | Self::Exam => Part::Study,
            Self::Publicity | Self::Work | Self::Contest | Self::ContestElsewhere => Part::Responsibility,
        }
    }

    /// The kind of ledger entry that counts; `None` where something else does.
    pub fn activity(self) -> Option<activity::Kind> {
        match self {
            Self::StudySession => Some(activity::Kind::StudySession),
            Self::Lecture => Some(activity::Kind::Lecture),
            Self::CourtObservation => Some(activity::Kind::CourtObservation),
            Self::Publicity => Some(activity::Kind::Publicity),
            Self::Work => Some(activity::Kind::Work),
            Self::ContestElsewhere => Some(activity::Kind::ContestElsewhere),
            Self::LawList | Self::Exam | Self::Contest => None,
        }
    }

    /// What the number of an entry counts.
    pub fn counts(self, lang: Lang) -> &'static str {
        match self {
            Self::LawList => lang.pick(
                "清单里有几条，在期限内被本单位及下级已登记的专题学法或讲座（名称或说明里写到）学过。",
                "Lines of the list that a recorded study session or lecture of the unit or below it, within the days, names in its title or note.",
            ),
            Self::Exam => lang.pick(
                "期限内开考、本单位要参加或下级单位组织的考试场数。",
                "Exams opened within the days for this unit, or for one below it.",
            ),
            Self::Contest => lang.pick(
                "期限内开始、在本系统举办的竞赛场数。",
                "Competitions held here that began within the days.",
            ),
            Self::Work => lang.pick(
                "期限内本单位及下级已登记作品的件数。",
                "Works of the recorded entries of the unit and below it within the days.",
            ),
            Self::ContestElsewhere => lang.pick(
                "期限内本单位及下级已登记的其他平台竞赛条数（不是人次）。",
                "Recorded entries about competitions elsewhere within the days (not participations).",
            ),
            Self::StudySession | Self::Lecture | Self::CourtObservation | Self::Publicity => lang.pick(
                "期限内本单位及下级已登记的场次。",
                "Recorded entries of the unit and below it within the days.",
            ),
        }
    }

    /// The word behind the number.
    pub fn unit(self, lang: Lang) -> &'static str {
        match self {
            Self::StudySession => lang.pick("次", "sessions"),
            Self::Lecture => lang.pick("场", "lectures"),
            Self::LawList => lang.pick("条", "lines"),
            Self::CourtObservation => lang.pick("次", "observations"),
            Self::Exam => lang.pick("场", "exams"),
            Self::Publicity => lang.pick("场", "events"),
            Self::Work => lang.pick("件", "works"),
            Self::Contest | Self::ContestElsewhere => lang.pick("项", "competitions"),
        }
    }
}

/// What was typed into the form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub kind: Kind,
    /// Whose plan it is: what this unit and those below it do counts.
    pub unit: UnitId,
    /// Who sees to it: this unit or one below it.
    pub responsible: UnitId,
    pub title: String,
    /// The days within which something counts, both of them included; midnight in China.
    pub begins: Timestamp,
    pub due: Timestamp,
    pub planned: i64,
    /// For [`Kind::LawList`] and no other.
    pub list: Option<MustKnowListId>,
    /// Only entries of the ledger whose title or form has these words; empty: all. For kinds of the ledger.
    pub words: String,
    pub note: String,
}

/// An entry of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: PlanEntryId,
    pub year: u16,
    pub wish: Wish,
    /// Who wrote it, or changed it last. Account 0: the operator at the machine.
    pub made_by: AccountId,
    pub made_at: Timestamp,
}

/// Why a plan was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "fault", content = "about", rename_all = "snake_case")]
pub enum PlanFault {
    #[error("a title is needed")]
    Title,
    #[error("a text is too long or holds control characters")]
    Text,
    #[error("a day cannot be read")]
    Day,
    #[error("a day is outside the year {0}")]
    OutsideYear(u16),
    #[error("it is due before it begins")]
    Backwards,
    #[error("the number is not between 1 and the most that is possible")]
    Number,
    #[error("no such unit, or not one to plan for")]
    Unit,
    #[error("the responsible unit is neither the unit nor below it")]
    Responsible,
    #[error("no such must-know list")]
    List,
    #[error("the unit has as many entries as a plan takes")]
    Full,
    #[error("the unit has a plan already")]
    NotEmpty,
}

impl PlanFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Full | Self::NotEmpty => 409,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> String {
        let text = match self {
            Self::Title => lang.pick(
                "请写任务名称。没有保存。",
                "Give the entry a title. Nothing was stored.",
            ),
            Self::Text => lang.pick(
                "有一项文字太长（名称不超过 120 字，说明不超过 1000 字），没有保存。",
                "A text is too long (120 characters for a line, 1000 for the note). Nothing was stored.",
            ),
            Self::Day => lang.pick(
                "日期要写成 2026-01-31 这样。没有保存。",
                "Days are written like 2026-01-31. Nothing was stored.",
            ),
            Self::Backwards => lang.pick(
                "完成期限早于开始日期，没有保存。",
                "It is due before it begins. Nothing was stored.",
            ),
            Self::Number => lang.pick(
                "计划数量要填 1 以上的整数。没有保存。",
                "The planned number is a whole number from 1. Nothing was stored.",
            ),
            Self::Unit => lang.pick(
                "没有这个单位，或者您不能替它订计划。没有保存。",
                "There is no such unit, or it is not yours to plan for. Nothing was stored.",
            ),
            Self::Responsible => lang.pick(
                "责任单位要是计划所属的单位或它的下级。没有保存。",
                "The responsible unit is the unit of the plan or one below it. Nothing was stored.",
            ),
            Self::List => lang.pick(
                "学法清单任务要选一份应知应会清单，其他任务不选。没有保存。",
                "A list of laws to study needs a must-know list, and nothing else has one. Nothing was stored.",
            ),
            Self::Full => lang.pick(
                "一个单位一年的计划最多 200 项，没有保存。",
                "A unit's plan of a year has at most 200 entries. Nothing was stored.",
            ),
            Self::NotEmpty => lang.pick(
                "这个单位已经有计划了，没有再放入建议。",
                "The unit has a plan already; the proposal was not added.",
            ),
            Self::OutsideYear(year) => {
                return match lang {
                    Lang::Zh => format!("日期不在 {year} 年内，没有保存。"),
                    Lang::En => format!("A day is not in {year}; nothing was stored."),
                };
            }
        };
        text.to_owned()
    }
}

impl Wish {
    /// Checks an entry of the plan of `year`. Units and the list are looked up elsewhere.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, year: u16) -> Result<(), PlanFault> {
        let fits = |text: &str, longest| activity::text_fits(text, longest);
        if self.title.is_empty() {
            return Err(PlanFault::Title);
        }
        if !fits(&self.title, LINE) || !fits(&self.words, LINE) || !fits(&self.note, NOTE) {
            return Err(PlanFault::Text);
        }
        let days = [self.begins, self.due];
        if days.iter().any(|day| day.civil().year != i64::from(year)) {
            return Err(PlanFault::OutsideYear(year));
        }
        if self.due.day() < self.begins.day() {
            return Err(PlanFault::Backwards);
        }
        if !(1..=MOST).contains(&self.planned) {
            return Err(PlanFault::Number);
        }
        if self.list.is_some() != (self.kind == Kind::LawList) {
            return Err(PlanFault::List);
        }
        Ok(())
    }
}

/// An entry to begin with: kind, first and last day as month and day, planned number, words, Chinese title. Our own suggestion after
/// what reports of bureaus name; nothing of it is asked for by a rule.
type Proposal = (Kind, (u8, u8), (u8, u8), i64, &'static str, &'static str);

const PROPOSALS: [Proposal; 11] = [
    (Kind::StudySession, (1, 1), (3, 31), 1, "", "一季度中心组专题学法"),
    (Kind::StudySession, (4, 1), (6, 30), 1, "", "二季度中心组专题学法"),
    (Kind::StudySession, (7, 1), (9, 30), 1, "", "三季度中心组专题学法"),
    (Kind::StudySession, (10, 1), (12, 31), 1, "", "四季度中心组专题学法"),
    (Kind::Lecture, (1, 1), (6, 30), 1, "", "上半年法治讲座"),
    (Kind::Lecture, (7, 1), (12, 31), 1, "", "下半年法治讲座"),
    (Kind::Exam, (9, 1), (12, 31), 1, "", "年度学法考试"),
    (
        Kind::Publicity,
        (4, 1),
        (4, 30),
        1,
        "国家安全",
        "全民国家安全教育日宣传",
    ),
    (Kind::Publicity, (5, 1), (5, 31), 1, "民法典", "民法典宣传月活动"),
    (Kind::Publicity, (6, 1), (6, 30), 1, "安全生产", "安全生产月活动"),
    (Kind::Publicity, (12, 1), (12, 7), 1, "宪法", "宪法宣传周活动"),
];

/// A plan to begin with, for a unit that sees to everything itself; only a proposal to change. `lists`: the year's must-know lists with
/// how many lines each has.
pub fn proposal(year: u16, unit: UnitId, lists: &[(MustKnowListId, String, usize)]) -> Vec<Wish> {
    let day = |(month, day): (u8, u8)| Timestamp::of_day(i64::from(year), month, day);
    let wish = |kind, begins, due, planned, words: &str, title: &str| Wish {
        kind,
        unit,
        responsible: unit,
        title: title.to_owned(),
        begins: day(begins),
        due: day(due),
        planned,
        list: None,
        words: words.to_owned(),
        note: String::new(),
    };
    let usual = PROPOSALS
        .iter()
        .map(|(kind, begins, due, planned, words, title)| wish(*kind, *begins, *due, *planned, words, title));
    let studied = lists.iter().map(|(list, title, lines)| Wish {
        list: Some(*list),
        ..wish(
            Kind::LawList,
            (1, 1),
            (12, 31),
            i64::try_from(*lines).unwrap_or(MOST).max(1),
            "",
            &title.chars().take(LINE).collect::<String>(),
        )
    });
    usual.chain(studied).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish() -> Wish {
        let mut all = proposal(2026, UnitId(1), &[]);
        all.swap_remove(0)
    }

    #[test]
    fn what_is_proposed_can_be_stored() {
        let list = (MustKnowListId(7), "应知应会清单".to_owned(), 13);
        for year in [1949, 2024, 2026] {
            let all = proposal(year, UnitId(1), std::slice::from_ref(&list));
            assert_eq!(all.len(), PROPOSALS.len() + 1);
            for wish in &all {
                assert_eq!(wish.check(year), Ok(()), "{}", wish.title);
            }
            let last = all.last().expect("the list");
            assert_eq!((last.kind, last.planned), (Kind::LawList, 13));
        }
    }

    #[test]
    fn an_entry_lies_in_its_year_and_ends_after_it_begins() {
        let day = |text| Timestamp::parse_day(text).expect("a day");
        let with = |begins, due| {
            let (begins, due) = (day(begins), day(due));
            Wish { begins, due, ..wish() }.check(2026)
        };
        assert_eq!(with("2026-01-01", "2026-12-31"), Ok(()));
        assert_eq!(with("2026-05-01", "2026-05-01"), Ok(()));
        assert_eq!(with("2025-12-31", "2026-03-31"), Err(PlanFault::OutsideYear(2026)));
        assert_eq!(with("2026-12-31", "2027-01-01"), Err(PlanFault::OutsideYear(2026)));
        assert_eq!(with("2026-05-02", "2026-05-01"), Err(PlanFault::Backwards));
    }

    #[test]
    fn numbers_texts_and_the_list_are_checked() {
        assert_eq!(Wish { planned: 0, ..wish() }.check(2026), Err(PlanFault::Number));
        assert_eq!(
            Wish {
                planned: MOST + 1,
                ..wish()
            }
            .check(2026),
            Err(PlanFault::Number)
        );
        let long = "长".repeat(LINE + 1);
        let untitled = Wish {
            title: String::new(),
            ..wish()
        };
        assert_eq!(untitled.check(2026), Err(PlanFault::Title));
        assert_eq!(Wish { words: long, ..wish() }.check(2026), Err(PlanFault::Text));
        let list = Some(MustKnowListId(1));
        assert_eq!(Wish { list, ..wish() }.check(2026), Err(PlanFault::List));
        let law_list = Wish {
            kind: Kind::LawList,
            ..wish()
        };
        assert_eq!(law_list.check(2026), Err(PlanFault::List));
        assert_eq!(Wish { list, ..law_list }.check(2026), Ok(()));
    }
}
