//! Bookmarks and notes of one person. Each stands at the version it was made in and follows the article from there.

use std::collections::HashMap;

use super::{Caller, follow, library, record, text, today};
use crate::{
    db::{self, law::Mark},
    domain::{
        id::{AccountId, LawId, LawVersionId},
        law::{ArticleNumber, Followed, LawFault, Record, Version},
    },
    error::Fault,
    service::{App, Result},
};

/// A mark as it shows in one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    pub note: String,
    /// What became of the article since the note was made.
    pub since: Followed,
    /// The version it was made in, and the number the article had there.
    pub made_in: LawVersionId,
    pub number: ArticleNumber,
}

/// A mark with the law it belongs to.
pub struct Kept {
    pub record: Record,
    /// The version that is shown now.
    pub version: Version,
    pub mark: Mark,
    pub since: Followed,
}

const NOTE: usize = 1000;

fn account(caller: &Caller) -> Result<AccountId> {
    let account = caller.account().map(|account| account.id);
    account.ok_or_else(|| Fault::Forbidden.into())
}

/// What a caller keeps of the articles of a version. A mark made in another version shows where the article stands in this one.
pub(super) async fn of_version(
    app: &App,
    caller: &Caller,
    record: &Record,
    version: LawVersionId,
) -> Result<HashMap<ArticleNumber, Marked>> {
    let Ok(account) = account(caller) else {
        return Ok(HashMap::new());
    };
    let mut shown = HashMap::new();
    for mark in db::law::marks(&app.db, account).await? {
        if record.version(mark.version).is_none() {
            continue;
        }
        let since = follow(app, record, mark.version, version, mark.number).await?;
        if let Some(number) = since.number(mark.number) {
            let marked = Marked {
                note: mark.note,
                since,
                made_in: mark.version,
                number: mark.number,
            };
            // The one made here counts before one that was made elsewhere.
            if mark.version == version || !shown.contains_key(&number) {
                shown.insert(number, marked);
            }
        }
    }
    Ok(shown)
}

/// Marks an article of a version, with a note, empty for none. A mark of another version that led here moves along.
///
/// # Errors
/// [`Fault::Forbidden`] for the operator, [`Fault::NotFound`], [`LawFault::NoArticle`], [`LawFault::Note`].
pub async fn mark(
    app: &App,
    caller: &Caller,
    law: LawId,
    version: LawVersionId,
    number: ArticleNumber,
    note: &str,
) -> Result<()> {
    let account = account(caller)?;
    let record = record(app, law).await?;
    record.version(version).ok_or(Fault::NotFound)?;
    if text(app, version).await?.article(number).is_none() {
        return Err(Fault::Law(LawFault::NoArticle).into());
    }
    let note = note.trim().replace("\r\n", "\n");
    if note.chars().count() > NOTE || note.contains('\0') {
        return Err(Fault::Law(LawFault::Note).into());
    }
    let before = of_version(app, caller, &record, version).await?;
    let before = before.get(&number).map(|marked| (marked.made_in, marked.number));
    let mark = Mark {
        law,
        version,
        number,
        note,
        made_at: app.now(),
    };
    app.db
        .write((mark, before), move |tx, (mark, before)| {
            Box::pin(async move {
                if let Some((version, number)) = before {
                    db::law::remove_mark(tx, account, version, number).await?;
                }
                Ok(db::law::set_mark(tx, account, &mark).await?)
            })
        })
        .await
}

/// Takes the mark away that shows at an article of a version.
///
/// # Errors
/// [`Fault::Forbidden`] for the operator, [`Fault::NotFound`].
pub async fn unmark(
    app: &App,
    caller: &Caller,
    law: LawId,
    version: LawVersionId,
    number: ArticleNumber,
) -> Result<()> {
    let account = account(caller)?;
    let record = record(app, law).await?;
    record.version(version).ok_or(Fault::NotFound)?;
    let shown = of_version(app, caller, &record, version).await?;
    // One whose article is gone from every other version is named by its own.
    let (version, number) = shown
        .get(&number)
        .map_or((version, number), |marked| (marked.made_in, marked.number));
    app.db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::law::remove_mark(tx, account, version, number).await?) })
        })
        .await
}

/// Everything a caller has marked, by law.
///
/// # Errors
/// [`Fault::Forbidden`] for the operator.
pub async fn marks(app: &App, caller: &Caller) -> Result<Vec<Kept>> {
    let account = account(caller)?;
    let library = library(app).await?;
    let today = today(app);
    let mut kept = Vec::new();
    for mark in db::law::marks(&app.db, account).await? {
        let Some(record) = library.get(mark.law) else {
            continue;
        };
        let version = record.shown(today);
        kept.push(Kept {
            since: follow(app, record, mark.version, version.id, mark.number).await?,
            version: version.clone(),
            record: record.clone(),
            mark,
        });
    }
    Ok(kept)
}
