//! Where knowledge is weak: right answers by law and unit, and by article, with what is too little to be told.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    course::{Asked, Source},
    figure::Rate,
    id::UnitId,
    law::ArticleNumber,
};

/// With fewer persons nothing is told of a unit or an article: a number over three people would be a mark for each of them.
pub const LEAST_PERSONS: u32 = 5;
/// With fewer answers nothing is told either: one answer more would move it by five points in a hundred.
pub const LEAST_ANSWERS: u32 = 20;
/// Units and laws of one picture, articles of one list.
pub const ROWS: usize = 12;
pub const COLUMNS: usize = 6;
pub const ARTICLES: usize = 6;

/// Right answers among those given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// Who was asked at least once: exact within an exam, over several of them or over several laws at least so many.
    pub persons: u32,
    pub asked: u32,
    pub right: u32,
}

impl std::ops::AddAssign for Share {
    fn add_assign(&mut self, other: Self) {
        self.persons = self.persons.saturating_add(other.persons);
        self.asked = self.asked.saturating_add(other.asked);
        self.right = self.right.saturating_add(other.right);
    }
}

impl Share {
    /// Joins what the same persons may have been asked elsewhere: answers add up, but of the persons only as many are sure to be
    /// different as the larger number says.
    fn join(&mut self, other: Self) {
        let persons = self.persons.max(other.persons);
        *self += other;
        self.persons = persons;
    }

    /// Adds an answer; `person`: the first one of a person.
    fn ask(&mut self, right: bool, person: bool) {
        *self += Self {
            persons: u32::from(person),
            asked: 1,
            right: u32::from(right),
        };
    }

    /// Whether there is enough to tell.
    pub fn is_enough(self) -> bool {
        self.persons >= LEAST_PERSONS && self.asked >= LEAST_ANSWERS
    }

    /// Hundredths of a percent; `None` where there is too little to tell.
    pub fn rate(self) -> Option<i64> {
        let rate = Rate {
            numerator: self.right.into(),
            denominator: self.asked.into(),
        };
        self.is_enough().then(|| rate.basis_points()).flatten()
    }
}

/// An article of a law by the name people give it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Article {
    pub law: String,
    pub number: ArticleNumber,
}

impl Article {
    /// 安全生产法第二十一条
    pub fn text(&self) -> String {
        format!("{}{}", self.law, self.number.chinese())
    }
}

/// Sums over the first attempts of an exam's persons, by the unit they stood in when it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    articles: Vec<Article>,
    laws: Vec<String>,
    /// The place of the law of each article.
    law_of: Vec<usize>,
    units: BTreeMap<UnitId, Shares>,
    /// Answers to questions that name no article.
    pub unbased: u64,
}

/// Of one unit, by place of the article and of the law.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Shares {
    articles: Vec<Share>,
    laws: Vec<Share>,
}

impl Sums {
    /// Nothing counted yet; `articles` are those that questions stand on, each once.
    pub fn new(articles: Vec<Article>) -> Self {
        let mut laws: Vec<String> = Vec::new();
        let mut place = |article: &Article| {
            laws.iter().position(|law| *law == article.law).unwrap_or_else(|| {
                laws.push(article.law.clone());
                laws.len() - 1
            })
        };
        Self {
            law_of: articles.iter().map(&mut place).collect(),
            laws,
            articles,
            ..Self::default()
        }
    }

    /// Takes the paper of a person of a unit: for each question the places of its articles, and whether it was answered rightly.
    pub fn add<'a>(&mut self, unit: UnitId, paper: impl IntoIterator<Item = (&'a [u32], bool)>) {
        let shares = self.units.entry(unit).or_insert_with(|| Shares {
            articles: vec![Share::default(); self.articles.len()],
            laws: vec![Share::default(); self.laws.len()],
        });
        let (mut articles, mut laws) = (BTreeSet::new(), BTreeSet::new());
        for (bases, right) in paper {
            self.unbased += u64::from(bases.is_empty());
            // A question on two articles of one law asks once of the law.
            let mut asked = BTreeSet::new();
            for place in bases.iter().map(|place| *place as usize) {
                let Some(law) = self.law_of.get(place) else { continue };
                shares.articles[place].ask(right, articles.insert(place));
                if asked.insert(*law) {
                    shares.laws[*law].ask(right, laws.insert(*law));
                }
            }
        }
    }
}

/// Adds shares of other persons, place by place.
fn add(sums: &mut [Share], shares: &[Share]) {
    sums.iter_mut().zip(shares).for_each(|(sum, share)| *sum += *share);
}

/// A unit of the map, with those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<K> {
    pub unit: K,
    /// By place of the law.
    pub shares: Vec<Share>,
    pub total: Share,
}

/// Laws across, units down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<K> {
    pub laws: Vec<String>,
    pub rows: Vec<Row<K>>,
    /// Over everybody, by place of the law.
    pub total: Vec<Share>,
    /// Units of which there is too little to tell, and units and laws for which there is no room.
    pub small: usize,
    pub more_units: usize,
    pub more_laws: usize,
    /// The weakest articles, the weakest first.
    pub articles: Vec<(Article, Share)>,
    pub unbased: u64,
}

/// Draws the map up of several exams: the laws asked most, the units that know least. `group`: to which row a unit belongs; `None`:
/// out of sight. Answers of two exams add up, persons do not: five exams of one person are the marks of one person.
pub fn map<K: Ord + Copy>(exams: &[&Sums], group: impl Fn(UnitId) -> Option<K>) -> Map<K> {
    let mut laws: BTreeMap<&str, Share> = BTreeMap::new();
    let mut cells: BTreeMap<(K, &str), Share> = BTreeMap::new();
    let mut articles: BTreeMap<&Article, Share> = BTreeMap::new();
    for sums in exams {
        let mut of_laws = vec![Share::default(); sums.laws.len()];
        let mut of_rows: BTreeMap<K, Vec<Share>> = BTreeMap::new();
        let mut of_articles = vec![Share::default(); sums.articles.len()];
        for (unit, shares) in &sums.units {
            let Some(row) = group(*unit) else { continue };
            let of_row = of_rows
                .entry(row)
                .or_insert_with(|| vec![Share::default(); sums.laws.len()]);
            add(of_row, &shares.laws);
            add(&mut of_laws, &shares.laws);
            add(&mut of_articles, &shares.articles);
        }
        for (law, share) in sums.laws.iter().zip(of_laws) {
            laws.entry(law).or_default().join(share);
        }
        for (row, shares) in of_rows {
            for (law, share) in sums.laws.iter().zip(shares).filter(|(_, share)| share.asked > 0) {
                cells.entry((row, law)).or_default().join(share);
            }
        }
        for (article, share) in sums.articles.iter().zip(of_articles) {
            articles.entry(article).or_default().join(share);
        }
    }
    let mut order: Vec<(&str, Share)> = laws.into_iter().filter(|(_, share)| share.is_enough()).collect();
    order.sort_by(|one, other| (other.1.asked, one.0).cmp(&(one.1.asked, other.0)));
    let more_laws = order.len().saturating_sub(COLUMNS);
    order.truncate(COLUMNS);
    let units: BTreeSet<K> = cells.keys().map(|(unit, _)| *unit).collect();
    let row = |unit: &K| {
        let shares: Vec<Share> = order
            .iter()
            .map(|(law, _)| cells.get(&(*unit, *law)).copied().unwrap_or_default())
            .collect();
        let mut total = Share::default();
        shares.iter().for_each(|share| total.join(*share));
        Row {
            unit: *unit,
            shares,
            total,
        }
    };
    let all: Vec<Row<K>> = units.iter().map(row).collect();
    let units = all.len();
    let told = |row: &Row<K>| row.shares.iter().any(|share| share.is_enough());
    let mut rows: Vec<Row<K>> = all.into_iter().filter(told).collect();
    let small = units - rows.len();
    rows.sort_by_key(|row| (row.total.rate().unwrap_or(i64::MAX), row.unit));
    let more_units = rows.len().saturating_sub(ROWS);
    rows.truncate(ROWS);
    let mut weakest: Vec<(Article, Share)> = articles
        .into_iter()
        .filter(|(_, share)| share.is_enough())
        .map(|(article, share)| (article.clone(), share))
        .collect();
    weakest.sort_by(|one, other| (one.1.rate(), &one.0).cmp(&(other.1.rate(), &other.0)));
    weakest.truncate(ARTICLES);
    Map {
        laws: order.iter().map(|(law, _)| (*law).to_owned()).collect(),
        total: order.iter().map(|(_, share)| *share).collect(),
        rows,
        small,
        more_units,
        more_laws,
        articles: weakest,
        unbased: exams.iter().map(|sums| sums.unbased).sum(),
    }
}

/// Hundredths of a percent as a whole percentage, half up; full only when complete and none only when empty.
pub fn percent(rate: i64) -> i64 {
    match rate {
        0 | 10_000 => rate / 100,
        _ => ((rate + 50) / 100).clamp(1, 99),
    }
}

/// How weak a share is, in five steps, by the percentage that is shown.
pub fn step(rate: i64) -> u8 {
    match percent(rate) {
        95.. => 0,
        90..95 => 1,
        80..90 => 2,
        70..80 => 3,
        _ => 4,
    }
}

/// How well a lesson fits an article: 2 when it quotes it or its questions stand on it, 1 when they stand on the law, 0 otherwise.
/// `body`: its text, in which a quotation is `[[安全生产法 第二十一条]]`.
pub fn fits(article: &Article, sources: &[Source], body: &str) -> u8 {
    let quotes = body.split("[[").skip(1).filter_map(|rest| rest.split_once("]]"));
    let quoted = quotes
        .flat_map(|(quoted, _)| Source::read(quoted).asked())
        .any(|asked| asked.names(&article.law, article.number));
    let asked: Vec<Asked> = sources.iter().flat_map(Source::asked).collect();
    let law = [article.text()];
    match () {
        () if quoted || asked.iter().any(|asked| asked.names(&article.law, article.number)) => 2,
        () if asked.iter().any(|asked| asked.fits("", &[], &law)) => 1,
        () => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(law: &str, number: &str) -> Article {
        Article {
            law: law.to_owned(),
            number: number.parse().expect("a number"),
        }
    }

    /// Two laws; article 0 and 1 of the first, 2 of the second.
    fn sums(papers: &[(i64, [bool; 4])], times: usize) -> Sums {
        let articles = vec![article("甲法", "1"), article("甲法", "2"), article("乙法", "1")];
        let mut sums = Sums::new(articles);
        for (unit, right) in papers {
            for _ in 0..times {
                let bases: [&[u32]; 4] = [&[0], &[0, 1], &[2], &[]];
                sums.add(UnitId(*unit), bases.into_iter().zip(*right));
            }
        }
        sums
    }

    #[test]
    fn answers_add_up_by_law_unit_and_article() {
        let sums = sums(&[(1, [true, false, true, true]), (2, [true; 4])], 20);
        let map = map(&[&sums], Some);
        assert_eq!(
            (map.laws.as_slice(), map.unbased),
            (&["甲法".to_owned(), "乙法".to_owned()][..], 40)
        );
        let first = &map.rows[0];
        assert_eq!(first.unit, UnitId(1), "the one that knows least comes first");
        assert_eq!(
            first.shares[0],
            Share {
                persons: 20,
                asked: 40,
                right: 20
            }
        );
        assert_eq!(first.shares[0].rate(), Some(5_000));
        assert_eq!(
            map.total[0],
            Share {
                persons: 40,
                asked: 80,
                right: 60
            }
        );
        let (weakest, share) = &map.articles[0];
        assert_eq!((weakest, share.rate()), (&article("甲法", "2"), Some(5_000)));
        // Two exams of the same persons: their answers count in both, they themselves once.
        let twice = super::map(&[&sums, &sums], Some);
        assert_eq!((twice.total[0].asked, twice.total[0].persons), (160, 40));
        assert_eq!((twice.rows[0].shares[0].persons, twice.rows[0].total.persons), (20, 20));
    }

    #[test]
    fn one_person_in_several_exams_is_still_one_person() {
        let exams: Vec<Sums> = (0..30).map(|_| sums(&[(1, [false; 4])], 1)).collect();
        let map = map(&exams.iter().collect::<Vec<_>>(), Some);
        assert!(map.rows.is_empty() && map.laws.is_empty() && map.articles.is_empty());
        assert_eq!(map.small, 1);
        // Beside a large unit nothing is told of the small one either, whatever the number of laws.
        let crowd: Vec<Sums> = (0..30)
            .map(|_| {
                let mut crowd = sums(&[(2, [true; 4])], 30);
                let one: [&[u32]; 3] = [&[0], &[1], &[2]];
                crowd.add(UnitId(1), one.into_iter().map(|bases| (bases, false)));
                crowd
            })
            .collect();
        let map = super::map(&crowd.iter().collect::<Vec<_>>(), Some);
        let told: Vec<_> = map.rows.iter().map(|row| row.unit).collect();
        assert_eq!((told, map.small), (vec![UnitId(2)], 1));
        // Two units of one row are different persons: there each exam has them all.
        let together = super::map(&crowd.iter().collect::<Vec<_>>(), |_| Some(0));
        assert_eq!(together.rows[0].shares[0].persons, 31);
    }

    #[test]
    fn nothing_is_told_of_few_persons_or_few_answers() {
        let few = sums(&[(1, [false; 4])], 4);
        let map = map(&[&few], Some);
        assert!(map.rows.is_empty() && map.laws.is_empty() && map.articles.is_empty());
        assert_eq!(map.small, 1);
        let persons = Share {
            persons: 4,
            asked: 400,
            right: 0,
        };
        let answers = Share {
            persons: 19,
            asked: 19,
            right: 0,
        };
        let enough = Share {
            persons: 5,
            asked: 20,
            right: 10,
        };
        assert_eq!(
            (persons.rate(), answers.rate(), enough.rate()),
            (None, None, Some(5_000))
        );
        // A small unit beside a large one is in the total and has no row.
        let mixed = sums(&[(1, [true; 4])], 30);
        let mut mixed_in = mixed.clone();
        mixed_in.add(UnitId(2), [(&[0u32][..], false)]);
        let map = super::map(&[&mixed_in], Some);
        assert_eq!((map.rows.len(), map.small, map.total[0].persons), (1, 1, 31));
    }

    #[test]
    fn there_is_room_for_so_many_units_and_the_rest_is_counted() {
        let units: Vec<(i64, [bool; 4])> = (1..=20).map(|unit| (unit, [unit > 3; 4])).collect();
        let sums = sums(&units, 20);
        let map = map(&[&sums], Some);
        assert_eq!((map.rows.len(), map.more_units), (ROWS, 8));
        assert_eq!(map.rows[0].unit, UnitId(1));
        let one = super::map(&[&sums], |unit| (unit.0 <= 3).then_some(0));
        assert_eq!(
            (one.rows.len(), one.total[0].rate()),
            (1, Some(0)),
            "what is out of reach is not counted"
        );
    }

    #[test]
    fn a_lesson_that_quotes_the_article_is_better_than_one_on_its_law() {
        let here = article("安全生产法", "21");
        let sources = |lines| Source::lines(lines);
        assert_eq!(fits(&here, &sources("安全生产法 第二十一条"), ""), 2);
        assert_eq!(fits(&here, &[], "前文\n\n[[中华人民共和国安全生产法 第二十一条]]\n"), 2);
        assert_eq!(fits(&here, &sources("《安全生产法》"), "[[安全生产法 第三条]]"), 1);
        assert_eq!(
            fits(
                &here,
                &sources("消防法\n安全生产法 第二十条"),
                "安全生产法第二十一条 [["
            ),
            0
        );
    }

    #[test]
    fn steps_go_down_with_what_is_known() {
        let steps = [10_000, 9_450, 9_449, 8_949, 7_949, 6_949, 0].map(step);
        assert_eq!(steps, [0, 0, 1, 2, 3, 4, 4]);
        let percents = [10_000, 9_999, 9_050, 9_049, 1, 0].map(percent);
        assert_eq!(percents, [100, 99, 91, 90, 1, 0]);
    }
}
