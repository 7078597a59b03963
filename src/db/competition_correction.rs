//! Corrections of keys in competitions.

use super::{Db, Result, Tx, column::Column, read_all, tx_all, tx_run};
use crate::domain::{
    id::{CompetitionId, RulingId},
    item::OptionSet,
    key::Key,
    key_correction::{Correction, Method},
};

type Row = (i64, i64, String);

const IN_FORCE: &str = "SELECT place, key_set, method FROM competition_correction
    WHERE competition = $1 AND in_force = 1 ORDER BY place";

fn corrections(competition: CompetitionId, rows: Vec<Row>) -> Result<Vec<Correction>> {
    rows.into_iter()
        .map(|(place, key, method)| {
            let column = |name| Column("competition_correction", name, competition.0);
            let key = OptionSet(column("key_set").number(key)?);
            Ok(Correction {
                pool: column("place").number(place)?,
                method: column("method").code(&method, |code| Method::from_code(code, key))?,
            })
        })
        .collect()
}

/// The corrections in force.
///
/// # Errors
/// When the database fails.
pub async fn in_force(db: &Db, competition: CompetitionId) -> Result<Vec<Correction>> {
    corrections(competition, read_all!(db, Row, IN_FORCE, competition.0)?)
}

/// The corrections in force for marking: none comes into force or is taken back before the transaction ends, so that no attempt
/// slips through between its marking and a correction.
///
/// # Errors
/// When the database fails.
pub async fn in_force_for_marking(tx: &mut Tx, competition: CompetitionId) -> Result<Vec<Correction>> {
    if let Tx::Postgres(_) = tx {
        tx_run!(tx, "SELECT pg_advisory_xact_lock_shared($1)", competition.0)?;
    }
    corrections(competition, tx_all!(tx, Row, IN_FORCE, competition.0)?)
}

/// Waits for markings on their way and keeps others waiting, for a correction to come into force or be taken back.
async fn alone(tx: &mut Tx, competition: CompetitionId) -> Result<()> {
    if let Tx::Postgres(_) = tx {
        tx_run!(tx, "SELECT pg_advisory_xact_lock($1)", competition.0)?;
    }
    Ok(())
}

/// Brings a correction into force; a second time changes nothing.
///
/// # Errors
/// [`super::Error::Taken`] when another one of the question holds; when the database fails.
pub async fn put(tx: &mut Tx, competition: CompetitionId, ruling: RulingId, correction: &Correction) -> Result<()> {
    alone(tx, competition).await?;
    let Correction { pool, method } = correction;
    let key = method.key().and_then(Key::options);
    tx_run!(
        tx,
        "INSERT INTO competition_correction (competition, place, ruling, key_set, in_force, method)
         VALUES ($1, $2, $3, $4, 1, $5)
         ON CONFLICT (competition, place, ruling) DO UPDATE SET in_force = 1",
        competition.0,
        i64::from(*pool),
        ruling.0,
        key.map_or(0, |key| i64::from(key.0)),
        method.code()
    )?;
    Ok(())
}

/// Takes a correction back; a second time changes nothing.
///
/// # Errors
/// When the database fails.
pub async fn withdraw(tx: &mut Tx, competition: CompetitionId, ruling: RulingId, place: u32) -> Result<()> {
    alone(tx, competition).await?;
    tx_run!(
        tx,
        "UPDATE competition_correction SET in_force = 0 WHERE competition = $1 AND place = $2 AND ruling = $3",
        competition.0,
        i64::from(place),
        ruling.0
    )?;
    Ok(())
}
