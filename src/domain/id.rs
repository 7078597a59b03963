//! A type per key. Ids are made by the application from clock and randomness, ordered by time,
//! and travel as 13 characters of Crockford base 32 (never as JSON numbers, which browsers round).

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de::Error as _};

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LENGTH: usize = 13;

/// A text that is no id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

fn encode(id: i64) -> String {
    (0..LENGTH)
        .rev()
        .map(|place| char::from(ALPHABET[(id as u64 >> (5 * place)) as usize & 31]))
        .collect()
}

fn decode(text: &str) -> Result<i64, NotAnId> {
    if text.len() != LENGTH {
        return Err(NotAnId);
    }
    let value = text.bytes().try_fold(0u128, |value, byte| {
        let digit = ALPHABET.iter().position(|letter| *letter == byte).ok_or(NotAnId)?;
        Ok((value << 5) | digit as u128)
    })?;
    i64::try_from(value).map_err(|_| NotAnId)
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode(self.0))
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                decode(text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl From<i64> for $name {
            fn from(id: i64) -> Self {
                Self(id)
            }
        }
    )+};
}

ids! {
    /// A unit (单位).
    UnitId
    /// A person of the roster.
    PersonId
    /// A sign-in: of a person, or of an administrator outside the roster.
    AccountId
    /// A question bank (题库).
    BankId
    /// A question, whatever its version.
    QuestionId
    /// One immutable version of a question.
    VersionId
    /// An exam.
    ExamId
    /// One sitting of one person.
    AttemptId
    /// A file between its preview and its import.
    UploadId
    /// A correction of the roster asked for by a liaison.
    CorrectionId
    /// Something that those who sit are told.
    EventId
    /// A region (行政区划).
    RegionId
    /// A change of a unit from a day on.
    UnitChangeId
    /// A change of a person from a day on.
    PersonChangeId
    /// An import of a roster.
    ImportId
    /// A request for exemption or deferral.
    ExemptionId
    /// A paper that belongs to such a request.
    DocumentId
    /// More time or larger text for a person.
    AccommodationId
    /// A correction of a key, proposed or in force.
    KeyCorrectionId
    /// A question that waits, or waited, for a second person.
    VettingId
    /// An objection of a candidate.
    ObjectionId
    /// A certificate.
    CertificateId
    /// Something a person is told.
    NoticeId
    /// A case that followed from a signal.
    CaseId
    /// A room at a time.
    SlotId
    /// A knowledge competition.
    CompetitionId
    /// Somebody who plays in one competition.
    PlayerId
    /// A unit in the directory of those that play, beside the tree of units.
    OrganizationId
    /// A prize draw.
    LotteryId
    /// A law, whatever its version.
    LawId
    /// One version of a law.
    LawVersionId
    /// An article of one version.
    LawArticleId
    /// A list of what holders of a post must know (应知应会清单).
    MustKnowListId
    /// An entry of the ledger of activities (活动台账).
    ActivityId
    /// A file that proves one.
    EvidenceId
    /// Figures that a unit handed in to the level above (上报).
    FilingId
    /// An entry of the plan of a year.
    PlanEntryId
    /// Somebody's word that something is wrong with a question.
    FlagId
    /// A ruling on a question wherever it was used.
    RulingId
    /// A course (课程).
    CourseId
    /// A lesson of a course.
    LessonId
    /// A file that belongs to a lesson.
    LessonMediaId
    /// An entry of a personal law record.
    RecordEntryId
    /// Questions that a person answers in study, one after the other or as one form.
    RunId
    /// A certificate of an enforcement officer (行政执法证).
    OfficerCertificateId
    /// An application for one.
    OfficerApplicationId
    /// Training that an enforcement officer has had.
    TrainingId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_survives_its_text_form() {
        for id in [0, 1, 31, 1 << 40, i64::MAX] {
            assert_eq!(PersonId(id).to_string().parse(), Ok(PersonId(id)));
        }
    }

    #[test]
    fn a_text_that_is_no_id_is_refused() {
        for text in ["", "1", "zzzzzzzzzzzzz", "000000000000u", "00000000000000"] {
            assert_eq!(text.parse::<PersonId>(), Err(NotAnId), "{text}");
        }
    }
}
