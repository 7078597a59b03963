//! Cases about a player, as the player sees them.

use axum::{
    Form,
    extract::{RawPathParams, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{names, path};
use crate::{
    domain::id::CaseId,
    error::Fault,
    service::{App, Result as Done, competition::case as service},
    ui::{competition::case as pages, shell::Frame},
    web::{
        extract::{Playing, part},
        respond::{Fail, fault_of, html, page_with_status},
    },
};

/// The case that the path names.
fn case(params: &RawPathParams) -> Result<CaseId, Fault> {
    let id = part(params, "competition_case").and_then(|id| id.parse().ok());
    id.ok_or(Fault::NotFound)
}

pub async fn mine(
    State(app): State<App>,
    frame: Frame,
    playing: Playing,
    params: RawPathParams,
) -> Result<Response, Fail> {
    show(&app, &frame, &playing, case(&params)?, "", None).await
}

async fn show(
    app: &App,
    frame: &Frame,
    Playing { contest, player }: &Playing,
    id: CaseId,
    typed: &str,
    wrong: Option<&Fault>,
) -> Result<Response, Fail> {
    let mine = service::mine(app, player, id).await?;
    let (_, unit) = names(app, player).await?;
    let view = || pages::mine(frame, contest, &mine, unit.as_deref().unwrap_or_default(), typed, wrong);
    Ok(match wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

#[derive(Deserialize)]
pub struct Said {
    #[serde(default)]
    words: String,
}

pub async fn state(
    State(app): State<App>,
    frame: Frame,
    playing: Playing,
    params: RawPathParams,
    Form(form): Form<Said>,
) -> Result<Response, Fail> {
    let id = case(&params)?;
    let said = service::state_own(&app, &playing.player, id, &form.words).await;
    after_words(&app, &frame, &playing, id, &form.words, said).await
}

pub async fn appeal(
    State(app): State<App>,
    frame: Frame,
    playing: Playing,
    params: RawPathParams,
    Form(form): Form<Said>,
) -> Result<Response, Fail> {
    let id = case(&params)?;
    let said = service::appeal(&app, &playing.player, id, &form.words).await;
    after_words(&app, &frame, &playing, id, &form.words, said).await
}

async fn after_words(
    app: &App,
    frame: &Frame,
    playing: &Playing,
    id: CaseId,
    words: &str,
    said: Done<()>,
) -> Result<Response, Fail> {
    match said {
        Ok(()) => Ok(Redirect::to(&format!("{}/cases/{id}", path(&playing.contest))).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            show(app, frame, playing, id, words, Some(&fault)).await
        }
    }
}
