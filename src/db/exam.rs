//! Exams: set-up, the fixed pool, the frozen roster and the drawn papers.

use super::{
    Db, Result, Tx,
    bank::ShapeRow,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_run,
};
use crate::domain::{
    exam::{Audience, Exam, Round, State, Window},
    id::{BankId, ExamId, PersonId, QuestionId, UnitId},
    paper::PoolItem,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct ExamRow {
    id: i64,
    title: String,
    unit: i64,
    bank: i64,
    state: String,
    opens_at: i64,
    closes_at: i64,
    policy: String,
    blueprint: String,
    opened_at: i64,
}

impl ExamRow {
    fn exam(self) -> Result<Exam> {
        let column = |name| Column("exam", name, self.id);
        Ok(Exam {
            id: ExamId(self.id),
            unit: (self.unit != 0).then_some(UnitId(self.unit)),
            bank: BankId(self.bank),
            state: column("state").code(&self.state, State::from_code)?,
            window: Window {
                opens_at: Timestamp(self.opens_at),
                closes_at: Timestamp(self.closes_at),
            },
            policy: column("policy").json(&self.policy)?,
            blueprint: column("blueprint").json(&self.blueprint)?,
            opened_at: (self.opened_at != 0).then_some(Timestamp(self.opened_at)),
            title: self.title,
        })
    }
}

/// Every exam, newest first.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Exam>> {
    let rows = read_all!(
        db,
        ExamRow,
        "SELECT id, title, unit, bank, state, opens_at, closes_at, policy, blueprint, opened_at FROM exam ORDER BY id DESC"
    )?;
    rows.into_iter().map(ExamRow::exam).collect()
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: ExamId) -> Result<Option<Exam>> {
    let row = read_one!(
        db,
        ExamRow,
        "SELECT id, title, unit, bank, state, opens_at, closes_at, policy, blueprint, opened_at FROM exam WHERE id = $1",
        id.0
    )?;
    row.map(ExamRow::exam).transpose()
}

/// The rules of an exam, letter by letter as they are stored; empty when there is no such exam.
///
/// # Errors
/// When the database fails.
pub async fn policy_text(db: &Db, id: ExamId) -> Result<String> {
    let row = read_one!(db, (String,), "SELECT policy FROM exam WHERE id = $1", id.0)?;
    Ok(row.map_or_else(String::new, |(policy,)| policy))
}

/// The exams on whose frozen roster the person stands, newest first, and whether the person is due or else exempt.
///
/// # Errors
/// When the database fails.
pub async fn with_person(db: &Db, person: PersonId) -> Result<Vec<(ExamId, bool)>> {
    let rows = read_all!(
        db,
        (i64, String),
        "SELECT exam, standing FROM roster_entry WHERE person = $1 ORDER BY exam DESC",
        person.0
    )?;
    let rows = rows.into_iter();
    Ok(rows.map(|(exam, standing)| (ExamId(exam), standing == "due")).collect())
}

/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, exam: &Exam, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO exam
             (id, title, bank, state, opens_at, closes_at, policy, blueprint, seed, opened_at, created_at, unit)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10, $11)",
        exam.id.0,
        exam.title.as_str(),
        exam.bank.0,
        exam.state.code(),
        exam.window.opens_at.0,
        exam.window.closes_at.0,
        to_json(&exam.policy),
        to_json(&exam.blueprint),
        [].as_slice() as &[u8],
        now.0,
        exam.unit.map_or(0, |unit| unit.0)
    )?;
    super::round::put(tx, exam.id, &Round::main(exam)).await
}

/// Changes the set-up of a draft; `false` when it is no draft any more.
///
/// # Errors
/// When the database fails.
pub async fn update_draft(tx: &mut Tx, exam: &Exam) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE exam SET title = $2, bank = $3, opens_at = $4, closes_at = $5, policy = $6, blueprint = $7, unit = $8
         WHERE id = $1 AND state = 'draft'",
        exam.id.0,
        exam.title.as_str(),
        exam.bank.0,
        exam.window.opens_at.0,
        exam.window.closes_at.0,
        to_json(&exam.policy),
        to_json(&exam.blueprint),
        exam.unit.map_or(0, |unit| unit.0)
    )?;
    if changed == 1 {
        super::round::put(tx, exam.id, &Round::main(exam)).await?;
    }
    Ok(changed == 1)
}

/// Moves an exam from one state to the next; `false` when it is not in `from` any more.
///
/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, id: ExamId, from: State, to: State) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE exam SET state = $3 WHERE id = $1 AND state = $2",
        id.0,
        from.code(),
        to.code()
    )?;
    Ok(changed == 1)
}

/// Fixes the pool: every ready question of the exam's bank, in the order of their ids.
///
/// # Errors
/// When the database fails.
pub async fn fix_pool(tx: &mut Tx, id: ExamId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO exam_item (exam, place, version)
         SELECT e.id, ROW_NUMBER() OVER (ORDER BY q.id) - 1, q.current
         FROM exam e JOIN question q ON q.bank = e.bank
         WHERE e.id = $1 AND q.state = 'ready'",
        id.0
    )?;
    Ok(())
}

/// Takes every question of a pool nobody has drawn from yet as its bank has it now: what is not ready any more leaves, and the gaps are
/// closed; of the rest the current version is asked.
///
/// # Errors
/// When the database fails.
pub async fn renew_pool(tx: &mut Tx, id: ExamId) -> Result<()> {
    let gone = tx_run!(
        tx,
        "DELETE FROM exam_item WHERE exam = $1 AND version IN (
             SELECT v.id FROM question_version v JOIN question q ON q.id = v.question WHERE q.state <> 'ready')",
        id.0
    )?;
    tx_run!(
        tx,
        "UPDATE exam_item SET version = (
             SELECT q.current FROM question_version v JOIN question q ON q.id = v.question WHERE v.id = exam_item.version)
         WHERE exam = $1 AND EXISTS (
             SELECT 1 FROM question_version v JOIN question q ON q.id = v.question
             WHERE v.id = exam_item.version AND q.current <> v.id)",
        id.0
    )?;
    if gone > 0 {
        // Beside the old places, then in their stead.
        tx_run!(
            tx,
            "INSERT INTO exam_item (exam, place, version, papers)
             SELECT exam, -ROW_NUMBER() OVER (ORDER BY place), version, papers FROM exam_item WHERE exam = $1",
            id.0
        )?;
        tx_run!(tx, "DELETE FROM exam_item WHERE exam = $1 AND place >= 0", id.0)?;
        tx_run!(tx, "UPDATE exam_item SET place = -place - 1 WHERE exam = $1", id.0)?;
    }
    Ok(())
}

/// Gives the pool up again, when the exam goes back to a draft.
///
/// # Errors
/// When the database fails.
pub async fn free_pool(tx: &mut Tx, id: ExamId) -> Result<()> {
    tx_run!(tx, "DELETE FROM exam_item WHERE exam = $1", id.0)?;
    Ok(())
}

/// What the draw needs of the pool, by place.
///
/// # Errors
/// When the database fails.
pub async fn pool_shape(tx: &mut Tx, id: ExamId) -> Result<Vec<PoolItem>> {
    let rows = tx_all!(
        tx,
        ShapeRow,
        "SELECT v.question, v.id AS version, v.kind, v.options, v.topic, v.difficulty, v.pinned
         FROM exam_item i JOIN question_version v ON v.id = i.version WHERE i.exam = $1 ORDER BY i.place",
        id.0
    )?;
    rows.into_iter().map(ShapeRow::item).collect()
}

/// Keeps the secret seed and the moment of the opening.
///
/// # Errors
/// When the database fails.
pub async fn set_opened(tx: &mut Tx, id: ExamId, seed: &[u8; 32], now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE exam SET seed = $2, opened_at = $3 WHERE id = $1",
        id.0,
        seed.as_slice(),
        now.0
    )?;
    Ok(())
}

/// The seed of an opened exam. It tells every paper: never for a candidate's eyes before the close.
///
/// # Errors
/// When the database fails.
pub async fn seed(db: &Db, id: ExamId) -> Result<Option<[u8; 32]>> {
    let row = read_one!(db, (Vec<u8>,), "SELECT seed FROM exam WHERE id = $1", id.0)?;
    Ok(row.and_then(|(seed,)| seed.try_into().ok()))
}

/// Freezes the roster: every active person of the audience in the exam's unit and below it is registered, and due unless an
/// exemption is approved. Gives those who are due.
///
/// # Errors
/// When the database fails.
pub async fn freeze_roster(
    tx: &mut Tx,
    id: ExamId,
    unit: Option<UnitId>,
    audience: &Audience,
) -> Result<Vec<PersonId>> {
    macro_rules! freeze {
        ($ranks:literal, $categories:literal) => {
            concat!(
                "INSERT INTO roster_entry (exam, person, number, name, unit, rank_level, category, standing)
         WITH RECURSIVE below(unit) AS (
             SELECT CAST($2 AS BIGINT) UNION SELECT u.id FROM unit u JOIN below b ON u.parent = b.unit)
         SELECT $1, p.id, p.number, p.name, p.unit, p.rank_level, p.category,
                CASE WHEN x.id IS NULL THEN 'due' ELSE 'exempt' END
         FROM person p
         LEFT JOIN exemption x ON x.exam = $1 AND x.person = p.id AND x.kind = 'exemption' AND x.state = 'approved'
         WHERE p.state = 'active' AND (CAST($2 AS BIGINT) = 0 OR p.unit IN (SELECT unit FROM below))",
                " AND ($3 = '[]' OR p.rank_level IN (",
                $ranks,
                ")) AND ($4 = '[]' OR p.category IN (",
                $categories,
                "))"
            )
        };
    }
    let sql = match tx {
        Tx::Sqlite(_) => freeze!("SELECT value FROM json_each($3)", "SELECT value FROM json_each($4)"),
        Tx::Postgres(_) => freeze!(
            "SELECT jsonb_array_elements_text(CAST($3 AS jsonb))",
            "SELECT jsonb_array_elements_text(CAST($4 AS jsonb))"
        ),
    };
    tx_run!(
        tx,
        sql,
        id.0,
        unit.map_or(0, |unit| unit.0),
        to_json(&audience.ranks),
        to_json(&audience.categories)
    )?;
    let rows = tx_all!(
        tx,
        (i64,),
        "SELECT person FROM roster_entry WHERE exam = $1 AND standing = 'due' ORDER BY person",
        id.0
    )?;
    Ok(rows.into_iter().map(|(person,)| PersonId(person)).collect())
}

/// The frozen roster: person, unit, whether due.
///
/// # Errors
/// When the database fails.
pub async fn roster(db: &Db, id: ExamId) -> Result<Vec<(PersonId, UnitId, bool)>> {
    let rows = read_all!(
        db,
        (i64, i64, String),
        "SELECT person, unit, standing FROM roster_entry WHERE exam = $1 ORDER BY person",
        id.0
    )?;
    let entry = |(person, unit, standing): (i64, i64, String)| (PersonId(person), UnitId(unit), standing == "due");
    Ok(rows.into_iter().map(entry).collect())
}

/// A question of an exam's pool that something has overtaken since.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaken {
    pub place: u32,
    pub question: QuestionId,
    pub stem: String,
    /// The law that its bank's version stands on has changed, and nobody has said yet whether it is still right.
    pub by_law: bool,
    /// Its bank has another text, other options or another key by now.
    pub by_bank: bool,
    /// Its bank does not ask it any more.
    pub unused: bool,
}

/// The questions of a pool that the law or their bank has overtaken, by place.
///
/// # Errors
/// When the database fails.
pub async fn overtaken(db: &Db, id: ExamId) -> Result<Vec<Overtaken>> {
    let rows = read_all!(
        db,
        (i64, i64, String, i64, i64, i64),
        "SELECT place, question, stem, by_law, by_bank, unused FROM (
             SELECT i.place, q.id AS question, v.stem,
                    CAST(CASE WHEN EXISTS (SELECT 1 FROM question_law l WHERE l.question = q.id AND l.pending <> '')
                         THEN 1 ELSE 0 END AS BIGINT) AS by_law,
                    CAST(CASE WHEN c.kind <> v.kind OR c.stem <> v.stem OR c.options <> v.options OR c.key_set <> v.key_set
                              OR c.form <> v.form THEN 1 ELSE 0 END AS BIGINT) AS by_bank,
                    CAST(CASE WHEN q.state IN ('ready', 'stale') THEN 0 ELSE 1 END AS BIGINT) AS unused
             FROM exam_item i JOIN question_version v ON v.id = i.version JOIN question q ON q.id = v.question
             JOIN question_version c ON c.id = q.current WHERE i.exam = $1) o
         WHERE by_law = 1 OR by_bank = 1 OR unused = 1 ORDER BY place",
        id.0
    )?;
    let overtaken = |(place, question, stem, by_law, by_bank, unused): (i64, i64, String, i64, i64, i64)| {
        Ok(Overtaken {
            place: Column("exam_item", "place", place).number(place)?,
            question: QuestionId(question),
            stem,
            by_law: by_law == 1,
            by_bank: by_bank == 1,
            unused: unused == 1,
        })
    };
    rows.into_iter().map(overtaken).collect()
}

/// What papers drawn after the opening do without.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// From 1; 0 stands for the whole pool.
    pub number: u32,
    /// Of the questions in the pool, in their order.
    pub places: Vec<u32>,
}

/// All that papers of an exam have done without, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn left_out(db: &Db, exam: ExamId) -> Result<Vec<LeftOut>> {
    let rows = read_all!(
        db,
        (i64, String),
        "SELECT number, places FROM exam_left_out WHERE exam = $1 ORDER BY number DESC",
        exam.0
    )?;
    let left_out = |(number, places): (i64, String)| {
        Ok(LeftOut {
            number: Column("exam_left_out", "number", exam.0).number(number)?,
            places: Column("exam_left_out", "places", exam.0).json(&places)?,
        })
    };
    rows.into_iter().map(left_out).collect()
}

/// Says what papers drawn from now on do without; `false` when another node has said it with this number.
///
/// # Errors
/// When the database fails.
pub async fn leave_out(tx: &mut Tx, exam: ExamId, left_out: &LeftOut, now: Timestamp) -> Result<bool> {
    let stored = tx_run!(
        tx,
        "INSERT INTO exam_left_out (exam, number, at, places) VALUES ($1, $2, $3, $4)
         ON CONFLICT (exam, number) DO NOTHING",
        exam.0,
        i64::from(left_out.number),
        now.0,
        to_json(&left_out.places)
    )?;
    Ok(stored == 1)
}

/// The open exams that have a round which is not over.
///
/// # Errors
/// When the database fails.
pub async fn running(db: &Db, now: Timestamp) -> Result<Vec<ExamId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT id FROM exam WHERE state = 'open'
             AND EXISTS (SELECT 1 FROM exam_round r WHERE r.exam = exam.id AND r.closes_at > $1) ORDER BY id",
        now.0
    )?;
    Ok(rows.into_iter().map(|(id,)| ExamId(id)).collect())
}

/// A paper as it is stored.
pub struct StoredPaper {
    pub person: PersonId,
    pub number: u32,
    /// The [`LeftOut::number`] it was drawn by.
    pub left_out: u32,
    pub body: Vec<u8>,
}

/// Stored papers in the order of person and number, from behind `after` on.
///
/// # Errors
/// When the database fails.
pub async fn papers(db: &Db, id: ExamId, after: (PersonId, u32), limit: u32) -> Result<Vec<StoredPaper>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, Vec<u8>),
        "SELECT person, number, left_out, body FROM paper WHERE exam = $1 AND (person, number) > ($2, $3)
         ORDER BY person, number LIMIT $4",
        id.0,
        after.0.0,
        i64::from(after.1),
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|(person, number, left_out, body)| {
            Ok(StoredPaper {
                person: PersonId(person),
                number: Column("paper", "number", person).number(number)?,
                left_out: Column("paper", "left_out", person).number(left_out)?,
                body,
            })
        })
        .collect()
}

const CHUNK: usize = 1000;

/// A drawn paper of somebody's first attempt.
#[derive(Debug, Clone)]
pub struct FirstPaper {
    pub person: PersonId,
    /// The block of the draw, from 1; 0 where there is no exposure ceiling.
    pub block: i64,
    pub body: Vec<u8>,
}

/// Stores drawn papers, each for the first attempt of a person.
///
/// # Errors
/// When the database fails.
pub async fn insert_papers(tx: &mut Tx, id: ExamId, papers: &[FirstPaper]) -> Result<()> {
    for chunk in papers.chunks(CHUNK) {
        match tx {
            Tx::Sqlite(_) => {
                for paper in chunk {
                    tx_run!(
                        tx,
                        "INSERT INTO paper (exam, person, number, body, block) VALUES ($1, $2, 1, $3, $4)
                         ON CONFLICT (exam, person, number) DO NOTHING",
                        id.0,
                        paper.person.0,
                        paper.body.as_slice(),
                        paper.block
                    )?;
                }
            }
            Tx::Postgres(tx) => {
                let persons: Vec<i64> = chunk.iter().map(|paper| paper.person.0).collect();
                let bodies: Vec<&[u8]> = chunk.iter().map(|paper| paper.body.as_slice()).collect();
                let blocks: Vec<i64> = chunk.iter().map(|paper| paper.block).collect();
                sqlx::query(
                    "INSERT INTO paper (exam, person, number, body, block)
                     SELECT $1, p, 1, b, n FROM UNNEST($2::bigint[], $3::bytea[], $4::bigint[]) AS t(p, b, n)",
                )
                .bind(id.0)
                .bind(persons)
                .bind(bodies)
                .bind(blocks)
                .execute(&mut **tx)
                .await?;
            }
        }
    }
    Ok(())
}

/// Stores the paper of a later attempt; `false` when there is one already, which stays.
///
/// # Errors
/// When the database fails.
pub async fn insert_paper(tx: &mut Tx, exam: ExamId, paper: &StoredPaper) -> Result<bool> {
    let stored = tx_run!(
        tx,
        "INSERT INTO paper (exam, person, number, body, left_out) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (exam, person, number) DO NOTHING",
        exam.0,
        paper.person.0,
        i64::from(paper.number),
        paper.body.as_slice(),
        i64::from(paper.left_out)
    )?;
    Ok(stored == 1)
}

/// Adds to the papers on which questions of the pool stand: place and number, in the order of the places, so that two
/// who count at once never wait for each other in a circle.
///
/// # Errors
/// When the database fails.
pub async fn count_papers(tx: &mut Tx, exam: ExamId, papers: &[(u32, i64)]) -> Result<()> {
    match tx {
        Tx::Sqlite(tx) => {
            sqlx::query(
                // No UPDATE … FROM: that looks through the whole list again for each question of the pool. `WHERE true`: without it
                // ON CONFLICT is taken for the condition of the join.
                "INSERT INTO exam_item (exam, place, version, papers)
                 SELECT i.exam, i.place, i.version, n.value ->> 1
                 FROM json_each($2) AS n CROSS JOIN exam_item i ON i.exam = $1 AND i.place = (n.value ->> 0) WHERE true
                 ON CONFLICT (exam, place) DO UPDATE SET papers = exam_item.papers + excluded.papers",
            )
            .bind(exam.0)
            .bind(to_json(&papers))
            .execute(&mut *tx)
            .await?;
        }
        Tx::Postgres(tx) => {
            let places: Vec<i64> = papers.iter().map(|(place, _)| i64::from(*place)).collect();
            let numbers: Vec<i64> = papers.iter().map(|(_, number)| *number).collect();
            // The rows are locked in the order of their places first.
            sqlx::query(
                "WITH held AS (SELECT place FROM exam_item WHERE exam = $1 AND place = ANY($2) ORDER BY place FOR UPDATE)
                 UPDATE exam_item i SET papers = i.papers + t.n FROM UNNEST($2::bigint[], $3::bigint[]) AS t(p, n), held
                 WHERE i.exam = $1 AND i.place = t.p AND held.place = t.p",
            )
            .bind(exam.0)
            .bind(places)
            .bind(numbers)
            .execute(&mut **tx)
            .await?;
        }
    }
    Ok(())
}

/// Block and person of every paper that was drawn under an exposure ceiling, in the order of the draw.
///
/// # Errors
/// When the database fails.
pub async fn blocks(db: &Db, exam: ExamId) -> Result<Vec<(i64, PersonId)>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT block, person FROM paper WHERE exam = $1 AND block > 0 ORDER BY block, person",
        exam.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(block, person)| (block, PersonId(person)))
        .collect())
}

/// The persons whose first papers were drawn in the same block as this person's, in the order of the draw; nobody when
/// the exam has no exposure ceiling or the person was not there at the opening.
///
/// # Errors
/// When the database fails.
pub async fn block_of(db: &Db, exam: ExamId, person: PersonId) -> Result<Vec<PersonId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT p.person FROM paper o JOIN paper p ON p.exam = o.exam AND p.block = o.block
         WHERE o.exam = $1 AND o.person = $2 AND o.number = 1 AND o.block > 0 AND p.block > 0 ORDER BY p.person",
        exam.0,
        person.0
    )?;
    Ok(rows.into_iter().map(|(person,)| PersonId(person)).collect())
}

/// The stored bytes of a paper.
///
/// # Errors
/// When the database fails.
pub async fn paper(db: &Db, exam: ExamId, person: PersonId, number: u32) -> Result<Option<Vec<u8>>> {
    Ok(stored_paper(db, exam, person, number).await?.map(|paper| paper.body))
}

/// The paper of a person's attempt, and what it was drawn without.
///
/// # Errors
/// When the database fails.
pub async fn stored_paper(db: &Db, exam: ExamId, person: PersonId, number: u32) -> Result<Option<StoredPaper>> {
    let row = read_one!(
        db,
        (i64, Vec<u8>),
        "SELECT left_out, body FROM paper WHERE exam = $1 AND person = $2 AND number = $3",
        exam.0,
        person.0,
        i64::from(number)
    )?;
    row.map(|(left_out, body)| {
        Ok(StoredPaper {
            person,
            number,
            left_out: Column("paper", "left_out", person.0).number(left_out)?,
            body,
        })
    })
    .transpose()
}
