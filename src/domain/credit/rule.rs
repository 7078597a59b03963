//! What a year asks for. A rule is a record with versions; the latest holds, and each one says why it was made.

use serde::{Deserialize, Serialize};

use super::{Account, Credits, Gate, MOST_MINUTES};
use crate::domain::{id::AccountId, lang::Lang, record::Kind, time::Timestamp};

/// Study time is counted, because a document demands it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    /// The number of the document, such as 某普办〔2026〕3号.
    pub document: String,
    /// The most minutes that count on one day.
    pub minutes_a_day: u32,
}

/// What a year asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Needed to have finished the year's study.
    pub total: Credits,
    /// Of them compulsory.
    pub compulsory: Credits,
    /// What a new exam of the year asks for before it may be begun, unless its preset has a gate of its own; see [`Rule::gate`].
    pub before_exam: Credits,
    /// The most that counts on one day; `None`: any number.
    pub per_day: Option<Credits>,
    /// What a confirmed entry of the personal record gives, by kind; nothing where none is named.
    #[serde(default)]
    pub entries: Vec<(Kind, Credits)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<Hours>,
    /// A question leaves the mistake book after so many right answers in a row that were no guesses. It says nothing about credits, but
    /// is what the year asks of study as they are.
    #[serde(default = "twice")]
    pub mistake_leaves_after: u32,
}

fn twice() -> u32 {
    2
}

impl Default for Rule {
    /// The sum and its compulsory part as in Hunan 2019, the exam's as in Guangdong 2025, the day's as in Sichuan.
    fn default() -> Self {
        Self {
            total: Credits::whole(100),
            compulsory: Credits::whole(60),
            before_exam: Credits::whole(40),
            per_day: Some(Credits::whole(5)),
            entries: Vec::new(),
            hours: None,
            mistake_leaves_after: twice(),
        }
    }
}

/// The most that [`Rule::mistake_leaves_after`] may be: who never gets rid of a question stops to look at it.
const MOST_IN_A_ROW: u32 = 9;

impl Rule {
    /// # Errors
    /// What cannot hold.
    pub fn check(&self) -> Result<(), CreditFault> {
        let most = Credits::whole(1000);
        let bounded = |credits: Credits| (Credits::ZERO..=most).contains(&credits);
        let sound = bounded(self.total)
            && bounded(self.before_exam)
            && self.total > Credits::ZERO
            && self.compulsory >= Credits::ZERO
            && self.compulsory <= self.total
            && self.per_day.is_none_or(|cap| cap > Credits::ZERO && bounded(cap))
            && self.entries.iter().all(|(_, credits)| bounded(*credits));
        if !sound {
            return Err(CreditFault::Numbers);
        }
        if !(1..=MOST_IN_A_ROW).contains(&self.mistake_leaves_after) {
            return Err(CreditFault::Mistakes);
        }
        match &self.hours {
            Some(hours) if !is_document(&hours.document) => Err(CreditFault::Document),
            Some(hours) if !(1..=MOST_MINUTES).contains(&hours.minutes_a_day) => Err(CreditFault::Minutes),
            _ => Ok(()),
        }
    }

    /// The gate that a new exam of the year begins with, in whole credits.
    pub fn gate(&self) -> Gate {
        Gate {
            total: self.before_exam.rounded_up(),
            compulsory: 0,
        }
    }

    /// What a confirmed entry gives.
    pub fn entry(&self, kind: Kind) -> Credits {
        let of = self.entries.iter().find(|(known, _)| *known == kind);
        of.map_or(Credits::ZERO, |(_, credits)| *credits)
    }

    /// Whether somebody has done the year's study (完成学法).
    pub fn is_met(&self, account: &Account) -> bool {
        account.total >= self.total && account.compulsory >= self.compulsory
    }
}

/// A document number names its year and its running number: 国办函〔2026〕12号.
fn is_document(text: &str) -> bool {
    const LONGEST: usize = 60;
    let text = text.trim();
    let year = text.contains(['〔', '[', '［', '（', '(', '【']);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    year && digits >= 5
        && text.ends_with('号')
        && text.chars().count() <= LONGEST
        && !text.chars().any(char::is_control)
}

/// A version of a rule as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub year: u16,
    /// From 1; 0: the usual rule, which nobody has stored.
    pub version: u32,
    pub rule: Rule,
    pub reason: String,
    pub made_by: AccountId,
    pub made_at: Timestamp,
}

impl Kept {
    /// The rule of a year for which none is stored.
    pub fn usual(year: u16) -> Self {
        Self {
            year,
            version: 0,
            rule: Rule::default(),
            reason: String::new(),
            made_by: AccountId(0),
            made_at: Timestamp(0),
        }
    }
}

/// The cap of each day of a year. A new one holds from the day after it was made, so that it never takes anything back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caps {
    first: Option<Credits>,
    later: Vec<(i64, Option<Credits>)>,
}

impl Caps {
    /// The cap at first, then each later one with the day from which on it holds, the earliest first.
    pub fn of(first: Option<Credits>, later: impl IntoIterator<Item = (i64, Option<Credits>)>) -> Self {
        Self {
            first,
            later: later.into_iter().collect(),
        }
    }

    /// Of the versions of a year, in their order. One made before the year began holds from its first day on.
    pub fn of_versions(versions: &[Kept], first_day: i64) -> Self {
        let early = versions.iter().take_while(|kept| kept.made_at.day() < first_day).last();
        let usual = Rule::default().per_day;
        let later = versions.iter().filter(|kept| kept.made_at.day() >= first_day);
        Self::of(
            early.map_or(usual, |kept| kept.rule.per_day),
            later.map(|kept| (kept.made_at.day() + 1, kept.rule.per_day)),
        )
    }

    /// `None`: any number.
    pub fn on(&self, day: i64) -> Option<Credits> {
        let holding = self.later.iter().rev().find(|(from, _)| *from <= day);
        holding.map_or(self.first, |(_, cap)| *cap)
    }
}

/// Why rules, credits or admissions were not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditFault {
    Numbers,
    /// Study time is counted only with the number of a document that demands it.
    Document,
    Minutes,
    /// A number of right answers in a row that nobody reaches, or none.
    Mistakes,
    Year,
    Reason,
    /// The exam asks for no credits, or the person is admitted already.
    NoGate,
}

impl CreditFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::NoGate => 409,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Numbers => lang.pick(
                "学分要在 0 到 1000 之间，必修不能多于总学分，每天上限不设就留空。没有保存。",
                "Credits are between 0 and 1000, compulsory ones not more than the total; leave the day's limit empty for none. Nothing was stored.",
            ),
            Self::Document => lang.pick(
                "要统计学习时长，必须填写要求统计的文件文号（如 国办函〔2026〕12号）。没有文件要求的不统计，没有保存。",
                "Study time is counted only where a document demands it: give its number, such as 国办函〔2026〕12号. Nothing was stored.",
            ),
            Self::Mistakes => lang.pick(
                "错题连续答对几次移出错题本，要在 1 到 9 之间，没有保存。",
                "A question leaves the mistake book after 1 to 9 right answers in a row. Nothing was stored.",
            ),
            Self::Minutes => lang.pick(
                "每天最多计入 1 到 720 分钟，没有保存。",
                "Between 1 and 720 minutes count on one day. Nothing was stored.",
            ),
            Self::Year => lang.pick(
                "年度要写四位数字，只能是今年或明年，没有保存。",
                "Give a year of four digits, this one or the next. Nothing was stored.",
            ),
            Self::Reason => lang.pick(
                "请写明理由，2 到 500 字。没有保存。",
                "Give a reason of 2 to 500 characters. Nothing was stored.",
            ),
            Self::NoGate => lang.pick(
                "这场考试没有学分要求，或者此人已经获准参加，没有改动。",
                "The exam asks for no credits, or the person is admitted already; nothing was changed.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_rule_holds_and_hours_need_a_document() {
        let usual = Rule::default();
        assert_eq!(usual.check(), Ok(()));
        let with = |document: &str, minutes_a_day| Rule {
            hours: Some(Hours {
                document: document.to_owned(),
                minutes_a_day,
            }),
            ..Rule::default()
        };
        assert_eq!(with("示普办〔2026〕3号", 60).check(), Ok(()));
        for none in ["", "领导要求", "2026", "〔2026〕", "上级通知要求第12号"] {
            assert_eq!(with(none, 60).check(), Err(CreditFault::Document), "{none}");
        }
        assert_eq!(with("示普办〔2026〕3号", 0).check(), Err(CreditFault::Minutes));
        for (times, fault) in [
            (0, Err(CreditFault::Mistakes)),
            (1, Ok(())),
            (9, Ok(())),
            (10, Err(CreditFault::Mistakes)),
        ] {
            let rule = Rule {
                mistake_leaves_after: times,
                ..Rule::default()
            };
            assert_eq!(rule.check(), fault, "{times}");
        }
        // Rules stored before this could be chosen say nothing of it.
        let mut stored = serde_json::to_value(&usual).expect("a rule as JSON");
        stored
            .as_object_mut()
            .and_then(|fields| fields.remove("mistake_leaves_after"));
        assert_eq!(serde_json::from_value::<Rule>(stored).expect("a rule"), usual);
        let lopsided = Rule {
            compulsory: Credits::whole(101),
            ..usual
        };
        assert_eq!(lopsided.check(), Err(CreditFault::Numbers));
    }

    #[test]
    fn a_lower_cap_holds_from_the_next_day_on() {
        let version = |day: i64, cap| Kept {
            version: 1,
            made_at: Timestamp(day * crate::domain::time::DAY),
            rule: Rule {
                per_day: Some(Credits::whole(cap)),
                ..Rule::default()
            },
            ..Kept::usual(2026)
        };
        let caps = Caps::of_versions(&[version(50, 8), version(120, 2)], 100);
        let on = |day| caps.on(day).map(|cap| cap.0 / 100);
        assert_eq!((on(100), on(120), on(121)), (Some(8), Some(8), Some(2)));
    }
}
