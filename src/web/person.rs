//! One person: the record, transfers and changes of state, accommodations, and asking for an exemption.

use axum::{
    Form,
    extract::{Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    extract::{Id, fields_and_file},
    respond::{Fail, fault_of, html, page_with_status},
    unit::{day, path, text},
};
use crate::{
    domain::{
        accommodation::Ground,
        exemption,
        id::{AccommodationId, PersonChangeId, PersonId},
        people::PeopleFault,
        person::PersonState,
    },
    error::Fault,
    service::{
        App, Caller, Error, accommodation,
        exemption::{self as requests},
        person::{self as service, Wish},
    },
    ui::{part::form::Typed, person as pages, shell::Frame},
};

pub async fn person(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
) -> Result<Response, Fail> {
    let record = service::record(&app, &caller, id).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::person(&frame, &record, &nothing, None)))
}

/// The person's page again: as it is now, or with what was typed and why nothing was changed.
async fn after(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: PersonId,
    typed: &Typed,
    done: Result<(), Error>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/people/{id}")).into_response());
    };
    let record = service::record(app, caller, id).await?;
    let fault = fault_of(error);
    Ok(page_with_status(&fault, || {
        pages::person(frame, &record, typed, Some(&fault))
    }))
}

async fn change(app: &App, caller: &Caller, id: PersonId, typed: &Typed, wish: Wish) -> Result<(), Error> {
    let from = day(typed, "from")?;
    service::change(app, caller, id, wish, from, text(typed, "reason")).await
}

pub async fn transfer(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = change(&app, &caller, id, &typed, Wish::Transfer(path(text(&typed, "unit")))).await;
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn set_state(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match PersonState::from_code(text(&typed, "state")) {
        Some(state) => change(&app, &caller, id, &typed, Wish::State(state)).await,
        None => Err(Fault::BadRequest.into()),
    };
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn withdraw(State(app): State<App>, caller: Caller, Id(id): Id<PersonChangeId>) -> Result<Redirect, Fail> {
    let person = service::withdraw(&app, &caller, id).await?;
    Ok(Redirect::to(&format!("/admin/people/{person}")))
}

const DAY_SECONDS: i64 = 24 * 3600;

fn accommodation_of(typed: &Typed) -> Result<accommodation::Wish, Fault> {
    Ok(accommodation::Wish {
        percent: text(typed, "percent").parse().ok(),
        larger_text: typed.contains_key("larger_text"),
        valid_from: day(typed, "valid_from")?,
        // The last day belongs to it.
        valid_until: day(typed, "valid_until")?.plus_seconds(DAY_SECONDS),
        ground: Ground::from_code(text(typed, "ground")).ok_or(Fault::BadRequest)?,
    })
}

pub async fn accommodate(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match accommodation_of(&typed) {
        Ok(wish) => accommodation::add(&app, &caller, id, wish).await.map(|_| ()),
        Err(fault) => Err(fault.into()),
    };
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn end_accommodation(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<AccommodationId>,
) -> Result<Redirect, Fail> {
    let person = accommodation::end(&app, &caller, id).await?;
    Ok(Redirect::to(&format!("/admin/people/{person}")))
}

fn request_of(typed: &Typed, document: Option<(String, Vec<u8>)>) -> Result<requests::Wish, Fault> {
    let incomplete = || Fault::from(PeopleFault::ExemptionForm);
    Ok(requests::Wish {
        exam: text(typed, "exam").parse().map_err(|_| incomplete())?,
        kind: exemption::Kind::from_code(text(typed, "kind")).ok_or_else(incomplete)?,
        ground: exemption::Ground::from_code(text(typed, "request_ground")).ok_or_else(incomplete)?,
        words: text(typed, "words").to_owned(),
        document: document.map(|(name, body)| (name, body.into())),
    })
}

pub async fn request(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PersonId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    // Whose person it is comes before what was typed.
    service::record(&app, &caller, id).await?;
    let form = form.map_err(|_| Fault::BadRequest)?;
    let (typed, document) = fields_and_file(form).await?;
    let asked = match request_of(&typed, document) {
        Ok(wish) => requests::request(&app, &caller, id, wish).await,
        Err(fault) => Err(fault.into()),
    };
    match asked {
        Ok(request) => Ok(Redirect::to(&format!("/admin/exemptions/{request}")).into_response()),
        Err(error) => after(&app, &frame, &caller, id, &typed, Err(error)).await,
    }
}
