//! The log of administrative acts: every entry is written in the transaction of the act itself, and chained to the one
//! before it, so that none can be changed, added or taken away afterwards without the chain telling.

use serde::Serialize;
use sm3::{Digest, Sm3};

use super::{App, Caller, Result};
use crate::{
    db::{self, Tx},
    domain::{
        audit::{Act, Entry},
        id::AccountId,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
};

/// Who acts, and when: taken along into the transaction.
#[derive(Debug, Clone)]
pub struct By {
    pub account: Option<AccountId>,
    who: String,
    pub at: Timestamp,
}

/// What the log calls the operator at the machine.
const OPERATOR: &str = "operator";

impl By {
    pub fn new(app: &App, caller: &Caller) -> Self {
        let account = caller.account();
        Self {
            account: account.map(|account| account.id),
            who: account.map_or(OPERATOR.to_owned(), |account| account.display.clone()),
            at: app.now(),
        }
    }

    /// Whoever approved something that is carried out later, perhaps by another node.
    ///
    /// # Errors
    /// When the database fails.
    pub(super) async fn later(app: &App, id: AccountId) -> Result<Self> {
        let account = (id.0 != 0).then_some(id);
        let name = match account {
            Some(id) => db::account::name_of(&app.db, id).await?.unwrap_or_default(),
            None => OPERATOR.to_owned(),
        };
        Ok(Self {
            account,
            who: name,
            at: app.now(),
        })
    }

    /// The account as it is stored: 0 for the operator.
    pub fn id(&self) -> AccountId {
        self.account.unwrap_or(AccountId(0))
    }
}

/// An act to be logged.
#[derive(Debug, Clone)]
pub struct Deed {
    act: Act,
    subject: String,
    before: String,
    after: String,
    reason: String,
}

impl Deed {
    /// `subject`: what it is done to, e.g. `exam 12`.
    pub fn new(act: Act, subject: impl Into<String>) -> Self {
        Self {
            act,
            subject: subject.into(),
            before: String::new(),
            after: String::new(),
            reason: String::new(),
        }
    }

    #[must_use]
    pub fn before(self, value: &impl Serialize) -> Self {
        Self {
            before: json(value),
            ..self
        }
    }

    #[must_use]
    pub fn after(self, value: &impl Serialize) -> Self {
        Self {
            after: json(value),
            ..self
        }
    }

    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            ..self
        }
    }
}

pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Logs an act in the transaction that carries it out.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, by: &By, deed: Deed) -> Result<()> {
    let (seq, previous) = db::audit::next(tx).await?;
    let mut entry = Entry {
        seq,
        at: by.at,
        account: by.account,
        who: by.who.clone(),
        act: deed.act,
        subject: deed.subject,
        before: deed.before,
        after: deed.after,
        reason: deed.reason,
        previous,
        hash: Vec::new(),
    };
    entry.hash = digest(&entry).to_vec();
    Ok(db::audit::append(tx, &entry).await?)
}

/// Logs that somebody with a role tried `what` (method and path) and was refused; nothing changed by it. What those
/// without a role try is not logged here: they could fill the log.
///
/// # Errors
/// When the database fails.
pub async fn refused(app: &App, caller: &Caller, what: String, fault: Fault) -> Result<()> {
    if caller.account().is_none_or(|account| account.grants.is_empty()) {
        return Ok(());
    }
    app.db
        .write((By::new(app, caller), what, fault), |tx, (by, what, fault)| {
            Box::pin(async move { record(tx, &by, Deed::new(Act::Refused, what).after(&fault)).await })
        })
        .await
}

/// SM3 over everything but the digest itself. Numbers are big-endian; texts follow their length, so that no two
/// entries have the same bytes.
fn digest(entry: &Entry) -> [u8; 32] {
    let mut hash = Sm3::new_with_prefix(b"mingfa audit 1");
    hash.update(&entry.previous);
    hash.update(entry.seq.to_be_bytes());
    hash.update(entry.at.0.to_be_bytes());
    hash.update(entry.account.map_or(0, |account| account.0).to_be_bytes());
    let texts = [
        entry.who.as_str(),
        entry.act.code(),
        &entry.subject,
        &entry.before,
        &entry.after,
        &entry.reason,
    ];
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().into()
}

/// What a walk along the chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walk {
    /// Entries that fit.
    pub entries: u64,
    /// The first entry that does not: changed, added, or standing where others were taken away.
    pub broken: Option<u64>,
    /// When the last of them was written; `None`: there is none.
    pub last_at: Option<Timestamp>,
    /// Digest of the last entry.
    pub head: Vec<u8>,
}

/// Entries read at a time.
const PAGE: u32 = 5000;

/// Recomputes the whole chain.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody who audits asks.
pub async fn walk(app: &App, caller: &Caller) -> Result<Walk> {
    caller.may_everywhere(Right::ReadAudit)?;
    let (last, head) = db::audit::head(&app.db).await?;
    let (mut entries, mut previous, mut last_at) = (0, Vec::new(), None);
    loop {
        let page = db::audit::from(&app.db, entries, PAGE).await?;
        for entry in &page {
            if entry.seq != entries + 1 || entry.previous != previous || entry.hash != digest(entry) {
                return Ok(Walk {
                    entries,
                    broken: Some(entries + 1),
                    last_at,
                    head,
                });
            }
            entries += 1;
            last_at = Some(entry.at);
            previous.clone_from(&entry.hash);
        }
        if page.len() < PAGE as usize {
            break;
        }
    }
    // Entries taken away at the end: the head remembers them.
    let broken = (entries < last || entries == last && previous != head).then_some(entries + 1);
    Ok(Walk {
        entries,
        broken,
        last_at,
        head,
    })
}

/// An entry of the log by its number: what was printed of it once can be compared with what stands there now.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody who audits asks.
pub async fn entry(app: &App, caller: &Caller, seq: u64) -> Result<Option<Entry>> {
    caller.may_everywhere(Right::ReadAudit)?;
    let Some(before) = seq.checked_sub(1) else {
        return Ok(None);
    };
    let found = db::audit::from(&app.db, before, 1).await?;
    Ok(found.into_iter().find(|entry| entry.seq == seq))
}

/// A page of the log.
pub struct Page {
    pub entries: Vec<Entry>,
    pub total: i64,
    pub page: u32,
    pub pages: u32,
    /// Number and digest of the last entry: to be printed and kept elsewhere.
    pub head: (u64, Vec<u8>),
}

/// Entries on one page.
const SHOWN: u32 = 50;

/// Entries of one act, or of any, the newest first.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody who audits asks.
pub async fn page(app: &App, caller: &Caller, act: Option<Act>, page: u32) -> Result<Page> {
    caller.may_everywhere(Right::ReadAudit)?;
    let total = db::audit::count(&app.db, act).await?;
    let pages = u32::try_from(total).unwrap_or(u32::MAX).div_ceil(SHOWN).max(1);
    let page = page.clamp(1, pages);
    Ok(Page {
        entries: db::audit::newest(&app.db, act, (page - 1) * SHOWN, SHOWN).await?,
        total,
        page,
        pages,
        head: db::audit::head(&app.db).await?,
    })
}
