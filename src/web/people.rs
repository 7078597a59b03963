//! Roster pages.

use std::collections::HashSet;

use axum::{
    Form,
    extract::{Multipart, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, site, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    router,
};
use crate::{
    domain::{
        id::{ImportId, PersonId, UnitId, UploadId},
        person::PersonState,
        roster::{Departures, Gone},
    },
    error::Fault,
    service::{App, Caller, account, roster},
    ui::{imports, people, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: u32,
}

pub async fn roster(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let unit = wanted.unit.parse::<UnitId>().ok();
    let page = roster::page(&app, &caller, unit, &wanted.words, wanted.page).await?;
    let shown = people::Shown {
        units: page.units,
        sizes: page.sizes,
        persons: page.persons,
        total: page.total,
        page: page.page,
        pages: page.pages,
        unit,
        words: wanted.words,
        all: page.all,
    };
    Ok(html(|| people::roster(&frame, &shown)))
}

pub async fn upload(State(app): State<App>, caller: Caller, form: Multipart) -> Result<Redirect, Fail> {
    let (name, body) = uploaded(form).await?;
    let id = roster::receive(&app, &caller, name, body).await?;
    Ok(Redirect::to(&format!("/admin/people/import/{id}")))
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, report) = roster::preview_received(&app, &caller, id).await?;
    Ok(html(|| people::import(&frame, &name, &report, Some(id))))
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let (name, report) = roster::import_received(&app, &caller, id, departures(&fields)?).await?;
    Ok(html(|| people::import(&frame, &name, &report, None)))
}

/// Who of those not in the file has gone, and how.
fn departures(fields: &[(String, String)]) -> Result<Departures, Fault> {
    let values = |name: &'static str| {
        fields
            .iter()
            .filter(move |(key, _)| key == name)
            .map(|(_, value)| value)
    };
    let ticked: HashSet<PersonId> = values("gone")
        .map(|id| id.parse())
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::BadRequest)?;
    let who = match values("gone_all").next() {
        Some(_) => Gone::All,
        None if ticked.is_empty() => return Ok(Departures::NONE),
        None => Gone::These(ticked),
    };
    let state = values("gone_state")
        .next()
        .and_then(|code| PersonState::from_code(code));
    let state = state
        .filter(|state| *state != PersonState::Active)
        .ok_or(Fault::BadRequest)?;
    Ok(Departures { state, who })
}

#[derive(Deserialize)]
pub struct PageNumber {
    #[serde(default)]
    page: u32,
}

pub async fn imports(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(PageNumber { page }): Query<PageNumber>,
) -> Result<Response, Fail> {
    let (list, page, pages) = roster::imports(&app, &caller, page).await?;
    Ok(html(|| imports::imports(&frame, &list, (page, pages))))
}

pub async fn import_record(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ImportId>,
    Query(PageNumber { page }): Query<PageNumber>,
) -> Result<Response, Fail> {
    let record = roster::import_record(&app, &caller, id, page).await?;
    Ok(html(|| imports::import(&frame, &record, None)))
}

pub async fn undo(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ImportId>,
) -> Result<Response, Fail> {
    let Err(error) = roster::undo(&app, &caller, id).await else {
        return Ok(Redirect::to("/admin/people/imports").into_response());
    };
    let record = roster::import_record(&app, &caller, id, 1).await?;
    let fault = fault_of(error);
    Ok(page_with_status(&fault, || {
        imports::import(&frame, &record, Some(&fault))
    }))
}

pub async fn links(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    caller: Caller,
) -> Result<Response, Fail> {
    let list = account::links_for_all(&state.app, &caller).await?;
    show_links(&state, &headers, &frame, &caller, list).await
}

pub async fn link(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    caller: Caller,
    Id(person): Id<PersonId>,
) -> Result<Response, Fail> {
    let one = account::link_for_person(&state.app, &caller, person).await?;
    show_links(&state, &headers, &frame, &caller, vec![one]).await
}

async fn show_links(
    state: &router::State,
    headers: &HeaderMap,
    frame: &Frame,
    caller: &Caller,
    list: Vec<(crate::domain::person::Person, account::Token)>,
) -> Result<Response, Fail> {
    let units = roster::units(&state.app, caller).await?;
    let site = site(state, headers);
    let list: Vec<_> = list
        .into_iter()
        .map(|(person, token)| (person, format!("{site}/link/{}", token.text())))
        .collect();
    Ok(html(|| people::links(frame, &units, &list)).into_response())
}
