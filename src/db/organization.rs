//! The directory of units that play.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    division::DivisionCode,
    id::OrganizationId,
    names::folded,
    organization::{Organization, State, Uscc},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    name: String,
    uscc: String,
    division: i64,
    trade: String,
    headcount: i64,
    state: String,
    merged_into: i64,
    created_at: i64,
    decided_at: i64,
}

impl Row {
    fn organization(self) -> Result<Organization> {
        let column = |name| Column("organization", name, self.id);
        let uscc = match self.uscc.as_str() {
            "" => None,
            code => Some(column("uscc").code(code, Uscc::parse)?),
        };
        let division = match self.division {
            0 => None,
            code => {
                let code = column("division").number(code)?;
                Some(DivisionCode::new(code).ok_or_else(|| column("division").unreadable())?)
            }
        };
        Ok(Organization {
            id: OrganizationId(self.id),
            uscc,
            division,
            headcount: match self.headcount {
                0 => None,
                count => Some(column("headcount").number(count)?),
            },
            state: column("state").code(&self.state, State::from_code)?,
            merged_into: (self.merged_into != 0).then_some(OrganizationId(self.merged_into)),
            created_at: Timestamp(self.created_at),
            decided_at: (self.decided_at != 0).then_some(Timestamp(self.decided_at)),
            name: self.name,
            trade: self.trade,
        })
    }
}

fn organizations(rows: Vec<Row>) -> Result<Vec<Organization>> {
    rows.into_iter().map(Row::organization).collect()
}

const GET: &str = "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at
     FROM organization WHERE id = $1";

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: OrganizationId) -> Result<Option<Organization>> {
    read_one!(db, Row, GET, id.0)?.map(Row::organization).transpose()
}

/// # Errors
/// When the database fails.
pub async fn get_in(tx: &mut Tx, id: OrganizationId) -> Result<Option<Organization>> {
    tx_one!(tx, Row, GET, id.0)?.map(Row::organization).transpose()
}

const ALL: &str = "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at
     FROM organization ORDER BY id";

/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Organization>> {
    organizations(read_all!(db, Row, ALL)?)
}

/// # Errors
/// When the database fails.
pub async fn all_in(tx: &mut Tx) -> Result<Vec<Organization>> {
    organizations(tx_all!(tx, Row, ALL)?)
}

/// What was changed after this version of the directory.
///
/// # Errors
/// When the database fails.
pub async fn changed_after(db: &Db, version: i64) -> Result<Vec<Organization>> {
    organizations(read_all!(
        db,
        Row,
        "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at
         FROM organization WHERE changed > $1 AND changed > 0 ORDER BY id",
        version
    )?)
}

/// The names of some of them, in no order.
///
/// # Errors
/// When the database fails.
pub async fn names(db: &Db, ids: &[OrganizationId]) -> Result<Vec<(OrganizationId, String)>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let json = to_json(&ids);
    let rows = match db {
        Db::Sqlite { .. } => read_all!(
            db,
            (i64, String),
            "SELECT id, name FROM organization WHERE id IN (SELECT value FROM json_each($1))",
            json.as_str()
        )?,
        Db::Postgres(_) => read_all!(
            db,
            (i64, String),
            "SELECT id, name FROM organization WHERE id IN (SELECT r::bigint FROM jsonb_array_elements_text($1::jsonb) r)",
            json.as_str()
        )?,
    };
    Ok(rows.into_iter().map(|(id, name)| (OrganizationId(id), name)).collect())
}

/// Which of them the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Any,
    Listed,
    Proposed,
    Merged,
}

impl Standing {
    fn code(self) -> &'static str {
        match self {
            Self::Any => "",
            Self::Listed => "listed",
            Self::Proposed => "proposed",
            Self::Merged => "merged",
        }
    }
}

/// Units whose name or code holds these words, the newest first, and how many there are. Everything is looked at: it is for the
/// few who keep the directory.
///
/// # Errors
/// When the database fails.
pub async fn page(db: &Db, standing: Standing, words: &str, limit: u32, skip: u32) -> Result<(Vec<Organization>, i64)> {
    macro_rules! found {
        ($select:literal, $holds:literal, $rest:literal) => {
            concat!(
                $select,
                " FROM organization
                 WHERE ($1 = '' OR $1 = 'merged' AND merged_into <> 0 OR state = $1 AND merged_into = 0)
                   AND ($2 = '' OR ",
                $holds,
                "(folded, $2) > 0 OR ",
                $holds,
                "(lower(uscc), $2) > 0)",
                $rest
            )
        };
    }
    macro_rules! rows {
        ($holds:literal) => {
            found!(
                "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at",
                $holds,
                " ORDER BY id DESC LIMIT $3 OFFSET $4"
            )
        };
    }
    let (count, rows) = match db {
        Db::Sqlite { .. } => (found!("SELECT COUNT(*)", "instr", ""), rows!("instr")),
        Db::Postgres(_) => (found!("SELECT COUNT(*)", "strpos", ""), rows!("strpos")),
    };
    let words = folded(words);
    let total = read_one!(db, (i64,), count, standing.code(), words.as_str())?;
    let rows = read_all!(
        db,
        Row,
        rows,
        standing.code(),
        words.as_str(),
        i64::from(limit),
        i64::from(skip)
    )?;
    Ok((organizations(rows)?, total.map_or(0, |(count,)| count)))
}

/// Units that wait at the merge desk, the oldest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &Db, limit: u32, skip: u32) -> Result<(Vec<Organization>, i64)> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at
         FROM organization WHERE state = 'proposed' AND merged_into = 0 ORDER BY id LIMIT $1 OFFSET $2",
        i64::from(limit),
        i64::from(skip)
    )?;
    let total = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM organization WHERE state = 'proposed' AND merged_into = 0"
    )?;
    Ok((organizations(rows)?, total.map_or(0, |(count,)| count)))
}

/// Units decided on at the merge desk, the last decision first.
///
/// # Errors
/// When the database fails.
pub async fn decided(db: &Db, limit: u32) -> Result<Vec<Organization>> {
    organizations(read_all!(
        db,
        Row,
        "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at
         FROM organization WHERE decided_at <> 0 ORDER BY decided_at DESC, id DESC LIMIT $1",
        i64::from(limit)
    )?)
}

/// Units merged right into this one.
///
/// # Errors
/// When the database fails.
pub async fn merged_into(db: &Db, id: OrganizationId) -> Result<Vec<Organization>> {
    organizations(read_all!(
        db,
        Row,
        "SELECT id, name, uscc, division, trade, headcount, state, merged_into, created_at, decided_at
         FROM organization WHERE merged_into = $1 AND merged_into <> 0 ORDER BY id",
        id.0
    )?)
}

fn code(division: Option<DivisionCode>) -> i64 {
    division.map_or(0, |code| i64::from(code.get()))
}

/// The unit of this name and what it was merged into.
async fn by_name(tx: &mut Tx, division: i64, folded: &str) -> Result<Option<(i64, i64)>> {
    tx_one!(
        tx,
        (i64, i64),
        "SELECT id, merged_into FROM organization WHERE division = $1 AND folded = $2",
        division,
        folded
    )
}

/// Chains of merges are followed no further: they hold no circle, but a damaged table must not hang the server.
const CHAIN: usize = 64;

/// The unit that a player means by this name: what is there or what that was merged into, or a new proposed one of the id given.
/// Players who type the same name at the same time get the same unit.
///
/// # Errors
/// When the database fails.
pub async fn propose(
    tx: &mut Tx,
    id: OrganizationId,
    name: &str,
    division: Option<DivisionCode>,
    now: Timestamp,
) -> Result<OrganizationId> {
    let (division, folded) = (code(division), folded(name));
    let mut found = by_name(tx, division, &folded).await?;
    if found.is_none() {
        tx_run!(
            tx,
            "INSERT INTO organization (id, division, headcount, merged_into, created_at, decided_at, changed, name, folded, uscc,
                                       trade, state)
             VALUES ($1, $2, 0, 0, $3, 0, 0, $4, $5, '', '', 'proposed') ON CONFLICT (division, folded) DO NOTHING",
            id.0,
            division,
            now.0,
            name,
            folded.as_str()
        )?;
        // Its own row, or that of whoever was quicker.
        found = by_name(tx, division, &folded).await?;
    }
    let Some((mut unit, mut into)) = found else {
        return Ok(id);
    };
    for _ in 0..CHAIN {
        if into == 0 {
            break;
        }
        unit = into;
        let next = tx_one!(tx, (i64,), "SELECT merged_into FROM organization WHERE id = $1", unit)?;
        into = next.map_or(0, |(next,)| next);
    }
    Ok(OrganizationId(unit))
}

/// Rows sent to the database at a time.
const CHUNK: usize = 2000;

/// Stores new listed units. Where a player has typed the name of one meanwhile, it becomes the listed one and keeps its id.
///
/// # Errors
/// [`super::Error::Taken`] when a credit code was given away meanwhile.
pub async fn insert_all(tx: &mut Tx, organizations: &[Organization], version: i64) -> Result<()> {
    for chunk in organizations.chunks(CHUNK) {
        let json = json(chunk);
        match tx {
            Tx::Sqlite(_) => tx_run!(
                tx,
                "INSERT INTO organization (id, division, headcount, merged_into, created_at, decided_at, changed, name, folded,
                                           uscc, trade, state)
                 SELECT value->>0, value->>1, value->>2, value->>3, value->>4, value->>5, $2, value->>6, value->>7, value->>8,
                        value->>9, value->>10
                 FROM json_each($1) WHERE true
                 ON CONFLICT (division, folded) DO UPDATE SET headcount = excluded.headcount, changed = excluded.changed,
                        name = excluded.name, uscc = excluded.uscc, trade = excluded.trade, state = excluded.state",
                json.as_str(),
                version
            )?,
            Tx::Postgres(_) => tx_run!(
                tx,
                "INSERT INTO organization (id, division, headcount, merged_into, created_at, decided_at, changed, name, folded,
                                           uscc, trade, state)
                 SELECT (r->>0)::bigint, (r->>1)::bigint, (r->>2)::bigint, (r->>3)::bigint, (r->>4)::bigint, (r->>5)::bigint,
                        $2, r->>6, r->>7, r->>8, r->>9, r->>10
                 FROM jsonb_array_elements($1::jsonb) r
                 ON CONFLICT (division, folded) DO UPDATE SET headcount = excluded.headcount, changed = excluded.changed,
                        name = excluded.name, uscc = excluded.uscc, trade = excluded.trade, state = excluded.state",
                json.as_str(),
                version
            )?,
        };
    }
    Ok(())
}

/// Writes what can change of units that are there.
///
/// # Errors
/// [`super::Error::Taken`] when a code was given away meanwhile.
pub async fn update_all(tx: &mut Tx, organizations: &[Organization], version: i64) -> Result<()> {
    for chunk in organizations.chunks(CHUNK) {
        let json = json(chunk);
        match tx {
            Tx::Sqlite(_) => tx_run!(
                tx,
                "UPDATE organization SET headcount = value->>2, merged_into = value->>3, decided_at = value->>5, changed = $2,
                        name = value->>6, uscc = value->>8, trade = value->>9, state = value->>10
                 FROM json_each($1) WHERE organization.id = value->>0",
                json.as_str(),
                version
            )?,
            Tx::Postgres(_) => tx_run!(
                tx,
                "UPDATE organization SET headcount = (r->>2)::bigint, merged_into = (r->>3)::bigint,
                        decided_at = (r->>5)::bigint, changed = $2, name = r->>6, uscc = r->>8, trade = r->>9, state = r->>10
                 FROM jsonb_array_elements($1::jsonb) r WHERE organization.id = (r->>0)::bigint",
                json.as_str(),
                version
            )?,
        };
    }
    Ok(())
}

fn json(chunk: &[Organization]) -> String {
    let row = |unit: &Organization| {
        serde_json::json!([
            unit.id.0,
            code(unit.division),
            unit.headcount.unwrap_or(0),
            unit.merged_into.map_or(0, |into| into.0),
            unit.created_at.0,
            unit.decided_at.map_or(0, |at| at.0),
            unit.name,
            folded(&unit.name),
            unit.uscc.as_ref().map_or("", Uscc::as_str),
            unit.trade,
            unit.state.code(),
        ])
    };
    to_json(&chunk.iter().map(row).collect::<Vec<_>>())
}
