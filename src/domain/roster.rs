//! The roster (花名册): who belongs to which unit, and what an import would change.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{
    id::{AccountId, ImportId, PersonId, UnitId},
    identity::Identity,
    person::{Category, Person, PersonState, RankLevel, codes},
    time::Timestamp,
    unit::{PATH_SEPARATOR, Tree, Unit},
};

/// One row of a roster file, parsed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The number that names the person in the roster (工号); unique.
    pub number: String,
    pub name: String,
    /// Names from the top unit down to the person's own.
    pub unit: Vec<String>,
    pub rank_level: RankLevel,
    pub category: Category,
    /// Region of the person's own unit, from the top down; empty: none told.
    pub region: Vec<String>,
    /// `None`: none told; the one that is stored stays.
    pub identity: Option<Identity>,
}

impl Entry {
    pub fn unit_path(&self) -> String {
        self.unit.join(PATH_SEPARATOR)
    }
}

/// A person whose entry differs from what is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    pub before: Person,
    pub before_unit: String,
    pub before_identity: Option<Identity>,
    pub after: Entry,
}

/// An active person who is not in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub person: Person,
    pub unit: String,
}

/// A unit that a file puts into another region than it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub unit: Vec<String>,
    pub before: String,
    pub region: Vec<String>,
}

/// What an import would do. Persons who are not in the file stay as they are unless somebody says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub created: Vec<Entry>,
    pub changed: Vec<Changed>,
    pub unchanged: usize,
    /// Active persons below `covered` who are not in the file.
    pub missing: Vec<Missing>,
    /// The units that the file is about: of each top unit the lowest one that holds all its rows.
    pub covered: Vec<String>,
    pub placed: Vec<Placed>,
}

impl Plan {
    /// Whether the file itself changes nothing.
    pub fn is_idle(&self) -> bool {
        self.created.is_empty() && self.changed.is_empty() && self.placed.is_empty()
    }
}

/// What becomes of the persons who are not in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departures {
    /// What they become.
    pub state: PersonState,
    pub who: Gone,
}

/// Which of the missing persons have gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    Nobody,
    These(HashSet<PersonId>),
    All,
}

impl Gone {
    pub fn includes(&self, person: PersonId) -> bool {
        match self {
            Self::Nobody => false,
            Self::These(persons) => persons.contains(&person),
            Self::All => true,
        }
    }
}

impl Departures {
    pub const NONE: Self = Self {
        state: PersonState::Left,
        who: Gone::Nobody,
    };
}

/// An import that changed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    /// Counts from 1.
    pub number: i64,
    pub file: String,
    pub created: i64,
    pub changed: i64,
    pub departed: i64,
    pub unchanged: i64,
    pub refused: i64,
    /// `None`: the operator at the machine.
    pub made_by: Option<AccountId>,
    pub made_at: Timestamp,
    pub undone_at: Option<Timestamp>,
}

/// What an import did to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    Created,
    Changed,
    /// Was not in the file and became one who has gone.
    Departed,
}

codes!(Touch {
    Created => "created", "新增", "Created";
    Changed => "changed", "变更", "Changed";
    Departed => "departed", "离开", "Gone";
});

/// What stood on the roster for one person, so that an import can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Values {
    pub number: String,
    pub name: String,
    pub unit: UnitId,
    pub rank_level: RankLevel,
    pub category: Category,
    pub state: PersonState,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<Identity>,
}

impl Values {
    pub fn of(person: &Person, identity: Option<Identity>) -> Self {
        Self {
            number: person.number.clone(),
            name: person.name.clone(),
            unit: person.unit,
            rank_level: person.rank_level,
            category: person.category,
            state: person.state,
            identity,
        }
    }

    /// The person with these values.
    pub fn person(&self, id: PersonId) -> Person {
        Person {
            id,
            number: self.number.clone(),
            name: self.name.clone(),
            unit: self.unit,
            rank_level: self.rank_level,
            category: self.category,
            state: self.state,
        }
    }
}

/// One person of an import, before and after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    pub person: PersonId,
    pub kind: Touch,
    /// `None`: there was nobody.
    pub before: Option<Values>,
    pub after: Values,
}

/// The roster that a file is compared with.
pub struct Roster<'a> {
    /// By number.
    pub persons: &'a HashMap<String, Person>,
    pub identities: &'a HashMap<PersonId, Identity>,
    pub units: &'a Tree,
    /// The path of the region of each unit that stands in one.
    pub regions: &'a HashMap<UnitId, String>,
}

/// Compares the entries of a file with the roster. Who is in the file is active.
pub fn plan(entries: impl IntoIterator<Item = Entry>, roster: &Roster<'_>) -> Plan {
    let mut plan = Plan::default();
    let mut paths: HashMap<UnitId, String> = HashMap::new();
    let mut numbers: HashSet<String> = HashSet::new();
    let mut tops: HashMap<String, Vec<String>> = HashMap::new();
    let mut placed: HashSet<Vec<String>> = HashSet::new();
    for entry in entries {
        cover(&mut tops, &entry.unit);
        if !entry.region.is_empty() && placed.insert(entry.unit.clone()) {
            plan.placed.extend(misplaced(&entry, roster));
        }
        let Some(before) = roster.persons.get(&entry.number) else {
            plan.created.push(entry);
            continue;
        };
        numbers.insert(entry.number.clone());
        let before_unit = paths
            .entry(before.unit)
            .or_insert_with(|| roster.units.path(before.unit));
        let before_identity = roster.identities.get(&before.id);
        let same = before.name == entry.name
            && before.rank_level == entry.rank_level
            && before.category == entry.category
            && before.state == PersonState::Active
            && *before_unit == entry.unit_path()
            && (entry.identity.is_none() || entry.identity.as_ref() == before_identity);
        if same {
            plan.unchanged += 1;
        } else {
            plan.changed.push(Changed {
                before: before.clone(),
                before_unit: before_unit.clone(),
                before_identity: before_identity.cloned(),
                after: entry,
            });
        }
    }
    plan.covered = tops.into_values().map(|top| top.join(PATH_SEPARATOR)).collect();
    plan.covered.sort_unstable();
    plan.missing = missing(&plan.covered, &numbers, &mut paths, roster);
    plan
}

/// Shortens what is known to be covered so that it holds this path too.
fn cover(tops: &mut HashMap<String, Vec<String>>, path: &[String]) {
    let Some(first) = path.first() else { return };
    match tops.get_mut(first) {
        None => {
            tops.insert(first.clone(), path.to_vec());
        }
        Some(top) => {
            let shared = top.iter().zip(path).take_while(|(here, there)| here == there).count();
            top.truncate(shared);
        }
    }
}

fn misplaced(entry: &Entry, roster: &Roster<'_>) -> Option<Placed> {
    let unit = roster.units.find(&entry.unit);
    let before = unit
        .and_then(|unit| roster.regions.get(&unit.id))
        .cloned()
        .unwrap_or_default();
    (before != entry.region.join("/")).then(|| Placed {
        unit: entry.unit.clone(),
        before,
        region: entry.region.clone(),
    })
}

fn missing(
    covered: &[String],
    numbers: &HashSet<String>,
    paths: &mut HashMap<UnitId, String>,
    roster: &Roster<'_>,
) -> Vec<Missing> {
    let below = |path: &str| {
        let inside = |top: &String| {
            path.strip_prefix(top.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(PATH_SEPARATOR))
        };
        covered.iter().any(inside)
    };
    let absent = |person: &&Person| person.state == PersonState::Active && !numbers.contains(&person.number);
    let mut missing: Vec<Missing> = roster
        .persons
        .values()
        .filter(absent)
        .filter_map(|person| {
            let unit = paths
                .entry(person.unit)
                .or_insert_with(|| roster.units.path(person.unit));
            below(unit).then(|| Missing {
                person: person.clone(),
                unit: unit.clone(),
            })
        })
        .collect();
    missing.sort_unstable_by(|a, b| a.person.number.cmp(&b.person.number));
    missing
}

/// Finds units by path and makes those that are missing.
pub struct UnitFinder<'a> {
    tree: &'a Tree,
    known: HashMap<(Option<UnitId>, String), UnitId>,
    created: Vec<Unit>,
}

impl<'a> UnitFinder<'a> {
    pub fn new(tree: &'a Tree) -> Self {
        Self {
            tree,
            known: HashMap::new(),
            created: Vec::new(),
        }
    }

    /// The unit at the end of `path`; `new_id` gives ids for units that have to be made.
    /// `None` for an empty path.
    pub fn find(&mut self, path: &[String], mut new_id: impl FnMut() -> UnitId) -> Option<UnitId> {
        path.iter().fold(None, |parent, name| {
            let key = (parent, name.clone());
            if let Some(id) = self.known.get(&key) {
                return Some(*id);
            }
            let id = self.tree.child(parent, name).map(|unit| unit.id).unwrap_or_else(|| {
                let unit = Unit {
                    id: new_id(),
                    parent,
                    name: name.clone(),
                };
                self.created.push(unit);
                self.created[self.created.len() - 1].id
            });
            self.known.insert(key, id);
            Some(id)
        })
    }

    /// The units that have to be stored, parents before children.
    pub fn created(self) -> Vec<Unit> {
        self.created
    }
}

/// The person an entry describes.
pub fn person(entry: Entry, id: PersonId, unit: UnitId) -> Person {
    Person {
        id,
        number: entry.number,
        name: entry.name,
        unit,
        rank_level: entry.rank_level,
        category: entry.category,
        state: PersonState::Active,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: &str, name: &str, unit: &[&str]) -> Entry {
        Entry {
            number: number.into(),
            name: name.into(),
            unit: unit.iter().map(|name| (*name).into()).collect(),
            rank_level: RankLevel::Ke,
            category: Category::CivilServant,
            region: vec![],
            identity: None,
        }
    }

    fn compared(entries: impl IntoIterator<Item = Entry>, persons: &HashMap<String, Person>, units: &Tree) -> Plan {
        let roster = Roster {
            persons,
            identities: &HashMap::new(),
            units,
            regions: &HashMap::new(),
        };
        plan(entries, &roster)
    }

    #[test]
    fn a_plan_tells_created_changed_and_unchanged_apart() {
        let units = Tree::new(vec![
            Unit {
                id: UnitId(1),
                parent: None,
                name: "局".into(),
            },
            Unit {
                id: UnitId(2),
                parent: Some(UnitId(1)),
                name: "科".into(),
            },
        ]);
        let stored = |number: &str, name: &str| {
            (
                number.to_owned(),
                person(entry(number, name, &[]), PersonId(1), UnitId(2)),
            )
        };
        let persons = HashMap::from([stored("1", "甲"), stored("2", "乙")]);
        let plan = compared(
            [
                entry("1", "甲", &["局", "科"]),
                entry("2", "乙", &["局"]),
                entry("3", "丙", &["局"]),
            ],
            &persons,
            &units,
        );
        assert_eq!((plan.created.len(), plan.changed.len(), plan.unchanged), (1, 1, 1));
        assert_eq!(plan.changed[0].before_unit, "局 / 科");
    }

    #[test]
    fn persons_below_what_the_file_covers_who_are_not_in_it_are_missing() {
        let unit = |id, parent: Option<i64>, name: &str| Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            name: name.into(),
        };
        let units = Tree::new(vec![
            unit(1, None, "局"),
            unit(2, Some(1), "科"),
            unit(3, Some(1), "科二"),
            unit(4, None, "厅"),
        ]);
        let stored = |number: &str, unit, state| {
            let person = person(entry(number, "甲", &[]), PersonId(unit), UnitId(unit));
            (number.to_owned(), Person { state, ..person })
        };
        let active = PersonState::Active;
        let persons = HashMap::from([
            stored("1", 2, active),
            stored("2", 2, active),
            stored("3", 3, active),
            stored("4", 4, active),
            stored("5", 2, PersonState::Left),
        ]);
        let missing = |entries: Vec<Entry>| {
            let plan = compared(entries, &persons, &units);
            let missing: Vec<String> = plan.missing.into_iter().map(|missing| missing.person.number).collect();
            (plan.covered, missing)
        };
        let one = entry("1", "甲", &["局", "科"]);
        assert_eq!(
            missing(vec![one.clone()]),
            (vec!["局 / 科".to_owned()], vec!["2".to_owned()])
        );
        let three = entry("3", "甲", &["局", "科二"]);
        assert_eq!(missing(vec![one, three]), (vec!["局".to_owned()], vec!["2".to_owned()]));
        assert_eq!(missing(vec![]), (vec![], vec![]));
    }

    #[test]
    fn a_person_who_comes_back_is_a_change_and_an_identity_number_not_told_is_none() {
        let units = Tree::new(vec![Unit {
            id: UnitId(1),
            parent: None,
            name: "局".into(),
        }]);
        let before = Person {
            state: PersonState::Retired,
            ..person(entry("1", "甲", &[]), PersonId(1), UnitId(1))
        };
        let persons = HashMap::from([("1".to_owned(), before)]);
        let plan = compared([entry("1", "甲", &["局"])], &persons, &units);
        assert_eq!((plan.changed.len(), plan.unchanged), (1, 0));
        let known = Identity {
            masked: "1".into(),
            digest: "2".into(),
        };
        let active = HashMap::from([("1".to_owned(), person(entry("1", "甲", &[]), PersonId(1), UnitId(1)))]);
        let identities = HashMap::from([(PersonId(1), known.clone())]);
        let roster = Roster {
            persons: &active,
            identities: &identities,
            units: &units,
            regions: &HashMap::new(),
        };
        let told = |identity| Entry {
            identity,
            ..entry("1", "甲", &["局"])
        };
        let other = Identity {
            digest: "3".into(),
            ..known.clone()
        };
        let unchanged = |identity| super::plan([told(identity)], &roster).unchanged;
        assert_eq!(
            (unchanged(None), unchanged(Some(known)), unchanged(Some(other))),
            (1, 1, 0)
        );
    }

    #[test]
    fn missing_units_are_made_once_with_parents_first() {
        let tree = Tree::new(vec![Unit {
            id: UnitId(1),
            parent: None,
            name: "局".into(),
        }]);
        let mut finder = UnitFinder::new(&tree);
        let mut next = 1;
        let mut id = || {
            next += 1;
            UnitId(next)
        };
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let first = finder.find(&path(&["局", "支队", "一大队"]), &mut id);
        assert_eq!(finder.find(&path(&["局", "支队", "一大队"]), &mut id), first);
        assert_eq!(finder.find(&path(&["局"]), &mut id), Some(UnitId(1)));
        assert_eq!(finder.find(&[], &mut id), None);
        assert_eq!(
            finder
                .created()
                .iter()
                .map(|unit| unit.name.as_str())
                .collect::<Vec<_>>(),
            ["支队", "一大队"]
        );
    }
}
