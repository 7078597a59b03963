//! A table of what was measured inside this process, for `docs/performance.md`.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

/// A row: what was measured, what is to be reached, what it was.
pub struct Line {
    what: String,
    reach: &'static str,
    value: String,
}

/// The rows of one column, told as they come.
#[derive(Default)]
pub struct Lines(Vec<Line>);

impl Lines {
    pub fn say(&mut self, what: impl Into<String>, reach: &'static str, value: impl Into<String>) {
        let (what, value) = (what.into(), value.into());
        eprintln!("bench:   {what}: {value}");
        self.0.push(Line { what, reach, value });
    }

    pub fn took(&mut self, what: impl Into<String>, reach: &'static str, since: Instant) {
        self.say(what, reach, seconds(since.elapsed()));
    }
}

pub fn seconds(taken: Duration) -> String {
    format!("{:.2} s", taken.as_secs_f64())
}

/// The same rows in columns, each with its heading.
pub fn markdown(columns: &[(&str, Lines)]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let mut text = format!(
        "| what | to reach | {} |\n|---|---|{}\n",
        names.join(" | "),
        "--:|".repeat(names.len())
    );
    for (place, line) in columns.first().into_iter().flat_map(|(_, lines)| &lines.0).enumerate() {
        let values = columns.iter().filter_map(|(_, lines)| lines.0.get(place));
        let values: Vec<&str> = values.map(|line| line.value.as_str()).collect();
        let _ = writeln!(text, "| {} | {} | {} |", line.what, line.reach, values.join(" | "));
    }
    text
}
