//! Rules as places really set them, ready to be taken over and changed.

use serde::{Deserialize, Serialize};

use super::{Bands, Policy, Release};
use crate::domain::{
    blueprint::{Blueprint, Part},
    credit::Gate,
    item::Kind,
    person::codes,
    points::Points,
};

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    ShandongJining,
    Shaanxi2020,
    Guangdong2025,
    Hunan2019,
    Qinghai2017,
    EnforcementStage1,
    PreAppointment,
}

codes!(Preset {
    ShandongJining => "shandong_jining", "山东济宁", "Jining, Shandong";
    Shaanxi2020 => "shaanxi_2020", "陕西 2020", "Shaanxi 2020";
    Guangdong2025 => "guangdong_2025", "广东 2025", "Guangdong 2025";
    Hunan2019 => "hunan_2019", "湖南 2019", "Hunan 2019";
    Qinghai2017 => "qinghai_2017", "青海 2017", "Qinghai 2017";
    EnforcementStage1 => "enforcement_stage1", "行政执法资格第一阶段", "Enforcement qualification, stage 1";
    PreAppointment => "pre_appointment", "任前考法", "Pre-appointment exam";
});

/// What a preset sets, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    pub policy: Policy,
    pub blueprint: Blueprint,
    /// The document or notice it was taken from.
    pub source: (&'static str, &'static str),
    /// Which numbers the source does not give, so that they are ours; and what the preset leaves to the administrator.
    pub note: (&'static str, &'static str),
}

/// Kind, questions, points of each.
type Paper = [(Kind, u32, i64); 3];

const HUNDRED_OF_EIGHTY: Paper = [(Kind::Single, 40, 1), (Kind::Multiple, 20, 2), (Kind::TrueFalse, 20, 1)];
const HUNDRED_OF_FIFTY: Paper = [(Kind::Single, 20, 2), (Kind::Multiple, 15, 2), (Kind::TrueFalse, 15, 2)];
const HUNAN: Paper = [(Kind::TrueFalse, 20, 2), (Kind::Single, 30, 1), (Kind::Multiple, 15, 2)];

fn blueprint(paper: Paper) -> Blueprint {
    let part = |(kind, count, points)| Part::new(kind, count, Points::whole(points));
    Blueprint::of(paper.map(part).to_vec())
}

/// Pass mark, minutes, attempts; the rest as in Jining.
fn policy(pass_mark: i64, minutes: u32, attempts: u32) -> Policy {
    Policy {
        pass_mark: Points::whole(pass_mark),
        minutes,
        attempts,
        ..Policy::jining()
    }
}

fn bands(excellent: i64, good: Option<i64>) -> Bands {
    Bands {
        excellent: Some(Points::whole(excellent)),
        good: good.map(Points::whole),
    }
}

impl Preset {
    pub fn content(self) -> Content {
        match self {
            Self::ShandongJining => Content {
                policy: Policy::jining(),
                blueprint: blueprint(HUNDRED_OF_EIGHTY),
                source: (
                    "济宁市 2019、2021、2023 年学法用法考试通知",
                    "Notices of the Jining exams of 2019, 2021 and 2023",
                ),
                note: (
                    "通知没有写可考次数，这里定为一次。缺考和不合格人员另有补考，主考开考后在考试页面添加。",
                    "The notices do not give the number of attempts; one is ours. A make-up round for those absent or failed is added on the exam's page once the main round is open.",
                ),
            },
            Self::Shaanxi2020 => Content {
                policy: Policy {
                    bands: bands(90, Some(80)),
                    ..policy(60, 90, 3)
                },
                blueprint: blueprint(HUNDRED_OF_FIFTY),
                source: (
                    "陕西省 2020 年国家工作人员学法用法考试通知",
                    "Notice of the Shaanxi exam of 2020",
                ),
                note: (
                    "通知写明 50 题、100 分、三种题型和不设补考，没有写各题型的题数，单选 20、多选 15、判断 15 是我们定的。",
                    "The notice gives 50 questions, 100 points, the three kinds and no make-up round, but not how many of each; 20, 15 and 15 are ours.",
                ),
            },
            Self::Guangdong2025 => Content {
                policy: Policy {
                    bands: bands(90, None),
                    credits: Gate {
                        total: 40,
                        compulsory: 0,
                    },
                    ..policy(60, 60, 3)
                },
                blueprint: blueprint(HUNDRED_OF_EIGHTY),
                source: (
                    "广东省 2025 年国家工作人员学法考试安排",
                    "Arrangements of the Guangdong exam of 2025",
                ),
                note: (
                    "60 分及格、90 分优秀、三次机会取高分、不设补考、考前修满 40 学分来自安排；时长 60 分钟和题型题数是我们定的。",
                    "Pass 60, excellent 90, three attempts of which the best counts, no make-up round and 40 credits beforehand are from the source; 60 minutes and the paper are ours.",
                ),
            },
            Self::Hunan2019 => Content {
                policy: Policy {
                    credits: Gate {
                        total: 100,
                        compulsory: 60,
                    },
                    ..policy(60, 60, 1)
                },
                blueprint: blueprint(HUNAN),
                source: (
                    "湖南省 2019 年国家工作人员学法考法通知（如法网）",
                    "Notice of the Hunan exam of 2019",
                ),
                note: (
                    "合格线、题型题数和考前总学分 100、必修 60 来自通知；时长 60 分钟、一次机会是我们定的。",
                    "Pass mark, paper and the 100 credits beforehand, 60 of them compulsory, are from the notice; 60 minutes and one attempt are ours.",
                ),
            },
            Self::Qinghai2017 => Content {
                policy: policy(60, 90, 3),
                blueprint: blueprint(HUNDRED_OF_FIFTY),
                source: (
                    "青海省国家工作人员学法用法考试办法（青普法办〔2017〕11号）和当年安排",
                    "The Qinghai exam rules of 2017 and that year's arrangements",
                ),
                note: (
                    "50 题、100 分、90 分钟、三次机会和一天补考来自办法；各题型的题数是我们定的。补考在主考开考后添加。厅级人员用另一份试卷时请另建一场考试。",
                    "50 questions, 100 points, 90 minutes, three attempts and one day of make-up are from the source; how many questions of each kind is ours. Add the make-up round once the main round is open. For another paper by rank level set up a second exam.",
                ),
            },
            Self::EnforcementStage1 => Content {
                policy: Policy {
                    release: Release::Approved,
                    ..policy(60, 90, 1)
                },
                blueprint: blueprint(HUNDRED_OF_EIGHTY),
                source: (
                    "六安市 2025 年行政执法资格专门法律知识考试通知",
                    "Notice of the Lu'an exam of special law for enforcement officers, 2025",
                ),
                note: (
                    "闭卷、60 分合格、从公布的题库出题、成绩在考后五个工作日内公布来自通知，所以成绩批准后才公布；90 分钟、一次机会和题型题数是我们定的。",
                    "Closed book, 60 to pass, questions from a published bank and results within five working days are from the notice, so results wait for approval; 90 minutes, one attempt and the paper are ours.",
                ),
            },
            Self::PreAppointment => Content {
                policy: Policy {
                    release: Release::Approved,
                    ..policy(80, 120, 1)
                },
                blueprint: blueprint(HUNDRED_OF_EIGHTY),
                source: (
                    "湖南北湖（80 分）和陕西岚皋 2024（120 分钟、60 分）任前考法规定",
                    "Pre-appointment rules of Beihu, Hunan (80 to pass) and Langao, Shaanxi 2024 (120 minutes, 60 to pass)",
                ),
                note: (
                    "闭卷、一次考试加一次补考来自规定；合格线各地不同，60 分的请改。规定里的简答题这里没有，题型题数和批准后公布是我们定的。",
                    "Closed book, one attempt and one make-up are from the rules; where 60 is the pass mark, change it. Short answers are left out; the paper and the release after approval are ours.",
                ),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Band, SetupFault, Window, check_setup},
        *,
    };
    use crate::domain::time::Timestamp;

    fn checked(content: &Content) -> Result<(), Vec<SetupFault>> {
        let window = Window {
            opens_at: Timestamp(0),
            closes_at: Timestamp(1),
        };
        check_setup("考试", window, &content.policy, &content.blueprint)
    }

    #[test]
    fn every_preset_can_be_saved_as_it_is_and_has_a_hundred_points() {
        for preset in Preset::ALL {
            let content = preset.content();
            assert_eq!(checked(&content), Ok(()), "{preset:?}");
            assert_eq!(content.blueprint.total(), Points::whole(100), "{preset:?}");
            for (zh, en) in [content.source, content.note] {
                assert!(
                    zh.ends_with(|c: char| !c.is_ascii_punctuation()) && !en.is_empty(),
                    "{preset:?}"
                );
            }
        }
    }

    /// The numbers that the sources give (domain.md §1.2, §1.3): pass mark, minutes, attempts, questions.
    #[test]
    fn the_numbers_of_the_sources_stand_in_the_presets() {
        let numbers = |preset: Preset| {
            let Content { policy, blueprint, .. } = preset.content();
            let pass = policy.pass_mark.0 / 100;
            (pass, policy.minutes, policy.attempts, blueprint.count())
        };
        assert_eq!(numbers(Preset::ShandongJining), (80, 60, 1, 80));
        assert_eq!(numbers(Preset::Shaanxi2020), (60, 90, 3, 50));
        assert_eq!(numbers(Preset::Guangdong2025).0, 60);
        assert_eq!(numbers(Preset::Guangdong2025).2, 3);
        assert_eq!((numbers(Preset::Hunan2019).0, numbers(Preset::Hunan2019).3), (60, 65));
        assert_eq!(numbers(Preset::Qinghai2017), (60, 90, 3, 50));
        assert_eq!(
            (
                numbers(Preset::EnforcementStage1).0,
                numbers(Preset::EnforcementStage1).2
            ),
            (60, 1)
        );
        assert_eq!(
            (numbers(Preset::PreAppointment).0, numbers(Preset::PreAppointment).1),
            (80, 120)
        );
        let band = |preset: Preset, points| preset.content().policy.grade(Points::whole(points), &[]).band;
        assert_eq!(
            [59, 60, 80, 90].map(|points| band(Preset::Shaanxi2020, points)),
            [Band::Fail, Band::Pass, Band::Good, Band::Excellent]
        );
        assert_eq!(band(Preset::Guangdong2025, 89), Band::Pass);
    }
}
