//! What belongs to a figure besides the words of its definition: over whom or what it is counted, of which time, which wording of
//! the definition it is, and with which figures it stands.

use super::AnnualId;
use crate::domain::lang::Lang;

/// Definitions that have been worded anew, with the version they have now; every other one has its first. Whoever changes the words
/// of a definition raises its version here: a test holds the words of each version.
const REWORDED: &[(AnnualId, u16)] = &[
    // Players frozen by a case are left out.
    (AnnualId::PersonTimes, 2),
    (AnnualId::Participants, 2),
    // Supervision certificates are left out.
    (AnnualId::OfficersDue, 2),
    (AnnualId::GeneralPassed, 2),
    (AnnualId::TrainingReached, 2),
];

/// Over whom or what a figure is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Population {
    Registered,
    Due,
    Sat,
    Players,
    Entries,
    Documents,
    Observers,
    ExamCertificates,
    Officers,
    Applicants,
}

impl Population {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Registered => lang.pick(
                "本年度各场考试冻结名册里的人",
                "persons on the frozen rosters of the year's exams",
            ),
            Self::Due => lang.pick("本年度各场考试的应考人员", "persons who are due in the year's exams"),
            Self::Sat => lang.pick("本年度各场考试的实考人员", "persons who sat the year's exams"),
            Self::Players => lang.pick("本年度各场竞赛的参赛者", "those who played in the year's competitions"),
            Self::Entries => lang.pick(
                "台账里已登记的条目；需要上级审核的年度，只算审核过的",
                "entries recorded in the ledger; in years with approval those that are approved",
            ),
            Self::Documents => lang.pick(
                "台账里已登记、附证明文件的其他平台竞赛",
                "competitions held elsewhere that are recorded in the ledger with a document",
            ),
            Self::Observers => lang.pick("旁听庭审名单上的人", "persons on the name lists of court observations"),
            Self::ExamCertificates => lang.pick("本系统考试的合格证书", "certificates of exams held here"),
            Self::Officers => lang.pick(
                "本年度计入的行政执法证的持证人",
                "holders of enforcement certificates that the year counts",
            ),
            Self::Applicants => lang.pick(
                "申领行政执法证的人员，撤回的申领不算",
                "applicants for an enforcement certificate, withdrawn applications left out",
            ),
        }
    }
}

/// What makes a record one of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    ExamOpens,
    ContestBegins,
    Day,
    CreditsBooked,
    Issued,
    Withdrawn,
    Review,
    OfficerIssued,
    ExamPassed,
    Trained,
}

impl Period {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::ExamOpens => lang.pick(
                "开考时间在本年度内的考试，成绩算到统计时",
                "exams that open in the calendar year, results up to the moment of counting",
            ),
            Self::ContestBegins => lang.pick(
                "开赛时间在本年度内的竞赛，作答算到统计时",
                "competitions that begin in the calendar year, attempts up to the moment of counting",
            ),
            Self::Day => lang.pick(
                "活动日期在本年度 1 月 1 日至 12 月 31 日之间",
                "activities of a day from 1 January to 31 December of the year",
            ),
            Self::CreditsBooked => lang.pick(
                "本年度入账的学分；人员取自本年度开考的考试",
                "credits booked for the year; persons of exams that open in it",
            ),
            Self::Issued => lang.pick("颁发时间在本年度内", "issued in the calendar year"),
            Self::Withdrawn => lang.pick("撤回时间在本年度内", "withdrawn in the calendar year"),
            Self::Review => lang.pick("本年度的年审", "the review of the year"),
            Self::OfficerIssued => lang.pick("发证日期在本年度内", "certificates of a day in the calendar year"),
            Self::ExamPassed => lang.pick("考试合格的日期在本年度内", "passed on a day in the calendar year"),
            Self::Trained => lang.pick(
                "本年度登记和测得的培训学时",
                "hours of training entered and measured in the calendar year",
            ),
        }
    }
}

/// Figures that stand together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Exams,
    Contests,
    Activities,
    Study,
    Certificates,
    Officers,
}

impl Theme {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Exams => lang.pick("考试", "Exams"),
            Self::Contests => lang.pick("竞赛", "Competitions"),
            Self::Activities => lang.pick("普法活动和学法", "Legal education"),
            Self::Study => lang.pick("学分", "Study"),
            Self::Certificates => lang.pick("合格证书", "Certificates"),
            Self::Officers => lang.pick("行政执法人员", "Enforcement officers"),
        }
    }
}

impl AnnualId {
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|id| id.code() == code)
    }

    /// Which wording of the definition this is, from 1.
    pub fn version(self) -> u16 {
        let reworded = REWORDED.iter().find(|(id, _)| *id == self);
        reworded.map_or(1, |(_, version)| *version)
    }

    pub fn population(self) -> Population {
        match self {
            Self::Registered | Self::Exempted | Self::Due | Self::EnrolledStudy | Self::StudyDone => {
                Population::Registered
            }
            Self::Sat
            | Self::Passed
            | Self::ParticipationRate
            | Self::PassRateOfDue
            | Self::StudyParticipationRate
            | Self::CompletionRate => Population::Due,
            Self::Awaiting | Self::PassRateOfSat => Population::Sat,
            Self::PersonTimes | Self::Participants => Population::Players,
            Self::ContestElsewhere => Population::Documents,
            Self::TeamResults
            | Self::StudySessions
            | Self::Lectures
            | Self::Publicity
            | Self::Audience
            | Self::Works
            | Self::CourtObservations
            | Self::Circulars => Population::Entries,
            Self::CourtObservers => Population::Observers,
            Self::CertificatesIssued | Self::CertificatesWithdrawn => Population::ExamCertificates,
            Self::OfficersDue
            | Self::OfficersReviewed
            | Self::OfficersRenewed
            | Self::OfficersNew
            | Self::TrainingReached => Population::Officers,
            Self::GeneralPassed => Population::Applicants,
        }
    }

    pub fn period(self) -> Period {
        match self {
            Self::Registered
            | Self::Exempted
            | Self::Due
            | Self::Sat
            | Self::Awaiting
            | Self::Passed
            | Self::ParticipationRate
            | Self::PassRateOfDue
            | Self::PassRateOfSat => Period::ExamOpens,
            Self::PersonTimes | Self::Participants => Period::ContestBegins,
            Self::ContestElsewhere
            | Self::TeamResults
            | Self::StudySessions
            | Self::Lectures
            | Self::Publicity
            | Self::Audience
            | Self::Works
            | Self::CourtObservations
            | Self::CourtObservers
            | Self::Circulars => Period::Day,
            Self::EnrolledStudy | Self::StudyDone | Self::StudyParticipationRate | Self::CompletionRate => {
                Period::CreditsBooked
            }
            Self::CertificatesIssued => Period::Issued,
            Self::CertificatesWithdrawn => Period::Withdrawn,
            Self::OfficersDue | Self::OfficersReviewed | Self::OfficersRenewed => Period::Review,
            Self::OfficersNew => Period::OfficerIssued,
            Self::GeneralPassed => Period::ExamPassed,
            Self::TrainingReached => Period::Trained,
        }
    }

    pub fn theme(self) -> Theme {
        match self {
            Self::Registered
            | Self::Exempted
            | Self::Due
            | Self::Sat
            | Self::Awaiting
            | Self::Passed
            | Self::ParticipationRate
            | Self::PassRateOfDue
            | Self::PassRateOfSat => Theme::Exams,
            Self::PersonTimes | Self::Participants | Self::ContestElsewhere | Self::TeamResults => Theme::Contests,
            Self::StudySessions
            | Self::Lectures
            | Self::Publicity
            | Self::Audience
            | Self::Works
            | Self::CourtObservations
            | Self::CourtObservers
            | Self::Circulars => Theme::Activities,
            Self::EnrolledStudy | Self::StudyDone | Self::StudyParticipationRate | Self::CompletionRate => Theme::Study,
            Self::CertificatesIssued | Self::CertificatesWithdrawn => Theme::Certificates,
            Self::OfficersDue
            | Self::OfficersReviewed
            | Self::OfficersRenewed
            | Self::OfficersNew
            | Self::GeneralPassed
            | Self::TrainingReached => Theme::Officers,
        }
    }

    /// The figures that records of a version hold by theme, each with its place among all themes from 1.
    pub fn themes(version: u16) -> impl Iterator<Item = (usize, Theme, &'static [Self])> {
        let chunks = Self::of_version(version).chunk_by(|one, other| one.theme() == other.theme());
        (1..).zip(chunks).map(|(place, ids)| (place, ids[0].theme(), ids))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::annual::records::VERSION;

    #[test]
    fn every_figure_says_all_of_itself_in_both_languages() {
        let mut codes = BTreeSet::new();
        let mut names = BTreeSet::new();
        for id in AnnualId::ALL {
            assert!(codes.insert(id.code()), "{id:?}");
            for lang in [Lang::Zh, Lang::En] {
                assert!(names.insert(id.name(lang)), "{id:?}: another figure has this name");
                for text in [
                    id.name(lang),
                    id.definition(lang),
                    id.population().name(lang),
                    id.period().name(lang),
                    id.source().name(lang),
                    id.theme().name(lang),
                ] {
                    assert!(!text.trim().is_empty(), "{id:?} {lang:?}");
                }
            }
            assert!(id.version() > 0, "{id:?}");
        }
        for (id, version) in REWORDED {
            assert!(*version > 1, "{id:?}");
        }
    }

    #[test]
    fn a_theme_stands_once() {
        let themes: Vec<_> = AnnualId::themes(VERSION).collect();
        let all: usize = themes.iter().map(|(.., ids)| ids.len()).sum();
        assert_eq!(all, AnnualId::ALL.len());
        for (place, theme, _) in &themes {
            let same = themes.iter().filter(|(_, other, _)| other == theme).count();
            assert_eq!(same, 1, "{place}");
        }
    }
}
