//! Exams: set-up, publishing with its proof that the bank is enough, and opening, which freezes everything.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    random::PaperDice,
};
use crate::{
    db,
    domain::{
        audit::Act,
        exam::{Blueprint, Exam, Policy, Shortage, State, Window, check_setup},
        id::{BankId, ExamId, PersonId, UnitId},
        item::Kind,
        paper::{Paper, PoolItem, draw},
        role::Right,
    },
    error::Fault,
};

/// What an administrator sets.
#[derive(Debug, Clone)]
pub struct Setup {
    pub title: String,
    /// Who it is for: this unit and all below it; `None`: everybody.
    pub unit: Option<UnitId>,
    pub bank: BankId,
    pub window: Window,
    pub policy: Policy,
    pub blueprint: Blueprint,
}

/// The caller's exams, newest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks.
pub async fn exams(app: &App, caller: &Caller) -> Result<Vec<Exam>> {
    let reach = caller.may(Right::ManageExams)?;
    let units = db::person::units(&app.db).await?;
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| reach.covers(&units, exam.unit));
    Ok(exams)
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] when there is no such exam within
/// reach.
pub async fn exam(app: &App, caller: &Caller, id: ExamId) -> Result<Exam> {
    let reach = caller.may(Right::ManageExams)?;
    let exam = db::exam::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let units = db::person::units(&app.db).await?;
    if reach.covers(&units, exam.unit) {
        Ok(exam)
    } else {
        Err(Fault::NotFound.into())
    }
}

/// Stores a new draft.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams of this unit asks, [`Fault::Setup`] naming every fault.
pub async fn create(app: &App, caller: &Caller, setup: Setup) -> Result<ExamId> {
    let exam = checked(app, caller, app.random.id(app.now()), setup).await?;
    let (id, by) = (exam.id, By::new(app, caller));
    app.db
        .write((exam, by), move |tx, (exam, by)| {
            Box::pin(async move {
                db::exam::insert(tx, &exam, by.at).await?;
                audit::record(tx, &by, Deed::new(Act::ExamCreated, subject(id)).after(&rules(&exam))).await?;
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
    let before = self::exam(app, caller, id).await?;
    let exam = checked(app, caller, id, setup).await?;
    app.db
        .write((before, exam, By::new(app, caller)), move |tx, (before, exam, by)| {
            Box::pin(async move {
                if !db::exam::update_draft(tx, &exam).await? {
                    return Err(Fault::WrongState.into());
                }
                let deed = Deed::new(Act::ExamChanged, subject(id));
                audit::record(tx, &by, deed.before(&rules(&before)).after(&rules(&exam))).await
            })
        })
        .await
}

/// How the log names an exam.
fn subject(id: ExamId) -> String {
    format!("exam {id}")
}

/// What of an exam stands in the log.
fn rules(exam: &Exam) -> impl serde::Serialize {
    (
        exam.title.clone(),
        exam.unit,
        exam.bank,
        exam.window,
        exam.policy.clone(),
        exam.blueprint.clone(),
    )
}

async fn checked(app: &App, caller: &Caller, id: ExamId, setup: Setup) -> Result<Exam> {
    let reach = caller.may(Right::ManageExams)?;
    check_setup(&setup.title, setup.window, &setup.policy, &setup.blueprint).map_err(Fault::Setup)?;
    super::bank::bank(app, caller, setup.bank).await?;
    let units = db::person::units(&app.db).await?;
    if setup.unit.is_some_and(|unit| units.get(unit).is_none()) {
        return Err(Fault::NotFound.into());
    }
    if !reach.covers(&units, setup.unit) {
        return Err(Fault::Forbidden.into());
    }
    let Setup {
        title,
        unit,
        bank,
        window,
        policy,
        blueprint,
    } = setup;
    let title = title.trim().to_owned();
    Ok(Exam {
        id,
        title,
        unit,
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
/// [`Fault::Forbidden`] unless somebody who manages exams asks.
pub async fn shortages(app: &App, caller: &Caller, exam: &Exam) -> Result<Vec<Shortage>> {
    caller.may(Right::ManageExams)?;
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
        .write((exam, By::new(app, caller)), move |tx, (exam, by)| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Draft, next).await? {
                    return Err(Fault::WrongState.into());
                }
                db::exam::fix_pool(tx, id).await?;
                let pool = db::exam::pool_shape(tx, id).await?;
                let mut dice = PaperDice::new(&[0; 32], id, PersonId(0), 0);
                draw(&pool, &exam.blueprint, &exam.policy, &mut dice).map_err(Fault::Short)?;
                audit::record(tx, &by, Deed::new(Act::ExamPublished, subject(id))).await
            })
        })
        .await
}

/// Takes a published exam back to a draft, to be changed again.
///
/// # Errors
/// [`Fault::WrongState`] when it is not published, or open already.
pub async fn withdraw(app: &App, caller: &Caller, id: ExamId) -> Result<()> {
    let exam = exam(app, caller, id).await?;
    let next = exam.state.withdraw().map_err(|_| Fault::WrongState)?;
    app.db
        .write(By::new(app, caller), move |tx, by| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Published, next).await? {
                    return Err(Fault::WrongState.into());
                }
                db::exam::free_pool(tx, id).await?;
                audit::record(tx, &by, Deed::new(Act::ExamWithdrawn, subject(id))).await
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
    super::change::carry_out_due(app).await?;
    let seed = app.random.bytes();
    app.db
        .write((exam, By::new(app, caller)), move |tx, (exam, by)| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Published, next).await? {
                    return Err(Fault::WrongState.into());
                }
                let persons = db::exam::freeze_roster(tx, id, exam.unit).await?;
                let pool = db::exam::pool_shape(tx, id).await?;
                let mut papers = Vec::with_capacity(persons.len());
                for person in persons {
                    let mut dice = PaperDice::new(&seed, id, person, 1);
                    let paper = draw(&pool, &exam.blueprint, &exam.policy, &mut dice).map_err(Fault::Short)?;
                    papers.push((person, paper.to_bytes()));
                }
                db::exam::insert_papers(tx, id, &papers).await?;
                db::exam::set_opened(tx, id, &seed, by.at).await?;
                let due = papers.len();
                audit::record(tx, &by, Deed::new(Act::ExamOpened, subject(id)).after(&due)).await?;
                Ok(papers.len())
            })
        })
        .await
}

/// Draws the papers of an opened exam again from what is stored: pool, rules and seed.
pub(super) struct Drawer {
    exam: Exam,
    seed: [u8; 32],
    shape: Vec<PoolItem>,
}

impl Drawer {
    /// # Errors
    /// [`Fault::NotFound`] for an exam that was not opened.
    pub async fn new(app: &App, exam: &Exam) -> Result<Self> {
        let seed = db::exam::seed(&app.db, exam.id).await?.ok_or(Fault::NotFound)?;
        let pool = db::bank::pool(&app.db, exam.id).await?;
        let shape = pool.iter().map(|stored| PoolItem::of(&stored.question)).collect();
        Ok(Self {
            exam: exam.clone(),
            seed,
            shape,
        })
    }

    /// # Errors
    /// [`Fault::Short`] if the stored pool were damaged.
    pub fn draw(&self, person: PersonId, number: u32) -> Result<Paper> {
        let Exam {
            id, blueprint, policy, ..
        } = &self.exam;
        let mut dice = PaperDice::new(&self.seed, *id, person, number);
        Ok(draw(&self.shape, blueprint, policy, &mut dice).map_err(Fault::Short)?)
    }
}

/// Whether a stored paper is what its seed gives, byte for byte.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] when there is no such paper.
pub async fn paper_is_reproducible(app: &App, caller: &Caller, id: ExamId, person: PersonId) -> Result<bool> {
    let exam = exam(app, caller, id).await?;
    let stored = db::exam::paper(&app.db, id, person, 1).await?.ok_or(Fault::NotFound)?;
    Ok(Drawer::new(app, &exam).await?.draw(person, 1)?.to_bytes() == stored)
}
