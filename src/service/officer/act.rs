//! What is done in the ledger: entering, states, reviews, training, and what a year asks for. Nothing of a closed year changes.

use crate::{
    db::{self, Tx},
    domain::{
        audit::Act,
        id::{OfficerCertificateId, TrainingId},
        officer::{
            Certificate, Hours, MANY, OfficerFault, Outcome, Review, Rule, State, Training, Wish, check_state, since,
        },
        person::PersonState,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        unit::checked_reason,
        year::{self, held},
    },
};

/// How the log names a certificate.
pub(super) fn subject(number: &str) -> String {
    format!("enforcement certificate {number}")
}

/// The year of a day.
fn year_of(day: Timestamp) -> u16 {
    u16::try_from(day.civil().year).unwrap_or_default()
}

/// Refuses what would change the closed year of a day.
pub(super) async fn not_closed(tx: &mut Tx, day: Timestamp) -> Result<()> {
    year::not_closed(tx, year_of(day)).await
}

/// A person of the roster for whom the caller keeps certificates.
pub(super) async fn person_of(app: &App, caller: &Caller, number: &str) -> Result<crate::domain::person::Person> {
    let reach = caller.may(Right::KeepOfficers)?;
    let units = db::person::units(&app.db).await?;
    let person = db::person::by_number(&app.db, number.trim()).await?;
    let person = person.filter(|person| person.state == PersonState::Active && reach.covers(&units, Some(person.unit)));
    Ok(person.ok_or(OfficerFault::Person)?)
}

/// Stores a new certificate within a transaction.
pub(super) async fn store(tx: &mut Tx, by: &By, mut certificate: Certificate) -> Result<()> {
    certificate.since = since(certificate.wish.issued, db::officer::last_closed(tx).await?);
    db::officer::insert(tx, &certificate)
        .await
        .map_err(|error| match error {
            db::Error::Taken => OfficerFault::Taken.into(),
            other => crate::service::Error::Db(other),
        })?;
    let deed = Deed::new(Act::OfficerCertificateEntered, subject(&certificate.wish.number));
    audit::record(tx, by, deed.after(&(certificate.person, &certificate.wish))).await
}

/// Enters a certificate that a person of the roster holds.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates; [`Fault::Officer`] with the reason; nothing is stored then.
pub async fn enter(app: &App, caller: &Caller, number: &str, wish: Wish) -> Result<OfficerCertificateId> {
    let person = person_of(app, caller, number).await?;
    wish.check(app.now())?;
    let by = By::new(app, caller);
    let certificate = new(app.random.id(by.at), &person, wish, &by);
    let id = certificate.id;
    app.db
        .write((certificate, by), |tx, (certificate, by)| {
            Box::pin(async move { store(tx, &by, certificate).await })
        })
        .await?;
    Ok(id)
}

/// A certificate as it is entered; from which year it counts is said when it is stored.
pub(super) fn new(
    id: OfficerCertificateId,
    person: &crate::domain::person::Person,
    wish: Wish,
    by: &By,
) -> Certificate {
    Certificate {
        id,
        person: person.id,
        unit: person.unit,
        since: 0,
        state: State::Valid,
        state_day: wish.issued,
        wish,
        reason: String::new(),
        entered_by: by.id(),
        entered_at: by.at,
    }
}

/// A certificate that is the caller's to keep.
async fn own(app: &App, caller: &Caller, id: OfficerCertificateId) -> Result<Certificate> {
    let reach = caller.may(Right::KeepOfficers)?;
    let units = db::person::units(&app.db).await?;
    let certificate = db::officer::get(&app.db, id).await?;
    let certificate = certificate.filter(|certificate| reach.covers(&units, Some(certificate.unit)));
    Ok(certificate.ok_or(Fault::NotFound)?)
}

/// Says how a certificate stands from a day on: suspended, returned, withdrawn, or valid again.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates, [`Fault::NotFound`] out of reach; [`Fault::Officer`] with the
/// reason, [`Fault::Activity`] when it would change a closed year; the fault of [`checked_reason`].
pub async fn set_state(
    app: &App,
    caller: &Caller,
    id: OfficerCertificateId,
    (state, day): (State, Timestamp),
    reason: &str,
) -> Result<()> {
    own(app, caller, id).await?;
    let reason = checked_reason(reason)?;
    app.db
        .write((reason, By::new(app, caller)), move |tx, (reason, by)| {
            Box::pin(async move {
                let before = db::officer::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
                check_state(&before, state, day, by.at)?;
                not_closed(tx, day).await?;
                if before.state.is_end() {
                    not_closed(tx, before.state_day).await?;
                }
                let after = Certificate {
                    state,
                    state_day: day,
                    reason: reason.clone(),
                    ..before.clone()
                };
                db::officer::set_state(tx, &after).await?;
                let deed = Deed::new(Act::OfficerCertificateState, subject(&before.wish.number));
                let deed = deed.before(&(before.state, before.state_day)).after(&(state, day));
                audit::record(tx, &by, deed.because(reason)).await
            })
        })
        .await
}

/// The review of several certificates at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reviewing {
    pub year: u16,
    pub outcome: Outcome,
    pub day: Timestamp,
    /// The new end, for a renewal.
    pub until: Option<Timestamp>,
    pub document: String,
}

/// The certificates that were ticked, all of them the caller's to keep.
async fn ticked(app: &App, caller: &Caller, ids: &[OfficerCertificateId]) -> Result<Vec<Certificate>> {
    let reach = caller.may(Right::KeepOfficers)?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() || ids.len() > MANY {
        return Err(OfficerFault::Nothing.into());
    }
    let units = db::person::units(&app.db).await?;
    let mut all = db::officer::certificates(&app.db).await?;
    all.retain(|one| ids.binary_search(&one.id).is_ok() && reach.covers(&units, Some(one.unit)));
    if all.len() != ids.len() {
        return Err(Fault::NotFound.into());
    }
    Ok(all)
}

/// Writes down what came of the review of certificates, of all or of none.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates, [`Fault::NotFound`] when one is out of reach; [`Fault::Activity`]
/// when the year was not begun or is closed; [`Fault::Officer`] with the reason, `Settled` when one has a review of this year.
pub async fn review(app: &App, caller: &Caller, ids: &[OfficerCertificateId], wish: Reviewing) -> Result<()> {
    let certificates = ticked(app, caller, ids).await?;
    app.db
        .write(
            (certificates, wish, By::new(app, caller)),
            |tx, (certificates, wish, by)| {
                Box::pin(async move {
                    held(tx, wish.year).await?;
                    for certificate in certificates {
                        review_one(tx, &by, &wish, certificate.id).await?;
                    }
                    Ok(())
                })
            },
        )
        .await
}

async fn review_one(tx: &mut Tx, by: &By, wish: &Reviewing, id: OfficerCertificateId) -> Result<()> {
    // As it is now: it may have ended since it was ticked.
    let certificate = db::officer::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
    let review = Review {
        certificate: id,
        year: wish.year,
        outcome: wish.outcome,
        day: wish.day,
        until: wish.until,
        document: wish.document.trim().to_owned(),
        by: by.id(),
        at: by.at,
    };
    review.check(&certificate, &db::officer::reviews_in(tx, id).await?, by.at)?;
    db::officer::insert_review(tx, &review)
        .await
        .map_err(|error| match error {
            db::Error::Taken => OfficerFault::Settled.into(),
            other => crate::service::Error::Db(other),
        })?;
    let deed = Deed::new(Act::OfficerReviewed, subject(&certificate.wish.number));
    audit::record(tx, by, deed.after(&review)).await
}

/// Takes the review of a year back.
///
/// # Errors
/// As [`review`], [`Fault::NotFound`] when there is none; the fault of [`checked_reason`].
pub async fn undo_review(app: &App, caller: &Caller, id: OfficerCertificateId, year: u16, reason: &str) -> Result<()> {
    let certificate = own(app, caller, id).await?;
    let reason = checked_reason(reason)?;
    app.db
        .write(
            (certificate, reason, By::new(app, caller)),
            move |tx, (certificate, reason, by)| {
                Box::pin(async move {
                    held(tx, year).await?;
                    let reviews = db::officer::reviews_in(tx, id).await?;
                    let before = reviews
                        .iter()
                        .find(|review| review.year == year)
                        .ok_or(Fault::NotFound)?;
                    db::officer::delete_review(tx, id, year).await?;
                    let deed = Deed::new(Act::OfficerReviewUndone, subject(&certificate.wish.number));
                    audit::record(tx, &by, deed.before(before).because(reason)).await
                })
            },
        )
        .await
}

/// Sets what a year asks of officers.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps certificates everywhere; [`Fault::Activity`] when the year was not begun or is
/// closed; [`Fault::Officer`] with the reason.
pub async fn set_rule(app: &App, caller: &Caller, rule: Rule) -> Result<()> {
    caller.may_everywhere(Right::KeepOfficers)?;
    rule.check()?;
    let before = super::rule(app, rule.year).await?;
    app.db
        .write((rule, before, By::new(app, caller)), |tx, (rule, before, by)| {
            Box::pin(async move {
                held(tx, rule.year).await?;
                db::officer::put_rule(tx, &rule, by.id(), by.at).await?;
                let deed = Deed::new(Act::OfficerRuleMade, format!("officers {}", rule.year));
                audit::record(tx, &by, deed.before(&before).after(&rule)).await
            })
        })
        .await
}

/// Training that several officers have had together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trained {
    pub day: Timestamp,
    pub hours: Hours,
    pub title: String,
    pub document: String,
}

/// Enters training for the holders of certificates, each once.
///
/// # Errors
/// As [`review`].
pub async fn train(app: &App, caller: &Caller, ids: &[OfficerCertificateId], wish: Trained) -> Result<()> {
    let certificates = ticked(app, caller, ids).await?;
    let mut persons: Vec<_> = certificates.iter().map(|certificate| certificate.person).collect();
    persons.sort_unstable();
    persons.dedup();
    let by = By::new(app, caller);
    let year = year_of(wish.day);
    let training = |person| Training {
        id: app.random.id(by.at),
        person,
        year,
        day: wish.day,
        hours: wish.hours,
        title: wish.title.trim().to_owned(),
        document: wish.document.trim().to_owned(),
    };
    let trainings: Vec<_> = persons.into_iter().map(training).collect();
    for training in &trainings {
        training.check(by.at)?;
    }
    app.db
        .write((trainings, by), move |tx, (trainings, by)| {
            Box::pin(async move {
                held(tx, year).await?;
                for training in &trainings {
                    db::officer::insert_training(tx, training, by.id(), by.at).await?;
                    let deed = Deed::new(Act::OfficerTrainingEntered, format!("person {}", training.person));
                    audit::record(tx, &by, deed.after(training)).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Takes training away that was entered by mistake. `id`: a certificate of the person.
///
/// # Errors
/// As [`undo_review`].
pub async fn remove_training(
    app: &App,
    caller: &Caller,
    id: OfficerCertificateId,
    training: TrainingId,
    reason: &str,
) -> Result<()> {
    let person = own(app, caller, id).await?.person;
    let reason = checked_reason(reason)?;
    app.db
        .write((reason, By::new(app, caller)), move |tx, (reason, by)| {
            Box::pin(async move {
                let found = db::officer::training_in(tx, training).await?;
                let found = found.filter(|found| found.person == person).ok_or(Fault::NotFound)?;
                held(tx, found.year).await?;
                db::officer::delete_training(tx, training).await?;
                let deed = Deed::new(Act::OfficerTrainingRemoved, format!("person {person}"));
                audit::record(tx, &by, deed.before(&found).because(reason)).await
            })
        })
        .await
}
