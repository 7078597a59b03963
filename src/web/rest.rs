//! The small API of the answer sheet, and the probes.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
};

use super::{
    extract::{Id, body},
    live,
    respond::Fail,
};
use crate::{
    domain::id::AttemptId,
    error::Fault,
    service::{App, Caller, sitting},
    ui::sit::wire::{Progress, SaveReply, SaveRequest},
};

/// Saves answers; they are durable when this answers.
pub async fn save(
    State(app): State<App>,
    caller: Caller,
    Id(attempt): Id<AttemptId>,
    request: Result<Json<SaveRequest>, JsonRejection>,
) -> Result<Json<SaveReply>, Fail> {
    let request = body(request)?;
    let version = request.events.last().map_or(0, |event| event.version);
    let (at, deadline) = sitting::save(&app, &caller, attempt, request.events).await?;
    Ok(Json(SaveReply {
        version,
        saved_at: at.clock(),
        remaining_ms: (deadline.0 - at.0).max(0),
    }))
}

/// Where an attempt stands.
pub async fn progress(
    State(app): State<App>,
    caller: Caller,
    Id(attempt): Id<AttemptId>,
) -> Result<Json<Progress>, Fail> {
    let (attempt, sheet, told, now) = sitting::progress(&app, &caller, attempt).await?;
    Ok(Json(Progress {
        sheet,
        handed_in: attempt.outcome.is_some(),
        remaining_ms: attempt.remaining_ms(now),
        paused: attempt.paused_at.is_some(),
        told: live::told(told),
        deadline: attempt.deadline.clock(),
    }))
}

/// The process runs.
pub async fn healthy() -> &'static str {
    "ok"
}

/// The database answers.
pub async fn ready(State(app): State<App>) -> Result<&'static str, Fail> {
    app.db.ping().await.map_err(|error| {
        tracing::warn!(%error, "the database does not answer");
        Fault::Unavailable
    })?;
    Ok("ok")
}
