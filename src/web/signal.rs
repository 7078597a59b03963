//! Signals of an exam.

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
        id::{AttemptId, ExamId},
        signal::Kind,
    },
    error::Fault,
    service::{App, Caller, case, signal as service},
    ui::{shell::Frame, signal as pages},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    page: u32,
}

pub async fn found(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let found = service::found(&app, &caller, exam, Kind::from_code(&wanted.kind), wanted.page).await?;
    Ok(html(|| pages::found(&frame, &found, None)))
}

pub async fn compare(State(app): State<App>, caller: Caller, Id(exam): Id<ExamId>) -> Result<Redirect, Fail> {
    service::compare(&app, &caller, exam).await?;
    Ok(Redirect::to(&format!("/admin/exams/{exam}/signals")))
}

#[derive(Deserialize)]
pub struct Opened {
    #[serde(default)]
    attempt: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    reason: String,
}

pub async fn open_case(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Form(form): Form<Opened>,
) -> Result<Response, Fail> {
    let kind = Kind::from_code(&form.kind);
    let opened = match (form.attempt.parse::<AttemptId>(), kind) {
        (Ok(attempt), Some(kind)) => case::open(&app, &caller, exam, attempt, kind, &form.reason).await,
        _ => Err(Fault::BadRequest.into()),
    };
    match opened {
        Ok(id) => Ok(Redirect::to(&format!("/admin/cases/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let found = service::found(&app, &caller, exam, kind, 1).await?;
            Ok(page_with_status(&fault, || pages::found(&frame, &found, Some(&fault))))
        }
    }
}
