//! Competitions: what a node knows of them, setting them up, joining, playing, boards.

pub mod boards;
pub mod case;
pub mod certificate;
pub mod count;
mod directory;
pub mod export;
pub mod figures;
pub mod join;
pub mod limit;
pub mod overtaken;
pub mod play;
pub(super) mod recount;
pub mod setup;
pub mod simulate;
pub(super) mod verify;
mod writer;

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{App, Result};
use crate::{
    db,
    domain::{
        bank::Stored,
        competition::{
            Competition, Stage, State, Track, Version,
            burden::{Clause, Waiver, holds},
            correction, in_effect,
        },
        id::{CompetitionId, VersionId},
        item::OptionSet,
        key_correction::Correction,
        paper::{Drawn, Paper, PoolItem, Shown},
        points::Points,
        time::Timestamp,
    },
    error::Fault,
};
pub(super) use writer::Writer;

/// So long a node believes the rules it knows without asking again.
const KEPT_MS: i64 = 1000;

/// A published competition as a node knows it. The pool does not change once the competition has begun; rules, waivers and corrected keys
/// are asked for once a second.
pub struct Contest {
    pub competition: Competition,
    /// The oldest first; never empty.
    pub versions: Vec<Version>,
    pub waivers: Vec<Waiver>,
    /// The corrections of keys in force, as far as pages show them; what is stored is marked by those of its own transaction.
    pub corrections: Vec<Correction>,
    pool: Arc<Pool>,
}

/// The fixed questions.
struct Pool {
    questions: Vec<Stored>,
    /// What the draw needs of them.
    shape: Vec<PoolItem>,
}

impl Contest {
    pub fn id(&self) -> CompetitionId {
        self.competition.id
    }

    /// The rules that hold at a moment; before the first of them does, these.
    pub fn version(&self, now: Timestamp) -> &Version {
        in_effect(&self.versions, now).unwrap_or(&self.versions[0])
    }

    /// A version that was announced and does not hold yet.
    pub fn announced(&self, now: Timestamp) -> Option<&Version> {
        self.versions.iter().find(|version| version.effective_at > now)
    }

    /// A version and a stage by what an attempt says of them.
    pub(in crate::service) fn stage(&self, version: u32, stage: u32) -> Result<(&Version, &Stage)> {
        let version = self
            .versions
            .iter()
            .find(|one| one.number == version)
            .ok_or(Fault::NotFound)?;
        let stage = version.rules.stages.get(stage as usize).ok_or(Fault::NotFound)?;
        Ok((version, stage))
    }

    /// Whether there are personal boards: not where teams compete.
    pub fn ranks_persons(&self, now: Timestamp) -> bool {
        self.version(now).rules.track == Track::Personal
    }

    /// Whether state staff stand on personal boards: only by a waiver.
    pub fn lists_staff(&self) -> bool {
        !holds(&self.waivers, Clause::PersonalRanking)
    }

    /// Whether times of state staff are shown: only by a waiver.
    pub fn times_staff(&self) -> bool {
        !holds(&self.waivers, Clause::Duration)
    }

    /// How many questions papers are drawn from.
    pub fn questions(&self) -> usize {
        self.pool.questions.len()
    }

    pub(in crate::service) fn question(&self, pool: u32) -> Option<&Stored> {
        self.pool.questions.get(pool as usize)
    }

    /// A question by the version in the pool.
    pub(in crate::service) fn version_of(&self, version: VersionId) -> Option<&Stored> {
        self.pool.questions.iter().find(|stored| stored.version == version)
    }

    /// Whether a choice, as shown, is right for a question on a paper.
    fn is_right(&self, corrections: &[Correction], drawn: &Drawn, choice: OptionSet) -> bool {
        let method = correction::of(corrections, drawn.pool);
        let question = self.question(drawn.pool).map(|stored| &stored.question);
        question.is_some_and(|question| correction::is_right(method, question.key, drawn.authored(choice)))
    }

    /// Whether a question on a paper need not be answered again.
    fn is_done(&self, corrections: &[Correction], drawn: &Drawn, choice: OptionSet) -> bool {
        let method = correction::of(corrections, drawn.pool);
        let question = self.question(drawn.pool).map(|stored| &stored.question);
        question.is_some_and(|question| correction::is_done(method, question.key, drawn.authored(choice)))
    }

    /// A question as players see it, with what a right answer gives at least.
    fn shown(&self, drawn: &Drawn, points: Points) -> Option<Shown> {
        let question = &self.question(drawn.pool)?.question;
        let option = |place: &u8| question.options.get(usize::from(*place)).cloned();
        Some(Shown {
            asking: None,
            kind: question.kind,
            points,
            stem: question.stem.clone(),
            options: drawn.order.iter().map(option).collect::<Option<_>>()?,
            part: String::new(),
            instruction: String::new(),
        })
    }

    /// How many options each question of a paper has, and whether only one may be chosen.
    fn fits(&self, paper: &Paper) -> Box<[(u8, bool)]> {
        let shape = |drawn: &Drawn| {
            let item = self.pool.shape.get(drawn.pool as usize);
            item.map_or((0, true), |item| (item.options, item.kind.one_choice()))
        };
        paper.0.iter().map(shape).collect()
    }
}

/// What a node knows of competitions.
#[derive(Default)]
pub struct Contests {
    codes: RwLock<HashMap<String, CompetitionId>>,
    known: RwLock<HashMap<CompetitionId, (Timestamp, Arc<Contest>)>>,
}

impl Contests {
    /// Rules, waivers or corrected keys have changed.
    pub(in crate::service) fn forget(&self, id: CompetitionId) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if let Some((since, _)) = known.get_mut(&id) {
            *since = Timestamp(i64::MIN);
        }
    }
}

/// The published competition that a link carries.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub async fn contest(app: &App, code: &str) -> Result<Arc<Contest>> {
    let known = {
        let codes = app.contests.codes.read().unwrap_or_else(PoisonError::into_inner);
        codes.get(code).copied()
    };
    let id = match known {
        Some(id) => id,
        None => {
            let found = db::competition::by_code(&app.db, code).await?;
            let found = found.filter(|competition| competition.state == State::Published);
            let id = found.ok_or(Fault::NotFound)?.id;
            let mut codes = app.contests.codes.write().unwrap_or_else(PoisonError::into_inner);
            codes.insert(code.to_owned(), id);
            id
        }
    };
    published(app, id).await
}

async fn read_pool(app: &App, id: CompetitionId) -> Result<Arc<Pool>> {
    let questions = db::competition::pool(&app.db, id).await?;
    let shape = questions.iter().map(PoolItem::of).collect();
    Ok(Arc::new(Pool { questions, shape }))
}

/// A published competition.
///
/// # Errors
/// [`Fault::NotFound`] when there is none.
pub(in crate::service) async fn published(app: &App, id: CompetitionId) -> Result<Arc<Contest>> {
    let now = app.now();
    let known = {
        let known = app.contests.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&id).cloned()
    };
    if let Some((since, contest)) = &known
        && (*since..Timestamp(since.0.saturating_add(KEPT_MS))).contains(&now)
    {
        return Ok(Arc::clone(contest));
    }
    let (competition, pool) = match known {
        Some((since, contest)) => {
            // Questions may leave until it begins, and none comes.
            let fixed = since >= contest.begins_at();
            let same = fixed || db::competition::pool_size(&app.db, id).await? == contest.questions();
            let pool = match same {
                true => Arc::clone(&contest.pool),
                false => read_pool(app, id).await?,
            };
            (contest.competition.clone(), pool)
        }
        None => {
            let found = db::competition::get(&app.db, id).await?;
            let found = found.filter(|competition| competition.state == State::Published);
            (found.ok_or(Fault::NotFound)?, read_pool(app, id).await?)
        }
    };
    let versions = db::competition::versions(&app.db, id).await?;
    if versions.is_empty() {
        return Err(Fault::NotFound.into());
    }
    let contest = Arc::new(Contest {
        competition,
        versions,
        waivers: db::competition::waivers(&app.db, id).await?,
        corrections: db::competition_correction::in_force(&app.db, id).await?,
        pool,
    });
    let mut known = app.contests.known.write().unwrap_or_else(PoisonError::into_inner);
    known.insert(id, (now, Arc::clone(&contest)));
    Ok(contest)
}
