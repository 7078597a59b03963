//! Exam set-up and figures.

use std::collections::HashMap;

use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    blueprint,
    extract::Id,
    respond::{Fail, fault_of, html, page_with_status},
};
use crate::{
    domain::{
        blueprint::Blueprint,
        exam::{Exam, MultiplePolicy, Policy, Shown, State as ExamState, Window},
        id::ExamId,
        points::Points,
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

pub async fn new(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let banks = bank::banks(&app, &caller).await?;
    let now = app.now();
    // A form filled with the preset is the same as editing an exam that has it.
    let preset = Typed::of(&Exam {
        id: ExamId(0),
        title: format!("{} 年度国家工作人员学法考试", now.civil().year),
        bank: banks
            .first()
            .map_or(crate::domain::id::BankId(0), |summary| summary.bank.id),
        state: ExamState::Draft,
        window: Window {
            opens_at: now,
            closes_at: now.plus_seconds(7 * 24 * 3600),
        },
        policy: Policy::jining(),
        blueprint: Blueprint::jining(),
        opened_at: None,
    });
    let topics = topics(&app, &caller, &preset).await?;
    Ok(html(|| setup::form(&frame, None, &preset, &banks, &topics, None)))
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
        bank: text("bank"),
        opens_at: text("opens_at"),
        closes_at: text("closes_at"),
        minutes: text("minutes"),
        attempts: text("attempts"),
        pass_mark: text("pass_mark"),
        multiple: text("multiple"),
        show_score: text("show_score"),
        show_answers: text("show_answers"),
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
    let banks = bank::banks(app, caller).await?;
    let topics = topics(app, caller, typed).await?;
    Ok(page_with_status(&fault, || {
        setup::form(frame, id, typed, &banks, &topics, Some(&fault))
    }))
}

/// The topics of the bank chosen in the form.
async fn topics(app: &App, caller: &Caller, typed: &Typed) -> Result<Vec<(String, i64)>, Fail> {
    match typed.bank.parse() {
        Ok(id) => Ok(bank::topics(app, caller, id).await?),
        Err(_) => Ok(Vec::new()),
    }
}

/// The form with more lines for bounds and the topics of the bank chosen; nothing is stored.
async fn longer(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: Option<ExamId>,
    typed: &Typed,
) -> Result<Response, Fail> {
    let banks = bank::banks(app, caller).await?;
    let topics = topics(app, caller, typed).await?;
    Ok(html(|| setup::form(frame, id, typed, &banks, &topics, None)))
}

pub async fn edit(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<ExamId>) -> Result<Response, Fail> {
    let exam = service::exam(&app, &caller, id).await?;
    if exam.state != ExamState::Draft {
        return Err(Fault::WrongState.into());
    }
    let banks = bank::banks(&app, &caller).await?;
    let typed = Typed::of(&exam);
    let topics = topics(&app, &caller, &typed).await?;
    Ok(html(|| setup::form(&frame, Some(id), &typed, &banks, &topics, None)))
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
    let persons = roster::size(app, caller).await?;
    let view = || setup::exam(frame, &exam, &bank, report.as_ref(), persons, wrong.as_ref());
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
    let exams = service::exams(&app, &caller).await?;
    Ok(html(|| figures::list(&frame, &exams)))
}
