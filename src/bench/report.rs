//! The table for `docs/performance.md`.

use std::fmt::Write;

use super::{
    measure::{Samples, Steps},
    prepare::Engine,
    server::Spent,
    verify::Findings,
};

/// Whole sittings.
pub struct Sittings {
    pub count: usize,
    pub seconds: f64,
    pub spent: Spent,
    pub steps: Steps,
}

/// A row of saves.
pub struct Saves {
    pub seconds: f64,
    pub spent: Spent,
    pub steps: Steps,
}

/// Resident megabytes of the server.
#[derive(Default)]
pub struct Memory {
    pub idle: f64,
    /// With the first part of the open attempts: how many, and the memory.
    pub some: (usize, f64),
    pub all: f64,
    pub after_saves: f64,
    /// After the rush of starts.
    pub rush: f64,
}

/// Everything measured on one engine.
pub struct Measured {
    pub engine: Engine,
    pub apart: Sittings,
    pub hashed: Sittings,
    /// Bytes of database per sitting, and per person when the exam opened.
    pub growth: f64,
    pub opening: f64,
    /// Bytes written to disk (SQLite) or to the write-ahead log (PostgreSQL) per sitting.
    pub written: f64,
    pub sheet_bytes: usize,
    pub memory: Memory,
    pub open: usize,
    pub steady: Saves,
    pub steady_rate: usize,
    pub flat: Saves,
    pub starts: Steps,
    pub start_count: usize,
    pub start_seconds: usize,
    pub refused: usize,
    pub start_spent: Spent,
    pub findings: Findings,
}

impl Sittings {
    fn cpu_ms(&self) -> f64 {
        (self.spent.server + self.spent.database) * 1000.0 / self.count as f64
    }

    fn per_second(&self) -> f64 {
        self.count as f64 / self.seconds
    }
}

impl Saves {
    fn per_second(&self) -> f64 {
        self.steps.count("save") as f64 / self.seconds
    }

    fn cpu_micros(&self) -> f64 {
        (self.spent.server + self.spent.database) * 1e6 / self.steps.count("save").max(1) as f64
    }

    fn percentile(&self, percent: f64) -> f64 {
        percentile(&self.steps, "save", percent)
    }
}

fn percentile(steps: &Steps, step: &str, percent: f64) -> f64 {
    steps
        .clone()
        .get(step)
        .map_or(0.0, |samples| samples.percentile(percent))
}

/// What has to be reached on SQLite and on PostgreSQL, and whether larger is better.
type Target = Option<(f64, f64, bool)>;

struct Row {
    what: String,
    to_reach: &'static str,
    target: Target,
    value: fn(&Measured) -> f64,
    unit: &'static str,
    /// The same of Moodle 4, tuned, on this class of machine (design.md, section 8).
    moodle: &'static str,
}

fn rows(all: &[Measured]) -> Vec<Row> {
    let row = |what: &str, to_reach, target, value, unit, moodle| Row {
        what: what.to_owned(),
        to_reach,
        target,
        value,
        unit,
        moodle,
    };
    let Some(first) = all.first() else { return Vec::new() };
    let open = number(first.open as f64);
    let steady = format!(
        "saves at {open} open attempts and {} saves/s",
        number(first.steady_rate as f64)
    );
    let starts = format!(
        "{} starts within {} s",
        number(first.start_count as f64),
        first.start_seconds
    );
    vec![
        row(
            "one sitting of 20 questions, CPU, password hash apart",
            "≤ 2.5 / 4 ms",
            Some((2.5, 4.0, false)),
            |m| m.apart.cpu_ms(),
            "ms",
            "470–560 ms with its hash",
        ),
        row(
            "the same, of it the server process",
            "",
            None,
            |m| m.apart.spent.server * 1000.0 / m.apart.count as f64,
            "ms",
            "",
        ),
        row(
            "one sitting with sign-in by password, CPU",
            "",
            None,
            |m| m.hashed.cpu_ms(),
            "ms",
            "",
        ),
        row(
            "sittings/s, complete, hash apart",
            "≥ 300 / 150",
            Some((300.0, 150.0, true)),
            |m| m.apart.per_second(),
            "/s",
            "3.6–4.1 /s",
        ),
        row(
            "sittings/s with sign-in by password",
            "",
            None,
            |m| m.hashed.per_second(),
            "/s",
            "",
        ),
        row(
            "durable saves/s, flat out",
            "≥ 20,000 / 10,000",
            Some((20_000.0, 10_000.0, true)),
            |m| m.flat.per_second(),
            "/s",
            "",
        ),
        row("the same, p50", "", None, |m| m.flat.percentile(50.0), "ms", ""),
        row("the same, p99", "", None, |m| m.flat.percentile(99.0), "ms", ""),
        row("the same, CPU per save", "", None, |m| m.flat.cpu_micros(), "µs", ""),
        row(
            &format!("{steady}, p50"),
            "",
            None,
            |m| m.steady.percentile(50.0),
            "ms",
            "",
        ),
        row(
            &format!("{steady}, p95"),
            "",
            None,
            |m| m.steady.percentile(95.0),
            "ms",
            "",
        ),
        row(
            &format!("{steady}, p99"),
            "≤ 15 ms",
            Some((15.0, 15.0, false)),
            |m| m.steady.percentile(99.0),
            "ms",
            "",
        ),
        row("the same, CPU per save", "", None, |m| m.steady.cpu_micros(), "µs", ""),
        row(
            &format!("{starts}, p95"),
            "≤ 150 ms",
            Some((150.0, 150.0, false)),
            |m| percentile(&m.starts, "start", 95.0),
            "ms",
            "11.9 s for 300 at once",
        ),
        row(
            &format!("{starts}, p99"),
            "",
            None,
            |m| percentile(&m.starts, "start", 99.0),
            "ms",
            "",
        ),
        row(
            &format!("{starts}, with the answer sheet, p95"),
            "",
            None,
            |m| percentile(&m.starts, "start and answer sheet", 95.0),
            "ms",
            "",
        ),
        row(
            &format!("{starts}, refused"),
            "0",
            Some((0.0, 0.0, false)),
            |m| m.refused as f64,
            "",
            "",
        ),
        row(
            &format!("{starts}, CPU per start with answer sheet"),
            "",
            None,
            |m| (m.start_spent.server + m.start_spent.database) * 1000.0 / m.start_count as f64,
            "ms",
            "",
        ),
        row("memory, nothing open", "", None, |m| m.memory.idle, "MB", ""),
        row(
            &format!("memory at {} open attempts", number(first.memory.some.0 as f64)),
            "",
            None,
            |m| m.memory.some.1,
            "MB",
            "360 MB for 8 at a time",
        ),
        row(
            &format!("memory at {open} open attempts"),
            "≤ 150 MB",
            Some((150.0, 150.0, false)),
            |m| m.memory.all,
            "MB",
            "",
        ),
        row(
            "the same, after the saves",
            "",
            None,
            |m| m.memory.after_saves,
            "MB",
            "",
        ),
        row(
            &format!("memory after the {starts}"),
            "",
            None,
            |m| m.memory.rush,
            "MB",
            "",
        ),
        row(
            "database growth per sitting, journal included",
            "≤ 3 KB",
            Some((3.0, 3.0, false)),
            |m| m.growth / 1000.0,
            "KB",
            "52 KB",
        ),
        row(
            "the same, at the opening of the exam (roster, paper)",
            "",
            None,
            |m| m.opening / 1000.0,
            "KB",
            "",
        ),
        row(
            "written to disk (SQLite) or to the log (PostgreSQL)",
            "",
            None,
            |m| m.written / 1000.0,
            "KB",
            "121 KB of log",
        ),
        row(
            "answer sheet over the wire, packed",
            "",
            None,
            |m| m.sheet_bytes as f64 / 1000.0,
            "KB",
            "",
        ),
        row(
            "the generator's own CPU per sitting (not in the above)",
            "",
            None,
            |m| m.apart.spent.generator * 1000.0 / m.apart.count as f64,
            "ms",
            "",
        ),
        row(
            "the generator's own CPU per save, flat out",
            "",
            None,
            |m| m.flat.spent.generator * 1e6 / m.flat.steps.count("save").max(1) as f64,
            "µs",
            "",
        ),
        row(
            "sent late by the generator itself at the steady rate, p99",
            "",
            None,
            |m| percentile(&m.steady.steps, "sent late by the generator", 99.0),
            "ms",
            "",
        ),
    ]
}

fn number(value: f64) -> String {
    match value {
        value if value >= 1000.0 => {
            let whole = value.round() as i64;
            format!("{},{:03}", whole / 1000, whole % 1000)
        }
        value if value >= 100.0 || value.fract() == 0.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

fn cell(row: &Row, measured: &Measured) -> String {
    let value = (row.value)(measured);
    let text = format!("{} {}", number(value), row.unit).trim().to_owned();
    let Some((sqlite, postgres, larger)) = row.target else {
        return text;
    };
    let target = if measured.engine == Engine::Sqlite {
        sqlite
    } else {
        postgres
    };
    let reached = if larger { value >= target } else { value <= target };
    if reached {
        format!("**{text}**")
    } else {
        format!("**{text}** (missed)")
    }
}

fn steps(text: &mut String, title: &str, all: &[Measured], of: fn(&Measured) -> &Steps) {
    let _ = write!(text, "\n{title}\n\n| ms |");
    for measured in all {
        let name = measured.engine.name();
        let _ = write!(text, " {name} p50 | p95 | p99 |");
    }
    let _ = write!(text, "\n|---|{}\n", "--:|--:|--:|".repeat(all.len()));
    let Some(first) = all.first() else { return };
    for (name, _) in &of(first).0 {
        let _ = write!(text, "| {name} |");
        for measured in all {
            let mut samples = of(measured).clone().get(name).cloned().unwrap_or_else(Samples::default);
            for percent in [50.0, 95.0, 99.0] {
                let _ = write!(text, " {} |", number(samples.percentile(percent)));
            }
        }
        text.push('\n');
    }
}

/// Everything as Markdown.
pub fn markdown(all: &[Measured], machine: &str, command: &str) -> String {
    let mut text = format!("`{command}` on {machine}; server, database and load generator share it.\n\n");
    text.push_str("| what | to reach (SQLite / PostgreSQL) |");
    for measured in all {
        let _ = write!(text, " {} |", measured.engine.name());
    }
    text.push_str(" Moodle, tuned |\n|---|---|");
    text.push_str(&"--:|".repeat(all.len()));
    text.push_str("---|\n");
    for row in rows(all) {
        let _ = write!(text, "| {} | {} |", row.what, row.to_reach);
        for measured in all {
            let _ = write!(text, " {} |", cell(&row, measured));
        }
        let _ = writeln!(text, " {} |", row.moodle);
    }
    steps(
        &mut text,
        "Each step of a sitting, 64 candidates at a time, hash apart:",
        all,
        |m| &m.apart.steps,
    );
    steps(
        &mut text,
        "The same with sign-in by password, 16 candidates at a time:",
        all,
        |m| &m.hashed.steps,
    );
    text.push('\n');
    for measured in all {
        let Findings {
            attempts,
            answers,
            scores,
            wrong,
        } = &measured.findings;
        let _ = writeln!(
            text,
            "Checked afterwards on {}: {attempts} attempts, {answers} acknowledged answers and {scores} scores, {} wrong.",
            measured.engine.name(),
            wrong.len()
        );
    }
    text
}
