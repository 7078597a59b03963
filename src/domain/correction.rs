//! A correction of the roster that a liaison asks for and those who keep the roster decide about.

use super::{
    id::{AccountId, CorrectionId, PersonId, UnitId},
    lang::Lang,
    time::Timestamp,
};

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Open,
    Done,
    Refused,
}

impl State {
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Open, Self::Done, Self::Refused]
            .into_iter()
            .find(|state| state.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Open => lang.pick("待处理", "Open"),
            Self::Done => lang.pick("已更正", "Done"),
            Self::Refused => lang.pick("未采纳", "Refused"),
        }
    }
}

/// One request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    pub id: CorrectionId,
    pub person: PersonId,
    pub number: String,
    pub name: String,
    /// The person's unit when it was asked for.
    pub unit: UnitId,
    pub asked_by: AccountId,
    pub asker: String,
    pub asked_at: Timestamp,
    /// In the liaison's words.
    pub wish: String,
    pub state: State,
    /// In the words of whoever decided; empty while open.
    pub answer: String,
}

/// The longest wish or answer, in characters.
pub const LONGEST: usize = 500;

/// A wish or answer as it is stored; `None` when it is empty, too long or holds control characters.
pub fn wording(text: &str) -> Option<String> {
    let text = text.trim();
    let plain = text.chars().all(|c| c == '\n' || !c.is_control());
    ((1..=LONGEST).contains(&text.chars().count()) && plain).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_has_something_in_it_and_an_end() {
        assert_eq!(wording(" 姓名应为李丽 ").as_deref(), Some("姓名应为李丽"));
        assert_eq!((wording("  "), wording("a\u{0}b")), (None, None));
        assert_eq!(
            (wording(&"字".repeat(501)), wording(&"字".repeat(500)).is_some()),
            (None, true)
        );
    }
}
