//! The plan of a year, its entries, and the calendar.

use super::{
    annual::Part,
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        id::{PlanEntryId, UnitId},
        plan::{Kind, PlanFault, Wish},
        time::Timestamp,
    },
    error::Fault,
    service::{App, Caller, plan as service},
    ui::{part::form::Typed, plan as pages, shell::Frame},
};
use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let plan = service::standing(&app, &caller, number, part.unit()).await?;
    Ok(html(|| pages::plan(&frame, &plan, &Typed::new(), None)))
}

pub async fn calendar(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let calendar = service::calendar(&app, &caller, number, part.unit()).await?;
    Ok(html(|| pages::calendar(&frame, &calendar)))
}

pub async fn new(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Query(part): Query<Part>,
) -> Result<Response, Fail> {
    let choices = service::choices(&app, &caller, number).await?;
    let typed = Typed::from([("unit".to_owned(), part.unit)]);
    Ok(html(|| pages::edit(&frame, (number, None), &choices, &typed, None)))
}

/// What was typed, as it will be checked.
fn wish(typed: &Typed) -> Result<Wish, Fault> {
    let line = |name: &str| text(typed, name).trim().to_owned();
    let unit = |name: &str, fault| line(name).parse().map_err(|_| Fault::Plan(fault));
    let day = |name: &str| Timestamp::parse_day(&line(name)).ok_or(Fault::Plan(PlanFault::Day));
    let list = match line("list").as_str() {
        "" => None,
        id => Some(id.parse().map_err(|_| Fault::Plan(PlanFault::List))?),
    };
    Ok(Wish {
        unit: unit("unit", PlanFault::Unit)?,
        responsible: unit("responsible", PlanFault::Responsible)?,
        kind: Kind::from_code(text(typed, "kind")).ok_or(Fault::BadRequest)?,
        title: line("title"),
        begins: day("begins")?,
        due: day("due")?,
        planned: line("planned").parse().map_err(|_| Fault::Plan(PlanFault::Number))?,
        list,
        words: line("words"),
        note: line("note"),
    })
}

pub async fn add(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let choices = service::choices(&app, &caller, number).await?;
    let done = match wish(&typed) {
        Ok(wish) => service::add(&app, &caller, number, wish).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/admin/plan/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || {
                pages::edit(&frame, (number, None), &choices, &typed, Some(&fault))
            }))
        }
    }
}

pub async fn propose(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(number): Id<u16>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match text(&typed, "unit").parse::<UnitId>() {
        Ok(unit) => service::propose(&app, &caller, number, unit).await.map(|_| unit),
        Err(_) => Err(PlanFault::Unit.into()),
    };
    match done {
        Ok(unit) => Ok(Redirect::to(&format!("/admin/years/{number}/plan?unit={unit}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let plan = service::standing(&app, &caller, number, None).await?;
            Ok(page_with_status(&fault, || {
                pages::plan(&frame, &plan, &typed, Some(&fault))
            }))
        }
    }
}

pub async fn entry(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PlanEntryId>,
) -> Result<Response, Fail> {
    let shown = service::entry(&app, &caller, id).await?;
    Ok(html(|| pages::entry(&frame, &shown, &Typed::new(), None)))
}

pub async fn edit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PlanEntryId>,
) -> Result<Response, Fail> {
    let shown = service::entry(&app, &caller, id).await?;
    let entry = &shown.line.entry;
    let choices = service::choices(&app, &caller, entry.year).await?;
    let typed = pages::typed(&entry.wish);
    Ok(html(|| {
        pages::edit(&frame, (entry.year, Some(id)), &choices, &typed, None)
    }))
}

pub async fn change(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PlanEntryId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    // Whose entry it is comes before what was sent.
    let number = service::entry(&app, &caller, id).await?.line.entry.year;
    let choices = service::choices(&app, &caller, number).await?;
    let done = match wish(&typed) {
        Ok(wish) => service::change(&app, &caller, id, wish, text(&typed, "reason")).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/plan/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || {
                pages::edit(&frame, (number, Some(id)), &choices, &typed, Some(&fault))
            }))
        }
    }
}

pub async fn remove(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<PlanEntryId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    match service::remove(&app, &caller, id, text(&typed, "reason")).await {
        Ok(entry) => Ok(Redirect::to(&format!("/admin/years/{}/plan", entry.year)).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let shown = service::entry(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::entry(&frame, &shown, &typed, Some(&fault))
            }))
        }
    }
}
