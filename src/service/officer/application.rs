//! Applications for a certificate: the special law exam, the general one, and the certificate that follows.

use super::act::{new, not_closed, person_of, store};
use crate::{
    db,
    domain::{
        audit::Act,
        exam::Exam,
        id::{ExamId, OfficerApplicationId, OfficerCertificateId, PersonId},
        officer::{Application, ApplicationState, Category, LINE, OfficerFault, Passed, Proof, Stage, Wish, checked},
        person::Person,
        role::{Reach, Right},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        unit::checked_reason,
    },
};

fn subject(id: OfficerApplicationId) -> String {
    format!("enforcement application {id}")
}

/// An application with its person.
pub struct Line {
    pub application: Application,
    pub person: Option<Person>,
}

/// The applications within reach.
pub struct Desk {
    pub lines: Vec<Line>,
    pub units: Tree,
    /// Opened exams, which a result may come from.
    pub exams: Vec<Exam>,
    pub writes: bool,
}

/// Applications shown.
const SHOWN: usize = 200;

/// The applications within reach, the open ones first. `only`: this one.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads persons; [`Fault::NotFound`] when the only one asked for is out of reach.
pub async fn desk(app: &App, caller: &Caller, only: Option<OfficerApplicationId>) -> Result<Desk> {
    let reach = caller.may(Right::ReadPeople)?;
    let units = db::person::units(&app.db).await?;
    let mut applications = db::officer::applications(&app.db).await?;
    applications.retain(|one| reach.covers(&units, Some(one.unit)) && only.is_none_or(|only| only == one.id));
    if only.is_some() && applications.is_empty() {
        return Err(Fault::NotFound.into());
    }
    applications.sort_by_key(|application| application.state != ApplicationState::Open);
    applications.truncate(SHOWN);
    let mut lines = Vec::new();
    for application in applications {
        let person = db::person::get(&app.db, application.person).await?;
        lines.push(Line { application, person });
    }
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.opened_at.is_some() && reach.meets(&units, exam.unit));
    Ok(Desk {
        lines,
        units,
        exams,
        writes: caller.has(Right::KeepOfficers),
    })
}

/// Enters an application of a person of the roster.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates; [`Fault::Officer`] with the reason.
pub async fn apply(
    app: &App,
    caller: &Caller,
    number: &str,
    area: &str,
    category: Category,
) -> Result<OfficerApplicationId> {
    let person = person_of(app, caller, number).await?;
    let area = area.trim();
    if area.chars().count() > LINE || area.chars().any(char::is_control) {
        return Err(OfficerFault::Text.into());
    }
    let by = By::new(app, caller);
    let application = Application {
        id: app.random.id(by.at),
        person: person.id,
        unit: person.unit,
        area: area.to_owned(),
        category,
        entered_at: by.at,
        state: ApplicationState::Open,
        special: None,
        general: None,
        certificate: None,
        reason: String::new(),
    };
    let id = application.id;
    app.db
        .write((application, person, by), |tx, (application, person, by)| {
            Box::pin(async move {
                db::officer::insert_application(tx, &application, by.id()).await?;
                let deed = Deed::new(Act::OfficerApplied, subject(application.id));
                let deed = deed.after(&(&person.number, &application.area, application.category));
                audit::record(tx, &by, deed).await
            })
        })
        .await?;
    Ok(id)
}

/// An application that is the caller's to keep.
async fn own(app: &App, caller: &Caller, id: OfficerApplicationId) -> Result<Application> {
    let reach: Reach = caller.may(Right::KeepOfficers)?;
    let units = db::person::units(&app.db).await?;
    let applications = db::officer::applications(&app.db).await?;
    let found = applications.into_iter().find(|application| application.id == id);
    let found = found.filter(|application| reach.covers(&units, Some(application.unit)));
    Ok(found.ok_or(Fault::NotFound)?)
}

/// What is said of a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// The attempt that counts of this exam says it.
    Exam(ExamId),
    /// A paper says it.
    Typed { proof: Proof, day: Timestamp, passed: bool },
}

/// Takes the result of a stage of an application.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates, [`Fault::NotFound`] out of reach; [`Fault::Officer`] with the
/// reason; [`Fault::Activity`] when the general exam was sat in a closed year.
pub async fn take_stage(
    app: &App,
    caller: &Caller,
    id: OfficerApplicationId,
    stage: Stage,
    claim: Claim,
) -> Result<()> {
    let application = own(app, caller, id).await?;
    let result = match claim {
        Claim::Exam(exam) => result_of(app, exam, application.person).await?,
        Claim::Typed { proof, day, passed } => typed(app, proof, day, passed)?,
    };
    app.db
        .write((result, By::new(app, caller)), move |tx, (result, by)| {
            Box::pin(async move {
                let mut application = db::officer::hold_application(tx, id).await?.ok_or(Fault::NotFound)?;
                if stage == Stage::General {
                    not_closed(tx, result.day).await?;
                }
                let deed = Deed::new(Act::OfficerStageTaken, subject(id)).after(&(stage, &result));
                application.take(stage, result)?;
                db::officer::update_application(tx, &application).await?;
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

fn typed(app: &App, proof: Proof, day: Timestamp, passed: bool) -> Result<Passed> {
    if day.day() > app.now().day() {
        return Err(OfficerFault::Future.into());
    }
    let named = |document: &str| checked(document, OfficerFault::Document);
    let proof = match proof {
        Proof::Document(document) => Proof::Document(named(&document)?),
        Proof::Exempt(document) => Proof::Exempt(named(&document)?),
        Proof::Exam(_) => return Err(Fault::BadRequest.into()),
    };
    let passed = passed || matches!(proof, Proof::Exempt(_));
    Ok(Passed { proof, day, passed })
}

/// What the attempt that counts says.
async fn result_of(app: &App, exam: ExamId, person: PersonId) -> Result<Passed> {
    let exam = db::exam::get(&app.db, exam).await?.ok_or(OfficerFault::NoResult)?;
    let attempts = db::sitting::of_person(&app.db, exam.id, person).await?;
    let counting = exam.policy.counting;
    let ended = attempts
        .iter()
        .filter_map(|attempt| Some((attempt.number, attempt.outcome.as_ref()?)));
    let best =
        ended.max_by_key(|(number, outcome)| counting.rank(*number, outcome.settled.band, outcome.settled.score));
    let (_, outcome) = best.ok_or(OfficerFault::NoResult)?;
    let band = outcome.settled.band;
    if !band.is_final() {
        return Err(OfficerFault::NoResult.into());
    }
    Ok(Passed {
        proof: Proof::Exam(exam.id),
        day: outcome.handed_in_at,
        passed: band.passed(),
    })
}

/// Enters the certificate that was issued upon an application.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates, [`Fault::NotFound`] out of reach; [`Fault::Officer`] with the
/// reason; nothing is stored then.
pub async fn grant(app: &App, caller: &Caller, id: OfficerApplicationId, wish: Wish) -> Result<OfficerCertificateId> {
    let application = own(app, caller, id).await?;
    let wish = Wish {
        area: application.area,
        category: application.category,
        ..wish
    };
    wish.check(app.now())?;
    let person = db::person::get(&app.db, application.person)
        .await?
        .ok_or(OfficerFault::Person)?;
    // It is issued for the unit that applied, wherever the person is now.
    let person = Person {
        unit: application.unit,
        ..person
    };
    let by = By::new(app, caller);
    let certificate = new(app.random.id(by.at), &person, wish, &by);
    let new_id = certificate.id;
    app.db
        .write((certificate, by), move |tx, (certificate, by)| {
            Box::pin(async move {
                let mut application = db::officer::hold_application(tx, id).await?.ok_or(Fault::NotFound)?;
                application.grant(certificate.id)?;
                db::officer::update_application(tx, &application).await?;
                let deed = Deed::new(Act::OfficerApplicationSettled, subject(id));
                audit::record(tx, &by, deed.after(&certificate.wish.number)).await?;
                store(tx, &by, certificate).await
            })
        })
        .await?;
    Ok(new_id)
}

/// Withdraws an application.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates, [`Fault::NotFound`] out of reach; [`OfficerFault::Settled`];
/// [`Fault::Activity`] when its general exam counts in a closed year; the fault of [`checked_reason`].
pub async fn withdraw(app: &App, caller: &Caller, id: OfficerApplicationId, reason: &str) -> Result<()> {
    own(app, caller, id).await?;
    let reason = checked_reason(reason)?;
    app.db
        .write((reason, By::new(app, caller)), move |tx, (reason, by)| {
            Box::pin(async move {
                let mut application = db::officer::hold_application(tx, id).await?.ok_or(Fault::NotFound)?;
                if let Some(general) = &application.general {
                    not_closed(tx, general.day).await?;
                }
                application.withdraw(reason.clone())?;
                db::officer::update_application(tx, &application).await?;
                let deed = Deed::new(Act::OfficerApplicationSettled, subject(id));
                audit::record(tx, &by, deed.after(&application.state).because(reason)).await
            })
        })
        .await
}
