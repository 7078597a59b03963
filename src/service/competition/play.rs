//! Playing: start, save, hand in, see what it was worth. The server alone holds clock, key and score.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use super::{
    Contest, limit,
    writer::{Act, Done, after, judged},
};
use crate::{
    db::{self, play::Addition},
    domain::{
        attempt::{Event, HandIn, Sheet},
        competition::{
            GRACE_MS, Scoring, correction,
            journal::{Answer, Entry},
            play::{NoPlay, Play, Record},
            player::Player,
        },
        id::{PlayerId, VersionId},
        item::OptionSet,
        key::Key,
        key_correction::Method,
        paper::{Paper, Shown},
        points::Points,
        time::Timestamp,
    },
    error::Fault,
    service::{App, Result},
};

/// Answers of one request.
const MOST_EVENTS: usize = 200;
/// Changes of one attempt: more than anybody makes by hand.
const MOST_VERSIONS: u32 = 2_000;
/// The server hands in so long after the last moment at which an answer counts.
const SWEEP_MS: i64 = 1_000;
/// Attempts handed in by the clock at a time.
const SWEEP: u32 = 500;
/// Attempts of a player shown on the own page.
const SHOWN: u32 = 20;
/// Beyond so many the known attempts are begun anew.
const KNOWN: usize = 200_000;

/// What saving needs to know of a running attempt; none of it ever changes.
struct Live {
    started_at: Timestamp,
    deadline: Timestamp,
    /// How many options each question has, and whether only one may be chosen.
    questions: Box<[(u8, bool)]>,
}

/// The attempts a node has seen.
#[derive(Default)]
pub struct Running(RwLock<HashMap<(PlayerId, u32), Arc<Live>>>);

fn remember(app: &App, contest: &Contest, play: &Play, paper: &Paper) -> Arc<Live> {
    let live = Arc::new(Live {
        started_at: play.started_at,
        deadline: play.deadline,
        questions: contest.fits(paper),
    });
    let mut known = app.running.0.write().unwrap_or_else(PoisonError::into_inner);
    if known.len() >= KNOWN {
        known.clear();
    }
    known.insert((play.player, play.number), Arc::clone(&live));
    live
}

async fn live(app: &App, contest: &Contest, player: PlayerId, number: u32) -> Result<Arc<Live>> {
    let known = {
        let known = app.running.0.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&(player, number)).cloned()
    };
    if let Some(live) = known {
        return Ok(live);
    }
    let play = own(app, player, number).await?;
    let paper = paper_of(&play)?;
    Ok(remember(app, contest, &play, &paper))
}

/// A player's own attempt: no other can be named.
async fn own(app: &App, player: PlayerId, number: u32) -> Result<Play> {
    let play = db::play::get(&app.db, player, number).await?;
    play.ok_or_else(|| Fault::NotFound.into())
}

fn paper_of(play: &Play) -> Result<Paper> {
    Paper::from_bytes(&play.paper).map_err(|_| damaged(play, "paper"))
}

fn damaged(play: &Play, column: &'static str) -> crate::service::Error {
    db::Error::Inconsistent {
        table: "play",
        column,
        row: play.player.0,
    }
    .into()
}

/// A running attempt with all that is needed to go on with it on any device.
pub struct Sitting {
    pub number: u32,
    pub questions: Vec<Shown>,
    pub sheet: Sheet,
    pub deadline: Timestamp,
    pub now: Timestamp,
    /// Answered again until all is right (再答至全对).
    pub again: bool,
    /// Seconds for each question, where the stage limits them.
    pub item_seconds: Option<u32>,
    pub started_at: Timestamp,
}

fn sitting(app: &App, contest: &Contest, play: &Play) -> Result<Sitting> {
    let paper = paper_of(play)?;
    let (version, stage) = contest.stage(play.rules, play.stage)?;
    let scoring = version.rules.scoring;
    let points = scoring.of_right(u32::MAX);
    let questions = paper.0.iter().map(|drawn| contest.shown(drawn, points));
    let questions = questions.collect::<Option<Vec<_>>>().ok_or(Fault::NotFound)?;
    let entries = Entry::read_all(&play.journal).map_err(|_| damaged(play, "journal"))?;
    remember(app, contest, play, &paper);
    Ok(Sitting {
        number: play.number,
        sheet: Sheet::fold(questions.len(), events(&entries)),
        questions,
        deadline: play.deadline,
        now: app.now(),
        again: matches!(scoring, Scoring::UntilRight { .. }),
        item_seconds: stage.item_seconds,
        started_at: play.started_at,
    })
}

/// The entries of a journal as the answer sheet counts them: one version each.
fn events(entries: &[Entry]) -> impl Iterator<Item = Event> {
    (1..).zip(entries).flat_map(|(version, entry)| {
        // A go handed in is a version without an answer.
        let none = Answer {
            place: u8::MAX,
            choice: OptionSet::EMPTY,
            flagged: false,
        };
        let answers = if entry.answers.is_empty() {
            vec![none]
        } else {
            entry.answers.clone()
        };
        answers.into_iter().map(move |answer| Event {
            version,
            item: u16::from(answer.place).wrapping_add(1),
            choice: answer.choice,
            flagged: answer.flagged,
            text: String::new(),
        })
    })
}

/// Starts an attempt, or gives the number of the one that is running.
///
/// # Errors
/// [`Fault::CannotPlay`] with the reason.
pub async fn start(app: &App, contest: &Arc<Contest>, player: &Player, network: i64) -> Result<Sitting> {
    limit::acting(app, player.id)?;
    for _ in 0..2 {
        let act = Act::Start {
            contest: Arc::clone(contest),
            player: player.id,
            network,
            at: app.now(),
        };
        match app.plays.carry_out(act).await? {
            Done::Started(play) => return sitting(app, contest, &play),
            Done::Running(number) => {
                if let Some(sitting) = open(app, contest, player, number).await? {
                    return Ok(sitting);
                }
                // It had run out, and is handed in now.
            }
            Done::NoPlay(why) => return Err(Fault::CannotPlay(why).into()),
            _ => return Err(Fault::NotFound.into()),
        }
    }
    Err(Fault::CannotPlay(NoPlay::Running).into())
}

/// Opens an attempt to go on with it; `None` when it is over.
///
/// # Errors
/// [`Fault::NotFound`] when there is none of this number.
pub async fn open(app: &App, contest: &Arc<Contest>, player: &Player, number: u32) -> Result<Option<Sitting>> {
    let play = own(app, player.id, number).await?;
    if play.ended.is_some() {
        return Ok(None);
    }
    if app.now().0 > play.deadline.0 + GRACE_MS {
        end(app, contest, (player.id, number), HandIn::AutoSubmit, true).await?;
        return Ok(None);
    }
    sitting(app, contest, &play).map(Some)
}

/// Saves answers: consecutive versions, the first one following the last stored. When this returns they are durable. Gives
/// the moment they were received, and the deadline.
///
/// # Errors
/// [`Fault::Stale`] when another page or device has saved since, [`Fault::Late`] after the deadline or hand-in,
/// [`Fault::NoSuchChoice`] and [`Fault::BadRequest`] for what no page of ours sends; nothing is stored then.
pub async fn save(
    app: &App,
    contest: &Contest,
    player: &Player,
    number: u32,
    events: &[Event],
) -> Result<(Timestamp, Timestamp)> {
    limit::acting(app, player.id)?;
    let live = live(app, contest, player.id, number).await?;
    let consecutive = events
        .windows(2)
        .all(|pair| pair[1].version == pair[0].version.wrapping_add(1));
    let versions = events.iter().all(|event| (1..=MOST_VERSIONS).contains(&event.version));
    let (Some(first), Some(last)) = (events.first(), events.last()) else {
        return Err(Fault::BadRequest.into());
    };
    if events.len() > MOST_EVENTS || !consecutive || !versions {
        return Err(Fault::BadRequest.into());
    }
    if !events.iter().all(|event| fits(&live, event)) {
        return Err(Fault::NoSuchChoice.into());
    }
    let at = app.now();
    let mut journal = Vec::with_capacity(8 * events.len());
    for event in events {
        let entry = Entry {
            after_ms: after(live.started_at, at),
            answers: vec![Answer {
                place: u8::try_from(event.item - 1).map_err(|_| Fault::NoSuchChoice)?,
                choice: event.choice,
                flagged: event.flagged,
            }],
        };
        entry.write(&mut journal);
    }
    let addition = Addition {
        key: (player.id, number),
        first: first.version,
        last: last.version,
        least: Timestamp(at.0 - GRACE_MS),
        journal,
    };
    match app.plays.carry_out(Act::Save(Arc::new(addition))).await? {
        Done::Saved => Ok((at, live.deadline)),
        Done::Stale(version) => Err(Fault::Stale(version).into()),
        Done::Late => Err(Fault::Late.into()),
        _ => Err(Fault::NotFound.into()),
    }
}

fn fits(live: &Live, event: &Event) -> bool {
    let question = usize::from(event.item)
        .checked_sub(1)
        .and_then(|place| live.questions.get(place));
    let fits =
        |(options, one): &(u8, bool)| event.choice.fits(usize::from(*options)) && (!one || event.choice.len() <= 1);
    event.text.is_empty() && question.is_some_and(fits)
}

/// What came of a hand-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HandedIn {
    Ended,
    /// Not all is right: these questions (from 1) are to be answered again.
    Again(Vec<usize>),
}

/// Hands in; a second time changes nothing. `give_up`: although not all is right, where it would be answered again.
///
/// # Errors
/// [`Fault::NotFound`] when there is none of this number.
pub async fn hand_in(
    app: &App,
    contest: &Arc<Contest>,
    player: &Player,
    number: u32,
    give_up: bool,
) -> Result<HandedIn> {
    limit::acting(app, player.id)?;
    let handed_in = end(app, contest, (player.id, number), HandIn::Submit, give_up).await?;
    if number == 1 && handed_in == HandedIn::Ended {
        limit::played(app, player.network);
    }
    Ok(handed_in)
}

async fn end(app: &App, contest: &Arc<Contest>, key: (PlayerId, u32), how: HandIn, give_up: bool) -> Result<HandedIn> {
    let act = Act::HandIn {
        contest: Arc::clone(contest),
        key,
        at: app.now(),
        how,
        give_up,
    };
    match app.plays.carry_out(act).await? {
        Done::HandedIn(_) => {
            let mut known = app.running.0.write().unwrap_or_else(PoisonError::into_inner);
            known.remove(&key);
            Ok(HandedIn::Ended)
        }
        Done::Again(wrong) => Ok(HandedIn::Again(wrong.into_iter().map(|place| place + 1).collect())),
        _ => Err(Fault::NotFound.into()),
    }
}

/// Freezes the results of a player while a case is open, or frees them; `false` when they stood so already. Who may is for
/// the use case to say.
///
/// # Errors
/// [`Fault::NotFound`] when there is no such player.
pub(in crate::service) async fn freeze(app: &App, player: PlayerId, frozen: bool) -> Result<bool> {
    match app.plays.carry_out(Act::Freeze { player, frozen }).await? {
        Done::Changed => Ok(true),
        Done::Unchanged => Ok(false),
        _ => Err(Fault::NotFound.into()),
    }
}

/// Hands in every attempt whose time is over; gives how many. Safe to run on every node at once.
///
/// # Errors
/// When the overdue attempts cannot be read.
pub async fn hand_in_overdue(app: &App) -> Result<usize> {
    let before = Timestamp(app.now().0 - GRACE_MS - SWEEP_MS);
    let mut ended = 0;
    loop {
        let overdue = db::play::overdue(&app.db, before, SWEEP).await?;
        let mut stuck = 0;
        // All at once, so that they share their transactions.
        let mut ending = tokio::task::JoinSet::new();
        for (key, _) in &overdue {
            let (app, key) = (app.clone(), *key);
            ending.spawn(async move { (key, end_overdue(&app, key).await) });
        }
        while let Some(done) = ending.join_next().await {
            match done {
                Ok((_, Ok(()))) => ended += 1,
                Ok(((player, number), Err(error))) => {
                    stuck += 1;
                    tracing::error!(%player, number, %error, "an overdue attempt could not be handed in");
                }
                Err(error) => {
                    stuck += 1;
                    tracing::error!(%error, "handing in an overdue attempt panicked");
                }
            }
        }
        if overdue.len() < SWEEP as usize || stuck > 0 {
            return Ok(ended);
        }
    }
}

async fn end_overdue(app: &App, key: (PlayerId, u32)) -> Result<()> {
    let (player, _) = db::player::get(&app.db, key.0).await?.ok_or(Fault::NotFound)?;
    let contest = super::published(app, player.competition).await?;
    end(app, &contest, key, HandIn::AutoSubmit, true).await.map(|_| ())
}

/// How a player stands, and the last attempts.
pub struct Standing {
    pub record: Record,
    pub plays: Vec<Play>,
    pub now: Timestamp,
}

/// # Errors
/// [`Fault::NotFound`] when the record is missing.
pub async fn standing(app: &App, player: &Player) -> Result<Standing> {
    let record = db::play::record(&app.db, player.id).await?.ok_or(Fault::NotFound)?;
    Ok(Standing {
        record,
        plays: db::play::of_player(&app.db, player.id, SHOWN).await?,
        now: app.now(),
    })
}

/// A question after the hand-in, with the key where the stage shows it.
pub struct Reviewed {
    pub version: VersionId,
    pub shown: Shown,
    pub choice: OptionSet,
    pub right: bool,
    pub key: Option<OptionSet>,
    /// What became of the question's key.
    pub corrected: Option<Method>,
    pub explanation: String,
    pub basis: Vec<String>,
}

/// What an attempt was worth.
pub struct Outcome {
    pub play: Play,
    pub score: Points,
    pub right: u32,
    pub questions: u32,
    pub elapsed_ms: i64,
    pub valid: bool,
    pub chances: u32,
    /// It stands in an official stage.
    pub official: bool,
    /// The questions of the paper, in its order.
    pub asked: Vec<VersionId>,
    /// Where the stage shows them after the hand-in.
    pub reviewed: Option<Vec<Reviewed>>,
}

/// The result of an attempt; `None` while it runs.
///
/// # Errors
/// [`Fault::NotFound`] when there is none of this number.
pub async fn result(app: &App, contest: &Arc<Contest>, player: &Player, number: u32) -> Result<Option<Outcome>> {
    let mut play = own(app, player.id, number).await?;
    if play.ended.is_none() && app.now().0 > play.deadline.0 + GRACE_MS {
        end(app, contest, (player.id, number), HandIn::AutoSubmit, true).await?;
        play = own(app, player.id, number).await?;
    }
    let Some(ended) = play.ended else {
        return Ok(None);
    };
    let (version, stage) = contest.stage(play.rules, play.stage)?;
    let corrections = &contest.corrections;
    let judged = judged(contest, corrections, &play, ended.handed_in_at)?;
    let points = version.rules.scoring.of_right(u32::MAX);
    let each = judged.paper.0.iter();
    let asked = each.map(|drawn| Some(contest.question(drawn.pool)?.version));
    let asked = asked.collect::<Option<Vec<_>>>().ok_or(Fault::NotFound)?;
    let reviewed = stage.answers_shown.then(|| {
        let each = judged.paper.0.iter().enumerate().filter_map(|(place, drawn)| {
            let stored = contest.question(drawn.pool)?;
            let question = &stored.question;
            let choice = judged.sheet.counting[place].map_or(OptionSet::EMPTY, |(choice, _)| choice);
            let corrected = correction::of(corrections, drawn.pool);
            let key = corrected.and_then(Method::key).and_then(Key::options);
            let key = key.unwrap_or(question.key);
            Some(Reviewed {
                version: stored.version,
                shown: contest.shown(drawn, points)?,
                choice,
                right: contest.is_right(corrections, drawn, choice),
                key: Some(drawn.shown(key)),
                corrected: corrected.cloned(),
                explanation: question.explanation.clone(),
                basis: question.basis.clone(),
            })
        });
        each.collect()
    });
    Ok(Some(Outcome {
        score: ended.score,
        right: ended.right,
        questions: u32::try_from(judged.paper.0.len()).unwrap_or(0),
        elapsed_ms: ended.handed_in_at.0 - play.started_at.0,
        valid: ended.valid,
        chances: ended.chances,
        official: stage.kind == crate::domain::competition::StageKind::Official,
        asked,
        reviewed,
        play,
    }))
}
