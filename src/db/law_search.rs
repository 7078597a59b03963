//! Articles by what they hold and by their number; texts as they are searched.

use std::collections::HashMap;

use super::{
    Db, Result,
    column::{Column, to_json},
    law::{ArticleRow, DivisionRow, article, division},
    read_all, read_each, read_one,
};
use crate::domain::{
    id::{LawArticleId, LawVersionId},
    law::{Article, ArticleNumber, Division, SearchText, Words},
};

/// The articles of all versions that the index finds for these words, by id. Whether words of more than two characters stand there
/// whole it does not say: see [`SearchText::articles`].
///
/// # Errors
/// When the database fails.
pub async fn indexed(db: &Db, words: &Words) -> Result<Vec<LawArticleId>> {
    let grams = words.grams();
    if grams.is_empty() {
        return Ok(Vec::new());
    }
    // One value for all: a row for each costs more than finding it.
    let mut found: Vec<i64> = match db {
        Db::Sqlite { .. } => {
            // The tokenizer takes every character beyond ASCII for a letter, so each gram is one token.
            let quoted: Vec<String> = grams.iter().map(|gram| format!("\"{gram}\"")).collect();
            let sql = "SELECT json_group_array(rowid) FROM law_search WHERE law_search MATCH $1";
            let row = read_one!(db, (String,), sql, quoted.join(" AND "))?;
            let (found,) = row.unwrap_or_else(|| ("[]".to_owned(),));
            Column("law_search", "rowid", 0).json(&found)?
        }
        Db::Postgres(pool) => {
            let sql = "SELECT COALESCE(array_agg(article), '{}') FROM law_search
                 WHERE grams @> ARRAY(SELECT jsonb_array_elements_text(CAST($1 AS jsonb)))";
            let query = sqlx::query_scalar(sql).bind(to_json(&grams));
            query.fetch_one(pool).await?
        }
    };
    found.sort_unstable();
    Ok(found.into_iter().map(LawArticleId).collect())
}

fn listed(versions: &[LawVersionId]) -> String {
    to_json(&versions.iter().map(|version| version.0).collect::<Vec<_>>())
}

/// The texts of versions as they are searched.
///
/// # Errors
/// When the database fails.
pub async fn texts(db: &Db, versions: &[LawVersionId]) -> Result<HashMap<LawVersionId, SearchText>> {
    let (articles, divisions) = match db {
        Db::Sqlite { .. } => (
            "SELECT version, id, normalised FROM law_article WHERE version IN (SELECT value FROM json_each($1))
             ORDER BY version, place",
            "SELECT version, title, body FROM law_division WHERE version IN (SELECT value FROM json_each($1))
             ORDER BY version, place",
        ),
        Db::Postgres(_) => (
            "SELECT version, id, normalised FROM law_article
             WHERE version IN (SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST($1 AS jsonb)))
             ORDER BY version, place",
            "SELECT version, title, body FROM law_division
             WHERE version IN (SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST($1 AS jsonb)))
             ORDER BY version, place",
        ),
    };
    let mut texts: HashMap<_, _> = versions.iter().map(|id| (*id, SearchText::default())).collect();
    let wanted = listed(versions);
    read_each!(db, (i64, i64, String), articles, [&wanted], |(version, id, text)| {
        let version = texts.entry(LawVersionId(version)).or_default();
        version.push_article(LawArticleId(id), &text);
        Ok(())
    })?;
    read_each!(db, (i64, String, String), divisions, [&wanted], |(
        version,
        title,
        body,
    )| {
        let lines: Vec<String> = Column("law_division", "body", version).json(&body)?;
        let version = texts.entry(LawVersionId(version)).or_default();
        version.push_division(&title, &lines);
        Ok(())
    })?;
    Ok(texts)
}

/// An article with the version it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub version: LawVersionId,
    pub article: Article,
}

type FoundRow = (i64, i64, i64, i64, i64, String);

fn found((version, id, number, insertion, division, body): FoundRow) -> Result<Found> {
    let row: ArticleRow = (id, number, insertion, division, body);
    Ok(Found {
        version: LawVersionId(version),
        article: article(row)?,
    })
}

/// These articles, in this order.
///
/// # Errors
/// When the database fails.
pub async fn articles(db: &Db, ids: &[LawArticleId]) -> Result<Vec<Found>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT a.version, a.id, a.number, a.insertion, a.division, a.body FROM json_each($1) o
             JOIN law_article a ON a.id = o.value ORDER BY o.key"
        }
        Db::Postgres(_) => {
            "SELECT a.version, a.id, a.number, a.insertion, a.division, a.body
             FROM jsonb_array_elements_text(CAST($1 AS jsonb)) WITH ORDINALITY AS o (id, rank)
             JOIN law_article a ON a.id = CAST(o.id AS bigint) ORDER BY o.rank"
        }
    };
    let order: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = read_all!(db, FoundRow, sql, to_json(&order))?;
    rows.into_iter().map(found).collect()
}

/// The articles of this number in these versions, in their order, at most so many.
///
/// # Errors
/// When the database fails.
pub async fn numbered(db: &Db, number: ArticleNumber, versions: &[LawVersionId], limit: i64) -> Result<Vec<Found>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "WITH wanted AS MATERIALIZED (SELECT value AS version, key AS rank FROM json_each($3))
             SELECT a.version, a.id, a.number, a.insertion, a.division, a.body FROM wanted w
             JOIN law_article a ON a.version = w.version AND a.number = $1 AND a.insertion = $2
             ORDER BY w.rank, a.place LIMIT $4"
        }
        Db::Postgres(_) => {
            "SELECT a.version, a.id, a.number, a.insertion, a.division, a.body
             FROM jsonb_array_elements_text(CAST($3 AS jsonb)) WITH ORDINALITY AS w (version, rank)
             JOIN law_article a ON a.version = CAST(w.version AS bigint) AND a.number = $1 AND a.insertion = $2
             ORDER BY w.rank, a.place LIMIT $4"
        }
    };
    let (n, insertion) = (i64::from(number.number()), i64::from(number.insertion()));
    let rows = read_all!(db, FoundRow, sql, n, insertion, listed(versions), limit)?;
    rows.into_iter().map(found).collect()
}

type PlacedRow = (i64, i64, i64, i64, i64, i64, String, String, String);

/// These divisions, each by its version and its place there, in this order.
///
/// # Errors
/// When the database fails.
pub async fn divisions(db: &Db, places: &[(LawVersionId, usize)]) -> Result<Vec<((LawVersionId, usize), Division)>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT d.version, d.place, d.number, d.insertion, d.above, d.articles_before, d.kind, d.title, d.body
             FROM json_each($1) w JOIN law_division d ON d.version = w.value->>0 AND d.place = w.value->>1 ORDER BY w.key"
        }
        Db::Postgres(_) => {
            "SELECT d.version, d.place, d.number, d.insertion, d.above, d.articles_before, d.kind, d.title, d.body
             FROM jsonb_array_elements(CAST($1 AS jsonb)) WITH ORDINALITY AS w (value, rank)
             JOIN law_division d ON d.version = CAST(w.value->>0 AS bigint) AND d.place = CAST(w.value->>1 AS bigint)
             ORDER BY w.rank"
        }
    };
    let wanted: Vec<_> = places.iter().map(|(version, place)| (version.0, place)).collect();
    let rows = read_all!(db, PlacedRow, sql, to_json(&wanted))?;
    let placed = |row: PlacedRow| {
        let (version, place, number, insertion, above, articles_before, kind, title, body) = row;
        let at = (
            LawVersionId(version),
            Column("law_division", "place", version).number(place)?,
        );
        let row: DivisionRow = (place, number, insertion, above, articles_before, kind, title, body);
        Ok((at, division(row)?))
    };
    rows.into_iter().map(placed).collect()
}
