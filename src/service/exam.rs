//! Exams: set-up, publishing with its proof that the bank is enough, and opening, which freezes everything.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    draw::{self, prove},
};
use crate::{
    db,
    domain::{
        audit::Act,
        blueprint::{Blueprint, Prepared, Report},
        exam::{Exam, Policy, SetupFault, State, Window, check_setup},
        id::{BankId, ExamId, PersonId, QuestionId, UnitId},
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

/// What was set, as the exam it would be; nothing is stored.
///
/// # Errors
/// As [`create`].
pub async fn check(app: &App, caller: &Caller, setup: Setup) -> Result<Exam> {
    checked(app, caller, ExamId(0), setup).await
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
    let named: Vec<QuestionId> = setup.blueprint.named().collect();
    let known = db::bank::known(&app.db, setup.bank, &named).await?;
    if !named.iter().all(|question| known.contains(question)) {
        return Err(Fault::Setup(vec![SetupFault::Questions]).into());
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

/// What papers could be made of the bank as it stands, and what is short where. For a draft.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks.
pub async fn report(app: &App, caller: &Caller, exam: &Exam) -> Result<Report> {
    caller.may(Right::ManageExams)?;
    let pool = db::bank::ready(&app.db, exam.bank).await?;
    let mut dice = draw::trial_dice(exam.id);
    Ok(Report::of(&pool, &exam.blueprint, &exam.policy, &mut dice))
}

/// Publishes a draft: fixes the pool and proves by drawing one block of papers that they can be made of it.
///
/// # Errors
/// [`Fault::Short`] naming each place that is short and by how many; [`Fault::WrongState`] when it is no draft.
pub async fn publish(app: &App, caller: &Caller, id: ExamId) -> Result<()> {
    let exam = exam(app, caller, id).await?;
    let next = exam.state.publish().map_err(|_| Fault::WrongState)?;
    super::law::settle(app, None).await?;
    app.db
        .write((exam, By::new(app, caller)), move |tx, (exam, by)| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Draft, next).await? {
                    return Err(Fault::WrongState.into());
                }
                db::exam::fix_pool(tx, id).await?;
                let pool = db::exam::pool_shape(tx, id).await?;
                let prepared = Prepared::new(&pool, &exam.blueprint, &exam.policy).map_err(Fault::Short)?;
                prove(&prepared, id).map_err(Fault::Short)?;
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
    super::law::settle(app, None).await?;
    let seed = app.random.bytes();
    app.db
        .write((exam, By::new(app, caller)), move |tx, (exam, by)| {
            Box::pin(async move {
                if !db::exam::set_state(tx, id, State::Published, next).await? {
                    return Err(Fault::WrongState.into());
                }
                let persons = db::exam::freeze_roster(tx, id, exam.unit, &exam.policy.audience).await?;
                // What the law or the bank has overtaken since the pool was fixed.
                db::exam::renew_pool(tx, id).await?;
                let pool = db::exam::pool_shape(tx, id).await?;
                let prepared = Prepared::new(&pool, &exam.blueprint, &exam.policy).map_err(Fault::Short)?;
                let (papers, counts) = draw::first_papers(&prepared, &seed, id, &persons).map_err(Fault::Short)?;
                db::exam::insert_papers(tx, id, &papers).await?;
                db::exam::count_papers(tx, id, &counts).await?;
                db::exam::set_opened(tx, id, &seed, by.at).await?;
                let due = papers.len();
                audit::record(tx, &by, Deed::new(Act::ExamOpened, subject(id)).after(&due)).await?;
                Ok(papers.len())
            })
        })
        .await
}

/// Whether a stored paper is what its seed gives, byte for byte.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] when there is no such paper.
pub async fn paper_is_reproducible(
    app: &App,
    caller: &Caller,
    id: ExamId,
    person: PersonId,
    number: u32,
) -> Result<bool> {
    let exam = exam(app, caller, id).await?;
    let stored = db::exam::stored_paper(&app.db, id, person, number)
        .await?
        .ok_or(Fault::NotFound)?;
    let again = draw::Again::new(app, &exam).await?;
    Ok(again.drawer().draw(person, number, stored.left_out)?.to_bytes() == stored.body)
}
