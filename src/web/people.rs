//! Roster pages.

use axum::{
    extract::{Multipart, Query, State},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, site, uploaded},
    respond::{Fail, html},
    router,
};
use crate::{
    domain::id::{PersonId, UnitId, UploadId},
    service::{App, Caller, account, roster, upload as uploads},
    ui::{people, shell::Frame},
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
    let (name, body) = uploads::get(&app, &caller, id).await?;
    let report = roster::preview(&app, &caller, &name, &body).await?;
    Ok(html(|| people::import(&frame, &name, &report, Some(id))))
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, body) = uploads::get(&app, &caller, id).await?;
    let report = roster::import(&app, &caller, &name, &body).await?;
    uploads::forget(&app, &caller, id).await?;
    Ok(html(|| people::import(&frame, &name, &report, None)))
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
