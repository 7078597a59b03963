//! A competition: people join, play and hand in at a steady rate; several nodes over one database, one of them killed; and
//! boards and counts over a contest of real size.

use std::{
    cell::RefCell,
    collections::{HashMap, HashSet},
    fmt::Write,
    net::SocketAddr,
    path::Path,
    rc::Rc,
    time::Duration,
};

use hyper::StatusCode;
use mingfa::{
    db,
    domain::{
        attempt::Event,
        competition::{Rules, StageKind, board::Scope, preset::Preset},
        exam::Window,
        id::{CompetitionId, PlayerId},
        item::OptionSet,
        paper::Shown,
        points::Points,
    },
    service::{
        Caller,
        competition::{
            self, boards,
            setup::{self, Setup},
            simulate,
        },
    },
    ui::sit::wire::SaveRequest,
};
use serde::Deserialize;
use tokio::task::JoinSet;

use super::{
    client::{Browser, Failed, Result},
    measure::{Steps, now},
    phases::scatter,
    prepare::{Engine, Stage, library},
    proxy::Proxy,
    server::{Server, Spent},
};

pub struct Size {
    /// Who join and play once each, and how many of them a second.
    players: usize,
    join_rate: usize,
    play_rate: usize,
    /// Who play on several nodes.
    on_nodes: usize,
    /// The contest that boards and counts are looked at of.
    crowd: simulate::Size,
    looks: usize,
}

pub const CITY: Size = Size {
    players: 20_000,
    join_rate: 1_000,
    play_rate: 1_000,
    on_nodes: 6_000,
    crowd: simulate::Size {
        players: 1_200_000,
        participations: 4_500_000,
        days: 30,
        units: 20_000,
        seed: 1,
    },
    looks: 500,
};

pub const VILLAGE: Size = Size {
    players: 500,
    join_rate: 250,
    play_rate: 250,
    on_nodes: 300,
    crowd: simulate::Size {
        players: 5_000,
        participations: 20_000,
        days: 30,
        units: 200,
        seed: 1,
    },
    looks: 50,
};

/// Everybody plays from a network of their own, as a proxy in front says.
const PROXY: &[&str] = &["--behind-proxy"];
/// Of a hundred answers so many are right.
const RIGHT_PERCENT: u64 = 80;
/// How often a request is sent before it is given up, and how long it waits in between.
const TRIES: usize = 6;
const AGAIN: Duration = Duration::from_millis(50);
/// Boards of all nodes agree after so long.
const CONVERGED: Duration = Duration::from_secs(2);

/// What was measured on one engine.
pub struct Measured {
    engine: Engine,
    size: &'static Size,
    joins: Steps,
    join_spent: Spent,
    plays: Steps,
    play_spent: Spent,
    play_seconds: f64,
    memory: f64,
    growth: f64,
    nodes: Vec<Nodes>,
    crowd: Crowd,
    pub wrong: Vec<String>,
}

/// Several nodes over one database.
struct Nodes {
    count: usize,
    handed_in: usize,
    lost: usize,
    agreed: bool,
}

/// A contest of real size.
struct Crowd {
    valid: u32,
    made_seconds: f64,
    bytes: f64,
    first_look: f64,
    looks: Steps,
    memory: f64,
}

/// The competition to play in, and what the generator knows of its questions.
struct World {
    code: String,
    keys: HashMap<String, HashSet<String>>,
}

/// What was acknowledged to a player: the cookie, and the right answers of the attempt handed in.
#[derive(Clone, Default)]
struct Player {
    cookie: String,
    right: Option<i64>,
}

#[derive(Default)]
struct Record {
    steps: Steps,
    failures: Vec<String>,
    players: Vec<Player>,
}

type Shared = Rc<RefCell<Record>>;

fn rules(window: Window) -> Rules {
    let mut rules = Preset::OfficialFive.rules(window);
    rules.stages.retain(|stage| stage.kind == StageKind::Official);
    rules.stages[0].window = window;
    rules.stages[0].per_day = Some(50);
    rules.certificate = false;
    rules
}

async fn publish(stage: &mut Stage) -> Result<(CompetitionId, String)> {
    let app = stage.app().await?;
    let bank = stage.bank(&app).await?;
    let window = Window {
        opens_at: app.now(),
        closes_at: app.now().plus_seconds(30 * 86_400),
    };
    let setup = Setup {
        title: "安全生产法律知识竞赛".to_owned(),
        unit: None,
        bank,
        rules: rules(window),
    };
    let operator = Caller::operator();
    let id = setup::create(&app, &operator, setup).await.map_err(library)?;
    setup::publish(&app, &operator, id).await.map_err(library)?;
    let found = setup::competition(&app, &operator, id).await.map_err(library)?;
    app.db.close().await;
    Ok((id, found.code))
}

async fn step<T>(record: &Shared, name: &'static str, work: impl Future<Output = Result<T>>) -> Result<T> {
    let begin = now();
    let value = work.await?;
    record.borrow_mut().steps.add(name, begin.elapsed());
    Ok(value)
}

/// Connections that are free, to the nodes there are.
struct Pool {
    nodes: Vec<SocketAddr>,
    free: RefCell<Vec<Vec<Browser>>>,
}

impl Pool {
    fn new(nodes: Vec<SocketAddr>) -> Rc<Self> {
        let free = RefCell::new(nodes.iter().map(|_| Vec::new()).collect());
        Rc::new(Self { nodes, free })
    }

    async fn take(&self, node: usize, cookie: &str, turn: u64) -> Result<Browser> {
        let free = self.free.borrow_mut()[node].pop();
        let mut browser = match free {
            Some(browser) => browser,
            None => Browser::open(self.nodes[node], None).await?,
        };
        browser.become_someone(cookie, turn >> 8);
        Ok(browser)
    }

    fn give_back(&self, node: usize, browser: Browser) {
        self.free.borrow_mut()[node].push(browser);
    }

    /// Sends a request; again when the node that had it is gone, as a browser does.
    async fn send<T: serde::de::DeserializeOwned>(
        &self,
        turn: u64,
        cookie: &str,
        path: &str,
        body: &[u8],
    ) -> Result<(T, String)> {
        let mut last = Failed("there is no node".to_owned());
        for tried in 0..TRIES {
            let node = (scatter(turn) as usize + tried) % self.nodes.len();
            let mut browser = match self.take(node, cookie, turn).await {
                Ok(browser) => browser,
                Err(error) => {
                    last = error;
                    continue;
                }
            };
            match browser.json(path, body.to_vec()).await {
                // The node was killed with the request on its hands: only who asked may ask again.
                Ok(reply) if reply.status == StatusCode::BAD_GATEWAY => {
                    last = Failed(format!("{path}: the node is gone"));
                    self.give_back(node, browser);
                    tokio::time::sleep(AGAIN).await;
                }
                Ok(reply) => {
                    let reply = reply.expect(StatusCode::OK, path)?;
                    let value = serde_json::from_str(&reply.text()?).map_err(|error| Failed::new(path, error))?;
                    let cookie = browser.cookie().to_owned();
                    self.give_back(node, browser);
                    return Ok((value, cookie));
                }
                Err(error) => last = error,
            }
        }
        Err(last)
    }
}

/// Lets `count` people begin something at a steady rate, whether those before are done or not.
async fn paced<W, F>(count: usize, rate: usize, record: &Shared, work: W)
where
    W: Fn(usize) -> F,
    F: Future<Output = Result<()>> + 'static,
{
    let begin = tokio::time::Instant::now();
    let mut tasks = JoinSet::new();
    for number in 0..count {
        let at = begin + Duration::from_secs_f64(number as f64 / rate as f64);
        tokio::time::sleep_until(at).await;
        record
            .borrow_mut()
            .steps
            .add("sent late by the generator", at.elapsed());
        let (task, record) = (work(number), Rc::clone(record));
        tasks.spawn_local(async move {
            if let Err(error) = task.await {
                record.borrow_mut().failures.push(error.to_string());
            }
        });
    }
    while tasks.join_next().await.is_some() {}
}

#[derive(Deserialize)]
struct Nothing {}

#[derive(Deserialize)]
struct Started {
    number: u32,
    questions: Vec<Shown>,
}

async fn join(world: Rc<World>, pool: Rc<Pool>, number: usize, record: Shared) -> Result<()> {
    let division = 370_302_001 + (number % 8) * 1_000 + number % 11;
    let body = format!(r#"{{"identity":"employee","division":{division}}}"#);
    let path = format!("/api/v1/competitions/{}/players", world.code);
    let sent = pool.send::<serde_json::Value>((number as u64) << 8, "", &path, body.as_bytes());
    let (_, cookie) = step(&record, "join", sent).await?;
    record.borrow_mut().players[number].cookie = cookie;
    Ok(())
}

/// A whole participation: start, an answer after the other, hand-in.
async fn play(world: Rc<World>, pool: Rc<Pool>, number: usize, record: Shared) -> Result<()> {
    let cookie = record.borrow().players[number].cookie.clone();
    let plays = format!("/api/v1/competitions/{}/plays", world.code);
    let turn = |step: u64| (number as u64) << 8 | step;
    let (started, _) = step(&record, "start", pool.send::<Started>(turn(0), &cookie, &plays, b"{}")).await?;
    let own = format!("{plays}/{}", started.number);
    let mut right = 0;
    for (version, question) in (1..).zip(&started.questions) {
        let (choice, is_right) = choose(&world, turn(u64::from(version)), question)?;
        right += i64::from(is_right);
        let event = Event {
            version,
            item: u16::try_from(version).unwrap_or(u16::MAX),
            choice,
            flagged: false,
            text: String::new(),
        };
        let body =
            serde_json::to_vec(&SaveRequest { events: vec![event] }).map_err(|error| Failed::new("a save", error))?;
        let path = format!("{own}/answers");
        step(
            &record,
            "answer",
            pool.send::<Nothing>(turn(u64::from(version)), &cookie, &path, &body),
        )
        .await?;
    }
    let path = format!("{own}/hand-in");
    step(
        &record,
        "hand in",
        pool.send::<Nothing>(turn(99), &cookie, &path, b"{}"),
    )
    .await?;
    record.borrow_mut().players[number].right = Some(right);
    Ok(())
}

fn choose(world: &World, turn: u64, question: &Shown) -> Result<(OptionSet, bool)> {
    let key = world.keys.get(&question.stem);
    let key = key.ok_or_else(|| Failed(format!("an unknown question: {}", question.stem)))?;
    let right = OptionSet::of((0..question.options.len()).filter(|place| key.contains(&question.options[*place])));
    if scatter(turn) % 100 < RIGHT_PERCENT {
        return Ok((right, true));
    }
    let other = (0..question.options.len()).find(|place| !right.contains(*place));
    Ok((OptionSet::of([other.unwrap_or(0)]), other.is_none()))
}

/// The player a cookie is of.
fn player_of(cookie: &str) -> Option<PlayerId> {
    cookie.split_once('=')?.1.split_once('.')?.0.parse().ok()
}

/// Compares what is stored with what was acknowledged; gives how many players played.
async fn check(stage: &Stage, id: CompetitionId, players: &[Player], wrong: &mut Vec<String>) -> Result<usize> {
    let app = stage.app().await?;
    let (mut played, mut sum) = (0, 0);
    for player in players {
        let Some(right) = player.right else { continue };
        played += 1;
        sum += right * 100;
        let id = player_of(&player.cookie).ok_or_else(|| Failed("a cookie names nobody".to_owned()))?;
        let record = db::play::record(&app.db, id).await.map_err(library)?;
        let stored = record.and_then(|record| record.standing);
        let score = stored.map(|standing| standing.score);
        if score != Some(Points(right * 100)) {
            wrong.push(format!(
                "player {id} was acknowledged {right} right, stored is {score:?}"
            ));
        }
    }
    let code = setup::competition(&app, &Caller::operator(), id)
        .await
        .map_err(library)?
        .code;
    let contest = competition::contest(&app, &code).await.map_err(library)?;
    let tally = boards::look(&app, contest.id(), |board| board.tally(Scope::All))
        .await
        .map_err(library)?;
    if tally.score_sum < sum || tally.participants < played {
        wrong.push(format!(
            "the board holds {tally:?}, acknowledged were {played} players with {sum}"
        ));
    }
    app.db.close().await;
    Ok(usize::try_from(played).unwrap_or(0))
}

pub async fn on_engine(
    engine: Engine,
    server: Option<&str>,
    folder: &Path,
    program: &Path,
    size: &'static Size,
) -> Result<Measured> {
    let say = |what: &str| eprintln!("bench: {}: a competition: {what}", engine.name());
    say("people join");
    let mut stage = Stage::bare(engine, server, folder).await?;
    let (id, code) = publish(&mut stage).await?;
    let world = Rc::new(World {
        code,
        keys: stage.keys.clone(),
    });
    let before = stage.size().await?;
    let running = Server::start_with(program, &stage, PROXY)?;
    let pool = Pool::new(vec![running.address]);
    let record = Shared::default();
    record.borrow_mut().players = vec![Player::default(); size.players + 3 * size.on_nodes];
    let mut wrong = Vec::new();
    let spent = running.spent();
    let all = size.players
        + if engine == Engine::Postgres {
            2 * size.on_nodes
        } else {
            0
        };
    paced(all, size.join_rate, &record, |number| {
        join(Rc::clone(&world), Rc::clone(&pool), number, Rc::clone(&record))
    })
    .await;
    let join_spent = running.spent().since(spent);
    let joins = std::mem::take(&mut record.borrow_mut().steps);

    say("people play");
    let (spent, begin) = (running.spent(), now());
    paced(size.players, size.play_rate, &record, |number| {
        play(Rc::clone(&world), Rc::clone(&pool), number, Rc::clone(&record))
    })
    .await;
    let (play_spent, play_seconds) = (running.spent().since(spent), begin.elapsed().as_secs_f64());
    let plays = std::mem::take(&mut record.borrow_mut().steps);
    let memory = running.resident_mb();
    drop(pool);
    running.stop().await?;
    let growth = (stage.size().await? - before) / size.players as f64;
    let players = record.borrow().players.clone();
    check(&stage, id, &players[..size.players], &mut wrong).await?;

    let mut nodes = Vec::new();
    if engine == Engine::Postgres {
        for (count, from) in [(2, size.players), (3, size.players + size.on_nodes)] {
            say(&format!("{count} nodes, one of them killed"));
            nodes.push(
                on_nodes(
                    &stage,
                    (program, folder),
                    &world,
                    (id, count),
                    from..from + size.on_nodes,
                    size.play_rate,
                    &record,
                    &mut wrong,
                )
                .await?,
            );
        }
    }
    wrong.extend(
        record
            .borrow()
            .failures
            .iter()
            .map(|failed| format!("a request failed: {failed}")),
    );
    stage.remove().await?;
    say("a contest of real size");
    let crowd = crowd(engine, server, folder, program, size, &mut wrong).await?;
    Ok(Measured {
        engine,
        size,
        joins,
        join_spent,
        plays,
        play_spent,
        play_seconds,
        memory,
        growth,
        nodes,
        crowd,
        wrong,
    })
}

#[expect(clippy::too_many_arguments, reason = "what a phase needs of the one before")]
async fn on_nodes(
    stage: &Stage,
    (program, folder): (&Path, &Path),
    world: &Rc<World>,
    (id, count): (CompetitionId, usize),
    numbers: std::ops::Range<usize>,
    rate: usize,
    record: &Shared,
    wrong: &mut Vec<String>,
) -> Result<Nodes> {
    let mut servers = Vec::new();
    for _ in 0..count {
        servers.push(Server::start_with(program, stage, PROXY)?);
    }
    let addresses: Vec<_> = servers.iter().map(|server| server.address).collect();
    let proxy = Proxy::start(folder, &addresses).await?;
    let pool = Pool::new(vec![proxy.address]);
    let victim = servers.pop().ok_or_else(|| Failed("no node".to_owned()))?;
    let half = Duration::from_secs_f64(numbers.len() as f64 / rate as f64 / 2.0);
    let playing = paced(numbers.len(), rate, record, |number| {
        play(
            Rc::clone(world),
            Rc::clone(&pool),
            numbers.start + number,
            Rc::clone(record),
        )
    });
    let killing = async {
        tokio::time::sleep(half).await;
        victim.kill();
    };
    tokio::join!(playing, killing);
    tokio::time::sleep(CONVERGED).await;
    // Every node that lives says the same of itself.
    let mut said = Vec::new();
    for server in &servers {
        let mut browser = Browser::open(server.address, None).await?;
        let page = browser.get(&format!("/c/{}/board?by=divisions", world.code)).await?;
        said.push(page.expect(StatusCode::OK, "the board")?.text()?);
    }
    let agreed = said.windows(2).all(|pair| pair[0] == pair[1]);
    if !agreed {
        wrong.push(format!(
            "{count} nodes show different boards {CONVERGED:?} after the last hand-in"
        ));
    }
    drop(pool);
    drop(proxy);
    for server in servers {
        server.stop().await?;
    }
    let players: Vec<Player> = record.borrow().players[numbers].to_vec();
    let before = wrong.len();
    let handed_in = check(stage, id, &players, wrong).await?;
    Ok(Nodes {
        count,
        handed_in,
        lost: wrong.len() - before,
        agreed,
    })
}

async fn crowd(
    engine: Engine,
    server: Option<&str>,
    folder: &Path,
    program: &Path,
    size: &'static Size,
    wrong: &mut Vec<String>,
) -> Result<Crowd> {
    let mut stage = Stage::bare(engine, server, folder).await?;
    let app = stage.app().await?;
    stage.administrator(&app).await?;
    app.db.close().await;
    let before = stage.size().await?;
    let app = stage.app().await?;
    let begin = now();
    let made = simulate::contest(&app, &Caller::operator(), size.crowd, |_| {})
        .await
        .map_err(library)?;
    let made_seconds = begin.elapsed().as_secs_f64();
    app.db.close().await;
    let bytes = (stage.size().await? - before) / f64::from(made.participations);
    if (made.players, made.participations) != (size.crowd.players, size.crowd.participations) {
        wrong.push(format!("{made:?} was made"));
    }
    let running = Server::start_with(program, &stage, PROXY)?;
    let record = Shared::default();
    let board = format!("/c/{}/board?by=", made.code);
    let counts = format!("/admin/competitions/{}/counts", made.competition);
    let administrator = format!("mingfa_session={}", stage.administrator);
    let mut browser = Browser::open(running.address, None).await?;
    let begin = now();
    browser
        .get(&format!("{board}persons"))
        .await?
        .expect(StatusCode::OK, "the board")?;
    let first_look = begin.elapsed().as_secs_f64();
    let paths: [(&'static str, String); 8] = [
        ("board of persons, first page", format!("{board}persons")),
        ("board of persons, page 1,000", format!("{board}persons&page=1000")),
        ("board of units, first page", format!("{board}units")),
        ("board of trades", format!("{board}trades")),
        ("board of divisions, first page", format!("{board}divisions")),
        (
            "board of divisions, of a district",
            format!("{board}divisions&scope=division-370303"),
        ),
        ("front page with its counts", format!("/c/{}", made.code)),
        ("own rank", format!("/api/v1/competitions/{}/me", made.code)),
    ];
    for look in 0..size.looks {
        let chance = scatter(look as u64);
        let (_, token) = simulate::token(size.crowd.seed, (chance % u64::from(size.crowd.players)) as u32);
        browser.become_someone(&format!("play_{}={token}", made.code), chance);
        for (name, path) in &paths {
            let got = step(&record, name, browser.get(path)).await?;
            got.expect(StatusCode::OK, name)?;
        }
        browser.become_someone(&administrator, chance);
        let got = step(&record, "counts of the figures page", browser.get(&counts)).await?;
        got.expect(StatusCode::OK, "the counts")?;
    }
    let memory = running.resident_mb();
    running.stop().await?;
    stage.remove().await?;
    let looks = std::mem::take(&mut record.borrow_mut().steps);
    Ok(Crowd {
        valid: made.valid,
        made_seconds,
        bytes,
        first_look,
        looks,
        memory,
    })
}

/// The tables for `docs/performance.md`.
pub fn markdown(all: &[Measured], machine: &str, command: &str) -> String {
    let mut text = String::new();
    let Some(first) = all.first() else { return text };
    let (size, crowd) = (first.size, first.size.crowd);
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "## A competition\n\n`{command}` on {machine}; servers, database and load generator share it.\n"
    );
    let _ = writeln!(
        text,
        "{} persons join at {} a second and play once each, {} beginning a second: start, five answers one by one, hand-in. \
         Then {} persons make {} participations in {} days in {} units, made up by `mingfa simulate contest`.\n",
        size.players, size.join_rate, size.play_rate, crowd.players, crowd.participations, crowd.days, crowd.units
    );
    let names: String = all
        .iter()
        .map(|measured| format!(" {} |", measured.engine.name()))
        .collect();
    let _ = writeln!(text, "| |{names}\n|---|{}", "--:|".repeat(all.len()));
    let mut row = |name: &str, value: &dyn Fn(&Measured) -> String| {
        let cells: String = all.iter().map(|measured| format!(" {} |", value(measured))).collect();
        let _ = writeln!(text, "| {name} |{cells}");
    };
    let times = |steps: &Steps, name: &str| {
        let samples = steps.0.iter().find(|(other, _)| *other == name);
        samples.map_or("—".to_owned(), |(_, samples)| {
            let mut samples = samples.clone();
            let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| samples.percentile(percent));
            format!("{p50:.1} / {p95:.1} / {p99:.1}")
        })
    };
    row("join, p50 / p95 / p99 ms", &|it| times(&it.joins, "join"));
    let per = |seconds: f64, count: usize| format!("{:.2}", seconds * 1e3 / count as f64);
    row("join: CPU of the server, of the database, ms", &|it| {
        let count = it.joins.count("join");
        format!(
            "{}, {}",
            per(it.join_spent.server, count),
            per(it.join_spent.database, count)
        )
    });
    for name in ["start", "answer", "hand in", "sent late by the generator"] {
        row(&format!("{name}, p50 / p95 / p99 ms"), &|it| times(&it.plays, name));
    }
    row("participations a second", &|it| {
        format!("{:.0}", it.plays.count("hand in") as f64 / it.play_seconds)
    });
    row("a participation: CPU of the server, of the database, ms", &|it| {
        let count = it.plays.count("hand in");
        format!(
            "{}, {}",
            per(it.play_spent.server, count),
            per(it.play_spent.database, count)
        )
    });
    row("the generator's own CPU for it, ms (not in the above)", &|it| {
        per(it.play_spent.generator, it.plays.count("hand in"))
    });
    row("database growth for a person who joins and plays once, bytes", &|it| {
        format!("{:.0}", it.growth)
    });
    row("resident memory of the server, MB", &|it| format!("{:.0}", it.memory));
    for count in [2, 3] {
        row(
            &format!("{count} nodes behind nginx, one killed: handed in, lost, boards agree after 2 s"),
            &|it| {
                let nodes = it.nodes.iter().find(|nodes| nodes.count == count);
                nodes.map_or("—".to_owned(), |nodes| {
                    format!(
                        "{}, {}, {}",
                        nodes.handed_in,
                        nodes.lost,
                        if nodes.agreed { "yes" } else { "no" }
                    )
                })
            },
        );
    }
    row("made up in, s", &|it| format!("{:.0}", it.crowd.made_seconds));
    row("valid participations (人次)", &|it| it.crowd.valid.to_string());
    row("database bytes per participation, players and all", &|it| {
        format!("{:.0}", it.crowd.bytes)
    });
    row("first look at a board after a start, s", &|it| {
        format!("{:.1}", it.crowd.first_look)
    });
    let looks: Vec<&'static str> = first.crowd.looks.0.iter().map(|(name, _)| *name).collect();
    for name in looks {
        row(&format!("{name}, p50 / p95 / p99 ms"), &|it| {
            times(&it.crowd.looks, name)
        });
    }
    row("resident memory with all boards, MB", &|it| {
        format!("{:.0}", it.crowd.memory)
    });
    row("wrong or refused", &|it| it.wrong.len().to_string());
    text
}
