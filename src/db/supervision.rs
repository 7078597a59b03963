//! What supervision reads and does: how everybody stands, time credited, what candidates are told, signs of life.

use std::collections::HashMap;

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_all, tx_one, tx_run};
use crate::domain::{
    exam::Policy,
    id::{AccountId, AttemptId, EventId, ExamId, PersonId, UnitId},
    signal::Leaving,
    supervision::{CreditKind, EventKind, LiveEvent, Outage},
    time::Timestamp,
};

/// An attempt that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Running {
    pub attempt: AttemptId,
    pub paused: bool,
    pub deadline: Timestamp,
    /// The last time anything came from its page.
    pub heard_at: Timestamp,
    /// The last event it has shown; 0: none.
    pub seen: EventId,
}

/// Attempts that have not ended, by person.
///
/// # Errors
/// When the database fails.
pub async fn running(db: &Db, exam: ExamId) -> Result<HashMap<PersonId, Running>> {
    let rows = read_all!(
        db,
        (i64, i64, String, i64, i64, i64, i64),
        "SELECT a.person, a.id, a.state, a.deadline, a.started_at, COALESCE(c.at, 0), COALESCE(c.seen, 0)
         FROM attempt a LEFT JOIN contact c ON c.attempt = a.id
         WHERE a.exam = $1 AND a.state IN ('open', 'paused')",
        exam.0
    )?;
    let running = |(person, attempt, state, deadline, started_at, heard_at, seen): (_, _, String, _, i64, i64, _)| {
        let running = Running {
            attempt: AttemptId(attempt),
            paused: state == "paused",
            deadline: Timestamp(deadline),
            heard_at: Timestamp(heard_at.max(started_at)),
            seen: EventId(seen),
        };
        (PersonId(person), running)
    };
    Ok(rows.into_iter().map(running).collect())
}

/// Running attempts with their persons and these persons' units as frozen.
///
/// # Errors
/// When the database fails.
pub async fn running_in(tx: &mut Tx, exam: ExamId) -> Result<Vec<(AttemptId, PersonId, UnitId)>> {
    let rows = tx_all!(
        tx,
        (i64, i64, i64),
        "SELECT a.id, a.person, r.unit FROM attempt a JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person
         WHERE a.exam = $1 AND a.state IN ('open', 'paused') ORDER BY a.id",
        exam.0
    )?;
    let row = |(attempt, person, unit)| (AttemptId(attempt), PersonId(person), UnitId(unit));
    Ok(rows.into_iter().map(row).collect())
}

/// Gives one attempt more time; `false` when it is not running any more.
///
/// # Errors
/// When the database fails.
pub async fn credit(
    tx: &mut Tx,
    attempt: AttemptId,
    kind: CreditKind,
    ms: i64,
    (by, at): (AccountId, Timestamp),
    reason: &str,
) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE attempt SET deadline = deadline + $2 WHERE id = $1 AND state IN ('open', 'paused')",
        attempt.0,
        ms
    )?;
    if changed == 0 {
        return Ok(false);
    }
    tx_run!(
        tx,
        "INSERT INTO time_credit (attempt, number, kind, ms, at, given_by, reason)
         SELECT $1, COALESCE((SELECT MAX(number) FROM time_credit WHERE attempt = $1), 0) + 1, $2, $3, $4, $5, $6",
        attempt.0,
        kind.code(),
        ms,
        at.0,
        by.0,
        reason
    )?;
    Ok(true)
}

/// Stops the clock of an open attempt; `false` when it is not open.
///
/// # Errors
/// When the database fails.
pub async fn pause(tx: &mut Tx, attempt: AttemptId, at: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE attempt SET state = 'paused', paused_at = $2 WHERE id = $1 AND state = 'open'",
        attempt.0,
        at.0
    )?;
    Ok(changed == 1)
}

/// Lets a paused attempt go on; gives since when it was paused, `None` when it is not.
///
/// # Errors
/// When the database fails.
pub async fn resume(tx: &mut Tx, attempt: AttemptId) -> Result<Option<Timestamp>> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT paused_at FROM attempt WHERE id = $1 AND state = 'paused'",
        attempt.0
    )?;
    let changed = tx_run!(
        tx,
        "UPDATE attempt SET state = 'open', paused_at = 0 WHERE id = $1 AND state = 'paused'",
        attempt.0
    )?;
    Ok(row.filter(|_| changed == 1).map(|(at,)| Timestamp(at)))
}

/// Whether an attempt is paused.
///
/// # Errors
/// When the database fails.
pub async fn is_paused(db: &Db, attempt: AttemptId) -> Result<bool> {
    let row = read_one!(db, (i64,), "SELECT paused_at FROM attempt WHERE id = $1", attempt.0)?;
    Ok(row.is_some_and(|(at,)| at != 0))
}

#[derive(sqlx::FromRow)]
struct EventRow {
    id: i64,
    exam: i64,
    attempt: i64,
    unit: i64,
    kind: String,
    text: String,
    at: i64,
}

impl EventRow {
    fn event(self) -> Result<LiveEvent> {
        Ok(LiveEvent {
            id: EventId(self.id),
            exam: ExamId(self.exam),
            attempt: (self.attempt != 0).then_some(AttemptId(self.attempt)),
            unit: (self.unit != 0).then_some(UnitId(self.unit)),
            kind: Column("live_event", "kind", self.id).code(&self.kind, EventKind::from_code)?,
            text: self.text,
            at: Timestamp(self.at),
        })
    }
}

/// # Errors
/// When the database fails.
pub async fn insert_event(tx: &mut Tx, event: &LiveEvent, by: AccountId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO live_event (id, exam, attempt, unit, kind, text, at, sent_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        event.id.0,
        event.exam.0,
        event.attempt.map_or(0, |attempt| attempt.0),
        event.unit.map_or(0, |unit| unit.0),
        event.kind.code(),
        event.text.as_str(),
        event.at.0,
        by.0
    )?;
    Ok(())
}

/// Events of every exam since a moment, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn events_since(db: &Db, at: Timestamp) -> Result<Vec<LiveEvent>> {
    let rows = read_all!(
        db,
        EventRow,
        "SELECT id, exam, attempt, unit, kind, text, at FROM live_event WHERE at >= $1 ORDER BY at, id",
        at.0
    )?;
    rows.into_iter().map(EventRow::event).collect()
}

/// Events of one exam since a moment, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn events_of(db: &Db, exam: ExamId, since: Timestamp) -> Result<Vec<LiveEvent>> {
    let rows = read_all!(
        db,
        EventRow,
        "SELECT id, exam, attempt, unit, kind, text, at FROM live_event WHERE exam = $1 AND at >= $2 ORDER BY at, id",
        exam.0,
        since.0
    )?;
    rows.into_iter().map(EventRow::event).collect()
}

/// The unit of a person as frozen at the opening, and all above it as they stand now.
///
/// # Errors
/// When the database fails.
pub async fn line_of(db: &Db, exam: ExamId, person: PersonId) -> Result<Vec<UnitId>> {
    let rows = read_all!(
        db,
        (i64,),
        "WITH RECURSIVE above(unit) AS (
             SELECT unit FROM roster_entry WHERE exam = $1 AND person = $2
             UNION SELECT u.parent FROM unit u JOIN above a ON u.id = a.unit)
         SELECT unit FROM above WHERE unit <> 0",
        exam.0,
        person.0
    )?;
    Ok(rows.into_iter().map(|(unit,)| UnitId(unit)).collect())
}

/// Notes that something came from the page of an attempt, the last event it has shown, and how it was left since.
///
/// # Errors
/// When the database fails.
pub async fn heard(tx: &mut Tx, attempt: AttemptId, at: Timestamp, seen: EventId, left: Leaving) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO contact (attempt, at, seen, left_times, left_ms) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (attempt) DO UPDATE SET at = excluded.at,
             seen = CASE WHEN excluded.seen > contact.seen THEN excluded.seen ELSE contact.seen END,
             left_times = contact.left_times + excluded.left_times, left_ms = contact.left_ms + excluded.left_ms",
        attempt.0,
        at.0,
        seen.0,
        i64::from(left.times),
        i64::try_from(left.ms).unwrap_or(i64::MAX)
    )?;
    Ok(())
}

/// Says that this node can write now; gives the last moment at which any node could.
///
/// # Errors
/// When the database fails.
pub async fn beat(tx: &mut Tx, now: Timestamp) -> Result<Timestamp> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT at FROM heartbeat WHERE one = 1",
        // Two nodes that come back at the same moment must not both find the outage.
        Tx::Postgres(_) => "SELECT at FROM heartbeat WHERE one = 1 FOR UPDATE",
    };
    let row = tx_one!(tx, (i64,), sql)?;
    tx_run!(tx, "UPDATE heartbeat SET at = $1 WHERE one = 1 AND at < $1", now.0)?;
    Ok(Timestamp(row.map_or(0, |(at,)| at)))
}

/// A running attempt that an outage may have taken time from.
pub struct Hit {
    pub attempt: AttemptId,
    pub started_at: Timestamp,
    pub deadline: Timestamp,
    /// Credited for outages already.
    pub had_ms: i64,
    /// The most that its exam makes good.
    pub limit_ms: i64,
}

/// Open attempts whose time overlaps an outage. A paused one lost nothing: its clock stood.
///
/// # Errors
/// When the database fails.
pub async fn hit_by(tx: &mut Tx, outage: Outage) -> Result<Vec<Hit>> {
    let rows = tx_all!(
        tx,
        (i64, i64, i64, i64, i64, String),
        "SELECT a.id, a.exam, a.started_at, a.deadline,
                CAST(COALESCE((SELECT SUM(c.ms) FROM time_credit c WHERE c.attempt = a.id AND c.kind = 'outage'), 0)
                     AS BIGINT), e.policy
         FROM attempt a JOIN exam e ON e.id = a.exam
         WHERE a.state = 'open' AND a.deadline > $1 AND a.started_at < $2 ORDER BY a.id",
        outage.began_at.0,
        outage.ended_at.0
    )?;
    rows.into_iter()
        .map(|(attempt, exam, started_at, deadline, had_ms, policy)| {
            let policy: Policy = Column("exam", "policy", exam).json(&policy)?;
            Ok(Hit {
                attempt: AttemptId(attempt),
                started_at: Timestamp(started_at),
                deadline: Timestamp(deadline),
                had_ms,
                limit_ms: i64::from(policy.outage_minutes) * 60_000,
            })
        })
        .collect()
}

/// # Errors
/// When the database fails.
pub async fn insert_outage(tx: &mut Tx, outage: Outage, attempts: usize) -> Result<()> {
    let attempts: i64 = Column("outage", "attempts", outage.began_at.0).number(attempts)?;
    tx_run!(
        tx,
        "INSERT INTO outage (began_at, ended_at, attempts) VALUES ($1, $2, $3)",
        outage.began_at.0,
        outage.ended_at.0,
        attempts
    )?;
    Ok(())
}

/// Outages since a moment with the attempts credited, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn outages(db: &Db, since: Timestamp) -> Result<Vec<(Outage, i64)>> {
    let rows = read_all!(
        db,
        (i64, i64, i64),
        "SELECT began_at, ended_at, attempts FROM outage WHERE ended_at >= $1 ORDER BY began_at DESC LIMIT 50",
        since.0
    )?;
    let outage = |(began_at, ended_at, attempts)| {
        let outage = Outage {
            began_at: Timestamp(began_at),
            ended_at: Timestamp(ended_at),
        };
        (outage, attempts)
    };
    Ok(rows.into_iter().map(outage).collect())
}

/// Milliseconds credited to an attempt in all.
///
/// # Errors
/// When the database fails.
pub async fn credited(db: &Db, attempt: AttemptId) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT CAST(COALESCE(SUM(ms), 0) AS BIGINT) FROM time_credit WHERE attempt = $1",
        attempt.0
    )?;
    Ok(row.map_or(0, |(ms,)| ms))
}
