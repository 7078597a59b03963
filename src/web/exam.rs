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
        exam::{Exam, Preset, State as ExamState, Window},
        id::{ExamId, UnitId},
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    service::{App, Caller, Error, bank, credit, exam as service, overtaken, roster, round},
    ui::{
        part::form,
        setup,
        setup::{At, Step, Summary, Typed, rules::Typed as RulesTyped},
        shell::Frame,
    },
};

pub async fn exams(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let exams = service::exams(&app, &caller).await?;
    Ok(html(|| setup::exams(&frame, &exams)))
}

/// The rules a new exam begins with.
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
    let chosen = Preset::from_code(&wanted.preset).unwrap_or(Preset::ShandongJining);
    let mut content = chosen.content();
    if content.policy.credits.is_none() {
        let year = u16::try_from(app.now().civil().year).unwrap_or_default();
        content.policy.credits = credit::usual_gate(&app, &caller, year).await?;
    }
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
        policy: content.policy,
        blueprint: content.blueprint,
        opened_at: None,
    });
    let choices = choices(&app, &caller, &typed).await?;
    let at = At {
        id: None,
        preset: Some(chosen),
        step: Step::Whom,
        summary: None,
    };
    Ok(html(|| setup::form(&frame, &at, &typed, &choices, None)))
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
        rules: RulesTyped::from_fields(fields),
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
        policy: typed.rules.policy()?,
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
    if let Some(step) = turned(&fields) {
        return turn(&app, &frame, &caller, None, step, &typed).await;
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
    if let Some(step) = turned(&fields) {
        return turn(&app, &frame, &caller, Some(id), step, &typed).await;
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
    let at = At {
        id,
        preset: None,
        step: Step::All,
        summary: None,
    };
    Ok(page_with_status(&fault, || {
        setup::form(frame, &at, typed, &choices, Some(&fault))
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

/// The step to show when a button was pressed that stores nothing: another step, or more lines in this one.
fn turned(fields: &Fields) -> Option<Step> {
    let code = |name: &str| fields.get(name).map(String::as_str);
    match code("go") {
        Some(go) => Some(Step::from_code(go).unwrap_or(Step::All)),
        None => code("more").map(|_| code("step").and_then(Step::from_code).unwrap_or(Step::All)),
    }
}

/// The form at another step with all that was typed, and the topics of the bank chosen; nothing is stored.
async fn turn(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: Option<ExamId>,
    step: Step,
    typed: &Typed,
) -> Result<Response, Fail> {
    let choices = choices(app, caller, typed).await?;
    let summary = match step {
        Step::Check => Some(match summary(app, frame, caller, typed).await {
            Ok(summary) => Ok(summary),
            Err(Fail(error)) => Err(fault_of(error)),
        }),
        _ => None,
    };
    let at = At {
        id,
        preset: None,
        step,
        summary,
    };
    Ok(html(|| setup::form(frame, &at, typed, &choices, None)))
}

async fn summary(app: &App, frame: &Frame, caller: &Caller, typed: &Typed) -> Result<Summary, Fail> {
    let exam = service::check(app, caller, parse(typed)?).await?;
    Ok(Summary {
        bank: bank::bank(app, caller, exam.bank).await?.bank.name,
        whom: whom(app, frame, caller, &exam).await?,
        report: service::report(app, caller, &exam).await?,
        persons: roster::size(app, caller, exam.unit, &exam.policy.audience).await?,
        exam,
    })
}

/// The unit of an exam and whom of it; `None`: everybody.
async fn whom(app: &App, frame: &Frame, caller: &Caller, exam: &Exam) -> Result<Option<String>, Fail> {
    let units = roster::units(app, caller).await?;
    let unit = exam.unit.map(|unit| units.path(unit));
    Ok(match (unit, exam.policy.audience.names(frame.lang)) {
        (Some(unit), Some(audience)) => Some(format!("{unit} · {audience}")),
        (unit, audience) => unit.or(audience),
    })
}

pub async fn edit(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    let exam = service::exam(&app, &caller, id).await?;
    if exam.state != ExamState::Draft {
        return Err(Fault::WrongState.into());
    }
    let typed = Typed::of(&exam);
    let choices = choices(&app, &caller, &typed).await?;
    let at = At {
        id: Some(id),
        preset: None,
        step: Step::All,
        summary: None,
    };
    Ok(html(|| setup::form(&frame, &at, &typed, &choices, None)))
}

pub async fn exam(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    show(&app, &frame, &caller, id, form::Typed::new(), None).await
}

/// The page of an exam; with what was typed for a round, and why the last step was not carried out.
pub async fn show(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ExamId,
    typed_round: form::Typed,
    wrong: Option<Fault>,
) -> Result<Response, Fail> {
    let exam = service::exam(app, caller, id).await?;
    let report = match exam.state {
        ExamState::Draft => Some(service::report(app, caller, &exam).await?),
        _ => None,
    };
    let overtaken = match exam.state {
        ExamState::Draft => None,
        _ => Some(overtaken::found(app, caller, id).await?),
    };
    let bank = bank::bank(app, caller, exam.bank).await?.bank.name;
    let persons = roster::size(app, caller, exam.unit, &exam.policy.audience).await?;
    let about = setup::About {
        bank,
        whom: whom(app, frame, caller, &exam).await?,
        report,
        overtaken,
        rounds: round::rounds(app, caller, id).await?,
        typed_round,
        now: app.now(),
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

pub async fn withdraw(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<ExamId>,
) -> Result<Response, Fail> {
    let done = service::withdraw(&app, &caller, id).await;
    stepped(&app, &frame, &caller, id, done).await
}

pub async fn open(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    let done = service::open(&app, &caller, id).await.map(|_| ());
    stepped(&app, &frame, &caller, id, done).await
}

/// The page of an exam after a step; with the reason, where it was not carried out.
pub async fn stepped(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: ExamId,
    done: Result<(), Error>,
) -> Result<Response, Fail> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/exams/{id}")).into_response()),
        Err(Error::Fault(fault @ (Fault::Short(_) | Fault::WrongState))) => {
            show(app, frame, caller, id, form::Typed::new(), Some(fault)).await
        }
        Err(error) => Err(error.into()),
    }
}
