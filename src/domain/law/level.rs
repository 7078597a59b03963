//! The effect level of a law.

use serde::{Deserialize, Serialize};

use super::Event;
use crate::domain::lang::Lang;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 宪法, with its amendments
    Constitution,
    /// 法律
    Statute,
    /// 行政法规
    AdminRegulation,
    /// 地方性法规
    LocalRegulation,
    /// 规章
    Rule,
    /// 司法解释
    JudicialInterpretation,
    /// 党内法规
    PartyRegulation,
}

impl Level {
    pub const ALL: [Self; 7] = [
        Self::Constitution,
        Self::Statute,
        Self::AdminRegulation,
        Self::LocalRegulation,
        Self::Rule,
        Self::JudicialInterpretation,
        Self::PartyRegulation,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::Constitution => "constitution",
            Self::Statute => "statute",
            Self::AdminRegulation => "admin_regulation",
            Self::LocalRegulation => "local_regulation",
            Self::Rule => "rule",
            Self::JudicialInterpretation => "judicial_interpretation",
            Self::PartyRegulation => "party_regulation",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Constitution => lang.pick("宪法", "constitution"),
            Self::Statute => lang.pick("法律", "statute"),
            Self::AdminRegulation => lang.pick("行政法规", "administrative regulation"),
            Self::LocalRegulation => lang.pick("地方性法规", "local regulation"),
            Self::Rule => lang.pick("规章", "rule"),
            Self::JudicialInterpretation => lang.pick("司法解释", "judicial interpretation"),
            Self::PartyRegulation => lang.pick("党内法规", "party regulation"),
        }
    }

    /// Who made it decides; where the head does not tell, the title.
    pub(super) fn of(title: &str, history: &[Event]) -> Option<Self> {
        let head: String = history.iter().map(|event| event.text.as_str()).collect();
        let said = |words: &[&str]| words.iter().any(|word| head.contains(word));
        let titled = |words: &[&str]| words.iter().any(|word| title.starts_with(word));
        if titled(&["中华人民共和国宪法"]) {
            Some(Self::Constitution)
        } else if titled(&["中国共产党", "中共中央"]) {
            Some(Self::PartyRegulation)
        } else if titled(&["最高人民法院", "最高人民检察院"]) {
            Some(Self::JudicialInterpretation)
        } else if said(&["全国人民代表大会", "全国人大"]) {
            Some(Self::Statute)
        } else if said(&["人民代表大会"]) {
            Some(Self::LocalRegulation)
        } else if said(&["国务院令", "国务院第", "国务院公布", "国务院发布", "国务院批准"]) {
            Some(Self::AdminRegulation)
        } else if said(&["令第", "令 第", "人民政府"]) {
            Some(Self::Rule)
        } else {
            let statute = title.starts_with("中华人民共和国") && title.ends_with(['法', '典']);
            statute.then_some(Self::Statute)
        }
    }
}
