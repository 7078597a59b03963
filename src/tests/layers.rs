//! The walls: which part of the source may use which other part.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Layer → what it may use, besides itself.
const MAY_USE: &[(&str, &[&str])] = &[
    ("main", &["cli", "config", "web"]),
    ("cli", &["config", "db", "domain", "error", "format", "service"]),
    ("web", &["cli", "config", "domain", "error", "service", "ui"]),
    ("ui", &["domain", "error", "service"]),
    ("service", &["db", "domain", "error", "format"]),
    ("db", &["domain"]),
    ("format", &["domain"]),
    ("error", &["domain"]),
    ("config", &[]),
    ("domain", &[]),
];

/// What stands beside the layers: the list of modules, and programs that drive the product from outside.
const BESIDE: [&str; 3] = ["lib", "tests", "bench"];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
}

/// Every file with its layer and its code without comments.
fn source() -> Vec<(String, String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&root, &mut found);
    let mut source = Vec::new();
    for path in found {
        let inside = path.strip_prefix(&root).expect("below src").display().to_string();
        let layer = inside.split(['/', '.']).next().expect("a name").to_owned();
        let text = std::fs::read_to_string(&path).expect("a file of the source");
        let code: String = text
            .lines()
            .map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n")
            .collect();
        if !BESIDE.contains(&layer.as_str()) {
            source.push((layer, inside, code));
        }
    }
    assert!(source.len() > 50, "the source was found");
    source
}

/// The modules at the top of the crate that a piece of code names behind `start`.
fn named<'a>(code: &'a str, start: &'a str) -> impl Iterator<Item = String> + 'a {
    let whole = |place: usize| {
        let before = code[..place].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"_:$".contains(c))
    };
    let starts = code.match_indices(start).filter(move |(place, _)| whole(*place));
    starts.flat_map(move |(place, _)| heads(&code[place + start.len()..]))
}

/// The first names of a path, or of every path in a list of them.
fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| {
        text.trim()
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect::<String>()
    };
    let Some(list) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let (mut depth, mut paths) = (0, vec![String::new()]);
    for c in list.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => paths.push(String::new()),
            c => paths.last_mut().expect("one path at least").push(c),
        }
    }
    paths
        .iter()
        .map(|path| name(path))
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn the_reader_of_uses_understands_lists_and_paths() {
    let code =
        "use crate::{\n    a::{b, c},\n    d,\n    e::{self},\n};\nlet x = crate::f::g(); use mycrate::z; $crate::y";
    assert_eq!(named(code, "crate::").collect::<Vec<_>>(), ["a", "d", "e", "f"]);
}

#[test]
fn every_layer_uses_only_what_stands_below_it() {
    let mut wrong = BTreeSet::new();
    for (layer, file, code) in source() {
        let may = MAY_USE.iter().find(|(name, _)| *name == layer);
        let (_, may) = may.unwrap_or_else(|| panic!("{file} belongs to no layer of the design"));
        let start = if layer == "main" { "mingfa::" } else { "crate::" };
        for used in named(&code, start).filter(|used| !used.is_empty() && *used != layer) {
            if !may.contains(&used.as_str()) {
                wrong.insert(format!("{file} uses {used}"));
            }
        }
    }
    assert_eq!(wrong, BTreeSet::new());
}

/// The view macro does not escape what stands between the tags of a text field: anybody's words would be markup.
#[test]
fn no_page_writes_words_between_the_tags_of_a_text_field() {
    let pages: Vec<_> = source().into_iter().filter(|(layer, ..)| layer == "ui").collect();
    let fields = pages.iter().flat_map(|(_, file, code)| {
        let found = code.split("<textarea").skip(1).chain(code.split("<title").skip(1));
        found.map(move |rest| (file, rest.split("</").next().unwrap_or_default()))
    });
    let mut count = 0;
    for (file, field) in fields {
        assert!(field.ends_with('>') && !field.ends_with("/>"), "{file}: {field}");
        count += 1;
    }
    assert!(count > 5, "the fields were found");
}

#[test]
fn only_the_store_names_the_database_library() {
    for (layer, file, code) in source() {
        assert!(layer == "db" || !code.contains("sqlx::"), "{file} names sqlx");
    }
}

#[test]
fn the_domain_uses_nothing_but_the_standard_library_serde_thiserror_and_the_tables_of_unicode() {
    for (_, file, code) in source().into_iter().filter(|(layer, ..)| layer == "domain") {
        for line in code.lines().filter_map(|line| line.trim().strip_prefix("use ")) {
            let first: String = line.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let known = [
                "std",
                "serde",
                "thiserror",
                "unicode_normalization",
                "crate",
                "super",
                "self",
            ];
            let known = known.contains(&first.as_str());
            assert!(
                known || first.chars().next().is_some_and(char::is_uppercase) || first == "Self",
                "{file}: use {line}"
            );
        }
        for word in [
            "SystemTime",
            "Instant::",
            "async fn",
            "std::fs",
            "std::env",
            "cfg(feature",
        ] {
            assert!(!code.contains(word), "{file} names {word}");
        }
    }
}
