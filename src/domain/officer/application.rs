//! Applications (执法证申领): the special law exam (专门法律知识) first, the general one (通用法律知识) second, then the certificate.

use serde::{Deserialize, Serialize};

use super::{Category, OfficerFault};
use crate::domain::{
    id::{ExamId, OfficerApplicationId, OfficerCertificateId, PersonId, UnitId},
    person::codes,
    time::Timestamp,
};

/// The two exams, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// By the department itself.
    Special,
    /// By the authority of justice.
    General,
}

codes!(Stage {
    Special => "special", "专门法律知识考试", "Special law exam";
    General => "general", "通用法律知识考试", "General law exam";
});

/// What shows that a stage was passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// The attempt that counts of an exam held here.
    Exam(ExamId),
    /// The number of the paper that states the result.
    Document(String),
    /// 免试: the paper that exempts from the exam, such as a lawyer's qualification.
    Exempt(String),
}

impl Proof {
    pub fn code(&self) -> &'static str {
        match self {
            Self::Exam(_) => "exam",
            Self::Document(_) => "document",
            Self::Exempt(_) => "exempt",
        }
    }
}

/// The result of a stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub proof: Proof,
    /// When the exam was sat; for an exemption when it was granted.
    pub day: Timestamp,
    pub passed: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Open,
    /// A certificate was issued.
    Granted,
    Withdrawn,
}

codes!(State {
    Open => "open", "办理中", "In hand";
    Granted => "granted", "已发证", "Certificate issued";
    Withdrawn => "withdrawn", "已撤回", "Withdrawn";
});

/// An application for a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    pub id: OfficerApplicationId,
    pub person: PersonId,
    pub unit: UnitId,
    pub area: String,
    pub category: Category,
    pub entered_at: Timestamp,
    pub state: State,
    pub special: Option<Passed>,
    pub general: Option<Passed>,
    /// What came of it.
    pub certificate: Option<OfficerCertificateId>,
    pub reason: String,
}

impl Application {
    /// Whether the general law exam was passed on a day of this year for an enforcement certificate. An exemption is no exam, and a
    /// withdrawn application counts nothing.
    pub fn passed_general_in(&self, year: u16) -> bool {
        let passed = self.general.as_ref().filter(|general| general.passed);
        let sat = passed.filter(|general| !matches!(general.proof, Proof::Exempt(_)));
        let counts = self.category == Category::Enforcement && self.state != State::Withdrawn;
        counts && sat.is_some_and(|general| general.day.civil().year == i64::from(year))
    }

    pub fn result(&self, stage: Stage) -> Option<&Passed> {
        match stage {
            Stage::Special => self.special.as_ref(),
            Stage::General => self.general.as_ref(),
        }
    }

    fn has_passed(&self, stage: Stage) -> bool {
        self.result(stage).is_some_and(|result| result.passed)
    }

    /// The stage whose result is awaited; `None` once both are passed or the application is settled.
    pub fn next(&self) -> Option<Stage> {
        let awaited = |stage: &&Stage| !self.has_passed(**stage);
        Stage::ALL
            .iter()
            .find(awaited)
            .copied()
            .filter(|_| self.state == State::Open)
    }

    /// Takes the result of a stage; a failed one may be followed by another, a passed one stands.
    ///
    /// # Errors
    /// [`OfficerFault::Settled`], or [`OfficerFault::Stage`] when it is not this stage's turn.
    pub fn take(&mut self, stage: Stage, result: Passed) -> Result<(), OfficerFault> {
        if self.state != State::Open || self.has_passed(stage) {
            return Err(OfficerFault::Settled);
        }
        if self.next() != Some(stage) {
            return Err(OfficerFault::Stage);
        }
        match stage {
            Stage::Special => self.special = Some(result),
            Stage::General => self.general = Some(result),
        }
        Ok(())
    }

    /// # Errors
    /// [`OfficerFault::Settled`] when it is settled, [`OfficerFault::Stage`] while an exam is not passed.
    pub fn grant(&mut self, certificate: OfficerCertificateId) -> Result<(), OfficerFault> {
        if self.state != State::Open {
            return Err(OfficerFault::Settled);
        }
        if self.next().is_some() {
            return Err(OfficerFault::Stage);
        }
        (self.state, self.certificate) = (State::Granted, Some(certificate));
        Ok(())
    }

    /// # Errors
    /// [`OfficerFault::Settled`] when it is settled.
    pub fn withdraw(&mut self, reason: String) -> Result<(), OfficerFault> {
        if self.state != State::Open {
            return Err(OfficerFault::Settled);
        }
        (self.state, self.reason) = (State::Withdrawn, reason);
        Ok(())
    }
}
