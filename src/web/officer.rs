//! The ledger of enforcement certificates: lists, single certificates, applications, and the import.

use axum::{
    Form,
    extract::{Multipart, Query, State},
    http::header,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        id::{OfficerApplicationId, OfficerCertificateId, UploadId},
        officer::{Category, OfficerFault, Outcome, Proof, Rule, Stage, Standing, State as CertificateState, Wish},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Result as Done, credit,
        officer::{self as service, Claim, Filter, Reviewing, Trained},
    },
    ui::{officers as pages, part::form::Typed, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    year: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    until: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: u32,
}

pub async fn list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let filter = Filter {
        year: wanted.year.trim().parse().unwrap_or_else(|_| credit::this_year(&app)),
        standing: Standing::from_code(&wanted.state),
        uncounted: wanted.state == pages::UNCOUNTED,
        unit: wanted.unit.parse().ok(),
        until: Timestamp::parse_day(&wanted.until),
        words: wanted.words,
        page: wanted.page,
    };
    let shown = service::list(&app, &caller, &filter).await?;
    let today = app.now();
    Ok(html(|| {
        pages::list(&frame, &shown, &filter, &pages::Batch::default(), today, None)
    }))
}

fn day(typed: &Typed, name: &str) -> Result<Timestamp, Fault> {
    Timestamp::parse_day(text(typed, name)).ok_or(Fault::Officer(OfficerFault::Day))
}

/// What was typed of a certificate, as it will be checked.
fn wish(typed: &Typed) -> Result<Wish, Fault> {
    Ok(Wish {
        number: text(typed, "number").to_owned(),
        area: text(typed, "area").to_owned(),
        category: Category::from_code(text(typed, "category")).unwrap_or_default(),
        issued: day(typed, "issued")?,
        until: day(typed, "until")?,
    })
}

pub async fn new(frame: Frame, _: Caller) -> Result<Response, Fail> {
    Ok(html(|| pages::edit(&frame, &Typed::new(), None)))
}

pub async fn enter(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match wish(&typed) {
        Ok(wish) => service::enter(&app, &caller, text(&typed, "person"), wish).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || pages::edit(&frame, &typed, Some(&fault))))
        }
    }
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerCertificateId>,
) -> Result<Response, Fail> {
    let record = service::record(&app, &caller, id).await?;
    Ok(html(|| pages::show(&frame, &record, &Typed::new(), None)))
}

/// The certificate again: as it is now, or with why nothing was changed.
async fn after(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: OfficerCertificateId,
    typed: &Typed,
    done: Done<()>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response());
    };
    let fault = fault_of(error);
    let record = service::record(app, caller, id).await?;
    Ok(page_with_status(&fault, || {
        pages::show(frame, &record, typed, Some(&fault))
    }))
}

pub async fn state(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerCertificateId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match (CertificateState::from_code(text(&typed, "state")), day(&typed, "day")) {
        (Some(state), Ok(day)) => service::set_state(&app, &caller, id, (state, day), text(&typed, "reason")).await,
        (None, _) => Err(Fault::BadRequest.into()),
        (_, Err(fault)) => Err(fault.into()),
    };
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn undo(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerCertificateId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match text(&typed, "year").parse() {
        Ok(year) => service::undo_review(&app, &caller, id, year, text(&typed, "reason")).await,
        Err(_) => Err(Fault::BadRequest.into()),
    };
    after(&app, &frame, &caller, id, &typed, done).await
}

pub async fn untrain(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerCertificateId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match text(&typed, "training").parse() {
        Ok(training) => service::remove_training(&app, &caller, id, training, text(&typed, "reason")).await,
        Err(_) => Err(Fault::BadRequest.into()),
    };
    after(&app, &frame, &caller, id, &typed, done).await
}

/// What was typed over several certificates: one field of the same name for each that was ticked.
fn batch(fields: Vec<(String, String)>) -> pages::Batch {
    let (ticked, rest): (Vec<_>, Vec<_>) = fields.into_iter().partition(|(name, _)| name == "certificate");
    pages::Batch {
        typed: rest.into_iter().collect(),
        ticked: ticked.iter().filter_map(|(_, id)| id.parse().ok()).collect(),
    }
}

/// Where somebody came from when a step over several certificates is done, or the list with why it was not.
async fn after_batch(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    batch: pages::Batch,
    done: Done<()>,
) -> Result<Response, Fail> {
    let year = text(&batch.typed, "year")
        .parse()
        .unwrap_or_else(|_| credit::this_year(app));
    if let Ok(id) = text(&batch.typed, "back").parse() {
        return after(app, frame, caller, id, &batch.typed, done).await;
    }
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/officers?year={year}")).into_response());
    };
    let fault = fault_of(error);
    let filter = Filter {
        year,
        ..Filter::default()
    };
    let shown = service::list(app, caller, &filter).await?;
    let today = app.now();
    Ok(page_with_status(&fault, || {
        pages::list(frame, &shown, &filter, &batch, today, Some(&fault))
    }))
}

fn reviewing(typed: &Typed) -> Result<Reviewing, Fault> {
    let until = match text(typed, "renewed_until") {
        "" => None,
        _ => Some(day(typed, "renewed_until")?),
    };
    Ok(Reviewing {
        year: text(typed, "year").parse().map_err(|_| Fault::BadRequest)?,
        outcome: Outcome::from_code(text(typed, "outcome")).ok_or(Fault::BadRequest)?,
        day: day(typed, "reviewed")?,
        until,
        document: text(typed, "review_document").to_owned(),
    })
}

pub async fn review(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let batch = batch(fields);
    let ids: Vec<_> = batch.ticked.iter().copied().collect();
    let done = match reviewing(&batch.typed) {
        Ok(wish) => service::review(&app, &caller, &ids, wish).await,
        Err(fault) => Err(fault.into()),
    };
    after_batch(&app, &frame, &caller, batch, done).await
}

fn trained(typed: &Typed) -> Result<Trained, Fault> {
    Ok(Trained {
        day: day(typed, "trained")?,
        hours: text(typed, "hours").parse().map_err(Fault::Officer)?,
        title: text(typed, "training").to_owned(),
        document: text(typed, "training_document").to_owned(),
    })
}

pub async fn train(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let batch = batch(fields);
    let ids: Vec<_> = batch.ticked.iter().copied().collect();
    let done = match trained(&batch.typed) {
        Ok(wish) => service::train(&app, &caller, &ids, wish).await,
        Err(fault) => Err(fault.into()),
    };
    after_batch(&app, &frame, &caller, batch, done).await
}

pub async fn set_rule(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let rule = || -> Result<Rule, Fault> {
        Ok(Rule {
            year: text(&typed, "year").parse().map_err(|_| Fault::BadRequest)?,
            hours: text(&typed, "hours").parse().map_err(Fault::Officer)?,
            review_by: day(&typed, "review_by")?,
            document: text(&typed, "document").to_owned(),
        })
    };
    let done = match rule() {
        Ok(rule) => service::set_rule(&app, &caller, rule).await,
        Err(fault) => Err(fault.into()),
    };
    let batch = pages::Batch {
        typed,
        ..pages::Batch::default()
    };
    after_batch(&app, &frame, &caller, batch, done).await
}

pub async fn applications(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let desk = service::desk(&app, &caller, None).await?;
    Ok(html(|| pages::applications(&frame, &desk, &Typed::new(), None)))
}

pub async fn apply(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let category = Category::from_code(text(&typed, "category")).unwrap_or_default();
    match service::apply(&app, &caller, text(&typed, "person"), text(&typed, "area"), category).await {
        Ok(id) => Ok(Redirect::to(&format!("/admin/officers/applications/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let desk = service::desk(&app, &caller, None).await?;
            Ok(page_with_status(&fault, || {
                pages::applications(&frame, &desk, &typed, Some(&fault))
            }))
        }
    }
}

pub async fn application(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerApplicationId>,
) -> Result<Response, Fail> {
    let desk = service::desk(&app, &caller, Some(id)).await?;
    let today = app.now();
    Ok(html(|| pages::application(&frame, &desk, &Typed::new(), today, None)))
}

async fn after_application(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: OfficerApplicationId,
    typed: &Typed,
    done: Done<()>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/officers/applications/{id}")).into_response());
    };
    let fault = fault_of(error);
    let desk = service::desk(app, caller, Some(id)).await?;
    let today = app.now();
    Ok(page_with_status(&fault, || {
        pages::application(frame, &desk, typed, today, Some(&fault))
    }))
}

fn claim(typed: &Typed) -> Result<Claim, Fault> {
    let exam = text(typed, "exam");
    if !exam.is_empty() {
        return Ok(Claim::Exam(exam.parse().map_err(|_| Fault::BadRequest)?));
    }
    let document = text(typed, "document").to_owned();
    let (proof, passed) = match text(typed, "result") {
        "passed" => (Proof::Document(document), true),
        "failed" => (Proof::Document(document), false),
        "exempt" => (Proof::Exempt(document), true),
        _ => return Err(Fault::BadRequest),
    };
    Ok(Claim::Typed {
        proof,
        day: day(typed, "day")?,
        passed,
    })
}

pub async fn stage(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerApplicationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match (Stage::from_code(text(&typed, "stage")), claim(&typed)) {
        (Some(stage), Ok(claim)) => service::take_stage(&app, &caller, id, stage, claim).await,
        (None, _) => Err(Fault::BadRequest.into()),
        (_, Err(fault)) => Err(fault.into()),
    };
    after_application(&app, &frame, &caller, id, &typed, done).await
}

pub async fn grant(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerApplicationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match wish(&typed) {
        Ok(wish) => service::grant(&app, &caller, id, wish).await.map(|_| ()),
        Err(fault) => Err(fault.into()),
    };
    after_application(&app, &frame, &caller, id, &typed, done).await
}

pub async fn withdraw(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<OfficerApplicationId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = service::withdraw(&app, &caller, id, text(&typed, "reason")).await;
    after_application(&app, &frame, &caller, id, &typed, done).await
}

pub async fn template(caller: Caller) -> Result<Response, Fail> {
    let headers = [
        (
            header::CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"officers.xlsx\""),
    ];
    Ok((headers, service::template(&caller)?).into_response())
}

pub async fn upload(State(app): State<App>, caller: Caller, form: Multipart) -> Result<Redirect, Fail> {
    let (name, body) = uploaded(form).await?;
    let id = service::receive(&app, &caller, name, body).await?;
    Ok(Redirect::to(&format!("/admin/officers/import/{id}")))
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, report) = service::preview(&app, &caller, id).await?;
    Ok(html(|| pages::import(&frame, &name, &report, Some(id))))
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let (name, report) = service::import_kept(&app, &caller, id).await?;
    Ok(html(|| pages::import(&frame, &name, &report, None)))
}
