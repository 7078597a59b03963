//! Supervision: time given and given back, pauses, forced hand-ins, and what candidates are told.

use std::time::Duration;

use mingfa::{
    db,
    domain::{
        attempt::HandIn,
        id::{AttemptId, EventId, ExamId},
        item::OptionSet,
        role::{Grant, Role},
        signal::Leaving,
        supervision::{CreditKind, Stand},
        time::Timestamp,
    },
    error::Fault,
    service::{
        Caller, role, sitting,
        supervision::{self, Deal, Target, Wanted},
        verify,
    },
};
use tokio_stream::StreamExt;

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, event, fault, operator},
};

async fn deal(stage: &Stage, exam: ExamId, target: Target, deal: Deal) -> Result<usize, mingfa::service::Error> {
    supervision::deal(&stage.app, &operator(), exam, target, deal, "停电").await
}

fn extend(minutes: &str) -> Deal {
    Deal::Extend(minutes.to_owned())
}

async fn save(stage: &Stage, caller: &Caller, attempt: AttemptId, version: u32) -> Result<(), Fault> {
    let row = vec![event(version, 1, OptionSet::of([0]))];
    match sitting::save(&stage.app, caller, attempt, row).await {
        Ok(_) => Ok(()),
        Err(error) => Err(fault::<()>(Err(error))),
    }
}

async fn deadline(stage: &Stage, attempt: AttemptId) -> Timestamp {
    stage.attempt(attempt).await.deadline
}

#[tokio::test]
async fn more_time_moves_the_deadline_of_those_meant_and_is_written_down() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let (caller, meant) = stage.start("1001", exam).await;
        let (_, other) = stage.start("1002", exam).await;
        let person = Target::Person(stage.person("1001").await);
        assert_eq!(deal(stage, exam, person, extend("10")).await.expect("given"), 1);
        assert_eq!(deadline(stage, meant).await, START.plus_minutes(70));
        assert_eq!(deadline(stage, other).await, START.plus_minutes(60));
        assert_eq!(deal(stage, exam, Target::All, extend("5")).await.expect("given"), 2);
        assert_eq!(deadline(stage, meant).await, START.plus_minutes(75));
        assert_eq!(
            db::supervision::credited(&stage.app.db, meant)
                .await
                .expect("the credits"),
            15 * 60_000
        );
        // Answers after the old deadline and before the new one count.
        stage.clock.set(START.plus_minutes(72));
        assert_eq!(save(stage, &caller, meant, 1).await, Ok(()));
        let told = supervision::told(&stage.app, &caller, meant, START)
            .await
            .expect("what was told");
        assert_eq!(told.len(), 2);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'time_extended'")
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn an_extension_that_is_none_changes_nothing() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (_, attempt) = stage.start("1001", exam).await;
        for minutes in ["-5", "0", "241", "", "ten"] {
            assert_eq!(
                fault(deal(stage, exam, Target::All, extend(minutes)).await),
                Fault::Minutes,
                "{minutes}"
            );
        }
        let nobody = Target::Person(stage.person("1002").await);
        assert_eq!(fault(deal(stage, exam, nobody, extend("5")).await), Fault::NobodyRuns);
        let without = supervision::deal(&stage.app, &operator(), exam, Target::All, extend("5"), " ").await;
        assert_eq!(fault(without), Fault::Wording, "no reason");
        assert_eq!(deadline(stage, attempt).await, START.plus_minutes(60));
        assert_eq!(stage.count("SELECT COUNT(*) FROM time_credit").await, 0);
        assert_eq!(stage.count("SELECT COUNT(*) FROM live_event").await, 0);
    })
    .await;
}

#[tokio::test]
async fn while_paused_the_clock_stands_and_nothing_is_lost() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        save(stage, &caller, attempt, 1).await.expect("stored");
        stage.clock.set(START.plus_minutes(50));
        deal(stage, exam, Target::All, Deal::Pause).await.expect("paused");
        assert_eq!(save(stage, &caller, attempt, 2).await, Err(Fault::Paused));
        assert_eq!(
            fault(sitting::hand_in(&stage.app, &caller, attempt).await),
            Fault::Paused
        );
        assert_eq!(
            fault(deal(stage, exam, Target::All, Deal::Pause).await),
            Fault::NobodyRuns,
            "paused already"
        );
        // Long after the old deadline it is still there, with the ten minutes it had.
        stage.clock.set(START.plus_minutes(200));
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("swept"), 0);
        let paused = stage.attempt(attempt).await;
        assert_eq!(
            (paused.remaining_ms(stage.app.now()), paused.outcome),
            (10 * 60_000, None)
        );
        assert_eq!(deal(stage, exam, Target::All, Deal::Resume).await.expect("resumed"), 1);
        assert_eq!(deadline(stage, attempt).await, START.plus_minutes(210));
        assert_eq!(save(stage, &caller, attempt, 2).await, Ok(()));
        assert_eq!(stage.count("SELECT COUNT(*) FROM late_answer_event").await, 0);
        assert_eq!(
            fault(deal(stage, exam, Target::All, Deal::Resume).await),
            Fault::NobodyRuns
        );
    })
    .await;
}

#[tokio::test]
async fn a_forced_hand_in_marks_what_was_saved() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let keys = stage.keys(attempt).await;
        let row: Vec<_> = (1..)
            .zip(&keys)
            .map(|(number, (_, key))| event(u32::from(number), number, *key))
            .collect();
        sitting::save(&stage.app, &caller, attempt, row).await.expect("stored");
        deal(stage, exam, Target::All, Deal::Pause).await.expect("paused");
        let person = Target::Person(stage.person("1001").await);
        deal(stage, exam, person, Deal::HandIn).await.expect("handed in");
        let outcome = stage.attempt(attempt).await.outcome.expect("an outcome");
        assert_eq!(
            (outcome.hand_in, outcome.settled.score.to_string()),
            (HandIn::ForceSubmit, "12".to_owned())
        );
        assert_eq!(save(stage, &caller, attempt, 11).await, Err(Fault::Late));
        let report = verify::verify(&stage.app, &operator(), |_| {}).await.expect("verified");
        assert_eq!(report.differences, []);
    })
    .await;
}

#[tokio::test]
async fn a_unit_is_dealt_with_together_with_those_below_and_no_other() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let mut attempts = Vec::new();
        for name in ["1001", "1002", "1004"] {
            attempts.push(stage.start(name, exam).await);
        }
        let units = db::person::units(&stage.app.db).await.expect("the units");
        let unit = units
            .walk()
            .into_iter()
            .find(|(_, unit)| unit.name == "0科")
            .expect("the unit")
            .1
            .id;
        assert_eq!(
            deal(stage, exam, Target::Unit(unit), Deal::Message)
                .await
                .expect("told"),
            2
        );
        let told = async |place: usize| {
            let (caller, attempt) = &attempts[place];
            supervision::told(&stage.app, caller, *attempt, START)
                .await
                .expect("what was told")
                .len()
        };
        assert_eq!((told(0).await, told(1).await, told(2).await), (1, 0, 1));
        let top = units.walk()[0].1.id;
        assert_eq!(
            deal(stage, exam, Target::Unit(top), extend("1")).await.expect("given"),
            3
        );
    })
    .await;
}

#[tokio::test]
async fn an_outage_is_found_and_made_good_once_before_anybody_is_handed_in() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (_, early) = stage.start("1001", exam).await;
        assert_eq!(supervision::beat(&stage.app).await.expect("a beat"), None);
        stage.clock.set(START.plus_minutes(58));
        // Fifty-eight minutes of silence: more than the thirty this exam makes good.
        let (outage, attempts) = supervision::beat(&stage.app).await.expect("a beat").expect("an outage");
        assert_eq!(
            (outage.began_at, outage.ended_at, attempts),
            (START, START.plus_minutes(58), 1)
        );
        assert_eq!(deadline(stage, early).await, START.plus_minutes(90));
        assert_eq!(supervision::beat(&stage.app).await.expect("a beat"), None, "only once");
        let (_, late) = stage.start("1002", exam).await;
        stage.clock.set(START.plus_minutes(60));
        supervision::beat(&stage.app)
            .await
            .expect("a beat")
            .expect("two minutes more");
        assert_eq!(
            deadline(stage, early).await,
            START.plus_minutes(90),
            "the limit is reached"
        );
        assert_eq!(deadline(stage, late).await, START.plus_minutes(58 + 60 + 2));
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("swept"), 0);
        let live = supervision::live(&stage.app, &operator(), exam, Wanted::default())
            .await
            .expect("the live view");
        assert_eq!(
            live.outages.iter().map(|(_, attempts)| *attempts).collect::<Vec<_>>(),
            [1, 1]
        );
        assert_eq!(CreditKind::Outage.code(), "outage");
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM time_credit WHERE kind = 'outage'")
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn two_nodes_that_come_back_together_make_an_outage_good_once() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (_, attempt) = stage.start("1001", exam).await;
        supervision::beat(&stage.app).await.expect("a beat");
        let other = stage.second_node().await;
        stage.clock.set(START.plus_minutes(10));
        let (here, there) = tokio::join!(supervision::beat(&stage.app), supervision::beat(&other));
        let found = [here.expect("a beat"), there.expect("a beat")];
        assert_eq!(found.iter().flatten().count(), 1);
        assert_eq!(deadline(stage, attempt).await, START.plus_minutes(70));
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_live_view_tells_how_everybody_stands() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let (passed, first) = stage.start("1001", exam).await;
        let keys = stage.keys(first).await;
        let row: Vec<_> = (1..)
            .zip(&keys)
            .map(|(number, (_, key))| event(u32::from(number), number, *key))
            .collect();
        sitting::save(&stage.app, &passed, first, row).await.expect("stored");
        sitting::hand_in(&stage.app, &passed, first).await.expect("handed in");
        let (failed, second) = stage.start("1002", exam).await;
        sitting::hand_in(&stage.app, &failed, second).await.expect("handed in");
        stage.start("1003", exam).await;
        let (there, fourth) = stage.start("1004", exam).await;
        stage.start("1005", exam).await;
        let paused = Target::Person(stage.person("1005").await);
        deal(stage, exam, paused, Deal::Pause).await.expect("paused");
        stage.clock.set(START.plus_minutes(2));
        supervision::heard(&stage.app, &there, fourth, EventId(0), Leaving::default())
            .await
            .expect("heard");
        let live = supervision::live(&stage.app, &operator(), exam, Wanted::default())
            .await
            .expect("the live view");
        let mut stands: Vec<_> = live.rows.iter().map(|row| (row.number.as_str(), row.stand)).collect();
        stands.sort_unstable();
        use Stand as S;
        assert_eq!(
            stands,
            [
                ("1001", S::Passed),
                ("1002", S::HandedIn),
                ("1003", S::LostContact),
                ("1004", S::Sitting),
                ("1005", S::Paused),
                ("1006", S::NotStarted)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_candidate_hears_within_two_seconds_what_is_for_them_also_from_another_node() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (_, attempt) = stage.start("1001", exam).await;
        stage.start("1002", exam).await;
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let mut line = candidate.listen(&format!("/api/v1/attempts/{attempt}/live")).await;
        let mut hear = async || {
            let piece = tokio::time::timeout(Duration::from_secs(2), line.next()).await;
            piece
                .ok()
                .flatten()
                .map(|piece| String::from_utf8_lossy(&piece.expect("a piece")).into_owned())
        };
        assert_eq!(hear().await.as_deref(), Some("data: hello\n\n"));
        let other = Target::Person(stage.person("1002").await);
        deal(stage, exam, other, Deal::Message).await.expect("told");
        assert_eq!(hear().await, None, "what is for another is not heard");
        let node = stage.second_node().await;
        supervision::deal(&node, &operator(), exam, Target::All, extend("5"), "停电")
            .await
            .expect("given");
        // The sweep of this node does this every second.
        supervision::give_out(&stage.app).await.expect("given out");
        assert_eq!(hear().await.as_deref(), Some("data: told\n\n"));
        let progress = candidate.get(&format!("/api/v1/attempts/{attempt}")).await.json();
        assert_eq!(
            (
                progress["told"][0]["kind"].as_str(),
                progress["told"][0]["text"].as_str()
            ),
            (Some("time"), Some("停电"))
        );
        assert_eq!(progress["remaining_ms"], 65 * 60_000);
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn supervision_of_an_exam_is_for_those_who_manage_it() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (_, attempt) = stage.start("1001", exam).await;
        let units = db::person::units(&stage.app.db).await.expect("the units");
        let unit = units
            .walk()
            .into_iter()
            .find(|(_, unit)| unit.name == "1科")
            .expect("the unit")
            .1
            .id;
        for role in [Role::Liaison, Role::ExamAdministrator] {
            let grant = Grant { role, unit: Some(unit) };
            role::grant(&stage.app, &operator(), "1002", grant)
                .await
                .expect("granted");
        }
        let caller = stage.caller("1002").await;
        let refused = supervision::deal(&stage.app, &caller, exam, Target::All, extend("5"), "停电").await;
        assert_eq!(fault(refused), Fault::NotFound);
        let stranger = stage.caller("1003").await;
        assert_eq!(
            fault(supervision::heard(&stage.app, &stranger, attempt, EventId(1), Leaving::default()).await),
            Fault::NotFound
        );
        assert_eq!(deadline(stage, attempt).await, START.plus_minutes(60));
    })
    .await;
}
