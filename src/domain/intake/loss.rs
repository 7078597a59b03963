use serde::{Deserialize, Serialize};

use crate::domain::lang::Lang;

/// What of a question one side cannot hold, be it this program or the format that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    Picture,
    /// Sound, video, formulas as objects.
    Media,
    /// A file that is packed in.
    File,
    Markup,
    Link,
    Feedback,
    /// Texts that are shown under conditions; the texts are kept.
    FeedbackCondition,
    Explanation,
    /// Points off for an option.
    NegativeWeight,
    /// Options that earn a part.
    PartialCredit,
    /// Right options that count differently.
    UnevenWeights,
    /// Any one of several right options was enough; all of them are wanted here.
    AnyOne,
    /// An answer with a wildcard.
    Wildcard,
    /// Capitals were told from small letters; they are not here.
    CaseSensitive,
    Unordered,
    GapPlace,
    GapWeight,
    Unit,
    Tolerance,
    PairRule,
    OrderRule,
    Rubric,
    Model,
    WordLimit,
    Title,
    Identifier,
    Category,
    Tag,
    Basis,
    Difficulty,
    /// Options that keep their place.
    Pinned,
    /// One or more right became two or more.
    Indefinite,
    /// The questions of a case became questions of their own.
    CaseSplit,
    LineBreaks,
    /// Characters or words that have a meaning in the format and cannot be written otherwise.
    Characters,
    Setting,
    Hint,
    /// How an answer is processed into points, as a program.
    Processing,
    /// A kind of question or interaction that cannot be carried; the question is left out.
    Form,
    /// A file or part that is named and is not there.
    Missing,
    /// The question reads back in another way than it was.
    Changed,
    Element,
}

impl Loss {
    pub fn code(self) -> &'static str {
        match self {
            Self::Picture => "picture",
            Self::Media => "media",
            Self::File => "file",
            Self::Markup => "markup",
            Self::Link => "link",
            Self::Feedback => "feedback",
            Self::FeedbackCondition => "feedback_condition",
            Self::Explanation => "explanation",
            Self::NegativeWeight => "negative_weight",
            Self::PartialCredit => "partial_credit",
            Self::UnevenWeights => "uneven_weights",
            Self::AnyOne => "any_one",
            Self::Wildcard => "wildcard",
            Self::CaseSensitive => "case_sensitive",
            Self::Unordered => "unordered",
            Self::GapPlace => "gap_place",
            Self::GapWeight => "gap_weight",
            Self::Unit => "unit",
            Self::Tolerance => "tolerance",
            Self::PairRule => "pair_rule",
            Self::OrderRule => "order_rule",
            Self::Rubric => "rubric",
            Self::Model => "model",
            Self::WordLimit => "word_limit",
            Self::Title => "title",
            Self::Identifier => "identifier",
            Self::Category => "category",
            Self::Tag => "tag",
            Self::Basis => "basis",
            Self::Difficulty => "difficulty",
            Self::Pinned => "pinned",
            Self::Indefinite => "indefinite",
            Self::CaseSplit => "case_split",
            Self::LineBreaks => "line_breaks",
            Self::Characters => "characters",
            Self::Setting => "setting",
            Self::Hint => "hint",
            Self::Processing => "processing",
            Self::Form => "form",
            Self::Missing => "missing",
            Self::Changed => "changed",
            Self::Element => "element",
        }
    }

    /// What became of it, as a sentence without its end.
    pub fn sentence(self, lang: Lang) -> &'static str {
        match self {
            Self::Picture => lang.pick(
                "图片没有带过来，文字里留了标记",
                "A picture was not carried; a mark stands in the text",
            ),
            Self::Media => lang.pick(
                "音视频或公式没有带过来，文字里留了标记",
                "Sound, video or a formula was not carried; a mark stands in the text",
            ),
            Self::File => lang.pick("内嵌文件没有带过来", "An embedded file was not carried"),
            Self::Markup => lang.pick("文字格式没有保留", "Formatting of the text was not kept"),
            Self::Link => lang.pick("链接没有保留，文字还在", "A link was not kept, its text was"),
            Self::Feedback => lang.pick(
                "选项或答案的反馈没有保留",
                "Feedback on an option or answer was not kept",
            ),
            Self::FeedbackCondition => lang.pick(
                "反馈的出现条件没有保留，文字并入解析",
                "Conditions of feedback were not kept; its text went into the explanation",
            ),
            Self::Explanation => lang.pick("解析没有保留", "The explanation was not kept"),
            Self::NegativeWeight => lang.pick("选错倒扣的分没有保留", "Points off for wrong options were not kept"),
            Self::PartialCredit => lang.pick(
                "选项的部分得分没有保留",
                "Part of the points for an option was not kept",
            ),
            Self::UnevenWeights => lang.pick(
                "正确选项的不同分值没有保留",
                "Different points of right options were not kept",
            ),
            Self::AnyOne => lang.pick(
                "原来选对一个就得分，现在要全部选对",
                "Any one right option was enough; now all are wanted",
            ),
            Self::Wildcard => lang.pick("带通配符的答案没有保留", "An answer with a wildcard was not kept"),
            Self::CaseSensitive => lang.pick(
                "区分大小写的要求没有保留",
                "Telling capitals from small letters was not kept",
            ),
            Self::Unordered => lang.pick(
                "各空不分先后的要求没有保留",
                "That the blanks may be filled in any order was not kept",
            ),
            Self::GapPlace => lang.pick(
                "空在题干中的位置没有保留",
                "The place of the blanks in the text was not kept",
            ),
            Self::GapWeight => lang.pick("各空的分值权重没有保留", "The weights of the blanks were not kept"),
            Self::Unit => lang.pick("单位没有保留", "The unit was not kept"),
            Self::Tolerance => lang.pick("误差改写成了范围", "The tolerance was written as a range"),
            Self::PairRule => lang.pick("连线题的计分规则没有保留", "The rule by which pairs count was not kept"),
            Self::OrderRule => lang.pick(
                "排序题的计分规则没有保留",
                "The rule by which an order counts was not kept",
            ),
            Self::Rubric => lang.pick("评分标准没有保留", "The rubric was not kept"),
            Self::Model => lang.pick("参考答案没有保留", "The model answer was not kept"),
            Self::WordLimit => lang.pick("字数限制没有保留", "The limit of words was not kept"),
            Self::Title => lang.pick("标题没有保留", "The title was not kept"),
            Self::Identifier => lang.pick("题号标识没有保留", "The identifier was not kept"),
            Self::Category => lang.pick("分类没有保留", "The category was not kept"),
            Self::Tag => lang.pick("标签没有保留", "A tag was not kept"),
            Self::Basis => lang.pick("法律依据没有保留", "The legal basis was not kept"),
            Self::Difficulty => lang.pick("难度没有保留", "The difficulty was not kept"),
            Self::Pinned => lang.pick(
                "选项固定次序的要求没有保留",
                "That options keep their place was not kept",
            ),
            Self::Indefinite => lang.pick(
                "不定项题写成了多选题",
                "One or more right was written as two or more right",
            ),
            Self::CaseSplit => lang.pick(
                "案例拆成了材料和单独的题",
                "The case was split into its material and questions of their own",
            ),
            Self::LineBreaks => lang.pick("换行改成了空格", "Line breaks became blanks"),
            Self::Characters => lang.pick(
                "格式写不出的字符作了替换",
                "Characters that the format cannot write were replaced",
            ),
            Self::Setting => lang.pick("设置没有带过来", "A setting was not carried"),
            Self::Hint => lang.pick("提示没有带过来", "A hint was not carried"),
            Self::Processing => lang.pick(
                "计分程序没有带过来，按本题型的规则计分",
                "The program that computes the points was not carried; the rule of the form counts",
            ),
            Self::Form => lang.pick(
                "这种题型带不过来，本题略过",
                "This kind of question cannot be carried and was left out",
            ),
            Self::Missing => lang.pick("提到的文件或部分不存在", "A file or part that is named is not there"),
            Self::Changed => lang.pick(
                "写出后再读，与原题不完全相同",
                "Read back, the question is not quite what it was",
            ),
            Self::Element => lang.pick("这个元素没有带过来", "This element was not carried"),
        }
    }
}
