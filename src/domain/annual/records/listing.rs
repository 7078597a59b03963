//! The records behind a figure, line by line, each with what it adds: the lines of a list add up to the figure.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use super::{Contest, Entry, Fact, Person, Records, STANDINGS, Standing, runs};
use crate::domain::{
    activity::Total,
    annual::{AnnualId, Base, Source, fact},
    id::{ActivityId, CertificateId, PersonId, UnitId},
    tally::{Tallied, Who},
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

/// Some lines of a list, and what all of it adds up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing<'a> {
    pub lines: Vec<Line<'a>>,
    /// How many lines it has.
    pub total: usize,
    pub numerator: i64,
    pub denominator: i64,
}

/// A list as it is gone through: only the lines asked for are made.
struct Page<'a> {
    asked: Range<usize>,
    listing: Listing<'a>,
}

impl<'a> Page<'a> {
    /// The next line; one that adds nothing is left out.
    fn next(&mut self, (numerator, denominator): (i64, i64), record: impl FnOnce() -> Record<'a>) {
        if (numerator, denominator) == (0, 0) {
            return;
        }
        let listing = &mut self.listing;
        if self.asked.contains(&listing.total) {
            listing.lines.push(Line {
                record: record(),
                numerator,
                denominator,
            });
        }
        listing.total += 1;
        listing.numerator += numerator;
        listing.denominator += denominator;
    }
}

/// Which lines are asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub figure: AnnualId,
    /// Of the persons of exams only some; `None`: all.
    pub who: Option<Who>,
    /// Which of these lines.
    pub lines: Range<usize>,
}

impl Records {
    /// What a figure counts of some units, by unit; what adds nothing is left out. What a line adds is computed as the figure itself is,
    /// from a base of this line alone.
    pub fn listing(&self, asked: Asked, within: impl Fn(Option<UnitId>) -> bool) -> Listing<'_> {
        let Asked { figure, who, lines } = asked;
        let mut page = Page {
            asked: lines,
            listing: Listing {
                lines: Vec::new(),
                total: 0,
                numerator: 0,
                denominator: 0,
            },
        };
        let adds = |base: &Base| {
            let (numerator, denominator) = base.parts(figure);
            (numerator, denominator.unwrap_or(0))
        };
        let of_exam = STANDINGS.map(|(_, tallied)| adds(&of_exam(tallied)));
        let of_exam = |standing: Standing| of_exam[usize::from(standing.0)];
        match figure.source() {
            Source::Exam => {
                for person in self.persons(&within) {
                    let tallied = person.standing.tallied();
                    if who.is_none_or(|who| who.covers(tallied)) {
                        page.next(of_exam(person.standing), || Record::Sitter {
                            person: person.id,
                            unit: person.unit,
                            tallied,
                        });
                    }
                }
            }
            Source::Contest => {
                let contests = self.contests.iter().filter(|contest| within(contest.unit));
                for contest in by_unit(contests, |contest| contest.unit) {
                    page.next(adds(&of_contest(contest)), || Record::Contest(contest));
                }
            }
            Source::Ledger if figure == AnnualId::CourtObservers => {
                let base = Base {
                    court_observers: 1,
                    ..Base::default()
                };
                for observer in by_unit(self.observers(&within), Record::unit) {
                    page.next(adds(&base), || observer);
                }
            }
            Source::Ledger | Source::Typed => {
                let entries = self.entries.iter().filter(|entry| within(Some(entry.unit)));
                for entry in by_unit(entries, |entry| Some(entry.unit)) {
                    page.next(adds(&of_entry(entry)), || Record::Entry(entry));
                }
            }
            Source::Study => {
                for learner in self.learners(&within) {
                    let exam = learner.standing.map_or((0, 0), of_exam);
                    let study = learner.study.map_or((0, 0), |fact| adds(&of_facts([fact])));
                    page.next((exam.0 + study.0, exam.1 + study.1), || learner.record());
                }
            }
            Source::Certificate => {
                let facts = self.facts.iter().filter(|fact| within(fact.unit()));
                for fact in by_unit(facts, |fact| fact.unit()) {
                    if let Fact::Issued { id, unit } | Fact::Withdrawn { id, unit } = fact {
                        page.next(adds(&of_facts([fact])), || Record::Certificate { id: *id, unit: *unit });
                    }
                }
            }
            Source::Officer => {
                for (record, base) in by_unit(self.officers(&within), |(record, _)| record.unit()) {
                    page.next(adds(&base), || record);
                }
            }
        }
        page.listing
    }

    /// The persons of exams, by unit.
    fn persons(&self, within: impl Fn(Option<UnitId>) -> bool) -> impl Iterator<Item = &Person> {
        let runs = runs(&self.persons).filter(move |(unit, _)| within(Some(*unit)));
        runs.flat_map(|(_, persons)| persons)
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

    /// Everybody of the year's exams and everybody who studied, each once, by unit; in one unit those of the exams come first.
    fn learners(&self, within: impl Fn(Option<UnitId>) -> bool) -> Vec<Learner<'_>> {
        let mut studied: HashMap<PersonId, Learner<'_>> = HashMap::new();
        for fact in self.facts.iter().filter(|fact| within(fact.unit())) {
            if let Fact::Study { person, unit, .. } = fact {
                let learner = Learner {
                    person: *person,
                    unit: *unit,
                    standing: None,
                    study: Some(fact),
                };
                studied.insert(*person, learner);
            }
        }
        let of_exams = self.persons(within).map(|person| Learner {
            person: person.id,
            unit: person.unit,
            standing: Some(person.standing),
            study: studied.remove(&person.id).and_then(|learner| learner.study),
        });
        let mut learners: Vec<_> = of_exams.collect();
        if !studied.is_empty() {
            let mut others: Vec<_> = studied.into_values().collect();
            others.sort_unstable_by_key(|learner| learner.person);
            learners.extend(others);
            learners.sort_by_key(|learner| learner.unit);
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

/// A person of the year's exams who may have studied, or one who only studied.
struct Learner<'a> {
    person: PersonId,
    unit: UnitId,
    standing: Option<Standing>,
    study: Option<&'a Fact>,
}

impl<'a> Learner<'a> {
    fn record(&self) -> Record<'a> {
        let done = self.study.map(|fact| matches!(fact, Fact::Study { done: true, .. }));
        Record::Learner {
            person: self.person,
            unit: self.unit,
            tallied: self.standing.map(Standing::tallied),
            done,
        }
    }
}

/// In the order of their units; of one unit in the order they had.
fn by_unit<T>(records: impl IntoIterator<Item = T>, unit: impl Fn(&T) -> Option<UnitId>) -> Vec<T> {
    let mut records: Vec<T> = records.into_iter().collect();
    records.sort_by_key(unit);
    records
}

fn of_exam(tallied: Tallied) -> Base {
    Base {
        exam: tallied.counts(),
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

    fn all(records: &Records, figure: AnnualId, within: impl Fn(Option<UnitId>) -> bool) -> Vec<Line<'_>> {
        let asked = Asked {
            figure,
            who: None,
            lines: 0..usize::MAX,
        };
        let listing = records.listing(asked, within);
        assert_eq!(listing.total, listing.lines.len());
        assert_eq!((listing.numerator, listing.denominator), added(&listing.lines));
        listing.lines
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
                let lines = all(&records, *id, within);
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
            .filter(|id| all(&records, **id, |_| true).is_empty())
            .collect();
        assert!(empty.is_empty(), "the records have nothing of {empty:?}");
    }

    #[test]
    fn a_person_is_one_line_whatever_there_is_of_him() {
        let records = records();
        let lines = |id| all(&records, id, |_| true);
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
            .filter(|line| {
                matches!(
                    line.record,
                    Record::Sitter {
                        tallied: Tallied::Absent,
                        ..
                    }
                )
            })
            .count();
        assert_eq!(absent, 1);
        // What did not count people is no line of the people reached.
        assert_eq!(
            (lines(AnnualId::Publicity).len(), lines(AnnualId::Audience).len()),
            (3, 2)
        );
    }

    #[test]
    fn a_page_is_a_part_of_the_whole_list() {
        let records = records();
        for id in AnnualId::ALL {
            let whole = all(&records, *id, |_| true);
            let pages = (0..=whole.len()).flat_map(|from| {
                let asked = Asked {
                    figure: *id,
                    who: None,
                    lines: from..from + 1,
                };
                let listing = records.listing(asked, |_| true);
                assert_eq!(
                    (listing.total, (listing.numerator, listing.denominator)),
                    (whole.len(), added(&whole))
                );
                listing.lines
            });
            assert_eq!(pages.collect::<Vec<_>>(), whole, "{id:?}");
        }
        let some = |who| {
            let asked = Asked {
                figure: AnnualId::Registered,
                who: Some(who),
                lines: 0..1,
            };
            let listing = records.listing(asked, |_| true);
            (listing.total, listing.lines.len())
        };
        assert_eq!(
            [some(Who::Passed), some(Who::Absent), some(Who::Registered)],
            [(3, 1), (1, 1), (7, 1)]
        );
    }
}
