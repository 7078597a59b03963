//! What figures of competitions ask of the directory of units and the table of divisions. Until these are there, names are the
//! identifiers and no unit states how many people it has.

use crate::{
    domain::id::OrganizationId,
    service::{App, Result},
};

/// How many people a unit says it has; `None`: it does not say.
///
/// # Errors
/// When the database fails.
pub async fn headcount(_: &App, _: OrganizationId) -> Result<Option<u32>> {
    Ok(None)
}

/// The name of a unit.
///
/// # Errors
/// When the database fails.
pub async fn organization_name(_: &App, id: OrganizationId) -> Result<String> {
    Ok(id.to_string())
}

/// The name of a division.
///
/// # Errors
/// When the database fails.
pub async fn division_name(_: &App, code: u32) -> Result<String> {
    Ok(code.to_string())
}
