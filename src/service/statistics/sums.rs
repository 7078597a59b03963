//! Running sums over the questions of exams: they grow by what was handed in since, are stored once nothing earlier can still come
//! in, and begin anew where that was wrong or a key was corrected.

use std::{sync::Arc, time::Duration};

use super::papers::{Marks, Texts};
use crate::{
    db::{self, item_sums::Stored},
    domain::{
        id::{AttemptId, ExamId},
        statistics::{
            running::{Differing, PapersDiffer, Running},
            sheet::Basis,
        },
        time::Timestamp,
    },
    service::{App, Error, Result, audit},
};

/// What is stored ends so long before now: a hand-in carries the time of its node's clock, and is seen when its transaction ends.
const MARGIN_SECONDS: i64 = 60;
/// Attempts read at a time, and how long others have the database in between.
const READ: u32 = 500;
const PAUSE: Duration = Duration::from_millis(2);

/// The sums over everything handed in by now, and how it was marked. `told`: how many attempts were read.
///
/// # Errors
/// When the database fails.
pub(super) async fn now(app: &App, exam: ExamId, told: impl Fn(u64)) -> Result<(Running, Arc<Marks>)> {
    // Before the keys: should one be corrected in between, what is counted here is not stored.
    let stored = db::item_sums::get(&app.db, exam).await?;
    let marks = Marks::now(app, exam).await?;
    let version = stored.as_ref().map_or(0, |stored| stored.version);
    let until = app.now().plus_seconds(-MARGIN_SECONDS);
    let (mut before, mut grown) = (0, None);
    if let Some(stored) = stored.filter(|stored| stored.keys == keys(&marks))
        && whole(app, exam, &stored).await?
    {
        before = stored.attempts;
        grown = grow(app, &marks, stored, until, &told).await?.ok();
    }
    let Grown { settled, sums } = match grown {
        Some(grown) => grown,
        None => {
            before = 0;
            anew(app, &marks, version, until, &told).await?
        }
    };
    if settled.attempts != before {
        // Should another node have been faster, its sums are as good.
        let _: bool = app
            .db
            .write(settled, move |tx, settled| {
                Box::pin(async move { Ok::<_, Error>(db::item_sums::put(tx, exam, &settled).await?) })
            })
            .await?;
    }
    Ok((sums, marks))
}

/// Counts everything again.
async fn anew(app: &App, marks: &Marks, version: i64, until: Timestamp, told: impl Fn(u64)) -> Result<Grown> {
    let mut basis = Basis::Fixed;
    loop {
        match grow(app, marks, nothing(marks, version, basis), until, &told).await? {
            Ok(grown) => return Ok(grown),
            Err(PapersDiffer) => basis = Basis::Drawn,
        }
    }
}

/// By what papers were marked. Sums from before questions beyond choice counted do not fit where there are any.
fn keys(marks: &Marks) -> String {
    let forms = if marks.has_forms() { " and forms" } else { "" };
    audit::json(&marks.corrections) + forms
}

fn nothing(marks: &Marks, version: i64, basis: Basis) -> Stored {
    Stored {
        version,
        until: Timestamp(0),
        attempts: 0,
        keys: keys(marks),
        sums: Running::new(basis, &marks.items),
    }
}

/// Whether everything handed in up to their moment is in them.
async fn whole(app: &App, exam: ExamId, stored: &Stored) -> Result<bool> {
    Ok(db::item_sums::handed_in(&app.db, exam, stored.until).await? == stored.attempts)
}

struct Grown {
    /// To be stored.
    settled: Stored,
    /// With what came after.
    sums: Running,
}

/// Adds what was handed in since.
async fn grow(
    app: &App,
    marks: &Marks,
    from: Stored,
    until: Timestamp,
    told: impl Fn(u64),
) -> Result<std::result::Result<Grown, PapersDiffer>> {
    let (mut sums, mut attempts) = (from.sums.clone(), from.attempts);
    let mut after = (from.until, AttemptId(i64::MAX));
    let until = until.max(from.until);
    let mut settled = None;
    let as_stored = |sums: &Running, attempts| Stored {
        until,
        attempts,
        sums: sums.clone(),
        ..from.clone()
    };
    loop {
        told(attempts);
        let page = db::item_sums::since(&app.db, marks.exam, after, READ).await?;
        let Some(last) = page.last() else { break };
        after = (last.at, last.attempt);
        let full = page.len() == READ as usize;
        let texts = Texts::read(app, marks, page.iter().map(|sat| sat.attempt)).await?;
        for sat in page {
            if sat.at > until && settled.is_none() {
                settled = Some(as_stored(&sums, attempts));
            }
            attempts += 1;
            if !sat.first {
                continue;
            }
            let stored = (&sat.paper[..], &sat.sheet[..]);
            let asked = texts.asked(app, marks, sat.attempt, sat.person, stored).await?;
            let items = asked
                .iter()
                .map(|one| one.pool)
                .filter(|pool| marks.counts(*pool))
                .collect();
            if let Err(differ) = sums.add(items, &marks.given_of(asked.into_iter())) {
                return Ok(Err(differ));
            }
        }
        if !full {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let settled = settled.unwrap_or_else(|| as_stored(&sums, attempts));
    Ok(Ok(Grown { settled, sums }))
}

/// Brings the stored sums of all exams up to date. Safe to run on every node at any time.
///
/// # Errors
/// When the database fails.
pub async fn fold(app: &App) -> Result<()> {
    let until = app.now().plus_seconds(-MARGIN_SECONDS);
    for exam in db::item_sums::waiting(&app.db, until).await? {
        now(app, exam, |_| {}).await?;
    }
    Ok(())
}

/// A sum that is not what it is when everything is counted again: what it is about, and both as JSON.
pub(in crate::service) struct Wrong {
    pub subject: String,
    pub stored: String,
    pub recomputed: String,
}

/// Counts again what is in the stored sums; `None` when none are stored, or wait to be counted anew because a key was corrected.
pub(in crate::service) async fn check(app: &App, exam: ExamId) -> Result<Option<Vec<Wrong>>> {
    let marks = Marks::now(app, exam).await?;
    let stored = db::item_sums::get(&app.db, exam).await?;
    let Some(stored) = stored.filter(|stored| stored.keys == keys(&marks)) else {
        return Ok(None);
    };
    let again = anew(app, &marks, 0, stored.until, |_| {}).await?.settled;
    let mut wrong = Vec::new();
    let mut name = |subject: &str, stored: String, recomputed: String| {
        wrong.push(Wrong {
            subject: subject.to_owned(),
            stored,
            recomputed,
        });
    };
    if stored.attempts != again.attempts {
        name("attempts", stored.attempts.to_string(), again.attempts.to_string());
    }
    let Differing { papers, items } = stored.sums.differing(&again.sums);
    let (kept, counted) = (stored.sums.sums(), again.sums.sums());
    if papers {
        name("papers", audit::json(&kept.papers()), audit::json(&counted.papers()));
    }
    for place in items {
        let subject = format!("question {}", place + 1);
        name(
            &subject,
            audit::json(&kept.item(place)),
            audit::json(&counted.item(place)),
        );
    }
    Ok(Some(wrong))
}
