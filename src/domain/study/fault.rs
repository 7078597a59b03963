//! What does not go in study.

use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyFault {
    /// There is no question to ask.
    Nothing,
    /// A question may not be asked in study any more.
    Closed,
    /// No option was chosen.
    NothingChosen,
}

impl StudyFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Nothing | Self::Closed => 409,
            Self::NothingChosen => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Nothing => lang.pick(
                "现在没有可以做的题，没有开始。请换一个范围。",
                "There is no question to ask, so nothing was begun. Choose something else.",
            ),
            Self::Closed => lang.pick(
                "有题目刚刚停用、待复核，或者所在题库不再开放练习，没有开始。请再选一次。",
                "A question was just retired, waits for review, or its bank is closed to practice; nothing was begun. Please choose again.",
            ),
            Self::NothingChosen => lang.pick(
                "还没有选答案，没有提交。请先选一个选项。",
                "No option was chosen, so nothing was submitted. Choose one first.",
            ),
        }
    }
}
