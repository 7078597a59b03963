//! The only place that names sqlx. SQLite (embedded, the default) or PostgreSQL (many nodes) behind one type;
//! one portable SQL text wherever the engines agree, a visible `match` where they differ.

mod batch;
mod column;
mod embedded;
mod error;

pub mod accommodation;
pub mod account;
pub mod activity;
pub mod audit;
pub mod bank;
pub mod bank_import;
pub mod case;
pub mod certificate;
pub mod competition;
pub mod competition_case;
pub mod competition_correction;
pub mod competition_count;
pub mod correction;
pub mod course;
pub mod credit;
pub mod directory;
pub mod dispute;
pub mod division;
pub mod edition;
pub mod exam;
pub mod exemption;
pub mod exposure;
pub mod filing;
pub mod item_sums;
pub mod journal;
pub mod key_correction;
pub mod law;
pub mod law_removal;
pub mod law_search;
pub mod lottery;
pub mod marking;
pub mod must_know;
pub mod notice;
pub mod objection;
pub mod officer;
pub mod organization;
pub mod person;
pub mod person_change;
pub mod plan;
pub mod play;
pub mod player;
pub mod question_law;
pub mod record;
pub mod reminder;
pub mod role;
pub mod roster_import;
pub mod round;
pub mod signal;
pub mod sitting;
pub mod slot;
pub mod study;
pub mod supervision;
pub mod tally;
pub mod unit;
pub mod upload;
pub mod vetting;
pub mod year;

use std::{str::FromStr, time::Duration};

use sqlx::{
    Connection, Executor, PgPool, SqliteConnection,
    migrate::{MigrateError, Migrator},
    postgres::PgPoolOptions,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

pub use batch::{Failure, Tx, Work};
pub use error::{Error, Result};

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// Pages of the write-ahead log before they are copied into the file (16 MB). An attempt's page changes with each of
/// its answers: the rarer the copy, the more changes it takes along, and the longer everybody waits for it.
const WAL_PAGES: &str = "4096";
/// Of the pages the writing connection keeps (negative: KiB): those of some thousand open attempts.
const WRITER_CACHE: &str = "-8192";
/// Rows that a connection's thread reads ahead. With the 50 of sqlx, reader and thread wake each other for every few of them, which takes
/// a large part of what a page of thousands of rows costs.
const ROWS: usize = 4096;
const POSTGRES_CONNECTIONS: u32 = 16;
/// A statement's plan is made once and kept. Made on the morning of an exam, when a table is all but empty, it would
/// read that table from end to end, and go on doing so when thousands have begun: answers took seconds to store.
/// A table without a fitting index then looks so dear that its statement would be compiled, for longer than it runs.
const PLAIN_PLANS: &str = "SET enable_seqscan = off; SET jit = off";

/// The database, whichever engine the address names.
#[derive(Clone)]
pub enum Db {
    Sqlite {
        read: embedded::Readers,
        write: batch::Writer,
    },
    Postgres(PgPool),
}

/// Every row of a query, as `$row`.
macro_rules! read_all {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $db {
            $crate::db::Db::Sqlite { read, .. } => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut *read.take().await?).await
            }
            $crate::db::Db::Postgres(pool) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(pool).await,
        }
        .map_err($crate::db::Error::from)
    };
}

/// Hands every row of a query, as `$row`, to a function as it comes: for so many rows that nobody wants them all at once.
macro_rules! read_each {
    ($db:expr, $row:ty, $sql:expr, [$($bind:expr),*], $each:expr) => {{
        use tokio_stream::StreamExt as _;
        let mut each = $crate::db::of_row::<$row>($each);
        match $db {
            $crate::db::Db::Sqlite { read, .. } => {
                let mut reader = read.take().await?;
                let mut rows = sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch(&mut *reader);
                while let Some(row) = rows.next().await {
                    each(row?)?;
                }
            }
            $crate::db::Db::Postgres(pool) => {
                let mut rows = sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch(pool);
                while let Some(row) = rows.next().await {
                    each(row?)?;
                }
            }
        }
        $crate::db::Result::Ok(())
    }};
}

/// The only row of a query, or `None`.
macro_rules! read_one {
    ($db:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $db {
            $crate::db::Db::Sqlite { read, .. } => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut *read.take().await?).await
            }
            $crate::db::Db::Postgres(pool) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(pool).await,
        }
        .map_err($crate::db::Error::from)
    };
}

/// Every row of a query inside a transaction.
macro_rules! tx_all {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut *tx).await,
            $crate::db::Tx::Postgres(tx) => sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_all(&mut **tx).await,
        }
        .map_err($crate::db::Error::from)
    };
}

/// The only row of a query inside a transaction, or `None`.
macro_rules! tx_one {
    ($tx:expr, $row:ty, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut *tx).await
            }
            $crate::db::Tx::Postgres(tx) => {
                sqlx::query_as::<_, $row>($sql)$(.bind($bind))*.fetch_optional(&mut **tx).await
            }
        }
        .map_err($crate::db::Error::from)
    };
}

/// Runs a statement inside a transaction; gives the number of rows it touched.
macro_rules! tx_run {
    ($tx:expr, $sql:expr $(, $bind:expr)* $(,)?) => {
        match $tx {
            $crate::db::Tx::Sqlite(tx) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut *tx).await.map(|done| done.rows_affected())
            }
            $crate::db::Tx::Postgres(tx) => {
                sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx).await.map(|done| done.rows_affected())
            }
        }
        .map_err($crate::db::Error::from)
    };
}

pub(crate) use {read_all, read_each, read_one, tx_all, tx_one, tx_run};

impl Db {
    /// Connects to `sqlite:PATH` (created if absent) or `postgres://…`.
    ///
    /// # Errors
    /// [`Error::Address`] for any other address, [`Error::Unreachable`] when there is no answer.
    pub async fn connect(address: &str) -> Result<Self> {
        match address.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Self::open_sqlite(address).await,
            Some("postgres" | "postgresql") => {
                let options = PgPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    // A broken connection shows itself at its first statement; asking before each costs a round trip.
                    .test_before_acquire(false)
                    .after_connect(|connection, _| {
                        Box::pin(async move {
                            connection.execute(PLAIN_PLANS).await?;
                            Ok(())
                        })
                    })
                    .acquire_timeout(Duration::from_secs(10));
                options
                    .connect(address)
                    .await
                    .map(Self::Postgres)
                    .map_err(Error::unreachable)
            }
            _ => Err(Error::Address),
        }
    }

    async fn open_sqlite(address: &str) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(address)
            .map_err(Error::unreachable)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .row_buffer_size(ROWS)
            .pragma("wal_autocheckpoint", WAL_PAGES);
        if let Some(folder) = options.get_filename().parent() {
            std::fs::create_dir_all(folder).map_err(|error| Error::unreachable(error.into()))?;
        }
        // What a statement may have to take back is kept in memory: a file of its own would cost as much as the write.
        let writing = options
            .clone()
            .pragma("cache_size", WRITER_CACHE)
            .pragma("temp_store", "memory");
        let writer = SqliteConnection::connect_with(&writing)
            .await
            .map_err(Error::unreachable)?;
        Ok(Self::Sqlite {
            read: embedded::Readers::open(&options).await?,
            write: batch::Writer::start(options, writer),
        })
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// [`Error::Newer`] when the database was written by a newer version of the program.
    pub async fn migrate(&self) -> Result<()> {
        let done = match self {
            Self::Sqlite { write, .. } => {
                // Under the write lock from the start, so that a second process waits instead of doing it too.
                let mut connection = SqliteConnection::connect_with(write.options()).await?;
                let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
                match SQLITE_MIGRATIONS.run(&mut *tx).await {
                    Ok(()) => tx.commit().await.map_err(MigrateError::Execute),
                    Err(error) => Err(error),
                }
            }
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await,
        };
        done.map_err(|error| match error {
            MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => Error::Newer,
            MigrateError::Execute(error) => error.into(),
            other => Error::Broken(sqlx::Error::Migrate(Box::new(other))),
        })
    }

    /// The file of an embedded database.
    pub fn file(&self) -> Option<std::path::PathBuf> {
        match self {
            Self::Sqlite { write, .. } => Some(write.options().get_filename().to_owned()),
            Self::Postgres(_) => None,
        }
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<()> {
        read_one!(self, (i32,), "SELECT 1").map(|_| ())
    }

    /// Runs a use case's writes as one transaction: all of it or nothing. On PostgreSQL the whole is tried again
    /// when the engine asks for it, so `work` gets a fresh copy of `args` each time and must have no other effect.
    /// On SQLite transactions that wait at the same time share one commit.
    ///
    /// # Errors
    /// What `work` returns, or the failure of the commit; nothing is stored then.
    pub async fn write<A, T, E, F>(&self, args: A, work: F) -> std::result::Result<T, E>
    where
        A: Clone + Send + 'static,
        T: Send + 'static,
        E: Failure + Send + 'static,
        F: for<'t> Fn(&'t mut Tx, A) -> Work<'t, T, E> + Send + 'static,
    {
        match self {
            Self::Sqlite { write, .. } => write.run(args, work).await,
            Self::Postgres(pool) => batch::postgres(pool, args, work).await,
        }
    }

    /// Waits until what was queued is stored, then closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write } => {
                write.close().await;
                read.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Tells the compiler what a function that takes rows looks like.
fn of_row<R>(each: impl FnMut(R) -> Result<()>) -> impl FnMut(R) -> Result<()> {
    each
}

/// Runs a task on which every answer depends. Should it die, the process stops at once and loudly: a server that
/// takes answers and cannot store them is worse than none.
pub fn watched(name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
    let task = tokio::spawn(task);
    tokio::spawn(async move {
        if task.await.is_err_and(|error| error.is_panic()) {
            tracing::error!(name, "a task that everything depends on has died; stopping");
            std::process::abort();
        }
    });
}
