//! Certificates: the holder's, the administrator's, and the public check.

use axum::{
    Form,
    extract::{Path, Query, State},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, site},
    respond::{Fail, fault_of, html, page_with_status},
    router,
};
use crate::{
    domain::{
        certificate::Shows,
        id::{CertificateId, ExamId},
    },
    error::Fault,
    service::{App, Caller, certificate as service},
    ui::{certificate, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    code: String,
    #[serde(default)]
    page: u32,
}

pub async fn form(
    State(app): State<App>,
    frame: Frame,
    Query(Wanted { code, .. }): Query<Wanted>,
) -> Result<Response, Fail> {
    answer(&app, &frame, &code, "").await
}

pub async fn check(State(app): State<App>, frame: Frame, Path(code): Path<String>) -> Result<Response, Fail> {
    answer(&app, &frame, &code, "").await
}

#[derive(Deserialize)]
pub struct Name {
    #[serde(default)]
    name: String,
}

pub async fn check_name(
    State(app): State<App>,
    frame: Frame,
    Path(code): Path<String>,
    Form(Name { name }): Form<Name>,
) -> Result<Response, Fail> {
    answer(&app, &frame, &code, &name).await
}

async fn answer(app: &App, frame: &Frame, code: &str, name: &str) -> Result<Response, Fail> {
    let check = match code.trim() {
        "" => None,
        code => Some(service::verify(app, code, name).await?),
    };
    Ok(html(|| certificate::check(frame, code, check.as_ref())))
}

pub async fn show(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CertificateId>,
) -> Result<Response, Fail> {
    let shown = service::show(&state.app, &caller, id, &site(&state, &headers)).await?;
    Ok(html(|| certificate::show(&frame, &shown)))
}

pub async fn pdf(
    State(state): State<router::State>,
    headers: HeaderMap,
    caller: Caller,
    Id(id): Id<CertificateId>,
) -> Result<Response, Fail> {
    let font = state.edge.font.as_deref();
    let pdf = service::pdf(&state.app, &caller, id, &site(&state, &headers), font).await?;
    Ok(document(pdf))
}

/// A certificate to be saved as a file.
pub fn document(pdf: Vec<u8>) -> Response {
    let mut response = pdf.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/pdf"));
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"certificate.pdf\""),
    );
    response
}

pub async fn overview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    listed(&app, &frame, &caller, id, wanted.page, None).await
}

async fn listed(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ExamId,
    page: u32,
    wrong: Option<&Fault>,
) -> Result<Response, Fail> {
    let overview = service::overview(app, caller, id, page).await?;
    let view = || certificate::overview(frame, &overview, wrong);
    Ok(match wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

#[derive(Deserialize)]
pub struct Issue {
    #[serde(default)]
    shows: String,
    /// Of one person; empty: everybody.
    #[serde(default)]
    number: String,
}

pub async fn issue(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Form(form): Form<Issue>,
) -> Result<Response, Fail> {
    let number = form.number.trim();
    let only = (!number.is_empty()).then_some(number);
    let issued = match Shows::from_code(&form.shows) {
        Some(shows) => service::issue(&app, &caller, id, shows, only).await,
        None => Err(Fault::BadRequest.into()),
    };
    match issued {
        Ok(_) => Ok(Redirect::to(&format!("/admin/exams/{id}/certificates")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            listed(&app, &frame, &caller, id, 1, Some(&fault)).await
        }
    }
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

pub async fn withdraw(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CertificateId>,
    Form(form): Form<Reason>,
) -> Result<Response, Fail> {
    match service::withdraw(&state.app, &caller, id, &form.reason).await {
        Ok(exam) => Ok(Redirect::to(&format!("/admin/exams/{exam}/certificates")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let shown = service::show(&state.app, &caller, id, &site(&state, &headers)).await?;
            Ok(page_with_status(&fault, || {
                certificate::refused(&frame, &shown, &fault)
            }))
        }
    }
}
