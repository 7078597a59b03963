//! Pages, problem documents, and failures told in the person's language.

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Response},
};
use leptos::{prelude::*, reactive::owner::Owner};

use super::{
    extract::{cookie, frame, is_api, lang},
    guard, router,
};
use crate::{
    domain::lang::Lang,
    error::Fault,
    service::{self, account},
    ui::{self, shell::Frame, sit::wire::Problem},
};

/// Renders a page. Pages are whole when they are made: nothing is awaited inside them.
pub fn html<V: IntoView>(view: impl FnOnce() -> V) -> Response {
    let owner = Owner::new_root(None);
    let body = owner.with(|| view().into_view().to_html());
    owner.unset_with_forced_cleanup();
    Html(format!("<!DOCTYPE html>{body}")).into_response()
}

/// A page that says what went wrong, with the right status.
pub fn page_with_status<V: IntoView>(fault: &Fault, view: impl FnOnce() -> V) -> Response {
    let mut response = html(view);
    *response.status_mut() = status(fault);
    response.extensions_mut().insert(fault.clone());
    retry_after(&mut response, fault);
    response
}

fn retry_after(response: &mut Response, fault: &Fault) {
    if let Fault::Wait(seconds) | Fault::Slower(seconds) = fault {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, HeaderValue::from(*seconds));
    }
}

fn status(fault: &Fault) -> StatusCode {
    StatusCode::from_u16(fault.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// A use case's failure on its way out. [`explain`] turns it into words.
pub struct Fail(pub service::Error);

impl From<service::Error> for Fail {
    fn from(error: service::Error) -> Self {
        Self(error)
    }
}

impl From<Fault> for Fail {
    fn from(fault: Fault) -> Self {
        Self(fault.into())
    }
}

impl IntoResponse for Fail {
    fn into_response(self) -> Response {
        let fault = fault_of(self.0);
        (status(&fault), axum::Extension(fault)).into_response()
    }
}

/// The fault to show; what must stay hidden is logged here, once, under a ticket.
pub fn fault_of(error: service::Error) -> Fault {
    match error {
        service::Error::Fault(fault) => fault,
        error if error.is_closing() => Fault::Unavailable,
        error => {
            let ticket = ticket();
            tracing::error!(%ticket, %error, "a request failed");
            Fault::Internal(ticket)
        }
    }
}

/// A short number that finds the log line.
fn ticket() -> String {
    static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(1);
    let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    format!("{}-{number:04}", std::process::id())
}

/// What a caught panic becomes.
pub fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    let ticket = ticket();
    tracing::error!(%ticket, "a request panicked");
    let fault = Fault::Internal(ticket);
    (status(&fault), axum::Extension(fault)).into_response()
}

/// What an explanation needs to know of a request that is gone by then.
pub enum Asked {
    /// The API needs only words.
    Api(Lang),
    /// A page is explained in its own frame.
    Page(Box<Parts>),
}

impl Asked {
    pub fn of(parts: &Parts) -> Self {
        if is_api(parts.uri.path()) {
            Self::Api(lang(&parts.headers))
        } else {
            Self::Page(Box::new(parts.clone()))
        }
    }
}

/// Gives every refusal its page, or its problem document (RFC 9457) under /api.
pub async fn explain(state: &router::State, asked: Asked, response: Response) -> Response {
    let code = response.status();
    if code.as_u16() < 400 || response.headers().contains_key(header::CONTENT_TYPE) && !plain(&response) {
        return response;
    }
    let fault = response
        .extensions()
        .get::<Fault>()
        .cloned()
        .unwrap_or_else(|| by_status(code));
    let mut explained = match asked {
        Asked::Api(lang) => problem(&fault, lang, code),
        Asked::Page(mut parts) => {
            if let Some(token) = cookie(&parts.headers, guard::SESSION)
                && let Ok(Some(caller)) = account::caller(&state.app, token).await
            {
                parts.extensions.insert(caller);
            }
            let frame: Frame = frame(&parts);
            html(|| ui::problem::problem(&frame, &fault))
        }
    };
    *explained.status_mut() = code;
    retry_after(&mut explained, &fault);
    explained
}

/// Whether a response is one of axum's own refusals.
fn plain(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"))
}

fn by_status(code: StatusCode) -> Fault {
    match code {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => Fault::NotFound,
        StatusCode::PAYLOAD_TOO_LARGE => Fault::TooLarge,
        code if code.is_server_error() => Fault::Internal(ticket()),
        _ => Fault::BadRequest,
    }
}

fn problem(fault: &Fault, lang: Lang, code: StatusCode) -> Response {
    let body = Problem {
        title: code.canonical_reason().unwrap_or_default().to_owned(),
        status: code.as_u16(),
        detail: fault.message(lang),
        fault: fault.clone(),
    };
    let mut response: Response<Body> = Json(body).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}
