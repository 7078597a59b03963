//! Cases that followed from signals.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_run,
};
use crate::domain::{
    case::{Case, Decision, State, Words},
    id::{AccountId, AttemptId, CaseId, ExamId, PersonId, UnitId},
    key_correction::Act,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: i64,
    exam: i64,
    attempt: i64,
    person: i64,
    evidence: String,
    state: String,
    opened_by: i64,
    opened_at: i64,
    reason: String,
    stated_at: i64,
    statement: String,
    decided_by: i64,
    decided_at: i64,
    decision: String,
    appealed_at: i64,
    appeal: String,
    closed_by: i64,
    closed_at: i64,
    closing: String,
}

impl CaseRow {
    fn case(self) -> Result<Case> {
        let column = |name| Column("case_file", name, self.id);
        let act = |by, at, reason| Act {
            by: AccountId(by),
            at: Timestamp(at),
            reason,
        };
        let words = |at: i64, text| {
            let at = Timestamp(at);
            (at.0 != 0).then_some(Words { at, text })
        };
        Ok(Case {
            id: CaseId(self.id),
            exam: ExamId(self.exam),
            attempt: AttemptId(self.attempt),
            person: PersonId(self.person),
            evidence: column("evidence").json(&self.evidence)?,
            state: column("state").code(&self.state, State::from_code)?,
            opened: act(self.opened_by, self.opened_at, self.reason),
            statement: words(self.stated_at, self.statement),
            decided: (self.decided_at != 0).then(|| act(self.decided_by, self.decided_at, self.decision)),
            appeal: words(self.appealed_at, self.appeal),
            closed: (self.closed_at != 0).then(|| act(self.closed_by, self.closed_at, self.closing)),
        })
    }
}

macro_rules! columns {
    () => {
        "SELECT f.id, f.exam, f.attempt, f.person, f.evidence, f.state, f.opened_by, f.opened_at, f.reason, f.stated_at,
                f.statement, f.decided_by, f.decided_at, f.decision, f.appealed_at, f.appeal, f.closed_by, f.closed_at,
                f.closing"
    };
}

/// # Errors
/// [`super::Error::Taken`] when one about the same attempt and kind of signal was opened before.
pub async fn insert(tx: &mut Tx, case: &Case) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO case_file (id, exam, attempt, person, kind, evidence, state, opened_by, opened_at, reason, stated_at,
                                statement, decided_by, decided_at, decision, appealed_at, appeal, closed_by, closed_at,
                                closing)
         VALUES ($1, $2, $3, $4, $5, $6, 'open', $7, $8, $9, 0, '', 0, 0, '', 0, '', 0, 0, '')",
        case.id.0,
        case.exam.0,
        case.attempt.0,
        case.person.0,
        case.evidence.kind().code(),
        to_json(&case.evidence),
        case.opened.by.0,
        case.opened.at.0,
        case.opened.reason.as_str()
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: CaseId) -> Result<Option<Case>> {
    let row = read_one!(
        db,
        CaseRow,
        concat!(columns!(), " FROM case_file f WHERE f.id = $1"),
        id.0
    )?;
    row.map(CaseRow::case).transpose()
}

/// A case with its exam and the person on the frozen roster.
pub struct Listed {
    pub case: Case,
    pub title: String,
    pub number: String,
    pub name: String,
    pub unit: UnitId,
}

/// A page of the cases of these exams: those that wait for a decision, the oldest first, or the others, the newest
/// first. Gives how many there are.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, exams: &[ExamId], waiting: bool, limit: i64, offset: i64) -> Result<(Vec<Listed>, i64)> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        case: CaseRow,
        title: String,
        number: String,
        name: String,
        unit: i64,
    }
    macro_rules! within {
        ($from:literal, $exams:literal) => {
            concat!(
                $from,
                " WHERE (f.state IN ('open', 'appealed')) = $1 AND f.exam IN (",
                $exams,
                ")"
            )
        };
    }
    macro_rules! list {
        ($exams:literal) => {
            concat!(
                columns!(),
                ", e.title, r.number, r.name, r.unit",
                within!(
                    " FROM case_file f JOIN exam e ON e.id = f.exam
                      JOIN roster_entry r ON r.exam = f.exam AND r.person = f.person",
                    $exams
                ),
                " ORDER BY CASE WHEN f.state IN ('open', 'appealed') THEN f.id ELSE -f.id END LIMIT $3 OFFSET $4"
            )
        };
    }
    let (count, page) = match db {
        Db::Sqlite { .. } => (
            within!(
                "SELECT COUNT(*) FROM case_file f",
                "SELECT CAST(value AS INTEGER) FROM json_each($2)"
            ),
            list!("SELECT CAST(value AS INTEGER) FROM json_each($2)"),
        ),
        Db::Postgres(_) => (
            within!(
                "SELECT COUNT(*) FROM case_file f",
                "SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb)"
            ),
            list!("SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb)"),
        ),
    };
    let exams = to_json(&exams.iter().map(|exam| exam.0).collect::<Vec<_>>());
    let all = read_one!(db, (i64,), count, waiting, exams.as_str())?;
    let rows = read_all!(db, Row, page, waiting, exams.as_str(), limit, offset)?;
    let listed = rows
        .into_iter()
        .map(|row| {
            Ok(Listed {
                case: row.case.case()?,
                title: row.title,
                number: row.number,
                name: row.name,
                unit: UnitId(row.unit),
            })
        })
        .collect::<Result<_>>()?;
    Ok((listed, all.map_or(0, |(all,)| all)))
}

/// The person's side before the decision; `false` when it was given, or the case decided.
///
/// # Errors
/// When the database fails.
pub async fn set_statement(tx: &mut Tx, id: CaseId, words: &Words) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE case_file SET stated_at = $2, statement = $3 WHERE id = $1 AND state = 'open' AND stated_at = 0",
        id.0,
        words.at.0,
        words.text.as_str()
    )?;
    Ok(changed == 1)
}

/// Appeals a finding; `false` when there is none to appeal.
///
/// # Errors
/// When the database fails.
pub async fn appeal(tx: &mut Tx, id: CaseId, words: &Words) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE case_file SET state = 'appealed', appealed_at = $2, appeal = $3 WHERE id = $1 AND state = 'finding'",
        id.0,
        words.at.0,
        words.text.as_str()
    )?;
    Ok(changed == 1)
}

/// Decides a case or an appeal; `false` when it does not stand where this decision begins.
///
/// # Errors
/// When the database fails.
pub async fn decide(tx: &mut Tx, id: CaseId, decision: Decision, act: &Act) -> Result<bool> {
    let (from, to) = decision.step();
    let sql = match from {
        State::Appealed => {
            "UPDATE case_file SET state = $2, closed_by = $4, closed_at = $5, closing = $6 WHERE id = $1 AND state = $3"
        }
        _ => {
            "UPDATE case_file SET state = $2, decided_by = $4, decided_at = $5, decision = $6
             WHERE id = $1 AND state = $3"
        }
    };
    let changed = tx_run!(
        tx,
        sql,
        id.0,
        to.code(),
        from.code(),
        act.by.0,
        act.at.0,
        act.reason.as_str()
    )?;
    Ok(changed == 1)
}
