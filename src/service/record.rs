//! The personal law record (学法档案): a person's year in one page, and entries of what was attended elsewhere.

use std::sync::Arc;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    competition::join,
    credit, exemption, officer,
    person::within,
    sitting,
    year::not_closed,
};
use crate::{
    db,
    domain::{
        activity::{Activity, Kind as ActivityKind},
        audit::Act,
        certificate::Certificate,
        competition::{Competition, State as CompetitionState, play::Standing},
        correction::wording,
        course::Course,
        credit::{Cause, Credits, Earned, Held, Line},
        exam::Exam,
        id::{AccountId, DocumentId, PersonId, RecordEntryId, UnitId},
        law::Date,
        person::{Person, PersonState},
        record::{Entry, Kind, RecordFault, State, Wish},
        role::Right,
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// Entries of one person that may wait at a time.
const MOST_WAITING: i64 = 50;
/// Persons of one unit that are offered to be picked.
const MOST_PICKED: usize = 500;

/// What a person did in a course of the year.
pub struct CourseLine {
    pub course: Course,
    pub earned: Credits,
    pub credits: Credits,
    pub done: usize,
    pub lessons: usize,
}

/// A competition that a person joined with the account.
pub struct CompetitionLine {
    pub competition: Competition,
    pub joined_at: Timestamp,
    /// What counts of the official stages; `None` until there is a valid attempt.
    pub result: Option<Standing>,
    /// A case is open: the result counts nowhere until it is decided.
    pub frozen: bool,
}

/// A person's year: everything in it is of the year of its standing, but enforcement certificates.
pub struct Record {
    /// The years with anything to show, and this one, the latest first.
    pub years: Vec<u16>,
    pub person: Person,
    pub unit: String,
    pub standing: credit::Standing,
    pub courses: Vec<CourseLine>,
    pub exams: Vec<sitting::Standing>,
    pub competitions: Vec<CompetitionLine>,
    /// Whether it is the person's own page: nobody else is told scores of competitions.
    pub own: bool,
    pub certificates: Vec<Certificate>,
    /// Enforcement certificates with what is due of them.
    pub officer: Vec<officer::Own>,
    pub entries: Vec<Entry>,
    /// Recorded entries of the units' ledger on whose name list the person stands; counted in nothing here.
    pub listed: Vec<Activity>,
    /// The papers of entries: of which, and by what name.
    pub documents: Vec<(RecordEntryId, DocumentId, String)>,
    /// The path below which the caller finds them.
    pub files: &'static str,
    /// Whether the caller confirms entries of this person.
    pub decides: bool,
    /// Exams that the caller may admit the person to, and what is missing.
    pub gates: Vec<(Exam, Held)>,
    pub now: Timestamp,
}

impl Record {
    /// Leaves what is of its year, and says of which years there is something.
    fn of_its_year(mut self) -> Self {
        let year = self.standing.year;
        let civil = |at: Timestamp| u16::try_from(at.civil().year).unwrap_or_default();
        let mut years = std::mem::take(&mut self.years);
        let mut here = |of: u16| {
            years.push(of);
            of == year
        };
        self.exams.retain(|one| here(civil(one.exam.window.opens_at)));
        self.competitions.retain(|one| here(civil(one.joined_at)));
        self.certificates.retain(|one| here(civil(one.issued_at)));
        self.entries.retain(|one| here(one.wish.day.year()));
        self.listed.retain(|one| here(civil(one.wish.day)));
        years.sort_unstable_by(|a, b| b.cmp(a));
        years.dedup();
        self.years = years;
        self
    }
}

/// The caller's own record of a year, by default of this one.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn mine(app: &App, caller: &Caller, year: Option<u16>) -> Result<Record> {
    super::course::settle(app, caller).await?;
    let person = db::person::get(&app.db, caller.person()?)
        .await?
        .ok_or(Fault::NotFound)?;
    let units = db::person::units(&app.db).await?;
    Ok(collect(app, person, &units, year).await?.of_its_year())
}

/// The record of a person within reach; see [`mine`] for the year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads persons, [`Fault::NotFound`] when there is none within reach.
pub async fn of(app: &App, caller: &Caller, id: PersonId, year: Option<u16>) -> Result<Record> {
    let (person, units) = within(app, caller, Right::ReadPeople, id).await?;
    let covers = |right, unit| caller.may(right).is_ok_and(|reach| reach.covers(&units, unit));
    let own = caller.person().is_ok_and(|own| own == id);
    let decides = covers(Right::KeepRecords, Some(person.unit)) && !own;
    let admits = covers(Right::ManageExams, Some(person.unit));
    let mut record = collect(app, person, &units, year).await?;
    let short = |standing: &sitting::Standing| {
        let held = standing.credits.filter(|held| !held.opens())?;
        let open = record.now < standing.exam.window.closes_at && covers(Right::ManageExams, standing.exam.unit);
        (admits && open).then(|| (standing.exam.clone(), held))
    };
    record.gates = record.exams.iter().filter_map(short).collect();
    record.decides = decides;
    record.own = own;
    record.files = "/admin/record-documents";
    Ok(record.of_its_year())
}

/// Of all years but for the credits and the courses.
async fn collect(app: &App, person: Person, units: &Tree, year: Option<u16>) -> Result<Record> {
    let id = person.id;
    let this_year = credit::this_year(app);
    let standing = credit::standing(app, id, year.unwrap_or(this_year)).await?;
    let earned = db::credit::of_person(&app.db, id).await?;
    let mut competitions = Vec::new();
    for competition in db::competition::all(&app.db).await? {
        if competition.state == CompetitionState::Published
            && let Some(player) = join::of_person(app, competition.id, id).await?
        {
            let record = db::play::record(&app.db, player.id).await?;
            competitions.push(CompetitionLine {
                joined_at: player.joined_at,
                result: record.and_then(|record| record.standing),
                frozen: record.is_some_and(|record| record.frozen),
                competition,
            });
        }
    }
    Ok(Record {
        years: earned.iter().map(|line| line.year).chain([this_year]).collect(),
        unit: units.path(person.unit),
        courses: courses(app, &standing).await?,
        exams: sitting::of_person(app, id).await?.due,
        competitions,
        certificates: db::certificate::of_person(&app.db, id).await?,
        officer: officer::of_person(app, id).await?,
        entries: db::record::of_person(&app.db, id).await?,
        listed: listed(app, id).await?,
        documents: db::record::documents(&app.db, id).await?,
        files: "/record/documents",
        decides: false,
        own: true,
        gates: Vec::new(),
        now: app.now(),
        person,
        standing,
    })
}

/// The study sessions, lectures and court observations that a person was at by the ledger.
async fn listed(app: &App, id: PersonId) -> Result<Vec<Activity>> {
    let mut listed = db::activity::of_person(&app.db, id).await?;
    listed.retain(|entry| {
        matches!(
            entry.wish.kind,
            ActivityKind::StudySession | ActivityKind::Lecture | ActivityKind::CourtObservation
        )
    });
    Ok(listed)
}

/// The courses with which credits of the year were earned.
async fn courses(app: &App, standing: &credit::Standing) -> Result<Vec<CourseLine>> {
    let earned_with = |cause| standing.lines.iter().any(|line| line.cause == cause);
    let mut courses = Vec::new();
    for course in db::course::all(&app.db).await? {
        if course.heading.year != standing.year {
            continue;
        }
        let lessons = db::course::lessons(&app.db, course.id).await?;
        let done = lessons.iter().filter(|lesson| earned_with(Cause::Lesson(lesson.id)));
        let line = CourseLine {
            earned: done.clone().map(|lesson| lesson.draft.credits).sum(),
            done: done.count(),
            credits: lessons.iter().map(|lesson| lesson.draft.credits).sum(),
            lessons: lessons.len(),
            course,
        };
        if line.done > 0 {
            courses.push(line);
        }
    }
    Ok(courses)
}

type Paper = Option<(DocumentId, String, Arc<Vec<u8>>)>;

/// A paper as it is stored.
fn paper(app: &App, document: Option<(String, Vec<u8>)>) -> Result<Paper> {
    let Some((name, body)) = document.filter(|(_, body)| !body.is_empty()) else {
        return Ok(None);
    };
    if body.len() > exemption::DOCUMENT {
        return Err(Fault::Record(RecordFault::DocumentTooLarge).into());
    }
    // The last part of a path that an old browser may send along.
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
    let name = if name.is_empty() { "材料" } else { name };
    Ok(Some((app.random.id(app.now()), name.to_owned(), Arc::new(body))))
}

/// Enters something that the caller attended. It waits until somebody confirms it.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::Record`] with what is wrong.
pub async fn enter(
    app: &App,
    caller: &Caller,
    wish: Wish,
    document: Option<(String, Vec<u8>)>,
) -> Result<RecordEntryId> {
    let person = caller.person()?;
    wish.check(Date::of(app.now())).map_err(Fault::Record)?;
    let paper = paper(app, document)?;
    let by = By::new(app, caller);
    let entry = Entry {
        id: app.random.id(by.at),
        person,
        wish,
        state: State::Entered,
        entered_by: by.id(),
        entered_at: by.at,
        decided_by: AccountId(0),
        decided_at: None,
        reason: String::new(),
    };
    app.db
        .write((entry, paper), |tx, (entry, paper)| {
            Box::pin(async move {
                if db::record::count_waiting(tx, entry.person).await? >= MOST_WAITING {
                    return Err(Fault::Record(RecordFault::TooMany).into());
                }
                db::record::insert(tx, &entry).await?;
                if let Some((id, name, body)) = paper {
                    let (by, at) = (entry.entered_by, entry.entered_at);
                    db::record::insert_document(tx, id, entry.id, (&name, &body), by, at).await?;
                }
                Ok(entry.id)
            })
        })
        .await
}

/// What confirming an entry gives a person.
async fn line(app: &App, person: PersonId, id: RecordEntryId, kind: Kind, day: Date, at: Timestamp) -> Result<Line> {
    let year = day.year();
    let kept = credit::rule(app, year).await?;
    let (_, last) = credit::days_of(year);
    Ok(Line {
        person,
        cause: Cause::Entry(id),
        year,
        earned: Earned {
            // When its year is over what was attended on several days may be confirmed on one: then the day attended.
            day: match at.day() > last {
                true => day.begins().day(),
                false => at.day(),
            },
            amount: kept.rule.entry(kind),
            compulsory: false,
        },
        known: false,
        rule: kept.version,
        at,
    })
}

/// Confirms an entry, or says why not.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps records, [`Fault::NotFound`] when there is none within reach,
/// [`RecordFault::Own`], [`RecordFault::Decided`], [`RecordFault::Reason`];
/// [`ActivityFault::Closed`](crate::domain::activity::ActivityFault::Closed) where it would give credits of a closed year.
pub async fn decide(app: &App, caller: &Caller, id: RecordEntryId, confirm: bool, reason: &str) -> Result<PersonId> {
    caller.may(Right::KeepRecords)?;
    let entry = db::record::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let (of_whom, _) = within(app, caller, Right::KeepRecords, entry.person).await?;
    if caller.person().is_ok_and(|own| own == entry.person) {
        return Err(Fault::Record(RecordFault::Own).into());
    }
    let reason = match confirm {
        true => String::new(),
        false => wording(reason)
            .filter(|reason| reason.chars().count() >= 2)
            .ok_or(Fault::Record(RecordFault::Reason))?,
    };
    let by = By::new(app, caller);
    let line = line(app, entry.person, id, entry.wish.kind, entry.wish.day, by.at).await?;
    app.db
        .write(
            (of_whom.number, reason, line, by),
            move |tx, (number, reason, line, by)| {
                Box::pin(async move {
                    let entry = db::record::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
                    let next = entry.decide(confirm).map_err(Fault::Record)?;
                    if !db::record::decide(tx, id, next, by.id(), by.at, &reason).await? {
                        return Err(Fault::Record(RecordFault::Decided).into());
                    }
                    if next == State::Confirmed && line.earned.amount > Credits::ZERO {
                        not_closed(tx, line.year).await?;
                        credit::earn(tx, &line, 0).await?;
                    }
                    let deed = Deed::new(Act::RecordEntryDecided, format!("person {number}"))
                        .before(&entry.wish)
                        .after(&(next.code(), line.earned.amount))
                        .because(reason);
                    audit::record(tx, &by, deed).await?;
                    Ok(entry.person)
                })
            },
        )
        .await
}

/// What waits to be confirmed, and whom something can be entered for.
pub struct Desk {
    pub waiting: Vec<db::record::Waiting>,
    pub units: Tree,
    /// Units within reach.
    pub choice: Vec<(UnitId, String)>,
    pub unit: Option<UnitId>,
    /// Active persons of the unit chosen and those below it.
    pub persons: Vec<Person>,
    /// Whether there are more than are offered.
    pub more: bool,
    pub now: Timestamp,
}

/// The desk of whoever keeps records; `unit`: whose persons are offered, by default the first within reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps records, [`Fault::NotFound`] for a unit beyond reach.
pub async fn desk(app: &App, caller: &Caller, unit: Option<UnitId>) -> Result<Desk> {
    let reach = caller.may(Right::KeepRecords)?;
    let units = db::person::units(&app.db).await?;
    let own = caller.person().ok();
    let mut waiting = db::record::waiting(&app.db).await?;
    waiting.retain(|waiting| reach.covers(&units, Some(waiting.unit)) && Some(waiting.entry.person) != own);
    let choice: Vec<(UnitId, String)> = units
        .walk()
        .into_iter()
        .filter(|(_, unit)| reach.covers(&units, Some(unit.id)))
        .map(|(_, unit)| (unit.id, units.path(unit.id)))
        .collect();
    let unit = match unit {
        Some(unit) => Some(choice.iter().find(|(id, _)| *id == unit).ok_or(Fault::NotFound)?.0),
        None => choice.first().map(|(id, _)| *id),
    };
    let mut persons = db::person::all(&app.db).await?;
    persons.retain(|person| {
        person.state == PersonState::Active && unit.is_some_and(|unit| units.is_within(person.unit, unit))
    });
    let more = persons.len() > MOST_PICKED;
    persons.truncate(MOST_PICKED);
    Ok(Desk {
        waiting,
        choice,
        unit,
        persons,
        more,
        now: app.now(),
        units,
    })
}

/// Enters something that many attended; it is confirmed with it.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps records, [`Fault::NotFound`] for a person beyond reach, [`Fault::Record`] with
/// what is wrong, [`ActivityFault::Closed`](crate::domain::activity::ActivityFault::Closed) as [`decide`]; nothing is stored then.
pub async fn enter_many(app: &App, caller: &Caller, persons: Vec<PersonId>, wish: Wish) -> Result<usize> {
    let reach = caller.may(Right::KeepRecords)?;
    wish.check(Date::of(app.now())).map_err(Fault::Record)?;
    let mut persons = persons;
    persons.sort_unstable();
    persons.dedup();
    if persons.is_empty() || persons.len() > MOST_PICKED {
        return Err(Fault::Record(RecordFault::Nobody).into());
    }
    let units = db::person::units(&app.db).await?;
    let by = By::new(app, caller);
    let mut entries = Vec::with_capacity(persons.len());
    let mut numbers = Vec::with_capacity(persons.len());
    for id in persons {
        let person = db::person::get(&app.db, id).await?;
        let person = person
            .filter(|person| reach.covers(&units, Some(person.unit)))
            .ok_or(Fault::NotFound)?;
        if caller.person().is_ok_and(|own| own == id) {
            return Err(Fault::Record(RecordFault::Own).into());
        }
        let entry = Entry {
            id: app.random.id(by.at),
            person: id,
            wish: wish.clone(),
            state: State::Confirmed,
            entered_by: by.id(),
            entered_at: by.at,
            decided_by: by.id(),
            decided_at: Some(by.at),
            reason: String::new(),
        };
        let line = line(app, id, entry.id, wish.kind, wish.day, by.at).await?;
        numbers.push(person.number);
        entries.push((entry, line));
    }
    let count = entries.len();
    let deed = Deed::new(Act::RecordEntriesMade, format!("{count} persons")).after(&(&wish, &numbers));
    app.db
        .write((entries, deed, by), |tx, (entries, deed, by)| {
            Box::pin(async move {
                for (entry, line) in &entries {
                    db::record::insert(tx, entry).await?;
                    if line.earned.amount > Credits::ZERO {
                        not_closed(tx, line.year).await?;
                        credit::earn(tx, line, 0).await?;
                    }
                }
                audit::record(tx, &by, deed).await?;
                Ok(entries.len())
            })
        })
        .await
}

/// Name and content of a paper of the caller's own record.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when the caller has none such.
pub async fn document(app: &App, caller: &Caller, id: DocumentId) -> Result<(String, Vec<u8>)> {
    let own = caller.person()?;
    let (person, name, body) = db::record::document(&app.db, id).await?.ok_or(Fault::NotFound)?;
    if person != own {
        return Err(Fault::NotFound.into());
    }
    Ok((name, body))
}

/// Name and content of a paper of somebody whose record the caller keeps.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps records, [`Fault::NotFound`] when there is none within reach.
pub async fn kept_document(app: &App, caller: &Caller, id: DocumentId) -> Result<(String, Vec<u8>)> {
    caller.may(Right::KeepRecords)?;
    let (person, name, body) = db::record::document(&app.db, id).await?.ok_or(Fault::NotFound)?;
    within(app, caller, Right::KeepRecords, person).await?;
    Ok((name, body))
}
