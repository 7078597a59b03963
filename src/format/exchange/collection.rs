//! What a file of questions yields.

use std::collections::HashSet;

use crate::domain::answer::{Fault, Form, Task};
use crate::domain::intake::{Found, Loss, Matter, Note, Place, check_task_sizes};
use crate::domain::item::Difficulty;

use super::super::text::{brief, tidy};

/// All that was read from one file: questions, what of them is lost here, and what was refused. Nothing is dropped in
/// silence: each question of the file is in `found` or in `errors`, or a loss says that its kind cannot be carried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collection {
    /// `gift`, `aiken`, `moodle-xml`, `qti21`, `qti3`, `xlsx`, …
    pub format: &'static str,
    pub found: Vec<Found<Task>>,
    /// In the order of the file, also those without questions.
    pub categories: Vec<String>,
    pub losses: Vec<Note>,
    pub errors: Vec<Note>,
}

/// The names of categories in their order, each once.
#[derive(Debug, Default)]
pub(super) struct Categories {
    pub(super) names: Vec<String>,
    known: HashSet<String>,
}

impl Categories {
    pub(super) fn add(&mut self, name: &str) {
        if self.known.insert(name.to_owned()) {
            self.names.push(name.to_owned());
        }
    }
}

/// Why a question is refused, and what it is about.
pub(super) type Refused = (Fault, String);

impl Collection {
    pub(super) fn of(format: &'static str) -> Self {
        Self {
            format,
            found: vec![],
            categories: vec![],
            losses: vec![],
            errors: vec![],
        }
    }

    /// A file that is refused whole.
    pub(super) fn refused(format: &'static str, matter: Matter) -> Self {
        let error = Note {
            place: Place::File,
            matter,
        };
        Self {
            errors: vec![error],
            ..Self::of(format)
        }
    }

    pub(super) fn lose(&mut self, place: &Place, lost: Vec<(Loss, String)>) {
        let notes = lost
            .into_iter()
            .map(|(loss, detail)| Note::lost(place.clone(), loss, brief(&detail)));
        self.losses.extend(notes);
    }

    pub(super) fn refuse(&mut self, place: Place, (fault, detail): Refused) {
        self.errors.push(Note::unusable(place, fault, detail));
    }

    /// Takes a question that can be answered and marked; refuses any other.
    pub(super) fn take(&mut self, place: Place, task: Result<Task, Refused>, lost: Vec<(Loss, String)>) {
        let task = match task {
            Ok(task) => task,
            Err(refused) => return self.refuse(place, refused),
        };
        if let Err(matter) = check_task_sizes(&task) {
            return self.errors.push(Note { place, matter });
        }
        if let Err(fault) = task.fit() {
            let named = [&task.title, &task.stem, &task.id]
                .into_iter()
                .find(|text| !text.is_empty());
            return self.refuse(place, (fault, named.map(|text| brief(text)).unwrap_or_default()));
        }
        self.lose(&place, lost);
        self.found.push(Found { place, value: task });
    }

    /// How many there are of each form, in the order of the forms.
    pub fn by_form(&self) -> Vec<(&'static str, usize)> {
        let count = |code| {
            self.found
                .iter()
                .filter(|found| found.value.form.code() == code)
                .count()
        };
        let counts = Form::CODES.into_iter().map(|code| (code, count(code)));
        counts.filter(|(_, count)| *count > 0).collect()
    }
}

const BASIS: &str = "依据：";
const DIFFICULTY: &str = "难度：";

/// Gives a question its labels. Two of them say more than a tag; other programs see plain tags.
pub(super) fn labelled(task: &mut Task, labels: Vec<String>) {
    for label in labels.iter().map(|label| tidy(label)).filter(|label| !label.is_empty()) {
        if let Some(basis) = label.strip_prefix(BASIS) {
            task.basis.push(tidy(basis));
        } else if let Some(level) = label.strip_prefix(DIFFICULTY)
            && let Some(level) = Difficulty::from_code(level)
        {
            task.difficulty = level;
        } else {
            task.tags.push(label);
        }
    }
}

/// The labels of a question, for formats that know nothing but tags.
pub(super) fn labels(task: &Task) -> Vec<String> {
    let basis = task.basis.iter().map(|basis| format!("{BASIS}{basis}"));
    let level = Some(task.difficulty).filter(|level| *level != Difficulty::Unknown);
    let level = level.map(|level| format!("{DIFFICULTY}{}", level.code()));
    task.tags.iter().cloned().chain(basis).chain(level).collect()
}
