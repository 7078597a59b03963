//! The figures of a year (年度数据): what a bureau may write into its annual report, each with what it counts.

pub mod definition;
pub mod edition;
pub mod fact;
pub mod ground;
pub mod head;
pub mod named;
pub mod records;
pub mod report;
mod words;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    activity::{Kind, Total},
    exam::Counting,
    figure::{Counts, Rate, Value},
    id::{PersonId, UnitId},
    lang::Lang,
    plan,
    tally::{Block, Tallied, tallied},
    time::Timestamp,
};

pub use words::{rounded, rounding};

/// Where a figure comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Exam,
    Contest,
    Ledger,
    /// A number that somebody has typed, with the document that states it.
    Typed,
    Study,
    Certificate,
    Officer,
}

impl Source {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Exam => lang.pick("本系统考试", "exams held here"),
            Self::Contest => lang.pick("本系统竞赛", "competitions held here"),
            Self::Ledger => lang.pick("活动台账", "the ledger of activities"),
            Self::Typed => lang.pick(
                "台账里填报的数，附证明文件",
                "numbers typed into the ledger, with the document that states them",
            ),
            Self::Study => lang.pick("学分记录", "the ledger of credits"),
            Self::Certificate => lang.pick("证书登记", "the register of certificates"),
            Self::Officer => lang.pick("执法证台账", "the ledger of enforcement certificates"),
        }
    }
}

macro_rules! annual {
    ($($variant:ident => $code:literal, $source:ident, $zh:literal, $en:literal, $unit_zh:literal, $unit_en:literal, $means_zh:literal, $means_en:literal;)+) => {
        /// A figure of a year, whatever its value.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
        pub enum AnnualId {
            $(
                #[serde(rename = $code)]
                $variant
            ),+
        }

        impl AnnualId {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The identifier in tables and JSON.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub fn source(self) -> Source {
                match self { $(Self::$variant => Source::$source),+ }
            }

            pub fn name(self, lang: Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($zh, $en)),+ }
            }

            /// What one of it is.
            pub fn unit(self, lang: Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($unit_zh, $unit_en)),+ }
            }

            pub fn definition(self, lang: Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($means_zh, $means_en)),+ }
            }
        }
    };
}

annual! {
    Registered => "registered", Exam, "在册人数", "Registered", "人", "persons",
        "本年度开考的各场考试冻结名册里的人，一个人只算一次。",
        "Persons on the frozen rosters of the year's exams, each counted once.";
    Exempted => "exempted", Exam, "免考人数", "Exempted", "人", "persons",
        "在册人员中，在列有他的每一场考试里都免考的人。",
        "Registered persons who are exempt in every exam of the year that lists them.";
    Due => "due", Exam, "应考人数", "Due to sit", "人", "persons",
        "在册人数减去免考人数。", "Registered less exempted.";
    Sat => "sat", Exam, "实考人数", "Sat", "人", "persons",
        "在本年度至少一场考试里交卷的应考人员，到时自动交卷也算。",
        "Due persons who handed in at least one attempt in any exam of the year, by hand or by the clock.";
    Awaiting => "awaiting", Exam, "待阅卷人数", "Waiting to be marked", "人", "persons",
        "实考人员中主观题还没有阅完、合格与否未定的人；不算合格，也不算不合格。",
        "Of those who sat, the ones whose answers people have not marked yet: neither passed nor failed.";
    Passed => "passed", Exam, "合格人数", "Passed", "人", "persons",
        "在本年度至少一场考试里最终成绩合格的人。", "Persons whose final result is a pass in at least one exam of the year.";
    ParticipationRate => "exam_participation_rate", Exam, "参考率", "Participation rate", "", "",
        "实考人数 ÷ 应考人数。", "Sat ÷ due.";
    PassRateOfDue => "pass_rate_of_due", Exam, "合格率，按应考人数", "Pass rate, of those due", "", "",
        "合格人数 ÷ 应考人数，缺考算不合格。", "Passed ÷ due; an absence counts as not passed.";
    PassRateOfSat => "pass_rate_of_sat", Exam, "合格率，按实考人数", "Pass rate, of those who sat", "", "",
        "合格人数 ÷ 实考人数，只算参加考试的人。", "Passed ÷ sat; only those who sat.";
    PersonTimes => "person_times", Contest, "参赛人次", "Participations", "人次", "attempts",
        "本年度开赛的各场竞赛里有效作答的次数，怎样算有效由各场规则写明。不含训练，也不含成绩因核查冻结的人。",
        "Valid official attempts in competitions that began in the year, valid as their rules say; without players frozen by a case.";
    Participants => "participants", Contest, "参赛人数（各场相加）", "Participants, summed over competitions", "人", "persons",
        "各场竞赛参赛人数之和，成绩因核查冻结的人不算；同一个人参加两场算两个，因为公众参赛不实名。",
        "Sum over competitions, without players frozen by a case; who plays in two counts twice, for the public plays without a name.";
    ContestElsewhere => "person_times_elsewhere", Typed, "其他平台参赛人次", "Participations elsewhere", "人次", "attempts",
        "台账里登记的其他平台竞赛参与人次，每一条都附证明文件。",
        "Participations in competitions held elsewhere, each with the document that states them.";
    TeamResults => "team_results", Ledger, "团体获奖", "Awards of teams", "项", "awards",
        "台账里登记的团体获奖条数。", "Awards of teams in the ledger.";
    StudySessions => "study_sessions", Ledger, "中心组专题学法", "Study-group sessions", "次", "sessions",
        "台账里登记的党委（党组）理论学习中心组专题学法次数。", "Study-group sessions in the ledger.";
    Lectures => "lectures", Ledger, "法治讲座", "Law lectures", "场", "lectures",
        "台账里登记的法治讲座场数。", "Law lectures in the ledger.";
    Publicity => "publicity_events", Ledger, "普法宣教活动", "Publicity events", "次", "events",
        "台账里登记的普法宣教活动次数；需要上级审核的年度，审核后才计入。",
        "Publicity events in the ledger; in years with approval those that are approved.";
    Audience => "audience", Ledger, "普法宣教受众", "People reached", "人次", "people",
        "普法宣教活动中统计了人数的各场相加；没有统计的场次不估算。",
        "Sum over the publicity events that counted people; the others are not estimated.";
    Works => "works", Ledger, "普法作品", "Works of legal education", "件", "works",
        "台账里登记的制作、征集普法作品件数。", "Works made or collected, in the ledger.";
    CourtObservations => "court_observations", Ledger, "旁听庭审", "Court observations", "次", "observations",
        "台账里登记的旁听庭审次数，现场和线上都算。", "Court observations in the ledger, on site and on line.";
    CourtObservers => "court_observers", Ledger, "旁听庭审人数", "Who observed a court", "人", "persons",
        "旁听庭审名单上的人，一个人只算一次；没有名单的场次不计。",
        "Persons on the name lists of court observations, each counted once; those without a list are left out.";
    Circulars => "circulars", Ledger, "通报文件", "Circulars", "份", "circulars",
        "台账里登记的通报文件份数。", "Circulars in the ledger.";
    EnrolledStudy => "enrolled_study", Study, "参学人数", "Who studied", "人", "persons",
        "在册人员中，本年度有学分入账的人。", "Registered persons who have earned credits in the year.";
    StudyDone => "study_done", Study, "完成学法人数", "Who has done the year's study", "人", "persons",
        "在册人员中，计入的学分达到本年度学分规则的人。", "Registered persons whose credits meet the year's rule.";
    StudyParticipationRate => "study_participation_rate", Study, "参学率", "Study participation rate", "", "",
        "应考人员中的参学人数 ÷ 应考人数。", "Those due who studied ÷ due.";
    CompletionRate => "completion_rate", Study, "学法完成率", "Completion rate of study", "", "",
        "应考人员中的完成学法人数 ÷ 应考人数。", "Those due who have done the year's study ÷ due.";
    CertificatesIssued => "certificates_issued", Certificate, "颁发合格证书", "Certificates issued", "份", "certificates",
        "本年度颁发的考试合格证书，后来撤回的也算；竞赛证书不算。",
        "Certificates of exams issued in the year, with those withdrawn later; without those of competitions.";
    CertificatesWithdrawn => "certificates_withdrawn", Certificate, "撤回合格证书", "Certificates withdrawn", "份", "certificates",
        "本年度撤回、至今没有恢复的考试合格证书。", "Certificates of exams withdrawn in the year and not reinstated since.";
    OfficersDue => "officers_due", Officer, "应年审执法人员", "Officers due for review", "人", "persons",
        "持有往年发放的行政执法证、本年度至少一本应当年审的人，免审的证和行政执法监督证不算；一个人只算一次。",
        "Holders of enforcement certificates of earlier years of which at least one is due for review, exempt and supervision ones left out; each person once.";
    OfficersReviewed => "officers_reviewed", Officer, "年审换证执法人员", "Officers reviewed", "人", "persons",
        "应年审执法人员中，本年度至少一本证年审合格的人，包括换证的。",
        "Of those due for review, who had at least one certificate reviewed in the year, renewals included.";
    OfficersRenewed => "officers_renewed", Officer, "其中换证", "Of them renewed", "人", "persons",
        "年审换证执法人员中，换发了新证的人。", "Of those reviewed, who had a certificate renewed.";
    OfficersNew => "officers_new", Officer, "新领执法证人员", "New officers", "人", "persons",
        "本年度发放的行政执法证的持证人。", "Holders of enforcement certificates issued in the year.";
    GeneralPassed => "general_law_exam_passed", Officer, "通用法律知识考试合格人数", "Passed the general law exam", "人", "persons",
        "行政执法证申领中，本年度通用法律知识考试合格的人；免试的和申领行政执法监督证的不算。",
        "Applicants for an enforcement certificate who passed the general law exam in the year; exemptions and supervision certificates are left out.";
    TrainingReached => "training_hours_reached", Officer, "培训学时达标执法人员", "Officers with enough training", "人", "persons",
        "本年度计入的行政执法证持证人员中，登记的和本系统测得的培训学时之和达到年度要求的人。",
        "Holders of enforcement certificates that the year counts whose hours of training, entered and measured here, reach what the year asks for.";
}

impl AnnualId {
    /// The version of records that holds what it is counted from, see [`records::VERSION`].
    pub fn since(self) -> u16 {
        match self.source() {
            Source::Exam | Source::Contest | Source::Ledger | Source::Typed => 0,
            Source::Study | Source::Certificate | Source::Officer => 1,
        }
    }

    /// The figures that records of a version hold: what an older edition did not count it does not have, rather than nought.
    pub fn of_version(version: u16) -> &'static [Self] {
        let known = Self::ALL.partition_point(|id| id.since() <= version);
        &Self::ALL[..known]
    }

    /// The entries of the ledger it is counted from; `None` for figures from elsewhere.
    pub fn kind(self) -> Option<Kind> {
        match self {
            Self::ContestElsewhere => Some(Kind::ContestElsewhere),
            Self::TeamResults => Some(Kind::TeamResult),
            Self::StudySessions => Some(Kind::StudySession),
            Self::Lectures => Some(Kind::Lecture),
            Self::Publicity | Self::Audience => Some(Kind::Publicity),
            Self::Works => Some(Kind::Work),
            Self::CourtObservations | Self::CourtObservers => Some(Kind::CourtObservation),
            Self::Circulars => Some(Kind::Circular),
            _ => None,
        }
    }

    /// The entries of a plan that ask for so many of it; `None` for what is not planned by number, or by another one.
    pub fn planned(self) -> Option<plan::Kind> {
        match self {
            Self::StudySessions => Some(plan::Kind::StudySession),
            Self::Lectures => Some(plan::Kind::Lecture),
            Self::Publicity => Some(plan::Kind::Publicity),
            Self::Works => Some(plan::Kind::Work),
            Self::CourtObservations => Some(plan::Kind::CourtObservation),
            _ => None,
        }
    }
}

/// What the figures of a year are made of. All but the persons of exams and courts are sums over units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Base {
    pub exam: Counts,
    pub person_times: i64,
    pub participants: i64,
    pub ledger: BTreeMap<&'static str, Total>,
    pub court_observers: i64,
    pub facts: fact::Sums,
}

impl Base {
    /// The same without what records of a version do not hold, see [`records::VERSION`].
    #[must_use]
    pub fn of_version(mut self, version: u16) -> Self {
        if version < 1 {
            self.facts = fact::Sums::default();
        }
        self
    }

    fn total(&self, kind: Kind) -> Total {
        self.ledger.get(kind.code()).copied().unwrap_or_default()
    }

    /// Numerator and, for rates, denominator.
    pub fn parts(&self, id: AnnualId) -> (i64, Option<i64>) {
        let (exam, entries) = (&self.exam, |kind| (self.total(kind).entries, None));
        let facts = &self.facts;
        match id {
            AnnualId::Registered => (exam.registered, None),
            AnnualId::Exempted => (exam.exempted, None),
            AnnualId::Due => (exam.due, None),
            AnnualId::Sat => (exam.sat, None),
            AnnualId::Awaiting => (exam.awaiting, None),
            AnnualId::Passed => (exam.passed, None),
            AnnualId::ParticipationRate => (exam.sat, Some(exam.due)),
            AnnualId::PassRateOfDue => (exam.passed, Some(exam.due)),
            AnnualId::PassRateOfSat => (exam.passed, Some(exam.sat)),
            AnnualId::PersonTimes => (self.person_times, None),
            AnnualId::Participants => (self.participants, None),
            AnnualId::ContestElsewhere => (self.total(Kind::ContestElsewhere).quantity, None),
            AnnualId::TeamResults => entries(Kind::TeamResult),
            AnnualId::StudySessions => entries(Kind::StudySession),
            AnnualId::Lectures => entries(Kind::Lecture),
            AnnualId::Publicity => entries(Kind::Publicity),
            AnnualId::Audience => (self.total(Kind::Publicity).audience, None),
            AnnualId::Works => (self.total(Kind::Work).quantity, None),
            AnnualId::CourtObservations => entries(Kind::CourtObservation),
            AnnualId::CourtObservers => (self.court_observers, None),
            AnnualId::Circulars => entries(Kind::Circular),
            AnnualId::EnrolledStudy => (facts.enrolled_study, None),
            AnnualId::StudyDone => (facts.study_done, None),
            AnnualId::StudyParticipationRate => (facts.enrolled_due, Some(exam.due)),
            AnnualId::CompletionRate => (facts.done_due, Some(exam.due)),
            AnnualId::CertificatesIssued => (facts.certificates_issued, None),
            AnnualId::CertificatesWithdrawn => (facts.certificates_withdrawn, None),
            AnnualId::OfficersDue => (facts.officers_due, None),
            AnnualId::OfficersReviewed => (facts.officers_reviewed, None),
            AnnualId::OfficersRenewed => (facts.officers_renewed, None),
            AnnualId::OfficersNew => (facts.officers_new, None),
            AnnualId::GeneralPassed => (facts.general_passed, None),
            AnnualId::TrainingReached => (facts.training_reached, None),
        }
    }

    /// The figure as people read it: a count, or a percentage.
    pub fn shown(&self, id: AnnualId) -> String {
        match self.parts(id) {
            (count, None) => count.to_string(),
            (numerator, Some(denominator)) => Rate { numerator, denominator }.percent(),
        }
    }

    /// The sentences of the annual report that these figures carry; nothing is said of what did not happen. Large counts are in
    /// rounded words, persons and rates exact. `area`: whose participations in competitions they are, see [`area`].
    pub fn sentences(&self, area: &str) -> Vec<String> {
        let of = |id| self.parts(id).0;
        let mut sentences = Vec::new();
        let mut say = |count: i64, text: String| {
            if count > 0 {
                sentences.push(text);
            }
        };
        say(self.exam.sat, super::figure::report_sentence(&self.exam));
        let officers = self.officers();
        say(officers.len() as i64, format!("{}。", officers.join("，")));
        let sessions = of(AnnualId::StudySessions);
        say(sessions, format!("党委理论学习中心组专题学法{sessions}次。"));
        let lectures = of(AnnualId::Lectures);
        say(lectures, format!("举办法治讲座{}场。", rounded(lectures)));
        let observed = of(AnnualId::CourtObservations);
        let observers = match self.court_observers {
            0 => String::new(),
            persons => format!("，{persons}人参加"),
        };
        say(observed, format!("组织国家工作人员旁听庭审{observed}次{observers}。"));
        let (events, works) = (of(AnnualId::Publicity), of(AnnualId::Works));
        let works = (works > 0).then(|| format!("制作征集普法作品{}件", rounded(works)));
        let events = (events > 0).then(|| format!("开展各类普法宣教活动{}次", rounded(events)));
        let both: Vec<_> = events.into_iter().chain(works).collect();
        say(both.len() as i64, format!("{}。", both.join("，")));
        let played = self.person_times + of(AnnualId::ContestElsewhere);
        say(played, format!("{area}累计参赛{}人次。", rounded(played)));
        let awards = of(AnnualId::TeamResults);
        say(awards, format!("获得团体奖项{awards}项。"));
        sentences
    }
}

/// What the sentence on competitions says of where when nothing else is sure.
const WHOLE_YEAR: &str = "全年";
/// Characters of an area at most: 全市, 全系统.
const AREA: usize = 6;

/// Whose participations a sum over competitions tells: 全市 where every entry of one held elsewhere names that as its place; where they
/// name several, or none, or competitions held here are in the sum too, it is only said that they are those of the year.
pub fn area<'a>(held_here: bool, places: impl IntoIterator<Item = &'a str>) -> &'a str {
    let mut places = places.into_iter();
    let first = places.next().filter(|_| !held_here);
    let whole = first.filter(|place| place.starts_with('全') && place.chars().count() <= AREA);
    whole
        .filter(|first| places.all(|place| place == *first))
        .unwrap_or(WHOLE_YEAR)
}

impl Base {
    /// What the sentence on enforcement officers is made of.
    fn officers(&self) -> Vec<String> {
        let facts = &self.facts;
        let renewed = match facts.officers_renewed {
            0 => String::new(),
            persons => format!("（其中换证{persons}名）"),
        };
        [
            (
                facts.officers_reviewed,
                format!("组织{}名行政执法人员年审换证{renewed}", facts.officers_reviewed),
            ),
            (facts.officers_new, format!("新申领行政执法证{}名", facts.officers_new)),
            (
                facts.general_passed,
                format!("{}名申领人员通过通用法律知识考试", facts.general_passed),
            ),
            (
                facts.training_reached,
                format!("{}名执法人员完成年度培训学时", facts.training_reached),
            ),
        ]
        .into_iter()
        .filter(|(persons, _)| *persons > 0)
        .map(|(_, words)| words)
        .collect()
    }
}

/// A figure of a year with everything needed to check it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Annual {
    pub id: AnnualId,
    /// In the language asked for, as is everything but the next two.
    pub name: &'static str,
    pub name_zh: &'static str,
    pub name_en: &'static str,
    pub value: Value,
    pub unit: &'static str,
    pub numerator: i64,
    pub denominator: Option<i64>,
    pub definition: &'static str,
    /// Over whom or what it is counted, and what makes a record one of the year.
    pub population: &'static str,
    pub period: &'static str,
    pub source: Source,
    /// Which wording of the definition this is.
    pub version: u16,
    /// When it was counted, RFC 3339 in the time of China.
    pub as_of: String,
}

/// All figures of a year.
pub fn figures(base: &Base, as_of: Timestamp, lang: Lang) -> Vec<Annual> {
    figures_of(records::VERSION, base, as_of, lang)
}

/// The figures that records of a version hold, see [`AnnualId::of_version`].
pub fn figures_of(version: u16, base: &Base, as_of: Timestamp, lang: Lang) -> Vec<Annual> {
    let figure = |id: &AnnualId| {
        let (numerator, denominator) = base.parts(*id);
        Annual {
            id: *id,
            name: id.name(lang),
            name_zh: id.name(Lang::Zh),
            name_en: id.name(Lang::En),
            value: match denominator {
                None => Value::Count(numerator),
                Some(0) => Value::None(()),
                Some(_) => Value::Text(base.shown(*id)),
            },
            unit: id.unit(lang),
            numerator,
            denominator,
            definition: id.definition(lang),
            population: id.population().name(lang),
            period: id.period().name(lang),
            source: id.source(),
            version: id.version(),
            as_of: as_of.rfc3339(),
        }
    };
    AnnualId::of_version(version).iter().map(figure).collect()
}

/// The persons of the year's exams, each with how he counts over all of them and the unit of the last roster he stood on.
#[derive(Debug, Clone, Default)]
pub struct Persons {
    all: BTreeMap<PersonId, (UnitId, Tallied)>,
    /// Who stood on the roster of another unit before: that of the first one.
    moved: BTreeMap<PersonId, UnitId>,
}

impl Persons {
    /// Adds an exam; exams are added in the order of their openings. A person counts by the better of two results: a pass is
    /// better than a fail, that better than an absence, and to be due better than to be exempt.
    pub fn add<'a>(&mut self, blocks: impl IntoIterator<Item = (UnitId, &'a Block)>, counting: Counting) {
        let rank = |tallied: Tallied| match tallied {
            Tallied::Outside => 0,
            Tallied::Exempt => 1,
            Tallied::Absent => 2,
            Tallied::Sat(band, _) => 3 + band as u8,
        };
        for (unit, block) in blocks {
            for (entry, results) in block.persons() {
                let now = tallied(entry, results, counting, None);
                let known = self.all.entry(entry.person).or_insert((unit, now));
                if known.0 != unit {
                    self.moved.entry(entry.person).or_insert(known.0);
                }
                known.0 = unit;
                if rank(now) > rank(known.1) {
                    known.1 = now;
                }
            }
        }
    }

    /// Everybody with the unit and how he counts.
    pub fn all(&self) -> impl Iterator<Item = (PersonId, UnitId, Tallied)> {
        self.all
            .iter()
            .map(|(person, (unit, tallied))| (*person, *unit, *tallied))
    }

    /// Who stands on the rosters of two units: the first one, and the last one, in which the person counts.
    pub fn moved(&self) -> impl Iterator<Item = (PersonId, UnitId, UnitId)> {
        self.moved.iter().filter_map(|(person, from)| {
            let (to, _) = self.all.get(person)?;
            (from != to).then_some((*person, *from, *to))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        exam::Band,
        person::{Category, RankLevel},
        points::Points,
        tally::{Entry, Scored},
    };

    fn block(persons: &[(i64, bool, Option<Band>)]) -> Block {
        let mut block = Block::default();
        for (person, exempt, band) in persons {
            let entry = Entry {
                person: PersonId(*person),
                rank: RankLevel::Ke,
                category: Category::CivilServant,
                exempt: *exempt,
            };
            let result = band.map(|band| Scored {
                round: 1,
                number: 1,
                band,
                score: Points::whole(60),
            });
            block.push(entry, result);
        }
        block
    }

    #[test]
    fn a_person_of_two_exams_and_two_units_counts_once_in_the_later_unit() {
        let mut persons = Persons::default();
        let spring = block(&[
            (1, false, Some(Band::Fail)),
            (2, true, None),
            (3, false, Some(Band::Pass)),
        ]);
        let autumn = block(&[
            (1, false, Some(Band::Pass)),
            (2, false, None),
            (3, false, Some(Band::Fail)),
        ]);
        persons.add([(UnitId(1), &spring)], Counting::Best);
        persons.add([(UnitId(2), &autumn)], Counting::Best);
        assert!(persons.all().all(|(_, unit, _)| unit == UnitId(2)));
        let moved: Vec<_> = persons.moved().collect();
        assert_eq!(moved.len(), 3);
        assert_eq!(moved[0], (PersonId(1), UnitId(1), UnitId(2)));
        let counts: Counts = persons.all().map(|(.., tallied)| tallied.counts()).sum();
        let found = (
            counts.registered,
            counts.exempted,
            counts.due,
            counts.sat,
            counts.passed,
        );
        assert_eq!(found, (3, 0, 3, 2, 2));
    }

    #[test]
    fn the_sentences_say_what_happened_and_nothing_else() {
        let total = |entries, quantity| Total {
            entries,
            quantity,
            audience: 0,
            uncounted: 0,
        };
        let base = Base {
            exam: Counts {
                registered: 138,
                due: 138,
                sat: 138,
                passed: 138,
                ..Counts::default()
            },
            ledger: BTreeMap::from([
                (Kind::StudySession.code(), total(4, 4)),
                (Kind::Publicity.code(), total(213, 213)),
                (Kind::Work.code(), total(6, 34)),
                (Kind::ContestElsewhere.code(), total(1, 4_500_000)),
            ]),
            ..Base::default()
        };
        assert_eq!(
            base.sentences("全市"),
            [
                "组织138名国家工作人员参加学法考法培训活动，考法通过率100%。应考138人、实考138人、合格138人。",
                "党委理论学习中心组专题学法4次。",
                "开展各类普法宣教活动200余次，制作征集普法作品30余件。",
                "全市累计参赛450万人次。",
            ]
        );
        assert_eq!(Base::default().sentences("全年"), Vec::<String>::new());
        let facts = fact::Sums {
            officers_due: 103,
            officers_reviewed: 102,
            officers_renewed: 40,
            general_passed: 5,
            ..fact::Sums::default()
        };
        let base = Base {
            facts,
            ..Base::default()
        };
        assert_eq!(
            base.sentences("全年"),
            ["组织102名行政执法人员年审换证（其中换证40名），5名申领人员通过通用法律知识考试。"]
        );
    }

    #[test]
    fn an_area_is_named_only_where_all_entries_name_it() {
        assert_eq!(area(false, ["全市", "全市"]), "全市");
        for (here, places) in [
            (true, vec!["全市"]),
            (false, vec![]),
            (false, vec!["全市", "全省"]),
            (false, vec!["全市", ""]),
            (false, vec!["线上"]),
            (false, vec!["全市各区县和各大企业"]),
        ] {
            assert_eq!(area(here, places.iter().copied()), "全年", "{here} {places:?}");
        }
    }

    #[test]
    fn an_older_edition_has_the_figures_that_it_had() {
        let ids = |version| -> Vec<AnnualId> {
            let figures = figures_of(version, &Base::default(), Timestamp(0), Lang::Zh);
            figures.iter().map(|figure| figure.id).collect()
        };
        assert_eq!(ids(0).last(), Some(&AnnualId::Circulars));
        assert_eq!(ids(records::VERSION), AnnualId::ALL);
        assert!(
            AnnualId::ALL.is_sorted_by_key(|id| id.since()),
            "what was counted later stands behind"
        );
        let mut base = Base::default();
        base.exam.due = 138;
        base.facts.officers_due = 103;
        let without = base.clone().of_version(0);
        assert_eq!((without.exam, without.facts), (base.exam, fact::Sums::default()));
        assert_eq!(base.clone().of_version(1), base);
    }

    #[test]
    fn every_figure_names_itself_in_both_languages() {
        for id in AnnualId::ALL {
            let texts = [
                id.name(Lang::Zh),
                id.name(Lang::En),
                id.definition(Lang::Zh),
                id.definition(Lang::En),
            ];
            assert!(texts.iter().all(|text| !text.is_empty()), "{id:?}");
            assert_eq!(
                serde_json::to_value(id).expect("JSON"),
                id.code(),
                "its code is its name in JSON"
            );
            let (_, denominator) = Base::default().parts(*id);
            assert_eq!(denominator.is_some(), id.unit(Lang::Zh).is_empty(), "{id:?}");
            // What is planned and what is counted are the same entries of the ledger.
            assert!(id.planned().is_none_or(|kind| kind.activity() == id.kind()), "{id:?}");
        }
    }
}
