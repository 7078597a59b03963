//! `check questions` and `convert questions`.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{CheckedNote, Error, Result, all_taken, print_notes, read};
use crate::{
    domain::{
        intake::{Matter, Note},
        item::Kind,
        lang::Lang,
    },
    format::{
        self,
        exchange::{Collection, Dialect},
    },
};

/// One line of `check questions --json`.
#[derive(Serialize)]
struct Checked {
    file: String,
    format: &'static str,
    /// Questions an import would store.
    questions: usize,
    by_type: BTreeMap<&'static str, usize>,
    warnings: Vec<CheckedNote>,
    errors: Vec<CheckedNote>,
}

/// The same for a format of other programs.
#[derive(Serialize)]
struct CheckedExchange {
    file: String,
    format: &'static str,
    questions: usize,
    by_type: BTreeMap<&'static str, usize>,
    categories: Vec<String>,
    losses: Vec<CheckedLoss>,
    errors: Vec<CheckedLoss>,
}

#[derive(Serialize)]
struct CheckedLoss {
    #[serde(flatten)]
    note: CheckedNote,
    /// What is lost or wrong, and its name in the file.
    what: &'static str,
    detail: String,
}

impl From<Note> for CheckedLoss {
    fn from(note: Note) -> Self {
        let (what, detail) = match &note.matter {
            Matter::Lost { loss, detail } => (loss.code(), detail.clone()),
            Matter::Unusable { fault, detail } => (fault.code(), detail.clone()),
            matter => (matter.code(), String::new()),
        };
        Self {
            note: note.into(),
            what,
            detail,
        }
    }
}

/// # Errors
/// When a file cannot be read, or nothing of a file could be stored.
pub fn check_questions(files: &[PathBuf], json: bool) -> Result<()> {
    let mut refused = 0;
    for path in files {
        let (name, body) = read(path)?;
        let file = path.display().to_string();
        let questions = match format::exchange::read_unless_table(&name, &body) {
            Some(collection) => check_exchange(file, &name, collection, json),
            None => check_table(file, &name, &body, json),
        };
        refused += usize::from(questions == 0);
    }
    all_taken(refused, files.len())
}

fn check_table(file: String, name: &str, body: &[u8], json: bool) -> usize {
    let reading = format::question::read(name, body);
    let count = |kind| reading.found.iter().filter(|found| found.value.kind == kind).count();
    let by_type = Kind::ALL
        .into_iter()
        .map(|kind| (kind.code(), count(kind)))
        .filter(|(_, n)| *n > 0)
        .collect();
    let questions = reading.found.len();
    if json {
        let notes = |notes: Vec<Note>| notes.into_iter().map(CheckedNote::from).collect();
        let (warnings, errors) = (notes(reading.warnings), notes(reading.errors));
        let line = Checked {
            file,
            format: reading.format,
            questions,
            by_type,
            warnings,
            errors,
        };
        println!("{}", serde_json::to_string(&line).unwrap_or_default());
    } else {
        println!(
            "{file}：{questions} 题，拒绝 {} 处，存疑 {} 处。",
            reading.errors.len(),
            reading.warnings.len()
        );
        print_notes(name, &reading.errors, &reading.warnings);
    }
    questions
}

fn check_exchange(file: String, name: &str, collection: Collection, json: bool) -> usize {
    let questions = collection.found.len();
    let by_form = collection.by_form();
    if json {
        let notes = |notes: Vec<Note>| notes.into_iter().map(CheckedLoss::from).collect();
        let line = CheckedExchange {
            file,
            format: collection.format,
            questions,
            by_type: by_form.into_iter().collect(),
            categories: collection.categories,
            losses: notes(collection.losses),
            errors: notes(collection.errors),
        };
        println!("{}", serde_json::to_string(&line).unwrap_or_default());
        return questions;
    }
    println!(
        "{file}（{}）：{questions} 题，拒绝 {} 处，带不过来 {} 处。",
        collection.format,
        collection.errors.len(),
        collection.losses.len()
    );
    for (code, count) in by_form {
        println!("  {code} {count}");
    }
    for category in &collection.categories {
        println!("  分类 {category}");
    }
    for (label, notes) in [("拒绝", &collection.errors), ("损失", &collection.losses)] {
        for note in notes {
            println!("  {label} {name} {}：{}", note.place, note.message(Lang::Zh));
        }
    }
    questions
}

/// # Errors
/// When a file cannot be read or written, or holds no question that the format can.
pub fn convert_questions(input: &Path, output: &PathBuf, to: &str) -> Result<()> {
    let (name, body) = read(input)?;
    let collection = format::exchange::read_any(&name, &body);
    let none = || Error::NoQuestions {
        path: input.display().to_string(),
    };
    let dialect = Dialect::from_code(to).ok_or_else(none)?;
    report("读入", &name, "拒绝", &collection.errors);
    report("读入", &name, "损失", &collection.losses);
    if collection.found.is_empty() {
        return Err(none());
    }
    let written = format::exchange::write(&collection.found, dialect);
    report("写出", &name, "损失", &written.losses);
    if written.questions == 0 {
        return Err(none());
    }
    std::fs::write(output, &written.bytes).map_err(|source| Error::File {
        path: output.display().to_string(),
        source,
    })?;
    println!(
        "{} → {}：读到 {} 题，写出 {} 题，损失 {} 处。",
        input.display(),
        output.display(),
        collection.found.len(),
        written.questions,
        collection.losses.len() + written.losses.len()
    );
    Ok(())
}

/// # Errors
/// When the file cannot be written.
pub fn template_of_questions(output: &PathBuf) -> Result<()> {
    std::fs::write(output, format::exchange::template()).map_err(|source| Error::File {
        path: output.display().to_string(),
        source,
    })?;
    println!(
        "已写出模板：{}。填写后用 import questions 或在题库页面导入。",
        output.display()
    );
    Ok(())
}

/// The report of losses goes where errors go, so that the result can be told from it.
fn report(step: &str, name: &str, label: &str, notes: &[Note]) {
    for note in notes {
        eprintln!("{step} {label} {name} {}：{}", note.place, note.message(Lang::Zh));
    }
}
