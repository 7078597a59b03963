//! Rounds of an exam.

use super::{Db, Result, Tx, column::Column, read_all, tx_all, tx_run};
use crate::domain::{
    exam::{Admits, Round, RoundKind, Window},
    id::ExamId,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct RoundRow {
    number: i64,
    kind: String,
    admits: String,
    opens_at: i64,
    closes_at: i64,
    attempts: i64,
    released_at: i64,
}

impl RoundRow {
    fn round(self, exam: ExamId) -> Result<Round> {
        let column = |name| Column("exam_round", name, exam.0);
        Ok(Round {
            number: column("number").number(self.number)?,
            kind: column("kind").code(&self.kind, RoundKind::from_code)?,
            admits: column("admits").code(&self.admits, Admits::from_code)?,
            window: Window {
                opens_at: Timestamp(self.opens_at),
                closes_at: Timestamp(self.closes_at),
            },
            attempts: column("attempts").number(self.attempts)?,
            released_at: (self.released_at != 0).then_some(Timestamp(self.released_at)),
        })
    }
}

const OF_EXAM: &str = "SELECT number, kind, admits, opens_at, closes_at, attempts, released_at
                       FROM exam_round WHERE exam = $1 ORDER BY number";

/// The rounds of an exam, first to last.
///
/// # Errors
/// When the database fails.
pub async fn of_exam(db: &Db, exam: ExamId) -> Result<Vec<Round>> {
    let rows = read_all!(db, RoundRow, OF_EXAM, exam.0)?;
    rows.into_iter().map(|row| row.round(exam)).collect()
}

/// The rounds as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn of_exam_in(tx: &mut Tx, exam: ExamId) -> Result<Vec<Round>> {
    let rows = tx_all!(tx, RoundRow, OF_EXAM, exam.0)?;
    rows.into_iter().map(|row| row.round(exam)).collect()
}

/// Stores a round, or changes the window and the attempts of the one with its number.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, exam: ExamId, round: &Round) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO exam_round (exam, number, kind, admits, opens_at, closes_at, attempts, released_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0)
         ON CONFLICT (exam, number) DO UPDATE
         SET opens_at = excluded.opens_at, closes_at = excluded.closes_at, attempts = excluded.attempts",
        exam.0,
        i64::from(round.number),
        round.kind.code(),
        round.admits.code(),
        round.window.opens_at.0,
        round.window.closes_at.0,
        i64::from(round.attempts)
    )?;
    Ok(())
}

/// Adds a round; `false` when another with this number was added in the meantime.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, exam: ExamId, round: &Round) -> Result<bool> {
    let added = tx_run!(
        tx,
        "INSERT INTO exam_round (exam, number, kind, admits, opens_at, closes_at, attempts, released_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0) ON CONFLICT (exam, number) DO NOTHING",
        exam.0,
        i64::from(round.number),
        round.kind.code(),
        round.admits.code(),
        round.window.opens_at.0,
        round.window.closes_at.0,
        i64::from(round.attempts)
    )?;
    Ok(added == 1)
}

/// Takes away the last round, a make-up one that has not begun; `false` when it is not that.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, exam: ExamId, number: u32, now: Timestamp) -> Result<bool> {
    let removed = tx_run!(
        tx,
        "DELETE FROM exam_round WHERE exam = $1 AND number = $2 AND kind = 'makeup' AND opens_at > $3
         AND number = (SELECT MAX(r.number) FROM exam_round r WHERE r.exam = $1)",
        exam.0,
        i64::from(number),
        now.0
    )?;
    Ok(removed == 1)
}

/// Releases the results of a round; `false` when they are released already.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &mut Tx, exam: ExamId, number: u32, at: Timestamp) -> Result<bool> {
    let released = tx_run!(
        tx,
        "UPDATE exam_round SET released_at = $3 WHERE exam = $1 AND number = $2 AND released_at = 0",
        exam.0,
        i64::from(number),
        at.0
    )?;
    Ok(released == 1)
}
