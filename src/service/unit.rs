//! Units as an administrator looks after them: the tree, its regions, and changes that hold from a day on.

use std::collections::HashMap;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    change::{Units, apply_unit},
};
use crate::{
    db::{self, unit::Details},
    domain::{
        audit::Act,
        bank::fold,
        id::{RegionId, UnitChangeId, UnitId},
        people::{PeopleFault, Status, UnitChange, UnitChangeKind, UnitFacts},
        region::Regions,
        role::Right,
        time::Timestamp,
        unit::{Tree, Unit},
    },
    error::Fault,
};

/// The most characters of a reason.
pub(super) const REASON: usize = 200;
const NAME: usize = 100;
/// Units on one page.
const PAGE: usize = 100;

/// One row of the tree.
pub struct Row {
    pub unit: Unit,
    /// Below the top.
    pub depth: usize,
    /// Active persons of its own.
    pub own: i64,
    /// Active persons with those of the units below.
    pub all: i64,
    pub region: String,
    pub closed_at: Option<Timestamp>,
}

/// A page of the tree.
pub struct Page {
    pub rows: Vec<Row>,
    /// Units that fit the filter.
    pub total: usize,
    pub page: u32,
    pub pages: u32,
    /// Region and its path, in the order of paths.
    pub regions: Vec<(RegionId, String)>,
}

/// The units within reach whose path holds the words and that stand in the region, in the order of the tree; a page of them (from 1).
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may.
pub async fn page(app: &App, caller: &Caller, words: &str, region: Option<RegionId>, page: u32) -> Result<Page> {
    let reach = caller.may(Right::ReadPeople)?;
    let tree = db::person::units(&app.db).await?;
    let details = db::unit::details(&app.db).await?;
    let regions = db::unit::regions(&app.db).await?;
    let own = db::person::count_by_unit(&app.db).await?;
    let mut all: HashMap<UnitId, i64> = HashMap::new();
    for (unit, count) in &own {
        for above in tree.ancestors(*unit) {
            *all.entry(above.id).or_default() += count;
        }
    }
    let words = fold(words);
    let fits = |unit: &Unit| {
        let within = |region| {
            let of = details.get(&unit.id).and_then(|details| details.region);
            of.is_some_and(|of| regions.ancestors(of).any(|around| around.id == region))
        };
        reach.covers(&tree, Some(unit.id))
            && (words.is_empty() || fold(&tree.path(unit.id)).contains(&words))
            && region.is_none_or(within)
    };
    let fitting: Vec<_> = tree.walk().into_iter().filter(|(_, unit)| fits(unit)).collect();
    let total = fitting.len();
    let pages = u32::try_from(total.div_ceil(PAGE)).unwrap_or(u32::MAX).max(1);
    let page = page.clamp(1, pages);
    let row = |(depth, unit): (usize, &Unit)| {
        let known = details.get(&unit.id).copied().unwrap_or_default();
        Row {
            depth,
            own: own.get(&unit.id).copied().unwrap_or_default(),
            all: all.get(&unit.id).copied().unwrap_or_default(),
            region: known.region.map(|region| regions.path(region)).unwrap_or_default(),
            closed_at: known.closed_at,
            unit: unit.clone(),
        }
    };
    let rows = fitting
        .into_iter()
        .skip((page as usize - 1) * PAGE)
        .take(PAGE)
        .map(row)
        .collect();
    Ok(Page {
        rows,
        total,
        page,
        pages,
        regions: paths(&regions),
    })
}

fn paths(regions: &Regions) -> Vec<(RegionId, String)> {
    let mut paths: Vec<_> = regions
        .0
        .iter()
        .map(|region| (region.id, regions.path(region.id)))
        .collect();
    paths.sort_unstable_by(|a, b| a.1.cmp(&b.1));
    paths
}

/// One unit with its history.
pub struct Record {
    pub unit: Unit,
    pub tree: Tree,
    pub details: Details,
    pub regions: Regions,
    /// Active persons of its own.
    pub persons: i64,
    pub changes: Vec<UnitChange>,
    pub today: Timestamp,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may, [`Fault::NotFound`] when there is no such unit.
pub async fn record(app: &App, caller: &Caller, id: UnitId) -> Result<Record> {
    let reach = caller.may(Right::ReadPeople)?;
    let tree = db::person::units(&app.db).await?;
    let unit = tree.get(id).filter(|unit| reach.covers(&tree, Some(unit.id)));
    let unit = unit.cloned().ok_or(Fault::NotFound)?;
    let details = db::unit::details(&app.db).await?.get(&id).copied().unwrap_or_default();
    let persons = db::person::count_by_unit(&app.db)
        .await?
        .get(&id)
        .copied()
        .unwrap_or_default();
    Ok(Record {
        unit,
        tree,
        details,
        regions: db::unit::regions(&app.db).await?,
        persons,
        changes: db::unit::changes_of(&app.db, id).await?,
        today: app.now(),
    })
}

/// What is to become of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Names of the new parent from the top down; empty: to the top.
    Move(Vec<String>),
    Rename(String),
    Close {
        /// Names of the unit that takes the persons; empty: nobody.
        receiver: Vec<String>,
        /// Whoever asks knows that persons of the unit are due in an open exam.
        confirmed: bool,
    },
    Reopen,
    /// Names from the top down; empty: none.
    Region(Vec<String>),
}

impl Wish {
    fn kind(&self) -> UnitChangeKind {
        match self {
            Self::Move(_) => UnitChangeKind::Move,
            Self::Rename(_) => UnitChangeKind::Rename,
            Self::Close { .. } => UnitChangeKind::Close,
            Self::Reopen => UnitChangeKind::Reopen,
            Self::Region(_) => UnitChangeKind::Region,
        }
    }
}

/// Changes a unit from a day on: at once when the day has come, else planned for then.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may, [`Fault::NotFound`] when there is no such unit, and
/// [`Fault::People`] with the reason when it is not possible; nothing is changed then.
pub async fn change(app: &App, caller: &Caller, id: UnitId, wish: Wish, from: Timestamp, reason: &str) -> Result<()> {
    let reach = caller.may(Right::ManagePeople)?;
    let reason = checked_reason(reason)?;
    if let Wish::Rename(name) = &wish
        && !is_unit_name(name)
    {
        return Err(PeopleFault::UnitName.into());
    }
    let args = (wish, reason, reach, app.random.clone(), By::new(app, caller));
    app.db
        .write(args, move |tx, (wish, reason, reach, random, by)| {
            Box::pin(async move {
                let now = by.at;
                let units = Units::load(tx).await?;
                let within = |unit| reach.covers(&units.tree, unit);
                let before = units.facts(id).filter(|_| within(Some(id))).ok_or(Fault::NotFound)?;
                let kind = wish.kind();
                let (mut after, mut receiver, mut confirmed) = (before.clone(), None, true);
                match wish {
                    Wish::Move(path) => {
                        after.parent = find(&units.tree, &path)?;
                        if !within(after.parent) {
                            return Err(Fault::Forbidden.into());
                        }
                    }
                    Wish::Rename(name) => name.trim().clone_into(&mut after.name),
                    Wish::Close {
                        receiver: path,
                        confirmed: told,
                    } => {
                        receiver = find(&units.tree, &path)?;
                        if receiver.is_some() && !within(receiver) {
                            return Err(Fault::Forbidden.into());
                        }
                        confirmed = told;
                    }
                    Wish::Reopen => {}
                    Wish::Region(path) => after.region = region(tx, &path, &random, now).await?,
                }
                let planned = from > now;
                let mut change = UnitChange {
                    id: random.id(now),
                    unit: id,
                    kind,
                    from,
                    before,
                    after,
                    receiver,
                    reason,
                    status: if planned { Status::Planned } else { Status::Done },
                    refusal: None,
                    made_by: by.account,
                    made_at: now,
                    done_at: (!planned).then_some(now),
                };
                if db::unit::is_planned_in(tx, id, kind).await? {
                    return Err(PeopleFault::Waiting.into());
                }
                units.check(tx, &mut change, confirmed, now).await??;
                db::unit::insert_change(tx, &change).await?;
                if !planned {
                    apply_unit(tx, &random, &change, now).await?;
                }
                let regions = db::unit::regions_in(tx).await?;
                let (was, becomes) = told(&change, &units.tree, &regions);
                let deed = Deed::new(Act::UnitChanged, format!("unit {}", units.tree.path(id)))
                    .before(&(kind.code(), was))
                    .after(&(kind.code(), becomes, change.from.day_field()))
                    .because(change.reason);
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// The unit at the end of a path; `None` for an empty one.
pub(super) fn find(tree: &Tree, path: &[String]) -> std::result::Result<Option<UnitId>, PeopleFault> {
    if path.is_empty() {
        return Ok(None);
    }
    let found = tree.find(path).map(|unit| Some(unit.id));
    found.ok_or_else(|| PeopleFault::UnknownUnit(path.join(crate::domain::unit::PATH_SEPARATOR)))
}

/// The region at the end of a path, made with those around it where there is none; `None` for an empty path.
pub(super) async fn region(
    tx: &mut db::Tx,
    path: &[String],
    random: &super::random::Random,
    now: Timestamp,
) -> Result<Option<RegionId>> {
    let regions = db::unit::regions_in(tx).await?;
    let (created, last) = regions.resolve(path, || random.id(now));
    for region in &created {
        db::unit::insert_region(tx, region).await.map_err(super::taken)?;
    }
    Ok(last)
}

/// A reason that is told and not too long.
pub(super) fn checked_reason(reason: &str) -> std::result::Result<String, PeopleFault> {
    let reason = reason.trim();
    let fits = (1..=REASON).contains(&reason.chars().count()) && !reason.chars().any(char::is_control);
    if fits {
        Ok(reason.to_owned())
    } else {
        Err(PeopleFault::Reason)
    }
}

fn is_unit_name(name: &str) -> bool {
    let name = name.trim();
    (1..=NAME).contains(&name.chars().count()) && !name.chars().any(|c| c.is_control() || "/／>＞|｜\\＼".contains(c))
}

/// Takes a planned change back.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who may, [`Fault::NotFound`], or [`PeopleFault::Settled`].
pub async fn withdraw(app: &App, caller: &Caller, id: UnitChangeId) -> Result<UnitId> {
    let reach = caller.may(Right::ManagePeople)?;
    let change = db::unit::change(&app.db, id).await?;
    let tree = db::person::units(&app.db).await?;
    let change = change.filter(|change| reach.covers(&tree, Some(change.unit)));
    let change = change.ok_or(Fault::NotFound)?;
    let subject = format!("unit {}", tree.path(change.unit));
    app.db
        .write(
            (change, subject, By::new(app, caller)),
            move |tx, (change, subject, by)| {
                Box::pin(async move {
                    if !db::unit::settle(tx, &change, Status::Withdrawn, None, by.at).await? {
                        return Err(PeopleFault::Settled.into());
                    }
                    let deed = Deed::new(Act::ChangeWithdrawn, subject).before(&change.kind.code());
                    audit::record(tx, &by, deed).await?;
                    Ok(change.unit)
                })
            },
        )
        .await
}

/// The facts of a change in words: what was and what becomes, by kind.
pub fn told(change: &UnitChange, tree: &Tree, regions: &Regions) -> (String, String) {
    let of = |facts: &UnitFacts| match change.kind {
        UnitChangeKind::Move => facts.parent.map(|parent| tree.path(parent)).unwrap_or_default(),
        UnitChangeKind::Region => facts.region.map(|region| regions.path(region)).unwrap_or_default(),
        _ => facts.name.clone(),
    };
    (of(&change.before), of(&change.after))
}
