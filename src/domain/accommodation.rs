//! Accommodations of a person (F-T5): more time or larger text, in every exam while they hold.

use serde::{Deserialize, Serialize};

use super::{
    id::{AccommodationId, PersonId},
    lang::Lang,
    person::codes,
    time::Timestamp,
};

/// How many percent of the usual time a person has: 100 to 400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TimeFactor(u16);

impl TimeFactor {
    /// The usual time.
    pub const USUAL: Self = Self(100);
    pub const MAX: Self = Self(400);

    /// `None` for less than the usual time or more than four times of it.
    pub fn of_percent(percent: i64) -> Option<Self> {
        let percent = u16::try_from(percent).ok().map(Self)?;
        (Self::USUAL..=Self::MAX).contains(&percent).then_some(percent)
    }

    pub fn percent(self) -> u16 {
        self.0
    }

    /// Seconds that a time of so many minutes becomes.
    pub fn seconds(self, minutes: u32) -> i64 {
        i64::from(minutes) * 60 * i64::from(self.0) / 100
    }

    /// `1.5`, `1.25`, `2`.
    pub fn times(self) -> String {
        super::points::Points(i64::from(self.0)).to_string()
    }
}

/// Why a person has an accommodation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    Sight,
    Movement,
    Illness,
    Age,
    Other,
}

codes!(Ground {
    Sight => "sight", "视力障碍", "Impaired sight";
    Movement => "movement", "肢体障碍", "Impaired movement";
    Illness => "illness", "疾病或伤情", "Illness or injury";
    Age => "age", "年长", "Age";
    Other => "other", "其他", "Other";
});

/// One entry of a person's profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accommodation {
    pub id: AccommodationId,
    pub person: PersonId,
    pub factor: TimeFactor,
    pub larger_text: bool,
    pub valid_from: Timestamp,
    /// The first moment at which it holds no more.
    pub valid_until: Timestamp,
    pub ground: Ground,
    /// When it was ended before its time.
    pub ended_at: Option<Timestamp>,
}

impl Accommodation {
    pub fn holds(&self, at: Timestamp) -> bool {
        self.valid_from <= at && at < self.valid_until && self.ended_at.is_none_or(|ended| at < ended)
    }
}

/// What a person is allowed at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    pub factor: TimeFactor,
    pub larger_text: bool,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            factor: TimeFactor::USUAL,
            larger_text: false,
        }
    }
}

/// What is wrong with an accommodation that somebody wants to enter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccommodationFault {
    /// Less than the usual time, or more than four times of it.
    Factor,
    /// Neither more time nor larger text.
    Nothing,
    /// It ends before it begins, or lasts more than ten years.
    Span,
}

impl AccommodationFault {
    pub fn message(self, lang: Lang) -> &'static str {
        match self {
            Self::Factor => lang.pick(
                "答题时间只能加，不能减：请填 100 到 400 之间的整数百分比，例如 150 就是 1.5 倍。没有保存。",
                "Time can be added, not taken away: give whole percent from 100 to 400, 150 for 1.5 times. Nothing was stored.",
            ),
            Self::Nothing => lang.pick(
                "既没有加时，也没有选大字。请至少选一样。",
                "Neither more time nor larger text. Choose at least one.",
            ),
            Self::Span => lang.pick(
                "截止日期要晚于起始日期，最长十年。请改正日期。",
                "It must end after it begins, within ten years. Correct the dates.",
            ),
        }
    }
}

const LONGEST_SECONDS: i64 = 3660 * 24 * 3600;

/// Checks what was asked for.
///
/// # Errors
/// The first fault.
pub fn check(
    percent: Option<i64>,
    larger_text: bool,
    valid_from: Timestamp,
    valid_until: Timestamp,
) -> Result<TimeFactor, AccommodationFault> {
    let factor = percent
        .and_then(TimeFactor::of_percent)
        .ok_or(AccommodationFault::Factor)?;
    if factor == TimeFactor::USUAL && !larger_text {
        return Err(AccommodationFault::Nothing);
    }
    if valid_until <= valid_from || valid_until > valid_from.plus_seconds(LONGEST_SECONDS) {
        return Err(AccommodationFault::Span);
    }
    Ok(factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn less_than_the_usual_time_is_refused() {
        let (from, until) = (Timestamp(0), Timestamp(86_400_000));
        for percent in [Some(-5), Some(0), Some(99), Some(401), Some(i64::MIN), None] {
            assert_eq!(
                check(percent, true, from, until),
                Err(AccommodationFault::Factor),
                "{percent:?}"
            );
        }
        assert_eq!(check(Some(100), false, from, until), Err(AccommodationFault::Nothing));
        assert_eq!(check(Some(150), false, until, from), Err(AccommodationFault::Span));
        assert_eq!(check(Some(125), false, from, until).map(TimeFactor::percent), Ok(125));
    }

    #[test]
    fn a_factor_stretches_minutes_and_is_written_as_people_say_it() {
        let factor = |percent| TimeFactor::of_percent(percent).expect("a factor");
        assert_eq!(factor(125).seconds(60), 75 * 60);
        assert_eq!(factor(150).seconds(45), 67 * 60 + 30);
        assert_eq!(
            [125, 150, 200].map(|percent| factor(percent).times()),
            ["1.25", "1.5", "2"]
        );
    }
}
