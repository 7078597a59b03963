//! Closing a year: its figures are frozen with their records as edition 1; what changes later gives the next one.

use std::collections::{BTreeMap, BTreeSet};

use sm3::{Digest, Sm3};

use super::{
    App, Caller, Result,
    annual::{Counted, counted},
    audit::{self, By, Deed, json},
    lately::{frozen, lately},
    unit::checked_reason,
};
use crate::{
    db::{self, Tx},
    domain::{
        activity::ActivityFault,
        annual::{
            Annual, AnnualId,
            edition::{Broken, Edition, Head},
            figures,
            records::{NoRecord, Records, difference},
        },
        audit::Act,
        figure::Value,
        hex::hex,
        lang::Lang,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
};

/// Closes a year: nothing of its ledger changes any more, and its figures are frozen as edition 1.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger everywhere; [`ActivityFault::NoYear`],
/// [`ActivityFault::Closed`]; [`ActivityFault::Waiting`] while entries wait for the level above.
pub async fn close(app: &App, caller: &Caller, number: u16) -> Result<()> {
    caller.may_everywhere(Right::KeepLedger)?;
    let by = By::new(app, caller);
    // The year is closed first: from then on its records stand still, and an edition that a crash kept from being made
    // is made by asking again.
    app.db
        .write(by.clone(), move |tx, by| {
            Box::pin(async move {
                let year = db::year::hold_to_close(tx, number).await?;
                let year = year.ok_or(Fault::Activity(ActivityFault::NoYear(number)))?;
                if year.must_be_open().is_err() {
                    return Ok(());
                }
                match db::activity::waiting(tx, number).await? {
                    0 => {}
                    waiting => return Err(ActivityFault::Waiting(waiting).into()),
                }
                db::year::close(tx, number, by.id(), by.at).await?;
                audit::record(tx, &by, Deed::new(Act::YearClosed, format!("year {number}"))).await
            })
        })
        .await?;
    let made = frozen(app, number).await?.is_some();
    if !made && store(app, by, (number, 0), counted(app, number).await?.records, String::new()).await? {
        return Ok(());
    }
    Err(ActivityFault::Closed(number).into())
}

/// Makes the next edition of a closed year from its records as they stand now, upon the units of the last one.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger everywhere; [`Fault::WrongState`] when the year is not closed or
/// nothing has changed since the last edition; the fault of [`checked_reason`].
pub async fn renew(app: &App, caller: &Caller, number: u16, reason: &str) -> Result<()> {
    caller.may_everywhere(Right::KeepLedger)?;
    let reason = checked_reason(reason)?;
    let Some(last) = frozen(app, number).await? else {
        return Err(Fault::WrongState.into());
    };
    let counted = counted(app, number).await?;
    if changed(&last.records, &counted) == Changed::default() {
        return Err(Fault::WrongState.into());
    }
    let by = By::new(app, caller);
    let records = counted.records.upon(&last.records);
    match store(app, by, (number, last.head.number), records, reason).await? {
        true => Ok(()),
        false => Err(Fault::WrongState.into()),
    }
}

/// Stores the edition behind the `last` one of a year (0: the first); `false` when there is one behind it already.
async fn store(app: &App, by: By, (number, last): (u16, u32), records: Records, reason: String) -> Result<bool> {
    let figures = json(&figures(&records.base(|_| true), by.at, Lang::Zh));
    let lines = records.lines().join("\n");
    app.db
        .write((figures, lines, reason, by), move |tx, (figures, lines, reason, by)| {
            Box::pin(async move {
                db::edition::hold(tx).await?;
                if db::edition::count_in(tx, number).await? != last {
                    return Ok(false);
                }
                let edition = sealed(tx, (number, last + 1), figures, lines, reason, &by).await?;
                db::edition::insert(tx, &edition).await.map_err(super::taken)?;
                let deed = Deed::new(Act::EditionMade, subject(number, edition.head.number));
                audit::record(tx, &by, deed.after(&edition.head.digest).because(edition.head.reason)).await?;
                Ok(true)
            })
        })
        .await
}

/// How the log names an edition.
fn subject(year: u16, number: u32) -> String {
    format!("year {year} edition {number}")
}

/// An edition that follows the last one of the chain, in time as well: it is counted before it takes its place.
async fn sealed(
    tx: &mut Tx,
    (year, number): (u16, u32),
    figures: String,
    records: String,
    reason: String,
    by: &By,
) -> Result<Edition> {
    let last = db::edition::last_in(tx).await?;
    let mut edition = Edition {
        head: Head {
            year,
            number,
            made_by: by.id(),
            made_at: last
                .as_ref()
                .map_or(by.at, |last| by.at.max(Timestamp(last.made_at.0 + 1))),
            reason,
            previous: last.map(|head| head.digest).unwrap_or_default(),
            digest: String::new(),
        },
        figures,
        records,
    };
    edition.head.digest = digest(&edition);
    Ok(edition)
}

fn digest(edition: &Edition) -> String {
    hex(&Sm3::digest(edition.sealed().as_bytes()))
}

/// The editions of a year, the first one first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures.
pub async fn of_year(app: &App, caller: &Caller, number: u16) -> Result<Vec<Head>> {
    caller.may(Right::ReadFigures)?;
    let mut heads = db::edition::heads(&app.db).await?;
    heads.retain(|head| head.year == number);
    Ok(heads)
}

/// Records that the last edition of a year has and the database has not any more, and the other way round.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    pub gone: Vec<String>,
    pub come: Vec<String>,
}

/// What has changed of a year since its last edition.
fn changed(last: &Records, now: &Counted) -> Changed {
    let frozen = last.clone().lasting();
    // An edition from before there were more kinds of records is compared by the kinds it has.
    let now = now.records.clone().of_version(last.version()).lasting();
    let (gone, come) = difference(&frozen, &now);
    Changed { gone, come }
}

/// The same, of records read and counted anew; `None` when there is no edition, or its records cannot be read.
///
/// # Errors
/// When the database fails.
pub(super) async fn changed_by_now(app: &App, head: &Head) -> Result<Option<Changed>> {
    let edition = db::edition::get(&app.db, head.year, head.number).await?;
    let Some(records) = edition.and_then(|edition| Records::parse(&edition.records).ok()) else {
        return Ok(None);
    };
    Ok(Some(changed(&records, &counted(app, head.year).await?)))
}

/// How the page of a year tells of its editions.
pub struct Editions {
    pub heads: Vec<Head>,
    /// Since the last of them; `None` when there is none.
    pub changed: Option<Changed>,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures everywhere: records of all units stand in an edition.
pub async fn editions(app: &App, caller: &Caller, number: u16) -> Result<Editions> {
    caller.may_everywhere(Right::ReadFigures)?;
    let heads = of_year(app, caller, number).await?;
    let changed = match frozen(app, number).await? {
        Some(last) => Some(changed(&last.records, &lately(app, number).await?.1)),
        None => None,
    };
    Ok(Editions { heads, changed })
}

/// Walks the chain of editions: recounts each from its records and compares digest, order and figures. `year`: only tells of this
/// one, but the chain is walked whole.
///
/// # Errors
/// When the database fails.
pub(super) async fn verify(app: &App, year: Option<u16>) -> Result<Vec<(Head, Broken)>> {
    let mut broken = Vec::new();
    let mut previous = String::new();
    for head in db::edition::heads(&app.db).await? {
        let edition = db::edition::get(&app.db, head.year, head.number)
            .await?
            .ok_or(Fault::NotFound)?;
        let wrong = check(&edition, &previous);
        previous.clone_from(&head.digest);
        if year.is_none_or(|year| year == head.year) {
            broken.extend(wrong.into_iter().map(|wrong| (head.clone(), wrong)));
        }
    }
    Ok(broken)
}

/// What the log says of closings and editions and the tables do not, and the other way round: what of, as it is stored, as the log has
/// it. `year`: only of this one.
///
/// # Errors
/// When the database fails.
pub(super) async fn against_log(app: &App, year: Option<u16>) -> Result<Vec<(String, String, String)>> {
    let mut logged = BTreeMap::new();
    for act in [Act::YearClosed, Act::EditionMade] {
        for entry in db::audit::of_act(&app.db, act).await? {
            logged.insert(entry.subject, entry.after);
        }
    }
    let mut stored = BTreeMap::new();
    for closed in db::year::all(&app.db).await? {
        if closed.must_be_open().is_err() {
            stored.insert(format!("year {}", closed.year), String::new());
        }
    }
    let heads = db::edition::heads(&app.db).await?;
    let frozen: BTreeSet<u16> = heads.iter().map(|head| head.year).collect();
    let mut differ: Vec<_> = stored
        .keys()
        .filter(|subject| !frozen.iter().any(|year| **subject == format!("year {year}")))
        .map(|subject| (subject.clone(), "closed, without an edition".to_owned(), String::new()))
        .collect();
    stored.extend(
        heads
            .into_iter()
            .map(|head| (subject(head.year, head.number), json(&head.digest))),
    );
    let subjects: BTreeSet<&String> = stored.keys().chain(logged.keys()).collect();
    let told = |value: Option<&String>, what: &str| match value {
        None => "missing".to_owned(),
        Some(value) if value.is_empty() => what.to_owned(),
        Some(value) => value.trim_matches('"').to_owned(),
    };
    for subject in subjects {
        let (is, was) = (stored.get(subject), logged.get(subject));
        if is != was {
            differ.push((subject.clone(), told(is, "closed"), told(was, "closed")));
        }
    }
    if let Some(year) = year {
        let own = format!("year {year}");
        let of_year = |subject: &str| subject == own || subject.starts_with(&format!("{own} "));
        differ.retain(|(subject, ..)| of_year(subject));
    }
    Ok(differ)
}

/// Everything that does not hold of an edition.
fn check(edition: &Edition, previous: &str) -> Vec<Broken> {
    let mut broken = Vec::new();
    if digest(edition) != edition.head.digest {
        broken.push(Broken::Digest);
    }
    if edition.head.previous != previous {
        broken.push(Broken::Chain);
    }
    match edition.recounted() {
        Err(line) => broken.push(line.into()),
        Ok(figures) => {
            if !agree(&edition.figures, &figures) {
                broken.push(Broken::Figures);
            }
        }
    }
    broken
}

/// Whether stored figures are what the records add up to, each by its id: figures that came into the registry later, and other words for
/// those that were there, do not make an old edition wrong.
fn agree(stored: &str, recounted: &[Annual]) -> bool {
    const PARTS: [&str; 4] = ["id", "value", "numerator", "denominator"];
    let figures = |text: &str| serde_json::from_str::<Vec<serde_json::Value>>(text).unwrap_or_default();
    let (stored, now) = (figures(stored), figures(&json(&recounted)));
    let same = |one: &serde_json::Value| {
        now.iter()
            .any(|other| PARTS.iter().all(|part| one[part] == other[part]))
    };
    !stored.is_empty() && stored.iter().all(same)
}

/// An edition as it is read, whether or not there are later ones.
pub struct Read {
    pub head: Head,
    /// The login name of who made it; empty for the operator at the machine.
    pub by: String,
    /// Counted again from its records.
    pub figures: Vec<Annual>,
    /// `None`: it is the first of its year.
    pub since: Option<Since>,
}

/// What an edition has otherwise than the one before it.
pub struct Since {
    /// Which figure, before and after; `None`: the edition before did not count it.
    pub figures: Vec<(AnnualId, Option<Value>, Value)>,
    pub records: Changed,
}

/// One edition of a year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures everywhere; [`Fault::NotFound`] when the year has none of this number;
/// [`Fault::Unavailable`] when its records cannot be read.
pub async fn read(app: &App, caller: &Caller, year: u16, number: u32) -> Result<Read> {
    caller.may_everywhere(Right::ReadFigures)?;
    let edition = db::edition::get(&app.db, year, number).await?.ok_or(Fault::NotFound)?;
    let before = db::edition::get(&app.db, year, number.saturating_sub(1)).await?;
    let head = edition.head.clone();
    let by = db::account::name_of(&app.db, head.made_by).await?.unwrap_or_default();
    let told = tokio::task::spawn_blocking(move || told(&edition, before.as_ref())).await;
    let (figures, since) = told.map_err(|_| Fault::Unavailable)?.map_err(|error| {
        tracing::error!(year, edition = number, %error, "the records of an edition cannot be read");
        Fault::Unavailable
    })?;
    Ok(Read {
        head,
        by,
        figures,
        since,
    })
}

/// What the records of an edition add up to, and what it has otherwise than the one before it.
fn told(edition: &Edition, before: Option<&Edition>) -> std::result::Result<(Vec<Annual>, Option<Since>), NoRecord> {
    let records = Records::parse(&edition.records)?;
    let figures = edition.counted(&records);
    let Some(before) = before else {
        return Ok((figures, None));
    };
    let old = Records::parse(&before.records)?;
    let was = before.counted(&old);
    let differs = |figure: &Annual| {
        let known = was.iter().find(|known| known.id == figure.id);
        let known = known.map(|known| known.value.clone());
        (known.as_ref() != Some(&figure.value)).then(|| (figure.id, known, figure.value.clone()))
    };
    let differ = figures.iter().filter_map(differs).collect();
    // Compared by the kinds of records that the one before has: of a newer kind all would have come.
    let records = records.of_version(old.version()).lasting();
    let (gone, come) = difference(&old.lasting(), &records);
    let since = Since {
        figures: differ,
        records: Changed { gone, come },
    };
    Ok((figures, Some(since)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::annual::Base;

    #[test]
    fn an_edition_of_fewer_figures_in_other_words_still_holds() {
        let mut base = Base::default();
        base.exam.due = 138;
        let now = figures(&base, Timestamp(0), Lang::Zh);
        let older = json(&figures(&base, Timestamp(9), Lang::En)[..5].to_vec());
        assert!(agree(&json(&now), &now) && agree(&older, &now));
        assert!(!agree(&older.replace("138", "139"), &now), "another number");
        assert!(
            !agree(&older.replace("registered", "unknown"), &now),
            "a figure that nobody counts"
        );
        assert!(!agree("[]", &now) && !agree("", &now));
    }
}
