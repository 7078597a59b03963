//! Transfers and changes of state of persons, each from a day on.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    id::{AccountId, PersonChangeId, PersonId, UnitId},
    people::{PeopleFault, PersonChange, PersonChangeKind, Status},
    person::PersonState,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    person: i64,
    kind: String,
    from_at: i64,
    unit_before: i64,
    unit_after: i64,
    state_before: String,
    state_after: String,
    reason: String,
    status: String,
    refusal: String,
    made_by: i64,
    made_at: i64,
    done_at: i64,
}

impl Row {
    fn change(self) -> Result<PersonChange> {
        let column = |name| Column("person_change", name, self.id);
        let state = |name, code: &str| column(name).code(code, PersonState::from_code);
        Ok(PersonChange {
            id: PersonChangeId(self.id),
            person: PersonId(self.person),
            kind: column("kind").code(&self.kind, PersonChangeKind::from_code)?,
            from: Timestamp(self.from_at),
            before: (UnitId(self.unit_before), state("state_before", &self.state_before)?),
            after: (UnitId(self.unit_after), state("state_after", &self.state_after)?),
            status: column("status").code(&self.status, Status::from_code)?,
            refusal: super::unit::refusal(column("refusal"), &self.refusal)?,
            reason: self.reason,
            made_by: (self.made_by != 0).then_some(AccountId(self.made_by)),
            made_at: Timestamp(self.made_at),
            done_at: (self.done_at != 0).then_some(Timestamp(self.done_at)),
        })
    }
}

/// Every change of a person, the latest day first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<PersonChange>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, person, kind, from_at, unit_before, unit_after, state_before, state_after, reason, status, refusal,
                made_by, made_at, done_at
         FROM person_change WHERE person = $1 ORDER BY from_at DESC, id DESC",
        person.0
    )?;
    rows.into_iter().map(Row::change).collect()
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: PersonChangeId) -> Result<Option<PersonChange>> {
    let row = read_one!(
        db,
        Row,
        "SELECT id, person, kind, from_at, unit_before, unit_after, state_before, state_after, reason, status, refusal,
                made_by, made_at, done_at
         FROM person_change WHERE id = $1",
        id.0
    )?;
    row.map(Row::change).transpose()
}

/// Planned changes whose day has come, in their order.
///
/// # Errors
/// When the database fails.
pub async fn due_in(tx: &mut Tx, now: Timestamp) -> Result<Vec<PersonChange>> {
    let rows = tx_all!(
        tx,
        Row,
        "SELECT id, person, kind, from_at, unit_before, unit_after, state_before, state_after, reason, status, refusal,
                made_by, made_at, done_at
         FROM person_change WHERE status = 'planned' AND from_at <= $1 ORDER BY from_at, id",
        now.0
    )?;
    rows.into_iter().map(Row::change).collect()
}

/// Whether a change of this kind waits for the person.
///
/// # Errors
/// When the database fails.
pub async fn is_planned_in(tx: &mut Tx, person: PersonId, kind: PersonChangeKind) -> Result<bool> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM person_change WHERE person = $1 AND kind = $2 AND status = 'planned'",
        person.0,
        kind.code()
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, change: &PersonChange) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO person_change (id, person, kind, from_at, unit_before, unit_after, state_before, state_after, reason,
                                    status, refusal, made_by, made_at, done_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '', $11, $12, $13)",
        change.id.0,
        change.person.0,
        change.kind.code(),
        change.from.0,
        change.before.0.0,
        change.after.0.0,
        change.before.1.code(),
        change.after.1.code(),
        change.reason.as_str(),
        change.status.code(),
        change.made_by.map_or(0, |account| account.0),
        change.made_at.0,
        change.done_at.map_or(0, |at| at.0)
    )?;
    Ok(())
}

/// Ends a planned change, with what held before it; `false` when it is planned no more.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    tx: &mut Tx,
    change: &PersonChange,
    status: Status,
    refusal: Option<&PeopleFault>,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE person_change SET status = $2, refusal = $3, unit_before = $4, state_before = $5, done_at = $6
         WHERE id = $1 AND status = 'planned'",
        change.id.0,
        status.code(),
        refusal.map(to_json).unwrap_or_default(),
        change.before.0.0,
        change.before.1.code(),
        now.0
    )?;
    Ok(changed == 1)
}
