//! What is right instead (新答案): other options of a choice, or other answers to a question beyond choice.

use serde::{Deserialize, Serialize};

use super::{
    answer::{Fault, Form, NotationFault, Task},
    editor::clean,
    intake::check_sizes,
    item::{OptionSet, Question},
    key_correction::Method,
    lang::Lang,
};

/// What a correction says is right. A set of options is written as it was before there were forms, so that what was stored and
/// digested stays what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Key {
    /// Of a choice, in authored places.
    Options(OptionSet),
    /// Of a question beyond choice that rules mark: it asks the same, and takes other answers.
    Form(Box<Form>),
}

impl From<OptionSet> for Key {
    fn from(options: OptionSet) -> Self {
        Self::Options(options)
    }
}

impl From<Form> for Key {
    fn from(form: Form) -> Self {
        Self::Form(Box::new(form))
    }
}

impl Key {
    pub fn options(&self) -> Option<OptionSet> {
        match self {
            Self::Options(options) => Some(*options),
            Self::Form(_) => None,
        }
    }

    pub fn form(&self) -> Option<&Form> {
        match self {
            Self::Options(_) => None,
            Self::Form(form) => Some(form),
        }
    }

    /// The letters of a choice, or the answers taken.
    pub fn words(&self) -> String {
        match self {
            Self::Options(options) => options.letters(),
            Self::Form(form) => form.right().join("；"),
        }
    }

    /// Whether it can be the new key of a question.
    ///
    /// # Errors
    /// The first reason why not.
    pub fn suits(&self, question: &Question) -> Result<(), KeyFault> {
        match (self, &question.form) {
            (_, Some(form)) if form.is_written() => Err(KeyFault::ReadByPeople),
            (Self::Options(key), None) => {
                let corrected = Question {
                    key: *key,
                    ..question.clone()
                };
                match *key != question.key && corrected.fit().is_ok() {
                    true => Ok(()),
                    false => Err(KeyFault::Options),
                }
            }
            (Self::Form(new), Some(old)) => {
                if !new.asks_as(old) {
                    return Err(KeyFault::Asks);
                }
                new.fit_for_paper().map_err(KeyFault::Unfit)?;
                let corrected = Question {
                    form: Some(Form::clone(new)),
                    ..question.clone()
                };
                check_sizes(&corrected).map_err(|_| KeyFault::Unfit(Fault::TooLarge))?;
                match settled(new) == settled(old) {
                    true => Err(KeyFault::Same),
                    false => Ok(()),
                }
            }
            (Self::Options(_), Some(_)) | (Self::Form(_), None) => Err(KeyFault::Options),
        }
    }
}

/// A form with what means nothing written in one way.
fn settled(form: &Form) -> Form {
    Task::new("", form.clone()).settled().form
}

/// Why a new key is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyFault {
    /// Options that do not suit the kind of question, or are the old key.
    Options,
    /// People read the answers, by no key.
    ReadByPeople,
    /// A line of the new answers is not written as it should be.
    Line { line: usize, fault: Fault },
    /// The new answers cannot mark anything.
    Unfit(Fault),
    /// They would ask something else than stood on the papers.
    Asks,
    /// They take what was taken before, and nothing else.
    Same,
}

impl KeyFault {
    pub fn message(self, lang: Lang) -> String {
        let text = match self {
            Self::Options => lang.pick(
                "新答案不合适：要符合题型，并且和原答案不同。没有提交。",
                "The new key does not fit: it must suit the kind of question and differ from the old key. Nothing was sent.",
            ),
            Self::ReadByPeople => lang.pick(
                "这种题由人阅卷，没有可以更换的答案；可以全部给分、作废，或者维持原判。没有提交。",
                "People mark this question, so it has no key to change: give full points, void it, or leave it. Nothing was sent.",
            ),
            Self::Line { line, fault } => {
                let why = fault.name(lang);
                return match lang {
                    Lang::Zh => format!("新答案第 {line} 行：{why}。没有提交，您写的还在下面。"),
                    Lang::En => format!("New answers, line {line}: {why}. Nothing was sent; what you wrote is kept below."),
                };
            }
            Self::Unfit(fault) => {
                let why = fault.name(lang);
                return match lang {
                    Lang::Zh => format!("按新答案没法判分：{why}。没有提交，您写的还在下面。"),
                    Lang::En => {
                        format!("The new answers cannot mark anything: {why}. Nothing was sent; what you wrote is kept below.")
                    }
                };
            }
            Self::Asks => lang.pick(
                "新答案要和试卷上问的一样：空、项目、选项、单位和题目文字都不能增减或改写，只能改哪些答案算对。没有提交，您写的还在下面。",
                "The new answers must ask what stood on the papers: blanks, items, options, unit and words stay as they are, and only what is right changes. Nothing was sent; what you wrote is kept below.",
            ),
            Self::Same => lang.pick(
                "新答案和原答案认可的一样，没有提交。请写出还要认可的答案，您写的还在下面。",
                "The new answers take just what the old ones do; nothing was sent. Write what else is right; what you wrote is kept below.",
            ),
        };
        text.to_owned()
    }
}

/// How a person says in a form what becomes of a question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chosen {
    /// A code of [`Method`].
    pub method: String,
    /// In authored places.
    pub key: OptionSet,
    /// Of a question beyond choice: its answers in the notation of the editor.
    pub answers: String,
}

impl Chosen {
    /// The answers of a question beyond choice as they are to be changed: the lines of the editor, or the text of a cloze,
    /// whose answers stand within it.
    pub fn present(question: &Question) -> String {
        let Some(form) = &question.form else {
            return String::new();
        };
        let (stem, lines) = form.notation(&question.stem);
        match form {
            Form::Cloze(_) => stem,
            _ => lines,
        }
    }

    /// The method with what was typed for it; `None`: none was chosen. Whether a new key suits is asked by [`Key::suits`].
    ///
    /// # Errors
    /// [`KeyFault::Line`] when the answers are not written as they should be.
    pub fn method(&self, question: &Question) -> Result<Option<Method>, KeyFault> {
        let key = match question.form.is_some() && Method::needs_key(&self.method) {
            true => read(question, &clean(&self.answers))?.into(),
            false => Key::Options(self.key),
        };
        Ok(Method::from_code(&self.method, key))
    }
}

fn read(question: &Question, typed: &str) -> Result<Form, KeyFault> {
    // A cloze is read from its text alone, every other form from its lines alone.
    let read = Form::read(question.kind, typed, typed);
    let (_, form) = read.map_err(|NotationFault { line, fault }| KeyFault::Line { line, fault })?;
    Ok(settled(&form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{answer::BREAK, item::Kind, points::Points};

    fn question(kind: Kind, stem: &str, lines: &str) -> Question {
        let (stem, form) = Form::read(kind, stem, lines).expect("a form");
        let mut question = Task::new(stem, form).question().expect("a question");
        question.kind = kind;
        question
    }

    fn blanks() -> Question {
        question(Kind::FillBlank, "期限_____，应当_____告知", "三十日 | 30天\n×3 书面")
    }

    fn typed(question: &Question, answers: &str) -> Result<Key, KeyFault> {
        let chosen = Chosen {
            method: "either_key".into(),
            key: OptionSet::EMPTY,
            answers: answers.into(),
        };
        let method = chosen.method(question)?.expect("a method");
        let key = method.key().expect("a key").clone();
        key.suits(question).map(|()| key)
    }

    /// One question of every form that rules mark, with its answers changed.
    fn every_form() -> [(Question, &'static str); 6] {
        [
            (blanks(), "三十日 | 30天 | 一个月\n×3 书面"),
            (
                question(Kind::Numeric, "上限？", "30000\n单位：元"),
                "30000\n50000\n单位：元",
            ),
            (
                question(Kind::Matching, "连线", "拘役 = 刑罚\n罚款 = 处罚\n= 处分"),
                "拘役 = 刑罚\n罚款 = 处分\n= 处罚",
            ),
            (question(Kind::Ordering, "排序", "立案\n调查\n决定"), "调查\n立案\n决定"),
            (
                question(Kind::Cloze, "应当{?*书面|口头}答复，期限{三日}", ""),
                "应当{?*书面|口头}答复，期限{三日 | 72小时}",
            ),
            (
                question(
                    Kind::Case,
                    "某日，……",
                    "【单选题】\n谁？\n答：\n* 甲\n- 乙\n【填空题】\n_____日内\n答：\n三",
                ),
                "【单选题】\n谁？\n答：\n- 甲\n* 乙\n【填空题】\n_____日内\n答：\n三 | 三个工作",
            ),
        ]
    }

    #[test]
    fn what_stands_in_the_form_at_first_accepts_nothing_else() {
        for (question, _) in every_form() {
            let present = Chosen::present(&question);
            assert_eq!(typed(&question, &present), Err(KeyFault::Same), "{present}");
            // As a browser sends it.
            let sent = format!("\r\n{}\r\n", present.replace('\n', "\r\n"));
            assert_eq!(typed(&question, &sent), Err(KeyFault::Same), "{present}");
        }
    }

    #[test]
    fn every_form_that_rules_mark_takes_other_answers() {
        for (question, answers) in every_form() {
            let key = typed(&question, answers).unwrap_or_else(|fault| panic!("{answers}: {fault:?}"));
            let (old, new) = (question.form.as_ref().expect("a form"), key.form().expect("a form"));
            assert_ne!(old, new);
            assert_eq!(old.asking(), new.asking(), "{answers}");
            let text = serde_json::to_string(&key).expect("JSON");
            assert_eq!(serde_json::from_str::<Key>(&text).expect("a key"), key, "{text}");
        }
    }

    #[test]
    fn what_candidates_saw_cannot_be_changed() {
        let [blanks, number, pairs, order, cloze, case] = every_form().map(|(question, _)| question);
        let other = [
            (&blanks, "三十日"),
            (&blanks, ""),
            (&blanks, "三十日\n书面\n当面"),
            (&number, "30000\n单位：万元"),
            (&pairs, "拘役 = 刑罚\n罚款 = 处罚\n= 处分\n= 惩戒"),
            (&pairs, "拘留 = 刑罚\n罚款 = 处罚\n= 处分"),
            (&order, "立案\n调查\n裁决"),
            (&cloze, "应该{?*书面|口头}答复，期限{三日}"),
            (&cloze, "应当{?*书面|当面}答复，期限{三日}"),
            (&cloze, "应当{书面}答复，期限{三日}"),
            (
                &case,
                "【单选题】\n是谁？\n答：\n* 甲\n- 乙\n【填空题】\n_____日内\n答：\n三",
            ),
            (&case, "【单选题】\n谁？\n答：\n* 甲\n- 乙"),
        ];
        for (question, answers) in other {
            assert_eq!(typed(question, answers), Err(KeyFault::Asks), "{answers}");
        }
    }

    #[test]
    fn what_is_wrong_with_the_new_answers_is_named() {
        let [blanks, number, ..] = every_form().map(|(question, _)| question);
        let line = |line, fault| Err(KeyFault::Line { line, fault });
        assert_eq!(typed(&number, "30000\n三万上下"), line(2, Fault::BadNumber));
        assert_eq!(typed(&number, "单位：元"), Err(KeyFault::Unfit(Fault::NoKey)));
        assert_eq!(
            typed(&blanks, "三十日 (50%)\n书面"),
            Err(KeyFault::Unfit(Fault::NoFullAnswer))
        );
        let long = format!("三十日 | {}\n书面", "长".repeat(5000));
        assert_eq!(typed(&blanks, &long), Err(KeyFault::Unfit(Fault::TooLarge)));
        // Nobody reads the answers for a method that needs none.
        let void = Chosen {
            method: "void".into(),
            answers: "三万上下".into(),
            ..Chosen::default()
        };
        assert_eq!(void.method(&number), Ok(Some(Method::Void)));
        assert_eq!(Chosen::default().method(&number), Ok(None));
        for lang in [Lang::Zh, Lang::En] {
            let said = KeyFault::Line {
                line: 2,
                fault: Fault::BadNumber,
            }
            .message(lang);
            assert!(
                said.contains('2') && said.contains(Fault::BadNumber.name(lang)),
                "{said}"
            );
        }
    }

    #[test]
    fn a_key_of_options_is_for_choices_and_people_need_none() {
        let options = Key::from(OptionSet(1));
        assert_eq!(options.suits(&blanks()), Err(KeyFault::Options));
        let essay = question(Kind::Essay, "论述", "定性 = 4");
        assert_eq!(options.suits(&essay), Err(KeyFault::ReadByPeople));
        let form = essay.form.clone().expect("a form");
        assert_eq!(Key::from(form).suits(&essay), Err(KeyFault::ReadByPeople));
        let case = question(
            Kind::Case,
            "某日",
            "【单选题】\n谁？\n答：\n* 甲\n- 乙\n【简答题】\n为什么？\n答：\n参考答案：\n因为",
        );
        assert_eq!(typed(&case, &Chosen::present(&case)), Err(KeyFault::ReadByPeople));
        let choice = Question {
            kind: Kind::Single,
            options: ["甲", "乙"].map(str::to_owned).into(),
            key: OptionSet(1),
            form: None,
            ..blanks()
        };
        assert_eq!(Key::from(OptionSet(2)).suits(&choice), Ok(()));
        assert_eq!(Key::from(OptionSet(3)).suits(&choice), Err(KeyFault::Options));
        assert_eq!(options.suits(&choice), Err(KeyFault::Options), "the old key");
        let form = blanks().form.expect("a form");
        assert_eq!(Key::from(form).suits(&choice), Err(KeyFault::Options));
    }

    #[test]
    fn the_words_of_a_key_are_its_letters_or_its_answers() {
        assert_eq!(Key::from(OptionSet(5)).words(), "AC");
        let key = typed(&blanks(), "三十日 | 一个月\n×3 书面").expect("a key");
        assert_eq!(key.words(), "三十日 / 一个月；书面");
        let answer = format!("一个月{BREAK}书面");
        let points = |form: &Form| form.judged(&answer, Points::whole(4), None).expect("by rules").points;
        assert_eq!(points(&blanks().form.expect("a form")), Points::whole(3));
        assert_eq!(points(key.form().expect("a form")), Points::whole(4));
    }
}
