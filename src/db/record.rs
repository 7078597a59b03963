//! Entries of personal law records, with the papers that prove them.

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_one, tx_run};
use crate::domain::{
    id::{AccountId, DocumentId, PersonId, RecordEntryId, UnitId},
    record::{Entry, Kind, State, Wish},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    person: i64,
    entered_by: i64,
    entered_at: i64,
    decided_by: i64,
    decided_at: i64,
    day: String,
    kind: String,
    title: String,
    place: String,
    organiser: String,
    note: String,
    state: String,
    reason: String,
}

impl Row {
    fn entry(self) -> Result<Entry> {
        let column = |name| Column("record_entry", name, self.id);
        Ok(Entry {
            id: RecordEntryId(self.id),
            person: PersonId(self.person),
            wish: Wish {
                kind: column("kind").code(&self.kind, Kind::from_code)?,
                day: column("day").code(&self.day, |day| day.parse().ok())?,
                title: self.title,
                place: self.place,
                organiser: self.organiser,
                note: self.note,
            },
            state: column("state").code(&self.state, State::from_code)?,
            entered_by: AccountId(self.entered_by),
            entered_at: Timestamp(self.entered_at),
            decided_by: AccountId(self.decided_by),
            decided_at: (self.decided_at != 0).then_some(Timestamp(self.decided_at)),
            reason: self.reason,
        })
    }
}

/// The entries of a person, the newest day first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Entry>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, person, entered_by, entered_at, decided_by, decided_at, day, kind, title, place, organiser, note, state, reason
         FROM record_entry WHERE person = $1 ORDER BY day DESC, id DESC",
        person.0
    )?;
    rows.into_iter().map(Row::entry).collect()
}

const ONE: &str =
    "SELECT id, person, entered_by, entered_at, decided_by, decided_at, day, kind, title, place, organiser, note, state, reason
     FROM record_entry WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: RecordEntryId) -> Result<Option<Entry>> {
    read_one!(db, Row, ONE, id.0)?.map(Row::entry).transpose()
}

/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: RecordEntryId) -> Result<Option<Entry>> {
    tx_one!(tx, Row, ONE, id.0)?.map(Row::entry).transpose()
}

/// An entry that waits to be confirmed, with whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub entry: Entry,
    pub number: String,
    pub name: String,
    pub unit: UnitId,
    /// Papers that prove it.
    pub documents: i64,
}

/// The entries that wait to be confirmed, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &Db) -> Result<Vec<Waiting>> {
    #[derive(sqlx::FromRow)]
    struct WaitingRow {
        #[sqlx(flatten)]
        entry: Row,
        number: String,
        name: String,
        unit: i64,
        documents: i64,
    }
    let rows = read_all!(
        db,
        WaitingRow,
        "SELECT e.id, e.person, e.entered_by, e.entered_at, e.decided_by, e.decided_at, e.day, e.kind, e.title, e.place, e.organiser,
                e.note, e.state, e.reason, p.number, p.name, p.unit,
                (SELECT COUNT(*) FROM record_document d WHERE d.entry = e.id) AS documents
         FROM record_entry e JOIN person p ON p.id = e.person WHERE e.state = 'entered' ORDER BY e.id"
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Waiting {
                entry: row.entry.entry()?,
                number: row.number,
                name: row.name,
                unit: UnitId(row.unit),
                documents: row.documents,
            })
        })
        .collect()
}

/// Entries of a person that nobody has looked at.
///
/// # Errors
/// When the database fails.
pub async fn count_waiting(tx: &mut Tx, person: PersonId) -> Result<i64> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM record_entry WHERE person = $1 AND state = 'entered'",
        person.0
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let wish = &entry.wish;
    tx_run!(
        tx,
        "INSERT INTO record_entry (id, person, entered_by, entered_at, decided_by, decided_at, day, kind, title, place, organiser,
             note, state, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        entry.id.0,
        entry.person.0,
        entry.entered_by.0,
        entry.entered_at.0,
        entry.decided_by.0,
        entry.decided_at.map_or(0, |at| at.0),
        wish.day.to_string(),
        wish.kind.code(),
        wish.title.as_str(),
        wish.place.as_str(),
        wish.organiser.as_str(),
        wish.note.as_str(),
        entry.state.code(),
        entry.reason.as_str()
    )?;
    Ok(())
}

/// Settles an entry that waits; `false` when it does not any more.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    tx: &mut Tx,
    id: RecordEntryId,
    state: State,
    by: AccountId,
    at: Timestamp,
    reason: &str,
) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE record_entry SET state = $2, decided_by = $3, decided_at = $4, reason = $5 WHERE id = $1 AND state = 'entered'",
        id.0,
        state.code(),
        by.0,
        at.0,
        reason
    )?;
    Ok(changed == 1)
}

/// # Errors
/// When the database fails.
pub async fn insert_document(
    tx: &mut Tx,
    id: DocumentId,
    entry: RecordEntryId,
    (name, body): (&str, &[u8]),
    by: AccountId,
    at: Timestamp,
) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO record_document (id, entry, uploaded_by, uploaded_at, name, body) VALUES ($1, $2, $3, $4, $5, $6)",
        id.0,
        entry.0,
        by.0,
        at.0,
        name,
        body
    )?;
    Ok(())
}

/// The papers of the entries of a person, without their content.
///
/// # Errors
/// When the database fails.
pub async fn documents(db: &Db, person: PersonId) -> Result<Vec<(RecordEntryId, DocumentId, String)>> {
    let rows = read_all!(
        db,
        (i64, i64, String),
        "SELECT d.entry, d.id, d.name FROM record_document d JOIN record_entry e ON e.id = d.entry
         WHERE e.person = $1 ORDER BY d.id",
        person.0
    )?;
    let rows = rows.into_iter();
    Ok(rows
        .map(|(entry, id, name)| (RecordEntryId(entry), DocumentId(id), name))
        .collect())
}

/// Whose entry a paper belongs to, its name and its content.
///
/// # Errors
/// When the database fails.
pub async fn document(db: &Db, id: DocumentId) -> Result<Option<(PersonId, String, Vec<u8>)>> {
    let row = read_one!(
        db,
        (i64, String, Vec<u8>),
        "SELECT e.person, d.name, d.body FROM record_document d JOIN record_entry e ON e.id = d.entry WHERE d.id = $1",
        id.0
    )?;
    Ok(row.map(|(person, name, body)| (PersonId(person), name, body)))
}
