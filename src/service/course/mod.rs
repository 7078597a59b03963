//! Courses: written and published by those who manage courses, studied and tested by the persons they are for.

mod edit;
mod media;
mod read;
mod test;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::{App, Caller, Result, law};
use crate::{
    db,
    domain::{
        course::{Asked, Course, Lesson, Source},
        credit::Credits,
        id::{CourseId, LessonId, QuestionId, VersionId},
        law::{Library, citations},
        role::Right,
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

pub use edit::{
    Desk, File, Owners, change, change_lesson, close, create, desk, file, owners, preview, publish, remove_lesson,
    withdraw,
};
pub use media::{Part, add_media, managed_media, media, part, remove_media};
pub use read::{Done, First, OnShelf, Page, Reading, Row, Shelf, Shown, Text, lesson, page, shelf};
pub use test::{Place, TestResult, Unknown, hand_in, result, settle, start_diagnostic, start_lesson, view};

/// A question of a lesson's pool.
type Pool = Arc<Vec<(QuestionId, VersionId)>>;

/// Pools of lessons, for a while.
#[derive(Default)]
pub struct Pools(Mutex<HashMap<LessonId, (Timestamp, Timestamp, Pool)>>);

/// So long a pool is believed without asking again; a run asks whether each of its questions may still be asked.
const POOL_MS: i64 = 60_000;
/// Beyond so many pools they are begun anew.
const POOLS: usize = 500;

/// The questions of a lesson that may be asked now.
async fn pool(app: &App, lesson: &Lesson) -> Result<Pool> {
    let now = app.now();
    let known = {
        let pools = app.pools.0.lock().unwrap_or_else(PoisonError::into_inner);
        pools.get(&lesson.id).cloned()
    };
    if let Some((since, written, pool)) = known
        && written == lesson.written_at
        && (0..POOL_MS).contains(&(now.0 - since.0))
    {
        return Ok(pool);
    }
    let found = pools(app, std::slice::from_ref(lesson)).await?;
    let pool = found.into_iter().next().unwrap_or_default();
    let mut pools = app.pools.0.lock().unwrap_or_else(PoisonError::into_inner);
    if pools.len() >= POOLS {
        pools.clear();
    }
    pools.insert(lesson.id, (now, lesson.written_at, Arc::clone(&pool)));
    Ok(pool)
}

/// The pools of several lessons, read anew.
async fn pools(app: &App, lessons: &[Lesson]) -> Result<Vec<Pool>> {
    let library = law::library(app).await?;
    let mut asked = Vec::with_capacity(lessons.len());
    for lesson in lessons {
        asked.push(wanted(app, &library, lesson).await?);
    }
    let candidates = db::course::candidates(&app.db).await?;
    let pool = |asked: Vec<Asked>| {
        let meant = candidates
            .iter()
            .filter(|one| asked.iter().any(|asked| asked.fits(&one.topic, &one.tags, &one.basis)));
        Arc::new(meant.map(|one| (one.question, one.version)).collect())
    };
    Ok(asked.into_iter().map(pool).collect())
}

/// What the sources of a lesson ask for: articles under the number they have today.
async fn wanted(app: &App, library: &Library, lesson: &Lesson) -> Result<Vec<Asked>> {
    let sources = &lesson.draft.sources;
    let cites: Vec<_> = sources.iter().flat_map(|source| citations(source.text())).collect();
    let ends = cites
        .iter()
        .flat_map(|one| [one.number, one.last()].map(|number| one.alone(number)));
    let quoted = law::quote(app, library, lesson.written_at, &ends.collect::<Vec<_>>()).await?;
    let today = cites.iter().zip(quoted.chunks(2)).map(|(one, ends)| match ends {
        [
            law::Quoted::Article {
                record, article: first, ..
            },
            law::Quoted::Article { article: last, .. },
        ] => Asked::articles(&record.entry.short(), first.number, last.number),
        _ => Asked::cited(one),
    });
    let names = sources.iter().filter(|source| citations(source.text()).is_empty());
    Ok(today.chain(names.flat_map(Source::asked)).collect())
}

/// Forgets what the pools of lessons were.
fn forget_pools(app: &App) {
    app.pools.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// The credits of lessons together.
fn credits_of(lessons: &[Lesson]) -> Credits {
    lessons.iter().map(|lesson| lesson.draft.credits).sum()
}

/// How the log names a course.
fn subject(id: CourseId) -> String {
    format!("course {id}")
}

/// A course that the caller may change, with the units.
async fn managed(app: &App, caller: &Caller, id: CourseId) -> Result<(Course, Tree)> {
    let reach = caller.may(Right::ManageCourses)?;
    let course = db::course::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let units = db::person::units(&app.db).await?;
    match reach.covers(&units, course.heading.unit) {
        true => Ok((course, units)),
        false => Err(Fault::NotFound.into()),
    }
}
