//! Attempts of a competition and how players stand, many at a time: one statement for all that wait, on either engine.

use super::{
    Db, Error, Result, Tx,
    column::{Column, to_json},
    read_all, read_each, read_one, tx_all, tx_run,
};
use crate::domain::{
    attempt::HandIn,
    competition::{
        IdentityType,
        play::{Ended, Play, Record, Standing, Tried},
    },
    hex::hex,
    id::{CompetitionId, OrganizationId, PlayerId},
    points::Points,
    time::Timestamp,
};

/// Where a record was written: the lane of a node and the place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub lane: i64,
    pub seq: i64,
}

/// The numbers of a record, in the order of the columns.
const NUMBERS: usize = 23;

#[derive(sqlx::FromRow)]
struct RecordRow {
    player: i64,
    competition: i64,
    score: i64,
    elapsed_ms: i64,
    finished_at: i64,
    time_ms: i64,
    of_day: i64,
    number: i32,
    stage: i32,
    in_stage: i32,
    day: i32,
    on_day: i32,
    running: i32,
    correct: i32,
    person_times: i32,
    answers: i32,
    answers_right: i32,
    valid_day: i32,
    chances: i32,
    chances_of_day: i32,
    frozen: i32,
}

impl RecordRow {
    fn record(self) -> Result<Record> {
        let column = |name| Column("standing", name, self.player);
        let standing = Standing {
            score: Points(self.score),
            right: column("correct").number(self.correct)?,
            elapsed_ms: column("elapsed_ms").number(self.elapsed_ms)?,
            finished_at: Timestamp(self.finished_at),
            person_times: column("person_times").number(self.person_times)?,
            answers: column("answers").number(self.answers)?,
            answers_right: column("answers_right").number(self.answers_right)?,
            time_ms: column("time_ms").number(self.time_ms)?,
            day: i64::from(self.valid_day),
            of_day: Points(self.of_day),
            chances: column("chances").number(self.chances)?,
            chances_of_day: column("chances_of_day").number(self.chances_of_day)?,
        };
        Ok(Record {
            player: PlayerId(self.player),
            competition: CompetitionId(self.competition),
            tried: Tried {
                number: column("number").number(self.number)?,
                stage: column("stage").number(self.stage)?,
                in_stage: column("in_stage").number(self.in_stage)?,
                day: i64::from(self.day),
                on_day: column("on_day").number(self.on_day)?,
                running: self.running != 0,
            },
            standing: (standing.person_times > 0).then_some(standing),
            frozen: self.frozen != 0,
        })
    }
}

fn numbers(record: &Record, place: Place) -> [i64; NUMBERS] {
    let Tried {
        number,
        stage,
        in_stage,
        day,
        on_day,
        running,
    } = record.tried;
    let standing = |value: fn(&Standing) -> i64| record.standing.as_ref().map_or(0, value);
    [
        record.player.0,
        record.competition.0,
        standing(|standing| standing.score.0),
        standing(|standing| i64::try_from(standing.elapsed_ms).unwrap_or(i64::MAX)),
        standing(|standing| standing.finished_at.0),
        standing(|standing| i64::try_from(standing.time_ms).unwrap_or(i64::MAX)),
        standing(|standing| standing.of_day.0),
        place.lane,
        place.seq,
        i64::from(number),
        i64::from(stage),
        i64::from(in_stage),
        day,
        i64::from(on_day),
        i64::from(running),
        standing(|standing| i64::from(standing.right)),
        standing(|standing| i64::from(standing.person_times)),
        standing(|standing| i64::from(standing.answers)),
        standing(|standing| i64::from(standing.answers_right)),
        standing(|standing| standing.day),
        standing(|standing| i64::from(standing.chances)),
        standing(|standing| i64::from(standing.chances_of_day)),
        i64::from(record.frozen),
    ]
}

/// Rows of numbers as one array for each column.
fn columns<const N: usize>(rows: &[[i64; N]]) -> [Vec<i64>; N] {
    std::array::from_fn(|column| rows.iter().map(|row| row[column]).collect())
}

/// Stores the records of players who join, each with its place in the lane.
///
/// # Errors
/// When the database fails.
pub async fn insert_records(tx: &mut Tx, records: &[(Record, Place)]) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let rows: Vec<_> = records.iter().map(|(record, place)| numbers(record, *place)).collect();
    match tx {
        Tx::Sqlite(_) => {
            let rows: Vec<&[i64]> = rows.iter().map(<[i64; NUMBERS]>::as_slice).collect();
            tx_run!(
                tx,
                "INSERT INTO standing
                    (player, competition, score, elapsed_ms, finished_at, time_ms, of_day, lane, seq, number, stage, in_stage, day,
                    on_day, running, correct, person_times, answers, answers_right, valid_day, chances, chances_of_day, frozen)
                 SELECT
                    r.value->>0, r.value->>1, r.value->>2, r.value->>3, r.value->>4, r.value->>5, r.value->>6, r.value->>7,
                    r.value->>8, r.value->>9, r.value->>10, r.value->>11, r.value->>12, r.value->>13, r.value->>14, r.value->>15,
                    r.value->>16, r.value->>17, r.value->>18, r.value->>19, r.value->>20, r.value->>21, r.value->>22
                 FROM json_each($1) r",
                to_json(&rows)
            )?;
        }
        Tx::Postgres(tx) => {
            let sql = "INSERT INTO standing
                    (player, competition, score, elapsed_ms, finished_at, time_ms, of_day, lane, seq, number, stage, in_stage, day,
                    on_day, running, correct, person_times, answers, answers_right, valid_day, chances, chances_of_day, frozen)
                 SELECT * FROM UNNEST(
                    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
                    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
                    $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
                    $23::bigint[])";
            let query = columns(&rows)
                .into_iter()
                .fold(sqlx::query(sql), |query, column| query.bind(column));
            query.execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// A record as it will be, its new place in the lane, and the place at which it was read.
pub type Change = (Record, Place, Place);

/// Changes records that stand where they were read.
///
/// # Errors
/// [`Error::Overtaken`] when another node has written one of them since; when the database fails.
pub async fn update_records(tx: &mut Tx, changes: &[Change]) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    let rows: Vec<[i64; NUMBERS + 2]> = changes
        .iter()
        .map(|(record, place, before)| {
            let own = numbers(record, *place);
            std::array::from_fn(|column| match column {
                NUMBERS => before.lane,
                column if column > NUMBERS => before.seq,
                column => own[column],
            })
        })
        .collect();
    let changed = match tx {
        Tx::Sqlite(_) => {
            let rows: Vec<&[i64]> = rows.iter().map(<[i64; NUMBERS + 2]>::as_slice).collect();
            tx_run!(
                tx,
                "UPDATE standing SET
                    score = r.value->>2, elapsed_ms = r.value->>3, finished_at = r.value->>4, time_ms = r.value->>5,
                    of_day = r.value->>6, lane = r.value->>7, seq = r.value->>8, number = r.value->>9, stage = r.value->>10,
                    in_stage = r.value->>11, day = r.value->>12, on_day = r.value->>13, running = r.value->>14,
                    correct = r.value->>15, person_times = r.value->>16, answers = r.value->>17, answers_right = r.value->>18,
                    valid_day = r.value->>19, chances = r.value->>20, chances_of_day = r.value->>21, frozen = r.value->>22
                 FROM json_each($1) r
                 WHERE standing.player = r.value->>0 AND standing.lane = r.value->>23 AND standing.seq = r.value->>24",
                to_json(&rows)
            )?
        }
        Tx::Postgres(tx) => {
            let sql = "UPDATE standing s SET
                    score = r.score, elapsed_ms = r.elapsed_ms, finished_at = r.finished_at, time_ms = r.time_ms,
                    of_day = r.of_day, lane = r.lane, seq = r.seq, number = r.number, stage = r.stage, in_stage = r.in_stage,
                    day = r.day, on_day = r.on_day, running = r.running, correct = r.correct, person_times = r.person_times,
                    answers = r.answers, answers_right = r.answers_right, valid_day = r.valid_day, chances = r.chances,
                    chances_of_day = r.chances_of_day, frozen = r.frozen
                 FROM UNNEST(
                    $1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
                    $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::bigint[], $15::bigint[],
                    $16::bigint[], $17::bigint[], $18::bigint[], $19::bigint[], $20::bigint[], $21::bigint[], $22::bigint[],
                    $23::bigint[], $24::bigint[], $25::bigint[])
                    AS r(player, competition, score, elapsed_ms, finished_at, time_ms, of_day, lane, seq, number, stage, in_stage, day,
                    on_day, running, correct, person_times, answers, answers_right, valid_day, chances, chances_of_day, frozen,
                    old_lane, old_seq)
                 WHERE s.player = r.player AND s.lane = r.old_lane AND s.seq = r.old_seq";
            let query = columns(&rows)
                .into_iter()
                .fold(sqlx::query(sql), |query, column| query.bind(column));
            query.execute(&mut **tx).await?.rows_affected()
        }
    };
    all(changed, changes.len())
}

/// Whether all rows were written that were to be.
fn all(changed: u64, wanted: usize) -> Result<()> {
    if changed == wanted as u64 {
        Ok(())
    } else {
        Err(Error::Overtaken)
    }
}

/// The records of players, in the order of ids.
///
/// # Errors
/// When the database fails.
pub async fn records(tx: &mut Tx, players: &[PlayerId]) -> Result<Vec<Placed>> {
    let ids: Vec<i64> = players.iter().map(|player| player.0).collect();
    let rows: Vec<PlacedRow> = match tx {
        Tx::Sqlite(_) => tx_all!(
            tx,
            PlacedRow,
            "SELECT s.player, s.competition, s.score, s.elapsed_ms, s.finished_at, s.time_ms, s.of_day, s.number, s.stage,
                    s.in_stage, s.day, s.on_day, s.running, s.correct, s.person_times, s.answers, s.answers_right,
                    s.valid_day, s.chances, s.chances_of_day, s.frozen, s.lane, s.seq, y.identity, y.division,
                    y.organization
             FROM json_each($1) r CROSS JOIN standing s ON s.player = r.value JOIN player y ON y.id = s.player
             ORDER BY s.player",
            to_json(&ids)
        )?,
        Tx::Postgres(tx) => {
            sqlx::query_as(
                "SELECT s.player, s.competition, s.score, s.elapsed_ms, s.finished_at, s.time_ms, s.of_day, s.number,
                        s.stage, s.in_stage, s.day, s.on_day, s.running, s.correct, s.person_times, s.answers,
                        s.answers_right, s.valid_day, s.chances, s.chances_of_day, s.frozen, s.lane, s.seq,
                        y.identity, y.division, y.organization
                 FROM standing s JOIN player y ON y.id = s.player
                 WHERE s.player = ANY($1) ORDER BY s.player",
            )
            .bind(&ids)
            .fetch_all(&mut **tx)
            .await?
        }
    };
    rows.into_iter().map(PlacedRow::placed).collect()
}

/// The record of a player.
///
/// # Errors
/// When the database fails.
pub async fn record(db: &Db, player: PlayerId) -> Result<Option<Record>> {
    let row = read_one!(
        db,
        RecordRow,
        "SELECT player, competition, score, elapsed_ms, finished_at, time_ms, of_day, number, stage, in_stage, day, on_day,
                running, correct, person_times, answers, answers_right, valid_day, chances, chances_of_day, frozen
         FROM standing WHERE player = $1",
        player.0
    )?;
    row.map(RecordRow::record).transpose()
}

#[derive(sqlx::FromRow)]
struct PlayRow {
    player: i64,
    started_at: i64,
    deadline: i64,
    network: i64,
    handed_in_at: i64,
    score: i64,
    number: i32,
    stage: i32,
    rules: i32,
    version: i32,
    correct: i32,
    valid: i32,
    chances: i32,
    hand_in: String,
    paper: Vec<u8>,
    journal: Vec<u8>,
}

impl PlayRow {
    fn play(self) -> Result<Play> {
        let column = |name| Column("play", name, self.player);
        let ended = match self.handed_in_at {
            0 => None,
            at => Some(Ended {
                handed_in_at: Timestamp(at),
                hand_in: column("hand_in").code(&self.hand_in, HandIn::from_code)?,
                score: Points(self.score),
                right: column("correct").number(self.correct)?,
                valid: self.valid != 0,
                chances: column("chances").number(self.chances)?,
            }),
        };
        Ok(Play {
            player: PlayerId(self.player),
            number: column("number").number(self.number)?,
            stage: column("stage").number(self.stage)?,
            rules: column("rules").number(self.rules)?,
            started_at: Timestamp(self.started_at),
            deadline: Timestamp(self.deadline),
            network: self.network,
            version: column("version").number(self.version)?,
            paper: self.paper,
            journal: self.journal,
            ended,
        })
    }
}

/// One attempt of a player.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, player: PlayerId, number: u32) -> Result<Option<Play>> {
    let row = read_one!(
        db,
        PlayRow,
        "SELECT player, started_at, deadline, network, handed_in_at, score, number, stage, rules, version, correct, valid,
                chances, hand_in, paper, journal
         FROM play WHERE player = $1 AND number = $2",
        player.0,
        i64::from(number)
    )?;
    row.map(PlayRow::play).transpose()
}

/// A player's attempts, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_player(db: &Db, player: PlayerId, limit: u32) -> Result<Vec<Play>> {
    let rows = read_all!(
        db,
        PlayRow,
        "SELECT player, started_at, deadline, network, handed_in_at, score, number, stage, rules, version, correct, valid,
                chances, hand_in, paper, journal
         FROM play WHERE player = $1 ORDER BY number DESC LIMIT $2",
        player.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(PlayRow::play).collect()
}

/// Attempts of all players of a competition in the order of player and number, from behind `after` on.
///
/// # Errors
/// When the database fails.
pub async fn of_competition(
    db: &Db,
    competition: CompetitionId,
    after: (PlayerId, u32),
    limit: u32,
) -> Result<Vec<Play>> {
    let rows = read_all!(
        db,
        PlayRow,
        "SELECT p.player, p.started_at, p.deadline, p.network, p.handed_in_at, p.score, p.number, p.stage, p.rules, p.version,
                p.correct, p.valid, p.chances, p.hand_in, p.paper, p.journal
         FROM play p JOIN player y ON y.id = p.player
         WHERE y.competition = $1 AND y.id >= $2 AND (p.player, p.number) > ($2, $3)
         ORDER BY p.player, p.number LIMIT $4",
        competition.0,
        after.0.0,
        i64::from(after.1),
        i64::from(limit)
    )?;
    rows.into_iter().map(PlayRow::play).collect()
}

/// Which attempt.
pub type Key = (PlayerId, u32);

/// Attempts, in the order of keys.
///
/// # Errors
/// When the database fails.
pub async fn some(tx: &mut Tx, keys: &[Key]) -> Result<Vec<Play>> {
    let rows: Vec<PlayRow> = match tx {
        Tx::Sqlite(_) => {
            let keys: Vec<_> = keys.iter().map(|(player, number)| (player.0, number)).collect();
            tx_all!(
                tx,
                PlayRow,
                "SELECT p.player, p.started_at, p.deadline, p.network, p.handed_in_at, p.score, p.number, p.stage, p.rules,
                        p.version, p.correct, p.valid, p.chances, p.hand_in, p.paper, p.journal
                 FROM json_each($1) r CROSS JOIN play p ON p.player = r.value->>0 AND p.number = r.value->>1
                 ORDER BY p.player, p.number",
                to_json(&keys)
            )?
        }
        Tx::Postgres(tx) => {
            let players: Vec<i64> = keys.iter().map(|(player, _)| player.0).collect();
            let numbers: Vec<i64> = keys.iter().map(|(_, number)| i64::from(*number)).collect();
            sqlx::query_as(
                "SELECT p.player, p.started_at, p.deadline, p.network, p.handed_in_at, p.score, p.number, p.stage, p.rules,
                        p.version, p.correct, p.valid, p.chances, p.hand_in, p.paper, p.journal
                 FROM play p JOIN UNNEST($1::bigint[], $2::bigint[]) AS r(player, number)
                      ON p.player = r.player AND p.number = r.number
                 ORDER BY p.player, p.number",
            )
            .bind(players)
            .bind(numbers)
            .fetch_all(&mut **tx)
            .await?
        }
    };
    rows.into_iter().map(PlayRow::play).collect()
}

/// All attempts of players, in the order of player and number.
///
/// # Errors
/// When the database fails.
pub async fn of_players(db: &Db, players: &[PlayerId]) -> Result<Vec<Play>> {
    let ids = to_json(&players.iter().map(|player| player.0).collect::<Vec<_>>());
    let sql = match db {
        Db::Sqlite { .. } => OF_PLAYERS[0],
        Db::Postgres(_) => OF_PLAYERS[1],
    };
    let rows = read_all!(db, PlayRow, sql, ids.as_str())?;
    rows.into_iter().map(PlayRow::play).collect()
}

/// As [`of_players`], as the transaction sees it.
///
/// # Errors
/// When the database fails.
pub async fn of_players_in(tx: &mut Tx, players: &[PlayerId]) -> Result<Vec<Play>> {
    let ids = to_json(&players.iter().map(|player| player.0).collect::<Vec<_>>());
    let sql = match tx {
        Tx::Sqlite(_) => OF_PLAYERS[0],
        Tx::Postgres(_) => OF_PLAYERS[1],
    };
    let rows = tx_all!(tx, PlayRow, sql, ids.as_str())?;
    rows.into_iter().map(PlayRow::play).collect()
}

/// On SQLite and on PostgreSQL.
const OF_PLAYERS: [&str; 2] = [
    "SELECT p.player, p.started_at, p.deadline, p.network, p.handed_in_at, p.score, p.number, p.stage, p.rules, p.version,
            p.correct, p.valid, p.chances, p.hand_in, p.paper, p.journal
     FROM json_each($1) r CROSS JOIN play p ON p.player = r.value ORDER BY p.player, p.number",
    "SELECT p.player, p.started_at, p.deadline, p.network, p.handed_in_at, p.score, p.number, p.stage, p.rules, p.version,
            p.correct, p.valid, p.chances, p.hand_in, p.paper, p.journal
     FROM play p WHERE p.player = ANY(ARRAY(SELECT value::bigint FROM jsonb_array_elements_text($1::jsonb)))
     ORDER BY p.player, p.number",
];

/// Players behind `after` who have handed in an attempt on whose paper a question may stand, in the order of ids.
///
/// # Errors
/// When the database fails.
pub async fn asked(
    db: &Db,
    competition: CompetitionId,
    trace: [u8; 4],
    after: PlayerId,
    limit: u32,
) -> Result<Vec<PlayerId>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT y.id FROM player y WHERE y.competition = $1 AND y.id > $2 AND EXISTS (
                 SELECT 1 FROM play p WHERE p.player = y.id AND p.handed_in_at > 0 AND instr(p.paper, $3) > 0)
             ORDER BY y.id LIMIT $4"
        }
        Db::Postgres(_) => {
            "SELECT y.id FROM player y WHERE y.competition = $1 AND y.id > $2 AND EXISTS (
                 SELECT 1 FROM play p WHERE p.player = y.id AND p.handed_in_at > 0 AND position($3 IN p.paper) > 0)
             ORDER BY y.id LIMIT $4"
        }
    };
    let rows = read_all!(
        db,
        (i64,),
        sql,
        competition.0,
        after.0,
        trace.as_slice(),
        i64::from(limit)
    )?;
    Ok(rows.into_iter().map(|(id,)| PlayerId(id)).collect())
}

/// Stores what attempts that ended are worth now.
///
/// # Errors
/// [`Error::Overtaken`] when one of them has not ended; when the database fails.
pub async fn remark(tx: &mut Tx, plays: &[(Key, Ended)]) -> Result<()> {
    if plays.is_empty() {
        return Ok(());
    }
    let rows: Vec<[i64; 6]> = plays
        .iter()
        .map(|((player, number), ended)| {
            [
                player.0,
                i64::from(*number),
                ended.score.0,
                i64::from(ended.right),
                i64::from(ended.valid),
                i64::from(ended.chances),
            ]
        })
        .collect();
    let sql = match tx {
        Tx::Sqlite(_) => {
            "UPDATE play SET score = r.value->>2, correct = r.value->>3, valid = r.value->>4, chances = r.value->>5
             FROM json_each($1) r
             WHERE play.player = r.value->>0 AND play.number = r.value->>1 AND play.handed_in_at > 0"
        }
        Tx::Postgres(_) => {
            "UPDATE play p SET score = (r->>2)::bigint, correct = (r->>3)::bigint, valid = (r->>4)::bigint,
                    chances = (r->>5)::bigint
             FROM jsonb_array_elements($1::jsonb) r
             WHERE p.player = (r->>0)::bigint AND p.number = (r->>1)::bigint AND p.handed_in_at > 0"
        }
    };
    let marked = tx_run!(tx, sql, to_json(&rows))?;
    all(marked, plays.len())
}

/// Stores attempts. Whose number is there already makes the whole fail: records say which is next.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, plays: &[Play]) -> Result<()> {
    if plays.is_empty() {
        return Ok(());
    }
    let numbers: Vec<[i64; 13]> = plays
        .iter()
        .map(|play| {
            let ended = |value: fn(&Ended) -> i64| play.ended.as_ref().map_or(0, value);
            [
                play.player.0,
                i64::from(play.number),
                i64::from(play.stage),
                i64::from(play.rules),
                play.started_at.0,
                play.deadline.0,
                play.network,
                i64::from(play.version),
                ended(|ended| ended.handed_in_at.0),
                ended(|ended| ended.score.0),
                ended(|ended| i64::from(ended.right)),
                ended(|ended| i64::from(ended.valid)),
                ended(|ended| i64::from(ended.chances)),
            ]
        })
        .collect();
    let codes: Vec<&str> = plays
        .iter()
        .map(|play| play.ended.as_ref().map_or("", |ended| ended.hand_in.code()))
        .collect();
    match tx {
        Tx::Sqlite(_) => {
            let texts = plays.iter().zip(&codes);
            let rows: Vec<_> = numbers
                .iter()
                .zip(texts)
                .map(|(row, (play, code))| (row, hex(&play.paper), hex(&play.journal), code))
                .collect();
            tx_run!(
                tx,
                "INSERT INTO play (player, number, stage, rules, started_at, deadline, network, version, handed_in_at, score,
                                   correct, valid, chances, paper, journal, hand_in)
                 SELECT r.value->>'$[0][0]', r.value->>'$[0][1]', r.value->>'$[0][2]', r.value->>'$[0][3]',
                        r.value->>'$[0][4]', r.value->>'$[0][5]', r.value->>'$[0][6]', r.value->>'$[0][7]',
                        r.value->>'$[0][8]', r.value->>'$[0][9]', r.value->>'$[0][10]', r.value->>'$[0][11]',
                        r.value->>'$[0][12]', unhex(r.value->>1), unhex(r.value->>2), r.value->>3
                 FROM json_each($1) r",
                to_json(&rows)
            )?;
        }
        Tx::Postgres(tx) => {
            let sql = "INSERT INTO play (player, number, stage, rules, started_at, deadline, network, version, handed_in_at,
                                         score, correct, valid, chances, paper, journal, hand_in)
                 SELECT * FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                                      $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
                                      $12::bigint[], $13::bigint[], $14::bytea[], $15::bytea[], $16::text[])";
            let query = columns(&numbers)
                .into_iter()
                .fold(sqlx::query(sql), |query, column| query.bind(column));
            let papers: Vec<&[u8]> = plays.iter().map(|play| play.paper.as_slice()).collect();
            let journals: Vec<&[u8]> = plays.iter().map(|play| play.journal.as_slice()).collect();
            query.bind(papers).bind(journals).bind(codes).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Answers to be added to an attempt.
#[derive(Debug, Clone)]
pub struct Addition {
    pub key: Key,
    /// The version of the first of them, and of the last.
    pub first: u32,
    pub last: u32,
    /// The attempt must end no earlier.
    pub least: Timestamp,
    pub journal: Vec<u8>,
}

/// Adds answers to attempts that run, are in time, and whose last version is the one before. Gives how many were added to:
/// mostly all, and asking which would cost more than adding.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &mut Tx, additions: &[&Addition]) -> Result<u64> {
    match tx {
        Tx::Sqlite(_) => {
            let rows: Vec<_> = additions
                .iter()
                .map(|one| {
                    (
                        one.key.0.0,
                        one.key.1,
                        one.first,
                        one.last,
                        one.least.0,
                        hex(&one.journal),
                    )
                })
                .collect();
            // What is put together of two blobs is text to SQLite, byte for byte.
            tx_run!(
                tx,
                "UPDATE play SET version = r.value->>3, journal = CAST(play.journal || unhex(r.value->>5) AS BLOB)
                 FROM json_each($1) r
                 WHERE play.player = r.value->>0 AND play.number = r.value->>1 AND play.version = (r.value->>2) - 1
                   AND play.handed_in_at = 0 AND play.deadline >= r.value->>4",
                to_json(&rows)
            )
        }
        Tx::Postgres(tx) => {
            let each = |value: fn(&Addition) -> i64| -> Vec<i64> { additions.iter().map(|one| value(one)).collect() };
            let journals: Vec<&[u8]> = additions.iter().map(|one| one.journal.as_slice()).collect();
            let done = sqlx::query(
                "UPDATE play p SET version = r.last, journal = p.journal || r.journal
                 FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bytea[])
                      AS r(player, number, first, last, least, journal)
                 WHERE p.player = r.player AND p.number = r.number AND p.version = r.first - 1
                   AND p.handed_in_at = 0 AND p.deadline >= r.least",
            )
            .bind(each(|one| one.key.0.0))
            .bind(each(|one| i64::from(one.key.1)))
            .bind(each(|one| i64::from(one.first)))
            .bind(each(|one| i64::from(one.last)))
            .bind(each(|one| one.least.0))
            .bind(journals)
            .execute(&mut **tx)
            .await?;
            Ok(done.rows_affected())
        }
    }
}

/// Stores how attempts ended that run and to which nothing was added since this version.
///
/// # Errors
/// [`Error::Overtaken`] when something was; when the database fails.
pub async fn settle(tx: &mut Tx, plays: &[(Key, u32, Ended)]) -> Result<()> {
    if plays.is_empty() {
        return Ok(());
    }
    let numbers: Vec<[i64; 8]> = plays
        .iter()
        .map(|((player, number), version, ended)| {
            [
                player.0,
                i64::from(*number),
                ended.handed_in_at.0,
                ended.score.0,
                i64::from(ended.right),
                i64::from(ended.valid),
                i64::from(ended.chances),
                i64::from(*version),
            ]
        })
        .collect();
    let codes: Vec<&str> = plays.iter().map(|(.., ended)| ended.hand_in.code()).collect();
    let settled = match tx {
        Tx::Sqlite(_) => {
            let rows: Vec<_> = numbers.iter().zip(&codes).collect();
            tx_run!(
                tx,
                "UPDATE play SET handed_in_at = r.value->>'$[0][2]', score = r.value->>'$[0][3]',
                        correct = r.value->>'$[0][4]', valid = r.value->>'$[0][5]', chances = r.value->>'$[0][6]',
                        hand_in = r.value->>1
                 FROM json_each($1) r
                 WHERE play.player = r.value->>'$[0][0]' AND play.number = r.value->>'$[0][1]'
                   AND play.version = r.value->>'$[0][7]' AND play.handed_in_at = 0",
                to_json(&rows)
            )?
        }
        Tx::Postgres(tx) => {
            let sql = "UPDATE play p SET handed_in_at = r.at, score = r.score, correct = r.correct, valid = r.valid,
                              chances = r.chances, hand_in = r.hand_in
                 FROM UNNEST($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                             $7::bigint[], $8::bigint[], $9::text[])
                      AS r(player, number, at, score, correct, valid, chances, version, hand_in)
                 WHERE p.player = r.player AND p.number = r.number AND p.version = r.version AND p.handed_in_at = 0";
            let query = columns(&numbers)
                .into_iter()
                .fold(sqlx::query(sql), |query, column| query.bind(column));
            query.bind(codes).execute(&mut **tx).await?.rows_affected()
        }
    };
    all(settled, plays.len())
}

/// Attempts that run and should have ended before `before`, the longest overdue first.
///
/// # Errors
/// When the database fails.
pub async fn overdue(db: &Db, before: Timestamp, limit: u32) -> Result<Vec<(Key, Timestamp)>> {
    let rows = read_all!(
        db,
        (i64, i32, i64),
        "SELECT player, number, deadline FROM play WHERE handed_in_at = 0 AND deadline < $1 ORDER BY deadline LIMIT $2",
        before.0,
        i64::from(limit)
    )?;
    rows.into_iter()
        .map(|(player, number, deadline)| {
            let number = Column("play", "number", player).number(number)?;
            Ok(((PlayerId(player), number), Timestamp(deadline)))
        })
        .collect()
}

/// A record with what the boards need to know of its player.
#[derive(Debug, Clone, Copy)]
pub struct Placed {
    pub record: Record,
    pub identity: IdentityType,
    pub division: u32,
    pub organization: Option<OrganizationId>,
    pub place: Place,
}

#[derive(sqlx::FromRow)]
struct PlacedRow {
    #[sqlx(flatten)]
    record: RecordRow,
    identity: String,
    division: i64,
    organization: i64,
    lane: i64,
    seq: i64,
}

impl PlacedRow {
    fn placed(self) -> Result<Placed> {
        let column = |name| Column("player", name, self.record.player);
        Ok(Placed {
            identity: column("identity").code(&self.identity, IdentityType::from_code)?,
            division: column("division").number(self.division)?,
            organization: (self.organization != 0).then_some(OrganizationId(self.organization)),
            place: Place {
                lane: self.lane,
                seq: self.seq,
            },
            record: self.record.record()?,
        })
    }
}

/// Hands every record of a competition to a function.
///
/// # Errors
/// When the database fails.
pub async fn each_record(db: &Db, competition: CompetitionId, mut each: impl FnMut(Placed)) -> Result<()> {
    read_each!(
        db,
        PlacedRow,
        "SELECT s.player, s.competition, s.score, s.elapsed_ms, s.finished_at, s.time_ms, s.of_day, s.number, s.stage,
                s.in_stage, s.day, s.on_day, s.running, s.correct, s.person_times, s.answers, s.answers_right, s.valid_day,
                s.chances, s.chances_of_day, s.frozen, s.lane, s.seq, y.identity, y.division, y.organization
         FROM player y JOIN standing s ON s.player = y.id WHERE y.competition = $1",
        [competition.0],
        |row| {
            each(row.placed()?);
            Ok(())
        }
    )
}

/// What was written in a lane behind a place, in order.
///
/// # Errors
/// When the database fails.
pub async fn since(db: &Db, place: Place, limit: u32) -> Result<Vec<Placed>> {
    let rows = read_all!(
        db,
        PlacedRow,
        "SELECT s.player, s.competition, s.score, s.elapsed_ms, s.finished_at, s.time_ms, s.of_day, s.number, s.stage,
                s.in_stage, s.day, s.on_day, s.running, s.correct, s.person_times, s.answers, s.answers_right, s.valid_day,
                s.chances, s.chances_of_day, s.frozen, s.lane, s.seq, y.identity, y.division, y.organization
         FROM standing s JOIN player y ON y.id = s.player
         WHERE s.lane = $1 AND s.seq > $2 ORDER BY s.seq LIMIT $3",
        place.lane,
        place.seq,
        i64::from(limit)
    )?;
    rows.into_iter().map(PlacedRow::placed).collect()
}

/// The lanes of nodes that were alive after a moment.
///
/// # Errors
/// When the database fails.
pub async fn lanes(db: &Db, since: Timestamp) -> Result<Vec<i64>> {
    let rows = read_all!(
        db,
        (i64,),
        "SELECT id FROM lane WHERE seen_at >= $1 ORDER BY id",
        since.0
    )?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A sign of life of a node.
///
/// # Errors
/// When the database fails.
pub async fn beat(tx: &mut Tx, lane: i64, now: Timestamp) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO lane (id, started_at, seen_at) VALUES ($1, $2, $2)
         ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at",
        lane,
        now.0
    )?;
    Ok(())
}
