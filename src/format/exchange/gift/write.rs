//! Questions as GIFT.

use std::fmt::Write as _;

use crate::domain::answer::{Accept, Choice, Form, Length, Numeric, Share, Task, Written};
use crate::domain::intake::Loss;
use crate::domain::item::{Kind, pinned};

use super::super::collection::labels;
use super::super::writing::{Lose, Output};

/// The bytes of a file with these questions.
pub fn write(tasks: &[Task], output: &mut Output) -> Vec<u8> {
    // A file of nothing but texts could not be told from any other text.
    let mut out = "// GIFT\n\n".to_owned();
    let mut category = "";
    for (place, task) in tasks.iter().enumerate() {
        let lose = &mut |loss, detail: &str| output.lose(place, loss, detail);
        let Some(question) = question(task, lose) else { continue };
        if task.category != category && task.category.is_empty() {
            // There is no way back to no category.
            lose(Loss::Category, "");
        } else if task.category != category {
            let _ = writeln!(out, "$CATEGORY: {}\n", escaped(&one_line(&task.category, lose)));
            category = &task.category;
        }
        out.push_str(&question);
        out.push('\n');
        output.carry(place);
    }
    out.into_bytes()
}

fn one_line(text: &str, lose: &mut Lose<'_>) -> String {
    if text.contains('\n') {
        lose(Loss::LineBreaks, text);
    }
    text.replace('\n', " ")
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '~' | '=' | '#' | '{' | '}' | ':' | '\\' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// A text of a question whose stem is marked as plain where anything could be taken for more.
fn text(text: &str) -> String {
    let mark = if text.starts_with('[') { "[plain]" } else { "" };
    format!("{mark}{}", escaped(text))
}

/// An answer or option, behind its mark: a weight is written where none could be read out of the text.
fn weighted(share: Option<Share>, otherwise: Share, answer: &str, feedback: &str) -> String {
    let share = share.or_else(|| answer.starts_with('%').then_some(otherwise));
    let weight = share.map(|share| format!("%{share}%")).unwrap_or_default();
    let feedback = match feedback {
        "" => String::new(),
        said => format!("#{}", text(said)),
    };
    format!("{weight}{}{feedback}", text(answer))
}

fn question(task: &Task, lose: &mut Lose<'_>) -> Option<String> {
    let body = match task.form {
        Form::Information => None,
        _ => Some(body(task, lose)?),
    };
    let mut out = String::new();
    let labels = labels(task);
    if !task.id.is_empty() || !labels.is_empty() {
        let label =
            |name: &str, value: &str| format!(" [{name}:{}]", escaped(&value.replace('\n', " ")).replace(']', "\\]"));
        let id = Some(&task.id).filter(|id| !id.is_empty()).map(|id| label("id", id));
        let tags = labels.iter().map(|tag| label("tag", tag));
        let _ = writeln!(out, "//{}", id.into_iter().chain(tags).collect::<String>());
    }
    if !task.title.is_empty() {
        let _ = write!(out, "::{}::", escaped(&task.title));
    }
    let risky = ["//", "::", "$CATEGORY:", "["]
        .iter()
        .any(|start| task.stem.starts_with(start));
    if risky || has_markup(task) {
        out.push_str("[plain]");
    }
    out.push_str(&escaped(&task.stem));
    match (body, task.explanation.as_str()) {
        (Some(body), "") => {
            let _ = write!(out, " {{{body}}}");
        }
        (Some(body), said) => {
            let _ = write!(out, " {{{body}####{}}}", text(said));
        }
        (None, "") => (),
        (None, said) => lose(Loss::Explanation, said),
    }
    out.push('\n');
    Some(out)
}

/// Whether any text could be taken for HTML.
fn has_markup(task: &Task) -> bool {
    let marked = |text: &String| text.contains(['<', '&']);
    let of_form = match &task.form {
        Form::Choice(choice) => choice.options.iter().chain(&choice.feedback).any(marked),
        Form::FillIn(blanks) => {
            let accepted = blanks.blanks.iter().flat_map(|blank| &blank.accepted);
            accepted
                .flat_map(|accepted| [&accepted.text, &accepted.feedback])
                .any(marked)
        }
        Form::Numeric(numeric) => numeric.quantities.iter().any(|quantity| marked(&quantity.feedback)),
        Form::Matching(matching) => matching.items.iter().any(|(item, _)| marked(item)),
        _ => false,
    };
    of_form || marked(&task.stem) || marked(&task.explanation)
}

/// What stands in the braces; `None` for a form that cannot be written.
fn body(task: &Task, lose: &mut Lose<'_>) -> Option<String> {
    let lines = |lines: Vec<String>| format!("\n\t{}\n", lines.join("\n\t"));
    Some(match &task.form {
        Form::Written(written) => {
            of_written(written, lose);
            String::new()
        }
        Form::Choice(choice) => of_choice(choice, lose),
        Form::FillIn(blanks) if blanks.blanks.len() == 1 => {
            let accepted = blanks.blanks[0].accepted.iter().map(|accepted| {
                let mut words = accepted.text.replace('*', "\\*");
                // Moodle would take the question for one of pairs.
                if words.contains("->") || accepted.feedback.contains("->") {
                    lose(Loss::Characters, "->");
                    words = words.replace("->", "→");
                }
                let share = Some(accepted.share).filter(|share| *share < Share::FULL);
                format!(
                    "={}",
                    weighted(share, Share::FULL, &words, &accepted.feedback.replace("->", "→"))
                )
            });
            lines(accepted.collect())
        }
        Form::Numeric(numeric) => {
            if !numeric.unit.is_empty() {
                lose(Loss::Unit, &numeric.unit);
            }
            of_numeric(numeric, lose)
        }
        Form::Matching(matching) => {
            if matching.rule != crate::domain::answer::PairRule::Each {
                lose(Loss::PairRule, "");
            }
            let mut arrow = |item: &str| {
                if item.contains("->") {
                    lose(Loss::Characters, "->");
                }
                text(&item.replace("->", "→"))
            };
            let used = |place: &usize| matching.items.iter().any(|(_, partner)| partner == place);
            let pairs = matching
                .items
                .iter()
                .map(|(item, partner)| (arrow(item), &matching.partners[*partner]));
            let mut pairs: Vec<_> = pairs.collect();
            let alone = (0..matching.partners.len()).filter(|place| !used(place));
            pairs.extend(alone.map(|place| (String::new(), &matching.partners[place])));
            lines(
                pairs
                    .into_iter()
                    .map(|(item, partner)| format!("={item} -> {}", text(partner)))
                    .collect(),
            )
        }
        Form::FillIn(_) | Form::Ordering(_) | Form::Cloze(_) | Form::Case(_) | Form::Information => {
            lose(Loss::Form, task.form.code());
            return None;
        }
    })
}

fn of_written(written: &Written, lose: &mut Lose<'_>) {
    if written.length == Length::Short {
        lose(Loss::Setting, "short_answer");
    }
    if !written.model.is_empty() {
        lose(Loss::Model, &written.model);
    }
    for criterion in &written.rubric {
        lose(Loss::Rubric, &criterion.name);
    }
    if written.least_words.or(written.most_words).is_some() {
        lose(Loss::WordLimit, "");
    }
}

fn of_choice(choice: &Choice, lose: &mut Lose<'_>) -> String {
    if choice.pinned != pinned(&choice.options) {
        lose(Loss::Pinned, &choice.pinned.letters());
    }
    let right = choice.key.len() as u64;
    let plain = Choice::truth(choice.key.contains(0));
    if choice.kind == Kind::TrueFalse && choice.options == plain.options {
        let (good, wrong) = if choice.key.contains(0) { (0, 1) } else { (1, 0) };
        let word = if choice.key.contains(0) { "TRUE" } else { "FALSE" };
        let [wrong, good] = [wrong, good].map(|place: usize| choice.feedback[place].as_str());
        return match (wrong, good) {
            ("", "") => word.to_owned(),
            (wrong, "") => format!("{word}#{}", text(wrong)),
            (wrong, good) => format!("{word}#{}#{}", text(wrong), text(good)),
        };
    }
    let one = choice.kind.one_choice();
    if choice.kind == Kind::Indefinite && right > 1 {
        lose(Loss::Indefinite, "");
    }
    let options = (0..).zip(&choice.options).map(|(place, option)| {
        let is_right = choice.key.contains(place);
        let share = (!one && is_right).then(|| Share::of(1, right));
        let mark = if one && is_right { '=' } else { '~' };
        let otherwise = if is_right { Share::FULL } else { Share::NONE };
        format!("{mark}{}", weighted(share, otherwise, option, &choice.feedback[place]))
    });
    format!("\n\t{}\n", options.collect::<Vec<_>>().join("\n\t"))
}

fn of_numeric(numeric: &Numeric, lose: &mut Lose<'_>) -> String {
    let quantities = numeric.quantities.iter().map(|quantity| {
        let range = match quantity.accept {
            Accept::Near { value, tolerance } => format!("{value}:{tolerance}"),
            Accept::Between { low, high } => format!("{low}..{high}"),
            Accept::Percent { percent, .. } => {
                lose(Loss::Tolerance, &format!("{percent}%"));
                let (low, high) = quantity.accept.bounds();
                format!("{low}..{high}")
            }
        };
        let share = match quantity.share {
            Share::FULL => String::new(),
            share => format!("%{share}%"),
        };
        let feedback = match quantity.feedback.as_str() {
            "" => String::new(),
            said => format!("#{}", text(said)),
        };
        format!("={share}{range}{feedback}")
    });
    format!("#\n\t{}\n", quantities.collect::<Vec<_>>().join("\n\t"))
}
