//! Whether texts are still what was imported, and taking back one that was imported by mistake.

use std::collections::HashMap;

use super::{import::digest, library, record, settle, subject};
use crate::{
    db::{self, law_removal::Citing},
    domain::{
        audit::Act,
        correction::wording,
        id::{LawId, LawVersionId},
        law::{LawFault, Record},
        role::Right,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
    },
};

/// A version whose text is not what its digest was made of.
pub(in crate::service) struct Altered {
    pub law: LawId,
    pub version: LawVersionId,
    pub stored: String,
    pub recomputed: String,
}

/// Makes the digests of all texts again; gives how many there are and which differ.
pub(in crate::service) async fn check(app: &App) -> Result<(u64, Vec<Altered>)> {
    let (mut versions, mut altered) = (0, Vec::new());
    for record in library(app).await?.records() {
        for version in record.versions() {
            versions += 1;
            // From the tables, not from what this node remembers.
            let law = db::law::document(&app.db, version.id).await?;
            let recomputed = law.as_ref().map(digest).unwrap_or_default();
            if recomputed != version.digest {
                altered.push(Altered {
                    law: record.entry.id,
                    version: version.id,
                    stored: version.digest.clone(),
                    recomputed,
                });
            }
        }
    }
    Ok((versions, altered))
}

/// Removes a version that was imported by mistake; gives whether its law has others.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere, [`Fault::NotFound`], [`Fault::Wording`] without a reason,
/// [`LawFault::Cited`] when a question, a bookmark or a list cites it.
pub async fn take_back(app: &App, caller: &Caller, id: LawVersionId, why: &str) -> Result<Option<LawId>> {
    caller.may_everywhere(Right::ManageLaws)?;
    let library = library(app).await?;
    let found = library.of_version(id).ok_or(Fault::NotFound)?;
    let version = found.version(id).ok_or(Fault::NotFound)?;
    let law = version.law;
    let before = (
        found.called(version).name(),
        version.days,
        version.articles,
        &version.digest,
        &version.file,
    );
    let deed = Deed::new(Act::LawRemoved, subject(law))
        .before(&before)
        .because(wording(why).ok_or(Fault::Wording)?);
    let stored: Result<()> = app
        .db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                let citing = db::law_removal::citing_in(tx, law, id).await?;
                if citing.ok_or(Fault::NotFound)?.any() {
                    return Err(Fault::Law(LawFault::Cited).into());
                }
                db::law_removal::remove(tx, law, id).await?;
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    settle(app, None).await?;
    Ok(record(app, law).await.is_ok().then_some(law))
}

/// What cites each version of a law.
pub(super) async fn citing(app: &App, record: &Record) -> Result<HashMap<LawVersionId, Citing>> {
    let mut all = HashMap::new();
    for entry in record.entries() {
        all.extend(db::law_removal::citing(&app.db, entry.id).await?);
    }
    Ok(all)
}

/// Says that a law continues another one, whose title it does not have any more: their versions are compared, and bases, bookmarks and
/// lists followed, as those of one law.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages laws everywhere, [`Fault::NotFound`], [`Fault::Wording`] without a reason,
/// [`LawFault::Join`] when that law is this one, is continued already, or has a version that begins after the first of this one.
pub async fn join(app: &App, caller: &Caller, law: LawId, before: LawId, why: &str) -> Result<()> {
    caller.may_everywhere(Right::ManageLaws)?;
    let why = wording(why).ok_or(Fault::Wording)?;
    let library = library(app).await?;
    let record = library.get(law).ok_or(Fault::NotFound)?;
    let earlier = library.get(before).ok_or(Fault::NotFound)?;
    // The oldest title of this law is that which continues the other one.
    let oldest = record.called(&record.versions()[0]);
    let in_order = record.versions()[0].days.begins() > earlier.last().days.begins();
    let free = earlier.entry.id == before && oldest.continues.is_none();
    if record.entry.id == earlier.entry.id || !in_order || !free {
        return Err(Fault::Law(LawFault::Join).into());
    }
    let deed = Deed::new(Act::LawJoined, subject(record.entry.id))
        .before(&earlier.entry.name())
        .after(&record.entry.name())
        .because(why);
    continues(app, caller, oldest.id, Some(before), deed).await
}

/// Takes back that a law is continued by another one.
///
/// # Errors
/// As [`join`]; [`Fault::NotFound`] when none continues it.
pub async fn part(app: &App, caller: &Caller, before: LawId, why: &str) -> Result<()> {
    caller.may_everywhere(Right::ManageLaws)?;
    let why = wording(why).ok_or(Fault::Wording)?;
    let library = library(app).await?;
    let record = library.get(before).ok_or(Fault::NotFound)?;
    let later = record.entries().find(|entry| entry.continues == Some(before));
    let later = later.ok_or(Fault::NotFound)?;
    let deed = Deed::new(Act::LawParted, subject(later.id))
        .before(&record.entry.name())
        .because(why);
    continues(app, caller, later.id, None, deed).await
}

async fn continues(app: &App, caller: &Caller, law: LawId, before: Option<LawId>, deed: Deed) -> Result<()> {
    let stored: Result<()> = app
        .db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                db::law::set_continues(tx, law, before).await?;
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    settle(app, None).await?;
    Ok(())
}
