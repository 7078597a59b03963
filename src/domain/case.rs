//! Cases (核查): what follows from a signal when a person finds it worth it. Opened with a reason, told to the person
//! concerned, decided by somebody else, and open to appeal. A case changes neither score nor result.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, AttemptId, CaseId, ExamId, PersonId},
    key_correction::Act,
    lang::Lang,
    signal::Evidence,
    time::Timestamp,
};

/// A finding can be appealed for so many days.
pub const APPEAL_DAYS: u32 = 15;

/// Where a case stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a decision.
    Open,
    /// 未发现问题
    NoFinding,
    /// 认定有问题
    Finding,
    /// A finding that the person appealed.
    Appealed,
    /// The finding holds after the appeal.
    Confirmed,
    /// The finding was lifted upon the appeal.
    Lifted,
}

impl State {
    const ALL: [Self; 6] = [
        Self::Open,
        Self::NoFinding,
        Self::Finding,
        Self::Appealed,
        Self::Confirmed,
        Self::Lifted,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::NoFinding => "no_finding",
            Self::Finding => "finding",
            Self::Appealed => "appealed",
            Self::Confirmed => "confirmed",
            Self::Lifted => "lifted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Open => lang.pick("待处理", "Waiting"),
            Self::NoFinding => lang.pick("未发现问题", "No finding"),
            Self::Finding => lang.pick("认定有问题", "Finding"),
            Self::Appealed => lang.pick("已申诉，待复核", "Appealed"),
            Self::Confirmed => lang.pick("申诉后维持", "Finding confirmed"),
            Self::Lifted => lang.pick("申诉后撤销", "Finding lifted"),
        }
    }
}

/// What is decided of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    NoFinding,
    Finding,
    /// Of an appeal.
    Confirm,
    /// Of an appeal.
    Lift,
}

impl Decision {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "no_finding" => Some(Self::NoFinding),
            "finding" => Some(Self::Finding),
            "confirm" => Some(Self::Confirm),
            "lift" => Some(Self::Lift),
            _ => None,
        }
    }

    /// From which state it leads to which.
    pub fn step(self) -> (State, State) {
        match self {
            Self::NoFinding => (State::Open, State::NoFinding),
            Self::Finding => (State::Open, State::Finding),
            Self::Confirm => (State::Appealed, State::Confirmed),
            Self::Lift => (State::Appealed, State::Lifted),
        }
    }
}

/// What the person concerned wrote, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub at: Timestamp,
    pub text: String,
}

/// A case about an attempt.
#[derive(Debug, Clone, PartialEq)]
pub struct Case {
    pub id: CaseId,
    pub exam: ExamId,
    pub attempt: AttemptId,
    pub person: PersonId,
    /// As it was at the opening.
    pub evidence: Evidence,
    pub state: State,
    pub opened: Act,
    pub statement: Option<Words>,
    pub decided: Option<Act>,
    pub appeal: Option<Words>,
    /// The decision on the appeal.
    pub closed: Option<Act>,
}

/// Why something is not done to a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoCase {
    /// The attempt shows no such signal now.
    NoSignal,
    /// A case about this attempt and signal was opened before.
    Opened,
    /// Nobody opens or decides a case about themselves.
    Own,
    /// Whoever opened it does not decide it, and whoever decided it does not decide the appeal.
    SamePerson,
    /// It does not stand where this step begins.
    Decided,
    /// A statement was given before.
    Stated,
    /// The time for an appeal was over at this moment.
    TooLate(Timestamp),
    /// Too short or too long.
    Words,
}

/// Where a case stands and who acted: all that its next steps depend on, whatever it is about.
pub(super) struct Course<'a> {
    pub state: State,
    pub opened: &'a Act,
    pub stated: bool,
    pub decided: Option<&'a Act>,
}

impl Course<'_> {
    pub fn appeal_until(&self) -> Option<Timestamp> {
        let decided = self.decided.filter(|_| self.state != State::NoFinding)?;
        Some(decided.at.plus_seconds(i64::from(APPEAL_DAYS) * 24 * 3600))
    }

    /// `own`: it is about the one who decides.
    pub fn may_decide(&self, decision: Decision, by: AccountId, own: bool) -> Result<(), NoCase> {
        if own {
            return Err(NoCase::Own);
        }
        if self.state != decision.step().0 {
            return Err(NoCase::Decided);
        }
        let before = match self.state {
            State::Appealed => self.decided.map(|act| act.by),
            _ => Some(self.opened.by),
        };
        if before == Some(by) {
            return Err(NoCase::SamePerson);
        }
        Ok(())
    }

    pub fn may_state(&self) -> Result<(), NoCase> {
        match (self.state, self.stated) {
            (State::Open, false) => Ok(()),
            (State::Open, true) => Err(NoCase::Stated),
            _ => Err(NoCase::Decided),
        }
    }

    pub fn may_appeal(&self, now: Timestamp) -> Result<(), NoCase> {
        match (self.state, self.appeal_until()) {
            (State::Finding, Some(until)) if now > until => Err(NoCase::TooLate(until)),
            (State::Finding, _) => Ok(()),
            _ => Err(NoCase::Decided),
        }
    }
}

impl Case {
    fn course(&self) -> Course<'_> {
        Course {
            state: self.state,
            opened: &self.opened,
            stated: self.statement.is_some(),
            decided: self.decided.as_ref(),
        }
    }

    /// The last moment of an appeal against a finding.
    pub fn appeal_until(&self) -> Option<Timestamp> {
        self.course().appeal_until()
    }

    /// Whether this account may decide so, where `person` is who it belongs to.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_decide(&self, decision: Decision, by: AccountId, person: Option<PersonId>) -> Result<(), NoCase> {
        self.course().may_decide(decision, by, person == Some(self.person))
    }

    /// Whether the person concerned may give a statement.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_state(&self) -> Result<(), NoCase> {
        self.course().may_state()
    }

    /// Whether the person concerned may appeal now.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_appeal(&self, now: Timestamp) -> Result<(), NoCase> {
        self.course().may_appeal(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::signal::Leaving;

    const ANNA: AccountId = AccountId(1);
    const BEN: AccountId = AccountId(2);
    const DAY: i64 = 24 * 3_600_000;

    fn act(by: AccountId, at: i64) -> Act {
        Act {
            by,
            at: Timestamp(at),
            reason: "理由".to_owned(),
        }
    }

    fn case(state: State) -> Case {
        Case {
            id: CaseId(1),
            exam: ExamId(1),
            attempt: AttemptId(1),
            person: PersonId(9),
            evidence: Evidence::PageLeft(Leaving { times: 5, ms: 0 }),
            state,
            opened: act(ANNA, 0),
            statement: None,
            decided: (state != State::Open).then(|| act(BEN, 10)),
            appeal: None,
            closed: None,
        }
    }

    #[test]
    fn a_second_person_decides_and_another_than_that_one_the_appeal() {
        let open = case(State::Open);
        for decision in [Decision::Finding, Decision::NoFinding] {
            assert_eq!(open.may_decide(decision, ANNA, None), Err(NoCase::SamePerson));
            assert_eq!(open.may_decide(decision, BEN, None), Ok(()));
        }
        let appealed = case(State::Appealed);
        for decision in [Decision::Confirm, Decision::Lift] {
            assert_eq!(appealed.may_decide(decision, BEN, None), Err(NoCase::SamePerson));
            assert_eq!(appealed.may_decide(decision, ANNA, None), Ok(()));
        }
    }

    #[test]
    fn nobody_decides_about_themselves() {
        let own = case(State::Open).may_decide(Decision::NoFinding, BEN, Some(PersonId(9)));
        assert_eq!(own, Err(NoCase::Own));
    }

    #[test]
    fn a_decision_is_taken_only_where_its_step_begins() {
        for state in State::ALL {
            for decision in [
                Decision::Finding,
                Decision::NoFinding,
                Decision::Confirm,
                Decision::Lift,
            ] {
                let other = AccountId(3);
                let may = case(state).may_decide(decision, other, None).is_ok();
                assert_eq!(may, decision.step().0 == state, "{state:?} {decision:?}");
            }
        }
    }

    #[test]
    fn a_finding_can_be_appealed_until_the_last_moment_of_its_days_and_nothing_else_can() {
        let until = Timestamp(10 + i64::from(APPEAL_DAYS) * DAY);
        assert_eq!(case(State::Finding).may_appeal(until), Ok(()));
        let late = case(State::Finding).may_appeal(Timestamp(until.0 + 1));
        assert_eq!(late, Err(NoCase::TooLate(until)));
        for state in State::ALL.into_iter().filter(|state| *state != State::Finding) {
            assert_eq!(case(state).may_appeal(Timestamp(20)), Err(NoCase::Decided), "{state:?}");
        }
    }

    #[test]
    fn a_statement_is_given_once_and_before_the_decision() {
        let mut open = case(State::Open);
        assert_eq!(open.may_state(), Ok(()));
        open.statement = Some(Words {
            at: Timestamp(5),
            text: "说明".to_owned(),
        });
        assert_eq!(open.may_state(), Err(NoCase::Stated));
        assert_eq!(case(State::Finding).may_state(), Err(NoCase::Decided));
    }

    #[test]
    fn codes_are_read_back() {
        assert!(
            State::ALL
                .into_iter()
                .all(|state| State::from_code(state.code()) == Some(state))
        );
    }
}
