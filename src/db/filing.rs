//! Figures that units handed in to the level above.

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_one, tx_run};
use crate::domain::{
    filing::{Filing, State, Values},
    id::{AccountId, FilingId, UnitId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    year: i64,
    unit: i64,
    number: i64,
    filed_by: i64,
    filed_at: i64,
    decided_by: i64,
    decided_at: i64,
    state: String,
    figures: String,
    note: String,
    comment: String,
    digest: String,
}

impl Row {
    fn stored(self) -> Result<Stored> {
        let column = |name| Column("filing", name, self.id);
        let values: Values = column("figures").json(&self.figures)?;
        let filing = Filing {
            id: FilingId(self.id),
            year: column("year").number(self.year)?,
            unit: UnitId(self.unit),
            number: column("number").number(self.number)?,
            state: column("state").code(&self.state, State::from_code)?,
            values,
            note: self.note,
            filed_by: AccountId(self.filed_by),
            filed_at: Timestamp(self.filed_at),
            decided: (self.decided_at != 0).then_some((AccountId(self.decided_by), Timestamp(self.decided_at))),
            comment: self.comment,
            digest: self.digest,
        };
        Ok(Stored {
            filing,
            figures: self.figures,
        })
    }
}

/// A filing, and its figures as the text that was sealed.
pub struct Stored {
    pub filing: Filing,
    pub figures: String,
}

/// Everything handed in for a year, by unit and number; of every year without one.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db, year: Option<u16>) -> Result<Vec<Stored>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, year, unit, number, filed_by, filed_at, decided_by, decided_at, state, figures, note, comment, digest
         FROM filing WHERE year = $1 OR $1 = 0 ORDER BY year, unit, number",
        year.map_or(0, i64::from)
    )?;
    rows.into_iter().map(Row::stored).collect()
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: FilingId) -> Result<Option<Filing>> {
    let row = read_one!(
        db,
        Row,
        "SELECT id, year, unit, number, filed_by, filed_at, decided_by, decided_at, state, figures, note, comment, digest
         FROM filing WHERE id = $1",
        id.0
    )?;
    Ok(row.map(Row::stored).transpose()?.map(|stored| stored.filing))
}

/// The last thing a unit handed in for a year, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn last_in(tx: &mut Tx, year: u16, unit: UnitId) -> Result<Option<Filing>> {
    let row = tx_one!(
        tx,
        Row,
        "SELECT id, year, unit, number, filed_by, filed_at, decided_by, decided_at, state, figures, note, comment, digest
         FROM filing WHERE year = $1 AND unit = $2 ORDER BY number DESC LIMIT 1",
        i64::from(year),
        unit.0
    )?;
    Ok(row.map(Row::stored).transpose()?.map(|stored| stored.filing))
}

/// # Errors
/// [`super::Error::Taken`] when the unit has handed in under this number.
pub async fn insert(tx: &mut Tx, filing: &Filing, figures: &str) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO filing (id, year, unit, number, filed_by, filed_at, decided_by, decided_at, state, figures, note, comment, digest)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, $9, '', $10)",
        filing.id.0,
        i64::from(filing.year),
        filing.unit.0,
        i64::from(filing.number),
        filing.filed_by.0,
        filing.filed_at.0,
        filing.state.code(),
        figures,
        filing.note.as_str(),
        filing.digest.as_str()
    )?;
    Ok(())
}

/// Stores what the level above says; `false` when it was said already.
///
/// # Errors
/// When the database fails.
pub async fn decide(tx: &mut Tx, id: FilingId, to: State, by: AccountId, at: Timestamp, comment: &str) -> Result<bool> {
    let decided = tx_run!(
        tx,
        "UPDATE filing SET state = $1, decided_by = $2, decided_at = $3, comment = $4
         WHERE id = $5 AND state <> $1 AND state <> 'returned'",
        to.code(),
        by.0,
        at.0,
        comment,
        id.0
    )?;
    Ok(decided == 1)
}
