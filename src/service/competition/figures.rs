//! The counts of a competition: attempts and persons side by side, by identity type, division and unit.

use std::{collections::HashMap, sync::Arc};

use super::{
    Contest, boards,
    directory::{division_name, headcount, organization_name},
    setup,
};
use crate::{
    db::{self, competition_count::Counted},
    domain::{
        competition::{
            Competition, IdentityType, Rules, State,
            board::{Scope, Tally},
            in_effect,
        },
        division::DivisionCode,
        id::{CompetitionId, OrganizationId},
        time::{DAY, Timestamp},
    },
    service::{App, Caller, Result, organization},
};

/// Units on a page.
pub const PAGE: usize = 100;

/// By what units are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Those with the most participants first.
    #[default]
    Participants,
    /// Those with the largest share of their people first; those that state no headcount are left out.
    Share,
}

impl Order {
    pub fn code(self) -> &'static str {
        match self {
            Self::Participants => "participants",
            Self::Share => "share",
        }
    }

    /// Anything else is the usual order.
    pub fn from_code(code: &str) -> Self {
        match code {
            "share" => Self::Share,
            _ => Self::Participants,
        }
    }
}

/// Beyond so long after its end a competition is only counted when its own page is opened.
const RECENT_MS: i64 = 30 * DAY;

/// A competition in the list of those within reach.
pub struct Listed {
    pub competition: Competition,
    /// The rules that hold now; of a draft its own.
    pub rules: Rules,
    /// Of those that run or have ended a short time ago: counting one reads all its players into memory.
    pub total: Option<Tally>,
}

/// The competitions within the caller's reach, newest first, with the sums of those that are going on.
///
/// # Errors
/// As [`setup::competitions`].
pub async fn list(app: &App, caller: &Caller) -> Result<Vec<Listed>> {
    let now = app.now();
    let mut list = Vec::new();
    for competition in setup::competitions(app, caller).await? {
        let versions = db::competition::versions(&app.db, competition.id).await?;
        let rules = in_effect(&versions, now).map_or(&competition.rules, |version| &version.rules);
        let rules = rules.clone();
        let going_on = rules.begins_at() <= now && now.0 < rules.ends_at().0.saturating_add(RECENT_MS);
        let total = if competition.state == State::Published && going_on {
            let total = boards::look(app, competition.id, |board| board.tally(Scope::All)).await?;
            Some(total)
        } else {
            None
        };
        list.push(Listed {
            competition,
            rules,
            total,
        });
    }
    Ok(list)
}

/// A unit with its counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    pub id: OrganizationId,
    pub name: String,
    pub tally: Tally,
    /// How many people it says it has.
    pub headcount: Option<u32>,
}

impl Unit {
    /// The share of its people who took part, in hundredths of a percent. May be above 10,000.
    pub fn share(&self) -> Option<u64> {
        let people = u64::from(self.headcount?);
        (self.tally.participants * 10_000).checked_div(people)
    }
}

/// A division with its counts; `None`: those of the division above who named none below it.
#[derive(Debug, Clone, PartialEq)]
pub struct Division {
    pub code: Option<u32>,
    pub name: String,
    pub tally: Tally,
}

/// The counts of a competition.
pub struct Figures {
    pub contest: Arc<Contest>,
    pub now: Timestamp,
    pub total: Tally,
    pub identities: Vec<(IdentityType, Tally)>,
    /// The division looked at, with all above it, the highest first; empty: the whole country.
    pub line: Vec<(u32, String)>,
    /// Of the division looked at.
    pub here: Tally,
    /// Those right below it.
    pub divisions: Vec<Division>,
    /// Those with the largest share of players first; a page of them.
    pub units: Vec<Unit>,
    /// How many there are, and how many pages.
    pub all_units: usize,
    pub page: u32,
    pub pages: u32,
    pub order: Order,
    /// The last count over all attempts.
    pub counted: Option<Counted>,
}

/// The counts of a published competition at this moment. `division`: which one to look into.
///
/// # Errors
/// As [`setup::running`].
pub async fn figures(
    app: &App,
    caller: &Caller,
    id: CompetitionId,
    division: Option<u32>,
    order: Order,
    page: u32,
) -> Result<Figures> {
    let contest = setup::running(app, caller, id).await?;
    let (total, identities) = boards::totals(app, &contest).await?;
    let here = match division {
        Some(code) => boards::look(app, id, |board| board.tally(Scope::Division(code))).await?,
        None => total,
    };
    let mut line = Vec::new();
    for code in std::iter::successors(division, |code| above(*code)) {
        line.insert(0, (code, own_name(app, code).await?));
    }
    let (units, all_units) = units(app, id, order, page).await?;
    Ok(Figures {
        now: app.now(),
        total,
        identities,
        line,
        here,
        divisions: divisions(app, id, division, here).await?,
        units,
        all_units,
        page: page.max(1),
        pages: u32::try_from(all_units.div_ceil(PAGE)).unwrap_or(u32::MAX),
        order,
        counted: db::competition_count::get(&app.db, id).await?,
        contest,
    })
}

/// The name of a division without those above it.
async fn own_name(app: &App, code: u32) -> Result<String> {
    let path = division_name(app, code).await?;
    Ok(path.rsplit(" / ").next().unwrap_or_default().to_owned())
}

/// The division that a division lies in.
fn above(code: u32) -> Option<u32> {
    DivisionCode::new(code)?.parent().map(DivisionCode::get)
}

/// The divisions right below one, those with the most participants first, and those who named none of them last.
async fn divisions(app: &App, id: CompetitionId, over: Option<u32>, here: Tally) -> Result<Vec<Division>> {
    let mut below = boards::look(app, id, |board| {
        let below = board.scopes().filter_map(|(scope, tally)| match scope {
            Scope::Division(code) if above(code) == over && tally.joined > 0 => Some((code, *tally)),
            _ => None,
        });
        below.collect::<Vec<_>>()
    })
    .await?;
    below.sort_by_key(|(code, tally)| (std::cmp::Reverse(tally.participants), *code));
    let named = below.iter().fold(Tally::default(), |sum, (_, tally)| sum.plus(*tally));
    let mut divisions = Vec::with_capacity(below.len() + 1);
    for (code, tally) in below {
        divisions.push(Division {
            code: Some(code),
            name: own_name(app, code).await?,
            tally,
        });
    }
    let rest = here.minus(named);
    if rest.joined > 0 {
        divisions.push(Division {
            code: None,
            name: String::new(),
            tally: rest,
        });
    }
    Ok(divisions)
}

/// Every unit somebody joined for, merged ones as what they count for; with the most participants first.
pub(super) async fn tallies(app: &App, id: CompetitionId) -> Result<Vec<(OrganizationId, Tally)>> {
    let merges = organization::merges(app).await?;
    let units = boards::look(app, id, |board| {
        let mut units: HashMap<OrganizationId, Tally> = HashMap::new();
        for (scope, tally) in board.scopes() {
            if let Scope::Organization(unit) = scope
                && tally.joined > 0
            {
                let sum = units.entry(merges.root(unit)).or_default();
                *sum = sum.plus(*tally);
            }
        }
        units
    })
    .await?;
    let mut units: Vec<_> = units.into_iter().collect();
    units.sort_by_key(|(unit, tally)| (std::cmp::Reverse(tally.participants), *unit));
    Ok(units)
}

async fn units(app: &App, id: CompetitionId, order: Order, page: u32) -> Result<(Vec<Unit>, usize)> {
    let mut units = Vec::new();
    for (id, tally) in tallies(app, id).await? {
        let unit = Unit {
            id,
            name: String::new(),
            tally,
            headcount: match order {
                Order::Share => headcount(app, id).await?,
                Order::Participants => None,
            },
        };
        if order == Order::Participants || unit.share().is_some() {
            units.push(unit);
        }
    }
    if order == Order::Share {
        units.sort_by_key(|unit| std::cmp::Reverse(unit.share()));
    }
    let all = units.len();
    let skip = (page.max(1) as usize - 1).saturating_mul(PAGE);
    let mut shown: Vec<Unit> = units.into_iter().skip(skip).take(PAGE).collect();
    for unit in &mut shown {
        unit.name = organization_name(app, unit.id).await?;
        unit.headcount = headcount(app, unit.id).await?;
    }
    Ok((shown, all))
}
