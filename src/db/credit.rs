//! Credits: the rules of the years, the ledger, admissions without the credits an exam asks for, and study time.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    credit::{Cause, Credits, Earned, Kept, Line, Study},
    id::{AccountId, ExamId, PersonId},
    time::Timestamp,
};

type RuleRow = (i64, i64, i64, i64, String, String);

fn kept(row: RuleRow) -> Result<Kept> {
    let (year, version, made_by, made_at, rule, reason) = row;
    let column = |name| Column("credit_rule", name, year);
    Ok(Kept {
        year: column("year").number(year)?,
        version: column("version").number(version)?,
        rule: column("rule").json(&rule)?,
        reason,
        made_by: AccountId(made_by),
        made_at: Timestamp(made_at),
    })
}

/// The versions of the rule of a year, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn rules(db: &Db, year: u16) -> Result<Vec<Kept>> {
    let rows = read_all!(
        db,
        RuleRow,
        "SELECT year, version, made_by, made_at, rule, reason FROM credit_rule WHERE year = $1 ORDER BY version",
        i64::from(year)
    )?;
    rows.into_iter().map(kept).collect()
}

/// # Errors
/// [`super::Error::Taken`] when somebody else has made this version.
pub async fn insert_rule(tx: &mut Tx, kept: &Kept) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO credit_rule (year, version, made_by, made_at, rule, reason) VALUES ($1, $2, $3, $4, $5, $6)",
        i64::from(kept.year),
        i64::from(kept.version),
        kept.made_by.0,
        kept.made_at.0,
        to_json(&kept.rule),
        kept.reason.as_str()
    )?;
    Ok(())
}

/// Writes a line; `false` when the same thing has given this person credits before.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, line: &Line, run: i64) -> Result<bool> {
    let inserted = tx_run!(
        tx,
        "INSERT INTO credit (person, cause, subject, year, day, amount, compulsory, known, run, rule, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (person, cause, subject) DO NOTHING",
        line.person.0,
        line.cause.code(),
        line.cause.subject(),
        i64::from(line.year),
        line.earned.day,
        line.earned.amount.0,
        i64::from(line.earned.compulsory),
        i64::from(line.known),
        run,
        i64::from(line.rule),
        line.at.0
    )?;
    Ok(inserted == 1)
}

#[derive(sqlx::FromRow)]
struct Row {
    person: i64,
    cause: String,
    subject: i64,
    year: i64,
    day: i64,
    amount: i64,
    compulsory: i64,
    known: i64,
    rule: i64,
    at: i64,
}

impl Row {
    fn line(self) -> Result<Line> {
        let column = |name| Column("credit", name, self.person);
        let cause = |code: &str| Cause::from_parts(code, self.subject);
        Ok(Line {
            person: PersonId(self.person),
            cause: column("cause").code(&self.cause, cause)?,
            year: column("year").number(self.year)?,
            earned: Earned {
                day: self.day,
                amount: Credits(self.amount),
                compulsory: self.compulsory == 1,
            },
            known: self.known == 1,
            rule: column("rule").number(self.rule)?,
            at: Timestamp(self.at),
        })
    }
}

/// What a person has earned, in the order of earning.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Line>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT person, cause, subject, year, day, amount, compulsory, known, rule, at FROM credit
         WHERE person = $1 ORDER BY day, at, subject",
        person.0
    )?;
    rows.into_iter().map(Row::line).collect()
}

/// What everybody has earned in a year, person by person, each in the order of earning.
///
/// # Errors
/// When the database fails.
pub async fn of_year(db: &Db, year: u16) -> Result<Vec<Line>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT person, cause, subject, year, day, amount, compulsory, known, rule, at FROM credit
         WHERE year = $1 ORDER BY person, day, at, subject",
        i64::from(year)
    )?;
    rows.into_iter().map(Row::line).collect()
}

/// How many people have earned credits with a thing.
///
/// # Errors
/// When the database fails.
pub async fn earners_in(tx: &mut Tx, cause: Cause) -> Result<i64> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM credit WHERE cause = $1 AND subject = $2",
        cause.code(),
        cause.subject()
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Admits a person to an exam in spite of missing credits; `false` when that was done before.
///
/// # Errors
/// When the database fails.
pub async fn admit(
    tx: &mut Tx,
    exam: ExamId,
    person: PersonId,
    by: AccountId,
    at: Timestamp,
    reason: &str,
) -> Result<bool> {
    let inserted = tx_run!(
        tx,
        "INSERT INTO exam_admission (exam, person, admitted_by, admitted_at, reason) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (exam, person) DO NOTHING",
        exam.0,
        person.0,
        by.0,
        at.0,
        reason
    )?;
    Ok(inserted == 1)
}

/// Whether a person is admitted to an exam in spite of missing credits.
///
/// # Errors
/// When the database fails.
pub async fn is_admitted(db: &Db, exam: ExamId, person: PersonId) -> Result<bool> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM exam_admission WHERE exam = $1 AND person = $2",
        exam.0,
        person.0
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// The study time of a person on a day, held until the transaction ends: of two signs of life at once one waits.
///
/// # Errors
/// When the database fails.
pub async fn hold_study(tx: &mut Tx, person: PersonId, day: i64) -> Result<Study> {
    tx_run!(
        tx,
        "INSERT INTO study_time (person, day, ms, last_at) VALUES ($1, $2, 0, 0) ON CONFLICT (person, day) DO NOTHING",
        person.0,
        day
    )?;
    let rows = match tx {
        Tx::Sqlite(_) => tx_all!(
            tx,
            (i64, i64),
            "SELECT ms, last_at FROM study_time WHERE person = $1 AND day = $2",
            person.0,
            day
        )?,
        Tx::Postgres(_) => tx_all!(
            tx,
            (i64, i64),
            "SELECT ms, last_at FROM study_time WHERE person = $1 AND day = $2 FOR UPDATE",
            person.0,
            day
        )?,
    };
    let row = rows.into_iter().next();
    Ok(row.map_or_else(Study::default, |(ms, last_ms)| Study { ms, last_ms }))
}

/// # Errors
/// When the database fails.
pub async fn set_study(tx: &mut Tx, person: PersonId, day: i64, study: Study) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE study_time SET ms = $3, last_at = $4 WHERE person = $1 AND day = $2",
        person.0,
        day,
        study.ms,
        study.last_ms
    )?;
    Ok(())
}

/// Milliseconds that a person has studied from one day to another, both included.
///
/// # Errors
/// When the database fails.
pub async fn studied(db: &Db, person: PersonId, (first, last): (i64, i64)) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT CAST(COALESCE(SUM(ms), 0) AS BIGINT) FROM study_time WHERE person = $1 AND day >= $2 AND day <= $3",
        person.0,
        first,
        last
    )?;
    Ok(row.map_or(0, |(ms,)| ms))
}
