//! Sitting an exam, page by page; everything here also works without scripts.

use axum::{
    Form,
    extract::{Query, State, rejection::FormRejection},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use serde::Deserialize;

use super::{
    extract::{Address, Id, SebPage, cookie, site},
    live,
    respond::{Fail, html, page_with_status},
    router,
};
use crate::{
    domain::{
        answer::{joined, plain},
        attempt::{Answer, Event, Sheet},
        id::{AttemptId, ExamId},
        item::OptionSet,
        signal::Device,
    },
    error::Fault,
    service::{
        App, Caller, Error, review, safe_browser, signal, sitting,
        slot::{self, Entry},
    },
    ui::{
        shell::{Frame, island},
        sit::{self as pages, sheet::AnswerSheet, wire::SheetProps},
    },
};

pub async fn intro(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
) -> Result<Response, Fail> {
    let standing = sitting::standing(&app, &caller, exam).await?;
    Ok(html(|| pages::intro(&frame, &standing, None)))
}

pub async fn start(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    (SebPage(asked), device, Address(address)): (SebPage, Device, Address),
    Id(exam): Id<ExamId>,
    room: Result<Form<Room>, FormRejection>,
) -> Result<Response, Fail> {
    safe_browser::check(&app, exam, &asked).await?;
    // Where there is no password to type, nothing needs to be sent.
    let room = room.map_or_else(|_| Room::default(), |Form(room)| room);
    let entry = Entry {
        address: &address,
        password: &room.password,
        device: Some(device),
    };
    match sitting::start(&app, &caller, exam, entry).await {
        Ok(attempt) => Ok(Redirect::to(&format!("/attempts/{attempt}")).into_response()),
        Err(Error::Fault(fault @ (Fault::Entry(_) | Fault::Wait(_) | Fault::Credits(_)))) => {
            let standing = sitting::standing(&app, &caller, exam).await?;
            Ok(page_with_status(&fault, || {
                pages::intro(&frame, &standing, Some(&fault))
            }))
        }
        Err(error) => Err(error.into()),
    }
}

/// The password of a room, where there is one.
#[derive(Default, Deserialize)]
pub struct Room {
    #[serde(default)]
    password: String,
}

/// The question to show first.
#[derive(Deserialize)]
pub struct Place {
    q: Option<usize>,
}

impl Place {
    /// Without one, the first that is not answered.
    pub(super) fn on(&self, sheet: &Sheet) -> usize {
        let open = || sheet.answers.iter().position(|answer| !answer.is_given());
        let wanted = self.q.unwrap_or_else(|| 1 + open().unwrap_or(0));
        wanted.clamp(1, sheet.answers.len().max(1))
    }
}

pub async fn sheet(
    State(app): State<App>,
    mut frame: Frame,
    caller: Caller,
    headers: HeaderMap,
    (SebPage(asked), device, Address(address)): (SebPage, Device, Address),
    Id(id): Id<AttemptId>,
    Query(place): Query<Place>,
) -> Result<Response, Fail> {
    let Some(sitting) = sitting::open(&app, &caller, id).await? else {
        return Ok(to_result(id));
    };
    safe_browser::check(&app, sitting.attempt.exam, &asked).await?;
    slot::check_place(&app, &sitting.attempt, &address).await?;
    signal::note_opening(&app, &caller, id, device).await?;
    // Who is to read larger text has it from the start, unless they chose the normal one themselves.
    frame.large |= sitting.larger_text && cookie(&headers, "size") != Some("normal");
    let here = place.on(&sitting.sheet);
    let title = sitting.title.clone();
    let props = SheetProps {
        lang: frame.lang,
        page: format!("/attempts/{id}"),
        api: format!("/api/v1/attempts/{id}"),
        supervised: true,
        title: sitting.title,
        notice: String::new(),
        questions: pages::fields::questions(frame.lang, sitting.questions, &sitting.sheet, here),
        sheet: sitting.sheet,
        here,
        remaining_ms: sitting.attempt.remaining_ms(sitting.now),
        paused: sitting.attempt.paused_at.is_some(),
        told: live::told(sitting.told),
        deadline: sitting.attempt.deadline.clock(),
        pace: None,
    };
    Ok(html(|| island(&frame, &title, view! { <AnswerSheet props=props/> })))
}

fn to_result(id: AttemptId) -> Response {
    Redirect::to(&format!("/attempts/{id}/result")).into_response()
}

/// What the form of a question without scripts says.
pub(super) struct Given {
    /// The version of the sheet it was made from.
    version: u32,
    item: u16,
    answer: Answer,
    /// Where the button leads.
    go: Option<String>,
}

/// The fields of a question beyond choice: as many as the form says, the letters of a choice of several together. `before`: what their
/// names begin with.
pub(super) fn filled(fields: &[(String, String)], before: &str) -> String {
    let of = |name: &str| -> String {
        let values = fields
            .iter()
            .filter(|(key, _)| key == name)
            .map(|(_, value)| plain(value));
        values.collect()
    };
    let count = of(&format!("{before}fields"))
        .parse::<usize>()
        .unwrap_or(0)
        .min(MOST_FIELDS);
    let fields: Vec<String> = (0..count)
        .map(|field| of(&pages::fields::name(before, field)))
        .collect();
    joined(&fields)
}

/// More than any question has.
const MOST_FIELDS: usize = 100;

impl Given {
    /// # Errors
    /// [`Fault::BadRequest`] for what no page of ours sends, [`Fault::NoSuchChoice`].
    pub(super) fn read(fields: &[(String, String)]) -> Result<Self, Fault> {
        let values = |name: &'static str| {
            fields
                .iter()
                .filter(move |(key, _)| key == name)
                .map(|(_, value)| value.as_str())
        };
        let number = |name| {
            values(name)
                .next()
                .and_then(|value| value.parse::<u32>().ok())
                .ok_or(Fault::BadRequest)
        };
        let (version, item) = (number("version")?, number("item")?);
        let item = u16::try_from(item).map_err(|_| Fault::BadRequest)?;
        let places: Vec<usize> = values("choice")
            .map(str::parse)
            .collect::<Result<_, _>>()
            .map_err(|_| Fault::BadRequest)?;
        if places.iter().any(|place| *place >= OptionSet::MAX) {
            return Err(Fault::NoSuchChoice);
        }
        Ok(Self {
            version,
            item,
            answer: Answer {
                choice: OptionSet::of(places),
                flagged: values("flag").next().is_some(),
                text: filled(fields, ""),
            },
            go: values("go").next().map(str::to_owned),
        })
    }

    /// What is to be saved; `None` when the sheet says so already.
    ///
    /// # Errors
    /// [`Fault::BadRequest`] for a version that none can follow.
    pub(super) fn event(&self, sheet: &Sheet) -> Result<Option<Event>, Fault> {
        if sheet.answers.get(usize::from(self.item).wrapping_sub(1)) == Some(&self.answer) {
            return Ok(None);
        }
        Ok(Some(Event {
            version: self.version.checked_add(1).ok_or(Fault::BadRequest)?,
            item: self.item,
            choice: self.answer.choice,
            flagged: self.answer.flagged,
            text: self.answer.text.clone(),
        }))
    }

    /// On to where the button says; `page`: the path of the answer sheet.
    pub(super) fn onward(&self, page: &str) -> Response {
        let go = self.go.as_deref();
        let to = go.and_then(|go| go.parse::<u32>().ok()).unwrap_or(u32::from(self.item));
        let path = match go {
            Some("check") => format!("{page}/check"),
            _ => format!("{page}?q={to}"),
        };
        Redirect::to(&path).into_response()
    }
}

/// The answer form of a page without scripts: save what changed, then go where the button says.
pub async fn answer(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<AttemptId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let given = Given::read(&fields)?;
    let (_, sheet, _, _) = sitting::progress(&app, &caller, id).await?;
    if let Some(event) = given.event(&sheet)? {
        sitting::save(&app, &caller, id, vec![event]).await?;
    }
    Ok(given.onward(&format!("/attempts/{id}")))
}

pub async fn check(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<AttemptId>,
) -> Result<Response, Fail> {
    let Some(sitting) = sitting::open(&app, &caller, id).await? else {
        return Ok(to_result(id));
    };
    let deadline = sitting.attempt.deadline.clock();
    let so_far = review::so_far(&app, &caller, id, sitting.attempt.exam).await?;
    let page = format!("/attempts/{id}");
    let check = pages::Check {
        page: &page,
        title: &sitting.title,
        sheet: &sitting.sheet,
        deadline: &deadline,
        so_far: so_far.as_deref(),
        again: false,
    };
    Ok(html(|| pages::check(&frame, &check)))
}

pub async fn hand_in(State(app): State<App>, caller: Caller, Id(id): Id<AttemptId>) -> Result<Response, Fail> {
    sitting::hand_in(&app, &caller, id).await?;
    Ok(to_result(id))
}

pub async fn result(
    State(state): State<router::State>,
    headers: HeaderMap,
    frame: Frame,
    caller: Caller,
    Id(id): Id<AttemptId>,
) -> Result<Response, Fail> {
    let Some(result) = review::result(&state.app, &caller, id).await? else {
        return Ok(Redirect::to(&format!("/attempts/{id}")).into_response());
    };
    let link = format!("{}/receipt/{}", site(&state, &headers), result.receipt);
    Ok(html(|| pages::result(&frame, &result, &link)))
}
