//! Courses as they are written: heading, lessons, files, publishing; and the rules of credits.

use axum::{
    Form,
    extract::{Multipart, Query, State, multipart::MultipartRejection},
    http::HeaderMap,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    course,
    extract::{Id, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    unit::text,
};
use crate::{
    domain::{
        course::{CourseFault, Draft, Heading, Lesson, LessonKind, Source},
        credit::{CreditFault, Credits, Hours, Rule},
        id::{CourseId, LessonId, LessonMediaId},
        law::LawFault,
        record::Kind,
        role::Right,
    },
    error::Fault,
    service::{App, Caller, course as service, credit},
    ui::{courses as pages, credits, part::form::Typed, shell::Frame},
};

pub async fn desk(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let desk = service::desk(&app, &caller).await?;
    Ok(html(|| pages::desk(&frame, &desk)))
}

pub async fn new(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let owners = service::owners(&app, &caller).await?;
    let typed = Typed::from([("year".to_owned(), credit::this_year(&app).to_string())]);
    Ok(html(|| pages::edit(&frame, None, &owners, &typed, None)))
}

/// What was typed as the heading of a course. What cannot be read becomes a value that the rules refuse.
fn heading(typed: &Typed) -> Result<Heading, Fault> {
    Ok(Heading {
        title: text(typed, "title").to_owned(),
        summary: text(typed, "summary").to_owned(),
        year: text(typed, "year").parse().unwrap_or(0),
        unit: match text(typed, "unit") {
            "" => None,
            unit => Some(unit.parse().map_err(|_| Fault::BadRequest)?),
        },
        compulsory: match text(typed, "kind") {
            "compulsory" => true,
            "elective" => false,
            _ => return Err(Fault::BadRequest),
        },
        diagnostic: text(typed, "diagnostic").parse().unwrap_or(u32::MAX),
    })
}

/// The heading of a course as its form shows it.
fn typed(heading: &Heading) -> Typed {
    let kind = if heading.compulsory { "compulsory" } else { "elective" };
    Typed::from([
        ("title".to_owned(), heading.title.clone()),
        ("summary".to_owned(), heading.summary.clone()),
        ("year".to_owned(), heading.year.to_string()),
        (
            "unit".to_owned(),
            heading.unit.map(|unit| unit.to_string()).unwrap_or_default(),
        ),
        ("kind".to_owned(), kind.to_owned()),
        ("diagnostic".to_owned(), heading.diagnostic.to_string()),
    ])
}

fn to_course(id: CourseId) -> Response {
    Redirect::to(&format!("/admin/courses/{id}")).into_response()
}

pub async fn create(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let made = match heading(&typed) {
        Ok(heading) => service::create(&app, &caller, heading).await,
        Err(fault) => Err(fault.into()),
    };
    match made {
        Ok(id) => Ok(to_course(id)),
        Err(error) => {
            let fault = fault_of(error);
            let owners = service::owners(&app, &caller).await?;
            Ok(page_with_status(&fault, || {
                pages::edit(&frame, None, &owners, &typed, Some(&fault))
            }))
        }
    }
}

/// The page of a course: as it is, or with what was typed and why nothing was changed.
async fn shown(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: CourseId,
    wrong: Option<(Option<&Typed>, Fault)>,
) -> Result<Response, Fail> {
    let file = service::file(app, caller, id).await?;
    let stored = typed(&file.course.heading);
    let Some((typed, fault)) = wrong else {
        return Ok(html(|| pages::edit(frame, Some(&file), &file.owners, &stored, None)));
    };
    let typed = typed.unwrap_or(&stored);
    Ok(page_with_status(&fault, || {
        pages::edit(frame, Some(&file), &file.owners, typed, Some(&fault))
    }))
}

pub async fn file(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    shown(&app, &frame, &caller, id, None).await
}

pub async fn change(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match heading(&typed) {
        Ok(heading) => service::change(&app, &caller, id, heading).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(to_course(id)),
        Err(error) => shown(&app, &frame, &caller, id, Some((Some(&typed), fault_of(error)))).await,
    }
}

async fn turned(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: CourseId,
    done: crate::service::Result<()>,
) -> Result<Response, Fail> {
    match done {
        Ok(()) => Ok(to_course(id)),
        Err(error) => shown(app, frame, caller, id, Some((None, fault_of(error)))).await,
    }
}

pub async fn publish(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    let done = service::publish(&app, &caller, id).await;
    turned(&app, &frame, &caller, id, done).await
}

pub async fn withdraw(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    let done = service::withdraw(&app, &caller, id).await;
    turned(&app, &frame, &caller, id, done).await
}

pub async fn close(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    let done = service::close(&app, &caller, id).await;
    turned(&app, &frame, &caller, id, done).await
}

/// What was typed as a lesson, with its place. What cannot be read becomes a value that the rules refuse.
fn draft(typed: &Typed) -> Result<(u32, Draft), Fault> {
    let number = |name: &str| text(typed, name).parse::<u32>();
    let body = typed.get("body").map(String::as_str).unwrap_or_default();
    let draft = Draft {
        kind: LessonKind::from_code(text(typed, "kind")).ok_or(Fault::BadRequest)?,
        title: text(typed, "title").to_owned(),
        body: body.replace("\r\n", "\n"),
        credits: Credits::parse(text(typed, "credits")).unwrap_or(Credits(-1)),
        questions: number("questions").unwrap_or(u32::MAX),
        pass: number("pass").unwrap_or(u32::MAX),
        sources: Source::lines(text(typed, "sources")),
    };
    Ok((number("place").map_err(|_| Fault::Course(CourseFault::Lesson))?, draft))
}

/// A lesson as its form shows it.
fn typed_lesson(lesson: &Lesson) -> Typed {
    let draft = &lesson.draft;
    let sources: Vec<&str> = draft.sources.iter().map(Source::text).collect();
    Typed::from([
        ("place".to_owned(), lesson.place.to_string()),
        ("kind".to_owned(), draft.kind.code().to_owned()),
        ("credits".to_owned(), draft.credits.to_string()),
        ("title".to_owned(), draft.title.clone()),
        ("body".to_owned(), draft.body.clone()),
        ("sources".to_owned(), sources.join("\n")),
        ("questions".to_owned(), draft.questions.to_string()),
        ("pass".to_owned(), draft.pass.to_string()),
    ])
}

pub async fn new_lesson(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
) -> Result<Response, Fail> {
    let file = service::file(&app, &caller, id).await?;
    let last = file.lessons.last().map_or(0, |(lesson, ..)| lesson.place);
    let usual = [
        ("place", (last + 1).to_string()),
        ("credits", "5".to_owned()),
        ("questions", "5".to_owned()),
        ("pass", "4".to_owned()),
    ];
    let typed: Typed = usual
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
    Ok(html(|| {
        pages::edit_lesson(&frame, &file.course, None, &[], &typed, None)
    }))
}

pub async fn add_lesson(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<CourseId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match draft(&typed) {
        Ok((place, draft)) => service::change_lesson(&app, &caller, id, None, place, draft).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(lesson) => Ok(Redirect::to(&format!("/admin/lessons/{lesson}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let file = service::file(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::edit_lesson(&frame, &file.course, None, &[], &typed, Some(&fault))
            }))
        }
    }
}

/// The page of a lesson: as it is, or with what was typed and why nothing was changed.
async fn shown_lesson(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: LessonId,
    wrong: Option<(Option<&Typed>, Fault)>,
) -> Result<Response, Fail> {
    let (course, lesson, shown) = service::preview(app, caller, id).await?;
    let stored = typed_lesson(&lesson);
    let Some((typed, fault)) = wrong else {
        return Ok(html(|| {
            pages::edit_lesson(frame, &course, Some(&lesson), &shown.media, &stored, None)
        }));
    };
    let typed = typed.unwrap_or(&stored);
    Ok(page_with_status(&fault, || {
        pages::edit_lesson(frame, &course, Some(&lesson), &shown.media, typed, Some(&fault))
    }))
}

pub async fn lesson(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LessonId>,
) -> Result<Response, Fail> {
    shown_lesson(&app, &frame, &caller, id, None).await
}

fn to_lesson(id: LessonId) -> Response {
    Redirect::to(&format!("/admin/lessons/{id}")).into_response()
}

pub async fn change_lesson(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LessonId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let (course, ..) = service::preview(&app, &caller, id).await?;
    let done = match draft(&typed) {
        Ok((place, draft)) => service::change_lesson(&app, &caller, course.id, Some(id), place, draft).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(_) => Ok(to_lesson(id)),
        Err(error) => shown_lesson(&app, &frame, &caller, id, Some((Some(&typed), fault_of(error)))).await,
    }
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LessonId>,
) -> Result<Response, Fail> {
    let (course, lesson, shown) = service::preview(&app, &caller, id).await?;
    Ok(html(|| pages::preview(&frame, &course, &lesson, &shown)))
}

pub async fn remove_lesson(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LessonId>,
    Form(sure): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match text(&sure, "sure") {
        "" => Err(Fault::Law(LawFault::Unsure).into()),
        _ => service::remove_lesson(&app, &caller, id).await,
    };
    match done {
        Ok(course) => Ok(to_course(course)),
        Err(error) => shown_lesson(&app, &frame, &caller, id, Some((None, fault_of(error)))).await,
    }
}

pub async fn add_media(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LessonId>,
    form: Result<Multipart, MultipartRejection>,
) -> Result<Response, Fail> {
    // Whose lesson it is comes before what was sent.
    service::preview(&app, &caller, id).await?;
    let (name, body) = uploaded(form.map_err(|_| Fault::BadRequest)?).await?;
    match service::add_media(&app, &caller, id, &name, body).await {
        Ok(_) => Ok(to_lesson(id)),
        Err(error) => shown_lesson(&app, &frame, &caller, id, Some((None, fault_of(error)))).await,
    }
}

/// A file as its editors hear and see it, whether the course is published or not.
pub async fn media(
    State(app): State<App>,
    caller: Caller,
    Id(id): Id<LessonMediaId>,
    asked: HeaderMap,
) -> Result<Response, Fail> {
    let media = service::managed_media(&app, &caller, id).await?;
    Ok(course::sent(app, &media, &asked))
}

pub async fn remove_media(State(app): State<App>, caller: Caller, Id(id): Id<LessonMediaId>) -> Result<Response, Fail> {
    Ok(to_lesson(service::remove_media(&app, &caller, id).await?))
}

/// The year whose rule is shown.
#[derive(Deserialize)]
pub struct Year {
    year: Option<u16>,
}

/// How many study, for those who read figures.
async fn counted(app: &App, caller: &Caller, year: u16) -> Result<Option<credit::Counts>, Fail> {
    match caller.has(Right::ReadFigures) {
        true => Ok(Some(credit::counts(app, caller, year).await?)),
        false => Ok(None),
    }
}

pub async fn rules(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Query(wanted): Query<Year>,
) -> Result<Response, Fail> {
    let now = credit::this_year(&app);
    let year = wanted.year.filter(|year| *year == now + 1).unwrap_or(now);
    let versions = credit::rules(&app, &caller, year).await?;
    let counts = counted(&app, &caller, year).await?;
    let rule = credit::rule(&app, year).await?.rule;
    let editable = caller.may_everywhere(Right::ManageCourses).is_ok();
    let typed = credits::typed(year, &rule);
    Ok(html(|| {
        credits::rules(&frame, (now, now + 1), &versions, (&typed, editable), counts, None)
    }))
}

/// What was typed as a rule. What cannot be read becomes a value that the rules refuse.
fn rule(typed: &Typed) -> Rule {
    let credits = |name: &str| Credits::parse(text(typed, name)).unwrap_or(Credits(-1));
    let entries = Kind::ALL.iter().filter_map(|kind| {
        let name = credits::entry_field(*kind);
        (!matches!(text(typed, &name), "" | "0")).then(|| (*kind, credits(&name)))
    });
    Rule {
        total: credits("total"),
        compulsory: credits("compulsory"),
        before_exam: credits("before_exam"),
        per_day: (!text(typed, "per_day").is_empty()).then(|| credits("per_day")),
        entries: entries.collect(),
        hours: (!text(typed, "hours").is_empty()).then(|| Hours {
            document: text(typed, "document").to_owned(),
            minutes_a_day: text(typed, "minutes_a_day").parse().unwrap_or(0),
        }),
        mistake_leaves_after: text(typed, "mistake_leaves_after").parse().unwrap_or(0),
    }
}

pub async fn make_rule(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let year = text(&typed, "year").parse();
    let done = match year {
        Ok(year) => credit::make_rule(&app, &caller, year, rule(&typed), text(&typed, "reason")).await,
        Err(_) => Err(Fault::CreditRule(CreditFault::Year).into()),
    };
    match done {
        Ok(kept) => Ok(Redirect::to(&format!("/admin/credits?year={}", kept.year)).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let now = credit::this_year(&app);
            let year = year.unwrap_or(now);
            let versions = credit::rules(&app, &caller, year).await?;
            let counts = counted(&app, &caller, year).await?;
            let editable = caller.may_everywhere(Right::ManageCourses).is_ok();
            Ok(page_with_status(&fault, || {
                credits::rules(
                    &frame,
                    (now, now + 1),
                    &versions,
                    (&typed, editable),
                    counts,
                    Some(&fault),
                )
            }))
        }
    }
}
