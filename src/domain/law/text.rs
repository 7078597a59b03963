//! Law text as it is compared.

/// Whether a character shows nothing: blanks of every width, zero-width characters, the byte order mark.
pub fn is_invisible(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// The text without anything that shows nothing. All else stays: a changed mark is a changed law.
pub fn normalised(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}
