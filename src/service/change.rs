//! Changes of units and persons that hold from a day on: what is possible, and carrying out what is due.

use super::{App, Result, random::Random};
use crate::{
    db::{self, Tx},
    domain::{
        id::UnitId,
        people::{PeopleFault, PersonChange, PersonChangeKind, Status, UnitChange, UnitChangeKind, UnitFacts},
        person::PersonState,
        time::Timestamp,
        unit::Tree,
    },
};

/// The deepest a tree of units may become by moves.
const DEPTH: usize = 20;
/// Persons and units that a refusal names.
const NAMED: usize = 10;

/// Carries out every planned change whose day has come; gives how many. What is not possible any more is marked so, with
/// the reason, and holds up nothing else. Run from time to time, and before a roster is frozen or compared.
///
/// # Errors
/// When the database fails.
pub async fn carry_out_due(app: &App) -> Result<usize> {
    app.db
        .write((app.random.clone(), app.now()), |tx, (random, now)| {
            Box::pin(async move { carry_out(tx, &random, now).await })
        })
        .await
}

async fn carry_out(tx: &mut Tx, random: &Random, now: Timestamp) -> Result<usize> {
    let units = db::unit::due_in(tx, now).await?;
    let persons = db::person_change::due_in(tx, now).await?;
    let count = units.len() + persons.len();
    let (mut units, mut persons) = (units.into_iter().peekable(), persons.into_iter().peekable());
    loop {
        let unit_first = match (units.peek(), persons.peek()) {
            (None, None) => return Ok(count),
            (Some(unit), Some(person)) => (unit.from, unit.id.0) <= (person.from, person.id.0),
            (unit, _) => unit.is_some(),
        };
        if unit_first {
            if let Some(change) = units.next() {
                carry_out_unit(tx, random, change, now).await?;
            }
        } else if let Some(change) = persons.next() {
            carry_out_person(tx, change, now).await?;
        }
    }
}

async fn carry_out_unit(tx: &mut Tx, random: &Random, mut change: UnitChange, now: Timestamp) -> Result<()> {
    let state = Units::load(tx).await?;
    match state.check(tx, &mut change, true, now).await? {
        Ok(()) => {
            db::unit::settle(tx, &change, Status::Done, None, now).await?;
            apply_unit(tx, random, &change, now).await
        }
        Err(fault) => {
            tracing::warn!(change = %change.id, ?fault, "a planned change of a unit was not possible any more");
            db::unit::settle(tx, &change, Status::Refused, Some(&fault), now).await?;
            Ok(())
        }
    }
}

async fn carry_out_person(tx: &mut Tx, mut change: PersonChange, now: Timestamp) -> Result<()> {
    let state = Units::load(tx).await?;
    match check_person(tx, &state, &mut change).await? {
        Ok(()) => {
            db::person_change::settle(tx, &change, Status::Done, None, now).await?;
            apply_person(tx, &change).await
        }
        Err(fault) => {
            tracing::warn!(change = %change.id, ?fault, "a planned change of a person was not possible any more");
            db::person_change::settle(tx, &change, Status::Refused, Some(&fault), now).await?;
            Ok(())
        }
    }
}

/// The units as a transaction sees them.
pub(super) struct Units {
    pub tree: Tree,
    pub details: std::collections::HashMap<UnitId, db::unit::Details>,
}

impl Units {
    pub async fn load(tx: &mut Tx) -> Result<Self> {
        db::unit::hold(tx).await?;
        Ok(Self {
            tree: db::person::units_in(tx).await?,
            details: db::unit::details_in(tx).await?,
        })
    }

    fn is_closed(&self, unit: UnitId) -> bool {
        self.details
            .get(&unit)
            .is_some_and(|details| details.closed_at.is_some())
    }

    /// The name of the unit, if it stands.
    pub fn standing(&self, id: UnitId) -> std::result::Result<&str, PeopleFault> {
        match self.tree.get(id) {
            None => Err(PeopleFault::UnknownUnit(id.to_string())),
            Some(unit) if self.is_closed(id) => Err(PeopleFault::UnitClosed(unit.name.clone())),
            Some(unit) => Ok(&unit.name),
        }
    }

    /// What stands in the row of a unit.
    pub fn facts(&self, id: UnitId) -> Option<UnitFacts> {
        let unit = self.tree.get(id)?;
        Some(UnitFacts {
            parent: unit.parent,
            name: unit.name.clone(),
            region: self.details.get(&id).and_then(|details| details.region),
        })
    }

    /// Whether a change is possible now. Sets what holds before and after it.
    pub async fn check(
        &self,
        tx: &mut Tx,
        change: &mut UnitChange,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<std::result::Result<(), PeopleFault>> {
        let Some(before) = self.facts(change.unit) else {
            return Ok(Err(PeopleFault::UnknownUnit(change.unit.to_string())));
        };
        let wanted = change.after.clone();
        change.after = match change.kind {
            UnitChangeKind::Move => UnitFacts {
                parent: wanted.parent,
                ..before.clone()
            },
            UnitChangeKind::Rename => UnitFacts {
                name: wanted.name,
                ..before.clone()
            },
            UnitChangeKind::Region => UnitFacts {
                region: wanted.region,
                ..before.clone()
            },
            UnitChangeKind::Close | UnitChangeKind::Reopen => before.clone(),
        };
        change.before = before;
        Ok(match change.kind {
            UnitChangeKind::Close => self.check_close(tx, change, confirmed, now).await?,
            UnitChangeKind::Reopen => self.check_reopen(change),
            _ => self.check_facts(change),
        })
    }

    fn check_facts(&self, change: &UnitChange) -> std::result::Result<(), PeopleFault> {
        let (unit, before, after) = (change.unit, &change.before, &change.after);
        if before == after {
            return Err(PeopleFault::NoChange);
        }
        self.standing(unit)?;
        if let Some(parent) = after.parent {
            self.standing(parent)?;
        }
        if let Some(circle) = self.tree.circle(unit, after.parent) {
            return Err(PeopleFault::Circle(circle));
        }
        if self
            .tree
            .child(after.parent, &after.name)
            .is_some_and(|other| other.id != unit)
        {
            return Err(PeopleFault::UnitNameTaken(after.name.clone()));
        }
        let above = after.parent.map_or(0, |parent| self.tree.ancestors(parent).count());
        if above + self.height(unit) > DEPTH {
            return Err(PeopleFault::TooDeep);
        }
        Ok(())
    }

    /// Levels from a unit down to the lowest below it.
    fn height(&self, unit: UnitId) -> usize {
        let (mut height, mut level) = (0, vec![unit]);
        while !level.is_empty() && height <= DEPTH {
            height += 1;
            level = level
                .into_iter()
                .flat_map(|unit| self.tree.children(Some(unit)).map(|child| child.id))
                .collect();
        }
        height
    }

    async fn check_close(
        &self,
        tx: &mut Tx,
        change: &UnitChange,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<std::result::Result<(), PeopleFault>> {
        let unit = change.unit;
        if let Err(fault) = self.standing(unit) {
            return Ok(Err(fault));
        }
        match change.receiver.map(|receiver| (receiver, self.standing(receiver))) {
            Some((receiver, _)) if receiver == unit => return Ok(Err(PeopleFault::NoChange)),
            Some((_, Err(fault))) => return Ok(Err(fault)),
            _ => {}
        }
        let persons = db::person::active_of_unit_in(tx, unit).await?;
        let left = if change.receiver.is_some() { &[][..] } else { &persons };
        let below: Vec<String> = self
            .tree
            .children(Some(unit))
            .filter(|child| !self.is_closed(child.id))
            .map(|child| child.name.clone())
            .take(NAMED)
            .collect();
        let exams = if confirmed {
            vec![]
        } else {
            db::unit::due_in_open_exams(tx, unit, now).await?
        };
        if left.is_empty() && below.is_empty() && exams.is_empty() {
            return Ok(Ok(()));
        }
        let named = |person: &crate::domain::person::Person| format!("{} {}", person.number, person.name);
        Ok(Err(PeopleFault::UnitInUse {
            persons: i64::try_from(left.len()).unwrap_or(i64::MAX),
            some: left.iter().take(NAMED).map(named).collect(),
            below,
            exams,
        }))
    }

    fn check_reopen(&self, change: &UnitChange) -> std::result::Result<(), PeopleFault> {
        if !self.is_closed(change.unit) {
            return Err(PeopleFault::UnitStands);
        }
        change
            .before
            .parent
            .map_or(Ok(()), |parent| self.standing(parent).map(|_| ()))
    }
}

/// Writes a change that was found possible.
pub(super) async fn apply_unit(tx: &mut Tx, random: &Random, change: &UnitChange, now: Timestamp) -> Result<()> {
    match change.kind {
        UnitChangeKind::Move | UnitChangeKind::Rename | UnitChangeKind::Region => {
            db::unit::set_facts(tx, change.unit, &change.after)
                .await
                .map_err(super::taken)?;
        }
        UnitChangeKind::Reopen => db::unit::set_closed(tx, change.unit, None).await?,
        UnitChangeKind::Close => {
            db::unit::set_closed(tx, change.unit, Some(change.from)).await?;
            if let Some(receiver) = change.receiver {
                hand_over(tx, random, change, receiver, now).await?;
            }
        }
    }
    Ok(())
}

/// Transfers the persons of a unit that closes.
async fn hand_over(tx: &mut Tx, random: &Random, change: &UnitChange, receiver: UnitId, now: Timestamp) -> Result<()> {
    for person in db::person::active_of_unit_in(tx, change.unit).await? {
        let transfer = PersonChange {
            id: random.id(now),
            person: person.id,
            kind: PersonChangeKind::Transfer,
            from: change.from,
            before: (person.unit, person.state),
            after: (receiver, person.state),
            reason: change.reason.clone(),
            status: Status::Done,
            refusal: None,
            made_by: change.made_by,
            made_at: change.made_at,
            done_at: Some(now),
        };
        db::person_change::insert(tx, &transfer).await?;
        db::person::set_unit(tx, person.id, receiver).await?;
    }
    Ok(())
}

/// Whether a change of a person is possible now. Sets what holds before and after it.
pub(super) async fn check_person(
    tx: &mut Tx,
    units: &Units,
    change: &mut PersonChange,
) -> Result<std::result::Result<(), PeopleFault>> {
    let Some(person) = db::person::get_in(tx, change.person).await? else {
        return Err(crate::error::Fault::NotFound.into());
    };
    change.before = (person.unit, person.state);
    change.after = match change.kind {
        PersonChangeKind::Transfer => (change.after.0, person.state),
        PersonChangeKind::State => (person.unit, change.after.1),
    };
    if change.before == change.after {
        return Ok(Err(PeopleFault::NoChange));
    }
    // Who comes (back) to a unit needs one that stands; who goes may leave a closed one.
    let arrives = change.kind == PersonChangeKind::Transfer || change.after.1 == PersonState::Active;
    Ok(if arrives {
        units.standing(change.after.0).map(|_| ())
    } else {
        Ok(())
    })
}

/// Writes a change that was found possible.
pub(super) async fn apply_person(tx: &mut Tx, change: &PersonChange) -> Result<()> {
    match change.kind {
        PersonChangeKind::Transfer => db::person::set_unit(tx, change.person, change.after.0).await?,
        PersonChangeKind::State => db::person::set_state(tx, change.person, change.after.1).await?,
    }
    Ok(())
}
