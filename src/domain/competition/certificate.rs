//! Certificates of players: of participation (参赛证书) and of award (获奖证书). None is stored: a certificate is what the
//! results say at the moment somebody looks, and its code proves that this server said so.

use std::{fmt, str::FromStr};

use crate::domain::{id::PlayerId, time::Timestamp};

/// The last rank for which a certificate of award is given. Where more players than this share a rank, it is given to none
/// of them.
pub const LAST_RANK: u64 = 100;

/// What it certifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Participation,
    Award,
}

super::codes!(Kind {
    Participation => "participation", "参赛证书", "Certificate of participation";
    Award => "award", "获奖证书", "Certificate of award";
});

/// Why a player has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoCertificate {
    /// The rules give none.
    NotGiven,
    /// No name was given to write on it.
    NoName,
    /// A case about the player is open, or ended with a finding.
    Frozen,
    /// No valid attempt in an official stage.
    NoResult,
    /// Awards are known when the last stage is over, at this moment.
    NotOver(Timestamp),
    /// Neither a prize nor a rank that is awarded.
    NoAward,
}

/// Letters of the digest in a code.
pub const DIGITS: usize = 16;

/// By which a certificate is checked: `{player}-{16 hexadecimal digits}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    pub player: PlayerId,
    pub digest: String,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.player, self.digest)
    }
}

/// A text that is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of a certificate")]
pub struct NotACode;

impl FromStr for Code {
    type Err = NotACode;
    /// Capital letters and blanks around it are forgiven.
    fn from_str(text: &str) -> Result<Self, NotACode> {
        let text = text.trim().to_ascii_lowercase();
        let (player, digest) = text.split_once('-').ok_or(NotACode)?;
        let whole = digest.len() == DIGITS && digest.bytes().all(|digit| digit.is_ascii_hexdigit());
        let player = player.parse().map_err(|_| NotACode)?;
        whole
            .then(|| Self {
                player,
                digest: digest.to_owned(),
            })
            .ok_or(NotACode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_it_is_written_and_nothing_else_is() {
        let code = Code {
            player: PlayerId(1_234_567_890),
            digest: "0123456789abcdef".to_owned(),
        };
        assert_eq!(code.to_string().parse(), Ok(code.clone()));
        assert_eq!(
            format!(" {} ", code.to_string().to_uppercase()).parse(),
            Ok(code.clone())
        );
        let (long, short) = (format!("{code}0"), &code.to_string()[..29]);
        for text in [
            "",
            "-",
            "x",
            "证书-0123456789abcdef",
            &long,
            short,
            "0000000000000-0123456789abcdeg",
        ] {
            assert_eq!(text.parse::<Code>(), Err(NotACode), "{text}");
        }
    }
}
