//! The records behind a figure of a year, within the caller's reach: what was counted, line by line.

use std::collections::HashMap;

use super::{
    App, Caller, Result,
    annual::{Seen, basis},
};
use crate::{
    db,
    domain::{
        activity::Kind,
        annual::{
            AnnualId, Base, Source,
            fact::{Fact, Reviewed},
            records::listing::{self, Line, Record},
        },
        certificate::Certificate,
        competition::Competition,
        exam::Exam,
        id::{ActivityId, CertificateId, CompetitionId, OfficerApplicationId, OfficerCertificateId, PersonId, UnitId},
        officer::{Application, Hours},
        role::{Reach, Right},
        tally::{Tallied, Who},
        time::{DAY, Timestamp},
        unit::Tree,
    },
    error::Fault,
};

/// Which records are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    pub year: u16,
    pub figure: AnnualId,
    pub unit: Option<UnitId>,
    /// Those of the unit alone, without the units below it.
    pub own: bool,
    /// Of the persons of exams only these.
    pub who: Option<Who>,
}

/// A line as it is shown.
pub struct Row {
    pub unit: Option<UnitId>,
    pub what: What,
    /// What it adds, see [`Line`].
    pub numerator: i64,
    pub denominator: i64,
}

pub enum What {
    Person {
        /// Number and name as they are now; `None`: gone, or not for the caller to see.
        holder: Option<(String, String)>,
        how: How,
    },
    Contest {
        id: CompetitionId,
        title: String,
        code: String,
        participants: i64,
        person_times: i64,
    },
    Entry {
        id: ActivityId,
        title: String,
        kind: Option<Kind>,
        day: Timestamp,
    },
    Certificate {
        id: CertificateId,
        /// `None`: gone.
        certificate: Option<Box<Certificate>>,
        /// Whether the caller may know whose it is.
        named: bool,
    },
}

/// How a person counts.
pub enum How {
    Exam(Tallied),
    Study {
        exam: Option<Tallied>,
        /// Whether the year's rule is met; `None`: has not studied.
        done: Option<bool>,
    },
    Court(Vec<ActivityId>),
    Officer {
        /// With their numbers; empty when they are gone.
        certificates: Vec<(OfficerCertificateId, String, Reviewed)>,
        /// In which the general law exam was passed.
        applications: Vec<OfficerApplicationId>,
        /// Hours had, and what the year asks for.
        training: Option<(Hours, Hours)>,
    },
}

/// A figure with everything behind it; a page of its lines.
pub struct Listed {
    pub asked: Asked,
    pub units: Tree,
    /// All figures of the part that is asked for.
    pub base: Base,
    /// The year's exams that are within reach.
    pub exams: Vec<Exam>,
    pub rows: Vec<Row>,
    /// All lines, and what they add up to.
    pub total: usize,
    pub numerator: i64,
    pub denominator: i64,
    pub page: u32,
    pub pages: u32,
    /// Whose records they are; `None`: there is no edition yet, and they may still change.
    pub edition: Option<u32>,
    pub as_of: Timestamp,
}

/// Lines on one page.
const PAGE: usize = 100;

/// What a figure counts; a page of it, from 1.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures; [`Fault::NotFound`] for a unit out of reach, for those of a unit alone
/// without a unit, and for some persons of exams where the figure counts none.
pub async fn listed(app: &App, caller: &Caller, asked: Asked, page: u32) -> Result<Listed> {
    let reach = caller.may(Right::ReadFigures)?;
    let today = db::person::units(&app.db).await?;
    let unit = asked.unit;
    let known = unit.is_none_or(|unit| today.get(unit).is_some() && reach.covers(&today, Some(unit)));
    let fits = (unit.is_some() || !asked.own) && (asked.who.is_none() || asked.figure.source() == Source::Exam);
    if !known || !fits {
        return Err(Fault::NotFound.into());
    }
    // The same records as those the figures of the year are counted from: of a closed year those of its last edition.
    let basis = basis(app, asked.year).await?;
    let units = basis.units(&today);
    let seen = Seen::new(units, &reach, unit);
    let covers = |of: Option<UnitId>| (!asked.own || of == unit) && seen.covers(of);
    let list = |page: u32| {
        let from = (page.max(1) as usize - 1) * PAGE;
        let asked = listing::Asked {
            figure: asked.figure,
            who: asked.who,
            lines: from..from + PAGE,
        };
        basis.records().listing(asked, covers)
    };
    let mut listing = list(page);
    let pages = u32::try_from(listing.total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    if page > pages {
        listing = list(pages);
    }
    let page = page.clamp(1, pages);
    let shown = &listing.lines[..];
    let exams = basis.exams().iter().filter(|exam| reach.meets(units, exam.unit));
    // Who may see a person is asked of the tree as it is today.
    let behind = Behind::of(app, caller, &today, asked.year, shown).await?;
    Ok(Listed {
        rows: shown.iter().map(|line| behind.row(&today, line)).collect(),
        base: basis.records().base(covers),
        exams: exams.cloned().collect(),
        total: listing.total,
        numerator: listing.numerator,
        denominator: listing.denominator,
        page,
        pages,
        edition: basis.edition().map(|head| head.number),
        as_of: basis.as_of(),
        units: units.clone(),
        asked,
    })
}

/// What the lines of a page are called.
struct Behind {
    /// Where the caller sees persons, as on every other list of them; `None`: nowhere.
    people: Option<Reach>,
    persons: HashMap<PersonId, (String, String)>,
    contests: HashMap<CompetitionId, Competition>,
    certificates: HashMap<CertificateId, Certificate>,
    officers: HashMap<OfficerCertificateId, String>,
    applications: Vec<Application>,
    year: u16,
}

impl Behind {
    async fn of(app: &App, caller: &Caller, units: &Tree, year: u16, lines: &[Line<'_>]) -> Result<Self> {
        let db = &app.db;
        let people = caller.may(Right::ReadPeople).ok();
        let (mut persons, mut certificates, mut officers) = (Vec::new(), Vec::new(), Vec::new());
        let (mut played, mut applied) = (false, false);
        for line in lines {
            match &line.record {
                Record::Sitter { person, unit, .. }
                | Record::Learner { person, unit, .. }
                | Record::Observer { person, unit, .. }
                | Record::Officer { person, unit, .. } => {
                    let sees = people.as_ref().is_some_and(|reach| reach.covers(units, Some(*unit)));
                    persons.extend(sees.then_some(*person));
                }
                Record::Certificate { id, .. } => certificates.push(*id),
                Record::Contest(_) => played = true,
                Record::Entry(_) => {}
            }
            if let Record::Officer { facts, .. } = &line.record {
                applied |= facts.iter().any(|fact| matches!(fact, Fact::General { .. }));
                officers.extend(facts.iter().filter_map(|fact| match fact {
                    Fact::Officer { certificate, .. } => Some(*certificate),
                    _ => None,
                }));
            }
        }
        let contests = if played {
            db::competition::all(db).await?
        } else {
            Vec::new()
        };
        let certificates = db::certificate::of_ids(db, &certificates).await?;
        Ok(Self {
            people,
            persons: db::person::names(db, &persons).await?,
            contests: contests.into_iter().map(|contest| (contest.id, contest)).collect(),
            certificates: certificates.into_iter().map(|of| (of.id, of)).collect(),
            officers: db::officer::numbers(db, &officers).await?,
            applications: if applied {
                db::officer::applications(db).await?
            } else {
                Vec::new()
            },
            year,
        })
    }

    fn sees(&self, units: &Tree, unit: Option<UnitId>) -> bool {
        self.people.as_ref().is_some_and(|reach| reach.covers(units, unit))
    }

    fn row(&self, units: &Tree, line: &Line<'_>) -> Row {
        Row {
            unit: line.record.unit(),
            what: self.what(units, &line.record),
            numerator: line.numerator,
            denominator: line.denominator,
        }
    }

    fn what(&self, units: &Tree, record: &Record<'_>) -> What {
        let person = |person: &PersonId, how| What::Person {
            holder: self.persons.get(person).cloned(),
            how,
        };
        match record {
            Record::Sitter {
                person: id, tallied, ..
            } => person(id, How::Exam(*tallied)),
            Record::Learner {
                person: id,
                tallied,
                done,
                ..
            } => person(
                id,
                How::Study {
                    exam: *tallied,
                    done: *done,
                },
            ),
            Record::Observer {
                person: id, sessions, ..
            } => person(id, How::Court(sessions.clone())),
            Record::Officer { person: id, facts, .. } => person(id, self.officer(*id, facts)),
            Record::Contest(contest) => {
                let known = self.contests.get(&contest.id);
                What::Contest {
                    id: contest.id,
                    title: known.map(|known| known.title.clone()).unwrap_or_default(),
                    code: known.map(|known| known.code.clone()).unwrap_or_default(),
                    participants: contest.participants,
                    person_times: contest.person_times,
                }
            }
            Record::Entry(entry) => What::Entry {
                id: entry.id,
                title: entry.title.clone(),
                kind: Kind::from_code(entry.kind),
                day: Timestamp(entry.day * DAY),
            },
            Record::Certificate { id, unit } => What::Certificate {
                id: *id,
                certificate: self.certificates.get(id).cloned().map(Box::new),
                named: self.sees(units, *unit),
            },
        }
    }

    fn officer(&self, person: PersonId, facts: &[&Fact]) -> How {
        let certificates = facts.iter().filter_map(|fact| match fact {
            Fact::Officer {
                certificate, reviewed, ..
            } => {
                let number = self.officers.get(certificate).cloned().unwrap_or_default();
                Some((*certificate, number, *reviewed))
            }
            _ => None,
        });
        let training = facts.iter().find_map(|fact| match fact {
            Fact::Training { had, needed, .. } => Some((Hours(*had), Hours(*needed))),
            _ => None,
        });
        let general = facts.iter().any(|fact| matches!(fact, Fact::General { .. }));
        let applications = self.applications.iter();
        let applications = applications.filter(|of| general && of.person == person && of.passed_general_in(self.year));
        How::Officer {
            certificates: certificates.collect(),
            applications: applications.map(|of| of.id).collect(),
            training,
        }
    }
}
