//! The yearly exam of a city: everybody imported, everybody's paper drawn, a rush of starts, thousands who answer while an
//! administrator watches, and the figures over all.

use std::{cell::Cell, fmt::Write, path::Path, time::Duration};

use mingfa::{
    db,
    domain::{
        activity::{Activity, Kind, Mode, State, Wish},
        attempt::{Attempt, HandIn, Settled},
        exam::Band,
        id::{AccountId, AttemptId, UnitId},
        points::Points,
        time::{DAY, Timestamp},
    },
    service::{
        Caller, Error, edition,
        signal::{self, Progress},
        verify as recomputed, year,
    },
};

use super::{
    OTHER_FILES,
    client::{Failed, Result},
    keep, measure,
    phases::{self, Record, Shared, World},
    prepare::{Engine, Shape, Stage, library},
    server::Server,
    verify,
};

pub struct Size {
    persons: usize,
    open: usize,
    rate: usize,
    seconds: usize,
    starts: usize,
    start_seconds: usize,
    looks: usize,
    /// Of the ledger of activities.
    entries: usize,
}

pub const CITY: Size = Size {
    persons: 190_000,
    open: 5_000,
    rate: 2_000,
    seconds: 20,
    starts: 10_000,
    start_seconds: 60,
    looks: 20,
    entries: 20_000,
};

pub const VILLAGE: Size = Size {
    persons: 2_000,
    open: 300,
    rate: 500,
    seconds: 3,
    starts: 300,
    start_seconds: 2,
    looks: 5,
    entries: 500,
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
    closed: Closed,
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
    results(&stage, from + size.starts).await?;
    say("a city: all compared with each other for signals");
    let compared = compare(&stage).await?;
    say("a city: a ledger of activities");
    let number = ledger(&stage, size.entries).await?;
    say("a city: figures and live view over all");
    let server = Server::start(program, &stage)?;
    let world = World::new(&stage, server.address);
    let unit = last_unit(&stage).await?;
    let (of_unit, absent, workbook) = (
        format!("{figures}?unit={unit}"),
        format!("{figures}/persons?who=absent&page=9"),
        format!("{figures}.xlsx"),
    );
    let year = format!("/admin/years/{number}");
    let (head, year_of_unit, filings) = (
        format!("{year}/head"),
        format!("{year}?unit={unit}"),
        format!("{year}/filings"),
    );
    for (name, path, looks) in [
        ("figures", &figures, size.looks),
        ("figures of a unit", &of_unit, size.looks),
        ("persons behind a figure", &absent, size.looks),
        ("live view, all handed in", &live, size.looks),
        // The first of them waits until the records of the year are counted.
        ("page for the head of the bureau", &head, size.looks * 5),
        ("figures of the year", &year, size.looks * 5),
        ("figures of the year, of a unit", &year_of_unit, size.looks * 5),
        ("who has handed in figures", &filings, size.looks * 5),
        ("workbook of figures and persons", &workbook, 3),
    ] {
        let mut looks = 0..looks;
        let more = || looks.next().is_some();
        phases::watch(&world, &token, (name, path), Duration::ZERO, more, &record).await?;
    }
    let looked = keep(&mut all, &record);
    server.stop().await?;
    say("a city: the year is closed, and counted again");
    let closed = closed(&stage, number).await?;
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
        closed,
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

/// Begins the year and enters so many activities of all kinds and units into its ledger; gives the year.
async fn ledger(stage: &Stage, entries: usize) -> Result<u16> {
    let (app, operator) = (stage.app().await?, Caller::operator());
    let now = app.now();
    let number = u16::try_from(now.civil().year).unwrap_or_default();
    year::begin(&app, &operator, number).await.map_err(library)?;
    let units = db::person::units(&app.db).await.map_err(library)?;
    let units: Vec<UnitId> = units.walk().into_iter().map(|(_, unit)| unit.id).collect();
    let entry = |place: usize| Activity {
        id: app.random.id(now),
        year: number,
        wish: Wish {
            kind: Kind::ALL[place % Kind::ALL.len()],
            mode: Mode::Onsite,
            unit: units[place.wrapping_mul(7) % units.len()],
            day: Timestamp(now.0 - (place as i64 % 300) * DAY),
            title: format!("第 {place} 次活动"),
            place: "会议室".to_owned(),
            form: String::new(),
            audience: Some(place as i64 % 90),
            quantity: 1 + place as i64 % 5,
            document: "通报".to_owned(),
            note: String::new(),
        },
        state: State::Recorded,
        entered_by: AccountId(0),
        entered_at: now,
        decided: None,
        decision: String::new(),
    };
    let all: Vec<Activity> = (0..entries).map(entry).collect();
    let stored: std::result::Result<(), Error> = app
        .db
        .write(all, |tx, all| {
            Box::pin(async move { Ok(db::activity::insert_all(tx, &all).await?) })
        })
        .await;
    stored.map_err(library)?;
    app.db.close().await;
    Ok(number)
}

/// What closing a year and recomputing its edition took, in seconds; and of how many bytes it is.
#[derive(Clone, Copy)]
struct Closed {
    close: f64,
    verify: f64,
    bytes: usize,
}

async fn closed(stage: &Stage, number: u16) -> Result<Closed> {
    let (app, operator) = (stage.app().await?, Caller::operator());
    let started = measure::now();
    edition::close(&app, &operator, number).await.map_err(library)?;
    let close = started.elapsed().as_secs_f64();
    let started = measure::now();
    let report = recomputed::of_year(&app, &operator, number).await.map_err(library)?;
    let verify = started.elapsed().as_secs_f64();
    if report.editions != 1 || !report.differences.is_empty() {
        return Err(Failed(format!("the edition does not hold: {:?}", report.differences)));
    }
    let edition = db::edition::get(&app.db, number, 1).await.map_err(library)?;
    app.db.close().await;
    Ok(Closed {
        close,
        verify,
        bytes: edition.map_or(0, |edition| edition.records.len()),
    })
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

/// Gives everybody from this place of the roster on a handed-in attempt; five of six passed.
async fn results(stage: &Stage, from: usize) -> Result<()> {
    let app = stage.app().await?;
    let (exam, now) = (stage.exam, app.now());
    for chunk in stage.persons[from.min(stage.persons.len())..].chunks(1_000) {
        let rows: Vec<_> = chunk
            .iter()
            .enumerate()
            .map(|(place, person)| {
                let attempt = Attempt {
                    id: app.random.id::<AttemptId>(now),
                    exam,
                    person: person.id,
                    number: 1,
                    round: 1,
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
                (attempt, settled, sheet(from + place))
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
         while the live view is renewed every 3 s.\n",
        size.persons, first.units, size.starts, size.start_seconds, size.open, size.rate, size.seconds
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
    row("the year closed; its edition recomputed, s", &|it| {
        let Closed { close, verify, bytes } = it.closed;
        format!(
            "{close:.1}; {verify:.1} ({} entries, {:.1} MB)",
            it.size.entries,
            bytes as f64 / 1e6
        )
    });
    row("resident memory with all sitting, after the rush, MB", &|it| {
        format!("{:.0}, {:.0}", it.memory[0], it.memory[1])
    });
    row("wrong or refused", &|it| it.wrong.len().to_string());
    text
}
