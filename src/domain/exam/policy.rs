//! The rules of an exam, and the one function that says what a result is worth.

use serde::{Deserialize, Serialize};

use super::{Audience, Review};
use crate::domain::{
    attempt::Attempt,
    blueprint::Blueprint,
    credit::Gate,
    item::Kind,
    lang::Lang,
    mark::{Marking, PartScore},
    marking::Second,
    person::codes,
    points::Points,
};

/// How a 多选 or 不定项 question is marked. What each gives exactly stands in [`MultiplePolicy::rule`], which the
/// candidate reads before the exam.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiplePolicy {
    /// 多选、错选、少选、不选均不得分
    AllOrNothing,
    /// 漏选得一半，错选不得分
    HalfIfIncomplete,
    /// 漏选按选对的比例得分，错选不得分
    ShareIfIncomplete,
    /// Each right option chosen earns its share, each wrong one costs a share; the question may fall below zero.
    PerOption,
    /// As [`Self::PerOption`], but never below zero.
    RightMinusWrong,
    /// The mapping of QTI (IMS Question and Test Interoperability): right options earn, wrong ones cost, the sum stays
    /// between two bounds.
    Mapping(Mapping),
    /// Each right option chosen earns its share and wrong ones cost nothing; but who chooses more options than are right
    /// gets nothing, so that choosing all is no way to full points.
    PerRight,
}

/// What [`MultiplePolicy::Mapping`] maps, in percent of the question's points. Each right option earns an even share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// Taken off for each wrong option: 1 to 100.
    pub wrong: u32,
    /// The least the question gives: −100 to 0.
    pub lower: i32,
    /// The most the question gives: 1 to 100.
    pub upper: u32,
}

impl Mapping {
    /// Half the points off for each wrong option, never below zero.
    pub const USUAL: Self = Self {
        wrong: 50,
        lower: 0,
        upper: 100,
    };

    fn sound(self) -> bool {
        (1..=100).contains(&self.wrong) && (-100..=0).contains(&self.lower) && (1..=100).contains(&self.upper)
    }
}

impl MultiplePolicy {
    pub const ALL: [Self; 7] = [
        Self::AllOrNothing,
        Self::HalfIfIncomplete,
        Self::ShareIfIncomplete,
        Self::PerOption,
        Self::RightMinusWrong,
        Self::Mapping(Mapping::USUAL),
        Self::PerRight,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::AllOrNothing => "all_or_nothing",
            Self::HalfIfIncomplete => "half_if_incomplete",
            Self::ShareIfIncomplete => "share_if_incomplete",
            Self::PerOption => "per_option",
            Self::RightMinusWrong => "right_minus_wrong",
            Self::Mapping(_) => "mapping",
            Self::PerRight => "per_right",
        }
    }

    /// A mapping comes with its usual numbers.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::AllOrNothing => lang.pick("全对才得分", "All or nothing"),
            Self::HalfIfIncomplete => lang.pick("少选得一半，错选 0 分", "Half if incomplete, 0 with a wrong one"),
            Self::ShareIfIncomplete => lang.pick("少选按比例，错选 0 分", "Share if incomplete, 0 with a wrong one"),
            Self::PerOption => lang.pick(
                "选对加分，选错扣分，可为负分",
                "Per option: earns or costs, may fall below 0",
            ),
            Self::RightMinusWrong => lang.pick("选对加分，选错扣分，最低 0 分", "Right minus wrong, at least 0"),
            Self::Mapping(_) => lang.pick(
                "选对加分，选错按设定扣分，有上下限",
                "Mapping with lower and upper bound (QTI)",
            ),
            Self::PerRight => lang.pick(
                "选对一项得一份，多选不得分",
                "Per right option, 0 if too many are chosen",
            ),
        }
    }

    /// The definition, for the candidate.
    pub fn rule(self, lang: Lang) -> String {
        match self {
            Self::AllOrNothing => lang.pick(
                "多选题选全才得分，多选、错选、少选、不选都不得分。",
                "Multiple choice scores only when exactly the right options are chosen.",
            ),
            Self::HalfIfIncomplete => lang.pick(
                "多选题少选得一半分，有错选不得分。",
                "Multiple choice: half the points if incomplete, none with a wrong option.",
            ),
            Self::ShareIfIncomplete => lang.pick(
                "多选题少选按选对的比例得分，有错选不得分。",
                "Multiple choice: a share of the points if incomplete, none with a wrong option.",
            ),
            Self::PerOption => lang.pick(
                "多选题的分值按正确项数均分：选对一项得一份，选错一项扣一份，一题可以是负分，不选不得分也不扣分。",
                "Multiple choice: the points are split evenly over the right options. Each right one chosen earns a share, each \
                 wrong one costs a share; a question may fall below 0. No choice earns and costs nothing.",
            ),
            Self::RightMinusWrong => lang.pick(
                "多选题的分值按正确项数均分：选对一项得一份，选错一项扣一份，一题最低 0 分。",
                "Multiple choice: the points are split evenly over the right options. Each right one chosen earns a share, each \
                 wrong one costs a share; a question gives at least 0.",
            ),
            Self::Mapping(Mapping { wrong, lower, upper }) => {
                return match lang {
                    Lang::Zh => format!(
                        "多选题的分值按正确项数均分：选对一项得一份，选错一项扣本题分值的 {wrong}%，一题最低得本题分值的 {lower}%，最高 {upper}%，不选不得分也不扣分。"
                    ),
                    Lang::En => format!(
                        "Multiple choice: the points are split evenly over the right options. Each right one chosen earns a \
                         share, each wrong one costs {wrong}% of the question's points; a question gives at least {lower}% \
                         and at most {upper}%. No choice earns and costs nothing."
                    ),
                };
            }
            Self::PerRight => lang.pick(
                "多选题的分值按正确项数均分：选对一项得一份，选错不扣分，但选的项数多于正确项数时本题不得分。",
                "Multiple choice: the points are split evenly over the right options. Each right one chosen earns a share and \
                 wrong ones cost nothing, but choosing more options than are right gives 0.",
            ),
        }
        .to_owned()
    }

    /// Whether a question may end below zero.
    pub fn may_cost(self) -> bool {
        match self {
            Self::PerOption => true,
            Self::Mapping(mapping) => mapping.lower < 0,
            _ => false,
        }
    }
}

/// Which of several attempts counts, over all rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counting {
    /// One that passed before one that did not, then the highest score, then the earliest.
    #[default]
    Best,
    Last,
    First,
}

codes!(Counting {
    Best => "best", "取最好成绩", "The best one counts";
    Last => "last", "取最后一次成绩", "The last one counts";
    First => "first", "取第一次成绩", "The first one counts";
});

impl Counting {
    /// The attempt that counts; `None` when none is handed in.
    pub fn of(self, attempts: &[Attempt]) -> Option<&Attempt> {
        let done = attempts.iter().filter_map(|attempt| {
            let settled = &attempt.outcome.as_ref()?.settled;
            Some((self.rank(attempt.number, settled.band, settled.score), attempt))
        });
        // Of equals the first stays.
        done.reduce(|best, next| if next.0 > best.0 { next } else { best })
            .map(|(_, attempt)| attempt)
    }

    /// The attempt with the highest rank counts; of equals the earliest.
    pub fn rank(self, number: u32, band: Band, score: Points) -> (i64, Band, Points) {
        let order = match self {
            Self::Best => 0,
            Self::Last => i64::from(number),
            Self::First => -i64::from(number),
        };
        (order, band, score)
    }
}

/// What a result is worth (优秀、良好、合格、不合格), from the least up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    Fail,
    /// People have not marked everything yet, so that nobody knows.
    Awaiting,
    Pass,
    Good,
    Excellent,
}

codes!(Band {
    Fail => "fail", "不合格", "Not passed";
    Awaiting => "awaiting", "待阅卷", "Waits to be marked";
    Pass => "pass", "合格", "Passed";
    Good => "good", "良好", "Good";
    Excellent => "excellent", "优秀", "Excellent";
});

impl Band {
    pub fn passed(self) -> bool {
        self >= Self::Pass
    }

    /// Whether it is known for good.
    pub fn is_final(self) -> bool {
        self != Self::Awaiting
    }
}

/// From which score on a result is more than a pass; `None`: there is no such band.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bands {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excellent: Option<Points>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub good: Option<Points>,
}

/// The least a part has to reach; below it the person fails whatever the total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minimum {
    pub kind: Kind,
    pub points: Points,
}

/// What a result is worth, and why it is not more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grade {
    pub band: Band,
    /// Parts below their minimum.
    pub below: Vec<Minimum>,
}

/// When results reach the candidates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// As the review says, without anybody's doing.
    #[default]
    AtOnce,
    /// Nothing before an administrator releases the round; then as the review says.
    Approved,
}

codes!(Release {
    AtOnce => "at_once", "不用批准", "Without approval";
    Approved => "approved", "管理员批准后公布", "After an administrator's approval";
});

/// The rules of an exam. Fixed when it opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub pass_mark: Points,
    /// Time for one attempt.
    pub minutes: u32,
    /// Attempts a person may start in the main round.
    pub attempts: u32,
    #[serde(default)]
    pub counting: Counting,
    #[serde(default)]
    pub bands: Bands,
    #[serde(default)]
    pub minimums: Vec<Minimum>,
    pub shuffle_items: bool,
    pub shuffle_options: bool,
    pub multiple: MultiplePolicy,
    /// Taken off for a wrong 判断.
    #[serde(default)]
    pub wrong_judgement: Points,
    /// What is shown when. Stored as `review`; older exams have `show_score` and `show_answers` instead.
    #[serde(flatten)]
    pub review: Review,
    #[serde(default)]
    pub release: Release,
    /// The most time that outages of the server are made good for, in all, for one attempt.
    #[serde(default = "default_outage_minutes")]
    pub outage_minutes: u32,
    /// Days after hand-in or close in which a candidate may object; 0: none.
    #[serde(default = "usual_objection_days")]
    pub objection_days: u32,
    /// Config Keys of Safe Exam Browser, in lower-case hexadecimal: the exam is begun and read in a browser with one of
    /// these configurations. Empty: in any browser.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seb_keys: Vec<String>,
    /// The credits of the year that are needed to begin.
    #[serde(default, skip_serializing_if = "Gate::is_none")]
    pub credits: Gate,
    /// Whom of the exam's unit it is for.
    #[serde(default, skip_serializing_if = "Audience::is_everybody")]
    pub audience: Audience,
    /// Who else reads what people mark.
    #[serde(default, skip_serializing_if = "Second::is_none")]
    pub second: Second,
}

/// The most Config Keys of an exam: one for each kind of computer, and some to spare.
pub const MAX_SEB_KEYS: usize = 10;

/// Longer than the power is away as a rule, shorter than a working day.
const fn default_outage_minutes() -> u32 {
    120
}

const fn usual_objection_days() -> u32 {
    crate::domain::objection::USUAL_DAYS
}

impl Policy {
    /// Jining (Shandong) 2019/2021/2023: 60 minutes, 80 to pass, one attempt.
    pub fn jining() -> Self {
        Self {
            pass_mark: Points::whole(80),
            minutes: 60,
            attempts: 1,
            counting: Counting::Best,
            bands: Bands::default(),
            minimums: Vec::new(),
            shuffle_items: true,
            shuffle_options: true,
            multiple: MultiplePolicy::AllOrNothing,
            wrong_judgement: Points::ZERO,
            review: Review::Yearly,
            release: Release::AtOnce,
            outage_minutes: default_outage_minutes(),
            objection_days: usual_objection_days(),
            seb_keys: Vec::new(),
            credits: Gate::NONE,
            audience: Audience::default(),
            second: Second::default(),
        }
    }

    /// What marking needs of the rules.
    pub fn marking(&self) -> Marking {
        Marking {
            multiple: self.multiple,
            wrong_judgement: self.wrong_judgement,
        }
    }

    /// What a result is worth. The only place that decides about passing.
    pub fn grade(&self, score: Points, parts: &[PartScore]) -> Grade {
        let reached = |kind| {
            let part = parts.iter().find(|part| part.kind == kind);
            part.map_or(Points::ZERO, |part| part.score)
        };
        let below: Vec<_> = self
            .minimums
            .iter()
            .filter(|minimum| reached(minimum.kind) < minimum.points)
            .copied()
            .collect();
        let from = |mark: Option<Points>| mark.is_some_and(|mark| score >= mark);
        if parts.iter().any(|part| part.awaiting > 0) {
            return Grade {
                band: Band::Awaiting,
                below: Vec::new(),
            };
        }
        let band = if score < self.pass_mark || !below.is_empty() {
            Band::Fail
        } else if from(self.bands.excellent) {
            Band::Excellent
        } else if from(self.bands.good) {
            Band::Good
        } else {
            Band::Pass
        };
        Grade { band, below }
    }

    /// Whether each Config Key is one, and there are not too many.
    pub(super) fn has_sound_seb_keys(&self) -> bool {
        let sound = |key: &String| key.len() == 64 && key.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        self.seb_keys.len() <= MAX_SEB_KEYS && self.seb_keys.iter().all(sound)
    }

    /// Whether the bands rise from the pass mark up to the total.
    pub(super) fn has_sound_bands(&self, total: Points) -> bool {
        let bands = [self.bands.good, self.bands.excellent].into_iter().flatten();
        let mut below = self.pass_mark;
        for mark in bands {
            if mark <= below || mark > total {
                return false;
            }
            below = mark;
        }
        true
    }

    /// Whether each minimum is of a part of the paper, once, and can be reached.
    pub(super) fn has_sound_minimums(&self, blueprint: &Blueprint) -> bool {
        let sound = |(place, minimum): (usize, &Minimum)| {
            let part = blueprint.part_of(minimum.kind);
            let once = self.minimums[..place].iter().all(|other| other.kind != minimum.kind);
            let reachable = part.is_some_and(|part| minimum.points <= part.points.times(part.count));
            once && minimum.points > Points::ZERO && reachable
        };
        self.minimums.iter().enumerate().all(sound)
    }

    /// Whether what is taken off for a wrong answer is not more than a right one earns.
    pub(super) fn has_sound_penalties(&self, blueprint: &Blueprint) -> bool {
        let mapping = match self.multiple {
            MultiplePolicy::Mapping(mapping) => mapping.sound(),
            _ => true,
        };
        mapping
            && self.wrong_judgement >= Points::ZERO
            && (self.wrong_judgement == Points::ZERO || self.wrong_judgement <= blueprint.points_of(Kind::TrueFalse))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        attempt::{HandIn, Outcome, Settled},
        id::{AttemptId, ExamId, PersonId},
        time::Timestamp,
    };

    #[test]
    fn rules_stored_before_there_were_gates_have_none_and_a_gate_is_stored() {
        let usual = Policy::jining();
        let json = serde_json::to_value(&usual).expect("JSON");
        assert_eq!(json.get("credits"), None);
        assert_eq!(serde_json::from_value::<Policy>(json).expect("a policy"), usual);
        let gated = Policy {
            credits: Gate {
                total: 100,
                compulsory: 60,
            },
            ..usual
        };
        let json = serde_json::to_value(&gated).expect("JSON");
        assert_eq!(json["credits"]["total"], 100);
        assert_eq!(serde_json::from_value::<Policy>(json).expect("a policy"), gated);
    }

    fn banded() -> Policy {
        Policy {
            pass_mark: Points::whole(60),
            bands: Bands {
                excellent: Some(Points::whole(90)),
                good: Some(Points::whole(80)),
            },
            ..Policy::jining()
        }
    }

    fn part(kind: Kind, score: i64, full: i64) -> PartScore {
        PartScore {
            kind,
            score: Points::whole(score),
            full: Points::whole(full),
            right: 0,
            count: 1,
            awaiting: 0,
        }
    }

    /// Shaanxi 2020: ≥90 优秀, 80–89 良好, 60–79 合格, <60 不合格.
    #[test]
    fn a_band_begins_at_its_mark() {
        let band = |hundredths| banded().grade(Points(hundredths), &[]).band;
        let marks = [5_999, 6_000, 7_999, 8_000, 8_999, 9_000, 10_000];
        use Band as B;
        assert_eq!(
            marks.map(band),
            [B::Fail, B::Pass, B::Pass, B::Good, B::Good, B::Excellent, B::Excellent]
        );
        let plain = Policy::jining();
        assert_eq!(
            plain.grade(Points::whole(100), &[]).band,
            B::Pass,
            "without bands there is pass and fail"
        );
    }

    #[test]
    fn who_misses_the_minimum_of_a_part_fails_whatever_the_total() {
        let minimum = Minimum {
            kind: Kind::Multiple,
            points: Points::whole(20),
        };
        let policy = Policy {
            minimums: vec![minimum],
            ..banded()
        };
        let grade = |multiple| policy.grade(Points::whole(95), &[part(Kind::Multiple, multiple, 40)]);
        assert_eq!(
            grade(19),
            Grade {
                band: Band::Fail,
                below: vec![minimum]
            }
        );
        assert_eq!((grade(20).band, grade(20).below), (Band::Excellent, vec![]));
        assert_eq!(
            policy.grade(Points::whole(95), &[]).band,
            Band::Fail,
            "a part that is not there has nothing"
        );
    }

    fn attempt(number: u32, score: i64, band: Band) -> Attempt {
        Attempt {
            id: AttemptId(i64::from(number)),
            exam: ExamId(1),
            person: PersonId(1),
            number,
            round: 1,
            started_at: Timestamp(0),
            deadline: Timestamp(0),
            paused_at: None,
            outcome: Some(Outcome {
                handed_in_at: Timestamp(0),
                hand_in: HandIn::Submit,
                settled: Settled {
                    score: Points::whole(score),
                    parts: vec![],
                    band,
                    receipt: [0; 32],
                },
            }),
        }
    }

    #[test]
    fn the_rules_say_which_attempt_counts() {
        let mut attempts = vec![
            attempt(1, 70, Band::Pass),
            attempt(2, 85, Band::Fail),
            attempt(3, 70, Band::Pass),
            attempt(4, 10, Band::Fail),
        ];
        let number = |counting: Counting, attempts: &[Attempt]| counting.of(attempts).map(|attempt| attempt.number);
        assert_eq!(
            number(Counting::Best, &attempts),
            Some(1),
            "a pass before a higher score that failed a part"
        );
        assert_eq!(number(Counting::Last, &attempts), Some(4));
        assert_eq!(number(Counting::First, &attempts), Some(1));
        attempts[3].outcome = None;
        assert_eq!(
            number(Counting::Last, &attempts),
            Some(3),
            "one that runs does not count yet"
        );
        assert_eq!(number(Counting::Best, &[]), None);
    }

    #[test]
    fn a_policy_of_the_first_version_is_still_read() {
        let old = r#"{"pass_mark":8000,"minutes":60,"attempts":2,"shuffle_items":true,"shuffle_options":false,
            "multiple":"half_if_incomplete","show_score":"after_hand_in","show_answers":"after_close"}"#;
        let policy: Policy = serde_json::from_str(old).expect("an old policy");
        let expected = Policy {
            attempts: 2,
            shuffle_options: false,
            multiple: MultiplePolicy::HalfIfIncomplete,
            ..Policy::jining()
        };
        assert_eq!(
            Policy {
                review: Review::Yearly,
                ..policy.clone()
            },
            expected
        );
        use super::super::{Moment as M, Thing as T};
        assert!(policy.review.shows(T::Score, M::RightAfter, true) && !policy.review.shows(T::Right, M::Later, false));
        assert!(policy.review.shows(T::Right, M::AfterClose, false));
        let json = serde_json::to_string(&policy).expect("a policy is JSON");
        assert!(!json.contains("show_score"), "{json}");
        assert_eq!(serde_json::from_str::<Policy>(&json).expect("the new form"), policy);
    }

    #[test]
    fn every_marking_of_multiple_choice_has_a_code_and_a_definition_of_its_own() {
        for policy in MultiplePolicy::ALL {
            assert_eq!(MultiplePolicy::from_code(policy.code()), Some(policy));
            let json = serde_json::to_string(&policy).expect("JSON");
            assert_eq!(serde_json::from_str::<MultiplePolicy>(&json).expect("a policy"), policy);
            for lang in [Lang::Zh, Lang::En] {
                let rules: Vec<_> = MultiplePolicy::ALL.map(|policy| policy.rule(lang)).into();
                assert_eq!(rules.iter().filter(|rule| **rule == policy.rule(lang)).count(), 1);
            }
        }
    }
}
