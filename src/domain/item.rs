//! A question: what stands in the bank and what a candidate is shown of it.

use serde::{Deserialize, Serialize};

use super::{
    answer::{Fault, Form},
    lang::Lang,
};

/// The kind of a question (题型).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// 单选: exactly one right option.
    Single,
    /// 多选: two or more right options.
    Multiple,
    /// 判断: right or wrong.
    TrueFalse,
    /// 不定项: one or more right options, how many is not told.
    Indefinite,
    /// 填空: words for blanks.
    FillBlank,
    /// 数值: a number.
    Numeric,
    /// 连线: a partner for each item.
    Matching,
    /// 排序: items in the right order.
    Ordering,
    /// 综合填空: a text with gaps of several forms.
    Cloze,
    /// 简答: a few sentences, read by people.
    ShortAnswer,
    /// 论述: a longer text, read by people.
    Essay,
    /// 案例: several questions about one text, counted as one.
    Case,
}

impl Kind {
    /// In the order of the parts of a paper.
    pub const ALL: [Self; 12] = [
        Self::Single,
        Self::Multiple,
        Self::TrueFalse,
        Self::Indefinite,
        Self::FillBlank,
        Self::Numeric,
        Self::Matching,
        Self::Ordering,
        Self::Cloze,
        Self::ShortAnswer,
        Self::Essay,
        Self::Case,
    ];
    /// Those answered by choosing options; a competition asks no others.
    pub const CHOICES: [Self; 4] = [Self::Single, Self::Multiple, Self::TrueFalse, Self::Indefinite];

    /// Whether it is answered by choosing options, and marked by a key.
    pub fn is_choice(self) -> bool {
        Self::CHOICES.contains(&self)
    }

    /// Whether answers to it are read by people. A case may be as well: its questions say so.
    pub fn is_read_by_people(self) -> bool {
        matches!(self, Self::ShortAnswer | Self::Essay)
    }

    /// The identifier used in files, tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Single => "single",
            Self::Multiple => "multiple",
            Self::TrueFalse => "true_false",
            Self::Indefinite => "indefinite",
            Self::FillBlank => "fill_blank",
            Self::Numeric => "numeric",
            Self::Matching => "matching",
            Self::Ordering => "ordering",
            Self::Cloze => "cloze",
            Self::ShortAnswer => "short_answer",
            Self::Essay => "essay",
            Self::Case => "case",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The name people know it by.
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Single => lang.pick("单选题", "Single choice"),
            Self::Multiple => lang.pick("多选题", "Multiple choice"),
            Self::TrueFalse => lang.pick("判断题", "True or false"),
            Self::Indefinite => lang.pick("不定项选择题", "One or more right"),
            Self::FillBlank => lang.pick("填空题", "Fill in"),
            Self::Numeric => lang.pick("数值题", "Numeric"),
            Self::Matching => lang.pick("连线题", "Matching"),
            Self::Ordering => lang.pick("排序题", "Ordering"),
            Self::Cloze => lang.pick("综合填空题", "Cloze"),
            Self::ShortAnswer => lang.pick("简答题", "Short answer"),
            Self::Essay => lang.pick("论述题", "Essay"),
            Self::Case => lang.pick("案例题", "Case"),
        }
    }

    /// Whether at most one option may be chosen.
    pub fn one_choice(self) -> bool {
        matches!(self, Self::Single | Self::TrueFalse)
    }
}

/// How hard a question is (难度), as its author says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    Easy,
    Medium,
    Hard,
    /// The author did not say.
    #[default]
    Unknown,
}

impl Difficulty {
    pub const ALL: [Self; 4] = [Self::Easy, Self::Medium, Self::Hard, Self::Unknown];

    /// The identifier used in files, tables and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Easy => "easy",
            Self::Medium => "medium",
            Self::Hard => "hard",
            Self::Unknown => "unknown",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|difficulty| difficulty.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Easy => lang.pick("易", "Easy"),
            Self::Medium => lang.pick("中", "Medium"),
            Self::Hard => lang.pick("难", "Hard"),
            Self::Unknown => lang.pick("难度未定", "Difficulty unknown"),
        }
    }
}

/// A set of options by place, bit 0 for the first (A). Ten options at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
pub struct OptionSet(pub u16);

impl OptionSet {
    pub const EMPTY: Self = Self(0);
    /// The most options a question may have.
    pub const MAX: usize = 10;

    pub fn of(places: impl IntoIterator<Item = usize>) -> Self {
        Self(places.into_iter().fold(0, |bits, place| bits | 1 << place))
    }

    /// Reads letters such as `ACD`; `None` for anything but A–J.
    pub fn from_letters(letters: &str) -> Option<Self> {
        letters.chars().try_fold(Self::EMPTY, |set, c| match c {
            'A'..='J' => Some(Self(set.0 | 1 << (c as u32 - 'A' as u32))),
            _ => None,
        })
    }

    pub fn letters(self) -> String {
        self.places().map(letter).collect()
    }

    pub fn contains(self, place: usize) -> bool {
        place < Self::MAX && self.0 & (1 << place) != 0
    }

    pub fn toggled(self, place: usize) -> Self {
        Self(self.0 ^ (1 << place))
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// The options in both.
    pub fn common(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub fn places(self) -> impl Iterator<Item = usize> {
        (0..Self::MAX).filter(move |place| self.contains(*place))
    }

    /// Whether every chosen place exists among `options` options.
    pub fn fits(self, options: usize) -> bool {
        u32::from(self.0) < 1u32 << options.min(16)
    }
}

/// The label of an option by place: 0 is A.
pub fn letter(place: usize) -> char {
    char::from(b'A' + u8::try_from(place.min(25)).unwrap_or(25))
}

/// Why a version was made that nobody wrote: the article it stands on has another number now.
pub const MOVED_WITH_LAW: &str = "moved_with_law";

/// Where a question stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Stored, but something is missing or unsure; never drawn.
    Draft,
    /// Whole, and waits for a second person; not drawn.
    InReview,
    /// May be drawn.
    Ready,
    /// The law it stands on has changed: not drawn until somebody has looked.
    Stale,
    /// Kept for the papers it stands on; not drawn again.
    Retired,
}

impl State {
    pub const ALL: [Self; 5] = [Self::Draft, Self::InReview, Self::Ready, Self::Stale, Self::Retired];
    /// Those that an editor chooses.
    pub const CHOSEN: [Self; 3] = [Self::Draft, Self::Ready, Self::Retired];

    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::InReview => "in_review",
            Self::Ready => "ready",
            Self::Stale => "stale",
            Self::Retired => "retired",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Draft => lang.pick("待补正", "Draft"),
            Self::InReview => lang.pick("待审题", "Waits for review"),
            Self::Ready => lang.pick("可用", "Ready"),
            Self::Stale => lang.pick("法条已变，待复核", "Law changed, to be looked at"),
            Self::Retired => lang.pick("停用", "Retired"),
        }
    }
}

/// One version of a question; never changed once stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub kind: Kind,
    pub stem: String,
    /// Empty for kinds without options.
    pub options: Vec<String>,
    /// The right options by authored place. Empty for kinds without options.
    pub key: OptionSet,
    pub explanation: String,
    /// Legal basis (依据条款) as cited, e.g. `安全生产法（2021-06-10）第九十五条`.
    pub basis: Vec<String>,
    pub tags: Vec<String>,
    /// The one topic (知识点) a blueprint counts it under; empty for none.
    #[serde(default)]
    pub topic: String,
    #[serde(default)]
    pub difficulty: Difficulty,
    /// Options that stay last when options are shuffled, such as 以上都对.
    #[serde(default)]
    pub pinned: OptionSet,
    /// What is asked and what is right, for kinds beyond choice; a case keeps its material in the stem, a cloze its text in
    /// its pieces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub form: Option<Form>,
    pub state: State,
}

/// Why a question cannot be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unfit {
    /// A kind beyond choice cannot be answered or marked as it stands.
    Form(Fault),
    /// Fewer than two or more than ten options.
    Options,
    /// No key at all.
    NoKey,
    /// The key names an option that is not there.
    KeyNotAnOption,
    /// The number of right options does not suit the kind.
    KeyCount,
}

/// The options that must keep their place at the end because they speak of the others: 以上都对, 以上均不正确,
/// none of the above. An option that names letters (`A和C都对`) pins all of them: no order but the authored one
/// makes sense.
pub fn pinned(options: &[String]) -> OptionSet {
    let folded: Vec<String> = options.iter().map(|option| super::bank::fold(option)).collect();
    if folded.iter().any(|option| names_letters(option)) {
        return OptionSet::of(0..options.len().min(OptionSet::MAX));
    }
    let speaks = (0..options.len().min(OptionSet::MAX)).filter(|place| speaks_of_the_others(&folded[*place]));
    OptionSet::of(speaks)
}

/// Longer options only begin with these words by chance.
const PINNED_LENGTH: usize = 16;

fn speaks_of_the_others(option: &str) -> bool {
    const NAMES: [&str; 6] = ["以上", "上述", "前述", "上面", "其他选项", "其它选项"];
    const SAYS: [char; 9] = ['都', '均', '皆', '全', '不', '无', '非', '是', '对'];
    if ["alloftheabove", "noneoftheabove"]
        .iter()
        .any(|words| option.starts_with(words))
    {
        return true;
    }
    let rest = NAMES.iter().find_map(|name| option.strip_prefix(name));
    let short = option.chars().count() <= PINNED_LENGTH;
    short && rest.is_some_and(|rest| rest.contains(SAYS))
}

/// `a和c都对`, `ab均正确`: two letters or more, joined, before the word for all.
fn names_letters(option: &str) -> bool {
    let Some(end) = option.find(['都', '均', '皆']) else {
        return false;
    };
    let (letters, joined): (Vec<char>, Vec<char>) = option[..end].chars().partition(|c| matches!(c, 'a'..='j'));
    letters.len() >= 2 && joined.iter().all(|c| "和与及、,".contains(*c))
}

impl Question {
    /// Whether both ask the same and have the same key, whatever else is said of them.
    pub fn is_same(&self, other: &Self) -> bool {
        (self.kind, self.key) == (other.kind, other.key)
            && (&self.stem, &self.options, &self.form) == (&other.stem, &other.options, &other.form)
    }

    /// Whether the question is whole enough to stand on a paper.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn fit(&self) -> Result<(), Unfit> {
        if !self.kind.is_choice() {
            let form = self.form.as_ref().filter(|form| form.kind() == Some(self.kind));
            let form = form.ok_or(Unfit::Form(Fault::NoKey))?;
            return form.fit_for_paper().map_err(Unfit::Form);
        }
        if !(2..=OptionSet::MAX).contains(&self.options.len()) {
            return Err(Unfit::Options);
        }
        if self.key.is_empty() {
            return Err(Unfit::NoKey);
        }
        if !self.key.fits(self.options.len()) {
            return Err(Unfit::KeyNotAnOption);
        }
        let right = self.key.len();
        let suits = match self.kind {
            Kind::Single | Kind::TrueFalse => right == 1,
            Kind::Multiple => right >= 2,
            _ => true,
        };
        if suits { Ok(()) } else { Err(Unfit::KeyCount) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_round_trip_and_refuse_what_is_no_option() {
        assert_eq!(
            OptionSet::from_letters("ACD").map(OptionSet::letters).as_deref(),
            Some("ACD")
        );
        assert_eq!(OptionSet::from_letters("AZ"), None);
        assert!(OptionSet::of([0, 3]).fits(4));
        assert!(!OptionSet::of([4]).fits(4));
    }

    #[test]
    fn options_that_speak_of_the_others_are_pinned_and_no_others() {
        let of = |options: &[&str]| pinned(&options.iter().map(|option| (*option).to_owned()).collect::<Vec<_>>());
        for last in [
            "以上都对",
            "以上都不对",
            "以上均正确。",
            "上述选项均不是",
            "以上三项都是",
            "以上皆非",
            "None of the above",
        ] {
            assert_eq!(of(&["甲", "乙", last]), OptionSet::of([2]), "{last}");
        }
        for other in [
            "以上一年度为准",
            "三年以上",
            "以上级机关指定的日期为准，不得另行约定也不得变更",
            "都对",
        ] {
            assert_eq!(of(&["甲", "乙", other]), OptionSet::EMPTY, "{other}");
        }
        for naming in ["A和B都对", "Ａ、Ｂ均正确", "AB都不对"] {
            assert_eq!(of(&["甲", "乙", naming]), OptionSet::of([0, 1, 2]), "{naming}");
        }
    }

    #[test]
    fn a_multiple_choice_question_with_one_right_option_is_unfit() {
        let question = Question {
            kind: Kind::Multiple,
            stem: "？".into(),
            options: vec!["甲".into(), "乙".into()],
            key: OptionSet::of([1]),
            explanation: String::new(),
            basis: vec![],
            tags: vec![],
            topic: String::new(),
            difficulty: Difficulty::Unknown,
            pinned: OptionSet::EMPTY,
            form: None,
            state: State::Ready,
        };
        assert_eq!(question.fit(), Err(Unfit::KeyCount));
        assert_eq!(
            Question {
                kind: Kind::Indefinite,
                ..question
            }
            .fit(),
            Ok(())
        );
    }
}
