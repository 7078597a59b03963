//! Units and the persons of the roster.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    exam::Audience,
    id::{PersonId, UnitId},
    identity::Identity,
    person::{Category, Person, PersonState, RankLevel},
    unit::{Tree, Unit},
};

type UnitRow = (i64, i64, String);

fn unit((id, parent, name): UnitRow) -> Unit {
    Unit {
        id: UnitId(id),
        parent: (parent != 0).then_some(UnitId(parent)),
        name,
    }
}

const UNITS: &str = "SELECT id, parent, name FROM unit ORDER BY id";

/// # Errors
/// When the database fails.
pub async fn units(db: &Db) -> Result<Tree> {
    Ok(Tree::new(
        read_all!(db, UnitRow, UNITS)?.into_iter().map(unit).collect(),
    ))
}

/// # Errors
/// When the database fails.
pub async fn units_in(tx: &mut Tx) -> Result<Tree> {
    Ok(Tree::new(tx_all!(tx, UnitRow, UNITS)?.into_iter().map(unit).collect()))
}

/// # Errors
/// [`super::Error::Taken`] when the parent has a unit of this name.
pub async fn insert_unit(tx: &mut Tx, unit: &Unit) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO unit (id, parent, name) VALUES ($1, $2, $3)",
        unit.id.0,
        unit.parent.map_or(0, |parent| parent.0),
        unit.name.as_str()
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
pub(super) struct PersonRow {
    id: i64,
    number: String,
    name: String,
    unit: i64,
    rank_level: String,
    category: String,
    state: String,
}

impl PersonRow {
    pub(super) fn person(self) -> Result<Person> {
        Ok(Person {
            id: PersonId(self.id),
            rank_level: Column("person", "rank_level", self.id).code(&self.rank_level, RankLevel::from_code)?,
            category: Column("person", "category", self.id).code(&self.category, Category::from_code)?,
            state: Column("person", "state", self.id).code(&self.state, PersonState::from_code)?,
            number: self.number,
            name: self.name,
            unit: UnitId(self.unit),
        })
    }
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: PersonId) -> Result<Option<Person>> {
    let row = read_one!(
        db,
        PersonRow,
        "SELECT id, number, name, unit, rank_level, category, state FROM person WHERE id = $1",
        id.0
    )?;
    row.map(PersonRow::person).transpose()
}

/// # Errors
/// When the database fails.
pub async fn by_number(db: &Db, number: &str) -> Result<Option<Person>> {
    let row = read_one!(
        db,
        PersonRow,
        "SELECT id, number, name, unit, rank_level, category, state FROM person WHERE number = $1",
        number
    )?;
    row.map(PersonRow::person).transpose()
}

/// Numbers and names of these persons.
///
/// # Errors
/// When the database fails.
pub async fn names(db: &Db, persons: &[PersonId]) -> Result<HashMap<PersonId, (String, String)>> {
    let sql = match db {
        Db::Sqlite { .. } => "SELECT id, number, name FROM person WHERE id IN (SELECT value FROM json_each($1))",
        Db::Postgres(_) => {
            "SELECT id, number, name FROM person
             WHERE id IN (SELECT CAST(value AS BIGINT) FROM jsonb_array_elements_text(CAST($1 AS jsonb)))"
        }
    };
    let list = to_json(&persons.iter().map(|person| person.0).collect::<Vec<_>>());
    let rows = read_all!(db, (i64, String, String), sql, list.as_str())?;
    let named = |(id, number, name)| (PersonId(id), (number, name));
    Ok(rows.into_iter().map(named).collect())
}

/// Every person, in the order of numbers.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Person>> {
    let rows = read_all!(
        db,
        PersonRow,
        "SELECT id, number, name, unit, rank_level, category, state FROM person ORDER BY number"
    )?;
    rows.into_iter().map(PersonRow::person).collect()
}

/// Every person by number, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn by_number_in(tx: &mut Tx) -> Result<HashMap<String, Person>> {
    let rows = tx_all!(
        tx,
        PersonRow,
        "SELECT id, number, name, unit, rank_level, category, state FROM person"
    )?;
    rows.into_iter()
        .map(|row| row.person().map(|person| (person.number.clone(), person)))
        .collect()
}

/// How many active persons each unit has of its own.
///
/// # Errors
/// When the database fails.
pub async fn count_by_unit(db: &Db) -> Result<HashMap<UnitId, i64>> {
    let rows = read_all!(
        db,
        (i64, i64),
        "SELECT unit, COUNT(*) FROM person WHERE state = 'active' GROUP BY unit"
    )?;
    Ok(rows.into_iter().map(|(unit, count)| (UnitId(unit), count)).collect())
}

/// Active persons of an audience, without those of the units below.
///
/// # Errors
/// When the database fails.
pub async fn count_audience_by_unit(db: &Db, audience: &Audience) -> Result<HashMap<UnitId, i64>> {
    let rows = read_all!(
        db,
        (i64, String, String, i64),
        "SELECT unit, rank_level, category, COUNT(*) FROM person WHERE state = 'active' GROUP BY unit, rank_level, category"
    )?;
    let mut counts = HashMap::new();
    for (unit, rank, category, count) in rows {
        let rank = Column("person", "rank_level", unit).code(&rank, RankLevel::from_code)?;
        let category = Column("person", "category", unit).code(&category, Category::from_code)?;
        if audience.covers(rank, category) {
            *counts.entry(UnitId(unit)).or_insert(0) += count;
        }
    }
    Ok(counts)
}

/// Rows sent to the database at a time.
const CHUNK: usize = 2000;

/// Stores new persons, each with an account named by the person's number.
///
/// # Errors
/// [`super::Error::Taken`] when a number or login name is in use.
pub async fn insert_all(tx: &mut Tx, persons: &[(Person, crate::domain::id::AccountId)]) -> Result<()> {
    for chunk in persons.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|(p, account)| {
                (
                    p.id.0,
                    &p.number,
                    &p.name,
                    p.unit.0,
                    p.rank_level.code(),
                    p.category.code(),
                    account.0,
                )
            })
            .collect();
        let json = super::column::to_json(&rows);
        match tx {
            Tx::Sqlite(_) => {
                tx_run!(
                    tx,
                    "INSERT INTO person (id, number, name, unit, rank_level, category)
                     SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5 FROM json_each($1)",
                    json.as_str()
                )?;
                tx_run!(
                    tx,
                    "INSERT INTO account (id, name, person, password_hash)
                     SELECT value->>6, value->>1, value->>0, '' FROM json_each($1)",
                    json.as_str()
                )?;
            }
            Tx::Postgres(_) => {
                tx_run!(
                    tx,
                    "INSERT INTO person (id, number, name, unit, rank_level, category)
                     SELECT (r->>0)::bigint, r->>1, r->>2, (r->>3)::bigint, r->>4, r->>5
                     FROM jsonb_array_elements($1::jsonb) r",
                    json.as_str()
                )?;
                tx_run!(
                    tx,
                    "INSERT INTO account (id, name, person, password_hash)
                     SELECT (r->>6)::bigint, r->>1, (r->>0)::bigint, ''
                     FROM jsonb_array_elements($1::jsonb) r",
                    json.as_str()
                )?;
            }
        }
    }
    Ok(())
}

/// Gives persons that are there the values they stand here with; their numbers stay.
///
/// # Errors
/// When the database fails.
pub async fn update_all(tx: &mut Tx, persons: &[Person]) -> Result<()> {
    for chunk in persons.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|p| {
                let (rank, category) = (p.rank_level.code(), p.category.code());
                (p.id.0, &p.name, p.unit.0, rank, category, p.state.code())
            })
            .collect();
        let json = super::column::to_json(&rows);
        match tx {
            Tx::Sqlite(_) => tx_run!(
                tx,
                "UPDATE person SET name = r.value->>1, unit = r.value->>2, rank_level = r.value->>3,
                                   category = r.value->>4, state = r.value->>5
                 FROM json_each($1) r WHERE person.id = r.value->>0",
                json.as_str()
            )?,
            Tx::Postgres(_) => tx_run!(
                tx,
                "UPDATE person SET name = r->>1, unit = (r->>2)::bigint, rank_level = r->>3, category = r->>4,
                                   state = r->>5
                 FROM jsonb_array_elements($1::jsonb) r WHERE person.id = (r->>0)::bigint",
                json.as_str()
            )?,
        };
    }
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_unit(tx: &mut Tx, person: PersonId, unit: UnitId) -> Result<()> {
    tx_run!(tx, "UPDATE person SET unit = $2 WHERE id = $1", person.0, unit.0)?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_state(tx: &mut Tx, person: PersonId, state: PersonState) -> Result<()> {
    tx_run!(tx, "UPDATE person SET state = $2 WHERE id = $1", person.0, state.code())?;
    Ok(())
}

/// As the transaction sees the person.
///
/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: PersonId) -> Result<Option<Person>> {
    let row = tx_one!(
        tx,
        PersonRow,
        "SELECT id, number, name, unit, rank_level, category, state FROM person WHERE id = $1",
        id.0
    )?;
    row.map(PersonRow::person).transpose()
}

/// The active persons of one unit, in the order of numbers, as the transaction sees them.
///
/// # Errors
/// When the database fails.
pub async fn active_of_unit_in(tx: &mut Tx, unit: UnitId) -> Result<Vec<Person>> {
    let rows = tx_all!(
        tx,
        PersonRow,
        "SELECT id, number, name, unit, rank_level, category, state FROM person
         WHERE unit = $1 AND state = 'active' ORDER BY number",
        unit.0
    )?;
    rows.into_iter().map(PersonRow::person).collect()
}

type IdentityRow = (i64, String, String);

fn identity((person, digest, masked): IdentityRow) -> (PersonId, Identity) {
    (PersonId(person), Identity { masked, digest })
}

const IDENTITIES: &str = "SELECT person, digest, masked FROM person_identity";

/// What is kept of everybody's identity number.
///
/// # Errors
/// When the database fails.
pub async fn identities(db: &Db) -> Result<HashMap<PersonId, Identity>> {
    Ok(read_all!(db, IdentityRow, IDENTITIES)?
        .into_iter()
        .map(identity)
        .collect())
}

/// # Errors
/// When the database fails.
pub async fn identities_in(tx: &mut Tx) -> Result<HashMap<PersonId, Identity>> {
    Ok(tx_all!(tx, IdentityRow, IDENTITIES)?
        .into_iter()
        .map(identity)
        .collect())
}

/// What is kept of one person's identity number.
///
/// # Errors
/// When the database fails.
pub async fn identity_of(db: &Db, person: PersonId) -> Result<Option<Identity>> {
    let row = read_one!(
        db,
        IdentityRow,
        "SELECT person, digest, masked FROM person_identity WHERE person = $1",
        person.0
    )?;
    Ok(row.map(|row| identity(row).1))
}

/// Other persons with the same digest: number and name.
///
/// # Errors
/// When the database fails.
pub async fn others_of_digest(db: &Db, digest: &str, person: PersonId) -> Result<Vec<(PersonId, String)>> {
    let rows = read_all!(
        db,
        (i64, String, String),
        "SELECT p.id, p.number, p.name FROM person_identity i JOIN person p ON p.id = i.person
         WHERE i.digest = $1 AND i.person <> $2 ORDER BY p.number",
        digest,
        person.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(id, number, name)| (PersonId(id), format!("{number} {name}")))
        .collect())
}

/// Keeps what is told; `None` removes what was kept.
///
/// # Errors
/// When the database fails.
pub async fn set_identities(tx: &mut Tx, identities: &[(PersonId, Option<Identity>)]) -> Result<()> {
    for (person, _) in identities.iter().filter(|(_, identity)| identity.is_none()) {
        tx_run!(tx, "DELETE FROM person_identity WHERE person = $1", person.0)?;
    }
    let told: Vec<_> = identities
        .iter()
        .filter_map(|(person, identity)| identity.as_ref().map(|i| (person.0, &i.digest, &i.masked)))
        .collect();
    for chunk in told.chunks(CHUNK) {
        let json = super::column::to_json(&chunk);
        match tx {
            Tx::Sqlite(_) => tx_run!(
                tx,
                "INSERT INTO person_identity (person, digest, masked)
                 SELECT value->>0, value->>1, value->>2 FROM json_each($1) WHERE true
                 ON CONFLICT (person) DO UPDATE SET digest = excluded.digest, masked = excluded.masked",
                json.as_str()
            )?,
            Tx::Postgres(_) => tx_run!(
                tx,
                "INSERT INTO person_identity (person, digest, masked)
                 SELECT (r->>0)::bigint, r->>1, r->>2 FROM jsonb_array_elements($1::jsonb) r
                 ON CONFLICT (person) DO UPDATE SET digest = excluded.digest, masked = excluded.masked",
                json.as_str()
            )?,
        };
    }
    Ok(())
}

/// Active persons who have set no password yet, with their accounts.
///
/// # Errors
/// When the database fails.
pub async fn without_password(db: &Db) -> Result<Vec<(Person, crate::domain::id::AccountId)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        person: PersonRow,
        account: i64,
    }
    let rows = read_all!(
        db,
        Row,
        "SELECT p.id, p.number, p.name, p.unit, p.rank_level, p.category, p.state, a.id AS account
         FROM person p JOIN account a ON a.person = p.id
         WHERE a.password_hash = '' AND p.state = 'active'
           AND NOT EXISTS (SELECT 1 FROM role_grant g WHERE g.account = a.id)
         ORDER BY p.unit, p.number"
    )?;
    rows.into_iter()
        .map(|row| Ok((row.person.person()?, row.account.into())))
        .collect()
}

/// The account of a person.
///
/// # Errors
/// When the database fails.
pub async fn account_of(db: &Db, person: PersonId) -> Result<Option<crate::domain::id::AccountId>> {
    let row = read_one!(db, (i64,), "SELECT id FROM account WHERE person = $1", person.0)?;
    Ok(row.map(|(id,)| id.into()))
}
