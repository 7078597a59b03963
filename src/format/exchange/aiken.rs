//! Aiken: one right option, one line for each part.

use std::fmt::Write as _;

use crate::domain::answer::{Choice, Fault, Form, Task};
use crate::domain::intake::{Loss, Place};
use crate::domain::item::{OptionSet, letter, pinned};

use super::collection::{Collection, labels};
use super::options::{Weight, judged};
use super::writing::{Lose, Output};
use crate::format::text::{brief, tidy};

/// What a line is.
enum Line<'a> {
    Option(char, &'a str),
    Answer(&'a str),
    Text(&'a str),
}

impl<'a> Line<'a> {
    fn of(line: &'a str) -> Self {
        if let Some(answer) = line
            .get(..7)
            .filter(|start| start.eq_ignore_ascii_case("answer:"))
            .map(|_| &line[7..])
        {
            return Self::Answer(answer.trim());
        }
        let mut letters = line.chars();
        match (letters.next(), letters.next()) {
            (Some(label @ 'A'..='Z'), Some(')' | '.')) => Self::Option(label, letters.as_str().trim()),
            _ => Self::Text(line),
        }
    }
}

/// Whether a text is Aiken as far as a look tells.
pub(super) fn looks_like(text: &str) -> bool {
    let lines = || text.lines().map(|line| Line::of(line.trim()));
    lines().any(|line| matches!(line, Line::Answer(_))) && lines().any(|line| matches!(line, Line::Option(..)))
}

#[derive(Default)]
struct Question {
    line: usize,
    stem: Vec<String>,
    labels: Vec<char>,
    options: Vec<String>,
}

pub(super) fn read(text: &str) -> Collection {
    let mut collection = Collection::of("aiken");
    let mut question = Question::default();
    let mut last = 0;
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let line = line.trim();
        if line.is_empty() {
            continue;
        }
        last = number;
        match Line::of(line) {
            Line::Answer(answer) => {
                let done = std::mem::take(&mut question);
                let (place, result, lost) = done.finish(number, answer);
                collection.take(place, result, lost);
            }
            Line::Option(..) if question.stem.is_empty() => {
                collection.refuse(Place::Line(number), (Fault::NotStarted, brief(line)));
            }
            Line::Option(label, text) => {
                question.labels.push(label);
                question.options.push(tidy(text));
            }
            Line::Text(text) => {
                if !question.options.is_empty() {
                    let stem = question.stem.join(" ");
                    collection.refuse(Place::Line(number), (Fault::Unfinished, brief(&stem)));
                    question = Question::default();
                }
                if question.stem.is_empty() {
                    question.line = number;
                }
                question.stem.push(tidy(text));
            }
        }
    }
    if !question.stem.is_empty() {
        collection.refuse(Place::Line(last), (Fault::Unfinished, brief(&question.stem.join(" "))));
    }
    collection
}

type Finished = (Place, Result<Task, (Fault, String)>, Vec<(Loss, String)>);

impl Question {
    fn finish(self, line: usize, answer: &str) -> Finished {
        let (mut lost, stem) = (vec![], self.stem.join("\n"));
        let refuse = |fault| (Place::Line(line), Err((fault, brief(&stem))), vec![]);
        if stem.is_empty() {
            return (Place::Line(line), Err((Fault::NotStarted, brief(answer))), vec![]);
        }
        if self.options.len() < 2 {
            return refuse(Fault::TooFewOptions);
        }
        let mut letters = answer.trim_end_matches(['.', ')']).chars();
        let (Some(named), None) = (letters.next(), letters.next()) else {
            return refuse(Fault::Syntax);
        };
        let named = named.to_ascii_uppercase();
        let Some(right) = self.labels.iter().position(|label| *label == named) else {
            return refuse(Fault::KeyNotAnOption);
        };
        let weight = |place| if place == right { Weight::Full } else { Weight::Nothing };
        let weights: Vec<Weight> = (0..self.options.len()).map(weight).collect();
        let (kind, key) = judged(&weights, true, &self.options, &mut |loss, detail| {
            lost.push((loss, detail.to_owned()))
        });
        let choice = Choice::new(kind, self.options, key);
        (Place::Line(self.line), Ok(Task::new(stem, Form::Choice(choice))), lost)
    }
}

/// The bytes of a file with these questions.
pub(super) fn write(tasks: &[Task], output: &mut Output) -> Vec<u8> {
    let mut out = String::new();
    for (place, task) in tasks.iter().enumerate() {
        let question = question(task, &mut |loss, detail| output.lose(place, loss, detail));
        if let Some(question) = question {
            out.push_str(&question);
            out.push('\n');
            output.carry(place);
        }
    }
    out.into_bytes()
}

fn question(task: &Task, lose: &mut Lose<'_>) -> Option<String> {
    let Form::Choice(choice) = &task.form else {
        lose(Loss::Form, task.form.code());
        return None;
    };
    let mut line = |text: &str| {
        if text.contains('\n') {
            lose(Loss::LineBreaks, text);
        }
        text.replace('\n', " ")
    };
    let stem = line(&task.stem);
    let options: Vec<String> = choice.options.iter().map(|option| line(option)).collect();
    if !choice.kind.one_choice() || !matches!(Line::of(&stem), Line::Text(_)) {
        lose(Loss::Form, task.form.code());
        return None;
    }
    let others = [
        (Loss::Title, task.title.as_str()),
        (Loss::Identifier, &task.id),
        (Loss::Category, &task.category),
        (Loss::Explanation, &task.explanation),
    ];
    for (loss, text) in others.into_iter().filter(|(_, text)| !text.is_empty()) {
        lose(loss, text);
    }
    for tag in labels(task) {
        lose(Loss::Tag, &tag);
    }
    for said in choice.feedback.iter().filter(|said| !said.is_empty()) {
        lose(Loss::Feedback, said);
    }
    if choice.pinned != pinned(&choice.options) {
        lose(Loss::Pinned, &choice.pinned.letters());
    }
    let mut out = format!("{stem}\n");
    for (place, option) in options.iter().enumerate() {
        let _ = writeln!(out, "{}) {option}", letter(place));
    }
    let key = choice.key.places().next().map(letter);
    debug_assert!(choice.key != OptionSet::EMPTY, "what is written was checked");
    let _ = writeln!(out, "ANSWER: {}", key?);
    Some(out)
}
