//! The pages of a competition for those who play; everything here also works without scripts.

pub mod api;
pub mod case;
pub mod certificate;
mod directory;

use std::sync::Arc;

use axum::{
    Form,
    extract::{Query, RawPathParams, State, rejection::FormRejection},
    http::{HeaderMap, header},
    response::{AppendHeaders, IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    extract::{Address, Number, Playing, Visit, cookie, part, play_cookie, site},
    respond::{Fail, html, page_with_status},
    router,
    sit::{Given, Place},
};
use crate::{
    domain::{
        competition::{
            Chances, IdentityType,
            board::Scope,
            player::{self as players, Player},
        },
        division::{DivisionCode, line_of},
        id::OrganizationId,
        time::DAY,
    },
    error::Fault,
    service::{
        App, Caller, Error,
        competition::{
            Contest, boards, case as cases,
            join::{self as joining, Token},
            limit::{self, Origin, Proof},
            play::{self, HandedIn},
        },
        dispute, lottery,
        qr::Qr,
        signal,
    },
    ui::{
        competition::{self as pages, Names, board::Kind, flag::Tried},
        part::form::Typed,
        shell::{Frame, island},
        sit::{
            Check, check as check_page,
            fields::questions,
            sheet::AnswerSheet,
            wire::{Pace, SheetProps},
        },
    },
};

/// So many days after the end of a competition a browser still knows who played in it.
const KEPT_DAYS: i64 = 30;
/// Lines on a page of a board.
const LINES: usize = 50;

/// From where somebody joins.
fn origin(app: &App, address: &str, headers: &HeaderMap) -> Origin {
    let network = joining::network(app, address);
    let browser = headers
        .get(header::USER_AGENT)
        .and_then(|browser| browser.to_str().ok());
    let device = signal::device(
        &format!("{network}"),
        &format!("{address} {}", browser.unwrap_or_default()),
    );
    Origin {
        network,
        device: device.browser,
    }
}

/// The cookie by which a browser plays.
fn player_cookie(state: &router::State, contest: &Contest, token: &Token) -> String {
    let now = state.app.now();
    let left = contest.version(now).rules.ends_at().0 - now.0;
    let seconds = (left.max(0) + KEPT_DAYS * DAY) / 1000;
    let secure = if state.edge.https { "; Secure" } else { "" };
    let (name, value) = (play_cookie(contest), token.text());
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}")
}

/// On to the own page, with the cookie by which this browser plays.
fn entered(state: &router::State, contest: &Contest, token: &Token) -> Response {
    let cookie = player_cookie(state, contest, token);
    (AppendHeaders([(header::SET_COOKIE, cookie)]), to_own_page(contest)).into_response()
}

fn path(contest: &Contest) -> String {
    format!("/c/{}", contest.competition.code)
}

fn play_path(contest: &Contest, number: u32) -> String {
    format!("{}/play/{number}", path(contest))
}

fn to_own_page(contest: &Contest) -> Redirect {
    Redirect::to(&format!("{}/me", path(contest)))
}

fn to_result(contest: &Contest, number: u32) -> Response {
    Redirect::to(&format!("{}/result", play_path(contest, number))).into_response()
}

/// What was typed. What cannot be read becomes a value that the rules refuse.
fn form(typed: &Typed, caller: Option<&Caller>) -> players::Form {
    let text = |name: &str| typed.get(name).map_or("", |value| value.trim());
    players::Form {
        identity: IdentityType::from_code(text("identity")),
        division: text("division").parse().unwrap_or(0),
        organization: text("organization").parse().ok(),
        organization_text: text("organization_text").to_owned(),
        name: text("name").to_owned(),
        phone: text("phone").to_owned(),
        account: typed.contains_key("account") && has_person(caller),
    }
}

/// Whether an account is signed in with which somebody can join.
fn has_person(caller: Option<&Caller>) -> bool {
    caller.is_some_and(|caller| caller.person().is_ok())
}

/// The names of a division and a unit.
async fn names(app: &App, player: &Player) -> Result<(Option<String>, Option<String>), Error> {
    let division = match player.division {
        0 => None,
        code => Some(pages::place_name(directory::place(app, code).await?.as_ref(), code)),
    };
    let unit = match player.organization {
        None => None,
        Some(id) => {
            let found = directory::names(app, &[id]).await?;
            Some(found.get(&id).cloned().unwrap_or_else(|| id.to_string()))
        }
    };
    Ok((division, unit))
}

/// Whether there can be a draw: some version of the rules gives chances.
fn draws(contest: &Contest) -> bool {
    let mut versions = contest.versions.iter();
    versions.any(|version| version.rules.chances != Chances::None)
}

pub async fn front(
    State(app): State<App>,
    frame: Frame,
    visit: Visit,
    Query(typed): Query<Typed>,
) -> Result<Response, Fail> {
    show_front(&app, &frame, &visit, &typed, None).await
}

async fn show_front(
    app: &App,
    frame: &Frame,
    visit: &Visit,
    typed: &Typed,
    wrong: Option<&Fault>,
) -> Result<Response, Fail> {
    let (tally, _) = boards::totals(app, &visit.contest).await?;
    let choices = directory::choices(app, typed).await?;
    let draws = match draws(&visit.contest) {
        true => lottery::committed(app, visit.contest.id()).await?,
        false => Vec::new(),
    };
    let view = pages::front::Front {
        contest: &visit.contest,
        now: app.now(),
        player: visit.player.as_deref(),
        account: has_person(visit.caller.as_ref()),
        tally,
        draws: &draws,
        choices: &choices,
        typed,
        wrong,
    };
    Ok(match wrong {
        Some(fault) => page_with_status(fault, || pages::front::front(frame, &view)),
        None => html(|| pages::front::front(frame, &view)),
    })
}

/// Joins, or looks a division or a unit up for the form.
pub async fn join(
    State(state): State<router::State>,
    frame: Frame,
    visit: Visit,
    Address(address): Address,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let (app, contest) = (&state.app, &visit.contest);
    if visit.player.is_some() {
        return Ok(to_own_page(contest).into_response());
    }
    if typed.contains_key("go") {
        return show_front(app, &frame, &visit, &typed, None).await;
    }
    let origin = origin(app, &address, &headers);
    let answer = typed.get("human").zip(typed.get("human_token"));
    let proof = answer.map(|(answer, token)| Proof { token, answer });
    if let Err(error) = limit::joining(app, contest, origin, proof) {
        return match error {
            Error::Fault(fault) => show_front(app, &frame, &visit, &typed, Some(&fault)).await,
            error => Err(error.into()),
        };
    }
    let caller = visit.caller.as_ref();
    match joining::join(app, contest, caller, &form(&typed, caller), origin.network).await {
        Ok((_, token)) => Ok(entered(&state, contest, &token)),
        Err(Error::Fault(fault @ (Fault::Join(_) | Fault::JoinedAlready | Fault::CannotPlay(_)))) => {
            show_front(app, &frame, &visit, &typed, Some(&fault)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The token of a link, and whose it is.
async fn link_of(app: &App, contest: &Contest, params: &RawPathParams) -> Result<(Token, Arc<Player>), Error> {
    let token = part(params, "token")
        .and_then(Token::parse)
        .ok_or(Fault::NoSuchPlayer)?;
    let player = joining::player(app, contest, &token).await?;
    Ok((token, player.ok_or(Fault::NoSuchPlayer)?))
}

pub async fn enter_page(
    State(app): State<App>,
    frame: Frame,
    visit: Visit,
    params: RawPathParams,
) -> Result<Response, Fail> {
    let (token, player) = link_of(&app, &visit.contest, &params).await?;
    let text = token.text();
    Ok(html(|| pages::enter(&frame, &visit.contest, &player, &text)))
}

pub async fn enter(State(state): State<router::State>, visit: Visit, params: RawPathParams) -> Result<Response, Fail> {
    let (token, _) = link_of(&state.app, &visit.contest, &params).await?;
    Ok(entered(&state, &visit.contest, &token))
}

pub async fn me(
    State(state): State<router::State>,
    frame: Frame,
    playing: Playing,
    headers: HeaderMap,
) -> Result<Response, Fail> {
    show_me(&state, &frame, &playing, &headers, &Typed::new(), None).await
}

async fn show_me(
    state: &router::State,
    frame: &Frame,
    Playing { contest, player }: &Playing,
    headers: &HeaderMap,
    typed: &Typed,
    wrong: Option<&Fault>,
) -> Result<Response, Fail> {
    let app = &state.app;
    let standing = play::standing(app, player).await?;
    let (division, unit) = names(app, player).await?;
    let mut typed = typed.clone();
    if typed.is_empty() {
        typed.insert("identity".to_owned(), player.identity.code().to_owned());
        typed.insert("division".to_owned(), player.division.to_string());
        typed.insert("name".to_owned(), player.name.clone());
        typed.insert("organization_text".to_owned(), unit.clone().unwrap_or_default());
        if let Some(id) = player.organization {
            typed.insert("organization".to_owned(), id.to_string());
        }
    }
    let choices = directory::choices(app, &typed).await?;
    let link = cookie(headers, &play_cookie(contest))
        .and_then(Token::parse)
        .map(|token| format!("{}{}/enter/{}", site(state, headers), path(contest), token.text()));
    let won = match draws(contest) {
        true => lottery::won(app, player.id).await?,
        false => Vec::new(),
    };
    let view = pages::me::Own {
        contest,
        player,
        standing: &standing,
        ranks: &boards::ranks(app, contest, player).await?,
        won: &won,
        cases: &cases::of_player(app, player).await?,
        flags: &dispute::of_player(app, contest, player).await?,
        division,
        unit,
        link,
        choices: &choices,
        typed: &typed,
        wrong,
    };
    Ok(match wrong {
        Some(fault) => page_with_status(fault, || pages::me::me(frame, &view)),
        None => html(|| pages::me::me(frame, &view)),
    })
}

pub async fn correct(
    State(state): State<router::State>,
    frame: Frame,
    playing: Playing,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let Playing { contest, player } = &playing;
    if typed.contains_key("go") {
        return show_me(&state, &frame, &playing, &headers, &typed, None).await;
    }
    match joining::correct(&state.app, contest, player, &form(&typed, None)).await {
        Ok(()) => Ok(to_own_page(contest).into_response()),
        Err(Error::Fault(fault @ (Fault::Join(_) | Fault::NoCorrection))) => {
            show_me(&state, &frame, &playing, &headers, &typed, Some(&fault)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn start(
    State(state): State<router::State>,
    frame: Frame,
    playing: Playing,
    headers: HeaderMap,
    Address(address): Address,
) -> Result<Response, Fail> {
    let Playing { contest, player } = &playing;
    let network = joining::network(&state.app, &address);
    match play::start(&state.app, contest, player, network).await {
        Ok(sitting) => Ok(Redirect::to(&play_path(contest, sitting.number)).into_response()),
        Err(Error::Fault(fault @ Fault::CannotPlay(_))) => {
            show_me(&state, &frame, &playing, &headers, &Typed::new(), Some(&fault)).await
        }
        Err(error) => Err(error.into()),
    }
}

/// The questions that a hand-in found wrong: `2,5`.
#[derive(Deserialize)]
pub struct Wrong {
    #[serde(default)]
    wrong: String,
}

pub async fn sheet(
    State(app): State<App>,
    frame: Frame,
    Playing { contest, player }: Playing,
    Number(number): Number,
    Query(place): Query<Place>,
    Query(Wrong { wrong }): Query<Wrong>,
) -> Result<Response, Fail> {
    let Some(sitting) = play::open(&app, &contest, &player, number).await? else {
        return Ok(to_result(&contest, number));
    };
    let count = sitting.questions.len();
    let wrong = wrong.split(',').filter_map(|number| number.parse::<usize>().ok());
    let wrong: Vec<_> = wrong
        .filter(|number| (1..=count).contains(number))
        .take(count)
        .collect();
    let here = place.on(&sitting.sheet);
    let title = contest.competition.title.clone();
    let props = SheetProps {
        lang: frame.lang,
        page: play_path(&contest, number),
        api: format!("/api/v1/competitions/{}/plays/{number}", contest.competition.code),
        supervised: false,
        title: title.clone(),
        notice: pages::wrong(frame.lang, &wrong),
        questions: questions(frame.lang, sitting.questions, &sitting.sheet, here),
        sheet: sitting.sheet,
        here,
        remaining_ms: (sitting.deadline.0 - sitting.now.0).max(0),
        paused: false,
        told: Vec::new(),
        deadline: sitting.deadline.clock(),
        pace: sitting.item_seconds.map(|seconds| Pace {
            each_ms: i64::from(seconds) * 1000,
            whole_ms: sitting.deadline.0 - sitting.started_at.0,
        }),
    };
    Ok(html(|| island(&frame, &title, view! { <AnswerSheet props=props/> })))
}

/// The answer form of a page without scripts.
pub async fn answer(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Number(number): Number,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let given = Given::read(&fields)?;
    let sitting = play::open(&app, &contest, &player, number).await?;
    let sheet = sitting.ok_or(Fault::Late)?.sheet;
    if let Some(event) = given.event(&sheet)? {
        play::save(&app, &contest, &player, number, &[event]).await?;
    }
    Ok(given.onward(&play_path(&contest, number)))
}

pub async fn check(
    State(app): State<App>,
    frame: Frame,
    Playing { contest, player }: Playing,
    Number(number): Number,
) -> Result<Response, Fail> {
    let Some(sitting) = play::open(&app, &contest, &player, number).await? else {
        return Ok(to_result(&contest, number));
    };
    let (page, deadline) = (play_path(&contest, number), sitting.deadline.clock());
    let check = Check {
        page: &page,
        title: &contest.competition.title,
        sheet: &sitting.sheet,
        deadline: &deadline,
        so_far: None,
        again: sitting.again,
    };
    Ok(html(|| check_page(&frame, &check)))
}

/// Whether the attempt ends although not all is right.
#[derive(Default, Deserialize)]
pub struct GiveUp {
    #[serde(default)]
    give_up: String,
}

pub async fn hand_in(
    State(app): State<App>,
    Playing { contest, player }: Playing,
    Number(number): Number,
    asked: Result<Form<GiveUp>, FormRejection>,
) -> Result<Response, Fail> {
    let give_up = asked.is_ok_and(|Form(asked)| asked.give_up == "yes");
    Ok(match play::hand_in(&app, &contest, &player, number, give_up).await? {
        HandedIn::Ended => to_result(&contest, number),
        HandedIn::Again(wrong) => {
            let list: Vec<String> = wrong.iter().map(usize::to_string).collect();
            let first = wrong.first().copied().unwrap_or(1);
            let page = play_path(&contest, number);
            Redirect::to(&format!("{page}?wrong={}&q={first}", list.join(","))).into_response()
        }
    })
}

pub async fn result(
    State(app): State<App>,
    frame: Frame,
    Playing { contest, player }: Playing,
    Number(number): Number,
) -> Result<Response, Fail> {
    show_result(&app, &frame, &contest, &player, number, Tried::default()).await
}

async fn show_result(
    app: &App,
    frame: &Frame,
    contest: &Arc<Contest>,
    player: &Player,
    number: u32,
    tried: Tried<'_>,
) -> Result<Response, Fail> {
    let Some(outcome) = play::result(app, contest, player, number).await? else {
        return Ok(Redirect::to(&play_path(contest, number)).into_response());
    };
    let view = pages::result::Ended {
        contest,
        player,
        outcome: &outcome,
        standing: &play::standing(app, player).await?,
        ranks: &boards::ranks(app, contest, player).await?,
        flags: &dispute::of_player(app, contest, player).await?,
        tried,
    };
    Ok(match tried.wrong {
        Some(fault) => page_with_status(fault, || pages::result::result(frame, &view)),
        None => html(|| pages::result::result(frame, &view)),
    })
}

#[derive(Deserialize)]
pub struct Flagged {
    /// The place of the question on the paper, from 1.
    #[serde(default)]
    item: String,
    #[serde(default)]
    reason: String,
}

/// Somebody says that something is wrong with a question.
pub async fn flag(
    State(app): State<App>,
    frame: Frame,
    Playing { contest, player }: Playing,
    Number(number): Number,
    Form(form): Form<Flagged>,
) -> Result<Response, Fail> {
    let item = form.item.trim().parse().map_err(|_| Fault::BadRequest)?;
    match dispute::flag(&app, &contest, &player, (number, item), &form.reason).await {
        Ok(_) => Ok(to_result(&contest, number)),
        Err(Error::Fault(fault @ Fault::Dispute(_))) => {
            let tried = Tried {
                item,
                reason: &form.reason,
                wrong: Some(&fault),
            };
            show_result(&app, &frame, &contest, &player, number, tried).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Which board, whose part of it, and which page.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    by: String,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    page: String,
}

pub async fn board(
    State(app): State<App>,
    frame: Frame,
    visit: Visit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let contest = &visit.contest;
    let scope = pages::board::scope(&wanted.scope).ok_or(Fault::NotFound)?;
    let page = wanted.page.parse().unwrap_or(1_u32).clamp(1, 1_000_000);
    let skip = (page as usize - 1) * LINES;
    let usual = if contest.ranks_persons(app.now()) {
        Kind::Persons
    } else {
        Kind::Units
    };
    let by = Kind::from_code(&wanted.by).unwrap_or(usual);
    let mut names = Names::default();
    let (lines, all) = match by {
        Kind::Persons => persons(&app, &visit, scope, skip, &mut names).await?,
        Kind::Units => units(&app, contest, skip, &mut names).await?,
        Kind::Trades => trades(&app, contest, skip).await?,
        Kind::Divisions => divisions(&app, contest, scope, skip, &mut names).await?,
    };
    names.take(&app, scope).await?;
    let own = match (&visit.player, by) {
        (Some(player), Kind::Persons) => {
            let ranks = boards::ranks(&app, contest, player).await?;
            ranks
                .into_iter()
                .find(|(own, ..)| *own == scope)
                .map(|(_, rank, _)| rank)
        }
        _ => None,
    };
    let view = pages::board::Board {
        contest,
        now: app.now(),
        by,
        scope,
        page,
        pages: u32::try_from(all.div_ceil(LINES as u64)).unwrap_or(u32::MAX).max(1),
        lines,
        names: &names,
        player: visit.player.as_deref(),
        own: own.map(|rank| (rank, u32::try_from((rank - 1) / LINES as u64).unwrap_or(0) + 1)),
    };
    Ok(html(|| pages::board::board(&frame, &view)))
}

impl Names {
    /// Looks up what a scope is called, and the divisions above it.
    async fn take(&mut self, app: &App, scope: Scope) -> Result<(), Error> {
        match scope {
            Scope::Division(code) => {
                let line: Vec<u32> = line_of(code).collect();
                self.take_divisions(app, &line).await
            }
            Scope::Organization(id) => self.take_units(app, &[id]).await,
            Scope::All | Scope::Identity(_) => Ok(()),
        }
    }

    async fn take_divisions(&mut self, app: &App, codes: &[u32]) -> Result<(), Error> {
        for code in codes {
            if let Some(place) = directory::place(app, *code).await? {
                self.divisions.insert(*code, place);
            }
        }
        Ok(())
    }

    async fn take_units(&mut self, app: &App, ids: &[OrganizationId]) -> Result<(), Error> {
        self.units.extend(directory::names(app, ids).await?);
        Ok(())
    }
}

/// Lines of a board, and how many there are in all.
type Lines = (pages::board::Lines, u64);

async fn persons(app: &App, visit: &Visit, scope: Scope, skip: usize, names: &mut Names) -> Result<Lines, Error> {
    let found = boards::page(app, &visit.contest, scope, skip, LINES).await?;
    let mut codes: Vec<u32> = found.lines.iter().map(|line| line.player.division).collect();
    codes.retain(|code| *code > 0);
    codes.sort_unstable();
    codes.dedup();
    names.take_divisions(app, &codes).await?;
    let ids: Vec<_> = found.lines.iter().filter_map(|line| line.player.organization).collect();
    names.take_units(app, &ids).await?;
    Ok((pages::board::Lines::Persons(found.lines, found.tally), found.ranked))
}

async fn units(app: &App, contest: &Contest, skip: usize, names: &mut Names) -> Result<Lines, Error> {
    let counted = boards::groups(app, contest).await?;
    let lines: Vec<_> = counted.organizations.iter().skip(skip).take(LINES).cloned().collect();
    let ids: Vec<_> = lines.iter().map(|line| line.group).collect();
    names.take_units(app, &ids).await?;
    Ok((pages::board::Lines::Units(lines), counted.organizations.len() as u64))
}

async fn trades(app: &App, contest: &Contest, skip: usize) -> Result<Lines, Error> {
    let counted = boards::groups(app, contest).await?;
    let lines: Vec<_> = counted.trades.iter().skip(skip).take(LINES).cloned().collect();
    Ok((pages::board::Lines::Trades(lines), counted.trades.len() as u64))
}

async fn divisions(app: &App, contest: &Contest, scope: Scope, skip: usize, names: &mut Names) -> Result<Lines, Error> {
    let above = match scope {
        Scope::Division(code) => Some(code),
        _ => None,
    };
    let all = boards::divisions(app, contest, above.and_then(DivisionCode::new)).await?;
    let count = all.len() as u64;
    let lines: Vec<_> = all.into_iter().skip(skip).take(LINES).collect();
    let codes: Vec<_> = lines.iter().map(|line| line.group).collect();
    names.take_divisions(app, &codes).await?;
    Ok((pages::board::Lines::Divisions(lines), count))
}

/// A page to print: the QR code of the competition.
pub async fn qr(
    State(state): State<router::State>,
    frame: Frame,
    headers: HeaderMap,
    visit: Visit,
) -> Result<Response, Fail> {
    let link = format!("{}{}", site(&state, &headers), path(&visit.contest));
    let code = Qr::of(&link);
    Ok(html(|| {
        pages::poster(&frame, &visit.contest, &link, code.as_ref(), state.app.now())
    }))
}
