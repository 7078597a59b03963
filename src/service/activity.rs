//! The ledger of activities: entering, deciding, name lists and evidence. Nothing of a closed year changes.

use std::{collections::BTreeMap, sync::Arc};

use sm3::{Digest, Sm3};

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed, json},
    kept,
    person::within,
    unit::checked_reason,
    year::held,
};
use crate::{
    db::{self, Tx},
    domain::{
        activity::{
            self, Activity, ActivityFault, Attendee, Evidence, FILE, FILES, Kind, Media, PERSONS, State, Total, Wish,
        },
        audit::Act,
        bank::fold,
        hex::hex,
        id::{ActivityId, EvidenceId, PersonId, UnitId},
        person::{Person, PersonState},
        role::{Reach, Right},
        unit::Tree,
        year::Year,
    },
    error::Fault,
    format,
};

/// Entries on one page.
const PAGE: usize = 50;
/// Persons offered for a name list at a time.
const OFFERED: usize = 50;

impl From<ActivityFault> for Error {
    fn from(fault: ActivityFault) -> Self {
        Fault::Activity(fault).into()
    }
}

/// Which entries to show.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub year: u16,
    pub kind: Option<Kind>,
    pub state: Option<State>,
    pub unit: Option<UnitId>,
    pub words: String,
    /// From 1.
    pub page: u32,
}

/// A page of the ledger.
pub struct Ledger {
    /// The years that were begun, the latest first.
    pub years: Vec<Year>,
    pub rows: Vec<Activity>,
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    /// What the recorded entries that fit the filter add up to.
    pub totals: BTreeMap<&'static str, (Kind, Total)>,
    pub units: Tree,
    /// The units one may enter for; empty when none.
    pub own: Vec<UnitId>,
}

/// The units a reach covers, in the order of the tree.
pub(super) fn own_units(units: &Tree, reach: Option<&Reach>) -> Vec<UnitId> {
    let covered = |unit: UnitId| reach.is_some_and(|reach| reach.covers(units, Some(unit)));
    units
        .walk()
        .into_iter()
        .map(|(_, unit)| unit.id)
        .filter(|unit| covered(*unit))
        .collect()
}

/// The ledger of a year within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures.
pub async fn ledger(app: &App, caller: &Caller, filter: &Filter) -> Result<Ledger> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let words = fold(&filter.words);
    let fits = |activity: &Activity| {
        let wish = &activity.wish;
        reach.covers(&units, Some(wish.unit))
            && filter.kind.is_none_or(|kind| kind == wish.kind)
            && filter.state.is_none_or(|state| state == activity.state)
            && filter.unit.is_none_or(|top| units.is_within(wish.unit, top))
            && (words.is_empty() || fold(&[wish.title.as_str(), &wish.place, &wish.document].concat()).contains(&words))
    };
    let all = kept::activities(app, filter.year).await?;
    let fitting: Vec<&Activity> = all.iter().filter(|activity| fits(activity)).collect();
    let totals = totals(&fitting);
    let total = fitting.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = filter.page.clamp(1, pages);
    let start = (page as usize - 1) * PAGE;
    Ok(Ledger {
        years: db::year::all(&app.db).await?,
        rows: fitting.into_iter().skip(start).take(PAGE).cloned().collect(),
        total,
        page,
        pages,
        totals,
        own: own_units(&units, caller.may(Right::KeepLedger).ok().as_ref()),
        units,
    })
}

/// What recorded entries add up to, by kind.
fn totals(entries: &[&Activity]) -> BTreeMap<&'static str, (Kind, Total)> {
    let mut totals = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.state == State::Recorded) {
        let kind = entry.wish.kind;
        let (_, total) = totals.entry(kind.code()).or_insert((kind, Total::default()));
        total.add(entry.wish.quantity, entry.wish.audience);
    }
    totals
}

/// The units one may enter for, with the whole tree to name them.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger.
pub async fn writable(app: &App, caller: &Caller) -> Result<(Tree, Vec<UnitId>)> {
    let reach = caller.may(Right::KeepLedger)?;
    let units = db::person::units(&app.db).await?;
    let own = own_units(&units, Some(&reach));
    Ok((units, own))
}

/// Whether the reach includes the level above a unit; a unit at the top is its own.
pub(super) fn above(units: &Tree, reach: &Reach, unit: UnitId) -> bool {
    match units.get(unit).and_then(|unit| unit.parent) {
        Some(parent) => reach.covers(units, Some(parent)),
        None => *reach == Reach::Everything,
    }
}

fn year_of(wish: &Wish) -> Result<u16> {
    u16::try_from(wish.day.civil().year).map_err(|_| ActivityFault::Day.into())
}

/// Enters an activity. `distinct`: the person has seen what looks the same and says that it is not.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::Activity`] with the reason; nothing is stored then.
pub async fn enter(app: &App, caller: &Caller, wish: Wish, distinct: bool) -> Result<ActivityId> {
    enter_with(app, caller, wish, distinct, Vec::new()).await
}

/// Enters an activity together with the files that prove it, each with its name.
///
/// # Errors
/// As [`enter`] and [`add_evidence`]; neither the entry nor a file is stored then.
pub async fn enter_with(
    app: &App,
    caller: &Caller,
    wish: Wish,
    distinct: bool,
    files: Vec<(String, Vec<u8>)>,
) -> Result<ActivityId> {
    let reach = caller.may(Right::KeepLedger)?;
    if files.len() > FILES {
        return Err(ActivityFault::TooMany.into());
    }
    let id = app.random.id(app.now());
    let files = files.into_iter().map(|(name, body)| File::checked(app, &name, body));
    let draft = Draft {
        id,
        wish,
        distinct,
        seen: None,
        reason: String::new(),
        files: files.collect::<Result<_>>()?,
    };
    store(app, caller, &reach, draft).await?;
    Ok(id)
}

/// Changes an entry; one that needs the level above waits for it again.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::NotFound`] when there is no such entry within
/// reach; [`Fault::Activity`] with what does not hold; the fault of [`checked_reason`] for a recorded one without a reason; nothing is
/// changed then.
pub async fn change(
    app: &App,
    caller: &Caller,
    id: ActivityId,
    wish: Wish,
    distinct: bool,
    reason: &str,
) -> Result<()> {
    let (seen, reach, _) = own(app, caller, id).await?;
    let draft = Draft {
        id,
        wish,
        distinct,
        seen: Some(seen),
        reason: reason.to_owned(),
        files: Vec::new(),
    };
    store(app, caller, &reach, draft).await
}

/// Why an entry in a state is changed: what counts already is not changed without a reason.
fn why(state: State, reason: &str) -> Result<String> {
    if state != State::Recorded && reason.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(checked_reason(reason)?)
}

/// What is to be stored: a new entry with its files, or a change of one that was seen.
struct Draft {
    id: ActivityId,
    wish: Wish,
    distinct: bool,
    seen: Option<Activity>,
    /// Of a change, see [`why`].
    reason: String,
    files: Vec<File>,
}

async fn store(app: &App, caller: &Caller, reach: &Reach, draft: Draft) -> Result<()> {
    let Draft {
        id,
        wish,
        distinct,
        seen,
        reason,
        files,
    } = draft;
    // An entry stays in the year it was entered for: to move it, withdraw it and enter it there.
    let year = seen.as_ref().map_or_else(|| year_of(&wish), |seen| Ok(seen.year))?;
    wish.check(year, app.now())?;
    let units = db::person::units(&app.db).await?;
    if units.get(wish.unit).is_none() || !reach.covers(&units, Some(wish.unit)) {
        return Err(ActivityFault::Unit.into());
    }
    let by_above = above(&units, reach, wish.unit);
    app.db
        .write(
            (wish, reason, Arc::new(files), By::new(app, caller)),
            move |tx, (wish, reason, files, by)| {
                Box::pin(async move {
                    let needs_approval = held(tx, year).await?.approval && !by_above;
                    let before = db::activity::get_in(tx, id).await?;
                    let alike = db::activity::around(tx, &wish, year).await?;
                    let alike = alike
                        .iter()
                        .filter(|other| other.id != id && wish.looks_like(&other.wish));
                    match alike.count() {
                        0 => {}
                        _ if distinct => {}
                        count => return Err(ActivityFault::Alike(count).into()),
                    }
                    let state = match &before {
                        Some(before) => before.change(needs_approval)?,
                        None => activity::first_state(needs_approval),
                    };
                    let act = if before.is_some() {
                        Act::ActivityChanged
                    } else {
                        Act::ActivityEntered
                    };
                    let mut deed = Deed::new(act, subject(id)).after(&(&wish, state));
                    if let Some(before) = &before {
                        let reason = why(before.state, &reason)?;
                        deed = deed.before(&(&before.wish, before.state)).because(reason);
                    }
                    let entry = Activity {
                        id,
                        year,
                        wish,
                        state,
                        entered_by: by.id(),
                        entered_at: by.at,
                        decided: None,
                        decision: String::new(),
                    };
                    db::activity::put(tx, &entry).await?;
                    audit::record(tx, &by, deed).await?;
                    for file in files.iter() {
                        attach(tx, &by, id, file).await?;
                    }
                    Ok(())
                })
            },
        )
        .await
}

/// An entry that is the caller's to write, with his reach.
async fn own(app: &App, caller: &Caller, id: ActivityId) -> Result<(Activity, Reach, Tree)> {
    let reach = caller.may(Right::KeepLedger)?;
    let units = db::person::units(&app.db).await?;
    let entry = db::activity::get(&app.db, id).await?;
    let entry = entry.filter(|entry| reach.covers(&units, Some(entry.wish.unit)));
    Ok((entry.ok_or(Fault::NotFound)?, reach, units))
}

/// What is done with an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The level above: it counts.
    Approve,
    /// The level above: it does not count until it is mended.
    SendBack,
    /// Whoever keeps the ledger of the unit: it was no activity.
    Withdraw,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger, for the first two of the level above; [`Fault::NotFound`];
/// [`Fault::Activity`] when the entry is settled, has changed since it was `seen` ([`Record::seen`]) or the year is closed; the fault of
/// [`checked_reason`] where one is needed.
pub async fn decide(app: &App, caller: &Caller, id: ActivityId, step: Step, reason: &str, seen: &str) -> Result<()> {
    let (entry, reach, units) = own(app, caller, id).await?;
    if step != Step::Withdraw && !above(&units, &reach, entry.wish.unit) {
        return Err(Fault::Forbidden.into());
    }
    let reason = match step {
        Step::Approve => String::new(),
        Step::SendBack | Step::Withdraw => checked_reason(reason)?,
    };
    app.db
        .write(
            (reason, seen.to_owned(), By::new(app, caller)),
            move |tx, (reason, seen, by)| {
                Box::pin(async move {
                    held(tx, entry.year).await?;
                    let mut entry = db::activity::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
                    let (persons, files) = db::activity::behind(tx, id).await?;
                    if told(&entry, &persons, &files) != seen {
                        return Err(ActivityFault::Changed.into());
                    }
                    let state = match step {
                        Step::Approve => entry.approve(by.id()),
                        Step::SendBack => entry.send_back(),
                        Step::Withdraw => entry.withdraw(),
                    }?;
                    let deed = Deed::new(Act::ActivityDecided, subject(id));
                    let deed = deed.before(&entry.state).after(&state).because(reason.clone());
                    entry.state = state;
                    entry.decided = Some((by.id(), by.at));
                    entry.decision = reason;
                    db::activity::put(tx, &entry).await?;
                    audit::record(tx, &by, deed).await
                })
            },
        )
        .await
}

/// A digest of all that a page tells of an entry: another word, name or file gives another one.
fn told(entry: &Activity, persons: &[PersonId], files: &[String]) -> String {
    let Activity { wish, decision, .. } = entry;
    let entered = (entry.entered_by, entry.entered_at, entry.state);
    let text = json(&(wish, entered, entry.decided, decision, persons, files));
    hex(&Sm3::digest(text.as_bytes()))
}

/// An entry with all that belongs to it.
pub struct Record {
    pub activity: Activity,
    pub attendees: Vec<Attendee>,
    pub evidence: Vec<Evidence>,
    pub units: Tree,
    /// Whether the caller may change it, and whether he is of the level above.
    pub writes: bool,
    pub decides: bool,
    pub closed: bool,
    /// Whether entries of the year need the level above.
    pub approval: bool,
    /// Persons of the unit and below who could be put on the name list and fit the words asked for.
    pub offered: Vec<Person>,
}

impl Record {
    /// What somebody who looks at it has seen, to be said when the entry is settled.
    pub fn seen(&self) -> String {
        let mut persons: Vec<PersonId> = self.attendees.iter().map(|attendee| attendee.person).collect();
        persons.sort_unstable();
        let files: Vec<String> = self.evidence.iter().map(|file| file.digest.clone()).collect();
        told(&self.activity, &persons, &files)
    }

    /// Whether the level above has to approve it again when the caller changes something of it.
    pub fn needs_approval_again(&self) -> bool {
        self.approval && !self.decides && self.activity.state == State::Recorded
    }
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] when there is no such entry within reach.
pub async fn record(app: &App, caller: &Caller, id: ActivityId, words: &str) -> Result<Record> {
    let reads = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let entry = db::activity::get(&app.db, id).await?;
    let entry = entry.filter(|entry| reads.covers(&units, Some(entry.wish.unit)));
    let activity = entry.ok_or(Fault::NotFound)?;
    let keeps = caller.may(Right::KeepLedger).ok();
    let unit = activity.wish.unit;
    let writes = keeps.as_ref().is_some_and(|reach| reach.covers(&units, Some(unit)));
    let decides = keeps.as_ref().is_some_and(|reach| above(&units, reach, unit));
    let attendees = db::activity::attendees(&app.db, id).await?;
    let years = db::year::all(&app.db).await?;
    let year = years.iter().find(|year| year.year == activity.year);
    let closed = year.is_none_or(|year| year.must_be_open().is_err());
    let offered = if writes && !closed && !words.trim().is_empty() {
        offered(app, &units, unit, &attendees, words).await?
    } else {
        Vec::new()
    };
    Ok(Record {
        evidence: db::activity::evidence(&app.db, id).await?,
        activity,
        attendees,
        units,
        writes,
        decides,
        closed,
        approval: year.is_some_and(|year| year.approval),
        offered,
    })
}

async fn offered(app: &App, units: &Tree, unit: UnitId, attendees: &[Attendee], words: &str) -> Result<Vec<Person>> {
    let words = fold(words);
    let mut persons = db::person::all(&app.db).await?;
    persons.retain(|person| {
        person.state == PersonState::Active
            && units.is_within(person.unit, unit)
            && fold(&[person.name.as_str(), &person.number].concat()).contains(&words)
            && attendees.iter().all(|attendee| attendee.person != person.id)
    });
    persons.truncate(OFFERED);
    Ok(persons)
}

/// Puts persons on the name list; those who stand on it stay. As every change of list or evidence it makes an approved entry wait for
/// the level above again, where the year asks for that.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::NotFound`] for an entry or a person out of reach;
/// [`Fault::Activity`] when the list is full, or the year closed.
pub async fn add_persons(app: &App, caller: &Caller, id: ActivityId, persons: &[PersonId]) -> Result<()> {
    let touched = Touched::of(app, caller, id).await?;
    let mut added = Vec::new();
    for person in persons.iter().take(OFFERED) {
        let (person, _) = within(app, caller, Right::KeepLedger, *person).await?;
        added.push(person);
    }
    app.db
        .write(
            (touched, added, By::new(app, caller)),
            move |tx, (touched, added, by)| {
                Box::pin(async move {
                    touched.hold(tx, &by).await?;
                    let (persons, _) = db::activity::sizes(tx, id).await?;
                    if persons + added.len() > PERSONS {
                        return Err(ActivityFault::TooMany.into());
                    }
                    for person in &added {
                        db::activity::add_person(tx, id, person.id, person.unit).await?;
                    }
                    let numbers: Vec<_> = added.iter().map(|person| person.number.as_str()).collect();
                    audit::record(tx, &by, Deed::new(Act::AttendeesChanged, subject(id)).after(&numbers)).await
                })
            },
        )
        .await
}

/// Takes a person off the name list.
///
/// # Errors
/// As [`add_persons`], and the fault of [`checked_reason`] for a recorded entry without a reason.
pub async fn remove_person(app: &App, caller: &Caller, id: ActivityId, person: PersonId, reason: &str) -> Result<()> {
    let touched = Touched::of(app, caller, id).await?;
    let (person, _) = within(app, caller, Right::KeepLedger, person).await?;
    app.db
        .write(
            (touched, person, reason.to_owned(), By::new(app, caller)),
            move |tx, (touched, person, reason, by)| {
                Box::pin(async move {
                    let reason = why(touched.hold(tx, &by).await?, &reason)?;
                    if !db::activity::remove_person(tx, id, person.id).await? {
                        return Err(Fault::NotFound.into());
                    }
                    let deed = Deed::new(Act::AttendeesChanged, subject(id)).before(&[person.number.as_str()]);
                    audit::record(tx, &by, deed.because(reason)).await
                })
            },
        )
        .await
}

/// An entry whose name list or evidence is to change, and whether the caller is of the level above.
#[derive(Clone)]
struct Touched {
    entry: Activity,
    by_above: bool,
}

impl Touched {
    async fn of(app: &App, caller: &Caller, id: ActivityId) -> Result<Self> {
        let (entry, reach, units) = own(app, caller, id).await?;
        let by_above = above(&units, &reach, entry.wish.unit);
        Ok(Self { entry, by_above })
    }

    /// Holds the entry and its year; gives the state it was in. What the level above has approved waits for it again.
    async fn hold(&self, tx: &mut Tx, by: &By) -> Result<State> {
        let id = self.entry.id;
        let needs_approval = held(tx, self.entry.year).await?.approval && !self.by_above;
        let entry = db::activity::get_in(tx, id).await?.ok_or(Fault::NotFound)?;
        if entry.wish.unit != self.entry.wish.unit {
            return Err(ActivityFault::Changed.into());
        }
        let (before, state) = (entry.state, entry.touch(needs_approval)?);
        if state == before {
            return Ok(before);
        }
        let deed = Deed::new(Act::ActivityChanged, subject(id))
            .before(&before)
            .after(&state);
        let entry = Activity {
            state,
            decided: None,
            decision: String::new(),
            ..entry
        };
        db::activity::put(tx, &entry).await?;
        audit::record(tx, by, deed).await?;
        Ok(before)
    }
}

/// A file that can be kept.
struct File {
    evidence: Evidence,
    body: Vec<u8>,
}

impl File {
    /// # Errors
    /// [`Fault::NoFile`]; [`Fault::Activity`] for what is too large or not taken.
    fn checked(app: &App, name: &str, body: Vec<u8>) -> Result<Self> {
        if body.is_empty() {
            return Err(Fault::NoFile.into());
        }
        if body.len() > FILE {
            return Err(ActivityFault::FileSize.into());
        }
        let media = format::evidence::media(&body)?;
        let now = app.now();
        // The last part of a path that an old browser may send along.
        let name = name.rsplit(['/', '\\']).next().unwrap_or_default().trim();
        let evidence = Evidence {
            id: app.random.id(now),
            name: if name.is_empty() {
                "佐证".to_owned()
            } else {
                name.to_owned()
            },
            media,
            size: i64::try_from(body.len()).unwrap_or(i64::MAX),
            digest: hex(&Sm3::digest(&body)),
            uploaded_at: now,
        };
        Ok(Self { evidence, body })
    }
}

async fn attach(tx: &mut Tx, by: &By, id: ActivityId, file: &File) -> Result<()> {
    let File { evidence, body } = file;
    db::activity::insert_evidence(tx, id, evidence, body, by.id()).await?;
    let deed = Deed::new(Act::EvidenceAdded, subject(id));
    audit::record(tx, by, deed.after(&(&evidence.name, evidence.size, &evidence.digest))).await
}

/// Keeps a file or picture that proves an entry.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::NotFound`], [`Fault::NoFile`]; [`Fault::Activity`]
/// for what is too large or not taken, or when the year is closed.
pub async fn add_evidence(app: &App, caller: &Caller, id: ActivityId, name: &str, body: Vec<u8>) -> Result<EvidenceId> {
    let touched = Touched::of(app, caller, id).await?;
    let file = File::checked(app, name, body)?;
    let kept = file.evidence.id;
    app.db
        .write(
            (touched, Arc::new(file), By::new(app, caller)),
            move |tx, (touched, file, by)| {
                Box::pin(async move {
                    touched.hold(tx, &by).await?;
                    let (_, files) = db::activity::sizes(tx, id).await?;
                    if files >= FILES {
                        return Err(ActivityFault::TooMany.into());
                    }
                    attach(tx, &by, id, &file).await
                })
            },
        )
        .await?;
    Ok(kept)
}

/// A file: its name, what it is, and its content.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`].
pub async fn file(app: &App, caller: &Caller, id: EvidenceId) -> Result<(String, Media, Vec<u8>)> {
    caller.may(Right::ReadFigures)?;
    let (activity, name, media, body) = db::activity::file(&app.db, id).await?.ok_or(Fault::NotFound)?;
    record(app, caller, activity, "").await?;
    Ok((name, media, body))
}

/// Removes a file that was attached by mistake; the log keeps its digest.
///
/// # Errors
/// As [`add_evidence`], and the fault of [`checked_reason`].
pub async fn remove_evidence(app: &App, caller: &Caller, id: EvidenceId, reason: &str) -> Result<ActivityId> {
    caller.may(Right::KeepLedger)?;
    let (activity, ..) = db::activity::file(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let touched = Touched::of(app, caller, activity).await?;
    let files = db::activity::evidence(&app.db, activity).await?;
    let file = files.into_iter().find(|file| file.id == id).ok_or(Fault::NotFound)?;
    let reason = checked_reason(reason)?;
    app.db
        .write(
            (touched, file, reason, By::new(app, caller)),
            move |tx, (touched, file, reason, by)| {
                Box::pin(async move {
                    touched.hold(tx, &by).await?;
                    if !db::activity::remove_evidence(tx, id).await? {
                        return Err(Fault::NotFound.into());
                    }
                    let deed = Deed::new(Act::EvidenceRemoved, subject(activity));
                    let deed = deed.before(&(&file.name, file.size, &file.digest)).because(reason);
                    audit::record(tx, &by, deed).await
                })
            },
        )
        .await?;
    Ok(activity)
}

/// How the log names an entry.
fn subject(id: ActivityId) -> String {
    format!("activity {id}")
}
