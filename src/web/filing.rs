//! Handing in figures to the level above.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{activity::ActivityFault, filing::State as Standing, id::FilingId},
    error::Fault,
    service::{App, Caller, filing as service},
    ui::{filings as pages, part::form::Typed, shell::Frame},
};

#[derive(Deserialize)]
pub struct Part {
    #[serde(default)]
    unit: String,
}

pub async fn board(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let unit = match part.unit.as_str() {
        "" => None,
        unit => Some(unit.parse().map_err(|_| Fault::NotFound)?),
    };
    let board = service::board(&app, &caller, number, unit).await?;
    Ok(html(|| pages::board(&frame, &board, "", None)))
}

pub async fn file(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let unit = text(&typed, "unit").parse().ok();
    let note = text(&typed, "note");
    let done = match unit {
        Some(unit) => service::file(&app, &caller, number, unit, note).await,
        None => Err(Fault::Activity(ActivityFault::Unit).into()),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/admin/filings/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let board = service::board(&app, &caller, number, unit).await?;
            Ok(page_with_status(&fault, || {
                pages::board(&frame, &board, note, Some(&fault))
            }))
        }
    }
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<FilingId>,
) -> Result<Response, Fail> {
    let shown = service::shown(&app, &caller, id).await?;
    Ok(html(|| pages::receipt(&frame, &shown, "", None)))
}

pub async fn accept(app: State<App>, frame: Frame, caller: Caller, id: Id<FilingId>) -> Result<Response, Fail> {
    decide(app, frame, caller, id, Standing::Accepted, "").await
}

pub async fn send_back(
    app: State<App>,
    frame: Frame,
    caller: Caller,
    id: Id<FilingId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    decide(app, frame, caller, id, Standing::Returned, text(&typed, "comment")).await
}

async fn decide(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<FilingId>,
    to: Standing,
    comment: &str,
) -> Result<Response, Fail> {
    match service::decide(&app, &caller, id, to, comment).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/filings/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let shown = service::shown(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::receipt(&frame, &shown, comment, Some(&fault))
            }))
        }
    }
}
