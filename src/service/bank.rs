//! Question banks: looking through them and importing into them.

use std::sync::Arc;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    question,
    random::digest,
    vetting,
};
use crate::{
    db::{self, bank::NewQuestion},
    domain::{
        answer::Form,
        audit::Act,
        bank::{BankSummary, EXPOSURE_DAYS, Filter, Sort, Stored, Usage, fold},
        id::BankId,
        intake::{Note, Reading},
        item::{Kind, Question, State},
        role::Right,
        time::Timestamp,
        vetting::{Way, way},
    },
    error::Fault,
    format,
};

/// Every bank with its counts.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks.
pub async fn banks(app: &App, caller: &Caller) -> Result<Vec<BankSummary>> {
    caller.may(Right::ManageBanks)?;
    Ok(db::bank::summaries(&app.db).await?)
}

/// Questions shown on one page.
pub const PAGE: u32 = 20;

/// One page of a bank (from 1), each question with where it was used, and how many questions there are in all.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks.
pub async fn questions(app: &App, caller: &Caller, filter: &Filter, page: u32) -> Result<(Vec<(Stored, Usage)>, i64)> {
    caller.may(Right::ManageBanks)?;
    let (found, total) = found(app, filter, PAGE, (page.max(1) - 1).saturating_mul(PAGE)).await?;
    let ids: Vec<_> = found.iter().map(|stored| stored.id).collect();
    let usage = db::exposure::usage(&app.db, &ids, exposed_since(app)).await?;
    let used = |stored: Stored| {
        let used = usage.get(&stored.id).copied().unwrap_or_default();
        (stored, used)
    };
    Ok((found.into_iter().map(used).collect(), total))
}

/// From when on papers count as exposure.
pub(super) fn exposed_since(app: &App) -> Timestamp {
    app.now().plus_seconds(-EXPOSURE_DAYS * 24 * 3600)
}

/// Questions that a filter asks for, in its order.
pub(super) async fn found(app: &App, filter: &Filter, limit: u32, offset: u32) -> Result<(Vec<Stored>, i64)> {
    if !filter.over && filter.sort == Sort::Number {
        return Ok(db::bank::page(&app.db, filter, limit, offset).await?);
    }
    let (ids, total) = db::exposure::page(&app.db, filter, exposed_since(app), limit, offset).await?;
    Ok((db::bank::those(&app.db, filter.bank, &ids).await?, total))
}

/// Topics offered for bounds.
const TOPICS: u32 = 300;

/// The topics of a bank's ready questions with their numbers, the most frequent first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams or banks asks.
pub async fn topics(app: &App, caller: &Caller, bank: BankId) -> Result<Vec<(String, i64)>> {
    caller
        .may(Right::ManageExams)
        .or_else(|_| caller.may(Right::ManageBanks))?;
    Ok(db::bank::topics(&app.db, bank, TOPICS).await?)
}

/// How an import of questions went, or would go.
pub struct Report {
    pub bank: String,
    /// Questions read, by kind.
    pub by_kind: Vec<(Kind, usize)>,
    /// Questions kept as drafts because something is missing or unsure.
    pub drafts: usize,
    /// Questions stored now; the others were in the bank already. `None` in a preview.
    pub created: Option<usize>,
    /// Of those, how many wait for a second person.
    pub waiting: usize,
    pub errors: Vec<Note>,
    pub warnings: Vec<Note>,
}

impl Report {
    fn of(bank: &str, reading: Reading<Question>) -> (Self, Vec<Question>) {
        let questions: Vec<_> = reading.found.into_iter().map(|found| found.value).collect();
        let count = |kind| questions.iter().filter(|question| question.kind == kind).count();
        let report = Self {
            bank: bank.to_owned(),
            by_kind: Kind::ALL
                .into_iter()
                .map(|kind| (kind, count(kind)))
                .filter(|(_, count)| *count > 0)
                .collect(),
            drafts: questions.iter().filter(|q| q.state == State::Draft).count(),
            created: None,
            waiting: 0,
            errors: reading.errors,
            warnings: reading.warnings,
        };
        (report, questions)
    }

    pub fn questions(&self) -> usize {
        self.by_kind.iter().map(|(_, count)| count).sum()
    }
}

/// The bank a file goes into when none is named: the file's name without its ending.
pub fn bank_name(file_name: &str) -> String {
    let base = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    let stem = base.rsplit_once('.').map_or(base, |(stem, _)| stem);
    stem.chars().take(60).collect()
}

/// Reads a file and stores nothing.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere.
pub async fn preview(app: &App, caller: &Caller, file_name: &str, body: &[u8]) -> Result<Preview> {
    caller.may_everywhere(Right::ManageBanks)?;
    let reading = format::exchange::questions(file_name, body);
    let places = reading.found.iter().map(|found| found.place.to_string()).collect();
    let (report, questions) = Report::of(&bank_name(file_name), reading);
    Ok(Preview {
        report,
        doubles: question::doubles(app, &questions).await?,
        questions,
        places,
    })
}

/// What an import would store, and what of it is almost there already.
pub struct Preview {
    pub report: Report,
    pub questions: Vec<Question>,
    /// Where in the file each question stands.
    pub places: Vec<String>,
    pub doubles: Vec<question::Double>,
}

/// Imports a file into the bank of this name, made if there is none; in one transaction. Banks belong to all, so
/// whoever changes one manages them everywhere.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who does.
pub async fn import(app: &App, caller: &Caller, bank: &str, file_name: &str, body: &[u8]) -> Result<Report> {
    caller.may_everywhere(Right::ManageBanks)?;
    let (mut report, questions) = Report::of(bank, format::exchange::questions(file_name, body));
    if questions.is_empty() {
        report.created = Some(0);
        return Ok(report);
    }
    let now = app.now();
    let new: Vec<_> = questions
        .into_iter()
        .map(|question| new_question(app, question))
        .collect();
    let file = file_name.to_owned();
    let args = (
        app.random.id::<BankId>(now),
        bank.to_owned(),
        Arc::new(new),
        By::new(app, caller),
        file,
        app.clone(),
    );
    let stored: Result<(usize, usize)> = app
        .db
        .write(args, move |tx, (id, name, new, by, file, app)| {
            Box::pin(async move {
                let bank = db::bank::bank_named(tx, id, &name, now).await?;
                let vetted = db::vetting::is_vetted(tx, bank).await?;
                let new = if vetted { Arc::new(waiting(&new)) } else { new };
                let created = db::bank_import::insert(tx, bank, &new, now).await?;
                let ready = created.iter().map(|place| &new[*place]);
                let waiting: Vec<_> = ready
                    .filter(|one| one.question.state == State::InReview)
                    .map(|one| vetting::asked(&app, &by, (bank, one.id), None, 1, &file))
                    .collect();
                vetting::ask_all(tx, &waiting).await?;
                let deed = Deed::new(Act::BankImported, format!("bank {name}"));
                audit::record(tx, &by, deed.after(&created.len()).because(file)).await?;
                Ok((created.len(), waiting.len()))
            })
        })
        .await;
    let (created, waits) = stored?;
    report.waiting = waits;
    if created > 0
        && let Err(error) = super::law::settle(app, None).await
    {
        tracing::error!(%error, "the legal bases of imported questions could not be looked up");
    }
    report.created = Some(created);
    Ok(report)
}

/// The same with what is ready waiting for a second person.
fn waiting(new: &[NewQuestion]) -> Vec<NewQuestion> {
    let wait = |new: &NewQuestion| {
        let mut new = new.clone();
        if way(true, new.question.state, None) == Way::Waits {
            new.question.state = State::InReview;
        }
        new
    };
    new.iter().map(wait).collect()
}

/// Opens a bank to practice, which tells the keys of its questions to whoever studies, or closes it again.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`] when there is none.
pub async fn set_practice(app: &App, caller: &Caller, id: BankId, practice: bool) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let bank = bank(app, caller, id).await?.bank;
    let deed = Deed::new(Act::BankPracticeSet, format!("bank {}", bank.name))
        .before(&bank.practice)
        .after(&practice);
    let stored = app
        .db
        .write((deed, By::new(app, caller)), move |tx, (deed, by)| {
            Box::pin(async move {
                if db::bank::set_practice(tx, id, practice).await? {
                    audit::record(tx, &by, deed).await?;
                }
                Ok(())
            })
        })
        .await;
    app.study.look_again();
    stored
}

pub(super) fn new_question(app: &App, question: Question) -> NewQuestion {
    // Identity is kind, stem, options and key: a better explanation of the same question is not a second question.
    let content = match &question.form {
        None => serde_json::to_vec(&(question.kind, &question.stem, &question.options, question.key)),
        Some(form) => serde_json::to_vec(&(question.kind, &question.stem, form)),
    };
    let content = content.unwrap_or_default();
    let right = question.form.as_ref().map(Form::right).unwrap_or_default();
    let search = fold(
        &[
            question.stem.as_str(),
            &question.options.join(""),
            &right.join(""),
            &question.tags.join(""),
        ]
        .concat(),
    );
    let now = app.now();
    NewQuestion {
        id: app.random.id(now),
        version: app.random.id(now),
        digest: digest(&content),
        search,
        question,
    }
}

/// The bank with this id.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks, [`Fault::NotFound`] when there is none.
pub async fn bank(app: &App, caller: &Caller, id: BankId) -> Result<BankSummary> {
    banks(app, caller)
        .await?
        .into_iter()
        .find(|summary| summary.bank.id == id)
        .ok_or_else(|| Fault::NotFound.into())
}
