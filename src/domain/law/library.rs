//! The library of laws: every version with its days, which one is in force, and what can be wrong with a change.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Date, LawFault, Level, Status, Validity};
use crate::domain::{
    id::{AccountId, LawId, LawVersionId},
    names::folded,
    time::Timestamp,
};

/// A law, whatever its version, or a volume of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: LawId,
    pub title: String,
    /// 人格权编, where it is one volume of the law.
    pub volume: Option<String>,
    pub level: Option<Level>,
    /// The law of another title that this one continues since it was renamed.
    pub continues: Option<LawId>,
}

impl Entry {
    /// `中华人民共和国民法典·人格权编`.
    pub fn name(&self) -> String {
        match &self.volume {
            Some(volume) => format!("{}·{volume}", self.title),
            None => self.title.clone(),
        }
    }

    /// The name as people say it, without the country in front.
    pub fn short(&self) -> String {
        let name = self.name();
        name.strip_prefix("中华人民共和国")
            .filter(|rest| !rest.is_empty())
            .map_or_else(|| name.clone(), str::to_owned)
    }
}

/// The days of a version, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Days {
    /// 公布: of this version, not of the first one.
    pub promulgated: Option<Date>,
    pub effective: Option<Date>,
    pub repealed: Option<Date>,
}

impl Days {
    /// From when on it is in force: a version that does not say so, from its promulgation.
    pub fn begins(&self) -> Option<Date> {
        self.effective.or(self.promulgated)
    }

    /// # Errors
    /// [`LawFault::DayOrder`]: none takes effect before it is promulgated, or is repealed before it takes effect.
    pub fn check(&self) -> Result<(), LawFault> {
        let after = |late: Option<Date>, early: Option<Date>| late.zip(early).is_none_or(|(late, early)| late >= early);
        let ordered = after(self.effective, self.promulgated) && after(self.repealed, self.begins());
        if ordered { Ok(()) } else { Err(LawFault::DayOrder) }
    }
}

/// One version of a law, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub id: LawVersionId,
    pub law: LawId,
    pub days: Days,
    pub articles: u32,
    /// The name of the file it came from.
    pub file: String,
    /// SM3 of the text, in hexadecimal digits.
    pub digest: String,
    pub imported_by: AccountId,
    pub imported_at: Timestamp,
}

impl Version {
    /// By when it begins; what has no day stands first.
    fn order(&self) -> (Option<Date>, Option<Date>, LawVersionId) {
        (self.days.begins(), self.days.promulgated, self.id)
    }
}

/// A law with all its versions, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub entry: Entry,
    /// The laws that it continues: what it was called before. Their versions are among its own.
    pub former: Vec<Entry>,
    /// Never empty.
    versions: Vec<Version>,
}

impl Record {
    /// `None` without a version.
    pub fn new(entry: Entry, mut versions: Vec<Version>) -> Option<Self> {
        versions.sort_by_key(Version::order);
        (!versions.is_empty()).then_some(Self {
            entry,
            former: Vec::new(),
            versions,
        })
    }

    /// Under its present title and under those before.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        std::iter::once(&self.entry).chain(&self.former)
    }

    /// Whether this is the law of this id, or continues it.
    pub fn has(&self, law: LawId) -> bool {
        self.entries().any(|entry| entry.id == law)
    }

    /// As it was called in a version.
    pub fn called(&self, version: &Version) -> &Entry {
        self.entries()
            .find(|entry| entry.id == version.law)
            .unwrap_or(&self.entry)
    }

    /// The oldest first.
    pub fn versions(&self) -> &[Version] {
        &self.versions
    }

    pub fn version(&self, id: LawVersionId) -> Option<&Version> {
        self.versions.iter().find(|version| version.id == id)
    }

    fn place(&self, id: LawVersionId) -> Option<usize> {
        self.versions.iter().position(|version| version.id == id)
    }

    /// The version before and the one after.
    pub fn neighbours(&self, id: LawVersionId) -> (Option<&Version>, Option<&Version>) {
        match self.place(id) {
            Some(place) => (
                place.checked_sub(1).and_then(|before| self.versions.get(before)),
                self.versions.get(place + 1),
            ),
            None => (None, None),
        }
    }

    /// Between which two versions one with these days would stand.
    pub fn slot(&self, days: &Days) -> (Option<&Version>, Option<&Version>) {
        let order = (days.begins(), days.promulgated);
        let place = self
            .versions
            .partition_point(|version| (version.days.begins(), version.days.promulgated) <= order);
        (
            place.checked_sub(1).and_then(|before| self.versions.get(before)),
            self.versions.get(place),
        )
    }

    pub fn validity(&self, version: &Version) -> Validity {
        let next = self.neighbours(version.id).1;
        Validity {
            effective: version.days.begins(),
            superseded: next.and_then(|next| next.days.begins()),
            repealed: version.days.repealed,
        }
    }

    pub fn status(&self, version: &Version, today: Date) -> Status {
        let status = self.validity(version).status(today);
        // A later one that nobody has dated replaces it all the same.
        let replaced = self
            .neighbours(version.id)
            .1
            .is_some_and(|next| next.days.begins().is_none());
        if status == Status::InForce && replaced {
            Status::Amended
        } else {
            status
        }
    }

    /// The version in force on a day.
    pub fn in_force(&self, today: Date) -> Option<&Version> {
        let mut latest_first = self.versions.iter().rev();
        latest_first.find(|version| self.status(version, today) == Status::InForce)
    }

    /// The version to show: the one in force, else the last that was, else the first to come.
    pub fn shown(&self, today: Date) -> &Version {
        let begun = || {
            let mut latest_first = self.versions.iter().rev();
            latest_first.find(|version| self.status(version, today) != Status::NotYetInForce)
        };
        self.in_force(today).or_else(begun).unwrap_or(&self.versions[0])
    }

    /// How the law stands on a day.
    pub fn standing(&self, today: Date) -> Status {
        self.status(self.shown(today), today)
    }

    /// The last version; a repeal is recorded with it.
    pub fn last(&self) -> &Version {
        &self.versions[self.versions.len() - 1]
    }
}

/// Every law, the highest level first, then by title.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Library(Vec<Record>);

impl Library {
    pub fn new(entries: Vec<Entry>, versions: Vec<Version>) -> Self {
        let heirs = heirs(&entries);
        let heir = |law: LawId| heirs.get(&law).copied().unwrap_or(law);
        let mut of: HashMap<LawId, Vec<Version>> = HashMap::new();
        for version in versions {
            of.entry(heir(version.law)).or_default().push(version);
        }
        let (entries, mut former): (Vec<Entry>, Vec<Entry>) =
            entries.into_iter().partition(|entry| heir(entry.id) == entry.id);
        former.sort_by_key(|entry| entry.id);
        let record = |entry: Entry| {
            let versions = of.remove(&entry.id).unwrap_or_default();
            let former = former.iter().filter(|before| heir(before.id) == entry.id).cloned();
            let record = Record::new(entry.clone(), versions)?;
            Some(Record {
                former: former.collect(),
                ..record
            })
        };
        let mut records: Vec<_> = entries.into_iter().filter_map(record).collect();
        let rank = |level: Option<Level>| {
            let place = level.and_then(|level| Level::ALL.iter().position(|known| *known == level));
            place.unwrap_or(Level::ALL.len())
        };
        // Volumes stand in the order in which they came in: their names tell none.
        records.sort_by(|a, b| {
            let key = |record: &Record| (rank(record.entry.level), record.entry.title.clone());
            key(a).cmp(&key(b)).then(a.entry.id.cmp(&b.entry.id))
        });
        Self(records)
    }

    pub fn records(&self) -> &[Record] {
        &self.0
    }

    /// The law of this id, or that continues it.
    pub fn get(&self, id: LawId) -> Option<&Record> {
        self.0.iter().find(|record| record.has(id))
    }

    /// The law that holds a version.
    pub fn of_version(&self, id: LawVersionId) -> Option<&Record> {
        self.0.iter().find(|record| record.version(id).is_some())
    }

    /// The law that has or had exactly this title and volume.
    pub fn titled(&self, title: &str, volume: Option<&str>) -> Option<&Record> {
        let has = |entry: &Entry| entry.title == title && entry.volume.as_deref() == volume;
        self.0.iter().find(|record| record.entries().any(has))
    }

    /// The laws whose name holds all these words; those of exactly this name, with or without the country, come first.
    pub fn named(&self, words: &str) -> Vec<&Record> {
        let words: Vec<String> = words
            .split_whitespace()
            .map(|word| folded(word.trim_matches(['《', '》'])))
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return Vec::new();
        }
        let whole = words.concat();
        let mut found: Vec<(bool, &Record)> = Vec::new();
        for record in &self.0 {
            let holds = |entry: &&Entry| {
                let name = folded(&entry.name());
                words.iter().all(|word| name.contains(word))
            };
            if record.entries().any(|entry| holds(&entry)) {
                found.push((!is_called(record, &whole), record));
            }
        }
        found.sort_by_key(|(part, _)| *part);
        found.into_iter().map(|(_, record)| record).collect()
    }

    /// The law that people mean by this name: the only one that fits, or the only one of exactly this name.
    pub fn meant(&self, words: &str) -> Option<&Record> {
        let found = self.named(words);
        let whole = folded(&words.replace(['《', '》'], ""));
        let exact = |record: &&&Record| is_called(record, &whole);
        let mut exactly = found.iter().filter(exact);
        match (exactly.next(), exactly.next(), found.as_slice()) {
            (Some(one), None, _) => Some(one),
            (None, _, [one]) => Some(one),
            _ => None,
        }
    }
}

/// Whether a law has or had exactly this name (folded), with or without the country.
fn is_called(record: &Record, whole: &str) -> bool {
    let mut entries = record.entries();
    entries.any(|entry| folded(&entry.short()) == whole || folded(&entry.name()) == whole)
}

/// For each law that another one continues, the last in the row. A circle, which only damage can make, continues nothing.
fn heirs(entries: &[Entry]) -> HashMap<LawId, LawId> {
    let known = |id: LawId| entries.iter().any(|entry| entry.id == id);
    let mut next: HashMap<LawId, LawId> = HashMap::new();
    for entry in entries {
        if let Some(before) = entry.continues.filter(|before| known(*before)) {
            let heir = next.entry(before).or_insert(entry.id);
            *heir = entry.id.min(*heir);
        }
    }
    let last = |from: &LawId| {
        let row = std::iter::successors(Some(*from), |law| next.get(law).copied());
        let row: Vec<LawId> = row.take(next.len() + 2).collect();
        let circle = row.len() == next.len() + 2;
        (!circle).then(|| row.last().map(|last| (*from, *last))).flatten()
    };
    next.keys().filter_map(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Option<Date> {
        (!text.is_empty()).then(|| text.parse().expect("a day"))
    }

    fn version(id: i64, effective: &str, repealed: &str) -> Version {
        Version {
            id: LawVersionId(id),
            law: LawId(1),
            days: Days {
                promulgated: None,
                effective: day(effective),
                repealed: day(repealed),
            },
            articles: 1,
            file: String::new(),
            digest: id.to_string(),
            imported_by: AccountId(0),
            imported_at: Timestamp(0),
        }
    }

    fn entry(id: i64, title: &str) -> Entry {
        Entry {
            continues: None,
            id: LawId(id),
            title: title.to_owned(),
            volume: None,
            level: None,
        }
    }

    fn record(versions: Vec<Version>) -> Record {
        Record::new(entry(1, "中华人民共和国示例法"), versions).expect("a record")
    }

    #[test]
    fn a_renamed_law_has_the_versions_of_all_its_titles_and_a_circle_joins_nothing() {
        let of = |law: i64, id: i64, day: &str| Version {
            law: LawId(law),
            ..version(id, day, "")
        };
        let continuing = |id: i64, title: &str, before: i64| Entry {
            continues: Some(LawId(before)),
            ..entry(id, title)
        };
        let versions = vec![
            of(3, 30, "2020-01-01"),
            of(1, 10, "2000-01-01"),
            of(2, 20, "2010-01-01"),
        ];
        let entries = vec![
            entry(1, "甲办法"),
            continuing(2, "乙办法", 1),
            continuing(3, "丙办法", 2),
        ];
        let library = Library::new(entries, versions.clone());
        assert_eq!(library.records().len(), 1);
        let record = library.meant("甲办法").expect("its first title");
        let ids: Vec<_> = record.versions().iter().map(|version| version.id.0).collect();
        assert_eq!((record.entry.id.0, &ids[..]), (3, &[10, 20, 30][..]));
        for id in 1..=3 {
            assert_eq!(library.get(LawId(id)), Some(record));
        }
        assert_eq!(record.called(&record.versions()[1]).title, "乙办法");
        assert_eq!(library.titled("乙办法", None), Some(record));

        let circle = vec![
            continuing(1, "甲办法", 2),
            continuing(2, "乙办法", 1),
            continuing(3, "丙办法", 9),
        ];
        assert_eq!(Library::new(circle, versions).records().len(), 3);
    }

    #[test]
    fn versions_stand_by_their_days_and_one_is_in_force() {
        let record = record(vec![
            version(1, "2024-11-01", ""),
            version(2, "2007-11-01", ""),
            version(3, "2030-01-01", ""),
        ]);
        let ids: Vec<_> = record.versions().iter().map(|version| version.id.0).collect();
        assert_eq!(ids, [2, 1, 3]);
        let status = |today: &str| {
            let today = day(today).expect("a day");
            let all = record.versions().iter().map(|version| record.status(version, today));
            (record.shown(today).id.0, all.collect::<Vec<_>>())
        };
        use Status as S;
        assert_eq!(
            status("2024-10-31"),
            (2, vec![S::InForce, S::NotYetInForce, S::NotYetInForce])
        );
        assert_eq!(
            status("2024-11-01"),
            (1, vec![S::Amended, S::InForce, S::NotYetInForce])
        );
        assert_eq!(status("2000-01-01").0, 2);
        let between = Days {
            effective: day("2015-01-01"),
            ..Days::default()
        };
        let (before, after) = record.slot(&between);
        assert_eq!((before.map(|v| v.id.0), after.map(|v| v.id.0)), (Some(2), Some(1)));
    }

    #[test]
    fn a_repealed_law_has_no_version_in_force() {
        let record = record(vec![
            version(1, "2000-01-01", ""),
            version(2, "2010-01-01", "2020-01-01"),
        ]);
        let today = day("2026-01-01").expect("a day");
        assert_eq!(record.in_force(today), None);
        assert_eq!(
            (record.shown(today).id.0, record.standing(today)),
            (2, Status::Repealed)
        );
        assert_eq!(record.standing(day("2019-12-31").expect("a day")), Status::InForce);
    }

    #[test]
    fn a_law_is_found_by_what_people_call_it() {
        let laws = [
            "中华人民共和国行政处罚法",
            "中华人民共和国刑法",
            "中华人民共和国刑法修正案",
        ];
        let entries: Vec<_> = (1..).zip(laws).map(|(id, title)| entry(id, title)).collect();
        let versions = (1..=3).map(|id| Version {
            law: LawId(id),
            ..version(id, "2000-01-01", "")
        });
        let library = Library::new(entries, versions.collect());
        let meant = |words: &str| library.meant(words).map(|record| record.entry.id.0);
        assert_eq!(meant("处罚法"), Some(1));
        assert_eq!(meant("《刑法》"), Some(2));
        assert_eq!(meant("刑"), None);
        assert_eq!(meant("民法"), None);
        assert_eq!(library.named("刑法").len(), 2);
        assert_eq!(library.named(" ").len(), 0);
    }

    #[test]
    fn days_that_contradict_each_other_are_refused() {
        let days = |promulgated, effective, repealed| Days {
            promulgated: day(promulgated),
            effective: day(effective),
            repealed: day(repealed),
        };
        assert_eq!(days("2024-06-28", "2024-11-01", "").check(), Ok(()));
        assert_eq!(days("", "", "2020-01-01").check(), Ok(()));
        assert_eq!(days("2024-06-28", "2024-01-01", "").check(), Err(LawFault::DayOrder));
        assert_eq!(days("2024-06-28", "", "2023-01-01").check(), Err(LawFault::DayOrder));
    }
}
