//! A contest as large as a city's, made up: players and attempts of a month by chance of a seed, judged by the rules like real
//! ones and stored in bulk, to see what boards, counts and checks cost at that size.

use std::{fmt::Write, sync::Arc};

use super::{
    Contest,
    setup::{self, Setup},
    writer::{Done, hand_in, start},
};
use crate::{
    db::{self, play::Place, player::NewPlayer},
    domain::{
        attempt::HandIn,
        competition::{
            IdentityType, Rules, StageKind,
            journal::{Answer, Entry},
            play::{Play, Record, Tried},
            player::Player,
            preset::Preset,
        },
        division::{DivisionCode, Level},
        exam::Window,
        id::{CompetitionId, OrganizationId, PlayerId},
        item::OptionSet,
        paper::{Dice, Paper},
        time::{DAY, Timestamp},
    },
    service::{
        App, Caller, Result, demo, division, organization,
        random::{PlayDice, digest, hex},
    },
};

/// Players stored by one transaction.
const CHUNK: u32 = 1_000;
/// Where the made-up people live.
const CITY: u32 = 3703;
/// Networks people play from.
const NETWORKS: u32 = 20_000;
/// Of a hundred people so many are state staff, and employees.
const STAFF_PERCENT: u32 = 8;
const EMPLOYEES_PERCENT: u32 = 62;

/// How much of it.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub players: u32,
    /// Attempts handed in by all of them together; at least one each.
    pub participations: u32,
    /// From the opening on.
    pub days: u32,
    /// Units that play; [`fill`] is told which.
    pub units: u32,
    pub seed: u64,
}

/// What was made.
#[derive(Debug, Clone)]
pub struct Made {
    pub competition: CompetitionId,
    pub code: String,
    pub players: u32,
    pub participations: u32,
    /// Of them those that count.
    pub valid: u32,
}

/// The secret of the player of this place (from 0), so that a load generator can come back as anybody.
pub fn token(seed: u64, number: u32) -> (PlayerId, String) {
    (
        id(seed, number),
        format!("{}.{}", id(seed, number), secret(seed, number)),
    )
}

fn secret(seed: u64, number: u32) -> String {
    hex(&digest(format!("mingfa simulated player {seed} {number}").as_bytes())[..16])
}

/// Ids as if people had joined one after the other.
fn id(seed: u64, number: u32) -> PlayerId {
    PlayerId((seed as i64 & 0xfff) << 44 | i64::from(number) << 8 | 1)
}

/// Fills a database with a contest of the last days, still open for one more.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] unless somebody who may set competitions up everywhere asks.
pub async fn contest(app: &App, caller: &Caller, size: Size, progress: impl Fn(u32)) -> Result<Made> {
    let bank = demo::questions(app, caller).await?;
    demo::divisions(app, caller).await?;
    let units = organizations(app, caller, size.units).await?;
    let now = app.now();
    let window = Window {
        opens_at: Timestamp(now.0 - i64::from(size.days) * DAY),
        closes_at: Timestamp(now.0 + DAY),
    };
    let setup = Setup {
        title: "模拟知识竞赛".to_owned(),
        unit: None,
        bank,
        rules: rules(window),
    };
    let id = setup::create(app, caller, setup).await?;
    setup::publish(app, caller, id).await?;
    fill(app, caller, id, size, &units, progress).await
}

/// Lets made-up people play in a published competition from its opening until now. `units`: those that they may belong to.
///
/// # Errors
/// As [`contest`].
pub async fn fill(
    app: &App,
    caller: &Caller,
    id: CompetitionId,
    size: Size,
    units: &[OrganizationId],
    progress: impl Fn(u32),
) -> Result<Made> {
    let contest = setup::running(app, caller, id).await?;
    let divisions = division::divisions(app).await?;
    let city = DivisionCode::new(CITY)
        .into_iter()
        .flat_map(|city| divisions.within(city));
    let world = World {
        contest: &contest,
        size,
        units,
        towns: city
            .filter(|code| code.level() == Level::Town)
            .map(DivisionCode::get)
            .collect(),
    };
    let mut made = Made {
        competition: id,
        code: contest.competition.code.clone(),
        players: 0,
        participations: 0,
        valid: 0,
    };
    let lane = app.random.id::<CompetitionId>(app.now()).0;
    let mut from = 0;
    while from < size.players {
        let to = (from + CHUNK).min(size.players);
        let chunk = Arc::new(world.chunk(from..to, made.participations)?);
        made.players = to;
        made.participations += chunk.plays.len() as u32;
        let valid = |play: &&Play| play.ended.is_some_and(|ended| ended.valid);
        made.valid += chunk.plays.iter().filter(valid).count() as u32;
        let stored: Result<()> = app
            .db
            .write((chunk, from), move |tx, (chunk, from)| {
                Box::pin(async move {
                    let players: Vec<&NewPlayer> = chunk.players.iter().collect();
                    db::player::insert(tx, &players).await?;
                    db::play::insert(tx, &chunk.plays).await?;
                    let place = |(number, record): (i64, &Record)| {
                        let seq = i64::from(from) + number + 1;
                        (*record, Place { lane, seq })
                    };
                    let records: Vec<_> = (0..).zip(&chunk.records).map(place).collect();
                    Ok(db::play::insert_records(tx, &records).await?)
                })
            })
            .await;
        stored?;
        progress(made.participations);
        from = to;
    }
    app.boards.forget(id);
    Ok(made)
}

/// Made-up units, as an administrator would bring them in.
async fn organizations(app: &App, caller: &Caller, count: u32) -> Result<Vec<OrganizationId>> {
    let mut csv = String::from("单位名称,行业,人数\n");
    for number in 1..=count {
        let trade = ["化工", "建筑", "交通运输", "商贸", "机械"][number as usize % 5];
        // Writing to a String cannot fail.
        let _ = writeln!(csv, "模拟单位{number:06},{trade},{}", 20 + number % 400);
    }
    organization::import(app, caller, "模拟单位.csv", csv.into_bytes()).await?;
    let known = organization::known(app).await?;
    Ok(known.into_iter().take(count as usize).collect())
}

/// The official stage of Inner Mongolia's rules over the whole window.
fn rules(window: Window) -> Rules {
    let mut rules = Preset::OfficialFive.rules(window);
    rules.stages.retain(|stage| stage.kind == StageKind::Official);
    rules.stages.iter_mut().for_each(|stage| stage.window = window);
    rules.best_of_unit = 10;
    rules
}

struct Chunk {
    players: Vec<NewPlayer>,
    records: Vec<Record>,
    plays: Vec<Play>,
}

/// Where the made-up people play.
struct World<'a> {
    contest: &'a Contest,
    size: Size,
    units: &'a [OrganizationId],
    /// Where they live.
    towns: Vec<u32>,
}

impl World<'_> {
    fn chunk(&self, numbers: std::ops::Range<u32>, done: u32) -> Result<Chunk> {
        let (contest, size) = (self.contest, self.size);
        let mut chunk = Chunk {
            players: Vec::new(),
            records: Vec::new(),
            plays: Vec::new(),
        };
        for number in numbers {
            let id = id(size.seed, number);
            let mut dice = PlayDice::new(&size.seed.to_be_bytes(), id, [2, 0, 0]);
            let attempts = attempts(&mut dice, size, number, done + chunk.plays.len() as u32);
            let player = self.player(number, &mut dice);
            let mut record = Record {
                player: id,
                competition: contest.id(),
                tried: Tried::default(),
                standing: None,
                frozen: false,
            };
            // Good players and bad ones: of a hundred answers so many are right.
            let ability = 40 + dice.below(58);
            for at in self.moments(&mut dice, attempts) {
                chunk
                    .plays
                    .extend(play(contest, &mut record, player.network, at, ability, &mut dice)?);
            }
            let secret = secret(size.seed, number);
            chunk.players.push(NewPlayer {
                player,
                token: digest(secret.as_bytes()),
                keys: Vec::new(),
            });
            chunk.records.push(record);
        }
        Ok(chunk)
    }

    fn player(&self, number: u32, dice: &mut impl Dice) -> Player {
        let (contest, size) = (self.contest, self.size);
        let id = id(size.seed, number);
        let window = contest.versions[0].rules.stages[0].window;
        let identity = match dice.below(100) {
            percent if percent < STAFF_PERCENT => IdentityType::StateStaff,
            percent if percent < STAFF_PERCENT + EMPLOYEES_PERCENT => IdentityType::Employee,
            _ => IdentityType::Public,
        };
        let division = match self.towns.as_slice() {
            [] => 0,
            towns => towns[dice.below(towns.len() as u32) as usize],
        };
        // A few large units, many small ones.
        let units = self.units.len() as u32;
        let unit = (identity != IdentityType::Public && units > 0).then(|| {
            let (one, other) = (dice.below(units), dice.below(units));
            self.units[one.min(other) as usize]
        });
        Player {
            id,
            competition: contest.id(),
            code: id.to_string(),
            identity,
            division,
            organization: unit,
            name: String::new(),
            phone: String::new(),
            person: None,
            network: i64::from(dice.below(NETWORKS)) + 1,
            joined_at: Timestamp(window.opens_at.0 + i64::from(dice.below(size.days)) * DAY / 2),
            corrected_at: None,
        }
    }

    /// When somebody plays so many times: three times a day at most, mostly by day.
    fn moments(&self, dice: &mut impl Dice, attempts: u32) -> Vec<Timestamp> {
        let window = self.contest.versions[0].rules.stages[0].window;
        let mut places: Vec<u32> = (0..3 * self.size.days).collect();
        let count = (attempts as usize).min(places.len());
        for place in 0..count {
            let other = place + dice.below((places.len() - place) as u32) as usize;
            places.swap(place, other);
        }
        places.truncate(count);
        places.sort_unstable();
        let moment = |place: u32| {
            let day = window.opens_at.0 + i64::from(place / 3) * DAY;
            // Three parts of the day, so that attempts never overlap.
            Timestamp(day + i64::from(place % 3) * 4 * 3_600_000 + i64::from(dice.below(3 * 3_600_000)))
        };
        places.into_iter().map(moment).collect()
    }
}

/// Most play a few times, some every day; together as often as wanted.
fn attempts(dice: &mut impl Dice, size: Size, number: u32, done: u32) -> u32 {
    let (left, players) = (size.participations.saturating_sub(done), size.players - number);
    let mean = f64::from(left) / f64::from(players);
    // Exponential beyond the first attempt.
    let uniform = (f64::from(dice.below(1_000_000)) + 0.5) / 1e6;
    let more = (-(1.0 - uniform).ln() * (mean - 1.0).max(0.0)).round() as u32;
    let most = left.saturating_sub(players - 1).min(3 * size.days);
    if players == 1 { most } else { (1 + more).min(most) }
}

/// One attempt from start to hand-in; none where the rules refuse it.
fn play(
    contest: &Contest,
    record: &mut Record,
    network: i64,
    at: Timestamp,
    ability: u32,
    dice: &mut impl Dice,
) -> Result<Option<Play>> {
    let Done::Started(mut play) = start(contest, record, network, at)? else {
        return Ok(None);
    };
    let paper = Paper::from_bytes(&play.paper).unwrap_or(Paper(Vec::new()));
    let mut after_ms = 0;
    for (place, drawn) in (0..).zip(&paper.0) {
        after_ms += 2_000 + dice.below(30_000);
        let Some(question) = contest.question(drawn.pool) else {
            continue;
        };
        let key = drawn.shown(question.question.key);
        let choice = if dice.below(100) < ability {
            key
        } else {
            // Another one, at random.
            let other = dice.below(drawn.order.len() as u32) as usize;
            if key.contains(other) {
                OptionSet(key.0 ^ 1 << other)
            } else {
                OptionSet::of([other])
            }
        };
        let entry = Entry {
            after_ms,
            answers: vec![Answer {
                place,
                choice,
                flagged: false,
            }],
        };
        entry.write(&mut play.journal);
        play.version += 1;
    }
    let handed_in = Timestamp(at.0 + i64::from(after_ms) + 1_000 + i64::from(dice.below(5_000)));
    if let Done::HandedIn(ended) = hand_in(contest, &[], record, &play, (handed_in, HandIn::Submit), true)? {
        play.ended = Some(ended);
    }
    Ok(Some(play))
}
