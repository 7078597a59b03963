//! The inbox, and the address notices are mailed to.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    account,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    error::Fault,
    service::{App, Caller, notice as service},
    ui::{self, notice, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    page: u32,
}

pub async fn inbox(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(Wanted { page }): Query<Wanted>,
) -> Result<Response, Fail> {
    let inbox = service::inbox(&app, &caller, page).await?;
    Ok(html(|| notice::inbox(&frame, &inbox)))
}

#[derive(Deserialize)]
pub struct Upto {
    #[serde(default)]
    upto: String,
}

pub async fn read(State(app): State<App>, caller: Caller, Form(form): Form<Upto>) -> Result<Redirect, Fail> {
    let upto = form.upto.parse().map_err(|_| Fault::BadRequest)?;
    service::mark_read(&app, &caller, upto).await?;
    Ok(Redirect::to("/notices"))
}

#[derive(Deserialize)]
pub struct Address {
    #[serde(default)]
    email: String,
}

pub async fn set_email(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(form): Form<Address>,
) -> Result<Response, Fail> {
    match service::set_own_email(&app, &caller, &form.email).await {
        Ok(()) => Ok(Redirect::to("/me").into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let own = ui::account::Own {
                email: Some(form.email),
                ..account::own(&app, &frame, &caller).await?
            };
            Ok(page_with_status(&fault, || ui::account::me(&frame, own, Some(&fault))))
        }
    }
}
