//! Setting competitions up: the draft, publishing, later versions of the rules, waivers of burden reduction.

use super::{Contest, published};
use crate::{
    db,
    domain::{
        audit::Act,
        competition::{
            Competition, Rules, RulesFault, State, Version,
            burden::{Clause, Waiver},
        },
        id::{BankId, CompetitionId, UnitId},
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        bank,
    },
};

/// The letters of a code: none that is taken for another.
const LETTERS: &[u8; 31] = b"23456789ABCDEFGHJKLMNPQRSTUVWXY";
const CODE_LENGTH: usize = 7;
/// The longest title, reason or name of who approved.
const LONGEST: usize = 200;

/// What an administrator sets.
#[derive(Debug, Clone)]
pub struct Setup {
    pub title: String,
    /// Who holds it; `None`: the whole site.
    pub unit: Option<UnitId>,
    pub bank: BankId,
    pub rules: Rules,
}

/// The competitions within the caller's reach, newest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages competitions asks.
pub async fn competitions(app: &App, caller: &Caller) -> Result<Vec<Competition>> {
    let reach = caller.may(Right::ManageCompetitions)?;
    let units = db::person::units(&app.db).await?;
    let mut all = db::competition::all(&app.db).await?;
    all.retain(|competition| reach.covers(&units, competition.unit));
    Ok(all)
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages competitions asks, [`Fault::NotFound`] when there is none of this id
/// within reach.
pub async fn competition(app: &App, caller: &Caller, id: CompetitionId) -> Result<Competition> {
    let reach = caller.may(Right::ManageCompetitions)?;
    let found = db::competition::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let units = db::person::units(&app.db).await?;
    if reach.covers(&units, found.unit) {
        Ok(found)
    } else {
        Err(Fault::NotFound.into())
    }
}

/// The same, published, with the versions of its rules.
///
/// # Errors
/// As [`competition`]; [`Fault::NotFound`] also while it is a draft.
pub async fn running(app: &App, caller: &Caller, id: CompetitionId) -> Result<std::sync::Arc<Contest>> {
    competition(app, caller, id).await?;
    published(app, id).await
}

/// How the log names a competition.
pub(in crate::service) fn subject(id: CompetitionId) -> String {
    format!("competition {id}")
}

fn words(text: &str) -> Result<String> {
    let text = text.trim();
    let fits = !text.is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Fault::Wording.into())
    }
}

async fn checked(app: &App, caller: &Caller, setup: Setup) -> Result<Setup> {
    let reach = caller.may(Right::ManageCompetitions)?;
    let title = words(&setup.title)?;
    let faults = setup.rules.faults();
    if !faults.is_empty() {
        return Err(Fault::Rules(faults).into());
    }
    let units = db::person::units(&app.db).await?;
    if setup.unit.is_some_and(|unit| units.get(unit).is_none()) {
        return Err(Fault::NotFound.into());
    }
    if !reach.covers(&units, setup.unit) {
        return Err(Fault::Forbidden.into());
    }
    bank::bank(app, caller, setup.bank).await?;
    Ok(Setup { title, ..setup })
}

/// Stores a draft.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages competitions of this unit asks, [`Fault::Rules`] with every fault,
/// [`Fault::Wording`] for the title.
pub async fn create(app: &App, caller: &Caller, setup: Setup) -> Result<CompetitionId> {
    let setup = checked(app, caller, setup).await?;
    let bytes = app.random.bytes();
    let code = bytes[..CODE_LENGTH]
        .iter()
        .map(|byte| LETTERS[usize::from(*byte) % LETTERS.len()]);
    let competition = Competition {
        id: app.random.id(app.now()),
        code: code.map(char::from).collect(),
        title: setup.title,
        unit: setup.unit,
        bank: setup.bank,
        state: State::Draft,
        rules: setup.rules,
        seed: Vec::new(),
        created_at: app.now(),
        published_at: None,
    };
    app.db
        .write((competition, By::new(app, caller)), |tx, (competition, by)| {
            Box::pin(async move {
                db::competition::insert(tx, &competition).await?;
                let deed = Deed::new(Act::CompetitionCreated, subject(competition.id));
                audit::record(tx, &by, deed.after(&(&competition.title, &competition.rules))).await?;
                Ok(competition.id)
            })
        })
        .await
}

/// Changes a draft.
///
/// # Errors
/// As [`create`]; [`Fault::WrongState`] when it is published.
pub async fn update(app: &App, caller: &Caller, id: CompetitionId, setup: Setup) -> Result<()> {
    let before = competition(app, caller, id).await?;
    let setup = checked(app, caller, setup).await?;
    let after = Competition {
        title: setup.title,
        unit: setup.unit,
        bank: setup.bank,
        rules: setup.rules,
        ..before.clone()
    };
    app.db
        .write((before, after, By::new(app, caller)), |tx, (before, after, by)| {
            Box::pin(async move {
                if !db::competition::update_draft(tx, &after).await? {
                    return Err(Fault::WrongState.into());
                }
                let deed = Deed::new(Act::CompetitionChanged, subject(after.id));
                let deed = deed.before(&(&before.title, &before.rules));
                audit::record(tx, &by, deed.after(&(&after.title, &after.rules))).await
            })
        })
        .await
}

/// Publishes a draft: its rules hold from now on, its questions are fixed.
///
/// # Errors
/// [`Fault::WrongState`] when it is none, [`Fault::Rules`] when the bank has too few questions in use.
pub async fn publish(app: &App, caller: &Caller, id: CompetitionId) -> Result<()> {
    let competition = competition(app, caller, id).await?;
    crate::service::law::settle(app, None).await?;
    let seed = app.random.bytes();
    app.db
        .write((competition, By::new(app, caller)), move |tx, (competition, by)| {
            Box::pin(async move {
                let questions = db::competition::publish(tx, id, &seed, by.at).await?;
                let questions = questions.ok_or(Fault::WrongState)?;
                if !competition.rules.pool_fits(usize::try_from(questions).unwrap_or(0)) {
                    return Err(Fault::Rules(vec![RulesFault::Pool]).into());
                }
                let first = Version {
                    number: 1,
                    rules: competition.rules,
                    effective_at: by.at,
                    reason: String::new(),
                    made_at: by.at,
                };
                db::competition::add_version(tx, id, &first, by.id()).await?;
                audit::record(
                    tx,
                    &by,
                    Deed::new(Act::CompetitionPublished, subject(id)).after(&questions),
                )
                .await
            })
        })
        .await
}

/// Announces a new version of the rules, with the reason, to hold from a moment on.
///
/// # Errors
/// [`Fault::Rules`] with every fault, [`Fault::Wording`] for the reason, [`Fault::NotFound`] while it is a draft.
pub async fn announce(
    app: &App,
    caller: &Caller,
    id: CompetitionId,
    rules: Rules,
    effective_at: Timestamp,
    reason: &str,
) -> Result<()> {
    let contest = running(app, caller, id).await?;
    let reason = words(reason)?;
    let now = app.now();
    let mut faults = rules.faults();
    faults.extend(contest.version(now).rules.change_faults(&rules, effective_at, now));
    if !rules.pool_fits(contest.questions()) {
        faults.push(RulesFault::Pool);
    }
    if !faults.is_empty() {
        return Err(Fault::Rules(faults).into());
    }
    let done: Result<()> = app
        .db
        .write((rules, reason, By::new(app, caller)), move |tx, (rules, reason, by)| {
            Box::pin(async move {
                let versions = db::competition::versions_in(tx, id).await?;
                let last = versions.last().ok_or(Fault::NotFound)?;
                let version = Version {
                    number: last.number + 1,
                    rules,
                    effective_at,
                    reason: reason.clone(),
                    made_at: by.at,
                };
                db::competition::add_version(tx, id, &version, by.id()).await?;
                let deed = Deed::new(Act::CompetitionRulesChanged, subject(id)).because(reason);
                audit::record(tx, &by, deed.before(&last.rules).after(&(effective_at, &version.rules))).await
            })
        })
        .await;
    app.contests.forget(id);
    done
}

/// Lets a clause of burden reduction not hold for a competition: by somebody's approval, for a reason.
///
/// # Errors
/// [`Fault::Wording`] without either, [`Fault::WrongState`] when the clause cannot be waived or is waived already.
pub async fn waive(
    app: &App,
    caller: &Caller,
    id: CompetitionId,
    clause: Clause,
    approver: &str,
    reason: &str,
) -> Result<()> {
    competition(app, caller, id).await?;
    let before = db::competition::waivers(&app.db, id).await?;
    if !clause.can_be_waived() || !crate::domain::competition::burden::holds(&before, clause) {
        return Err(Fault::WrongState.into());
    }
    let waiver = Waiver {
        clause,
        approver: words(approver)?,
        reason: words(reason)?,
        made_at: app.now(),
        ended_at: None,
    };
    let done: Result<()> = app
        .db
        .write((waiver, By::new(app, caller)), move |tx, (waiver, by)| {
            Box::pin(async move {
                db::competition::add_waiver(tx, id, &waiver, by.id()).await?;
                let deed = Deed::new(Act::ClauseWaived, subject(id)).because(waiver.reason.clone());
                audit::record(tx, &by, deed.after(&(waiver.clause, &waiver.approver))).await
            })
        })
        .await;
    app.contests.forget(id);
    app.boards.forget(id);
    done
}

/// Lets a waived clause hold again.
///
/// # Errors
/// [`Fault::WrongState`] when it does.
pub async fn end_waiver(app: &App, caller: &Caller, id: CompetitionId, clause: Clause) -> Result<()> {
    competition(app, caller, id).await?;
    let done: Result<()> = app
        .db
        .write(By::new(app, caller), move |tx, by| {
            Box::pin(async move {
                if !db::competition::end_waiver(tx, id, clause, by.at).await? {
                    return Err(Fault::WrongState.into());
                }
                audit::record(tx, &by, Deed::new(Act::ClauseRestored, subject(id)).after(&clause)).await
            })
        })
        .await;
    app.contests.forget(id);
    app.boards.forget(id);
    done
}

/// The clauses waived for a competition, ended ones too.
///
/// # Errors
/// As [`competition`].
pub async fn waivers(app: &App, caller: &Caller, id: CompetitionId) -> Result<Vec<Waiver>> {
    competition(app, caller, id).await?;
    Ok(db::competition::waivers(&app.db, id).await?)
}
