//! From what a GIFT file says to questions.

use crate::domain::answer::{
    Blank, Choice, FillIn, Form, Length, Matching, Numeric, PairRule, Quantity, Share, Task, Written,
};
use crate::domain::intake::{Loss, Place};

use super::super::collection::{Collection, Refused, labelled};
use super::super::flow::Flow;
use super::super::{html, options};
use super::tree::{Answer, Body, Item, Text, TextFormat, parse};
use crate::format::text::{brief, tidy};

/// Whether a text is GIFT as far as a look tells.
pub fn looks_like(text: &str) -> bool {
    let first = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty());
    let Some(first) = first else { return false };
    let begun = ["//", "::", "$CATEGORY:", "[html]", "[markdown]", "[plain]", "[moodle]"];
    if begun.iter().any(|word| first.starts_with(word)) {
        return true;
    }
    let (items, _) = parse(text);
    items.iter().flatten().any(|item| item.body != Body::Description)
}

pub fn read(text: &str) -> Collection {
    let mut collection = Collection::of("gift");
    let (items, categories) = parse(text);
    collection.categories = categories;
    for item in items {
        match item {
            Ok(item) => {
                let place = Place::Line(item.line);
                let mut flow = Flow::default();
                let task = task(item, &mut flow);
                collection.take(place, task, flow.lost);
            }
            Err((line, fault, detail)) => collection.refuse(Place::Line(line), (fault, brief(&detail))),
        }
    }
    collection
}

fn task(item: Item, flow: &mut Flow) -> Result<Task, Refused> {
    let stem = plain(&item.stem, flow);
    let form = form(item.body, flow)?;
    let mut task = Task::new(stem, form);
    task.id = tidy(&item.id.unwrap_or_default());
    task.title = tidy(&item.title.unwrap_or_default());
    task.category = tidy(&item.category);
    task.explanation = item.feedback.map(|text| plain(&text, flow)).unwrap_or_default();
    labelled(&mut task, item.tags);
    Ok(task)
}

/// A text without what its format adds to it.
fn plain(text: &Text, flow: &mut Flow) -> String {
    match text.format {
        TextFormat::Html => html::flow(&text.text, flow),
        TextFormat::Moodle => {
            flow.verbatim = true;
            html::flow(&text.text, flow);
            flow.verbatim = false;
        }
        TextFormat::Markdown | TextFormat::Plain => {
            flow.verbatim = true;
            flow.text(&text.text);
            flow.verbatim = false;
        }
    }
    flow.take()
}

fn form(body: Body, flow: &mut Flow) -> Result<Form, Refused> {
    Ok(match body {
        Body::Description => Form::Information,
        Body::Essay => Form::Written(Written {
            length: Length::Essay,
            ..Written::default()
        }),
        Body::Truth {
            right,
            wrong_feedback,
            right_feedback,
        } => {
            let mut choice = Choice::truth(right);
            let said =
                [wrong_feedback, right_feedback].map(|text| text.map(|text| plain(&text, flow)).unwrap_or_default());
            let [wrong, good] = said;
            choice.feedback = if right { vec![good, wrong] } else { vec![wrong, good] };
            Form::Choice(choice)
        }
        Body::Choice(answers) => Form::Choice(choice(&answers, flow)),
        Body::Short(answers) => Form::FillIn(FillIn {
            blanks: vec![blank(&answers, flow)],
            ordered: true,
        }),
        Body::Numerical(answers) => {
            let mut quantities = vec![];
            for answer in answers {
                let share = share(&answer.weight, answer.right);
                let feedback = answer.feedback.map(|text| plain(&text, flow)).unwrap_or_default();
                match (answer.value, share) {
                    (Some(accept), Some(share)) if share > Share::NONE => quantities.push(Quantity {
                        accept,
                        share,
                        feedback,
                    }),
                    _ if feedback.is_empty() => (),
                    _ => flow.lose(Loss::Feedback, &brief(&feedback)),
                }
            }
            Form::Numeric(Numeric {
                quantities,
                unit: String::new(),
            })
        }
        Body::Matching(pairs) => {
            let mut matching = Matching {
                items: vec![],
                partners: vec![],
                rule: PairRule::Each,
            };
            for (item, partner) in &pairs {
                let (item, partner) = (plain(item, flow), plain(partner, flow));
                let known = matching.partners.iter().position(|known| *known == partner);
                let at = known.unwrap_or(matching.partners.len());
                if known.is_none() {
                    matching.partners.push(partner);
                }
                // A partner without an item only distracts.
                if !item.is_empty() {
                    matching.items.push((item, at));
                }
            }
            Form::Matching(matching)
        }
    })
}

/// The share that an answer earns; `None` for less than nothing.
fn share(weight: &Option<String>, right: bool) -> Option<Share> {
    match weight.as_deref() {
        Some(weight) if weight.starts_with('-') => None,
        Some(weight) => Share::percent(weight.trim_start_matches('+')),
        None if right => Some(Share::FULL),
        None => Some(Share::NONE),
    }
}

fn choice(answers: &[Answer], flow: &mut Flow) -> Choice {
    let texts: Vec<String> = answers.iter().map(|answer| plain(&answer.value, flow)).collect();
    let weights: Vec<options::Weight> = answers
        .iter()
        .map(|answer| options::Weight::of(share(&answer.weight, answer.right), answer.right))
        .collect();
    // Without `=` several may be chosen.
    let one = answers.iter().any(|answer| answer.right);
    let (kind, key) = options::judged(&weights, one, &texts, &mut |loss, detail| flow.lose(loss, detail));
    let mut choice = Choice::new(kind, texts, key);
    choice.feedback = answers
        .iter()
        .map(|answer| {
            answer
                .feedback
                .as_ref()
                .map(|text| plain(text, flow))
                .unwrap_or_default()
        })
        .collect();
    choice
}

fn blank(answers: &[Answer], flow: &mut Flow) -> Blank {
    let mut accepted = vec![];
    for answer in answers {
        let text = plain(&answer.value, flow);
        let feedback = answer
            .feedback
            .as_ref()
            .map(|text| plain(text, flow))
            .unwrap_or_default();
        let share = share(&answer.weight, answer.right).unwrap_or_default();
        accepted.extend(options::accepted(text, share, feedback, &mut |loss, detail| {
            flow.lose(loss, detail)
        }));
    }
    Blank { weight: 1, accepted }
}
