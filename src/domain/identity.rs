//! Citizen identity numbers (公民身份号码, GB 11643-1999). The number is known only while a row of a file is read: what
//! is kept is a masked form and a keyed digest.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::lang::Lang;

/// What is wrong with a text that should be an identity number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum IdentityFault {
    /// Not eighteen characters.
    #[error("length")]
    Length,
    /// Something else than digits, or than X at the end.
    #[error("characters")]
    Characters,
    /// The day of birth does not exist.
    #[error("date")]
    Date,
    #[error("check digit")]
    CheckDigit,
}

impl IdentityFault {
    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Length => lang.pick("不是 18 位", "it does not have 18 characters"),
            Self::Characters => lang.pick("有不该有的字符", "it has characters that do not belong"),
            Self::Date => lang.pick("出生日期不存在", "its day of birth does not exist"),
            Self::CheckDigit => lang.pick("末位校验码不对", "its check digit is wrong"),
        }
    }
}

/// A number that passed every check. It is neither shown by `Debug` nor can it be serialised.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityNumber(String);

const LENGTH: usize = 18;
/// Weights of the first seventeen digits (ISO 7064, MOD 11-2).
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK: &[u8; 11] = b"10X98765432";

impl IdentityNumber {
    /// Reads a number; blanks and a small x are forgiven.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn parse(text: &str) -> Result<Self, IdentityFault> {
        let number: String = text
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| c.to_ascii_uppercase())
            .collect();
        if number.chars().count() != LENGTH {
            return Err(IdentityFault::Length);
        }
        let bytes = number.as_bytes();
        let (body, check) = bytes.split_at(LENGTH - 1);
        if !body.iter().all(u8::is_ascii_digit) || !(check[0].is_ascii_digit() || check[0] == b'X') {
            return Err(IdentityFault::Characters);
        }
        let value = |from: usize, to: usize| {
            body[from..to]
                .iter()
                .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'))
        };
        if !is_day(value(6, 10), value(10, 12), value(12, 14)) {
            return Err(IdentityFault::Date);
        }
        let sum: u32 = body
            .iter()
            .zip(WEIGHTS)
            .map(|(digit, weight)| u32::from(digit - b'0') * weight)
            .sum();
        if CHECK[(sum % 11) as usize] != check[0] {
            return Err(IdentityFault::CheckDigit);
        }
        Ok(Self(number))
    }

    /// The eighteen characters, for the digest only.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The first three and the last four characters: `370***********1234`.
    pub fn masked(&self) -> String {
        format!("{}{}{}", &self.0[..3], "*".repeat(LENGTH - 7), &self.0[LENGTH - 4..])
    }
}

impl fmt::Debug for IdentityNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

fn is_day(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1800..=2200).contains(&year) && (1..=days).contains(&day)
}

/// What is kept of an identity number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub masked: String,
    /// Keyed digest in hexadecimal; equal only for equal numbers under the same key.
    pub digest: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the standard, and one with a digit at the end.
    #[test]
    fn a_number_with_the_right_check_digit_is_read() {
        for text in ["11010519491231002X", " 11010519491231002x ", "440524188001010014"] {
            assert!(IdentityNumber::parse(text).is_ok(), "{text}");
        }
        let number = IdentityNumber::parse("11010519491231002X").expect("a number");
        assert_eq!(number.masked(), "110***********002X");
        assert_eq!(format!("{number:?}"), "110***********002X");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, fault) in [
            ("", IdentityFault::Length),
            ("110105491231002", IdentityFault::Length),
            ("1101051949123100２X", IdentityFault::Characters),
            ("X1010519491231002X", IdentityFault::Characters),
            ("110105194902310021", IdentityFault::Date),
            ("110105190002290021", IdentityFault::Date),
            ("110105194912310021", IdentityFault::CheckDigit),
        ] {
            assert_eq!(IdentityNumber::parse(text), Err(fault), "{text}");
        }
    }

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let right = "440524188001010014";
        for place in 0..right.len() {
            for digit in b'0'..=b'9' {
                let mut wrong = right.as_bytes().to_vec();
                wrong[place] = digit;
                let wrong = String::from_utf8(wrong).expect("digits");
                assert_eq!(IdentityNumber::parse(&wrong).is_ok(), wrong == right, "{wrong}");
            }
        }
    }
}
