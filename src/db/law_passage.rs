//! Words in what is no article: headings, preambles (序言) and annexes. There are few of them, so they are read through.

use super::{
    Db, Result,
    column::{Column, to_json},
    read_all,
};
use crate::domain::{id::LawVersionId, law::Words};

/// A heading with the text below it that holds the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    pub version: LawVersionId,
    /// Its place among the divisions of the version.
    pub place: usize,
}

/// The divisions that hold all these words in their heading or in their own text, in the order of these versions, at most so many.
///
/// # Errors
/// When the database fails.
pub async fn passages(db: &Db, words: &Words, versions: &[LawVersionId], limit: i64) -> Result<Vec<Passage>> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let sql = match db {
        Db::Sqlite { .. } => {
            "WITH wanted AS MATERIALIZED (SELECT value AS version, key AS rank FROM json_each($2))
             SELECT d.version, d.place FROM wanted w CROSS JOIN law_division d ON d.version = w.version
             WHERE NOT EXISTS (SELECT 1 FROM json_each($1) u
                 WHERE instr(lower(replace(replace(d.title || d.body, ' ', ''), '　', '')), u.value) = 0)
             ORDER BY w.rank, d.place LIMIT $3"
        }
        Db::Postgres(_) => {
            "SELECT d.version, d.place
             FROM jsonb_array_elements_text(CAST($2 AS jsonb)) WITH ORDINALITY AS w (version, rank)
             JOIN law_division d ON d.version = CAST(w.version AS bigint)
             WHERE NOT EXISTS (SELECT 1 FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS u (word)
                 WHERE strpos(lower(replace(replace(d.title || d.body, ' ', ''), '　', '')), u.word) = 0)
             ORDER BY w.rank, d.place LIMIT $3"
        }
    };
    let wanted = to_json(&versions.iter().map(|version| version.0).collect::<Vec<_>>());
    let rows = read_all!(db, (i64, i64), sql, to_json(&words.words()), wanted, limit)?;
    let passage = |(version, place)| {
        Ok(Passage {
            version: LawVersionId(version),
            place: Column("law_division", "place", version).number(place)?,
        })
    };
    rows.into_iter().map(passage).collect()
}
