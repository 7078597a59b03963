//! Bank pages.

use axum::{
    Form,
    extract::{Multipart, Query, State},
    response::{Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, uploaded},
    respond::{Fail, html},
};
use crate::{
    domain::{
        bank::Filter,
        id::{BankId, UploadId},
        item::{Difficulty, Kind, State as ItemState},
        role::Right,
    },
    error::Fault,
    service::{App, Caller, bank as service, upload as uploads},
    ui::{bank, shell::Frame},
};

pub async fn banks(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let banks = service::banks(&app, &caller).await?;
    Ok(html(|| bank::banks(&frame, &banks)))
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    difficulty: String,
    /// `-`: questions without one.
    #[serde(default)]
    topic: String,
    /// `yes`, `no`.
    #[serde(default)]
    used: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: u32,
}

pub async fn questions(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<BankId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let summary = service::bank(&app, &caller, id).await?;
    let filter = Filter {
        bank: id,
        kind: Kind::from_code(&wanted.kind),
        state: ItemState::from_code(&wanted.state),
        difficulty: Difficulty::from_code(&wanted.difficulty),
        topic: match wanted.topic.as_str() {
            "" => None,
            "-" => Some(String::new()),
            topic => Some(topic.to_owned()),
        },
        used: match wanted.used.as_str() {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        },
        words: wanted.words,
    };
    let page = wanted.page.max(1);
    let topics = service::topics(&app, &caller, id).await?;
    let (found, total) = service::questions(&app, &caller, &filter, page).await?;
    let pages = u32::try_from(total).unwrap_or(u32::MAX).div_ceil(service::PAGE);
    Ok(html(|| {
        let editable = caller.may_everywhere(Right::ManageBanks).is_ok();
        bank::questions(
            &frame,
            &summary,
            (&filter, &topics),
            (&found, total),
            (page, pages),
            editable,
        )
    }))
}

#[derive(Deserialize)]
pub struct Practice {
    /// `open` or `closed`.
    practice: String,
}

pub async fn set_practice(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<BankId>,
    Form(wanted): Form<Practice>,
) -> Result<Redirect, Fail> {
    let practice = match wanted.practice.as_str() {
        "open" => true,
        "closed" => false,
        _ => return Err(Fault::BadRequest.into()),
    };
    service::set_practice(&app, &caller, id, practice).await?;
    Ok(Redirect::to(&format!("/admin/banks/{id}")))
}

pub async fn upload(State(app): State<App>, caller: Caller, form: Multipart) -> Result<Redirect, Fail> {
    let (name, body) = uploaded(form).await?;
    let id = uploads::keep(&app, &caller, name, body).await?;
    Ok(Redirect::to(&format!("/admin/banks/import/{id}")))
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, body) = uploads::get(&app, &caller, id).await?;
    let preview = service::preview(&app, &caller, &name, &body).await?;
    Ok(html(|| bank::preview(&frame, &name, &preview, id)))
}

#[derive(Deserialize)]
pub struct Into {
    bank: String,
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
    Form(into): Form<Into>,
) -> Result<Response, Fail> {
    let name = into.bank.trim();
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(Fault::BadRequest.into());
    }
    let (file, body) = uploads::get(&app, &caller, id).await?;
    let report = service::import(&app, &caller, name, &file, &body).await?;
    uploads::forget(&app, &caller, id).await?;
    Ok(html(|| bank::imported(&frame, &file, &report)))
}
