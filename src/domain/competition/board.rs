//! Boards (排行榜) and counts of a competition, kept in memory: every player's place among all, in the own unit and in the own
//! division, and sums for each of these. One change costs a few microseconds, a rank or a page hardly more, with a million
//! players; whoever asks never waits for a count.

use std::collections::HashMap;

use super::{IdentityType, play::RankKey};
use crate::domain::{
    division::line_of,
    id::{OrganizationId, PlayerId},
    points::Points,
};

/// Players in one piece of a ranking: moving half of them costs less than a look into memory far away.
const PIECE: usize = 512;

/// Among whom somebody is ranked, and over whom is summed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    All,
    Identity(IdentityType),
    /// A division (行政区划) with all below it.
    Division(u32),
    Organization(OrganizationId),
}

/// What the board knows of a player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    pub player: PlayerId,
    pub identity: IdentityType,
    /// 0: none given.
    pub division: u32,
    pub organization: Option<OrganizationId>,
    /// `None` until there is a valid attempt.
    pub result: Option<Reached>,
    /// A case is open: results are kept, but shown and counted nowhere until it is decided.
    pub frozen: bool,
    /// Grows with every attempt begun and every one handed in: what is older never replaces what is newer.
    pub stamp: u32,
}

/// What a player has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reached {
    pub key: RankKey,
    pub score: Points,
    pub person_times: u32,
    pub answers: u32,
    pub answers_right: u32,
    pub time_ms: u64,
}

impl Member {
    fn ranked(&self) -> Option<&Reached> {
        self.result.as_ref().filter(|_| !self.frozen)
    }

    /// Everywhere the player counts.
    fn scopes(&self) -> impl Iterator<Item = Scope> + use<> {
        let line = line_of(self.division).map(Scope::Division);
        let organization = self.organization.map(Scope::Organization);
        [Scope::All, Scope::Identity(self.identity)]
            .into_iter()
            .chain(line)
            .chain(organization)
    }
}

/// Sums over the players of a scope (frozen ones left out).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Persons who joined.
    pub joined: u64,
    /// Persons with a valid attempt (人数).
    pub participants: u64,
    /// Valid attempts (人次).
    pub person_times: u64,
    /// Questions answered in them, and answered rightly.
    pub answers: u64,
    pub answers_right: u64,
    pub time_ms: u64,
    /// Of these attempts and this time those of state staff, which are told only by a waiver of burden reduction (减负).
    pub staff_person_times: u64,
    pub staff_time_ms: u64,
    /// Of what counts for each person.
    pub score_sum: i64,
    /// Persons left out because a case is open.
    pub frozen: u64,
}

impl Tally {
    fn add(&mut self, member: &Member, times: i64) {
        let add = |sum: &mut u64, value: u64| {
            let change = value.wrapping_mul(times as u64);
            *sum = sum.wrapping_add(change);
        };
        add(&mut self.joined, 1);
        add(&mut self.frozen, u64::from(member.frozen));
        if let Some(result) = member.ranked() {
            add(&mut self.participants, 1);
            add(&mut self.person_times, u64::from(result.person_times));
            add(&mut self.answers, u64::from(result.answers));
            add(&mut self.answers_right, u64::from(result.answers_right));
            add(&mut self.time_ms, result.time_ms);
            if member.identity == IdentityType::StateStaff {
                add(&mut self.staff_person_times, u64::from(result.person_times));
                add(&mut self.staff_time_ms, result.time_ms);
            }
            self.score_sum += result.score.0 * times;
        }
    }

    /// Of two scopes together.
    pub fn plus(self, other: Self) -> Self {
        Self {
            joined: self.joined + other.joined,
            participants: self.participants + other.participants,
            person_times: self.person_times + other.person_times,
            answers: self.answers + other.answers,
            answers_right: self.answers_right + other.answers_right,
            time_ms: self.time_ms + other.time_ms,
            staff_person_times: self.staff_person_times + other.staff_person_times,
            staff_time_ms: self.staff_time_ms + other.staff_time_ms,
            score_sum: self.score_sum + other.score_sum,
            frozen: self.frozen + other.frozen,
        }
    }

    /// Without those of a part of the scope.
    pub fn minus(self, part: Self) -> Self {
        Self {
            joined: self.joined.saturating_sub(part.joined),
            participants: self.participants.saturating_sub(part.participants),
            person_times: self.person_times.saturating_sub(part.person_times),
            answers: self.answers.saturating_sub(part.answers),
            answers_right: self.answers_right.saturating_sub(part.answers_right),
            time_ms: self.time_ms.saturating_sub(part.time_ms),
            staff_person_times: self.staff_person_times.saturating_sub(part.staff_person_times),
            staff_time_ms: self.staff_time_ms.saturating_sub(part.staff_time_ms),
            score_sum: self.score_sum - part.score_sum,
            frozen: self.frozen.saturating_sub(part.frozen),
        }
    }

    /// Mean time of an attempt in milliseconds; `None` over nothing. `staff`: with the attempts of state staff.
    pub fn mean_ms(&self, staff: bool) -> Option<u64> {
        let (time, attempts) = if staff {
            (self.time_ms, self.person_times)
        } else {
            (
                self.time_ms.saturating_sub(self.staff_time_ms),
                self.person_times.saturating_sub(self.staff_person_times),
            )
        };
        time.checked_div(attempts)
    }
}

/// A player's place in the list of members.
type Slot = u32;

/// Players in order: pieces of at most [`PIECE`], each in order, one after the other. Equal keys stand in the order of slots.
#[derive(Debug, Default)]
struct Ranking {
    pieces: Vec<Vec<Slot>>,
}

impl Ranking {
    /// Of all at once.
    fn of(mut slots: Vec<Slot>, keys: &[RankKey]) -> Self {
        slots.sort_unstable_by_key(|slot| (keys[*slot as usize], *slot));
        // Room for some more in each.
        let pieces = slots.chunks(PIECE * 3 / 4).map(<[Slot]>::to_vec);
        Self {
            pieces: pieces.collect(),
        }
    }

    /// The piece in which somebody of this order stands or would stand.
    fn piece(&self, order: (RankKey, Slot), keys: &[RankKey]) -> usize {
        let first = |piece: &Vec<Slot>| (keys[piece[0] as usize], piece[0]);
        self.pieces
            .partition_point(|piece| first(piece) <= order)
            .saturating_sub(1)
    }

    fn insert(&mut self, slot: Slot, keys: &[RankKey]) {
        let order = (keys[slot as usize], slot);
        let place = self.piece(order, keys);
        let Some(piece) = self.pieces.get_mut(place) else {
            self.pieces.push(vec![slot]);
            return;
        };
        let within = piece.partition_point(|other| (keys[*other as usize], *other) < order);
        piece.insert(within, slot);
        if piece.len() > PIECE {
            let half = piece.split_off(PIECE / 2);
            self.pieces.insert(place + 1, half);
        }
    }

    /// Takes somebody out who stands here under the key in `keys`.
    fn remove(&mut self, slot: Slot, keys: &[RankKey]) {
        let order = (keys[slot as usize], slot);
        let place = self.piece(order, keys);
        let Some(piece) = self.pieces.get_mut(place) else {
            return;
        };
        let within = piece.partition_point(|other| (keys[*other as usize], *other) < order);
        if piece.get(within) == Some(&slot) {
            piece.remove(within);
        }
        if piece.is_empty() {
            self.pieces.remove(place);
        }
    }

    /// How many stand before this key.
    fn before(&self, key: RankKey, keys: &[RankKey]) -> usize {
        let place = self.piece((key, 0), keys);
        let whole: usize = self.pieces.iter().take(place).map(Vec::len).sum();
        let within = self
            .pieces
            .get(place)
            .map_or(0, |piece| piece.partition_point(|other| keys[*other as usize] < key));
        whole + within
    }

    /// From the `skip`-th on.
    fn from(&self, skip: usize) -> impl Iterator<Item = Slot> {
        let mut left = skip;
        let start = self.pieces.iter().position(|piece| {
            let here = left < piece.len();
            if !here {
                left -= piece.len();
            }
            here
        });
        let pieces = start.map_or(&[][..], |start| &self.pieces[start..]);
        pieces.iter().flatten().skip(left).copied()
    }

    fn len(&self) -> usize {
        self.pieces.iter().map(Vec::len).sum()
    }
}

#[derive(Debug, Default)]
struct Group {
    tally: Tally,
    /// Those whom a board may name.
    listed: Ranking,
    /// Everybody who counts; kept for units, whose best are added up.
    everybody: Ranking,
}

/// All players of a competition.
#[derive(Debug, Default)]
pub struct Board {
    /// State staff stand on personal boards too.
    lists_staff: bool,
    members: Vec<Member>,
    /// Of each member; of those without a result it means nothing.
    keys: Vec<RankKey>,
    slots: HashMap<PlayerId, Slot>,
    groups: HashMap<Scope, Group>,
}

/// A line of a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// From 1; equal ones share it.
    pub rank: u64,
    pub player: PlayerId,
    pub key: RankKey,
    pub score: Points,
    pub person_times: u32,
    pub time_ms: u64,
}

impl Board {
    /// An empty one. `lists_staff`: whether state staff stand on personal boards, which burden reduction (减负) forbids unless
    /// it is waived.
    pub fn new(lists_staff: bool) -> Self {
        Self {
            lists_staff,
            ..Self::default()
        }
    }

    /// One of all these, each player once: far quicker than one after the other.
    pub fn of(lists_staff: bool, members: Vec<Member>) -> Self {
        let mut board = Self::new(lists_staff);
        let (mut listed, mut everybody): (HashMap<Scope, Vec<Slot>>, HashMap<Scope, Vec<Slot>>) = Default::default();
        for (slot, member) in (0..).zip(&members) {
            board.slots.insert(member.player, slot);
            board.keys.push(member.ranked().map_or(RankKey(0), |result| result.key));
            for scope in member.scopes() {
                board.groups.entry(scope).or_default().tally.add(member, 1);
                if member.ranked().is_some() {
                    if board.is_listed(member) {
                        listed.entry(scope).or_default().push(slot);
                    }
                    if matches!(scope, Scope::Organization(_)) {
                        everybody.entry(scope).or_default().push(slot);
                    }
                }
            }
        }
        board.members = members;
        for (scope, group) in &mut board.groups {
            let ranking = |slots: Option<Vec<Slot>>| Ranking::of(slots.unwrap_or_default(), &board.keys);
            group.listed = ranking(listed.remove(scope));
            group.everybody = ranking(everybody.remove(scope));
        }
        board
    }

    /// Whether a player with a result stands on personal boards.
    pub fn is_listed(&self, member: &Member) -> bool {
        self.lists_staff || member.identity != IdentityType::StateStaff
    }

    /// Takes over what is known of a player now.
    pub fn put(&mut self, member: Member) {
        let slot = match self.slots.get(&member.player).copied() {
            Some(slot) => {
                let before = self.members[slot as usize];
                if before == member {
                    return;
                }
                self.take_out(slot, &before);
                slot
            }
            None => {
                let slot = Slot::try_from(self.members.len()).unwrap_or(Slot::MAX);
                self.slots.insert(member.player, slot);
                self.members.push(member);
                self.keys.push(RankKey(0));
                slot
            }
        };
        self.members[slot as usize] = member;
        if let Some(result) = member.ranked() {
            self.keys[slot as usize] = result.key;
        }
        let listed = self.is_listed(&member);
        for scope in member.scopes() {
            let group = self.groups.entry(scope).or_default();
            group.tally.add(&member, 1);
            if member.ranked().is_some() {
                if listed {
                    group.listed.insert(slot, &self.keys);
                }
                if matches!(scope, Scope::Organization(_)) {
                    group.everybody.insert(slot, &self.keys);
                }
            }
        }
    }

    fn take_out(&mut self, slot: Slot, member: &Member) {
        let listed = self.is_listed(member);
        for scope in member.scopes() {
            if let Some(group) = self.groups.get_mut(&scope) {
                group.tally.add(member, -1);
                if member.ranked().is_some() {
                    if listed {
                        group.listed.remove(slot, &self.keys);
                    }
                    if matches!(scope, Scope::Organization(_)) {
                        group.everybody.remove(slot, &self.keys);
                    }
                }
            }
        }
    }

    pub fn member(&self, player: PlayerId) -> Option<&Member> {
        self.slots.get(&player).map(|slot| &self.members[*slot as usize])
    }

    /// Everybody, in the order they came.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The rank of a player within a scope, from 1; `None` without a valid attempt, outside the scope, while frozen, or for whom
    /// no board may name.
    pub fn rank(&self, scope: Scope, player: PlayerId) -> Option<u64> {
        let member = self.member(player)?;
        let result = member.ranked()?;
        if !self.is_listed(member) || !member.scopes().any(|own| own == scope) {
            return None;
        }
        let before = self.groups.get(&scope)?.listed.before(result.key, &self.keys);
        Some(before as u64 + 1)
    }

    /// How many are ranked within a scope.
    pub fn ranked(&self, scope: Scope) -> u64 {
        self.groups.get(&scope).map_or(0, |group| group.listed.len() as u64)
    }

    /// Some lines of a board.
    pub fn page(&self, scope: Scope, skip: usize, count: usize) -> Vec<Line> {
        let Some(group) = self.groups.get(&scope) else {
            return Vec::new();
        };
        let mut rank = (None, 0);
        let lines = group.listed.from(skip).take(count).filter_map(|slot| {
            let member = &self.members[slot as usize];
            let result = member.ranked()?;
            if rank.0 != Some(result.key) {
                rank = (Some(result.key), group.listed.before(result.key, &self.keys) as u64 + 1);
            }
            Some(Line {
                rank: rank.1,
                player: member.player,
                key: result.key,
                score: result.score,
                person_times: result.person_times,
                time_ms: result.time_ms,
            })
        });
        lines.collect()
    }

    pub fn tally(&self, scope: Scope) -> Tally {
        self.groups.get(&scope).map_or_else(Tally::default, |group| group.tally)
    }

    /// Every scope somebody counts in.
    pub fn scopes(&self) -> impl Iterator<Item = (Scope, &Tally)> {
        let groups = self.groups.iter().filter(|(_, group)| group.tally.joined > 0);
        groups.map(|(scope, group)| (*scope, &group.tally))
    }

    /// The sum of the `best` highest counting scores of units that are one, because they were merged.
    pub fn best_sum(&self, units: &[OrganizationId], best: usize) -> i64 {
        let scores = |unit: &OrganizationId| {
            let group = self.groups.get(&Scope::Organization(*unit));
            let slots = group.into_iter().flat_map(|group| group.everybody.from(0).take(best));
            let score = |slot: Slot| self.members[slot as usize].ranked().map_or(0, |result| result.score.0);
            slots.map(score).collect::<Vec<_>>()
        };
        let mut scores: Vec<i64> = units.iter().flat_map(scores).collect();
        scores.sort_unstable_by(|a, b| b.cmp(a));
        scores.into_iter().take(best).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(player: i64, key: Option<u128>, organization: i64, division: u32) -> Member {
        Member {
            player: PlayerId(player),
            identity: IdentityType::Employee,
            division,
            organization: (organization > 0).then_some(OrganizationId(organization)),
            result: key.map(|key| Reached {
                key: RankKey(key),
                score: Points(1_000 - i64::try_from(key).expect("small")),
                person_times: 2,
                answers: 10,
                answers_right: 7,
                time_ms: 60_000,
            }),
            frozen: false,
            stamp: 0,
        }
    }

    #[test]
    fn state_staff_count_for_their_unit_and_stand_on_no_board() {
        let staff = Member {
            identity: IdentityType::StateStaff,
            ..member(1, Some(1), 1, 37)
        };
        for lists_staff in [false, true] {
            let mut board = Board::new(lists_staff);
            board.put(staff);
            board.put(member(2, Some(2), 1, 37));
            let unit = [OrganizationId(1)];
            assert_eq!(board.tally(Scope::Organization(unit[0])).participants, 2);
            assert_eq!(board.best_sum(&unit, 1), 999);
            assert_eq!(board.rank(Scope::All, PlayerId(1)), lists_staff.then_some(1));
            assert_eq!(board.page(Scope::All, 0, 10).len(), if lists_staff { 2 } else { 1 });
        }
    }

    #[test]
    fn the_mean_time_leaves_state_staff_out_unless_it_may_be_told() {
        let mut board = Board::default();
        let staff = Member {
            identity: IdentityType::StateStaff,
            ..member(1, Some(1), 1, 37)
        };
        let slow = Reached {
            time_ms: 180_000,
            ..member(2, Some(2), 1, 37).result.expect("a result")
        };
        board.put(staff);
        board.put(Member {
            result: Some(slow),
            ..member(2, None, 1, 37)
        });
        let tally = board.tally(Scope::All);
        assert_eq!(
            (tally.mean_ms(false), tally.mean_ms(true)),
            (Some(90_000), Some(60_000))
        );
        let rest = tally.minus(board.tally(Scope::Identity(IdentityType::Employee)));
        assert_eq!((rest.mean_ms(false), rest.mean_ms(true)), (None, Some(30_000)));
        assert_eq!(tally.minus(tally), Tally::default());
    }

    #[test]
    fn a_division_counts_in_every_one_above_it() {
        let mut board = Board::default();
        board.put(member(1, Some(5), 9, 370_303_001));
        board.put(member(2, Some(3), 9, 370_302));
        board.put(member(3, None, 0, 0));
        for (code, participants) in [
            (37, 2),
            (3703, 2),
            (370_303, 1),
            (370_303_001, 1),
            (370_302, 1),
            (36, 0),
        ] {
            assert_eq!(board.tally(Scope::Division(code)).participants, participants, "{code}");
        }
        assert_eq!(board.rank(Scope::Division(370_303), PlayerId(1)), Some(1));
        assert_eq!(board.rank(Scope::All, PlayerId(1)), Some(2));
        assert_eq!(board.rank(Scope::All, PlayerId(3)), None);
        assert_eq!(board.rank(Scope::Division(370_302), PlayerId(1)), None);
        let all = board.tally(Scope::All);
        assert_eq!(
            (all.joined, all.participants, all.person_times, all.answers_right),
            (3, 2, 4, 14)
        );
    }

    #[test]
    fn equal_ones_share_a_rank_and_the_next_is_counted_on() {
        let mut board = Board::default();
        for (player, key) in [(1, 7), (2, 3), (3, 7), (4, 9), (5, 3)] {
            board.put(member(player, Some(key), 1, 37));
        }
        let lines = |skip| -> Vec<(u64, i64)> {
            let lines = board.page(Scope::All, skip, 10);
            lines.iter().map(|line| (line.rank, line.player.0)).collect()
        };
        assert_eq!(lines(0), [(1, 2), (1, 5), (3, 1), (3, 3), (5, 4)]);
        assert_eq!(lines(3), [(3, 3), (5, 4)]);
        assert_eq!(board.best_sum(&[OrganizationId(1)], 2), 2 * 997);
    }

    #[test]
    fn who_is_frozen_stands_nowhere_and_comes_back() {
        let mut board = Board::default();
        board.put(member(1, Some(1), 1, 37));
        board.put(member(2, Some(2), 1, 37));
        let frozen = Member {
            frozen: true,
            ..member(1, Some(1), 1, 37)
        };
        board.put(frozen);
        assert_eq!(
            (board.rank(Scope::All, PlayerId(1)), board.rank(Scope::All, PlayerId(2))),
            (None, Some(1))
        );
        let tally = board.tally(Scope::All);
        assert_eq!((tally.joined, tally.participants, tally.frozen), (2, 1, 1));
        board.put(member(1, Some(1), 1, 37));
        assert_eq!(board.rank(Scope::All, PlayerId(2)), Some(2));
    }
}
