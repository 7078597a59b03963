//! Cases about players: somebody opens one about what a count or a report says, the player states the own side, somebody else
//! decides, and a finding can be appealed. Results are frozen meanwhile, and stay so after a finding; no score changes.

use super::{
    directory::{counts_for, organization_name},
    play,
    setup::{self, subject},
};
use crate::{
    db,
    domain::{
        audit::Act as Audited,
        case::{Decision, NoCase, State, Words},
        competition::{
            Competition,
            case::{Case, freezes},
            player::Player,
            truth::{Flag, Kind, WINDOW_MS},
        },
        id::{CaseId, CompetitionId, PlayerId},
        key_correction::Act,
        notice::About,
        objection::reason,
        role::Right,
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, Error, Result,
        audit::{self, By, Deed},
        notice,
    },
};

/// Cases on a page.
pub const PAGE: u32 = 50;
/// Attempts of a player looked through for one that a flag is about.
const ATTEMPTS: u32 = 1_000;

fn words(text: &str) -> Result<String> {
    Ok(reason(text).map_err(|_| Fault::Case(NoCase::Words))?)
}

/// A player of a competition, by id; the code of a player is the id as text.
async fn player_of(app: &App, competition: CompetitionId, id: PlayerId) -> Result<Option<Player>> {
    let found = db::player::get(&app.db, id).await?.map(|(player, _)| player);
    Ok(found.filter(|player| player.competition == competition))
}

/// Whether something that stands out is about a player.
async fn concerns(app: &App, flag: &Flag, player: &Player) -> Result<bool> {
    Ok(match flag {
        Flag::TooMany { player: id, .. } => *id == player.id,
        Flag::SameTimings { players, .. } => players.contains(&player.id),
        Flag::OverHeadcount { organization, .. } => match player.organization {
            Some(own) => counts_for(app, own).await? == *organization,
            None => false,
        },
        Flag::Burst { network, from, .. } => {
            let plays = db::play::of_player(&app.db, player.id, ATTEMPTS).await?;
            plays
                .iter()
                .any(|play| play.network == *network && (0..WINDOW_MS).contains(&(play.started_at.0 - from.0)))
        }
        Flag::Report => true,
    })
}

/// What the last count, or a report, holds about a player.
async fn evidence(app: &App, competition: CompetitionId, player: &Player, kind: Kind) -> Result<Flag> {
    if kind == Kind::Report {
        return Ok(Flag::Report);
    }
    let counted = db::competition_count::get(&app.db, competition).await?;
    let truth = counted.map(|counted| counted.count.truth).unwrap_or_default();
    for flag in truth.of(kind) {
        if concerns(app, flag, player).await? {
            return Ok(flag.clone());
        }
    }
    Err(Fault::Case(NoCase::NoSignal).into())
}

fn is_own(caller: &Caller, player: &Player) -> bool {
    player.person.is_some() && caller.person().ok() == player.person
}

/// Opens a case about a player and freezes the results.
///
/// # Errors
/// As [`setup::running`]; [`Fault::UnknownPlayer`] when nobody has this code, [`Fault::Case`] with the reason why none is opened.
pub async fn open(
    app: &App,
    caller: &Caller,
    competition: CompetitionId,
    player: PlayerId,
    kind: Kind,
    why: &str,
) -> Result<CaseId> {
    let contest = setup::running(app, caller, competition).await?;
    let player = player_of(app, competition, player).await?.ok_or(Fault::UnknownPlayer)?;
    if is_own(caller, &player) {
        return Err(Fault::Case(NoCase::Own).into());
    }
    let by = By::new(app, caller);
    let case = Case {
        id: app.random.id(by.at),
        competition,
        player: player.id,
        evidence: evidence(app, competition, &player, kind).await?,
        state: State::Open,
        opened: Act {
            by: by.id(),
            at: by.at,
            reason: words(why)?,
        },
        statement: None,
        decided: None,
        appeal: None,
        closed: None,
    };
    let id = case.id;
    let news = player.person.map(|person| {
        let Competition { title, code, .. } = contest.competition.clone();
        (person, About::CompetitionCaseOpened { title, code, case: id })
    });
    let args = (case, by, news, app.random.clone());
    let stored: Result<()> = app
        .db
        .write(args, move |tx, (case, by, news, random)| {
            Box::pin(async move {
                db::competition_case::insert(tx, &case).await?;
                notice::tell(tx, &random, by.at, news).await?;
                let deed = Deed::new(Audited::CaseOpened, named(&case))
                    .after(&case.evidence)
                    .because(case.opened.reason);
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    match stored {
        Ok(()) => settle(app, player.id).await.map(|()| id),
        Err(Error::Db(db::Error::Taken)) => Err(Fault::Case(NoCase::Opened).into()),
        Err(error) => Err(error),
    }
}

/// How the log names a case.
fn named(case: &Case) -> String {
    format!("{} player {} case {}", subject(case.competition), case.player, case.id)
}

/// Freezes or frees the results of a player, as the cases say. May be done at any time: should the node have died between a
/// decision and this, the next look at the case does it.
async fn settle(app: &App, player: PlayerId) -> Result<()> {
    let cases = db::competition_case::of_player(&app.db, player).await?;
    let frozen = cases.iter().any(|case| freezes(case.state));
    play::freeze(app, player, frozen).await.map(drop)
}

/// A page of cases.
pub struct List {
    pub competition: Competition,
    pub cases: Vec<Case>,
    pub all: i64,
    pub page: u32,
    pub pages: u32,
    /// Those that wait for a decision; otherwise the others.
    pub waiting: bool,
}

/// # Errors
/// As [`setup::competition`].
pub async fn list(app: &App, caller: &Caller, id: CompetitionId, waiting: bool, page: u32) -> Result<List> {
    let competition = setup::competition(app, caller, id).await?;
    let page = page.clamp(1, 100_000);
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let (cases, all) = db::competition_case::page(&app.db, id, waiting, i64::from(PAGE), offset).await?;
    Ok(List {
        competition,
        cases,
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE),
        waiting,
    })
}

/// A case with all that is needed to decide it.
pub struct File {
    pub case: Case,
    pub competition: Competition,
    pub player: Player,
    /// The name of the player's unit; empty without one.
    pub unit: String,
    /// Whether the results are frozen now.
    pub frozen: bool,
    /// Who opened, decided, and decided the appeal.
    pub who: [Option<String>; 3],
    /// Why the caller cannot take the next decision.
    pub barred: Option<NoCase>,
}

/// # Errors
/// [`Fault::NotFound`] unless it is about a competition within reach.
pub async fn file(app: &App, caller: &Caller, id: CaseId) -> Result<File> {
    let (case, competition, player) = within(app, caller, id).await?;
    settle(app, player.id).await?;
    let acts = [Some(&case.opened), case.decided.as_ref(), case.closed.as_ref()];
    let mut who = [None, None, None];
    for (name, act) in who.iter_mut().zip(acts) {
        if let Some(act) = act {
            *name = db::account::name_of(&app.db, act.by).await?;
        }
    }
    let next = match case.state {
        State::Appealed => Decision::Confirm,
        _ => Decision::Finding,
    };
    let unit = match player.organization {
        Some(unit) => organization_name(app, counts_for(app, unit).await?).await?,
        None => String::new(),
    };
    let record = db::play::record(&app.db, player.id).await?;
    Ok(File {
        barred: case
            .may_decide(next, By::new(app, caller).id(), is_own(caller, &player))
            .err(),
        case,
        competition,
        frozen: record.is_some_and(|record| record.frozen),
        player,
        unit,
        who,
    })
}

async fn within(app: &App, caller: &Caller, id: CaseId) -> Result<(Case, Competition, Player)> {
    caller.may(Right::ManageCompetitions)?;
    let case = db::competition_case::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let competition = setup::competition(app, caller, case.competition).await?;
    let player = player_of(app, case.competition, case.player)
        .await?
        .ok_or(Fault::NotFound)?;
    Ok((case, competition, player))
}

/// Decides a case or an appeal, and freezes or frees the results.
///
/// # Errors
/// As [`file`]; [`Fault::Case`] with the reason why the caller cannot.
pub async fn decide(app: &App, caller: &Caller, id: CaseId, decision: Decision, why: &str) -> Result<()> {
    let (case, competition, player) = within(app, caller, id).await?;
    let by = By::new(app, caller);
    case.may_decide(decision, by.id(), is_own(caller, &player))
        .map_err(Fault::Case)?;
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: words(why)?,
    };
    let (before, after) = decision.step();
    let news = player.person.map(|person| {
        let Competition { title, code, .. } = competition;
        let (case, state) = (id, after);
        (
            person,
            About::CompetitionCaseDecided {
                title,
                code,
                case,
                state,
            },
        )
    });
    let args = (act, by, named(&case), news, app.random.clone());
    let done: Result<()> = app
        .db
        .write(args, move |tx, (act, by, name, news, random)| {
            Box::pin(async move {
                if !db::competition_case::decide(tx, id, decision, &act).await? {
                    return Err(Fault::Case(NoCase::Decided).into());
                }
                notice::tell(tx, &random, by.at, news).await?;
                let deed = Deed::new(Audited::CaseDecided, name).before(&before).after(&after);
                audit::record(tx, &by, deed.because(act.reason)).await
            })
        })
        .await;
    done?;
    settle(app, player.id).await
}

/// A case as its player sees it: nobody else is named.
pub struct Mine {
    pub case: Case,
    pub now: Timestamp,
}

/// The cases about a player, the newest first. Who the player is was proven before.
///
/// # Errors
/// When the database fails.
pub async fn of_player(app: &App, player: &Player) -> Result<Vec<Mine>> {
    let (cases, now) = (db::competition_case::of_player(&app.db, player.id).await?, app.now());
    Ok(cases.into_iter().map(|case| Mine { case, now }).collect())
}

/// One case about a player. Who the player is was proven before.
///
/// # Errors
/// [`Fault::NotFound`] unless it is about this player.
pub async fn mine(app: &App, player: &Player, id: CaseId) -> Result<Mine> {
    let case = db::competition_case::get(&app.db, id).await?;
    let case = case.filter(|case| case.player == player.id).ok_or(Fault::NotFound)?;
    Ok(Mine { case, now: app.now() })
}

/// The player's side, before the decision.
///
/// # Errors
/// As [`mine`]; [`Fault::Case`] when it was given, the case is decided, or the words are too few or too many.
pub async fn state_own(app: &App, player: &Player, id: CaseId, text: &str) -> Result<()> {
    let mine = mine(app, player, id).await?;
    mine.case.may_state().map_err(Fault::Case)?;
    let words = Words {
        at: mine.now,
        text: words(text)?,
    };
    app.db
        .write(words, move |tx, words| {
            Box::pin(async move {
                let stored = db::competition_case::set_statement(tx, id, &words).await?;
                if stored {
                    Ok(())
                } else {
                    Err(Fault::Case(NoCase::Decided).into())
                }
            })
        })
        .await
}

/// Appeals a finding about the player, whose results stay frozen until the appeal is decided.
///
/// # Errors
/// As [`mine`]; [`Fault::Case`] when there is none, its time is over, or the words are too few or too many.
pub async fn appeal(app: &App, player: &Player, id: CaseId, text: &str) -> Result<()> {
    let mine = mine(app, player, id).await?;
    mine.case.may_appeal(mine.now).map_err(Fault::Case)?;
    let words = Words {
        at: mine.now,
        text: words(text)?,
    };
    app.db
        .write(words, move |tx, words| {
            Box::pin(async move {
                let stored = db::competition_case::appeal(tx, id, &words).await?;
                if stored {
                    Ok(())
                } else {
                    Err(Fault::Case(NoCase::Decided).into())
                }
            })
        })
        .await
}
