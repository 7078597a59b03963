//! Rounds of an opened exam: adding one that makes up for the main one, taking it away again, releasing results.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    exam, notice,
};
use crate::{
    db,
    domain::{
        audit::Act,
        exam::{Admits, Exam, Moment, Release, Round, RoundKind, State, Thing, Window, check_round},
        id::ExamId,
    },
    error::Fault,
};

/// A make-up round as an administrator sets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    pub admits: Admits,
    pub window: Window,
    /// Attempts a person may start in it.
    pub attempts: u32,
}

/// The rounds of an exam, first to last.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] unless somebody asks who manages this exam.
pub async fn rounds(app: &App, caller: &Caller, id: ExamId) -> Result<Vec<Round>> {
    exam::exam(app, caller, id).await?;
    Ok(db::round::of_exam(&app.db, id).await?)
}

/// Adds a make-up round to an open exam. Gives its number.
///
/// # Errors
/// [`Fault::Round`] naming every fault; [`Fault::WrongState`] when the exam is not open, or another round was added in
/// the same moment.
pub async fn add(app: &App, caller: &Caller, id: ExamId, wish: Wish) -> Result<u32> {
    let exam = exam::exam(app, caller, id).await?;
    if exam.state != State::Open {
        return Err(Fault::WrongState.into());
    }
    super::law::settle(app, None).await?;
    super::overtaken::leave_out_of(app, id).await?;
    let done: Result<u32> = app
        .db
        .write((exam, By::new(app, caller)), move |tx, (exam, by)| {
            Box::pin(async move {
                let rounds = db::round::of_exam_in(tx, id).await?;
                let round = Round {
                    number: rounds.last().map_or(Round::MAIN, |last| last.number) + 1,
                    kind: RoundKind::Makeup,
                    admits: wish.admits,
                    window: wish.window,
                    attempts: wish.attempts,
                    released_at: None,
                };
                check_round(&rounds, &exam.policy, &round, by.at).map_err(Fault::Round)?;
                if !db::round::add(tx, id, &round).await? {
                    return Err(Fault::WrongState.into());
                }
                audit::record(
                    tx,
                    &by,
                    Deed::new(Act::RoundAdded, subject(id, round.number)).after(&round),
                )
                .await?;
                Ok(round.number)
            })
        })
        .await;
    app.recent.forget_exam(id);
    done
}

/// How the log names a round.
fn subject(id: ExamId, number: u32) -> String {
    format!("exam {id} round {number}")
}

/// Takes away the last round while it has not begun.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such round, [`Fault::WrongState`] for the main one, one that others follow, or
/// one that has begun.
pub async fn remove(app: &App, caller: &Caller, id: ExamId, number: u32) -> Result<()> {
    let (_, round) = one(app, caller, id, number).await?;
    let done: Result<()> = app
        .db
        .write(By::new(app, caller), move |tx, by| {
            Box::pin(async move {
                if !db::round::remove(tx, id, number, by.at).await? {
                    return Err(Fault::WrongState.into());
                }
                audit::record(
                    tx,
                    &by,
                    Deed::new(Act::RoundRemoved, subject(id, number)).before(&round),
                )
                .await
            })
        })
        .await;
    app.recent.forget_exam(id);
    done
}

/// Releases the results of a round to its candidates.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such round; [`Fault::WrongState`] when the rules ask for no release, the round has
/// not begun, or its results are released.
pub async fn release(app: &App, caller: &Caller, id: ExamId, number: u32) -> Result<()> {
    let (exam, round) = one(app, caller, id, number).await?;
    if exam.policy.release != Release::Approved || exam.state != State::Open || app.now() < round.window.opens_at {
        return Err(Fault::WrongState.into());
    }
    let moment = if app.now() > round.window.closes_at {
        Moment::AfterClose
    } else {
        Moment::Later
    };
    let shown = exam.policy.review.has(Thing::Score, moment);
    let done: Result<()> = app
        .db
        .write(
            (By::new(app, caller), app.random.clone(), exam.title),
            move |tx, (by, random, title)| {
                Box::pin(async move {
                    if !db::round::release(tx, id, number, by.at).await? {
                        return Err(Fault::WrongState.into());
                    }
                    audit::record(tx, &by, Deed::new(Act::ResultsReleased, subject(id, number))).await?;
                    if shown {
                        notice::tell_round(tx, &random, by.at, id, &title, number).await?;
                    }
                    Ok(())
                })
            },
        )
        .await;
    app.recent.forget_exam(id);
    done
}

async fn one(app: &App, caller: &Caller, id: ExamId, number: u32) -> Result<(Exam, Round)> {
    let exam = exam::exam(app, caller, id).await?;
    let rounds = db::round::of_exam(&app.db, id).await?;
    let round = rounds.into_iter().find(|round| round.number == number);
    Ok((exam, round.ok_or(Fault::NotFound)?))
}
