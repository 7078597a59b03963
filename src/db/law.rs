//! Laws, their versions and articles.

use super::{
    Db, Error, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_one, tx_run,
};
use crate::domain::{
    id::{AccountId, LawArticleId, LawId, LawVersionId},
    law::{Article, ArticleNumber, Date, Days, Division, DivisionKind, Entry, Law, Level, Paragraph, Version, grams},
    time::Timestamp,
};

/// Articles and divisions sent to the database at a time.
const CHUNK: usize = 200;

/// Makes a law of this title and volume unless there is one, and gives it. The level of one that has none is filled in.
///
/// # Errors
/// When the database fails.
pub async fn entry(tx: &mut Tx, entry: &Entry) -> Result<LawId> {
    let level = entry.level.map_or("", Level::code);
    let volume = entry.volume.as_deref().unwrap_or_default();
    let row = tx_one!(
        tx,
        (i64,),
        "INSERT INTO law (id, level, title, volume) VALUES ($1, $2, $3, $4)
         ON CONFLICT (title, volume) DO UPDATE SET level = CASE WHEN law.level = '' THEN excluded.level ELSE law.level END
         RETURNING id",
        entry.id.0,
        level,
        entry.title.as_str(),
        volume
    )?;
    let (id,) = row.ok_or(Error::Overtaken)?;
    Ok(LawId(id))
}

/// Says which law this one continues, if any.
///
/// # Errors
/// When the database fails.
pub async fn set_continues(tx: &mut Tx, law: LawId, before: Option<LawId>) -> Result<()> {
    let before = before.map_or(0, |before| before.0);
    tx_run!(tx, "UPDATE law SET continues = $2 WHERE id = $1", law.0, before)?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_level(tx: &mut Tx, law: LawId, level: Option<Level>) -> Result<()> {
    let level = level.map_or("", Level::code);
    tx_run!(tx, "UPDATE law SET level = $2 WHERE id = $1", law.0, level)?;
    Ok(())
}

fn day(date: Option<Date>) -> String {
    date.map(|date| date.to_string()).unwrap_or_default()
}

/// Stores a version with its text and its index; `ids` are those of its articles.
///
/// # Errors
/// [`Error::Taken`] when exactly this text is stored already.
pub async fn insert(tx: &mut Tx, version: &Version, law: &Law, ids: &[LawArticleId]) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO law_version (id, law, articles, imported_by, imported_at, promulgated, effective, repealed, history, file, digest)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        version.id.0,
        version.law.0,
        i64::from(version.articles),
        version.imported_by.0,
        version.imported_at.0,
        day(version.days.promulgated),
        day(version.days.effective),
        day(version.days.repealed),
        to_json(&law.history),
        version.file.as_str(),
        version.digest.as_str()
    )?;
    insert_divisions(tx, version.id, &law.divisions).await?;
    insert_articles(tx, version.id, &law.articles, ids).await
}

/// A place in a list as it is stored; -1: none.
fn place(place: Option<usize>) -> i64 {
    place.and_then(|place| i64::try_from(place).ok()).unwrap_or(-1)
}

async fn insert_divisions(tx: &mut Tx, version: LawVersionId, divisions: &[Division]) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO law_division (version, place, number, insertion, above, articles_before, kind, title, body)
             SELECT $1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6, value->>7 FROM json_each($2)"
        }
        Tx::Postgres(_) => {
            "INSERT INTO law_division (version, place, number, insertion, above, articles_before, kind, title, body)
             SELECT $1, (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::bigint, r->>5, r->>6, r->>7
             FROM jsonb_array_elements($2::jsonb) r"
        }
    };
    let rows: Vec<_> = divisions
        .iter()
        .enumerate()
        .map(|(at, division)| {
            let number = division
                .number
                .map_or((0, 0), |number| (number.number(), number.insertion()));
            let (above, before) = (place(division.above), division.articles_before);
            let body = to_json(&division.text);
            (
                at,
                number.0,
                number.1,
                above,
                before,
                division.kind.code(),
                &division.title,
                body,
            )
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        tx_run!(tx, sql, version.0, to_json(&chunk))?;
    }
    Ok(())
}

async fn insert_articles(tx: &mut Tx, version: LawVersionId, articles: &[Article], ids: &[LawArticleId]) -> Result<()> {
    let (rows_sql, index_sql) = match tx {
        Tx::Sqlite(_) => (
            "INSERT INTO law_article (version, id, place, number, insertion, division, body, normalised)
             SELECT $1, value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, value->>6 FROM json_each($2)",
            "INSERT INTO law_search (rowid, grams)
             SELECT r.value->>0, (SELECT group_concat(g.value, ' ') FROM json_each(r.value->1) g) FROM json_each($1) r",
        ),
        Tx::Postgres(_) => (
            "INSERT INTO law_article (version, id, place, number, insertion, division, body, normalised)
             SELECT $1, (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::bigint, r->>5, r->>6
             FROM jsonb_array_elements($2::jsonb) r",
            "INSERT INTO law_search (article, grams)
             SELECT (r->>0)::bigint, ARRAY(SELECT jsonb_array_elements_text(r->1)) FROM jsonb_array_elements($1::jsonb) r",
        ),
    };
    let placed: Vec<_> = articles.iter().zip(ids).enumerate().collect();
    for chunk in placed.chunks(CHUNK) {
        let (mut rows, mut index) = (Vec::new(), Vec::new());
        for (at, (article, LawArticleId(id))) in chunk {
            let normalised = article.normalised();
            index.push((id, grams(&normalised)));
            let (number, insertion) = (article.number.number(), article.number.insertion());
            let body = to_json(&article.paragraphs);
            rows.push((id, at, number, insertion, place(article.division), body, normalised));
        }
        tx_run!(tx, rows_sql, version.0, to_json(&rows))?;
        tx_run!(tx, index_sql, to_json(&index))?;
    }
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn entries(db: &Db) -> Result<Vec<Entry>> {
    let rows = read_all!(
        db,
        (i64, i64, String, String, String),
        "SELECT id, continues, level, title, volume FROM law"
    )?;
    rows.into_iter()
        .map(|(id, continues, level, title, volume)| {
            let level = match level.as_str() {
                "" => None,
                code => Some(Column("law", "level", id).code(code, Level::parse)?),
            };
            Ok(Entry {
                continues: (continues != 0).then_some(LawId(continues)),
                id: LawId(id),
                level,
                title,
                volume: (!volume.is_empty()).then_some(volume),
            })
        })
        .collect()
}

type VersionRow = (i64, i64, i64, i64, i64, String, String, String, String, String);

fn version(row: VersionRow) -> Result<Version> {
    let (id, law, articles, imported_by, imported_at, promulgated, effective, repealed, file, digest) = row;
    let column = |name| Column("law_version", name, id);
    let day = |name, text: &str| match text {
        "" => Ok(None),
        text => column(name).code(text, |text| text.parse().ok()).map(Some),
    };
    Ok(Version {
        id: LawVersionId(id),
        law: LawId(law),
        days: Days {
            promulgated: day("promulgated", &promulgated)?,
            effective: day("effective", &effective)?,
            repealed: day("repealed", &repealed)?,
        },
        articles: column("articles").number(articles)?,
        file,
        digest,
        imported_by: AccountId(imported_by),
        imported_at: Timestamp(imported_at),
    })
}

/// The versions of all laws.
///
/// # Errors
/// When the database fails.
pub async fn versions(db: &Db) -> Result<Vec<Version>> {
    let rows = read_all!(
        db,
        VersionRow,
        "SELECT id, law, articles, imported_by, imported_at, promulgated, effective, repealed, file, digest FROM law_version"
    )?;
    rows.into_iter().map(version).collect()
}

/// Who imported the versions of a law, by account.
///
/// # Errors
/// When the database fails.
pub async fn importers(db: &Db, law: LawId) -> Result<Vec<(AccountId, String)>> {
    let rows = read_all!(
        db,
        (i64, String),
        "SELECT a.id, COALESCE(p.name, a.name) FROM account a LEFT JOIN person p ON p.id = a.person
         WHERE a.id IN (SELECT imported_by FROM law_version WHERE law = $1)",
        law.0
    )?;
    Ok(rows.into_iter().map(|(id, name)| (AccountId(id), name)).collect())
}

pub(super) type ArticleRow = (i64, i64, i64, i64, String);

pub(super) fn article(row: ArticleRow) -> Result<Article> {
    let (id, number, insertion, division, body) = row;
    let column = |name| Column("law_article", name, id);
    Ok(Article {
        number: number_of(column("number"), number, insertion)?.ok_or_else(|| column("number").unreadable())?,
        division: usize::try_from(division).ok(),
        paragraphs: column("body").json::<Vec<Paragraph>>(&body)?,
    })
}

/// `None` for 0, which stands for no number.
fn number_of(column: Column, number: i64, insertion: i64) -> Result<Option<ArticleNumber>> {
    if number == 0 {
        return Ok(None);
    }
    let (number, insertion) = (column.number(number)?, column.number(insertion)?);
    let number = ArticleNumber::new(number, insertion).ok_or_else(|| column.unreadable())?;
    Ok(Some(number))
}

pub(super) type DivisionRow = (i64, i64, i64, i64, i64, String, String, String);

pub(super) fn division(row: DivisionRow) -> Result<Division> {
    let (place, number, insertion, above, articles_before, kind, title, body) = row;
    let column = |name| Column("law_division", name, place);
    Ok(Division {
        kind: column("kind").code(&kind, DivisionKind::from_code)?,
        number: number_of(column("number"), number, insertion)?,
        title,
        above: usize::try_from(above).ok(),
        articles_before: column("articles_before").number(articles_before)?,
        text: column("body").json(&body)?,
    })
}

/// The text of a version as it was read from its file.
///
/// # Errors
/// When the database fails.
pub async fn document(db: &Db, id: LawVersionId) -> Result<Option<Law>> {
    let row = read_one!(
        db,
        (String, String, String),
        "SELECT l.title, l.volume, v.history FROM law_version v JOIN law l ON l.id = v.law WHERE v.id = $1",
        id.0
    )?;
    let Some((title, volume, history)) = row else {
        return Ok(None);
    };
    let divisions = read_all!(
        db,
        DivisionRow,
        "SELECT place, number, insertion, above, articles_before, kind, title, body FROM law_division WHERE version = $1
         ORDER BY place",
        id.0
    )?;
    let articles = read_all!(
        db,
        ArticleRow,
        "SELECT id, number, insertion, division, body FROM law_article WHERE version = $1 ORDER BY place",
        id.0
    )?;
    Ok(Some(Law {
        title,
        volume: (!volume.is_empty()).then_some(volume),
        history: Column("law_version", "history", id.0).json(&history)?,
        divisions: divisions.into_iter().map(division).collect::<Result<_>>()?,
        articles: articles.into_iter().map(article).collect::<Result<_>>()?,
    }))
}

/// Corrects the days of a version; `false` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn set_days(tx: &mut Tx, id: LawVersionId, days: &Days) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE law_version SET promulgated = $2, effective = $3, repealed = $4 WHERE id = $1",
        id.0,
        day(days.promulgated),
        day(days.effective),
        day(days.repealed)
    )?;
    Ok(changed == 1)
}

/// What an account keeps of an article: a bookmark, with or without a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub law: LawId,
    /// In which version it was made.
    pub version: LawVersionId,
    pub number: ArticleNumber,
    pub note: String,
    pub made_at: Timestamp,
}

/// # Errors
/// When the database fails.
pub async fn set_mark(tx: &mut Tx, account: AccountId, mark: &Mark) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO law_mark (account, version, number, insertion, law, made_at, note) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (account, version, number, insertion) DO UPDATE SET note = excluded.note, made_at = excluded.made_at",
        account.0,
        mark.version.0,
        i64::from(mark.number.number()),
        i64::from(mark.number.insertion()),
        mark.law.0,
        mark.made_at.0,
        mark.note.as_str()
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn remove_mark(tx: &mut Tx, account: AccountId, version: LawVersionId, number: ArticleNumber) -> Result<()> {
    tx_run!(
        tx,
        "DELETE FROM law_mark WHERE account = $1 AND version = $2 AND number = $3 AND insertion = $4",
        account.0,
        version.0,
        i64::from(number.number()),
        i64::from(number.insertion())
    )?;
    Ok(())
}

/// The marks of an account, by law and number.
///
/// # Errors
/// When the database fails.
pub async fn marks(db: &Db, account: AccountId) -> Result<Vec<Mark>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64, String, i64),
        "SELECT law, version, number, insertion, note, made_at FROM law_mark WHERE account = $1
         ORDER BY law, version, number, insertion",
        account.0
    )?;
    rows.into_iter()
        .map(|(law, version, number, insertion, note, made_at)| {
            let column = Column("law_mark", "number", version);
            Ok(Mark {
                law: LawId(law),
                version: LawVersionId(version),
                number: number_of(column, number, insertion)?.ok_or_else(|| column.unreadable())?,
                note,
                made_at: Timestamp(made_at),
            })
        })
        .collect()
}
