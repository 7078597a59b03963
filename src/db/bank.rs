//! Question banks: questions as immutable versions.

use std::collections::HashSet;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_each, read_one, tx_one, tx_run,
};
use crate::domain::{
    answer::Form,
    bank::{Bank, BankSummary, Filter, Stored},
    id::{AccountId, BankId, ExamId, QuestionId, VersionId},
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
pub(super) struct QuestionRow {
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
    form: String,
}

impl QuestionRow {
    pub(super) fn stored(self) -> Result<Stored> {
        let column = |name| Column("question_version", name, self.version);
        let kind = column("kind").code(&self.kind, Kind::from_code)?;
        let options: Vec<String> = column("options").json(&self.options)?;
        // Before forms were stored, the right answers of a 填空 or 简答 were kept as its options.
        let form = match self.form.as_str() {
            "" => Form::of_list(kind, &options),
            json => Some(column("form").json(json)?),
        };
        Ok(Stored {
            id: QuestionId(self.question),
            version: VersionId(self.version),
            number: column("number").number(self.number)?,
            question: Question {
                kind,
                state: Column("question", "state", self.question).code(&self.state, State::from_code)?,
                options: if form.is_some() { vec![] } else { options },
                form,
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
    pub(super) version: i64,
    kind: String,
    options: String,
    topic: String,
    difficulty: String,
    pinned: i64,
}

impl ShapeRow {
    pub(super) fn item(self) -> Result<PoolItem> {
        let column = |name| Column("question_version", name, self.version);
        let kind = column("kind").code(&self.kind, Kind::from_code)?;
        let mut options: Vec<serde::de::IgnoredAny> = column("options").json(&self.options)?;
        if !kind.is_choice() {
            options.clear();
        }
        Ok(PoolItem {
            question: QuestionId(self.question),
            kind,
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
    let banks = read_all!(
        db,
        (i64, String, i64, i64),
        "SELECT id, name, vetted, practice FROM bank ORDER BY name"
    )?;
    let counts = read_all!(
        db,
        (i64, String, String, i64),
        "SELECT bank, kind, state, COUNT(*) FROM question GROUP BY bank, kind, state"
    )?;
    let mut summaries: Vec<BankSummary> = banks
        .into_iter()
        .map(|(id, name, vetted, practice)| BankSummary {
            bank: Bank {
                id: BankId(id),
                name,
                vetted: vetted != 0,
                practice: practice != 0,
            },
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

/// Opens a bank to practice, or closes it; `false` when it stood so already, or there is none.
///
/// # Errors
/// When the database fails.
pub async fn set_practice(tx: &mut Tx, id: BankId, practice: bool) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE bank SET practice = $2 WHERE id = $1 AND practice <> $2",
        id.0,
        i64::from(practice)
    )?;
    Ok(changed == 1)
}

/// When a version was made, by whom, and why; nobody and nothing for an import.
#[derive(Debug, Clone, Copy)]
pub struct Made<'a> {
    pub at: Timestamp,
    pub by: Option<AccountId>,
    pub reason: &'a str,
}

async fn insert_version(tx: &mut Tx, new: &NewQuestion, number: u32, made: Made<'_>) -> Result<()> {
    let q = &new.question;
    tx_run!(
        tx,
        "INSERT INTO question_version
             (id, question, number, kind, stem, options, key_set, explanation, basis, tags, created_at,
              topic, difficulty, pinned, made_by, reason, form)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
        new.version.0,
        new.id.0,
        i64::from(number),
        q.kind.code(),
        q.stem.as_str(),
        to_json(&q.options),
        i64::from(q.key.0),
        q.explanation.as_str(),
        to_json(&q.basis),
        to_json(&q.tags),
        made.at.0,
        q.topic.as_str(),
        q.difficulty.code(),
        i64::from(q.pinned.0),
        made.by.map_or(0, |account| account.0),
        made.reason,
        q.form.as_ref().map(to_json).unwrap_or_default()
    )?;
    Ok(())
}

/// Adds one question to a bank.
///
/// # Errors
/// [`super::Error::Taken`] when the bank has it already.
pub async fn add(tx: &mut Tx, bank: BankId, new: &NewQuestion, made: Made<'_>) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO question (id, bank, current, kind, state, digest, search) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        new.id.0,
        bank.0,
        new.version.0,
        new.question.kind.code(),
        new.question.state.code(),
        new.digest.as_slice(),
        new.search.as_str()
    )?;
    insert_version(tx, new, 1, made).await
}

/// Makes the next version of a question the one that is drawn from now on; `false` when `before` is not the current one
/// any more. Papers keep the version they were drawn with.
///
/// # Errors
/// [`super::Error::Taken`] when the bank has a question of the same content.
pub async fn revise(tx: &mut Tx, before: u32, new: &NewQuestion, made: Made<'_>) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE question SET current = $2, kind = $3, state = $4, digest = $5, search = $6
         WHERE id = $1 AND current = (SELECT id FROM question_version WHERE question = $1 AND number = $7)",
        new.id.0,
        new.version.0,
        new.question.kind.code(),
        new.question.state.code(),
        new.digest.as_slice(),
        new.search.as_str(),
        i64::from(before)
    )?;
    if changed == 0 {
        return Ok(false);
    }
    insert_version(tx, new, before + 1, made).await?;
    Ok(true)
}

/// Changes whether a question may be drawn; `false` when it stood so already.
///
/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, id: QuestionId, state: State) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE question SET state = $2 WHERE id = $1 AND state <> $2",
        id.0,
        state.code()
    )?;
    Ok(changed == 1)
}

/// One version of a question with how it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub stored: Stored,
    pub made_at: Timestamp,
    /// The login name; empty for an import.
    pub made_by: String,
    pub reason: String,
}

#[derive(sqlx::FromRow)]
struct VersionRow {
    #[sqlx(flatten)]
    question: QuestionRow,
    created_at: i64,
    made_by: String,
    reason: String,
}

/// Every version of a question of this bank, the newest first; none when there is no such question.
///
/// # Errors
/// When the database fails.
pub async fn versions(db: &Db, bank: BankId, id: QuestionId) -> Result<Vec<Version>> {
    let rows = read_all!(
        db,
        VersionRow,
        "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set, v.explanation,
                v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form, v.created_at, v.reason,
                COALESCE(a.name, '') AS made_by
         FROM question q JOIN question_version v ON v.question = q.id LEFT JOIN account a ON a.id = v.made_by
         WHERE q.bank = $1 AND q.id = $2 ORDER BY v.number DESC",
        bank.0,
        id.0
    )?;
    rows.into_iter()
        .map(|row| {
            Ok(Version {
                stored: row.question.stored()?,
                made_at: Timestamp(row.created_at),
                made_by: row.made_by,
                reason: row.reason,
            })
        })
        .collect()
}

/// An opened exam in whose pool a question is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InExam {
    pub exam: ExamId,
    pub title: String,
    pub opened_at: Timestamp,
    /// Its place in the pool.
    pub place: u32,
    /// The version that it took.
    pub number: u32,
    /// Papers on which it stands, and all papers of the exam.
    pub papers: i64,
    pub all: i64,
}

/// The opened exams in whose pool a question is, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn exams_with(db: &Db, id: QuestionId) -> Result<Vec<InExam>> {
    let rows = read_all!(
        db,
        (i64, String, i64, i64, i64, i64, i64),
        "SELECT e.id, e.title, e.opened_at, i.place, v.number, i.papers, (SELECT COUNT(*) FROM paper p WHERE p.exam = e.id)
         FROM question_version v JOIN exam_item i ON i.version = v.id JOIN exam e ON e.id = i.exam
         WHERE v.question = $1 AND e.state = 'open' ORDER BY e.opened_at DESC, e.id DESC",
        id.0
    )?;
    rows.into_iter()
        .map(|(exam, title, opened_at, place, number, papers, all)| {
            Ok(InExam {
                exam: ExamId(exam),
                title,
                opened_at: Timestamp(opened_at),
                place: Column("exam_item", "place", exam).number(place)?,
                number: Column("question_version", "number", id.0).number(number)?,
                papers,
                all,
            })
        })
        .collect()
}

/// Hands every question of a bank, or of all banks, to a function, in the order of banks and questions.
///
/// # Errors
/// When the database fails.
pub async fn each(db: &Db, bank: Option<BankId>, mut each: impl FnMut(BankId, Stored)) -> Result<()> {
    read_each!(
        db,
        EachRow,
        "SELECT q.bank, q.id AS question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options,
                v.key_set, v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form
         FROM question q JOIN question_version v ON v.id = q.current
         WHERE CAST($1 AS BIGINT) = 0 OR q.bank = $1 ORDER BY q.bank, q.id",
        [bank.map_or(0, |bank| bank.0)],
        |row: EachRow| {
            each(BankId(row.bank), row.question.stored()?);
            Ok(())
        }
    )
}

#[derive(sqlx::FromRow)]
struct EachRow {
    bank: i64,
    #[sqlx(flatten)]
    question: QuestionRow,
}

/// What a filter asks for of question `q` in its current version `v`, in parameters 1 to 9.
macro_rules! wanted {
    (sqlite) => {
        wanted!("instr", "json_array_length(v.basis)")
    };
    (postgres) => {
        wanted!("strpos", "jsonb_array_length(CAST(v.basis AS jsonb))")
    };
    ($holds:literal, $bases:literal) => {
        concat!(
            " WHERE q.bank = $1 AND ($2 = '' OR q.kind = $2) AND ($3 = '' OR q.state = $3) AND ",
            $holds,
            "(q.search, $4) > 0 AND ($5 = '' OR v.difficulty = $5) AND ($6 = 0 OR v.topic = $7)
               AND (CAST($8 AS BIGINT) = 2 OR $8 = CASE WHEN EXISTS (
                   SELECT 1 FROM question_version w JOIN exam_item i ON i.version = w.id
                   WHERE w.question = q.id AND i.papers > 0) THEN 1 ELSE 0 END)
               AND (CAST($9 AS BIGINT) = 2 OR $9 = CASE WHEN v.basis <> '[]' AND (
                   SELECT COUNT(DISTINCT l.place) FROM question_law l WHERE l.question = q.id) >= ",
            $bases,
            " THEN 1 ELSE 0 END)"
        )
    };
}
pub(super) use wanted;

/// One page of a bank's questions in the order of their numbers, and how many there are in all. An empty filter field means any;
/// what stands in it about exposure is for [`super::exposure::page`].
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, filter: &Filter, limit: u32, offset: u32) -> Result<(Vec<Stored>, i64)> {
    macro_rules! found {
        ($columns:literal, $engine:ident, $end:literal) => {
            concat!(
                $columns,
                " FROM question q JOIN question_version v ON v.id = q.current",
                wanted!($engine),
                $end
            )
        };
    }
    macro_rules! rows {
        ($engine:ident) => {
            found!(
                "SELECT q.id AS question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options,
                        v.key_set, v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form",
                $engine,
                " ORDER BY q.id LIMIT $10 OFFSET $11"
            )
        };
    }
    let (count, rows) = match db {
        Db::Sqlite { .. } => (found!("SELECT COUNT(*)", sqlite, ""), rows!(sqlite)),
        Db::Postgres(_) => (found!("SELECT COUNT(*)", postgres, ""), rows!(postgres)),
    };
    let (kind, state) = (filter.kind.map_or("", Kind::code), filter.state.map_or("", State::code));
    let difficulty = filter.difficulty.map_or("", Difficulty::code);
    let (any_topic, topic) = (i64::from(filter.topic.is_some()), filter.topic.as_deref().unwrap_or(""));
    let (used, bound) = (filter.used.map_or(2, i64::from), filter.bound.map_or(2, i64::from));
    let words = filter.folded_words();
    let total = read_one!(
        db,
        (i64,),
        count,
        filter.bank.0,
        kind,
        state,
        words.as_str(),
        difficulty,
        any_topic,
        topic,
        used,
        bound
    )?;
    let rows = read_all!(
        db,
        QuestionRow,
        rows,
        filter.bank.0,
        kind,
        state,
        words.as_str(),
        difficulty,
        any_topic,
        topic,
        used,
        bound,
        i64::from(limit),
        i64::from(offset)
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
         WHERE q.bank = $1 AND q.state = 'ready' ORDER BY q.id",
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

/// These questions of a bank in their current version, in this order; without those it does not have.
///
/// # Errors
/// When the database fails.
pub async fn those(db: &Db, bank: BankId, questions: &[QuestionId]) -> Result<Vec<Stored>> {
    let ids: Vec<i64> = questions.iter().map(|question| question.0).collect();
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT q.id AS question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set,
                    v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form
             FROM json_each($2) r JOIN question q ON q.id = r.value JOIN question_version v ON v.id = q.current
             WHERE q.bank = $1 ORDER BY r.key"
        }
        Db::Postgres(_) => {
            "SELECT q.id AS question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set,
                    v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form
             FROM jsonb_array_elements_text($2::jsonb) WITH ORDINALITY AS r (value, place)
             JOIN question q ON q.id = CAST(r.value AS BIGINT) JOIN question_version v ON v.id = q.current
             WHERE q.bank = $1 ORDER BY r.place"
        }
    };
    let rows = read_all!(db, QuestionRow, sql, bank.0, to_json(&ids))?;
    rows.into_iter().map(QuestionRow::stored).collect()
}

/// The versions of an exam's pool, in the order of their places.
///
/// # Errors
/// When the database fails.
pub async fn pool(db: &Db, exam: ExamId) -> Result<Vec<Stored>> {
    let rows = read_all!(
        db,
        QuestionRow,
        "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set,
                v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form
         FROM exam_item i JOIN question_version v ON v.id = i.version JOIN question q ON q.id = v.question
         WHERE i.exam = $1 ORDER BY i.place",
        exam.0
    )?;
    rows.into_iter().map(QuestionRow::stored).collect()
}
