//! Courses (课程) of a year: lessons written by the bureau, with their questions, and what has to be there before people see them.

mod fault;
mod media;
mod source;
mod text;

use serde::{Deserialize, Serialize};

pub use fault::{CourseFault, Missing};
pub use media::{Format, MOST_NAME, PIECE, Range, Ranged};
pub use source::{Asked, MOST_SOURCES, Source};
pub use text::{Block, MOST_DEPTH, Piece, Span};

use super::{
    credit::Credits,
    id::{AccountId, CourseId, LessonId, LessonMediaId, UnitId},
    person::codes,
    time::Timestamp,
};

/// Where a course stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    Published,
    /// Can be read, gives no credits any more.
    Closed,
}

codes!(State {
    Draft => "draft", "草稿", "Draft";
    Published => "published", "已发布", "Published";
    Closed => "closed", "已结束", "Closed";
});

/// What a lesson is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LessonKind {
    #[default]
    Text,
    /// 以案释法
    Case,
}

codes!(LessonKind {
    Text => "text", "课文", "Text";
    Case => "case", "以案释法", "Law by a case";
});

/// A course. Its credits are those of its lessons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    pub id: CourseId,
    pub heading: Heading,
    pub state: State,
    pub made_by: AccountId,
    pub made_at: Timestamp,
}

/// What an editor says of a course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    pub title: String,
    pub summary: String,
    pub year: u16,
    /// Whose persons it is for, with all units below; `None`: everybody.
    pub unit: Option<UnitId>,
    /// 必修; otherwise 选修.
    pub compulsory: bool,
    /// Questions for each lesson in the test that comes first (先测后学); 0: no such test.
    pub diagnostic: u32,
}

/// Characters of a title and of a summary; questions for each lesson in the first test.
const TITLE: usize = 100;
const SUMMARY: usize = 500;
const MOST_DIAGNOSTIC: u32 = 5;
/// Characters of the text of a lesson.
const BODY: usize = 60_000;
/// The most questions of a lesson's test.
const MOST_QUESTIONS: u32 = 50;
/// The most lessons of a course and files of a lesson.
pub const MOST_LESSONS: usize = 60;
pub const MOST_MEDIA: usize = 10;

fn plain(text: &str, most: usize) -> bool {
    text.chars().count() <= most
        && !text
            .chars()
            .any(|c| c.is_control() && c != '\n' && c != '\r' && c != '\t')
}

impl Heading {
    /// # Errors
    /// [`CourseFault::Heading`].
    pub fn check(&self) -> Result<(), CourseFault> {
        let sound = !self.title.is_empty()
            && plain(&self.title, TITLE)
            && plain(&self.summary, SUMMARY)
            && (2000..=2999).contains(&self.year)
            && self.diagnostic <= MOST_DIAGNOSTIC;
        if sound { Ok(()) } else { Err(CourseFault::Heading) }
    }
}

/// A lesson as its editor wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub kind: LessonKind,
    pub title: String,
    /// Markdown.
    pub body: String,
    pub credits: Credits,
    /// Questions of its test.
    pub questions: u32,
    /// Right answers that pass it.
    pub pass: u32,
    /// Where its questions come from, one a line.
    pub sources: Vec<Source>,
}

impl Draft {
    /// # Errors
    /// [`CourseFault::Lesson`] for what cannot be stored. A draft may lack what a publication needs.
    pub fn check(&self) -> Result<(), CourseFault> {
        let sound = !self.title.is_empty()
            && plain(&self.title, TITLE)
            && plain(&self.body, BODY)
            && (Credits::ZERO..=Credits::whole(100)).contains(&self.credits)
            && self.questions <= MOST_QUESTIONS
            && self.pass <= self.questions
            && self.sources.len() <= MOST_SOURCES
            && self.sources.iter().all(|source| plain(source.text(), TITLE));
        if sound { Ok(()) } else { Err(CourseFault::Lesson) }
    }
}

/// A lesson of a course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    pub id: LessonId,
    pub course: CourseId,
    /// By which lessons are put in order.
    pub place: u32,
    pub draft: Draft,
    /// When its text was last changed: what it quotes is compared with the law of that day.
    pub written_at: Timestamp,
}

/// A file that belongs to a lesson, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Media {
    pub id: LessonMediaId,
    pub lesson: LessonId,
    pub format: Format,
    pub name: String,
    /// Bytes.
    pub size: u64,
    pub uploaded_at: Timestamp,
}

/// What a lesson lacks to be published, `fitting`: questions that its sources give.
pub fn missing(lesson: &Lesson, fitting: usize, has_media: bool) -> Vec<Missing> {
    let draft = &lesson.draft;
    let (wanted, fitting) = (draft.questions, u32::try_from(fitting).unwrap_or(u32::MAX));
    let found = [
        (draft.body.trim().is_empty() && !has_media).then_some(Missing::Text),
        (wanted == 0 || draft.pass == 0).then_some(Missing::Test),
        draft.sources.is_empty().then_some(Missing::Sources),
        (!draft.sources.is_empty() && fitting < wanted.max(1)).then_some(Missing::Questions { wanted, fitting }),
    ];
    found.into_iter().flatten().collect()
}

/// Whether a test is passed.
pub fn passes(draft: &Draft, right: u32, asked: u32) -> bool {
    // A pool that has shrunk since gives fewer questions; the share that passes stays the same, rounded up.
    match asked {
        0 => false,
        asked if asked >= draft.questions => right >= draft.pass,
        asked => u64::from(right) * u64::from(draft.questions) >= u64::from(draft.pass) * u64::from(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(body: &str, questions: u32, pass: u32, sources: &[&str]) -> Lesson {
        Lesson {
            id: LessonId(1),
            course: CourseId(1),
            place: 1,
            draft: Draft {
                kind: LessonKind::Text,
                title: "第一课".to_owned(),
                body: body.to_owned(),
                credits: Credits::whole(2),
                questions,
                pass,
                sources: sources.iter().map(|line| Source::read(line)).collect(),
            },
            written_at: Timestamp(0),
        }
    }

    #[test]
    fn a_lesson_without_text_or_questions_is_named() {
        assert_eq!(missing(&lesson("内容", 3, 2, &["安全生产法"]), 3, false), []);
        assert_eq!(
            missing(&lesson(" \n", 3, 2, &["安全生产法"]), 9, false),
            [Missing::Text]
        );
        assert_eq!(missing(&lesson("", 3, 2, &["安全生产法"]), 9, true), []);
        assert_eq!(
            missing(&lesson("内容", 0, 0, &[]), 0, false),
            [Missing::Test, Missing::Sources]
        );
        let few = Missing::Questions { wanted: 3, fitting: 2 };
        assert_eq!(missing(&lesson("内容", 3, 2, &["安全生产法"]), 2, false), [few]);
    }

    #[test]
    fn a_test_is_passed_by_its_number_or_its_share() {
        let draft = lesson("内容", 5, 4, &[]).draft;
        assert!(passes(&draft, 4, 5) && !passes(&draft, 3, 5) && !passes(&draft, 0, 0));
        assert!(
            passes(&draft, 2, 2) && !passes(&draft, 1, 2),
            "four fifths of two, rounded up"
        );
    }

    #[test]
    fn what_cannot_be_stored_is_refused() {
        let mut draft = lesson("内容", 3, 2, &[]).draft;
        assert_eq!(draft.check(), Ok(()));
        draft.pass = 4;
        assert_eq!(draft.check(), Err(CourseFault::Lesson));
        draft.pass = 1;
        draft.body = "字".repeat(BODY + 1);
        assert_eq!(draft.check(), Err(CourseFault::Lesson));
    }
}
