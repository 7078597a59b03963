//! Bank pages.

use axum::{
    Form,
    extract::{Multipart, Query, State},
    http::{HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, uploaded},
    respond::{Fail, html},
};
use crate::{
    domain::{
        bank::{Filter, Sort},
        id::{BankId, UploadId},
        item::{Difficulty, Kind, State as ItemState},
        role::Right,
    },
    error::Fault,
    service::{
        App, Caller, bank as service,
        exchange::{self, Dialect},
        law, upload as uploads, vetting,
    },
    ui::{bank, shell::Frame},
};

pub async fn banks(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let banks = service::banks(&app, &caller).await?;
    let everywhere = caller.may_everywhere(Right::ManageBanks).is_ok();
    Ok(html(|| bank::banks(&frame, &banks, everywhere)))
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
    /// `yes`, `no`, `over`.
    #[serde(default)]
    used: String,
    /// `yes`, `no`.
    #[serde(default)]
    bound: String,
    #[serde(default)]
    words: String,
    /// A code of [`Sort`].
    #[serde(default)]
    sort: String,
    #[serde(default)]
    page: u32,
    /// Of an export: a code of [`Dialect`].
    #[serde(default)]
    format: String,
}

fn either(code: &str) -> Option<bool> {
    match code {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

impl Wanted {
    fn filter(&self, bank: BankId) -> Filter {
        Filter {
            bank,
            kind: Kind::from_code(&self.kind),
            state: ItemState::from_code(&self.state),
            difficulty: Difficulty::from_code(&self.difficulty),
            topic: match self.topic.as_str() {
                "" => None,
                "-" => Some(String::new()),
                topic => Some(topic.to_owned()),
            },
            used: either(&self.used),
            bound: either(&self.bound),
            over: self.used == "over",
            words: self.words.clone(),
            sort: Sort::from_code(&self.sort).unwrap_or_default(),
        }
    }
}

pub async fn questions(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<BankId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let summary = service::bank(&app, &caller, id).await?;
    let filter = wanted.filter(id);
    let page = wanted.page.max(1);
    let topics = service::topics(&app, &caller, id).await?;
    let (found, total) = service::questions(&app, &caller, &filter, page).await?;
    let waiting = vetting::waiting(&app, id).await?;
    let overtaken = law::waiting(&app, id).await?;
    let pages = u32::try_from(total).unwrap_or(u32::MAX).div_ceil(service::PAGE);
    Ok(html(|| {
        let editable = caller.may_everywhere(Right::ManageBanks).is_ok();
        bank::questions(
            &frame,
            &summary,
            (&filter, &topics),
            (&found, total),
            (page, pages),
            (waiting, overtaken),
            editable,
        )
    }))
}

/// What a file of the questions would hold.
pub async fn export(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<BankId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    caller.may_everywhere(Right::ManageBanks)?;
    let summary = service::bank(&app, &caller, id).await?;
    let filter = wanted.filter(id);
    let about = (summary.bank.name.as_str(), &filter);
    let Some(dialect) = Dialect::from_code(&wanted.format) else {
        return Ok(html(|| bank::export(&frame, about, None)));
    };
    let export = exchange::preview(&app, &caller, &filter, dialect).await?;
    Ok(html(|| bank::export(&frame, about, Some((dialect, &export)))))
}

/// The file itself.
pub async fn download(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<BankId>,
    Form(wanted): Form<Wanted>,
) -> Result<Response, Fail> {
    let dialect = Dialect::from_code(&wanted.format).ok_or(Fault::BadRequest)?;
    let export = exchange::export(&app, &caller, &wanted.filter(id), dialect).await?;
    Ok(file(export.written.bytes, "questions", dialect))
}

/// The workbook to be filled in.
pub async fn template(caller: Caller) -> Result<Response, Fail> {
    Ok(file(exchange::template(&caller)?, "template", Dialect::Xlsx))
}

/// A file to keep.
fn file(bytes: Vec<u8>, name: &str, dialect: Dialect) -> Response {
    let (ending, kind) = dialect.file();
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}.{ending}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
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
