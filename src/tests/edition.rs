//! Closing a year: what is frozen stays, what changes later is named and gives the next edition.

use mingfa::{
    db,
    domain::{
        activity::ActivityFault,
        annual::{AnnualId, Base},
        audit::Act,
        lang::Lang,
        role::{Grant, Role},
    },
    error::Fault,
    service::{activity, annual, edition, head, role, verify, year},
};

use crate::{
    activity::lecture,
    annual::lived,
    browser::{Browser, Reply},
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
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = browser.get("/admin/years/2026").await.body;
        assert!(page.contains("2026 年还没有结束"), "{page}");
        close(stage).await;
        let page = browser.get("/admin/years/2026").await.body;
        assert!(!page.contains("还没有结束"), "{page}");
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
        assert_eq!(
            told.len(),
            4,
            "the entry, and the digest over every word of it: {told:?}"
        );
        assert!(told.iter().all(|(subject, ..)| subject == "year 2026"));
        assert!(told[0].1.contains(" work ") && told[0].1.contains(" 34 ") && told[1].1.starts_with("proof "));
        assert!(told[2].2.contains(" 35 ") && told[3].2.starts_with("proof "));
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

/// Every word behind a figure, not only its number: each statement changes one thing, the other one undoes it.
#[tokio::test]
async fn every_word_behind_a_closed_year_is_watched() {
    each_engine(async |stage| {
        let [unit, _] = lived(stage).await;
        let id = activity::enter(&stage.app, &operator(), lecture(unit, "有照片的讲座"), true)
            .await
            .expect("entered");
        let picture = b"\x89PNG\r\n\x1a\n and the rest".to_vec();
        activity::add_evidence(&stage.app, &operator(), id, "现场.png", picture)
            .await
            .expect("a file");
        let person = db::person::all(&stage.app.db).await.expect("the roster")[0].id;
        activity::add_persons(&stage.app, &operator(), id, &[person])
            .await
            .expect("on the list");
        close(stage).await;
        assert_eq!(differences(stage).await, []);
        let one_letter = [
            (
                "UPDATE activity SET place = place || 'x'",
                "UPDATE activity SET place = RTRIM(place, 'x')",
            ),
            (
                "UPDATE activity SET document = document || 'x'",
                "UPDATE activity SET document = RTRIM(document, 'x')",
            ),
            (
                "UPDATE activity SET note = note || 'x'",
                "UPDATE activity SET note = RTRIM(note, 'x')",
            ),
            (
                "UPDATE activity SET entered_by = entered_by + 1",
                "UPDATE activity SET entered_by = entered_by - 1",
            ),
            (
                "UPDATE activity_person SET unit = unit + 1",
                "UPDATE activity_person SET unit = unit - 1",
            ),
            (
                "UPDATE evidence SET name = name || 'x'",
                "UPDATE evidence SET name = RTRIM(name, 'x')",
            ),
            (
                "UPDATE exam SET policy = policy || ' '",
                "UPDATE exam SET policy = RTRIM(policy)",
            ),
            ("UPDATE year SET state = 'open'", "UPDATE year SET state = 'closed'"),
            (
                "UPDATE audit_entry SET who = who || 'x'",
                "UPDATE audit_entry SET who = RTRIM(who, 'x')",
            ),
        ];
        for (change, undo) in one_letter {
            stage.run(change).await;
            assert!(!differences(stage).await.is_empty(), "{change}");
            stage.run(undo).await;
            assert_eq!(differences(stage).await, [], "{undo}");
        }
        stage.run("UPDATE evidence SET body = SUBSTR(body, 1, 20)").await;
        let told = differences(stage).await;
        assert!(
            told.len() == 1 && told[0].0.contains(&format!("activity {id} file ")),
            "{told:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_edition_that_is_gone_is_missed() {
    each_engine(async |stage| {
        lived(stage).await;
        close(stage).await;
        stage.run("DELETE FROM edition").await;
        let told = differences(stage).await;
        let subjects: Vec<_> = told.iter().map(|(subject, ..)| subject.as_str()).collect();
        assert_eq!(subjects, ["year 2026", "year 2026 edition 1"], "{told:?}");
        assert_eq!(told[1].1, "missing");
        // What a crash left without an edition gets it by asking again.
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = administrator.get("/admin/years/2026").await.body;
        assert!(page.contains("确认封账") && page.contains("年度还没有封账"));
        close(stage).await;
        assert!(
            administrator
                .get("/admin/years/2026")
                .await
                .body
                .contains("取自第 1 版")
        );
    })
    .await;
}

/// The page, the command line, the report and the return tell the edition until there is the next one.
#[tokio::test]
async fn a_closed_year_tells_its_edition_everywhere_until_the_next_one() {
    each_engine(async |stage| {
        lived(stage).await;
        close(stage).await;
        let sat = async || {
            let shown = annual::annual(&stage.app, &operator(), 2026, None)
                .await
                .expect("figures");
            let later = annual::annual(&stage.app, &operator(), 2027, None)
                .await
                .expect("figures");
            let head = head::head(&stage.app, &operator(), 2026, None).await.expect("the page");
            let sat = |base: &Base| base.parts(AnnualId::Sat).0;
            assert_eq!(
                (sat(&head.base), sat(&later.before)),
                (sat(&shown.base), sat(&shown.base))
            );
            (sat(&shown.base), shown.since.as_ref().map(sat))
        };
        assert_eq!(sat().await, (2, None));
        let exams = db::exam::all(&stage.app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        assert_eq!(sat().await, (2, Some(3)));
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = administrator.get("/admin/years/2026").await.body;
        assert!(
            page.contains("取自第 1 版") && page.contains("实考人数 2 → 3"),
            "{page}"
        );
        edition::renew(&stage.app, &operator(), 2026, "补考成绩入账")
            .await
            .expect("edition 2");
        assert_eq!(sat().await, (3, None));
    })
    .await;
}

#[tokio::test]
async fn a_unit_that_moves_later_changes_nothing_of_a_closed_year() {
    each_engine(async |stage| {
        let [unit, other] = lived(stage).await;
        let of = async |unit| {
            let shown = annual::annual(&stage.app, &operator(), 2026, Some(unit)).await;
            shown.expect("figures").base
        };
        let before = (of(unit).await, of(other).await);
        assert_ne!(before.0, Base::default());
        close(stage).await;
        stage
            .run("UPDATE unit SET parent = (SELECT u.id FROM unit u WHERE u.name = '2科') WHERE name = '1科'")
            .await;
        assert_eq!((of(unit).await, of(other).await), before);
        assert_eq!(differences(stage).await, []);
        // Nor does the next edition take the move in: it was made for another reason.
        let exams = db::exam::all(&stage.app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        edition::renew(&stage.app, &operator(), 2026, "补考成绩入账")
            .await
            .expect("edition 2");
        let shown = annual::annual(&stage.app, &operator(), 2026, None).await;
        assert_eq!(shown.expect("figures").units.path(unit), "市局 / 1科");
        assert_eq!(differences(stage).await, []);
    })
    .await;
}

/// Two who close a year at once, and two who make the next edition at once, make one.
#[tokio::test]
async fn an_edition_is_made_once() {
    each_engine(async |stage| {
        lived(stage).await;
        let (app, operator) = (&stage.app, operator());
        let both = tokio::join!(
            edition::close(app, &operator, 2026),
            edition::close(app, &operator, 2026)
        );
        assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|done| **done).count(), 1);
        let exams = db::exam::all(&app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        let both = tokio::join!(
            edition::renew(app, &operator, 2026, "一"),
            edition::renew(app, &operator, 2026, "二")
        );
        assert_eq!([both.0.is_ok(), both.1.is_ok()].iter().filter(|done| **done).count(), 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM edition").await, 2);
        assert_eq!(differences(stage).await, []);
    })
    .await;
}

/// Two years closed in the same moment: the chain is in the order in which their editions took their places.
#[tokio::test]
async fn the_chain_follows_the_order_of_storing() {
    each_engine(async |stage| {
        lived(stage).await;
        year::begin(&stage.app, &operator(), 2027).await.expect("begun");
        close(stage).await;
        edition::close(&stage.app, &operator(), 2027).await.expect("closed");
        let heads = db::edition::heads(&stage.app.db).await.expect("the editions");
        assert_eq!(heads[1].previous, heads[0].digest);
        assert!(heads[1].made_at > heads[0].made_at, "although the clock stands still");
        let report = verify::verify(&stage.app, &operator(), |_| {}).await.expect("a report");
        assert_eq!(report.differences, []);
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
        let second = edition::read(&stage.app, &operator(), 2026, 2)
            .await
            .expect("edition 2");
        let since = second.since.expect("there is one before it");
        let sat = since.figures.iter().find(|(id, ..)| id.name(Lang::Zh) == "实考人数");
        let (_, was, is) = sat.expect("it differs");
        assert_eq!(
            (was.as_ref().map(ToString::to_string), is.to_string()),
            (Some("2".to_owned()), "3".to_owned())
        );
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

/// A page without its tags.
fn words(body: &str) -> String {
    let parts = body
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    parts.collect()
}

/// Edition 1 stays, and it is there to be read.
#[tokio::test]
async fn every_edition_is_read_with_its_own_numbers() {
    each_engine(async |stage| {
        let [unit, _] = lived(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let of = async |place: &str| browser.get(&format!("/admin/years/{place}")).await;
        assert_eq!(of("2026/editions/1").await.status, 404, "the year goes on");
        close(stage).await;
        let exams = db::exam::all(&stage.app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        edition::renew(&stage.app, &operator(), 2026, "补考成绩入账")
            .await
            .expect("edition 2");
        let heads = edition::of_year(&stage.app, &operator(), 2026)
            .await
            .expect("the editions");

        let (first, second) = (of("2026/editions/1").await, of("2026/editions/2").await);
        assert_eq!((first.status.as_u16(), second.status.as_u16()), (200, 200));
        // The number stands behind its definition.
        let sat = |page: &Reply| {
            let text = words(&page.body);
            let (_, rest) = text.split_once(AnnualId::Sat.definition(Lang::Zh)).expect("who sat");
            let (_, rest) = rest.split_once("来源：本系统考试。").expect("its source");
            rest.chars().next()
        };
        assert_eq!((sat(&first), sat(&second)), (Some('2'), Some('3')));
        assert!(first.body.contains(&heads[0].digest) && !first.body.contains("补考成绩入账"));
        assert!(second.body.contains(&heads[1].digest) && second.body.contains(&heads[0].digest));
        let told = words(&second.body);
        for text in [
            "补考成绩入账",
            "与第 1 版的差异",
            "实考人数23",
            "1 条不再有，1 条新出现",
        ] {
            assert!(told.contains(text), "{text}\n{told}");
        }
        assert!(!words(&first.body).contains("的差异"));
        let year = of("2026").await.body;
        for number in [1, 2] {
            assert!(
                year.contains(&format!("/admin/years/2026/editions/{number}\"")),
                "{year}"
            );
        }

        for place in [
            "2026/editions/3",
            "2026/editions/0",
            "2026/editions/x",
            "2025/editions/1",
        ] {
            assert_eq!(of(place).await.status, 404, "{place}");
        }
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(unit),
        };
        role::grant(&stage.app, &operator(), "1002", grant)
            .await
            .expect("a role");
        let liaison = stage.caller("1002").await;
        let refused = edition::read(&stage.app, &liaison, 2026, 1).await;
        assert_eq!(fault(refused.map(|_| ())), Fault::Forbidden);
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
