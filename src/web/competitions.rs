//! Competitions as administrators keep them: set-up, rules, burden reduction, counts and what a count over all attempts found.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, site},
    respond::{Fail, fault_of, html, page_with_status},
    router,
};
use crate::{
    domain::{
        competition::{Competition, Rules, State as Stage, burden::Clause, preset::Preset, truth::Kind},
        exam::Window,
        id::{BankId, CompetitionId, PlayerId, UnitId},
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error, bank,
        competition::{
            case, count, export,
            figures::{self, Order},
            overtaken, setup as service,
        },
        qr::Qr,
        roster,
    },
    ui::{
        competitions as pages,
        competitions::{About, Announced, Choices, Typed, rules::Typed as RulesTyped},
        part::form,
        shell::Frame,
    },
};

type Fields = HashMap<String, String>;

pub async fn list(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let list = figures::list(&app, &caller).await?;
    Ok(html(|| pages::list(&frame, &list)))
}

/// The rules a new competition begins with.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    preset: String,
}

pub async fn new(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let chosen = Preset::from_code(&wanted.preset).unwrap_or(Preset::OfficialFive);
    let choices = choices(&app, &caller).await?;
    // From tomorrow morning on, for thirty days.
    let tomorrow = Timestamp::parse_day(&app.now().plus_seconds(24 * 3600).day_field()).unwrap_or(app.now());
    let rules = chosen.rules(Window {
        opens_at: tomorrow,
        closes_at: tomorrow.plus_seconds(30 * 24 * 3600),
    });
    let unit = choices.units.first().and_then(|(unit, _)| *unit);
    let bank = choices.banks.first().map(|summary| summary.bank.id);
    let typed = Typed {
        title: format!("{} 年法律知识竞赛", app.now().civil().year),
        unit: unit.map(|unit| unit.to_string()).unwrap_or_default(),
        bank: bank.map(|bank: BankId| bank.to_string()).unwrap_or_default(),
        rules: RulesTyped::of(&rules),
    };
    Ok(html(|| pages::form(&frame, None, Some(chosen), &typed, &choices, None)))
}

/// The units that may hold a competition of the caller, with their names; `None`: the whole site.
async fn units(app: &App, caller: &Caller) -> Result<Vec<(Option<UnitId>, String)>, Fail> {
    let reach = caller.may(Right::ManageCompetitions)?;
    let units = roster::units(app, caller).await?;
    let whole = reach.covers(&units, None).then_some((None, String::new()));
    let below = units
        .walk()
        .into_iter()
        .filter(|(_, unit)| reach.covers(&units, Some(unit.id)));
    let below = below.map(|(_, unit)| (Some(unit.id), units.path(unit.id)));
    Ok(whole.into_iter().chain(below).collect())
}

async fn choices(app: &App, caller: &Caller) -> Result<Choices, Fail> {
    Ok(Choices {
        units: units(app, caller).await?,
        banks: bank::banks(app, caller).await?,
    })
}

fn text(fields: &Fields, name: &str) -> String {
    fields
        .get(name)
        .map(|value| value.trim().to_owned())
        .unwrap_or_default()
}

fn typed(fields: &Fields) -> Typed {
    Typed {
        title: text(fields, "title"),
        unit: text(fields, "unit"),
        bank: text(fields, "bank"),
        rules: RulesTyped::from_fields(fields),
    }
}

fn parse(typed: &Typed) -> Result<service::Setup, Fault> {
    Ok(service::Setup {
        title: typed.title.clone(),
        unit: match typed.unit.as_str() {
            "" => None,
            unit => Some(unit.parse().map_err(|_| Fault::BadRequest)?),
        },
        bank: typed.bank.parse().map_err(|_| Fault::BadRequest)?,
        rules: typed.rules.rules()?,
    })
}

/// The rules with a stage more or less, when a button was pressed that stores nothing.
fn turned(fields: &Fields, rules: &RulesTyped) -> Option<RulesTyped> {
    match fields.get("go").map(String::as_str) {
        Some("add_stage") => Some(rules.clone().with_stage()),
        Some("remove_stage") => Some(rules.clone().without_stage()),
        _ => None,
    }
}

pub async fn create(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    store(&app, &frame, &caller, None, &fields).await
}

pub async fn update(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    // Whose competition it is comes before what was typed.
    service::competition(&app, &caller, id).await?;
    store(&app, &frame, &caller, Some(id), &fields).await
}

/// Stores a draft, new or changed; or the form again, with what was typed and why it was not stored.
async fn store(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: Option<CompetitionId>,
    fields: &Fields,
) -> Result<Response, Fail> {
    let typed = typed(fields);
    if let Some(rules) = turned(fields, &typed.rules) {
        let typed = Typed { rules, ..typed };
        let choices = choices(app, caller).await?;
        return Ok(html(|| pages::form(frame, id, None, &typed, &choices, None)));
    }
    let stored = match (parse(&typed), id) {
        (Ok(setup), None) => service::create(app, caller, setup).await,
        (Ok(setup), Some(id)) => service::update(app, caller, id, setup).await.map(|()| id),
        (Err(fault), _) => Err(fault.into()),
    };
    match stored {
        Ok(id) => Ok(Redirect::to(&format!("/admin/competitions/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let choices = choices(app, caller).await?;
            Ok(page_with_status(&fault, || {
                pages::form(frame, id, None, &typed, &choices, Some(&fault))
            }))
        }
    }
}

pub async fn competition(
    State(state): State<router::State>,
    frame: Frame,
    caller: Caller,
    headers: HeaderMap,
    Id(id): Id<CompetitionId>,
) -> Result<Response, Fail> {
    show(&state, &frame, &caller, &headers, id, None).await
}

/// The page of a competition, with the reason why the last step was not carried out.
async fn show(
    state: &router::State,
    frame: &Frame,
    caller: &Caller,
    headers: &HeaderMap,
    id: CompetitionId,
    wrong: Option<Fault>,
) -> Result<Response, Fail> {
    let app = &state.app;
    let competition = service::competition(app, caller, id).await?;
    let about = about(state, caller, headers, &competition).await?;
    let view = || pages::competition(frame, &competition, &about, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

async fn about(
    state: &router::State,
    caller: &Caller,
    headers: &HeaderMap,
    competition: &Competition,
) -> Result<About, Fail> {
    let (app, now) = (&state.app, state.app.now());
    let bank = bank::bank(app, caller, competition.bank).await?;
    let unit = match competition.unit {
        Some(unit) => Some(roster::units(app, caller).await?.path(unit)),
        None => None,
    };
    let link = format!("{}/c/{}", site(state, headers), competition.code);
    let (versions, current, questions, overtaken) = match competition.state {
        Stage::Draft => (Vec::new(), 0, pages::ready(&bank), None),
        Stage::Published => {
            let contest = service::running(app, caller, competition.id).await?;
            let questions = i64::try_from(contest.questions()).unwrap_or(i64::MAX);
            let found = overtaken::found(app, caller, competition.id).await?;
            (
                contest.versions.clone(),
                contest.version(now).number,
                questions,
                Some(found),
            )
        }
    };
    Ok(About {
        bank: bank.bank.name,
        questions,
        unit,
        qr: Qr::of(&link),
        link,
        versions,
        current,
        overtaken,
        now,
    })
}

pub async fn publish(
    State(state): State<router::State>,
    frame: Frame,
    caller: Caller,
    headers: HeaderMap,
    Id(id): Id<CompetitionId>,
) -> Result<Response, Fail> {
    match service::publish(&state.app, &caller, id).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/competitions/{id}")).into_response()),
        Err(Error::Fault(fault @ (Fault::Rules(_) | Fault::WrongState))) => {
            show(&state, &frame, &caller, &headers, id, Some(fault)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The form of a draft, or the one that announces new rules.
pub async fn edit(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
) -> Result<Response, Fail> {
    let competition = service::competition(&app, &caller, id).await?;
    match competition.state {
        Stage::Draft => {
            let (typed, choices) = (Typed::of(&competition), choices(&app, &caller).await?);
            Ok(html(|| pages::form(&frame, Some(id), None, &typed, &choices, None)))
        }
        Stage::Published => {
            let contest = service::running(&app, &caller, id).await?;
            let last = contest
                .versions
                .last()
                .map_or(&competition.rules, |version| &version.rules);
            let typed = RulesTyped::of(last);
            let announced = Announced {
                // A field of minutes: the next whole one lies not before now.
                effective_at: app.now().plus_seconds(24 * 3600).local_field(),
                reason: String::new(),
            };
            Ok(html(|| pages::announce(&frame, &competition, &typed, &announced, None)))
        }
    }
}

pub async fn announce(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let competition = service::competition(&app, &caller, id).await?;
    let typed = RulesTyped::from_fields(&fields);
    let announced = Announced {
        effective_at: text(&fields, "effective_at"),
        reason: text(&fields, "reason"),
    };
    if let Some(typed) = turned(&fields, &typed) {
        return Ok(html(|| pages::announce(&frame, &competition, &typed, &announced, None)));
    }
    // What is no time lies before now.
    let effective_at = Timestamp::parse_local(&announced.effective_at).unwrap_or(Timestamp(0));
    let done = match typed.rules() {
        Ok(rules) => announce_rules(&app, &caller, id, rules, effective_at, &announced.reason).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/competitions/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || {
                pages::announce(&frame, &competition, &typed, &announced, Some(&fault))
            }))
        }
    }
}

async fn announce_rules(
    app: &App,
    caller: &Caller,
    id: CompetitionId,
    rules: Rules,
    effective_at: Timestamp,
    reason: &str,
) -> Result<(), Error> {
    service::announce(app, caller, id, rules, effective_at, reason).await
}

pub async fn burden(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
) -> Result<Response, Fail> {
    let competition = service::competition(&app, &caller, id).await?;
    let (waivers, nothing) = (service::waivers(&app, &caller, id).await?, form::Typed::new());
    Ok(html(|| pages::burden(&frame, &competition, &waivers, &nothing, None)))
}

pub async fn waive(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let competition = service::competition(&app, &caller, id).await?;
    let done = match Clause::from_code(&text(&fields, "clause")) {
        Some(clause) => {
            let (approver, reason) = (text(&fields, "approver"), text(&fields, "reason"));
            service::waive(&app, &caller, id, clause, &approver, &reason).await
        }
        None => Err(Fault::BadRequest.into()),
    };
    after_clause(&app, &frame, &caller, &competition, &fields, done).await
}

pub async fn restore(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let competition = service::competition(&app, &caller, id).await?;
    let done = match Clause::from_code(&text(&fields, "clause")) {
        Some(clause) => service::end_waiver(&app, &caller, id, clause).await,
        None => Err(Fault::BadRequest.into()),
    };
    after_clause(&app, &frame, &caller, &competition, &fields, done).await
}

async fn after_clause(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    competition: &Competition,
    fields: &Fields,
    done: Result<(), Error>,
) -> Result<Response, Fail> {
    let Err(error) = done else {
        return Ok(Redirect::to(&format!("/admin/competitions/{}/burden", competition.id)).into_response());
    };
    let fault = fault_of(error);
    let waivers = service::waivers(app, caller, competition.id).await?;
    Ok(page_with_status(&fault, || {
        pages::burden(frame, competition, &waivers, fields, Some(&fault))
    }))
}

/// What the address of the counts asks for; what is empty is not asked for.
#[derive(Deserialize)]
pub struct Address {
    #[serde(default)]
    division: String,
    #[serde(default)]
    order: String,
    #[serde(default)]
    page: u32,
}

pub async fn counts(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    wanted: Result<Query<Address>, QueryRejection>,
) -> Result<Response, Fail> {
    let Query(wanted) = wanted.map_err(|_| Fault::NotFound)?;
    let division = match wanted.division.as_str() {
        "" => None,
        code => Some(code.parse().map_err(|_| Fault::NotFound)?),
    };
    let order = Order::from_code(&wanted.order);
    let figures = figures::figures(&app, &caller, id, division, order, wanted.page).await?;
    Ok(html(|| pages::counts(&frame, &figures)))
}

pub async fn workbook(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
) -> Result<Response, Fail> {
    let bytes = export::workbook(&app, &caller, id, frame.lang).await?;
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    );
    headers.insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"competition.xlsx\""),
    );
    Ok(response)
}

#[derive(Deserialize)]
pub struct Page {
    #[serde(default)]
    page: u32,
}

pub async fn items(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Query(wanted): Query<Page>,
) -> Result<Response, Fail> {
    let found = count::found(&app, &caller, id).await?;
    Ok(html(|| pages::items(&frame, &found, wanted.page)))
}

pub async fn count_items(State(app): State<App>, caller: Caller, Id(id): Id<CompetitionId>) -> Result<Redirect, Fail> {
    count::count(&app, &caller, id).await?;
    Ok(Redirect::to(&format!("/admin/competitions/{id}/items")))
}

pub async fn truth(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Query(typed): Query<Fields>,
) -> Result<Response, Fail> {
    let found = count::found(&app, &caller, id).await?;
    Ok(html(|| pages::truth(&frame, &found, &typed, None)))
}

pub async fn count_truth(State(app): State<App>, caller: Caller, Id(id): Id<CompetitionId>) -> Result<Redirect, Fail> {
    count::count(&app, &caller, id).await?;
    Ok(Redirect::to(&format!("/admin/competitions/{id}/truth")))
}

pub async fn open_case(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CompetitionId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    service::competition(&app, &caller, id).await?;
    let kind = Kind::from_code(&text(&fields, "kind"));
    let player = text(&fields, "player").to_ascii_lowercase().parse::<PlayerId>();
    let opened = match (player, kind) {
        (Ok(player), Some(kind)) => case::open(&app, &caller, id, player, kind, &text(&fields, "reason")).await,
        (Err(_), Some(_)) => Err(Fault::UnknownPlayer.into()),
        (_, None) => Err(Fault::BadRequest.into()),
    };
    match opened {
        Ok(case) => Ok(Redirect::to(&format!("/admin/competition-cases/{case}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let found = count::found(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::truth(&frame, &found, &fields, Some(&fault))
            }))
        }
    }
}
