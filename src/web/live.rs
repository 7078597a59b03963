//! Supervision: the live view of an administrator, and the line to those who sit.

use std::{convert::Infallible, time::Duration};

use axum::{
    Form, Json,
    extract::{Query, State, rejection::JsonRejection},
    http::StatusCode,
    response::{
        IntoResponse, Redirect, Response, Sse,
        sse::{Event, KeepAlive},
    },
};
use serde::Deserialize;
use tokio::sync::broadcast::error::RecvError;
use tokio_stream::{Stream, StreamExt, wrappers::ReceiverStream};

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        id::{AttemptId, ExamId, UnitId},
        supervision::{LiveEvent, Stand},
    },
    error::Fault,
    service::{
        App, Caller, Error,
        supervision::{self as service, Deal, Target, Wanted},
    },
    ui::{
        live as pages,
        shell::Frame,
        sit::wire::{Beat, Told},
    },
};

/// Events in the form that pages read.
pub fn told(events: Vec<LiveEvent>) -> Vec<Told> {
    let told = |event: LiveEvent| Told {
        id: event.id,
        kind: event.kind,
        text: event.text,
        at: event.at.clock(),
    };
    events.into_iter().map(told).collect()
}

/// A silent line is cut by what stands between; and one that never ends would hold up the stop of the server.
const ALIVE: Duration = Duration::from_secs(15);
const LONGEST: Duration = Duration::from_secs(600);

/// Tells a page that something was told to its attempt; what, it asks for.
pub async fn listen(
    State(app): State<App>,
    caller: Caller,
    Id(attempt): Id<AttemptId>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, Fail> {
    let mut events = app.live.listen();
    let listener = service::listener(&app, &caller, attempt).await?;
    let (sender, receiver) = tokio::sync::mpsc::channel(4);
    tokio::spawn(async move {
        let listening = async {
            // Whatever was told before this line stood, the page asks for now.
            let mut word = "hello";
            loop {
                if sender.send(word).await.is_err() {
                    return;
                }
                word = loop {
                    match tokio::select! { event = events.recv() => event, () = sender.closed() => return } {
                        Ok(event) if listener.hears(&event) => break "told",
                        Ok(_) => {}
                        Err(RecvError::Lagged(_)) => break "told",
                        Err(RecvError::Closed) => return,
                    }
                };
            }
        };
        tokio::select! {
            () = listening => {}
            () = tokio::time::sleep(LONGEST) => {}
            () = app.live.closed() => {}
        }
    });
    let stream = ReceiverStream::new(receiver).map(|word| Ok(Event::default().data(word)));
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(ALIVE)))
}

/// A sign of life of a page.
pub async fn beat(
    State(app): State<App>,
    caller: Caller,
    Id(attempt): Id<AttemptId>,
    beat: Result<Json<Beat>, JsonRejection>,
) -> Result<StatusCode, Fail> {
    let Json(beat) = beat.map_err(|_| Fault::BadRequest)?;
    service::heard(&app, &caller, attempt, beat.seen, beat.left).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    unit: String,
    #[serde(default)]
    slot: String,
    #[serde(default)]
    stand: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    page: u32,
    /// Whom the form below is to be filled in for, as [`DealForm::whom`].
    #[serde(default)]
    whom: String,
}

impl Asked {
    fn wanted(&self) -> Wanted {
        Wanted {
            unit: self.unit.parse::<UnitId>().ok(),
            slot: self.slot.parse().ok(),
            stand: Stand::from_code(&self.stand),
            words: self.words.clone(),
            page: self.page,
        }
    }
}

pub async fn live(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    show(&app, &frame, &caller, exam, &asked, None).await
}

async fn show(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    exam: ExamId,
    asked: &Asked,
    wrong: Option<Error>,
) -> Result<Response, Fail> {
    let live = service::live(app, caller, exam, asked.wanted()).await?;
    let wrong = wrong.map(fault_of);
    let view = || pages::live(frame, &live, &asked.whom, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

/// The part of the page that changes by itself.
pub async fn now(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fail> {
    let live = service::live(&app, &caller, exam, asked.wanted()).await?;
    Ok(html(|| pages::now(frame.lang, &live)))
}

#[derive(Deserialize)]
pub struct DealForm {
    #[serde(default)]
    deal: String,
    /// `all`, `unit ID`, `person ID`.
    #[serde(default)]
    whom: String,
    #[serde(default)]
    minutes: String,
    #[serde(default)]
    words: String,
}

fn target(whom: &str) -> Option<Target> {
    match whom.split_once(' ') {
        None if whom == "all" => Some(Target::All),
        Some(("unit", id)) => id.parse().ok().map(Target::Unit),
        Some(("person", id)) => id.parse().ok().map(Target::Person),
        _ => None,
    }
}

pub async fn deal(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Form(form): Form<DealForm>,
) -> Result<Response, Fail> {
    // Whose exam it is comes before what was typed.
    crate::service::exam::exam(&app, &caller, exam).await?;
    let deal = match form.deal.as_str() {
        "extend" => Some(Deal::Extend(form.minutes)),
        "pause" => Some(Deal::Pause),
        "resume" => Some(Deal::Resume),
        "hand_in" => Some(Deal::HandIn),
        "message" => Some(Deal::Message),
        _ => None,
    };
    let (Some(deal), Some(target)) = (deal, target(&form.whom)) else {
        return Err(Fault::BadRequest.into());
    };
    match service::deal(&app, &caller, exam, target, deal, &form.words).await {
        Ok(_) => Ok(Redirect::to(&format!("/admin/exams/{exam}/live")).into_response()),
        Err(error) => {
            let asked = Asked {
                whom: form.whom,
                ..Asked::default()
            };
            show(&app, &frame, &caller, exam, &asked, Some(error)).await
        }
    }
}
