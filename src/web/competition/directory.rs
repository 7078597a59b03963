//! The directory of divisions (行政区划) and units, as the pages of competitions ask it.

use std::collections::HashMap;

use crate::{
    domain::{division::DivisionCode, id::OrganizationId},
    service::{App, Result, division, organization},
    ui::competition::form::{Choices, Place, Unit},
    ui::part::form::Typed,
};

fn code(number: Option<u32>) -> Option<DivisionCode> {
    number.and_then(DivisionCode::new)
}

fn places(found: Vec<division::Found>) -> Vec<Place> {
    let place = |found: division::Found| Place {
        code: found.code.get(),
        name: found.name,
        path: found.path,
    };
    found.into_iter().map(place).collect()
}

/// Divisions whose name fits, everywhere or within one.
async fn search(app: &App, typed: &str, within: Option<u32>) -> Result<Vec<Place>> {
    Ok(places(division::search(app, typed, code(within)).await?))
}

/// Divisions right below one, or the provinces.
async fn children(app: &App, parent: Option<u32>) -> Result<Vec<Place>> {
    Ok(places(division::children(app, code(parent)).await?))
}

/// A division with its path; `None` when it is not known.
pub async fn place(app: &App, number: u32) -> Result<Option<Place>> {
    let divisions = division::divisions(app).await?;
    let found = code(Some(number)).and_then(|code| divisions.get(code));
    Ok(found.map(|found| Place {
        code: number,
        name: found.name.clone(),
        path: divisions.path(found.code),
    }))
}

/// Units whose name fits, of those that people of a division can belong to.
async fn units(app: &App, typed: &str, within: Option<u32>) -> Result<Vec<Unit>> {
    let found = organization::search(app, typed, code(within)).await?;
    let unit = |found: organization::Found| Unit {
        id: found.id,
        name: found.name,
        path: found.path,
    };
    Ok(found.into_iter().map(unit).collect())
}

/// The names of units; those not known are left out.
pub async fn names(app: &App, ids: &[OrganizationId]) -> Result<HashMap<OrganizationId, String>> {
    organization::names(app, ids).await
}

/// What a form offers to choose from, by what was typed into it so far.
pub async fn choices(app: &App, typed: &Typed) -> Result<Choices> {
    let text = |name: &str| typed.get(name).map_or("", |value| value.trim());
    let typed_code = text("division").parse().ok().filter(|code| *code > 0);
    let chosen = match typed_code {
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
        true => units(app, name, typed_code).await?,
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
