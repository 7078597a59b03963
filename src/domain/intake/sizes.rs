//! How large the parts of a question may be, wherever it comes from.

use super::{Field, Matter};
use crate::domain::item::{OptionSet, Question};

const STEM_LIMIT: usize = 8000;
const OPTION_LIMIT: usize = 4000;
const EXPLANATION_LIMIT: usize = 20_000;
const BASIS_LIMIT: usize = 500;
const TAG_LIMIT: usize = 100;

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
    within(Field::Tag, std::slice::from_ref(&question.topic), TAG_LIMIT)
}
