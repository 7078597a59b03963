//! Exams and laws that change: what an exam asks at its opening, what papers still to come do without, and what its administrator
//! is shown.

use std::collections::BTreeSet;

use mingfa::{
    db,
    domain::{
        blueprint::Blueprint,
        editor::Typed,
        exam::{Admits, Policy, Window},
        id::{AttemptId, BankId, ExamId},
        item::{OptionSet, State},
        paper::Paper,
    },
    service::{
        exam::{self, Setup},
        law, overtaken,
        question::{self, Wish},
        round, sitting,
        verify::verify,
    },
};

use crate::{
    browser::Browser,
    law::{FIRST, NEW, OLD, brought, regulation},
    question_law::{DAYS, NEXT, bank, pool, questions, setup},
    support::{START, Stage, each_engine, operator},
};

/// The bank with the first version of the law, which the second one follows nine days after the test began.
async fn stocked(stage: &Stage) -> BankId {
    let bank = bank(stage).await;
    brought(stage, "old.md", regulation(FIRST, &OLD)).await;
    law::settle(&stage.app, None).await.expect("settled");
    bank
}

async fn next_version(stage: &Stage) {
    brought(stage, "new.md", regulation(NEXT, &NEW)).await;
    stage.clock.set(START.plus_seconds(10 * DAYS));
    let settled = law::settle(&stage.app, None).await.expect("settled");
    assert_eq!(settled.taken_out, 2);
}

/// Writes the question that begins so with another key and basis.
async fn mended(stage: &Stage, bank: BankId, stem: &str) {
    let all = questions(stage, bank).await;
    let stored = all.into_iter().find(|one| one.question.stem.starts_with(stem));
    let stored = stored.expect("the question");
    let wish = Wish {
        typed: Typed {
            key: "B".to_owned(),
            basis: "示例市消防水源管理办法第三条".to_owned(),
            ..Typed::of(&stored.question)
        },
        reason: "按新办法改答案".to_owned(),
        anyway: true,
    };
    question::revise(&stage.app, &operator(), bank, stored.id, stored.number, &wish)
        .await
        .expect("changed");
}

async fn retired(stage: &Stage, bank: BankId, stem: &str) {
    let all = questions(stage, bank).await;
    let stored = all.iter().find(|one| one.question.stem.starts_with(stem));
    let id = stored.expect("the question").id;
    question::set_state(&stage.app, &operator(), bank, id, State::Retired, "不再使用")
        .await
        .expect("retired");
}

#[tokio::test]
async fn at_its_opening_an_exam_takes_its_questions_as_the_bank_has_them_then() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = stocked(stage).await;
        let id = exam::create(&stage.app, &operator(), setup(bank, 5))
            .await
            .expect("created");
        exam::publish(&stage.app, &operator(), id).await.expect("published");
        assert_eq!(pool(stage, id).await.len(), 7);
        // One is mended, one retired, one waits still, one only has another number.
        next_version(stage).await;
        mended(stage, bank, "多久").await;
        retired(stage, bank, "出自").await;
        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = editor.get(&format!("/admin/exams/{id}")).await.body;
        assert!(page.contains("法条或题库已变的题目"), "{page}");
        assert!(
            page.contains("开考时移出") && page.contains("开考时按新的内容出"),
            "{page}"
        );

        exam::open(&stage.app, &operator(), id).await.expect("opened");
        let pool = db::bank::pool(&stage.app.db, id).await.expect("the pool");
        let drawn: Vec<_> = pool
            .iter()
            .map(|one| (one.question.stem.as_str(), one.number, one.question.key))
            .collect();
        let (first, second) = (OptionSet::of([0]), OptionSet::of([1]));
        assert_eq!(
            drawn,
            [
                ("目的是什么？", 1, first),
                ("多久检查一次？", 2, second),
                ("能否埋压？", 2, first),
                ("没有这一条？", 1, first),
                ("没有依据？", 1, first)
            ]
        );
        assert_eq!(
            pool[2].question.basis,
            ["《示例市消防水源管理办法》（2026-11-20）第4条"]
        );
        assert_eq!(stage.count("SELECT MAX(place) FROM exam_item").await, 4, "without gaps");
        let page = editor.get(&format!("/admin/exams/{id}")).await.body;
        assert!(!page.contains("法条或题库已变的题目"), "{page}");
        assert_eq!(
            verify(&stage.app, &operator(), |_| {})
                .await
                .expect("verified")
                .differences,
            []
        );
    })
    .await;
}

/// An exam of so many questions, open before the law changes, of which each may be sat four times.
async fn opened(stage: &Stage, bank: BankId, count: u32, ceiling: Option<u32>) -> ExamId {
    let usual = setup(bank, count);
    let setup = Setup {
        policy: Policy {
            attempts: 4,
            ..usual.policy.clone()
        },
        blueprint: Blueprint {
            ceiling,
            ..usual.blueprint.clone()
        },
        ..usual
    };
    let id = exam::create(&stage.app, &operator(), setup).await.expect("created");
    exam::publish(&stage.app, &operator(), id).await.expect("published");
    exam::open(&stage.app, &operator(), id).await.expect("opened");
    id
}

/// Sits once with nothing answered; gives the stems of the paper.
async fn sat(stage: &Stage, name: &str, exam: ExamId) -> (AttemptId, BTreeSet<String>) {
    let (caller, attempt) = stage.start(name, exam).await;
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
    let stored = stage.attempt(attempt).await;
    let body = db::exam::paper(&stage.app.db, exam, stored.person, stored.number).await;
    let paper = Paper::from_bytes(&body.expect("the papers").expect("a paper")).expect("a paper");
    let stems = pool(stage, exam).await;
    let stems = paper.0.iter().map(|drawn| stems[drawn.pool as usize].clone());
    (attempt, stems.collect())
}

const OVERTAKEN: [&str; 2] = ["多久检查一次？", "罚款多少？"];

#[tokio::test]
async fn papers_still_to_come_do_without_what_the_law_has_overtaken_and_are_drawn_again_as_they_were() {
    each_engine(async |stage| {
        stage.roster(4, 1).await;
        let bank = stocked(stage).await;
        let plain = opened(stage, bank, 5, None).await;
        let ceiled = opened(stage, bank, 3, Some(80)).await;
        for exam in [plain, ceiled] {
            sat(stage, "1001", exam).await;
            assert!(sat(stage, "1001", exam).await.1.len() >= 3);
        }
        next_version(stage).await;
        let other = stage.second_node().await;
        assert_eq!(overtaken::leave_out(&stage.app).await.expect("looked"), 2);
        assert_eq!(overtaken::leave_out(&other).await.expect("looked"), 0);
        other.db.close().await;
        let found = overtaken::found(&stage.app, &operator(), plain).await.expect("found");
        let told: Vec<_> = found
            .questions
            .iter()
            .map(|(one, out)| (one.stem.as_str(), one.by_law, one.by_bank, *out))
            .collect();
        assert_eq!(told, OVERTAKEN.map(|stem| (stem, true, false, true)));

        let without = |stems: &BTreeSet<String>| OVERTAKEN.iter().all(|stem| !stems.contains(*stem));
        for name in ["1001", "1002", "1003"] {
            // The first paper was drawn at the opening, and stays.
            if name != "1001" {
                sat(stage, name, plain).await;
                sat(stage, name, ceiled).await;
            }
            let (_, stems) = sat(stage, name, plain).await;
            assert!(stems.len() == 5 && without(&stems), "{stems:?}");
            let (_, stems) = sat(stage, name, ceiled).await;
            assert!(stems.len() == 3 && without(&stems), "{stems:?}");
        }
        // What somebody has looked at comes back.
        let all = questions(stage, bank).await;
        let changed = all.iter().find(|one| one.question.stem == OVERTAKEN[0]).expect("there");
        law::confirm(&stage.app, &operator(), bank, changed.id, "题目只问由谁检查")
            .await
            .expect("confirmed");
        assert_eq!(overtaken::leave_out(&stage.app).await.expect("looked"), 2);
        let (_, stems) = sat(stage, "1001", plain).await;
        assert!(!stems.contains(OVERTAKEN[1]), "{stems:?}");
        sat(stage, "1001", ceiled).await;

        let numbers = "SELECT COUNT(DISTINCT left_out) FROM paper";
        assert_eq!(stage.count(numbers).await, 3);
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act = 'exam_questions_left'";
        assert_eq!(stage.count(acts).await, 4);
        let report = verify(&stage.app, &operator(), |_| {}).await.expect("verified");
        assert_eq!(report.differences, []);
        // A paper says by what it was drawn, or it is named.
        stage.run("UPDATE paper SET left_out = 0 WHERE left_out = 1").await;
        let report = verify(&stage.app, &operator(), |_| {}).await.expect("verified");
        assert!(!report.differences.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_too_few_questions_are_left_without_stays_and_its_administrator_is_told() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stocked(stage).await;
        let six = opened(stage, bank, 6, None).await;
        let seven = opened(stage, bank, 7, None).await;
        sat(stage, "1001", six).await;
        next_version(stage).await;
        assert_eq!(overtaken::leave_out(&stage.app).await.expect("looked"), 1);
        let out = async |exam| {
            let found = overtaken::found(&stage.app, &operator(), exam).await.expect("found");
            found.questions.iter().map(|(_, out)| *out).collect::<Vec<_>>()
        };
        assert_eq!(
            (out(six).await, out(seven).await),
            (vec![true, false], vec![false, false])
        );
        let (_, stems) = sat(stage, "1001", six).await;
        assert!(
            !stems.contains(OVERTAKEN[0]) && stems.contains(OVERTAKEN[1]),
            "{stems:?}"
        );

        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{six}");
        let page = editor.get(&path).await.body;
        for words in ["法条或题库已变的题目", "不再抽", "照常抽", "罚款多少？"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let key = format!("{path}/keys/1");
        assert!(page.contains(&key), "{page}");
        assert_eq!(editor.get(&key).await.status, 200);
        let english = editor.with_cookie("lang", "en").get(&path).await.body;
        assert!(english.contains("Questions overtaken by law or bank") && english.contains("Not drawn"));
    })
    .await;
}

#[tokio::test]
async fn a_make_up_round_is_added_with_what_its_papers_do_without() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stocked(stage).await;
        let id = opened(stage, bank, 3, None).await;
        sat(stage, "1001", id).await;
        next_version(stage).await;
        mended(stage, bank, "多久").await;
        retired(stage, bank, "出自").await;
        let wish = round::Wish {
            admits: Admits::Both,
            window: Window {
                opens_at: START.plus_seconds(40 * DAYS),
                closes_at: START.plus_seconds(41 * DAYS),
            },
            attempts: 1,
        };
        round::add(&stage.app, &operator(), id, wish).await.expect("added");
        let found = overtaken::found(&stage.app, &operator(), id).await.expect("found");
        let told: Vec<_> = found
            .questions
            .iter()
            .map(|(one, out)| (one.by_law, one.by_bank, one.unused, *out))
            .collect();
        let (mended, fined, elsewhere) = (
            (false, true, false, true),
            (true, false, false, true),
            (false, false, true, true),
        );
        assert_eq!(told, [mended, fined, elsewhere]);
        stage.clock.set(START.plus_seconds(40 * DAYS + 60));
        let (_, stems) = sat(stage, "1001", id).await;
        for gone in ["多久检查一次？", "罚款多少？", "出自别的法？"] {
            assert!(!stems.contains(gone), "{stems:?}");
        }
    })
    .await;
}
