//! What a file of activities gets to hear about its lines.

use serde::{Deserialize, Serialize};

use crate::domain::{activity::ActivityFault, intake::Place, lang::Lang};

/// What is wrong or doubtful about a line of a ledger file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", content = "about", rename_all = "snake_case")]
pub enum Doubt {
    NoKind,
    UnknownKind(String),
    UnknownMode(String),
    BadDay(String),
    BadNumber(String),
    /// A number beside a kind of which an entry counts as one.
    Uncounted(String),
    NoUnit,
    UnknownUnit(String),
    /// So many units are called that.
    AmbiguousUnit(String, usize),
    /// Not a unit that whoever imports may write for.
    UnitBeyond(String),
    /// No such number on the roster, or not of a unit within reach.
    UnknownPerson(String),
    /// What the form would have said.
    Entry(ActivityFault),
    /// The file has more lines than one import takes.
    TooManyLines(usize),
    /// The file has more names than one import takes.
    TooManyNames(usize),
    /// The ledger has exactly this entry: it is not stored again.
    Known,
    /// That entry of the ledger has not all the persons of this line.
    KnownWithoutPersons(usize),
    /// An entry of the ledger looks the same: its title and day.
    Like(String, String),
    /// A line above is exactly the same: this one is not stored.
    Repeated(Place),
    /// A line above looks the same.
    LikeLine(Place),
}

impl Doubt {
    /// A stable identifier for machines.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoKind => "no_activity_kind",
            Self::UnknownKind(_) => "unknown_activity_kind",
            Self::UnknownMode(_) => "unknown_mode",
            Self::BadDay(_) => "bad_day",
            Self::BadNumber(_) => "bad_number",
            Self::Uncounted(_) => "uncounted",
            Self::NoUnit => "no_activity_unit",
            Self::UnknownUnit(_) => "unknown_unit",
            Self::AmbiguousUnit(..) => "ambiguous_unit",
            Self::UnitBeyond(_) => "unit_beyond",
            Self::UnknownPerson(_) => "unknown_person",
            Self::Entry(_) => "entry",
            Self::TooManyLines(_) => "too_many_lines",
            Self::TooManyNames(_) => "too_many_names",
            Self::Known => "known",
            Self::KnownWithoutPersons(_) => "known_without_persons",
            Self::Like(..) => "like",
            Self::Repeated(_) => "repeated",
            Self::LikeLine(_) => "like_line",
        }
    }

    /// What happened and what to do.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::NoKind => "这一行没有类型。请填写中心组专题学法、法治讲座、普法宣教活动等。".into(),
            Self::UnknownKind(word) => format!("不认识类型“{word}”。请改为填写说明里的名称。"),
            Self::UnknownMode(word) => format!("不认识方式“{word}”。请填写现场或线上，或者空着。"),
            Self::BadDay(word) if word.is_empty() => "这一行没有日期。请写成 2026-01-31 这样。".into(),
            Self::BadDay(word) => format!("看不懂日期“{word}”。请写成 2026-01-31 这样。"),
            Self::BadNumber(word) => format!("“{word}”不是整数。请填写 0 以上的整数，没有统计就空着。"),
            Self::Uncounted(word) => format!("这一类活动一行算一条，不用数量“{word}”。请空着，或者分成几行。"),
            Self::NoUnit => "这一行没有单位。请填写开展活动的单位。".into(),
            Self::UnknownUnit(word) => format!("没有单位“{word}”。请按名册里的名称填写。"),
            Self::AmbiguousUnit(word, count) => {
                format!("有 {count} 个单位叫“{word}”。请写全路径，例如 市局/一科。")
            }
            Self::UnitBeyond(word) => format!("您不能替单位“{word}”登记。请交给负责该单位的人。"),
            Self::UnknownPerson(number) => format!("工号 {number} 不在名册里，或者不在您的范围内。请核对。"),
            Self::Entry(fault) => fault.message(Lang::Zh),
            Self::TooManyLines(limit) => format!("文件超过 {limit} 行。请拆成几个文件分别导入。"),
            Self::TooManyNames(limit) => format!("文件里的人员名单合计超过 {limit} 人。请拆成几个文件分别导入。"),
            Self::Known => "台账里已经有完全相同的一条，不再登记。".into(),
            Self::KnownWithoutPersons(count) => {
                format!("台账里已经有这一条，但名单里少 {count} 人。导入不改已有的登记，请在那一条里添加人员。")
            }
            Self::Like(title, day) => format!("与台账里 {day} 的“{title}”看起来相同。请核对是不是重复。"),
            Self::Repeated(first) => format!("与第 {first} 行完全相同，只登记一次。"),
            Self::LikeLine(first) => format!("与第 {first} 行看起来相同。请核对是不是重复。"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::NoKind => "This line has no kind. Write one that the sheet of instructions names.".into(),
            Self::UnknownKind(word) => {
                format!("“{word}” is no known kind. Write one that the sheet of instructions names.")
            }
            Self::UnknownMode(word) => {
                format!("“{word}” is no known manner. Write on site or on line in Chinese, or nothing.")
            }
            Self::BadDay(word) if word.is_empty() => "This line has no day. Write it like 2026-01-31.".into(),
            Self::BadDay(word) => format!("“{word}” is no day. Write it like 2026-01-31."),
            Self::BadNumber(word) => {
                format!("“{word}” is no whole number. Write one from 0, or nothing if nobody counted.")
            }
            Self::Uncounted(word) => {
                format!("A line of this kind counts as one, without “{word}”. Leave it empty, or write several lines.")
            }
            Self::NoUnit => "This line has no unit. Write the unit that did it.".into(),
            Self::UnknownUnit(word) => format!("There is no unit “{word}”. Write it as the roster does."),
            Self::AmbiguousUnit(word, count) => {
                format!("{count} units are called “{word}”. Write the whole path, like Bureau/Section.")
            }
            Self::UnitBeyond(word) => format!("“{word}” is not yours to write for. Give the line to whoever keeps it."),
            Self::UnknownPerson(number) => {
                format!("{number} is not on the roster, or not within your reach. Please check.")
            }
            Self::Entry(fault) => fault.message(Lang::En),
            Self::TooManyLines(limit) => format!("The file has more than {limit} lines. Import it in parts."),
            Self::TooManyNames(limit) => format!("The file lists more than {limit} names. Import it in parts."),
            Self::Known => "The ledger has exactly this entry; it is not stored again.".into(),
            Self::KnownWithoutPersons(count) => format!(
                "The ledger has this entry, but {count} persons are not on its list. An import changes no entry: add them there."
            ),
            Self::Like(title, day) => {
                format!("Looks like “{title}” of {day} in the ledger. See whether it is the same.")
            }
            Self::Repeated(first) => format!("Exactly the same as line {first}; stored once."),
            Self::LikeLine(first) => format!("Looks like line {first}. See whether it is the same."),
        }
    }
}
