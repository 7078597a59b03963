//! Printed forms and their keys.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, html},
};
use crate::{
    domain::id::ExamId,
    service::{App, Caller, print as service},
    ui::{print, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default = "first")]
    form: char,
}

fn first() -> char {
    service::LETTERS[0]
}

pub async fn form(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let form = service::form(&app, &caller, id, wanted.form).await?;
    Ok(html(|| print::form(&frame, &form)))
}

pub async fn key(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let key = service::key(&app, &caller, id, wanted.form).await?;
    Ok(html(|| print::key(&frame, &key)))
}
