//! The legal basis of a question as it is written: `《突发事件应对法》（2007-08-30）第二十条第一款、第三十条`.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    ops::Range,
};

use super::{
    ArticleNumber, Date, Entry, Library, Record, Version, is_invisible,
    number::{Rest, chinese},
};
use crate::domain::names::folded;

/// A law and an article of it, or a row of its articles, as a text names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cited<'a> {
    /// The name of the law, without marks around it.
    pub law: &'a str,
    /// Which version, where the text says so.
    pub edition: Option<Edition>,
    pub number: ArticleNumber,
    /// The last one of a row: 第二十条至第二十二条.
    pub through: Option<ArticleNumber>,
    /// Which of the laws of the text, from 0.
    pub group: usize,
    /// Whether its name stands in 《》, so that nothing else can be meant.
    marked: bool,
    law_at: Range<usize>,
    /// Where the edition stands, without its brackets.
    edition_at: Range<usize>,
    number_at: Place,
    through_at: Option<Place>,
}

/// Where a number stands in the text, without the 第 before it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    at: Range<usize>,
    /// With its 条; otherwise one that follows has it: 第三、五条.
    whole: bool,
}

/// Which version of a law is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edition {
    Day(Date),
    Year(u16),
}

impl Edition {
    fn read(text: &str) -> Option<Self> {
        if let Ok(day) = text.parse() {
            return Some(Self::Day(day));
        }
        // 2021年修正, 2021
        let digits = text.get(..4)?;
        let rest = &text[4..];
        let year = digits.parse().ok().filter(|year| (1900..=2999).contains(year))?;
        (rest.is_empty() || rest.starts_with('年')).then_some(Self::Year(year))
    }

    fn means(self, version: &Version) -> bool {
        let days = [version.days.promulgated, version.days.effective];
        days.into_iter().flatten().any(|day| match self {
            Self::Day(meant) => meant == day,
            Self::Year(year) => day.year() == year,
        })
    }
}

/// How a number is joined to the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Joint {
    And,
    Through,
}

const JOINTS: [(&str, Joint); 23] = [
    ("、", Joint::And),
    ("，", Joint::And),
    (",", Joint::And),
    ("；", Joint::And),
    (";", Joint::And),
    ("以及", Joint::And),
    ("及", Joint::And),
    ("和", Joint::And),
    ("与", Joint::And),
    ("暨", Joint::And),
    ("或者", Joint::And),
    ("或", Joint::And),
    ("并", Joint::And),
    ("至", Joint::Through),
    ("到", Joint::Through),
    ("—", Joint::Through),
    ("–", Joint::Through),
    ("－", Joint::Through),
    ("‐", Joint::Through),
    ("-", Joint::Through),
    ("~", Joint::Through),
    ("～", Joint::Through),
    ("〜", Joint::Through),
];
/// What else may stand behind an article.
const ASIDES: [&str; 8] = ["前段", "中段", "后段", "但书", "的规定", "之规定", "规定", "等"];
/// The law named before.
const SAME: [&str; 5] = ["同法", "该法", "本法", "该条例", "该办法"];

/// What joins two numbers; of several the last one counts.
fn joint(rest: &mut Rest<'_>) -> Option<Joint> {
    let mut last = None;
    while let Some((_, joint)) = JOINTS.iter().find(|(word, _)| rest.take(word)) {
        last = Some(*joint);
    }
    last
}

/// Passes over a part of an article: 第一款, 第（二）项, 第一、三款.
fn part(rest: &mut Rest<'_>) -> bool {
    let mut ahead = *rest;
    ahead.take("第");
    loop {
        let bracket = ahead.take("（") || ahead.take("(");
        if ahead.numeral().is_none() || (bracket && !(ahead.take("）") || ahead.take(")"))) {
            return false;
        }
        if ["款", "项", "目", "句", "段"].iter().any(|unit| ahead.take(unit)) || bracket {
            *rest = ahead;
            return true;
        }
        if joint(&mut ahead).is_none() {
            return false;
        }
        ahead.take("第");
    }
}

/// Passes over what stands between two numbers of one law; gives how they are joined.
fn between(rest: &mut Rest<'_>) -> Option<Joint> {
    let mut last = None;
    loop {
        if part(rest) || ASIDES.iter().any(|aside| rest.take(aside)) {
            last = None;
        } else if let Some(joint) = joint(rest) {
            last = Some(joint);
        } else {
            return last;
        }
    }
}

struct Mark {
    number: ArticleNumber,
    joint: Joint,
    place: Place,
}

/// The numbers that stand here: one, or several with one 条: 第三、五条. `bare`: also without 第.
fn numbers(text: &str, rest: &mut Rest<'_>, bare: bool, joined: Joint) -> Option<Vec<Mark>> {
    let mut ahead = *rest;
    let mut marks = Vec::new();
    let mut now = joined;
    let mut headed = ahead.take("第");
    if !headed && !bare {
        return None;
    }
    loop {
        ahead.blanks();
        let from = text.len() - ahead.0.len();
        let number = ahead.numeral()?;
        // 第12-1条 is 第十二条之一, 第12-15条 a row.
        let mut dashed = ahead;
        let inserted = dashed.dashed().filter(|inserted| *inserted <= number);
        if inserted.is_some() {
            ahead = dashed;
        }
        let whole = ahead.take("条");
        // 、五条例 is another law.
        if whole && !headed && ahead.0.starts_with('例') {
            return None;
        }
        let inserted = match whole {
            true => inserted.or_else(|| ahead.behind()),
            false => inserted,
        };
        marks.push(Mark {
            number: ArticleNumber::new(number, inserted.unwrap_or(0))?,
            joint: now,
            place: Place {
                at: from..text.len() - ahead.0.len(),
                whole,
            },
        });
        if whole {
            *rest = ahead;
            return Some(marks);
        }
        now = joint(&mut ahead)?;
        headed |= ahead.take("第");
    }
}

/// 、之二 behind 第十二条之一.
fn inserted(text: &str, rest: &mut Rest<'_>, before: ArticleNumber, joint: Joint) -> Option<Mark> {
    let mut ahead = *rest;
    ahead.blanks();
    let from = text.len() - ahead.0.len();
    let number = ArticleNumber::new(before.number(), ahead.behind()?)?;
    *rest = ahead;
    Some(Mark {
        number,
        joint,
        place: Place {
            at: from..text.len() - ahead.0.len(),
            whole: false,
        },
    })
}

fn is_edge(c: char) -> bool {
    is_invisible(c) || matches!(c, '《' | '》' | '：' | ':')
}

struct Named<'a> {
    law: &'a str,
    edition: Option<Edition>,
    edition_at: Range<usize>,
    marked: bool,
}

/// The law that is named between two places of a text.
fn named(text: &str, between: Range<usize>) -> Option<Named<'_>> {
    let place = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
    let mut law = text[between].trim_end_matches(is_edge);
    let (mut edition, mut edition_at) = (None, 0..0);
    if let Some(inside) = law.strip_suffix(['）', ')'])
        && let Some((before, within)) = inside.rsplit_once(['（', '('])
    {
        let within = within.trim_matches(is_edge);
        edition = Edition::read(within);
        if edition.is_some() {
            edition_at = place(within)..place(within) + within.len();
            law = before;
        }
    }
    let title = law.trim_end_matches(is_edge).rsplit_once('《').map(|(_, title)| title);
    let marked = title.is_some_and(|title| !title.contains('》'));
    let law = title.filter(|_| marked).unwrap_or(law).trim_matches(is_edge);
    (!law.is_empty()).then_some(Named {
        law,
        edition,
        edition_at,
        marked,
    })
}

/// Where the next number of an article stands that is no part of a title.
fn next_article(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let place = at + text[at..].find(['第', '《'])?;
        if let Some(title) = text[place..].strip_prefix('《') {
            at = place + '《'.len_utf8() + title.find('》').unwrap_or(0);
        } else if numbers(text, &mut Rest(&text[place..]), false, Joint::And).is_some() {
            return Some(place);
        } else {
            at = place + '第'.len_utf8();
        }
    }
}

/// The law and the first article, or row of articles, that the words of a basis name; `None` when they name none.
pub fn cited(text: &str) -> Option<Cited<'_>> {
    citations(text).into_iter().next()
}

/// Every article, and every row of articles, that the words of a basis name, in their order.
pub fn citations(text: &str) -> Vec<Cited<'_>> {
    let mut found: Vec<Cited<'_>> = Vec::new();
    let mut law: Option<Named<'_>> = None;
    let mut groups = 0;
    let mut rest = Rest(text);
    loop {
        let joined = between(&mut rest);
        let from = text.len() - rest.0.len();
        let marks = match &law {
            None => None,
            Some(_) => numbers(text, &mut rest, joined.is_some(), joined.unwrap_or(Joint::And)).or_else(|| {
                let last = found.last().map(Cited::last)?;
                inserted(text, &mut rest, last, joined?).map(|mark| vec![mark])
            }),
        };
        let marks = match marks {
            Some(marks) => marks,
            None => {
                let Some(place) = next_article(text, from) else {
                    return found;
                };
                let words = text[from..place].trim_matches(is_edge);
                if law.is_none() || !(words.is_empty() || SAME.contains(&words)) {
                    law = named(text, from..place);
                    groups += usize::from(law.is_some());
                }
                rest = Rest(&text[place..]);
                match numbers(text, &mut rest, false, Joint::And) {
                    Some(marks) => marks,
                    None => return found,
                }
            }
        };
        let Some(law) = &law else { continue };
        for mark in marks {
            let row = found
                .last_mut()
                .filter(|last| mark.joint == Joint::Through && last.group + 1 == groups && last.opens(mark.number));
            match row {
                Some(row) => (row.through, row.through_at) = (Some(mark.number), Some(mark.place)),
                None => {
                    let start = law.law.as_ptr() as usize - text.as_ptr() as usize;
                    found.push(Cited {
                        law: law.law,
                        edition: law.edition,
                        number: mark.number,
                        through: None,
                        group: groups - 1,
                        marked: law.marked,
                        law_at: start..start + law.law.len(),
                        edition_at: law.edition_at.clone(),
                        number_at: mark.place,
                        through_at: None,
                    });
                }
            }
        }
    }
}

/// Where the articles of one law of a basis stand now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// What the law is called there, where that is something else.
    pub law: Option<String>,
    /// The day of that version.
    pub day: Option<Date>,
    /// From where to where, every article of it that is known, also those that stay.
    pub numbers: BTreeMap<ArticleNumber, ArticleNumber>,
    /// All articles of the law there, where a row is cited.
    pub articles: BTreeSet<ArticleNumber>,
}

impl Moved {
    fn stays(&self) -> bool {
        self.law.is_none() && self.day.is_none() && self.numbers.iter().all(|(from, to)| from == to)
    }
}

/// The same words about where the articles stand now; `moved`: by [`Cited::group`], of each law that is known. `None` when these
/// words cannot say it: two articles have become one, a row is none any more, or it is not known what belongs to which law.
pub fn reworded(text: &str, moved: &BTreeMap<usize, Moved>) -> Option<String> {
    if moved.values().all(Moved::stays) {
        return Some(text.to_owned());
    }
    let cites = citations(text);
    let unsure = |one: &Cited<'_>| !moved.contains_key(&one.group) && one.group > 0 && !one.marked;
    if cites.iter().any(unsure) {
        return None;
    }
    let mut edits: BTreeMap<usize, (Range<usize>, String)> = BTreeMap::new();
    for one in &cites {
        let Some(to) = moved.get(&one.group).filter(|to| !to.stays()) else {
            continue;
        };
        if to.numbers.values().collect::<HashSet<_>>().len() < to.numbers.len() {
            return None;
        }
        if let Some(last) = one.through {
            // A row stays one: what follows each other, and nothing that it did not take in before.
            let row: Vec<_> = to.numbers.range(one.number..=last).map(|(_, now)| *now).collect();
            let (first, last) = row.first().zip(row.last())?;
            if first > last || !to.articles.range(*first..=*last).eq(&row) {
                return None;
            }
        }
        let mut places = vec![(one.number, &one.number_at)];
        places.extend(one.through.zip(one.through_at.as_ref()));
        for (number, place) in places {
            let now = to.numbers.get(&number)?;
            if *now != number {
                edits.insert(place.at.start, (place.at.clone(), place.written(text, *now)?));
            }
        }
        if let Some(law) = &to.law {
            edits.insert(one.law_at.start, (one.law_at.clone(), law.clone()));
        }
        match (one.edition, to.day) {
            (Some(Edition::Day(_)), Some(day)) => {
                edits.insert(one.edition_at.start, (one.edition_at.clone(), day.to_string()));
            }
            (Some(Edition::Year(_)), Some(day)) => {
                let year = one.edition_at.start..one.edition_at.start + 4;
                edits.insert(year.start, (year, day.year().to_string()));
            }
            _ => {}
        }
    }
    let mut words = text.to_owned();
    for (at, new) in edits.into_values().rev() {
        words.replace_range(at, &new);
    }
    Some(words)
}

impl Place {
    /// A number in the notation of the one that stands here; `None` when it cannot stand so.
    fn written(&self, text: &str, number: ArticleNumber) -> Option<String> {
        let here = &text[self.at.clone()];
        let digits = here.contains(|c: char| c.is_ascii_digit());
        let write = |number: u32| match digits {
            true => number.to_string(),
            false => chinese(number),
        };
        let plain = write(number.number());
        match (self.whole, number.insertion()) {
            (true, 0) => Some(format!("{plain}条")),
            (true, insertion) => Some(format!("{plain}条之{}", write(insertion))),
            (false, 0) if !here.starts_with('之') => Some(plain),
            (false, _) => None,
        }
    }
}

impl Cited<'_> {
    /// Whether an article is this one, or one of this row.
    pub fn names(&self, number: ArticleNumber) -> bool {
        (self.number..=self.last()).contains(&number)
    }

    /// Words for one article of this law.
    pub fn alone(&self, number: ArticleNumber) -> String {
        let edition = match self.edition {
            Some(Edition::Day(day)) => format!("（{day}）"),
            Some(Edition::Year(year)) => format!("（{year}年）"),
            None => String::new(),
        };
        format!("《{}》{edition}{}", self.law, number.chinese())
    }

    /// The last one of a row, or the only one.
    pub fn last(&self) -> ArticleNumber {
        self.through.unwrap_or(self.number)
    }

    /// Whether a row may begin here that ends with this number.
    fn opens(&self, last: ArticleNumber) -> bool {
        self.through.is_none() && last > self.number
    }

    /// The version meant, of each law of this name: the one the text names, else the one in force or shown; of a law that was called
    /// so before, the last that was.
    pub fn versions<'l>(&self, names: &Names<'l>, today: Date) -> Vec<(&'l Record, &'l Version)> {
        names
            .called(self.law)
            .filter_map(|record| {
                let mut latest_first = record.versions().iter().rev();
                let shown = record.shown(today);
                let version = match self.edition {
                    Some(edition) => latest_first.find(|version| edition.means(version))?,
                    None if is_called(record.called(shown), self.law) => shown,
                    None => latest_first
                        .find(|version| is_called(record.called(version), self.law))
                        .unwrap_or(shown),
                };
                Some((record, version))
            })
            .collect()
    }

    /// What the law is called in a version, in the way this text names it; `None` where it is what the text says.
    pub fn renamed(&self, record: &Record, version: &Version) -> Option<String> {
        let entry = record.called(version);
        let full = self.law.starts_with("中华人民共和国");
        (!is_called(entry, self.law)).then(|| if full { entry.name() } else { entry.short() })
    }
}

/// What people call a law: with or without the country, with or without its volume.
fn names_of(entry: &Entry) -> [String; 4] {
    let title = entry.title.strip_prefix("中华人民共和国").unwrap_or(&entry.title);
    [entry.title.as_str(), title, &entry.name(), &entry.short()].map(folded)
}

fn is_called(entry: &Entry, name: &str) -> bool {
    names_of(entry).contains(&folded(name))
}

/// The laws of a library by what people call them, with or without the country: several where a code is kept in volumes.
pub struct Names<'l>(HashMap<String, Vec<&'l Record>>);

impl<'l> Names<'l> {
    pub fn of(library: &'l Library) -> Self {
        let mut names: HashMap<String, Vec<&'l Record>> = HashMap::new();
        for record in library.records() {
            let mut known: Vec<String> = record.entries().flat_map(names_of).collect();
            known.sort();
            for (place, name) in known.iter().enumerate() {
                if place == 0 || known[place - 1] != *name {
                    names.entry(name.clone()).or_default().push(record);
                }
            }
        }
        Self(names)
    }

    /// The laws that are or were called so.
    fn called(&self, name: &str) -> impl Iterator<Item = &'l Record> {
        self.0.get(&folded(name)).into_iter().flatten().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> ArticleNumber {
        text.parse().expect("a number")
    }

    /// Law and articles: `民法典 3 5-7`.
    fn read(text: &str) -> Vec<String> {
        let cites = citations(text);
        let one = |one: &Cited<'_>| match one.through {
            Some(last) => format!("{} {}..{last}", one.law, one.number),
            None => format!("{} {}", one.law, one.number),
        };
        cites.iter().map(one).collect()
    }

    #[test]
    fn law_edition_and_article_are_read_as_people_write_them() {
        for (text, law, edition, article) in [
            ("突发事件应对法第二十条", "突发事件应对法", None, "20"),
            ("《突发事件应对法》 第20条第一款", "突发事件应对法", None, "20"),
            ("依照《突发事件应对法》第20条", "突发事件应对法", None, "20"),
            ("刑法第一百二十条之一", "刑法", None, "120-1"),
            (
                "安全生产法（2021-06-10）第九十五条",
                "安全生产法",
                Some(Edition::Day(Date::new(2021, 6, 10).expect("a day"))),
                "95",
            ),
            (
                "《行政处罚法》(2021年修订)第三条",
                "行政处罚法",
                Some(Edition::Year(2021)),
                "3",
            ),
            ("某某条例（试行）第三条", "某某条例（试行）", None, "3"),
            (
                "《关于适用〈刑法〉第三条的解释》第五条",
                "关于适用〈刑法〉第三条的解释",
                None,
                "5",
            ),
        ] {
            let found = cited(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (found.law, found.edition, found.number),
                (law, edition, number(article)),
                "{text}"
            );
            assert_eq!(citations(text).len(), 1, "{text}");
        }
        for none in ["", "宪法", "第三条", "《民法典》总则编", "第条", "民法典第三、四章"] {
            assert_eq!(citations(none), [], "{none}");
        }
    }

    #[test]
    fn every_article_that_a_basis_names_is_found() {
        for (text, expected) in [
            ("民法典第四十二条、第五十一条", &["民法典 42", "民法典 51"][..]),
            ("民法典第四十二条和第五十一条", &["民法典 42", "民法典 51"]),
            ("民法典第3条及第5条，第七条", &["民法典 3", "民法典 5", "民法典 7"]),
            ("民法典第三条 第五条", &["民法典 3", "民法典 5"]),
            ("民法典第三、五条", &["民法典 3", "民法典 5"]),
            ("民法典第三、第五条", &["民法典 3", "民法典 5"]),
            ("民法典第三条、五条", &["民法典 3", "民法典 5"]),
            ("民法典第二十条至第二十二条", &["民法典 20..22"]),
            ("民法典第二十条—第二十二条、第三十条", &["民法典 20..22", "民法典 30"]),
            ("民法典第二十至二十二条", &["民法典 20..22"]),
            ("民法典第20-22条", &["民法典 20..22"]),
            ("民法典第二十条至二十二条", &["民法典 20..22"]),
            ("民法典第二十条第二款至第二十二条", &["民法典 20..22"]),
            ("民法典第22条至第20条", &["民法典 22", "民法典 20"]),
            ("民法典第12-1条", &["民法典 12-1"]),
            ("刑法第一百二十条之一、之二", &["刑法 120-1", "刑法 120-2"]),
            ("刑法第一百二十条之一至第一百二十条之六", &["刑法 120-1..120-6"]),
            // Parts of one article.
            ("民法典第十二条第一款、第三款", &["民法典 12"]),
            ("民法典第十二条第一、三款", &["民法典 12"]),
            ("民法典第十二条第一款至第三款", &["民法典 12"]),
            ("民法典第十二条第一款第（二）项、第（三）项", &["民法典 12"]),
            ("民法典第十二条第(一)、(三)项和第十三条", &["民法典 12", "民法典 13"]),
            (
                "民法典第十二条第一款、第三款，第十五条第二款",
                &["民法典 12", "民法典 15"],
            ),
            ("民法典第十二条规定的情形", &["民法典 12"]),
            // Several laws.
            ("《A法》第三条、《B法》第五条", &["A法 3", "B法 5"]),
            ("A法第三条第一款和B法第五条、第七条", &["A法 3", "B法 5", "B法 7"]),
            ("《A法》第三条至第五条；《B法》第六条", &["A法 3..5", "B法 6"]),
            ("《A法》第三条、同法第五条", &["A法 3", "A法 5"]),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn laws_of_one_text_keep_their_editions() {
        let text = "A法（2007-08-30）第二条、第三条，B法第二条";
        let found: Vec<_> = citations(text)
            .into_iter()
            .map(|one| (one.law, one.edition.is_some(), one.group))
            .collect();
        assert_eq!(found, [("A法", true, 0), ("A法", true, 0), ("B法", false, 1)]);
    }

    /// `20>31 21>32` as where articles stand now, in a law of a hundred articles.
    fn to(numbers: &str) -> Moved {
        let pair = |pair: &str| {
            let (from, to) = pair.split_once('>').expect("a pair");
            (number(from), number(to))
        };
        Moved {
            law: None,
            day: Date::new(2024, 6, 28),
            numbers: numbers.split(' ').map(pair).collect(),
            articles: (1..=100).filter_map(|number| ArticleNumber::new(number, 0)).collect(),
        }
    }

    #[test]
    fn a_moved_basis_keeps_its_words_and_its_notation() {
        for (text, moved, expected) in [
            (
                "《突发事件应对法》第二十条第一款",
                "20>31",
                Some("《突发事件应对法》第三十一条第一款"),
            ),
            ("突发事件应对法第20条", "20>31", Some("突发事件应对法第31条")),
            (
                "突发事件应对法（2007-08-30）第二十条",
                "20>31",
                Some("突发事件应对法（2024-06-28）第三十一条"),
            ),
            (
                "突发事件应对法(2007年)第二十条",
                "20>31",
                Some("突发事件应对法(2024年)第三十一条"),
            ),
            ("某法第42条", "42>42-1", Some("某法第42条之1")),
            (
                "某法第四十二条、第五十一条第二款",
                "42>45 51>54",
                Some("某法第四十五条、第五十四条第二款"),
            ),
            (
                "某法第四十二条、第五十一条",
                "42>45 51>51",
                Some("某法第四十五条、第五十一条"),
            ),
            ("某法第三、五条", "3>4 5>6", Some("某法第四、六条")),
            ("某法第三条、五条", "3>9 5>10", Some("某法第九条、十条")),
            (
                "某法第二十条至第二十二条",
                "20>30 21>31 22>32",
                Some("某法第三十条至第三十二条"),
            ),
            ("某法第20-22条", "20>30 21>31 22>32", Some("某法第30-32条")),
            (
                "某法第十二条之一、之二",
                "12-1>12-1 12-2>12-2",
                Some("某法第十二条之一、之二"),
            ),
            // What the words cannot say.
            ("某法第二十条至第二十二条", "20>30 21>50 22>32", None),
            ("某法第二十条至第二十二条", "20>30 21>31 22>33", None),
            ("某法第二十条至第二十二条", "20>32 21>31 22>30", None),
            ("某法第三条、第五条", "3>4 5>4", None),
            ("某法第三条、第九十条", "3>4", None),
            ("某法第三、五条", "3>3-1 5>6", None),
            ("某法第十二条之一、之二", "12-1>13 12-2>14", None),
        ] {
            let only = BTreeMap::from([(0, to(moved))]);
            assert_eq!(reworded(text, &only).as_deref(), expected, "{text} {moved}");
        }
    }

    #[test]
    fn of_several_laws_only_the_one_that_moved_is_reworded() {
        let text = "《A法》第三条、《B法》第三条";
        let second = BTreeMap::from([(1, to("3>5"))]);
        assert_eq!(reworded(text, &second).as_deref(), Some("《A法》第三条、《B法》第五条"));
        let first = BTreeMap::from([(0, to("3>5"))]);
        assert_eq!(reworded(text, &first).as_deref(), Some("《A法》第五条、《B法》第三条"));
        // Nobody knows whether what comes after these words is of the same law.
        assert_eq!(reworded("A法第三条所称情形第四条", &first), None);
        let renamed = Moved {
            law: Some("新法".to_owned()),
            ..to("3>5 4>6")
        };
        assert_eq!(
            reworded("《旧法》第三条、第四条", &BTreeMap::from([(0, renamed)])).as_deref(),
            Some("《新法》第五条、第六条")
        );
    }
}
