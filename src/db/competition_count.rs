//! Counts over all attempts of competitions.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_one, tx_run,
};
use crate::domain::{
    competition::item_count::Count,
    id::{AccountId, CompetitionId},
    time::Timestamp,
};

/// What the last count found.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    pub at: Timestamp,
    pub by: AccountId,
    /// Attempts looked at.
    pub attempts: u64,
    pub count: Count,
}

/// The last count of a competition.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, competition: CompetitionId) -> Result<Option<Counted>> {
    let row = read_one!(
        db,
        (i64, i64, i64, String),
        "SELECT at, made_by, attempts, body FROM competition_count WHERE competition = $1",
        competition.0
    )?;
    let counted = |(at, by, attempts, body): (i64, i64, i64, String)| {
        let column = |name| Column("competition_count", name, competition.0);
        Ok(Counted {
            at: Timestamp(at),
            by: AccountId(by),
            attempts: column("attempts").number(attempts)?,
            count: column("body").json(&body)?,
        })
    };
    row.map(counted).transpose()
}

/// Keeps a count in the place of the one before.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, competition: CompetitionId, counted: &Counted) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO competition_count (competition, at, made_by, attempts, body) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (competition) DO UPDATE SET at = excluded.at, made_by = excluded.made_by,
             attempts = excluded.attempts, body = excluded.body",
        competition.0,
        counted.at.0,
        counted.by.0,
        i64::try_from(counted.attempts).unwrap_or(i64::MAX),
        to_json(&counted.count)
    )?;
    Ok(())
}

/// How many attempts were begun in a competition.
///
/// # Errors
/// When the database fails.
pub async fn begun(db: &Db, competition: CompetitionId) -> Result<u64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT CAST(COALESCE(SUM(s.number), 0) AS BIGINT)
         FROM player y JOIN standing s ON s.player = y.id WHERE y.competition = $1",
        competition.0
    )?;
    Ok(row.map_or(0, |(begun,)| u64::try_from(begun).unwrap_or(0)))
}

/// How many persons have a valid attempt in a competition, and how many such attempts there are; who is frozen by a case is counted
/// nowhere, as on the boards.
///
/// # Errors
/// When the database fails.
pub async fn sums(db: &Db, competition: CompetitionId) -> Result<(i64, i64)> {
    let row = read_one!(
        db,
        (i64, i64),
        "SELECT COUNT(*), CAST(COALESCE(SUM(s.person_times), 0) AS BIGINT)
         FROM player y JOIN standing s ON s.player = y.id
         WHERE y.competition = $1 AND s.person_times > 0 AND s.frozen = 0",
        competition.0
    )?;
    Ok(row.unwrap_or_default())
}
