//! Burden reduction (减负): what 国办函〔2026〕12号 says must not be asked of state staff, held against the live settings
//! of a competition. It holds by default; an exception needs somebody who approves it, and a reason.

use serde::{Deserialize, Serialize};

use crate::domain::{person::codes, time::Timestamp};

/// A clause of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clause {
    /// 强制打卡签到
    SignIn,
    /// 积分排名
    PersonalRanking,
    /// 统计在线时长
    Duration,
    /// 通报使用率
    UsageCircular,
    /// 以点赞、转发、学习时长等作为考核依据
    Assessment,
    /// 重复填报
    RepeatedForms,
}

codes!(Clause {
    SignIn => "sign_in", "不强制打卡签到", "No compulsory sign-in";
    PersonalRanking => "personal_ranking", "不搞个人积分排名", "No ranking of persons by points";
    Duration => "duration", "不统计在线时长", "No statistics of time on line";
    UsageCircular => "usage_circular", "不通报安装率、使用率", "No circulars of installation or use";
    Assessment => "assessment", "不以点赞、转发、学习时长作为考核依据", "No assessment by likes, shares or time";
    RepeatedForms => "repeated_forms", "不随意、重复填报", "No forms filled in twice";
});

/// Why the product cannot break a clause, or that a setting decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// The product has no such function.
    Always(&'static str, &'static str),
    /// Kept unless it is switched on with an approval.
    BySetting(&'static str, &'static str),
}

impl Clause {
    /// How the clause is kept, in Chinese and English.
    pub fn kept(self) -> Kept {
        match self {
            Self::SignIn => Kept::Always(
                "没有签到功能，天数也不计入得分",
                "There is no sign-in, and days give no points",
            ),
            Self::PersonalRanking => Kept::BySetting(
                "党政机关干部职工不上个人榜，本人看得到自己的成绩",
                "State staff stand on no personal board; everybody sees the own result",
            ),
            Self::Duration => Kept::BySetting(
                "不列出党政机关干部职工的用时；用时只用于判断是否超时",
                "Times of state staff are not listed; they only decide whether an answer came in time",
            ),
            Self::UsageCircular => Kept::Always("没有安装率、使用率的统计", "Installation and use are not counted"),
            Self::Assessment => Kept::Always(
                "没有点赞、转发，得分只来自答题",
                "There are no likes or shares; points come from answers alone",
            ),
            Self::RepeatedForms => Kept::Always(
                "单位从名录中选，信息只填一次",
                "The unit is picked from the directory, everything is filled in once",
            ),
        }
    }

    /// Whether an approval can switch it off.
    pub fn can_be_waived(self) -> bool {
        matches!(self.kept(), Kept::BySetting(..))
    }
}

/// An exception: a clause that does not hold for a competition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    pub clause: Clause,
    /// Who approved it, by name and post.
    pub approver: String,
    pub reason: String,
    pub made_at: Timestamp,
    /// `None`: it still stands.
    pub ended_at: Option<Timestamp>,
}

/// Whether a clause holds now.
pub fn holds(waivers: &[Waiver], clause: Clause) -> bool {
    !waivers
        .iter()
        .any(|waiver| waiver.clause == clause && waiver.ended_at.is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_setting_decides_can_be_waived() {
        let waivable: Vec<_> = Clause::ALL
            .iter()
            .copied()
            .filter(|clause| clause.can_be_waived())
            .collect();
        assert_eq!(waivable, [Clause::PersonalRanking, Clause::Duration]);
    }
}
