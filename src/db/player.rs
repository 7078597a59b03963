//! Players: joining, finding one again, correcting a registration.

use super::{
    Db, Result, Tx,
    column::{Column, to_json},
    read_all, read_one, tx_run,
};
use crate::domain::{
    competition::{IdentityType, player::Player},
    hex::hex,
    id::{CompetitionId, OrganizationId, PersonId, PlayerId},
    time::Timestamp,
};

#[derive(sqlx::FromRow)]
struct PlayerRow {
    id: i64,
    competition: i64,
    code: String,
    token: Vec<u8>,
    identity: String,
    division: i64,
    organization: i64,
    name: String,
    phone: String,
    person: i64,
    network: i64,
    joined_at: i64,
    corrected_at: i64,
}

impl PlayerRow {
    fn player(self) -> Result<(Player, Vec<u8>)> {
        let column = |name| Column("player", name, self.id);
        let player = Player {
            id: PlayerId(self.id),
            competition: CompetitionId(self.competition),
            identity: column("identity").code(&self.identity, IdentityType::from_code)?,
            division: column("division").number(self.division)?,
            organization: (self.organization != 0).then_some(OrganizationId(self.organization)),
            code: self.code,
            name: self.name,
            phone: self.phone,
            person: (self.person != 0).then_some(PersonId(self.person)),
            network: self.network,
            joined_at: Timestamp(self.joined_at),
            corrected_at: (self.corrected_at != 0).then_some(Timestamp(self.corrected_at)),
        };
        Ok((player, self.token))
    }
}

/// A player and the digest of the secret that proves to be one.
///
/// # Errors
/// When the database fails.
pub async fn get(db: &Db, id: PlayerId) -> Result<Option<(Player, Vec<u8>)>> {
    let row = read_one!(
        db,
        PlayerRow,
        "SELECT id, competition, code, token, identity, division, organization, name, phone, person, network, joined_at,
                corrected_at
         FROM player WHERE id = $1",
        id.0
    )?;
    row.map(PlayerRow::player).transpose()
}

/// Who joined under this key.
///
/// # Errors
/// When the database fails.
pub async fn by_key(db: &Db, competition: CompetitionId, digest: &str) -> Result<Option<PlayerId>> {
    let row = read_one!(
        db,
        (i64,),
        "SELECT player FROM player_key WHERE competition = $1 AND digest = $2",
        competition.0,
        digest
    )?;
    Ok(row.map(|(player,)| PlayerId(player)))
}

/// Somebody who joins, with the digest of the secret and those of what would find the person twice.
#[derive(Debug, Clone)]
pub struct NewPlayer {
    pub player: Player,
    pub token: [u8; 32],
    pub keys: Vec<String>,
}

/// Stores players; whose key somebody else has already is left out, and given back by place.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &mut Tx, new: &[&NewPlayer]) -> Result<Vec<usize>> {
    let mut twice = Vec::new();
    for (place, one) in new.iter().enumerate() {
        for key in &one.keys {
            if !put_key(tx, one.player.competition, key, one.player.id).await? {
                twice.push(place);
                break;
            }
        }
    }
    let rows: Vec<_> = new
        .iter()
        .enumerate()
        .filter(|(place, _)| !twice.contains(place))
        .map(|(_, NewPlayer { player, token, .. })| {
            (
                player.id.0,
                player.competition.0,
                &player.code,
                hex(token),
                player.identity.code(),
                i64::from(player.division),
                player.organization.map_or(0, |organization| organization.0),
                &player.name,
                &player.phone,
                player.person.map_or(0, |person| person.0),
                player.network,
                player.joined_at.0,
            )
        })
        .collect();
    let sql = match tx {
        Tx::Sqlite(_) => {
            "INSERT INTO player (id, competition, code, token, identity, division, organization, name, phone, person, network,
                                 joined_at, corrected_at)
             SELECT r.value->>0, r.value->>1, r.value->>2, unhex(r.value->>3), r.value->>4, r.value->>5, r.value->>6,
                    r.value->>7, r.value->>8, r.value->>9, r.value->>10, r.value->>11, 0
             FROM json_each($1) r"
        }
        Tx::Postgres(_) => {
            "INSERT INTO player (id, competition, code, token, identity, division, organization, name, phone, person, network,
                                 joined_at, corrected_at)
             SELECT (r->>0)::bigint, (r->>1)::bigint, r->>2, decode(r->>3, 'hex'), r->>4, (r->>5)::bigint, (r->>6)::bigint,
                    r->>7, r->>8, (r->>9)::bigint, (r->>10)::bigint, (r->>11)::bigint, 0
             FROM json_array_elements($1::json) r"
        }
    };
    tx_run!(tx, sql, to_json(&rows))?;
    Ok(twice)
}

/// Takes a key for a player; `false` when somebody else has it.
async fn put_key(tx: &mut Tx, competition: CompetitionId, key: &str, player: PlayerId) -> Result<bool> {
    let taken = tx_run!(
        tx,
        "INSERT INTO player_key (competition, digest, player) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        competition.0,
        key,
        player.0
    )?;
    Ok(taken == 1)
}

/// Changes what a player may correct, once; `false` when that was done before.
///
/// # Errors
/// When the database fails.
pub async fn correct(tx: &mut Tx, player: &Player, at: Timestamp) -> Result<bool> {
    let changed = tx_run!(
        tx,
        "UPDATE player SET identity = $2, division = $3, organization = $4, name = $5, corrected_at = $6
         WHERE id = $1 AND corrected_at = 0",
        player.id.0,
        player.identity.code(),
        i64::from(player.division),
        player.organization.map_or(0, |organization| organization.0),
        player.name.as_str(),
        at.0
    )?;
    Ok(changed == 1)
}

/// Some players by id, in no particular order.
///
/// # Errors
/// When the database fails.
pub async fn some(db: &Db, ids: &[PlayerId]) -> Result<Vec<Player>> {
    let ids: Vec<i64> = ids.iter().map(|id| id.0).collect();
    let rows = match db {
        Db::Sqlite { .. } => read_all!(
            db,
            PlayerRow,
            "SELECT id, competition, code, token, identity, division, organization, name, phone, person, network, joined_at,
                    corrected_at
             FROM player WHERE id IN (SELECT value FROM json_each($1))",
            to_json(&ids)
        )?,
        Db::Postgres(pool) => {
            sqlx::query_as(
                "SELECT id, competition, code, token, identity, division, organization, name, phone, person, network, joined_at,
                        corrected_at
                 FROM player WHERE id = ANY($1)",
            )
            .bind(&ids)
            .fetch_all(pool)
            .await?
        }
    };
    rows.into_iter().map(|row| Ok(row.player()?.0)).collect()
}

/// Players of a competition in the order of ids, from behind `after` on.
///
/// # Errors
/// When the database fails.
pub async fn of_competition(db: &Db, competition: CompetitionId, after: PlayerId, limit: u32) -> Result<Vec<Player>> {
    let rows = read_all!(
        db,
        PlayerRow,
        "SELECT id, competition, code, token, identity, division, organization, name, phone, person, network, joined_at,
                corrected_at
         FROM player WHERE competition = $1 AND id > $2 ORDER BY id LIMIT $3",
        competition.0,
        after.0,
        i64::from(limit)
    )?;
    rows.into_iter().map(|row| Ok(row.player()?.0)).collect()
}
