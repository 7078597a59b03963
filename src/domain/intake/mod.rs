//! What a reader of a foreign file has to say beside the values it found: every refused row, every doubt.

mod loss;
mod sizes;
mod words;

pub use loss::Loss;
pub use sizes::{check_sizes, check_task_sizes};

use serde::{Deserialize, Serialize};

use super::{
    answer::Fault, identity::IdentityFault, item::Kind, lang::Lang, law::ArticleNumber, ledger::Doubt,
    officer::OfficerFault,
};

/// Where in a file something stands. Rows and lines count from 1, as the person sees them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    File,
    Sheet(String),
    Row {
        sheet: String,
        row: usize,
    },
    Line(usize),
    /// A line of a file within a package.
    Entry {
        file: String,
        line: usize,
    },
}

impl std::fmt::Display for Place {
    /// `Sheet1!25` for a workbook, `25` for a text file, `items/1.xml:25` within a package, empty for the file as a whole.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Sheet(sheet) => write!(f, "{sheet}"),
            Self::Row { sheet, row } => write!(f, "{sheet}!{row}"),
            Self::Line(line) => write!(f, "{line}"),
            Self::Entry { file, line } => write!(f, "{file}:{line}"),
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
    pub fn lost(place: Place, loss: Loss, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            place,
            matter: Matter::Lost { loss, detail },
        }
    }

    pub fn unusable(place: Place, fault: Fault, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            place,
            matter: Matter::Unusable { fault, detail },
        }
    }

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
    /// `xlsx`, `csv`, `jsonl`, `gift` and other names of formats, for laws `docx`, `markdown`, `text`; or `unknown` when the file is refused whole.
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
    Title,
    Category,
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
            Self::Title => lang.pick("标题", "title"),
            Self::Category => lang.pick("分类", "category"),
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
    /// A file of another kind in the place of a workbook to be filled in.
    NotAForm {
        kind: String,
    },
    /// A workbook to be filled in without a single name that a figure could go by.
    NoNamedCells,
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
    /// The person is, or would be, in a unit that whoever imports has no right to change.
    OutsideReach {
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
    /// A unit that would stand below itself; the names of its path.
    UnitCircle {
        path: String,
    },
    /// Another row names another superior of the same unit.
    SuperiorDisagrees {
        unit: String,
        first: Place,
    },
    /// The unit is in the system and has been closed.
    UnitClosed {
        unit: String,
    },
    BadRegion,
    /// Another row puts the same unit into another region.
    RegionDisagrees {
        unit: String,
        first: Place,
    },
    BadIdentity {
        fault: IdentityFault,
    },
    /// Excel took the identity number for a quantity.
    DamagedIdentity,
    /// Another person has the same identity number.
    SameIdentity {
        number: String,
    },
    /// There is no key to keep identity numbers with.
    NoIdentityKey,

    /// Not a code of a division (行政区划代码).
    BadDivisionCode {
        written: String,
    },
    RepeatedDivision {
        code: String,
        first: Place,
    },
    /// The division that a code lies below is neither known nor in the files.
    NoDivisionAbove {
        code: String,
    },
    UnknownDivision {
        written: String,
    },
    /// So many divisions are called that.
    AmbiguousDivision {
        written: String,
        count: usize,
    },
    /// Not a name of a unit that could be shown.
    BadUnitName {
        written: String,
    },
    BadUscc {
        written: String,
    },
    /// A row of a ledger of enforcement certificates that cannot be stored.
    Officer {
        fault: OfficerFault,
    },
    BadTrade {
        written: String,
    },
    BadHeadcount {
        written: String,
    },
    /// A row above names the same unit of the same division.
    RepeatedUnit {
        name: String,
        first: Place,
    },
    /// The unit was merged into another.
    MergedUnit {
        name: String,
        into: String,
    },
    /// The credit code belongs to another unit.
    UsccOfAnother {
        uscc: String,
        name: String,
    },

    /// A file of a kind that holds no text that is read here, with the usual name of that kind.
    OtherDocument {
        kind: String,
    },
    /// A Word 97–2003 document (`.doc`).
    OldDocument,
    ProtectedDocument,
    DamagedDocument {
        detail: String,
    },
    /// Text in an encoding that is not known, where a document would do as well.
    UnreadableText,
    /// No line begins with 第…条.
    NoArticles,
    NoTitle,
    /// From the first to the last of them none is there.
    MissingArticles {
        first: ArticleNumber,
        last: ArticleNumber,
    },
    RepeatedArticle {
        number: ArticleNumber,
        first: Place,
    },
    ArticleOutOfOrder {
        number: ArticleNumber,
        after: ArticleNumber,
    },
    EmptyArticle {
        number: ArticleNumber,
    },
    /// Lines with headings and numbers of another law, which were kept as text of an article.
    QuotedText {
        words: String,
        within: ArticleNumber,
    },
    EmptyHeading,
    /// The numbers of the headings leave one out.
    MissingHeading {
        heading: String,
    },
    HeadingOutOfOrder {
        heading: String,
    },
    /// It stands in the table of contents only.
    HeadingNotInText {
        heading: String,
    },
    /// Word numbers the paragraphs itself, so that the numbers are not in the text.
    AutomaticNumbers,

    /// Something of a question that one side of an exchange cannot hold, with its name there.
    Lost {
        loss: Loss,
        detail: String,
    },
    /// A question that is refused, with what it is about.
    Unusable {
        fault: Fault,
        detail: String,
    },
    /// XML that is broken, nested too deeply, or defines entities of its own.
    BadXml {
        detail: String,
    },
    /// A package with a path that leads out of it.
    PathOutside {
        path: String,
    },
    /// Nothing in the file is a question.
    NoQuestions,
    /// About a line of a file of activities.
    Ledger(Doubt),
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
            Self::RepeatedStem { .. } => "repeated_stem",
            Self::MergedCells { .. } => "merged_cells",
            Self::NoNumber => "no_number",
            Self::NoName => "no_name",
            Self::NoUnit => "no_unit",
            Self::RepeatedNumber { .. } => "repeated_number",
            Self::NumberOfAnAccount { .. } => "number_of_an_account",
            Self::OutsideReach { .. } => "outside_reach",
            Self::DamagedNumber { .. } => "damaged_number",
            Self::UnitTooDeep { .. } => "unit_too_deep",
            Self::UnknownRank { .. } => "unknown_rank",
            Self::UnknownCategory { .. } => "unknown_category",
            Self::UnitCircle { .. } => "unit_circle",
            Self::SuperiorDisagrees { .. } => "superior_disagrees",
            Self::UnitClosed { .. } => "unit_closed",
            Self::BadRegion => "bad_region",
            Self::RegionDisagrees { .. } => "region_disagrees",
            Self::BadIdentity { .. } => "bad_identity",
            Self::DamagedIdentity => "damaged_identity",
            Self::SameIdentity { .. } => "same_identity",
            Self::NoIdentityKey => "no_identity_key",
            Self::BadDivisionCode { .. } => "bad_division_code",
            Self::RepeatedDivision { .. } => "repeated_division",
            Self::NoDivisionAbove { .. } => "no_division_above",
            Self::UnknownDivision { .. } => "unknown_division",
            Self::AmbiguousDivision { .. } => "ambiguous_division",
            Self::BadUnitName { .. } => "bad_unit_name",
            Self::BadUscc { .. } => "bad_uscc",
            Self::Officer { .. } => "officer",
            Self::BadTrade { .. } => "bad_trade",
            Self::BadHeadcount { .. } => "bad_headcount",
            Self::RepeatedUnit { .. } => "repeated_unit",
            Self::MergedUnit { .. } => "merged_unit",
            Self::UsccOfAnother { .. } => "uscc_of_another",
            Self::OtherDocument { .. } => "other_document",
            Self::OldDocument => "old_document",
            Self::ProtectedDocument => "protected_document",
            Self::DamagedDocument { .. } => "damaged_document",
            Self::UnreadableText => "unreadable_text",
            Self::NoArticles => "no_articles",
            Self::NoTitle => "no_title",
            Self::MissingArticles { .. } => "missing_articles",
            Self::RepeatedArticle { .. } => "repeated_article",
            Self::ArticleOutOfOrder { .. } => "article_out_of_order",
            Self::EmptyArticle { .. } => "empty_article",
            Self::QuotedText { .. } => "quoted_text",
            Self::EmptyHeading => "empty_heading",
            Self::MissingHeading { .. } => "missing_heading",
            Self::HeadingOutOfOrder { .. } => "heading_out_of_order",
            Self::HeadingNotInText { .. } => "heading_not_in_text",
            Self::AutomaticNumbers => "automatic_numbers",
            Self::Lost { .. } => "lost",
            Self::Unusable { .. } => "unusable",
            Self::BadXml { .. } => "bad_xml",
            Self::NotAForm { .. } => "not_a_form",
            Self::NoNamedCells => "no_named_cells",
            Self::PathOutside { .. } => "path_outside",
            Self::NoQuestions => "no_questions",
            Self::Ledger(_) => "ledger",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every variant once, with data.
    fn every_matter() -> Vec<Matter> {
        let word = || "甲".to_owned();
        let number = || ArticleNumber::new(12, 1).expect("a number");
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
            Matter::OutsideReach { number: word() },
            Matter::DamagedNumber { written: word() },
            Matter::UnitTooDeep { depth: 11, limit: 10 },
            Matter::UnknownRank { word: word() },
            Matter::UnknownCategory { word: word() },
            Matter::UnitCircle { path: word() },
            Matter::SuperiorDisagrees {
                unit: word(),
                first: first(),
            },
            Matter::UnitClosed { unit: word() },
            Matter::BadRegion,
            Matter::RegionDisagrees {
                unit: word(),
                first: first(),
            },
            Matter::BadIdentity {
                fault: IdentityFault::CheckDigit,
            },
            Matter::DamagedIdentity,
            Matter::SameIdentity { number: word() },
            Matter::NoIdentityKey,
            Matter::BadDivisionCode { written: word() },
            Matter::RepeatedDivision {
                code: word(),
                first: first(),
            },
            Matter::NoDivisionAbove { code: word() },
            Matter::UnknownDivision { written: word() },
            Matter::AmbiguousDivision {
                written: word(),
                count: 2,
            },
            Matter::BadUnitName { written: word() },
            Matter::BadUscc { written: word() },
            Matter::Officer {
                fault: OfficerFault::Taken,
            },
            Matter::BadTrade { written: word() },
            Matter::BadHeadcount { written: word() },
            Matter::RepeatedUnit {
                name: word(),
                first: first(),
            },
            Matter::MergedUnit {
                name: word(),
                into: word(),
            },
            Matter::UsccOfAnother {
                uscc: word(),
                name: word(),
            },
            Matter::OtherDocument { kind: word() },
            Matter::OldDocument,
            Matter::ProtectedDocument,
            Matter::DamagedDocument { detail: word() },
            Matter::UnreadableText,
            Matter::NoArticles,
            Matter::NoTitle,
            Matter::MissingArticles {
                first: number(),
                last: number(),
            },
            Matter::RepeatedArticle {
                number: number(),
                first: Place::Line(3),
            },
            Matter::ArticleOutOfOrder {
                number: number(),
                after: number(),
            },
            Matter::EmptyArticle { number: number() },
            Matter::QuotedText {
                words: word(),
                within: number(),
            },
            Matter::EmptyHeading,
            Matter::MissingHeading { heading: word() },
            Matter::HeadingOutOfOrder { heading: word() },
            Matter::HeadingNotInText { heading: word() },
            Matter::AutomaticNumbers,
            Matter::Lost {
                loss: Loss::Picture,
                detail: word(),
            },
            Matter::Unusable {
                fault: Fault::NoKey,
                detail: word(),
            },
            Matter::BadXml { detail: word() },
            Matter::NotAForm { kind: word() },
            Matter::NoNamedCells,
            Matter::PathOutside { path: word() },
            Matter::NoQuestions,
            Matter::Ledger(Doubt::BadDay(word())),
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
