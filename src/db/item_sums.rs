//! The running sums over the questions of exams, and what they are counted from in the order of the hand-ins.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_each, read_one, tx_run,
};
use crate::domain::{
    id::{AttemptId, ExamId, PersonId, UnitId},
    person::{Category, RankLevel},
    statistics::running::Running,
    time::Timestamp,
};

/// Sums as they are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// How often they were stored; 0: never.
    pub version: i64,
    /// Every attempt handed in up to this moment is in them.
    pub until: Timestamp,
    /// How many these are, with those that do not count because they are not the person's first.
    pub attempts: u64,
    /// The key corrections with which they were marked.
    pub keys: String,
    pub sums: Running,
}

#[derive(sqlx::FromRow)]
struct StoredRow {
    version: i64,
    until: i64,
    attempts: i64,
    keys: String,
    body: String,
}

/// The sums of an exam; `None`: none were stored yet.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, exam: ExamId) -> Result<Option<Stored>> {
    let row = read_one!(
        db,
        StoredRow,
        "SELECT version, until, attempts, keys, body FROM item_sums WHERE exam = $1",
        exam.0
    )?;
    let column = |name| Column("item_sums", name, exam.0);
    let stored = |row: StoredRow| {
        Ok(Stored {
            version: row.version,
            until: Timestamp(row.until),
            attempts: column("attempts").number(row.attempts)?,
            sums: column("body").json(&row.body)?,
            keys: row.keys,
        })
    };
    row.map(stored).transpose()
}

/// Stores sums in the place of those they were made from; `false` when another node was faster.
///
/// # Errors
/// When the database fails.
pub async fn put(tx: &mut Tx, exam: ExamId, stored: &Stored) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "INSERT INTO item_sums (exam, version, until, attempts, keys, body) VALUES ($1, $2 + 1, $3, $4, $5, $6)
         ON CONFLICT (exam) DO UPDATE SET version = excluded.version, until = excluded.until, attempts = excluded.attempts,
             keys = excluded.keys, body = excluded.body
         WHERE item_sums.version = $2",
        exam.0,
        stored.version,
        stored.until.0,
        i64::try_from(stored.attempts).unwrap_or(i64::MAX),
        stored.keys.as_str(),
        to_json(&stored.sums)
    )?;
    Ok(changed == 1)
}

/// Says that the sums of an exam were made with other keys than are in force now. Whoever counts meanwhile does not store them.
///
/// # Errors
/// When the database fails.
pub async fn outdated(tx: &mut Tx, exam: ExamId) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE item_sums SET keys = '', version = version + 1 WHERE exam = $1",
        exam.0
    )?;
    Ok(())
}

/// Opened exams in which something was handed in up to this moment that is not in their sums, and those whose sums are outdated.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &Db, until: Timestamp) -> Result<Vec<ExamId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT e.id FROM exam e LEFT JOIN item_sums s ON s.exam = e.id
         WHERE e.state = 'open' AND (s.keys = '' OR EXISTS (SELECT 1 FROM attempt a WHERE a.exam = e.id AND a.state = 'handed_in'
             AND a.handed_in_at > COALESCE(s.until, 0) AND a.handed_in_at <= $1))
         ORDER BY e.id",
        until.0
    )?;
    Ok(rows.into_iter().map(|(id,)| ExamId(id)).collect())
}

/// How many attempts were handed in up to this moment.
///
/// # Errors
/// When the database fails.
pub async fn handed_in(db: &Db, exam: ExamId, until: Timestamp) -> Result<u64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM attempt WHERE exam = $1 AND state = 'handed_in' AND handed_in_at <= $2",
        exam.0,
        until.0
    )?;
    Column("attempt", "id", exam.0).number(row.map_or(0, |(count,)| count))
}

/// An attempt in the order of the hand-ins.
pub struct HandedIn {
    pub attempt: AttemptId,
    pub person: PersonId,
    pub at: Timestamp,
    /// Whether it is the first that the person handed in.
    pub first: bool,
    pub paper: Vec<u8>,
    /// Empty: handed in before it was kept.
    pub sheet: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct HandedInRow {
    id: i64,
    person: i64,
    handed_in_at: i64,
    earlier: i64,
    paper: Vec<u8>,
    sheet: Vec<u8>,
}

/// A page of the attempts handed in behind this one, in the order of their hand-ins.
///
/// # Errors
/// When the database fails.
pub async fn since(db: &Db, exam: ExamId, after: (Timestamp, AttemptId), limit: u32) -> Result<Vec<HandedIn>> {
    let rows = read_all!(
        db,
        HandedInRow,
        "SELECT a.id, a.person, a.handed_in_at, p.body AS paper, a.sheet,
                CAST(CASE WHEN EXISTS (SELECT 1 FROM attempt b WHERE b.exam = a.exam AND b.person = a.person
                     AND b.number < a.number AND b.state = 'handed_in') THEN 1 ELSE 0 END AS BIGINT) AS earlier
         FROM (SELECT id, exam, person, number, sheet, handed_in_at FROM attempt
               WHERE exam = $1 AND state = 'handed_in' AND (handed_in_at, id) > ($2, $3)
               ORDER BY handed_in_at, id LIMIT $4) a
         JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
         ORDER BY a.handed_in_at, a.id",
        exam.0,
        after.0.0,
        after.1.0,
        i64::from(limit)
    )?;
    let handed_in = |row: HandedInRow| HandedIn {
        attempt: AttemptId(row.id),
        person: PersonId(row.person),
        at: Timestamp(row.handed_in_at),
        first: row.earlier == 0,
        paper: row.paper,
        sheet: row.sheet,
    };
    Ok(rows.into_iter().map(handed_in).collect())
}

/// Of whom groups are made: a person of a frozen roster.
pub struct Member {
    pub person: PersonId,
    pub unit: UnitId,
    pub rank: RankLevel,
    pub category: Category,
}

/// Everybody on the frozen roster of an exam, in the order of persons.
///
/// # Errors
/// When the database fails.
pub async fn members(db: &Db, exam: ExamId) -> Result<Vec<Member>> {
    let mut members = Vec::new();
    read_each!(
        db,
        (i64, i64, String, String),
        "SELECT person, unit, rank_level, category FROM roster_entry WHERE exam = $1 ORDER BY person",
        [exam.0],
        |(person, unit, rank, category)| {
            let column = |name| Column("roster_entry", name, person);
            members.push(Member {
                person: PersonId(person),
                unit: UnitId(unit),
                rank: column("rank_level").code(&rank, RankLevel::from_code)?,
                category: column("category").code(&category, Category::from_code)?,
            });
            Ok(())
        }
    )?;
    Ok(members)
}

/// When an attempt began, and when the server first received an answer to each question of its paper (from 1).
pub struct FirstAnswers {
    pub started_at: Timestamp,
    pub at: Vec<(u32, Timestamp)>,
}

/// The first answers of these attempts.
///
/// # Errors
/// When the database fails.
pub async fn first_answers(db: &Db, attempts: &[AttemptId]) -> Result<HashMap<AttemptId, FirstAnswers>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT a.id, a.started_at, CAST(e.item AS BIGINT), MIN(e.at) FROM json_each($1) l CROSS JOIN attempt a ON a.id = l.value
             CROSS JOIN answer_event e ON e.attempt = a.id
             WHERE (e.choice <> 0 OR e.text <> '') GROUP BY a.id, a.started_at, e.item ORDER BY a.id, e.item"
        }
        Db::Postgres(_) => {
            "SELECT a.id, a.started_at, CAST(e.item AS BIGINT), MIN(e.at) FROM jsonb_array_elements_text(CAST($1 AS jsonb)) AS l (id)
             JOIN attempt a ON a.id = CAST(l.id AS bigint) JOIN answer_event e ON e.attempt = a.id
             WHERE (e.choice <> 0 OR e.text <> '') GROUP BY a.id, a.started_at, e.item ORDER BY a.id, e.item"
        }
    };
    let list = to_json(&attempts.iter().map(|attempt| attempt.0).collect::<Vec<_>>());
    let mut all: HashMap<AttemptId, FirstAnswers> = HashMap::new();
    for (attempt, started_at, item, at) in read_all!(db, (i64, i64, i64, i64), sql, list.as_str())? {
        let first = all.entry(AttemptId(attempt)).or_insert_with(|| FirstAnswers {
            started_at: Timestamp(started_at),
            at: Vec::new(),
        });
        let item = Column("answer_event", "item", attempt).number(item)?;
        first.at.push((item, Timestamp(at)));
    }
    Ok(all)
}
