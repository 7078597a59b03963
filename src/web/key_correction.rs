//! Correcting a key: choose a question, look at the dry run, propose; a second person applies.

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
    domain::{
        id::{ExamId, KeyCorrectionId, ObjectionId},
        item::OptionSet,
        key::Chosen,
        key_correction::Correction,
    },
    error::Fault,
    service::{App, Caller, Result as Served, key_correction as service},
    ui::{
        key_correction::{self, Typed},
        shell::Frame,
    },
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: usize,
}

pub async fn overview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let overview = service::overview(&app, &caller, id, &wanted.words, wanted.page).await?;
    Ok(html(|| key_correction::overview(&frame, &overview, &wanted.words)))
}

type Fields = Vec<(String, String)>;

fn values<'a>(fields: &'a Fields, name: &'static str) -> impl Iterator<Item = &'a str> {
    let own = fields.iter().filter(move |(key, _)| key == name);
    own.map(|(_, value)| value.trim())
}

/// The first value of a name.
pub(super) fn text(fields: &Fields, name: &'static str) -> String {
    values(fields, name).next().unwrap_or_default().to_owned()
}

/// A method with its new key.
pub(super) fn chosen(fields: &Fields) -> Result<Chosen, Fault> {
    let places: Vec<usize> = values(fields, "key")
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|_| Fault::BadRequest)?;
    if places.iter().any(|place| *place >= OptionSet::MAX) {
        return Err(Fault::BadRequest);
    }
    Ok(Chosen {
        method: text(fields, "method"),
        key: OptionSet::of(places),
        answers: text(fields, "answers"),
    })
}

/// Whether a form only asks what would change: new answers are too long for an address.
pub(super) fn is_trial(fields: &Fields) -> bool {
    text(fields, "step") == "try"
}

fn typed(fields: &Fields) -> Result<Typed, Fault> {
    let objection = text(fields, "objection");
    let objection: Option<ObjectionId> = match objection.as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::NotFound)?),
    };
    Ok(Typed {
        chosen: chosen(fields)?,
        reason: text(fields, "reason"),
        objection,
    })
}

fn place((exam, pool): (String, String)) -> Result<(ExamId, u32), Fault> {
    let exam = exam.parse().map_err(|_| Fault::NotFound)?;
    Ok((exam, pool.parse().map_err(|_| Fault::NotFound)?))
}

/// A question; with a method chosen, also what it would do.
pub async fn subject(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Path(path): Path<(String, String)>,
    Query(fields): Query<Fields>,
) -> Result<Response, Fail> {
    let (exam, pool) = place(path)?;
    let typed = typed(&fields)?;
    show(&app, &frame, &caller, (exam, pool), &typed, None).await
}

async fn show(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    (exam, pool): (ExamId, u32),
    typed: &Typed,
    wrong: Option<Fault>,
) -> Result<Response, Fail> {
    let subject = service::subject(app, caller, exam, pool).await?;
    let (dry_run, wrong) = match typed.chosen.method(&subject.question) {
        Err(fault) => (None, Some(wrong.unwrap_or(Fault::NewKey(fault)))),
        Ok(None) => (None, wrong),
        Ok(Some(method)) => match service::dry_run(app, caller, exam, Correction { pool, method }).await {
            Ok(dry_run) => (Some(dry_run), wrong),
            Err(error) => (None, Some(wrong.unwrap_or_else(|| fault_of(error)))),
        },
    };
    let view = || key_correction::subject(frame, &subject, typed, dry_run.as_ref(), wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

pub async fn propose(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Path(path): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let (exam, pool) = place(path)?;
    let typed = typed(&fields)?;
    if is_trial(&fields) {
        return show(&app, &frame, &caller, (exam, pool), &typed, None).await;
    }
    let proposed = match service::method(&app, &caller, (exam, pool), &typed.chosen).await {
        Ok(Some(method)) => {
            let correction = Correction { pool, method };
            service::propose(&app, &caller, exam, correction, &typed.reason, typed.objection).await
        }
        Ok(None) => Err(Fault::BadRequest.into()),
        Err(error) => Err(error),
    };
    match proposed {
        Ok(id) => Ok(Redirect::to(&format!("/admin/key-corrections/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            show(&app, &frame, &caller, (exam, pool), &typed, Some(fault)).await
        }
    }
}

pub async fn detail(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<KeyCorrectionId>,
) -> Result<Response, Fail> {
    let detail = service::detail(&app, &caller, id).await?;
    Ok(html(|| key_correction::detail(&frame, &detail, None)))
}

#[derive(Deserialize)]
pub struct Reason {
    #[serde(default)]
    reason: String,
}

pub async fn apply(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<KeyCorrectionId>,
) -> Result<Response, Fail> {
    let done = service::apply(&app, &caller, id).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn refuse(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<KeyCorrectionId>,
    Form(form): Form<Reason>,
) -> Result<Response, Fail> {
    let done = service::refuse(&app, &caller, id, &form.reason).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn undo(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<KeyCorrectionId>,
    Form(form): Form<Reason>,
) -> Result<Response, Fail> {
    let done = service::undo(&app, &caller, id, &form.reason).await;
    stepped(&app, &frame, &caller, id, done).await
}

async fn stepped(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: KeyCorrectionId,
    done: Served<()>,
) -> Result<Response, Fail> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/key-corrections/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let detail = service::detail(app, caller, id).await?;
            Ok(page_with_status(&fault, || {
                key_correction::detail(frame, &detail, Some(&fault))
            }))
        }
    }
}
