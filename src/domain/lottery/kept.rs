//! A draw from its commitment to its winners, and why one cannot be committed to or drawn.

use serde::{Deserialize, Serialize};

use super::rule::{Digest, FORMAT, Prize, PublicValue, Published, Winner, check_terms, hex, one_line};
use crate::domain::{
    id::{AccountId, CompetitionId, LotteryId},
    lang::Lang,
    time::Timestamp,
};

/// The most kinds of prizes of one draw.
const MOST_KINDS: usize = 50;
/// The most prizes of one draw.
pub const MOST_PRIZES: u32 = 100_000;

/// A draw that was committed to. Its list stands apart: it may hold a million players.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lottery {
    pub id: LotteryId,
    pub competition: CompetitionId,
    pub title: String,
    pub prizes: Vec<Prize>,
    /// Where and when the public value is published; `None`: none is promised.
    pub source: Option<String>,
    /// In hexadecimal digits, as the next two.
    pub seed_digest: String,
    pub list_digest: String,
    pub commitment: String,
    /// Players in the list.
    pub entrants: u32,
    pub committed_by: AccountId,
    /// When the list was closed.
    pub committed_at: Timestamp,
    pub drawn: Option<Drawn>,
}

/// What is known once the draw has taken place. Before that nobody reads the seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    pub seed: Digest,
    /// The public value; empty where none was promised.
    pub value: String,
    pub by: AccountId,
    pub at: Timestamp,
}

/// A winner at a place (from 1) in the order drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub place: u32,
    pub winner: Winner,
}

/// What a player has won.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Won {
    pub lottery: LotteryId,
    /// The title of the draw.
    pub title: String,
    pub prize: String,
    pub at: Timestamp,
}

impl Lottery {
    /// How many prizes there are.
    pub fn prize_count(&self) -> u64 {
        self.prizes.iter().map(|prize| u64::from(prize.count)).sum()
    }

    /// Whether this account may draw with this public value, which comes back as it counts.
    ///
    /// # Errors
    /// [`NoLottery::Drawn`], [`NoLottery::SamePerson`] for who has committed to it, [`NoLottery::Value`] when a promised value is
    /// missing or too long, [`NoLottery::NoValue`] for one that was not promised.
    pub fn may_draw<'a>(&self, by: AccountId, value: &'a str) -> Result<&'a str, NoLottery> {
        let value = value.trim();
        if self.drawn.is_some() {
            return Err(NoLottery::Drawn);
        }
        if self.committed_by == by {
            return Err(NoLottery::SamePerson);
        }
        match self.source {
            Some(_) => one_line(value).map_err(|_| NoLottery::Value)?,
            None if value.is_empty() => {}
            None => return Err(NoLottery::NoValue),
        }
        Ok(value)
    }

    /// What is published with this seed and public value, but for entrants and winners.
    pub fn published(&self, seed: &Digest, value: &str) -> Published {
        Published {
            format: FORMAT.to_owned(),
            title: self.title.clone(),
            prizes: self.prizes.clone(),
            public_value: self.source.clone().map(|source| PublicValue {
                source,
                value: value.to_owned(),
            }),
            seed_digest: self.seed_digest.clone(),
            list_digest: self.list_digest.clone(),
            commitment: self.commitment.clone(),
            seed: hex(seed),
            entrants: Vec::new(),
            winners: Vec::new(),
        }
    }
}

/// Why a draw was not committed to, not drawn or not checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", content = "about", rename_all = "snake_case")]
pub enum NoLottery {
    /// The competition is not published.
    Draft,
    Title,
    /// This line (from 1) does not say name and count of a prize.
    PrizeLine(u32),
    /// No prize, or too many.
    Prizes,
    Source,
    /// Nobody has a chance.
    Nobody,
    /// Whoever has committed to it does not draw.
    SamePerson,
    Drawn,
    /// It is not drawn yet.
    Waiting,
    /// The promised public value is missing or too long.
    Value,
    /// A public value was not promised.
    NoValue,
    /// What is stored is not what was committed to.
    Broken,
    /// A ruling on a question is being carried out: chances are not settled.
    Counting,
}

impl NoLottery {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        match self {
            Self::SamePerson => 403,
            Self::Draft | Self::Nobody | Self::Drawn | Self::Waiting | Self::Broken | Self::Counting => 409,
            Self::Title | Self::PrizeLine(_) | Self::Prizes | Self::Source | Self::Value | Self::NoValue => 422,
        }
    }

    pub fn message(&self, lang: Lang) -> String {
        let text = match self {
            Self::Counting => lang.pick(
                "这次竞赛有一道题的裁定正在重算成绩，名单没有封存。请等重算完毕再来。",
                "Scores are being counted anew by a ruling on a question; the list was not closed. Please come back when it is done.",
            ),
            Self::Draft => lang.pick(
                "竞赛还没有发布，不能抽奖。",
                "The competition is not published; there can be no draw.",
            ),
            Self::Title => lang.pick(
                "请填写抽奖名称，不超过 200 字，不能换行。",
                "Give the draw a title of at most 200 characters on one line.",
            ),
            Self::PrizeLine(line) => {
                return match lang {
                    Lang::Zh => format!("第 {line} 行奖项看不懂。每行写名称、空格、数量，例如“一等奖 3”。"),
                    Lang::En => format!("Line {line} is no prize. Write name, space, count, e.g. “First prize 3”."),
                };
            }
            Self::Prizes => {
                return match lang {
                    Lang::Zh => format!("请填写奖项：最多 {MOST_KINDS} 种，合计 1 到 {MOST_PRIZES} 份。"),
                    Lang::En => format!("Give the prizes: at most {MOST_KINDS} kinds, 1 to {MOST_PRIZES} in all."),
                };
            }
            Self::Source => lang.pick(
                "公开数值的来源不超过 200 字，不能换行。",
                "The source of the public value may have at most 200 characters on one line.",
            ),
            Self::Nobody => lang.pick(
                "现在没有人有抽奖机会，没有封存名单。",
                "Nobody has a chance now; no list was closed.",
            ),
            Self::SamePerson => lang.pick(
                "要由封存名单的人以外的另一名管理员开奖。",
                "Another administrator than the one who closed the list has to draw.",
            ),
            Self::Drawn => lang.pick(
                "已经开过奖，不能再开。请刷新页面看看。",
                "The draw has taken place; there is no second one. Reload to see.",
            ),
            Self::Waiting => lang.pick(
                "还没有开奖，开奖以后才能核对。",
                "The draw has not taken place; it can be checked afterwards.",
            ),
            Self::Value => lang.pick(
                "已经约定用公开数值，请照公布的样子填写，不超过 200 字。没有开奖。",
                "A public value was promised: write it as it was published, at most 200 characters. Nothing was drawn.",
            ),
            Self::NoValue => lang.pick(
                "封存时没有约定公开数值，不能填写。没有开奖。",
                "No public value was promised, so none can be given. Nothing was drawn.",
            ),
            Self::Broken => lang.pick(
                "封存的名单或种子与已公布的承诺不符，不能开奖。请保留现场并联系审计员。",
                "List or seed as stored are not those committed to; nothing was drawn. Leave everything as it is and call an auditor.",
            ),
        };
        text.to_owned()
    }
}

/// Prizes written one on a line: name, blank, count, perhaps with a word such as 名 behind it.
///
/// # Errors
/// [`NoLottery::PrizeLine`] naming the first line that is none.
pub fn prizes(text: &str) -> Result<Vec<Prize>, NoLottery> {
    let lines = text.lines().map(str::trim).zip(1..);
    let written = lines.filter(|(line, _)| !line.is_empty());
    written
        .map(|(line, number)| prize(line).ok_or(NoLottery::PrizeLine(number)))
        .collect()
}

fn prize(line: &str) -> Option<Prize> {
    let (name, count) = line.rsplit_once(char::is_whitespace)?;
    let count = count.trim_end_matches(['名', '个', '份', '人', '件']);
    Some(Prize {
        name: name.trim().to_owned(),
        count: count.parse().ok().filter(|count| *count > 0)?,
    })
}

/// Whether title, prizes and source can be committed to.
///
/// # Errors
/// [`NoLottery`]: what has to be mended first.
pub fn check_wish(title: &str, prizes: &[Prize], source: Option<&str>) -> Result<(), NoLottery> {
    one_line(title).map_err(|_| NoLottery::Title)?;
    let all: u64 = prizes.iter().map(|prize| u64::from(prize.count)).sum();
    if prizes.len() > MOST_KINDS || !(1..=u64::from(MOST_PRIZES)).contains(&all) {
        return Err(NoLottery::Prizes);
    }
    check_terms(title, prizes, None).map_err(|_| NoLottery::Prizes)?;
    source.map_or(Ok(()), one_line).map_err(|_| NoLottery::Source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prizes_are_read_as_people_write_them_and_a_line_that_is_none_is_named() {
        let read = prizes("一等奖 3\n\n纪念奖 20 元话费　100名\r\n").expect("two prizes");
        let read: Vec<_> = read.iter().map(|prize| (prize.name.as_str(), prize.count)).collect();
        assert_eq!(read, [("一等奖", 3), ("纪念奖 20 元话费", 100)]);
        for (text, line) in [
            ("一等奖", 1),
            ("一等奖 3\n二等奖 0", 2),
            ("一等奖 三", 1),
            ("a 1\nb -1", 2),
        ] {
            assert_eq!(prizes(text), Err(NoLottery::PrizeLine(line)), "{text}");
        }
        assert_eq!(prizes(" \n"), Ok(Vec::new()));
    }

    #[test]
    fn a_wish_is_bounded() {
        let prize = |count| Prize {
            name: "奖".to_owned(),
            count,
        };
        assert_eq!(check_wish("题", &[prize(1)], Some("某期")), Ok(()));
        assert_eq!(check_wish("题", &[], None), Err(NoLottery::Prizes));
        assert_eq!(
            check_wish("题", &[prize(MOST_PRIZES), prize(1)], None),
            Err(NoLottery::Prizes)
        );
        assert_eq!(check_wish("题", &vec![prize(1); 51], None), Err(NoLottery::Prizes));
        assert_eq!(check_wish("题\n目", &[prize(1)], None), Err(NoLottery::Title));
        assert_eq!(check_wish("题", &[prize(1)], Some(" ")), Err(NoLottery::Source));
    }
}
