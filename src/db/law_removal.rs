//! Taking back a version of a law that was imported by mistake, as long as nothing cites it.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, tx_all, tx_one, tx_run,
};
use crate::domain::{
    id::{LawId, LawVersionId},
    law::grams,
};

/// What cites a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Citing {
    /// Bases of questions that stand on it.
    pub questions: u64,
    /// Bookmarks and notes that were made in it.
    pub marks: u64,
    /// Lines of must-know lists that name an article of it, or its law where that has no other version.
    pub lists: u64,
}

impl Citing {
    pub fn any(self) -> bool {
        self.questions + self.marks + self.lists > 0
    }
}

type CitingRow = (i64, i64, i64, i64);

const CITING: &str = "SELECT v.id, (SELECT COUNT(DISTINCT q.question) FROM question_law q WHERE q.version = v.id),
            (SELECT COUNT(*) FROM law_mark m WHERE m.version = v.id),
            (SELECT COUNT(*) FROM must_know_item i WHERE i.version = v.id OR (i.version = 0 AND i.law = v.law
                 AND NOT EXISTS (SELECT 1 FROM law_version o WHERE o.law = v.law AND o.id <> v.id)))
     FROM law_version v WHERE v.law = $1";

fn citing_of((version, questions, marks, lists): CitingRow) -> Result<(LawVersionId, Citing)> {
    let column = |name| Column("law_version", name, version);
    let citing = Citing {
        questions: column("questions").number(questions)?,
        marks: column("marks").number(marks)?,
        lists: column("lists").number(lists)?,
    };
    Ok((LawVersionId(version), citing))
}

/// What cites each version of a law.
///
/// # Errors
/// When the database fails.
pub async fn citing(db: &Db, law: LawId) -> Result<HashMap<LawVersionId, Citing>> {
    let rows = read_all!(db, CitingRow, CITING, law.0)?;
    rows.into_iter().map(citing_of).collect()
}

/// The same of one version, at the moment it is to be removed. Whoever removes another version of the law waits.
///
/// # Errors
/// When the database fails.
pub async fn citing_in(tx: &mut Tx, law: LawId, version: LawVersionId) -> Result<Option<Citing>> {
    if let Tx::Postgres(_) = tx {
        tx_one!(tx, (i64,), "SELECT id FROM law WHERE id = $1 FOR UPDATE", law.0)?;
    }
    let rows = tx_all!(tx, CitingRow, CITING, law.0)?;
    let all: HashMap<_, _> = rows.into_iter().map(citing_of).collect::<Result<_>>()?;
    Ok(all.get(&version).copied())
}

/// Removes a version with its text and what it is found by, and the law with its last version.
///
/// # Errors
/// When the database fails.
pub async fn remove(tx: &mut Tx, law: LawId, version: LawVersionId) -> Result<()> {
    match tx {
        // The index holds no text: it has to be told what it is to forget.
        Tx::Sqlite(_) => {
            let rows = tx_all!(
                tx,
                (i64, String),
                "SELECT id, normalised FROM law_article WHERE version = $1",
                version.0
            )?;
            let index: Vec<_> = rows.iter().map(|(id, text)| (id, grams(text))).collect();
            tx_run!(
                tx,
                "INSERT INTO law_search (law_search, rowid, grams)
                 SELECT 'delete', r.value->>0, (SELECT group_concat(g.value, ' ') FROM json_each(r.value->1) g)
                 FROM json_each($1) r",
                to_json(&index)
            )?;
        }
        Tx::Postgres(_) => {
            tx_run!(
                tx,
                "DELETE FROM law_search WHERE article IN (SELECT id FROM law_article WHERE version = $1)",
                version.0
            )?;
        }
    }
    tx_run!(tx, "DELETE FROM law_article WHERE version = $1", version.0)?;
    tx_run!(tx, "DELETE FROM law_division WHERE version = $1", version.0)?;
    tx_run!(tx, "DELETE FROM law_version WHERE id = $1", version.0)?;
    tx_run!(
        tx,
        "DELETE FROM law WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM law_version WHERE law = $1)",
        law.0
    )?;
    Ok(())
}
