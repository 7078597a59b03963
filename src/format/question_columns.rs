//! The headings under which question banks circulate.

use crate::domain::item::{Difficulty, Kind};

use super::table::Headings;
use super::text::word;

/// Words of which a Chinese bank holds at least one; they tell GB18030 from noise.
pub(super) const WORDS: &[&str] = &["题目", "题干", "试题", "题型", "问题", "答案", "选项", "input"];

/// Where the parts of a question stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Columns {
    pub(super) kind: Option<usize>,
    pub(super) stem: Option<usize>,
    pub(super) key: Option<usize>,
    /// By which rules the answers to a question beyond choice count. A table with it writes them in the notation of the editor.
    pub(super) rules: Option<usize>,
    /// All options in one cell.
    pub(super) options: Option<usize>,
    /// Place and column of options in columns of their own.
    pub(super) each_option: Vec<(usize, usize)>,
    /// Whether several options are right, as a word for true or false.
    pub(super) several: Option<usize>,
    pub(super) explanation: Option<usize>,
    pub(super) basis: Option<usize>,
    /// Several tags in one cell.
    pub(super) tags: Option<usize>,
    /// Chapters, trades and the like: the whole cell is one tag.
    pub(super) tag: Vec<usize>,
    /// The one of those that says the topic, where no column of several tags does.
    pub(super) topic: Option<usize>,
    pub(super) difficulty: Option<usize>,
}

impl Headings for Columns {
    const NEEDED: &'static [&'static str] = &["题型", "题目", "选项A", "选项B", "答案"];

    fn recognise(words: &[(usize, String)]) -> Option<Self> {
        let mut columns = Self::default();
        for (column, word) in words {
            columns.take(*column, word);
        }
        columns.each_option.sort_unstable();
        columns.each_option.dedup_by_key(|(place, _)| *place);
        let has_kinds_or_options =
            columns.kind.is_some() || columns.options.is_some() || !columns.each_option.is_empty();
        (columns.stem.is_some() && columns.key.is_some() && has_kinds_or_options).then_some(columns)
    }

    fn filled_down(&self) -> Vec<usize> {
        self.kind.into_iter().collect()
    }
}

impl Columns {
    /// Gives a column its part; the first column of a name keeps it.
    fn take(&mut self, column: usize, word: &str) {
        let part = match word {
            "题型" | "试题类型" | "题目类型" | "问题类型" | "考题类型" | "类型" | "type" | "kind" => {
                &mut self.kind
            }
            "题目" | "题干" | "题目内容" | "试题内容" | "问题内容" | "题目描述" | "试题题干" | "试题" | "问题"
            | "input" | "stem" | "question" => &mut self.stem,
            "答案" | "正确答案" | "题目答案" | "试题答案" | "标准答案" | "参考答案" | "正确选项" | "output"
            | "answer" | "key" => &mut self.key,
            "评分规则" | "rules" => &mut self.rules,
            "选项" | "题目选项" | "试题选项" | "备选项" | "候选项" | "选项内容" | "options" => {
                &mut self.options
            }
            "解析" | "答案解析" | "试题解析" | "题目解析" | "答案说明" | "explanation" => {
                &mut self.explanation
            }
            "法律依据" | "依据" | "依据条款" | "法规依据" | "法条依据" | "出处" | "basis" => {
                &mut self.basis
            }
            "标签" | "知识点" | "tags" => &mut self.tags,
            "multichoice" => &mut self.several,
            "难度" | "难易度" | "难易程度" | "难度等级" | "难度系数" | "difficulty" => {
                &mut self.difficulty
            }
            "章节" | "分类" | "专题" | "主题" | "topic" => {
                self.tag.push(column);
                &mut self.topic
            }
            "作业种类" | "科目" | "source" => return self.tag.push(column),
            _ => {
                self.each_option.extend(option_place(word).map(|place| (place, column)));
                return;
            }
        };
        part.get_or_insert(column);
    }
}

/// The place of the option that a heading such as `选项A`, `A选项`, `选项1` or `A` stands for.
fn option_place(word: &str) -> Option<usize> {
    let named = ["选项", "备选项", "备选答案", "答案", "option"]
        .into_iter()
        .find_map(|name| word.strip_prefix(name));
    let rest = named.or_else(|| word.strip_suffix("选项")).unwrap_or(word);
    let known = if rest.len() < word.len() { 'a'..='z' } else { 'a'..='j' };
    match rest.as_bytes() {
        [byte] if known.contains(&char::from(*byte)) => Some(usize::from(byte - b'a')),
        _ if rest.len() < word.len() => rest.parse::<usize>().ok()?.checked_sub(1).filter(|place| *place < 26),
        _ => None,
    }
}

/// The kind that a word of the type column names.
pub(super) fn kind(text: &str) -> Option<Kind> {
    let word = word(text);
    match word.strip_suffix('题').unwrap_or(&word) {
        "单选" | "单项选择" | "单项" | "单选选择" | "singlechoice" => Some(Kind::Single),
        "多选" | "多项选择" | "多项" | "多选选择" | "multiplechoice" => Some(Kind::Multiple),
        "判断" | "是非" | "对错" | "判断对错" | "true/false" | "truefalse" => Some(Kind::TrueFalse),
        "不定项" | "不定项选择" | "不定选" => Some(Kind::Indefinite),
        "填空" => Some(Kind::FillBlank),
        "简答" | "问答" => Some(Kind::ShortAnswer),
        "论述" => Some(Kind::Essay),
        "数值" | "数字" => Some(Kind::Numeric),
        "连线" | "匹配" => Some(Kind::Matching),
        "排序" => Some(Kind::Ordering),
        "综合填空" => Some(Kind::Cloze),
        "案例" | "案例分析" => Some(Kind::Case),
        code => Kind::from_code(code),
    }
}

/// The difficulty that a word, a grade from 1 to 5 or a share of right answers (0.85) names.
pub(super) fn difficulty(text: &str) -> Option<Difficulty> {
    let word = word(text);
    let named = match word.strip_suffix("难度").unwrap_or(&word) {
        "易" | "较易" | "容易" | "较容易" | "简单" | "较简单" | "低" | "1" | "2" | "1级" | "2级" => {
            Some(Difficulty::Easy)
        }
        "中" | "中等" | "一般" | "普通" | "适中" | "3" | "3级" => Some(Difficulty::Medium),
        "难" | "较难" | "困难" | "很难" | "高" | "4" | "5" | "4级" | "5级" => Some(Difficulty::Hard),
        code => Difficulty::from_code(code).filter(|difficulty| *difficulty != Difficulty::Unknown),
    };
    // 难度系数: the share of candidates who answer rightly, so a high one is easy.
    let share = || word.contains('.').then(|| word.parse::<f64>().ok()).flatten();
    named.or_else(|| {
        share()
            .filter(|share| (0.0..=1.0).contains(share))
            .map(|share| match share {
                share if share >= 0.7 => Difficulty::Easy,
                share if share >= 0.4 => Difficulty::Medium,
                _ => Difficulty::Hard,
            })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recognised(headings: &[&str]) -> Option<Columns> {
        let words: Vec<_> = headings.iter().map(|heading| word(heading)).enumerate().collect();
        Columns::recognise(&words)
    }

    #[test]
    fn every_layout_that_circulates_is_recognised() {
        for headings in [
            "作业种类,试题类型(判断题、单选题),题目内容,题目选项(选项之间用##隔开),题目答案",
            "题型,问题内容,难度,正确选项,A,B,C,D,E,F,G,H",
            "题目,选项A,选项B,选项C,选项D,答案",
            "题目,选项A,选项B,选项C,选项D,正确答案",
            "input,output,A,B,C,D,source,multichoice",
            "题型,题目,选项A,选项B,选项C,选项D,选项E,答案,解析,法律依据,标签",
            "*题型,*题干,A选项,B选项,*标准答案",
        ] {
            let headings: Vec<&str> = headings.split(',').collect();
            assert!(recognised(&headings).is_some(), "{headings:?}");
        }
        assert_eq!(recognised(&["题目", "答案"]), None);
        assert_eq!(recognised(&["工号", "姓名", "单位"]), None);
    }

    #[test]
    fn option_columns_are_known_by_letter_and_by_number() {
        assert_eq!(option_place("选项a"), Some(0));
        assert_eq!(option_place("选项10"), Some(9));
        assert_eq!(option_place("选项k"), Some(10));
        assert_eq!(option_place("k"), None);
        assert_eq!(option_place("1"), None);
        assert_eq!(option_place("选项0"), None);
        assert_eq!(option_place("备注"), None);
    }

    #[test]
    fn difficulties_are_known_by_word_grade_and_share() {
        for (text, expected) in [
            ("易", Difficulty::Easy),
            ("中等难度", Difficulty::Medium),
            ("较难", Difficulty::Hard),
            ("5", Difficulty::Hard),
            ("0.85", Difficulty::Easy),
            ("0.30", Difficulty::Hard),
            ("hard", Difficulty::Hard),
        ] {
            assert_eq!(difficulty(text), Some(expected), "{text}");
        }
        for text in ["", "不详", "7", "1.5", "unknown"] {
            assert_eq!(difficulty(text), None, "{text}");
        }
    }

    #[test]
    fn kinds_are_known_by_their_usual_words() {
        assert_eq!(kind("单选题"), Some(Kind::Single));
        assert_eq!(kind(" 多项选择题 "), Some(Kind::Multiple));
        assert_eq!(kind("判断题（对错）"), Some(Kind::TrueFalse));
        assert_eq!(kind("不定项选择题"), Some(Kind::Indefinite));
        assert_eq!(kind("问答"), Some(Kind::ShortAnswer));
        assert_eq!(kind("fill_blank"), Some(Kind::FillBlank));
        assert_eq!(kind("选择题"), None);
    }
}
