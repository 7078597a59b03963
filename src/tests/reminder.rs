//! Reminders: sent once, stopped by what was done, shown to those who manage exams, and handed to a command.

use mingfa::{
    domain::{
        exam::Window,
        id::ExamId,
        person::PersonState,
        reminder::{Kind, Off, Settings},
        role::{Grant, Role},
        time::DAY,
    },
    error::Fault,
    service::{exam::Setup, messenger::Messenger, notice, officer, person, reminder, role},
};

use crate::{
    access::unit_named,
    browser::Browser,
    officer::{ledger, reviewed},
    support::{START, Stage, each_engine, fault, operator, setup},
};

/// Six persons in three units, and an exam that ends in so many days.
async fn ending(stage: &Stage, days: i64) -> ExamId {
    stage.roster(6, 3).await;
    let bank = stage.usual_bank().await;
    let usual = setup(bank);
    let window = Window {
        closes_at: START.plus_seconds(days * 86_400),
        ..usual.window
    };
    stage.open_exam(Setup { window, ..usual }).await
}

async fn remind(stage: &Stage) -> usize {
    reminder::remind(&stage.app).await.expect("the reminders")
}

async fn next_day(stage: &Stage, days: i64) {
    stage.clock.advance_seconds(days * 86_400);
}

#[tokio::test]
async fn who_has_not_passed_is_reminded_until_it_is_done() {
    each_engine(async |stage| {
        let exam = ending(stage, 6).await;
        stage.sit("1001", exam, |_, _, key| key).await;
        assert_eq!(remind(stage).await, 5, "all but who has passed");
        assert_eq!(remind(stage).await, 0, "the hour is not over");
        let other = stage.second_node().await;
        stage.clock.advance_seconds(3600);
        assert_eq!(
            reminder::remind(&other).await.expect("the reminders"),
            0,
            "not twice, on no node"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM reminder").await, 5);
        let caller = stage.caller("1002").await;
        let inbox = notice::inbox(&stage.app, &caller, 1).await.expect("the inbox");
        let text = inbox.notices[0].about.text(mingfa::domain::lang::Lang::Zh);
        assert!(text.contains("您还没有通过"), "{text}");

        stage.sit("1002", exam, |_, _, key| key).await;
        let left = person::Wish::State(PersonState::Left);
        let gone = stage.person("1003").await;
        person::change(&stage.app, &operator(), gone, left, stage.app.now(), "离职")
            .await
            .expect("gone");
        next_day(stage, 2).await;
        assert_eq!(remind(stage).await, 3, "1004 to 1006");
        next_day(stage, 2).await;
        assert_eq!(remind(stage).await, 0, "two in seven days are enough");
        next_day(stage, 30).await;
        assert_eq!(remind(stage).await, 0, "the window is closed");
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn an_exam_that_ends_later_and_a_night_remind_of_nothing() {
    each_engine(async |stage| {
        ending(stage, 20).await;
        assert_eq!(remind(stage).await, 0);
        next_day(stage, 14).await;
        stage.clock.advance_seconds(10 * 3600);
        assert_eq!(remind(stage).await, 0, "seven in the evening");
        stage.clock.advance_seconds(14 * 3600);
        assert_eq!(remind(stage).await, 6);
    })
    .await;
}

#[tokio::test]
async fn a_liaison_hears_how_many_are_missing_and_only_while_there_are_some() {
    each_engine(async |stage| {
        let exam = ending(stage, 6).await;
        let unit = unit_named(stage, "市局 / 0科").await;
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(unit),
        };
        // 1002 works elsewhere; 1001 and 1004 are of the unit.
        role::grant(&stage.app, &operator(), "1002", grant)
            .await
            .expect("a role");
        stage.sit("1002", exam, |_, _, key| key).await;
        assert_eq!(remind(stage).await, 6, "five who have not passed, and the liaison");
        let caller = stage.caller("1002").await;
        let inbox = notice::inbox(&stage.app, &caller, 1).await.expect("the inbox");
        let about = &inbox.notices[0].about;
        assert!(
            about.text(mingfa::domain::lang::Lang::Zh).contains("还有 2 人没有通过"),
            "{about:?}"
        );
        let page = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        assert_eq!(page.get(&about.path()).await.status, 200);
        stage.sit("1001", exam, |_, _, key| key).await;
        stage.sit("1004", exam, |_, _, key| key).await;
        next_day(stage, 2).await;
        assert_eq!(remind(stage).await, 3, "the unit is done");
    })
    .await;
}

#[tokio::test]
async fn a_review_is_reminded_of_until_it_is_entered() {
    each_engine(async |stage| {
        let [due, ..] = ledger(stage).await;
        let day = |text| mingfa::domain::time::Timestamp::parse_day(text).expect("a day");
        let wish = mingfa::domain::officer::Wish {
            number: "ZJ-7".to_owned(),
            area: String::new(),
            category: mingfa::domain::officer::Category::Enforcement,
            issued: day("2020-01-01"),
            until: day("2030-01-01"),
        };
        officer::enter(&stage.app, &operator(), "1007", wish)
            .await
            .expect("entered");
        assert_eq!(remind(stage).await, 0, "thirty days and more are left");
        next_day(stage, 2).await;
        assert_eq!(
            remind(stage).await,
            2,
            "the one whose time is over is nobody's to hurry any more"
        );
        let inbox = notice::inbox(&stage.app, &stage.caller("1001").await, 1)
            .await
            .expect("the inbox");
        assert_eq!(inbox.notices[0].about.path(), "/record");
        officer::review(
            &stage.app,
            &operator(),
            &[due],
            reviewed(mingfa::domain::officer::Outcome::Reviewed, None),
        )
        .await
        .expect("reviewed");
        next_day(stage, 3).await;
        assert_eq!(remind(stage).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_is_switched_off_is_not_sent_and_an_administrator_sees_the_rest() {
    each_engine(async |stage| {
        let exam = ending(stage, 6).await;
        let unit = unit_named(stage, "市局 / 0科").await;
        let off = |unit, exam| Off {
            kind: Kind::ExamEnds,
            unit,
            exam,
            reason: "单位集中组织".to_owned(),
        };
        let (app, by) = (&stage.app, operator());
        reminder::switch_off(app, &by, off(Some(unit), Some(exam)))
            .await
            .expect("off");
        let again = reminder::switch_off(app, &by, off(Some(unit), Some(exam))).await;
        assert_eq!(fault(again), Fault::Taken);
        assert_eq!(remind(stage).await, 4, "without the two of the unit");

        let manager = stage.second_administrator("steward").await;
        assert_eq!(reminder::overview(app, &manager).await.expect("the page").sent.len(), 4);
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit: Some(unit),
        };
        role::grant(app, &by, "1001", grant).await.expect("a role");
        let local = stage.caller("1001").await;
        let page = reminder::overview(app, &local).await.expect("the page");
        assert_eq!((page.sent.len(), page.off.len()), (0, 1), "nobody of another unit");
        assert_eq!(
            fault(reminder::set(app, &local, Settings::default()).await),
            Fault::Forbidden
        );
        assert_eq!(
            fault(reminder::switch_off(app, &local, off(None, None)).await),
            Fault::NotFound
        );
        let other = unit_named(stage, "市局 / 1科").await;
        assert_eq!(
            fault(reminder::switch_off(app, &local, off(Some(other), None)).await),
            Fault::NotFound
        );
        reminder::switch_on(app, &local, Kind::ExamEnds, Some(unit), Some(exam))
            .await
            .expect("on");
        stage.clock.advance_seconds(3600);
        assert_eq!(remind(stage).await, 2);

        let none = Settings {
            per_week: 0,
            ..Settings::default()
        };
        reminder::set(app, &manager, none).await.expect("set");
        next_day(stage, 2).await;
        assert_eq!(remind(stage).await, 0);
        let at_night = Settings {
            to_hour: 23,
            ..Settings::default()
        };
        assert_eq!(fault(reminder::set(app, &manager, at_night).await), Fault::Reminders);
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('reminders_set', 'reminders_switched')";
        assert_eq!(stage.count(acts).await, 3);

        let browser = Browser::new(app).signed_in(&stage.token("steward").await);
        let page = browser.get("/admin/reminders").await;
        assert!(
            page.status == 200 && page.body.contains("没有邮箱") && page.body.contains("张1002"),
            "{}",
            page.body
        );
        let wrong = browser
            .post(
                "/admin/reminders",
                &[
                    ("per_week", "99"),
                    ("days_before", "7"),
                    ("from_hour", "9"),
                    ("to_hour", "18"),
                ],
            )
            .await;
        assert_eq!(wrong.status, 422);
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_command_is_given_each_reminder_once_and_again_when_it_fails() {
    use std::os::unix::fs::PermissionsExt as _;
    each_engine(async |stage| {
        ending(stage, 6).await;
        assert_eq!(remind(stage).await, 6);
        let executable = |name, body: String| {
            let path = stage.place.file(name, body.as_bytes());
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700)).expect("made executable");
            path
        };
        let log = stage.place.file("log", b"");
        let taker = executable(
            "taker",
            format!("#!/bin/sh\ncat >> {}\necho >> {}\n", log.display(), log.display()),
        );
        let failing = executable("failing", "#!/bin/sh\nexit 1\n".to_owned());
        let send = async |command| {
            let messenger = Messenger::new(command, "https://example.cn/");
            reminder::send_messages(&stage.app, &messenger)
                .await
                .expect("the messages")
        };
        assert_eq!(send(&failing).await, 0);
        assert_eq!(send(&taker).await, 0, "each waits a minute");
        stage.clock.advance_seconds(61);
        assert_eq!(send(&taker).await, 6);
        assert_eq!(send(&taker).await, 0);
        let lines = std::fs::read_to_string(&log).expect("the log");
        assert_eq!(lines.lines().count(), 6);
        let first: serde_json::Value = serde_json::from_str(lines.lines().next().expect("a line")).expect("JSON");
        assert_eq!(first["kind"], "exam_ends");
        assert!(
            first["link"]
                .as_str()
                .is_some_and(|link| link.starts_with("https://example.cn/exams/")),
            "{first}"
        );
        // What is a day old is told no more.
        stage.run("UPDATE reminder SET hook = 'waiting'").await;
        stage.clock.advance_seconds(DAY / 1000 + 60);
        assert_eq!(send(&taker).await, 0);
    })
    .await;
}
