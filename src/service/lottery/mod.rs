//! Prize draws of a competition: one administrator closes the list and commits, another one draws, anybody checks.

mod file;
mod rule;

use std::{
    collections::HashMap,
    io::{Cursor, Read},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use flate2::read::GzDecoder;
use tokio::sync::Semaphore;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    notice,
};
use crate::{
    db,
    domain::{
        audit::Act,
        id::{AccountId, CompetitionId, LotteryId, PlayerId},
        lottery::{Broken, Drawn, Entrant, Lottery, MOST_CHANCES, NoLottery, Placed, Published, check_wish, list_line},
        notice::About,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
};

pub use crate::{db::lottery::Host, domain::lottery::Won};
pub use rule::{Closed, Closing, Commitment, Terms, commit, draw as drawn, unpack, verify};

/// Winners on a page.
pub const PAGE: u32 = 100;

/// The competition, if the caller manages it.
async fn host(app: &App, caller: &Caller, id: CompetitionId) -> Result<Host> {
    let reach = caller.may(Right::ManageCompetitions)?;
    let host = db::lottery::host(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let units = db::person::units(&app.db).await?;
    if reach.covers(&units, host.unit) {
        Ok(host)
    } else {
        Err(Fault::NotFound.into())
    }
}

/// Work that takes too long to do between other requests.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| Fault::Unavailable.into())
}

/// The draws of a competition as those who manage it see them.
pub struct Overview {
    pub host: Host,
    /// Newest first.
    pub lotteries: Vec<Lottery>,
    /// Who committed or drew, by account.
    pub names: HashMap<AccountId, String>,
    /// Who asks.
    pub caller: AccountId,
    /// Players who would stand in a list closed now.
    pub ready: i64,
    /// Players left out because a case about them is open.
    pub frozen: i64,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages competitions asks, [`Fault::NotFound`] when there is no such competition
/// within reach.
pub async fn overview(app: &App, caller: &Caller, id: CompetitionId) -> Result<Overview> {
    let host = host(app, caller, id).await?;
    let (ready, frozen) = db::lottery::count_chances(&app.db, id).await?;
    Ok(Overview {
        host,
        lotteries: db::lottery::of_competition(&app.db, id).await?,
        names: db::lottery::names(&app.db, id).await?,
        caller: By::new(app, caller).id(),
        ready,
        frozen,
    })
}

/// Closes the list of all players who have chances and about whom no case is open, at most [`MOST_CHANCES`] each, and commits
/// to drawing these prizes among them. There is no way back: a commitment that could be withdrawn would bind nobody.
///
/// # Errors
/// As [`overview`]; [`Fault::Lottery`] when the competition is not published, the terms have to be mended, nobody has a chance, or
/// chances are being counted anew.
pub async fn commit_to(app: &App, caller: &Caller, competition: CompetitionId, terms: Terms) -> Result<LotteryId> {
    let host = host(app, caller, competition).await?;
    let terms = Terms {
        title: terms.title.trim().to_owned(),
        source: terms.source.map(|source| source.trim().to_owned()),
        prizes: terms.prizes,
    };
    check_wish(&terms.title, &terms.prizes, terms.source.as_deref()).map_err(Fault::Lottery)?;
    if !host.published {
        return Err(Fault::Lottery(NoLottery::Draft).into());
    }
    if db::dispute::is_counting(&app.db, competition).await? {
        return Err(Fault::Lottery(NoLottery::Counting).into());
    }
    let by = By::new(app, caller);
    // Read as of one moment, but outside the transaction: a million players take seconds in which others have to write.
    let mut closing = Closing::default();
    let take = |code: &str, chances: u32| closing.take(code, chances.min(MOST_CHANCES)).is_ok();
    db::lottery::each_entrant(&app.db, competition, take).await?;
    let list = closing.close().map_err(|_| Fault::Unavailable)?;
    if list.entrants == 0 {
        return Err(Fault::Lottery(NoLottery::Nobody).into());
    }
    let seed = app.random.bytes();
    let commitment = commit(&terms, &list, &seed).map_err(|_| Fault::Lottery(NoLottery::Prizes))?;
    let lottery = Lottery {
        id: app.random.id(by.at),
        competition,
        title: terms.title,
        prizes: terms.prizes,
        source: terms.source,
        seed_digest: commitment.seed,
        list_digest: commitment.list,
        commitment: commitment.whole,
        entrants: list.entrants,
        committed_by: by.id(),
        committed_at: by.at,
        drawn: None,
    };
    app.db
        .write((lottery, Arc::new(list.packed), by), move |tx, (lottery, list, by)| {
            Box::pin(async move {
                db::lottery::insert(tx, &lottery, &seed, &list).await?;
                let after = (
                    &lottery.title,
                    &lottery.prizes,
                    &lottery.source,
                    lottery.entrants,
                    &lottery.commitment,
                );
                let deed = Deed::new(Act::LotteryCommitted, subject(lottery.id)).after(&after);
                audit::record(tx, &by, deed).await?;
                Ok(lottery.id)
            })
        })
        .await
}

/// How the log names a draw.
fn subject(id: LotteryId) -> String {
    format!("lottery {id}")
}

/// A draw, if the caller manages its competition.
///
/// # Errors
/// As [`overview`].
pub async fn lottery(app: &App, caller: &Caller, id: LotteryId) -> Result<Lottery> {
    caller.may(Right::ManageCompetitions)?;
    let lottery = db::lottery::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    host(app, caller, lottery.competition).await?;
    Ok(lottery)
}

/// Draws what another person committed to. `value`: the public value, where one was promised.
///
/// # Errors
/// As [`overview`]; [`Fault::Lottery`] when it was drawn before, by the one who committed, without the promised value, or when
/// what is stored is not what was committed to.
pub async fn draw(app: &App, caller: &Caller, id: LotteryId, value: &str) -> Result<()> {
    let lottery = lottery(app, caller, id).await?;
    let by = By::new(app, caller);
    let value = lottery.may_draw(by.id(), value).map_err(Fault::Lottery)?.to_owned();
    let seed = db::lottery::secret(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let list = db::lottery::list(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let promised = lottery.published(&seed, &value);
    let published = aside(move || unpack(&list).ok().and_then(|list| drawn(promised, &list).ok())).await?;
    let published = published.ok_or(Fault::Lottery(NoLottery::Broken))?;
    let codes: Vec<_> = published.winners.iter().map(|winner| winner.code.as_str()).collect();
    let players = db::lottery::players(&app.db, lottery.competition, &codes).await?;
    let news = published.winners.iter().filter_map(|winner| {
        let (_, person) = players.get(&winner.code)?;
        let about = About::PrizeWon {
            title: lottery.title.clone(),
            prize: winner.prize.clone(),
            draw: id,
        };
        Some(((*person)?, about))
    });
    let news: Vec<_> = news.collect();
    let winners: Vec<_> = published
        .winners
        .into_iter()
        .map(|winner| {
            let player = players.get(&winner.code).map(|(player, _)| *player);
            (winner, player)
        })
        .collect();
    let args = (by, value, Arc::new((winners, news)), app.random.clone());
    app.db
        .write(args, move |tx, (by, value, result, random)| {
            Box::pin(async move {
                let (winners, news) = &*result;
                if !db::lottery::set_drawn(tx, id, &value, by.id(), by.at).await? {
                    return Err(Fault::Lottery(NoLottery::Drawn).into());
                }
                db::lottery::insert_winners(tx, id, winners).await?;
                notice::tell(tx, &random, by.at, news.iter().cloned()).await?;
                let deed = Deed::new(Act::LotteryDrawn, subject(id)).after(&(&value, winners.len()));
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// A draw as anybody sees it.
pub struct Shown {
    pub lottery: Lottery,
    /// The title of the competition.
    pub competition: String,
    /// A page of the winners, or those of one code.
    pub winners: Vec<Placed>,
    /// Winners of this code, or all.
    pub found: i64,
    pub page: u32,
    pub pages: u32,
    /// The other draws of the competition, newest first: whoever commits to several has to draw them all in the open.
    pub others: Vec<Lottery>,
}

/// A draw with a page of its winners; `code`: only what this player won.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn show(app: &App, id: LotteryId, code: &str, page: u32) -> Result<Shown> {
    let lottery = db::lottery::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let host = db::lottery::host(&app.db, lottery.competition).await?;
    let mut others = db::lottery::of_competition(&app.db, lottery.competition).await?;
    others.retain(|other| other.id != id);
    let page = page.clamp(1, 100_000);
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let (winners, found) = db::lottery::winners_page(&app.db, id, code, i64::from(PAGE), offset).await?;
    Ok(Shown {
        competition: host.ok_or(Fault::NotFound)?.title,
        lottery,
        winners,
        found,
        page,
        pages: u32::try_from(found).unwrap_or(u32::MAX).div_ceil(PAGE),
        others,
    })
}

/// A draw that has taken place, with its seed and public value.
async fn taken_place(app: &App, id: LotteryId) -> Result<(Lottery, Drawn)> {
    let lottery = db::lottery::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let drawn = lottery.drawn.clone().ok_or(Fault::NotFound)?;
    Ok((lottery, drawn))
}

/// Everything that is published but the entrants, and the packed list in which they stand.
async fn parts(app: &App, id: LotteryId) -> Result<(Published, Vec<u8>)> {
    let (lottery, drawn) = taken_place(app, id).await?;
    let list = db::lottery::list(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let published = Published {
        winners: db::lottery::winners(&app.db, id).await?,
        ..lottery.published(&drawn.seed, &drawn.value)
    };
    Ok((published, list))
}

/// Everything that is published of a draw that has taken place.
///
/// # Errors
/// [`Fault::NotFound`] before the draw.
pub async fn published(app: &App, id: LotteryId) -> Result<Published> {
    let (published, list) = parts(app, id).await?;
    let entrants = aside(move || {
        let entrant = |line| {
            let (code, chances) = list_line(line).ok()?;
            let code = code.to_owned();
            Some(Entrant { code, chances })
        };
        unpack(&list).ok()?.lines().map(entrant).collect::<Option<Vec<_>>>()
    });
    let entrants = entrants.await?.ok_or(Fault::Lottery(NoLottery::Broken))?;
    Ok(Published { entrants, ..published })
}

/// The file of a draw that has taken place (docs/lottery.md), to be read piece by piece.
///
/// # Errors
/// [`Fault::NotFound`] before the draw.
pub async fn file(app: &App, id: LotteryId) -> Result<impl Read + Send + use<>> {
    let (published, list) = parts(app, id).await?;
    Ok(file::file(&published, GzDecoder::new(Cursor::new(list))).map_err(|_| Fault::Unavailable)?)
}

/// The closed list as text, from its commitment on, to be read piece by piece: whoever keeps it sees that nobody was added.
///
/// # Errors
/// [`Fault::NotFound`].
pub async fn list(app: &App, id: LotteryId) -> Result<impl Read + Send + use<>> {
    let list = db::lottery::list(&app.db, id).await?.ok_or(Fault::NotFound)?;
    Ok(GzDecoder::new(Cursor::new(list)))
}

/// What a player has won, the last first.
///
/// # Errors
/// When the database fails.
pub async fn won(app: &App, player: PlayerId) -> Result<Vec<Won>> {
    Ok(db::lottery::won(&app.db, player).await?)
}

/// A draw that was committed to, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    pub id: LotteryId,
    pub title: String,
    /// `None`: not yet.
    pub drawn_at: Option<Timestamp>,
}

/// The draws of a competition, the newest first. Each was published when it was committed to, so anybody may know.
///
/// # Errors
/// When the database fails.
pub async fn committed(app: &App, competition: CompetitionId) -> Result<Vec<Summary>> {
    let all = db::lottery::of_competition(&app.db, competition).await?;
    let summary = |lottery: Lottery| Summary {
        id: lottery.id,
        title: lottery.title,
        drawn_at: lottery.drawn.map(|drawn| drawn.at),
    };
    Ok(all.into_iter().map(summary).collect())
}

/// How long the outcome of a check is told to others who ask: a thousand visitors cost one.
const CHECK_KEPT_SECONDS: i64 = 60;

/// The checks that visitors asked this node for, one at a time.
pub struct Checks {
    turn: Semaphore,
    last: Mutex<HashMap<LotteryId, Checked>>,
}

impl Default for Checks {
    fn default() -> Self {
        Self {
            turn: Semaphore::new(1),
            last: Mutex::default(),
        }
    }
}

impl Checks {
    fn last(&self) -> MutexGuard<'_, HashMap<LotteryId, Checked>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The winners picked again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    pub at: Timestamp,
    /// What is not as promised.
    pub outcome: std::result::Result<(), Broken>,
}

/// Picks the winners again from what is stored.
///
/// # Errors
/// [`Fault::NotFound`], [`Fault::Lottery`] before the draw.
pub async fn check(app: &App, id: LotteryId) -> Result<Checked> {
    let lottery = db::lottery::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    if lottery.drawn.is_none() {
        return Err(Fault::Lottery(NoLottery::Waiting).into());
    }
    let _turn = app.checks.turn.acquire().await.map_err(|_| Fault::Unavailable)?;
    let now = app.now();
    let last = app.checks.last().get(&id).cloned();
    if let Some(last) = last.filter(|last| now < last.at.plus_seconds(CHECK_KEPT_SECONDS)) {
        return Ok(last);
    }
    let checked = Checked {
        at: now,
        outcome: picked_again(app, id).await?,
    };
    app.checks.last().insert(id, checked.clone());
    Ok(checked)
}

async fn picked_again(app: &App, id: LotteryId) -> Result<std::result::Result<(), Broken>> {
    let (published, list) = parts(app, id).await?;
    let outcome = aside(move || match unpack(&list) {
        Ok(list) => rule::verify_list(&published, &list),
        Err(_) => Err(Broken::ListDigest),
    });
    outcome.await
}

/// Stands in for a public value that is not known yet: it decides who wins, not whether list and seed are those promised.
const ANY_VALUE: &str = "0";

/// Whether list, seed and winners of a draw are those promised; before the draw, list and seed.
///
/// # Errors
/// When the database fails.
pub async fn as_promised(app: &App, lottery: &Lottery) -> Result<std::result::Result<(), Broken>> {
    if lottery.drawn.is_some() {
        return picked_again(app, lottery.id).await;
    }
    let seed = db::lottery::secret(&app.db, lottery.id).await?;
    let list = db::lottery::list(&app.db, lottery.id).await?;
    let (Some(seed), Some(list)) = (seed, list) else {
        return Ok(Err(Broken::Seed));
    };
    let promised = lottery.published(&seed, lottery.source.as_ref().map_or("", |_| ANY_VALUE));
    let outcome = aside(move || match unpack(&list) {
        Ok(list) => rule::draw(promised, &list).map(|_| ()),
        Err(_) => Err(Broken::ListDigest),
    });
    outcome.await
}
