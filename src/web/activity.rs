//! The ledger of activities and its years.

use axum::{
    Form,
    extract::{Multipart, Query, State, multipart::MultipartRejection},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Filled, Id, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        activity::{ActivityFault, Kind, Mode, State as EntryState, Wish},
        id::{ActivityId, EvidenceId, PersonId},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error,
        activity::{self as service, Filter, Step},
        year,
    },
    ui::{
        activities as pages,
        part::form::Typed,
        shell::{Frame, encode},
    },
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    year: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: u32,
}

fn this_year(app: &App) -> u16 {
    u16::try_from(app.now().civil().year).unwrap_or_default()
}

pub async fn ledger(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let filter = Filter {
        year: wanted.year.parse().unwrap_or_else(|_| this_year(&app)),
        kind: Kind::from_code(&wanted.kind),
        state: EntryState::from_code(&wanted.state),
        unit: wanted.unit.parse().ok(),
        words: wanted.words,
        page: wanted.page,
    };
    let ledger = service::ledger(&app, &caller, &filter).await?;
    Ok(html(|| pages::ledger(&frame, &ledger, &filter)))
}

pub async fn new(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let own = service::writable(&app, &caller).await?;
    let today = app.now();
    Ok(html(|| pages::edit(&frame, None, &own, &Typed::new(), today, None)))
}

/// What was typed, as it will be checked.
fn wish(typed: &Typed) -> Result<Wish, Fault> {
    let number = |name: &str, none: i64| match text(typed, name).trim() {
        "" => Ok(none),
        digits => digits.parse().map_err(|_| Fault::Activity(ActivityFault::Number)),
    };
    let audience = number("audience", -1)?;
    if audience < -1 || (audience == -1 && !text(typed, "audience").trim().is_empty()) {
        return Err(Fault::Activity(ActivityFault::Number));
    }
    let kind = Kind::from_code(text(typed, "kind")).ok_or(Fault::BadRequest)?;
    let counted = kind.quantity(crate::domain::lang::Lang::Zh).is_some();
    let line = |name: &str| text(typed, name).trim().to_owned();
    Ok(Wish {
        kind,
        mode: Mode::from_code(text(typed, "mode")).unwrap_or_default(),
        unit: text(typed, "unit")
            .parse()
            .map_err(|_| Fault::Activity(ActivityFault::Unit))?,
        day: Timestamp::parse_day(text(typed, "day")).ok_or(Fault::Activity(ActivityFault::Day))?,
        title: line("title"),
        place: line("place"),
        form: line("form"),
        audience: (audience >= 0).then_some(audience),
        quantity: if counted { number("quantity", 0)? } else { 1 },
        document: line("document"),
        note: line("note"),
    })
}

fn distinct(typed: &Typed) -> bool {
    text(typed, "distinct") == "yes"
}

pub async fn enter(State(app): State<App>, frame: Frame, caller: Caller, form: Filled) -> Result<Response, Fail> {
    let own = service::writable(&app, &caller).await?;
    let typed = form.fields;
    let done = match form.wrong.map_or_else(|| wish(&typed), Err) {
        Ok(wish) => service::enter_with(&app, &caller, wish, distinct(&typed), form.files).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/admin/activities/{id}")).into_response()),
        Err(error) => {
            let (fault, today) = (fault_of(error), app.now());
            Ok(page_with_status(&fault, || {
                pages::edit(&frame, None, &own, &typed, today, Some(&fault))
            }))
        }
    }
}

pub async fn edit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ActivityId>,
) -> Result<Response, Fail> {
    let own = service::writable(&app, &caller).await?;
    let record = service::record(&app, &caller, id, "").await?;
    let typed = pages::typed(&record.activity.wish);
    let (entry, today) = (Some(&record.activity), app.now());
    Ok(html(|| pages::edit(&frame, entry, &own, &typed, today, None)))
}

pub async fn change(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ActivityId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let own = service::writable(&app, &caller).await?;
    // Whose entry it is comes before what was sent.
    service::record(&app, &caller, id, "").await?;
    let done = match wish(&typed) {
        Ok(wish) => {
            let (distinct, reason) = (distinct(&typed), text(&typed, "reason"));
            service::change(&app, &caller, id, wish, distinct, reason).await
        }
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/activities/{id}")).into_response()),
        Err(error) => {
            let (fault, today) = (fault_of(error), app.now());
            // It may have been recorded since, and then a reason is asked for.
            let record = service::record(&app, &caller, id, "").await?;
            Ok(page_with_status(&fault, || {
                pages::edit(&frame, Some(&record.activity), &own, &typed, today, Some(&fault))
            }))
        }
    }
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    words: String,
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ActivityId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let record = service::record(&app, &caller, id, &asked.words).await?;
    Ok(html(|| pages::show(&frame, &record, &asked.words, &Typed::new(), None)))
}

/// The entry again: as it is now, or with why nothing was changed.
async fn after(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ActivityId,
    typed: &Typed,
    done: Result<(), Error>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/activities/{id}")).into_response());
    };
    let fault = fault_of(error);
    let record = service::record(app, caller, id, "").await?;
    Ok(page_with_status(&fault, || {
        pages::show(frame, &record, "", typed, Some(&fault))
    }))
}

macro_rules! step {
    ($name:ident, $step:expr) => {
        pub async fn $name(
            State(app): State<App>,
            frame: Frame,
            caller: Caller,
            Id(id): Id<ActivityId>,
            Form(typed): Form<Typed>,
        ) -> Result<Response, Fail> {
            let (reason, seen) = (text(&typed, "reason"), text(&typed, "seen"));
            let done = service::decide(&app, &caller, id, $step, reason, seen).await;
            after(&app, &frame, &caller, id, &typed, done).await
        }
    };
}

step!(approve, Step::Approve);
step!(send_back, Step::SendBack);
step!(withdraw, Step::Withdraw);

/// Every person that was ticked: a form sends one field of the same name for each.
pub async fn add_persons(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ActivityId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let persons: Vec<PersonId> = fields
        .iter()
        .filter(|(name, _)| name == "person")
        .filter_map(|(_, value)| value.parse().ok())
        .collect();
    let done = service::add_persons(&app, &caller, id, &persons).await;
    after(&app, &frame, &caller, id, &Typed::new(), done).await
}

pub async fn remove_person(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ActivityId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    service::record(&app, &caller, id, "").await?;
    let person = text(&typed, "person").parse().map_err(|_| Fault::BadRequest)?;
    let done = service::remove_person(&app, &caller, id, person, text(&typed, "reason")).await;
    after(&app, &frame, &caller, id, &Typed::new(), done).await
}

pub async fn add_evidence(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ActivityId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    // Whose entry it is comes before what was sent.
    service::record(&app, &caller, id, "").await?;
    let (name, body) = uploaded(form.map_err(|_| Fault::BadRequest)?).await?;
    let done = service::add_evidence(&app, &caller, id, &name, body).await.map(|_| ());
    after(&app, &frame, &caller, id, &Typed::new(), done).await
}

pub async fn remove_evidence(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<EvidenceId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let activity = service::remove_evidence(&app, &caller, id, text(&typed, "reason")).await?;
    Ok(Redirect::to(&format!("/admin/activities/{activity}")).into_response())
}

/// A file: pictures as pictures, everything else only as something to save, for what somebody uploaded is never shown
/// as a page of ours.
pub async fn evidence(State(app): State<App>, caller: Caller, Id(id): Id<EvidenceId>) -> Result<Response, Fail> {
    let (name, media, body) = service::file(&app, &caller, id).await?;
    let how = if media.is_picture() { "inline" } else { "attachment" };
    let headers = [
        (header::CONTENT_TYPE, media.code().to_owned()),
        (
            header::CONTENT_DISPOSITION,
            format!("{how}; filename=\"evidence\"; filename*=UTF-8''{}", encode(&name)),
        ),
        (header::CACHE_CONTROL, "private, max-age=3600".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// Begins a year, or sets how its entries are approved.
pub async fn set_year(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let number = text(&typed, "year").trim().parse().unwrap_or(0);
    let done = match text(&typed, "approval") {
        "" => year::begin(&app, &caller, number).await,
        approval => year::set_approval(&app, &caller, number, approval == "yes").await,
    };
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/activities?year={number}")).into_response());
    };
    let fault = fault_of(error);
    let filter = Filter {
        year: this_year(&app),
        ..Filter::default()
    };
    let ledger = service::ledger(&app, &caller, &filter).await?;
    Ok(page_with_status(&fault, || {
        pages::ledger_with(&frame, &ledger, &filter, Some(&fault))
    }))
}
