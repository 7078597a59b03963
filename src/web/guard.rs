//! What every request passes: same-site check, role, the words of a refusal, and the headers that protect the reader.

use axum::{
    RequestExt,
    extract::{MatchedPath, RawPathParams, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    access::{self, Access},
    extract::{self, Playing, cookie, is_api},
    pack,
    respond::{Asked, Fail, explain},
    router,
};
use crate::{
    error::Fault,
    service::{self, Caller, account, audit},
    ui::shell::encode,
};

/// The name of the session cookie.
pub const SESSION: &str = "mingfa_session";

/// The one way in and out. Is the change asked for by a page of ours, and may the caller? Then the answer: refusals
/// put into words, packed, with the headers that protect the reader. One function, for each layer of its own would be
/// copied with all below it for every request.
pub async fn pass(State(state): State<router::State>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let (asked, takes_gzip) = (Asked::of(&parts), pack::accepts(&parts.headers, "gzip"));
    let mut request = Request::from_parts(parts, body);
    let response = match refusal(&state, &mut request).await {
        Some(refusal) => refusal,
        None => {
            let change = Change::of(&request);
            let response = next.run(request).await;
            let refused = response.status().is_client_error();
            let fault = response.extensions().get::<Fault>().filter(|_| refused).cloned();
            if let (Some(change), Some(fault)) = (change, fault) {
                change.log_refusal(&state, fault).await;
            }
            response
        }
    };
    let mut response = pack::packed(explain(&state, asked, response).await, takes_gzip).await;
    protect(response.headers_mut());
    response
}

/// An administrative change that somebody asks for.
struct Change {
    caller: Caller,
    /// Method and path.
    what: String,
}

impl Change {
    fn of(request: &Request) -> Option<Self> {
        let path = request.uri().path();
        let administrative = path.starts_with("/admin/") || path.starts_with("/unit/");
        if request.method().is_safe() || !administrative {
            return None;
        }
        let caller = request.extensions().get::<Caller>()?.clone();
        let what = format!("{} {path}", request.method());
        Some(Self { caller, what })
    }

    /// Writes down that it was refused.
    async fn log_refusal(self, state: &router::State, fault: Fault) {
        if let Err(error) = audit::refused(&state.app, &self.caller, self.what, fault).await {
            tracing::error!(%error, "a refusal could not be logged");
        }
    }
}

/// Why a request goes no further. One that may carries its caller from here on.
async fn refusal(state: &router::State, request: &mut Request) -> Option<Response> {
    let refuse = |fault: Fault| Some(Fail::from(fault).into_response());
    if !request.method().is_safe() && !own_page(request.headers()) {
        return refuse(Fault::CrossSite);
    }
    // Without a route it can only be a file, or nothing.
    let pattern = request.extensions().get::<MatchedPath>()?.as_str();
    let method = match request.method() {
        &Method::HEAD => &Method::GET,
        other => other,
    };
    let Some(access) = access::of(method.as_str(), pattern) else {
        if access::knows(pattern) {
            return Some(StatusCode::METHOD_NOT_ALLOWED.into_response());
        }
        tracing::error!(%method, pattern, "a route is missing in the access table");
        return refuse(Fault::Forbidden);
    };
    let caller = match cookie(request.headers(), SESSION) {
        Some(token) => account::caller(&state.app, token).await,
        None => Ok(None),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(error) => return Some(Fail::from(error).into_response()),
    };
    let is_page = *method == Method::GET && !is_api(request.uri().path());
    if access == Access::Player {
        match playing(state, request, caller.as_ref()).await {
            Ok((_, Some(playing))) => {
                request.extensions_mut().insert(playing);
            }
            Ok((code, None)) if is_page => return Some(Redirect::to(&format!("/c/{code}")).into_response()),
            Ok((_, None)) => return refuse(Fault::NotJoined),
            Err(error) => return Some(Fail::from(error).into_response()),
        }
    }
    match decide(access, caller.as_ref()) {
        Ok(()) => {}
        Err(Fault::NotSignedIn) if is_page => {
            let to = request.uri().path_and_query().map_or("/", |path| path.as_str());
            return Some(Redirect::to(&format!("/sign-in?to={}", encode(to))).into_response());
        }
        Err(fault) => return refuse(fault),
    }
    if let Some(caller) = caller {
        request.extensions_mut().insert(caller);
    }
    None
}

/// The code of the competition that the path names, and who plays in it.
async fn playing(
    state: &router::State,
    request: &mut Request,
    caller: Option<&Caller>,
) -> service::Result<(String, Option<Playing>)> {
    let params = request.extract_parts::<RawPathParams>().await;
    let params = params.map_err(|_| Fault::NotFound)?;
    let contest = extract::contest(state, &params).await?;
    let player = extract::player(state, &contest, request.headers(), caller).await?;
    let code = contest.competition.code.clone();
    Ok((code, player.map(|player| Playing { contest, player })))
}

fn decide(access: Access, caller: Option<&Caller>) -> Result<(), Fault> {
    let caller = match (access, caller) {
        // Who plays needs no account.
        (Access::Public | Access::Player, _) => return Ok(()),
        (_, None) => return Err(Fault::NotSignedIn),
        (_, Some(caller)) => caller,
    };
    let allowed = match access {
        Access::Public | Access::Player | Access::SignedIn => true,
        Access::Candidate => caller.person().is_ok(),
        Access::Right(right) => caller.has(right),
    };
    if allowed { Ok(()) } else { Err(Fault::Forbidden) }
}

/// Whether a page of this site asks (OWASP: fetch metadata, with `Origin` for older browsers).
fn own_page(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (text(FETCH_SITE), text(header::ORIGIN)) {
        (Some(site), _) => matches!(site, "same-origin" | "none"),
        (None, Some(origin)) => origin.split_once("://").map(|(_, host)| host) == text(header::HOST),
        // Neither: not a browser, so there is no cookie that somebody else could borrow.
        (None, None) => true,
    }
}

const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self'; \
     media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Headers on every response.
fn protect(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (OPENER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
