//! The queue of exemptions and deferrals, their decision, and their documents.

use axum::{
    Form,
    extract::{Multipart, Query, State, multipart::MultipartRejection},
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        exemption::{Kind, State as RequestState},
        id::{DocumentId, ExemptionId},
    },
    error::Fault,
    service::{
        App, Caller, Error,
        exemption::{self as service, Filter, Step},
    },
    ui::{
        exemptions as pages,
        part::form::Typed,
        shell::{Frame, encode},
    },
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    exam: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: u32,
}

pub async fn queue(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let filter = Filter {
        exam: wanted.exam.parse().ok(),
        state: RequestState::from_code(&wanted.state),
        kind: Kind::from_code(&wanted.kind),
        words: wanted.words,
        page: wanted.page,
    };
    let page = service::page(&app, &caller, &filter).await?;
    Ok(html(|| pages::queue(&frame, &page, &filter)))
}

pub async fn request(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExemptionId>,
) -> Result<Response, Fail> {
    let record = service::record(&app, &caller, id).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::request(&frame, &record, &nothing, None)))
}

/// The request again: as it is now, or with what was typed and why nothing was changed.
async fn after(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ExemptionId,
    typed: &Typed,
    done: Result<(), Error>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/exemptions/{id}")).into_response());
    };
    let record = service::record(app, caller, id).await?;
    let fault = fault_of(error);
    Ok(page_with_status(&fault, || {
        pages::request(frame, &record, typed, Some(&fault))
    }))
}

async fn settle(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ExemptionId,
    typed: &Typed,
    step: Step,
) -> Result<Response, Fail> {
    let done = service::settle(app, caller, id, step, text(typed, "reason")).await;
    after(app, frame, caller, id, typed, done).await
}

pub async fn approve(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExemptionId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    settle(&app, &frame, &caller, id, &typed, Step::Approve).await
}

pub async fn refuse(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExemptionId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    settle(&app, &frame, &caller, id, &typed, Step::Refuse).await
}

pub async fn withdraw(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExemptionId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    settle(&app, &frame, &caller, id, &typed, Step::Withdraw).await
}

pub async fn add_document(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExemptionId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    // Whose request it is comes before what was sent.
    service::record(&app, &caller, id).await?;
    let (name, body) = uploaded(form.map_err(|_| Fault::BadRequest)?).await?;
    let done = service::add_document(&app, &caller, id, &name, body).await.map(|_| ());
    after(&app, &frame, &caller, id, &Typed::new(), done).await
}

/// A document, only ever as something to save: what somebody uploaded is never shown as a page of ours.
pub async fn document(State(app): State<App>, caller: Caller, Id(id): Id<DocumentId>) -> Result<Response, Fail> {
    let (name, body) = service::document_content(&app, &caller, id).await?;
    let headers = AppendHeaders([
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"document\"; filename*=UTF-8''{}", encode(&name)),
        ),
    ]);
    Ok((headers, body).into_response())
}
