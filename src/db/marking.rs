//! Answers that people have to read, who has them, and what they gave.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    id::{AccountId, AttemptId, ExamId, PersonId},
    marking::{Round, State, Task},
    points::Points,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct TaskRow {
    attempt: i64,
    item: i64,
    pool: i64,
    needed: i64,
    state: String,
    points: i64,
}

impl TaskRow {
    fn task(self) -> Result<Task> {
        let column = |name| Column("marking_task", name, self.attempt);
        Ok(Task {
            attempt: AttemptId(self.attempt),
            item: column("item").number(self.item)?,
            pool: column("pool").number(self.pool)?,
            needed: column("needed").number(self.needed)?,
            state: column("state").code(&self.state, State::from_code)?,
            points: Points(self.points),
        })
    }
}

/// Puts the answers of an attempt that was just closed into the queue.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, exam: ExamId, tasks: &[Task]) -> Result<()> {
    for task in tasks {
        tx_run!(
            tx,
            "INSERT INTO marking_task (attempt, item, exam, pool, needed, state, points, claimed_by, claimed_until)
             VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)",
            task.attempt.0,
            i64::from(task.item),
            exam.0,
            i64::from(task.pool),
            i64::from(task.needed),
            task.state.code(),
            task.points.0
        )?;
    }
    Ok(())
}

const OF_ATTEMPT: &str =
    "SELECT attempt, item, pool, needed, state, points FROM marking_task WHERE attempt = $1 ORDER BY item";

/// The answers of an attempt that people read.
///
/// # Errors
/// When the database fails.
pub async fn of_attempt(db: &Db, attempt: AttemptId) -> Result<Vec<Task>> {
    let rows = read_all!(db, TaskRow, OF_ATTEMPT, attempt.0)?;
    rows.into_iter().map(TaskRow::task).collect()
}

/// The same as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn of_attempt_in(tx: &mut Tx, attempt: AttemptId) -> Result<Vec<Task>> {
    let rows = tx_all!(tx, TaskRow, OF_ATTEMPT, attempt.0)?;
    rows.into_iter().map(TaskRow::task).collect()
}

/// How far the answers to one question are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    pub pool: u32,
    pub all: i64,
    pub done: i64,
    /// Two readings differ too much.
    pub third: i64,
    /// Not done, and the one who asks has read it already.
    pub own: i64,
}

/// The questions of an exam with answers to be read. `marker`: who asks.
///
/// # Errors
/// When the database fails.
pub async fn progress(db: &Db, exam: ExamId, marker: AccountId) -> Result<Vec<Progress>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64, i64),
        "SELECT t.pool, COUNT(*), CAST(SUM(CASE WHEN t.state = 'done' THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN t.state = 'third' THEN 1 ELSE 0 END) AS BIGINT),
                CAST(SUM(CASE WHEN t.state <> 'done' AND m.marker IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT)
         FROM marking_task t
         LEFT JOIN marking m ON m.attempt = t.attempt AND m.item = t.item AND m.marker = $2
         WHERE t.exam = $1 GROUP BY t.pool ORDER BY t.pool",
        exam.0,
        marker.0
    )?;
    rows.into_iter()
        .map(|(pool, all, done, third, own)| {
            Ok(Progress {
                pool: Column("marking_task", "pool", exam.0).number(pool)?,
                all,
                done,
                third,
                own,
            })
        })
        .collect()
}

/// How many answers of an exam are not done, whoever asks.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &Db, exam: ExamId) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM marking_task WHERE exam = $1 AND state <> 'done'",
        exam.0
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// Who reads: the account, and the person of the roster behind it, who reads no answer of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marker {
    pub account: AccountId,
    pub person: Option<PersonId>,
}

/// An answer that the marker may read next: the one they have, or else the first of this question that nobody has and
/// they have not read.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    tx: &mut Tx,
    (exam, pool): (ExamId, u32),
    marker: Marker,
    (now, until): (Timestamp, Timestamp),
) -> Result<Option<Task>> {
    let found = tx_one!(
        tx,
        TaskRow,
        "SELECT t.attempt, t.item, t.pool, t.needed, t.state, t.points FROM marking_task t
         WHERE t.exam = $1 AND t.pool = $2 AND t.state <> 'done' AND (t.claimed_until < $4 OR t.claimed_by = $3)
           AND NOT EXISTS (SELECT 1 FROM marking m WHERE m.attempt = t.attempt AND m.item = t.item AND m.marker = $3)
           AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.id = t.attempt AND a.person = $5)
         ORDER BY CASE WHEN t.claimed_by = $3 AND t.claimed_until >= $4 THEN 0 ELSE 1 END, t.attempt, t.item LIMIT 1",
        exam.0,
        i64::from(pool),
        marker.account.0,
        now.0,
        marker.person.map_or(-1, |person| person.0)
    )?;
    let Some(task) = found.map(TaskRow::task).transpose()? else {
        return Ok(None);
    };
    let claimed = hold(tx, &task, marker.account, (now, until)).await?;
    Ok(claimed.then_some(task))
}

/// The answer of this question that a marker has before them, and until when.
///
/// # Errors
/// When the database fails.
pub async fn of_marker(
    db: &Db,
    (exam, pool): (ExamId, u32),
    marker: AccountId,
    now: Timestamp,
) -> Result<Option<(Task, Timestamp)>> {
    let row = read_one!(
        db,
        HeldRow,
        "SELECT attempt, item, pool, needed, state, points, claimed_until FROM marking_task
         WHERE exam = $1 AND pool = $2 AND state <> 'done' AND claimed_by = $3 AND claimed_until >= $4
         ORDER BY attempt, item LIMIT 1",
        exam.0,
        i64::from(pool),
        marker.0,
        now.0
    )?;
    row.map(|row| Ok((row.task.task()?, Timestamp(row.claimed_until))))
        .transpose()
}

#[derive(sqlx::FromRow)]
struct HeldRow {
    #[sqlx(flatten)]
    task: TaskRow,
    claimed_until: i64,
}

/// Keeps an answer for a marker unless somebody else has it.
async fn hold(tx: &mut Tx, task: &Task, marker: AccountId, (now, until): (Timestamp, Timestamp)) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE marking_task SET claimed_by = $3, claimed_until = $5
         WHERE attempt = $1 AND item = $2 AND state <> 'done' AND (claimed_until < $4 OR claimed_by = $3)",
        task.attempt.0,
        i64::from(task.item),
        marker.0,
        now.0,
        until.0
    )?;
    Ok(changed == 1)
}

/// The answer that a marker has before them; takes its row, so that nobody else decides about it meanwhile. `None` when it
/// is not theirs any more.
///
/// # Errors
/// When the database fails.
pub async fn held(
    tx: &mut Tx,
    (attempt, item): (AttemptId, u16),
    marker: AccountId,
    now: Timestamp,
) -> Result<Option<Task>> {
    let changed = tx_run!(
        tx,
        "UPDATE marking_task SET claimed_until = 0
         WHERE attempt = $1 AND item = $2 AND state <> 'done' AND claimed_by = $3 AND claimed_until >= $4",
        attempt.0,
        i64::from(item),
        marker.0,
        now.0
    )?;
    if changed == 0 {
        return Ok(None);
    }
    let tasks = of_attempt_in(tx, attempt).await?;
    Ok(tasks.into_iter().find(|task| task.item == item))
}

/// What the question would earn by each reading so far, in their order.
///
/// # Errors
/// When the database fails.
pub async fn totals(tx: &mut Tx, attempt: AttemptId, item: u16) -> Result<Vec<Points>> {
    let rows = tx_all!(
        tx,
        (i64,),
        "SELECT total FROM marking WHERE attempt = $1 AND item = $2
         ORDER BY CASE round WHEN 'first' THEN 1 WHEN 'second' THEN 2 ELSE 3 END",
        attempt.0,
        i64::from(item)
    )?;
    Ok(rows.into_iter().map(|(total,)| Points(total)).collect())
}

/// One reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub round: Round,
    pub marker: AccountId,
    pub criteria: Vec<Points>,
    pub total: Points,
    pub comment: String,
    pub at: Timestamp,
}

/// Stores a reading.
///
/// # Errors
/// [`super::Error::Taken`] when this round or this marker has one already.
pub async fn insert(tx: &mut Tx, task: &Task, reading: &Reading) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO marking (attempt, item, round, marker, criteria, total, comment, at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        task.attempt.0,
        i64::from(task.item),
        reading.round.code(),
        reading.marker.0,
        to_json(&reading.criteria),
        reading.total.0,
        reading.comment.as_str(),
        reading.at.0
    )?;
    Ok(())
}

/// Where an answer stands after a reading.
///
/// # Errors
/// When the database fails.
pub async fn set(tx: &mut Tx, task: &Task) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE marking_task SET state = $3, points = $4, claimed_by = 0, claimed_until = 0 WHERE attempt = $1 AND item = $2",
        task.attempt.0,
        i64::from(task.item),
        task.state.code(),
        task.points.0
    )?;
    Ok(())
}

/// Every reading of an attempt's answers, by item and in their order.
///
/// # Errors
/// When the database fails.
pub async fn readings(db: &Db, attempt: AttemptId) -> Result<Vec<(u16, Reading)>> {
    let rows = read_all!(
        db,
        (i64, String, i64, String, i64, String, i64),
        "SELECT item, round, marker, criteria, total, comment, at FROM marking WHERE attempt = $1
         ORDER BY item, CASE round WHEN 'first' THEN 1 WHEN 'second' THEN 2 ELSE 3 END",
        attempt.0
    )?;
    let column = |name| Column("marking", name, attempt.0);
    rows.into_iter()
        .map(|(item, round, marker, criteria, total, comment, at)| {
            let reading = Reading {
                round: column("round").code(&round, Round::from_code)?,
                marker: AccountId(marker),
                criteria: column("criteria").json(&criteria)?,
                total: Points(total),
                comment,
                at: Timestamp(at),
            };
            Ok((column("item").number(item)?, reading))
        })
        .collect()
}
