//! Questions as a workbook in the layout of our own template, and workbooks and tables as questions.

use crate::domain::answer::{Accepted, Form, Length, Share, Task};
use crate::domain::intake::{Found, Loss};
use crate::domain::item::{Difficulty, OptionSet, letter, pinned};
use crate::domain::lang::Lang;
use crate::domain::time::Timestamp;

use super::collection::{Categories, Collection};
use super::writing::{Lose, Output};
use crate::format::question;
use crate::format::stem::without_number;
use crate::format::workbook::{self, Cell, Sheet};

/// What the reader of workbooks, CSV and JSON Lines takes, as questions of any form. Its doubts are reported as they are.
pub(super) fn read(file_name: &str, bytes: &[u8]) -> Collection {
    let reading = question::read(file_name, bytes);
    let mut collection = Collection::of(reading.format);
    collection.errors = reading.errors;
    collection.losses = reading.warnings;
    let mut categories = Categories::default();
    for Found { place, value } in reading.found {
        let task = Task::from(value);
        if !task.category.is_empty() {
            categories.add(&task.category);
        }
        collection.take(place, Ok(task), vec![]);
    }
    collection.categories = categories.names;
    collection
}

/// The bytes of a workbook with these questions; empty when there is none to write.
pub(super) fn write(tasks: &[Task], output: &mut Output) -> Vec<u8> {
    let mut rows = vec![];
    for (place, task) in tasks.iter().enumerate() {
        if let Some(row) = row(task, &mut |loss, detail| output.lose(place, loss, detail)) {
            rows.push(row);
            output.carry(place);
        }
    }
    let options: Vec<String> = (0..OptionSet::MAX)
        .map(|place| format!("选项{}", letter(place)))
        .collect();
    let mut head = vec![("题型", 14), ("题目", 60)];
    head.extend(options.iter().map(|option| (option.as_str(), 24)));
    head.extend([("答案", 12), ("解析", 40), ("法律依据", 30), ("标签", 20), ("难度", 8)]);
    let sheet = Sheet {
        name: "题库",
        notes: vec![],
        head,
        rows: Box::new(rows.into_iter()),
    };
    // The name of the sheet is one that Excel takes, and memory does not fail.
    workbook::write(vec![sheet], Timestamp(0)).unwrap_or_default()
}

fn row(task: &Task, lose: &mut Lose<'_>) -> Option<Vec<Cell>> {
    let (options, key) = match &task.form {
        Form::Choice(choice) => {
            for said in choice.feedback.iter().filter(|said| !said.is_empty()) {
                lose(Loss::Feedback, said);
            }
            if choice.pinned != pinned(&choice.options) {
                lose(Loss::Pinned, &choice.pinned.letters());
            }
            (choice.options.clone(), choice.key.letters())
        }
        Form::FillIn(blanks) => {
            if !blanks.ordered {
                lose(Loss::Unordered, "");
            }
            let mut answers = vec![];
            for blank in &blanks.blanks {
                let full = |accepted: &&Accepted| accepted.share == Share::FULL;
                let first = blank
                    .accepted
                    .iter()
                    .find(full)
                    .map(|accepted| accepted.text.clone())
                    .unwrap_or_default();
                for other in blank.accepted.iter().filter(|accepted| accepted.text != first) {
                    lose(Loss::PartialCredit, &other.text);
                }
                if blank.weight != 1 {
                    lose(Loss::GapWeight, &blank.weight.to_string());
                }
                for said in blank.accepted.iter().filter(|accepted| !accepted.feedback.is_empty()) {
                    lose(Loss::Feedback, &said.feedback);
                }
                if first.contains(['；', ';', '\n']) {
                    lose(Loss::Characters, &first);
                }
                // Each of them would begin another blank.
                answers.push(first.replace(['；', ';'], "，").replace('\n', " "));
            }
            (vec![], answers.join("；"))
        }
        Form::Written(written) => {
            for criterion in &written.rubric {
                lose(Loss::Rubric, &criterion.name);
            }
            if written.least_words.or(written.most_words).is_some() {
                lose(Loss::WordLimit, "");
            }
            (vec![], written.model.clone())
        }
        form => {
            lose(Loss::Form, form.code());
            return None;
        }
    };
    for (loss, text) in [(Loss::Title, &task.title), (Loss::Identifier, &task.id)] {
        if !text.is_empty() {
            lose(loss, text);
        }
    }
    if without_number(&task.stem) != task.stem {
        lose(Loss::Characters, &task.stem);
    }
    let listed = |texts: &[&String], mark: &str, marks: &[char], loss, lose: &mut Lose<'_>| {
        for text in texts.iter().filter(|text| text.contains(marks)) {
            lose(loss, text);
        }
        texts.iter().map(|text| text.as_str()).collect::<Vec<_>>().join(mark)
    };
    let category = Some(&task.category).filter(|category| !category.is_empty());
    if category.is_none() && !task.tags.is_empty() {
        // The first tag is read as the topic.
        lose(Loss::Category, "");
    }
    let tags: Vec<&String> = category.into_iter().chain(&task.tags).collect();
    let tags = listed(&tags, "、", &['、'], Loss::Tag, lose);
    let basis: Vec<&String> = task.basis.iter().collect();
    let basis = listed(&basis, "；", &['；', ';', '\n'], Loss::Basis, lose);
    let kind = match &task.form {
        Form::Choice(choice) => choice.kind.name(Lang::Zh),
        Form::FillIn(_) => "填空题",
        Form::Written(written) if written.length == Length::Essay => "论述题",
        _ => "简答题",
    };
    let level = match task.difficulty {
        Difficulty::Unknown => "",
        level => level.name(Lang::Zh),
    };
    let mut row: Vec<Cell> = vec![kind.into(), task.stem.as_str().into()];
    row.extend(
        (0..OptionSet::MAX).map(|place| options.get(place).map_or(Cell::Empty, |option| option.as_str().into())),
    );
    let rest = [key, task.explanation.clone(), basis, tags, level.to_owned()];
    row.extend(
        rest.into_iter()
            .map(|text| if text.is_empty() { Cell::Empty } else { Cell::from(text) }),
    );
    Some(row)
}
