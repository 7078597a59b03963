//! What the papers of an exam say of its questions.

use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, html},
};
use crate::{
    domain::id::ExamId,
    error::Fault,
    service::{
        App, Caller,
        statistics::{self as service, By, Wish},
    },
    ui::{shell::Frame, statistics as pages},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    sort: String,
    /// `remarked`: only questions with remarks.
    #[serde(default)]
    only: String,
    #[serde(default)]
    page: usize,
    /// Which groups of persons are compared.
    #[serde(default)]
    groups: String,
}

pub async fn overview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let wish = Wish {
        by: By::from_code(&wanted.groups).unwrap_or_default(),
        ..Wish::of(&wanted.sort, wanted.only == "remarked", wanted.page)
    };
    let overview = service::overview(&app, &caller, exam, wish).await?;
    Ok(html(|| pages::overview(&frame, &overview, wish)))
}

pub async fn item(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Path((exam, pool)): Path<(String, String)>,
) -> Result<Response, Fail> {
    let exam = exam.parse().map_err(|_| Fault::NotFound)?;
    let pool = pool.parse().map_err(|_| Fault::NotFound)?;
    let one = service::one(&app, &caller, exam, pool).await?;
    Ok(html(|| pages::item(&frame, &one)))
}
