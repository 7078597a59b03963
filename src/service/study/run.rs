//! Runs: begun, answered one question after the other or handed in as one form, and what came of them. A key leaves only with the
//! answer to its question.

use std::collections::HashMap;

use super::memory::Fsrs;
use crate::{
    db::{self, Tx, study::StandsOn},
    domain::{
        answer::{Asking, Form, given, numbered},
        bank::Stored,
        id::{PersonId, QuestionId, RunId, VersionId},
        item::{Kind, OptionSet},
        law::Bound,
        paper::PoolItem,
        study::{Card, Confidence, Given, MAX_QUESTIONS, Placed, Purpose, Reply, Run, StudyFault},
    },
    error::Fault,
    service::{App, Caller, Error, Result, credit, law, random::RunDice},
};

/// Runs that a person may begin within an hour: more than anybody answers, few enough that nobody fills a disk.
const RUNS_AN_HOUR: i64 = 120;
const HOUR: i64 = 3600;

/// Nobody studies while sitting an exam: what study tells might be the key to a question on the paper.
async fn ready(app: &App, person: PersonId) -> Result<()> {
    if db::study::sits(&app.db, person).await? {
        return Err(Fault::Study(StudyFault::Sitting).into());
    }
    Ok(())
}

/// Begins a run of these questions, in this order, for the person who asks; options are shuffled. `subject`: the exam, course or
/// lesson the purpose is about, 0 for none.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`StudyFault::Nothing`] without questions, [`StudyFault::Closed`] when one
/// of them may not be asked in study (any more), [`Fault::BadRequest`] for too many or the same twice, [`StudyFault::Sitting`], [`Fault::Slower`].
pub async fn start(
    app: &App,
    caller: &Caller,
    purpose: Purpose,
    subject: i64,
    versions: Vec<VersionId>,
) -> Result<RunId> {
    let person = caller.person()?;
    if versions.is_empty() {
        return Err(Fault::Study(StudyFault::Nothing).into());
    }
    if versions.len() > MAX_QUESTIONS {
        return Err(Fault::BadRequest.into());
    }
    ready(app, person).await?;
    let now = app.now();
    if db::study::begun_since(&app.db, person, now.plus_seconds(-HOUR)).await? >= RUNS_AN_HOUR {
        return Err(Fault::Slower(HOUR).into());
    }
    let known = db::study::askable_of_versions(&app.db, &versions).await?;
    let mut known: HashMap<VersionId, Stored> = known.into_iter().map(|stored| (stored.version, stored)).collect();
    let mut dice = RunDice::new(app.random.bytes());
    let mut questions = Vec::with_capacity(versions.len());
    let mut missing = false;
    for version in versions {
        if questions.iter().any(|placed: &Placed| placed.version == version) {
            return Err(Fault::BadRequest.into());
        }
        match known.remove(&version) {
            Some(stored) => {
                let item = PoolItem::of(&stored);
                questions.push(Placed::shuffled(questions.len(), version, &item, &mut dice));
            }
            None => missing = true,
        }
    }
    if missing {
        return Err(Fault::Study(StudyFault::Closed).into());
    }
    let run = Run {
        id: app.random.id(now),
        person,
        purpose,
        subject,
        questions,
        started_at: now,
        finished_at: None,
        asked: 0,
        right: 0,
    };
    let id = run.id;
    let stored: Result<()> = app
        .db
        .write(run, |tx, run| {
            Box::pin(async move { Ok(db::study::insert_run(tx, &run).await?) })
        })
        .await;
    stored?;
    Ok(id)
}

/// A question as it is put; nothing in it tells the key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posed {
    pub kind: Kind,
    pub stem: String,
    /// In the order shown.
    pub options: Vec<String>,
    /// The fields of a question beyond choice.
    pub asking: Option<Asking>,
}

impl Posed {
    fn of(placed: &Placed, stored: &Stored) -> Self {
        let question = &stored.question;
        let option = |place: &u8| question.options.get(usize::from(*place)).cloned();
        Self {
            kind: question.kind,
            stem: match question.form {
                Some(_) => numbered(&question.stem),
                None => question.stem.clone(),
            },
            options: placed.drawn.order.iter().filter_map(option).collect(),
            asking: question.form.as_ref().map(Form::asking),
        }
    }
}

/// A run as the person sees it while it runs.
pub struct View {
    pub run: Run,
    /// By place.
    pub posed: Vec<Posed>,
    /// Places answered so far.
    pub answered: Vec<u32>,
}

/// A run with the texts of its questions.
struct Material {
    run: Run,
    stored: HashMap<VersionId, Stored>,
}

impl Material {
    /// The caller's own run.
    async fn read(app: &App, caller: &Caller, id: RunId) -> Result<Self> {
        let person = caller.person()?;
        ready(app, person).await?;
        let run = db::study::run(&app.db, person, id).await?.ok_or(Fault::NotFound)?;
        let versions: Vec<_> = run.questions.iter().map(|placed| placed.version).collect();
        let stored = db::study::stored(&app.db, &versions).await?;
        Ok(Self { run, stored })
    }

    fn question(&self, place: u32) -> Result<(&Placed, &Stored)> {
        let placed = self.run.questions.get(place as usize);
        let found = placed.and_then(|placed| Some((placed, self.stored.get(&placed.version)?)));
        found.ok_or_else(|| Fault::NotFound.into())
    }

    /// The answer that this reply is.
    fn given(&self, app: &App, place: u32, reply: Reply, confidence: Confidence) -> Result<Given> {
        let (placed, stored) = self.question(place)?;
        let question = &stored.question;
        let Reply { choice, said } = reply;
        let too_many = question.kind.one_choice() && choice.len() > 1;
        let said_fits = match &question.form {
            Some(form) => form.asking().fits(&said),
            None => said.is_empty(),
        };
        if !choice.fits(placed.drawn.order.len()) || too_many || !said_fits {
            return Err(Fault::NoSuchChoice.into());
        }
        let authored = placed.drawn.authored(choice);
        let right = match &question.form {
            Some(form) => form.is_right(&said),
            None => authored == question.key,
        };
        Ok(Given {
            place,
            question: stored.id,
            version: stored.version,
            choice: authored,
            said,
            right,
            confidence,
            at: app.now(),
        })
    }
}

/// A run while it is answered.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when the caller has no such run, [`StudyFault::Sitting`].
pub async fn view(app: &App, caller: &Caller, id: RunId) -> Result<View> {
    let material = Material::read(app, caller, id).await?;
    let posed = (0..material.run.questions.len() as u32)
        .map(|place| {
            material
                .question(place)
                .map(|(placed, stored)| Posed::of(placed, stored))
        })
        .collect::<Result<_>>()?;
    let answers = db::study::answers(&app.db, material.run.person, id).await?;
    Ok(View {
        posed,
        answered: answers.iter().map(|answer| answer.place).collect(),
        run: material.run,
    })
}

/// A legal basis of a question, and the articles it stands on, as far as the library knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    pub text: String,
    pub articles: Vec<Bound>,
}

/// A question that was answered, with what is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feedback {
    pub place: u32,
    pub question: QuestionId,
    pub version: VersionId,
    pub posed: Posed,
    /// What was chosen and what is right, in places as shown; nothing chosen: left out on a form, or a question beyond choice.
    pub choice: OptionSet,
    pub key: OptionSet,
    /// What was written into the fields of a question beyond choice; and in lines for people, with what is right.
    pub said: String,
    pub given: Vec<String>,
    pub right_lines: Vec<String>,
    pub right: bool,
    pub confidence: Confidence,
    pub explanation: String,
    pub basis: Vec<Basis>,
}

fn told(material: &Material, answer: &Given, articles: &[StandsOn]) -> Result<Feedback> {
    let (placed, stored) = material.question(answer.place)?;
    let question = &stored.question;
    let basis = question.basis.iter().map(|text| {
        // An older version of the question may cite what no longer stands.
        let of = articles
            .iter()
            .filter(|one| one.question == stored.id && one.text == *text);
        let mut articles: Vec<Bound> = of.map(|one| one.bound).collect();
        articles.sort_by_key(|bound| bound.number);
        Basis {
            text: text.clone(),
            articles,
        }
    });
    Ok(Feedback {
        place: answer.place,
        question: stored.id,
        version: stored.version,
        posed: Posed::of(placed, stored),
        choice: placed.drawn.shown(answer.choice),
        key: placed.drawn.shown(question.key),
        given: question
            .form
            .as_ref()
            .map_or_else(Vec::new, |form| given(&form.asking(), &answer.said)),
        right_lines: question.form.as_ref().map_or_else(Vec::new, Form::right),
        said: answer.said.clone(),
        right: answer.right,
        confidence: answer.confidence,
        explanation: question.explanation.clone(),
        basis: basis.collect(),
    })
}

/// Stores answers with all that follows from them; what was answered before stays as it was.
async fn store(app: &App, run: &Run, answers: Vec<Given>, finished: bool) -> Result<()> {
    let now = app.now();
    let leaves_after = credit::rule(app, credit::this_year(app))
        .await?
        .rule
        .mistake_leaves_after;
    app.db
        .write((run.clone(), answers), move |tx, (run, answers)| {
            Box::pin(async move {
                let new = db::study::record(tx, &run, &answers, now, finished).await?;
                Ok(learn(tx, &run, &new, leaves_after).await?)
            })
        })
        .await
}

/// What follows for the memory from answers that were just taken into the journal.
async fn learn(tx: &mut Tx, run: &Run, new: &[Given], leaves_after: u32) -> db::Result<()> {
    let answered: Vec<_> = new.iter().filter_map(Given::answered).collect();
    let questions: Vec<_> = answered.iter().map(|answer| answer.question).collect();
    let cards = db::study::cards_in(tx, run.person, &questions).await?;
    for answer in answered {
        let card = Card::after(cards.get(&answer.question), answer, leaves_after, &Fsrs);
        db::study::put_card(tx, run.person, &card).await?;
    }
    Ok(())
}

/// Answers one question of a run in which each is told at once. `place` from 0. The first answer counts: a repeat changes nothing
/// and is told the same.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`view`]; [`Fault::WrongState`] for a form or a run that is over,
/// [`Fault::NoSuchChoice`], [`StudyFault::NothingChosen`].
pub async fn answer(
    app: &App,
    caller: &Caller,
    id: RunId,
    place: u32,
    reply: impl Into<Reply>,
    confidence: Confidence,
) -> Result<Feedback> {
    let reply = reply.into();
    let material = Material::read(app, caller, id).await?;
    if material.run.purpose.one_form() {
        return Err(Fault::WrongState.into());
    }
    let empty = reply.is_empty();
    let given = material.given(app, place, reply, confidence)?;
    if empty {
        return Err(Fault::Study(StudyFault::NothingChosen).into());
    }
    if material.run.finished_at.is_none() {
        store(app, &material.run, vec![given], false).await?;
    }
    match feedback(app, caller, id, place).await {
        Err(Error::Fault(Fault::NotFound)) => Err(Fault::WrongState.into()),
        told => told,
    }
}

/// A question of the caller's run that was answered, with what is right.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`view`], also when the question is not answered.
pub async fn feedback(app: &App, caller: &Caller, id: RunId, place: u32) -> Result<Feedback> {
    let material = Material::read(app, caller, id).await?;
    let answers = db::study::answers(&app.db, material.run.person, id).await?;
    let answer = answers
        .iter()
        .find(|answer| answer.place == place)
        .ok_or(Fault::NotFound)?;
    let articles = db::study::articles(&app.db, &[answer.question]).await?;
    told(&material, answer, &articles)
}

/// An article of law that questions of a run stand on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    pub bound: Bound,
    /// The law and the number, as people say it.
    pub name: String,
    /// Answers to questions that stand on it, and those of them that are right.
    pub asked: u32,
    pub right: u32,
}

/// What came of a run.
pub struct Outcome {
    pub run: Run,
    /// The questions answered, in the order of their places; of a form all of them, also those left out.
    pub lines: Vec<Feedback>,
    /// The articles they stand on, those with wrong answers first.
    pub articles: Vec<Article>,
}

/// Hands in a form: for each question, in order, what was answered, nothing for one left out. Whoever hands in again is told what the
/// first hand-in gave.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`view`]; [`Fault::WrongState`] for a run that is no form, [`Fault::BadRequest`] for
/// another number of replies, [`Fault::NoSuchChoice`].
pub async fn hand_in(app: &App, caller: &Caller, id: RunId, replies: Vec<impl Into<Reply>>) -> Result<Outcome> {
    let material = Material::read(app, caller, id).await?;
    if !material.run.purpose.one_form() {
        return Err(Fault::WrongState.into());
    }
    if replies.len() != material.run.questions.len() {
        return Err(Fault::BadRequest.into());
    }
    let given = (0..)
        .zip(replies)
        .map(|(place, reply)| material.given(app, place, reply.into(), Confidence::Plain))
        .collect::<Result<Vec<_>>>()?;
    if material.run.finished_at.is_none() {
        store(app, &material.run, given, true).await?;
    }
    outcome(app, caller, id).await
}

/// Ends a run whose questions are told one by one; what is not answered was not asked.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`view`]; [`Fault::WrongState`] for a form.
pub async fn finish(app: &App, caller: &Caller, id: RunId) -> Result<()> {
    let material = Material::read(app, caller, id).await?;
    if material.run.purpose.one_form() {
        return Err(Fault::WrongState.into());
    }
    store(app, &material.run, Vec::new(), true).await
}

/// What came of a run so far; of a form, once it is handed in.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`view`]; [`Fault::WrongState`] for a form that is not handed in.
pub async fn outcome(app: &App, caller: &Caller, id: RunId) -> Result<Outcome> {
    let material = Material::read(app, caller, id).await?;
    if material.run.purpose.one_form() && material.run.finished_at.is_none() {
        return Err(Fault::WrongState.into());
    }
    let answers = db::study::answers(&app.db, material.run.person, id).await?;
    let questions: Vec<_> = answers.iter().map(|answer| answer.question).collect();
    let stands = db::study::articles(&app.db, &questions).await?;
    let lines = answers
        .iter()
        .map(|answer| told(&material, answer, &stands))
        .collect::<Result<_>>()?;
    Ok(Outcome {
        articles: articles(app, &answers, &stands).await?,
        lines,
        run: material.run,
    })
}

async fn articles(app: &App, answers: &[Given], stands: &[StandsOn]) -> Result<Vec<Article>> {
    let library = law::library(app).await?;
    let mut articles: Vec<Article> = Vec::new();
    for answer in answers {
        for one in stands.iter().filter(|one| one.question == answer.question) {
            let known = articles.iter().position(|article| article.bound == one.bound);
            let place = known.unwrap_or_else(|| {
                articles.push(Article {
                    bound: one.bound,
                    name: super::knowledge::article_name(&library, &one.bound),
                    asked: 0,
                    right: 0,
                });
                articles.len() - 1
            });
            articles[place].asked += 1;
            articles[place].right += u32::from(answer.right);
        }
    }
    articles.sort_by_key(|article| article.right == article.asked);
    Ok(articles)
}
