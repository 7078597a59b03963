//! How large the parts of a question may be, wherever it comes from.

use super::{Field, Matter};
use crate::domain::{
    answer::{Cloze, Form, GapAnswer, Piece, Task},
    item::{OptionSet, Question},
};

const STEM_LIMIT: usize = 8000;
const OPTION_LIMIT: usize = 4000;
const EXPLANATION_LIMIT: usize = 20_000;
const BASIS_LIMIT: usize = 500;
const TAG_LIMIT: usize = 100;
const TITLE_LIMIT: usize = 500;
/// Blanks, pairs, pieces of a cloze, questions of a case.
const PART_LIMIT: usize = 100;

/// Whether every part has a size that can be stored and shown.
///
/// # Errors
/// The first part that has not.
pub fn check_sizes(question: &Question) -> Result<(), Matter> {
    let (count, limit) = (question.options.len(), OptionSet::MAX);
    if count > limit {
        return Err(Matter::TooManyOptions { count, limit });
    }
    let within = |field, texts: &[String], limit| {
        let longest = texts.iter().map(|text| text.chars().count()).max();
        let too_long = longest.filter(|length| *length > limit);
        too_long.map_or(Ok(()), |length| Err(Matter::TooLong { field, length, limit }))
    };
    within(Field::Stem, std::slice::from_ref(&question.stem), STEM_LIMIT)?;
    within(Field::Option, &question.options, OPTION_LIMIT)?;
    let explanation = std::slice::from_ref(&question.explanation);
    within(Field::Explanation, explanation, EXPLANATION_LIMIT)?;
    within(Field::Basis, &question.basis, BASIS_LIMIT)?;
    within(Field::Tag, &question.tags, TAG_LIMIT)?;
    within(Field::Tag, std::slice::from_ref(&question.topic), TAG_LIMIT)?;
    question.form.as_ref().map_or(Ok(()), check_form_sizes)
}

/// The same for a question of any form.
///
/// # Errors
/// The first part that has not.
pub fn check_task_sizes(task: &Task) -> Result<(), Matter> {
    within(Field::Stem, &task.stem, STEM_LIMIT)?;
    within(Field::Explanation, &task.explanation, EXPLANATION_LIMIT)?;
    within(Field::Title, &task.title, TITLE_LIMIT)?;
    within(Field::Title, &task.id, TITLE_LIMIT)?;
    within(Field::Category, &task.category, TITLE_LIMIT)?;
    task.basis
        .iter()
        .try_for_each(|basis| within(Field::Basis, basis, BASIS_LIMIT))?;
    task.tags
        .iter()
        .try_for_each(|tag| within(Field::Tag, tag, TAG_LIMIT))?;
    check_form_sizes(&task.form)
}

fn check_form_sizes(form: &Form) -> Result<(), Matter> {
    let option = |text: &String| within(Field::Option, text, OPTION_LIMIT);
    match form {
        Form::Choice(choice) => {
            let (count, limit) = (choice.options.len(), OptionSet::MAX);
            if count > limit {
                return Err(Matter::TooManyOptions { count, limit });
            }
            choice.options.iter().chain(&choice.feedback).try_for_each(option)
        }
        Form::FillIn(blanks) => {
            let accepted = blanks.blanks.iter().flat_map(|blank| &blank.accepted);
            parts(blanks.blanks.len().max(accepted.clone().count() / 10))?;
            accepted.map(|accepted| &accepted.text).try_for_each(option)
        }
        Form::Numeric(numeric) => parts(numeric.quantities.len()),
        Form::Matching(matching) => {
            parts(matching.items.len().max(matching.partners.len()))?;
            let items = matching.items.iter().map(|(item, _)| item);
            items.chain(&matching.partners).try_for_each(option)
        }
        Form::Ordering(ordering) => {
            parts(ordering.items.len())?;
            ordering.items.iter().try_for_each(option)
        }
        Form::Written(written) => {
            parts(written.rubric.len())?;
            within(Field::Explanation, &written.model, EXPLANATION_LIMIT)
        }
        Form::Cloze(cloze) => of_cloze(cloze),
        Form::Case(case) => {
            parts(case.questions.len())?;
            within(Field::Stem, &case.material, EXPLANATION_LIMIT)?;
            case.questions.iter().try_for_each(check_task_sizes)
        }
        Form::Information => Ok(()),
    }
}

fn of_cloze(cloze: &Cloze) -> Result<(), Matter> {
    parts(cloze.pieces.len() / 2)?;
    let option = |text: &String| within(Field::Option, text, OPTION_LIMIT);
    cloze.pieces.iter().try_for_each(|piece| match piece {
        Piece::Text(text) => within(Field::Stem, text, STEM_LIMIT),
        Piece::Gap(gap) => match &gap.answer {
            GapAnswer::Text(accepted) => accepted.iter().map(|accepted| &accepted.text).try_for_each(option),
            GapAnswer::Number(numeric) => parts(numeric.quantities.len()),
            GapAnswer::Choice(choice) => choice.options.iter().try_for_each(option),
        },
    })
}

fn within(field: Field, text: &str, limit: usize) -> Result<(), Matter> {
    match text.chars().count() {
        length if length > limit => Err(Matter::TooLong { field, length, limit }),
        _ => Ok(()),
    }
}

fn parts(count: usize) -> Result<(), Matter> {
    match count {
        count if count > PART_LIMIT => Err(Matter::Unusable {
            fault: crate::domain::answer::Fault::TooLarge,
            detail: count.to_string(),
        }),
        _ => Ok(()),
    }
}
