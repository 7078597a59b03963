//! What can go wrong with the database. A failure is never "not found": that is a value, `None`.

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the database address must begin with sqlite: or postgres://")]
    Address,
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    #[error("the database was written by a newer version of this program; use that version")]
    Newer,
    /// A UNIQUE constraint decided a race.
    #[error("already there")]
    Taken,
    /// Another node has written since what a transaction had read: it is tried again.
    #[error("another node was faster")]
    Overtaken,
    /// A stored value that the domain cannot read.
    #[error("{table}.{column} of row {row} cannot be read")]
    Inconsistent {
        table: &'static str,
        column: &'static str,
        row: i64,
    },
    #[error(transparent)]
    Broken(sqlx::Error),
    /// The writer has stopped: the program is going down.
    #[error("the database is closing")]
    Closing,
}

impl Error {
    pub(super) fn unreachable(error: sqlx::Error) -> Self {
        Self::Unreachable(error.to_string().lines().next().unwrap_or_default().to_owned())
    }

    /// Whether the engine asks for the whole transaction to be tried again (40001, 40P01).
    pub(super) fn is_serialisation_failure(&self) -> bool {
        let Self::Broken(error) = self else {
            return matches!(self, Self::Overtaken);
        };
        let code = error.as_database_error().and_then(|error| error.code());
        code.is_some_and(|code| code == "40001" || code == "40P01")
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error.as_database_error() {
            Some(database) if database.is_unique_violation() => Self::Taken,
            _ => Self::Broken(error),
        }
    }
}
