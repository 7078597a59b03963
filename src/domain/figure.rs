//! The figures of an exam: counts that can be summed, and rates that name their denominator.
//! Which denominator a source means by 合格率 differs from place to place; so both are always stated.

use serde::Serialize;

use super::{lang::Lang, points::Points, time::Timestamp};

/// Base counts over persons; sums of counts are counts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// 在册人数
    pub registered: i64,
    /// 免考人数
    pub exempted: i64,
    /// 应考人数
    pub due: i64,
    /// 实考人数: handed in at least once, by hand or by the clock.
    pub sat: i64,
    /// 待阅卷人数: sat, and people have not marked everything yet; whether they passed is not known.
    pub awaiting: i64,
    /// 合格人数: the attempt that counts passed.
    pub passed: i64,
    /// 良好人数; they have passed.
    pub good: i64,
    /// 优秀人数; they have passed.
    pub excellent: i64,
    /// Sum of the final scores of those who sat.
    pub score_sum: Points,
}

impl std::ops::Add for Counts {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            registered: self.registered + other.registered,
            exempted: self.exempted + other.exempted,
            due: self.due + other.due,
            sat: self.sat + other.sat,
            awaiting: self.awaiting + other.awaiting,
            passed: self.passed + other.passed,
            good: self.good + other.good,
            excellent: self.excellent + other.excellent,
            score_sum: self.score_sum + other.score_sum,
        }
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), std::ops::Add::add)
    }
}

impl Counts {
    /// 缺考人数
    pub fn absent(&self) -> i64 {
        self.due - self.sat
    }

    /// 合格段人数: passed, neither good nor excellent.
    pub fn fair(&self) -> i64 {
        self.passed - self.good - self.excellent
    }

    /// Whether more than a tenth of those registered are exempt: then every rate of those due says little, and the documents
    /// deserve another look. The tenth is ours; no source states one.
    pub fn many_exempt(&self) -> bool {
        self.exempted * 10 > self.registered
    }

    /// Passed ÷ due.
    pub fn pass_rate_of_due(&self) -> Rate {
        Rate {
            numerator: self.passed,
            denominator: self.due,
        }
    }

    /// Passed ÷ sat.
    pub fn pass_rate_of_sat(&self) -> Rate {
        Rate {
            numerator: self.passed,
            denominator: self.sat,
        }
    }
}

/// Units by the persons who stand directly in them; of one exam they can be summed as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Units {
    /// 应参考单位数: with at least one person due.
    pub due: i64,
    /// 实际参考单位数: of which at least one has sat.
    pub sat: i64,
}

impl Units {
    /// Over units with the counts of their own persons.
    pub fn of<'a>(by_unit: impl IntoIterator<Item = &'a Counts>) -> Self {
        by_unit.into_iter().fold(Self::default(), |units, counts| Self {
            due: units.due + i64::from(counts.due > 0),
            sat: units.sat + i64::from(counts.sat > 0),
        })
    }
}

/// A share of a whole, kept as the two integers it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rate {
    pub numerator: i64,
    pub denominator: i64,
}

impl Rate {
    /// Hundredths of a percent, half up; full only when complete and none only when empty.
    /// `None` when there is nothing to divide by.
    pub fn basis_points(self) -> Option<i64> {
        if self.denominator <= 0 {
            return None;
        }
        let (n, d) = (i128::from(self.numerator), i128::from(self.denominator));
        let rounded = ((n * 20_000 + d) / (2 * d)) as i64;
        Some(if n == d || n == 0 {
            rounded
        } else {
            rounded.clamp(1, 9_999)
        })
    }

    /// `98.25%`, or `—` when there is nothing to divide by.
    pub fn percent(self) -> String {
        self.basis_points()
            .map_or("—".into(), |bp| format!("{}.{:02}%", bp / 100, bp % 100))
    }

    /// As running text has it: `100%`, `98.25%`.
    pub fn percent_short(self) -> String {
        let percent = self.percent();
        percent
            .strip_suffix(".00%")
            .map_or(percent.clone(), |whole| format!("{whole}%"))
    }
}

/// Mean in hundredths of a point, half up; `None` over nobody.
pub fn mean_hundredths(sum: Points, count: i64) -> Option<i64> {
    (count > 0).then(|| (2 * sum.0 + count) / (2 * count))
}

/// Mean with two decimals, half up; `None` over nobody.
pub fn mean(sum: Points, count: i64) -> Option<String> {
    mean_hundredths(sum, count).map(|hundredths| format!("{}.{:02}", hundredths / 100, hundredths % 100))
}

/// What a figure is, whatever its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FigureId {
    Registered,
    Exempted,
    Due,
    Sat,
    Absent,
    Passed,
    Excellent,
    Good,
    Fair,
    UnitsDue,
    UnitsSat,
    AvgScore,
    ExamParticipationRate,
    PassRateOfDue,
    PassRateOfSat,
    ExcellentRate,
    GoodShare,
    FairShare,
    ExemptRate,
}

impl FigureId {
    pub const ALL: [Self; 19] = [
        Self::Registered,
        Self::Exempted,
        Self::Due,
        Self::Sat,
        Self::Absent,
        Self::Passed,
        Self::Excellent,
        Self::Good,
        Self::Fair,
        Self::UnitsDue,
        Self::UnitsSat,
        Self::AvgScore,
        Self::ExamParticipationRate,
        Self::PassRateOfDue,
        Self::PassRateOfSat,
        Self::ExcellentRate,
        Self::GoodShare,
        Self::FairShare,
        Self::ExemptRate,
    ];

    /// The identifier used in tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::Exempted => "exempted",
            Self::Due => "due",
            Self::Sat => "sat",
            Self::Absent => "absent",
            Self::Passed => "passed",
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::UnitsDue => "units_due",
            Self::UnitsSat => "units_sat",
            Self::AvgScore => "avg_score",
            Self::ExamParticipationRate => "exam_participation_rate",
            Self::PassRateOfDue => "pass_rate_of_due",
            Self::PassRateOfSat => "pass_rate_of_sat",
            Self::ExcellentRate => "excellent_rate",
            Self::GoodShare => "good_share",
            Self::FairShare => "fair_share",
            Self::ExemptRate => "exempt_rate",
        }
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Registered => lang.pick("在册人数", "Registered"),
            Self::Exempted => lang.pick("免考人数", "Exempted"),
            Self::Due => lang.pick("应考人数", "Due to sit"),
            Self::Sat => lang.pick("实考人数", "Sat"),
            Self::Absent => lang.pick("缺考人数", "Absent"),
            Self::Passed => lang.pick("合格人数", "Passed"),
            Self::Excellent => lang.pick("优秀人数", "Excellent"),
            Self::Good => lang.pick("良好人数", "Good"),
            Self::Fair => lang.pick("合格段人数", "In the pass band"),
            Self::UnitsDue => lang.pick("应参考单位数", "Units due"),
            Self::UnitsSat => lang.pick("实际参考单位数", "Units that sat"),
            Self::AvgScore => lang.pick("平均分", "Average score"),
            Self::ExamParticipationRate => lang.pick("参考率", "Participation rate"),
            Self::PassRateOfDue => lang.pick("合格率，按应考人数", "Pass rate, of those due"),
            Self::PassRateOfSat => lang.pick("合格率，按实考人数", "Pass rate, of those who sat"),
            Self::ExcellentRate => lang.pick("优秀率", "Excellent, of those who sat"),
            Self::GoodShare => lang.pick("良好占比", "Good, of those who sat"),
            Self::FairShare => lang.pick("合格段占比", "Pass band, of those who sat"),
            Self::ExemptRate => lang.pick("免考率", "Exemption rate"),
        }
    }

    pub fn definition(self, lang: Lang) -> &'static str {
        match self {
            Self::Registered => lang.pick(
                "开考冻结名册时在册的人数。",
                "Persons on the roster when it was frozen at the opening.",
            ),
            Self::Exempted => lang.pick(
                "在册人员中经批准免考的人数；开考后凭材料批准的也算。",
                "Registered persons with an approved exemption, also if approved with a document after the opening.",
            ),
            Self::Due => lang.pick(
                "在册人数减去免考人数；缓考算应考。",
                "Registered less exempted; a deferral counts as due.",
            ),
            Self::Sat => lang.pick(
                "至少交卷一次的应考人员，到时自动交卷也算。",
                "Due persons with at least one attempt handed in, by hand or by the clock.",
            ),
            Self::Absent => lang.pick("应考人数减去实考人数。", "Due less sat."),
            Self::Passed => lang.pick(
                "最终成绩合格的人数。最终成绩按考试规则取自主考和补考的各次成绩。",
                "Persons whose final result is a pass. It is one of the attempts of all rounds, as the exam's rules say.",
            ),
            Self::Excellent => lang.pick(
                "最终成绩达到优秀线的人数；没有设优秀线的考试为 0。",
                "Persons whose final result is excellent; 0 where the rules have no such band.",
            ),
            Self::Good => lang.pick(
                "最终成绩达到良好线、没有达到优秀线的人数；没有设良好线的考试为 0。",
                "Persons whose final result is good and not excellent; 0 where the rules have no such band.",
            ),
            Self::Fair => lang.pick(
                "合格人数减去良好和优秀人数。",
                "Passed less good and excellent.",
            ),
            Self::UnitsDue => lang.pick(
                "有应考人员的单位数，按人员直接所在的单位算。",
                "Units in which persons who are due stand directly.",
            ),
            Self::UnitsSat => lang.pick(
                "应参考单位中至少有一人实考的单位数。",
                "Of the units due, those of which at least one person has sat.",
            ),
            Self::AvgScore => lang.pick(
                "实考人员最终成绩之和除以实考人数，缺考不按 0 分计入。",
                "Sum of the final scores over those who sat; an absence does not count as 0.",
            ),
            Self::ExamParticipationRate => lang.pick("实考人数 ÷ 应考人数。", "Sat ÷ due."),
            Self::PassRateOfDue => lang.pick(
                "合格人数 ÷ 应考人数，缺考算不合格。",
                "Passed ÷ due; an absence counts as not passed.",
            ),
            Self::PassRateOfSat => lang.pick(
                "合格人数 ÷ 实考人数，只算参加考试的人。",
                "Passed ÷ sat; only those who sat.",
            ),
            Self::ExcellentRate => lang.pick("优秀人数 ÷ 实考人数。", "Excellent ÷ sat."),
            Self::GoodShare => lang.pick("良好人数 ÷ 实考人数。", "Good ÷ sat."),
            Self::FairShare => lang.pick(
                "合格段人数 ÷ 实考人数。这不是合格率：良好和优秀也是合格。",
                "Pass band ÷ sat. This is not the pass rate: good and excellent have passed as well.",
            ),
            Self::ExemptRate => lang.pick("免考人数 ÷ 在册人数。", "Exempted ÷ registered."),
        }
    }

    /// Numerator and, for rates and means, denominator.
    pub fn parts(self, counts: &Counts, units: &Units) -> (i64, Option<i64>) {
        match self {
            Self::Registered => (counts.registered, None),
            Self::Exempted => (counts.exempted, None),
            Self::Due => (counts.due, None),
            Self::Sat => (counts.sat, None),
            Self::Absent => (counts.absent(), None),
            Self::Passed => (counts.passed, None),
            Self::Excellent => (counts.excellent, None),
            Self::Good => (counts.good, None),
            Self::Fair => (counts.fair(), None),
            Self::UnitsDue => (units.due, None),
            Self::UnitsSat => (units.sat, None),
            Self::AvgScore => (counts.score_sum.0, Some(counts.sat)),
            Self::ExamParticipationRate => (counts.sat, Some(counts.due)),
            Self::PassRateOfDue => (counts.passed, Some(counts.due)),
            Self::PassRateOfSat => (counts.passed, Some(counts.sat)),
            Self::ExcellentRate => (counts.excellent, Some(counts.sat)),
            Self::GoodShare => (counts.good, Some(counts.sat)),
            Self::FairShare => (counts.fair(), Some(counts.sat)),
            Self::ExemptRate => (counts.exempted, Some(counts.registered)),
        }
    }
}

/// A value for machines: a count as a number, a rate or mean as the text people read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Value {
    Count(i64),
    Text(String),
    /// There is nothing to divide by.
    None(()),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            Self::Text(text) => f.write_str(text),
            Self::None(()) => f.write_str("—"),
        }
    }
}

/// Persons as an integer, points with their decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Numerator {
    Count(i64),
    Points(Points),
}

impl Serialize for Numerator {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Count(count) => serializer.serialize_i64(*count),
            Self::Points(points) if points.0 % 100 == 0 => serializer.serialize_i64(points.0 / 100),
            Self::Points(points) => serializer.serialize_f64(points.0 as f64 / 100.0),
        }
    }
}

/// A figure with everything needed to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Figure {
    pub id: FigureId,
    pub name: &'static str,
    pub value: Value,
    /// Persons; for the average, the sum of points.
    pub numerator: Numerator,
    pub denominator: Option<i64>,
    pub definition: &'static str,
    /// When it was counted, RFC 3339 in the time of China.
    pub as_of: String,
}

/// All figures over these counts.
pub fn figures(counts: &Counts, units: &Units, as_of: Timestamp, lang: Lang) -> Vec<Figure> {
    FigureId::ALL
        .into_iter()
        .map(|id| figure(id, counts, units, as_of, lang))
        .collect()
}

fn figure(id: FigureId, counts: &Counts, units: &Units, as_of: Timestamp, lang: Lang) -> Figure {
    let (numerator, denominator) = id.parts(counts, units);
    let value = match (id, denominator) {
        (_, None) => Value::Count(numerator),
        (FigureId::AvgScore, Some(count)) => mean(Points(numerator), count).map_or(Value::None(()), Value::Text),
        (_, Some(0)) => Value::None(()),
        (_, Some(denominator)) => Value::Text(Rate { numerator, denominator }.percent()),
    };
    let numerator = match id {
        FigureId::AvgScore => Numerator::Points(Points(numerator)),
        _ => Numerator::Count(numerator),
    };
    let (name, definition) = (id.name(lang), id.definition(lang));
    Figure {
        id,
        name,
        value,
        numerator,
        denominator,
        definition,
        as_of: as_of.rfc3339(),
    }
}

/// The sentence for the annual report. Where the two pass rates differ it states both.
pub fn report_sentence(counts: &Counts) -> String {
    let (of_due, of_sat) = (counts.pass_rate_of_due(), counts.pass_rate_of_sat());
    let rate = if of_due == of_sat {
        format!("考法通过率{}", of_due.percent_short())
    } else {
        format!(
            "考法通过率按应考人数{}、按实考人数{}",
            of_due.percent_short(),
            of_sat.percent_short()
        )
    };
    let waiting = match counts.awaiting {
        0 => String::new(),
        waiting => format!("（{waiting}人待阅卷，合格与否未定）"),
    };
    format!(
        "组织{}名国家工作人员参加学法考法培训活动，{rate}。应考{}人、实考{}人{waiting}、合格{}人。",
        counts.sat, counts.due, counts.sat, counts.passed
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(numerator: i64, denominator: i64) -> String {
        Rate { numerator, denominator }.percent()
    }

    /// The circular of Jiangxi 2015: 1970 sat, 35 absent; 629 excellent, 1116 good, 225 in the pass band.
    #[test]
    fn the_jiangxi_2015_circular() {
        assert_eq!(rate(1970, 2005), "98.25%");
        let counts = Counts {
            registered: 2005,
            exempted: 0,
            due: 2005,
            sat: 1970,
            passed: 1970,
            good: 1116,
            excellent: 629,
            ..Counts::default()
        };
        let text = |id: FigureId| figure(id, &counts, &Units::default(), Timestamp(0), Lang::Zh).value;
        assert_eq!(text(FigureId::ExcellentRate), Value::Text("31.93%".into()));
        assert_eq!(text(FigureId::GoodShare), Value::Text("56.65%".into()));
        assert_eq!(text(FigureId::FairShare), Value::Text("11.42%".into()));
        assert_eq!(text(FigureId::Fair), Value::Count(225));
        assert_eq!(text(FigureId::ExamParticipationRate), Value::Text("98.25%".into()));
        assert_eq!(text(FigureId::PassRateOfSat), Value::Text("100.00%".into()));
        assert_eq!(text(FigureId::PassRateOfDue), Value::Text("98.25%".into()));
        assert_eq!(text(FigureId::Absent), Value::Count(35));
    }

    /// Hunan 2020 told 参考 99.55 % and 通过 99.52 % and not of what; by those due both fit, and of those who sat more passed.
    #[test]
    fn the_two_pass_rates_of_hunan_2020_are_told_apart() {
        let counts = Counts {
            registered: 10_000,
            due: 10_000,
            sat: 9_955,
            passed: 9_952,
            ..Counts::default()
        };
        let text = |id: FigureId| {
            figure(id, &counts, &Units::default(), Timestamp(0), Lang::Zh)
                .value
                .to_string()
        };
        assert_eq!(text(FigureId::ExamParticipationRate), "99.55%");
        assert_eq!(
            (text(FigureId::PassRateOfDue), text(FigureId::PassRateOfSat)),
            ("99.52%".into(), "99.97%".into())
        );
        assert!(report_sentence(&counts).contains("考法通过率按应考人数99.52%、按实考人数99.97%。"));
    }

    /// What the data model of 法宣在线 reckons of study and exam together: points of study by their target, at most all of it, and the
    /// score by full marks, which weighs `weight` in a hundred; in hundredths of a point, half up. `None` when there is nothing to divide
    /// by. It stands here for its test vector and is no figure of ours: no rule of a year says how much study weighs, and
    /// 国办函〔2026〕12号 lets no time of study count in an assessment.
    fn composite(study: Rate, exam: Rate, weight: i64) -> Option<i64> {
        if study.denominator <= 0 || exam.denominator <= 0 {
            return None;
        }
        let (points, target) = (study.numerator.min(study.denominator), study.denominator);
        let [points, target, score, full, weight] =
            [points, target, exam.numerator, exam.denominator, weight].map(i128::from);
        let sum = 100 * (points * full * (100 - weight) + score * target * weight);
        let of = target * full;
        Some(((2 * sum + of) / (2 * of)) as i64)
    }

    #[test]
    fn study_and_exam_together_as_faxuan_reckons_them() {
        let of = |study: (i64, i64), exam: (i64, i64), weight| {
            let share = |(numerator, denominator)| Rate { numerator, denominator };
            composite(share(study), share(exam), weight)
        };
        assert_eq!(of((1500, 1000), (80, 100), 60), Some(8_800));
        assert_eq!(of((500, 1000), (80, 100), 60), Some(6_800));
        assert_eq!(
            (of((1, 3), (0, 100), 0), of((0, 3), (2, 3), 100)),
            (Some(3_333), Some(6_667))
        );
        assert_eq!(of((1, 32), (0, 100), 0), Some(313), "half up");
        assert_eq!((of((1, 0), (80, 100), 60), of((1, 1), (80, 0), 60)), (None, None));
    }

    #[test]
    fn a_hundred_percent_is_printed_only_when_complete_and_zero_only_when_empty() {
        assert_eq!(rate(99_999, 100_000), "99.99%");
        assert_eq!(rate(1, 100_000), "0.01%");
        assert_eq!(
            (rate(138, 138), rate(0, 138), rate(0, 0)),
            ("100.00%".into(), "0.00%".into(), "—".into())
        );
    }

    #[test]
    fn the_sentence_of_the_report() {
        let whole = Counts {
            registered: 138,
            exempted: 0,
            due: 138,
            sat: 138,
            passed: 138,
            score_sum: Points::whole(12_000),
            ..Counts::default()
        };
        assert_eq!(
            report_sentence(&whole),
            "组织138名国家工作人员参加学法考法培训活动，考法通过率100%。应考138人、实考138人、合格138人。"
        );
        let part = Counts {
            sat: 136,
            passed: 130,
            ..whole
        };
        assert_eq!(
            report_sentence(&part),
            "组织136名国家工作人员参加学法考法培训活动，考法通过率按应考人数94.20%、按实考人数95.59%。\
             应考138人、实考136人、合格130人。"
        );
    }

    #[test]
    fn rates_of_a_sum_are_not_means_of_rates() {
        let unit = |due, passed| Counts {
            registered: due,
            exempted: 0,
            due,
            sat: due,
            passed,
            ..Counts::default()
        };
        let sum: Counts = [unit(100, 50), unit(1, 1)].into_iter().sum();
        assert_eq!(rate(sum.passed, sum.due), "50.50%");
    }

    #[test]
    fn exempted_persons_are_registered_and_not_due() {
        let unit = |registered, exempted| Counts {
            registered,
            exempted,
            due: registered - exempted,
            ..Counts::default()
        };
        let sum: Counts = [unit(7, 1), unit(3, 0)].into_iter().sum();
        let of = |id: FigureId| id.parts(&sum, &Units::default());
        assert_eq!(
            (of(FigureId::Registered), of(FigureId::Exempted), of(FigureId::Due)),
            ((10, None), (1, None), (9, None))
        );
        assert!(!sum.many_exempt() && unit(9, 1).many_exempt() && !unit(0, 0).many_exempt());
        let rate = figure(FigureId::ExemptRate, &sum, &Units::default(), Timestamp(0), Lang::Zh);
        assert_eq!((rate.value, rate.denominator), (Value::Text("10.00%".into()), Some(10)));
    }

    #[test]
    fn a_unit_counts_as_sat_as_soon_as_one_of_its_persons_has() {
        let unit = |due, sat| Counts {
            due,
            sat,
            ..Counts::default()
        };
        let units = Units::of(&[unit(3, 1), unit(2, 0), unit(0, 0)]);
        assert_eq!(units, Units { due: 2, sat: 1 });
        let value = |id: FigureId| id.parts(&Counts::default(), &units).0;
        assert_eq!((value(FigureId::UnitsDue), value(FigureId::UnitsSat)), (2, 1));
    }

    #[test]
    fn the_code_of_a_figure_is_its_name_in_json() {
        for id in FigureId::ALL {
            assert_eq!(serde_json::to_value(id).expect("JSON"), id.code());
        }
    }

    #[test]
    fn a_mean_is_rounded_half_up_and_absent_over_nobody() {
        assert_eq!(mean(Points(1), 2).as_deref(), Some("0.01"));
        assert_eq!(mean(Points::whole(275), 3).as_deref(), Some("91.67"));
        assert_eq!(mean(Points::ZERO, 0), None);
    }
}
