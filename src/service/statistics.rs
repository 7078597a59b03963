//! What the papers of an exam say of its questions and of the paper itself: counted beside requests, kept until results change.

use std::{
    borrow::Cow,
    cmp::Reverse,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    App, Caller, Error, Result, exam,
    sitting::{self, Material},
};
use crate::{
    db,
    domain::{
        bank::Stored,
        exam::{Exam, State},
        id::{ExamId, PersonId, UnitId},
        item::OptionSet,
        key_correction::{Asked, Correction, Method, mark_asked},
        mark::Marking,
        points::Points,
        statistics::{
            classical::{Analysis, ItemFigures, PaperFigures, analyse_by},
            irt::{Calibration, Estimate, Model, Responses, calibrate},
            remark::{Remark, Thresholds, remarks, weight},
            sheet::{Basis, Given, Item},
        },
        time::Timestamp,
    },
    error::Fault,
};

/// With fewer papers nothing is calibrated.
pub const LEAST_CALIBRATED: u64 = 100;
/// Questions on a page.
pub const PAGE: usize = 100;
/// Attempts read at a time.
const READ: u32 = 5_000;
/// From so many papers on, counting takes so long that figures serve for [`SERVES_SECONDS`] while more is handed in.
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
    calibration: Option<Calibration>,
}

impl Counted {
    /// Whether they may be shown now.
    fn serves(&self, stamp: &Stamp, now: Timestamp) -> bool {
        let young = self.stamp.handed_in >= MANY && now < self.at.plus_seconds(SERVES_SECONDS);
        self.stamp == *stamp || young
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
    let _turn = app.statistics.turn.lock().await;
    let at = app.now();
    let material = sitting::material(app, id).await?;
    let corrections = db::key_correction::in_force(&app.db, id).await?;
    let papers = read(app, &material, stamp.handed_in).await?;
    app.statistics.say(id, Progress::Counting);
    let here = app.clone();
    let counted = tokio::task::spawn_blocking(move || {
        let marks = Marks::of(&material, corrections);
        let analysis = marks.analyse(&papers);
        let enough = analysis.paper.papers >= LEAST_CALIBRATED;
        let calibration = enough.then(|| {
            here.statistics.say(id, Progress::Calibrating);
            marks.calibrate(&papers)
        });
        marks.counted(analysis, calibration.flatten(), stamp, at)
    });
    let counted = counted.await.map_err(|_| Error::Db(db::Error::Closing))?;
    app.statistics.keep(id, counted);
    Ok(())
}

/// What was chosen on all papers, six bytes for each question: a city's papers spread out would fill the memory.
#[derive(Default)]
struct Papers {
    pools: Vec<u32>,
    /// As authored.
    choices: Vec<OptionSet>,
    /// Where each paper ends.
    ends: Vec<usize>,
}

impl Papers {
    fn push(&mut self, asked: impl Iterator<Item = (u32, OptionSet)>) {
        for (pool, choice) in asked {
            self.pools.push(pool);
            self.choices.push(choice);
        }
        self.ends.push(self.pools.len());
    }

    fn range(&self, place: usize) -> std::ops::Range<usize> {
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        from..self.ends[place]
    }

    fn asked(&self, place: usize) -> impl Iterator<Item = (u32, OptionSet)> + '_ {
        let range = self.range(place);
        let choices = self.choices[range.clone()].iter().copied();
        self.pools[range].iter().copied().zip(choices)
    }
}

/// The first attempt that each person handed in: later ones are sat by people who have seen questions before.
async fn read(app: &App, material: &Material, all: u64) -> Result<Papers> {
    let id = material.exam.id;
    let mut papers = Papers::default();
    let (mut after, mut read) = ((PersonId(0), 0), 0);
    loop {
        app.statistics.say(id, Progress::Reading(read, all.max(read)));
        let page = db::sitting::answered(&app.db, id, after, READ).await?;
        let Some(last) = page.last() else {
            return Ok(papers);
        };
        read += page.len() as u64;
        let mut before = after.0;
        after = (last.person, last.number);
        for sat in page {
            if sat.person == before {
                continue;
            }
            before = sat.person;
            let (paper, choices) = sitting::chosen(app, sat.attempt, sat.person, (&sat.paper, &sat.sheet)).await?;
            // Only of choices is it known which answers were given.
            let is_choice = |pool| {
                material
                    .question(pool)
                    .is_some_and(|stored| stored.question.kind.is_choice())
            };
            let asked = paper.0.iter().zip(choices).filter(|(drawn, _)| is_choice(drawn.pool));
            papers.push(asked.map(|(drawn, choice)| (drawn.pool, drawn.authored(choice))));
        }
    }
}

/// How the questions of a pool are marked, with the corrections in force.
struct Marks {
    marking: Marking,
    corrections: Vec<Correction>,
    /// By place in the pool, nothing chosen.
    questions: Vec<Asked>,
    items: Vec<Item>,
}

impl Marks {
    fn of(material: &Material, corrections: Vec<Correction>) -> Self {
        let questions = material.questions().map(|(pool, stored)| Asked {
            pool,
            kind: stored.question.kind,
            key: stored.question.key,
            choice: OptionSet::EMPTY,
            full: material.exam.blueprint.points_of(stored.question.kind),
            judged: None,
        });
        let items = material.questions().map(|(pool, stored)| Item {
            kind: Some(stored.question.kind),
            options: stored.question.options.len(),
            key: key_in_force(&corrections, pool, stored.question.key),
        });
        Self {
            marking: material.exam.policy.marking(),
            questions: questions.collect(),
            items: items.collect(),
            corrections,
        }
    }

    /// A paper as it counts; what was voided does not.
    fn given(&self, papers: &Papers, place: usize) -> Vec<Given> {
        let given = |(pool, choice): (u32, OptionSet)| {
            let asked = Asked {
                choice,
                ..*self.questions.get(pool as usize)?
            };
            let points = mark_asked(self.marking, &self.corrections, &asked)?;
            Some(Given::marked(pool, points, asked.full, choice, None))
        };
        papers.asked(place).filter_map(given).collect()
    }

    fn analyse(&self, papers: &Papers) -> Analysis {
        let count = papers.ends.len();
        let pools = |place| papers.pools[papers.range(place)].iter().copied();
        let basis = Basis::of_items((0..count).map(pools));
        analyse_by(&self.items, count, |place| Cow::Owned(self.given(papers, place)), basis)
    }

    fn calibrate(&self, papers: &Papers) -> Option<Calibration> {
        let mut responses = Responses::new(self.items.len());
        for place in 0..papers.ends.len() {
            let given = self.given(papers, place).into_iter();
            let counts = given.filter(|given| given.full > 0.0);
            responses.add(counts.map(|given| (given.item as usize, given.mark >= given.full)));
        }
        calibrate(Model::OneParameter, &responses).ok()
    }

    fn counted(self, analysis: Analysis, calibration: Option<Calibration>, stamp: Stamp, at: Timestamp) -> Counted {
        let methods: HashMap<u32, Method> = self.corrections.iter().map(|one| (one.pool, one.method)).collect();
        let thresholds = Thresholds::default();
        let remarked = (0u32..).zip(self.items.iter().zip(&analysis.items));
        let remarks = remarked.map(|(pool, (item, figures))| match methods.get(&pool) {
            // Everybody has the points: the marks say nothing of the question any more.
            Some(Method::FullCredit | Method::Void) => Vec::new(),
            _ => remarks(item, figures, &thresholds),
        });
        Counted {
            remarks: remarks.collect(),
            keys: self.items.iter().map(|item| item.key).collect(),
            stamp,
            at,
            paper: analysis.paper,
            basis: analysis.basis,
            items: analysis.items,
            methods,
            calibration,
        }
    }
}

fn key_in_force(corrections: &[Correction], pool: u32, published: OptionSet) -> OptionSet {
    let correction = corrections.iter().rfind(|correction| correction.pool == pool);
    match correction.map(|correction| correction.method) {
        Some(Method::NewKey(key)) => key,
        Some(Method::EitherKey(key)) => OptionSet(key.0 | published.0),
        _ => published,
    }
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
}

impl Row {
    fn of(counted: &Counted, pool: u32, stored: &Stored) -> Option<Self> {
        let place = pool as usize;
        Some(Self {
            pool,
            stored: stored.clone(),
            figures: counted.items.get(place)?.clone(),
            remarks: counted.remarks.get(place)?.clone(),
            key: *counted.keys.get(place)?,
            method: counted.methods.get(&pool).copied(),
            estimate: counted
                .calibration
                .as_ref()
                .and_then(|all| all.items.get(place))
                .copied(),
        })
    }
}

/// By what questions are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    #[default]
    Place,
    Facility,
    Discrimination,
    Remarks,
}

impl Order {
    pub const ALL: [Self; 4] = [Self::Place, Self::Facility, Self::Discrimination, Self::Remarks];

    pub fn code(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Facility => "facility",
            Self::Discrimination => "discrimination",
            Self::Remarks => "remarks",
        }
    }
}

/// Which questions, in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Wish {
    pub order: Order,
    pub descending: bool,
    pub remarked: bool,
    pub page: usize,
}

impl Wish {
    /// From the words of an address: `facility`, or `-facility` for the highest first. What is not known sorts by place.
    pub fn of(sort: &str, remarked: bool, page: usize) -> Self {
        let (descending, code) = match sort.strip_prefix('-') {
            Some(code) => (true, code),
            None => (false, sort),
        };
        let order = Order::ALL.into_iter().find(|order| order.code() == code);
        Self {
            order: order.unwrap_or_default(),
            descending: descending && order.is_some(),
            remarked,
            page,
        }
    }

    fn sort(self, counted: &Counted, places: &mut [u32]) {
        // Places come in order and the sort is stable; questions without a number stand last either way.
        let mut by = |number: &dyn Fn(&ItemFigures) -> Option<f64>| {
            let number = |pool: &u32| number(&counted.items[*pool as usize]);
            places.sort_by(|a, b| match (number(a), number(b)) {
                (Some(a), Some(b)) if self.descending => b.total_cmp(&a),
                (Some(a), Some(b)) => a.total_cmp(&b),
                (a, b) => a.is_none().cmp(&b.is_none()),
            });
        };
        match (self.order, self.descending) {
            (Order::Place, false) => {}
            (Order::Place, true) => places.reverse(),
            (Order::Facility, _) => by(&|figures| figures.facility),
            (Order::Discrimination, _) => by(&|figures| figures.item_rest_r),
            (Order::Remarks, false) => places.sort_by_key(|pool| weight(&counted.remarks[*pool as usize])),
            (Order::Remarks, true) => places.sort_by_key(|pool| Reverse(weight(&counted.remarks[*pool as usize]))),
        }
    }
}

/// Questions listed as those to look at; the rest is found by the filter.
const FIRST: usize = 10;
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
    /// Questions of each paper that are not answered by choosing, of which nothing is counted here.
    pub texts: u32,
    pub rows: Vec<Row>,
    pub page: usize,
    pub pages: usize,
}

impl Overview {
    pub fn reliability(&self) -> Option<f64> {
        self.counted.as_ref()?.calibration.as_ref()?.reliability
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
    let mut overview = Overview {
        full: exam.blueprint.total(),
        texts: {
            let parts = exam.blueprint.parts.iter();
            parts.filter(|part| !part.kind.is_choice()).map(|part| part.count).sum()
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
    };
    let Some(counted) = counted else { return Ok(overview) };
    let material = sitting::material(app, id).await?;
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
