//! The frozen figures of closed years.

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_one, tx_run};
use crate::domain::{
    annual::edition::{Edition, Head},
    id::AccountId,
    time::Timestamp,
};

type HeadRow = (i64, i64, i64, i64, String, String, String);

fn head((year, number, made_by, made_at, reason, previous, digest): HeadRow) -> Result<Head> {
    let column = |name| Column("edition", name, year);
    Ok(Head {
        year: column("year").number(year)?,
        number: column("number").number(number)?,
        made_by: AccountId(made_by),
        made_at: Timestamp(made_at),
        reason,
        previous,
        digest,
    })
}

/// Every edition without its records, in the order of the chain.
///
/// # Errors
/// When the database fails.
pub async fn heads(db: &Db) -> Result<Vec<Head>> {
    let rows = read_all!(
        db,
        HeadRow,
        "SELECT year, number, made_by, made_at, reason, previous, digest FROM edition ORDER BY made_at, year, number"
    )?;
    rows.into_iter().map(head).collect()
}

/// Holds the chain until the transaction ends: editions of different years are made one after the other too.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx) -> Result<()> {
    if let Tx::Postgres(_) = tx {
        tx_run!(tx, "LOCK TABLE edition IN EXCLUSIVE MODE")?;
    }
    Ok(())
}

/// The last edition of the chain, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn last_in(tx: &mut Tx) -> Result<Option<Head>> {
    let row = tx_one!(
        tx,
        HeadRow,
        "SELECT year, number, made_by, made_at, reason, previous, digest FROM edition ORDER BY made_at DESC, year DESC, number DESC
         LIMIT 1"
    )?;
    row.map(head).transpose()
}

/// How many editions a year has, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn count_in(tx: &mut Tx, year: u16) -> Result<u32> {
    let year = i64::from(year);
    let row = tx_one!(tx, (i64,), "SELECT COUNT(*) FROM edition WHERE year = $1", year)?;
    Column("edition", "number", year).number(row.map_or(0, |(count,)| count))
}

/// An edition with its records.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, year: u16, number: u32) -> Result<Option<Edition>> {
    let row = read_one!(
        db,
        (i64, i64, i64, i64, String, String, String, String, String),
        "SELECT year, number, made_by, made_at, reason, previous, digest, figures, records FROM edition
         WHERE year = $1 AND number = $2",
        i64::from(year),
        i64::from(number)
    )?;
    row.map(|(year, number, by, at, reason, previous, digest, figures, records)| {
        Ok(Edition {
            head: head((year, number, by, at, reason, previous, digest))?,
            figures,
            records,
        })
    })
    .transpose()
}

/// # Errors
/// [`super::Error::Taken`] when the year has an edition of this number.
pub async fn insert(tx: &mut Tx, edition: &Edition) -> Result<()> {
    let head = &edition.head;
    tx_run!(
        tx,
        "INSERT INTO edition (year, number, made_by, made_at, reason, figures, records, previous, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        i64::from(head.year),
        i64::from(head.number),
        head.made_by.0,
        head.made_at.0,
        head.reason.as_str(),
        edition.figures.as_str(),
        edition.records.as_str(),
        head.previous.as_str(),
        head.digest.as_str()
    )?;
    Ok(())
}
