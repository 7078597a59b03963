//! Questions and the laws they stand on: which article each basis means, what a new version does to it, and the work list of
//! what somebody has to look at again. What hangs on a day is carried out before every draw and every ten minutes.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{follow, library, text, today};
use crate::{
    db::{
        self,
        question_law::{Based, Standing, Trace},
    },
    domain::{
        audit::Act,
        bank::{BankSummary, Stored},
        correction::wording,
        id::{BankId, LawId, LawVersionId, QuestionId},
        item::{MOVED_WITH_LAW, State},
        law::{
            Article, ArticleNumber, Bound, Date, Fate, Followed, Library, Names, Record, Step, Version, cited, step,
        },
        role::Right,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        bank::{bank, new_question},
    },
};

/// Questions on a page of the work list.
pub const WAITING: u32 = 20;
/// Questions stored by one transaction.
const CHUNK: usize = 500;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Settled {
    /// Bases that the library knows, and those that name a law or an article it does not have.
    pub known: usize,
    pub unknown: usize,
    /// Bases that went along to another version.
    pub moved: usize,
    /// Questions taken out of the draw, and put back.
    pub taken_out: usize,
    pub put_back: usize,
}

/// The numbers of the articles of the versions looked at so far.
struct Numbers<'a> {
    app: &'a App,
    of: HashMap<LawVersionId, HashSet<ArticleNumber>>,
}

impl Numbers<'_> {
    async fn has(&mut self, version: LawVersionId, number: ArticleNumber) -> Result<bool> {
        if !self.of.contains_key(&version) {
            let law = text(self.app, version).await?;
            let numbers = law.articles.iter().map(|article| article.number).collect();
            self.of.insert(version, numbers);
        }
        Ok(self.of[&version].contains(&number))
    }
}

/// What a round of this node was computed from that found nothing to do: while it is the same there is nothing to do again.
#[derive(PartialEq, Eq)]
struct Ground {
    today: Date,
    library: Library,
    trace: Trace,
}

/// The last round that found nothing to do.
#[derive(Default)]
pub struct Round(Mutex<Option<(Ground, Settled)>>);

impl Round {
    fn last(&self) -> MutexGuard<'_, Option<(Ground, Settled)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Brings what is known of the bases of all questions, or of one, up to this day. Safe to run on every node at any time. Where
/// nothing has changed since the last time it costs two sums.
///
/// # Errors
/// When the database fails.
pub async fn settle(app: &App, only: Option<QuestionId>) -> Result<Settled> {
    // Whoever has changed a question settles it.
    app.study.look_again();
    if only.is_some() {
        return round(app, &library(app).await?, today(app), only).await;
    }
    // Before anything is read of what it tells: what changes after it is found by the next round.
    let trace = db::question_law::trace(&app.db).await?;
    let (library, today) = (library(app).await?, today(app));
    let basis = Ground { today, library, trace };
    if let Some((_, settled)) = app.laws.round.last().as_ref().filter(|(last, _)| *last == basis) {
        return Ok(*settled);
    }
    let settled = round(app, &basis.library, today, None).await?;
    let idle = Settled {
        known: settled.known,
        unknown: settled.unknown,
        ..Settled::default()
    };
    // What this round has changed is not in the trace, so that the next one looks again.
    *app.laws.round.last() = (settled == idle).then_some((basis, settled));
    Ok(settled)
}

async fn round(app: &App, library: &Library, today: Date, only: Option<QuestionId>) -> Result<Settled> {
    let mut settled = Settled::default();
    let mut known = db::question_law::standings(&app.db, only).await?;
    if library.records().is_empty() && known.is_empty() {
        return Ok(settled);
    }
    let names = Names::of(library);
    let mut numbers = Numbers {
        app,
        of: HashMap::new(),
    };
    let mut changed: Vec<(Based, Vec<Standing>)> = Vec::new();
    let mut moved: Vec<(Based, Vec<Standing>)> = Vec::new();
    for based in db::question_law::based(&app.db, only).await? {
        let before = known.remove(&based.question).unwrap_or_default();
        let mut after = Vec::new();
        for (place, words) in based.basis.iter().enumerate() {
            let same = before.iter().find(|one| one.place == place && one.text == *words);
            let standing = match same {
                Some(standing) => Some(standing.clone()),
                None => bind(&names, today, &mut numbers, place, words).await?,
            };
            let Some(standing) = standing else {
                settled.unknown += 1;
                continue;
            };
            settled.known += 1;
            after.push(advanced(app, library, today, standing).await?);
        }
        settled.moved += after.iter().filter(|one| one.text != based.basis[one.place]).count();
        let reworded = after.iter().any(|one| one.text != based.basis[one.place]);
        if reworded {
            moved.push((based, after));
        } else if after != before || state_after(based.state, &after) != based.state {
            changed.push((based, after));
        }
    }
    // Their questions name no basis any more.
    let gone: Vec<_> = known.into_keys().map(|question| (question, Vec::new())).collect();
    if !gone.is_empty() {
        let stored: Result<()> = app
            .db
            .write(gone, |tx, gone| {
                Box::pin(async move { Ok(db::question_law::put(tx, &gone).await?) })
            })
            .await;
        stored?;
    }
    let by = || By::new(app, &Caller::operator());
    for chunk in changed.chunks(CHUNK) {
        let stored: Result<(usize, usize)> = app
            .db
            .write((chunk.to_vec(), by()), |tx, (chunk, by)| {
                Box::pin(async move {
                    let rows: Vec<_> = chunk
                        .iter()
                        .map(|(based, rows)| (based.question, rows.clone()))
                        .collect();
                    db::question_law::put(tx, &rows).await?;
                    let (mut out, mut back) = (Vec::new(), Vec::new());
                    for (based, rows) in &chunk {
                        let after = state_after(based.state, rows);
                        let changes = after != based.state;
                        if changes && db::question_law::set_state(tx, based, after).await? {
                            match after {
                                State::Stale => out.push(based.question),
                                _ => back.push(based.question),
                            }
                        }
                    }
                    if !(out.is_empty() && back.is_empty()) {
                        let deed = Deed::new(Act::QuestionsSettled, "questions".to_owned()).after(&(&out, &back));
                        audit::record(tx, &by, deed).await?;
                    }
                    Ok((out.len(), back.len()))
                })
            })
            .await;
        let (out, back) = stored?;
        settled.taken_out += out;
        settled.put_back += back;
    }
    for (based, rows) in moved {
        let deed = Deed::new(Act::QuestionMoved, subject(based.question));
        reword(app, by(), &based, rows, MOVED_WITH_LAW.to_owned(), deed).await?;
    }
    app.study.look_again();
    Ok(settled)
}

/// How the log names a question.
fn subject(question: QuestionId) -> String {
    format!("question {question}")
}

/// What a question that stands like this becomes by its bases.
fn state_after(state: State, rows: &[Standing]) -> State {
    match (state, rows.iter().any(|row| row.pending.is_some())) {
        (State::Ready, true) => State::Stale,
        (State::Stale, false) => State::Ready,
        (state, _) => state,
    }
}

/// Finds the article that the words of a basis mean.
async fn bind(
    names: &Names<'_>,
    today: Date,
    numbers: &mut Numbers<'_>,
    place: usize,
    words: &str,
) -> Result<Option<Standing>> {
    let Some(found) = cited(words) else { return Ok(None) };
    for (record, version) in found.versions(names, today) {
        if numbers.has(version.id, found.number).await? {
            return Ok(Some(Standing {
                place,
                text: words.to_owned(),
                bound: Bound {
                    law: record.entry.id,
                    version: version.id,
                    number: found.number,
                },
                pending: None,
            }));
        }
    }
    Ok(None)
}

/// The step to take with a basis on this day.
async fn next(app: &App, record: &Record, today: Date, bound: &Bound) -> Result<Step> {
    // Asked for before the step is taken: the rule itself reads nothing.
    let followed = match record.in_force(today) {
        Some(now) if record.version(bound.version).is_some() => {
            Some(follow(app, record, bound.version, now.id, bound.number).await?)
        }
        _ => None,
    };
    Ok(step(record, today, bound, |_: &Version| {
        followed.unwrap_or(Followed::Deleted)
    }))
}

async fn advanced(app: &App, library: &Library, today: Date, standing: Standing) -> Result<Standing> {
    let Some(record) = library.get(standing.bound.law) else {
        return Ok(standing);
    };
    Ok(match next(app, record, today, &standing.bound).await? {
        Step::Holds => Standing {
            pending: None,
            ..standing
        },
        Step::Moved(bound) => moved(record, standing, bound),
        Step::Review(fate, _) => Standing {
            pending: Some(fate),
            ..standing
        },
    })
}

/// The basis at its new place, in words that say so.
fn moved(record: &Record, standing: Standing, bound: Bound) -> Standing {
    let days = record.version(bound.version).map(|version| version.days);
    let day = days.and_then(|days| days.promulgated.or(days.effective));
    let text = match cited(&standing.text) {
        Some(found) => found.moved(&standing.text, bound.number, day),
        None => standing.text,
    };
    Standing {
        place: standing.place,
        text,
        bound,
        pending: None,
    }
}

/// Makes a version of a question whose bases are worded anew; `false` when somebody has changed it meanwhile. Papers keep the
/// version they were drawn with.
async fn reword(app: &App, by: By, based: &Based, rows: Vec<Standing>, why: String, deed: Deed) -> Result<bool> {
    let versions = db::bank::versions(&app.db, based.bank, based.question).await?;
    let current = versions.into_iter().next().map(|version| version.stored);
    let Some(current) = current.filter(|current| current.version == based.version) else {
        return Ok(false);
    };
    let mut question = current.question;
    for row in &rows {
        question.basis[row.place].clone_from(&row.text);
    }
    question.state = state_after(question.state, &rows);
    let deed = deed.before(&based.basis).after(&question.basis);
    let new = db::bank::NewQuestion {
        id: based.question,
        ..new_question(app, question)
    };
    let number = current.number;
    app.db
        .write((new, rows, by, why, deed), move |tx, (new, rows, by, why, deed)| {
            Box::pin(async move {
                let made = db::bank::Made {
                    at: by.at,
                    by: Some(by.id()),
                    reason: &why,
                };
                if !db::bank::revise(tx, number, &new, made).await? {
                    return Ok(false);
                }
                db::question_law::put(tx, &[(new.id, rows)]).await?;
                audit::record(tx, &by, deed).await?;
                Ok(true)
            })
        })
        .await
}

/// As [`settle`] for one question that was just stored; what fails is logged and done with the next round.
pub async fn settle_one(app: &App, question: QuestionId) {
    if let Err(error) = settle(app, Some(question)).await {
        tracing::error!(%error, "the legal basis of a question could not be looked up");
    }
}

/// A legal basis as somebody wrote it, and the article it means where the library has it.
pub struct Basis {
    pub text: String,
    /// The law with its name, and the article.
    pub article: Option<(LawId, String, Article)>,
}

/// What these words mean by the law in force today.
///
/// # Errors
/// When the database fails.
pub async fn bases(app: &App, words: &[String]) -> Result<Vec<Basis>> {
    let (library, today) = (library(app).await?, today(app));
    let names = Names::of(&library);
    let mut numbers = Numbers {
        app,
        of: HashMap::new(),
    };
    let mut bases = Vec::new();
    for (place, text) in words.iter().enumerate() {
        let bound = bind(&names, today, &mut numbers, place, text)
            .await?
            .map(|standing| standing.bound);
        let named = match bound.and_then(|bound| Some((bound, library.get(bound.law)?))) {
            Some((bound, record)) => article(app, bound)
                .await?
                .map(|article| (bound.law, record.entry.short(), article)),
            None => None,
        };
        bases.push(Basis {
            text: text.clone(),
            article: named,
        });
    }
    Ok(bases)
}

/// A basis that waits, with the article as it was and as it is.
pub struct Waiting {
    pub standing: Standing,
    pub fate: Fate,
    /// The name of the law.
    pub law: String,
    pub was: Option<Article>,
    /// Where it stands now, if anywhere.
    pub is: Option<Article>,
}

/// A question that waits for somebody to look.
pub struct Review {
    pub stored: Stored,
    pub bases: Vec<Waiting>,
    /// Titles of exams that have it on their papers.
    pub exams: usize,
}

impl Review {
    /// Whether all that is to be confirmed has an article to stand on.
    pub fn confirmable(&self) -> bool {
        self.bases.iter().all(|basis| basis.fate == Fate::Changed)
    }
}

/// A page of the work list of a bank.
pub struct WorkList {
    pub bank: BankSummary,
    pub reviews: Vec<Review>,
    pub all: i64,
    pub page: u32,
    pub pages: u32,
    /// Whether the caller may decide.
    pub editable: bool,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks, [`Fault::NotFound`] when there is no such bank.
pub async fn work_list(app: &App, caller: &Caller, id: BankId, page: u32) -> Result<WorkList> {
    let summary = bank(app, caller, id).await?;
    let page = page.clamp(1, 10_000);
    let offset = i64::from(page - 1) * i64::from(WAITING);
    let (questions, all) = db::question_law::waiting(&app.db, Some(id), i64::from(WAITING), offset).await?;
    let (library, today) = (library(app).await?, today(app));
    let mut reviews = Vec::new();
    for question in questions {
        reviews.extend(review(app, &library, today, id, question).await?);
    }
    Ok(WorkList {
        bank: summary,
        reviews,
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(WAITING),
        editable: caller.may_everywhere(Right::ManageBanks).is_ok(),
    })
}

/// How many questions of a bank wait.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App, bank: BankId) -> Result<i64> {
    Ok(db::question_law::waiting(&app.db, Some(bank), 0, 0).await?.1)
}

async fn review(
    app: &App,
    library: &Library,
    today: Date,
    bank: BankId,
    question: QuestionId,
) -> Result<Option<Review>> {
    let versions = db::bank::versions(&app.db, bank, question).await?;
    let Some(stored) = versions.into_iter().next().map(|version| version.stored) else {
        return Ok(None);
    };
    let mut bases = Vec::new();
    let standings = db::question_law::standings(&app.db, Some(question)).await?;
    for standing in standings.into_values().flatten() {
        let (Some(fate), Some(record)) = (standing.pending, library.get(standing.bound.law)) else {
            continue;
        };
        let now = match next(app, record, today, &standing.bound).await? {
            Step::Review(_, now) => now,
            Step::Moved(bound) => Some(bound),
            Step::Holds => None,
        };
        bases.push(Waiting {
            law: record.entry.short(),
            was: article(app, standing.bound).await?,
            is: match now {
                Some(bound) => article(app, bound).await?,
                None => None,
            },
            standing,
            fate,
        });
    }
    let exams = db::bank::exams_with(&app.db, question).await?.len();
    Ok(Some(Review { stored, bases, exams }))
}

/// A legal basis of a question with the article it cites beside the one in force.
pub struct Beside {
    /// The words of the basis.
    pub words: String,
    /// The name of the law; `None`: the library does not know the basis.
    pub law: Option<String>,
    pub was: Option<Article>,
    /// Where it stands now, if anywhere.
    pub is: Option<Article>,
}

/// The bases of a version of a question, each with the article it cites and the one in force on this day.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn beside(app: &App, question: QuestionId, bases: &[String]) -> Result<Vec<Beside>> {
    let (library, today) = (library(app).await?, today(app));
    let names = Names::of(&library);
    let mut numbers = Numbers {
        app,
        of: HashMap::new(),
    };
    let known = db::question_law::standings(&app.db, Some(question)).await?;
    let known: Vec<Standing> = known.into_values().flatten().collect();
    let mut found = Vec::new();
    for (place, words) in bases.iter().enumerate() {
        let standing = match known.iter().find(|one| one.text == *words) {
            Some(standing) => Some(standing.clone()),
            None => bind(&names, today, &mut numbers, place, words).await?,
        };
        let mut one = Beside {
            words: words.clone(),
            law: None,
            was: None,
            is: None,
        };
        if let Some(standing) = standing
            && let Some(record) = library.get(standing.bound.law)
        {
            let now = match next(app, record, today, &standing.bound).await? {
                Step::Holds => Some(standing.bound),
                Step::Moved(bound) => Some(bound),
                Step::Review(_, bound) => bound,
            };
            one.law = Some(record.entry.short());
            one.was = article(app, standing.bound).await?;
            one.is = match now {
                Some(bound) => article(app, bound).await?,
                None => None,
            };
        }
        found.push(one);
    }
    Ok(found)
}

async fn article(app: &App, bound: Bound) -> Result<Option<Article>> {
    Ok(text(app, bound.version).await?.article(bound.number).cloned())
}

/// Says that a question is right by the law in force: its bases go along, and it may be drawn again.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`], [`Fault::Wording`] without a
/// reason, [`Fault::NoArticle`] when a basis has no article any more, [`Fault::WrongState`] when nothing waits,
/// [`Fault::QuestionChanged`] when somebody has changed it since.
pub async fn confirm(app: &App, caller: &Caller, bank: BankId, question: QuestionId, why: &str) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let why = wording(why).ok_or(Fault::Wording)?;
    let based = db::question_law::based(&app.db, Some(question)).await?;
    let based = based
        .into_iter()
        .find(|based| based.bank == bank)
        .ok_or(Fault::NotFound)?;
    let (library, today) = (library(app).await?, today(app));
    let standings = db::question_law::standings(&app.db, Some(question)).await?;
    let mut rows = Vec::new();
    let mut confirmed = 0;
    for standing in standings.into_values().flatten() {
        let record = library.get(standing.bound.law).ok_or(Fault::NotFound)?;
        rows.push(
            match (standing.pending, next(app, record, today, &standing.bound).await?) {
                (None, _) => standing,
                (Some(_), Step::Review(Fate::Changed, Some(bound)) | Step::Moved(bound)) => {
                    confirmed += 1;
                    moved(record, standing, bound)
                }
                (Some(_), Step::Holds) => Standing {
                    pending: None,
                    ..standing
                },
                (Some(_), Step::Review(..)) => return Err(Fault::NoArticle.into()),
            },
        );
    }
    if confirmed == 0 {
        return Err(Fault::WrongState.into());
    }
    let deed = Deed::new(Act::QuestionConfirmed, subject(question)).because(why.clone());
    let by = By::new(app, caller);
    let done = if rows.iter().any(|row| row.text != based.basis[row.place]) {
        reword(app, by, &based, rows, why, deed).await?
    } else {
        let stored: Result<bool> = app
            .db
            .write((by, deed, rows, based), move |tx, (by, deed, rows, based)| {
                Box::pin(async move {
                    let after = state_after(based.state, &rows);
                    // Also where it stays as it is: whoever has changed the question meanwhile did not ask for this.
                    if !db::question_law::set_state(tx, &based, after).await? {
                        return Ok(false);
                    }
                    db::question_law::put(tx, &[(question, rows)]).await?;
                    audit::record(tx, &by, deed).await?;
                    Ok(true)
                })
            })
            .await;
        stored?
    };
    app.study.look_again();
    if done {
        Ok(())
    } else {
        Err(Fault::QuestionChanged.into())
    }
}
