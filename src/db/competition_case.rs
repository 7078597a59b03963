//! Cases about players of competitions.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_run,
};
use crate::domain::{
    case::{Decision, State, Words},
    competition::case::Case,
    id::{AccountId, CaseId, CompetitionId, PlayerId},
    key_correction::Act,
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct CaseRow {
    id: i64,
    competition: i64,
    player: i64,
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
        let column = |name| Column("competition_case", name, self.id);
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
            competition: CompetitionId(self.competition),
            player: PlayerId(self.player),
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

macro_rules! cases {
    ($rest:literal) => {
        concat!(
            "SELECT id, competition, player, evidence, state, opened_by, opened_at, reason, stated_at, statement, decided_by,
                    decided_at, decision, appealed_at, appeal, closed_by, closed_at, closing FROM competition_case ",
            $rest
        )
    };
}

/// # Errors
/// [`super::Error::Taken`] when one of this kind about the player was opened before.
pub async fn insert(tx: &mut Tx, case: &Case) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO competition_case (id, competition, player, kind, evidence, state, opened_by, opened_at, reason,
                                       stated_at, statement, decided_by, decided_at, decision, appealed_at, appeal,
                                       closed_by, closed_at, closing)
         VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, 0, '', 0, 0, '', 0, '', 0, 0, '')",
        case.id.0,
        case.competition.0,
        case.player.0,
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
    let row = read_one!(db, CaseRow, cases!("WHERE id = $1"), id.0)?;
    row.map(CaseRow::case).transpose()
}

/// The cases about a player, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_player(db: &Db, player: PlayerId) -> Result<Vec<Case>> {
    let rows = read_all!(db, CaseRow, cases!("WHERE player = $1 ORDER BY id DESC"), player.0)?;
    rows.into_iter().map(CaseRow::case).collect()
}

/// A page of the cases of a competition: those that wait for a decision, the oldest first, or the others, the newest first.
/// Gives how many there are.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &Db,
    competition: CompetitionId,
    waiting: bool,
    limit: i64,
    offset: i64,
) -> Result<(Vec<Case>, i64)> {
    let all = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM competition_case WHERE competition = $1 AND (state IN ('open', 'appealed')) = $2",
        competition.0,
        waiting
    )?;
    let rows = read_all!(
        db,
        CaseRow,
        cases!(
            "WHERE competition = $1 AND (state IN ('open', 'appealed')) = $2
             ORDER BY CASE WHEN state IN ('open', 'appealed') THEN id ELSE -id END LIMIT $3 OFFSET $4"
        ),
        competition.0,
        waiting,
        limit,
        offset
    )?;
    let cases = rows.into_iter().map(CaseRow::case).collect::<Result<_>>()?;
    Ok((cases, all.map_or(0, |(all,)| all)))
}

/// The player's side before the decision; `false` when it was given, or the case decided.
///
/// # Errors
/// When the database fails.
pub async fn set_statement(tx: &mut Tx, id: CaseId, words: &Words) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE competition_case SET stated_at = $2, statement = $3 WHERE id = $1 AND state = 'open' AND stated_at = 0",
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
        "UPDATE competition_case SET state = 'appealed', appealed_at = $2, appeal = $3 WHERE id = $1 AND state = 'finding'",
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
            "UPDATE competition_case SET state = $2, closed_by = $4, closed_at = $5, closing = $6
             WHERE id = $1 AND state = $3"
        }
        _ => {
            "UPDATE competition_case SET state = $2, decided_by = $4, decided_at = $5, decision = $6
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
