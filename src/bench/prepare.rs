//! A database to drive: persons, questions whose right options the generator knows, and an open exam. All of it goes
//! in through the library, as an administrator's files would.

use std::{
    collections::{HashMap, HashSet},
    fmt::Write,
    path::Path,
    sync::Arc,
};

use mingfa::{
    db::{self, Db},
    domain::{
        blueprint::{Blueprint, Part},
        exam::{Policy, Window},
        id::{AccountId, BankId, ExamId, PersonId},
        item::Kind,
        points::Points,
        time::Timestamp,
    },
    format::workbook::{self, Cell, Sheet},
    service::{
        App, Caller, Error, account, bank,
        clock::SystemClock,
        exam::{self, Setup},
        random::{Random, digest},
        roster,
    },
};
use sqlx::Connection;

use super::{
    client::{Failed, Result},
    measure::now,
};

pub const PASSWORD: &str = "load generator 2026";

/// What is prepared.
#[derive(Debug, Clone, Copy)]
pub struct Shape {
    pub persons: usize,
    pub per_unit: usize,
    /// So many persons have a password, the others a session.
    pub passwords: usize,
    /// Single, multiple, true or false.
    pub parts: [u32; 3],
    /// For each question.
    pub points: i64,
}

impl Shape {
    /// Twenty questions, five points each.
    pub fn sittings(persons: usize, passwords: usize) -> Self {
        Self {
            persons,
            per_unit: 40,
            passwords,
            parts: [10, 5, 5],
            points: 5,
        }
    }

    /// Questions on a paper.
    pub fn questions(&self) -> usize {
        self.parts.iter().sum::<u32>() as usize
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Somebody of the roster with a session that began before.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: PersonId,
    pub number: String,
    pub token: String,
}

/// A prepared database.
pub struct Stage {
    pub engine: Engine,
    pub address: String,
    pub exam: ExamId,
    pub persons: Vec<Person>,
    /// The texts of the right options by stem.
    pub keys: HashMap<String, HashSet<String>>,
    /// Questions on a paper.
    pub questions: usize,
    /// The session of an administrator.
    pub administrator: String,
    /// What the roster's import (reading and preview included) and the opening (roster frozen, papers drawn) took, in seconds.
    pub import_seconds: f64,
    pub open_seconds: f64,
    /// Bytes that the opening of the exam (frozen roster, papers) took, per person.
    pub opening: f64,
    /// The process all processes of the PostgreSQL server descend from.
    pub postmaster: Option<u32>,
    /// The PostgreSQL server and the name of the database on it.
    server: Option<(String, String)>,
    _folder: Option<tempfile::TempDir>,
}

/// A failure of the library, in words.
pub fn library(error: impl std::fmt::Display) -> Failed {
    Failed::new("the library", error)
}

impl Stage {
    /// A database of the roster, bank and exam of this shape. `folder` must be on a real disk.
    pub async fn new(engine: Engine, server: Option<&str>, folder: &Path, shape: Shape) -> Result<Self> {
        let mut stage = Self::bare(engine, server, folder).await?;
        stage.questions = shape.questions();
        let app = stage.app().await?;
        stage.fill(&app, shape).await?;
        app.db.close().await;
        Ok(stage)
    }

    /// A database with nothing in it.
    pub async fn bare(engine: Engine, server: Option<&str>, folder: &Path) -> Result<Self> {
        let (address, folder, server, postmaster) = match (engine, server) {
            (Engine::Sqlite, _) => {
                let folder = tempfile::tempdir_in(folder).map_err(|error| Failed::new("a folder", error))?;
                (
                    format!("sqlite:{}", folder.path().join("bench.db").display()),
                    Some(folder),
                    None,
                    None,
                )
            }
            (Engine::Postgres, Some(server)) => {
                let name = format!("bench_{}", std::process::id());
                run(server, &format!("CREATE DATABASE {name}")).await?;
                let backend: i32 = ask(server, "SELECT pg_backend_pid()").await?;
                let postmaster = u32::try_from(backend).ok().and_then(super::measure::parent);
                let address = server.replacen("/postgres?", &format!("/{name}?"), 1);
                (address, None, Some((server.to_owned(), name)), postmaster)
            }
            (Engine::Postgres, None) => return Err(Failed("MINGFA_TEST_POSTGRES is not set".to_owned())),
        };
        Ok(Self {
            engine,
            address,
            exam: ExamId(0),
            persons: Vec::new(),
            keys: HashMap::new(),
            questions: 0,
            administrator: String::new(),
            import_seconds: 0.0,
            open_seconds: 0.0,
            opening: 0.0,
            postmaster,
            server,
            _folder: folder,
        })
    }

    /// The application on this database; to be closed before a server works on it.
    pub async fn app(&self) -> Result<App> {
        let db = Db::connect(&self.address).await.map_err(library)?;
        db.migrate().await.map_err(library)?;
        Ok(App::new(db, Arc::new(SystemClock), Random::from_os(), 1))
    }

    async fn fill(&mut self, app: &App, shape: Shape) -> Result<()> {
        let operator = Caller::operator();
        let (persons, file) = (shape.persons, roster_file(shape, app.now())?);
        let begin = now();
        roster::preview(app, &operator, "花名册.xlsx", &file)
            .await
            .map_err(library)?;
        let report = roster::import(app, &operator, "花名册.xlsx", &file)
            .await
            .map_err(library)?;
        self.import_seconds = begin.elapsed().as_secs_f64();
        if report.plan.created.len() != persons {
            return Err(Failed(format!(
                "{} of {persons} persons were imported",
                report.plan.created.len()
            )));
        }
        self.bank(app).await?;
        self.exam = Self::exam(app, shape).await?;
        let before = self.size().await?;
        let begin = now();
        exam::open(app, &operator, self.exam).await.map_err(library)?;
        self.open_seconds = begin.elapsed().as_secs_f64();
        self.opening = (self.size().await? - before) / persons as f64;
        self.accounts(app, shape.passwords).await?;
        self.administrator(app).await
    }

    /// An open exam of this shape for everybody, over the first bank.
    pub async fn exam(app: &App, shape: Shape) -> Result<ExamId> {
        let operator = Caller::operator();
        let banks = bank::banks(app, &operator).await.map_err(library)?;
        let bank = banks.first().ok_or_else(|| Failed("there is no bank".to_owned()))?;
        let opens_at = app.now();
        let part = |kind, count| Part::new(kind, count, Points::whole(shape.points));
        let setup = Setup {
            title: "年度国家工作人员学法考试".to_owned(),
            unit: None,
            bank: bank.bank.id,
            window: Window {
                opens_at,
                closes_at: opens_at.plus_seconds(12 * 3600),
            },
            policy: Policy {
                minutes: 300,
                ..Policy::jining()
            },
            blueprint: Blueprint::of(vec![
                part(Kind::Single, shape.parts[0]),
                part(Kind::Multiple, shape.parts[1]),
                part(Kind::TrueFalse, shape.parts[2]),
            ]),
        };
        let id = exam::create(app, &operator, setup).await.map_err(library)?;
        exam::publish(app, &operator, id).await.map_err(library)?;
        Ok(id)
    }

    /// A bank of 400 questions.
    pub async fn bank(&mut self, app: &App) -> Result<BankId> {
        let operator = Caller::operator();
        let (csv, keys) = bank_csv();
        self.keys = keys;
        bank::import(app, &operator, "bench", "bank.csv", csv.as_bytes())
            .await
            .map_err(library)?;
        let banks = bank::banks(app, &operator).await.map_err(library)?;
        let bank = banks.first().ok_or_else(|| Failed("no bank was made".to_owned()))?;
        Ok(bank.bank.id)
    }

    /// Gives the first `passwords` persons a password (one hash for all of them: making it is not what is measured)
    /// and everybody else a session.
    async fn accounts(&mut self, app: &App, passwords: usize) -> Result<()> {
        let accounts = db::person::without_password(&app.db).await.map_err(library)?;
        let (first, _) = accounts
            .first()
            .ok_or_else(|| Failed("there are no accounts".to_owned()))?;
        let link = account::link_for_name(app, &Caller::operator(), &first.number)
            .await
            .map_err(library)?;
        account::set_password(app, link.text(), PASSWORD.to_owned(), PASSWORD)
            .await
            .map_err(library)?;
        let made = db::account::by_name(&app.db, &first.number).await.map_err(library)?;
        let hash = made.map(|(_, hash)| hash).unwrap_or_default();
        let token = |number: &str| mingfa::service::random::hex(&digest(format!("session of {number}").as_bytes()));
        self.persons = accounts
            .iter()
            .map(|(person, _)| Person {
                id: person.id,
                number: person.number.clone(),
                token: token(&person.number),
            })
            .collect();
        let rows: Vec<(AccountId, [u8; 32])> = accounts
            .iter()
            .zip(&self.persons)
            .map(|((_, id), person)| (*id, digest(person.token.as_bytes())))
            .collect();
        let until = app.now().plus_seconds(account::SESSION_SECONDS);
        let args = Arc::new((rows, hash));
        let stored: std::result::Result<(), Error> = app
            .db
            .write(args, move |tx, args| {
                Box::pin(async move {
                    let (rows, hash) = &*args;
                    for (place, (id, token)) in rows.iter().enumerate() {
                        if place < passwords {
                            db::account::set_password(tx, *id, hash).await?;
                        } else {
                            db::account::insert_session(tx, token, *id, until).await?;
                        }
                    }
                    Ok(())
                })
            })
            .await;
        stored.map_err(library)
    }

    /// An administrator with a session.
    pub async fn administrator(&mut self, app: &App) -> Result<()> {
        account::first_administrator(app, &Caller::operator())
            .await
            .map_err(library)?;
        let found = db::account::by_name(&app.db, account::FIRST_ADMINISTRATOR)
            .await
            .map_err(library)?;
        let (administrator, _) = found.ok_or_else(|| Failed("no administrator was made".to_owned()))?;
        self.administrator = mingfa::service::random::hex(&digest(b"session of the administrator"));
        let hash = digest(self.administrator.as_bytes());
        let until = app.now().plus_seconds(account::SESSION_SECONDS);
        let stored: std::result::Result<(), Error> = app
            .db
            .write((), move |tx, ()| {
                Box::pin(async move { Ok(db::account::insert_session(tx, &hash, administrator.id, until).await?) })
            })
            .await;
        stored.map_err(library)
    }

    /// Bytes of the database when everything written has arrived in it.
    pub async fn size(&self) -> Result<f64> {
        let bytes: i64 = match &self.server {
            None => {
                let mut file = sqlx::SqliteConnection::connect(&self.address).await.map_err(library)?;
                sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                    .execute(&mut file)
                    .await
                    .map_err(library)?;
                let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
                let bytes = sqlx::query_scalar(sql).fetch_one(&mut file).await.map_err(library)?;
                file.close().await.map_err(library)?;
                bytes
            }
            Some(_) => {
                run(&self.address, "CHECKPOINT").await?;
                ask(&self.address, "SELECT pg_database_size(current_database())").await?
            }
        };
        Ok(bytes as f64)
    }

    /// Bytes of PostgreSQL's write-ahead log so far.
    pub async fn wal(&self) -> Result<f64> {
        let bytes: i64 = ask(&self.address, "SELECT (pg_current_wal_lsn() - '0/0')::bigint").await?;
        Ok(bytes as f64)
    }

    /// Drops the database of a PostgreSQL server; a file goes with its folder.
    pub async fn remove(self) -> Result<()> {
        match &self.server {
            Some((server, name)) => run(server, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await,
            None => Ok(()),
        }
    }
}

async fn run(server: &str, sql: &str) -> Result<()> {
    let mut connection = sqlx::PgConnection::connect(server).await.map_err(library)?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned()))
        .execute(&mut connection)
        .await
        .map_err(library)?;
    connection.close().await.map_err(library)
}

/// The only value of a query to a PostgreSQL server.
pub async fn ask<T>(server: &str, sql: &'static str) -> Result<T>
where
    T: Send + Unpin + for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    let mut connection = sqlx::PgConnection::connect(server).await.map_err(library)?;
    let value = sqlx::query_scalar(sql)
        .fetch_one(&mut connection)
        .await
        .map_err(library)?;
    connection.close().await.map_err(library)?;
    Ok(value)
}

/// The roster as a workbook.
fn roster_file(shape: Shape, created: Timestamp) -> Result<Vec<u8>> {
    let head = ["工号", "姓名", "单位", "职级", "类别"].map(|name| (name, 12)).to_vec();
    let rows = (0..shape.persons).map(move |person| {
        let unit = person / shape.per_unit;
        let number = 20_260_001 + person;
        let path = format!("示例市/第{}局/{unit}科", unit / 10);
        [
            number.to_string(),
            format!("学员{number}"),
            path,
            "科级".to_owned(),
            "公务员".to_owned(),
        ]
        .map(Cell::Text)
        .to_vec()
    });
    let sheet = Sheet {
        name: "花名册",
        notes: Vec::new(),
        head,
        rows: Box::new(rows),
    };
    workbook::write(vec![sheet], created).map_err(|error| Failed::new("the roster", error))
}

/// 400 questions of the usual length, and the right options of each.
fn bank_csv() -> (String, HashMap<String, HashSet<String>>) {
    let mut csv = String::from("题型,题目,选项A,选项B,选项C,选项D,答案,解析,法律依据,标签\n");
    let mut keys = HashMap::new();
    let kinds = [
        (Kind::Single, "单选题", 200),
        (Kind::Multiple, "多选题", 100),
        (Kind::TrueFalse, "判断题", 100),
    ];
    for (kind, name, count) in kinds {
        for number in 0..count {
            let stem = format!(
                "根据《安全生产法》和《突发事件应对法》的有关规定，生产经营单位发生第{number}类情形的，\
                 {name}所问的下列处理办法中正确的是哪些？"
            );
            let options: Vec<String> = match kind {
                Kind::TrueFalse => vec!["正确".to_owned(), "错误".to_owned()],
                _ => ["甲", "乙", "丙", "丁"]
                    .map(|mark| format!("{mark}：由负有安全生产监督管理职责的部门责令限期改正（{number}）"))
                    .to_vec(),
            };
            let right: Vec<usize> = match kind {
                Kind::Single => vec![number % 4],
                Kind::TrueFalse => vec![number % 2],
                _ => (0..4)
                    .filter(|place| *place != number % 4)
                    .take(2 + number % 2)
                    .collect(),
            };
            let letters: String = right.iter().map(|place| mingfa::domain::item::letter(*place)).collect();
            let mut cells = options.clone();
            cells.resize(4, String::new());
            let _ = writeln!(
                csv,
                "{name},{stem},{},{letters},依照第{number}条。,安全生产法（2021-06-10）第{number}条,",
                cells.join(",")
            );
            keys.insert(stem, right.iter().map(|place| options[*place].clone()).collect());
        }
    }
    (csv, keys)
}
