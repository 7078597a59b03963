//! Marking by people, page by page.

use axum::{
    Form,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{id::ExamId, points::Points},
    error::Fault,
    service::{
        App, Caller,
        marking::{self as service, Given},
    },
    ui::{marking as pages, shell::Frame},
};

pub async fn queues(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let queues = service::queues(&app, &caller).await?;
    Ok(html(|| pages::queues(&frame, &queues)))
}

pub async fn overview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
) -> Result<Response, Fail> {
    let overview = service::overview(&app, &caller, exam).await?;
    Ok(html(|| pages::overview(&frame, &overview)))
}

type Place = Path<(String, String)>;

fn place(Path((exam, pool)): Place) -> Result<(ExamId, u32), Fault> {
    let exam = exam.parse().map_err(|_| Fault::NotFound)?;
    Ok((exam, pool.parse().map_err(|_| Fault::NotFound)?))
}

pub async fn desk(State(app): State<App>, frame: Frame, caller: Caller, path: Place) -> Result<Response, Fail> {
    let (exam, pool) = place(path)?;
    let desk = service::desk(&app, &caller, exam, pool, false).await?;
    let nothing = Given::default();
    Ok(html(|| pages::desk(&frame, &desk, &nothing, None)))
}

/// Takes the next answer.
pub async fn take(State(app): State<App>, caller: Caller, path: Place) -> Result<Response, Fail> {
    let (exam, pool) = place(path)?;
    service::desk(&app, &caller, exam, pool, true).await?;
    Ok(Redirect::to(&format!("/admin/exams/{exam}/marking/{pool}")).into_response())
}

/// More criteria than any question has.
const MOST: usize = 100;

fn given(fields: &[(String, String)]) -> Given {
    let text = |name: &str| {
        let value = fields.iter().find(|(key, _)| key == name);
        value.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let count = text("criteria").parse::<usize>().unwrap_or(0).min(MOST);
    Given {
        reference: text("answer"),
        points: (0..count)
            .map(|at| Points::parse(&text(&format!("points{at}"))))
            .collect(),
        comment: text("comment").replace("\r\n", "\n"),
    }
}

/// Stores a reading and takes the next answer.
pub async fn mark(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    path: Place,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let (exam, pool) = place(path)?;
    let given = given(&fields);
    match service::mark(&app, &caller, exam, pool, &given).await {
        Ok(()) => {
            service::desk(&app, &caller, exam, pool, true).await?;
            Ok(Redirect::to(&format!("/admin/exams/{exam}/marking/{pool}")).into_response())
        }
        Err(error) => {
            let fault = fault_of(error);
            let desk = service::desk(&app, &caller, exam, pool, false).await?;
            Ok(page_with_status(&fault, || {
                pages::desk(&frame, &desk, &given, Some(&fault))
            }))
        }
    }
}
