//! What a liaison (联络员) needs: who of the unit has not sat, and corrections of the roster to ask for.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
};
use crate::{
    db::{self, sitting::Progress},
    domain::{
        audit::Act,
        correction::{Correction, State, wording},
        exam::Exam,
        id::{CorrectionId, ExamId, PersonId},
        role::{Reach, Right},
        unit::Tree,
    },
    error::Fault,
};

/// How the persons within reach stand to one exam.
pub struct Overview {
    pub units: Tree,
    /// Opened exams that concern them, newest first.
    pub exams: Vec<Exam>,
    /// The one shown; `None` when there is none.
    pub shown: Option<ExamId>,
    /// Due persons who have handed in nothing yet, by unit and number; a page of them.
    pub missing: Vec<Progress>,
    /// How many they are in all.
    pub total: usize,
    pub page: u32,
    pub pages: u32,
}

/// Persons on one page.
const PAGE: usize = 100;

/// Who has not sat. `exam`: the newest one when none is named.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads persons, [`Fault::NotFound`] for an exam that concerns nobody
/// within reach.
pub async fn overview(app: &App, caller: &Caller, exam: Option<ExamId>, page: u32) -> Result<Overview> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.opened_at.is_some() && reach.meets(&units, exam.unit));
    let shown = match exam {
        Some(id) => Some(exams.iter().find(|exam| exam.id == id).ok_or(Fault::NotFound)?.id),
        None => exams.first().map(|exam| exam.id),
    };
    let mut missing = match shown {
        Some(id) => db::sitting::missing(&app.db, id).await?,
        None => Vec::new(),
    };
    missing.retain(|person| reach == Reach::Everything || reach.covers(&units, Some(person.unit)));
    let total = missing.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = page.clamp(1, pages);
    let missing = missing
        .into_iter()
        .skip((page as usize - 1) * PAGE)
        .take(PAGE)
        .collect();
    Ok(Overview {
        units,
        exams,
        shown,
        missing,
        total,
        page,
        pages,
    })
}

/// Requests shown; older decided ones are left out.
const SHOWN: u32 = 500;

/// Corrections asked for within reach, the open ones first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may ask for them or decide about them.
pub async fn corrections(app: &App, caller: &Caller) -> Result<Vec<Correction>> {
    let reach = caller
        .may(Right::AskForCorrections)
        .or_else(|_| caller.may(Right::ManagePeople))?;
    let units = db::person::units(&app.db).await?;
    let mut corrections = db::correction::all(&app.db, SHOWN).await?;
    corrections.retain(|correction| reach.covers(&units, Some(correction.unit)));
    Ok(corrections)
}

/// Asks for a correction of one person's entry. Nothing of the roster changes by it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may, [`Fault::NotFound`] for a person out of reach, [`Fault::Wording`].
pub async fn ask(app: &App, caller: &Caller, number: &str, wish: &str) -> Result<()> {
    let reach = caller.may(Right::AskForCorrections)?;
    let wish = wording(wish).ok_or(Fault::Wording)?;
    let units = db::person::units(&app.db).await?;
    let found = db::person::by_number(&app.db, number.trim()).await?;
    let person = found
        .filter(|person| reach.covers(&units, Some(person.unit)))
        .ok_or(Fault::NotFound)?;
    let by = By::new(app, caller);
    let id: CorrectionId = app.random.id(by.at);
    app.db
        .write((by, person, wish), move |tx, (by, person, wish)| {
            Box::pin(async move {
                db::correction::insert(tx, id, (person.id, person.unit), by.id(), by.at, &wish).await?;
                let deed = Deed::new(Act::CorrectionAsked, subject(person.id));
                audit::record(tx, &by, deed.because(wish)).await
            })
        })
        .await
}

fn subject(person: PersonId) -> String {
    format!("person {person}")
}

/// Says what became of a request: put right (by an import or on the person's page), or refused, with an answer.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages persons, [`Fault::NotFound`] for a request out of reach,
/// [`Fault::WrongState`] when it is decided already, [`Fault::Wording`].
pub async fn decide(app: &App, caller: &Caller, id: CorrectionId, done: bool, answer: &str) -> Result<()> {
    let reach = caller.may(Right::ManagePeople)?;
    let units = db::person::units(&app.db).await?;
    let found = db::correction::all(&app.db, SHOWN)
        .await?
        .into_iter()
        .find(|other| other.id == id);
    let correction = found
        .filter(|found| reach.covers(&units, Some(found.unit)))
        .ok_or(Fault::NotFound)?;
    let answer = wording(answer).ok_or(Fault::Wording)?;
    let state = if done { State::Done } else { State::Refused };
    app.db
        .write((By::new(app, caller), answer), move |tx, (by, answer)| {
            Box::pin(async move {
                if !db::correction::decide(tx, id, state, by.id(), by.at, &answer).await? {
                    return Err(Fault::WrongState.into());
                }
                let deed = Deed::new(Act::CorrectionDecided, subject(correction.person));
                audit::record(tx, &by, deed.after(&state.code()).because(answer)).await
            })
        })
        .await
}
