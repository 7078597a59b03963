//! Main and make-up round: whom each admits, whose attempt counts, what the figures make of both.

use mingfa::{
    domain::{
        attempt::{HandIn, NoStart},
        exam::{Admits, Counting, Policy, RoundFault, Window},
        figure::Counts,
        id::ExamId,
        points::Points,
    },
    error::Fault,
    service::{exam::Setup, figure, round, sitting, slot::Entry, verify},
};

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, event, fault, operator, setup},
};

const DAY: i64 = 24 * 3600;

fn of_round(number: u32) -> figure::Part {
    figure::Part {
        round: Some(number),
        ..figure::Part::default()
    }
}

/// The main round of [`setup`] takes the first day; this one the third.
fn third_day(admits: Admits) -> round::Wish {
    round::Wish {
        admits,
        window: Window {
            opens_at: START.plus_seconds(2 * DAY),
            closes_at: START.plus_seconds(3 * DAY),
        },
        attempts: 1,
    }
}

/// An open exam for so many persons, in units `市局/0科` and on.
async fn open(stage: &Stage, persons: usize, change: impl FnOnce(&mut Policy)) -> ExamId {
    stage.roster(persons, 2).await;
    let mut setup = setup(stage.usual_bank().await);
    change(&mut setup.policy);
    stage.open_exam(setup).await
}

/// Sits now with so many questions right from the front; gives the points. Five earn 1 each, two 2, three 1.
async fn sit(stage: &Stage, name: &str, exam: ExamId, right: usize) -> i64 {
    let (caller, attempt) = stage.start(name, exam).await;
    let keys = stage.keys(attempt).await;
    let row: Vec<_> = (1..)
        .zip(&keys)
        .take(right)
        .map(|(number, (_, key))| event(u32::from(number), number, *key))
        .collect();
    if !row.is_empty() {
        sitting::save(&stage.app, &caller, attempt, row).await.expect("stored");
    }
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
    stage.attempt(attempt).await.outcome.expect("handed in").settled.score.0 / 100
}

/// Why this person cannot start now; `None`: the person can.
async fn no_start(stage: &Stage, name: &str, exam: ExamId) -> Option<NoStart> {
    let caller = stage.caller(name).await;
    sitting::standing(&stage.app, &caller, exam)
        .await
        .expect("the standing")
        .no_start
}

/// | person | main round | make-up round | final |
/// |---|---|---|---|
/// | 1001 | 12, passed | not admitted | 12 |
/// | 1002 | 5, failed | 9, passed | 9 |
/// | 1003 | absent | 3, failed | 3 |
/// | 1004 | 5, failed | absent | 5 |
/// | 1005 | absent | absent | absent |
#[tokio::test]
async fn a_year_with_a_make_up_round_counted_by_hand() {
    each_engine(async |stage| {
        let exam = open(stage, 5, |_| {}).await;
        assert_eq!(
            (sit(stage, "1001", exam, 10).await, sit(stage, "1002", exam, 5).await),
            (12, 5)
        );
        assert_eq!(sit(stage, "1004", exam, 5).await, 5);
        let number = round::add(&stage.app, &operator(), exam, third_day(Admits::Both))
            .await
            .expect("added");
        assert_eq!(number, 2);
        stage.clock.advance_seconds(DAY + 60);
        assert_eq!(
            no_start(stage, "1001", exam).await,
            Some(NoStart::Closed),
            "nothing is to come for who passed"
        );
        assert_eq!(no_start(stage, "1005", exam).await, Some(NoStart::NotYet));
        stage.clock.advance_seconds(DAY);
        assert_eq!(no_start(stage, "1001", exam).await, Some(NoStart::NotAdmitted));
        let passed = stage.caller("1001").await;
        assert_eq!(
            fault(sitting::start(&stage.app, &passed, exam, Entry::default()).await),
            Fault::CannotStart(NoStart::NotAdmitted)
        );
        assert_eq!(
            (sit(stage, "1002", exam, 7).await, sit(stage, "1003", exam, 3).await),
            (9, 3)
        );
        assert_eq!(
            no_start(stage, "1002", exam).await,
            Some(NoStart::NoAttemptLeft),
            "one attempt, and it is used"
        );
        assert_eq!(no_start(stage, "1003", exam).await, Some(NoStart::NoAttemptLeft));
        assert_eq!(no_start(stage, "1004", exam).await, None);

        let counts = |due, sat, passed, sum| Counts {
            registered: 5,
            due,
            sat,
            passed,
            score_sum: Points::whole(sum),
            ..Counts::default()
        };
        let counted = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures");
        assert_eq!(counted.total, counts(5, 4, 2, 12 + 9 + 3 + 5));
        let by_round: Vec<_> = counted
            .by_round
            .iter()
            .map(|(round, counts)| (round.number, *counts))
            .collect();
        assert_eq!(by_round, [(1, counts(5, 3, 1, 22)), (2, counts(4, 2, 1, 12))]);
        let second = figure::of_part(&stage.app, &operator(), exam, of_round(2))
            .await
            .expect("the figures");
        assert_eq!(second.total, counts(4, 2, 1, 12));
        let third = figure::of_part(&stage.app, &operator(), exam, of_round(3)).await;
        assert_eq!(fault(third.map(|_| ())), Fault::NotFound);

        let report = verify::verify(&stage.app, &operator(), |_| {}).await.expect("verified");
        assert_eq!((report.differences, report.attempts), (vec![], 5));
    })
    .await;
}

#[tokio::test]
async fn a_make_up_round_is_for_those_it_names() {
    for (admits, absent, failed) in [(Admits::Absent, true, false), (Admits::Failed, false, true)] {
        each_engine(async |stage| {
            let exam = open(stage, 2, |_| {}).await;
            sit(stage, "1001", exam, 0).await;
            round::add(&stage.app, &operator(), exam, third_day(admits))
                .await
                .expect("added");
            stage.clock.advance_seconds(2 * DAY);
            let refused = |admitted: bool| (!admitted).then_some(NoStart::NotAdmitted);
            assert_eq!(no_start(stage, "1001", exam).await, refused(failed), "{admits:?}");
            assert_eq!(no_start(stage, "1002", exam).await, refused(absent), "{admits:?}");
            let counted = figure::of_part(&stage.app, &operator(), exam, of_round(2))
                .await
                .expect("the figures");
            assert_eq!(counted.total.due, 1);
        })
        .await;
    }
}

#[tokio::test]
async fn an_attempt_of_the_make_up_round_ends_with_it_and_has_a_paper_of_its_own() {
    each_engine(async |stage| {
        let exam = open(stage, 2, |_| {}).await;
        sit(stage, "1001", exam, 0).await;
        round::add(&stage.app, &operator(), exam, third_day(Admits::Both))
            .await
            .expect("added");
        stage.clock.advance_seconds(3 * DAY - 600);
        let (_, second) = stage.start("1001", exam).await;
        let (_, first) = stage.start("1002", exam).await;
        let attempt = stage.attempt(second).await;
        assert_eq!((attempt.round, attempt.number), (2, 2));
        assert_eq!(attempt.deadline, START.plus_seconds(3 * DAY), "its round's close");
        let absent = stage.attempt(first).await;
        assert_eq!(
            (absent.round, absent.number),
            (2, 1),
            "with the paper drawn at the opening"
        );
        stage.clock.advance_seconds(610);
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("the sweep"), 2);
        let outcome = stage.attempt(second).await.outcome.expect("handed in");
        assert_eq!(
            (outcome.hand_in, outcome.handed_in_at),
            (HandIn::AutoSubmit, START.plus_seconds(3 * DAY))
        );
    })
    .await;
}

/// 12, then 5, then 9 right in two main attempts and the make-up round.
#[tokio::test]
async fn the_rules_say_which_attempt_counts_over_both_rounds() {
    for (counting, score, passed) in [
        (Counting::Best, 12, 1),
        (Counting::Last, 5, 0),
        (Counting::First, 12, 1),
    ] {
        each_engine(async |stage| {
            let exam = open(stage, 1, |policy| {
                policy.counting = counting;
                policy.attempts = 2;
            })
            .await;
            sit(stage, "1001", exam, 10).await;
            sit(stage, "1001", exam, 5).await;
            let total = async || {
                figure::figures(&stage.app, &operator(), exam)
                    .await
                    .expect("the figures")
                    .total
            };
            let counted = total().await;
            assert_eq!(
                (counted.sat, counted.passed, counted.score_sum),
                (1, passed, Points::whole(score))
            );
            let caller = stage.caller("1001").await;
            let standing = sitting::standing(&stage.app, &caller, exam)
                .await
                .expect("the standing");
            let settled = standing.counting().and_then(|attempt| attempt.outcome.as_ref());
            assert_eq!(settled.map(|outcome| outcome.settled.score), Some(Points::whole(score)));
            if counting == Counting::Last {
                round::add(&stage.app, &operator(), exam, third_day(Admits::Failed))
                    .await
                    .expect("added");
                stage.clock.advance_seconds(2 * DAY);
                assert_eq!(sit(stage, "1001", exam, 7).await, 9);
                let counted = total().await;
                assert_eq!(
                    (counted.sat, counted.passed, counted.score_sum),
                    (1, 1, Points::whole(9))
                );
            }
            let report = verify::verify(&stage.app, &operator(), |_| {}).await.expect("verified");
            assert_eq!(report.differences, []);
        })
        .await;
    }
}

#[tokio::test]
async fn a_round_that_cannot_be_is_refused_with_the_reason_and_not_stored() {
    each_engine(async |stage| {
        let bank = stage.usual_bank().await;
        let draft = stage.draft(setup(bank)).await;
        let add = async |exam, wish| round::add(&stage.app, &operator(), exam, wish).await;
        assert_eq!(
            fault(add(draft, third_day(Admits::Both)).await),
            Fault::WrongState,
            "not open yet"
        );
        stage.roster(1, 1).await;
        let exam = stage.open_exam(Setup { ..setup(bank) }).await;
        let window = |opens, closes| Window {
            opens_at: START.plus_seconds(opens),
            closes_at: START.plus_seconds(closes),
        };
        let usual = third_day(Admits::Both);
        for (wish, faults) in [
            (
                round::Wish {
                    window: window(3 * DAY, 2 * DAY),
                    ..usual
                },
                vec![RoundFault::Window],
            ),
            (
                round::Wish {
                    window: window(DAY - 1, 2 * DAY),
                    ..usual
                },
                vec![RoundFault::Overlap],
            ),
            (round::Wish { attempts: 0, ..usual }, vec![RoundFault::Attempts]),
            (third_day(Admits::All), vec![RoundFault::Admits]),
        ] {
            assert_eq!(fault(add(exam, wish).await), Fault::Round(faults));
        }
        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(round::add(&stage.app, &candidate, exam, usual).await),
            Fault::Forbidden
        );
        assert_eq!(fault(add(ExamId(1), usual).await), Fault::NotFound);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM exam_round WHERE kind = 'makeup'")
                .await,
            0
        );

        assert_eq!(add(exam, usual).await.expect("added"), 2);
        let remove = async |number| round::remove(&stage.app, &operator(), exam, number).await;
        assert_eq!(fault(remove(1).await), Fault::WrongState, "the main round stays");
        assert_eq!(fault(remove(3).await), Fault::NotFound);
        remove(2).await.expect("not begun");
        assert_eq!(add(exam, usual).await.expect("added"), 2);
        stage.clock.advance_seconds(2 * DAY);
        assert_eq!(fault(remove(2).await), Fault::WrongState, "it has begun");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_administrators_who_add_the_same_round_at_once_add_it_once() {
    each_engine(async |stage| {
        let exam = open(stage, 1, |_| {}).await;
        let node = stage.second_node().await;
        let (operator, wish) = (operator(), third_day(Admits::Both));
        let (here, there) = tokio::join!(
            round::add(&stage.app, &operator, exam, wish),
            round::add(&node, &operator, exam, wish)
        );
        assert_ne!(here.is_ok(), there.is_ok());
        assert_eq!(stage.count("SELECT COUNT(*) FROM exam_round").await, 2);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_pages_say_which_round_is_open_and_take_a_new_one() {
    each_engine(async |stage| {
        let exam = open(stage, 2, |_| {}).await;
        let path = format!("/admin/exams/{exam}");
        let administrator = async || Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let fields = |opens, closes| {
            [
                ("admits", "both"),
                ("opens_at", opens),
                ("closes_at", closes),
                ("attempts", "1"),
            ]
        };
        let add = format!("{path}/rounds");
        for (opens, closes, words) in [
            ("2026-12-03T09:00", "2026-12-03T08:00", "晚于开放时间"),
            ("2026-12-01T12:00", "2026-12-04T09:00", "不能与主考重叠"),
            ("x", "", "晚于开放时间"),
        ] {
            let reply = administrator().await.post(&add, &fields(opens, closes)).await;
            assert_eq!(reply.status, 422);
            assert!(
                reply.body.contains(words) && reply.body.contains(&format!("value=\"{opens}\"")),
                "{words}"
            );
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM exam_round").await, 1);
        let reply = administrator()
            .await
            .post(&add, &fields("2026-12-03T09:00", "2026-12-04T09:00"))
            .await;
        assert_eq!((reply.status.as_u16(), reply.location()), (303, path.as_str()));
        let page = administrator().await.get(&path).await.body;
        assert!(
            page.contains("补考：2026年12月3日 09:00 至 2026年12月4日 09:00，面向缺考和不合格人员"),
            "{page}"
        );

        let candidate = async |path: &str| {
            let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
            browser.get(path).await.body
        };
        let intro = format!("/exams/{exam}");
        for page in [candidate("/").await, candidate(&intro).await] {
            assert!(page.contains("主考进行中："), "{page}");
        }
        stage.clock.advance_seconds(DAY + 1);
        assert!(candidate(&intro).await.contains("补考还没有开放："));
        stage.clock.advance_seconds(DAY);
        assert!(candidate("/").await.contains("补考进行中："));
        sit(stage, "1001", exam, 10).await;
        assert!(candidate(&intro).await.contains("第 1 次 · 补考"));
        let figures = administrator().await.get(&format!("{path}/figures?round=2")).await;
        assert!(
            figures.status == 200 && figures.body.contains("只统计补考"),
            "{}",
            figures.body
        );
        for wrong in ["7", "x", "-1"] {
            let reply = administrator()
                .await
                .get(&format!("{path}/figures?round={wrong}"))
                .await;
            assert_eq!(reply.status, 404, "{wrong}");
        }
        stage.clock.advance_seconds(2 * DAY);
        assert!(candidate("/").await.contains("补考已结束："));
    })
    .await;
}
