//! Units: the tree, and what becomes of one from a day on.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        id::{RegionId, UnitChangeId, UnitId},
        people::PeopleFault,
        region,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error,
        unit::{self as service, Wish},
    },
    ui::{part::form::Typed, shell::Frame, units as pages},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    words: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    page: u32,
}

pub async fn units(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let region = wanted.region.parse::<RegionId>().ok();
    let page = service::page(&app, &caller, &wanted.words, region, wanted.page).await?;
    Ok(html(|| pages::units(&frame, &page, &wanted.words, region)))
}

pub async fn unit(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<UnitId>) -> Result<Response, Fail> {
    let record = service::record(&app, &caller, id).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::unit(&frame, &record, &nothing, None)))
}

/// The names of a path as somebody types it.
pub(super) fn path(text: &str) -> Vec<String> {
    text.split(['/', '／'])
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

pub(super) fn text<'a>(typed: &'a Typed, name: &str) -> &'a str {
    typed.get(name).map(|value| value.trim()).unwrap_or_default()
}

pub(super) fn day(typed: &Typed, name: &str) -> Result<Timestamp, Fault> {
    Timestamp::parse_day(text(typed, name)).ok_or_else(|| PeopleFault::Date.into())
}

/// Carries a wish out and shows the unit: as it is then, or with what was typed and why nothing was changed.
async fn change(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: UnitId,
    typed: &Typed,
    wish: Result<Wish, Fault>,
) -> Result<Response, Fail> {
    let done: Result<(), Error> = match (wish, day(typed, "from")) {
        (Ok(wish), Ok(from)) => service::change(app, caller, id, wish, from, text(typed, "reason")).await,
        (Err(fault), _) | (_, Err(fault)) => Err(fault.into()),
    };
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/units/{id}")).into_response());
    };
    let record = service::record(app, caller, id).await?;
    let fault = fault_of(error);
    Ok(page_with_status(&fault, || {
        pages::unit(frame, &record, typed, Some(&fault))
    }))
}

pub async fn move_to(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let wish = Wish::Move(path(text(&typed, "parent")));
    change(&app, &frame, &caller, id, &typed, Ok(wish)).await
}

pub async fn rename(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let wish = Wish::Rename(text(&typed, "name").to_owned());
    change(&app, &frame, &caller, id, &typed, Ok(wish)).await
}

pub async fn place(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let path = region::parse_path(text(&typed, "region")).ok_or_else(|| PeopleFault::RegionPath.into());
    change(&app, &frame, &caller, id, &typed, path.map(Wish::Region)).await
}

pub async fn close(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let wish = Wish::Close {
        receiver: path(text(&typed, "receiver")),
        confirmed: typed.contains_key("confirmed"),
    };
    change(&app, &frame, &caller, id, &typed, Ok(wish)).await
}

pub async fn reopen(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UnitId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    change(&app, &frame, &caller, id, &typed, Ok(Wish::Reopen)).await
}

pub async fn withdraw(State(app): State<App>, caller: Caller, Id(id): Id<UnitChangeId>) -> Result<Redirect, Fail> {
    let unit = service::withdraw(&app, &caller, id).await?;
    Ok(Redirect::to(&format!("/admin/units/{unit}")))
}
