//! Reads the laws of the shared data and compares what comes out with the official counts.
//!
//! The files are not shipped; where the folder is absent the tests say so and pass.

use std::path::PathBuf;

use mingfa::domain::intake::Reading;
use mingfa::domain::law::{ArticleNumber, Comparison, Date, DivisionKind, Law, compare, normalised};
use mingfa::format::law::read;
use proptest::prelude::*;
use serde_json::Value;

/// `expected.json`; `None` where the data are absent.
fn expected() -> Option<Value> {
    let Ok(text) = std::fs::read_to_string(folder().join("expected.json")) else {
        println!("skipped: {} is absent", folder().display());
        return None;
    };
    Some(serde_json::from_str(&text).expect("expected.json is JSON"))
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"))
}

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(folder().join(file)).expect("a file of expected.json")
}

fn law(file: &str) -> Law {
    let reading = read(file, &bytes(file));
    assert_eq!(reading.errors, [], "{file}");
    reading.found.into_iter().next().expect("a law").value
}

fn count(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a count")).expect("a small count")
}

fn codes(reading: &Reading<Law>) -> Vec<String> {
    reading
        .warnings
        .iter()
        .map(|note| format!("{} {}", note.place, note.matter.code()))
        .collect()
}

fn numbers(list: &Value) -> Vec<ArticleNumber> {
    serde_json::from_value(list.clone()).expect("numbers of articles")
}

#[test]
fn every_law_has_the_official_counts() {
    let Some(expected) = expected() else { return };
    let mut articles_of_the_civil_code = 0;
    for (file, expected) in expected["laws"].as_object().expect("laws") {
        let law = law(file);
        assert_eq!(law.articles.len(), count(&expected["articles"]), "{file}");
        let (first, last) = (law.articles.first().expect("one"), law.articles.last().expect("one"));
        assert_eq!(first.number.number() as usize, count(&expected["first"]), "{file}");
        assert_eq!(last.number.number() as usize, count(&expected["last"]), "{file}");
        for (kind, key) in [
            (DivisionKind::Chapter, "chapters"),
            (DivisionKind::Section, "sections"),
            (DivisionKind::Part, "parts_编"),
            (DivisionKind::Subpart, "subparts_分编"),
        ] {
            let expected = expected.get(key).map_or(0, count);
            assert_eq!(law.count(kind), expected, "{file} {key}");
        }
        let inserted = law
            .articles
            .iter()
            .filter(|article| article.number.insertion() > 0)
            .count();
        assert_eq!(inserted, expected.get("inserted_之N").map_or(0, count), "{file}");
        let missing = expected.get("numbers_missing_in_the_file").map_or(vec![], numbers);
        assert_eq!(law.missing(), missing, "{file}");
        if file.contains("民法典") {
            articles_of_the_civil_code += law.articles.len();
            assert_eq!(law.title, "中华人民共和国民法典");
            assert!(law.volume.is_some_and(|volume| file.contains(&volume)), "{file}");
        }
    }
    assert_eq!(articles_of_the_civil_code, 1260);
}

#[test]
fn what_is_doubtful_in_a_law_is_named() {
    let Some(expected) = expected() else { return };
    for (file, expected) in expected["laws"].as_object().expect("laws") {
        let warnings = codes(&read(file, &bytes(file)));
        if expected.get("numbers_missing_in_the_file").is_some() {
            let place = |code: &str| warnings.iter().filter(|warning| warning.ends_with(code)).count();
            assert_eq!(
                (warnings.len(), place("missing_articles"), place("missing_heading")),
                (2, 1, 1),
                "{warnings:?}"
            );
        } else if expected.get("trap").is_some() {
            assert_eq!(warnings.len(), 1, "{warnings:?}");
            assert!(warnings[0].ends_with(" quoted_text"), "{warnings:?}");
        } else if file.ends_with("附则.md") {
            assert_eq!(warnings, ["11 empty_heading"]);
        } else {
            assert_eq!(warnings, [""; 0], "{file}");
        }
    }
}

#[test]
fn the_text_that_an_amendment_inserts_belongs_to_it() {
    if expected().is_none() {
        return;
    }
    let law = law("laws/宪法修正案（2018年）.md");
    let last = law.articles.last().expect("article 52");
    assert_eq!(last.number.to_string(), "52");
    let lines = last.lines();
    let begin = |words: &str| lines.iter().filter(|line| line.starts_with(words)).count();
    assert_eq!((begin("第一百二十"), begin("第七节")), (5, 2));
}

#[test]
fn no_character_of_a_law_is_lost() {
    let Some(expected) = expected() else { return };
    for file in expected["laws"].as_object().expect("laws").keys() {
        let text = String::from_utf8(bytes(file)).expect("UTF-8");
        let (_, body) = text.split_once("<!-- INFO END -->").expect("a head");
        let body: String = body.lines().map(|line| line.trim_start_matches('#')).collect();
        let body = body.replace("<!-- FORCE BREAK -->", "");
        let law = law(file);
        let mut written = String::new();
        let mut articles = law.articles.iter().enumerate().peekable();
        for division in &law.divisions {
            while let Some((_, article)) = articles.next_if(|(place, _)| *place < division.articles_before) {
                written += &(article.number.chinese() + &article.text());
            }
            written += &(division.heading() + &division.text.concat());
        }
        for (_, article) in articles {
            written += &(article.number.chinese() + &article.text());
        }
        let (written, body) = (normalised(&written), normalised(&body));
        let differs = written.chars().zip(body.chars()).position(|(one, other)| one != other);
        let around: String = body
            .chars()
            .skip(differs.unwrap_or_default().saturating_sub(20))
            .take(40)
            .collect();
        assert!(written == body, "{file}: lost near {around}");
    }
}

#[test]
fn the_head_says_when_a_law_was_made_and_takes_effect() {
    let Some(expected) = expected() else { return };
    for file in expected["laws"].as_object().expect("laws").keys() {
        let law = law(file);
        let level = law.level().map(|level| level.code());
        let expected = match file.as_str() {
            file if file.contains("宪法") => "constitution",
            file if file.contains("山东省") => "local_regulation",
            file if file.contains("条例") => "admin_regulation",
            _ => "statute",
        };
        assert_eq!(level, Some(expected), "{file}");
        // The files are named after the day of their version.
        if let Some(day) = file.split(['(', ')']).nth(1) {
            assert_eq!(
                law.version_date().map(|date| date.to_string()).as_deref(),
                Some(day),
                "{file}"
            );
        }
    }
    let effective = |file: &str| law(file).effective().as_ref().map(Date::to_string);
    assert_eq!(
        effective("laws/突发事件应对法(2024-06-28).md").as_deref(),
        Some("2024-11-01")
    );
    assert_eq!(
        effective("laws/生产安全事故应急条例(2019-02-17).md").as_deref(),
        Some("2019-04-01")
    );
    assert_eq!(effective("laws/民法典/合同编.md").as_deref(), Some("2021-01-01"));
    assert_eq!(
        effective("laws/消防法(2021-04-29).md"),
        None,
        "the text states the day of the law of 2008"
    );
    let events = law("laws/未成年人保护法(2024-04-26).md").history;
    let acts: Vec<_> = events.iter().map(|event| format!("{:?}", event.act)).collect();
    assert_eq!(acts, ["Passed", "Revised", "Amended", "Revised", "Amended"]);
}

/// A list of members, or their number.
fn agrees(found: &impl serde::Serialize, expected: &Value) {
    let found = serde_json::to_value(found).expect("JSON");
    match expected.as_u64() {
        Some(_) => assert_eq!(found.as_array().expect("a list").len(), count(expected)),
        None => assert_eq!(&found, expected),
    }
}

#[test]
fn amended_laws_compare_as_counted() {
    let Some(expected) = expected() else { return };
    for pair in expected["law_pairs"].as_array().expect("pairs") {
        let file = |key: &str| format!("laws/{}", pair[key].as_str().expect("a file"));
        let (old, new) = (law(&file("before")), law(&file("after")));
        let told = compare(&old, &new);
        assert_eq!(
            told.unchanged.len(),
            count(&pair["same_number_same_text"]),
            "{}",
            file("after")
        );
        agrees(&told.renumbered, &pair["identical_text_moved_to_another_number"]);
        for (found, key) in [
            (told.renumbered.first(), "first_move"),
            (told.renumbered.last(), "last_move"),
        ] {
            agrees(&found, &pair[key]);
        }
        every_article_has_one_fate(&told, &old, &new);
        if let Some(list) = pair["text_differs_at_same_number"]
            .as_array()
            .filter(|list| list.len() == 1)
        {
            let changed: Vec<_> = told.changed.iter().map(|change| change.old).collect();
            assert_eq!(changed, numbers(&Value::Array(list.clone())));
        }
    }
}

fn every_article_has_one_fate(told: &Comparison, old: &Law, new: &Law) {
    let both = told.unchanged.len() + told.renumbered.len() + told.changed.len();
    assert_eq!(both + told.deleted.len(), old.articles.len());
    assert_eq!(both + told.added.len(), new.articles.len());
}

#[test]
fn the_encoding_of_old_collections_makes_no_difference() {
    let Some(expected) = expected() else { return };
    for file in expected["laws"].as_object().expect("laws").keys() {
        let utf_8 = bytes(file);
        let text = std::str::from_utf8(&utf_8).expect("UTF-8");
        let (old, _, _) = encoding_rs::GB18030.encode(text);
        assert_eq!(read("a.txt", &old).found, read("a.txt", &utf_8).found, "{file}");
    }
}

/// The text as the official database writes it: no marks, and a table of contents before the text.
fn official(text: &str) -> String {
    let (head, body) = text.split_once("<!-- INFO END -->").expect("a head");
    let plain = |line: &str| line.trim_start_matches('#').trim().to_owned();
    let headings = body.lines().filter(|line| line.starts_with('#')).map(plain);
    let contents: Vec<String> = headings
        .filter(|heading| !heading.is_empty() && !heading.starts_with("附件"))
        .collect();
    let begin = if contents.is_empty() {
        vec![]
    } else {
        vec!["目　录".to_owned()]
    };
    let body = body.replace("<!-- FORCE BREAK -->", "");
    let lines = head
        .lines()
        .map(plain)
        .chain(begin)
        .chain(contents)
        .chain(body.lines().map(plain));
    lines.collect::<Vec<_>>().join("\r\n")
}

#[test]
fn a_law_without_marks_and_with_its_contents_is_the_same_law() {
    let Some(expected) = expected() else { return };
    for file in expected["laws"].as_object().expect("laws").keys() {
        let marked = law(file);
        let text = official(std::str::from_utf8(&bytes(file)).expect("UTF-8"));
        let reading = read("a.txt", text.as_bytes());
        assert_eq!((reading.format, &reading.errors[..]), ("text", &[][..]), "{file}");
        let plain = &reading.found[0].value;
        assert_eq!((&plain.title, &plain.volume), (&marked.title, &marked.volume), "{file}");
        assert_eq!(
            (&plain.history, &plain.divisions),
            (&marked.history, &marked.divisions),
            "{file}"
        );
        assert!(plain.articles == marked.articles, "{file}");
    }
}

/// How a file gets damaged on its way.
#[derive(Debug, Clone)]
enum Damage {
    Cut(usize),
    Drop(usize, usize),
    Repeat(usize, usize),
    Put(usize, Vec<u8>),
    Swap(usize, usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    let words = prop::sample::select(
        &[
            "\n第九十九条 ",
            "\n# ",
            "：\n第一章 总则\n",
            "目录\n",
            "附件\n",
            "第",
            "（一）",
            "\u{200b}",
            "\r",
        ][..],
    );
    let put = prop_oneof![
        words.prop_map(|word| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..8),
    ];
    prop_oneof![
        any::<usize>().prop_map(Damage::Cut),
        (any::<usize>(), 1usize..400).prop_map(|(at, length)| Damage::Drop(at, length)),
        (any::<usize>(), 1usize..400).prop_map(|(at, length)| Damage::Repeat(at, length)),
        (any::<usize>(), put).prop_map(|(at, bytes)| Damage::Put(at, bytes)),
        (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Damage::Swap(one, other)),
    ]
}

fn damaged(lines: &[&str], damage: &Damage) -> Vec<u8> {
    let count = lines.len();
    let joined = |lines: &[&str]| lines.join("\n").into_bytes();
    match damage {
        Damage::Cut(at) => {
            let bytes = joined(lines);
            bytes[..at % bytes.len()].to_vec()
        }
        Damage::Drop(at, length) => {
            let at = at % count;
            let behind = (at + length).min(count);
            joined(&[&lines[..at], &lines[behind..]].concat())
        }
        Damage::Repeat(at, length) => {
            let at = at % count;
            let behind = (at + length).min(count);
            joined(&[&lines[..behind], &lines[at..]].concat())
        }
        Damage::Put(at, put) => {
            let bytes = joined(lines);
            let at = at % bytes.len();
            [&bytes[..at], put, &bytes[at..]].concat()
        }
        Damage::Swap(one, other) => {
            let mut lines = lines.to_vec();
            lines.swap(one % count, other % count);
            joined(&lines)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_damaged_law_panics_and_what_is_read_can_be_compared(
        (which, other) in (any::<usize>(), any::<usize>()),
        damage in damage(),
    ) {
        let Some(expected) = expected() else { return Ok(()) };
        let files: Vec<_> = expected["laws"].as_object().expect("laws").keys().collect();
        let text = String::from_utf8(bytes(files[which % files.len()])).expect("UTF-8");
        let lines: Vec<&str> = text.lines().collect();
        let reading = read("a.md", &damaged(&lines, &damage));
        prop_assert_eq!(reading.found.len() + reading.errors.len(), 1);
        for found in &reading.found {
            let other = law(files[other % files.len()]);
            every_article_has_one_fate(&compare(&found.value, &other), &found.value, &other);
        }
    }
}
