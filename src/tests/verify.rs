//! What is stored is what it is computed from; and where it is not, that is named.

use mingfa::service::{
    sitting,
    verify::{Report, What, verify},
};

use crate::support::{Stage, each_engine, event, operator};

/// Three persons: one sits and hands in, one is still sitting, one is absent.
async fn some_sat(stage: &Stage) {
    let exam = stage.usual_exam(3).await;
    let (caller, attempt) = stage.start("1001", exam).await;
    let keys = stage.keys(attempt).await;
    let row: Vec<_> = (1..)
        .zip(&keys)
        .map(|(number, (_, key))| event(u32::from(number), number, *key))
        .collect();
    sitting::save(&stage.app, &caller, attempt, row).await.expect("stored");
    sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
    stage.start("1002", exam).await;
}

async fn recomputed(stage: &Stage) -> Report {
    let mut told = 0;
    let report = verify(&stage.app, &operator(), |_| told += 1).await.expect("verified");
    assert!(told > 0, "long work says how far it is");
    report
}

#[tokio::test]
async fn what_was_stored_is_what_it_is_computed_from() {
    each_engine(async |stage| {
        some_sat(stage).await;
        let report = recomputed(stage).await;
        assert_eq!(
            (
                report.exams,
                report.papers,
                report.attempts,
                report.figures,
                report.audit
            ),
            (1, 3, 2, 3, 5)
        );
        assert_eq!(report.differences, []);
    })
    .await;
}

/// Each kind of damage by hand, and what names it.
#[tokio::test]
async fn a_value_that_was_changed_is_named() {
    for (damage, found) in [
        (
            "UPDATE attempt SET score = 100 WHERE state = 'handed_in'",
            &[What::Score, What::Figure][..],
        ),
        (
            "UPDATE answer_event SET choice = 0 WHERE version = 1",
            &[What::Score, What::Receipt, What::Figure],
        ),
        (
            "DELETE FROM answer_event WHERE version = 10",
            &[What::Score, What::Receipt, What::Figure],
        ),
        (
            "UPDATE answer_event SET flagged = 1 - flagged WHERE version = 2",
            &[What::Receipt],
        ),
        (
            "UPDATE paper SET body = (SELECT body FROM paper p WHERE p.person <> paper.person ORDER BY person LIMIT 1)
             WHERE person = (SELECT MAX(person) FROM paper)",
            &[What::Paper],
        ),
        (
            "UPDATE audit_entry SET act = 'exam_opened' WHERE seq = 2",
            &[What::Audit],
        ),
    ] {
        each_engine(async |stage| {
            some_sat(stage).await;
            stage.run(damage).await;
            let named: Vec<_> = recomputed(stage)
                .await
                .differences
                .iter()
                .map(|found| found.what)
                .collect();
            assert_eq!(named, found, "{damage}");
        })
        .await;
    }
}
