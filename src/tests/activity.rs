//! The ledger of activities: entering, approval by the level above, name lists, evidence, and a closed year.

use std::{sync::Arc, time::Duration};

use mingfa::{
    db,
    domain::{
        activity::{ActivityFault, FILE, FILES, Kind, Mode, State, Wish},
        id::{ActivityId, EvidenceId, UnitId},
        people::PeopleFault,
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{
        Caller, Result,
        activity::{self, Filter, Step},
        role, year,
    },
};

use tokio::sync::Notify;

use crate::{
    access::unit_named,
    browser::Browser,
    support::{Stage, each_engine, fault, operator},
};

const PNG: &[u8] = b"\x89PNG\r\n\x1A\n picture";

pub fn lecture(unit: UnitId, title: &str) -> Wish {
    Wish {
        kind: Kind::Lecture,
        mode: Mode::Onsite,
        unit,
        day: Timestamp::parse_day("2026-03-02").expect("a day"),
        title: title.to_owned(),
        place: String::new(),
        form: String::new(),
        audience: Some(40),
        quantity: 1,
        document: String::new(),
        note: String::new(),
    }
}

/// The ledger's own fault.
fn activity_fault<T>(result: Result<T>) -> ActivityFault {
    match fault(result) {
        Fault::Activity(fault) => fault,
        other => panic!("another refusal: {other:?}"),
    }
}

/// A roster of three units, the year 2026, and the liaison of the second.
pub async fn begun(stage: &Stage) -> (UnitId, Caller) {
    stage.roster(9, 3).await;
    year::begin(&stage.app, &operator(), 2026).await.expect("a year");
    let unit = unit_named(stage, "市局 / 1科").await;
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(unit),
    };
    role::grant(&stage.app, &operator(), "1002", grant)
        .await
        .expect("a role");
    (unit, stage.caller("1002").await)
}

/// Settles an entry as it stands now.
pub async fn decide(stage: &Stage, who: &Caller, id: ActivityId, step: Step, reason: &str) -> Result<()> {
    let seen = seen(stage, id).await;
    activity::decide(&stage.app, who, id, step, reason, &seen).await
}

/// What somebody who looks at an entry has seen.
async fn seen(stage: &Stage, id: ActivityId) -> String {
    let record = activity::record(&stage.app, &operator(), id, "").await;
    record.expect("the entry").seen()
}

/// A liaison of the city bureau, which is the level above its sections.
async fn above(stage: &Stage) -> Caller {
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(unit_named(stage, "市局").await),
    };
    role::grant(&stage.app, &operator(), "1003", grant)
        .await
        .expect("a role");
    stage.caller("1003").await
}

async fn totals(stage: &Stage, kind: Kind) -> (i64, i64, i64) {
    let filter = Filter {
        year: 2026,
        ..Filter::default()
    };
    let ledger = activity::ledger(&stage.app, &operator(), &filter)
        .await
        .expect("the ledger");
    ledger
        .totals
        .get(kind.code())
        .map_or((0, 0, 0), |(_, total)| (total.entries, total.audience, total.uncounted))
}

async fn state(stage: &Stage, id: ActivityId) -> State {
    let record = activity::record(&stage.app, &operator(), id, "").await;
    record.expect("the entry").activity.state
}

#[tokio::test]
async fn what_was_entered_counts_and_says_what_it_counts() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let enter = async |wish| activity::enter(&stage.app, &liaison, wish, false).await;
        enter(lecture(unit, "安全生产法讲座")).await.expect("entered");
        let uncounted = Wish {
            audience: None,
            day: Timestamp::parse_day("2026-05-05").expect("a day"),
            ..lecture(unit, "消防法讲座")
        };
        enter(uncounted).await.expect("entered");
        assert_eq!(totals(stage, Kind::Lecture).await, (2, 40, 1));

        let elsewhere = unit_named(stage, "市局 / 2科").await;
        assert_eq!(
            activity_fault(enter(lecture(elsewhere, "甲")).await),
            ActivityFault::Unit
        );
        let old = Wish {
            day: Timestamp::parse_day("2025-12-31").expect("a day"),
            ..lecture(unit, "乙")
        };
        assert_eq!(activity_fault(enter(old).await), ActivityFault::NoYear(2025));
        let contest = Wish {
            kind: Kind::ContestElsewhere,
            quantity: 4_500_000,
            audience: None,
            ..lecture(unit, "知识竞赛")
        };
        assert_eq!(activity_fault(enter(contest).await), ActivityFault::Document);
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_award_is_named_and_one_from_before_is_shown_and_approved_without() {
    each_engine(async |stage| {
        let (unit, _) = begun(stage).await;
        let app = &stage.app;
        year::set_approval(app, &operator(), 2026, true).await.expect("set");
        let browser = Browser::new(app).signed_in(&stage.token("1002").await);
        let unit = unit.to_string();
        let fields = [
            ("kind", "team_result"),
            ("unit", unit.as_str()),
            ("day", "2026-05-01"),
            ("title", "全省普法知识竞赛"),
            ("document", "组委会通报〔2026〕3号"),
        ];
        let refused = browser.post("/admin/activities", &fields).await;
        assert_eq!(refused.status, 422);
        for words in ["请写名次或奖项", "组委会通报〔2026〕3号"] {
            assert!(refused.body.contains(words), "{words}: {}", refused.body);
        }
        let named = [&fields[..], &[("form", "一等奖")]].concat();
        let done = browser.post("/admin/activities", &named).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let entry = done.location().to_owned();
        let page = browser.get(&entry).await.body;
        assert!(page.contains("名次或奖项") && page.contains("一等奖"), "{page}");
        let list = browser.get("/admin/activities?year=2026").await.body;
        assert!(list.contains("一等奖"), "{list}");

        // Entered before anybody asked for it.
        stage.run("UPDATE activity SET form = ''").await;
        let page = browser.get(&entry).await.body;
        assert!(
            page.contains("全省普法知识竞赛") && !page.contains("名次或奖项"),
            "{page}"
        );
        let id: ActivityId = entry.rsplit('/').next().and_then(|id| id.parse().ok()).expect("an id");
        let above = above(stage).await;
        decide(stage, &above, id, Step::Approve, "").await.expect("approved");
        assert_eq!(totals(stage, Kind::TeamResult).await.0, 1);
        assert_eq!(browser.get("/admin/activities?year=2026").await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn what_looks_entered_twice_is_hinted_and_stored_when_somebody_says_so() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let enter =
            async |distinct| activity::enter(&stage.app, &liaison, lecture(unit, "安全生产法讲座"), distinct).await;
        let first = enter(false).await.expect("entered");
        assert_eq!(activity_fault(enter(false).await), ActivityFault::Alike(1));
        enter(true).await.expect("entered");
        decide(stage, &liaison, first, Step::Withdraw, "重复登记")
            .await
            .expect("withdrawn");
        assert_eq!(totals(stage, Kind::Lecture).await, (1, 40, 0));
        assert_eq!(activity_fault(enter(false).await), ActivityFault::Alike(1));
    })
    .await;
}

#[tokio::test]
async fn the_level_above_approves_and_sends_back() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        year::set_approval(&stage.app, &operator(), 2026, true)
            .await
            .expect("set");
        let id = activity::enter(&stage.app, &liaison, lecture(unit, "讲座"), false)
            .await
            .expect("entered");
        assert_eq!(
            (state(stage, id).await, totals(stage, Kind::Lecture).await.0),
            (State::Waiting, 0)
        );
        let decide = async |who: &Caller, step, reason| decide(stage, who, id, step, reason).await;
        assert_eq!(fault(decide(&liaison, Step::Approve, "").await), Fault::Forbidden);
        let above = above(stage).await;
        assert!(decide(&above, Step::SendBack, " ").await.is_err());
        decide(&above, Step::SendBack, "人数请核实").await.expect("sent back");
        let mended = Wish {
            audience: Some(38),
            ..lecture(unit, "讲座")
        };
        activity::change(&stage.app, &liaison, id, mended, false, "")
            .await
            .expect("changed");
        assert_eq!(state(stage, id).await, State::Waiting);
        decide(&above, Step::Approve, "").await.expect("approved");
        assert_eq!(totals(stage, Kind::Lecture).await, (1, 38, 0));
        assert_eq!(
            activity_fault(decide(&above, Step::Approve, "").await),
            ActivityFault::Settled
        );

        // What the level above enters itself needs nobody else.
        let own = activity::enter(&stage.app, &above, lecture(unit, "另一场"), true).await;
        assert_eq!(state(stage, own.expect("entered")).await, State::Recorded);
    })
    .await;
}

/// An entry of the liaison with a person and a picture, which the level above has approved.
async fn approved(
    stage: &Stage,
    liaison: &Caller,
    above: &Caller,
    unit: UnitId,
    title: &str,
) -> (ActivityId, EvidenceId) {
    let app = &stage.app;
    let id = activity::enter(app, liaison, lecture(unit, title), true)
        .await
        .expect("entered");
    let person = stage.person("1002").await;
    activity::add_persons(app, liaison, id, &[person]).await.expect("added");
    let file = activity::add_evidence(app, liaison, id, "现场.png", PNG.to_vec())
        .await
        .expect("kept");
    assert_eq!(state(stage, id).await, State::Waiting);
    decide(stage, above, id, Step::Approve, "").await.expect("approved");
    assert_eq!(state(stage, id).await, State::Recorded);
    (id, file)
}

#[tokio::test]
async fn what_was_approved_waits_again_when_its_names_or_files_change() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let app = &stage.app;
        let without = activity::enter(app, &liaison, lecture(unit, "没有审核的年度"), true)
            .await
            .expect("entered");
        activity::add_evidence(app, &liaison, without, "a.png", PNG.to_vec())
            .await
            .expect("kept");
        assert_eq!(state(stage, without).await, State::Recorded, "nobody asks for approval");
        year::set_approval(app, &operator(), 2026, true).await.expect("set");
        let above = above(stage).await;
        let (person, other) = (stage.person("1002").await, stage.person("1005").await);
        for how in ["names", "name", "file", "files"] {
            let (id, file) = approved(stage, &liaison, &above, unit, how).await;
            let page = Browser::new(app).signed_in(&stage.token("1002").await);
            let page = page.get(&format!("/admin/activities/{id}")).await.body;
            assert!(page.contains("改动内容、名单或佐证之后要重新审核"), "{page}");
            match how {
                "names" => activity::add_persons(app, &liaison, id, &[other]).await,
                "name" => activity::remove_person(app, &liaison, id, person, "没有到场").await,
                "file" => activity::add_evidence(app, &liaison, id, "b.png", PNG.to_vec())
                    .await
                    .map(drop),
                _ => activity::remove_evidence(app, &liaison, file, "传错了").await.map(drop),
            }
            .expect("changed");
            assert_eq!(state(stage, id).await, State::Waiting, "{how}");
            let record = activity::record(app, &operator(), id, "").await.expect("the entry");
            assert_eq!(record.activity.decided, None, "{how}");
            decide(stage, &above, id, Step::Approve, "").await.expect("approved");
            // The level above may mend it without asking itself.
            activity::add_evidence(app, &above, id, "c.png", PNG.to_vec())
                .await
                .expect("kept");
            assert_eq!(state(stage, id).await, State::Recorded, "{how}");
        }
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act = 'activity_changed'";
        assert_eq!(stage.count(acts).await, 4, "the log tells that it waits again");
        let (id, _) = approved(stage, &liaison, &above, unit, "退回的").await;
        decide(stage, &above, id, Step::SendBack, "照片不清楚")
            .await
            .expect("sent back");
        activity::add_evidence(app, &liaison, id, "d.png", PNG.to_vec())
            .await
            .expect("kept");
        assert_eq!(state(stage, id).await, State::Returned, "until it is saved");
    })
    .await;
}

#[tokio::test]
async fn what_counts_already_is_not_changed_without_a_reason() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let app = &stage.app;
        let id = activity::enter(app, &liaison, lecture(unit, "讲座"), false)
            .await
            .expect("entered");
        let person = stage.person("1002").await;
        activity::add_persons(app, &liaison, id, &[person])
            .await
            .expect("added");
        let mended = Wish {
            audience: Some(38),
            ..lecture(unit, "讲座")
        };
        let now = async || {
            let record = activity::record(app, &liaison, id, "").await.expect("the entry");
            (record.activity.wish.audience, record.attendees.len())
        };
        let entries = stage.count("SELECT COUNT(*) FROM audit_entry").await;
        let long = "长".repeat(201);
        for reason in ["", " ", long.as_str()] {
            let changed = activity::change(app, &liaison, id, mended.clone(), false, reason).await;
            assert_eq!(fault(changed), Fault::People(PeopleFault::Reason));
            let removed = activity::remove_person(app, &liaison, id, person, reason).await;
            assert_eq!(fault(removed), Fault::People(PeopleFault::Reason));
        }
        assert_eq!(now().await, (Some(40), 1));
        assert_eq!(stage.count("SELECT COUNT(*) FROM audit_entry").await, entries);

        let browser = Browser::new(app).signed_in(&stage.token("1002").await);
        let page = format!("/admin/activities/{id}");
        let form = browser.get(&format!("{page}/edit")).await.body;
        assert!(form.contains("修改理由（会写入操作记录）"), "{form}");
        let (of, who) = (unit.to_string(), person.to_string());
        let fields = [
            ("kind", "lecture"),
            ("unit", of.as_str()),
            ("day", "2026-03-02"),
            ("title", "讲座"),
            ("audience", "38"),
        ];
        let refused = browser.post(&page, &fields).await;
        assert_eq!(refused.status, 422);
        for kept in ["value=\"38\"", "修改理由（会写入操作记录）"] {
            assert!(refused.body.contains(kept), "{kept}: {}", refused.body);
        }
        let reasoned = [&fields[..], &[("reason", "按签到表核实")]].concat();
        assert_eq!(browser.post(&page, &reasoned).await.status, 303);
        let remove = format!("{page}/persons/remove");
        assert_eq!(browser.post(&remove, &[("person", &who)]).await.status, 422);
        assert_eq!(now().await, (Some(38), 1));
        let reasoned = [("person", who.as_str()), ("reason", "没有到场")];
        assert_eq!(browser.post(&remove, &reasoned).await.status, 303);
        assert_eq!(now().await, (Some(38), 0));
        for logged in [
            "SELECT COUNT(*) FROM audit_entry WHERE act = 'activity_changed' AND reason = '按签到表核实'",
            "SELECT COUNT(*) FROM audit_entry WHERE act = 'attendees_changed' AND reason = '没有到场'",
        ] {
            assert_eq!(stage.count(logged).await, 1, "{logged}");
        }

        // What still waits counts nowhere.
        year::set_approval(app, &operator(), 2026, true).await.expect("set");
        let waits = activity::enter(app, &liaison, lecture(unit, "待审的讲座"), true)
            .await
            .expect("entered");
        let form = browser.get(&format!("/admin/activities/{waits}/edit")).await.body;
        assert!(!form.contains("修改理由"), "{form}");
        activity::change(app, &liaison, waits, lecture(unit, "待审的课"), true, "")
            .await
            .expect("changed");
        assert_eq!(state(stage, waits).await, State::Waiting);
    })
    .await;
}

#[tokio::test]
async fn the_ledger_shows_at_once_what_another_node_has_changed() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let other = stage.second_node().await;
        let shown = async || {
            let filter = Filter {
                year: 2026,
                ..Filter::default()
            };
            let ledger = activity::ledger(&other, &operator(), &filter)
                .await
                .expect("the ledger");
            let stored = db::activity::of_year(&stage.app.db, 2026).await.expect("the entries");
            assert_eq!(ledger.rows, stored);
            stored
        };
        assert!(shown().await.is_empty());
        year::set_approval(&stage.app, &operator(), 2026, true)
            .await
            .expect("set");
        let id = activity::enter(&stage.app, &liaison, lecture(unit, "讲座"), true).await;
        let id = id.expect("entered");
        assert_eq!(shown().await[0].state, State::Waiting);
        decide(stage, &above(stage).await, id, Step::Approve, "")
            .await
            .expect("approved");
        assert_eq!(shown().await[0].state, State::Recorded);
        activity::add_evidence(&stage.app, &liaison, id, "a.png", PNG.to_vec())
            .await
            .expect("kept");
        assert_eq!(shown().await[0].state, State::Waiting, "a file came after the approval");
        activity::change(&stage.app, &liaison, id, lecture(unit, "别的讲座"), true, "")
            .await
            .expect("changed");
        assert_eq!(shown().await[0].wish.title, "别的讲座");
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn nobody_settles_what_has_changed_since_it_was_seen() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let app = &stage.app;
        year::set_approval(app, &operator(), 2026, true).await.expect("set");
        let above = above(stage).await;
        let id = activity::enter(app, &liaison, lecture(unit, "讲座"), true)
            .await
            .expect("entered");
        let person = stage.person("1002").await;
        for how in ["words", "names", "files"] {
            let opened = seen(stage, id).await;
            match how {
                "words" => {
                    let mended = Wish {
                        audience: Some(4_000),
                        ..lecture(unit, "讲座")
                    };
                    activity::change(app, &liaison, id, mended, true, "").await
                }
                "names" => activity::add_persons(app, &liaison, id, &[person]).await,
                _ => activity::add_evidence(app, &liaison, id, "a.png", PNG.to_vec())
                    .await
                    .map(drop),
            }
            .expect("changed");
            for step in [Step::Approve, Step::SendBack, Step::Withdraw] {
                let late = activity::decide(app, &above, id, step, "已核实", &opened).await;
                assert_eq!(activity_fault(late), ActivityFault::Changed, "{how} {step:?}");
            }
            assert_eq!(state(stage, id).await, State::Waiting);
        }
        let blind = activity::decide(app, &above, id, Step::Approve, "", "").await;
        assert_eq!(activity_fault(blind), ActivityFault::Changed);

        // By the page: the form says what its reader has seen.
        let browser = Browser::new(app).signed_in(&stage.token("1003").await);
        let page = browser.get(&format!("/admin/activities/{id}")).await.body;
        let opened = seen(stage, id).await;
        assert!(page.contains(&opened), "{page}");
        activity::remove_person(app, &liaison, id, person, "")
            .await
            .expect("removed");
        let approve = format!("/admin/activities/{id}/approve");
        let late = browser.post(&approve, &[("seen", &opened)]).await;
        assert_eq!(late.status, 409);
        assert!(late.body.contains("有了改动"), "{}", late.body);
        let now = seen(stage, id).await;
        assert!(late.body.contains(&now), "it is shown as it is now");
        assert_eq!(browser.post(&approve, &[("seen", &now)]).await.status, 303);
        assert_eq!(state(stage, id).await, State::Recorded);
    })
    .await;
}

#[tokio::test]
async fn a_decision_waits_for_a_change_that_is_being_stored_and_does_not_undo_it() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let app = &stage.app;
        year::set_approval(app, &operator(), 2026, true).await.expect("set");
        let above = above(stage).await;
        let id = activity::enter(app, &liaison, lecture(unit, "讲座"), true)
            .await
            .expect("entered");
        let opened = seen(stage, id).await;
        let begun = Arc::new(Notify::new());
        let (db, told) = (app.db.clone(), Arc::clone(&begun));
        let changing = tokio::spawn(async move {
            let done: db::Result<()> = db
                .write(told, move |tx, told| {
                    Box::pin(async move {
                        let mut entry = db::activity::get_in(tx, id).await?.expect("the entry");
                        entry.wish.audience = Some(4_000);
                        db::activity::put(tx, &entry).await?;
                        told.notify_one();
                        tokio::time::sleep(Duration::from_millis(300)).await;
                        Ok(())
                    })
                })
                .await;
            done
        });
        begun.notified().await;
        let late = activity::decide(app, &above, id, Step::Approve, "", &opened).await;
        changing.await.expect("it ends").expect("stored");
        assert_eq!(activity_fault(late), ActivityFault::Changed);
        let record = activity::record(app, &operator(), id, "").await.expect("the entry");
        assert_eq!(
            (record.activity.state, record.activity.wish.audience),
            (State::Waiting, Some(4_000))
        );
    })
    .await;
}

#[tokio::test]
async fn a_name_list_is_picked_from_the_roster_of_the_unit() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let id = activity::enter(&stage.app, &liaison, lecture(unit, "讲座"), false)
            .await
            .expect("entered");
        let record = async |words: &str| {
            activity::record(&stage.app, &liaison, id, words)
                .await
                .expect("the entry")
        };
        let offered: Vec<_> = record("张").await.offered.iter().map(|person| person.id).collect();
        assert_eq!(offered.len(), 3, "those of the unit and no others");
        activity::add_persons(&stage.app, &liaison, id, &offered[..2])
            .await
            .expect("added");
        activity::add_persons(&stage.app, &liaison, id, &offered)
            .await
            .expect("added");
        assert_eq!(record("张").await.attendees.len(), 3);
        assert!(record("张").await.offered.is_empty());
        activity::remove_person(&stage.app, &liaison, id, offered[0], "没有到场")
            .await
            .expect("removed");
        assert_eq!(record("").await.attendees.len(), 2);

        let stranger = stage.person("1003").await;
        let taken = activity::add_persons(&stage.app, &liaison, id, &[stranger]).await;
        assert!(matches!(fault(taken), Fault::NotFound | Fault::Forbidden));
    })
    .await;
}

#[tokio::test]
async fn evidence_is_what_its_content_says() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let id = activity::enter(&stage.app, &liaison, lecture(unit, "讲座"), false)
            .await
            .expect("entered");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let to = format!("/admin/activities/{id}/evidence");
        let program = browser.upload(&to, "照片.png", b"MZ\x90\0").await;
        assert_eq!(program.status, 422);
        assert!(program.body.contains("这个文件是程序"), "{}", program.body);
        assert_eq!(browser.upload(&to, "page.html", b"<script>").await.status, 422);
        assert_eq!(stage.count("SELECT COUNT(*) FROM evidence").await, 0);

        assert_eq!(browser.upload(&to, "现场.png", PNG).await.status, 303);
        let page = browser.get(&format!("/admin/activities/{id}")).await.body;
        let start = page.find("/admin/evidence/").expect("a picture");
        let path = &page[start..start + "/admin/evidence/".len() + 13];
        let picture = browser.get(path).await;
        assert_eq!((picture.status.as_u16(), &picture.bytes[..]), (200, PNG));
        assert_eq!(picture.headers["content-type"], "image/png");
        assert_eq!(picture.headers["x-content-type-options"], "nosniff");

        let elsewhere = Grant {
            role: Role::Liaison,
            unit: Some(unit_named(stage, "市局 / 2科").await),
        };
        role::grant(&stage.app, &operator(), "1003", elsewhere)
            .await
            .expect("a role");
        let other = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        assert_eq!(other.get(path).await.status, 404);
        assert_eq!(
            other
                .post(&format!("{path}/remove"), &[("reason", "传错")])
                .await
                .status,
            404
        );
        assert_eq!(browser.post(&format!("{path}/remove"), &[]).await.status, 422);
        let removed = browser.post(&format!("{path}/remove"), &[("reason", "传错了")]).await;
        assert_eq!(removed.status, 303);
        assert_eq!(stage.count("SELECT COUNT(*) FROM evidence").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_event_is_entered_with_its_pictures_or_not_at_all() {
    each_engine(async |stage| {
        let (unit, _) = begun(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let form = browser.get("/admin/activities/new").await.body;
        assert!(
            form.contains("multipart/form-data") && form.contains("multiple") && form.contains("image/jpeg"),
            "{form}"
        );
        let unit = unit.to_string();
        let fields = [
            ("kind", "publicity"),
            ("unit", unit.as_str()),
            ("day", "2026-06-01"),
            ("title", "进企业宣讲"),
            ("audience", "120"),
            ("note", "第一行\r\n第二行"),
        ];
        let send = async |files: &[(&str, &[u8])]| browser.send_form("/admin/activities", &fields, files).await;
        let large = vec![0; FILE + 1];
        for (files, status, why) in [
            (
                &[("现场.png", PNG), ("照片.png", &b"MZ\x90\0"[..])][..],
                422,
                "这个文件是程序",
            ),
            (
                &[("现场.png", PNG), ("影像.mp4", &large[..])][..],
                413,
                "文件超过 20 MB",
            ),
            (&[("现场.png", PNG), ("空.png", &b""[..])][..], 422, "请先选择一个文件"),
        ] {
            let refused = send(files).await;
            assert_eq!(refused.status.as_u16(), status, "{}", refused.body);
            for words in [why, "进企业宣讲", "120", "第二行", "请重新选一次"] {
                assert!(refused.body.contains(words), "{words}: {}", refused.body);
            }
            for table in ["SELECT COUNT(*) FROM activity", "SELECT COUNT(*) FROM evidence"] {
                assert_eq!(stage.count(table).await, 0, "{why}: {table}");
            }
        }
        let many = vec![("现场.png", PNG); FILES + 1];
        assert_eq!(send(&many).await.status, 422);
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 0);

        let done = send(&[("现场一.png", PNG), ("现场二.png", PNG)]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let page = browser.get(done.location()).await.body;
        for words in ["进企业宣讲", "现场一.png", "现场二.png"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM evidence").await, 2);
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act = 'evidence_added'";
        assert_eq!(stage.count(acts).await, 2);

        // A browser that sends the field without a file sends an empty one.
        let alike = send(&[("", &b""[..])]).await;
        assert_eq!(alike.status, 409, "{}", alike.body);
        let distinct = [&fields[..], &[("distinct", "yes")]].concat();
        let done = browser
            .send_form("/admin/activities", &distinct, &[("", &b""[..])])
            .await;
        assert_eq!(done.status, 303, "{}", done.body);
        assert_eq!(stage.count("SELECT COUNT(*) FROM evidence").await, 2);
    })
    .await;
}

#[tokio::test]
async fn a_closed_year_cannot_be_changed() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let app = &stage.app;
        let id = activity::enter(app, &liaison, lecture(unit, "讲座"), false)
            .await
            .expect("entered");
        let file = activity::add_evidence(app, &liaison, id, "现场.png", PNG.to_vec())
            .await
            .expect("kept");
        let person = stage.person("1002").await;
        activity::add_persons(app, &liaison, id, &[person])
            .await
            .expect("added");
        let entries = stage.count("SELECT COUNT(*) FROM audit_entry").await;
        stage.run("UPDATE year SET state = 'closed'").await;

        let closed = ActivityFault::Closed(2026);
        let other = lecture(unit, "另一场");
        let refused = [
            activity_fault(activity::enter(app, &liaison, other.clone(), true).await),
            activity_fault(activity::change(app, &liaison, id, other, true, "更正").await),
            activity_fault(activity::decide(app, &operator(), id, Step::SendBack, "更正", "").await),
            activity_fault(activity::decide(app, &liaison, id, Step::Withdraw, "更正", "").await),
            activity_fault(activity::add_persons(app, &liaison, id, &[person]).await),
            activity_fault(activity::remove_person(app, &liaison, id, person, "更正").await),
            activity_fault(activity::add_evidence(app, &liaison, id, "b.png", PNG.to_vec()).await),
            activity_fault(activity::remove_evidence(app, &liaison, file, "传错").await),
            activity_fault(year::set_approval(app, &operator(), 2026, true).await),
        ];
        assert_eq!(refused, [closed; 9]);
        assert_eq!(fault(year::begin(app, &operator(), 2026).await), Fault::Taken);
        assert_eq!(stage.count("SELECT COUNT(*) FROM audit_entry").await, entries);
    })
    .await;
}

#[tokio::test]
async fn the_form_keeps_what_was_typed_and_leads_to_the_entry() {
    each_engine(async |stage| {
        let (unit, _) = begun(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let form = browser.get("/admin/activities/new").await.body;
        assert!(
            form.contains("1科") && !form.contains("2科"),
            "only the own unit: {form}"
        );
        let unit = unit.to_string();
        let typed = |day: &'static str| {
            [
                ("kind", "publicity".to_owned()),
                ("unit", unit.clone()),
                ("day", day.to_owned()),
                ("title", "进企业宣讲".to_owned()),
                ("audience", "一百".to_owned()),
            ]
        };
        let send = async |fields: &[(&str, String)]| {
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            browser.post("/admin/activities", &fields).await
        };
        let mut fields = typed("2026-06-01");
        let wrong = send(&fields).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("进企业宣讲") && wrong.body.contains("一百") && wrong.body.contains("数量不对"));
        fields[4].1 = "120".to_owned();
        let done = send(&fields).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let page = browser.get(done.location()).await.body;
        assert!(page.contains("进企业宣讲") && page.contains("120") && page.contains("已登记"));
        let list = browser.get("/admin/activities?year=2026&kind=publicity").await.body;
        assert!(list.contains("进企业宣讲") && list.contains("/admin/activities/new"));
        assert!(
            !browser
                .get("/admin/activities?year=2026&kind=work")
                .await
                .body
                .contains("进企业宣讲")
        );
    })
    .await;
}
