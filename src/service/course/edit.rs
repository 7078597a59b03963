//! Writing a course: its heading, its lessons, and what has to be there before people see it.

use super::{credits_of, forget_pools, managed, pools, read::text_of, subject};
use crate::{
    db::{self, Tx},
    domain::{
        audit::Act,
        course::{Course, CourseFault, Draft, Heading, Lesson, MOST_LESSONS, Media, Missing, State, missing},
        credit::{Cause, Credits},
        id::{CourseId, LessonId, UnitId},
        role::Right,
        unit::Tree,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        course::read::Text,
    },
};

/// The courses that the caller may change.
pub struct Desk {
    /// With the number and the credits of their lessons.
    pub courses: Vec<(Course, usize, Credits)>,
    pub units: Tree,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses.
pub async fn desk(app: &App, caller: &Caller) -> Result<Desk> {
    let reach = caller.may(Right::ManageCourses)?;
    let units = db::person::units(&app.db).await?;
    let mut courses = Vec::new();
    for course in db::course::all(&app.db).await? {
        if reach.covers(&units, course.heading.unit) {
            let lessons = db::course::lessons(&app.db, course.id).await?;
            courses.push((course, lessons.len(), credits_of(&lessons)));
        }
    }
    Ok(Desk { courses, units })
}

/// The units a course of the caller may be for, with their names; `None`: everybody.
pub type Owners = Vec<(Option<UnitId>, String)>;

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses.
pub async fn owners(app: &App, caller: &Caller) -> Result<Owners> {
    let reach = caller.may(Right::ManageCourses)?;
    let units = db::person::units(&app.db).await?;
    let everybody = reach.covers(&units, None).then_some((None, String::new()));
    let below = units
        .walk()
        .into_iter()
        .filter(|(_, unit)| reach.covers(&units, Some(unit.id)))
        .map(|(_, unit)| (Some(unit.id), units.path(unit.id)));
    Ok(everybody.into_iter().chain(below).collect())
}

/// A course with all that its editor needs.
pub struct File {
    pub course: Course,
    /// With what each lacks to be published, and how many questions its sources give.
    pub lessons: Vec<(Lesson, Vec<Missing>, usize)>,
    pub media: Vec<Media>,
    pub owners: Owners,
    pub credits: Credits,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses, [`Fault::NotFound`] when there is none within reach.
pub async fn file(app: &App, caller: &Caller, id: CourseId) -> Result<File> {
    let (course, _) = managed(app, caller, id).await?;
    let lessons = db::course::lessons(&app.db, id).await?;
    let media = db::course::media_of(&app.db, id).await?;
    let credits = credits_of(&lessons);
    Ok(File {
        lessons: checked(app, lessons, &media).await?,
        owners: owners(app, caller).await?,
        course,
        media,
        credits,
    })
}

async fn checked(app: &App, lessons: Vec<Lesson>, media: &[Media]) -> Result<Vec<(Lesson, Vec<Missing>, usize)>> {
    let pools = pools(app, &lessons).await?;
    let lacks = |lesson: Lesson, fitting: usize| {
        let has_media = media.iter().any(|media| media.lesson == lesson.id);
        let missing = missing(&lesson, fitting, has_media);
        (lesson, missing, fitting)
    };
    let pairs = lessons.into_iter().zip(pools);
    Ok(pairs.map(|(lesson, pool)| lacks(lesson, pool.len())).collect())
}

fn owned(app_units: &Tree, caller: &Caller, heading: &Heading) -> Result<()> {
    heading.check().map_err(Fault::Course)?;
    match caller.may(Right::ManageCourses)?.covers(app_units, heading.unit) {
        true => Ok(()),
        false => Err(Fault::Forbidden.into()),
    }
}

/// Stores a new draft.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses of this unit, [`CourseFault::Heading`].
pub async fn create(app: &App, caller: &Caller, heading: Heading) -> Result<CourseId> {
    caller.may(Right::ManageCourses)?;
    owned(&db::person::units(&app.db).await?, caller, &heading)?;
    let by = By::new(app, caller);
    let course = Course {
        id: app.random.id(by.at),
        heading,
        state: State::Draft,
        made_by: by.id(),
        made_at: by.at,
    };
    let deed = Deed::new(Act::CourseCreated, subject(course.id)).after(&course.heading);
    app.db
        .write((course, deed, by), |tx, (course, deed, by)| {
            Box::pin(async move {
                db::course::insert(tx, &course).await?;
                audit::record(tx, &by, deed).await?;
                Ok(course.id)
            })
        })
        .await
}

/// Changes what is said of a course. Of one that people study year, unit and kind stay as they are.
///
/// # Errors
/// As [`create`]; [`CourseFault::Fixed`].
pub async fn change(app: &App, caller: &Caller, id: CourseId, heading: Heading) -> Result<()> {
    let (_, units) = managed(app, caller, id).await?;
    owned(&units, caller, &heading)?;
    app.db
        .write((heading, By::new(app, caller)), move |tx, (heading, by)| {
            Box::pin(async move {
                let course = db::course::hold(tx, id).await?.ok_or(Fault::NotFound)?;
                let old = &course.heading;
                let same = (old.year, old.unit, old.compulsory) == (heading.year, heading.unit, heading.compulsory);
                if course.state != State::Draft && !same {
                    return Err(Fault::Course(CourseFault::Fixed).into());
                }
                db::course::set_heading(tx, id, &heading).await?;
                let deed = Deed::new(Act::CourseChanged, subject(id)).before(old).after(&heading);
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// What the log says of a lesson: its text by its length, for it can be long.
fn summary(draft: &Draft) -> (&str, usize, Credits, u32, u32) {
    let length = draft.body.chars().count();
    (&draft.title, length, draft.credits, draft.questions, draft.pass)
}

/// Stores a lesson: a new one without an id. Of a course that people study no lesson is added, and credits and test stay as they are.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`], [`CourseFault::Lesson`],
/// [`CourseFault::TooManyLessons`], [`CourseFault::Fixed`].
pub async fn change_lesson(
    app: &App,
    caller: &Caller,
    course: CourseId,
    id: Option<LessonId>,
    place: u32,
    draft: Draft,
) -> Result<LessonId> {
    managed(app, caller, course).await?;
    draft.check().map_err(Fault::Course)?;
    let known = db::course::lessons(&app.db, course).await?;
    let old = match id {
        Some(id) => Some(
            known
                .iter()
                .find(|lesson| lesson.id == id)
                .ok_or(Fault::NotFound)?
                .clone(),
        ),
        None if known.len() >= MOST_LESSONS => return Err(Fault::Course(CourseFault::TooManyLessons).into()),
        None => None,
    };
    let by = By::new(app, caller);
    let rewritten = old
        .as_ref()
        .is_none_or(|old| (&old.draft.body, &old.draft.sources) != (&draft.body, &draft.sources));
    let lesson = Lesson {
        id: id.unwrap_or_else(|| app.random.id(by.at)),
        course,
        place: place.min(9999),
        draft,
        written_at: match &old {
            Some(old) if !rewritten => old.written_at,
            _ => by.at,
        },
    };
    let done = app
        .db
        .write((lesson, old, by), move |tx, (lesson, old, by)| {
            Box::pin(async move {
                let held = db::course::hold(tx, course).await?.ok_or(Fault::NotFound)?;
                let terms = |lesson: &Lesson| (lesson.draft.credits, lesson.draft.questions, lesson.draft.pass);
                let same = old.as_ref().map(terms) == Some(terms(&lesson));
                if held.state != State::Draft && !same {
                    return Err(Fault::Course(CourseFault::Fixed).into());
                }
                db::course::put_lesson(tx, &lesson).await?;
                let mut deed = Deed::new(Act::LessonChanged, subject(course)).after(&summary(&lesson.draft));
                if let Some(old) = &old {
                    deed = deed.before(&summary(&old.draft));
                }
                audit::record(tx, &by, deed).await?;
                Ok(lesson.id)
            })
        })
        .await;
    forget_pools(app);
    done
}

/// Removes a lesson of a draft with its files.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`], [`CourseFault::Fixed`].
pub async fn remove_lesson(app: &App, caller: &Caller, id: LessonId) -> Result<CourseId> {
    let lesson = db::course::lesson_of(&app.db, id).await?.ok_or(Fault::NotFound)?;
    managed(app, caller, lesson.course).await?;
    app.db
        .write((lesson, By::new(app, caller)), |tx, (lesson, by)| {
            Box::pin(async move {
                let course = db::course::hold(tx, lesson.course).await?.ok_or(Fault::NotFound)?;
                if course.state != State::Draft {
                    return Err(Fault::Course(CourseFault::Fixed).into());
                }
                db::course::remove_lesson(tx, lesson.id).await?;
                let deed = Deed::new(Act::LessonRemoved, subject(course.id)).before(&summary(&lesson.draft));
                audit::record(tx, &by, deed).await?;
                Ok(course.id)
            })
        })
        .await
}

/// Publishes a draft, if every lesson has text and questions.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`], [`Fault::WrongState`],
/// [`CourseFault::NoLessons`], [`CourseFault::Incomplete`] naming what is missing where.
pub async fn publish(app: &App, caller: &Caller, id: CourseId) -> Result<()> {
    let file = file(app, caller, id).await?;
    if file.lessons.is_empty() {
        return Err(Fault::Course(CourseFault::NoLessons).into());
    }
    let lacking = file.lessons.into_iter().filter(|(_, missing, _)| !missing.is_empty());
    let lacking: Vec<_> = lacking
        .map(|(lesson, missing, _)| (lesson.draft.title, missing))
        .collect();
    if !lacking.is_empty() {
        return Err(Fault::Course(CourseFault::Incomplete(lacking)).into());
    }
    turn(app, caller, id, (State::Draft, State::Published), Act::CoursePublished).await
}

/// Takes a published course back to a draft, as long as nobody has earned credits with it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`], [`Fault::WrongState`],
/// [`CourseFault::Fixed`].
pub async fn withdraw(app: &App, caller: &Caller, id: CourseId) -> Result<()> {
    managed(app, caller, id).await?;
    turn(app, caller, id, (State::Published, State::Draft), Act::CourseWithdrawn).await
}

/// Closes a course: it can be read on, and gives no credits any more.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`], [`Fault::WrongState`].
pub async fn close(app: &App, caller: &Caller, id: CourseId) -> Result<()> {
    managed(app, caller, id).await?;
    turn(app, caller, id, (State::Published, State::Closed), Act::CourseClosed).await
}

async fn turn(app: &App, caller: &Caller, id: CourseId, (from, to): (State, State), act: Act) -> Result<()> {
    let lessons = db::course::lessons(&app.db, id).await?;
    let lessons: Vec<LessonId> = lessons.into_iter().map(|lesson| lesson.id).collect();
    app.db
        .write((lessons, By::new(app, caller)), move |tx, (lessons, by)| {
            Box::pin(async move {
                let course = db::course::hold(tx, id).await?.ok_or(Fault::NotFound)?;
                if course.state != from {
                    return Err(Fault::WrongState.into());
                }
                if to == State::Draft && has_given(tx, &lessons).await? {
                    return Err(Fault::Course(CourseFault::Fixed).into());
                }
                db::course::set_state(tx, id, to).await?;
                let deed = Deed::new(act, subject(id)).before(&from).after(&to);
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

async fn has_given(tx: &mut Tx, lessons: &[LessonId]) -> Result<bool> {
    for lesson in lessons {
        if db::credit::earners_in(tx, Cause::Lesson(*lesson)).await? > 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A lesson as its readers see it, with what its editor is warned of.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages the course, [`Fault::NotFound`].
pub async fn preview(app: &App, caller: &Caller, id: LessonId) -> Result<(Course, Lesson, Text)> {
    let lesson = db::course::lesson_of(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let (course, _) = managed(app, caller, lesson.course).await?;
    let text = text_of(app, &lesson).await?;
    Ok((course, lesson, text))
}
