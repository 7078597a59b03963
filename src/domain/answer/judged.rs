//! What an answer to a question beyond choice earns: by rules as far as they go, by people for the rest.

use super::{Criterion, Form, Marked, Response, RubricFault, Share, Written};
use crate::domain::points::Points;

/// What an answer has earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    pub points: Points,
    /// Something of it has to be read by people; until then `points` is what the rules alone give.
    pub waits: bool,
}

impl Form {
    /// The questions that count: of a case each for the same part of its points.
    fn counting(&self) -> Vec<&Self> {
        match self {
            Self::Case(case) => {
                let asked = case.questions.iter().map(|task| &task.form);
                asked.filter(|form| !matches!(form, Self::Information)).collect()
            }
            form => vec![form],
        }
    }

    /// Whether people have to read any of it.
    pub fn is_written(&self) -> bool {
        self.counting().iter().any(|form| matches!(form, Self::Written(_)))
    }

    /// Whether the rules alone give an answer all points.
    pub fn is_right(&self, text: &str) -> bool {
        let full = Points::whole(100);
        let judged = self.judged(text, full, None);
        judged.is_ok_and(|judged| !judged.waits && judged.points == full)
    }

    /// What a marker gives points for, the texts of a case in a row. A text without a rubric is one criterion without a name,
    /// of as many points as it counts.
    pub fn criteria(&self, full: Points) -> Vec<Criterion> {
        let counting = self.counting();
        let count = i64::try_from(counting.len().max(1)).unwrap_or(1);
        let own = |written: &Written| match written.rubric.as_slice() {
            [] => vec![Criterion {
                name: String::new(),
                points: Points((2 * full.0 + count) / (2 * count)),
            }],
            rubric => rubric.to_vec(),
        };
        let written = counting.into_iter().filter_map(|form| match form {
            Self::Written(written) => Some(own(written)),
            _ => None,
        });
        written.flatten().collect()
    }

    /// What an answer earns of `full` points: the shares of its questions, half a hundredth upwards. `given`: what a marker
    /// gave for each of [`Self::criteria`]. A text that was left empty earns nothing and waits for nobody.
    ///
    /// # Errors
    /// When a criterion is missing or gets less than nothing or more than it can earn.
    pub fn judged(&self, text: &str, full: Points, given: Option<&[Points]>) -> Result<Judged, RubricFault> {
        let criteria = self.criteria(full);
        if let Some(given) = given {
            let whole = Written {
                rubric: criteria.clone(),
                ..Written::default()
            };
            whole.mark(given)?;
        }
        let counting = self.counting();
        let responses = match (self, self.response(text)) {
            (Self::Case(case), Response::Parts(parts)) => {
                let asked = case.questions.iter().zip(parts);
                asked
                    .filter(|(task, _)| !matches!(task.form, Self::Information))
                    .map(|(_, part)| part)
                    .collect()
            }
            (_, response) => vec![response],
        };
        let (mut earned, mut waits, mut at) = (0u64, false, 0);
        for (form, response) in counting.iter().zip(&responses) {
            let Self::Written(written) = form else {
                earned += match form.mark(response) {
                    Marked::Share(share) => u64::from(share.parts()),
                    _ => 0,
                };
                continue;
            };
            let own = at..at + written.rubric.len().max(1);
            at = own.end;
            let empty = matches!(response, Response::Text(text) if text.trim().is_empty());
            match given {
                _ if empty => (),
                None => waits = true,
                Some(given) => {
                    let sum = |points: &[Points]| points.iter().map(|points| points.0 as u64).sum::<u64>();
                    let most: Vec<Points> = criteria[own.clone()].iter().map(|one| one.points).collect();
                    earned += u64::from(Share::of(sum(&given[own]), sum(&most)).parts());
                }
            }
        }
        let all = u128::from(Share::FULL.parts()) * counting.len().max(1) as u128;
        let points = (2 * u128::from(earned) * full.0.max(0) as u128 + all) / (2 * all);
        Ok(Judged {
            points: Points(i64::try_from(points).unwrap_or(full.0)),
            waits,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Blank, Case, Choice, FillIn, Length, Task, joined};
    use super::*;

    fn blanks(count: usize) -> Form {
        Form::FillIn(FillIn {
            blanks: (0..count).map(|_| Blank::taking(["甲"])).collect(),
            ordered: true,
        })
    }

    fn essay(rubric: &[i64]) -> Form {
        let criterion = |points: &i64| Criterion {
            name: "说理".into(),
            points: Points::whole(*points),
        };
        Form::Written(Written {
            length: Length::Short,
            rubric: rubric.iter().map(criterion).collect(),
            ..Written::default()
        })
    }

    fn fields(list: &[&str]) -> String {
        joined(&list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn only_an_answer_with_all_points_is_right_and_none_that_is_to_be_read() {
        assert!(blanks(3).is_right(&fields(&["甲", "甲", "甲"])));
        assert!(!blanks(3).is_right(&fields(&["甲", "甲", "乙"])) && !blanks(1).is_right(""));
        assert!(!essay(&[5]).is_right("因为如此"));
    }

    #[test]
    fn shares_become_points_half_a_hundredth_upwards() {
        let points = |text: &str, full| blanks(3).judged(text, full, None).expect("no marker").points;
        assert_eq!(points(&fields(&["甲", "甲", "乙"]), Points::whole(2)), Points(133));
        assert_eq!(
            points(&fields(&["甲", "乙", ""]), Points::whole(2)),
            Points(67),
            "0.6667"
        );
        assert_eq!(points(&fields(&["甲", "甲", "甲"]), Points::whole(2)), Points::whole(2));
        assert_eq!(points("", Points::whole(2)), Points::ZERO);
    }

    #[test]
    fn a_text_waits_for_people_and_an_empty_one_for_nobody() {
        let form = essay(&[4, 6]);
        let judged = |text, given: Option<&[Points]>| form.judged(text, Points::whole(20), given);
        let waiting = judged("理由", None).expect("no marker");
        assert_eq!((waiting.points, waiting.waits), (Points::ZERO, true));
        assert!(!judged("  ", None).expect("no marker").waits);
        let given = [Points::whole(3), Points::whole(3)];
        assert_eq!(judged("理由", Some(&given)).expect("within").points, Points::whole(12));
        assert_eq!(judged("理由", Some(&given[..1])), Err(RubricFault::Count));
        assert_eq!(
            judged("理由", Some(&[Points::whole(5), Points::ZERO])),
            Err(RubricFault::Points(0))
        );
    }

    #[test]
    fn the_questions_of_a_case_count_alike_and_only_its_texts_wait() {
        let case = Form::Case(Case {
            material: String::new(),
            questions: vec![
                Task::new("对？", Form::Choice(Choice::truth(true))),
                Task::new("材料二", Form::Information),
                Task::new("为什么？", essay(&[])),
                Task::new("填", blanks(2)),
            ],
        });
        let answer = fields(&["A", "因为", "甲", ""]);
        let half = case.judged(&answer, Points::whole(9), None).expect("no marker");
        assert_eq!(
            (half.points, half.waits),
            (Points(450), true),
            "3 of the choice, 1.5 of the blanks"
        );
        let criteria = case.criteria(Points::whole(9));
        assert_eq!(
            criteria.iter().map(|one| one.points).collect::<Vec<_>>(),
            [Points::whole(3)]
        );
        let done = case.judged(&answer, Points::whole(9), Some(&[Points::whole(2)]));
        assert_eq!(
            done,
            Ok(Judged {
                points: Points(650),
                waits: false
            })
        );
    }
}
