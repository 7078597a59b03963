//! Gaps as Moodle writes them into a text: `{1:SHORTANSWER:=right~%50%nearly#feedback}`.

use crate::domain::answer::{
    Accept, Accepted, Blank, Choice, Cloze, Fault, FillIn, Form, GAP, Gap, GapAnswer, Numeric, Piece, Quantity, Share,
};
use crate::domain::intake::Loss;
use crate::domain::item::{Kind, OptionSet};

use super::super::collection::Refused;
use super::super::flow::{Flow, MARK};
use super::super::gift::tree::range;
use super::super::{html, options};
use crate::format::text::brief;

/// What a gap asks for.
#[derive(Clone, Copy)]
enum Field {
    Text,
    Number,
    /// One of a list.
    One,
    /// Several of a list.
    Several,
}

fn field(word: &str) -> Option<(Field, bool)> {
    Some(match word {
        "SHORTANSWER" | "SA" | "MW" => (Field::Text, false),
        "SHORTANSWER_C" | "SAC" | "MWC" => (Field::Text, true),
        "NUMERICAL" | "NM" => (Field::Number, false),
        "MULTICHOICE" | "MC" | "MULTICHOICE_V" | "MCV" | "MULTICHOICE_H" | "MCH" | "MULTICHOICE_S" | "MCS"
        | "MULTICHOICE_VS" | "MCVS" | "MULTICHOICE_HS" | "MCHS" => (Field::One, false),
        "MULTIRESPONSE" | "MR" | "MULTIRESPONSE_H" | "MRH" | "MULTIRESPONSE_S" | "MRS" | "MULTIRESPONSE_HS"
        | "MRHS" => (Field::Several, false),
        _ => return None,
    })
}

/// A text with gaps as a question: 填空 where every gap takes words, a cloze otherwise.
pub(super) fn form(text: &str, flow: &mut Flow) -> Result<(String, Form), Refused> {
    let (mut gaps, mut rest) = (vec![], text);
    // The text is laid out in one go, since a paragraph may reach over a gap.
    let mut around = String::new();
    // Behind the last brace no gap can end.
    let last = last_brace(text).map_or(0, |at| text.len() - at);
    while let Some(at) = rest.find('{').filter(|at| rest.len() - at > last && last > 0) {
        if gaps.len() > GAPS {
            return Err((Fault::TooLarge, gaps.len().to_string()));
        }
        around.push_str(&rest[..at].replace(MARK, ""));
        match gap(&rest[at..]) {
            Some((gap, behind)) => {
                around.push(MARK);
                gaps.push(gap);
                rest = behind;
            }
            None => {
                around.push('{');
                rest = &rest[at + 1..];
            }
        }
    }
    around.push_str(&rest.replace(MARK, ""));
    if gaps.is_empty() {
        return Err((Fault::NoGap, String::new()));
    }
    flow.marks = true;
    html::flow(&around, flow);
    flow.marks = false;
    let text = flow.take();
    let gaps = gaps
        .into_iter()
        .map(|gap| gap.answer(flow))
        .collect::<Result<Vec<_>, _>>()?;
    if gaps.iter().all(|gap| matches!(gap.answer, GapAnswer::Text(_))) {
        let blanks = gaps.into_iter().filter_map(|gap| match gap.answer {
            GapAnswer::Text(accepted) => Some(Blank {
                weight: gap.weight,
                accepted,
            }),
            _ => None,
        });
        let form = Form::FillIn(FillIn {
            blanks: blanks.collect(),
            ordered: true,
        });
        return Ok((text.replace(MARK, GAP), form));
    }
    let mut pieces = vec![];
    let mut gaps = gaps.into_iter();
    for (place, part) in text.split(MARK).enumerate() {
        if place > 0 {
            pieces.extend(gaps.next().map(Piece::Gap));
        }
        if !part.is_empty() {
            pieces.push(Piece::Text(part.to_owned()));
        }
    }
    Ok((String::new(), Form::Cloze(Cloze { pieces })))
}

/// The most gaps of one question.
const GAPS: usize = 100;

/// Where the last closing brace stands that is not escaped.
fn last_brace(text: &str) -> Option<usize> {
    let mut escaped = false;
    let free = text.char_indices().filter(|(_, c)| {
        let free = !std::mem::take(&mut escaped);
        escaped = free && *c == '\\';
        free && *c == '}'
    });
    free.map(|(at, _)| at).last()
}

/// A gap as it stands in the text.
struct Unread<'a> {
    weight: u32,
    form: Field,
    case_sensitive: bool,
    answers: &'a str,
}

/// The gap that `text` begins with, and what stands behind it.
fn gap(text: &str) -> Option<(Unread<'_>, &str)> {
    let inner = text.strip_prefix('{')?;
    let (weight, inner) = inner.split_once(':')?;
    let weight = match weight.trim() {
        "" => 1,
        digits if digits.len() <= 4 => digits.parse().ok()?,
        _ => return None,
    };
    let word = inner.find(|c: char| !(c.is_ascii_uppercase() || c == '_'))?;
    let (form, case_sensitive) = field(&inner[..word])?;
    let rest = &inner[word..];
    let mut escaped = false;
    let end = rest.char_indices().find(|(_, c)| {
        let free = !std::mem::take(&mut escaped);
        escaped = free && *c == '\\';
        free && *c == '}'
    });
    let (end, _) = end?;
    let answers = rest[..end].strip_prefix(':').unwrap_or("");
    (rest.starts_with([':', '}'])).then_some(())?;
    let gap = Unread {
        weight,
        form,
        case_sensitive,
        answers,
    };
    Some((gap, &rest[end + 1..]))
}

struct Answer {
    share: Option<Share>,
    right: bool,
    text: String,
    feedback: String,
}

/// The parts between marks that are not escaped.
fn split(text: &str, mark: char) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let last = parts.last_mut();
        match (c, chars.peek(), last) {
            ('\\', Some(next), Some(last)) if "~#}\\".contains(*next) => {
                last.push('\\');
                last.extend(chars.next());
            }
            (c, _, _) if c == mark => parts.push(String::new()),
            (c, _, Some(last)) => last.push(c),
            _ => (),
        }
    }
    parts
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('\\', Some(next)) if "~#}".contains(*next) => out.extend(chars.next()),
            (c, _) => out.push(c),
        }
    }
    out
}

impl Unread<'_> {
    fn read(&self, flow: &mut Flow) -> Result<Vec<Answer>, Refused> {
        let mut answers = vec![];
        let mut plain = |text: &str| {
            html::flow(&unescaped(text), flow);
            flow.take()
        };
        for written in split(self.answers, '~').iter().filter(|_| !self.answers.is_empty()) {
            let parts = split(written, '#');
            // Line breaks of the editor may stand before the mark.
            let value = parts[0].trim_start();
            let value = value.strip_prefix("<br />").map_or(value, str::trim_start);
            let (right, value) = value.strip_prefix('=').map_or((false, value), |value| (true, value));
            let (share, value) = match value.strip_prefix('%').and_then(|rest| rest.split_once('%')) {
                Some((weight, value)) if weight.trim_start_matches(['-', '+']).parse::<f64>().is_ok() => {
                    let share = if weight.starts_with('-') {
                        None
                    } else {
                        Share::percent(weight.trim_start_matches('+'))
                    };
                    (share, value)
                }
                _ => (Some(if right { Share::FULL } else { Share::NONE }), value),
            };
            let right = right || share == Some(Share::FULL);
            let text = plain(value);
            let feedback = plain(&parts[1..].join("#"));
            answers.push(Answer {
                share,
                right,
                text,
                feedback,
            });
        }
        if answers.is_empty() {
            return Err((Fault::NoKey, brief(self.answers)));
        }
        Ok(answers)
    }

    fn answer(self, flow: &mut Flow) -> Result<Gap, Refused> {
        let answers = self.read(flow)?;
        if self.case_sensitive {
            flow.lose(Loss::CaseSensitive, "");
        }
        let lose = &mut |loss, detail: &str| flow.lose(loss, detail);
        let answer = match self.form {
            Field::Text => {
                let accepted = answers.into_iter().filter_map(|answer| {
                    options::accepted(answer.text, answer.share.unwrap_or_default(), answer.feedback, lose)
                });
                let accepted: Vec<Accepted> = accepted.collect();
                GapAnswer::Text(accepted)
            }
            Field::Number => {
                let mut quantities = vec![];
                for answer in answers {
                    let share = answer.share.unwrap_or_default();
                    if share == Share::NONE {
                        if !answer.feedback.is_empty() {
                            lose(Loss::Feedback, &answer.feedback);
                        }
                        continue;
                    }
                    let accept = range(&answer.text).ok_or((Fault::BadNumber, brief(&answer.text)))?;
                    quantities.push(Quantity {
                        accept,
                        share,
                        feedback: answer.feedback,
                    });
                }
                GapAnswer::Number(Numeric {
                    quantities,
                    unit: String::new(),
                })
            }
            Field::One | Field::Several => {
                let one = matches!(self.form, Field::One);
                let texts: Vec<String> = answers.iter().map(|answer| answer.text.clone()).collect();
                let weights: Vec<_> = answers
                    .iter()
                    .map(|answer| options::Weight::of(answer.share, answer.right))
                    .collect();
                let (kind, key) = options::judged(&weights, one, &texts, lose);
                // A list has no 判断, and one of several right ones is what it asks for.
                let kind = if kind == Kind::TrueFalse { Kind::Single } else { kind };
                let mut choice = Choice::new(kind, texts, key);
                choice.pinned = OptionSet::EMPTY;
                choice.feedback = answers.into_iter().map(|answer| answer.feedback).collect();
                GapAnswer::Choice(choice)
            }
        };
        Ok(Gap {
            weight: self.weight,
            answer,
        })
    }
}

/// Text that no program takes for a gap.
pub(super) fn around(text: &str, escaped: &dyn Fn(&str) -> String) -> String {
    escaped(text).replace('{', "&#123;").replace('}', "&#125;")
}

fn inside(text: &str, escaped: &dyn Fn(&str) -> String) -> String {
    let mut out = String::new();
    for c in escaped(text).chars() {
        match c {
            // A backslash before a mark of the format would take its meaning away.
            '\\' => out.push_str("&bsol;"),
            '~' | '#' | '}' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

fn with_share(share: Share, words: &str, feedback: &str) -> String {
    let feedback = if feedback.is_empty() {
        String::new()
    } else {
        format!("#{feedback}")
    };
    format!("%{share}%{words}{feedback}")
}

/// A gap as it stands in the text.
pub(super) fn written(
    gap: &Gap,
    escaped: &dyn Fn(&str) -> String,
    lose: &mut super::super::writing::Lose<'_>,
) -> String {
    let inside = |text: &str| inside(text, escaped);
    let (word, answers): (&str, Vec<String>) = match &gap.answer {
        GapAnswer::Text(accepted) => {
            let answer = |accepted: &Accepted| {
                with_share(
                    accepted.share,
                    &inside(&accepted.text.replace('*', "\\*")),
                    &inside(&accepted.feedback),
                )
            };
            ("SHORTANSWER", accepted.iter().map(answer).collect())
        }
        GapAnswer::Number(numeric) => {
            if !numeric.unit.is_empty() {
                lose(Loss::Unit, &numeric.unit);
            }
            let answer = |quantity: &Quantity| {
                let value = match quantity.accept {
                    Accept::Near { value, tolerance } => format!("{value}:{tolerance}"),
                    Accept::Between { .. } | Accept::Percent { .. } => {
                        let (low, high) = quantity.accept.bounds();
                        lose(Loss::Tolerance, &format!("{low}–{high}"));
                        let half = high.minus(low).divided(2).unwrap_or_default();
                        format!("{}:{half}", low.plus(half))
                    }
                };
                with_share(quantity.share, &value, &inside(&quantity.feedback))
            };
            ("NUMERICAL", numeric.quantities.iter().map(answer).collect())
        }
        GapAnswer::Choice(choice) => {
            if choice.kind == Kind::Indefinite && choice.key.len() > 1 {
                lose(Loss::Indefinite, "");
            }
            let one = choice.kind.one_choice();
            let share = |place| match (choice.key.contains(place), one) {
                (false, _) => Share::NONE,
                (true, true) => Share::FULL,
                (true, false) => Share::of(1, choice.key.len() as u64),
            };
            let answer = |(place, option): (usize, &String)| {
                with_share(share(place), &inside(option), &inside(&choice.feedback[place]))
            };
            let word = if one { "MULTICHOICE" } else { "MULTIRESPONSE" };
            (word, choice.options.iter().enumerate().map(answer).collect())
        }
    };
    format!("{{{}:{word}:{}}}", gap.weight, answers.join("~"))
}
