//! Two versions of a law, article by article.

use std::collections::{HashMap, HashSet, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Article, ArticleNumber, Law, Piece, pieces};

/// What a later version makes of each article.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Comparison {
    /// The same words under the same number.
    pub unchanged: Vec<ArticleNumber>,
    /// The same words under another number: old, new.
    pub renumbered: Vec<(ArticleNumber, ArticleNumber)>,
    /// Other words under the same or another number.
    pub changed: Vec<Change>,
    /// Articles of the new version without a like in the old one.
    pub added: Vec<ArticleNumber>,
    /// Articles of the old version without a like in the new one.
    pub deleted: Vec<ArticleNumber>,
}

/// An article that was reworded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    pub old: ArticleNumber,
    pub new: ArticleNumber,
    /// How much the two have in common, in percent.
    pub alike: u32,
    pub pieces: Vec<Piece>,
}

/// Compares two versions. What shows nothing (blanks, zero-width characters, line breaks) makes no difference.
pub fn compare(old: &Law, new: &Law) -> Comparison {
    let old_texts: Vec<String> = old.articles.iter().map(Article::normalised).collect();
    let new_texts: Vec<String> = new.articles.iter().map(Article::normalised).collect();
    let mut pairs = Pairs::new(&old.articles, &new.articles);
    pairs.same_place(&old_texts, &new_texts);
    pairs.same_words(&old_texts, &new_texts);
    pairs.alike(&old_texts, &new_texts);
    pairs.told(&old_texts, &new_texts)
}

/// From this much in common on, in percent, one article is taken for the other's new wording.
const ALIKE: u32 = 40;
/// An article under the same number needs less.
const ALIKE_SAME_NUMBER: u32 = 30;

struct Pairs<'a> {
    old: &'a [Article],
    new: &'a [Article],
    /// By the place of the old article: the place of the new one and what they have in common.
    found: Vec<Option<(usize, u32)>>,
    /// By the place of the new article: whether it has an old one.
    taken: Vec<bool>,
}

impl<'a> Pairs<'a> {
    fn new(old: &'a [Article], new: &'a [Article]) -> Self {
        Self {
            old,
            new,
            found: vec![None; old.len()],
            taken: vec![false; new.len()],
        }
    }

    fn join(&mut self, old: usize, new: usize, alike: u32) {
        self.found[old] = Some((new, alike));
        self.taken[new] = true;
    }

    fn old_left(&self) -> Vec<usize> {
        (0..self.old.len()).filter(|old| self.found[*old].is_none()).collect()
    }

    fn new_left(&self) -> Vec<usize> {
        (0..self.new.len()).filter(|new| !self.taken[*new]).collect()
    }

    /// The same words under the same number.
    fn same_place(&mut self, old_texts: &[String], new_texts: &[String]) {
        // A number that stands twice gives its places in their order.
        let mut places: HashMap<_, VecDeque<usize>> = HashMap::new();
        for (new, text) in new_texts.iter().enumerate() {
            places.entry((self.new[new].number, text)).or_default().push_back(new);
        }
        for (old, text) in old_texts.iter().enumerate() {
            let same = places
                .get_mut(&(self.old[old].number, text))
                .and_then(VecDeque::pop_front);
            if let Some(new) = same {
                self.join(old, new, 100);
            }
        }
    }

    /// The same words under another number. Where several articles have the same words, the order decides.
    fn same_words(&mut self, old_texts: &[String], new_texts: &[String]) {
        let mut places: HashMap<&str, VecDeque<usize>> = HashMap::new();
        for new in self.new_left() {
            places.entry(&new_texts[new]).or_default().push_back(new);
        }
        for old in self.old_left() {
            let text = &old_texts[old];
            let same = places.get_mut(text.as_str()).and_then(VecDeque::pop_front);
            if let Some(new) = same.filter(|_| !text.is_empty()) {
                self.join(old, new, 100);
            }
        }
    }

    /// Of what is left the most alike first, so that each article has one new wording at most.
    fn alike(&mut self, old_texts: &[String], new_texts: &[String]) {
        let (old_left, new_left) = (self.old_left(), self.new_left());
        let old_pairs: Vec<_> = old_left.iter().map(|old| letter_pairs(&old_texts[*old])).collect();
        let new_pairs: Vec<_> = new_left.iter().map(|new| letter_pairs(&new_texts[*new])).collect();
        let mut candidates = Vec::new();
        in_common(&old_pairs, &new_pairs, |at, to, common| {
            let (old, new) = (old_left[at], new_left[to]);
            let alike = alike(old_pairs[at].len(), new_pairs[to].len(), common);
            let same_number = self.old[old].number == self.new[new].number;
            if alike >= if same_number { ALIKE_SAME_NUMBER } else { ALIKE } {
                candidates.push((alike, same_number, old, new));
            }
        });
        let distance = |old: usize, new: usize| old.abs_diff(new);
        candidates.sort_by_key(|(alike, same, old, new)| {
            let unlike = 100 - alike;
            (unlike, !same, distance(*old, *new), *old, *new)
        });
        for (alike, _, old, new) in candidates {
            if self.found[old].is_none() && !self.taken[new] {
                self.join(old, new, alike);
            }
        }
    }

    fn told(&self, old_texts: &[String], new_texts: &[String]) -> Comparison {
        let mut told = Comparison::default();
        for (old, article) in self.old.iter().enumerate() {
            let Some((new, alike)) = self.found[old] else {
                told.deleted.push(article.number);
                continue;
            };
            let (from, to) = (article.number, self.new[new].number);
            if old_texts[old] != new_texts[new] {
                told.changed.push(Change {
                    old: from,
                    new: to,
                    alike,
                    pieces: pieces(&article.text(), &self.new[new].text()),
                });
            } else if from == to {
                told.unchanged.push(from);
            } else {
                told.renumbered.push((from, to));
            }
        }
        told.added = self.new_left().into_iter().map(|new| self.new[new].number).collect();
        told
    }
}

/// Every two characters in a row.
fn letter_pairs(text: &str) -> HashSet<[char; 2]> {
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).collect();
    letters.windows(2).map(|pair| [pair[0], pair[1]]).collect()
}

/// Tells `found` how much an old and a new article have in common, as far as it is worth counting. Pairs of letters that stand
/// almost everywhere tell nothing, and counting them would cost the most; they count for the articles that have something else
/// in common.
fn in_common(old: &[HashSet<[char; 2]>], new: &[HashSet<[char; 2]>], mut found: impl FnMut(usize, usize, usize)) {
    /// In so many articles at least, whatever their number, a pair of letters may stand and tell something.
    const RARE: usize = 48;
    let mut holders: HashMap<[char; 2], Vec<usize>> = HashMap::new();
    for (to, pairs) in new.iter().enumerate() {
        for pair in pairs {
            holders.entry(*pair).or_default().push(to);
        }
    }
    let mut common = vec![0usize; new.len()];
    for (at, pairs) in old.iter().enumerate() {
        let mut touched = Vec::new();
        for holder in pairs
            .iter()
            .filter_map(|pair| holders.get(pair))
            .filter(|holders| holders.len() <= RARE)
        {
            for to in holder {
                if common[*to] == 0 {
                    touched.push(*to);
                }
                common[*to] += 1;
            }
        }
        for to in touched {
            // With so little in common that is rare, the whole is not alike.
            if std::mem::take(&mut common[to]) * 10 >= pairs.len().min(new[to].len()) {
                let all = pairs.iter().filter(|pair| new[to].contains(*pair)).count();
                found(at, to, all);
            }
        }
    }
}

/// How much two articles have in common, in percent: of both together for two thirds, and of the shorter one for one third, so
/// that an article to which paragraphs were added is still known.
fn alike(old: usize, new: usize, common: usize) -> u32 {
    let percent = |part: usize, whole: usize| (part * 100).checked_div(whole).unwrap_or(0);
    let both = percent(2 * common, old + new);
    let shorter = percent(common, old.min(new));
    u32::try_from((2 * both + shorter) / 3).unwrap_or(0)
}
