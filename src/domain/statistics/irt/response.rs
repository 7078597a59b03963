//! Who answered what rightly.

use std::collections::BTreeMap;

/// Right and wrong answers of many persons; equal ones are kept once with their number. The order in which they come changes nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Responses {
    items: usize,
    /// Which items were answered at all → which of them rightly → by how many persons. A bit for each item.
    forms: BTreeMap<Vec<u64>, BTreeMap<Vec<u64>, u32>>,
}

impl Responses {
    /// Nobody yet, and so many items.
    pub fn new(items: usize) -> Self {
        Self {
            items,
            forms: BTreeMap::new(),
        }
    }

    /// Takes the answers of a person: items by place, with whether the answer was right. Items not named were not on the paper and
    /// say nothing. Of an item named twice the last counts; what is not in the pool is passed over.
    pub fn add(&mut self, answers: impl IntoIterator<Item = (usize, bool)>) {
        let words = self.items.div_ceil(64);
        let (mut seen, mut right) = (vec![0u64; words], vec![0u64; words]);
        for (item, is_right) in answers.into_iter().filter(|(item, _)| *item < self.items) {
            let (word, bit) = (item / 64, 1u64 << (item % 64));
            seen[word] |= bit;
            right[word] = if is_right {
                right[word] | bit
            } else {
                right[word] & !bit
            };
        }
        *self.forms.entry(seen).or_default().entry(right).or_default() += 1;
    }

    pub fn items(&self) -> usize {
        self.items
    }

    pub fn persons(&self) -> u64 {
        self.forms
            .values()
            .flat_map(BTreeMap::values)
            .map(|count| u64::from(*count))
            .sum()
    }

    /// For each item how many answered it, and how many of them rightly.
    pub fn counts(&self) -> Vec<(u64, u64)> {
        let mut counts = vec![(0, 0); self.items];
        for (seen, patterns) in &self.forms {
            for (right, count) in patterns {
                places(seen).for_each(|item| counts[item].0 += u64::from(*count));
                places(right).for_each(|item| counts[item].1 += u64::from(*count));
            }
        }
        counts
    }

    /// The answers to some of the items, which get the places they have in `kept`.
    pub(super) fn forms(&self, kept: &[usize]) -> Vec<Form> {
        let mut place = vec![None; self.items];
        for (new, old) in kept.iter().enumerate() {
            place[*old] = Some(new as u32);
        }
        let of = |bits: &[u64]| places(bits).filter_map(|item| place[item]).collect::<Vec<u32>>();
        let pattern = |(right, count): (&Vec<u64>, &u32)| Pattern {
            right: of(right),
            count: f64::from(*count),
        };
        let form = |(seen, patterns): (&Vec<u64>, &BTreeMap<Vec<u64>, u32>)| Form {
            items: of(seen),
            patterns: patterns.iter().map(pattern).collect(),
        };
        self.forms.iter().map(form).collect()
    }
}

/// The persons who had the same items.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Form {
    pub items: Vec<u32>,
    pub patterns: Vec<Pattern>,
}

/// The persons of a form who answered the same items rightly.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pattern {
    pub right: Vec<u32>,
    pub count: f64,
}

fn places(bits: &[u64]) -> impl Iterator<Item = usize> {
    bits.iter().enumerate().flat_map(|(word, bits)| {
        let next = |bits: &u64| Some(bits & (bits - 1)).filter(|rest| *rest != 0);
        std::iter::successors(Some(*bits).filter(|bits| *bits != 0), next)
            .map(move |bits| word * 64 + bits.trailing_zeros() as usize)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_answers_are_kept_once_and_the_order_of_persons_does_not_matter() {
        let persons = [
            vec![(0, true), (65, false)],
            vec![(0, true)],
            vec![(65, false), (0, true)],
            vec![],
        ];
        let (mut there, mut back) = (Responses::new(66), Responses::new(66));
        persons.iter().for_each(|answers| there.add(answers.iter().copied()));
        persons
            .iter()
            .rev()
            .for_each(|answers| back.add(answers.iter().copied()));
        assert_eq!(there, back);
        assert_eq!(there.persons(), 4);
        assert_eq!(
            (there.counts()[0], there.counts()[65], there.counts()[1]),
            ((3, 3), (2, 0), (0, 0))
        );
        let forms = there.forms(&[65, 0]);
        assert_eq!(forms.len(), 3);
        let whole = forms
            .iter()
            .find(|form| form.items.len() == 2)
            .expect("a form of two items");
        assert_eq!(
            whole.patterns,
            [Pattern {
                right: vec![1],
                count: 2.0
            }]
        );
    }

    #[test]
    fn items_outside_the_pool_are_passed_over() {
        let mut responses = Responses::new(0);
        responses.add([(0, true), (usize::MAX, false)]);
        assert_eq!((responses.persons(), responses.counts().len()), (1, 0));
    }
}
