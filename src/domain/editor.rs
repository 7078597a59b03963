//! A question as a person types it in.

use serde::{Deserialize, Serialize};

use super::{
    answer::{Case, Fault, Form, NotationFault, Task},
    intake::{Matter, check_sizes},
    item::{Difficulty, Kind, OptionSet, Question, State, Unfit, pinned},
    lang::Lang,
};

/// What is wrong with what was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QuestionFault {
    NoStem,
    NoKind,
    /// The key is not made of option letters.
    Key,
    Size(Matter),
    /// It was to be ready, and cannot be drawn.
    Unfit(Unfit),
    /// A line of the answers (答案与细则) is not written as it should be.
    Line {
        line: usize,
        fault: Fault,
    },
    /// Options or a key for a kind that has none.
    NoOptions,
}

impl QuestionFault {
    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::NoStem => lang.pick("请填写题目。", "Write the question."),
            Self::NoKind => lang.pick("请选择题型。", "Choose the kind."),
            Self::Key => lang.pick(
                "答案请写选项字母，例如 B 或 ACD。",
                "Write the key as option letters, such as B or ACD.",
            ),
            Self::Size(matter) => return matter.message(lang),
            Self::Unfit(Unfit::Form(fault)) => {
                let why = fault.name(lang);
                return match lang {
                    Lang::Zh => format!("还不能出这道题：{why}。补正“答案与细则”，或存为待补正。"),
                    Lang::En => format!("This question cannot be asked: {why}. Mend its answers, or keep it as a draft."),
                };
            }
            Self::Line { line, fault } => {
                let why = fault.name(lang);
                return match lang {
                    Lang::Zh => format!("“答案与细则”第 {line} 行：{why}。写法见下面的例子。"),
                    Lang::En => format!("Answers, line {line}: {why}. The examples below show how to write them."),
                };
            }
            Self::NoOptions => lang.pick(
                "这种题型没有选项和字母答案，请写在“答案与细则”里。",
                "This kind has no options and no key of letters; write its answers below.",
            ),
            Self::Unfit(Unfit::Options) => lang.pick(
                "可用的题要有 2 到 10 个选项，每行一个。补足选项，或存为待补正。",
                "A ready question has two to ten options, one a line. Add them, or keep it as a draft.",
            ),
            Self::Unfit(Unfit::NoKey) => lang.pick(
                "可用的题要有答案。填写答案，或存为待补正。",
                "A ready question has a key. Write it, or keep it as a draft.",
            ),
            Self::Unfit(Unfit::KeyNotAnOption) => lang.pick(
                "答案里有选项之外的字母。请核对答案和选项。",
                "The key names a letter that is no option. Check the key and the options.",
            ),
            Self::Unfit(Unfit::KeyCount) => lang.pick(
                "答案个数和题型不符：单选和判断一个，多选两个以上。",
                "The number of right options does not suit the kind: one for single choice and judgements, two or more for multiple choice.",
            ),
        };
        text.to_owned()
    }
}

/// What stands in the editor, each part as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    /// Codes of [`Kind`], [`Difficulty`] and [`State`].
    pub kind: String,
    pub difficulty: String,
    pub state: String,
    pub stem: String,
    /// One a line.
    pub options: String,
    /// Letters such as `ACD`.
    pub key: String,
    /// The answers of a kind beyond choice, as [`Form::notation`] writes them.
    pub form: String,
    pub explanation: String,
    /// One a line.
    pub basis: String,
    pub topic: String,
    /// With commas between.
    pub tags: String,
}

fn parts(text: &str, between: &[char]) -> Vec<String> {
    let parts = text.split(|c| between.contains(&c)).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// A text with its line ends as the platform keeps them and no other control characters.
pub(super) fn clean(text: &str) -> String {
    let kept = text.replace("\r\n", "\n");
    let kept: String = kept.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
    kept.trim().to_owned()
}

impl Typed {
    /// How a question stands in the editor.
    pub fn of(question: &Question) -> Self {
        let (stem, form) = match &question.form {
            Some(form) => form.notation(&question.stem),
            None => (question.stem.clone(), String::new()),
        };
        Self {
            kind: question.kind.code().to_owned(),
            difficulty: question.difficulty.code().to_owned(),
            // Whether its law has changed is found out again when it is stored.
            state: match question.state {
                State::Stale | State::InReview => State::Ready,
                state => state,
            }
            .code()
            .to_owned(),
            stem,
            form,
            options: question.options.join("\n"),
            key: question.key.letters(),
            explanation: question.explanation.clone(),
            basis: question.basis.join("\n"),
            topic: question.topic.clone(),
            tags: question.tags.join("，"),
        }
    }

    /// The question that was typed. One that is to be drawn must be fit to stand on a paper; a draft may lack anything but
    /// its stem.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn question(&self) -> Result<Question, QuestionFault> {
        let stem = clean(&self.stem);
        if stem.is_empty() {
            return Err(QuestionFault::NoStem);
        }
        let kind = Kind::from_code(&self.kind).ok_or(QuestionFault::NoKind)?;
        let mut options: Vec<String> = parts(&self.options, &['\n']).iter().map(|text| clean(text)).collect();
        if kind == Kind::TrueFalse && options.is_empty() {
            options = ["正确", "错误"].map(str::to_owned).into();
        }
        let letters: String = self
            .key
            .trim()
            .to_uppercase()
            .chars()
            .filter(|c| !" ,，、".contains(*c))
            .collect();
        let key = OptionSet::from_letters(&letters).ok_or(QuestionFault::Key)?;
        let form = match kind.is_choice() {
            true => None,
            false if !options.is_empty() || !key.is_empty() => return Err(QuestionFault::NoOptions),
            false => Some(Form::read(kind, &stem, &clean(&self.form))),
        };
        let (stem, form) = match form.transpose() {
            Ok(None) => (stem, None),
            Ok(Some((stem, form))) => (stem, Some(form)),
            Err(NotationFault { line, fault }) => return Err(QuestionFault::Line { line, fault }),
        };
        let question = Question {
            kind,
            stem,
            form,
            pinned: pinned(&options),
            options,
            key,
            explanation: clean(&self.explanation),
            basis: parts(&self.basis, &['\n', '；', ';']),
            tags: parts(&self.tags, &[',', '，', '、', '\n']),
            topic: clean(&self.topic),
            difficulty: Difficulty::from_code(&self.difficulty).unwrap_or_default(),
            state: State::from_code(&self.state)
                .filter(|state| State::CHOSEN.contains(state))
                .unwrap_or(State::Draft),
        };
        let question = settled(question);
        check_sizes(&question).map_err(QuestionFault::Size)?;
        if question.state == State::Ready {
            question.fit().map_err(QuestionFault::Unfit)?;
        }
        Ok(question)
    }
}

/// A form with what means nothing written in one way; a cloze that is a 填空 becomes one.
fn settled(mut question: Question) -> Question {
    if question.form.is_some() {
        let task = Task::from(question.clone()).settled();
        question.kind = task.form.kind().unwrap_or(question.kind);
        question.form = Some(match task.form {
            Form::Case(case) => Form::Case(Case {
                material: String::new(),
                ..case
            }),
            form => form,
        });
    }
    question
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed() -> Typed {
        Typed {
            kind: "multiple".into(),
            difficulty: "hard".into(),
            state: "ready".into(),
            stem: " 谁负责？\r\n第二行 ".into(),
            options: "甲\r\n\r\n乙\n以上都对".into(),
            key: "a， b".into(),
            form: String::new(),
            explanation: "因为\u{0007}如此".into(),
            basis: "安全生产法第五条\n".into(),
            topic: "总则".into(),
            tags: "责任，主体、责任".into(),
        }
    }

    #[test]
    fn what_is_typed_becomes_a_question_and_stands_in_the_editor_again() {
        let question = typed().question().expect("a question");
        assert_eq!(question.stem, "谁负责？\n第二行");
        assert_eq!(question.options, ["甲", "乙", "以上都对"]);
        assert_eq!(
            (question.key, question.pinned),
            (OptionSet::of([0, 1]), OptionSet::of([2]))
        );
        assert_eq!(
            (question.explanation.as_str(), question.basis.len(), question.tags.len()),
            ("因为如此", 1, 3)
        );
        assert_eq!(Typed::of(&question).question(), Ok(question));
    }

    #[test]
    fn what_cannot_be_drawn_is_refused_as_ready_and_kept_as_a_draft() {
        let with = |change: &dyn Fn(&mut Typed)| {
            let mut typed = typed();
            change(&mut typed);
            (
                typed.question(),
                Typed {
                    state: "draft".into(),
                    ..typed
                }
                .question(),
            )
        };
        type Change = (fn(&mut Typed), Unfit);
        let changes: [Change; 5] = [
            (|typed| typed.options = "甲".into(), Unfit::Options),
            (|typed| typed.key = String::new(), Unfit::NoKey),
            (|typed| typed.key = "A".into(), Unfit::KeyCount),
            (|typed| typed.key = "AD".into(), Unfit::KeyNotAnOption),
            (
                |typed| (typed.kind, typed.options, typed.key) = ("numeric".into(), String::new(), String::new()),
                Unfit::Form(Fault::NoKey),
            ),
        ];
        for (change, unfit) in changes {
            let (ready, draft) = with(&change);
            assert_eq!(ready, Err(QuestionFault::Unfit(unfit)));
            assert_eq!(draft.expect("a draft").state, State::Draft);
        }
        let (ready, draft) = with(&|typed| typed.key = "正确".into());
        assert_eq!(ready, Err(QuestionFault::Key));
        assert!(draft.is_err() && with(&|typed| typed.stem = " ".into()).1.is_err());
        assert!(with(&|typed| typed.stem = "字".repeat(8001)).1.is_err());
    }

    #[test]
    fn a_kind_beyond_choice_is_typed_in_lines_and_stands_there_again() {
        let blanks = Typed {
            kind: "fill_blank".into(),
            stem: "应当在_____日内".into(),
            options: String::new(),
            key: String::new(),
            form: "三十 | 30".into(),
            ..typed()
        };
        let question = blanks.question().expect("a question");
        assert_eq!((question.kind, question.state), (Kind::FillBlank, State::Ready));
        assert_eq!(Typed::of(&question).question(), Ok(question));
        let cloze = Typed {
            kind: "cloze".into(),
            stem: "处{?*五年|三年}以下，罚{#3;万元}".into(),
            form: String::new(),
            ..blanks.clone()
        };
        let question = cloze.question().expect("a question");
        assert_eq!(question.stem, "处_____以下，罚_____");
        assert_eq!(Typed::of(&question).stem, cloze.stem);
        let words = Typed {
            stem: "处{五年}以下".into(),
            ..cloze.clone()
        };
        assert_eq!(
            words.question().expect("a question").kind,
            Kind::FillBlank,
            "that is what it is"
        );
        let with_options = Typed {
            options: "甲\n乙".into(),
            ..blanks.clone()
        };
        assert_eq!(with_options.question(), Err(QuestionFault::NoOptions));
        let number = Typed {
            kind: "numeric".into(),
            form: "三".into(),
            ..blanks
        };
        assert!(matches!(number.question(), Err(QuestionFault::Line { line: 1, .. })));
    }

    #[test]
    fn a_judgement_needs_no_options_typed() {
        let judgement = Typed {
            kind: "true_false".into(),
            options: String::new(),
            key: "B".into(),
            ..typed()
        };
        assert_eq!(judgement.question().expect("a question").options, ["正确", "错误"]);
    }
}
