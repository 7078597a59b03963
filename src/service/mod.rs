//! Use cases: who may, what follows from the rules, what is stored. No HTTP and no HTML.

pub mod accommodation;
pub mod account;
pub mod activity;
pub mod annual;
pub mod annual_records;
mod apart;
pub mod audit;
pub mod bank;
pub mod case;
pub mod certificate;
pub mod change;
pub mod clock;
pub mod competition;
pub mod course;
pub mod credit;
pub mod demo;
pub mod dispute;
pub mod division;
mod draw;
pub mod edition;
pub mod exam;
pub mod exchange;
pub mod exemption;
pub mod export;
pub mod figure;
pub mod filing;
mod ground;
pub mod head;
mod kept;
pub mod key_correction;
mod lately;
pub mod law;
pub mod ledger;
pub mod liaison;
pub mod lottery;
pub mod mail;
pub mod marking;
pub mod messenger;
pub mod notice;
pub mod objection;
pub mod officer;
pub mod organization;
pub mod overtaken;
pub mod person;
mod pinyin;
pub mod plan;
pub mod print;
pub mod qr;
pub mod question;
pub mod random;
pub mod receipt;
mod recent;
pub mod record;
pub mod reminder;
pub mod returns;
pub mod review;
pub mod role;
pub mod roster;
pub mod round;
pub mod safe_browser;
pub mod secret;
pub mod signal;
pub mod sitting;
pub mod slot;
pub mod statistics;
pub mod study;
pub mod supervision;
pub mod tally;
pub mod unit;
pub mod upload;
pub mod verify;
pub mod vetting;
pub mod year;

use std::{ops::Deref, sync::Arc};

use crate::{
    db::{self, Db, journal::Journal},
    domain::{
        account::Account,
        id::PersonId,
        organization::OrganizationFault,
        people::PeopleFault,
        role::{Reach, Right},
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
    /// The key for what is kept of identity numbers; without one nothing is kept of them.
    secret: Option<secret::Secret>,
    journal: Journal,
    sessions: account::Sessions,
    hashing: account::Hashing,
    sittings: sitting::Cache,
    /// What those who sit on this node are told.
    pub live: supervision::Hub,
    unread: notice::Unread,
    printing: certificate::Printing,
    tallies: tally::Tallies,
    comparisons: signal::Comparisons,
    statistics: statistics::Node,
    weaknesses: statistics::weak::Weaknesses,
    lately: lately::Lately,
    ledgers: kept::Ledgers,
    plans: kept::Plans,
    checks: lottery::Checks,
    recent: recent::Recent,
    contests: competition::Contests,
    boards: Arc<competition::boards::Boards>,
    players: competition::join::Players,
    running: competition::play::Running,
    limits: competition::limit::Limits,
    plays: competition::Writer,
    counting: competition::count::Counts,
    divisions: division::Table,
    organizations: organization::Node,
    laws: law::Texts,
    rulings: dispute::Working,
    pools: course::Pools,
    study: study::pool::Kept,
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
        Self::with_secret(db, clock, random, hashers, None)
    }

    /// The same, with the key for identity numbers.
    pub fn with_secret(
        db: Db,
        clock: Arc<dyn clock::Clock>,
        random: random::Random,
        hashers: usize,
        secret: Option<secret::Secret>,
    ) -> Self {
        let boards = Arc::new(competition::boards::Boards::default());
        Self(Arc::new(Parts {
            plays: competition::Writer::start(db.clone(), Arc::clone(&boards), random.id(clock.now())),
            boards,
            contests: competition::Contests::default(),
            players: competition::join::Players::default(),
            running: competition::play::Running::default(),
            limits: competition::limit::Limits::default(),
            counting: competition::count::Counts::default(),
            secret,
            journal: Journal::start(db.clone()),
            sessions: account::Sessions::default(),
            hashing: account::Hashing::new(hashers),
            sittings: sitting::Cache::default(),
            live: supervision::Hub::default(),
            unread: notice::Unread::default(),
            printing: certificate::Printing::default(),
            tallies: tally::Tallies::default(),
            comparisons: signal::Comparisons::default(),
            statistics: statistics::Node::default(),
            weaknesses: statistics::weak::Weaknesses::default(),
            lately: lately::Lately::default(),
            ledgers: kept::Ledgers::ledger(),
            plans: kept::Plans::plan(),
            checks: lottery::Checks::default(),
            recent: recent::Recent::default(),
            divisions: division::Table::default(),
            organizations: organization::Node::default(),
            laws: law::Texts::default(),
            rulings: dispute::Working::default(),
            pools: course::Pools::default(),
            study: study::pool::Kept::default(),
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

    /// Whether the caller has this right anywhere.
    pub fn has(&self, right: Right) -> bool {
        self.may(right).is_ok()
    }

    /// How far this right of the caller reaches.
    ///
    /// # Errors
    /// [`Fault::Forbidden`] for those who have it nowhere.
    pub fn may(&self, right: Right) -> Result<Reach> {
        match &self.who {
            Who::Operator => Ok(Reach::Everything),
            Who::Account(account) => Reach::of(&account.grants, right).ok_or_else(|| Fault::Forbidden.into()),
        }
    }

    /// # Errors
    /// [`Fault::Forbidden`] for those who have this right nowhere, or not everywhere.
    pub fn may_everywhere(&self, right: Right) -> Result<()> {
        match self.may(right)? {
            Reach::Everything => Ok(()),
            Reach::Units(_) => Err(Fault::Forbidden.into()),
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

impl From<OrganizationFault> for Error {
    fn from(fault: OrganizationFault) -> Self {
        Self::Fault(fault.into())
    }
}

impl From<PeopleFault> for Error {
    fn from(fault: PeopleFault) -> Self {
        Self::Fault(fault.into())
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
