//! Certificates (合格证书): what stands on one, the code by which anybody can check it, and masked names.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{
    id::{CertificateId, ExamId, KeyCorrectionId, PersonId},
    lang::Lang,
    points::Points,
    receipt::{digits, grouped},
    time::Timestamp,
};

/// What stands on a certificate as the result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shows {
    /// The points.
    Score,
    /// 合格, without points.
    Grade,
}

impl Shows {
    pub const ALL: [Self; 2] = [Self::Grade, Self::Score];

    pub fn code(self) -> &'static str {
        match self {
            Self::Score => "score",
            Self::Grade => "grade",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|shows| shows.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Score => lang.pick("写分数", "The points"),
            Self::Grade => lang.pick("只写合格", "Only that it was passed"),
        }
    }
}

/// The code by which a certificate is checked: 125 random bits in five groups of five letters.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CertificateCode(String);

/// A text that is no code of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a certificate")]
pub struct NotACode;

const LENGTH: usize = 25;

impl CertificateCode {
    /// The code made of these random bytes.
    pub fn of(random: &[u8; 32]) -> Self {
        let digits: Vec<u8> = random.iter().take(LENGTH).map(|byte| byte & 31).collect();
        Self(grouped(&digits))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CertificateCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let digits = digits(text).filter(|digits| digits.len() == LENGTH).ok_or(NotACode)?;
        Ok(Self(grouped(&digits)))
    }
}

impl fmt::Display for CertificateCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why and since when a certificate no longer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    pub at: Timestamp,
    pub reason: String,
    /// The correction that made the person fail; `None`: a person withdrew it.
    pub cause: Option<KeyCorrectionId>,
}

/// A certificate as it was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub id: CertificateId,
    pub exam: ExamId,
    pub person: PersonId,
    /// E.g. `2026-000123`: the year of issue and a row without gaps.
    pub number: String,
    pub code: CertificateCode,
    pub name: String,
    /// Path of the unit's names.
    pub unit: String,
    /// Of the exam.
    pub title: String,
    pub shows: Shows,
    pub score: Points,
    pub issued_at: Timestamp,
    pub withdrawn: Option<Withdrawn>,
}

/// The number of a certificate.
pub fn number(year: i64, place: i64) -> String {
    format!("{year}-{place:06}")
}

/// What happened to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Issued,
    Withdrawn,
    /// The correction that had withdrawn it was undone.
    Reinstated,
    /// Its score changed and is still a pass.
    Rescored,
}

impl Act {
    pub fn code(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Withdrawn => "withdrawn",
            Self::Reinstated => "reinstated",
            Self::Rescored => "rescored",
        }
    }
}

/// What a change of the final score does to a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follow {
    Withdraw,
    Reinstate,
    Rescore,
}

/// What follows for a certificate when its person's final score becomes `score` and `passed` or not. A certificate that a person withdrew
/// stays withdrawn; one that a correction withdrew comes back with the score.
pub fn follow(certificate: &Certificate, score: Points, passed: bool) -> Option<Follow> {
    match &certificate.withdrawn {
        None if !passed => Some(Follow::Withdraw),
        None if score != certificate.score => Some(Follow::Rescore),
        Some(withdrawn) if withdrawn.cause.is_some() && passed => Some(Follow::Reinstate),
        None | Some(_) => None,
    }
}

/// A name that only those recognise who know it: `张**`, `J**`. Every character but the first becomes a star, two at
/// least, so that the length does not tell a short name.
pub fn masked(name: &str) -> String {
    let mut letters = name.trim().chars();
    let first: String = letters.next().into_iter().collect();
    let stars = letters.count().clamp(2, 4);
    format!("{first}{}", "*".repeat(stars))
}

/// Whether a typed name is the name, whatever the blanks and the case.
pub fn same_name(typed: &str, name: &str) -> bool {
    let folded = |text: &str| super::bank::fold(text);
    !folded(typed).is_empty() && folded(typed) == folded(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = CertificateCode::of(&[255; 32]);
        assert_eq!(code.as_str(), "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ");
        assert_eq!("zzzzz zzzzz zzzzz zzzzz zzzzz".parse(), Ok(code));
        for wrong in [
            "",
            "ZZZZ",
            "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-Z",
            "ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZ!",
        ] {
            assert_eq!(wrong.parse::<CertificateCode>(), Err(NotACode), "{wrong}");
        }
    }

    #[test]
    fn a_masked_name_keeps_its_first_letter_only() {
        assert_eq!(masked("张三"), "张**");
        assert_eq!(masked("欧阳娜娜"), "欧***");
        assert_eq!(masked("Jo Smith-Brown"), "J****");
        assert_eq!(masked(""), "**");
    }

    #[test]
    fn a_name_is_the_same_whatever_the_blanks_and_the_width() {
        assert!(same_name(" 张 三 ", "张三"));
        assert!(same_name("ＪＯ smith", "Jo Smith"));
        assert!(!same_name("", "") && !same_name("张", "张三"));
    }

    fn certificate(withdrawn: Option<Withdrawn>) -> Certificate {
        Certificate {
            id: CertificateId(1),
            exam: ExamId(1),
            person: PersonId(1),
            number: number(2026, 1),
            code: CertificateCode::of(&[0; 32]),
            name: "张三".into(),
            unit: String::new(),
            title: String::new(),
            shows: Shows::Grade,
            score: Points::whole(80),
            issued_at: Timestamp(0),
            withdrawn,
        }
    }

    #[test]
    fn a_certificate_follows_the_score_but_never_comes_back_after_a_person_withdrew_it() {
        let by = |cause| {
            Some(Withdrawn {
                at: Timestamp(0),
                reason: String::new(),
                cause,
            })
        };
        let after = |withdrawn, score| follow(&certificate(withdrawn), Points::whole(score), score >= 60);
        assert_eq!(after(None, 80), None);
        assert_eq!(after(None, 59), Some(Follow::Withdraw));
        assert_eq!(after(None, 81), Some(Follow::Rescore));
        assert_eq!(after(by(Some(KeyCorrectionId(1))), 60), Some(Follow::Reinstate));
        assert_eq!(after(by(Some(KeyCorrectionId(1))), 59), None);
        assert_eq!(after(by(None), 100), None);
    }
}
