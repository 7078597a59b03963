//! Safe Exam Browser: the Config Keys that are published, and exams that ask for one.
//!
//! The published files are not shipped; where their folder is absent the test says so and passes.

use std::path::PathBuf;

use axum::http::Request;
use mingfa::{
    domain::exam::{Policy, SetupFault},
    error::Fault,
    format::seb::{config_key, proof},
    service::exam::{self, Setup},
};

use crate::{
    browser::Browser,
    support::{each_engine, fault, operator, setup},
};

const KEY: &str = "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945";

#[test]
fn the_config_keys_are_those_that_safe_exam_browser_publishes() {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"));
    let Ok(text) = std::fs::read_to_string(folder.join("expected.json")) else {
        println!("skipped: {} is absent", folder.display());
        return;
    };
    let all: serde_json::Value = serde_json::from_str(&text).expect("expected.json is JSON");
    let files = all["seb_config_key"].as_object().expect("keys by file");
    let mut seen = 0;
    for (file, key) in files.iter().filter(|(file, _)| file.ends_with(".seb")) {
        let (key, _) = key.as_str().expect("a key").split_once(' ').expect("a key and a word");
        let body = std::fs::read(folder.join(file)).expect("a file of expected.json");
        assert_eq!(config_key(&body).as_deref(), Ok(key), "{file}");
        seen += 1;
    }
    assert!(seen >= 2);
    let without = std::fs::read(folder.join("interop/seb/simpleunencryptedwithoutoriginator.seb")).expect("the file");
    let with = std::fs::read(folder.join("interop/seb/simpleunencrypted.seb")).expect("the file");
    assert_eq!(
        config_key(&without),
        config_key(&with),
        "who wrote the file does not count"
    );
}

#[tokio::test]
async fn an_exam_that_asks_for_safe_exam_browser_opens_in_no_other() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let set = setup(stage.usual_bank().await);
        let with = |keys: &[&str]| Setup {
            policy: Policy {
                seb_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
                ..set.policy.clone()
            },
            ..set.clone()
        };
        let unsound = exam::create(&stage.app, &operator(), with(&["no key"])).await;
        assert_eq!(fault(unsound), Fault::Setup(vec![SetupFault::SebKeys]));
        let exam = stage.open_exam(with(&[KEY])).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let ask = async |method: &str, path: &str, proof: Option<String>| {
            let request = Request::builder()
                .method(method)
                .uri(path)
                .header("host", "mingfa.test");
            let request = match proof {
                Some(proof) => request.header("x-safeexambrowser-configkeyhash", proof),
                None => request,
            };
            browser.send(request, "").await
        };
        let proved = |path: &str| Some(proof(&format!("http://mingfa.test{path}"), KEY));
        let start = format!("/exams/{exam}/start");
        assert_eq!(ask("POST", &start, None).await.status, 403);
        assert_eq!(
            ask("POST", &start, proved("/")).await.status,
            403,
            "the proof of another page"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM attempt").await, 0);
        let started = ask("POST", &start, proved(&start)).await;
        assert_eq!(started.status, 303, "{}", started.body);
        let sheet = started.location().to_owned();
        let elsewhere = ask("GET", &sheet, None).await;
        assert!(elsewhere.status == 403 && elsewhere.body.contains("Safe Exam Browser"));
        assert_eq!(ask("GET", &sheet, proved(&sheet)).await.status, 200);
    })
    .await;
}
