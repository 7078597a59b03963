//! Who holds which role where.

use super::{Db, Result, Tx, column::Column, read_all, tx_one, tx_run};
use crate::domain::{
    id::{AccountId, UnitId},
    role::{Grant, Held, Role},
    time::Timestamp,
};

/// Every grant, by login name.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &Db) -> Result<Vec<Held>> {
    let rows = read_all!(
        db,
        (i64, String, String, String, i64, i64),
        "SELECT g.account, a.name, COALESCE(p.name, a.name), g.role, g.unit, g.granted_at
         FROM role_grant g JOIN account a ON a.id = g.account LEFT JOIN person p ON p.id = a.person
         ORDER BY a.name, g.role, g.unit"
    )?;
    rows.into_iter()
        .map(|(account, name, display, role, unit, granted_at)| {
            Ok(Held {
                account: AccountId(account),
                name,
                display,
                grant: Grant {
                    role: Column("role_grant", "role", account).code(&role, Role::from_code)?,
                    unit: (unit != 0).then_some(UnitId(unit)),
                },
                granted_at: Timestamp(granted_at),
            })
        })
        .collect()
}

/// Stores a grant; one that stands already stays.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, account: AccountId, grant: Grant, by: AccountId, at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO role_grant (account, role, unit, granted_by, granted_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (account, role, unit) DO NOTHING",
        account.0,
        grant.role.code(),
        grant.unit.map_or(0, |unit| unit.0),
        by.0,
        at.0
    )?;
    Ok(())
}

/// Takes a grant back; `false` when there was none.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &mut Tx, account: AccountId, grant: Grant) -> Result<bool> {
    let deleted = tx_run!(
        tx,
        "DELETE FROM role_grant WHERE account = $1 AND role = $2 AND unit = $3",
        account.0,
        grant.role.code(),
        grant.unit.map_or(0, |unit| unit.0)
    )?;
    Ok(deleted == 1)
}

/// How many accounts hold a role everywhere.
///
/// # Errors
/// When the database fails.
pub async fn holders_everywhere(tx: &mut Tx, role: Role) -> Result<i64> {
    let row = tx_one!(
        tx,
        (i64,),
        "SELECT COUNT(*) FROM role_grant WHERE role = $1 AND unit = 0",
        role.code()
    )?;
    Ok(row.map_or(0, |(count,)| count))
}
