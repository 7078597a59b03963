//! What the papers of an exam say of its questions and of the paper itself: most of it from running sums, the rest counted beside
//! requests and kept until results change.

mod groups;
mod papers;
mod sums;
mod times;
pub(in crate::service) mod weak;
mod wish;

use std::{
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use papers::Marks;

use super::{App, Caller, Error, Result, exam, sitting};
use crate::{
    db,
    domain::{
        answer::Form,
        bank::Stored,
        blueprint::Part,
        exam::{Exam, State},
        id::{ExamId, UnitId},
        item::OptionSet,
        key_correction::Method,
        points::Points,
        statistics::{
            classical::{Analysis, ItemFigures, PaperFigures},
            dif::Dif,
            irt::{Calibration, Estimate, Model, Precision, Responses, calibrate},
            remark::{Remark, Thresholds, of_groups, remarks, weight},
            sheet::Basis,
            sums::Sums,
        },
        time::Timestamp,
    },
    error::Fault,
};

pub use groups::{By, Group, Grouping};
pub(in crate::service) use sums::check;
pub use sums::fold;
pub use wish::{Order, Wish};

/// With fewer papers nothing is calibrated.
pub const LEAST_CALIBRATED: u64 = 100;
/// With fewer papers no slopes are estimated (Drasgow 1989: 200 persons are enough from five items on).
pub const LEAST_SLOPES: u64 = 200;
/// Questions on a page.
pub const PAGE: usize = 100;
/// From so many papers on, what is counted from the papers themselves serves for [`SERVES_SECONDS`] while more is handed in.
const MANY: u64 = 20_000;
const SERVES_SECONDS: i64 = 300;
/// Exams whose figures are kept.
const KEPT: usize = 50;
/// So long whoever asks waits; counting a city goes on without.
const PATIENCE: Duration = Duration::from_secs(2);

/// What results of an exam depend on: how often those of each unit have changed, and how many attempts are handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    versions: HashMap<UnitId, i64>,
    handed_in: u64,
}

impl Stamp {
    async fn of(app: &App, exam: ExamId) -> Result<Self> {
        Ok(Self {
            versions: db::tally::versions(&app.db, exam).await?,
            handed_in: db::signal::handed_in(&app.db, exam).await?,
        })
    }
}

/// How far counting has come on this node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// Another exam is being counted.
    Waiting,
    /// Attempts read so far, and how many there are.
    Reading(u64, u64),
    Counting,
    Calibrating,
    /// It broke off.
    Failed,
}

/// Questions and paper on the scale of abilities.
pub struct Scale {
    /// One slope for all.
    one: Calibration,
    /// A slope for each; `None` with too few papers or questions.
    two: Option<Calibration>,
    /// What the paper tells over abilities, by the model with a slope for each where there is one.
    pub precision: Vec<Precision>,
}

impl Scale {
    fn of(responses: &Responses, analysis: &Analysis) -> Option<Self> {
        let papers = analysis.paper.papers;
        let one = calibrate(Model::OneParameter, responses).ok()?;
        let two = (papers >= LEAST_SLOPES).then(|| calibrate(Model::TwoParameter, responses).ok());
        let two = two.flatten();
        let share = |item: &ItemFigures| item.papers as f64 / papers as f64;
        let shares: Vec<f64> = analysis.items.iter().map(share).collect();
        Some(Self {
            precision: two.as_ref().unwrap_or(&one).precision(&shares),
            one,
            two,
        })
    }

    pub fn reliability(&self) -> Option<f64> {
        self.one.reliability
    }

    /// Whether each question has its own slope.
    pub fn has_slopes(&self) -> bool {
        self.two.is_some()
    }
}

/// What needs the papers themselves, as it stood: groups of papers and of persons, calibration.
pub struct Deep {
    stamp: Stamp,
    pub at: Timestamp,
    pub paper: PaperFigures,
    items: Vec<ItemFigures>,
    scale: Option<Scale>,
    /// For each way to group persons that makes several groups, how they compare.
    pub groups: Vec<Grouping>,
}

impl Deep {
    /// Whether it may be shown now.
    fn serves(&self, stamp: &Stamp, now: Timestamp) -> bool {
        let young = self.stamp.handed_in >= MANY && now < self.at.plus_seconds(SERVES_SECONDS);
        self.stamp == *stamp || young
    }
}

/// The figures of an exam, as they stood.
pub struct Counted {
    stamp: Stamp,
    pub at: Timestamp,
    pub paper: PaperFigures,
    pub basis: Basis,
    /// By place in the pool, as are those that follow.
    pub items: Vec<ItemFigures>,
    remarks: Vec<Vec<Remark>>,
    /// The key in force, or any of the two.
    keys: Vec<OptionSet>,
    methods: HashMap<u32, Method>,
    /// `None` while it has never been counted.
    pub deep: Option<Arc<Deep>>,
}

impl Counted {
    /// What the sums say, with what is known beside them.
    fn of(marks: &Marks, stamp: Stamp, at: Timestamp, sums: &Sums, deep: Option<Arc<Deep>>) -> Self {
        let mut items = sums.items();
        let mut paper = sums.paper();
        if let Some(deep) = &deep {
            paper.median = deep.paper.median;
            items
                .iter_mut()
                .zip(&deep.items)
                .for_each(|(item, deep)| complete(item, deep));
        }
        let methods: HashMap<u32, Method> = marks
            .corrections
            .iter()
            .map(|one| (one.pool, one.method.clone()))
            .collect();
        let thresholds = Thresholds::default();
        let remarked = (0u32..).zip(marks.items.iter().zip(&items));
        let remarks = remarked.map(|(pool, (item, figures))| match methods.get(&pool) {
            // Everybody has the points: the marks say nothing of the question any more.
            Some(Method::FullCredit | Method::Void) => Vec::new(),
            _ => remarks(item, figures, &thresholds),
        });
        Self {
            remarks: remarks.collect(),
            keys: marks.items.iter().map(|item| item.key).collect(),
            basis: sums.basis(),
            stamp,
            at,
            paper,
            items,
            methods,
            deep,
        }
    }

    /// Whether they may be shown now.
    fn serves(&self, stamp: &Stamp, now: Timestamp) -> bool {
        self.stamp == *stamp && self.deep.as_ref().is_some_and(|deep| deep.serves(stamp, now))
    }

    /// What was counted from fewer papers than the sums.
    pub fn behind(&self) -> Option<&Deep> {
        self.deep.as_deref().filter(|deep| deep.stamp != self.stamp)
    }

    fn differences(&self, place: usize) -> Vec<Difference> {
        let groupings = self.deep.iter().flat_map(|deep| &deep.groups);
        groupings
            .flat_map(|grouping| {
                let compared = grouping.compared.items.get(place).into_iter().flatten();
                compared.filter_map(|(focal, dif)| {
                    Some(Difference {
                        by: grouping.by,
                        reference: grouping.groups.get(grouping.compared.reference)?.clone(),
                        focal: grouping.groups.get(*focal)?.clone(),
                        dif: *dif,
                    })
                })
            })
            .collect()
    }

    pub fn scale(&self) -> Option<&Scale> {
        self.deep.as_ref()?.scale.as_ref()
    }
}

/// Adds what sums do not say of an item.
fn complete(item: &mut ItemFigures, deep: &ItemFigures) {
    item.discriminative_efficiency = deep.discriminative_efficiency;
    item.groups = deep.groups;
    item.time = deep.time;
    for (option, deep) in item.options.iter_mut().zip(&deep.options) {
        option.groups = deep.groups;
        option.fifths = deep.fifths;
    }
}

/// Figures on this node, and how far counting has come.
#[derive(Default)]
pub struct Node {
    kept: Mutex<HashMap<ExamId, Arc<Counted>>>,
    running: Mutex<HashMap<ExamId, Progress>>,
    /// One exam is counted at a time: each takes a core and the memory of its papers.
    turn: tokio::sync::Mutex<()>,
}

fn lock<T>(all: &Mutex<T>) -> MutexGuard<'_, T> {
    all.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Node {
    fn kept(&self, exam: ExamId) -> Option<Arc<Counted>> {
        lock(&self.kept).get(&exam).cloned()
    }

    /// What is known of the question at a place of an exam's pool, if the exam was counted lately.
    pub(super) fn item(&self, exam: ExamId, pool: u32) -> Option<ItemFigures> {
        self.kept(exam)?.items.get(pool as usize).cloned()
    }

    fn keep(&self, exam: ExamId, counted: Counted) {
        let mut kept = lock(&self.kept);
        if kept.len() >= KEPT {
            kept.clear();
        }
        kept.insert(exam, Arc::new(counted));
    }

    /// How far it has come. That it broke off is said once, so that the next who asks begins anew.
    fn progress(&self, exam: ExamId) -> Option<Progress> {
        let mut running = lock(&self.running);
        let progress = running.get(&exam).copied();
        if progress == Some(Progress::Failed) {
            running.remove(&exam);
        }
        progress
    }

    /// `false`: it is counted already.
    fn begin(&self, exam: ExamId) -> bool {
        let mut running = lock(&self.running);
        let free = !running.contains_key(&exam);
        if free {
            running.insert(exam, Progress::Waiting);
        }
        free
    }

    fn say(&self, exam: ExamId, progress: Progress) {
        lock(&self.running).insert(exam, progress);
    }
}

/// Says in any case how counting ended, also when it panics.
struct Running {
    app: App,
    exam: ExamId,
    failed: bool,
}

impl Drop for Running {
    fn drop(&mut self) {
        match self.failed {
            true => self.app.statistics.say(self.exam, Progress::Failed),
            false => drop(lock(&self.app.statistics.running).remove(&self.exam)),
        }
    }
}

/// What is known of an exam now, perhaps from before, and how far counting anew has come.
struct Known {
    exam: Exam,
    counted: Option<Arc<Counted>>,
    progress: Option<Progress>,
}

/// The figures of an exam: those kept, if nothing has changed since, or else counted now; after [`PATIENCE`] what was known before.
async fn of_exam(app: &App, caller: &Caller, id: ExamId) -> Result<Known> {
    let exam = exam::exam(app, caller, id).await?;
    let node = &app.statistics;
    let known = |progress| Known {
        exam: exam.clone(),
        counted: node.kept(id),
        progress,
    };
    if exam.state != State::Open {
        return Ok(known(None));
    }
    let stamp = Stamp::of(app, id).await?;
    if node.kept(id).is_some_and(|kept| kept.serves(&stamp, app.now())) {
        return Ok(known(None));
    }
    if let Some(progress) = node.progress(id) {
        return Ok(known(Some(progress)));
    }
    if node.begin(id) {
        let here = app.clone();
        let task = tokio::spawn(async move {
            let mut running = Running {
                app: here,
                exam: id,
                failed: true,
            };
            let done = count(&running.app, id, stamp).await;
            running.failed = done.is_err();
            if let Err(error) = &done {
                tracing::error!(exam = %id, %error, "the figures of questions could not be counted");
            }
        });
        if let Ok(Err(_)) = tokio::time::timeout(PATIENCE, task).await {
            return Err(Fault::Unavailable.into());
        }
    }
    Ok(known(node.progress(id)))
}

async fn count(app: &App, id: ExamId, stamp: Stamp) -> Result<()> {
    let node = &app.statistics;
    let all = stamp.handed_in;
    let at = app.now();
    let read = |read| node.say(id, Progress::Reading(read, all.max(read)));
    let (sums, marks) = sums::now(app, id, read).await?;
    let before = node.kept(id).and_then(|kept| kept.deep.clone());
    let counted = |deep| Counted::of(&marks, stamp.clone(), at, sums.sums(), deep);
    node.keep(id, counted(before.clone()));
    if before.is_some_and(|before| before.serves(&stamp, at)) {
        return Ok(());
    }
    node.say(id, Progress::Waiting);
    let _turn = node.turn.lock().await;
    let deep = look_deep(app, &marks, stamp.clone(), at).await?;
    node.keep(id, counted(Some(Arc::new(deep))));
    Ok(())
}

/// Reads all papers and counts what the sums do not say.
async fn look_deep(app: &App, marks: &Arc<Marks>, stamp: Stamp, at: Timestamp) -> Result<Deep> {
    let id = marks.exam;
    let papers = papers::read(app, marks, stamp.handed_in).await?;
    let members = groups::members(app, id).await?;
    let times = times::read(app, &papers, marks.items.len()).await?;
    app.statistics.say(id, Progress::Counting);
    let (here, marks) = (app.clone(), Arc::clone(marks));
    let deep = tokio::task::spawn_blocking(move || {
        let mut analysis = marks.analyse(&papers);
        for (item, time) in analysis.items.iter_mut().zip(times) {
            item.time = time;
        }
        let groups = groups::compare(&marks, &papers, analysis.basis, members);
        let enough = analysis.paper.papers >= LEAST_CALIBRATED;
        let scale = enough.then(|| {
            here.statistics.say(id, Progress::Calibrating);
            Scale::of(&marks.responses(&papers), &analysis)
        });
        Deep {
            stamp,
            at,
            paper: analysis.paper,
            items: analysis.items,
            scale: scale.flatten(),
            groups,
        }
    });
    deep.await.map_err(|_| Error::Db(db::Error::Closing))
}

/// What is said of one question.
pub struct Row {
    pub pool: u32,
    pub stored: Stored,
    pub figures: ItemFigures,
    /// What matters most first.
    pub remarks: Vec<Remark>,
    /// The key in force, or any of the two.
    pub key: OptionSet,
    /// What became of the question after the exam.
    pub method: Option<Method>,
    /// Where it stands on the scale of abilities; `None` where nothing was calibrated.
    pub estimate: Option<Estimate>,
    /// The same with a slope of its own.
    pub sloped: Option<Estimate>,
    /// How groups of persons compare with the largest of their kind.
    pub differences: Vec<Difference>,
}

/// How one group of persons compares with the largest of its kind on a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    pub by: By,
    pub reference: Group,
    pub focal: Group,
    pub dif: Dif,
}

impl Row {
    fn of(counted: &Counted, pool: u32, stored: &Stored) -> Option<Self> {
        let place = pool as usize;
        let estimate = |all: &Calibration| all.items.get(place).copied();
        let scale = counted.scale();
        Some(Self {
            pool,
            stored: stored.clone(),
            figures: counted.items.get(place)?.clone(),
            remarks: counted.remarks.get(place)?.clone(),
            key: *counted.keys.get(place)?,
            method: counted.methods.get(&pool).cloned(),
            estimate: scale.and_then(|scale| estimate(&scale.one)),
            sloped: scale.and_then(|scale| estimate(scale.two.as_ref()?)),
            differences: counted.differences(place),
        })
    }
}

/// Questions listed as those to look at; the rest is found by the filter.
const FIRST: usize = 10;
/// Differences between groups that are listed.
const DIFFERENCES: usize = 20;

/// The questions of an exam with their figures.
pub struct Overview {
    pub exam: Exam,
    pub full: Points,
    pub progress: Option<Progress>,
    pub counted: Option<Arc<Counted>>,
    /// Those to look at first, the gravest first.
    pub first: Vec<Row>,
    /// How many are remarked on.
    pub remarked: usize,
    /// How many of the pool stood on a paper.
    pub asked: usize,
    /// Questions of each paper that people read, of which nothing is counted here.
    pub read: u32,
    pub rows: Vec<Row>,
    pub page: usize,
    pub pages: usize,
    /// Differences between the groups asked for that are worth a look, the largest first, and how many there are.
    pub differences: Vec<(Row, Difference)>,
    pub differing: usize,
}

impl Overview {
    /// The groups that are compared; `None` where there are not several.
    pub fn grouping(&self, by: By) -> Option<&Grouping> {
        let groups = &self.counted.as_ref()?.deep.as_ref()?.groups;
        groups.iter().find(|grouping| grouping.by == by)
    }
}

/// The questions of an exam, each with what the papers say of it, and the figures of the paper.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] outside their scope.
pub async fn overview(app: &App, caller: &Caller, id: ExamId, wish: Wish) -> Result<Overview> {
    let Known {
        exam,
        counted,
        progress,
    } = of_exam(app, caller, id).await?;
    let material = sitting::material(app, id).await?;
    let mut overview = Overview {
        full: exam.blueprint.total(),
        read: {
            let written = |part: &&Part| {
                let of_kind = material
                    .questions()
                    .filter(|(_, stored)| stored.question.kind == part.kind);
                let mut forms = of_kind.filter_map(|(_, stored)| stored.question.form.as_ref());
                forms.any(Form::is_written)
            };
            exam.blueprint.parts.iter().filter(written).map(|part| part.count).sum()
        },
        exam,
        progress,
        counted: None,
        first: Vec::new(),
        remarked: 0,
        asked: 0,
        rows: Vec::new(),
        page: 1,
        pages: 1,
        differences: Vec::new(),
        differing: 0,
    };
    let Some(counted) = counted else { return Ok(overview) };
    let row = |pool: &u32| Row::of(&counted, *pool, material.question(*pool)?);
    let asked = (0u32..).zip(&counted.items).filter(|(_, figures)| figures.papers > 0);
    let mut places: Vec<u32> = asked.map(|(pool, _)| pool).collect();
    overview.asked = places.len();
    let with_remarks = |pool: &u32| !counted.remarks[*pool as usize].is_empty();
    let mut first: Vec<u32> = places.iter().copied().filter(with_remarks).collect();
    overview.remarked = first.len();
    first.sort_by_key(|pool| Reverse(weight(&counted.remarks[*pool as usize])));
    first.retain(|pool| counted.remarks[*pool as usize].iter().any(Remark::is_grave));
    overview.first = first.iter().take(FIRST).filter_map(row).collect();
    if wish.remarked {
        places.retain(with_remarks);
    }
    wish.sort(&counted, &mut places);
    overview.pages = places.len().div_ceil(PAGE).max(1);
    overview.page = wish.page.clamp(1, overview.pages);
    let from = (overview.page - 1) * PAGE;
    overview.rows = places.iter().skip(from).take(PAGE).filter_map(row).collect();
    let mut differences: Vec<(u32, Difference)> = (0u32..)
        .take(counted.items.len())
        .flat_map(|pool| {
            counted
                .differences(pool as usize)
                .into_iter()
                .map(move |one| (pool, one))
        })
        .filter(|(_, one)| one.by == wish.by && of_groups(&one.dif).is_some())
        .collect();
    differences.sort_by(|(_, a), (_, b)| b.dif.d_dif.abs().total_cmp(&a.dif.d_dif.abs()));
    overview.differing = differences.len();
    let listed = differences.into_iter().take(DIFFERENCES);
    overview.differences = listed.filter_map(|(pool, one)| Some((row(&pool)?, one))).collect();
    overview.counted = Some(counted);
    Ok(overview)
}

/// One question of an exam.
pub struct One {
    pub exam: Exam,
    pub progress: Option<Progress>,
    pub at: Option<Timestamp>,
    pub pool: u32,
    pub stored: Stored,
    /// `None` while nothing is counted.
    pub row: Option<Row>,
}

/// The question at a place of an exam's pool, with what the papers say of it.
///
/// # Errors
/// As [`overview`]; [`Fault::NotFound`] when there is no such place.
pub async fn one(app: &App, caller: &Caller, id: ExamId, pool: u32) -> Result<One> {
    let Known {
        exam,
        counted,
        progress,
    } = of_exam(app, caller, id).await?;
    let material = sitting::material(app, id).await?;
    let stored = material.question(pool).ok_or(Fault::NotFound)?;
    Ok(One {
        exam,
        progress,
        at: counted.as_ref().map(|counted| counted.at),
        pool,
        row: counted.and_then(|counted| Row::of(&counted, pool, stored)),
        stored: stored.clone(),
    })
}
