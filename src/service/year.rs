//! The years of the ledger: beginning one, and whether its entries need the level above.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
};
use crate::{
    db::{self, Tx},
    domain::{
        activity::ActivityFault,
        audit::Act,
        role::Right,
        year::{self, State, Year},
    },
    error::Fault,
};

/// Every year that was begun, the latest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures.
pub async fn all(app: &App, caller: &Caller) -> Result<Vec<Year>> {
    caller.may(Right::ReadFigures)?;
    Ok(db::year::all(&app.db).await?)
}

/// Begins a year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger everywhere; [`ActivityFault::Day`] for a year that cannot be;
/// [`Fault::Taken`] when it was begun.
pub async fn begin(app: &App, caller: &Caller, number: u16) -> Result<()> {
    caller.may_everywhere(Right::KeepLedger)?;
    if !year::can_begin(number, app.now()) {
        return Err(Fault::Activity(ActivityFault::Day).into());
    }
    let by = By::new(app, caller);
    let year = Year {
        year: number,
        state: State::Open,
        approval: false,
        begun_by: by.id(),
        begun_at: by.at,
        closed: None,
    };
    app.db
        .write((year, by), |tx, (year, by)| {
            Box::pin(async move {
                db::year::insert(tx, &year).await.map_err(super::taken)?;
                audit::record(tx, &by, Deed::new(Act::YearBegun, subject(year.year))).await
            })
        })
        .await
}

/// Says whether entries of the ledger need the approval of the level above. Those that were recorded stay so.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger everywhere; [`ActivityFault::NoYear`],
/// [`ActivityFault::Closed`].
pub async fn set_approval(app: &App, caller: &Caller, number: u16, approval: bool) -> Result<()> {
    caller.may_everywhere(Right::KeepLedger)?;
    app.db
        .write(By::new(app, caller), move |tx, by| {
            Box::pin(async move {
                let before = held(tx, number).await?;
                if !db::year::set_approval(tx, number, approval).await? {
                    return Err(Fault::Activity(ActivityFault::Closed(number)).into());
                }
                let deed = Deed::new(Act::YearChanged, subject(number));
                audit::record(tx, &by, deed.before(&before.approval).after(&approval)).await
            })
        })
        .await
}

/// A year that can be changed, held until the transaction ends.
///
/// # Errors
/// [`ActivityFault::NoYear`], [`ActivityFault::Closed`].
pub(super) async fn held(tx: &mut Tx, number: u16) -> Result<Year> {
    let year = db::year::hold(tx, number).await?;
    let year = year.ok_or(Fault::Activity(ActivityFault::NoYear(number)))?;
    year.must_be_open().map_err(Fault::Activity)?;
    Ok(year)
}

/// Refuses what would change a closed year, which is held until the transaction ends; one that was not begun is nobody's yet.
///
/// # Errors
/// [`ActivityFault::Closed`].
pub(super) async fn not_closed(tx: &mut Tx, number: u16) -> Result<()> {
    match db::year::hold(tx, number).await? {
        Some(year) => Ok(year.must_be_open().map_err(Fault::Activity)?),
        None => Ok(()),
    }
}

/// How the log names a year.
fn subject(number: u16) -> String {
    format!("year {number}")
}
