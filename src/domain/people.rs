//! Changes of units and persons that hold from a day on, and why one is refused.

use serde::{Deserialize, Serialize};

use super::{
    accommodation::AccommodationFault,
    exemption::StepFault,
    id::{AccountId, PersonChangeId, PersonId, RegionId, UnitChangeId, UnitId},
    lang::Lang,
    person::{PersonState, codes},
    time::Timestamp,
};

/// How far a change has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Its day is still to come.
    Planned,
    Done,
    /// Its day came and it was not possible any more.
    Refused,
    Withdrawn,
}

codes!(Status {
    Planned => "planned", "待生效", "Planned";
    Done => "done", "已生效", "Done";
    Refused => "refused", "未能执行", "Not carried out";
    Withdrawn => "withdrawn", "已撤回", "Withdrawn";
});

/// What becomes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitChangeKind {
    Move,
    Rename,
    Close,
    Reopen,
    Region,
}

codes!(UnitChangeKind {
    Move => "move", "调整隶属", "Moved";
    Rename => "rename", "更名", "Renamed";
    Close => "close", "撤销", "Closed";
    Reopen => "reopen", "恢复", "Opened again";
    Region => "region", "行政区划", "Region";
});

/// What stands in a unit's row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitFacts {
    pub parent: Option<UnitId>,
    pub name: String,
    pub region: Option<RegionId>,
}

/// A change of a unit. `before` is what held when it was carried out (or asked for, until then).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitChange {
    pub id: UnitChangeId,
    pub unit: UnitId,
    pub kind: UnitChangeKind,
    pub from: Timestamp,
    pub before: UnitFacts,
    pub after: UnitFacts,
    /// Who takes the persons of a unit that closes.
    pub receiver: Option<UnitId>,
    pub reason: String,
    pub status: Status,
    pub refusal: Option<PeopleFault>,
    /// `None`: the operator at the machine.
    pub made_by: Option<AccountId>,
    pub made_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

/// What becomes of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonChangeKind {
    Transfer,
    State,
}

codes!(PersonChangeKind {
    Transfer => "transfer", "调动单位", "Transferred";
    State => "state", "状态", "State";
});

/// A transfer or a change of state. `before` as in [`UnitChange`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonChange {
    pub id: PersonChangeId,
    pub person: PersonId,
    pub kind: PersonChangeKind,
    pub from: Timestamp,
    pub before: (UnitId, PersonState),
    pub after: (UnitId, PersonState),
    pub reason: String,
    pub status: Status,
    pub refusal: Option<PeopleFault>,
    pub made_by: Option<AccountId>,
    pub made_at: Timestamp,
    pub done_at: Option<Timestamp>,
}

/// Why a change of people or units was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PeopleFault {
    /// A unit would stand below itself; the names from the unit down to its new place.
    Circle(Vec<String>),
    /// A unit that closes has persons, units below it, or persons due in an open exam.
    UnitInUse {
        persons: i64,
        /// Some of them: number and name.
        some: Vec<String>,
        below: Vec<String>,
        /// Title and persons due.
        exams: Vec<(String, i64)>,
    },
    UnitClosed(String),
    UnitStands,
    UnknownUnit(String),
    UnitName,
    UnitNameTaken(String),
    RegionPath,
    Date,
    Reason,
    /// The tree would become deeper than it may.
    TooDeep,
    /// Nothing would change.
    NoChange,
    /// A planned change that was carried out or withdrawn.
    Settled,
    /// A change of that person or unit waits already.
    Waiting,
    Accommodation(AccommodationFault),
    Exemption(StepFault),
    /// A request of this person for this exam is alive.
    Requested,
    ExemptionForm,
    DocumentTooLarge,
    /// Only the last import that stands can be undone.
    NotTheLast,
    /// Persons of the import that something touched later: how many, and some of them by number and name.
    Hindered {
        count: i64,
        some: Vec<String>,
    },
}

impl PeopleFault {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::Circle(_)
            | Self::UnitInUse { .. }
            | Self::UnitClosed(_)
            | Self::UnitStands
            | Self::UnitNameTaken(_)
            | Self::Waiting
            | Self::Settled
            | Self::Exemption(_)
            | Self::Requested
            | Self::NotTheLast
            | Self::Hindered { .. } => 409,
            Self::DocumentTooLarge => 413,
            _ => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::Circle(path) => {
                let path = path.join(" → ");
                return match lang {
                    Lang::Zh => format!("这样调整后单位会隶属于自己的下级（{path}），没有执行。请另选上级单位。"),
                    Lang::En => format!(
                        "The unit would stand below itself ({path}); nothing was changed. Choose another parent."
                    ),
                };
            }
            Self::UnitInUse { .. } => return self.in_use(lang),
            Self::UnitClosed(name) => {
                return match lang {
                    Lang::Zh => format!("单位“{name}”已撤销，没有执行。请另选单位，或先恢复它。"),
                    Lang::En => format!(
                        "The unit “{name}” is closed; nothing was changed. Choose another, or open it again first."
                    ),
                };
            }
            Self::UnitStands => lang.pick(
                "这个单位没有撤销，不用恢复。",
                "This unit is not closed; there is nothing to open again.",
            ),
            Self::UnknownUnit(path) => {
                return match lang {
                    Lang::Zh => format!("没有单位“{path}”，没有执行。请写全路径，例如 市局 / 执法支队。"),
                    Lang::En => format!(
                        "There is no unit “{path}”; nothing was changed. Write its whole path, such as Bureau / Section."
                    ),
                };
            }
            Self::UnitName => lang.pick(
                "请填写单位名称，不超过 100 字，不含“/”。",
                "Give the unit a name of at most 100 characters without “/”.",
            ),
            Self::UnitNameTaken(name) => {
                return match lang {
                    Lang::Zh => format!("同一上级下已有单位“{name}”，没有执行。请换一个名称。"),
                    Lang::En => {
                        format!("The parent has a unit “{name}” already; nothing was changed. Choose another name.")
                    }
                };
            }
            Self::RegionPath => lang.pick(
                "行政区划请写成路径，例如 山东省/淄博市/张店区，最多 6 级，每级不超过 60 字。",
                "Write the region as a path such as 山东省/淄博市/张店区, at most 6 levels of 60 characters.",
            ),
            Self::Date => lang.pick(
                "日期看不懂。请填写生效日期，例如 2026-12-01。",
                "The date cannot be read. Give the day from which it holds, such as 2026-12-01.",
            ),
            Self::Reason => lang.pick(
                "请写明原因，不超过 200 字。",
                "Give a reason of at most 200 characters.",
            ),
            Self::TooDeep => lang.pick(
                "这样调整后单位层级太多，没有执行。请另选上级单位。",
                "The tree would become too deep; nothing was changed. Choose another parent.",
            ),
            Self::Settled => lang.pick(
                "这项变动已经生效或撤回，没有再改。请刷新页面看看。",
                "This change was carried out or withdrawn already. Reload to see.",
            ),
            Self::NoChange => lang.pick("和现在一样，没有可改的。", "It is so already; nothing to change."),
            Self::Waiting => lang.pick(
                "已有一项待生效的同类变动，没有执行。请先撤回它。",
                "A change of this kind is planned already; nothing was changed. Withdraw that one first.",
            ),
            Self::Accommodation(fault) => fault.message(lang),
            Self::Exemption(fault) => step(*fault, lang),
            Self::Requested => lang.pick(
                "这个人这场考试已有一项免考或缓考申请，没有再存一项。请先处理那一项。",
                "This person has a request for this exam already; no second one was stored. Deal with that one first.",
            ),
            Self::ExemptionForm => lang.pick(
                "请选择考试、类型和事由；选“其他”时要写明情况。说明不超过 1000 字。",
                "Choose exam, kind and ground; explain the ground “other”. At most 1000 characters.",
            ),
            Self::DocumentTooLarge => lang.pick(
                "材料不能超过 10 MB，没有保存。请压缩或分成几份。",
                "A document may have up to 10 MB; nothing was stored. Make it smaller or split it.",
            ),
            Self::NotTheLast => lang.pick(
                "只能撤销最近一次没有撤销过的导入。",
                "Only the last import that stands can be undone.",
            ),
            Self::Hindered { count, some } => {
                let some = some.join(lang.pick("、", ", "));
                return match lang {
                    Lang::Zh => format!(
                        "导入之后有 {count} 人又有了变动，不能撤销：{some}。请先处理这些人，或重新导入正确的名单。"
                    ),
                    Lang::En => format!(
                        "{count} persons were touched after the import, so it cannot be undone: {some}. Deal with them first, or import a right roster."
                    ),
                };
            }
        };
        text.to_owned()
    }

    fn in_use(&self, lang: Lang) -> String {
        let Self::UnitInUse {
            persons,
            some,
            below,
            exams,
        } = self
        else {
            return String::new();
        };
        let list = |words: &[String]| words.join(lang.pick("、", ", "));
        let mut parts = Vec::new();
        if *persons > 0 {
            parts.push(match lang {
                Lang::Zh => format!("还有 {persons} 名在册人员（{}），请写明由哪个单位接收", list(some)),
                Lang::En => format!(
                    "{persons} active persons belong to it ({}): name the unit that takes them",
                    list(some)
                ),
            });
        }
        if !below.is_empty() {
            parts.push(match lang {
                Lang::Zh => format!("还有下级单位（{}），请先撤销或调走", list(below)),
                Lang::En => format!("it has units below it ({}): close or move them first", list(below)),
            });
        }
        for (title, due) in exams {
            parts.push(match lang {
                Lang::Zh => format!("正在进行的“{title}”里有 {due} 名应考人员，撤销不影响这场考试的名册和统计，如确认请勾选"),
                Lang::En => format!("{due} persons are due in “{title}”, which goes on unchanged with its frozen roster: tick the box to confirm"),
            });
        }
        match lang {
            Lang::Zh => format!("这个单位还不能撤销：{}。", parts.join("；")),
            Lang::En => format!("The unit cannot be closed yet: {}.", parts.join("; ")),
        }
    }
}

fn step(fault: StepFault, lang: Lang) -> &'static str {
    match fault {
        StepFault::Decided => lang.pick(
            "这项申请已经办结，没有再改。请刷新页面看看。",
            "This request is settled already; nothing was changed. Reload to see.",
        ),
        StepFault::Opened => lang.pick(
            "已经开考，不能再撤回。",
            "The exam has opened; it cannot be withdrawn any more.",
        ),
        StepFault::NoDocument => lang.pick(
            "已经开考，批准免考要有证明材料。请先上传材料。",
            "The exam has opened: an exemption needs its document. Upload it first.",
        ),
        StepFault::Sat => lang.pick(
            "这个人已经开始考试，不能再免考或缓考。",
            "This person has begun to sit and cannot be exempted or deferred any more.",
        ),
        StepFault::NotRegistered => lang.pick(
            "这个人不在这场考试冻结的名册里，不用申请。",
            "This person is not on the frozen roster of this exam; no request is needed.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_unit_in_use_says_who_is_in_it() {
        let fault = PeopleFault::UnitInUse {
            persons: 2,
            some: vec!["1001 张三".into(), "1002 李四".into()],
            below: vec!["一科".into()],
            exams: vec![("年度考试".into(), 3)],
        };
        let text = fault.message(Lang::Zh);
        for part in ["2 名", "1001 张三、1002 李四", "一科", "“年度考试”里有 3 名"] {
            assert!(text.contains(part), "{text}");
        }
        assert!(fault.message(Lang::En).ends_with("confirm."));
    }
}
