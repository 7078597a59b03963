//! Objections: a candidate raises one in time, an administrator sees journal and key and decides with a reason.

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    exam, notice, review, sitting,
};
use crate::{
    db::{self, objection::Queued},
    domain::{
        answer::{Form, given},
        attempt::Attempt,
        audit::Act as Audited,
        exam::Exam,
        id::{AttemptId, ObjectionId},
        item::OptionSet,
        key::Key,
        key_correction::{self, Act, Asked, Correction, Proposal, correction_of, mark_asked},
        marking,
        notice::About as News,
        objection::{About, NoObjection, Objection, State, reason, until},
        paper::Drawn,
        points::Points,
        role::Right,
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// Objections on a page of the queue.
pub const PAGE: u32 = 50;

/// What a candidate may object to, and has.
pub struct Mine {
    pub exam: Exam,
    pub attempt: Attempt,
    /// Questions on the paper.
    pub questions: u16,
    pub raised: Vec<Objection>,
    /// The last moment of an objection.
    pub until: Timestamp,
    /// Why none can be raised now.
    pub closed: Option<NoObjection>,
    pub show_score: bool,
}

/// The caller's objections about an attempt; `None` while it runs.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub async fn mine(app: &App, caller: &Caller, id: AttemptId) -> Result<Option<Mine>> {
    let (attempt, paper) = sitting::handed_in(app, caller, id).await?;
    let Some(outcome) = &attempt.outcome else {
        return Ok(None);
    };
    let exam = sitting::material(app, attempt.exam).await?.exam.clone();
    let now = app.now();
    let rounds = db::round::of_exam(&app.db, exam.id).await?;
    let of_attempt = rounds.iter().find(|round| round.number == attempt.round);
    let closes_at = of_attempt.map_or(exam.window.closes_at, |round| round.window.closes_at);
    let until = until(outcome.handed_in_at, closes_at, exam.policy.objection_days);
    let closed = match exam.policy.objection_days {
        0 => Some(NoObjection::None),
        _ if now > until => Some(NoObjection::TooLate(until)),
        _ => None,
    };
    Ok(Some(Mine {
        show_score: review::shows_score(&exam.policy, &rounds, &attempt, now),
        questions: u16::try_from(paper.0.len()).unwrap_or(u16::MAX),
        raised: db::objection::of_attempt(&app.db, id).await?,
        until,
        closed,
        exam,
        attempt,
    }))
}

/// Raises an objection to the score or to one question of the caller's attempt.
///
/// # Errors
/// [`Fault::Objection`] with the reason why it is not taken, [`Fault::NotFound`] unless it is the caller's own.
pub async fn raise(app: &App, caller: &Caller, id: AttemptId, about: About, body: &str) -> Result<ObjectionId> {
    let mine = mine(app, caller, id)
        .await?
        .ok_or(Fault::Objection(NoObjection::Running))?;
    if let Some(closed) = mine.closed {
        return Err(Fault::Objection(closed).into());
    }
    let fits = match about {
        About::Score if !mine.show_score => Err(NoObjection::NotShown),
        About::Item(item) if !(1..=mine.questions).contains(&item) => Err(NoObjection::NoSuchItem),
        About::Score | About::Item(_) => Ok(()),
    };
    fits.map_err(Fault::Objection)?;
    let now = app.now();
    let objection = Objection {
        id: app.random.id(now),
        exam: mine.exam.id,
        attempt: id,
        person: mine.attempt.person,
        about,
        body: reason(body).map_err(Fault::Objection)?,
        raised_at: now,
        state: State::Open,
        decided: None,
    };
    let raised = objection.id;
    let stored: Result<()> = app
        .db
        .write(objection, |tx, objection| {
            Box::pin(async move { Ok(db::objection::insert(tx, &objection).await?) })
        })
        .await;
    match stored {
        Ok(()) => Ok(raised),
        Err(Error::Db(db::Error::Taken)) => Err(Fault::Objection(NoObjection::Raised).into()),
        Err(error) => Err(error),
    }
}

/// A page of the queue.
pub struct Queue {
    pub entries: Vec<Queued>,
    pub units: Tree,
    pub all: i64,
    pub page: u32,
    pub pages: u32,
    /// Those that wait; otherwise the decided ones.
    pub open: bool,
}

/// Objections that wait, or those decided, about the exams the caller manages.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks.
pub async fn queue(app: &App, caller: &Caller, open: bool, page: u32) -> Result<Queue> {
    let exams: Vec<_> = exam::exams(app, caller)
        .await?
        .into_iter()
        .map(|exam| exam.id)
        .collect();
    let page = page.clamp(1, 100_000);
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let (entries, all) = db::objection::queue(&app.db, &exams, open, i64::from(PAGE), offset).await?;
    Ok(Queue {
        entries,
        units: db::person::units(&app.db).await?,
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE),
        open,
    })
}

/// One question of the paper as the marker sees it: what was shown, chosen, and right, and the journal about it.
pub struct Marked {
    /// Place on the paper, from 1.
    pub place: usize,
    /// Place in the exam's pool.
    pub pool: u32,
    pub stem: String,
    /// Options in the order shown.
    pub options: Vec<String>,
    /// By shown place.
    pub choice: OptionSet,
    pub key: OptionSet,
    /// What was filled in and what is right, in lines, where it is not a choice.
    pub said: Vec<String>,
    pub right: Vec<String>,
    /// People have not read it yet.
    pub waits: bool,
    /// `None`: the question is void.
    pub points: Option<Points>,
    pub full: Points,
    /// Every change of this answer: when, and what was chosen or filled in then.
    pub journal: Vec<(Timestamp, OptionSet, Vec<String>)>,
}

/// All that is needed to decide.
pub struct Case {
    pub objection: Objection,
    pub exam: Exam,
    pub attempt: Attempt,
    pub number: String,
    pub name: String,
    /// The question objected to, or every question of the paper.
    pub marked: Vec<Marked>,
    /// What it led to.
    pub corrections: Vec<Proposal>,
    /// Who decided.
    pub decided_by: Option<String>,
}

/// The objection, if it is about an exam the caller manages.
async fn within(app: &App, caller: &Caller, id: ObjectionId) -> Result<Objection> {
    caller.may(Right::ManageExams)?;
    let objection = db::objection::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    exam::exam(app, caller, objection.exam).await?;
    Ok(objection)
}

/// An objection with journal and key.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] when there is none.
pub async fn case(app: &App, caller: &Caller, id: ObjectionId) -> Result<Case> {
    let objection = within(app, caller, id).await?;
    let (attempt, paper) = sitting::any(app, objection.attempt).await?;
    let material = sitting::material(app, objection.exam).await?;
    let events = db::sitting::events(&app.db, objection.attempt).await?;
    let corrections = db::key_correction::in_force(&app.db, objection.exam).await?;
    let answers = sitting::answers(&paper, &events);
    let tasks = db::marking::of_attempt(&app.db, objection.attempt).await?;
    let marks = marking::marks(&tasks, &corrections);
    let wanted = objection.about.item();
    let marked = (1usize..)
        .zip(paper.0.iter().zip(answers))
        .filter(|(place, _)| wanted == 0 || *place == usize::from(wanted))
        .filter_map(|(place, (drawn, answer))| {
            let asked = material.asked(
                &corrections,
                drawn,
                &answer,
                marks.get(&u16::try_from(place).ok()?).copied(),
            )?;
            let form = material.question(drawn.pool)?.question.form.as_ref();
            let said = |text: &str| form.map(|form| given(&form.asking(), text)).unwrap_or_default();
            let journal = events
                .iter()
                .filter(|(event, _)| usize::from(event.item) == place)
                .map(|(event, at)| (*at, event.choice, said(&event.text)));
            Some(Marked {
                place,
                choice: answer.choice,
                said: said(&answer.text),
                waits: key_correction::waits(&corrections, &asked),
                journal: journal.collect(),
                ..shown(&material, drawn, &asked, &corrections)?
            })
        })
        .collect();
    let (number, name) = db::key_correction::roster_name(&app.db, objection.exam, objection.person)
        .await?
        .unwrap_or_default();
    let decided_by = match &objection.decided {
        Some(act) => db::account::name_of(&app.db, act.by).await?,
        None => None,
    };
    Ok(Case {
        corrections: db::key_correction::of_objection(&app.db, id).await?,
        exam: material.exam.clone(),
        objection,
        attempt,
        number,
        name,
        marked,
        decided_by,
    })
}

fn shown(material: &sitting::Material, drawn: &Drawn, asked: &Asked, corrections: &[Correction]) -> Option<Marked> {
    let question = &material.question(drawn.pool)?.question;
    let new = correction_of(corrections, drawn.pool).and_then(|correction| correction.method.key());
    let form = new.and_then(Key::form).or(question.form.as_ref());
    Some(Marked {
        place: 0,
        pool: drawn.pool,
        stem: question.stem.clone(),
        options: drawn
            .order
            .iter()
            .map(|place| question.options.get(usize::from(*place)).cloned())
            .collect::<Option<_>>()?,
        choice: OptionSet::EMPTY,
        said: Vec::new(),
        right: form.map(Form::right).unwrap_or_default(),
        waits: false,
        key: drawn.shown(new.and_then(Key::options).unwrap_or(question.key)),
        points: mark_asked(material.exam.policy.marking(), corrections, asked),
        full: asked.full,
        journal: Vec::new(),
    })
}

/// Decides an objection and tells the candidate. What follows from one that is upheld is a correction of the key, which
/// a second person has to approve: no score changes here.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::Objection`] when it is the caller's own, was decided
/// before, or the reason is missing.
pub async fn decide(app: &App, caller: &Caller, id: ObjectionId, upheld: bool, words: &str) -> Result<()> {
    let objection = within(app, caller, id).await?;
    if caller.person().is_ok_and(|person| person == objection.person) {
        return Err(Fault::Objection(NoObjection::Own).into());
    }
    let state = if upheld { State::Upheld } else { State::Rejected };
    let by = By::new(app, caller);
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: reason(words).map_err(Fault::Objection)?,
    };
    let title = sitting::material(app, objection.exam).await?.exam.title.clone();
    let news = News::ObjectionDecided {
        title,
        attempt: objection.attempt,
        state,
    };
    app.db
        .write(
            (objection, act, news, by, app.random.clone()),
            move |tx, (objection, act, news, by, random)| {
                Box::pin(async move {
                    if !db::objection::decide(tx, id, state, &act).await? {
                        return Err(Fault::Objection(NoObjection::Decided).into());
                    }
                    let deed = Deed::new(Audited::ObjectionDecided, format!("objection {id}"))
                        .after(&state.code())
                        .because(act.reason);
                    audit::record(tx, &by, deed).await?;
                    notice::tell(tx, &random, by.at, [(objection.person, news)]).await
                })
            },
        )
        .await
}
