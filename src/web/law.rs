//! The library of laws: reading, searching, bookmarks, must-know lists, and the pages of those who keep it.

use std::collections::HashMap;

use axum::{
    Form,
    extract::{FromRequestParts, Multipart, Query, RawPathParams, State},
    http::request::Parts,
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    extract::{Id, part, uploaded},
    respond::{Fail, fault_of, html, page_with_status},
    router,
    unit::text,
};
use crate::{
    domain::{
        id::{LawId, LawVersionId, MustKnowListId, UploadId},
        law::{ArticleNumber, Days, LawFault, Level},
        must_know::{For, Wish},
        person::{Category, RankLevel},
        role::Right,
    },
    error::Fault,
    service::{
        App, Caller,
        law::{self as service, Choice},
    },
    ui::{laws as pages, part::form::Typed, shell::Frame},
};

#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    words: String,
    #[serde(default)]
    all: String,
    #[serde(default)]
    page: u32,
}

pub async fn library(
    State(app): State<App>,
    frame: Frame,
    _: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fail> {
    let typed = wanted.words.trim();
    let asked = pages::Asked {
        typed,
        all: !wanted.all.is_empty(),
    };
    if typed.is_empty() {
        let library = service::library(&app).await?;
        let today = service::today(&app);
        return Ok(html(|| pages::library(&frame, &library, today, &asked)));
    }
    let search = service::search(&app, typed, asked.all, wanted.page).await?;
    Ok(html(|| pages::found(&frame, &search, &asked)))
}

/// The version of a law that an address names; empty for the one to be shown.
#[derive(Deserialize, Default)]
pub struct Which {
    #[serde(default)]
    version: String,
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
}

fn version(text: &str) -> Result<Option<LawVersionId>, Fault> {
    match text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Fault::NotFound),
    }
}

pub async fn read(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LawId>,
    Query(which): Query<Which>,
) -> Result<Response, Fail> {
    let reading = service::read(&app, &caller, id, version(&which.version)?).await?;
    Ok(html(|| pages::reader(&frame, &reading)))
}

pub async fn compare(
    State(app): State<App>,
    frame: Frame,
    _: Caller,
    Id(id): Id<LawId>,
    Query(which): Query<Which>,
) -> Result<Response, Fail> {
    let (old, new) = (version(&which.old)?, version(&which.new)?);
    let (record, compared) = service::compared(&app, id, old, new).await?;
    Ok(html(|| pages::compared(&frame, &record, compared.as_ref())))
}

/// The law and the number of an article in the path.
pub struct Cited(LawId, ArticleNumber);

impl FromRequestParts<router::State> for Cited {
    type Rejection = Fail;
    async fn from_request_parts(parts: &mut Parts, state: &router::State) -> Result<Self, Fail> {
        let params = RawPathParams::from_request_parts(parts, state)
            .await
            .map_err(|_| Fault::NotFound)?;
        let law = part(&params, "law").and_then(|law| law.parse().ok());
        let number = part(&params, "article").and_then(|number| number.parse().ok());
        let cited = law.zip(number).map(|(law, number)| Self(law, number));
        cited.ok_or_else(|| Fault::NotFound.into())
    }
}

pub async fn article(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Cited(law, number): Cited,
    Query(which): Query<Which>,
) -> Result<Response, Fail> {
    let across = service::article(&app, &caller, law, version(&which.version)?, number).await?;
    Ok(html(|| pages::article(&frame, &across, None, None)))
}

pub async fn mark(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Cited(law, number): Cited,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let version = match version(text(&typed, "version"))? {
        Some(version) => version,
        None => service::shown(&app, law).await?,
    };
    let note = typed.get("note").map(String::as_str).unwrap_or_default();
    let done = match text(&typed, "do") {
        "remove" => service::unmark(&app, &caller, law, version, number).await,
        _ => service::mark(&app, &caller, law, version, number, note).await,
    };
    let Err(error) = done else {
        let to = match text(&typed, "back") {
            "marks" => "/laws/marks".to_owned(),
            _ => format!("/laws/{law}/articles/{number}?version={version}"),
        };
        return Ok(Redirect::to(&to).into_response());
    };
    let fault = fault_of(error);
    if fault != Fault::Law(LawFault::Note) {
        return Err(fault.into());
    }
    let across = service::article(&app, &caller, law, Some(version), number).await?;
    Ok(page_with_status(&fault, || {
        pages::article(&frame, &across, Some(note), Some(&fault))
    }))
}

pub async fn marks(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let marks = service::marks(&app, &caller).await?;
    Ok(html(|| pages::marks(&frame, &marks)))
}

pub async fn lists(State(app): State<App>, frame: Frame, _: Caller) -> Result<Response, Fail> {
    let lists = service::lists(&app).await?;
    Ok(html(|| pages::lists(&frame, &lists)))
}

pub async fn list(
    State(app): State<App>,
    frame: Frame,
    _: Caller,
    Id(id): Id<MustKnowListId>,
) -> Result<Response, Fail> {
    let lines = service::lines(&app, id).await?;
    Ok(html(|| pages::lines(&frame, &lines)))
}

pub async fn manage(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    let library = service::library(&app).await?;
    let today = service::today(&app);
    let editable = caller.may_everywhere(Right::ManageLaws).is_ok();
    Ok(html(|| pages::manage(&frame, &library, today, editable)))
}

pub async fn upload(State(app): State<App>, caller: Caller, form: Multipart) -> Result<Redirect, Fail> {
    let (name, body) = uploaded(form).await?;
    let id = service::receive(&app, &caller, name, body).await?;
    Ok(Redirect::to(&format!("/admin/laws/import/{id}")))
}

pub async fn preview(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
) -> Result<Response, Fail> {
    let preview = service::preview(&app, &caller, id).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::preview(&frame, &preview, id, &nothing, None)))
}

/// Level and days as they were typed.
fn choice(typed: &Typed) -> Result<Choice, Fault> {
    Ok(Choice {
        level: Level::parse(text(typed, "level")),
        days: Days {
            promulgated: service::typed_day(text(typed, "promulgated"))?,
            effective: service::typed_day(text(typed, "effective"))?,
            repealed: service::typed_day(text(typed, "repealed"))?,
        },
    })
}

pub async fn import(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<UploadId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match choice(&typed) {
        Ok(choice) => service::import_kept(&app, &caller, id, choice).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok((law, version)) => Ok(Redirect::to(&format!("/laws/{law}?version={version}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            let preview = service::preview(&app, &caller, id).await?;
            Ok(page_with_status(&fault, || {
                pages::preview(&frame, &preview, id, &typed, Some(&fault))
            }))
        }
    }
}

pub async fn file(State(app): State<App>, frame: Frame, caller: Caller, Id(id): Id<LawId>) -> Result<Response, Fail> {
    let file = service::file(&app, &caller, id).await?;
    let nothing = Typed::new();
    Ok(html(|| pages::file(&frame, &file, &nothing, None)))
}

/// The versions of a law with what was wrong with the last try.
async fn again(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: LawId,
    typed: &Typed,
    fault: &Fault,
) -> Result<Response, Fail> {
    let file = service::file(app, caller, id).await?;
    Ok(page_with_status(fault, || {
        pages::file(frame, &file, typed, Some(fault))
    }))
}

pub async fn correct(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LawVersionId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let library = service::library(&app).await?;
    let law = library.of_version(id).ok_or(Fault::NotFound)?.entry.id;
    let done = match choice(&typed) {
        Ok(choice) => service::correct(&app, &caller, id, choice.days, choice.level, text(&typed, "reason")).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(law) => Ok(Redirect::to(&format!("/admin/laws/{law}")).into_response()),
        Err(error) => again(&app, &frame, &caller, law, &typed, &fault_of(error)).await,
    }
}

pub async fn join(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LawId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let Ok(before) = text(&typed, "before").parse() else {
        return again(&app, &frame, &caller, id, &typed, &Fault::Wording).await;
    };
    match service::join(&app, &caller, id, before, text(&typed, "reason")).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/laws/{id}")).into_response()),
        Err(error) => again(&app, &frame, &caller, id, &typed, &fault_of(error)).await,
    }
}

pub async fn unjoin(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(before): Id<LawId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    match service::part(&app, &caller, before, text(&typed, "reason")).await {
        Ok(()) => Ok(Redirect::to(&format!("/admin/laws/{before}")).into_response()),
        Err(error) => again(&app, &frame, &caller, before, &typed, &fault_of(error)).await,
    }
}

pub async fn take_back(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LawVersionId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let library = service::library(&app).await?;
    let law = library.of_version(id).ok_or(Fault::NotFound)?.entry.id;
    match service::take_back(&app, &caller, id, text(&typed, "reason")).await {
        Ok(Some(law)) => Ok(Redirect::to(&format!("/admin/laws/{law}")).into_response()),
        Ok(None) => Ok(Redirect::to("/admin/laws").into_response()),
        Err(error) => again(&app, &frame, &caller, law, &typed, &fault_of(error)).await,
    }
}

pub async fn repeal(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<LawId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    let done = match service::typed_day(text(&typed, "repealed")) {
        Ok(Some(day)) => service::repeal(&app, &caller, id, day, text(&typed, "reason")).await,
        Ok(None) => Err(Fault::Law(LawFault::Day).into()),
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/admin/laws/{id}")).into_response()),
        Err(error) => again(&app, &frame, &caller, id, &typed, &fault_of(error)).await,
    }
}

pub async fn new_list(State(app): State<App>, frame: Frame, caller: Caller) -> Result<Response, Fail> {
    caller.may_everywhere(Right::ManageLaws)?;
    let year = app.now().civil().year.to_string();
    let typed = HashMap::from([("year".to_owned(), year)]);
    Ok(html(|| pages::edit(&frame, None, &typed, None)))
}

/// What was typed into the form of a list.
fn wish(typed: &Typed) -> Result<Wish, Fault> {
    let year = text(typed, "year").parse().map_err(|_| Fault::Law(LawFault::List))?;
    Ok(Wish {
        title: text(typed, "title").to_owned(),
        year,
        whom: For {
            rank_level: RankLevel::from_code(text(typed, "rank_level")),
            category: Category::from_code(text(typed, "category")),
            post: text(typed, "post").to_owned(),
        },
        lines: Wish::lines(text(typed, "lines")),
    })
}

async fn store_list(
    app: &App,
    frame: &Frame,
    caller: &Caller,
    id: Option<MustKnowListId>,
    typed: &Typed,
) -> Result<Response, Fail> {
    let done = match wish(typed) {
        Ok(wish) => service::make(app, caller, id, wish).await,
        Err(fault) => Err(fault.into()),
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/laws/lists/{id}")).into_response()),
        Err(error) => {
            let fault = fault_of(error);
            match fault {
                Fault::Law(_) | Fault::Activity(_) => {
                    Ok(page_with_status(&fault, || pages::edit(frame, id, typed, Some(&fault))))
                }
                fault => Err(fault.into()),
            }
        }
    }
}

/// A list as its form shows it.
fn typed(wish: Wish) -> Typed {
    Typed::from([
        ("title".to_owned(), wish.title),
        ("year".to_owned(), wish.year.to_string()),
        (
            "rank_level".to_owned(),
            wish.whom.rank_level.map_or("", RankLevel::code).to_owned(),
        ),
        (
            "category".to_owned(),
            wish.whom.category.map_or("", Category::code).to_owned(),
        ),
        ("post".to_owned(), wish.whom.post),
        ("lines".to_owned(), wish.lines.join("\n")),
    ])
}

pub async fn make_list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    store_list(&app, &frame, &caller, None, &typed).await
}

pub async fn edit_list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<MustKnowListId>,
) -> Result<Response, Fail> {
    let wish = service::list_wish(&app, &caller, id).await?;
    let typed = typed(wish);
    Ok(html(|| pages::edit(&frame, Some(id), &typed, None)))
}

pub async fn change_list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<MustKnowListId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Fail> {
    store_list(&app, &frame, &caller, Some(id), &typed).await
}

pub async fn remove_list(
    State(app): State<App>,
    frame: Frame,
    caller: Caller,
    Id(id): Id<MustKnowListId>,
    Form(sure): Form<Typed>,
) -> Result<Response, Fail> {
    let typed = typed(service::list_wish(&app, &caller, id).await?);
    if text(&sure, "sure").is_empty() {
        let fault = Fault::Law(LawFault::Unsure);
        return Ok(page_with_status(&fault, || {
            pages::edit(&frame, Some(id), &typed, Some(&fault))
        }));
    }
    match service::remove(&app, &caller, id).await {
        Ok(()) => Ok(Redirect::to("/laws/lists").into_response()),
        Err(error) => {
            let fault = fault_of(error);
            Ok(page_with_status(&fault, || {
                pages::edit(&frame, Some(id), &typed, Some(&fault))
            }))
        }
    }
}
