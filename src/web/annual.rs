//! The figures of a year, its closing, its editions and the draft of its report.

use axum::{
    Form,
    extract::{Path, Query, State},
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
    service::{App, Caller, Result as Done, annual as service, edition, head},
    ui::{
        annual::{self as pages, edition as edition_pages},
        head as head_pages,
        part::form::Typed,
        shell::{Frame, encode},
    },
};

#[derive(Deserialize)]
pub struct Part {
    #[serde(default)]
    pub unit: String,
}

impl Part {
    pub fn unit(&self) -> Option<UnitId> {
        self.unit.parse().ok()
    }
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
    let shown = shown(&app, &caller, number, part.unit()).await?;
    Ok(html(|| pages::page_of(&frame, &shown, None)))
}

/// One page for the head of the bureau.
pub async fn head(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let head = head::head(&app, &caller, number, part.unit()).await?;
    Ok(html(|| head_pages::page_of(&frame, &head)))
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

/// One of the editions, whether or not there are later ones.
pub async fn edition(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Path((year, number)): Path<(String, String)>,
) -> Result<Response, Fail> {
    let year = year.parse().map_err(|_| Fault::NotFound)?;
    let number = number.parse().map_err(|_| Fault::NotFound)?;
    let shown = edition::read(&app, &caller, year, number).await?;
    Ok(html(|| edition_pages::page_of(&frame, &shown)))
}

/// The training part of the annual report as a DOCX.
pub async fn report(
    State(app): State<App>,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let (name, body) = service::report(&app, &caller, number, part.unit()).await?;
    Ok(file("report.docx", &name, body))
}

/// A file to save; `plain` is its name for browsers that know no other letters.
pub fn file(plain: &str, name: &str, body: Vec<u8>) -> Response {
    let media = match plain.ends_with(".docx") {
        true => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        false => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{}", encode(name)),
        ),
    ];
    (headers, body).into_response()
}
