//! Signing in: one-time links, passwords, sessions, and a lock-out that slows the attacker and not the office next door.

use axum::http::Request;
use mingfa::{
    service::account::{self, LINK_SECONDS, SESSION_SECONDS},
    web::Edge,
};

use crate::{
    browser::{Browser, Reply, form},
    support::{Stage, each_engine, operator},
};

const PASSWORD: &str = "法治安全二〇二六年";

async fn set_password(stage: &Stage, name: &str) {
    let link = account::link_for_name(&stage.app, &operator(), name)
        .await
        .expect("a link");
    account::set_password(&stage.app, link.text(), PASSWORD.to_owned(), PASSWORD)
        .await
        .expect("the password is set");
}

async fn try_password(browser: &Browser, name: &str, password: &str) -> Reply {
    browser
        .post("/sign-in", &[("name", name), ("password", password)])
        .await
}

#[tokio::test]
async fn a_person_signs_in_first_by_a_link_then_by_password_and_out_again() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let link = account::link_for_name(&stage.app, &operator(), "1001")
            .await
            .expect("a link");
        let browser = Browser::new(&stage.app);
        let path = format!("/link/{}", link.text());
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("1001"));

        let weak = browser
            .post(&path, &[("password", "12345678"), ("repeat", "12345678")])
            .await;
        assert_eq!(weak.status, 422);
        let differs = browser
            .post(&path, &[("password", PASSWORD), ("repeat", "something else")])
            .await;
        assert_eq!(differs.status, 422);
        let done = browser
            .post(&path, &[("password", PASSWORD), ("repeat", PASSWORD)])
            .await;
        assert_eq!((done.status.as_u16(), done.location()), (303, "/"));
        let set = done.header("set-cookie");
        assert!(set.contains("HttpOnly") && set.contains("SameSite=Lax"), "{set}");
        let session = browser.signed_in(done.cookie("mingfa_session").expect("a session"));
        assert_eq!(session.get("/me").await.status, 200);

        assert_eq!(browser.get(&path).await.status, 410, "a link works once");
        assert_eq!(
            browser
                .post(&path, &[("password", PASSWORD), ("repeat", PASSWORD)])
                .await
                .status,
            410
        );

        let again = try_password(&browser, " 1001 ", PASSWORD).await;
        let other = browser.signed_in(again.cookie("mingfa_session").expect("a second session"));
        assert_eq!(other.get("/me").await.status, 200);
        let out = session.post("/sign-out", &[]).await;
        assert_eq!((out.location(), out.cookie("mingfa_session")), ("/sign-in", Some("")));
        assert_eq!(session.get("/me").await.status, 303, "this session has ended");
        assert_eq!(other.get("/me").await.status, 200, "the other one goes on");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_every_session_and_a_new_link_the_old_links() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let stolen = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        assert_eq!(stolen.get("/me").await.status, 200);
        let old = account::link_for_name(&stage.app, &operator(), "1001")
            .await
            .expect("a link");
        set_password(stage, "1001").await;
        assert_eq!(stolen.get("/me").await.status, 303);
        assert_eq!(stolen.get(&format!("/link/{}", old.text())).await.status, 410);
    })
    .await;
}

#[tokio::test]
async fn sessions_and_links_end_by_themselves() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let link = account::link_for_name(&stage.app, &operator(), "1001")
            .await
            .expect("a link");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        stage.clock.advance_seconds(SESSION_SECONDS - 1);
        assert_eq!(browser.get("/me").await.status, 200);
        stage.clock.advance_seconds(1);
        assert_eq!(browser.get("/me").await.status, 303);
        let path = format!("/link/{}", link.text());
        stage.clock.advance_seconds(LINK_SECONDS - SESSION_SECONDS - 1);
        assert_eq!(browser.get(&path).await.status, 200);
        stage.clock.advance_seconds(1);
        assert_eq!(browser.get(&path).await.status, 410);
        account::tidy(&stage.app).await.expect("tidying");
        assert_eq!(stage.count("SELECT COUNT(*) FROM session").await, 0);
        assert_eq!(stage.count("SELECT COUNT(*) FROM sign_in_link").await, 0);
    })
    .await;
}

#[tokio::test]
async fn failures_slow_the_address_that_fails_and_nobody_else() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        set_password(stage, "1001").await;
        set_password(stage, "1002").await;
        let attacker = Browser::new(&stage.app).at([10, 0, 0, 1]);
        for _ in 0..5 {
            assert_eq!(try_password(&attacker, "1001", "wrong password").await.status, 401);
        }
        for _ in 0..5 {
            let slowed = try_password(&attacker, "1001", PASSWORD).await;
            assert_eq!(slowed.status, 429, "even the right password has to wait");
            assert_eq!(slowed.header("retry-after"), "1");
        }
        let owner = Browser::new(&stage.app).at([10, 0, 0, 2]);
        assert_eq!(
            try_password(&owner, "1001", PASSWORD).await.status,
            303,
            "the owner at another address"
        );
        let colleague = Browser::new(&stage.app).at([10, 0, 0, 1]);
        assert_eq!(
            try_password(&colleague, "1002", PASSWORD).await.status,
            303,
            "a colleague at the same one"
        );
        assert_eq!(
            try_password(&attacker, "1001", PASSWORD).await.status,
            429,
            "neither has freed the attacker"
        );

        stage.clock.advance_seconds(1);
        for wait in ["2", "4", "8", "16", "32"] {
            assert_eq!(try_password(&attacker, "1001", "wrong password").await.status, 401);
            assert_eq!(
                try_password(&attacker, "1001", "wrong password")
                    .await
                    .header("retry-after"),
                wait
            );
            stage.clock.advance_seconds(wait.parse().expect("seconds"));
        }
        assert_eq!(
            try_password(&attacker, "1001", PASSWORD).await.status,
            303,
            "after the wait the right one works"
        );
        assert_eq!(
            try_password(&attacker, "1001", "wrong password").await.status,
            401,
            "and the count begins anew"
        );
    })
    .await;
}

#[tokio::test]
async fn many_addresses_that_try_one_name_make_it_wait_half_a_minute_at_most() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        for host in 0..60 {
            try_password(&Browser::new(&stage.app).at([10, 1, 0, host]), "1001", "wrong password").await;
            stage.clock.advance_seconds(30);
        }
        let reply = try_password(&Browser::new(&stage.app).at([10, 2, 0, 0]), "1001", "wrong password").await;
        assert_eq!(reply.status, 401, "half a minute later the next try is free");
        let reply = try_password(&Browser::new(&stage.app).at([10, 2, 0, 1]), "1001", "wrong password").await;
        assert_eq!(reply.status, 429);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_name_is_answered_like_a_wrong_password() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let browser = Browser::new(&stage.app);
        let unknown = try_password(&browser, "9999", PASSWORD).await;
        let unset = try_password(&browser, "1001", "").await;
        assert_eq!((unknown.status.as_u16(), unset.status.as_u16()), (401, 401));
        assert_eq!(unknown.body.replace("9999", "1001"), unset.body);
    })
    .await;
}

#[tokio::test]
async fn after_the_sign_in_a_person_is_sent_to_a_page_of_ours_only() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        set_password(stage, "1001").await;
        let browser = Browser::new(&stage.app);
        let goes = async |to: &str| {
            let fields = [("name", "1001"), ("password", PASSWORD), ("to", to)];
            let reply = browser.post("/sign-in", &fields).await;
            assert_eq!(reply.status, 303, "{to:?}");
            reply.location().to_owned()
        };
        assert_eq!(goes("/me?x=1").await, "/me?x=1");
        for foreign in [
            "",
            "https://evil.test/",
            "//evil.test",
            "/\\evil.test",
            "/\t/evil.test",
            "/\n/evil.test",
            "/\0",
            "/\u{7f}",
            "javascript:alert(1)",
        ] {
            assert_eq!(goes(foreign).await, "/", "{foreign:?}");
        }
        let language = browser.get("/language/en?to=/%09/evil.test").await;
        assert_eq!((language.status.as_u16(), language.location()), (303, "/"));
        let language = browser.get("/language/en?to=/%00").await;
        assert_eq!((language.status.as_u16(), language.location()), (303, "/"));
    })
    .await;
}

#[tokio::test]
async fn a_forwarded_address_is_believed_only_behind_a_proxy_of_our_own() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let claims = async |browser: &Browser, addresses: &str| {
            let request = Request::post("/sign-in").header("content-type", "application/x-www-form-urlencoded");
            let body = form(&[("name", "1001"), ("password", "wrong password")]);
            browser
                .send(request.header("x-forwarded-for", addresses), body)
                .await
                .status
                .as_u16()
        };
        let direct = Browser::new(&stage.app);
        for host in 0..5 {
            assert_eq!(claims(&direct, &format!("10.9.0.{host}")).await, 401);
        }
        assert_eq!(
            claims(&direct, "10.9.0.9").await,
            429,
            "a header does not make another address"
        );
        let edge = Edge {
            behind_proxy: true,
            https: true,
            ..Edge::default()
        };
        let proxied = Browser::behind(&stage.app, edge);
        assert_eq!(
            claims(&proxied, "10.0.0.1, 10.9.0.1").await,
            401,
            "the last entry is the one our proxy wrote"
        );
        assert_eq!(claims(&proxied, "10.9.0.1, 10.0.0.1").await, 429);
        set_password(stage, "1001").await;
        let secure = try_password(&proxied.at([10, 0, 0, 7]), "1001", PASSWORD).await;
        assert!(
            secure.header("set-cookie").contains("; Secure"),
            "{}",
            secure.header("set-cookie")
        );
    })
    .await;
}

/// If the digest checked for an unknown name could not be read, or were cheaper, the time of the answer would tell who
/// has an account.
#[tokio::test]
async fn the_digest_checked_for_an_unknown_name_costs_what_a_real_one_costs() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        set_password(stage, "1001").await;
        let found = mingfa::db::account::by_name(&stage.app.db, "1001")
            .await
            .expect("the accounts");
        let (_, real) = found.expect("the account");
        let source = include_str!("../service/account.rs");
        let nobody = source
            .split('"')
            .find(|text| text.starts_with("$argon2id$"))
            .expect("the digest of nobody");
        let parts = |hash: &str| {
            let hash = argon2::password_hash::phc::PasswordHash::new(hash).expect("a digest that can be read");
            let size = hash.hash.expect("an output").as_bytes().len();
            (hash.algorithm.to_string(), hash.version, hash.params.to_string(), size)
        };
        assert_eq!(parts(nobody), parts(&real));
    })
    .await;
}
