//! The plan to the day of an exam: what is known now, what is forgotten until then, and what the minutes of a person can do about it.

use std::collections::HashMap;

use super::{
    knowledge::{self, Knowledge},
    memory::{Fsrs, after_days},
    mock::Source,
};
use crate::{
    db,
    domain::{
        blueprint::Blueprint,
        exam::Exam,
        id::{ExamId, PersonId, VersionId},
        item::{Difficulty, Kind},
        paper::PoolItem,
        study::{self, Forecast, Item, Memory, Model as _, PRACTICES, PartChance, Plan, Rating, forecast, prior},
        time::{DAY, Timestamp},
    },
    error::Fault,
    service::{App, Caller, Result, random::PaperDice, sitting},
};

/// Minutes a day as long as nothing is set.
pub const USUAL_MINUTES: u32 = 15;
/// Papers drawn on trial to learn how many points a topic has where bounds decide that.
const TRIALS: u32 = 100;

/// A topic of the exam.
pub struct Area {
    /// Empty: questions without a topic.
    pub name: String,
    /// Points that it has on a paper on average.
    pub points: f64,
    /// How probably its questions are answered right now, on the day without practice, and by the plan.
    pub now: f64,
    pub without: f64,
    pub with: f64,
    /// Practices planned.
    pub practices: usize,
}

/// The plan of a person for an exam.
pub struct View {
    pub exam: Exam,
    /// When the plan begins, and the day it is for, as a moment.
    pub today: Timestamp,
    pub day: Timestamp,
    pub minutes: u32,
    pub now: Forecast,
    pub without: Forecast,
    pub with: Forecast,
    /// As the areas of the plan name them.
    pub areas: Vec<Area>,
    pub plan: Plan,
    /// What is left to practise of the first day: without what has been answered today.
    pub questions: Vec<VersionId>,
    /// Kinds of questions of the exam of which none may be practised.
    pub uncovered: Vec<Kind>,
}

/// Sets the minutes a day.
///
/// # Errors
/// [`Fault::NotFound`] when the person is not due for the exam, [`study::StudyFault::Minutes`].
pub async fn set_minutes(app: &App, caller: &Caller, exam: ExamId, typed: &str) -> Result<()> {
    let person = caller.person()?;
    sitting::standing(app, caller, exam).await?;
    let minutes = study::minutes(typed).map_err(Fault::Study)?;
    let now = app.now();
    app.db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::study::set_minutes(tx, person, exam, minutes, now).await?) })
        })
        .await
}

/// The plan of the caller for an exam.
///
/// # Errors
/// [`Fault::NotFound`] when the person is not due for the exam, [`Fault::WrongState`] when it has closed,
/// [`study::StudyFault::Nothing`] when none of its questions may be practised.
pub async fn plan(app: &App, caller: &Caller, id: ExamId) -> Result<View> {
    let person = caller.person()?;
    let exam = sitting::standing(app, caller, id).await?.exam;
    let now = app.now();
    if now >= exam.window.closes_at {
        return Err(Fault::WrongState.into());
    }
    // Once it is open it can be sat on any day: there is time until the last one.
    let day = match now < exam.window.opens_at {
        true => exam.window.opens_at,
        false => exam.window.closes_at,
    };
    let source = Source::of(app, &exam).await?;
    let (_, blueprint) = source.prepared(&exam)?;
    let points = points(&source, &blueprint, &exam);
    let knowledge = knowledge::of(app, caller).await?;
    let minutes = db::study::minutes(&app.db, person, id).await?.unwrap_or(USUAL_MINUTES);
    Ok(view(exam, now, day, minutes, &source, &points, &knowledge))
}

/// Where the questions of a kind stand in a pool, all of them or those of a topic and difficulty.
fn places(items: &[PoolItem], kind: Kind, cell: Option<(&str, Difficulty)>) -> Vec<usize> {
    let fits =
        |item: &PoolItem| item.kind == kind && cell.is_none_or(|cell| cell == (item.topic.as_str(), item.difficulty));
    (0..items.len()).filter(|place| fits(&items[*place])).collect()
}

/// The points that each question brings on a paper on average.
fn points(source: &Source, blueprint: &Blueprint, exam: &Exam) -> Vec<f64> {
    let items = &source.items;
    let mut points = vec![0.0; items.len()];
    for part in blueprint.parts.iter().filter(|part| part.bounds.is_empty()) {
        let places = places(items, part.kind, None);
        let share = part.points.0 as f64 / 100.0 * f64::from(part.count) / places.len().max(1) as f64;
        places.into_iter().for_each(|place| points[place] = share);
    }
    let bounded: Vec<_> = blueprint.parts.iter().filter(|part| !part.bounds.is_empty()).collect();
    if bounded.is_empty() {
        return points;
    }
    let Ok((prepared, _)) = source.prepared(exam) else {
        return points;
    };
    let mut drawer = prepared.drawer();
    let mut drawn: HashMap<(Kind, &str, Difficulty), u32> = HashMap::new();
    for trial in 0..TRIALS {
        // Always the same papers, which nobody gets: the plan must not change from one look to the next.
        let mut dice = PaperDice::new(&[0; 32], exam.id, PersonId(0), trial);
        let Ok(paper) = drawer.paper(&mut dice) else { continue };
        for item in paper.0.iter().filter_map(|drawn| items.get(drawn.pool as usize)) {
            *drawn.entry((item.kind, &item.topic, item.difficulty)).or_default() += 1;
        }
    }
    for part in bounded {
        for ((_, topic, difficulty), times) in drawn.iter().filter(|((kind, ..), _)| *kind == part.kind) {
            let places = places(items, part.kind, Some((*topic, *difficulty)));
            let mean = part.points.0 as f64 / 100.0 * f64::from(*times) / f64::from(TRIALS);
            let share = mean / places.len().max(1) as f64;
            places.into_iter().for_each(|place| points[place] = share);
        }
    }
    points
}

/// A question of the pool as the plan sees it.
struct Counted {
    kind: Kind,
    version: VersionId,
    seen: bool,
    seen_today: bool,
    now: f64,
}

fn view(
    exam: Exam,
    now: Timestamp,
    day: Timestamp,
    minutes: u32,
    source: &Source,
    points: &[f64],
    knowledge: &Knowledge,
) -> View {
    let until = (day.0 - now.0) as f64 / DAY as f64;
    let days = u32::try_from(day.day() - now.day()).unwrap_or(0).max(1);
    let mut topics: HashMap<&str, usize> = HashMap::new();
    let (mut names, mut items, mut counted) = (Vec::new(), Vec::new(), Vec::new());
    let unknown = learnt(until);
    for ((item, version), points) in source.items.iter().zip(&source.versions).zip(points) {
        let Some(held) = knowledge.held(item.question) else {
            continue;
        };
        let area = *topics.entry(&item.topic).or_insert_with(|| {
            names.push(item.topic.clone());
            names.len() - 1
        });
        let chances = match held.card {
            Some(card) => practised(card.memory, card.days_since(now), until),
            // What is known without study stays known; the rest is learnt by the first practice.
            None => std::array::from_fn(|practices| match practices {
                0 => held.probability,
                practices => held.probability + (1.0 - held.probability) * unknown[practices - 1],
            }),
        };
        items.push(Item {
            area,
            points: *points,
            chances,
        });
        counted.push(Counted {
            kind: item.kind,
            version: *version,
            seen: held.card.is_some(),
            seen_today: held.card.is_some_and(|card| card.last_at.day() == now.day()),
            now: held.probability,
        });
    }
    let plan = study::plan(&items, days, minutes);
    let of = |chance: &dyn Fn(usize) -> f64, seen: &dyn Fn(usize) -> bool| told(&exam, &items, &counted, chance, seen);
    let after = |place: usize| items[place].after(plan.practices[place]);
    let known = |place: usize| counted[place].seen;
    View {
        now: of(&|place| counted[place].now, &known),
        without: of(&|place| items[place].chances[0], &known),
        with: of(&after, &|place| counted[place].seen || plan.practices[place] > 0),
        areas: areas(names, &items, &counted, &plan),
        uncovered: exam
            .blueprint
            .parts
            .iter()
            .map(|part| part.kind)
            .filter(|kind| counted.iter().all(|one| one.kind != *kind))
            .collect(),
        // Today's plan has a question once, and is made anew at every look.
        questions: plan
            .first
            .iter()
            .map(|place| &counted[*place])
            .filter(|one| !one.seen_today)
            .map(|one| one.version)
            .collect(),
        plan,
        today: now,
        day,
        minutes,
        exam,
    }
}

/// What to expect when questions are answered right with these chances.
fn told(
    exam: &Exam,
    items: &[Item],
    counted: &[Counted],
    chance: &dyn Fn(usize) -> f64,
    seen: &dyn Fn(usize) -> bool,
) -> Forecast {
    let (mut all, mut answered) = (0.0, 0.0);
    let part = |part: &crate::domain::blueprint::Part| {
        let (mut sum, mut weight) = (0.0, 0.0);
        for place in (0..items.len()).filter(|place| counted[*place].kind == part.kind) {
            sum += items[place].points * chance(place);
            weight += items[place].points;
        }
        PartChance {
            count: part.count,
            points: part.points.0 as f64 / 100.0,
            chance: if weight > 0.0 {
                sum / weight
            } else {
                prior(Difficulty::Unknown)
            },
        }
    };
    let parts: Vec<_> = exam.blueprint.parts.iter().map(part).collect();
    for (place, item) in items.iter().enumerate() {
        all += item.points;
        answered += if seen(place) { item.points } else { 0.0 };
    }
    let pass_mark = exam.policy.pass_mark.0 as f64 / 100.0;
    forecast(&parts, pass_mark, if all > 0.0 { answered / all } else { 0.0 })
}

fn areas(names: Vec<String>, items: &[Item], counted: &[Counted], plan: &Plan) -> Vec<Area> {
    let mut areas: Vec<Area> = names
        .into_iter()
        .map(|name| Area {
            name,
            points: 0.0,
            now: 0.0,
            without: 0.0,
            with: 0.0,
            practices: 0,
        })
        .collect();
    for (place, item) in items.iter().enumerate() {
        let area = &mut areas[item.area];
        let practices = plan.practices[place];
        area.points += item.points;
        area.now += item.points * counted[place].now;
        area.without += item.points * item.chances[0];
        area.with += item.points * item.after(practices);
        area.practices += practices;
    }
    for area in areas.iter_mut().filter(|area| area.points > 0.0) {
        area.now /= area.points;
        area.without /= area.points;
        area.with /= area.points;
    }
    areas
}

/// A wrong answer, and the right one that follows the explanation on the same day.
fn corrected(before: Option<Memory>, days: u32) -> Memory {
    Fsrs.next(Some(Fsrs.next(before, Rating::Again, days)), Rating::Good, 0)
}

/// Practices so many, evenly spread over the days.
fn times(practices: usize, until: f64) -> Vec<f64> {
    (1..=practices)
        .map(|number| until * number as f64 / (practices + 1) as f64)
        .collect()
}

/// How probably a question is answered right after so many days when it was answered last at `last` and is practised at these times;
/// times are in days from now, those past below zero.
fn expected(memory: Memory, last: f64, times: &[f64], until: f64) -> f64 {
    let Some((time, later)) = times.split_first() else {
        return after_days(memory, until - last);
    };
    let right = after_days(memory, time - last);
    // Whole days; never below zero, for practices lie after the last answer.
    let days = (time - last).max(0.0) as u32;
    let known = expected(Fsrs.next(Some(memory), Rating::Good, days), *time, later, until);
    let relearnt = expected(corrected(Some(memory), days), *time, later, until);
    right * known + (1.0 - right) * relearnt
}

/// How probably a question is answered right on the day after no practice, one, two, three.
fn practised(memory: Memory, since: f64, until: f64) -> [f64; PRACTICES + 1] {
    std::array::from_fn(|practices| expected(memory, -since, &times(practices, until), until))
}

/// The same for what was not known at the first practice: after one, two, three.
fn learnt(until: f64) -> [f64; PRACTICES] {
    std::array::from_fn(|place| {
        let times = times(place + 1, until);
        expected(corrected(None, 0), times[0], &times[1..], until)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn practice_helps_the_more_the_later_and_forgetting_takes_its_share() {
        let row = learnt(30.0);
        assert!(0.4 < row[0] && row.is_sorted() && row[2] < 1.0, "{row:?}");
        assert!(learnt(5.0)[0] > row[0]);
        let memory = corrected(None, 0);
        let known = practised(memory, 10.0, 30.0);
        assert!(known.is_sorted() && known[0] < after_days(memory, 10.0), "{known:?}");
    }
}
