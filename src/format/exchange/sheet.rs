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
use crate::format::table::INSTRUCTIONS;
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
    workbook_of(rows)
}

/// An empty workbook of our own: the columns, and how they are filled in.
pub fn template() -> Vec<u8> {
    workbook_of(vec![])
}

/// The kinds with an example each: kind, question, options, key.
const EXAMPLES: [[&str; 4]; 6] = [
    ["单选题", "供水单位多久检查一次消火栓？", "每周｜每月｜每年", "B"],
    [
        "多选题",
        "哪些地方不得堆放物品？",
        "疏散通道｜安全出口｜消防车通道｜仓库",
        "ABC",
    ],
    ["判断题", "任何人不得埋压消火栓。", "（可以不填）", "正确"],
    ["不定项选择题", "下列哪些说法正确？", "甲说法｜乙说法｜丙说法", "A"],
    [
        "填空题",
        "罚款的上限是_____元，下限是_____元。",
        "（不填）",
        "五千；五百",
    ],
    ["简答题", "简述检查的程序。", "（不填）", "参考答案写在这里。"],
];

/// What each column takes.
const RULES: [[&str; 2]; 8] = [
    [
        "题型",
        "写上表“题型”一栏里的名称。填空题和简答题只能存为待补正，暂时不能组卷。",
    ],
    ["题目", "题干。不用写题号。一道题占一行，不要合并单元格。"],
    [
        "选项A 到 选项J",
        "一格一个选项，不写字母，从 A 起不要空格子；最多十个。判断题可以不填。",
    ],
    [
        "答案",
        "选项字母，例如 B 或 ACD；判断题写“正确”或“错误”；填空题按空的顺序写，用分号分开；简答题写参考答案。",
    ],
    ["解析", "为什么这样答。可以不填。"],
    [
        "法律依据",
        "例如“安全生产法第九十五条”。几条用分号分开。法规库里有这部法的，题目会跟随法律修订。",
    ],
    ["标签", "几个标签用顿号分开，第一个作为知识点。"],
    ["难度", "易、中、难，不知道就不填。"],
];

fn workbook_of(rows: Vec<Vec<Cell>>) -> Vec<u8> {
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
    workbook::write(vec![sheet, instructions()], Timestamp(0)).unwrap_or_default()
}

fn instructions() -> Sheet<'static> {
    let mut rows: Vec<Vec<Cell>> = EXAMPLES.iter().map(|row| Vec::from(row.map(Cell::from))).collect();
    rows.push(vec![Cell::Empty]);
    rows.extend(RULES.iter().map(|row| Vec::from(row.map(Cell::from))));
    Sheet {
        name: INSTRUCTIONS,
        notes: vec!["在“题库”一页填写，一行一题。这一页只供查看，导入时不读。".to_owned()],
        head: vec![
            ("题型举例", 20),
            ("怎么写", 60),
            ("各选项（一格一个）", 40),
            ("怎么答", 20),
        ],
        rows: Box::new(rows.into_iter()),
    }
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
