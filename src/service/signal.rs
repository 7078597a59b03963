//! Signals: what is noted while an attempt is sat, and the comparison of all that were handed in.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    exam,
    random::digest,
    sitting,
};
use crate::{
    db::{
        self,
        signal::{Compared, Trace},
    },
    domain::{
        attempt::Answer,
        audit::Act,
        exam::Exam,
        id::{AttemptId, ExamId, PersonId},
        key_correction::{Correction, mark_asked},
        signal::{
            Answered, Comparison, Device, Kind, Run, Signal, Wrong, fast_perfect, page_left, same_wrong,
            several_devices, strongest_first,
        },
        unit::Tree,
    },
    error::Fault,
};

pub use crate::db::signal::Listed;

/// Signals on a page.
pub const PAGE: u32 = 50;

/// From the token of a sign-in and what the browser says of itself; neither can be read from what is kept.
pub fn device(token: &str, browser: &str) -> Device {
    let short = |text: &str| {
        let digest = digest(format!("mingfa device 1 {text}").as_bytes());
        i64::from_be_bytes(digest.first_chunk().copied().unwrap_or_default())
    };
    Device {
        session: short(token),
        browser: short(browser),
    }
}

/// Notes from where the caller's attempt was opened.
///
/// # Errors
/// [`crate::error::Fault::NotFound`] unless it is the caller's own.
pub async fn note_opening(app: &App, caller: &Caller, id: AttemptId, device: Device) -> Result<()> {
    sitting::check_own(app, caller, id).await?;
    if app.sittings.knows(id, device) {
        return Ok(());
    }
    if !db::signal::knows_opening(&app.db, id, device).await? {
        let now = app.now();
        let noted: Result<()> = app
            .db
            .write((), move |tx, ()| {
                Box::pin(async move { Ok(db::signal::opened_from(tx, id, device, now).await?) })
            })
            .await;
        noted?;
    }
    app.sittings.know(id, device);
    Ok(())
}

/// How far a comparison on this node has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Attempts read so far, and how many there are.
    Reading(u64, u64),
    /// All are read; pairs are compared.
    Comparing,
    /// It broke off; what was found before is still there.
    Failed,
}

/// Comparisons that run on this node, and those that broke off.
#[derive(Default)]
pub struct Comparisons(Mutex<HashMap<ExamId, Progress>>);

impl Comparisons {
    fn of(&self, exam: ExamId) -> Option<Progress> {
        self.all().get(&exam).copied()
    }

    fn all(&self) -> MutexGuard<'_, HashMap<ExamId, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `false`: one runs already.
    fn begin(&self, exam: ExamId) -> bool {
        let mut all = self.all();
        if all.get(&exam).is_some_and(|progress| *progress != Progress::Failed) {
            return false;
        }
        all.insert(exam, Progress::Reading(0, 0));
        true
    }

    fn end(&self, exam: ExamId, failed: bool) {
        let mut all = self.all();
        match failed {
            true => all.insert(exam, Progress::Failed),
            false => all.remove(&exam),
        };
    }
}

/// All that is compared, read from the store.
struct Traces {
    runs: Vec<Run>,
    sheets: Vec<Answered>,
    alone: Vec<Signal>,
}

async fn traces(app: &App, id: ExamId) -> Result<Traces> {
    let material = sitting::material(app, id).await?;
    let corrections = db::key_correction::in_force(&app.db, id).await?;
    let full = material.exam.blueprint.total();
    let mut traces = Traces {
        runs: Vec::new(),
        sheets: Vec::new(),
        alone: Vec::new(),
    };
    let all = db::signal::handed_in(&app.db, id).await?;
    let mut after = (PersonId(0), 0);
    loop {
        let read = traces.runs.len() as u64;
        app.comparisons.all().insert(id, Progress::Reading(read, all.max(read)));
        let page = db::signal::traces(&app.db, id, after).await?;
        let Some(last) = page.last() else {
            return Ok(traces);
        };
        after = (last.person, last.number);
        for trace in page {
            traces.runs.push(Run {
                attempt: trace.attempt,
                used_ms: trace.used_ms,
                score: trace.score,
                full,
            });
            let devices = several_devices(trace.attempt, trace.sessions, trace.browsers);
            traces.alone.extend(devices);
            traces.alone.extend(page_left(trace.attempt, trace.left));
            let wrong = wrong_answers(app, &material, &corrections, &trace).await?;
            traces.sheets.push(Answered {
                attempt: trace.attempt,
                person: trace.person,
                unit: trace.unit,
                wrong,
            });
        }
    }
}

/// What was answered wrongly by the keys in force; void questions and those that give points to all are never wrong.
async fn wrong_answers(
    app: &App,
    material: &sitting::Material,
    corrections: &[Correction],
    trace: &Trace,
) -> Result<Vec<Wrong>> {
    let (paper, choices) = sitting::chosen(app, trace.attempt, trace.person, (&trace.paper, &trace.sheet)).await?;
    let marking = material.exam.policy.marking();
    let asked = paper.0.iter().zip(choices);
    let mut wrong: Vec<Wrong> = asked
        .filter_map(|(drawn, choice)| material.asked(corrections, drawn, &Answer::chosen(choice), None))
        .filter(|asked| !asked.choice.is_empty())
        .filter(|asked| mark_asked(marking, corrections, asked).is_some_and(|points| points < asked.full))
        .map(|asked| Wrong {
            pool: asked.pool,
            choice: asked.choice,
        })
        .collect();
    wrong.sort_unstable_by_key(|wrong| wrong.pool);
    Ok(wrong)
}

/// So long whoever asks waits for the end; a comparison of a city goes on without.
const PATIENCE: Duration = Duration::from_secs(2);

/// Compares all handed-in attempts of an exam and keeps what stands out, in the place of what was found before. Returns when
/// it is done or after [`PATIENCE`]; how far it has come, [`found`] tells then.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] outside their scope.
pub async fn compare(app: &App, caller: &Caller, id: ExamId) -> Result<()> {
    exam::exam(app, caller, id).await?;
    if !app.comparisons.begin(id) {
        return Ok(());
    }
    let (here, by) = (app.clone(), By::new(app, caller));
    let task = tokio::spawn(async move {
        let mut running = Running {
            app: here,
            exam: id,
            failed: true,
        };
        let done = compare_all(&running.app, by, id).await;
        running.failed = done.is_err();
        if let Err(error) = &done {
            tracing::error!(exam = %id, %error, "a comparison of attempts broke off");
        }
        done
    });
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(done) => done.map_err(|_| Fault::Unavailable)?,
        Err(_) => Ok(()),
    }
}

/// Says in any case how a comparison ended, also when it panics: or it could never be begun again.
struct Running {
    app: App,
    exam: ExamId,
    failed: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.app.comparisons.end(self.exam, self.failed);
    }
}

async fn compare_all(app: &App, by: By, id: ExamId) -> Result<()> {
    let Traces {
        runs,
        sheets,
        mut alone,
    } = traces(app, id).await?;
    let attempts = runs.len() as u64;
    app.comparisons.all().insert(id, Progress::Comparing);
    // Millions of pairs take seconds: other requests must not wait for them.
    let compared = tokio::task::spawn_blocking(move || {
        let Comparison {
            signals,
            pairs,
            left_out,
        } = same_wrong(sheets);
        alone.extend(signals);
        alone.extend(fast_perfect(&runs));
        (strongest_first(alone), pairs, left_out as u64)
    });
    let (signals, pairs, left_out) = compared.await.map_err(|_| db::Error::Closing)?;
    let compared = Compared {
        at: by.at,
        by: by.id(),
        attempts,
        pairs,
        left_out,
    };
    app.db
        .write((signals, by), move |tx, (signals, by)| {
            Box::pin(async move {
                db::signal::replace(tx, id, compared, &signals).await?;
                let deed = Deed::new(Act::SignalsCompared, format!("exam {id}")).after(&(attempts, signals.len()));
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// What the last comparison of an exam found, one kind at a time.
pub struct Found {
    pub exam: Exam,
    pub units: Tree,
    /// A comparison that runs on this node, or broke off.
    pub progress: Option<Progress>,
    pub compared: Option<Compared>,
    /// Who compared.
    pub by: Option<String>,
    pub counts: Vec<(Kind, i64)>,
    pub kind: Kind,
    pub entries: Vec<Listed>,
    pub page: u32,
    pub pages: u32,
}

/// # Errors
/// As [`compare`].
pub async fn found(app: &App, caller: &Caller, id: ExamId, kind: Option<Kind>, page: u32) -> Result<Found> {
    let exam = exam::exam(app, caller, id).await?;
    let counts = db::signal::counts(&app.db, id).await?;
    let count = |kind: Kind| {
        counts
            .iter()
            .find(|(found, _)| *found == kind)
            .map_or(0, |(_, count)| *count)
    };
    let first = Kind::ALL.into_iter().find(|kind| count(*kind) > 0);
    let kind = kind.or(first).unwrap_or(Kind::ALL[0]);
    let pages = u32::try_from(count(kind)).unwrap_or(u32::MAX).div_ceil(PAGE);
    let page = page.clamp(1, pages.max(1));
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let compared = db::signal::compared(&app.db, id).await?;
    let by = match compared {
        Some(compared) => db::account::name_of(&app.db, compared.by).await?,
        None => None,
    };
    Ok(Found {
        exam,
        units: db::person::units(&app.db).await?,
        by,
        progress: app.comparisons.of(id),
        compared,
        entries: db::signal::page(&app.db, id, kind, i64::from(PAGE), offset).await?,
        counts: Kind::ALL.map(|kind| (kind, count(kind))).to_vec(),
        kind,
        page,
        pages,
    })
}
