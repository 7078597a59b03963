//! Courses, their lessons, and the files of lessons.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one,
    study::by_rules,
    tx_one, tx_run,
};
use crate::domain::{
    course::{Course, Draft, Format, Heading, Lesson, LessonKind, Media, PIECE, State},
    credit::Credits,
    id::{AccountId, CourseId, LessonId, LessonMediaId, PersonId, QuestionId, RunId, UnitId, VersionId},
    study::Purpose,
    time::Timestamp,
};

type CourseRow = (i64, i64, i64, i64, i64, i64, i64, String, String, String);

fn course(row: CourseRow) -> Result<Course> {
    let (id, year, unit, compulsory, diagnostic, made_by, made_at, title, summary, state) = row;
    let column = |name| Column("course", name, id);
    Ok(Course {
        id: CourseId(id),
        heading: Heading {
            title,
            summary,
            year: column("year").number(year)?,
            unit: (unit != 0).then_some(UnitId(unit)),
            compulsory: compulsory == 1,
            diagnostic: column("diagnostic").number(diagnostic)?,
        },
        state: column("state").code(&state, State::from_code)?,
        made_by: AccountId(made_by),
        made_at: Timestamp(made_at),
    })
}

/// Every course, the latest year first.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Course>> {
    let rows = read_all!(
        db,
        CourseRow,
        "SELECT id, year, unit, compulsory, diagnostic, made_by, made_at, title, summary, state FROM course
         ORDER BY year DESC, compulsory DESC, id"
    )?;
    rows.into_iter().map(course).collect()
}

const ONE: &str =
    "SELECT id, year, unit, compulsory, diagnostic, made_by, made_at, title, summary, state FROM course WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: CourseId) -> Result<Option<Course>> {
    read_one!(db, CourseRow, ONE, id.0)?.map(course).transpose()
}

/// The course as it is while this transaction lasts: whoever else changes it waits.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, id: CourseId) -> Result<Option<Course>> {
    let row = match tx {
        Tx::Sqlite(_) => tx_one!(tx, CourseRow, ONE, id.0),
        Tx::Postgres(_) => tx_one!(
            tx,
            CourseRow,
            "SELECT id, year, unit, compulsory, diagnostic, made_by, made_at, title, summary, state FROM course
             WHERE id = $1 FOR UPDATE",
            id.0
        ),
    };
    row?.map(course).transpose()
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, course: &Course) -> Result<()> {
    let heading = &course.heading;
    tx_run!(
        tx,
        "INSERT INTO course (id, year, unit, compulsory, diagnostic, made_by, made_at, title, summary, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        course.id.0,
        i64::from(heading.year),
        heading.unit.map_or(0, |unit| unit.0),
        i64::from(heading.compulsory),
        i64::from(heading.diagnostic),
        course.made_by.0,
        course.made_at.0,
        heading.title.as_str(),
        heading.summary.as_str(),
        course.state.code()
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_heading(tx: &mut Tx, id: CourseId, heading: &Heading) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE course SET year = $2, unit = $3, compulsory = $4, diagnostic = $5, title = $6, summary = $7 WHERE id = $1",
        id.0,
        i64::from(heading.year),
        heading.unit.map_or(0, |unit| unit.0),
        i64::from(heading.compulsory),
        i64::from(heading.diagnostic),
        heading.title.as_str(),
        heading.summary.as_str()
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, id: CourseId, state: State) -> Result<()> {
    tx_run!(tx, "UPDATE course SET state = $2 WHERE id = $1", id.0, state.code())?;
    Ok(())
}

type LessonRow = (i64, i64, i64, i64, i64, i64, i64, String, String, String, String);

fn lesson(row: LessonRow) -> Result<Lesson> {
    let (id, course, place, credits, questions, pass, written_at, kind, title, body, sources) = row;
    let column = |name| Column("lesson", name, id);
    Ok(Lesson {
        id: LessonId(id),
        course: CourseId(course),
        place: column("place").number(place)?,
        draft: Draft {
            kind: column("kind").code(&kind, LessonKind::from_code)?,
            title,
            body,
            credits: Credits(credits),
            questions: column("questions").number(questions)?,
            pass: column("pass").number(pass)?,
            sources: column("sources").json(&sources)?,
        },
        written_at: Timestamp(written_at),
    })
}

/// The lessons of a course, in their order.
///
/// # Errors
/// When the database fails.
pub async fn lessons(db: &Db, course: CourseId) -> Result<Vec<Lesson>> {
    let rows = read_all!(
        db,
        LessonRow,
        "SELECT id, course, place, credits, questions, pass, written_at, kind, title, body, sources FROM lesson
         WHERE course = $1 ORDER BY place, id",
        course.0
    )?;
    rows.into_iter().map(lesson).collect()
}

/// # Errors
/// When the database fails.
pub async fn lesson_of(db: &Db, id: LessonId) -> Result<Option<Lesson>> {
    let row = read_one!(
        db,
        LessonRow,
        "SELECT id, course, place, credits, questions, pass, written_at, kind, title, body, sources FROM lesson WHERE id = $1",
        id.0
    )?;
    row.map(lesson).transpose()
}

/// Stores a lesson, in the place of one with the same id.
///
/// # Errors
/// When the database fails.
pub async fn put_lesson(tx: &mut Tx, lesson: &Lesson) -> Result<()> {
    let draft = &lesson.draft;
    tx_run!(
        tx,
        "INSERT INTO lesson (id, course, place, credits, questions, pass, written_at, kind, title, body, sources)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (id) DO UPDATE SET place = excluded.place, credits = excluded.credits, questions = excluded.questions,
             pass = excluded.pass, written_at = excluded.written_at, kind = excluded.kind, title = excluded.title,
             body = excluded.body, sources = excluded.sources",
        lesson.id.0,
        lesson.course.0,
        i64::from(lesson.place),
        draft.credits.0,
        i64::from(draft.questions),
        i64::from(draft.pass),
        lesson.written_at.0,
        draft.kind.code(),
        draft.title.as_str(),
        draft.body.as_str(),
        to_json(&draft.sources)
    )?;
    Ok(())
}

/// Removes a lesson with its files.
///
/// # Errors
/// When the database fails.
pub async fn remove_lesson(tx: &mut Tx, id: LessonId) -> Result<()> {
    tx_run!(
        tx,
        "DELETE FROM lesson_media_piece WHERE media IN (SELECT id FROM lesson_media WHERE lesson = $1)",
        id.0
    )?;
    tx_run!(tx, "DELETE FROM lesson_media WHERE lesson = $1", id.0)?;
    tx_run!(tx, "DELETE FROM lesson WHERE id = $1", id.0)?;
    Ok(())
}

type MediaRow = (i64, i64, i64, i64, String, String);

fn media(row: MediaRow) -> Result<Media> {
    let (id, lesson, size, uploaded_at, format, name) = row;
    let column = |name| Column("lesson_media", name, id);
    Ok(Media {
        id: LessonMediaId(id),
        lesson: LessonId(lesson),
        format: column("format").code(&format, Format::from_code)?,
        name,
        size: column("size").number(size)?,
        uploaded_at: Timestamp(uploaded_at),
    })
}

/// The files of the lessons of a course, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn media_of(db: &Db, course: CourseId) -> Result<Vec<Media>> {
    let rows = read_all!(
        db,
        MediaRow,
        "SELECT m.id, m.lesson, m.size, m.uploaded_at, m.format, m.name
         FROM lesson_media m JOIN lesson l ON l.id = m.lesson WHERE l.course = $1 ORDER BY m.id",
        course.0
    )?;
    rows.into_iter().map(media).collect()
}

/// A file and the course it belongs to.
///
/// # Errors
/// When the database fails.
pub async fn media_file(db: &Db, id: LessonMediaId) -> Result<Option<(Media, CourseId)>> {
    let row = read_one!(
        db,
        (i64, i64, i64, i64, String, String, i64),
        "SELECT m.id, m.lesson, m.size, m.uploaded_at, m.format, m.name, l.course
         FROM lesson_media m JOIN lesson l ON l.id = m.lesson WHERE m.id = $1",
        id.0
    )?;
    row.map(|(id, lesson, size, at, format, name, course)| {
        Ok((media((id, lesson, size, at, format, name))?, CourseId(course)))
    })
    .transpose()
}

/// Stores a file in pieces.
///
/// # Errors
/// When the database fails.
pub async fn insert_media(tx: &mut Tx, media: &Media, body: &[u8], by: AccountId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO lesson_media (id, lesson, size, uploaded_by, uploaded_at, format, name)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        media.id.0,
        media.lesson.0,
        i64::try_from(media.size).unwrap_or(i64::MAX),
        by.0,
        media.uploaded_at.0,
        media.format.code(),
        media.name.as_str()
    )?;
    for (place, piece) in (0i64..).zip(body.chunks(PIECE)) {
        tx_run!(
            tx,
            "INSERT INTO lesson_media_piece (media, place, body) VALUES ($1, $2, $3)",
            media.id.0,
            place,
            piece
        )?;
    }
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn remove_media(tx: &mut Tx, id: LessonMediaId) -> Result<()> {
    tx_run!(tx, "DELETE FROM lesson_media_piece WHERE media = $1", id.0)?;
    tx_run!(tx, "DELETE FROM lesson_media WHERE id = $1", id.0)?;
    Ok(())
}

/// One piece of a file, from 0; `None` behind the last.
///
/// # Errors
/// When the database fails.
pub async fn piece(db: &Db, id: LessonMediaId, place: i64) -> Result<Option<Vec<u8>>> {
    let row = read_one!(
        db,
        (Vec<u8>,),
        "SELECT body FROM lesson_media_piece WHERE media = $1 AND place = $2",
        id.0,
        place
    )?;
    Ok(row.map(|(body,)| body))
}

/// A question that may be asked in study, with what says whether a lesson means it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub question: QuestionId,
    pub version: VersionId,
    pub topic: String,
    pub tags: Vec<String>,
    pub basis: Vec<String>,
}

/// Every question that may be asked in study.
///
/// # Errors
/// When the database fails.
pub async fn candidates(db: &Db) -> Result<Vec<Candidate>> {
    let rows = read_all!(
        db,
        (i64, i64, String, String, String),
        concat!(
            "SELECT q.id, v.id, v.topic, v.tags, v.basis
             FROM bank b JOIN question q ON q.bank = b.id JOIN question_version v ON v.id = q.current
             WHERE b.practice = 1 AND q.state = 'ready' AND ",
            by_rules!(),
            " ORDER BY q.id"
        )
    )?;
    rows.into_iter()
        .map(|(question, version, topic, tags, basis)| {
            let column = |name| Column("question_version", name, version);
            Ok(Candidate {
                question: QuestionId(question),
                version: VersionId(version),
                topic,
                tags: column("tags").json(&tags)?,
                basis: column("basis").json(&basis)?,
            })
        })
        .collect()
}

/// The questions that a person has answered in tests of a lesson.
///
/// # Errors
/// When the database fails.
pub async fn met(db: &Db, person: PersonId, lesson: LessonId) -> Result<Vec<QuestionId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT DISTINCT a.question FROM study_run r JOIN study_answer a ON a.person = r.person AND a.run = r.id
         WHERE r.person = $1 AND r.purpose = 'lesson' AND r.subject = $2",
        person.0,
        lesson.0
    )?;
    Ok(rows.into_iter().map(|(question,)| QuestionId(question)).collect())
}

/// A test of a lesson or before a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Test {
    pub run: RunId,
    pub purpose: Purpose,
    /// The lesson or the course.
    pub subject: i64,
    /// `None`: it runs.
    pub finished_at: Option<Timestamp>,
    pub asked: u32,
    pub right: u32,
}

/// The tests of lessons and before courses that a person has begun, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn tests(db: &Db, person: PersonId) -> Result<Vec<Test>> {
    let rows = read_all!(
        db,
        (i64, String, i64, i64, i64, i64),
        "SELECT id, purpose, subject, finished_at, asked, right_count FROM study_run
         WHERE person = $1 AND purpose IN ('lesson', 'diagnostic') ORDER BY id",
        person.0
    )?;
    rows.into_iter()
        .map(|(id, purpose, subject, finished_at, asked, right)| {
            let column = |name| Column("study_run", name, id);
            Ok(Test {
                run: RunId(id),
                purpose: column("purpose").code(&purpose, Purpose::from_code)?,
                subject,
                finished_at: (finished_at != 0).then_some(Timestamp(finished_at)),
                asked: column("asked").number(asked)?,
                right: column("right_count").number(right)?,
            })
        })
        .collect()
}

/// The answers of a run: the question, and whether it was answered right.
///
/// # Errors
/// When the database fails.
pub async fn answers(db: &Db, person: PersonId, run: RunId) -> Result<Vec<(QuestionId, bool)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT question, is_right FROM study_answer WHERE person = $1 AND run = $2 ORDER BY place",
        person.0,
        run.0
    )?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(question, right)| (QuestionId(question), right == 1))
        .collect())
}
