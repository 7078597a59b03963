//! The liaison's page, and corrections of the roster.

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
    domain::id::CorrectionId,
    service::{App, Caller, Error, liaison as service},
    ui::{shell::Frame, unit as pages},
};

#[derive(Deserialize, Default)]
pub struct Wanted {
    #[serde(default)]
    exam: String,
    #[serde(default)]
    page: u32,
}

pub async fn unit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    show(&app, &frame, &caller, &wanted, ("", ""), None).await
}

async fn show(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    wanted: &Wanted,
    (number, wish): (&str, &str),
    wrong: Option<Error>,
) -> Result<Response, Fail> {
    let overview = service::overview(app, caller, wanted.exam.parse().ok(), wanted.page).await?;
    let corrections = service::corrections(app, caller).await?;
    let wrong = wrong.map(fault_of);
    let view = || pages::unit(frame, &overview, &corrections, (number, wish), wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

#[derive(Deserialize)]
pub struct Wish {
    #[serde(default)]
    number: String,
    #[serde(default)]
    wish: String,
}

pub async fn ask(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(form): Form<Wish>,
) -> Result<Response, Fail> {
    match service::ask(&app, &caller, &form.number, &form.wish).await {
        Ok(()) => Ok(Redirect::to("/unit#corrections").into_response()),
        Err(error) => {
            let typed = (form.number.as_str(), form.wish.as_str());
            show(&app, &frame, &caller, &Wanted::default(), typed, Some(error)).await
        }
    }
}

pub async fn corrections(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    decisions(&app, &frame, &caller, None).await
}

async fn decisions(app: &App, frame: &Frame, caller: &Caller, wrong: Option<Error>) -> Result<Response, Fail> {
    let corrections = service::corrections(app, caller).await?;
    let wrong = wrong.map(fault_of);
    let view = || pages::corrections(frame, &corrections, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

#[derive(Deserialize)]
pub struct Decision {
    #[serde(default)]
    answer: String,
    /// Only where the roster was put right.
    done: Option<String>,
}

pub async fn decide(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CorrectionId>,
    Form(form): Form<Decision>,
) -> Result<Response, Fail> {
    match service::decide(&app, &caller, id, form.done.is_some(), &form.answer).await {
        Ok(()) => Ok(Redirect::to("/admin/corrections").into_response()),
        Err(error) => decisions(&app, &frame, &caller, Some(error)).await,
    }
}
