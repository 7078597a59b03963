//! Random acts on two nodes against a sequential model: what is stored in the end is what the model says, on both engines.
//! Acts: start, save, a save that arrives twice, one that comes too late or out of order, more time, pause and resume,
//! hand-in by the candidate, by force and by the clock, a node killed and started again, a key corrected and put back.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use mingfa::{
    db,
    domain::{
        answer::{Blank, FillIn, Form},
        attempt::{Event, HandIn},
        blueprint::Part,
        exam::{Band, GRACE_SECONDS},
        figure::Counts,
        id::{AttemptId, ExamId, KeyCorrectionId},
        item::{Kind, OptionSet},
        key::Key,
        key_correction::{Correction, Method},
        paper::Paper,
        points::Points,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error,
        clock::Clock,
        exam::Setup,
        figure, key_correction,
        random::Random,
        secret::Secret,
        sitting,
        slot::Entry,
        supervision::{self, Deal, Target},
        verify,
    },
};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::support::{Engine, Place, Stage, event, operator, setup};

const PERSONS: usize = 4;
const MINUTES: u32 = 60;
const ATTEMPTS: usize = 2;
/// What belongs into every blank.
const RIGHT: &str = "对";
/// What is right by a correction.
const OTHER: &str = "错";

fn other_words() -> Key {
    let blanks = vec![Blank::taking([OTHER])];
    Key::from(Form::FillIn(FillIn { blanks, ordered: true }))
}

/// One act. Numbers that name something are taken modulo what there is.
#[derive(Debug, Clone)]
enum Act {
    Start(usize),
    /// So many answers in one request; which ones is in the seed.
    Save {
        who: usize,
        count: u32,
        seed: u64,
        /// The reply is lost, and the page sends the same again.
        twice: bool,
    },
    /// Another page, whose knowledge is so many versions off.
    Overtaken {
        who: usize,
        ahead: bool,
    },
    Extend {
        whom: Option<usize>,
        minutes: u8,
    },
    Pause(Option<usize>),
    Resume(Option<usize>),
    HandIn(usize),
    Force(usize),
    Wait(i64),
    /// A node is killed, and another one started in its place.
    Kill(usize),
    Correct {
        pool: usize,
        method: usize,
    },
    PutBack(usize),
}

fn acts() -> impl Strategy<Value = Vec<(usize, Act)>> {
    let who = 0..PERSONS;
    let whom = prop::option::weighted(0.7, 0..PERSONS);
    let act = prop_oneof![
        6 => who.clone().prop_map(Act::Start),
        12 => (who.clone(), 1..9u32, any::<u64>(), any::<bool>())
            .prop_map(|(who, count, seed, twice)| Act::Save { who, count, seed, twice }),
        2 => (who.clone(), any::<bool>()).prop_map(|(who, ahead)| Act::Overtaken { who, ahead }),
        2 => (whom.clone(), 1..30u8).prop_map(|(whom, minutes)| Act::Extend { whom, minutes }),
        2 => whom.clone().prop_map(Act::Pause),
        3 => whom.prop_map(Act::Resume),
        3 => who.clone().prop_map(Act::HandIn),
        1 => who.prop_map(Act::Force),
        6 => (0..40i64).prop_map(Act::Wait),
        2 => (0..2usize).prop_map(Act::Kill),
        6 => (any::<prop::sample::Index>(), 0..4usize)
            .prop_map(|(pool, method)| Act::Correct { pool: pool.index(1000), method }),
        1 => any::<prop::sample::Index>().prop_map(|which| Act::PutBack(which.index(1000))),
    ];
    prop::collection::vec((0..2usize, act), 20..90)
}

/// What the model knows of one attempt.
struct Sat {
    id: AttemptId,
    deadline: Timestamp,
    paused: Option<Timestamp>,
    version: u32,
    /// By shown place.
    choices: Vec<OptionSet>,
    /// What stands in the blanks, by place on the paper.
    texts: Vec<String>,
    done: Option<(HandIn, Timestamp)>,
}

impl Sat {
    fn runs(&self) -> bool {
        self.done.is_none()
    }

    fn is_late(&self, now: Timestamp) -> bool {
        now > self.deadline.plus_seconds(GRACE_SECONDS)
    }
}

/// A question of a paper: place in the pool, kind, published key, order of the options.
type Question = (u32, Kind, OptionSet, Vec<u8>);

/// The sequential model, and the program beside it.
struct Run<'a> {
    stage: &'a Stage,
    nodes: [App; 2],
    started: u64,
    exam: ExamId,
    callers: Vec<Caller>,
    second: Caller,
    persons: Vec<Vec<Sat>>,
    papers: HashMap<AttemptId, Vec<Question>>,
    pool: Vec<(Kind, OptionSet)>,
    in_force: BTreeMap<u32, (Method, KeyCorrectionId)>,
}

async fn node(stage: &Stage, seed: u64) -> App {
    let (db, clock) = (stage.place.connect().await, Arc::clone(&stage.clock) as Arc<dyn Clock>);
    App::with_secret(
        db,
        clock,
        Random::from_seed(seed),
        2,
        Secret::of("the secret of the tests"),
    )
}

fn refused<T>(result: Result<T, Error>) -> Option<Fault> {
    match result {
        Ok(_) => None,
        Err(Error::Fault(fault)) => Some(fault),
        Err(Error::Db(error)) => panic!("the database failed: {error}"),
    }
}

impl<'a> Run<'a> {
    async fn new(stage: &'a Stage) -> Self {
        stage.roster(PERSONS, 2).await;
        let mut set = setup(stage.usual_bank().await);
        let mut csv = String::from("题型,题目,选项A,选项B,选项C,选项D,答案,解析,法律依据,标签\n");
        (0..4).for_each(|number| csv += &format!("填空题,第{number}空_____,,,,,{RIGHT},,,\n"));
        stage.bank_from("题库", &csv).await;
        set.blueprint
            .parts
            .push(Part::new(Kind::FillBlank, 2, Points::whole(1)));
        let policy = mingfa::domain::exam::Policy {
            attempts: ATTEMPTS as u32,
            ..set.policy.clone()
        };
        let exam = stage.open_exam(Setup { policy, ..set }).await;
        let mut callers = Vec::new();
        for person in 0..PERSONS {
            callers.push(stage.caller(&(1001 + person).to_string()).await);
        }
        let pool = db::bank::pool(&stage.app.db, exam).await.expect("the pool");
        Self {
            nodes: [node(stage, 11).await, node(stage, 12).await],
            started: 12,
            second: stage.second_administrator("second").await,
            persons: (0..PERSONS).map(|_| Vec::new()).collect(),
            papers: HashMap::new(),
            pool: pool
                .iter()
                .map(|stored| (stored.question.kind, stored.question.key))
                .collect(),
            in_force: BTreeMap::new(),
            callers,
            exam,
            stage,
        }
    }

    fn now(&self) -> Timestamp {
        self.stage.app.now()
    }

    async fn act(&mut self, at: usize, act: Act) {
        match act {
            Act::Start(who) => self.start(at, who).await,
            Act::Save {
                who,
                count,
                seed,
                twice,
            } => self.save(at, who, (count, seed), twice).await,
            Act::Overtaken { who, ahead } => self.overtaken(at, who, ahead).await,
            Act::Extend { whom, minutes } => {
                let ms = i64::from(minutes) * 60_000;
                let given = move |sat: &mut Sat, _| {
                    sat.deadline = Timestamp(sat.deadline.0 + ms);
                    true
                };
                self.deal(at, whom, Deal::Extend(minutes.to_string()), given).await;
            }
            Act::Pause(whom) => {
                let pause = |sat: &mut Sat, now| {
                    let runs = sat.paused.is_none();
                    sat.paused = sat.paused.or(Some(now));
                    runs
                };
                self.deal(at, whom, Deal::Pause, pause).await;
            }
            Act::Resume(whom) => {
                let resume = |sat: &mut Sat, now: Timestamp| match sat.paused.take() {
                    Some(since) => {
                        sat.deadline = Timestamp(sat.deadline.0 + now.0 - since.0);
                        true
                    }
                    None => false,
                };
                self.deal(at, whom, Deal::Resume, resume).await;
            }
            Act::HandIn(who) => self.hand_in(at, who).await,
            Act::Force(who) => {
                let force = |sat: &mut Sat, now| {
                    sat.done = Some((HandIn::ForceSubmit, now));
                    sat.paused = None;
                    true
                };
                self.deal(at, Some(who), Deal::HandIn, force).await;
            }
            Act::Wait(minutes) => self.wait(at, minutes).await,
            Act::Kill(which) => {
                self.started += 1;
                self.nodes[which] = node(self.stage, self.started).await;
            }
            Act::Correct { pool, method } => self.correct(at, pool % self.pool.len(), method).await,
            Act::PutBack(which) => {
                let Some(pool) = self.in_force.keys().nth(which % self.in_force.len().max(1)).copied() else {
                    return;
                };
                let (_, id) = self.in_force.remove(&pool).expect("it is in force");
                let undone = key_correction::undo(&self.nodes[at], &self.second, id, "更正有误").await;
                assert_eq!(refused(undone), None, "put back");
            }
        }
    }

    async fn start(&mut self, at: usize, who: usize) {
        let started = sitting::start(&self.nodes[at], &self.callers[who], self.exam, Entry::default()).await;
        let now = self.now();
        let sats = &mut self.persons[who];
        if let Some(running) = sats.iter().find(|sat| sat.runs()) {
            assert_eq!(started.expect("the one that runs"), running.id);
            return;
        }
        if sats.len() == ATTEMPTS {
            let refused = refused(started);
            assert!(matches!(refused, Some(Fault::CannotStart(_))), "{refused:?}");
            return;
        }
        let id = started.expect("an attempt is left");
        let paper = self.paper(who, id).await;
        self.persons[who].push(Sat {
            id,
            deadline: now.plus_minutes(MINUTES),
            paused: None,
            version: 0,
            choices: vec![OptionSet::EMPTY; paper.len()],
            texts: vec![String::new(); paper.len()],
            done: None,
        });
        self.papers.insert(id, paper);
    }

    async fn paper(&self, who: usize, id: AttemptId) -> Vec<Question> {
        let person = self.callers[who].person().expect("a person");
        let number = self.persons[who].len() as u32 + 1;
        let stored = self.stage.attempt(id).await;
        assert_eq!((stored.person, stored.number, stored.round), (person, number, 1));
        let body = db::exam::paper(&self.stage.app.db, self.exam, person, number).await;
        let paper = Paper::from_bytes(&body.expect("the papers").expect("the paper")).expect("a whole paper");
        let question = |drawn: mingfa::domain::paper::Drawn| {
            let (kind, key) = self.pool[drawn.pool as usize];
            (drawn.pool, kind, key, drawn.order)
        };
        paper.0.into_iter().map(question).collect()
    }

    /// What a save of the last attempt has to be answered with, and which attempt that is.
    fn last(&self, who: usize) -> Option<(AttemptId, Option<Fault>)> {
        let (sat, now) = (self.persons[who].last()?, self.now());
        let why = match sat {
            sat if !sat.runs() => Some(Fault::Late),
            sat if sat.paused.is_some() => Some(Fault::Paused),
            sat if sat.is_late(now) => Some(Fault::Late),
            _ => None,
        };
        Some((sat.id, why))
    }

    async fn save(&mut self, at: usize, who: usize, (count, seed): (u32, u64), twice: bool) {
        let Some((id, why)) = self.last(who) else { return };
        let paper = &self.papers[&id];
        let mut chance = crate::support::Chance(seed);
        let sat = self.persons[who].last_mut().expect("it is there");
        let row: Vec<Event> = (1..=count)
            .map(|step| {
                let place = chance.below(paper.len() as u32) as usize;
                let (_, kind, key, order) = &paper[place];
                let options = order.len() as u32;
                let version = sat.version + step;
                if *kind == Kind::FillBlank {
                    let text = ["", OTHER, RIGHT, " 对。"][chance.below(4) as usize].to_owned();
                    return Event {
                        text,
                        ..event(version, place as u16 + 1, OptionSet::EMPTY)
                    };
                }
                let choice = match chance.below(3) {
                    0 if matches!(kind, Kind::Multiple | Kind::Indefinite) => {
                        OptionSet(chance.below(1 << options) as u16)
                    }
                    0 => OptionSet::of([chance.below(options) as usize]),
                    _ => OptionSet::of((0..order.len()).filter(|shown| key.contains(usize::from(order[*shown])))),
                };
                event(version, place as u16 + 1, choice)
            })
            .collect();
        for _ in 0..=usize::from(twice) {
            let saved = sitting::save(&self.nodes[at], &self.callers[who], id, row.clone()).await;
            assert_eq!(refused(saved), why, "a save of {count}");
        }
        if why.is_none() {
            sat.version += count;
            for event in row {
                sat.choices[usize::from(event.item) - 1] = event.choice;
                sat.texts[usize::from(event.item) - 1] = event.text;
            }
        }
    }

    async fn overtaken(&mut self, at: usize, who: usize, ahead: bool) {
        let Some((id, None)) = self.last(who) else { return };
        let version = self.persons[who].last().expect("it is there").version;
        let (row, known) = match (ahead, version) {
            (true, _) => (event(version + 2, 1, OptionSet::EMPTY), version),
            (false, 0) => return,
            // The same version with another answer: of a place that no paper here has stored with a mark.
            (false, _) => (
                Event {
                    flagged: true,
                    ..event(version, 1, OptionSet::EMPTY)
                },
                version,
            ),
        };
        let saved = sitting::save(&self.nodes[at], &self.callers[who], id, vec![row]).await;
        assert_eq!(refused(saved), Some(Fault::Stale(known)));
    }

    /// Supervision of one person or all; the model does to each attempt that has not ended what `change` says.
    async fn deal(&mut self, at: usize, whom: Option<usize>, deal: Deal, change: impl Fn(&mut Sat, Timestamp) -> bool) {
        let target = match whom {
            Some(who) => Target::Person(self.callers[who].person().expect("a person")),
            None => Target::All,
        };
        let now = self.now();
        let mut done = 0;
        for (who, sats) in self.persons.iter_mut().enumerate() {
            if whom.is_none_or(|whom| whom == who) {
                done += sats
                    .iter_mut()
                    .filter(|sat| sat.runs())
                    .filter_map(|sat| change(sat, now).then_some(()))
                    .count();
            }
        }
        let dealt = supervision::deal(&self.nodes[at], &operator(), self.exam, target, deal.clone(), "停电").await;
        match done {
            0 => assert_eq!(refused(dealt), Some(Fault::NobodyRuns), "{deal:?}"),
            done => assert_eq!(dealt.expect("done"), done, "{deal:?}"),
        }
    }

    async fn hand_in(&mut self, at: usize, who: usize) {
        let now = self.now();
        let Some(sat) = self.persons[who].last_mut() else {
            return;
        };
        let handed = sitting::hand_in(&self.nodes[at], &self.callers[who], sat.id).await;
        if sat.runs() && sat.paused.is_some() {
            assert_eq!(refused(handed), Some(Fault::Paused));
            return;
        }
        assert_eq!(refused(handed), None, "a second hand-in changes nothing");
        sat.done = sat.done.or(Some((HandIn::Submit, now)));
    }

    /// Time passes, and the clock hands in whose time is over.
    async fn wait(&mut self, at: usize, minutes: i64) {
        self.stage.clock.advance_seconds(minutes * 60);
        let now = self.now();
        let over = |sat: &&mut Sat| sat.runs() && sat.paused.is_none() && sat.is_late(now);
        let mut ended = 0;
        for sat in self.persons.iter_mut().flatten().filter(over) {
            sat.done = Some((HandIn::AutoSubmit, sat.deadline));
            ended += 1;
        }
        let swept = sitting::hand_in_overdue(&self.nodes[at]).await.expect("swept");
        assert_eq!(swept, ended, "handed in by the clock");
    }

    async fn correct(&mut self, at: usize, pool: usize, method: usize) {
        let (kind, key) = self.pool[pool];
        let options = if kind == Kind::TrueFalse { 2 } else { 4 };
        let new = OptionSet::of(key.places().map(|place| (place + 1) % options));
        let method = match method {
            0 if !kind.is_choice() => Method::NewKey(other_words()),
            1 if !kind.is_choice() => Method::EitherKey(other_words()),
            0 if new != key => Method::NewKey(new.into()),
            1 if new != key => Method::EitherKey(new.into()),
            2 => Method::Void,
            _ => Method::FullCredit,
        };
        let correction = Correction {
            pool: pool as u32,
            method,
        };
        let node = &self.nodes[at];
        let proposed =
            key_correction::propose(node, &operator(), self.exam, correction.clone(), "答案有误", None).await;
        if self.in_force.contains_key(&correction.pool) {
            let refused = refused(proposed);
            assert!(matches!(refused, Some(Fault::KeyCorrection(_))), "{refused:?}");
            return;
        }
        let id = proposed.expect("proposed");
        key_correction::apply(node, &self.second, id)
            .await
            .expect("a second person applies it");
        self.in_force.insert(correction.pool, (correction.method, id));
    }

    /// The score by hand, in hundredths: question by question, all or nothing, then part by part.
    fn score(&self, sat: &Sat) -> Points {
        let mut parts: BTreeMap<&str, (i64, i64, i64)> = BTreeMap::new();
        let answers = sat.choices.iter().zip(&sat.texts);
        for ((pool, kind, key, order), (choice, text)) in self.papers[&sat.id].iter().zip(answers) {
            let worth = if *kind == Kind::Multiple { 200 } else { 100 };
            let chosen = OptionSet::of(choice.places().map(|shown| usize::from(order[shown])));
            let is = |key: OptionSet| !chosen.is_empty() && chosen == key;
            let published = match kind {
                Kind::FillBlank => text.contains(RIGHT),
                _ => is(*key),
            };
            let corrected = |key: &Key| key.options().map_or(text == OTHER, is);
            let (earned, of) = match self.in_force.get(pool).map(|(method, _)| method) {
                None | Some(Method::Leave) => (published, worth),
                Some(Method::NewKey(new)) => (corrected(new), worth),
                Some(Method::EitherKey(new)) => (published || corrected(new), worth),
                Some(Method::FullCredit) => (true, worth),
                Some(Method::Void) => (false, 0),
            };
            let part = parts.entry(kind.code()).or_default();
            part.0 += if earned { of } else { 0 };
            part.1 += of;
            part.2 += worth;
        }
        let part = |(earned, of, whole): &(i64, i64, i64)| match of {
            0 => *whole,
            of => (2 * earned * whole + of) / (2 * of),
        };
        Points(parts.values().map(part).sum())
    }

    /// Everything stored is what the model says.
    async fn compare(&self) {
        let (mut sat_any, mut passed_any, mut best_sum) = (0, 0, 0);
        for sats in &self.persons {
            let mut best = None;
            for sat in sats {
                let stored = self.stage.attempt(sat.id).await;
                assert_eq!((stored.deadline, stored.paused_at), (sat.deadline, sat.paused));
                let journal = self.stage.events(sat.id).await;
                assert_eq!(journal.len() as u32, sat.version, "every answer once");
                let Some((how, when)) = sat.done else {
                    assert_eq!(stored.outcome, None);
                    continue;
                };
                let outcome = stored.outcome.expect("it has ended");
                assert_eq!((outcome.hand_in, outcome.handed_in_at), (how, when));
                let score = self.score(sat);
                let band = if score >= Points::whole(7) {
                    Band::Pass
                } else {
                    Band::Fail
                };
                assert_eq!((outcome.settled.score, outcome.settled.band), (score, band));
                best = best.max(Some((band, score)));
            }
            if let Some((band, score)) = best {
                sat_any += 1;
                passed_any += i64::from(band.passed());
                best_sum += score.0;
            }
        }
        let figures = figure::figures(&self.stage.app, &operator(), self.exam)
            .await
            .expect("the figures");
        let total: Counts = figures.total;
        assert_eq!(
            (total.due, total.sat, total.passed, total.score_sum.0),
            (PERSONS as i64, sat_any, passed_any, best_sum)
        );
        let report = verify::verify(&self.stage.app, &operator(), |_| ())
            .await
            .expect("verified");
        assert!(report.differences.is_empty(), "{:?}", report.differences);
    }
}

fn run(engine: Engine) {
    let config = ProptestConfig {
        cases: 24,
        max_shrink_iters: 60,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let tokio = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let outcome = TestRunner::new(config).run(&acts(), |acts| {
        tokio.block_on(async {
            let Some(place) = Place::ready(engine).await else {
                return;
            };
            let stage = Stage::new(place, 1).await;
            let mut run = Run::new(&stage).await;
            for (at, act) in acts {
                run.act(at, act).await;
            }
            run.compare().await;
            for node in &run.nodes {
                node.db.close().await;
            }
            drop(run);
            stage.remove().await;
        });
        Ok(())
    });
    outcome.expect("the program and the model agree");
}

#[test]
fn random_acts_leave_what_a_sequential_model_says_on_sqlite() {
    run(Engine::Sqlite);
}

#[test]
fn random_acts_leave_what_a_sequential_model_says_on_postgres() {
    run(Engine::Postgres);
}
