//! Roles: who holds which, granting and taking back, accounts for people outside the roster.

use super::{
    App, Caller, Result, account,
    audit::{self, By, Deed},
};
use crate::{
    db,
    domain::{
        account::Account,
        audit::Act,
        id::{AccountId, UnitId},
        role::{Grant, Held, Right, Role},
        unit::Tree,
    },
    error::Fault,
};

/// Every grant, with the units to choose from.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages roles asks.
pub async fn roles(app: &App, caller: &Caller) -> Result<(Vec<Held>, Tree)> {
    let reach = caller.may(Right::ManageRoles)?;
    let units = db::person::units(&app.db).await?;
    let mut held = db::role::all(&app.db).await?;
    held.retain(|held| reach.covers(&units, held.grant.unit));
    Ok((held, units))
}

/// Gives a role to the account with this login name.
///
/// # Errors
/// [`Fault::Forbidden`] outside the caller's reach, [`Fault::NoSuchAccount`], [`Fault::NotFound`] for a unit that is
/// none, [`Fault::RolesApart`] where one account would both act and audit.
pub async fn grant(app: &App, caller: &Caller, name: &str, grant: Grant) -> Result<()> {
    within_reach(app, caller, grant.unit).await?;
    let (account, _) = db::account::by_name(&app.db, name.trim())
        .await?
        .ok_or(Fault::NoSuchAccount)?;
    let by = By::new(app, caller);
    let id = account.id;
    let done: Result<()> = app
        .db
        .write((by, account.name), move |tx, (by, name)| {
            Box::pin(async move {
                // Under the lock of the log, so that two grants at once cannot make what neither alone may.
                audit::record(
                    tx,
                    &by,
                    Deed::new(Act::RoleGranted, format!("account {name}")).after(&grant),
                )
                .await?;
                let held = db::account::grants_in(tx, id).await?;
                if !held.iter().all(|other| other.role.goes_with(grant.role)) {
                    return Err(Fault::RolesApart.into());
                }
                Ok(db::role::insert(tx, id, grant, by.id(), by.at).await?)
            })
        })
        .await;
    done?;
    app.sessions.forget_account(id);
    Ok(())
}

/// Takes a role back.
///
/// # Errors
/// [`Fault::Forbidden`] outside the caller's reach, [`Fault::NotFound`] when nobody holds it so,
/// [`Fault::LastAdministrator`] when nobody would be left to manage roles.
pub async fn withdraw(app: &App, caller: &Caller, account: AccountId, grant: Grant) -> Result<()> {
    within_reach(app, caller, grant.unit).await?;
    let by = By::new(app, caller);
    let done: Result<()> = app
        .db
        .write(by, move |tx, by| {
            Box::pin(async move {
                let subject = format!("account {account}");
                audit::record(tx, &by, Deed::new(Act::RoleWithdrawn, subject).before(&grant)).await?;
                if !db::role::delete(tx, account, grant).await? {
                    return Err(Fault::NotFound.into());
                }
                let whole = grant.role == Role::SystemAdministrator && grant.unit.is_none();
                if whole && db::role::holders_everywhere(tx, Role::SystemAdministrator).await? == 0 {
                    return Err(Fault::LastAdministrator.into());
                }
                Ok(())
            })
        })
        .await;
    done?;
    app.sessions.forget_account(account);
    Ok(())
}

async fn within_reach(app: &App, caller: &Caller, unit: Option<UnitId>) -> Result<()> {
    let reach = caller.may(Right::ManageRoles)?;
    let units = db::person::units(&app.db).await?;
    if unit.is_some_and(|unit| units.get(unit).is_none()) {
        return Err(Fault::NotFound.into());
    }
    if reach.covers(&units, unit) {
        Ok(())
    } else {
        Err(Fault::Forbidden.into())
    }
}

/// Makes an account for somebody outside the roster and gives the first link for it.
///
/// # Errors
/// [`Fault::Forbidden`] unless the caller manages roles everywhere, [`Fault::BadName`], [`Fault::Taken`].
pub async fn make_account(app: &App, caller: &Caller, name: &str) -> Result<account::Token> {
    caller.may_everywhere(Right::ManageRoles)?;
    let name = name.trim();
    if !account::is_login_name(name) {
        return Err(Fault::BadName.into());
    }
    let made = Account {
        id: app.random.id(app.now()),
        name: name.to_owned(),
        display: name.to_owned(),
        person: None,
        grants: Vec::new(),
    };
    let by = By::new(app, caller);
    let done: Result<()> = app
        .db
        .write((made, by), |tx, (account, by)| {
            Box::pin(async move {
                let subject = format!("account {}", account.name);
                audit::record(tx, &by, Deed::new(Act::AccountMade, subject)).await?;
                db::account::insert(tx, &account).await.map_err(super::taken)
            })
        })
        .await;
    done?;
    account::link_for_name(app, caller, name).await
}
