//! Exemptions and deferrals with their documents.

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_all, tx_one, tx_run};
use crate::domain::{
    exemption::{Circumstances, Document, Exemption, Ground, Kind, Listed, State},
    id::{AccountId, DocumentId, ExamId, ExemptionId, PersonId, UnitId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    exam: i64,
    person: i64,
    kind: String,
    ground: String,
    words: String,
    state: String,
    requested_by: i64,
    requested_at: i64,
    decided_by: i64,
    decided_at: i64,
    reason: String,
}

fn account(id: i64) -> Option<AccountId> {
    (id != 0).then_some(AccountId(id))
}

impl Row {
    fn exemption(self) -> Result<Exemption> {
        let column = |name| Column("exemption", name, self.id);
        Ok(Exemption {
            id: ExemptionId(self.id),
            exam: ExamId(self.exam),
            person: PersonId(self.person),
            kind: column("kind").code(&self.kind, Kind::from_code)?,
            ground: column("ground").code(&self.ground, Ground::from_code)?,
            state: column("state").code(&self.state, State::from_code)?,
            words: self.words,
            requested_by: account(self.requested_by),
            requested_at: Timestamp(self.requested_at),
            decided_by: account(self.decided_by),
            decided_at: (self.decided_at != 0).then_some(Timestamp(self.decided_at)),
            reason: self.reason,
        })
    }
}

/// Every request, newest first.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Listed>> {
    #[derive(sqlx::FromRow)]
    struct ListedRow {
        #[sqlx(flatten)]
        exemption: Row,
        number: String,
        name: String,
        unit: i64,
    }
    let rows = read_all!(
        db,
        ListedRow,
        "SELECT x.id, x.exam, x.person, x.kind, x.ground, x.words, x.state, x.requested_by, x.requested_at, x.decided_by,
                x.decided_at, x.reason, p.number, p.name, p.unit
         FROM exemption x JOIN person p ON p.id = x.person ORDER BY x.id DESC"
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Listed {
                exemption: row.exemption.exemption()?,
                number: row.number,
                name: row.name,
                unit: UnitId(row.unit),
            })
        })
        .collect()
}

/// A person's requests, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<Exemption>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, exam, person, kind, ground, words, state, requested_by, requested_at, decided_by, decided_at, reason
         FROM exemption WHERE person = $1 ORDER BY id DESC",
        person.0
    )?;
    rows.into_iter().map(Row::exemption).collect()
}

const ONE: &str =
    "SELECT id, exam, person, kind, ground, words, state, requested_by, requested_at, decided_by, decided_at,
            reason
     FROM exemption WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: ExemptionId) -> Result<Option<Exemption>> {
    read_one!(db, Row, ONE, id.0)?.map(Row::exemption).transpose()
}

/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: ExemptionId) -> Result<Option<Exemption>> {
    tx_one!(tx, Row, ONE, id.0)?.map(Row::exemption).transpose()
}

/// # Errors
/// [`super::Error::Taken`] when a request of this person for this exam is alive.
pub async fn insert(tx: &mut Tx, request: &Exemption) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO exemption (id, exam, person, kind, ground, words, state, requested_by, requested_at, decided_by,
                                decided_at, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '')",
        request.id.0,
        request.exam.0,
        request.person.0,
        request.kind.code(),
        request.ground.code(),
        request.words.as_str(),
        request.state.code(),
        request.requested_by.map_or(0, |account| account.0),
        request.requested_at.0
    )?;
    Ok(())
}

/// Moves a request from one state to the next; `false` when it is not in `from` any more.
///
/// # Errors
/// When the database fails.
pub async fn decide(
    tx: &mut Tx,
    id: ExemptionId,
    (from, to): (State, State),
    by: Option<AccountId>,
    reason: &str,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE exemption SET state = $3, decided_by = $4, decided_at = $5, reason = $6 WHERE id = $1 AND state = $2",
        id.0,
        from.code(),
        to.code(),
        by.map_or(0, |account| account.0),
        now.0,
        reason
    )?;
    Ok(changed == 1)
}

/// What an approval of a request has to know.
///
/// # Errors
/// When the database fails.
pub async fn circumstances(tx: &mut Tx, request: &Exemption) -> Result<Option<Circumstances>> {
    // Nobody opens the exam while this is decided.
    let locked = match tx {
        Tx::Sqlite(_) => tx_all!(tx, (String,), "SELECT state FROM exam WHERE id = $1", request.exam.0)?,
        Tx::Postgres(_) => tx_all!(
            tx,
            (String,),
            "SELECT state FROM exam WHERE id = $1 FOR UPDATE",
            request.exam.0
        )?,
    };
    let Some((state,)) = locked.into_iter().next() else {
        return Ok(None);
    };
    let row = tx_one!(
        tx,
        (i64, i64, i64),
        "SELECT (SELECT COUNT(*) FROM exemption_document WHERE exemption = $1),
                (SELECT COUNT(*) FROM roster_entry WHERE exam = $2 AND person = $3),
                (SELECT COUNT(*) FROM attempt WHERE exam = $2 AND person = $3)",
        request.id.0,
        request.exam.0,
        request.person.0
    )?;
    let (documents, registered, sat) = row.unwrap_or_default();
    Ok(Some(Circumstances {
        exam: Column("exam", "state", request.exam.0).code(&state, crate::domain::exam::State::from_code)?,
        documents: Column("exemption", "id", request.id.0).number(documents)?,
        registered: registered > 0,
        sat: sat > 0,
    }))
}

/// Makes one entry of a frozen roster exempt.
///
/// # Errors
/// When the database fails.
pub async fn exempt_entry(tx: &mut Tx, exam: ExamId, person: PersonId) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE roster_entry SET standing = 'exempt' WHERE exam = $1 AND person = $2",
        exam.0,
        person.0
    )?;
    super::tally::person_changed(tx, exam, person).await
}

/// # Errors
/// When the database fails.
pub async fn insert_document(tx: &mut Tx, document: &Document, body: &[u8], by: Option<AccountId>) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO exemption_document (id, exemption, name, body, uploaded_by, uploaded_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        document.id.0,
        document.exemption.0,
        document.name.as_str(),
        body,
        by.map_or(0, |account| account.0),
        document.uploaded_at.0
    )?;
    Ok(())
}

/// The documents of a request, without their content.
///
/// # Errors
/// When the database fails.
pub async fn documents(db: &Db, exemption: ExemptionId) -> Result<Vec<Document>> {
    let rows = read_all!(
        db,
        (i64, String, i64, i64),
        "SELECT id, name, CAST(LENGTH(body) AS BIGINT), uploaded_at FROM exemption_document WHERE exemption = $1 ORDER BY id",
        exemption.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(id, name, size, at)| Document {
            id: DocumentId(id),
            exemption,
            name,
            size,
            uploaded_at: Timestamp(at),
        })
        .collect())
}

/// The request a document belongs to, its name and its content.
///
/// # Errors
/// When the database fails.
pub async fn document(db: &Db, id: DocumentId) -> Result<Option<(ExemptionId, String, Vec<u8>)>> {
    let row = read_one!(
        db,
        (i64, String, Vec<u8>),
        "SELECT exemption, name, body FROM exemption_document WHERE id = $1",
        id.0
    )?;
    Ok(row.map(|(exemption, name, body)| (ExemptionId(exemption), name, body)))
}
