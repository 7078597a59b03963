//! Questions of a bank as a file for other programs: what the format cannot hold is told first, then the file is made.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    bank,
};
use crate::{
    domain::{
        answer::Task,
        audit::Act,
        bank::{BankSummary, Filter},
        intake::{Found, Place},
        role::Right,
    },
    error::Fault,
    format::exchange::{self, Written},
};

pub use crate::format::exchange::Dialect;

/// Questions in one file.
const MOST: u32 = 20_000;

/// A file of questions, and what is not in it.
pub struct Export {
    pub bank: BankSummary,
    /// Questions that the filter found.
    pub questions: usize,
    pub written: Written,
}

/// The workbook to be filled in, with a sheet that says how.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks.
pub fn template(caller: &Caller) -> Result<Vec<u8>> {
    caller.may(Right::ManageBanks)?;
    Ok(exchange::template())
}

/// What a file of these questions would hold and lose. Keys are in it, so that it takes who may change the bank.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`] when there is no such bank,
/// [`Fault::TooManyQuestions`].
pub async fn preview(app: &App, caller: &Caller, filter: &Filter, dialect: Dialect) -> Result<Export> {
    caller.may_everywhere(Right::ManageBanks)?;
    let summary = bank::bank(app, caller, filter.bank).await?;
    let (found, total) = bank::found(app, filter, MOST, 0).await?;
    if total > i64::from(MOST) {
        return Err(Fault::TooManyQuestions.into());
    }
    let questions = found.len();
    let written = tokio::task::spawn_blocking(move || {
        let tasks: Vec<Found<Task>> = found
            .into_iter()
            .map(|stored| Found {
                place: Place::Sheet(stored.id.to_string()),
                value: Task::from(stored.question),
            })
            .collect();
        exchange::write(&tasks, dialect)
    });
    Ok(Export {
        bank: summary,
        questions,
        written: written.await.map_err(|_| Fault::Unavailable)?,
    })
}

/// The file; that it left is logged before it does.
///
/// # Errors
/// As [`preview`].
pub async fn export(app: &App, caller: &Caller, filter: &Filter, dialect: Dialect) -> Result<Export> {
    let export = preview(app, caller, filter, dialect).await?;
    let deed = Deed::new(Act::BankExported, format!("bank {}", export.bank.bank.name));
    let deed = deed.after(&(dialect.code(), export.written.questions, filter));
    let logged: Result<()> = app
        .db
        .write((By::new(app, caller), deed), |tx, (by, deed)| {
            Box::pin(async move { audit::record(tx, &by, deed).await })
        })
        .await;
    logged?;
    Ok(export)
}
