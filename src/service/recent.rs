//! What every request of a candidate asks for and hardly ever changes: rounds, slots and corrected keys of an exam,
//! what persons are allowed.
//! A node asks the database for it once a second; what is changed on the node itself shows at once.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{App, Result};
use crate::{
    db,
    domain::{
        accommodation::Allowance,
        exam::Round,
        id::{ExamId, PersonId},
        key_correction::Correction,
        slot::Slot,
        time::Timestamp,
    },
};

/// So long something is believed without asking again.
const KEPT_MS: i64 = 1000;

/// When and where an exam is sat, and by which keys.
pub struct Frame {
    pub rounds: Vec<Round>,
    pub slots: Vec<Slot>,
    /// The corrections in force.
    pub corrections: Vec<Correction>,
    /// Whether a correction has ever changed scores, be it undone since.
    pub corrected: bool,
}

type Since<T> = (Timestamp, Arc<T>);

#[derive(Default)]
pub struct Recent {
    frames: RwLock<HashMap<ExamId, Since<Frame>>>,
    allowances: RwLock<Option<Since<HashMap<PersonId, Allowance>>>>,
}

fn fresh<T>(known: Option<&Since<T>>, now: Timestamp) -> Option<Arc<T>> {
    let (since, known) = known?;
    (0..KEPT_MS).contains(&(now.0 - since.0)).then(|| Arc::clone(known))
}

impl Recent {
    /// Rounds, slots or keys of an exam have changed.
    pub fn forget_exam(&self, id: ExamId) {
        self.frames.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    /// What somebody is allowed has changed.
    pub fn forget_allowances(&self) {
        *self.allowances.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Rounds, slots and corrected keys of an exam.
///
/// # Errors
/// When the database fails.
pub async fn frame(app: &App, id: ExamId) -> Result<Arc<Frame>> {
    let now = app.now();
    let known = |app: &App| {
        let frames = app.recent.frames.read().unwrap_or_else(PoisonError::into_inner);
        fresh(frames.get(&id), now)
    };
    if let Some(frame) = known(app) {
        return Ok(frame);
    }
    let frame = Arc::new(Frame {
        rounds: db::round::of_exam(&app.db, id).await?,
        slots: db::slot::of_exam(&app.db, id).await?,
        corrections: db::key_correction::in_force(&app.db, id).await?,
        corrected: db::key_correction::ever_applied(&app.db, id).await?,
    });
    let mut frames = app.recent.frames.write().unwrap_or_else(PoisonError::into_inner);
    frames.insert(id, (now, Arc::clone(&frame)));
    Ok(frame)
}

/// What a person is allowed now.
///
/// # Errors
/// When the database fails.
pub async fn allowance(app: &App, person: PersonId) -> Result<Allowance> {
    let now = app.now();
    let known = |app: &App| {
        let allowances = app.recent.allowances.read().unwrap_or_else(PoisonError::into_inner);
        fresh(allowances.as_ref(), now)
    };
    let allowances = match known(app) {
        Some(allowances) => allowances,
        None => {
            let allowances = Arc::new(db::accommodation::at(&app.db, now).await?);
            let mut known = app.recent.allowances.write().unwrap_or_else(PoisonError::into_inner);
            *known = Some((now, Arc::clone(&allowances)));
            allowances
        }
    };
    Ok(allowances.get(&person).copied().unwrap_or_default())
}
