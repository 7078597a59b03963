//! Which article a question stands on, and what becomes of that when another version of the law takes effect.

use super::{ArticleNumber, Date, Followed, Record, Status, Version};
use crate::domain::{
    id::{LawId, LawVersionId},
    lang::Lang,
};

/// The article of a version that a legal basis stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound {
    pub law: LawId,
    pub version: LawVersionId,
    pub number: ArticleNumber,
}

/// Why somebody has to look at a question again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The article says something else now.
    Changed,
    /// There is no such article any more, or no such law.
    Deleted,
}

impl Fate {
    pub const ALL: [Self; 2] = [Self::Changed, Self::Deleted];

    /// The identifier used in tables.
    pub fn code(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|fate| fate.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Changed => lang.pick("条文有修改", "Article changed"),
            Self::Deleted => lang.pick("条文已删去", "Article deleted"),
        }
    }
}

/// What is to be done about a basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It stands on the law in force.
    Holds,
    /// The same words stand in the law in force, under this number.
    Moved(Bound),
    /// Somebody has to look; where the article went, if anywhere.
    Review(Fate, Option<Bound>),
}

/// What has become of a basis by this day. `follow` tells what became of its article in the version in force.
pub fn step(record: &Record, today: Date, bound: &Bound, follow: impl FnOnce(&Version) -> Followed) -> Step {
    let Some(now) = record.in_force(today) else {
        return match record.standing(today) {
            Status::Repealed => Step::Review(Fate::Deleted, None),
            _ => Step::Holds,
        };
    };
    let place = |id| record.versions().iter().position(|version| version.id == id);
    // Bound to what is in force, or is to come.
    if place(bound.version) >= place(now.id) {
        return Step::Holds;
    }
    let at = |number| Bound {
        law: bound.law,
        version: now.id,
        number,
    };
    match follow(now) {
        Followed::Same => Step::Moved(at(bound.number)),
        Followed::Renumbered(number) => Step::Moved(at(number)),
        Followed::Changed(number) => Step::Review(Fate::Changed, Some(at(number))),
        Followed::Deleted => Step::Review(Fate::Deleted, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        id::AccountId,
        law::{Days, Entry},
        time::Timestamp,
    };

    fn day(text: &str) -> Date {
        text.parse().expect("a day")
    }

    fn number(text: &str) -> ArticleNumber {
        text.parse().expect("a number")
    }

    /// Versions 1 and 2 in force from 2007 and from 2024 on.
    fn record(repealed: Option<Date>) -> Record {
        let version = |id, effective: &str, repealed| Version {
            id: LawVersionId(id),
            law: LawId(9),
            days: Days {
                promulgated: None,
                effective: Some(day(effective)),
                repealed,
            },
            articles: 3,
            file: String::new(),
            digest: String::new(),
            imported_by: AccountId(0),
            imported_at: Timestamp(0),
        };
        let entry = Entry {
            continues: None,
            id: LawId(9),
            title: "突发事件应对法".to_owned(),
            volume: None,
            level: None,
        };
        let versions = vec![version(1, "2007-11-01", None), version(2, "2024-11-01", repealed)];
        Record::new(entry, versions).expect("has versions")
    }

    fn bound(version: i64, article: &str) -> Bound {
        Bound {
            law: LawId(9),
            version: LawVersionId(version),
            number: number(article),
        }
    }

    #[test]
    fn a_basis_moves_or_waits_from_the_day_the_new_version_takes_effect() {
        let record = record(None);
        let (before, from) = (day("2024-10-31"), day("2024-11-01"));
        let never = |_: &Version| -> Followed { panic!("nothing to follow") };
        assert_eq!(step(&record, before, &bound(1, "2"), never), Step::Holds);
        assert_eq!(step(&record, from, &bound(2, "2"), never), Step::Holds);
        assert_eq!(
            step(&record, before, &bound(2, "2"), never),
            Step::Holds,
            "bound to what is to come"
        );
        for (followed, expected) in [
            (Followed::Same, Step::Moved(bound(2, "2"))),
            (Followed::Renumbered(number("5")), Step::Moved(bound(2, "5"))),
            (
                Followed::Changed(number("4")),
                Step::Review(Fate::Changed, Some(bound(2, "4"))),
            ),
            (Followed::Deleted, Step::Review(Fate::Deleted, None)),
        ] {
            assert_eq!(step(&record, from, &bound(1, "2"), |_| followed), expected);
        }
    }

    #[test]
    fn a_repealed_law_leaves_nothing_to_stand_on() {
        let record = record(Some(day("2026-01-01")));
        let never = |_: &Version| -> Followed { panic!("nothing to follow") };
        assert_eq!(step(&record, day("2025-12-31"), &bound(2, "2"), never), Step::Holds);
        assert_eq!(
            step(&record, day("2026-01-01"), &bound(2, "2"), never),
            Step::Review(Fate::Deleted, None)
        );
    }
}
