//! Keys corrected while and after a competition is played: what is right by the corrections in force. `pool` of a correction is the
//! place of its question in the competition's pool.

use crate::domain::{
    item::OptionSet,
    key_correction::{Correction, Method, correction_of},
};

/// The correction of the question at a place.
pub fn of(corrections: &[Correction], pool: u32) -> Option<&Method> {
    correction_of(corrections, pool).map(|correction| &correction.method)
}

/// Whether a choice is right. `key`: as published; all in authored places.
pub fn is_right(method: Option<&Method>, key: OptionSet, choice: OptionSet) -> bool {
    match method {
        Some(Method::NewKey(new)) => new.options() == Some(choice),
        Some(Method::EitherKey(new)) => new.options() == Some(choice) || choice == key,
        Some(Method::FullCredit | Method::Void | Method::Leave) | None => choice == key,
    }
}

/// Whether a question need not be answered again (再答至全对): right by the key as published or by the correction. Who was told that
/// all is right could not go on, and is not told later that it was not.
pub fn is_done(method: Option<&Method>, key: OptionSet, choice: OptionSet) -> bool {
    match method {
        Some(Method::FullCredit | Method::Void) => true,
        _ => choice == key || is_right(method, key, choice),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_method_accepts_what_its_name_says() {
        let (old, new, none) = (OptionSet(1), OptionSet(2), OptionSet::EMPTY);
        let right = |method: Option<Method>| [old, new, none].map(|choice| is_right(method.as_ref(), old, choice));
        let done = |method: Option<Method>| [old, new, none].map(|choice| is_done(method.as_ref(), old, choice));
        assert_eq!(right(None), [true, false, false]);
        assert_eq!(right(Some(Method::Leave)), [true, false, false]);
        assert_eq!(right(Some(Method::NewKey(new.into()))), [false, true, false]);
        assert_eq!(right(Some(Method::EitherKey(new.into()))), [true, true, false]);
        assert_eq!(done(Some(Method::NewKey(new.into()))), [true, true, false]);
        assert_eq!(done(Some(Method::Void)), [true, true, true]);
        assert_eq!(done(None), [true, false, false]);
    }

    #[test]
    fn the_last_correction_of_a_question_holds() {
        let of_place = |pool, method| Correction { pool, method };
        let all = [
            of_place(1, Method::Void),
            of_place(2, Method::Leave),
            of_place(1, Method::FullCredit),
        ];
        assert_eq!(of(&all, 1), Some(&Method::FullCredit));
        assert_eq!(of(&all, 3), None);
    }
}
