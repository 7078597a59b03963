//! Disputed questions: the work list, one question with a dry run, and rulings.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    key_correction::{chosen, is_trial, text},
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::id::{QuestionId, RulingId, VersionId},
    error::Fault,
    service::{
        App, Caller, Result as Served,
        dispute::{self as service, Order, Wish},
    },
    ui::{
        disputes::{self, Typed},
        shell::Frame,
    },
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    order: String,
    #[serde(default)]
    bank: String,
    #[serde(default)]
    page: String,
}

pub async fn list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let wish = Wish {
        order: Order::of(&wanted.order),
        bank: wanted.bank.parse().ok(),
        page: wanted.page.parse().unwrap_or(1),
    };
    let list = service::work_list(&app, &caller, wish).await?;
    Ok(html(|| disputes::list(&frame, &list, wish)))
}

pub async fn rulings(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let page = wanted.page.parse().unwrap_or(1);
    let (list, page, pages) = service::rulings(&app, &caller, page).await?;
    Ok(html(|| disputes::rulings(&frame, &list, page, pages)))
}

type Fields = Vec<(String, String)>;

/// What was typed, and the version it is about.
fn typed(fields: &Fields) -> Result<(Typed, Option<VersionId>), Fault> {
    let version = match text(fields, "version").as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::NotFound)?),
    };
    let typed = Typed {
        chosen: chosen(fields)?,
        reason: text(fields, "reason"),
    };
    Ok((typed, version))
}

/// A question; with a method chosen, also what it would do.
pub async fn subject(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(question): Id<QuestionId>,
    Query(fields): Query<Fields>,
) -> Result<Response, Fail> {
    let (typed, version) = typed(&fields)?;
    show(&app, &frame, &caller, (question, version), &typed, None).await
}

async fn show(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    (question, version): (QuestionId, Option<VersionId>),
    typed: &Typed,
    wrong: Option<Fault>,
) -> Result<Response, Fail> {
    let subject = service::subject(app, caller, question, version).await?;
    let looked_at = (question, subject.version.version);
    let (preview, wrong) = match typed.chosen.method(&subject.version.question) {
        Err(fault) => (None, Some(wrong.unwrap_or(Fault::NewKey(fault)))),
        Ok(None) => (None, wrong),
        Ok(Some(method)) => match service::preview(app, caller, looked_at, method).await {
            Ok(preview) => (Some(preview), wrong),
            Err(error) => (None, Some(wrong.unwrap_or_else(|| fault_of(error)))),
        },
    };
    let view = || disputes::subject(frame, &subject, typed, preview.as_ref(), wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

pub async fn propose(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(question): Id<QuestionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let (typed, version) = typed(&fields)?;
    if is_trial(&fields) {
        return show(&app, &frame, &caller, (question, version), &typed, None).await;
    }
    let looked_at = (question, version.ok_or(Fault::BadRequest)?);
    let proposed = match service::method(&app, &caller, looked_at, &typed.chosen).await {
        Ok(Some(method)) => service::propose(&app, &caller, looked_at, method, &typed.reason).await,
        Ok(None) => Err(Fault::BadRequest.into()),
        Err(error) => Err(error),
    };
    match proposed {
        Ok(id) => Ok(Redirect::to(&format!("/admin/rulings/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            show(&app, &frame, &caller, (question, version), &typed, Some(fault)).await
        }
    }
}

pub async fn detail(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RulingId>,
) -> Result<Response, Fail> {
    let detail = service::detail(&app, &caller, id).await?;
    Ok(html(|| disputes::detail(&frame, &detail, None)))
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

pub async fn approve(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RulingId>,
) -> Result<Response, Fail> {
    let done = service::approve(&app, &caller, id).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn refuse(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RulingId>,
    Form(form): Form<Reason>,
) -> Result<Response, Fail> {
    let done = service::refuse(&app, &caller, id, &form.reason).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn undo(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RulingId>,
    Form(form): Form<Reason>,
) -> Result<Response, Fail> {
    let done = service::undo(&app, &caller, id, &form.reason).await;
    stepped(&app, &frame, &caller, id, done).await
}

async fn stepped(app: &App, frame: &Frame, caller: &Caller, id: RulingId, done: Served<()>) -> Result<Response, Fail> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/rulings/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let detail = service::detail(app, caller, id).await?;
            Ok(page_with_status(&fault, || {
                disputes::detail(frame, &detail, Some(&fault))
            }))
        }
    }
}
