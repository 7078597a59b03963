//! Marking by people: the queue of an exam, one answer at a time, and what follows when the last one is read.

use std::sync::Arc;

use super::{
    App, Caller, Error, Result, notice, random,
    sitting::{self, Material, kept, settle},
};
use crate::{
    db::{
        self,
        marking::{Marker, Progress, Reading},
    },
    domain::{
        answer::{Criterion, given},
        attempt::Settled,
        exam::{Exam, State as ExamState},
        id::{AttemptId, ExamId},
        item::{Kind, Question},
        key_correction::sheet_choices,
        marking::{self, CLAIM_MINUTES, COMMENT, NoMark, State, Step, Task, decide},
        paper::Paper,
        points::Points,
        role::Right,
    },
    error::Fault,
};

/// An opened exam the caller may mark, with its pool.
async fn marked_by(app: &App, caller: &Caller, id: ExamId) -> Result<(Arc<Material>, Marker)> {
    let reach = caller.may(Right::MarkPapers)?;
    let material = sitting::material(app, id).await?;
    let units = db::person::units(&app.db).await?;
    if !reach.covers(&units, material.exam.unit) {
        return Err(Fault::NotFound.into());
    }
    if material.exam.state != ExamState::Open {
        return Err(Fault::WrongState.into());
    }
    // Somebody has to stand for a reading.
    let account = caller.account().ok_or(Fault::Forbidden)?;
    let marker = Marker {
        account: account.id,
        person: account.person,
    };
    Ok((material, marker))
}

/// An exam with answers to be read.
pub struct Queue {
    pub exam: Exam,
    /// Answers that are not done.
    pub open: i64,
}

/// The exams whose answers the caller may read, those with open ones first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who marks papers asks.
pub async fn queues(app: &App, caller: &Caller) -> Result<Vec<Queue>> {
    let reach = caller.may(Right::MarkPapers)?;
    let units = db::person::units(&app.db).await?;
    let mut queues = Vec::new();
    for exam in db::exam::all(&app.db).await? {
        let texts = exam.blueprint.parts.iter().any(|part| !part.kind.is_choice());
        if texts && exam.state == ExamState::Open && reach.covers(&units, exam.unit) {
            let open = db::marking::open(&app.db, exam.id).await?;
            queues.push(Queue { exam, open });
        }
    }
    queues.sort_by_key(|queue| std::cmp::Reverse(queue.open > 0));
    Ok(queues)
}

/// A question whose answers are read.
pub struct Row {
    pub progress: Progress,
    pub kind: Kind,
    pub stem: String,
}

/// The answers of an exam by question.
pub struct Overview {
    pub exam: Exam,
    pub rows: Vec<Row>,
}

/// How far the marking of an exam is.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody with an account asks who marks papers, [`Fault::NotFound`] outside their scope,
/// [`Fault::WrongState`] before the opening.
pub async fn overview(app: &App, caller: &Caller, id: ExamId) -> Result<Overview> {
    let (material, marker) = marked_by(app, caller, id).await?;
    let rows = db::marking::progress(&app.db, id, marker.account).await?;
    let row = |progress: Progress| {
        let question = &material.question(progress.pool)?.question;
        Some(Row {
            progress,
            kind: question.kind,
            stem: question.stem.clone(),
        })
    };
    Ok(Overview {
        rows: rows.into_iter().filter_map(row).collect(),
        exam: material.exam.clone(),
    })
}

/// One answer before its reader: no name, and nothing of what others gave.
pub struct Answer {
    /// Tells it from others without naming anybody.
    pub reference: String,
    /// What was written, in lines.
    pub lines: Vec<String>,
    pub criteria: Vec<Criterion>,
    /// Two readings differ, and this one decides.
    pub third: bool,
    /// When somebody else may take it, civil time.
    pub until: String,
}

/// One question with the answer that the caller has before them.
pub struct Desk {
    pub exam: Exam,
    pub pool: u32,
    pub question: Question,
    pub full: Points,
    pub progress: Progress,
    /// `None`: nothing is taken.
    pub answer: Option<Answer>,
}

/// The words by which a form names an answer.
fn reference(task: &Task) -> String {
    let words = format!("mingfa marking 1 {} {}", task.attempt, task.item);
    random::hex(&random::digest(words.as_bytes()))[..16].to_owned()
}

/// One question of an exam. `take`: also takes the next answer, if the caller has none.
///
/// # Errors
/// As [`overview`]; [`Fault::NotFound`] when the pool has no such place.
pub async fn desk(app: &App, caller: &Caller, id: ExamId, pool: u32, take: bool) -> Result<Desk> {
    let (material, marker) = marked_by(app, caller, id).await?;
    let question = material.question(pool).ok_or(Fault::NotFound)?.question.clone();
    let full = material.exam.blueprint.points_of(question.kind);
    let task = match take {
        true => claim(app, (id, pool), marker).await?,
        false => db::marking::of_marker(&app.db, (id, pool), marker.account, app.now()).await?,
    };
    let answer = match (task, &question.form) {
        (Some((task, until)), Some(form)) => {
            let texts = db::sitting::texts(&app.db, task.attempt).await?;
            let text = texts.get(&task.item).map_or("", String::as_str);
            Some(Answer {
                reference: reference(&task),
                lines: given(&form.asking(), text),
                criteria: form.criteria(full),
                third: task.state == State::Third,
                until: until.clock(),
            })
        }
        _ => None,
    };
    let rows = db::marking::progress(&app.db, id, marker.account).await?;
    let own = rows.into_iter().find(|row| row.pool == pool);
    Ok(Desk {
        exam: material.exam.clone(),
        pool,
        question,
        full,
        progress: own.unwrap_or_default(),
        answer,
    })
}

async fn claim(
    app: &App,
    queue: (ExamId, u32),
    marker: Marker,
) -> Result<Option<(Task, crate::domain::time::Timestamp)>> {
    let now = app.now();
    let until = now.plus_minutes(u32::try_from(CLAIM_MINUTES).unwrap_or(0));
    let claimed: db::Result<Option<Task>> = app
        .db
        .write((), move |tx, ()| {
            Box::pin(async move { db::marking::claim(tx, queue, marker, (now, until)).await })
        })
        .await;
    Ok(claimed?.map(|task| (task, until)))
}

/// What a reader gives.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// Which answer it is for; see [`Answer::reference`].
    pub reference: String,
    /// For each criterion; `None` for what is no number.
    pub points: Vec<Option<Points>>,
    pub comment: String,
}

/// Stores a reading of the answer that the caller has before them. When it was the last one of an attempt, the score becomes
/// final in the same transaction.
///
/// # Errors
/// As [`overview`]; [`Fault::Marking`] when the points do not fit, or the answer is not the caller's to read any more.
pub async fn mark(app: &App, caller: &Caller, id: ExamId, pool: u32, said: &Given) -> Result<()> {
    let (material, marker) = marked_by(app, caller, id).await?;
    let comment = said.comment.trim().to_owned();
    if comment.chars().count() > COMMENT || comment.chars().any(|c| c.is_control() && c != '\n' && c != '\r') {
        return Err(Fault::Marking(NoMark::Comment).into());
    }
    let criteria: Option<Vec<Points>> = said.points.iter().copied().collect();
    let criteria = criteria.ok_or(Fault::Marking(NoMark::Points))?;
    let now = app.now();
    let held = db::marking::of_marker(&app.db, (id, pool), marker.account, now).await?;
    let task = held
        .map(|(task, _)| task)
        .filter(|task| reference(task) == said.reference);
    let task = task.ok_or(Fault::Marking(NoMark::Taken))?;
    let form = material.question(pool).and_then(|stored| stored.question.form.as_ref());
    let full = material
        .exam
        .blueprint
        .points_of(material.question(pool).ok_or(Fault::NotFound)?.question.kind);
    let texts = db::sitting::texts(&app.db, task.attempt).await?;
    let text = texts.get(&task.item).map_or("", String::as_str);
    let judged = form.ok_or(Fault::NotFound)?.judged(text, full, Some(&criteria));
    let judged = judged.map_err(|_| Fault::Marking(NoMark::Points))?;
    let reading = Reading {
        round: marking::Round::First,
        marker: marker.account,
        criteria,
        total: judged.points,
        comment,
        at: now,
    };
    let args = (material, reading, app.random.clone());
    app.db
        .write(args, move |tx, (material, reading, random)| {
            Box::pin(async move {
                // Before any row: who corrects a key holds it while rows of attempts are written.
                db::key_correction::hold_keys(tx, material.exam.id).await?;
                let held = db::marking::held(tx, (task.attempt, task.item), reading.marker, now).await?;
                let task = held.ok_or(Fault::Marking(NoMark::Taken))?;
                if read(tx, &material, task, reading).await? {
                    conclude(tx, &material, task.attempt, &random, now).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await
}

/// Stores a reading and what follows for its answer; `true` when that is done now.
async fn read(tx: &mut db::Tx, material: &Material, task: Task, reading: Reading) -> Result<bool> {
    let mut totals = db::marking::totals(tx, task.attempt, task.item).await?;
    let reading = Reading {
        round: marking::next(totals.len()),
        ..reading
    };
    db::marking::insert(tx, &task, &reading)
        .await
        .map_err(|error| match error {
            db::Error::Taken => Fault::Marking(NoMark::Taken).into(),
            other => Error::from(other),
        })?;
    totals.push(reading.total);
    let step = decide(task.needed, &totals, material.exam.policy.second.threshold);
    let (state, points) = match step {
        Step::Wait => (State::Waiting, Points::ZERO),
        Step::Third => (State::Third, Points::ZERO),
        Step::Done(points) => (State::Done, points),
    };
    db::marking::set(tx, &Task { state, points, ..task }).await?;
    Ok(state == State::Done)
}

/// Makes the score of an attempt final when nothing of it waits any more, and tells the candidate where the rules let them see it.
async fn conclude(
    tx: &mut db::Tx,
    material: &Material,
    attempt: AttemptId,
    random: &random::Random,
    now: crate::domain::time::Timestamp,
) -> Result<()> {
    // Whoever reads the last but one answer meanwhile waits here, and sees this one done.
    let Some(handed_in) = db::sitting::hold(tx, attempt).await? else {
        return Ok(());
    };
    let corrections = db::key_correction::in_force_for_hand_in(tx, material.exam.id).await?;
    let tasks = db::marking::of_attempt_in(tx, attempt).await?;
    let marks = marking::marks(&tasks, &corrections);
    if marks.is_empty() {
        return Ok(());
    }
    let damaged = |column| db::Error::Inconsistent {
        table: "attempt",
        column,
        row: attempt.0,
    };
    let bytes = db::sitting::paper_in(tx, attempt)
        .await?
        .ok_or_else(|| damaged("paper"))?;
    let paper = Paper::from_bytes(&bytes).map_err(|_| damaged("paper"))?;
    let choices = sheet_choices(&handed_in.sheet, paper.0.len()).ok_or_else(|| damaged("sheet"))?;
    let texts = db::sitting::texts_in(tx, attempt).await?;
    let settled = settle(material, &corrections, &paper, &kept(choices, texts), &marks);
    let settled = Settled {
        receipt: handed_in.receipt,
        ..settled
    };
    db::sitting::settle(tx, attempt, &settled, &handed_in.sheet).await?;
    notice::after_marking(tx, random, now, material, (handed_in.person, attempt)).await
}
