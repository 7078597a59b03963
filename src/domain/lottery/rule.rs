//! The prize draw (抽奖) by commitment and disclosure: what is drawn, among whom, and the digest of a secret seed are
//! published before the draw, the seed afterwards, so that anybody can pick the winners again and nobody could choose them.
//!
//! Every player stands in the list with a number of chances. A chance is worth
//! `SM3(seed ‖ commitment ‖ public value ‖ "\n" ‖ code ‖ " " ‖ number of the chance)`, a player what the smallest of the
//! own chances is worth; the players in the order of their worth win the prizes in the order of the prizes. The smallest
//! of n values drawn alike is as likely to be the first of all as n single ones are, so twice the chances is
//! twice as likely to win, and still nobody wins twice.

use std::{collections::BinaryHeap, fmt::Write as _, io::Write as _};

use serde::{Deserialize, Serialize};

pub use crate::domain::hex::hex;

use crate::domain::lang::Lang;

/// The first line of a commitment and the name of the file format: another rule would be another name.
pub const FORMAT: &str = "mingfa draw 1";
/// The most chances of one player in one draw.
pub const MOST_CHANCES: u32 = 1000;
/// The most characters of a title, a prize, a code or a public value.
const LONGEST: usize = 200;

/// A digest of 32 bytes.
pub type Digest = [u8; 32];

/// Some prizes of one name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prize {
    pub name: String,
    pub count: u32,
}

/// A player who may win, under the code by which the lists name people.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entrant {
    pub code: String,
    pub chances: u32,
}

/// A number that nobody knows before it is published elsewhere, named beforehand; it keeps even whoever holds the seed
/// from trying out lists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicValue {
    /// Where and when it is published, e.g. `双色球 2026141 期开奖号码`.
    pub source: String,
    pub value: String,
}

/// A player who wins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Winner {
    /// The name of the prize.
    pub prize: String,
    pub code: String,
}

/// What is published of a draw that has taken place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    pub format: String,
    pub title: String,
    pub prizes: Vec<Prize>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub public_value: Option<PublicValue>,
    /// SM3 of the bytes of the seed, in hexadecimal digits; published before the draw.
    pub seed_digest: String,
    /// SM3 of the list, in hexadecimal digits; published before the draw.
    pub list_digest: String,
    /// SM3 of the commitment, in hexadecimal digits; published before the draw.
    pub commitment: String,
    /// 32 bytes in hexadecimal digits; published after the draw.
    pub seed: String,
    pub entrants: Vec<Entrant>,
    pub winners: Vec<Winner>,
}

/// Why a published draw is not what was promised.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    #[error("格式不是“{FORMAT}”")]
    Format,
    #[error("文字不合规定：{0}")]
    Text(String),
    #[error("名单应按代码排列且不重复，机会数应在 1 到 {MOST_CHANCES} 之间：{0}")]
    List(String),
    #[error("种子不是 32 字节的十六进制数")]
    Seed,
    #[error("公布的种子与开奖前公布的摘要不符")]
    SeedDigest,
    #[error("公布的名单与开奖前公布的摘要不符")]
    ListDigest,
    #[error("奖项、名单或种子的摘要与开奖前公布的承诺不符")]
    Commitment,
    #[error("按规则算出的中奖者不同：第 {place} 位应为 {expected}，公布的是 {stated}")]
    Winner {
        place: usize,
        expected: String,
        stated: String,
    },
}

impl Broken {
    pub fn message(&self, lang: Lang) -> String {
        if lang == Lang::Zh {
            return self.to_string();
        }
        match self {
            Self::Format => format!("the format is not “{FORMAT}”"),
            Self::Text(text) => format!("a text is not allowed: {text}"),
            Self::List(line) => {
                format!("the list must be in the order of codes, each once, with 1 to {MOST_CHANCES} chances: {line}")
            }
            Self::Seed => "the seed is not 32 bytes in hexadecimal digits".to_owned(),
            Self::SeedDigest => "the seed is not the one whose digest was published before the draw".to_owned(),
            Self::ListDigest => "the list is not the one whose digest was published before the draw".to_owned(),
            Self::Commitment => "prizes, list or seed are not those committed to before the draw".to_owned(),
            Self::Winner {
                place,
                expected,
                stated,
            } => format!("by the rule number {place} is {expected}; published is {stated}"),
        }
    }
}

/// The text of a list, whose digest is published: `code chances` on a line each.
pub fn list_text(entrants: &[Entrant]) -> String {
    entrants.iter().fold(String::new(), |mut text, entrant| {
        let _ = writeln!(text, "{} {}", entrant.code, entrant.chances);
        text
    })
}

/// Code and chances of a line of a list.
///
/// # Errors
/// [`Broken::List`] when it is no such line.
pub fn list_line(line: &str) -> Result<(&str, u32), Broken> {
    let parts = line.rsplit_once(' ');
    let read = parts.and_then(|(code, chances)| Some((code, chances.parse().ok()?)));
    read.ok_or_else(|| Broken::List(short(line)))
}

/// Code and chances of every line of a list.
///
/// # Errors
/// [`Broken::List`] when a line is none.
fn list_lines(list: &str) -> Result<Vec<(&str, u32)>, Broken> {
    list.lines().map(list_line).collect()
}

/// The text of a commitment, whose digest is published: title, prizes, where the public value will come from,
/// and the digests of seed and list.
pub fn commitment_text(
    title: &str,
    prizes: &[Prize],
    source: Option<&str>,
    seed_digest: &str,
    list_digest: &str,
) -> String {
    let mut text = format!("{FORMAT}\n{title}\n");
    for prize in prizes {
        let _ = writeln!(text, "prize {} {}", prize.count, prize.name);
    }
    if let Some(source) = source {
        let _ = writeln!(text, "public {source}");
    }
    let _ = write!(text, "seed {seed_digest}\nlist {list_digest}\n");
    text
}

/// Picks the winners among players with their chances. `digest` is SM3.
pub fn winners(
    prizes: &[Prize],
    entrants: &[(&str, u32)],
    seed: &Digest,
    commitment: &Digest,
    value: &str,
    digest: impl Fn(&[u8]) -> Digest,
) -> Vec<Winner> {
    let mut text: Vec<u8> = [&seed[..], commitment, value.as_bytes(), b"\n"].concat();
    let start = text.len();
    let mut worth = |code: &str, chances: u32| {
        (1..=chances)
            .map(|chance| {
                text.truncate(start);
                // A vector takes everything.
                let _ = write!(text, "{code} {chance}");
                digest(&text)
            })
            .min()
    };
    let wanted = prizes.iter().map(|prize| prize.count as usize).sum::<usize>();
    // No more are kept than win, the last of them on top.
    let mut best: BinaryHeap<(Digest, &str)> = BinaryHeap::new();
    for (code, chances) in entrants {
        let Some(worth) = worth(code, *chances) else { continue };
        if best.len() < wanted {
            best.push((worth, code));
        } else if best.peek().is_some_and(|last| (worth, *code) < *last) {
            best.pop();
            best.push((worth, code));
        }
    }
    let named = prizes
        .iter()
        .flat_map(|prize| std::iter::repeat_n(&prize.name, prize.count as usize));
    named
        .zip(best.into_sorted_vec())
        .map(|(prize, (_, code))| Winner {
            prize: prize.clone(),
            code: code.to_owned(),
        })
        .collect()
}

/// 64 hexadecimal digits as 32 bytes.
pub fn bytes(hex: &str) -> Option<Digest> {
    let mut bytes = [0; 32];
    let digits = hex.as_bytes();
    if digits.len() != 64 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

/// A text that stands on a line of its own in a digest: a line break in it could make two commitments of one digest.
///
/// # Errors
/// [`Broken::Text`] when it is empty, long or broken.
pub fn one_line(text: &str) -> Result<(), Broken> {
    let fits = !text.trim().is_empty() && text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
    if fits { Ok(()) } else { Err(Broken::Text(short(text))) }
}

/// The beginning of a text, to be named in a refusal.
fn short(text: &str) -> String {
    text.chars().take(40).collect()
}

/// Whether title, prizes and source can stand in a commitment.
///
/// # Errors
/// [`Broken::Text`] for an empty, long or broken text.
pub fn check_terms(title: &str, prizes: &[Prize], source: Option<&str>) -> Result<(), Broken> {
    one_line(title)?;
    prizes.iter().try_for_each(|prize| one_line(&prize.name))?;
    source.map_or(Ok(()), one_line)
}

/// Whether a player may stand in the list behind the one with the code `last`.
///
/// # Errors
/// [`Broken::Text`] for a code that is none; [`Broken::List`] when the codes are not in order, or there is no chance or too many.
pub fn follows(last: Option<&str>, code: &str, chances: u32) -> Result<(), Broken> {
    one_line(code)?;
    let in_order = last.is_none_or(|last| last < code);
    if in_order && !code.contains(' ') && (1..=MOST_CHANCES).contains(&chances) {
        Ok(())
    } else {
        Err(Broken::List(short(code)))
    }
}

impl Published {
    /// Picks the winners again and compares everything with what was published. `digest` is SM3.
    ///
    /// # Errors
    /// [`Broken`]: the first thing that is not as promised.
    pub fn verify(&self, digest: impl Fn(&[u8]) -> Digest) -> Result<(), Broken> {
        let entrants = self.entrants.iter();
        let entrants: Vec<_> = entrants.map(|one| (one.code.as_str(), one.chances)).collect();
        same(
            &self.expected(&entrants, &list_text(&self.entrants), digest)?,
            &self.winners,
        )
    }

    /// The same where the list is at hand as its text, and `entrants` was left empty.
    ///
    /// # Errors
    /// As [`Published::verify`].
    pub fn verify_list(&self, list: &str, digest: impl Fn(&[u8]) -> Digest) -> Result<(), Broken> {
        same(&self.expected(&list_lines(list)?, list, digest)?, &self.winners)
    }

    /// Draws among the players of a list: the same with the winners. `digest` is SM3.
    ///
    /// # Errors
    /// [`Broken`]: the first thing that is not as promised.
    pub fn draw(self, list: &str, digest: impl Fn(&[u8]) -> Digest) -> Result<Self, Broken> {
        let winners = self.expected(&list_lines(list)?, list, digest)?;
        Ok(Self { winners, ..self })
    }

    /// Who wins, once everything else is as promised. `list`: the text of the entrants.
    fn expected(
        &self,
        entrants: &[(&str, u32)],
        list: &str,
        digest: impl Fn(&[u8]) -> Digest,
    ) -> Result<Vec<Winner>, Broken> {
        if self.format != FORMAT {
            return Err(Broken::Format);
        }
        let source = self.public_value.as_ref().map(|value| value.source.as_str());
        check_terms(&self.title, &self.prizes, source)?;
        let mut last = None;
        for (code, chances) in entrants {
            follows(last, code, *chances)?;
            last = Some(*code);
        }
        let seed = bytes(&self.seed).ok_or(Broken::Seed)?;
        let value = self.public_value.as_ref().map_or("", |value| value.value.as_str());
        if self.public_value.is_some() {
            one_line(value)?;
        }
        if hex(&digest(&seed)) != self.seed_digest {
            return Err(Broken::SeedDigest);
        }
        if hex(&digest(list.as_bytes())) != self.list_digest {
            return Err(Broken::ListDigest);
        }
        let text = commitment_text(&self.title, &self.prizes, source, &self.seed_digest, &self.list_digest);
        let commitment = digest(text.as_bytes());
        if hex(&commitment) != self.commitment {
            return Err(Broken::Commitment);
        }
        Ok(winners(&self.prizes, entrants, &seed, &commitment, value, digest))
    }
}

fn same(expected: &[Winner], stated: &[Winner]) -> Result<(), Broken> {
    let words = |winner: Option<&Winner>| {
        winner.map_or_else(
            || "（无）".to_owned(),
            |winner| format!("{} {}", winner.prize, winner.code),
        )
    };
    let places = expected.len().max(stated.len());
    match (0..places).find(|place| expected.get(*place) != stated.get(*place)) {
        None => Ok(()),
        Some(place) => Err(Broken::Winner {
            place: place + 1,
            expected: words(expected.get(place)),
            stated: words(stated.get(place)),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A stand-in that spreads well enough for tests without a digest of cryptography: FNV-1a, four times.
    fn spread(bytes: &[u8]) -> Digest {
        let mut out = [0; 32];
        for (lane, part) in (0u64..).zip(out.chunks_mut(8)) {
            let start = 0xcbf2_9ce4_8422_2325 ^ lane.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let mut hash = bytes.iter().fold(start, |hash, byte| {
                (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
            });
            hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
            hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
            part.copy_from_slice(&(hash ^ (hash >> 33)).to_be_bytes());
        }
        out
    }

    fn prize(name: &str, count: u32) -> Prize {
        Prize {
            name: name.to_owned(),
            count,
        }
    }

    fn entrants(count: u32) -> Vec<Entrant> {
        (0..count)
            .map(|number| Entrant {
                code: format!("P{number:05}"),
                chances: 1,
            })
            .collect()
    }

    fn pairs(entrants: &[Entrant]) -> Vec<(&str, u32)> {
        let pairs = entrants.iter().map(|one| (one.code.as_str(), one.chances));
        pairs.collect()
    }

    fn published(entrants: Vec<Entrant>) -> Published {
        let prizes = vec![prize("一等奖", 1), prize("二等奖", 3)];
        let (seed, title) = ([7; 32], "演示抽奖".to_owned());
        let value = PublicValue {
            source: "某期开奖号码".to_owned(),
            value: "01 05 09".to_owned(),
        };
        let (seed_digest, list_digest) = (hex(&spread(&seed)), hex(&spread(list_text(&entrants).as_bytes())));
        let commitment =
            spread(commitment_text(&title, &prizes, Some(&value.source), &seed_digest, &list_digest).as_bytes());
        Published {
            format: FORMAT.to_owned(),
            winners: winners(&prizes, &pairs(&entrants), &seed, &commitment, &value.value, spread),
            title,
            prizes,
            public_value: Some(value),
            seed_digest,
            list_digest,
            commitment: hex(&commitment),
            seed: hex(&seed),
            entrants,
        }
    }

    #[test]
    fn nobody_wins_twice_and_everybody_wins_where_there_are_prizes_enough() {
        let many = published(entrants(500)).winners;
        let mut codes: Vec<&str> = many.iter().map(|winner| winner.code.as_str()).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!((many.len(), codes.len()), (4, 4));
        assert_eq!(many.iter().filter(|winner| winner.prize == "一等奖").count(), 1);
        assert_eq!(published(entrants(3)).winners.len(), 3);
        assert!(published(Vec::new()).winners.is_empty());
    }

    #[test]
    fn chances_count_in_proportion() {
        let list = [("one", 1), ("three", 3)];
        let three = (0..4000u32)
            .filter(|round| {
                let mut seed = [0; 32];
                seed[..4].copy_from_slice(&round.to_be_bytes());
                winners(&[prize("奖", 1)], &list, &seed, &[0; 32], "", spread)[0].code == "three"
            })
            .count();
        // Three of four; six standard deviations of 27 either way.
        assert!((2836..=3164).contains(&three), "{three}");
    }

    #[test]
    fn whatever_is_changed_after_the_commitment_is_found() {
        let good = published(entrants(40));
        assert_eq!(good.verify(spread), Ok(()));
        let changed = |change: fn(&mut Published)| {
            let mut bad = good.clone();
            change(&mut bad);
            bad.verify(spread).expect_err("something was changed")
        };
        assert_eq!(changed(|draw| draw.format = "mingfa draw 2".to_owned()), Broken::Format);
        assert_eq!(changed(|draw| draw.seed = hex(&[8; 32])), Broken::SeedDigest);
        assert_eq!(changed(|draw| draw.seed.clear()), Broken::Seed);
        assert_eq!(changed(|draw| draw.prizes[0].count = 2), Broken::Commitment);
        assert_eq!(changed(|draw| draw.title.push('改')), Broken::Commitment);
        assert_eq!(changed(|draw| draw.entrants[3].chances = 5), Broken::ListDigest);
        assert!(matches!(changed(|draw| draw.entrants.swap(0, 1)), Broken::List(_)));
        assert!(matches!(changed(|draw| draw.entrants[0].chances = 0), Broken::List(_)));
        assert!(matches!(
            changed(|draw| draw.title = "两\n行".to_owned()),
            Broken::Text(_)
        ));
        assert_eq!(
            changed(|draw| draw.public_value.as_mut().expect("one").source.push('x')),
            Broken::Commitment
        );
        assert!(matches!(
            changed(|draw| draw.public_value.as_mut().expect("one").value.push('x')),
            Broken::Winner { .. }
        ));
        assert!(matches!(
            changed(|draw| draw.winners.swap(0, 1)),
            Broken::Winner { place: 1, .. }
        ));
        assert!(matches!(
            changed(|draw| drop(draw.winners.pop())),
            Broken::Winner { place: 4, stated, .. } if stated == "（无）"
        ));
    }

    #[test]
    fn digits_are_read_as_they_are_written() {
        let some: Digest = std::array::from_fn(|place| u8::try_from(place * 8).unwrap_or_default());
        assert_eq!(bytes(&hex(&some)), Some(some));
        assert_eq!(bytes("00"), None);
        assert_eq!(bytes(&"+1".repeat(32)), None);
    }
}
