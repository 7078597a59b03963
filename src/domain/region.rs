//! Regions (行政区划): the block tree, by which units of different lines are looked at together.

use serde::{Deserialize, Serialize};

use super::id::RegionId;

/// A region; `parent` is `None` for a province.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Region {
    pub id: RegionId,
    pub parent: Option<RegionId>,
    pub name: String,
}

const DEPTH: usize = 6;
const NAME: usize = 60;

/// The names of a path such as `山东省/淄博市/张店区`; `None` when it is no such path. An empty text is an empty path.
pub fn parse_path(text: &str) -> Option<Vec<String>> {
    let names: Vec<String> = text
        .split(['/', '／', '>', '＞', '\\'])
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let fits = |name: &String| name.chars().count() <= NAME && !name.chars().any(char::is_control);
    (names.len() <= DEPTH && names.iter().all(fits)).then_some(names)
}

/// All regions.
#[derive(Debug, Clone, Default)]
pub struct Regions(pub Vec<Region>);

impl Regions {
    pub fn get(&self, id: RegionId) -> Option<&Region> {
        self.0.iter().find(|region| region.id == id)
    }

    /// The child of `parent` with this name.
    pub fn child(&self, parent: Option<RegionId>, name: &str) -> Option<&Region> {
        self.0
            .iter()
            .find(|region| region.parent == parent && region.name == name)
    }

    /// The region itself, then those around it up to the top.
    pub fn ancestors(&self, id: RegionId) -> impl Iterator<Item = &Region> {
        // A cycle cannot be stored, but a damaged table must not hang the server.
        std::iter::successors(self.get(id), |region| region.parent.and_then(|parent| self.get(parent))).take(64)
    }

    /// `山东省/淄博市/张店区`
    pub fn path(&self, id: RegionId) -> String {
        let mut names: Vec<&str> = self.ancestors(id).map(|region| region.name.as_str()).collect();
        names.reverse();
        names.join("/")
    }

    /// The regions that a path needs and that are not there yet, from the top down, and the last of the path.
    pub fn resolve(&self, path: &[String], mut new_id: impl FnMut() -> RegionId) -> (Vec<Region>, Option<RegionId>) {
        let mut created: Vec<Region> = Vec::new();
        let last = path.iter().fold(None, |parent, name| {
            let known = self
                .child(parent, name)
                .filter(|_| created.is_empty())
                .map(|region| region.id);
            Some(known.unwrap_or_else(|| {
                let id = new_id();
                created.push(Region {
                    id,
                    parent,
                    name: name.clone(),
                });
                id
            }))
        });
        (created, last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_read_and_made_once() {
        let path = parse_path(" 山东省／淄博市/张店区 ").expect("a path");
        let mut regions = Regions::default();
        let mut next = 0;
        let mut id = || {
            next += 1;
            RegionId(next)
        };
        let (created, last) = regions.resolve(&path, &mut id);
        assert_eq!((created.len(), last), (3, Some(RegionId(3))));
        regions.0.extend(created);
        assert_eq!(regions.path(RegionId(3)), "山东省/淄博市/张店区");
        assert_eq!(regions.resolve(&path, &mut id), (vec![], Some(RegionId(3))));
        let (created, _) = regions.resolve(&parse_path("山东省/济宁市").expect("a path"), &mut id);
        assert_eq!(
            created.iter().map(|region| region.name.as_str()).collect::<Vec<_>>(),
            ["济宁市"]
        );
        assert_eq!(regions.resolve(&[], &mut id), (vec![], None));
    }

    #[test]
    fn what_is_too_deep_or_too_long_is_no_path() {
        assert_eq!(parse_path("1/2/3/4/5/6/7"), None);
        assert_eq!(parse_path(&"长".repeat(61)), None);
        assert_eq!(parse_path(" / "), Some(vec![]));
    }
}
