//! Searching the library: by the name of a law, by the number of an article, by words in the text.

use super::{library, today};
use crate::{
    db,
    domain::{
        id::LawVersionId,
        law::{Article, ArticleNumber, Library, Record, Status, Version, Words, citation},
    },
    service::{App, Result},
};

/// Articles on a page.
pub const PAGE: u32 = 20;
/// Articles of one number that are listed.
const CITED: i64 = 50;
/// Laws by name that are listed.
const NAMED: usize = 10;

/// An article that was found.
pub struct Hit {
    pub record: Record,
    pub version: Version,
    pub status: Status,
    pub article: Article,
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
}

fn hits(library: &Library, today: crate::domain::law::Date, found: Vec<db::law::Found>) -> Vec<Hit> {
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
    })
}
