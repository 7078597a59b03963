//! What liaisons ask to be put right in the roster.

use super::{Db, Result, Tx, column::Column, read_all, tx_run};
use crate::domain::{
    correction::{Correction, State},
    id::{AccountId, CorrectionId, PersonId, UnitId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    person: i64,
    unit: i64,
    asked_by: i64,
    asked_at: i64,
    wish: String,
    state: String,
    answer: String,
    number: String,
    name: String,
    asker: String,
}

impl Row {
    fn correction(self) -> Result<Correction> {
        Ok(Correction {
            id: CorrectionId(self.id),
            person: PersonId(self.person),
            number: self.number,
            name: self.name,
            unit: UnitId(self.unit),
            asked_by: AccountId(self.asked_by),
            asker: self.asker,
            asked_at: Timestamp(self.asked_at),
            state: Column("correction_request", "state", self.id).code(&self.state, State::from_code)?,
            wish: self.wish,
            answer: self.answer,
        })
    }
}

/// Requests, the open ones first, then the newest.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db, limit: u32) -> Result<Vec<Correction>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT c.id, c.person, c.unit, c.asked_by, c.asked_at, c.wish, c.state, c.answer, p.number, p.name,
                COALESCE(q.name, a.name, '') AS asker
         FROM correction_request c JOIN person p ON p.id = c.person
         LEFT JOIN account a ON a.id = c.asked_by LEFT JOIN person q ON q.id = a.person
         ORDER BY CASE c.state WHEN 'open' THEN 0 ELSE 1 END, c.id DESC LIMIT $1",
        i64::from(limit)
    )?;
    rows.into_iter().map(Row::correction).collect()
}

/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    id: CorrectionId,
    (person, unit): (PersonId, UnitId),
    asked_by: AccountId,
    at: Timestamp,
    wish: &str,
) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO correction_request
             (id, person, unit, asked_by, asked_at, wish, state, decided_by, decided_at, answer)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', 0, 0, '')",
        id.0,
        person.0,
        unit.0,
        asked_by.0,
        at.0,
        wish
    )?;
    Ok(())
}

/// Decides an open request; `false` when it is none.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    tx: &mut Tx,
    id: CorrectionId,
    state: State,
    by: AccountId,
    at: Timestamp,
    answer: &str,
) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE correction_request SET state = $2, decided_by = $3, decided_at = $4, answer = $5
         WHERE id = $1 AND state = 'open'",
        id.0,
        state.code(),
        by.0,
        at.0,
        answer
    )?;
    Ok(changed == 1)
}
