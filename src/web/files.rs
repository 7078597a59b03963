//! Style, scripts and pictures: inside the binary in a release, from target/site while developing.

use std::sync::OnceLock;

use axum::{
    extract::Request,
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use rust_embed::{Embed, EmbeddedFile};

use super::{pack, respond::Fail};
use crate::{error::Fault, service::random};

#[derive(Embed)]
#[folder = "target/site"]
#[allow_missing = true]
struct Site;

/// Changes whenever a file does; stands in every address of a file.
pub fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let mut names: Vec<_> = Site::iter().filter(|name| !is_packed(name)).collect();
        names.sort_unstable();
        let hashes: Vec<u8> = names
            .iter()
            .filter_map(|name| Site::get(name))
            .flat_map(|file| file.metadata.sha256_hash())
            .collect();
        random::hex(&random::digest(&hashes)[..6])
    })
}

/// Encodings that files are kept in, the smallest first, with the ending of their names. Browsers take brotli over https
/// only.
const PACKED: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

fn is_packed(name: &str) -> bool {
    PACKED.iter().any(|(_, ending)| name.ends_with(ending))
}

/// The file at this path, packed as the browser takes it.
pub async fn file(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if !matches!(*request.method(), Method::GET | Method::HEAD) || is_packed(path) {
        return Fail::from(Fault::NotFound).into_response();
    }
    let small = PACKED
        .iter()
        .filter(|(encoding, _)| pack::accepts(request.headers(), encoding))
        .find_map(|(encoding, ending)| Some((Site::get(&format!("{path}{ending}"))?, Some(*encoding))));
    let Some((file, encoding)) = small.or_else(|| Some((Site::get(path)?, None))) else {
        return Fail::from(Fault::NotFound).into_response();
    };
    let versioned = request.uri().query().is_some_and(|query| query.starts_with("v="));
    respond(path, file, encoding, versioned)
}

fn respond(path: &str, file: EmbeddedFile, encoding: Option<&'static str>, versioned: bool) -> Response {
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
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}
