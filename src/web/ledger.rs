//! Files of activities for the ledger of a year.

use axum::{
    Form,
    extract::{Multipart, State, multipart::MultipartRejection},
    http::header,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    extract::{Id, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::id::UploadId,
    error::Fault,
    service::{App, Caller, activity, ledger as service},
    ui::{activities as pages, part::form::Typed, shell::Frame},
};

/// The workbook to be filled in.
pub async fn template(caller: Caller) -> Result<Response, Fail> {
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"activities.xlsx\""),
    ];
    Ok((headers, service::template(&caller)?).into_response())
}

pub async fn choose(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
) -> Result<Response, Fail> {
    activity::writable(&app, &caller).await?;
    Ok(html(|| pages::choose(&frame, number, None)))
}

pub async fn upload(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    let (name, body) = uploaded(form.map_err(|_| Fault::BadRequest)?).await?;
    match service::receive(&app, &caller, number, name, body).await {
        Ok(id) => Ok(Redirect::to(&format!("/admin/activities/import/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || pages::choose(&frame, number, Some(&fault))))
        }
    }
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let report = service::preview(&app, &caller, id).await?;
    Ok(html(|| pages::report(&frame, &report, Some(id), None)))
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    match service::import(&app, &caller, id, text(&typed, "distinct") == "yes").await {
        Ok(report) => Ok(html(|| pages::report(&frame, &report, None, None))),
        Err(error) => {
            let fault = fault_of(error);
            // What is kept no longer has no preview to go back to.
            let report = service::preview(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::report(&frame, &report, Some(id), Some(&fault))
            }))
        }
    }
}
