//! Personal law records: one's own, those of others, and the desk that confirms their entries.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Multipart, Query, State, multipart::MultipartRejection},
    http::header,
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, fields_and_file},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        id::{DocumentId, PersonId, RecordEntryId},
        record::{Kind, RecordFault, Wish},
    },
    error::Fault,
    service::{App, Caller, credit, record as service},
    ui::{
        part::form::Typed,
        record as pages,
        shell::{Frame, encode},
    },
};

/// Of which year a record is wanted; empty for this one.
#[derive(Deserialize)]
pub struct Year {
    #[serde(default)]
    year: String,
}

impl Year {
    fn parse(&self) -> Result<Option<u16>, Fault> {
        match self.year.as_str() {
            "" => Ok(None),
            year => year.parse().map(Some).map_err(|_| Fault::NotFound),
        }
    }
}

pub async fn own(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Year>,
) -> Result<Response, Fail> {
    let record = service::mine(&app, &caller, wanted.parse()?).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::own(&frame, &record, &nothing, None)))
}

/// What was typed of something attended.
fn wish(typed: &Typed) -> Result<Wish, Fault> {
    Ok(Wish {
        kind: Kind::from_code(text(typed, "kind")).ok_or(Fault::BadRequest)?,
        day: text(typed, "day")
            .parse()
            .map_err(|_| Fault::Record(RecordFault::Day))?,
        title: text(typed, "title").to_owned(),
        place: text(typed, "place").to_owned(),
        organiser: text(typed, "organiser").to_owned(),
        note: text(typed, "note").replace("\r\n", "\n"),
    })
}

pub async fn enter(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    let (typed, file) = fields_and_file(form.map_err(|_| Fault::BadRequest)?).await?;
    let done = match wish(&typed) {
        Ok(wish) => {
            let year = wish.day.year();
            service::enter(&app, &caller, wish, file).await.map(|_| year)
        }
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(year) if year == credit::this_year(&app) => Ok(Redirect::to("/record").into_response()),
        Ok(year) => Ok(Redirect::to(&format!("/record?year={year}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let record = service::mine(&app, &caller, None).await?;
            Ok(page_with_status(&fault, || {
                pages::own(&frame, &record, &typed, Some(&fault))
            }))
        }
    }
}

pub async fn document(State(app): State<App>, caller: Caller, Id(id): Id<DocumentId>) -> Result<Response, Fail> {
    Ok(saved(service::document(&app, &caller, id).await?))
}

pub async fn kept_document(State(app): State<App>, caller: Caller, Id(id): Id<DocumentId>) -> Result<Response, Fail> {
    Ok(saved(service::kept_document(&app, &caller, id).await?))
}

/// A document, only ever as something to save: what somebody uploaded is never shown as a page of ours.
fn saved((name, body): (String, Vec<u8>)) -> Response {
    let headers = AppendHeaders([
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"document\"; filename*=UTF-8''{}", encode(&name)),
        ),
    ]);
    (headers, body).into_response()
}

pub async fn of(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
    Query(wanted): Query<Year>,
) -> Result<Response, Fail> {
    let record = service::of(&app, &caller, id, wanted.parse()?).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::of(&frame, &record, &nothing, None)))
}

pub async fn admit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    // Whose record it is comes before what was sent.
    let record = service::of(&app, &caller, id, None).await?;
    let exam = text(&typed, "exam").parse().map_err(|_| Fault::BadRequest)?;
    let Err(error) = credit::admit(&app, &caller, exam, id, text(&typed, "reason")).await else {
        return Ok(Redirect::to(&format!("/admin/people/{id}/record")).into_response());
    };
    let fault = fault_of(error);
    Ok(page_with_status(&fault, || {
        pages::of(&frame, &record, &typed, Some(&fault))
    }))
}

/// The unit whose people are offered; empty for the first within reach.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    unit: String,
}

async fn shown(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    (unit, typed, picked): (&str, &Typed, &[String]),
    fault: Option<Fault>,
) -> Result<Response, Fail> {
    let unit = match unit {
        "" => None,
        unit => Some(unit.parse().map_err(|_| Fault::NotFound)?),
    };
    let desk = service::desk(app, caller, unit).await?;
    match fault {
        None => Ok(html(|| pages::desk(frame, &desk, typed, picked, None))),
        Some(fault) => Ok(page_with_status(&fault, || {
            pages::desk(frame, &desk, typed, picked, Some(&fault))
        })),
    }
}

pub async fn desk(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    shown(&app, &frame, &caller, (&wanted.unit, &Typed::new(), &[]), None).await
}

pub async fn enter_many(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let (persons, rest): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == "person");
    let picked: Vec<String> = persons.into_iter().map(|(_, id)| id).collect();
    let typed: Typed = rest.into_iter().collect::<HashMap<_, _>>();
    let ids = picked
        .iter()
        .map(|id| id.parse::<PersonId>())
        .collect::<Result<Vec<_>, _>>();
    let ids = ids.map_err(|_| Fault::BadRequest)?;
    let done = match wish(&typed) {
        Ok(wish) => service::enter_many(&app, &caller, ids, wish).await,
        Err(fault) => Err(fault.into()),
    };
    let unit = text(&typed, "unit");
    match done {
        Ok(_) => Ok(Redirect::to(&format!("/admin/records?unit={}", encode(unit))).into_response()),
        Err(error) => shown(&app, &frame, &caller, (unit, &typed, &picked), Some(fault_of(error))).await,
    }
}

pub async fn decide(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RecordEntryId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let confirm = match text(&typed, "do") {
        "confirm" => true,
        "refuse" => false,
        _ => return Err(Fault::BadRequest.into()),
    };
    match service::decide(&app, &caller, id, confirm, text(&typed, "reason")).await {
        Ok(_) => Ok(Redirect::to("/admin/records").into_response()),
        Err(error) => {
            let fault = fault_of(error);
            if matches!(fault, Fault::NotFound | Fault::Forbidden) {
                return Err(fault.into());
            }
            shown(&app, &frame, &caller, ("", &Typed::new(), &[]), Some(fault)).await
        }
    }
}
