//! Questions that say almost the same: the same words with a blank, a number or the order of the options changed.

use std::collections::{HashMap, HashSet};

use super::{
    answer::Form,
    bank::fold,
    item::{Kind, Question},
};

/// From this share of common pieces on, in percent, two questions are shown as almost the same.
pub const NEAR_PERCENT: usize = 70;
/// Characters of a piece.
const PIECE: usize = 3;

/// The pieces (shingles) of a question: every three characters in a row of its stem and of each option, whatever their
/// order; punctuation and blanks do not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pieces(HashSet<String>);

impl Pieces {
    pub fn of(question: &Question) -> Self {
        let mut pieces = HashSet::new();
        // 正确 and 错误 stand under every judgement.
        let options: &[String] = if question.kind == Kind::TrueFalse {
            &[]
        } else {
            &question.options
        };
        let right = question.form.as_ref().map(Form::right).unwrap_or_default();
        for text in std::iter::once(&question.stem).chain(options).chain(&right) {
            let letters: Vec<char> = fold(text).chars().filter(|c| c.is_alphanumeric()).collect();
            match letters.len() {
                0 => {}
                1..PIECE => _ = pieces.insert(letters.iter().collect()),
                _ => pieces.extend(letters.windows(PIECE).map(|piece| piece.iter().collect::<String>())),
            }
        }
        Self(pieces)
    }
}

/// Two of the questions compared, by their places, and how much they have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    pub one: usize,
    /// Behind `one`.
    pub other: usize,
    /// Common pieces of all pieces of both (Jaccard), in percent, rounded down.
    pub percent: usize,
}

/// All pairs that are almost the same of which at least one stands at `new` or behind, the most alike first.
///
/// Two sets with so much in common share a piece among the rarest few of each (the prefix filter: Chaudhuri, Ganti, Kaushik,
/// A primitive operator for similarity joins in data cleaning, ICDE 2006; Bayardo, Ma, Srikant, Scaling up all pairs
/// similarity search, WWW 2007), so that only those are compared that do: nothing is missed, and ten thousand questions
/// take a moment.
pub fn pairs(all: &[Pieces], new: usize) -> Vec<Pair> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    for piece in all.iter().flat_map(|pieces| &pieces.0) {
        *seen.entry(piece).or_default() += 1;
    }
    let mut order: Vec<(&str, usize)> = seen.into_iter().collect();
    order.sort_unstable_by_key(|(piece, count)| (*count, *piece));
    let rank: HashMap<&str, u32> = order.iter().map(|(piece, _)| *piece).zip(0..).collect();
    let sets: Vec<Vec<u32>> = all
        .iter()
        .map(|pieces| {
            let mut set: Vec<u32> = pieces.0.iter().map(|piece| rank[piece.as_str()]).collect();
            set.sort_unstable();
            set
        })
        .collect();
    let mut holding: HashMap<u32, Vec<usize>> = HashMap::new();
    let mut compared = vec![usize::MAX; sets.len()];
    let mut pairs = Vec::new();
    for (other, set) in sets.iter().enumerate() {
        for piece in &set[..prefix(set.len())] {
            let holders = holding.entry(*piece).or_default();
            // What is not new is compared only with what is.
            for one in holders.iter().copied().filter(|_| other >= new) {
                if std::mem::replace(&mut compared[one], other) == other {
                    continue;
                }
                let percent = percent(&sets[one], set);
                if percent >= NEAR_PERCENT {
                    pairs.push(Pair { one, other, percent });
                }
            }
            holders.push(other);
        }
    }
    pairs.sort_by_key(|pair| (std::cmp::Reverse(pair.percent), pair.other, pair.one));
    pairs
}

/// Of a set of this size: so many of its rarest pieces hold one that any set alike has among its own.
fn prefix(size: usize) -> usize {
    size - (size * NEAR_PERCENT).div_ceil(100) + usize::from(size > 0)
}

fn percent(one: &[u32], other: &[u32]) -> usize {
    let (mut at, mut to, mut common) = (0, 0, 0);
    while at < one.len() && to < other.len() {
        match one[at].cmp(&other[to]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => to += 1,
            std::cmp::Ordering::Equal => (at, to, common) = (at + 1, to + 1, common + 1),
        }
    }
    let all = one.len() + other.len() - common;
    (common * 100).checked_div(all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::{Difficulty, OptionSet, State};

    fn question(stem: &str, options: &[&str]) -> Question {
        Question {
            kind: Kind::Single,
            stem: stem.to_owned(),
            options: options.iter().map(|text| (*text).to_owned()).collect(),
            key: OptionSet::of([0]),
            explanation: String::new(),
            basis: Vec::new(),
            tags: Vec::new(),
            topic: String::new(),
            difficulty: Difficulty::Unknown,
            pinned: OptionSet::EMPTY,
            form: None,
            state: State::Ready,
        }
    }

    fn near(texts: &[(&str, &[&str])]) -> Vec<(usize, usize)> {
        let all: Vec<_> = texts
            .iter()
            .map(|(stem, options)| Pieces::of(&question(stem, options)))
            .collect();
        pairs(&all, 0).into_iter().map(|pair| (pair.one, pair.other)).collect()
    }

    #[test]
    fn punctuation_width_and_the_order_of_options_make_no_second_question() {
        let options: [&[&str]; 2] = [&["主要负责人", "安全员", "工会"], &["工会", "主要负责人", "安全员"]];
        assert_eq!(
            near(&[
                ("生产经营单位的安全生产工作由谁全面负责？", options[0]),
                ("生产经营单位的 安全生产工作，由谁全面负责(  )", options[1]),
                ("特种作业人员应当取得什么资格后上岗作业？", options[0]),
            ]),
            [(0, 1)]
        );
    }

    #[test]
    fn a_changed_word_in_a_long_stem_is_seen_and_a_short_stem_of_its_own_is_not() {
        let long = "生产经营单位新建、改建、扩建工程项目的安全设施必须与主体工程同时设计、同时施工、同时投入生产和使用";
        let changed = long.replace("扩建", "迁建");
        assert_eq!(near(&[(long, &[]), (&changed, &[])]), [(0, 1)]);
        assert_eq!(near(&[("罚款几万元？", &[]), ("几年有期徒刑？", &[]), ("", &[])]), []);
        assert_eq!(near(&[("？", &[]), ("！", &[])]), [], "nothing is like nothing");
    }

    #[test]
    fn only_pairs_with_a_new_one_are_given_the_most_alike_first() {
        let text = "违反本法规定的由应急管理部门责令限期改正";
        let all: Vec<_> = [text, text, "违反本法规定的由应急管理部门责令限期改正并处罚款", text]
            .map(|stem| Pieces::of(&question(stem, &[])))
            .into();
        let found: Vec<_> = pairs(&all, 3)
            .iter()
            .map(|pair| (pair.one, pair.other, pair.percent))
            .collect();
        assert_eq!(found[..2], [(0, 3, 100), (1, 3, 100)]);
        assert_eq!((found.len(), found[2].0), (3, 2));
    }
}
