//! All of the shared data that the formats cover, through the commands, against what is expected of it. The files are not shipped;
//! where the folder is absent the test says so and passes.

use std::{collections::BTreeMap, path::Path, process::Command};

use mingfa::domain::intake::Loss;
use serde_json::{Map, Value, json};

use crate::exchange::{corpus, folder};

/// What a command says of files, a JSON object for each line; and whether it was content.
fn told(command: &[&str], files: &[String]) -> (Vec<Value>, bool) {
    let output = Command::new(env!("CARGO_BIN_EXE_mingfa"))
        .args(command)
        .args(files)
        .arg("--json")
        .env("RUST_LOG", "warn")
        .output()
        .expect("the program runs");
    let text = String::from_utf8(output.stdout).expect("text");
    let lines = match command[0] {
        "stats" => vec![serde_json::from_str(&text).expect("one object")],
        _ => text
            .lines()
            .map(|line| serde_json::from_str(line).expect("an object"))
            .collect(),
    };
    (lines, output.status.success())
}

fn path(file: &str) -> String {
    folder().join(file).display().to_string()
}

/// By file, what a command says of each of them; it is content with all.
fn each<'a>(command: &[&str], files: impl Iterator<Item = &'a String>) -> Vec<(&'a String, Value)> {
    let files: Vec<&String> = files.collect();
    let paths: Vec<String> = files.iter().map(|file| path(file)).collect();
    let (lines, content) = told(command, &paths);
    assert!(content, "{command:?}");
    assert_eq!(lines.len(), files.len(), "{command:?}");
    for (path, line) in paths.iter().zip(&lines) {
        assert_eq!(line["file"], path.as_str());
    }
    files.into_iter().zip(lines).collect()
}

fn object<'a>(expected: &'a Value, key: &str) -> &'a Map<String, Value> {
    expected[key]
        .as_object()
        .unwrap_or_else(|| panic!("{key} of expected.json"))
}

fn or_zero(value: Option<&Value>) -> Value {
    value.cloned().unwrap_or_else(|| json!(0))
}

fn length(list: &Value) -> usize {
    list.as_array().expect("a list").len()
}

/// A list of members, or their number.
fn agrees(found: &Value, expected: &Value, place: &str) {
    match expected.as_u64() {
        Some(count) => assert_eq!(length(found) as u64, count, "{place}"),
        None => assert_eq!(found, expected, "{place}"),
    }
}

fn laws(expected: &Value) {
    let all = object(expected, "laws");
    for (file, found) in each(&["check", "laws"], all.keys()) {
        let expected = &all[file];
        assert_eq!(found["errors"], json!([]), "{file}");
        assert_eq!(found["articles"], expected["articles"], "{file}");
        for (name, key) in [
            ("chapters", "chapters"),
            ("sections", "sections"),
            ("parts", "parts_编"),
            ("subparts", "subparts_分编"),
        ] {
            assert_eq!(found[name], or_zero(expected.get(key)), "{file} {name}");
        }
        let missing = expected.get("numbers_missing_in_the_file").cloned();
        assert_eq!(found["missing"], missing.unwrap_or_else(|| json!([])), "{file}");
    }
    for pair in expected["law_pairs"].as_array().expect("pairs") {
        let file = |key: &str| path(&format!("laws/{}", pair[key].as_str().expect("a file")));
        let (old, new) = (file("before"), file("after"));
        let (lines, content) = told(&["diff", "laws"], &[old, new.clone()]);
        let found = &lines[0];
        assert!(content, "{new}");
        agrees(&found["unchanged"], &pair["same_number_same_text"], &new);
        agrees(
            &found["renumbered"],
            &pair["identical_text_moved_to_another_number"],
            &new,
        );
        if let Some([one]) = pair["text_differs_at_same_number"].as_array().map(Vec::as_slice) {
            assert_eq!(found["changed"], json!([one]), "{new}");
        }
        let all = |keys: [&str; 4]| keys.iter().map(|key| length(&found[key])).sum::<usize>();
        let before = all(["unchanged", "renumbered", "changed", "deleted"]);
        let after = all(["unchanged", "renumbered", "changed", "added"]);
        assert_eq!(json!(before), pair["articles_before"], "{new}");
        assert_eq!(json!(after), pair["articles_after"], "{new}");
    }
}

fn by_type(found: &Value, kind: &str) -> Value {
    or_zero(found["by_type"].get(kind))
}

/// Places of notes, as lines or rows.
fn places(notes: &Value) -> Vec<String> {
    let notes = notes.as_array().expect("notes").iter();
    notes
        .map(|note| note["place"].as_str().expect("a place").to_owned())
        .collect()
}

fn tables(expected: &Value) {
    let all = object(expected, "questions_csv");
    for (file, found) in each(&["check", "questions"], all.keys()) {
        assert_eq!(
            (&found["format"], &found["errors"]),
            (&json!("csv"), &json!([])),
            "{file}"
        );
        assert_eq!(found["questions"], all[file]["questions"], "{file}");
        assert_eq!(by_type(&found, "single"), all[file]["one_letter_keys"], "{file}");
        assert_eq!(by_type(&found, "multiple"), all[file]["several_letter_keys"], "{file}");
    }
    let all = object(expected, "questions_lexeval");
    for (file, found) in each(&["check", "questions"], all.keys()) {
        assert_eq!(
            (&found["format"], &found["errors"]),
            (&json!("jsonl"), &json!([])),
            "{file}"
        );
        assert_eq!(found["questions"], all[file]["questions"], "{file}");
        assert_eq!(by_type(&found, "single"), all[file]["one_letter"], "{file}");
        assert_eq!(by_type(&found, "multiple"), all[file]["several"], "{file}");
    }
    let kinds = [
        ("单选题", "single"),
        ("多选题", "multiple"),
        ("判断题", "true_false"),
        ("填空题", "fill_blank"),
        ("简答题", "short_answer"),
    ];
    for key in ["questions_xlsx", "templates"] {
        let all = object(expected, key);
        for (file, found) in each(&["check", "questions"], all.keys()) {
            let expected = &all[file];
            let questions = expected.get("questions").unwrap_or(&expected["rows"]);
            assert_eq!(
                (&found["format"], &found["questions"]),
                (&json!("xlsx"), questions),
                "{file}"
            );
            for (name, kind) in kinds {
                if let Some(by_name) = expected.get("by_type") {
                    assert_eq!(by_type(&found, kind), or_zero(by_name.get(name)), "{file} {kind}");
                }
            }
            let refused = expected.get("rows_without_question_text").map_or(0, length);
            assert_eq!(length(&found["errors"]), refused, "{file}");
        }
    }
}

fn exchanged(expected: &Value, folder: &Path) {
    let all = object(expected, "gift");
    for (file, found) in each(&["check", "questions"], all.keys()) {
        assert_eq!(
            (&found["questions"], &found["errors"]),
            (&all[file], &json!([])),
            "{file}"
        );
    }
    let per_file = object(&expected["gift_pairs"], "per_file");
    let files: Vec<String> = per_file
        .keys()
        .map(|name| format!("interop/gift-pairs/{name}.gift"))
        .collect();
    let mut types: BTreeMap<String, u64> = BTreeMap::new();
    for ((file, found), count) in each(&["check", "questions"], files.iter())
        .into_iter()
        .zip(per_file.values())
    {
        assert_eq!((&found["questions"], &found["errors"]), (count, &json!([])), "{file}");
        for (name, count) in found["by_type"].as_object().expect("counts") {
            *types.entry(name.clone()).or_default() += count.as_u64().expect("a count");
        }
    }
    let sum: u64 = types.values().sum();
    assert_eq!(json!(sum), expected["gift_pairs"]["questions"], "{types:?}");

    let all = object(expected, "aiken");
    for (file, found) in each(&["check", "questions"], all.keys()) {
        let good = all[file].get("good").unwrap_or(&all[file]);
        assert_eq!(&found["questions"], good, "{file}");
        let wrong: Vec<&str> = all[file].get("errors").map_or_else(Vec::new, |errors| {
            let errors = errors.as_array().expect("errors").iter();
            errors
                .map(|error| error.as_str().and_then(|text| text.rsplit(' ').next()).expect("a line"))
                .collect()
        });
        assert_eq!(places(&found["errors"]), wrong, "{file}");
    }

    for (file, expected) in object(expected, "moodle_xml") {
        let (lines, _) = told(&["check", "questions"], &[path(file)]);
        let found = &lines[0];
        let questions = found["questions"].as_u64().expect("a count") + length(&found["errors"]) as u64;
        let types = expected["questions"].as_object().expect("types").values();
        assert_eq!(questions, types.filter_map(Value::as_u64).sum::<u64>(), "{file}");
        assert_eq!(found["categories"], expected["categories"], "{file}");
        let losses = found["losses"].as_array().expect("losses").iter();
        let files = losses.filter(|loss| loss["what"] == Loss::File.code()).count();
        assert_eq!(json!(files), expected["embedded_files"], "{file}");
    }

    // Single items of QTI, and the test of thirteen: eleven are taken, two have forms of their own.
    let corpus = corpus()
        .into_iter()
        .filter(|(_, bytes)| bytes.starts_with(b"PK") || bytes.starts_with(b"<?xml"));
    let mut asked = 0;
    for (name, bytes) in corpus {
        let inside = String::from_utf8_lossy(&bytes).into_owned();
        let (package, item) = (
            bytes.starts_with(b"PK"),
            inside.contains("ssessmentItem") || inside.contains("assessment-item"),
        );
        if !package && !item {
            continue;
        }
        let copy = folder.join(&name);
        std::fs::write(&copy, bytes).expect("a copy");
        let (lines, content) = told(&["check", "questions"], &[copy.display().to_string()]);
        let (questions, lost) = (&lines[0]["questions"], lines[0]["losses"].as_array().expect("losses"));
        let forms = lost.iter().filter(|loss| loss["what"] == Loss::Form.code()).count();
        assert!(content && lines[0]["errors"] == json!([]), "{name}: {}", lines[0]);
        match package {
            true => assert_eq!((questions, forms), (&json!(11), 2), "{name}"),
            false => assert_eq!(questions, &json!(1), "{name}"),
        }
        asked += 1;
    }
    assert_eq!(
        asked, 9,
        "three items of QTI 2.1, four of QTI 3, and the test with either order"
    );
}

fn near(found: &Value, expected: &Value, error: f64, place: &str) {
    match (found.as_f64(), expected.as_f64()) {
        (Some(found), Some(wanted)) => assert!((found - wanted).abs() < error, "{place}: {found}, expected {wanted}"),
        _ => assert_eq!(found, expected, "{place}"),
    }
}

/// What `stats` says of a table.
fn of_table(folder: &Path, name: &str, table: &[String]) -> Value {
    let file = folder.join(name);
    std::fs::write(&file, table.join("\n") + "\n").expect("a table");
    let (mut lines, content) = told(&["stats"], &[file.display().to_string()]);
    assert!(content, "{name}");
    lines.remove(0)
}

fn rows(file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder().join(file)).expect("a file of expected.json");
    let rows = reader.deserialize().collect::<Result<_, _>>();
    rows.expect("rows of one length")
}

fn figures(expected: &Value, folder: &Path) {
    let irt = &expected["irt"];
    let (lines, content) = told(&["stats"], &[path(irt["file"].as_str().expect("a file"))]);
    let found = &lines[0];
    assert!(content && found["n"] == irt["N"]);
    near(&found["alpha"], &irt["cronbach_alpha"], 5e-4, "alpha");
    for place in 0..5 {
        let item = &found["items"][place];
        near(&item["facility"], &irt["p"][place], 1e-9, "p");
        near(&item["item_rest_r"], &irt["corrected_item_total_r"][place], 5e-5, "r");
        for (model, key) in [
            ("rasch", "rasch_discrimination_fixed_1"),
            ("one_parameter", "one_parameter_free_common_slope"),
            ("two_parameter", "two_parameter"),
        ] {
            let (fit, expected) = (&found[model], &irt[key]);
            near(&fit["loglik"], &expected["logLik"], 0.01, key);
            near(&fit["b"][place], &expected["b"][place], 0.01, key);
            if model == "two_parameter" {
                near(&fit["a"][place], &expected["a"][place], 0.01, key);
            }
        }
    }

    // The sets of answers have a row for each question: turned, they are papers of nine persons.
    let sets = object(expected, "responses");
    let mut papers = Vec::new();
    for file in sets.keys() {
        let marks: Vec<String> = rows(file)
            .iter()
            .map(|row| row["correctness"].trim().to_owned())
            .collect();
        papers.push(marks.join(","));
    }
    let found = of_table(folder, "nine.csv", &papers);
    let correct: f64 = sets.values().filter_map(|set| set["correct"].as_f64()).sum();
    assert_eq!((&found["n"], length(&found["items"])), (&json!(9), 275));
    near(&found["mean"], &json!(correct / 9.0), 1e-9, "the mean of nine papers");

    // Marks of Moodle, each as a share of its full mark; what carries none is on no paper.
    let analysis = &expected["item_analysis"];
    let slots = analysis["slots"].as_u64().expect("a count") as usize;
    let states = rows(analysis["files"][0].as_str().expect("a file"));
    let number = |row: &BTreeMap<String, String>, name: &str| row[name].parse::<f64>().expect("a number");
    let share = |row: &BTreeMap<String, String>| match number(row, "maxmark") {
        full if full > 0.0 => (number(row, "mark") / full).to_string(),
        _ => "NA".to_owned(),
    };
    let paper = |rows: &[BTreeMap<String, String>]| {
        let mut cells = vec!["NA".to_owned(); slots];
        for row in rows {
            cells[number(row, "slot") as usize - 1] = share(row);
        }
        cells.join(",")
    };
    let papers: Vec<String> = states.chunks(slots).map(paper).collect();
    let found = of_table(folder, "moodle.csv", &papers);
    assert_eq!(found["n"], analysis["attempts"]);
    for slot in 0..slots {
        let facility = found["items"][slot]["facility"].as_f64().map(|share| 100.0 * share);
        near(
            &json!(facility),
            &analysis["facility_percent"][slot],
            1e-6,
            &format!("facility of slot {}", slot + 1),
        );
    }
}

#[test]
fn all_of_the_shared_data_runs_through_the_commands_and_is_what_is_expected() {
    let Ok(text) = std::fs::read_to_string(folder().join("expected.json")) else {
        println!("skipped: {} is absent", folder().display());
        return;
    };
    let expected: Value = serde_json::from_str(&text).expect("expected.json is JSON");
    let copies = tempfile::tempdir().expect("a folder");
    laws(&expected);
    tables(&expected);
    exchanged(&expected, copies.path());
    figures(&expected, copies.path());
}
