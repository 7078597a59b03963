//! Right answers by unit and article: kept on this node for each exam, and grown by what was handed in since, in the order of the
//! hand-ins. The stored sums over questions know no units; a table of its own would be written at every hand-in for a page that few people
//! look at, so this is counted where it is looked at, beside the request.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::Duration,
};

use super::{
    lock,
    papers::{Marks, Texts},
};
use crate::{
    db,
    domain::{
        exam::Exam,
        id::{AttemptId, ExamId, PersonId, UnitId},
        law::citations,
        time::Timestamp,
        weakness::{Article, Sums},
    },
    service::{App, Result, apart::apart, audit, sitting, tally},
};

/// What is counted ends so long before now: a hand-in carries the time of its node's clock, and is seen when its transaction ends.
const MARGIN_SECONDS: i64 = 60;
/// So long a count is shown without looking for what came since.
const SERVES_SECONDS: i64 = 60;
/// Attempts read at a time, and how long others have the database in between.
const READ: u32 = 500;
const PAUSE: Duration = Duration::from_millis(2);
/// Exams kept at a time; of a city with 2,000 units one takes some 20 MB.
const KEPT: usize = 8;
/// So long whoever asks first waits; counting a city goes on without.
const PATIENCE: Duration = Duration::from_secs(2);

/// What was counted of an exam.
pub struct Weak {
    /// When it was counted, and up to which moment hand-ins are in it.
    pub at: Timestamp,
    until: Timestamp,
    /// How many attempts these are.
    attempts: u64,
    /// The key corrections they were marked with.
    keys: String,
    pub sums: Sums,
}

/// Counts on this node.
#[derive(Default)]
pub struct Weaknesses {
    kept: Mutex<Vec<(ExamId, Arc<Weak>)>>,
    running: Mutex<HashSet<ExamId>>,
    /// Held by the one that counts: the exams of a city's year all at once would take the whole machine from those who sit.
    turn: tokio::sync::Mutex<()>,
}

impl Weaknesses {
    fn known(&self, exam: ExamId) -> Option<Arc<Weak>> {
        let kept = lock(&self.kept);
        kept.iter()
            .find(|(id, _)| *id == exam)
            .map(|(_, weak)| Arc::clone(weak))
    }

    fn keep(&self, exam: ExamId, weak: Weak) {
        let mut kept = lock(&self.kept);
        kept.retain(|(id, _)| *id != exam);
        kept.insert(0, (exam, Arc::new(weak)));
        kept.truncate(KEPT);
    }
}

/// Says in any case that counting has ended, also when it panics.
struct Running(App, ExamId);

impl Drop for Running {
    fn drop(&mut self) {
        lock(&self.0.weaknesses.running).remove(&self.1);
    }
}

/// What is known of an exam: counted a minute ago at most, or older while it is being counted again; `None` while it is counted for the
/// first time. `waits`: whether the caller has a moment left for that.
///
/// # Errors
/// When the database fails.
pub async fn of_exam(app: &App, exam: &Exam, waits: bool) -> Result<Option<Arc<Weak>>> {
    let known = app.weaknesses.known(exam.id);
    let young = |weak: &Arc<Weak>| app.now() < weak.at.plus_seconds(SERVES_SECONDS);
    if known.as_ref().is_some_and(young) || !lock(&app.weaknesses.running).insert(exam.id) {
        return Ok(known);
    }
    let (here, counted_of, from) = (app.clone(), exam.clone(), known.clone());
    let task = apart(move || async move {
        let id = counted_of.id;
        let _running = Running(here.clone(), id);
        let _turn = here.weaknesses.turn.lock().await;
        let counted = count(&here, &counted_of, from).await;
        if let Err(error) = &counted {
            tracing::error!(exam = %id, %error, "right answers by unit could not be counted");
        }
        counted.map(|weak| here.weaknesses.keep(id, weak))
    });
    let patience = match &known {
        None if waits => PATIENCE,
        _ => Duration::ZERO,
    };
    match tokio::time::timeout(patience, task).await {
        Ok(Ok(Err(error))) => Err(error),
        _ => Ok(app.weaknesses.known(exam.id).or(known)),
    }
}

/// Adds what was handed in since; begins anew where a key was corrected or an earlier attempt came late.
async fn count(app: &App, exam: &Exam, from: Option<Arc<Weak>>) -> Result<Weak> {
    let marks = Marks::now(app, exam.id).await?;
    let keys = audit::json(&marks.corrections);
    let from = match from.filter(|from| from.keys == keys) {
        Some(from) if db::item_sums::handed_in(&app.db, exam.id, from.until).await? == from.attempts => Some(from),
        _ => None,
    };
    let (places, articles) = articles(app, exam.id).await?;
    let mut weak = Weak {
        at: app.now(),
        until: app.now().plus_seconds(-MARGIN_SECONDS),
        attempts: from.as_ref().map_or(0, |from| from.attempts),
        keys,
        sums: from
            .as_ref()
            .map_or_else(|| Sums::new(articles), |from| from.sums.clone()),
    };
    let mut after = (from.map_or(Timestamp(0), |from| from.until), AttemptId(i64::MAX));
    let mut units = None;
    loop {
        let page = db::item_sums::since(&app.db, exam.id, after, READ).await?;
        let Some(last) = page.last() else { return Ok(weak) };
        after = (last.at, last.attempt);
        let units = match &units {
            Some(units) => units,
            None => units.insert(units_of(app, exam).await?),
        };
        let full = page.len() == READ as usize;
        let texts = Texts::read(app, &marks, page.iter().map(|sat| sat.attempt)).await?;
        for sat in page {
            if sat.at > weak.until {
                return Ok(weak);
            }
            weak.attempts += 1;
            let Some(unit) = units.get(&sat.person).filter(|_| sat.first) else {
                continue;
            };
            let stored = (&sat.paper[..], &sat.sheet[..]);
            let asked = texts.asked(app, &marks, sat.attempt, sat.person, stored).await?;
            let given = marks.given_of(asked.into_iter());
            let paper = given.iter().map(|given| {
                let places = places.get(given.item as usize).map_or(&[][..], Vec::as_slice);
                (places, given.full > 0.0 && given.mark >= given.full)
            });
            weak.sums.add(*unit, paper);
        }
        if !full {
            return Ok(weak);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// In which unit everybody stood when the exam was opened.
async fn units_of(app: &App, exam: &Exam) -> Result<HashMap<PersonId, UnitId>> {
    let tally = tally::tally(app, exam).await?;
    let persons = tally
        .iter()
        .flat_map(|(unit, block)| block.persons().map(|(entry, _)| (entry.person, *unit)));
    Ok(persons.collect())
}

/// For each question of the pool the places of its articles in the list of all.
async fn articles(app: &App, exam: ExamId) -> Result<(Vec<Vec<u32>>, Vec<Article>)> {
    let material = sitting::material(app, exam).await?;
    let (mut places, mut known, mut list) = (Vec::new(), HashMap::new(), Vec::new());
    for (_, stored) in material.questions() {
        let mut of = Vec::new();
        for cited in stored.question.basis.iter().flat_map(|basis| citations(basis)) {
            let law = cited.law.strip_prefix("中华人民共和国").unwrap_or(cited.law);
            let article = Article {
                law: law.to_owned(),
                number: cited.number,
            };
            let place = *known.entry(article.clone()).or_insert_with(|| {
                list.push(article);
                (list.len() - 1) as u32
            });
            if !of.contains(&place) {
                of.push(place);
            }
        }
        places.push(of);
    }
    Ok((places, list))
}
