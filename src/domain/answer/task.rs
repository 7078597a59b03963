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
            _ => false,
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
        self.kind()
            .map_or(lang.pick("说明", "Information"), |kind| kind.name(lang))
    }

    pub fn mark(&self, given: &Response) -> Marked {
        Marked::Share(match (self, given) {
            (Self::Written(_), _) => return Marked::ByPeople,
            (Self::Information, _) => return Marked::Nothing,
            (Self::Case(case), Response::Parts(parts)) => {
                let none = Response::Text(String::new());
                let given = parts.iter().chain(std::iter::repeat(&none));
                let marked = case.questions.iter().zip(given).map(|(task, given)| task.mark(given));
                return Marked::Parts(marked.collect());
            }
            (Self::Choice(choice), Response::Choice(chosen)) => choice.mark(*chosen),
            (Self::FillIn(blanks), Response::Texts(texts)) => blanks.mark(texts),
            (Self::Numeric(numeric), Response::Text(text)) => numeric.mark(text),
            (Self::Matching(matching), Response::Pairs(pairs)) => matching.mark(pairs),
            (Self::Ordering(ordering), Response::Order(order)) => ordering.mark(order),
            (Self::Cloze(cloze), Response::Parts(parts)) => cloze.mark(parts),
            _ => Share::NONE,
        })
    }

    /// A form as a bank keeps it, and what was said there to those who gave an answer.
    pub fn without_feedback(mut self) -> (Self, Vec<String>) {
        let mut said = vec![];
        let mut take = |of: &str, feedback: &mut String| {
            if !feedback.is_empty() {
                said.push(format!("{of}：{}", std::mem::take(feedback)));
            }
        };
        match &mut self {
            Self::FillIn(blanks) => {
                let accepted = blanks.blanks.iter_mut().flat_map(|blank| &mut blank.accepted);
                accepted.for_each(|one| take(&one.text.clone(), &mut one.feedback));
            }
            Self::Numeric(numeric) => numeric.take_feedback(&mut take),
            Self::Choice(choice) => choice.take_feedback(&mut take),
            Self::Cloze(cloze) => {
                for piece in &mut cloze.pieces {
                    let super::Piece::Gap(gap) = piece else { continue };
                    match &mut gap.answer {
                        super::GapAnswer::Text(accepted) => {
                            accepted
                                .iter_mut()
                                .for_each(|one| take(&one.text.clone(), &mut one.feedback));
                        }
                        super::GapAnswer::Number(numeric) => numeric.take_feedback(&mut take),
                        super::GapAnswer::Choice(choice) => choice.take_feedback(&mut take),
                    }
                }
            }
            Self::Case(case) => {
                for (number, task) in (1..).zip(&mut case.questions) {
                    let (form, own) = task.form.clone().without_feedback();
                    let explained = Some(std::mem::take(&mut task.explanation)).filter(|text| !text.is_empty());
                    said.extend(
                        explained
                            .into_iter()
                            .chain(own)
                            .map(|text| format!("({number}) {text}")),
                    );
                    *task = Task::new(std::mem::take(&mut task.stem), form);
                }
            }
            Self::Matching(_) | Self::Ordering(_) | Self::Written(_) | Self::Information => (),
        }
        (self, said)
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
        self.form.mark(given)
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

    /// The question as a bank stores it; `None` for a text that asks nothing. What is said to those who gave an answer goes into
    /// the explanation.
    pub fn question(&self) -> Option<Question> {
        let task = self.clone().settled();
        let kind = task.form.kind()?;
        let stem = match &task.form {
            Form::Cloze(cloze) => cloze.text(),
            Form::Case(case) if task.stem.is_empty() => case.material.clone(),
            Form::Case(case) => format!("{}\n{}", task.stem, case.material),
            _ => task.stem,
        };
        let (mut form, said) = task.form.without_feedback();
        if let Form::Case(case) = &mut form {
            case.material.clear();
        }
        let explanation = Some(task.explanation).filter(|text| !text.is_empty());
        let lines: Vec<String> = explanation.into_iter().chain(said).collect();
        let category = Some(task.category).filter(|category| !category.is_empty());
        let (options, key, pinned, form) = match form {
            Form::Choice(choice) => (choice.options, choice.key, choice.pinned, None),
            form => (vec![], OptionSet::EMPTY, OptionSet::EMPTY, Some(form)),
        };
        let mut question = Question {
            kind,
            stem,
            options,
            key,
            explanation: lines.join("\n"),
            basis: task.basis,
            tags: category.iter().cloned().chain(task.tags).collect(),
            topic: category.unwrap_or_default(),
            difficulty: task.difficulty,
            pinned,
            form,
            state: State::Draft,
        };
        if question.fit().is_ok() {
            question.state = State::Ready;
        }
        Some(question)
    }
}

impl Choice {
    fn take_feedback(&mut self, take: &mut dyn FnMut(&str, &mut String)) {
        for (place, text) in self.feedback.iter_mut().enumerate() {
            take(&letter(place).to_string(), text);
        }
    }
}

impl Numeric {
    fn take_feedback(&mut self, take: &mut dyn FnMut(&str, &mut String)) {
        for quantity in &mut self.quantities {
            let (low, high) = quantity.accept.bounds();
            take(&format!("{low}–{high}"), &mut quantity.feedback);
        }
    }
}

impl Form {
    /// The form of a question whose right answers are a plain list, as tables have it: blank by blank, or lines of a model
    /// answer. `None` for kinds that a list does not make.
    pub fn of_list(kind: Kind, answers: &[String]) -> Option<Self> {
        let written = |length| {
            Self::Written(Written {
                length,
                model: answers.join("\n"),
                ..Written::default()
            })
        };
        match kind {
            Kind::FillBlank => Some(Self::FillIn(FillIn {
                blanks: answers
                    .iter()
                    .map(|text| super::Blank::taking([text.as_str()]))
                    .collect(),
                ordered: true,
            })),
            Kind::ShortAnswer => Some(written(super::Length::Short)),
            Kind::Essay => Some(written(super::Length::Essay)),
            _ => None,
        }
    }
}

impl From<Question> for Task {
    fn from(question: Question) -> Self {
        let mut stem = question.stem;
        let form = match question.form {
            Some(Form::Case(case)) => Form::Case(Case {
                material: std::mem::take(&mut stem),
                ..case
            }),
            Some(form @ Form::Cloze(_)) => {
                stem.clear();
                form
            }
            Some(form) => form,
            None => Form::Choice(Choice {
                kind: question.kind,
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
            ..Self::new(stem, form)
        }
    }
}
