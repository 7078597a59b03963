//! What the figures of a year are counted from, as it is frozen with an edition: a text of one line for each record, in one order, so
//! that the same records always give the same bytes.

pub mod listing;

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Base, Persons,
    fact::{self, Fact},
    ground::Ground,
};
use crate::domain::{
    activity::{Activity, Kind},
    exam::Band,
    figure::Counts,
    id::{ActivityId, CompetitionId, PersonId, UnitId},
    points::Points,
    tally::Tallied,
    unit::{Tree, Unit},
};

/// A competition of the year with its sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contest {
    pub id: CompetitionId,
    /// `None`: of the whole site.
    pub unit: Option<UnitId>,
    pub participants: i64,
    pub person_times: i64,
}

/// A recorded entry of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    pub id: ActivityId,
    pub unit: UnitId,
    pub kind: &'static str,
    /// Days since 1970 in China.
    pub day: i64,
    pub quantity: i64,
    /// `None`: not counted.
    pub audience: Option<i64>,
    pub title: String,
}

/// Who stands on the name list of a court observation, with the unit of then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Observer {
    pub activity: ActivityId,
    pub person: PersonId,
    pub unit: UnitId,
}

/// What kinds of records there are now. Version 0 had those of exams, competitions and the ledger of activities and did not say so;
/// 1 has every [`Fact`] as well, 2 every [`Ground`].
pub const VERSION: u16 = 2;

/// All records of a year, each kind in the order of its ids.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Records {
    version: u16,
    /// By unit, and within one by id.
    persons: Vec<Person>,
    contests: Vec<Contest>,
    entries: Vec<Entry>,
    observers: Vec<Observer>,
    facts: Vec<Fact>,
    grounds: Vec<Ground>,
}

/// A person of the year's exams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Person {
    unit: UnitId,
    id: PersonId,
    standing: Standing,
}

/// How a person counts over the year's exams: a place in [`STANDINGS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Standing(u8);

const STANDINGS: [(&str, Tallied); 7] = [
    ("exempt", Tallied::Exempt),
    ("absent", Tallied::Absent),
    ("fail", Tallied::Sat(Band::Fail, Points::ZERO)),
    ("awaiting", Tallied::Sat(Band::Awaiting, Points::ZERO)),
    ("pass", Tallied::Sat(Band::Pass, Points::ZERO)),
    ("good", Tallied::Sat(Band::Good, Points::ZERO)),
    ("excellent", Tallied::Sat(Band::Excellent, Points::ZERO)),
];

impl Standing {
    /// `None` for those whom no round counted admits.
    fn of(tallied: Tallied) -> Option<Self> {
        let place = match tallied {
            Tallied::Outside => return None,
            Tallied::Exempt => 0,
            Tallied::Absent => 1,
            Tallied::Sat(Band::Fail, _) => 2,
            Tallied::Sat(Band::Awaiting, _) => 3,
            Tallied::Sat(Band::Pass, _) => 4,
            Tallied::Sat(Band::Good, _) => 5,
            Tallied::Sat(Band::Excellent, _) => 6,
        };
        Some(Self(place))
    }

    fn parse(name: &str) -> Option<Self> {
        (0..)
            .map(Self)
            .zip(STANDINGS)
            .find_map(|(standing, (known, _))| (known == name).then_some(standing))
    }

    fn name(self) -> &'static str {
        STANDINGS[usize::from(self.0)].0
    }

    fn tallied(self) -> Tallied {
        STANDINGS[usize::from(self.0)].1
    }
}

/// Records on their way to a [`Base`]: whoever counts once, however often he is recorded, is known by name until the end.
#[derive(Default)]
struct Sum {
    base: Base,
    observers: Vec<PersonId>,
    facts: fact::Tally,
}

impl Sum {
    fn base(mut self) -> Base {
        self.observers.sort_unstable();
        self.observers.dedup();
        Base {
            court_observers: self.observers.len() as i64,
            facts: self.facts.sums(),
            ..self.base
        }
    }
}

/// A line that is no record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {0} is no record")]
pub struct NoRecord(pub usize);

impl Records {
    pub fn new(
        persons: &Persons,
        contests: Vec<Contest>,
        entries: &[Activity],
        observers: Vec<Observer>,
        facts: Vec<Fact>,
        grounds: Vec<Ground>,
    ) -> Self {
        let entry = |activity: &Activity| Entry {
            id: activity.id,
            unit: activity.wish.unit,
            kind: activity.wish.kind.code(),
            day: activity.wish.day.day(),
            quantity: activity.wish.quantity,
            audience: activity.wish.audience,
            title: activity.wish.title.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let person = |(id, unit, tallied): (PersonId, UnitId, Tallied)| {
            let standing = Standing::of(tallied)?;
            Some(Person { unit, id, standing })
        };
        let mut records = Self {
            version: VERSION,
            persons: persons.all().filter_map(person).collect(),
            contests,
            entries: entries.iter().map(entry).collect(),
            observers,
            facts,
            grounds,
        };
        records.grounds.sort_unstable();
        records.facts.sort_unstable();
        records.persons.sort_unstable();
        records.contests.sort_unstable();
        records.entries.sort_unstable();
        records.observers.sort_unstable();
        records
    }

    /// What the records of some units add up to; what belongs to the whole site has none.
    pub fn base(&self, within: impl Fn(Option<UnitId>) -> bool) -> Base {
        let mut bases = self.bases(|unit| within(unit).then_some(()));
        bases.remove(&()).unwrap_or_default()
    }

    /// What the records add up to in groups, each record in one; those of no group are left out.
    pub fn bases<K: Ord>(&self, group: impl Fn(Option<UnitId>) -> Option<K>) -> BTreeMap<K, Base> {
        // Named one by one, so that a kind of record that is added cannot be forgotten here.
        let Self {
            persons,
            contests,
            entries,
            observers,
            facts,
            version: _,
            // Nothing is counted from them.
            grounds: _,
        } = self;
        let mut sums: BTreeMap<K, Sum> = BTreeMap::new();
        let mut of = |unit: Option<UnitId>, add: &dyn Fn(&mut Sum)| {
            if let Some(key) = group(unit) {
                add(sums.entry(key).or_default());
            }
        };
        for (unit, persons) in runs(persons) {
            of(Some(unit), &|sum| sum.base.exam = sum.base.exam + counts(persons));
        }
        for contest in contests {
            of(contest.unit, &|sum| {
                sum.base.participants += contest.participants;
                sum.base.person_times += contest.person_times;
            });
        }
        for entry in entries {
            of(Some(entry.unit), &|sum| {
                let total = sum.base.ledger.entry(entry.kind).or_default();
                total.add(entry.quantity, entry.audience);
            });
        }
        for observer in observers {
            of(Some(observer.unit), &|sum| sum.observers.push(observer.person));
        }
        for fact in facts {
            of(fact.unit(), &|sum| sum.facts.add(fact));
        }
        sums.into_iter().map(|(key, sum)| (key, sum.base())).collect()
    }

    /// How many records there are.
    pub fn len(&self) -> usize {
        self.persons.len() + self.contests.len() + self.entries.len() + self.observers.len() + self.facts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The persons of each unit as they count over the year's exams.
    pub fn counts_by_unit(&self) -> BTreeMap<UnitId, Counts> {
        runs(&self.persons)
            .map(|(unit, persons)| (unit, counts(persons)))
            .collect()
    }

    /// What kinds of records these are, see [`VERSION`].
    pub fn version(&self) -> u16 {
        self.version
    }

    /// The same as an edition of a version would have frozen them.
    #[must_use]
    pub fn of_version(mut self, version: u16) -> Self {
        if version < 1 {
            self.facts.clear();
        }
        if version < 2 {
            self.grounds.clear();
        }
        self.version = self.version.min(version);
        self
    }

    /// One line for each record, and before them the version, where they have one.
    pub fn lines(&self) -> Vec<String> {
        let none = || "-".to_owned();
        let mut persons: Vec<&Person> = self.persons.iter().collect();
        persons.sort_unstable_by_key(|person| (person.id, person.unit));
        let persons = persons.into_iter();
        let persons = persons.map(|of| format!("person {} {} {}", of.id, of.unit, of.standing.name()));
        let contests = self.contests.iter().map(|contest| {
            let unit = contest.unit.map_or_else(none, |unit| unit.to_string());
            format!(
                "contest {} {unit} {} {}",
                contest.id, contest.participants, contest.person_times
            )
        });
        let entries = self.entries.iter().map(|entry| {
            let audience = entry.audience.map_or_else(none, |audience| audience.to_string());
            let Entry {
                id,
                unit,
                kind,
                day,
                quantity,
                title,
                ..
            } = entry;
            format!("entry {id} {unit} {kind} {day} {quantity} {audience} {title}")
        });
        let observers = self.observers.iter();
        let observers = observers.map(|of| format!("observer {} {} {}", of.activity, of.person, of.unit));
        let version = (self.version > 0).then(|| format!("version {}", self.version));
        let first = version.into_iter().chain(persons).chain(contests);
        let facts = self.facts.iter().map(Fact::line);
        let grounds = self.grounds.iter().map(Ground::line);
        first
            .chain(entries)
            .chain(observers)
            .chain(facts)
            .chain(grounds)
            .collect()
    }

    /// The lines that may not differ as long as nothing of the year has changed.
    pub fn lasting(mut self) -> Vec<String> {
        self.grounds.retain(Ground::stays);
        self.lines()
    }

    /// The units as they were; `None` in records from before they were frozen.
    pub fn units(&self) -> Option<Tree> {
        let unit = |ground: &Ground| match ground {
            Ground::Unit { id, parent, name } => Some(Unit {
                id: *id,
                parent: *parent,
                name: name.clone(),
            }),
            _ => None,
        };
        (self.version >= 2).then(|| Tree::new(self.grounds.iter().filter_map(unit).collect()))
    }

    /// The same upon the units of an earlier edition: who moved after the year was closed stays where he stood. Units that it did not know
    /// stand where they stand now.
    #[must_use]
    pub fn upon(mut self, earlier: &Self) -> Self {
        let id = |ground: &Ground| match ground {
            Ground::Unit { id, .. } => Some(*id),
            _ => None,
        };
        let known: Vec<Ground> = earlier
            .grounds
            .iter()
            .filter(|ground| id(ground).is_some())
            .cloned()
            .collect();
        let ids: BTreeSet<UnitId> = known.iter().filter_map(id).collect();
        self.grounds
            .retain(|ground| id(ground).is_none_or(|id| !ids.contains(&id)));
        self.grounds.extend(known);
        self.grounds.sort_unstable();
        self
    }

    /// Where competitions were held elsewhere, by unit; in records from before [`Ground`] nothing.
    pub fn places(&self) -> impl Iterator<Item = (UnitId, &str)> {
        self.grounds.iter().filter_map(|ground| match ground {
            Ground::Place { unit, place, .. } => Some((*unit, place.as_str())),
            _ => None,
        })
    }

    /// Who stands on the rosters of two units: from, to.
    pub fn moved(&self) -> impl Iterator<Item = (UnitId, UnitId)> {
        self.grounds.iter().filter_map(|ground| match ground {
            Ground::Moved { from, to, .. } => Some((*from, *to)),
            _ => None,
        })
    }

    /// # Errors
    /// The first line that is no record, from 1.
    pub fn parse(text: &str) -> Result<Self, NoRecord> {
        let mut records = Self::default();
        for (place, line) in text.lines().enumerate() {
            match line.strip_prefix("version ").map(str::parse) {
                Some(Ok(version @ 1..=VERSION)) if place == 0 => records.version = version,
                Some(_) => return Err(NoRecord(place + 1)),
                None => records.line(line).ok_or(NoRecord(place + 1))?,
            }
        }
        records.persons.sort_unstable();
        Ok(records)
    }

    fn line(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ')?;
        let mut parts = rest.splitn(7, ' ');
        match what {
            "person" => {
                let (id, unit) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
                let standing = Standing::parse(parts.next()?)?;
                self.persons.push(Person { unit, id, standing });
            }
            "contest" => self.contests.push(Contest {
                id: parts.next()?.parse().ok()?,
                unit: optional(parts.next()?)?,
                participants: parts.next()?.parse().ok()?,
                person_times: parts.next()?.parse().ok()?,
            }),
            "entry" => {
                self.entries.push(Entry {
                    id: parts.next()?.parse().ok()?,
                    unit: parts.next()?.parse().ok()?,
                    kind: Kind::from_code(parts.next()?)?.code(),
                    day: parts.next()?.parse().ok()?,
                    quantity: parts.next()?.parse().ok()?,
                    audience: optional(parts.next()?)?,
                    title: parts.next()?.to_owned(),
                });
            }
            "observer" => self.observers.push(Observer {
                activity: parts.next()?.parse().ok()?,
                person: parts.next()?.parse().ok()?,
                unit: parts.next()?.parse().ok()?,
            }),
            _ => {
                match (self.version, Fact::parse(line)) {
                    (1.., Some(fact)) => self.facts.push(fact),
                    (2.., None) => self.grounds.push(Ground::parse(line)?),
                    _ => return None,
                }
                return Some(());
            }
        }
        parts.next().is_none().then_some(())
    }
}

/// The persons of each unit.
fn runs(persons: &[Person]) -> impl Iterator<Item = (UnitId, &[Person])> {
    let runs = persons.chunk_by(|one, next| one.unit == next.unit);
    runs.filter_map(|run| Some((run.first()?.unit, run)))
}

fn counts(persons: &[Person]) -> Counts {
    let each = persons.iter().map(|person| person.standing.tallied().counts());
    each.sum()
}

fn optional<T: std::str::FromStr>(text: &str) -> Option<Option<T>> {
    match text {
        "-" => Some(None),
        text => text.parse().ok().map(Some),
    }
}

/// Lines of one edition that the other has not, and the other way round: what became of the records between them.
pub fn difference(old: &[String], new: &[String]) -> (Vec<String>, Vec<String>) {
    let (before, after): (BTreeSet<_>, BTreeSet<_>) = (old.iter().collect(), new.iter().collect());
    let gone = before.difference(&after).map(|line| (*line).clone()).collect();
    let come = after.difference(&before).map(|line| (*line).clone()).collect();
    (gone, come)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(id: i64, unit: i64, standing: &str) -> Person {
        Person {
            unit: UnitId(unit),
            id: PersonId(id),
            standing: Standing::parse(standing).expect("a standing"),
        }
    }

    fn records() -> Records {
        Records {
            version: VERSION,
            grounds: vec![
                Ground::Unit {
                    id: UnitId(5),
                    parent: None,
                    name: "市局 一科".to_owned(),
                },
                Ground::Place {
                    id: ActivityId(4),
                    unit: UnitId(5),
                    place: "全市".to_owned(),
                },
                Ground::Moved {
                    person: PersonId(2),
                    from: UnitId(5),
                    to: UnitId(6),
                },
            ],
            facts: vec![Fact::General {
                person: PersonId(1),
                unit: UnitId(5),
            }],
            persons: vec![person(1, 5, "absent"), person(2, 6, "excellent")],
            contests: vec![Contest {
                id: CompetitionId(9),
                unit: None,
                participants: 3,
                person_times: 7,
            }],
            entries: vec![Entry {
                id: ActivityId(4),
                unit: UnitId(5),
                kind: Kind::Publicity.code(),
                day: 19_000,
                quantity: 1,
                audience: None,
                title: "进企业 宣讲".to_owned(),
            }],
            observers: vec![Observer {
                activity: ActivityId(3),
                person: PersonId(1),
                unit: UnitId(5),
            }],
        }
    }

    #[test]
    fn what_was_frozen_is_read_again_and_counts_the_same() {
        let lines = records().lines();
        let again = Records::parse(&lines.join("\n")).expect("records");
        assert_eq!(again, records());
        assert_eq!(again.lines(), lines);
        let base = again.base(|_| true);
        assert_eq!((base.exam.due, base.exam.sat, base.exam.excellent), (2, 1, 1));
        assert_eq!((base.participants, base.person_times, base.court_observers), (3, 7, 1));
        assert_eq!(again.base(|unit| unit == Some(UnitId(6))).exam.due, 1);
        assert_eq!(again.base(|unit| unit == Some(UnitId(5))).facts.general_passed, 1);
        assert_eq!(
            again.units().map(|units| units.path(UnitId(5))),
            Some("市局 一科".to_owned())
        );
        assert_eq!(again.places().collect::<Vec<_>>(), [(UnitId(5), "全市")]);
        assert_eq!(again.moved().collect::<Vec<_>>(), [(UnitId(5), UnitId(6))]);
    }

    #[test]
    fn a_unit_may_move_later_and_nothing_else_may_change() {
        let lines = |records: &Records| records.clone().lasting();
        let frozen = records();
        let mut later = frozen.clone();
        let Ground::Unit { name, .. } = &mut later.grounds[0] else {
            panic!("a unit");
        };
        *name = "二科".to_owned();
        assert_eq!(lines(&frozen), lines(&later));
        later.grounds.pop();
        assert_ne!(lines(&frozen), lines(&later));
    }

    #[test]
    fn a_later_edition_stands_upon_the_units_of_the_one_before() {
        let unit = |id, parent: Option<i64>, name: &str| Ground::Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            name: name.to_owned(),
        };
        let first = records();
        let mut later = first.clone();
        later.grounds = vec![
            unit(5, Some(9), "二科"),
            unit(9, None, "新局"),
            first.grounds[1].clone(),
        ];
        let next = later.upon(&first);
        let units = next.units().expect("units");
        assert_eq!([UnitId(5), UnitId(9)].map(|id| units.path(id)), ["市局 一科", "新局"]);
        assert_eq!(
            (next.places().count(), next.moved().count()),
            (1, 0),
            "all else is as it is now"
        );
        assert_eq!(
            next.clone().upon(&first.of_version(1)),
            next,
            "an edition that froze none changes none"
        );
    }

    #[test]
    fn what_was_frozen_before_there_were_more_kinds_is_still_read() {
        let old = records().of_version(0);
        let lines = old.lines();
        assert!(
            !lines
                .iter()
                .any(|line| line.starts_with("version ") || line.starts_with("general "))
        );
        let again = Records::parse(&lines.join("\n")).expect("records");
        assert_eq!((again.version(), &again), (0, &old));
        let newer = lines.join("\n") + "\ngeneral 0000000000001 0000000000005";
        assert_eq!(Records::parse(&newer), Err(NoRecord(lines.len() + 1)));
        let first = records().of_version(1);
        let lines = first.lines();
        assert_eq!(
            (Records::parse(&lines.join("\n")), first.units().is_none()),
            (Ok(first), true)
        );
        let newer = lines.join("\n") + "\nplace 0000000000004 0000000000005 全市";
        assert_eq!(Records::parse(&newer), Err(NoRecord(lines.len() + 1)));
        assert_eq!(Records::parse("version 999"), Err(NoRecord(1)));
    }

    #[test]
    fn groups_together_are_the_whole() {
        let whole = records();
        let groups = whole.bases(Some);
        assert_eq!(groups.len(), 3, "no unit, and two of them");
        for (unit, base) in &groups {
            assert_eq!(*base, whole.base(|of| of == *unit));
        }
        assert!(whole.bases(|_| None::<u8>).is_empty());
        let of_all = whole.base(|_| true);
        let exam = groups.values().map(|base| base.exam).sum::<Counts>();
        assert_eq!(
            (exam, whole.counts_by_unit().into_values().sum()),
            (of_all.exam, of_all.exam)
        );
        let entries = groups
            .values()
            .flat_map(|base| base.ledger.values())
            .map(|total| total.entries);
        assert_eq!(entries.sum::<i64>(), 1);
        let facts = groups
            .values()
            .map(|base| (base.participants, base.court_observers, base.facts.general_passed));
        let facts = facts.fold((0, 0, 0), |sum, it| (sum.0 + it.0, sum.1 + it.1, sum.2 + it.2));
        assert_eq!(facts, (3, 1, 1));
    }

    #[test]
    fn who_is_recorded_in_two_units_is_one_person_of_both_together() {
        let mut records = records();
        records.observers.push(Observer {
            activity: ActivityId(8),
            person: PersonId(1),
            unit: UnitId(6),
        });
        records.facts.push(Fact::General {
            person: PersonId(1),
            unit: UnitId(6),
        });
        let once = |base: &Base| (base.court_observers, base.facts.general_passed);
        assert_eq!(once(&records.base(|_| true)), (1, 1));
        let each: Vec<_> = records.bases(|unit| unit).values().map(once).collect();
        assert_eq!(each, [(1, 1), (1, 1)]);
    }

    #[test]
    fn persons_are_frozen_by_their_ids_whatever_their_units() {
        let persons = vec![person(3, 5, "absent"), person(1, 6, "pass"), person(2, 6, "fail")];
        let records = Records {
            persons,
            ..Records::default()
        };
        let ids: Vec<_> = records.lines().iter().map(|line| line[7..20].to_owned()).collect();
        assert_eq!(ids, [1, 2, 3].map(|id| PersonId(id).to_string()));
        assert_eq!(Records::parse(&records.lines().join("\n")), Ok(records));
    }

    #[test]
    fn nobody_is_left_out_whatever_became_of_him() {
        for (name, tallied) in STANDINGS {
            let standing = Standing::of(tallied).expect("a standing");
            assert_eq!((standing.name(), standing.tallied()), (name, tallied));
        }
        let persons = STANDINGS.iter().zip(1..).map(|((name, _), id)| person(id, 5, name));
        let all = Records {
            persons: persons.collect(),
            ..Records::default()
        };
        let exam = all.base(|_| true).exam;
        let counted = (
            exam.registered,
            exam.exempted,
            exam.due,
            exam.sat,
            exam.awaiting,
            exam.passed,
        );
        assert_eq!(counted, (7, 1, 6, 5, 1, 3));
        assert_eq!(Records::parse(&all.lines().join("\n")), Ok(all));
    }

    #[test]
    fn a_damaged_line_is_named() {
        let mut lines = records().lines();
        for damage in [
            "person 1",
            "entry x",
            "",
            "person 0000000000001 0000000000005 absent more",
        ] {
            lines[2] = damage.to_owned();
            assert_eq!(Records::parse(&lines.join("\n")), Err(NoRecord(3)), "{damage}");
        }
    }

    #[test]
    fn what_changed_between_two_editions_is_told_line_by_line() {
        let old = records();
        let mut new = old.clone();
        new.persons[0].standing = Standing::parse("pass").expect("a standing");
        let (gone, come) = difference(&old.lines(), &new.lines());
        assert_eq!((gone.len(), come.len()), (1, 1));
        assert!(gone[0].ends_with(" absent") && come[0].ends_with(" pass"));
    }
}
