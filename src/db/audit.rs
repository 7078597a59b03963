//! The log of administrative acts, in the order of its chain.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_one, tx_run,
};
use crate::domain::{
    audit::{Act, Entry},
    id::AccountId,
    time::Timestamp,
};

/// Takes the place behind the last entry: its number and the digest of the one before. Whoever comes next, on any
/// node, waits until this transaction has ended.
///
/// # Errors
/// When the database fails.
pub async fn next(tx: &mut Tx) -> Result<(u64, Vec<u8>)> {
    let row = tx_one!(
        tx,
        (i64, Vec<u8>),
        "UPDATE audit_head SET seq = audit_head.seq + 1 WHERE one = 1 RETURNING seq, hash"
    )?;
    let (seq, previous) = row.ok_or_else(|| Column("audit_head", "one", 1).unreadable())?;
    Ok((Column("audit_head", "seq", 1).number(seq)?, previous))
}

/// Stores an entry at the place that [`next`] gave.
///
/// # Errors
/// When the database fails.
pub async fn append(tx: &mut Tx, entry: &Entry) -> Result<()> {
    let seq: i64 = Column("audit_entry", "seq", 0).number(entry.seq)?;
    tx_run!(
        tx,
        "INSERT INTO audit_entry (seq, at, account, who, act, subject, before, after, reason, previous, hash)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        seq,
        entry.at.0,
        entry.account.map_or(0, |account| account.0),
        entry.who.as_str(),
        entry.act.code(),
        entry.subject.as_str(),
        entry.before.as_str(),
        entry.after.as_str(),
        entry.reason.as_str(),
        entry.previous.as_slice(),
        entry.hash.as_slice()
    )?;
    tx_run!(
        tx,
        "UPDATE audit_head SET hash = $1 WHERE one = 1",
        entry.hash.as_slice()
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct EntryRow {
    seq: i64,
    at: i64,
    account: i64,
    who: String,
    act: String,
    subject: String,
    before: String,
    after: String,
    reason: String,
    previous: Vec<u8>,
    hash: Vec<u8>,
}

impl EntryRow {
    fn entry(self) -> Result<Entry> {
        let column = |name| Column("audit_entry", name, self.seq);
        Ok(Entry {
            seq: column("seq").number(self.seq)?,
            at: Timestamp(self.at),
            account: (self.account != 0).then_some(AccountId(self.account)),
            act: column("act").code(&self.act, Act::from_code)?,
            who: self.who,
            subject: self.subject,
            before: self.before,
            after: self.after,
            reason: self.reason,
            previous: self.previous,
            hash: self.hash,
        })
    }
}

/// Entries behind `after`, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn from(db: &Db, after: u64, limit: u32) -> Result<Vec<Entry>> {
    let rows = read_all!(
        db,
        EntryRow,
        "SELECT seq, at, account, who, act, subject, before, after, reason, previous, hash FROM audit_entry
         WHERE seq > $1 ORDER BY seq LIMIT $2",
        i64::try_from(after).unwrap_or(i64::MAX),
        i64::from(limit)
    )?;
    rows.into_iter().map(EntryRow::entry).collect()
}

/// All entries of one act, the oldest first; of acts that are rare.
///
/// # Errors
/// When the database fails.
pub async fn of_act(db: &Db, act: Act) -> Result<Vec<Entry>> {
    let rows = read_all!(
        db,
        EntryRow,
        "SELECT seq, at, account, who, act, subject, before, after, reason, previous, hash FROM audit_entry
         WHERE act = $1 ORDER BY seq",
        act.code()
    )?;
    rows.into_iter().map(EntryRow::entry).collect()
}

/// Entries of one act, or of any, the newest first; a page of them.
///
/// # Errors
/// When the database fails.
pub async fn newest(db: &Db, act: Option<Act>, skip: u32, limit: u32) -> Result<Vec<Entry>> {
    let rows = read_all!(
        db,
        EntryRow,
        "SELECT seq, at, account, who, act, subject, before, after, reason, previous, hash FROM audit_entry
         WHERE $1 = '' OR act = $1 ORDER BY seq DESC LIMIT $2 OFFSET $3",
        act.map_or("", Act::code),
        i64::from(limit),
        i64::from(skip)
    )?;
    rows.into_iter().map(EntryRow::entry).collect()
}

/// How many entries of one act, or of any.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &Db, act: Option<Act>) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM audit_entry WHERE $1 = '' OR act = $1",
        act.map_or("", Act::code)
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

/// The number of the last entry of any of these acts; 0: there is none.
///
/// # Errors
/// When the database fails.
pub async fn last_of(db: &Db, acts: &[Act]) -> Result<u64> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT COALESCE(MAX((SELECT MAX(e.seq) FROM audit_entry e WHERE e.act = a.value)), 0) FROM json_each($1) a"
        }
        Db::Postgres(_) => {
            "SELECT COALESCE(MAX((SELECT MAX(e.seq) FROM audit_entry e WHERE e.act = a.value)), 0)
             FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS a (value)"
        }
    };
    let codes: Vec<&str> = acts.iter().map(|act| act.code()).collect();
    let row = read_one!(db, (i64,), sql, to_json(&codes))?;
    Column("audit_entry", "seq", 0).number(row.map_or(0, |(seq,)| seq))
}

/// Number and digest of the last entry, as the chain remembers them.
///
/// # Errors
/// When the database fails.
pub async fn head(db: &Db) -> Result<(u64, Vec<u8>)> {
    let row = read_one!(db, (i64, Vec<u8>), "SELECT seq, hash FROM audit_head WHERE one = 1")?;
    let (seq, hash) = row.ok_or_else(|| Column("audit_head", "one", 1).unreadable())?;
    Ok((Column("audit_head", "seq", 1).number(seq)?, hash))
}
