//! Signals and cases: what stands out is found with its numbers, and what follows is decided by persons, with a reason.

use mingfa::{
    db,
    domain::{
        blueprint::{Blueprint, Part},
        case::{APPEAL_DAYS, Decision, NoCase, State},
        exam::Policy,
        id::{AttemptId, EventId, ExamId},
        item::{Kind as ItemKind, OptionSet},
        paper::Paper,
        points::Points,
        role::{Grant, Role},
        signal::{Kind, Leaving},
    },
    error::Fault,
    service::{Caller, case, exam::Setup, role, signal, sitting, supervision},
};

use crate::{
    browser::Browser,
    support::{Chance, START, Stage, each_engine, event, fault, operator, setup},
};

const QUESTIONS: u16 = 40;
const PERSONS: usize = 12;

/// An open exam of single-choice questions for twelve persons of one unit.
async fn open_exam(stage: &Stage) -> ExamId {
    stage.roster(PERSONS, 1).await;
    let bank = stage.bank("题库", &[(ItemKind::Single, usize::from(QUESTIONS))]).await;
    let set = setup(bank);
    let policy = Policy {
        pass_mark: Points::whole(24),
        ..set.policy.clone()
    };
    let blueprint = Blueprint::of(vec![Part::new(ItemKind::Single, QUESTIONS.into(), Points::whole(1))]);
    stage
        .open_exam(Setup {
            policy,
            blueprint,
            ..set
        })
        .await
}

/// Sits with these authored choices by place in the pool.
async fn sit(stage: &Stage, name: &str, exam: ExamId, choices: &[usize]) -> AttemptId {
    let (caller, attempt) = stage.start(name, exam).await;
    let stored = stage.attempt(attempt).await;
    let body = db::exam::paper(&stage.app.db, exam, stored.person, stored.number)
        .await
        .expect("the papers")
        .expect("the paper");
    let paper = Paper::from_bytes(&body).expect("a whole paper");
    let row: Vec<_> = (1..)
        .zip(&paper.0)
        .map(|(place, drawn)| {
            let choice = drawn.shown(OptionSet::of([choices[drawn.pool as usize]]));
            event(u32::from(place), place, choice)
        })
        .collect();
    sitting::save(&stage.app, &caller, attempt, row).await.expect("stored");
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
    attempt
}

async fn found(stage: &Stage, exam: ExamId, kind: Kind) -> Vec<(String, String)> {
    let found = signal::found(&stage.app, &operator(), exam, Some(kind), 1)
        .await
        .expect("the signals");
    let listed = |entry: &db::signal::Listed| {
        let evidence = entry.signal.evidence.sentence(mingfa::domain::lang::Lang::Zh);
        (entry.number.clone(), evidence)
    };
    found.entries.iter().map(listed).collect()
}

#[tokio::test]
async fn two_who_have_the_same_wrong_answers_are_found_and_nobody_else() {
    each_engine(async |stage| {
        let exam = open_exam(stage).await;
        let mut chance = Chance(7);
        let sheets: Vec<Vec<usize>> = (0..PERSONS)
            .map(|_| (0..QUESTIONS).map(|_| chance.below(4) as usize).collect())
            .collect();
        let mut attempts = Vec::new();
        for (place, sheet) in sheets.iter().enumerate() {
            // The last one has the answers of the first.
            let sheet = if place + 1 == PERSONS { &sheets[0] } else { sheet };
            attempts.push(sit(stage, &(1001 + place).to_string(), exam, sheet).await);
        }
        assert_eq!(found(stage, exam, Kind::SameWrong).await, [], "not compared yet");
        signal::compare(&stage.app, &operator(), exam).await.expect("compared");
        let pair = found(stage, exam, Kind::SameWrong).await;
        let numbers: Vec<_> = pair.iter().map(|(number, _)| number.as_str()).collect();
        assert_eq!(numbers, ["1001", "1012"]);
        assert!(pair[0].1.contains("本场比较了 66 对"), "{}", pair[0].1);
        assert!(found(stage, exam, Kind::FastPerfect).await.is_empty());
        let page = signal::found(&stage.app, &operator(), exam, None, 1)
            .await
            .expect("the signals");
        let compared = page.compared.expect("compared");
        assert_eq!((compared.attempts, compared.pairs, compared.left_out), (12, 66, 0));
        signal::compare(&stage.app, &operator(), exam).await.expect("again");
        assert_eq!(found(stage, exam, Kind::SameWrong).await, pair, "replaced, not added");
    })
    .await;
}

#[tokio::test]
async fn where_the_page_was_left_and_from_how_many_sign_ins_it_was_opened_is_listed() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(4).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let heard = async |times, ms| {
            let left = Leaving { times, ms };
            supervision::heard(&stage.app, &caller, attempt, EventId(0), left)
                .await
                .expect("heard");
        };
        heard(2, 9_000).await;
        heard(1, 12_000).await;
        heard(0, 0).await;
        let path = format!("/attempts/{attempt}");
        for _ in 0..2 {
            let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
            for _ in 0..2 {
                assert_eq!(browser.get(&path).await.status, 200);
            }
        }
        stage.sit("1001", exam, |_, _, key| key).await;
        // Once, from one sign-in.
        let (_, other) = stage.start("1002", exam).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        assert_eq!(browser.get(&format!("/attempts/{other}")).await.status, 200);
        let beat = browser
            .post_json(
                &format!("/api/v1/attempts/{other}/beat"),
                r#"{"seen":"0","left":{"times":-1,"ms":5}}"#,
            )
            .await;
        assert_eq!(beat.status, 400, "{}", beat.body);
        stage.sit("1002", exam, |_, _, key| key).await;
        signal::compare(&stage.app, &operator(), exam).await.expect("compared");
        let left = found(stage, exam, Kind::PageLeft).await;
        assert_eq!(
            left,
            [("1001".to_owned(), "离开答题页 3 次，共 0 分 21 秒。".to_owned())]
        );
        let devices = found(stage, exam, Kind::SeveralDevices).await;
        let words = "这次作答从 2 次登录打开过，涉及 1 种浏览器。".to_owned();
        assert_eq!(devices, [("1001".to_owned(), words)]);
    })
    .await;
}

/// An exam with one signal about person 1001.
async fn with_signal(stage: &Stage) -> (ExamId, AttemptId) {
    let exam = stage.usual_exam(3).await;
    let (caller, attempt) = stage.start("1001", exam).await;
    let left = Leaving { times: 5, ms: 1_000 };
    supervision::heard(&stage.app, &caller, attempt, EventId(0), left)
        .await
        .expect("heard");
    stage.sit("1001", exam, |_, _, key| key).await;
    signal::compare(&stage.app, &operator(), exam).await.expect("compared");
    (exam, attempt)
}

fn no(why: NoCase) -> Fault {
    Fault::Case(why)
}

async fn scores(stage: &Stage) -> i64 {
    stage.count("SELECT CAST(SUM(score) AS BIGINT) FROM attempt").await
}

#[tokio::test]
async fn a_case_goes_from_the_signal_over_statement_and_finding_to_the_appeal_and_no_score_changes() {
    each_engine(async |stage| {
        let (exam, attempt) = with_signal(stage).await;
        let before = scores(stage).await;
        let (first, second) = (
            stage.second_administrator("first").await,
            stage.second_administrator("second").await,
        );
        let person = stage.caller("1001").await;
        let id = case::open(&stage.app, &first, exam, attempt, Kind::PageLeft, "离开次数较多")
            .await
            .expect("opened");
        let decide = async |by: &Caller, decision, why: &str| case::decide(&stage.app, by, id, decision, why).await;
        let decided = decide(&first, Decision::Finding, "查实").await;
        assert_eq!(
            fault(decided),
            no(NoCase::SamePerson),
            "whoever opened it does not decide"
        );
        case::state(&stage.app, &person, id, "电话响了").await.expect("stated");
        let again = case::state(&stage.app, &person, id, "又响了").await;
        assert_eq!(fault(again), no(NoCase::Stated));
        let early = case::appeal(&stage.app, &person, id, "不服").await;
        assert_eq!(fault(early), no(NoCase::Decided), "nothing to appeal yet");
        decide(&second, Decision::Finding, "查看了其他页面")
            .await
            .expect("decided");
        let late = case::state(&stage.app, &person, id, "再说明").await;
        assert_eq!(fault(late), no(NoCase::Decided));
        case::appeal(&stage.app, &person, id, "确实只是电话")
            .await
            .expect("appealed");
        let same = decide(&second, Decision::Lift, "撤销").await;
        assert_eq!(
            fault(same),
            no(NoCase::SamePerson),
            "whoever decided does not judge the appeal"
        );
        decide(&first, Decision::Lift, "没有其他依据").await.expect("lifted");
        let mine = case::mine(&stage.app, &person, id).await.expect("mine");
        assert_eq!(mine.case.state, State::Lifted);
        assert_eq!(scores(stage).await, before);
        let notices = "SELECT COUNT(*) FROM notice";
        assert_eq!(stage.count(notices).await, 3, "opened, decided, decided on appeal");
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('case_opened', 'case_decided')";
        assert_eq!(stage.count(acts).await, 3);
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_with_the_reason_and_changes_nothing() {
    each_engine(async |stage| {
        let (exam, attempt) = with_signal(stage).await;
        let open = async |by: &Caller, kind, why: &str| case::open(&stage.app, by, exam, attempt, kind, why).await;
        let refused = open(&operator(), Kind::SameWrong, "雷同").await;
        assert_eq!(fault(refused), no(NoCase::NoSignal));
        assert_eq!(fault(open(&operator(), Kind::PageLeft, " ").await), no(NoCase::Words));
        let candidate = stage.caller("1002").await;
        assert_eq!(fault(open(&candidate, Kind::PageLeft, "离开").await), Fault::Forbidden);
        let everywhere = Grant {
            role: Role::ExamAdministrator,
            unit: None,
        };
        role::grant(&stage.app, &operator(), "1001", everywhere)
            .await
            .expect("a role");
        let own = stage.caller("1001").await;
        assert_eq!(fault(open(&own, Kind::PageLeft, "离开").await), no(NoCase::Own));
        assert_eq!(stage.count("SELECT COUNT(*) FROM case_file").await, 0);

        let id = open(&operator(), Kind::PageLeft, "离开").await.expect("opened");
        assert_eq!(
            fault(open(&operator(), Kind::PageLeft, "离开").await),
            no(NoCase::Opened)
        );
        let own_decision = case::decide(&stage.app, &own, id, Decision::NoFinding, "没有问题").await;
        assert_eq!(fault(own_decision), no(NoCase::Own));
        assert_eq!(
            fault(case::mine(&stage.app, &candidate, id).await.map(drop)),
            Fault::NotFound,
            "not theirs"
        );
        let judge = stage.second_administrator("judge").await;
        let lift = case::decide(&stage.app, &judge, id, Decision::Lift, "撤销").await;
        assert_eq!(fault(lift), no(NoCase::Decided), "there is no appeal");
        case::decide(&stage.app, &judge, id, Decision::Finding, "查实")
            .await
            .expect("decided");
        let until = START.plus_seconds(i64::from(APPEAL_DAYS) * 24 * 3600);
        stage.clock.set(until.plus_seconds(1));
        let late = case::appeal(&stage.app, &own, id, "不服").await;
        assert_eq!(fault(late), no(NoCase::TooLate(until)));
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM case_file WHERE state = 'finding'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn an_administrator_and_the_person_go_the_way_by_pages() {
    each_engine(async |stage| {
        let (exam, attempt) = with_signal(stage).await;
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{exam}/signals");
        let compared = administrator.post(&path, &[]).await;
        assert_eq!(compared.location(), path);
        let page = administrator.get(&path).await;
        for words in ["张1001", "离开答题页 5 次", "没有误报率可言", "立项核查"] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        let attempt = attempt.to_string();
        let opened = administrator
            .post(
                &format!("/admin/exams/{exam}/cases"),
                &[
                    ("attempt", &attempt),
                    ("kind", "page_left"),
                    ("reason", "离开 <b>五次</b>"),
                ],
            )
            .await;
        let file = opened.location().to_owned();
        assert!(administrator.get(&path).await.body.contains(&file), "linked");
        assert!(administrator.get("/admin/cases").await.body.contains(&file), "waits");
        let own = administrator.get(&file).await;
        assert!(own.body.contains("要由另一名管理员决定"), "{}", own.body);

        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let told = candidate.get("/notices").await;
        let mine = file.replace("/admin", "");
        assert!(told.body.contains(&mine), "{}", told.body);
        let page = candidate.get(&mine).await;
        assert!(
            page.body.contains("说明情况") && !page.body.contains("<b>五次"),
            "{}",
            page.body
        );
        let short = candidate.post(&format!("{mine}/statement"), &[("words", "x")]).await;
        assert!(
            short.status == 422 && short.body.contains("2 到 1000 字"),
            "{}",
            short.body
        );
        let said = candidate
            .post(&format!("{mine}/statement"), &[("words", "接了电话")])
            .await;
        assert_eq!(said.location(), mine);

        stage.second_administrator("judge").await;
        let judge = Browser::new(&stage.app).signed_in(&stage.token("judge").await);
        assert!(judge.get(&file).await.body.contains("接了电话"));
        let decided = judge
            .post(&file, &[("decision", "finding"), ("reason", "查看了别的页面")])
            .await;
        assert_eq!(decided.location(), file);
        let page = candidate.get(&mine).await;
        assert!(page.body.contains("15 日内申诉"), "{}", page.body);
        let appealed = candidate
            .post(&format!("{mine}/appeal"), &[("words", "不是这样")])
            .await;
        assert_eq!(appealed.location(), mine);
        assert!(judge.get("/admin/cases").await.body.contains("已申诉"));
        let closed = administrator
            .post(&file, &[("decision", "confirm"), ("reason", "记录清楚")])
            .await;
        assert_eq!(closed.location(), file);
        assert!(candidate.get(&mine).await.body.contains("申诉后维持"));
        let decided = administrator.get("/admin/cases?state=decided").await;
        assert!(decided.body.contains(&file));
    })
    .await;
}
