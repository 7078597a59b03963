//! The load generator: drives the real server over HTTP with complete sittings, on SQLite and (with
//! `MINGFA_TEST_POSTGRES` set) on PostgreSQL, prints a table for `docs/performance.md`, and checks afterwards that
//! every acknowledged answer is stored and every score is right. One thread, so that the server has the rest.
//!
//! Beside it, inside this process: the bank and the library of laws, a corrected key and the sums, the calibration.
//!
//! `make bench`, or `make bench ARGS=--quick` for a small version; `ARGS=--sqlite` or `--postgres` for one engine, and one or more of
//! `--sittings`, `--city`, `--contest`, `--library`, `--regrade`, `--calibrate` for these parts alone.

mod calibrate;
mod city;
mod client;
mod contest;
mod library;
mod measure;
mod phases;
mod prepare;
mod proxy;
mod regrade;
mod report;
mod server;
mod table;
mod verify;
mod year;

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
};

use client::{Failed, Result};
use phases::{Record, Shared, World};
use prepare::{Engine, Shape, Stage};
use report::{Measured, Saves, Sittings};
use server::Server;

/// How much of everything.
struct Size {
    warm_up: usize,
    sittings: usize,
    passwords: usize,
    open: usize,
    steady_rate: usize,
    steady_seconds: usize,
    flat_seconds: u64,
    starts: usize,
    start_seconds: usize,
}

const FULL: Size = Size {
    warm_up: 200,
    sittings: 3_000,
    passwords: 300,
    open: 5_000,
    steady_rate: 2_000,
    steady_seconds: 20,
    flat_seconds: 10,
    starts: 10_000,
    start_seconds: 60,
};

const QUICK: Size = Size {
    warm_up: 20,
    sittings: 200,
    passwords: 20,
    open: 300,
    steady_rate: 500,
    steady_seconds: 2,
    flat_seconds: 2,
    starts: 300,
    start_seconds: 2,
};

/// Candidates at a time in whole sittings, and when they sign in by password.
const CLIENTS: usize = 64;
const PASSWORD_CLIENTS: usize = 16;
/// Saves on their way at a time when they go flat out.
const FLAT_CLIENTS: usize = 1_024;
/// Files of this process that are no connections of candidates.
const OTHER_FILES: usize = 200;

/// What there is to measure.
const PARTS: [&str; 6] = [
    "--sittings",
    "--city",
    "--contest",
    "--library",
    "--regrade",
    "--calibrate",
];

/// What is to be measured.
struct Wish {
    arguments: Vec<String>,
    quick: bool,
    engines: Vec<Engine>,
    /// Of [`PARTS`]; none named: all.
    parts: Vec<&'static str>,
    /// The address of a PostgreSQL server.
    server: Option<String>,
    /// On a real disk.
    folder: &'static Path,
}

impl Wish {
    fn read() -> Result<Self> {
        let mut wish = Self {
            arguments: env::args().skip(1).filter(|argument| argument != "--bench").collect(),
            quick: false,
            engines: vec![Engine::Sqlite, Engine::Postgres],
            parts: Vec::new(),
            server: env::var("MINGFA_TEST_POSTGRES").ok(),
            folder: Path::new(env!("CARGO_TARGET_TMPDIR")),
        };
        for argument in &wish.arguments {
            match (argument.as_str(), PARTS.into_iter().find(|part| part == argument)) {
                (_, Some(part)) => wish.parts.push(part),
                ("--quick", None) => wish.quick = true,
                ("--sqlite", None) => wish.engines = vec![Engine::Sqlite],
                ("--postgres", None) => wish.engines = vec![Engine::Postgres],
                (other, None) => {
                    return Err(Failed(format!(
                        "unknown argument {other}; there are --quick, --sqlite, --postgres, {}",
                        PARTS.join(", ")
                    )));
                }
            }
        }
        if wish.server.is_none() {
            eprintln!("bench: without PostgreSQL, because MINGFA_TEST_POSTGRES is not set (see tools/postgres.sh)");
            wish.engines.retain(|engine| *engine == Engine::Sqlite);
        }
        std::fs::create_dir_all(wish.folder).map_err(|error| Failed::new("a folder", error))?;
        Ok(wish)
    }

    fn has(&self, part: &str) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }

    async fn bare(&self, engine: Engine) -> Result<Stage> {
        eprintln!("bench: {}", engine.name());
        Stage::bare(engine, self.server.as_deref(), self.folder).await
    }
}

fn main() -> ExitCode {
    let measured = Wish::read().and_then(|wish| {
        let wrong = over_http(&wish)?;
        inside(&wish)?;
        Ok(wrong)
    });
    match measured {
        Ok(0) => ExitCode::SUCCESS,
        Ok(wrong) => told(&Failed(format!("{wrong} things went wrong, see above"))),
        Err(error) => told(&error),
    }
}

/// What needs no server: with as many threads as the server would have.
fn inside(wish: &Wish) -> Result<()> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failed::new("the runtime", error))?;
    let (size, persons) = match wish.quick {
        true => (&library::VILLAGE, 2_000),
        false => (&library::CITY, 100_000),
    };
    let (mut libraries, mut regrades) = (Vec::new(), Vec::new());
    for engine in wish.engines.iter().copied() {
        if wish.has("--library") {
            let measured = runtime.block_on(async {
                let stage = wish.bare(engine).await?;
                let measured = library::on_engine(&stage, size).await;
                stage.remove().await?;
                measured
            });
            let measured = measured.map_err(|error| Failed::new("the library", error))?;
            libraries.push((engine.name(), measured));
        }
        if wish.has("--regrade") {
            let measured = runtime.block_on(async {
                let stage = wish.bare(engine).await?;
                let measured = regrade::on_engine(&stage, persons).await;
                stage.remove().await?;
                measured
            });
            let measured = measured.map_err(|error| Failed::new("the corrected key", error))?;
            regrades.push((engine.name(), measured));
        }
    }
    let calibrated = wish
        .has("--calibrate")
        .then(|| ("this machine", calibrate::lines(persons / 10)));
    for columns in [libraries, regrades, calibrated.into_iter().collect()] {
        if !columns.is_empty() {
            println!("{}", table::markdown(&columns));
        }
    }
    Ok(())
}

fn told(error: &Failed) -> ExitCode {
    eprintln!("bench: {error}");
    ExitCode::FAILURE
}

/// Drives the server; gives the number of failed requests and wrong rows.
fn over_http(wish: &Wish) -> Result<usize> {
    if !["--sittings", "--city", "--contest"]
        .into_iter()
        .any(|part| wish.has(part))
    {
        return Ok(0);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failed::new("the runtime", error))?;
    tokio::task::LocalSet::new().block_on(&runtime, drive(wish))
}

async fn drive(wish: &Wish) -> Result<usize> {
    let (size, town, crowd) = match wish.quick {
        true => (&QUICK, &city::VILLAGE, &contest::VILLAGE),
        false => (&FULL, &city::CITY, &contest::CITY),
    };
    let (server, folder) = (wish.server.as_deref(), wish.folder);
    let program = env::var_os("MINGFA_BIN").map_or_else(|| PathBuf::from("target/release/mingfa"), PathBuf::from);
    let (flush, kind) = measure::disk(folder).map_err(|error| Failed::new("the disk", error))?;
    let machine = format!(
        "{}; {kind}, whose durable write of 4 KiB takes {flush:.1} ms (median)",
        measure::machine()
    );
    let (mut all, mut towns, mut crowds) = (Vec::new(), Vec::new(), Vec::new());
    for engine in wish.engines.iter().copied() {
        if wish.has("--sittings") {
            all.push(on_engine(engine, server, folder, &program, size).await?);
        }
        if wish.has("--city") {
            towns.push(city::on_engine(engine, server, folder, &program, town).await?);
        }
        if wish.has("--contest") {
            crowds.push(contest::on_engine(engine, server, folder, &program, crowd).await?);
        }
    }
    let command = match wish.arguments.as_slice() {
        [] => "make bench".to_owned(),
        some => format!("make bench ARGS='{}'", some.join(" ")),
    };
    if !all.is_empty() {
        println!("{}", report::markdown(&all, &machine, &command));
    }
    println!("{}", city::markdown(&towns, &machine, &command));
    println!("{}", contest::markdown(&crowds, &machine, &command));
    let findings = all.iter().map(|measured| &measured.findings.wrong);
    let mut wrong = 0;
    let towns = towns.iter().map(|measured| &measured.wrong);
    for findings in findings
        .chain(towns)
        .chain(crowds.iter().map(|measured| &measured.wrong))
    {
        findings
            .iter()
            .take(10)
            .for_each(|finding| eprintln!("bench: {finding}"));
        wrong += findings.len();
    }
    Ok(wrong)
}

async fn on_engine(
    engine: Engine,
    server: Option<&str>,
    folder: &Path,
    program: &Path,
    size: &Size,
) -> Result<Measured> {
    let say = |what: &str| eprintln!("bench: {}: {what}", engine.name());
    say("a roster, a bank and an open exam");
    let persons = size.warm_up + size.sittings + size.passwords + size.open + size.starts;
    let stage = Stage::new(engine, server, folder, Shape::sittings(persons, size.passwords)).await?;
    let mut all = Record::default();
    let mut memory = report::Memory::default();

    // The first persons of the roster have a password, the others a session.
    let signing = 0..size.passwords;
    let warming = signing.end..signing.end + size.warm_up;
    let sitting = warming.end..warming.end + size.sittings;
    let opening = sitting.end..sitting.end + size.open;
    let starting = opening.end..opening.end + size.starts;

    say("whole sittings, hash apart");
    let before = stage.size().await?;
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    let record = Shared::default();
    phases::sittings(&world, warming, CLIENTS, false, &record).await;
    keep(&mut all, &record);
    let (log_before, begin, spent) = (log(&stage, &server).await?, measure::now(), server.spent());
    phases::sittings(&world, sitting, CLIENTS, false, &record).await;
    let (seconds, spent) = (begin.elapsed().as_secs_f64(), server.spent().since(spent));
    let sheet_bytes = record.borrow().sheet_bytes;
    let apart = Sittings {
        count: size.sittings,
        seconds,
        spent,
        steps: keep(&mut all, &record),
    };
    let written = (log(&stage, &server).await? - log_before) / size.sittings as f64;
    server.stop().await?;
    let growth = (stage.size().await? - before) / (size.sittings + size.warm_up) as f64;

    say("whole sittings with sign-in by password");
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    let (begin, spent) = (measure::now(), server.spent());
    phases::sittings(&world, signing, PASSWORD_CLIENTS, true, &record).await;
    let (seconds, spent) = (begin.elapsed().as_secs_f64(), server.spent().since(spent));
    let hashed = Sittings {
        count: size.passwords,
        seconds,
        spent,
        steps: keep(&mut all, &record),
    };
    server.stop().await?;

    say("open attempts");
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    memory.idle = server.resident_mb();
    let thousand = opening.start..opening.end.min(opening.start + 1_000);
    let rest = thousand.end..opening.end;
    let mut sitters = phases::open(&world, thousand, CLIENTS, &record).await;
    memory.some = (sitters.len(), server.resident_mb());
    sitters.extend(phases::open(&world, rest, CLIENTS, &record).await);
    memory.all = server.resident_mb();
    keep(&mut all, &record);

    say("saves at a steady rate");
    let (begin, spent) = (measure::now(), server.spent());
    phases::steady(&sitters, size.steady_rate, size.steady_seconds, &record).await;
    let (seconds, spent) = (begin.elapsed().as_secs_f64(), server.spent().since(spent));
    let steady = Saves {
        seconds,
        spent,
        steps: keep(&mut all, &record),
    };

    say("saves flat out");
    let (begin, spent) = (measure::now(), server.spent());
    phases::flat_out(&sitters, FLAT_CLIENTS, size.flat_seconds, &record).await;
    let (seconds, spent) = (begin.elapsed().as_secs_f64(), server.spent().since(spent));
    let flat = Saves {
        seconds,
        spent,
        steps: keep(&mut all, &record),
    };
    memory.after_saves = server.resident_mb();
    phases::leave(sitters, &record).await;
    keep(&mut all, &record);
    server.stop().await?;

    say("a rush of starts");
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    let connections = measure::open_files().saturating_sub(OTHER_FILES);
    let spent = server.spent();
    let sitters = phases::starts(&world, starting, size.start_seconds, connections, &record).await;
    let start_spent = server.spent().since(spent);
    memory.rush = server.resident_mb();
    phases::leave(sitters, &record).await;
    let refused = record.borrow().failures.len();
    let starts = keep(&mut all, &record);
    server.stop().await?;

    say("checking what is stored");
    let mut findings = verify::verify(&stage, &all.kept).await?;
    findings
        .wrong
        .extend(all.failures.iter().map(|failed| format!("a request failed: {failed}")));
    let opening = stage.opening;
    stage.remove().await?;
    Ok(Measured {
        engine,
        apart,
        hashed,
        growth,
        opening,
        written,
        sheet_bytes,
        memory,
        open: size.open,
        steady,
        steady_rate: size.steady_rate,
        flat,
        starts,
        start_count: size.starts,
        start_seconds: size.start_seconds,
        refused,
        start_spent,
        findings,
    })
}

/// Moves what a phase has recorded to the whole and gives its times.
fn keep(all: &mut Record, phase: &Shared) -> measure::Steps {
    let Record {
        steps, failures, kept, ..
    } = phase.take();
    all.failures.extend(failures);
    all.kept.extend(kept);
    steps
}

/// Bytes that the storage has written so far.
async fn log(stage: &Stage, server: &Server) -> Result<f64> {
    match stage.engine {
        Engine::Sqlite => Ok(server.bytes_written()),
        Engine::Postgres => stage.wal().await,
    }
}
