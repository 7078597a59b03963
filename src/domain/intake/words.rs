//! The notes of a reading in words, Chinese and English.

use super::{Matter, Place};
use crate::domain::{item::Kind, lang::Lang, law::ArticleNumber};

impl Matter {
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
            Self::OutsideReach { number } => {
                format!("{number} 现在或改后的单位不在您的管理范围内，没有导入。请交给管理该单位的人。")
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
            Self::UnitCircle { path } => format!("单位隶属于自己，成了一个圈（{path}）。请改正单位或上级单位。"),
            Self::SuperiorDisagrees { unit, first } => format!(
                "单位“{unit}”的上级与{}写的不一样。请改成同一个上级单位。",
                place_zh(first)
            ),
            Self::UnitClosed { unit } => format!("单位“{unit}”已经撤销。请改为现在的单位，或先恢复它。"),
            Self::BadRegion => "看不懂行政区划，已略去。请写成路径，例如 山东省/淄博市/张店区。".into(),
            Self::RegionDisagrees { unit, first } => format!(
                "单位“{unit}”的行政区划与{}写的不一样，以先写的为准。请核对。",
                place_zh(first)
            ),
            Self::BadIdentity { fault } => {
                format!(
                    "身份证号有误（{}），没有保存这个号码。请核对后重新导入。",
                    fault.name(Lang::Zh)
                )
            }
            Self::DamagedIdentity => {
                "身份证号被 Excel 当作数值，末几位已丢失，没有保存。请把该列设为文本后重新填写。".into()
            }
            Self::SameIdentity { number } => {
                format!("身份证号与工号 {number} 的人相同，可能是同一个人。请核对并删去其中一个。")
            }
            Self::NoIdentityKey => {
                "没有设置密钥，身份证号一律没有保存。请在运行环境里设置 MINGFA_SECRET 后重新导入。".into()
            }
            Self::BadDivisionCode { written } => {
                format!("“{written}”不是行政区划代码。请写 2、4、6 或 9 位数字。")
            }
            Self::RepeatedDivision { code, first } => format!(
                "代码 {code} 在{}已经出现过。请改正代码，或删去重复的一行。",
                place_zh(first)
            ),
            Self::NoDivisionAbove { code } => {
                format!("代码 {code} 的上一级区划不在文件里，系统里也没有。请把上一级的文件一起导入。")
            }
            Self::UnknownDivision { written } => {
                format!("没有找到行政区划“{written}”。请写代码，或写全路径如 山东省/淄博市/张店区。")
            }
            Self::AmbiguousDivision { written, count } => {
                format!("叫“{written}”的行政区划有 {count} 个。请写代码，或写全路径如 山东省/淄博市/张店区。")
            }
            Self::BadUnitName { written } => format!("“{written}”不能作单位名称。请写 2 到 80 个可以显示的字。"),
            Self::BadUscc { written } => {
                format!("统一社会信用代码“{written}”有误，单位照写，代码没有保存。请核对 18 位代码后重新导入。")
            }
            Self::Officer { fault } => fault.message(Lang::Zh),
            Self::BadTrade { written } => format!("行业“{written}”太长，没有保存。请缩短到 40 字以内。"),
            Self::BadHeadcount { written } => {
                format!("人数“{written}”不是整数，没有保存。请写 1 以上的整数，不清楚就留空。")
            }
            Self::RepeatedUnit { name, first } => format!(
                "单位“{name}”在{}已经出现过。请删去重复的一行，或写明不同的行政区划。",
                place_zh(first)
            ),
            Self::MergedUnit { name, into } => {
                format!("单位“{name}”已经并入“{into}”，没有写入。请改写为后者，或先撤销合并。")
            }
            Self::UsccOfAnother { uscc, name } => {
                format!("统一社会信用代码 {uscc} 已属于“{name}”，没有写入。请核对代码和名称。")
            }
            Self::OtherDocument { kind } => format!("这是 {kind} 文件，不是法规文本。请上传 .docx、.md 或 .txt 文件。"),
            Self::OldDocument => "这是旧版 Word 文件（.doc）。请在 Word 中另存为 .docx 后上传。".into(),
            Self::ProtectedDocument => "文档设有打开密码，无法读取。请取消密码并保存后上传。".into(),
            Self::DamagedDocument { detail } => {
                format!("文档已损坏，无法读取（{detail}）。请在 Word 中打开并另存为 .docx 后上传。")
            }
            Self::UnreadableText => {
                "无法辨认文件的文字编码，或者它不是文本文件。请另存为 UTF-8 编码的文本或 .docx 后上传。".into()
            }
            Self::NoArticles => "没有一行以“第…条”开头。请确认这是法规全文，并让每一条另起一行。".into(),
            Self::NoTitle => "正文之前没有标题，已按无标题读取。请在第一行写上法规名称。".into(),
            Self::MissingArticles { first, last } => {
                format!("缺{}。请核对来源，补上后重新读取。", span(*first, *last, "至"))
            }
            Self::RepeatedArticle { number, first } => format!(
                "{}在{}已经出现过，两处都保留。请核对条号。",
                number.chinese(),
                place_zh(first)
            ),
            Self::ArticleOutOfOrder { number, after } => {
                format!(
                    "{}排在{}之后，顺序不对。请核对条号。",
                    number.chinese(),
                    after.chinese()
                )
            }
            Self::EmptyArticle { number } => format!("{}只有条号，没有正文。请核对来源。", number.chinese()),
            Self::QuotedText { words, within } => format!(
                "“{words}”起的各行接不上本法的条号，已作为{}引用的文字保留。如果不是引文，请核对条号。",
                within.chinese()
            ),
            Self::EmptyHeading => "这一行是标题，却没有文字，已略过。如果缺了标题，请补上。".into(),
            Self::MissingHeading { heading } => format!("这里之前缺{heading}的标题。请核对来源，补上后重新读取。"),
            Self::HeadingOutOfOrder { heading } => format!("标题“{heading}”的序号不接前文。请核对序号。"),
            Self::HeadingNotInText { heading } => format!("目录里有“{heading}”，正文里没有。请核对来源。"),
            Self::AutomaticNumbers => {
                "这一段的编号由 Word 自动生成，不在文字里，没有读到。请把自动编号转为文字后重新上传。".into()
            }
            Self::Lost { loss, detail } => {
                format!(
                    "{}{}。请看是否要紧，要紧的请手工补上。",
                    loss.sentence(Lang::Zh),
                    bracketed(detail, "（", "）")
                )
            }
            Self::Unusable { fault, detail } => {
                format!(
                    "这道题没有读入：{}{}。请改正后重新上传。",
                    fault.name(Lang::Zh),
                    bracketed(detail, "（", "）")
                )
            }
            Self::NotAForm { kind } => format!("这是 {kind} 文件。要填写的表须是 .xlsx 工作簿，不带宏。"),
            Self::NoNamedCells => {
                "工作簿里没有指标名称。请在 Excel 的“名称管理器”里给要填的单元格起名，例如 mingfa_exam_passed，再上传。"
                    .into()
            }
            Self::BadXml { detail } => format!("XML 读不出来（{detail}）。请从原来的系统重新导出后上传。"),
            Self::PathOutside { path } => {
                format!("压缩包里的路径“{path}”指到了包外，整个文件没有读。请从可信的系统重新导出。")
            }
            Self::NoQuestions => "文件里没有一道题。请确认选对了文件和格式。".into(),
            Self::Ledger(doubt) => doubt.message(Lang::Zh),
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
            Self::OutsideReach { number } => {
                format!(
                    "The unit of {number}, now or after the change, is not yours to manage. Give the row to those who manage it."
                )
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
            Self::UnitCircle { path } => {
                format!("The unit stands below itself, in a circle ({path}). Correct the unit or its superior.")
            }
            Self::SuperiorDisagrees { unit, first } => format!(
                "The superior of the unit “{unit}” differs from the one at {}. Write the same one.",
                place_en(first)
            ),
            Self::UnitClosed { unit } => {
                format!("The unit “{unit}” has been closed. Write the present unit, or open it again first.")
            }
            Self::BadRegion => {
                "The region cannot be read and was left out. Write a path such as 山东省/淄博市/张店区.".into()
            }
            Self::RegionDisagrees { unit, first } => format!(
                "The region of the unit “{unit}” differs from the one at {}, which was taken. Check it.",
                place_en(first)
            ),
            Self::BadIdentity { fault } => format!(
                "The identity number is wrong ({}) and was not stored. Check it and import it again.",
                fault.name(Lang::En)
            ),
            Self::DamagedIdentity => "Excel took the identity number for a quantity and lost its last digits; \
                 it was not stored. Format the column as text and write it again."
                .into(),
            Self::SameIdentity { number } => format!(
                "The identity number is that of number {number}: this may be one person. \
                 Check and remove one of the two."
            ),
            Self::NoIdentityKey => "There is no key, so no identity number was stored. \
                 Set MINGFA_SECRET in the environment and import the file again."
                .into(),
            Self::BadDivisionCode { written } => {
                format!("“{written}” is no code of a division. Write 2, 4, 6 or 9 digits.")
            }
            Self::RepeatedDivision { code, first } => format!(
                "The code {code} already stands at {}. Correct the code, or remove the second row.",
                place_en(first)
            ),
            Self::NoDivisionAbove { code } => {
                format!(
                    "The division above {code} is neither in the files nor known. Import the file of that level too."
                )
            }
            Self::UnknownDivision { written } => {
                format!(
                    "There is no region “{written}”. Write its code, or its path from the province down, parted by “/”."
                )
            }
            Self::AmbiguousDivision { written, count } => format!(
                "{count} regions are called “{written}”. Write the code, or the path from the province down, parted by “/”."
            ),
            Self::BadUnitName { written } => {
                format!("“{written}” cannot be the name of a unit. Write 2 to 80 characters that can be shown.")
            }
            Self::BadUscc { written } => format!(
                "The credit code “{written}” is wrong; the unit is stored without it. Check its 18 characters and import again."
            ),
            Self::Officer { fault } => fault.message(Lang::En),
            Self::BadTrade { written } => {
                format!("The trade “{written}” is too long and was not stored. Shorten it to 40 characters.")
            }
            Self::BadHeadcount { written } => {
                format!(
                    "The headcount “{written}” is no whole number and was not stored. Write one from 1 on, or leave it empty."
                )
            }
            Self::RepeatedUnit { name, first } => format!(
                "The unit “{name}” already stands at {}. Remove the second row, or write another region.",
                place_en(first)
            ),
            Self::MergedUnit { name, into } => format!(
                "“{name}” was merged into “{into}”; nothing was stored. Write the latter, or undo the merge first."
            ),
            Self::UsccOfAnother { uscc, name } => {
                format!("The credit code {uscc} belongs to “{name}”; nothing was stored. Check code and name.")
            }
            Self::OtherDocument { kind } => {
                format!("This is a {kind} file, not the text of a law. Upload a .docx, .md or .txt file.")
            }
            Self::OldDocument => "This is an old Word file (.doc). Save it as .docx in Word and upload that.".into(),
            Self::ProtectedDocument => {
                "The document needs a password to be opened. Remove the password, save it and upload it again.".into()
            }
            Self::DamagedDocument { detail } => {
                format!("The document is damaged ({detail}). Open it in Word, save it as .docx and upload that.")
            }
            Self::UnreadableText => "The text encoding is unknown, or this is not a text file. \
                 Save it as UTF-8 text or as .docx and upload that."
                .into(),
            Self::NoArticles => {
                "No line begins with 第…条. Check that this is the whole text of a law, each article on a line of its own."
                    .into()
            }
            Self::NoTitle => "There is no title before the text; it was read without one. Write the name of the law in the first line.".into(),
            Self::MissingArticles { first, last } => {
                format!("{} is missing. Check the source, complete it and read it again.", span(*first, *last, " to "))
            }
            Self::RepeatedArticle { number, first } => format!(
                "{} already stands at {}; both were kept. Check the numbers.",
                number.chinese(),
                place_en(first)
            ),
            Self::ArticleOutOfOrder { number, after } => {
                format!("{} stands behind {}. Check the numbers.", number.chinese(), after.chinese())
            }
            Self::EmptyArticle { number } => format!("{} has a number but no text. Check the source.", number.chinese()),
            Self::QuotedText { words, within } => format!(
                "The lines from “{words}” on do not continue the numbers and were kept as text that {} quotes. \
                 Check the numbers if that is wrong.",
                within.chinese()
            ),
            Self::EmptyHeading => "This heading has no text and was skipped. Write it if one is missing.".into(),
            Self::MissingHeading { heading } => {
                format!("The heading {heading} is missing before this one. Check the source and read it again.")
            }
            Self::HeadingOutOfOrder { heading } => {
                format!("The number of the heading “{heading}” does not follow the one before. Check the numbers.")
            }
            Self::HeadingNotInText { heading } => {
                format!("“{heading}” is in the table of contents but not in the text. Check the source.")
            }
            Self::AutomaticNumbers => "Word numbers this paragraph itself, so the number is not in the text and was not read. \
                 Turn automatic numbers into text and upload the document again."
                .into(),
            Self::Lost { loss, detail } => format!(
                "{}{}. See whether it matters, and add it by hand if it does.",
                loss.sentence(Lang::En),
                bracketed(detail, " (", ")")
            ),
            Self::Unusable { fault, detail } => format!(
                "The question was not taken: {}{}. Correct it and upload it again.",
                fault.name(Lang::En),
                bracketed(detail, " (", ")")
            ),
            Self::NotAForm { kind } => {
                format!("This is a {kind} file. A form to be filled in is a workbook (.xlsx) without macros.")
            }
            Self::NoNamedCells => {
                "The workbook names no cell for a figure. Give the cells names in Excel's name manager, such as mingfa_exam_passed, and upload it again.".into()
            }
            Self::BadXml { detail } => {
                format!("The XML cannot be read ({detail}). Export it again from where it came and upload that.")
            }
            Self::PathOutside { path } => format!(
                "The path “{path}” leads out of the package, so nothing of it was read. Export it again from a system you trust."
            ),
            Self::NoQuestions => "Not one question is in the file. See whether it is the right file and format.".into(),
            Self::Ledger(doubt) => doubt.message(Lang::En),
        }
    }
}

/// What is named, in brackets; nothing for nothing.
fn bracketed(detail: &str, open: &str, close: &str) -> String {
    if detail.is_empty() {
        String::new()
    } else {
        format!("{open}{detail}{close}")
    }
}

/// Whole megabytes, rounded up, so that a file over the limit never reads as equal to it.
fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1024 * 1024)
}

/// `第十二条`, or the first and the last of several.
fn span(first: ArticleNumber, last: ArticleNumber, to: &str) -> String {
    if first == last {
        first.chinese()
    } else {
        format!("{}{to}{}", first.chinese(), last.chinese())
    }
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
        other => other.name(Lang::Zh),
    }
}

fn kind_en(kind: Kind) -> &'static str {
    match kind {
        Kind::Single => "single-choice",
        Kind::Multiple => "multiple-choice",
        Kind::TrueFalse => "true–false",
        Kind::Indefinite => "one-or-more-choice",
        other => other.name(Lang::En),
    }
}

fn place_zh(place: &Place) -> String {
    match place {
        Place::File => "本文件".into(),
        Place::Sheet(sheet) => format!("工作表“{sheet}”"),
        Place::Row { sheet, row } => format!("工作表“{sheet}”第 {row} 行"),
        Place::Line(line) => format!("第 {line} 行"),
        Place::Entry { file, line } => format!("“{file}”第 {line} 行"),
    }
}

fn place_en(place: &Place) -> String {
    match place {
        Place::File => "this file".into(),
        Place::Sheet(sheet) => format!("sheet “{sheet}”"),
        Place::Row { sheet, row } => format!("row {row} of sheet “{sheet}”"),
        Place::Line(line) => format!("line {line}"),
        Place::Entry { file, line } => format!("line {line} of “{file}”"),
    }
}
