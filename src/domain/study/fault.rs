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
    /// No option was chosen and nothing was filled in.
    NothingChosen,
    /// The person sits an exam right now.
    Sitting,
    /// Minutes a day that are none.
    Minutes,
}

impl StudyFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Nothing | Self::Closed | Self::Sitting => 409,
            Self::NothingChosen | Self::Minutes => 422,
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
                "还没有选答案，也没有填写，没有提交。请先作答。",
                "Nothing was chosen or filled in, so nothing was submitted. Answer first.",
            ),
            Self::Sitting => lang.pick(
                "您有一场考试正在进行，这时不能学习。请先交卷。",
                "You are sitting an exam, so study is closed for now. Hand in first.",
            ),
            Self::Minutes => lang.pick(
                "每天的学习时间请填 5 到 180 之间的整数（分钟），没有保存。",
                "Minutes a day are a whole number from 5 to 180; nothing was saved.",
            ),
        }
    }
}
