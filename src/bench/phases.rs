//! What the candidates do: whole sittings, saves at a steady rate and as fast as they go, and a rush of starts.

use std::{
    cell::{Cell, RefCell},
    collections::{HashMap, HashSet},
    net::SocketAddr,
    ops::Range,
    rc::Rc,
    time::{Duration, Instant},
};

use hyper::StatusCode;
use mingfa::{
    domain::{
        attempt::Event,
        id::{AttemptId, ExamId},
        item::OptionSet,
        points::Points,
    },
    ui::sit::wire::{Question, SaveReply, SaveRequest},
};
use tokio::{sync::Mutex, task::JoinSet};

use super::{
    client::{Browser, Failed, Result, attempt_in},
    measure::{Samples, Steps, now},
    prepare::{PASSWORD, Person, Stage},
};

/// Of a hundred answers so many are right.
const RIGHT_PERCENT: u64 = 85;

/// What every candidate knows.
pub struct World {
    pub address: SocketAddr,
    exam: ExamId,
    questions: usize,
    persons: Vec<Person>,
    keys: HashMap<String, HashSet<String>>,
}

impl World {
    pub fn new(stage: &Stage, address: SocketAddr) -> Rc<Self> {
        Rc::new(Self {
            address,
            exam: stage.exam,
            questions: stage.questions,
            persons: stage.persons.clone(),
            keys: stage.keys.clone(),
        })
    }
}

/// What the server has acknowledged to one candidate.
#[derive(Debug, Clone)]
pub struct Kept {
    pub person: usize,
    pub attempt: AttemptId,
    pub events: Vec<Event>,
    /// The score the generator itself computed; `None` while not handed in.
    pub score: Option<Points>,
}

/// What came of a phase.
#[derive(Default)]
pub struct Record {
    pub steps: Steps,
    pub failures: Vec<Failed>,
    pub kept: Vec<Kept>,
    /// Bytes of the answer sheet over the wire.
    pub sheet_bytes: usize,
}

pub type Shared = Rc<RefCell<Record>>;

/// A candidate in front of an open attempt.
pub struct Sitter {
    browser: Browser,
    questions: Vec<Question>,
    pub kept: Kept,
}

/// Times one step.
async fn step<T>(record: &Shared, name: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let begin = now();
    let value = work.await?;
    record.borrow_mut().steps.add(name, begin.elapsed());
    Ok(value)
}

impl Sitter {
    /// Starts the attempt and opens its answer sheet.
    async fn start(mut browser: Browser, world: &World, person: usize, record: &Shared) -> Result<Self> {
        let begin = now();
        let path = format!("/exams/{}/start", world.exam);
        let reply = browser
            .form(&path, String::new())
            .await?
            .expect(StatusCode::SEE_OTHER, "the start")?;
        record.borrow_mut().steps.add("start", begin.elapsed());
        let attempt = attempt_in(reply.location())?;
        let begin = now();
        let reply = browser
            .get(&format!("/attempts/{attempt}"))
            .await?
            .expect(StatusCode::OK, "the answer sheet")?;
        record.borrow_mut().steps.add("sheet", begin.elapsed());
        let questions = reply.questions()?;
        if questions.len() != world.questions {
            return Err(Failed(format!("the answer sheet has {} questions", questions.len())));
        }
        record.borrow_mut().sheet_bytes = reply.size();
        let kept = Kept {
            person,
            attempt,
            events: Vec::with_capacity(world.questions),
            score: None,
        };
        Ok(Self {
            browser,
            questions,
            kept,
        })
    }

    /// Saves one answer; it counts as kept when the server has acknowledged this very version.
    async fn save(&mut self, place: usize, choice: OptionSet) -> Result<()> {
        let version = self.kept.events.last().map_or(1, |event| event.version + 1);
        let item = u16::try_from(place + 1).map_err(|error| Failed::new("a place", error))?;
        let event = Event {
            version,
            item,
            choice,
            flagged: version.is_multiple_of(7),
            text: String::new(),
        };
        let body = serde_json::to_vec(&SaveRequest {
            events: vec![event.clone()],
        })
        .map_err(|error| Failed::new("a save", error))?;
        let path = format!("/api/v1/attempts/{}/answers", self.kept.attempt);
        let reply = self.browser.json(&path, body).await?.expect(StatusCode::OK, "a save")?;
        let reply: SaveReply = serde_json::from_str(&reply.text()?).map_err(|error| Failed::new("a save", error))?;
        if reply.version != version {
            return Err(Failed(format!(
                "version {version} was saved, {} acknowledged",
                reply.version
            )));
        }
        self.kept.events.push(event);
        Ok(())
    }

    /// Changes some answer, for the phases in which nobody hands in.
    async fn change(&mut self) -> Result<()> {
        let count = self.kept.events.len();
        let place = count % self.questions.len();
        let options = self.questions[place].options.len();
        self.save(place, OptionSet::of([(count / self.questions.len()) % options]))
            .await
    }
}

/// The choice for a question, and the points it must earn.
fn choice(world: &World, person: usize, place: usize, question: &Question) -> Result<(OptionSet, Points)> {
    let key = world
        .keys
        .get(&question.stem)
        .ok_or_else(|| Failed(format!("an unknown question: {}", question.stem)))?;
    let places = (0..question.options.len()).filter(|place| key.contains(&question.options[*place]));
    let right = OptionSet::of(places);
    let chance = scatter((person as u64) << 16 | place as u64);
    if chance % 100 < RIGHT_PERCENT {
        return Ok((right, question.points));
    }
    let first = right.places().next().unwrap_or(0);
    let wrong = match (question.one, chance & 128 == 0) {
        (true, _) => OptionSet::of([(first + 1) % question.options.len()]),
        // One too few, or one wrong.
        (false, true) => right.toggled(first),
        (false, false) => {
            let other = (0..question.options.len())
                .find(|place| !right.contains(*place))
                .unwrap_or(first);
            right.toggled(other)
        }
    };
    Ok((wrong, Points::ZERO))
}

/// The finaliser of splitmix64: neighbouring numbers come far apart.
pub fn scatter(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

async fn sitting(world: &World, person: usize, password: bool, record: &Shared) -> Result<()> {
    let begin = now();
    let who = &world.persons[person];
    let mut browser = Browser::open(world.address, (!password).then_some(who.token.as_str())).await?;
    if password {
        let form = format!("name={}&password={}&to=%2F", who.number, PASSWORD.replace(' ', "+"));
        step(record, "sign in", async {
            browser
                .form("/sign-in", form)
                .await?
                .expect(StatusCode::SEE_OTHER, "signing in")
        })
        .await?;
    }
    step(record, "home", async {
        browser.get("/").await?.expect(StatusCode::OK, "the first page")
    })
    .await?;
    let mut sitter = Sitter::start(browser, world, person, record).await?;
    let mut score = Points::ZERO;
    for place in 0..sitter.questions.len() {
        let (choice, points) = choice(world, person, place, &sitter.questions[place])?;
        step(record, "save", sitter.save(place, choice)).await?;
        score = score + points;
    }
    let path = format!("/attempts/{}", sitter.kept.attempt);
    step(record, "hand in", async {
        let reply = sitter.browser.form(&format!("{path}/hand-in"), String::new()).await?;
        reply.expect(StatusCode::SEE_OTHER, "the hand-in")
    })
    .await?;
    sitter.kept.score = Some(score);
    let result = step(record, "result", async {
        sitter
            .browser
            .get(&format!("{path}/result"))
            .await?
            .expect(StatusCode::OK, "the result")
    })
    .await;
    let mut record = record.borrow_mut();
    record.kept.push(sitter.kept);
    if !result?.text()?.contains(&format!("{score} 分")) {
        return Err(Failed(format!("the result page of {path} does not say {score}")));
    }
    record.steps.add("whole sitting", begin.elapsed());
    Ok(())
}

/// Whole sittings of these persons, `clients` at a time, each over a connection of its own.
pub async fn sittings(world: &Rc<World>, persons: Range<usize>, clients: usize, password: bool, record: &Shared) {
    let next = Rc::new(Cell::new(persons.start));
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (world, record, next, end) = (Rc::clone(world), Rc::clone(record), Rc::clone(&next), persons.end);
        tasks.spawn_local(async move {
            while next.get() < end {
                let person = next.replace(next.get() + 1);
                if let Err(failed) = sitting(&world, person, password, &record).await {
                    record.borrow_mut().failures.push(failed);
                }
            }
        });
    }
    tasks.join_all().await;
}

pub type Sitters = Vec<Rc<Mutex<Sitter>>>;

/// Opens an attempt for each of these persons, `clients` at a time; their connections stay open.
pub async fn open(world: &Rc<World>, persons: Range<usize>, clients: usize, record: &Shared) -> Sitters {
    let next = Rc::new(Cell::new(persons.start));
    let mut tasks = JoinSet::new();
    for _ in 0..clients {
        let (world, record, next, end) = (Rc::clone(world), Rc::clone(record), Rc::clone(&next), persons.end);
        tasks.spawn_local(async move {
            let mut sitters = Sitters::new();
            while next.get() < end {
                let person = next.replace(next.get() + 1);
                match opened(&world, person, &record).await {
                    Ok(sitter) => sitters.push(Rc::new(Mutex::new(sitter))),
                    Err(failed) => record.borrow_mut().failures.push(failed),
                }
            }
            sitters
        });
    }
    tasks.join_all().await.into_iter().flatten().collect()
}

async fn opened(world: &World, person: usize, record: &Shared) -> Result<Sitter> {
    let browser = Browser::open(world.address, Some(&world.persons[person].token)).await?;
    Sitter::start(browser, world, person, record).await
}

/// Sends at a fixed rate whatever the answers do. `send` gets the moment its request was due.
async fn paced(count: usize, per_second: usize, mut send: impl FnMut(usize, Instant)) {
    let begin = now();
    for place in 0..count {
        // Whole milliseconds, as fine as the timer is.
        let due = begin + Duration::from_millis((place * 1000 / per_second) as u64);
        if due > now() {
            tokio::time::sleep_until(due.into()).await;
        }
        send(place, due);
    }
}

/// Saves at a steady rate, each candidate in turn; times count from the moment a save was due.
pub async fn steady(sitters: &Sitters, per_second: usize, seconds: usize, record: &Shared) {
    let mut tasks = JoinSet::new();
    let mut late = Samples::default();
    paced(per_second * seconds, per_second, |place, due| {
        late.add(due.elapsed());
        let (sitter, record) = (Rc::clone(&sitters[place % sitters.len()]), Rc::clone(record));
        tasks.spawn_local(async move {
            let saved = sitter.lock().await.change().await;
            let mut record = record.borrow_mut();
            match saved {
                Ok(()) => record.steps.add("save", due.elapsed()),
                Err(failed) => record.failures.push(failed),
            }
        });
    })
    .await;
    tasks.join_all().await;
    record.borrow_mut().steps.0.push(("sent late by the generator", late));
}

/// Saves as fast as they go, `clients` on their way at a time.
pub async fn flat_out(sitters: &Sitters, clients: usize, seconds: u64, record: &Shared) {
    let end = now() + Duration::from_secs(seconds);
    let mut tasks = JoinSet::new();
    for client in 0..clients.min(sitters.len()) {
        let mine: Sitters = sitters.iter().skip(client).step_by(clients).map(Rc::clone).collect();
        let record = Rc::clone(record);
        tasks.spawn_local(async move {
            for sitter in mine.iter().cycle() {
                let begin = now();
                if begin >= end {
                    return;
                }
                let saved = sitter.lock().await.change().await;
                let mut record = record.borrow_mut();
                match saved {
                    Ok(()) => record.steps.add("save", begin.elapsed()),
                    Err(failed) => {
                        record.failures.push(failed);
                        return;
                    }
                }
            }
        });
    }
    tasks.join_all().await;
}

/// Starts spread evenly over some seconds; times count from the moment a start was due and hold the connecting.
/// Connections stay open, up to `keep` of them.
pub async fn starts(world: &Rc<World>, persons: Range<usize>, seconds: usize, keep: usize, record: &Shared) -> Sitters {
    let (count, first) = (persons.len(), persons.start);
    let sitters = Rc::new(RefCell::new(Sitters::new()));
    let mut tasks = JoinSet::new();
    paced(count, (count / seconds).max(1), |place, due| {
        let (world, record, sitters) = (Rc::clone(world), Rc::clone(record), Rc::clone(&sitters));
        tasks.spawn_local(async move {
            match rush(&world, first + place, due, &record).await {
                Ok(sitter) if sitters.borrow().len() < keep => sitters.borrow_mut().push(Rc::new(Mutex::new(sitter))),
                Ok(sitter) => record.borrow_mut().kept.push(sitter.kept),
                Err(failed) => record.borrow_mut().failures.push(failed),
            }
        });
    })
    .await;
    tasks.join_all().await;
    Rc::into_inner(sitters).map(RefCell::into_inner).unwrap_or_default()
}

async fn rush(world: &World, person: usize, due: Instant, record: &Shared) -> Result<Sitter> {
    let inner = Shared::default();
    let sitter = opened(world, person, &inner).await?;
    let whole = due.elapsed();
    let inner = inner.take();
    let sheet = inner.steps.0.into_iter().find(|(name, _)| *name == "sheet");
    let sheet = sheet.map_or(0.0, |(_, mut samples)| samples.percentile(100.0));
    let mut record = record.borrow_mut();
    record
        .steps
        .add("start", whole.saturating_sub(Duration::from_secs_f64(sheet / 1000.0)));
    record.steps.add("start and answer sheet", whole);
    Ok(sitter)
}

/// Somebody who looks at a page every so often, as long as there is `more` to see.
pub async fn watch(
    world: &World,
    token: &str,
    (name, path): (&'static str, &str),
    every: Duration,
    mut more: impl FnMut() -> bool,
    record: &Shared,
) -> Result<()> {
    let mut browser = Browser::open(world.address, Some(token)).await?;
    while more() {
        let begin = now();
        browser.get(path).await?.expect(StatusCode::OK, name)?;
        record.borrow_mut().steps.add(name, begin.elapsed());
        tokio::time::sleep(every.saturating_sub(begin.elapsed())).await;
    }
    Ok(())
}

/// Somebody who looks at a page once a second until it no longer says this; what that takes, as a step.
pub async fn until_gone(
    world: &World,
    token: &str,
    (name, path): (&'static str, &str),
    words: &str,
    record: &Shared,
) -> Result<()> {
    let mut browser = Browser::open(world.address, Some(token)).await?;
    let begin = now();
    while browser
        .get(path)
        .await?
        .expect(StatusCode::OK, name)?
        .text()?
        .contains(words)
    {
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    record.borrow_mut().steps.add(name, begin.elapsed());
    Ok(())
}

/// Ends a phase: what the candidates hold goes to the record.
pub async fn leave(sitters: Sitters, record: &Shared) {
    for sitter in sitters {
        if let Ok(sitter) = Rc::try_unwrap(sitter) {
            record.borrow_mut().kept.push(sitter.into_inner().kept);
        }
    }
}
