//! Cases (核查) about players: opened with a reason about something that stands out or was reported, stated upon by the player,
//! decided by a second person, open to appeal. While one is open the player's results are frozen: kept, and shown and counted
//! nowhere. Nothing is erased and no score changes.

use super::truth::Flag;
use crate::domain::{
    case::{Course, Decision, NoCase, State, Words},
    id::{AccountId, CaseId, CompetitionId, PlayerId},
    key_correction::Act,
    time::Timestamp,
};

/// A case about a player.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    pub competition: CompetitionId,
    pub player: PlayerId,
    /// As it was at the opening.
    pub evidence: Flag,
    pub state: State,
    pub opened: Act,
    pub statement: Option<Words>,
    pub decided: Option<Act>,
    pub appeal: Option<Words>,
    /// The decision on the appeal.
    pub closed: Option<Act>,
}

/// Whether a case in this state keeps the results of its player frozen.
pub fn freezes(state: State) -> bool {
    match state {
        State::Open | State::Finding | State::Appealed | State::Confirmed => true,
        State::NoFinding | State::Lifted => false,
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

    /// Whether this account may decide so. `own`: the player is who it belongs to.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_decide(&self, decision: Decision, by: AccountId, own: bool) -> Result<(), NoCase> {
        self.course().may_decide(decision, by, own)
    }

    /// Whether the player may give a statement.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_state(&self) -> Result<(), NoCase> {
        self.course().may_state()
    }

    /// Whether the player may appeal now.
    ///
    /// # Errors
    /// The reason why not.
    pub fn may_appeal(&self, now: Timestamp) -> Result<(), NoCase> {
        self.course().may_appeal(now)
    }
}
