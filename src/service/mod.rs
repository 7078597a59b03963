//! Use cases: who may, what follows from the rules, what is stored. No HTTP and no HTML.

pub mod account;
pub mod bank;
pub mod clock;
pub mod demo;
mod draw;
pub mod exam;
pub mod figure;
pub mod print;
pub mod random;
pub mod receipt;
pub mod roster;
pub mod sitting;
pub mod upload;

use std::{ops::Deref, sync::Arc};

use crate::{
    db::{self, Db, journal::Journal},
    domain::{
        account::{Account, Role},
        id::PersonId,
        time::Timestamp,
    },
    error::Fault,
};

/// Everything a use case can reach. Each request gets several copies, so a copy is one count.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What [`App`] holds.
pub struct Parts {
    pub db: Db,
    pub clock: Arc<dyn clock::Clock>,
    pub random: random::Random,
    journal: Journal,
    sessions: account::Sessions,
    hashing: account::Hashing,
    sittings: sitting::Cache,
}

impl Deref for App {
    type Target = Parts;
    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Builds the application on a migrated database. `hashers` passwords are hashed at a time.
    pub fn new(db: Db, clock: Arc<dyn clock::Clock>, random: random::Random, hashers: usize) -> Self {
        Self(Arc::new(Parts {
            journal: Journal::start(db.clone()),
            sessions: account::Sessions::default(),
            hashing: account::Hashing::new(hashers),
            sittings: sitting::Cache::default(),
            db,
            clock,
            random,
        }))
    }

    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

/// Who asks. Only a session or the operator at the machine makes one; every use case demands it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    who: Who,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Who {
    Account(Arc<Account>),
    /// The person who runs the program on the machine itself.
    Operator,
}

impl Caller {
    /// The operator at the command line.
    pub fn operator() -> Self {
        Self { who: Who::Operator }
    }

    fn of(account: Account) -> Self {
        Self {
            who: Who::Account(Arc::new(account)),
        }
    }

    /// `None` for the operator.
    pub fn account(&self) -> Option<&Account> {
        match &self.who {
            Who::Account(account) => Some(account),
            Who::Operator => None,
        }
    }

    pub fn is_administrator(&self) -> bool {
        self.administrator().is_ok()
    }

    /// # Errors
    /// [`Fault::Forbidden`] for everybody but administrators and the operator.
    pub fn administrator(&self) -> Result<()> {
        match &self.who {
            Who::Operator => Ok(()),
            Who::Account(account) if account.role == Role::Administrator => Ok(()),
            Who::Account(_) => Err(Fault::Forbidden.into()),
        }
    }

    /// The person of the roster who asks.
    ///
    /// # Errors
    /// [`Fault::Forbidden`] for accounts outside the roster.
    pub fn person(&self) -> Result<PersonId> {
        self.account()
            .and_then(|account| account.person)
            .ok_or_else(|| Fault::Forbidden.into())
    }
}

/// A use case's failure: a fault to tell the person, or a failure of the database to log and hide.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{0:?}")]
    Fault(Fault),
    #[error(transparent)]
    Db(#[from] db::Error),
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Whether the server is going down, rather than something being wrong.
    pub fn is_closing(&self) -> bool {
        matches!(self, Self::Db(db::Error::Closing))
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl db::Failure for Error {
    fn database(&self) -> Option<&db::Error> {
        match self {
            Self::Db(error) => Some(error),
            Self::Fault(_) => None,
        }
    }
}

/// A lost race for a name is something to tell the person.
fn taken(error: db::Error) -> Error {
    match error {
        db::Error::Taken => Fault::Taken.into(),
        other => other.into(),
    }
}
