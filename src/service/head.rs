//! One page for the head of the bureau: is the year on plan, who is missing, where is knowledge weak, how does it compare.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{
    App, Caller, Result,
    annual::{Seen, basis},
    plan,
    statistics::weak,
};
use crate::{
    db,
    domain::{
        annual::{
            Base,
            head::{Missing, Progress, missing},
        },
        course::{Course, Lesson, State},
        exam::Exam,
        figure::Counts,
        id::UnitId,
        plan::Standing,
        role::Right,
        time::Timestamp,
        unit::Tree,
        weakness::{self, Article, Map, Share},
        year::Year,
    },
    error::Fault,
};

/// A weak article with the lesson that could help.
pub struct Weak {
    pub article: Article,
    pub share: Share,
    pub lesson: Option<Suggested>,
}

/// A lesson of a published course.
pub struct Suggested {
    pub course: Course,
    pub lesson: Lesson,
    /// Its place in the course, from 1.
    pub place: usize,
}

/// The page over a part of the tree.
pub struct Head {
    pub number: u16,
    pub year: Option<Year>,
    pub units: Tree,
    /// The unit looked at, with those below it; `None`: everything within reach.
    pub unit: Option<UnitId>,
    /// `None`: the year has no plan.
    pub plan: Option<Progress>,
    pub base: Base,
    pub before: Base,
    pub missing: Missing<UnitId>,
    /// The unit of which only those who stand in it itself are a row of the missing.
    pub level: Option<UnitId>,
    /// How many exams the year had.
    pub exams: usize,
    /// `None`: no exam, or it is being counted for the first time.
    pub map: Option<Map<UnitId>>,
    pub weak: Vec<Weak>,
    /// Some exam is being counted for the first time.
    pub counting: bool,
    /// Which edition the figures are taken from; `None`: the year is open.
    pub edition: Option<u32>,
    pub as_of: Timestamp,
}

/// What one page shows of a year within the caller's reach.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures, [`Fault::NotFound`] for a unit out of reach.
pub async fn head(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Head> {
    let reach = caller.may(Right::ReadFigures)?;
    let today = db::person::units(&app.db).await?;
    if unit.is_some_and(|unit| today.get(unit).is_none() || !reach.covers(&today, Some(unit))) {
        return Err(Fault::NotFound.into());
    }
    let now = basis(app, number).await?;
    let units = now.units(&today).clone();
    let seen = Seen::new(&units, &reach, unit);
    let last = basis(app, number.saturating_sub(1)).await?;
    let seen_before = Seen::new(last.units(&today), &reach, unit);
    let base = now.records().base(|of| seen.covers(of));
    let before = last.records().base(|of| seen_before.covers(of));
    let by_unit = now.records().counts_by_unit();
    let counts: BTreeMap<UnitId, Counts> = by_unit.into_iter().filter(|(of, _)| seen.covers(Some(*of))).collect();
    let (level, rows) = rows(&units, unit, &counts);
    let row = |of: UnitId| rows.get(&of).copied();
    let exams: Vec<&Exam> = now
        .exams()
        .iter()
        .filter(|exam| reach.meets(&units, exam.unit))
        .collect();
    let (mut sums, mut counting) = (Vec::new(), false);
    for exam in &exams {
        // Where one is still being counted, the others come after it.
        match weak::of_exam(app, exam, !counting).await? {
            Some(weak) => sums.push(weak),
            None => counting = true,
        }
    }
    let of_exams: Vec<&weakness::Sums> = sums.iter().map(|weak| &weak.sums).collect();
    let map = (!of_exams.is_empty()).then(|| weakness::map(&of_exams, row));
    let weak = match &map {
        Some(map) => suggested(app, &map.articles, &units, unit, number).await?,
        None => Vec::new(),
    };
    let years = db::year::all(&app.db).await?;
    Ok(Head {
        number,
        year: years.into_iter().find(|year| year.year == number),
        plan: planned(app, caller, number, unit).await?,
        base,
        before,
        missing: missing(&counts, row),
        level,
        exams: exams.len(),
        map,
        weak,
        counting,
        edition: now.edition().map(|head| head.number),
        as_of: now.as_of(),
        unit,
        units,
    })
}

/// How far the plan of the year has come; `None` when nothing is planned.
async fn planned(app: &App, caller: &Caller, number: u16, unit: Option<UnitId>) -> Result<Option<Progress>> {
    let counts = plan::counts(app, caller, number, unit).await?;
    let count = |standing| {
        counts
            .get(&standing)
            .map_or(0, |count: &usize| i64::try_from(*count).unwrap_or(i64::MAX))
    };
    let planned = counts.values().sum::<usize>();
    Ok((planned > 0).then(|| Progress {
        planned: i64::try_from(planned).unwrap_or(i64::MAX),
        done: count(Standing::Done),
        late: count(Standing::Late),
    }))
}

/// To which row of the page each unit with persons belongs: a unit below the one given first, with those below it.
fn rows(
    units: &Tree,
    top: Option<UnitId>,
    counts: &BTreeMap<UnitId, Counts>,
) -> (Option<UnitId>, HashMap<UnitId, UnitId>) {
    let with: HashSet<UnitId> = counts
        .keys()
        .flat_map(|unit| units.ancestors(*unit).map(|above| above.id))
        .collect();
    let (at, _) = units.level(top, |id| with.contains(&id), |id| counts.contains_key(&id));
    let row = |unit: UnitId| {
        let below = units.ancestors(unit).find(|above| above.parent == at);
        // Whoever stands in the unit looked at itself is a row as well.
        below.map_or(unit, |below| below.id)
    };
    (at, counts.keys().map(|unit| (*unit, row(*unit))).collect())
}

/// For each article the lesson that fits it best: of this year rather than of another, for these units.
async fn suggested(
    app: &App,
    articles: &[(Article, Share)],
    units: &Tree,
    top: Option<UnitId>,
    number: u16,
) -> Result<Vec<Weak>> {
    let mut courses = db::course::all(&app.db).await?;
    let concerns = |of: Option<UnitId>| match (of, top) {
        (Some(of), Some(top)) => units.is_within(top, of) || units.is_within(of, top),
        _ => true,
    };
    courses.retain(|course| course.state != State::Draft && concerns(course.heading.unit));
    courses.sort_by_key(|course| (course.heading.year != number, course.id));
    courses.truncate(COURSES);
    let mut lessons = Vec::new();
    for course in &courses {
        let of_course = db::course::lessons(&app.db, course.id).await?;
        lessons.extend((1..).zip(of_course).map(|(place, lesson)| (course, place, lesson)));
    }
    let best = |article: &Article| {
        let fitting = lessons.iter().rev().map(|of| {
            let draft = &of.2.draft;
            (weakness::fits(article, &draft.sources, &draft.body), of)
        });
        // Of equals the last is taken, which is the first in order.
        let (fit, (course, place, lesson)) = fitting.max_by_key(|(fit, _)| *fit)?;
        (fit > 0).then(|| Suggested {
            course: (*course).clone(),
            lesson: lesson.clone(),
            place: *place,
        })
    };
    let weak = articles.iter().map(|(article, share)| Weak {
        lesson: best(article),
        article: article.clone(),
        share: *share,
    });
    Ok(weak.collect())
}

/// Courses whose lessons are looked through.
const COURSES: usize = 20;
