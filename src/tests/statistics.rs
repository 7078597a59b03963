//! The figures against published ones, and the command that prints them. Where the shared data are absent the tests say so and pass.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    process::{Command, Output},
};

use mingfa::domain::{
    item::{Kind, OptionSet},
    statistics::{
        classical::{Analysis, ItemFigures, analyse},
        irt::{Model, Responses, calibrate},
        sheet::{Basis, Given, Item},
        sums::Sums,
    },
};
use serde_json::Value;

/// The expectations under one key of `expected.json`; `None` where the data are absent.
fn expected(key: &str) -> Option<Value> {
    let Ok(text) = std::fs::read_to_string(folder().join("expected.json")) else {
        println!("skipped: {} is absent", folder().display());
        return None;
    };
    let all: Value = serde_json::from_str(&text).expect("expected.json is JSON");
    all.get(key).cloned()
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"))
}

fn numbers(list: &Value) -> Vec<Option<f64>> {
    list.as_array()
        .expect("a list of numbers")
        .iter()
        .map(Value::as_f64)
        .collect()
}

/// Rows of a file by the names of its columns.
fn rows(file: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder().join(file)).expect("a file of expected.json");
    reader
        .deserialize()
        .collect::<Result<_, _>>()
        .expect("rows of one length")
}

/// An answer worth a point.
fn given(item: usize, right: bool, choice: OptionSet) -> Given {
    Given {
        item: item as u32,
        mark: f64::from(u8::from(right)),
        full: 1.0,
        answered: true,
        choice,
        took_ms: None,
    }
}

/// The attempts of the statistics test of Moodle: twenty rows after each other are one.
fn moodle_sheets(slots: usize) -> Vec<Vec<Given>> {
    let read = |row: &BTreeMap<String, String>| {
        let number = |name: &str| row[name].parse::<f64>().expect("a number");
        Given {
            item: number("slot") as u32 - 1,
            mark: number("mark"),
            full: number("maxmark"),
            answered: true,
            choice: OptionSet::EMPTY,
            took_ms: None,
        }
    };
    let rows = rows("interop/item-analysis/mdl_question_states.csv");
    rows.chunks(slots)
        .map(|attempt| attempt.iter().map(read).collect())
        .collect()
}

#[test]
fn item_figures_are_those_of_moodle() {
    let Some(expected) = expected("item_analysis") else {
        return;
    };
    let slots = expected["slots"].as_u64().expect("a count") as usize;
    let sheets = moodle_sheets(slots);
    assert_eq!(sheets.len() as u64, expected["attempts"].as_u64().expect("a count"));
    let items = vec![Item::default(); slots];
    assert_eq!(Basis::of(&sheets), Basis::Fixed);
    let whole = analyse(&items, &sheets, Basis::Fixed);
    let mut sums = Sums::new(Basis::Fixed, &items);
    sheets.iter().for_each(|sheet| sums.add(sheet));
    let running = sums.items();

    type Figure = fn(&ItemFigures) -> Option<f64>;
    let figures: [(&str, Figure); 5] = [
        ("facility_percent", |item| item.facility.map(|share| 100.0 * share)),
        ("sd_of_mark_times_1000", |item| item.sd.map(|sd| 1000.0 * sd)),
        ("discrimination_index", |item| item.discrimination_index),
        ("discriminative_efficiency", |item| item.discriminative_efficiency),
        ("effective_weight", |item| item.effective_weight),
    ];
    for (name, figure) in figures {
        for (slot, expected) in numbers(&expected[name]).into_iter().enumerate() {
            // Where nothing varies the file has no deviation; here it is none.
            let expected = expected.or((name == "sd_of_mark_times_1000").then_some(0.0));
            let of_sums = (name != "discriminative_efficiency").then(|| figure(&running[slot]));
            for found in [Some(figure(&whole.items[slot])), of_sums].into_iter().flatten() {
                let same = match (found, expected) {
                    (Some(found), Some(expected)) => (found - expected).abs() < 1e-6 * (1.0 + expected.abs()),
                    (found, expected) => found == expected,
                };
                assert!(same, "{name} of slot {}: {found:?}, expected {expected:?}", slot + 1);
            }
        }
    }
}

#[test]
fn lsat_section_6_has_its_published_curves() {
    let Some(expected) = expected("irt") else { return };
    let file = std::fs::read(folder().join(expected["file"].as_str().expect("a file"))).expect("the answers");
    let answers = mingfa::format::responses::read(&file, None).expect("marks");
    let mut responses = Responses::new(answers.items.len());
    for sheet in &answers.sheets {
        responses.add(sheet.iter().map(|given| (given.item as usize, given.mark == 1.0)));
    }
    let near = |found: f64, expected: &Value| (found - expected.as_f64().expect("a number")).abs() < 0.01;
    for (model, key) in [
        (Model::Rasch, "rasch_discrimination_fixed_1"),
        (Model::OneParameter, "one_parameter_free_common_slope"),
        (Model::TwoParameter, "two_parameter"),
    ] {
        let found = calibrate(model, &responses).expect("calibrated");
        let expected = &expected[key];
        assert!(
            found.converged && near(found.log_likelihood, &expected["logLik"]),
            "{found:?}"
        );
        for (item, estimate) in found.items.iter().enumerate() {
            let curve = estimate.curve().expect("a curve");
            let a = match &expected["a"] {
                Value::Array(slopes) => &slopes[item],
                Value::Null => &Value::from(1.0),
                common => common,
            };
            assert!(
                near(curve.a, a) && near(curve.b, &expected["b"][item]),
                "{key} {item}: {curve:?}"
            );
        }
    }
    let Analysis { paper, items, .. } = analyse(&answers.items, &answers.sheets, Basis::Fixed);
    assert!(
        paper
            .alpha
            .is_some_and(|alpha| (alpha - expected["cronbach_alpha"].as_f64().expect("alpha")).abs() < 5e-4)
    );
    for (item, (p, r)) in items.iter().zip(
        numbers(&expected["p"])
            .into_iter()
            .zip(numbers(&expected["corrected_item_total_r"])),
    ) {
        assert_eq!(item.facility, p);
        assert!((item.item_rest_r.expect("a correlation") - r.expect("a correlation")).abs() < 5e-5);
    }
}

#[test]
fn nine_answer_sets_have_their_accuracy() {
    let Some(expected) = expected("responses") else { return };
    let keys: Vec<OptionSet> = rows("questions/disc-law/mcq_sing_lbk.csv")
        .iter()
        .map(|row| OptionSet::from_letters(row["output"].trim()).expect("a key"))
        .collect();
    let items: Vec<Item> = keys
        .iter()
        .map(|key| Item {
            kind: Some(Kind::Single),
            options: 4,
            key: *key,
        })
        .collect();
    let mut sheets = Vec::new();
    let mut correct = Vec::new();
    for (file, expected) in expected.as_object().expect("files") {
        let read = |(item, row): (usize, &BTreeMap<String, String>)| {
            let choice = row
                .get("extract_ans")
                .and_then(|letters| OptionSet::from_letters(letters.trim()));
            let right = row["correctness"].trim() == "1";
            assert!(
                choice.is_none_or(|choice| right == (choice == keys[item])),
                "{file} {item}"
            );
            given(item, right, choice.unwrap_or_default())
        };
        let sheet: Vec<Given> = rows(file).iter().enumerate().map(read).collect();
        let alone = analyse(&items, std::slice::from_ref(&sheet), Basis::Drawn);
        let percent = 100.0 * alone.paper.mean.expect("a paper");
        assert!(
            (percent - expected["percent"].as_f64().expect("percent")).abs() < 0.005,
            "{file}: {percent}"
        );
        correct.push(expected["correct"].as_f64().expect("a count"));
        sheets.push(sheet);
    }
    let all = analyse(&items, &sheets, Basis::of(&sheets));
    assert_eq!((all.basis, all.paper.papers, all.items.len()), (Basis::Fixed, 9, 275));
    assert!((all.paper.mean.expect("papers") - correct.iter().sum::<f64>() / 9.0).abs() < 1e-9);
    let facility: f64 = all.items.iter().filter_map(|item| item.facility).sum();
    assert!((facility - correct.iter().sum::<f64>() / 9.0).abs() < 1e-9);
    // Four of the sets say which options were chosen.
    let chosen = all
        .items
        .iter()
        .flat_map(|item| &item.options)
        .map(|option| option.chosen);
    assert!(chosen.clone().all(|times| times <= 4) && chosen.sum::<u64>() >= 4 * 275);
}

fn mingfa(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mingfa"))
        .args(args)
        .env("RUST_LOG", "warn")
        .output()
        .expect("the program runs")
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("a file");
    path.display().to_string()
}

#[test]
fn stats_prints_one_object_and_names_what_cannot_be_estimated() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut text = String::from("一,二,三,四\n");
    for person in 0..60 {
        let letter = |right: bool| if right { "A" } else { "B" };
        let (easy, hard) = (letter(person % 5 != 0), letter(person % 3 == 0));
        text += &format!(
            "A,{easy},{hard},{}\n",
            if person % 7 == 0 { "" } else { letter(person % 2 == 0) }
        );
    }
    let answers = file(&folder, "answers.csv", &text);
    let output = mingfa(&["stats", &answers, "--key", "AAAA", "--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(
        (&report["n"], &report["items"][1]["facility"]),
        (&Value::from(60), &Value::from(0.8))
    );
    assert_eq!(report["items"][3]["answered"], 51);
    assert_eq!(report["items"][1]["options"][1]["chosen"], 12);
    assert_eq!(report["items"][0]["remarks"][0]["remark"], "too_easy");
    assert_eq!(
        (&report["rasch"]["a"], &report["rasch"]["b"][0]),
        (&Value::from(1.0), &Value::Null)
    );
    assert_eq!(report["two_parameter"]["not_estimable"][0]["reason"], "all_right");
    for model in ["rasch", "one_parameter", "two_parameter"] {
        assert!(
            report[model]["loglik"].as_f64().is_some_and(|loglik| loglik < 0.0),
            "{report}"
        );
        assert_eq!(report[model]["test_information"].as_array().map(Vec::len), Some(13));
    }
    let number = |value: &Value| value.as_f64().expect("a number");
    let rasch = &report["rasch"];
    for (half, at) in (-6..=6).zip(rasch["test_information"].as_array().expect("a list")) {
        assert_eq!(number(&at["theta"]), f64::from(half) / 2.0);
        let (information, se) = (number(&at["information"]), number(&at["se"]));
        assert!((se * information.sqrt() - 1.0).abs() < 1e-9, "{at}");
    }
    // An item of slope 1 tells most at its difficulty, a quarter; one without a curve nothing.
    assert_eq!(number(&rasch["max_information"][1]), 0.25);
    assert_eq!(rasch["max_information"][0], Value::Null);
    // The sixth person answered everything wrongly that can be told apart, the seventh rightly.
    let theta = |row: usize| number(&rasch["abilities"][row]["theta"]);
    assert_eq!(rasch["abilities"].as_array().map(Vec::len), Some(60));
    assert!(theta(5) < theta(6), "{rasch}");
    let table = mingfa(&["stats", &answers, "--key", "AAAA"]);
    let table = String::from_utf8(table.stdout).expect("text");
    assert!(table.starts_with("60 份答卷，4 题，人人同卷。\n"), "{table}");
    assert!(table.contains("  一 不能估计：人人答对\n"), "{table}");
    assert!(table.contains("高分组%  中间组%  低分组%"), "{table}");
    let line = table.lines().find(|line| line.starts_with('二')).expect("its row");
    let groups = ["upper", "middle", "lower"].map(|group| number(&report["items"][1]["groups"][group]));
    let shown: Vec<&str> = line.split_whitespace().skip(7).take(3).collect();
    assert_eq!(shown, groups.map(|share| format!("{:.1}", 100.0 * share)));
}

#[test]
fn stats_names_row_and_column_of_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let answers = file(&folder, "answers.csv", "q1,q2\n1,0\n1,0\n0,7\n");
    let output = mingfa(&["stats", &answers, "--json"]);
    assert!(!output.status.success() && output.stdout.is_empty());
    let complaint = String::from_utf8(output.stderr).expect("text");
    assert_eq!(
        complaint,
        format!("mingfa: {answers}: row 4, column 2 (q2): `7` is no mark from 0 to 1\n")
    );
}
