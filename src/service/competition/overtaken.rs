//! Competitions and laws that change. Before a competition begins, questions whose article is worded anew leave the questions papers are
//! drawn from, as they leave an exam at its opening. Once it has begun nothing moves by itself: papers are made by places in the pool and
//! keys are what players were promised, so whoever keeps the competition is shown what the law or the bank has overtaken.

use super::{Contest, setup};
pub use crate::db::competition::Overtaken;
use crate::{
    db,
    domain::{audit::Act, competition::State, id::CompetitionId, time::Timestamp},
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
    },
};

/// So long before the beginning the questions stay as they are: every node has to know them by then, and clocks differ.
const FIXED_MS: i64 = 60_000;

/// What the law or the bank has overtaken among the questions of a competition.
pub struct Found {
    /// In the order of the pool.
    pub questions: Vec<Overtaken>,
    pub course: Course,
}

/// What becomes of questions whose law has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// They leave before the beginning.
    Leaves,
    /// They stay, though it has not begun: too few would be left, or a ruling names places among the questions.
    Stays,
    /// It has begun: only a ruling changes what counts.
    Begun,
}

impl Contest {
    /// When the first stage of any version of the rules opens: until then nobody can have played.
    pub(super) fn begins_at(&self) -> Timestamp {
        let begins = self.versions.iter().map(|version| version.rules.begins_at());
        begins.min().unwrap_or(Timestamp(0))
    }

    /// Whether papers by any version of the rules can be made of so many questions.
    fn suffices(&self, questions: usize) -> bool {
        self.versions.iter().all(|version| version.rules.pool_fits(questions))
    }
}

async fn course(app: &App, contest: &Contest, questions: &[Overtaken]) -> Result<Course> {
    if app.now().0 >= contest.begins_at().0.saturating_sub(FIXED_MS) {
        return Ok(Course::Begun);
    }
    let leaving = questions.iter().filter(|one| one.by_law).count();
    let kept = db::competition::has_rulings(&app.db, contest.id()).await?
        || !contest.suffices(contest.questions().saturating_sub(leaving));
    Ok(if kept { Course::Stays } else { Course::Leaves })
}

/// What an administrator is shown of a published competition.
///
/// # Errors
/// As [`setup::running`].
pub async fn found(app: &App, caller: &Caller, id: CompetitionId) -> Result<Found> {
    let contest = setup::running(app, caller, id).await?;
    let questions = db::competition::overtaken(&app.db, id).await?;
    Ok(Found {
        course: course(app, &contest, &questions).await?,
        questions,
    })
}

/// Takes the questions whose law has changed out of the competitions that have not begun; gives how many. Safe to run on every node.
///
/// # Errors
/// When the database fails.
pub async fn leave_out(app: &App) -> Result<u64> {
    let mut all = 0;
    for competition in db::competition::all(&app.db).await? {
        if competition.state != State::Published || competition.rules.ends_at() < app.now() {
            continue;
        }
        let contest = super::published(app, competition.id).await?;
        if app.now() >= contest.begins_at() {
            continue;
        }
        let questions = db::competition::overtaken(&app.db, competition.id).await?;
        let leaving = questions.iter().any(|one| one.by_law);
        if leaving && course(app, &contest, &questions).await? == Course::Leaves {
            all += leave_out_of(app, &contest).await?;
        }
    }
    Ok(all)
}

async fn leave_out_of(app: &App, contest: &Contest) -> Result<u64> {
    let id = contest.id();
    let by = By::new(app, &Caller::operator());
    let gone: Result<u64> = app
        .db
        .write(by, move |tx, by| {
            Box::pin(async move {
                let gone = db::competition::leave_out(tx, id).await?;
                if !gone.is_empty() {
                    let deed = Deed::new(Act::CompetitionQuestionsLeft, setup::subject(id)).after(&gone);
                    audit::record(tx, &by, deed).await?;
                }
                Ok(gone.len() as u64)
            })
        })
        .await;
    app.contests.forget(id);
    gone
}
