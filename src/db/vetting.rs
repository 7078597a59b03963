//! Questions that wait for a second person, and what was decided.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_one, tx_run,
};
use crate::domain::{
    id::{AccountId, BankId, PersonId, QuestionId, VersionId, VettingId},
    item::State,
    time::Timestamp,
    vetting::{Decision, Progress, Vetting},
};

#[derive(sqlx::FromRow)]
struct VettingRow {
    id: i64,
    bank: i64,
    question: i64,
    body: String,
    seen: i64,
    author: i64,
    asked_at: i64,
    reason: String,
    state: String,
    version: i64,
    decided_by: i64,
    decided_at: i64,
    comment: String,
}

impl VettingRow {
    fn vetting(self) -> Result<Vetting> {
        let column = |name| Column("vetting", name, self.id);
        let progress = column("state").code(&self.state, Progress::from_code)?;
        let decision = Decision {
            by: AccountId(self.decided_by),
            at: Timestamp(self.decided_at),
            comment: self.comment,
            version: (self.version != 0).then_some(VersionId(self.version)),
        };
        Ok(Vetting {
            id: VettingId(self.id),
            bank: BankId(self.bank),
            question: QuestionId(self.question),
            proposed: match self.body.as_str() {
                "" => None,
                body => Some(column("body").json(body)?),
            },
            seen: column("seen").number(self.seen)?,
            author: AccountId(self.author),
            asked_at: Timestamp(self.asked_at),
            reason: self.reason,
            progress,
            decision: (progress != Progress::Waiting).then_some(decision),
        })
    }
}

/// Puts a question into the queue of its bank.
///
/// # Errors
/// [`super::Error::Taken`] when it stands there already.
pub async fn insert(tx: &mut Tx, vetting: &Vetting) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO vetting (id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by, decided_at,
                              comment)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, 0, 0, '')",
        vetting.id.0,
        vetting.bank.0,
        vetting.question.0,
        vetting.proposed.as_ref().map(to_json).unwrap_or_default(),
        i64::from(vetting.seen),
        vetting.author.0,
        vetting.asked_at.0,
        vetting.reason.as_str()
    )?;
    Ok(())
}

/// Questions written by one statement.
const CHUNK: usize = 500;

/// Puts questions into the queue as they stand in their bank: none of these proposes a change.
///
/// # Errors
/// [`super::Error::Taken`] when one stands there already.
pub async fn insert_all(tx: &mut Tx, vettings: &[Vetting]) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO vetting (id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by,
                                  decided_at, comment)
             SELECT r.value->>0, r.value->>1, r.value->>2, '', r.value->>3, r.value->>4, r.value->>5, r.value->>6, 'waiting', 0, 0,
                    0, ''
             FROM json_each($1) r"
        }
        Tx::Postgres(_) => {
            "INSERT INTO vetting (id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by,
                                  decided_at, comment)
             SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, '', (r->>3)::bigint, (r->>4)::bigint, (r->>5)::bigint,
                    r->>6, 'waiting', 0, 0, 0, ''
             FROM jsonb_array_elements($1::jsonb) r"
        }
    };
    for chunk in vettings.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|one| {
                (
                    one.id.0,
                    one.bank.0,
                    one.question.0,
                    one.seen,
                    one.author.0,
                    one.asked_at.0,
                    &one.reason,
                )
            })
            .collect();
        tx_run!(tx, sql, to_json(&rows))?;
    }
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, bank: BankId, id: VettingId) -> Result<Option<Vetting>> {
    read_one!(
        db,
        VettingRow,
        "SELECT id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by, decided_at, comment
         FROM vetting WHERE bank = $1 AND id = $2",
        bank.0,
        id.0
    )?
    .map(VettingRow::vetting)
    .transpose()
}

/// As the transaction sees it; on PostgreSQL nobody else decides until it ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, bank: BankId, id: VettingId) -> Result<Option<Vetting>> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "SELECT id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by, decided_at, comment
             FROM vetting WHERE bank = $1 AND id = $2"
        }
        Tx::Postgres(_) => {
            "SELECT id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by, decided_at, comment
             FROM vetting WHERE bank = $1 AND id = $2 FOR UPDATE"
        }
    };
    tx_one!(tx, VettingRow, sql, bank.0, id.0)?
        .map(VettingRow::vetting)
        .transpose()
}

/// What waits in a bank, the longest first, and how much there is.
///
/// # Errors
/// When the database fails.
pub async fn queue(db: &Db, bank: BankId, limit: u32, offset: u32) -> Result<(Vec<Vetting>, i64)> {
    let all = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM vetting WHERE bank = $1 AND state = 'waiting'",
        bank.0
    )?;
    let rows = read_all!(
        db,
        VettingRow,
        "SELECT id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by, decided_at, comment
         FROM vetting WHERE bank = $1 AND state = 'waiting' ORDER BY id LIMIT $2 OFFSET $3",
        bank.0,
        i64::from(limit),
        i64::from(offset)
    )?;
    let waiting = rows.into_iter().map(VettingRow::vetting).collect::<Result<_>>()?;
    Ok((waiting, all.map_or(0, |(count,)| count)))
}

/// Every review of a question, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_question(db: &Db, question: QuestionId) -> Result<Vec<Vetting>> {
    let rows = read_all!(
        db,
        VettingRow,
        "SELECT id, bank, question, body, seen, author, asked_at, reason, state, version, decided_by, decided_at, comment
         FROM vetting WHERE question = $1 ORDER BY id DESC",
        question.0
    )?;
    rows.into_iter().map(VettingRow::vetting).collect()
}

/// Stores what was decided; `false` when it no longer waits.
///
/// # Errors
/// When the database fails.
pub async fn decide(tx: &mut Tx, id: VettingId, to: Progress, decision: &Decision) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE vetting SET state = $2, version = $3, decided_by = $4, decided_at = $5, comment = $6
         WHERE id = $1 AND state = 'waiting'",
        id.0,
        to.code(),
        decision.version.map_or(0, |version| version.0),
        decision.by.0,
        decision.at.0,
        decision.comment.as_str()
    )?;
    Ok(changed == 1)
}

/// Takes what waits of a question out of the queue, because the question left the draw.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_of(tx: &mut Tx, question: QuestionId, decision: &Decision) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE vetting SET state = 'withdrawn', decided_by = $2, decided_at = $3, comment = $4
         WHERE question = $1 AND state = 'waiting'",
        question.0,
        decision.by.0,
        decision.at.0,
        decision.comment.as_str()
    )?;
    Ok(())
}

/// Moves a question between two states; `false` when it does not stand in the first one, or is another version by now.
///
/// # Errors
/// When the database fails.
pub async fn move_state(tx: &mut Tx, question: QuestionId, version: VersionId, from: State, to: State) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE question SET state = $4 WHERE id = $1 AND current = $2 AND state = $3",
        question.0,
        version.0,
        from.code(),
        to.code()
    )?;
    Ok(changed == 1)
}

/// Makes a question that waited as it stands a draft.
///
/// # Errors
/// When the database fails.
pub async fn to_draft(tx: &mut Tx, question: QuestionId) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE question SET state = 'draft' WHERE id = $1 AND state = 'in_review'",
        question.0
    )?;
    Ok(())
}

/// Whether questions of a bank need a second person, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn is_vetted(tx: &mut Tx, bank: BankId) -> Result<bool> {
    let row = tx_one!(tx, (i64,), "SELECT vetted FROM bank WHERE id = $1", bank.0)?;
    Ok(row.is_some_and(|(vetted,)| vetted != 0))
}

/// Says whether questions of a bank need a second person; `false` when it stood so already.
///
/// # Errors
/// When the database fails.
pub async fn set_vetted(tx: &mut Tx, bank: BankId, vetted: bool) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE bank SET vetted = $2 WHERE id = $1 AND vetted <> $2",
        bank.0,
        i64::from(vetted)
    )?;
    Ok(changed == 1)
}

/// The person an account belongs to, if any.
///
/// # Errors
/// When the database fails.
pub async fn person_of(tx: &mut Tx, account: AccountId) -> Result<Option<PersonId>> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT person FROM account WHERE id = $1 AND person <> 0",
        account.0
    )?;
    Ok(row.map(|(person,)| PersonId(person)))
}
