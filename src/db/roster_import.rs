//! Imports of rosters with what stood there before, so that the last one can be undone.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    id::{AccountId, ImportId, PersonId, RegionId, UnitId},
    roster::{Import, Touch, Touched, Values},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct ImportRow {
    id: i64,
    number: i64,
    file: String,
    created: i64,
    changed: i64,
    departed: i64,
    unchanged: i64,
    refused: i64,
    made_by: i64,
    made_at: i64,
    undone_at: i64,
}

impl ImportRow {
    fn import(self) -> Import {
        Import {
            id: ImportId(self.id),
            number: self.number,
            file: self.file,
            created: self.created,
            changed: self.changed,
            departed: self.departed,
            unchanged: self.unchanged,
            refused: self.refused,
            made_by: (self.made_by != 0).then_some(AccountId(self.made_by)),
            made_at: Timestamp(self.made_at),
            undone_at: (self.undone_at != 0).then_some(Timestamp(self.undone_at)),
        }
    }
}

/// Imports of one account, or of all, from the newest on, `skip` of them left out, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, maker: Option<AccountId>, limit: u32, skip: u32) -> Result<(Vec<Import>, i64)> {
    let maker = maker.map_or(0, |account| account.0);
    let rows = read_all!(
        db,
        ImportRow,
        "SELECT id, number, file, created, changed, departed, unchanged, refused, made_by, made_at, undone_at
         FROM roster_import WHERE $1 = 0 OR made_by = $1 ORDER BY number DESC LIMIT $2 OFFSET $3",
        maker,
        i64::from(limit),
        i64::from(skip)
    )?;
    let count = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM roster_import WHERE $1 = 0 OR made_by = $1",
        maker
    )?;
    let imports = rows.into_iter().map(ImportRow::import).collect();
    Ok((imports, count.map_or(0, |(count,)| count)))
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: ImportId) -> Result<Option<Import>> {
    let row = read_one!(
        db,
        ImportRow,
        "SELECT id, number, file, created, changed, departed, unchanged, refused, made_by, made_at, undone_at
         FROM roster_import WHERE id = $1",
        id.0
    )?;
    Ok(row.map(ImportRow::import))
}

const LAST: &str =
    "SELECT id, number, file, created, changed, departed, unchanged, refused, made_by, made_at, undone_at
     FROM roster_import WHERE undone_at = 0 ORDER BY number DESC LIMIT 1";

/// The newest import that was not undone.
///
/// # Errors
/// When the database fails.
pub async fn last(db: &Db) -> Result<Option<Import>> {
    Ok(read_one!(db, ImportRow, LAST)?.map(ImportRow::import))
}

/// # Errors
/// When the database fails.
pub async fn last_in(tx: &mut Tx) -> Result<Option<Import>> {
    Ok(tx_one!(tx, ImportRow, LAST)?.map(ImportRow::import))
}

/// The number that the next import gets.
///
/// # Errors
/// When the database fails.
pub async fn next_number(tx: &mut Tx) -> Result<i64> {
    let row = tx_one!(tx, (i64,), "SELECT COALESCE(MAX(number), 0) + 1 FROM roster_import")?;
    Ok(row.map_or(1, |(number,)| number))
}

/// # Errors
/// [`super::Error::Taken`] when another import got the number.
pub async fn insert(tx: &mut Tx, import: &Import) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO roster_import (id, number, file, created, changed, departed, unchanged, refused, made_by, made_at,
                                    undone_by, undone_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)",
        import.id.0,
        import.number,
        import.file.as_str(),
        import.created,
        import.changed,
        import.departed,
        import.unchanged,
        import.refused,
        import.made_by.map_or(0, |account| account.0),
        import.made_at.0
    )?;
    Ok(())
}

/// Rows sent to the database at a time.
const CHUNK: usize = 2000;

/// # Errors
/// When the database fails.
pub async fn insert_rows(tx: &mut Tx, import: ImportId, rows: &[Touched]) -> Result<()> {
    for chunk in rows.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|row| {
                let before = row.before.as_ref().map(to_json).unwrap_or_default();
                (row.person.0, row.kind.code(), before, to_json(&row.after))
            })
            .collect();
        let json = to_json(&rows);
        match tx {
            Tx::Sqlite(_) => tx_run!(
                tx,
                "INSERT INTO roster_import_row (import, person, kind, before, after)
                 SELECT $1, value->>0, value->>1, value->>2, value->>3 FROM json_each($2)",
                import.0,
                json.as_str()
            )?,
            Tx::Postgres(_) => tx_run!(
                tx,
                "INSERT INTO roster_import_row (import, person, kind, before, after)
                 SELECT $1, (r->>0)::bigint, r->>1, r->>2, r->>3 FROM jsonb_array_elements($2::jsonb) r",
                import.0,
                json.as_str()
            )?,
        };
    }
    Ok(())
}

/// Keeps that an import made a unit.
///
/// # Errors
/// When the database fails.
pub async fn insert_created_unit(tx: &mut Tx, import: ImportId, unit: UnitId) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO roster_import_unit (import, unit, kind, region_before) VALUES ($1, $2, 'created', 0)",
        import.0,
        unit.0
    )?;
    Ok(())
}

/// Keeps in which region a unit stood before an import put it into another; nothing for a unit that it made itself.
///
/// # Errors
/// When the database fails.
pub async fn insert_placed_unit(tx: &mut Tx, import: ImportId, unit: UnitId, before: Option<RegionId>) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO roster_import_unit (import, unit, kind, region_before) VALUES ($1, $2, 'placed', $3)
         ON CONFLICT (import, unit) DO NOTHING",
        import.0,
        unit.0,
        before.map_or(0, |region| region.0)
    )?;
    Ok(())
}

type TouchedRow = (i64, String, String, String);

fn touched((person, kind, before, after): TouchedRow) -> Result<Touched> {
    let column = |name| Column("roster_import_row", name, person);
    Ok(Touched {
        person: PersonId(person),
        kind: column("kind").code(&kind, Touch::from_code)?,
        before: (!before.is_empty())
            .then(|| column("before").json::<Values>(&before))
            .transpose()?,
        after: column("after").json(&after)?,
    })
}

/// Persons of an import, changed and departed ones before those it made.
///
/// # Errors
/// When the database fails.
pub async fn rows(db: &Db, import: ImportId, limit: u32, skip: u32) -> Result<Vec<Touched>> {
    let rows = read_all!(
        db,
        TouchedRow,
        "SELECT person, kind, before, after FROM roster_import_row WHERE import = $1
         ORDER BY CASE kind WHEN 'departed' THEN 0 WHEN 'changed' THEN 1 ELSE 2 END, person LIMIT $2 OFFSET $3",
        import.0,
        i64::from(limit),
        i64::from(skip)
    )?;
    rows.into_iter().map(touched).collect()
}

/// Persons whom an import changed, with their values before it.
///
/// # Errors
/// When the database fails.
pub async fn changed_in(tx: &mut Tx, import: ImportId) -> Result<Vec<Touched>> {
    let rows = tx_all!(
        tx,
        TouchedRow,
        "SELECT person, kind, before, after FROM roster_import_row WHERE import = $1 AND kind <> 'created'",
        import.0
    )?;
    rows.into_iter().map(touched).collect()
}

/// What imports did to a person, newest first: number of the import, when, and whether it was undone.
///
/// # Errors
/// When the database fails.
pub async fn of_person(db: &Db, person: PersonId) -> Result<Vec<(Import, Touched)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        import: ImportRow,
        kind: String,
        before: String,
        after: String,
    }
    let rows = read_all!(
        db,
        Row,
        "SELECT i.id, i.number, i.file, i.created, i.changed, i.departed, i.unchanged, i.refused, i.made_by, i.made_at,
                i.undone_at, r.kind, r.before, r.after
         FROM roster_import_row r JOIN roster_import i ON i.id = r.import WHERE r.person = $1 ORDER BY i.number DESC",
        person.0
    )?;
    rows.into_iter()
        .map(|row| {
            Ok((
                row.import.import(),
                touched((person.0, row.kind, row.before, row.after))?,
            ))
        })
        .collect()
}

/// Number and name of the persons of an import whom something has touched since: a change of their own; for those it
/// made also an exam that opened with them, a request, a correction, an accommodation, a role, or a password they have set.
///
/// # Errors
/// When the database fails.
pub async fn hindrances(tx: &mut Tx, import: &Import) -> Result<Vec<(String, String)>> {
    tx_all!(
        tx,
        (String, String),
        "SELECT p.number, p.name FROM roster_import_row i JOIN person p ON p.id = i.person
         WHERE i.import = $1 AND (
             EXISTS (SELECT 1 FROM person_change c
                     WHERE c.person = p.id AND c.status <> 'withdrawn' AND (c.id > $1 OR c.done_at > $2))
             OR (i.kind = 'created' AND (
                 EXISTS (SELECT 1 FROM roster_entry r WHERE r.person = p.id)
                 OR EXISTS (SELECT 1 FROM exemption x WHERE x.person = p.id)
                 OR EXISTS (SELECT 1 FROM accommodation a WHERE a.person = p.id)
                 OR EXISTS (SELECT 1 FROM correction_request c WHERE c.person = p.id)
                 OR EXISTS (SELECT 1 FROM account s LEFT JOIN role_grant g ON g.account = s.id
                            WHERE s.person = p.id AND (s.password_hash <> '' OR g.account IS NOT NULL)))))
         ORDER BY p.number",
        import.id.0,
        import.made_at.0
    )
}

/// Removes the persons that an import made, with their accounts.
///
/// # Errors
/// When the database fails.
pub async fn delete_created(tx: &mut Tx, import: ImportId) -> Result<()> {
    for statement in [
        "DELETE FROM session WHERE account IN (
             SELECT a.id FROM account a JOIN roster_import_row r ON r.person = a.person
             WHERE r.import = $1 AND r.kind = 'created')",
        "DELETE FROM sign_in_link WHERE account IN (
             SELECT a.id FROM account a JOIN roster_import_row r ON r.person = a.person
             WHERE r.import = $1 AND r.kind = 'created')",
        "DELETE FROM account WHERE person IN (
             SELECT person FROM roster_import_row WHERE import = $1 AND kind = 'created')",
        "DELETE FROM person_identity WHERE person IN (
             SELECT person FROM roster_import_row WHERE import = $1 AND kind = 'created')",
        "DELETE FROM person_change WHERE person IN (
             SELECT person FROM roster_import_row WHERE import = $1 AND kind = 'created')",
        "DELETE FROM person WHERE id IN (
             SELECT person FROM roster_import_row WHERE import = $1 AND kind = 'created')",
    ] {
        tx_run!(tx, statement, import.0)?;
    }
    Ok(())
}

/// Takes back what an import did to units: those it made and that hold nothing now are removed from the lowest up; the
/// others get the region they stood in.
///
/// # Errors
/// When the database fails.
pub async fn take_back_units(tx: &mut Tx, import: ImportId) -> Result<()> {
    let removed = "DELETE FROM unit
         WHERE id IN (SELECT unit FROM roster_import_unit WHERE import = $1 AND kind = 'created')
           AND id NOT IN (SELECT parent FROM unit) AND id NOT IN (SELECT unit FROM person)
           AND id NOT IN (SELECT unit FROM roster_entry) AND id NOT IN (SELECT unit FROM unit_change)
           AND id NOT IN (SELECT unit_before FROM person_change) AND id NOT IN (SELECT unit_after FROM person_change)";
    while tx_run!(tx, removed, import.0)? > 0 {}
    tx_run!(
        tx,
        "UPDATE unit SET region = i.region_before FROM roster_import_unit i
         WHERE i.import = $1 AND i.kind = 'placed' AND unit.id = i.unit",
        import.0
    )?;
    Ok(())
}

/// Marks an import as undone; `false` when it is already.
///
/// # Errors
/// When the database fails.
pub async fn set_undone(tx: &mut Tx, import: ImportId, by: Option<AccountId>, now: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE roster_import SET undone_by = $2, undone_at = $3 WHERE id = $1 AND undone_at = 0",
        import.0,
        by.map_or(0, |account| account.0),
        now.0
    )?;
    Ok(changed == 1)
}
