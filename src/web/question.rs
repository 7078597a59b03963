//! One question of a bank, and its editor.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        bank::Stored,
        editor::Typed,
        id::{BankId, QuestionId},
        item::State as ItemState,
    },
    error::Fault,
    service::{
        App, Caller, Error, bank as banks, law as laws,
        question::{self as service, Outcome, Wish},
    },
    ui::{bank as pages, shell::Frame},
};

/// What the editor sends; what is missing is empty.
#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Fields {
    kind: String,
    difficulty: String,
    state: String,
    stem: String,
    options: String,
    key: String,
    form: String,
    explanation: String,
    basis: String,
    topic: String,
    tags: String,
    reason: String,
    anyway: String,
    before: String,
}

impl Fields {
    fn wish(self) -> Wish {
        Wish {
            typed: Typed {
                kind: self.kind,
                difficulty: self.difficulty,
                state: self.state,
                stem: self.stem,
                options: self.options,
                key: self.key,
                form: self.form,
                explanation: self.explanation,
                basis: self.basis,
                topic: self.topic,
                tags: self.tags,
            },
            reason: self.reason,
            anyway: self.anyway == "yes",
        }
    }
}

type Ids = Path<(String, String)>;

fn ids(Path((bank, question)): Ids) -> Result<(BankId, QuestionId), Fault> {
    let bank = bank.parse().map_err(|_| Fault::NotFound)?;
    Ok((bank, question.parse().map_err(|_| Fault::NotFound)?))
}

fn address(bank: BankId, question: QuestionId) -> String {
    format!("/admin/banks/{bank}/questions/{question}")
}

pub async fn show(State(app): State<App>, frame: Frame, caller: Caller, path: Ids) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let shown = service::show(&app, &caller, bank, id).await?;
    Ok(html(|| pages::question(&frame, &shown, None)))
}

#[derive(Deserialize)]
pub struct From {
    /// A version that was proposed and not approved.
    #[serde(default)]
    from: String,
}

pub async fn edit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Ids,
    Query(From { from }): Query<From>,
) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let shown = service::show(&app, &caller, bank, id).await?;
    let question = match from.as_str() {
        "" => shown.current().question.clone(),
        from => {
            let from = from.parse().map_err(|_| Fault::NotFound)?;
            service::proposed(&app, &caller, bank, id, from).await?
        }
    };
    let wish = Wish {
        typed: Typed::of(&question),
        ..Wish::default()
    };
    Ok(html(|| pages::editor(&frame, &shown, &wish, &[], None)))
}

pub async fn revise(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Ids,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let before = fields.before.parse().unwrap_or(0);
    let wish = fields.wish();
    let (near, wrong) = match outcome(service::revise(&app, &caller, bank, id, before, &wish).await)? {
        Ok(id) => return Ok(Redirect::to(&address(bank, id)).into_response()),
        Err(refused) => refused,
    };
    let shown = service::show(&app, &caller, bank, id).await?;
    let view = || pages::editor(&frame, &shown, &wish, &near, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

/// What kept a question from being stored: what is almost the same, or a fault.
type Refused = (Vec<(Stored, usize)>, Option<Fault>);

fn outcome(done: Result<Outcome, Error>) -> Result<Result<QuestionId, Refused>, Fail> {
    match done {
        Ok(Outcome::Stored(id)) => Ok(Ok(id)),
        Ok(Outcome::Near(near)) => Ok(Err((near, None))),
        Err(Error::Fault(fault @ (Fault::Forbidden | Fault::NotFound))) => Err(fault.into()),
        Err(error) => Ok(Err((Vec::new(), Some(fault_of(error))))),
    }
}

pub async fn new(State(app): State<App>, frame: Frame, caller: Caller, Id(bank): Id<BankId>) -> Result<Response, Fail> {
    let summary = banks::bank(&app, &caller, bank).await?;
    let wish = Wish {
        typed: Typed {
            kind: "single".to_owned(),
            state: "ready".to_owned(),
            difficulty: "unknown".to_owned(),
            ..Typed::default()
        },
        ..Wish::default()
    };
    Ok(html(|| pages::new_editor(&frame, &summary, &wish, &[], None)))
}

pub async fn add(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(bank): Id<BankId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let wish = fields.wish();
    let (near, wrong) = match outcome(service::add(&app, &caller, bank, &wish).await)? {
        Ok(id) => return Ok(Redirect::to(&address(bank, id)).into_response()),
        Err(refused) => refused,
    };
    let summary = banks::bank(&app, &caller, bank).await?;
    let view = || pages::new_editor(&frame, &summary, &wish, &near, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

#[derive(Deserialize)]
pub struct Change {
    #[serde(default)]
    state: String,
    #[serde(default)]
    reason: String,
}

pub async fn set_state(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Ids,
    Form(change): Form<Change>,
) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let state = ItemState::from_code(&change.state).filter(|state| ItemState::CHOSEN.contains(state));
    let state = state.ok_or(Fault::BadRequest)?;
    match service::set_state(&app, &caller, bank, id, state, &change.reason).await {
        Ok(()) => Ok(Redirect::to(&address(bank, id)).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let shown = service::show(&app, &caller, bank, id).await?;
            Ok(page_with_status(&fault, || {
                pages::question(&frame, &shown, Some(&fault))
            }))
        }
    }
}

#[derive(Deserialize)]
pub struct Restore {
    #[serde(default)]
    before: u32,
    #[serde(default)]
    number: u32,
    #[serde(default)]
    reason: String,
}

/// Takes a question back to an older version.
pub async fn restore(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Ids,
    Form(wanted): Form<Restore>,
) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let versions = (wanted.before, wanted.number);
    match service::restore(&app, &caller, bank, id, versions, &wanted.reason).await {
        Ok(()) => Ok(Redirect::to(&address(bank, id)).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let shown = service::show(&app, &caller, bank, id).await?;
            Ok(page_with_status(&fault, || {
                pages::question(&frame, &shown, Some(&fault))
            }))
        }
    }
}

pub async fn near(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(bank): Id<BankId>,
) -> Result<Response, Fail> {
    let (summary, pairs, total) = service::pairs_of_bank(&app, &caller, bank).await?;
    Ok(html(|| pages::doubles(&frame, &summary, &pairs, total)))
}

#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    page: u32,
}

/// Questions whose law has changed.
pub async fn law_list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(bank): Id<BankId>,
    Query(at): Query<Page>,
) -> Result<Response, Fail> {
    let list = laws::work_list(&app, &caller, bank, at.page).await?;
    Ok(html(|| pages::law_list(&frame, &list, None)))
}

#[derive(Deserialize)]
pub struct Confirmation {
    #[serde(default)]
    reason: String,
}

/// The question is right by the law in force.
pub async fn confirm(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Ids,
    Form(said): Form<Confirmation>,
) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    match laws::confirm(&app, &caller, bank, id, &said.reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/banks/{bank}/laws")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let list = laws::work_list(&app, &caller, bank, 1).await?;
            Ok(page_with_status(&fault, || {
                pages::law_list(&frame, &list, Some(&fault))
            }))
        }
    }
}
