//! The plans of years.

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_one, tx_run};
use crate::domain::{
    id::{AccountId, MustKnowListId, PlanEntryId, UnitId},
    plan::{Entry, Kind, Wish},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    year: i64,
    unit: i64,
    responsible: i64,
    begins: i64,
    due: i64,
    planned: i64,
    list: i64,
    made_by: i64,
    made_at: i64,
    kind: String,
    title: String,
    words: String,
    note: String,
}

impl Row {
    fn entry(self) -> Result<Entry> {
        let column = |name| Column("plan_entry", name, self.id);
        Ok(Entry {
            id: PlanEntryId(self.id),
            year: column("year").number(self.year)?,
            made_by: AccountId(self.made_by),
            made_at: Timestamp(self.made_at),
            wish: Wish {
                kind: column("kind").code(&self.kind, Kind::from_code)?,
                unit: UnitId(self.unit),
                responsible: UnitId(self.responsible),
                title: self.title,
                begins: Timestamp(self.begins),
                due: Timestamp(self.due),
                planned: self.planned,
                list: (self.list != 0).then_some(MustKnowListId(self.list)),
                words: self.words,
                note: self.note,
            },
        })
    }
}

/// The entries of a year, the first due first.
///
/// # Errors
/// When the database fails.
pub async fn of_year(db: &Db, year: u16) -> Result<Vec<Entry>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, year, unit, responsible, begins, due, planned, list, made_by, made_at, kind, title, words, note
         FROM plan_entry WHERE year = $1 ORDER BY due, id",
        i64::from(year)
    )?;
    rows.into_iter().map(Row::entry).collect()
}

const ONE: &str =
    "SELECT id, year, unit, responsible, begins, due, planned, list, made_by, made_at, kind, title, words, note
     FROM plan_entry WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: PlanEntryId) -> Result<Option<Entry>> {
    read_one!(db, Row, ONE, id.0)?.map(Row::entry).transpose()
}

/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: PlanEntryId) -> Result<Option<Entry>> {
    tx_one!(tx, Row, ONE, id.0)?.map(Row::entry).transpose()
}

/// How many entries the plan of a unit has, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn count(tx: &mut Tx, year: u16, unit: UnitId) -> Result<usize> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM plan_entry WHERE year = $1 AND unit = $2",
        i64::from(year),
        unit.0
    )?;
    Column("plan_entry", "unit", unit.0).number(row.map_or(0, |(count,)| count))
}

/// Stores an entry, in the place of one with the same id.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, entry: &Entry) -> Result<()> {
    remove(tx, entry.id).await?;
    let wish = &entry.wish;
    tx_run!(
        tx,
        "INSERT INTO plan_entry (id, year, unit, responsible, begins, due, planned, list, made_by, made_at, kind, title, words, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        entry.id.0,
        i64::from(entry.year),
        wish.unit.0,
        wish.responsible.0,
        wish.begins.0,
        wish.due.0,
        wish.planned,
        wish.list.map_or(0, |list| list.0),
        entry.made_by.0,
        entry.made_at.0,
        wish.kind.code(),
        wish.title.as_str(),
        wish.words.as_str(),
        wish.note.as_str()
    )?;
    Ok(())
}

/// Removes an entry; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, id: PlanEntryId) -> Result<bool> {
    Ok(tx_run!(tx, "DELETE FROM plan_entry WHERE id = $1", id.0)? == 1)
}
