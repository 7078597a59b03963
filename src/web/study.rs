//! Study: what to do now, practice, mock exams, and what came of them.

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
    sit::filled,
    unit::text,
};
use crate::{
    domain::{
        id::{ExamId, LawId, RunId},
        item::OptionSet,
        study::{Confidence, Purpose, Reply, StudyFault},
    },
    error::Fault,
    service::{
        App, Caller, course, dispute,
        study::{self as service, Wish, mock, plan, run},
    },
    ui::{
        courses,
        part::form::Typed,
        shell::Frame,
        study::{self as pages, Refused, question::name},
    },
};

pub async fn overview(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let overview = service::overview(&app, &caller).await?;
    Ok(html(|| pages::overview(&frame, &overview, None)))
}

/// What a button or a form says.
fn wish(typed: &Typed) -> Result<Wish, Fault> {
    let id = |text: &str| text.parse::<LawId>().map_err(|_| Fault::BadRequest);
    if let Some(topic) = typed.get("topic") {
        return Ok(Wish::Topic(topic.clone()));
    }
    if let Some(law) = typed.get("law") {
        return Ok(Wish::Law(id(law)?));
    }
    if let Some((law, number)) = typed.get("article").and_then(|article| article.split_once(' ')) {
        let number = number.parse().map_err(|_| Fault::BadRequest)?;
        return Ok(Wish::Article(id(law)?, number));
    }
    if let Some(exam) = typed.get("plan") {
        return Ok(Wish::Plan(exam.parse().map_err(|_| Fault::BadRequest)?));
    }
    match text(typed, "kind") {
        "due" => Ok(Wish::Due),
        "mistakes" => Ok(Wish::Mistakes),
        "any" => Ok(Wish::Any),
        _ => Err(Fault::BadRequest),
    }
}

fn to_run(id: RunId) -> Response {
    Redirect::to(&format!("/study/runs/{id}")).into_response()
}

fn to_result(id: RunId) -> Response {
    Redirect::to(&format!("/study/runs/{id}/result")).into_response()
}

/// To the run that was begun, or why none was.
async fn begun(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    begun: crate::service::Result<RunId>,
) -> Result<Response, Fail> {
    match begun.map_err(fault_of) {
        Ok(id) => Ok(to_run(id)),
        Err(fault @ Fault::Study(_)) => {
            let overview = service::overview(app, caller).await?;
            Ok(page_with_status(&fault, || {
                pages::overview(frame, &overview, Some(&fault))
            }))
        }
        Err(fault) => Err(fault.into()),
    }
}

pub async fn practise(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = service::practise(&app, &caller, &wish(&typed)?).await;
    begun(&app, &frame, &caller, done).await
}

pub async fn start_mock(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
) -> Result<Response, Fail> {
    let done = mock::start(&app, &caller, exam).await;
    begun(&app, &frame, &caller, done).await
}

pub async fn law(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<LawId>) -> Result<Response, Fail> {
    let (law, articles) = service::law(&app, &caller, id).await?;
    Ok(html(|| pages::law(&frame, &law, &articles)))
}

#[derive(Deserialize)]
pub struct Place {
    /// The number of a question, from 1.
    #[serde(default)]
    q: Option<u32>,
}

pub async fn show(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RunId>,
    Query(asked): Query<Place>,
) -> Result<Response, Fail> {
    let view = run::view(&app, &caller, id).await?;
    if matches!(view.run.purpose, Purpose::Diagnostic | Purpose::Lesson) {
        // A test of a course has its page, where the credits are.
        return Ok(Redirect::to(&format!("/courses/tests/{id}")).into_response());
    }
    if view.run.purpose.one_form() {
        if view.run.finished_at.is_some() {
            return Ok(to_result(id));
        }
        let about = match view.run.purpose {
            Purpose::Mock => Some(mock::about(&app, &view.run).await?),
            _ => None,
        };
        return Ok(html(|| pages::form(&frame, &view, about.as_ref())));
    }
    if let Some(place) = asked.q.and_then(|number| number.checked_sub(1))
        && view.answered.contains(&place)
    {
        let feedback = run::feedback(&app, &caller, id, place).await?;
        return Ok(html(|| pages::told(&frame, &view, &feedback, None)));
    }
    next(&frame, &view, None).map_or_else(|| Ok(to_result(id)), Ok)
}

/// The first question not answered yet; `None` when the run is over.
fn next(frame: &Frame, view: &run::View, wrong: Option<&Fault>) -> Option<Response> {
    view.run.finished_at.is_none().then_some(())?;
    let open = (0..).zip(&view.posed).find(|(place, _)| !view.answered.contains(place));
    let (place, posed) = open?;
    let page = || pages::ask(frame, view, place as usize, posed, wrong);
    Some(match wrong {
        Some(fault) => page_with_status(fault, page),
        None => html(page),
    })
}

/// The places that fields of this name tick.
fn ticked(fields: &[(String, String)], name: &str) -> Result<OptionSet, Fault> {
    let values = fields.iter().filter(|(key, _)| key == name);
    let places: Vec<usize> = values
        .map(|(_, value)| value.parse().map_err(|_| Fault::BadRequest))
        .collect::<Result<_, _>>()?;
    match places.iter().any(|place| *place >= OptionSet::MAX) {
        true => Err(Fault::NoSuchChoice),
        false => Ok(OptionSet::of(places)),
    }
}

/// What is answered to each of so many questions on one form.
///
/// # Errors
/// [`Fault::BadRequest`] for fields of no such question, [`Fault::NoSuchChoice`].
pub(super) fn replies(fields: &[(String, String)], count: usize) -> Result<Vec<Reply>, Fault> {
    let place = |field: &str| {
        let number = field.strip_prefix('q')?;
        let end = number.find(|c: char| !c.is_ascii_digit()).unwrap_or(number.len());
        number[..end].parse::<usize>().ok()
    };
    let strange = |(field, _): &(String, String)| place(field).is_none_or(|place| place >= count);
    if fields.iter().any(strange) {
        return Err(Fault::BadRequest);
    }
    let reply = |place: usize| {
        Ok(Reply {
            choice: ticked(fields, &name(place))?,
            said: filled(fields, &name(place)),
        })
    };
    (0..count).map(reply).collect()
}

pub async fn answer(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RunId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let value = |name: &str| {
        fields
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let place: u32 = value("place")
        .and_then(|place| place.parse().ok())
        .ok_or(Fault::BadRequest)?;
    let confidence = value("confidence").map_or(Some(Confidence::Plain), Confidence::from_code);
    let confidence = confidence.ok_or(Fault::BadRequest)?;
    let reply = Reply {
        choice: ticked(&fields, "choice")?,
        said: filled(&fields, &name(place as usize)),
    };
    match run::answer(&app, &caller, id, place, reply, confidence).await {
        Ok(_) => Ok(Redirect::to(&format!("/study/runs/{id}?q={}", place + 1)).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            if fault != Fault::Study(StudyFault::NothingChosen) {
                return Err(fault.into());
            }
            let view = run::view(&app, &caller, id).await?;
            next(&frame, &view, Some(&fault)).map_or_else(|| Ok(to_result(id)), Ok)
        }
    }
}

pub async fn hand_in(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<RunId>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Fail> {
    let count = run::view(&app, &caller, id).await?.posed.len();
    run::hand_in(&app, &caller, id, replies(&fields, count)?).await?;
    Ok(to_result(id))
}

pub async fn finish(State(app): State<App>, caller: Caller, Id(id): Id<RunId>) -> Result<Response, Fail> {
    run::finish(&app, &caller, id).await?;
    Ok(to_result(id))
}

/// Says that something is wrong with a question that was answered.
pub async fn flag(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<RunId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let place = text(&typed, "place").parse().map_err(|_| Fault::BadRequest)?;
    let words = text(&typed, "reason");
    match dispute::flag_studied(&app, &caller, id, place, words).await {
        Ok(_) => Ok(Redirect::to("/study/flags").into_response()),
        Err(error) => {
            let fault = fault_of(error);
            if !matches!(fault, Fault::Dispute(_)) {
                return Err(fault.into());
            }
            let refused = Refused {
                place,
                words,
                fault: &fault,
            };
            let view = run::view(&app, &caller, id).await?;
            match view.run.purpose {
                Purpose::Diagnostic | Purpose::Lesson => {
                    let result = course::result(&app, &caller, id).await?;
                    Ok(page_with_status(&fault, || {
                        courses::result(&frame, &result, Some(refused))
                    }))
                }
                purpose if purpose.one_form() => outcome(&app, &frame, &caller, id, Some(refused)).await,
                _ => {
                    let feedback = run::feedback(&app, &caller, id, place).await?;
                    Ok(page_with_status(&fault, || {
                        pages::told(&frame, &view, &feedback, Some(refused))
                    }))
                }
            }
        }
    }
}

/// What came of a run.
async fn outcome(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: RunId,
    refused: Option<Refused<'_>>,
) -> Result<Response, Fail> {
    let outcome = run::outcome(app, caller, id).await?;
    let marked = match outcome.run.purpose {
        Purpose::Mock => Some(mock::marked(app, &outcome).await?),
        _ => None,
    };
    let page = || pages::result(frame, &outcome, marked.as_ref(), refused);
    Ok(match refused {
        Some(refused) => page_with_status(refused.fault, page),
        None => html(page),
    })
}

pub async fn flags(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let mine = dispute::of_learner(&app, &caller).await?;
    Ok(html(|| pages::flags(&frame, &mine)))
}

pub async fn result(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<RunId>) -> Result<Response, Fail> {
    outcome(&app, &frame, &caller, id, None).await
}

pub async fn plan(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
) -> Result<Response, Fail> {
    match plan::plan(&app, &caller, exam).await {
        Ok(view) => Ok(html(|| pages::plan(&frame, &view, None, None))),
        Err(error) => begun(&app, &frame, &caller, Err(error)).await,
    }
}

pub async fn set_minutes(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(exam): Id<ExamId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let minutes = text(&typed, "minutes");
    match plan::set_minutes(&app, &caller, exam, minutes).await.map_err(fault_of) {
        Ok(()) => Ok(Redirect::to(&format!("/study/plan/{exam}")).into_response()),
        Err(fault @ Fault::Study(_)) => {
            let view = plan::plan(&app, &caller, exam).await?;
            Ok(page_with_status(&fault, || {
                pages::plan(&frame, &view, Some(minutes), Some(&fault))
            }))
        }
        Err(fault) => Err(fault.into()),
    }
}
