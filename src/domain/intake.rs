//! What a reader of a foreign file has to say beside the values it found: every refused row, every doubt.

use serde::{Deserialize, Serialize};

use super::item::Kind;
use super::lang::Lang;

/// Where in a file something stands. Rows and lines count from 1, as the person sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    File,
    Sheet(String),
    Row { sheet: String, row: usize },
    Line(usize),
}

impl std::fmt::Display for Place {
    /// `Sheet1!25` for a workbook, `25` for a text file, empty for the file as a whole.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Sheet(sheet) => write!(f, "{sheet}"),
            Self::Row { sheet, row } => write!(f, "{sheet}!{row}"),
            Self::Line(line) => write!(f, "{line}"),
        }
    }
}

/// One refusal or doubt, with the place it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub place: Place,
    pub matter: Matter,
}

impl Note {
    pub fn message(&self, lang: Lang) -> String {
        self.matter.message(lang)
    }
}

/// A value read from a file with the place it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found<T> {
    pub place: Place,
    pub value: T,
}

/// All that was read from one file. `errors` are rows (or the whole file) that are refused;
/// `warnings` belong to rows that are kept with a doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading<T> {
    /// `xlsx`, `csv`, `jsonl`, or `unknown` when the file is refused whole.
    pub format: &'static str,
    pub found: Vec<Found<T>>,
    pub warnings: Vec<Note>,
    pub errors: Vec<Note>,
}

/// A part of a question or of a roster row, for notes that concern one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Stem,
    Option,
    Explanation,
    Basis,
    Tag,
    Number,
    Name,
    Unit,
}

impl Field {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Stem => lang.pick("题目", "stem"),
            Self::Option => lang.pick("选项", "option"),
            Self::Explanation => lang.pick("解析", "explanation"),
            Self::Basis => lang.pick("法律依据", "legal basis"),
            Self::Tag => lang.pick("标签", "tag"),
            Self::Number => lang.pick("工号", "number"),
            Self::Name => lang.pick("姓名", "name"),
            Self::Unit => lang.pick("单位", "unit"),
        }
    }
}

/// What can be wrong with a file or a row. Each variant carries what a person needs to find the spot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matter {
    /// The owner file (`~$…`) that an office program leaves beside an open document.
    LockFile,
    EmptyFile,
    FileTooLarge {
        bytes: u64,
        limit: u64,
    },
    /// A packed file that would fill the memory when unpacked.
    UnpacksTooLarge {
        bytes: u64,
        limit: u64,
    },
    /// An Excel 97–2003 workbook (`.xls`).
    OldWorkbook,
    ProtectedWorkbook,
    /// A file of a kind that holds no table, with the usual name of that kind.
    OtherFile {
        kind: String,
    },
    DamagedFile {
        detail: String,
    },
    UnknownEncoding,
    /// No row near the top of any sheet names the columns that are needed.
    UnknownHeader {
        found: Vec<String>,
        needed: Vec<String>,
    },
    /// JSON of which no line is a question.
    UnknownJson,
    /// More rows or lines than a sheet of a workbook can have.
    TooManyRows {
        limit: usize,
    },
    /// The columns are named, but nothing stands below them.
    NoRows,
    /// One sheet among others has no known headings.
    SheetSkipped {
        found: Vec<String>,
    },
    /// A line that should be one JSON object and is not.
    BadLine,

    NoStem,
    /// A row with a stem and nothing else.
    StemOnly,
    NoKind,
    UnknownKind {
        word: String,
    },
    /// A key without a single option it could name.
    NoOptions {
        key: String,
    },
    TooManyOptions {
        count: usize,
        limit: usize,
    },
    TooLong {
        field: Field,
        length: usize,
        limit: usize,
    },

    TooFewOptions {
        count: usize,
    },
    NoKey,
    /// The key is neither letters nor a word for right or wrong.
    UnreadableKey {
        word: String,
    },
    /// `labels` are the labels of the options that are there.
    KeyNotAnOption {
        letters: String,
        labels: String,
    },
    KeyCount {
        kind: Kind,
        letters: String,
    },
    KeyNormalised {
        written: String,
        read: String,
    },
    /// The file states one kind and the key means another; the key decided.
    KindByKey {
        stated: String,
        letters: String,
        kind: Kind,
    },
    /// The labels as they stand, `?` for an option without one.
    LabelsOutOfOrder {
        labels: String,
    },
    /// The label of one option stands inside the text of the option before it.
    OptionsRunTogether {
        label: char,
    },
    /// A label with no text behind it.
    BlankOption {
        labels: String,
    },
    /// A 判断 question with a letter for a key and no options that would tell what the letter means.
    OptionsAssumed {
        key: String,
    },
    KindNotDrawnYet {
        kind: Kind,
    },
    RepeatedStem {
        first: Place,
    },
    /// Merged cells gave their value to every row they cover.
    MergedCells {
        value: String,
        last_row: usize,
    },

    NoNumber,
    NoName,
    NoUnit,
    RepeatedNumber {
        number: String,
        first: Place,
    },
    /// An account outside the roster signs in by it.
    NumberOfAnAccount {
        number: String,
    },
    /// Digits of a number were lost before the file came here.
    DamagedNumber {
        written: String,
    },
    UnitTooDeep {
        depth: usize,
        limit: usize,
    },
    UnknownRank {
        word: String,
    },
    UnknownCategory {
        word: String,
    },
}

impl Matter {
    /// A stable identifier for machines; the same word stands in the JSON form.
    pub fn code(&self) -> &'static str {
        match self {
            Self::LockFile => "lock_file",
            Self::EmptyFile => "empty_file",
            Self::FileTooLarge { .. } => "file_too_large",
            Self::UnpacksTooLarge { .. } => "unpacks_too_large",
            Self::OldWorkbook => "old_workbook",
            Self::ProtectedWorkbook => "protected_workbook",
            Self::OtherFile { .. } => "other_file",
            Self::DamagedFile { .. } => "damaged_file",
            Self::UnknownEncoding => "unknown_encoding",
            Self::UnknownHeader { .. } => "unknown_header",
            Self::UnknownJson => "unknown_json",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::NoRows => "no_rows",
            Self::SheetSkipped { .. } => "sheet_skipped",
            Self::BadLine => "bad_line",
            Self::NoStem => "no_stem",
            Self::StemOnly => "stem_only",
            Self::NoKind => "no_kind",
            Self::UnknownKind { .. } => "unknown_kind",
            Self::NoOptions { .. } => "no_options",
            Self::TooManyOptions { .. } => "too_many_options",
            Self::TooLong { .. } => "too_long",
            Self::TooFewOptions { .. } => "too_few_options",
            Self::NoKey => "no_key",
            Self::UnreadableKey { .. } => "unreadable_key",
            Self::KeyNotAnOption { .. } => "key_not_an_option",
            Self::KeyCount { .. } => "key_count",
            Self::KeyNormalised { .. } => "key_normalised",
            Self::KindByKey { .. } => "kind_by_key",
            Self::LabelsOutOfOrder { .. } => "labels_out_of_order",
            Self::OptionsRunTogether { .. } => "options_run_together",
            Self::BlankOption { .. } => "blank_option",
            Self::OptionsAssumed { .. } => "options_assumed",
            Self::KindNotDrawnYet { .. } => "kind_not_drawn_yet",
            Self::RepeatedStem { .. } => "repeated_stem",
            Self::MergedCells { .. } => "merged_cells",
            Self::NoNumber => "no_number",
            Self::NoName => "no_name",
            Self::NoUnit => "no_unit",
            Self::RepeatedNumber { .. } => "repeated_number",
            Self::NumberOfAnAccount { .. } => "number_of_an_account",
            Self::DamagedNumber { .. } => "damaged_number",
            Self::UnitTooDeep { .. } => "unit_too_deep",
            Self::UnknownRank { .. } => "unknown_rank",
            Self::UnknownCategory { .. } => "unknown_category",
        }
    }

    /// What happened and what to do, in the person's language.
    pub fn message(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    fn zh(&self) -> String {
        match self {
            Self::LockFile => "这是打开文档时留下的临时文件（~$），不是文档本身。请关闭程序后选择原文件。".into(),
            Self::EmptyFile => "文件是空的。请确认选对了文件，并在保存后重新上传。".into(),
            Self::FileTooLarge { bytes, limit } => format!(
                "文件有 {} MB，超过 {} MB 的上限。请拆成几个文件分别上传。",
                megabytes(*bytes),
                megabytes(*limit)
            ),
            Self::UnpacksTooLarge { bytes, limit } => format!(
                "文件展开后有 {} MB，超过 {} MB 的上限。请删去无关的工作表和图片，或拆成几个文件。",
                megabytes(*bytes),
                megabytes(*limit)
            ),
            Self::OldWorkbook => "这是旧版 Excel 文件（.xls）。请在 Excel 中另存为 .xlsx 后上传。".into(),
            Self::ProtectedWorkbook => "工作簿设有打开密码，无法读取。请取消密码并保存后上传。".into(),
            Self::OtherFile { kind } => format!("这是 {kind} 文件，不是表格。请上传 .xlsx 或 .csv 文件。"),
            Self::DamagedFile { detail } => {
                format!("文件已损坏，无法读取（{detail}）。请在 Excel 中打开并另存为 .xlsx 后上传。")
            }
            Self::UnknownEncoding => {
                "无法辨认文件的文字编码，或者它不是文本文件。请另存为 UTF-8 编码的 CSV 或 .xlsx 后上传。".into()
            }
            Self::UnknownHeader { found, needed } => format!(
                "没有找到认识的表头，现有：{}。请在前十行内写明这些列：{}。",
                listed_zh(found),
                listed_zh(needed)
            ),
            Self::UnknownJson => {
                "JSON 里没有一行是题目。请每行写一个对象，含 input（题目和选项）与 answer（答案）。".into()
            }
            Self::TooManyRows { limit } => format!("文件超过 {limit} 行。请拆成几个文件分别上传。"),
            Self::NoRows => "表头之下没有任何数据。请填写后重新上传。".into(),
            Self::SheetSkipped { found } => format!(
                "这张工作表没有认识的表头（现有：{}），已跳过。如果其中有数据，请补上表头。",
                listed_zh(found)
            ),
            Self::BadLine => "这一行不是完整的 JSON 对象，或缺少 input、answer。请改正这一行。".into(),
            Self::NoStem => "这一行没有题目。请填写题目，或删去这一行。".into(),
            Self::StemOnly => "这一行只有题目，没有选项和答案。请补全，或删去这一行。".into(),
            Self::NoKind => "这一行没有题型。请填写单选题、多选题、判断题等。".into(),
            Self::UnknownKind { word } => {
                format!("不认识题型“{word}”。请改为单选题、多选题、判断题、不定项选择题、填空题或简答题。")
            }
            Self::NoOptions { key } => format!("答案是“{key}”，却没有任何选项。请填写选项。"),
            Self::TooManyOptions { count, limit } => {
                format!("有 {count} 个选项，最多 {limit} 个。请减少选项，或拆成几道题。")
            }
            Self::TooLong { field, length, limit } => {
                format!("{}有 {length} 个字，最多 {limit} 个。请缩短。", field.name(Lang::Zh))
            }
            Self::TooFewOptions { count } => format!("只有 {count} 个选项，已存为草稿。请补足至少两个选项。"),
            Self::NoKey => "没有答案，已存为草稿。请填写答案。".into(),
            Self::UnreadableKey { word } => {
                format!("看不懂答案“{word}”，已存为草稿。请写选项字母，判断题写“正确”或“错误”。")
            }
            Self::KeyNotAnOption { letters, labels } => {
                format!("答案 {letters} 不在选项（{labels}）之中，已存为草稿。请核对答案和选项。")
            }
            Self::KeyCount { kind, letters } => {
                format!(
                    "{}的答案是 {letters}，个数不对，已存为草稿。请核对题型和答案。",
                    kind_zh(*kind)
                )
            }
            Self::KeyNormalised { written, read } => {
                format!("答案“{written}”里有空格或多余符号，已读作 {read}。如果不对，请修改答案。")
            }
            Self::KindByKey { stated, letters, kind } => format!(
                "文件注明 {stated}，答案却是 {letters}，已按答案存为{}。如果不对，请修改题型或答案。",
                kind_zh(*kind)
            ),
            Self::LabelsOutOfOrder { labels } => {
                format!("选项标号不是按 A、B、C 的顺序（{labels}）。请核对选项。")
            }
            Self::OptionsRunTogether { label } => {
                format!("选项 {label} 与前一个选项连在一起，已存为草稿。请核对选项。")
            }
            Self::BlankOption { labels } => {
                format!("选项（{labels}）里有的只有标号没有文字，已存为草稿。请补上选项内容。")
            }
            Self::OptionsAssumed { key } => {
                format!("判断题没有选项，答案却是 {key}，已按“A 正确、B 错误”存为草稿。请核对后启用。")
            }
            Self::KindNotDrawnYet { kind } => {
                format!(
                    "{}暂时不能用来组卷，已存为草稿。可以保留，也可以改成选择题。",
                    kind_zh(*kind)
                )
            }
            Self::RepeatedStem { first } => {
                format!("题干与{}相同。如果是重复录入，请删去其中一道。", place_zh(first))
            }
            Self::MergedCells { value, last_row } => {
                format!("合并单元格“{value}”已填到第 {last_row} 行。请核对；最好在 Excel 中取消合并。")
            }
            Self::NoNumber => "这一行没有工号。请填写工号。".into(),
            Self::NoName => "这一行没有姓名。请填写姓名。".into(),
            Self::NoUnit => "这一行没有单位。请填写单位，多级单位用“/”隔开。".into(),
            Self::RepeatedNumber { number, first } => {
                format!(
                    "工号 {number} 在{}已经出现过。请改正工号，或删去重复的一行。",
                    place_zh(first)
                )
            }
            Self::NumberOfAnAccount { number } => {
                format!("{number} 已是一个管理员账号的登录名，不能再作工号。请改正工号。")
            }
            Self::DamagedNumber { written } => {
                format!("工号 {written} 被 Excel 当作数值，可能已丢失数字。请把该列设为文本后重新填写。")
            }
            Self::UnitTooDeep { depth, limit } => format!("单位有 {depth} 级，最多 {limit} 级。请减少层级。"),
            Self::UnknownRank { word } => {
                format!("不认识职级“{word}”，已记为其他。请改为厅级、处级、科级或科员。")
            }
            Self::UnknownCategory { word } => {
                format!("不认识人员类别“{word}”，已记为其他。请改为公务员、参公人员、事业单位人员或国有企业管理人员。")
            }
        }
    }

    fn en(&self) -> String {
        match self {
            Self::LockFile => "This is the temporary file (~$) of an open document, not the document. \
                 Close the program and choose the file itself."
                .into(),
            Self::EmptyFile => "The file is empty. Check that it is the right one, save it and upload it again.".into(),
            Self::FileTooLarge { bytes, limit } => format!(
                "The file has {} MB; the limit is {} MB. Split it into several files.",
                megabytes(*bytes),
                megabytes(*limit)
            ),
            Self::UnpacksTooLarge { bytes, limit } => format!(
                "Unpacked, the file has {} MB; the limit is {} MB. \
                 Remove sheets and pictures that do not belong, or split the file.",
                megabytes(*bytes),
                megabytes(*limit)
            ),
            Self::OldWorkbook => "This is an old Excel file (.xls). Save it as .xlsx in Excel and upload that.".into(),
            Self::ProtectedWorkbook => {
                "The workbook needs a password to be opened. Remove the password, save it and upload it again.".into()
            }
            Self::OtherFile { kind } => format!("This is a {kind} file, not a table. Upload an .xlsx or .csv file."),
            Self::DamagedFile { detail } => {
                format!("The file is damaged ({detail}). Open it in Excel, save it as .xlsx and upload that.")
            }
            Self::UnknownEncoding => "The text encoding is unknown, or this is not a text file. \
                 Save it as UTF-8 CSV or as .xlsx and upload that."
                .into(),
            Self::UnknownHeader { found, needed } => format!(
                "No known headings were found; there are: {}. Name these columns within the first ten rows: {}.",
                listed_en(found),
                listed_en(needed)
            ),
            Self::UnknownJson => {
                "No line of this JSON is a question. Write one object a line, with input (stem and options) and answer."
                    .into()
            }
            Self::TooManyRows { limit } => {
                format!("The file has more than {limit} rows. Split it into several files.")
            }
            Self::NoRows => "Nothing stands below the headings. Fill the table in and upload it again.".into(),
            Self::SheetSkipped { found } => format!(
                "This sheet has no known headings (there are: {}) and was skipped. If it holds data, add headings.",
                listed_en(found)
            ),
            Self::BadLine => {
                "This line is not a whole JSON object, or lacks input or answer. Correct this line.".into()
            }
            Self::NoStem => "This row has no question text. Write it, or remove the row.".into(),
            Self::StemOnly => {
                "This row has a question text but neither options nor key. Complete it, or remove the row.".into()
            }
            Self::NoKind => "This row has no question type. Write 单选题, 多选题, 判断题 or the like.".into(),
            Self::UnknownKind { word } => format!(
                "The question type “{word}” is unknown. Use 单选题, 多选题, 判断题, 不定项选择题, 填空题 or 简答题."
            ),
            Self::NoOptions { key } => {
                format!("The key is “{key}”, but there are no options. Write the options.")
            }
            Self::TooManyOptions { count, limit } => {
                format!("There are {count} options; the limit is {limit}. Use fewer, or make several questions.")
            }
            Self::TooLong { field, length, limit } => {
                format!(
                    "The {} has {length} characters; the limit is {limit}. Shorten it.",
                    field.name(Lang::En)
                )
            }
            Self::TooFewOptions { count } => {
                format!("There are too few options ({count}); kept as a draft. Write at least two.")
            }
            Self::NoKey => "There is no key; kept as a draft. Write the key.".into(),
            Self::UnreadableKey { word } => format!(
                "The key “{word}” cannot be read; kept as a draft. Write option letters, or 正确 or 错误 for 判断题."
            ),
            Self::KeyNotAnOption { letters, labels } => format!(
                "The key {letters} is not among the options ({labels}); kept as a draft. Check the key and the options."
            ),
            Self::KeyCount { kind, letters } => format!(
                "The key {letters} does not suit a {} question; kept as a draft. Check the type and the key.",
                kind_en(*kind)
            ),
            Self::KeyNormalised { written, read } => {
                format!(
                    "The key “{written}” has blanks or marks in it; it was read as {read}. Correct it if that is wrong."
                )
            }
            Self::KindByKey { stated, letters, kind } => format!(
                "The file says {stated}, but the key is {letters}; stored as {}. Correct one of them if that is wrong.",
                kind_en(*kind)
            ),
            Self::LabelsOutOfOrder { labels } => {
                format!("The options are not labelled A, B, C in order ({labels}). Check the options.")
            }
            Self::OptionsRunTogether { label } => {
                format!("Option {label} runs together with the one before it; kept as a draft. Check the options.")
            }
            Self::BlankOption { labels } => {
                format!("Some option ({labels}) has a label but no text; kept as a draft. Write the text.")
            }
            Self::OptionsAssumed { key } => format!(
                "A true–false question without options has the key {key}; kept as a draft with A right and B wrong. \
                 Check it before use."
            ),
            Self::KindNotDrawnYet { kind } => format!(
                "A {} question cannot stand on a paper yet; kept as a draft. Keep it, or make it a choice question.",
                kind_en(*kind)
            ),
            Self::RepeatedStem { first } => format!(
                "The question text is the same as at {}. Remove one of them if it was entered twice.",
                place_en(first)
            ),
            Self::MergedCells { value, last_row } => format!(
                "The merged cell “{value}” was filled down to row {last_row}. Check it, and best unmerge it in Excel."
            ),
            Self::NoNumber => "This row has no number. Write the person's number.".into(),
            Self::NoName => "This row has no name. Write the person's name.".into(),
            Self::NoUnit => "This row has no unit. Write the unit, levels parted by “/”.".into(),
            Self::RepeatedNumber { number, first } => format!(
                "The number {number} already stands at {}. Correct the number, or remove the second row.",
                place_en(first)
            ),
            Self::NumberOfAnAccount { number } => {
                format!("{number} is the login name of an administrator already. Correct the number.")
            }
            Self::DamagedNumber { written } => format!(
                "Excel took the number {written} for a quantity and may have lost digits. \
                 Format the column as text and write it again."
            ),
            Self::UnitTooDeep { depth, limit } => {
                format!("The unit has {depth} levels; the limit is {limit}. Use fewer.")
            }
            Self::UnknownRank { word } => {
                format!("The rank “{word}” is unknown and was stored as other. Use 厅级, 处级, 科级 or 科员.")
            }
            Self::UnknownCategory { word } => format!(
                "The category “{word}” is unknown and was stored as other. \
                 Use 公务员, 参公人员, 事业单位人员 or 国有企业管理人员."
            ),
        }
    }
}

/// Whole megabytes, rounded up, so that a file over the limit never reads as equal to it.
fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

fn listed_zh(words: &[String]) -> String {
    if words.is_empty() {
        "无".into()
    } else {
        words.join("、")
    }
}

fn listed_en(words: &[String]) -> String {
    if words.is_empty() {
        "none".into()
    } else {
        words.join(", ")
    }
}

fn kind_zh(kind: Kind) -> &'static str {
    match kind {
        Kind::Single => "单选题",
        Kind::Multiple => "多选题",
        Kind::TrueFalse => "判断题",
        Kind::Indefinite => "不定项选择题",
        Kind::FillBlank => "填空题",
        Kind::ShortAnswer => "简答题",
    }
}

fn kind_en(kind: Kind) -> &'static str {
    match kind {
        Kind::Single => "single-choice",
        Kind::Multiple => "multiple-choice",
        Kind::TrueFalse => "true–false",
        Kind::Indefinite => "one-or-more-choice",
        Kind::FillBlank => "fill-in",
        Kind::ShortAnswer => "short-answer",
    }
}

fn place_zh(place: &Place) -> String {
    match place {
        Place::File => "本文件".into(),
        Place::Sheet(sheet) => format!("工作表“{sheet}”"),
        Place::Row { sheet, row } => format!("工作表“{sheet}”第 {row} 行"),
        Place::Line(line) => format!("第 {line} 行"),
    }
}

fn place_en(place: &Place) -> String {
    match place {
        Place::File => "this file".into(),
        Place::Sheet(sheet) => format!("sheet “{sheet}”"),
        Place::Row { sheet, row } => format!("row {row} of sheet “{sheet}”"),
        Place::Line(line) => format!("line {line}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every variant once, with data.
    fn every_matter() -> Vec<Matter> {
        let word = || "甲".to_owned();
        let first = || Place::Row {
            sheet: "题库".into(),
            row: 2,
        };
        vec![
            Matter::LockFile,
            Matter::EmptyFile,
            Matter::FileTooLarge { bytes: 3, limit: 2 },
            Matter::UnpacksTooLarge { bytes: 3, limit: 2 },
            Matter::OldWorkbook,
            Matter::ProtectedWorkbook,
            Matter::OtherFile { kind: word() },
            Matter::DamagedFile { detail: word() },
            Matter::UnknownEncoding,
            Matter::UnknownHeader {
                found: vec![],
                needed: vec![word()],
            },
            Matter::UnknownJson,
            Matter::TooManyRows { limit: 2 },
            Matter::NoRows,
            Matter::SheetSkipped { found: vec![word()] },
            Matter::BadLine,
            Matter::NoStem,
            Matter::StemOnly,
            Matter::NoKind,
            Matter::UnknownKind { word: word() },
            Matter::NoOptions { key: word() },
            Matter::TooManyOptions { count: 11, limit: 10 },
            Matter::TooLong {
                field: Field::Stem,
                length: 9,
                limit: 8,
            },
            Matter::TooFewOptions { count: 1 },
            Matter::NoKey,
            Matter::UnreadableKey { word: word() },
            Matter::KeyNotAnOption {
                letters: word(),
                labels: word(),
            },
            Matter::KeyCount {
                kind: Kind::Single,
                letters: word(),
            },
            Matter::KeyNormalised {
                written: word(),
                read: word(),
            },
            Matter::KindByKey {
                stated: word(),
                letters: word(),
                kind: Kind::Single,
            },
            Matter::LabelsOutOfOrder { labels: word() },
            Matter::OptionsRunTogether { label: 'D' },
            Matter::BlankOption { labels: word() },
            Matter::OptionsAssumed { key: word() },
            Matter::KindNotDrawnYet { kind: Kind::FillBlank },
            Matter::RepeatedStem { first: first() },
            Matter::MergedCells {
                value: word(),
                last_row: 9,
            },
            Matter::NoNumber,
            Matter::NoName,
            Matter::NoUnit,
            Matter::RepeatedNumber {
                number: word(),
                first: Place::Line(3),
            },
            Matter::NumberOfAnAccount { number: word() },
            Matter::DamagedNumber { written: word() },
            Matter::UnitTooDeep { depth: 11, limit: 10 },
            Matter::UnknownRank { word: word() },
            Matter::UnknownCategory { word: word() },
        ]
    }

    #[test]
    fn the_code_is_the_word_in_the_json_form() {
        for matter in every_matter() {
            let json = serde_json::to_value(&matter).expect("a matter is JSON");
            let tag = json
                .as_str()
                .or_else(|| json.as_object()?.keys().next().map(String::as_str));
            assert_eq!(tag, Some(matter.code()));
            assert_eq!(serde_json::from_value::<Matter>(json).expect("and back"), matter);
        }
    }

    #[test]
    fn every_message_says_what_is_wrong_and_what_to_do() {
        for matter in every_matter() {
            let zh = matter.message(Lang::Zh);
            assert!(zh.matches('。').count() == 2 && !zh.contains([',', ';', '?']), "{zh}");
            let en = matter.message(Lang::En);
            assert!(en.contains(". ") && en.ends_with('.') && !en.contains("  "), "{en}");
        }
    }
}
