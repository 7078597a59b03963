//! Cases: the list, one case, and the page of the person concerned.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{case::Decision, id::CaseId},
    error::Fault,
    service::{self as services, App, Caller, case as service},
    ui::{case as pages, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: u32,
}

pub async fn list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let list = service::list(&app, &caller, wanted.state != "decided", wanted.page).await?;
    Ok(html(|| pages::list(&frame, &list)))
}

pub async fn file(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<CaseId>) -> Result<Response, Fail> {
    let file = service::file(&app, &caller, id).await?;
    Ok(html(|| pages::file(&frame, &file, "", None)))
}

#[derive(Deserialize)]
pub struct Decided {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    reason: String,
}

pub async fn decide(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CaseId>,
    Form(form): Form<Decided>,
) -> Result<Response, Fail> {
    let decided = match Decision::from_code(&form.decision) {
        Some(decision) => service::decide(&app, &caller, id, decision, &form.reason).await,
        None => Err(Fault::BadRequest.into()),
    };
    match decided {
        Ok(()) => Ok(Redirect::to(&format!("/admin/cases/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let file = service::file(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::file(&frame, &file, &form.reason, Some(&fault))
            }))
        }
    }
}

pub async fn mine(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<CaseId>) -> Result<Response, Fail> {
    let mine = service::mine(&app, &caller, id).await?;
    Ok(html(|| pages::mine(&frame, &mine, "", None)))
}

#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    words: String,
}

pub async fn state(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CaseId>,
    Form(form): Form<Said>,
) -> Result<Response, Fail> {
    let said = service::state(&app, &caller, id, &form.words).await;
    after_words(&app, &frame, &caller, id, &form.words, said).await
}

pub async fn appeal(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CaseId>,
    Form(form): Form<Said>,
) -> Result<Response, Fail> {
    let said = service::appeal(&app, &caller, id, &form.words).await;
    after_words(&app, &frame, &caller, id, &form.words, said).await
}

async fn after_words(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: CaseId,
    words: &str,
    said: services::Result<()>,
) -> Result<Response, Fail> {
    let Err(error) = said else {
        return Ok(Redirect::to(&format!("/cases/{id}")).into_response());
    };
    let fault: Fault = fault_of(error);
    let mine = service::mine(app, caller, id).await?;
    Ok(page_with_status(&fault, || {
        pages::mine(frame, &mine, words, Some(&fault))
    }))
}
