//! The headings under which rosters circulate.

use super::table::Headings;

/// Words of which a Chinese roster holds at least one; they tell GB18030 from noise.
pub(super) const WORDS: &[&str] = &["姓名", "工号", "编号", "单位", "部门"];

/// Headings of one part, the surest first: a file may have both 工号 and 编号.
const NUMBER: &[&str] = &[
    "工号",
    "职工号",
    "员工号",
    "员工编号",
    "人员编号",
    "证件编号",
    "number",
    "username",
    "用户名",
    "编号",
];
const NAME: &[&str] = &["姓名", "人员姓名", "name"];
const LAST_NAME: &[&str] = &["lastname", "姓"];
const FIRST_NAME: &[&str] = &["firstname", "名"];
const UNIT: &[&str] = &[
    "单位",
    "单位名称",
    "所在单位",
    "所属单位",
    "工作单位",
    "unit",
    "institution",
];
const PART: &[&str] = &["部门", "部门名称", "所在部门", "所属部门", "department"];
const RANK: &[&str] = &["职级", "级别", "职务层次", "职级层次", "职务级别", "职务职级", "rank"];
const SUPERIOR: &[&str] = &["上级单位", "上级部门", "主管单位", "主管部门"];
const REGION: &[&str] = &["行政区划", "所在地区", "所属地区", "所在区划", "地区", "region"];
const IDENTITY: &[&str] = &[
    "身份证号",
    "身份证号码",
    "身份证",
    "公民身份号码",
    "公民身份证号码",
    "居民身份证号码",
];
const CATEGORY: &[&str] = &["类别", "人员类别", "身份", "人员身份", "编制类别", "category"];

/// How a file writes names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameColumns {
    Whole(usize),
    Parts { last: usize, first: usize },
}

/// Where the parts of a roster row stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) number: usize,
    pub(super) name: NameColumns,
    /// From the top unit down; a cell may hold a path of its own.
    pub(super) units: Vec<usize>,
    pub(super) rank: Option<usize>,
    pub(super) category: Option<usize>,
    /// The unit above the top one of the path.
    pub(super) superior: Option<usize>,
    pub(super) region: Option<usize>,
    pub(super) identity: Option<usize>,
}

impl Headings for Columns {
    const NEEDED: &'static [&'static str] = &["工号", "姓名", "单位"];

    fn recognise(words: &[(usize, String)]) -> Option<Self> {
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| words.iter().find(|(_, word)| word == name).map(|(column, _)| *column))
        };
        let parts = || {
            Some(NameColumns::Parts {
                last: find(LAST_NAME)?,
                first: find(FIRST_NAME)?,
            })
        };
        let units = unit_columns(words);
        Some(Self {
            number: find(NUMBER)?,
            name: find(NAME).map(NameColumns::Whole).or_else(parts)?,
            units: (!units.is_empty()).then_some(units)?,
            rank: find(RANK),
            category: find(CATEGORY),
            superior: find(SUPERIOR),
            region: find(REGION),
            identity: find(IDENTITY),
        })
    }

    fn filled_down(&self) -> Vec<usize> {
        self.units
            .iter()
            .copied()
            .chain(self.superior)
            .chain(self.region)
            .collect()
    }
}

/// The columns of the unit path in their order: 一级单位, 二级单位…, then the unit, then the part of it.
fn unit_columns(words: &[(usize, String)]) -> Vec<usize> {
    let mut columns: Vec<(usize, usize)> = vec![];
    for (column, word) in words {
        columns.extend(unit_rank(word).map(|rank| (rank, *column)));
    }
    columns.sort_unstable();
    columns.dedup_by_key(|(rank, _)| *rank);
    columns.into_iter().map(|(_, column)| column).collect()
}

fn unit_rank(word: &str) -> Option<usize> {
    if UNIT.contains(&word) {
        Some(100)
    } else if PART.contains(&word) {
        Some(101)
    } else {
        let level = word.strip_suffix("级单位").or_else(|| word.strip_suffix("级部门"))?;
        let level = level.strip_prefix('第').unwrap_or(level);
        let spelled = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];
        let number = spelled.iter().position(|name| *name == level).map(|place| place + 1);
        number
            .or_else(|| level.parse().ok())
            .filter(|number| (1..=20).contains(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::text::word;

    fn recognised(headings: &str) -> Option<Columns> {
        let words: Vec<_> = headings.split(',').map(word).enumerate().collect();
        Columns::recognise(&words)
    }

    #[test]
    fn the_surest_heading_of_a_part_wins() {
        let columns = recognised("编号,工号,姓名,单位").expect("a roster");
        assert_eq!((columns.number, columns.name), (1, NameColumns::Whole(2)));
    }

    #[test]
    fn unit_columns_stand_from_the_top_down() {
        assert_eq!(
            recognised("二级单位,一级单位,工号,姓名").expect("a roster").units,
            [1, 0]
        );
        assert_eq!(recognised("工号,姓名,部门,单位").expect("a roster").units, [3, 2]);
    }

    #[test]
    fn names_may_stand_in_two_columns() {
        let columns = recognised("username,password,firstname,lastname,department").expect("a roster");
        assert_eq!(columns.name, NameColumns::Parts { last: 3, first: 2 });
        assert_eq!(recognised("username,firstname,department"), None);
        assert_eq!(recognised("工号,姓名"), None);
    }
}
