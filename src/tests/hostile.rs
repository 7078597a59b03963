//! Forged, replayed, oversized and malformed requests: the proper status, a document that says why, nothing stored, no 500.

use axum::http::{Request, header};
use mingfa::{
    domain::id::AttemptId,
    service::sitting::{self, MAX_VERSION},
};

use crate::{
    browser::{Browser, form},
    support::{Stage, each_engine, events},
};

struct Scene {
    browser: Browser,
    administrator: Browser,
    attempt: AttemptId,
    /// `/api/v1/attempts/…/answers`
    answers: String,
}

async fn scene(stage: &Stage) -> Scene {
    let exam = stage.usual_exam(2).await;
    let (caller, attempt) = stage.start("1001", exam).await;
    sitting::save(&stage.app, &caller, attempt, events(1, 2))
        .await
        .expect("two answers");
    let browser = Browser::new(&stage.app);
    Scene {
        administrator: browser.signed_in(&stage.administrator().await),
        browser: browser.signed_in(&stage.token("1001").await),
        attempt,
        answers: format!("/api/v1/attempts/{attempt}/answers"),
    }
}

impl Scene {
    /// Nothing but the two answers of the beginning is stored.
    async fn unharmed(&self, stage: &Stage) {
        assert_eq!(stage.events(self.attempt).await, events(1, 2));
    }
}

fn save(version: &str, item: &str, choice: &str) -> String {
    format!(r#"{{"events":[{{"version":{version},"item":{item},"choice":{choice},"flagged":false}}]}}"#)
}

#[tokio::test]
async fn a_request_that_another_site_caused_is_refused() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let json = || Request::post(&scene.answers).header(header::CONTENT_TYPE, "application/json");
        for site in ["cross-site", "same-site", ""] {
            let reply = scene
                .browser
                .send(json().header("sec-fetch-site", site), save("3", "1", "1"))
                .await;
            assert_eq!(
                (reply.status.as_u16(), reply.problem().as_str()),
                (403, "cross_site"),
                "{site}"
            );
        }
        // An older browser sends no fetch metadata, but an origin.
        let without = async |origin: &str, path: &str| {
            let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            scene
                .browser
                .send_bare(request.header(header::ORIGIN, origin), "")
                .await
        };
        let path = format!("/attempts/{}/hand-in", scene.attempt);
        for origin in [
            "https://evil.test",
            "null",
            "https://mingfa.test.evil.test",
            "http://mingfa.test:81",
        ] {
            assert_eq!(without(origin, &path).await.status, 403, "{origin}");
        }
        assert!(stage.attempt(scene.attempt).await.outcome.is_none());
        let reply = scene
            .browser
            .send(Request::get("/me").header("sec-fetch-site", "cross-site"), "")
            .await;
        assert_eq!(reply.status, 200, "a link from another site may be followed");
        assert_eq!(without("https://mingfa.test", &path).await.status, 303);
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn ids_that_are_none_or_not_there_are_pages_that_do_not_exist() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let long = "0".repeat(5000);
        for id in [
            "0",
            "1",
            "-1",
            "zzzzzzzzzzzzz",
            "0000000000001",
            "%00",
            "%FF",
            "..",
            "' OR 1=1 --",
            "１２３",
            &long,
        ] {
            let id: String = form(&[("", id)]).trim_start_matches('=').replace("%25", "%");
            for path in [
                format!("/attempts/{id}"),
                format!("/attempts/{id}/result"),
                format!("/exams/{id}"),
            ] {
                let reply = scene.browser.get(&path).await;
                assert!([404, 400].contains(&reply.status.as_u16()), "{path}: {}", reply.status);
            }
            for path in [
                format!("/admin/banks/{id}"),
                format!("/admin/exams/{id}"),
                format!("/admin/exams/{id}/figures"),
            ] {
                let reply = scene.administrator.get(&path).await;
                assert!([404, 400].contains(&reply.status.as_u16()), "{path}: {}", reply.status);
            }
            let reply = scene
                .browser
                .post_json(&format!("/api/v1/attempts/{id}/answers"), save("3", "1", "1"))
                .await;
            assert!(["not_found", "bad_request"].contains(&reply.problem().as_str()), "{id}");
            assert!(reply.status == 404 || reply.status == 400, "{id}: {}", reply.status);
        }
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn json_that_cannot_be_read_is_a_bad_request() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let deep = "[".repeat(100_000);
        let broken = [
            "",
            "{",
            "null",
            "[]",
            "{}",
            "\u{0}",
            r#"{"events":null}"#,
            r#"{"events":{}}"#,
            r#"{"events":[]}"#,
            r#"{"events":[1]}"#,
            r#"{"events":[{"version":3}]}"#,
            &save("-1", "1", "1"),
            &save("0", "1", "1"),
            &save("4294967296", "1", "1"),
            &save("4294967295", "1", "1"),
            &save("2147483648", "1", "1"),
            &save(&(MAX_VERSION + 1).to_string(), "1", "1"),
            &save("1e3", "1", "1"),
            &save("\"3\"", "1", "1"),
            &save("3", "65536", "1"),
            &save("3", "-1", "1"),
            &save("3", "1", "65536"),
            &save("3", "1", "-1"),
            &save("3", "1", "[1]"),
            &save("3", "1", "1.5"),
            &deep,
        ];
        for body in broken {
            let reply = scene.browser.post_json(&scene.answers, body.to_owned()).await;
            let start: String = body.chars().take(80).collect();
            assert_eq!(
                (reply.status.as_u16(), reply.problem().as_str()),
                (400, "bad_request"),
                "{start}"
            );
        }
        let reply = scene.browser.post_json(&scene.answers, vec![0xff, 0xfe, 0x00]).await;
        assert_eq!(reply.problem(), "bad_request");
        let reply = scene
            .browser
            .post_json(&scene.answers, save(&MAX_VERSION.to_string(), "1", "1"))
            .await;
        assert_eq!((reply.status.as_u16(), reply.problem().as_str()), (409, "stale"));
        let many: Vec<String> = (3..1100)
            .map(|v| save(&v.to_string(), "1", "1")[11..].trim_end_matches("]}").to_owned())
            .collect();
        let reply = scene
            .browser
            .post_json(&scene.answers, format!("{{\"events\":[{}]}}", many.join(",")))
            .await;
        assert_eq!(reply.problem(), "bad_request", "more events than a request may have");
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn a_choice_that_does_not_fit_its_question_is_refused() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let keys = stage.keys(scene.attempt).await;
        for (place, (kind, _)) in (1..).zip(&keys) {
            let options = if *kind == mingfa::domain::item::Kind::TrueFalse {
                2
            } else {
                4
            };
            let mut wrong = vec![1 << options, 1 << 9, 1 << 15, 0xffff];
            if kind.one_choice() {
                wrong.push(0b11);
            }
            for choice in wrong {
                let reply = scene
                    .browser
                    .post_json(&scene.answers, save("3", &place.to_string(), &choice.to_string()))
                    .await;
                assert_eq!(
                    (reply.status.as_u16(), reply.problem().as_str()),
                    (422, "no_such_choice"),
                    "{place} {choice}"
                );
            }
        }
        for item in ["0", "11", "65535"] {
            let reply = scene.browser.post_json(&scene.answers, save("3", item, "1")).await;
            assert_eq!(
                (reply.status.as_u16(), reply.problem().as_str()),
                (422, "no_such_choice"),
                "item {item}"
            );
        }
        let path = format!("/attempts/{}/answer", scene.attempt);
        let fields = |item: &'static str, choice: &'static str| [("version", "2"), ("item", item), ("choice", choice)];
        for (item, choice, status) in [
            ("1", "4", 422),
            ("1", "10", 422),
            ("1", "18446744073709551615", 422),
            ("0", "0", 422),
            ("11", "0", 422),
            ("1", "-1", 400),
            ("1", "x", 400),
            ("65536", "0", 400),
            ("-1", "0", 400),
            ("x", "0", 400),
        ] {
            assert_eq!(
                scene.browser.post(&path, &fields(item, choice)).await.status,
                status,
                "{item} {choice}"
            );
        }
        let two = [("version", "2"), ("item", "3"), ("choice", "0"), ("choice", "1")];
        assert_eq!(
            scene.browser.post(&path, &two).await.status,
            422,
            "two choices on a single-choice question"
        );
        for version in ["", "x", "-1", "4294967295", "4294967296"] {
            let reply = scene
                .browser
                .post(&path, &[("version", version), ("item", "1"), ("choice", "0")])
                .await;
            assert_eq!(reply.status, 400, "{version}");
        }
        assert_eq!(scene.browser.post(&path, &[]).await.status, 400);
        let far = [
            ("version", "2"),
            ("item", "2"),
            ("choice", "0"),
            ("go", "99999999999999999999"),
        ];
        assert_eq!(
            scene.browser.post(&path, &far).await.status,
            303,
            "a button that is none leads to the same question"
        );
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_too_large_is_refused_and_says_so() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let big = " ".repeat(300 * 1024);
        let reply = scene
            .browser
            .post_json(&scene.answers, format!("{big}{}", save("3", "1", "1")))
            .await;
        assert_eq!((reply.status.as_u16(), reply.problem().as_str()), (413, "too_large"));
        let reply = scene
            .browser
            .post(&format!("/attempts/{}/answer", scene.attempt), &[("version", &big)])
            .await;
        assert_eq!(reply.status, 413);
        let reply = Browser::new(&stage.app)
            .post("/sign-in", &[("name", &big), ("password", "x")])
            .await;
        assert_eq!(reply.status, 413);
        let file = vec![b'x'; 51 * 1024 * 1024];
        for path in ["/admin/people/import", "/admin/banks/import"] {
            let reply = scene.administrator.upload(path, "a.csv", &file).await;
            assert_eq!(reply.status, 413, "{path}");
            assert!(reply.body.contains("50 MB"), "{path}");
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM upload").await, 0);
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn a_body_of_another_kind_is_refused_without_a_panic() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        for kind in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/xml",
            "no kind",
            "",
        ] {
            let request = Request::post(&scene.answers).header(header::CONTENT_TYPE, kind);
            let reply = scene.browser.send(request, save("3", "1", "1")).await;
            assert_eq!(reply.problem(), "bad_request", "{kind}");
            let request = Request::post("/sign-in").header(header::CONTENT_TYPE, kind);
            let reply = scene.browser.send(request, "\u{0}").await;
            assert!(reply.status.is_client_error(), "{kind}: {}", reply.status);
        }
        for kind in [
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "text/plain",
            "multipart/mixed; boundary=x",
        ] {
            for path in ["/admin/people/import", "/admin/banks/import"] {
                let request = Request::post(path).header(header::CONTENT_TYPE, kind);
                let reply = scene.administrator.send(request, "--x\r\n\r\nrubbish").await;
                assert_eq!(reply.status, 400, "{kind}");
                assert!(reply.header("content-type").starts_with("text/html"), "{kind}");
            }
        }
        let kind = "multipart/form-data; boundary=x";
        for body in [
            "",
            "--x",
            "--x--",
            "rubbish",
            "--x\r\ncontent-disposition: form-data; name=\"file\"\r\n\r\n",
            "--x\r\n\r\n\r\n--x--\r\n",
        ] {
            let request = Request::post("/admin/banks/import").header(header::CONTENT_TYPE, kind);
            let reply = scene.administrator.send(request, body).await;
            assert!(
                [400, 422].contains(&reply.status.as_u16()),
                "{body:?}: {}",
                reply.status
            );
        }
        assert_eq!(
            scene.administrator.upload("/admin/banks/import", "", b"").await.status,
            422,
            "no file was chosen"
        );
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn odd_and_endless_addresses_are_answered() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let long = format!("?{}", "a=b&".repeat(15_000));
        let deep = format!("?q={}", "%5B".repeat(10_000));
        let odd = [
            "?q=0",
            "?q=-1",
            "?q=99999999999999999999",
            "?q=x",
            "?q=%00",
            "?q=%FF",
            "?=&&=&?",
            &long,
            &deep,
        ];
        for query in odd {
            for path in [
                "/attempts/ID",
                "/attempts/ID/check",
                "/",
                "/me",
                "/sign-in",
                "/language/xx",
                "/size/xx",
            ] {
                let path = path.replace("ID", &scene.attempt.to_string());
                let reply = scene.browser.get(&format!("{path}{query}")).await;
                let start: String = query.chars().take(30).collect();
                assert!(reply.status.as_u16() < 500, "{path}{start}: {}", reply.status);
            }
        }
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0]
            .bank
            .id;
        for query in [
            "words=%00",
            "words=%25_'",
            "page=4294967295",
            "page=-1",
            "page=x",
            "kind=x&state=y",
            "unit=x",
            "unit=0000000000001",
        ] {
            for path in [format!("/admin/banks/{bank}"), "/admin/people".to_owned()] {
                let reply = scene.administrator.get(&format!("{path}?{query}")).await;
                assert!(
                    reply.status == 200 || reply.status == 400,
                    "{path}?{query}: {}",
                    reply.status
                );
            }
        }
        let sum: usize = 60_000;
        let reply = scene.browser.get(&format!("/{}", "a/".repeat(sum / 2))).await;
        assert_eq!(reply.status, 404);
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"] {
            for path in ["/", "/sign-in", &scene.answers, "/nothing"] {
                let reply = scene
                    .browser
                    .send(Request::builder().method(method).uri(path), "")
                    .await;
                assert!(
                    reply.status == 405 || path == "/nothing" && reply.status == 404,
                    "{method} {path}: {}",
                    reply.status
                );
            }
        }
        let head = scene.browser.send(Request::head("/me"), "").await;
        assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
    })
    .await;
}

#[tokio::test]
async fn characters_that_no_table_takes_are_refused_and_not_a_fault_of_ours() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let nobody = Browser::new(&stage.app);
        let mut chance = crate::support::Chance(5);
        let long: String = (0..9000).map(|_| char::from(b'!' + chance.below(90) as u8)).collect();
        for name in ["\0", "a\0b", &long, "\u{10ffff}", "'; DROP TABLE account; --"] {
            let reply = nobody
                .post("/sign-in", &[("name", name), ("password", "12345678")])
                .await;
            let start: String = name.chars().take(30).collect();
            assert!(
                [400, 401].contains(&reply.status.as_u16()),
                "{start:?}: {}",
                reply.status
            );
        }
        let reply = nobody.post("/sign-in", &[("name", "1001"), ("password", "\0")]).await;
        assert_eq!(reply.status, 401);
        let reply = scene
            .administrator
            .upload("/admin/banks/import", "a\0.csv", b"a\0b")
            .await;
        assert!(reply.status.as_u16() < 500, "a name with NUL: {}", reply.status);
        for cell in ["甲\0", &long] {
            let csv = format!("工号,姓名,单位,职级,类别\n2001{cell},张{cell},局{cell},科级,公务员\n").replace('"', "");
            let reply = scene
                .administrator
                .upload("/admin/people/import", "r.csv", csv.as_bytes())
                .await;
            let path = reply.location().to_owned();
            assert_eq!(scene.administrator.get(&path).await.status, 200);
            let reply = scene.administrator.post(&path, &[]).await;
            assert!(reply.status.as_u16() < 500, "roster: {}", reply.status);
            let csv = format!("题型,题目,选项A,选项B,答案,解析\n单选题,题{cell},甲{cell},乙,A,\n").replace('"', "");
            let path = scene
                .administrator
                .upload("/admin/banks/import", "q.csv", csv.as_bytes())
                .await
                .location()
                .to_owned();
            let reply = scene.administrator.post(&path, &[("bank", "甲")]).await;
            assert!(reply.status.as_u16() < 500, "questions: {}", reply.status);
            let path = scene
                .administrator
                .upload("/admin/banks/import", "q.csv", b"a")
                .await
                .location()
                .to_owned();
            let reply = scene.administrator.post(&path, &[("bank", cell)]).await;
            assert!(reply.status.as_u16() < 500, "bank: {}", reply.status);
            let reply = scene.administrator.post("/admin/exams", &[("title", cell)]).await;
            assert!(reply.status.is_client_error(), "exam: {}", reply.status);
        }
    })
    .await;
}

#[tokio::test]
async fn a_replayed_start_and_a_replayed_hand_in_change_nothing() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let exam = stage.attempt(scene.attempt).await.exam;
        for _ in 0..2 {
            let reply = scene.browser.post(&format!("/exams/{exam}/start"), &[]).await;
            assert_eq!(reply.location(), format!("/attempts/{}", scene.attempt));
        }
        let path = format!("/attempts/{}/hand-in", scene.attempt);
        let first = scene.browser.post(&path, &[]).await;
        let outcome = stage.attempt(scene.attempt).await;
        stage.clock.advance_seconds(30);
        let second = scene.browser.post(&path, &[]).await;
        assert_eq!((first.status, first.location()), (second.status, second.location()));
        assert_eq!(stage.attempt(scene.attempt).await, outcome);
        let again = scene.browser.post(&format!("/exams/{exam}/start"), &[]).await;
        assert_eq!(again.status, 409);
        let late = scene.browser.post_json(&scene.answers, save("3", "1", "1")).await;
        assert_eq!((late.status.as_u16(), late.problem().as_str()), (409, "late"));
        scene.unharmed(stage).await;
    })
    .await;
}

#[tokio::test]
async fn an_exam_form_with_impossible_values_names_its_faults_and_stores_nothing() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0]
            .bank
            .id
            .to_string();
        let good = [
            ("title", "考试"),
            ("bank", bank.as_str()),
            ("opens_at", "2026-12-01T09:00"),
            ("closes_at", "2026-12-02T09:00"),
            ("minutes", "60"),
            ("attempts", "1"),
            ("pass_mark", "3"),
            ("multiple", "all_or_nothing"),
            ("review", "yearly"),
            ("release", "at_once"),
            ("counting", "best"),
            ("good", ""),
            ("excellent", ""),
            ("single_minimum", ""),
            ("wrong_judgement", "0"),
            ("mapping_lower", "0"),
            ("single_count", "5"),
            ("single_points", "1"),
            ("multiple_count", "0"),
            ("true_false_count", "0"),
            ("indefinite_count", "0"),
            ("outage_minutes", "30"),
        ];
        let with =
            |name: &'static str, value: &'static str| good.map(|(n, v)| if n == name { (n, value) } else { (n, v) });
        for (name, value) in [
            ("title", " "),
            ("opens_at", "x"),
            ("opens_at", "2026-02-30T09:00"),
            ("closes_at", "0000-00-00T00:00"),
            ("minutes", "0"),
            ("minutes", "-1"),
            ("minutes", "99999999999"),
            ("outage_minutes", "601"),
            ("outage_minutes", "-1"),
            ("attempts", "11"),
            ("pass_mark", "6"),
            ("pass_mark", "-1"),
            ("single_count", "501"),
            ("single_count", "4294967295"),
            ("single_points", "0"),
            ("single_points", "1000001"),
            ("single_points", "NaN"),
            ("single_count", "x"),
            ("good", "3"),
            ("good", "x"),
            ("excellent", "6"),
            ("single_minimum", "6"),
            ("single_minimum", "-1"),
            ("wrong_judgement", "1"),
            ("wrong_judgement", "x"),
        ] {
            let reply = scene.administrator.post("/admin/exams", &with(name, value)).await;
            assert_eq!(reply.status, 422, "{name} = {value}");
            assert!(reply.body.contains("2026") || name != "title", "what was typed is kept");
        }
        for (name, value) in [
            ("bank", "x"),
            ("multiple", "x"),
            ("review", ""),
            ("review", "now"),
            ("release", "never"),
            ("counting", "x"),
        ] {
            assert_eq!(
                scene
                    .administrator
                    .post("/admin/exams", &with(name, value))
                    .await
                    .status,
                400,
                "{name} = {value}"
            );
        }
        assert_eq!(
            scene
                .administrator
                .post("/admin/exams", &with("bank", "0000000000001"))
                .await
                .status,
            404
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM exam").await, 1);
        let reply = scene.administrator.post("/admin/exams", &good).await;
        assert_eq!(reply.status, 303);
        let path = reply.location().to_owned();
        let short = scene.administrator.post(&path, &with("single_count", "9")).await;
        assert_eq!(short.status, 303, "a draft may ask for more than there is");
        let reply = scene.administrator.post(&format!("{path}/publish"), &[]).await;
        assert_eq!(reply.status, 409);
        assert!(
            reply.body.contains("差 1 题"),
            "the short cell is named: {}",
            reply.body
        );
        assert_eq!(scene.administrator.post(&format!("{path}/open"), &[]).await.status, 409);
    })
    .await;
}

/// Text that would run, or break out of an attribute, if a page took it for markup.
const MARKUP: &str = "<script>a</script>\" onfocus=\"x\" '><img onerror=y>";

/// The tags of a page without their quoted values, so that only names are left.
fn tags(page: &str) -> Vec<String> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some((_, behind)) = rest.split_once('<') {
        let (mut tag, mut quote) = (String::new(), None);
        let mut end = behind.len();
        for (place, c) in behind.char_indices() {
            match (quote, c) {
                (None, '>') => {
                    end = place;
                    break;
                }
                (None, '"' | '\'') if tag.ends_with('=') => quote = Some(c),
                (Some(open), c) if open == c => quote = None,
                (None, c) => tag.push(c),
                _ => {}
            }
        }
        tags.push(tag);
        rest = &behind[end..];
    }
    tags
}

#[test]
fn the_reader_of_tags_sees_what_breaks_out_of_an_attribute() {
    assert_eq!(tags(r#"a <b c="d>" e='f'>g</b>"#), ["b c= e=", "/b"]);
    assert!(tags(r#"<b c="d" onfocus="e">"#)[0].contains("onfocus"));
}

#[tokio::test]
async fn what_people_typed_is_text_on_every_page() {
    each_engine(async |stage| {
        let cell = MARKUP.replace('"', "\"\"");
        let roster = format!("工号,姓名,单位,职级,类别\n1001,\"甲{cell}\",\"局{cell}\",科级,公务员\n");
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let mut pages = Vec::new();
        let sent = administrator.upload("/admin/people/import", "<script>a<.csv", roster.as_bytes()).await;
        pages.push(administrator.get(sent.location()).await);
        pages.push(administrator.post(sent.location(), &[]).await);
        let questions = format!("题型,题目,选项A,选项B,答案,解析,法律依据\n单选题,\"谁{cell}？\",\"甲{cell}\",乙,A,\"因{cell}\",\"法{cell}\"\n");
        let sent = administrator.upload("/admin/banks/import", "<script>a<.csv", questions.as_bytes()).await;
        pages.push(administrator.get(sent.location()).await);
        pages.push(administrator.post(sent.location(), &[("bank", "<script>a</script>")]).await);
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0].bank.id;
        let mut setup = crate::support::setup(bank);
        setup.title = MARKUP.to_owned();
        setup.policy.pass_mark = mingfa::domain::points::Points::whole(1);
        setup.policy.review = mingfa::domain::exam::Review::Mock;
        setup.blueprint.parts.truncate(1);
        setup.blueprint.parts[0].count = 1;
        let exam = stage.open_exam(setup).await;
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let sheet = candidate.post(&format!("/exams/{exam}/start"), &[]).await.location().to_owned();
        for path in ["/", "/me", &format!("/exams/{exam}"), &sheet, &format!("{sheet}/check")] {
            pages.push(candidate.get(path).await);
        }
        candidate.post(&format!("{sheet}/hand-in"), &[]).await;
        pages.push(candidate.get(&format!("{sheet}/result")).await);
        let search = format!("?{}", form(&[("words", MARKUP), ("unit", MARKUP), ("kind", MARKUP)]));
        for path in [
            "/admin/people", &format!("/admin/people{search}"), "/admin/banks", &format!("/admin/banks/{bank}"),
            &format!("/admin/banks/{bank}{search}"), "/admin/exams", &format!("/admin/exams/{exam}"),
            &format!("/admin/exams/{exam}/figures"), "/admin/figures", "/admin/exams/new",
            &format!("/admin/exams/{exam}/print"), &format!("/admin/exams/{exam}/print/key"),
        ] {
            pages.push(administrator.get(path).await);
        }
        pages.push(administrator.post("/admin/people/links", &[]).await);
        pages.push(administrator.post("/admin/exams", &[("title", MARKUP), ("minutes", MARKUP), ("bank", &bank.to_string())]).await);
        pages.push(Browser::new(&stage.app).post("/sign-in", &[("name", MARKUP), ("password", "x"), ("to", MARKUP)]).await);
        pages.push(Browser::new(&stage.app).get(&format!("/sign-in?{}", form(&[("to", &format!("/{MARKUP}"))]))).await);
        let mut shown = 0;
        for page in pages {
            assert!(page.status == 200 || page.status.is_client_error(), "{}: {}", page.status, page.body);
            for tag in tags(&page.body) {
                let ours = !tag.contains("onfocus") && !tag.contains("onerror") && tag != "script";
                assert!(ours, "<{tag}> in {}", page.body);
            }
            shown += usize::from(page.body.contains("&lt;script&gt;a"));
        }
        assert!(shown > 12, "the text itself is shown: {shown}");
    })
    .await;
}

#[tokio::test]
async fn every_refusal_of_the_api_is_a_problem_document_in_the_readers_language() {
    each_engine(async |stage| {
        let scene = scene(stage).await;
        let nobody = Browser::new(&stage.app);
        let progress = scene.answers.trim_end_matches("/answers");
        assert_eq!(nobody.get(progress).await.problem(), "not_signed_in");
        assert_eq!(
            nobody.post_json(&scene.answers, save("3", "1", "1")).await.problem(),
            "not_signed_in"
        );
        assert_eq!(scene.administrator.get(progress).await.problem(), "forbidden");
        assert_eq!(scene.browser.get("/api/v1/attempts/x").await.problem(), "not_found");
        assert_eq!(scene.browser.get("/api/").await.problem(), "not_found");
        for method in ["PUT", "DELETE", "POST"] {
            let reply = scene
                .browser
                .send(Request::builder().method(method).uri(progress), "")
                .await;
            assert_eq!(reply.status, 405, "{method}");
            reply.problem();
        }
        let stale = scene.browser.post_json(&scene.answers, save("9", "1", "1")).await;
        assert_eq!(
            (stale.problem().as_str(), &stale.json()["about"]),
            ("stale", &2.into()),
            "the last version is told"
        );
        let chinese = stale.json()["detail"].as_str().expect("words").to_owned();
        let english = scene
            .browser
            .with_cookie("lang", "en")
            .post_json(&scene.answers, save("9", "1", "1"))
            .await;
        assert_ne!(english.json()["detail"], chinese);
    })
    .await;
}
