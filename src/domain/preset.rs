//! Rules as places really have them: a start for a new exam, everything in it changeable until the opening.

use super::{
    blueprint::{Blueprint, Part},
    exam::{MultiplePolicy, Policy, Shown},
    item::Kind,
    lang::Lang,
    points::Points,
};

/// Rules with a name and a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preset {
    pub code: &'static str,
    name: (&'static str, &'static str),
    /// What the source says, and which numbers are ours because it says nothing.
    note: (&'static str, &'static str),
    pub policy: Policy,
    pub blueprint: Blueprint,
}

impl Preset {
    pub fn name(&self, lang: Lang) -> &'static str {
        lang.pick(self.name.0, self.name.1)
    }

    pub fn note(&self, lang: Lang) -> &'static str {
        lang.pick(self.note.0, self.note.1)
    }

    pub fn of(code: &str) -> Option<Self> {
        Self::all().into_iter().find(|preset| preset.code == code)
    }

    /// Every preset; the first is the one a new exam begins with.
    pub fn all() -> Vec<Self> {
        vec![
            Self {
                code: "shandong_jining",
                name: ("济宁（山东）", "Jining (Shandong)"),
                note: (
                    "济宁市 2019、2021、2023 年通知：60 分钟，单选 40×1、多选 20×2、判断 20×1，80 分合格，另设补考。次数 1 是我们的默认值。",
                    "Notices of Jining 2019, 2021, 2023: 60 minutes, 40 single ×1, 20 multiple ×2, 20 true or false ×1, 80 to pass, a make-up round apart. One attempt is our default.",
                ),
                policy: Policy::jining(),
                blueprint: Blueprint::jining(),
            },
            Self {
                code: "shaanxi_2020",
                name: ("陕西 2020", "Shaanxi 2020"),
                note: (
                    "陕西 2020 年：50 题 100 分，90 分钟，60 分合格，3 次取最高，不设补考。各题型的题数是我们的默认值。",
                    "Shaanxi 2020: 50 questions, 100 points, 90 minutes, 60 to pass, best of 3, no make-up. The split by kind is our default.",
                ),
                policy: rules(60, 90, 3),
                blueprint: blueprint(&[
                    (Kind::Single, 20, 200),
                    (Kind::Multiple, 10, 200),
                    (Kind::TrueFalse, 20, 200),
                ]),
            },
            Self {
                code: "guangdong_2025",
                name: ("广东 2025", "Guangdong 2025"),
                note: (
                    "广东 2025 年：60 分及格，3 个考场即 3 次机会，高分覆盖低分，不设补考；先修满 40 学分。时长和题数是我们的默认值。",
                    "Guangdong 2025: 60 to pass, 3 chances, the higher score counts, no make-up; 40 credits first. Minutes and numbers of questions are our default.",
                ),
                policy: rules(60, 60, 3),
                blueprint: Blueprint::jining(),
            },
            Self {
                code: "hunan_2019",
                name: ("湖南 2019", "Hunan 2019"),
                note: (
                    "湖南 2019 年：判断 20×2、单选 30×1、多选 15×2，共 65 题 100 分，60 分合格；学分满 100、其中必修 60。时长和次数是我们的默认值。",
                    "Hunan 2019: 20 true or false ×2, 30 single ×1, 15 multiple ×2, 65 questions, 100 points, 60 to pass; 100 credits, 60 of them compulsory. Minutes and attempts are our default.",
                ),
                policy: rules(60, 60, 1),
                blueprint: blueprint(&[
                    (Kind::TrueFalse, 20, 200),
                    (Kind::Single, 30, 100),
                    (Kind::Multiple, 15, 200),
                ]),
            },
            Self {
                code: "qinghai_2017",
                name: ("青海 2017", "Qinghai 2017"),
                note: (
                    "青海 2017 年：50 题 100 分，90 分钟，60 分合格，3 次机会，另有一天补考。各题型的题数是我们的默认值。",
                    "Qinghai 2017: 50 questions, 100 points, 90 minutes, 60 to pass, 3 chances, a make-up day apart. The split by kind is our default.",
                ),
                policy: rules(60, 90, 3),
                blueprint: blueprint(&[
                    (Kind::Single, 20, 200),
                    (Kind::Multiple, 10, 200),
                    (Kind::TrueFalse, 20, 200),
                ]),
            },
            Self {
                code: "enforcement_stage1",
                name: ("执法资格第一阶段", "Enforcement, first stage"),
                note: (
                    "六安 2025 年行政执法资格专门法律知识考试：闭卷，60 分合格，通过后才能报名通用法律知识考试。时长和题数是我们的默认值。",
                    "Lu'an 2025, special law exam for enforcement: closed book, 60 to pass, before the general law exam. Minutes and numbers of questions are our default.",
                ),
                policy: Policy {
                    show_answers: Shown::Never,
                    ..rules(60, 90, 1)
                },
                blueprint: Blueprint::jining(),
            },
            Self {
                code: "pre_appointment",
                name: ("任前考法", "Before an appointment"),
                note: (
                    "北湖（湖南）闭卷 80 分合格、补考一次；岚皋（陕西）120 分钟、60 分合格。这里取 120 分钟和 80 分；题数是我们的默认值。",
                    "Beihu (Hunan): closed book, 80 to pass, one make-up; Langao (Shaanxi): 120 minutes, 60 to pass. Here 120 minutes and 80; the numbers of questions are our default.",
                ),
                policy: Policy {
                    show_answers: Shown::Never,
                    ..rules(80, 120, 1)
                },
                blueprint: blueprint(&[
                    (Kind::Single, 40, 100),
                    (Kind::Multiple, 20, 200),
                    (Kind::TrueFalse, 20, 100),
                ]),
            },
        ]
    }
}

fn rules(pass_mark: i64, minutes: u32, attempts: u32) -> Policy {
    Policy {
        pass_mark: Points::whole(pass_mark),
        minutes,
        attempts,
        multiple: MultiplePolicy::AllOrNothing,
        ..Policy::jining()
    }
}

/// Parts: kind, questions, hundredths of a point for each.
fn blueprint(parts: &[(Kind, u32, i64)]) -> Blueprint {
    let part = |(kind, count, points): &(Kind, u32, i64)| Part::new(*kind, *count, Points(*points));
    Blueprint::of(parts.iter().map(part).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        exam::{Window, check_setup},
        time::Timestamp,
    };

    #[test]
    fn every_preset_is_a_whole_set_of_rules_of_a_hundred_points() {
        let window = Window {
            opens_at: Timestamp(0),
            closes_at: Timestamp(1),
        };
        for preset in Preset::all() {
            assert_eq!(preset.blueprint.total(), Points::whole(100), "{}", preset.code);
            assert_eq!(
                check_setup("考", window, &preset.policy, &preset.blueprint),
                Ok(()),
                "{}",
                preset.code
            );
            assert_eq!(Preset::of(preset.code), Some(preset));
        }
        assert_eq!(Preset::of("nowhere"), None);
    }

    /// The numbers of the notices: pass mark, minutes where stated, questions where stated, attempts where stated.
    #[test]
    fn the_numbers_are_those_of_the_notices() {
        let of = |code| {
            let preset = Preset::of(code).expect("a preset");
            let Policy { minutes, attempts, .. } = preset.policy;
            (
                preset.policy.pass_mark.0 / 100,
                minutes,
                preset.blueprint.count(),
                attempts,
            )
        };
        assert_eq!(of("shandong_jining"), (80, 60, 80, 1));
        assert_eq!(of("shaanxi_2020"), (60, 90, 50, 3));
        assert_eq!((of("guangdong_2025").0, of("guangdong_2025").3), (60, 3));
        assert_eq!((of("hunan_2019").0, of("hunan_2019").2), (60, 65));
        assert_eq!(of("qinghai_2017"), (60, 90, 50, 3));
        assert_eq!(of("enforcement_stage1").0, 60);
        assert_eq!((of("pre_appointment").0, of("pre_appointment").1), (80, 120));
    }
}
