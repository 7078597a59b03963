//! The ledger of enforcement certificates: certificates, reviews, what a year asks for, training and applications.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    annual::fact::Fact,
    id::{AccountId, CertificateId, OfficerApplicationId, OfficerCertificateId, PersonId, TrainingId, UnitId},
    officer::{
        Application, ApplicationState, Category, Certificate, Hours, Outcome, Passed, Review, Rule, State, Training,
        Wish,
    },
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct CertificateRow {
    id: i64,
    person: i64,
    unit: i64,
    issued: i64,
    until: i64,
    since: i64,
    state_day: i64,
    entered_by: i64,
    entered_at: i64,
    number: String,
    area: String,
    category: String,
    state: String,
    reason: String,
}

impl CertificateRow {
    fn certificate(self) -> Result<Certificate> {
        let column = |name| Column("officer_certificate", name, self.id);
        Ok(Certificate {
            id: OfficerCertificateId(self.id),
            person: PersonId(self.person),
            unit: UnitId(self.unit),
            since: column("since").number(self.since)?,
            state: column("state").code(&self.state, State::from_code)?,
            state_day: Timestamp(self.state_day),
            entered_by: AccountId(self.entered_by),
            entered_at: Timestamp(self.entered_at),
            wish: Wish {
                category: column("category").code(&self.category, Category::from_code)?,
                number: self.number,
                area: self.area,
                issued: Timestamp(self.issued),
                until: Timestamp(self.until),
            },
            reason: self.reason,
        })
    }
}

const ALL: &str =
    "SELECT id, person, unit, issued, until, since, state_day, entered_by, entered_at, number, area, category, state, reason
     FROM officer_certificate ORDER BY number";

/// Every certificate, in the order of their numbers.
///
/// # Errors
/// When the database fails.
pub async fn certificates(db: &Db) -> Result<Vec<Certificate>> {
    let rows = read_all!(db, CertificateRow, ALL)?;
    rows.into_iter().map(CertificateRow::certificate).collect()
}

/// The numbers of these certificates.
///
/// # Errors
/// When the database fails.
pub async fn numbers(db: &Db, ids: &[OfficerCertificateId]) -> Result<HashMap<OfficerCertificateId, String>> {
    let sql = match db {
        Db::Sqlite { .. } => "SELECT id, number FROM officer_certificate WHERE id IN (SELECT value FROM json_each($1))",
        Db::Postgres(_) => {
            "SELECT id, number FROM officer_certificate
             WHERE id IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($1 AS jsonb)))"
        }
    };
    let list = to_json(&ids.iter().map(|id| id.0).collect::<Vec<_>>());
    let rows = read_all!(db, (i64, String), sql, list.as_str())?;
    Ok(rows
        .into_iter()
        .map(|(id, number)| (OfficerCertificateId(id), number))
        .collect())
}

/// The certificates of a person.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Certificate>> {
    let rows = read_all!(
        db,
        CertificateRow,
        "SELECT id, person, unit, issued, until, since, state_day, entered_by, entered_at, number, area, category, state, reason
         FROM officer_certificate WHERE person = $1 ORDER BY number",
        person.0
    )?;
    rows.into_iter().map(CertificateRow::certificate).collect()
}

const ONE: &str =
    "SELECT id, person, unit, issued, until, since, state_day, entered_by, entered_at, number, area, category, state, reason
     FROM officer_certificate WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: OfficerCertificateId) -> Result<Option<Certificate>> {
    let row = read_one!(db, CertificateRow, ONE, id.0)?;
    row.map(CertificateRow::certificate).transpose()
}

/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: OfficerCertificateId) -> Result<Option<Certificate>> {
    let row = tx_one!(tx, CertificateRow, ONE, id.0)?;
    row.map(CertificateRow::certificate).transpose()
}

/// # Errors
/// [`super::Error::Taken`] when another certificate has the number.
pub async fn insert(tx: &mut Tx, certificate: &Certificate) -> Result<()> {
    let wish = &certificate.wish;
    tx_run!(
        tx,
        "INSERT INTO officer_certificate (id, person, unit, issued, until, since, state_day, entered_by, entered_at, number, area,
                                          category, state, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        certificate.id.0,
        certificate.person.0,
        certificate.unit.0,
        wish.issued.0,
        wish.until.0,
        i64::from(certificate.since),
        certificate.state_day.0,
        certificate.entered_by.0,
        certificate.entered_at.0,
        wish.number.as_str(),
        wish.area.as_str(),
        wish.category.code(),
        certificate.state.code(),
        certificate.reason.as_str()
    )?;
    Ok(())
}

/// Sets how a certificate stands.
///
/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, certificate: &Certificate) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE officer_certificate SET state = $2, state_day = $3, reason = $4 WHERE id = $1",
        certificate.id.0,
        certificate.state.code(),
        certificate.state_day.0,
        certificate.reason.as_str()
    )?;
    Ok(())
}

/// Every certificate as the transaction sees it, in the order of their numbers.
///
/// # Errors
/// When the database fails.
pub async fn certificates_in(tx: &mut Tx) -> Result<Vec<Certificate>> {
    let rows = tx_all!(tx, CertificateRow, ALL)?;
    rows.into_iter().map(CertificateRow::certificate).collect()
}

/// The last closed year, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn last_closed(tx: &mut Tx) -> Result<Option<u16>> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COALESCE(MAX(year), 0) FROM year WHERE state = 'closed'"
    )?;
    let year: u16 = Column("year", "year", 0).number(row.map_or(0, |(year,)| year))?;
    Ok((year > 0).then_some(year))
}

type ReviewRow = (i64, i64, i64, i64, i64, i64, String, String);

fn review((certificate, year, day, until, by, at, outcome, document): ReviewRow) -> Result<Review> {
    let column = |name| Column("officer_review", name, certificate);
    Ok(Review {
        certificate: OfficerCertificateId(certificate),
        year: column("year").number(year)?,
        outcome: column("outcome").code(&outcome, Outcome::from_code)?,
        day: Timestamp(day),
        until: (until != 0).then_some(Timestamp(until)),
        document,
        by: AccountId(by),
        at: Timestamp(at),
    })
}

/// The reviews of all certificates up to a year.
///
/// # Errors
/// When the database fails.
pub async fn reviews(db: &Db, year: u16) -> Result<Vec<Review>> {
    let rows = read_all!(
        db,
        ReviewRow,
        "SELECT certificate, year, day, until, entered_by, entered_at, outcome, document FROM officer_review WHERE year <= $1
         ORDER BY certificate, year",
        i64::from(year)
    )?;
    rows.into_iter().map(review).collect()
}

const REVIEWS_OF: &str =
    "SELECT certificate, year, day, until, entered_by, entered_at, outcome, document FROM officer_review
     WHERE certificate = $1 ORDER BY year";

/// The reviews of a certificate, the earliest year first.
///
/// # Errors
/// When the database fails.
pub async fn reviews_of(db: &Db, id: OfficerCertificateId) -> Result<Vec<Review>> {
    read_all!(db, ReviewRow, REVIEWS_OF, id.0)?
        .into_iter()
        .map(review)
        .collect()
}

/// # Errors
/// When the database fails.
pub async fn reviews_in(tx: &mut Tx, id: OfficerCertificateId) -> Result<Vec<Review>> {
    tx_all!(tx, ReviewRow, REVIEWS_OF, id.0)?
        .into_iter()
        .map(review)
        .collect()
}

/// # Errors
/// [`super::Error::Taken`] when the certificate has a review of this year.
pub async fn insert_review(tx: &mut Tx, review: &Review) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO officer_review (certificate, year, day, until, entered_by, entered_at, outcome, document)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        review.certificate.0,
        i64::from(review.year),
        review.day.0,
        review.until.map_or(0, |until| until.0),
        review.by.0,
        review.at.0,
        review.outcome.code(),
        review.document.as_str()
    )?;
    Ok(())
}

/// Takes a review away; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete_review(tx: &mut Tx, id: OfficerCertificateId, year: u16) -> Result<bool> {
    let deleted = tx_run!(
        tx,
        "DELETE FROM officer_review WHERE certificate = $1 AND year = $2",
        id.0,
        i64::from(year)
    )?;
    Ok(deleted == 1)
}

/// What a year asks for; `None`: nothing was set.
///
/// # Errors
/// When the database fails.
pub async fn rule(db: &Db, year: u16) -> Result<Option<Rule>> {
    let row = read_one!(
        db,
        (i64, i64, String),
        "SELECT hours, review_by, document FROM officer_rule WHERE year = $1",
        i64::from(year)
    )?;
    Ok(row.map(|(hours, review_by, document)| Rule {
        year,
        hours: Hours(hours),
        review_by: Timestamp(review_by),
        document,
    }))
}

/// # Errors
/// When the database fails.
pub async fn put_rule(tx: &mut Tx, rule: &Rule, by: AccountId, at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO officer_rule (year, hours, review_by, made_by, made_at, document) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (year) DO UPDATE SET hours = $2, review_by = $3, made_by = $4, made_at = $5, document = $6",
        i64::from(rule.year),
        rule.hours.0,
        rule.review_by.0,
        by.0,
        at.0,
        rule.document.as_str()
    )?;
    Ok(())
}

type TrainingRow = (i64, i64, i64, i64, i64, String, String);

fn training((id, person, year, day, hours, title, document): TrainingRow) -> Result<Training> {
    Ok(Training {
        id: TrainingId(id),
        person: PersonId(person),
        year: Column("officer_training", "year", id).number(year)?,
        day: Timestamp(day),
        hours: Hours(hours),
        title,
        document,
    })
}

/// All training of a year.
///
/// # Errors
/// When the database fails.
pub async fn trainings(db: &Db, year: u16) -> Result<Vec<Training>> {
    let rows = read_all!(
        db,
        TrainingRow,
        "SELECT id, person, year, day, hours, title, document FROM officer_training WHERE year = $1 ORDER BY person, day, id",
        i64::from(year)
    )?;
    rows.into_iter().map(training).collect()
}

/// # Errors
/// When the database fails.
pub async fn training_in(tx: &mut Tx, id: TrainingId) -> Result<Option<Training>> {
    let row = tx_one!(
        tx,
        TrainingRow,
        "SELECT id, person, year, day, hours, title, document FROM officer_training WHERE id = $1",
        id.0
    )?;
    row.map(training).transpose()
}

/// # Errors
/// When the database fails.
pub async fn insert_training(tx: &mut Tx, training: &Training, by: AccountId, at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO officer_training (id, person, year, day, hours, entered_by, entered_at, title, document)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        training.id.0,
        training.person.0,
        i64::from(training.year),
        training.day.0,
        training.hours.0,
        by.0,
        at.0,
        training.title.as_str(),
        training.document.as_str()
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn delete_training(tx: &mut Tx, id: TrainingId) -> Result<()> {
    tx_run!(tx, "DELETE FROM officer_training WHERE id = $1", id.0)?;
    Ok(())
}

/// Milliseconds of study that the platform measured of each person from one day to another, both included.
///
/// # Errors
/// When the database fails.
pub async fn measured(db: &Db, (first, last): (i64, i64)) -> Result<Vec<(PersonId, i64)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT person, CAST(SUM(ms) AS BIGINT) FROM study_time WHERE day >= $1 AND day <= $2 GROUP BY person",
        first,
        last
    )?;
    Ok(rows.into_iter().map(|(person, ms)| (PersonId(person), ms)).collect())
}

#[derive(sqlx::FromRow)]
struct ApplicationRow {
    id: i64,
    person: i64,
    unit: i64,
    entered_at: i64,
    certificate: i64,
    area: String,
    category: String,
    state: String,
    special: String,
    general: String,
    reason: String,
}

impl ApplicationRow {
    fn application(self) -> Result<Application> {
        let column = |name| Column("officer_application", name, self.id);
        let result = |name, json: &str| -> Result<Option<Passed>> {
            match json {
                "" => Ok(None),
                json => column(name).json(json).map(Some),
            }
        };
        Ok(Application {
            id: OfficerApplicationId(self.id),
            person: PersonId(self.person),
            unit: UnitId(self.unit),
            category: column("category").code(&self.category, Category::from_code)?,
            entered_at: Timestamp(self.entered_at),
            state: column("state").code(&self.state, ApplicationState::from_code)?,
            special: result("special", &self.special)?,
            general: result("general", &self.general)?,
            certificate: (self.certificate != 0).then_some(OfficerCertificateId(self.certificate)),
            area: self.area,
            reason: self.reason,
        })
    }
}

/// Every application, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn applications(db: &Db) -> Result<Vec<Application>> {
    let rows = read_all!(
        db,
        ApplicationRow,
        "SELECT id, person, unit, entered_at, certificate, area, category, state, special, general, reason
         FROM officer_application ORDER BY id DESC"
    )?;
    rows.into_iter().map(ApplicationRow::application).collect()
}

/// An application, held until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold_application(tx: &mut Tx, id: OfficerApplicationId) -> Result<Option<Application>> {
    // The write comes first, so that of two at once one waits.
    tx_run!(tx, "UPDATE officer_application SET reason = reason WHERE id = $1", id.0)?;
    let row = tx_one!(
        tx,
        ApplicationRow,
        "SELECT id, person, unit, entered_at, certificate, area, category, state, special, general, reason
         FROM officer_application WHERE id = $1",
        id.0
    )?;
    row.map(ApplicationRow::application).transpose()
}

/// # Errors
/// When the database fails.
pub async fn insert_application(tx: &mut Tx, application: &Application, by: AccountId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO officer_application (id, person, unit, entered_by, entered_at, certificate, area, category, state, special,
                                          general, reason)
         VALUES ($1, $2, $3, $4, $5, 0, $6, $7, $8, '', '', '')",
        application.id.0,
        application.person.0,
        application.unit.0,
        by.0,
        application.entered_at.0,
        application.area.as_str(),
        application.category.code(),
        application.state.code()
    )?;
    Ok(())
}

/// Stores how far an application has come.
///
/// # Errors
/// When the database fails.
pub async fn update_application(tx: &mut Tx, application: &Application) -> Result<()> {
    let json = |result: &Option<Passed>| result.as_ref().map(to_json).unwrap_or_default();
    tx_run!(
        tx,
        "UPDATE officer_application SET certificate = $2, state = $3, special = $4, general = $5, reason = $6 WHERE id = $1",
        application.id.0,
        application.certificate.map_or(0, |certificate| certificate.0),
        application.state.code(),
        json(&application.special),
        json(&application.general),
        application.reason.as_str()
    )?;
    Ok(())
}

/// Certificates of exams that were issued or withdrawn between two moments, the first included, with the unit of the roster.
///
/// # Errors
/// When the database fails.
pub async fn exam_certificates(db: &Db, (from, to): (Timestamp, Timestamp)) -> Result<Vec<Fact>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64, String),
        "SELECT c.id, COALESCE(r.unit, 0), c.issued_at, c.withdrawn_at, c.state FROM certificate c
         LEFT JOIN roster_entry r ON r.exam = c.exam AND r.person = c.person
         WHERE (c.issued_at >= $1 AND c.issued_at < $2) OR (c.withdrawn_at >= $1 AND c.withdrawn_at < $2)",
        from.0,
        to.0
    )?;
    let within = |at: i64| (from.0..to.0).contains(&at);
    let mut facts = Vec::new();
    for (id, unit, issued_at, withdrawn_at, state) in rows {
        let (id, unit) = (CertificateId(id), (unit != 0).then_some(UnitId(unit)));
        if within(issued_at) {
            facts.push(Fact::Issued { id, unit });
        }
        if state == "withdrawn" && within(withdrawn_at) {
            facts.push(Fact::Withdrawn { id, unit });
        }
    }
    Ok(facts)
}
