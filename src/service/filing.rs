//! Handing in figures to the level above, with a receipt; accepting them, or sending them back with a comment.

use std::collections::{BTreeMap, HashMap, HashSet};

use sm3::{Digest, Sm3};

use super::{
    App, Caller, Result,
    activity::above,
    annual::{below, counted},
    audit::{self, By, Deed, json},
    lately::lately,
    notice,
    unit::checked_reason,
    year::held,
};
use crate::{
    db,
    domain::{
        activity::ActivityFault,
        annual::{Base, records::Records},
        audit::Act,
        correction::wording,
        filing::{Filing, NOTE, Standing, State, Values},
        hex::hex,
        id::{FilingId, UnitId},
        notice::About,
        role::{Reach, Right},
        unit::Tree,
        year::Year,
    },
    error::Fault,
};

/// A unit with where it stands.
pub struct Line {
    pub unit: UnitId,
    pub standing: Standing,
    pub last: Option<Filing>,
    /// What its records say now.
    pub now: Values,
}

/// How the units below one stand with their figures of a year.
pub struct Board {
    pub number: u16,
    pub year: Option<Year>,
    pub units: Tree,
    /// The unit looked at; `None`: the top of the tree.
    pub unit: Option<UnitId>,
    /// That unit's own, where it has a level above it and the caller reaches it.
    pub own: Option<Line>,
    /// Whether the caller hands in for it.
    pub files: bool,
    /// Everything it handed in, the latest first.
    pub history: Vec<Filing>,
    /// The level below, those first that still have to hand in.
    pub below: Vec<Line>,
    /// What the level below has handed in and was not sent back, added up; and what the records of those units say now, where whoever
    /// stands in two of them is one person.
    pub sum: Values,
    pub distinct: Values,
    /// What the records of the whole unit say now.
    pub now: Values,
}

/// The board of a unit; without one, of where the caller stands.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] for a unit out of reach.
pub async fn board(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Board> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let unit = unit.or_else(|| usual(&units, &reach));
    if unit.is_some_and(|unit| units.get(unit).is_none()) || !reach.covers(&units, unit) {
        return Err(Fault::NotFound.into());
    }
    let (_, year) = lately(app, number).await?;
    let records = &year.records;
    let bases: HashMap<UnitId, Base> = below(&units, unit, records, |_| true).into_iter().collect();
    let mut filed: BTreeMap<UnitId, Vec<Filing>> = BTreeMap::new();
    for stored in db::filing::all(&app.db, Some(number)).await? {
        filed.entry(stored.filing.unit).or_default().push(stored.filing);
    }
    let line = |unit: UnitId, now: Values| {
        let last = filed.get(&unit).and_then(|filings| filings.last()).cloned();
        Line {
            unit,
            standing: Standing::of(last.as_ref(), &now),
            last,
            now,
        }
    };
    let nothing = Base::default();
    let children = units.children(unit);
    let mut below: Vec<Line> = children
        .map(|child| line(child.id, Values::from(bases.get(&child.id).unwrap_or(&nothing))))
        .collect();
    below.sort_by_key(|line| !line.standing.owes());
    let counted: Vec<&Line> = below.iter().filter(|line| !line.standing.owes()).collect();
    let stated = counted.iter().filter_map(|line| line.last.as_ref());
    let sum = Values::sum(stated.map(|filing| &filing.values));
    let handed_in: HashSet<UnitId> = counted.iter().map(|line| line.unit).collect();
    let within = |unit| units.ancestors(unit).any(|above| handed_in.contains(&above.id));
    let distinct = Values::from(&records.base(|of| of.is_some_and(within)));
    let keeps = caller.may(Right::KeepLedger).ok();
    let history = unit.and_then(|unit| filed.get(&unit).cloned()).unwrap_or_default();
    let years = db::year::all(&app.db).await?;
    let has_above = |unit: &UnitId| units.get(*unit).is_some_and(|unit| unit.parent.is_some());
    let now = values(records, &units, unit);
    Ok(Board {
        number,
        year: years.into_iter().find(|year| year.year == number),
        own: unit.filter(has_above).map(|unit| line(unit, now.clone())),
        files: keeps.is_some_and(|reach| unit.is_some_and(|unit| reach.covers(&units, Some(unit)))),
        history: history.into_iter().rev().collect(),
        sum,
        distinct,
        now,
        below,
        unit,
        units,
    })
}

/// Where a caller stands: the first unit of his reach, or the only one at the top.
fn usual(units: &Tree, reach: &Reach) -> Option<UnitId> {
    match reach {
        Reach::Units(own) => own.first().copied(),
        Reach::Everything => {
            let mut top = units.children(None);
            let only = top.next().filter(|_| top.next().is_none());
            only.map(|unit| unit.id)
        }
    }
}

/// What the records say of a unit and those below it.
fn values(records: &Records, units: &Tree, top: Option<UnitId>) -> Values {
    let walked = units.walk().into_iter().map(|(_, unit)| unit.id);
    let seen: HashSet<UnitId> = walked
        .filter(|id| top.is_none_or(|top| units.is_within(*id, top)))
        .collect();
    let within = |of: Option<UnitId>| of.map_or(top.is_none(), |of| seen.contains(&of));
    Values::from(&records.base(within))
}

/// Hands in the figures of a unit as its records have them now.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who keeps the ledger; [`Fault::NotFound`] for a unit out of reach or without a level
/// above; [`ActivityFault::NoYear`], [`ActivityFault::Closed`]; [`ActivityFault::Text`] for a note that is too long;
/// [`Fault::WrongState`] when these very figures were handed in already.
pub async fn file(app: &App, caller: &Caller, number: u16, unit: UnitId, note: &str) -> Result<FilingId> {
    let reach = caller.may(Right::KeepLedger)?;
    let units = db::person::units(&app.db).await?;
    let parent = units.get(unit).and_then(|unit| unit.parent);
    if parent.is_none() || !reach.covers(&units, Some(unit)) {
        return Err(Fault::NotFound.into());
    }
    let note = note.trim().to_owned();
    if note.chars().count() > NOTE || note.chars().any(|c| c.is_control() && c != '\n') {
        return Err(ActivityFault::Text.into());
    }
    let by = By::new(app, caller);
    let filing = Filing {
        id: app.random.id(by.at),
        year: number,
        unit,
        number: 1,
        state: State::Filed,
        values: values(&counted(app, number).await?.records, &units, Some(unit)),
        note,
        filed_by: by.id(),
        filed_at: by.at,
        decided: None,
        comment: String::new(),
        digest: String::new(),
    };
    let id = filing.id;
    app.db
        .write((filing, by), move |tx, (mut filing, by)| {
            Box::pin(async move {
                held(tx, number).await?;
                if let Some(last) = db::filing::last_in(tx, number, unit).await? {
                    if last.state != State::Returned && last.values == filing.values {
                        return Err(Fault::WrongState.into());
                    }
                    filing.number = last.number + 1;
                }
                let figures = json(&filing.values);
                filing.digest = digest(&filing, &figures);
                db::filing::insert(tx, &filing, &figures).await.map_err(super::taken)?;
                let deed = Deed::new(Act::FiguresFiled, subject(&filing));
                audit::record(tx, &by, deed.after(&filing.digest)).await
            })
        })
        .await?;
    app.lately.forget(number);
    Ok(id)
}

fn digest(filing: &Filing, figures: &str) -> String {
    hex(&Sm3::digest(filing.sealed(figures).as_bytes()))
}

/// What was handed in, for those who read it.
pub struct Shown {
    pub filing: Filing,
    pub units: Tree,
    /// Whether the caller is of the level above and the year is open.
    pub decides: bool,
    /// Whether it is the unit's last one.
    pub last: bool,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] when there is none within reach.
pub async fn shown(app: &App, caller: &Caller, id: FilingId) -> Result<Shown> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let filing = db::filing::get(&app.db, id).await?;
    let filing = filing.filter(|filing| reach.covers(&units, Some(filing.unit)));
    let filing = filing.ok_or(Fault::NotFound)?;
    let years = db::year::all(&app.db).await?;
    let open = years
        .iter()
        .any(|year| year.year == filing.year && year.must_be_open().is_ok());
    let keeps = caller.may(Right::KeepLedger).ok();
    let all = db::filing::all(&app.db, Some(filing.year)).await?;
    let later = |stored: &db::filing::Stored| stored.filing.unit == filing.unit && stored.filing.number > filing.number;
    Ok(Shown {
        decides: open && keeps.is_some_and(|reach| above(&units, &reach, filing.unit)),
        last: !all.iter().any(later),
        filing,
        units,
    })
}

/// Accepts what was handed in, or sends it back with a comment; whoever handed it in is told of the latter.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody of the level above asks who keeps the ledger; [`Fault::NotFound`];
/// [`ActivityFault::SamePerson`] for whoever handed it in; [`ActivityFault::Settled`] when that was said before or something else
/// was handed in since; [`ActivityFault::Closed`]; the fault of [`checked_reason`] for a return without a comment.
pub async fn decide(app: &App, caller: &Caller, id: FilingId, to: State, comment: &str) -> Result<()> {
    caller.may(Right::KeepLedger)?;
    let shown = shown(app, caller, id).await?;
    let reach = caller.may(Right::KeepLedger)?;
    if !above(&shown.units, &reach, shown.filing.unit) {
        return Err(Fault::Forbidden.into());
    }
    let comment = match to {
        State::Returned => checked_reason(comment)?,
        _ => wording(comment).unwrap_or_default(),
    };
    let unit = shown.units.path(shown.filing.unit);
    app.db
        .write(
            (shown.filing, comment, unit, app.random.clone(), By::new(app, caller)),
            move |tx, (filing, comment, unit, random, by)| {
                Box::pin(async move {
                    held(tx, filing.year).await?;
                    let last = db::filing::last_in(tx, filing.year, filing.unit).await?;
                    if last.is_none_or(|last| last.id != id) {
                        return Err(ActivityFault::Settled.into());
                    }
                    if by.id() == filing.filed_by {
                        return Err(ActivityFault::SamePerson.into());
                    }
                    if !db::filing::decide(tx, id, to, by.id(), by.at, &comment).await? {
                        return Err(ActivityFault::Settled.into());
                    }
                    if to == State::Returned
                        && let Some(person) = db::vetting::person_of(tx, filing.filed_by).await?
                    {
                        let about = About::FiguresReturned {
                            title: unit,
                            year: filing.year,
                            filing: id,
                        };
                        notice::tell(tx, &random, by.at, [(person, about)]).await?;
                    }
                    let deed = Deed::new(Act::FilingDecided, subject(&filing));
                    audit::record(tx, &by, deed.before(&filing.state).after(&to).because(comment)).await
                })
            },
        )
        .await
}

/// How the log names it.
fn subject(filing: &Filing) -> String {
    format!("figures of {} of unit {}, {}", filing.year, filing.unit, filing.number)
}

/// A digest as it stands, and as it is made again.
pub(super) struct Checked {
    pub subject: String,
    pub stored: String,
    pub recomputed: String,
}

/// Makes the digest of everything that was handed in again, of one year or of all.
///
/// # Errors
/// When the database fails.
pub(super) async fn verify(app: &App, year: Option<u16>) -> Result<Vec<Checked>> {
    let all = db::filing::all(&app.db, year).await?;
    let checked = all.into_iter().map(|stored| Checked {
        subject: subject(&stored.filing),
        recomputed: digest(&stored.filing, &stored.figures),
        stored: stored.filing.digest,
    });
    Ok(checked.collect())
}
