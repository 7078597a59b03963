//! One person of the roster: the record, transfers and changes of state that hold from a day on.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    change::{Units, apply_person, check_person},
    unit::{checked_reason, find},
};
use crate::{
    db,
    domain::{
        accommodation::Accommodation,
        audit::Act,
        exam::Exam,
        exemption::Exemption,
        id::{PersonChangeId, PersonId, UnitId},
        people::{PeopleFault, PersonChange, PersonChangeKind, Status},
        person::{Person, PersonState},
        role::Right,
        roster::{Import, Touched},
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// Everything that is known of a person.
pub struct Record {
    pub person: Person,
    pub units: Tree,
    /// The caller manages this person; else identity, accommodations and imports are left out.
    pub manages_people: bool,
    /// The caller manages exams for this person; else requests are left out.
    pub manages_exams: bool,
    /// Masked.
    pub identity: Option<String>,
    /// Others with the same identity number, by number and name.
    pub same_identity: Vec<(PersonId, String)>,
    pub changes: Vec<PersonChange>,
    pub accommodations: Vec<Accommodation>,
    pub exemptions: Vec<Exemption>,
    pub imports: Vec<(Import, Touched)>,
    /// Those that are for the person's unit.
    pub exams: Vec<Exam>,
    pub now: Timestamp,
}

/// A person for whom the caller has this right.
///
/// # Errors
/// [`Fault::Forbidden`] for those who have it nowhere, [`Fault::NotFound`] when there is no such person within reach.
pub(super) async fn within(app: &App, caller: &Caller, right: Right, id: PersonId) -> Result<(Person, Tree)> {
    let reach = caller.may(right)?;
    let person = db::person::get(&app.db, id).await?;
    let units = db::person::units(&app.db).await?;
    let person = person.filter(|person| reach.covers(&units, Some(person.unit)));
    Ok((person.ok_or(Fault::NotFound)?, units))
}

/// A person's record. Identity number and accommodations are for those who manage persons, requests for those who
/// manage exams.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may read persons, [`Fault::NotFound`] when there is no such person
/// within reach.
pub async fn record(app: &App, caller: &Caller, id: PersonId) -> Result<Record> {
    let (person, units) = within(app, caller, Right::ReadPeople, id).await?;
    let covers = |right| {
        caller
            .may(right)
            .is_ok_and(|reach| reach.covers(&units, Some(person.unit)))
    };
    let (manages_people, manages_exams) = (covers(Right::ManagePeople), covers(Right::ManageExams));
    let identity = if manages_people {
        db::person::identity_of(&app.db, id).await?
    } else {
        None
    };
    let same_identity = match &identity {
        Some(identity) => db::person::others_of_digest(&app.db, &identity.digest, id).await?,
        None => vec![],
    };
    let accommodations = if manages_people {
        db::accommodation::of_person(&app.db, id).await?
    } else {
        vec![]
    };
    let exemptions = if manages_exams {
        db::exemption::of_person(&app.db, id).await?
    } else {
        vec![]
    };
    let imports = if manages_people {
        db::roster_import::of_person(&app.db, id).await?
    } else {
        vec![]
    };
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.unit.is_none_or(|unit| units.is_within(person.unit, unit)));
    Ok(Record {
        person,
        units,
        manages_people,
        manages_exams,
        identity: identity.map(|identity| identity.masked),
        same_identity,
        changes: db::person_change::of_person(&app.db, id).await?,
        accommodations,
        exemptions,
        imports,
        exams,
        now: app.now(),
    })
}

/// What is to become of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Names of the new unit from the top down.
    Transfer(Vec<String>),
    State(PersonState),
}

/// Changes a person from a day on: at once when the day has come, else planned for then.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages persons, [`Fault::NotFound`] when there is no such person, and
/// [`Fault::People`] with the reason when it is not possible; nothing is changed then.
pub async fn change(app: &App, caller: &Caller, id: PersonId, wish: Wish, from: Timestamp, reason: &str) -> Result<()> {
    let (person, _) = within(app, caller, Right::ManagePeople, id).await?;
    let reach = caller.may(Right::ManagePeople)?;
    let reason = checked_reason(reason)?;
    let (by, change_id) = (By::new(app, caller), app.random.id(app.now()));
    app.db
        .write(
            (wish, reason, reach, by, person.number),
            move |tx, (wish, reason, reach, by, number)| {
                Box::pin(async move {
                    let now = by.at;
                    let units = Units::load(tx).await?;
                    let unknown = || PeopleFault::UnknownUnit(String::new());
                    let (kind, after) = match wish {
                        Wish::Transfer(path) => {
                            let unit = find(&units.tree, &path)?.ok_or_else(unknown)?;
                            if !reach.covers(&units.tree, Some(unit)) {
                                return Err(Fault::Forbidden.into());
                            }
                            (PersonChangeKind::Transfer, (unit, PersonState::Active))
                        }
                        Wish::State(state) => (PersonChangeKind::State, (UnitId(0), state)),
                    };
                    let planned = from > now;
                    let mut change = PersonChange {
                        id: change_id,
                        person: id,
                        kind,
                        from,
                        before: after,
                        after,
                        reason,
                        status: if planned { Status::Planned } else { Status::Done },
                        refusal: None,
                        made_by: by.account,
                        made_at: now,
                        done_at: (!planned).then_some(now),
                    };
                    check_person(tx, &units, &mut change).await??;
                    if db::person_change::is_planned_in(tx, id, kind).await? {
                        return Err(PeopleFault::Waiting.into());
                    }
                    db::person_change::insert(tx, &change).await?;
                    if !planned {
                        apply_person(tx, &change).await?;
                    }
                    let facts = |(unit, state): (UnitId, PersonState)| (units.tree.path(unit), state.code());
                    let deed = Deed::new(Act::PersonChanged, format!("person {number}"))
                        .before(&facts(change.before))
                        .after(&(facts(change.after), change.from.day_field()))
                        .because(change.reason);
                    audit::record(tx, &by, deed).await
                })
            },
        )
        .await
}

/// Takes a planned change back.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages persons, [`Fault::NotFound`], or [`PeopleFault::Settled`].
pub async fn withdraw(app: &App, caller: &Caller, id: PersonChangeId) -> Result<PersonId> {
    caller.may(Right::ManagePeople)?;
    let change = db::person_change::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let (person, _) = within(app, caller, Right::ManagePeople, change.person).await?;
    app.db
        .write(
            (change, person.number, By::new(app, caller)),
            move |tx, (change, number, by)| {
                Box::pin(async move {
                    if !db::person_change::settle(tx, &change, Status::Withdrawn, None, by.at).await? {
                        return Err(PeopleFault::Settled.into());
                    }
                    let deed = Deed::new(Act::ChangeWithdrawn, format!("person {number}"));
                    audit::record(tx, &by, deed.before(&change.kind.code())).await?;
                    Ok(change.person)
                })
            },
        )
        .await
}
