//! Closing a year: what is frozen stays, what changes later is named and gives the next edition.

use mingfa::{
    db,
    domain::{
        activity::ActivityFault,
        audit::Act,
        role::{Grant, Role},
    },
    error::Fault,
    service::{activity, edition, role, verify, year},
};

use crate::{
    activity::lecture,
    annual::lived,
    browser::Browser,
    support::{Stage, each_engine, fault, operator},
};

/// What `verify` says of the year, in short.
async fn differences(stage: &Stage) -> Vec<(String, String, String)> {
    let report = verify::of_year(&stage.app, &operator(), 2026).await.expect("a report");
    let told = report.differences.into_iter();
    told.map(|of| (of.subject, of.stored, of.recomputed)).collect()
}

async fn close(stage: &Stage) {
    edition::close(&stage.app, &operator(), 2026).await.expect("closed");
}

#[tokio::test]
async fn a_closed_year_is_frozen_once_with_its_records() {
    each_engine(async |stage| {
        let [unit, _] = lived(stage).await;
        close(stage).await;
        let heads = edition::of_year(&stage.app, &operator(), 2026)
            .await
            .expect("the editions");
        assert_eq!((heads.len(), heads[0].number, heads[0].previous.as_str()), (1, 1, ""));
        assert_eq!(differences(stage).await, []);
        let again = edition::close(&stage.app, &operator(), 2026).await;
        assert_eq!(fault(again), Fault::Activity(ActivityFault::Closed(2026)));
        let late = activity::enter(&stage.app, &operator(), lecture(unit, "迟到"), true).await;
        assert_eq!(fault(late), Fault::Activity(ActivityFault::Closed(2026)));
        let renewed = edition::renew(&stage.app, &operator(), 2026, "核对").await;
        assert_eq!(fault(renewed), Fault::WrongState, "nothing has changed");
        let acts = stage
            .count("SELECT COUNT(*) FROM audit_entry WHERE act IN ('year_closed', 'edition_made')")
            .await;
        assert_eq!((acts, Act::YearClosed.code()), (2, "year_closed"));
        let whole = verify::verify(&stage.app, &operator(), |_| {}).await.expect("a report");
        assert_eq!((whole.editions, whole.differences), (1, vec![]));
    })
    .await;
}

#[tokio::test]
async fn a_changed_byte_is_named() {
    each_engine(async |stage| {
        lived(stage).await;
        close(stage).await;
        stage.run("UPDATE activity SET quantity = 35 WHERE kind = 'work'").await;
        let told = differences(stage).await;
        assert_eq!(told.len(), 2, "{told:?}");
        assert!(told.iter().all(|(subject, ..)| subject == "year 2026"));
        assert!(told[0].1.contains(" work ") && told[0].1.contains(" 34 ") && told[1].2.contains(" 35 "));
        stage.run("UPDATE activity SET quantity = 34 WHERE kind = 'work'").await;
        assert_eq!(differences(stage).await, []);

        stage
            .run("UPDATE edition SET figures = REPLACE(figures, '450', '451')")
            .await;
        let told = differences(stage).await;
        assert!(told.iter().all(|(subject, ..)| subject == "year 2026 edition 1"));
        assert_eq!(told.len(), 2, "digest and figures: {told:?}");
        stage
            .run("UPDATE edition SET figures = REPLACE(figures, '451', '450')")
            .await;
        stage
            .run("UPDATE edition SET records = REPLACE(records, ' absent', ' pass')")
            .await;
        assert!(!differences(stage).await.is_empty());
        stage
            .run("UPDATE edition SET records = REPLACE(records, ' pass', ' absent'), reason = 'x'")
            .await;
        assert!(!differences(stage).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_changes_after_the_closing_gives_edition_two_and_leaves_edition_one() {
    each_engine(async |stage| {
        lived(stage).await;
        close(stage).await;
        let before = db::edition::get(&stage.app.db, 2026, 1).await.expect("the editions");
        let exams = db::exam::all(&stage.app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        let told = differences(stage).await;
        assert!(
            told.len() == 2 && told[0].1.ends_with(" absent") && told[1].2.contains("person "),
            "{told:?}"
        );
        assert!(edition::renew(&stage.app, &operator(), 2026, " ").await.is_err());
        edition::renew(&stage.app, &operator(), 2026, "补考成绩入账")
            .await
            .expect("edition 2");
        assert_eq!(differences(stage).await, []);
        let editions = edition::editions(&stage.app, &operator(), 2026)
            .await
            .expect("the editions");
        assert_eq!(editions.heads[1].previous, editions.heads[0].digest);
        let sat = editions
            .between
            .iter()
            .find(|(name, ..)| name == "实考人数")
            .expect("it differs");
        assert_eq!((sat.1.as_str(), sat.2.as_str()), ("2", "3"));
        let after = db::edition::get(&stage.app.db, 2026, 1).await.expect("the editions");
        assert_eq!(before, after);

        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = browser.get("/admin/years/2026").await.body;
        assert!(
            page.contains(&editions.heads[1].digest) && page.contains("补考成绩入账") && !page.contains("确认封账")
        );
        let report = browser.get("/admin/years/2026/report").await;
        assert_eq!((report.status.as_u16(), &report.bytes[..2]), (200, &b"PK"[..]));
    })
    .await;
}

#[tokio::test]
async fn nobody_closes_a_year_while_entries_wait_or_from_within_a_unit() {
    each_engine(async |stage| {
        let [unit, _] = lived(stage).await;
        year::set_approval(&stage.app, &operator(), 2026, true)
            .await
            .expect("set");
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(unit),
        };
        role::grant(&stage.app, &operator(), "1002", grant)
            .await
            .expect("a role");
        let liaison = stage.caller("1002").await;
        activity::enter(&stage.app, &liaison, lecture(unit, "待审"), true)
            .await
            .expect("entered");
        assert_eq!(
            fault(edition::close(&stage.app, &liaison, 2026).await),
            Fault::Forbidden
        );
        let waiting = edition::close(&stage.app, &operator(), 2026).await;
        assert_eq!(fault(waiting), Fault::Activity(ActivityFault::Waiting(1)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM edition").await, 0);
        let absent = edition::close(&stage.app, &operator(), 2025).await;
        assert_eq!(fault(absent), Fault::Activity(ActivityFault::NoYear(2025)));
    })
    .await;
}
