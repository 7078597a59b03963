//! The public check of a receipt.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::respond::{Fail, html};
use crate::{
    service::{App, receipt as service},
    ui::{receipt, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    code: String,
}

pub async fn form(
    State(app): State<App>,
    frame: Frame,
    Query(Wanted { code }): Query<Wanted>,
) -> Result<Response, Fail> {
    answer(&app, &frame, &code).await
}

pub async fn check(State(app): State<App>, frame: Frame, Path(code): Path<String>) -> Result<Response, Fail> {
    answer(&app, &frame, &code).await
}

async fn answer(app: &App, frame: &Frame, code: &str) -> Result<Response, Fail> {
    let verdict = match code.trim() {
        "" => None,
        code => Some(service::verify(app, code).await?),
    };
    Ok(html(|| receipt::check(frame, code, verdict.as_ref())))
}
