//! Regions, what is known of units beside their place in the tree, and their changes, each from a day on.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_all, tx_one, tx_run,
};
use crate::domain::{
    id::{AccountId, RegionId, UnitChangeId, UnitId},
    people::{PeopleFault, Status, UnitChange, UnitChangeKind, UnitFacts},
    region::{Region, Regions},
    time::Timestamp,
};

/// What is known of a unit beside its place in the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details {
    pub region: Option<RegionId>,
    pub closed_at: Option<Timestamp>,
}

type DetailsRow = (i64, i64, i64);

const DETAILS: &str = "SELECT id, region, closed_at FROM unit WHERE region <> 0 OR closed_at <> 0";

fn details_of(rows: Vec<DetailsRow>) -> HashMap<UnitId, Details> {
    let details = |(unit, region, closed_at)| {
        let details = Details {
            region: (region != 0).then_some(RegionId(region)),
            closed_at: (closed_at != 0).then_some(Timestamp(closed_at)),
        };
        (UnitId(unit), details)
    };
    rows.into_iter().map(details).collect()
}

/// Details of the units that have any.
///
/// # Errors
/// When the database fails.
pub async fn details(db: &Db) -> Result<HashMap<UnitId, Details>> {
    Ok(details_of(read_all!(db, DetailsRow, DETAILS)?))
}

/// # Errors
/// When the database fails.
pub async fn details_in(tx: &mut Tx) -> Result<HashMap<UnitId, Details>> {
    Ok(details_of(tx_all!(tx, DetailsRow, DETAILS)?))
}

type RegionRow = (i64, i64, String);

const REGIONS: &str = "SELECT id, parent, name FROM region ORDER BY id";

fn regions_of(rows: Vec<RegionRow>) -> Regions {
    let region = |(id, parent, name)| Region {
        id: RegionId(id),
        parent: (parent != 0).then_some(RegionId(parent)),
        name,
    };
    Regions(rows.into_iter().map(region).collect())
}

/// # Errors
/// When the database fails.
pub async fn regions(db: &Db) -> Result<Regions> {
    Ok(regions_of(read_all!(db, RegionRow, REGIONS)?))
}

/// # Errors
/// When the database fails.
pub async fn regions_in(tx: &mut Tx) -> Result<Regions> {
    Ok(regions_of(tx_all!(tx, RegionRow, REGIONS)?))
}

/// # Errors
/// [`super::Error::Taken`] when the parent has a region of this name.
pub async fn insert_region(tx: &mut Tx, region: &Region) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO region (id, parent, name) VALUES ($1, $2, $3)",
        region.id.0,
        region.parent.map_or(0, |parent| parent.0),
        region.name.as_str()
    )?;
    Ok(())
}

/// Writes what stands in a unit's row.
///
/// # Errors
/// [`super::Error::Taken`] when the parent has another unit of this name.
pub async fn set_facts(tx: &mut Tx, unit: UnitId, facts: &UnitFacts) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE unit SET parent = $2, name = $3, region = $4 WHERE id = $1",
        unit.0,
        facts.parent.map_or(0, |parent| parent.0),
        facts.name.as_str(),
        facts.region.map_or(0, |region| region.0)
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_region(tx: &mut Tx, unit: UnitId, region: Option<RegionId>) -> Result<()> {
    let region = region.map_or(0, |region| region.0);
    tx_run!(tx, "UPDATE unit SET region = $2 WHERE id = $1", unit.0, region)?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn set_closed(tx: &mut Tx, unit: UnitId, at: Option<Timestamp>) -> Result<()> {
    let at = at.map_or(0, |at| at.0);
    tx_run!(tx, "UPDATE unit SET closed_at = $2 WHERE id = $1", unit.0, at)?;
    Ok(())
}

/// Open exams that have not closed, in which persons of this unit are due: title and how many.
///
/// # Errors
/// When the database fails.
pub async fn due_in_open_exams(tx: &mut Tx, unit: UnitId, now: Timestamp) -> Result<Vec<(String, i64)>> {
    tx_all!(
        tx,
        (String, i64),
        "SELECT e.title, COUNT(*) FROM exam e JOIN roster_entry r ON r.exam = e.id
         WHERE e.state = 'open' AND (SELECT MAX(o.closes_at) FROM exam_round o WHERE o.exam = e.id) > $2 AND r.unit = $1 AND r.standing = 'due'
         GROUP BY e.id, e.title ORDER BY e.id",
        unit.0,
        now.0
    )
}

/// Holds the tree still until the transaction ends, so that two moves at once cannot close a circle.
///
/// # Errors
/// When the database fails.
pub async fn hold(tx: &mut Tx) -> Result<()> {
    // On SQLite there is one writer at a time.
    if let Tx::Postgres(_) = tx {
        tx_all!(tx, (i64,), "SELECT id FROM unit ORDER BY id FOR UPDATE")?;
    }
    Ok(())
}

#[derive(sqlx::FromRow)]
struct Row {
    id: i64,
    unit: i64,
    kind: String,
    from_at: i64,
    parent_before: i64,
    parent_after: i64,
    name_before: String,
    name_after: String,
    region_before: i64,
    region_after: i64,
    receiver: i64,
    reason: String,
    status: String,
    refusal: String,
    made_by: i64,
    made_at: i64,
    done_at: i64,
}

pub(super) fn refusal(column: Column, json: &str) -> Result<Option<PeopleFault>> {
    (!json.is_empty()).then(|| column.json(json)).transpose()
}

impl Row {
    fn change(self) -> Result<UnitChange> {
        let column = |name| Column("unit_change", name, self.id);
        let facts = |parent, name, region| UnitFacts {
            parent: (parent != 0).then_some(UnitId(parent)),
            name,
            region: (region != 0).then_some(RegionId(region)),
        };
        Ok(UnitChange {
            id: UnitChangeId(self.id),
            unit: UnitId(self.unit),
            kind: column("kind").code(&self.kind, UnitChangeKind::from_code)?,
            from: Timestamp(self.from_at),
            status: column("status").code(&self.status, Status::from_code)?,
            refusal: refusal(column("refusal"), &self.refusal)?,
            before: facts(self.parent_before, self.name_before, self.region_before),
            after: facts(self.parent_after, self.name_after, self.region_after),
            receiver: (self.receiver != 0).then_some(UnitId(self.receiver)),
            reason: self.reason,
            made_by: (self.made_by != 0).then_some(AccountId(self.made_by)),
            made_at: Timestamp(self.made_at),
            done_at: (self.done_at != 0).then_some(Timestamp(self.done_at)),
        })
    }
}

/// Every change of a unit, the latest day first.
///
/// # Errors
/// When the database fails.
pub async fn changes_of(db: &Db, unit: UnitId) -> Result<Vec<UnitChange>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, unit, kind, from_at, parent_before, parent_after, name_before, name_after, region_before,
                region_after, receiver, reason, status, refusal, made_by, made_at, done_at
         FROM unit_change WHERE unit = $1 ORDER BY from_at DESC, id DESC",
        unit.0
    )?;
    rows.into_iter().map(Row::change).collect()
}

/// What became of units between two moments, the first one first: moves, closings and openings.
///
/// # Errors
/// When the database fails.
pub async fn done_between(db: &Db, (from, to): (Timestamp, Timestamp)) -> Result<Vec<UnitChange>> {
    let rows = read_all!(
        db,
        Row,
        "SELECT id, unit, kind, from_at, parent_before, parent_after, name_before, name_after, region_before,
                region_after, receiver, reason, status, refusal, made_by, made_at, done_at
         FROM unit_change WHERE status = 'done' AND kind IN ('move', 'close', 'reopen') AND from_at >= $1 AND from_at < $2
         ORDER BY from_at, id",
        from.0,
        to.0
    )?;
    rows.into_iter().map(Row::change).collect()
}

/// # Errors
/// When the database fails.
pub async fn change(db: &Db, id: UnitChangeId) -> Result<Option<UnitChange>> {
    let row = read_one!(
        db,
        Row,
        "SELECT id, unit, kind, from_at, parent_before, parent_after, name_before, name_after, region_before,
                region_after, receiver, reason, status, refusal, made_by, made_at, done_at
         FROM unit_change WHERE id = $1",
        id.0
    )?;
    row.map(Row::change).transpose()
}

/// Planned changes whose day has come, in their order.
///
/// # Errors
/// When the database fails.
pub async fn due_in(tx: &mut Tx, now: Timestamp) -> Result<Vec<UnitChange>> {
    let rows = tx_all!(
        tx,
        Row,
        "SELECT id, unit, kind, from_at, parent_before, parent_after, name_before, name_after, region_before,
                region_after, receiver, reason, status, refusal, made_by, made_at, done_at
         FROM unit_change WHERE status = 'planned' AND from_at <= $1 ORDER BY from_at, id",
        now.0
    )?;
    rows.into_iter().map(Row::change).collect()
}

/// Whether a change of this kind waits for the unit.
///
/// # Errors
/// When the database fails.
pub async fn is_planned_in(tx: &mut Tx, unit: UnitId, kind: UnitChangeKind) -> Result<bool> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM unit_change WHERE unit = $1 AND kind = $2 AND status = 'planned'",
        unit.0,
        kind.code()
    )?;
    Ok(row.is_some_and(|(count,)| count > 0))
}

/// # Errors
/// When the database fails.
pub async fn insert_change(tx: &mut Tx, change: &UnitChange) -> Result<()> {
    let unit = |id: Option<UnitId>| id.map_or(0, |id| id.0);
    let region = |id: Option<RegionId>| id.map_or(0, |id| id.0);
    tx_run!(
        tx,
        "INSERT INTO unit_change (id, unit, kind, from_at, parent_before, parent_after, name_before, name_after,
                                  region_before, region_after, receiver, reason, status, refusal, made_by, made_at,
                                  done_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $15, $16)",
        change.id.0,
        change.unit.0,
        change.kind.code(),
        change.from.0,
        unit(change.before.parent),
        unit(change.after.parent),
        change.before.name.as_str(),
        change.after.name.as_str(),
        region(change.before.region),
        region(change.after.region),
        unit(change.receiver),
        change.reason.as_str(),
        change.status.code(),
        change.made_by.map_or(0, |account| account.0),
        change.made_at.0,
        change.done_at.map_or(0, |at| at.0)
    )?;
    Ok(())
}

/// Ends a planned change, with what held before and after it; `false` when it is planned no more.
///
/// # Errors
/// When the database fails.
pub async fn settle(
    tx: &mut Tx,
    change: &UnitChange,
    status: Status,
    refusal: Option<&PeopleFault>,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE unit_change SET status = $2, refusal = $3, parent_before = $4, name_before = $5, region_before = $6,
                                parent_after = $7, name_after = $8, region_after = $9, done_at = $10
         WHERE id = $1 AND status = 'planned'",
        change.id.0,
        status.code(),
        refusal.map(to_json).unwrap_or_default(),
        change.before.parent.map_or(0, |parent| parent.0),
        change.before.name.as_str(),
        change.before.region.map_or(0, |region| region.0),
        change.after.parent.map_or(0, |parent| parent.0),
        change.after.name.as_str(),
        change.after.region.map_or(0, |region| region.0),
        now.0
    )?;
    Ok(changed == 1)
}
