//! A count over all attempts of a competition, in the background and gently: how each question was answered, what each day
//! brought, and what stands out (真实性检查).

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Contest, boards,
    directory::{headcount, organization_name},
    figures::tallies,
    published, setup,
    writer::judged,
};
use crate::{
    db::{self, competition_count::Counted},
    domain::{
        audit::Act,
        competition::{
            IdentityType, StageKind, State,
            item_count::{Asked, Count, Days, Items, Timing, group_of, took},
            play::Play,
            truth::{Attempt, Flag, Key, Watch, same_timings},
        },
        id::{CompetitionId, OrganizationId, PlayerId},
        item::OptionSet,
        statistics::{compare::Counting, sheet::Basis},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Result,
        audit::{self, By, Deed},
        bank::exposed_since,
    },
};

/// Attempts read at a time.
const ROWS: u32 = 500;
/// Between two readings others have the database for so long.
const PAUSE: Duration = Duration::from_millis(5);
/// So long whoever asks waits for the end; a count of a province goes on without.
const PATIENCE: Duration = Duration::from_secs(2);
/// After the end of a competition until it is counted by itself: an attempt may go on beyond it.
const SETTLED_MS: i64 = 3 * 3_600_000;
/// Groups of attempts with nearly the same times that are looked at again.
const GROUPS: usize = 2_000;

/// How far a count on this node has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Attempts read so far, and how many there are.
    Reading(u64, u64),
    /// It broke off; what was found before is still there.
    Failed,
}

/// Counts that run on this node, and those that broke off.
#[derive(Default)]
pub struct Counts(Mutex<HashMap<CompetitionId, Progress>>);

impl Counts {
    fn all(&self) -> MutexGuard<'_, HashMap<CompetitionId, Progress>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, id: CompetitionId) -> Option<Progress> {
        self.all().get(&id).copied()
    }

    /// `false`: one runs already.
    fn begin(&self, id: CompetitionId) -> bool {
        let mut all = self.all();
        if matches!(all.get(&id), Some(Progress::Reading(..))) {
            return false;
        }
        all.insert(id, Progress::Reading(0, 0));
        true
    }

    fn end(&self, id: CompetitionId, failed: bool) {
        let mut all = self.all();
        match failed {
            true => all.insert(id, Progress::Failed),
            false => all.remove(&id),
        };
    }
}

/// Says in any case how a count ended, also when it panics: or it could never be begun again.
struct Running {
    app: App,
    id: CompetitionId,
    failed: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.app.counting.end(self.id, self.failed);
    }
}

/// Counts all attempts of a published competition and keeps what was found, in the place of what was found before. Returns
/// when it is done or after [`PATIENCE`]; how far it has come, [`found`] tells then.
///
/// # Errors
/// As [`setup::running`].
pub async fn count(app: &App, caller: &Caller, id: CompetitionId) -> Result<()> {
    let contest = setup::running(app, caller, id).await?;
    if !app.counting.begin(id) {
        return Ok(());
    }
    let (here, by) = (app.clone(), By::new(app, caller));
    let task = tokio::spawn(async move {
        let mut running = Running {
            app: here,
            id,
            failed: true,
        };
        let done = count_all(&running.app, by, &contest).await;
        running.failed = done.is_err();
        if let Err(error) = &done {
            tracing::error!(competition = %id, %error, "a count of attempts broke off");
        }
        done
    });
    match tokio::time::timeout(PATIENCE, task).await {
        Ok(done) => done.map_err(|_| Fault::Unavailable)?,
        Err(_) => Ok(()),
    }
}

/// All that is counted in one pass.
struct Pass<'a> {
    contest: &'a Contest,
    items: Items,
    timing: Timing,
    days: Days,
    watch: Watch,
    groups: Counting,
    /// The last player with a valid official attempt.
    counts: Option<PlayerId>,
    read: u64,
}

impl<'a> Pass<'a> {
    fn new(contest: &'a Contest, papers: u64) -> Self {
        let options = contest
            .pool
            .questions
            .iter()
            .map(|stored| stored.question.options.len());
        Self {
            contest,
            items: Items::new(options),
            timing: Timing::new(papers, contest.questions()),
            days: Days::default(),
            watch: Watch::default(),
            groups: Counting::new(Basis::Drawn, contest.questions(), IdentityType::ALL.len()),
            counts: None,
            read: 0,
        }
    }

    /// Takes an attempt. `known`: the identity type of its player, and whether the results are frozen.
    fn take(&mut self, play: &Play, known: Option<(IdentityType, bool)>) -> Result<()> {
        self.read += 1;
        let Some(ended) = play.ended else {
            return Ok(());
        };
        let (_, stage) = self.contest.stage(play.rules, play.stage)?;
        let (staff, frozen) = known.map_or((false, false), |(identity, frozen)| {
            (identity == IdentityType::StateStaff, frozen)
        });
        if stage.kind == StageKind::Training {
            if !frozen {
                self.days.training(ended.handed_in_at);
            }
            return Ok(());
        }
        let judged = judged(self.contest, &self.contest.corrections, play, ended.handed_in_at)?;
        let times = took(play.started_at, &judged.sheet.counting);
        let attempt = Attempt {
            player: play.player,
            number: play.number,
            stage: play.stage,
            per_day: stage.per_day,
            total: stage.total,
            started_at: play.started_at,
            valid: ended.valid,
            network: play.network,
        };
        self.watch.take(&attempt, &times);
        // Who is frozen is counted nowhere, as on the boards.
        if frozen {
            return Ok(());
        }
        let first = ended.valid && self.counts != Some(play.player);
        if ended.valid {
            self.days.counts(ended.handed_in_at, first);
            self.counts = Some(play.player);
        }
        let told = !staff || self.contest.times_staff();
        let asked = judged.paper.0.iter().enumerate().map(|(place, drawn)| {
            let choice = judged.sheet.counting.get(place).copied().flatten();
            let choice = choice.map_or(OptionSet::EMPTY, |(choice, _)| choice);
            Asked {
                question: drawn.pool,
                choice: drawn.authored(choice),
                right: self.contest.is_right(&self.contest.corrections, drawn, choice),
                took_ms: times.get(place).copied().flatten().filter(|_| told),
            }
        });
        let asked: Vec<Asked> = asked.collect();
        if let Some((identity, _)) = known.filter(|_| first) {
            let sheet: Vec<_> = asked.iter().map(|one| one.marked()).collect();
            self.groups.add(group_of(identity), &sheet);
        }
        self.timing.add(&asked);
        self.items.add(asked);
        Ok(())
    }
}

/// Counts anew what was counted before, after keys were corrected; what was never counted stays so.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn again(app: &App, by: By, contest: &Arc<Contest>) -> Result<()> {
    if db::competition_count::get(&app.db, contest.id()).await?.is_some() {
        let done = count_all(app, by, contest).await;
        app.counting.end(contest.id(), done.is_err());
        done?;
    }
    Ok(())
}

/// Counts the competitions that are over and have attempts which no count has looked at; gives how many. Safe to run on every node.
///
/// # Errors
/// When the database fails.
pub async fn count_ended(app: &App) -> Result<usize> {
    let (now, mut done) = (app.now(), 0);
    for competition in db::competition::all(&app.db).await? {
        let id = competition.id;
        let recent = exposed_since(app) <= competition.published_at.unwrap_or(Timestamp(0));
        if competition.state != State::Published || !recent {
            continue;
        }
        let contest = published(app, id).await?;
        let ends_at = contest.version(now).rules.ends_at();
        // Whoever was at it at the end has handed in or was handed in by then.
        if now.0 < ends_at.0.saturating_add(SETTLED_MS) {
            continue;
        }
        let begun = db::competition_count::begun(&app.db, id).await?;
        let counted = db::competition_count::get(&app.db, id).await?;
        if begun > counted.map_or(0, |counted| counted.attempts) && app.counting.begin(id) {
            let result = count_all(app, By::new(app, &Caller::operator()), &contest).await;
            app.counting.end(id, result.is_err());
            result?;
            done += 1;
        }
    }
    Ok(done)
}

async fn count_all(app: &App, by: By, contest: &Arc<Contest>) -> Result<()> {
    let id = contest.id();
    let all = db::competition_count::begun(&app.db, id).await?;
    let mut pass = Pass::new(contest, all);
    let mut after = (PlayerId(0), 0);
    loop {
        app.counting
            .all()
            .insert(id, Progress::Reading(pass.read, all.max(pass.read)));
        let page = db::play::of_competition(&app.db, id, after, ROWS).await?;
        let Some(last) = page.last() else { break };
        after = (last.player, last.number);
        let known = boards::look(app, id, |board| {
            let known = |play: &Play| board.member(play.player).map(|member| (member.identity, member.frozen));
            page.iter().map(known).collect::<Vec<_>>()
        })
        .await?;
        for (play, known) in page.iter().zip(known) {
            pass.take(play, known)?;
        }
        tokio::time::sleep(PAUSE).await;
    }
    let Pass {
        mut items,
        timing,
        days,
        mut watch,
        groups,
        read,
        ..
    } = pass;
    timing.finish(&mut items);
    let same = same(app, contest, watch.alike()).await?;
    let mut units = Vec::new();
    for (unit, tally) in tallies(app, id).await? {
        if let Some(people) = headcount(app, unit).await? {
            units.push((unit, tally.participants, people));
        }
    }
    let counted = Counted {
        at: by.at,
        by: by.id(),
        attempts: read,
        count: Count {
            items,
            days: days.finish(),
            truth: watch.finish(units, same),
            compared: groups.finish(),
        },
    };
    app.db
        .write((counted, by), move |tx, (counted, by)| {
            Box::pin(async move {
                db::competition_count::put(tx, id, &counted).await?;
                let found = counted.count.truth.flags.len();
                let deed = Deed::new(Act::CompetitionCounted, setup::subject(id)).after(&(counted.attempts, found));
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// Looks again at attempts that seem to have the same times.
async fn same(app: &App, contest: &Contest, groups: Vec<Vec<Key>>) -> Result<Vec<Flag>> {
    let mut flags = Vec::new();
    for group in groups.into_iter().take(GROUPS) {
        let (mut times, mut network) = (Vec::with_capacity(group.len()), 0);
        for (player, number) in group {
            let Some(play) = db::play::get(&app.db, player, number).await? else {
                continue;
            };
            let Some(ended) = play.ended else { continue };
            let judged = judged(contest, &contest.corrections, &play, ended.handed_in_at)?;
            times.push(((player, number), took(play.started_at, &judged.sheet.counting)));
            network = play.network;
        }
        flags.extend(same_timings(network, &times));
        tokio::time::sleep(PAUSE).await;
    }
    Ok(flags)
}

/// What the last count of a competition found.
pub struct Found {
    pub contest: Arc<Contest>,
    /// A count that runs on this node, or broke off.
    pub progress: Option<Progress>,
    pub counted: Option<Counted>,
    /// Who counted.
    pub by: Option<String>,
    /// The names of units that flags are about.
    pub names: HashMap<OrganizationId, String>,
}

/// # Errors
/// As [`setup::running`].
pub async fn found(app: &App, caller: &Caller, id: CompetitionId) -> Result<Found> {
    let contest = setup::running(app, caller, id).await?;
    let counted = db::competition_count::get(&app.db, id).await?;
    let by = match &counted {
        Some(counted) => db::account::name_of(&app.db, counted.by).await?,
        None => None,
    };
    let mut names = HashMap::new();
    for flag in counted.iter().flat_map(|counted| &counted.count.truth.flags) {
        if let Flag::OverHeadcount { organization, .. } = flag {
            names.insert(*organization, organization_name(app, *organization).await?);
        }
    }
    Ok(Found {
        contest,
        progress: app.counting.of(id),
        counted,
        by,
        names,
    })
}

impl Found {
    /// A question of the pool, by its place.
    pub fn question(&self, place: usize) -> Option<&crate::domain::bank::Stored> {
        self.contest.question(u32::try_from(place).ok()?)
    }
}
