//! The truth meter (真实性检查): what in the attempts of a competition could hardly come about by people who play. Each flag
//! holds the numbers that raise it, and each kind says what to expect of honest play and how it can be wrong. A flag changes
//! nothing: what follows from it a person decides, in a case.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde::{Deserialize, Serialize};

use crate::domain::{
    id::{OrganizationId, PlayerId},
    lang::Lang,
    person::codes,
    time::Timestamp,
};

/// The length of the windows in which attempts from one network are counted.
pub const WINDOW_MS: i64 = 600_000;
/// So many attempts begun from one network within a window are a burst.
pub const BURST: u32 = 200;
/// Times of answers that differ by no more are the same.
pub const TOLERANCE_MS: u32 = 10;
/// So many answers of an attempt must have come apart from each other for its times to be compared.
pub const LEAST_APART: usize = 5;
/// The grid on which times are compared at first.
const GRID_MS: u32 = 250;
/// Windows kept at a time; beyond that the rarest are let go, and counts may be too low by what [`Window::missed`] says.
const WINDOWS: usize = 1_000_000;
/// Attempts with the same times looked at in one group, and players named of it.
const GROUP: usize = 200;
/// Flags kept of each kind, the strongest first.
const KEPT: usize = 500;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    TooMany,
    OverHeadcount,
    Burst,
    SameTimings,
    /// Not found by a count, but told by somebody.
    Report,
}

codes!(Kind {
    TooMany => "too_many", "次数超过规则", "More attempts than the rules allow";
    OverHeadcount => "over_headcount", "参赛人数超过单位人数", "More participants than people";
    Burst => "burst", "同一网络短时间集中答题", "Bursts from one network";
    SameTimings => "same_timings", "逐题用时几乎相同", "The same time for every question";
    Report => "report", "举报或其他来源", "A report";
});

impl Kind {
    /// What a count looks for.
    pub const COUNTED: [Self; 4] = [Self::TooMany, Self::OverHeadcount, Self::Burst, Self::SameTimings];
}

/// Something that stands out, with its numbers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Flag {
    TooMany {
        player: PlayerId,
        /// The place of the stage in the rules.
        stage: u32,
        /// `None`: in the whole stage.
        day: Option<i64>,
        attempts: u32,
        allowed: u32,
    },
    OverHeadcount {
        organization: OrganizationId,
        participants: u64,
        headcount: u32,
    },
    Burst {
        network: i64,
        from: Timestamp,
        attempts: u32,
        /// Attempts that may have been missed beside them.
        missed: u32,
        players: u32,
    },
    SameTimings {
        network: i64,
        /// The first of them.
        players: Vec<PlayerId>,
        /// How many players and attempts in all.
        people: u32,
        attempts: u32,
        questions: u32,
        /// The largest difference between two times of the same question.
        spread_ms: u32,
    },
    Report,
}

/// A network as pages show it: enough to tell it from others, nothing of an address.
pub fn network_name(network: i64) -> String {
    format!("{:06x}", network as u64 >> 40)
}

impl Flag {
    pub fn kind(&self) -> Kind {
        match self {
            Self::TooMany { .. } => Kind::TooMany,
            Self::OverHeadcount { .. } => Kind::OverHeadcount,
            Self::Burst { .. } => Kind::Burst,
            Self::SameTimings { .. } => Kind::SameTimings,
            Self::Report => Kind::Report,
        }
    }

    /// The larger, the further from what is to be expected.
    fn strength(&self) -> u64 {
        match self {
            Self::TooMany { attempts, allowed, .. } => u64::from(attempts.saturating_sub(*allowed)),
            Self::OverHeadcount {
                participants,
                headcount,
                ..
            } => participants.saturating_sub(u64::from(*headcount)),
            Self::Burst { attempts, .. } => u64::from(*attempts),
            Self::SameTimings { people, questions, .. } => u64::from(*people) * u64::from(*questions),
            Self::Report => 0,
        }
    }

    /// What stands out, in a sentence. `name`: of the unit it is about.
    pub fn sentence(&self, name: &str, lang: Lang) -> String {
        match (self, lang) {
            (
                Self::TooMany {
                    stage,
                    day,
                    attempts,
                    allowed,
                    ..
                },
                lang,
            ) => {
                let stage = stage + 1;
                let day = day.map(date);
                match (lang, day) {
                    (Lang::Zh, Some(day)) => {
                        format!("第 {stage} 阶段 {day} 有 {attempts} 次有效答题，规则允许 {allowed} 次。")
                    }
                    (Lang::Zh, None) => format!("第 {stage} 阶段共有 {attempts} 次有效答题，规则允许 {allowed} 次。"),
                    (Lang::En, Some(day)) => {
                        format!("Stage {stage}, {day}: {attempts} valid attempts where the rules allow {allowed}.")
                    }
                    (Lang::En, None) => {
                        format!("Stage {stage}: {attempts} valid attempts in all where the rules allow {allowed}.")
                    }
                }
            }
            (
                Self::OverHeadcount {
                    participants,
                    headcount,
                    ..
                },
                Lang::Zh,
            ) => format!("{name}：参赛 {participants} 人，登记人数 {headcount} 人。"),
            (
                Self::OverHeadcount {
                    participants,
                    headcount,
                    ..
                },
                Lang::En,
            ) => format!("{name}: {participants} participants, {headcount} people stated."),
            (
                Self::Burst {
                    network,
                    from,
                    attempts,
                    missed,
                    players,
                },
                lang,
            ) => {
                let (network, from) = (network_name(*network), from.local());
                let missed = match (missed, lang) {
                    (0, _) => String::new(),
                    (missed, Lang::Zh) => format!("（可能少计 {missed} 次）"),
                    (missed, Lang::En) => format!(" (perhaps {missed} more)"),
                };
                match lang {
                    Lang::Zh => format!(
                        "网络 {network} 从 {from} 起 10 分钟内开始答题 {attempts} 次{missed}，涉及 {players} 人；阈值 {BURST} 次。"
                    ),
                    Lang::En => format!(
                        "Network {network}: {attempts} attempts begun within 10 minutes from {from}{missed}, by {players} player(s); the threshold is {BURST}."
                    ),
                }
            }
            (
                Self::SameTimings {
                    network,
                    people,
                    attempts,
                    questions,
                    spread_ms,
                    ..
                },
                lang,
            ) => {
                let network = network_name(*network);
                match lang {
                    Lang::Zh => format!(
                        "网络 {network} 有 {people} 人的 {attempts} 次答题，{questions} 道题逐题用时最多相差 {spread_ms} 毫秒。"
                    ),
                    Lang::En => format!(
                        "Network {network}: {attempts} attempts of {people} players took the same time for each of {questions} questions, {spread_ms} ms apart at most."
                    ),
                }
            }
            (Self::Report, lang) => lang
                .pick(
                    "不是统计发现的，依据见立项理由。",
                    "Not found by a count; the reason says what was told.",
                )
                .to_owned(),
        }
    }
}

/// `2026-06-01`
fn date(day: i64) -> String {
    // Eight in the morning of China.
    Timestamp(day * crate::domain::time::DAY).day_field()
}

/// An attempt that was handed in, in an official stage.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    pub player: PlayerId,
    pub number: u32,
    /// The place of its stage, and what the rules it was begun under allow there.
    pub stage: u32,
    pub per_day: Option<u32>,
    pub total: Option<u32>,
    pub started_at: Timestamp,
    pub valid: bool,
    pub network: i64,
}

/// Which attempt.
pub type Key = (PlayerId, u32);

/// What the attempts of one player add up to: how many, and how many the rules allowed at most.
#[derive(Debug, Default)]
struct Own {
    player: Option<PlayerId>,
    /// By stage and day; without a day: the whole stage.
    tried: HashMap<(u32, Option<i64>), (u32, Option<u32>)>,
}

impl Own {
    fn take(&mut self, attempt: &Attempt) {
        let day = attempt.started_at.day();
        for (day, allowed) in [(Some(day), attempt.per_day), (None, attempt.total)] {
            let known = self.tried.entry((attempt.stage, day)).or_insert((0, Some(0)));
            known.0 += 1;
            // Rules that changed in between: the most any of them allowed.
            known.1 = known.1.zip(allowed).map(|(a, b)| a.max(b));
        }
    }

    fn flags(&mut self) -> Vec<Flag> {
        let Some(player) = self.player.take() else {
            return Vec::new();
        };
        let over = |((stage, day), (attempts, allowed)): ((u32, Option<i64>), (u32, Option<u32>))| {
            let allowed = allowed.filter(|allowed| attempts > *allowed)?;
            Some(Flag::TooMany {
                player,
                stage,
                day,
                attempts,
                allowed,
            })
        };
        self.tried.drain().filter_map(over).collect()
    }
}

/// Attempts begun from a network within a window.
#[derive(Debug, Clone, Copy)]
struct Window {
    attempts: u32,
    /// At most so many were begun before the window was kept.
    missed: u32,
    players: u32,
    last: PlayerId,
}

/// Counts of windows in a bounded room, by lossy counting (Manku and Motwani 2002): whenever there are too many, those that
/// cannot matter yet are let go, and whoever comes later carries how many may have been missed.
#[derive(Debug)]
struct Windows {
    most: usize,
    round: u32,
    seen: HashMap<(i64, i64), Window>,
    /// Windows ever begun.
    begun: u64,
}

impl Windows {
    fn new(most: usize) -> Self {
        Self {
            most,
            round: 0,
            seen: HashMap::new(),
            begun: 0,
        }
    }

    fn take(&mut self, attempt: &Attempt) {
        // Of an address that could not be read there is no network.
        if attempt.network == 0 {
            return;
        }
        let key = (attempt.network, attempt.started_at.0.div_euclid(WINDOW_MS));
        let (missed, begun) = (self.round, &mut self.begun);
        let window = self.seen.entry(key).or_insert_with(|| {
            *begun += 1;
            Window {
                attempts: 0,
                missed,
                players: 0,
                last: PlayerId(0),
            }
        });
        window.attempts += 1;
        // Attempts come player by player.
        if window.last != attempt.player {
            (window.players, window.last) = (window.players + 1, attempt.player);
        }
        if self.seen.len() > self.most {
            self.round += 1;
            let round = self.round;
            self.seen.retain(|_, window| window.attempts + window.missed > round);
        }
    }

    fn flags(self) -> impl Iterator<Item = Flag> {
        let many = |window: &Window| window.attempts + window.missed >= BURST;
        let windows = self.seen.into_iter().filter(move |(_, window)| many(window));
        windows.map(|((network, place), window)| Flag::Burst {
            network,
            from: Timestamp(place * WINDOW_MS),
            attempts: window.attempts,
            missed: window.missed,
            players: window.players,
        })
    }
}

/// A short form of the times of an attempt; the same for most of those that differ by a few milliseconds. 24 bytes for each
/// attempt are all that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Print {
    digest: u64,
    player: PlayerId,
    number: u32,
}

/// Whether the times of an attempt tell anything: enough of its answers came apart.
fn tells(times: &[Option<u32>]) -> bool {
    times.iter().flatten().count() >= LEAST_APART
}

/// Looks at all attempts of a competition, player by player.
#[derive(Debug)]
pub struct Watch {
    own: Own,
    too_many: Vec<Flag>,
    windows: Windows,
    prints: Vec<Print>,
    networks: HashMap<i64, u64>,
    attempts: u64,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            own: Own::default(),
            too_many: Vec::new(),
            windows: Windows::new(WINDOWS),
            prints: Vec::new(),
            networks: HashMap::new(),
            attempts: 0,
        }
    }
}

impl Watch {
    /// Takes the next attempt, and how long each of its answers took.
    pub fn take(&mut self, attempt: &Attempt, times: &[Option<u32>]) {
        self.attempts += 1;
        self.windows.take(attempt);
        if attempt.valid {
            if self.own.player != Some(attempt.player) {
                self.too_many.extend(self.own.flags());
                self.own.player = Some(attempt.player);
            }
            self.own.take(attempt);
        }
        if tells(times) {
            *self.networks.entry(attempt.network).or_default() += 1;
            let mut digest = DefaultHasher::new();
            attempt.network.hash(&mut digest);
            let cells: Vec<Option<u32>> = times.iter().map(|time| time.map(|ms| ms / GRID_MS)).collect();
            cells.hash(&mut digest);
            self.prints.push(Print {
                digest: digest.finish(),
                player: attempt.player,
                number: attempt.number,
            });
        }
    }

    /// Attempts of different players that may have the same times: to be looked at again by [`same_timings`].
    pub fn alike(&mut self) -> Vec<Vec<Key>> {
        let mut prints = std::mem::take(&mut self.prints);
        prints.sort_unstable();
        let groups = prints.chunk_by(|a, b| a.digest == b.digest);
        let groups = groups.filter(|group| group.first().map(|one| one.player) != group.last().map(|one| one.player));
        let keys = |group: &[Print]| group.iter().take(GROUP).map(|one| (one.player, one.number)).collect();
        groups.map(keys).collect()
    }

    /// What was found. `units`: how many participants of each unit there are, and how many people it says it has.
    pub fn finish(
        mut self,
        units: impl IntoIterator<Item = (OrganizationId, u64, u32)>,
        same_timings: Vec<Flag>,
    ) -> Truth {
        self.too_many.extend(self.own.flags());
        let windows = self.windows.begun;
        let over = units
            .into_iter()
            .filter(|(_, participants, headcount)| *participants > u64::from(*headcount));
        let over = over.map(|(organization, participants, headcount)| Flag::OverHeadcount {
            organization,
            participants,
            headcount,
        });
        let (mut flags, mut left_out) = (Vec::new(), 0);
        let kinds: [Vec<Flag>; 4] = [
            self.too_many,
            over.collect(),
            self.windows.flags().collect(),
            same_timings,
        ];
        for mut kind in kinds {
            kind.sort_by_cached_key(|flag| (std::cmp::Reverse(flag.strength()), settled(flag)));
            left_out += kind.len().saturating_sub(KEPT) as u64;
            kind.truncate(KEPT);
            flags.extend(kind);
        }
        let compared = self.networks.values().sum();
        let pairs = self
            .networks
            .values()
            .map(|count| count * count.saturating_sub(1) / 2)
            .sum();
        Truth {
            flags,
            left_out,
            attempts: self.attempts,
            windows,
            compared,
            pairs,
        }
    }
}

/// An order between flags of the same strength that does not depend on how they were found.
fn settled(flag: &Flag) -> String {
    format!("{flag:?}")
}

/// Those of a group whose times agree question by question within [`TOLERANCE_MS`]; `None` when no two players' do.
pub fn same_timings(network: i64, group: &[(Key, Vec<Option<u32>>)]) -> Option<Flag> {
    let agree = |a: &[Option<u32>], b: &[Option<u32>]| {
        a.len() == b.len()
            && a.iter().zip(b).all(|pair| match pair {
                (Some(a), Some(b)) => a.abs_diff(*b) <= TOLERANCE_MS,
                (None, None) => true,
                _ => false,
            })
    };
    let with = |times: &[Option<u32>]| -> Vec<&(Key, Vec<Option<u32>>)> {
        group.iter().filter(|(_, other)| agree(times, other)).collect()
    };
    let people =
        |these: &[&(Key, Vec<Option<u32>>)]| these.iter().map(|((player, _), _)| *player).collect::<HashSet<_>>();
    let clusters = group
        .iter()
        .filter(|(_, times)| tells(times))
        .map(|(_, times)| with(times));
    let largest = clusters.max_by_key(|these| (people(these).len(), these.len()))?;
    let mut players: Vec<PlayerId> = people(&largest).into_iter().collect();
    players.sort_unstable();
    if players.len() < 2 {
        return None;
    }
    let questions = largest.first()?.1.len();
    let spread = |place: usize| {
        let times = largest
            .iter()
            .filter_map(|(_, times)| times.get(place).copied().flatten());
        let (least, most) = times.fold((u32::MAX, 0), |(least, most), ms| (least.min(ms), most.max(ms)));
        most.saturating_sub(least)
    };
    Some(Flag::SameTimings {
        network,
        people: players.len() as u32,
        attempts: largest.len() as u32,
        questions: largest.first()?.1.iter().flatten().count() as u32,
        spread_ms: (0..questions).map(spread).max().unwrap_or(0),
        players: players.into_iter().take(GROUP).collect(),
    })
}

/// What was found, and over how much.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Truth {
    /// By kind, the strongest of a kind first.
    pub flags: Vec<Flag>,
    /// Weaker ones that were not kept.
    pub left_out: u64,
    /// Attempts handed in, in official stages.
    pub attempts: u64,
    /// Windows of networks that they were begun in.
    pub windows: u64,
    /// Attempts whose times could be compared, and pairs of them from the same network.
    pub compared: u64,
    pub pairs: u64,
}

impl Truth {
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &Flag> {
        self.flags.iter().filter(move |flag| flag.kind() == kind)
    }

    /// What honest play gives, and how a flag of this kind can be wrong.
    pub fn expectation(&self, kind: Kind, lang: Lang) -> String {
        match (kind, lang) {
            (Kind::TooMany, Lang::Zh) => {
                "预期 0 个：服务器在开始答题时就按规则限制次数。出现一个，说明数据在系统外被改过。规则改过的，按各版本中最宽的比，所以改规则不会误报。".to_owned()
            }
            (Kind::TooMany, Lang::En) => {
                "Expected: none, for the server holds the limits whenever an attempt is begun. One means that data were changed from outside. Where rules changed, the most that any of them allowed is compared with.".to_owned()
            }
            (Kind::OverHeadcount, Lang::Zh) => {
                "预期接近 0 个，但登记人数由单位自报，可能过时，家属、退休人员和外包人员也可能选同一单位，因此没有误报率可言，请先核对登记人数。".to_owned()
            }
            (Kind::OverHeadcount, Lang::En) => {
                "Expected: hardly any. But the unit states its headcount itself, it may be out of date, and families, retired people and contractors may choose the same unit. No rate of false alarms can be given: check the headcount first.".to_owned()
            }
            (Kind::Burst, lang) => {
                let (windows, mean) = (self.windows, mean(self.attempts, self.windows));
                match lang {
                    Lang::Zh => format!(
                        "共有 {windows} 个“网络 × 10 分钟”时段，平均每个 {mean} 次，阈值 {BURST} 次。一个网络是 IPv4 地址前三段（IPv6 前六字节）相同的一片地址：学校、机关出口和移动网络可能成千上万人共用，集中组织答题也会超过阈值，因此没有误报率可言。站点在反向代理后面却没有设置 --behind-proxy 时，所有人会像来自同一网络。"
                    ),
                    Lang::En => format!(
                        "There are {windows} windows of a network and ten minutes with {mean} attempts on average; the threshold is {BURST}. A network is all addresses with the same first three bytes (six of IPv6): schools, offices and mobile networks may share one among thousands, and people brought together to play pass the threshold as well. No rate of false alarms can be given. Behind a proxy without --behind-proxy everybody seems to come from one network."
                    ),
                }
            }
            (Kind::SameTimings, lang) => {
                let (compared, pairs, false_alarms) = (self.compared, self.pairs, self.expected_alike());
                match lang {
                    Lang::Zh => format!(
                        "比较了 {compared} 次答题（至少 {LEAST_APART} 题的答案分开到达），同一网络内 {pairs} 对。人的每题用时至少散布在一秒以内，两次答题 {LEAST_APART} 题都相差不到 {TOLERANCE_MS} 毫秒的机会约为三亿分之一，预期误报 {false_alarms} 对。断网后一起补交的答案不参与比较。"
                    ),
                    Lang::En => format!(
                        "{compared} attempts were compared (at least {LEAST_APART} answers came apart), {pairs} pairs within networks. People's times for a question spread over a second at least; that {LEAST_APART} of them agree within {TOLERANCE_MS} ms has a chance of about one in 300 million, so {false_alarms} pairs are expected by chance. Answers that were sent together after a time without network are left out."
                    ),
                }
            }
            (Kind::Report, Lang::Zh) => "不是统计结果，没有预期。".to_owned(),
            (Kind::Report, Lang::En) => "Not a result of a count; there is nothing to expect.".to_owned(),
        }
    }

    /// Pairs of attempts with the same times to be expected by chance, at most.
    fn expected_alike(&self) -> String {
        let chance = (2.0 * f64::from(TOLERANCE_MS) / 1_000.0).powi(LEAST_APART as i32);
        let expected = self.pairs as f64 * chance;
        if expected < 0.001 {
            "<0.001".to_owned()
        } else {
            format!("{expected:.3}")
        }
    }
}

/// With one decimal; `0` over nothing.
fn mean(sum: u64, count: u64) -> String {
    let tenths = (sum * 10).checked_div(count).unwrap_or(0);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-01 08:00 in China.
    const MORNING: i64 = 1_780_272_000_000;

    fn attempt(player: i64, number: u32, network: i64, at: i64) -> Attempt {
        Attempt {
            player: PlayerId(player),
            number,
            stage: 1,
            per_day: Some(3),
            total: Some(10),
            started_at: Timestamp(MORNING + at),
            valid: true,
            network,
        }
    }

    fn truth(mut watch: Watch) -> Truth {
        watch.alike();
        watch.finish([], Vec::new())
    }

    #[test]
    fn more_attempts_than_the_rules_allow_are_found_by_day_and_by_stage() {
        let mut watch = Watch::default();
        for number in 0..3 {
            watch.take(&attempt(1, number, 7, i64::from(number)), &[]);
        }
        for number in 0..12 {
            watch.take(&attempt(2, number, 7, i64::from(number / 3) * 86_400_000), &[]);
        }
        for number in 0..5 {
            let other = Attempt {
                valid: number < 4,
                ..attempt(3, number, 7, 0)
            };
            watch.take(&other, &[]);
        }
        // The rules were looser before.
        for number in 0..5 {
            let other = Attempt {
                per_day: if number == 0 { None } else { Some(1) },
                ..attempt(4, number, 7, 0)
            };
            watch.take(&other, &[]);
        }
        let found: Vec<_> = truth(watch)
            .flags
            .into_iter()
            .map(|flag| match flag {
                Flag::TooMany {
                    player,
                    day,
                    attempts,
                    allowed,
                    ..
                } => (player.0, day.is_some(), attempts, allowed),
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(found, [(2, false, 12, 10), (3, true, 4, 3)]);
    }

    #[test]
    fn a_burst_is_found_at_its_threshold_and_not_below_and_without_an_address_there_is_none() {
        let burst = |attempts: u32, network| {
            let mut watch = Watch::default();
            for number in 0..attempts {
                // Ten attempts of each player.
                watch.take(&attempt(i64::from(number / 10) + 1, number % 10, network, 0), &[]);
            }
            let flags = truth(watch).flags;
            flags.into_iter().find(|flag| flag.kind() == Kind::Burst)
        };
        let Some(Flag::Burst {
            attempts,
            players,
            missed,
            from,
            ..
        }) = burst(BURST, 9)
        else {
            panic!("found")
        };
        assert_eq!((attempts, players, missed, from), (BURST, 20, 0, Timestamp(MORNING)));
        assert_eq!(burst(BURST - 1, 9), None);
        assert_eq!(burst(BURST, 0), None);
    }

    #[test]
    fn in_a_bounded_room_a_burst_is_still_found_and_says_how_many_may_be_missing() {
        let mut windows = Windows::new(100);
        let mut others = 1_000;
        for number in 0..BURST {
            windows.take(&attempt(1, number, 5, 0));
            for _ in 0..3 {
                others += 1;
                windows.take(&attempt(2, 1, others, 0));
            }
        }
        assert!(windows.seen.len() <= 101);
        let found: Vec<_> = windows.flags().collect();
        let [Flag::Burst { attempts, missed, .. }] = found[..] else {
            panic!("{found:?}")
        };
        assert!(attempts <= BURST && attempts + missed >= BURST, "{attempts} {missed}");
    }

    fn times(ms: &[u32]) -> Vec<Option<u32>> {
        ms.iter().map(|ms| Some(*ms)).collect()
    }

    #[test]
    fn attempts_of_several_players_with_the_same_times_are_found_within_a_network() {
        let mut watch = Watch::default();
        let base = [3_100, 2_600, 4_130, 1_890, 5_100];
        let shifted = |by: u32| times(&base.map(|ms| ms + by));
        watch.take(&attempt(1, 1, 7, 0), &shifted(0));
        watch.take(&attempt(1, 2, 7, 0), &shifted(1));
        watch.take(&attempt(2, 1, 7, 0), &shifted(4));
        watch.take(&attempt(3, 1, 8, 0), &shifted(2));
        watch.take(&attempt(4, 1, 7, 0), &times(&[3_100, 2_600, 4_130]));
        let groups = watch.alike();
        assert_eq!(groups.len(), 1, "{groups:?}");
        let keys: Vec<_> = groups[0].iter().map(|(player, number)| (player.0, *number)).collect();
        assert_eq!(keys.len(), 3);
        let group: Vec<_> = groups[0]
            .iter()
            .map(|key| (*key, shifted(if key.0.0 == 2 { 4 } else { key.1 - 1 })))
            .collect();
        let Some(Flag::SameTimings {
            players,
            people,
            attempts,
            questions,
            spread_ms,
            ..
        }) = same_timings(7, &group)
        else {
            panic!("found")
        };
        assert_eq!((people, attempts, questions, spread_ms), (2, 3, 5, 4));
        assert_eq!(players, [PlayerId(1), PlayerId(2)]);
        let truth = watch.finish([], Vec::new());
        assert_eq!((truth.compared, truth.pairs), (4, 3));
    }

    #[test]
    fn times_that_differ_once_by_more_than_the_tolerance_are_not_the_same() {
        let one = ((PlayerId(1), 1), times(&[3_100, 2_600, 4_130, 1_890, 5_100]));
        let near = ((PlayerId(2), 1), times(&[3_110, 2_600, 4_130, 1_890, 5_100]));
        let far = ((PlayerId(2), 1), times(&[3_111, 2_600, 4_130, 1_890, 5_100]));
        assert!(same_timings(7, &[one.clone(), near]).is_some());
        assert_eq!(same_timings(7, &[one.clone(), far]), None);
        let own = ((PlayerId(1), 2), one.1.clone());
        assert_eq!(same_timings(7, &[one.clone(), own]), None, "one player alone");
        // Sent together after a time without network.
        let together = |player| ((PlayerId(player), 1), vec![Some(20_000), None, None, None, None]);
        assert_eq!(same_timings(7, &[together(1), together(2)]), None);
    }

    #[test]
    fn a_unit_with_more_participants_than_people_is_found() {
        let unit = OrganizationId;
        let truth = Watch::default().finish([(unit(1), 11, 10), (unit(2), 10, 10), (unit(3), 90, 20)], Vec::new());
        let found: Vec<_> = truth
            .of(Kind::OverHeadcount)
            .map(|flag| flag.sentence("某厂", Lang::Zh))
            .collect();
        assert_eq!(
            found,
            [
                "某厂：参赛 90 人，登记人数 20 人。",
                "某厂：参赛 11 人，登记人数 10 人。"
            ]
        );
    }

    #[test]
    fn of_very_many_flags_the_strongest_are_kept_and_the_rest_is_counted() {
        let units = (0..600).map(|unit| (OrganizationId(unit), 11 + unit as u64, 10));
        let truth = Watch::default().finish(units, Vec::new());
        assert_eq!((truth.flags.len(), truth.left_out), (KEPT, 100));
        assert!(matches!(truth.flags[0], Flag::OverHeadcount { participants: 610, .. }));
    }

    #[test]
    fn a_flag_survives_its_stored_form_and_names_a_network_without_its_address() {
        let flags = [
            Flag::Report,
            Flag::Burst {
                network: -5,
                from: Timestamp(MORNING),
                attempts: 200,
                missed: 3,
                players: 2,
            },
            Flag::TooMany {
                player: PlayerId(4),
                stage: 0,
                day: Some(20_605),
                attempts: 4,
                allowed: 3,
            },
        ];
        for flag in flags {
            let json = serde_json::to_string(&flag).expect("JSON");
            assert_eq!(serde_json::from_str::<Flag>(&json).expect("a flag"), flag);
            assert!(!flag.sentence("", Lang::En).is_empty());
        }
        assert_eq!(network_name(-5), "ffffff");
        assert_eq!(date(Timestamp(MORNING).day()), "2026-06-01");
    }
}
