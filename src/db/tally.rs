//! What figures are counted from, read by units; and which of them have changed.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_each, tx_run,
};
use crate::domain::{
    exam::Band,
    id::{AttemptId, ExamId, PersonId, UnitId},
    person::{Category, RankLevel},
    points::Points,
    tally::{Block, Entry, Scored},
};

/// How often results of each unit have changed; units of which none has are left out.
///
/// # Errors
/// When the database fails.
pub async fn versions(db: &Db, exam: ExamId) -> Result<HashMap<UnitId, i64>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT unit, CAST(SUM(version) AS BIGINT) FROM tally_version WHERE exam = $1 GROUP BY unit",
        exam.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(unit, version)| (UnitId(unit), version))
        .collect())
}

/// Says that a result of this attempt's person has changed. Towards the end of its transaction: it may have to wait for another
/// person of the same unit and lane.
///
/// # Errors
/// When the database fails.
pub async fn changed(tx: &mut Tx, attempt: AttemptId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO tally_version (exam, unit, lane, version)
         SELECT r.exam, r.unit, r.person % 16, 1
         FROM attempt a JOIN roster_entry r ON r.exam = a.exam AND r.person = a.person WHERE a.id = $1
         ON CONFLICT (exam, unit, lane) DO UPDATE SET version = tally_version.version + 1",
        attempt.0
    )?;
    Ok(())
}

/// Says that something has changed for a person of a frozen roster.
///
/// # Errors
/// When the database fails.
pub async fn person_changed(tx: &mut Tx, exam: ExamId, person: PersonId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO tally_version (exam, unit, lane, version)
         SELECT exam, unit, person % 16, 1 FROM roster_entry WHERE exam = $1 AND person = $2
         ON CONFLICT (exam, unit, lane) DO UPDATE SET version = tally_version.version + 1",
        exam.0,
        person.0
    )?;
    Ok(())
}

/// Says that results of any unit may have changed.
///
/// # Errors
/// When the database fails.
pub async fn all_changed(tx: &mut Tx, exam: ExamId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO tally_version (exam, unit, lane, version)
         SELECT DISTINCT exam, unit, 0, 1 FROM roster_entry WHERE exam = $1 ORDER BY unit
         ON CONFLICT (exam, unit, lane) DO UPDATE SET version = tally_version.version + 1",
        exam.0
    )?;
    Ok(())
}

/// A query over everybody, and the same over the units of a list, in the words of each engine.
struct Texts {
    all: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

impl Texts {
    fn of(&self, db: &Db, all: bool) -> &'static str {
        match db {
            _ if all => self.all,
            Db::Sqlite { .. } => self.sqlite,
            Db::Postgres(_) => self.postgres,
        }
    }
}

macro_rules! texts {
    ($all:literal, $of_units:literal, $order:literal) => {
        Texts {
            all: concat!($all, " AND CAST($2 AS TEXT) = ''", $order),
            sqlite: concat!($of_units, " AND r.unit IN (SELECT value FROM json_each($2))", $order),
            postgres: concat!(
                $of_units,
                " AND r.unit IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($2 AS jsonb)))",
                $order
            ),
        }
    };
}

const RESULTS: Texts = texts!(
    "SELECT a.person, a.round, a.number, a.score, a.band FROM attempt a WHERE a.exam = $1 AND a.state = 'handed_in'",
    // The order of the join is fixed: from the few units to their attempts.
    "SELECT a.person, a.round, a.number, a.score, a.band FROM roster_entry r CROSS JOIN attempt a
     WHERE r.exam = $1 AND a.exam = r.exam AND a.person = r.person AND a.state = 'handed_in'",
    " ORDER BY a.person, a.number"
);

const ENTRIES: Texts = texts!(
    "SELECT r.unit, r.person, r.rank_level, r.category, r.standing FROM roster_entry r WHERE r.exam = $1",
    "SELECT r.unit, r.person, r.rank_level, r.category, r.standing FROM roster_entry r WHERE r.exam = $1",
    " ORDER BY r.unit, r.number"
);

/// The persons of these units of a frozen roster, or of all units, with what they have handed in.
///
/// # Errors
/// When the database fails.
pub async fn blocks(db: &Db, exam: ExamId, units: Option<&[UnitId]>) -> Result<BTreeMap<UnitId, Block>> {
    let list = units.map_or(String::new(), |units| {
        to_json(&units.iter().map(|unit| unit.0).collect::<Vec<_>>())
    });
    let mut results: Vec<(i64, Scored)> = Vec::new();
    read_each!(
        db,
        (i64, i64, i64, i64, String),
        RESULTS.of(db, units.is_none()),
        [exam.0, list.as_str()],
        |(person, round, number, score, band)| {
            let column = |name| Column("attempt", name, person);
            let scored = Scored {
                round: column("round").number(round)?,
                number: column("number").number(number)?,
                band: column("band").code(&band, Band::from_code)?,
                score: Points(score),
            };
            results.push((person, scored));
            Ok(())
        }
    )?;
    let mut blocks: BTreeMap<UnitId, Block> = BTreeMap::new();
    read_each!(
        db,
        (i64, i64, String, String, String),
        ENTRIES.of(db, units.is_none()),
        [exam.0, list.as_str()],
        |(unit, person, rank, category, standing)| {
            let column = |name| Column("roster_entry", name, person);
            let entry = Entry {
                person: PersonId(person),
                rank: column("rank_level").code(&rank, RankLevel::from_code)?,
                category: column("category").code(&category, Category::from_code)?,
                exempt: standing == "exempt",
            };
            let from = results.partition_point(|(other, _)| *other < person);
            let own = results[from..].iter().take_while(|(other, _)| *other == person);
            let block = blocks.entry(UnitId(unit)).or_default();
            block.push(entry, own.map(|(_, scored)| *scored));
            Ok(())
        }
    )?;
    Ok(blocks)
}

/// Numbers and names of these persons of a frozen roster.
///
/// # Errors
/// When the database fails.
pub async fn names(db: &Db, exam: ExamId, persons: &[PersonId]) -> Result<HashMap<PersonId, (String, String)>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT person, number, name FROM roster_entry
             WHERE exam = $1 AND person IN (SELECT value FROM json_each($2))"
        }
        Db::Postgres(_) => {
            "SELECT person, number, name FROM roster_entry
             WHERE exam = $1 AND person IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($2 AS jsonb)))"
        }
    };
    let list = to_json(&persons.iter().map(|person| person.0).collect::<Vec<_>>());
    let rows = read_all!(db, (i64, String, String), sql, exam.0, list.as_str())?;
    Ok(rows
        .into_iter()
        .map(|(person, number, name)| (PersonId(person), (number, name)))
        .collect())
}

/// Numbers and names of everybody on a frozen roster.
///
/// # Errors
/// When the database fails.
pub async fn all_names(db: &Db, exam: ExamId) -> Result<HashMap<PersonId, (Box<str>, Box<str>)>> {
    let mut names = HashMap::new();
    read_each!(
        db,
        (i64, String, String),
        "SELECT person, number, name FROM roster_entry WHERE exam = $1",
        [exam.0],
        |(person, number, name)| {
            names.insert(PersonId(person), (number.into(), name.into()));
            Ok(())
        }
    )?;
    Ok(names)
}

/// Persons of a frozen roster whose name or number contains these words, folded.
///
/// # Errors
/// When the database fails.
pub async fn named(db: &Db, exam: ExamId, words: &str) -> Result<HashSet<PersonId>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT person FROM roster_entry WHERE exam = $1 AND INSTR(LOWER(REPLACE(name, ' ', '') || number), $2) > 0"
        }
        Db::Postgres(_) => {
            "SELECT person FROM roster_entry WHERE exam = $1 AND POSITION($2 IN LOWER(REPLACE(name, ' ', '') || number)) > 0"
        }
    };
    let rows = read_all!(db, (i64,), sql, exam.0, words)?;
    Ok(rows.into_iter().map(|(person,)| PersonId(person)).collect())
}
