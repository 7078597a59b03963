//! Question banks: questions as immutable versions.

use std::collections::{HashMap, HashSet};

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_one, tx_run,
};
use crate::domain::{
    bank::{Bank, BankSummary, Filter, Stored, Usage},
    id::{BankId, QuestionId, VersionId},
    item::{Difficulty, Kind, OptionSet, Question, State},
    paper::PoolItem,
    time::Timestamp,
};

/// A new question with the digest of its content and its folded search text.
#[derive(Debug, Clone)]
pub struct NewQuestion {
    pub id: QuestionId,
    pub version: VersionId,
    pub question: Question,
    pub digest: [u8; 32],
    pub search: String,
}

#[derive(sqlx::FromRow)]
struct QuestionRow {
    question: i64,
    version: i64,
    number: i64,
    kind: String,
    state: String,
    stem: String,
    options: String,
    key_set: i64,
    explanation: String,
    basis: String,
    tags: String,
    topic: String,
    difficulty: String,
    pinned: i64,
}

impl QuestionRow {
    fn stored(self) -> Result<Stored> {
        let column = |name| Column("question_version", name, self.version);
        Ok(Stored {
            id: QuestionId(self.question),
            version: VersionId(self.version),
            number: column("number").number(self.number)?,
            question: Question {
                kind: column("kind").code(&self.kind, Kind::from_code)?,
                state: Column("question", "state", self.question).code(&self.state, State::from_code)?,
                options: column("options").json(&self.options)?,
                key: OptionSet(column("key_set").number(self.key_set)?),
                basis: column("basis").json(&self.basis)?,
                tags: column("tags").json(&self.tags)?,
                difficulty: column("difficulty").code(&self.difficulty, Difficulty::from_code)?,
                pinned: OptionSet(column("pinned").number(self.pinned)?),
                topic: self.topic,
                stem: self.stem,
                explanation: self.explanation,
            },
        })
    }
}

/// What the draw needs of a question.
#[derive(sqlx::FromRow)]
pub(super) struct ShapeRow {
    question: i64,
    version: i64,
    kind: String,
    options: String,
    topic: String,
    difficulty: String,
    pinned: i64,
}

impl ShapeRow {
    pub(super) fn item(self) -> Result<PoolItem> {
        let column = |name| Column("question_version", name, self.version);
        let options: Vec<serde::de::IgnoredAny> = column("options").json(&self.options)?;
        Ok(PoolItem {
            question: QuestionId(self.question),
            kind: column("kind").code(&self.kind, Kind::from_code)?,
            options: column("options").number(options.len())?,
            pinned: OptionSet(column("pinned").number(self.pinned)?),
            difficulty: column("difficulty").code(&self.difficulty, Difficulty::from_code)?,
            topic: self.topic,
        })
    }
}

/// The bank of this name, made when there is none.
///
/// # Errors
/// When the database fails.
pub async fn bank_named(tx: &mut Tx, id: BankId, name: &str, now: Timestamp) -> Result<BankId> {
    tx_run!(
        tx,
        "INSERT INTO bank (id, name, created_at) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING",
        id.0,
        name,
        now.0
    )?;
    let row = tx_one!(tx, (i64,), "SELECT id FROM bank WHERE name = $1", name)?;
    Ok(row.map_or(id, |(id,)| BankId(id)))
}

/// Every bank with the number of questions by kind and state.
///
/// # Errors
/// When the database fails.
pub async fn summaries(db: &Db) -> Result<Vec<BankSummary>> {
    let banks = read_all!(db, (i64, String), "SELECT id, name FROM bank ORDER BY name")?;
    let counts = read_all!(
        db,
        (i64, String, String, i64),
        "SELECT bank, kind, state, COUNT(*) FROM question GROUP BY bank, kind, state"
    )?;
    let mut summaries: Vec<BankSummary> = banks
        .into_iter()
        .map(|(id, name)| BankSummary {
            bank: Bank { id: BankId(id), name },
            counts: Vec::new(),
        })
        .collect();
    for (bank, kind, state, count) in counts {
        let kind = Column("question", "kind", bank).code(&kind, Kind::from_code)?;
        let state = Column("question", "state", bank).code(&state, State::from_code)?;
        if let Some(summary) = summaries.iter_mut().find(|summary| summary.bank.id.0 == bank) {
            summary.counts.push((kind, state, count));
        }
    }
    Ok(summaries)
}

/// Stores questions that the bank does not have yet; gives how many were new.
///
/// # Errors
/// When the database fails.
pub async fn insert_questions(tx: &mut Tx, bank: BankId, questions: &[NewQuestion], now: Timestamp) -> Result<usize> {
    let mut created = 0;
    for new in questions {
        let q = &new.question;
        let inserted = tx_run!(
            tx,
            "INSERT INTO question (id, bank, current, kind, state, digest, search) VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT (bank, digest) DO NOTHING",
            new.id.0,
            bank.0,
            new.version.0,
            q.kind.code(),
            q.state.code(),
            new.digest.as_slice(),
            new.search.as_str()
        )?;
        if inserted == 0 {
            continue;
        }
        created += 1;
        tx_run!(
            tx,
            "INSERT INTO question_version
                 (id, question, number, kind, stem, options, key_set, explanation, basis, tags, created_at,
                  topic, difficulty, pinned)
             VALUES ($1, $2, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            new.version.0,
            new.id.0,
            q.kind.code(),
            q.stem.as_str(),
            to_json(&q.options),
            i64::from(q.key.0),
            q.explanation.as_str(),
            to_json(&q.basis),
            to_json(&q.tags),
            now.0,
            q.topic.as_str(),
            q.difficulty.code(),
            i64::from(q.pinned.0)
        )?;
    }
    Ok(created)
}

/// One page of a bank's questions and how many there are in all. An empty filter field means any.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, filter: &Filter, limit: u32, offset: u32) -> Result<(Vec<Stored>, i64)> {
    let (kind, state) = (filter.kind.map_or("", Kind::code), filter.state.map_or("", State::code));
    let words = filter.folded_words();
    let total = match db {
        Db::Sqlite { .. } => read_one!(
            db,
            (i64,),
            "SELECT COUNT(*) FROM question
             WHERE bank = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR state = $3) AND instr(search, $4) > 0",
            filter.bank.0,
            kind,
            state,
            words.as_str()
        )?,
        Db::Postgres(_) => read_one!(
            db,
            (i64,),
            "SELECT COUNT(*) FROM question
             WHERE bank = $1 AND ($2 = '' OR kind = $2) AND ($3 = '' OR state = $3) AND strpos(search, $4) > 0",
            filter.bank.0,
            kind,
            state,
            words.as_str()
        )?,
    };
    const SQLITE: &str = "SELECT q.id AS question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options,
            v.key_set, v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned
        FROM question q JOIN question_version v ON v.id = q.current
        WHERE q.bank = $1 AND ($2 = '' OR q.kind = $2) AND ($3 = '' OR q.state = $3) AND instr(q.search, $4) > 0
        ORDER BY q.id LIMIT $5 OFFSET $6";
    const POSTGRES: &str = "SELECT q.id AS question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options,
            v.key_set, v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned
        FROM question q JOIN question_version v ON v.id = q.current
        WHERE q.bank = $1 AND ($2 = '' OR q.kind = $2) AND ($3 = '' OR q.state = $3) AND strpos(q.search, $4) > 0
        ORDER BY q.id LIMIT $5 OFFSET $6";
    let sql = match db {
        Db::Sqlite { .. } => SQLITE,
        Db::Postgres(_) => POSTGRES,
    };
    let (limit, offset) = (i64::from(limit), i64::from(offset));
    let rows = read_all!(
        db,
        QuestionRow,
        sql,
        filter.bank.0,
        kind,
        state,
        words.as_str(),
        limit,
        offset
    )?;
    let page = rows.into_iter().map(QuestionRow::stored).collect::<Result<_>>()?;
    Ok((page, total.map_or(0, |(total,)| total)))
}

/// The pool an exam would have if it were published now, as the draw sees it.
///
/// # Errors
/// When the database fails.
pub async fn ready(db: &Db, bank: BankId) -> Result<Vec<PoolItem>> {
    let rows = read_all!(
        db,
        ShapeRow,
        "SELECT q.id AS question, v.id AS version, v.kind, v.options, v.topic, v.difficulty, v.pinned
         FROM question q JOIN question_version v ON v.id = q.current
         WHERE q.bank = $1 AND q.state = 'ready' AND q.kind IN ('single', 'multiple', 'true_false', 'indefinite')
         ORDER BY q.id",
        bank.0
    )?;
    rows.into_iter().map(ShapeRow::item).collect()
}

/// The topics of a bank's ready questions with their numbers, the most frequent first.
///
/// # Errors
/// When the database fails.
pub async fn topics(db: &Db, bank: BankId, limit: u32) -> Result<Vec<(String, i64)>> {
    read_all!(
        db,
        (String, i64),
        "SELECT v.topic, COUNT(*) FROM question q JOIN question_version v ON v.id = q.current
         WHERE q.bank = $1 AND q.state = 'ready' GROUP BY v.topic ORDER BY COUNT(*) DESC, v.topic LIMIT $2",
        bank.0,
        i64::from(limit)
    )
}

/// Which of these questions the bank has.
///
/// # Errors
/// When the database fails.
pub async fn known(db: &Db, bank: BankId, questions: &[QuestionId]) -> Result<HashSet<QuestionId>> {
    let ids: Vec<i64> = questions.iter().map(|question| question.0).collect();
    let rows: Vec<(i64,)> = match db {
        Db::Sqlite { read, .. } => {
            sqlx::query_as("SELECT id FROM question WHERE bank = $1 AND id IN (SELECT value FROM json_each($2))")
                .bind(bank.0)
                .bind(to_json(&ids))
                .fetch_all(&mut *read.take().await?)
                .await?
        }
        Db::Postgres(pool) => {
            sqlx::query_as("SELECT id FROM question WHERE bank = $1 AND id = ANY($2)")
                .bind(bank.0)
                .bind(ids)
                .fetch_all(pool)
                .await?
        }
    };
    Ok(rows.into_iter().map(|(id,)| QuestionId(id)).collect())
}

/// On how many papers of how many opened exams each of these questions has stood, whatever its version.
///
/// # Errors
/// When the database fails.
pub async fn usage(db: &Db, questions: &[QuestionId]) -> Result<HashMap<QuestionId, Usage>> {
    let ids: Vec<i64> = questions.iter().map(|question| question.0).collect();
    let rows: Vec<(i64, i64, i64, i64)> = match db {
        Db::Sqlite { read, .. } => {
            sqlx::query_as(
                "SELECT v.question, CAST(SUM(i.papers) AS BIGINT),
                        CAST(SUM(CASE WHEN i.papers > 0 THEN 1 ELSE 0 END) AS BIGINT), COUNT(*)
                 FROM question_version v JOIN exam_item i ON i.version = v.id JOIN exam e ON e.id = i.exam
                 WHERE v.question IN (SELECT value FROM json_each($1)) AND e.state = 'open' GROUP BY v.question",
            )
            .bind(to_json(&ids))
            .fetch_all(&mut *read.take().await?)
            .await?
        }
        Db::Postgres(pool) => {
            sqlx::query_as(
                "SELECT v.question, CAST(SUM(i.papers) AS BIGINT),
                        CAST(SUM(CASE WHEN i.papers > 0 THEN 1 ELSE 0 END) AS BIGINT), COUNT(*)
                 FROM question_version v JOIN exam_item i ON i.version = v.id JOIN exam e ON e.id = i.exam
                 WHERE v.question = ANY($1) AND e.state = 'open' GROUP BY v.question",
            )
            .bind(ids)
            .fetch_all(pool)
            .await?
        }
    };
    Ok(rows
        .into_iter()
        .map(|(question, papers, exams, pools)| (QuestionId(question), Usage { papers, exams, pools }))
        .collect())
}

/// The versions of an exam's pool, in the order of their places.
///
/// # Errors
/// When the database fails.
pub async fn pool(db: &Db, exam: crate::domain::id::ExamId) -> Result<Vec<Stored>> {
    let rows = read_all!(
        db,
        QuestionRow,
        "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set,
                v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned
         FROM exam_item i JOIN question_version v ON v.id = i.version JOIN question q ON q.id = v.question
         WHERE i.exam = $1 ORDER BY i.place",
        exam.0
    )?;
    rows.into_iter().map(QuestionRow::stored).collect()
}
