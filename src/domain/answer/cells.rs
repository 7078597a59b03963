//! A form in a row of a table: the text, the answers, and in a cell of their own the rules by which they count, so that whoever fills
//! in a workbook writes answers where answers are asked for. Each cell is in the notation of the editor, with two liberties: blanks
//! and rules may be parted by `；` instead of a line end, and a model answer stands by itself.

use super::{
    Fault, FillIn, Form, NotationFault, Written,
    notation::{ALL_PAIRS, MODEL, RULES, UNIT, UNORDERED},
};
use crate::domain::item::Kind;

/// A question beyond choice as a row has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cells {
    /// With the answers in it, where it is a cloze.
    pub text: String,
    pub answers: String,
    pub rules: String,
}

impl Form {
    /// The cells of a question of this form with this text.
    pub fn cells(&self, stem: &str) -> Cells {
        let lines = |form: &Self| form.notation(stem).1;
        let (answers, rules) = match self {
            Self::FillIn(blanks) => {
                let ordered = Self::FillIn(FillIn {
                    ordered: true,
                    blanks: blanks.blanks.clone(),
                });
                let rules = if blanks.ordered { "" } else { UNORDERED };
                (with_parts_kept(&lines(&ordered)), rules.to_owned())
            }
            Self::Numeric(_) => {
                let all = lines(self);
                let (unit, numbers): (Vec<&str>, Vec<&str>) = all.lines().partition(|line| line.starts_with(UNIT));
                (numbers.join("\n"), with_parts_kept(&unit.join("\n")))
            }
            Self::Matching(_) | Self::Ordering(_) => {
                let all = lines(self);
                let (first, rest) = all.split_once('\n').unwrap_or((&all, ""));
                match first == ALL_PAIRS || RULES.iter().any(|(word, _)| *word == first) {
                    true => (rest.to_owned(), first.to_owned()),
                    false => (all, String::new()),
                }
            }
            Self::Written(written) if is_headed(&written.model) => (lines(self), String::new()),
            Self::Written(written) => {
                let bare = Self::Written(Written {
                    model: String::new(),
                    ..written.clone()
                });
                (written.model.clone(), with_parts_kept(&lines(&bare)))
            }
            Self::Choice(_) | Self::Cloze(_) | Self::Case(_) | Self::Information => (lines(self), String::new()),
        };
        Cells {
            text: self.notation(stem).0,
            answers,
            rules,
        }
    }

    /// What was filled in for a question of this kind, with the text that stands for it in lists.
    ///
    /// # Errors
    /// The first line that is not written as it should be.
    pub fn of_cells(kind: Kind, cells: &Cells) -> Result<(String, Self), NotationFault> {
        let rules = parted(&cells.rules);
        check(kind, &rules)?;
        let together = |answers: &str| Self::read(kind, &cells.text, &format!("{rules}\n{answers}"));
        match kind {
            Kind::FillBlank => together(&parted(&cells.answers)),
            Kind::ShortAnswer | Kind::Essay if !is_headed(&cells.answers) => {
                let (stem, mut form) = together("")?;
                if let Self::Written(written) = &mut form {
                    cells.answers.trim().clone_into(&mut written.model);
                }
                Ok((stem, form))
            }
            _ => together(&cells.answers),
        }
    }
}

/// Whether these are lines of the editor, with the model answer below its heading.
fn is_headed(answers: &str) -> bool {
    answers.lines().any(|line| line.trim() == MODEL)
}

/// Every unescaped `；` as a line end.
fn parted(text: &str) -> String {
    let mut escaped = false;
    text.chars()
        .map(|c| {
            let parts = !escaped && matches!(c, '；' | ';');
            escaped = !escaped && c == '\\';
            if parts { '\n' } else { c }
        })
        .collect()
}

/// The same text as [`parted`] leaves it.
fn with_parts_kept(text: &str) -> String {
    text.replace('；', "\\；").replace(';', "\\;")
}

/// Refuses what is no rule of the kind: it would be taken for an answer.
fn check(kind: Kind, rules: &str) -> Result<(), NotationFault> {
    let is_rule = |line: &str| match kind {
        Kind::FillBlank => line == UNORDERED,
        Kind::Numeric => line.starts_with(UNIT),
        Kind::Matching => line == ALL_PAIRS,
        Kind::Ordering => RULES.iter().any(|(word, _)| *word == line),
        Kind::ShortAnswer | Kind::Essay => !line.starts_with(MODEL),
        _ => false,
    };
    let mut lines = (1..).zip(rules.lines().map(str::trim));
    match lines.find(|(_, line)| !line.is_empty() && !is_rule(line)) {
        Some((line, _)) => Err(NotationFault {
            line,
            fault: Fault::Syntax,
        }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::answer::{Accepted, Blank, Criterion, Length, Share};
    use crate::domain::points::Points;

    fn cells(text: &str, answers: &str, rules: &str) -> Cells {
        Cells {
            text: text.to_owned(),
            answers: answers.to_owned(),
            rules: rules.to_owned(),
        }
    }

    fn read(kind: Kind, filled: &Cells) -> Form {
        let (text, form) = Form::of_cells(kind, filled).expect("a form");
        let written = form.cells(&text);
        assert_eq!(Form::of_cells(kind, &written), Ok((text, form.clone())), "{written:?}");
        form
    }

    #[test]
    fn blanks_are_parted_by_lines_or_semicolons_and_take_alternatives() {
        let Form::FillIn(blanks) = read(
            Kind::FillBlank,
            &cells(
                "上限_____，下限_____",
                "五千元|5000元；五百元\\；或者更少 (50%)",
                "不分先后",
            ),
        ) else {
            panic!("blanks")
        };
        assert!(!blanks.ordered);
        let texts = |blank: &Blank| blank.accepted.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&blanks.blanks[0]), ["五千元", "5000元"]);
        assert_eq!(texts(&blanks.blanks[1]), ["五百元；或者更少"]);
        assert_eq!(blanks.blanks[1].accepted[0].share, Share::of(1, 2));
        // Marks of the notation within an answer stay what they are.
        let hard = ["a;b", "×2 次", "甲|乙", "不分先后", "\\；"].map(|text| Blank {
            weight: 1,
            accepted: vec![Accepted::fully(text)],
        });
        let form = Form::FillIn(FillIn {
            blanks: hard.into(),
            ordered: true,
        });
        assert_eq!(
            Form::of_cells(Kind::FillBlank, &form.cells("题")),
            Ok(("题".to_owned(), form))
        );
    }

    #[test]
    fn the_rules_of_every_form_stand_beside_its_answers() {
        for (kind, answers, rules) in [
            (Kind::Numeric, "30000 ± 500", "单位：元"),
            (Kind::Matching, "拘役 = 刑罚\n= 处分", "全对才得分"),
            (Kind::Ordering, "立案\n\\按位置计分\n审判", "按相邻计分"),
            (Kind::Ordering, "立案\n审判", ""),
            (Kind::Essay, "第一，……\n第二，……", "定性 = 4\n说理 = 6\n字数：300-800"),
        ] {
            let (text, form) = Form::of_cells(kind, &cells("题", answers, rules)).expect("a form");
            assert_eq!(form.cells(&text), cells("题", answers, rules), "{kind:?}");
            read(kind, &cells("题", answers, rules));
        }
        read(Kind::Cloze, &cells("在{三|3}日内", "", ""));
        read(
            Kind::Case,
            &cells("某日，……", "【判断题】\n对吗？\n答：\n* 正确\n- 错误", ""),
        );
    }

    #[test]
    fn a_model_answer_is_a_text_and_its_criteria_are_rules() {
        let Form::Written(written) = read(
            Kind::ShortAnswer,
            &cells("简述", "第一；第二 = 二", "程序 = 2；依据 = 3"),
        ) else {
            panic!("a model answer")
        };
        assert_eq!((written.model.as_str(), written.rubric.len()), ("第一；第二 = 二", 2));
        let headed = Written {
            length: Length::Short,
            model: "写上\n参考答案：\n四个字".to_owned(),
            rubric: vec![Criterion {
                name: "写法".to_owned(),
                points: Points::whole(1),
            }],
            ..Written::default()
        };
        let form = Form::Written(headed);
        assert_eq!(
            Form::of_cells(Kind::ShortAnswer, &form.cells("题")),
            Ok(("题".to_owned(), form))
        );
    }

    #[test]
    fn what_is_no_rule_of_the_kind_is_refused() {
        for (kind, rules) in [
            (Kind::FillBlank, "单位：元"),
            (Kind::Numeric, "不分先后"),
            (Kind::Ordering, "立案"),
            (Kind::Cloze, "不分先后"),
            (Kind::Essay, "参考答案：甲"),
        ] {
            let fault = Form::of_cells(kind, &cells("题", "1", rules)).map_err(|wrong| wrong.fault);
            assert_eq!(fault, Err(Fault::Syntax), "{kind:?} {rules}");
        }
    }
}
