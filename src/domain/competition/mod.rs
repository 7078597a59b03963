//! A knowledge competition (知识竞赛): its rules as a record, by which attempts are admitted, timed, scored and ranked. The
//! players read the same record in words ([`words`]); nothing is decided by anything else.

pub mod board;
pub mod burden;
pub mod case;
pub mod certificate;
pub mod correction;
pub mod draw;
pub mod item_count;
pub mod journal;
pub mod limit;
pub mod play;
pub mod player;
pub mod preset;
pub mod truth;
pub mod words;

use serde::{Deserialize, Serialize};

use super::{
    division::{DivisionCode, line_of},
    exam::Window,
    id::{BankId, CompetitionId, UnitId},
    person::codes,
    points::Points,
    time::Timestamp,
};

/// Time after a deadline in which an answer or a hand-in that was on its way still counts.
pub const GRACE_MS: i64 = 3_000;
/// Speed is told apart in steps of so many milliseconds: a network is no better than that.
pub const SPEED_STEP_MS: u32 = 100;

const MOST_ITEMS: u32 = 100;
const MOST_PER_DAY: u32 = 100;
const MOST_SECONDS: u32 = 4 * 3600;
const MOST_STAGES: usize = 20;
const MOST_CORRECTION_DAYS: u32 = 366;
const MOST_OF_UNIT: u32 = 10_000;

/// Whether a stage counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// 训练赛: gives no points, stands on no board, is counted apart.
    Training,
    /// 正式赛
    Official,
}

codes!(StageKind {
    Training => "training", "训练赛", "Training";
    Official => "official", "正式赛", "Official stage";
});

/// When and how often is played, and what an attempt is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stage {
    pub kind: StageKind,
    pub window: Window,
    /// Attempts of a player on one day of China; `None`: any number.
    pub per_day: Option<u32>,
    /// Attempts of a player in the whole stage; `None`: any number.
    pub total: Option<u32>,
    /// Questions of an attempt, drawn at random for each.
    pub items: u32,
    /// Time of an attempt.
    pub seconds: u32,
    /// Time of a question: the answer to the k-th counts when it reaches the server within k times as much.
    pub item_seconds: Option<u32>,
    /// Whether the right answers, explanations and articles are shown after the hand-in.
    pub answers_shown: bool,
}

/// What makes an attempt count (有效). Handed in it must be in any case, by the player or by the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validity {
    /// So many right answers at least.
    pub least_right: u32,
    /// More than 0 points.
    pub above_zero: bool,
}

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum Scoring {
    /// So many points for each right answer.
    Right { points: Points },
    /// Points for each right answer, and a bonus for speed: all of it up to `full_ms`, nothing from `none_ms`, in
    /// proportion between.
    Speed {
        points: Points,
        bonus: Points,
        full_ms: u32,
        none_ms: u32,
    },
    /// 再答至全对: what was wrong is answered again until all is right; each question right at the first go gives points.
    UntilRight { points: Points },
}

/// Which of a player's attempts count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// 取最高分
    Best,
    /// 累计
    Sum,
}

codes!(Counting {
    Best => "best", "取最好的一次", "The best attempt counts";
    Sum => "sum", "各次得分累计", "The scores of all attempts are added up";
});

/// What decides between equal scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieBreak {
    MoreRight,
    ShorterTime,
    EarlierFinish,
}

codes!(TieBreak {
    MoreRight => "more_right", "答对题数多的在前", "more right answers";
    ShorterTime => "shorter_time", "用时短的在前", "the shorter time";
    EarlierFinish => "earlier_finish", "先完成的在前", "the earlier finish";
});

/// As whom somebody plays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityType {
    StateStaff,
    Employee,
    Public,
}

codes!(IdentityType {
    StateStaff => "state_staff", "党政机关干部职工", "State staff";
    Employee => "employee", "生产经营单位从业人员", "Employees of enterprises";
    Public => "public", "社会公众", "The public";
});

/// Who competes: persons, or teams whose members' scores never stand on the personal boards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Track {
    Personal,
    Team,
}

codes!(Track {
    Personal => "personal", "个人赛", "Personal";
    Team => "team", "团队赛", "Team";
});

/// What gives a chance in the prize draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "rule")]
pub enum Chances {
    None,
    /// Each valid attempt.
    Valid,
    /// Each attempt with all answers right.
    AllRight,
    /// Each `length` right answers in a row, at most `per_day` chances on a day.
    InARow {
        length: u32,
        per_day: u32,
    },
}

/// Whether something is asked for when somebody joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    #[default]
    No,
    Optional,
    Required,
}

codes!(Asked {
    No => "no", "不填", "Not asked for";
    Optional => "optional", "选填", "Optional";
    Required => "required", "必填", "Required";
});

/// What is asked for when somebody joins, beside the identity type. The real name is asked for where a certificate needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Registration {
    /// A telephone number; kept as keyed digest and masked form, so that nobody joins twice with one.
    pub phone: Asked,
    /// The account on this site.
    pub account: Asked,
    pub division: Asked,
    pub organization: Asked,
}

/// The rules of a competition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    pub track: Track,
    pub registration: Registration,
    pub stages: Vec<Stage>,
    pub validity: Validity,
    pub scoring: Scoring,
    pub counting: Counting,
    /// Of the score of one day no more than this is added up.
    pub cap_per_day: Option<Points>,
    /// In this order; who is still equal shares the rank.
    pub tie_breaks: Vec<TieBreak>,
    pub identities: Vec<IdentityType>,
    /// Codes of divisions (行政区划代码) whose people may play, with all below them; empty: everybody.
    pub regions: Vec<u32>,
    /// Days within which a player may correct the own registration, once; 0: not at all.
    pub correction_days: u32,
    /// Whether the real name is asked for, because a certificate is given.
    pub certificate: bool,
    pub chances: Chances,
    /// So many of the best players of a unit make the mean that units are compared by; 0: all of them.
    pub best_of_unit: u32,
    /// No question may stand on more than this share of the papers; `None`: no ceiling (曝光率上限).
    pub ceiling_percent: Option<u32>,
}

/// How far a competition is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Draft,
    /// Its rules hold, its questions are fixed; whether it can be played its stages say.
    Published,
}

codes!(State {
    Draft => "draft", "草稿", "Draft";
    Published => "published", "已发布", "Published";
});

/// A knowledge competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Competition {
    pub id: CompetitionId,
    /// What its link and its QR code carry.
    pub code: String,
    pub title: String,
    /// Who holds it; `None`: the whole site.
    pub unit: Option<UnitId>,
    pub bank: BankId,
    pub state: State,
    /// Those of the draft, or the first version.
    pub rules: Rules,
    /// Of the draw of papers; empty before it is published.
    pub seed: Vec<u8>,
    pub created_at: Timestamp,
    pub published_at: Option<Timestamp>,
}

/// A version of the rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: u32,
    pub rules: Rules,
    pub effective_at: Timestamp,
    /// Why the version before was changed; empty for the first.
    pub reason: String,
    pub made_at: Timestamp,
}

/// The version that holds at a moment: the last of those that are in effect.
pub fn in_effect(versions: &[Version], now: Timestamp) -> Option<&Version> {
    let before = versions.iter().filter(|version| version.effective_at <= now);
    before.max_by_key(|version| (version.effective_at, version.number))
}

/// Why rules cannot be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RulesFault {
    /// No official stage.
    NoOfficial,
    TooManyStages,
    /// A stage ends before it begins, or two of them overlap.
    Windows,
    Items,
    Seconds,
    /// No attempt, or far too many on a day.
    Attempts,
    /// More right answers are asked for than there are questions.
    Validity,
    /// No points, or a bonus that never ends.
    Scoring,
    /// A cap of the day only makes sense where scores are added up.
    Cap,
    TieBreaks,
    Identities,
    Chances,
    Registration,
    /// Something that is no code of a division.
    Regions,
    /// More than a year to correct the own registration.
    Correction,
    BestOfUnit,
    Ceiling,
    /// The pool has fewer questions than an attempt, or so few that each would stand on too many papers.
    Pool,
    /// A stage that has opened stands elsewhere, or nowhere, in the new version.
    Opened,
    /// A version cannot hold from before it is announced.
    Effective,
}

codes!(RulesFault {
    NoOfficial => "no_official", "至少要有一个正式赛阶段", "There must be an official stage";
    TooManyStages => "too_many_stages", "阶段不能超过 20 个", "No more than 20 stages";
    Windows => "windows", "阶段的结束时间应晚于开始时间，各阶段不能重叠", "A stage must end after it begins, and stages must not overlap";
    Items => "items", "每次答题 1 到 100 题", "1 to 100 questions for an attempt";
    Seconds => "seconds", "每次答题限时 10 秒到 4 小时，每题限时 3 秒以上且合计不超过每次限时", "10 seconds to 4 hours for an attempt; at least 3 seconds for a question, together no more than for the attempt";
    Attempts => "attempts", "每天次数 1 到 100，总次数至少 1", "1 to 100 attempts a day, at least 1 in all";
    Validity => "validity", "有效所需的答对题数不能多于题数", "No more right answers can be asked for than there are questions";
    Scoring => "scoring", "每题分值要大于 0，速度加分的截止时间要晚于满额时间", "Points must be above 0, and the bonus must end after it is full";
    Cap => "cap", "只有累计得分才能设每日封顶", "Only scores that are added up can be capped for a day";
    TieBreaks => "tie_breaks", "同分规则不能重复", "A tie-break stands twice";
    Identities => "identities", "至少允许一种参赛身份", "At least one identity type must be admitted";
    Chances => "chances", "抽奖机会的连对题数和每日上限要大于 0", "Right answers in a row and chances of a day must be above 0";
    Registration => "registration", "必须登录本站账号时，社会公众无法参赛；请改为选填，或只允许党政机关干部职工", "With accounts required the public cannot play: make them optional, or admit state staff only";
    Regions => "regions", "地区填行政区划代码（2、4、6 或 9 位），用空格隔开", "Regions are codes of divisions (2, 4, 6 or 9 digits) with spaces between";
    Correction => "correction", "参赛信息改正期限填 0 到 366 天", "The registration can be corrected within 0 to 366 days";
    BestOfUnit => "best_of_unit", "单位排名所取人数填 0 到 10000", "0 to 10,000 players of a unit count for it";
    Ceiling => "ceiling", "曝光率上限填 1 到 100", "The exposure ceiling is 1 to 100 percent";
    Pool => "pool", "题库里启用的题不够：要不少于每次题数，并且每题出现的比例不超过曝光率上限", "Too few questions in use: at least as many as an attempt has, and enough that none exceeds the exposure ceiling";
    Opened => "opened", "已经开始的阶段不能挪动或删去", "A stage that has opened cannot be moved or left out";
    Effective => "effective", "新规则要先公布后生效，生效时间不能早于现在", "New rules are announced first: they cannot hold from before now";
});

impl Stage {
    fn fault(&self, validity: Validity) -> Option<RulesFault> {
        let seconds_fit = (10..=MOST_SECONDS).contains(&self.seconds)
            && self
                .item_seconds
                .is_none_or(|each| each >= 3 && each.saturating_mul(self.items) <= self.seconds);
        let attempts_fit = self.per_day.is_none_or(|most| (1..=MOST_PER_DAY).contains(&most))
            && self.total.is_none_or(|most| most > 0);
        match () {
            () if self.window.closes_at <= self.window.opens_at => Some(RulesFault::Windows),
            () if !(1..=MOST_ITEMS).contains(&self.items) => Some(RulesFault::Items),
            () if !seconds_fit => Some(RulesFault::Seconds),
            () if !attempts_fit => Some(RulesFault::Attempts),
            () if self.kind == StageKind::Official && validity.least_right > self.items => Some(RulesFault::Validity),
            () => None,
        }
    }
}

impl Scoring {
    fn fits(self) -> bool {
        match self {
            Self::Right { points } | Self::UntilRight { points } => points > Points::ZERO,
            Self::Speed {
                points,
                bonus,
                full_ms,
                none_ms,
            } => points > Points::ZERO && bonus > Points::ZERO && full_ms < none_ms,
        }
    }
}

impl Rules {
    /// Everything that keeps these rules from being published.
    pub fn faults(&self) -> Vec<RulesFault> {
        let overlap = |(place, stage): (usize, &Stage)| {
            let others = self.stages[place + 1..].iter();
            let meets = |other: &Stage| {
                stage.window.opens_at < other.window.closes_at && other.window.opens_at < stage.window.closes_at
            };
            others.into_iter().any(meets)
        };
        let twice = |(place, rule): (usize, &TieBreak)| self.tie_breaks[..place].contains(rule);
        let row_fits = !matches!(self.chances, Chances::InARow { length, per_day } if length == 0 || per_day == 0);
        let whole = [
            (
                self.stages.iter().any(|stage| stage.kind == StageKind::Official),
                RulesFault::NoOfficial,
            ),
            (self.stages.len() <= MOST_STAGES, RulesFault::TooManyStages),
            (!self.stages.iter().enumerate().any(overlap), RulesFault::Windows),
            (self.scoring.fits(), RulesFault::Scoring),
            (
                self.cap_per_day
                    .is_none_or(|cap| self.counting == Counting::Sum && cap > Points::ZERO),
                RulesFault::Cap,
            ),
            (!self.tie_breaks.iter().enumerate().any(twice), RulesFault::TieBreaks),
            (!self.identities.is_empty(), RulesFault::Identities),
            (row_fits, RulesFault::Chances),
            (
                self.registration.account != Asked::Required || !self.identities.contains(&IdentityType::Public),
                RulesFault::Registration,
            ),
            (
                self.regions.iter().all(|code| DivisionCode::new(*code).is_some()),
                RulesFault::Regions,
            ),
            (self.correction_days <= MOST_CORRECTION_DAYS, RulesFault::Correction),
            (self.best_of_unit <= MOST_OF_UNIT, RulesFault::BestOfUnit),
            (
                self.ceiling_percent.is_none_or(|most| (1..=100).contains(&most)),
                RulesFault::Ceiling,
            ),
        ];
        let whole = whole.into_iter().filter(|(holds, _)| !holds).map(|(_, fault)| fault);
        let mut faults: Vec<_> = whole
            .chain(self.stages.iter().filter_map(|stage| stage.fault(self.validity)))
            .collect();
        let mut seen = Vec::new();
        faults.retain(|fault| {
            !seen.contains(fault) && {
                seen.push(*fault);
                true
            }
        });
        faults
    }

    /// Whether papers can be drawn from so many questions. Each is as likely as any other, so that it stands on the share of
    /// papers that an attempt has of the pool.
    pub fn pool_fits(&self, pool: usize) -> bool {
        let most = self.stages.iter().map(|stage| stage.items).max().unwrap_or(0);
        let (most, pool) = (u64::from(most), pool as u64);
        most <= pool
            && self
                .ceiling_percent
                .is_none_or(|ceiling| most * 100 <= pool * u64::from(ceiling))
    }

    /// Everything that keeps a later version from being announced at `now`, beside its own faults.
    pub fn change_faults(&self, later: &Self, effective_at: Timestamp, now: Timestamp) -> Vec<RulesFault> {
        let opened = self
            .stages
            .iter()
            .enumerate()
            .filter(|(_, stage)| stage.window.opens_at <= now);
        let stays = |(place, stage): (usize, &Stage)| {
            let same = later.stages.get(place);
            same.is_some_and(|same| same.kind == stage.kind && same.window.opens_at == stage.window.opens_at)
        };
        let mut faults = Vec::new();
        if !opened.into_iter().all(stays) {
            faults.push(RulesFault::Opened);
        }
        if effective_at < now {
            faults.push(RulesFault::Effective);
        }
        faults
    }

    /// From when scores are counted: the opening of the first stage.
    pub fn begins_at(&self) -> Timestamp {
        let opens = self.stages.iter().map(|stage| stage.window.opens_at);
        opens.min().unwrap_or(Timestamp(0))
    }

    /// The close of the last stage.
    pub fn ends_at(&self) -> Timestamp {
        let closes = self.stages.iter().map(|stage| stage.window.closes_at);
        closes.max().unwrap_or(Timestamp(0))
    }

    /// Whether people of this division may play: it, or one above it, is named.
    pub fn admits_region(&self, code: u32) -> bool {
        self.regions.is_empty() || line_of(code).any(|code| self.regions.contains(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::{preset::Preset, *};

    fn rules() -> Rules {
        Preset::OfficialFive.rules(Window {
            opens_at: Timestamp(0),
            closes_at: Timestamp(30 * 86_400_000),
        })
    }

    #[test]
    fn every_preset_can_be_published_and_every_fault_is_found() {
        for preset in Preset::ALL {
            let window = rules().stages[0].window;
            assert_eq!(preset.rules(window).faults(), [], "{preset:?}");
        }
        let faults = |change: fn(&mut Rules)| {
            let mut bad = rules();
            change(&mut bad);
            bad.faults()
        };
        assert_eq!(
            faults(|rules| rules.stages.retain(|stage| stage.kind == StageKind::Training)),
            [RulesFault::NoOfficial]
        );
        assert_eq!(
            faults(|rules| rules.stages = vec![rules.stages.last().expect("official").clone(); 2]),
            [RulesFault::Windows]
        );
        assert_eq!(faults(|rules| rules.stages[0].items = 0), [RulesFault::Items]);
        assert_eq!(faults(|rules| rules.stages[0].seconds = 9), [RulesFault::Seconds]);
        assert_eq!(
            faults(|rules| rules.stages[0].item_seconds = Some(3600)),
            [RulesFault::Seconds]
        );
        assert_eq!(
            faults(|rules| rules.stages[0].per_day = Some(0)),
            [RulesFault::Attempts]
        );
        assert_eq!(faults(|rules| rules.validity.least_right = 6), [RulesFault::Validity]);
        assert_eq!(
            faults(|rules| rules.scoring = Scoring::Right { points: Points::ZERO }),
            [RulesFault::Scoring]
        );
        assert_eq!(
            faults(|rules| {
                rules.counting = Counting::Best;
                rules.cap_per_day = Some(Points::whole(5));
            }),
            [RulesFault::Cap]
        );
        assert_eq!(
            faults(|rules| rules.tie_breaks = vec![TieBreak::MoreRight; 2]),
            [RulesFault::TieBreaks]
        );
        assert_eq!(faults(|rules| rules.identities.clear()), [RulesFault::Identities]);
        assert_eq!(
            faults(|rules| rules.registration.account = Asked::Required),
            [RulesFault::Registration]
        );
        assert_eq!(
            faults(|rules| rules.chances = Chances::InARow { length: 0, per_day: 3 }),
            [RulesFault::Chances]
        );
        assert_eq!(faults(|rules| rules.regions = vec![37, 370]), [RulesFault::Regions]);
        assert_eq!(faults(|rules| rules.correction_days = 367), [RulesFault::Correction]);
        assert_eq!(faults(|rules| rules.best_of_unit = 10_001), [RulesFault::BestOfUnit]);
    }

    #[test]
    fn a_pool_must_be_large_enough_for_paper_and_ceiling() {
        let mut rules = rules();
        assert!(rules.pool_fits(5) && !rules.pool_fits(4));
        rules.ceiling_percent = Some(10);
        assert!(rules.pool_fits(50) && !rules.pool_fits(49));
        rules.ceiling_percent = Some(0);
        assert_eq!(rules.faults(), [RulesFault::Ceiling]);
    }

    #[test]
    fn rules_are_changed_for_the_future_and_open_stages_stay() {
        let before = rules();
        let now = Timestamp(before.stages[0].window.opens_at.0 + 1);
        let mut later = before.clone();
        later.stages[1].per_day = Some(9);
        assert_eq!(before.change_faults(&later, now, now), []);
        assert_eq!(
            before.change_faults(&later, Timestamp(now.0 - 1), now),
            [RulesFault::Effective]
        );
        later.stages.remove(0);
        assert_eq!(before.change_faults(&later, now, now), [RulesFault::Opened]);
        let version = |number, effective_at| Version {
            number,
            rules: before.clone(),
            effective_at: Timestamp(effective_at),
            reason: String::new(),
            made_at: Timestamp(0),
        };
        let versions = [version(1, 10), version(2, 30), version(3, 30)];
        let at = |moment| in_effect(&versions, Timestamp(moment)).map(|version| version.number);
        assert_eq!((at(9), at(10), at(29), at(30)), (None, Some(1), Some(1), Some(3)));
    }

    #[test]
    fn a_region_admits_all_below_it() {
        let mut rules = rules();
        assert!(rules.admits_region(110_101_001));
        rules.regions = vec![3703, 370_102];
        for (code, admitted) in [
            (370_303_001, true),
            (370_303, true),
            (3703, true),
            (370_102_004, true),
            (370_103, false),
            (37, false),
            (3701, false),
        ] {
            assert_eq!(rules.admits_region(code), admitted, "{code}");
        }
    }
}
