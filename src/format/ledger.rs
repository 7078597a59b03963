//! Activities as a table: our own template, and files in its layout. A line that cannot be read is refused with all that is wrong with it.

use crate::domain::{
    activity::{Kind, Mode, PERSONS},
    intake::{Field, Found, Matter, Note, Reading},
    lang::Lang,
    ledger::{Doubt, LINES, NAMES, Row},
    time::Timestamp,
};

use super::{
    file::{Contents, Refusal, open},
    table::{Headings, INSTRUCTIONS, Row as Cells, Table, sections},
    text::{brief, half_width, parts, word},
    workbook::{self, Cell, Sheet},
};

/// Words of which a ledger in GB18030 holds at least one.
const WORDS: &[&str] = &["类型", "日期", "名称", "单位"];
/// What parts the numbers of a name list.
const MARKS: &[char] = &['、', ',', '，', ';', '；', ' ', '\u{3000}', '\n', '\t'];

#[derive(Debug)]
struct Columns {
    kind: usize,
    title: usize,
    day: usize,
    unit: usize,
    audience: Option<usize>,
    quantity: Option<usize>,
    document: Option<usize>,
    place: Option<usize>,
    mode: Option<usize>,
    form: Option<usize>,
    note: Option<usize>,
    persons: Option<usize>,
}

impl Headings for Columns {
    const NEEDED: &'static [&'static str] = &["类型", "名称", "日期", "单位"];

    fn recognise(words: &[(usize, String)]) -> Option<Self> {
        let find = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| words.iter().find(|(_, word)| word == name).map(|(column, _)| *column))
        };
        Some(Self {
            kind: find(&["类型", "活动类型", "类别", "kind"])?,
            title: find(&["名称", "活动名称", "主题", "活动主题", "title"])?,
            day: find(&["日期", "活动日期", "开展日期", "时间", "活动时间", "day", "date"])?,
            unit: find(&["单位", "开展单位", "单位名称", "主办单位", "承办单位", "unit"])?,
            audience: find(&["参加人数", "受众人数", "参加或受众人数", "人数", "audience"]),
            quantity: find(&["数量", "作品数或参赛人次", "作品数", "作品数量", "参赛人次", "quantity"]),
            document: find(&["证明文件", "文号", "来源文件", "document"]),
            place: find(&["地点", "活动地点", "place"]),
            mode: find(&["方式", "现场或线上", "mode"]),
            form: find(&["形式", "活动形式", "名次或奖项", "奖项", "名次", "form"]),
            note: find(&["说明", "备注", "note"]),
            persons: find(&["参加人员工号", "人员工号", "参加人员", "工号", "persons"]),
        })
    }

    fn filled_down(&self) -> Vec<usize> {
        vec![self.kind, self.unit]
    }
}

/// Reads a file of activities: XLSX or CSV. The file name serves only to know lock files.
pub fn read(file_name: &str, bytes: &[u8]) -> Reading<Row> {
    let reading = match open(file_name, bytes, WORDS) {
        Ok(Contents::Tables { format, tables }) => from_tables(format, tables),
        Ok(Contents::JsonLines(_)) => Err(Refusal {
            format: "jsonl",
            matter: Matter::UnknownHeader {
                found: vec![],
                needed: Columns::NEEDED.iter().map(|word| (*word).to_owned()).collect(),
            },
        }),
        Err(refusal) => Err(refusal),
    };
    reading.unwrap_or_else(Reading::from)
}

fn from_tables(format: &'static str, tables: Vec<Table>) -> Result<Reading<Row>, Refusal> {
    let refuse = |doubt| Refusal {
        format,
        matter: Matter::Ledger(doubt),
    };
    let (sections, notes) = sections::<Columns>(tables).map_err(|matter| Refusal { format, matter })?;
    if sections.iter().map(|section| section.rows().len()).sum::<usize>() > LINES {
        return Err(refuse(Doubt::TooManyLines(LINES)));
    }
    let mut reading = Reading {
        format,
        found: vec![],
        warnings: notes,
        errors: vec![],
    };
    let mut names = 0;
    for section in &sections {
        for cells in section.rows() {
            let place = section.table.place(cells.number);
            match row(&section.headings, cells) {
                Ok(value) => {
                    names += value.persons.len();
                    reading.found.push(Found { place, value });
                }
                Err(matters) => reading.errors.extend(matters.into_iter().map(|matter| Note {
                    place: place.clone(),
                    matter,
                })),
            }
            if names > NAMES {
                return Err(refuse(Doubt::TooManyNames(NAMES)));
            }
        }
    }
    Ok(reading)
}

/// A line, or all that cannot be read of it.
fn row(columns: &Columns, cells: &Cells) -> Result<Row, Vec<Matter>> {
    let mut wrong = vec![];
    let mut doubt = |doubt| wrong.push(Matter::Ledger(doubt));
    let kind = kind(&cells.text(Some(columns.kind))).map_err(&mut doubt).ok();
    let mode = mode(&cells.text(columns.mode)).map_err(&mut doubt).unwrap_or_default();
    let day = day(&cells.text(Some(columns.day))).map_err(&mut doubt).ok();
    let audience = number(&cells.text(columns.audience)).map_err(&mut doubt).ok().flatten();
    let quantity = quantity(kind, &cells.text(columns.quantity))
        .map_err(&mut doubt)
        .unwrap_or_default();
    let persons = persons(&cells.text(columns.persons));
    if persons.len() > PERSONS {
        wrong.push(Matter::TooLong {
            field: Field::Number,
            length: persons.len(),
            limit: PERSONS,
        });
    }
    match (kind, day, wrong.is_empty()) {
        (Some(kind), Some(day), true) => Ok(Row {
            kind,
            mode,
            unit: cells.text(Some(columns.unit)),
            day,
            title: cells.text(Some(columns.title)),
            place: cells.text(columns.place),
            form: cells.text(columns.form),
            audience,
            quantity,
            document: cells.text(columns.document),
            note: cells.text(columns.note),
            persons,
        }),
        _ => Err(wrong),
    }
}

fn kind(text: &str) -> Result<Kind, Doubt> {
    Ok(match word(text).as_str() {
        "" => return Err(Doubt::NoKind),
        "专题学法" | "中心组学法" | "理论学习中心组学法" | "中心组学习" => Kind::StudySession,
        "讲座" | "法治讲座" | "法制讲座" | "普法讲座" => Kind::Lecture,
        "宣传" | "宣教" | "宣教活动" | "普法活动" | "宣传活动" | "普法宣传" | "普法宣传活动" => {
            Kind::Publicity
        }
        "作品" | "普法作品" => Kind::Work,
        "庭审旁听" | "旁听庭审" => Kind::CourtObservation,
        "获奖" | "团体奖" | "团体获奖" => Kind::TeamResult,
        "其他平台竞赛" | "外部竞赛" | "参加竞赛" => Kind::ContestElsewhere,
        "通报" | "通报文件" => Kind::Circular,
        other => {
            let named = |kind: &&Kind| word(kind.name(Lang::Zh)) == other || kind.code() == other;
            let known = Kind::ALL.iter().find(named);
            *known.ok_or_else(|| Doubt::UnknownKind(brief(text)))?
        }
    })
}

fn mode(text: &str) -> Result<Mode, Doubt> {
    match word(text).as_str() {
        "" | "现场" | "线下" | "onsite" => Ok(Mode::Onsite),
        "线上" | "网上" | "在线" | "online" => Ok(Mode::Online),
        _ => Err(Doubt::UnknownMode(brief(text))),
    }
}

/// `2026-01-31`, `2026/1/31`, `2026.1.31`, `2026年1月31日`, with a time of day after it or not.
fn day(text: &str) -> Result<Timestamp, Doubt> {
    let plain: String = text.chars().map(half_width).collect();
    let numbers: Vec<&str> = plain
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let read = match numbers.as_slice() {
        [year, month, day, ..] if year.len() == 4 && month.len() <= 2 && day.len() <= 2 => {
            Timestamp::parse_day(&format!("{year}-{month:0>2}-{day:0>2}"))
        }
        [together] if together.len() == 8 && together.len() == plain.trim().len() => {
            Timestamp::parse_day(&format!("{}-{}-{}", &together[..4], &together[4..6], &together[6..]))
        }
        _ => None,
    };
    read.ok_or_else(|| Doubt::BadDay(brief(text)))
}

/// A whole number, with or without a word behind it (`60人`, `1,200`); `None` for an empty cell.
fn number(text: &str) -> Result<Option<i64>, Doubt> {
    let plain: String = text
        .chars()
        .map(half_width)
        .filter(|c| !matches!(c, ',' | '，' | ' '))
        .collect();
    let digits = plain.trim_end_matches(['人', '次', '件', '名', '余']);
    match (digits, plain.contains('余')) {
        ("", false) if plain.is_empty() => Ok(None),
        (digits, false) => digits.parse().map(Some).map_err(|_| Doubt::BadNumber(brief(text))),
        // 200余 is no number that could be added up.
        (_, true) => Err(Doubt::BadNumber(brief(text))),
    }
}

/// What an entry counts as: the number of works or participations, 0 where it is missing, and 1 for every other kind.
fn quantity(kind: Option<Kind>, text: &str) -> Result<i64, Doubt> {
    let written = number(text)?;
    match (kind.is_none_or(|kind| kind.quantity(Lang::Zh).is_some()), written) {
        (true, written) => Ok(written.unwrap_or(0)),
        (false, None | Some(1)) => Ok(1),
        (false, Some(_)) => Err(Doubt::Uncounted(brief(text))),
    }
}

/// The numbers of a name list, each once, in their order.
fn persons(text: &str) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut numbers = parts(text, MARKS);
    for number in &mut numbers {
        *number = number.chars().map(half_width).collect();
    }
    numbers.retain(|number| seen.insert(number.clone()));
    numbers
}

/// An example of each kind: kind, title, day, unit, people, number, document, form.
const EXAMPLES: [[&str; 8]; 8] = [
    [
        "中心组专题学法",
        "学习《安全生产法》",
        "2026-03-12",
        "示例市应急管理局",
        "18",
        "",
        "",
        "",
    ],
    [
        "法治讲座",
        "行政处罚法讲座",
        "2026-04-02",
        "政策法规科",
        "60",
        "",
        "",
        "",
    ],
    [
        "普法宣教活动",
        "民法典进企业",
        "2026-05-11",
        "安全生产执法支队",
        "240",
        "",
        "",
        "进企业",
    ],
    [
        "普法作品",
        "应急普法短视频",
        "2026-06-08",
        "办公室",
        "",
        "6",
        "",
        "征集",
    ],
    ["旁听庭审", "网上旁听庭审", "2026-07-15", "政策法规科", "31", "", "", ""],
    [
        "团体获奖",
        "全省应急管理普法知识竞赛",
        "2026-09-20",
        "示例市应急管理局",
        "",
        "",
        "示例竞赛组委会通报〔2026〕2号",
        "一等奖",
    ],
    [
        "其他平台竞赛参与",
        "全省应急管理普法知识竞赛",
        "2026-09-01",
        "示例市应急管理局",
        "",
        "35000",
        "示例竞赛组委会通报〔2026〕1号",
        "",
    ],
    [
        "通报文件",
        "学法考法情况通报",
        "2026-10-10",
        "示例市应急管理局",
        "",
        "",
        "示应急函〔2026〕8号",
        "",
    ],
];

/// What each column takes.
const RULES: [[&str; 2]; 12] = [
    ["类型", "写上表“类型”一栏里的名称。"],
    ["名称", "活动的名称，不超过 120 字。"],
    ["日期", "写成 2026-01-31，要在所导入的年度之内，还没到的日期不收。"],
    [
        "单位",
        "名册里的单位名称。同名单位写全路径，例如 市局/一科；也可以写单位编号。",
    ],
    ["参加人数", "参加或受众人数，整数；没有统计就空着，不要写“200余”。"],
    ["数量", "只有普法作品（件）和其他平台竞赛参与（人次）要填。"],
    ["证明文件", "文号或文件名称。团体获奖、其他平台竞赛参与、通报文件必填。"],
    ["地点", "可以不填。"],
    ["方式", "现场或线上，不填就是现场。"],
    [
        "形式",
        "团体获奖必填名次或奖项，如第一名、一等奖；普法作品写制作或征集；其他写进企业、集市等，可以不填。",
    ],
    ["说明", "不超过 1000 字，可以不填。"],
    [
        "参加人员工号",
        "名单里的人的工号，用顿号、逗号或空格分开。要在名册里，可以不填。",
    ],
];

/// An empty workbook of our own: the columns, and how they are filled in.
pub fn template() -> Vec<u8> {
    let head = vec![
        ("类型", 18),
        ("名称", 40),
        ("日期", 12),
        ("单位", 30),
        ("参加人数", 10),
        ("数量", 10),
        ("证明文件", 30),
        ("地点", 20),
        ("方式", 8),
        ("形式", 16),
        ("说明", 40),
        ("参加人员工号", 40),
    ];
    let ledger = Sheet {
        name: "活动台账",
        notes: vec![],
        head,
        rows: Box::new(std::iter::empty()),
    };
    let mut rows: Vec<Vec<Cell>> = EXAMPLES.iter().map(|row| Vec::from(row.map(Cell::from))).collect();
    rows.push(vec![Cell::Empty]);
    rows.extend(RULES.iter().map(|row| Vec::from(row.map(Cell::from))));
    let instructions = Sheet {
        name: INSTRUCTIONS,
        notes: vec!["在“活动台账”一页填写，一行一条。这一页只供查看，导入时不读。".to_owned()],
        head: vec![
            ("类型举例", 20),
            ("名称", 60),
            ("日期", 12),
            ("单位", 20),
            ("参加人数", 10),
            ("数量", 10),
            ("证明文件", 34),
            ("形式", 16),
        ],
        rows: Box::new(rows.into_iter()),
    };
    // The names of the sheets are ones that Excel takes, and memory does not fail.
    workbook::write(vec![ledger, instructions], Timestamp(0)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(notes: &[Note]) -> Vec<String> {
        let code = |note: &Note| match &note.matter {
            Matter::Ledger(doubt) => format!("{} {}", note.place, doubt.code()),
            other => format!("{} {}", note.place, other.code()),
        };
        notes.iter().map(code).collect()
    }

    #[test]
    fn a_line_holds_all_that_the_form_takes() {
        let text = "类型,名称,日期,单位,参加人数,数量,证明文件,地点,方式,形式,说明,参加人员工号\n\
                    旁听庭审,网上旁听,2026年3月2日,市局/1科,\"1,200人\",,,法院,线上,行政案件,说明,1001、1002，1001\n\
                    普法作品,漫画,2026/5/1,1科,,34件,,,,,,\n\
                    讲座,讲座,20260501,1科,,1,,,,,,\n";
        let reading = read("台账.csv", text.as_bytes());
        assert_eq!((codes(&reading.errors), reading.found.len()), (vec![], 3));
        let row = &reading.found[0].value;
        assert_eq!(
            (row.kind, row.mode, row.day.day_field().as_str(), row.audience),
            (Kind::CourtObservation, Mode::Online, "2026-03-02", Some(1200))
        );
        assert_eq!((row.persons.join("+").as_str(), row.quantity), ("1001+1002", 1));
        assert_eq!(
            (row.unit.as_str(), row.place.as_str(), row.form.as_str()),
            ("市局/1科", "法院", "行政案件")
        );
        assert_eq!(
            (reading.found[1].value.quantity, reading.found[2].value.quantity),
            (34, 1)
        );
    }

    #[test]
    fn everything_wrong_with_a_line_is_named() {
        let text = "类型,名称,日期,单位,参加人数,数量,方式\n\
                    聚餐,甲,昨天,1科,约百,,电话\n,甲,,1科,,,\n普法作品,甲,2026-02-30,1科,,200余,\n讲座,甲,2026-02-02,1科,,5,\n";
        let reading = read("台账.csv", text.as_bytes());
        let expected = [
            "2 unknown_activity_kind",
            "2 unknown_mode",
            "2 bad_day",
            "2 bad_number",
            "3 no_activity_kind",
            "3 bad_day",
            "4 bad_day",
            "4 bad_number",
            "5 uncounted",
        ];
        assert_eq!(codes(&reading.errors), expected);
        assert!(reading.found.is_empty());
    }

    #[test]
    fn our_own_template_is_read_without_a_word_once_it_is_filled_in() {
        let empty = read("模板.xlsx", &template());
        assert_eq!(codes(&empty.errors), [" no_rows"]);
        for kind in Kind::ALL {
            let example = EXAMPLES.iter().find(|example| example[0] == kind.name(Lang::Zh));
            let example = example.unwrap_or_else(|| panic!("no example of {kind:?}"));
            let text = format!(
                "类型,名称,日期,单位,参加人数,数量,证明文件,形式\n{}\n",
                example.join(",")
            );
            let reading = read("a.csv", text.as_bytes());
            assert_eq!(codes(&reading.errors), [""; 0], "{kind:?}");
            let wish = reading.found[0].value.wish(crate::domain::id::UnitId(1));
            let year_end = Timestamp::parse_day("2026-12-31").expect("a day");
            assert_eq!(wish.check(2026, year_end), Ok(()), "{kind:?}");
        }
    }
}
