//! An exam: its rules as data and the states it passes through.

mod audience;
mod policy;
mod preset;
mod review;
mod round;

use serde::{Deserialize, Serialize};

use super::{
    accommodation::TimeFactor,
    blueprint::Blueprint,
    id::{BankId, ExamId, UnitId},
    lang::Lang,
    points::Points,
    time::Timestamp,
};

pub use audience::Audience;
pub use policy::{Band, Bands, Counting, Grade, Mapping, Minimum, MultiplePolicy, Policy, Release};
pub use preset::{Content, Preset};
pub use review::{Moment, RIGHT_AFTER_SECONDS, Review, Thing};
pub use round::{Admits, MAX_ROUNDS, Round, RoundFault, RoundKind, check_round, round_at};

/// The state an exam is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Everything can be changed.
    Draft,
    /// Rules and question pool are fixed, unless it is withdrawn; nobody is due yet.
    Published,
    /// The roster is frozen and papers are drawn; sitting follows the window.
    Open,
}

impl State {
    pub const ALL: [Self; 3] = [Self::Draft, Self::Published, Self::Open];

    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Open => "open",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// # Errors
    /// When the exam is not a draft.
    pub fn publish(self) -> Result<Self, WrongState> {
        match self {
            Self::Draft => Ok(Self::Published),
            state => Err(WrongState(state)),
        }
    }

    /// Back to a draft, while nobody is due yet.
    ///
    /// # Errors
    /// When the exam is not published, or is open already.
    pub fn withdraw(self) -> Result<Self, WrongState> {
        match self {
            Self::Published => Ok(Self::Draft),
            state => Err(WrongState(state)),
        }
    }

    /// # Errors
    /// When the exam is not published, or is open already.
    pub fn open(self) -> Result<Self, WrongState> {
        match self {
            Self::Published => Ok(Self::Open),
            state => Err(WrongState(state)),
        }
    }
}

/// A step that the state of the exam does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the exam is {}", .0.code())]
pub struct WrongState(pub State);

/// When an exam can be sat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub opens_at: Timestamp,
    pub closes_at: Timestamp,
}

impl Window {
    /// The last moment of an attempt started at `started_at`: its minutes, stretched for the person, but never past the
    /// close. The only place that computes a deadline.
    pub fn deadline(self, started_at: Timestamp, minutes: u32, factor: TimeFactor) -> Timestamp {
        started_at.plus_seconds(factor.seconds(minutes)).min(self.closes_at)
    }
}

/// Time after the deadline in which an answer that was on its way still counts.
pub const GRACE_SECONDS: i64 = 3;

/// An exam with its rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exam {
    pub id: ExamId,
    pub title: String,
    /// Who it is for: this unit and all below it; `None`: everybody.
    pub unit: Option<UnitId>,
    /// The bank its pool is taken from when it is published.
    pub bank: BankId,
    pub state: State,
    pub window: Window,
    pub policy: Policy,
    pub blueprint: Blueprint,
    /// When the roster was frozen.
    pub opened_at: Option<Timestamp>,
}

/// What is wrong with the set-up of an exam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SetupFault {
    Title,
    Window,
    Minutes,
    Attempts,
    PassMark,
    Bands,
    Minimums,
    Penalties,
    OutageMinutes,
    Second,
    /// Config Keys of Safe Exam Browser.
    SebKeys,
    Blueprint,
    ObjectionDays,
    /// Title or instruction of a part.
    PartText,
    /// A bound of a topic or a difficulty.
    Bounds,
    /// Questions named one by one: must-include or never-together.
    Questions,
    Ceiling,
    Credits,
}

impl SetupFault {
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Title => lang.pick(
                "请填写考试名称，不超过 100 字。",
                "Give the exam a title of at most 100 characters.",
            ),
            Self::Window => lang.pick("关闭时间要晚于开放时间。", "The exam must close after it opens."),
            Self::Minutes => lang.pick(
                "考试时长填 1 到 600 分钟。",
                "The time must be between 1 and 600 minutes.",
            ),
            Self::Attempts => lang.pick("可考次数填 1 到 10。", "Attempts must be between 1 and 10."),
            Self::PassMark => lang.pick(
                "合格线要大于 0，且不超过试卷总分。",
                "The pass mark must be above 0 and not above the total.",
            ),
            Self::Bands => lang.pick(
                "等次线要从低到高：合格线 < 良好线 < 优秀线，且不超过试卷总分；没有这个等次就留空。",
                "The bands must rise: pass < good < excellent, none above the total; leave a band empty if there is none.",
            ),
            Self::Minimums => lang.pick(
                "题型最低分只能给试卷里有的题型，大于 0，且不超过该题型的满分。",
                "A part's minimum must be of a part on the paper, above 0 and not above its points.",
            ),
            Self::Penalties => lang.pick(
                "扣分不能多于得分：判断题错一题最多扣一题的分值；多选按设定扣分时，每错一项扣 1% 到 100%，下限 −100% 到 0，上限 1% 到 100%。",
                "Nothing may cost more than it earns: a wrong true-or-false at most its points; with a mapping, a wrong option 1% to 100%, the lower bound -100% to 0, the upper 1% to 100%.",
            ),
            Self::Second => lang.pick(
                "双评比例是 0 到 100，分差不低于 0、不超过总分。",
                "The share of second readings is 0 to 100 %; the difference is not below 0 nor above the total.",
            ),
            Self::OutageMinutes => lang.pick(
                "故障补时上限填 0 到 600 分钟。",
                "Outages can be made good for 0 to 600 minutes.",
            ),
            Self::SebKeys => lang.pick(
                "Safe Exam Browser 配置密钥每行一个，64 位十六进制，最多 10 个。",
                "Config Keys of Safe Exam Browser: one a line, 64 hexadecimal digits, ten at most.",
            ),
            Self::ObjectionDays => lang.pick(
                "异议期填 0 到 60 天，0 表示不接受异议。",
                "Objections: 0 to 60 days; 0 means none are taken.",
            ),
            Self::Blueprint => lang.pick(
                "试卷至少 1 题、最多 500 题，每题分值大于 0，题型不重复。",
                "A paper has 1 to 500 questions, each worth more than 0, each kind once.",
            ),
            Self::PartText => lang.pick(
                "大题名称不超过 50 字，说明不超过 300 字。",
                "The title of a part has at most 50 characters, its instruction at most 300.",
            ),
            Self::Bounds => lang.pick(
                "知识点和难度的题数写成 2-5、3、2- 或 -5，不超过本题型的题数；每行至少选知识点或难度，同一组合只写一行。",
                "Write the numbers of a topic or difficulty as 2-5, 3, 2- or -5, not above the part's count; each line names a topic or a difficulty, each pair once.",
            ),
            Self::Questions => lang.pick(
                "必出题和不同卷的题请填本题库里的题目编号：必出题最多 100 题，不同卷最多 200 组，每组 2 到 20 题。",
                "Name questions by their numbers in this bank: at most 100 that every paper has, and at most 200 sets of 2 to 20 that never stand together.",
            ),
            Self::Ceiling => lang.pick(
                "单题使用上限填 1 到 100 的整数，不限就留空。",
                "The ceiling of a question is a whole number from 1 to 100; leave it empty for none.",
            ),
            Self::Credits => lang.pick(
                "考前学分填 0 到 1000 的整数，必修不能多于总学分，0 表示不要求。",
                "Credits before the exam are whole numbers from 0 to 1000, compulsory ones not more than the total; 0 means none.",
            ),
        }
    }
}

/// Checks a set-up as a whole.
///
/// # Errors
/// Every fault, in the order of the form.
pub fn check_setup(title: &str, window: Window, policy: &Policy, blueprint: &Blueprint) -> Result<(), Vec<SetupFault>> {
    let checks = [
        (
            SetupFault::Title,
            (1..=100).contains(&title.trim().chars().count()) && !title.chars().any(char::is_control),
        ),
        (SetupFault::Window, window.closes_at > window.opens_at),
        (SetupFault::Minutes, (1..=600).contains(&policy.minutes)),
        (SetupFault::Attempts, (1..=10).contains(&policy.attempts)),
        (
            SetupFault::PassMark,
            policy.pass_mark > Points::ZERO && policy.pass_mark <= blueprint.total(),
        ),
        (SetupFault::Bands, policy.has_sound_bands(blueprint.total())),
        (SetupFault::Minimums, policy.has_sound_minimums(blueprint)),
        (SetupFault::Penalties, policy.has_sound_penalties(blueprint)),
        (SetupFault::OutageMinutes, policy.outage_minutes <= 600),
        (SetupFault::Second, policy.second.is_sound(blueprint.total())),
        (SetupFault::SebKeys, policy.has_sound_seb_keys()),
        (SetupFault::Credits, policy.credits.is_sound()),
        (SetupFault::Blueprint, blueprint.has_sound_parts()),
        (SetupFault::PartText, blueprint.has_sound_texts()),
        (SetupFault::Bounds, blueprint.has_sound_bounds()),
        (SetupFault::Questions, blueprint.has_sound_questions()),
        (SetupFault::Ceiling, blueprint.has_sound_ceiling()),
        (
            SetupFault::ObjectionDays,
            policy.objection_days <= super::objection::MOST_DAYS,
        ),
    ];
    let faults: Vec<_> = checks
        .into_iter()
        .filter(|(_, holds)| !holds)
        .map(|(fault, _)| fault)
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        opens_at: Timestamp(0),
        closes_at: Timestamp(100 * 60_000),
    };

    #[test]
    fn the_deadline_never_passes_the_close() {
        let usual = TimeFactor::USUAL;
        assert_eq!(WINDOW.deadline(Timestamp(0), 60, usual), Timestamp(60 * 60_000));
        assert_eq!(WINDOW.deadline(Timestamp(50 * 60_000), 60, usual), WINDOW.closes_at);
    }

    #[test]
    fn more_time_stretches_the_minutes_and_never_the_window() {
        let factor = |percent| TimeFactor::of_percent(percent).expect("a factor");
        assert_eq!(WINDOW.deadline(Timestamp(0), 60, factor(150)), Timestamp(90 * 60_000));
        assert_eq!(WINDOW.deadline(Timestamp(0), 60, factor(200)), WINDOW.closes_at);
    }

    #[test]
    fn the_jining_paper_has_eighty_questions_and_a_hundred_points() {
        let blueprint = Blueprint::jining();
        assert_eq!((blueprint.count(), blueprint.total()), (80, Points::whole(100)));
        assert_eq!(check_setup("考试", WINDOW, &Policy::jining(), &blueprint), Ok(()));
    }

    #[test]
    fn an_exam_opens_once_and_only_after_it_was_published() {
        assert_eq!(State::Draft.open(), Err(WrongState(State::Draft)));
        assert_eq!(State::Draft.publish().and_then(State::open), Ok(State::Open));
        assert_eq!(State::Open.open(), Err(WrongState(State::Open)));
        assert_eq!(State::Published.withdraw(), Ok(State::Draft));
        assert_eq!(
            State::Open.withdraw(),
            Err(WrongState(State::Open)),
            "what is open stays open"
        );
        assert_eq!(State::Draft.withdraw(), Err(WrongState(State::Draft)));
    }

    #[test]
    fn every_fault_of_a_set_up_is_named() {
        let policy = Policy {
            minutes: 0,
            attempts: 11,
            pass_mark: Points::whole(101),
            ..Policy::jining()
        };
        let faults = check_setup(
            " ",
            Window {
                closes_at: Timestamp(0),
                ..WINDOW
            },
            &policy,
            &Blueprint::jining(),
        );
        use SetupFault as F;
        assert_eq!(
            faults,
            Err(vec![F::Title, F::Window, F::Minutes, F::Attempts, F::PassMark])
        );
        assert_eq!(
            check_setup("考", WINDOW, &Policy::jining(), &Blueprint::of(vec![])),
            Err(vec![F::PassMark, F::Blueprint])
        );
    }
}
