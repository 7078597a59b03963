//! The server holds the deadline: it hands in by itself, once, with every browser gone.

use mingfa::{
    domain::{attempt::HandIn, exam::Window, id::AttemptId, item::Kind, points::Points},
    error::Fault,
    service::{Caller, figure, sitting, slot::Entry},
};

use crate::support::{START, Stage, each_engine, event, events, fault, operator, setup};

/// Answers the first `right` questions rightly and leaves the others; gives the points they are worth.
async fn answer(stage: &Stage, caller: &Caller, attempt: AttemptId, right: usize) -> Points {
    let keys = stage.keys(attempt).await;
    let row = (1u32..)
        .zip(&keys)
        .take(right)
        .map(|(number, (_, key))| event(number, number as u16, *key))
        .collect();
    sitting::save(&stage.app, caller, attempt, row)
        .await
        .expect("the answers are stored");
    let points = |kind| Points::whole(if kind == Kind::Multiple { 2 } else { 1 });
    keys.iter().take(right).map(|(kind, _)| points(*kind)).sum()
}

#[tokio::test]
async fn at_the_deadline_the_server_hands_in_once_with_the_right_score() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (first, attempt) = stage.start("1001", exam).await;
        let score = answer(stage, &first, attempt, 7).await;
        let (second, handed_in) = stage.start("1002", exam).await;
        answer(stage, &second, handed_in, 1).await;
        sitting::hand_in(&stage.app, &second, handed_in)
            .await
            .expect("the hand-in");
        let before = stage.attempt(handed_in).await;

        stage.clock.advance_seconds(3600 + 4);
        assert_eq!(
            sitting::hand_in_overdue(&stage.app).await.expect("the sweep"),
            0,
            "the grace is not over yet"
        );
        stage.clock.advance_seconds(1);
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("the sweep"), 1);
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("the sweep"), 0);

        let outcome = stage.attempt(attempt).await.outcome.expect("handed in");
        assert_eq!(
            (outcome.hand_in, outcome.handed_in_at),
            (HandIn::AutoSubmit, START.plus_minutes(60))
        );
        assert_eq!((outcome.settled.score, score), (Points::whole(9), Points::whole(9)));
        assert_ne!(outcome.settled.receipt, [0; 32]);
        assert_eq!(
            stage.attempt(handed_in).await,
            before,
            "what was handed in stays as it was"
        );
        assert_eq!(before.outcome.expect("handed in").hand_in, HandIn::Submit);

        let total = figure::figures(&stage.app, &operator(), exam)
            .await
            .expect("the figures")
            .total;
        assert_eq!((total.due, total.sat, total.passed, total.absent()), (3, 2, 1, 1));
    })
    .await;
}

#[tokio::test]
async fn answers_on_their_way_at_the_deadline_still_count() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        stage.clock.advance_seconds(3600 + 3);
        let score = answer(stage, &caller, attempt, 10).await;
        stage.clock.advance_seconds(2);
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, events(11, 1)).await),
            Fault::Late
        );
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("the sweep"), 1);
        let outcome = stage.attempt(attempt).await.outcome.expect("handed in");
        assert_eq!((outcome.settled.score, score), (Points::whole(12), Points::whole(12)));
        assert_eq!(outcome.handed_in_at, START.plus_minutes(60));
    })
    .await;
}

#[tokio::test]
async fn a_start_shortly_before_the_close_has_only_the_time_until_the_close() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let bank = stage.usual_bank().await;
        let window = Window {
            opens_at: START,
            closes_at: START.plus_minutes(70),
        };
        let exam = stage
            .open_exam(mingfa::service::exam::Setup { window, ..setup(bank) })
            .await;
        stage.clock.advance_seconds(30 * 60);
        let (caller, attempt) = stage.start("1001", exam).await;
        assert_eq!(stage.attempt(attempt).await.deadline, window.closes_at);
        stage.clock.advance_seconds(40 * 60);
        let late = stage.caller("1002").await;
        let refused = fault(sitting::start(&stage.app, &late, exam, Entry::default()).await);
        assert_eq!(refused, Fault::CannotStart(mingfa::domain::attempt::NoStart::Closed));
        assert_eq!(
            sitting::start(&stage.app, &caller, exam, Entry::default())
                .await
                .expect("the running one goes on"),
            attempt
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_comes_after_the_deadline_finds_the_paper_handed_in_at_the_deadline() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        answer(stage, &caller, attempt, 2).await;
        stage.clock.advance_seconds(2 * 3600);
        sitting::hand_in(&stage.app, &caller, attempt)
            .await
            .expect("a hand-in long after");
        let outcome = stage.attempt(attempt).await.outcome.expect("handed in");
        assert_eq!(
            (outcome.hand_in, outcome.handed_in_at),
            (HandIn::AutoSubmit, START.plus_minutes(60))
        );

        let (other, unseen) = stage.start("1002", exam).await;
        stage.clock.advance_seconds(2 * 3600);
        let looked = sitting::open(&stage.app, &other, unseen).await.expect("looking at it");
        assert!(looked.is_none(), "it is over");
        let outcome = stage.attempt(unseen).await.outcome.expect("handed in by looking at it");
        assert_eq!(
            (outcome.hand_in, outcome.settled.score),
            (HandIn::AutoSubmit, Points::ZERO)
        );
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_hand_ins_at_once_are_one_hand_in() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(4).await;
        let node = stage.second_node().await;
        for person in 1001..=1004 {
            let (caller, attempt) = stage.start(&person.to_string(), exam).await;
            let score = answer(stage, &caller, attempt, 5).await;
            let here = || sitting::hand_in(&stage.app, &caller, attempt);
            let there = || sitting::hand_in(&node, &caller, attempt);
            let (a, b, c, d) = tokio::join!(here(), there(), here(), there());
            [a, b, c, d].into_iter().for_each(|done| done.expect("a hand-in"));
            let first = stage.attempt(attempt).await;
            stage.clock.advance_seconds(60);
            sitting::hand_in(&stage.app, &caller, attempt)
                .await
                .expect("a replayed hand-in");
            assert_eq!(stage.attempt(attempt).await, first);
            assert_eq!(first.outcome.expect("handed in").settled.score, score);
        }
        node.db.close().await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_sweeping_at_once_hand_in_each_attempt_once() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(30).await;
        let mut attempts = Vec::new();
        for person in 1001..1031 {
            let (caller, attempt) = stage.start(&person.to_string(), exam).await;
            answer(stage, &caller, attempt, 3).await;
            attempts.push(attempt);
        }
        stage.clock.advance_seconds(2 * 3600);
        let node = stage.second_node().await;
        let (here, there) = tokio::join!(sitting::hand_in_overdue(&stage.app), sitting::hand_in_overdue(&node));
        assert!(here.expect("the sweep").max(there.expect("the sweep")) > 0);
        for attempt in attempts {
            let outcome = stage.attempt(attempt).await.outcome.expect("handed in");
            assert_eq!(
                (outcome.settled.score, outcome.hand_in),
                (Points::whole(3), HandIn::AutoSubmit)
            );
        }
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_cannot_be_marked_does_not_keep_the_others_from_being_handed_in() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (_, damaged) = stage.start("1001", exam).await;
        stage.clock.advance_seconds(1);
        let (_, second) = stage.start("1002", exam).await;
        let (_, third) = stage.start("1003", exam).await;
        stage
            .run("UPDATE paper SET body = (SELECT token_hash FROM session LIMIT 1) WHERE person = (SELECT person FROM attempt ORDER BY id LIMIT 1)")
            .await;
        stage.clock.advance_seconds(2 * 3600);
        let _ = sitting::hand_in_overdue(&stage.app).await;
        for attempt in [second, third] {
            assert!(stage.attempt(attempt).await.outcome.is_some(), "handed in all the same");
        }
        assert!(stage.attempt(damaged).await.outcome.is_none());
    })
    .await;
}
