//! The records behind a figure, line by line, each with what it adds: the lines of a list add up to the figure.

use std::collections::{BTreeMap, HashMap};

use super::{Contest, Entry, Fact, Records, STANDINGS, Standing, counts};
use crate::domain::{
    activity::Total,
    annual::{AnnualId, Base, Source, fact},
    id::{ActivityId, CertificateId, PersonId, UnitId},
    tally::Tallied,
};

/// A record, or several of one person that count once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record<'a> {
    /// A person of the year's exams, as he counts over all of them.
    Sitter {
        person: PersonId,
        unit: UnitId,
        tallied: Tallied,
    },
    /// A person of the year's exams who may have studied.
    Learner {
        person: PersonId,
        unit: UnitId,
        tallied: Option<Tallied>,
        /// Whether the year's rule is met; `None`: has not studied.
        done: Option<bool>,
    },
    Contest(&'a Contest),
    Entry(&'a Entry),
    /// A person on name lists of court observations.
    Observer {
        person: PersonId,
        unit: UnitId,
        sessions: Vec<ActivityId>,
    },
    Certificate {
        id: CertificateId,
        unit: Option<UnitId>,
    },
    /// What there is of a person in the ledger of enforcement officers.
    Officer {
        person: PersonId,
        unit: UnitId,
        facts: Vec<&'a Fact>,
    },
}

impl Record<'_> {
    /// `None`: of the whole site, or of a unit that is not known any more.
    pub fn unit(&self) -> Option<UnitId> {
        match self {
            Self::Sitter { unit, .. }
            | Self::Learner { unit, .. }
            | Self::Observer { unit, .. }
            | Self::Officer { unit, .. } => Some(*unit),
            Self::Contest(contest) => contest.unit,
            Self::Entry(entry) => Some(entry.unit),
            Self::Certificate { unit, .. } => *unit,
        }
    }

    /// How a person counts over the year's exams, where that is what counts.
    pub fn tallied(&self) -> Option<Tallied> {
        match self {
            Self::Sitter { tallied, .. } => Some(*tallied),
            _ => None,
        }
    }
}

/// A line of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line<'a> {
    pub record: Record<'a>,
    /// What it adds to the numerator of a rate, or to a count.
    pub numerator: i64,
    /// Nought for counts.
    pub denominator: i64,
}

fn tallied(standing: Standing) -> Option<Tallied> {
    let known = STANDINGS.iter().find(|(name, _)| *name == standing);
    known.map(|(_, tallied)| *tallied)
}

impl Records {
    /// What a figure counts of some units, by unit; what adds nothing is left out. What a line adds is computed as the figure itself is,
    /// from a base of this line alone.
    pub fn listing(&self, id: AnnualId, within: impl Fn(Option<UnitId>) -> bool) -> Vec<Line<'_>> {
        let line = |record, base: &Base| {
            let (numerator, denominator) = base.parts(id);
            let denominator = denominator.unwrap_or(0);
            (numerator != 0 || denominator != 0).then_some(Line {
                record,
                numerator,
                denominator,
            })
        };
        let mut lines: Vec<Line<'_>> = match id.source() {
            Source::Exam => {
                let persons = self.persons.iter().filter(|(_, unit, _)| within(Some(*unit)));
                let of_person = |(person, unit, standing): &(PersonId, UnitId, Standing)| {
                    let record = Record::Sitter {
                        person: *person,
                        unit: *unit,
                        tallied: tallied(standing)?,
                    };
                    line(record, &of_exam(standing))
                };
                persons.filter_map(of_person).collect()
            }
            Source::Contest => {
                let contests = self.contests.iter().filter(|contest| within(contest.unit));
                let one = |contest| line(Record::Contest(contest), &of_contest(contest));
                contests.filter_map(one).collect()
            }
            Source::Ledger if id == AnnualId::CourtObservers => {
                let base = Base {
                    court_observers: 1,
                    ..Base::default()
                };
                let observers = self.observers(&within).into_iter();
                observers.filter_map(|observer| line(observer, &base)).collect()
            }
            Source::Ledger | Source::Typed => {
                let entries = self.entries.iter().filter(|entry| within(Some(entry.unit)));
                let one = |entry| line(Record::Entry(entry), &of_entry(entry));
                entries.filter_map(one).collect()
            }
            Source::Study => {
                let learners = self.learners(&within).into_iter();
                learners.filter_map(|(record, base)| line(record, &base)).collect()
            }
            Source::Certificate => {
                let facts = self.facts.iter().filter(|fact| within(fact.unit()));
                let of_fact = |fact: &Fact| match fact {
                    Fact::Issued { id, unit } | Fact::Withdrawn { id, unit } => {
                        line(Record::Certificate { id: *id, unit: *unit }, &of_facts([fact]))
                    }
                    _ => None,
                };
                facts.filter_map(of_fact).collect()
            }
            Source::Officer => {
                let officers = self.officers(&within).into_iter();
                officers.filter_map(|(record, base)| line(record, &base)).collect()
            }
        };
        lines.sort_by_key(|line| line.record.unit());
        lines
    }

    /// Each once, however many sessions, with the unit of the first.
    fn observers(&self, within: impl Fn(Option<UnitId>) -> bool) -> Vec<Record<'_>> {
        let mut of: BTreeMap<PersonId, (UnitId, Vec<ActivityId>)> = BTreeMap::new();
        for observer in self.observers.iter().filter(|observer| within(Some(observer.unit))) {
            let (_, sessions) = of.entry(observer.person).or_insert((observer.unit, Vec::new()));
            sessions.push(observer.activity);
        }
        let record = |(person, (unit, sessions))| Record::Observer { person, unit, sessions };
        of.into_iter().map(record).collect()
    }

    /// Everybody of the year's exams and everybody who studied, each once.
    fn learners(&self, within: impl Fn(Option<UnitId>) -> bool) -> Vec<(Record<'_>, Base)> {
        let mut studied: HashMap<PersonId, (UnitId, bool, &Fact)> = HashMap::new();
        for fact in self.facts.iter().filter(|fact| within(fact.unit())) {
            if let Fact::Study { person, unit, done, .. } = fact {
                studied.insert(*person, (*unit, *done, fact));
            }
        }
        let mut learners = Vec::new();
        for (person, unit, standing) in self.persons.iter().filter(|(_, unit, _)| within(Some(*unit))) {
            let study = studied.remove(person);
            let record = Record::Learner {
                person: *person,
                unit: *unit,
                tallied: tallied(standing),
                done: study.map(|(_, done, _)| done),
            };
            let base = Base {
                facts: fact::sums(study.map(|(.., fact)| fact)),
                ..of_exam(standing)
            };
            learners.push((record, base));
        }
        let mut others: Vec<_> = studied.into_iter().collect();
        others.sort_unstable_by_key(|(person, _)| *person);
        for (person, (unit, done, fact)) in others {
            let record = Record::Learner {
                person,
                unit,
                tallied: None,
                done: Some(done),
            };
            learners.push((record, of_facts([fact])));
        }
        learners
    }

    /// Each once, however many certificates, with the unit of the first.
    fn officers(&self, within: impl Fn(Option<UnitId>) -> bool) -> Vec<(Record<'_>, Base)> {
        let mut of: BTreeMap<PersonId, (UnitId, Vec<&Fact>)> = BTreeMap::new();
        for fact in self.facts.iter().filter(|fact| within(fact.unit())) {
            if let Fact::Officer { person, unit, .. }
            | Fact::General { person, unit }
            | Fact::Training { person, unit, .. } = fact
            {
                let (_, facts) = of.entry(*person).or_insert((*unit, Vec::new()));
                facts.push(fact);
            }
        }
        let record = |(person, (unit, facts)): (PersonId, (UnitId, Vec<_>))| {
            let base = of_facts(facts.iter().copied());
            (Record::Officer { person, unit, facts }, base)
        };
        of.into_iter().map(record).collect()
    }
}

fn of_exam(standing: Standing) -> Base {
    Base {
        exam: counts(standing),
        ..Base::default()
    }
}

fn of_contest(contest: &Contest) -> Base {
    Base {
        participants: contest.participants,
        person_times: contest.person_times,
        ..Base::default()
    }
}

fn of_entry(entry: &Entry) -> Base {
    let mut total = Total::default();
    total.add(entry.quantity, entry.audience);
    Base {
        ledger: BTreeMap::from([(entry.kind, total)]),
        ..Base::default()
    }
}

fn of_facts<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Base {
    Base {
        facts: fact::sums(facts),
        ..Base::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Persons of every standing, one who studied without standing on a roster, one who watched two hearings, officers with several
    /// certificates in two units.
    fn records() -> Records {
        let id = |number: i64| UnitId(number).to_string();
        let (one, two) = (id(5), id(6));
        let mut lines = vec!["version 1".to_owned()];
        for (place, (standing, _)) in (1..).zip(STANDINGS) {
            let unit = if place % 2 == 0 { &one } else { &two };
            lines.push(format!("person {} {unit} {standing}", id(place)));
        }
        lines.push(format!("contest {} - 3 7", id(1)));
        lines.push(format!("contest {} {one} 2 2", id(2)));
        for (place, kind) in (1..).zip(crate::domain::activity::Kind::ALL) {
            let audience = if place % 2 == 0 { "-" } else { "40" };
            let code = kind.code();
            lines.push(format!(
                "entry {} {one} {code} 19000 {place} {audience} 一项",
                id(place)
            ));
            lines.push(format!("entry {} {two} {code} 19001 9 15 又一项", id(place + 20)));
        }
        lines.push(format!("entry {} {two} publicity 19002 1 - 没有统计人数", id(40)));
        for (activity, person, unit) in [(5, 1, &two), (25, 1, &one), (25, 2, &one)] {
            lines.push(format!("observer {} {} {unit}", id(activity), id(person)));
        }
        lines.push(format!("issued {} -", id(1)));
        lines.push(format!("issued {} {one}", id(2)));
        lines.push(format!("withdrawn {} {one}", id(2)));
        for (person, unit, words) in [
            (1, &two, "exempt done"),
            (2, &one, "due begun"),
            (3, &two, "due done"),
            (99, &one, "due done"),
        ] {
            lines.push(format!("study {} {unit} {words}", id(person)));
        }
        for (certificate, person, unit, reviewed) in [
            (1, 1, &one, "due"),
            (2, 1, &two, "renewed"),
            (3, 2, &one, "new"),
            (4, 3, &two, "reviewed"),
            (5, 4, &one, "exempt"),
        ] {
            lines.push(format!("officer {} {} {unit} {reviewed}", id(certificate), id(person)));
        }
        lines.push(format!("general {} {one}", id(7)));
        lines.push(format!("general {} {one}", id(7)));
        lines.push(format!("training {} {one} 600 600", id(1)));
        lines.push(format!("training {} {two} 600 600", id(1)));
        lines.push(format!("training {} {two} 599 600", id(3)));
        Records::parse(&lines.join("\n")).expect("records")
    }

    fn added(lines: &[Line<'_>]) -> (i64, i64) {
        let numerator = lines.iter().map(|line| line.numerator).sum();
        (numerator, lines.iter().map(|line| line.denominator).sum())
    }

    #[test]
    fn the_lines_of_every_figure_add_up_to_it() {
        let records = records();
        // Everything, each of the units, and one of which there is nothing.
        for part in [None, Some(UnitId(5)), Some(UnitId(6)), Some(UnitId(7))] {
            let within = |unit: Option<UnitId>| part.is_none() || unit == part;
            let base = records.base(within);
            for id in AnnualId::ALL {
                let (numerator, denominator) = base.parts(*id);
                let lines = records.listing(*id, within);
                assert_eq!(
                    added(&lines),
                    (numerator, denominator.unwrap_or(0)),
                    "{id:?} of {part:?}"
                );
                assert!(
                    lines.iter().all(|line| within(line.record.unit())),
                    "{id:?} of {part:?}"
                );
            }
        }
        let empty: Vec<_> = AnnualId::ALL
            .iter()
            .filter(|id| records.listing(**id, |_| true).is_empty())
            .collect();
        assert!(empty.is_empty(), "the records have nothing of {empty:?}");
    }

    #[test]
    fn a_person_is_one_line_whatever_there_is_of_him() {
        let records = records();
        let lines = |id| records.listing(id, |_| true);
        assert_eq!(lines(AnnualId::CourtObservers).len(), 2);
        assert_eq!(
            (lines(AnnualId::OfficersDue).len(), lines(AnnualId::GeneralPassed).len()),
            (2, 1)
        );
        assert_eq!(lines(AnnualId::TrainingReached).len(), 1, "599 of 600 is not enough");
        // Of a rate everybody stands there who is in its denominator, and it is told who is in the numerator.
        let rate = lines(AnnualId::PassRateOfDue);
        let passed = rate.iter().filter(|line| line.numerator == 1).count();
        assert_eq!((rate.len(), passed), (6, 3));
        let absent = rate
            .iter()
            .filter(|line| line.record.tallied() == Some(Tallied::Absent))
            .count();
        assert_eq!(absent, 1);
        // What did not count people is no line of the people reached.
        assert_eq!(
            (lines(AnnualId::Publicity).len(), lines(AnnualId::Audience).len()),
            (3, 2)
        );
    }
}
