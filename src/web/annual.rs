//! The figures of a year, its closing, its editions and the draft of its report.

use axum::{
    Form,
    extract::{Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{activity::ActivityFault, id::UnitId},
    error::Fault,
    service::{App, Caller, Result as Done, annual as service, edition},
    ui::{
        annual as pages,
        part::form::Typed,
        shell::{Frame, encode},
    },
};

#[derive(Deserialize)]
pub struct Part {
    #[serde(default)]
    unit: String,
}

/// The figures, and the editions for those who read everything.
async fn shown(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Done<pages::Shown> {
    let annual = service::annual(app, caller, number, unit).await?;
    let editions = match unit {
        None => edition::editions(app, caller, number).await.ok(),
        Some(_) => None,
    };
    Ok(pages::Shown { annual, editions })
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let shown = shown(&app, &caller, number, part.unit.parse().ok()).await?;
    Ok(html(|| pages::page_of(&frame, &shown, None)))
}

/// The year again: as it is now, or with why nothing was changed.
async fn after(app: &App, frame: &Frame, caller: &Caller, number: u16, done: Done<()>) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/years/{number}")).into_response());
    };
    let fault = fault_of(error);
    let shown = shown(app, caller, number, None).await?;
    Ok(page_with_status(&fault, || pages::page_of(frame, &shown, Some(&fault))))
}

pub async fn close(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match text(&typed, "sure") {
        "yes" => edition::close(&app, &caller, number).await,
        _ => Err(Fault::Activity(ActivityFault::Unsure).into()),
    };
    after(&app, &frame, &caller, number, done).await
}

pub async fn renew(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = edition::renew(&app, &caller, number, text(&typed, "reason")).await;
    after(&app, &frame, &caller, number, done).await
}

/// The training part of the annual report as a DOCX.
pub async fn report(
    State(app): State<App>,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let (name, body) = service::report(&app, &caller, number, part.unit.parse().ok()).await?;
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document".to_owned(),
        ),
        (
            header::CONTENT_DISPOSITION,
            format!(
                "attachment; filename=\"report.docx\"; filename*=UTF-8''{}",
                encode(&name)
            ),
        ),
    ];
    Ok((headers, body).into_response())
}
