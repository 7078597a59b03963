//! The directory of units that play (参赛单位目录): whom a player can choose, and what becomes of names that players typed.

use std::{collections::HashMap, fmt};

use serde::{Deserialize, Serialize};

use super::{division::DivisionCode, id::OrganizationId, lang::Lang, names::folded, person::codes, time::Timestamp};

/// Characters of a name and of a trade.
pub const NAME: usize = 80;
pub const TRADE: usize = 40;
/// The most people a unit can state.
pub const HEADCOUNT: u32 = 10_000_000;

/// Whether a unit can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// 已收录: stands in the directory.
    Listed,
    /// 待核: typed by a player, looked at by nobody.
    Proposed,
}

codes!(State {
    Listed => "listed", "已收录", "Listed";
    Proposed => "proposed", "待核", "To be looked at";
});

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    pub uscc: Option<Uscc>,
    pub division: Option<DivisionCode>,
    /// 行业
    pub trade: String,
    /// How many people it says it has.
    pub headcount: Option<u32>,
    pub state: State,
    /// Another unit that is the same; players keep the one they chose and count for that.
    pub merged_into: Option<OrganizationId>,
    pub created_at: Timestamp,
    /// When it was listed or merged at the merge desk; such a decision can be undone.
    pub decided_at: Option<Timestamp>,
}

impl Organization {
    /// By what the same unit is found: its division and its folded name.
    pub fn key(&self) -> Key {
        (self.division, folded(&self.name))
    }
}

pub type Key = (Option<DivisionCode>, String);

/// A name as it is stored: without blanks at the ends or in a row; `None` when it is none.
pub fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let letters = folded(&name).chars().filter(|c| c.is_alphanumeric()).count();
    let fits = (2..=NAME).contains(&name.chars().count()) && letters >= 2 && !name.chars().any(is_unshown);
    fits.then_some(name)
}

/// A trade as it is stored; `None` when it is too long or holds what cannot be shown.
pub fn trade(text: &str) -> Option<String> {
    let trade = text.trim().to_owned();
    (trade.chars().count() <= TRADE && !trade.chars().any(is_unshown)).then_some(trade)
}

/// Control characters, and those that turn the direction of what stands beside them.
fn is_unshown(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// A number of people as somebody writes it; an empty text is none told.
///
/// # Errors
/// [`OrganizationFault::Headcount`].
pub fn headcount(text: &str) -> Result<Option<u32>, OrganizationFault> {
    let text: String = text.trim().chars().filter(|c| *c != ',').collect();
    if text.is_empty() {
        return Ok(None);
    }
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let count = text
        .parse()
        .ok()
        .filter(|count| digits && (1..=HEADCOUNT).contains(count));
    count.map(Some).ok_or(OrganizationFault::Headcount)
}

/// A unified social credit code (统一社会信用代码, GB 32100-2015): 17 digits and letters, and a check character.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uscc(String);

/// A text that is no such code, or one with a wrong character in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a unified social credit code")]
pub struct NotAUscc;

/// Without I, O, S, V and Z.
const USCC_ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
const USCC_LENGTH: usize = 18;

impl Uscc {
    /// Reads a code in any width and case, blanks left out.
    pub fn parse(text: &str) -> Option<Self> {
        let code = folded(text).to_ascii_uppercase();
        let values: Vec<u32> = code
            .bytes()
            .map(|byte| USCC_ALPHABET.iter().position(|letter| *letter == byte))
            .map(|value| value.and_then(|value| u32::try_from(value).ok()))
            .collect::<Option<_>>()?;
        let (check, rest) = values.split_last().filter(|_| values.len() == USCC_LENGTH)?;
        let weights = std::iter::successors(Some(1), |weight| Some(weight * 3 % 31));
        let sum: u32 = rest.iter().zip(weights).map(|(value, weight)| value * weight).sum();
        (sum + check).is_multiple_of(31).then_some(Self(code))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// It is ordered like its text, so that codes can be found by their beginning.
impl std::borrow::Borrow<str> for Uscc {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Uscc {
    type Error = NotAUscc;
    fn try_from(text: String) -> Result<Self, NotAUscc> {
        Self::parse(&text).ok_or(NotAUscc)
    }
}

impl From<Uscc> for String {
    fn from(code: Uscc) -> Self {
        code.0
    }
}

/// Which units were merged into which.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Merges(HashMap<OrganizationId, OrganizationId>);

/// A chain cannot close to a circle, but a damaged table must not hang the server.
const CHAIN: usize = 64;

impl Merges {
    /// Writes down what became of a unit; `None`: it stands for itself.
    pub fn set(&mut self, id: OrganizationId, into: Option<OrganizationId>) {
        match into {
            Some(into) => self.0.insert(id, into),
            None => self.0.remove(&id),
        };
    }

    /// For which unit this one counts: itself, or what it was merged into in the end.
    pub fn root(&self, id: OrganizationId) -> OrganizationId {
        self.line(id).last().unwrap_or(id)
    }

    fn line(&self, id: OrganizationId) -> impl Iterator<Item = OrganizationId> {
        std::iter::successors(Some(id), |id| self.0.get(id).copied()).take(CHAIN)
    }

    /// Whether a merge of `id` into `into` would close a circle.
    pub fn closes_circle(&self, id: OrganizationId, into: OrganizationId) -> bool {
        self.line(into).any(|passed| passed == id)
    }
}

/// A row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub name: String,
    pub uscc: Option<Uscc>,
    /// As it is written: a code, a name, or a path of names; empty: none told.
    pub division: String,
    pub trade: String,
    pub headcount: Option<u32>,
}

/// A row whose division is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    pub name: String,
    pub uscc: Option<Uscc>,
    pub division: Option<DivisionCode>,
    pub trade: String,
    pub headcount: Option<u32>,
}

impl Wanted {
    pub fn key(&self) -> Key {
        (self.division, folded(&self.name))
    }

    /// What becomes of a known unit by this row. A cell that is empty takes nothing away.
    fn onto(&self, known: &Organization) -> Organization {
        Organization {
            name: self.name.clone(),
            uscc: self.uscc.clone().or_else(|| known.uscc.clone()),
            trade: if self.trade.is_empty() {
                known.trade.clone()
            } else {
                self.trade.clone()
            },
            headcount: self.headcount.or(known.headcount),
            state: State::Listed,
            ..known.clone()
        }
    }
}

/// Why a row cannot be stored, beside the directory as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// The unit was merged into the one of this name.
    Merged(String),
    /// The code belongs to the unit of this name.
    UsccTaken(String),
}

/// What an import would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    pub created: Vec<Wanted>,
    /// Before and after. A proposed unit that the file names becomes a listed one.
    pub changed: Vec<(Organization, Organization)>,
    pub unchanged: usize,
}

impl Plan {
    pub fn is_idle(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty()
    }
}

/// Compares rows, each with a mark of the caller's, with the directory. Keys of rows are unique.
pub fn plan<P>(rows: Vec<(P, Wanted)>, known: &[Organization]) -> (Plan, Vec<(P, Clash)>) {
    let by_key: HashMap<Key, &Organization> = known.iter().map(|known| (known.key(), known)).collect();
    let by_id: HashMap<OrganizationId, &Organization> = known.iter().map(|known| (known.id, known)).collect();
    let mut holders: HashMap<Uscc, (Key, String)> = HashMap::new();
    for known in known {
        if let Some(uscc) = &known.uscc {
            holders.insert(uscc.clone(), (known.key(), known.name.clone()));
        }
    }
    let (mut plan, mut clashes) = (Plan::default(), Vec::new());
    for (mark, row) in rows {
        let key = row.key();
        let found = by_key.get(&key).copied();
        if let Some(into) = found.and_then(|known| known.merged_into) {
            let name = by_id.get(&into).map(|into| into.name.clone()).unwrap_or_default();
            clashes.push((mark, Clash::Merged(name)));
            continue;
        }
        if let Some(uscc) = &row.uscc {
            let holder = holders
                .entry(uscc.clone())
                .or_insert_with(|| (key.clone(), row.name.clone()));
            if holder.0 != key {
                clashes.push((mark, Clash::UsccTaken(holder.1.clone())));
                continue;
            }
        }
        match found.map(|known| (known, row.onto(known))) {
            None => plan.created.push(row),
            Some((known, after)) if after == *known => plan.unchanged += 1,
            Some((known, after)) => plan.changed.push((known.clone(), after)),
        }
    }
    (plan, clashes)
}

/// Why the directory was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrganizationFault {
    Name,
    Division,
    Trade,
    Headcount,
    /// It would come to stand for itself.
    Circle,
    /// It, or the unit it is to be merged into, is merged already.
    Merged,
    /// There is nothing to be undone, or it was decided meanwhile.
    Decided,
    /// The unit it is to be merged into is not there.
    NoSuchUnit,
}

impl OrganizationFault {
    /// The HTTP status.
    pub fn status(self) -> u16 {
        match self {
            Self::Circle | Self::Merged | Self::Decided => 409,
            Self::Name | Self::Division | Self::Trade | Self::Headcount | Self::NoSuchUnit => 422,
        }
    }

    /// What happened, what was kept, what to do.
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Name => lang.pick(
                "请填写单位名称，2 到 80 字。",
                "Give the unit's name, of 2 to 80 characters.",
            ),
            Self::Division => lang.pick(
                "没有这个行政区划，请重新选择。",
                "There is no such region. Choose again.",
            ),
            Self::Trade => lang.pick(
                "行业不超过 40 字，没有保存。",
                "A trade has at most 40 characters; nothing was stored.",
            ),
            Self::Headcount => lang.pick(
                "人数填 1 到 10000000 的整数，不清楚就留空。没有保存。",
                "A headcount is a whole number from 1 to 10000000, or empty; nothing was stored.",
            ),
            Self::Circle => lang.pick(
                "这样会让单位并入它自己，没有合并。",
                "The unit would be merged into itself; nothing was merged.",
            ),
            Self::Merged => lang.pick(
                "其中一个单位已经并入别的单位，没有合并。请先撤销那次合并，或选最终的单位。",
                "One of the two is merged already; nothing was merged. Undo that first, or choose the unit at the end.",
            ),
            Self::Decided => lang.pick(
                "这个单位的状态已经变了，这一步没有执行。请刷新页面看看。",
                "The unit is in another state by now; this step was not carried out. Reload to see.",
            ),
            Self::NoSuchUnit => lang.pick(
                "没有找到要并入的单位，没有合并。请从查到的单位里选。",
                "The unit to merge into was not found; nothing was merged. Choose one of those found.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(id: i64) -> OrganizationId {
        OrganizationId(id)
    }

    fn known(number: i64, name: &str) -> Organization {
        Organization {
            id: id(number),
            name: name.to_owned(),
            uscc: None,
            division: DivisionCode::new(3703),
            trade: String::new(),
            headcount: None,
            state: State::Listed,
            merged_into: None,
            created_at: Timestamp(0),
            decided_at: None,
        }
    }

    fn wanted(name: &str) -> Wanted {
        Wanted {
            name: name.to_owned(),
            uscc: None,
            division: DivisionCode::new(3703),
            trade: String::new(),
            headcount: None,
        }
    }

    #[test]
    fn the_check_character_of_a_credit_code_is_held_to_the_standard() {
        // The codes of well-known companies, as they print them.
        for code in ["91440300708461136T", "914403001922038216", "91330100799655058B"] {
            assert_eq!(Uscc::parse(code).as_ref().map(Uscc::as_str), Some(code));
        }
        let same = Uscc::parse(" ９１４４０３００ 708461136t ");
        assert_eq!(same, Uscc::parse("91440300708461136T"));
        for none in [
            "",
            "91440300708461136S",
            "91440300708461137T",
            "9144030070846113T",
            "91440300708461136T0",
            "9144030O708461136T",
        ] {
            assert_eq!(Uscc::parse(none), None, "{none}");
        }
    }

    #[test]
    fn one_wrong_character_and_two_exchanged_ones_are_always_seen() {
        let code = b"91440300708461136T";
        for place in 0..code.len() {
            for letter in USCC_ALPHABET.iter().filter(|letter| **letter != code[place]) {
                let mut wrong = *code;
                wrong[place] = *letter;
                assert_eq!(Uscc::parse(&String::from_utf8_lossy(&wrong)), None);
            }
            let mut turned = *code;
            if place > 0 && turned[place - 1] != turned[place] {
                turned.swap(place - 1, place);
                assert_eq!(Uscc::parse(&String::from_utf8_lossy(&turned)), None, "{place}");
            }
        }
    }

    #[test]
    fn a_name_is_two_letters_at_least_and_can_be_shown() {
        assert_eq!(name("  示例　公司 ").as_deref(), Some("示例 公司"));
        let long = "长".repeat(81);
        for none in ["", "一", "（）", "．．．", "a\u{0}b", "示例\u{202e}公司", &long] {
            assert_eq!(name(none), None, "{none}");
        }
        assert_eq!(trade(" 化工 ").as_deref(), Some("化工"));
        assert_eq!(trade(&"长".repeat(41)), None);
    }

    #[test]
    fn a_headcount_is_a_whole_number_or_nothing() {
        assert_eq!(headcount(" 1,200 "), Ok(Some(1200)));
        assert_eq!(headcount(" "), Ok(None));
        for none in ["0", "-1", "1.5", "一百", "10000001", "99999999999999999999", "+5"] {
            assert_eq!(headcount(none), Err(OrganizationFault::Headcount), "{none}");
        }
    }

    #[test]
    fn a_merged_unit_counts_for_the_one_at_the_end_and_no_circle_closes() {
        let mut merges = Merges::default();
        merges.set(id(1), Some(id(2)));
        merges.set(id(2), Some(id(3)));
        assert_eq!([1, 2, 3, 4].map(|number| merges.root(id(number)).0), [3, 3, 3, 4]);
        assert!(merges.closes_circle(id(3), id(1)) && merges.closes_circle(id(5), id(5)));
        assert!(!merges.closes_circle(id(4), id(1)));
        merges.set(id(2), None);
        assert_eq!(merges.root(id(1)), id(2));
        merges.set(id(2), Some(id(1)));
        // Only a damaged table holds a circle.
        assert!([id(1), id(2)].contains(&merges.root(id(1))));
    }

    #[test]
    fn an_import_makes_units_changes_known_ones_and_takes_nothing_away() {
        let mut full = known(1, "示例（山东）公司");
        full.headcount = Some(9);
        full.trade = "化工".to_owned();
        let mut proposed = known(2, "示例二厂");
        proposed.state = State::Proposed;
        let mut merged = known(3, "示例旧厂");
        merged.merged_into = Some(id(1));
        let rows = ["示例(山东)公司", "示例二厂", "示例旧厂", "示例新厂"].map(wanted);
        let mut other = wanted("示例（山东）公司");
        other.division = None;
        let rows: Vec<_> = rows.into_iter().chain([other]).enumerate().collect();
        let (plan, clashes) = plan(rows, &[full.clone(), proposed, merged]);
        let created: Vec<&str> = plan.created.iter().map(|row| row.name.as_str()).collect();
        assert_eq!(
            created,
            ["示例新厂", "示例（山东）公司"],
            "elsewhere it is another unit"
        );
        assert_eq!(plan.changed.len(), 2);
        let after = &plan.changed[0].1;
        assert_eq!(
            (after.headcount, after.trade.as_str(), after.name.as_str()),
            (Some(9), "化工", "示例(山东)公司")
        );
        assert_eq!(plan.changed[1].1.state, State::Listed);
        assert_eq!(clashes, [(2, Clash::Merged("示例（山东）公司".to_owned()))]);
    }

    #[test]
    fn a_credit_code_belongs_to_one_unit() {
        let code = Uscc::parse("91440300708461136T");
        let mut owner = known(1, "示例一厂");
        owner.uscc = code.clone();
        let with = |name: &str| Wanted {
            uscc: code.clone(),
            ..wanted(name)
        };
        let (found, clashes) = plan(vec![(1, with("示例一厂")), (2, with("示例二厂"))], &[owner]);
        assert_eq!((found.unchanged, clashes.len()), (1, 1));
        let (found, clashes) = plan(vec![(1, with("示例一厂")), (2, with("示例二厂"))], &[]);
        assert_eq!(
            (found.created.len(), clashes),
            (1, vec![(2, Clash::UsccTaken("示例一厂".to_owned()))])
        );
    }
}
