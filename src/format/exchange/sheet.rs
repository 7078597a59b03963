//! Questions as a workbook in the layout of our own template, and workbooks and tables as questions.

use crate::domain::answer::{Cells, Form, Task};
use crate::domain::intake::{Found, Loss};
use crate::domain::item::{Difficulty, Kind, OptionSet, letter, pinned};
use crate::domain::lang::Lang;
use crate::domain::time::Timestamp;

use super::collection::{Categories, Collection};
use super::writing::{Lose, Output};
use crate::format::question;
use crate::format::stem::without_number;
use crate::format::table::INSTRUCTIONS;
use crate::format::text::tidy;
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

/// The kinds with an example each: kind, question, options (parted by `｜`), answer, rules.
const EXAMPLES: [[&str; 5]; 14] = [
    ["单选题", "供水单位多久检查一次消火栓？", "每周｜每月｜每年", "B", ""],
    [
        "多选题",
        "哪些地方不得堆放物品？",
        "疏散通道｜安全出口｜消防车通道｜仓库",
        "ABC",
        "",
    ],
    ["判断题", "任何人不得埋压消火栓。", "", "正确", ""],
    ["不定项选择题", "下列哪些说法正确？", "甲说法｜乙说法｜丙说法", "A", ""],
    [
        "填空题",
        "罚款的上限是_____，下限是_____。",
        "",
        "五千元 | 5000元；五百元 | 500元",
        "",
    ],
    [
        "填空题",
        "检查应当核对_____和_____。",
        "",
        "台账；现场 | 现场情况 | 实物 (50%)",
        "不分先后",
    ],
    ["数值题", "水源离建筑最远多少？", "", "150 ± 5", "单位：米"],
    [
        "连线题",
        "把行为和处理连起来。",
        "",
        "埋压消火栓 = 责令改正\n逾期不改 = 罚款\n= 不予处理",
        "全对才得分",
    ],
    [
        "排序题",
        "按先后排出检查的步骤。",
        "",
        "出示证件\n现场检查\n制作笔录\n送达",
        "按相邻计分",
    ],
    [
        "综合填空题",
        "供水单位应当在{三十 | 30}日内修复，费用在{#3 ± 0.5;万元}以内的{?*可以|不得}先行处理。",
        "",
        "",
        "",
    ],
    [
        "简答题",
        "简述检查的程序。",
        "",
        "先出示证件，再到现场检查，最后制作笔录。",
        "步骤完整 = 3\n先后正确 = 2",
    ],
    [
        "论述题",
        "论述为什么水源要由专人管理。",
        "",
        "可以从责任、时效、费用三个方面来写。",
        "观点 = 4\n论证 = 6\n字数：300-800",
    ],
    [
        "案例题",
        "某日，检查人员发现一处消火栓被埋压。",
        "",
        "【单选题】\n应当由谁责令改正？\n答：\n* 主管部门\n- 物业公司\n【数值题】\n限期最长几日？\n答：\n15\n单位：日\n\
         【简答题】\n简述理由。\n答：\n依据 = 2\n事实 = 1\n参考答案：\n埋压妨碍取水，应当及时改正。",
        "",
    ],
    [
        "案例题",
        "（材料）",
        "",
        "【判断题】\n材料说得对。\n答：\n- 正确\n* 错误",
        "",
    ],
];

/// What each column takes.
const RULES: [[&str; 2]; 10] = [
    ["题型", "写上表“题型举例”一栏里的名称。"],
    [
        "题目",
        "题干。不用写题号。一道题占一行，不要合并单元格。填空题用_____标出每个空；综合填空题把答案写在题目里的花括号中；案例题写材料。",
    ],
    [
        "选项A 到 选项J",
        "只有单选、多选、判断、不定项用。一格一个选项，不写字母，从 A 起不要空格子；最多十个。判断题可以不填。",
    ],
    ["答案：选择和判断", "选项字母，例如 B 或 ACD；判断题写“正确”或“错误”。"],
    [
        "答案：其他题型",
        "填空题按空的顺序写，用分号或换行分开，同一个空的几种答法用竖线 | 分开，后面加 (50%) 的只得一半；数值题写数，可以写误差“150 ± 5”“150 ± 5%”或者范围“100 .. 200”；连线题一行一对，用等号连接，没有左边的是多余的右边；排序题按正确顺序一行一项；简答题和论述题写参考答案；案例题一道小题接一道小题，题型写在【】里，“答：”下面写答案，选项前面 * 是对的、- 是错的。单元格里换行按 Alt+Enter。",
    ],
    [
        "评分规则",
        "可以不填。填空题“不分先后”；数值题“单位：元”；连线题“全对才得分”；排序题“按位置计分”“按相邻计分”或“按先后计分”；简答题和论述题一行一个要点“要点 = 分值”，还可以写“字数：300-800”。",
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
    head.extend([
        ("答案", 24),
        ("评分规则", 20),
        ("解析", 40),
        ("法律依据", 30),
        ("标签", 20),
        ("难度", 8),
    ]);
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
            ("题目", 60),
            ("各选项（一格一个）", 40),
            ("答案", 40),
            ("评分规则", 20),
        ],
        rows: Box::new(rows.into_iter()),
    }
}

/// Characters that a cell holds.
const CELL_LIMIT: usize = 32_767;

/// A question beyond choice in the cells of a row; `None` when they would not be read again.
fn cells(task: &Task, lose: &mut Lose<'_>) -> Option<(Kind, Cells)> {
    let kind = task.form.kind()?;
    let form = unsaid(task.form.clone(), lose);
    let stem = match &form {
        Form::Case(case) => {
            let material = [task.stem.as_str(), case.material.as_str()];
            let material: Vec<&str> = material.into_iter().filter(|text| !text.is_empty()).collect();
            match material.is_empty() {
                true => format!("（{}）", kind.name(Lang::Zh)),
                false => material.join("\n"),
            }
        }
        _ => task.stem.clone(),
    };
    let written = form.cells(&stem);
    let read = Cells {
        text: without_number(&tidy(&written.text)).to_owned(),
        answers: tidy(&written.answers),
        rules: tidy(&written.rules),
    };
    let fits = |text: &String| text.chars().count() <= CELL_LIMIT;
    let whole = [&written.text, &written.answers, &written.rules].into_iter().all(fits);
    let readable = whole && !read.text.is_empty() && Form::of_cells(kind, &read).is_ok();
    readable.then_some((kind, written))
}

/// A form without what is said to those who gave an answer, and the questions of a case without what a row has no place for.
fn unsaid(form: Form, lose: &mut Lose<'_>) -> Form {
    let Form::Case(mut case) = form else {
        let (form, said) = form.without_feedback();
        said.iter().for_each(|text| lose(Loss::Feedback, text));
        return form;
    };
    for question in &mut case.questions {
        let named = [
            (Loss::Explanation, &question.explanation),
            (Loss::Title, &question.title),
            (Loss::Identifier, &question.id),
        ];
        let listed = question.tags.iter().map(|tag| (Loss::Tag, tag));
        let listed = listed.chain(question.basis.iter().map(|basis| (Loss::Basis, basis)));
        for (loss, text) in named.into_iter().chain(listed).filter(|(_, text)| !text.is_empty()) {
            lose(loss, text);
        }
        let form = unsaid(std::mem::replace(&mut question.form, Form::Information), lose);
        *question = Task::new(std::mem::take(&mut question.stem), form);
    }
    Form::Case(case)
}

fn row(task: &Task, lose: &mut Lose<'_>) -> Option<Vec<Cell>> {
    let (kind, options, filled) = match &task.form {
        Form::Choice(choice) => {
            for said in choice.feedback.iter().filter(|said| !said.is_empty()) {
                lose(Loss::Feedback, said);
            }
            if choice.pinned != pinned(&choice.options) {
                lose(Loss::Pinned, &choice.pinned.letters());
            }
            let filled = Cells {
                text: task.stem.clone(),
                answers: choice.key.letters(),
                rules: String::new(),
            };
            (choice.kind, choice.options.clone(), filled)
        }
        form => {
            let Some((kind, filled)) = cells(task, lose) else {
                lose(Loss::Form, form.code());
                return None;
            };
            (kind, vec![], filled)
        }
    };
    for (loss, text) in [(Loss::Title, &task.title), (Loss::Identifier, &task.id)] {
        if !text.is_empty() {
            lose(loss, text);
        }
    }
    if without_number(&filled.text) != filled.text {
        lose(Loss::Characters, &filled.text);
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
    let level = match task.difficulty {
        Difficulty::Unknown => "",
        level => level.name(Lang::Zh),
    };
    let mut row: Vec<Cell> = vec![kind.name(Lang::Zh).into(), filled.text.into()];
    row.extend(
        (0..OptionSet::MAX).map(|place| options.get(place).map_or(Cell::Empty, |option| option.as_str().into())),
    );
    let Cells { answers, rules, .. } = filled;
    let rest = [answers, rules, task.explanation.clone(), basis, tags, level.to_owned()];
    row.extend(
        rest.into_iter()
            .map(|text| if text.is_empty() { Cell::Empty } else { Cell::from(text) }),
    );
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::State;
    use crate::format::question;

    /// The examples of the sheet that explains, filled in as it says.
    #[test]
    fn every_example_of_the_instructions_is_read_as_its_kind_and_may_be_asked() {
        let example = |[kind, stem, options, answer, rules]: [&str; 5]| -> Vec<Cell> {
            let mut options = options.split('｜');
            let mut row: Vec<Cell> = vec![kind.into(), stem.into()];
            row.extend((0..OptionSet::MAX).map(|_| options.next().unwrap_or_default().into()));
            row.extend([answer, rules].map(Cell::from));
            row
        };
        let reading = question::read("模板.xlsx", &workbook_of(EXAMPLES.map(example).into()));
        assert_eq!((&reading.errors, &reading.warnings), (&vec![], &vec![]));
        let read: Vec<_> = reading.found.iter().map(|found| &found.value).collect();
        assert_eq!(read.len(), EXAMPLES.len());
        for (question, [kind, ..]) in read.iter().zip(EXAMPLES) {
            assert_eq!(
                (question.kind.name(Lang::Zh), question.state),
                (kind, State::Ready),
                "{}",
                question.stem
            );
        }
        let named: std::collections::HashSet<Kind> = read.iter().map(|question| question.kind).collect();
        assert_eq!(named.len(), Kind::ALL.len(), "every kind has an example");
    }
}
