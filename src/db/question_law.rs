//! Which articles the questions of the banks stand on.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_run,
};
use crate::domain::{
    id::{BankId, LawId, LawVersionId, QuestionId, VersionId},
    item::State,
    law::{ArticleNumber, Bound, Fate},
};

/// A question whose current version names legal bases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Based {
    pub bank: BankId,
    pub question: QuestionId,
    pub version: VersionId,
    pub state: State,
    pub basis: Vec<String>,
}

/// An article of a basis, as far as the library knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Which of the bases, from 0, and its words.
    pub place: usize,
    pub text: String,
    pub bound: Bound,
    pub pending: Option<Fate>,
}

#[derive(sqlx::FromRow)]
struct BasedRow {
    bank: i64,
    question: i64,
    version: i64,
    state: String,
    basis: String,
}

/// Every question that names a basis, or this one.
///
/// # Errors
/// When the database fails.
pub async fn based(db: &Db, only: Option<QuestionId>) -> Result<Vec<Based>> {
    let rows = read_all!(
        db,
        BasedRow,
        "SELECT q.bank, q.id AS question, v.id AS version, q.state, v.basis
         FROM question q JOIN question_version v ON v.id = q.current
         WHERE v.basis <> '[]' AND (CAST($1 AS BIGINT) = 0 OR q.id = $1) ORDER BY q.id",
        only.map_or(0, |id| id.0)
    )?;
    let based = |row: BasedRow| {
        Ok(Based {
            bank: BankId(row.bank),
            question: QuestionId(row.question),
            version: VersionId(row.version),
            state: Column("question", "state", row.question).code(&row.state, State::from_code)?,
            basis: Column("question_version", "basis", row.version).json(&row.basis)?,
        })
    };
    rows.into_iter().map(based).collect()
}

#[derive(sqlx::FromRow)]
struct StandingRow {
    question: i64,
    place: i64,
    law: i64,
    version: i64,
    number: i64,
    insertion: i64,
    text: String,
    pending: String,
}

impl StandingRow {
    fn standing(self) -> Result<(QuestionId, Standing)> {
        let column = |name| Column("question_law", name, self.question);
        let number = ArticleNumber::new(
            column("number").number(self.number)?,
            column("insertion").number(self.insertion)?,
        );
        let standing = Standing {
            place: column("place").number(self.place)?,
            bound: Bound {
                law: LawId(self.law),
                version: LawVersionId(self.version),
                number: number.ok_or_else(|| column("number").unreadable())?,
            },
            pending: match self.pending.as_str() {
                "" => None,
                code => Some(column("pending").code(code, Fate::from_code)?),
            },
            text: self.text,
        };
        Ok((QuestionId(self.question), standing))
    }
}

fn by_question(rows: Vec<StandingRow>) -> Result<HashMap<QuestionId, Vec<Standing>>> {
    let mut all: HashMap<QuestionId, Vec<Standing>> = HashMap::new();
    for row in rows {
        let (question, standing) = row.standing()?;
        all.entry(question).or_default().push(standing);
    }
    Ok(all)
}

/// The articles of the bases of all questions, or of this one, that the library knows, basis by basis.
///
/// # Errors
/// When the database fails.
pub async fn standings(db: &Db, only: Option<QuestionId>) -> Result<HashMap<QuestionId, Vec<Standing>>> {
    by_question(read_all!(
        db,
        StandingRow,
        "SELECT question, place, law, version, number, insertion, text, pending FROM question_law
         WHERE CAST($1 AS BIGINT) = 0 OR question = $1 ORDER BY question, place, law, number, insertion",
        only.map_or(0, |id| id.0)
    )?)
}

/// By what it is seen that no question, no state of one and no known basis has changed: counts, and sums over ids, which change with
/// each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    questions: (i64, i64),
    bases: (i64, i64),
}

/// What the questions and their bases look like now, without reading one of them.
///
/// # Errors
/// When the database fails.
pub async fn trace(db: &Db) -> Result<Trace> {
    // Remainders, so that the sums stay far from the largest number for ten million rows.
    let questions = read_one!(
        db,
        (i64, i64),
        "SELECT COUNT(*), CAST(COALESCE(SUM((current % 1000000007)
             * CASE state WHEN 'draft' THEN 1 WHEN 'ready' THEN 2 WHEN 'stale' THEN 3 ELSE 4 END), 0) AS BIGINT) FROM question"
    )?;
    let bases = read_one!(
        db,
        (i64, i64),
        "SELECT COUNT(*), CAST(COALESCE(SUM((question % 1000003) * (place + 1) + (version % 1000000007)
             * (1 + LENGTH(pending)) + number * 1009 + insertion), 0) AS BIGINT) FROM question_law"
    )?;
    Ok(Trace {
        questions: questions.unwrap_or_default(),
        bases: bases.unwrap_or_default(),
    })
}

/// Questions of a bank, or of all banks, that wait for somebody to look, and how many there are in all.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &Db, bank: Option<BankId>, limit: i64, offset: i64) -> Result<(Vec<QuestionId>, i64)> {
    let bank = bank.map_or(0, |bank| bank.0);
    let all = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM (SELECT DISTINCT l.question FROM question_law l JOIN question q ON q.id = l.question
         WHERE l.pending <> '' AND q.state <> 'retired' AND (CAST($1 AS BIGINT) = 0 OR q.bank = $1)) w",
        bank
    )?;
    let rows = read_all!(
        db,
        (i64,),
        "SELECT DISTINCT l.question FROM question_law l JOIN question q ON q.id = l.question
         WHERE l.pending <> '' AND q.state <> 'retired' AND (CAST($1 AS BIGINT) = 0 OR q.bank = $1)
         ORDER BY l.question LIMIT $2 OFFSET $3",
        bank,
        limit,
        offset
    )?;
    Ok((
        rows.into_iter().map(|(id,)| QuestionId(id)).collect(),
        all.map_or(0, |(count,)| count),
    ))
}

/// Questions written by one statement.
const CHUNK: usize = 500;

/// Puts these bases in the place of what was known of their questions.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, questions: &[(QuestionId, Vec<Standing>)]) -> Result<()> {
    for chunk in questions.chunks(CHUNK) {
        let ids: Vec<i64> = chunk.iter().map(|(question, _)| question.0).collect();
        let rows: Vec<_> = chunk
            .iter()
            .flat_map(|(question, standings)| standings.iter().map(move |standing| row(*question, standing)))
            .collect();
        let (forget, store) = match tx {
            Tx::Sqlite(_) => (
                "DELETE FROM question_law WHERE question IN (SELECT value FROM json_each($1))",
                "INSERT INTO question_law (question, place, law, version, number, insertion, text, pending)
                 SELECT r.value->>0, r.value->>1, r.value->>2, r.value->>3, r.value->>4, r.value->>5, r.value->>6, r.value->>7
                 FROM json_each($1) r",
            ),
            Tx::Postgres(_) => (
                "DELETE FROM question_law
                 WHERE question IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($1::jsonb))",
                "INSERT INTO question_law (question, place, law, version, number, insertion, text, pending)
                 SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::bigint, (r->>5)::bigint,
                        r->>6, r->>7
                 FROM jsonb_array_elements($1::jsonb) r",
            ),
        };
        tx_run!(tx, forget, to_json(&ids))?;
        tx_run!(tx, store, to_json(&rows))?;
    }
    Ok(())
}

type Row<'a> = (i64, usize, i64, i64, u32, u32, &'a str, &'static str);

fn row(question: QuestionId, standing: &Standing) -> Row<'_> {
    let Bound { law, version, number } = standing.bound;
    let pending = standing.pending.map_or("", Fate::code);
    (
        question.0,
        standing.place,
        law.0,
        version.0,
        number.number(),
        number.insertion(),
        &standing.text,
        pending,
    )
}

/// Says where a question stands now; `false` when it is no longer as it was read.
///
/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, read: &Based, state: State) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE question SET state = $3 WHERE id = $1 AND current = $2 AND state = $4",
        read.question.0,
        read.version.0,
        state.code(),
        read.state.code()
    )?;
    Ok(changed == 1)
}
