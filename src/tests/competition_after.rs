//! What players have after playing: certificates that anybody can check, their side of cases, and what they won.

use std::sync::Arc;

use mingfa::{
    db,
    domain::{
        case::Decision,
        competition::{
            IdentityType, Rules,
            certificate::{Kind, NoCertificate},
            player::{Form, Player},
            preset::Preset,
            truth::Kind as Sign,
        },
        id::{CaseId, LotteryId},
        lottery::Prize,
        points::Points,
    },
    error::Fault,
    service::{
        Error,
        competition::{
            Contest, case,
            certificate::{self, Shown},
            join,
        },
        lottery::{self, Terms},
    },
    web::Edge,
};

use crate::{
    browser::Browser,
    competition_admin::{plays, rules},
    competition_pages::contest_on,
    support::{Stage, each_engine, operator},
};

const BASE: &str = "https://example.cn";
const DAY: i64 = 86_400;
const NAME: &str = "欧阳小明";

/// A competition with certificates, of 5 questions; 5 right in a row give a chance.
async fn open(stage: &Stage, change: impl FnOnce(&mut Rules)) -> Arc<Contest> {
    let bank = stage.usual_bank().await;
    contest_on(stage, bank, Preset::Daily15, |given| {
        let windows = given.stages[0].window;
        *given = rules();
        given.stages[0].window = windows;
        given.certificate = true;
        change(given);
    })
    .await
}

/// Somebody who joins, and the browser that plays.
async fn joins(stage: &Stage, contest: &Contest, identity: IdentityType, name: &str) -> (Arc<Player>, Browser) {
    let form = Form {
        identity: Some(identity),
        division: 370_303,
        name: name.to_owned(),
        ..Form::default()
    };
    let (player, token) = join::join(&stage.app, contest, None, &form, 7).await.expect("joined");
    let cookie = format!("play_{}", contest.competition.code);
    (player, Browser::new(&stage.app).with_cookie(&cookie, &token.text()))
}

/// Somebody who joins and hands in an attempt with so many right answers.
async fn played(stage: &Stage, contest: &Arc<Contest>, name: &str, right: usize) -> (Arc<Player>, Browser) {
    let joined = joins(stage, contest, IdentityType::Employee, name).await;
    plays(stage, contest, &joined.0, 7, right, &[]).await;
    joined
}

async fn of(stage: &Stage, contest: &Contest, player: &Player, kind: Kind) -> Result<Shown, NoCertificate> {
    certificate::show(&stage.app, contest, player, kind, BASE)
        .await
        .expect("the certificates")
}

fn path(contest: &Contest) -> String {
    format!("/c/{}", contest.competition.code)
}

async fn opened(stage: &Stage, contest: &Contest, player: &Player) -> CaseId {
    case::open(
        &stage.app,
        &operator(),
        contest.id(),
        player.id,
        Sign::Report,
        "有人举报代答",
    )
    .await
    .expect("opened")
}

async fn decide(stage: &Stage, case: CaseId, decision: Decision) {
    let judge = stage.second_administrator("judge").await;
    case::decide(&stage.app, &judge, case, decision, "核对了记录")
        .await
        .expect("decided");
}

async fn drawn(stage: &Stage, contest: &Contest) -> LotteryId {
    let terms = Terms {
        title: "第一周抽奖".to_owned(),
        prizes: vec![Prize {
            name: "一等奖".to_owned(),
            count: 1,
        }],
        source: None,
    };
    let id = lottery::commit_to(&stage.app, &operator(), contest.id(), terms)
        .await
        .expect("committed");
    let front = Browser::new(&stage.app).get(&path(contest)).await.body;
    assert!(
        front.contains(&format!("/draws/{id}")) && front.contains("尚未开奖"),
        "{front}"
    );
    let second = stage.second_administrator("second").await;
    lottery::draw(&stage.app, &second, id, "").await.expect("drawn");
    id
}

#[tokio::test]
async fn competition_after_a_certificate_is_verified_by_its_code_and_a_forged_code_is_refused() {
    each_engine(async |stage| {
        let contest = open(stage, |_| {}).await;
        let (path, nobody) = (path(&contest), Browser::new(&stage.app));
        let (player, browser) = played(stage, &contest, NAME, 4).await;
        let page = browser.get(&format!("{path}/certificate")).await;
        let shown = of(stage, &contest, &player, Kind::Participation)
            .await
            .expect("a certificate");
        let code = shown.certificate.code.to_string();
        assert_eq!(shown.link, format!("{BASE}{path}/verify/{code}"));
        for words in [
            NAME,
            "有效答题 1 次，成绩 4 分",
            "最后一次有效交卷：2026年12月1日",
            "class=\"qr\"",
            &code,
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let me = browser.get(&format!("{path}/me")).await.body;
        assert!(me.contains(&format!("{path}/certificate?kind=award")), "{me}");
        assert!(nobody.get(&path).await.body.contains(&format!("{path}/verify")));
        assert_eq!(nobody.get(&format!("{path}/certificate")).await.location(), path);

        let typed = format!("{path}/verify?code=%20{}%20", code.to_uppercase());
        for check in [format!("{path}/verify/{code}"), typed] {
            let check = nobody.get(&check).await;
            assert!(
                check.status == 200 && check.body.contains("证书真实有效"),
                "{}",
                check.body
            );
            for words in ["欧***", "应急管理普法知识竞赛", "参赛证书", ">4<"] {
                assert!(check.body.contains(words), "{words}: {}", check.body);
            }
            assert!(!check.body.contains(NAME));
        }
        let (other, _) = played(stage, &contest, "李四", 3).await;
        let digest = code.split_once('-').expect("two parts").1;
        let elsewhere = contest_on(stage, contest.competition.bank, Preset::Daily15, |rules| {
            rules.certificate = true
        })
        .await;
        for forged in [
            format!("{}-{digest}", other.id),
            format!("{}-0000000000000000", player.id),
            format!("{code}0"),
            code[..29].to_owned(),
            "0000000000000-0000000000000000".to_owned(),
            "zzzzzzzzzzzzz-ffffffffffffffff".to_owned(),
            "-".to_owned(),
            "%00".to_owned(),
            "%F0%9F%8F%86-%27%20OR%201=1".to_owned(),
            "%3Cscript%3E".to_owned(),
            "9".repeat(3000),
        ] {
            for check in [
                format!("{path}/verify/{forged}"),
                format!("{path}/verify?code={forged}"),
            ] {
                let check = nobody.get(&check).await;
                let refused = check.status == 200 && check.body.contains("核验不通过");
                assert!(
                    refused && !check.body.contains("<script>"),
                    "{forged}: {} {}",
                    check.status,
                    check.body
                );
            }
        }
        let check = nobody
            .get(&format!("/c/{}/verify/{code}", elsewhere.competition.code))
            .await;
        assert!(check.body.contains("核验不通过"), "of another competition");
        let raw = nobody.get(&format!("{path}/verify/%FF%FE")).await;
        assert!(raw.status.is_client_error(), "{}", raw.status);
        assert!(!nobody.get(&format!("{path}/verify")).await.body.contains("核验不通过"));

        // The name is a part of what the code proves.
        let form = Form {
            identity: Some(IdentityType::Employee),
            division: 370_303,
            name: "欧阳晓明".to_owned(),
            ..Form::default()
        };
        join::correct(&stage.app, &contest, &player, &form)
            .await
            .expect("corrected");
        let check = nobody.get(&format!("{path}/verify/{code}")).await;
        assert!(check.body.contains("核验不通过"), "{}", check.body);
        let shown = of(stage, &contest, &player, Kind::Participation)
            .await
            .expect("a certificate");
        assert_eq!(shown.certificate.name, "欧阳晓明");
        let check = nobody.get(&format!("{path}/verify/{}", shown.certificate.code)).await;
        assert!(check.body.contains("证书真实有效"), "{}", check.body);
    })
    .await;
}

#[tokio::test]
async fn competition_after_there_is_no_certificate_without_a_name_or_a_result_and_the_page_says_why() {
    each_engine(async |stage| {
        let contest = open(stage, |_| {}).await;
        let path = path(&contest);
        let (player, browser) = joins(stage, &contest, IdentityType::Employee, NAME).await;
        assert_eq!(
            of(stage, &contest, &player, Kind::Participation).await.err(),
            Some(NoCertificate::NoResult)
        );
        let page = browser.get(&format!("{path}/certificate")).await;
        assert!(
            page.status == 200 && page.body.contains("还没有有效的正式赛成绩"),
            "{}",
            page.body
        );
        let pdf = browser.get(&format!("{path}/certificate/pdf?kind=award")).await;
        assert_eq!(pdf.location(), format!("{path}/certificate?kind=award"));
        plays(stage, &contest, &player, 7, 3, &[]).await;
        let page = browser.get(&format!("{path}/certificate?kind=award")).await;
        assert!(page.body.contains("2026年12月31日 09:00 以后再来看"), "{}", page.body);
        // A name can be missing where the rules asked for none when the player joined.
        stage.run("UPDATE player SET name = ''").await;
        assert_eq!(
            of(stage, &contest, &player, Kind::Participation).await.err(),
            Some(NoCertificate::NoName)
        );
        let page = browser.get(&format!("{path}/certificate")).await;
        assert!(
            page.body.contains("没有填写姓名") && !page.body.contains("class=\"qr\""),
            "{}",
            page.body
        );

        let without = contest_on(stage, contest.competition.bank, Preset::Daily15, |_| {}).await;
        let (player, _) = joins(stage, &without, IdentityType::Employee, NAME).await;
        assert_eq!(
            of(stage, &without, &player, Kind::Participation).await.err(),
            Some(NoCertificate::NotGiven)
        );
    })
    .await;
}

#[tokio::test]
async fn competition_after_a_frozen_certificate_says_so_and_comes_back_when_nothing_was_found() {
    each_engine(async |stage| {
        let contest = open(stage, |_| {}).await;
        let (path, nobody) = (path(&contest), Browser::new(&stage.app));
        let (player, browser) = played(stage, &contest, NAME, 5).await;
        let shown = of(stage, &contest, &player, Kind::Participation)
            .await
            .expect("a certificate");
        let verify = format!("{path}/verify/{}", shown.certificate.code);
        let case = opened(stage, &contest, &player).await;
        let check = nobody.get(&verify).await;
        for words in ["正在核查", "欧***", "参赛证书"] {
            assert!(check.body.contains(words), "{words}: {}", check.body);
        }
        assert!(
            !check.body.contains("证书真实有效") && !check.body.contains("有效答题次数"),
            "{}",
            check.body
        );
        let page = browser.get(&format!("{path}/certificate")).await;
        assert!(
            page.body.contains("正在核查") && !page.body.contains("class=\"certificate\""),
            "{}",
            page.body
        );
        decide(stage, case, Decision::NoFinding).await;
        let check = nobody.get(&verify).await;
        assert!(check.body.contains("证书真实有效"), "{}", check.body);
    })
    .await;
}

#[tokio::test]
async fn competition_after_awards_are_for_ranks_and_prizes_when_all_is_over() {
    each_engine(async |stage| {
        let contest = open(stage, |rules| rules.identities = IdentityType::ALL.to_vec()).await;
        let path = path(&contest);
        let (first, browser) = played(stage, &contest, NAME, 5).await;
        let (second, _) = played(stage, &contest, "李四", 4).await;
        let (staff, staff_browser) = joins(stage, &contest, IdentityType::StateStaff, "王五").await;
        plays(stage, &contest, &staff, 7, 4, &[]).await;
        // Only the first one had five right in a row, and a chance.
        let id = drawn(stage, &contest).await;
        let me = browser.get(&format!("{path}/me")).await.body;
        for words in ["我中的奖", "一等奖", &format!("/draws/{id}")] {
            assert!(me.contains(words), "{words}: {me}");
        }
        assert!(!staff_browser.get(&format!("{path}/me")).await.body.contains("我中的奖"));
        let admin = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = admin.get(&format!("/admin/competitions/{}", contest.id())).await.body;
        for place in [
            format!("/admin/competitions/{}/draws", contest.id()),
            "/admin/organizations".to_owned(),
            "/admin/organizations/desk".to_owned(),
        ] {
            assert!(page.contains(&format!("\"{place}\"")), "{place}: {page}");
            assert_eq!(admin.get(&place).await.status, 200, "{place}");
        }
        assert!(matches!(
            of(stage, &contest, &first, Kind::Award).await.err(),
            Some(NoCertificate::NotOver(_))
        ));
        stage.clock.set(stage.app.now().plus_seconds(31 * DAY));
        let shown = of(stage, &contest, &first, Kind::Award).await.expect("an award");
        assert_eq!(
            (shown.certificate.rank, shown.certificate.score),
            (Some((1, 2)), Points::whole(5))
        );
        assert_eq!(shown.certificate.prizes[0].lottery, id);
        let page = browser.get(&format!("{path}/certificate?kind=award")).await.body;
        assert!(
            page.contains("总排名第 1 名（共 2 人），在“第一周抽奖”中获“一等奖”"),
            "{page}"
        );
        let check = Browser::new(&stage.app)
            .get(&format!("{path}/verify/{}", shown.certificate.code))
            .await
            .body;
        for words in ["证书真实有效", "获奖证书", "总排名第 1 名", "一等奖", "欧***"] {
            assert!(check.contains(words), "{words}: {check}");
        }
        let participation = of(stage, &contest, &first, Kind::Participation)
            .await
            .expect("a certificate");
        assert_ne!(participation.certificate.code, shown.certificate.code);
        let shown = of(stage, &contest, &second, Kind::Award).await.expect("an award");
        assert_eq!(
            (shown.certificate.rank, shown.certificate.prizes.len()),
            (Some((2, 2)), 0)
        );
        // State staff stand on no board while burden reduction holds.
        assert_eq!(
            of(stage, &contest, &staff, Kind::Award).await.err(),
            Some(NoCertificate::NoAward)
        );
        let page = staff_browser.get(&format!("{path}/certificate?kind=award")).await.body;
        assert!(page.contains("总排名前 100 名"), "{page}");
    })
    .await;
}

/// Where Debian's fonts-noto-cjk or another known font is installed.
#[tokio::test]
async fn competition_after_the_pdf_is_one_and_without_a_font_it_is_refused_in_words() {
    each_engine(async |stage| {
        let contest = open(stage, |_| {}).await;
        let path = path(&contest);
        let joined = joins(stage, &contest, IdentityType::Employee, NAME).await;
        plays(stage, &contest, &joined.0, 7, 5, &[]).await;
        let edge = Edge {
            font: Some("/nowhere/at/all.ttc".into()),
            ..Edge::default()
        };
        let cookie = format!("play_{}", contest.competition.code);
        let form = Form {
            identity: Some(IdentityType::Employee),
            division: 370_303,
            name: "李四".to_owned(),
            ..Form::default()
        };
        let (other, token) = join::join(&stage.app, &contest, None, &form, 7).await.expect("joined");
        plays(stage, &contest, &other, 7, 5, &[]).await;
        let bare = Browser::behind(&stage.app, edge).with_cookie(&cookie, &token.text());
        let refused = bare.get(&format!("{path}/certificate/pdf")).await;
        assert!(
            refused.status == 503 && refused.body.contains("没有中文字体"),
            "{}",
            refused.body
        );

        let shown = of(stage, &contest, &joined.0, Kind::Participation)
            .await
            .expect("a certificate");
        match certificate::pdf(&stage.app, &shown, None).await {
            Err(Error::Fault(Fault::NoFont)) => println!("no Chinese font on this machine"),
            made => {
                let pdf = made.expect("a PDF");
                assert!(pdf.starts_with(b"%PDF-") && pdf.len() < 100_000, "{} bytes", pdf.len());
                let reply = joined.1.get(&format!("{path}/certificate/pdf")).await;
                assert_eq!(
                    (reply.status.as_u16(), reply.header("content-type")),
                    (200, "application/pdf")
                );
            }
        }
    })
    .await;
}

#[tokio::test]
async fn competition_after_a_player_states_and_appeals_and_nobody_else_sees_the_case() {
    each_engine(async |stage| {
        let contest = open(stage, |_| {}).await;
        let path = path(&contest);
        let (player, browser) = played(stage, &contest, NAME, 5).await;
        let (_, other) = played(stage, &contest, "李四", 5).await;
        assert!(!browser.get(&format!("{path}/me")).await.body.contains("关于我的核查"));
        let case = opened(stage, &contest, &player).await;
        let place = format!("{path}/cases/{case}");
        let me = browser.get(&format!("{path}/me")).await.body;
        assert!(me.contains(&place) && me.contains("关于我的核查"), "{me}");
        let page = browser.get(&place).await;
        for words in ["有人举报代答", "待处理", &format!("{place}/statement")] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let (statement, appeal) = (format!("{place}/statement"), format!("{place}/appeal"));
        for (what, words, status) in [(&statement, "", 422), (&appeal, "还没有结论", 409)] {
            let refused = browser.post(what, &[("words", words)]).await;
            assert!(
                refused.status == status && refused.body.contains("role=\"alert\""),
                "{}",
                refused.body
            );
        }
        assert_eq!(other.get(&place).await.status, 404);
        for what in [&statement, &appeal] {
            assert_eq!(other.post(what, &[("words", "不是我的")]).await.status, 404);
            let nobody = Browser::new(&stage.app).post(what, &[("words", "谁也不是")]).await;
            assert_eq!(nobody.status, 401);
        }
        assert_eq!(browser.get(&format!("{path}/cases/x")).await.status, 404);

        let stated = browser.post(&statement, &[("words", "是我自己<b>答的")]).await;
        assert_eq!((stated.status.as_u16(), stated.location()), (303, place.as_str()));
        let page = browser.get(&place).await.body;
        assert!(
            page.contains("您的说明") && page.contains("是我自己&lt;b&gt;答的"),
            "{page}"
        );
        assert_eq!(browser.post(&statement, &[("words", "再说一次")]).await.status, 409);
        decide(stage, case, Decision::Finding).await;
        let page = browser.get(&place).await.body;
        assert!(page.contains("认定有问题") && page.contains("15 日内申诉"), "{page}");
        assert!(!page.contains("judge"), "nobody else is named");
        let appealed = browser.post(&appeal, &[("words", "请看时间记录")]).await;
        assert_eq!(appealed.location(), place);
        let page = browser.with_cookie("lang", "en").get(&place).await.body;
        assert!(page.contains("Your appeal") && page.contains("请看时间记录"), "{page}");
        let stored = db::competition_case::get(&stage.app.db, case).await.expect("the cases");
        let stored = stored.expect("the case");
        assert!(stored.statement.is_some() && stored.appeal.is_some());
    })
    .await;
}
