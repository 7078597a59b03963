//! Objections of candidates.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_run,
};
use crate::domain::{
    id::{AccountId, AttemptId, ExamId, ObjectionId, PersonId},
    key_correction::Act,
    objection::{About, Objection, State},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct ObjectionRow {
    id: i64,
    exam: i64,
    attempt: i64,
    person: i64,
    item: i64,
    body: String,
    raised_at: i64,
    state: String,
    decided_by: i64,
    decided_at: i64,
    decision: String,
}

impl ObjectionRow {
    fn objection(self) -> Result<Objection> {
        let column = |name| Column("objection", name, self.id);
        Ok(Objection {
            id: ObjectionId(self.id),
            exam: ExamId(self.exam),
            attempt: AttemptId(self.attempt),
            person: PersonId(self.person),
            about: About::of_item(column("item").number(self.item)?),
            raised_at: Timestamp(self.raised_at),
            state: column("state").code(&self.state, State::from_code)?,
            decided: (self.decided_at != 0).then_some(Act {
                by: AccountId(self.decided_by),
                at: Timestamp(self.decided_at),
                reason: self.decision,
            }),
            body: self.body,
        })
    }
}

/// # Errors
/// [`super::Error::Taken`] when one about the same was raised before.
pub async fn insert(tx: &mut Tx, objection: &Objection) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO objection (id, exam, attempt, person, item, body, raised_at, state, decided_by, decided_at, decision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', 0, 0, '')",
        objection.id.0,
        objection.exam.0,
        objection.attempt.0,
        objection.person.0,
        i64::from(objection.about.item()),
        objection.body.as_str(),
        objection.raised_at.0
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: ObjectionId) -> Result<Option<Objection>> {
    let row = read_one!(
        db,
        ObjectionRow,
        "SELECT id, exam, attempt, person, item, body, raised_at, state, decided_by, decided_at, decision
         FROM objection WHERE id = $1",
        id.0
    )?;
    row.map(ObjectionRow::objection).transpose()
}

/// The objections about one attempt, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn of_attempt(db: &Db, attempt: AttemptId) -> Result<Vec<Objection>> {
    let rows = read_all!(
        db,
        ObjectionRow,
        "SELECT id, exam, attempt, person, item, body, raised_at, state, decided_by, decided_at, decision
         FROM objection WHERE attempt = $1 ORDER BY id",
        attempt.0
    )?;
    rows.into_iter().map(ObjectionRow::objection).collect()
}

/// An objection in the queue, with the exam and the person on its frozen roster.
pub struct Queued {
    pub objection: Objection,
    pub title: String,
    pub number: String,
    pub name: String,
    pub unit: crate::domain::id::UnitId,
}

/// A page of the queue of these exams: those that wait first come first, the decided ones newest first. Gives how many there are.
///
/// # Errors
/// When the database fails.
pub async fn queue(db: &Db, exams: &[ExamId], open: bool, limit: i64, offset: i64) -> Result<(Vec<Queued>, i64)> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        objection: ObjectionRow,
        title: String,
        number: String,
        name: String,
        unit: i64,
    }
    const SQLITE_COUNT: &str = "SELECT COUNT(*) FROM objection
        WHERE (state = 'open') = $1 AND exam IN (SELECT CAST(value AS INTEGER) FROM json_each($2))";
    const POSTGRES_COUNT: &str = "SELECT COUNT(*) FROM objection
        WHERE (state = 'open') = $1 AND exam IN (SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb))";
    const SQLITE: &str = "SELECT o.id, o.exam, o.attempt, o.person, o.item, o.body, o.raised_at, o.state, o.decided_by, o.decided_at,
                o.decision, e.title, r.number, r.name, r.unit
         FROM objection o JOIN exam e ON e.id = o.exam
         JOIN roster_entry r ON r.exam = o.exam AND r.person = o.person
         WHERE (o.state = 'open') = $1 AND o.exam IN (SELECT CAST(value AS INTEGER) FROM json_each($2)) ORDER BY CASE o.state WHEN 'open' THEN o.id ELSE -o.decided_at END LIMIT $3 OFFSET $4";
    const POSTGRES: &str = "SELECT o.id, o.exam, o.attempt, o.person, o.item, o.body, o.raised_at, o.state, o.decided_by, o.decided_at,
                o.decision, e.title, r.number, r.name, r.unit
         FROM objection o JOIN exam e ON e.id = o.exam
         JOIN roster_entry r ON r.exam = o.exam AND r.person = o.person
         WHERE (o.state = 'open') = $1 AND o.exam IN (SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb)) ORDER BY CASE o.state WHEN 'open' THEN o.id ELSE -o.decided_at END LIMIT $3 OFFSET $4";
    let exams = to_json(&exams.iter().map(|exam| exam.0).collect::<Vec<_>>());
    let (count, page) = match db {
        Db::Sqlite { .. } => (SQLITE_COUNT, SQLITE),
        Db::Postgres(_) => (POSTGRES_COUNT, POSTGRES),
    };
    let all = read_one!(db, (i64,), count, open, exams.as_str())?;
    let rows = read_all!(db, Row, page, open, exams.as_str(), limit, offset)?;
    let queued = rows
        .into_iter()
        .map(|row| {
            Ok(Queued {
                objection: row.objection.objection()?,
                title: row.title,
                number: row.number,
                name: row.name,
                unit: crate::domain::id::UnitId(row.unit),
            })
        })
        .collect::<Result<_>>()?;
    Ok((queued, all.map_or(0, |(all,)| all)))
}

/// Objections to a question, each with the paper on which its place is named: all that wait, or all of one exam, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn to_items(db: &Db, exam: Option<ExamId>, limit: u32) -> Result<Vec<(Objection, Vec<u8>)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        objection: ObjectionRow,
        paper: Vec<u8>,
    }
    let rows = read_all!(
        db,
        Row,
        "SELECT o.id, o.exam, o.attempt, o.person, o.item, o.body, o.raised_at, o.state, o.decided_by, o.decided_at,
                o.decision, p.body AS paper
         FROM objection o JOIN attempt a ON a.id = o.attempt
         JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
         WHERE o.item > 0 AND ((CAST($1 AS BIGINT) = 0 AND o.state = 'open') OR o.exam = $1) ORDER BY o.id LIMIT $2",
        exam.map_or(0, |exam| exam.0),
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|row| Ok((row.objection.objection()?, row.paper)))
        .collect()
}

/// Lets an objection wait again whose decision is taken back; `false` when it waits already.
///
/// # Errors
/// When the database fails.
pub async fn reopen(tx: &mut Tx, id: ObjectionId) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE objection SET state = 'open', decided_by = 0, decided_at = 0, decision = '' WHERE id = $1 AND state <> 'open'",
        id.0
    )?;
    Ok(changed == 1)
}

/// Decides an objection; `false` when it was decided before.
///
/// # Errors
/// When the database fails.
pub async fn decide(tx: &mut Tx, id: ObjectionId, to: State, act: &Act) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE objection SET state = $2, decided_by = $3, decided_at = $4, decision = $5 WHERE id = $1 AND state = 'open'",
        id.0,
        to.code(),
        act.by.0,
        act.at.0,
        act.reason.as_str()
    )?;
    Ok(changed == 1)
}
