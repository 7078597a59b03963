//! Rules as competitions really had them (the list in the field's notices), ready to be taken over and changed.

use serde::{Deserialize, Serialize};

use super::{
    Asked, Chances, Counting, IdentityType, Registration, Rules, Scoring, Stage, StageKind, TieBreak, Track, Validity,
};
use crate::domain::{exam::Window, person::codes, points::Points};

/// Whose rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    Daily15,
    OfficialFive,
    BestScore,
    AllRight,
}

codes!(Preset {
    Daily15 => "daily_15", "链工宝 2021：每天一次 15 题", "Liangongbao 2021: 15 questions once a day";
    OfficialFive => "official_5", "内蒙古 2023：训练赛与正式赛，每次 5 题", "Inner Mongolia 2023: training and official stage, 5 questions";
    BestScore => "best_score", "许昌网信 2023：次数不限，取最高分", "Xuchang 2023: any number of attempts, the best counts";
    AllRight => "all_right", "法制网云大赛 2021：再答至全对", "Law cloud contest 2021: again until all is right";
});

/// The days of training before the official stage, in Inner Mongolia's rules.
const TRAINING_MS: i64 = 10 * 86_400_000;

fn stage(kind: StageKind, window: Window, per_day: Option<u32>, items: u32, seconds: u32) -> Stage {
    Stage {
        kind,
        window,
        per_day,
        total: None,
        items,
        seconds,
        item_seconds: None,
        answers_shown: true,
    }
}

impl Preset {
    /// The rules for play within `window`.
    pub fn rules(self, window: Window) -> Rules {
        use StageKind::{Official, Training};
        let plain = Rules {
            track: Track::Personal,
            registration: Registration {
                phone: Asked::Optional,
                account: Asked::Optional,
                division: Asked::Required,
                organization: Asked::Optional,
            },
            stages: Vec::new(),
            validity: Validity::default(),
            scoring: Scoring::Right {
                points: Points::whole(1),
            },
            counting: Counting::Sum,
            cap_per_day: None,
            tie_breaks: vec![TieBreak::MoreRight, TieBreak::ShorterTime, TieBreak::EarlierFinish],
            identities: IdentityType::ALL.to_vec(),
            regions: Vec::new(),
            correction_days: 10,
            certificate: false,
            chances: Chances::None,
            best_of_unit: 0,
            ceiling_percent: None,
        };
        match self {
            Self::Daily15 => Rules {
                stages: vec![stage(Official, window, Some(1), 15, 900)],
                chances: Chances::InARow { length: 5, per_day: 3 },
                ..plain
            },
            Self::OfficialFive => {
                // A third of the time for training where there is less than a month.
                let training = TRAINING_MS.min((window.closes_at.0 - window.opens_at.0) / 3);
                let begin = crate::domain::time::Timestamp(window.opens_at.0 + training);
                let first = Window {
                    closes_at: begin,
                    ..window
                };
                let then = Window {
                    opens_at: begin,
                    ..window
                };
                Rules {
                    stages: vec![
                        stage(Training, first, Some(3), 3, 180),
                        stage(Official, then, Some(3), 5, 300),
                    ],
                    tie_breaks: vec![TieBreak::EarlierFinish],
                    certificate: true,
                    ..plain
                }
            }
            Self::BestScore => Rules {
                stages: vec![stage(Official, window, None, 20, 1200)],
                scoring: Scoring::Right {
                    points: Points::whole(5),
                },
                counting: Counting::Best,
                tie_breaks: vec![TieBreak::ShorterTime],
                ..plain
            },
            Self::AllRight => Rules {
                stages: vec![stage(Official, window, None, 10, 1800)],
                scoring: Scoring::UntilRight {
                    points: Points::whole(1),
                },
                counting: Counting::Best,
                tie_breaks: Vec::new(),
                chances: Chances::AllRight,
                ..plain
            },
        }
    }

    /// Where the numbers are from, and which of them the source does not give, so that they are ours.
    pub fn note(self) -> (&'static str, &'static str) {
        match self {
            Self::Daily15 => (
                "每天 1 次、每次最多 15 题、连对 5 题得 1 次抽奖机会且每天最多 3 次：取自“测测你的安全力”公布的规则；限时 15 分钟和同分规则由我们设定。",
                "Once a day, up to 15 questions, a chance for 5 right in a row and 3 a day at most: as published for “测测你的安全力”. The 15 minutes and the tie-breaks are ours.",
            ),
            Self::OfficialFive => (
                "训练赛每天 3 次、每次 3 题、当场公布答案、不计分；正式赛每次 5 题；报名信息 10 天内可改一次：取自竞赛规则。正式赛每天次数和限时由我们设定。",
                "Training 3 times a day with 3 questions, answers shown, no points; 5 questions in the official stage; one correction within 10 days: from the published rules. Attempts a day in the official stage and times are ours.",
            ),
            Self::BestScore => (
                "20 题、每题 5 分、次数不限、取最高分、同分时用时短的在前：取自竞赛规则。限时 20 分钟由我们设定。",
                "20 questions of 5 points, any number of attempts, the best counts, then the shorter time: from the published rules. The 20 minutes are ours.",
            ),
            Self::AllRight => (
                "10 题、可反复作答直到全对、全对者参加抽奖、不排名次：取自竞赛规则。限时 30 分钟由我们设定。",
                "10 questions, again until all is right, all who are right stand in the draw: from the published rules. The 30 minutes are ours.",
            ),
        }
    }
}
