//! Exams and laws that change. At its opening an exam takes its questions as the bank has them then. From there on papers that are
//! drawn stay, and papers still to come, of further attempts, do without what the law or the bank has overtaken, as far as the rest
//! is enough; whoever keeps the exam is shown those questions.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    draw::Source,
    exam,
};
pub use crate::db::exam::Overtaken;
use crate::{
    db::{self, exam::LeftOut},
    domain::{
        audit::Act,
        exam::{Exam, State},
        id::ExamId,
        paper::PoolItem,
    },
    error::Fault,
};

/// What the law or the bank has overtaken among the questions of an exam.
pub struct Found {
    /// In the order of the pool, each with whether papers still to come do without it.
    pub questions: Vec<(Overtaken, bool)>,
    /// Whether the exam is open: until then all of them leave or are renewed by themselves.
    pub open: bool,
}

/// What an administrator is shown of an exam.
///
/// # Errors
/// As [`exam::exam`].
pub async fn found(app: &App, caller: &Caller, id: ExamId) -> Result<Found> {
    let open = exam::exam(app, caller, id).await?.state == State::Open;
    let left_out = newest(app, id).await?.places;
    let questions = db::exam::overtaken(&app.db, id).await?;
    let told = |one: Overtaken| {
        let out = left_out.binary_search(&one.place).is_ok();
        (one, out)
    };
    Ok(Found {
        questions: questions.into_iter().map(told).collect(),
        open,
    })
}

async fn newest(app: &App, id: ExamId) -> Result<LeftOut> {
    let all = db::exam::left_out(&app.db, id).await?;
    Ok(all.into_iter().next().unwrap_or_default())
}

/// Looks what papers still to come of all open exams do without; gives for how many that has changed. Safe to run on every node.
///
/// # Errors
/// When the database fails.
pub async fn leave_out(app: &App) -> Result<u64> {
    let mut changed = 0;
    for id in db::exam::running(&app.db, app.now()).await? {
        changed += u64::from(leave_out_of(app, id).await?);
    }
    Ok(changed)
}

/// As [`leave_out`] for one exam; whether that has changed.
///
/// # Errors
/// When the database fails.
pub async fn leave_out_of(app: &App, id: ExamId) -> Result<bool> {
    let overtaken = db::exam::overtaken(&app.db, id).await?;
    let before = newest(app, id).await?;
    let places = match overtaken.is_empty() {
        true => Vec::new(),
        false => spared(app, id, overtaken).await?,
    };
    if places == before.places {
        return Ok(false);
    }
    let (by, now) = (By::new(app, &Caller::operator()), app.now());
    let after = LeftOut {
        number: before.number + 1,
        places,
    };
    app.db
        .write((by, after), move |tx, (by, after)| {
            Box::pin(async move {
                if !db::exam::leave_out(tx, id, &after, now).await? {
                    return Ok(false);
                }
                let deed = Deed::new(Act::ExamQuestionsLeft, format!("exam {id}")).after(&after.places);
                audit::record(tx, &by, deed).await?;
                Ok(true)
            })
        })
        .await
}

/// Those places that the draw can do without.
async fn spared(app: &App, id: ExamId, overtaken: Vec<Overtaken>) -> Result<Vec<u32>> {
    let exam = db::exam::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let pool = db::bank::pool(&app.db, id).await?;
    let work = move || {
        let pool: Vec<_> = pool.iter().map(PoolItem::of).collect();
        // What the law has changed first, if not all can go.
        let (law, bank): (Vec<_>, Vec<_>) = overtaken.iter().partition(|one| one.by_law);
        let wanted: Vec<u32> = law.into_iter().chain(bank).map(|one| one.place).collect();
        let mut out = Vec::new();
        spare(&pool, &exam, &wanted, &mut out);
        out
    };
    Ok(tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Unavailable)?)
}

/// Adds to `out` what can be left out too: all of it, or what can of each half.
fn spare(pool: &[PoolItem], exam: &Exam, wanted: &[u32], out: &mut Vec<u32>) {
    let mut without: Vec<u32> = out.iter().chain(wanted).copied().collect();
    without.sort_unstable();
    if Source::new(pool, &without, exam).is_ok_and(|source| source.prove(exam.id).is_ok()) {
        *out = without;
    } else if wanted.len() > 1 {
        let (first, rest) = wanted.split_at(wanted.len() / 2);
        spare(pool, exam, first, out);
        spare(pool, exam, rest, out);
    }
}
