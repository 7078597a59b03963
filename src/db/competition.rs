//! Competitions: set-up, versions of the rules, the fixed pool, waivers of burden reduction.

use super::{
    Db, Result, Tx,
    bank::QuestionRow,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    bank::Stored,
    competition::{
        Competition, Rules, State, Version,
        burden::{Clause, Waiver},
    },
    id::{AccountId, BankId, CompetitionId, QuestionId, UnitId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct CompetitionRow {
    id: i64,
    code: String,
    title: String,
    unit: i64,
    bank: i64,
    state: String,
    rules: String,
    seed: Vec<u8>,
    created_at: i64,
    published_at: i64,
}

impl CompetitionRow {
    fn competition(self) -> Result<Competition> {
        let column = |name| Column("competition", name, self.id);
        Ok(Competition {
            id: CompetitionId(self.id),
            state: column("state").code(&self.state, State::from_code)?,
            rules: column("rules").json(&self.rules)?,
            code: self.code,
            title: self.title,
            unit: (self.unit != 0).then_some(UnitId(self.unit)),
            bank: BankId(self.bank),
            seed: self.seed,
            created_at: Timestamp(self.created_at),
            published_at: (self.published_at != 0).then_some(Timestamp(self.published_at)),
        })
    }
}

/// Every competition, newest first.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Competition>> {
    let rows = read_all!(
        db,
        CompetitionRow,
        "SELECT id, code, title, unit, bank, state, rules, seed, created_at, published_at FROM competition ORDER BY id DESC"
    )?;
    rows.into_iter().map(CompetitionRow::competition).collect()
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: CompetitionId) -> Result<Option<Competition>> {
    let row = read_one!(
        db,
        CompetitionRow,
        "SELECT id, code, title, unit, bank, state, rules, seed, created_at, published_at FROM competition WHERE id = $1",
        id.0
    )?;
    row.map(CompetitionRow::competition).transpose()
}

/// The rules that hold last, letter by letter as they are stored; empty before they are published.
///
/// # Errors
/// When the database fails.
pub async fn rules_text(db: &Db, id: CompetitionId) -> Result<String> {
    let row = read_one!(
        db,
        (String,),
        "SELECT rules FROM competition_rules WHERE competition = $1 ORDER BY version DESC LIMIT 1",
        id.0
    )?;
    Ok(row.map_or_else(String::new, |(rules,)| rules))
}

/// The competition that a link carries.
///
/// # Errors
/// When the database fails.
pub async fn by_code(db: &Db, code: &str) -> Result<Option<Competition>> {
    let row = read_one!(
        db,
        CompetitionRow,
        "SELECT id, code, title, unit, bank, state, rules, seed, created_at, published_at FROM competition WHERE code = $1",
        code
    )?;
    row.map(CompetitionRow::competition).transpose()
}

/// Stores a draft.
///
/// # Errors
/// [`super::Error::Taken`] when the code is in use.
pub async fn insert(tx: &mut Tx, competition: &Competition) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO competition (id, code, title, unit, bank, state, rules, seed, created_at, published_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0)",
        competition.id.0,
        competition.code.as_str(),
        competition.title.as_str(),
        competition.unit.map_or(0, |unit| unit.0),
        competition.bank.0,
        competition.state.code(),
        to_json(&competition.rules),
        competition.seed.as_slice(),
        competition.created_at.0
    )?;
    Ok(())
}

/// Changes a draft; `false` when it is none any more.
///
/// # Errors
/// When the database fails.
pub async fn update_draft(tx: &mut Tx, competition: &Competition) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE competition SET title = $2, unit = $3, bank = $4, rules = $5 WHERE id = $1 AND state = 'draft'",
        competition.id.0,
        competition.title.as_str(),
        competition.unit.map_or(0, |unit| unit.0),
        competition.bank.0,
        to_json(&competition.rules)
    )?;
    Ok(changed == 1)
}

/// Publishes a draft: its seed and its questions are fixed; `None` when it is none any more, else how many questions.
///
/// # Errors
/// When the database fails.
pub async fn publish(tx: &mut Tx, id: CompetitionId, seed: &[u8], now: Timestamp) -> Result<Option<u64>> {
    let changed = tx_run!(
        tx,
        "UPDATE competition SET state = 'published', seed = $2, published_at = $3 WHERE id = $1 AND state = 'draft'",
        id.0,
        seed,
        now.0
    )?;
    if changed == 0 {
        return Ok(None);
    }
    let items = tx_run!(
        tx,
        "INSERT INTO competition_item (competition, place, version)
         SELECT c.id, ROW_NUMBER() OVER (ORDER BY q.id) - 1, q.current
         FROM competition c JOIN question q ON q.bank = c.bank
         WHERE c.id = $1 AND q.state = 'ready' AND q.kind IN ('single', 'multiple', 'true_false', 'indefinite')",
        id.0
    )?;
    Ok(Some(items))
}

/// Adds a version of the rules.
///
/// # Errors
/// [`super::Error::Taken`] when another one got the number.
pub async fn add_version(tx: &mut Tx, id: CompetitionId, version: &Version, by: AccountId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO competition_rules (competition, version, rules, effective_at, reason, made_by, made_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
        id.0,
        i64::from(version.number),
        to_json(&version.rules),
        version.effective_at.0,
        version.reason.as_str(),
        by.0,
        version.made_at.0
    )?;
    Ok(())
}

type VersionRow = (i64, String, i64, String, i64);

const VERSIONS: &str = "SELECT version, rules, effective_at, reason, made_at FROM competition_rules
     WHERE competition = $1 ORDER BY version";

fn versions_of(id: CompetitionId, rows: Vec<VersionRow>) -> Result<Vec<Version>> {
    let version = |(number, rules, effective_at, reason, made_at): VersionRow| {
        let column = |name| Column("competition_rules", name, id.0);
        Ok(Version {
            number: column("version").number(number)?,
            rules: column("rules").json::<Rules>(&rules)?,
            effective_at: Timestamp(effective_at),
            reason,
            made_at: Timestamp(made_at),
        })
    };
    rows.into_iter().map(version).collect()
}

/// Every version of the rules, the oldest first.
///
/// # Errors
/// When the database fails.
pub async fn versions(db: &Db, id: CompetitionId) -> Result<Vec<Version>> {
    versions_of(id, read_all!(db, VersionRow, VERSIONS, id.0)?)
}

/// The same as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn versions_in(tx: &mut Tx, id: CompetitionId) -> Result<Vec<Version>> {
    versions_of(id, tx_all!(tx, VersionRow, VERSIONS, id.0)?)
}

/// The fixed questions of a published competition, by place.
///
/// # Errors
/// When the database fails.
pub async fn pool(db: &Db, id: CompetitionId) -> Result<Vec<Stored>> {
    let rows = read_all!(
        db,
        QuestionRow,
        "SELECT v.question, v.id AS version, v.number, v.kind, q.state, v.stem, v.options, v.key_set,
                v.explanation, v.basis, v.tags, v.topic, v.difficulty, v.pinned, v.form
         FROM competition_item i JOIN question_version v ON v.id = i.version JOIN question q ON q.id = v.question
         WHERE i.competition = $1 ORDER BY i.place",
        id.0
    )?;
    rows.into_iter().map(QuestionRow::stored).collect()
}

/// How many they are.
///
/// # Errors
/// When the database fails.
pub async fn pool_size(db: &Db, id: CompetitionId) -> Result<usize> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM competition_item WHERE competition = $1",
        id.0
    )?;
    Column("competition_item", "place", id.0).number(row.map_or(0, |(count,)| count))
}

/// A question of a competition that something has overtaken since its questions were fixed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overtaken {
    pub question: QuestionId,
    pub stem: String,
    /// The law that its bank's version stands on has changed, and nobody has said yet whether it is still right.
    pub by_law: bool,
    /// Its bank has another text, other options or another key by now.
    pub by_bank: bool,
}

/// The questions of a competition that the law or their bank has overtaken, by place.
///
/// # Errors
/// When the database fails.
pub async fn overtaken(db: &Db, id: CompetitionId) -> Result<Vec<Overtaken>> {
    let rows = read_all!(
        db,
        (i64, String, i64, i64),
        "SELECT question, stem, by_law, by_bank FROM (
             SELECT i.place, q.id AS question, v.stem,
                    CAST(CASE WHEN EXISTS (SELECT 1 FROM question_law l WHERE l.question = q.id AND l.pending <> '')
                         THEN 1 ELSE 0 END AS BIGINT) AS by_law,
                    CAST(CASE WHEN c.stem <> v.stem OR c.options <> v.options OR c.key_set <> v.key_set
                         THEN 1 ELSE 0 END AS BIGINT) AS by_bank
             FROM competition_item i JOIN question_version v ON v.id = i.version JOIN question q ON q.id = v.question
             JOIN question_version c ON c.id = q.current WHERE i.competition = $1) o
         WHERE by_law = 1 OR by_bank = 1 ORDER BY place",
        id.0
    )?;
    let overtaken = |(question, stem, by_law, by_bank): (i64, String, i64, i64)| Overtaken {
        question: QuestionId(question),
        stem,
        by_law: by_law == 1,
        by_bank: by_bank == 1,
    };
    Ok(rows.into_iter().map(overtaken).collect())
}

/// Whether a ruling or a correction names places among the questions of a competition.
///
/// # Errors
/// When the database fails.
pub async fn has_rulings(db: &Db, id: CompetitionId) -> Result<bool> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT (SELECT COUNT(*) FROM ruling_part WHERE kind = 'competition' AND target = $1)
              + (SELECT COUNT(*) FROM competition_correction WHERE competition = $1)",
        id.0
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// Takes the questions whose law has changed out of the questions of a competition nobody has played, and closes the gaps; gives which.
///
/// # Errors
/// When the database fails.
pub async fn leave_out(tx: &mut Tx, id: CompetitionId) -> Result<Vec<QuestionId>> {
    let gone = tx_all!(
        tx,
        (i64,),
        "DELETE FROM competition_item WHERE competition = $1
             AND NOT EXISTS (SELECT 1 FROM player y JOIN play p ON p.player = y.id WHERE y.competition = $1)
             AND version IN (SELECT v.id FROM question_law l JOIN question_version v ON v.question = l.question
                             WHERE l.pending <> '')
         RETURNING version",
        id.0
    )?;
    if gone.is_empty() {
        return Ok(Vec::new());
    }
    // Beside the old places, then in their stead.
    tx_run!(
        tx,
        "INSERT INTO competition_item (competition, place, version)
         SELECT competition, -ROW_NUMBER() OVER (ORDER BY place), version FROM competition_item WHERE competition = $1",
        id.0
    )?;
    tx_run!(
        tx,
        "DELETE FROM competition_item WHERE competition = $1 AND place >= 0",
        id.0
    )?;
    tx_run!(
        tx,
        "UPDATE competition_item SET place = -place - 1 WHERE competition = $1",
        id.0
    )?;
    let mut questions = Vec::new();
    for (version,) in gone {
        let row = tx_one!(
            tx,
            (i64,),
            "SELECT question FROM question_version WHERE id = $1",
            version
        )?;
        questions.extend(row.map(|(question,)| QuestionId(question)));
    }
    Ok(questions)
}

/// Clauses that do not hold for a competition, the newest first; ended ones too.
///
/// # Errors
/// When the database fails.
pub async fn waivers(db: &Db, id: CompetitionId) -> Result<Vec<Waiver>> {
    let rows = read_all!(
        db,
        (String, String, String, i64, i64),
        "SELECT clause, approver, reason, made_at, ended_at FROM waiver WHERE competition = $1 ORDER BY made_at DESC",
        id.0
    )?;
    rows.into_iter()
        .map(|(clause, approver, reason, made_at, ended_at)| {
            Ok(Waiver {
                clause: Column("waiver", "clause", id.0).code(&clause, Clause::from_code)?,
                approver,
                reason,
                made_at: Timestamp(made_at),
                ended_at: (ended_at != 0).then_some(Timestamp(ended_at)),
            })
        })
        .collect()
}

/// # Errors
/// When the database fails.
pub async fn add_waiver(tx: &mut Tx, id: CompetitionId, waiver: &Waiver, by: AccountId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO waiver (competition, clause, approver, reason, made_by, made_at, ended_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0)",
        id.0,
        waiver.clause.code(),
        waiver.approver.as_str(),
        waiver.reason.as_str(),
        by.0,
        waiver.made_at.0
    )?;
    Ok(())
}

/// Lets a clause hold again; `false` when it does already.
///
/// # Errors
/// When the database fails.
pub async fn end_waiver(tx: &mut Tx, id: CompetitionId, clause: Clause, now: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE waiver SET ended_at = $3 WHERE competition = $1 AND clause = $2 AND ended_at = 0",
        id.0,
        clause.code(),
        now.0
    )?;
    Ok(changed > 0)
}
