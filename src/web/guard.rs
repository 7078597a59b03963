//! What every request passes: same-site check, role, and the headers that protect the reader.

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    access::{self, Access},
    extract::{cookie, is_api},
    respond::Fail,
    router,
};
use crate::{
    error::Fault,
    service::{Caller, account},
    ui::shell::encode,
};

/// The name of the session cookie.
pub const SESSION: &str = "mingfa_session";

/// Lets through whom the access table allows; the caller travels on with the request.
pub async fn authorise(State(state): State<router::State>, mut request: Request, next: Next) -> Response {
    let pattern = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let method = match request.method() {
        &Method::HEAD => &Method::GET,
        other => other,
    };
    let Some(access) = access::of(method.as_str(), pattern) else {
        if access::knows(pattern) {
            return StatusCode::METHOD_NOT_ALLOWED.into_response();
        }
        tracing::error!(%method, pattern, "a route is missing in the access table");
        return Fail::from(Fault::Forbidden).into_response();
    };
    let caller = match cookie(request.headers(), SESSION) {
        Some(token) => account::caller(&state.app, token).await,
        None => Ok(None),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return Fail::from(error).into_response(),
    };
    match decide(access, caller.as_ref()) {
        Ok(()) => {}
        Err(Fault::NotSignedIn) if *method == Method::GET && !is_api(request.uri().path()) => {
            let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
            return Redirect::to(&format!("/sign-in?to={}", encode(to))).into_response();
        }
        Err(fault) => return Fail::from(fault).into_response(),
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

fn decide(access: Access, caller: Option<&Caller>) -> Result<(), Fault> {
    let caller = match (access, caller) {
        (Access::Public, _) => return Ok(()),
        (_, None) => return Err(Fault::NotSignedIn),
        (_, Some(caller)) => caller,
    };
    let allowed = match access {
        Access::Public | Access::SignedIn => true,
        Access::Candidate => caller.person().is_ok(),
        Access::Administrator => caller.is_administrator(),
    };
    if allowed { Ok(()) } else { Err(Fault::Forbidden) }
}

/// Refuses changes that a page of another site asks for (OWASP: fetch metadata, with `Origin` for older browsers).
pub async fn same_site(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let own = match (text(HeaderName::from_static("sec-fetch-site")), text(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST),
        // Neither: not a browser, so there is no cookie that somebody else could borrow.
        (None, None) => true,
    };
    if request.method().is_safe() || own {
        next.run(request).await
    } else {
        Fail::from(Fault::CrossSite).into_response()
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers on every response.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
