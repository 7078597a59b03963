//! Reading: the courses that are for a person, a course with what is done of it, and one lesson.

use std::collections::HashMap;

use super::{credits_of, test::settle};
use crate::{
    db::{self, course::Test},
    domain::{
        course::{Block, Course, Lesson, Media, Piece, State},
        credit::{Cause, Credits, Line},
        id::{CourseId, LessonId, RunId},
        study::Purpose,
    },
    error::Fault,
    format::markdown,
    service::{App, Caller, Result, credit, law},
};

/// How a lesson was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    /// 已掌握: shown before studying.
    Known,
    /// Its test was passed.
    Passed,
}

impl Done {
    fn of(line: &Line) -> Self {
        if line.known { Self::Known } else { Self::Passed }
    }
}

/// A course among others.
pub struct OnShelf {
    pub course: Course,
    pub lessons: usize,
    pub done: usize,
    pub credits: Credits,
    pub earned: Credits,
}

/// The courses that are for a person.
pub struct Shelf {
    pub courses: Vec<OnShelf>,
    pub standing: credit::Standing,
}

fn done_of(lines: &[Line]) -> HashMap<LessonId, Done> {
    let lesson = |line: &Line| match line.cause {
        Cause::Lesson(lesson) => Some((lesson, Done::of(line))),
        Cause::Entry(_) => None,
    };
    lines.iter().filter_map(lesson).collect()
}

/// Courses that are published or closed and for the caller's unit, with what is done of them.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn shelf(app: &App, caller: &Caller) -> Result<Shelf> {
    let person = caller.person()?;
    settle(app, caller).await?;
    let done = done_of(&db::credit::of_person(&app.db, person).await?);
    let mut courses = Vec::new();
    for course in open(app, caller).await? {
        let lessons = db::course::lessons(&app.db, course.id).await?;
        let finished = lessons.iter().filter(|lesson| done.contains_key(&lesson.id));
        courses.push(OnShelf {
            lessons: lessons.len(),
            done: finished.clone().count(),
            credits: credits_of(&lessons),
            earned: finished.map(|lesson| lesson.draft.credits).sum(),
            course,
        });
    }
    Ok(Shelf {
        courses,
        standing: credit::mine(app, caller).await?,
    })
}

/// The courses that the caller may read.
pub(super) async fn open(app: &App, caller: &Caller) -> Result<Vec<Course>> {
    let person = db::person::get(&app.db, caller.person()?)
        .await?
        .ok_or(Fault::NotFound)?;
    let units = db::person::units(&app.db).await?;
    let mut courses = db::course::all(&app.db).await?;
    courses.retain(|course| {
        let unit = course.heading.unit;
        course.state != State::Draft && unit.is_none_or(|unit| units.is_within(person.unit, unit))
    });
    Ok(courses)
}

/// A course that the caller may read.
pub(super) async fn open_to(app: &App, caller: &Caller, id: CourseId) -> Result<Course> {
    let courses = open(app, caller).await?;
    let course = courses.into_iter().find(|course| course.id == id);
    course.ok_or_else(|| Fault::NotFound.into())
}

/// A lesson in the list of its course.
pub struct Row {
    pub lesson: Lesson,
    pub done: Option<Done>,
}

/// A course as a person studies it.
pub struct Page {
    pub course: Course,
    pub rows: Vec<Row>,
    pub credits: Credits,
    /// Whether passing a lesson gives credits now.
    pub gives: bool,
    /// The test that comes first: whether it can be begun, and the one that runs.
    pub first: First,
    pub standing: credit::Standing,
}

/// The test before a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum First {
    /// The course has none, or nothing is left to show.
    None,
    Open,
    Running(RunId),
    Taken(RunId),
}

/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when there is no such course for the caller.
pub async fn page(app: &App, caller: &Caller, id: CourseId) -> Result<Page> {
    let course = open_to(app, caller, id).await?;
    let person = caller.person()?;
    settle(app, caller).await?;
    let done = done_of(&db::credit::of_person(&app.db, person).await?);
    let lessons = db::course::lessons(&app.db, id).await?;
    let credits = credits_of(&lessons);
    let rows: Vec<Row> = lessons
        .into_iter()
        .map(|lesson| Row {
            done: done.get(&lesson.id).copied(),
            lesson,
        })
        .collect();
    let tests = db::course::tests(&app.db, person).await?;
    let left = rows.iter().any(|row| row.done.is_none());
    Ok(Page {
        gives: gives(app, &course),
        first: first(&course, &tests, left && gives(app, &course)),
        standing: credit::mine(app, caller).await?,
        course,
        rows,
        credits,
    })
}

/// Whether passing a lesson of a course gives credits now: while it is published, in its year.
pub(super) fn gives(app: &App, course: &Course) -> bool {
    course.state == State::Published && course.heading.year == credit::this_year(app)
}

/// The test before a course, as it stands.
pub(super) fn first(course: &Course, tests: &[Test], useful: bool) -> First {
    let before = |test: &&Test| test.purpose == Purpose::Diagnostic && test.subject == course.id.0;
    match tests.iter().rev().find(before) {
        Some(test) if test.finished_at.is_some() => First::Taken(test.run),
        Some(test) => First::Running(test.run),
        None if course.heading.diagnostic > 0 && useful => First::Open,
        None => First::None,
    }
}

/// What a text is made of, with the articles it quotes as they are today.
pub enum Shown {
    Blocks(Vec<Block>),
    /// The words of the quotation, and what they lead to.
    Quoted(String, Box<law::Quoted>),
}

/// The text of a lesson.
pub struct Text {
    pub pieces: Vec<Shown>,
    pub media: Vec<Media>,
}

impl Text {
    /// Quotations that lead nowhere, or to an article that is no more.
    pub fn broken(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Shown::Quoted(words, quoted) if !matches!(**quoted, law::Quoted::Article { .. }) => Some(words.as_str()),
            _ => None,
        })
    }
}

pub(super) async fn text_of(app: &App, lesson: &Lesson) -> Result<Text> {
    let pieces = markdown::read(&lesson.draft.body);
    let words: Vec<String> = pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Quoted(words) => Some(words.clone()),
            Piece::Text(_) => None,
        })
        .collect();
    let mut quoted = match words.is_empty() {
        true => Vec::new(),
        false => law::quote(app, &law::library(app).await?, lesson.written_at, &words).await?,
    }
    .into_iter();
    let pieces = pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(blocks) => Shown::Blocks(blocks),
            Piece::Quoted(words) => Shown::Quoted(words, Box::new(quoted.next().unwrap_or(law::Quoted::Unknown))),
        })
        .collect();
    let mut media = db::course::media_of(&app.db, lesson.course).await?;
    media.retain(|media| media.lesson == lesson.id);
    Ok(Text { pieces, media })
}

/// A lesson as a person reads it.
pub struct Reading {
    pub course: Course,
    pub lesson: Lesson,
    /// From 1, of how many.
    pub place: usize,
    pub lessons: usize,
    pub text: Text,
    pub done: Option<Done>,
    pub gives: bool,
    /// The last test of it that runs, and the last that is handed in.
    pub running: Option<RunId>,
    pub last: Option<RunId>,
    /// Whether the page sends signs of life, because the rule of the year counts study time.
    pub counted: bool,
}

/// The lesson at a place of a course, from 1.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when there is no such lesson for the caller.
pub async fn lesson(app: &App, caller: &Caller, id: CourseId, place: usize) -> Result<Reading> {
    let course = open_to(app, caller, id).await?;
    let person = caller.person()?;
    settle(app, caller).await?;
    let lessons = db::course::lessons(&app.db, id).await?;
    let count = lessons.len();
    let lesson = place.checked_sub(1).and_then(|place| lessons.into_iter().nth(place));
    let lesson = lesson.ok_or(Fault::NotFound)?;
    let done = done_of(&db::credit::of_person(&app.db, person).await?)
        .get(&lesson.id)
        .copied();
    let tests = db::course::tests(&app.db, person).await?;
    let of_it = |test: &&Test| test.purpose == Purpose::Lesson && test.subject == lesson.id.0;
    let latest = |finished: bool| {
        let mut tests = tests.iter().rev().filter(of_it);
        tests
            .find(|test| test.finished_at.is_some() == finished)
            .map(|test| test.run)
    };
    Ok(Reading {
        text: text_of(app, &lesson).await?,
        gives: gives(app, &course),
        running: latest(false),
        last: latest(true),
        counted: credit::rule(app, credit::this_year(app)).await?.rule.hours.is_some(),
        course,
        lesson,
        place,
        lessons: count,
        done,
    })
}
