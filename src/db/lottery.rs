//! Prize draws of competitions: the closed list, the secret seed, and who won.

use std::collections::HashMap;

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_each, read_one, tx_run,
};
use crate::domain::{
    id::{AccountId, CompetitionId, LotteryId, PersonId, PlayerId, UnitId},
    lottery::{Digest, Drawn, Lottery, Placed, Winner, Won},
    time::Timestamp,
};

/// A competition as far as a draw needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    pub id: CompetitionId,
    pub title: String,
    /// `None`: everybody's.
    pub unit: Option<UnitId>,
    pub published: bool,
}

/// # Errors
/// When the database fails.
pub async fn host(db: &Db, id: CompetitionId) -> Result<Option<Host>> {
    let row = read_one!(
        db,
        (String, i64, String),
        "SELECT title, unit, state FROM competition WHERE id = $1",
        id.0
    )?;
    Ok(row.map(|(title, unit, state)| Host {
        id,
        title,
        unit: (unit != 0).then_some(UnitId(unit)),
        published: state == "published",
    }))
}

/// How many players of a competition have chances: in a draw now, and left out because a case is open.
///
/// # Errors
/// When the database fails.
pub async fn count_chances(db: &Db, competition: CompetitionId) -> Result<(i64, i64)> {
    let row = read_one!(
        db,
        (i64, i64),
        "SELECT COUNT(*), COALESCE(SUM(frozen), 0) FROM standing WHERE competition = $1 AND chances > 0",
        competition.0
    )?;
    Ok(row.map_or((0, 0), |(all, frozen)| (all - frozen, frozen)))
}

/// Hands code and chances of every player who may win to a function, in the order of the codes by bytes. `take` refuses a code
/// that cannot stand in a list.
///
/// # Errors
/// When the database fails; [`super::Error::Inconsistent`] when a code was refused.
pub async fn each_entrant(db: &Db, competition: CompetitionId, mut take: impl FnMut(&str, u32) -> bool) -> Result<()> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT p.id, p.code, s.chances FROM player p JOIN standing s ON s.player = p.id
             WHERE p.competition = $1 AND s.chances > 0 AND s.frozen = 0 ORDER BY p.code"
        }
        Db::Postgres(_) => {
            "SELECT p.id, p.code, CAST(s.chances AS BIGINT) FROM player p JOIN standing s ON s.player = p.id
             WHERE p.competition = $1 AND s.chances > 0 AND s.frozen = 0 ORDER BY p.code COLLATE \"C\""
        }
    };
    read_each!(db, (i64, String, i64), sql, [competition.0], |(id, code, chances)| {
        let chances = Column("standing", "chances", id).number(chances)?;
        match take(&code, chances) {
            true => Ok(()),
            false => Err(Column("player", "code", id).unreadable()),
        }
    })
}

/// Stores a draw with its secret seed and its packed list.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, lottery: &Lottery, seed: &Digest, list: &[u8]) -> Result<()> {
    tx_run!(
        tx,
        "INSERT INTO lottery (id, competition, entrants, committed_by, committed_at, drawn_by, drawn_at, state, title, prizes,
                              source, value, seed_digest, list_digest, commitment, seed, list)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 'committed', $6, $7, $8, '', $9, $10, $11, $12, $13)",
        lottery.id.0,
        lottery.competition.0,
        i64::from(lottery.entrants),
        lottery.committed_by.0,
        lottery.committed_at.0,
        lottery.title.as_str(),
        to_json(&lottery.prizes),
        lottery.source.as_deref().unwrap_or_default(),
        lottery.seed_digest.as_str(),
        lottery.list_digest.as_str(),
        lottery.commitment.as_str(),
        seed.as_slice(),
        list
    )?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct LotteryRow {
    id: i64,
    competition: i64,
    entrants: i64,
    committed_by: i64,
    committed_at: i64,
    drawn_by: i64,
    drawn_at: i64,
    state: String,
    title: String,
    prizes: String,
    source: String,
    value: String,
    seed_digest: String,
    list_digest: String,
    commitment: String,
    /// Nothing before the draw.
    disclosed: Option<Vec<u8>>,
}

impl LotteryRow {
    fn lottery(self) -> Result<Lottery> {
        let column = |name| Column("lottery", name, self.id);
        let drawn = match (self.state.as_str(), self.disclosed) {
            ("committed", None) => None,
            ("drawn", Some(seed)) => Some(Drawn {
                seed: column("seed").number(seed)?,
                value: self.value,
                by: AccountId(self.drawn_by),
                at: Timestamp(self.drawn_at),
            }),
            _ => return Err(column("state").unreadable()),
        };
        Ok(Lottery {
            id: LotteryId(self.id),
            competition: CompetitionId(self.competition),
            title: self.title,
            prizes: column("prizes").json(&self.prizes)?,
            source: (!self.source.is_empty()).then_some(self.source),
            seed_digest: self.seed_digest,
            list_digest: self.list_digest,
            commitment: self.commitment,
            entrants: column("entrants").number(self.entrants)?,
            committed_by: AccountId(self.committed_by),
            committed_at: Timestamp(self.committed_at),
            drawn,
        })
    }
}

/// The columns of a [`LotteryRow`]: of the seed only what is public.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, competition, entrants, committed_by, committed_at, drawn_by, drawn_at, state, title, prizes, source,
                    value, seed_digest, list_digest, commitment, CASE WHEN state = 'drawn' THEN seed END AS disclosed
             FROM lottery ",
            $rest
        )
    };
}

/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: LotteryId) -> Result<Option<Lottery>> {
    let row = read_one!(db, LotteryRow, select!("WHERE id = $1"), id.0)?;
    row.map(LotteryRow::lottery).transpose()
}

/// The draws of a competition, newest first.
///
/// # Errors
/// When the database fails.
pub async fn of_competition(db: &Db, competition: CompetitionId) -> Result<Vec<Lottery>> {
    let rows = read_all!(
        db,
        LotteryRow,
        select!("WHERE competition = $1 ORDER BY id DESC"),
        competition.0
    )?;
    rows.into_iter().map(LotteryRow::lottery).collect()
}

/// The names of those who committed to the draws of a competition or drew.
///
/// # Errors
/// When the database fails.
pub async fn names(db: &Db, competition: CompetitionId) -> Result<HashMap<AccountId, String>> {
    let rows = read_all!(
        db,
        (i64, String),
        "SELECT a.id, COALESCE(p.name, a.name) FROM account a LEFT JOIN person p ON p.id = a.person
         WHERE a.id IN (SELECT committed_by FROM lottery WHERE competition = $1
                        UNION SELECT drawn_by FROM lottery WHERE competition = $1)",
        competition.0
    )?;
    Ok(rows.into_iter().map(|(id, name)| (AccountId(id), name)).collect())
}

/// The packed list of a draw.
///
/// # Errors
/// When the database fails.
pub async fn list(db: &Db, id: LotteryId) -> Result<Option<Vec<u8>>> {
    let row = read_one!(db, (Vec<u8>,), "SELECT list FROM lottery WHERE id = $1", id.0)?;
    Ok(row.map(|(list,)| list))
}

/// The seed of a draw, secret until it has taken place: for the draw itself and nothing else.
///
/// # Errors
/// When the database fails.
pub async fn secret(db: &Db, id: LotteryId) -> Result<Option<Digest>> {
    let row = read_one!(db, (Vec<u8>,), "SELECT seed FROM lottery WHERE id = $1", id.0)?;
    row.map(|(seed,)| Column("lottery", "seed", id.0).number(seed))
        .transpose()
}

/// The players of a competition with these codes, and who they are where they stand on the roster.
///
/// # Errors
/// When the database fails.
pub async fn players(
    db: &Db,
    competition: CompetitionId,
    codes: &[&str],
) -> Result<HashMap<String, (PlayerId, Option<PersonId>)>> {
    let sql = match db {
        Db::Sqlite { .. } => {
            "SELECT code, id, person FROM player WHERE competition = $1 AND code IN (SELECT value FROM json_each($2))"
        }
        Db::Postgres(_) => {
            "SELECT code, id, person FROM player
             WHERE competition = $1 AND code IN (SELECT value FROM jsonb_array_elements_text(CAST($2 AS jsonb)))"
        }
    };
    let rows = read_all!(db, (String, i64, i64), sql, competition.0, to_json(&codes))?;
    let known = |person| (person != 0).then_some(PersonId(person));
    Ok(rows
        .into_iter()
        .map(|(code, id, person)| (code, (PlayerId(id), known(person))))
        .collect())
}

/// Says that a draw has taken place; `false` when it had before, or the same person committed to it.
///
/// # Errors
/// When the database fails.
pub async fn set_drawn(tx: &mut Tx, id: LotteryId, value: &str, by: AccountId, at: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE lottery SET state = 'drawn', value = $2, drawn_by = $3, drawn_at = $4
         WHERE id = $1 AND state = 'committed' AND committed_by <> $3",
        id.0,
        value,
        by.0,
        at.0
    )?;
    Ok(changed == 1)
}

const CHUNK: usize = 2000;

/// Stores the winners of a draw in the order drawn, each with the player, if there is one.
///
/// # Errors
/// When the database fails.
pub async fn insert_winners(tx: &mut Tx, id: LotteryId, winners: &[(Winner, Option<PlayerId>)]) -> Result<()> {
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO lottery_winner (lottery, place, player, prize, code)
             SELECT $1, r.value->>0, r.value->>1, r.value->>2, r.value->>3 FROM json_each($2) r"
        }
        Tx::Postgres(_) => {
            "INSERT INTO lottery_winner (lottery, place, player, prize, code)
             SELECT $1, (r->>0)::bigint, (r->>1)::bigint, r->>2, r->>3 FROM jsonb_array_elements($2::jsonb) r"
        }
    };
    let rows: Vec<_> = (1..)
        .zip(winners)
        .map(|(place, (winner, player)): (u32, _)| {
            let player = player.map_or(0, |player| player.0);
            (place, player, winner.prize.as_str(), winner.code.as_str())
        })
        .collect();
    for chunk in rows.chunks(CHUNK) {
        tx_run!(tx, sql, id.0, to_json(&chunk))?;
    }
    Ok(())
}

fn placed((place, prize, code): (i64, String, String)) -> Result<Placed> {
    Ok(Placed {
        place: Column("lottery_winner", "place", place).number(place)?,
        winner: Winner { prize, code },
    })
}

/// A page of the winners of a draw in the order drawn, of all or with this code only, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn winners_page(db: &Db, id: LotteryId, code: &str, limit: i64, offset: i64) -> Result<(Vec<Placed>, i64)> {
    let all = read_one!(
        db,
        (i64,),
        "SELECT COUNT(*) FROM lottery_winner WHERE lottery = $1 AND ($2 = '' OR code = $2)",
        id.0,
        code
    )?;
    let rows = read_all!(
        db,
        (i64, String, String),
        "SELECT place, prize, code FROM lottery_winner WHERE lottery = $1 AND ($2 = '' OR code = $2)
         ORDER BY place LIMIT $3 OFFSET $4",
        id.0,
        code,
        limit,
        offset
    )?;
    let page = rows.into_iter().map(placed).collect::<Result<_>>()?;
    Ok((page, all.map_or(0, |(all,)| all)))
}

/// Every winner of a draw in the order drawn.
///
/// # Errors
/// When the database fails.
pub async fn winners(db: &Db, id: LotteryId) -> Result<Vec<Winner>> {
    let rows = read_all!(
        db,
        (String, String),
        "SELECT prize, code FROM lottery_winner WHERE lottery = $1 ORDER BY place",
        id.0
    )?;
    Ok(rows.into_iter().map(|(prize, code)| Winner { prize, code }).collect())
}

/// What a player has won, the last first.
///
/// # Errors
/// When the database fails.
pub async fn won(db: &Db, player: PlayerId) -> Result<Vec<Won>> {
    let rows = read_all!(
        db,
        (i64, String, String, i64),
        "SELECT l.id, l.title, w.prize, l.drawn_at FROM lottery_winner w JOIN lottery l ON l.id = w.lottery
         WHERE w.player = $1 ORDER BY l.drawn_at DESC, l.id DESC",
        player.0
    )?;
    Ok(rows
        .into_iter()
        .map(|(id, title, prize, at)| Won {
            lottery: LotteryId(id),
            title,
            prize,
            at: Timestamp(at),
        })
        .collect())
}
