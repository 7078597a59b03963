//! Objections: the candidate's page, the queue, and one case.

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
        id::{AttemptId, ObjectionId},
        objection::About,
    },
    error::Fault,
    service::{App, Caller, objection as service},
    ui::{objection, shell::Frame},
};

pub async fn mine(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<AttemptId>,
) -> Result<Response, Fail> {
    Ok(match service::mine(&app, &caller, id).await? {
        Some(mine) => html(|| objection::mine(&frame, &mine, ("", ""), None)),
        None => Redirect::to(&format!("/attempts/{id}")).into_response(),
    })
}

#[derive(Deserialize)]
pub struct Raised {
    /// Place of the question; 0: the score.
    #[serde(default)]
    item: String,
    #[serde(default)]
    body: String,
}

pub async fn raise(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<AttemptId>,
    Form(form): Form<Raised>,
) -> Result<Response, Fail> {
    let raised = match form.item.trim().parse() {
        Ok(item) => service::raise(&app, &caller, id, About::of_item(item), &form.body).await,
        Err(_) => Err(Fault::BadRequest.into()),
    };
    let error = match raised {
        Ok(_) => return Ok(Redirect::to(&format!("/attempts/{id}/objection")).into_response()),
        Err(error) => error,
    };
    let fault = fault_of(error);
    match service::mine(&app, &caller, id).await? {
        Some(mine) => Ok(page_with_status(&fault, || {
            objection::mine(&frame, &mine, (&form.item, &form.body), Some(&fault))
        })),
        None => Err(fault.into()),
    }
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: u32,
}

pub async fn queue(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let queue = service::queue(&app, &caller, wanted.state != "decided", wanted.page).await?;
    Ok(html(|| objection::queue(&frame, &queue)))
}

pub async fn case(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ObjectionId>,
) -> Result<Response, Fail> {
    let case = service::case(&app, &caller, id).await?;
    Ok(html(|| objection::case(&frame, &case, "", None)))
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
    Id(id): Id<ObjectionId>,
    Form(form): Form<Decided>,
) -> Result<Response, Fail> {
    let decided = match form.decision.as_str() {
        "upheld" => service::decide(&app, &caller, id, true, &form.reason).await,
        "rejected" => service::decide(&app, &caller, id, false, &form.reason).await,
        _ => Err(Fault::BadRequest.into()),
    };
    match decided {
        Ok(()) => Ok(Redirect::to(&format!("/admin/objections/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let case = service::case(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                objection::case(&frame, &case, &form.reason, Some(&fault))
            }))
        }
    }
}
