//! The figures of an exam, the persons behind them, and both as a workbook.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, html},
};
use crate::{
    domain::{
        id::ExamId,
        person::{Category, RankLevel},
        tally::Who,
    },
    error::Fault,
    service::{
        App, Caller, export,
        figure::{self as service, Asked, Part},
    },
    ui::{figures as pages, shell::Frame},
};

/// What the address asks for; what is empty is not asked for.
#[derive(Deserialize, Default)]
pub struct Address {
    #[serde(default)]
    round: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    with: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    rank: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    region: String,
    #[serde(default)]
    page: u32,
}

/// `None` for an empty text.
fn read<T>(text: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, Fault> {
    match text {
        "" => Ok(None),
        text => read(text).map(Some).ok_or(Fault::NotFound),
    }
}

impl Address {
    fn part(&self) -> Result<Part, Fault> {
        Ok(Part {
            round: read(&self.round, |text| text.parse().ok())?,
            unit: read(&self.unit, |text| text.parse().ok())?,
            with: read(&self.with, |text| text.parse().ok())?,
        })
    }

    fn asked(&self) -> Result<Asked, Fault> {
        Ok(Asked {
            part: self.part()?,
            who: read(&self.who, Who::from_code)?.unwrap_or(Who::Registered),
            rank: read(&self.rank, RankLevel::from_code)?,
            category: read(&self.category, Category::from_code)?,
            region: read(&self.region, |text| text.parse().ok())?,
        })
    }
}

type Wanted = Result<Query<Address>, QueryRejection>;

pub async fn list(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let exams = service::exams(&app, &caller).await?;
    Ok(html(|| pages::list(&frame, &exams)))
}

pub async fn figures(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    wanted: Wanted,
) -> Result<Response, Fail> {
    let Query(wanted) = wanted.map_err(|_| Fault::NotFound)?;
    let part = wanted.part()?;
    let counted = service::of_part(&app, &caller, id, part).await?;
    Ok(html(|| pages::figures(&frame, &counted, part, wanted.page)))
}

pub async fn persons(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    wanted: Wanted,
) -> Result<Response, Fail> {
    let Query(wanted) = wanted.map_err(|_| Fault::NotFound)?;
    let asked = wanted.asked()?;
    let persons = service::persons(&app, &caller, id, asked, wanted.page).await?;
    Ok(html(|| pages::persons(&frame, &persons, &asked)))
}

pub async fn workbook(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    wanted: Wanted,
) -> Result<Response, Fail> {
    let Query(wanted) = wanted.map_err(|_| Fault::NotFound)?;
    let bytes = export::workbook(&app, &caller, id, wanted.part()?, frame.lang).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"figures.xlsx\""),
    );
    Ok(response)
}
