//! Questions and the laws they stand on: which article each basis means, what a new version does to it, and the work list of
//! what somebody has to look at again. What hangs on a day is carried out before every draw and every ten minutes.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
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
        bank::{BankSummary, Filter, Stored},
        correction::wording,
        id::{BankId, LawVersionId, QuestionId},
        item::{MOVED_WITH_LAW, State},
        law::{
            Article, ArticleNumber, Bound, Cited, Date, Fate, Followed, Library, Moved, Names, Record, Step, Version,
            citations, reworded, step,
        },
        role::Right,
    },
    error::Fault,
    service::{
        App, Caller, Error, Result,
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

/// What bases are looked up in.
struct Binder<'a> {
    app: &'a App,
    library: &'a Library,
    today: Date,
    names: Names<'a>,
    /// The numbers of the articles of the versions looked at so far.
    articles: HashMap<LawVersionId, BTreeSet<ArticleNumber>>,
}

impl<'a> Binder<'a> {
    fn new(app: &'a App, library: &'a Library, today: Date) -> Self {
        Self {
            app,
            library,
            today,
            names: Names::of(library),
            articles: HashMap::new(),
        }
    }

    async fn articles(&mut self, version: LawVersionId) -> Result<&BTreeSet<ArticleNumber>> {
        if !self.articles.contains_key(&version) {
            let law = text(self.app, version).await?;
            let numbers = law.articles.iter().map(|article| article.number).collect();
            self.articles.insert(version, numbers);
        }
        Ok(&self.articles[&version])
    }

    /// The law that a basis stands on: the one that has its version now, since laws are joined and parted.
    fn record(&self, bound: &Bound) -> Option<&'a Record> {
        let own = self.library.get(bound.law);
        own.filter(|record| record.version(bound.version).is_some())
            .or_else(|| self.library.of_version(bound.version))
            .or(own)
    }

    /// Finds the articles that the words of a basis mean. `known`: what was found of the same words before, which stays.
    async fn bind(&mut self, place: usize, words: &str, known: Vec<Standing>) -> Result<Vec<Standing>> {
        let cites = citations(words);
        if cites.iter().all(|one| self.is_found(one, &known)) {
            return Ok(known);
        }
        let mut found = known.clone();
        for one in &cites {
            for (record, version) in one.versions(&self.names, self.today) {
                // What was found before tells which version is meant.
                let of = |row: &&Standing| record.has(row.bound.law) && record.version(row.bound.version).is_some();
                let version = known.iter().find(of).map_or(version.id, |row| row.bound.version);
                let articles = self.articles(version).await?;
                let numbers: Vec<_> = articles.range(one.number..=one.last()).copied().collect();
                let none = numbers.is_empty();
                for number in numbers {
                    let same = |row: &Standing| record.has(row.bound.law) && row.bound.number == number;
                    if !found.iter().any(same) {
                        found.push(Standing {
                            place,
                            text: words.to_owned(),
                            bound: Bound {
                                law: record.entry.id,
                                version,
                                number,
                            },
                            pending: None,
                        });
                    }
                }
                // A row may go on in the next volume of a code.
                if !none && one.through.is_none() {
                    break;
                }
            }
        }
        Ok(in_order(found))
    }

    /// Whether an article that is cited, or both ends of a row, were found before.
    fn is_found(&self, one: &Cited<'_>, known: &[Standing]) -> bool {
        let called = one.versions(&self.names, self.today);
        let of = |row: &Standing| called.iter().any(|(record, _)| record.has(row.bound.law));
        let has = |number| known.iter().any(|row| row.bound.number == number && of(row));
        has(one.number) && has(one.last())
    }

    /// The step to take with an article on this day.
    async fn next(&self, record: &Record, bound: &Bound) -> Result<Step> {
        // Asked for before the step is taken: the rule itself reads nothing.
        let followed = match record.in_force(self.today) {
            Some(now) if record.version(bound.version).is_some() => {
                Some(follow(self.app, record, bound.version, now.id, bound.number).await?)
            }
            _ => None,
        };
        Ok(step(record, self.today, bound, |_: &Version| {
            followed.unwrap_or(Followed::Deleted)
        }))
    }

    /// The articles of one basis as they stand today. Its words move only as a whole: while somebody has to look at one of its
    /// articles, or the words cannot say where they went, all stay.
    async fn followed(&mut self, mut rows: Vec<Standing>) -> Result<Vec<Standing>> {
        let mut steps = Vec::with_capacity(rows.len());
        for row in &mut rows {
            steps.push(match self.record(&row.bound) {
                Some(record) => {
                    if !record.has(row.bound.law) {
                        row.bound.law = record.entry.id;
                    }
                    Some(self.next(record, &row.bound).await?)
                }
                None => None,
            });
        }
        let waits = steps.iter().any(|step| matches!(step, Some(Step::Review(..))));
        let moves = steps.iter().any(|step| matches!(step, Some(Step::Moved(_))));
        let targets: Vec<Bound> = rows
            .iter()
            .zip(&steps)
            .map(|(row, step)| match step {
                Some(Step::Moved(bound)) => *bound,
                _ => row.bound,
            })
            .collect();
        let words = match moves && !waits {
            true => self.words(&rows, &targets).await?,
            false => None,
        };
        for ((row, step), target) in rows.iter_mut().zip(steps).zip(targets) {
            row.pending = match (step, &words) {
                (None, _) => row.pending,
                (Some(Step::Review(fate, _)), _) => Some(fate),
                (Some(Step::Moved(_)), None) if !waits => Some(Fate::Changed),
                (Some(_), _) => None,
            };
            if let Some(words) = &words {
                row.bound = target;
                row.text.clone_from(words);
            }
        }
        Ok(in_order(rows))
    }

    /// The words of one basis when its articles stand there; `None` when they cannot say it.
    async fn words(&mut self, rows: &[Standing], targets: &[Bound]) -> Result<Option<String>> {
        let Some(words) = rows.first().map(|row| row.text.as_str()) else {
            return Ok(None);
        };
        let (mut moved, mut going) = (BTreeMap::<usize, Moved>::new(), BTreeSet::new());
        for one in citations(words) {
            let called: Vec<_> = one.versions(&self.names, self.today);
            let own = |row: &Standing| {
                one.names(row.bound.number) && called.iter().any(|(record, _)| record.has(row.bound.law))
            };
            let of = moved.entry(one.group).or_default();
            for (row, target) in rows.iter().zip(targets).filter(|(row, _)| own(row)) {
                of.numbers.insert(row.bound.number, target.number);
                if one.through.is_some() {
                    of.articles.extend(self.articles(target.version).await?);
                }
                let record = self.record(target);
                let version = record.and_then(|record| record.version(target.version));
                let Some((record, version)) = record.zip(version).filter(|_| target.version != row.bound.version)
                else {
                    continue;
                };
                let law = one.renamed(record, version);
                let day = one.edition.and(version.days.promulgated.or(version.days.effective));
                // Volumes of one code may go different ways.
                if !going.insert(one.group) && (&of.law, of.day) != (&law, day) {
                    return Ok(None);
                }
                (of.law, of.day) = (law, day);
            }
        }
        moved.retain(|_, of| !of.numbers.is_empty());
        Ok(reworded(words, &moved))
    }

    /// The articles of one basis after somebody has said that the question is right, and how many of them had waited.
    ///
    /// # Errors
    /// [`Fault::NoArticle`] when one is no more, [`Fault::BasisUnclear`] when the words cannot say where they went.
    async fn confirmed(&mut self, mut rows: Vec<Standing>) -> Result<(Vec<Standing>, usize)> {
        if rows.iter().all(|row| row.pending.is_none()) {
            return Ok((rows, 0));
        }
        let (mut targets, mut confirmed) = (Vec::with_capacity(rows.len()), 0);
        for row in &rows {
            let record = self.record(&row.bound).ok_or(Fault::NotFound)?;
            let (target, went) = match (row.pending, self.next(record, &row.bound).await?) {
                (_, Step::Moved(bound)) | (Some(_), Step::Review(Fate::Changed, Some(bound))) => (bound, true),
                (_, Step::Holds) | (None, _) => (row.bound, false),
                (Some(_), Step::Review(..)) => return Err(Fault::NoArticle.into()),
            };
            confirmed += usize::from(went && row.pending.is_some());
            targets.push(target);
        }
        let words = self.words(&rows, &targets).await?.ok_or(Fault::BasisUnclear)?;
        for (row, target) in rows.iter_mut().zip(targets) {
            row.bound = target;
            row.text.clone_from(&words);
            row.pending = None;
        }
        Ok((in_order(rows), confirmed))
    }
}

/// As they are stored and read again: each article of a basis once.
fn in_order(mut rows: Vec<Standing>) -> Vec<Standing> {
    rows.sort_by_key(|row| (row.place, row.bound.law, row.bound.number));
    rows.dedup_by_key(|row| (row.place, row.bound.law, row.bound.number));
    rows
}

/// What is known of a question, basis by basis.
fn by_basis(rows: Vec<Standing>) -> BTreeMap<usize, Vec<Standing>> {
    let mut bases: BTreeMap<usize, Vec<Standing>> = BTreeMap::new();
    for row in rows {
        bases.entry(row.place).or_default().push(row);
    }
    bases
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
    let mut binder = Binder::new(app, library, today);
    let mut changed: Vec<(Based, Vec<Standing>)> = Vec::new();
    let mut moved: Vec<(Based, Vec<Standing>)> = Vec::new();
    for based in db::question_law::based(&app.db, only).await? {
        let before = known.remove(&based.question).unwrap_or_default();
        let mut after = Vec::new();
        for (place, words) in based.basis.iter().enumerate() {
            let same = before.iter().filter(|one| one.place == place && one.text == *words);
            let rows = binder.bind(place, words, same.cloned().collect()).await?;
            if rows.is_empty() {
                settled.unknown += 1;
                continue;
            }
            settled.known += 1;
            let rows = binder.followed(rows).await?;
            settled.moved += usize::from(rows[0].text != *words);
            after.extend(rows);
        }
        if after.iter().any(|one| one.text != based.basis[one.place]) {
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

/// A legal basis as somebody wrote it, and the articles it means where the library has them.
pub struct Basis {
    pub text: String,
    /// Where each stands, the name of its law, and the article.
    pub articles: Vec<(Bound, String, Article)>,
}

/// What these words mean by the law in force today.
///
/// # Errors
/// When the database fails.
pub async fn bases(app: &App, words: &[String]) -> Result<Vec<Basis>> {
    let library = library(app).await?;
    let mut binder = Binder::new(app, &library, today(app));
    let mut bases = Vec::new();
    for (place, text) in words.iter().enumerate() {
        let mut articles = Vec::new();
        for row in binder.bind(place, text, Vec::new()).await? {
            if let Some(record) = library.get(row.bound.law)
                && let Some(article) = article(app, row.bound).await?
            {
                articles.push((row.bound, record.entry.short(), article));
            }
        }
        bases.push(Basis {
            text: text.clone(),
            articles,
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
    /// Why it cannot be confirmed as it stands.
    pub obstacle: Option<Fault>,
}

/// A page of the work list of a bank.
pub struct WorkList {
    pub bank: BankSummary,
    pub reviews: Vec<Review>,
    pub all: i64,
    /// Questions of the bank that [`Filter::unbound`] finds.
    pub unbound: i64,
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
    let library = library(app).await?;
    let mut binder = Binder::new(app, &library, today(app));
    let mut reviews = Vec::new();
    for question in questions {
        reviews.extend(review(app, &mut binder, id, question).await?);
    }
    Ok(WorkList {
        bank: summary,
        reviews,
        all,
        unbound: db::bank::page(&app.db, &Filter::unbound(id), 0, 0).await?.1,
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

async fn review(app: &App, binder: &mut Binder<'_>, bank: BankId, question: QuestionId) -> Result<Option<Review>> {
    let versions = db::bank::versions(&app.db, bank, question).await?;
    let Some(stored) = versions.into_iter().next().map(|version| version.stored) else {
        return Ok(None);
    };
    let (mut bases, mut obstacle) = (Vec::new(), None);
    let standings = db::question_law::standings(&app.db, Some(question)).await?;
    for rows in by_basis(standings.into_values().flatten().collect()).into_values() {
        match binder.confirmed(rows.clone()).await {
            Ok(_) => {}
            Err(Error::Fault(fault)) => obstacle = Some(fault),
            Err(error) => return Err(error),
        }
        for standing in rows {
            let (Some(fate), Some(record)) = (standing.pending, binder.record(&standing.bound)) else {
                continue;
            };
            let now = match binder.next(record, &standing.bound).await? {
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
    }
    let exams = db::bank::exams_with(&app.db, question).await?.len();
    Ok(Some(Review {
        stored,
        bases,
        exams,
        obstacle,
    }))
}

/// An article that a legal basis of a question cites, beside the one in force.
pub struct Beside {
    /// The words of the basis.
    pub words: String,
    /// The name of the law; `None`: the library does not know the basis.
    pub law: Option<String>,
    pub was: Option<Article>,
    /// Where it stands now, if anywhere.
    pub is: Option<Article>,
}

/// The bases of a version of a question, each with the articles it cites and those in force on this day.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn beside(app: &App, question: QuestionId, bases: &[String]) -> Result<Vec<Beside>> {
    let library = library(app).await?;
    let mut binder = Binder::new(app, &library, today(app));
    let known = db::question_law::standings(&app.db, Some(question)).await?;
    let known: Vec<Standing> = known.into_values().flatten().collect();
    let mut found = Vec::new();
    for (place, words) in bases.iter().enumerate() {
        // An older version may have the same basis at another place.
        let of = known.iter().find(|one| one.text == *words).map(|one| one.place);
        let same = known.iter().filter(|one| Some(one.place) == of);
        let rows = binder.bind(place, words, same.cloned().collect()).await?;
        if rows.is_empty() {
            found.push(Beside {
                words: words.clone(),
                law: None,
                was: None,
                is: None,
            });
        }
        for row in rows {
            let Some(record) = binder.record(&row.bound) else {
                continue;
            };
            let now = match binder.next(record, &row.bound).await? {
                Step::Holds => Some(row.bound),
                Step::Moved(bound) => Some(bound),
                Step::Review(_, bound) => bound,
            };
            found.push(Beside {
                words: words.clone(),
                law: Some(record.entry.short()),
                was: article(app, row.bound).await?,
                is: match now {
                    Some(bound) => article(app, bound).await?,
                    None => None,
                },
            });
        }
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
/// reason, [`Fault::NoArticle`] when a basis has no article any more, [`Fault::BasisUnclear`] when its words cannot say where its articles
/// went, [`Fault::WrongState`] when nothing waits, [`Fault::QuestionChanged`] when somebody has changed it since.
pub async fn confirm(app: &App, caller: &Caller, bank: BankId, question: QuestionId, why: &str) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let why = wording(why).ok_or(Fault::Wording)?;
    let based = db::question_law::based(&app.db, Some(question)).await?;
    let based = based
        .into_iter()
        .find(|based| based.bank == bank)
        .ok_or(Fault::NotFound)?;
    if confirm_now(app, By::new(app, caller), based, why.clone(), why).await? {
        Ok(())
    } else {
        Err(Fault::QuestionChanged.into())
    }
}

/// As [`confirm`] for a question that waited and whose text or key somebody has just changed, which says that it is right by the law
/// in force. Where an article is no more, or the basis has to be written anew, it goes on waiting; what fails is logged.
pub async fn changed(app: &App, caller: &Caller, question: QuestionId, why: String) {
    let by = By::new(app, caller);
    let done = async move {
        let based = db::question_law::based(&app.db, Some(question)).await?;
        match based.into_iter().next() {
            Some(based) => confirm_now(app, by, based, MOVED_WITH_LAW.to_owned(), why).await,
            None => Ok(false),
        }
    };
    match done.await {
        Ok(_) | Err(Error::Fault(_)) => {}
        Err(error) => tracing::error!(%error, "a question that was changed could not be confirmed"),
    }
}

/// `made`: why a version is made where the basis is worded anew. `false` when somebody has changed the question meanwhile.
async fn confirm_now(app: &App, by: By, based: Based, made: String, why: String) -> Result<bool> {
    let question = based.question;
    let library = library(app).await?;
    let mut binder = Binder::new(app, &library, today(app));
    let standings = db::question_law::standings(&app.db, Some(question)).await?;
    let (mut rows, mut confirmed) = (Vec::new(), 0);
    for basis in by_basis(standings.into_values().flatten().collect()).into_values() {
        let (basis, waited) = binder.confirmed(basis).await?;
        rows.extend(basis);
        confirmed += waited;
    }
    if confirmed == 0 {
        return Err(Fault::WrongState.into());
    }
    let deed = Deed::new(Act::QuestionConfirmed, subject(question)).because(why);
    let done = if rows.iter().any(|row| row.text != based.basis[row.place]) {
        reword(app, by, &based, rows, made, deed).await?
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
    Ok(done)
}
