//! The log of administrative acts.

use axum::{
    extract::{Query, State},
    response::Response,
};
use serde::Deserialize;

use super::respond::{Fail, html};
use crate::{
    domain::audit::Act,
    service::{App, Caller, audit as service},
    ui::{audit as pages, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    act: String,
    #[serde(default)]
    page: u32,
}

pub async fn log(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let act = Act::from_code(&wanted.act);
    let page = service::page(&app, &caller, act, wanted.page).await?;
    let walk = service::walk(&app, &caller).await?;
    Ok(html(|| pages::log(&frame, &page, &walk, act)))
}

#[derive(Deserialize)]
pub struct Earlier {
    #[serde(default)]
    entry: String,
}

/// The head of the chain, for paper; and the digest of an entry that was its head once.
pub async fn head(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(earlier): Query<Earlier>,
) -> Result<Response, Fail> {
    let walk = service::walk(&app, &caller).await?;
    let earlier = match earlier.entry.trim().parse() {
        Ok(seq) => Some((seq, service::entry(&app, &caller, seq).await?)),
        Err(_) => None,
    };
    let now = app.now();
    Ok(html(|| pages::head(&frame, &walk, earlier.as_ref(), now)))
}
