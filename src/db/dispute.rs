//! Questions that somebody says are wrong, and the rulings on them.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    key_correction::{columns, key},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    dispute::{Flag, Part, Ruling, State, Step, Target, Where},
    id::{
        AccountId, BankId, FlagId, KeyCorrectionId, ObjectionId, PersonId, PlayerId, QuestionId, RulingId, RunId,
        VersionId,
    },
    key_correction::{Act, Method},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct FlagRow {
    id: i64,
    version: i64,
    subject: i64,
    number: i64,
    item: i64,
    person: i64,
    at: i64,
    ruling: i64,
    place: String,
    reason: String,
}

impl FlagRow {
    fn flag(self) -> Result<Flag> {
        let column = |name| Column("item_flag", name, self.id);
        let item = column("item").number(self.item)?;
        let place = match self.place.as_str() {
            "play" => Where::Play {
                player: PlayerId(self.subject),
                number: column("number").number(self.number)?,
                item,
            },
            "study" => Where::Study {
                run: RunId(self.subject),
                item,
            },
            _ => return Err(column("place").unreadable()),
        };
        Ok(Flag {
            id: FlagId(self.id),
            version: VersionId(self.version),
            place,
            person: (self.person != 0).then_some(PersonId(self.person)),
            at: Timestamp(self.at),
            ruling: (self.ruling != 0).then_some(RulingId(self.ruling)),
            reason: self.reason,
        })
    }
}

/// # Errors
/// [`super::Error::Taken`] when the same person has flagged this version before.
pub async fn insert_flag(tx: &mut Tx, flag: &Flag) -> Result<()> {
    let (subject, number, item) = match flag.place {
        Where::Play { player, number, item } => (player.0, number, item),
        Where::Study { run, item } => (run.0, 0, item),
    };
    tx_run!(
        tx,
        "INSERT INTO item_flag (id, version, subject, number, item, flagger, person, at, ruling, place, state, reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9, 'open', $10)",
        flag.id.0,
        flag.version.0,
        subject,
        i64::from(number),
        i64::from(item),
        flag.flagger(),
        flag.person.map_or(0, |person| person.0),
        flag.at.0,
        flag.place.code(),
        flag.reason.as_str()
    )?;
    Ok(())
}

/// What a player has flagged, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_player(db: &Db, player: PlayerId, limit: u32) -> Result<Vec<Flag>> {
    let rows = read_all!(
        db,
        FlagRow,
        "SELECT id, version, subject, number, item, person, at, ruling, place, reason
         FROM item_flag WHERE subject = $1 AND place = 'play' ORDER BY id DESC LIMIT $2",
        player.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(FlagRow::flag).collect()
}

/// What a person has flagged in study, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_learner(db: &Db, person: PersonId, limit: u32) -> Result<Vec<Flag>> {
    let rows = read_all!(
        db,
        FlagRow,
        "SELECT id, version, subject, number, item, person, at, ruling, place, reason
         FROM item_flag WHERE person = $1 AND place = 'study' ORDER BY id DESC LIMIT $2",
        person.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(FlagRow::flag).collect()
}

/// A flag with title and code of the competition it was raised in; both empty in study.
pub struct Titled {
    pub flag: Flag,
    pub title: String,
    pub code: String,
}

#[derive(sqlx::FromRow)]
struct TitledRow {
    #[sqlx(flatten)]
    flag: FlagRow,
    title: String,
    code: String,
}

impl TitledRow {
    fn titled(self) -> Result<Titled> {
        Ok(Titled {
            flag: self.flag.flag()?,
            title: self.title,
            code: self.code,
        })
    }
}

/// What was said of a question, whatever its version, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_question(db: &Db, question: QuestionId, limit: u32) -> Result<Vec<Titled>> {
    let rows = read_all!(
        db,
        TitledRow,
        "SELECT f.id, f.version, f.subject, f.number, f.item, f.person, f.at, f.ruling, f.place, f.reason,
                COALESCE(c.title, '') AS title, COALESCE(c.code, '') AS code
         FROM question_version v JOIN item_flag f ON f.version = v.id
         LEFT JOIN player y ON f.place = 'play' AND y.id = f.subject LEFT JOIN competition c ON c.id = y.competition
         WHERE v.question = $1 ORDER BY f.id DESC LIMIT $2",
        question.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(TitledRow::titled).collect()
}

/// How many flags of a version wait, and when the last of them came.
///
/// # Errors
/// When the database fails.
pub async fn open(db: &Db) -> Result<Vec<(QuestionId, VersionId, u64, Timestamp)>> {
    let rows = read_all!(
        db,
        (i64, i64, i64, i64),
        "SELECT v.question, f.version, COUNT(*), MAX(f.at)
         FROM item_flag f JOIN question_version v ON v.id = f.version
         WHERE f.state = 'open' GROUP BY v.question, f.version"
    )?;
    let open = |(question, version, count, at): (i64, i64, i64, i64)| {
        let count = Column("item_flag", "state", version).number(count)?;
        Ok((QuestionId(question), VersionId(version), count, Timestamp(at)))
    };
    rows.into_iter().map(open).collect()
}

fn ids(versions: &[VersionId]) -> String {
    to_json(&versions.iter().map(|version| version.0).collect::<Vec<_>>())
}

/// Whether a person has flagged one of these versions.
///
/// # Errors
/// When the database fails.
pub async fn has_flagged(db: &Db, versions: &[VersionId], person: PersonId) -> Result<bool> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT version FROM item_flag WHERE person = $1 AND state = 'open'",
        person.0
    )?;
    Ok(rows.iter().any(|(version,)| versions.contains(&VersionId(*version))))
}

/// Settles the flags of these versions that wait; gives them with where they were raised.
///
/// # Errors
/// When the database fails.
pub async fn settle(tx: &mut Tx, ruling: RulingId, versions: &[VersionId]) -> Result<Vec<Titled>> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "UPDATE item_flag SET state = 'settled', ruling = $1
             WHERE state = 'open' AND version IN (SELECT value FROM json_each($2))"
        }
        Tx::Postgres(_) => {
            "UPDATE item_flag SET state = 'settled', ruling = $1
             WHERE state = 'open' AND version IN (SELECT value::bigint FROM jsonb_array_elements_text($2::jsonb))"
        }
    };
    tx_run!(tx, sql, ruling.0, ids(versions))?;
    settled(tx, ruling).await
}

/// Settles one flag that waits; gives it with where it was raised, or `None` when it was settled before.
///
/// # Errors
/// When the database fails.
pub async fn settle_flag(tx: &mut Tx, ruling: RulingId, flag: FlagId) -> Result<Option<Titled>> {
    let changed = tx_run!(
        tx,
        "UPDATE item_flag SET state = 'settled', ruling = $1 WHERE id = $2 AND state = 'open'",
        ruling.0,
        flag.0
    )?;
    if changed == 0 {
        return Ok(None);
    }
    let all = settled(tx, ruling).await?;
    Ok(all.into_iter().find(|titled| titled.flag.id == flag))
}

/// The flags that a ruling has settled.
async fn settled(tx: &mut Tx, ruling: RulingId) -> Result<Vec<Titled>> {
    let rows = tx_all!(
        tx,
        TitledRow,
        "SELECT f.id, f.version, f.subject, f.number, f.item, f.person, f.at, f.ruling, f.place, f.reason,
                COALESCE(c.title, '') AS title, COALESCE(c.code, '') AS code
         FROM item_flag f LEFT JOIN player y ON f.place = 'play' AND y.id = f.subject
         LEFT JOIN competition c ON c.id = y.competition
         WHERE f.ruling = $1 AND f.ruling <> 0 ORDER BY f.id",
        ruling.0
    )?;
    rows.into_iter().map(TitledRow::titled).collect()
}

/// Lets the flags that a ruling has settled wait again; gives them as they were.
///
/// # Errors
/// When the database fails.
pub async fn reopen(tx: &mut Tx, ruling: RulingId) -> Result<Vec<Titled>> {
    let before = settled(tx, ruling).await?;
    tx_run!(
        tx,
        "UPDATE item_flag SET state = 'open', ruling = 0 WHERE ruling = $1 AND ruling <> 0",
        ruling.0
    )?;
    Ok(before)
}

/// A question in the list of those that are disputed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Named {
    question: i64,
    bank: i64,
    pub bank_name: String,
    pub kind: String,
    pub stem: String,
}

impl Named {
    pub fn question(&self) -> QuestionId {
        QuestionId(self.question)
    }
    pub fn bank(&self) -> BankId {
        BankId(self.bank)
    }
}

/// These questions with their banks.
///
/// # Errors
/// When the database fails.
pub async fn named(db: &Db, questions: &[QuestionId]) -> Result<Vec<Named>> {
    let ids = to_json(&questions.iter().map(|question| question.0).collect::<Vec<_>>());
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT q.id AS question, q.bank, b.name AS bank_name, v.kind, v.stem
             FROM question q JOIN question_version v ON v.id = q.current JOIN bank b ON b.id = q.bank
             WHERE q.id IN (SELECT value FROM json_each($1))"
        }
        Db::Postgres(_) => {
            "SELECT q.id AS question, q.bank, b.name AS bank_name, v.kind, v.stem
             FROM question q JOIN question_version v ON v.id = q.current JOIN bank b ON b.id = q.bank
             WHERE q.id IN (SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb))"
        }
    };
    read_all!(db, Named, sql, ids.as_str())
}

/// The bank of a question.
///
/// # Errors
/// When the database fails.
pub async fn bank_of(db: &Db, question: QuestionId) -> Result<Option<BankId>> {
    let row = read_one!(db, (i64,), "SELECT bank FROM question WHERE id = $1", question.0)?;
    Ok(row.map(|(bank,)| BankId(bank)))
}

/// The questions of an exam's pool by place, with their versions.
///
/// # Errors
/// When the database fails.
pub async fn pool_of_exam(
    db: &Db,
    exam: crate::domain::id::ExamId,
) -> Result<std::collections::HashMap<u32, (QuestionId, VersionId)>> {
    let rows = read_all!(
        db,
        (i64, i64, i64),
        "SELECT i.place, v.question, v.id FROM exam_item i JOIN question_version v ON v.id = i.version WHERE i.exam = $1",
        exam.0
    )?;
    let entry = |(place, question, version): (i64, i64, i64)| {
        let place = Column("exam_item", "place", exam.0).number(place)?;
        Ok((place, (QuestionId(question), VersionId(version))))
    };
    rows.into_iter().map(entry).collect()
}

/// Where a version of a question was used: an opened exam or a published competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    pub target: Target,
    pub title: String,
    pub place: u32,
    pub version: VersionId,
    /// Which version of the question.
    pub number: u32,
    pub since: Timestamp,
}

/// Where a question was used, whatever its version, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn uses(db: &Db, question: QuestionId) -> Result<Vec<Use>> {
    let rows = read_all!(
        db,
        (String, i64, String, i64, i64, i64, i64),
        "SELECT 'exam' AS kind, e.id, e.title, i.place, v.id AS version, v.number, e.opened_at AS since
         FROM question_version v JOIN exam_item i ON i.version = v.id JOIN exam e ON e.id = i.exam
         WHERE v.question = $1 AND e.state = 'open'
         UNION ALL
         SELECT 'competition', c.id, c.title, i.place, v.id, v.number, c.published_at
         FROM question_version v JOIN competition_item i ON i.version = v.id JOIN competition c ON c.id = i.competition
         WHERE v.question = $1 AND c.state = 'published'
         ORDER BY since DESC, 2 DESC",
        question.0
    )?;
    rows.into_iter()
        .map(|(kind, id, title, place, version, number, since)| {
            Ok(Use {
                target: Column("exam", "id", id).code(&kind, |kind| Target::of(kind, id))?,
                title,
                place: Column("exam_item", "place", id).number(place)?,
                version: VersionId(version),
                number: Column("question_version", "number", version).number(number)?,
                since: Timestamp(since),
            })
        })
        .collect()
}

#[derive(sqlx::FromRow)]
struct RulingRow {
    id: i64,
    question: i64,
    version: i64,
    key_set: i64,
    key_form: String,
    proposed_by: i64,
    proposed_at: i64,
    decided_by: i64,
    decided_at: i64,
    undone_by: i64,
    undone_at: i64,
    method: String,
    state: String,
    reason: String,
    decision: String,
    undo_reason: String,
}

impl RulingRow {
    fn ruling(self) -> Result<Ruling> {
        let column = |name| Column("ruling", name, self.id);
        let key = key(column, self.key_set, &self.key_form)?;
        let act = |by, at, reason| Act {
            by: AccountId(by),
            at: Timestamp(at),
            reason,
        };
        Ok(Ruling {
            id: RulingId(self.id),
            question: QuestionId(self.question),
            version: VersionId(self.version),
            method: column("method").code(&self.method, |code| Method::from_code(code, key.clone()))?,
            state: column("state").code(&self.state, State::from_code)?,
            proposed: act(self.proposed_by, self.proposed_at, self.reason),
            decided: (self.decided_at != 0).then(|| act(self.decided_by, self.decided_at, self.decision)),
            undone: (self.undone_at != 0).then(|| act(self.undone_by, self.undone_at, self.undo_reason)),
        })
    }
}

/// # Errors
/// [`super::Error::Taken`] when another ruling on the question waits or is carried out.
pub async fn insert(tx: &mut Tx, ruling: &Ruling) -> Result<()> {
    let (key_set, key_form) = columns(&ruling.method);
    tx_run!(
        tx,
        "INSERT INTO ruling (id, question, version, key_set, key_form, proposed_by, proposed_at, decided_by, decided_at, undone_by,
                             undone_at, worker, seen_at, method, state, reason, decision, undo_reason)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, 0, 0, 0, $8, 'proposed', $9, '', '')",
        ruling.id.0,
        ruling.question.0,
        ruling.version.0,
        key_set,
        key_form,
        ruling.proposed.by.0,
        ruling.proposed.at.0,
        ruling.method.code(),
        ruling.proposed.reason.as_str()
    )?;
    Ok(())
}

const BY_ID: &str =
    "SELECT id, question, version, key_set, key_form, proposed_by, proposed_at, decided_by, decided_at, undone_by,
        undone_at, method, state, reason, decision, undo_reason
    FROM ruling WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: RulingId) -> Result<Option<Ruling>> {
    read_one!(db, RulingRow, BY_ID, id.0)?
        .map(RulingRow::ruling)
        .transpose()
}

/// As the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: RulingId) -> Result<Option<Ruling>> {
    tx_one!(tx, RulingRow, BY_ID, id.0)?.map(RulingRow::ruling).transpose()
}

/// As [`get_in`], and it stays so until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx, id: RulingId) -> Result<Option<Ruling>> {
    if let Tx::Postgres(_) = tx {
        tx_one!(tx, (i64,), "SELECT id FROM ruling WHERE id = $1 FOR UPDATE", id.0)?;
    }
    get_in(tx, id).await
}

/// The rulings on a question, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn rulings_on(db: &Db, question: QuestionId) -> Result<Vec<Ruling>> {
    let rows = read_all!(
        db,
        RulingRow,
        "SELECT id, question, version, key_set, key_form, proposed_by, proposed_at, decided_by, decided_at, undone_by,
                undone_at, method, state, reason, decision, undo_reason
         FROM ruling WHERE question = $1 ORDER BY id DESC",
        question.0
    )?;
    rows.into_iter().map(RulingRow::ruling).collect()
}

/// A page of all rulings, the newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn rulings(db: &Db, limit: u32, offset: u32) -> Result<(Vec<Ruling>, i64)> {
    let all = read_one!(db, (i64,), "SELECT COUNT(*) FROM ruling")?;
    let rows = read_all!(
        db,
        RulingRow,
        "SELECT id, question, version, key_set, key_form, proposed_by, proposed_at, decided_by, decided_at, undone_by,
                undone_at, method, state, reason, decision, undo_reason
         FROM ruling ORDER BY id DESC LIMIT $1 OFFSET $2",
        i64::from(limit),
        i64::from(offset)
    )?;
    let rulings = rows.into_iter().map(RulingRow::ruling).collect::<Result<_>>()?;
    Ok((rulings, all.map_or(0, |(all,)| all)))
}

/// Decides a ruling that waits; `false` when it does not any more. `worker`: the node that carries it out.
///
/// # Errors
/// When the database fails.
pub async fn decide(tx: &mut Tx, id: RulingId, to: State, act: &Act, worker: i64) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE ruling SET state = $2, decided_by = $3, decided_at = $4, decision = $5, worker = $6, seen_at = $4
         WHERE id = $1 AND state = 'proposed'",
        id.0,
        to.code(),
        act.by.0,
        act.at.0,
        act.reason.as_str(),
        worker
    )?;
    Ok(changed == 1)
}

/// Begins to take a ruling back; `false` when it is not in force.
///
/// # Errors
/// [`super::Error::Taken`] when another ruling on the question waits; when the database fails.
pub async fn undo(tx: &mut Tx, id: RulingId, act: &Act, worker: i64) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE ruling SET state = 'undoing', undone_by = $2, undone_at = $3, undo_reason = $4, worker = $5, seen_at = $3
         WHERE id = $1 AND state = 'applied'",
        id.0,
        act.by.0,
        act.at.0,
        act.reason.as_str(),
        worker
    )?;
    if changed == 1 {
        tx_run!(
            tx,
            "UPDATE ruling_part SET through = 0 WHERE ruling = $1 AND state = 'applied'",
            id.0
        )?;
    }
    Ok(changed == 1)
}

/// Says that a node carries a ruling out; `false` when it is done, or another node gave a sign of life after `dead`.
///
/// # Errors
/// When the database fails.
pub async fn claim(tx: &mut Tx, id: RulingId, worker: i64, now: Timestamp, dead: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE ruling SET worker = $2, seen_at = $3
         WHERE id = $1 AND state IN ('applying', 'undoing') AND (worker = $2 OR seen_at < $4)",
        id.0,
        worker,
        now.0,
        dead.0
    )?;
    Ok(changed == 1)
}

/// Rulings to be carried out of which no node gave a sign of life after `dead`.
///
/// # Errors
/// When the database fails.
pub async fn left_lying(db: &Db, dead: Timestamp) -> Result<Vec<RulingId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT id FROM ruling WHERE state IN ('applying', 'undoing') AND seen_at < $1 ORDER BY id",
        dead.0
    )?;
    Ok(rows.into_iter().map(|(id,)| RulingId(id)).collect())
}

/// Says that a ruling is carried out; `false` when it was said before.
///
/// # Errors
/// When the database fails.
pub async fn finish(tx: &mut Tx, id: RulingId, from: State) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE ruling SET state = $2 WHERE id = $1 AND state = $3",
        id.0,
        from.carried_out().code(),
        from.code()
    )?;
    Ok(changed == 1)
}

#[derive(sqlx::FromRow)]
struct PartRow {
    target: i64,
    place: i64,
    correction: i64,
    through: i64,
    attempts: i64,
    kind: String,
    state: String,
}

impl PartRow {
    fn part(self, ruling: RulingId) -> Result<Part> {
        let column = |name| Column("ruling_part", name, ruling.0);
        Ok(Part {
            target: column("kind").code(&self.kind, |kind| Target::of(kind, self.target))?,
            place: column("place").number(self.place)?,
            correction: (self.correction != 0).then_some(KeyCorrectionId(self.correction)),
            through: PlayerId(self.through),
            attempts: column("attempts").number(self.attempts)?,
            step: column("state").code(&self.state, Step::from_code)?,
        })
    }
}

/// The parts of a ruling, exams first, in the order of age.
///
/// # Errors
/// When the database fails.
pub async fn parts(db: &Db, ruling: RulingId) -> Result<Vec<Part>> {
    let rows = read_all!(
        db,
        PartRow,
        "SELECT target, place, correction, through, attempts, kind, state FROM ruling_part
         WHERE ruling = $1 ORDER BY kind DESC, target, place",
        ruling.0
    )?;
    rows.into_iter().map(|row| row.part(ruling)).collect()
}

/// # Errors
/// When the database fails.
pub async fn insert_parts(tx: &mut Tx, ruling: RulingId, parts: &[Part]) -> Result<()> {
    for part in parts {
        tx_run!(
            tx,
            "INSERT INTO ruling_part (ruling, target, place, correction, through, attempts, kind, state)
             VALUES ($1, $2, $3, 0, 0, 0, $4, $5)",
            ruling.0,
            part.target.id(),
            i64::from(part.place),
            part.target.code(),
            part.step.code()
        )?;
    }
    Ok(())
}

/// Stores how far a part has come; `before`: the step at which it was read. `false` when another node was there first.
///
/// # Errors
/// When the database fails.
pub async fn advance(tx: &mut Tx, ruling: RulingId, part: &Part, before: Step) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE ruling_part SET correction = $4, through = $5, attempts = $6, state = $7
         WHERE ruling = $1 AND target = $2 AND place = $3 AND state = $8",
        ruling.0,
        part.target.id(),
        i64::from(part.place),
        part.correction.map_or(0, |correction| correction.0),
        part.through.0,
        i64::try_from(part.attempts).unwrap_or(i64::MAX),
        part.step.code(),
        before.code()
    )?;
    Ok(changed == 1)
}

/// The ruling that brought the correction of an exam's key.
///
/// # Errors
/// When the database fails.
pub async fn ruling_of(db: &Db, correction: KeyCorrectionId) -> Result<Option<RulingId>> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT ruling FROM ruling_part WHERE correction = $1 AND correction <> 0",
        correction.0
    )?;
    Ok(row.map(|(ruling,)| RulingId(ruling)))
}

/// Whether attempts of a competition are being marked anew.
///
/// # Errors
/// When the database fails.
pub async fn is_counting(db: &Db, competition: crate::domain::id::CompetitionId) -> Result<bool> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT r.id FROM ruling r JOIN ruling_part p ON p.ruling = r.id
         WHERE r.state IN ('applying', 'undoing') AND p.kind = 'competition' AND p.target = $1 LIMIT 1",
        competition.0
    )?;
    Ok(row.is_some())
}

/// Remembers that a ruling has decided these objections.
///
/// # Errors
/// When the database fails.
pub async fn put_objections(tx: &mut Tx, ruling: RulingId, objections: &[ObjectionId]) -> Result<()> {
    for objection in objections {
        tx_run!(
            tx,
            "INSERT INTO ruling_objection (ruling, objection) VALUES ($1, $2) ON CONFLICT (ruling, objection) DO NOTHING",
            ruling.0,
            objection.0
        )?;
    }
    Ok(())
}

/// The objections that a ruling has decided.
///
/// # Errors
/// When the database fails.
pub async fn objections(db: &Db, ruling: RulingId) -> Result<Vec<ObjectionId>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT objection FROM ruling_objection WHERE ruling = $1 ORDER BY objection",
        ruling.0
    )?;
    Ok(rows.into_iter().map(|(id,)| ObjectionId(id)).collect())
}
