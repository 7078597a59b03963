//! Accommodations of persons.

use std::collections::HashMap;

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_run};
use crate::domain::{
    accommodation::{Accommodation, Allowance, Ground, TimeFactor},
    id::{AccommodationId, AccountId, PersonId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    person: i64,
    time_percent: i64,
    larger_text: i64,
    valid_from: i64,
    valid_until: i64,
    ground: String,
    ended_at: i64,
}

impl Row {
    fn accommodation(self) -> Result<Accommodation> {
        let column = |name| Column("accommodation", name, self.id);
        Ok(Accommodation {
            id: AccommodationId(self.id),
            person: PersonId(self.person),
            factor: factor(self.time_percent, self.id)?,
            larger_text: self.larger_text != 0,
            valid_from: Timestamp(self.valid_from),
            valid_until: Timestamp(self.valid_until),
            ground: column("ground").code(&self.ground, Ground::from_code)?,
            ended_at: (self.ended_at != 0).then_some(Timestamp(self.ended_at)),
        })
    }
}

fn factor(percent: i64, row: i64) -> Result<TimeFactor> {
    TimeFactor::of_percent(percent).ok_or_else(|| Column("accommodation", "time_percent", row).unreadable())
}

/// Every entry of a person's profile, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Accommodation>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, person, time_percent, larger_text, valid_from, valid_until, ground, ended_at FROM accommodation
         WHERE person = $1 ORDER BY id DESC",
        person.0
    )?;
    rows.into_iter().map(Row::accommodation).collect()
}

/// What those persons are allowed at a moment who are allowed anything: the most of all entries that hold then.
///
/// # Errors
/// When the database fails.
pub async fn at(db: &Db, at: Timestamp) -> Result<HashMap<PersonId, Allowance>> {
    let rows = read_all!(
        db,
        (i64, i64, i64),
        "SELECT person, MAX(time_percent), MAX(larger_text) FROM accommodation
         WHERE valid_from <= $1 AND valid_until > $1 AND (ended_at = 0 OR ended_at > $1) GROUP BY person",
        at.0
    )?;
    rows.into_iter()
        .map(|(person, percent, larger)| {
            let allowance = Allowance {
                factor: factor(percent, person)?,
                larger_text: larger != 0,
            };
            Ok((PersonId(person), allowance))
        })
        .collect()
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: AccommodationId) -> Result<Option<Accommodation>> {
    let row = read_one!(
        db,
        Row,
        "SELECT id, person, time_percent, larger_text, valid_from, valid_until, ground, ended_at FROM accommodation
         WHERE id = $1",
        id.0
    )?;
    row.map(Row::accommodation).transpose()
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, entry: &Accommodation, by: Option<AccountId>, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO accommodation
             (id, person, time_percent, larger_text, valid_from, valid_until, ground, made_by, made_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
        entry.id.0,
        entry.person.0,
        i64::from(entry.factor.percent()),
        i64::from(entry.larger_text),
        entry.valid_from.0,
        entry.valid_until.0,
        entry.ground.code(),
        by.map_or(0, |account| account.0),
        now.0
    )?;
    Ok(())
}

/// Ends an entry now; `false` when it has ended already.
///
/// # Errors
/// When the database fails.
pub async fn end(tx: &mut Tx, id: AccommodationId, now: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE accommodation SET ended_at = $2 WHERE id = $1 AND ended_at = 0 AND valid_until > $2",
        id.0,
        now.0
    )?;
    Ok(changed == 1)
}
