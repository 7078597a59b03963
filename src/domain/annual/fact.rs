//! Records of a year beside exams, competitions and the ledger: study, certificates, and enforcement officers.

use crate::domain::{
    id::{CertificateId, OfficerCertificateId, PersonId, UnitId},
    lang::Lang,
    officer::Standing,
};

/// How an enforcement certificate stands to the review of a year, as it is frozen: whether it is late changes with the day, that it
/// was due does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reviewed {
    Due,
    Reviewed,
    Renewed,
    Exempt,
    New,
}

const REVIEWED: [(Reviewed, &str); 5] = [
    (Reviewed::Due, "due"),
    (Reviewed::Reviewed, "reviewed"),
    (Reviewed::Renewed, "renewed"),
    (Reviewed::Exempt, "exempt"),
    (Reviewed::New, "new"),
];

impl From<Standing> for Reviewed {
    fn from(standing: Standing) -> Self {
        match standing {
            Standing::Late | Standing::Due => Self::Due,
            Standing::Reviewed => Self::Reviewed,
            Standing::Renewed => Self::Renewed,
            Standing::Exempt => Self::Exempt,
            Standing::New => Self::New,
        }
    }
}

impl Reviewed {
    pub fn name(self, lang: Lang) -> &'static str {
        let standing = match self {
            Self::Due => Standing::Due,
            Self::Reviewed => Standing::Reviewed,
            Self::Renewed => Standing::Renewed,
            Self::Exempt => Standing::Exempt,
            Self::New => Standing::New,
        };
        standing.name(lang)
    }
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fact {
    /// A certificate of an exam was issued.
    Issued { id: CertificateId, unit: Option<UnitId> },
    /// It was withdrawn.
    Withdrawn { id: CertificateId, unit: Option<UnitId> },
    /// A person of the year's exams has studied; `unit` is that of the roster.
    Study {
        person: PersonId,
        unit: UnitId,
        /// Not exempt in every exam.
        due: bool,
        /// Has met the year's rule of credits.
        done: bool,
    },
    /// An enforcement certificate that the year counts.
    Officer {
        certificate: OfficerCertificateId,
        person: PersonId,
        unit: UnitId,
        reviewed: Reviewed,
    },
    /// A person has passed the general law exam.
    General { person: PersonId, unit: UnitId },
    /// Training of a person who holds such a certificate, in tenths of a class hour, and how much the year asks for.
    Training {
        person: PersonId,
        unit: UnitId,
        had: i64,
        needed: i64,
    },
}

fn or_none(unit: Option<UnitId>) -> String {
    unit.map_or_else(|| "-".to_owned(), |unit| unit.to_string())
}

impl Fact {
    /// `None`: of a unit that is not known any more.
    pub fn unit(&self) -> Option<UnitId> {
        match self {
            Self::Issued { unit, .. } | Self::Withdrawn { unit, .. } => *unit,
            Self::Study { unit, .. }
            | Self::Officer { unit, .. }
            | Self::General { unit, .. }
            | Self::Training { unit, .. } => Some(*unit),
        }
    }

    pub fn line(&self) -> String {
        match self {
            Self::Issued { id, unit } => format!("issued {id} {}", or_none(*unit)),
            Self::Withdrawn { id, unit } => format!("withdrawn {id} {}", or_none(*unit)),
            Self::Study {
                person,
                unit,
                due,
                done,
            } => {
                let due = if *due { "due" } else { "exempt" };
                format!("study {person} {unit} {due} {}", if *done { "done" } else { "begun" })
            }
            Self::Officer {
                certificate,
                person,
                unit,
                reviewed,
            } => {
                let known = REVIEWED.iter().find(|(known, _)| known == reviewed);
                let reviewed = known.map_or("", |(_, name)| *name);
                format!("officer {certificate} {person} {unit} {reviewed}")
            }
            Self::General { person, unit } => format!("general {person} {unit}"),
            Self::Training {
                person,
                unit,
                had,
                needed,
            } => format!("training {person} {unit} {had} {needed}"),
        }
    }

    /// The record of a line; `None` when it is none of these.
    pub fn parse(line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.split(' ').collect();
        let word = |text: &str, yes: &str, no: &str| match text {
            text if text == yes => Some(true),
            text if text == no => Some(false),
            _ => None,
        };
        let unit = |text: &str| match text {
            "-" => Some(None),
            text => text.parse().ok().map(Some),
        };
        Some(match parts[..] {
            ["issued", id, of] => Self::Issued {
                id: id.parse().ok()?,
                unit: unit(of)?,
            },
            ["withdrawn", id, of] => Self::Withdrawn {
                id: id.parse().ok()?,
                unit: unit(of)?,
            },
            ["study", person, unit, due, done] => Self::Study {
                person: person.parse().ok()?,
                unit: unit.parse().ok()?,
                due: word(due, "due", "exempt")?,
                done: word(done, "done", "begun")?,
            },
            ["officer", certificate, person, unit, reviewed] => Self::Officer {
                certificate: certificate.parse().ok()?,
                person: person.parse().ok()?,
                unit: unit.parse().ok()?,
                reviewed: REVIEWED.iter().find(|(_, name)| *name == reviewed)?.0,
            },
            ["general", person, unit] => Self::General {
                person: person.parse().ok()?,
                unit: unit.parse().ok()?,
            },
            ["training", person, unit, had, needed] => Self::Training {
                person: person.parse().ok()?,
                unit: unit.parse().ok()?,
                had: had.parse().ok()?,
                needed: needed.parse().ok()?,
            },
            _ => return None,
        })
    }
}

/// What such records add up to. Persons count once, however many certificates they hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    pub certificates_issued: i64,
    pub certificates_withdrawn: i64,
    pub enrolled_study: i64,
    pub study_done: i64,
    /// Of the two before those who are due in the year's exams.
    pub enrolled_due: i64,
    pub done_due: i64,
    pub officers_due: i64,
    pub officers_reviewed: i64,
    pub officers_renewed: i64,
    pub officers_new: i64,
    pub general_passed: i64,
    pub training_reached: i64,
}

/// Records on their way to their [`Sums`].
#[derive(Default)]
pub(super) struct Tally {
    sums: Sums,
    due: Vec<PersonId>,
    reviewed: Vec<PersonId>,
    renewed: Vec<PersonId>,
    new: Vec<PersonId>,
    general: Vec<PersonId>,
    trained: Vec<PersonId>,
}

impl Tally {
    pub fn add(&mut self, fact: &Fact) {
        match fact {
            Fact::Issued { .. } => self.sums.certificates_issued += 1,
            Fact::Withdrawn { .. } => self.sums.certificates_withdrawn += 1,
            Fact::Study { due, done, .. } => {
                self.sums.enrolled_study += 1;
                self.sums.study_done += i64::from(*done);
                self.sums.enrolled_due += i64::from(*due);
                self.sums.done_due += i64::from(*due && *done);
            }
            Fact::Officer { person, reviewed, .. } => match reviewed {
                Reviewed::Exempt => {}
                Reviewed::New => self.new.push(*person),
                Reviewed::Due | Reviewed::Reviewed | Reviewed::Renewed => {
                    self.due.push(*person);
                    if *reviewed != Reviewed::Due {
                        self.reviewed.push(*person);
                    }
                    if *reviewed == Reviewed::Renewed {
                        self.renewed.push(*person);
                    }
                }
            },
            Fact::General { person, .. } => self.general.push(*person),
            Fact::Training {
                person, had, needed, ..
            } => {
                if had >= needed {
                    self.trained.push(*person);
                }
            }
        }
    }

    pub fn sums(self) -> Sums {
        let each = |mut persons: Vec<PersonId>| {
            persons.sort_unstable();
            persons.dedup();
            persons.len() as i64
        };
        Sums {
            officers_due: each(self.due),
            officers_reviewed: each(self.reviewed),
            officers_renewed: each(self.renewed),
            officers_new: each(self.new),
            general_passed: each(self.general),
            training_reached: each(self.trained),
            ..self.sums
        }
    }
}

/// Adds records up.
pub fn sums<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Sums {
    let mut tally = Tally::default();
    facts.into_iter().for_each(|fact| tally.add(fact));
    tally.sums()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Vec<Fact> {
        let (person, unit) = (PersonId(7), UnitId(5));
        let officer = |certificate, reviewed| Fact::Officer {
            certificate: OfficerCertificateId(certificate),
            person,
            unit,
            reviewed,
        };
        vec![
            Fact::Issued {
                id: CertificateId(1),
                unit: None,
            },
            Fact::Withdrawn {
                id: CertificateId(1),
                unit: Some(unit),
            },
            Fact::Study {
                person,
                unit,
                due: false,
                done: true,
            },
            officer(1, Reviewed::Due),
            officer(2, Reviewed::Renewed),
            officer(3, Reviewed::New),
            officer(4, Reviewed::Exempt),
            Fact::General { person, unit },
            Fact::Training {
                person,
                unit,
                had: 600,
                needed: 600,
            },
        ]
    }

    #[test]
    fn a_line_is_read_again_as_it_was_written() {
        for fact in facts() {
            assert_eq!(Fact::parse(&fact.line()), Some(fact));
        }
        for line in ["", "study 1 2 due done", "officer x", "issued 0000000000001 - more"] {
            assert_eq!(Fact::parse(line), None, "{line}");
        }
    }

    #[test]
    fn who_holds_two_certificates_is_one_person() {
        let sums = sums(&facts());
        let officers = (
            sums.officers_due,
            sums.officers_reviewed,
            sums.officers_renewed,
            sums.officers_new,
        );
        assert_eq!(officers, (1, 1, 1, 1));
        assert_eq!((sums.enrolled_study, sums.enrolled_due, sums.done_due), (1, 0, 0));
        assert_eq!((sums.general_passed, sums.training_reached), (1, 1));
    }
}
