//! Limits against machines that play: buckets that fill with time and with honest play, and a question that a person answers.

use serde::{Deserialize, Serialize};

use crate::domain::{lang::Lang, time::Timestamp};

/// How fast something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So often at once.
    pub burst: u32,
    /// And so often in a minute in the long run.
    pub per_minute: u32,
}

/// Joining from one network. A company of thousands may lie behind one address: whoever joins and then plays gives the place
/// back, so that only joining without playing uses it up.
pub const NETWORK: Rate = Rate {
    burst: 200,
    per_minute: 60,
};
/// Joining from one browser of one network, as far as browsers can be told apart.
pub const DEVICE: Rate = Rate {
    burst: 60,
    per_minute: 20,
};
/// Starts, answers and hand-ins of one player.
pub const PLAYER: Rate = Rate {
    burst: 80,
    per_minute: 240,
};

/// Thousandths of one place.
const ONE: i64 = 1_000;

/// Places that are left, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    left: i64,
    at: Timestamp,
}

impl Bucket {
    /// A full one.
    pub fn new(rate: Rate, now: Timestamp) -> Self {
        Self {
            left: i64::from(rate.burst) * ONE,
            at: now,
        }
    }

    fn fill(&mut self, rate: Rate, now: Timestamp) {
        let passed = (now.0 - self.at.0).max(0);
        let more = passed.saturating_mul(i64::from(rate.per_minute)) / 60;
        self.left = (self.left.saturating_add(more)).min(i64::from(rate.burst) * ONE);
        self.at = self.at.max(now);
    }

    /// Takes a place.
    ///
    /// # Errors
    /// Seconds until there is one again.
    pub fn take(&mut self, rate: Rate, now: Timestamp) -> Result<(), i64> {
        self.fill(rate, now);
        if self.left >= ONE {
            self.left -= ONE;
            return Ok(());
        }
        let missing = ONE - self.left;
        let a_minute = i64::from(rate.per_minute.max(1)) * ONE;
        Err((missing * 60 + a_minute - 1) / a_minute)
    }

    /// Gives a place back.
    pub fn give_back(&mut self, rate: Rate) {
        self.left = (self.left + ONE).min(i64::from(rate.burst) * ONE);
    }

    /// Whether it has filled up again, so that nothing is lost by forgetting it.
    pub fn is_full(&mut self, rate: Rate, now: Timestamp) -> bool {
        self.fill(rate, now);
        self.left == i64::from(rate.burst) * ONE
    }
}

/// A small sum in words: read by eye, by a screen reader or aloud alike; no picture, no sound (a check of a non-visual form, as the
/// 工信部 rules for accessibility ask).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    pub first: u8,
    pub second: u8,
    pub take_away: bool,
}

const NUMBERS: [(&str, &str); 20] = [
    ("一", "one"),
    ("二", "two"),
    ("三", "three"),
    ("四", "four"),
    ("五", "five"),
    ("六", "six"),
    ("七", "seven"),
    ("八", "eight"),
    ("九", "nine"),
    ("十", "ten"),
    ("十一", "eleven"),
    ("十二", "twelve"),
    ("十三", "thirteen"),
    ("十四", "fourteen"),
    ("十五", "fifteen"),
    ("十六", "sixteen"),
    ("十七", "seventeen"),
    ("十八", "eighteen"),
    ("十九", "nineteen"),
    ("二十", "twenty"),
];

impl Sum {
    /// A sum of two random numbers, whatever they are.
    pub fn of(first: u8, second: u8, take_away: bool) -> Self {
        let (first, second) = (first % 20 + 1, second % 20 + 1);
        Self {
            first: first.max(second),
            second: first.min(second),
            take_away,
        }
    }

    pub fn answer(self) -> u8 {
        if self.take_away {
            self.first - self.second
        } else {
            self.first + self.second
        }
    }

    pub fn words(self, lang: Lang) -> String {
        let name = |number: u8| NUMBERS[usize::from(number - 1)];
        let (first, second) = (name(self.first), name(self.second));
        match (lang, self.take_away) {
            (Lang::Zh, false) => format!("{}加{}等于几？", first.0, second.0),
            (Lang::Zh, true) => format!("{}减{}等于几？", first.0, second.0),
            (Lang::En, false) => format!("What is {} plus {}?", first.1, second.1),
            (Lang::En, true) => format!("What is {} minus {}?", first.1, second.1),
        }
    }
}

/// What somebody is asked before joining, because so many have joined from there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HumanCheck {
    pub question_zh: String,
    pub question_en: String,
    /// Sent back with the answer.
    pub token: String,
}

impl HumanCheck {
    pub fn question(&self, lang: Lang) -> &str {
        lang.pick(&self.question_zh, &self.question_en)
    }
}

/// A number as people type it, in digits of either width.
pub fn typed_number(text: &str) -> Option<u8> {
    let digits: String = text
        .trim()
        .chars()
        .map(|c| match c {
            '０'..='９' => char::from(b'0' + (c as u32 - '０' as u32) as u8),
            other => other,
        })
        .collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        per_minute: 60,
    };

    #[test]
    fn a_bucket_lets_a_burst_through_and_then_one_a_second() {
        let mut bucket = Bucket::new(RATE, Timestamp(0));
        let mut take = |at| bucket.take(RATE, Timestamp(at));
        assert_eq!([take(0), take(0), take(0)], [Ok(()); 3]);
        assert_eq!(take(0), Err(1));
        assert_eq!(take(999), Err(1));
        assert_eq!(take(1_000), Ok(()));
        assert_eq!(take(1_000), Err(1));
        // A clock that is set back neither fills nor empties it.
        assert_eq!(take(0), Err(1));
        assert_eq!(
            [take(60_000), take(60_000), take(60_000), take(60_000)],
            [Ok(()), Ok(()), Ok(()), Err(1)]
        );
    }

    #[test]
    fn what_is_given_back_can_be_taken_again() {
        let mut bucket = Bucket::new(RATE, Timestamp(0));
        for _ in 0..100 {
            assert_eq!(bucket.take(RATE, Timestamp(0)), Ok(()));
            bucket.give_back(RATE);
        }
        assert!(bucket.is_full(RATE, Timestamp(0)));
        let _ = bucket.take(RATE, Timestamp(0));
        assert!(!bucket.is_full(RATE, Timestamp(500)));
        assert!(bucket.is_full(RATE, Timestamp(1_000)));
    }

    #[test]
    fn a_sum_is_asked_in_words_and_never_below_nothing() {
        for first in 0..=255 {
            let sum = Sum::of(first, 255 - first, first % 2 == 0);
            assert!(sum.answer() <= 40);
            assert!(!sum.words(Lang::Zh).is_empty());
        }
        let sum = Sum::of(6, 11, false);
        assert_eq!((sum.words(Lang::Zh).as_str(), sum.answer()), ("十二加七等于几？", 19));
        assert_eq!(sum.words(Lang::En), "What is twelve plus seven?");
        assert_eq!(
            (typed_number(" １９ "), typed_number("十九"), typed_number("-1")),
            (Some(19), None, None)
        );
    }
}
