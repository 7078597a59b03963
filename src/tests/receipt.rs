//! Receipts: the public page tells a genuine one from one that no longer fits, and nothing else.

use mingfa::{
    domain::receipt::ReceiptCode,
    service::receipt::{Verdict, verify},
};

use crate::{
    browser::Browser,
    support::{EXPLAINED, Stage, each_engine},
};

async fn handed_in(stage: &Stage) -> ReceiptCode {
    let exam = stage.usual_exam(2).await;
    let (_, attempt) = stage
        .sit(
            "1001",
            exam,
            |place, _, key| if place < 8 { key } else { Default::default() },
        )
        .await;
    let digest = stage.attempt(attempt).await.outcome.expect("handed in").settled.receipt;
    ReceiptCode { attempt, digest }
}

#[tokio::test]
async fn anybody_can_check_a_receipt_and_learns_neither_answers_nor_score_nor_name() {
    each_engine(async |stage| {
        let code = handed_in(stage).await;
        let Verdict::Genuine(proof) = verify(&stage.app, &code.to_string()).await.expect("a check") else {
            panic!("the receipt is genuine");
        };
        assert_eq!((proof.answered, proof.questions, proof.saves), (8, 10, 10));
        assert_eq!(proof.masked_name, "张****");
        let page = Browser::new(&stage.app).get(&format!("/receipt/{code}")).await;
        assert_eq!(page.status, 200);
        assert!(
            page.body.contains("回执属实：2026-12-01 09:00:00 交卷，作答 8 题"),
            "{}",
            page.body
        );
        for secret in ["张1001", "合格", " 分", "甲项", EXPLAINED] {
            assert!(!page.body.contains(secret), "{secret}");
        }
        let english = Browser::new(&stage.app).with_cookie("lang", "en");
        let page = english.get(&format!("/receipt?code={code}")).await;
        assert!(page.body.contains("This receipt is genuine"));
    })
    .await;
}

#[tokio::test]
async fn the_result_page_leads_to_the_check_and_carries_a_code_to_scan() {
    each_engine(async |stage| {
        let code = handed_in(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let page = browser.get(&format!("/attempts/{}/result", code.attempt)).await;
        assert!(
            page.body.contains(&format!("href=\"/receipt/{code}\"")),
            "{}",
            page.body
        );
        assert!(page.body.contains("class=\"qr\""));
    })
    .await;
}

#[tokio::test]
async fn a_change_after_the_hand_in_is_told() {
    let changes = [
        "UPDATE answer_event SET choice = choice + 16 WHERE version = 1",
        "UPDATE answer_event SET flagged = 1 WHERE version = 3",
        "UPDATE answer_event SET item = item + 1 WHERE version = 4",
        "DELETE FROM answer_event WHERE version = 10",
        "UPDATE answer_event SET at = at + 1 WHERE version = 5",
        "UPDATE attempt SET handed_in_at = handed_in_at - 1",
        "UPDATE attempt SET hand_in = 'auto_submit'",
        "INSERT INTO answer_event (attempt, version, item, choice, flagged, at) SELECT id, 11, 1, 1, 0, 5 FROM attempt",
    ];
    for change in changes {
        each_engine(async |stage| {
            let code = handed_in(stage).await;
            stage.run(change).await;
            let verdict = verify(&stage.app, &code.to_string()).await.expect("a check");
            assert_eq!(verdict, Verdict::Changed, "{change}");
        })
        .await;
    }
}

#[tokio::test]
async fn a_receipt_replaced_on_record_is_told_and_a_made_up_one_is_unknown() {
    each_engine(async |stage| {
        let code = handed_in(stage).await;
        let wrong = ReceiptCode {
            digest: [7; 32],
            ..code
        };
        let nowhere = ReceiptCode {
            attempt: mingfa::domain::id::AttemptId(1),
            ..code
        };
        let check = async |code: String| verify(&stage.app, &code).await.expect("a check");
        assert_eq!(check(wrong.to_string()).await, Verdict::Unknown);
        assert_eq!(check(nowhere.to_string()).await, Verdict::Unknown);
        let pages = [wrong.to_string(), nowhere.to_string()].map(|code| async move {
            let page = Browser::new(&stage.app).get(&format!("/receipt/{code}")).await;
            page.body.replace(&code, "")
        });
        let [first, second] = pages;
        assert_eq!(
            first.await,
            second.await,
            "an attempt that exists looks like one that does not"
        );
        stage
            .run("UPDATE attempt SET receipt = (SELECT token_hash FROM session LIMIT 1)")
            .await;
        assert_eq!(check(code.to_string()).await, Verdict::Replaced);
        for text in ["abc", "%00", &"0".repeat(64), &"x".repeat(100)] {
            assert_eq!(check(text.to_owned()).await, Verdict::Malformed, "{text}");
            let path = format!("/receipt/{}", text.replace('%', "%25"));
            assert_eq!(Browser::new(&stage.app).get(&path).await.status, 200);
        }
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_still_runs_has_no_receipt() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (_, attempt) = stage.start("1001", exam).await;
        let code = ReceiptCode {
            attempt,
            digest: [0; 32],
        };
        assert_eq!(
            verify(&stage.app, &code.to_string()).await.expect("a check"),
            Verdict::Unknown
        );
    })
    .await;
}
