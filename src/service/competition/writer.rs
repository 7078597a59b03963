//! The hot path of competitions: many players' acts become a few statements. One task of a node takes what is waiting and
//! carries it out in one transaction, in the order of players; everybody is told only after the own rows are durable.
//! Each record it writes gets the next number of the node's lane, so that other nodes find what is new.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{mpsc, oneshot};

use super::{
    Contest,
    boards::{Boards, Change},
    recount::recount,
};
use crate::{
    db::{
        self, Db, Tx,
        play::{Addition, Key, Place, Placed},
        player::NewPlayer,
    },
    domain::{
        attempt::HandIn,
        competition::{
            GRACE_MS, Scoring, correction,
            draw::draw,
            journal::{Entry, Sheet},
            play::{Ended, NoPlay, Play, Record, Tried},
            player::Player,
        },
        id::{CompetitionId, PlayerId},
        key_correction::Correction,
        paper::Paper,
        time::Timestamp,
    },
    error::Fault,
    service::{Error, Result, random::PlayDice},
};

/// Acts that may wait; beyond that the sender waits, and with it the player's browser.
const QUEUE: usize = 16_384;
/// Acts carried out in one transaction.
const BATCH: usize = 256;
/// So many waiting are worth a commit at once.
const ENOUGH: usize = 128;
/// Fewer wait so long for others to join them: what a transaction costs is shared by all in it, and nobody notices so little.
const GATHER: Duration = Duration::from_millis(5);

/// What somebody wants done.
#[derive(Clone)]
pub(super) enum Act {
    Join(Arc<NewPlayer>),
    Start {
        contest: Arc<Contest>,
        player: PlayerId,
        network: i64,
        at: Timestamp,
    },
    Save(Arc<Addition>),
    HandIn {
        contest: Arc<Contest>,
        key: Key,
        at: Timestamp,
        how: HandIn,
        /// Ends the attempt although not all is right, where it would be answered again.
        give_up: bool,
    },
    Correct {
        player: Arc<Player>,
        at: Timestamp,
    },
    Freeze {
        player: PlayerId,
        frozen: bool,
    },
    /// Marks all attempts of a player anew, by the corrections in force; `place`: of the question that was corrected.
    Remark {
        contest: Arc<Contest>,
        player: PlayerId,
        place: u32,
    },
}

impl Act {
    fn player(&self) -> PlayerId {
        match self {
            Self::Join(new) => new.player.id,
            Self::Start { player, .. } | Self::Freeze { player, .. } | Self::Remark { player, .. } => *player,
            Self::Save(addition) => addition.key.0,
            Self::HandIn { key, .. } => key.0,
            Self::Correct { player, .. } => player.id,
        }
    }
}

/// What became of it.
#[derive(Debug, Clone)]
pub(super) enum Done {
    Joined,
    /// Somebody has joined with the same telephone number or account.
    Twice,
    Started(Play),
    /// The attempt of this number runs.
    Running(u32),
    NoPlay(NoPlay),
    Saved,
    /// Another page or device has saved since; the last version stored.
    Stale(u32),
    /// Handed in, or too late.
    Late,
    /// No such attempt, or no such player.
    Unknown,
    HandedIn(Ended),
    /// Not all is right: these places (from 0) are to be answered again.
    Again(Vec<usize>),
    Changed,
    /// It was done before.
    Unchanged,
    /// So many attempts that ended hold the question; all are worth what they are by the corrections in force.
    Remarked(u32),
}

type Waiting = (Act, oneshot::Sender<Result<Done>>);

/// Takes acts to be carried out.
#[derive(Clone)]
pub struct Writer {
    queue: mpsc::Sender<Waiting>,
    lane: i64,
}

impl Writer {
    /// Starts the task of this node. `lane`: a number no other running node has.
    pub(in crate::service) fn start(db: Db, boards: Arc<Boards>, lane: i64) -> Self {
        let (queue, waiting) = mpsc::channel(QUEUE);
        db::watched("the writer of competitions", write(db, boards, lane, waiting));
        Self { queue, lane }
    }

    pub(in crate::service) fn lane(&self) -> i64 {
        self.lane
    }

    /// Carries an act out; returns when it is durable or refused.
    pub(super) async fn carry_out(&self, act: Act) -> Result<Done> {
        let (reply, done) = oneshot::channel();
        self.queue.send((act, reply)).await.map_err(|_| db::Error::Closing)?;
        done.await.map_err(|_| db::Error::Closing)?
    }
}

async fn write(db: Db, boards: Arc<Boards>, lane: i64, mut queue: mpsc::Receiver<Waiting>) {
    let mut waiting: Vec<Waiting> = Vec::with_capacity(BATCH);
    let mut next = 1;
    loop {
        if waiting.is_empty() && queue.recv_many(&mut waiting, BATCH).await == 0 {
            return;
        }
        if waiting.len() + queue.len() < ENOUGH {
            tokio::time::sleep(GATHER).await;
        }
        while waiting.len() < BATCH
            && let Ok(more) = queue.try_recv()
        {
            waiting.push(more);
        }
        let (batch, rest) = one_per_player(std::mem::take(&mut waiting));
        waiting = rest;
        next += write_batch(&db, &boards, Place { lane, seq: next }, batch).await;
    }
}

/// Two acts of one player depend on each other: the later one waits for the next transaction. In the order of players, so
/// that nodes which hold the same rows never wait for each other in a circle.
fn one_per_player(waiting: Vec<Waiting>) -> (Vec<Waiting>, Vec<Waiting>) {
    let mut seen = HashSet::with_capacity(waiting.len());
    let (mut batch, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(act, _)| seen.insert(act.player()));
    batch.sort_by_key(|(act, _)| act.player());
    (batch, rest)
}

/// Gives how many places of the lane were used.
async fn write_batch(db: &Db, boards: &Boards, first: Place, batch: Vec<Waiting>) -> i64 {
    let (acts, replies): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
    let used = acts.len() as i64;
    let outcomes = match transaction(db, boards, first, acts.clone()).await {
        Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
        Err(error) => {
            tracing::error!(%error, acts = acts.len(), "acts of players failed together; each is tried alone");
            one_by_one(db, boards, first, acts).await
        }
    };
    replies.into_iter().zip(outcomes).for_each(|(reply, outcome)| {
        let _ = reply.send(outcome);
    });
    used
}

/// An act that cannot be carried out must not take others with it.
async fn one_by_one(db: &Db, boards: &Boards, first: Place, acts: Vec<Act>) -> Vec<Result<Done>> {
    let mut outcomes = Vec::with_capacity(acts.len());
    for (number, act) in (0..).zip(acts) {
        let player = act.player();
        let place = Place {
            seq: first.seq + number,
            ..first
        };
        outcomes.push(match transaction(db, boards, place, vec![act]).await {
            Ok(mut done) => Ok(done.pop().unwrap_or(Done::Unknown)),
            Err(error) => {
                // Logged here, once; the player gets a sentence.
                tracing::error!(%player, %error, "an act of a player could not be stored");
                Err(Fault::Unavailable.into())
            }
        });
    }
    outcomes
}

async fn transaction(db: &Db, boards: &Boards, first: Place, acts: Vec<Act>) -> Result<Vec<Done>> {
    let (outcomes, changes) = db
        .write(Arc::new(acts), move |tx, acts: Arc<Vec<Act>>| {
            Box::pin(async move { carry_out(tx, &acts, first).await })
        })
        .await?;
    // Whoever is told sees it on the boards of this node.
    boards.apply(changes);
    Ok(outcomes)
}

/// Everything one transaction does.
async fn carry_out(tx: &mut Tx, acts: &[Act], first: Place) -> Result<(Vec<Done>, Vec<Change>)> {
    let mut outcomes = vec![Done::Unknown; acts.len()];
    let mut batch = Batch {
        next: first,
        changes: Vec::new(),
    };
    join(tx, acts, &mut outcomes, &mut batch).await?;
    save(tx, acts, &mut outcomes).await?;
    play(tx, acts, &mut outcomes, &mut batch).await?;
    Ok((outcomes, batch.changes))
}

/// What a transaction writes.
struct Batch {
    next: Place,
    /// For the boards.
    changes: Vec<Change>,
}

impl Batch {
    /// The next place of the lane.
    fn place(&mut self) -> Place {
        let place = self.next;
        self.next.seq += 1;
        place
    }
}

async fn join(tx: &mut Tx, acts: &[Act], outcomes: &mut [Done], batch: &mut Batch) -> Result<()> {
    let places: Vec<usize> = (0..acts.len())
        .filter(|place| matches!(acts[*place], Act::Join(_)))
        .collect();
    let new: Vec<&NewPlayer> = acts
        .iter()
        .filter_map(|act| match act {
            Act::Join(new) => Some(&**new),
            _ => None,
        })
        .collect();
    if new.is_empty() {
        return Ok(());
    }
    let twice = db::player::insert(tx, &new).await?;
    let mut records = Vec::with_capacity(new.len());
    for (number, (new, place)) in new.into_iter().zip(places).enumerate() {
        if twice.contains(&number) {
            outcomes[place] = Done::Twice;
            continue;
        }
        let record = Record {
            player: new.player.id,
            competition: new.player.competition,
            tried: Tried::default(),
            standing: None,
            frozen: false,
        };
        records.push((record, batch.place()));
        batch.changes.push(Change::Joined(new.player.clone()));
        outcomes[place] = Done::Joined;
    }
    Ok(db::play::insert_records(tx, &records).await?)
}

async fn save(tx: &mut Tx, acts: &[Act], outcomes: &mut [Done]) -> Result<()> {
    let additions: Vec<(usize, &Addition)> = acts
        .iter()
        .enumerate()
        .filter_map(|(place, act)| match act {
            Act::Save(addition) => Some((place, &**addition)),
            _ => None,
        })
        .collect();
    if additions.is_empty() {
        return Ok(());
    }
    let rows: Vec<&Addition> = additions.iter().map(|(_, addition)| *addition).collect();
    if db::play::add(tx, &rows).await? == rows.len() as u64 {
        additions.iter().for_each(|(place, _)| outcomes[*place] = Done::Saved);
        return Ok(());
    }
    let keys: Vec<Key> = rows.iter().map(|addition| addition.key).collect();
    let plays: HashMap<Key, Play> = db::play::some(tx, &keys)
        .await?
        .into_iter()
        .map(|play| ((play.player, play.number), play))
        .collect();
    for (place, addition) in additions {
        outcomes[place] = match plays.get(&addition.key) {
            Some(play) => judge(tx, play, addition).await?,
            None => Done::Unknown,
        };
    }
    Ok(())
}

/// What became of answers, when not all of a batch were added. The attempt shows what was.
async fn judge(tx: &mut Tx, play: &Play, addition: &Addition) -> Result<Done> {
    let damaged = || db::Error::Inconsistent {
        table: "play",
        column: "journal",
        row: play.player.0,
    };
    let stored = Entry::read_all(&play.journal).map_err(|_| damaged())?;
    let sent = Entry::read_all(&addition.journal).map_err(|_| damaged())?;
    let from = addition.first.saturating_sub(1) as usize;
    let known = stored
        .iter()
        .skip(from)
        .zip(&sent)
        .take_while(|(stored, sent)| stored.answers == sent.answers)
        .count();
    if known == sent.len() {
        return Ok(Done::Saved);
    }
    if play.ended.is_some() || play.deadline < addition.least {
        return Ok(Done::Late);
    }
    // The browser never learned that the head of this row was stored, and went on: the rest follows.
    if known > 0 && from + known == stored.len() {
        let mut journal = Vec::new();
        sent[known..].iter().for_each(|entry| entry.write(&mut journal));
        let rest = Addition {
            first: addition.first + known as u32,
            journal,
            ..addition.clone()
        };
        if db::play::add(tx, &[&rest]).await? > 0 {
            return Ok(Done::Saved);
        }
    }
    Ok(Done::Stale(play.version))
}

/// Starts, hand-ins and what changes a record otherwise.
async fn play(tx: &mut Tx, acts: &[Act], outcomes: &mut [Done], batch: &mut Batch) -> Result<()> {
    let changing = |act: &&Act| !matches!(act, Act::Join(_) | Act::Save(_));
    let players: Vec<PlayerId> = acts.iter().filter(changing).map(Act::player).collect();
    if players.is_empty() {
        return Ok(());
    }
    let mut held: HashMap<PlayerId, Placed> = db::play::records(tx, &players)
        .await?
        .into_iter()
        .map(|placed| (placed.record.player, placed))
        .collect();
    let keys: Vec<Key> = acts
        .iter()
        .filter_map(|act| match act {
            Act::HandIn { key, .. } => Some(*key),
            _ => None,
        })
        .collect();
    let plays = if keys.is_empty() {
        Vec::new()
    } else {
        db::play::some(tx, &keys).await?
    };
    let plays: HashMap<Key, Play> = plays
        .into_iter()
        .map(|play| ((play.player, play.number), play))
        .collect();
    let corrections = corrections(tx, acts).await?;
    let of = |contest: &Contest| corrections.get(&contest.id()).map_or(&[][..], Vec::as_slice);
    let tries = tries(tx, acts).await?;
    let (mut updated, mut started, mut settled, mut goes) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut remarked = Vec::new();
    for (place, act) in acts.iter().enumerate().filter(|(_, act)| changing(act)) {
        let Some(placed) = held.get_mut(&act.player()) else {
            continue;
        };
        let before = placed.place;
        let record = &mut placed.record;
        outcomes[place] = match act {
            Act::Start {
                contest, network, at, ..
            } => {
                let done = start(contest, record, *network, *at)?;
                if let Done::Started(play) = &done {
                    started.push(play.clone());
                    updated.push((*record, batch.place(), before));
                }
                done
            }
            Act::HandIn {
                contest,
                key,
                at,
                how,
                give_up,
            } => match plays.get(key) {
                None => Done::Unknown,
                Some(play) => match hand_in(contest, of(contest), record, play, (*at, *how), *give_up)? {
                    Done::HandedIn(ended) if play.ended.is_none() => {
                        settled.push((*key, play.version, ended));
                        updated.push((*record, batch.place(), before));
                        batch.changes.push(Change::Played(*placed));
                        Done::HandedIn(ended)
                    }
                    Done::Again(wrong) => {
                        goes.push(go(play, *at));
                        Done::Again(wrong)
                    }
                    done => done,
                },
            },
            Act::Correct { player, at } => {
                let changed = db::player::correct(tx, player, *at).await?;
                if changed {
                    updated.push((*record, batch.place(), before));
                    batch.changes.push(Change::Joined((**player).clone()));
                }
                if changed { Done::Changed } else { Done::Unchanged }
            }
            Act::Freeze { frozen, .. } => {
                let changed = record.frozen != *frozen;
                record.frozen = *frozen;
                if changed {
                    updated.push((*record, batch.place(), before));
                    batch.changes.push(Change::Played(*placed));
                }
                if changed { Done::Changed } else { Done::Unchanged }
            }
            Act::Remark {
                contest,
                player,
                place: question,
            } => {
                let own = tries.get(player).map_or(&[][..], Vec::as_slice);
                let again = recount(contest, of(contest), own, *question)?;
                if again.standing != record.standing || !again.changed.is_empty() {
                    record.standing = again.standing;
                    remarked.extend(again.changed);
                    updated.push((*record, batch.place(), before));
                    batch.changes.push(Change::Played(*placed));
                }
                Done::Remarked(again.asked)
            }
            Act::Join(_) | Act::Save(_) => continue,
        };
    }
    // Nothing is locked before it is written: what another node has written since is noticed by every one of these, and the
    // whole is tried again. Records first, for they decide which attempts there are.
    db::play::update_records(tx, &updated).await?;
    db::play::insert(tx, &started).await?;
    db::play::settle(tx, &settled).await?;
    db::play::remark(tx, &remarked).await?;
    let goes: Vec<&Addition> = goes.iter().collect();
    if !goes.is_empty() && db::play::add(tx, &goes).await? < goes.len() as u64 {
        return Err(db::Error::Overtaken.into());
    }
    Ok(())
}

/// The corrections in force of the competitions in which something is marked. In the order of ids, so that nodes never wait for
/// each other in a circle.
async fn corrections(tx: &mut Tx, acts: &[Act]) -> Result<BTreeMap<CompetitionId, Vec<Correction>>> {
    let marking = acts.iter().filter_map(|act| match act {
        Act::HandIn { contest, .. } | Act::Remark { contest, .. } => Some(contest.id()),
        _ => None,
    });
    let mut corrections = BTreeMap::new();
    for id in marking.collect::<BTreeSet<_>>() {
        corrections.insert(id, db::competition_correction::in_force_for_marking(tx, id).await?);
    }
    Ok(corrections)
}

/// All attempts of the players whose attempts are marked anew.
async fn tries(tx: &mut Tx, acts: &[Act]) -> Result<HashMap<PlayerId, Vec<Play>>> {
    let marked = acts.iter().filter_map(|act| match act {
        Act::Remark { player, .. } => Some(*player),
        _ => None,
    });
    let players: Vec<PlayerId> = marked.collect();
    let mut tries: HashMap<PlayerId, Vec<Play>> = HashMap::new();
    if !players.is_empty() {
        for play in db::play::of_players_in(tx, &players).await? {
            tries.entry(play.player).or_default().push(play);
        }
    }
    Ok(tries)
}

/// The mark in a journal that a go was handed in.
fn go(play: &Play, at: Timestamp) -> Addition {
    let entry = Entry {
        after_ms: after(play.started_at, at),
        answers: Vec::new(),
    };
    Addition {
        key: (play.player, play.number),
        first: play.version + 1,
        last: play.version + 1,
        least: Timestamp(0),
        journal: entry.to_bytes(),
    }
}

/// Milliseconds of an attempt at a moment.
pub(super) fn after(started_at: Timestamp, at: Timestamp) -> u32 {
    u32::try_from((at.0 - started_at.0).max(0)).unwrap_or(u32::MAX)
}

pub(super) fn start(contest: &Contest, record: &mut Record, network: i64, now: Timestamp) -> Result<Done> {
    let version = contest.version(now);
    let (place, stage) = match version.rules.may_start(&record.tried, now) {
        Ok(stage) => stage,
        Err(NoPlay::Running) => return Ok(Done::Running(record.tried.number)),
        Err(no_play) => return Ok(Done::NoPlay(no_play)),
    };
    record.tried = record.tried.begun(place, now);
    let number = record.tried.number;
    let paper = paper(
        contest,
        record.player,
        (place, stage.items),
        record.tried.in_stage - 1,
        number,
    );
    Ok(Done::Started(Play {
        player: record.player,
        number,
        stage: place,
        rules: version.number,
        started_at: now,
        deadline: stage.deadline(now),
        network,
        version: 0,
        paper: paper.to_bytes(),
        journal: Vec::new(),
        ended: None,
    }))
}

/// Draws the paper of a player's attempt: the `turn`-th (from 0) in its stage.
pub(super) fn paper(contest: &Contest, player: PlayerId, (stage, items): (u32, u32), turn: u32, number: u32) -> Paper {
    let seed = &contest.competition.seed;
    let round = |round| PlayDice::new(seed, player, [0, stage, round]);
    let mut own = PlayDice::new(seed, player, [1, stage, number]);
    draw(&contest.pool.shape, items as usize, turn, round, &mut own)
}

pub(super) fn hand_in(
    contest: &Contest,
    corrections: &[Correction],
    record: &mut Record,
    play: &Play,
    (at, how): (Timestamp, HandIn),
    give_up: bool,
) -> Result<Done> {
    if let Some(ended) = play.ended {
        return Ok(Done::HandedIn(ended));
    }
    // Who comes too late is handed in by the clock, at the deadline.
    let late = at.0 > play.deadline.0 + GRACE_MS;
    let (at, how) = match (late, how) {
        (false, HandIn::Submit) => (at.min(play.deadline), how),
        _ => (play.deadline, HandIn::AutoSubmit),
    };
    let judged = judged(contest, corrections, play, at)?;
    let again = matches!(judged.scoring, Scoring::UntilRight { .. });
    if again && !judged.wrong.is_empty() && how == HandIn::Submit && !give_up {
        return Ok(Done::Again(judged.wrong));
    }
    let ended = Ended {
        handed_in_at: at,
        hand_in: how,
        score: judged.worth.score,
        right: judged.worth.right,
        valid: judged.worth.valid,
        chances: judged.worth.chances,
    };
    record.tried.running = false;
    if judged.counts {
        let rules = &contest.version(at).rules;
        record.standing = Some(rules.add(record.standing, &judged.worth, at));
    }
    Ok(Done::HandedIn(ended))
}

/// What an attempt is worth by paper, journal and the rules it was begun under.
pub(super) struct Judged {
    pub worth: crate::domain::competition::play::Worth,
    pub sheet: Sheet,
    pub paper: Paper,
    pub scoring: Scoring,
    /// Places that are to be answered again, where attempts go on until all is right.
    pub wrong: Vec<usize>,
    /// Valid, in an official stage.
    pub counts: bool,
}

pub(super) fn judged(
    contest: &Contest,
    corrections: &[Correction],
    play: &Play,
    handed_in_at: Timestamp,
) -> Result<Judged> {
    let damaged = |column| {
        Error::from(db::Error::Inconsistent {
            table: "play",
            column,
            row: play.player.0,
        })
    };
    let (version, stage) = contest.stage(play.rules, play.stage)?;
    let rules = &version.rules;
    let paper = Paper::from_bytes(&play.paper).map_err(|_| damaged("paper"))?;
    let entries = Entry::read_all(&play.journal).map_err(|_| damaged("journal"))?;
    let sheet = Sheet::fold(
        &entries,
        paper.0.len(),
        stage,
        rules.scoring,
        play.started_at,
        play.deadline,
    );
    let right = |place: usize, choice| {
        let drawn = paper.0.get(place);
        drawn.is_some_and(|drawn| contest.is_right(corrections, drawn, choice))
    };
    let wrong: Vec<usize> = (0..paper.0.len())
        .filter(|place| !contest.is_done(corrections, &paper.0[*place], sheet.last[*place]))
        .collect();
    let mut verdicts = sheet.judged(right);
    for (verdict, drawn) in verdicts.iter_mut().zip(&paper.0) {
        if let Some(method) = correction::of(corrections, drawn.pool) {
            *verdict = verdict.under(method);
        }
    }
    let worth = rules.worth(stage, (play.started_at, handed_in_at), &verdicts, wrong.is_empty());
    Ok(Judged {
        counts: worth.valid && stage.kind == crate::domain::competition::StageKind::Official,
        scoring: rules.scoring,
        worth,
        sheet,
        paper,
        wrong,
    })
}

/// What a record means for the competition it belongs to.
pub(super) fn competition_of(change: &Change) -> CompetitionId {
    match change {
        Change::Joined(player) => player.competition,
        Change::Played(placed) => placed.record.competition,
    }
}
