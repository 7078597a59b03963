//! Packing pages for the way. What never changes was packed when the site was built (see `files`).

use std::{
    cell::RefCell,
    io::{self, Read},
};

use axum::{
    body::{Body, HttpBody, to_bytes},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use flate2::{Compress, Compression, FlushCompress, Status, read::GzEncoder};

/// What fits into one packet is sent as it is: packing it would cost more than it spares.
const ONE_PACKET: u64 = 1200;
/// The window of the format, as a power of two.
const WINDOW_BITS: u8 = 15;

thread_local! {
    /// The tables of a packer are larger than any page, so each thread has one that is used again and again.
    static PACKER: RefCell<Compress> = RefCell::new(Compress::new_gzip(Compression::fast(), WINDOW_BITS));
}

/// Whether the reader takes this encoding.
pub fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|list| {
        list.split(',').any(|entry| {
            let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
            name.trim() == encoding && weight.trim() != "q=0"
        })
    })
}

/// Packs a page or an answer of the API, if it is worth it and the reader takes it.
pub async fn packed(response: Response, takes_gzip: bool) -> Response {
    let (mut parts, body) = response.into_parts();
    if body.size_hint().lower() <= ONE_PACKET || !is_text(&parts.headers) {
        return Response::from_parts(parts, body);
    }
    parts
        .headers
        .insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !takes_gzip {
        return Response::from_parts(parts, body);
    }
    let Ok(page) = to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match gzip(&page) {
        Some(small) => {
            parts
                .headers
                .insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
            parts.headers.remove(header::CONTENT_LENGTH);
            Response::from_parts(parts, Body::from(small))
        }
        None => Response::from_parts(parts, Body::from(page)),
    }
}

/// Bytes of a piece of what is too large to be held whole.
const PIECE: usize = 64 * 1024;

/// A body that is read piece by piece while it is sent, packed if the reader takes it: for files too large to be held whole.
pub fn flowing(asked: &HeaderMap, whole: impl Read + Send + 'static) -> Response {
    let vary = (header::VARY, HeaderValue::from_static("accept-encoding"));
    if accepts(asked, "gzip") {
        let encoding = (header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        ([vary, encoding], pieces(GzEncoder::new(whole, Compression::fast()))).into_response()
    } else {
        ([vary], pieces(whole)).into_response()
    }
}

fn pieces(mut whole: impl Read + Send + 'static) -> Body {
    let mut next = move || -> io::Result<Option<Vec<u8>>> {
        let mut piece = Vec::with_capacity(PIECE);
        whole.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        Ok((!piece.is_empty()).then_some(piece))
    };
    Body::from_stream(tokio_stream::iter(std::iter::from_fn(move || next().transpose())))
}

fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    kind.is_some_and(|kind| kind.starts_with(b"text/html") || kind.starts_with(b"application/json"))
        && !headers.contains_key(header::CONTENT_ENCODING)
}

fn gzip(page: &[u8]) -> Option<Vec<u8>> {
    PACKER.with_borrow_mut(|packer| {
        packer.reset();
        let mut packed = Vec::with_capacity(page.len() / 4);
        loop {
            let taken = usize::try_from(packer.total_in()).ok()?;
            match packer.compress_vec(&page[taken..], &mut packed, FlushCompress::Finish) {
                Ok(Status::StreamEnd) => return Some(packed),
                Ok(Status::Ok | Status::BufError) => packed.reserve(page.len() / 4 + 64),
                Err(_) => return None,
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn a_page_unpacks_to_itself_whatever_was_packed_before() {
        let noise: Vec<u8> = (0..50_000u32)
            .map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        for page in ["法".repeat(20_000).as_bytes(), &noise, b"", "短".as_bytes()] {
            let mut back = Vec::new();
            flate2::read::GzDecoder::new(&*gzip(page).expect("packed"))
                .read_to_end(&mut back)
                .expect("unpacked");
            assert_eq!(back, page);
        }
    }

    #[test]
    fn an_encoding_is_taken_only_by_its_name() {
        let headers =
            |value: &'static str| HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
        assert!(accepts(&headers("gzip, deflate, br"), "br"));
        assert!(accepts(&headers("br;q=1.0, gzip;q=0.8"), "gzip"));
        assert!(!accepts(&headers("gzip;q=0"), "gzip"));
        assert!(!accepts(&headers("brotli"), "br"));
        assert!(!accepts(&HeaderMap::new(), "gzip"));
    }
}
