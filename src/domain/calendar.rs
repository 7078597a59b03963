//! The year as a calendar: its months as weeks, and the days that legal education keeps every year.

use super::{lang::Lang, time::Timestamp};

/// A day, a week or a month that comes every year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Observance {
    /// Month and day, both ends included.
    pub first: (u8, u8),
    pub last: (u8, u8),
    /// The first year that had it.
    pub since: i64,
    zh: &'static str,
    en: &'static str,
    /// The document it rests on, by its Chinese name.
    pub source: &'static str,
}

const OBSERVANCES: [Observance; 7] = [
    Observance {
        first: (3, 1),
        last: (3, 1),
        since: 2020,
        zh: "部门报送上年度法治政府建设年度报告的期限",
        en: "Departments hand in the report on the rule of law of the year before",
        source: "法治政府建设与责任落实督察工作规定",
    },
    Observance {
        first: (4, 15),
        last: (4, 15),
        since: 2016,
        zh: "全民国家安全教育日",
        en: "National security education day",
        source: "国家安全法第十四条",
    },
    Observance {
        first: (5, 1),
        last: (5, 31),
        since: 2021,
        zh: "民法典宣传月",
        en: "Month of the Civil Code",
        source: "司法部、全国普法办每年的“美好生活·民法典相伴”主题宣传安排",
    },
    Observance {
        first: (6, 1),
        last: (6, 30),
        since: 2002,
        zh: "安全生产月",
        en: "Work safety month",
        source: "国务院安委会办公室、应急管理部每年的“安全生产月”活动通知",
    },
    Observance {
        first: (6, 16),
        last: (6, 16),
        since: 2002,
        zh: "安全宣传咨询日",
        en: "Day of safety advice",
        source: "国务院安委会办公室、应急管理部每年的“安全生产月”活动通知",
    },
    Observance {
        first: (12, 1),
        last: (12, 7),
        since: 2018,
        zh: "宪法宣传周",
        en: "Constitution week",
        source: "中央宣传部、司法部、全国普法办每年的“宪法宣传周”工作方案",
    },
    Observance {
        first: (12, 4),
        last: (12, 4),
        since: 2014,
        zh: "国家宪法日",
        en: "Constitution day",
        source: "全国人民代表大会常务委员会关于设立国家宪法日的决定",
    },
];

impl Observance {
    /// Those that a year has, by day.
    pub fn of(year: u16) -> impl Iterator<Item = &'static Self> {
        OBSERVANCES.iter().filter(move |one| one.since <= i64::from(year))
    }

    pub fn name(&self, lang: Lang) -> &'static str {
        lang.pick(self.zh, self.en)
    }

    pub fn begins(&self, year: u16) -> Timestamp {
        Timestamp::of_day(i64::from(year), self.first.0, self.first.1)
    }

    pub fn ends(&self, year: u16) -> Timestamp {
        Timestamp::of_day(i64::from(year), self.last.0, self.last.1)
    }
}

/// A row of a month: Monday to Sunday, `None` where the day belongs to another month.
pub type Week = [Option<u8>; 7];

/// The weeks of a month (1–12).
pub fn weeks(year: u16, month: u8) -> Vec<Week> {
    let year = i64::from(year);
    let first = Timestamp::of_day(year, month, 1).day();
    let next = match month {
        12 => Timestamp::of_day(year + 1, 1, 1),
        month => Timestamp::of_day(year, month + 1, 1),
    };
    // 1970-01-01 was a Thursday.
    let before = (first + 3).rem_euclid(7);
    let mut weeks = Vec::new();
    for day in 1..=next.day() - first {
        let place = before + day - 1;
        if place % 7 == 0 || weeks.is_empty() {
            weeks.push([None; 7]);
        }
        if let (Some(week), Ok(at), Ok(day)) = (
            weeks.last_mut(),
            usize::try_from(place.rem_euclid(7)),
            u8::try_from(day),
        ) {
            week[at] = Some(day);
        }
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_on_its_weekday_and_has_all_its_days() {
        let february = weeks(2024, 2);
        assert_eq!(february.len(), 5);
        assert_eq!(february[0], [None, None, None, Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(february[4], [Some(26), Some(27), Some(28), Some(29), None, None, None]);
        // 1 June 2026 is a Monday.
        assert_eq!(weeks(2026, 6)[0][0], Some(1));
        assert_eq!(weeks(2026, 12).last().and_then(|week| week[3]), Some(31));
    }

    #[test]
    fn the_days_of_a_year_are_those_that_were_kept_then() {
        let names = |year| Observance::of(year).map(|one| one.name(Lang::Zh)).collect::<Vec<_>>();
        assert!(names(2026).contains(&"宪法宣传周") && names(2026).contains(&"民法典宣传月"));
        assert!(!names(2013).contains(&"国家宪法日"));
        for one in Observance::of(2026) {
            assert!(one.begins(2026) <= one.ends(2026) && !one.source.is_empty());
        }
        assert_eq!(OBSERVANCES[1].begins(2026).day_field(), "2026-04-15");
    }
}
