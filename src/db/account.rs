//! Accounts, one-time links, sessions, and the memory of failed sign-ins.

use std::collections::HashSet;

use super::{Db, Result, Tx, column::Column, read_all, read_one, tx_all, tx_one, tx_run};
use crate::domain::{
    account::{Account, Failures},
    id::{AccountId, PersonId, UnitId},
    role::{Grant, Role},
    time::Timestamp,
};

/// The digest under which a token is stored.
pub type TokenHash = [u8; 32];

#[derive(sqlx::FromRow)]
struct AccountRow {
    id: i64,
    name: String,
    display: String,
    person: i64,
    /// `role:unit`, comma between; no order.
    grants: String,
    password_hash: String,
}

impl AccountRow {
    fn account(self) -> Result<(Account, String)> {
        let column = Column("role_grant", "role", self.id);
        let mut grants = self
            .grants
            .split_terminator(',')
            .map(|text| grant(column, text))
            .collect::<Result<Vec<_>>>()?;
        grants.sort_unstable();
        let person = (self.person != 0).then_some(PersonId(self.person));
        Ok((
            Account {
                id: AccountId(self.id),
                name: self.name,
                display: self.display,
                person,
                grants,
            },
            self.password_hash,
        ))
    }
}

fn grant(column: Column, text: &str) -> Result<Grant> {
    let (role, unit) = text.split_once(':').ok_or_else(|| column.unreadable())?;
    let unit = unit.parse().map_err(|_| column.unreadable())?;
    Ok(Grant {
        role: column.code(role, Role::from_code)?,
        unit: (unit != 0).then_some(UnitId(unit)),
    })
}

/// The account with this login name and its password hash (empty: none set yet).
///
/// # Errors
/// When the database fails.
pub async fn by_name(db: &Db, name: &str) -> Result<Option<(Account, String)>> {
    let row = read_one!(
        db,
        AccountRow,
        "SELECT a.id, a.name, COALESCE(p.name, a.name) AS display, a.person, a.password_hash,
                COALESCE((SELECT STRING_AGG(g.role || ':' || g.unit, ',') FROM role_grant g WHERE g.account = a.id), '') AS grants
         FROM account a LEFT JOIN person p ON p.id = a.person WHERE a.name = $1",
        name
    )?;
    row.map(AccountRow::account).transpose()
}

/// The account a session belongs to, and when that session ends.
///
/// # Errors
/// When the database fails.
pub async fn by_session(db: &Db, token: &TokenHash, now: Timestamp) -> Result<Option<(Account, Timestamp)>> {
    #[derive(sqlx::FromRow)]
    struct Row {
        #[sqlx(flatten)]
        account: AccountRow,
        expires_at: i64,
    }
    let row = read_one!(
        db,
        Row,
        "SELECT a.id, a.name, COALESCE(p.name, a.name) AS display, a.person, a.password_hash,
                COALESCE((SELECT STRING_AGG(g.role || ':' || g.unit, ',') FROM role_grant g WHERE g.account = a.id), '') AS grants, s.expires_at
         FROM session s JOIN account a ON a.id = s.account LEFT JOIN person p ON p.id = a.person
         WHERE s.token_hash = $1 AND s.expires_at > $2",
        token.as_slice(),
        now.0
    )?;
    row.map(|row| Ok((row.account.account()?.0, Timestamp(row.expires_at))))
        .transpose()
}

/// The account a one-time link belongs to, while the link holds.
///
/// # Errors
/// When the database fails.
pub async fn by_link(db: &Db, token: &TokenHash, now: Timestamp) -> Result<Option<Account>> {
    let row = read_one!(
        db,
        AccountRow,
        "SELECT a.id, a.name, COALESCE(p.name, a.name) AS display, a.person, a.password_hash,
                COALESCE((SELECT STRING_AGG(g.role || ':' || g.unit, ',') FROM role_grant g WHERE g.account = a.id), '') AS grants
         FROM sign_in_link l JOIN account a ON a.id = l.account LEFT JOIN person p ON p.id = a.person
         WHERE l.token_hash = $1 AND l.expires_at > $2",
        token.as_slice(),
        now.0
    )?;
    Ok(row.map(AccountRow::account).transpose()?.map(|(account, _)| account))
}

/// What an account holds, as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn grants_in(tx: &mut Tx, account: AccountId) -> Result<Vec<Grant>> {
    let rows = tx_all!(
        tx,
        (String,),
        "SELECT role || ':' || unit FROM role_grant WHERE account = $1 ORDER BY role, unit",
        account.0
    )?;
    let column = Column("role_grant", "role", account.0);
    rows.into_iter().map(|(text,)| grant(column, &text)).collect()
}

/// The login name of an account.
///
/// # Errors
/// When the database fails.
pub async fn name_of(db: &Db, account: AccountId) -> Result<Option<String>> {
    let row = read_one!(db, (String,), "SELECT name FROM account WHERE id = $1", account.0)?;
    Ok(row.map(|(name,)| name))
}

/// The login names of accounts that no person of the roster has.
///
/// # Errors
/// When the database fails.
pub async fn names_outside_roster(db: &Db) -> Result<HashSet<String>> {
    let rows = read_all!(db, (String,), "SELECT name FROM account WHERE person = 0")?;
    Ok(rows.into_iter().map(|(name,)| name).collect())
}

/// # Errors
/// [`super::Error::Taken`] when the login name is in use.
pub async fn insert(tx: &mut Tx, account: &Account) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO account (id, name, person, password_hash) VALUES ($1, $2, $3, '')",
        account.id.0,
        account.name.as_str(),
        account.person.map_or(0, |person| person.0)
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn insert_link(tx: &mut Tx, token: &TokenHash, account: AccountId, expires_at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO sign_in_link (token_hash, account, expires_at) VALUES ($1, $2, $3)",
        token.as_slice(),
        account.0,
        expires_at.0
    )?;
    Ok(())
}

/// Uses a link up: the first to come gets the account, everybody after nothing.
///
/// # Errors
/// When the database fails.
pub async fn use_link(tx: &mut Tx, token: &TokenHash, now: Timestamp) -> Result<Option<AccountId>> {
    let row = tx_one!(
        tx,
        (i64,),
        "DELETE FROM sign_in_link WHERE token_hash = $1 AND expires_at > $2 RETURNING account",
        token.as_slice(),
        now.0
    )?;
    Ok(row.map(|(account,)| AccountId(account)))
}

/// Withdraws every link of an account, so that only the newest holds.
///
/// # Errors
/// When the database fails.
pub async fn withdraw_links(tx: &mut Tx, account: AccountId) -> Result<()> {
    tx_run!(tx, "DELETE FROM sign_in_link WHERE account = $1", account.0)?;
    Ok(())
}

/// Sets the password and ends every session of the account.
///
/// # Errors
/// When the database fails.
pub async fn set_password(tx: &mut Tx, account: AccountId, hash: &str) -> Result<()> {
    tx_run!(
        tx,
        "UPDATE account SET password_hash = $2 WHERE id = $1",
        account.0,
        hash
    )?;
    tx_run!(tx, "DELETE FROM session WHERE account = $1", account.0)?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn insert_session(tx: &mut Tx, token: &TokenHash, account: AccountId, expires_at: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO session (token_hash, account, expires_at) VALUES ($1, $2, $3)",
        token.as_slice(),
        account.0,
        expires_at.0
    )?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn delete_session(tx: &mut Tx, token: &TokenHash) -> Result<()> {
    tx_run!(tx, "DELETE FROM session WHERE token_hash = $1", token.as_slice())?;
    Ok(())
}

/// # Errors
/// When the database fails.
pub async fn delete_expired(tx: &mut Tx, now: Timestamp) -> Result<()> {
    tx_run!(tx, "DELETE FROM session WHERE expires_at <= $1", now.0)?;
    tx_run!(tx, "DELETE FROM sign_in_link WHERE expires_at <= $1", now.0)?;
    tx_run!(
        tx,
        "DELETE FROM sign_in_failure WHERE last_at <= $1",
        now.0 - crate::domain::account::MEMORY_MS
    )?;
    Ok(())
}

/// Failed sign-ins of a login name from an address (`""`: from all addresses together).
///
/// # Errors
/// When the database fails.
pub async fn failures(db: &Db, name: &str, address: &str) -> Result<Failures> {
    let row = read_one!(
        db,
        (i64, i64),
        "SELECT failures, last_at FROM sign_in_failure WHERE name = $1 AND address = $2",
        name,
        address
    )?;
    Ok(row.map_or(Failures::default(), |(count, last_at)| Failures {
        count,
        last_at: Timestamp(last_at),
    }))
}

/// # Errors
/// When the database fails.
pub async fn count_failure(tx: &mut Tx, name: &str, address: &str, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO sign_in_failure (name, address, failures, last_at) VALUES ($1, $2, 1, $3)
         ON CONFLICT (name, address) DO UPDATE SET
             failures = CASE WHEN sign_in_failure.last_at < $4 THEN 1 ELSE sign_in_failure.failures + 1 END,
             last_at = $3",
        name,
        address,
        now.0,
        now.0 - crate::domain::account::MEMORY_MS
    )?;
    Ok(())
}

/// A sign-in that worked forgets the failures from its own address only.
///
/// # Errors
/// When the database fails.
pub async fn forget_failures(tx: &mut Tx, name: &str, address: &str) -> Result<()> {
    tx_run!(
        tx,
        "DELETE FROM sign_in_failure WHERE name = $1 AND address = $2",
        name,
        address
    )?;
    Ok(())
}
