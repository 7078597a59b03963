//! The directory of units that play: pages for those who keep it.

use axum::{
    Form,
    extract::{Multipart, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        id::{OrganizationId, UploadId},
        organization::OrganizationFault,
    },
    service::{App, Caller, Result as Done, organization as service},
    ui::{organizations as pages, part::form::Typed, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    words: String,
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
    let standing = pages::standing(&wanted.state);
    let page = service::page(&app, &caller, standing, &wanted.words, wanted.page).await?;
    let asked = pages::Asked {
        words: wanted.words,
        standing,
    };
    Ok(html(|| pages::list(&frame, &page, &asked)))
}

pub async fn upload(State(app): State<App>, caller: Caller, form: Multipart) -> Result<Redirect, Fail> {
    let (name, body) = uploaded(form).await?;
    let id = service::receive(&app, &caller, name, body).await?;
    Ok(Redirect::to(&format!("/admin/organizations/import/{id}")))
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, report) = service::preview(&app, &caller, id).await?;
    Ok(html(|| pages::import(&frame, &name, &report, Some(id))))
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, report) = service::import_kept(&app, &caller, id).await?;
    Ok(html(|| pages::import(&frame, &name, &report, None)))
}

pub async fn desk(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let desk = service::desk(&app, &caller, wanted.page).await?;
    Ok(html(|| pages::desk(&frame, &desk)))
}

pub async fn record(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OrganizationId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let record = service::record(&app, &caller, id, &wanted.words).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::record(&frame, &record, &wanted.words, &nothing, None)))
}

/// Shows where somebody came from when a step is done, or else the unit with the reason why it was not.
async fn after(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: OrganizationId,
    typed: &Typed,
    done: Done<()>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        let to = match text(typed, "back") {
            "desk" => "/admin/organizations/desk".to_owned(),
            _ => format!("/admin/organizations/{id}"),
        };
        return Ok(Redirect::to(&to).into_response());
    };
    let record = service::record(app, caller, id, "").await?;
    let fault = fault_of(error);
    Ok(page_with_status(&fault, || {
        pages::record(frame, &record, "", typed, Some(&fault))
    }))
}

pub async fn revise(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OrganizationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let (trade, headcount) = (text(&typed, "trade"), text(&typed, "headcount"));
    let done = service::revise(&app, &caller, id, trade, headcount).await;
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn enlist(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OrganizationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = service::list(&app, &caller, id).await;
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn merge(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OrganizationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match text(&typed, "into").parse() {
        Ok(into) => service::merge(&app, &caller, id, into).await,
        Err(_) => Err(OrganizationFault::NoSuchUnit.into()),
    };
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn undo(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OrganizationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = service::undo(&app, &caller, id).await;
    after(&app, &frame, &caller, id, &typed, done).await
}
