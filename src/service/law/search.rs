//! Searching the library: by the name of a law, by the number of an article, by words in the text.

use super::{library, text, today};
use crate::{
    db,
    domain::{
        id::LawVersionId,
        law::{Article, ArticleNumber, Date, Library, Record, Status, Version, Words, citation},
    },
    service::{App, Result},
};

/// Articles on a page.
pub const PAGE: u32 = 20;
/// Articles of one number that are listed.
const CITED: i64 = 50;
/// Headings, preambles and annexes that are listed.
pub const PASSAGES: i64 = 20;
/// Lines of each that are shown, and characters of a line.
const LINES: usize = 3;
const LINE: usize = 200;
/// Laws by name that are listed.
const NAMED: usize = 10;

/// An article that was found.
pub struct Hit {
    pub record: Record,
    pub version: Version,
    pub status: Status,
    pub article: Article,
}

/// A heading, preamble or annex that was found.
pub struct Passage {
    pub record: Record,
    pub version: Version,
    pub status: Status,
    /// Its place among the divisions of the version.
    pub place: usize,
    pub heading: String,
    /// The lines below the heading that hold one of the words.
    pub lines: Vec<String>,
}

/// What a search found.
pub struct Search {
    pub words: Words,
    /// Laws of this name, the most alike first.
    pub laws: Vec<(Record, Status)>,
    /// The number that was asked for, and the articles that have it.
    pub number: Option<ArticleNumber>,
    pub cited: Vec<Hit>,
    pub hits: Vec<Hit>,
    pub total: i64,
    pub page: u32,
    pub pages: u32,
    /// Beside the first page, at most [`PASSAGES`].
    pub passages: Vec<Passage>,
}

fn hits(library: &Library, today: Date, found: Vec<db::law::Found>) -> Vec<Hit> {
    let hit = |found: db::law::Found| {
        let record = library.of_version(found.version)?;
        let version = record.version(found.version)?;
        Some(Hit {
            status: record.status(version, today),
            version: version.clone(),
            record: record.clone(),
            article: found.article,
        })
    };
    found.into_iter().filter_map(hit).collect()
}

/// Searches the versions in force, or all. What was typed may be the name of a law, words, or the number of an article with or
/// without the name of its law.
///
/// # Errors
/// When the database fails.
pub async fn search(app: &App, typed: &str, all: bool, page: u32) -> Result<Search> {
    let library = library(app).await?;
    let today = today(app);
    let searched = |record: &Record| -> Vec<LawVersionId> {
        match all {
            true => record.versions().iter().rev().map(|version| version.id).collect(),
            false => record.in_force(today).map(|version| version.id).into_iter().collect(),
        }
    };
    let (mut number, mut cited) = (None, Vec::new());
    if let Some((name, cites)) = citation(typed) {
        let records: Vec<&Record> = match name {
            "" => library.records().iter().collect(),
            // A law that is repealed is shown as well when it is asked for by name.
            name => match library.meant(name) {
                Some(record) => vec![record],
                None => library.named(name),
            },
        };
        let versions: Vec<LawVersionId> = records
            .iter()
            .flat_map(|record| match name {
                "" => searched(record),
                _ if all => searched(record),
                _ => vec![record.shown(today).id],
            })
            .collect();
        if !versions.is_empty() {
            let found = db::law::numbered(&app.db, cites, &versions, CITED).await?;
            number = Some(cites);
            cited = hits(&library, today, found);
        }
    }
    let words = Words::new(typed);
    let versions: Vec<LawVersionId> = library.records().iter().flat_map(searched).collect();
    let page = page.max(1);
    let (limit, offset) = (i64::from(PAGE), i64::from(page - 1) * i64::from(PAGE));
    let (mut found, mut total) = db::law::search(&app.db, &words, &versions, limit, offset).await?;
    let mut page = page;
    if found.is_empty() && page > 1 {
        page = 1;
        (found, total) = db::law::search(&app.db, &words, &versions, limit, 0).await?;
    }
    let passages = match page {
        1 => passages(app, &library, today, &words, &versions).await?,
        _ => Vec::new(),
    };
    let named = library.named(typed).into_iter().take(NAMED);
    let laws = named.map(|record| (record.clone(), record.standing(today))).collect();
    Ok(Search {
        words,
        laws,
        number,
        cited,
        hits: hits(&library, today, found),
        total,
        page,
        pages: u32::try_from((total + limit - 1) / limit).unwrap_or(u32::MAX).max(1),
        passages,
    })
}

async fn passages(
    app: &App,
    library: &Library,
    today: Date,
    words: &Words,
    versions: &[LawVersionId],
) -> Result<Vec<Passage>> {
    let mut passages = Vec::new();
    for found in db::law_passage::passages(&app.db, words, versions, PASSAGES).await? {
        let law = text(app, found.version).await?;
        let record = library.of_version(found.version);
        let version = record.and_then(|record| record.version(found.version));
        let (Some(record), Some(version), Some(division)) = (record, version, law.divisions.get(found.place)) else {
            continue;
        };
        let lines = division
            .text
            .iter()
            .filter(|line| words.mark(line).iter().any(|(found, _)| *found));
        passages.push(Passage {
            status: record.status(version, today),
            version: version.clone(),
            record: record.clone(),
            place: found.place,
            heading: division.heading(),
            lines: lines.take(LINES).map(|line| around(words, line)).collect(),
        });
    }
    Ok(passages)
}

/// A long line from shortly before the first of the words on.
fn around(words: &Words, line: &str) -> String {
    let before = words.mark(line).into_iter().take_while(|(found, _)| !found);
    let before: usize = before.map(|(_, piece)| piece.chars().count()).sum();
    let from = before.saturating_sub(LINE / 4);
    let shown: String = line.chars().skip(from).take(LINE).collect();
    let (first, last) = (from > 0, line.chars().count() > from + LINE);
    format!("{}{shown}{}", if first { "…" } else { "" }, if last { "…" } else { "" })
}
