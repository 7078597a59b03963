//! One value of a table and how it reads as text.

use std::borrow::Cow;

use super::text::tidy;

/// A value as the file holds it. Booleans and dates have become text on the way here.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
}

impl Cell {
    /// The text as it stands, blanks at the ends included.
    pub(super) fn raw(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Number(number) => Cow::Owned(shown(*number)),
        }
    }

    /// The text without blanks and invisible characters at its ends.
    pub(super) fn tidy(&self) -> String {
        tidy(&self.raw())
    }

    pub(super) fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if tidy(text).is_empty())
    }
}

/// A number as Excel shows it without a format: `3` for 3.0, fifteen digits at most.
pub(super) fn shown(number: f64) -> String {
    if number == number.trunc() && number.abs() < 1e15 {
        return format!("{number:.0}");
    }
    let rounded = format!("{number:.14e}").parse::<f64>().unwrap_or(number);
    let size = rounded.abs();
    if (1e-9..1e21).contains(&size) {
        format!("{rounded}")
    } else {
        format!("{rounded:E}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_as_excel_shows_them() {
        assert_eq!(shown(3.0), "3");
        assert_eq!(shown(-0.5), "-0.5");
        assert_eq!(shown(0.1 + 0.2), "0.3");
        assert_eq!(shown(20_230_015.0), "20230015");
        assert_eq!(shown(1.5e300), "1.5E300");
        assert_eq!(shown(123_456_789_012_345_680.0), "123456789012346000");
    }

    #[test]
    fn a_cell_of_blanks_and_invisible_characters_is_blank() {
        assert!(Cell::Text(" \u{a0}\u{200b}\n".into()).is_blank());
        assert!(!Cell::Number(0.0).is_blank());
    }
}
