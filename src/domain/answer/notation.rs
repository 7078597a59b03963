//! A form as lines of text, so that every form can be written and changed in a plain text field.
//!
//! ```text
//! 填空      三年 | 3年              a blank a line, alternatives with | between, (50%) behind one that earns a part,
//!           ×2 三年                 ×2 before one that counts twice, 不分先后 on a line of its own
//! 数值      30000 ± 500             or ± 5%, or 1 .. 5; 单位：元 on a line of its own
//! 连线      拘役 = 刑罚             = 处分 without an item is a partner for none; 全对才得分
//! 排序      立案                    items in the right order; 按位置计分, 按相邻计分 or 按先后计分
//! 简答论述  定性 = 4                a criterion a line; 字数：300-800; 参考答案： and all that follows
//! 综合填空  应当在{三十|30}日内     {#30 ± 1;日} a number, {?*甲|乙} one of a list, {??*甲|*乙|丙} several
//! 案例      【简答题】 and the question, then 答： and its lines; options of a choice are * 甲 and - 乙
//! ```
//!
//! `\` before a mark makes it a letter, `\n` is a line end within an item.

use super::{
    Accept, Accepted, Blank, Case, Choice, Cloze, Criterion, Decimal, Fault, FillIn, Form, GAP, Gap, GapAnswer, Length,
    Matching, Numeric, OrderRule, Ordering, PairRule, Piece, Quantity, Share, Task, Written,
};
use crate::domain::{
    item::{Kind, OptionSet},
    lang::Lang,
    points::Points,
};

/// A line that is not written as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotationFault {
    /// From 1.
    pub line: usize,
    pub fault: Fault,
}

pub(super) const UNORDERED: &str = "不分先后";
pub(super) const ALL_PAIRS: &str = "全对才得分";
pub(super) const UNIT: &str = "单位：";
const WORDS: &str = "字数：";
pub(super) const MODEL: &str = "参考答案：";
const ANSWER: &str = "答：";
pub(super) const RULES: [(&str, OrderRule); 3] = [
    ("按位置计分", OrderRule::Place),
    ("按相邻计分", OrderRule::Next),
    ("按先后计分", OrderRule::Pairs),
];

type Read<T> = Result<T, Fault>;

/// Marks of the notation as letters. A text that would be taken for something else at its beginning gets a `\`.
fn escaped(text: &str, marks: &[char]) -> String {
    let mut out = String::with_capacity(text.len());
    let first = |c: char| "×【*-#?\\".contains(c);
    let keyword = [UNORDERED, ALL_PAIRS, UNIT, WORDS, MODEL, ANSWER]
        .iter()
        .chain(RULES.iter().map(|(word, _)| word))
        .any(|word| text.starts_with(word));
    if keyword || text.starts_with([' ', '\u{3000}']) || text.starts_with(first) && !text.starts_with('\\') {
        out.push('\\');
    }
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\\' => out.push_str("\\\\"),
            c if marks.contains(&c) => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    if text.ends_with([' ', '\u{3000}']) && text.chars().count() > 1 {
        // A blank at the end would be trimmed.
        let end = out.pop().unwrap_or(' ');
        out.extend(['\\', end]);
    }
    out
}

fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('n') => out.push('\n'),
                Some(other) => out.push(other),
                None => out.push('\\'),
            },
            c => out.push(c),
        }
    }
    out
}

/// Parts between unescaped marks.
fn split(text: &str, mark: char) -> Vec<&str> {
    let (mut parts, mut from, mut skip) = (vec![], 0, false);
    for (at, c) in text.char_indices() {
        if skip {
            skip = false;
        } else if c == '\\' {
            skip = true;
        } else if c == mark {
            parts.push(&text[from..at]);
            from = at + c.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

/// White space around a text, but for a blank that was escaped.
fn trimmed(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.trim_end();
    let escaped = end.len() < text.len() && end.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1;
    let blank = text[end.len()..].chars().next().map_or(0, char::len_utf8);
    if escaped { &text[..end.len() + blank] } else { end }
}

/// A share in brackets at the end.
fn shared(text: &str) -> Read<(&str, Share)> {
    let bare = text.strip_suffix("%)").or_else(|| text.strip_suffix("%）"));
    let Some((bare, at)) = bare.and_then(|bare| Some((bare, bare.rfind(['(', '（'])?))) else {
        return Ok((text, Share::FULL));
    };
    if bare[..at].ends_with('\\') {
        return Ok((text, Share::FULL));
    }
    let percent = bare[at..].trim_start_matches(['(', '（']);
    let share = Share::percent(percent.trim()).ok_or(Fault::BadNumber)?;
    Ok((trimmed(&bare[..at]), share))
}

fn with_share(text: String, share: Share) -> String {
    match share {
        Share::FULL => text,
        share => format!("{text} ({share}%)"),
    }
}

fn accepted_text(accepted: &Accepted) -> String {
    let mut text = escaped(&accepted.text, &['|', '}']);
    if (text.ends_with("%)") || text.ends_with("%）"))
        && let Some(at) = text.rfind(['(', '（'])
    {
        text.insert(at, '\\');
    }
    with_share(text, accepted.share)
}

fn weight_text(weight: u32) -> String {
    if weight == 1 {
        String::new()
    } else {
        format!("×{weight} ")
    }
}

/// `×2 ` before a blank.
fn weighted(text: &str) -> Read<(u32, &str)> {
    let Some(rest) = text.strip_prefix('×') else {
        return Ok((1, text));
    };
    let (number, rest) = rest.split_once(' ').ok_or(Fault::Syntax)?;
    let weight = number.parse().ok().filter(|weight| (1..=1000).contains(weight));
    Ok((weight.ok_or(Fault::BadNumber)?, rest.trim_start()))
}

fn accepted(text: &str) -> Read<Vec<Accepted>> {
    let one = |part| {
        let (text, share) = shared(trimmed(part))?;
        Ok(Accepted {
            share,
            ..Accepted::fully(plain(text))
        })
    };
    split(text, '|').into_iter().map(one).collect()
}

fn accept_text(accept: Accept) -> String {
    match accept {
        Accept::Near { value, tolerance } if tolerance.is_zero() => value.to_string(),
        Accept::Near { value, tolerance } => format!("{value} ± {tolerance}"),
        Accept::Percent { value, percent } => format!("{value} ± {percent}%"),
        Accept::Between { low, high } => format!("{low} .. {high}"),
    }
}

fn decimal(text: &str) -> Read<Decimal> {
    text.trim().parse().map_err(|_| Fault::BadNumber)
}

fn quantity(text: &str) -> Read<Quantity> {
    let (text, share) = shared(trimmed(text))?;
    let accept = if let Some((low, high)) = text.split_once("..") {
        Accept::Between {
            low: decimal(low)?,
            high: decimal(high)?,
        }
    } else if let Some((value, tolerance)) = text.split_once('±') {
        let value = decimal(value)?;
        match tolerance.trim().strip_suffix('%') {
            Some(percent) => Accept::Percent {
                value,
                percent: decimal(percent)?,
            },
            None => Accept::Near {
                value,
                tolerance: decimal(tolerance)?,
            },
        }
    } else {
        Accept::Near {
            value: decimal(text)?,
            tolerance: Decimal::default(),
        }
    };
    Ok(Quantity {
        accept,
        share,
        feedback: String::new(),
    })
}

fn quantity_text(quantity: &Quantity) -> String {
    with_share(accept_text(quantity.accept), quantity.share)
}

fn options(lines: &[&str], right: char, wrong: Option<char>) -> Read<(Vec<String>, OptionSet)> {
    let (mut texts, mut key) = (vec![], vec![]);
    for line in lines {
        let text = match (line.strip_prefix(right), wrong) {
            (Some(text), _) => {
                key.push(texts.len());
                text
            }
            (None, Some(wrong)) => line.strip_prefix(wrong).ok_or(Fault::Syntax)?,
            (None, None) => line,
        };
        texts.push(plain(trimmed(text)));
    }
    if texts.len() > OptionSet::MAX {
        return Err(Fault::TooManyOptions);
    }
    Ok((texts, OptionSet::of(key)))
}

impl Form {
    /// The text and the lines of a question of this form, as they stand in the editor. A cloze has its answers within its text.
    pub fn notation(&self, stem: &str) -> (String, String) {
        let lines = match self {
            Self::FillIn(blanks) => {
                let head = (!blanks.ordered).then(|| UNORDERED.to_owned());
                let blank = |blank: &Blank| weight_text(blank.weight) + &joined(&blank.accepted);
                head.into_iter().chain(blanks.blanks.iter().map(blank)).collect()
            }
            Self::Numeric(numeric) => {
                let unit = (!numeric.unit.is_empty()).then(|| format!("{UNIT}{}", escaped(&numeric.unit, &[])));
                let quantities = numeric.quantities.iter().map(quantity_text);
                quantities.chain(unit).collect()
            }
            Self::Matching(matching) => matching_lines(matching),
            Self::Ordering(ordering) => {
                let rule = RULES.iter().find(|(_, rule)| *rule == ordering.rule);
                let items = ordering.items.iter().map(|item| escaped(item, &[]));
                rule.map(|(word, _)| (*word).to_owned())
                    .into_iter()
                    .chain(items)
                    .collect()
            }
            Self::Written(written) => written_lines(written),
            Self::Choice(choice) => {
                let option = |(place, text): (usize, &String)| {
                    let mark = if choice.key.contains(place) { '*' } else { '-' };
                    format!("{mark} {}", escaped(text, &[]))
                };
                choice.options.iter().enumerate().map(option).collect()
            }
            Self::Cloze(cloze) => return (cloze_text(cloze), String::new()),
            Self::Case(case) => case.questions.iter().flat_map(case_lines).collect(),
            Self::Information => vec![],
        };
        (stem.to_owned(), lines.join("\n"))
    }

    /// What was typed for a question of this kind, with the text that stands for it in lists.
    ///
    /// # Errors
    /// The first line that is not written as it should be; whether it can be marked is asked by [`Form::fit`].
    pub fn read(kind: Kind, stem: &str, lines: &str) -> Result<(String, Self), NotationFault> {
        if kind == Kind::Cloze {
            let cloze = read_cloze(stem).map_err(|fault| NotationFault { line: 1, fault })?;
            return Ok((cloze.text(), Self::Cloze(cloze)));
        }
        let lines: Vec<(usize, &str)> = (1..).zip(lines.lines()).collect();
        Ok((stem.to_owned(), read_form(kind, &lines)?))
    }
}

fn joined(accepted: &[Accepted]) -> String {
    accepted.iter().map(accepted_text).collect::<Vec<_>>().join(" | ")
}

fn matching_lines(matching: &Matching) -> Vec<String> {
    let mut lines: Vec<String> = vec![];
    if matching.rule == PairRule::All {
        lines.push(ALL_PAIRS.to_owned());
    }
    let text = |place: usize| {
        matching
            .partners
            .get(place)
            .map_or(String::new(), |text| escaped(text, &['=']))
    };
    for (item, partner) in &matching.items {
        lines.push(format!("{} = {}", escaped(item, &['=']), text(*partner)));
    }
    let used = |place: &usize| matching.items.iter().any(|(_, partner)| partner == place);
    let rest = (0..matching.partners.len()).filter(|place| !used(place));
    lines.extend(rest.map(|place| format!("= {}", text(place))));
    lines
}

fn written_lines(written: &Written) -> Vec<String> {
    let criterion = |one: &Criterion| format!("{} = {}", escaped(&one.name, &['=']), one.points);
    let mut lines: Vec<String> = written.rubric.iter().map(criterion).collect();
    let bound = |words: Option<u32>| words.map(|words| words.to_string()).unwrap_or_default();
    if written.least_words.or(written.most_words).is_some() {
        lines.push(format!(
            "{WORDS}{}-{}",
            bound(written.least_words),
            bound(written.most_words)
        ));
    }
    if !written.model.is_empty() {
        lines.push(MODEL.to_owned());
        // Within a case the lines of the next question begin with a mark.
        lines.extend(written.model.lines().map(|line| match line.starts_with(['【', '\\']) {
            true => format!("\\{line}"),
            false => line.to_owned(),
        }));
    }
    lines
}

fn cloze_text(cloze: &Cloze) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => {
            let mut out = String::new();
            for c in text.chars() {
                if matches!(c, '{' | '}' | '\\') {
                    out.push('\\');
                }
                out.push(c);
            }
            out
        }
        Piece::Gap(gap) => {
            let inner = match &gap.answer {
                GapAnswer::Text(accepted) => joined(accepted),
                GapAnswer::Number(numeric) => {
                    let numbers: Vec<String> = numeric.quantities.iter().map(quantity_text).collect();
                    let unit = match numeric.unit.as_str() {
                        "" => String::new(),
                        unit => format!(";{}", escaped(unit, &['}', ';'])),
                    };
                    format!("#{}{unit}", numbers.join("|"))
                }
                GapAnswer::Choice(choice) => {
                    let option = |(place, text): (usize, &String)| {
                        let mark = if choice.key.contains(place) { "*" } else { "" };
                        format!("{mark}{}", escaped(text, &['|', '}']))
                    };
                    let marks = if choice.kind.one_choice() { "?" } else { "??" };
                    let options: Vec<String> = choice.options.iter().enumerate().map(option).collect();
                    format!("{marks}{}", options.join("|"))
                }
            };
            format!("{{{}{inner}}}", weight_text(gap.weight))
        }
    };
    cloze.pieces.iter().map(piece).collect()
}

fn read_cloze(text: &str) -> Read<Cloze> {
    let mut pieces = vec![];
    let mut rest = text;
    loop {
        let open = split(rest, '{')[0].len();
        if open > 0 {
            pieces.push(Piece::Text(unmarked(&rest[..open])));
        }
        let Some(behind) = rest.get(open + 1..) else {
            return Ok(Cloze { pieces });
        };
        let close = split(behind, '}')[0].len();
        let inner = &behind[..close];
        rest = behind.get(close + 1..).ok_or(Fault::Unfinished)?;
        pieces.push(Piece::Gap(read_gap(trimmed(inner))?));
    }
}

/// A text of a cloze: a line end in it is one, so that only marks are turned back.
fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or('\\') } else { c });
    }
    out
}

fn read_gap(inner: &str) -> Read<Gap> {
    let (weight, inner) = weighted(inner)?;
    let answer = if let Some(list) = inner.strip_prefix('?') {
        let (several, list) = match list.strip_prefix('?') {
            Some(list) => (true, list),
            None => (false, list),
        };
        let parts: Vec<&str> = split(list, '|').into_iter().map(trimmed).collect();
        let (texts, key) = options(&parts, '*', None)?;
        let kind = match (several, key.len()) {
            (false, _) => Kind::Single,
            (true, 0 | 1) => Kind::Indefinite,
            (true, _) => Kind::Multiple,
        };
        GapAnswer::Choice(Choice::new(kind, texts, key))
    } else if let Some(numbers) = inner.strip_prefix('#') {
        let parts = split(numbers, ';');
        let unit = parts.get(1).map(|unit| plain(trimmed(unit))).unwrap_or_default();
        GapAnswer::Number(Numeric {
            quantities: split(parts[0], '|').into_iter().map(quantity).collect::<Read<_>>()?,
            unit,
        })
    } else {
        GapAnswer::Text(accepted(inner)?)
    };
    Ok(Gap { weight, answer })
}

/// One question of a case.
fn case_lines(task: &Task) -> Vec<String> {
    let name = task.form.kind().map_or("说明", |kind| kind.name(Lang::Zh));
    let (stem, lines) = task.form.notation(&task.stem);
    let guarded = |line: &str| match line.starts_with(['【', '\\']) || line.trim() == ANSWER {
        true => format!("\\{line}"),
        false => line.to_owned(),
    };
    // The text of a cloze has escapes of its own.
    let stem: Vec<String> = match &task.form {
        Form::Cloze(_) => stem.lines().map(str::to_owned).collect(),
        _ => stem.lines().map(guarded).collect(),
    };
    let answer = (!lines.is_empty()).then(|| ANSWER.to_owned());
    std::iter::once(format!("【{name}】"))
        .chain(stem)
        .chain(answer)
        .chain(lines.lines().map(str::to_owned))
        .collect()
}

fn read_case(lines: &[(usize, &str)]) -> Result<Case, NotationFault> {
    let heads: Vec<usize> = (0..lines.len()).filter(|at| lines[*at].1.starts_with('【')).collect();
    let stray = lines[..heads.first().copied().unwrap_or(lines.len())]
        .iter()
        .find(|(_, line)| !line.trim().is_empty());
    if let Some((line, _)) = stray {
        return Err(NotationFault {
            line: *line,
            fault: Fault::NotStarted,
        });
    }
    let mut questions = vec![];
    for (place, head) in heads.iter().enumerate() {
        let end = heads.get(place + 1).copied().unwrap_or(lines.len());
        let (number, name) = lines[*head];
        let name = name.trim().trim_start_matches('【').trim_end_matches('】');
        let body = &lines[head + 1..end];
        let answer = body
            .iter()
            .position(|(_, line)| line.trim() == ANSWER)
            .unwrap_or(body.len());
        let stem = body[..answer]
            .iter()
            .map(|(_, line)| *line)
            .collect::<Vec<_>>()
            .join("\n");
        let unguarded = |stem: &str| {
            let line = |line: &str| line.strip_prefix('\\').unwrap_or(line).to_owned();
            stem.lines().map(line).collect::<Vec<_>>().join("\n")
        };
        let kind = Kind::ALL
            .into_iter()
            .find(|kind| kind.name(Lang::Zh) == name || kind.code() == name);
        let task = match kind {
            None if name == "说明" => Task::new(unguarded(stem.trim()), Form::Information),
            None | Some(Kind::Case) => {
                return Err(NotationFault {
                    line: number,
                    fault: if kind.is_some() {
                        Fault::BadCase
                    } else {
                        Fault::UnknownType
                    },
                });
            }
            Some(Kind::Cloze) => {
                let fault = |fault| NotationFault { line: number, fault };
                Task::new("", Form::Cloze(read_cloze(stem.trim()).map_err(fault)?))
            }
            Some(kind) => {
                let lines = body.get(answer + 1..).unwrap_or_default();
                Task::new(unguarded(stem.trim()), read_form(kind, lines)?)
            }
        };
        questions.push(task);
    }
    Ok(Case {
        material: String::new(),
        questions,
    })
}

fn read_form(kind: Kind, lines: &[(usize, &str)]) -> Result<Form, NotationFault> {
    let written: Vec<(usize, &str)> = lines
        .iter()
        .map(|(number, line)| (*number, trimmed(line)))
        .filter(|(_, line)| !line.is_empty())
        .collect();
    let mut at = 0;
    let mut each = |line: usize| at = line;
    let read = match kind {
        Kind::Case => return read_case(lines).map(Form::Case),
        Kind::FillBlank => read_blanks(&written, &mut each).map(Form::FillIn),
        Kind::Numeric => read_numeric(&written, &mut each).map(Form::Numeric),
        Kind::Matching => read_matching(&written, &mut each).map(Form::Matching),
        Kind::Ordering => Ok(Form::Ordering(read_ordering(&written))),
        Kind::ShortAnswer => read_written(lines, Length::Short, &mut each).map(Form::Written),
        Kind::Essay => read_written(lines, Length::Essay, &mut each).map(Form::Written),
        Kind::Single | Kind::Multiple | Kind::TrueFalse | Kind::Indefinite => {
            each(written.first().map_or(0, |(line, _)| *line));
            let texts: Vec<&str> = written.iter().map(|(_, line)| *line).collect();
            options(&texts, '*', Some('-')).map(|(texts, key)| Form::Choice(Choice::new(kind, texts, key)))
        }
        Kind::Cloze => Err(Fault::Syntax),
    };
    read.map_err(|fault| NotationFault { line: at.max(1), fault })
}

type Each<'a> = dyn FnMut(usize) + 'a;

fn read_blanks(lines: &[(usize, &str)], each: &mut Each<'_>) -> Read<FillIn> {
    let mut blanks = FillIn {
        blanks: vec![],
        ordered: true,
    };
    for (number, line) in lines {
        each(*number);
        if *line == UNORDERED {
            blanks.ordered = false;
            continue;
        }
        let (weight, line) = weighted(line)?;
        blanks.blanks.push(Blank {
            weight,
            accepted: accepted(line)?,
        });
    }
    Ok(blanks)
}

fn read_numeric(lines: &[(usize, &str)], each: &mut Each<'_>) -> Read<Numeric> {
    let mut numeric = Numeric {
        quantities: vec![],
        unit: String::new(),
    };
    for (number, line) in lines {
        each(*number);
        match line.strip_prefix(UNIT) {
            Some(unit) => numeric.unit = plain(trimmed(unit)),
            None => numeric.quantities.push(quantity(line)?),
        }
    }
    Ok(numeric)
}

fn read_matching(lines: &[(usize, &str)], each: &mut Each<'_>) -> Read<Matching> {
    let mut matching = Matching {
        items: vec![],
        partners: vec![],
        rule: PairRule::Each,
    };
    for (number, line) in lines {
        each(*number);
        if *line == ALL_PAIRS {
            matching.rule = PairRule::All;
            continue;
        }
        let sides = split(line, '=');
        let [item, partner] = sides[..] else {
            return Err(Fault::Syntax);
        };
        let (item, partner) = (plain(trimmed(item)), plain(trimmed(partner)));
        let known = matching.partners.iter().position(|text| *text == partner);
        let place = known.unwrap_or_else(|| {
            matching.partners.push(partner);
            matching.partners.len() - 1
        });
        if !item.is_empty() {
            matching.items.push((item, place));
        }
    }
    Ok(matching)
}

fn read_ordering(lines: &[(usize, &str)]) -> Ordering {
    let mut ordering = Ordering {
        items: vec![],
        rule: OrderRule::All,
    };
    for (_, line) in lines {
        match RULES.iter().find(|(word, _)| word == line) {
            Some((_, rule)) => ordering.rule = *rule,
            None => ordering.items.push(plain(line)),
        }
    }
    ordering
}

fn read_written(lines: &[(usize, &str)], length: Length, each: &mut Each<'_>) -> Read<Written> {
    let mut written = Written {
        length,
        ..Written::default()
    };
    for (place, (number, line)) in lines.iter().enumerate() {
        each(*number);
        let line = trimmed(line);
        if let Some(words) = line.strip_prefix(WORDS) {
            let bound = |text: &str| match text.trim() {
                "" => Ok(None),
                text => text.parse().map(Some).map_err(|_| Fault::BadNumber),
            };
            let (least, most) = words.split_once(['-', '–', '—']).ok_or(Fault::BadRange)?;
            (written.least_words, written.most_words) = (bound(least)?, bound(most)?);
        } else if let Some(first) = line.strip_prefix(MODEL) {
            let rest = lines[place + 1..]
                .iter()
                .map(|(_, line)| line.strip_prefix('\\').unwrap_or(line));
            let all: Vec<&str> = std::iter::once(first).chain(rest).collect();
            written.model = all.join("\n").trim().to_owned();
            break;
        } else if !line.is_empty() {
            let sides = split(line, '=');
            let [name, points] = sides[..] else {
                return Err(Fault::BadRubric);
            };
            written.rubric.push(Criterion {
                name: plain(trimmed(name)),
                points: Points::parse(points.trim()).ok_or(Fault::BadRubric)?,
            });
        }
    }
    Ok(written)
}

impl Cloze {
    /// Its text with a mark for each gap.
    pub fn text(&self) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Gap(_) => GAP.to_owned(),
        };
        self.pieces.iter().map(piece).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn again(kind: Kind, stem: &str, lines: &str) -> Form {
        let (text, form) = Form::read(kind, stem, lines).expect(lines);
        assert_eq!(form.kind(), Some(kind));
        let (typed, written) = form.notation(&text);
        assert_eq!(
            Form::read(kind, &typed, &written),
            Ok((text, form.clone())),
            "{written}"
        );
        form
    }

    #[test]
    fn every_form_is_written_as_it_is_read() {
        let Form::FillIn(blanks) = again(
            Kind::FillBlank,
            "期限为_____，不是_____",
            "不分先后\n三年|3 年 | 三年以下 （50%）\n\n×2 \\×3 A\\|B (1\\(2%)",
        ) else {
            panic!("blanks")
        };
        assert!(!blanks.ordered);
        assert_eq!(blanks.blanks[0].accepted.len(), 3);
        assert_eq!(blanks.blanks[0].accepted[2].share, Share::of(1, 2));
        assert_eq!(
            (blanks.blanks[1].weight, blanks.blanks[1].accepted[0].text.as_str()),
            (2, "×3 A|B (1(2%)")
        );
        let Form::Numeric(numeric) = again(Kind::Numeric, "多少？", "30000 ± 5%\n1 .. 2 (50%)\n7±0.5\n单位：元")
        else {
            panic!("a number")
        };
        assert_eq!((numeric.quantities.len(), numeric.unit.as_str()), (3, "元"));
        let Form::Matching(matching) = again(Kind::Matching, "连", "全对才得分\n拘役 = 刑罚\na\\=b = 刑罚\n= 处分")
        else {
            panic!("pairs")
        };
        assert_eq!(matching.items, [("拘役".into(), 0), ("a=b".into(), 0)]);
        assert_eq!((matching.partners.len(), matching.rule), (2, PairRule::All));
        again(Kind::Ordering, "排", "按相邻计分\n立案\n\\按位置计分\n审判");
        let Form::Written(written) = again(
            Kind::Essay,
            "论述",
            "定性 = 4\n说理 = 5.5\n字数：300-\n参考答案：\n第一，……\n\n【略】",
        ) else {
            panic!("an essay")
        };
        assert_eq!(
            (written.rubric.len(), written.least_words, written.most_words),
            (2, Some(300), None)
        );
        assert_eq!(written.model, "第一，……\n\n【略】");
    }

    #[test]
    fn a_cloze_has_its_answers_in_its_text_and_a_case_its_questions_below_it() {
        let text = "应当在{三十|30 (50%)}日内，处{×2 #30000 ± 500;元}罚款，{?*可以|应当}公告{??*甲|*乙|丙}\\{注\\}";
        let Form::Cloze(cloze) = again(Kind::Cloze, text, "") else {
            panic!("a cloze")
        };
        assert_eq!(cloze.gaps().count(), 4);
        assert_eq!(cloze.gaps().nth(1).map(|gap| gap.weight), Some(2));
        let case = "【单选题】\n谁负责？\n答：\n* 甲\n- 乙\n【说明】\n材料二\n【综合填空题】\n在{三}日内\n【简答题】\n为什么？\n\\【注】\n答：\n理由 = 3\n参考答案：\n因为";
        let Form::Case(case) = again(Kind::Case, "某日，……", case) else {
            panic!("a case")
        };
        assert_eq!(case.questions.len(), 4);
        assert_eq!(case.questions[3].stem, "为什么？\n【注】");
    }

    #[test]
    fn what_is_not_written_as_it_should_be_is_named_by_its_line() {
        let fault = |kind, stem: &str, lines: &str| Form::read(kind, stem, lines).map_err(|it| (it.line, it.fault));
        assert_eq!(fault(Kind::Numeric, "", "3\n\n三"), Err((3, Fault::BadNumber)));
        assert_eq!(fault(Kind::Matching, "", "甲 = 乙\n丙"), Err((2, Fault::Syntax)));
        assert_eq!(fault(Kind::Essay, "", "定性"), Err((1, Fault::BadRubric)));
        assert_eq!(fault(Kind::Cloze, "在{三日内", ""), Err((1, Fault::Unfinished)));
        assert_eq!(fault(Kind::Case, "", "谁？"), Err((1, Fault::NotStarted)));
        assert_eq!(
            fault(Kind::Case, "", "【单选题】\n谁？\n答：\n甲"),
            Err((4, Fault::Syntax))
        );
        assert_eq!(fault(Kind::Case, "", "【案例题】"), Err((1, Fault::BadCase)));
    }
}
