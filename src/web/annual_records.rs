//! The records behind a figure of a year.

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, html},
};
use crate::{
    domain::{annual::AnnualId, tally::Who},
    error::Fault,
    service::{
        App, Caller,
        annual_records::{self as service, Asked},
    },
    ui::{annual::records as pages, shell::Frame},
};

/// What the address asks for; what is empty is not asked for.
#[derive(Deserialize, Default)]
pub struct Address {
    #[serde(default)]
    figure: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    own: String,
    #[serde(default)]
    who: String,
    #[serde(default)]
    page: u32,
}

impl Address {
    /// `None`: no figure is asked for.
    fn asked(&self, year: u16) -> Result<Option<Asked>, Fault> {
        if self.figure.is_empty() {
            return Ok(None);
        }
        let figure = AnnualId::from_code(&self.figure).ok_or(Fault::NotFound)?;
        let unit = match self.unit.as_str() {
            "" => None,
            unit => Some(unit.parse().map_err(|_| Fault::NotFound)?),
        };
        let who = match self.who.as_str() {
            "" => None,
            who => Some(Who::from_code(who).ok_or(Fault::NotFound)?),
        };
        Ok(Some(Asked {
            year,
            figure,
            unit,
            own: self.own == "yes",
            who,
        }))
    }
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(year): Id<u16>,
    wanted: Result<Query<Address>, QueryRejection>,
) -> Result<Response, Fail> {
    let Query(wanted) = wanted.map_err(|_| Fault::NotFound)?;
    // Without a figure there is nothing to show: the year has the list of them.
    let Some(asked) = wanted.asked(year)? else {
        return Ok(Redirect::to(&format!("/admin/years/{year}")).into_response());
    };
    let listed = service::listed(&app, &caller, asked, wanted.page).await?;
    Ok(html(|| pages::page_of(&frame, &listed)))
}
