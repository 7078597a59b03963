//! Searching the library: by the name of a law, by the number of an article, by words in the text.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError},
};

use super::{aside, library, today};
use crate::{
    db,
    domain::{
        id::{LawArticleId, LawVersionId},
        law::{Article, ArticleNumber, Date, Library, Record, SearchText, Status, Version, Words, citation},
    },
    service::{App, Result},
};

/// Articles on a page.
pub const PAGE: u32 = 20;
/// Articles of one number that are listed.
pub const CITED: usize = 50;
/// Headings, preambles and annexes that are listed.
pub const PASSAGES: usize = 20;
/// Bytes of searched texts that a node keeps, those of some 200,000 articles; when there are more, all go.
const KEPT: usize = 64 << 20;
/// Lines of each that are shown, and characters of a line.
const LINES: usize = 3;
const LINE: usize = 200;
/// Laws by name that are listed.
pub const NAMED: usize = 10;

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
    /// Laws of this name, the most alike first, at most [`NAMED`], and whether there are more.
    pub laws: Vec<(Record, Status)>,
    pub more_laws: bool,
    /// The number that was asked for, the articles that have it, at most [`CITED`], and whether there are more.
    pub number: Option<ArticleNumber>,
    pub cited: Vec<Hit>,
    pub more_cited: bool,
    pub hits: Vec<Hit>,
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    /// Beside the first page, at most [`PASSAGES`].
    pub passages: Vec<Passage>,
}

fn hits(library: &Library, today: Date, found: Vec<db::law_search::Found>) -> Vec<Hit> {
    let hit = |found: db::law_search::Found| {
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
    let words = Words::new(typed);
    let found = async { Ok(db::law_search::indexed(&app.db, &words).await?) };
    let (library, indexed) = tokio::try_join!(library(app), found)?;
    let today = today(app);
    let searched = |record: &Record| -> Vec<LawVersionId> {
        match all {
            true => record.versions().iter().rev().map(|version| version.id).collect(),
            false => record.in_force(today).map(|version| version.id).into_iter().collect(),
        }
    };
    let (mut number, mut cited, mut more_cited) = (None, Vec::new(), false);
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
            // One more than is listed tells whether there are more.
            let mut found = db::law_search::numbered(&app.db, cites, &versions, CITED as i64 + 1).await?;
            more_cited = found.len() > CITED;
            found.truncate(CITED);
            number = Some(cites);
            cited = hits(&library, today, found);
        }
    }
    let versions: Vec<LawVersionId> = library.records().iter().flat_map(searched).collect();
    let (found, places) = matching(app, &words, &versions, indexed).await?;
    let pages = found.len().div_ceil(PAGE as usize).max(1);
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    let page = if (1..=pages).contains(&page) { page } else { 1 };
    let shown: Vec<_> = found
        .iter()
        .skip((page as usize - 1) * PAGE as usize)
        .take(PAGE as usize)
        .copied()
        .collect();
    let passages = match page {
        1 => passages(app, &library, today, &words, &places).await?,
        _ => Vec::new(),
    };
    let named = library.named(typed);
    let more_laws = named.len() > NAMED;
    let laws = named.into_iter().take(NAMED);
    let laws = laws.map(|record| (record.clone(), record.standing(today))).collect();
    Ok(Search {
        words,
        laws,
        more_laws,
        number,
        cited,
        more_cited,
        hits: hits(&library, today, db::law_search::articles(&app.db, &shown).await?),
        total: found.len(),
        page,
        pages,
        passages,
    })
}

/// Of all that holds the words in these versions, in their order: the articles, of those that the index found, and the first
/// [`PASSAGES`] divisions, by version and place.
async fn matching(
    app: &App,
    words: &Words,
    versions: &[LawVersionId],
    indexed: Vec<LawArticleId>,
) -> Result<(Vec<LawArticleId>, Vec<(LawVersionId, usize)>)> {
    if words.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let texts = texts(app, versions).await?;
    let words = words.clone();
    aside(move || {
        let articles = texts.iter().flat_map(|(_, text)| text.articles(&words, &indexed));
        let places = texts
            .iter()
            .flat_map(|(version, text)| text.divisions(&words).map(|place| (*version, place)));
        (articles.collect(), places.take(PASSAGES).collect())
    })
    .await
}

/// The texts of these versions as they are searched, in their order; read from the database when they are searched for the first time.
async fn texts(app: &App, versions: &[LawVersionId]) -> Result<Vec<(LawVersionId, Arc<SearchText>)>> {
    let searched = || app.laws.searched.lock().unwrap_or_else(PoisonError::into_inner);
    let mut texts: HashMap<_, _> = {
        let kept = searched();
        let known = |id: &LawVersionId| Some((*id, Arc::clone(kept.get(id)?)));
        versions.iter().filter_map(known).collect()
    };
    let missing: Vec<LawVersionId> = versions.iter().filter(|id| !texts.contains_key(id)).copied().collect();
    if !missing.is_empty() {
        let read = db::law_search::texts(&app.db, &missing).await?;
        texts.extend(read.into_iter().map(|(id, text)| (id, Arc::new(text))));
        let mut kept = searched();
        kept.extend(texts.iter().map(|(id, text)| (*id, Arc::clone(text))));
        if kept.values().map(|text| text.size()).sum::<usize>() > KEPT {
            kept.clear();
        }
    }
    let text = |id: &LawVersionId| Some((*id, texts.remove(id)?));
    Ok(versions.iter().filter_map(text).collect())
}

async fn passages(
    app: &App,
    library: &Library,
    today: Date,
    words: &Words,
    places: &[(LawVersionId, usize)],
) -> Result<Vec<Passage>> {
    let mut passages = Vec::new();
    for ((version, place), division) in db::law_search::divisions(&app.db, places).await? {
        let record = library.of_version(version);
        let version = record.and_then(|record| record.version(version));
        let (Some(record), Some(version)) = (record, version) else {
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
            place,
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
