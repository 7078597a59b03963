//! Text of foreign files: encodings, blanks, full-width forms.

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use crate::domain::intake::Matter;

pub(super) use crate::domain::law::is_invisible;

/// How much of a file is searched for headings when its encoding is in doubt.
const SEARCHED: usize = 16 * 1024;

/// Decodes a text file. What is not Unicode is taken for GB18030 only when it decodes without a fault and one of
/// `words` stands near its beginning, since almost any bytes are valid GB18030.
pub(super) fn decode(bytes: &[u8], words: &[&str]) -> Result<String, Matter> {
    let decoded = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => std::str::from_utf8(rest).ok().map(str::to_owned),
        [0xFF, 0xFE, rest @ ..] => faultless(UTF_16LE, rest),
        [0xFE, 0xFF, rest @ ..] => faultless(UTF_16BE, rest),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Some(text.to_owned()),
            Err(_) => faultless(GB18030, bytes).filter(|text| names_any(text, words)),
        },
    };
    decoded
        .filter(|text| !text.contains('\0'))
        .ok_or(Matter::UnknownEncoding)
}

fn faultless(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(String::from)
}

fn names_any(text: &str, words: &[&str]) -> bool {
    let head = &text[..text.floor_char_boundary(SEARCHED)];
    words.iter().any(|word| head.contains(word))
}

/// The text without invisible characters at its ends and without control characters, line breaks written as `\n`.
pub(super) fn tidy(text: &str) -> String {
    let trimmed = text.trim_matches(|c: char| is_invisible(c) || c.is_control());
    if trimmed.contains(char::is_control) {
        let lines = trimmed.replace("\r\n", "\n").replace('\r', "\n");
        lines
            .chars()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect()
    } else {
        trimmed.to_owned()
    }
}

/// A text as it is quoted in a note: cells of damaged files can hold megabytes.
pub(super) fn brief(text: &str) -> String {
    const QUOTED: usize = 60;
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Full-width Latin letters, digits and marks as their ASCII forms; everything else as it is.
pub(super) fn half_width(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _ => c,
    }
}

/// A heading or a word of a closed list in the form it is looked up by: no blanks, no `*`, no brackets and what is
/// in them, ASCII in lower case.
pub(super) fn word(text: &str) -> String {
    let mut depth = 0usize;
    let mut word = String::new();
    for c in text.chars().map(half_width) {
        match c {
            '(' | '[' | '【' => depth += 1,
            ')' | ']' | '】' => depth = depth.saturating_sub(1),
            '*' | ':' => {}
            c if depth > 0 || is_invisible(c) => {}
            c => word.push(c.to_ascii_lowercase()),
        }
    }
    word
}

/// The parts of `text` between any of `marks`, tidied, without the blank ones.
pub(super) fn parts(text: &str, marks: &[char]) -> Vec<String> {
    text.split(marks).map(tidy).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[&str] = &["题目"];

    #[test]
    fn unicode_is_read_with_and_without_a_byte_order_mark() {
        assert_eq!(decode("题目".as_bytes(), WORDS).as_deref(), Ok("题目"));
        assert_eq!(decode("\u{feff}题目".as_bytes(), WORDS).as_deref(), Ok("题目"));
        assert_eq!(decode(b"\xff\xfe\x98\x98\xee\x76", WORDS).as_deref(), Ok("题目"));
        assert_eq!(decode(b"\xfe\xff\x98\x98\x76\xee", WORDS).as_deref(), Ok("题目"));
    }

    #[test]
    fn gb18030_is_believed_only_when_it_holds_a_known_heading() {
        let (bytes, _, _) = GB18030.encode("题目,答案");
        assert_eq!(decode(&bytes, WORDS).as_deref(), Ok("题目,答案"));
        let (bytes, _, _) = GB18030.encode("春眠不觉晓");
        assert_eq!(decode(&bytes, WORDS), Err(Matter::UnknownEncoding));
        assert_eq!(
            decode(b"\xcc\xe2\xc4\xbf,\xff\xff", WORDS),
            Err(Matter::UnknownEncoding)
        );
    }

    #[test]
    fn bytes_that_are_no_text_are_refused() {
        assert_eq!(decode(b"a\0b", WORDS), Err(Matter::UnknownEncoding));
    }

    #[test]
    fn only_the_ends_are_trimmed() {
        assert_eq!(tidy("\u{a0}\u{feff} 一\r\n二\u{3000}三 \u{200b}"), "一\n二\u{3000}三");
    }

    #[test]
    fn quotations_are_short() {
        assert_eq!(brief("A "), "A ");
        assert_eq!(brief(&"长".repeat(99)), format!("{}…", "长".repeat(60)));
    }

    #[test]
    fn headings_lose_hints_and_marks() {
        assert_eq!(word("* 试题类型（判断题、单选题）"), "试题类型");
        assert_eq!(word("（必填）选项Ａ："), "选项a");
    }
}
