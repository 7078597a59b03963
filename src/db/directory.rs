//! How often a part of the directory was changed, so that every node sees when it has to read again.

use super::{Db, Result, Tx, read_one, tx_one};

/// What changes as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Divisions,
    Organizations,
}

impl Part {
    fn code(self) -> &'static str {
        match self {
            Self::Divisions => "division",
            Self::Organizations => "organization",
        }
    }
}

/// The version of the last change that is stored; 0 before the first.
///
/// # Errors
/// When the database fails.
pub async fn version(db: &Db, part: Part) -> Result<i64> {
    let row = read_one!(db, (i64,), "SELECT version FROM directory WHERE part = $1", part.code())?;
    Ok(row.map_or(0, |(version,)| version))
}

/// Begins a change and gives its version. Whoever changes next waits until this transaction ends: so changes of a part see
/// each other, and a node that has read one version has read all before it.
///
/// # Errors
/// When the database fails.
pub async fn raise(tx: &mut Tx, part: Part) -> Result<i64> {
    let row = tx_one!(
        tx,
        (i64,),
        "INSERT INTO directory (part, version) VALUES ($1, 1)
         ON CONFLICT (part) DO UPDATE SET version = directory.version + 1 RETURNING version",
        part.code()
    )?;
    Ok(row.map_or(0, |(version,)| version))
}
