//! Divisions (行政区划): province, city, area and town by their codes, and finding one of the 45,000 by name or initials.

use std::{collections::HashMap, fmt};

use serde::{Deserialize, Serialize};

use super::{
    names::{Fit, Names, folded},
    person::codes,
    unit::PATH_SEPARATOR,
};

/// How high a division stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省、自治区、直辖市
    Province,
    /// 市、地区、自治州、盟
    City,
    /// 县、区、县级市、旗
    Area,
    /// 乡、镇、街道
    Town,
}

codes!(Level {
    Province => "province", "省级", "Province";
    City => "city", "地级", "City";
    Area => "area", "县级", "Area";
    Town => "town", "乡级", "Town";
});

/// The code of a division (GB/T 2260, GB/T 10114): a province has two digits, a city four, an area six, a town nine, and each
/// code begins with that of the division above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct DivisionCode(u32);

/// A number that is no code of a division.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of a division")]
pub struct NotADivision;

impl DivisionCode {
    pub fn new(code: u32) -> Option<Self> {
        Self::level_of(code).map(|_| Self(code))
    }

    fn level_of(code: u32) -> Option<Level> {
        match code {
            10..=99 => Some(Level::Province),
            1_000..=9_999 => Some(Level::City),
            100_000..=999_999 => Some(Level::Area),
            100_000_000..=999_999_999 => Some(Level::Town),
            _ => None,
        }
    }

    /// Reads digits, without blanks around them.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| digits).and_then(Self::new)
    }

    /// Codes are also written with zeros at the end: 370000 for 37, 370300 for 3703, 370303000000 for 370303. Gives the code
    /// without them, for a text that is no code itself or none that is known.
    pub fn parse_padded(text: &str) -> Option<Self> {
        if !matches!(text.len(), 6 | 9 | 12) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let zeros = |end: &usize| *end < text.len() && text.bytes().skip(*end).all(|byte| byte == b'0');
        let end = [2, 4, 6, 9].into_iter().find(zeros)?;
        text.get(..end).and_then(Self::parse)
    }

    pub fn get(self) -> u32 {
        self.0
    }

    pub fn level(self) -> Level {
        Self::level_of(self.0).unwrap_or(Level::Town)
    }

    /// The division above; `None` for a province.
    pub fn parent(self) -> Option<Self> {
        match self.level() {
            Level::Province => None,
            Level::City | Level::Area => Some(Self(self.0 / 100)),
            Level::Town => Some(Self(self.0 / 1_000)),
        }
    }

    /// The division itself, then those above it.
    pub fn line(self) -> impl Iterator<Item = Self> {
        std::iter::successors(Some(self), |code| code.parent())
    }

    /// Whether it is this one or lies below it.
    pub fn is_within(self, other: Self) -> bool {
        self.line().any(|code| code == other)
    }
}

/// The number of a division and those of all above it; nothing for a number that is none.
pub fn line_of(number: u32) -> impl Iterator<Item = u32> {
    let line = DivisionCode::new(number).into_iter().flat_map(DivisionCode::line);
    line.map(DivisionCode::get)
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<u32> for DivisionCode {
    type Error = NotADivision;
    fn try_from(code: u32) -> Result<Self, NotADivision> {
        Self::new(code).ok_or(NotADivision)
    }
}

impl From<DivisionCode> for u32 {
    fn from(code: DivisionCode) -> Self {
        code.0
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Division {
    pub code: DivisionCode,
    pub name: String,
    /// Of the pinyin of the name, in lower case.
    pub initials: String,
}

/// Names that stand between a province and its areas where there is no city: they say nothing to a person.
const PLACEHOLDERS: [&str; 4] = ["市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"];

/// What a name or a path of names means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    Nothing,
    One(DivisionCode),
    /// So many divisions are called that.
    Several(usize),
}

/// Every division, to look up and to search.
#[derive(Default)]
pub struct Divisions {
    /// In the order of places of `names`.
    all: Vec<Division>,
    places: HashMap<DivisionCode, usize>,
    below: HashMap<Option<DivisionCode>, Vec<DivisionCode>>,
    names: Names,
}

impl Divisions {
    pub fn new(mut all: Vec<Division>) -> Self {
        all.sort_by_key(|division| division.code);
        let (mut places, mut names) = (HashMap::with_capacity(all.len()), Names::default());
        let mut below: HashMap<Option<DivisionCode>, Vec<DivisionCode>> = HashMap::new();
        for division in &all {
            places.insert(division.code, names.add(&division.name, &division.initials));
            below.entry(division.code.parent()).or_default().push(division.code);
        }
        Self {
            all,
            places,
            below,
            names,
        }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }

    pub fn get(&self, code: DivisionCode) -> Option<&Division> {
        self.places.get(&code).and_then(|place| self.all.get(*place))
    }

    /// All codes of a division and what lies below it.
    pub fn within(&self, code: DivisionCode) -> impl Iterator<Item = DivisionCode> {
        let codes = self.all.iter().map(|division| division.code);
        codes.filter(move |below| below.is_within(code))
    }

    /// Whether a division says nothing to a person: a placeholder, or the only area of a city, called like it (东莞市).
    fn is_idle(&self, division: &Division) -> bool {
        match division.code.level() {
            Level::City => PLACEHOLDERS.contains(&division.name.as_str()),
            Level::Area => {
                let city = division.code.parent().and_then(|city| self.get(city));
                city.is_some_and(|city| city.name == division.name)
            }
            Level::Province | Level::Town => false,
        }
    }

    /// The divisions right below one, or the provinces. In the place of those that say nothing, those below them.
    pub fn children(&self, parent: Option<DivisionCode>) -> Vec<&Division> {
        let codes = self.below.get(&parent).map_or(&[] as &[_], Vec::as_slice);
        let divisions = codes.iter().filter_map(|code| self.get(*code));
        divisions
            .flat_map(|division| match self.is_idle(division) {
                true => self.children(Some(division.code)),
                false => vec![division],
            })
            .collect()
    }

    /// `山东省 / 淄博市 / 张店区`, without what says nothing. Of a code that is not known what is known of it, or the code itself.
    pub fn path(&self, code: DivisionCode) -> String {
        let mut names: Vec<&str> = code
            .line()
            .filter_map(|code| self.get(code))
            .filter(|division| !self.is_idle(division))
            .map(|division| division.name.as_str())
            .collect();
        names.reverse();
        if names.is_empty() {
            return code.to_string();
        }
        names.join(PATH_SEPARATOR)
    }

    /// At most `most` divisions whose name or initials fit what was typed: whole names first, then those that begin like it;
    /// higher ones before lower ones.
    pub fn search(&self, typed: &str, within: Option<DivisionCode>, most: usize) -> Vec<&Division> {
        let length = folded(typed).chars().count();
        let mut found: Vec<(Fit, Level, usize)> = self
            .names
            .find(typed)
            .into_iter()
            .filter_map(|(fit, place)| {
                let division = self.all.get(place)?;
                let inside = within.is_none_or(|within| division.code.is_within(within));
                // 淄博 is as good as 淄博市.
                let whole = fit == Fit::Start
                    && bare(&division.name).chars().count() == length
                    && folded(&division.name).starts_with(&folded(typed));
                let fit = if whole { Fit::Exact } else { fit };
                (inside && !self.is_idle(division)).then(|| (fit, division.code.level(), place))
            })
            .collect();
        found.sort_unstable();
        found.truncate(most);
        found.iter().filter_map(|(_, _, place)| self.all.get(*place)).collect()
    }

    /// What somebody means who writes a code, a name, or a path of names from the top down parted by `/`.
    pub fn meant(&self, text: &str) -> Meant {
        let text = text.trim();
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let known = |code: &DivisionCode| self.places.contains_key(code);
            let code = DivisionCode::parse(text)
                .filter(known)
                .or_else(|| DivisionCode::parse_padded(text).filter(known));
            return code.map_or(Meant::Nothing, Meant::One);
        }
        let names: Vec<String> = text
            .split(['/', '／', '>', '＞', '\\'])
            .map(folded)
            .filter(|name| !name.is_empty())
            .collect();
        let Some((last, above)) = names.split_last() else {
            return Meant::Nothing;
        };
        let called =
            |division: &Division, name: &str| folded(&division.name) == *name || folded(bare(&division.name)) == *name;
        let fits = |place: usize| {
            let division = self.all.get(place).filter(|division| called(division, last))?;
            let mut rest = above.iter().rev().peekable();
            for above in division.code.line().skip(1).filter_map(|code| self.get(code)) {
                rest.next_if(|name| called(above, name));
            }
            (rest.peek().is_none() && !self.is_idle(division)).then_some(division.code)
        };
        let found = self.names.find(last);
        let codes: Vec<DivisionCode> = found.into_iter().filter_map(|(_, place)| fits(place)).collect();
        match codes.as_slice() {
            [] => Meant::Nothing,
            [code] => Meant::One(*code),
            codes => Meant::Several(codes.len()),
        }
    }
}

/// A name without the word for what it is: 淄博 of 淄博市.
fn bare(name: &str) -> &str {
    let kinds = [
        "自治区",
        "自治州",
        "自治县",
        "街道",
        "省",
        "市",
        "区",
        "县",
        "旗",
        "镇",
        "乡",
    ];
    let rest = kinds.iter().find_map(|kind| name.strip_suffix(kind));
    rest.filter(|rest| rest.chars().count() > 1).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(code: u32) -> DivisionCode {
        DivisionCode::new(code).expect("a code")
    }

    fn divisions() -> Divisions {
        let rows = [
            (37, "山东省", "sds"),
            (3703, "淄博市", "zbs"),
            (370_302, "淄川区", "zcq"),
            (370_303, "张店区", "zdq"),
            (370_303_001, "车站街道", "czjd"),
            (3705, "东营市", "dys"),
            (11, "北京市", "bjs"),
            (1101, "市辖区", "sxq"),
            (110_105, "朝阳区", "cyq"),
            (44, "广东省", "gds"),
            (4419, "东莞市", "dgs"),
            (441_900, "东莞市", "dgs"),
            (441_900_003, "东城街道", "dcjd"),
            (22, "吉林省", "jls"),
            (2201, "长春市", "ccs"),
            (220_104, "朝阳区", "cyq"),
        ];
        let division = |(number, name, initials): (u32, &str, &str)| Division {
            code: code(number),
            name: name.to_owned(),
            initials: initials.to_owned(),
        };
        Divisions::new(rows.into_iter().map(division).collect())
    }

    fn found(typed: &str, within: Option<u32>) -> Vec<u32> {
        let divisions = divisions();
        let found = divisions.search(typed, within.map(code), 20);
        found.into_iter().map(|division| division.code.get()).collect()
    }

    #[test]
    fn a_code_has_a_level_and_lies_below_others() {
        assert_eq!(code(37).parent(), None);
        let line: Vec<u32> = code(370_303_001).line().map(DivisionCode::get).collect();
        assert_eq!(line, [370_303_001, 370_303, 3703, 37]);
        assert!(code(370_303_001).is_within(code(3703)) && !code(3703).is_within(code(370_303)));
        assert_eq!(code(370_303).level(), Level::Area);
        for none in [0, 9, 100, 99_999, 1_000_000, 99_999_999, 1_000_000_000, u32::MAX] {
            assert_eq!(DivisionCode::new(none), None, "{none}");
        }
    }

    #[test]
    fn a_code_is_read_from_digits_alone_and_padded_ones_are_known() {
        assert_eq!(DivisionCode::parse("370303"), Some(code(370_303)));
        for none in ["", "+37", "37 ", "３７", "-1", "037x", "99999999999999999999"] {
            assert_eq!(DivisionCode::parse(none), None, "{none}");
        }
        let padded = |text| DivisionCode::parse_padded(text).map(DivisionCode::get);
        assert_eq!(padded("370000"), Some(37));
        assert_eq!(padded("370300"), Some(3703));
        assert_eq!(padded("370303000000"), Some(370_303));
        assert_eq!(padded("370303001000"), Some(370_303_001));
        assert_eq!(padded("370300000"), Some(3703));
        for none in ["370303001012", "000000", "37", "3703000", "省省"] {
            assert_eq!(padded(none), None, "{none}");
        }
    }

    #[test]
    fn the_json_is_a_number_that_must_be_a_code() {
        assert_eq!(serde_json::to_string(&code(37)).expect("JSON"), "37");
        assert!(serde_json::from_str::<DivisionCode>("370").is_err());
    }

    #[test]
    fn a_path_leaves_out_what_says_nothing() {
        let divisions = divisions();
        assert_eq!(divisions.path(code(370_303)), "山东省 / 淄博市 / 张店区");
        assert_eq!(divisions.path(code(110_105)), "北京市 / 朝阳区");
        assert_eq!(divisions.path(code(441_900_003)), "广东省 / 东莞市 / 东城街道");
        assert_eq!(divisions.path(code(99)), "99");
    }

    #[test]
    fn children_of_a_municipality_are_its_areas() {
        let divisions = divisions();
        let children = |parent: Option<u32>| -> Vec<u32> {
            let children = divisions.children(parent.map(code));
            children.into_iter().map(|division| division.code.get()).collect()
        };
        assert_eq!(children(None), [11, 22, 37, 44]);
        assert_eq!(children(Some(11)), [110_105]);
        assert_eq!(children(Some(3703)), [370_302, 370_303]);
        assert_eq!(children(Some(4419)), [441_900_003]);
        assert_eq!(children(Some(370_303_001)), [] as [u32; 0]);
    }

    #[test]
    fn whole_names_come_first_then_higher_ones() {
        assert_eq!(found("朝阳", None), [110_105, 220_104]);
        assert_eq!(found("朝阳区", Some(22)), [220_104]);
        assert_eq!(found("东", None), [3705, 4419, 441_900_003, 37, 44]);
        assert_eq!(found("dc", None), [441_900_003]);
        assert_eq!(found("Z", Some(37)), [3703, 370_302, 370_303]);
        assert_eq!(found("市辖区", None), [] as [u32; 0]);
        assert_eq!(found("", None), [] as [u32; 0]);
    }

    #[test]
    fn what_is_written_means_one_division_or_says_why_not() {
        let divisions = divisions();
        let meant = |text| divisions.meant(text);
        assert_eq!(meant("370303"), Meant::One(code(370_303)));
        assert_eq!(meant("370300"), Meant::One(code(3703)));
        assert_eq!(meant("441900"), Meant::One(code(441_900)));
        assert_eq!(meant("淄博"), Meant::One(code(3703)));
        assert_eq!(meant(" 张店区 "), Meant::One(code(370_303)));
        assert_eq!(meant("东莞市"), Meant::One(code(4419)));
        assert_eq!(meant("朝阳区"), Meant::Several(2));
        assert_eq!(meant("北京/朝阳"), Meant::One(code(110_105)));
        assert_eq!(meant("吉林省／长春市／朝阳区"), Meant::One(code(220_104)));
        for nothing in ["", "/", "火星", "山东省/朝阳区", "999999", "市辖区"] {
            assert_eq!(meant(nothing), Meant::Nothing, "{nothing}");
        }
    }
}
