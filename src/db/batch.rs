//! Transactions. On SQLite one task owns the only writing connection: it takes every piece of work that is
//! waiting, gives each a savepoint of its own, and pays for one durable commit. On PostgreSQL each piece is a
//! transaction, tried again when the engine reports a serialisation failure.

use std::{pin::Pin, sync::Arc, time::Duration};

use sqlx::{Connection, PgPool, Postgres, SqliteConnection, Transaction, sqlite::SqliteConnectOptions};
use tokio::sync::{mpsc, oneshot};

use super::{
    error::{Error, Result},
    tx_run,
};

/// Work waiting for the next commit; a sender beyond that waits.
const QUEUE: usize = 4096;
/// Pieces of work that share one commit.
const BATCH: usize = 512;
/// Tries of one PostgreSQL transaction before its failure is given back.
const TRIES: u32 = 5;

/// An open transaction on either engine. On SQLite it is the writing connection itself, within what its owner began.
pub enum Tx {
    Sqlite(SqliteConnection),
    Postgres(Transaction<'static, Postgres>),
}

/// The writes of one use case.
pub type Work<'t, T, E> = Pin<Box<dyn Future<Output = std::result::Result<T, E>> + Send + 't>>;

/// Called with the outcome of the commit; hands the result to whoever waits.
type Settle = Box<dyn FnOnce(Result<()>) + Send>;
/// Runs inside the batch; `true` keeps its savepoint.
type Job = Box<dyn for<'t> FnOnce(&'t mut Tx) -> Pin<Box<dyn Future<Output = (bool, Settle)> + Send + 't>> + Send>;

enum Order {
    Work(Job),
    /// Everything before it is stored; close, and tell.
    Close(oneshot::Sender<()>),
}

/// The queue before the one writing connection of an SQLite file.
#[derive(Clone)]
pub struct Writer {
    options: Arc<SqliteConnectOptions>,
    queue: mpsc::Sender<Order>,
}

impl Writer {
    pub(super) fn start(options: SqliteConnectOptions, connection: SqliteConnection) -> Self {
        let (queue, orders) = mpsc::channel(QUEUE);
        super::watched("the SQLite writer", write_batches(connection, orders));
        Self {
            options: Arc::new(options),
            queue,
        }
    }

    /// How the file is opened.
    pub(super) fn options(&self) -> &SqliteConnectOptions {
        &self.options
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
        self.queue.send(Order::Work(job)).await.map_err(|_| Error::Closing)?;
        result.await.map_err(|_| Error::Closing)?
    }

    /// Waits for the work queued so far and closes the connection.
    pub(super) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Order::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

async fn write_batches(connection: SqliteConnection, mut orders: mpsc::Receiver<Order>) {
    let mut tx = Tx::Sqlite(connection);
    let mut waiting = Vec::with_capacity(BATCH);
    while orders.recv_many(&mut waiting, BATCH).await > 0 {
        let mut closing = None;
        let mut jobs = Vec::with_capacity(waiting.len());
        for order in waiting.drain(..) {
            match order {
                Order::Work(job) => jobs.push(job),
                Order::Close(reply) => closing = Some(reply),
            }
        }
        if let Err(error) = write_batch(&mut tx, jobs).await {
            tracing::error!(%error, "a batch of writes failed");
            take_back(&mut tx).await;
        }
        if let Some(reply) = closing {
            if let Tx::Sqlite(connection) = tx {
                let _ = connection.close().await;
            }
            let _ = reply.send(());
            return;
        }
    }
}

/// Stores the work of all these jobs by one commit. Who is not told has an error by that.
async fn write_batch(tx: &mut Tx, jobs: Vec<Job>) -> Result<()> {
    if jobs.is_empty() {
        return Ok(());
    }
    run(tx, "BEGIN IMMEDIATE").await?;
    let mut settles = Vec::with_capacity(jobs.len());
    // A piece of work that is alone needs no savepoint: the transaction is its own.
    let alone = jobs.len() == 1;
    for job in jobs {
        if !alone {
            run(tx, "SAVEPOINT work").await?;
        }
        let (keep, settle) = job(tx).await;
        if alone && !keep {
            take_back(tx).await;
            settle(Ok(()));
            return Ok(());
        }
        if !keep {
            run(tx, "ROLLBACK TO work").await?;
        }
        if !alone {
            run(tx, "RELEASE work").await?;
        }
        settles.push(settle);
    }
    match run(tx, "COMMIT").await {
        Ok(()) => settles.into_iter().for_each(|settle| settle(Ok(()))),
        Err(error) => {
            take_back(tx).await;
            let message = error.to_string();
            settles
                .into_iter()
                .for_each(|settle| settle(Err(Error::Broken(sqlx::Error::Protocol(message.clone())))));
        }
    }
    Ok(())
}

/// Ends what was begun without storing it; SQLite may have done so itself.
///
/// # Panics
/// When the connection's thread has died, for then nothing is stored any more (see [`super::watched`]).
async fn take_back(tx: &mut Tx) {
    match run(tx, "ROLLBACK").await {
        Ok(()) => {}
        Err(Error::Broken(sqlx::Error::WorkerCrashed)) => panic!("the thread of the writing connection has died"),
        Err(error) => tracing::debug!(%error, "nothing was left to take back"),
    }
}

async fn run(tx: &mut Tx, sql: &'static str) -> Result<()> {
    tx_run!(tx, sql)?;
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
