//! Certificates and what happened to them.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    certificate::{Act, Certificate, CertificateCode, Shows, Withdrawn},
    exam::Counting,
    id::{AccountId, CertificateId, ExamId, KeyCorrectionId, PersonId, UnitId},
    points::Points,
    time::Timestamp,
};

/// The place of an attempt among those of one person as one number, the highest of which counts: what
/// [`Counting::rank`] says, in decimal places (14 on: order; 13: band; below: score). `$counting` names a parameter.
macro_rules! rank {
    ($counting:literal) => {
        concat!(
            "CASE CAST(",
            $counting,
            " AS TEXT) WHEN 'last' THEN number WHEN 'first' THEN 1000 - number ELSE 0 END * 10000000000000
             + CASE band WHEN 'excellent' THEN 4 WHEN 'good' THEN 3 WHEN 'pass' THEN 2 WHEN 'awaiting' THEN 1 ELSE 0 END * 1000000000000 + score"
        )
    };
}

#[derive(sqlx::FromRow)]
struct CertificateRow {
    id: i64,
    exam: i64,
    person: i64,
    number: String,
    code: String,
    name: String,
    unit: String,
    title: String,
    shows: String,
    score: i64,
    issued_at: i64,
    state: String,
    cause: i64,
    withdrawn_at: i64,
    reason: String,
}

impl CertificateRow {
    fn certificate(self) -> Result<Certificate> {
        let column = |name| Column("certificate", name, self.id);
        let withdrawn = match self.state.as_str() {
            "valid" => None,
            "withdrawn" => Some(Withdrawn {
                at: Timestamp(self.withdrawn_at),
                reason: self.reason,
                cause: (self.cause != 0).then_some(KeyCorrectionId(self.cause)),
            }),
            _ => return Err(column("state").unreadable()),
        };
        Ok(Certificate {
            id: CertificateId(self.id),
            exam: ExamId(self.exam),
            person: PersonId(self.person),
            number: self.number,
            code: column("code").code(&self.code, |code| code.parse::<CertificateCode>().ok())?,
            name: self.name,
            unit: self.unit,
            title: self.title,
            shows: column("shows").code(&self.shows, Shows::from_code)?,
            score: Points(self.score),
            issued_at: Timestamp(self.issued_at),
            withdrawn,
        })
    }
}

/// A person who passed and has no valid certificate.
pub struct Eligible {
    pub person: PersonId,
    pub name: String,
    pub unit: UnitId,
    /// The final score.
    pub score: Points,
}

/// Everybody due who passed and has no valid certificate, in the order of numbers; `only` narrows it to one person.
///
/// # Errors
/// When the database fails.
pub async fn eligible(tx: &mut Tx, exam: ExamId, counting: Counting, only: Option<PersonId>) -> Result<Vec<Eligible>> {
    let rows = tx_all!(
        tx,
        (i64, String, i64, i64),
        concat!(
            "SELECT r.person, r.name, r.unit, b.best % 1000000000000
         FROM roster_entry r
         JOIN (SELECT person, MAX(",
            rank!("$2"),
            ") AS best FROM attempt
               WHERE exam = $1 AND state = 'handed_in' GROUP BY person) b ON b.person = r.person
         WHERE r.exam = $1 AND r.standing = 'due' AND b.best / 1000000000000 % 10 >= 2 AND ($3 = 0 OR r.person = $3)
           AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.exam = $1 AND c.person = r.person AND c.state = 'valid')
         ORDER BY r.number"
        ),
        exam.0,
        counting.code(),
        only.map_or(0, |person| person.0)
    )?;
    Ok(rows
        .into_iter()
        .map(|(person, name, unit, score)| Eligible {
            person: PersonId(person),
            name,
            unit: UnitId(unit),
            score: Points(score),
        })
        .collect())
}

/// How many passed and have no valid certificate.
///
/// # Errors
/// When the database fails.
pub async fn count_eligible(db: &Db, exam: ExamId, counting: Counting) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        concat!(
            "SELECT COUNT(*) FROM roster_entry r
         JOIN (SELECT person, MAX(",
            rank!("$2"),
            ") AS best FROM attempt
               WHERE exam = $1 AND state = 'handed_in' GROUP BY person) b ON b.person = r.person
         WHERE r.exam = $1 AND r.standing = 'due' AND b.best / 1000000000000 % 10 >= 2
           AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.exam = $1 AND c.person = r.person AND c.state = 'valid')"
        ),
        exam.0,
        counting.code()
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Takes so many numbers of a year; gives the first.
///
/// # Errors
/// When the database fails.
pub async fn take_numbers(tx: &mut Tx, year: i64, count: i64) -> Result<i64> {
    let row = tx_one!(
        tx,
        (i64,),
        "INSERT INTO certificate_number (year, last) VALUES ($1, $2)
         ON CONFLICT (year) DO UPDATE SET last = certificate_number.last + $2 RETURNING last",
        year,
        count
    )?;
    Ok(row.map_or(count, |(last,)| last) - count + 1)
}

const CHUNK: usize = 2000;

/// Stores new certificates.
///
/// # Errors
/// [`super::Error::Taken`] when a person has a valid one meanwhile.
pub async fn insert_all(tx: &mut Tx, certificates: &[Certificate], by: AccountId) -> Result<()> {
    for chunk in certificates.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|c| {
                (
                    c.id.0,
                    c.exam.0,
                    c.person.0,
                    &c.number,
                    c.code.as_str(),
                    &c.name,
                    &c.unit,
                    &c.title,
                    c.shows.code(),
                    c.score.0,
                    c.issued_at.0,
                )
            })
            .collect();
        let json = to_json(&rows);
        let (certificate, event) = match tx {
            Tx::Sqlite(_) => (
                "INSERT INTO certificate (id, exam, person, number, code, name, unit, title, shows, score, issued_at,
                                          state, cause, withdrawn_at, reason)
                 SELECT r.value->>0, r.value->>1, r.value->>2, r.value->>3, r.value->>4, r.value->>5, r.value->>6,
                        r.value->>7, r.value->>8, r.value->>9, r.value->>10, 'valid', 0, 0, '' FROM json_each($1) r",
                "INSERT INTO certificate_event (certificate, number, act, at, account, reason)
                 SELECT r.value->>0, 1, 'issued', r.value->>10, $2, '' FROM json_each($1) r",
            ),
            Tx::Postgres(_) => (
                "INSERT INTO certificate (id, exam, person, number, code, name, unit, title, shows, score, issued_at,
                                          state, cause, withdrawn_at, reason)
                 SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, r->>3, r->>4, r->>5, r->>6, r->>7, r->>8,
                        (r->>9)::bigint, (r->>10)::bigint, 'valid', 0, 0, '' FROM jsonb_array_elements($1::jsonb) r",
                "INSERT INTO certificate_event (certificate, number, act, at, account, reason)
                 SELECT (r->>0)::bigint, 1, 'issued', (r->>10)::bigint, $2, '' FROM jsonb_array_elements($1::jsonb) r",
            ),
        };
        tx_run!(tx, certificate, json.as_str())?;
        tx_run!(tx, event, json.as_str(), by.0)?;
    }
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: CertificateId) -> Result<Option<Certificate>> {
    let row = read_one!(
        db,
        CertificateRow,
        "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause, withdrawn_at,
                reason FROM certificate WHERE id = $1",
        id.0
    )?;
    row.map(CertificateRow::certificate).transpose()
}

/// The certificates of these ids that there are.
///
/// # Errors
/// When the database fails.
pub async fn of_ids(db: &Db, ids: &[CertificateId]) -> Result<Vec<Certificate>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause, withdrawn_at,
                    reason FROM certificate WHERE id IN (SELECT value FROM json_each($1))"
        }
        Db::Postgres(_) => {
            "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause, withdrawn_at,
                    reason FROM certificate
             WHERE id IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($1 AS jsonb)))"
        }
    };
    let list = to_json(&ids.iter().map(|id| id.0).collect::<Vec<_>>());
    let rows = read_all!(db, CertificateRow, sql, list.as_str())?;
    rows.into_iter().map(CertificateRow::certificate).collect()
}

/// # Errors
/// When the database fails.
pub async fn by_code(db: &Db, code: &CertificateCode) -> Result<Option<Certificate>> {
    let row = read_one!(
        db,
        CertificateRow,
        "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause, withdrawn_at,
                reason FROM certificate WHERE code = $1",
        code.as_str()
    )?;
    row.map(CertificateRow::certificate).transpose()
}

/// A person's certificates, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Certificate>> {
    let rows = read_all!(
        db,
        CertificateRow,
        "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause, withdrawn_at,
                reason FROM certificate WHERE person = $1 ORDER BY id DESC",
        person.0
    )?;
    rows.into_iter().map(CertificateRow::certificate).collect()
}

/// A page of an exam's certificates in the order of numbers, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, exam: ExamId, limit: i64, offset: i64) -> Result<(Vec<Certificate>, i64)> {
    let all = read_one!(db, (i64,), "SELECT COUNT(*) FROM certificate WHERE exam = $1", exam.0)?;
    let rows = read_all!(
        db,
        CertificateRow,
        "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause, withdrawn_at,
                reason FROM certificate WHERE exam = $1 ORDER BY id LIMIT $2 OFFSET $3",
        exam.0,
        limit,
        offset
    )?;
    let page = rows
        .into_iter()
        .map(CertificateRow::certificate)
        .collect::<Result<_>>()?;
    Ok((page, all.map_or(0, |(all,)| all)))
}

const OF_EXAM: &str = "SELECT id, exam, person, number, code, name, unit, title, shows, score, issued_at, state, cause,
        withdrawn_at, reason FROM certificate WHERE exam = $1 ORDER BY id";

/// Every certificate of an exam, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_exam(db: &Db, exam: ExamId) -> Result<Vec<Certificate>> {
    read_all!(db, CertificateRow, OF_EXAM, exam.0)?
        .into_iter()
        .map(CertificateRow::certificate)
        .collect()
}

/// As [`of_exam`], as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn of_exam_in(tx: &mut Tx, exam: ExamId) -> Result<Vec<Certificate>> {
    tx_all!(tx, CertificateRow, OF_EXAM, exam.0)?
        .into_iter()
        .map(CertificateRow::certificate)
        .collect()
}

/// Who did something to a certificate, when, and why.
#[derive(Debug, Clone, Copy)]
pub struct Done<'a> {
    pub act: Act,
    pub by: AccountId,
    pub at: Timestamp,
    pub reason: &'a str,
}

/// Appends to the history of a certificate.
///
/// # Errors
/// When the database fails.
async fn record(tx: &mut Tx, id: CertificateId, done: Done<'_>) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO certificate_event (certificate, number, act, at, account, reason)
         SELECT $1, COALESCE(MAX(number), 0) + 1, $2, $3, $4, $5 FROM certificate_event WHERE certificate = $1",
        id.0,
        done.act.code(),
        done.at.0,
        done.by.0,
        done.reason
    )?;
    Ok(())
}

/// Withdraws a valid certificate; `false` when it is withdrawn already. `cause` is the correction that made the person
/// fail.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(tx: &mut Tx, id: CertificateId, cause: Option<KeyCorrectionId>, done: Done<'_>) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE certificate SET state = 'withdrawn', cause = $2, withdrawn_at = $3, reason = $4
         WHERE id = $1 AND state = 'valid'",
        id.0,
        cause.map_or(0, |cause| cause.0),
        done.at.0,
        done.reason
    )?;
    if changed == 1 {
        record(tx, id, done).await?;
    }
    Ok(changed == 1)
}

/// Lets a certificate that a correction withdrew hold again, with the score it is for.
///
/// # Errors
/// When the database fails.
pub async fn reinstate(tx: &mut Tx, id: CertificateId, score: Points, done: Done<'_>) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE certificate SET state = 'valid', cause = 0, withdrawn_at = 0, reason = '', score = $2 WHERE id = $1",
        id.0,
        score.0
    )?;
    record(tx, id, done).await
}

/// Sets the score a certificate is for; the history says what it was.
///
/// # Errors
/// When the database fails.
pub async fn set_score(tx: &mut Tx, id: CertificateId, score: Points, done: Done<'_>) -> Result<()> {
    tx_run!(tx, "UPDATE certificate SET score = $2 WHERE id = $1", id.0, score.0)?;
    record(tx, id, done).await
}

/// When the score of a certificate was last changed after its issue.
///
/// # Errors
/// When the database fails.
pub async fn rescored_at(db: &Db, id: CertificateId) -> Result<Option<Timestamp>> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COALESCE(MAX(at), 0) FROM certificate_event WHERE certificate = $1 AND act = 'rescored'",
        id.0
    )?;
    Ok(row.and_then(|(at,)| (at != 0).then_some(Timestamp(at))))
}
