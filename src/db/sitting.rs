//! Attempts: starting one, reading it, handing it in. Saving answers is the journal's work.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, signal, tx_all, tx_one, tx_run,
};
use crate::domain::{
    attempt::{Attempt, Event, HandIn, Outcome, Settled},
    exam::Band,
    id::{AttemptId, ExamId, PersonId, UnitId},
    item::OptionSet,
    points::Points,
    signal::Device,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct AttemptRow {
    id: i64,
    exam: i64,
    person: i64,
    number: i64,
    state: String,
    started_at: i64,
    deadline: i64,
    handed_in_at: i64,
    hand_in: String,
    score: i64,
    parts: String,
    receipt: Vec<u8>,
    paused_at: i64,
    round: i64,
    band: String,
}

impl AttemptRow {
    fn attempt(self) -> Result<Attempt> {
        let column = |name| Column("attempt", name, self.id);
        let outcome = match self.state.as_str() {
            "open" | "paused" => None,
            "handed_in" => Some(Outcome {
                handed_in_at: Timestamp(self.handed_in_at),
                hand_in: column("hand_in").code(&self.hand_in, HandIn::from_code)?,
                settled: Settled {
                    score: Points(self.score),
                    parts: column("parts").json(&self.parts)?,
                    band: column("band").code(&self.band, Band::from_code)?,
                    receipt: self.receipt.try_into().map_err(|_| column("receipt").unreadable())?,
                },
            }),
            _ => return Err(column("state").unreadable()),
        };
        Ok(Attempt {
            id: AttemptId(self.id),
            exam: ExamId(self.exam),
            person: PersonId(self.person),
            number: column("number").number(self.number)?,
            round: column("round").number(self.round)?,
            started_at: Timestamp(self.started_at),
            deadline: Timestamp(self.deadline),
            paused_at: (self.paused_at != 0).then_some(Timestamp(self.paused_at)),
            outcome,
        })
    }
}

#[derive(sqlx::FromRow)]
struct WithPaperRow {
    #[sqlx(flatten)]
    attempt: AttemptRow,
    body: Vec<u8>,
}

impl WithPaperRow {
    fn read(self) -> Result<(Attempt, Vec<u8>)> {
        Ok((self.attempt.attempt()?, self.body))
    }
}

/// Attempts at an exam with the bytes of their papers, in the order of ids, from behind `after` on.
///
/// # Errors
/// When the database fails.
pub async fn of_exam(db: &Db, exam: ExamId, after: AttemptId, limit: u32) -> Result<Vec<(Attempt, Vec<u8>)>> {
    let rows = read_all!(
        db,
        WithPaperRow,
        "SELECT a.id, a.exam, a.person, a.number, a.state, a.started_at, a.deadline, a.handed_in_at, a.hand_in, a.score,
                a.parts, a.receipt, a.paused_at, a.round, a.band, p.body
         FROM attempt a JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
         WHERE a.exam = $1 AND a.id > $2 ORDER BY a.id LIMIT $3",
        exam.0,
        after.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(WithPaperRow::read).collect()
}

/// An attempt and the bytes of its paper.
///
/// # Errors
/// When the database fails.
pub async fn with_paper(db: &Db, id: AttemptId) -> Result<Option<(Attempt, Vec<u8>)>> {
    let row = read_one!(
        db,
        WithPaperRow,
        "SELECT a.id, a.exam, a.person, a.number, a.state, a.started_at, a.deadline, a.handed_in_at, a.hand_in, a.score,
                a.parts, a.receipt, a.paused_at, a.round, a.band, p.body
         FROM attempt a JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number WHERE a.id = $1",
        id.0
    )?;
    row.map(WithPaperRow::read).transpose()
}

#[derive(sqlx::FromRow)]
struct AnsweredRow {
    id: i64,
    person: i64,
    number: i64,
    paper: Vec<u8>,
    sheet: Vec<u8>,
}

/// A handed-in attempt with what was asked and what was chosen.
pub struct Answered {
    pub attempt: AttemptId,
    pub person: PersonId,
    pub number: u32,
    pub paper: Vec<u8>,
    /// Empty: handed in before it was kept.
    pub sheet: Vec<u8>,
}

/// A page of the handed-in attempts of an exam behind the one of this person and number.
///
/// # Errors
/// When the database fails.
pub async fn answered(db: &Db, exam: ExamId, after: (PersonId, u32), limit: u32) -> Result<Vec<Answered>> {
    let rows = read_all!(
        db,
        AnsweredRow,
        "SELECT a.id, a.person, a.number, p.body AS paper, a.sheet
         FROM (SELECT id, exam, person, number, sheet FROM attempt
               WHERE exam = $1 AND state = 'handed_in' AND (person, number) > ($2, $3)
               ORDER BY person, number LIMIT $4) a
         JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
         ORDER BY a.person, a.number",
        exam.0,
        after.0.0,
        i64::from(after.1),
        i64::from(limit)
    )?;
    let answered = |row: AnsweredRow| {
        Ok(Answered {
            attempt: AttemptId(row.id),
            person: PersonId(row.person),
            number: Column("attempt", "number", row.id).number(row.number)?,
            paper: row.paper,
            sheet: row.sheet,
        })
    };
    rows.into_iter().map(answered).collect()
}

/// A person's attempts at an exam, first to last.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, exam: ExamId, person: PersonId) -> Result<Vec<Attempt>> {
    let rows = read_all!(
        db,
        AttemptRow,
        "SELECT id, exam, person, number, state, started_at, deadline, handed_in_at, hand_in, score, parts, receipt,
                paused_at, round, band
         FROM attempt WHERE exam = $1 AND person = $2 ORDER BY number",
        exam.0,
        person.0
    )?;
    rows.into_iter().map(AttemptRow::attempt).collect()
}

/// Whether the person stands as due on the frozen roster.
///
/// # Errors
/// When the database fails.
pub async fn is_due(db: &Db, exam: ExamId, person: PersonId) -> Result<bool> {
    let row = read_one!(
        db,
        (String,),
        "SELECT standing FROM roster_entry WHERE exam = $1 AND person = $2",
        exam.0,
        person.0
    )?;
    Ok(row.is_some_and(|(standing,)| standing == "due"))
}

/// A due person who has handed in nothing yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    pub person: PersonId,
    pub number: String,
    pub name: String,
    /// As frozen at the opening.
    pub unit: UnitId,
    /// An attempt is running.
    pub sitting: bool,
}

/// Due persons who have handed in nothing yet, by unit and number.
///
/// # Errors
/// When the database fails.
pub async fn missing(db: &Db, exam: ExamId) -> Result<Vec<Progress>> {
    let rows = read_all!(
        db,
        (i64, String, String, i64, i64),
        "SELECT r.person, r.number, r.name, r.unit, CAST(COALESCE(a.running, 0) AS BIGINT)
         FROM roster_entry r
         LEFT JOIN (SELECT person, SUM(CASE WHEN state IN ('open', 'paused') THEN 1 ELSE 0 END) AS running,
                           SUM(CASE WHEN state = 'handed_in' THEN 1 ELSE 0 END) AS done
                    FROM attempt WHERE exam = $1 GROUP BY person) a ON a.person = r.person
         WHERE r.exam = $1 AND r.standing = 'due' AND COALESCE(a.done, 0) = 0 ORDER BY r.unit, r.number",
        exam.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(person, number, name, unit, running)| Progress {
            person: PersonId(person),
            number,
            name,
            unit: UnitId(unit),
            sitting: running > 0,
        })
        .collect())
}

/// Starts an attempt and notes from where, unless this person has one of this number already (a second device was
/// faster). Gives the id of the attempt that stands; `None` when the person is not due on the frozen roster.
///
/// # Errors
/// When the database fails.
pub async fn start(tx: &mut Tx, attempt: &Attempt, from: Option<Device>) -> Result<Option<AttemptId>> {
    let started = match (&tx, from) {
        // One round trip for both.
        (Tx::Postgres(_), Some(from)) => tx_run!(
            tx,
            "WITH started AS (
                 INSERT INTO attempt (id, exam, person, number, state, started_at, deadline, handed_in_at, hand_in, score,
                                      parts, receipt, round)
                 SELECT $1, r.exam, r.person, $4, 'open', $5, $6, 0, '', 0, '', ''::bytea, $7
                 FROM roster_entry r WHERE r.exam = $2 AND r.person = $3 AND r.standing = 'due'
                 ON CONFLICT (exam, person, number) DO NOTHING RETURNING id
             )
             INSERT INTO opened_from (attempt, session, browser, at) SELECT id, $8, $9, $5 FROM started",
            attempt.id.0,
            attempt.exam.0,
            attempt.person.0,
            i64::from(attempt.number),
            attempt.started_at.0,
            attempt.deadline.0,
            i64::from(attempt.round),
            from.session,
            from.browser
        )?,
        _ => {
            let started = tx_run!(
                tx,
                "INSERT INTO attempt (id, exam, person, number, state, started_at, deadline, handed_in_at, hand_in, score,
                                      parts, receipt, round)
                 SELECT $1, r.exam, r.person, $4, 'open', $5, $6, 0, '', 0, '', $7, $8
                 FROM roster_entry r WHERE r.exam = $2 AND r.person = $3 AND r.standing = 'due'
                 ON CONFLICT (exam, person, number) DO NOTHING",
                attempt.id.0,
                attempt.exam.0,
                attempt.person.0,
                i64::from(attempt.number),
                attempt.started_at.0,
                attempt.deadline.0,
                [].as_slice() as &[u8],
                i64::from(attempt.round)
            )?;
            if let Some(from) = from.filter(|_| started == 1) {
                signal::opened_from(tx, attempt.id, from, attempt.started_at).await?;
            }
            started
        }
    };
    if started == 1 {
        return Ok(Some(attempt.id));
    }
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT id FROM attempt WHERE exam = $1 AND person = $2 AND number = $3",
        attempt.exam.0,
        attempt.person.0,
        i64::from(attempt.number)
    )?;
    let stands = row.map(|(id,)| AttemptId(id));
    if let (Some(id), Some(from)) = (stands, from) {
        signal::opened_from(tx, id, from, attempt.started_at).await?;
    }
    Ok(stands)
}

/// A row of the journal with the time the server received it.
pub type TimedEvent = (Event, Timestamp);

#[derive(sqlx::FromRow)]
struct EventRow {
    version: i32,
    item: i32,
    choice: i32,
    flagged: i32,
    at: i64,
    text: String,
}

impl EventRow {
    fn event(self, attempt: AttemptId) -> Result<TimedEvent> {
        let column = |name| Column("answer_event", name, attempt.0);
        let event = Event {
            version: column("version").number(self.version)?,
            item: column("item").number(self.item)?,
            choice: OptionSet(column("choice").number(self.choice)?),
            flagged: self.flagged != 0,
            text: self.text,
        };
        Ok((event, Timestamp(self.at)))
    }
}

const EVENTS: &str =
    "SELECT version, item, choice, flagged, at, text FROM answer_event WHERE attempt = $1 ORDER BY version";

/// The journal of an attempt in the order of versions.
///
/// # Errors
/// When the database fails.
pub async fn events(db: &Db, attempt: AttemptId) -> Result<Vec<TimedEvent>> {
    read_all!(db, EventRow, EVENTS, attempt.0)?
        .into_iter()
        .map(|row| row.event(attempt))
        .collect()
}

/// The journal as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn events_in(tx: &mut Tx, attempt: AttemptId) -> Result<Vec<TimedEvent>> {
    tx_all!(tx, EventRow, EVENTS, attempt.0)?
        .into_iter()
        .map(|row| row.event(attempt))
        .collect()
}

/// Ends a running attempt, a paused one only by force; `false` when it has ended already. From here on nothing is saved
/// to it, so the journal read next in this transaction is the whole of it, and the keys of its exam stand still until the
/// transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn close(tx: &mut Tx, exam: ExamId, id: AttemptId, how: HandIn, at: Timestamp) -> Result<bool> {
    let or = if how == HandIn::ForceSubmit { "paused" } else { "open" };
    let changed = match tx {
        Tx::Sqlite(_) => tx_run!(
            tx,
            "UPDATE attempt SET state = 'handed_in', paused_at = 0, handed_in_at = $2, hand_in = $3
             WHERE id = $1 AND state IN ('open', $4)",
            id.0,
            at.0,
            how.code(),
            or
        ),
        Tx::Postgres(_) => tx_run!(
            tx,
            "UPDATE attempt SET state = 'handed_in', paused_at = 0, handed_in_at = $2, hand_in = $3
             WHERE id = $1 AND state IN ('open', $4) AND pg_advisory_xact_lock_shared($5) IS NOT NULL",
            id.0,
            at.0,
            how.code(),
            or,
            exam.0
        ),
    }?;
    Ok(changed == 1)
}

/// The bytes of an attempt's paper, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn paper_in(tx: &mut Tx, id: AttemptId) -> Result<Option<Vec<u8>>> {
    let row = tx_one!(
        tx,
        (Vec<u8>,),
        "SELECT p.body FROM attempt a JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
         WHERE a.id = $1",
        id.0
    )?;
    Ok(row.map(|(body,)| body))
}

/// Stores what the marking of a closed attempt gave, and the choices it was made of.
///
/// # Errors
/// When the database fails.
pub async fn settle(tx: &mut Tx, id: AttemptId, settled: &Settled, sheet: &[u8]) -> Result<()> {
    if let Tx::Postgres(_) = tx {
        // With what [`super::tally::changed`] does, in one round trip.
        tx_run!(
            tx,
            "WITH settled AS (
                 UPDATE attempt SET score = $2, parts = $3, receipt = $4, sheet = $5, band = $6 WHERE id = $1
                 RETURNING exam, person
             )
             INSERT INTO tally_version (exam, unit, lane, version)
             SELECT r.exam, r.unit, r.person % 16, 1
             FROM settled s JOIN roster_entry r ON r.exam = s.exam AND r.person = s.person
             ON CONFLICT (exam, unit, lane) DO UPDATE SET version = tally_version.version + 1",
            id.0,
            settled.score.0,
            to_json(&settled.parts),
            settled.receipt.as_slice(),
            sheet,
            settled.band.code()
        )?;
        return Ok(());
    }
    tx_run!(
        tx,
        "UPDATE attempt SET score = $2, parts = $3, receipt = $4, sheet = $5, band = $6 WHERE id = $1",
        id.0,
        settled.score.0,
        to_json(&settled.parts),
        settled.receipt.as_slice(),
        sheet,
        settled.band.code()
    )?;
    super::tally::changed(tx, id).await
}

/// What a handed-in attempt keeps through every marking.
#[derive(Debug, sqlx::FromRow)]
struct KeptRow {
    person: i64,
    receipt: Vec<u8>,
    sheet: Vec<u8>,
}

/// A handed-in attempt whose row is held until the transaction ends.
pub struct HandedIn {
    pub person: PersonId,
    pub receipt: [u8; 32],
    /// The choices, as stored.
    pub sheet: Vec<u8>,
}

/// Holds a handed-in attempt, so that nobody else marks it meanwhile; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, id: AttemptId) -> Result<Option<HandedIn>> {
    let sql = match tx {
        Tx::Sqlite(_) => "SELECT person, receipt, sheet FROM attempt WHERE id = $1 AND state = 'handed_in'",
        Tx::Postgres(_) => {
            "SELECT person, receipt, sheet FROM attempt WHERE id = $1 AND state = 'handed_in' FOR UPDATE"
        }
    };
    let row = tx_one!(tx, KeptRow, sql, id.0)?;
    row.map(|row| {
        let column = Column("attempt", "receipt", id.0);
        Ok(HandedIn {
            person: PersonId(row.person),
            receipt: row.receipt.try_into().map_err(|_| column.unreadable())?,
            sheet: row.sheet,
        })
    })
    .transpose()
}

/// Keeps the last texts of a closed attempt, by item.
///
/// # Errors
/// When the database fails.
pub async fn keep_texts(tx: &mut Tx, id: AttemptId, texts: &[(u16, String)]) -> Result<()> {
    for (item, text) in texts {
        tx_run!(
            tx,
            "INSERT INTO answer_text (attempt, item, text) VALUES ($1, $2, $3)",
            id.0,
            i64::from(*item),
            text.as_str()
        )?;
    }
    Ok(())
}

const TEXTS: &str = "SELECT item, text FROM answer_text WHERE attempt = $1";

fn by_item(attempt: AttemptId, rows: Vec<(i64, String)>) -> Result<HashMap<u16, String>> {
    let text = |(item, text)| Ok((Column("answer_text", "item", attempt.0).number(item)?, text));
    rows.into_iter().map(text).collect()
}

/// The last texts of a handed-in attempt, by item.
///
/// # Errors
/// When the database fails.
pub async fn texts(db: &Db, attempt: AttemptId) -> Result<HashMap<u16, String>> {
    by_item(attempt, read_all!(db, (i64, String), TEXTS, attempt.0)?)
}

/// The same of several.
///
/// # Errors
/// When the database fails.
pub async fn texts_of(db: &Db, attempts: &[AttemptId]) -> Result<HashMap<AttemptId, HashMap<u16, String>>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT attempt, item, text FROM answer_text WHERE attempt IN (SELECT value FROM json_each($1))"
        }
        Db::Postgres(_) => {
            "SELECT attempt, item, text FROM answer_text
             WHERE attempt IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($1::jsonb))"
        }
    };
    let ids: Vec<i64> = attempts.iter().map(|attempt| attempt.0).collect();
    let mut all: HashMap<AttemptId, HashMap<u16, String>> = HashMap::new();
    for (attempt, item, text) in read_all!(db, (i64, i64, String), sql, to_json(&ids))? {
        let item = Column("answer_text", "item", attempt).number(item)?;
        all.entry(AttemptId(attempt)).or_default().insert(item, text);
    }
    Ok(all)
}

/// The same as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn texts_in(tx: &mut Tx, attempt: AttemptId) -> Result<HashMap<u16, String>> {
    by_item(attempt, tx_all!(tx, (i64, String), TEXTS, attempt.0)?)
}

/// Open attempts whose deadline passed before `before`, the longest overdue first, from behind `after` on.
///
/// # Errors
/// When the database fails.
pub async fn overdue(
    db: &Db,
    before: Timestamp,
    after: (Timestamp, AttemptId),
    limit: u32,
) -> Result<Vec<(Timestamp, AttemptId)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT deadline, id FROM attempt WHERE state = 'open' AND deadline < $1 AND (deadline, id) > ($2, $3)
         ORDER BY deadline, id LIMIT $4",
        before.0,
        after.0.0,
        after.1.0,
        i64::from(limit)
    )?;
    Ok(rows
        .into_iter()
        .map(|(deadline, id)| (Timestamp(deadline), AttemptId(id)))
        .collect())
}
