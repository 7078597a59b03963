//! Exam set-up and figures.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    blueprint,
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        exam::{Exam, MultiplePolicy, Policy, Shown, State as ExamState, Window},
        id::{ExamId, UnitId},
        objection::USUAL_DAYS,
        points::Points,
        preset::Preset,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    service::{App, Caller, Error, bank, exam as service, figure, roster},
    ui::{figures, setup, setup::Typed, shell::Frame},
};

pub async fn exams(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let exams = service::exams(&app, &caller).await?;
    Ok(html(|| setup::exams(&frame, &exams)))
}

/// The rules to begin with.
#[derive(Deserialize)]
pub struct Begin {
    #[serde(default)]
    preset: String,
}

pub async fn new(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(Begin { preset }): Query<Begin>,
) -> Result<Response, Fail> {
    let presets = Preset::all();
    let chosen = Preset::of(&preset).unwrap_or_else(|| presets[0].clone());
    let banks = bank::banks(&app, &caller).await?;
    let now = app.now();
    // A form filled with the preset is the same as editing an exam that has it.
    let units = exam_units(&app, &caller).await?;
    let typed = Typed::of(&Exam {
        id: ExamId(0),
        unit: units.first().and_then(|(unit, _)| *unit),
        title: format!("{} 年度国家工作人员学法考试", now.civil().year),
        bank: banks
            .first()
            .map_or(crate::domain::id::BankId(0), |summary| summary.bank.id),
        state: ExamState::Draft,
        window: Window {
            opens_at: now,
            closes_at: now.plus_seconds(7 * 24 * 3600),
        },
        policy: chosen.policy.clone(),
        blueprint: chosen.blueprint.clone(),
        opened_at: None,
    });
    let choices = choices(&app, &caller, &typed).await?;
    Ok(html(|| setup::new(&frame, &presets, &chosen, &typed, &choices)))
}

/// The units an exam of the caller may be for, with their names; `None`: everybody.
async fn exam_units(app: &App, caller: &Caller) -> Result<Vec<(Option<UnitId>, String)>, Fail> {
    let reach = caller.may(Right::ManageExams)?;
    let units = roster::units(app, caller).await?;
    let everybody = reach.covers(&units, None).then_some((None, String::new()));
    let below = units
        .walk()
        .into_iter()
        .filter(|(_, unit)| reach.covers(&units, Some(unit.id)));
    let below = below.map(|(_, unit)| (Some(unit.id), units.path(unit.id)));
    Ok(everybody.into_iter().chain(below).collect())
}

type Fields = HashMap<String, String>;

fn typed(fields: &Fields) -> Typed {
    let text = |name: &str| {
        fields
            .get(name)
            .map(|value| value.trim().to_owned())
            .unwrap_or_default()
    };
    Typed {
        title: text("title"),
        unit: text("unit"),
        bank: text("bank"),
        opens_at: text("opens_at"),
        closes_at: text("closes_at"),
        minutes: text("minutes"),
        attempts: text("attempts"),
        pass_mark: text("pass_mark"),
        multiple: text("multiple"),
        show_score: text("show_score"),
        show_answers: text("show_answers"),
        outage_minutes: text("outage_minutes"),
        // A form of before this field says nothing about it.
        objection_days: fields
            .get("objection_days")
            .map_or_else(|| USUAL_DAYS.to_string(), |days| days.trim().to_owned()),
        shuffle_items: fields.contains_key("shuffle_items"),
        shuffle_options: fields.contains_key("shuffle_options"),
        blueprint: blueprint::typed(fields),
    }
}

/// What was typed as a set-up. What cannot be read becomes a value that the rules refuse, so that every fault is
/// named at once and by the same check.
fn parse(typed: &Typed) -> Result<service::Setup, Fault> {
    let (opens_at, closes_at) = (
        Timestamp::parse_local(&typed.opens_at),
        Timestamp::parse_local(&typed.closes_at),
    );
    let number = |text: &str| text.parse::<u32>().unwrap_or(0);
    Ok(service::Setup {
        title: typed.title.clone(),
        unit: match typed.unit.as_str() {
            "" => None,
            unit => Some(unit.parse().map_err(|_| Fault::BadRequest)?),
        },
        bank: typed.bank.parse().map_err(|_| Fault::BadRequest)?,
        window: Window {
            opens_at: opens_at.unwrap_or(Timestamp(i64::MAX)),
            closes_at: closes_at.unwrap_or(Timestamp(0)),
        },
        policy: Policy {
            pass_mark: Points::parse(&typed.pass_mark).unwrap_or(Points::ZERO),
            minutes: number(&typed.minutes),
            attempts: number(&typed.attempts),
            shuffle_items: typed.shuffle_items,
            shuffle_options: typed.shuffle_options,
            multiple: MultiplePolicy::from_code(&typed.multiple).ok_or(Fault::BadRequest)?,
            show_score: Shown::from_code(&typed.show_score).ok_or(Fault::BadRequest)?,
            show_answers: Shown::from_code(&typed.show_answers).ok_or(Fault::BadRequest)?,
            outage_minutes: typed.outage_minutes.parse().unwrap_or(u32::MAX),
            objection_days: typed.objection_days.parse().unwrap_or(u32::MAX),
        },
        blueprint: blueprint::parse(&typed.blueprint),
    })
}

pub async fn create(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    let typed = typed(&fields);
    if fields.contains_key("more") {
        return longer(&app, &frame, &caller, None, &typed).await;
    }
    let created = match parse(&typed) {
        Ok(setup) => service::create(&app, &caller, setup).await,
        Err(fault) => Err(fault.into()),
    };
    match created {
        Ok(id) => Ok(Redirect::to(&format!("/admin/exams/{id}")).into_response()),
        Err(error) => again(&app, &frame, &caller, None, &typed, error).await,
    }
}

pub async fn update(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
    Form(fields): Form<Fields>,
) -> Result<Response, Fail> {
    // Whose exam it is comes before what was typed.
    service::exam(&app, &caller, id).await?;
    let typed = typed(&fields);
    if fields.contains_key("more") {
        return longer(&app, &frame, &caller, Some(id), &typed).await;
    }
    let updated = match parse(&typed) {
        Ok(setup) => service::update(&app, &caller, id, setup).await,
        Err(fault) => Err(fault.into()),
    };
    match updated {
        Ok(()) => Ok(Redirect::to(&format!("/admin/exams/{id}")).into_response()),
        Err(error) => again(&app, &frame, &caller, Some(id), &typed, error).await,
    }
}

/// The form again, with what was typed and why it was not stored.
async fn again(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: Option<ExamId>,
    typed: &Typed,
    error: Error,
) -> Result<Response, Fail> {
    let fault = fault_of(error);
    let choices = choices(app, caller, typed).await?;
    Ok(page_with_status(&fault, || {
        setup::form(frame, id, typed, &choices, Some(&fault))
    }))
}

/// What the form offers, as it is filled in.
async fn choices(app: &App, caller: &Caller, typed: &Typed) -> Result<setup::Choices, Fail> {
    let topics = match typed.bank.parse() {
        Ok(id) => bank::topics(app, caller, id).await?,
        Err(_) => Vec::new(),
    };
    Ok(setup::Choices {
        banks: bank::banks(app, caller).await?,
        units: exam_units(app, caller).await?,
        topics,
    })
}

/// The form with more lines for bounds and the topics of the bank chosen; nothing is stored.
async fn longer(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: Option<ExamId>,
    typed: &Typed,
) -> Result<Response, Fail> {
    let choices = choices(app, caller, typed).await?;
    Ok(html(|| setup::form(frame, id, typed, &choices, None)))
}

pub async fn edit(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    let exam = service::exam(&app, &caller, id).await?;
    if exam.state != ExamState::Draft {
        return Err(Fault::WrongState.into());
    }
    let typed = Typed::of(&exam);
    let choices = choices(&app, &caller, &typed).await?;
    Ok(html(|| setup::form(&frame, Some(id), &typed, &choices, None)))
}

pub async fn exam(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    show(&app, &frame, &caller, id, None).await
}

async fn show(app: &App, frame: &Frame, caller: &Caller, id: ExamId, wrong: Option<Fault>) -> Result<Response, Fail> {
    let exam = service::exam(app, caller, id).await?;
    let report = match exam.state {
        ExamState::Draft => Some(service::report(app, caller, &exam).await?),
        _ => None,
    };
    let bank = bank::bank(app, caller, exam.bank).await?.bank.name;
    let persons = roster::size(app, caller, exam.unit).await?;
    let units = roster::units(app, caller).await?;
    let whom = exam.unit.map(|unit| units.path(unit));
    let about = setup::About {
        bank,
        whom,
        report,
        persons,
    };
    let view = || setup::exam(frame, &exam, &about, wrong.as_ref());
    Ok(match &wrong {
        Some(fault) => page_with_status(fault, view),
        None => html(view),
    })
}

pub async fn publish(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
) -> Result<Response, Fail> {
    let done = service::publish(&app, &caller, id).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn open(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    let done = service::open(&app, &caller, id).await.map(|_| ());
    stepped(&app, &frame, &caller, id, done).await
}

async fn stepped(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ExamId,
    done: Result<(), Error>,
) -> Result<Response, Fail> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/exams/{id}")).into_response()),
        Err(Error::Fault(fault @ (Fault::Short(_) | Fault::WrongState))) => {
            show(app, frame, caller, id, Some(fault)).await
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn figures(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
) -> Result<Response, Fail> {
    let counted = figure::figures(&app, &caller, id).await?;
    Ok(html(|| figures::figures(&frame, &counted)))
}

pub async fn figures_list(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let exams = figure::exams(&app, &caller).await?;
    Ok(html(|| figures::list(&frame, &exams)))
}
