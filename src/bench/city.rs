//! The yearly exam of a city: everybody imported, everybody's paper drawn, a rush of starts, thousands who answer while an
//! administrator watches, and the figures over all.

use std::{cell::Cell, fmt::Write, path::Path, time::Duration};

use mingfa::{
    db,
    domain::{
        attempt::{Attempt, HandIn, Settled},
        exam::Band,
        id::{AttemptId, ExamId, UnitId},
        points::Points,
    },
    service::{
        Caller, Error,
        signal::{self, Progress},
    },
};

use super::{
    OTHER_FILES,
    client::{Failed, Result},
    keep, measure,
    phases::{self, Record, Shared, World},
    prepare::{Engine, Person, Shape, Stage, library},
    server::Server,
    verify, year,
};

pub struct Size {
    persons: usize,
    open: usize,
    rate: usize,
    seconds: usize,
    starts: usize,
    start_seconds: usize,
    looks: usize,
    year: year::Size,
}

pub const CITY: Size = Size {
    persons: 190_000,
    open: 5_000,
    rate: 2_000,
    seconds: 20,
    starts: 10_000,
    start_seconds: 60,
    looks: 20,
    year: year::CITY,
};

pub const VILLAGE: Size = Size {
    persons: 2_000,
    open: 300,
    rate: 500,
    seconds: 3,
    starts: 300,
    start_seconds: 2,
    looks: 5,
    year: year::VILLAGE,
};

/// How often the live view renews itself.
const RENEWED: Duration = Duration::from_secs(3);
const CLIENTS: usize = 64;

/// What was measured on one engine.
pub struct Measured {
    engine: Engine,
    size: &'static Size,
    units: usize,
    import_seconds: f64,
    open_seconds: f64,
    paper_bytes: f64,
    watched: measure::Steps,
    starts: measure::Steps,
    looked: measure::Steps,
    compared: Comparison,
    year: year::Measured,
    memory: [f64; 2],
    pub wrong: Vec<String>,
}

pub async fn on_engine(
    engine: Engine,
    server: Option<&str>,
    folder: &Path,
    program: &Path,
    size: &'static Size,
) -> Result<Measured> {
    let say = |what: &str| eprintln!("bench: {}: {what}", engine.name());
    say("a city: roster, papers of 80 questions");
    let shape = Shape {
        persons: size.persons,
        per_unit: 95,
        passwords: 1,
        parts: [40, 20, 20],
        points: 1,
    };
    let stage = Stage::new(engine, server, folder, shape).await?;
    let (exam, token) = (stage.exam, stage.administrator.clone());
    let (live, figures) = (
        format!("/admin/exams/{exam}/live/now"),
        format!("/admin/exams/{exam}/figures"),
    );
    let mut all = Record::default();
    let record = Shared::default();

    say("a city: thousands answer while the live view is watched");
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    let sitters = phases::open(&world, 1..1 + size.open, CLIENTS, &record).await;
    keep(&mut all, &record);
    let stop = Cell::new(false);
    let watch = phases::watch(&world, &token, ("live view", &live), RENEWED, || !stop.get(), &record);
    let saves = async {
        phases::steady(&sitters, size.rate, size.seconds, &record).await;
        stop.set(true);
    };
    let (watched, ()) = tokio::join!(watch, saves);
    watched?;
    let watched = keep(&mut all, &record);
    let with_open = server.resident_mb();

    say("a city: a rush of starts");
    let from = 1 + size.open;
    let connections = measure::open_files().saturating_sub(OTHER_FILES + sitters.len());
    let rush = phases::starts(
        &world,
        from..from + size.starts,
        size.start_seconds,
        connections,
        &record,
    )
    .await;
    let starts = keep(&mut all, &record);
    phases::leave(sitters, &record).await;
    phases::leave(rush, &record).await;
    keep(&mut all, &record);
    let after_starts = server.resident_mb();
    server.stop().await?;
    let findings = verify::verify(&stage, &all.kept).await?;

    say("a city: results of all others");
    let others = &stage.persons[(from + size.starts).min(stage.persons.len())..];
    results(&stage, (stage.exam, 1), others).await?;
    say("a city: all compared with each other for signals");
    let compared = compare(&stage).await?;
    say("a city: make-up rounds, more exams, a ledger of activities, a competition");
    let year = year::fill(&stage, shape, others, &size.year).await?;
    say("a city: figures and live view over all");
    // Before the server starts: it then writes for all who were sitting when the last one stopped.
    let unit = last_unit(&stage).await?;
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    let (of_unit, absent, workbook) = (
        format!("{figures}?unit={unit}"),
        format!("{figures}/persons?who=absent&page=9"),
        format!("{figures}.xlsx"),
    );
    let pages = year.pages(unit);
    let first = ("first look at the year after a start", &pages[0].1[..]);
    let whole = ("knowledge of all exams counted after a start", &pages[0].1[..]);
    let pages = pages.iter().map(|(name, path)| (*name, path, size.looks * 5));
    let of_exam = [
        ("figures", &figures, size.looks),
        ("figures of a unit", &of_unit, size.looks),
        ("persons behind a figure", &absent, size.looks),
        ("live view, all handed in", &live, size.looks),
        ("workbook of figures and persons", &workbook, 3),
    ];
    // Nothing of the year is in memory yet.
    let mut once = 0..1;
    phases::watch(&world, &token, first, Duration::ZERO, || once.next().is_some(), &record).await?;
    phases::until_gone(&world, &token, whole, "正在统计", &record).await?;
    for (name, path, looks) in of_exam.into_iter().chain(pages) {
        let mut looks = 0..looks;
        let more = || looks.next().is_some();
        phases::watch(&world, &token, (name, path), Duration::ZERO, more, &record).await?;
    }
    let looked = keep(&mut all, &record);
    server.stop().await?;
    say("a city: the year is closed, and counted again");
    let year = year.closed(&stage).await?;
    let mut wrong = findings.wrong;
    wrong.extend(all.failures.iter().map(|failed| format!("a request failed: {failed}")));
    let measured = Measured {
        engine,
        size,
        units: size.persons.div_ceil(shape.per_unit),
        import_seconds: stage.import_seconds,
        open_seconds: stage.open_seconds,
        paper_bytes: stage.opening,
        watched,
        starts,
        looked,
        compared,
        year,
        memory: [with_open, after_starts],
        wrong,
    };
    stage.remove().await?;
    Ok(measured)
}

/// A unit without others below it.
async fn last_unit(stage: &Stage) -> Result<UnitId> {
    let app = stage.app().await?;
    let units = db::person::units(&app.db).await.map_err(library)?;
    app.db.close().await;
    let last = units.walk().last().map(|(_, unit)| unit.id);
    last.ok_or_else(|| Failed("the roster has no unit".to_owned()))
}

/// What comparing all attempts for signals took.
#[derive(Clone, Copy)]
struct Comparison {
    seconds: f64,
    attempts: u64,
    pairs: u64,
}

async fn compare(stage: &Stage) -> Result<Comparison> {
    let (app, operator) = (stage.app().await?, Caller::operator());
    let started = measure::now();
    signal::compare(&app, &operator, stage.exam).await.map_err(library)?;
    let compared = loop {
        let found = signal::found(&app, &operator, stage.exam, None, 1)
            .await
            .map_err(library)?;
        match (found.progress, found.compared) {
            (None, Some(compared)) => break compared,
            (Some(Progress::Failed), _) | (None, None) => return Err(Failed("the comparison broke off".to_owned())),
            (Some(_), _) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    };
    app.db.close().await;
    Ok(Comparison {
        seconds: started.elapsed().as_secs_f64(),
        attempts: compared.attempts,
        pairs: compared.pairs,
    })
}

/// A sheet of 80 questions of which a fifth is answered, and three of four of those wrongly: so many wrong answers as somebody
/// has who passes.
fn sheet(person: usize) -> Vec<u8> {
    let choice = |question: usize| {
        let mixed = (person * 80 + question + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let one: u16 = if mixed.is_multiple_of(5) {
            1 << (mixed / 5 % 4)
        } else {
            0
        };
        one.to_le_bytes()
    };
    (0..80).flat_map(choice).collect()
}

/// Gives each of these people a handed-in attempt in a round of an exam; five of six passed.
pub async fn results(stage: &Stage, (exam, round): (ExamId, u32), persons: &[Person]) -> Result<()> {
    let app = stage.app().await?;
    let now = app.now();
    for (number, chunk) in persons.chunks(1_000).enumerate() {
        let rows: Vec<_> = chunk
            .iter()
            .zip(number * 1_000..)
            .map(|(person, place)| {
                let attempt = Attempt {
                    id: app.random.id::<AttemptId>(now),
                    exam,
                    person: person.id,
                    number: round,
                    round,
                    started_at: now,
                    deadline: now.plus_seconds(3600),
                    paused_at: None,
                    outcome: None,
                };
                let settled = Settled {
                    score: Points::whole((place % 81) as i64),
                    parts: Vec::new(),
                    band: if place % 6 == 0 { Band::Fail } else { Band::Pass },
                    receipt: [0; 32],
                };
                (attempt, settled, sheet(place))
            })
            .collect();
        let stored: std::result::Result<(), Error> = app
            .db
            .write(rows, move |tx, rows| {
                Box::pin(async move {
                    for (attempt, settled, sheet) in rows {
                        db::sitting::start(tx, &attempt, None).await?;
                        db::sitting::close(tx, attempt.exam, attempt.id, HandIn::Submit, now).await?;
                        db::sitting::settle(tx, attempt.id, &settled, &sheet).await?;
                    }
                    Ok(())
                })
            })
            .await;
        stored.map_err(library)?;
    }
    app.db.close().await;
    Ok(())
}

/// Which times of a run.
type StepsOf = fn(&Measured) -> &measure::Steps;

/// The table for `docs/performance.md`.
pub fn markdown(all: &[Measured], machine: &str, command: &str) -> String {
    let mut text = String::new();
    let Some(first) = all.first() else { return text };
    let size = first.size;
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "## A city\n\n`{command}` on {machine}; server, database and load generator share it.\n"
    );
    let _ = writeln!(
        text,
        "{} persons in {} units; papers of 80 questions; {} starts within {} s; {} sitting who save {} answers a second for {} s \
         while the live view is renewed every 3 s. {}\n",
        size.persons, first.units, size.starts, size.start_seconds, size.open, size.rate, size.seconds, size.year
    );
    let names = all.iter().map(|measured| measured.engine.name());
    let head: String = names.map(|name| format!(" {name} |")).collect();
    let _ = writeln!(text, "| |{head}\n|---|{}", "--:|".repeat(all.len()));
    let mut row = |name: &str, value: &dyn Fn(&Measured) -> String| {
        let cells: String = all.iter().map(|measured| format!(" {} |", value(measured))).collect();
        let _ = writeln!(text, "| {name} |{cells}");
    };
    row("import from XLSX, preview included, s", &|it| {
        format!("{:.1}", it.import_seconds)
    });
    row("opening: roster frozen, papers drawn and stored, s", &|it| {
        format!("{:.1}", it.open_seconds)
    });
    row("of it stored per person, bytes", &|it| format!("{:.0}", it.paper_bytes));
    let steps: [(&str, StepsOf); 3] = [
        ("watched", |it| &it.watched),
        ("rush", |it| &it.starts),
        ("after", |it| &it.looked),
    ];
    for (when, steps) in steps {
        let names: Vec<&'static str> = all
            .first()
            .map(|measured| steps(measured).0.iter().map(|(name, _)| *name).collect())
            .unwrap_or_default();
        for name in names {
            row(&format!("{when}: {name}, p50 / p95 / p99 ms"), &|it| {
                let samples = steps(it).0.iter().find(|(other, _)| *other == name);
                samples.map_or("—".to_owned(), |(_, samples)| {
                    let mut samples = samples.clone();
                    let [p50, p95, p99] = [50.0, 95.0, 99.0].map(|percent| samples.percentile(percent));
                    format!("{p50:.1} / {p95:.1} / {p99:.1}")
                })
            });
        }
    }
    row("all compared for signals, s", &|it| {
        let Comparison {
            seconds,
            attempts,
            pairs,
        } = it.compared;
        format!("{seconds:.1} ({attempts} attempts, {pairs} pairs)")
    });
    row("make-up rounds, more exams, ledger and competition made up, s", &|it| {
        format!("{:.0}", it.year.made_seconds)
    });
    row("the year closed; its edition recomputed, s", &|it| {
        let year::Measured {
            close, verify, bytes, ..
        } = it.year;
        format!("{close:.1}; {verify:.1} ({:.1} MB)", bytes as f64 / 1e6)
    });
    row("resident memory with all sitting, after the rush, MB", &|it| {
        format!("{:.0}, {:.0}", it.memory[0], it.memory[1])
    });
    row("wrong or refused", &|it| it.wrong.len().to_string());
    text
}
