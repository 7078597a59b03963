//! Courses as people study them: shelf, course, lesson, tests, the files of lessons, and signs of life where study time is counted.

use std::io;

use axum::{
    Form,
    body::Body,
    extract::{FromRequestParts, RawPathParams, State},
    http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Redirect, Response},
};
use tokio_stream::wrappers::ReceiverStream;

use super::{
    extract::{Id, part},
    respond::{Fail, fault_of, html, page_with_status},
    router,
    study::replies,
};
use crate::{
    domain::{
        course::{Media, Range, Ranged},
        id::{CourseId, LessonMediaId, RunId},
    },
    error::Fault,
    service::{App, Caller, course as service, credit},
    ui::{courses as pages, shell::Frame},
};

pub async fn shelf(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let shelf = service::shelf(&app, &caller).await?;
    Ok(html(|| pages::shelf(&frame, &shelf)))
}

pub async fn course(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    let page = service::page(&app, &caller, id).await?;
    Ok(html(|| pages::course(&frame, &page, None)))
}

fn to_test(run: RunId) -> Response {
    Redirect::to(&format!("/courses/tests/{run}")).into_response()
}

pub async fn first(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    match service::start_diagnostic(&app, &caller, id).await {
        Ok(run) => Ok(to_test(run)),
        Err(error) => {
            let fault = fault_of(error);
            let page = service::page(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || pages::course(&frame, &page, Some(&fault))))
        }
    }
}

/// The course and the place of a lesson, from 1, in the path.
pub struct At(CourseId, usize);

impl FromRequestParts<router::State> for At {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Fail> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::NotFound)?;
        let course = part(&params, "course").and_then(|id| id.parse().ok());
        let place = part(&params, "place").and_then(|place| place.parse().ok());
        let at = course.zip(place).map(|(course, place)| Self(course, place));
        at.ok_or_else(|| Fault::NotFound.into())
    }
}

pub async fn lesson(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    At(course, place): At,
) -> Result<Response, Fail> {
    let reading = service::lesson(&app, &caller, course, place).await?;
    Ok(html(|| pages::lesson(&frame, &reading, None)))
}

pub async fn begin(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    At(course, place): At,
) -> Result<Response, Fail> {
    match service::start_lesson(&app, &caller, course, place).await {
        Ok(run) => Ok(to_test(run)),
        Err(error) => {
            let fault = fault_of(error);
            let reading = service::lesson(&app, &caller, course, place).await?;
            Ok(page_with_status(&fault, || {
                pages::lesson(&frame, &reading, Some(&fault))
            }))
        }
    }
}

pub async fn test(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<RunId>) -> Result<Response, Fail> {
    if let Some((place, view)) = service::view(&app, &caller, id).await? {
        return Ok(html(|| pages::form(&frame, &place, &view, None)));
    }
    let result = service::result(&app, &caller, id).await?;
    Ok(html(|| pages::result(&frame, &result, None)))
}

pub async fn hand_in(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RunId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let Some((place, view)) = service::view(&app, &caller, id).await? else {
        return Ok(to_test(id));
    };
    let replies = replies(&fields, view.posed.len())?;
    match service::hand_in(&app, &caller, id, replies).await {
        Ok(()) => Ok(to_test(id)),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || {
                pages::form(&frame, &place, &view, Some(&fault))
            }))
        }
    }
}

/// A file of a lesson, or the part of it that is asked for (RFC 9110, Range Requests), read piece by piece while it is sent.
pub async fn media(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<LessonMediaId>,
    asked: HeaderMap,
) -> Result<Response, Fail> {
    let media = service::media(&app, &caller, id).await?;
    Ok(sent(app, &media, &asked))
}

/// A file, or the part of it that is asked for.
pub(super) fn sent(app: App, media: &Media, asked: &HeaderMap) -> Response {
    let range = asked.get(header::RANGE).and_then(|range| range.to_str().ok());
    let (status, range) = match Ranged::of(range, media.size) {
        Ranged::Whole => (
            StatusCode::OK,
            Range {
                first: 0,
                last: media.size.saturating_sub(1),
            },
        ),
        Ranged::Part(range) => (StatusCode::PARTIAL_CONTENT, range),
        Ranged::Unsatisfiable => {
            let size = format!("bytes */{}", media.size);
            let kind = (header::CONTENT_TYPE, media.format.content_type().to_owned());
            return (StatusCode::RANGE_NOT_SATISFIABLE, [kind, (header::CONTENT_RANGE, size)]).into_response();
        }
    };
    let mut response = Response::new(Body::from_stream(flow(app, media.id, range)));
    *response.status_mut() = status;
    let mut set = |name, value: String| {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, media.format.content_type().to_owned());
    set(header::CONTENT_LENGTH, (range.last + 1 - range.first).to_string());
    set(header::ACCEPT_RANGES, "bytes".to_owned());
    // What an id names never changes.
    set(header::CACHE_CONTROL, "private, max-age=86400, immutable".to_owned());
    if status == StatusCode::PARTIAL_CONTENT {
        set(
            header::CONTENT_RANGE,
            format!("bytes {}-{}/{}", range.first, range.last, media.size),
        );
    }
    response
}

/// The bytes of a range, one piece after the other: the next is read when the one before is on its way.
fn flow(app: App, id: LessonMediaId, range: Range) -> ReceiverStream<io::Result<Vec<u8>>> {
    let (sender, receiver) = tokio::sync::mpsc::channel(1);
    tokio::spawn(async move {
        let mut next = Some(range.first);
        while let Some(first) = next.take() {
            let part = service::part(&app, id, Range { first, ..range }).await;
            let piece = part.map(|part| {
                next = part.next;
                part.body
            });
            let piece = piece.map_err(|_| io::Error::other("a file of a lesson could not be read"));
            if sender.send(piece).await.is_err() {
                // Nobody listens any more.
                return;
            }
        }
    });
    ReceiverStream::new(receiver)
}

/// A sign of life; what it says is not read.
pub async fn beat(State(app): State<App>, caller: Caller) -> Result<StatusCode, Fail> {
    credit::beat(&app, &caller).await?;
    Ok(StatusCode::NO_CONTENT)
}
