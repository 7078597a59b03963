//! Reads the question files that circulate and compares what comes out with the counts taken of them by hand.
//!
//! The files are not shipped; where the folder is absent the tests say so and pass.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

use mingfa::domain::intake::{Matter, Note, Place, Reading};
use mingfa::domain::item::{Kind, Question, State};
use mingfa::format::question::read;
use serde_json::Value;

/// The expectations under one key of `expected.json`, by file; `None` where the data are absent.
fn expected(key: &str) -> Option<serde_json::Map<String, Value>> {
    let Ok(text) = std::fs::read_to_string(folder().join("expected.json")) else {
        println!("skipped: {} is absent", folder().display());
        return None;
    };
    let all: Value = serde_json::from_str(&text).expect("expected.json is JSON");
    all[key].as_object().cloned()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"))
}

fn reading(file: &str) -> Reading<Question> {
    let bytes = std::fs::read(folder().join(file)).expect("a file of expected.json");
    let reading = read(file, &bytes);
    for found in reading.found.iter().filter(|found| found.value.state == State::Ready) {
        assert_eq!(found.value.fit(), Ok(()), "{file} {}", found.place);
    }
    reading
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("a small count")
}

/// The first number of every entry of a list: either the row itself or a list that begins with it.
fn rows(list: &Value) -> BTreeSet<usize> {
    list.as_array()
        .expect("a list of rows")
        .iter()
        .map(|entry| count(entry.get(0).unwrap_or(entry)))
        .collect()
}

/// The row or line; 0 for a place that is neither.
fn row(place: &Place) -> usize {
    match place {
        Place::Row { row, .. } => *row,
        Place::Line(line) => *line,
        _ => 0,
    }
}

fn rows_with(notes: &[Note], codes: &[&str]) -> BTreeSet<usize> {
    notes
        .iter()
        .filter(|note| codes.contains(&note.matter.code()))
        .map(|note| row(&note.place))
        .collect()
}

fn count_of(reading: &Reading<Question>, code: &str) -> usize {
    reading
        .warnings
        .iter()
        .filter(|note| note.matter.code() == code)
        .count()
}

fn of_kind(reading: &Reading<Question>, kind: Kind) -> usize {
    reading.found.iter().filter(|found| found.value.kind == kind).count()
}

fn kind_named(name: &str) -> Kind {
    match name {
        "单选题" => Kind::Single,
        "多选题" => Kind::Multiple,
        "判断题" => Kind::TrueFalse,
        "填空题" => Kind::FillBlank,
        "简答题" => Kind::ShortAnswer,
        name => panic!("no kind is called {name}"),
    }
}

fn compare_kinds(file: &str, reading: &Reading<Question>, by_type: &Value) {
    for (name, number) in by_type.as_object().expect("counts by type") {
        let kind = kind_named(name);
        assert_eq!(of_kind(reading, kind), count(number), "{file} {}", kind.code());
    }
}

#[test]
fn the_bar_examination_tables_are_read_whole() {
    let Some(files) = expected("questions_csv") else { return };
    for (file, expected) in files {
        let reading = reading(&file);
        assert_eq!((reading.format, &reading.errors[..]), ("csv", &[][..]), "{file}");
        assert_eq!(reading.found.len(), count(&expected["questions"]), "{file}");
        assert_eq!(
            of_kind(&reading, Kind::Single),
            count(&expected["one_letter_keys"]),
            "{file}"
        );
        assert_eq!(
            of_kind(&reading, Kind::Multiple),
            count(&expected["several_letter_keys"]),
            "{file}"
        );
        for (letters, number) in expected["keys"].as_object().expect("keys") {
            let same = reading
                .found
                .iter()
                .filter(|found| found.value.key.letters() == *letters)
                .count();
            assert_eq!(same, count(number), "{file} {letters}");
        }
        assert_eq!(repeated_stems(&reading), count(&expected["duplicate_stems"]), "{file}");
        // The tables are either of one kind or of the other, and say so in every row.
        let several = count(&expected["several_letter_keys"]) > 0;
        let contradictions = if several {
            count(&expected["one_letter_keys"])
        } else {
            0
        };
        assert_eq!(count_of(&reading, "kind_by_key"), contradictions, "{file}");
        assert!(
            reading.found.iter().all(|found| found.value.state == State::Ready),
            "{file}"
        );
    }
}

/// Rows whose stem and options stand in an earlier row.
fn repeated_questions(reading: &Reading<Question>) -> usize {
    let distinct: std::collections::HashSet<_> = reading
        .found
        .iter()
        .map(|found| (&found.value.stem, &found.value.options))
        .collect();
    reading.found.len() - distinct.len()
}

/// Stems that occur twice or more, which is what expected.json counts. The reader warns at each row after the first.
fn repeated_stems(reading: &Reading<Question>) -> usize {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for found in &reading.found {
        *seen.entry(&found.value.stem).or_default() += 1;
    }
    seen.values().filter(|count| **count > 1).count()
}

#[test]
fn questions_with_options_inside_the_text_are_read_whole() {
    let Some(files) = expected("questions_lexeval") else {
        return;
    };
    for (file, expected) in files {
        let reading = reading(&file);
        assert_eq!((reading.format, &reading.errors[..]), ("jsonl", &[][..]), "{file}");
        assert_eq!(reading.found.len(), count(&expected["questions"]), "{file}");
        assert_eq!(
            of_kind(&reading, Kind::Single),
            count(&expected["one_letter"]),
            "{file}"
        );
        assert_eq!(of_kind(&reading, Kind::Multiple), count(&expected["several"]), "{file}");
        let cleaned: usize = expected["keys_not_plain_letters"]
            .as_object()
            .expect("keys")
            .values()
            .map(count)
            .sum();
        assert_eq!(count_of(&reading, "key_normalised"), cleaned, "{file}");
        let mut options: BTreeMap<String, usize> = BTreeMap::new();
        for found in &reading.found {
            *options.entry(found.value.options.len().to_string()).or_default() += 1;
        }
        let expected: BTreeMap<String, usize> = expected["option_count"]
            .as_object()
            .expect("counts")
            .iter()
            .map(|(key, n)| (key.clone(), count(n)))
            .collect();
        assert_eq!(options, expected, "{file}");
    }
}

#[test]
fn the_safety_workbooks_are_read_with_every_fault_named() {
    let Some(files) = expected("questions_xlsx") else {
        return;
    };
    for (file, expected) in files {
        let reading = reading(&file);
        assert_eq!(reading.format, "xlsx", "{file}");
        assert_eq!(reading.found.len(), count(&expected["questions"]), "{file}");
        compare_kinds(&file, &reading, &expected["by_type"]);

        let refused: BTreeSet<usize> = reading.errors.iter().map(|note| row(&note.place)).collect();
        assert_eq!(refused, rows(&expected["rows_without_question_text"]), "{file}");
        assert!(
            reading.errors.iter().all(|note| note.matter == Matter::NoStem),
            "{file}"
        );

        let warned = |codes: &[&str]| rows_with(&reading.warnings, codes);
        assert_eq!(warned(&["no_key"]), rows(&expected["rows_without_key"]), "{file}");
        let foreign_keys = rows(&expected["key_letter_not_among_labelled_options"]);
        assert_eq!(warned(&["key_not_an_option"]), foreign_keys, "{file}");
        // A lone label without a text counts as out of order in expected.json; here it has a name of its own.
        let mislabelled = rows(&expected["option_labels_not_A_B_C_in_order"]);
        assert_eq!(warned(&["labels_out_of_order", "blank_option"]), mislabelled, "{file}");
        assert_eq!(
            count_of(&reading, "key_normalised"),
            count(&expected["keys_with_spaces"]),
            "{file}"
        );
        // expected.json counts rows of a workbook that repeat stem and options; the reader warns of a repeated stem.
        let repeats = repeated_questions(&reading);
        assert_eq!(repeats, count(&expected["duplicate_stems"]), "{file}");
        assert!(count_of(&reading, "repeated_stem") >= repeats, "{file}");

        assert!(
            count_of(&reading, "repeated_stem") >= repeated_stems(&reading),
            "{file}"
        );
        // Rows whose separator was forgotten (`A.60％B.70％##C.80％`) have their labels in order and so are not listed.
        let run_together = warned(&["options_run_together"]);
        let doubtful = [
            rows(&expected["rows_without_key"]),
            foreign_keys,
            mislabelled,
            run_together,
        ];
        assert_eq!(drafts(&reading), doubtful.into_iter().flatten().collect(), "{file}");
    }
}

fn drafts(reading: &Reading<Question>) -> BTreeSet<usize> {
    reading
        .found
        .iter()
        .filter(|found| found.value.state == State::Draft)
        .map(|found| row(&found.place))
        .collect()
}

#[test]
fn the_templates_of_other_programs_are_read_whole() {
    let Some(files) = expected("templates") else { return };
    for (file, expected) in files {
        let reading = reading(&file);
        let number = expected.get("questions").unwrap_or(&expected["rows"]);
        assert_eq!(
            (reading.found.len(), &reading.errors[..]),
            (count(number), &[][..]),
            "{file}"
        );
        if let Some(by_type) = expected.get("by_type") {
            compare_kinds(&file, &reading, by_type);
        }
        for found in &reading.found {
            let drawable = found.value.fit().is_ok();
            assert_eq!(found.value.state == State::Ready, drawable, "{file} {}", found.place);
        }
    }
}
