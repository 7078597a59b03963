//! What a player's attempts are worth, all of them again: when a key is corrected, and before that to tell what would change.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Contest, boards,
    writer::{Act, Done, judged},
};
use crate::{
    db::{self, play::Key},
    domain::{
        competition::{
            board::Scope,
            certificate::LAST_RANK,
            play::{Ended, Play, RankKey, Standing},
        },
        dispute::Turned,
        id::PlayerId,
        key_correction::Correction,
        paper::Paper,
    },
    error::Fault,
    service::{App, Result},
};

/// A player's attempts, marked again.
pub(super) struct Recount {
    pub standing: Option<Standing>,
    /// Attempts that are worth something else now, with what.
    pub changed: Vec<(Key, Ended)>,
    /// What every attempt that ended is worth, before and now.
    pub ended: Vec<(Ended, Ended)>,
    /// Attempts that ended on whose papers the question stands.
    pub asked: u32,
}

/// Marks the attempts of one player again. `plays`: all of them, in the order of numbers; `place`: of the question that was corrected.
///
/// # Errors
/// When a stored attempt cannot be read.
pub(super) fn recount(contest: &Contest, corrections: &[Correction], plays: &[Play], place: u32) -> Result<Recount> {
    let mut again = Recount {
        standing: None,
        changed: Vec::new(),
        ended: Vec::new(),
        asked: 0,
    };
    for play in plays {
        let Some(before) = play.ended else { continue };
        let judged = judged(contest, corrections, play, before.handed_in_at)?;
        let now = Ended {
            score: judged.worth.score,
            right: judged.worth.right,
            valid: judged.worth.valid,
            chances: judged.worth.chances,
            ..before
        };
        again.asked += u32::from(judged.paper.0.iter().any(|drawn| drawn.pool == place));
        again.ended.push((before, now));
        if now != before {
            again.changed.push(((play.player, play.number), now));
        }
        if judged.counts {
            let rules = &contest.version(before.handed_in_at).rules;
            again.standing = Some(rules.add(again.standing, &judged.worth, before.handed_in_at));
        }
    }
    Ok(again)
}

/// Players looked at at a time: those of one transaction of the writer.
const PLAYERS: u32 = 250;
/// Between two readings others have the database for so long.
const PAUSE: Duration = Duration::from_millis(5);

/// Where the traces of a question of the pool are looked for.
fn trace(contest: &Contest, place: u32) -> [u8; 4] {
    let options = contest
        .question(place)
        .map_or(0, |stored| stored.question.options.len());
    Paper::trace(place, u8::try_from(options).unwrap_or(u8::MAX))
}

/// What a correction would do in a competition.
pub(in crate::service) struct Foreseen {
    pub turned: Turned,
    /// Players who come among the ranks that are awarded, and who leave them; 0 where persons are not ranked.
    pub entering: usize,
    pub leaving: usize,
}

/// What a correction would do, over every attempt handed in so far. Nothing is stored.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn foresee(app: &App, contest: &Contest, correction: Correction) -> Result<Foreseen> {
    let (id, pool) = (contest.id(), correction.pool);
    let before = db::competition_correction::in_force(&app.db, id).await?;
    let after: Vec<Correction> = before.iter().cloned().chain([correction]).collect();
    let trace = trace(contest, pool);
    let mut turned = Turned::default();
    let mut changed: Vec<(PlayerId, Option<Standing>)> = Vec::new();
    let mut last = PlayerId(0);
    loop {
        let players = db::play::asked(&app.db, id, trace, last, PLAYERS).await?;
        let Some(furthest) = players.last() else { break };
        last = *furthest;
        let plays = db::play::of_players(&app.db, &players).await?;
        for own in plays.chunk_by(|one, other| one.player == other.player) {
            let was = recount(contest, &before, own, pool)?;
            let is = recount(contest, &after, own, pool)?;
            let ended: Vec<_> = was
                .ended
                .iter()
                .map(|one| one.1)
                .zip(is.ended.iter().map(|one| one.1))
                .collect();
            turned.take(is.asked, &ended, (was.standing, is.standing));
            if was.standing != is.standing {
                changed.push((own[0].player, is.standing));
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    let (entering, leaving) = awarded(app, contest, &changed).await?;
    Ok(Foreseen {
        turned,
        entering,
        leaving,
    })
}

/// How many players come among the ranks that are awarded and how many leave them, when these stand otherwise.
async fn awarded(app: &App, contest: &Contest, changed: &[(PlayerId, Option<Standing>)]) -> Result<(usize, usize)> {
    if !contest.ranks_persons(app.now()) {
        return Ok((0, 0));
    }
    let rules = &contest.versions[contest.versions.len() - 1].rules;
    let after: HashMap<PlayerId, Option<RankKey>> = changed
        .iter()
        .map(|(player, standing)| (*player, standing.as_ref().map(|standing| rules.rank_key(standing))))
        .collect();
    boards::look(app, contest.id(), |board| {
        let most = usize::try_from(LAST_RANK).unwrap_or(usize::MAX);
        // Whoever leaves makes room for one behind: so many have to be looked at that enough stay.
        let lines = board.page(Scope::All, 0, 2 * most + after.len());
        let was: HashSet<PlayerId> = lines
            .iter()
            .filter(|line| line.rank <= LAST_RANK)
            .map(|line| line.player)
            .collect();
        let stay = lines.iter().filter(|line| !after.contains_key(&line.player));
        let come = after.iter().filter_map(|(player, key)| {
            let listed = board
                .member(*player)
                .is_some_and(|member| board.is_listed(member) && !member.frozen);
            key.filter(|_| listed).map(|key| (key, *player))
        });
        let mut all: Vec<_> = stay.map(|line| (line.key, line.player)).chain(come).collect();
        all.sort_unstable();
        let last = all.get(most.saturating_sub(1)).map(|(key, _)| *key);
        let is: HashSet<PlayerId> = all
            .into_iter()
            .filter(|(key, _)| last.is_none_or(|last| *key <= last))
            .map(|(_, player)| player)
            .collect();
        (is.difference(&was).count(), was.difference(&is).count())
    })
    .await
}

/// Marks the attempts of the next players behind `after` anew, by the corrections in force. Gives the last of them, and how many
/// attempts of theirs hold the question; `None` when there are no more. Done twice it changes nothing more.
///
/// # Errors
/// When the database fails.
pub(in crate::service) async fn remark(
    app: &App,
    contest: &Arc<Contest>,
    place: u32,
    after: PlayerId,
) -> Result<Option<(PlayerId, u64)>> {
    let players = db::play::asked(&app.db, contest.id(), trace(contest, place), after, PLAYERS).await?;
    let Some(last) = players.last().copied() else {
        return Ok(None);
    };
    // All at once, so that they share their transactions.
    let mut marking = tokio::task::JoinSet::new();
    for player in players {
        let (app, contest) = (app.clone(), Arc::clone(contest));
        let act = Act::Remark { contest, player, place };
        marking.spawn(async move { app.plays.carry_out(act).await });
    }
    let mut attempts = 0;
    while let Some(done) = marking.join_next().await {
        if let Done::Remarked(asked) = done.map_err(|_| Fault::Unavailable)?? {
            attempts += u64::from(asked);
        }
    }
    tokio::time::sleep(PAUSE).await;
    Ok(Some((last, attempts)))
}
