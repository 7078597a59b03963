//! What handlers take from a request.

use std::{collections::HashMap, convert::Infallible, net::SocketAddr, sync::Arc};

use axum::{
    Form, Json,
    extract::{
        ConnectInfo, FromRequest, FromRequestParts, Multipart, Path, RawPathParams, Request, rejection::JsonRejection,
    },
    http::{HeaderMap, header, request::Parts},
};

use super::{files, guard::SESSION, respond::Fail, router};
use crate::{
    domain::{competition::player::Player, lang::Lang, role::Right, signal::Device},
    error::Fault,
    service::{
        self, Caller,
        competition::{
            self, Contest,
            join::{self, Token},
        },
        notice, safe_browser, signal,
    },
    ui::shell::{Frame, Viewer},
};

/// The value of a cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Whether a path answers with JSON instead of pages.
pub fn is_api(path: &str) -> bool {
    path.starts_with("/api/")
}

/// Chinese, unless the person chose English or their browser asks for English and no Chinese.
pub fn lang(headers: &HeaderMap) -> Lang {
    let accepted = headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let browser = if accepted.contains("en") && !accepted.contains("zh") {
        Lang::En
    } else {
        Lang::Zh
    };
    cookie(headers, "lang").and_then(Lang::parse).unwrap_or(browser)
}

/// The frame of the page to be shown.
pub fn frame(parts: &Parts) -> Frame {
    let viewer = parts.extensions.get::<Caller>().and_then(|caller| {
        let account = caller.account()?;
        Some(Viewer {
            name: account.display.clone(),
            candidate: account.person.is_some(),
            rights: Right::ALL.into_iter().filter(|right| caller.has(*right)).collect(),
        })
    });
    Frame {
        lang: lang(&parts.headers),
        large: cookie(&parts.headers, "size") == Some("large"),
        viewer,
        unread: 0,
        path: parts
            .uri
            .path_and_query()
            .map_or_else(|| "/".to_owned(), |path| path.as_str().to_owned()),
        version: files::version().to_owned(),
    }
}

impl FromRequestParts<router::State> for Frame {
    type Rejection = Infallible;
    /// With the number of unread notices, except for the pages of a running exam, which show nothing but the exam.
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Infallible> {
        let mut frame = frame(parts);
        let after = ["/result", "/objection"].iter().any(|end| frame.path.ends_with(end));
        let paper = frame.path.starts_with("/attempts/") || frame.path.contains("/play/");
        let sitting = paper && !after;
        if let Some(caller) = parts.extensions.get::<Caller>()
            && !sitting
        {
            // A page without the count is better than no page.
            frame.unread = notice::unread(&state.app, caller).await.unwrap_or_else(|error| {
                tracing::error!(%error, "unread notices could not be counted");
                0
            });
        }
        Ok(frame)
    }
}

/// Only the guard puts a caller into a request; a route that forgot it refuses everybody.
impl FromRequestParts<router::State> for Caller {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &router::State) -> Result<Self, Fail> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Fault::NotSignedIn.into())
    }
}

/// An id in the path; a text that is none is a page that does not exist.
pub struct Id<T>(pub T);

impl<T: std::str::FromStr + Send> FromRequestParts<router::State> for Id<T> {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Fail> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::NotFound)?;
        text.parse().map(Self).map_err(|_| Fault::NotFound.into())
    }
}

/// A part of the path by its name in the pattern.
pub fn part<'a>(params: &'a RawPathParams, name: &str) -> Option<&'a str> {
    params.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The cookie by which a browser plays in a competition.
pub fn play_cookie(contest: &Contest) -> String {
    format!("play_{}", contest.competition.code)
}

/// The longest code of a competition, with room for longer ones to come.
const LONGEST_CODE: usize = 20;

/// The competition that a path names.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn contest(state: &router::State, params: &RawPathParams) -> service::Result<Arc<Contest>> {
    let code = part(params, "code").unwrap_or_default();
    if code.len() > LONGEST_CODE || !code.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Fault::NotFound.into());
    }
    competition::contest(&state.app, code).await
}

/// Who plays with this browser: by its cookie, else by the account signed in.
///
/// # Errors
/// When the database fails.
pub async fn player(
    state: &router::State,
    contest: &Contest,
    headers: &HeaderMap,
    caller: Option<&Caller>,
) -> service::Result<Option<Arc<Player>>> {
    let token = cookie(headers, &play_cookie(contest)).and_then(Token::parse);
    if let Some(token) = token
        && let Some(player) = join::player(&state.app, contest, &token).await?
    {
        return Ok(Some(player));
    }
    match caller {
        Some(caller) => join::by_account(&state.app, contest, caller).await,
        None => Ok(None),
    }
}

/// Somebody who joined a competition. Only the guard puts one into a request.
#[derive(Clone)]
pub struct Playing {
    pub contest: Arc<Contest>,
    pub player: Arc<Player>,
}

impl FromRequestParts<router::State> for Playing {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, _: &router::State) -> Result<Self, Fail> {
        let playing = parts.extensions.get::<Self>().cloned();
        playing.ok_or_else(|| Fault::NotJoined.into())
    }
}

/// Anybody at a public page of a competition.
pub struct Visit {
    pub contest: Arc<Contest>,
    /// Who has joined already.
    pub player: Option<Arc<Player>>,
    pub caller: Option<Caller>,
}

impl FromRequestParts<router::State> for Visit {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Fail> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::NotFound)?;
        let contest = contest(state, &params).await?;
        let caller = parts.extensions.get::<Caller>().cloned();
        let player = player(state, &contest, &parts.headers, caller.as_ref()).await?;
        Ok(Self {
            contest,
            player,
            caller,
        })
    }
}

/// The number of an attempt in the path.
pub struct Number(pub u32);

impl FromRequestParts<router::State> for Number {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Fail> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::NotFound)?;
        let number = part(&params, "number").and_then(|number| number.parse().ok());
        // Larger than any the database could hold.
        let number = number.filter(|number| i32::try_from(*number).is_ok());
        number.map(Self).ok_or_else(|| Fault::NotFound.into())
    }
}

/// The body of a request of the API.
///
/// # Errors
/// [`Fault::TooLarge`], [`Fault::BadRequest`].
pub fn body<T>(request: Result<Json<T>, JsonRejection>) -> Result<T, Fault> {
    match request {
        Ok(Json(body)) => Ok(body),
        Err(rejection) if rejection.status().as_u16() == 413 => Err(Fault::TooLarge),
        Err(_) => Err(Fault::BadRequest),
    }
}

/// The network address a request comes from.
pub struct Address(pub String);

impl FromRequestParts<router::State> for Address {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Infallible> {
        let forwarded = parts
            .headers
            .get("x-forwarded-for")
            .and_then(|value| value.to_str().ok());
        let forwarded = forwarded
            .filter(|_| state.edge.behind_proxy)
            .and_then(|list| list.rsplit(',').next());
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|ConnectInfo(peer)| peer.ip().to_string());
        Ok(Self(
            forwarded
                .map(|entry| entry.trim().to_owned())
                .or(peer)
                .unwrap_or_default(),
        ))
    }
}

/// The site as the person reaches it, e.g. `https://law.example.cn`.
pub fn site(state: &router::State, headers: &HeaderMap) -> String {
    if let Some(url) = &state.edge.url {
        return url.trim_end_matches('/').to_owned();
    }
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let scheme = if state.edge.https { "https" } else { "http" };
    format!("{scheme}://{host}")
}

/// What Safe Exam Browser says of itself when it asks for a page.
pub struct SebPage(pub safe_browser::Asked);

impl FromRequestParts<router::State> for SebPage {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Self::Rejection> {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        let proof = parts.headers.get("x-safeexambrowser-configkeyhash");
        Ok(Self(safe_browser::Asked {
            url: format!("{}{path}", site(state, &parts.headers)),
            proof: proof.and_then(|proof| proof.to_str().ok()).map(str::to_owned),
        }))
    }
}

/// The sign-in and the browser a page is asked for with.
impl FromRequestParts<router::State> for Device {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &router::State) -> Result<Self, Self::Rejection> {
        let browser = parts.headers.get(header::USER_AGENT);
        let browser = browser.and_then(|browser| browser.to_str().ok()).unwrap_or_default();
        Ok(signal::device(
            cookie(&parts.headers, SESSION).unwrap_or_default(),
            browser,
        ))
    }
}

/// Name and content of the uploaded `file`.
///
/// # Errors
/// [`Fault::TooLarge`], [`Fault::BadRequest`], [`Fault::NoFile`].
pub async fn uploaded(mut form: Multipart) -> Result<(String, Vec<u8>), Fail> {
    let refused = |error: axum::extract::multipart::MultipartError| match error.status().as_u16() {
        413 => Fault::TooLarge,
        _ => Fault::BadRequest,
    };
    while let Some(field) = form.next_field().await.map_err(refused)? {
        if field.name() == Some("file") {
            let name: String = field
                .file_name()
                .unwrap_or_default()
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect();
            let body = field.bytes().await.map_err(refused)?.to_vec();
            return Ok((name, body));
        }
    }
    Err(Fault::NoFile.into())
}

/// The longest text field of a form that also carries a file.
const FIELD: usize = 8 * 1024;

/// Name and content of a file.
type NamedFile = (String, Vec<u8>);

/// A whole multipart form: its text fields, and name and content of the `file`, if one was chosen.
///
/// # Errors
/// [`Fault::TooLarge`], [`Fault::BadRequest`].
pub async fn fields_and_file(form: Multipart) -> Result<(HashMap<String, String>, Option<NamedFile>), Fault> {
    let mut filled = Filled::default();
    filled.read(form).await?;
    Ok((filled.fields, filled.files.pop()))
}

/// A form of text fields and any number of files, chosen as `file`; one without files may come in either encoding.
#[derive(Default)]
pub struct Filled {
    pub fields: HashMap<String, String>,
    pub files: Vec<NamedFile>,
    /// Why not all of it could be read: what stands before is there, to be shown again.
    pub wrong: Option<Fault>,
}

impl Filled {
    async fn read(&mut self, mut form: Multipart) -> Result<(), Fault> {
        let refused = |error: axum::extract::multipart::MultipartError| match error.status().as_u16() {
            413 => Fault::TooLarge,
            _ => Fault::BadRequest,
        };
        while let Some(field) = form.next_field().await.map_err(refused)? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                let file_name: String = field
                    .file_name()
                    .unwrap_or_default()
                    .chars()
                    .filter(|c| !c.is_control())
                    .take(200)
                    .collect();
                let body = field.bytes().await.map_err(refused)?.to_vec();
                if !(file_name.is_empty() && body.is_empty()) {
                    self.files.push((file_name, body));
                }
            } else {
                let text = field.text().await.map_err(refused)?;
                if text.len() > FIELD || self.fields.len() >= 50 {
                    return Err(Fault::TooLarge);
                }
                self.fields.insert(name, text);
            }
        }
        Ok(())
    }
}

impl FromRequest<router::State> for Filled {
    type Rejection = Fail;

    async fn from_request(request: Request, state: &router::State) -> Result<Self, Fail> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let multipart = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
        let mut filled = Self::default();
        if multipart {
            let form = Multipart::from_request(request, state).await;
            filled.wrong = filled.read(form.map_err(|_| Fault::BadRequest)?).await.err();
        } else {
            let Form(fields) = Form::from_request(request, state)
                .await
                .map_err(|_| Fault::BadRequest)?;
            filled.fields = fields;
        }
        Ok(filled)
    }
}

/// A path of our own to go on to; anything else becomes the first page.
pub fn own_path(to: &str) -> &str {
    let own = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.chars().any(char::is_control);
    if own { to } else { "/" }
}
