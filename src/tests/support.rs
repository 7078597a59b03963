//! An application on a fresh database of either engine, and the people, questions and exams to fill it with.

use std::{
    fmt::Write as _,
    io::Write as _,
    sync::{
        Arc, Once,
        atomic::{AtomicU32, Ordering},
    },
};

use mingfa::{
    db::{self, Db, Tx},
    domain::{
        attempt::{Attempt, Event},
        blueprint::{Blueprint, Part},
        exam::{Policy, Window},
        id::{AttemptId, BankId, ExamId, PersonId},
        item::{Kind, OptionSet},
        paper::Paper,
        points::Points,
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error, account, bank,
        clock::{Clock, ManualClock},
        exam::{self, Setup},
        random::{Random, digest},
        role, roster,
        secret::Secret,
        sitting,
        slot::Entry,
    },
};
use tokio::sync::{OnceCell, Semaphore, SemaphorePermit};

/// 2026-12-01 09:00 in China: when the clock of every test stands at first.
pub const START: Timestamp = Timestamp(1_796_086_800_000);

/// Databases in use at a time, so that their connections fit into one server.
static PLACES: Semaphore = Semaphore::const_new(6);
static SKIPPED: Once = Once::new();
/// The schema is made once for each engine and copied, for making it takes longer than most tests: an embedded database,
/// and the name of one on the server, which is gone with the server.
static SQLITE_SCHEMA: OnceCell<Vec<u8>> = OnceCell::const_new();
static POSTGRES_SCHEMA: OnceCell<String> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(1);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// A database of its own, gone with the test.
pub struct Place {
    pub engine: Engine,
    pub address: String,
    _folder: tempfile::TempDir,
    _permit: SemaphorePermit<'static>,
    /// The server and the database on it that has to be dropped.
    drop: Option<(String, String)>,
}

impl Place {
    /// With nothing in it. `None` when this engine is not to be had; the reason is printed.
    pub async fn new(engine: Engine) -> Option<Self> {
        Self::made(engine, false).await
    }

    /// With the schema of today.
    pub async fn ready(engine: Engine) -> Option<Self> {
        Self::made(engine, true).await
    }

    async fn made(engine: Engine, ready: bool) -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let permit = PLACES.acquire().await.expect("the semaphore is never closed");
        let (address, drop) = match engine {
            Engine::Sqlite => {
                let file = folder.path().join("mingfa.db");
                if ready {
                    let schema = SQLITE_SCHEMA.get_or_init(sqlite_schema).await;
                    std::fs::write(&file, schema).expect("a file of the test is written");
                }
                (format!("sqlite:{}", file.display()), None)
            }
            Engine::Postgres => {
                let Ok(server) = std::env::var("MINGFA_TEST_POSTGRES") else {
                    SKIPPED.call_once(|| {
                        let reason = "MINGFA_TEST_POSTGRES is not set (see tools/postgres.sh)";
                        // Not `eprintln`, which a passing test keeps to itself.
                        let _ = writeln!(std::io::stderr(), "skipped on PostgreSQL: {reason}");
                    });
                    return None;
                };
                let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
                let template = if ready {
                    POSTGRES_SCHEMA.get_or_init(|| postgres_schema(&server)).await
                } else {
                    "template1"
                };
                on_server(&server, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
                (on_it(&server, &name), Some((server, name)))
            }
        };
        Some(Self {
            engine,
            address,
            _folder: folder,
            _permit: permit,
            drop,
        })
    }

    /// A file in the folder of this test.
    pub fn file(&self, name: &str, body: &[u8]) -> std::path::PathBuf {
        let path = self._folder.path().join(name);
        std::fs::write(&path, body).expect("a file of the test is written");
        path
    }

    pub async fn connect(&self) -> Db {
        Db::connect(&self.address).await.expect("the database of the test")
    }

    /// Ends every connection to this database, as a restart of the server does.
    pub async fn cut_connections(&self) {
        if let Some((server, name)) = &self.drop {
            let all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname";
            on_server(server, &format!("{all} = '{name}'")).await;
        }
    }

    pub async fn remove(self) {
        if let Some((server, name)) = &self.drop {
            on_server(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn sqlite_schema() -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("schema.db");
    migrated(&format!("sqlite:{}", file.display())).await;
    std::fs::read(file).expect("the database just made")
}

async fn postgres_schema(server: &str) -> String {
    let name = format!("schema_{}", std::process::id());
    on_server(server, &format!("CREATE DATABASE {name}")).await;
    migrated(&on_it(server, &name)).await;
    name
}

async fn migrated(address: &str) {
    let db = Db::connect(address).await.expect("the database of the schema");
    db.migrate().await.expect("the migrations run");
    db.close().await;
}

/// The address of another database on the server.
fn on_it(server: &str, name: &str) -> String {
    server.replacen("/postgres?", &format!("/{name}?"), 1)
}

async fn on_server(server: &str, sql: &str) {
    use sqlx::Connection;

    let mut connection = sqlx::PgConnection::connect(server)
        .await
        .expect("the PostgreSQL of the tests");
    let sql = sqlx::AssertSqlSafe(sql.to_owned());
    sqlx::raw_sql(sql)
        .execute(&mut connection)
        .await
        .expect("a database is made or dropped");
    connection.close().await.expect("the connection closes");
}

/// Runs a test on a fresh application of each engine.
pub async fn each_engine(test: impl AsyncFn(&Stage)) {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(place) = Place::ready(engine).await else {
            continue;
        };
        println!("on {engine:?}");
        let stage = Stage::new(place, 1).await;
        test(&stage).await;
        stage.remove().await;
    }
}

/// An application whose clock stands at [`START`] and whose chance is decided.
pub struct Stage {
    pub app: App,
    pub clock: Arc<ManualClock>,
    pub place: Place,
}

impl Stage {
    pub async fn new(place: Place, seed: u64) -> Self {
        Self::at(place, seed, START).await
    }

    pub async fn at(place: Place, seed: u64, now: Timestamp) -> Self {
        let db = place.connect().await;
        db.migrate().await.expect("the migrations run");
        let clock = Arc::new(ManualClock::at(now));
        let secret = Secret::of("the secret of the tests");
        let random = Random::from_seed(seed);
        let app = App::with_secret(db, Arc::clone(&clock) as Arc<dyn Clock>, random, 2, secret);
        Self { app, clock, place }
    }

    /// A second node on the same database, with caches and a journal of its own.
    pub async fn second_node(&self) -> App {
        let db = self.place.connect().await;
        App::new(db, Arc::clone(&self.clock) as Arc<dyn Clock>, Random::from_seed(2), 2)
    }

    pub async fn remove(self) {
        self.app.db.close().await;
        self.place.remove().await;
    }

    /// Persons `1001`, `1002`, … spread over units `市局/一科` ….
    pub async fn roster(&self, persons: usize, units: usize) {
        let csv = roster_csv((0..persons).map(|person| (1001 + person, person % units)));
        let report = roster::import(&self.app, &operator(), "roster.csv", csv.as_bytes())
            .await
            .expect("an import");
        assert_eq!((report.plan.created.len(), report.errors.len()), (persons, 0));
    }

    /// A bank of made-up questions; gives its id.
    pub async fn bank(&self, name: &str, counts: &[(Kind, usize)]) -> BankId {
        let csv = bank_csv(counts, |kind, number| key_of(kind, number).letters());
        self.bank_from(name, &csv).await
    }

    pub async fn bank_from(&self, name: &str, csv: &str) -> BankId {
        let report = bank::import(&self.app, &operator(), name, "bank.csv", csv.as_bytes())
            .await
            .expect("an import");
        assert_eq!(report.errors.len(), 0, "{:?}", report.errors.first());
        assert_eq!(report.drafts, 0, "{:?}", report.warnings.first());
        let banks = bank::banks(&self.app, &operator()).await.expect("the banks");
        banks
            .into_iter()
            .find(|summary| summary.bank.name == name)
            .expect("the bank just made")
            .bank
            .id
    }

    /// A bank with more than enough for [`setup`].
    pub async fn usual_bank(&self) -> BankId {
        let counts = [
            (Kind::Single, 8),
            (Kind::Multiple, 5),
            (Kind::TrueFalse, 4),
            (Kind::Indefinite, 3),
        ];
        self.bank("题库", &counts).await
    }

    pub async fn draft(&self, setup: Setup) -> ExamId {
        exam::create(&self.app, &operator(), setup)
            .await
            .expect("the draft is stored")
    }

    /// An exam that can be sat now.
    pub async fn open_exam(&self, setup: Setup) -> ExamId {
        let id = self.draft(setup).await;
        exam::publish(&self.app, &operator(), id)
            .await
            .expect("the bank is enough");
        exam::open(&self.app, &operator(), id)
            .await
            .expect("a published exam opens");
        id
    }

    /// A roster of so many persons in three units, the usual bank, and an open exam.
    pub async fn usual_exam(&self, persons: usize) -> ExamId {
        self.roster(persons, 3).await;
        let bank = self.usual_bank().await;
        self.open_exam(setup(bank)).await
    }

    /// Signs an account in without the cost of a password; gives the session's token.
    pub async fn token(&self, name: &str) -> String {
        let (account, _) = db::account::by_name(&self.app.db, name)
            .await
            .expect("the accounts")
            .expect("the account");
        let token = format!("token of {name} {}", NEXT.fetch_add(1, Ordering::Relaxed)).replace(' ', "-");
        let (hash, until) = (
            digest(token.as_bytes()),
            self.app.now().plus_seconds(account::SESSION_SECONDS),
        );
        self.write(move |tx| Box::pin(async move { db::account::insert_session(tx, &hash, account.id, until).await }))
            .await
            .expect("the session is stored");
        token
    }

    pub async fn caller(&self, name: &str) -> Caller {
        let token = self.token(name).await;
        account::caller(&self.app, &token)
            .await
            .expect("the sessions")
            .expect("the session just stored")
    }

    /// The token of the first administrator, who is made when there is none.
    pub async fn administrator(&self) -> String {
        account::first_administrator(&self.app, &operator())
            .await
            .expect("the administrator");
        self.token(account::FIRST_ADMINISTRATOR).await
    }

    /// An exam administrator outside the roster, made when there is none of this name.
    pub async fn second_administrator(&self, name: &str) -> Caller {
        let known = db::account::by_name(&self.app.db, name).await.expect("the accounts");
        if known.is_none() {
            role::make_account(&self.app, &operator(), name)
                .await
                .expect("an account");
            let everywhere = Grant {
                role: Role::ExamAdministrator,
                unit: None,
            };
            role::grant(&self.app, &operator(), name, everywhere)
                .await
                .expect("a role");
        }
        self.caller(name).await
    }

    /// Sits an attempt: for each question of the paper what `choose` says of its place (from 0), place in the pool, and
    /// key (as shown); then hands in.
    pub async fn sit(
        &self,
        name: &str,
        exam: ExamId,
        choose: impl Fn(usize, u32, OptionSet) -> OptionSet,
    ) -> (Caller, AttemptId) {
        let (caller, attempt) = self.start(name, exam).await;
        let stored = self.attempt(attempt).await;
        let body = db::exam::paper(&self.app.db, exam, stored.person, stored.number)
            .await
            .expect("the papers")
            .expect("the paper");
        let paper = Paper::from_bytes(&body).expect("a whole paper");
        let keys = self.keys(attempt).await;
        let row: Vec<Event> = paper
            .0
            .iter()
            .zip(keys)
            .enumerate()
            .map(|(place, (drawn, (_, key)))| event(place as u32 + 1, place as u16 + 1, choose(place, drawn.pool, key)))
            .collect();
        sitting::save(&self.app, &caller, attempt, row)
            .await
            .expect("the answers are stored");
        sitting::hand_in(&self.app, &caller, attempt)
            .await
            .expect("the hand-in");
        (caller, attempt)
    }

    pub async fn person(&self, number: &str) -> PersonId {
        let persons = db::person::all(&self.app.db).await.expect("the roster");
        persons
            .into_iter()
            .find(|person| person.number == number)
            .expect("the person")
            .id
    }

    /// Starts an attempt of this person.
    pub async fn start(&self, name: &str, exam: ExamId) -> (Caller, AttemptId) {
        let caller = self.caller(name).await;
        let attempt = sitting::start(&self.app, &caller, exam, Entry::default())
            .await
            .expect("the attempt starts");
        (caller, attempt)
    }

    pub async fn attempt(&self, id: AttemptId) -> Attempt {
        let (attempt, _) = db::sitting::with_paper(&self.app.db, id)
            .await
            .expect("the attempts")
            .expect("the attempt");
        attempt
    }

    pub async fn events(&self, id: AttemptId) -> Vec<Event> {
        let events = db::sitting::events(&self.app.db, id).await.expect("the journal");
        events.into_iter().map(|(event, _)| event).collect()
    }

    /// Kind and right options, by shown place, of every question of an attempt's paper.
    pub async fn keys(&self, id: AttemptId) -> Vec<(Kind, OptionSet)> {
        keys(&self.app.db, &self.attempt(id).await).await
    }

    /// One write as a transaction of its own.
    pub async fn write<T: Send + 'static>(
        &self,
        work: impl for<'t> Fn(&'t mut Tx) -> db::Work<'t, T, db::Error> + Send + 'static,
    ) -> db::Result<T> {
        self.app.db.write((), move |tx, ()| work(tx)).await
    }

    /// The only number a query gives.
    pub async fn count(&self, sql: &'static str) -> i64 {
        count(&self.app.db, sql).await
    }

    /// Runs a statement that the product itself has no use for.
    pub async fn run(&self, sql: &'static str) {
        run(&self.app.db, sql).await;
    }
}

pub async fn count(db: &Db, sql: &'static str) -> i64 {
    match db {
        Db::Sqlite { read, .. } => {
            let mut connection = read.take().await.expect("a connection");
            sqlx::query_scalar(sql).fetch_one(&mut *connection).await
        }
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await,
    }
    .expect("a number")
}

/// One column of texts.
pub async fn texts(db: &Db, sql: &'static str) -> Vec<String> {
    match db {
        Db::Sqlite { read, .. } => {
            let mut connection = read.take().await.expect("a connection");
            sqlx::query_scalar(sql).fetch_all(&mut *connection).await
        }
        Db::Postgres(pool) => sqlx::query_scalar(sql).fetch_all(pool).await,
    }
    .expect("texts")
}

pub async fn run(db: &Db, sql: &'static str) {
    let done: db::Result<()> = db
        .write((), move |tx, ()| {
            Box::pin(async move {
                match tx {
                    Tx::Sqlite(tx) => sqlx::query(sql).execute(&mut *tx).await.map(|_| ())?,
                    Tx::Postgres(tx) => sqlx::query(sql).execute(&mut **tx).await.map(|_| ())?,
                }
                Ok(())
            })
        })
        .await;
    done.expect("the statement runs");
}

/// Kind and right options, by shown place, of every question of an attempt's paper.
pub async fn keys(db: &Db, attempt: &Attempt) -> Vec<(Kind, OptionSet)> {
    let paper = db::exam::paper(db, attempt.exam, attempt.person, attempt.number)
        .await
        .expect("the papers");
    let paper = Paper::from_bytes(&paper.expect("the paper")).expect("a whole paper");
    let pool = db::bank::pool(db, attempt.exam).await.expect("the pool");
    let key = |drawn: &mingfa::domain::paper::Drawn| {
        let question = &pool[drawn.pool as usize].question;
        (question.kind, drawn.shown(question.key))
    };
    paper.0.iter().map(key).collect()
}

pub fn operator() -> Caller {
    Caller::operator()
}

/// The right options of the made-up question with this number.
pub fn key_of(kind: Kind, number: usize) -> OptionSet {
    match kind {
        Kind::Single => OptionSet::of([number % 4]),
        Kind::TrueFalse => OptionSet::of([number % 2]),
        Kind::Multiple => OptionSet::of([number % 4, (number + 1) % 4]),
        _ => OptionSet::of((0..=number % 3).map(|place: usize| (place + number) % 4)),
    }
}

/// The mark that stands in every explanation of a made-up question, and in its basis.
pub const EXPLAINED: &str = "解析记号";
pub const BASED: &str = "依据记号";

/// A file of questions with these keys. Nothing in stem or options tells which option is right.
pub fn bank_csv(counts: &[(Kind, usize)], key: impl Fn(Kind, usize) -> String) -> String {
    let mut csv = String::from("题型,题目,选项A,选项B,选项C,选项D,答案,解析,法律依据,标签\n");
    for (kind, count) in counts {
        for number in 0..*count {
            let name = kind.name(mingfa::domain::lang::Lang::Zh);
            let options = match kind {
                Kind::TrueFalse => "正确,错误,,".to_owned(),
                _ => ["甲", "乙", "丙", "丁"]
                    .map(|option| format!("{option}项 {name}{number}"))
                    .join(","),
            };
            let key = key(*kind, number);
            writeln!(
                csv,
                "{name},题干 {name}第{number}号？,{options},{key},{EXPLAINED}{name}{number},{BASED}{name}{number},"
            )
            .expect("a String takes everything");
        }
    }
    csv
}

/// A roster file: number of the person, number of the unit.
pub fn roster_csv(persons: impl IntoIterator<Item = (usize, usize)>) -> String {
    let mut csv = String::from("工号,姓名,单位,职级,类别\n");
    for (person, unit) in persons {
        writeln!(csv, "{person},张{person},市局/{unit}科,科级,公务员").expect("a String takes everything");
    }
    csv
}

/// Ten questions worth twelve points, seven to pass, an hour's time in a window of a day, one attempt; the score is shown after
/// the hand-in, answers never before the close.
pub fn setup(bank: BankId) -> Setup {
    let part = |kind, count, points| Part::new(kind, count, Points::whole(points));
    Setup {
        title: "年度学法考试".to_owned(),
        unit: None,
        bank,
        window: Window {
            opens_at: START,
            closes_at: START.plus_seconds(24 * 3600),
        },
        policy: Policy {
            pass_mark: Points::whole(7),
            minutes: 60,
            attempts: 1,
            outage_minutes: 30,
            objection_days: 5,
            ..Policy::jining()
        },
        blueprint: Blueprint::of(vec![
            part(Kind::Single, 5, 1),
            part(Kind::Multiple, 2, 2),
            part(Kind::TrueFalse, 2, 1),
            part(Kind::Indefinite, 1, 1),
        ]),
    }
}

pub fn event(version: u32, item: u16, choice: OptionSet) -> Event {
    Event {
        version,
        item,
        choice,
        flagged: false,
        text: String::new(),
    }
}

/// A row of events from this version on, for questions 1, 2, … around, each choosing A.
pub fn events(from: u32, count: u32) -> Vec<Event> {
    (from..from + count)
        .map(|version| event(version, (version % 10 + 1) as u16, OptionSet(1)))
        .collect()
}

/// The fault a use case refused with.
pub fn fault<T>(result: Result<T, Error>) -> Fault {
    match result {
        Err(Error::Fault(fault)) => fault,
        Err(Error::Db(error)) => panic!("the database failed: {error}"),
        Ok(_) => panic!("a refusal was expected"),
    }
}

/// Numbers that are the same for the same seed (Knuth's MMIX).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(n)) as u32
    }
}
