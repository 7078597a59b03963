//! Style, scripts and pictures: inside the binary in a release, from target/site while developing.

use std::sync::OnceLock;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

use super::respond::Fail;
use crate::{error::Fault, service::random};

#[derive(Embed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// Changes whenever a file does; stands in every address of a file.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut names: Vec<_> = Site::iter().filter(|name| !name.ends_with(".br")).collect();
        names.sort_unstable();
        let hashes: Vec<u8> = names
            .iter()
            .filter_map(|name| Site::get(name))
            .flat_map(|file| file.metadata.sha256_hash())
            .collect();
        random::hex(&random::digest(&hashes)[..6])
    })
}

/// The file at this path; compressed where the browser takes it.
pub async fn file(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) || path.ends_with(".br") {
        return Fail::from(Fault::NotFound).into_response();
    }
    let accepted = request
        .headers()
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let brotli = accepted.is_some_and(|list| list.split(',').any(|entry| entry.trim().starts_with("br")));
    let small = if brotli { Site::get(&format!("{path}.br")) } else { None };
    let compressed = small.is_some();
    let Some(file) = small.or_else(|| Site::get(path)) else {
        return Fail::from(Fault::NotFound).into_response();
    };
    let versioned = request.uri().query().is_some_and(|query| query.starts_with("v="));
    respond(path, file, compressed, versioned)
}

fn respond(path: &str, file: EmbeddedFile, compressed: bool, versioned: bool) -> Response {
    let kind = match path.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    let keep = if versioned {
        "public, max-age=31536000, immutable"
    } else {
        "public, max-age=60"
    };
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(keep));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if compressed {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}
