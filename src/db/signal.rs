//! What stands out in how attempts were sat: the traces kept while they ran, and what the last comparison found.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_run,
};
use crate::domain::{
    id::{AccountId, AttemptId, CaseId, ExamId, PersonId, UnitId},
    points::Points,
    signal::{Device, Evidence, Kind, Leaving, Signal},
    time::Timestamp,
};

/// Notes from which sign-in and browser an attempt was opened.
///
/// # Errors
/// When the database fails.
pub async fn opened_from(tx: &mut Tx, attempt: AttemptId, from: Device, at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO opened_from (attempt, session, browser, at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (attempt, session, browser) DO NOTHING",
        attempt.0,
        from.session,
        from.browser,
        at.0
    )?;
    Ok(())
}

/// Whether that is noted already.
///
/// # Errors
/// When the database fails.
pub async fn knows_opening(db: &Db, attempt: AttemptId, from: Device) -> Result<bool> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT at FROM opened_from WHERE attempt = $1 AND session = $2 AND browser = $3",
        attempt.0,
        from.session,
        from.browser
    )?;
    Ok(row.is_some())
}

#[derive(sqlx::FromRow)]
struct TraceRow {
    id: i64,
    person: i64,
    number: i64,
    score: i64,
    unit: i64,
    used_ms: i64,
    paper: Vec<u8>,
    sheet: Vec<u8>,
    left_times: i64,
    left_ms: i64,
    sessions: i64,
    browsers: i64,
}

/// A handed-in attempt with all that is compared.
pub struct Trace {
    pub attempt: AttemptId,
    pub person: PersonId,
    pub number: u32,
    pub score: Points,
    /// As frozen at the opening.
    pub unit: UnitId,
    /// From the start to the hand-in.
    pub used_ms: i64,
    pub paper: Vec<u8>,
    /// Empty: handed in before it was kept.
    pub sheet: Vec<u8>,
    pub left: Leaving,
    pub sessions: u32,
    pub browsers: u32,
}

/// How many attempts of an exam are handed in.
///
/// # Errors
/// When the database fails.
pub async fn handed_in(db: &Db, exam: ExamId) -> Result<u64> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM attempt WHERE exam = $1 AND state = 'handed_in'",
        exam.0
    )?;
    Column("attempt", "id", exam.0).number(row.map_or(0, |(count,)| count))
}

/// Attempts read at a time.
pub const PAGE: i64 = 10_000;

/// A page of the handed-in attempts behind the one of this person and number.
///
/// # Errors
/// When the database fails.
pub async fn traces(db: &Db, exam: ExamId, after: (PersonId, u32)) -> Result<Vec<Trace>> {
    let rows = read_all!(
        db,
        TraceRow,
        "SELECT a.id, a.person, a.number, a.score, r.unit, a.handed_in_at - a.started_at AS used_ms, p.body AS paper,
                a.sheet, COALESCE(c.left_times, 0) AS left_times, COALESCE(c.left_ms, 0) AS left_ms,
                COALESCE(o.sessions, 0) AS sessions, COALESCE(o.browsers, 0) AS browsers
         FROM (SELECT id, exam, person, number, score, sheet, started_at, handed_in_at FROM attempt
               WHERE exam = $1 AND state = 'handed_in' AND (person, number) > ($2, $3)
               ORDER BY person, number LIMIT $4) a
         JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person
         JOIN paper p ON p.exam = a.exam AND p.person = a.person AND p.number = a.number
         LEFT JOIN contact c ON c.attempt = a.id
         LEFT JOIN (SELECT attempt, COUNT(DISTINCT session) AS sessions, COUNT(DISTINCT browser) AS browsers
                    FROM opened_from GROUP BY attempt HAVING COUNT(*) > 1) o ON o.attempt = a.id
         ORDER BY a.person, a.number",
        exam.0,
        after.0.0,
        i64::from(after.1),
        PAGE
    )?;
    let trace = |row: TraceRow| {
        let column = |name| Column("attempt", name, row.id);
        Ok(Trace {
            attempt: AttemptId(row.id),
            person: PersonId(row.person),
            number: column("number").number(row.number)?,
            score: Points(row.score),
            unit: UnitId(row.unit),
            used_ms: row.used_ms,
            left: Leaving {
                times: column("left_times").number(row.left_times)?,
                ms: column("left_ms").number(row.left_ms)?,
            },
            sessions: column("sessions").number(row.sessions)?,
            browsers: column("browsers").number(row.browsers)?,
            paper: row.paper,
            sheet: row.sheet,
        })
    };
    rows.into_iter().map(trace).collect()
}

/// When an exam's attempts were last compared, by whom, and what that covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compared {
    pub at: Timestamp,
    pub by: AccountId,
    pub attempts: u64,
    pub pairs: u64,
    /// Units too large to be compared.
    pub left_out: u64,
}

const CHUNK: usize = 2000;

/// Puts what a comparison found, the strongest of each kind first, in the place of what was found before.
///
/// # Errors
/// When the database fails.
pub async fn replace(tx: &mut Tx, exam: ExamId, compared: Compared, signals: &[Signal]) -> Result<()> {
    tx_run!(tx, "DELETE FROM signal WHERE exam = $1", exam.0)?;
    tx_run!(tx, "DELETE FROM comparison WHERE exam = $1", exam.0)?;
    let column = |name| Column("comparison", name, exam.0);
    tx_run!(
        tx,
        "INSERT INTO comparison (exam, at, made_by, attempts, pairs, left_out) VALUES ($1, $2, $3, $4, $5, $6)",
        exam.0,
        compared.at.0,
        compared.by.0,
        column("attempts").number::<i64>(compared.attempts)?,
        column("pairs").number::<i64>(compared.pairs)?,
        column("left_out").number::<i64>(compared.left_out)?
    )?;
    let rows: Vec<_> = signals
        .chunk_by(|a, b| a.evidence.kind() == b.evidence.kind())
        .flat_map(|kind| (1i64..).zip(kind))
        .map(|(place, signal)| {
            let evidence = signal.evidence;
            (evidence.kind().code(), place, signal.attempt.0, to_json(&evidence))
        })
        .collect();
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO signal (exam, kind, place, attempt, evidence)
             SELECT $1, r.value->>0, r.value->>1, r.value->>2, r.value->>3 FROM json_each($2) r"
        }
        Tx::Postgres(_) => {
            "INSERT INTO signal (exam, kind, place, attempt, evidence)
             SELECT $1, r->>0, (r->>1)::bigint, (r->>2)::bigint, r->>3 FROM jsonb_array_elements($2::jsonb) r"
        }
    };
    for chunk in rows.chunks(CHUNK) {
        tx_run!(tx, sql, exam.0, to_json(&chunk))?;
    }
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn compared(db: &Db, exam: ExamId) -> Result<Option<Compared>> {
    let row = read_one!(
        db,
        (i64, i64, i64, i64, i64),
        "SELECT at, made_by, attempts, pairs, left_out FROM comparison WHERE exam = $1",
        exam.0
    )?;
    let column = |name| Column("comparison", name, exam.0);
    row.map(|(at, by, attempts, pairs, left_out)| {
        Ok(Compared {
            at: Timestamp(at),
            by: AccountId(by),
            attempts: column("attempts").number(attempts)?,
            pairs: column("pairs").number(pairs)?,
            left_out: column("left_out").number(left_out)?,
        })
    })
    .transpose()
}

/// How many signals of each kind the last comparison found.
///
/// # Errors
/// When the database fails.
pub async fn counts(db: &Db, exam: ExamId) -> Result<Vec<(Kind, i64)>> {
    let rows = read_all!(
        db,
        (String, i64),
        "SELECT kind, COUNT(*) FROM signal WHERE exam = $1 GROUP BY kind",
        exam.0
    )?;
    let kind = |(kind, count): (String, i64)| {
        let kind = Column("signal", "kind", exam.0).code(&kind, Kind::from_code)?;
        Ok((kind, count))
    };
    rows.into_iter().map(kind).collect()
}

/// A signal with the person on the frozen roster.
pub struct Listed {
    pub signal: Signal,
    pub number: String,
    pub name: String,
    pub unit: UnitId,
    /// The case that was opened about it.
    pub case: Option<CaseId>,
}

/// A page of the signals of a kind, the strongest first.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, exam: ExamId, kind: Kind, limit: i64, offset: i64) -> Result<Vec<Listed>> {
    let rows = read_all!(
        db,
        (i64, String, String, String, i64, i64),
        "SELECT s.attempt, s.evidence, r.number, r.name, r.unit, COALESCE(f.id, 0)
         FROM signal s JOIN attempt a ON a.id = s.attempt
         JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person
         LEFT JOIN case_file f ON f.attempt = s.attempt AND f.kind = s.kind
         WHERE s.exam = $1 AND s.kind = $2 ORDER BY s.place LIMIT $3 OFFSET $4",
        exam.0,
        kind.code(),
        limit,
        offset
    )?;
    rows.into_iter()
        .map(|(attempt, evidence, number, name, unit, case)| {
            Ok(Listed {
                signal: Signal {
                    attempt: AttemptId(attempt),
                    evidence: Column("signal", "evidence", attempt).json(&evidence)?,
                },
                number,
                name,
                unit: UnitId(unit),
                case: (case != 0).then_some(CaseId(case)),
            })
        })
        .collect()
}

/// The evidence of a kind about an attempt in the last comparison, and whose attempt it is.
///
/// # Errors
/// When the database fails.
pub async fn of_attempt(db: &Db, exam: ExamId, attempt: AttemptId, kind: Kind) -> Result<Option<(Evidence, PersonId)>> {
    let row = read_one!(
        db,
        (String, i64),
        "SELECT s.evidence, a.person FROM signal s JOIN attempt a ON a.id = s.attempt
         WHERE s.exam = $1 AND s.kind = $2 AND s.attempt = $3",
        exam.0,
        kind.code(),
        attempt.0
    )?;
    row.map(|(evidence, person)| {
        let evidence = Column("signal", "evidence", attempt.0).json(&evidence)?;
        Ok((evidence, PersonId(person)))
    })
    .transpose()
}
