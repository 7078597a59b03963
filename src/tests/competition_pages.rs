//! Playing in a competition over HTTP: pages and API, on both engines, honestly and otherwise.

use std::sync::Arc;

use axum::http::{Request, header};
use mingfa::{
    db,
    domain::{
        competition::{IdentityType, Rules, preset::Preset},
        exam::Window,
        id::{BankId, PlayerId},
        item::OptionSet,
        paper::Paper,
    },
    service::competition::{
        self, Contest,
        setup::{self, Setup},
    },
};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Reply},
    support::{BASED, EXPLAINED, START, Stage, each_engine, operator},
};

const TITLE: &str = "应急管理普法知识竞赛";
const DAY: i64 = 86_400;

/// A published competition that is open for thirty days from now, with the rules of a preset, changed.
pub async fn contest_on(stage: &Stage, bank: BankId, preset: Preset, change: impl FnOnce(&mut Rules)) -> Arc<Contest> {
    let mut rules = preset.rules(Window {
        opens_at: START,
        closes_at: START.plus_seconds(30 * DAY),
    });
    change(&mut rules);
    let wish = Setup {
        title: TITLE.to_owned(),
        unit: None,
        bank,
        rules,
    };
    let id = setup::create(&stage.app, &operator(), wish).await.expect("a draft");
    setup::publish(&stage.app, &operator(), id).await.expect("published");
    let stored = db::competition::get(&stage.app.db, id).await.expect("the competitions");
    let code = stored.expect("the competition").code;
    competition::contest(&stage.app, &code).await.expect("the competition")
}

struct Scene<'a> {
    stage: &'a Stage,
    contest: Arc<Contest>,
    /// `/c/…`
    path: String,
    /// `/api/v1/competitions/…`
    api: String,
    nobody: Browser,
}

async fn scene(stage: &Stage, preset: Preset, change: impl FnOnce(&mut Rules)) -> Scene<'_> {
    let bank = stage.usual_bank().await;
    let contest = contest_on(stage, bank, preset, change).await;
    let code = &contest.competition.code;
    Scene {
        stage,
        path: format!("/c/{code}"),
        api: format!("/api/v1/competitions/{code}"),
        nobody: Browser::new(&stage.app),
        contest,
    }
}

impl Scene<'_> {
    fn cookie_name(&self) -> String {
        format!("play_{}", self.contest.competition.code)
    }

    /// Somebody who joins over the API: the browser, and the code of the player.
    async fn joins(&self, identity: IdentityType, more: Value) -> (Browser, String) {
        let mut body = json!({"identity": identity.code(), "division": 370_303});
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        let reply = self
            .nobody
            .post_json(&format!("{}/players", self.api), body.to_string())
            .await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let token = reply.json()["token"].as_str().expect("a token").to_owned();
        assert_eq!(reply.cookie(&self.cookie_name()), Some(token.as_str()));
        let player = reply.json()["player"].as_str().expect("a player").to_owned();
        (self.nobody.with_cookie(&self.cookie_name(), &token), player)
    }

    /// The right options, as shown, of every question of an attempt.
    async fn keys(&self, player: &str, number: u32) -> Vec<OptionSet> {
        let player: PlayerId = player.parse().expect("an id");
        let play = db::play::get(&self.stage.app.db, player, number)
            .await
            .expect("the attempts");
        let paper = Paper::from_bytes(&play.expect("the attempt").paper).expect("a whole paper");
        let pool = db::competition::pool(&self.stage.app.db, self.contest.id())
            .await
            .expect("the pool");
        let key = |drawn: &mingfa::domain::paper::Drawn| drawn.shown(pool[drawn.pool as usize].question.key);
        paper.0.iter().map(key).collect()
    }

    /// Answers question by question over the API, the first `right` of them rightly.
    async fn answers(&self, browser: &Browser, player: &str, number: u32, right: usize) -> Vec<Reply> {
        let keys = self.keys(player, number).await;
        let mut replies = Vec::new();
        for (place, key) in keys.iter().enumerate() {
            let choice = if place < right { *key } else { other(*key) };
            let body = save(place as u32 + 1, place + 1, choice);
            let path = format!("{}/plays/{number}/answers", self.api);
            let reply = browser.post_json(&path, body).await;
            assert_eq!(reply.status, 200, "{}", reply.body);
            replies.push(reply);
        }
        replies
    }

    /// A whole attempt with so many right answers.
    async fn plays(&self, browser: &Browser, player: &str, right: usize) -> u32 {
        let started = browser.post_json(&format!("{}/plays", self.api), "").await;
        let number = started.json()["number"].as_u64().expect("a number") as u32;
        self.answers(browser, player, number, right).await;
        let reply = browser
            .post_json(&format!("{}/plays/{number}/hand-in", self.api), "{}")
            .await;
        assert_eq!(reply.json(), json!({"ended": true}));
        number
    }

    /// What the database says of what has been played.
    async fn ended(&self) -> i64 {
        self.stage
            .count("SELECT COUNT(*) FROM play WHERE handed_in_at <> 0")
            .await
    }
}

/// A choice that is not right and fits every kind.
fn other(key: OptionSet) -> OptionSet {
    if key == OptionSet::of([0]) {
        OptionSet::of([1])
    } else {
        OptionSet::of([0])
    }
}

fn save(version: u32, item: usize, choice: OptionSet) -> String {
    let choice = serde_json::to_value(choice).expect("a choice");
    json!({"events": [{"version": version, "item": item, "choice": choice, "flagged": false}]}).to_string()
}

#[tokio::test]
async fn somebody_joins_plays_and_stands_on_the_board() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let (path, nobody) = (&scene.path, &scene.nobody);
        let front = nobody.get(path).await;
        assert_eq!(front.status, 200);
        for words in [TITLE, "正式赛进行中，2026年12月31日 09:00 结束", "每答对一题 1 分", "参赛人次", "参赛人数", "报名参赛"] {
            assert!(front.body.contains(words), "{words}");
        }
        let refused = nobody.post(&format!("{path}/join"), &[("phone", "138")]).await;
        assert_eq!(refused.status, 422);
        for words in ["请选择参赛身份。", "请选择所在地区。", "手机号应是 11 位数字。", "value=\"138\""] {
            assert!(refused.body.contains(words), "{words}");
        }
        let fields = [("identity", "public"), ("division", "370303"), ("phone", "138 0000 0001")];
        let joined = nobody.post(&format!("{path}/join"), &fields).await;
        assert_eq!((joined.status.as_u16(), joined.location()), (303, format!("{path}/me").as_str()));
        let set = joined.header("set-cookie");
        assert!(set.contains("HttpOnly; SameSite=Lax") && set.contains("Path=/;") && !set.contains("Secure"), "{set}");
        let token = joined.cookie(&scene.cookie_name()).expect("a cookie").to_owned();
        let browser = nobody.with_cookie(&scene.cookie_name(), &token);
        let again = nobody.post(&format!("{path}/join"), &fields).await;
        assert_eq!(again.status, 409, "the telephone number has joined");
        let me = browser.get(&format!("{path}/me")).await;
        assert!(me.body.contains("今天还剩 1 次") && me.body.contains("138****0001"), "{}", me.body);
        assert!(me.body.contains(&format!("http://mingfa.test{path}/enter/{token}")));

        let started = browser.post(&format!("{path}/start"), &[]).await;
        assert_eq!(started.location(), format!("{path}/play/1"));
        let page = browser.get(started.location()).await;
        assert!(page.status == 200 && page.body.contains("data-props"), "{}", page.status);
        let player = token.split('.').next().expect("an id").to_owned();
        let replies = scene.answers(&browser, &player, 1, 12).await;
        assert!(replies[0].json()["saved_at"].is_string());
        // The form of a page without scripts changes nothing that stands there.
        let first: Vec<String> = scene.keys(&player, 1).await[0].places().map(|place| place.to_string()).collect();
        let mut fields = vec![("version", "15"), ("item", "1"), ("go", "check")];
        fields.extend(first.iter().map(|place| ("choice", place.as_str())));
        let formed = browser.post(&format!("{path}/play/1/answer"), &fields).await;
        assert_eq!(formed.location(), format!("{path}/play/1/check"));
        let check = browser.get(formed.location()).await;
        assert!(check.body.contains("每道题都作答了。") && check.body.contains("交卷以后不能再改答案。"));
        stage.clock.advance_seconds(60);
        let ended = browser.post(&format!("{path}/play/1/hand-in"), &[]).await;
        assert_eq!(ended.location(), format!("{path}/play/1/result"));
        let result = browser.get(ended.location()).await;
        for words in ["12 分，答对 12 题", "1 分 00 秒", "这一次有效", "今天的 1 次机会已经用完", "第 1 名，共 1 人", EXPLAINED, BASED] {
            assert!(result.body.contains(words), "{words}");
        }
        let refused = browser.post(&format!("{path}/start"), &[]).await;
        assert!(refused.status == 409 && refused.body.contains("明天零点后可以再答"));
        let back = browser.get(&format!("{path}/play/1")).await;
        assert_eq!(back.location(), format!("{path}/play/1/result"));

        let board = browser.get(&format!("{path}/board")).await;
        assert!(board.body.contains(&player) && board.body.contains("class=\"own\""), "{}", board.body);
        assert!(board.body.contains("您在第 1 名") && board.body.contains("减负"));
        assert!(!nobody.get(&format!("{path}/board")).await.body.contains("class=\"own\""));
        for (query, words) in [
            ("by=divisions", ">37<"),
            ("by=divisions&scope=division-37", ">3703<"),
            ("by=divisions&scope=division-370303", "还没有人上榜"),
            ("by=persons&scope=division-3703", player.as_str()),
            ("by=persons&scope=identity-public", player.as_str()),
            ("by=units", "还没有人上榜"),
            ("by=persons&page=99", "还没有人上榜"),
        ] {
            let board = browser.get(&format!("{path}/board?{query}")).await;
            assert!(board.status == 200 && board.body.contains(words), "{query} {}", board.status);
        }
        assert_eq!(browser.get(&format!("{path}/board?scope=nothing")).await.status, 404);
        let me = browser.get(&format!("{}/me", scene.api)).await.json();
        assert_eq!((&me["ranks"][0]["rank"], &me["person_times"]), (&json!(1), &json!(1)));
        assert_eq!(me["chances"], 2, "twelve right in a row");
        let worth = browser.get(&format!("{}/plays/1/result", scene.api)).await.json();
        let expected = json!({"score": 1200, "right": 12, "questions": 15, "elapsed_ms": 60_000, "valid": true, "chances": 2, "rank": 1});
        assert_eq!(worth, expected);
        let english = browser.with_cookie("lang", "en");
        for page in ["", "/me", "/play/1/result", "/board", "/qr"] {
            let reply = english.get(&format!("{path}{page}")).await;
            assert!(reply.status == 200 && reply.body.contains("lang=\"en\""), "{page}");
        }
        let poster = nobody.get(&format!("{path}/qr")).await;
        assert!(poster.body.contains("class=\"qr\"") && poster.body.contains(&format!("http://mingfa.test{path}")));
    })
    .await;
}

#[tokio::test]
async fn nothing_before_the_hand_in_tells_right_from_wrong() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let (browser, player) = scene.joins(IdentityType::Employee, json!({})).await;
        let (path, api) = (&scene.path, &scene.api);
        let mut seen = vec![browser.post_json(&format!("{api}/plays"), "").await];
        seen.extend(scene.answers(&browser, &player, 1, 8).await);
        seen.push(browser.get(&format!("{api}/plays/1")).await);
        seen.push(browser.get(&format!("{api}/me")).await);
        let early = browser.get(&format!("{api}/plays/1/result")).await;
        assert_eq!((early.status.as_u16(), early.problem().as_str()), (409, "cannot_play"));
        seen.push(early);
        for page in ["", "/me", "/board", "/play/1", "/play/1?q=3", "/play/1/check"] {
            seen.push(browser.get(&format!("{path}{page}")).await);
        }
        for reply in &seen {
            for mark in [
                EXPLAINED,
                BASED,
                "key_set",
                "authored",
                "\"key\"",
                "\"right\"",
                "\"correct\"",
            ] {
                assert!(!reply.body.contains(mark), "{mark}: {}", reply.body);
            }
        }
        let result = browser.get(&format!("{path}/play/1/result")).await;
        assert_eq!(result.location(), format!("{path}/play/1"), "no result while it runs");
    })
    .await;
}

#[tokio::test]
async fn what_is_forged_counts_for_nothing() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let (path, api) = (&scene.path, &scene.api);
        let (browser, player) = scene.joins(IdentityType::Public, json!({"score": 9999, "rank": 1, "joined_at": 0})).await;
        browser.post_json(&format!("{api}/plays"), r#"{"number":7,"score":100,"seconds":99999}"#).await;
        let keys = scene.keys(&player, 1).await;
        let forged = json!({
            "score": 1500, "right": 15, "elapsed_ms": 1, "started_at": 0, "handed_in_at": 0, "valid": true,
            "events": [{"version": 1, "item": 1, "choice": serde_json::to_value(other(keys[0])).expect("a choice"), "flagged": false, "right": true, "at": 0}],
        });
        let answers = format!("{api}/plays/1/answers");
        assert_eq!(browser.post_json(&answers, forged.to_string()).await.status, 200);
        for (body, status, code) in [
            (save(1, 1, OptionSet::of([0])), 409, "stale"),
            (save(3, 1, OptionSet::of([0])), 409, "stale"),
            (save(2, 16, OptionSet::of([0])), 422, "no_such_choice"),
            (save(2, 0, OptionSet::of([0])), 422, "no_such_choice"),
            (save(2, 1, OptionSet::of([9])), 422, "no_such_choice"),
            (save(0, 1, OptionSet::of([0])), 400, "bad_request"),
            ("{".to_owned(), 400, "bad_request"),
            ("[".repeat(100_000), 400, "bad_request"),
            (json!({"events": []}).to_string(), 400, "bad_request"),
        ] {
            let reply = browser.post_json(&answers, body).await;
            assert_eq!((reply.status.as_u16(), reply.problem().as_str()), (status, code));
        }
        // Every bit of a good body turned over once: refused, or an answer that somebody could have given.
        let good = save(2, 2, OptionSet::of([0])).into_bytes();
        for bit in (0..good.len() * 8).step_by(7) {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let reply = browser.post_json(&answers, bad).await;
            assert!(reply.status.as_u16() < 500, "bit {bit}: {}", reply.body);
        }
        // Another player's number is one's own or nobody's.
        let (stranger, _) = scene.joins(IdentityType::Public, json!({})).await;
        for page in ["/play/1", "/play/1/check", "/play/1/result", "/play/0", "/play/x", "/play/4294967295", "/play/-1"] {
            assert_eq!(stranger.get(&format!("{path}{page}")).await.status, 404, "{page}");
        }
        assert_eq!(stranger.post_json(&answers, save(2, 2, OptionSet::of([0]))).await.problem(), "not_found");
        assert_eq!(stranger.post(&format!("{path}/play/1/hand-in"), &[]).await.status, 404);
        // Without the cookie, with one that is none, and with the other's id under one's own secret.
        let id = player.as_str();
        for token in ["", "x", &format!("{id}."), &format!("{id}.{}", "0".repeat(32)), &"a".repeat(4000)] {
            let forger = scene.nobody.with_cookie(&scene.cookie_name(), token);
            assert_eq!(forger.get(&format!("{path}/me")).await.location(), *path);
            assert_eq!(forger.get(&format!("{api}/me")).await.problem(), "not_joined");
            assert_eq!(forger.post(&format!("{path}/start"), &[]).await.status, 401);
            let entered = forger.get(&format!("{path}/enter/{}", if token.is_empty() { "x" } else { token })).await;
            assert_eq!(entered.status, 410);
        }
        assert_eq!(scene.ended().await, 0);
        let request = Request::post(format!("{path}/play/1/hand-in")).header("sec-fetch-site", "cross-site");
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        assert_eq!(browser.send(request, "").await.status, 403);
        assert_eq!(scene.ended().await, 0);
    })
    .await;
}

#[tokio::test]
async fn handed_in_twenty_times_at_once_it_counts_once() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let (browser, player) = scene.joins(IdentityType::Public, json!({})).await;
        browser.post_json(&format!("{}/plays", scene.api), "").await;
        scene.answers(&browser, &player, 1, 15).await;
        let mut all = tokio::task::JoinSet::new();
        for _ in 0..20 {
            let (browser, path) = (browser.clone(), format!("{}/plays/1/hand-in", scene.api));
            all.spawn(async move { browser.post_json(&path, r#"{"score":99}"#).await.status.as_u16() });
        }
        assert_eq!(all.join_all().await, [200; 20]);
        let me = browser.get(&format!("{}/me", scene.api)).await.json();
        assert_eq!(
            (&me["person_times"], &me["score"], &me["chances"]),
            (&json!(1), &json!(1500), &json!(3))
        );
        let front = scene.nobody.get(&scene.path).await;
        assert!(front.body.contains("<b>1<!></b>"), "one participation of one person");
        assert_eq!(scene.ended().await, 1);
    })
    .await;
}

#[tokio::test]
async fn names_are_names() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |rules| rules.certificate = true).await;
        let join = format!("{}/join", scene.path);
        let long = "名".repeat(1365);
        for name in [
            long.as_str(),
            "<script>alert(1)</script>",
            "张\u{202e}三",
            "",
            "张\u{0}三",
        ] {
            let fields = [("identity", "public"), ("division", "3703"), ("name", name)];
            let reply = scene.nobody.post(&join, &fields).await;
            assert_eq!(reply.status, 422, "{name}");
            assert!(
                reply.body.contains("请填写真实姓名") && !reply.body.contains("<script>alert"),
                "{name}"
            );
            let body = json!({"identity": "public", "division": 3703, "name": name}).to_string();
            let reply = scene.nobody.post_json(&format!("{}/players", scene.api), body).await;
            assert_eq!((reply.status.as_u16(), reply.problem().as_str()), (422, "join"));
        }
        let (browser, player) = scene.joins(IdentityType::Public, json!({"name": "🎉欧阳"})).await;
        scene.plays(&browser, &player, 3).await;
        let board = scene.nobody.get(&format!("{}/board", scene.path)).await;
        assert!(
            board.body.contains("🎉**") && !board.body.contains("欧阳"),
            "{}",
            board.body
        );
        for text in ["../..", "'; DROP TABLE player; --"] {
            let reply = scene
                .nobody
                .get(&format!("{}?q={}", scene.path, crate::browser::form(&[("q", text)])))
                .await;
            assert_eq!(reply.status, 200);
        }
        for code in ["NOTHING", "%00", "%FF", "..", &"A".repeat(5000)] {
            let status = scene.nobody.get(&format!("/c/{code}")).await.status.as_u16();
            assert!([404, 400].contains(&status), "{code}: {status}");
        }
        assert_eq!(
            scene.nobody.get("/api/v1/competitions/NOTHING/me").await.problem(),
            "not_found"
        );
        assert_eq!(scene.nobody.get("/c/NOTHING/me").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_is_answered_again_until_all_is_right() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::AllRight, |_| {}).await;
        let (path, api) = (&scene.path, &scene.api);
        let (browser, player) = scene.joins(IdentityType::Employee, json!({})).await;
        browser.post(&format!("{path}/start"), &[]).await;
        scene.answers(&browser, &player, 1, 8).await;
        let check = browser.get(&format!("{path}/play/1/check")).await;
        assert!(check.body.contains("不再答，结束这一次"));
        let again = browser.post(&format!("{path}/play/1/hand-in"), &[]).await;
        assert_eq!(again.location(), format!("{path}/play/1?wrong=9,10&q=9"));
        let page = browser.get(again.location()).await;
        assert!(page.body.contains("第 9、10 题不对，请再答。"), "{}", page.body);
        let odd = browser.get(&format!("{path}/play/1?wrong=%3Cb%3E,99,0,x,")).await;
        assert!(odd.status == 200 && !odd.body.contains("不对，请再答"));
        let reply = browser
            .post_json(&format!("{api}/plays/1/hand-in"), r#"{"give_up":false}"#)
            .await;
        assert_eq!(reply.json(), json!({"again": [9, 10]}));
        let version = browser.get(&format!("{api}/plays/1")).await.json()["sheet"]["version"]
            .as_u64()
            .expect("a version");
        let keys = scene.keys(&player, 1).await;
        for (place, step) in [(8_usize, 1), (9, 2)] {
            let body = save(u32::try_from(version).expect("small") + step, place + 1, keys[place]);
            assert_eq!(
                browser.post_json(&format!("{api}/plays/1/answers"), body).await.status,
                200
            );
        }
        let ended = browser.post(&format!("{path}/play/1/hand-in"), &[]).await;
        let result = browser.get(ended.location()).await;
        assert!(
            result.body.contains("8 分，答对 8 题") && result.body.contains("这一次有效"),
            "{}",
            result.body
        );
        // Who gives up has an attempt that is not valid.
        browser.post(&format!("{path}/start"), &[]).await;
        let ended = browser
            .post(&format!("{path}/play/2/hand-in"), &[("give_up", "yes")])
            .await;
        let result = browser.get(ended.location()).await;
        assert!(
            result.body.contains("0 分，答对 0 题") && result.body.contains("这一次不算有效"),
            "{}",
            result.body
        );
    })
    .await;
}

#[tokio::test]
async fn state_staff_see_their_result_and_no_rank() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::BestScore, |_| {}).await;
        let (staff, staff_code) = scene.joins(IdentityType::StateStaff, json!({})).await;
        let number = scene.plays(&staff, &staff_code, 20).await;
        let (public, public_code) = scene.joins(IdentityType::Public, json!({})).await;
        scene.plays(&public, &public_code, 5).await;
        let result = staff.get(&format!("{}/play/{number}/result", scene.path)).await;
        assert!(result.body.contains("100 分，答对 20 题") && result.body.contains("党政机关干部职工不参加个人排名"));
        assert!(!result.body.contains("总名次"));
        let worth = staff.get(&format!("{}/plays/{number}/result", scene.api)).await.json();
        assert_eq!((&worth["score"], &worth["rank"]), (&json!(10_000), &Value::Null));
        let me = staff.get(&format!("{}/me", scene.path)).await;
        assert!(me.body.contains("党政机关干部职工不参加个人排名") && !me.body.contains("总名次"));
        let board = staff.get(&format!("{}/board", scene.path)).await;
        assert!(board.body.contains(&public_code) && !board.body.contains(&staff_code));
        assert_eq!(
            public.get(&format!("{}/me", scene.api)).await.json()["ranks"][0]["rank"],
            1
        );
    })
    .await;
}

#[tokio::test]
async fn another_device_goes_on_by_link_or_by_account() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let path = &scene.path;
        let (first, player) = scene.joins(IdentityType::Public, json!({})).await;
        first.post(&format!("{path}/start"), &[]).await;
        let me = first.get(&format!("{path}/me")).await.body;
        let link = me.split("http://mingfa.test").nth(1).expect("a link");
        let link = link.split('"').next().expect("a link").to_owned();
        let page = scene.nobody.get(&link).await;
        assert!(
            page.status == 200 && page.header("set-cookie").is_empty(),
            "looking at it changes nothing"
        );
        let entered = scene.nobody.post(&link, &[]).await;
        let token = entered.cookie(&scene.cookie_name()).expect("a cookie").to_owned();
        assert!(token.starts_with(&player));
        let second = scene.nobody.with_cookie(&scene.cookie_name(), &token);
        assert_eq!(second.get(&format!("{path}/play/1")).await.status, 200);
        let other = contest_on(stage, scene.contest.competition.bank, Preset::Daily15, |_| {}).await;
        let elsewhere = link.replace(&scene.contest.competition.code, &other.competition.code);
        let refused = scene.nobody.post(&elsewhere, &[]).await;
        assert!(
            refused.status == 410 && refused.body.contains("换设备链接"),
            "a link of another competition"
        );

        let account = scene.nobody.signed_in(&stage.token("1001").await);
        let fields = [("identity", "state_staff"), ("division", "3703"), ("account", "yes")];
        assert_eq!(account.post(&format!("{path}/join"), &fields).await.status, 303);
        let elsewhere = scene.nobody.signed_in(&stage.token("1001").await);
        assert_eq!(elsewhere.get(&format!("{path}/me")).await.status, 200);
        let stranger = scene.nobody.signed_in(&stage.token("1002").await);
        assert_eq!(stranger.get(&format!("{path}/me")).await.location(), *path);
    })
    .await;
}

#[tokio::test]
async fn a_registration_is_corrected_once() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let (browser, _) = scene.joins(IdentityType::Public, json!({})).await;
        let correct = format!("{}/correct", scene.path);
        let me = browser.get(&format!("{}/me", scene.path)).await;
        assert!(me.body.contains("2026年12月11日 09:00 前有效") && me.body.contains("value=\"370303\""));
        let bad = browser
            .post(&correct, &[("identity", "nobody"), ("division", "x")])
            .await;
        assert!(
            bad.status == 422 && bad.body.contains("请选择参赛身份。"),
            "{}",
            bad.status
        );
        let fields = [("identity", "employee"), ("division", "3601")];
        assert_eq!(browser.post(&correct, &fields).await.status, 303);
        let me = browser.get(&format!("{}/me", scene.path)).await;
        assert!(
            me.body.contains("3601") && me.body.contains("已经改正过一次"),
            "{}",
            me.body
        );
        assert_eq!(browser.post(&correct, &fields).await.status, 409);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_the_rules_is_told_before_it_holds() {
    each_engine(async |stage| {
        let scene = scene(stage, Preset::Daily15, |_| {}).await;
        let mut later = scene.contest.versions[0].rules.clone();
        later.stages[0].per_day = Some(2);
        let from = START.plus_seconds(2 * DAY);
        setup::announce(&stage.app, &operator(), scene.contest.id(), later, from, "应参赛者要求")
            .await
            .expect("announced");
        let front = scene.nobody.get(&scene.path).await;
        for words in [
            "规则将于 2026年12月3日 09:00 变更",
            "应参赛者要求",
            "不再有效",
            "每人每天 2 次",
        ] {
            assert!(front.body.contains(words), "{words}");
        }
        stage.clock.advance_seconds(31 * DAY);
        let front = scene.nobody.get(&scene.path).await;
        assert!(front.body.contains("竞赛已于") && front.body.contains("不再接受报名"));
        let fields = [("identity", "public"), ("division", "3703")];
        assert_eq!(
            scene.nobody.post(&format!("{}/join", scene.path), &fields).await.status,
            409
        );
    })
    .await;
}
