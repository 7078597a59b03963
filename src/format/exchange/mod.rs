//! Questions as other programs exchange them: GIFT, Aiken, Moodle XML, QTI 2.1 to 3.0; in both directions, with
//! everything named that one side cannot hold.

mod aiken;
pub(super) mod archive;
mod collection;
mod flow;
pub mod gift;
mod html;
mod moodle;
mod options;
mod qti;
mod sheet;
mod writing;
pub(super) mod xml;

use crate::domain::answer::{Form, Task};
use crate::domain::intake::{Found, Loss, Matter, Note, Place, Reading};
use crate::domain::item::Question;

use super::container::{FILE_LIMIT, Nature, nature, package};
use super::question;
use super::text::decode;
pub use collection::Collection;
pub use sheet::template;
use writing::Output;

/// A format that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Gift,
    Aiken,
    MoodleXml,
    Qti21,
    Qti3,
    Xlsx,
}

impl Dialect {
    pub const ALL: [Self; 6] = [
        Self::Gift,
        Self::Aiken,
        Self::MoodleXml,
        Self::Qti21,
        Self::Qti3,
        Self::Xlsx,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Gift => "gift",
            Self::Aiken => "aiken",
            Self::MoodleXml => "moodle-xml",
            Self::Qti21 => "qti21",
            Self::Qti3 => "qti3",
            Self::Xlsx => "xlsx",
        }
    }

    /// The ending of its files, and their media type.
    pub fn file(self) -> (&'static str, &'static str) {
        match self {
            Self::Gift => ("gift.txt", "text/plain; charset=utf-8"),
            Self::Aiken => ("aiken.txt", "text/plain; charset=utf-8"),
            Self::MoodleXml => ("xml", "application/xml"),
            Self::Qti21 | Self::Qti3 => ("zip", "application/zip"),
            Self::Xlsx => (
                "xlsx",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            ),
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dialect| dialect.code() == code)
    }
}

/// Words of which a text that is not Unicode must hold one near its beginning.
const WORDS: &[&str] = &["{", "ANSWER", "Answer", "answer", "::"];

/// Reads a file by what is in it; `None` when it is none of the formats that only this module knows.
pub fn read(bytes: &[u8]) -> Option<Collection> {
    match package(bytes) {
        Err(matter) => return Some(Collection::refused("qti21", matter)),
        Ok(Some(files)) => return Some(whole(qti::read_package(bytes, files))),
        Ok(None) if bytes.len() as u64 > FILE_LIMIT || bytes.starts_with(b"PK") => return None,
        Ok(None) => (),
    }
    let markup = |text: &String| text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    if let Some(text) = xml::decode(bytes).ok().filter(markup) {
        let (format, reading) = match xml::root(&text) {
            Some("quiz") => ("moodle-xml", moodle::read(&text)),
            Some(root) if qti::is_root(root) => ("qti21", qti::read(&text, root)),
            // The first question of an Aiken file may begin with a tag.
            _ => return aiken::looks_like(&text).then(|| whole(aiken::read(&text))),
        };
        return Some(reading.map_or_else(|matter| Collection::refused(format, matter), whole));
    }
    // A picture may well read as GB18030.
    if nature("", bytes) != Ok(Nature::Text) {
        return None;
    }
    let text = decode(bytes, WORDS).ok()?;
    if aiken::looks_like(&text) {
        Some(whole(aiken::read(&text)))
    } else if gift::looks_like(&text) {
        Some(whole(gift::read(&text)))
    } else {
        None
    }
}

/// The same for a file that may be a table as well: a table may hold anything, so that what reads as one is one.
pub fn read_unless_table(file_name: &str, bytes: &[u8]) -> Option<Collection> {
    let collection = read(bytes)?;
    let is_text = matches!(collection.format, "gift" | "aiken");
    let is_table = is_text && {
        let table = question::read(file_name, bytes);
        !table.found.is_empty() || table.errors.iter().any(|note| note.place != Place::File)
    };
    (!is_table).then_some(collection)
}

/// Reads a file of any format: those of [`read`], and workbooks, CSV and JSON Lines. The file name serves only to know
/// lock files.
pub fn read_any(file_name: &str, bytes: &[u8]) -> Collection {
    read_unless_table(file_name, bytes).unwrap_or_else(|| sheet::read(file_name, bytes))
}

/// The questions of a file of any format that a bank can hold; one of another form is named and left out.
pub fn questions(file_name: &str, bytes: &[u8]) -> Reading<Question> {
    let Some(collection) = read_unless_table(file_name, bytes) else {
        return question::read(file_name, bytes);
    };
    let mut reading = Reading {
        format: collection.format,
        found: Vec::new(),
        warnings: collection.losses,
        errors: collection.errors,
    };
    for Found { place, value: task } in collection.found {
        match task.question() {
            Some(value) => reading.found.push(Found { place, value }),
            None => {
                let words: String = task.stem.chars().take(NAMED).collect();
                reading.warnings.push(Note::lost(place, Loss::Form, words));
            }
        }
    }
    reading
}

/// Characters of a question that name it in a note.
const NAMED: usize = 30;

/// A file without a question is no file of questions.
fn whole(mut collection: Collection) -> Collection {
    let silent = collection.found.is_empty() && collection.errors.is_empty() && collection.losses.is_empty();
    if silent {
        collection.errors.push(Note {
            place: Place::File,
            matter: Matter::NoQuestions,
        });
    }
    collection
}

/// A file that was written, and what of the questions is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub bytes: Vec<u8>,
    /// How many questions stand in the file.
    pub questions: usize,
    pub losses: Vec<Note>,
}

/// Writes questions. What the format cannot hold is in the report; to be sure of that, the file is read back, and every
/// question that is not what it was and of which no loss was named is named then.
pub fn write(tasks: &[Found<Task>], dialect: Dialect) -> Written {
    // A workbook holds a case as it is.
    let (places, flat, split) = match dialect {
        Dialect::Xlsx => {
            let each = tasks
                .iter()
                .map(|found| (found.place.clone(), found.value.clone().settled()));
            let (places, flat) = each.unzip();
            (places, flat, vec![])
        }
        _ => flattened(tasks),
    };
    let mut output = Output::new(places);
    for place in split {
        output.lose(place, Loss::CaseSplit, "");
    }
    let bytes = match dialect {
        Dialect::Gift => gift::write(&flat, &mut output),
        Dialect::Aiken => aiken::write(&flat, &mut output),
        Dialect::MoodleXml => moodle::write(&flat, &mut output),
        Dialect::Qti21 => qti::write(&flat, false, &mut output),
        Dialect::Qti3 => qti::write(&flat, true, &mut output),
        Dialect::Xlsx => sheet::write(&flat, &mut output),
    };
    check(&flat, &bytes, dialect, &mut output);
    Written {
        questions: output.carried.len(),
        losses: output.losses,
        bytes,
    }
}

/// Every question by itself: a case as its material and its questions. With the places of those that were split.
fn flattened(tasks: &[Found<Task>]) -> (Vec<Place>, Vec<Task>, Vec<usize>) {
    let (mut places, mut flat, mut split) = (vec![], vec![], vec![]);
    for Found { place, value } in tasks {
        let Form::Case(case) = &value.form else {
            places.push(place.clone());
            flat.push(value.clone().settled());
            continue;
        };
        let mut material = Task {
            form: Form::Information,
            stem: case.material.clone(),
            ..value.clone()
        };
        if material.stem.is_empty() {
            material.stem = format!("（{}）", value.form.name(crate::domain::lang::Lang::Zh));
        }
        split.push(flat.len());
        places.push(place.clone());
        flat.push(material);
        for question in &case.questions {
            let mut question = question.clone().settled();
            question.category.clone_from(&value.category);
            if question.stem.is_empty() && !matches!(question.form, Form::Cloze(_)) {
                question.stem = "（见上文材料）".to_owned();
            }
            split.push(flat.len());
            places.push(place.clone());
            flat.push(question);
        }
    }
    (places, flat, split)
}

fn check(flat: &[Task], bytes: &[u8], dialect: Dialect, output: &mut Output) {
    let again = match dialect {
        Dialect::Xlsx => sheet::read("", bytes),
        Dialect::Gift => {
            decode(bytes, WORDS).map_or_else(|matter| Collection::refused("gift", matter), |text| gift::read(&text))
        }
        Dialect::Aiken => {
            decode(bytes, WORDS).map_or_else(|matter| Collection::refused("aiken", matter), |text| aiken::read(&text))
        }
        _ => read(bytes).unwrap_or_else(|| Collection::of("unknown")),
    };
    let carried = output.carried.clone();
    let aligned = again.found.len() == carried.len();
    let mut found = again.found.into_iter();
    for place in carried {
        let same = aligned && found.next().is_some_and(|found| found.value.settled() == flat[place]);
        if !same && !output.is_lossy(place) {
            output.lose(place, Loss::Changed, &flat[place].stem);
        }
    }
}
