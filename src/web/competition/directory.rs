//! The directory of divisions (行政区划) and units, as the pages of competitions ask it. The one place to be filled when the
//! directory is there: until then nothing is found, and codes stand for names.

use std::collections::HashMap;

use crate::{
    domain::id::OrganizationId,
    service::{App, Result},
    ui::competition::form::{Choices, Place, Unit},
    ui::part::form::Typed,
};

/// Divisions whose name fits, everywhere or within one.
async fn search(_: &App, _typed: &str, _within: Option<u32>) -> Result<Vec<Place>> {
    Ok(Vec::new())
}

/// Divisions right below one, or the provinces.
async fn children(_: &App, _parent: Option<u32>) -> Result<Vec<Place>> {
    Ok(Vec::new())
}

/// A division with its path; `None` when it is not known.
pub async fn place(_: &App, _code: u32) -> Result<Option<Place>> {
    Ok(None)
}

/// Units whose name fits, of those that people of a division can belong to.
async fn units(_: &App, _typed: &str, _division: Option<u32>) -> Result<Vec<Unit>> {
    Ok(Vec::new())
}

/// The names of units; those not known are left out.
pub async fn names(_: &App, _ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    Ok(HashMap::new())
}

/// Which unit a unit is now, after merging.
pub async fn merged(_: &App) -> Result<impl Fn(OrganizationId) -> OrganizationId + use<>> {
    Ok(|id| id)
}

/// What a form offers to choose from, by what was typed into it so far.
pub async fn choices(app: &App, typed: &Typed) -> Result<Choices> {
    let text = |name: &str| typed.get(name).map_or("", |value| value.trim());
    let code = text("division").parse().ok().filter(|code| *code > 0);
    let chosen = match code {
        Some(code) => place(app, code).await?,
        None => None,
    };
    let within = chosen.as_ref().map(|place| place.code);
    let provinces = children(app, None).await?;
    let places = match (text("q"), within) {
        ("", None) => provinces.clone(),
        ("", within) => children(app, within).await?,
        (words, within) => search(app, words, within).await?,
    };
    let unit = match text("organization").parse() {
        Ok(id) => names(app, &[id]).await?.remove(&id).map(|name| Unit {
            id,
            name,
            path: String::new(),
        }),
        Err(_) => None,
    };
    let name = text("organization_text");
    let looks = text("go") == "units" && !name.is_empty();
    let found = match looks {
        true => units(app, name, code).await?,
        false => Vec::new(),
    };
    Ok(Choices {
        known: !provinces.is_empty(),
        chosen,
        places,
        unit,
        units: found,
    })
}
