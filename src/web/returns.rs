//! The return of a year, and forms of others filled in: kept for an hour between upload and download.

use axum::{
    extract::{Multipart, Path, Query, State, multipart::MultipartRejection},
    response::{Redirect, Response},
};

use super::{
    annual::{self, Part},
    extract::{Id, uploaded},
    respond::{Fail, html},
};
use crate::{
    domain::id::UploadId,
    error::Fault,
    service::{App, Caller, returns as service, upload as uploads},
    ui::{returns as pages, shell::Frame},
};

pub async fn workbook(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let (name, body) = service::workbook(&app, &caller, number, part.unit(), frame.lang).await?;
    Ok(annual::file("return.xlsx", &name, body))
}

fn query(part: &Part) -> String {
    part.unit().map(|unit| format!("?unit={unit}")).unwrap_or_default()
}

pub async fn upload(
    State(app): State<App>,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Redirect, Fail> {
    let (name, body) = uploaded(form.map_err(|_| Fault::BadRequest)?).await?;
    let id = uploads::keep(&app, &caller, name, body).await?;
    Ok(Redirect::to(&format!(
        "/admin/years/{number}/fill/{id}{}",
        query(&part)
    )))
}

/// Year and upload.
type Place = Path<(String, String)>;

fn place(Path((year, upload)): &Place) -> Result<(u16, UploadId), Fault> {
    let year = year.parse().map_err(|_| Fault::NotFound)?;
    Ok((year, upload.parse().map_err(|_| Fault::NotFound)?))
}

/// What became of each name, before the file is taken.
pub async fn filled(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Place,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let (number, id) = place(&path)?;
    let file = uploads::get(&app, &caller, id).await?;
    let name = file.0.clone();
    let filled = service::fill(&app, &caller, (number, part.unit()), file).await?;
    let here = (
        number,
        format!("/admin/years/{number}/fill/{id}/file{}", query(&part)),
        query(&part),
    );
    Ok(html(|| pages::filled(&frame, &name, &filled, &here)))
}

pub async fn file(
    State(app): State<App>,
    caller: Caller,
    path: Place,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let (number, id) = place(&path)?;
    let file = uploads::get(&app, &caller, id).await?;
    let name = file.0.clone();
    let filled = service::fill(&app, &caller, (number, part.unit()), file).await?;
    // Whoever comes here has seen why it cannot be filled.
    let filled = filled.map_err(|_| Fault::BadRequest)?;
    Ok(annual::file("form.xlsx", &filled.name(&name), filled.bytes))
}
