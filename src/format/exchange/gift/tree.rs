//! What a GIFT file says, before anything is made of it.

use std::collections::HashSet;

use crate::domain::answer::{Accept, Fault, Share};

/// In which form a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextFormat {
    /// Plain text with some HTML.
    #[default]
    Moodle,
    Html,
    Markdown,
    Plain,
}

impl TextFormat {
    pub fn code(self) -> &'static str {
        match self {
            Self::Moodle => "moodle",
            Self::Html => "html",
            Self::Markdown => "markdown",
            Self::Plain => "plain",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pub format: TextFormat,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer<T = Text> {
    /// `=`, not `~`.
    pub right: bool,
    /// As written between the `%`; `-33.33333`.
    pub weight: Option<String>,
    pub value: T,
    pub feedback: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    Description,
    Essay,
    Truth {
        right: bool,
        wrong_feedback: Option<Text>,
        right_feedback: Option<Text>,
    },
    Choice(Vec<Answer>),
    Short(Vec<Answer>),
    /// Of a wrong answer only the feedback counts.
    Numerical(Vec<Answer<Option<Accept>>>),
    Matching(Vec<(Text, Text)>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub line: usize,
    pub category: String,
    pub id: Option<String>,
    pub tags: Vec<String>,
    pub title: Option<String>,
    pub stem: Text,
    /// Whether text follows the answers, which then stand as `_____` in the stem.
    pub embedded: bool,
    pub feedback: Option<Text>,
    pub body: Body,
}

/// A question that cannot be read: the line it begins in and why.
pub type Broken = (usize, Fault, String);

/// The questions and the categories of a file, in order.
pub fn parse(text: &str) -> (Vec<Result<Item, Broken>>, Vec<String>) {
    let mut items = vec![];
    let (mut category, mut categories) = (String::new(), vec![]);
    let mut known = HashSet::new();
    for chunk in chunks(text) {
        match chunk {
            Chunk::Category(name) => {
                if known.insert(name.clone()) {
                    categories.push(name.clone());
                }
                category = name;
            }
            Chunk::Question(question) => {
                let line = question.line;
                let item = question.parse(&category);
                items.push(item.map_err(|(fault, detail)| (line, fault, detail)));
            }
        }
    }
    (items, categories)
}

enum Chunk {
    Category(String),
    Question(Lines),
}

/// The lines of one question, without comments.
#[derive(Default)]
struct Lines {
    line: usize,
    text: String,
    id: Option<String>,
    tags: Vec<String>,
}

impl Lines {
    fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Parts a file at blank lines, but not at those within the braces of a question.
fn chunks(text: &str) -> Vec<Chunk> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let next = next_braces(&lines);
    let mut chunks = vec![];
    let mut current = Lines::default();
    let mut open = false;
    let mut finish = |current: &mut Lines| {
        let whole = !current.is_empty();
        let done = std::mem::take(current);
        if whole {
            chunks.push(Chunk::Question(done));
        } else {
            // Comments with an identifier may stand apart from their question.
            (current.id, current.tags) = (done.id, done.tags);
        }
    };
    let mut categories = vec![];
    for (number, line) in lines.iter().enumerate() {
        let trimmed = line.trim();
        if let Some(comment) = trimmed.strip_prefix("//") {
            labels(comment, &mut current);
            continue;
        }
        if let Some(name) = trimmed.strip_prefix("$CATEGORY:").filter(|_| !open) {
            finish(&mut current);
            categories.push((number, unescaped(name.trim())));
            continue;
        }
        if trimmed.is_empty() {
            // A brace that is never closed does not take the questions behind it along.
            if open && next[number] == Some('}') {
                current.text.push('\n');
                continue;
            }
            finish(&mut current);
            open = false;
            continue;
        }
        if current.is_empty() {
            current.line = number + 1;
        } else {
            current.text.push('\n');
        }
        current.text.push_str(line);
        for brace in braces(line) {
            open = brace == '{';
        }
    }
    finish(&mut current);
    let mut categories = categories.into_iter().peekable();
    let mut ordered = vec![];
    for chunk in chunks {
        let Chunk::Question(question) = &chunk else { continue };
        while let Some((_, name)) = categories.next_if(|(number, _)| *number < question.line) {
            ordered.push(Chunk::Category(name));
        }
        ordered.push(chunk);
    }
    ordered.extend(categories.map(|(_, name)| Chunk::Category(name)));
    ordered
}

/// The braces of a line that are not escaped.
fn braces(line: &str) -> impl Iterator<Item = char> + '_ {
    let mut escaped = false;
    line.chars().filter(move |c| {
        let free = !std::mem::take(&mut escaped);
        escaped = free && *c == '\\';
        free && matches!(c, '{' | '}')
    })
}

/// The first brace in each line or behind it.
fn next_braces(lines: &[&str]) -> Vec<Option<char>> {
    let mut next = vec![None; lines.len()];
    let mut following = None;
    for (number, line) in lines.iter().enumerate().rev() {
        if !line.trim_start().starts_with("//") {
            following = braces(line).next().or(following);
        }
        next[number] = following;
    }
    next
}

/// `[id:…]` and `[tag:…]` of a comment.
fn labels(comment: &str, lines: &mut Lines) {
    let mut rest = comment;
    while let Some(at) = rest.find('[') {
        rest = &rest[at + 1..];
        let mut escaped = false;
        let end = rest.char_indices().find(|(_, c)| {
            let free = !std::mem::take(&mut escaped);
            escaped = free && *c == '\\';
            free && *c == ']'
        });
        let Some((end, _)) = end else { return };
        let label = |name: &str| {
            rest[..end]
                .strip_prefix(name)
                .map(|value| unescaped(value.trim()).replace("\\]", "]"))
        };
        if let Some(id) = label("id:") {
            lines.id = Some(id);
        } else if let Some(tag) = label("tag:") {
            lines.tags.push(tag);
        }
        rest = &rest[end + 1..];
    }
}

/// A character, and whether it means only itself.
type Letter = (char, bool);

/// The characters of a text after its escapes are resolved.
fn letters(text: &str) -> Vec<Letter> {
    let mut letters = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let meant = match (c, chars.peek()) {
            ('\\', Some('n')) => Some('\n'),
            ('\\', Some(next)) if "~=#{}:\\".contains(*next) => Some(*next),
            _ => None,
        };
        if meant.is_some() {
            chars.next();
        }
        letters.push((meant.unwrap_or(c), meant.is_some()));
    }
    letters
}

fn unescaped(text: &str) -> String {
    letters(text).into_iter().map(|(c, _)| c).collect()
}

fn is(letter: &Letter, c: char) -> bool {
    *letter == (c, false)
}

fn find(letters: &[Letter], mark: &str) -> Option<usize> {
    let mark: Vec<Letter> = mark.chars().map(|c| (c, false)).collect();
    letters.windows(mark.len()).position(|window| window == mark)
}

fn trimmed(mut letters: &[Letter]) -> &[Letter] {
    let blank = |letter: &Letter| letter.0.is_whitespace() && !letter.1;
    while let [first, rest @ ..] = letters
        && blank(first)
    {
        letters = rest;
    }
    while let [rest @ .., last] = letters
        && blank(last)
    {
        letters = rest;
    }
    letters
}

/// The text of some letters: line breaks of the file are blanks, but for Markdown, where they mean something.
fn plain(letters: &[Letter], format: TextFormat) -> String {
    let mut text = String::new();
    let mut broken = false;
    for (c, escaped) in trimmed(letters) {
        let blank = c.is_ascii_whitespace() && !escaped;
        if format == TextFormat::Markdown || !(broken && blank || *c == '\n' && !escaped) {
            if std::mem::take(&mut broken) && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push(*c);
        } else if !broken {
            broken = true;
            while text.ends_with([' ', '\t']) {
                text.pop();
            }
        }
    }
    text
}

/// A text with its format, `[html]` before it or the one that is given.
fn text(letters: &[Letter], format: TextFormat) -> Text {
    let letters = trimmed(letters);
    let formats = [
        TextFormat::Moodle,
        TextFormat::Html,
        TextFormat::Markdown,
        TextFormat::Plain,
    ];
    let named = formats
        .into_iter()
        .find(|format| find(letters, &format!("[{}]", format.code())) == Some(0));
    let rest = named.map_or(letters, |format| &letters[format.code().len() + 2..]);
    let format = named.unwrap_or(format);
    Text {
        text: plain(rest, format),
        format,
    }
}

impl Lines {
    fn parse(self, category: &str) -> Result<Item, (Fault, String)> {
        let all = letters(&self.text);
        let mut rest = trimmed(&all);
        let mut title = None;
        if let Some(behind) = rest.strip_prefix(&[(':', false), (':', false)]) {
            let end = find(behind, "::").ok_or((Fault::Syntax, "::".to_owned()))?;
            title = Some(plain(&behind[..end], TextFormat::Moodle));
            rest = &behind[end + 2..];
        }
        let (before, braces, behind) = parted(rest)?;
        let mut stem = text(before, TextFormat::Moodle);
        let behind = text(behind, stem.format).text;
        let embedded = !behind.is_empty() && braces.is_some();
        if embedded {
            let parts = [stem.text.as_str(), "_____", behind.as_str()];
            stem.text = parts
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join(" ");
        }
        let (body, feedback) = match braces {
            Some(braces) => body(braces, stem.format)?,
            None => (Body::Description, None),
        };
        Ok(Item {
            line: self.line,
            category: category.to_owned(),
            id: self.id,
            tags: self.tags,
            title,
            stem,
            embedded,
            feedback,
            body,
        })
    }
}

type Parts<'a> = (&'a [Letter], Option<&'a [Letter]>, &'a [Letter]);

/// What stands before, in, and behind the braces.
fn parted(letters: &[Letter]) -> Result<Parts<'_>, (Fault, String)> {
    let fault = |fault, detail: &str| Err((fault, detail.to_owned()));
    let Some(open) = letters.iter().position(|letter| is(letter, '{')) else {
        return match letters.iter().any(|letter| is(letter, '}')) {
            true => fault(Fault::Syntax, "}"),
            false => Ok((letters, None, &[])),
        };
    };
    let inner = &letters[open + 1..];
    let Some(close) = inner.iter().position(|letter| is(letter, '}')) else {
        return fault(Fault::Unfinished, "{");
    };
    let behind = &inner[close + 1..];
    if behind.iter().any(|letter| is(letter, '{') || is(letter, '}')) {
        return fault(Fault::Syntax, "{…} {…}");
    }
    Ok((&letters[..open], Some(&inner[..close]), behind))
}

/// What the braces hold, and the general feedback.
fn body(letters: &[Letter], format: TextFormat) -> Result<(Body, Option<Text>), (Fault, String)> {
    let (answers, feedback) = match find(letters, "####") {
        Some(at) => (&letters[..at], Some(text(&letters[at + 4..], format))),
        None => (letters, None),
    };
    let answers = trimmed(answers);
    let body = match answers {
        [] => Body::Essay,
        [('#', false), rest @ ..] => Body::Numerical(numbers(rest, format)?),
        _ => match truth(answers, format) {
            Some(truth) => truth,
            None => listed(answers, format)?,
        },
    };
    Ok((body, feedback))
}

/// `TRUE#said to the wrong#said to the right`.
fn truth(letters: &[Letter], format: TextFormat) -> Option<Body> {
    let mut parts = letters.split(|letter| is(letter, '#'));
    let word = plain(parts.next()?, format).to_ascii_uppercase();
    let right = match word.as_str() {
        "T" | "TRUE" => true,
        "F" | "FALSE" => false,
        _ => return None,
    };
    let mut feedback = || {
        parts
            .next()
            .map(|part| text(part, format))
            .filter(|text| !text.text.is_empty())
    };
    Some(Body::Truth {
        right,
        wrong_feedback: feedback(),
        right_feedback: feedback(),
    })
}

/// The answers, each with its mark and without it; what stands before the first mark comes first.
fn split(letters: &[Letter]) -> (&[Letter], Vec<(bool, &[Letter])>) {
    let marks: Vec<usize> = (0..letters.len())
        .filter(|at| is(&letters[*at], '=') || is(&letters[*at], '~'))
        .collect();
    let first = marks.first().copied().unwrap_or(letters.len());
    let ends = marks.iter().skip(1).copied().chain([letters.len()]);
    let answers = marks
        .iter()
        .zip(ends)
        .map(|(at, end)| (is(&letters[*at], '='), &letters[at + 1..end]));
    (trimmed(&letters[..first]), answers.collect())
}

/// `%50%text#feedback`.
fn answer(letters: &[Letter], right: bool, format: TextFormat) -> Result<Answer<&[Letter]>, (Fault, String)> {
    let mut rest = trimmed(letters);
    let mut weight = None;
    if let Some(behind) = rest.strip_prefix(&[('%', false)]) {
        let end = behind.iter().position(|letter| is(letter, '%'));
        let end = end.ok_or((Fault::Syntax, "%".to_owned()))?;
        let written: String = behind[..end].iter().map(|(c, _)| *c).collect();
        let number = written.trim();
        let bare = number.strip_prefix(['-', '+']).unwrap_or(number);
        if Share::percent(bare).is_some() {
            weight = Some(number.to_owned());
            rest = trimmed(&behind[end + 1..]);
        } else {
            return Err((Fault::Syntax, format!("%{written}%")));
        }
    }
    let (value, feedback) = match rest.iter().position(|letter| is(letter, '#')) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    let of_value = text(value, format).format;
    let feedback = feedback
        .map(|feedback| text(feedback, of_value))
        .filter(|text| !text.text.is_empty());
    Ok(Answer {
        right,
        weight,
        value: trimmed(value),
        feedback,
    })
}

fn listed(letters: &[Letter], format: TextFormat) -> Result<Body, (Fault, String)> {
    let (before, marked) = split(letters);
    if marked.is_empty() {
        // One answer may stand without its mark.
        let one = answer(before, true, format)?;
        return Ok(Body::Short(vec![with_text(one, format)]));
    }
    if !before.is_empty() {
        return Err((Fault::Syntax, plain(before, format)));
    }
    let choice = marked.iter().any(|(right, _)| !right);
    if !choice && marked.iter().all(|(_, letters)| find(letters, "->").is_some()) {
        let pairs = marked.iter().map(|(_, letters)| {
            let at = find(letters, "->").unwrap_or_default();
            (
                text(&letters[..at], format),
                text(&letters[at + 2..], TextFormat::Plain),
            )
        });
        return Ok(Body::Matching(pairs.collect()));
    }
    let answers = marked
        .into_iter()
        .map(|(right, letters)| answer(letters, right, format).map(|answer| with_text(answer, format)));
    let answers = answers.collect::<Result<_, _>>()?;
    Ok(if choice {
        Body::Choice(answers)
    } else {
        Body::Short(answers)
    })
}

fn with_text(answer: Answer<&[Letter]>, format: TextFormat) -> Answer {
    Answer {
        right: answer.right,
        weight: answer.weight,
        value: text(answer.value, format),
        feedback: answer.feedback,
    }
}

fn numbers(letters: &[Letter], format: TextFormat) -> Result<Vec<Answer<Option<Accept>>>, (Fault, String)> {
    let (before, marked) = split(letters);
    let first = (!before.is_empty()).then_some((true, before));
    let answers = first.into_iter().chain(marked).map(|(right, letters)| {
        let answer = answer(letters, right, format)?;
        let written = plain(answer.value, format);
        let value = match written.as_str() {
            "" | "*" if !right => None,
            written => Some(range(written).ok_or((Fault::BadNumber, written.to_owned()))?),
        };
        Ok(Answer {
            right,
            weight: answer.weight,
            value,
            feedback: answer.feedback,
        })
    });
    answers.collect()
}

/// `3.14`, `3.14:0.005`, `3.1..3.2`.
pub fn range(text: &str) -> Option<Accept> {
    if let Some((low, high)) = text.split_once("..") {
        return Some(Accept::Between {
            low: low.trim().parse().ok()?,
            high: high.trim().parse().ok()?,
        });
    }
    let (value, tolerance) = text.split_once(':').unwrap_or((text, "0"));
    Some(Accept::Near {
        value: value.trim().parse().ok()?,
        tolerance: tolerance.trim().parse().ok()?,
    })
}
