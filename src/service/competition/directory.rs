//! What figures of competitions ask of the directory of units and the table of divisions.

use crate::{
    domain::{division::DivisionCode, id::OrganizationId},
    service::{App, Result, division, organization},
};

/// The unit that a unit counts for: itself, or what it was merged into in the end.
///
/// # Errors
/// When the database fails.
pub async fn counts_for(app: &App, id: OrganizationId) -> Result<OrganizationId> {
    Ok(organization::merges(app).await?.root(id))
}

/// How many people a unit says it has; `None`: it does not say.
///
/// # Errors
/// When the database fails.
pub async fn headcount(app: &App, id: OrganizationId) -> Result<Option<u32>> {
    Ok(organization::unit(app, id).await?.and_then(|unit| unit.headcount))
}

/// The name of a unit, be it listed or only typed by a player; the identifier when nothing is known of it.
///
/// # Errors
/// When the database fails.
pub async fn organization_name(app: &App, id: OrganizationId) -> Result<String> {
    if let Some(unit) = organization::unit(app, id).await? {
        return Ok(unit.name.to_string());
    }
    let mut names = organization::names(app, &[id]).await?;
    Ok(names.remove(&id).unwrap_or_else(|| id.to_string()))
}

/// The name of a division with those above it; the code itself when nothing is known of it.
///
/// # Errors
/// When the database fails.
pub async fn division_name(app: &App, code: u32) -> Result<String> {
    match DivisionCode::new(code) {
        Some(code) => division::path(app, code).await,
        None => Ok(code.to_string()),
    }
}
