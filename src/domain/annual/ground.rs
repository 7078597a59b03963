//! What the records of a year rest upon, frozen with them: the units they belong to, the rosters, rules and keys they were counted by,
//! and the entries behind them with every word. None of it is counted.

use crate::domain::{
    id::{ActivityId, CompetitionId, ExamId, OfficerCertificateId, PersonId, UnitId},
    unit::Unit,
};

/// One line of it. Digests are SM3 in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// A unit as it stood in the tree.
    Unit {
        id: UnitId,
        parent: Option<UnitId>,
        name: String,
    },
    /// An exam: digests of its frozen roster, of its rules, and of the corrections of its keys in force.
    Exam {
        id: ExamId,
        roster: String,
        policy: String,
        keys: String,
    },
    /// A competition: digests of its rules and of the corrections of its keys in force.
    Contest {
        id: CompetitionId,
        rules: String,
        keys: String,
    },
    /// A recorded entry of the ledger: digest of every word of it, its name list and its files.
    Entry { id: ActivityId, digest: String },
    /// Where a competition was held elsewhere.
    Place {
        id: ActivityId,
        unit: UnitId,
        place: String,
    },
    /// The review of an enforcement certificate: digest of every word of it.
    Review { id: OfficerCertificateId, digest: String },
    /// A person who stands on the rosters of two units: counted once, in the latter.
    Moved { person: PersonId, from: UnitId, to: UnitId },
}

fn or_none(unit: Option<UnitId>) -> String {
    unit.map_or_else(|| "-".to_owned(), |unit| unit.to_string())
}

/// A text as it stands at the end of a line.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Ground {
    /// A unit as its line has it.
    pub fn unit(unit: &Unit) -> Self {
        Self::Unit {
            id: unit.id,
            parent: unit.parent,
            name: plain(&unit.name),
        }
    }

    /// Where a competition was held elsewhere; `None` where no place is told.
    pub fn place(id: ActivityId, unit: UnitId, place: &str) -> Option<Self> {
        let place = plain(place);
        (!place.is_empty()).then_some(Self::Place { id, unit, place })
    }

    /// Whether it still has to be so later: a unit may move after its year is closed.
    pub fn stays(&self) -> bool {
        !matches!(self, Self::Unit { .. })
    }

    pub fn line(&self) -> String {
        match self {
            Self::Unit { id, parent, name } => format!("unit {id} {} {name}", or_none(*parent)),
            Self::Exam {
                id,
                roster,
                policy,
                keys,
            } => format!("exam {id} {roster} {policy} {keys}"),
            Self::Contest { id, rules, keys } => format!("rules {id} {rules} {keys}"),
            Self::Entry { id, digest } => format!("proof {id} {digest}"),
            Self::Place { id, unit, place } => format!("place {id} {unit} {place}"),
            Self::Review { id, digest } => format!("review {id} {digest}"),
            Self::Moved { person, from, to } => format!("moved {person} {from} {to}"),
        }
    }

    /// What a line says; `None` when it is none of these.
    pub fn parse(line: &str) -> Option<Self> {
        // The last part of a unit and of a place is a text.
        let parts: Vec<&str> = match line.split_once(' ')?.0 {
            "unit" | "place" => line.splitn(4, ' ').collect(),
            _ => line.split(' ').collect(),
        };
        Some(match parts[..] {
            ["unit", id, parent, name] => Self::Unit {
                id: id.parse().ok()?,
                parent: match parent {
                    "-" => None,
                    parent => Some(parent.parse().ok()?),
                },
                name: name.to_owned(),
            },
            ["exam", id, roster, policy, keys] => Self::Exam {
                id: id.parse().ok()?,
                roster: roster.to_owned(),
                policy: policy.to_owned(),
                keys: keys.to_owned(),
            },
            ["rules", id, rules, keys] => Self::Contest {
                id: id.parse().ok()?,
                rules: rules.to_owned(),
                keys: keys.to_owned(),
            },
            ["proof", id, digest] => Self::Entry {
                id: id.parse().ok()?,
                digest: digest.to_owned(),
            },
            ["place", id, unit, place] => Self::Place {
                id: id.parse().ok()?,
                unit: unit.parse().ok()?,
                place: place.to_owned(),
            },
            ["review", id, digest] => Self::Review {
                id: id.parse().ok()?,
                digest: digest.to_owned(),
            },
            ["moved", person, from, to] => Self::Moved {
                person: person.parse().ok()?,
                from: from.parse().ok()?,
                to: to.parse().ok()?,
            },
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each.
    fn all() -> Vec<Ground> {
        let text = str::to_owned;
        vec![
            Ground::Unit {
                id: UnitId(1),
                parent: None,
                name: text("示例市 应急管理局"),
            },
            Ground::Unit {
                id: UnitId(2),
                parent: Some(UnitId(1)),
                name: text("一科"),
            },
            Ground::Exam {
                id: ExamId(3),
                roster: text("aa"),
                policy: text("bb"),
                keys: text("cc"),
            },
            Ground::Contest {
                id: CompetitionId(4),
                rules: text("dd"),
                keys: text("ee"),
            },
            Ground::Entry {
                id: ActivityId(5),
                digest: text("ff"),
            },
            Ground::Place {
                id: ActivityId(5),
                unit: UnitId(2),
                place: text("全市 各县"),
            },
            Ground::Review {
                id: OfficerCertificateId(6),
                digest: text("ab"),
            },
            Ground::Moved {
                person: PersonId(7),
                from: UnitId(1),
                to: UnitId(2),
            },
        ]
    }

    #[test]
    fn what_was_frozen_is_read_again() {
        for ground in all() {
            assert_eq!(Ground::parse(&ground.line()), Some(ground));
        }
        for wrong in ["unit 1", "exam 0000000000003 a b", "moved x y z", "proof", ""] {
            assert_eq!(Ground::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Ground::place(ActivityId(1), UnitId(1), " \n"), None);
    }
}
