//! Units (单位) as a tree.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::id::UnitId;

/// A unit; `parent` is `None` for the top.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub name: String,
}

/// The separator between the names of a unit path.
pub const PATH_SEPARATOR: &str = " / ";

/// All units with their relations.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    units: Vec<Unit>,
    place: HashMap<UnitId, usize>,
    children: HashMap<Option<UnitId>, Vec<usize>>,
}

impl Tree {
    pub fn new(units: Vec<Unit>) -> Self {
        let place = units.iter().enumerate().map(|(place, unit)| (unit.id, place)).collect();
        let mut children: HashMap<_, Vec<_>> = HashMap::new();
        for (place, unit) in units.iter().enumerate() {
            children.entry(unit.parent).or_default().push(place);
        }
        Self { units, place, children }
    }

    pub fn get(&self, id: UnitId) -> Option<&Unit> {
        self.place.get(&id).map(|place| &self.units[*place])
    }

    pub fn children(&self, parent: Option<UnitId>) -> impl Iterator<Item = &Unit> {
        self.children
            .get(&parent)
            .into_iter()
            .flatten()
            .map(|place| &self.units[*place])
    }

    /// The child of `parent` with this name.
    pub fn child(&self, parent: Option<UnitId>, name: &str) -> Option<&Unit> {
        self.children(parent).find(|unit| unit.name == name)
    }

    /// Names from the top down, e.g. `市应急管理局 / 执法支队`.
    pub fn path(&self, id: UnitId) -> String {
        let mut names: Vec<&str> = self.ancestors(id).map(|unit| unit.name.as_str()).collect();
        names.reverse();
        names.join(PATH_SEPARATOR)
    }

    /// The unit itself, then its parents up to the top.
    pub fn ancestors(&self, id: UnitId) -> impl Iterator<Item = &Unit> {
        // A cycle cannot be stored, but a damaged table must not hang the server.
        std::iter::successors(self.get(id), |unit| unit.parent.and_then(|parent| self.get(parent))).take(64)
    }

    /// The unit at the end of a path of names from the top down.
    pub fn find(&self, path: &[String]) -> Option<&Unit> {
        let (last, above) = path.split_last()?;
        let parent = match above {
            [] => None,
            above => Some(self.find(above)?.id),
        };
        self.child(parent, last)
    }

    /// Whether `id` is `top` or stands somewhere below it.
    pub fn is_within(&self, id: UnitId, top: UnitId) -> bool {
        self.ancestors(id).any(|above| above.id == top)
    }

    /// The names around the circle that `unit` would close by standing below `parent`; `None` when there is none.
    pub fn circle(&self, unit: UnitId, parent: Option<UnitId>) -> Option<Vec<String>> {
        let parent = parent.filter(|parent| self.is_within(*parent, unit))?;
        let mut names: Vec<String> = self
            .ancestors(parent)
            .take_while(|above| above.id != unit)
            .map(|above| above.name.clone())
            .collect();
        let own = self.get(unit).map(|unit| unit.name.clone()).unwrap_or_default();
        names.push(own.clone());
        names.reverse();
        names.push(own);
        Some(names)
    }

    /// The units to list when somebody looks at `top`: those right below it of which there is something. Looking at all of
    /// it, one begins below the units that hold nothing but a single other.
    pub fn level(
        &self,
        top: Option<UnitId>,
        there: impl Fn(UnitId) -> bool,
        own: impl Fn(UnitId) -> bool,
    ) -> (Option<UnitId>, Vec<&Unit>) {
        let below = |top| self.children(top).filter(|unit| there(unit.id)).collect::<Vec<_>>();
        let (mut at, mut units) = (top, below(top));
        // A cycle cannot be stored, but a damaged table must not hang the server.
        for _ in 0..64 {
            let [only] = units.as_slice() else { break };
            let next = below(Some(only.id));
            if top.is_some() || at.is_some_and(&own) || next.is_empty() {
                break;
            }
            (at, units) = (Some(only.id), next);
        }
        (at, units)
    }

    pub fn len(&self) -> usize {
        self.units.len()
    }

    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// Depth first, each unit with its depth below the top.
    pub fn walk(&self) -> Vec<(usize, &Unit)> {
        let mut order = Vec::with_capacity(self.units.len());
        let mut open: Vec<(usize, &Unit)> = self.children(None).map(|unit| (0, unit)).collect();
        open.reverse();
        while let Some((depth, unit)) = open.pop() {
            order.push((depth, unit));
            let below: Vec<_> = self.children(Some(unit.id)).map(|child| (depth + 1, child)).collect();
            open.extend(below.into_iter().rev());
        }
        order
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        let unit = |id, parent: Option<i64>, name: &str| Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            name: name.into(),
        };
        Tree::new(vec![
            unit(1, None, "局"),
            unit(2, Some(1), "支队"),
            unit(3, Some(2), "一大队"),
            unit(4, Some(1), "科"),
        ])
    }

    #[test]
    fn a_path_names_every_unit_from_the_top() {
        assert_eq!(tree().path(UnitId(3)), "局 / 支队 / 一大队");
    }

    #[test]
    fn a_unit_is_found_by_its_path_and_by_nothing_less() {
        let path = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let find = |names: &[&str]| tree().find(&path(names)).map(|unit| unit.id.0);
        assert_eq!(find(&["局", "支队", "一大队"]), Some(3));
        assert_eq!(
            (find(&["支队"]), find(&[]), find(&["局", "一大队"])),
            (None, None, None)
        );
    }

    #[test]
    fn a_move_below_itself_is_a_circle_and_names_it() {
        let tree = tree();
        let circle = |unit, parent: Option<i64>| tree.circle(UnitId(unit), parent.map(UnitId));
        assert_eq!(
            circle(1, Some(3)),
            Some(vec!["局".into(), "支队".into(), "一大队".into(), "局".into()])
        );
        assert_eq!(circle(2, Some(2)), Some(vec!["支队".into(), "支队".into()]));
        assert_eq!((circle(3, Some(4)), circle(2, None)), (None, None));
    }

    #[test]
    fn the_level_to_list_begins_where_there_is_a_choice() {
        let tree = tree();
        let level = |top: Option<i64>, there: &[i64], own: &[i64]| {
            let (at, units) = tree.level(
                top.map(UnitId),
                |unit| there.contains(&unit.0),
                |unit| own.contains(&unit.0),
            );
            (
                at.map(|at| at.0),
                units.iter().map(|unit| unit.id.0).collect::<Vec<_>>(),
            )
        };
        assert_eq!(level(None, &[1, 2, 3, 4], &[]), (Some(1), vec![2, 4]));
        assert_eq!(
            level(None, &[1, 2, 3], &[]),
            (Some(2), vec![3]),
            "down to the last that has units"
        );
        assert_eq!(
            level(None, &[1, 2, 3], &[1]),
            (Some(1), vec![2]),
            "persons of its own are not passed by"
        );
        assert_eq!(
            level(Some(1), &[1, 2, 3], &[]),
            (Some(1), vec![2]),
            "who asks for a unit gets it"
        );
        assert_eq!(level(Some(4), &[1, 4], &[4]), (Some(4), vec![]));
        assert_eq!(level(None, &[], &[]), (None, vec![]));
    }

    #[test]
    fn the_walk_is_depth_first() {
        let tree = tree();
        let walk: Vec<_> = tree
            .walk()
            .into_iter()
            .map(|(depth, unit)| (depth, unit.id.0))
            .collect();
        assert_eq!(walk, [(0, 1), (1, 2), (2, 3), (1, 4)]);
    }
}
