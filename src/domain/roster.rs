//! The roster (花名册): who belongs to which unit, and what an import would change.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    id::{PersonId, UnitId},
    person::{Category, Person, RankLevel},
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
    pub after: Entry,
}

/// What an import would do. Persons who are not in the file stay as they are.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub created: Vec<Entry>,
    pub changed: Vec<Changed>,
    pub unchanged: usize,
}

/// Compares the entries of a file with the roster.
pub fn plan(entries: impl IntoIterator<Item = Entry>, persons: &HashMap<String, Person>, units: &Tree) -> Plan {
    let mut plan = Plan::default();
    let mut paths: HashMap<UnitId, String> = HashMap::new();
    for entry in entries {
        let Some(before) = persons.get(&entry.number) else {
            plan.created.push(entry);
            continue;
        };
        let before_unit = paths.entry(before.unit).or_insert_with(|| units.path(before.unit));
        let same = before.name == entry.name
            && before.rank_level == entry.rank_level
            && before.category == entry.category
            && *before_unit == entry.unit_path();
        if same {
            plan.unchanged += 1;
        } else {
            plan.changed.push(Changed {
                before: before.clone(),
                before_unit: before_unit.clone(),
                after: entry,
            });
        }
    }
    plan
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
        }
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
        let plan = plan(
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
