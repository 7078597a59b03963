//! Moments as milliseconds UTC, shown in the civil time of China (UTC+8, no summer time since 1991).

use serde::{Deserialize, Serialize};

pub const DAY: i64 = 86_400_000;
const CHINA: i64 = 8 * 3_600_000;

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp(pub i64);

/// A moment taken apart in the civil time of China.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Civil {
    pub year: i64,
    pub month: u8,
    pub day: u8,
    pub hour: u8,
    pub minute: u8,
    pub second: u8,
}

impl Timestamp {
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0 + seconds * 1000)
    }

    pub fn plus_minutes(self, minutes: u32) -> Self {
        self.plus_seconds(i64::from(minutes) * 60)
    }

    /// Days to civil date after Howard Hinnant, "chrono-compatible low-level date algorithms".
    pub fn civil(self) -> Civil {
        let local = self.0 + CHINA;
        let (days, ms) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let seconds = ms / 1000;
        Civil {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: small(month),
            day: small(day_of_year - (153 * shifted_month + 2) / 5 + 1),
            hour: small(seconds / 3600),
            minute: small(seconds / 60 % 60),
            second: small(seconds % 60),
        }
    }

    /// The moment of a civil time of China.
    pub fn from_civil(civil: Civil) -> Self {
        let (month, day) = (i64::from(civil.month), i64::from(civil.day));
        let year = civil.year - i64::from(month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let shifted_month = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        let days = era * 146_097 + of_era - 719_468;
        let seconds = i64::from(civil.hour) * 3600 + i64::from(civil.minute) * 60 + i64::from(civil.second);
        Self(days * DAY + seconds * 1000 - CHINA)
    }

    /// The first moment of a day in China.
    pub fn of_day(year: i64, month: u8, day: u8) -> Self {
        Self::from_civil(Civil {
            year,
            month,
            day,
            hour: 0,
            minute: 0,
            second: 0,
        })
    }

    /// Reads `2026-12-01T09:00` (the value of an HTML date-time field) as civil time of China.
    pub fn parse_local(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', ' '])?;
        let mut date = date.splitn(3, '-');
        let mut time = time.splitn(3, ':');
        let civil = Civil {
            year: date.next()?.parse().ok().filter(|year| (1970..=9999).contains(year))?,
            month: date.next()?.parse().ok()?,
            day: date.next()?.parse().ok()?,
            hour: time.next()?.parse().ok().filter(|hour| *hour < 24)?,
            minute: time.next()?.parse().ok().filter(|minute| *minute < 60)?,
            second: time
                .next()
                .map_or(Some(0), |second| second.parse().ok().filter(|second| *second < 60))?,
        };
        let moment = Self::from_civil(civil);
        // A date such as 31 June would come back as another one.
        (moment.civil() == civil).then_some(moment)
    }

    /// The day in China, counted from 1970-01-01.
    pub fn day(self) -> i64 {
        (self.0 + CHINA).div_euclid(DAY)
    }

    /// Reads `2026-12-01` (the value of an HTML date field) as the first moment of that day in China.
    pub fn parse_day(text: &str) -> Option<Self> {
        Self::parse_local(&format!("{}T00:00", text.trim()))
    }

    /// `2026-12-01`, for an HTML date field.
    pub fn day_field(self) -> String {
        let c = self.civil();
        format!("{:04}-{:02}-{:02}", c.year, c.month, c.day)
    }

    /// `2026-12-01T09:00`, for an HTML date-time field.
    pub fn local_field(self) -> String {
        let c = self.civil();
        format!(
            "{:04}-{:02}-{:02}T{:02}:{:02}",
            c.year, c.month, c.day, c.hour, c.minute
        )
    }

    /// `2026-12-01 09:00:00`
    pub fn local(self) -> String {
        let c = self.civil();
        format!("{:04}-{:02}-{:02} {}", c.year, c.month, c.day, self.clock())
    }

    /// `10:32:07`
    pub fn clock(self) -> String {
        let c = self.civil();
        format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second)
    }

    /// RFC 3339 with the offset of China, e.g. `2026-12-01T09:00:00+08:00`.
    pub fn rfc3339(self) -> String {
        let c = self.civil();
        format!("{:04}-{:02}-{:02}T{}+08:00", c.year, c.month, c.day, self.clock())
    }
}

/// Calendar parts are far below 256.
fn small(value: i64) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn china_is_eight_hours_ahead_and_leap_days_count() {
        assert_eq!(Timestamp(0).local(), "1970-01-01 08:00:00");
        assert_eq!(Timestamp(1_709_222_399_000).rfc3339(), "2024-02-29T23:59:59+08:00");
        assert_eq!(
            Timestamp::parse_local("2024-02-29T23:59:59"),
            Some(Timestamp(1_709_222_399_000))
        );
    }

    #[test]
    fn a_date_that_does_not_exist_is_refused() {
        for text in [
            "2026-02-29T09:00",
            "2026-13-01T09:00",
            "2026-06-31T09:00",
            "2026-06-30T24:00",
            "x",
            "2026-06-30",
        ] {
            assert_eq!(Timestamp::parse_local(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_of_a_century_survives_the_way_there_and_back() {
        for day in 0..36_525 {
            let moment = Timestamp(day * DAY + 12_345_000);
            assert_eq!(Timestamp::from_civil(moment.civil()), moment);
        }
    }
}
