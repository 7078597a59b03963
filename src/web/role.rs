//! Roles and accounts outside the roster.

use axum::{
    Form,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::site,
    respond::{Fail, fault_of, html, page_with_status},
    router,
};
use crate::{
    domain::{
        id::UnitId,
        role::{Grant, Right, Role},
    },
    error::Fault,
    service::{App, Caller, Error, role as service},
    ui::{
        roles::{self as pages, Typed},
        shell::Frame,
    },
};

pub async fn roles(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    show(&app, &frame, &caller, &Typed::default(), None).await
}

async fn show(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    typed: &Typed,
    wrong: Option<Error>,
) -> Result<Response, Fail> {
    let (held, units) = service::roles(app, caller).await?;
    let reach = caller.may(Right::ManageRoles)?;
    let wrong = wrong.map(fault_of);
    let view = || pages::roles(frame, &held, &units, &reach, typed, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

#[derive(Deserialize)]
pub struct GrantForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    role: String,
    /// Empty: everywhere.
    #[serde(default)]
    unit: String,
}

fn grant_of(role: &str, unit: &str) -> Result<Grant, Fault> {
    Ok(Grant {
        role: Role::from_code(role).ok_or(Fault::BadRequest)?,
        unit: match unit {
            "" => None,
            unit => Some(unit.parse::<UnitId>().map_err(|_| Fault::BadRequest)?),
        },
    })
}

pub async fn grant(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(form): Form<GrantForm>,
) -> Result<Response, Fail> {
    let granted = match grant_of(&form.role, &form.unit) {
        Ok(grant) => service::grant(&app, &caller, &form.name, grant).await,
        Err(fault) => Err(fault.into()),
    };
    let GrantForm { name, role, unit } = form;
    after(&app, &frame, &caller, granted, Typed { name, role, unit }).await
}

/// The page again: as it is now, or with what was typed and why it was not done.
async fn after(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    done: Result<(), Error>,
    typed: Typed,
) -> Result<Response, Fail> {
    match done {
        Ok(()) => Ok(Redirect::to("/admin/roles").into_response()),
        Err(error) => show(app, frame, caller, &typed, Some(error)).await,
    }
}

#[derive(Deserialize)]
pub struct WithdrawForm {
    #[serde(default)]
    account: String,
    #[serde(default)]
    role: String,
    #[serde(default)]
    unit: String,
}

pub async fn withdraw(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(form): Form<WithdrawForm>,
) -> Result<Response, Fail> {
    let grant = grant_of(&form.role, &form.unit);
    let withdrawn = match (grant, form.account.parse()) {
        (Ok(grant), Ok(account)) => service::withdraw(&app, &caller, account, grant).await,
        _ => Err(Fault::BadRequest.into()),
    };
    after(&app, &frame, &caller, withdrawn, Typed::default()).await
}

#[derive(Deserialize)]
pub struct AccountForm {
    #[serde(default)]
    name: String,
}

pub async fn make_account(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    caller: Caller,
    Form(form): Form<AccountForm>,
) -> Result<Response, Fail> {
    match service::make_account(&state.app, &caller, &form.name).await {
        Ok(token) => {
            let link = format!("{}/link/{}", site(&state, &headers), token.text());
            Ok(html(|| pages::made(&frame, form.name.trim(), &link)))
        }
        Err(error) => show(&state.app, &frame, &caller, &Typed::default(), Some(error)).await,
    }
}
