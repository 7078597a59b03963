//! A person of the roster.

use serde::{Deserialize, Serialize};

use super::id::{PersonId, UnitId};

/// Rank level (职级层次), which may decide the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RankLevel {
    /// 厅级
    Ting,
    /// 处级
    Chu,
    /// 科级
    Ke,
    /// 科员及以下、其他
    Other,
}

/// What kind of staff a person is (人员类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 公务员
    CivilServant,
    /// 参公人员
    CivilServantEquivalent,
    /// 事业单位人员
    Institution,
    /// 国有企业管理人员
    Enterprise,
    /// 其他
    Other,
}

macro_rules! codes {
    ($type:ty { $($variant:ident => $code:literal, $zh:literal, $en:literal;)+ }) => {
        impl $type {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The identifier used in tables and JSON.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }

            pub fn name(self, lang: $crate::domain::lang::Lang) -> &'static str {
                match self { $(Self::$variant => lang.pick($zh, $en)),+ }
            }
        }
    };
}

pub(super) use codes;

codes!(RankLevel {
    Ting => "ting", "厅级", "Department level";
    Chu => "chu", "处级", "Division level";
    Ke => "ke", "科级", "Section level";
    Other => "other", "其他", "Other";
});

codes!(Category {
    CivilServant => "civil_servant", "公务员", "Civil servant";
    CivilServantEquivalent => "civil_servant_equivalent", "参公人员", "Civil-servant equivalent";
    Institution => "institution", "事业单位人员", "Public institution staff";
    Enterprise => "enterprise", "国有企业管理人员", "State enterprise manager";
    Other => "other", "其他", "Other";
});

/// Whether a person belongs to the roster (在册).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonState {
    /// 在册
    Active,
    /// 调出
    TransferredOut,
    /// 离职
    Left,
    /// 退休
    Retired,
}

codes!(PersonState {
    Active => "active", "在册", "Active";
    TransferredOut => "transferred_out", "调出", "Transferred out";
    Left => "left", "离职", "Left";
    Retired => "retired", "退休", "Retired";
});

/// A person of the roster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    /// Unique in the roster; also the login name.
    pub number: String,
    pub name: String,
    pub unit: UnitId,
    pub rank_level: RankLevel,
    pub category: Category,
    /// Only active persons are on the roster of an exam that opens.
    pub state: PersonState,
}
