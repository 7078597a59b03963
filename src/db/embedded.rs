//! The connections to an SQLite file. No pool stands before them: a pool asks each connection whether it lives both
//! when it lends it and when it gets it back, and with an embedded database each question is a thread's turn spent on
//! nothing. One connection writes (see `batch`), the ones here read.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use super::error::{Error, Result};

/// Connections kept for reading; each has a thread of its own.
const READERS: usize = 4;

/// Lends connections that can only read.
#[derive(Clone)]
pub struct Readers(Arc<Shared>);

struct Shared {
    /// `None`: closed.
    connections: Vec<Mutex<Option<SqliteConnection>>>,
    /// Whose turn it is to be waited for when all are busy.
    turn: AtomicUsize,
}

impl Readers {
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self> {
        let options = options.clone().read_only(true);
        let mut connections = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let connection = SqliteConnection::connect_with(&options)
                .await
                .map_err(Error::unreachable)?;
            connections.push(Mutex::new(Some(connection)));
        }
        Ok(Self(Arc::new(Shared {
            connections,
            turn: AtomicUsize::new(0),
        })))
    }

    /// A connection that is free, or the next one to be.
    ///
    /// # Errors
    /// [`Error::Closing`] when they have been closed.
    pub async fn take(&self) -> Result<MappedMutexGuard<'_, SqliteConnection>> {
        let free = self
            .0
            .connections
            .iter()
            .find_map(|connection| connection.try_lock().ok());
        let guard = match free {
            Some(guard) => guard,
            None => {
                let turn = self.0.turn.fetch_add(1, Ordering::Relaxed);
                self.0.connections[turn % READERS].lock().await
            }
        };
        MutexGuard::try_map(guard, Option::as_mut).map_err(|_| Error::Closing)
    }

    /// Waits for what is being read, then closes.
    pub(super) async fn close(&self) {
        for connection in &self.0.connections {
            if let Some(connection) = connection.lock().await.take() {
                let _ = connection.close().await;
            }
        }
    }
}
