//! Accommodations: entering one, ending one. Every exam honours them by itself when an attempt starts.

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    person::within,
};
use crate::{
    db,
    domain::{
        accommodation::{Accommodation, Ground, check},
        audit::Act,
        id::{AccommodationId, PersonId},
        people::PeopleFault,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
};

/// What somebody wants to enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// `None`: what was typed is no whole number.
    pub percent: Option<i64>,
    pub larger_text: bool,
    pub valid_from: Timestamp,
    pub valid_until: Timestamp,
    pub ground: Ground,
}

/// Enters an accommodation.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages persons, [`Fault::NotFound`] when there is no such person, and
/// [`PeopleFault::Accommodation`] for less than the usual time or dates that do not fit.
pub async fn add(app: &App, caller: &Caller, person: PersonId, wish: Wish) -> Result<AccommodationId> {
    let (of, _) = within(app, caller, Right::ManagePeople, person).await?;
    let factor =
        check(wish.percent, wish.larger_text, wish.valid_from, wish.valid_until).map_err(PeopleFault::Accommodation)?;
    let entry = Accommodation {
        id: app.random.id(app.now()),
        person,
        factor,
        larger_text: wish.larger_text,
        valid_from: wish.valid_from,
        valid_until: wish.valid_until,
        ground: wish.ground,
        ended_at: None,
    };
    let done: Result<AccommodationId> = app
        .db
        .write((entry, of.number, By::new(app, caller)), |tx, (entry, number, by)| {
            Box::pin(async move {
                db::accommodation::insert(tx, &entry, by.account, by.at).await?;
                let days = (entry.valid_from.day_field(), entry.valid_until.day_field());
                let given = (entry.factor, entry.larger_text, days, entry.ground.code());
                let deed = Deed::new(Act::AccommodationGiven, format!("person {number}"));
                audit::record(tx, &by, deed.after(&given)).await?;
                Ok(entry.id)
            })
        })
        .await;
    app.recent.forget_allowances();
    done
}

/// Ends an accommodation now. An attempt that runs keeps its time.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages persons, [`Fault::NotFound`], or [`PeopleFault::Settled`].
pub async fn end(app: &App, caller: &Caller, id: AccommodationId) -> Result<PersonId> {
    caller.may(Right::ManagePeople)?;
    let entry = db::accommodation::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let (of, _) = within(app, caller, Right::ManagePeople, entry.person).await?;
    let done: Result<PersonId> = app
        .db
        .write((of, By::new(app, caller)), move |tx, (of, by)| {
            Box::pin(async move {
                if !db::accommodation::end(tx, id, by.at).await? {
                    return Err(PeopleFault::Settled.into());
                }
                let deed = Deed::new(Act::AccommodationEnded, format!("person {}", of.number));
                audit::record(tx, &by, deed).await?;
                Ok(of.id)
            })
        })
        .await;
    app.recent.forget_allowances();
    done
}
