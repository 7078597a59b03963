//! Requests to the router in this process, as a browser sends them.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, BodyDataStream, Bytes, to_bytes},
    extract::ConnectInfo,
    http::{HeaderMap, Request, Response, StatusCode, header, request::Builder},
};
use mingfa::{
    service::App,
    web::{Edge, router},
};
use serde_json::Value;
use tower::ServiceExt;

/// One browser: a session, perhaps, and a network address.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookies: Vec<(String, String)>,
    address: SocketAddr,
}

/// A whole response.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    /// As it went over the wire.
    pub bytes: Bytes,
    /// The same as text.
    pub body: String,
}

impl Browser {
    /// Nobody, at 10.0.0.1.
    pub fn new(app: &App) -> Self {
        Self::behind(app, Edge::default())
    }

    /// Nobody, at a site that is reached like this.
    pub fn behind(app: &App, edge: Edge) -> Self {
        Self {
            router: router(app.clone(), Arc::new(edge)),
            cookies: Vec::new(),
            address: SocketAddr::from(([10, 0, 0, 1], 40_000)),
        }
    }

    /// The same browser with this session.
    pub fn signed_in(&self, token: &str) -> Self {
        self.with_cookie("mingfa_session", token)
    }

    pub fn with_cookie(&self, name: &str, value: &str) -> Self {
        let mut other = self.clone();
        other.cookies.retain(|(known, _)| known != name);
        other.cookies.push((name.to_owned(), value.to_owned()));
        other
    }

    /// The same browser somewhere else.
    pub fn at(&self, ip: [u8; 4]) -> Self {
        Self {
            address: SocketAddr::from((ip, 40_000)),
            ..self.clone()
        }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path), Body::empty()).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let kind = "application/x-www-form-urlencoded";
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), form(fields))
            .await
    }

    pub async fn post_json(&self, path: &str, json: impl Into<Body>) -> Reply {
        self.send(
            Request::post(path).header(header::CONTENT_TYPE, "application/json"),
            json,
        )
        .await
    }

    /// Uploads a file as the field `file`.
    pub async fn upload(&self, path: &str, name: &str, body: &[u8]) -> Reply {
        let head = format!("--rand\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
        let whole = [head.as_bytes(), body, b"\r\n--rand--\r\n"].concat();
        let kind = "multipart/form-data; boundary=rand";
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), whole)
            .await
    }

    /// Sends a form of fields and files, each as the field `file` with its name.
    pub async fn send_form(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
        let mut whole = Vec::new();
        for (name, value) in fields {
            let head = format!("--rand\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            whole.extend(head.into_bytes());
        }
        for (name, body) in files {
            let head = format!("--rand\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
            whole.extend([head.as_bytes(), body, b"\r\n"].concat());
        }
        whole.extend(b"--rand--\r\n");
        let kind = "multipart/form-data; boundary=rand";
        self.send(Request::post(path).header(header::CONTENT_TYPE, kind), whole)
            .await
    }

    /// Sends what `request` holds, together with what every browser adds.
    pub async fn send(&self, mut request: Builder, body: impl Into<Body>) -> Reply {
        let headers = request.headers_mut().expect("a request that can be built");
        headers
            .entry("sec-fetch-site")
            .or_insert("same-origin".parse().expect("a header"));
        self.send_bare(request, body).await
    }

    /// Sends as a browser without fetch metadata does.
    pub async fn send_bare(&self, request: Builder, body: impl Into<Body>) -> Reply {
        let (parts, body) = self.answer(request, body).await.into_parts();
        let kind = parts
            .headers
            .get(header::CONTENT_TYPE)
            .map(|kind| kind.as_bytes().to_vec());
        // A line that stays open has no end to wait for.
        let bytes = match kind {
            Some(kind) if kind.starts_with(b"text/event-stream") => Bytes::new(),
            _ => to_bytes(body, usize::MAX).await.expect("a whole body"),
        };
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Reply {
            status: parts.status,
            headers: parts.headers,
            bytes,
            body,
        }
    }

    /// What comes over a line that stays open, piece by piece.
    pub async fn listen(&self, path: &str) -> BodyDataStream {
        let request = Request::get(path).header("sec-fetch-site", "same-origin");
        self.answer(request, Body::empty()).await.into_body().into_data_stream()
    }

    async fn answer(&self, mut request: Builder, body: impl Into<Body>) -> Response<Body> {
        request = request.extension(ConnectInfo(self.address));
        let headers = request.headers_mut().expect("a request that can be built");
        headers
            .entry(header::HOST)
            .or_insert("mingfa.test".parse().expect("a host"));
        if !self.cookies.is_empty() {
            let cookies: Vec<_> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            headers.insert(header::COOKIE, cookies.join("; ").parse().expect("a cookie"));
        }
        let request = request.body(body.into()).expect("a request");
        self.router
            .clone()
            .oneshot(request)
            .await
            .expect("the router always answers")
    }
}

/// Fields as a form sends them.
pub fn form(fields: &[(&str, &str)]) -> String {
    let coded = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", coded(name), coded(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl Reply {
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// Where the response sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The value of a cookie it sets.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let values = self
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut pairs = values.filter_map(|value| value.split(';').next()?.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The code of a problem document; panics unless it is a whole one.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{} {}",
            self.status,
            self.body
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16(), "{}", self.body);
        assert!(problem["title"].is_string() && problem["detail"].as_str().is_some_and(|text| !text.is_empty()));
        problem["code"].as_str().expect("a code").to_owned()
    }
}
