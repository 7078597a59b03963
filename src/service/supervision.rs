//! Supervising a running exam: the live view, time, messages, pauses, forced hand-ins, and outages made good.

use std::{
    collections::{HashMap, HashSet},
    sync::Mutex,
};

use tokio::sync::{broadcast, watch};

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    exam, sitting, slot, tally,
};
use crate::{
    db,
    domain::{
        audit::Act,
        bank::fold,
        correction::wording,
        exam::Exam,
        id::{AttemptId, EventId, ExamId, PersonId, SlotId, UnitId},
        signal::Leaving,
        slot::Slot,
        supervision::{CreditKind, EventKind, LiveEvent, Outage, Stand, Stands, extension, outage, outage_credit},
        tally::{Tallied, tallied},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

pub use crate::db::supervision::Running;

/// Events that may wait for a slow listener; one that falls behind asks the server how things stand.
const BACKLOG: usize = 256;
/// So far back a node looks for events of others, whose clocks may differ from its own.
const LOOK_BACK_MS: i64 = 10_000;

/// Brings events to the pages that listen on this node.
pub struct Hub {
    sender: broadcast::Sender<LiveEvent>,
    closing: watch::Sender<bool>,
    /// Events given out of late.
    known: Mutex<HashSet<EventId>>,
}

impl Default for Hub {
    fn default() -> Self {
        Self {
            sender: broadcast::channel(BACKLOG).0,
            closing: watch::Sender::new(false),
            known: Mutex::default(),
        }
    }
}

impl Hub {
    /// Every event from now on; whoever listens picks what concerns it.
    pub fn listen(&self) -> broadcast::Receiver<LiveEvent> {
        self.sender.subscribe()
    }

    /// Ends every line, so that the server can stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Returns when the lines are to end.
    pub async fn closed(&self) {
        let mut closing = self.closing.subscribe();
        // The sender lives as long as the hub.
        let _ = closing.wait_for(|closing| *closing).await;
    }

    /// Gives out what this node has not given out yet.
    fn give_out(&self, events: Vec<LiveEvent>) -> bool {
        let mut known = self.known.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let all: HashSet<_> = events.iter().map(|event| event.id).collect();
        let new: Vec<_> = events.into_iter().filter(|event| !known.contains(&event.id)).collect();
        *known = all;
        let any = !new.is_empty();
        for event in new {
            // Nobody may be listening.
            let _ = self.sender.send(event);
        }
        any
    }
}

/// Looks for events of any node and gives them out here; called every second.
///
/// # Errors
/// When the database fails.
pub async fn give_out(app: &App) -> Result<()> {
    let since = Timestamp(app.now().0 - LOOK_BACK_MS);
    let events = db::supervision::events_since(&app.db, since).await?;
    if app.live.give_out(events) {
        app.sittings.forget_attempts();
    }
    Ok(())
}

/// Whom an act is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Person(PersonId),
    /// With the units below it, as frozen at the opening.
    Unit(UnitId),
    All,
}

impl Target {
    fn covers(self, units: &Tree, person: PersonId, unit: UnitId) -> bool {
        match self {
            Self::Person(id) => id == person,
            Self::Unit(id) => units.ancestors(unit).any(|above| above.id == id),
            Self::All => true,
        }
    }
}

/// What part of the live view to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// With the units below it.
    pub unit: Option<UnitId>,
    pub slot: Option<SlotId>,
    pub stand: Option<Stand>,
    /// Of a name or number.
    pub words: String,
    /// From 1.
    pub page: u32,
}

/// A due person in the live view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub person: PersonId,
    pub number: String,
    pub name: String,
    /// As frozen at the opening.
    pub unit: UnitId,
    pub stand: Stand,
    pub running: Option<Running>,
}

/// The live view of an exam.
pub struct Live {
    pub exam: Exam,
    pub units: Tree,
    pub wanted: Wanted,
    /// Of everybody due in the unit and slot wanted.
    pub counts: Stands,
    /// The same by unit, each its own persons only.
    pub by_unit: Vec<(UnitId, Stands)>,
    /// The same by slot; `None`: those without a seat.
    pub by_slot: HashMap<Option<SlotId>, Stands>,
    /// Those who fit all that is wanted, to be looked after first standing first; a page of them.
    pub rows: Vec<Row>,
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    /// Of those who fit, who sits now, at most [`CHOICES`].
    pub running: Vec<Row>,
    /// Everybody who sits now, whatever is wanted.
    pub sitting: usize,
    pub outages: Vec<(Outage, i64)>,
    /// Empty: it is not sat in rooms.
    pub slots: Vec<Slot>,
    pub now: Timestamp,
}

/// Persons on one page.
const PAGE: usize = 50;
/// Persons to choose from when something is to be done for one; the others are found by words.
pub const CHOICES: usize = 200;

/// How everybody stands now.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] unless somebody asks who manages this exam.
pub async fn live(app: &App, caller: &Caller, id: ExamId, wanted: Wanted) -> Result<Live> {
    let exam = exam::exam(app, caller, id).await?;
    let now = app.now();
    let units = db::person::units(&app.db).await?;
    // Running attempts come first, so that who hands in meanwhile is never taken for somebody who has not begun.
    let running = db::supervision::running(&app.db, id).await?;
    let tally = tally::tally(app, &exam).await?;
    let (slots, seats) = slot::seats(app, id).await?;
    let named = match fold(&wanted.words) {
        words if words.is_empty() => None,
        words => Some(db::tally::named(&app.db, id, &words).await?),
    };
    let mut counts = Stands::default();
    let mut by_unit = Vec::new();
    let mut by_slot: HashMap<Option<SlotId>, Stands> = HashMap::new();
    let mut fitting: [Vec<(PersonId, UnitId)>; Stand::ALL.len()] = Default::default();
    let covered = |unit: UnitId| wanted.unit.is_none_or(|top| units.is_within(unit, top));
    for (unit, block) in tally.iter().filter(|(unit, _)| covered(**unit)) {
        let mut own = Stands::default();
        for (entry, results) in block.persons() {
            let seat = seats.get(&entry.person).copied();
            if entry.exempt || wanted.slot.is_some() && wanted.slot != seat {
                continue;
            }
            let stand = match running.get(&entry.person) {
                Some(running) => Stand::running(running.paused, running.heard_at, now),
                None => match tallied(entry, results, exam.policy.counting, None) {
                    Tallied::Sat(band, _) if band.passed() => Stand::Passed,
                    Tallied::Sat(..) => Stand::HandedIn,
                    _ => Stand::NotStarted,
                },
            };
            own.add(stand, 1);
            if !slots.is_empty() {
                by_slot.entry(seat).or_default().add(stand, 1);
            }
            if wanted.stand.is_none_or(|wanted| wanted == stand)
                && named.as_ref().is_none_or(|named| named.contains(&entry.person))
            {
                fitting[stand as usize].push((entry.person, *unit));
            }
        }
        counts += own;
        by_unit.push((*unit, own));
    }
    let total = fitting.iter().map(Vec::len).sum::<usize>();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = wanted.page.clamp(1, pages);
    let of = |stand: Stand| {
        fitting[stand as usize]
            .iter()
            .map(move |(person, unit)| (stand, *person, *unit))
    };
    let shown = Stand::ALL
        .into_iter()
        .flat_map(of)
        .skip((page as usize - 1) * PAGE)
        .take(PAGE);
    let choices = [Stand::LostContact, Stand::Paused, Stand::Sitting]
        .into_iter()
        .flat_map(of)
        .take(CHOICES);
    let (shown, choices): (Vec<_>, Vec<_>) = (shown.collect(), choices.collect());
    let ids: Vec<_> = shown.iter().chain(&choices).map(|(_, person, _)| *person).collect();
    let names = db::tally::names(&app.db, id, &ids).await?;
    let row = |(stand, person, unit): (Stand, PersonId, UnitId)| {
        let (number, name) = names.get(&person).cloned().unwrap_or_default();
        Row {
            person,
            number,
            name,
            unit,
            stand,
            running: running.get(&person).copied(),
        }
    };
    Ok(Live {
        rows: shown.into_iter().map(row).collect(),
        running: choices.into_iter().map(row).collect(),
        sitting: running.len(),
        outages: db::supervision::outages(&app.db, exam.window.opens_at).await?,
        wanted,
        counts,
        by_unit,
        by_slot,
        total,
        page,
        pages,
        slots,
        units,
        exam,
        now,
    })
}

/// What supervision does to running attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deal {
    /// More time, as typed, in minutes.
    Extend(String),
    Pause,
    Resume,
    HandIn,
    /// Only words.
    Message,
}

impl Deal {
    fn act(&self) -> Act {
        match self {
            Self::Extend(_) => Act::TimeExtended,
            Self::Pause => Act::AttemptPaused,
            Self::Resume => Act::AttemptResumed,
            Self::HandIn => Act::HandInForced,
            Self::Message => Act::MessageSent,
        }
    }

    fn event(&self) -> EventKind {
        match self {
            Self::Extend(_) => EventKind::Time,
            Self::Pause => EventKind::Pause,
            Self::Resume => EventKind::Resume,
            Self::HandIn => EventKind::HandIn,
            Self::Message => EventKind::Message,
        }
    }
}

/// Does something to every running attempt of the target; gives to how many. `words`: the message, or why.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] unless somebody asks who manages this exam; [`Fault::Wording`] without a
/// reason, [`Fault::Minutes`] for an extension that is none, [`Fault::NobodyRuns`] when no attempt is concerned;
/// nothing is done then.
pub async fn deal(app: &App, caller: &Caller, id: ExamId, target: Target, deal: Deal, words: &str) -> Result<usize> {
    let exam = exam::exam(app, caller, id).await?;
    let words = wording(words).ok_or(Fault::Wording)?;
    let minutes = match &deal {
        Deal::Extend(text) => extension(text).ok_or(Fault::Minutes)?,
        _ => 0,
    };
    let material = sitting::material(app, exam.id).await?;
    let by = By::new(app, caller);
    let units = db::person::units(&app.db).await?;
    let first: EventId = app.random.id(by.at);
    let args = (units, words, by, deal, material);
    let done: Result<usize> = app
        .db
        .write(args, move |tx, (units, words, by, deal, material)| {
            Box::pin(async move {
                let running = db::supervision::running_in(tx, id).await?;
                let meant = running
                    .into_iter()
                    .filter(|(_, person, unit)| target.covers(&units, *person, *unit));
                let mut done = Vec::new();
                for (attempt, person, _) in meant {
                    if deal_with(tx, attempt, &deal, minutes, &words, &by, &material).await? {
                        done.push((attempt, person));
                    }
                }
                let Some((first_attempt, _)) = done.first() else {
                    return Err(Fault::NobodyRuns.into());
                };
                let (attempt, unit) = match target {
                    Target::Person(_) => (Some(*first_attempt), None),
                    Target::Unit(unit) => (None, Some(unit)),
                    Target::All => (None, None),
                };
                let event = LiveEvent {
                    id: first,
                    exam: id,
                    attempt,
                    unit,
                    kind: deal.event(),
                    text: words.clone(),
                    at: by.at,
                };
                db::supervision::insert_event(tx, &event, by.id()).await?;
                let whom = match target {
                    Target::Person(person) => format!("exam {id} person {person}"),
                    Target::Unit(unit) => format!("exam {id} unit {unit}"),
                    Target::All => format!("exam {id}"),
                };
                let deed = Deed::new(deal.act(), whom).after(&(done.len(), minutes)).because(words);
                audit::record(tx, &by, deed).await?;
                Ok::<_, Error>(done.len())
            })
        })
        .await;
    let done = done?;
    app.sittings.forget_attempts();
    give_out(app).await?;
    Ok(done)
}

/// `false`: there was nothing to do for this one.
async fn deal_with(
    tx: &mut db::Tx,
    attempt: AttemptId,
    deal: &Deal,
    minutes: u32,
    words: &str,
    by: &By,
    material: &sitting::Material,
) -> Result<bool> {
    let whose = (by.id(), by.at);
    match deal {
        Deal::Message => Ok(true),
        Deal::Extend(_) => {
            let ms = i64::from(minutes) * 60_000;
            Ok(db::supervision::credit(tx, attempt, CreditKind::Extension, ms, whose, words).await?)
        }
        Deal::Pause => Ok(db::supervision::pause(tx, attempt, by.at).await?),
        Deal::Resume => match db::supervision::resume(tx, attempt).await? {
            Some(since) => {
                let ms = (by.at.0 - since.0).max(0);
                Ok(db::supervision::credit(tx, attempt, CreditKind::Pause, ms, whose, words).await?)
            }
            None => Ok(false),
        },
        Deal::HandIn => sitting::force_hand_in(tx, attempt, by.at, material).await,
    }
}

/// A page of the attempt is there, has shown events up to `seen`, and was `left` since it last said so.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub async fn heard(app: &App, caller: &Caller, id: AttemptId, seen: EventId, left: Leaving) -> Result<()> {
    sitting::check_own(app, caller, id).await?;
    let now = app.now();
    app.db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::supervision::heard(tx, id, now, seen, left.bounded()).await?) })
        })
        .await
}

/// A listener of one attempt: what it needs to pick its events.
pub struct Listener {
    exam: ExamId,
    attempt: AttemptId,
    /// The unit of its person and all above.
    line: Vec<UnitId>,
}

impl Listener {
    /// Whether an event is for this attempt.
    pub fn hears(&self, event: &LiveEvent) -> bool {
        event.exam == self.exam
            && match (event.attempt, event.unit) {
                (Some(id), _) => id == self.attempt,
                (None, Some(id)) => self.line.contains(&id),
                (None, None) => true,
            }
    }
}

/// Who listens to the events of an attempt.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub async fn listener(app: &App, caller: &Caller, id: AttemptId) -> Result<Listener> {
    let (exam, person) = sitting::check_own(app, caller, id).await?;
    Ok(Listener {
        exam,
        attempt: id,
        line: db::supervision::line_of(&app.db, exam, person).await?,
    })
}

/// What was told to an attempt since it began, the oldest first.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub async fn told(app: &App, caller: &Caller, id: AttemptId, since: Timestamp) -> Result<Vec<LiveEvent>> {
    let (exam, _) = sitting::check_own(app, caller, id).await?;
    let mut events = db::supervision::events_of(&app.db, exam, since).await?;
    if !events.is_empty() {
        let listener = listener(app, caller, id).await?;
        events.retain(|event| listener.hears(event));
    }
    Ok(events)
}

/// Says that this node can write; called every second, and before overdue attempts are handed in. If no node could for a
/// while, every running attempt gets back what that took from it, within the limit of its exam.
///
/// # Errors
/// When the database fails.
pub async fn beat(app: &App) -> Result<Option<(Outage, usize)>> {
    let now = app.now();
    let by = By::new(app, &Caller::operator());
    let found: Result<Option<(Outage, usize)>> = app
        .db
        .write(by, move |tx, by| {
            Box::pin(async move {
                let Some(outage) = outage(db::supervision::beat(tx, now).await?, now) else {
                    return Ok(None);
                };
                let mut credited = 0;
                for hit in db::supervision::hit_by(tx, outage).await? {
                    let ms = outage_credit(outage, hit.started_at, hit.deadline, hit.had_ms, hit.limit_ms);
                    if ms > 0 {
                        let whose = (by.id(), now);
                        db::supervision::credit(tx, hit.attempt, CreditKind::Outage, ms, whose, "").await?;
                        credited += 1;
                    }
                }
                db::supervision::insert_outage(tx, outage, credited).await?;
                if credited > 0 {
                    let deed = Deed::new(Act::OutageCredited, "server").after(&(outage, credited));
                    audit::record(tx, &by, deed).await?;
                }
                Ok(Some((outage, credited)))
            })
        })
        .await;
    let found = found?;
    if found.is_some() {
        app.sittings.forget_attempts();
    }
    Ok(found)
}
