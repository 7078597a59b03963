//! The words of a roster's closed columns.

use crate::domain::person::{Category, RankLevel};

use super::text::word;

/// The rank level that a word means; `None` for a word that is not known. An empty cell is [`RankLevel::Other`].
///
/// Words are matched whole: 科级以下 is not 科级.
pub(super) fn rank_level(text: &str) -> Option<RankLevel> {
    let word = word(text);
    let bare = word
        .strip_suffix("正职")
        .or_else(|| word.strip_suffix("副职"))
        .unwrap_or(&word);
    let bare = bare.strip_prefix(['正', '副']).unwrap_or(bare);
    let bare = bare
        .strip_prefix(['一', '二', '三', '四'])
        .and_then(|rest| rest.strip_prefix('级'))
        .unwrap_or(bare);
    match bare {
        "厅级" | "厅局级" | "司局级" | "司厅局级" | "地厅级" | "局级" | "厅" | "巡视员" => {
            Some(RankLevel::Ting)
        }
        "处级" | "县处级" | "处" | "县级" | "调研员" => Some(RankLevel::Chu),
        "科级" | "乡科级" | "科" | "乡镇级" | "主任科员" => Some(RankLevel::Ke),
        "" | "科员" | "科员级" | "办事员" | "科员及以下" | "其他" | "其它" | "无" => {
            Some(RankLevel::Other)
        }
        code => RankLevel::from_code(code),
    }
}

/// The category that a word means; `None` for a word that is not known. An empty cell is [`Category::Other`].
pub(super) fn category(text: &str) -> Option<Category> {
    let word = word(text);
    match word.as_str() {
        "公务员" | "行政" | "行政编制" | "公务员编制" => Some(Category::CivilServant),
        "参公"
        | "参公人员"
        | "参公管理"
        | "参公管理人员"
        | "参公编制"
        | "参照公务员"
        | "参照公务员管理"
        | "参照公务员管理人员"
        | "参照公务员法管理"
        | "参照公务员法管理人员" => Some(Category::CivilServantEquivalent),
        "事业" | "事业单位" | "事业人员" | "事业编" | "事业编制" | "事业单位人员" | "事业单位工作人员" => {
            Some(Category::Institution)
        }
        "企业"
        | "国企"
        | "国有企业"
        | "企业人员"
        | "国企管理人员"
        | "企业管理人员"
        | "国有企业人员"
        | "国有企业管理人员" => Some(Category::Enterprise),
        "" | "其他" | "其它" | "其他人员" | "无" => Some(Category::Other),
        code => Category::from_code(code),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_known_by_level_post_and_grade() {
        for (word, level) in [
            ("正厅级", RankLevel::Ting),
            ("厅局级副职", RankLevel::Ting),
            ("二级巡视员", RankLevel::Ting),
            ("副处级", RankLevel::Chu),
            ("县处级正职", RankLevel::Chu),
            ("一级调研员", RankLevel::Chu),
            ("乡科级", RankLevel::Ke),
            (" 正 科 级 ", RankLevel::Ke),
            ("四级主任科员", RankLevel::Ke),
            ("一级科员", RankLevel::Other),
            ("", RankLevel::Other),
            ("ke", RankLevel::Ke),
        ] {
            assert_eq!(rank_level(word), Some(level), "{word}");
        }
        assert_eq!(rank_level("科级以下"), None);
        assert_eq!(rank_level("首席专家"), None);
    }

    #[test]
    fn categories_are_known_by_their_usual_words() {
        for (word, expected) in [
            ("公务员", Category::CivilServant),
            ("参公", Category::CivilServantEquivalent),
            ("参照公务员法管理人员", Category::CivilServantEquivalent),
            ("事业编制", Category::Institution),
            ("国有企业管理人员", Category::Enterprise),
            ("enterprise", Category::Enterprise),
            ("", Category::Other),
        ] {
            assert_eq!(category(word), Some(expected), "{word}");
        }
        assert_eq!(category("劳务派遣"), None);
    }
}
