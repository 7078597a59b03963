//! Rooms and slots: an administrator sets them and gives out seats, a candidate takes one, and an attempt of a round that is
//! sat in rooms begins only in one's own slot, in its room, with its password.

use std::collections::HashMap;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    exam, notice, recent,
};
use crate::{
    db,
    domain::{
        account::{Failures, next_try},
        attempt::Attempt,
        audit::Act,
        exam::{Exam, Round, State, Window},
        id::{ExamId, PersonId, SlotId},
        notice::About,
        signal::Device,
        slot::{NoEntry, Slot, check, fill},
        unit::Tree,
    },
    error::Fault,
};

pub use crate::db::slot::Seated;

/// From where, and with which password of a room, somebody begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Entry<'a> {
    /// The network address of the computer.
    pub address: &'a str,
    pub password: &'a str,
    /// With which sign-in and browser; `None`: not by a page.
    pub device: Option<Device>,
}

/// A slot as an administrator sets it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub room: String,
    pub window: Window,
    pub capacity: u32,
    /// Empty: none.
    pub password: String,
    /// Empty: from anywhere.
    pub addresses: String,
}

/// The slots of an exam with the seats taken.
pub struct Slots {
    pub exam: Exam,
    pub rounds: Vec<Round>,
    pub slots: Vec<(Slot, u32)>,
    /// Persons due.
    pub due: i64,
}

/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] unless somebody asks who manages this exam.
pub async fn slots(app: &App, caller: &Caller, id: ExamId) -> Result<Slots> {
    let exam = exam::exam(app, caller, id).await?;
    let taken = db::slot::taken(&app.db, id).await?;
    let slots = db::slot::of_exam(&app.db, id).await?;
    Ok(Slots {
        rounds: db::round::of_exam(&app.db, id).await?,
        slots: slots
            .into_iter()
            .map(|slot| {
                let seats = taken.get(&slot.id).copied().unwrap_or(0);
                (slot, seats)
            })
            .collect(),
        due: db::slot::due(&app.db, id).await?,
        exam,
    })
}

/// Adds a slot to an open exam.
///
/// # Errors
/// As [`slots`]; [`Fault::WrongState`] while the exam is not open, [`Fault::Slot`] naming every fault.
pub async fn add(app: &App, caller: &Caller, id: ExamId, wish: Wish) -> Result<SlotId> {
    if exam::exam(app, caller, id).await?.state != State::Open {
        return Err(Fault::WrongState.into());
    }
    let by = By::new(app, caller);
    let slot = Slot {
        id: app.random.id(by.at),
        exam: id,
        round: 0,
        room: wish.room.trim().to_owned(),
        window: wish.window,
        capacity: wish.capacity,
        password: wish.password.trim().to_owned(),
        addresses: wish.addresses.trim().to_owned(),
    };
    let done: Result<SlotId> = app
        .db
        .write((slot, by), move |tx, (slot, by)| {
            Box::pin(async move {
                let rounds = db::round::of_exam_in(tx, id).await?;
                let others = db::slot::of_exam_in(tx, id).await?;
                let round = check(&slot, &rounds, others.len(), by.at).map_err(Fault::Slot)?;
                let slot = Slot { round, ..slot };
                db::slot::insert(tx, &slot).await?;
                let deed = Deed::new(Act::SlotAdded, format!("slot {}", slot.id)).after(&slot);
                audit::record(tx, &by, deed).await?;
                Ok(slot.id)
            })
        })
        .await;
    app.recent.forget_exam(id);
    done
}

/// Takes away a slot that has not begun, with the seats in it.
///
/// # Errors
/// As [`slots`]; [`Fault::WrongState`] when it has begun.
pub async fn remove(app: &App, caller: &Caller, id: ExamId, slot: SlotId) -> Result<()> {
    let exam = exam::exam(app, caller, id).await?;
    let slots = db::slot::of_exam(&app.db, id).await?;
    let before = slots.into_iter().find(|one| one.id == slot).ok_or(Fault::NotFound)?;
    let args = (before, By::new(app, caller), exam.title, app.random.clone());
    let done: Result<()> = app
        .db
        .write(args, move |tx, (before, by, title, random)| {
            Box::pin(async move {
                let gone = |person| {
                    let (title, slot) = (title.clone(), before.name());
                    (person, About::SeatGone { title, exam: id, slot })
                };
                let seated = db::slot::seated_in(tx, slot).await?;
                notice::tell(tx, &random, by.at, seated.into_iter().map(gone)).await?;
                if !db::slot::remove(tx, id, slot, by.at).await? {
                    return Err(Fault::WrongState.into());
                }
                let deed = Deed::new(Act::SlotRemoved, format!("slot {slot}")).before(&before);
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    app.recent.forget_exam(id);
    done
}

/// Gives a seat to everybody due who has none in a round, by unit and number. Gives how many got one and how many found
/// none.
///
/// # Errors
/// As [`slots`].
pub async fn give_all(app: &App, caller: &Caller, id: ExamId, round: u32) -> Result<(usize, usize)> {
    let exam = exam::exam(app, caller, id).await?;
    let args = (By::new(app, caller), exam.title, app.random.clone());
    app.db
        .write(args, move |tx, (by, title, random)| {
            Box::pin(async move {
                let mut free = Vec::new();
                let slots = db::slot::of_exam_in(tx, id).await?;
                for slot in &slots {
                    if slot.round == round && by.at < slot.window.closes_at {
                        let taken = db::slot::taken_in(tx, slot.id).await?;
                        free.push((slot.id, slot.capacity.saturating_sub(taken)));
                    }
                }
                let persons = db::slot::unseated_in(tx, id, round).await?;
                let seats = fill(&persons, &free);
                db::slot::insert_seats(tx, (id, round), &seats, by.at).await?;
                let names: HashMap<SlotId, String> = slots.iter().map(|slot| (slot.id, slot.name())).collect();
                let news = seats.iter().map(|(person, slot)| {
                    let (title, slot) = (title.clone(), names.get(slot).cloned().unwrap_or_default());
                    (*person, About::SeatGiven { title, exam: id, slot })
                });
                notice::tell(tx, &random, by.at, news).await?;
                let given = (seats.len(), persons.len() - seats.len());
                let deed = Deed::new(Act::SeatsGiven, format!("exam {id} round {round}")).after(&given);
                audit::record(tx, &by, deed).await?;
                Ok(given)
            })
        })
        .await
}

/// Gives one person, by number, a seat in a slot, in the place of the one they have in its round.
///
/// # Errors
/// As [`slots`]; [`Fault::NoSuchAccount`] when nobody of this number is due, [`Fault::Full`].
pub async fn give(app: &App, caller: &Caller, id: ExamId, slot: SlotId, number: &str) -> Result<()> {
    exam::exam(app, caller, id).await?;
    let person = db::slot::due_by_number(&app.db, id, number.trim()).await?;
    let person = person.ok_or(Fault::NoSuchAccount)?;
    seat(app, caller, id, slot, person, true).await
}

async fn seat(app: &App, caller: &Caller, id: ExamId, slot: SlotId, person: PersonId, given: bool) -> Result<()> {
    let title = match given {
        true => Some(exam::exam(app, caller, id).await?.title),
        false => None,
    };
    app.db
        .write(
            (By::new(app, caller), title, app.random.clone()),
            move |tx, (by, title, random)| {
                Box::pin(async move {
                    let slots = db::slot::of_exam_in(tx, id).await?;
                    let slot = slots.into_iter().find(|one| one.id == slot).ok_or(Fault::NotFound)?;
                    if by.at >= slot.window.closes_at {
                        return Err(Fault::Entry(NoEntry::Over(slot.window.closes_at)).into());
                    }
                    if db::slot::taken_in(tx, slot.id).await? >= slot.capacity {
                        return Err(Fault::Full.into());
                    }
                    db::slot::put_seat(tx, &slot, person, given, by.at).await?;
                    if let Some(title) = title {
                        let about = About::SeatGiven {
                            title,
                            exam: id,
                            slot: slot.name(),
                        };
                        notice::tell(tx, &random, by.at, [(person, about)]).await?;
                        let deed = Deed::new(Act::SeatsGiven, format!("slot {}", slot.id)).after(&person);
                        audit::record(tx, &by, deed).await?;
                    }
                    Ok(())
                })
            },
        )
        .await
}

/// Who has a seat in a slot, for the list at the door.
pub struct List {
    pub exam: Exam,
    pub slot: Slot,
    pub seated: Vec<Seated>,
    pub units: Tree,
}

/// # Errors
/// As [`slots`].
pub async fn list(app: &App, caller: &Caller, id: ExamId, slot: SlotId) -> Result<List> {
    let exam = exam::exam(app, caller, id).await?;
    let slots = db::slot::of_exam(&app.db, id).await?;
    let slot = slots.into_iter().find(|one| one.id == slot).ok_or(Fault::NotFound)?;
    Ok(List {
        seated: db::slot::list(&app.db, &slot).await?,
        units: db::person::units(&app.db).await?,
        exam,
        slot,
    })
}

/// How a candidate stands to the rooms of a round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rooms {
    /// The slot the person has a seat in.
    pub own: Option<Slot>,
    /// It was given by an administrator, so the person cannot change it.
    pub given: bool,
    /// Slots that are not over, with the seats left.
    pub choice: Vec<(Slot, u32)>,
}

/// `None`: the round is not sat in rooms.
pub(super) async fn rooms(app: &App, exam: ExamId, round: u32, person: PersonId) -> Result<Option<Rooms>> {
    let frame = recent::frame(app, exam).await?;
    let slots: Vec<_> = frame.slots.iter().filter(|slot| slot.round == round).cloned().collect();
    if slots.is_empty() {
        return Ok(None);
    }
    let seats = db::slot::seats_of(&app.db, exam, person).await?;
    let own = seats
        .iter()
        .find_map(|(id, given)| Some((slots.iter().find(|slot| slot.id == *id)?, *given)));
    let taken = db::slot::taken(&app.db, exam).await?;
    let now = app.now();
    let left = |slot: &Slot| slot.capacity.saturating_sub(taken.get(&slot.id).copied().unwrap_or(0));
    Ok(Some(Rooms {
        own: own.map(|(slot, _)| slot.clone()),
        given: own.is_some_and(|(_, given)| given),
        choice: slots
            .iter()
            .filter(|slot| now < slot.window.closes_at)
            .map(|slot| (slot.clone(), left(slot)))
            .collect(),
    }))
}

/// Takes a seat, or another one while the slot of the first has not begun.
///
/// # Errors
/// [`Fault::NotFound`] unless the caller is due and the slot is of this exam; [`Fault::WrongState`] when an administrator
/// gave the seat or its slot has begun; [`Fault::Full`].
pub async fn take(app: &App, caller: &Caller, id: ExamId, slot: SlotId) -> Result<()> {
    let person = caller.person()?;
    if !db::sitting::is_due(&app.db, id, person).await? {
        return Err(Fault::NotFound.into());
    }
    let slots = db::slot::of_exam(&app.db, id).await?;
    let wanted = slots.iter().find(|one| one.id == slot).ok_or(Fault::NotFound)?;
    let rooms = rooms(app, id, wanted.round, person).await?.ok_or(Fault::NotFound)?;
    let fixed = rooms.given || rooms.own.is_some_and(|own| own.window.opens_at <= app.now());
    if fixed {
        return Err(Fault::WrongState.into());
    }
    seat(app, caller, id, slot, person, false).await
}

/// Under which name wrong passwords of a room are remembered.
fn memory(slot: SlotId, person: PersonId) -> String {
    format!("slot {slot} {person}")
}

/// The slot an attempt may be begun in now; `None` where the round is not sat in rooms.
///
/// # Errors
/// [`Fault::Entry`] with the reason why not, [`Fault::Wait`] after too many wrong passwords.
pub(super) async fn enter(
    app: &App,
    exam: ExamId,
    round: u32,
    person: PersonId,
    entry: Entry<'_>,
) -> Result<Option<Slot>> {
    let Some(rooms) = rooms(app, exam, round, person).await? else {
        return Ok(None);
    };
    let slot = rooms.own.ok_or(Fault::Entry(NoEntry::NoSeat))?;
    let now = app.now();
    let name = memory(slot.id, person);
    let failures = db::account::failures(&app.db, &name, "").await?;
    let next = next_try(failures, Failures::default(), now);
    if next > now {
        return Err(Fault::Wait((next.0 - now.0 + 999) / 1000).into());
    }
    match slot.may_enter(now, entry.address, entry.password) {
        Ok(()) => Ok(Some(slot)),
        Err(why) => {
            if why == NoEntry::Password {
                let counted: Result<()> = app
                    .db
                    .write(name, move |tx, name| {
                        Box::pin(async move { Ok(db::account::count_failure(tx, &name, "", now).await?) })
                    })
                    .await;
                counted?;
            }
            Err(Fault::Entry(why).into())
        }
    }
}

/// Whether the paper of a running attempt, which the caller has opened, may be read from here.
///
/// # Errors
/// [`Fault::Entry`] outside the room.
pub async fn check_place(app: &App, attempt: &Attempt, address: &str) -> Result<()> {
    let rooms = rooms(app, attempt.exam, attempt.round, attempt.person).await?;
    match rooms.and_then(|rooms| rooms.own) {
        Some(slot) if !slot.admits(address) => Err(Fault::Entry(NoEntry::Address).into()),
        _ => Ok(()),
    }
}

/// The slot of each person, for the live view; the seat of the last round counts.
pub(super) async fn seats(app: &App, exam: ExamId) -> Result<(Vec<Slot>, HashMap<PersonId, SlotId>)> {
    let slots = db::slot::of_exam(&app.db, exam).await?;
    let seats = match slots.as_slice() {
        [] => HashMap::new(),
        _ => db::slot::seats(&app.db, exam).await?.into_iter().collect(),
    };
    Ok((slots, seats))
}
