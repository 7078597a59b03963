//! Rounds of an open exam.

use std::collections::HashMap;

use super::{
    exam::{show, stepped},
    extract::Id,
    respond::Fail,
};
use crate::{
    domain::{
        exam::{Admits, Window},
        id::ExamId,
        time::Timestamp,
    },
    error::Fault,
    service::{App, Caller, Error, exam, round},
    ui::shell::Frame,
};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

/// What was typed. What cannot be read becomes a value that the rules refuse.
fn wish(fields: &HashMap<String, String>) -> Result<round::Wish, Fault> {
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    let moment = |name| Timestamp::parse_local(text(name));
    Ok(round::Wish {
        admits: Admits::from_code(text("admits")).ok_or(Fault::BadRequest)?,
        window: Window {
            opens_at: moment("opens_at").unwrap_or(Timestamp(i64::MAX)),
            closes_at: moment("closes_at").unwrap_or(Timestamp(0)),
        },
        attempts: text("attempts").parse().unwrap_or(0),
    })
}

pub async fn add(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Fail> {
    // Whose exam it is comes before what was typed.
    exam::exam(&app, &caller, id).await?;
    let added = match wish(&fields) {
        Ok(wish) => round::add(&app, &caller, id, wish).await,
        Err(fault) => Err(fault.into()),
    };
    match added {
        Ok(_) => Ok(Redirect::to(&format!("/admin/exams/{id}")).into_response()),
        Err(Error::Fault(fault @ (Fault::Round(_) | Fault::WrongState))) => {
            show(&app, &frame, &caller, id, fields, Some(fault)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The round that a button belongs to.
async fn chosen(app: &App, caller: &Caller, id: ExamId, fields: &HashMap<String, String>) -> Result<u32, Fail> {
    exam::exam(app, caller, id).await?;
    let number = fields.get("round").and_then(|number| number.parse().ok());
    Ok(number.ok_or(Fault::BadRequest)?)
}

pub async fn remove(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let number = chosen(&app, &caller, id, &fields).await?;
    let done = round::remove(&app, &caller, id, number).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn release(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Form(fields): Form<HashMap<String, String>>,
) -> Result<Response, Fail> {
    let number = chosen(&app, &caller, id, &fields).await?;
    let done = round::release(&app, &caller, id, number).await;
    stepped(&app, &frame, &caller, id, done).await
}
