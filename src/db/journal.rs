//! The hot path: many candidates' answers become one statement. One task takes what is waiting, sorts it by
//! attempt and writes it in one transaction that itself checks whether the attempt still takes answers, so no cache
//! decides that. Every request is told only after its own rows are durable.

use std::{collections::HashSet, sync::Arc, time::Duration};

use sqlx::{PgConnection, SqliteConnection};
use tokio::sync::{mpsc, oneshot};

use super::{Db, Error, Result, Tx, sitting, tx_one, tx_run};
use crate::domain::{attempt::Event, id::AttemptId, time::Timestamp};

/// Requests that may wait; beyond that the sender waits, and with it the candidate's browser.
const QUEUE: usize = 16_384;
/// Requests written by one statement. While these are written, the answers of the next arrive.
const BATCH: usize = 256;
/// So many waiting are worth a commit at once.
const ENOUGH: usize = 64;

/// Fewer wait so long for others to join them: a commit costs the same for one as for many.
const GATHER: Duration = Duration::from_millis(4);

/// Rows of one statement on SQLite, unless one request has more.
const ROWS: usize = 256;
/// Answers that one request may bring.
pub const MOST_EVENTS: usize = 1024;

/// Late answers kept of one attempt.
const LATE: i64 = 1_000;
/// Between two late texts of the same version, and how long they may become.
const APART: &str = "\u{1e}";
const LATE_LETTERS: i64 = 40_000;

/// What became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Stored now, or stored before with the same content.
    Done,
    /// Another page or device has saved since; `version` is the last one stored.
    Stale { version: u32 },
    /// The deadline is past or the attempt handed in: kept as evidence, not scored.
    Late,
    /// The clock of the attempt stands: nothing was stored, to be sent again when it goes on.
    Paused,
    /// No such attempt.
    Unknown,
}

/// The answers of one request: consecutive versions of one attempt.
#[derive(Debug, Clone)]
pub struct Save {
    pub attempt: AttemptId,
    /// At most [`MOST_EVENTS`].
    pub events: Vec<Event>,
    /// When the server received it.
    pub at: Timestamp,
    /// The last moment at which the attempt takes answers is its deadline plus this.
    pub grace_ms: i64,
}

type Waiting = (Save, oneshot::Sender<Result<Saved>>);

/// Takes answers to be saved.
#[derive(Clone)]
pub struct Journal {
    queue: mpsc::Sender<Waiting>,
}

impl Journal {
    /// Starts the writing task of this node.
    pub fn start(db: Db) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        super::watched("the journal", write(db, waiting));
        Self { queue }
    }

    /// Saves answers; returns when they are durable or refused.
    ///
    /// # Errors
    /// When the database fails; nothing of this request is stored then.
    pub async fn save(&self, save: Save) -> Result<Saved> {
        let (reply, result) = oneshot::channel();
        self.queue.send((save, reply)).await.map_err(|_| Error::Closing)?;
        result.await.map_err(|_| Error::Closing)?
    }
}

async fn write(db: Db, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting: Vec<Waiting> = Vec::with_capacity(BATCH);
    loop {
        if waiting.is_empty() && queue.recv_many(&mut waiting, BATCH).await == 0 {
            return;
        }
        if waiting.len() + queue.len() < ENOUGH {
            tokio::time::sleep(GATHER).await;
        }
        while waiting.len() < BATCH
            && let Ok(more) = queue.try_recv()
        {
            waiting.push(more);
        }
        let (batch, rest) = one_per_attempt(std::mem::take(&mut waiting));
        waiting = rest;
        write_batch(&db, batch).await;
    }
}

/// Two requests of one attempt cannot be judged by one statement: the later one waits for the next.
fn one_per_attempt(waiting: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    let mut seen = HashSet::with_capacity(waiting.len());
    let (mut batch, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(save, _)| seen.insert(save.attempt));
    // Rows are locked in the order of keys, on every node.
    batch.sort_by_key(|(save, _)| save.attempt);
    (batch, rest)
}

async fn write_batch(db: &Db, batch: Vec<Waiting>) {
    let (saves, replies): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
    match save_all(db, Arc::new(saves)).await {
        Ok(outcomes) => replies.into_iter().zip(outcomes).for_each(|(reply, outcome)| {
            let _ = reply.send(Ok(outcome));
        }),
        Err(error) => {
            tracing::error!(%error, requests = replies.len(), "answers could not be saved");
            let message = error.to_string();
            for reply in replies {
                let _ = reply.send(Err(Error::Broken(sqlx::Error::Protocol(message.clone()))));
            }
        }
    }
}

async fn save_all(db: &Db, saves: Arc<Vec<Save>>) -> Result<Vec<Saved>> {
    // Mostly everything may be stored. On PostgreSQL the one statement is then the whole transaction: one round trip
    // where its beginning, its end and a lock of their own would make four.
    if let Db::Postgres(pool) = db {
        match postgres_insert(&mut *pool.acquire().await?, &saves).await {
            Ok(stored) if stored == events_of(&saves) => return Ok(vec![Saved::Done; saves.len()]),
            Err(error) if !error.is_serialisation_failure() => return Err(error),
            // What is stored is known again by what it says.
            _ => {}
        }
    }
    db.write(saves, |tx, saves: Arc<Vec<Save>>| {
        Box::pin(async move { store(tx, &saves).await })
    })
    .await
}

fn events_of(saves: &[Save]) -> u64 {
    saves.iter().map(|save| save.events.len() as u64).sum()
}

/// Stores what may be stored; gives the outcome of each request.
async fn store(tx: &mut Tx, saves: &[Save]) -> Result<Vec<Saved>> {
    if insert(tx, saves).await? == events_of(saves) {
        return Ok(vec![Saved::Done; saves.len()]);
    }
    let mut outcomes = Vec::with_capacity(saves.len());
    for save in saves {
        outcomes.push(judge(tx, save).await?);
    }
    Ok(outcomes)
}

/// One statement for all requests. A request is stored whole or not at all: only if its first version follows the
/// last one stored, and the attempt is open and in time. Gives the number of events stored.
/// Which they were is not asked: a row for each would cost more than storing it, and mostly all of them are. A row that
/// is there already is one more that was not stored; a statement that cannot fail halfway need not be able to go back.
async fn insert(tx: &mut Tx, saves: &[Save]) -> Result<u64> {
    match tx {
        Tx::Sqlite(connection) => sqlite_insert(connection, saves).await,
        Tx::Postgres(tx) => postgres_insert(tx, saves).await,
    }
}

/// As many rows of parameters, each anonymous: a numbered one would be looked up by its name.
macro_rules! rows {
    (1) => {
        "(?,?,?,?,?,?,?,?,?)"
    };
    (4) => {
        concat!(rows!(1), ",", rows!(1), ",", rows!(1), ",", rows!(1))
    };
    (16) => {
        concat!(rows!(4), ",", rows!(4), ",", rows!(4), ",", rows!(4))
    };
    (64) => {
        concat!(rows!(16), ",", rows!(16), ",", rows!(16), ",", rows!(16))
    };
    (128) => {
        concat!(rows!(64), ",", rows!(64))
    };
    (256) => {
        concat!(rows!(128), ",", rows!(128))
    };
    (1024) => {
        concat!(rows!(256), ",", rows!(256), ",", rows!(256), ",", rows!(256))
    };
}

macro_rules! sqlite_statement {
    ($rows:tt) => {
        concat!(
            "WITH e(attempt, first, version, item, choice, flagged, at, least, text) AS (VALUES ",
            rows!($rows),
            ") INSERT OR IGNORE INTO answer_event (attempt, version, item, choice, flagged, at, text)
             SELECT e.attempt, e.version, e.item, e.choice, e.flagged, e.at, e.text
             FROM e CROSS JOIN attempt a ON a.id = e.attempt
             WHERE a.state = 'open' AND a.deadline >= e.least
               AND COALESCE((SELECT MAX(o.version) FROM answer_event o WHERE o.attempt = a.id), 0) = e.first - 1"
        )
    };
}

/// The statement of the fewest rows that has room for so many.
fn sqlite_statement(rows: usize) -> Option<&'static str> {
    Some(match rows {
        0..=16 => sqlite_statement!(16),
        17..=64 => sqlite_statement!(64),
        65..=128 => sqlite_statement!(128),
        129..=256 => sqlite_statement!(256),
        257..=MOST_EVENTS => sqlite_statement!(1024),
        _ => return None,
    })
}

/// Numbers bound to a few texts, each prepared once; rows that are not needed stay NULL and find no attempt. JSON would
/// need one text only, but be written here and read again there. No request is divided between two statements.
async fn sqlite_insert(connection: &mut SqliteConnection, saves: &[Save]) -> Result<u64> {
    let mut stored = 0;
    let mut rest = saves;
    while !rest.is_empty() {
        let mut rows = 0;
        let fitting = rest.iter().take_while(|save| {
            rows += save.events.len();
            rows <= ROWS
        });
        let (now, later) = rest.split_at(fitting.count().max(1));
        stored += sqlite_insert_once(connection, now).await?;
        rest = later;
    }
    Ok(stored)
}

async fn sqlite_insert_once(connection: &mut SqliteConnection, saves: &[Save]) -> Result<u64> {
    let rows = saves.iter().map(|save| save.events.len()).sum();
    let statement = sqlite_statement(rows).ok_or_else(|| sqlx::Error::Protocol("too many answers at once".into()))?;
    let mut query = sqlx::query(statement);
    for save in saves {
        let first = save.events.first().map_or(0, |event| event.version);
        for event in &save.events {
            query = query
                .bind(save.attempt.0)
                .bind(i64::from(first))
                .bind(i64::from(event.version))
                .bind(i64::from(event.item))
                .bind(i64::from(event.choice.0))
                .bind(i64::from(event.flagged))
                .bind(save.at.0)
                .bind(save.at.0 - save.grace_ms)
                .bind(event.text.as_str());
        }
    }
    let done = query.execute(connection).await?;
    Ok(done.rows_affected())
}

/// The lock keeps the hand-in of these attempts waiting until the answers are stored, and looks at an attempt again that
/// was handed in meanwhile. Answers of another node to the same attempt wait at the number of the version.
async fn postgres_insert(connection: &mut PgConnection, saves: &[Save]) -> Result<u64> {
    let each = |value: fn(&Save, &Event) -> i64| -> Vec<i64> {
        saves
            .iter()
            .flat_map(|save| save.events.iter().map(move |event| value(save, event)))
            .collect()
    };
    let texts: Vec<&str> = saves
        .iter()
        .flat_map(|save| save.events.iter().map(|event| event.text.as_str()))
        .collect();
    let done = sqlx::query(
        "INSERT INTO answer_event (attempt, version, item, choice, flagged, at, text)
         SELECT e.attempt, e.version, e.item, e.choice, e.flagged, e.at, e.text
         FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                     $8::bigint[], $9::text[]) AS e(attempt, first, version, item, choice, flagged, at, least, text)
         JOIN attempt a ON a.id = e.attempt
         WHERE a.state = 'open' AND a.deadline >= e.least
           AND COALESCE((SELECT MAX(o.version) FROM answer_event o WHERE o.attempt = e.attempt), 0) = e.first - 1
         FOR SHARE OF a ON CONFLICT DO NOTHING",
    )
    .bind(each(|save, _| save.attempt.0))
    .bind(each(|save, _| {
        save.events.first().map_or(0, |event| i64::from(event.version))
    }))
    .bind(each(|_, event| i64::from(event.version)))
    .bind(each(|_, event| i64::from(event.item)))
    .bind(each(|_, event| i64::from(event.choice.0)))
    .bind(each(|_, event| i64::from(event.flagged)))
    .bind(each(|save, _| save.at.0))
    .bind(each(|save, _| save.at.0 - save.grace_ms))
    .bind(texts)
    .execute(connection)
    .await?;
    Ok(done.rows_affected())
}

/// What became of a request, when not all of its batch was stored.
async fn judge(tx: &mut Tx, save: &Save) -> Result<Saved> {
    let row = tx_one!(
        tx,
        (String, i64),
        "SELECT state, deadline FROM attempt WHERE id = $1",
        save.attempt.0
    )?;
    let Some((state, deadline)) = row else {
        return Ok(Saved::Unknown);
    };
    let stored = sitting::events_in(tx, save.attempt).await?;
    let same = |event: &Event| stored.iter().any(|(other, _)| other == event);
    let known = save.events.iter().take_while(|event| same(event)).count();
    if known == save.events.len() {
        return Ok(Saved::Done);
    }
    if state == "paused" {
        return Ok(Saved::Paused);
    }
    if state != "open" || deadline < save.at.0 - save.grace_ms {
        keep_late(tx, save).await?;
        return Ok(Saved::Late);
    }
    let last = stored.last().map_or(0, |(event, _)| event.version);
    // The browser never learned that the head of this row was stored, and went on; or another node stored the answer
    // before these while they were on their way. The rest follows.
    if save.events[known].version == last + 1 {
        let rest = Save {
            events: save.events[known..].to_vec(),
            ..save.clone()
        };
        if insert(tx, &[rest]).await? > 0 {
            return Ok(Saved::Done);
        }
    }
    Ok(Saved::Stale { version: last })
}

async fn keep_late(tx: &mut Tx, save: &Save) -> Result<()> {
    // Another text of the same version, from another device, is put behind the first.
    for event in &save.events {
        tx_run!(
            tx,
            "INSERT INTO late_answer_event (attempt, version, item, choice, flagged, at, text)
             SELECT $1, $2, $3, $4, $5, $6, $7
             WHERE (SELECT COUNT(*) FROM late_answer_event WHERE attempt = $1) < $8
             ON CONFLICT (attempt, version, item, choice)
             DO UPDATE SET text = late_answer_event.text || $9 || excluded.text
             WHERE excluded.text <> '' AND REPLACE(late_answer_event.text, excluded.text, '') = late_answer_event.text
               AND LENGTH(late_answer_event.text) < $10",
            save.attempt.0,
            i64::from(event.version),
            i64::from(event.item),
            i64::from(event.choice.0),
            i64::from(event.flagged),
            save.at.0,
            event.text.as_str(),
            LATE,
            APART,
            LATE_LETTERS
        )?;
    }
    Ok(())
}
