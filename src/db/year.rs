//! The years that were begun.

use super::{Db, Result, Tx, column::Column, read_all, tx_one, tx_run};
use crate::domain::{
    id::AccountId,
    time::Timestamp,
    year::{State, Year},
};

type Row = (i64, i64, i64, i64, i64, i64, String);

const ALL: &str = "SELECT year, approval, begun_by, begun_at, closed_by, closed_at, state FROM year ORDER BY year DESC";

fn year((year, approval, begun_by, begun_at, closed_by, closed_at, state): Row) -> Result<Year> {
    let column = |name| Column("year", name, year);
    Ok(Year {
        year: column("year").number(year)?,
        state: column("state").code(&state, State::from_code)?,
        approval: approval != 0,
        begun_by: AccountId(begun_by),
        begun_at: Timestamp(begun_at),
        closed: (closed_at != 0).then_some((AccountId(closed_by), Timestamp(closed_at))),
    })
}

/// Every year that was begun, the latest first.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Year>> {
    read_all!(db, Row, ALL)?.into_iter().map(year).collect()
}

/// A year, held until the transaction ends: nobody closes it while something is stored in it, and nobody stores
/// anything while it is being closed.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, number: u16) -> Result<Option<Year>> {
    let number = i64::from(number);
    let row = match tx {
        Tx::Sqlite(_) => tx_one!(
            tx,
            Row,
            "SELECT year, approval, begun_by, begun_at, closed_by, closed_at, state FROM year WHERE year = $1",
            number
        )?,
        Tx::Postgres(_) => tx_one!(
            tx,
            Row,
            "SELECT year, approval, begun_by, begun_at, closed_by, closed_at, state FROM year WHERE year = $1 FOR SHARE",
            number
        )?,
    };
    row.map(year).transpose()
}

/// Begins a year.
///
/// # Errors
/// [`super::Error::Taken`] when it was begun.
pub async fn insert(tx: &mut Tx, year: &Year) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO year (year, approval, begun_by, begun_at, closed_by, closed_at, state) VALUES ($1, $2, $3, $4, 0, 0, $5)",
        i64::from(year.year),
        i64::from(year.approval),
        year.begun_by.0,
        year.begun_at.0,
        year.state.code()
    )?;
    Ok(())
}

/// Sets whether entries need the level above; `false` when the year is closed or was not begun.
///
/// # Errors
/// When the database fails.
pub async fn set_approval(tx: &mut Tx, number: u16, approval: bool) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE year SET approval = $2 WHERE year = $1 AND state = 'open'",
        i64::from(number),
        i64::from(approval)
    )?;
    Ok(changed == 1)
}

/// A year, held until the transaction ends so that nobody stores anything in it meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn hold_to_close(tx: &mut Tx, number: u16) -> Result<Option<Year>> {
    let number = i64::from(number);
    let row = match tx {
        Tx::Sqlite(_) => tx_one!(
            tx,
            Row,
            "SELECT year, approval, begun_by, begun_at, closed_by, closed_at, state FROM year WHERE year = $1",
            number
        )?,
        Tx::Postgres(_) => tx_one!(
            tx,
            Row,
            "SELECT year, approval, begun_by, begun_at, closed_by, closed_at, state FROM year WHERE year = $1 FOR UPDATE",
            number
        )?,
    };
    row.map(year).transpose()
}

/// # Errors
/// When the database fails.
pub async fn close(tx: &mut Tx, number: u16, by: AccountId, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE year SET state = 'closed', closed_by = $2, closed_at = $3 WHERE year = $1 AND state = 'open'",
        i64::from(number),
        by.0,
        now.0
    )?;
    Ok(())
}
