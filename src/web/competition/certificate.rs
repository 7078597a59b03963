//! Certificates of players: the player's own, and the public check.

use axum::{
    extract::{Query, RawPathParams, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::path;
use crate::{
    domain::competition::certificate::Kind,
    service::{App, competition::certificate as service},
    ui::{competition::certificate as pages, shell::Frame},
    web::{
        certificate::document,
        extract::{Playing, Visit, part, site},
        respond::{Fail, html},
        router,
    },
};

/// Which certificate; anything unknown is the one of participation.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    kind: String,
}

impl Wanted {
    fn kind(&self) -> Kind {
        Kind::from_code(&self.kind).unwrap_or(Kind::Participation)
    }
}

pub async fn show(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    Playing { contest, player }: Playing,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let (kind, base) = (wanted.kind(), site(&state, &headers));
    let shown = service::show(&state.app, &contest, &player, kind, &base).await?;
    Ok(html(|| {
        pages::show(&frame, &contest, kind, shown.as_ref().map_err(|why| *why))
    }))
}

pub async fn pdf(
    State(state): State<router::State>,
    headers: HeaderMap,
    Playing { contest, player }: Playing,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let (kind, base) = (wanted.kind(), site(&state, &headers));
    let font = state.edge.font.as_deref();
    match service::show(&state.app, &contest, &player, kind, &base).await? {
        Ok(shown) => Ok(document(service::pdf(&state.app, &shown, font).await?)),
        // The page says why there is none.
        Err(_) => {
            let to = format!("{}/certificate?kind={}", path(&contest), kind.code());
            Ok(Redirect::to(&to).into_response())
        }
    }
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    code: String,
}

pub async fn form(
    State(app): State<App>,
    frame: Frame,
    visit: Visit,
    Query(Asked { code }): Query<Asked>,
) -> Result<Response, Fail> {
    answer(&app, &frame, &visit, &code).await
}

pub async fn check(
    State(app): State<App>,
    frame: Frame,
    visit: Visit,
    params: RawPathParams,
) -> Result<Response, Fail> {
    answer(&app, &frame, &visit, part(&params, "certificate").unwrap_or_default()).await
}

async fn answer(app: &App, frame: &Frame, visit: &Visit, code: &str) -> Result<Response, Fail> {
    let (code, contest) = (code.trim(), &visit.contest);
    let check = service::verify(app, contest, code).await?;
    Ok(html(|| pages::check(frame, contest, code, check.as_ref())))
}
