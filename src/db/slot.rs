//! Rooms and slots of an exam, and who has a seat in them.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    exam::Window,
    id::{ExamId, PersonId, SlotId, UnitId},
    slot::Slot,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct SlotRow {
    id: i64,
    exam: i64,
    round: i64,
    room: String,
    opens_at: i64,
    closes_at: i64,
    capacity: i64,
    password: String,
    addresses: String,
}

impl SlotRow {
    fn slot(self) -> Result<Slot> {
        let column = |name| Column("slot", name, self.id);
        Ok(Slot {
            id: SlotId(self.id),
            exam: ExamId(self.exam),
            round: column("round").number(self.round)?,
            capacity: column("capacity").number(self.capacity)?,
            room: self.room,
            window: Window {
                opens_at: Timestamp(self.opens_at),
                closes_at: Timestamp(self.closes_at),
            },
            password: self.password,
            addresses: self.addresses,
        })
    }
}

const OF_EXAM: &str = "SELECT id, exam, round, room, opens_at, closes_at, capacity, password, addresses
                       FROM slot WHERE exam = $1 ORDER BY opens_at, room, id";

/// The slots of an exam as they begin.
///
/// # Errors
/// When the database fails.
pub async fn of_exam(db: &Db, exam: ExamId) -> Result<Vec<Slot>> {
    let rows = read_all!(db, SlotRow, OF_EXAM, exam.0)?;
    rows.into_iter().map(SlotRow::slot).collect()
}

/// # Errors
/// When the database fails.
pub async fn of_exam_in(tx: &mut Tx, exam: ExamId) -> Result<Vec<Slot>> {
    let rows = tx_all!(tx, SlotRow, OF_EXAM, exam.0)?;
    rows.into_iter().map(SlotRow::slot).collect()
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, slot: &Slot) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO slot (id, exam, round, room, opens_at, closes_at, capacity, password, addresses)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        slot.id.0,
        slot.exam.0,
        i64::from(slot.round),
        slot.room.as_str(),
        slot.window.opens_at.0,
        slot.window.closes_at.0,
        i64::from(slot.capacity),
        slot.password.as_str(),
        slot.addresses.as_str()
    )?;
    Ok(())
}

/// Takes away a slot that has not begun, with its seats; `false` when it has, or is not of this exam.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, exam: ExamId, id: SlotId, now: Timestamp) -> Result<bool> {
    let removed = tx_run!(
        tx,
        "DELETE FROM slot WHERE id = $1 AND exam = $2 AND opens_at > $3",
        id.0,
        exam.0,
        now.0
    )?;
    if removed == 1 {
        tx_run!(tx, "DELETE FROM seat WHERE slot = $1", id.0)?;
    }
    Ok(removed == 1)
}

/// Who has a seat in a slot, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn seated_in(tx: &mut Tx, slot: SlotId) -> Result<Vec<PersonId>> {
    let rows = tx_all!(
        tx,
        (i64,),
        "SELECT person FROM seat WHERE slot = $1 ORDER BY person",
        slot.0
    )?;
    Ok(rows.into_iter().map(|(person,)| PersonId(person)).collect())
}

/// Seats taken, by slot.
///
/// # Errors
/// When the database fails.
pub async fn taken(db: &Db, exam: ExamId) -> Result<HashMap<SlotId, u32>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT slot, COUNT(*) FROM seat WHERE exam = $1 GROUP BY slot",
        exam.0
    )?;
    rows.into_iter()
        .map(|(slot, count)| Ok((SlotId(slot), Column("seat", "slot", slot).number(count)?)))
        .collect()
}

/// Seats taken of one slot, which nobody else may fill meanwhile.
///
/// # Errors
/// When the database fails.
pub async fn taken_in(tx: &mut Tx, slot: SlotId) -> Result<u32> {
    if let Tx::Postgres(_) = tx {
        // Two who take the last seat at the same moment must not both find it free.
        tx_one!(tx, (i64,), "SELECT id FROM slot WHERE id = $1 FOR UPDATE", slot.0)?;
    }
    let row = tx_one!(tx, (i64,), "SELECT COUNT(*) FROM seat WHERE slot = $1", slot.0)?;
    Column("seat", "slot", slot.0).number(row.map_or(0, |(count,)| count))
}

/// Gives a person a seat in the place of the one they have in this round.
///
/// # Errors
/// When the database fails.
pub async fn put_seat(tx: &mut Tx, slot: &Slot, person: PersonId, given: bool, at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO seat (exam, round, person, slot, given, at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (exam, round, person) DO UPDATE
         SET slot = excluded.slot, given = excluded.given, at = excluded.at",
        slot.exam.0,
        i64::from(slot.round),
        person.0,
        slot.id.0,
        i64::from(given),
        at.0
    )?;
    Ok(())
}

const CHUNK: usize = 2000;

/// Gives seats, as an administrator, to persons who have none in this round.
///
/// # Errors
/// [`super::Error::Taken`] when one of them has got one meanwhile.
pub async fn insert_seats(
    tx: &mut Tx,
    (exam, round): (ExamId, u32),
    seats: &[(PersonId, SlotId)],
    at: Timestamp,
) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO seat (exam, round, person, slot, given, at)
             SELECT $1, $2, r.value->>0, r.value->>1, 1, $3 FROM json_each($4) r"
        }
        Tx::Postgres(_) => {
            "INSERT INTO seat (exam, round, person, slot, given, at)
             SELECT $1, $2, (r->>0)::bigint, (r->>1)::bigint, 1, $3 FROM jsonb_array_elements($4::jsonb) r"
        }
    };
    for chunk in seats.chunks(CHUNK) {
        let rows: Vec<_> = chunk.iter().map(|(person, slot)| (person.0, slot.0)).collect();
        tx_run!(tx, sql, exam.0, i64::from(round), at.0, to_json(&rows))?;
    }
    Ok(())
}

/// The seats of a person in an exam: slot, and whether an administrator gave it.
///
/// # Errors
/// When the database fails.
pub async fn seats_of(db: &Db, exam: ExamId, person: PersonId) -> Result<Vec<(SlotId, bool)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT slot, given FROM seat WHERE exam = $1 AND person = $2 ORDER BY round",
        exam.0,
        person.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(slot, given)| (SlotId(slot), given != 0))
        .collect())
}

/// Who sits where.
///
/// # Errors
/// When the database fails.
pub async fn seats(db: &Db, exam: ExamId) -> Result<Vec<(PersonId, SlotId)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT person, slot FROM seat WHERE exam = $1 ORDER BY round, person",
        exam.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(person, slot)| (PersonId(person), SlotId(slot)))
        .collect())
}

/// Persons due who have no seat in a round, by unit and number.
///
/// # Errors
/// When the database fails.
pub async fn unseated_in(tx: &mut Tx, exam: ExamId, round: u32) -> Result<Vec<PersonId>> {
    let rows = tx_all!(
        tx,
        (i64,),
        "SELECT r.person FROM roster_entry r LEFT JOIN seat s ON s.exam = r.exam AND s.person = r.person AND s.round = $2
         WHERE r.exam = $1 AND r.standing = 'due' AND s.slot IS NULL ORDER BY r.unit, r.number",
        exam.0,
        i64::from(round)
    )?;
    Ok(rows.into_iter().map(|(person,)| PersonId(person)).collect())
}

/// How many are due.
///
/// # Errors
/// When the database fails.
pub async fn due(db: &Db, exam: ExamId) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM roster_entry WHERE exam = $1 AND standing = 'due'",
        exam.0
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// The person of this number, if due.
///
/// # Errors
/// When the database fails.
pub async fn due_by_number(db: &Db, exam: ExamId, number: &str) -> Result<Option<PersonId>> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT person FROM roster_entry WHERE exam = $1 AND standing = 'due' AND number = $2",
        exam.0,
        number
    )?;
    Ok(row.map(|(person,)| PersonId(person)))
}

/// A person on the list of a slot.
pub struct Seated {
    pub number: String,
    pub name: String,
    pub unit: UnitId,
}

/// Who has a seat in a slot, by unit and number.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, slot: &Slot) -> Result<Vec<Seated>> {
    let rows = read_all!(
        db,
        (String, String, i64),
        "SELECT r.number, r.name, r.unit FROM seat s JOIN roster_entry r ON r.exam = s.exam AND r.person = s.person
         WHERE s.slot = $1 ORDER BY r.unit, r.number",
        slot.id.0
    )?;
    let seated = |(number, name, unit)| Seated {
        number,
        name,
        unit: UnitId(unit),
    };
    Ok(rows.into_iter().map(seated).collect())
}
