//! Reads the question files of other programs and compares what comes out with what those programs say of them.
//!
//! The files are not shipped; where the folder is absent the tests say so and pass.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;

use flate2::{Compression, Crc, write::DeflateEncoder};
use mingfa::domain::answer::{Accept, Decimal, Fault, Form, GapAnswer, PairRule, Piece, Response, Share, Task};
use mingfa::domain::intake::{Loss, Matter, Note};
use mingfa::domain::item::{Kind, OptionSet};
use mingfa::domain::lang::Lang;
use mingfa::format::exchange::gift::tree::{Answer, Body, Item, Text, parse};
use mingfa::format::exchange::{Collection, Dialect, read, read_any, write};
use serde_json::Value;

pub fn folder() -> PathBuf {
    let named = std::env::var("MINGFA_TEST_DATA").map(PathBuf::from);
    named.unwrap_or_else(|_| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data")))
}

/// `None` where the data are absent.
fn expected(key: &str) -> Option<Value> {
    let folder = folder();
    let Ok(text) = std::fs::read_to_string(folder.join("expected.json")) else {
        println!("skipped: {} is absent", folder.display());
        return None;
    };
    let all: Value = serde_json::from_str(&text).expect("expected.json is JSON");
    Some(all[key].clone())
}

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(folder().join(file)).expect("a file of the data")
}

fn collection(file: &str) -> Collection {
    let collection = read(&bytes(file)).unwrap_or_else(|| panic!("{file} is known"));
    for found in &collection.found {
        assert_eq!(found.value.fit(), Ok(()), "{file} {}", found.place);
    }
    collection
}

fn lost(collection: &Collection) -> Vec<Loss> {
    let losses = collection.losses.iter().filter_map(|note| match note.matter {
        Matter::Lost { loss, .. } => Some(loss),
        _ => None,
    });
    losses.collect()
}

fn faults(notes: &[Note]) -> Vec<(String, Fault)> {
    let faults = notes.iter().filter_map(|note| match note.matter {
        Matter::Unusable { fault, .. } => Some((note.place.to_string(), fault)),
        _ => None,
    });
    faults.collect()
}

pub fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut out, mut directory) = (vec![], vec![]);
    for (name, bytes) in files {
        let mut crc = Crc::new();
        crc.update(bytes);
        let mut encoder = DeflateEncoder::new(vec![], Compression::default());
        encoder.write_all(bytes).expect("memory");
        let packed = encoder.finish().expect("memory");
        let mut common = b"\x14\0\0\x08\x08\0\0\0\x21\0".to_vec();
        common.extend(crc.sum().to_le_bytes());
        common.extend((packed.len() as u32).to_le_bytes());
        common.extend((bytes.len() as u32).to_le_bytes());
        common.extend((name.len() as u16).to_le_bytes());
        common.extend([0, 0]);
        let offset = (out.len() as u32).to_le_bytes();
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(common);
        directory.extend([0; 10]);
        directory.extend(offset);
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (out.len() as u32, directory.len() as u32, files.len() as u16);
    out.extend(directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([count.to_le_bytes(), count.to_le_bytes()].concat());
    out.extend([size.to_le_bytes(), start.to_le_bytes()].concat());
    out.extend([0, 0]);
    out
}

/// Blanks at a full stop after a gap differ between the parser's examples; what is said does not.
fn same_text(text: &Text, expected: &Value, place: &str) {
    assert_eq!(text.text, expected["text"].as_str().expect("a text"), "{place}");
    assert_eq!(
        text.format.code(),
        expected["format"].as_str().expect("a format"),
        "{place}"
    );
}

fn same_feedback(text: Option<&Text>, expected: &Value, place: &str) {
    match text {
        Some(text) => same_text(text, expected, place),
        None => assert!(expected.is_null() || expected["text"] == "", "{place}: {expected}"),
    }
}

fn weight(written: Option<&String>) -> Option<f64> {
    written.map(|weight| weight.parse().expect("a number"))
}

fn same_answers(answers: &[Answer], expected: &Value, place: &str) {
    let expected = expected.as_array().expect("choices");
    assert_eq!(answers.len(), expected.len(), "{place}");
    for (answer, expected) in answers.iter().zip(expected) {
        assert_eq!(answer.right, expected["isCorrect"], "{place}");
        assert_eq!(weight(answer.weight.as_ref()), expected["weight"].as_f64(), "{place}");
        same_text(&answer.value, &expected["text"], place);
        same_feedback(answer.feedback.as_ref(), &expected["feedback"], place);
    }
}

fn same_number(accept: Accept, expected: &Value, place: &str) {
    let number = |key: &str| expected[key].to_string().parse::<Decimal>().expect("a number");
    let wanted = match expected["type"].as_str() {
        Some("simple") => Accept::Near {
            value: number("number"),
            tolerance: Decimal::default(),
        },
        Some("range") => Accept::Near {
            value: number("number"),
            tolerance: number("range"),
        },
        _ => Accept::Between {
            low: number("numberLow"),
            high: number("numberHigh"),
        },
    };
    assert_eq!(accept, wanted, "{place}");
}

fn same_item(item: &Item, expected: &Value, place: &str) {
    assert_eq!(item.title.as_deref(), expected["title"].as_str(), "{place}");
    assert_eq!(item.id.as_deref(), expected["id"].as_str(), "{place}");
    let tags = expected["tags"]
        .as_array()
        .map(|tags| tags.iter().filter_map(Value::as_str).collect::<Vec<_>>());
    assert_eq!(item.tags, tags.unwrap_or_default(), "{place}");
    same_text(&item.stem, &expected["stem"], place);
    assert_eq!(item.embedded, expected["hasEmbeddedAnswers"], "{place}");
    same_feedback(item.feedback.as_ref(), &expected["globalFeedback"], place);
    let kind = match &item.body {
        Body::Description => "Description",
        Body::Essay => "Essay",
        Body::Truth {
            right,
            wrong_feedback,
            right_feedback,
        } => {
            assert_eq!(*right, expected["isTrue"], "{place}");
            same_feedback(wrong_feedback.as_ref(), &expected["falseFeedback"], place);
            same_feedback(right_feedback.as_ref(), &expected["trueFeedback"], place);
            "TF"
        }
        Body::Choice(answers) => {
            same_answers(answers, &expected["choices"], place);
            "MC"
        }
        Body::Short(answers) => {
            same_answers(answers, &expected["choices"], place);
            "Short"
        }
        Body::Numerical(answers) => {
            match expected["choices"].as_array() {
                Some(choices) => {
                    assert_eq!(answers.len(), choices.len(), "{place}");
                    for (answer, expected) in answers.iter().zip(choices) {
                        same_number(answer.value.expect("a number"), &expected["text"], place);
                        assert_eq!(weight(answer.weight.as_ref()), expected["weight"].as_f64(), "{place}");
                        same_feedback(answer.feedback.as_ref(), &expected["feedback"], place);
                    }
                }
                None => same_number(answers[0].value.expect("a number"), &expected["choices"], place),
            }
            "Numerical"
        }
        Body::Matching(pairs) => {
            let expected = expected["matchPairs"].as_array().expect("pairs");
            assert_eq!(pairs.len(), expected.len(), "{place}");
            for ((item, partner), expected) in pairs.iter().zip(expected) {
                same_text(item, &expected["subquestion"], place);
                assert_eq!(partner.text, expected["subanswer"].as_str().expect("a text"), "{place}");
            }
            "Matching"
        }
    };
    assert_eq!(kind, expected["type"], "{place}");
}

#[test]
fn gift_is_read_as_the_reference_parser_reads_it() {
    let Some(expected) = expected("gift_pairs") else { return };
    let mut by_type: BTreeMap<String, u64> = BTreeMap::new();
    for (name, count) in expected["per_file"].as_object().expect("files") {
        let text = String::from_utf8(bytes(&format!("interop/gift-pairs/{name}.gift"))).expect("UTF-8");
        let tree: Value = serde_json::from_slice(&bytes(&format!("interop/gift-pairs/{name}.json"))).expect("JSON");
        let (items, _) = parse(&text);
        let tree = tree.as_array().expect("questions");
        assert_eq!(items.len() as u64, count.as_u64().expect("a count"), "{name}");
        for (place, (item, expected)) in items.iter().zip(tree).enumerate() {
            let item = item
                .as_ref()
                .unwrap_or_else(|broken| panic!("{name} {place}: {broken:?}"));
            same_item(item, expected, &format!("{name} {place}"));
            *by_type
                .entry(expected["type"].as_str().expect("a type").to_owned())
                .or_default() += 1;
        }
        let whole = collection(&format!("interop/gift-pairs/{name}.gift"));
        assert_eq!((whole.found.len(), whole.errors), (items.len(), vec![]), "{name}");
    }
    assert_eq!(serde_json::to_value(by_type).expect("counts"), expected["by_type"]);
}

#[test]
fn gift_files_of_moodle_are_read_whole() {
    let Some(expected) = expected("gift") else { return };
    for (file, count) in expected.as_object().expect("files") {
        let collection = collection(file);
        assert_eq!(
            (collection.found.len() as u64, &collection.errors),
            (count.as_u64().expect("a count"), &vec![]),
            "{file}"
        );
    }
    let collection = collection("interop/moodle-gift/questions.gift.txt");
    let forms: Vec<_> = collection.found.iter().map(|found| found.value.form.code()).collect();
    let all = [
        "essay",
        "matching",
        "single",
        "multiple",
        "numeric",
        "fill_blank",
        "true_false",
        "true_false",
        "true_false",
    ];
    assert_eq!(forms, all);
    assert_eq!(
        lost(&collection)
            .iter()
            .filter(|loss| **loss == Loss::NegativeWeight)
            .count(),
        2
    );
    let Form::Choice(truth) = &collection.found[6].value.form else {
        panic!("a 判断 question")
    };
    assert_eq!(
        truth.feedback,
        ["42 is the Ultimate Answer.", "You gave the right answer."]
    );
    assert!(collection.found[6].value.explanation.starts_with("This is, of course"));
}

#[test]
fn aiken_names_the_lines_of_its_errors() {
    if expected("aiken").is_none() {
        return;
    }
    let good = collection("interop/moodle-aiken/questions.aiken.txt");
    assert_eq!((good.found.len(), good.errors.len()), (2, 0));
    let Form::Choice(choice) = &good.found[0].value.form else {
        panic!("a choice")
    };
    assert_eq!(
        (choice.options[1].as_str(), choice.key.letters().as_str()),
        ("Martin Dougiamas", "B")
    );
    let bad = collection("interop/moodle-aiken/aiken_errors.txt");
    let wanted = [
        ("3".to_owned(), Fault::TooFewOptions),
        ("5".to_owned(), Fault::NotStarted),
        ("7".to_owned(), Fault::NotStarted),
        ("18".to_owned(), Fault::Unfinished),
    ];
    assert_eq!((bad.found.len(), faults(&bad.errors)), (3, wanted.to_vec()));
}

#[test]
fn moodle_xml_gives_its_questions_categories_and_files() {
    let Some(expected) = expected("moodle_xml") else { return };
    for (file, expected) in expected.as_object().expect("files") {
        let collection = collection(file);
        let count: u64 = expected["questions"]
            .as_object()
            .expect("types")
            .values()
            .filter_map(Value::as_u64)
            .sum();
        assert_eq!(
            (collection.found.len() + collection.errors.len()) as u64,
            count,
            "{file}"
        );
        let categories: Vec<_> = expected["categories"]
            .as_array()
            .expect("names")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(collection.categories, categories, "{file}");
        let files = lost(&collection).into_iter().filter(|loss| *loss == Loss::File).count();
        assert_eq!(
            files as u64,
            expected["embedded_files"].as_u64().expect("a count"),
            "{file}"
        );
    }
    let broken = collection("interop/moodle-xml/broken_cloze_questions.xml");
    let faults: Vec<Fault> = faults(&broken.errors).into_iter().map(|(_, fault)| fault).collect();
    assert_eq!(
        faults,
        [
            Fault::NoGap,
            Fault::NoKey,
            Fault::TooFewOptions,
            Fault::NoKey,
            Fault::BadNumber
        ]
    );
    let cities = collection("interop/moodle-xml/multianswer.xml");
    let Form::Cloze(cloze) = &cities.found[0].value.form else {
        panic!("a cloze")
    };
    let gaps: Vec<_> = cloze.gaps().collect();
    assert!(matches!(&gaps[0].answer, GapAnswer::Choice(choice) if choice.options == ["California", "Arizona"]));
    let Piece::Text(first) = &cloze.pieces[0] else {
        panic!("a text")
    };
    assert!(first.contains("California ［图片：California flag］"), "{first}");
    let animals = collection("interop/moodle-xml/qtype_shortanswer.xml");
    let task = &animals.found[0].value;
    let given = |text: &str| task.mark(&Response::Texts(vec![text.into()]));
    assert_eq!(given(" FROG "), mingfa::domain::answer::Marked::Share(Share::FULL));
    assert_eq!(given("toad"), mingfa::domain::answer::Marked::Share(Share::of(4, 5)));
    assert_eq!(given("cat"), mingfa::domain::answer::Marked::Share(Share::NONE));
    let capitals = collection("interop/moodle-xml/qtype_multichoice.xml");
    let Form::Choice(choice) = &capitals.found[0].value.form else {
        panic!("a choice")
    };
    assert_eq!((choice.kind, choice.key.letters().as_str()), (Kind::Multiple, "CE"));
    assert_eq!(lost(&capitals).iter().filter(|loss| **loss == Loss::Hint).count(), 2);
}

#[test]
fn items_of_qti_2_and_3_become_questions_of_their_forms() {
    if expected("qti21").is_none() {
        return;
    }
    for file in ["choice_default", "choice_min_max"] {
        let water = collection(&format!("interop/qti21-items/{file}.xml"));
        let Form::Choice(choice) = &water.found[0].value.form else {
            panic!("a choice")
        };
        assert_eq!(
            (water.format, choice.kind, choice.key),
            ("qti21", Kind::Multiple, OptionSet::of([0, 3]))
        );
        assert!(lost(&water).contains(&Loss::NegativeWeight), "{file}");
    }
    let plays = collection("interop/qti21-items/match_default.xml");
    let Form::Matching(matching) = &plays.found[0].value.form else {
        panic!("pairs")
    };
    let partners: Vec<_> = matching
        .items
        .iter()
        .map(|(_, partner)| matching.partners[*partner].as_str())
        .collect();
    let dream = "A Midsummer-Night's Dream";
    assert_eq!(partners, ["Romeo and Juliet", dream, dream, "The Tempest"]);
    assert_eq!(
        (matching.rule, lost(&plays)),
        (PairRule::Each, vec![Loss::UnevenWeights])
    );

    let one = |file: &str| {
        let collection = collection(&format!("interop/qti3/{file}.xml"));
        assert_eq!(
            (collection.format, collection.found.len(), collection.errors.len()),
            ("qti3", 1, 0),
            "{file}"
        );
        let losses = lost(&collection);
        (collection.found.into_iter().next().expect("one").value, losses)
    };
    let (choice, losses) = one("choice-reference");
    assert!(
        matches!(&choice.form, Form::Choice(choice) if choice.kind == Kind::Single && choice.key == OptionSet::of([0]))
    );
    assert_eq!(
        (choice.stem.as_str(), losses),
        ("Reference item for choice-reference.", vec![])
    );
    let (pairs, _) = one("match");
    assert!(
        matches!(&pairs.form, Form::Matching(matching) if matching.rule == PairRule::All && matching.items.len() == 2)
    );
    let (planets, losses) = one("challenge-planet-types");
    assert!(matches!(&planets.form, Form::Matching(matching) if matching.items.len() == 3));
    assert_eq!(losses, [Loss::Processing, Loss::NegativeWeight, Loss::UnevenWeights]);
    let (composite, _) = one("composite");
    let Form::Case(case) = &composite.form else {
        panic!("a case")
    };
    let forms: Vec<_> = case.questions.iter().map(|question| question.form.code()).collect();
    assert_eq!(
        (forms, case.questions[1].stem.as_str()),
        (vec!["single", "fill_blank"], "Type SCORE: _____")
    );
}

const ITEMS: [&str; 13] = [
    "Choicetruefalse_176040516",
    "Choicesingle_853928446",
    "Choicemultiple_2014410822",
    "Choicemultiple_871212949",
    "Hotspot_278940407",
    "Order_913967682",
    "Matchsingle_143114773",
    "Matchmultiple_1038910213",
    "TextEntry_883368511",
    "TextEntrynumeric_2040297025",
    "TextEntrynumeric_770468849",
    "TextEntrysubset_806481421",
    "Hottext_801974120",
];

/// The folder of the Saxon test as a package.
fn saxony(test: &str) -> Vec<u8> {
    let mut names: Vec<String> = ITEMS.iter().map(|item| format!("items/{item}.xml")).collect();
    names.extend(
        [
            "sections/Sektion_181865064.xml",
            "sections/Sektion_181865065.xml",
            "Sektion_181865064.xml",
        ]
        .map(str::to_owned),
    );
    names.push(test.to_owned());
    let resource = |name: &String| {
        let kind = if name.starts_with("items/") {
            "imsqti_item_xmlv2p1"
        } else {
            "imsqti_section_xmlv2p1"
        };
        let kind = if name == test { "imsqti_test_xmlv2p1" } else { kind };
        format!("<resource identifier=\"r\" type=\"{kind}\" href=\"{name}\"/>")
    };
    let manifest = format!(
        "<manifest><resources>{}</resources></manifest>",
        names.iter().map(resource).collect::<String>()
    );
    let mut files = vec![("imsmanifest.xml".to_owned(), manifest.into_bytes())];
    for name in names {
        let on_disk = format!("interop/qti21-saxony-test/{name}");
        files.push((name, bytes(&on_disk)));
    }
    let files: Vec<_> = files
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    zipped(&files)
}

#[test]
fn a_test_is_read_in_its_order_through_sections_in_files_of_their_own() {
    if expected("qti21").is_none() {
        return;
    }
    for test in ["interaction_mix_sachsen.xml", "interaction_mix_sachsen2.xml"] {
        let collection = read(&saxony(test)).expect("a package");
        let forms: Vec<_> = collection.found.iter().map(|found| found.value.form.code()).collect();
        let all = [
            "single",
            "single",
            "multiple",
            "multiple",
            "ordering",
            "matching",
            "matching",
            "fill_blank",
            "cloze",
            "numeric",
            "fill_blank",
        ];
        assert_eq!((forms, &collection.errors), (all.to_vec(), &vec![]), "{test}");
        let left_out = collection.losses.iter().filter_map(|note| match &note.matter {
            Matter::Lost {
                loss: Loss::Form,
                detail,
            } => Some(detail.as_str()),
            _ => None,
        });
        let left_out: Vec<_> = left_out.collect();
        assert_eq!(left_out, ["hotspotInteraction", "hottextInteraction"]);
        assert_eq!(collection.found[0].value.category, "Container Sektion/Sektion");
        let Form::Numeric(people) = &collection.found[9].value.form else {
            panic!("a number")
        };
        assert!(matches!(people.quantities[0].accept, Accept::Percent { .. }));
        let Form::FillIn(cities) = &collection.found[10].value.form else {
            panic!("blanks")
        };
        assert!(!cities.ordered);
        let given = ["leipzig", "Chemnitz", "Dresden"].map(str::to_owned);
        assert_eq!(cities.mark(&given), Share::FULL);
    }
    let missing = read(&saxony("interaction_mix_sachsen3.xml")).expect("a package");
    assert!(lost(&missing).contains(&Loss::Missing));
    assert_eq!(missing.found.len(), 11);
}

#[test]
fn every_loss_and_error_says_what_it_is_about_in_both_languages() {
    if expected("qti21").is_none() {
        return;
    }
    let package = read(&saxony("interaction_mix_sachsen.xml")).expect("a package");
    let moodle = collection("interop/moodle-xml/multichoice.xml");
    for note in package.losses.iter().chain(&moodle.losses) {
        let (zh, en) = (note.message(Lang::Zh), note.message(Lang::En));
        assert!(
            zh.ends_with('。') && en.ends_with('.') && !note.place.to_string().is_empty(),
            "{zh} {en}"
        );
    }
}

/// Every file of the corpus, in its own format.
pub fn corpus() -> Vec<(String, Vec<u8>)> {
    let mut files = vec![];
    for inner in [
        "gift-pairs",
        "moodle-gift",
        "moodle-aiken",
        "moodle-xml",
        "qti21-items",
        "qti3",
    ] {
        let inside = format!("interop/{inner}");
        let entries = std::fs::read_dir(folder().join(&inside)).expect("a folder");
        let mut names: Vec<String> = entries
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        let names = names.into_iter().filter(|name| !name.ends_with(".json"));
        files.extend(names.map(|name| (name.clone(), bytes(&format!("{inside}/{name}")))));
    }
    for test in ["interaction_mix_sachsen.xml", "interaction_mix_sachsen2.xml"] {
        files.push((test.to_owned(), saxony(test)));
    }
    files
}

#[test]
fn what_was_read_can_be_written_and_read_again() {
    if expected("qti21").is_none() {
        return;
    }
    for (name, bytes) in corpus() {
        let tasks = read(&bytes).expect("known").found;
        for dialect in Dialect::ALL {
            let written = write(&tasks, dialect);
            let again = read_any("a", &written.bytes);
            assert_eq!(
                again.found.len(),
                written.questions,
                "{name} {dialect:?} {:?}",
                again.errors
            );
            for note in &written.losses {
                assert!(
                    !matches!(
                        note.matter,
                        Matter::Lost {
                            loss: Loss::Changed,
                            ..
                        }
                    ),
                    "{name} {dialect:?} {note:?}"
                );
            }
        }
    }
}

#[test]
fn hostile_files_are_refused_whole() {
    let refused = |bytes: &[u8]| {
        let collection = read(bytes).expect("known");
        assert!(collection.found.is_empty(), "{:?}", collection.found);
        collection
            .errors
            .first()
            .map(|note| note.matter.code())
            .unwrap_or("none")
    };
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;">]><quiz>&lol1;</quiz>"#;
    assert_eq!(refused(laughs.as_bytes()), "bad_xml");
    let outside = r#"<!DOCTYPE q SYSTEM "file:///etc/passwd"><assessmentItem/>"#;
    assert_eq!(refused(outside.as_bytes()), "bad_xml");
    let deep = format!("<quiz>{}", "<question>".repeat(100_000));
    assert_eq!(refused(deep.as_bytes()), "bad_xml");
    let half = br#"<quiz><question type="truefalse"><questiontext><text>x</text></questiontext></question><question"#;
    assert_eq!(refused(half), "bad_xml");

    let manifest = |href: &str| {
        format!("<manifest><resources><resource type=\"imsqti_item_xmlv2p1\" href=\"{href}\"/></resources></manifest>")
    };
    let item = br#"<assessmentItem identifier="a"><itemBody><p>x</p></itemBody></assessmentItem>"#;
    let package =
        |manifest: &str, name: &str, bytes: &[u8]| zipped(&[("imsmanifest.xml", manifest.as_bytes()), (name, bytes)]);
    let good = read(&package(&manifest("a.xml"), "a.xml", item)).expect("a package");
    assert_eq!((good.found.len(), good.errors.len()), (1, 0));
    assert_eq!(refused(&package(&manifest("a.xml"), "../a.xml", item)), "path_outside");
    assert_eq!(refused(&package(&manifest("../a.xml"), "a.xml", item)), "path_outside");
    assert_eq!(
        refused(&package(&manifest("%2e%2e/a.xml"), "a.xml", item)),
        "path_outside"
    );
    assert_eq!(
        refused(&package(&manifest("a.xml"), "a.xml", b"\x89PNG\r\n\x1a\n\0\0")),
        "unknown_encoding"
    );
    assert_eq!(
        refused(&package(&manifest("a.xml"), "a.xml", b"<assessmentItem>")),
        "bad_xml"
    );
    let bomb = vec![b' '; 20 << 20];
    assert_eq!(
        refused(&package(&manifest("a.xml"), "a.xml", &bomb)),
        "unpacks_too_large"
    );
    let many: Vec<(String, Vec<u8>)> = (0..20).map(|n| (format!("{n}.xml"), vec![b' '; 16 << 20])).collect();
    let mut files: Vec<(&str, &[u8])> = many
        .iter()
        .map(|(name, bytes)| (name.as_str(), bytes.as_slice()))
        .collect();
    files.push(("imsmanifest.xml", b"<manifest/>"));
    assert_eq!(refused(&zipped(&files)), "unpacks_too_large");
    let mut damaged = package(&manifest("a.xml"), "a.xml", item);
    let at = damaged
        .windows(5)
        .position(|window| window == b"a.xml")
        .expect("the name")
        + 8;
    damaged[at] ^= 0xff;
    let again = read(&damaged).expect("a package");
    assert!(again.found.is_empty() || again.errors.is_empty());
    // A picture under another name is neither of these formats.
    assert_eq!(read(b"\x89PNG\r\n\x1a\n{=a}::b::"), None);
    assert_eq!(
        read_any("a.xml", b"\x89PNG\r\n\x1a\n{=a}").errors[0].matter.code(),
        "other_file"
    );
}

#[test]
fn gb18030_is_read_in_text_and_xml() {
    let gift = "::题::《刑法》第几条？{=第十二条 =12}";
    // 题 in GB18030 and the rest as a Chinese program writes it.
    let encoded = gb18030(gift);
    let collection = read(&encoded).expect("GIFT");
    assert_eq!(collection.found[0].value.title, "题");
    let xml = r#"<?xml version="1.0" encoding="gb2312"?><quiz><question type="truefalse"><questiontext><text>对否？</text></questiontext><answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer></question></quiz>"#;
    let collection = read(&gb18030(xml)).expect("Moodle XML");
    assert_eq!(collection.found[0].value.stem, "对否？");
}

fn gb18030(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
fn old_formats_are_not_taken_for_new_ones() {
    let csv = "题目,选项A,选项B,答案\n{=甲}？,一,二,A\n";
    assert_eq!(read_any("a.csv", csv.as_bytes()).format, "csv");
    let lines = "{\"input\":\"甲？\\nA. 一\\nB. 二\",\"answer\":\"A\"}\n";
    assert_eq!(read_any("a.json", lines.as_bytes()).format, "jsonl");
    let task: Vec<Task> = read_any("a.csv", csv.as_bytes())
        .found
        .into_iter()
        .map(|found| found.value)
        .collect();
    assert_eq!(task[0].question().map(|question| question.kind), Some(Kind::Single));
}
