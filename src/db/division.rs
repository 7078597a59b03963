//! Divisions (行政区划) by their codes.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, tx_all, tx_run,
};
use crate::domain::division::{Division, DivisionCode};

type Row = (i64, String, String);

const ALL: &str = "SELECT code, name, initials FROM division ORDER BY code";

fn division((code, name, initials): Row) -> Result<Division> {
    let column = Column("division", "code", code);
    let number = column.number(code)?;
    Ok(Division {
        code: DivisionCode::new(number).ok_or_else(|| column.unreadable())?,
        name,
        initials,
    })
}

/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Division>> {
    read_all!(db, Row, ALL)?.into_iter().map(division).collect()
}

/// # Errors
/// When the database fails.
pub async fn all_in(tx: &mut Tx) -> Result<Vec<Division>> {
    tx_all!(tx, Row, ALL)?.into_iter().map(division).collect()
}

/// Rows sent to the database at a time.
const CHUNK: usize = 2000;

/// Writes divisions, those with a known code over what stood there. No code stands twice.
///
/// # Errors
/// When the database fails.
pub async fn write_all(tx: &mut Tx, divisions: &[Division]) -> Result<()> {
    for chunk in divisions.chunks(CHUNK) {
        let rows: Vec<_> = chunk
            .iter()
            .map(|division| {
                let code = division.code;
                (code.get(), code.level().code(), &division.name, &division.initials)
            })
            .collect();
        let json = to_json(&rows);
        match tx {
            // `WHERE true`: without it SQLite takes ON for that of a join.
            Tx::Sqlite(_) => tx_run!(
                tx,
                "INSERT INTO division (code, level, name, initials)
                 SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each($1) WHERE true
                 ON CONFLICT (code) DO UPDATE SET name = excluded.name, initials = excluded.initials",
                json.as_str()
            )?,
            Tx::Postgres(_) => tx_run!(
                tx,
                "INSERT INTO division (code, level, name, initials)
                 SELECT (r->>0)::bigint, r->>1, r->>2, r->>3 FROM jsonb_array_elements($1::jsonb) r
                 ON CONFLICT (code) DO UPDATE SET name = excluded.name, initials = excluded.initials",
                json.as_str()
            )?,
        };
    }
    Ok(())
}
