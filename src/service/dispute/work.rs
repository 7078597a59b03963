//! Carrying a ruling out: one exam or competition after the other. Every step is stored with what it did, so that any node can go on
//! where another has stopped, and a step done twice changes nothing more.

use std::{
    collections::HashSet,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{ruling::to_settle, subject_of};
use crate::{
    db::{self, Tx, dispute::Titled},
    domain::{
        audit::Act as Audited,
        dispute::{Part, Ruling, State, Step, Target, Where},
        id::{CompetitionId, ExamId, PersonId, RulingId},
        key_correction::{Act, Correction, Method},
        notice::About as News,
        objection::{Objection, State as ObjectionState},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Error, Result,
        audit::{self, By, Deed},
        competition::{self, count, recount},
        key_correction, notice,
    },
};

/// A node without a sign of life for so long does no more; another goes on with its ruling.
const LEASE_SECONDS: i64 = 60;
/// So long whoever approves waits for the end; a ruling on a province's competition goes on without.
const PATIENCE: Duration = Duration::from_secs(2);

/// The rulings that this node carries out.
#[derive(Default)]
pub struct Working(Mutex<HashSet<RulingId>>);

impl Working {
    fn all(&self) -> MutexGuard<'_, HashSet<RulingId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Says in any case that it is done, also when it panics: or it could never be taken up again.
struct Running(App, RulingId);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.rulings.all().remove(&self.1);
    }
}

/// Begins to carry a ruling out; returns when it is done, or after [`PATIENCE`]. What fails is logged, and taken up again by
/// [`carry_on`]: what was approved stays so.
pub(super) async fn begin(app: &App, id: RulingId) {
    let here = app.clone();
    let task = tokio::spawn(async move {
        if let Err(error) = carry_out(&here, id).await {
            tracing::error!(ruling = %id, %error, "a ruling could not be carried out; it is tried again");
        }
    });
    // Whoever waits no longer reads on the page how far it has come.
    let _ = tokio::time::timeout(PATIENCE, task).await;
}

/// Goes on with rulings that no node carries out any more; gives how many were finished. Safe to run on every node at once.
///
/// # Errors
/// When the rulings cannot be read.
pub async fn carry_on(app: &App) -> Result<usize> {
    let mut finished = 0;
    for id in db::dispute::left_lying(&app.db, dead(app.now())).await? {
        match carry_out(app, id).await {
            Ok(true) => finished += 1,
            Ok(false) => {}
            Err(error) => tracing::error!(ruling = %id, %error, "a ruling could not be carried out; it is tried again"),
        }
    }
    Ok(finished)
}

fn dead(now: Timestamp) -> Timestamp {
    now.plus_seconds(-LEASE_SECONDS)
}

/// `false`: another node carries it out, or has.
async fn carry_out(app: &App, id: RulingId) -> Result<bool> {
    if !app.rulings.all().insert(id) {
        return Ok(false);
    }
    let _running = Running(app.clone(), id);
    let ruling = db::dispute::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let from = match ruling.state {
        State::Applying => Step::Waiting,
        State::Undoing => Step::Applied,
        State::Proposed | State::Refused | State::Applied | State::Undone => return Ok(false),
    };
    for part in db::dispute::parts(&app.db, id).await? {
        if part.step != from {
            continue;
        }
        if !claim(app, id).await? {
            return Ok(false);
        }
        let by = approver(app, &ruling).await?;
        match part.target {
            Target::Exam(exam) => of_exam(app, &ruling, (exam, part), by).await?,
            Target::Competition(competition) => {
                if !of_competition(app, &ruling, (competition, part), by).await? {
                    return Ok(false);
                }
            }
        }
    }
    finish(app, ruling).await
}

/// Whoever approved it, or took it back.
async fn approver(app: &App, ruling: &Ruling) -> Result<By> {
    let act = ruling.undone.as_ref().or(ruling.decided.as_ref());
    By::later(app, act.map_or(ruling.proposed.by, |act| act.by)).await
}

/// A sign of life; `false` when another node has taken over.
async fn claim(app: &App, id: RulingId) -> Result<bool> {
    let (worker, now) = (app.plays.lane(), app.now());
    app.db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::dispute::claim(tx, id, worker, now, dead(now)).await?) })
        })
        .await
}

/// Stores how far a part has come.
async fn advance(app: &App, id: RulingId, part: Part, before: Step) -> Result<()> {
    let stored: Result<bool> = app
        .db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::dispute::advance(tx, id, &part, before).await?) })
        })
        .await;
    stored.map(|_| ())
}

/// Another correction of the question came first: the exam or competition keeps that one.
async fn leave_out(app: &App, id: RulingId, part: Part) -> Result<()> {
    let after = Part {
        step: Step::LeftOut,
        ..part
    };
    advance(app, id, after, part.step).await
}

async fn of_exam(app: &App, ruling: &Ruling, (exam, part): (ExamId, Part), by: By) -> Result<()> {
    if ruling.state == State::Undoing {
        return key_correction::undo_ruling(app, ruling, (exam, part), by).await;
    }
    match key_correction::apply_ruling(app, ruling, (exam, part), by).await {
        Err(Error::Db(db::Error::Taken)) => leave_out(app, ruling.id, part).await,
        done => done,
    }
}

/// Brings the correction of a competition into force, or takes it back, and then marks every attempt anew that holds the question;
/// `false` when another node has taken over.
async fn of_competition(
    app: &App,
    ruling: &Ruling,
    (competition, part): (CompetitionId, Part),
    by: By,
) -> Result<bool> {
    match turn(app, ruling, competition, part.place).await {
        Err(Error::Db(db::Error::Taken)) => return leave_out(app, ruling.id, part).await.map(|()| true),
        done => done?,
    }
    app.contests.forget(competition);
    let contest = competition::published(app, competition).await?;
    let mut now = part;
    while let Some((last, attempts)) = recount::remark(app, &contest, part.place, now.through).await? {
        now.through = last;
        if ruling.state == State::Applying {
            now.attempts += attempts;
        }
        advance(app, ruling.id, now, part.step).await?;
        if !claim(app, ruling.id).await? {
            return Ok(false);
        }
    }
    count::again(app, by, &contest).await?;
    now.step = match ruling.state {
        State::Undoing => Step::Undone,
        _ => Step::Applied,
    };
    advance(app, ruling.id, now, part.step).await?;
    Ok(true)
}

/// The keys by which attempts are marked from now on.
async fn turn(app: &App, ruling: &Ruling, competition: CompetitionId, place: u32) -> Result<()> {
    let (id, undo) = (ruling.id, ruling.state == State::Undoing);
    let correction = Correction {
        pool: place,
        method: ruling.method.clone(),
    };
    app.db
        .write(correction, move |tx, correction| {
            Box::pin(async move {
                match undo {
                    true => db::competition_correction::withdraw(tx, competition, id, place).await?,
                    false => db::competition_correction::put(tx, competition, id, &correction).await?,
                }
                Ok(())
            })
        })
        .await
}

/// Says that all is done, and tells those who had flagged the question; `false` when another node said so.
async fn finish(app: &App, ruling: Ruling) -> Result<bool> {
    let by = approver(app, &ruling).await?;
    let undo = ruling.state == State::Undoing;
    let (versions, open) = match undo {
        true => (Vec::new(), Vec::new()),
        false => to_settle(app, &ruling).await?,
    };
    let decided = decided(app, &ruling).await?;
    let args = std::sync::Arc::new((ruling, by, versions, open, decided, app.random.clone()));
    app.db
        .write(args, move |tx, args| {
            Box::pin(async move {
                let (ruling, by, versions, open, decided, random) = &*args;
                if !db::dispute::finish(tx, ruling.id, ruling.state).await? {
                    return Ok(false);
                }
                let flags = match undo {
                    true => db::dispute::reopen(tx, ruling.id).await?,
                    false => db::dispute::settle(tx, ruling.id, versions).await?,
                };
                let mut news: Vec<(PersonId, News)> =
                    flags.iter().filter_map(|titled| told(titled, ruling, undo)).collect();
                news.extend(match undo {
                    true => reopen(tx, decided).await?,
                    false => decide(tx, ruling, by, open).await?,
                });
                notice::tell(tx, random, by.at, news).await?;
                let after = (undo, flags.len(), if undo { decided.len() } else { open.len() });
                let deed = Deed::new(Audited::RulingCarriedOut, subject_of(ruling)).after(&after);
                audit::record(tx, by, deed).await?;
                Ok(true)
            })
        })
        .await
}

/// What a person of the roster is told who had flagged a question in a competition or in study.
pub(super) fn told(titled: &Titled, ruling: &Ruling, undo: bool) -> Option<(PersonId, News)> {
    let (title, code) = (titled.title.clone(), titled.code.clone());
    let upheld = ruling.method != Method::Leave;
    let news = match (titled.flag.place, undo) {
        (Where::Play { .. }, true) => News::FlagReopened { title, code },
        (Where::Play { .. }, false) => News::FlagSettled { title, code, upheld },
        (Where::Study { .. }, true) => News::StudyFlagReopened,
        (Where::Study { .. }, false) => News::StudyFlagSettled { upheld },
    };
    Some((titled.flag.person?, news))
}

/// The objections that a ruling has decided, each with the title of its exam.
async fn decided(app: &App, ruling: &Ruling) -> Result<Vec<(Objection, String)>> {
    let mut decided = Vec::new();
    for id in db::dispute::objections(&app.db, ruling.id).await? {
        if let Some(objection) = db::objection::get(&app.db, id).await?
            && let Some(exam) = db::exam::get(&app.db, objection.exam).await?
        {
            decided.push((objection, exam.title));
        }
    }
    Ok(decided)
}

/// Lets objections wait again.
async fn reopen(tx: &mut Tx, decided: &[(Objection, String)]) -> Result<Vec<(PersonId, News)>> {
    let mut news = Vec::new();
    for (objection, title) in decided {
        if db::objection::reopen(tx, objection.id).await? {
            let about = News::ObjectionReopened {
                title: title.clone(),
                attempt: objection.attempt,
            };
            news.push((objection.person, about));
        }
    }
    Ok(news)
}

/// Decides the objections that the ruling settles, with its reason.
async fn decide(tx: &mut Tx, ruling: &Ruling, by: &By, open: &[(Objection, String)]) -> Result<Vec<(PersonId, News)>> {
    let state = match ruling.method {
        Method::Leave => ObjectionState::Rejected,
        _ => ObjectionState::Upheld,
    };
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: ruling.proposed.reason.clone(),
    };
    let (mut news, mut decided) = (Vec::new(), Vec::new());
    for (objection, title) in open {
        if db::objection::decide(tx, objection.id, state, &act).await? {
            decided.push(objection.id);
            let about = News::ObjectionDecided {
                title: title.clone(),
                attempt: objection.attempt,
                state,
            };
            news.push((objection.person, about));
        }
    }
    db::dispute::put_objections(tx, ruling.id, &decided).await?;
    Ok(news)
}
