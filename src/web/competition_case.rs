//! Cases about players of competitions: the list, and one case.

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
    domain::{
        case::Decision,
        id::{CaseId, CompetitionId},
    },
    error::Fault,
    service::{App, Caller, competition::case as service},
    ui::{competitions as pages, shell::Frame},
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
    Id(id): Id<CompetitionId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let list = service::list(&app, &caller, id, wanted.state != "decided", wanted.page).await?;
    Ok(html(|| pages::cases(&frame, &list)))
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
        Ok(()) => Ok(Redirect::to(&format!("/admin/competition-cases/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let file = service::file(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::file(&frame, &file, &form.reason, Some(&fault))
            }))
        }
    }
}
