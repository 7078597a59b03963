//! Review of questions by two persons (审题): in a bank that asks for it, nothing is drawn that only its author has read.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, BankId, QuestionId, VersionId, VettingId},
    item::{Question, State},
    lang::Lang,
    time::Timestamp,
};

/// Where a question stands between its author and the second person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    Waiting,
    Approved,
    /// Back to its author, with a comment.
    Returned,
    /// By its author, or because the question left the draw for good.
    Withdrawn,
}

impl Progress {
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Approved, Self::Returned, Self::Withdrawn];

    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Approved => "approved",
            Self::Returned => "returned",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|progress| progress.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Waiting => lang.pick("待审", "Waiting"),
            Self::Approved => lang.pick("已通过", "Approved"),
            Self::Returned => lang.pick("已退回", "Sent back"),
            Self::Withdrawn => lang.pick("已撤回", "Withdrawn"),
        }
    }
}

/// What was decided, by whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub by: AccountId,
    pub at: Timestamp,
    /// Empty for an approval without one.
    pub comment: String,
    /// The version that was approved.
    pub version: Option<VersionId>,
}

/// A question that waits, or waited, for a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vetting {
    pub id: VettingId,
    pub bank: BankId,
    pub question: QuestionId,
    /// The version proposed beside the approved one; `None`: the question as it stands waits, and is not drawn.
    pub proposed: Option<Question>,
    /// Number of the version that the author saw.
    pub seen: u32,
    /// 0: the operator at the machine.
    pub author: AccountId,
    pub asked_at: Timestamp,
    /// Why it was changed; empty for a new question.
    pub reason: String,
    pub progress: Progress,
    /// `None` while it waits.
    pub decision: Option<Decision>,
}

/// Why a step of the review was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoVetting {
    /// Whoever wrote a question does not approve it, nor send it back.
    SamePerson,
    /// Only its author withdraws it.
    NotAuthor,
    /// Decided or withdrawn before.
    Decided,
    /// Nothing is changed while something waits.
    Waiting,
    /// Nothing was ticked.
    Nothing,
}

impl NoVetting {
    pub fn status(self) -> u16 {
        match self {
            Self::SamePerson | Self::NotAuthor => 403,
            Self::Decided | Self::Waiting => 409,
            Self::Nothing => 422,
        }
    }

    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::SamePerson => lang.pick(
                "自己写的题要由另一个人审。没有写入任何改动。",
                "Somebody else has to review what one wrote. Nothing was changed.",
            ),
            Self::NotAuthor => lang.pick(
                "只有写题的人可以撤回；别人可以退回并写明原因。",
                "Only its author withdraws a question; others send it back and say why.",
            ),
            Self::Decided => lang.pick(
                "这道题已经有了审题结论，这次操作没有执行。请刷新页面看看。",
                "This was decided meanwhile; nothing was carried out. Reload to see.",
            ),
            Self::Waiting => lang.pick(
                "这道题有一版正在等审题，等期间不能再改。写题的人可以先撤回，改好再送审。",
                "A version of this question waits for review and cannot be changed meanwhile. Its author can withdraw it, change it, and ask again.",
            ),
            Self::Nothing => lang.pick("请先勾选要通过的题。", "Tick the questions to approve first."),
        }
    }
}

impl Vetting {
    /// Whether this account may approve it or send it back.
    ///
    /// # Errors
    /// [`NoVetting::Decided`], [`NoVetting::SamePerson`].
    pub fn may_decide(&self, by: AccountId) -> Result<(), NoVetting> {
        match self.progress {
            Progress::Waiting if by == self.author => Err(NoVetting::SamePerson),
            Progress::Waiting => Ok(()),
            _ => Err(NoVetting::Decided),
        }
    }

    /// Whether this account may end the wait like this.
    ///
    /// # Errors
    /// As [`Self::may_withdraw`] or [`Self::may_decide`].
    pub fn may_end(&self, to: Progress, by: AccountId) -> Result<(), NoVetting> {
        match to {
            Progress::Withdrawn => self.may_withdraw(by),
            _ => self.may_decide(by),
        }
    }

    /// Whether this account may take it back.
    ///
    /// # Errors
    /// [`NoVetting::Decided`], [`NoVetting::NotAuthor`].
    pub fn may_withdraw(&self, by: AccountId) -> Result<(), NoVetting> {
        match self.progress {
            Progress::Waiting if by == self.author => Ok(()),
            Progress::Waiting => Err(NoVetting::NotAuthor),
            _ => Err(NoVetting::Decided),
        }
    }
}

/// What becomes of a question that somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It is stored as its author wants it.
    Stored,
    /// It is stored and waits: [`State::InReview`].
    Waits,
    /// It waits beside the approved version, which stays in the draw.
    Beside,
}

/// By the setting of the bank, what the author wants, and where the question stands; `None`: it is new. Leaving the draw needs
/// nobody else: a wrong question must be stopped at once.
pub fn way(vetted: bool, wanted: State, now: Option<State>) -> Way {
    match (vetted, wanted, now) {
        (true, State::Ready, Some(State::Ready | State::Stale)) => Way::Beside,
        (true, State::Ready, _) => Way::Waits,
        _ => Way::Stored,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vetting(progress: Progress) -> Vetting {
        Vetting {
            id: VettingId(1),
            bank: BankId(1),
            question: QuestionId(1),
            proposed: None,
            seen: 1,
            author: AccountId(7),
            asked_at: Timestamp(0),
            reason: String::new(),
            progress,
            decision: None,
        }
    }

    #[test]
    fn whoever_wrote_it_takes_it_back_and_anybody_else_decides() {
        let waiting = vetting(Progress::Waiting);
        assert_eq!(waiting.may_decide(AccountId(7)), Err(NoVetting::SamePerson));
        assert_eq!(waiting.may_decide(AccountId(8)), Ok(()));
        assert_eq!(waiting.may_withdraw(AccountId(7)), Ok(()));
        assert_eq!(waiting.may_withdraw(AccountId(8)), Err(NoVetting::NotAuthor));
        for progress in [Progress::Approved, Progress::Returned, Progress::Withdrawn] {
            let decided = vetting(progress);
            assert_eq!(decided.may_decide(AccountId(8)), Err(NoVetting::Decided));
            assert_eq!(decided.may_withdraw(AccountId(7)), Err(NoVetting::Decided));
        }
    }

    #[test]
    fn nothing_becomes_ready_by_one_person_where_two_are_asked_for() {
        let before = std::iter::once(None).chain(State::ALL.map(Some));
        for now in before {
            for wanted in State::CHOSEN {
                let stored = way(true, wanted, now) == Way::Stored;
                assert_eq!(stored, wanted != State::Ready, "{now:?} to {wanted:?}");
                assert_eq!(way(false, wanted, now), Way::Stored);
            }
            let drawn = matches!(now, Some(State::Ready | State::Stale));
            assert_eq!(way(true, State::Ready, now) == Way::Beside, drawn, "{now:?}");
        }
    }
}
