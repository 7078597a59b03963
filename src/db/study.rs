//! Study: runs, the journal of answers, and what follows from it for each person and question.

use std::collections::HashMap;

use super::{
    Db, Error, Result, Tx,
    bank::{QuestionRow, ShapeRow},
    column::{Column, to_json},
    question_law::{self, Trace},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    bank::Stored,
    id::{BankId, ExamId, LawId, LawVersionId, PersonId, QuestionId, RunId, VersionId},
    item::{Difficulty, Kind, OptionSet},
    law::{ArticleNumber, Bound},
    paper::{Drawn, PoolItem},
    study::{Card, Confidence, Given, Memory, Phase, Placed, Purpose, Run},
    time::Timestamp,
};

/// What makes a question one that rules mark to the end, with `q` and `v` for it and its version: nobody reads what is written in
/// study. A form is kept as JSON, in which a name with its quotes stands nowhere but as a name.
macro_rules! by_rules {
    () => {
        "q.kind NOT IN ('short_answer', 'essay') AND (q.kind <> 'case' OR v.form NOT LIKE '%\"written\":{%')"
    };
}
pub(super) use by_rules;

/// What makes a question one that may be asked in study, with `q` and `b` for question and bank.
macro_rules! askable {
    ($start:literal, $end:literal) => {
        concat!(
            $start,
            " FROM bank b JOIN question q ON q.bank = b.id JOIN question_version v ON v.id = q.current
             WHERE b.practice = 1 AND q.state = 'ready' AND ",
            by_rules!(),
            " ",
            $end
        )
    };
}

/// A question that may be asked, with what choosing needs of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Askable {
    pub question: QuestionId,
    pub version: VersionId,
    pub kind: Kind,
    pub difficulty: Difficulty,
    /// The topic (知识点) a blueprint counts it under; empty for none.
    pub topic: String,
    pub tags: Vec<String>,
}

impl Askable {
    /// Its topic and its tags, each once.
    pub fn topics(&self) -> impl Iterator<Item = &str> {
        let topic = Some(self.topic.as_str()).filter(|topic| !topic.is_empty());
        let tags = self.tags.iter().map(String::as_str);
        topic
            .into_iter()
            .chain(tags.filter(|tag| *tag != self.topic && !tag.is_empty()))
    }
}

type AskableRow = (i64, i64, String, String, String, String);

fn askable_of(row: AskableRow) -> Result<Askable> {
    let (question, version, kind, difficulty, topic, tags) = row;
    let column = |name| Column("question_version", name, version);
    Ok(Askable {
        question: QuestionId(question),
        version: VersionId(version),
        kind: column("kind").code(&kind, Kind::from_code)?,
        difficulty: column("difficulty").code(&difficulty, Difficulty::from_code)?,
        topic,
        tags: column("tags").json(&tags)?,
    })
}

/// Every question that may be asked in study.
///
/// # Errors
/// When the database fails.
pub async fn askable(db: &Db) -> Result<Vec<Askable>> {
    let rows = read_all!(
        db,
        AskableRow,
        askable!(
            "SELECT q.id, v.id, v.kind, v.difficulty, v.topic, v.tags",
            "ORDER BY q.id"
        )
    )?;
    rows.into_iter().map(askable_of).collect()
}

/// By what it is seen that what may be asked in study is still the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ground {
    /// The banks open to practice.
    banks: Vec<(i64,)>,
    trace: Trace,
}

/// # Errors
/// When the database fails.
pub async fn ground(db: &Db) -> Result<Ground> {
    Ok(Ground {
        banks: read_all!(db, (i64,), "SELECT id FROM bank WHERE practice = 1 ORDER BY id")?,
        trace: question_law::trace(db).await?,
    })
}

/// On which articles the questions that may be asked in study stand, as far as the library knows.
///
/// # Errors
/// When the database fails.
pub async fn all_articles(db: &Db) -> Result<Vec<(QuestionId, Bound)>> {
    let rows = read_all!(
        db,
        StandsRow,
        "SELECT l.question, l.text, l.law, l.version, l.number, l.insertion
         FROM question_law l JOIN question q ON q.id = l.question JOIN bank b ON b.id = q.bank
         WHERE b.practice = 1 AND q.state = 'ready' ORDER BY l.question, l.place"
    )?;
    rows.into_iter()
        .map(|row| stands_on(row).map(|stands| (stands.question, stands.bound)))
        .collect()
}

/// Those of these versions that may be asked in study: they are the current ones of such questions.
///
/// # Errors
/// When the database fails.
pub async fn askable_of_versions(db: &Db, versions: &[VersionId]) -> Result<Vec<Stored>> {
    let sql = match db {
        Db::Sqlite { .. } => askable!(
            "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set, v.explanation, v.basis,
                    v.tags, v.topic, v.difficulty, v.pinned, v.form",
            "AND v.id IN (SELECT value FROM json_each($1))"
        ),
        Db::Postgres(_) => askable!(
            "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set, v.explanation, v.basis,
                    v.tags, v.topic, v.difficulty, v.pinned, v.form",
            "AND v.id IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($1::jsonb))"
        ),
    };
    let ids: Vec<i64> = versions.iter().map(|version| version.0).collect();
    let rows = read_all!(db, QuestionRow, sql, to_json(&ids))?;
    rows.into_iter().map(QuestionRow::stored).collect()
}

/// The versions that may be asked now of these questions.
///
/// # Errors
/// When the database fails.
pub async fn current(db: &Db, questions: &[QuestionId]) -> Result<HashMap<QuestionId, VersionId>> {
    let sql = match db {
        Db::Sqlite { .. } => askable!("SELECT q.id, v.id", "AND q.id IN (SELECT value FROM json_each($1))"),
        Db::Postgres(_) => askable!(
            "SELECT q.id, v.id",
            "AND q.id IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($1::jsonb))"
        ),
    };
    let ids: Vec<i64> = questions.iter().map(|question| question.0).collect();
    let rows = read_all!(db, (i64, i64), sql, to_json(&ids))?;
    let pair = |(question, version)| (QuestionId(question), VersionId(version));
    Ok(rows.into_iter().map(pair).collect())
}

/// These versions, whatever has become of their questions.
///
/// # Errors
/// When the database fails.
pub async fn stored(db: &Db, versions: &[VersionId]) -> Result<HashMap<VersionId, Stored>> {
    macro_rules! versions {
        ($ids:literal) => {
            concat!(
                "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set, v.explanation, v.basis,
                        v.tags, v.topic, v.difficulty, v.pinned, v.form
                 FROM question_version v JOIN question q ON q.id = v.question WHERE v.id IN (",
                $ids,
                ")"
            )
        };
    }
    let sql = match db {
        Db::Sqlite { .. } => versions!("SELECT value FROM json_each($1)"),
        Db::Postgres(_) => versions!("SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($1::jsonb)"),
    };
    let ids: Vec<i64> = versions.iter().map(|version| version.0).collect();
    let rows = read_all!(db, QuestionRow, sql, to_json(&ids))?;
    rows.into_iter()
        .map(|row| row.stored().map(|stored| (stored.version, stored)))
        .collect()
}

/// An article that a question stands on, with the words of the basis that names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandsOn {
    pub question: QuestionId,
    pub text: String,
    pub bound: Bound,
}

type StandsRow = (i64, String, i64, i64, i64, i64);

fn stands_on(row: StandsRow) -> Result<StandsOn> {
    let (question, text, law, version, number, insertion) = row;
    let column = |name| Column("question_law", name, question);
    let number = ArticleNumber::new(column("number").number(number)?, column("insertion").number(insertion)?);
    Ok(StandsOn {
        question: QuestionId(question),
        text,
        bound: Bound {
            law: LawId(law),
            version: LawVersionId(version),
            number: number.ok_or_else(|| column("number").unreadable())?,
        },
    })
}

/// On which articles these questions stand, as far as the library knows.
///
/// # Errors
/// When the database fails.
pub async fn articles(db: &Db, questions: &[QuestionId]) -> Result<Vec<StandsOn>> {
    macro_rules! of {
        ($ids:literal) => {
            concat!(
                "SELECT question, text, law, version, number, insertion FROM question_law WHERE question IN (",
                $ids,
                ") ORDER BY question, place"
            )
        };
    }
    let sql = match db {
        Db::Sqlite { .. } => of!("SELECT value FROM json_each($1)"),
        Db::Postgres(_) => of!("SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($1::jsonb)"),
    };
    let ids: Vec<i64> = questions.iter().map(|question| question.0).collect();
    let rows = read_all!(db, StandsRow, sql, to_json(&ids))?;
    rows.into_iter().map(stands_on).collect()
}

/// Whether a person sits an exam at the moment.
///
/// # Errors
/// When the database fails.
pub async fn sits(db: &Db, person: PersonId) -> Result<bool> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM attempt WHERE person = $1 AND state IN ('open', 'paused')",
        person.0
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// What the draw needs of every question that may be asked in study, of this bank or of all, with its current version.
///
/// # Errors
/// When the database fails.
pub async fn pool(db: &Db, bank: Option<BankId>) -> Result<Vec<(VersionId, PoolItem)>> {
    let rows = read_all!(
        db,
        ShapeRow,
        askable!(
            "SELECT q.id AS question, v.id AS version, v.kind, v.options, v.topic, v.difficulty, v.pinned",
            "AND (CAST($1 AS BIGINT) = 0 OR b.id = $1) ORDER BY q.id"
        ),
        bank.map_or(0, |bank| bank.0)
    )?;
    rows.into_iter()
        .map(|row| {
            let version = VersionId(row.version);
            row.item().map(|item| (version, item))
        })
        .collect()
}

/// Minutes a day that a person has set for an exam.
///
/// # Errors
/// When the database fails.
pub async fn minutes(db: &Db, person: PersonId, exam: ExamId) -> Result<Option<u32>> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT minutes FROM study_plan WHERE person = $1 AND exam = $2",
        person.0,
        exam.0
    )?;
    row.map(|(minutes,)| Column("study_plan", "minutes", person.0).number(minutes))
        .transpose()
}

/// Sets them.
///
/// # Errors
/// When the database fails.
pub async fn set_minutes(tx: &mut Tx, person: PersonId, exam: ExamId, minutes: u32, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO study_plan (person, exam, minutes, set_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (person, exam) DO UPDATE SET minutes = excluded.minutes, set_at = excluded.set_at",
        person.0,
        exam.0,
        i64::from(minutes),
        now.0
    )?;
    Ok(())
}

/// Stores a run that was just begun.
///
/// # Errors
/// When the database fails.
pub async fn insert_run(tx: &mut Tx, run: &Run) -> Result<()> {
    let paper: Vec<_> = run
        .questions
        .iter()
        .map(|placed| (placed.version.0, &placed.drawn.order))
        .collect();
    tx_run!(
        tx,
        "INSERT INTO study_run (person, id, subject, started_at, finished_at, asked, right_count, purpose, paper)
         VALUES ($1, $2, $3, $4, 0, 0, 0, $5, $6)",
        run.person.0,
        run.id.0,
        run.subject,
        run.started_at.0,
        run.purpose.code(),
        to_json(&paper)
    )?;
    Ok(())
}

/// How many runs a person has begun since.
///
/// # Errors
/// When the database fails.
pub async fn begun_since(db: &Db, person: PersonId, since: Timestamp) -> Result<i64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM study_run WHERE person = $1 AND started_at > $2",
        person.0,
        since.0
    )?;
    Ok(row.map_or(0, |(count,)| count))
}

#[derive(sqlx::FromRow)]
struct RunRow {
    person: i64,
    id: i64,
    subject: i64,
    started_at: i64,
    finished_at: i64,
    asked: i64,
    right_count: i64,
    purpose: String,
    paper: String,
}

impl RunRow {
    fn run(self) -> Result<Run> {
        let column = |name| Column("study_run", name, self.id);
        let paper: Vec<(i64, Vec<u8>)> = column("paper").json(&self.paper)?;
        let placed = |(place, (version, order)): (usize, (i64, Vec<u8>))| {
            Ok(Placed {
                version: VersionId(version),
                drawn: Drawn {
                    pool: column("paper").number(place)?,
                    order,
                },
            })
        };
        Ok(Run {
            id: RunId(self.id),
            person: PersonId(self.person),
            purpose: column("purpose").code(&self.purpose, Purpose::from_code)?,
            subject: self.subject,
            questions: paper.into_iter().enumerate().map(placed).collect::<Result<_>>()?,
            started_at: Timestamp(self.started_at),
            finished_at: (self.finished_at != 0).then_some(Timestamp(self.finished_at)),
            asked: column("asked").number(self.asked)?,
            right: column("right_count").number(self.right_count)?,
        })
    }
}

/// A run of this person.
///
/// # Errors
/// When the database fails.
pub async fn run(db: &Db, person: PersonId, id: RunId) -> Result<Option<Run>> {
    let row = read_one!(
        db,
        RunRow,
        "SELECT person, id, subject, started_at, finished_at, asked, right_count, purpose, paper
         FROM study_run WHERE person = $1 AND id = $2",
        person.0,
        id.0
    )?;
    row.map(RunRow::run).transpose()
}

/// The last runs of a person, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn runs(db: &Db, person: PersonId, limit: u32) -> Result<Vec<Run>> {
    let rows = read_all!(
        db,
        RunRow,
        "SELECT person, id, subject, started_at, finished_at, asked, right_count, purpose, paper
         FROM study_run WHERE person = $1 ORDER BY id DESC LIMIT $2",
        person.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(RunRow::run).collect()
}

/// Takes these answers into the journal and counts them, in one go with their run, which is finished when `finished` says so or
/// its last question is answered. Gives those that were new: what stands there already stays.
///
/// # Errors
/// When the database fails.
pub async fn record(tx: &mut Tx, run: &Run, answers: &[Given], at: Timestamp, finished: bool) -> Result<Vec<Given>> {
    // Whoever answers or hands in at the same moment waits here.
    let row = tx_one!(
        tx,
        (i64,),
        "UPDATE study_run SET asked = asked + 0 WHERE person = $1 AND id = $2 AND finished_at = 0 RETURNING id",
        run.person.0,
        run.id.0
    )?;
    if row.is_none() {
        return Ok(Vec::new());
    }
    let mut new = Vec::new();
    for answer in answers {
        let stored = tx_run!(
            tx,
            "INSERT INTO study_answer (person, run, place, question, version, choice, is_right, at, confidence, said)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (person, run, place) DO NOTHING",
            run.person.0,
            run.id.0,
            i64::from(answer.place),
            answer.question.0,
            answer.version.0,
            i64::from(answer.choice.0),
            i64::from(answer.right),
            answer.at.0,
            answer.confidence.code(),
            answer.said.as_str()
        )?;
        if stored == 1 {
            new.push(answer.clone());
        }
    }
    let right = new.iter().filter(|answer| answer.right).count();
    tx_run!(
        tx,
        "UPDATE study_run SET asked = asked + $3, right_count = right_count + $4,
             finished_at = CASE WHEN $5 = 1 OR asked + $3 >= $6 THEN $7 ELSE 0 END
         WHERE person = $1 AND id = $2",
        run.person.0,
        run.id.0,
        signed(new.len()),
        signed(right),
        i64::from(finished),
        signed(run.questions.len()),
        at.0
    )?;
    Ok(new)
}

fn signed(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

type GivenRow = (i64, i64, i64, i64, i64, i64, String, String);

fn given(run: RunId, row: GivenRow) -> Result<Given> {
    let (place, question, version, choice, is_right, at, confidence, said) = row;
    let column = |name| Column("study_answer", name, run.0);
    Ok(Given {
        place: column("place").number(place)?,
        question: QuestionId(question),
        version: VersionId(version),
        choice: OptionSet(column("choice").number(choice)?),
        said,
        right: is_right == 1,
        confidence: column("confidence").code(&confidence, Confidence::from_code)?,
        at: Timestamp(at),
    })
}

/// The answers of a run, in the order of their places.
///
/// # Errors
/// When the database fails.
pub async fn answers(db: &Db, person: PersonId, run: RunId) -> Result<Vec<Given>> {
    let rows = read_all!(
        db,
        GivenRow,
        "SELECT place, question, version, choice, is_right, at, confidence, said FROM study_answer
         WHERE person = $1 AND run = $2 ORDER BY place",
        person.0,
        run.0
    )?;
    rows.into_iter().map(|row| given(run, row)).collect()
}

#[derive(sqlx::FromRow)]
struct CardRow {
    question: i64,
    due_at: i64,
    last_at: i64,
    stability: i64,
    difficulty: i64,
    step: i64,
    asked: i64,
    right_count: i64,
    right_in_row: i64,
    in_mistakes: i64,
    phase: String,
}

impl CardRow {
    fn card(self) -> Result<Card> {
        let column = |name| Column("study_card", name, self.question);
        Ok(Card {
            question: QuestionId(self.question),
            phase: column("phase").code(&self.phase, Phase::from_code)?,
            step: column("step").number(self.step)?,
            memory: Memory {
                stability: column("stability").number(self.stability)?,
                difficulty: column("difficulty").number(self.difficulty)?,
            },
            due_at: Timestamp(self.due_at),
            last_at: Timestamp(self.last_at),
            asked: column("asked").number(self.asked)?,
            right: column("right_count").number(self.right_count)?,
            right_in_row: column("right_in_row").number(self.right_in_row)?,
            in_mistakes: self.in_mistakes == 1,
        })
    }
}

/// What a person holds of every question ever answered.
///
/// # Errors
/// When the database fails.
pub async fn cards(db: &Db, person: PersonId) -> Result<HashMap<QuestionId, Card>> {
    let rows = read_all!(
        db,
        CardRow,
        "SELECT question, due_at, last_at, stability, difficulty, step, asked, right_count, right_in_row, in_mistakes, phase
         FROM study_card WHERE person = $1",
        person.0
    )?;
    by_question(rows)
}

fn by_question(rows: Vec<CardRow>) -> Result<HashMap<QuestionId, Card>> {
    rows.into_iter()
        .map(|row| row.card().map(|card| (card.question, card)))
        .collect()
}

/// The same for these questions, to be changed in this transaction.
///
/// # Errors
/// When the database fails.
pub async fn cards_in(tx: &mut Tx, person: PersonId, questions: &[QuestionId]) -> Result<HashMap<QuestionId, Card>> {
    let ids: Vec<i64> = questions.iter().map(|question| question.0).collect();
    let sql = match tx {
        Tx::Sqlite(_) => {
            "SELECT question, due_at, last_at, stability, difficulty, step, asked, right_count, right_in_row, in_mistakes, phase
             FROM study_card WHERE person = $1 AND question IN (SELECT value FROM json_each($2))"
        }
        Tx::Postgres(_) => {
            "SELECT question, due_at, last_at, stability, difficulty, step, asked, right_count, right_in_row, in_mistakes, phase
             FROM study_card WHERE person = $1
               AND question IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text($2::jsonb))"
        }
    };
    by_question(tx_all!(tx, CardRow, sql, person.0, to_json(&ids))?)
}

/// Stores what follows from one more answer.
///
/// # Errors
/// [`Error::Overtaken`] when another answer to the question was stored since the card was read.
pub async fn put_card(tx: &mut Tx, person: PersonId, card: &Card) -> Result<()> {
    let stability = i64::try_from(card.memory.stability).unwrap_or(i64::MAX);
    let changed = tx_run!(
        tx,
        "INSERT INTO study_card (person, question, due_at, last_at, stability, difficulty, step, asked, right_count, right_in_row,
             in_mistakes, phase)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT (person, question) DO UPDATE SET due_at = excluded.due_at, last_at = excluded.last_at,
             stability = excluded.stability, difficulty = excluded.difficulty, step = excluded.step, asked = excluded.asked,
             right_count = excluded.right_count, right_in_row = excluded.right_in_row, in_mistakes = excluded.in_mistakes,
             phase = excluded.phase
         WHERE study_card.asked = excluded.asked - 1",
        person.0,
        card.question.0,
        card.due_at.0,
        card.last_at.0,
        stability,
        i64::from(card.memory.difficulty),
        i64::from(card.step),
        i64::from(card.asked),
        i64::from(card.right),
        i64::from(card.right_in_row),
        i64::from(card.in_mistakes),
        card.phase.code()
    )?;
    if changed == 1 { Ok(()) } else { Err(Error::Overtaken) }
}

/// Questions that a person has a card of and that may be asked again, and how many there are.
macro_rules! asked_again {
    ($wanted:literal, $order:literal) => {
        concat!(
            "SELECT q.current, COUNT(*) OVER () FROM study_card c JOIN question q ON q.id = c.question
             JOIN question_version v ON v.id = q.current JOIN bank b ON b.id = q.bank
             WHERE c.person = $1 AND b.practice = 1 AND q.state = 'ready' AND ",
            by_rules!(),
            " AND ",
            $wanted,
            " ",
            $order
        )
    };
}

/// Versions to be asked again because they are due, the longest due first, and how many are due.
///
/// # Errors
/// When the database fails.
pub async fn due(db: &Db, person: PersonId, now: Timestamp, limit: u32) -> Result<(Vec<VersionId>, i64)> {
    let rows = read_all!(
        db,
        (i64, i64),
        asked_again!("c.due_at <= $2", "ORDER BY c.due_at, c.question LIMIT $3"),
        person.0,
        now.0,
        i64::from(limit)
    )?;
    Ok(counted(rows))
}

/// Versions that stand in a person's mistake book, those answered longest ago first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn mistakes(db: &Db, person: PersonId, limit: u32) -> Result<(Vec<VersionId>, i64)> {
    let rows = read_all!(
        db,
        (i64, i64),
        asked_again!("c.in_mistakes = 1", "ORDER BY c.last_at, c.question LIMIT $2"),
        person.0,
        i64::from(limit)
    )?;
    Ok(counted(rows))
}

fn counted(rows: Vec<(i64, i64)>) -> (Vec<VersionId>, i64) {
    let all = rows.first().map_or(0, |(_, all)| *all);
    (rows.into_iter().map(|(version, _)| VersionId(version)).collect(), all)
}
