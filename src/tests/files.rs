//! Scripts and style over HTTP: packed as the browser takes it, kept for as long as the address allows.

use std::{io::Read, path::Path};

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use flate2::read::GzDecoder;

use crate::{
    browser::{Browser, Reply},
    support::each_engine,
};

const STYLE: &str = "/pkg/mingfa.css";

async fn taking(browser: &Browser, encodings: &str, path: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, encodings);
    browser.send(request, Body::empty()).await
}

#[tokio::test]
async fn a_file_is_sent_packed_as_the_browser_takes_it() {
    each_engine(async |stage| {
        let browser = Browser::new(&stage.app);
        let plain = browser.get(STYLE).await;
        if plain.status == StatusCode::NOT_FOUND {
            println!("skipped: the browser side is not built (make site)");
            return;
        }
        assert_eq!(
            (plain.header("content-encoding"), plain.header("vary")),
            ("", "accept-encoding")
        );

        let gzip = taking(&browser, "deflate, gzip", STYLE).await;
        if gzip.header("content-encoding").is_empty() && !Path::new("target/site/pkg/mingfa.css.gz").exists() {
            println!("skipped: the browser side was built by make dev, which packs nothing");
            return;
        }
        assert_eq!(
            (gzip.header("content-encoding"), gzip.header("content-type")),
            ("gzip", "text/css; charset=utf-8")
        );
        let mut unpacked = String::new();
        GzDecoder::new(&*gzip.bytes)
            .read_to_string(&mut unpacked)
            .expect("a gzip copy");
        assert_eq!(unpacked, plain.body);

        let brotli = taking(&browser, "gzip, br", STYLE).await;
        assert_eq!(brotli.header("content-encoding"), "br");
        assert!(brotli.bytes.len() < gzip.bytes.len(), "the smallest copy is taken");
        // The copies have no address of their own.
        assert_eq!(browser.get(&format!("{STYLE}.gz")).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_file_is_kept_for_ever_only_under_the_address_of_its_version() {
    each_engine(async |stage| {
        let browser = Browser::new(&stage.app);
        let plain = browser.get(STYLE).await;
        if plain.status == StatusCode::NOT_FOUND {
            println!("skipped: the browser side is not built (make site)");
            return;
        }
        assert_eq!(plain.header("cache-control"), "public, max-age=60");
        let page = browser.get("/sign-in").await.body;
        let (_, address) = page.split_once(STYLE).expect("the page names its style");
        let (query, _) = address.split_once('"').expect("an attribute");
        let versioned = browser.get(&format!("{STYLE}{query}")).await;
        assert_eq!(versioned.header("cache-control"), "public, max-age=31536000, immutable");
    })
    .await;
}
