//! The journal of answers: what is acknowledged is there, in order, once, and from one device at a time.

use std::sync::Arc;

use mingfa::{
    db,
    domain::{
        attempt::{Event, Sheet},
        item::OptionSet,
    },
    error::Fault,
    service::sitting,
};

use crate::support::{Chance, Engine, each_engine, event, events, fault};

#[tokio::test]
async fn answers_are_kept_in_the_order_of_their_versions() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::save(&stage.app, &caller, attempt, events(1, 1))
            .await
            .expect("the first answer");
        sitting::save(&stage.app, &caller, attempt, events(2, 30))
            .await
            .expect("a row of answers");
        let flagged = Event {
            flagged: true,
            choice: OptionSet::EMPTY,
            ..event(32, 3, OptionSet::EMPTY)
        };
        let (at, deadline) = sitting::save(&stage.app, &caller, attempt, vec![flagged.clone()])
            .await
            .expect("an answer taken back");
        assert_eq!((at, deadline), (stage.app.now(), stage.app.now().plus_minutes(60)));
        let mut expected = events(1, 31);
        expected.push(flagged);
        assert_eq!(stage.events(attempt).await, expected);
        let sitting = sitting::open(&stage.app, &caller, attempt)
            .await
            .expect("the sitting resumes")
            .expect("it runs");
        assert_eq!(sitting.sheet, Sheet::fold(10, expected));
        assert_eq!(
            (sitting.sheet.version, sitting.sheet.flagged(), sitting.sheet.answered()),
            (32, 1, 9)
        );
    })
    .await;
}

#[tokio::test]
async fn a_request_sent_again_changes_nothing() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        for _ in 0..3 {
            sitting::save(&stage.app, &caller, attempt, events(1, 4))
                .await
                .expect("the same answers");
        }
        sitting::save(&stage.app, &caller, attempt, events(2, 2))
            .await
            .expect("a part of what is stored");
        assert_eq!(stage.events(attempt).await, events(1, 4));
    })
    .await;
}

#[tokio::test]
async fn a_stale_page_is_refused_and_told_the_last_version() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::save(&stage.app, &caller, attempt, events(1, 5))
            .await
            .expect("the first device");
        let other = vec![event(5, 1, OptionSet(2))];
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, other).await),
            Fault::Stale(5)
        );
        assert_eq!(stage.events(attempt).await, events(1, 5));
    })
    .await;
}

#[tokio::test]
async fn a_batch_that_collides_at_its_first_version_stores_none_of_its_rest() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::save(&stage.app, &caller, attempt, events(1, 5))
            .await
            .expect("the first device");
        let mut batch = events(5, 6);
        batch[0].choice = OptionSet(2);
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, batch).await),
            Fault::Stale(5)
        );
        assert_eq!(stage.events(attempt).await, events(1, 5));
    })
    .await;
}

/// The answer to a request may be lost on its way; the browser then sends those changes again with newer ones behind.
#[tokio::test]
async fn a_batch_whose_head_was_stored_before_is_completed() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::save(&stage.app, &caller, attempt, events(1, 7))
            .await
            .expect("stored, but never acknowledged");
        sitting::save(&stage.app, &caller, attempt, events(5, 6))
            .await
            .expect("5 to 7 again, 8 to 10 new");
        assert_eq!(stage.events(attempt).await, events(1, 10));
    })
    .await;
}

#[tokio::test]
async fn a_hole_in_the_versions_is_refused() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, events(2, 1)).await),
            Fault::Stale(0)
        );
        sitting::save(&stage.app, &caller, attempt, events(1, 1))
            .await
            .expect("the first answer");
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, events(3, 2)).await),
            Fault::Stale(1)
        );
        let torn = vec![event(2, 1, OptionSet(1)), event(4, 1, OptionSet(1))];
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, torn).await),
            Fault::BadRequest
        );
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, vec![]).await),
            Fault::BadRequest
        );
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, events(0, 1)).await),
            Fault::BadRequest
        );
        assert_eq!(stage.events(attempt).await, events(1, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_devices_that_answer_at_once_one_is_stored_and_the_other_told() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        for version in 1..=20 {
            let here = sitting::save(&stage.app, &caller, attempt, vec![event(version, 1, OptionSet(1))]);
            let there = sitting::save(&stage.app, &caller, attempt, vec![event(version, 1, OptionSet(2))]);
            let (here, there) = tokio::join!(here, there);
            assert_ne!(here.is_ok(), there.is_ok());
            let refused = if here.is_ok() { there } else { here };
            assert_eq!(fault(refused), Fault::Stale(version));
        }
        assert_eq!(stage.events(attempt).await.len(), 20);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_nodes_that_answer_at_once_one_is_stored_and_the_other_told() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let node = stage.second_node().await;
        for version in 1..=20 {
            let here = sitting::save(&stage.app, &caller, attempt, vec![event(version, 1, OptionSet(1))]);
            let there = sitting::save(&node, &caller, attempt, vec![event(version, 1, OptionSet(2))]);
            let (here, there) = tokio::join!(here, there);
            assert_ne!(here.is_ok(), there.is_ok());
            let refused = if here.is_ok() { there } else { here };
            assert_eq!(fault(refused), Fault::Stale(version));
        }
        node.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_late_answer_is_refused_and_kept_as_evidence() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::save(&stage.app, &caller, attempt, events(1, 2))
            .await
            .expect("in time");
        stage.clock.advance_seconds(3600 + 4);
        for _ in 0..2 {
            assert_eq!(
                fault(sitting::save(&stage.app, &caller, attempt, events(3, 2)).await),
                Fault::Late
            );
        }
        sitting::save(&stage.app, &caller, attempt, events(1, 2))
            .await
            .expect("what is stored is acknowledged again");
        assert_eq!(stage.events(attempt).await, events(1, 2));
        assert_eq!(stage.count("SELECT COUNT(*) FROM late_answer_event").await, 2);
    })
    .await;
}

#[tokio::test]
async fn an_answer_after_the_hand_in_is_refused_and_kept_as_evidence() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::save(&stage.app, &caller, attempt, events(1, 2))
            .await
            .expect("in time");
        sitting::hand_in(&stage.app, &caller, attempt)
            .await
            .expect("the hand-in");
        let before = stage.attempt(attempt).await;
        assert_eq!(
            fault(sitting::save(&stage.app, &caller, attempt, events(3, 1)).await),
            Fault::Late
        );
        assert_eq!(stage.events(attempt).await, events(1, 2));
        assert_eq!(stage.count("SELECT COUNT(*) FROM late_answer_event").await, 1);
        assert_eq!(stage.attempt(attempt).await, before);
    })
    .await;
}

#[tokio::test]
async fn evidence_of_late_answers_fills_no_disk() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        sitting::hand_in(&stage.app, &caller, attempt)
            .await
            .expect("the hand-in");
        for row in 0..3 {
            let batch = events(row * 600 + 1, 600);
            assert_eq!(
                fault(sitting::save(&stage.app, &caller, attempt, batch).await),
                Fault::Late
            );
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM late_answer_event").await, 1000);
    })
    .await;
}

#[tokio::test]
async fn an_attempt_that_does_not_exist_is_not_known() {
    each_engine(async |stage| {
        let journal = db::journal::Journal::start(stage.app.db.clone());
        let save = db::journal::Save {
            attempt: mingfa::domain::id::AttemptId(7),
            events: events(1, 1),
            at: stage.app.now(),
            grace_ms: 0,
        };
        assert_eq!(
            journal.save(save).await.expect("the journal answers"),
            db::journal::Saved::Unknown
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM answer_event").await, 0);
        assert_eq!(stage.count("SELECT COUNT(*) FROM late_answer_event").await, 0);
    })
    .await;
}

const CANDIDATES: usize = 200;
const ANSWERS: u32 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_answers_of_two_hundred_candidates_at_once_are_all_there() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(CANDIDATES).await;
        let mut tasks = tokio::task::JoinSet::new();
        for place in 0..CANDIDATES {
            let (caller, attempt) = stage.start(&format!("{}", 1001 + place), exam).await;
            let app = stage.app.clone();
            tasks.spawn(async move {
                let mut chance = Chance(place as u64);
                let mut sent = Vec::new();
                while sent.len() < ANSWERS as usize {
                    let from = sent.len() as u32 + 1;
                    let batch = random_batch(&mut chance, from, ANSWERS + 1 - from);
                    sitting::save(&app, &caller, attempt, batch.clone())
                        .await
                        .expect("acknowledged");
                    sent.extend(batch);
                }
                (attempt, sent)
            });
        }
        for (attempt, sent) in tasks.join_all().await {
            assert_eq!(stage.events(attempt).await, sent);
        }
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM answer_event").await,
            CANDIDATES as i64 * i64::from(ANSWERS)
        );
    })
    .await;
}

fn random_batch(chance: &mut Chance, from: u32, most: u32) -> Vec<Event> {
    let count = (1 + chance.below(4)).min(most);
    let choice = |chance: &mut Chance| OptionSet(1 << chance.below(2));
    (from..from + count)
        .map(|version| event(version, 1 + chance.below(10) as u16, choice(chance)))
        .collect()
}

/// What one of two devices knows.
#[derive(Default)]
struct Device {
    known: u32,
    /// The last batch, which it may send again.
    last: Vec<Event>,
}

/// What the server should answer, judged by the rules of the journal one request after the other.
fn expected(stored: &mut Vec<Event>, batch: &[Event]) -> Result<(), Fault> {
    let last = stored.len() as u32;
    let known = batch.iter().take_while(|event| stored.contains(event)).count();
    let follows = batch[known..].first().is_none_or(|event| event.version == last + 1);
    if !follows {
        return Err(Fault::Stale(last));
    }
    stored.extend_from_slice(&batch[known..]);
    Ok(())
}

#[tokio::test]
async fn two_devices_in_any_order_leave_what_a_sequential_model_says() {
    each_engine(async |stage| {
        let seeds = 24;
        let exam = stage.usual_exam(seeds).await;
        for seed in 0..seeds {
            let (caller, attempt) = stage.start(&format!("{}", 1001 + seed), exam).await;
            let mut chance = Chance(seed as u64 * 7919);
            let mut devices = [Device::default(), Device::default()];
            let mut stored = Vec::new();
            for step in 0..40 {
                let device = &mut devices[chance.below(2) as usize];
                let batch = match chance.below(8) {
                    0 if !device.last.is_empty() => device.last.clone(),
                    1 => random_batch(&mut chance, device.known + 2, 4),
                    2 => {
                        device.known = stored.len() as u32;
                        continue;
                    }
                    3 if !device.last.is_empty() => {
                        let from = device.last[device.last.len() - 1].version + 1;
                        [device.last.clone(), random_batch(&mut chance, from, 2)].concat()
                    }
                    _ => random_batch(&mut chance, device.known + 1, 4),
                };
                let outcome = sitting::save(&stage.app, &caller, attempt, batch.clone()).await;
                let expected = expected(&mut stored, &batch);
                match (outcome, expected) {
                    (Ok(_), Ok(())) => {
                        device.known = device.known.max(batch[batch.len() - 1].version);
                        device.last = batch;
                    }
                    (outcome, Err(refusal)) => assert_eq!(fault(outcome), refusal, "seed {seed}, step {step}"),
                    (Err(error), Ok(())) => panic!("seed {seed}, step {step}: {error:?} for {batch:?} on {stored:?}"),
                }
            }
            assert_eq!(stage.events(attempt).await, stored, "seed {seed}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hand_in_in_the_middle_of_saving_marks_exactly_what_was_acknowledged() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(20).await;
        let mut tasks = tokio::task::JoinSet::new();
        for place in 0..20 {
            let (caller, attempt) = stage.start(&format!("{}", 1001 + place), exam).await;
            let (saving, handing) = (stage.app.clone(), stage.app.clone());
            let caller = Arc::new(caller);
            let same = Arc::clone(&caller);
            tasks.spawn(async move {
                let saver = tokio::spawn(async move {
                    let mut acknowledged = 0;
                    for version in 1..=40 {
                        match sitting::save(&saving, &same, attempt, events(version, 1)).await {
                            Ok(_) => acknowledged = version,
                            refused => {
                                assert_eq!(fault(refused), Fault::Late);
                                break;
                            }
                        }
                    }
                    acknowledged
                });
                for _ in 0..place {
                    tokio::task::yield_now().await;
                }
                sitting::hand_in(&handing, &caller, attempt).await.expect("the hand-in");
                (attempt, saver.await.expect("the saver ends"))
            });
        }
        for (attempt, acknowledged) in tasks.join_all().await {
            let stored = stage.events(attempt).await;
            assert_eq!(stored, events(1, acknowledged));
            let keys = stage.keys(attempt).await;
            let sheet = Sheet::fold(keys.len(), stored);
            let right = sheet
                .answers
                .iter()
                .zip(&keys)
                .filter(|(answer, (_, key))| answer.choice == *key)
                .count();
            let outcome = stage.attempt(attempt).await.outcome.expect("handed in");
            assert_eq!(
                outcome.settled.parts.iter().map(|part| part.right).sum::<u32>() as usize,
                right
            );
        }
    })
    .await;
}

#[tokio::test]
async fn connections_that_the_database_server_cut_cost_no_acknowledged_answer() {
    each_engine(async |stage| {
        if stage.place.engine == Engine::Sqlite {
            return;
        }
        let exam = stage.usual_exam(1).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let mut acknowledged = 0;
        for round in 0..60 {
            if round % 20 == 10 {
                stage.place.cut_connections().await;
            }
            // A failure is told to the browser, which sends the same again.
            if sitting::save(&stage.app, &caller, attempt, events(acknowledged + 1, 1))
                .await
                .is_ok()
            {
                acknowledged += 1;
            }
        }
        assert!(acknowledged > 40, "the node finds its database again: {acknowledged}");
        assert_eq!(stage.events(attempt).await, events(1, acknowledged));
    })
    .await;
}
