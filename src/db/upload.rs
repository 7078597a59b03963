//! Files between their preview and their import.

use super::{Db, Result, Tx, read_one, tx_run};
use crate::domain::{
    id::{AccountId, UploadId},
    time::Timestamp,
};

/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &mut Tx,
    id: UploadId,
    account: AccountId,
    name: &str,
    body: &[u8],
    expires_at: Timestamp,
) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO upload (id, account, name, body, expires_at) VALUES ($1, $2, $3, $4, $5)",
        id.0,
        account.0,
        name,
        body,
        expires_at.0
    )?;
    Ok(())
}

/// Name and content of a file that this account uploaded, while it is kept.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: UploadId, account: AccountId, now: Timestamp) -> Result<Option<(String, Vec<u8>)>> {
    read_one!(
        db,
        (String, Vec<u8>),
        "SELECT name, body FROM upload WHERE id = $1 AND account = $2 AND expires_at > $3",
        id.0,
        account.0,
        now.0
    )
}

/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, id: UploadId) -> Result<()> {
    tx_run!(tx, "DELETE FROM upload WHERE id = $1", id.0)?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx_run!(tx, "DELETE FROM upload WHERE expires_at <= $1", now.0)?;
    Ok(())
}
