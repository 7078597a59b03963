use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;

/// Why a question cannot be answered or marked as it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// No text that asks anything.
    NoText,
    TooFewOptions,
    /// More than ten.
    TooManyOptions,
    /// An option, an item or a partner without text.
    EmptyOption,
    NoKey,
    KeyNotAnOption,
    /// The number of right options does not suit the kind.
    KeyCount,
    /// Nothing to fill in.
    NoGap,
    /// No answer counts fully.
    NoFullAnswer,
    BadNumber,
    /// A range from high to low, or a tolerance below nothing.
    BadRange,
    TooFewPairs,
    /// An item with several partners, or with one that is not there.
    BadPair,
    /// Fewer than two items, or the same one twice.
    BadOrder,
    /// A criterion without a name or without points.
    BadRubric,
    /// A case without a question, or within another one.
    BadCase,
    /// Too many parts, or too long a text.
    TooLarge,
    /// Written in a way that its format does not know.
    Syntax,
    /// A question without its end.
    Unfinished,
    /// An answer line or options without a question before them.
    NotStarted,
    /// A question whose text is made by a program each time (calculated, template).
    Computed,
    /// A kind of question that is not known.
    UnknownType,
}

impl Fault {
    pub fn code(self) -> &'static str {
        match self {
            Self::NoText => "no_text",
            Self::TooFewOptions => "too_few_options",
            Self::TooManyOptions => "too_many_options",
            Self::EmptyOption => "empty_option",
            Self::NoKey => "no_key",
            Self::KeyNotAnOption => "key_not_an_option",
            Self::KeyCount => "key_count",
            Self::NoGap => "no_gap",
            Self::NoFullAnswer => "no_full_answer",
            Self::BadNumber => "bad_number",
            Self::BadRange => "bad_range",
            Self::TooFewPairs => "too_few_pairs",
            Self::BadPair => "bad_pair",
            Self::BadOrder => "bad_order",
            Self::BadRubric => "bad_rubric",
            Self::BadCase => "bad_case",
            Self::TooLarge => "too_large",
            Self::Syntax => "syntax",
            Self::Unfinished => "unfinished",
            Self::NotStarted => "not_started",
            Self::Computed => "computed",
            Self::UnknownType => "unknown_type",
        }
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::NoText => lang.pick("没有题干", "there is no question text"),
            Self::TooFewOptions => lang.pick("选项少于两个", "there are fewer than two options"),
            Self::TooManyOptions => lang.pick("选项多于十个", "there are more than ten options"),
            Self::EmptyOption => lang.pick("有选项没有文字", "an option has no text"),
            Self::NoKey => lang.pick("没有正确答案", "there is no right answer"),
            Self::KeyNotAnOption => lang.pick("答案不在选项中", "the key is not among the options"),
            Self::KeyCount => lang.pick(
                "正确选项的个数与题型不符",
                "the number of right options does not suit the type",
            ),
            Self::NoGap => lang.pick("没有空可填", "there is nothing to fill in"),
            Self::NoFullAnswer => lang.pick("没有一个答案得满分", "no answer earns all points"),
            Self::BadNumber => lang.pick("答案不是数", "the answer is not a number"),
            Self::BadRange => lang.pick("数值范围或误差不成立", "the range or tolerance makes no sense"),
            Self::TooFewPairs => lang.pick("配对少于两组", "there are fewer than two pairs"),
            Self::BadPair => lang.pick(
                "一项有几个配对，或配对不存在",
                "an item has several partners, or one that is not there",
            ),
            Self::BadOrder => lang.pick(
                "排序项少于两个或重复",
                "there are fewer than two items to order, or one twice",
            ),
            Self::BadRubric => lang.pick("评分标准没有名称或分值", "a criterion lacks a name or points"),
            Self::BadCase => lang.pick(
                "案例没有小题，或案例里又有案例",
                "a case has no question, or stands within a case",
            ),
            Self::TooLarge => lang.pick("文字太长或部分太多", "a text is too long, or there are too many parts"),
            Self::Syntax => lang.pick("写法不合格式", "it is not written as the format demands"),
            Self::Unfinished => lang.pick("题目没有写完", "the question is not finished"),
            Self::NotStarted => lang.pick("前面没有题目", "no question was begun before"),
            Self::Computed => lang.pick("题目由程序每次生成", "a program makes up the question each time"),
            Self::UnknownType => lang.pick("题型不认识", "the type of question is unknown"),
        }
    }
}
