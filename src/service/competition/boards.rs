//! Boards and counts: what a node keeps of all players in memory. It is read from the database when it is first asked for,
//! changed with everything this node writes, and twice a second with what other nodes wrote.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use super::{Contest, published, writer::competition_of};
use crate::{
    db::{
        self,
        play::{Place, Placed},
    },
    domain::{
        competition::{
            self, IdentityType,
            board::{Board, Line, Member, Reached, Scope, Tally},
            play::{Record, Standing},
            player::Player,
        },
        division::DivisionCode,
        id::{CompetitionId, OrganizationId, PlayerId},
        time::Timestamp,
    },
    error::Fault,
    service::{App, Result, organization},
};

/// A node without a sign of life for so long has written all it will.
const GONE_MS: i64 = 600_000;
/// Rows of a lane read at a time.
const ROWS: u32 = 5_000;

/// Something this node has written.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// Somebody joined, or corrected the registration.
    Joined(Player),
    /// An attempt was handed in, or results were frozen or freed.
    Played(Placed),
}

/// A board, or what happens to it while it is read.
enum State {
    Empty,
    Reading(Vec<Change>),
    Ready(Board),
}

struct Slot {
    /// The boards of units and trades as they were counted last.
    counted: Mutex<Option<(Timestamp, Arc<Counted>)>>,
    state: RwLock<State>,
    /// Held by whoever reads it.
    reading: tokio::sync::Mutex<()>,
    /// The rules that results are ordered by.
    contest: RwLock<Option<Arc<Contest>>>,
}

/// The boards a node keeps.
#[derive(Default)]
pub struct Boards {
    slots: RwLock<HashMap<CompetitionId, Arc<Slot>>>,
    /// How far the lanes of other nodes have been read.
    lanes: Mutex<HashMap<i64, i64>>,
}

fn stamp(record: &Record) -> u32 {
    record.tried.number * 2 + u32::from(!record.tried.running)
}

/// What a record says of its player on the board.
fn member(contest: &Contest, placed: &Placed) -> Member {
    let record = &placed.record;
    let rules = &contest.versions[contest.versions.len() - 1].rules;
    let reached = |standing: Standing| Reached {
        key: rules.rank_key(&standing),
        score: standing.score,
        person_times: standing.person_times,
        answers: standing.answers,
        answers_right: standing.answers_right,
        time_ms: standing.time_ms,
    };
    Member {
        player: record.player,
        identity: placed.identity,
        division: placed.division,
        organization: placed.organization,
        result: record.standing.map(reached),
        frozen: record.frozen,
        stamp: stamp(record),
    }
}

/// Brings a change onto a board, unless the board knows something newer.
fn put(change: Change, board: &mut Board, contest: &Contest) {
    match change {
        Change::Joined(player) => {
            let before = board.member(player.id).copied();
            board.put(Member {
                player: player.id,
                identity: player.identity,
                division: player.division,
                organization: player.organization,
                result: before.and_then(|before| before.result),
                frozen: before.is_some_and(|before| before.frozen),
                stamp: before.map_or(0, |before| before.stamp),
            });
        }
        Change::Played(placed) => {
            let known = board.member(placed.record.player);
            if known.is_none_or(|known| known.stamp <= stamp(&placed.record)) {
                board.put(member(contest, &placed));
            }
        }
    }
}

impl Boards {
    fn slot(&self, id: CompetitionId) -> Option<Arc<Slot>> {
        self.slots
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&id)
            .cloned()
    }

    /// Reads a board anew when it is next asked for: who stands on it has changed.
    pub(super) fn forget(&self, id: CompetitionId) {
        self.slots.write().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn take_over(&self, id: CompetitionId, changes: Vec<Change>) {
        let Some(slot) = self.slot(id) else { return };
        let contest = slot.contest.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut state = slot.state.write().unwrap_or_else(PoisonError::into_inner);
        match (&mut *state, contest) {
            (State::Ready(board), Some(contest)) => changes.into_iter().for_each(|change| put(change, board, &contest)),
            (State::Reading(later), _) => later.extend(changes),
            _ => {}
        }
    }

    /// Takes over what this node has written.
    pub(super) fn apply(&self, changes: Vec<Change>) {
        let mut by_competition: HashMap<CompetitionId, Vec<Change>> = HashMap::new();
        for change in changes {
            by_competition.entry(competition_of(&change)).or_default().push(change);
        }
        by_competition
            .into_iter()
            .for_each(|(id, changes)| self.take_over(id, changes));
    }

    /// Whether any board is kept.
    fn any(&self) -> bool {
        !self.slots.read().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Looks at the board of a competition. The first look of a node reads all players, some 2 s for a million.
///
/// # Errors
/// When the database fails.
pub async fn look<T>(app: &App, id: CompetitionId, look: impl FnOnce(&Board) -> T) -> Result<T> {
    let contest = published(app, id).await?;
    let slot = {
        let mut slots = app.boards.slots.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(slots.entry(id).or_insert_with(|| {
            Arc::new(Slot {
                counted: Mutex::new(None),
                state: RwLock::new(State::Empty),
                reading: tokio::sync::Mutex::new(()),
                contest: RwLock::new(None),
            })
        }))
    };
    renew(app, &slot, &contest).await?;
    let state = slot.state.read().unwrap_or_else(PoisonError::into_inner);
    match &*state {
        State::Ready(board) => Ok(look(board)),
        // Only when it was forgotten this moment.
        State::Empty | State::Reading(_) => Ok(look(&Board::new(contest.lists_staff()))),
    }
}

/// Reads the boards of the competitions that are being played, before anybody asks for them.
///
/// # Errors
/// When the database fails.
pub async fn warm(app: &App) -> Result<()> {
    let now = app.now();
    for competition in db::competition::all(&app.db).await? {
        if competition.state == competition::State::Published && now < competition.rules.ends_at() {
            look(app, competition.id, |_| ()).await?;
        }
    }
    Ok(())
}

/// Reads a board that is not there, or that other rules or waivers order.
async fn renew(app: &App, slot: &Slot, contest: &Arc<Contest>) -> Result<()> {
    let fresh = || {
        let known = slot.contest.read().unwrap_or_else(PoisonError::into_inner);
        let same = |known: &Arc<Contest>| {
            let last = |contest: &Contest| contest.versions.last().map(|version| version.number);
            last(known) == last(contest) && known.lists_staff() == contest.lists_staff()
        };
        let ready = matches!(
            *slot.state.read().unwrap_or_else(PoisonError::into_inner),
            State::Ready(_)
        );
        ready && known.as_ref().is_some_and(same)
    };
    if fresh() {
        return Ok(());
    }
    let _reading = slot.reading.lock().await;
    if fresh() {
        return Ok(());
    }
    *slot.state.write().unwrap_or_else(PoisonError::into_inner) = State::Reading(Vec::new());
    let (mut members, mut lanes) = (Vec::new(), HashMap::<i64, i64>::new());
    let read = db::play::each_record(&app.db, contest.id(), |placed| {
        let furthest = lanes.entry(placed.place.lane).or_default();
        *furthest = placed.place.seq.max(*furthest);
        members.push(member(contest, &placed));
    })
    .await;
    // A million players are put in order beside the requests, not between them.
    let lists_staff = contest.lists_staff();
    let ordered = match read {
        Ok(()) => tokio::task::spawn_blocking(move || Board::of(lists_staff, members)).await,
        Err(error) => {
            *slot.state.write().unwrap_or_else(PoisonError::into_inner) = State::Empty;
            return Err(error.into());
        }
    };
    let Ok(mut board) = ordered else {
        *slot.state.write().unwrap_or_else(PoisonError::into_inner) = State::Empty;
        return Err(Fault::Unavailable.into());
    };
    {
        let mut known = app.boards.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        for (lane, seq) in lanes {
            known.entry(lane).or_insert(seq);
        }
    }
    *slot.contest.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(contest));
    let mut state = slot.state.write().unwrap_or_else(PoisonError::into_inner);
    if let State::Reading(later) = &mut *state {
        std::mem::take(later)
            .into_iter()
            .for_each(|change| put(change, &mut board, contest));
    }
    *state = State::Ready(board);
    Ok(())
}

/// Takes over what other nodes have written since the last time, and gives a sign of life. Meant to be called twice a
/// second; does nothing where there is one node only.
///
/// # Errors
/// When the database fails.
pub async fn follow(app: &App) -> Result<()> {
    if app.db.file().is_some() {
        return Ok(());
    }
    let (own, now) = (app.plays.lane(), app.now());
    let beat: Result<()> = app
        .db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::play::beat(tx, own, now).await?) })
        })
        .await;
    beat?;
    if !app.boards.any() {
        return Ok(());
    }
    for lane in db::play::lanes(&app.db, Timestamp(now.0 - GONE_MS)).await? {
        if lane == own {
            continue;
        }
        loop {
            let seq = {
                let lanes = app.boards.lanes.lock().unwrap_or_else(PoisonError::into_inner);
                lanes.get(&lane).copied().unwrap_or(0)
            };
            let rows = db::play::since(&app.db, Place { lane, seq }, ROWS).await?;
            let Some(last) = rows.last().map(|placed| placed.place.seq) else {
                break;
            };
            let full = rows.len() == ROWS as usize;
            let mut by_competition: HashMap<CompetitionId, Vec<Change>> = HashMap::new();
            for placed in rows {
                let changes = by_competition.entry(placed.record.competition).or_default();
                changes.push(Change::Played(placed));
            }
            by_competition
                .into_iter()
                .for_each(|(id, changes)| app.boards.take_over(id, changes));
            let mut lanes = app.boards.lanes.lock().unwrap_or_else(PoisonError::into_inner);
            lanes.insert(lane, last);
            if !full {
                break;
            }
        }
    }
    Ok(())
}

/// A line of a personal board with its player.
pub struct Named {
    pub line: Line,
    pub player: Player,
}

/// A page of a personal board.
pub struct Page {
    pub lines: Vec<Named>,
    /// How many stand on the board.
    pub ranked: u64,
    pub tally: Tally,
}

/// Some lines of the personal board of a scope.
///
/// # Errors
/// When the database fails.
pub async fn page(app: &App, contest: &Contest, scope: Scope, skip: usize, count: usize) -> Result<Page> {
    // The scores of members of a team count for the team and stand on no personal board.
    let count = if contest.ranks_persons(app.now()) { count } else { 0 };
    let (lines, ranked, tally) = look(app, contest.id(), |board| {
        (board.page(scope, skip, count), board.ranked(scope), board.tally(scope))
    })
    .await?;
    let ids: Vec<PlayerId> = lines.iter().map(|line| line.player).collect();
    let mut players: HashMap<PlayerId, Player> = db::player::some(&app.db, &ids)
        .await?
        .into_iter()
        .map(|player| (player.id, player))
        .collect();
    let lines = lines.into_iter().filter_map(|line| {
        let player = players.remove(&line.player)?;
        Some(Named { line, player })
    });
    Ok(Page {
        lines: lines.collect(),
        ranked: if count == 0 { 0 } else { ranked },
        tally,
    })
}

/// Where a player stands: among all, in the own division and in the own unit, each with how many are ranked there.
///
/// # Errors
/// When the database fails.
pub async fn ranks(app: &App, contest: &Contest, player: &Player) -> Result<Vec<(Scope, u64, u64)>> {
    let division = (player.division > 0).then_some(Scope::Division(player.division));
    let organization = player.organization.map(Scope::Organization);
    let scopes = [Some(Scope::All), division, organization];
    if !contest.ranks_persons(app.now()) {
        return Ok(Vec::new());
    }
    look(app, contest.id(), |board| {
        let rank = |scope| Some((scope, board.rank(scope, player.id)?, board.ranked(scope)));
        scopes.into_iter().flatten().filter_map(rank).collect()
    })
    .await
}

/// A line of a board of units or divisions.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupLine<T> {
    pub rank: u64,
    pub group: T,
    pub tally: Tally,
    /// What it is ranked by, in hundredths.
    pub mean: i64,
}

/// Ranks groups by a mean in hundredths, the most participants first between equal ones; equal in both share a rank.
fn ranked<T>(mut lines: Vec<GroupLine<T>>) -> Vec<GroupLine<T>> {
    let order = |line: &GroupLine<T>| (std::cmp::Reverse(line.mean), std::cmp::Reverse(line.tally.participants));
    lines.sort_by_key(order);
    let mut last = None;
    for (place, line) in (1..).zip(&mut lines) {
        let own = (line.mean, line.tally.participants);
        line.rank = match last {
            Some((same, rank)) if same == own => rank,
            _ => place,
        };
        last = Some((own, line.rank));
    }
    lines
}

fn mean(sum: i64, count: u64) -> i64 {
    sum / i64::try_from(count.max(1)).unwrap_or(i64::MAX)
}

/// The board of divisions directly below one (`None`: of provinces), by the mean score of their players.
///
/// # Errors
/// When the database fails.
pub async fn divisions(app: &App, contest: &Contest, above: Option<DivisionCode>) -> Result<Vec<GroupLine<u32>>> {
    look(app, contest.id(), |board| {
        let lines = board.scopes().filter_map(|(scope, tally)| match scope {
            Scope::Division(code) if DivisionCode::new(code).and_then(DivisionCode::parent) == above => {
                Some(GroupLine {
                    rank: 0,
                    group: code,
                    tally: *tally,
                    mean: mean(tally.score_sum, tally.participants),
                })
            }
            _ => None,
        });
        ranked(lines.filter(|line| line.tally.participants > 0).collect())
    })
    .await
}

/// The boards of units and of trades.
pub struct Counted {
    pub organizations: Vec<GroupLine<OrganizationId>>,
    pub trades: Vec<GroupLine<String>>,
}

/// Units are counted anew once a second: there are tens of thousands of them, and the best of each are looked for.
const COUNTED_MS: i64 = 1_000;

/// The boards of units and of trades (行业), a second old at most. A unit that was merged counts for the other one.
///
/// # Errors
/// When the database fails.
pub async fn groups(app: &App, contest: &Contest) -> Result<Arc<Counted>> {
    let (id, now) = (contest.id(), app.now());
    let known = || {
        let counted = app.boards.slot(id)?;
        let counted = counted.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = counted
            .as_ref()
            .filter(|(since, _)| (since.0..since.0 + COUNTED_MS).contains(&now.0));
        fresh.map(|(_, counted)| Arc::clone(counted))
    };
    if let Some(counted) = known() {
        return Ok(counted);
    }
    let merges = organization::merges(app).await?;
    let best = contest.version(now).rules.best_of_unit;
    let organizations = look(app, id, |board| organizations(board, best, |unit| merges.root(unit))).await?;
    let counted = Arc::new(Counted {
        trades: trades(&organizations, &organization::trades(app).await?),
        organizations,
    });
    if let Some(slot) = app.boards.slot(id) {
        *slot.counted.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, Arc::clone(&counted)));
    }
    Ok(counted)
}

fn organizations(
    board: &Board,
    best: u32,
    one: impl Fn(OrganizationId) -> OrganizationId,
) -> Vec<GroupLine<OrganizationId>> {
    let mut groups: HashMap<OrganizationId, (Tally, Vec<OrganizationId>)> = HashMap::new();
    for (scope, tally) in board.scopes() {
        if let Scope::Organization(id) = scope {
            let (sum, parts) = groups.entry(one(id)).or_default();
            *sum = sum.plus(*tally);
            parts.push(id);
        }
    }
    let lines = groups.into_iter().filter(|(_, (tally, _))| tally.participants > 0);
    let lines = lines.map(|(group, (tally, parts))| GroupLine {
        rank: 0,
        group,
        tally,
        mean: match best {
            0 => mean(tally.score_sum, tally.participants),
            best => mean(board.best_sum(&parts, best as usize), u64::from(best)),
        },
    });
    ranked(lines.collect())
}

/// By the mean score of all players of the units of a trade; units that state none are left out.
fn trades(organizations: &[GroupLine<OrganizationId>], of: &HashMap<OrganizationId, String>) -> Vec<GroupLine<String>> {
    let mut sums: HashMap<&str, Tally> = HashMap::new();
    for line in organizations {
        if let Some(trade) = of.get(&line.group) {
            let sum = sums.entry(trade).or_default();
            *sum = sum.plus(line.tally);
        }
    }
    let line = |(trade, tally): (&str, Tally)| GroupLine {
        rank: 0,
        group: trade.to_owned(),
        tally,
        mean: mean(tally.score_sum, tally.participants),
    };
    ranked(sums.into_iter().map(line).collect())
}

/// Sums over everybody, and by identity type.
///
/// # Errors
/// When the database fails.
pub async fn totals(app: &App, contest: &Contest) -> Result<(Tally, Vec<(IdentityType, Tally)>)> {
    look(app, contest.id(), |board| {
        let of = |identity: &IdentityType| (*identity, board.tally(Scope::Identity(*identity)));
        (board.tally(Scope::All), IdentityType::ALL.iter().map(of).collect())
    })
    .await
}
