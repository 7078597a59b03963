//! Flagging a question that one was asked, and being told what came of it.

use std::sync::Arc;

use super::{
    super::competition::{Contest, limit, play},
    looked,
    work::told,
};
use crate::{
    db,
    domain::{
        bank::Stored,
        competition::player::Player,
        dispute::{Flag, NoDispute, Ruling, State, Where},
        id::{FlagId, PersonId, RulingId, RunId, VersionId},
        key_correction::Method,
        objection::reason,
    },
    error::Fault,
    service::{App, Caller, Error, Result, notice, study::run},
};

/// Flags shown on a player's own page.
const SHOWN: u32 = 20;

/// A player says that something is wrong with a question of an attempt that is handed in, whether its answers are shown or not.
/// `item`: its place on the paper, from 1.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such attempt or question or it still runs, [`Fault::Dispute`] when the reason is missing, or
/// the same person has flagged it before.
pub async fn flag(
    app: &App,
    contest: &Arc<Contest>,
    player: &Player,
    (number, item): (u32, u16),
    words: &str,
) -> Result<FlagId> {
    limit::acting(app, player.id)?;
    let outcome = play::result(app, contest, player, number)
        .await?
        .ok_or(Fault::NotFound)?;
    let asked = item
        .checked_sub(1)
        .and_then(|place| outcome.asked.get(usize::from(place)));
    let version = *asked.ok_or(Fault::NotFound)?;
    let place = Where::Play {
        player: player.id,
        number,
        item,
    };
    store(app, version, place, player.person, words).await
}

/// Somebody who studies says that something is wrong with a question that he has answered. `place`: of the question in its run,
/// from 0.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`run::feedback`]; [`Fault::Dispute`] when the reason is missing, or the same
/// person has flagged it before.
pub async fn flag_studied(app: &App, caller: &Caller, run: RunId, place: u32, words: &str) -> Result<FlagId> {
    let person = caller.person()?;
    let version = run::feedback(app, caller, run, place).await?.version;
    let item = u16::try_from(place + 1).map_err(|_| Fault::NotFound)?;
    store(app, version, Where::Study { run, item }, Some(person), words).await
}

async fn store(app: &App, version: VersionId, place: Where, person: Option<PersonId>, words: &str) -> Result<FlagId> {
    let now = app.now();
    let flag = Flag {
        id: app.random.id(now),
        version,
        place,
        person,
        reason: reason(words).map_err(|_| Fault::Dispute(NoDispute::Words))?,
        at: now,
        ruling: None,
    };
    let id = flag.id;
    let covering = covering(app, version).await?;
    let stored: Result<()> = app
        .db
        .write(
            (flag, covering, app.random.clone()),
            move |tx, (flag, covering, random)| {
                Box::pin(async move {
                    db::dispute::insert_flag(tx, &flag).await?;
                    // Whoever takes the ruling back, or is just done with it, waits until the flag is there, or the other way round.
                    for ruling in covering {
                        let ruling = db::dispute::hold(tx, ruling).await?;
                        if let Some(ruling) = ruling.filter(in_force) {
                            let settled = db::dispute::settle_flag(tx, ruling.id, flag.id).await?;
                            let news = settled.as_ref().and_then(|titled| told(titled, &ruling, false));
                            notice::tell(tx, &random, now, news).await?;
                        }
                    }
                    Ok(())
                })
            },
        )
        .await;
    match stored {
        Ok(()) => Ok(id),
        Err(Error::Db(db::Error::Taken)) => Err(Fault::Dispute(NoDispute::Flagged).into()),
        Err(error) => Err(error),
    }
}

/// The rulings that change what counts for a version and are carried out or will be.
async fn covering(app: &App, version: VersionId) -> Result<Vec<RulingId>> {
    let Some(asked) = db::study::stored(&app.db, &[version]).await?.remove(&version) else {
        return Ok(Vec::new());
    };
    let rulings = db::dispute::rulings_on(&app.db, asked.id).await?;
    if rulings.is_empty() {
        return Ok(Vec::new());
    }
    let looked = looked(app, asked.id, Some(version)).await?;
    let of = rulings
        .into_iter()
        .filter(|ruling| looked.covered.contains(&ruling.version));
    Ok(of.map(|ruling| ruling.id).collect())
}

/// Whether a ruling has answered what is said of its question from now on too: one that left the key as it was has not, since somebody
/// may know better.
fn in_force(ruling: &Ruling) -> bool {
    ruling.state == State::Applied && ruling.method != Method::Leave
}

/// What a player has flagged, and what came of it.
pub struct Mine {
    pub flag: Flag,
    /// The question as it was asked.
    pub asked: Stored,
    /// The ruling that settled it.
    pub ruling: Option<Ruling>,
    /// Whether its method and its reason may be read: they can name the right answer.
    pub told: bool,
}

/// A player's last flags, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_player(app: &App, contest: &Contest, player: &Player) -> Result<Vec<Mine>> {
    let now = app.now();
    let over = now >= contest.version(now).rules.ends_at();
    let mut mine = Vec::new();
    for flag in db::dispute::of_player(&app.db, player.id, SHOWN).await? {
        let Some(asked) = contest.version_of(flag.version) else {
            continue;
        };
        let ruling = match flag.ruling {
            Some(id) => db::dispute::get(&app.db, id).await?,
            None => None,
        };
        mine.push(Mine {
            asked: asked.clone(),
            told: over || shows_answers(app, contest, flag.place).await?,
            flag,
            ruling,
        });
    }
    Ok(mine)
}

/// Whether the stage in which a question was flagged shows answers.
async fn shows_answers(app: &App, contest: &Contest, place: Where) -> Result<bool> {
    let Where::Play { player, number, .. } = place else {
        return Ok(false);
    };
    let play = db::play::get(&app.db, player, number).await?.ok_or(Fault::NotFound)?;
    Ok(contest.stage(play.rules, play.stage)?.1.answers_shown)
}

/// What the caller has flagged in study, the newest first.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn of_learner(app: &App, caller: &Caller) -> Result<Vec<Mine>> {
    let flags = db::dispute::of_learner(&app.db, caller.person()?, SHOWN).await?;
    let versions: Vec<_> = flags.iter().map(|flag| flag.version).collect();
    let mut asked = db::study::stored(&app.db, &versions).await?;
    let mut mine = Vec::new();
    for flag in flags {
        let ruling = match flag.ruling {
            Some(id) => db::dispute::get(&app.db, id).await?,
            None => None,
        };
        if let Some(asked) = asked.remove(&flag.version) {
            mine.push(Mine {
                flag,
                asked,
                ruling,
                told: true,
            });
        }
    }
    Ok(mine)
}
