//! No key, and nothing from which one could be told, leaves the server before the policy allows.

use std::collections::BTreeSet;

use mingfa::{
    domain::{
        exam::{Admits, Moment, Policy, Review, Thing, Window},
        id::{AttemptId, ExamId},
        item::Kind,
    },
    service::{exam::Setup, round, sitting},
};
use serde_json::Value;

use crate::{
    browser::{Browser, Reply},
    support::{BASED, EXPLAINED, Place, START, Stage, bank_csv, each_engine, event, key_of, operator, setup},
};

const COUNTS: [(Kind, usize); 4] = [
    (Kind::Single, 8),
    (Kind::Multiple, 5),
    (Kind::TrueFalse, 4),
    (Kind::Indefinite, 3),
];

/// Every page and every answer of the API that a candidate can get while sitting, in order.
async fn sit(stage: &Stage, exam: ExamId, token: &str) -> (AttemptId, Vec<(String, Reply)>) {
    let browser = Browser::new(&stage.app).signed_in(token);
    let mut seen = Vec::new();
    let mut keep = |what: String, reply: Reply| {
        assert!(
            reply.status.as_u16() < 400 || reply.status == 409 || reply.status == 422,
            "{what}: {}",
            reply.status
        );
        seen.push((what, reply));
    };
    keep("home".into(), browser.get("/").await);
    keep("intro".into(), browser.get(&format!("/exams/{exam}")).await);
    let started = browser.post(&format!("/exams/{exam}/start"), &[]).await;
    let path = started.location().to_owned();
    let attempt: AttemptId = path.rsplit('/').next().expect("an id").parse().expect("an id");
    keep("start".into(), started);
    let api = format!("/api/v1{path}");
    let questions = stage.keys(attempt).await.len();
    for place in 1..=questions {
        keep(
            format!("question {place}"),
            browser.get(&format!("{path}?q={place}")).await,
        );
        let save = format!(r#"{{"events":[{{"version":{place},"item":{place},"choice":1,"flagged":false}}]}}"#);
        keep(
            format!("save {place}"),
            browser.post_json(&format!("{api}/answers"), save).await,
        );
    }
    let version = questions.to_string();
    let fields = [
        ("version", version.as_str()),
        ("item", "1"),
        ("choice", "1"),
        ("go", "check"),
    ];
    keep("form".into(), browser.post(&format!("{path}/answer"), &fields).await);
    keep(
        "stale form".into(),
        browser
            .post(
                &format!("{path}/answer"),
                &[("version", "0"), ("item", "2"), ("choice", "1")],
            )
            .await,
    );
    keep(
        "impossible".into(),
        browser
            .post(
                &format!("{path}/answer"),
                &[("version", "11"), ("item", "2"), ("choice", "9")],
            )
            .await,
    );
    keep("progress".into(), browser.get(&api).await);
    keep("check".into(), browser.get(&format!("{path}/check")).await);
    keep("hand-in".into(), browser.post(&format!("{path}/hand-in"), &[]).await);
    keep(
        "replayed hand-in".into(),
        browser.post(&format!("{path}/hand-in"), &[]).await,
    );
    keep(
        "late save".into(),
        browser
            .post_json(
                &format!("{api}/answers"),
                r#"{"events":[{"version":99,"item":1,"choice":1,"flagged":false}]}"#,
            )
            .await,
    );
    keep("after".into(), browser.get(&path).await);
    keep("result".into(), browser.get(&format!("{path}/result")).await);
    keep(
        "result in English".into(),
        browser.with_cookie("lang", "en").get(&format!("{path}/result")).await,
    );
    keep("progress after".into(), browser.get(&api).await);
    keep("intro after".into(), browser.get(&format!("/exams/{exam}")).await);
    let digest = stage.attempt(attempt).await.outcome.expect("handed in").settled.receipt;
    let receipt = mingfa::domain::receipt::ReceiptCode { attempt, digest };
    let nobody = Browser::new(&stage.app);
    keep("receipt".into(), nobody.get(&format!("/receipt/{receipt}")).await);
    keep("no receipt".into(), nobody.get("/receipt?code=abc").await);
    keep("no certificate".into(), nobody.get("/certificate?code=abc").await);
    keep("objections".into(), browser.get(&format!("{path}/objection")).await);
    let fields = [("item", "1"), ("body", "题目有歧义")];
    keep(
        "objection".into(),
        browser.post(&format!("{path}/objection"), &fields).await,
    );
    keep(
        "objections after".into(),
        browser.get(&format!("{path}/objection")).await,
    );
    keep("notices".into(), browser.get("/notices").await);
    keep("own page".into(), browser.get("/me").await);
    keep("home after".into(), browser.get("/").await);
    (attempt, seen)
}

fn marks(reply: &Reply) -> bool {
    let headers = reply
        .headers
        .values()
        .any(|value| String::from_utf8_lossy(value.as_bytes()).contains(EXPLAINED));
    [EXPLAINED, BASED, "key_set", "authored"]
        .iter()
        .any(|mark| reply.body.contains(mark))
        || headers
}

/// Names of fields in any JSON document, however deep.
fn fields(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                names.push(name.clone());
                fields(value, names);
            }
        }
        Value::Array(list) => list.iter().for_each(|value| fields(value, names)),
        _ => {}
    }
}

/// The properties of the islands in a page.
fn props(page: &str) -> Vec<Value> {
    let unescape = |text: &str| {
        text.replace("&quot;", "\"")
            .replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&amp;", "&")
    };
    let starts = page
        .match_indices("data-props=\"")
        .map(|(place, start)| &page[place + start.len()..]);
    starts
        .filter_map(|rest| rest.split('"').next())
        .map(|json| serde_json::from_str(&unescape(json)).expect("properties are JSON"))
        .collect()
}

/// Everything at every moment after the hand-in.
fn everything() -> Review {
    let cells = Thing::ALL
        .iter()
        .flat_map(|thing| Moment::ALL.iter().map(move |moment| (*thing, *moment)));
    Review::Custom(cells.collect())
}

#[tokio::test]
async fn no_response_to_a_candidate_tells_a_key_before_the_policy_allows() {
    let nothing = Review::Custom(BTreeSet::new());
    for review in [Review::Yearly, Review::Competition, nothing.clone()] {
        each_engine(async |stage| {
            stage.roster(1, 1).await;
            let bank = stage.usual_bank().await;
            let exam = setup(bank);
            let exam = stage
                .open_exam(Setup {
                    policy: Policy {
                        review: review.clone(),
                        ..exam.policy.clone()
                    },
                    ..exam
                })
                .await;
            let token = stage.token("1001").await;
            let (attempt, seen) = sit(stage, exam, &token).await;
            for (what, reply) in &seen {
                assert!(!marks(reply), "{what} tells a key: {}", reply.body);
            }
            let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
            let result = format!("/attempts/{attempt}/result");
            stage.clock.advance_seconds(11 * 3600);
            assert!(!marks(&browser.get(&result).await));
            stage.clock.advance_seconds(13 * 3600 + 60);
            let browser = browser.signed_in(&stage.token("1001").await);
            let after_close = browser.get(&result).await;
            assert_eq!(after_close.status, 200);
            assert_eq!(
                marks(&after_close),
                review != nothing,
                "the policy allows it after the close"
            );
        })
        .await;
    }
}

#[tokio::test]
async fn keys_shown_after_the_hand_in_wait_for_the_last_attempt() {
    for review in [Review::Mock, everything()] {
        each_engine(async |stage| {
            stage.roster(1, 1).await;
            let bank = stage.usual_bank().await;
            let exam = setup(bank);
            let policy = Policy {
                review: review.clone(),
                attempts: 2,
                ..exam.policy.clone()
            };
            let exam = stage.open_exam(Setup { policy, ..exam }).await;
            let token = stage.token("1001").await;
            let (first, seen) = sit(stage, exam, &token).await;
            assert!(
                seen.iter().all(|(_, reply)| !marks(reply)),
                "an attempt is left, so nothing is shown"
            );
            let browser = Browser::new(&stage.app).signed_in(&token);
            let second = browser
                .post(&format!("/exams/{exam}/start"), &[])
                .await
                .location()
                .to_owned();
            assert_ne!(second, format!("/attempts/{first}"));
            assert!(
                !marks(&browser.get(&format!("/attempts/{first}/result")).await),
                "nor while it runs"
            );
            browser.post(&format!("{second}/hand-in"), &[]).await;
            assert!(marks(&browser.get(&format!("/attempts/{first}/result")).await));
            assert!(marks(&browser.get(&format!("{second}/result")).await));
            let other = Browser::new(&stage.app);
            assert_eq!(other.get(&format!("{second}/result")).await.status, 303);
        })
        .await;
    }
}

/// Whatever the matrix says: who may still sit the make-up round sees no key, neither before it nor in it.
#[tokio::test]
async fn keys_wait_for_the_make_up_round_of_those_whom_it_admits() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = stage.usual_bank().await;
        let exam = setup(bank);
        let policy = Policy {
            review: everything(),
            ..exam.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..exam }).await;
        let day = 24 * 3600;
        let wish = round::Wish {
            admits: Admits::Failed,
            window: Window {
                opens_at: START.plus_seconds(2 * day),
                closes_at: START.plus_seconds(3 * day),
            },
            attempts: 1,
        };
        round::add(&stage.app, &operator(), exam, wish)
            .await
            .expect("a make-up round");
        let (failed, seen) = sit(stage, exam, &stage.token("1001").await).await;
        assert!(
            !stage
                .attempt(failed)
                .await
                .outcome
                .expect("handed in")
                .settled
                .band
                .passed()
        );
        assert!(
            seen.iter().all(|(_, reply)| !marks(reply)),
            "the make-up round is still to come"
        );

        let (caller, passed) = stage.start("1002", exam).await;
        let keys = stage.keys(passed).await;
        let row = (1..)
            .zip(&keys)
            .map(|(number, (_, key))| event(u32::from(number), number, *key))
            .collect();
        sitting::save(&stage.app, &caller, passed, row).await.expect("stored");
        sitting::hand_in(&stage.app, &caller, passed).await.expect("handed in");
        let result = |attempt: AttemptId| format!("/attempts/{attempt}/result");
        let page = async |name: &str, path: &str| {
            Browser::new(&stage.app)
                .signed_in(&stage.token(name).await)
                .get(path)
                .await
        };
        assert!(
            marks(&page("1002", &result(passed)).await),
            "who passed has nothing left to sit"
        );

        stage.clock.advance_seconds(day + day / 2);
        assert!(!marks(&page("1001", &result(failed)).await), "between the rounds");
        stage.clock.advance_seconds(day / 2);
        let (again, seen) = sit(stage, exam, &stage.token("1001").await).await;
        let before: Vec<_> = seen.iter().take_while(|(what, _)| what != "hand-in").collect();
        assert!(
            before.len() > 10 && before.iter().all(|(_, reply)| !marks(reply)),
            "nor while it runs"
        );
        for attempt in [failed, again] {
            assert!(marks(&page("1001", &result(attempt)).await), "nothing is left to sit");
        }
    })
    .await;
}

#[tokio::test]
async fn only_practice_shows_already_while_sitting_what_is_right() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let exam = setup(bank);
        let policy = Policy {
            review: Review::Practice,
            attempts: 3,
            ..exam.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..exam }).await;
        let (_, seen) = sit(stage, exam, &stage.token("1001").await).await;
        for (what, reply) in &seen {
            let told = matches!(what.as_str(), "check" | "result" | "result in English");
            assert_eq!(marks(reply), told, "{what}");
        }
    })
    .await;
}

/// The four presets and one set by hand, as the result page has them right after the hand-in, later, and after the close.
#[tokio::test]
async fn the_result_page_shows_what_the_matrix_says_at_each_moment() {
    let odd = Review::Custom(BTreeSet::from([
        (Thing::Band, Moment::RightAfter),
        (Thing::Parts, Moment::Later),
        (Thing::Attempt, Moment::Later),
        (Thing::Answers, Moment::AfterClose),
    ]));
    for review in Review::PRESETS.into_iter().chain([odd]) {
        each_engine(async |stage| {
            stage.roster(1, 1).await;
            let bank = stage.usual_bank().await;
            let exam = setup(bank);
            let policy = Policy {
                review: review.clone(),
                ..exam.policy.clone()
            };
            let exam = stage.open_exam(Setup { policy, ..exam }).await;
            let (attempt, _) = sit(stage, exam, &stage.token("1001").await).await;
            let score = stage.attempt(attempt).await.outcome.expect("handed in").settled.score;
            for (moment, wait) in [
                (Moment::RightAfter, 0),
                (Moment::Later, 601),
                (Moment::AfterClose, 24 * 3600),
            ] {
                stage.clock.advance_seconds(wait);
                let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
                let page = browser.get(&format!("/attempts/{attempt}/result")).await.body;
                let seen = [
                    (Thing::Attempt, "整张试卷".to_owned()),
                    (Thing::Score, format!("{score} 分")),
                    (Thing::Band, "不合格".to_owned()),
                    (Thing::Parts, " / 5<".to_owned()),
                    (Thing::Answers, "答错<".to_owned()),
                    (Thing::Right, "正确答案：".to_owned()),
                    (Thing::Explanation, EXPLAINED.to_owned()),
                ];
                for (thing, mark) in seen {
                    assert_eq!(
                        page.contains(&mark),
                        review.has(thing, moment),
                        "{review:?} {thing:?} {moment:?}"
                    );
                }
            }
        })
        .await;
    }
}

#[tokio::test]
async fn the_score_is_hidden_when_the_policy_says_so() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let exam = setup(bank);
        let policy = Policy {
            review: Review::Custom(BTreeSet::new()),
            ..exam.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..exam }).await;
        let (attempt, seen) = sit(stage, exam, &stage.token("1001").await).await;
        let score = stage.attempt(attempt).await.outcome.expect("handed in").settled.score;
        for page in ["result", "home after", "intro after"] {
            let (_, result) = seen.iter().find(|(what, _)| what == page).expect("the page");
            for words in ["合格，", "不合格<", &format!("{score} 分<"), &format!("{score} / ")] {
                assert!(!result.body.contains(words), "{page}: {words}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn no_field_of_a_document_is_named_like_a_key() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (_, seen) = sit(stage, exam, &stage.token("1001").await).await;
        let mut islands = 0;
        for (what, reply) in seen {
            let documents = if what.starts_with("question") {
                props(&reply.body)
            } else {
                Vec::new()
            };
            islands += documents.len();
            let json = (reply.header("content-type").contains("json")).then(|| reply.json());
            let mut names = Vec::new();
            documents
                .iter()
                .chain(&json)
                .for_each(|document| fields(document, &mut names));
            for name in names {
                let suspicious = [
                    "key",
                    "correct",
                    "right",
                    "explanation",
                    "basis",
                    "order",
                    "seed",
                    "pool",
                ];
                assert!(!suspicious.iter().any(|word| name.contains(word)), "{what}: {name}");
            }
        }
        assert_eq!(
            islands, 10,
            "every question page has the island whose properties were read"
        );
    })
    .await;
}

/// Two worlds that differ in nothing but the keys look the same to a candidate, byte for byte, until the score.
#[tokio::test]
async fn exams_that_differ_only_in_their_keys_look_the_same() {
    let other: fn(Kind, usize) -> String = |kind, number| match kind {
        Kind::TrueFalse => ["B", "A"][number % 2].to_owned(),
        Kind::Single => ["C", "D", "B", "A"][number % 4].to_owned(),
        _ => "ABC".to_owned(),
    };
    let same: fn(Kind, usize) -> String = |kind, number| key_of(kind, number).letters();
    let mut worlds = Vec::new();
    for key in [same, other] {
        let place = Place::ready(crate::support::Engine::Sqlite)
            .await
            .expect("SQLite is always there");
        let stage = Stage::new(place, 77).await;
        stage.roster(1, 1).await;
        let bank = stage.bank_from("题库", &bank_csv(&COUNTS, key)).await;
        let exam = setup(bank);
        let policy = Policy {
            review: Review::Custom(BTreeSet::new()),
            ..exam.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..exam }).await;
        let (attempt, mut seen) = sit(&stage, exam, &stage.token("1001").await).await;
        let keys = stage.keys(attempt).await;
        // The cookie is not part of a response, and the receipt covers no key.
        seen.iter_mut()
            .for_each(|(_, reply)| drop(reply.headers.remove("date")));
        worlds.push((keys, seen));
        stage.remove().await;
    }
    let (second_keys, second) = worlds.pop().expect("two worlds");
    let (first_keys, first) = worlds.pop().expect("two worlds");
    assert_ne!(first_keys, second_keys);
    assert_eq!(first.len(), second.len());
    for ((what, here), (_, there)) in first.iter().zip(&second) {
        assert_eq!(here.body, there.body, "{what}");
        assert_eq!(here.headers, there.headers, "{what}");
    }
}
