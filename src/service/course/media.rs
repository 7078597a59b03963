//! Sound and pictures of lessons: brought in by what they are, not by their names, and read in parts.

use std::sync::Arc;

use super::{managed, read::open_to, subject};
use crate::{
    db,
    domain::{
        audit::Act,
        course::{CourseFault, Format, MOST_MEDIA, MOST_NAME, Media, PIECE, Range},
        id::{LessonId, LessonMediaId},
        role::Right,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
    },
};

/// Adds a file to a lesson.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`], [`Fault::NoFile`],
/// [`CourseFault::Media`] for what browsers do not play, [`CourseFault::TooManyMedia`].
pub async fn add_media(app: &App, caller: &Caller, id: LessonId, name: &str, body: Vec<u8>) -> Result<LessonMediaId> {
    let lesson = db::course::lesson_of(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let (course, _) = managed(app, caller, lesson.course).await?;
    if body.is_empty() {
        return Err(Fault::NoFile.into());
    }
    let format = Format::of(&body).ok_or(Fault::Course(CourseFault::Media))?;
    let known = db::course::media_of(&app.db, course.id).await?;
    if known.iter().filter(|media| media.lesson == id).count() >= MOST_MEDIA {
        return Err(Fault::Course(CourseFault::TooManyMedia).into());
    }
    // The last part of a path that an old browser may send along.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let by = By::new(app, caller);
    let media = Media {
        id: app.random.id(by.at),
        lesson: id,
        format,
        name: name.chars().filter(|c| !c.is_control()).take(MOST_NAME).collect(),
        size: body.len() as u64,
        uploaded_at: by.at,
    };
    let deed = Deed::new(Act::LessonMediaAdded, subject(course.id)).after(&(&media.name, format.code(), media.size));
    app.db
        .write((media, Arc::new(body), deed, by), |tx, (media, body, deed, by)| {
            Box::pin(async move {
                db::course::insert_media(tx, &media, &body, by.id()).await?;
                audit::record(tx, &by, deed).await?;
                Ok(media.id)
            })
        })
        .await
}

/// Removes a file; gives its lesson.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`].
pub async fn remove_media(app: &App, caller: &Caller, id: LessonMediaId) -> Result<LessonId> {
    let (media, course) = db::course::media_file(&app.db, id).await?.ok_or(Fault::NotFound)?;
    managed(app, caller, course).await?;
    let deed = Deed::new(Act::LessonMediaRemoved, subject(course)).before(&(&media.name, media.size));
    app.db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                db::course::remove_media(tx, id).await?;
                audit::record(tx, &by, deed).await?;
                Ok(media.lesson)
            })
        })
        .await
}

/// A file of a lesson that the caller may read.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn media(app: &App, caller: &Caller, id: LessonMediaId) -> Result<Media> {
    let (media, course) = db::course::media_file(&app.db, id).await?.ok_or(Fault::NotFound)?;
    open_to(app, caller, course).await?;
    Ok(media)
}

/// A file of a lesson that the caller may change.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses, [`Fault::NotFound`] when there is none within reach.
pub async fn managed_media(app: &App, caller: &Caller, id: LessonMediaId) -> Result<Media> {
    caller.may(Right::ManageCourses)?;
    let (media, course) = db::course::media_file(&app.db, id).await?.ok_or(Fault::NotFound)?;
    managed(app, caller, course).await?;
    Ok(media)
}

/// Bytes of a file that lie in one of its pieces.
pub struct Part {
    pub body: Vec<u8>,
    /// Where the next part begins; `None` behind the last.
    pub next: Option<u64>,
}

/// Reads the first part of a range: what of it lies in one piece.
///
/// # Errors
/// [`Fault::NotFound`] when the file has been removed.
pub async fn part(app: &App, id: LessonMediaId, range: Range) -> Result<Part> {
    let piece = PIECE as u64;
    let place = range.first / piece;
    let body = db::course::piece(&app.db, id, i64::try_from(place).unwrap_or(i64::MAX)).await?;
    let mut body = body.ok_or(Fault::NotFound)?;
    let start = usize::try_from(range.first % piece).unwrap_or(PIECE).min(body.len());
    let end = range.last.saturating_sub(place * piece).saturating_add(1);
    body.truncate(usize::try_from(end).unwrap_or(usize::MAX).min(body.len()));
    let body = body.split_off(start.min(body.len()));
    let next = range.first + body.len() as u64;
    Ok(Part {
        next: (!body.is_empty() && next <= range.last).then_some(next),
        body,
    })
}
