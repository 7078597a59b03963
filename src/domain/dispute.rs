//! Disputes (题目异议): somebody who was asked a question says that something is wrong with it, and one ruling settles it wherever the
//! question was used.

use serde::{Deserialize, Serialize};

use super::{
    bank::Stored,
    competition::play::{Ended, Standing},
    id::{
        AccountId, CompetitionId, ExamId, FlagId, KeyCorrectionId, PersonId, PlayerId, QuestionId, RulingId, RunId,
        VersionId,
    },
    item::Question,
    key_correction::{Act, Method},
    lang::Lang,
    points::Points,
    time::Timestamp,
};

/// Where a question was asked. Objections of exams stand apart: they have a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where {
    /// An attempt in a competition, and which question of it, from 1.
    Play { player: PlayerId, number: u32, item: u16 },
    /// A run of study, and which question of it, from 1.
    Study { run: RunId, item: u16 },
}

impl Where {
    pub fn code(self) -> &'static str {
        match self {
            Self::Play { .. } => "play",
            Self::Study { .. } => "study",
        }
    }
}

/// Somebody's word that something is wrong with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    pub id: FlagId,
    pub version: VersionId,
    pub place: Where,
    /// Of the roster, if the one who flags it is: told by a notice.
    pub person: Option<PersonId>,
    pub reason: String,
    pub at: Timestamp,
    /// What settled it.
    pub ruling: Option<RulingId>,
}

impl Flag {
    /// By whom a question is flagged once only: the person wherever it plays, or else the player.
    pub fn flagger(&self) -> i64 {
        match (self.person, self.place) {
            (Some(person), _) => person.0,
            (None, Where::Play { player, .. }) => player.0,
            (None, Where::Study { run, .. }) => run.0,
        }
    }
}

/// Where a ruling stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Waits for a second person.
    Proposed,
    Refused,
    /// Approved; scores are being counted anew.
    Applying,
    Applied,
    /// Taken back; scores are being counted anew.
    Undoing,
    Undone,
}

impl State {
    const ALL: [Self; 6] = [
        Self::Proposed,
        Self::Refused,
        Self::Applying,
        Self::Applied,
        Self::Undoing,
        Self::Undone,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Refused => "refused",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Proposed => lang.pick("待第二人批准", "Waits for a second person"),
            Self::Refused => lang.pick("未批准", "Refused"),
            Self::Applying => lang.pick("已批准，正在重算", "Approved; counting anew"),
            Self::Applied => lang.pick("已生效", "In force"),
            Self::Undoing => lang.pick("正在撤销", "Being undone"),
            Self::Undone => lang.pick("已撤销", "Undone"),
        }
    }

    /// Where a ruling stands when all its parts are done.
    pub fn carried_out(self) -> Self {
        match self {
            Self::Applying => Self::Applied,
            Self::Undoing => Self::Undone,
            state => state,
        }
    }
}

/// A ruling with what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    pub id: RulingId,
    pub question: QuestionId,
    /// The version looked at; all of the same words and key are meant.
    pub version: VersionId,
    pub method: Method,
    pub state: State,
    pub proposed: Act,
    /// Approved or refused.
    pub decided: Option<Act>,
    pub undone: Option<Act>,
}

impl Ruling {
    /// Whether this person may approve it.
    ///
    /// # Errors
    /// [`NoDispute::Decided`] when it does not wait, [`NoDispute::SamePerson`] for whoever proposed it.
    pub fn may_approve(&self, by: AccountId) -> Result<(), NoDispute> {
        if self.state != State::Proposed {
            return Err(NoDispute::Decided);
        }
        if self.proposed.by == by {
            return Err(NoDispute::SamePerson);
        }
        Ok(())
    }
}

/// Where a question was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    Exam(ExamId),
    Competition(CompetitionId),
}

impl Target {
    pub fn code(self) -> &'static str {
        match self {
            Self::Exam(_) => "exam",
            Self::Competition(_) => "competition",
        }
    }

    pub fn id(self) -> i64 {
        match self {
            Self::Exam(id) => id.0,
            Self::Competition(id) => id.0,
        }
    }

    pub fn of(code: &str, id: i64) -> Option<Self> {
        match code {
            "exam" => Some(Self::Exam(ExamId(id))),
            "competition" => Some(Self::Competition(CompetitionId(id))),
            _ => None,
        }
    }
}

/// Where a part of a ruling stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Waiting,
    Applied,
    Undone,
    /// Another correction of the question stands there.
    LeftOut,
}

impl Step {
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Applied => "applied",
            Self::Undone => "undone",
            Self::LeftOut => "left_out",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Waiting, Self::Applied, Self::Undone, Self::LeftOut]
            .into_iter()
            .find(|step| step.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Waiting => lang.pick("待重算", "To be counted"),
            Self::Applied => lang.pick("已重算", "Counted anew"),
            Self::Undone => lang.pick("已恢复", "Restored"),
            Self::LeftOut => lang.pick("另有更正，未纳入", "Left out: it has a correction of its own"),
        }
    }
}

/// What a ruling does in one exam or competition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub target: Target,
    /// Of the question in its pool.
    pub place: u32,
    /// The correction of the exam's key.
    pub correction: Option<KeyCorrectionId>,
    /// Of a competition: the last player dealt with.
    pub through: PlayerId,
    /// Attempts marked anew.
    pub attempts: u64,
    pub step: Step,
}

/// The versions that a ruling on one of them is about: those of the same words and key.
pub fn covered<'a>(versions: impl IntoIterator<Item = &'a Stored>, looked_at: &Question) -> Vec<VersionId> {
    let same = versions.into_iter().filter(|stored| stored.question.is_same(looked_at));
    same.map(|stored| stored.version).collect()
}

/// What a correction does, or did, in a competition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turned {
    /// Attempts that ended and hold the question.
    pub attempts: u64,
    /// Attempts whose scores rise and fall.
    pub raised: u64,
    pub lowered: u64,
    /// Attempts that are valid only afterwards, and only before.
    pub valid: u64,
    pub invalid: u64,
    /// Players whose counted score rises and falls.
    pub up: u64,
    pub down: u64,
    /// Players whose chances in a draw change, and the sums of all players looked at.
    pub chances_changed: u64,
    pub chances_before: u64,
    pub chances_after: u64,
}

impl Turned {
    /// Takes the attempts of one player, each before and after.
    pub fn take(&mut self, asked: u32, ended: &[(Ended, Ended)], standing: (Option<Standing>, Option<Standing>)) {
        self.attempts += u64::from(asked);
        for (before, after) in ended {
            self.raised += u64::from(after.score > before.score);
            self.lowered += u64::from(after.score < before.score);
            self.valid += u64::from(after.valid && !before.valid);
            self.invalid += u64::from(before.valid && !after.valid);
        }
        let score = |standing: Option<Standing>| standing.map_or(Points::ZERO, |standing| standing.score);
        let chances = |standing: Option<Standing>| standing.map_or(0, |standing| u64::from(standing.chances));
        let (before, after) = standing;
        self.up += u64::from(score(after) > score(before));
        self.down += u64::from(score(after) < score(before));
        self.chances_changed += u64::from(chances(after) != chances(before));
        self.chances_before += chances(before);
        self.chances_after += chances(after);
    }
}

/// Why nothing was flagged or ruled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoDispute {
    /// The reason is missing or too long.
    Words,
    /// It was flagged before by the same person.
    Flagged,
    /// Another ruling on the question waits, is carried out or is in force.
    Another,
    SamePerson,
    /// Whoever flagged it does not rule on it.
    Own,
    /// It was decided or undone meanwhile.
    Decided,
}

impl NoDispute {
    pub fn status(self) -> u16 {
        match self {
            Self::Words => 422,
            Self::SamePerson | Self::Own => 403,
            Self::Flagged | Self::Another | Self::Decided => 409,
        }
    }

    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Words => lang.pick(
                "请写明理由，2 到 1000 个字，没有提交。",
                "Please give a reason of 2 to 1000 characters; nothing was sent.",
            ),
            Self::Flagged => lang.pick(
                "您已经对这道题提过异议，结论出来会告诉您。",
                "You have flagged this question already; you will be told the outcome.",
            ),
            Self::Another => lang.pick(
                "这道题已有一项裁定待批准、正在执行或已生效。要换一种做法，请先撤销那一项。",
                "A ruling on this question waits, is carried out or is in force. Undo it first to replace it.",
            ),
            Self::SamePerson => lang.pick(
                "裁定要由提出人以外的另一名管理员批准。",
                "Another administrator than the one who proposed it must approve a ruling.",
            ),
            Self::Own => lang.pick(
                "您本人对这道题提过异议，请由别人裁定。",
                "You have flagged this question yourself; somebody else has to rule on it.",
            ),
            Self::Decided => lang.pick(
                "这项裁定已经有了结论，这次操作没有执行。请刷新页面看看。",
                "This ruling was decided meanwhile; nothing was carried out. Reload to see.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::OptionSet;

    fn ruling(state: State) -> Ruling {
        Ruling {
            id: RulingId(1),
            question: QuestionId(2),
            version: VersionId(3),
            method: Method::NewKey(OptionSet(2).into()),
            state,
            proposed: Act {
                by: AccountId(7),
                at: Timestamp(1),
                reason: "理由".to_owned(),
            },
            decided: None,
            undone: None,
        }
    }

    #[test]
    fn only_another_person_approves_and_only_what_waits() {
        let may = |state, by| ruling(state).may_approve(AccountId(by));
        assert_eq!(may(State::Proposed, 8), Ok(()));
        assert_eq!(may(State::Proposed, 7), Err(NoDispute::SamePerson));
        for state in State::ALL.into_iter().filter(|state| *state != State::Proposed) {
            assert_eq!(may(state, 8), Err(NoDispute::Decided));
            assert_eq!(State::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn a_person_flags_a_question_once_in_whatever_competition() {
        let flag = |player, person| Flag {
            id: FlagId(1),
            version: VersionId(3),
            place: Where::Play {
                player: PlayerId(player),
                number: 1,
                item: 2,
            },
            person,
            reason: String::new(),
            at: Timestamp(0),
            ruling: None,
        };
        let person = Some(PersonId(9));
        assert_eq!(flag(4, person).flagger(), flag(5, person).flagger());
        assert_ne!(flag(4, None).flagger(), flag(5, None).flagger());
    }

    #[test]
    fn what_a_player_gains_and_loses_is_counted() {
        let ended = |score, valid| Ended {
            handed_in_at: Timestamp(1),
            hand_in: crate::domain::attempt::HandIn::Submit,
            score: Points(score),
            right: 0,
            valid,
            chances: 0,
        };
        let mut turned = Turned::default();
        let attempts = [
            (ended(100, true), ended(200, true)),
            (ended(100, true), ended(0, false)),
            (ended(0, false), ended(100, true)),
        ];
        turned.take(3, &attempts, (None, None));
        let expected = Turned {
            attempts: 3,
            raised: 2,
            lowered: 1,
            valid: 1,
            invalid: 1,
            ..Turned::default()
        };
        assert_eq!(turned, expected);
    }
}
