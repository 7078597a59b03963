//! A run: questions that a person is asked, one after the other or as one form.

use crate::domain::{
    id::{PersonId, RunId, VersionId},
    item::OptionSet,
    lang::Lang,
    paper::{Dice, Drawn, PoolItem, shown_order},
    time::Timestamp,
};

/// The most questions of a run.
pub const MAX_QUESTIONS: usize = 500;

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// By topic, by law, by a plan or of everything; what is right is told after each question.
    Practice,
    /// What is due, before it is forgotten.
    Review,
    /// What was answered wrong.
    Mistakes,
    /// A paper as an exam would have it; the subject is the exam.
    Mock,
    /// What somebody knows before a course; the subject is the course.
    Diagnostic,
    /// The questions of a lesson; the subject is the lesson.
    Lesson,
}

impl Purpose {
    pub const ALL: [Self; 6] = [
        Self::Practice,
        Self::Review,
        Self::Mistakes,
        Self::Mock,
        Self::Diagnostic,
        Self::Lesson,
    ];

    /// The identifier used in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Review => "review",
            Self::Mistakes => "mistakes",
            Self::Mock => "mock",
            Self::Diagnostic => "diagnostic",
            Self::Lesson => "lesson",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Practice => lang.pick("练习", "Practice"),
            Self::Review => lang.pick("到期复习", "Due review"),
            Self::Mistakes => lang.pick("错题本", "Mistake book"),
            Self::Mock => lang.pick("模拟考试", "Mock exam"),
            Self::Diagnostic => lang.pick("课前测", "Test before a course"),
            Self::Lesson => lang.pick("课时测验", "Lesson test"),
        }
    }

    /// Whether all questions stand on one form and nothing is told before it is handed in.
    pub fn one_form(self) -> bool {
        matches!(self, Self::Mock | Self::Diagnostic | Self::Lesson)
    }
}

/// A question of a run: the version asked, and where each of its options is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub version: VersionId,
    pub drawn: Drawn,
}

impl Placed {
    /// The question at this place, its options in an order of chance.
    pub fn shuffled(place: usize, version: VersionId, item: &PoolItem, dice: &mut dyn Dice) -> Self {
        Self {
            version,
            drawn: Drawn {
                pool: u32::try_from(place).unwrap_or(u32::MAX),
                order: shown_order(item.kind, item.options, item.pinned, dice),
            },
        }
    }
}

/// What was answered: chosen, in places as shown, or written into the fields of a question beyond choice. Nothing of either: left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reply {
    pub choice: OptionSet,
    pub said: String,
}

impl Reply {
    pub fn is_empty(&self) -> bool {
        self.choice.is_empty() && self.said.is_empty()
    }
}

impl From<OptionSet> for Reply {
    fn from(choice: OptionSet) -> Self {
        Self {
            choice,
            said: String::new(),
        }
    }
}

/// Questions asked of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    pub id: RunId,
    pub person: PersonId,
    pub purpose: Purpose,
    /// 0: none; else the exam, course or lesson, as the purpose says.
    pub subject: i64,
    pub questions: Vec<Placed>,
    pub started_at: Timestamp,
    /// `None`: it runs.
    pub finished_at: Option<Timestamp>,
    /// Questions answered so far, and those of them answered right.
    pub asked: u32,
    pub right: u32,
}
