//! The tests of a course: the one that comes first, those of its lessons, and the credits that follow from them.

use std::collections::HashSet;

use super::{
    Pool, pool,
    read::{First, first, gives, open, open_to},
};
use crate::{
    db,
    domain::{
        course::{Course, CourseFault, Lesson, passes},
        credit::{Cause, Earned, Line},
        id::{CourseId, QuestionId, RunId, VersionId},
        paper::Dice,
        study::{Purpose, Reply, StudyFault},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error, Result, credit,
        random::RunDice,
        study::run::{self, Article, Outcome, View},
    },
};

fn shuffle<T>(items: &mut [T], dice: &mut dyn Dice) {
    for place in (1..items.len()).rev() {
        items.swap(place, dice.below(place as u32 + 1) as usize);
    }
}

/// Chooses questions of a pool by chance: those that the person has not met in tests of the lesson come first, so that a test is
/// repeated with others as long as there are any.
fn choose(pool: &Pool, count: u32, met: &HashSet<QuestionId>, dice: &mut dyn Dice) -> Vec<(QuestionId, VersionId)> {
    let (mut again, mut new): (Vec<_>, Vec<_>) = pool.iter().copied().partition(|(question, _)| met.contains(question));
    shuffle(&mut new, dice);
    shuffle(&mut again, dice);
    new.into_iter().chain(again).take(count as usize).collect()
}

async fn begin(
    app: &App,
    caller: &Caller,
    (purpose, subject): (Purpose, i64),
    questions: Vec<(QuestionId, VersionId)>,
) -> Result<RunId> {
    if questions.is_empty() {
        return Err(Fault::Course(CourseFault::NoQuestions).into());
    }
    let versions = questions.into_iter().map(|(_, version)| version).collect();
    let begun = run::start(app, caller, purpose, subject, versions).await;
    if matches!(begun, Err(Error::Fault(Fault::Study(StudyFault::Closed)))) {
        // The pool that was remembered is out of date; the next try reads it anew.
        super::forget_pools(app);
    }
    begun
}

/// Begins the test that comes before a course, or gives the one that runs.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`], [`CourseFault::NoDiagnostic`],
/// [`CourseFault::NoQuestions`], and as [`run::start`].
pub async fn start_diagnostic(app: &App, caller: &Caller, id: CourseId) -> Result<RunId> {
    let course = open_to(app, caller, id).await?;
    let tests = db::course::tests(&app.db, caller.person()?).await?;
    match first(&course, &tests, gives(app, &course)) {
        First::Open => {}
        First::Running(run) => return Ok(run),
        First::None | First::Taken(_) => return Err(Fault::Course(CourseFault::NoDiagnostic).into()),
    }
    let mut dice = RunDice::new(app.random.bytes());
    let (mut chosen, mut met) = (Vec::new(), HashSet::new());
    for lesson in db::course::lessons(&app.db, id).await? {
        let pool = pool(app, &lesson).await?;
        let own = pool
            .iter()
            .copied()
            .filter(|(question, _)| !met.contains(question))
            .collect();
        for question in choose(
            &std::sync::Arc::new(own),
            course.heading.diagnostic,
            &HashSet::new(),
            &mut dice,
        ) {
            met.insert(question.0);
            chosen.push(question);
        }
    }
    begin(app, caller, (Purpose::Diagnostic, id.0), chosen).await
}

/// Begins the test of a lesson, or gives the one that runs.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`], [`CourseFault::NoQuestions`], and as [`run::start`].
pub async fn start_lesson(app: &App, caller: &Caller, id: CourseId, place: usize) -> Result<RunId> {
    let person = caller.person()?;
    open_to(app, caller, id).await?;
    let lessons = db::course::lessons(&app.db, id).await?;
    let lesson = place
        .checked_sub(1)
        .and_then(|place| lessons.get(place))
        .ok_or(Fault::NotFound)?;
    let tests = db::course::tests(&app.db, person).await?;
    let running = tests
        .iter()
        .rev()
        .find(|test| test.purpose == Purpose::Lesson && test.subject == lesson.id.0 && test.finished_at.is_none());
    if let Some(test) = running {
        return Ok(test.run);
    }
    let pool = pool(app, lesson).await?;
    let met: HashSet<_> = db::course::met(&app.db, person, lesson.id).await?.into_iter().collect();
    let mut dice = RunDice::new(app.random.bytes());
    let chosen = choose(&pool, lesson.draft.questions, &met, &mut dice);
    begin(app, caller, (Purpose::Lesson, lesson.id.0), chosen).await
}

/// Where a test belongs.
pub struct Place {
    pub course: Course,
    /// The lesson it is about, with its place from 1; `None`: the test before the course.
    pub lesson: Option<(usize, Lesson)>,
}

async fn place_of(app: &App, caller: &Caller, purpose: Purpose, subject: i64) -> Result<Place> {
    if purpose == Purpose::Diagnostic {
        return Ok(Place {
            course: open_to(app, caller, CourseId(subject)).await?,
            lesson: None,
        });
    }
    let id = crate::domain::id::LessonId(subject);
    let lesson = match purpose {
        Purpose::Lesson => db::course::lesson_of(&app.db, id).await?,
        _ => None,
    };
    let course = open_to(app, caller, lesson.ok_or(Fault::NotFound)?.course).await?;
    let lessons = db::course::lessons(&app.db, course.id).await?;
    let lesson = (1..).zip(lessons).find(|(_, lesson)| lesson.id == id);
    Ok(Place { course, lesson })
}

/// A test as it is answered; `None` when it is handed in.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when the caller has no such test.
pub async fn view(app: &App, caller: &Caller, id: RunId) -> Result<Option<(Place, View)>> {
    let view = run::view(app, caller, id).await?;
    let place = place_of(app, caller, view.run.purpose, view.run.subject).await?;
    Ok(view.run.finished_at.is_none().then_some((place, view)))
}

/// A lesson that the test before a course has not shown to be known.
pub struct Unknown {
    /// From 1.
    pub place: usize,
    pub title: String,
    /// On which its questions that were answered wrong stand.
    pub articles: Vec<Article>,
}

/// What came of a test.
pub struct TestResult {
    pub place: Place,
    pub outcome: Outcome,
    /// Whether the lesson's test is passed; of the test before a course `None`.
    pub passed: Option<bool>,
    /// Lessons that were shown to be known, by place and title.
    pub known: Vec<(usize, String)>,
    /// After the test before a course: the lessons that were not.
    pub unknown: Vec<Unknown>,
    pub gives: bool,
    pub standing: credit::Standing,
}

/// Hands a test in and writes the credits that follow.
///
/// # Errors
/// As [`run::hand_in`].
pub async fn hand_in(app: &App, caller: &Caller, id: RunId, replies: Vec<impl Into<Reply>>) -> Result<()> {
    run::hand_in(app, caller, id, replies).await?;
    settle(app, caller).await
}

/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when the caller has no such test,
/// [`Fault::WrongState`] before it is handed in.
pub async fn result(app: &App, caller: &Caller, id: RunId) -> Result<TestResult> {
    let outcome = run::outcome(app, caller, id).await?;
    let place = place_of(app, caller, outcome.run.purpose, outcome.run.subject).await?;
    settle(app, caller).await?;
    let passed = place.lesson.as_ref().map(|(_, lesson)| {
        let asked = u32::try_from(outcome.lines.len()).unwrap_or(u32::MAX);
        passes(&lesson.draft, outcome.run.right, asked)
    });
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    if passed.is_none() {
        let lines = db::credit::of_person(&app.db, caller.person()?).await?;
        for (place, lesson) in (1..).zip(db::course::lessons(&app.db, place.course.id).await?) {
            let line = lines.iter().find(|line| line.cause == Cause::Lesson(lesson.id));
            match line {
                Some(line) if line.known => known.push((place, lesson.draft.title)),
                Some(_) => {}
                None => unknown.push(Unknown {
                    articles: missed(app, &lesson, &outcome).await?,
                    place,
                    title: lesson.draft.title,
                }),
            }
        }
    }
    Ok(TestResult {
        gives: gives(app, &place.course),
        standing: credit::mine(app, caller).await?,
        place,
        outcome,
        passed,
        known,
        unknown,
    })
}

/// The articles on which the questions of a lesson that were answered wrong stand.
async fn missed(app: &App, lesson: &Lesson, outcome: &Outcome) -> Result<Vec<Article>> {
    let pool: HashSet<_> = pool(app, lesson).await?.iter().map(|(question, _)| *question).collect();
    let wrong = outcome
        .lines
        .iter()
        .filter(|line| !line.right && pool.contains(&line.question));
    let bounds: Vec<_> = wrong
        .flat_map(|line| &line.basis)
        .flat_map(|basis| &basis.articles)
        .collect();
    let articles = outcome
        .articles
        .iter()
        .filter(|article| bounds.contains(&&article.bound));
    Ok(articles.cloned().collect())
}

/// A lesson that was done, and how.
struct Earning {
    lesson: Lesson,
    compulsory: bool,
    run: RunId,
    at: Timestamp,
    known: bool,
}

/// Writes the credits of tests that are handed in and have none yet: what a hand-in does at once, made up for should it have been cut
/// off in between.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn settle(app: &App, caller: &Caller) -> Result<()> {
    let person = caller.person()?;
    let tests = db::course::tests(&app.db, person).await?;
    if tests.iter().all(|test| test.finished_at.is_none()) {
        return Ok(());
    }
    let lines = db::credit::of_person(&app.db, person).await?;
    let given: HashSet<Cause> = lines.iter().map(|line| line.cause).collect();
    let mut earned = Vec::new();
    for course in open(app, caller).await?.into_iter().filter(|course| gives(app, course)) {
        let lessons = db::course::lessons(&app.db, course.id).await?;
        for lesson in lessons
            .into_iter()
            .filter(|lesson| !given.contains(&Cause::Lesson(lesson.id)))
        {
            earned.extend(earning(app, caller, &course, lesson, &tests).await?);
        }
    }
    if earned.is_empty() {
        return Ok(());
    }
    let year = credit::this_year(app);
    let rule = credit::rule(app, year).await?.version;
    let now = app.now();
    let lines: Vec<(Line, i64)> = earned
        .into_iter()
        .map(|earning| {
            let line = Line {
                person,
                cause: Cause::Lesson(earning.lesson.id),
                year,
                earned: Earned {
                    day: earning.at.day(),
                    amount: earning.lesson.draft.credits,
                    compulsory: earning.compulsory,
                },
                known: earning.known,
                rule,
                at: now,
            };
            (line, earning.run.0)
        })
        .collect();
    app.db
        .write(lines, |tx, lines| {
            Box::pin(async move {
                for (line, run) in &lines {
                    credit::earn(tx, line, *run).await?;
                }
                Ok(())
            })
        })
        .await
}

/// How a lesson was done by the tests that are handed in, if it was, in the year of its course.
async fn earning(
    app: &App,
    caller: &Caller,
    course: &Course,
    lesson: Lesson,
    tests: &[db::course::Test],
) -> Result<Option<Earning>> {
    let in_year = |at: &Timestamp| at.civil().year == i64::from(course.heading.year);
    for test in tests {
        let Some(at) = test.finished_at.filter(in_year) else {
            continue;
        };
        let (known, done) = match test.purpose {
            Purpose::Diagnostic if test.subject == course.id.0 => {
                (true, is_known(app, caller, course, &lesson, test.run).await?)
            }
            Purpose::Lesson if test.subject == lesson.id.0 => (false, passes(&lesson.draft, test.right, test.asked)),
            _ => continue,
        };
        if done {
            return Ok(Some(Earning {
                lesson,
                compulsory: course.heading.compulsory,
                run: test.run,
                at,
                known,
            }));
        }
    }
    Ok(None)
}

/// Whether the test before a course has shown that a lesson is known: as many of its questions as the course asks, all answered right.
async fn is_known(app: &App, caller: &Caller, course: &Course, lesson: &Lesson, run: RunId) -> Result<bool> {
    let pool: HashSet<_> = pool(app, lesson).await?.iter().map(|(question, _)| *question).collect();
    let answers = db::course::answers(&app.db, caller.person()?, run).await?;
    let of_it: Vec<_> = answers
        .into_iter()
        .filter(|(question, _)| pool.contains(question))
        .collect();
    let enough = of_it.len() >= course.heading.diagnostic as usize && !of_it.is_empty();
    Ok(enough && of_it.iter().all(|(_, right)| *right))
}
