use serde::{Deserialize, Serialize};

use super::{Cloze, Fault, FillIn, Matching, Numeric, Ordering, Share, Written};
use crate::domain::item::{Difficulty, Kind, OptionSet, Question, State, letter, pinned};
use crate::domain::lang::Lang;

/// How a blank stands in the text of a question.
pub const GAP: &str = "_____";

/// A question with options.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub kind: Kind,
    pub options: Vec<String>,
    pub key: OptionSet,
    /// What is said to those who chose an option, by its place; as many as there are options.
    pub feedback: Vec<String>,
    pub pinned: OptionSet,
}

impl Choice {
    pub fn new(kind: Kind, options: Vec<String>, key: OptionSet) -> Self {
        Self {
            kind,
            feedback: vec![String::new(); options.len()],
            pinned: pinned(&options),
            options,
            key,
        }
    }

    /// A 判断 question.
    pub fn truth(right: bool) -> Self {
        let options = vec!["正确".to_owned(), "错误".to_owned()];
        Self::new(Kind::TrueFalse, options, OptionSet::of([usize::from(!right)]))
    }

    /// All or nothing; what else an exam may count stands in its rules.
    pub fn mark(&self, chosen: OptionSet) -> Share {
        if chosen == self.key { Share::FULL } else { Share::NONE }
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        let right = self.key.len();
        let suits = match self.kind {
            Kind::Single => right == 1,
            Kind::TrueFalse => right == 1 && self.options.len() == 2,
            Kind::Multiple => right >= 2,
            Kind::Indefinite => true,
            Kind::FillBlank | Kind::ShortAnswer => false,
        };
        match self.options.len() {
            0 | 1 => Err(Fault::TooFewOptions),
            count if count > OptionSet::MAX => Err(Fault::TooManyOptions),
            _ if self.options.iter().any(String::is_empty) => Err(Fault::EmptyOption),
            _ if self.key.is_empty() => Err(Fault::NoKey),
            count if !self.key.fits(count) => Err(Fault::KeyNotAnOption),
            _ if !suits => Err(Fault::KeyCount),
            _ => Ok(()),
        }
    }
}

/// 案例: questions about one text, drawn together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    pub material: String,
    pub questions: Vec<Task>,
}

/// What is asked, and what is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    Choice(Choice),
    FillIn(FillIn),
    Numeric(Numeric),
    Matching(Matching),
    Ordering(Ordering),
    Written(Written),
    Cloze(Cloze),
    Case(Case),
    /// A text that asks nothing (说明).
    Information,
}

impl Form {
    /// Codes in the order of reports; a choice has the code of its kind.
    pub const CODES: [&'static str; 13] = [
        "single",
        "multiple",
        "true_false",
        "indefinite",
        "fill_blank",
        "numeric",
        "matching",
        "ordering",
        "short_answer",
        "essay",
        "cloze",
        "case",
        "information",
    ];

    pub fn code(&self) -> &'static str {
        match self {
            Self::Choice(choice) => choice.kind.code(),
            Self::FillIn(_) => "fill_blank",
            Self::Numeric(_) => "numeric",
            Self::Matching(_) => "matching",
            Self::Ordering(_) => "ordering",
            Self::Written(written) if written.length == super::Length::Short => "short_answer",
            Self::Written(_) => "essay",
            Self::Cloze(_) => "cloze",
            Self::Case(_) => "case",
            Self::Information => "information",
        }
    }

    /// # Errors
    /// The first thing that stands in the way of marking.
    pub fn fit(&self) -> Result<(), Fault> {
        match self {
            Self::Choice(choice) => choice.fit(),
            Self::FillIn(blanks) => blanks.fit(),
            Self::Numeric(numeric) => numeric.fit(),
            Self::Matching(matching) => matching.fit(),
            Self::Ordering(ordering) => ordering.fit(),
            Self::Written(written) => written.fit(),
            Self::Cloze(cloze) => cloze.fit(),
            Self::Case(case) if case.questions.is_empty() => Err(Fault::BadCase),
            // A question of a case may have no text of its own: the material asks.
            Self::Case(case) => case.questions.iter().try_for_each(|question| match &question.form {
                Self::Case(_) => Err(Fault::BadCase),
                form => form.fit(),
            }),
            Self::Information => Ok(()),
        }
    }

    pub fn name(&self, lang: Lang) -> &'static str {
        match self {
            Self::Choice(choice) => choice.kind.name(lang),
            Self::FillIn(_) => lang.pick("填空题", "Fill in"),
            Self::Numeric(_) => lang.pick("数值题", "Numeric"),
            Self::Matching(_) => lang.pick("连线题", "Matching"),
            Self::Ordering(_) => lang.pick("排序题", "Ordering"),
            Self::Written(written) if written.length == super::Length::Short => lang.pick("简答题", "Short answer"),
            Self::Written(_) => lang.pick("论述题", "Essay"),
            Self::Cloze(_) => lang.pick("综合填空题", "Cloze"),
            Self::Case(_) => lang.pick("案例题", "Case"),
            Self::Information => lang.pick("说明", "Information"),
        }
    }
}

/// An answer to a question of any form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    Choice(OptionSet),
    Text(String),
    Texts(Vec<String>),
    /// By item: the partner.
    Pairs(Vec<Option<usize>>),
    Order(Vec<usize>),
    /// By gap, or by question of a case.
    Parts(Vec<Response>),
}

/// What an answer earns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Marked {
    Share(Share),
    /// People have to read it.
    ByPeople,
    /// By question of a case.
    Parts(Vec<Marked>),
    /// Nothing was asked.
    Nothing,
}

/// A question of any form, with what stands around it in a bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// What a file calls it; empty for nothing.
    pub id: String,
    pub title: String,
    /// Where it stands in a bank, levels parted by `/`.
    pub category: String,
    pub tags: Vec<String>,
    /// Empty for a cloze, whose text stands in its pieces, and for a case, whose text is the material.
    pub stem: String,
    pub form: Form,
    pub explanation: String,
    /// Legal basis (依据条款) as cited.
    pub basis: Vec<String>,
    pub difficulty: Difficulty,
}

impl Task {
    pub fn new(stem: impl Into<String>, form: Form) -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            category: String::new(),
            tags: vec![],
            stem: stem.into(),
            form,
            explanation: String::new(),
            basis: vec![],
            difficulty: Difficulty::Unknown,
        }
    }

    pub fn mark(&self, given: &Response) -> Marked {
        Marked::Share(match (&self.form, given) {
            (Form::Written(_), _) => return Marked::ByPeople,
            (Form::Information, _) => return Marked::Nothing,
            (Form::Case(case), Response::Parts(parts)) => {
                let none = Response::Text(String::new());
                let given = parts.iter().chain(std::iter::repeat(&none));
                return Marked::Parts(
                    case.questions
                        .iter()
                        .zip(given)
                        .map(|(task, given)| task.mark(given))
                        .collect(),
                );
            }
            (Form::Choice(choice), Response::Choice(chosen)) => choice.mark(*chosen),
            (Form::FillIn(blanks), Response::Texts(texts)) => blanks.mark(texts),
            (Form::Numeric(numeric), Response::Text(text)) => numeric.mark(text),
            (Form::Matching(matching), Response::Pairs(pairs)) => matching.mark(pairs),
            (Form::Ordering(ordering), Response::Order(order)) => ordering.mark(order),
            (Form::Cloze(cloze), Response::Parts(parts)) => cloze.mark(parts),
            _ => Share::NONE,
        })
    }

    /// Whether it can be answered and marked.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn fit(&self) -> Result<(), Fault> {
        let asked = match &self.form {
            Form::Cloze(_) | Form::Case(_) => true,
            _ => !self.stem.is_empty(),
        };
        if asked { self.form.fit() } else { Err(Fault::NoText) }
    }

    /// The question with what means nothing written in one way, so that two of the same meaning are equal: the order of
    /// partners, the weight and the order of a single blank, a cloze that is a 填空 or a
    /// numeric question.
    #[must_use]
    pub fn settled(mut self) -> Self {
        match &mut self.form {
            Form::Matching(matching) => matching.settle(),
            Form::FillIn(blanks) => {
                if let [blank] = &mut blanks.blanks[..] {
                    blank.weight = 1;
                    blanks.ordered = true;
                }
            }
            Form::Choice(choice) => choice.feedback.resize(choice.options.len(), String::new()),
            Form::Cloze(cloze) => {
                cloze.settle();
                if let Some((stem, form)) = cloze.as_other() {
                    (self.stem, self.form) = (stem, form);
                    return self.settled();
                }
            }
            Form::Case(case) => {
                case.questions = std::mem::take(&mut case.questions)
                    .into_iter()
                    .map(Self::settled)
                    .collect();
            }
            _ => (),
        }
        self
    }

    /// The question as a bank stores it: the kinds a paper can hold; for all others `None`. What is said to those who
    /// chose an option goes into the explanation.
    pub fn question(&self) -> Option<Question> {
        let Form::Choice(choice) = &self.form else { return None };
        let said = (0..).zip(&choice.feedback).filter(|(_, text)| !text.is_empty());
        let said = said.map(|(place, text)| format!("{}：{text}", letter(place)));
        let explanation = Some(self.explanation.clone()).filter(|text| !text.is_empty());
        let lines: Vec<String> = explanation.into_iter().chain(said).collect();
        let category = Some(self.category.clone()).filter(|category| !category.is_empty());
        let mut question = Question {
            kind: choice.kind,
            stem: self.stem.clone(),
            options: choice.options.clone(),
            key: choice.key,
            explanation: lines.join("\n"),
            basis: self.basis.clone(),
            tags: category.iter().cloned().chain(self.tags.iter().cloned()).collect(),
            topic: category.unwrap_or_default(),
            difficulty: self.difficulty,
            pinned: choice.pinned,
            state: State::Draft,
        };
        if question.fit().is_ok() {
            question.state = State::Ready;
        }
        Some(question)
    }
}

impl From<Question> for Task {
    fn from(question: Question) -> Self {
        let form = match question.kind {
            Kind::FillBlank => Form::FillIn(FillIn {
                blanks: question
                    .options
                    .into_iter()
                    .map(|text| super::Blank::taking([text]))
                    .collect(),
                ordered: true,
            }),
            Kind::ShortAnswer => Form::Written(Written {
                length: super::Length::Short,
                model: question.options.join("\n"),
                ..Written::default()
            }),
            kind => Form::Choice(Choice {
                kind,
                feedback: vec![String::new(); question.options.len()],
                options: question.options,
                key: question.key,
                pinned: question.pinned,
            }),
        };
        let first = question.tags.first().is_some_and(|tag| *tag == question.topic);
        Self {
            category: question.topic,
            tags: question.tags.into_iter().skip(usize::from(first)).collect(),
            explanation: question.explanation,
            basis: question.basis,
            difficulty: question.difficulty,
            ..Self::new(question.stem, form)
        }
    }
}
