//! Corrections of keys, the papers they touch, and the history of scores.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    exam::Band,
    id::{AccountId, AttemptId, ExamId, KeyCorrectionId, ObjectionId, PersonId, UnitId},
    item::OptionSet,
    key::Key,
    key_correction::{Act, Correction, Method, Proposal, State},
    mark::Score,
    points::Points,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct ProposalRow {
    id: i64,
    exam: i64,
    pool: i64,
    method: String,
    key_set: i64,
    key_form: String,
    reason: String,
    objection: i64,
    state: String,
    proposed_by: i64,
    proposed_at: i64,
    decided_by: i64,
    decided_at: i64,
    decision: String,
    undone_by: i64,
    undone_at: i64,
    undo_reason: String,
}

impl ProposalRow {
    fn proposal(self) -> Result<Proposal> {
        let column = |name| Column("key_correction", name, self.id);
        let key = key(column, self.key_set, &self.key_form)?;
        let act = |by, at, reason| Act {
            by: AccountId(by),
            at: Timestamp(at),
            reason,
        };
        Ok(Proposal {
            id: KeyCorrectionId(self.id),
            exam: ExamId(self.exam),
            correction: Correction {
                pool: column("pool").number(self.pool)?,
                method: column("method").code(&self.method, |code| Method::from_code(code, key.clone()))?,
            },
            objection: (self.objection != 0).then_some(ObjectionId(self.objection)),
            state: column("state").code(&self.state, State::from_code)?,
            proposed: act(self.proposed_by, self.proposed_at, self.reason),
            decided: (self.decided_at != 0).then(|| act(self.decided_by, self.decided_at, self.decision)),
            undone: (self.undone_at != 0).then(|| act(self.undone_by, self.undone_at, self.undo_reason)),
        })
    }
}

/// A key as two columns hold it: the options, and the form of a question beyond choice, empty for none.
pub(super) fn key(column: impl Fn(&'static str) -> Column, options: i64, form: &str) -> Result<Key> {
    Ok(match form {
        "" => Key::Options(OptionSet(column("key_set").number(options)?)),
        json => Key::Form(column("key_form").json(json)?),
    })
}

/// The same columns of the key that a method brings.
pub(super) fn columns(method: &Method) -> (i64, String) {
    let (options, form) = (method.key().and_then(Key::options), method.key().and_then(Key::form));
    (
        options.map_or(0, |options| i64::from(options.0)),
        form.map(to_json).unwrap_or_default(),
    )
}

/// Stores a proposal.
///
/// # Errors
/// [`super::Error::Taken`] when a correction of this question waits or is in force.
pub async fn insert(tx: &mut Tx, proposal: &Proposal) -> Result<()> {
    let Correction { pool, method } = &proposal.correction;
    let (key_set, key_form) = columns(method);
    tx_run!(
        tx,
        "INSERT INTO key_correction (id, exam, pool, method, key_set, key_form, reason, objection, state, proposed_by, proposed_at,
                                     decided_by, decided_at, decision, undone_by, undone_at, undo_reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'proposed', $9, $10, 0, 0, '', 0, 0, '')",
        proposal.id.0,
        proposal.exam.0,
        i64::from(*pool),
        method.code(),
        key_set,
        key_form,
        proposal.proposed.reason.as_str(),
        proposal.objection.map_or(0, |objection| objection.0),
        proposal.proposed.by.0,
        proposal.proposed.at.0
    )?;
    Ok(())
}

const BY_ID: &str =
    "SELECT id, exam, pool, method, key_set, key_form, reason, objection, state, proposed_by, proposed_at,
        decided_by, decided_at, decision, undone_by, undone_at, undo_reason
    FROM key_correction WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: KeyCorrectionId) -> Result<Option<Proposal>> {
    read_one!(db, ProposalRow, BY_ID, id.0)?
        .map(ProposalRow::proposal)
        .transpose()
}

/// As the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: KeyCorrectionId) -> Result<Option<Proposal>> {
    tx_one!(tx, ProposalRow, BY_ID, id.0)?
        .map(ProposalRow::proposal)
        .transpose()
}

/// All corrections of an exam, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_exam(db: &Db, exam: ExamId) -> Result<Vec<Proposal>> {
    let rows = read_all!(
        db,
        ProposalRow,
        "SELECT id, exam, pool, method, key_set, key_form, reason, objection, state, proposed_by, proposed_at,
                decided_by, decided_at, decision, undone_by, undone_at, undo_reason
         FROM key_correction WHERE exam = $1 ORDER BY id DESC",
        exam.0
    )?;
    rows.into_iter().map(ProposalRow::proposal).collect()
}

/// The corrections an objection led to, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_objection(db: &Db, objection: ObjectionId) -> Result<Vec<Proposal>> {
    let rows = read_all!(
        db,
        ProposalRow,
        "SELECT id, exam, pool, method, key_set, key_form, reason, objection, state, proposed_by, proposed_at,
                decided_by, decided_at, decision, undone_by, undone_at, undo_reason
         FROM key_correction WHERE objection = $1 ORDER BY id DESC",
        objection.0
    )?;
    rows.into_iter().map(ProposalRow::proposal).collect()
}

const IN_FORCE: &str =
    "SELECT id, exam, pool, method, key_set, key_form, reason, objection, state, proposed_by, proposed_at,
        decided_by, decided_at, decision, undone_by, undone_at, undo_reason
    FROM key_correction WHERE exam = $1 AND state = 'applied' ORDER BY decided_at, id";

fn corrections(rows: Vec<ProposalRow>) -> Result<Vec<Correction>> {
    rows.into_iter()
        .map(|row| row.proposal().map(|proposal| proposal.correction))
        .collect()
}

/// The corrections in force, in the order they were applied.
///
/// # Errors
/// When the database fails.
pub async fn in_force(db: &Db, exam: ExamId) -> Result<Vec<Correction>> {
    corrections(read_all!(db, ProposalRow, IN_FORCE, exam.0)?)
}

/// Whether a correction of this exam was ever applied, be it undone since.
///
/// # Errors
/// When the database fails.
pub async fn ever_applied(db: &Db, exam: ExamId) -> Result<bool> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT id FROM key_correction WHERE exam = $1 AND state IN ('applied', 'undone') LIMIT 1",
        exam.0
    )?;
    Ok(row.is_some())
}

/// The corrections in force for a hand-in, which [`super::sitting::close`] began: none can be applied or undone before
/// it is stored, so no attempt slips through between the marking and a correction.
///
/// # Errors
/// When the database fails.
pub async fn in_force_for_hand_in(tx: &mut Tx, exam: ExamId) -> Result<Vec<Correction>> {
    corrections(tx_all!(tx, ProposalRow, IN_FORCE, exam.0)?)
}

/// Keeps the keys of an exam as they are until the transaction ends, as a hand-in does.
///
/// # Errors
/// When the database fails.
pub async fn hold_keys(tx: &mut Tx, exam: ExamId) -> Result<()> {
    if let Tx::Postgres(_) = tx {
        tx_run!(tx, "SELECT pg_advisory_xact_lock_shared($1)", exam.0)?;
    }
    Ok(())
}

/// The corrections in force for a change of them: waits for hand-ins on their way and keeps others waiting.
///
/// # Errors
/// When the database fails.
pub async fn in_force_for_change(tx: &mut Tx, exam: ExamId) -> Result<Vec<Correction>> {
    if let Tx::Postgres(_) = tx {
        // Not a lock on the row of the exam: thousands who hand in at once would all write to it.
        tx_run!(tx, "SELECT pg_advisory_xact_lock($1)", exam.0)?;
    }
    corrections(tx_all!(tx, ProposalRow, IN_FORCE, exam.0)?)
}

/// Decides a proposal; `false` when it does not wait any more.
///
/// # Errors
/// When the database fails.
pub async fn decide(tx: &mut Tx, id: KeyCorrectionId, to: State, act: &Act) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE key_correction SET state = $2, decided_by = $3, decided_at = $4, decision = $5
         WHERE id = $1 AND state = 'proposed'",
        id.0,
        to.code(),
        act.by.0,
        act.at.0,
        act.reason.as_str()
    )?;
    Ok(changed == 1)
}

/// Takes a correction back; `false` when it is not in force.
///
/// # Errors
/// When the database fails.
pub async fn undo(tx: &mut Tx, id: KeyCorrectionId, act: &Act) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE key_correction SET state = 'undone', undone_by = $2, undone_at = $3, undo_reason = $4
         WHERE id = $1 AND state = 'applied'",
        id.0,
        act.by.0,
        act.at.0,
        act.reason.as_str()
    )?;
    Ok(changed == 1)
}

/// A handed-in attempt with what a marking needs. `paper` and `sheet` are empty when the question asked about is
/// certainly not on its paper.
#[derive(Debug, sqlx::FromRow)]
pub struct Sat {
    id: i64,
    person: i64,
    number: i64,
    score: i64,
    band: String,
    unit: i64,
    standing: String,
    pub paper: Vec<u8>,
    pub sheet: Vec<u8>,
}

impl Sat {
    pub fn attempt(&self) -> AttemptId {
        AttemptId(self.id)
    }
    pub fn person(&self) -> PersonId {
        PersonId(self.person)
    }
    /// # Errors
    /// When the row holds no number of an attempt.
    pub fn number(&self) -> Result<u32> {
        Column("attempt", "number", self.id).number(self.number)
    }
    pub fn score(&self) -> Points {
        Points(self.score)
    }
    /// # Errors
    /// When the row holds no band.
    pub fn band(&self) -> Result<Band> {
        Column("attempt", "band", self.id).code(&self.band, Band::from_code)
    }
    pub fn unit(&self) -> UnitId {
        UnitId(self.unit)
    }
    pub fn due(&self) -> bool {
        self.standing == "due"
    }
    /// The place behind which the next attempts stand.
    pub fn place(&self) -> Place {
        Place(self.person, self.number)
    }
}

/// A place in the row of an exam's attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place(i64, i64);

/// Attempts read at a time: some ten megabytes of papers. The fewer pages, the less often PostgreSQL walks through all
/// papers to find those of one.
pub const PAGE: i64 = 10_000;

const SQLITE_SAT: &str = "SELECT a.id, a.person, a.number, a.score, a.band, r.unit, r.standing,
        CASE WHEN instr(p.body, $2) > 0 THEN p.body ELSE x'' END AS paper,
        CASE WHEN instr(p.body, $2) > 0 THEN a.sheet ELSE x'' END AS sheet
    FROM (SELECT id, exam, person, number, score, band, sheet FROM attempt
          WHERE exam = $1 AND state = 'handed_in' AND (person, number) > ($3, $4)
          ORDER BY person, number LIMIT $5) a
    JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person
    JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
    ORDER BY a.person, a.number";
const POSTGRES_SAT: &str = "SELECT a.id, a.person, a.number, a.score, a.band, r.unit, r.standing,
        CASE WHEN position($2 IN p.body) > 0 THEN p.body ELSE ''::bytea END AS paper,
        CASE WHEN position($2 IN p.body) > 0 THEN a.sheet ELSE ''::bytea END AS sheet
    FROM (SELECT id, exam, person, number, score, band, sheet FROM attempt
          WHERE exam = $1 AND state = 'handed_in' AND (person, number) > ($3, $4)
          ORDER BY person, number LIMIT $5) a
    JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person
    JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
    ORDER BY a.person, a.number";

/// A page of the handed-in attempts behind `after`; papers only where `trace` stands in them.
///
/// # Errors
/// When the database fails.
pub async fn sat(db: &Db, exam: ExamId, trace: [u8; 4], after: Place) -> Result<Vec<Sat>> {
    let sql = match db {
        Db::Sqlite { .. } => SQLITE_SAT,
        Db::Postgres(_) => POSTGRES_SAT,
    };
    read_all!(db, Sat, sql, exam.0, trace.as_slice(), after.0, after.1, PAGE)
}

/// As [`sat`], as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn sat_in(tx: &mut Tx, exam: ExamId, trace: [u8; 4], after: Place) -> Result<Vec<Sat>> {
    let sql = match tx {
        Tx::Sqlite(_) => SQLITE_SAT,
        Tx::Postgres(_) => POSTGRES_SAT,
    };
    tx_all!(tx, Sat, sql, exam.0, trace.as_slice(), after.0, after.1, PAGE)
}

/// A score that changes.
#[derive(Debug, Clone)]
pub struct Rescored {
    pub attempt: AttemptId,
    pub before: Points,
    pub after: Score,
    pub band: Band,
}

/// Which correction changes scores, in which direction.
#[derive(Debug, Clone, Copy)]
pub struct Cause {
    pub correction: KeyCorrectionId,
    /// It is being taken back.
    pub undo: bool,
    pub at: Timestamp,
}

const CHUNK: usize = 2000;

/// Stores new scores and parts, and of the scores what they were before.
///
/// # Errors
/// When the database fails.
pub async fn rescore(tx: &mut Tx, cause: Cause, rescored: &[Rescored]) -> Result<()> {
    for chunk in rescored.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|one| {
                (
                    one.attempt.0,
                    one.after.score.0,
                    to_json(&one.after.parts),
                    one.before.0,
                    one.band.code(),
                )
            })
            .collect();
        let json = to_json(&rows);
        let (update, insert) = match tx {
            Tx::Sqlite(_) => (
                "UPDATE attempt SET score = r.value->>1, parts = r.value->>2, band = r.value->>4
                 FROM json_each($1) r WHERE attempt.id = r.value->>0",
                "INSERT INTO score_change (correction, undo, attempt, before, after, at)
                 SELECT $2, $3, r.value->>0, r.value->>3, r.value->>1, $4 FROM json_each($1) r
                 WHERE r.value->>1 <> r.value->>3",
            ),
            Tx::Postgres(_) => (
                "UPDATE attempt SET score = (r->>1)::bigint, parts = r->>2, band = r->>4
                 FROM jsonb_array_elements($1::jsonb) r WHERE attempt.id = (r->>0)::bigint",
                "INSERT INTO score_change (correction, undo, attempt, before, after, at)
                 SELECT $2, $3, (r->>0)::bigint, (r->>3)::bigint, (r->>1)::bigint, $4
                 FROM jsonb_array_elements($1::jsonb) r WHERE (r->>1)::bigint <> (r->>3)::bigint",
            ),
        };
        tx_run!(tx, update, json.as_str())?;
        tx_run!(
            tx,
            insert,
            json.as_str(),
            cause.correction.0,
            i64::from(cause.undo),
            cause.at.0
        )?;
    }
    Ok(())
}

/// One entry of the history of an attempt's score.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreChange {
    pub attempt: AttemptId,
    /// The correction was taken back.
    pub undo: bool,
    pub before: Points,
    pub after: Points,
    pub at: Timestamp,
    /// Of the correction, or of taking it back.
    pub reason: String,
    pub by: AccountId,
}

#[derive(sqlx::FromRow)]
struct ChangeRow {
    attempt: i64,
    undo: i64,
    before: i64,
    after: i64,
    at: i64,
    reason: String,
    account: i64,
}

impl From<ChangeRow> for ScoreChange {
    fn from(row: ChangeRow) -> Self {
        Self {
            attempt: AttemptId(row.attempt),
            undo: row.undo != 0,
            before: Points(row.before),
            after: Points(row.after),
            at: Timestamp(row.at),
            reason: row.reason,
            by: AccountId(row.account),
        }
    }
}

/// The history of an attempt's score, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn changes_of_attempt(db: &Db, attempt: AttemptId) -> Result<Vec<ScoreChange>> {
    let rows = read_all!(
        db,
        ChangeRow,
        "SELECT c.attempt, c.undo, c.before, c.after, c.at,
                CASE c.undo WHEN 1 THEN k.undo_reason ELSE k.reason END AS reason,
                CASE c.undo WHEN 1 THEN k.undone_by ELSE k.decided_by END AS account
         FROM score_change c JOIN key_correction k ON k.id = c.correction
         WHERE c.attempt = $1 ORDER BY c.at, c.correction, c.undo",
        attempt.0
    )?;
    Ok(rows.into_iter().map(ScoreChange::from).collect())
}

/// A line of the list of scores that a correction changed.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedChange {
    pub number: String,
    pub name: String,
    unit: i64,
    undo: i64,
    before: i64,
    after: i64,
}

impl NamedChange {
    pub fn unit(&self) -> UnitId {
        UnitId(self.unit)
    }
    pub fn undo(&self) -> bool {
        self.undo != 0
    }
    pub fn before(&self) -> Points {
        Points(self.before)
    }
    pub fn after(&self) -> Points {
        Points(self.after)
    }
}

/// The first scores that a correction changed, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn changes(db: &Db, id: KeyCorrectionId, limit: i64) -> Result<(Vec<NamedChange>, i64)> {
    let all = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM score_change WHERE correction = $1",
        id.0
    )?;
    let first = read_all!(
        db,
        NamedChange,
        "SELECT r.number, r.name, r.unit, c.undo, c.before, c.after
         FROM score_change c JOIN attempt a ON a.id = c.attempt
         JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person
         WHERE c.correction = $1 ORDER BY c.undo, r.number LIMIT $2",
        id.0,
        limit
    )?;
    Ok((first, all.map_or(0, |(all,)| all)))
}

/// Number and name of a person on the frozen roster.
///
/// # Errors
/// When the database fails.
pub async fn roster_name(db: &Db, exam: ExamId, person: PersonId) -> Result<Option<(String, String)>> {
    read_one!(
        db,
        (String, String),
        "SELECT number, name FROM roster_entry WHERE exam = $1 AND person = $2",
        exam.0,
        person.0
    )
}
