//! Groups of persons whose answers are compared: by rank level, category or region.

use std::collections::{BTreeMap, HashMap};

use super::papers::{Marks, Papers};
use crate::{
    db::{self, item_sums::Member},
    domain::{
        id::{ExamId, PersonId, RegionId, UnitId},
        lang::Lang,
        person::{Category, RankLevel},
        statistics::{
            compare::{Compared, Counting},
            sheet::Basis,
        },
    },
    service::{App, Result, figure::Places},
};

/// Groups of one kind that are compared, the first by name where there are more.
const MOST: usize = 40;

/// By what persons are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    #[default]
    Rank,
    Category,
    /// By the highest regions that tell them apart.
    Region,
}

impl By {
    pub const ALL: [Self; 3] = [Self::Rank, Self::Category, Self::Region];

    pub fn code(self) -> &'static str {
        match self {
            Self::Rank => "rank",
            Self::Category => "category",
            Self::Region => "region",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::Rank => lang.pick("职级", "Rank level"),
            Self::Category => lang.pick("人员类别", "Category"),
            Self::Region => lang.pick("行政区划", "Region"),
        }
    }
}

/// A group of persons.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    Rank(RankLevel),
    Category(Category),
    /// A region by its path.
    Region(String),
}

impl Group {
    pub fn name(&self, lang: Lang) -> String {
        match self {
            Self::Rank(rank) => rank.name(lang).to_owned(),
            Self::Category(category) => category.name(lang).to_owned(),
            Self::Region(path) => path.clone(),
        }
    }
}

/// The groups of one kind, and how each compares with the largest.
#[derive(Debug, Clone, PartialEq)]
pub struct Grouping {
    pub by: By,
    pub groups: Vec<Group>,
    pub compared: Compared,
}

/// Which group of each kind everybody on the roster belongs to.
pub(super) struct Members {
    groups: [Vec<Group>; 3],
    /// For each person the place in the groups of each kind.
    of: HashMap<PersonId, [Option<usize>; 3]>,
}

/// Reads them.
pub(super) async fn members(app: &App, exam: ExamId) -> Result<Members> {
    let members = db::item_sums::members(&app.db, exam).await?;
    let regions = regions(app, &members).await?;
    let groups = |member: &Member| {
        [
            Some(Group::Rank(member.rank)),
            Some(Group::Category(member.category)),
            regions.get(&member.unit).cloned().map(Group::Region),
        ]
    };
    let mut places: [BTreeMap<Group, usize>; 3] = Default::default();
    for member in &members {
        for (places, group) in places.iter_mut().zip(groups(member)) {
            if let Some(group) = group {
                places.insert(group, 0);
            }
        }
    }
    for places in &mut places {
        for (number, place) in places.values_mut().enumerate() {
            *place = number;
        }
    }
    let place = |member: &Member| {
        let mut of = [None; 3];
        for ((of, places), group) in of.iter_mut().zip(&places).zip(groups(member)) {
            *of = group
                .and_then(|group| places.get(&group).copied())
                .filter(|place| *place < MOST);
        }
        (member.person, of)
    };
    Ok(Members {
        of: members.iter().map(place).collect(),
        groups: places.map(|places| places.into_keys().take(MOST).collect()),
    })
}

/// The region of each unit at the highest level on which there are several.
async fn regions(app: &App, members: &[Member]) -> Result<HashMap<UnitId, String>> {
    let (places, units) = (Places::now(app).await?, db::person::units(&app.db).await?);
    let mut paths: HashMap<UnitId, Vec<RegionId>> = HashMap::new();
    for member in members {
        paths.entry(member.unit).or_insert_with(|| {
            let mut path: Vec<_> = places.around(&units, member.unit).collect();
            path.reverse();
            path
        });
    }
    let deepest = paths.values().map(Vec::len).max().unwrap_or(0);
    let several = |depth: &usize| {
        let mut at = paths.values().filter_map(|path| path.get(*depth));
        at.next().is_some_and(|first| at.any(|other| other != first))
    };
    let Some(depth) = (0..deepest).find(several) else {
        return Ok(HashMap::new());
    };
    let name = |(unit, path): (&UnitId, &Vec<RegionId>)| Some((*unit, places.regions.path(*path.get(depth)?)));
    Ok(paths.iter().filter_map(name).collect())
}

/// Compares the groups of each kind that has several.
pub(super) fn compare(marks: &Marks, papers: &Papers, basis: Basis, members: Members) -> Vec<Grouping> {
    let count = |groups: &Vec<Group>| Counting::new(basis, marks.items.len(), groups.len());
    let mut counting = members.groups.each_ref().map(count);
    for (place, person) in papers.persons.iter().enumerate() {
        let Some(of) = members.of.get(person) else { continue };
        let sheet = marks.given(papers, place);
        for (counting, group) in counting.iter_mut().zip(of) {
            if let Some(group) = group {
                counting.add(*group, &sheet);
            }
        }
    }
    let groupings = By::ALL.into_iter().zip(members.groups).zip(counting);
    groupings
        .filter(|((_, groups), _)| groups.len() > 1)
        .map(|((by, groups), counting)| Grouping {
            by,
            groups,
            compared: counting.finish(),
        })
        .collect()
}
