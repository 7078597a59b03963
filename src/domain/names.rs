//! Finding names among a hundred thousand while somebody types: by a part of the name, or by the initials of its pinyin
//! (`zb` for 淄博市); and finding the names that are most like one.

use std::collections::{BTreeSet, HashMap};

use super::bank::fold;

/// A name as it is compared: no blanks, half width, lower case, every kind of bracket and of middle dot the same.
pub fn folded(name: &str) -> String {
    let unified = |c: char| match c {
        '[' | '{' | '【' | '〔' | '〖' | '〈' | '《' | '﹙' => Some('('),
        ']' | '}' | '】' | '〕' | '〗' | '〉' | '》' | '﹚' => Some(')'),
        '•' | '・' | '‧' | '∙' | '●' => Some('·'),
        '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => None,
        c => Some(c),
    };
    fold(name).chars().filter_map(unified).collect()
}

/// How a name fits what was typed, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    Exact,
    /// It begins like that, or its initials do.
    Start,
    Part,
}

/// Characters of what was typed that are looked at.
const LOOKED_AT: usize = 60;
/// Of a name for which others are sought that are like it: so many of its rarest characters, one of which the other must have.
const RARE: usize = 4;
/// Names compared with one for which others are sought.
const COMPARED: usize = 5_000;
/// From so many percent in common on, names are called alike.
const ALIKE_PERCENT: usize = 40;

/// Names by their places, in the order in which they were added.
#[derive(Default)]
pub struct Names {
    /// Every folded name, one behind the other: what is looked through together lies together.
    text: String,
    /// Where each name ends in it.
    ends: Vec<usize>,
    /// Places of the names that hold a character, ascending.
    holding: HashMap<char, Vec<u32>>,
    by_initials: BTreeSet<(Box<str>, u32)>,
}

impl Names {
    /// Adds a name and gives its place.
    pub fn add(&mut self, name: &str, initials: &str) -> usize {
        let (folded, place) = (folded(name), self.ends.len());
        let short = u32::try_from(place).unwrap_or(u32::MAX);
        for c in folded.chars() {
            let holders = self.holding.entry(c).or_default();
            if holders.last() != Some(&short) {
                holders.push(short);
            }
        }
        if !initials.is_empty() {
            self.by_initials.insert((initials.into(), short));
        }
        self.text.push_str(&folded);
        self.ends.push(self.text.len());
        place
    }

    fn get(&self, place: usize) -> Option<&str> {
        let start = match place {
            0 => 0,
            place => *self.ends.get(place - 1)?,
        };
        self.text.get(start..*self.ends.get(place)?)
    }

    /// The names that fit, in no order. Only those are looked at that hold the rarest character of what was typed.
    pub fn find(&self, typed: &str) -> Vec<(Fit, usize)> {
        let typed: String = folded(typed).chars().take(LOOKED_AT).collect();
        if typed.is_empty() {
            return vec![];
        }
        let last = typed.as_bytes().last();
        let by_name = self.rarest(&typed).iter().filter_map(|place| {
            let name = self.get(*place as usize)?.as_bytes();
            // Setting up the search of the standard library costs more than looking through a name.
            let fit = match name
                .windows(typed.len())
                .position(|part| part.last() == last && part == typed.as_bytes())?
            {
                0 if name.len() == typed.len() => Fit::Exact,
                0 => Fit::Start,
                _ => Fit::Part,
            };
            Some((fit, *place as usize))
        });
        let mut found: Vec<_> = by_name.collect();
        if typed.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            let known: BTreeSet<usize> = found.iter().map(|(_, place)| *place).collect();
            let initials = self.by_initials.range((Box::from(typed.as_str()), 0)..);
            let initials = initials.take_while(|(initials, _)| initials.starts_with(&typed));
            let places = initials.map(|(_, place)| *place as usize);
            found.extend(
                places
                    .filter(|place| !known.contains(place))
                    .map(|place| (Fit::Start, place)),
            );
        }
        found
    }

    fn rarest(&self, text: &str) -> &[u32] {
        let holders = text
            .chars()
            .map(|c| self.holding.get(&c).map_or(&[] as &[u32], Vec::as_slice));
        holders.min_by_key(|holders| holders.len()).unwrap_or_default()
    }

    /// At most `most` admitted names that are most like this one, with what they have in common in percent. What counts are
    /// pairs of characters, and rare ones more than those that everybody has (有限公司).
    pub fn alike(&self, name: &str, most: usize, admits: impl Fn(usize) -> bool) -> Vec<(usize, usize)> {
        let name = folded(name);
        let mut rare: Vec<&[u32]> = name
            .chars()
            .filter_map(|c| self.holding.get(&c).map(Vec::as_slice))
            .collect();
        rare.sort_by_key(|holders| holders.len());
        rare.dedup_by_key(|holders| holders.as_ptr());
        let places: BTreeSet<u32> = rare.into_iter().take(RARE).flatten().copied().take(COMPARED).collect();
        let own = pairs(&name);
        let mut alike: Vec<(usize, usize)> = places
            .into_iter()
            .map(|place| place as usize)
            .filter(|place| admits(*place))
            .filter_map(|place| {
                let percent = self.percent(&own, &pairs(self.get(place)?));
                (percent >= ALIKE_PERCENT).then_some((percent, place))
            })
            .collect();
        alike.sort_by_key(|(percent, place)| (std::cmp::Reverse(*percent), *place));
        alike.truncate(most);
        alike
    }

    /// The weight of the common pairs, of the mean weight of both names (Dice).
    fn percent(&self, one: &BTreeSet<(char, char)>, other: &BTreeSet<(char, char)>) -> usize {
        let weight =
            |pairs: &mut dyn Iterator<Item = &(char, char)>| -> usize { pairs.map(|pair| self.weight(*pair)).sum() };
        let common = weight(&mut one.intersection(other));
        let both = weight(&mut one.iter()) + weight(&mut other.iter());
        (200 * common).checked_div(both).unwrap_or(0)
    }

    fn weight(&self, (one, other): (char, char)) -> usize {
        let holders = |c| self.holding.get(&c).map_or(1, Vec::len);
        let share = self.ends.len() / holders(one).min(holders(other)).max(1);
        1 + share.max(1).ilog2() as usize
    }
}

/// Every two characters in a row; the ends count as characters, so that a name of one character has pairs too.
fn pairs(name: &str) -> BTreeSet<(char, char)> {
    let ends = std::iter::once('^');
    let letters: Vec<char> = ends.chain(name.chars().filter(|c| c.is_alphanumeric())).collect();
    letters
        .windows(2)
        .filter_map(|pair| Some((*pair.first()?, *pair.get(1)?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(list: &[(&str, &str)]) -> Names {
        let mut names = Names::default();
        for (name, initials) in list {
            names.add(name, initials);
        }
        names
    }

    fn found(names: &Names, typed: &str) -> Vec<(Fit, usize)> {
        let mut found = names.find(typed);
        found.sort();
        found
    }

    #[test]
    fn width_blanks_brackets_and_dots_make_no_other_name() {
        let same = [
            "示例（山东）化工　有限公司",
            "示例(山东)化工有限公司",
            "示例【山东】化工有限\u{200b}公司",
        ];
        for name in same {
            assert_eq!(folded(name), "示例(山东)化工有限公司");
        }
        assert_eq!(folded("ＡＢＣ•示例"), folded("abc·示例"));
        assert_ne!(folded("示例一厂"), folded("示例二厂"));
    }

    #[test]
    fn a_name_is_found_by_a_part_of_it_and_by_initials() {
        let names = names(&[
            ("淄博市", "zbs"),
            ("张店区", "zdq"),
            ("淄川区", "zcq"),
            ("新淄博", "xzb"),
        ]);
        assert_eq!(found(&names, "淄博市"), [(Fit::Exact, 0)]);
        assert_eq!(found(&names, "淄博"), [(Fit::Start, 0), (Fit::Part, 3)]);
        assert_eq!(found(&names, "ZB"), [(Fit::Start, 0)]);
        assert_eq!(found(&names, "z"), [(Fit::Start, 0), (Fit::Start, 1), (Fit::Start, 2)]);
        for nothing in ["", " ", "博淄", "龘", "zx", "%", "\u{0}", "' OR 1=1"] {
            assert_eq!(found(&names, nothing), [], "{nothing}");
        }
    }

    #[test]
    fn a_name_with_latin_letters_is_found_once() {
        let names = names(&[("ABB示例", "abbsl")]);
        assert_eq!(found(&names, "abb"), [(Fit::Start, 0)]);
    }

    #[test]
    fn what_is_typed_without_end_costs_no_more_than_a_name() {
        let names = names(&[("淄博市", "zbs")]);
        assert_eq!(found(&names, &"z".repeat(1 << 20)), []);
    }

    #[test]
    fn the_most_alike_name_comes_first_and_common_words_do_not_count_for_much() {
        let mut list = vec![("淄博市应急管理局", ""), ("示例化工有限公司", ""), ("淄博市教育局", "")];
        let others: Vec<String> = (0..200).map(|n| format!("第{n}物流有限公司")).collect();
        list.extend(others.iter().map(|name| (name.as_str(), "")));
        let names = names(&list);
        let alike = |name: &str| names.alike(name, 3, |_| true);
        assert_eq!(alike("淄博市应急局")[0].1, 0);
        assert_eq!(
            alike("示例化工公司")
                .iter()
                .map(|(_, place)| *place)
                .collect::<Vec<_>>(),
            [1]
        );
        assert_eq!(names.alike("示例化工公司", 3, |place| place != 1), []);
        assert_eq!(alike(""), []);
        assert_eq!(alike("示例化工有限公司")[0], (100, 1));
    }
}
