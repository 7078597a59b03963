//! Exemptions and deferrals: asking, deciding, and the papers that belong to them.

use std::{collections::HashMap, sync::Arc};

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    person::within,
    year::not_closed,
};
use crate::{
    db,
    domain::{
        audit::Act,
        bank::fold,
        exam::{Exam, State as ExamState},
        exemption::{Document, Exemption, Ground, Kind, Listed, State, StepFault},
        id::{DocumentId, ExamId, ExemptionId, PersonId},
        people::PeopleFault,
        person::Person,
        role::Right,
        unit::Tree,
    },
    error::Fault,
};

/// The largest document.
pub const DOCUMENT: usize = 10 * 1024 * 1024;
/// The most documents of one request.
const DOCUMENTS: usize = 10;
/// The most characters of the free text.
const WORDS: usize = 1000;
/// Requests on one page.
const PAGE: usize = 50;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub exam: ExamId,
    pub kind: Kind,
    pub ground: Ground,
    pub words: String,
    /// Name and content.
    pub document: Option<(String, Arc<Vec<u8>>)>,
}

/// Stores a request for a person.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`] when there is no such person or exam, and
/// [`Fault::People`] with the reason when it cannot be asked for.
pub async fn request(app: &App, caller: &Caller, person: PersonId, wish: Wish) -> Result<ExemptionId> {
    let (of_whom, units) = within(app, caller, Right::ManageExams, person).await?;
    let exam = db::exam::get(&app.db, wish.exam).await?.ok_or(Fault::NotFound)?;
    if exam.unit.is_some_and(|unit| !units.is_within(of_whom.unit, unit)) {
        return Err(PeopleFault::Exemption(StepFault::NotRegistered).into());
    }
    let words = checked_words(&wish)?;
    let by = By::new(app, caller);
    let now = by.at;
    let request = Exemption {
        id: app.random.id(now),
        exam: wish.exam,
        person,
        kind: wish.kind,
        ground: wish.ground,
        words,
        state: State::Requested,
        requested_by: by.account,
        requested_at: now,
        decided_by: None,
        decided_at: None,
        reason: String::new(),
    };
    let document = wish
        .document
        .map(|(name, body)| document(app, request.id, &name, body))
        .transpose()?;
    app.db
        .write(
            (request, document, by, of_whom.number),
            |tx, (request, document, by, number)| {
                Box::pin(async move {
                    let of = db::exemption::circumstances(tx, &request)
                        .await?
                        .ok_or(Fault::NotFound)?;
                    if of.exam == ExamState::Open && !of.registered {
                        return Err(PeopleFault::Exemption(StepFault::NotRegistered).into());
                    }
                    db::exemption::insert(tx, &request).await.map_err(alive)?;
                    if let Some((document, body)) = document {
                        db::exemption::insert_document(tx, &document, &body, by.account).await?;
                    }
                    let deed = Deed::new(Act::ExemptionAsked, format!("person {number} exam {}", request.exam));
                    let asked = (request.kind.code(), request.ground.code());
                    audit::record(tx, &by, deed.after(&asked).because(request.words)).await?;
                    Ok(request.id)
                })
            },
        )
        .await
}

fn alive(error: db::Error) -> super::Error {
    match error {
        db::Error::Taken => PeopleFault::Requested.into(),
        other => other.into(),
    }
}

fn checked_words(wish: &Wish) -> std::result::Result<String, PeopleFault> {
    let words = wish.words.trim();
    let control = |c: char| c.is_control() && c != '\n' && c != '\r';
    let explained = wish.ground != Ground::Other || !words.is_empty();
    if explained && words.chars().count() <= WORDS && !words.chars().any(control) {
        Ok(words.to_owned())
    } else {
        Err(PeopleFault::ExemptionForm)
    }
}

fn document(
    app: &App,
    exemption: ExemptionId,
    name: &str,
    body: Arc<Vec<u8>>,
) -> std::result::Result<(Document, Arc<Vec<u8>>), Fault> {
    if body.is_empty() {
        return Err(Fault::NoFile);
    }
    if body.len() > DOCUMENT {
        return Err(PeopleFault::DocumentTooLarge.into());
    }
    // The last part of a path that an old browser may send along.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let document = Document {
        id: app.random.id(app.now()),
        exemption,
        name: if name.is_empty() {
            "材料".to_owned()
        } else {
            name.to_owned()
        },
        size: i64::try_from(body.len()).unwrap_or(i64::MAX),
        uploaded_at: app.now(),
    };
    Ok((document, body))
}

/// A request that is the caller's to deal with, with whom it is for.
async fn own(app: &App, caller: &Caller, id: ExemptionId) -> Result<(Exemption, Person)> {
    caller.may(Right::ManageExams)?;
    let request = db::exemption::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let (person, _) = within(app, caller, Right::ManageExams, request.person).await?;
    Ok((request, person))
}

/// Adds a document to a request that is not settled against the person.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`], [`Fault::NoFile`], or [`Fault::People`] when it
/// is too large or the request is settled.
pub async fn add_document(
    app: &App,
    caller: &Caller,
    id: ExemptionId,
    name: &str,
    body: Vec<u8>,
) -> Result<DocumentId> {
    let (request, of) = own(app, caller, id).await?;
    let full = db::exemption::documents(&app.db, id).await?.len() >= DOCUMENTS;
    if full || !matches!(request.state, State::Requested | State::Approved) {
        return Err(PeopleFault::Exemption(StepFault::Decided).into());
    }
    let args = document(app, id, name, Arc::new(body))?;
    app.db
        .write(
            (args, request, of, By::new(app, caller)),
            |tx, ((document, body), request, of, by)| {
                Box::pin(async move {
                    db::exemption::insert_document(tx, &document, &body, by.account).await?;
                    let deed = Deed::new(
                        Act::DocumentAdded,
                        format!("person {} exam {}", of.number, request.exam),
                    );
                    audit::record(tx, &by, deed.after(&(&document.name, document.size))).await?;
                    Ok(document.id)
                })
            },
        )
        .await
}

/// How a request is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Approve,
    Refuse,
    Withdraw,
}

/// Settles a request. An exemption that is approved after the opening changes the standing of that one person on the
/// frozen roster, and with it the figures; so not once the year is closed.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`], and [`Fault::People`] with the reason when
/// the step is not possible, or [`ActivityFault::Closed`](crate::domain::activity::ActivityFault::Closed); nothing is changed then.
pub async fn settle(app: &App, caller: &Caller, id: ExemptionId, step: Step, reason: &str) -> Result<()> {
    let (request, of_whom) = own(app, caller, id).await?;
    let exam = db::exam::get(&app.db, request.exam).await?.ok_or(Fault::NotFound)?;
    let year = u16::try_from(exam.window.opens_at.civil().year).unwrap_or_default();
    let reason = match step {
        Step::Refuse => super::unit::checked_reason(reason)?,
        _ if reason.trim().is_empty() => String::new(),
        _ => super::unit::checked_reason(reason)?,
    };
    app.db
        .write(
            (reason, By::new(app, caller), of_whom.number),
            move |tx, (reason, by, number)| {
                Box::pin(async move {
                    let request = db::exemption::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
                    let of = db::exemption::circumstances(tx, &request)
                        .await?
                        .ok_or(Fault::NotFound)?;
                    let next = match step {
                        Step::Approve => request.state.approve(request.kind, of),
                        Step::Refuse => request.state.refuse(),
                        Step::Withdraw => request.state.withdraw(of.exam),
                    };
                    let next = next.map_err(PeopleFault::Exemption)?;
                    if !db::exemption::decide(tx, id, (request.state, next), by.account, &reason, by.at).await? {
                        return Err(PeopleFault::Exemption(StepFault::Decided).into());
                    }
                    let late = of.exam == ExamState::Open && next == State::Approved;
                    if late && request.kind == Kind::Exemption {
                        not_closed(tx, year).await?;
                        db::exemption::exempt_entry(tx, request.exam, request.person).await?;
                    }
                    let deed = Deed::new(Act::ExemptionDecided, format!("person {number} exam {}", request.exam))
                        .before(&(request.kind.code(), request.state.code()))
                        .after(&(request.kind.code(), next.code(), late))
                        .because(reason);
                    audit::record(tx, &by, deed).await
                })
            },
        )
        .await
}

/// Which requests to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub exam: Option<ExamId>,
    pub state: Option<State>,
    pub kind: Option<Kind>,
    /// In name or number.
    pub words: String,
    /// From 1.
    pub page: u32,
}

/// A page of requests.
pub struct Page {
    pub rows: Vec<Listed>,
    /// Requests that fit the filter.
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    pub exams: Vec<Exam>,
    pub units: Tree,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams.
pub async fn page(app: &App, caller: &Caller, filter: &Filter) -> Result<Page> {
    let reach = caller.may(Right::ManageExams)?;
    let units = db::person::units(&app.db).await?;
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| reach.meets(&units, exam.unit));
    let words = fold(&filter.words);
    let fits = |listed: &Listed| {
        let request = &listed.exemption;
        reach.covers(&units, Some(listed.unit))
            && filter.exam.is_none_or(|exam| exam == request.exam)
            && filter.state.is_none_or(|state| state == request.state)
            && filter.kind.is_none_or(|kind| kind == request.kind)
            && fold(&[listed.name.as_str(), &listed.number].concat()).contains(&words)
    };
    let fitting: Vec<Listed> = db::exemption::all(&app.db).await?.into_iter().filter(fits).collect();
    let total = fitting.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = filter.page.clamp(1, pages);
    Ok(Page {
        rows: fitting
            .into_iter()
            .skip((page as usize - 1) * PAGE)
            .take(PAGE)
            .collect(),
        total,
        page,
        pages,
        exams,
        units,
    })
}

/// One request with all that a decision needs.
pub struct Record {
    pub exemption: Exemption,
    pub person: Person,
    pub unit: String,
    pub exam: Exam,
    pub documents: Vec<Document>,
    /// Login names of the accounts that acted.
    pub accounts: HashMap<crate::domain::id::AccountId, String>,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`] when there is no such request.
pub async fn record(app: &App, caller: &Caller, id: ExemptionId) -> Result<Record> {
    let (exemption, person) = own(app, caller, id).await?;
    let exam = db::exam::get(&app.db, exemption.exam).await?.ok_or(Fault::NotFound)?;
    let acted = [exemption.requested_by, exemption.decided_by].into_iter().flatten();
    let mut accounts = HashMap::new();
    for account in acted {
        if let Some(name) = db::account::name_of(&app.db, account).await? {
            accounts.insert(account, name);
        }
    }
    Ok(Record {
        unit: db::person::units(&app.db).await?.path(person.unit),
        documents: db::exemption::documents(&app.db, id).await?,
        exemption,
        person,
        exam,
        accounts,
    })
}

/// Name and content of a document.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`] when there is no such document.
pub async fn document_content(app: &App, caller: &Caller, id: DocumentId) -> Result<(String, Vec<u8>)> {
    caller.may(Right::ManageExams)?;
    let (request, name, body) = db::exemption::document(&app.db, id).await?.ok_or(Fault::NotFound)?;
    own(app, caller, request).await?;
    Ok((name, body))
}
