//! From lines to a law.

use std::collections::HashMap;

use crate::domain::intake::{Found, Matter, Note, Place, Reading};
use crate::domain::law::{Article, ArticleNumber, Division, DivisionKind, Law, is_invisible, normalised, numeral};

use super::head::Head;
use super::lines::Line;
use super::place;
use crate::format::text::brief;

/// Characters of the longest heading that is known without a mark.
const HEADING: usize = 60;
/// Headings without number that are known without a mark.
const UNNUMBERED: [&str; 6] = ["序言", "前言", "总纲", "总则", "分则", "附则"];

/// Reads the lines of a law.
///
/// # Errors
/// [`Matter::NoArticles`]: such a file is no law, or none of the kind that is read here.
pub(super) fn read(format: &'static str, lines: &[Line]) -> Result<Reading<Law>, Matter> {
    let mut reader = Reader {
        marks_headings: lines
            .iter()
            .any(|line| line.level.is_some() && heading(&line.text).is_some()),
        ..Reader::default()
    };
    for line in lines {
        reader.take(line);
    }
    reader.finish(format)
}

/// What the last line belonged to.
#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    Head,
    /// A table of contents.
    Contents,
    Division,
    Article,
    Annex,
}

#[derive(Default)]
struct Reader {
    /// Whether Markdown marks the headings; a line without mark is then none.
    marks_headings: bool,
    at: At,
    head: Vec<Line>,
    /// Whether a heading of Markdown stands in the head.
    titled: bool,
    /// Whether a paragraph was found that Word numbers itself.
    numbered: bool,
    contents: Vec<Entry>,
    /// The first heading of the contents that has a number.
    numbered_entry: Option<Heading>,
    law: Law,
    /// The line of each article of the law.
    article_lines: Vec<usize>,
    /// The line of each division of the law.
    division_lines: Vec<usize>,
    /// Where a number stands first.
    seen: HashMap<ArticleNumber, usize>,
    last: Option<ArticleNumber>,
    /// Whether the title says that this law amends another.
    amends: bool,
    /// Whether the line before ends in a colon: what follows may be quoted.
    announced: bool,
    /// Whether the lines quote another law, to the next number of this one.
    quoting: bool,
    notes: Vec<Note>,
}

/// What begins with a line.
enum Begins<'a> {
    Article(ArticleNumber, &'a str),
    Division(Heading),
    /// Text of another law.
    Quotation,
    Nothing,
}

/// A line of a table of contents.
struct Entry {
    line: usize,
    heading: Heading,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Heading {
    kind: DivisionKind,
    number: Option<ArticleNumber>,
    title: String,
}

impl Reader {
    fn note(&mut self, line: usize, matter: Matter) {
        self.notes.push(Note {
            place: place(line),
            matter,
        });
    }

    fn take(&mut self, line: &Line) {
        if line.text.is_empty() {
            return self.note(line.number, Matter::EmptyHeading);
        }
        if line.numbered && !std::mem::replace(&mut self.numbered, true) {
            self.note(line.number, Matter::AutomaticNumbers);
        }
        if line.level.is_some() {
            self.quoting = false;
            self.announced = false;
        }
        if self.takes_annex(line) || self.takes_title(line) || self.takes_contents(line) {
            return;
        }
        match self.begins(line) {
            Begins::Article(number, rest) => self.begin_article(line.number, number, rest),
            Begins::Division(heading) => self.begin_division(line.number, heading),
            Begins::Quotation => {
                self.quote(line);
                self.text(line);
            }
            Begins::Nothing => self.text(line),
        }
    }

    fn begins<'a>(&self, line: &'a Line) -> Begins<'a> {
        if let Some((number, rest)) = self.article(line) {
            return match self.is_quoted(line, number) {
                true => Begins::Quotation,
                false => Begins::Article(number, rest),
            };
        }
        match self.heading(line) {
            Some(_) if self.quoting || (self.announced && self.amends) => Begins::Quotation,
            Some(heading) => Begins::Division(heading),
            None => Begins::Nothing,
        }
    }

    /// Whether an article with this number is one of another law. In a law that does not amend another one, only a number far from
    /// the others is: behind a colon some articles may be missing.
    fn is_quoted(&self, line: &Line, number: ArticleNumber) -> bool {
        /// So many articles in a row are hardly ever missing.
        const FAR: u32 = 50;
        let Some(last) = self.last.filter(|last| !number.follows(*last) && line.level.is_none()) else {
            return false;
        };
        let far = number < last || number.number() > last.number() + FAR;
        self.quoting || (self.announced && (self.amends || far))
    }

    /// What follows an annex is text of it, up to the next one.
    fn takes_annex(&mut self, line: &Line) -> bool {
        let is_annex = is_annex(&line.text, line.level.is_some());
        if is_annex && !self.law.articles.is_empty() && !self.quoting {
            self.divide(
                line.number,
                Heading {
                    kind: DivisionKind::Annex,
                    number: None,
                    title: line.text.clone(),
                },
            );
            self.at = At::Annex;
        } else if self.at == At::Annex {
            self.text(line);
        } else {
            return false;
        }
        true
    }

    /// A heading of Markdown at the top is the title, and another of the first level beside it the volume.
    fn takes_title(&mut self, line: &Line) -> bool {
        let is_title = self.at == At::Head
            && line.level.is_some_and(|level| level == 1 || !self.titled)
            && heading(&line.text).is_none()
            && !is_contents(&line.text)
            && ArticleNumber::lead(&line.text, "条").is_none();
        if is_title {
            self.head.push(line.clone());
            self.titled = true;
        }
        is_title
    }

    fn takes_contents(&mut self, line: &Line) -> bool {
        let begins = is_contents(&line.text) && self.law.articles.is_empty();
        if begins {
            self.at = At::Contents;
        }
        begins
    }

    /// The number of the article that begins here, and its first words.
    fn article<'a>(&self, line: &'a Line) -> Option<(ArticleNumber, &'a str)> {
        let (number, rest) = ArticleNumber::lead(&line.text, "条")?;
        let next = self.last.map_or(number.number() == 1, |last| number.follows(last));
        let apart = rest.is_empty() || rest.starts_with(|c: char| is_invisible(c) || matches!(c, '【' | '：' | ':'));
        // 第十条规定的… is a line that was broken within a sentence.
        let counts = apart || line.level.is_some() || (next && !continues(rest));
        counts.then(|| {
            (
                number,
                rest.trim_start_matches(|c: char| is_invisible(c) || matches!(c, '：' | ':')),
            )
        })
    }

    fn begin_article(&mut self, line: usize, number: ArticleNumber, rest: &str) {
        let first = *self.seen.entry(number).or_insert(line);
        if first != line {
            let first = place(first);
            self.note(line, Matter::RepeatedArticle { number, first });
        } else if let Some(after) = self.last.filter(|last| *last > number) {
            self.note(line, Matter::ArticleOutOfOrder { number, after });
        }
        if self.law.articles.is_empty() {
            let title = Head::of(&self.head).title;
            self.amends = title.contains("修正案") || title.contains("修改");
        }
        let division = self.law.divisions.len().checked_sub(1);
        let mut article = Article::new(number, division);
        if !rest.is_empty() {
            article.push(rest);
        }
        self.law.articles.push(article);
        self.article_lines.push(line);
        self.last = Some(number);
        self.at = At::Article;
        self.quoting = false;
        self.announced = rest.ends_with(['：', ':']);
    }

    /// The heading that this line is.
    fn heading(&self, line: &Line) -> Option<Heading> {
        let found = heading(&line.text);
        if line.level.is_some() {
            return found.or_else(|| Some(unnumbered(&line.text)));
        }
        if self.at == At::Contents {
            return found.or_else(|| {
                let word = normalised(&without_page(&line.text));
                UNNUMBERED
                    .contains(&word.as_str())
                    .then(|| unnumbered(&without_page(&line.text)))
            });
        }
        if self.marks_headings {
            return None;
        }
        let word = normalised(&line.text);
        // Before the history 总则 and 附则 are volumes.
        let known = UNNUMBERED.contains(&word.as_str()) && (self.at != At::Head || word == UNNUMBERED[0]);
        let plain = found.filter(|heading| heading.reads_like_one(&line.text));
        plain.or_else(|| (known && !self.untitled()).then(|| unnumbered(&line.text)))
    }

    /// Whether the last heading still waits for its title.
    fn untitled(&self) -> bool {
        let last = self.law.divisions.last();
        self.at == At::Division && last.is_some_and(|division| division.title.is_empty() && division.text.is_empty())
    }

    fn begin_division(&mut self, line: usize, heading: Heading) {
        if self.at == At::Contents && !self.repeats(&heading) {
            if heading.number.is_some() && self.numbered_entry.is_none() {
                self.numbered_entry = Some(heading.clone());
            }
            self.contents.push(Entry { line, heading });
            return;
        }
        // A table of contents without a heading of its own: the first heading stands there again.
        let listed = self.contents.is_empty()
            && self.law.articles.is_empty()
            && self
                .law
                .divisions
                .first()
                .is_some_and(|first| Heading::of(first).same(&heading))
            && self.law.divisions.iter().all(|division| division.text.is_empty());
        if listed {
            let divisions = std::mem::take(&mut self.law.divisions);
            let lines = std::mem::take(&mut self.division_lines);
            let entries = divisions.iter().zip(lines).map(|(division, line)| Entry {
                line,
                heading: Heading::of(division),
            });
            self.contents = entries.collect();
        }
        self.divide(line, heading);
        self.at = At::Division;
    }

    /// Whether the text begins with this heading: the first one of the contents, or the first that has a number.
    fn repeats(&self, heading: &Heading) -> bool {
        let numbered = self.numbered_entry.as_ref();
        let same_number = numbered.is_some_and(|entry| entry.kind == heading.kind && entry.number == heading.number);
        same_number || self.contents.first().is_some_and(|entry| entry.heading.same(heading))
    }

    fn divide(&mut self, line: usize, heading: Heading) {
        let above = self.above(heading.kind);
        self.law.divisions.push(Division {
            kind: heading.kind,
            number: heading.number,
            title: heading.title,
            above,
            articles_before: self.law.articles.len(),
            text: Vec::new(),
        });
        self.division_lines.push(line);
        self.announced = false;
        self.quoting = false;
    }

    /// The nearest division before that is wider than this kind.
    fn above(&self, kind: DivisionKind) -> Option<usize> {
        if !DivisionKind::NUMBERED.contains(&kind) {
            return None;
        }
        let mut place = self.law.divisions.len().checked_sub(1)?;
        loop {
            let division = &self.law.divisions[place];
            if division.kind < kind {
                return Some(place);
            }
            // What stands beside this one stands below the same.
            match division.above {
                Some(above) => place = above,
                None => return None,
            }
        }
    }

    /// From here on the lines are quoted: they have headings and numbers, but not those of this law.
    fn quote(&mut self, line: &Line) {
        if !self.quoting {
            if let Some(within) = self.last {
                let words = brief(&line.text);
                self.note(line.number, Matter::QuotedText { words, within });
            }
            self.quoting = true;
        }
    }

    fn text(&mut self, line: &Line) {
        let untitled = self.untitled();
        match self.at {
            At::Head => self.head.push(line.clone()),
            At::Contents => self.contents.push(Entry {
                line: line.number,
                heading: unnumbered(&line.text),
            }),
            At::Article => {
                if let Some(article) = self.law.articles.last_mut() {
                    article.push(&line.text);
                }
                self.announced = line.text.ends_with(['：', ':']);
            }
            At::Division | At::Annex => {
                if let Some(division) = self.law.divisions.last_mut() {
                    if untitled && is_short(&line.text) {
                        division.title.clone_from(&line.text);
                    } else {
                        division.text.push(line.text.clone());
                    }
                }
            }
        }
    }

    fn finish(mut self, format: &'static str) -> Result<Reading<Law>, Matter> {
        if self.law.articles.is_empty() {
            return Err(Matter::NoArticles);
        }
        let first_line = self.head.first().map_or(1, |line| line.number);
        let head = Head::of(&self.head);
        (self.law.title, self.law.volume, self.law.history) = (head.title, head.volume, head.history);
        if self.law.title.is_empty() {
            self.note(first_line, Matter::NoTitle);
        }
        self.note_missing_articles();
        self.note_headings();
        for (place, article) in self.law.articles.iter().enumerate() {
            if article.paragraphs.is_empty() {
                self.notes.push(Note {
                    place: super::place(self.article_lines[place]),
                    matter: Matter::EmptyArticle { number: article.number },
                });
            }
        }
        self.notes.sort_by_key(|note| match note.place {
            Place::Line(line) => line,
            _ => 0,
        });
        Ok(Reading {
            format,
            found: vec![Found {
                place: place(first_line),
                value: self.law,
            }],
            warnings: self.notes,
            errors: Vec::new(),
        })
    }

    /// One note for each run of missing numbers, at the article that stands where they should.
    fn note_missing_articles(&mut self) {
        let mut runs: Vec<(ArticleNumber, ArticleNumber)> = Vec::new();
        for number in self.law.missing() {
            // 第六条 does not follow 第五条之一: 第五条之二 is there.
            let follows =
                |last: ArticleNumber| number.follows(last) && (number.insertion() > 0 || last.insertion() == 0);
            match runs.last_mut().filter(|(_, last)| follows(*last)) {
                Some((_, last)) => *last = number,
                None => runs.push((number, number)),
            }
        }
        let mut numbers: Vec<_> = self.seen.iter().map(|(number, line)| (*number, *line)).collect();
        numbers.sort_unstable();
        for (first, last) in runs {
            let behind = numbers.partition_point(|(number, _)| *number < first);
            let line = numbers.get(behind).map_or(1, |(_, line)| *line);
            self.note(line, Matter::MissingArticles { first, last });
        }
    }

    /// Headings that the table of contents or the numbers of the others call for.
    fn note_headings(&mut self) {
        let present: std::collections::HashSet<String> = self
            .law
            .divisions
            .iter()
            .map(|division| normalised(&division.heading()))
            .collect();
        for entry in std::mem::take(&mut self.contents) {
            let heading = entry.heading.written();
            if !present.contains(&normalised(&heading)) {
                self.note(
                    entry.line,
                    Matter::HeadingNotInText {
                        heading: brief(&heading),
                    },
                );
            }
        }
        let mut last: HashMap<DivisionKind, u32> = HashMap::new();
        for place in 0..self.law.divisions.len() {
            let division = &self.law.divisions[place];
            let (kind, heading) = (division.kind, division.heading());
            let Some(number) = division.number.map(ArticleNumber::number) else {
                continue;
            };
            // Sections begin anew in every chapter; chapters do so in the parts of some laws and run through in others.
            if kind != DivisionKind::Section {
                last.remove(&DivisionKind::Section);
            }
            let before = last.insert(kind, number).unwrap_or(0);
            let line = self.division_lines[place];
            let again = division.number.is_some_and(|number| number.insertion() > 0);
            if number > before + 1 {
                let name = |number| {
                    ArticleNumber::new(number, 0).map_or(String::new(), |number| number.with_unit(kind.unit()))
                };
                let (first, last) = (name(before + 1), name(number - 1));
                let heading = if first == last {
                    first
                } else {
                    format!("{first}至{last}")
                };
                self.note(line, Matter::MissingHeading { heading });
            } else if number <= before && number != 1 && !again {
                self.note(
                    line,
                    Matter::HeadingOutOfOrder {
                        heading: brief(&heading),
                    },
                );
            }
        }
    }
}

impl Heading {
    fn of(division: &Division) -> Self {
        Self {
            kind: division.kind,
            number: division.number,
            title: division.title.clone(),
        }
    }

    fn written(&self) -> String {
        let title = &self.title;
        self.number.map_or(title.clone(), |number| {
            format!("{} {title}", number.with_unit(self.kind.unit()))
        })
    }

    fn same(&self, other: &Self) -> bool {
        normalised(&self.written()) == normalised(&other.written())
    }

    /// Whether a line without mark is this heading and not a sentence that names it: 第三章规定的行为，….
    fn reads_like_one(&self, line: &str) -> bool {
        let apart = line[..line.len() - self.title.len()].ends_with(is_invisible);
        is_short(line) && (apart || !continues(&self.title))
    }
}

/// `第二章 预防`, with any blanks.
fn heading(line: &str) -> Option<Heading> {
    let found = DivisionKind::NUMBERED.into_iter().find_map(|kind| {
        let (number, rest) = ArticleNumber::lead(line, kind.unit())?;
        Some((kind, number, rest))
    });
    found.map(|(kind, number, rest)| Heading {
        kind,
        number: Some(number),
        title: without_page(rest),
    })
}

fn unnumbered(text: &str) -> Heading {
    Heading {
        kind: DivisionKind::Unnumbered,
        number: None,
        title: text.to_owned(),
    }
}

/// `附件`, `附件一：`, `附件1 某某名录`, `附：`.
fn is_annex(line: &str, marked: bool) -> bool {
    if matches!(normalised(line).as_str(), "附" | "附：" | "附:") {
        return true;
    }
    let Some(rest) = ["附件", "附录", "附表"].iter().find_map(|word| line.strip_prefix(word)) else {
        return false;
    };
    let title = rest.trim_start_matches(|c: char| numeral(c.encode_utf8(&mut [0; 4])).is_some());
    let apart = |c: char| is_invisible(c) || matches!(c, '：' | ':');
    marked || title.is_empty() || (title.starts_with(apart) && is_short(title.trim_start_matches(apart)))
}

fn is_contents(text: &str) -> bool {
    matches!(normalised(text).as_str(), "目录" | "目次")
}

fn is_short(line: &str) -> bool {
    line.chars().count() <= HEADING && !line.contains(['，', '。', '；', '：'])
}

/// Whether the words behind a number go on with a sentence.
fn continues(rest: &str) -> bool {
    const WORDS: [&str; 20] = [
        "规定", "第", "、", "和", "或", "至", "到", "的", "所", "中", "，", "。", "；", "）", "及", "与", "之", "以",
        "相应", "修改",
    ];
    WORDS.iter().any(|word| rest.starts_with(word))
}

/// The title without the dots and the number of the page behind it.
fn without_page(title: &str) -> String {
    let title = title.trim_matches(is_invisible);
    let words = title.trim_end_matches(|c: char| c.is_ascii_digit());
    let leader = |c: char| is_invisible(c) || matches!(c, '.' | '…' | '·' | '．');
    let before = words.trim_end_matches(leader);
    if before.len() < words.len() && words.len() < title.len() {
        before.to_owned()
    } else {
        title.to_owned()
    }
}
