//! Correcting a key after people have sat: a dry run, a proposal with a reason, a second person who applies it, and
//! the way back. Every score that changes is kept as it was.

use std::collections::{BTreeMap, HashMap};

use tokio::task::JoinHandle;

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    certificate, figure, notice, review,
    sitting::Material,
};
use crate::{
    db::{
        self, Db, Tx,
        key_correction::{Cause, NamedChange, Place, Rescored, Sat},
        sitting::TimedEvent,
    },
    domain::{
        attempt::Answer,
        audit::Act as Audited,
        bank::{Stored, fold},
        dispute::{Part, Ruling, Step as PartStep},
        exam::{Exam, State as ExamState},
        figure::{Counts, Rate},
        id::{AccountId, AttemptId, ExamId, KeyCorrectionId, ObjectionId, PersonId, RulingId, UnitId},
        item::Question,
        key::Chosen,
        key_correction::{
            Act, Correction, Final, Graded, Impact, Method, NoCorrection, Proposal, State, impact, mark_asked,
            sheet_choices,
        },
        marking::{Task, marks},
        notice::About as News,
        objection::reason,
        paper::Paper,
        role::Right,
        unit::Tree,
    },
    error::Fault,
};

/// Persons, units or scores listed on a page; the rest is counted.
pub const LISTED: usize = 200;
/// Questions on a page.
pub const PAGE: usize = 30;

/// The exam, if the caller manages it and it was opened: before that a question is mended in its bank.
async fn opened(app: &App, caller: &Caller, id: ExamId) -> Result<std::sync::Arc<Material>> {
    super::exam::exam(app, caller, id).await?;
    let material = super::sitting::material(app, id).await?;
    if material.exam.state == ExamState::Open {
        Ok(material)
    } else {
        Err(Fault::WrongState.into())
    }
}

/// The corrections of an exam, and the questions one may choose from.
pub struct Overview {
    pub exam: Exam,
    /// Newest first, with the question's text.
    pub proposals: Vec<(Proposal, String)>,
    /// Place in the pool and question.
    pub questions: Vec<(u32, Stored)>,
    pub found: usize,
    pub page: usize,
    pub pages: usize,
}

/// The corrections of an exam and its questions, searched for `words`.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`], [`Fault::WrongState`] before the opening.
pub async fn overview(app: &App, caller: &Caller, id: ExamId, words: &str, page: usize) -> Result<Overview> {
    let material = opened(app, caller, id).await?;
    let words = fold(words);
    let found: Vec<_> = material
        .questions()
        .filter(|(_, stored)| words.is_empty() || fold(&stored.question.stem).contains(&words))
        .collect();
    let pages = found.len().div_ceil(PAGE).max(1);
    let page = page.clamp(1, pages);
    let questions = found.iter().skip((page - 1) * PAGE).take(PAGE);
    let stem = |pool| material.question(pool).map(|stored| stored.question.stem.clone());
    Ok(Overview {
        exam: material.exam.clone(),
        proposals: db::key_correction::of_exam(&app.db, id)
            .await?
            .into_iter()
            .map(|proposal| {
                let stem = stem(proposal.correction.pool).unwrap_or_default();
                (proposal, stem)
            })
            .collect(),
        questions: questions.map(|(pool, stored)| (*pool, (*stored).clone())).collect(),
        found: found.len(),
        page,
        pages,
    })
}

/// A question of an exam's pool with what became of its key so far.
pub struct Subject {
    pub exam: Exam,
    pub pool: u32,
    pub question: Question,
    /// The correction that waits or is in force.
    pub standing: Option<Proposal>,
}

/// The question at a place of an exam's pool.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`], [`Fault::WrongState`] before the opening.
pub async fn subject(app: &App, caller: &Caller, id: ExamId, pool: u32) -> Result<Subject> {
    let material = opened(app, caller, id).await?;
    let question = material.question(pool).ok_or(Fault::NotFound)?.question.clone();
    let standing = db::key_correction::of_exam(&app.db, id)
        .await?
        .into_iter()
        .find(|proposal| {
            proposal.correction.pool == pool && matches!(proposal.state, State::Proposed | State::Applied)
        });
    Ok(Subject {
        exam: material.exam.clone(),
        pool,
        question,
        standing,
    })
}

/// Whether a method suits the question.
pub(super) fn check(question: &Question, method: &Method) -> Result<()> {
    let suits = method.key().map_or(Ok(()), |key| key.suits(question));
    suits.map_err(|fault| Fault::NewKey(fault).into())
}

/// What was chosen in a form for the question at a place of an exam's pool; `None`: nothing was.
///
/// # Errors
/// As [`subject`]; [`Fault::NewKey`] when the new answers are not written as they should be.
pub async fn method(
    app: &App,
    caller: &Caller,
    (exam, pool): (ExamId, u32),
    chosen: &Chosen,
) -> Result<Option<Method>> {
    let material = opened(app, caller, exam).await?;
    let question = &material.question(pool).ok_or(Fault::NotFound)?.question;
    chosen.method(question).map_err(|fault| Fault::NewKey(fault).into())
}

/// A person whose result turns, by name.
pub struct Named {
    pub number: String,
    pub name: String,
    pub unit: UnitId,
    pub scores: Final,
}

/// A unit whose number passed changes, with the units below it.
pub struct UnitChange {
    pub name: String,
    pub due: i64,
    pub sat: i64,
    pub passed_before: i64,
    pub passed_after: i64,
}

impl UnitChange {
    /// Pass rates of those due, before and after.
    pub fn of_due(&self) -> (Rate, Rate) {
        let rate = |numerator| Rate {
            numerator,
            denominator: self.due,
        };
        (rate(self.passed_before), rate(self.passed_after))
    }

    /// Pass rates of those who sat, before and after.
    pub fn of_sat(&self) -> (Rate, Rate) {
        let rate = |numerator| Rate {
            numerator,
            denominator: self.sat,
        };
        (rate(self.passed_before), rate(self.passed_after))
    }
}

/// What a correction would do. Nothing is stored.
pub struct DryRun {
    pub impact: Impact,
    pub total: UnitChange,
    /// The units that change most, and how many change.
    pub units: (Vec<UnitChange>, usize),
    /// The first of those who turn; all are counted in `impact`.
    pub up: Vec<Named>,
    pub down: Vec<Named>,
    /// Certificates that would be withdrawn, hold again, and could be issued.
    pub withdrawn: usize,
    pub reinstated: usize,
    pub issuable: usize,
    pub tree: Tree,
}

/// What a correction of a question would do, over every attempt handed in so far.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NewKey`] when the method does not suit the question,
/// [`Fault::NotFound`], [`Fault::WrongState`].
pub async fn dry_run(app: &App, caller: &Caller, id: ExamId, correction: Correction) -> Result<DryRun> {
    let material = opened(app, caller, id).await?;
    let question = &material.question(correction.pool).ok_or(Fault::NotFound)?.question;
    check(question, &correction.method)?;
    let before = db::key_correction::in_force(&app.db, id).await?;
    let pool = correction.pool;
    let after = with(&before, correction);
    let step = Step {
        material: &material,
        before: &before,
        after: &after,
        pool,
    };
    let (graded, _) = step.run(Reader::Db(&app.db)).await?;
    explain(app, &material.exam, &graded).await
}

/// Corrections in force together with one more.
fn with(corrections: &[Correction], more: Correction) -> Vec<Correction> {
    corrections.iter().cloned().chain([more]).collect()
}

/// Puts names and units to what would happen.
async fn explain(app: &App, exam: &Exam, graded: &[Graded]) -> Result<DryRun> {
    let impact = impact(graded, exam.policy.counting);
    let tree = db::person::units(&app.db).await?;
    let counts = figure::counted(app, exam).await?;
    let total: Counts = counts.values().copied().sum();
    let change: i64 = impact.units.values().sum();
    let certificates = db::certificate::of_exam(&app.db, exam.id).await?;
    let follows = certificate::follows(&certificates, &impact.changed);
    let count = |wanted| follows.iter().filter(|(_, follow, _)| *follow == wanted).count();
    let reinstated = count(crate::domain::certificate::Follow::Reinstate);
    Ok(DryRun {
        total: unit_change(exam.title.clone(), total, change),
        units: unit_changes(&tree, &counts, &impact.units),
        up: named(app, exam.id, &impact.up).await?,
        down: named(app, exam.id, &impact.down).await?,
        withdrawn: count(crate::domain::certificate::Follow::Withdraw),
        reinstated,
        issuable: impact
            .up
            .iter()
            .filter(|one| one.due)
            .count()
            .saturating_sub(reinstated),
        impact,
        tree,
    })
}

fn unit_change(name: String, counts: Counts, change: i64) -> UnitChange {
    UnitChange {
        name,
        due: counts.due,
        sat: counts.sat,
        passed_before: counts.passed,
        passed_after: counts.passed + change,
    }
}

/// Changes of units together with the units below them; those that change most come first.
fn unit_changes(
    tree: &Tree,
    counts: &BTreeMap<UnitId, Counts>,
    changes: &BTreeMap<UnitId, i64>,
) -> (Vec<UnitChange>, usize) {
    let mut sums: HashMap<UnitId, (Counts, i64)> = HashMap::new();
    for (unit, own) in counts {
        let change = changes.get(unit).copied().unwrap_or(0);
        for above in tree.ancestors(*unit) {
            let (sum, changed) = sums.entry(above.id).or_default();
            *sum = *sum + *own;
            *changed += change;
        }
    }
    let mut changed: Vec<_> = sums.into_iter().filter(|(_, (_, change))| *change != 0).collect();
    changed.sort_by_key(|(unit, (_, change))| (std::cmp::Reverse(change.abs()), *unit));
    let all = changed.len();
    let listed = changed.into_iter().take(LISTED);
    let listed = listed.map(|(unit, (counts, change))| unit_change(tree.path(unit), counts, change));
    (listed.collect(), all)
}

async fn named(app: &App, exam: ExamId, persons: &[Final]) -> Result<Vec<Named>> {
    let mut list = Vec::new();
    for scores in persons.iter().take(LISTED) {
        let (number, name) = db::key_correction::roster_name(&app.db, exam, scores.person)
            .await?
            .unwrap_or_default();
        list.push(Named {
            number,
            name,
            unit: scores.unit,
            scores: *scores,
        });
    }
    Ok(list)
}

/// Where a regrade reads: beside everybody else, or inside the transaction that stores it.
enum Reader<'a> {
    Db(&'a Db),
    Tx(&'a mut Tx),
}

/// A page of attempts.
enum Page {
    /// Is being read while the one before is marked.
    Reading(JoinHandle<db::Result<Vec<Sat>>>),
    /// Inside a transaction it is read when it is wanted.
    Behind(Place),
}

impl Reader<'_> {
    fn begin(&self, exam: ExamId, trace: [u8; 4], after: Place) -> Page {
        match self {
            Self::Db(db) => {
                let db = (*db).clone();
                Page::Reading(tokio::spawn(async move {
                    db::key_correction::sat(&db, exam, trace, after).await
                }))
            }
            Self::Tx(_) => Page::Behind(after),
        }
    }

    async fn sat(&mut self, exam: ExamId, trace: [u8; 4], page: Page) -> Result<Vec<Sat>> {
        Ok(match (page, self) {
            (Page::Reading(task), _) => task.await.map_err(|_| Fault::Unavailable)??,
            (Page::Behind(after), Self::Db(db)) => db::key_correction::sat(db, exam, trace, after).await?,
            (Page::Behind(after), Self::Tx(tx)) => db::key_correction::sat_in(tx, exam, trace, after).await?,
        })
    }

    async fn texts(&mut self, attempt: AttemptId) -> db::Result<HashMap<u16, String>> {
        match self {
            Self::Db(db) => db::sitting::texts(db, attempt).await,
            Self::Tx(tx) => db::sitting::texts_in(tx, attempt).await,
        }
    }

    async fn tasks(&mut self, attempt: AttemptId) -> db::Result<Vec<Task>> {
        match self {
            Self::Db(db) => db::marking::of_attempt(db, attempt).await,
            Self::Tx(tx) => db::marking::of_attempt_in(tx, attempt).await,
        }
    }

    async fn events(&mut self, attempt: AttemptId) -> db::Result<Vec<TimedEvent>> {
        match self {
            Self::Db(db) => db::sitting::events(db, attempt).await,
            Self::Tx(tx) => db::sitting::events_in(tx, attempt).await,
        }
    }
}

/// From the corrections in force before to those after, which differ in one question.
struct Step<'a> {
    material: &'a Material,
    before: &'a [Correction],
    after: &'a [Correction],
    pool: u32,
}

impl Step<'_> {
    /// Marks every handed-in attempt whose paper holds the question, both ways. Papers without it are not even read.
    async fn run(&self, mut reader: Reader<'_>) -> Result<(Vec<Graded>, Vec<Rescored>)> {
        let exam = self.material.exam.id;
        let options = self
            .material
            .question(self.pool)
            .map_or(0, |stored| stored.question.options.len());
        let trace = Paper::trace(self.pool, u8::try_from(options).unwrap_or(u8::MAX));
        let (mut graded, mut rescored) = (Vec::new(), Vec::new());
        let mut next = reader.begin(exam, trace, Place::default());
        loop {
            let page = reader.sat(exam, trace, next).await?;
            let Some(last) = page.last() else {
                return Ok((graded, rescored));
            };
            next = reader.begin(exam, trace, last.place());
            for sat in &page {
                let (one, changed) = self.one(&mut reader, sat).await?;
                graded.push(one);
                rescored.extend(changed);
            }
        }
    }

    /// Whether the question certainly earns the same before and after: then the whole paper does, for nothing else differs.
    fn same(&self, paper: &Paper, answers: &[Answer]) -> bool {
        let mut asked = paper.0.iter().zip(answers);
        let own = asked.find(|(drawn, _)| drawn.pool == self.pool && !self.material.has_texts());
        let Some((drawn, answer)) = own else { return false };
        let by = |corrections| {
            let asked = self.material.asked(corrections, drawn, answer, None)?;
            Some(mark_asked(self.material.exam.policy.marking(), corrections, &asked))
        };
        by(self.before) == by(self.after)
    }

    async fn one(&self, reader: &mut Reader<'_>, sat: &Sat) -> Result<(Graded, Option<Rescored>)> {
        let mut graded = Graded {
            attempt: sat.attempt(),
            person: sat.person(),
            unit: sat.unit(),
            due: sat.due(),
            asked: false,
            number: sat.number()?,
            before: sat.score(),
            after: sat.score(),
            band_before: sat.band()?,
            band_after: sat.band()?,
        };
        if sat.paper.is_empty() {
            return Ok((graded, None));
        }
        let paper = Paper::from_bytes(&sat.paper).map_err(|_| db::Error::Inconsistent {
            table: "paper",
            column: "body",
            row: sat.person().0,
        })?;
        graded.asked = paper.0.iter().any(|drawn| drawn.pool == self.pool);
        if !graded.asked {
            return Ok((graded, None));
        }
        let (mut texts, mut tasks) = (HashMap::new(), Vec::new());
        if self.material.has_texts() {
            texts = reader.texts(sat.attempt()).await?;
            tasks = reader.tasks(sat.attempt()).await?;
        }
        let answers = match sheet_choices(&sat.sheet, paper.0.len()) {
            Some(choices) => super::sitting::kept(choices, texts),
            None => super::sitting::answers(&paper, &reader.events(sat.attempt()).await?),
        };
        let marked = |corrections| {
            let marks = marks(&tasks, corrections);
            self.material.marked(corrections, &paper, &answers, &marks)
        };
        let after = marked(self.after);
        graded.after = after.score;
        graded.band_after = self.material.exam.policy.grade(after.score, &after.parts).band;
        let differs = graded.before != after.score || !self.same(&paper, &answers) && marked(self.before) != after;
        let changed = differs.then(|| Rescored {
            attempt: sat.attempt(),
            before: sat.score(),
            after,
            band: graded.band_after,
        });
        Ok((graded, changed))
    }
}

/// Proposes a correction; nothing is changed until somebody else applies it.
///
/// # Errors
/// As [`dry_run`]; [`Fault::KeyCorrection`] when one of this question waits or is in force, [`Fault::Objection`] when the
/// reason is missing, [`Fault::NotFound`] for an objection about another exam.
pub async fn propose(
    app: &App,
    caller: &Caller,
    exam: ExamId,
    correction: Correction,
    words: &str,
    objection: Option<ObjectionId>,
) -> Result<KeyCorrectionId> {
    let material = opened(app, caller, exam).await?;
    let question = &material.question(correction.pool).ok_or(Fault::NotFound)?.question;
    check(question, &correction.method)?;
    if let Some(objection) = objection {
        let found = db::objection::get(&app.db, objection).await?;
        found
            .filter(|objection| objection.exam == exam)
            .ok_or(Fault::NotFound)?;
    }
    let by = By::new(app, caller);
    let proposal = Proposal {
        id: app.random.id(by.at),
        exam,
        correction,
        objection,
        state: State::Proposed,
        proposed: Act {
            by: by.id(),
            at: by.at,
            reason: reason(words).map_err(Fault::Objection)?,
        },
        decided: None,
        undone: None,
    };
    let id = proposal.id;
    let stored: Result<()> = app
        .db
        .write((proposal, by), move |tx, (proposal, by)| {
            Box::pin(async move {
                db::key_correction::insert(tx, &proposal).await?;
                let deed = Deed::new(Audited::KeyCorrectionProposed, subject_of(id))
                    .after(&(exam, &proposal.correction))
                    .because(proposal.proposed.reason);
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    match stored {
        Ok(()) => Ok(id),
        Err(Error::Db(db::Error::Taken)) => Err(Fault::KeyCorrection(NoCorrection::Another).into()),
        Err(error) => Err(error),
    }
}

/// A correction with all that is known of it.
pub struct Detail {
    pub proposal: Proposal,
    pub exam: Exam,
    pub question: Question,
    /// Names of who proposed, decided and undid it.
    pub proposed_by: String,
    pub decided_by: Option<String>,
    pub undone_by: Option<String>,
    /// What it would do now; `None` unless it waits.
    pub dry_run: Option<DryRun>,
    /// The first scores it changed, and how many.
    pub changes: (Vec<NamedChange>, i64),
    pub units: Tree,
    /// Whether the caller may apply it: it waits, and somebody else proposed it.
    pub may_apply: bool,
    /// The ruling it came by.
    pub ruling: Option<RulingId>,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] when there is none.
pub async fn detail(app: &App, caller: &Caller, id: KeyCorrectionId) -> Result<Detail> {
    let (proposal, material) = within(app, caller, id).await?;
    let question = material.question(proposal.correction.pool).ok_or(Fault::NotFound)?;
    let waits = proposal.state == State::Proposed;
    let dry_run = match waits {
        true => Some(dry_run(app, caller, proposal.exam, proposal.correction.clone()).await?),
        false => None,
    };
    Ok(Detail {
        question: question.question.clone(),
        proposed_by: name_of(app, proposal.proposed.by).await?,
        decided_by: match &proposal.decided {
            Some(act) => Some(name_of(app, act.by).await?),
            None => None,
        },
        undone_by: match &proposal.undone {
            Some(act) => Some(name_of(app, act.by).await?),
            None => None,
        },
        dry_run,
        changes: db::key_correction::changes(&app.db, id, LISTED as i64).await?,
        units: db::person::units(&app.db).await?,
        may_apply: waits && proposal.proposed.by != By::new(app, caller).id(),
        ruling: db::dispute::ruling_of(&app.db, id).await?,
        exam: material.exam.clone(),
        proposal,
    })
}

async fn name_of(app: &App, account: AccountId) -> Result<String> {
    Ok(db::account::name_of(&app.db, account)
        .await?
        .unwrap_or_else(|| "mingfa".to_owned()))
}

/// A correction with its exam, if the caller manages it.
async fn within(app: &App, caller: &Caller, id: KeyCorrectionId) -> Result<(Proposal, std::sync::Arc<Material>)> {
    caller.may(Right::ManageExams)?;
    let proposal = db::key_correction::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let material = opened(app, caller, proposal.exam).await?;
    Ok((proposal, material))
}

/// The subject of an entry in the log.
fn subject_of(id: KeyCorrectionId) -> String {
    format!("key correction {id}")
}

/// Refuses a proposal, also one's own.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::Correction`] when it does not wait any more,
/// [`Fault::Objection`] when the reason is missing.
pub async fn refuse(app: &App, caller: &Caller, id: KeyCorrectionId, words: &str) -> Result<()> {
    within(app, caller, id).await?;
    let by = By::new(app, caller);
    let act = acting(&by, reason(words).map_err(Fault::Objection)?);
    app.db
        .write((act, by), move |tx, (act, by)| {
            Box::pin(async move {
                if !db::key_correction::decide(tx, id, State::Refused, &act).await? {
                    return Err(Fault::KeyCorrection(NoCorrection::Decided).into());
                }
                let deed = Deed::new(Audited::KeyCorrectionRefused, subject_of(id));
                audit::record(tx, &by, deed.because(act.reason)).await
            })
        })
        .await
}

/// Applies a correction that somebody else proposed: scores, their history, certificates and notices, all or nothing.
/// Whoever hands in from now on is marked by it too.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::Correction`] when the caller proposed it or it does not
/// wait any more.
pub async fn apply(app: &App, caller: &Caller, id: KeyCorrectionId) -> Result<()> {
    let (proposal, material) = within(app, caller, id).await?;
    let by = By::new(app, caller);
    if proposal.proposed.by == by.id() {
        return Err(Fault::KeyCorrection(NoCorrection::SamePerson).into());
    }
    change(app, (proposal, material), by, Change::Apply).await
}

/// Takes a correction back: every score is marked again without it, and certificates follow.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::Correction`] when it is not in force or came by a
/// ruling, [`Fault::Objection`] when the reason is missing.
pub async fn undo(app: &App, caller: &Caller, id: KeyCorrectionId, words: &str) -> Result<()> {
    let (proposal, material) = within(app, caller, id).await?;
    let reason = reason(words).map_err(Fault::Objection)?;
    if db::dispute::ruling_of(&app.db, id).await?.is_some() {
        return Err(Fault::KeyCorrection(NoCorrection::Ruling).into());
    }
    change(app, (proposal, material), By::new(app, caller), Change::Undo(reason)).await
}

/// Carries out what a ruling does in one exam. `part`: as it was read. Nothing is done when another node was there first.
///
/// # Errors
/// [`db::Error::Taken`] when another correction of the question waits or is in force.
pub(super) async fn apply_ruling(app: &App, ruling: &Ruling, (exam, part): (ExamId, Part), by: By) -> Result<()> {
    let material = super::sitting::material(app, exam).await?;
    let id = app.random.id(by.at);
    let proposal = Proposal {
        id,
        exam,
        correction: Correction {
            pool: part.place,
            method: ruling.method.clone(),
        },
        objection: None,
        state: State::Proposed,
        proposed: ruling.proposed.clone(),
        decided: None,
        undone: None,
    };
    let after = Part {
        correction: Some(id),
        step: PartStep::Applied,
        ..part
    };
    change(app, (proposal, material), by, Change::Rule(ruling.id, after)).await
}

/// Takes back what a ruling did in one exam; as [`apply_ruling`].
///
/// # Errors
/// When the database fails.
pub(super) async fn undo_ruling(app: &App, ruling: &Ruling, (exam, part): (ExamId, Part), by: By) -> Result<()> {
    let material = super::sitting::material(app, exam).await?;
    let correction = part.correction.ok_or(Fault::NotFound)?;
    let proposal = db::key_correction::get(&app.db, correction)
        .await?
        .ok_or(Fault::NotFound)?;
    let reason = ruling
        .undone
        .as_ref()
        .map_or_else(String::new, |act| act.reason.clone());
    let after = Part {
        step: PartStep::Undone,
        ..part
    };
    change(app, (proposal, material), by, Change::Unrule(ruling.id, after, reason)).await
}

/// What is done to a correction.
enum Change {
    Apply,
    Undo(String),
    /// It is made and applied as a part of a ruling, or taken back with it.
    Rule(RulingId, Part),
    Unrule(RulingId, Part, String),
}

impl Change {
    fn undoes(&self) -> bool {
        matches!(self, Self::Undo(_) | Self::Unrule(..))
    }

    fn reason(&self) -> String {
        match self {
            Self::Apply | Self::Rule(..) => String::new(),
            Self::Undo(reason) | Self::Unrule(_, _, reason) => reason.clone(),
        }
    }

    /// What has to be stored beside the scores; `false` when another node has done it all.
    async fn prepare(&self, tx: &mut Tx, proposal: &Proposal) -> Result<bool> {
        match self {
            Self::Apply | Self::Undo(_) => Ok(true),
            Self::Rule(ruling, part) => {
                let first = db::dispute::advance(tx, *ruling, part, PartStep::Waiting).await?;
                if first {
                    db::key_correction::insert(tx, proposal).await?;
                }
                Ok(first)
            }
            Self::Unrule(ruling, part, _) => Ok(db::dispute::advance(tx, *ruling, part, PartStep::Applied).await?),
        }
    }
}

fn acting(by: &By, reason: String) -> Act {
    Act {
        by: by.id(),
        at: by.at,
        reason,
    }
}

/// Applies a correction, or takes it back for a reason.
async fn change(
    app: &App,
    (proposal, material): (Proposal, std::sync::Arc<Material>),
    by: By,
    what: Change,
) -> Result<()> {
    let (act, undo) = (acting(&by, what.reason()), what.undoes());
    let rounds = db::round::of_exam(&app.db, proposal.exam).await?;
    let shown = review::shows_scores(&material.exam.policy, &rounds, act.at);
    let exam = proposal.exam;
    let args = std::sync::Arc::new((proposal, act, by, material, app.random.clone(), what));
    app.db
        .write(args, move |tx, args| {
            Box::pin(async move {
                let (proposal, act, by, material, random, what) = &*args;
                let pool = proposal.correction.pool;
                if !what.prepare(tx, proposal).await? {
                    return Ok(());
                }
                let before = db::key_correction::in_force_for_change(tx, proposal.exam).await?;
                let done = match undo {
                    true => db::key_correction::undo(tx, proposal.id, act).await?,
                    false => db::key_correction::decide(tx, proposal.id, State::Applied, act).await?,
                };
                if !done {
                    return Err(Fault::KeyCorrection(NoCorrection::Decided).into());
                }
                let after = match undo {
                    true => before.iter().filter(|other| other.pool != pool).cloned().collect(),
                    false => with(&before, proposal.correction.clone()),
                };
                let step = Step {
                    material,
                    before: &before,
                    after: &after,
                    pool,
                };
                let (graded, rescored) = step.run(Reader::Tx(tx)).await?;
                let cause = Cause {
                    correction: proposal.id,
                    undo,
                    at: act.at,
                };
                db::key_correction::rescore(tx, cause, &rescored).await?;
                db::tally::all_changed(tx, material.exam.id).await?;
                db::item_sums::outdated(tx, material.exam.id).await?;
                let reason = if undo { &act.reason } else { &proposal.proposed.reason };
                let impact = impact(&graded, material.exam.policy.counting);
                certificate::follow(tx, random, &material.exam, &impact.changed, (proposal.id, act, reason)).await?;
                let audited = match undo {
                    true => Audited::KeyCorrectionUndone,
                    false => Audited::KeyCorrectionApplied,
                };
                // How many scores rose and fell.
                let deed = Deed::new(audited, subject_of(proposal.id)).after(&(impact.raised, impact.lowered));
                audit::record(tx, by, deed.because(act.reason.as_str())).await?;
                if shown {
                    notice::tell(tx, random, act.at, news(&material.exam, &graded)).await?;
                }
                Ok::<_, super::Error>(())
            })
        })
        .await?;
    app.recent.forget_exam(exam);
    Ok(())
}

/// One notice for each person of whom an attempt changed, about the last of them.
fn news(exam: &Exam, graded: &[Graded]) -> BTreeMap<PersonId, News> {
    let changed = graded.iter().filter(|one| one.before != one.after);
    changed
        .map(|one| {
            let about = News::ScoreChanged {
                title: exam.title.clone(),
                attempt: one.attempt,
            };
            (one.person, about)
        })
        .collect()
}

/// The score of an attempt, marked again from journal, paper and corrections in force: what has to stand on record.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] when there is no such attempt.
pub async fn marked_again(app: &App, caller: &Caller, id: AttemptId) -> Result<crate::domain::mark::Score> {
    caller.may(Right::ManageExams)?;
    let (attempt, paper) = super::sitting::any(app, id).await?;
    let material = opened(app, caller, attempt.exam).await?;
    let corrections = db::key_correction::in_force(&app.db, attempt.exam).await?;
    let events = db::sitting::events(&app.db, id).await?;
    let answers = super::sitting::answers(&paper, &events);
    let tasks = db::marking::of_attempt(&app.db, id).await?;
    Ok(material.marked(&corrections, &paper, &answers, &marks(&tasks, &corrections)))
}
