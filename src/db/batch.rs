//! Transactions. On SQLite one task owns the only writing connection: it takes every piece of work that is
//! waiting, gives each a savepoint of its own, and pays for one durable commit. On PostgreSQL each piece is a
//! transaction, tried again when the engine reports a serialisation failure.

use std::{pin::Pin, time::Duration};

use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};
use tokio::sync::{mpsc, oneshot};

use super::error::{Error, Result};

/// Work waiting for the next commit; a sender beyond that waits.
const QUEUE: usize = 4096;
/// Pieces of work that share one commit.
const BATCH: usize = 512;
/// Tries of one PostgreSQL transaction before its failure is given back.
const TRIES: u32 = 5;

/// An open transaction on either engine.
pub enum Tx {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// The writes of one use case.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = std::result::Result<T, E>> + Send + 't>>;

/// Called with the outcome of the commit; hands the result to whoever waits.
type Settle = Box<dyn FnOnce(Result<()>) + Send>;
/// Runs inside the batch; `true` keeps its savepoint.
type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = (bool, Settle)> + Send + 't>> + Send>;

/// The queue before the one writing connection of an SQLite file.
#[derive(Clone)]
pub struct Writer {
    pool: SqlitePool,
    queue: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) fn start(pool: SqlitePool) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        super::watched("the SQLite writer", write_batches(pool.clone(), jobs));
        Self { pool, queue }
    }

    pub(super) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub(super) async fn run<A, T, E, F>(&self, args: A, work: F) -> std::result::Result<T, E>
    where
        A: Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, A) -> Work<'t, T, E> + Send + 'static,
    {
        let (reply, result) = oneshot::channel();
        let job: Job = Box::new(move |tx| {
            Box::pin(async move {
                let done = work(tx, args).await;
                let keep = done.is_ok();
                let settle: Settle = Box::new(move |commit| {
                    // Nobody may be waiting any more: the request was dropped. The work stands all the same.
                    let _ = reply.send(done.and_then(|value| commit.map(|()| value).map_err(E::from)));
                });
                (keep, settle)
            })
        });
        self.queue.send(job).await.map_err(|_| Error::Closing)?;
        result.await.map_err(|_| Error::Closing)?
    }

    /// Waits for the work queued so far and closes the connection.
    pub(super) async fn close(&self) {
        let _: Result<()> = self.run((), |_, ()| Box::pin(async { Ok(()) })).await;
        self.pool.close().await;
    }
}

async fn write_batches(pool: SqlitePool, mut jobs: mpsc::Receiver<Job>) {
    let mut batch = Vec::with_capacity(BATCH);
    while jobs.recv_many(&mut batch, BATCH).await > 0 {
        if let Err(error) = write_batch(&pool, &mut batch).await {
            tracing::error!(%error, "a batch of writes failed");
            batch.clear();
        }
    }
}

async fn write_batch(pool: &SqlitePool, batch: &mut Vec<Job>) -> Result<()> {
    let mut tx = Tx::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?);
    let mut settles = Vec::with_capacity(batch.len());
    // A piece of work that is alone needs no savepoint: the transaction is its own.
    let alone = batch.len() == 1;
    for job in batch.drain(..) {
        if !alone {
            savepoint(&mut tx, "SAVEPOINT work").await?;
        }
        let (keep, settle) = job(&mut tx).await;
        if alone && !keep {
            // Dropping the transaction takes everything back.
            settle(Ok(()));
            return Ok(());
        }
        if !keep {
            savepoint(&mut tx, "ROLLBACK TO work").await?;
        }
        if !alone {
            savepoint(&mut tx, "RELEASE work").await?;
        }
        settles.push(settle);
    }
    let Tx::Sqlite(tx) = tx else { return Err(Error::Closing) };
    match tx.commit().await {
        Ok(()) => settles.into_iter().for_each(|settle| settle(Ok(()))),
        Err(error) => {
            let message = error.to_string();
            settles
                .into_iter()
                .for_each(|settle| settle(Err(Error::Broken(sqlx::Error::Protocol(message.clone())))));
        }
    }
    Ok(())
}

async fn savepoint(tx: &mut Tx, sql: &'static str) -> Result<()> {
    let Tx::Sqlite(tx) = tx else { return Ok(()) };
    sqlx::query(sql).execute(&mut **tx).await?;
    Ok(())
}

/// An error of a use case that may have come from the database.
pub trait Failure: From<Error> {
    fn database(&self) -> Option<&Error>;
}

impl Failure for Error {
    fn database(&self) -> Option<&Error> {
        Some(self)
    }
}

pub(super) async fn postgres<A, T, E, F>(pool: &PgPool, args: A, work: F) -> std::result::Result<T, E>
where
    A: Clone + Send + 'static,
    E: Failure,
    F: for<'t> Fn(&'t mut Tx, A) -> Work<'t, T, E> + Send + 'static,
{
    for tried in 1.. {
        let done = try_once(pool, args.clone(), &work).await;
        match &done {
            Err(error) if tried < TRIES && error.database().is_some_and(Error::is_serialisation_failure) => {
                tracing::warn!(tried, "a transaction is tried again");
                tokio::time::sleep(Duration::from_millis(5 << tried)).await;
            }
            _ => return done,
        }
    }
    Err(Error::Closing.into())
}

async fn try_once<A, T, E, F>(pool: &PgPool, args: A, work: &F) -> std::result::Result<T, E>
where
    E: Failure,
    F: for<'t> Fn(&'t mut Tx, A) -> Work<'t, T, E> + Send + 'static,
{
    let mut tx = Tx::Postgres(pool.begin().await.map_err(Error::from)?);
    let value = work(&mut tx, args).await?;
    let Tx::Postgres(tx) = tx else {
        return Err(Error::Closing.into());
    };
    tx.commit().await.map_err(Error::from)?;
    Ok(value)
}
