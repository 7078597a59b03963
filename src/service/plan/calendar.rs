//! A year as a calendar: the days that come every year, what is due, exams, competitions, and what was done.

use super::{Line, Recorded, load};
use crate::{
    domain::{
        activity::{self, State},
        calendar::Observance,
        exam::State as ExamState,
        id::{ActivityId, CompetitionId, ExamId, UnitId},
        role::Right,
        time::Timestamp,
        unit::Tree,
        year::Year,
    },
    service::{App, Caller, Result},
};

/// What stands in the calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Observance(&'static Observance),
    /// An entry of the plan, on the day it is due.
    Due(Box<Line>),
    /// An exam that was published, by its window; with its id once it has been opened and has figures.
    Exam(Option<ExamId>, String),
    Contest(CompetitionId, String),
    /// A recorded entry of the ledger.
    Activity(ActivityId, activity::Kind, String),
}

/// Something of a day, or of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub begins: Timestamp,
    /// The last day; not before the first.
    pub ends: Timestamp,
    pub what: What,
}

/// A year over a part of the tree.
pub struct Calendar {
    pub number: u16,
    pub year: Option<Year>,
    pub units: Tree,
    pub unit: Option<UnitId>,
    /// The units within reach, in the order of the tree.
    pub within: Vec<UnitId>,
    /// By first day; only what touches the year.
    pub events: Vec<Event>,
    pub as_of: Timestamp,
}

/// The year as a calendar within the caller's reach.
///
/// # Errors
/// As [`super::standing`].
pub async fn calendar(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Calendar> {
    let reach = caller.may(Right::ReadFigures)?;
    let (plan, recorded) = load(app, caller, number, unit).await?;
    let units = &plan.units;
    let concerns = |of: Option<UnitId>| {
        let (reached, inside) = match (of, unit) {
            (None, _) => (true, true),
            (of, None) => (reach.meets(units, of), true),
            (Some(of), Some(top)) => (
                reach.meets(units, Some(of)),
                units.is_within(of, top) || units.is_within(top, of),
            ),
        };
        reached && inside
    };
    let mut events: Vec<Event> = Observance::of(number)
        .map(|one| Event {
            begins: one.begins(number),
            ends: one.ends(number),
            what: What::Observance(one),
        })
        .collect();
    let Recorded {
        exams,
        contests,
        activities,
        ..
    } = recorded;
    let exams = exams.into_iter().filter(|exam| {
        let draft = exam.state == ExamState::Draft;
        !draft && concerns(exam.unit)
    });
    events.extend(exams.map(|exam| Event {
        begins: exam.window.opens_at,
        ends: exam.window.closes_at,
        what: What::Exam(exam.opened_at.map(|_| exam.id), exam.title),
    }));
    let contests = contests.into_iter().filter(|contest| concerns(contest.unit));
    events.extend(contests.map(|contest| Event {
        begins: contest.rules.begins_at(),
        ends: contest.rules.ends_at(),
        what: What::Contest(contest.id, contest.title),
    }));
    let done = activities.iter().filter(|activity| {
        let of = activity.wish.unit;
        let inside = unit.is_none_or(|top| units.is_within(of, top));
        activity.state == State::Recorded && inside && reach.covers(units, Some(of))
    });
    events.extend(done.map(|activity| Event {
        begins: activity.wish.day,
        ends: activity.wish.day,
        what: What::Activity(activity.id, activity.wish.kind, activity.wish.title.clone()),
    }));
    events.extend(plan.lines.into_iter().map(|line| Event {
        begins: line.entry.wish.due,
        ends: line.entry.wish.due,
        what: What::Due(Box::new(line)),
    }));
    let touches = |event: &Event| (event.begins.civil().year..=event.ends.civil().year).contains(&i64::from(number));
    events.retain(touches);
    events.sort_by_key(|event| (event.begins, event.ends));
    Ok(Calendar {
        number,
        year: plan.year,
        units: plan.units,
        unit,
        within: plan.within,
        events,
        as_of: plan.as_of,
    })
}
