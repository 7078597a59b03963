//! Review of questions by two persons.

use axum::{
    Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::id::{BankId, VettingId},
    error::Fault,
    service::{App, Caller, vetting as service},
    ui::{
        bank::{self as pages, Said},
        shell::Frame,
    },
};

#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    page: u32,
}

pub async fn queue(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(bank): Id<BankId>,
    Query(at): Query<Page>,
) -> Result<Response, Fail> {
    let queue = service::queue(&app, &caller, bank, at.page).await?;
    Ok(html(|| pages::queue(&frame, &queue, Said::Nothing)))
}

/// A ticked question with the number of the version it was compared with.
fn picked(text: &str) -> Result<(VettingId, u32), Fault> {
    let (vetting, seen) = text.split_once('-').ok_or(Fault::BadRequest)?;
    let vetting = vetting.parse().map_err(|_| Fault::BadRequest)?;
    Ok((vetting, seen.parse().map_err(|_| Fault::BadRequest)?))
}

/// Approves what is ticked, or all that the page showed.
pub async fn approve(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(bank): Id<BankId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let all = fields.iter().any(|(name, _)| name == "all");
    let name = if all { "here" } else { "pick" };
    let ticked = fields.iter().filter(|(field, _)| field == name);
    let ticked: Vec<_> = ticked.map(|(_, value)| picked(value)).collect::<Result<_, _>>()?;
    let done = service::approve_all(&app, &caller, bank, &ticked).await;
    if let Err(service_error) = done {
        let fault = fault_of(service_error);
        let queue = service::queue(&app, &caller, bank, 1).await?;
        return Ok(page_with_status(&fault, || {
            pages::queue(&frame, &queue, Said::Wrong(&fault))
        }));
    }
    let approved = done.unwrap_or_default();
    let queue = service::queue(&app, &caller, bank, 1).await?;
    Ok(html(|| pages::queue(&frame, &queue, Said::Approved(&approved))))
}

#[derive(Deserialize)]
pub struct Setting {
    #[serde(default)]
    vetted: String,
    #[serde(default)]
    reason: String,
}

pub async fn set(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(bank): Id<BankId>,
    Form(setting): Form<Setting>,
) -> Result<Response, Fail> {
    let vetted = match setting.vetted.as_str() {
        "yes" => true,
        "no" => false,
        _ => return Err(Fault::BadRequest.into()),
    };
    match service::set_vetted(&app, &caller, bank, vetted, &setting.reason).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/banks/{bank}/review")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let queue = service::queue(&app, &caller, bank, 1).await?;
            Ok(page_with_status(&fault, || {
                pages::queue(&frame, &queue, Said::Wrong(&fault))
            }))
        }
    }
}

type Ids = Path<(String, String)>;

fn ids(Path((bank, vetting)): Ids) -> Result<(BankId, VettingId), Fault> {
    let bank = bank.parse().map_err(|_| Fault::NotFound)?;
    Ok((bank, vetting.parse().map_err(|_| Fault::NotFound)?))
}

pub async fn show(State(app): State<App>, frame: Frame, caller: Caller, path: Ids) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let shown = service::show(&app, &caller, bank, id).await?;
    Ok(html(|| pages::review(&frame, &shown, None)))
}

#[derive(Deserialize)]
pub struct Verdict {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    seen: u32,
    #[serde(default)]
    comment: String,
}

pub async fn decide(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Ids,
    Form(verdict): Form<Verdict>,
) -> Result<Response, Fail> {
    let (bank, id) = ids(path)?;
    let done = match verdict.decision.as_str() {
        "approve" => service::approve(&app, &caller, bank, id, verdict.seen).await,
        "return" => service::send_back(&app, &caller, bank, id, &verdict.comment).await,
        "withdraw" => service::withdraw(&app, &caller, bank, id, &verdict.comment).await,
        _ => return Err(Fault::BadRequest.into()),
    };
    match done {
        // Whoever takes it back goes on with it.
        Ok(()) if verdict.decision == "withdraw" => {
            Ok(Redirect::to(&format!("/admin/banks/{bank}/review/{id}")).into_response())
        }
        Ok(()) => Ok(Redirect::to(&format!("/admin/banks/{bank}/review")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let shown = service::show(&app, &caller, bank, id).await?;
            Ok(page_with_status(&fault, || pages::review(&frame, &shown, Some(&fault))))
        }
    }
}
