//! Exams: set-up, publishing with its proof that the bank is enough, and opening, which freezes everything.

use super::{App, Caller, Result, random::PaperDice};
use crate::{
    db,
    domain::{
        exam::{Blueprint, Exam, Policy, Shortage, State, Window, check_setup},
        id::{BankId, ExamId, PersonId},
        item::Kind,
        paper::{Paper, draw},
    },
    error::Fault,
};

/// What an administrator sets.
#[derive(Debug, Clone)]
pub struct Setup {
    pub title: String,
    pub bank: BankId,
    pub window: Window,
    pub policy: Policy,
    pub blueprint: Blueprint,
}

/// Every exam, newest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless an administrator asks.
pub async fn exams(app: &App, caller: &Caller) -> Result<Vec<Exam>> {
    caller.administrator()?;
    Ok(db::exam::all(&app.db).await?)
}

/// # Errors
/// [`Fault::Forbidden`] unless an administrator asks, [`Fault::NotFound`] when there is no such exam.
pub async fn exam(app: &App, caller: &Caller, id: ExamId) -> Result<Exam> {
    caller.administrator()?;
    db::exam::get(&app.db, id).await?.ok_or_else(|| Fault::NotFound.into())
}

/// Stores a new draft.
///
/// # Errors
/// [`Fault::Forbidden`] unless an administrator asks, [`Fault::Setup`] naming every fault.
pub async fn create(app: &App, caller: &Caller, setup: Setup) -> Result<ExamId> {
    let exam = checked(app, caller, app.random.id(app.now()), setup).await?;
    let (id, now) = (exam.id, app.now());
    app.db
        .write(exam, move |tx, exam| {
            Box::pin(async move {
                db::exam::insert(tx, &exam, now).await?;
                Ok(id)
            })
        })
        .await
}

/// Changes a draft.
///
/// # Errors
/// As [`create`]; [`Fault::WrongState`] when the exam is no draft any more.
pub async fn update(app: &App, caller: &Caller, id: ExamId, setup: Setup) -> Result<()> {
    let exam = checked(app, caller, id, setup).await?;
    app.db
        .write(exam, |tx, exam| {
            Box::pin(async move {
                let changed = db::exam::update_draft(tx, &exam).await?;
                if changed { Ok(()) } else { Err(Fault::WrongState.into()) }
            })
        })
        .await
}

async fn checked(app: &App, caller: &Caller, id: ExamId, setup: Setup) -> Result<Exam> {
    caller.administrator()?;
    check_setup(&setup.title, setup.window, &setup.policy, &setup.blueprint).map_err(Fault::Setup)?;
    super::bank::bank(app, caller, setup.bank).await?;
    let Setup {
        title,
        bank,
        window,
        policy,
        blueprint,
    } = setup;
    let title = title.trim().to_owned();
    Ok(Exam {
        id,
        title,
        bank,
        state: State::Draft,
        window,
        policy,
        blueprint,
        opened_at: None,
    })
}

/// The cells that the bank cannot fill as it stands.
///
/// # Errors
/// [`Fault::Forbidden`] unless an administrator asks.
pub async fn shortages(app: &App, caller: &Caller, exam: &Exam) -> Result<Vec<Shortage>> {
    caller.administrator()?;
    let ready = db::bank::ready_by_kind(&app.db, exam.bank).await?;
    let have = |kind: Kind| {
        ready
            .iter()
            .find(|(other, _)| *other == kind)
            .map_or(0, |(_, count)| *count)
    };
    Ok(exam.blueprint.shortages(have))
}

/// Publishes a draft: fixes the pool and proves by one draw that papers can be made of it.
///
/// # Errors
/// [`Fault::Short`] naming each short cell and by how many; [`Fault::WrongState`] when it is no draft.
pub async fn publish(app: &App, caller: &Caller, id: ExamId) -> Result<()> {
    let exam = exam(app, caller, id).await?;
    let next = exam.state.publish().map_err(|_| Fault::WrongState)?;
    app.db
        .write(exam, move |tx, exam| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Draft, next).await? {
                    return Err(Fault::WrongState.into());
                }
                db::exam::fix_pool(tx, id).await?;
                let pool = db::exam::pool_shape(tx, id).await?;
                let mut dice = PaperDice::new(&[0; 32], id, PersonId(0), 0);
                draw(&pool, &exam.blueprint, &exam.policy, &mut dice).map_err(Fault::Short)?;
                Ok(())
            })
        })
        .await
}

/// Opens a published exam: freezes the roster and draws everybody's paper. Gives how many are due.
///
/// # Errors
/// [`Fault::WrongState`] when it is not published or open already.
pub async fn open(app: &App, caller: &Caller, id: ExamId) -> Result<usize> {
    let exam = exam(app, caller, id).await?;
    let next = exam.state.open().map_err(|_| Fault::WrongState)?;
    let (now, seed) = (app.now(), app.random.bytes());
    app.db
        .write(exam, move |tx, exam| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Published, next).await? {
                    return Err(Fault::WrongState.into());
                }
                let persons = db::exam::freeze_roster(tx, id).await?;
                let pool = db::exam::pool_shape(tx, id).await?;
                let mut papers = Vec::with_capacity(persons.len());
                for person in persons {
                    let mut dice = PaperDice::new(&seed, id, person, 1);
                    let paper = draw(&pool, &exam.blueprint, &exam.policy, &mut dice).map_err(Fault::Short)?;
                    papers.push((person, paper.to_bytes()));
                }
                db::exam::insert_papers(tx, id, &papers).await?;
                db::exam::set_opened(tx, id, &seed, now).await?;
                Ok(papers.len())
            })
        })
        .await
}

/// Draws a person's paper again from what is stored: pool, rules and seed.
///
/// # Errors
/// [`Fault::NotFound`] for an exam that was not opened, [`Fault::Short`] if the stored pool were damaged.
pub(super) async fn draw_again(app: &App, exam: &Exam, person: PersonId, number: u32) -> Result<Paper> {
    let seed = db::exam::seed(&app.db, exam.id).await?.ok_or(Fault::NotFound)?;
    let pool = db::bank::pool(&app.db, exam.id).await?;
    let shape: Vec<_> = pool
        .iter()
        .map(|stored| crate::domain::paper::PoolItem {
            kind: stored.question.kind,
            options: u8::try_from(stored.question.options.len()).unwrap_or(u8::MAX),
        })
        .collect();
    let mut dice = PaperDice::new(&seed, exam.id, person, number);
    Ok(draw(&shape, &exam.blueprint, &exam.policy, &mut dice).map_err(Fault::Short)?)
}

/// Whether a stored paper is what its seed gives, byte for byte.
///
/// # Errors
/// [`Fault::Forbidden`] unless an administrator asks, [`Fault::NotFound`] when there is no such paper.
pub async fn paper_is_reproducible(app: &App, caller: &Caller, id: ExamId, person: PersonId) -> Result<bool> {
    let exam = exam(app, caller, id).await?;
    let stored = db::exam::paper(&app.db, id, person, 1).await?.ok_or(Fault::NotFound)?;
    Ok(draw_again(app, &exam, person, 1).await?.to_bytes() == stored)
}
