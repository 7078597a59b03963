//! Prize draws: the public page with its files, and the administrators' list.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Query, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    pack::flowing,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        id::{CompetitionId, LotteryId},
        lottery::prizes,
    },
    error::Fault,
    service::{
        App, Caller,
        lottery::{self as service, Terms},
    },
    ui::{
        lottery::{self as pages, Look},
        part::form::Typed,
        shell::Frame,
    },
};

type Fields = HashMap<String, String>;

fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map_or("", |value| value.trim())
}

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    code: String,
    #[serde(default)]
    page: u32,
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    Id(id): Id<LotteryId>,
    Query(Wanted { code, page }): Query<Wanted>,
) -> Result<Response, Fail> {
    let code = code.trim();
    let shown = service::show(&app, id, code, page).await?;
    let look = Look {
        code,
        ..Look::default()
    };
    Ok(html(|| pages::show(&frame, &shown, look)))
}

pub async fn check(State(app): State<App>, frame: Frame, Id(id): Id<LotteryId>) -> Result<Response, Fail> {
    let shown = service::show(&app, id, "", 1).await?;
    match service::check(&app, id).await {
        Ok(checked) => {
            let look = Look {
                checked: Some(&checked),
                ..Look::default()
            };
            Ok(html(|| pages::show(&frame, &shown, look)))
        }
        Err(error) => {
            let fault = fault_of(error);
            let look = Look {
                wrong: Some(&fault),
                ..Look::default()
            };
            Ok(page_with_status(&fault, || pages::show(&frame, &shown, look)))
        }
    }
}

/// The headers of a file to be kept.
fn kept(kind: &'static str, name: &str) -> [(HeaderName, HeaderValue); 2] {
    let disposition = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    [
        (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
        (
            header::CONTENT_DISPOSITION,
            disposition.unwrap_or(HeaderValue::from_static("attachment")),
        ),
    ]
}

pub async fn file(State(app): State<App>, asked: HeaderMap, Id(id): Id<LotteryId>) -> Result<impl IntoResponse, Fail> {
    let file = service::file(&app, id).await?;
    let headers = kept("application/json", &format!("draw-{id}.json"));
    Ok((headers, flowing(&asked, file)))
}

pub async fn list(State(app): State<App>, asked: HeaderMap, Id(id): Id<LotteryId>) -> Result<impl IntoResponse, Fail> {
    let list = service::list(&app, id).await?;
    let headers = kept("text/plain; charset=utf-8", &format!("list-{id}.txt"));
    Ok((headers, flowing(&asked, list)))
}

pub async fn overview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
) -> Result<Response, Fail> {
    let overview = service::overview(&app, &caller, id).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::overview(&frame, &overview, &nothing, None)))
}

/// The list of a competition's draws with what was wrong with the last try.
async fn again(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: CompetitionId,
    typed: &Typed,
    fault: &Fault,
) -> Result<Response, Fail> {
    let overview = service::overview(app, caller, id).await?;
    Ok(page_with_status(fault, || {
        pages::overview(frame, &overview, typed, Some(fault))
    }))
}

fn terms(fields: &Fields) -> Result<Terms, Fault> {
    let source = text(fields, "source");
    Ok(Terms {
        title: text(fields, "title").to_owned(),
        prizes: prizes(text(fields, "prizes")).map_err(Fault::Lottery)?,
        source: (!source.is_empty()).then(|| source.to_owned()),
    })
}

pub async fn commit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let committed = match terms(&fields) {
        Ok(terms) => service::commit_to(&app, &caller, id, terms).await,
        Err(fault) => Err(fault.into()),
    };
    match committed {
        Ok(_) => Ok(Redirect::to(&format!("/admin/competitions/{id}/draws")).into_response()),
        Err(error) => again(&app, &frame, &caller, id, &fields, &fault_of(error)).await,
    }
}

pub async fn draw(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LotteryId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let competition = service::lottery(&app, &caller, id).await?.competition;
    match service::draw(&app, &caller, id, text(&fields, "value")).await {
        Ok(()) => Ok(Redirect::to(&format!("/draws/{id}")).into_response()),
        Err(error) => again(&app, &frame, &caller, competition, &Typed::new(), &fault_of(error)).await,
    }
}
