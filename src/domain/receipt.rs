//! The code of a receipt (回执码): the attempt and the whole 256-bit digest, in letters a person can read and type.

use std::{fmt, str::FromStr};

use super::id::AttemptId;

/// Crockford's base 32: no I, L, O, U.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of the attempt's id, then of the digest (256 bits, padded with four zero bits).
const ID: usize = 13;
const DIGEST: usize = 52;
const GROUP: usize = 5;

/// What a receipt claims. Nobody guesses one: the digest has 256 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceiptCode {
    pub attempt: AttemptId,
    pub digest: [u8; 32],
}

/// A text that is no code of a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a receipt")]
pub struct NotACode;

/// Reads a character as people type it: either case, `O` for `0`, `I` and `L` for `1`.
pub(super) fn digit(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        c => c,
    };
    let place = ALPHABET.iter().position(|letter| char::from(*letter) == c)?;
    u8::try_from(place).ok()
}

pub(super) fn letter(digit: u8) -> char {
    char::from(ALPHABET[usize::from(digit & 31)])
}

/// The characters of a typed code, without the blanks and dashes between its groups.
pub(super) fn digits(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '－' | '—' | '–'))
        .take(ID + DIGEST + 1)
        .map(digit)
        .collect()
}

/// Characters in groups of five.
pub(super) fn grouped(digits: &[u8]) -> String {
    let groups: Vec<String> = digits
        .chunks(GROUP)
        .map(|group| group.iter().map(|digit| letter(*digit)).collect())
        .collect();
    groups.join("-")
}

impl fmt::Display for ReceiptCode {
    /// Thirteen groups of five.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let id = (0..ID)
            .rev()
            .map(|place| (self.attempt.0 as u64 >> (5 * place) & 31) as u8);
        let bit = |bit: usize| {
            let byte = self.digest.get(bit / 8).copied().unwrap_or(0);
            byte >> (7 - bit % 8) & 1
        };
        let digest = (0..DIGEST).map(|place| (0..5).fold(0, |digit, step| digit << 1 | bit(place * 5 + step)));
        let digits: Vec<u8> = id.chain(digest).collect();
        f.write_str(&grouped(&digits))
    }
}

impl FromStr for ReceiptCode {
    type Err = NotACode;
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let digits = digits(text)
            .filter(|digits| digits.len() == ID + DIGEST)
            .ok_or(NotACode)?;
        let (id, rest) = digits.split_at(ID);
        let id = id.iter().fold(0u128, |id, digit| id << 5 | u128::from(*digit));
        let mut digest = [0u8; 32];
        for (place, digit) in rest.iter().enumerate() {
            for step in 0..5 {
                let bit = place * 5 + step;
                let set = digit >> (4 - step) & 1;
                match digest.get_mut(bit / 8) {
                    Some(byte) => *byte |= set << (7 - bit % 8),
                    None if set == 0 => {}
                    None => return Err(NotACode),
                }
            }
        }
        Ok(Self {
            attempt: AttemptId(i64::try_from(id).map_err(|_| NotACode)?),
            digest,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> ReceiptCode {
        let mut digest = [0; 32];
        (0u8..)
            .zip(&mut digest)
            .for_each(|(place, byte)| *byte = place.wrapping_mul(37));
        ReceiptCode {
            attempt: AttemptId(1 << 60 | 12345),
            digest,
        }
    }

    #[test]
    fn a_code_survives_being_read_out_and_typed() {
        let text = code().to_string();
        assert_eq!(text.split('-').count(), 13);
        assert_eq!(text.parse(), Ok(code()));
        let typed = text
            .to_lowercase()
            .replace('-', " ")
            .replace('0', "o")
            .replace('1', "l");
        assert_eq!(typed.parse(), Ok(code()));
    }

    #[test]
    fn what_is_no_code_is_refused() {
        let text = code().to_string();
        let flipped = format!("{}Z", &text[..text.len() - 1]);
        for wrong in [
            "",
            "abc",
            &text[1..],
            &format!("{text}0"),
            &flipped,
            &text.replace('-', "!"),
            &"9".repeat(100_000),
        ] {
            assert_eq!(wrong.parse::<ReceiptCode>(), Err(NotACode), "{wrong:.80}");
        }
    }

    #[test]
    fn every_letter_of_a_code_matters() {
        let text = code().to_string();
        for (place, letter) in text.char_indices().filter(|(_, letter)| *letter != '-') {
            let other = if letter == '2' { '3' } else { '2' };
            let changed = format!("{}{other}{}", &text[..place], &text[place + 1..]);
            assert_ne!(changed.parse(), Ok(code()), "place {place}");
        }
    }
}
