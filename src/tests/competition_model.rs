//! A simulated contest of 10,000 players: lost networks, requests sent twice and to two nodes at once, nodes whose clocks differ,
//! attempts that run out. In the end every player and every board is what a sequential model says, which shares no code
//! with the product but its types.

use std::{collections::HashMap, sync::Arc};

use mingfa::{
    db,
    domain::{
        attempt::Event,
        competition::{
            Counting, IdentityType, Rules, Scoring, TieBreak, Validity,
            board::Scope,
            player::{Form, Player},
        },
        item::OptionSet,
        points::Points,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Error,
        clock::{Clock, ManualClock},
        competition::{
            Contest, boards, join,
            play::{self, HandedIn},
        },
        random::Random,
        secret::Secret,
    },
};

use crate::{
    competition::{contest, keys, published, rules},
    support::{Chance, Engine, Place, START, Stage},
};

const PLAYERS: usize = 10_000;
const ROUNDS: u32 = 24;
/// From one round to the next.
const STEP_SECONDS: i64 = 50;
/// The other node's clock is so far off, in every other round ahead, else behind.
const SKEW_MS: i64 = 700;
const SECONDS: i64 = 300;
const GRACE_MS: i64 = 3_000;

/// An attempt in the model.
struct Sat {
    number: u32,
    started_at: i64,
    keys: Vec<OptionSet>,
    /// The last choice for each question and when it came.
    given: Vec<Option<(OptionSet, i64)>>,
    version: u32,
    /// Given, but the network was away.
    waiting: Vec<(usize, OptionSet)>,
    over: Option<i64>,
}

/// A player in the model.
#[derive(Default)]
struct Model {
    division: u32,
    staff: bool,
    sat: Vec<Sat>,
    /// Of the attempts that count: score in hundredths, right answers, milliseconds, end.
    worth: Vec<(i64, u32, i64, i64)>,
    answers: u32,
}

/// What a player does in a round.
enum Step {
    Start {
        both: bool,
    },
    Save {
        events: Vec<Event>,
        twice: bool,
        stale: bool,
    },
    HandIn {
        both: bool,
    },
    Rest,
}

struct World {
    apps: [App; 2],
    clocks: [Arc<ManualClock>; 2],
    contests: [Arc<Contest>; 2],
}

impl World {
    fn now(&self, node: usize) -> i64 {
        self.clocks[node].now().0
    }
}

/// The worth of an attempt, counted by hand.
fn worth(rules: &Rules, sat: &Sat) -> (i64, u32, bool) {
    let (mut score, mut right, mut before) = (0, 0, sat.started_at);
    for (key, given) in sat.keys.iter().zip(&sat.given) {
        let Some((choice, at)) = given.filter(|(choice, _)| !choice.is_empty()) else {
            continue;
        };
        if choice == *key {
            right += 1;
            score += match rules.scoring {
                Scoring::Speed {
                    points,
                    bonus,
                    full_ms,
                    none_ms,
                } => {
                    let took = (at - before).max(0) / 100 * 100;
                    let (full, none) = (i64::from(full_ms), i64::from(none_ms));
                    points.0 + bonus.0 * (none - took.clamp(full, none)) / (none - full)
                }
                Scoring::Right { points } | Scoring::UntilRight { points } => points.0,
            };
        }
        before = before.max(at);
    }
    (score, right, right >= rules.validity.least_right)
}

impl Model {
    fn running(&mut self) -> Option<&mut Sat> {
        self.sat.last_mut().filter(|sat| sat.over.is_none())
    }

    fn end(&mut self, rules: &Rules, at: i64) {
        let Some(sat) = self.running() else { return };
        let end = at.min(sat.started_at + SECONDS * 1_000);
        sat.over = Some(end);
        let (score, right, valid) = worth(rules, sat);
        let answered = sat
            .given
            .iter()
            .flatten()
            .filter(|(choice, _)| !choice.is_empty())
            .count() as u32;
        let elapsed = (end - sat.started_at).max(0);
        if valid {
            self.worth.push((score, right, elapsed, end));
            self.answers += answered;
        }
    }

    /// What stands in the end: score, right answers, milliseconds, moment.
    fn standing(&self, rules: &Rules) -> Option<(i64, u32, i64, i64)> {
        let sorted_by = |worth: &(i64, u32, i64, i64)| {
            let mut order = vec![-worth.0];
            order.extend(rules.tie_breaks.iter().map(|rule| match rule {
                TieBreak::MoreRight => -i64::from(worth.1),
                TieBreak::ShorterTime => worth.2,
                TieBreak::EarlierFinish => worth.3,
            }));
            order
        };
        match rules.counting {
            // Of equal ones the first.
            Counting::Best => self.worth.iter().min_by_key(|worth| sorted_by(worth)).copied(),
            Counting::Sum => {
                let cap = rules.cap_per_day.map_or(i64::MAX, |cap| cap.0);
                let day = |at: i64| (at + 8 * 3_600_000).div_euclid(86_400_000);
                let mut days: HashMap<i64, i64> = HashMap::new();
                let mut sum = None;
                for (score, right, elapsed, end) in &self.worth {
                    let today = days.entry(day(*end)).or_default();
                    let given = (*score).min(cap - *today);
                    *today += given;
                    let (all, answers, time, at) = sum.unwrap_or((0, 0, 0, *end));
                    sum = Some((
                        all + given,
                        answers + right,
                        time + elapsed,
                        if given > 0 { *end } else { at },
                    ));
                }
                sum
            }
        }
    }
}

/// What the player does now, by chance.
fn step(model: &mut Model, chance: &mut Chance) -> Step {
    let Some(sat) = model.running() else {
        return if chance.below(3) == 0 {
            Step::Rest
        } else {
            Step::Start {
                both: chance.below(10) == 0,
            }
        };
    };
    match chance.below(10) {
        0 => Step::Rest,
        1 | 2 => Step::HandIn {
            both: chance.below(4) == 0,
        },
        _ => {
            for _ in 0..=chance.below(3) {
                let place = chance.below(sat.keys.len() as u32) as usize;
                let choice = match chance.below(10) {
                    0 => OptionSet::EMPTY,
                    1 | 2 => OptionSet(if sat.keys[place].contains(0) { 2 } else { 1 }),
                    _ => sat.keys[place],
                };
                sat.waiting.push((place, choice));
            }
            // The network is away: the answers wait for the next time.
            if chance.below(5) == 0 {
                return Step::Rest;
            }
            let events = (sat.version + 1..)
                .zip(&sat.waiting)
                .map(|(version, (place, choice))| Event {
                    version,
                    item: *place as u16 + 1,
                    choice: *choice,
                    flagged: false,
                    text: String::new(),
                });
            Step::Save {
                events: events.collect(),
                twice: chance.below(5) == 0,
                stale: chance.below(20) == 0,
            }
        }
    }
}

/// Carries a step out on a node, on both where it is sent twice; the model learns what was acknowledged.
async fn act(world: &World, rules: &Rules, player: &Player, model: &mut Model, step: Step, node: usize) {
    let (app, contest) = (&world.apps[node], &world.contests[node]);
    let (other_app, other_contest) = (&world.apps[1 - node], &world.contests[1 - node]);
    let number = model.sat.last().map_or(1, |sat| sat.number);
    match step {
        Step::Rest => {}
        Step::Start { both } => {
            let first = play::start(app, contest, player, 0).await;
            let started = match first {
                Ok(sitting) => sitting,
                Err(Error::Fault(Fault::CannotPlay(_))) => {
                    assert!(model.sat.len() >= 6, "only who has used all attempts is refused");
                    return;
                }
                Err(error) => panic!("{error}"),
            };
            assert!(model.sat.len() < 6, "a seventh attempt was let in");
            if both {
                let second = play::start(other_app, other_contest, player, 0)
                    .await
                    .expect("the same attempt");
                assert_eq!(second.number, started.number);
            }
            let keys = keys(app, contest, player, started.number).await;
            model.sat.push(Sat {
                number: started.number,
                started_at: started.deadline.0 - SECONDS * 1_000,
                given: vec![None; keys.len()],
                keys,
                version: 0,
                waiting: Vec::new(),
                over: None,
            });
        }
        Step::Save { events, twice, stale } => {
            let at = world.now(node);
            let sat = model.running().expect("it runs");
            let late = at > sat.started_at + SECONDS * 1_000 + GRACE_MS;
            let (mine, other) = if twice {
                // Both on their way at once.
                let mine = play::save(app, contest, player, number, &events);
                let other = play::save(other_app, other_contest, player, number, &events);
                let (mine, other) = tokio::join!(mine, other);
                (mine.map(|_| ()), Some(other.map(|_| ())))
            } else {
                (
                    play::save(app, contest, player, number, &events).await.map(|_| ()),
                    None,
                )
            };
            let taken = mine.is_ok() || other.as_ref().is_some_and(Result::is_ok);
            if late && !twice {
                assert!(
                    matches!(mine, Err(Error::Fault(Fault::Late))),
                    "too late, and taken: {mine:?}"
                );
            }
            if !late {
                assert!(taken, "in time, and refused: {mine:?}");
            }
            if taken {
                // Whichever came first is what counts; the journal says when.
                let play = db::play::get(&app.db, player.id, number)
                    .await
                    .expect("it")
                    .expect("is there");
                let entries = mingfa::domain::competition::journal::Entry::read_all(&play.journal).expect("a journal");
                for (event, entry) in events.iter().zip(&entries[sat.version as usize..]) {
                    let came = sat.started_at + i64::from(entry.after_ms);
                    assert!(
                        (came - at).abs() <= 2 * SKEW_MS || came == sat.started_at,
                        "{came} {at}"
                    );
                    assert_eq!(entry.answers[0].choice, event.choice);
                    sat.given[usize::from(event.item) - 1] = Some((event.choice, came));
                }
                sat.version = events.last().expect("some").version;
                sat.waiting.clear();
            }
            if stale && taken {
                let old = [Event {
                    choice: OptionSet(8),
                    version: sat.version,
                    ..events[0].clone()
                }];
                let told = play::save(app, contest, player, number, &old).await;
                let same = events
                    .last()
                    .is_some_and(|last| last.item == old[0].item && last.choice == old[0].choice);
                assert!(
                    same || matches!(told, Err(Error::Fault(Fault::Stale(_) | Fault::NoSuchChoice))),
                    "{told:?}"
                );
            }
        }
        Step::HandIn { both } => {
            let at = world.now(node);
            let handed_in = play::hand_in(app, contest, player, number, false)
                .await
                .expect("a hand-in");
            assert_eq!(handed_in, HandedIn::Ended);
            model.end(rules, at);
            if both {
                play::hand_in(other_app, other_contest, player, number, false)
                    .await
                    .expect("the same hand-in");
            }
        }
    }
}

async fn simulate(engine: Engine, rules: Rules, players: usize, seed: u64) {
    let Some(place) = Place::ready(engine).await else {
        return;
    };
    let stage = Stage::new(place, seed).await;
    let here = published(&stage, rules.clone()).await;
    // Two nodes over PostgreSQL; an embedded database has one.
    let skewed = Arc::new(ManualClock::at(Timestamp(START.0 + SKEW_MS)));
    let other = match engine {
        Engine::Sqlite => stage.app.clone(),
        Engine::Postgres => App::with_secret(
            stage.place.connect().await,
            Arc::clone(&skewed) as Arc<dyn Clock>,
            Random::from_seed(seed + 1),
            2,
            Secret::of("the secret of the tests"),
        ),
    };
    let there = contest(&other, here.id()).await;
    let clocks = match engine {
        Engine::Sqlite => [Arc::clone(&stage.clock), Arc::clone(&stage.clock)],
        Engine::Postgres => [Arc::clone(&stage.clock), Arc::clone(&skewed)],
    };
    let world = Arc::new(World {
        apps: [stage.app.clone(), other],
        clocks,
        contests: [here, there],
    });
    // Boards are kept from the start, so that they are put together of changes only.
    for node in 0..2 {
        boards::totals(&world.apps[node], &world.contests[node])
            .await
            .expect("the boards");
    }
    let mut joining = tokio::task::JoinSet::new();
    for number in 0..players {
        let world = Arc::clone(&world);
        joining.spawn(async move {
            let division = [0, 370_303_001, 370_303_002, 370_304, 3704][number % 5];
            let staff = number % 7 == 0;
            let form = Form {
                identity: Some(if staff {
                    IdentityType::StateStaff
                } else {
                    IdentityType::Employee
                }),
                division,
                ..Form::default()
            };
            let node = number % 2;
            let (player, _) = join::join(&world.apps[node], &world.contests[node], None, &form, 0)
                .await
                .expect("a player");
            let model = Model {
                division,
                staff,
                ..Model::default()
            };
            (number, player, model)
        });
    }
    let mut people = joining.join_all().await;
    people.sort_by_key(|(number, ..)| *number);
    for round in 0..ROUNDS {
        let now = START.0 + 1_000 + i64::from(round) * STEP_SECONDS * 1_000;
        stage.clock.set(Timestamp(now));
        if engine == Engine::Postgres {
            skewed.set(Timestamp(now + if round % 2 == 0 { SKEW_MS } else { -SKEW_MS }));
        }
        // What is over by now is handed in by the clock, on one node or the other.
        let sweeper = (round % 2) as usize;
        play::hand_in_overdue(&world.apps[sweeper]).await.expect("a sweep");
        let before = world.now(sweeper) - GRACE_MS - 1_000;
        let mut acting = tokio::task::JoinSet::new();
        for (number, player, mut model) in people {
            let (world, rules) = (Arc::clone(&world), rules.clone());
            let mut chance = Chance(seed << 40 | (number as u64) << 8 | u64::from(round));
            chance.below(2);
            if let Some(sat) = model.running()
                && sat.started_at + SECONDS * 1_000 < before
            {
                model.end(&rules, i64::MAX);
            }
            acting.spawn(async move {
                let node = chance.below(2) as usize;
                let step = step(&mut model, &mut chance);
                act(&world, &rules, &player, &mut model, step, node).await;
                (number, player, model)
            });
        }
        people = acting.join_all().await;
        people.sort_by_key(|(number, ..)| *number);
        for node in 0..2 {
            boards::follow(&world.apps[node]).await.expect("following");
        }
    }
    stage.clock.advance_seconds(SECONDS + 10);
    play::hand_in_overdue(&world.apps[0]).await.expect("the last sweep");
    people.iter_mut().for_each(|(_, _, model)| model.end(&rules, i64::MAX));
    for node in 0..2 {
        boards::follow(&world.apps[node]).await.expect("following");
        compare(&world, node, &rules, &people).await;
    }
    stage.remove().await;
}

/// Player by player, board by board.
async fn compare(world: &World, node: usize, rules: &Rules, people: &[(usize, Arc<Player>, Model)]) {
    let (app, contest) = (&world.apps[node], &world.contests[node]);
    let mut rows = Vec::new();
    for (number, player, model) in people {
        let record = db::play::record(&app.db, player.id)
            .await
            .expect("the records")
            .expect("the record");
        let standing = record.standing.map(|standing| {
            let elapsed = i64::try_from(standing.elapsed_ms).expect("a time");
            (standing.score.0, standing.right, elapsed, standing.finished_at.0)
        });
        let expected = model.standing(rules);
        assert_eq!(standing, expected, "player {number} with {:?}", model.worth);
        let counts = record
            .standing
            .map_or((0, 0), |standing| (standing.person_times, standing.answers));
        assert_eq!(counts, (model.worth.len() as u32, model.answers), "player {number}");
        assert!(!record.tried.running);
        rows.extend(expected.map(|expected| (expected, player.id, model.division, model.staff)));
    }
    assert!(rows.len() > people.len() / 2, "most have played: {}", rows.len());
    let order = |row: &(i64, u32, i64, i64)| {
        let mut order = vec![-row.0];
        order.extend(rules.tie_breaks.iter().map(|rule| match rule {
            TieBreak::MoreRight => -i64::from(row.1),
            TieBreak::ShorterTime => row.2,
            TieBreak::EarlierFinish => row.3,
        }));
        order
    };
    for (scope, within) in [
        (Scope::All, 0),
        (Scope::Division(3703), 3703),
        (Scope::Division(370_303), 370_303),
    ] {
        let inside = |division: u32| within == 0 || division.to_string().starts_with(&within.to_string());
        let mut board: Vec<_> = rows
            .iter()
            .filter(|(_, _, division, _)| inside(*division))
            .map(|(row, id, _, staff)| (order(row), *id, *staff, row.0))
            .collect();
        let sum: i64 = board.iter().map(|row| row.3).sum();
        let participants = board.len() as u64;
        // Nobody of the state staff is named.
        board.retain(|row| !row.2);
        board.sort();
        let (tally, page, ranks) = boards::look(app, contest.id(), |look| {
            let ranks: Vec<_> = board.iter().map(|row| look.rank(scope, row.1)).collect();
            (look.tally(scope), look.page(scope, 0, usize::MAX), ranks)
        })
        .await
        .expect("the board");
        assert_eq!((tally.participants, tally.score_sum), (participants, sum), "{scope:?}");
        let expected = |row: &Vec<i64>| board.partition_point(|other| other.0 < *row) as u64 + 1;
        for (row, rank) in board.iter().zip(ranks) {
            assert_eq!(rank, Some(expected(&row.0)), "{scope:?}");
        }
        let places: Vec<u64> = page.iter().map(|line| line.rank).collect();
        assert_eq!(places, board.iter().map(|row| expected(&row.0)).collect::<Vec<_>>());
    }
}

/// Sums with a cap of the day, every tie broken in turn.
fn summed() -> Rules {
    let mut rules = rules();
    rules.stages[0].per_day = Some(6);
    rules.validity = Validity {
        least_right: 2,
        above_zero: false,
    };
    rules.cap_per_day = Some(Points::whole(14));
    rules.tie_breaks = vec![TieBreak::MoreRight, TieBreak::ShorterTime, TieBreak::EarlierFinish];
    rules
}

/// The best attempt, with points for speed.
fn speedy() -> Rules {
    let mut rules = rules();
    rules.stages[0].per_day = Some(6);
    rules.counting = Counting::Best;
    rules.scoring = Scoring::Speed {
        points: Points::whole(10),
        bonus: Points::whole(5),
        full_ms: 2_000,
        none_ms: 120_000,
    };
    rules.tie_breaks = vec![TieBreak::ShorterTime];
    rules
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_players_on_sqlite_are_what_the_model_says() {
    simulate(Engine::Sqlite, summed(), PLAYERS, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_players_on_two_nodes_are_what_the_model_says() {
    simulate(Engine::Postgres, summed(), PLAYERS, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_for_speed_and_the_best_attempt_are_what_the_model_says() {
    simulate(Engine::Sqlite, speedy(), 1_000, 3).await;
    simulate(Engine::Postgres, speedy(), 1_000, 4).await;
}
