//! Prize draws: committed to by one administrator, drawn by another, checked by `mingfa draw verify`, by the library, by the
//! server, and by a verifier in another language.

use std::{io::Read as _, path::Path, process::Command};

use axum::http::Request;
use mingfa::{
    db::{self, Tx},
    domain::{
        id::{CompetitionId, LotteryId, PlayerId, UnitId},
        lottery::{Broken, Entrant, NoLottery, Prize, PublicValue, Published, hex, list_text},
        role::{Grant, Role},
    },
    error::Fault,
    service::{
        Caller,
        lottery::{self, Closed, Closing, Terms, commit, drawn, verify},
        role,
    },
};
use proptest::prelude::*;

use crate::{
    access::unit_named,
    browser::{Browser, Reply},
    support::{Engine, Place, Stage, each_engine, fault, operator},
};

fn terms(source: Option<&str>) -> Terms {
    let prize = |name: &str, count| Prize {
        name: name.to_owned(),
        count,
    };
    Terms {
        title: "法律知识竞赛抽奖".to_owned(),
        prizes: vec![prize("一等奖", 2), prize("纪念奖 20 元", 10)],
        source: source.map(str::to_owned),
    }
}

fn entrants(count: u32) -> Vec<Entrant> {
    (0..count)
        .map(|number| Entrant {
            code: format!("K{number:06}"),
            chances: number % 3 + 1,
        })
        .collect()
}

fn close(entrants: &[Entrant]) -> Result<Closed, Broken> {
    let mut closing = Closing::default();
    entrants
        .iter()
        .try_for_each(|one| closing.take(&one.code, one.chances))?;
    Ok(closing.close().expect("packed"))
}

/// What `mingfa verify` finds out about a draw.
async fn recomputed(stage: &Stage, id: LotteryId) -> Result<(), Broken> {
    let kept = db::lottery::get(&stage.app.db, id).await.expect("read").expect("there");
    lottery::as_promised(&stage.app, &kept).await.expect("recomputed")
}

/// The whole way of a draw without a database.
fn draw(terms: &Terms, entrants: Vec<Entrant>, seed: &[u8; 32], value: Option<&str>) -> Result<Published, Broken> {
    let list = close(&entrants)?;
    let commitment = commit(terms, &list, seed)?;
    let promised = Published {
        format: "mingfa draw 1".to_owned(),
        title: terms.title.clone(),
        prizes: terms.prizes.clone(),
        public_value: terms.source.clone().map(|source| PublicValue {
            source,
            value: value.unwrap_or_default().to_owned(),
        }),
        seed_digest: commitment.seed,
        list_digest: commitment.list,
        commitment: commitment.whole,
        seed: hex(seed),
        entrants: Vec::new(),
        winners: Vec::new(),
    };
    let published = drawn(promised, &list_text(&entrants))?;
    Ok(Published { entrants, ..published })
}

fn program(file: &Path) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_mingfa"))
        .args(["draw", "verify"])
        .arg(file)
        .env("RUST_LOG", "warn")
        .output()
        .expect("the program runs");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

/// What the verifier in JavaScript says; `None` without Node.
fn other_language(file: &Path) -> Option<bool> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("end2end/draw-verify.mjs");
    let output = Command::new("node").arg(script).arg(file).output();
    match output {
        Ok(output) => Some(output.status.success()),
        Err(error) => {
            println!("skipped the verifier in JavaScript: node cannot be started: {error}");
            None
        }
    }
}

#[tokio::test]
async fn what_was_drawn_is_confirmed_by_the_program_and_by_a_verifier_in_another_language() {
    let place = Place::new(Engine::Sqlite).await.expect("SQLite is always there");
    for (source, value) in [
        (None, None),
        (Some("双色球 2026141 期"), Some("03 08 15 16 22 30 + 07")),
    ] {
        let good = draw(&terms(source), entrants(400), &[0x5a; 32], value).expect("a draw");
        assert_eq!(good.winners.len(), 12);
        let mut bad = good.clone();
        bad.winners.swap(1, 2);
        bad.winners[1].prize = good.winners[1].prize.clone();
        bad.winners[2].prize = good.winners[2].prize.clone();
        for (name, published, holds) in [("good.json", &good, true), ("bad.json", &bad, false)] {
            let file = place.file(name, &serde_json::to_vec_pretty(published).expect("JSON"));
            let (agrees, words) = program(&file);
            assert_eq!(agrees, holds, "{words}");
            assert!(
                words.contains(if holds {
                    "400 人参加抽奖，12 人中奖"
                } else {
                    "第 2 位应为"
                }),
                "{words}"
            );
            if let Some(agrees) = other_language(&file) {
                assert_eq!(agrees, holds, "{name}");
            }
        }
    }
    let (agrees, words) = program(&place.file("no.json", b"{\"format\":1}"));
    assert!(!agrees && words.contains("不是抽奖文件"), "{words}");
}

#[test]
fn a_promised_public_value_must_be_there_and_the_list_in_order() {
    let missing = draw(&terms(Some("某期")), entrants(5), &[1; 32], None);
    assert!(matches!(missing, Err(Broken::Text(_))), "{missing:?}");
    let mut list = entrants(5);
    list.swap(0, 4);
    assert!(matches!(close(&list), Err(Broken::List(_))));
    let twice = [list[1].clone(), list[1].clone()];
    assert!(matches!(close(&twice), Err(Broken::List(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever is drawn verifies, and one changed letter anywhere in the file does not, save in blanks between its parts.
    #[test]
    fn a_changed_file_is_never_confirmed(count in 1u32..60, seed in any::<[u8; 32]>(), place in any::<prop::sample::Index>()) {
        let published = draw(&terms(None), entrants(count), &seed, None).expect("a draw");
        prop_assert_eq!(verify(&published), Ok(()));
        let mut text = serde_json::to_vec(&published).expect("JSON");
        let place = place.index(text.len());
        text[place] = if text[place].is_ascii_digit() { b'0' + (text[place] - b'0' + 1) % 10 } else { text[place] ^ 1 };
        if let Ok(changed) = serde_json::from_slice::<Published>(&text) {
            prop_assert!(verify(&changed).is_err(), "{}", String::from_utf8_lossy(&text));
        }
    }
}

/// Runs a statement with values that the product has no use for yet.
macro_rules! store {
    ($tx:expr, $sql:expr $(, $bind:expr)*) => {
        match $tx {
            Tx::Sqlite(tx) => sqlx::query($sql)$(.bind($bind))*.execute(&mut *tx).await.map(|_| ())?,
            Tx::Postgres(tx) => sqlx::query($sql)$(.bind($bind))*.execute(&mut **tx).await.map(|_| ())?,
        }
    };
}

/// A published competition of a unit, or of everybody.
pub async fn competition(stage: &Stage, unit: Option<UnitId>) -> CompetitionId {
    let id: CompetitionId = stage.app.random.id(stage.app.now());
    let unit = unit.map_or(0, |unit| unit.0);
    stage
        .write(move |tx| {
            Box::pin(async move {
                store!(
                    tx,
                    "INSERT INTO competition (id, code, title, unit, bank, state, rules, seed, created_at, published_at)
                     VALUES ($1, $2, '宪法知识竞赛', $3, 0, 'published', '{}', $4, 1, 1)",
                    id.0,
                    id.to_string(),
                    unit,
                    vec![7u8; 32]
                );
                Ok(())
            })
        })
        .await
        .expect("a competition is stored");
    id
}

/// A player with so many chances; `frozen`: a case is open.
pub async fn player(
    stage: &Stage,
    competition: CompetitionId,
    code: &'static str,
    chances: i64,
    frozen: bool,
) -> PlayerId {
    let id: PlayerId = stage.app.random.id(stage.app.now());
    stage
        .write(move |tx| {
            Box::pin(async move {
                store!(
                    tx,
                    "INSERT INTO player (id, competition, code, token, identity, division, organization, name, phone, person,
                                         network, joined_at, corrected_at)
                     VALUES ($1, $2, $3, $4, 'public', 0, 0, '', '', 0, 0, 1, 0)",
                    id.0,
                    competition.0,
                    code,
                    vec![1u8]
                );
                store!(
                    tx,
                    "INSERT INTO standing (player, competition, score, elapsed_ms, finished_at, time_ms, of_day, lane, seq, number,
                                           stage, in_stage, day, on_day, running, correct, person_times, answers,
                                           answers_right, valid_day, chances, chances_of_day, frozen)
                     VALUES ($1, $2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $3, 0, $4)",
                    id.0,
                    competition.0,
                    i32::try_from(chances).expect("chances"),
                    i32::from(frozen)
                );
                Ok(())
            })
        })
        .await
        .expect("a player is stored");
    id
}

/// A draw of three prizes among five players that was committed to by `by`.
pub async fn committed(stage: &Stage, competition: CompetitionId, by: &Caller, source: Option<&str>) -> LotteryId {
    for (code, chances) in [("K-b", 2), ("K-a", 1), ("k-c", 5000)] {
        player(stage, competition, code, chances, false).await;
    }
    player(stage, competition, "K-d", 0, false).await;
    player(stage, competition, "K-e", 3, true).await;
    let prize = |name: &str, count| Prize {
        name: name.to_owned(),
        count,
    };
    let terms = Terms {
        title: "第一周抽奖".to_owned(),
        prizes: vec![prize("一等奖", 1), prize("纪念奖", 1)],
        source: source.map(str::to_owned),
    };
    lottery::commit_to(&stage.app, by, competition, terms)
        .await
        .expect("committed")
}

async fn browser_of(stage: &Stage, name: &str) -> (Browser, Caller) {
    let caller = stage.second_administrator(name).await;
    (Browser::new(&stage.app).signed_in(&stage.token(name).await), caller)
}

/// The file of a draw as anybody downloads it.
async fn download(stage: &Stage, id: LotteryId) -> (Reply, Published) {
    let reply = Browser::new(&stage.app).get(&format!("/draws/{id}/file")).await;
    let published = serde_json::from_str(&reply.body).expect("a draw");
    (reply, published)
}

const SECRET: &str = "SELECT lower(hex(seed)) FROM lottery";
const SECRET_POSTGRES: &str = "SELECT encode(seed, 'hex') FROM lottery";

#[tokio::test]
async fn a_draw_is_committed_to_by_one_person_drawn_by_another_and_confirmed_by_everybody() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        for (code, chances) in [("K-b", 2), ("K-a", 1), ("k-c", 5000), ("K-d", 0)] {
            player(stage, competition, code, chances, false).await;
        }
        player(stage, competition, "K-e", 3, true).await;
        let ((first, _), (second, _)) = (browser_of(stage, "first").await, browser_of(stage, "second").await);
        let nobody = Browser::new(&stage.app);
        let list = format!("/admin/competitions/{competition}/draws");
        let page = first.get(&list).await;
        assert!(
            page.body.contains("名单上有 3 人")
                && page.body.contains("另有 1 人正在核查")
                && page.body.contains("还没有抽奖"),
            "{}",
            page.body
        );
        let fields = [
            ("title", " 第一周抽奖 "),
            ("prizes", "一等奖 1\n纪念奖 1名\n"),
            ("source", ""),
        ];
        assert_eq!(first.post(&list, &fields).await.status, 303);
        let lottery = db::lottery::of_competition(&stage.app.db, competition)
            .await
            .expect("the draws")
            .remove(0);
        let (id, public) = (lottery.id, format!("/draws/{}", lottery.id));

        // Before the draw: everything but the seed.
        let secret = match stage.place.engine {
            Engine::Sqlite => SECRET,
            Engine::Postgres => SECRET_POSTGRES,
        };
        let secret = crate::support::texts(&stage.app.db, secret).await.remove(0);
        assert!(secret.len() == 64 && lottery.drawn.is_none(), "{secret}");
        let page = nobody.get(&public).await;
        for word in [
            "尚未开奖",
            &lottery.commitment,
            &lottery.seed_digest,
            &lottery.list_digest,
            "一等奖",
            "没有约定",
        ] {
            assert!(page.body.contains(word), "{word}: {}", page.body);
        }
        assert_eq!(nobody.get(&format!("{public}/file")).await.status, 404);
        let check = nobody.post(&public, &[]).await;
        assert!(
            check.status == 409 && check.body.contains("还没有开奖"),
            "{}",
            check.body
        );
        for reply in [&page, &check, &second.get(&list).await] {
            assert!(!reply.body.contains(&secret), "the seed is told");
        }

        // The list is closed: what comes later does not count.
        stage.run("UPDATE standing SET chances = 9").await;
        player(stage, competition, "K-f", 7, false).await;
        let closed = nobody.get(&format!("{public}/list")).await;
        assert_eq!(closed.body, "K-a 1\nK-b 2\nk-c 1000\n");

        // Another person draws, once.
        let draw = format!("/admin/draws/{id}/draw");
        let refused = first.post(&draw, &[]).await;
        assert!(
            refused.status == 403 && refused.body.contains("另一名管理员"),
            "{}",
            refused.body
        );
        let refused = second.post(&draw, &[("value", "1")]).await;
        assert!(
            refused.status == 422 && refused.body.contains("没有约定公开数值"),
            "{}",
            refused.body
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM lottery_winner").await, 0);
        // What is promised is kept until then.
        assert_eq!(recomputed(stage, id).await, Ok(()));
        let done = second.post(&draw, &[]).await;
        assert_eq!((done.status.as_u16(), done.location()), (303, public.as_str()));
        let again = second.post(&draw, &[]).await;
        assert!(
            again.status == 409 && again.body.contains("已经开过奖"),
            "{}",
            again.body
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM lottery_winner").await, 2);

        // Everybody confirms the file.
        let (reply, published) = download(stage, id).await;
        assert!(reply.header("content-disposition").contains(&format!("draw-{id}.json")));
        assert_eq!(verify(&published), Ok(()));
        assert_eq!(published.seed, secret);
        assert_eq!(published.commitment, lottery.commitment);
        assert_eq!(published.entrants.len(), 3);
        assert_eq!(lottery::published(&stage.app, id).await.expect("drawn"), published);
        let file = stage.place.file("draw.json", &reply.bytes);
        let (agrees, words) = program(&file);
        assert!(agrees && words.contains("3 人参加抽奖，2 人中奖"), "{words}");
        assert_ne!(other_language(&file), Some(false));
        let page = nobody.get(&public).await;
        for winner in &published.winners {
            assert!(page.body.contains(&winner.code), "{}", page.body);
        }
        assert!(page.body.contains(&secret) && page.body.contains("已于 2026年12月1日 09:00 开奖"));
        let check = nobody.post(&public, &[]).await;
        assert!(
            check.status == 200 && check.body.contains("相符：本服务器于"),
            "{}",
            check.body
        );
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('lottery_committed', 'lottery_drawn')";
        assert_eq!(stage.count(acts).await, 2);

        // Whoever changes a winner in the tables is found out.
        assert_eq!(recomputed(stage, id).await, Ok(()));
        stage
            .run("UPDATE lottery_winner SET prize = '安慰奖' WHERE place = 1")
            .await;
        assert!(matches!(
            recomputed(stage, id).await,
            Err(Broken::Winner { place: 1, .. })
        ));
    })
    .await;
}

#[tokio::test]
async fn a_player_is_told_of_the_prize_and_finds_the_own_code_among_the_winners() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        let ((_, first), (_, second)) = (browser_of(stage, "first").await, browser_of(stage, "second").await);
        let id = committed(stage, competition, &first, None).await;
        stage.run("UPDATE player SET person = 4711 WHERE code = 'K-a'").await;
        lottery::draw(&stage.app, &second, id, "").await.expect("drawn");
        let winners = db::lottery::winners(&stage.app.db, id).await.expect("the winners");
        // Who stands on the roster has it in the inbox.
        let won = winners.iter().filter(|winner| winner.code == "K-a").count() as i64;
        let told = "SELECT COUNT(*) FROM notice WHERE person = 4711 AND about LIKE '%prize_won%'";
        assert_eq!(stage.count(told).await, won);
        assert_eq!(stage.count("SELECT COUNT(*) FROM notice").await, won);
        let codes = ["K-a", "K-b", "k-c"];
        let players = db::lottery::players(&stage.app.db, competition, &codes)
            .await
            .expect("the players");
        for code in codes {
            let won = lottery::won(&stage.app, players[code].0).await.expect("what was won");
            let prizes: Vec<_> = winners.iter().filter(|winner| winner.code == code).collect();
            assert_eq!(won.len(), prizes.len(), "{code}");
            assert!(
                won.iter()
                    .zip(&prizes)
                    .all(|(won, winner)| won.prize == winner.prize && won.lottery == id)
            );
            let page = Browser::new(&stage.app).get(&format!("/draws/{id}?code={code}")).await;
            assert_eq!(
                page.body.contains("中奖名单里没有这个代码"),
                prizes.is_empty(),
                "{}",
                page.body
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_promised_value_is_asked_for_and_stands_in_the_file() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        let ((_, first), (second, drawing)) = (browser_of(stage, "first").await, browser_of(stage, "second").await);
        let id = committed(stage, competition, &first, Some("双色球 2026141 期")).await;
        let public = format!("/draws/{id}");
        let page = Browser::new(&stage.app).get(&public).await;
        assert!(page.body.contains("双色球 2026141 期"), "{}", page.body);
        assert_eq!(
            fault(lottery::draw(&stage.app, &drawing, id, " ").await),
            Fault::Lottery(NoLottery::Value)
        );
        let done = second
            .post(&format!("/admin/draws/{id}/draw"), &[("value", " 03 08 15 + 07 ")])
            .await;
        assert_eq!(done.status, 303, "{}", done.body);
        let (reply, published) = download(stage, id).await;
        let value = published.public_value.as_ref().expect("a value");
        assert_eq!(
            (value.source.as_str(), value.value.as_str()),
            ("双色球 2026141 期", "03 08 15 + 07")
        );
        let file = stage.place.file("draw.json", &reply.bytes);
        assert!(program(&file).0);
        assert_ne!(other_language(&file), Some(false));
    })
    .await;
}

#[tokio::test]
async fn whoever_has_no_right_to_this_competition_neither_commits_nor_draws() {
    each_engine(async |stage| {
        stage.roster(3, 3).await;
        let (own, other) = (
            unit_named(stage, "市局 / 0科").await,
            unit_named(stage, "市局 / 1科").await,
        );
        let local = competition(stage, Some(own)).await;
        let everywhere = competition(stage, None).await;
        let id = committed(stage, local, &operator(), None).await;
        let cases = [
            ("liaison", Role::Liaison, None, Fault::Forbidden),
            ("other", Role::ExamAdministrator, Some(other), Fault::NotFound),
            ("auditor", Role::Auditor, None, Fault::Forbidden),
        ];
        for (name, role, unit, expected) in cases {
            role::make_account(&stage.app, &operator(), name)
                .await
                .expect("an account");
            role::grant(&stage.app, &operator(), name, Grant { role, unit })
                .await
                .expect("a role");
            let caller = stage.caller(name).await;
            for place in [local, everywhere] {
                let committed = lottery::commit_to(&stage.app, &caller, place, terms(None)).await;
                assert_eq!(fault(committed), expected, "{name}");
                assert_eq!(
                    fault(lottery::overview(&stage.app, &caller, place).await),
                    expected,
                    "{name}"
                );
            }
            assert_eq!(
                fault(lottery::draw(&stage.app, &caller, id, "").await),
                expected,
                "{name}"
            );
        }
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit: Some(own),
        };
        role::make_account(&stage.app, &operator(), "own")
            .await
            .expect("an account");
        role::grant(&stage.app, &operator(), "own", grant)
            .await
            .expect("a role");
        let caller = stage.caller("own").await;
        let committed = lottery::commit_to(&stage.app, &caller, everywhere, terms(None)).await;
        assert_eq!(fault(committed), Fault::NotFound, "everybody's competition");
        lottery::draw(&stage.app, &caller, id, "")
            .await
            .expect("the own unit's");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_closed_only_with_somebody_in_it_and_terms_that_can_be_read() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        let (browser, caller) = browser_of(stage, "first").await;
        let list = format!("/admin/competitions/{competition}/draws");
        assert_eq!(
            fault(lottery::commit_to(&stage.app, &caller, competition, terms(None)).await),
            Fault::Lottery(NoLottery::Nobody)
        );
        assert!(browser.get(&list).await.body.contains("现在没有人有抽奖机会"));
        player(stage, competition, "K-a", 1, false).await;
        let fields = [("title", "第一<周>"), ("prizes", "一等奖 1\n二等奖"), ("source", "")];
        let refused = browser.post(&list, &fields).await;
        assert!(
            refused.status == 422
                && refused.body.contains("第 2 行奖项看不懂")
                && refused.body.contains("第一&lt;周&gt;"),
            "{}",
            refused.body
        );
        let empty = browser.post(&list, &[("title", "周"), ("prizes", "")]).await;
        assert!(
            empty.status == 422 && empty.body.contains("请填写奖项"),
            "{}",
            empty.body
        );
        stage.run("UPDATE competition SET state = 'draft'").await;
        assert_eq!(
            fault(lottery::commit_to(&stage.app, &caller, competition, terms(None)).await),
            Fault::Lottery(NoLottery::Draft)
        );
        assert!(browser.get(&list).await.body.contains("竞赛发布以后才能抽奖"));
        assert_eq!(stage.count("SELECT COUNT(*) FROM lottery").await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_changed_in_the_database_is_found_before_the_draw_and_after_it() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        let ((_, first), (_, second)) = (browser_of(stage, "first").await, browser_of(stage, "second").await);
        let id = committed(stage, competition, &first, None).await;
        stage
            .run("UPDATE lottery SET prizes = '[{\"name\":\"一等奖\",\"count\":2}]'")
            .await;
        assert_eq!(
            fault(lottery::draw(&stage.app, &second, id, "").await),
            Fault::Lottery(NoLottery::Broken)
        );
        stage
            .run("UPDATE lottery SET prizes = '[{\"name\":\"一等奖\",\"count\":1},{\"name\":\"纪念奖\",\"count\":1}]'")
            .await;
        lottery::draw(&stage.app, &second, id, "").await.expect("drawn");
        let visitor = Browser::new(&stage.app);
        let public = format!("/draws/{id}");
        assert!(visitor.post(&public, &[]).await.body.contains("相符：本服务器于"));
        stage
            .run("UPDATE lottery_winner SET code = 'K-f' WHERE place = 2")
            .await;
        // What was found is told to all who ask within a minute.
        assert!(visitor.post(&public, &[]).await.body.contains("相符：本服务器于"));
        stage.clock.advance_seconds(61);
        let found = visitor.post(&public, &[]).await;
        assert!(
            found.body.contains("不符：本服务器于") && found.body.contains("第 2 位应为"),
            "{}",
            found.body
        );
    })
    .await;
}

#[tokio::test]
async fn of_two_who_draw_at_once_one_does() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        let id = committed(stage, competition, &operator(), None).await;
        let (first, second) = (
            stage.second_administrator("first").await,
            stage.second_administrator("second").await,
        );
        let node = stage.second_node().await;
        let (a, b) = tokio::join!(
            lottery::draw(&stage.app, &first, id, ""),
            lottery::draw(&node, &second, id, "")
        );
        let refused = match (a, b) {
            (Ok(()), refused) | (refused, Ok(())) => fault(refused),
            _ => panic!("nobody has drawn"),
        };
        assert_eq!(refused, Fault::Lottery(NoLottery::Drawn));
        assert_eq!(stage.count("SELECT COUNT(*) FROM lottery_winner").await, 2);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_long_list_is_the_same_in_pieces_and_packed() {
    each_engine(async |stage| {
        let competition = competition(stage, None).await;
        let first = player(stage, competition, "P", 3, false).await;
        many(stage, 20_000).await;
        let id = lottery::commit_to(&stage.app, &operator(), competition, terms(None))
            .await
            .expect("committed");
        let (_, second) = browser_of(stage, "second").await;
        lottery::draw(&stage.app, &second, id, "").await.expect("drawn");
        let (reply, published) = download(stage, id).await;
        assert_eq!((published.entrants.len(), published.winners.len()), (20_001, 12));
        assert_eq!(verify(&published), Ok(()));
        let visitor = Browser::new(&stage.app);
        for (name, whole) in [("file", reply.body), ("list", list_text(&published.entrants))] {
            let request = Request::get(format!("/draws/{id}/{name}")).header("accept-encoding", "gzip");
            let packed = visitor.send(request, "").await;
            assert_eq!(
                (packed.header("content-encoding"), packed.header("vary")),
                ("gzip", "accept-encoding")
            );
            assert!(packed.bytes.len() * 2 < whole.len(), "{name}: {}", packed.bytes.len());
            let mut text = String::new();
            flate2::read::GzDecoder::new(&*packed.bytes)
                .read_to_string(&mut text)
                .expect("unpacked");
            assert!(text == whole, "{name}");
        }
        assert!(lottery::won(&stage.app, first).await.expect("what was won").len() < 2);
    })
    .await;
}

/// So many more players like the only one there is.
async fn many(stage: &Stage, count: u32) {
    assert_eq!(stage.count("SELECT COUNT(*) FROM player").await, 1);
    let sql = [
        "INSERT INTO player (id, competition, code, token, identity, division, organization, name, phone, person, network,
                             joined_at, corrected_at)
         SELECT p.id + n.i, p.competition, p.code || CAST(1000000 + CAST(n.i AS BIGINT) * 7919 % 1299709 AS TEXT), p.token, p.identity, 0, 0, '', '',
                0, 0, 1, 0
         FROM player p, (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < COUNT) SELECT i FROM n) n",
        "INSERT INTO standing (player, competition, score, elapsed_ms, finished_at, time_ms, of_day, lane, seq, number, stage,
                               in_stage, day, on_day, running, correct, person_times, answers, answers_right,
                               valid_day, chances, chances_of_day, frozen)
         SELECT p.id, s.competition, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, CAST(p.id % 3 + 1 AS INTEGER), 0, 0
         FROM player p, standing s WHERE p.id <> s.player",
    ];
    for sql in sql {
        let sql = sql.replace("COUNT", &count.to_string());
        let sql: &'static str = Box::leak(sql.into_boxed_str());
        stage.run(sql).await;
    }
}
