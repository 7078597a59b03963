//! Exemption (免考) and deferral (缓考): a request for one person and one exam, decided by somebody.

use serde::{Deserialize, Serialize};

use super::{
    exam,
    id::{AccountId, DocumentId, ExamId, ExemptionId, PersonId, UnitId},
    person::codes,
    time::Timestamp,
};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 免考: not due.
    Exemption,
    /// 缓考: due, and admitted to the make-up round.
    Deferral,
}

codes!(Kind {
    Exemption => "exemption", "免考", "Exemption";
    Deferral => "deferral", "缓考", "Deferral";
});

/// Why, after the rules of Qinghai 2020 and Hunan 2019.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    Retiring,
    LongSickLeave,
    LongAbroad,
    SecondedOut,
    PostClass,
    Other,
}

codes!(Ground {
    Retiring => "retiring", "当年退休", "Retiring this year";
    LongSickLeave => "long_sick_leave", "长期病假", "Long sick leave";
    LongAbroad => "long_abroad", "长期在国（境）外", "Long abroad";
    SecondedOut => "seconded_out", "借调外省（单位）", "Seconded out";
    PostClass => "post_class", "岗位类别不要求", "Class of post";
    Other => "other", "其他", "Other";
});

/// How far a request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Requested,
    Approved,
    Refused,
    Withdrawn,
}

codes!(State {
    Requested => "requested", "待审批", "Waiting";
    Approved => "approved", "已批准", "Approved";
    Refused => "refused", "未批准", "Refused";
    Withdrawn => "withdrawn", "已撤回", "Withdrawn";
});

/// Why a step is not possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum StepFault {
    #[error("decided or withdrawn already")]
    Decided,
    #[error("the exam has opened")]
    Opened,
    #[error("a document is needed")]
    NoDocument,
    #[error("the person has begun to sit")]
    Sat,
    #[error("the person is not on the frozen roster")]
    NotRegistered,
}

/// What an approval has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    pub exam: exam::State,
    pub documents: usize,
    /// On the roster of the opened exam.
    pub registered: bool,
    /// Has an attempt at the exam, running or handed in.
    pub sat: bool,
}

impl State {
    /// Approves a request. Once the exam is open an exemption needs its document, and nobody who has begun to sit can be
    /// exempted any more: a bad result would vanish with them.
    ///
    /// # Errors
    /// Why it is not possible.
    pub fn approve(self, kind: Kind, of: Circumstances) -> Result<Self, StepFault> {
        if self != Self::Requested {
            return Err(StepFault::Decided);
        }
        if of.exam != exam::State::Open {
            return Ok(Self::Approved);
        }
        match (kind, of) {
            (_, of) if !of.registered => Err(StepFault::NotRegistered),
            (_, of) if of.sat => Err(StepFault::Sat),
            (Kind::Exemption, of) if of.documents == 0 => Err(StepFault::NoDocument),
            _ => Ok(Self::Approved),
        }
    }

    /// # Errors
    /// [`StepFault::Decided`] unless it waits.
    pub fn refuse(self) -> Result<Self, StepFault> {
        match self {
            Self::Requested => Ok(Self::Refused),
            _ => Err(StepFault::Decided),
        }
    }

    /// Takes a request or an approval back, until the exam opens.
    ///
    /// # Errors
    /// Why it is not possible.
    pub fn withdraw(self, exam: exam::State) -> Result<Self, StepFault> {
        match self {
            Self::Refused | Self::Withdrawn => Err(StepFault::Decided),
            _ if exam == exam::State::Open => Err(StepFault::Opened),
            _ => Ok(Self::Withdrawn),
        }
    }
}

/// A request with its decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    pub id: ExemptionId,
    pub exam: ExamId,
    pub person: PersonId,
    pub kind: Kind,
    pub ground: Ground,
    /// What the request says in free text.
    pub words: String,
    pub state: State,
    /// `None`: the operator at the machine.
    pub requested_by: Option<AccountId>,
    pub requested_at: Timestamp,
    pub decided_by: Option<AccountId>,
    pub decided_at: Option<Timestamp>,
    /// What the decision says.
    pub reason: String,
}

/// A request with whom it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub exemption: Exemption,
    pub number: String,
    pub name: String,
    pub unit: UnitId,
}

/// An uploaded paper, without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub exemption: ExemptionId,
    pub name: String,
    pub size: i64,
    pub uploaded_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: Circumstances = Circumstances {
        exam: exam::State::Published,
        documents: 0,
        registered: false,
        sat: false,
    };
    const OPEN: Circumstances = Circumstances {
        exam: exam::State::Open,
        documents: 1,
        registered: true,
        sat: false,
    };

    #[test]
    fn a_request_is_decided_once() {
        let approve = |state: State| state.approve(Kind::Exemption, BEFORE);
        assert_eq!(approve(State::Requested), Ok(State::Approved));
        for state in [State::Approved, State::Refused, State::Withdrawn] {
            assert_eq!(
                (approve(state), state.refuse()),
                (Err(StepFault::Decided), Err(StepFault::Decided))
            );
        }
    }

    #[test]
    fn after_the_opening_an_exemption_needs_its_document_and_nobody_who_sat_is_exempted() {
        let approve = |kind, of| State::Requested.approve(kind, of);
        assert_eq!(approve(Kind::Exemption, OPEN), Ok(State::Approved));
        assert_eq!(
            approve(Kind::Exemption, Circumstances { documents: 0, ..OPEN }),
            Err(StepFault::NoDocument)
        );
        assert_eq!(
            approve(Kind::Deferral, Circumstances { documents: 0, ..OPEN }),
            Ok(State::Approved)
        );
        assert_eq!(
            approve(Kind::Exemption, Circumstances { sat: true, ..OPEN }),
            Err(StepFault::Sat)
        );
        let elsewhere = Circumstances {
            registered: false,
            ..OPEN
        };
        assert_eq!(approve(Kind::Exemption, elsewhere), Err(StepFault::NotRegistered));
    }

    #[test]
    fn what_was_asked_for_can_be_taken_back_until_the_exam_opens() {
        for state in [State::Requested, State::Approved] {
            assert_eq!(state.withdraw(exam::State::Draft), Ok(State::Withdrawn));
            assert_eq!(state.withdraw(exam::State::Open), Err(StepFault::Opened));
        }
        assert_eq!(State::Refused.withdraw(exam::State::Draft), Err(StepFault::Decided));
    }
}
