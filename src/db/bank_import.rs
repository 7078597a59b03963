//! Questions of a file, many with each statement: a bank of a hundred thousand is imported in a few seconds.

use std::collections::HashSet;

use super::{Result, Tx, bank::NewQuestion, column::to_json, tx_all, tx_run};
use crate::domain::{hex::hex, id::BankId, time::Timestamp};

/// Questions written by one statement.
const CHUNK: usize = 500;

/// Stores questions that the bank does not have yet; gives which were new, by their places. Of two that are the same the first
/// one stays.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, bank: BankId, questions: &[NewQuestion], now: Timestamp) -> Result<Vec<usize>> {
    let mut created = Vec::new();
    for (number, chunk) in questions.chunks(CHUNK).enumerate() {
        let stored = insert_chunk(tx, bank, chunk).await?;
        let is_new = |(_, new): &(usize, &NewQuestion)| stored.contains(&new.id.0);
        let (places, new): (Vec<usize>, Vec<&NewQuestion>) = chunk.iter().enumerate().filter(is_new).unzip();
        insert_versions(tx, &new, now).await?;
        created.extend(places.into_iter().map(|place| number * CHUNK + place));
    }
    Ok(created)
}

/// Stores questions without their versions; gives the ids of those that the bank did not have.
async fn insert_chunk(tx: &mut Tx, bank: BankId, questions: &[NewQuestion]) -> Result<HashSet<i64>> {
    let sql = match tx {
        // `WHERE true`: without it ON CONFLICT is taken for the condition of a join.
        Tx::Sqlite(_) => {
            "INSERT INTO question (id, bank, current, kind, state, digest, search)
             SELECT r.value->>0, $1, r.value->>1, r.value->>2, r.value->>3, unhex(r.value->>4), r.value->>5
             FROM json_each($2) r WHERE true
             ON CONFLICT (bank, digest) DO NOTHING RETURNING id"
        }
        Tx::Postgres(_) => {
            "INSERT INTO question (id, bank, current, kind, state, digest, search)
             SELECT (r->>0)::bigint, $1, (r->>1)::bigint, r->>2, r->>3, decode(r->>4, 'hex'), r->>5
             FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS t (r, place) ORDER BY place
             ON CONFLICT (bank, digest) DO NOTHING RETURNING id"
        }
    };
    let row = |new: &NewQuestion| {
        let NewQuestion {
            id,
            version,
            question,
            digest,
            search,
        } = new;
        to_json(&(
            id.0,
            version.0,
            question.kind.code(),
            question.state.code(),
            hex(digest),
            search,
        ))
    };
    let rows: Vec<String> = questions.iter().map(row).collect();
    let stored = tx_all!(tx, (i64,), sql, bank.0, format!("[{}]", rows.join(",")))?;
    Ok(stored.into_iter().map(|(id,)| id).collect())
}

/// Stores the first versions of questions that came with an import.
async fn insert_versions(tx: &mut Tx, new: &[&NewQuestion], now: Timestamp) -> Result<()> {
    if new.is_empty() {
        return Ok(());
    }
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO question_version
                 (id, question, number, kind, stem, options, key_set, explanation, basis, tags, created_at,
                  topic, difficulty, pinned, made_by, reason, form)
             SELECT r.value->>0, r.value->>1, 1, r.value->>2, r.value->>3, r.value->>4, r.value->>5, r.value->>6, r.value->>7,
                    r.value->>8, $1, r.value->>9, r.value->>10, r.value->>11, 0, '', r.value->>12
             FROM json_each($2) r"
        }
        Tx::Postgres(_) => {
            "INSERT INTO question_version
                 (id, question, number, kind, stem, options, key_set, explanation, basis, tags, created_at,
                  topic, difficulty, pinned, made_by, reason, form)
             SELECT (r->>0)::bigint, (r->>1)::bigint, 1, r->>2, r->>3, r->>4, (r->>5)::bigint, r->>6, r->>7,
                    r->>8, $1, r->>9, r->>10, (r->>11)::bigint, 0, '', r->>12
             FROM jsonb_array_elements($2::jsonb) r"
        }
    };
    let row = |NewQuestion {
                   id,
                   version,
                   question: q,
                   ..
               }: &&NewQuestion| {
        to_json(&(
            version.0,
            id.0,
            q.kind.code(),
            &q.stem,
            to_json(&q.options),
            q.key.0,
            &q.explanation,
            to_json(&q.basis),
            to_json(&q.tags),
            &q.topic,
            q.difficulty.code(),
            q.pinned.0,
            q.form.as_ref().map(to_json).unwrap_or_default(),
        ))
    };
    let rows: Vec<String> = new.iter().map(row).collect();
    tx_run!(tx, sql, now.0, format!("[{}]", rows.join(",")))?;
    Ok(())
}
