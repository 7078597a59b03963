//! Rooms and slots of an exam, and the seat of a candidate.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        exam::Window,
        id::{ExamId, SlotId},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Result as Done,
        slot::{self as service, Wish},
    },
    ui::{part::form::Typed, shell::Frame, slot as pages},
};

type Fields = HashMap<String, String>;

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |value| value.trim())
}

/// What was typed. What cannot be read becomes a value that the rules refuse.
fn wish(fields: &Fields) -> Wish {
    let moment = |name| Timestamp::parse_local(text(fields, name));
    Wish {
        room: text(fields, "room").to_owned(),
        window: Window {
            opens_at: moment("opens_at").unwrap_or(Timestamp(i64::MAX)),
            closes_at: moment("closes_at").unwrap_or(Timestamp(0)),
        },
        capacity: text(fields, "capacity").parse().unwrap_or(0),
        password: text(fields, "password").to_owned(),
        addresses: text(fields, "addresses").to_owned(),
    }
}

pub async fn slots(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
) -> Result<Response, Fail> {
    let slots = service::slots(&app, &caller, exam).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::slots(&frame, &slots, &nothing, None)))
}

async fn done(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    exam: ExamId,
    fields: &Fields,
    done: Done<()>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/exams/{exam}/slots")).into_response());
    };
    let fault = fault_of(error);
    let slots = service::slots(app, caller, exam).await?;
    Ok(page_with_status(&fault, || {
        pages::slots(frame, &slots, fields, Some(&fault))
    }))
}

pub async fn add(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let added = service::add(&app, &caller, exam, wish(&fields)).await.map(|_| ());
    done(&app, &frame, &caller, exam, &fields, added).await
}

pub async fn give_all(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let given = match text(&fields, "round").parse() {
        Ok(round) => service::give_all(&app, &caller, exam, round).await.map(|_| ()),
        Err(_) => Err(Fault::BadRequest.into()),
    };
    done(&app, &frame, &caller, exam, &Fields::new(), given).await
}

/// The exam and the slot of a path; a text that is none is a page that does not exist.
type Place = Path<(String, String)>;

fn ids((exam, slot): &(String, String)) -> Result<(ExamId, SlotId), Fault> {
    let exam = exam.parse().map_err(|_| Fault::NotFound)?;
    let slot = slot.parse().map_err(|_| Fault::NotFound)?;
    Ok((exam, slot))
}

pub async fn remove(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Path(place): Place,
) -> Result<Response, Fail> {
    let (exam, slot) = ids(&place)?;
    let removed = service::remove(&app, &caller, exam, slot).await;
    done(&app, &frame, &caller, exam, &Fields::new(), removed).await
}

pub async fn list(State(app): State<App>, frame: Frame, caller: Caller, Path(place): Place) -> Result<Response, Fail> {
    let (exam, slot) = ids(&place)?;
    let list = service::list(&app, &caller, exam, slot).await?;
    Ok(html(|| pages::list(&frame, &list, "", None)))
}

pub async fn give(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Path(place): Place,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let (exam, slot) = ids(&place)?;
    let number = text(&fields, "number");
    let Err(error) = service::give(&app, &caller, exam, slot, number).await else {
        return Ok(Redirect::to(&format!("/admin/exams/{exam}/slots/{slot}")).into_response());
    };
    let fault = fault_of(error);
    let list = service::list(&app, &caller, exam, slot).await?;
    Ok(page_with_status(&fault, || {
        pages::list(&frame, &list, number, Some(&fault))
    }))
}

pub async fn take(
    State(app): State<App>,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Form(fields): Form<Fields>,
) -> Result<Redirect, Fail> {
    let slot = text(&fields, "slot").parse().map_err(|_| Fault::BadRequest)?;
    service::take(&app, &caller, exam, slot).await?;
    Ok(Redirect::to(&format!("/exams/{exam}")))
}
