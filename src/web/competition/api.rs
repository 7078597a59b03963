//! The API of a competition: what its pages do, as JSON. No score, time or key is ever taken from a client, and nothing
//! before the hand-in tells right from wrong.

use axum::{
    Json,
    extract::{State, rejection::JsonRejection},
    http::header,
    response::{AppendHeaders, IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{admit, has_person, joining, player_cookie};
use crate::{
    domain::{
        attempt::Sheet,
        competition::{
            IdentityType,
            board::Scope,
            play::NoPlay,
            player::{Form, Player},
        },
        id::OrganizationId,
        paper::Shown,
        points::Points,
    },
    error::Fault,
    service::{
        self, App,
        competition::{
            Contest, boards,
            play::{self, HandedIn},
        },
    },
    ui::{
        competition::board::scope_code,
        sit::wire::{Progress, SaveReply, SaveRequest},
    },
    web::{
        extract::{Address, Number, Playing, Visit, body},
        respond::Fail,
        router,
    },
};

/// What somebody gives to join.
#[derive(Deserialize)]
pub struct Join {
    identity: Option<IdentityType>,
    #[serde(default)]
    division: u32,
    #[serde(default)]
    organization: Option<OrganizationId>,
    #[serde(default)]
    organization_text: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    phone: String,
    #[serde(default)]
    account: bool,
}

/// Who joined. The token is what this browser's cookie holds.
#[derive(Serialize)]
pub struct Joined {
    player: String,
    token: String,
}

pub async fn join(
    State(state): State<router::State>,
    visit: Visit,
    Address(address): Address,
    request: Result<Json<Join>, JsonRejection>,
) -> Result<Response, Fail> {
    let request = body(request)?;
    let caller = visit.caller.as_ref();
    let form = Form {
        identity: request.identity,
        division: request.division,
        organization: request.organization,
        organization_text: request.organization_text,
        name: request.name,
        phone: request.phone,
        account: request.account && has_person(caller),
    };
    let network = joining::network(&state.app, &address);
    admit(&state.app, network)?;
    let (player, token) = joining::join(&state.app, &visit.contest, caller, &form, network).await?;
    let cookie = player_cookie(&state, &visit.contest, &token);
    let joined = Joined {
        player: player.code.clone(),
        token: token.text(),
    };
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(joined)).into_response())
}

/// A place on a board.
#[derive(Serialize)]
pub struct Rank {
    /// As in the address of the board: `all`, `division-3703`, `unit-…`.
    scope: String,
    rank: u64,
    of: u64,
}

async fn ranks(app: &App, contest: &Contest, player: &Player) -> service::Result<Vec<Rank>> {
    let rank = |(scope, rank, of)| Rank {
        scope: scope_code(scope),
        rank,
        of,
    };
    let ranks = boards::ranks(app, contest, player).await?;
    Ok(ranks.into_iter().map(rank).collect())
}

/// How a player stands.
#[derive(Serialize)]
pub struct Me {
    player: String,
    score: Points,
    person_times: u32,
    chances: u32,
    /// Attempts left; `null`: any number.
    left_today: Option<u32>,
    left_in_stage: Option<u32>,
    /// The number of the attempt that runs.
    running: Option<u32>,
    ranks: Vec<Rank>,
}

pub async fn me(State(app): State<App>, Playing { contest, player }: Playing) -> Result<Json<Me>, Fail> {
    let standing = play::standing(&app, &player).await?;
    let (left_today, left_in_stage) = contest
        .version(standing.now)
        .rules
        .left(&standing.record.tried, standing.now);
    let reached = standing.record.standing;
    Ok(Json(Me {
        player: player.code.clone(),
        score: reached.map_or(Points::ZERO, |reached| reached.score),
        person_times: reached.map_or(0, |reached| reached.person_times),
        chances: reached.map_or(0, |reached| reached.chances),
        left_today,
        left_in_stage,
        running: standing.record.tried.running.then_some(standing.record.tried.number),
        ranks: ranks(&app, &contest, &player).await?,
    }))
}

/// An attempt that was begun, or that runs already.
#[derive(Serialize)]
pub struct Started {
    number: u32,
    questions: Vec<Shown>,
    sheet: Sheet,
    remaining_ms: i64,
    deadline: String,
}

pub async fn start(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Address(address): Address,
) -> Result<Json<Started>, Fail> {
    let network = joining::network(&app, &address);
    admit(&app, network)?;
    let sitting = play::start(&app, &contest, &player, network).await?;
    Ok(Json(Started {
        number: sitting.number,
        questions: sitting.questions,
        sheet: sitting.sheet,
        remaining_ms: (sitting.deadline.0 - sitting.now.0).max(0),
        deadline: sitting.deadline.clock(),
    }))
}

/// Where an attempt stands.
pub async fn progress(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Number(number): Number,
) -> Result<Json<Progress>, Fail> {
    let sitting = play::open(&app, &contest, &player, number).await?;
    let (sheet, remaining_ms, deadline) = match &sitting {
        Some(sitting) => (
            sitting.sheet.clone(),
            sitting.deadline.0 - sitting.now.0,
            sitting.deadline.clock(),
        ),
        None => (Sheet::default(), 0, String::new()),
    };
    Ok(Json(Progress {
        sheet,
        handed_in: sitting.is_none(),
        remaining_ms: remaining_ms.max(0),
        paused: false,
        told: Vec::new(),
        deadline,
    }))
}

/// Saves answers; they are durable when this answers.
pub async fn save(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Number(number): Number,
    request: Result<Json<SaveRequest>, JsonRejection>,
) -> Result<Json<SaveReply>, Fail> {
    let request = body(request)?;
    let version = request.events.last().map_or(0, |event| event.version);
    let (at, deadline) = play::save(&app, &contest, &player, number, &request.events).await?;
    Ok(Json(SaveReply {
        version,
        saved_at: at.clock(),
        remaining_ms: (deadline.0 - at.0).max(0),
    }))
}

/// How to hand in.
#[derive(Default, Deserialize)]
pub struct HandIn {
    /// Although not all is right, where it would be answered again.
    #[serde(default)]
    give_up: bool,
}

/// What came of a hand-in.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Handed {
    Ended(bool),
    /// These questions are to be answered again.
    Again(Vec<usize>),
}

pub async fn hand_in(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Number(number): Number,
    request: Result<Json<HandIn>, JsonRejection>,
) -> Result<Json<Handed>, Fail> {
    // Nothing needs to be sent; what is sent must be readable.
    let asked = match request {
        Err(JsonRejection::MissingJsonContentType(_)) => HandIn::default(),
        request => body(request)?,
    };
    Ok(Json(
        match play::hand_in(&app, &contest, &player, number, asked.give_up).await? {
            HandedIn::Ended => Handed::Ended(true),
            HandedIn::Again(wrong) => Handed::Again(wrong),
        },
    ))
}

/// What an attempt was worth.
#[derive(Serialize)]
pub struct Worth {
    score: Points,
    right: u32,
    questions: u32,
    elapsed_ms: i64,
    valid: bool,
    chances: u32,
    /// Among all; `null` for who stands on no board.
    rank: Option<u64>,
}

pub async fn result(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Number(number): Number,
) -> Result<Json<Worth>, Fail> {
    let outcome = play::result(&app, &contest, &player, number).await?;
    let outcome = outcome.ok_or(Fault::CannotPlay(NoPlay::Running))?;
    let ranks = boards::ranks(&app, &contest, &player).await?;
    Ok(Json(Worth {
        score: outcome.score,
        right: outcome.right,
        questions: outcome.questions,
        elapsed_ms: outcome.elapsed_ms,
        valid: outcome.valid,
        chances: outcome.chances,
        rank: ranks
            .iter()
            .find(|(scope, ..)| *scope == Scope::All)
            .map(|(_, rank, _)| *rank),
    }))
}
