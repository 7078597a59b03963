//! Reminders: how they are sent, what is switched off, and what was sent.

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        id::{ExamId, UnitId},
        reminder::{Kind, Off, Settings},
    },
    error::Fault,
    service::{App, Caller, Result as Done, reminder as service},
    ui::{part::form::Typed, reminders as pages, shell::Frame},
};

pub async fn overview(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let shown = service::overview(&app, &caller).await?;
    Ok(html(|| pages::overview(&frame, &shown, &Typed::new(), None)))
}

/// The page again: as it is now, or with why nothing was changed.
async fn after(app: &App, frame: &Frame, caller: &Caller, typed: &Typed, done: Done<()>) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to("/admin/reminders").into_response());
    };
    let fault = fault_of(error);
    let shown = service::overview(app, caller).await?;
    Ok(page_with_status(&fault, || {
        pages::overview(frame, &shown, typed, Some(&fault))
    }))
}

fn settings(typed: &Typed) -> Option<Settings> {
    Some(Settings {
        per_week: text(typed, "per_week").parse().ok()?,
        days_before: text(typed, "days_before").parse().ok()?,
        from_hour: text(typed, "from_hour").parse().ok()?,
        to_hour: text(typed, "to_hour").parse().ok()?,
    })
}

pub async fn set(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match settings(&typed) {
        Some(settings) => service::set(&app, &caller, settings).await,
        None => Err(Fault::Reminders.into()),
    };
    after(&app, &frame, &caller, &typed, done).await
}

/// Kind, unit and exam; the last two may be left out.
fn which(typed: &Typed) -> Result<(Kind, Option<UnitId>, Option<ExamId>), Fault> {
    let kind = Kind::from_code(text(typed, "kind")).ok_or(Fault::BadRequest)?;
    let unit = match text(typed, "unit") {
        "" => None,
        unit => Some(unit.parse().map_err(|_| Fault::NotFound)?),
    };
    let exam = match text(typed, "exam") {
        "" => None,
        exam => Some(exam.parse().map_err(|_| Fault::NotFound)?),
    };
    Ok((kind, unit, exam))
}

pub async fn switch_off(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let (kind, unit, exam) = which(&typed)?;
    let reason = text(&typed, "reason").to_owned();
    let off = Off {
        kind,
        unit,
        exam,
        reason,
    };
    let done = service::switch_off(&app, &caller, off).await;
    after(&app, &frame, &caller, &typed, done).await
}

pub async fn switch_on(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let (kind, unit, exam) = which(&typed)?;
    let done = service::switch_on(&app, &caller, kind, unit, exam).await;
    after(&app, &frame, &caller, &typed, done).await
}
