//! Competitions and laws that change: what leaves before the beginning, what is shown afterwards, on every node.

use std::sync::Arc;

use mingfa::{
    db,
    domain::{
        competition::Rules,
        editor::Typed,
        exam::Window,
        id::{BankId, CompetitionId},
    },
    service::{
        competition::{
            Contest, contest, join,
            overtaken::{Course, found, leave_out},
            play,
            setup::{self, Setup},
        },
        law,
        question::{self, Wish},
    },
};

use crate::{
    browser::Browser,
    competition::form,
    competition_admin,
    law::{FIRST, NEW, OLD, brought, regulation},
    question_law::{NEXT, bank},
    support::{START, Stage, each_engine, operator},
};

const DAY: i64 = 24 * 3600;

/// So many questions an attempt, from this day of the test on.
fn rules(items: u32, day: i64) -> Rules {
    let mut rules = competition_admin::rules();
    rules.stages[0].items = items;
    rules.stages[0].window = Window {
        opens_at: START.plus_seconds(day * DAY),
        closes_at: START.plus_seconds(60 * DAY),
    };
    rules
}

async fn published(stage: &Stage, bank: BankId, rules: Rules) -> CompetitionId {
    let wish = Setup {
        title: "消防法规竞赛".to_owned(),
        unit: None,
        bank,
        rules,
    };
    let id = setup::create(&stage.app, &operator(), wish).await.expect("a draft");
    setup::publish(&stage.app, &operator(), id).await.expect("published");
    id
}

/// The bank with the first version of the law, which the second one follows nine days after the test began.
async fn stocked(stage: &Stage) -> BankId {
    let bank = bank(stage).await;
    brought(stage, "old.md", regulation(FIRST, &OLD)).await;
    law::settle(&stage.app, None).await.expect("settled");
    bank
}

async fn next_version(stage: &Stage) {
    brought(stage, "new.md", regulation(NEXT, &NEW)).await;
    stage.clock.set(START.plus_seconds(10 * DAY));
    let settled = law::settle(&stage.app, None).await.expect("settled");
    assert_eq!(settled.taken_out, 2);
}

async fn known(app: &mingfa::service::App, id: CompetitionId) -> Arc<Contest> {
    let stored = db::competition::get(&app.db, id).await.expect("read").expect("there");
    contest(app, &stored.code).await.expect("published")
}

async fn stems(stage: &Stage, id: CompetitionId) -> Vec<String> {
    let pool = db::competition::pool(&stage.app.db, id).await.expect("the pool");
    pool.into_iter().map(|stored| stored.question.stem).collect()
}

#[tokio::test]
async fn what_the_law_has_overtaken_leaves_a_competition_before_it_begins_on_every_node() {
    each_engine(async |stage| {
        let bank = stocked(stage).await;
        let id = published(stage, bank, rules(3, 20)).await;
        let other = stage.second_node().await;
        assert_eq!(known(&other, id).await.questions(), 7);
        assert_eq!(leave_out(&stage.app).await.expect("looked"), 0, "nothing has changed");
        next_version(stage).await;
        let shown = found(&stage.app, &operator(), id).await.expect("found");
        let named: Vec<_> = shown.questions.iter().map(|one| (one.by_law, one.by_bank)).collect();
        assert_eq!((shown.course, named), (Course::Leaves, vec![(true, false); 2]));
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = browser.get(&format!("/admin/competitions/{id}")).await.body;
        assert!(
            page.contains("法条或题库已变的题目") && page.contains("多久检查一次"),
            "{page}"
        );

        assert_eq!(leave_out(&stage.app).await.expect("left"), 2);
        assert_eq!(leave_out(&other).await.expect("looked"), 0);
        assert_eq!(
            stems(stage, id).await,
            [
                "目的是什么？",
                "能否埋压？",
                "出自别的法？",
                "没有这一条？",
                "没有依据？"
            ]
        );
        assert_eq!(
            stage.count("SELECT MAX(place) FROM competition_item").await,
            4,
            "without gaps"
        );
        let act = "SELECT COUNT(*) FROM audit_entry WHERE act = 'competition_questions_left'";
        assert_eq!(stage.count(act).await, 1);
        stage.clock.advance_seconds(2);
        for app in [&stage.app, &other] {
            assert_eq!(known(app, id).await.questions(), 5);
        }
        let page = browser.get(&format!("/admin/competitions/{id}")).await.body;
        assert!(!page.contains("法条或题库已变的题目"), "{page}");

        // It is played by what is left, and a paper is drawn again as it was.
        stage.clock.set(START.plus_seconds(21 * DAY));
        for app in [&stage.app, &other] {
            let contest = known(app, id).await;
            let (player, _) = join::join(app, &contest, None, &form(0), 0).await.expect("joined");
            let sitting = play::start(app, &contest, &player, 0).await.expect("begun");
            assert_eq!(sitting.questions.len(), 3);
        }
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_competition_that_has_begun_keeps_its_questions_and_its_administrator_is_shown_them() {
    each_engine(async |stage| {
        let bank = stocked(stage).await;
        let id = published(stage, bank, rules(3, 0)).await;
        next_version(stage).await;
        assert_eq!(leave_out(&stage.app).await.expect("looked"), 0);
        assert_eq!(stems(stage, id).await.len(), 7);
        let shown = found(&stage.app, &operator(), id).await.expect("found");
        assert_eq!((shown.course, shown.questions.len()), (Course::Begun, 2));
        let question = shown.questions[0].question;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/competitions/{id}");
        let page = browser.get(&path).await.body;
        let ruling = format!("/admin/disputes/{question}");
        assert!(
            page.contains("题目和答案不会自动改") && page.contains(&ruling),
            "{page}"
        );
        assert_eq!(browser.get(&ruling).await.status, 200);

        // Whoever mends the bank does not change what is played, and that is said too.
        let stored = db::bank::those(&stage.app.db, bank, &[question])
            .await
            .expect("read")
            .remove(0);
        let wish = Wish {
            typed: Typed {
                key: "B".to_owned(),
                basis: "示例市消防水源管理办法第二条".to_owned(),
                ..Typed::of(&stored.question)
            },
            reason: "按新办法改答案".to_owned(),
            anyway: true,
        };
        question::revise(&stage.app, &operator(), bank, question, stored.number, &wish)
            .await
            .expect("changed");
        let shown = found(&stage.app, &operator(), id).await.expect("found");
        let one = shown
            .questions
            .iter()
            .find(|one| one.question == question)
            .expect("still shown");
        assert!(one.by_bank, "{one:?}");
        let english = browser.with_cookie("lang", "en").get(&path).await.body;
        assert!(english.contains("Questions overtaken by law or bank") && english.contains("are others in the bank"));
    })
    .await;
}

#[tokio::test]
async fn what_would_leave_too_few_questions_stays_and_is_named() {
    each_engine(async |stage| {
        let bank = stocked(stage).await;
        let id = published(stage, bank, rules(6, 20)).await;
        next_version(stage).await;
        assert_eq!(leave_out(&stage.app).await.expect("looked"), 0);
        let shown = found(&stage.app, &operator(), id).await.expect("found");
        assert_eq!((shown.course, shown.questions.len()), (Course::Stays, 2));
        // So close to the beginning nothing moves either, for other nodes have to know it by then.
        let near = published(stage, bank, rules(1, 20)).await;
        stage
            .run("UPDATE question_law SET pending = 'changed' WHERE number = 1")
            .await;
        stage.clock.set(START.plus_seconds(20 * DAY - 30));
        assert_eq!(leave_out(&stage.app).await.expect("looked"), 0);
        let shown = found(&stage.app, &operator(), near).await.expect("found");
        assert_eq!((shown.course, shown.questions.len()), (Course::Begun, 1));
    })
    .await;
}
