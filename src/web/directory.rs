//! What everybody who joins asks while they type: divisions, and units of the directory.

use axum::{
    Json,
    extract::{Query, State},
    http::{HeaderName, header},
};
use serde::Deserialize;

use super::respond::Fail;
use crate::{
    domain::division::DivisionCode,
    error::Fault,
    service::{App, division, organization},
};

/// A list that browsers may keep for so long.
type Kept<T> = ([(HeaderName, &'static str); 1], Json<Vec<T>>);

const MINUTES: &str = "public, max-age=300";
const SECONDS: &str = "public, max-age=10";

#[derive(Deserialize)]
pub struct Divisions {
    #[serde(default)]
    q: String,
    /// A code; empty: everywhere.
    #[serde(default)]
    within: String,
}

/// Divisions that fit what was typed; without it those right below one, or the provinces.
pub async fn divisions(State(app): State<App>, Query(wanted): Query<Divisions>) -> Result<Kept<division::Found>, Fail> {
    let within = code(&wanted.within)?;
    let found = match wanted.q.trim() {
        "" => division::children(&app, within).await?,
        typed => division::search(&app, typed, within).await?,
    };
    Ok(([(header::CACHE_CONTROL, MINUTES)], Json(found)))
}

#[derive(Deserialize)]
pub struct Organizations {
    #[serde(default)]
    q: String,
    /// Where the player is: a code; empty: anywhere.
    #[serde(default)]
    division: String,
}

/// Units that fit what was typed.
pub async fn organizations(
    State(app): State<App>,
    Query(wanted): Query<Organizations>,
) -> Result<Kept<organization::Found>, Fail> {
    let division = code(&wanted.division)?;
    let found = organization::search(&app, &wanted.q, division).await?;
    Ok(([(header::CACHE_CONTROL, SECONDS)], Json(found)))
}

fn code(text: &str) -> Result<Option<DivisionCode>, Fault> {
    if text.is_empty() {
        return Ok(None);
    }
    DivisionCode::parse(text).map(Some).ok_or(Fault::BadRequest)
}
