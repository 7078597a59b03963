//! Files that administrators upload, kept for an hour between preview and import.

use serde::{Serialize, de::DeserializeOwned};

use super::{App, Caller, Result};
use crate::{
    db,
    domain::{
        id::{AccountId, UploadId},
        role::Right,
    },
    error::Fault,
};

const KEPT_SECONDS: i64 = 3600;

/// The account of somebody who imports files, or has one filled in.
fn uploader(caller: &Caller) -> Result<AccountId> {
    let rights = [
        Right::ManagePeople,
        Right::ManageBanks,
        Right::ManageLaws,
        Right::ManageCompetitions,
        Right::ReadFigures,
        Right::KeepLedger,
        Right::KeepOfficers,
    ];
    let imports = rights.into_iter().any(|right| caller.has(right));
    let account = caller.account().filter(|_| imports);
    account.map(|account| account.id).ok_or_else(|| Fault::Forbidden.into())
}

/// Keeps a file for its preview.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody with an account asks who imports files, [`Fault::NoFile`] when nothing was chosen.
pub async fn keep(app: &App, caller: &Caller, name: String, body: Vec<u8>) -> Result<UploadId> {
    let account = uploader(caller)?;
    if name.is_empty() && body.is_empty() {
        return Err(Fault::NoFile.into());
    }
    let id = app.random.id(app.now());
    let expires_at = app.now().plus_seconds(KEPT_SECONDS);
    app.db
        .write((name, std::sync::Arc::new(body)), move |tx, (name, body)| {
            Box::pin(async move {
                db::upload::insert(tx, id, account, &name, &body, expires_at).await?;
                Ok(id)
            })
        })
        .await
}

/// Name and content of a kept file; only for the account that uploaded it.
///
/// # Errors
/// [`Fault::Forbidden`], or [`Fault::UploadGone`] when it is kept no longer.
pub async fn get(app: &App, caller: &Caller, id: UploadId) -> Result<(String, Vec<u8>)> {
    let account = uploader(caller)?;
    db::upload::get(&app.db, id, account, app.now())
        .await?
        .ok_or_else(|| Fault::UploadGone.into())
}

/// Forgets a file that was imported.
///
/// # Errors
/// When the database fails.
pub async fn forget(app: &App, caller: &Caller, id: UploadId) -> Result<()> {
    uploader(caller)?;
    app.db
        .write(id, |tx, id| {
            Box::pin(async move { Ok(db::upload::delete(tx, id).await?) })
        })
        .await
}

/// What was read of a file, packed to be kept.
///
/// # Errors
/// When memory fails.
pub(super) fn pack(read: &impl Serialize) -> std::io::Result<Vec<u8>> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    serde_json::to_writer(&mut packer, read)?;
    packer.finish()
}

/// What was packed; `None` when something else was.
pub(super) fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    serde_json::from_reader(std::io::BufReader::new(flate2::read::GzDecoder::new(bytes))).ok()
}
