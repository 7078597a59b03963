//! The log of administrative acts: written with the act, and not to be changed unnoticed.

use mingfa::{
    domain::{
        audit::Act,
        role::{Grant, Role},
    },
    service::{
        Caller, audit,
        role::{grant, make_account, withdraw},
        verify,
    },
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, operator},
};

async fn acts(stage: &Stage) -> Vec<Act> {
    let page = audit::page(&stage.app, &operator(), None, 1).await.expect("the log");
    page.entries.into_iter().rev().map(|entry| entry.act).collect()
}

async fn walk(stage: &Stage) -> (u64, Option<u64>) {
    let walk = audit::walk(&stage.app, &operator()).await.expect("the log");
    (walk.entries, walk.broken)
}

#[tokio::test]
async fn every_step_of_an_exam_stands_in_the_log_in_its_order() {
    each_engine(async |stage| {
        stage.usual_exam(3).await;
        use Act as A;
        assert_eq!(
            acts(stage).await,
            [
                A::RosterImported,
                A::BankImported,
                A::ExamCreated,
                A::ExamPublished,
                A::ExamOpened
            ]
        );
        assert_eq!(walk(stage).await, (5, None));
        let page = audit::page(&stage.app, &operator(), Some(A::ExamOpened), 1)
            .await
            .expect("the log");
        assert_eq!(
            (page.entries[0].who.as_str(), page.entries[0].after.as_str(), page.total),
            ("operator", "3", 1)
        );
    })
    .await;
}

#[tokio::test]
async fn what_did_not_happen_is_not_in_the_log() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let before = acts(stage).await.len();
        let again = mingfa::service::exam::open(&stage.app, &operator(), exam).await;
        assert!(again.is_err());
        assert_eq!(acts(stage).await.len(), before);
    })
    .await;
}

/// Each kind of damage, and the entry at which the chain says so.
#[tokio::test]
async fn a_changed_a_removed_and_a_cut_off_entry_are_found() {
    for (damage, found) in [
        ("UPDATE audit_entry SET who = 'nobody' WHERE seq = 3", 3),
        ("UPDATE audit_entry SET reason = 'because' WHERE seq = 1", 1),
        ("DELETE FROM audit_entry WHERE seq = 2", 2),
        ("DELETE FROM audit_entry WHERE seq = 5", 5),
        ("UPDATE audit_entry SET at = at + 1 WHERE seq = 5", 5),
    ] {
        each_engine(async |stage| {
            stage.usual_exam(1).await;
            assert_eq!(walk(stage).await, (5, None));
            stage.run(damage).await;
            assert_eq!(walk(stage).await, (found - 1, Some(found)), "{damage}");
        })
        .await;
    }
}

#[tokio::test]
async fn acts_at_the_same_moment_get_places_of_their_own() {
    each_engine(async |stage| {
        let other = stage.second_node().await;
        let by = |app: &mingfa::service::App| audit::By::new(app, &Caller::operator());
        let write = async |app: &mingfa::service::App| {
            let done: mingfa::service::Result<()> = app
                .db
                .write(by(app), |tx, by| {
                    Box::pin(async move { audit::record(tx, &by, audit::Deed::new(Act::ExamChanged, "exam")).await })
                })
                .await;
            done.expect("written");
        };
        for _ in 0..10 {
            tokio::join!(write(&stage.app), write(&other), write(&stage.app));
        }
        assert_eq!(walk(stage).await, (30, None));
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn granting_and_withdrawing_say_who_got_what() {
    each_engine(async |stage| {
        make_account(&stage.app, &operator(), "auditor").await.expect("made");
        let role = mingfa::domain::role::Grant {
            role: mingfa::domain::role::Role::Auditor,
            unit: None,
        };
        grant(&stage.app, &operator(), "auditor", role).await.expect("granted");
        let held = mingfa::service::role::roles(&stage.app, &operator())
            .await
            .expect("the roles")
            .0;
        withdraw(&stage.app, &operator(), held[0].account, role)
            .await
            .expect("withdrawn");
        use Act as A;
        assert_eq!(
            acts(stage).await,
            [A::AccountMade, A::LinkGiven, A::RoleGranted, A::RoleWithdrawn]
        );
        let page = audit::page(&stage.app, &operator(), Some(A::RoleGranted), 1)
            .await
            .expect("the log");
        assert_eq!(
            (page.entries[0].subject.as_str(), page.entries[0].after.as_str()),
            ("account auditor", r#"{"role":"auditor","unit":null}"#)
        );
    })
    .await;
}

#[tokio::test]
async fn what_is_refused_to_somebody_with_a_role_is_logged_with_the_reason() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let browser = Browser::new(&stage.app);
        let administrator = browser.signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{exam}/open");
        assert_eq!(administrator.post(&path, &[]).await.status, 409);
        let page = audit::page(&stage.app, &operator(), Some(Act::Refused), 1)
            .await
            .expect("the log");
        assert_eq!((page.total, page.entries[0].who.as_str()), (1, "admin"));
        assert_eq!(page.entries[0].subject, format!("POST {path}"));
        assert!(page.entries[0].after.contains("wrong_state"));
        // Candidates cannot fill the log.
        let candidate = browser.signed_in(&stage.token("1001").await);
        assert_eq!(candidate.post(&path, &[]).await.status, 403);
        assert_eq!(
            audit::page(&stage.app, &operator(), Some(Act::Refused), 1)
                .await
                .expect("the log")
                .total,
            1
        );
        assert_eq!(walk(stage).await.1, None);
    })
    .await;
}

#[tokio::test]
async fn the_head_of_the_chain_can_be_printed_and_compared_later() {
    each_engine(async |stage| {
        stage.usual_exam(1).await;
        let everywhere = Grant {
            role: Role::Auditor,
            unit: None,
        };
        make_account(&stage.app, &operator(), "auditor")
            .await
            .expect("an account");
        grant(&stage.app, &operator(), "auditor", everywhere)
            .await
            .expect("a role");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("auditor").await);
        let walk = audit::walk(&stage.app, &operator()).await.expect("the log");
        let digest: String = walk.head.iter().map(|byte| format!("{byte:02x}")).collect();
        let page = browser.get("/admin/audit/head").await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(
            page.body.contains(&digest) && page.body.contains("首尾相接"),
            "{}",
            page.body
        );
        let report = verify::verify(&stage.app, &operator(), |_| {}).await.expect("a report");
        assert_eq!((report.audit_head, report.audit), (digest.clone(), walk.entries));
        assert!(walk.last_at.is_some_and(|at| report.audit_at == at.rfc3339()));

        make_account(&stage.app, &operator(), "later")
            .await
            .expect("an account");
        let now = browser.get("/admin/audit/head").await.body;
        assert!(!now.contains(&digest), "another entry is the last one");
        let earlier = browser
            .get(&format!("/admin/audit/head?entry={}", walk.entries))
            .await
            .body;
        assert!(earlier.contains(&digest), "{earlier}");
        let none = browser.get("/admin/audit/head?entry=99999").await.body;
        assert!(none.contains("现在没有第 99999 条"), "{none}");
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        assert_eq!(candidate.get("/admin/audit/head").await.status, 403);
    })
    .await;
}
