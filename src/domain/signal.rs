//! Signals (疑似异常): what stands out in how attempts were sat, with the numbers that show it and how often it shows by
//! chance. A signal changes no score and stops nobody: a person looks at it, and opens a case or does not.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    id::{AttemptId, PersonId, UnitId},
    item::OptionSet,
    lang::Lang,
    points::Points,
};

/// What kind of signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 答错雷同
    SameWrong,
    /// 快速高分
    FastPerfect,
    /// 多处登录
    SeveralDevices,
    /// 离开页面
    PageLeft,
}

impl Kind {
    /// Those that say most stand first.
    pub const ALL: [Self; 4] = [Self::SameWrong, Self::FastPerfect, Self::SeveralDevices, Self::PageLeft];

    pub fn code(self) -> &'static str {
        match self {
            Self::SameWrong => "same_wrong",
            Self::FastPerfect => "fast_perfect",
            Self::SeveralDevices => "several_devices",
            Self::PageLeft => "page_left",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::SameWrong => lang.pick("答错雷同", "Same wrong answers"),
            Self::FastPerfect => lang.pick("快速高分", "Fast and nearly perfect"),
            Self::SeveralDevices => lang.pick("多处登录", "Several sign-ins"),
            Self::PageLeft => lang.pick("离开页面", "Page left"),
        }
    }

    /// How often it shows where nothing is wrong.
    pub fn false_alarms(self, lang: Lang) -> &'static str {
        match self {
            Self::SameWrong => lang.pick(
                "如果人人独立作答，这样规模的考试每 100 场至多有 1 场出现误报。一起听课、同一本教材的错误解释也会让人错得一样，要由人判断。",
                "If all worked alone, at most 1 in 100 exams of this size would show any such pair by mistake. A lesson or book that is wrong makes people wrong alike too: a person has to judge.",
            ),
            Self::FastPerfect => lang.pick(
                "按规则，每 100 次作答（不足 100 的按 100 计）至多提示 1 次，独立作答的人也可能排在最快之列。它说明快，不说明为什么快。",
                "By its rule at most 1 in 100 attempts (a part of a hundred counts as one) carries it, and somebody honest may be among the fastest. It says how fast, not why.",
            ),
            Self::SeveralDevices => lang.pick(
                "单独看不能证明任何问题：换电脑、重新登录都会这样。没有误报率可言。",
                "Proves nothing by itself: a change of computer or a new sign-in looks the same. No false-alarm rate can be stated.",
            ),
            Self::PageLeft => lang.pick(
                "单独看不能证明任何问题：来电、弹窗、屏保都会这样。次数由考生的浏览器报告，没有误报率可言。",
                "Proves nothing by itself: a call, a pop-up or a screen saver looks the same. The candidate's browser counts; no false-alarm rate can be stated.",
            ),
        }
    }
}

/// A sign-in and a browser, as far as one can be told from another: short digests of both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Device {
    pub session: i64,
    pub browser: i64,
}

/// How often and how long a page was left in all, as it tells itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Leaving {
    pub times: u32,
    pub ms: u64,
}

/// The most times, and the longest time, that are believed: what a page says is only a hint.
const MOST_TIMES: u32 = 10_000;
const MOST_MS: u64 = 24 * 3_600_000;
/// Leaving a page so often, or so long in all, is listed.
pub const LEFT_TIMES: u32 = 3;
pub const LEFT_MS: u64 = 30_000;

impl Leaving {
    /// Within what can be true.
    #[must_use]
    pub fn bounded(self) -> Self {
        Self {
            times: self.times.min(MOST_TIMES),
            ms: self.ms.min(MOST_MS),
        }
    }

    pub fn add(&mut self, more: Self) {
        self.times = self.times.saturating_add(more.times);
        self.ms = self.ms.saturating_add(more.ms);
    }

    pub fn stands_out(self) -> bool {
        self.times >= LEFT_TIMES || self.ms >= LEFT_MS
    }
}

/// The numbers behind a signal. Nothing in it names another person to the one concerned.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Evidence {
    SameWrong(Alike),
    FastPerfect {
        used_ms: i64,
        score: Points,
        full: Points,
        /// Half of all took no longer.
        median_ms: i64,
        /// Attempts compared.
        attempts: u32,
    },
    SeveralDevices {
        sessions: u32,
        browsers: u32,
    },
    PageLeft(Leaving),
}

/// How alike the wrong answers of two persons are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Alike {
    pub other: PersonId,
    /// Questions that both had and both answered wrongly.
    pub both_wrong: u32,
    /// Of these, answered with the same wrong choice.
    pub same: u32,
    /// So many would be expected of two who work alone.
    pub expected: f64,
    /// How likely so many or more are for one pair that works alone.
    pub chance: f64,
    /// Pairs compared in this exam.
    pub pairs: u64,
}

impl Alike {
    /// In how many pairs one like this would turn up by chance: at least so many.
    pub fn one_in(self) -> u64 {
        // Beyond this the number says no more.
        (1.0 / self.chance.max(1e-15)) as u64
    }
}

impl Evidence {
    pub fn kind(self) -> Kind {
        match self {
            Self::SameWrong(_) => Kind::SameWrong,
            Self::FastPerfect { .. } => Kind::FastPerfect,
            Self::SeveralDevices { .. } => Kind::SeveralDevices,
            Self::PageLeft(_) => Kind::PageLeft,
        }
    }

    /// The other person, where there is one.
    pub fn other(self) -> Option<PersonId> {
        match self {
            Self::SameWrong(alike) => Some(alike.other),
            Self::FastPerfect { .. } | Self::SeveralDevices { .. } | Self::PageLeft(_) => None,
        }
    }

    /// The numbers as a sentence.
    pub fn sentence(self, lang: Lang) -> String {
        match (self, lang) {
            (Self::SameWrong(alike), _) => alike_sentence(alike, lang),
            (
                Self::FastPerfect {
                    used_ms,
                    score,
                    full,
                    median_ms,
                    attempts,
                },
                lang,
            ) => {
                let (used, median) = (span(lang, used_ms), span(lang, median_ms));
                match lang {
                    Lang::Zh => format!(
                        "用时 {used}，得 {score} 分（满分 {full} 分）。{attempts} 次作答中一半的人用时在 {median} 以上，这次属于最快的百分之一。"
                    ),
                    Lang::En => format!(
                        "{score} of {full} points in {used}. Half of the {attempts} attempts took {median} or more; this one is among the fastest hundredth."
                    ),
                }
            }
            (Self::SeveralDevices { sessions, browsers }, Lang::Zh) => {
                format!("这次作答从 {sessions} 次登录打开过，涉及 {browsers} 种浏览器。")
            }
            (Self::SeveralDevices { sessions, browsers }, Lang::En) => {
                format!("The attempt was opened from {sessions} sign-ins and {browsers} kind(s) of browser.")
            }
            (Self::PageLeft(left), Lang::Zh) => {
                format!("离开答题页 {} 次，共 {}。", left.times, span(lang, left.ms as i64))
            }
            (Self::PageLeft(left), Lang::En) => {
                format!(
                    "The page was left {} time(s), {} in all.",
                    left.times,
                    span(lang, left.ms as i64)
                )
            }
        }
    }
}

fn alike_sentence(alike: Alike, lang: Lang) -> String {
    let Alike {
        both_wrong,
        same,
        expected,
        pairs,
        ..
    } = alike;
    let one_in = alike.one_in();
    match lang {
        Lang::Zh => format!(
            "与同单位另一人都答错的 {both_wrong} 题中，有 {same} 题错得一样；各自作答时预计约 {expected:.1} 题。这样的巧合约 {one_in} 对中才有 1 对，本场比较了 {pairs} 对。"
        ),
        Lang::En => format!(
            "Of {both_wrong} questions that another person of the unit got wrong too, {same} have the same wrong answer; about {expected:.1} would be expected of two who work alone. Chance makes 1 pair in {one_in} so alike; {pairs} pairs were compared."
        ),
    }
}

/// A length of time in minutes and seconds.
fn span(lang: Lang, ms: i64) -> String {
    let seconds = ms.max(0) / 1000;
    match lang {
        Lang::Zh => format!("{} 分 {:02} 秒", seconds / 60, seconds % 60),
        Lang::En => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

/// A signal about an attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Signal {
    pub attempt: AttemptId,
    pub evidence: Evidence,
}

impl Signal {
    /// The larger, the more it says among its kind.
    fn strength(&self) -> f64 {
        match self.evidence {
            Evidence::SameWrong(alike) => -alike.chance,
            Evidence::FastPerfect { used_ms, .. } => -(used_ms as f64),
            Evidence::SeveralDevices { sessions, browsers } => f64::from(browsers) * 1000.0 + f64::from(sessions),
            Evidence::PageLeft(left) => left.ms as f64 + f64::from(left.times),
        }
    }
}

/// By kind, the strongest first; of one attempt only the strongest of each kind.
pub fn strongest_first(mut signals: Vec<Signal>) -> Vec<Signal> {
    let order = |a: &Signal, b: &Signal| {
        let kinds = a.evidence.kind().cmp(&b.evidence.kind());
        kinds.then_with(|| b.strength().total_cmp(&a.strength()).then(a.attempt.cmp(&b.attempt)))
    };
    signals.sort_by(order);
    let mut seen = HashSet::new();
    signals.retain(|signal| seen.insert((signal.evidence.kind(), signal.attempt)));
    signals
}

/// Whether the sign-ins from which an attempt was opened are listed: more than one.
pub fn several_devices(attempt: AttemptId, sessions: u32, browsers: u32) -> Option<Signal> {
    let evidence = Evidence::SeveralDevices { sessions, browsers };
    (sessions > 1).then_some(Signal { attempt, evidence })
}

/// Whether leaving the page of an attempt is listed.
pub fn page_left(attempt: AttemptId, left: Leaving) -> Option<Signal> {
    let evidence = Evidence::PageLeft(left);
    left.stands_out().then_some(Signal { attempt, evidence })
}

/// A handed-in attempt as far as its time is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Run {
    pub attempt: AttemptId,
    pub used_ms: i64,
    pub score: Points,
    pub full: Points,
}

/// With fewer attempts nothing is said about time.
pub const LEAST_RUNS: usize = 50;

/// Attempts with 95 % of the points or more that are among the fastest hundredth of all (at most one in a hundred, a
/// part of a hundred counting as one) and took less than a third of the median time.
pub fn fast_perfect(runs: &[Run]) -> Vec<Signal> {
    if runs.len() < LEAST_RUNS {
        return Vec::new();
    }
    let mut times: Vec<i64> = runs.iter().map(|run| run.used_ms).collect();
    times.sort_unstable();
    let most = runs.len().div_ceil(100);
    let median_ms = times[runs.len() / 2];
    let stands_out = |run: &&Run| {
        let as_fast = times.partition_point(|used| *used <= run.used_ms);
        let nearly_all = run.full > Points::ZERO && run.score.0 * 100 >= run.full.0 * 95;
        as_fast <= most && run.used_ms * 3 < median_ms && nearly_all
    };
    let signal = |run: &Run| Signal {
        attempt: run.attempt,
        evidence: Evidence::FastPerfect {
            used_ms: run.used_ms,
            score: run.score,
            full: run.full,
            median_ms,
            attempts: u32::try_from(runs.len()).unwrap_or(u32::MAX),
        },
    };
    runs.iter().filter(stands_out).map(signal).collect()
}

/// A question answered wrongly: its place in the pool, and the choice in authored places.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wrong {
    pub pool: u32,
    pub choice: OptionSet,
}

/// A handed-in attempt as far as its wrong answers are compared.
#[derive(Debug, Clone)]
pub struct Answered {
    pub attempt: AttemptId,
    pub person: PersonId,
    /// As frozen at the opening.
    pub unit: UnitId,
    /// Each question once, in the order of the pool; questions left empty are not wrong here.
    pub wrong: Vec<Wrong>,
}

/// In so many of all exams an alarm may be false, if all worked alone.
pub const FALSE_ALARMS: f64 = 0.01;
/// The attempts of a larger unit are not compared in pairs: it would take too long, and be no room.
pub const LARGEST_UNIT: usize = 3_000;

/// What a comparison of wrong answers found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Comparison {
    /// Two for each pair, one for either attempt.
    pub signals: Vec<Signal>,
    pub pairs: u64,
    /// Units too large to be compared.
    pub left_out: usize,
}

/// Finds pairs of persons of one unit whose wrong answers are the same more often than chance allows.
///
/// For a question that both got wrong, the chance that two who work alone choose the same wrong answer is taken from
/// the wrong choices of all: the sum of the squares of their shares. That both are wrong is taken as given, so that it
/// does not matter how able they are (as in the error-similarity analysis of Harpp and Hogan 1993, where Wesolowsky
/// 2000 has a normal tail this has the exact one). The number of same choices is then a sum of independent events of
/// different chances (Poisson-binomial). The chance of so many or more, times the number of pairs (Bonferroni), has to
/// stay below [`FALSE_ALARMS`].
///
/// Shares of few answers are uncertain: one over their number is added, so that little evidence makes no alarm.
pub fn same_wrong(mut sheets: Vec<Answered>) -> Comparison {
    let alike = alike_chances(&sheets);
    sheets.sort_by_key(|sheet| (sheet.unit, sheet.person, sheet.attempt));
    let (rooms, large): (Vec<&[Answered]>, Vec<_>) = sheets
        .chunk_by(|a, b| a.unit == b.unit)
        .partition(|room| room.len() <= LARGEST_UNIT);
    let pairs: u64 = rooms.iter().map(|room| pairs_in(room)).sum();
    let mut signals = Vec::new();
    for room in rooms {
        for (place, first) in room.iter().enumerate() {
            let others = room[place + 1..].iter().filter(|other| other.person != first.person);
            for second in others {
                if let Some(found) = compare(first, second, &alike, pairs) {
                    signals.extend([(first, second), (second, first)].map(|(one, other)| Signal {
                        attempt: one.attempt,
                        evidence: Evidence::SameWrong(Alike {
                            other: other.person,
                            ..found
                        }),
                    }));
                }
            }
        }
    }
    Comparison {
        signals,
        pairs,
        left_out: large.len(),
    }
}

/// Pairs of attempts of different persons; the attempts of a person stand together.
fn pairs_in(room: &[Answered]) -> u64 {
    let of = |count: usize| (count as u64) * (count as u64).saturating_sub(1) / 2;
    let own: u64 = room
        .chunk_by(|a, b| a.person == b.person)
        .map(|own| of(own.len()))
        .sum();
    of(room.len()) - own
}

/// For each question the chance that two wrong answers of persons who work alone are the same.
fn alike_chances(sheets: &[Answered]) -> HashMap<u32, f64> {
    let mut counts: HashMap<u32, HashMap<OptionSet, u32>> = HashMap::new();
    for wrong in sheets.iter().flat_map(|sheet| &sheet.wrong) {
        *counts.entry(wrong.pool).or_default().entry(wrong.choice).or_default() += 1;
    }
    let chance = |choices: HashMap<OptionSet, u32>| {
        let all: f64 = choices.values().map(|count| f64::from(*count)).sum();
        let same: f64 = choices.values().map(|count| (f64::from(*count) / all).powi(2)).sum();
        (same + 1.0 / all).min(1.0)
    };
    counts
        .into_iter()
        .map(|(pool, choices)| (pool, chance(choices)))
        .collect()
}

/// The evidence of one pair, if it stands out among so many.
fn compare(first: &Answered, second: &Answered, alike: &HashMap<u32, f64>, pairs: u64) -> Option<Alike> {
    let mut chances = Vec::new();
    let mut same = 0usize;
    let mut others = second.wrong.iter().peekable();
    for wrong in &first.wrong {
        while others.next_if(|other| other.pool < wrong.pool).is_some() {}
        if let Some(other) = others.next_if(|other| other.pool == wrong.pool) {
            chances.push(alike.get(&wrong.pool).copied().unwrap_or(1.0));
            same += usize::from(other.choice == wrong.choice);
        }
    }
    let expected: f64 = chances.iter().sum();
    // Most pairs stop here, before the costly part.
    if same as f64 <= expected {
        return None;
    }
    let chance = tail(&chances, same);
    (chance * (pairs as f64) < FALSE_ALARMS).then_some(Alike {
        other: second.person,
        both_wrong: u32::try_from(chances.len()).unwrap_or(u32::MAX),
        same: u32::try_from(same).unwrap_or(u32::MAX),
        expected,
        chance,
        pairs,
    })
}

/// The chance that `least` or more of independent events with these chances happen.
fn tail(chances: &[f64], least: usize) -> f64 {
    let mut of_count = vec![0.0; chances.len() + 1];
    of_count[0] = 1.0;
    for (done, chance) in chances.iter().enumerate() {
        for count in (0..=done).rev() {
            of_count[count + 1] += of_count[count] * chance;
            of_count[count] *= 1.0 - chance;
        }
    }
    of_count.iter().skip(least).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that are the same for the same seed (Knuth's MMIX).
    struct Chance(u64);

    impl Chance {
        fn below(&mut self, n: u64) -> u64 {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) % n
        }
    }

    const QUESTIONS: u32 = 40;

    /// Persons of 3 units who work alone. Question `q` has three wrong choices, the first more tempting than the others;
    /// everybody has an ability of their own.
    fn alone(dice: &mut Chance, persons: i64) -> Vec<Answered> {
        (0..persons)
            .map(|person| {
                let fails = 15 + dice.below(50);
                let answers = (0..QUESTIONS).filter_map(|pool| {
                    let wrong = dice.below(100) < fails;
                    let tempting = 40 + u64::from(pool % 4) * 10;
                    let choice = match dice.below(100) {
                        roll if roll < tempting => 1,
                        roll if roll < tempting + (100 - tempting) / 2 => 2,
                        _ => 4,
                    };
                    wrong.then_some(Wrong {
                        pool,
                        choice: OptionSet(choice),
                    })
                });
                Answered {
                    attempt: AttemptId(person),
                    person: PersonId(person),
                    unit: UnitId(person % 3),
                    wrong: answers.collect(),
                }
            })
            .collect()
    }

    #[test]
    fn those_who_work_alone_make_no_more_false_alarms_than_stated() {
        let mut dice = Chance(20_261_204);
        for persons in [24, 90] {
            let alarms = (0..400)
                .filter(|_| !same_wrong(alone(&mut dice, persons)).signals.is_empty())
                .count();
            assert!(
                alarms as f64 <= 400.0 * FALSE_ALARMS,
                "{alarms} of 400 exams of {persons}"
            );
        }
    }

    #[test]
    fn one_who_copies_another_is_found_with_the_other_and_nobody_else() {
        let mut dice = Chance(7);
        let mut found = 0;
        for _ in 0..100 {
            let mut sheets = alone(&mut dice, 90);
            // Persons 0 and 3 sit in one unit; the first is not among the able, and 3 copies all.
            while sheets[0].wrong.len() < 15 {
                sheets = alone(&mut dice, 90);
            }
            sheets[3].wrong = sheets[0].wrong.clone();
            let signals = same_wrong(sheets).signals;
            let pair = [(0, 3), (3, 0)];
            let named: Vec<_> = signals
                .iter()
                .map(|signal| match signal.evidence {
                    Evidence::SameWrong(alike) => (signal.attempt.0, alike.other.0),
                    other => panic!("{other:?}"),
                })
                .collect();
            assert!(named.iter().all(|one| pair.contains(one)), "{named:?}");
            found += usize::from(named == pair);
        }
        assert!(found >= 75, "the power: {found} of 100");
    }

    #[test]
    fn only_persons_of_one_unit_are_compared_and_nobody_with_themselves() {
        let mut dice = Chance(11);
        let mut sheets = alone(&mut dice, 90);
        let copied = Answered {
            wrong: (0..QUESTIONS)
                .map(|pool| Wrong {
                    pool,
                    choice: OptionSet(4),
                })
                .collect(),
            ..sheets[0].clone()
        };
        sheets[0] = copied.clone();
        sheets[1].wrong = copied.wrong.clone();
        let elsewhere = same_wrong(sheets.clone());
        assert_eq!((elsewhere.signals.len(), elsewhere.pairs), (0, 3 * 30 * 29 / 2));
        sheets[3] = Answered {
            attempt: AttemptId(1000),
            ..copied
        };
        let again = same_wrong(sheets);
        assert_eq!((again.signals.len(), again.pairs), (0, 3 * 30 * 29 / 2 - 1));
    }

    #[test]
    fn a_unit_too_large_is_left_out_and_counted() {
        let sheet = |person| Answered {
            attempt: AttemptId(person),
            person: PersonId(person),
            unit: UnitId(1),
            wrong: vec![],
        };
        let found = same_wrong((0..=LARGEST_UNIT as i64).map(sheet).collect());
        assert_eq!((found.pairs, found.left_out), (0, 1));
    }

    #[test]
    fn the_tail_is_that_of_the_binomial_where_all_chances_are_the_same() {
        let of = |least| tail(&[0.5; 4], least);
        assert_eq!([of(0), of(1), of(3), of(4)], [1.0, 0.9375, 0.3125, 0.0625]);
        assert!((tail(&[0.1, 0.2, 0.3], 3) - 0.006).abs() < 1e-12);
        assert!(
            tail(&[1.0; 30], 30) >= 1.0,
            "questions with one wrong choice say nothing"
        );
    }

    fn run(attempt: i64, minutes: i64, score: i64) -> Run {
        Run {
            attempt: AttemptId(attempt),
            used_ms: minutes * 60_000,
            score: Points::whole(score),
            full: Points::whole(100),
        }
    }

    fn fast(runs: &[Run]) -> Vec<i64> {
        fast_perfect(runs).iter().map(|signal| signal.attempt.0).collect()
    }

    #[test]
    fn only_the_fastest_hundredth_far_below_the_median_and_nearly_perfect_stand_out() {
        let mut runs: Vec<_> = (0..200).map(|n| run(n, 40 + n % 20, 96)).collect();
        assert_eq!(fast(&runs), Vec::<i64>::new(), "fast, but like the others");
        (runs[5], runs[9]) = (run(5, 3, 95), run(9, 4, 94));
        assert_eq!(fast(&runs), [5], "the other one is not nearly perfect");
        runs[9] = run(9, 4, 100);
        assert_eq!(fast(&runs), [5, 9]);
        runs[11] = run(11, 4, 100);
        assert_eq!(fast(&runs), [5], "three as fast are more than a hundredth");
    }

    #[test]
    fn nothing_is_said_about_time_with_few_attempts() {
        let mut runs: Vec<_> = (0..49).map(|n| run(n, 50, 80)).collect();
        runs[0] = run(0, 1, 100);
        assert_eq!(fast(&runs), Vec::<i64>::new());
        runs.push(run(49, 50, 80));
        assert_eq!(fast(&runs), [0]);
    }

    #[test]
    fn the_strongest_stand_first_and_an_attempt_once_in_each_kind() {
        let alike = |attempt, other, chance| Signal {
            attempt: AttemptId(attempt),
            evidence: Evidence::SameWrong(Alike {
                other: PersonId(other),
                both_wrong: 10,
                same: 9,
                expected: 3.0,
                chance,
                pairs: 100,
            }),
        };
        let left = |attempt, ms| page_left(AttemptId(attempt), Leaving { times: 3, ms }).expect("listed");
        let devices = several_devices(AttemptId(1), 2, 1).expect("listed");
        assert_eq!(several_devices(AttemptId(1), 1, 1), None);
        let all = vec![
            left(1, 5),
            alike(1, 2, 1e-6),
            left(2, 50),
            devices,
            alike(3, 1, 1e-7),
            alike(1, 3, 1e-7),
        ];
        let order = [alike(1, 3, 1e-7), alike(3, 1, 1e-7), devices, left(2, 50), left(1, 5)];
        assert_eq!(strongest_first(all), order);
    }

    #[test]
    fn what_a_page_says_is_bounded() {
        let wild = Leaving {
            times: u32::MAX,
            ms: u64::MAX,
        };
        assert_eq!(wild.bounded().times, MOST_TIMES);
        assert_eq!(wild.bounded().ms, MOST_MS);
        let left = |times, ms| Leaving { times, ms }.stands_out();
        assert!(!left(2, 29_999) && left(3, 0) && left(1, 30_000));
    }

    #[test]
    fn evidence_is_read_back_and_told_in_both_languages() {
        let alike = Alike {
            other: PersonId(77),
            both_wrong: 14,
            same: 14,
            expected: 5.25,
            chance: 1e-9,
            pairs: 1305,
        };
        let all = [
            Evidence::SameWrong(alike),
            Evidence::FastPerfect {
                used_ms: 61_000,
                score: Points::whole(99),
                full: Points::whole(100),
                median_ms: 2_400_000,
                attempts: 200,
            },
            Evidence::SeveralDevices {
                sessions: 2,
                browsers: 1,
            },
            Evidence::PageLeft(Leaving { times: 3, ms: 5_000 }),
        ];
        for (evidence, kind) in all.into_iter().zip(Kind::ALL) {
            let json = serde_json::to_string(&evidence).expect("JSON");
            assert_eq!(serde_json::from_str::<Evidence>(&json).expect("the same"), evidence);
            assert_eq!((evidence.kind(), Kind::from_code(kind.code())), (kind, Some(kind)));
            let (zh, en) = (evidence.sentence(Lang::Zh), evidence.sentence(Lang::En));
            assert!(zh != en && !zh.contains(&PersonId(77).to_string()), "{zh} {en}");
        }
        assert!(all[0].sentence(Lang::Zh).contains("14 题错得一样"));
        assert!(all[1].sentence(Lang::En).contains("1 min 01 s"));
    }
}
