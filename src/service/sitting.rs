//! Sitting an exam: start, resume, save, hand in, see the result. The server alone holds clock, key and score.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use super::{
    App, Caller, Error, Result, credit,
    draw::{self, Source},
    notice,
    receipt::receipt,
    recent,
    slot::{self, Entry, Rooms},
    supervision,
};
use crate::{
    db::{
        self,
        exam::{LeftOut, StoredPaper},
        journal::{Save, Saved},
        sitting::TimedEvent,
    },
    domain::{
        accommodation::Allowance,
        answer::{Form, Judged, numbered},
        attempt::{Answer, Attempt, Event, HandIn, NoStart, Settled, Sheet, may_start},
        bank::Stored,
        credit::Held,
        exam::{Exam, GRACE_SECONDS, Round, State, round_at},
        id::{AttemptId, ExamId, PersonId},
        item::OptionSet,
        key_correction::{Asked, Correction, mark_paper, new_form, sheet_bytes, sheet_choices},
        mark::Score,
        marking::{self, Task},
        paper::{Drawn, Paper, PoolItem, Shown},
        points::Points,
        signal::Device,
        supervision::LiveEvent,
        time::Timestamp,
    },
    error::Fault,
};

/// The server hands in so long after the last moment at which an answer counts.
const SWEEP_MARGIN_SECONDS: i64 = 1;
/// Events of one request: a whole paper changed twice over, offline.
pub const MAX_EVENTS: usize = 1000;
const _: () = assert!(MAX_EVENTS <= db::journal::MOST_EVENTS);
/// The most changes of one attempt: more than anybody makes by hand, few enough that nobody fills a disk.
pub const MAX_VERSION: u32 = 20_000;
/// Beyond so many cached attempts the cache is begun anew.
const CACHED_ATTEMPTS: usize = 200_000;

/// An opened exam with its fixed pool: never changes, so it is kept in memory.
pub struct Material {
    pub exam: Exam,
    pub(super) pool: Vec<Stored>,
    /// What the draw needs of the pool.
    shape: Vec<PoolItem>,
    /// The pool made ready for the draw, by the number of what papers do without, when a later attempt first needs it.
    sources: Mutex<HashMap<u32, Arc<Source>>>,
}

impl Material {
    fn source(&self, left_out: &LeftOut) -> Result<Arc<Source>> {
        let sources = || self.sources.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(source) = sources().get(&left_out.number) {
            return Ok(Arc::clone(source));
        }
        let source = Source::new(&self.shape, &left_out.places, &self.exam).map_err(Fault::Short)?;
        let source = Arc::new(source);
        sources().insert(left_out.number, Arc::clone(&source));
        Ok(source)
    }

    /// The paper of a later attempt, drawn from the same seed when it is needed: without what the law or the bank has overtaken, as far
    /// as that leaves enough for everybody of a block.
    async fn later_paper(&self, app: &App, person: PersonId, number: u32) -> Result<StoredPaper> {
        let exam = self.exam.id;
        let newest = db::exam::left_out(&app.db, exam).await?.into_iter().next();
        let whole = LeftOut::default();
        for left_out in newest.iter().chain([&whole]) {
            let source = self.source(left_out)?;
            match draw::again(app, &source, exam, person, number).await {
                Err(Error::Fault(Fault::Short(_))) if left_out.number != whole.number => {}
                paper => {
                    return Ok(StoredPaper {
                        person,
                        number,
                        left_out: left_out.number,
                        body: paper?.to_bytes(),
                    });
                }
            }
        }
        Err(Fault::NotFound.into())
    }
}

impl Material {
    /// The question at a place of the pool.
    pub(super) fn question(&self, pool: u32) -> Option<&Stored> {
        self.pool.get(pool as usize)
    }

    /// Every question of the pool, by place.
    pub(super) fn questions(&self) -> impl Iterator<Item = (u32, &Stored)> {
        (0u32..).zip(&self.pool)
    }

    /// Whether papers ask anything beyond choice, so that there are texts to be read.
    pub(super) fn has_texts(&self) -> bool {
        self.exam.blueprint.parts.iter().any(|part| !part.kind.is_choice())
    }

    /// A question of a paper with what was answered, as shown, for marking with these corrections. `marked`: what people gave
    /// for it.
    pub(super) fn asked(
        &self,
        corrections: &[Correction],
        drawn: &Drawn,
        answer: &Answer,
        marked: Option<Points>,
    ) -> Option<Asked> {
        let question = &self.question(drawn.pool)?.question;
        let full = self.exam.blueprint.points_of(question.kind);
        // Without points of a marker nothing can be wrong with them.
        let by_rules = |form: &Form| {
            form.judged(&answer.text, full, None).unwrap_or(Judged {
                points: Points::ZERO,
                waits: false,
            })
        };
        let judged = question.form.as_ref().map(|form| match marked {
            Some(points) => Judged { points, waits: false },
            None => by_rules(form),
        });
        Some(Asked {
            pool: drawn.pool,
            kind: question.kind,
            key: question.key,
            choice: drawn.authored(answer.choice),
            full,
            judged,
            rejudged: new_form(corrections, drawn.pool).map(by_rules),
        })
    }

    /// Marks a paper by what was answered, as shown, and by what people gave.
    pub(super) fn marked(&self, corrections: &[Correction], paper: &Paper, answers: &[Answer], marks: &Marks) -> Score {
        let asked = (1u16..).zip(paper.0.iter().zip(answers));
        mark_paper(
            self.exam.policy.marking(),
            corrections,
            asked.filter_map(|(item, (drawn, answer))| {
                self.asked(corrections, drawn, answer, marks.get(&item).copied())
            }),
        )
    }
}

/// What people gave for the questions of an attempt, by item; see [`crate::domain::marking::marks`].
pub(super) type Marks = HashMap<u16, Points>;

/// What saving an answer needs to know of an attempt. Of it only the deadline may move, and all is forgotten then.
struct Live {
    exam: ExamId,
    person: PersonId,
    deadline: Timestamp,
    questions: Box<[Shape]>,
}

/// What the answer to a question of a paper may look like.
enum Shape {
    /// How many options it has, and whether only one may be chosen.
    Choice(u8, bool),
    /// The place in the pool, which says what its fields are.
    Fields(u32),
}

/// What a node remembers. Everything in it can be read again from the database.
#[derive(Default)]
pub struct Cache {
    exams: RwLock<HashMap<ExamId, Arc<Material>>>,
    attempts: RwLock<HashMap<AttemptId, Arc<Live>>>,
    /// From where attempts were opened, as far as that is stored.
    openings: RwLock<HashSet<(AttemptId, Device)>>,
}

impl Cache {
    /// It is stored that an attempt was opened from here.
    pub(super) fn know(&self, attempt: AttemptId, device: Device) {
        let mut openings = self.openings.write().unwrap_or_else(PoisonError::into_inner);
        if openings.len() >= CACHED_ATTEMPTS {
            openings.clear();
        }
        openings.insert((attempt, device));
    }

    pub(super) fn knows(&self, attempt: AttemptId, device: Device) -> bool {
        let openings = self.openings.read().unwrap_or_else(PoisonError::into_inner);
        openings.contains(&(attempt, device))
    }

    /// Asks the database again about every attempt: deadlines have moved.
    pub(super) fn forget_attempts(&self) {
        self.attempts.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// An exam with its pool.
pub(super) async fn material(app: &App, id: ExamId) -> Result<Arc<Material>> {
    if let Some(known) = app
        .sittings
        .exams
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&id)
    {
        return Ok(Arc::clone(known));
    }
    let exam = db::exam::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let opened = exam.state == State::Open;
    let pool = db::bank::pool(&app.db, id).await?;
    let shape = pool.iter().map(PoolItem::of).collect();
    let material = Arc::new(Material {
        exam,
        pool,
        shape,
        sources: Mutex::default(),
    });
    if opened {
        let mut exams = app.sittings.exams.write().unwrap_or_else(PoisonError::into_inner);
        exams.insert(id, Arc::clone(&material));
    }
    Ok(material)
}

/// An attempt and what it is about.
pub(super) struct Sat {
    pub attempt: Attempt,
    pub paper: Paper,
    /// The paper as it is stored.
    bytes: Vec<u8>,
}

async fn sat(app: &App, id: AttemptId) -> Result<Option<Sat>> {
    let Some((attempt, bytes)) = db::sitting::with_paper(&app.db, id).await? else {
        return Ok(None);
    };
    let paper = Paper::from_bytes(&bytes).map_err(|_| damaged(attempt.person.0))?;
    Ok(Some(Sat { attempt, paper, bytes }))
}

/// A stored paper that cannot be read.
fn damaged(row: i64) -> db::Error {
    db::Error::Inconsistent {
        table: "paper",
        column: "body",
        row,
    }
}

/// The attempt, if it is the caller's own.
async fn own(app: &App, caller: &Caller, id: AttemptId) -> Result<Sat> {
    let person = caller.person()?;
    let own = sat(app, id).await?.filter(|own| own.attempt.person == person);
    own.ok_or_else(|| Fault::NotFound.into())
}

/// The caller's attempt and its paper, as they stand.
pub(super) async fn handed_in(app: &App, caller: &Caller, id: AttemptId) -> Result<(Attempt, Paper)> {
    let Sat { attempt, paper, .. } = current(app, caller, id).await?;
    Ok((attempt, paper))
}

/// Anybody's attempt and its paper; the use case has checked who asks.
pub(super) async fn any(app: &App, id: AttemptId) -> Result<(Attempt, Paper)> {
    let Sat { attempt, paper, .. } = sat(app, id).await?.ok_or(Fault::NotFound)?;
    Ok((attempt, paper))
}

/// The caller's attempt as it stands; if its time is over and nobody has written that down yet, this does.
pub(super) async fn current(app: &App, caller: &Caller, id: AttemptId) -> Result<Sat> {
    let own = self::own(app, caller, id).await?;
    let deadline = own.attempt.deadline;
    let runs = own.attempt.paused_at.is_some() || app.now() <= deadline.plus_seconds(GRACE_SECONDS);
    if own.attempt.outcome.is_some() || runs {
        return Ok(own);
    }
    end(app, own, HandIn::AutoSubmit, deadline).await?;
    self::own(app, caller, id).await
}

/// An exam as a candidate sees it before and after sitting.
pub struct Standing {
    pub exam: Exam,
    pub rounds: Vec<Round>,
    pub attempts: Vec<Attempt>,
    /// What the person is allowed now.
    pub allowance: Allowance,
    /// Why no attempt can be started now; `None`: one can.
    pub no_start: Option<NoStart>,
    /// The rooms of the round that is open or comes next, where it is sat in rooms.
    pub rooms: Option<Rooms>,
    /// How the person stands before the exam's gate of credits, where it has one.
    pub credits: Option<Held>,
    /// When it stood like this.
    pub now: Timestamp,
}

impl Standing {
    /// The attempt that is running.
    pub fn running(&self) -> Option<&Attempt> {
        self.attempts.iter().find(|attempt| attempt.outcome.is_none())
    }

    /// The attempt that counts of those handed in.
    pub fn counting(&self) -> Option<&Attempt> {
        self.exam.policy.counting.of(&self.attempts)
    }

    /// The round that is open, or else the next one, or else the last.
    pub fn round(&self) -> Option<&Round> {
        round_at(&self.rounds, self.now)
    }
}

/// The exams a person is due for.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn standings(app: &App, caller: &Caller) -> Result<Vec<Standing>> {
    Ok(home(app, caller).await?.due)
}

/// The exams that concern a person.
pub struct Home {
    pub due: Vec<Standing>,
    /// Those the person is exempt from and that have not closed.
    pub exempt: Vec<Exam>,
}

/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn home(app: &App, caller: &Caller) -> Result<Home> {
    of_person(app, caller.person()?).await
}

/// The exams that concern a person; the use case has checked who asks.
pub(super) async fn of_person(app: &App, person: PersonId) -> Result<Home> {
    let now = app.now();
    let mut home = Home {
        due: Vec::new(),
        exempt: Vec::new(),
    };
    for (id, due) in db::exam::with_person(&app.db, person).await? {
        let exam = &material(app, id).await?.exam;
        if due {
            home.due.push(stand(app, exam.clone(), person, true).await?);
        } else if now < exam.window.closes_at {
            home.exempt.push(exam.clone());
        }
    }
    Ok(home)
}

/// One exam as the caller stands to it.
///
/// # Errors
/// [`Fault::NotFound`] when the person is not due for it.
pub async fn standing(app: &App, caller: &Caller, id: ExamId) -> Result<Standing> {
    let person = caller.person()?;
    if !db::sitting::is_due(&app.db, id, person).await? {
        return Err(Fault::NotFound.into());
    }
    stand(app, material(app, id).await?.exam.clone(), person, true).await
}

async fn stand(app: &App, exam: Exam, person: PersonId, due: bool) -> Result<Standing> {
    let now = app.now();
    let attempts = db::sitting::of_person(&app.db, exam.id, person).await?;
    let frame = recent::frame(app, exam.id).await?;
    let rounds = frame.rounds.clone();
    let no_start = may_start(exam.state, &exam.policy, &rounds, due, &attempts, now).err();
    let rooms = match (round_at(&rounds, now), no_start) {
        (Some(round), None | Some(NoStart::NotYet)) => slot::rooms(app, exam.id, round.number, person).await?,
        _ => None,
    };
    Ok(Standing {
        credits: match exam.policy.credits.is_none() {
            true => None,
            false => Some(credit::before(app, &exam, person).await?),
        },
        allowance: recent::allowance(app, person).await?,
        exam,
        rounds,
        attempts,
        no_start,
        rooms,
        now,
    })
}

/// Starts an attempt, or gives the one that is running. Where the round is sat in rooms, the attempt ends with its slot.
///
/// # Errors
/// [`Fault::CannotStart`] with the reason, [`Fault::Credits`] without the credits the exam asks for, [`Fault::Entry`] outside one's
/// slot or room.
pub async fn start(app: &App, caller: &Caller, exam: ExamId, entry: Entry<'_>) -> Result<AttemptId> {
    let person = caller.person()?;
    let material = material(app, exam).await?;
    // Whether the person is due is checked where the attempt is stored; here only for a reason or a room.
    let standing = stand(app, material.exam.clone(), person, true).await?;
    if let Some(running) = standing.running() {
        return Ok(running.id);
    }
    let policy = &standing.exam.policy;
    let at_once = standing.no_start.is_none() && standing.rooms.is_none();
    let due = at_once || db::sitting::is_due(&app.db, exam, person).await?;
    let round = may_start(
        standing.exam.state,
        policy,
        &standing.rounds,
        due,
        &standing.attempts,
        standing.now,
    )
    .map_err(Fault::CannotStart)?;
    if let Some(held) = standing.credits.filter(|held| !held.opens()) {
        return Err(Fault::Credits(Box::new(held)).into());
    }
    let slot = slot::enter(app, exam, round.number, person, entry).await?;
    let window = slot.map_or(round.window, |slot| slot.window);
    let number = standing.attempts.len() as u32 + 1;
    let body = if number == 1 {
        None
    } else {
        let paper = material.later_paper(app, person, number).await?;
        let drawn = Paper::from_bytes(&paper.body).map_err(|_| damaged(person.0))?;
        let mut places: Vec<(u32, i64)> = drawn.0.iter().map(|drawn| (drawn.pool, 1)).collect();
        places.sort_unstable();
        Some(Arc::new((paper, places)))
    };
    let now = standing.now;
    let attempt = Attempt {
        id: app.random.id(now),
        exam,
        person,
        number,
        round: round.number,
        started_at: now,
        deadline: window.deadline(now, policy.minutes, standing.allowance.factor),
        paused_at: None,
        outcome: None,
    };
    let device = entry.device;
    let started: Result<AttemptId> = app
        .db
        .write((attempt, body), move |tx, (attempt, body)| {
            Box::pin(async move {
                if let Some(drawn) = body {
                    let (paper, places) = &*drawn;
                    if db::exam::insert_paper(tx, attempt.exam, paper).await? {
                        db::exam::count_papers(tx, attempt.exam, places).await?;
                    }
                }
                let started = db::sitting::start(tx, &attempt, device).await?;
                started.ok_or_else(|| Fault::CannotStart(NoStart::NotDue).into())
            })
        })
        .await;
    if let (Ok(id), Some(device)) = (&started, device) {
        app.sittings.know(*id, device);
    }
    started
}

/// A running attempt with all that is needed to go on with it on any device.
pub struct Sitting {
    pub title: String,
    pub attempt: Attempt,
    pub questions: Vec<Shown>,
    pub sheet: Sheet,
    /// What supervision told the candidate, the oldest first.
    pub told: Vec<LiveEvent>,
    pub now: Timestamp,
    /// The person is to read larger text.
    pub larger_text: bool,
}

/// Opens the caller's attempt: questions, answers saved so far, time left. `None` when it is over.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub async fn open(app: &App, caller: &Caller, id: AttemptId) -> Result<Option<Sitting>> {
    let Sat { attempt, paper, .. } = current(app, caller, id).await?;
    if attempt.outcome.is_some() {
        return Ok(None);
    }
    let material = material(app, attempt.exam).await?;
    let events = db::sitting::events(&app.db, id).await?;
    let sheet = Sheet::fold(paper.0.len(), events.into_iter().map(|(event, _)| event));
    let questions = paper
        .0
        .iter()
        .map(|drawn| show(&material, drawn))
        .collect::<Option<_>>()
        .ok_or(Fault::NotFound)?;
    remember(app, &attempt, &material, &paper);
    let told = supervision::told(app, caller, id, attempt.started_at).await?;
    let allowance = recent::allowance(app, attempt.person).await?;
    Ok(Some(Sitting {
        told,
        title: material.exam.title.clone(),
        attempt,
        questions,
        sheet,
        now: app.now(),
        larger_text: allowance.larger_text,
    }))
}

pub(super) fn show(material: &Material, drawn: &Drawn) -> Option<Shown> {
    let question = &material.pool.get(drawn.pool as usize)?.question;
    let options = drawn
        .order
        .iter()
        .map(|place| question.options.get(usize::from(*place)).cloned())
        .collect::<Option<_>>()?;
    let part = material.exam.blueprint.part_of(question.kind)?;
    Some(Shown {
        kind: question.kind,
        points: part.points,
        stem: match question.form {
            Some(_) => numbered(&question.stem),
            None => question.stem.clone(),
        },
        options,
        asking: question.form.as_ref().map(Form::asking),
        part: part.title.clone(),
        instruction: part.instruction.clone(),
    })
}

fn remember(app: &App, attempt: &Attempt, material: &Material, paper: &Paper) -> Arc<Live> {
    let shape = |drawn: &Drawn| {
        let item = &material.shape[drawn.pool as usize];
        match item.kind.is_choice() {
            true => Shape::Choice(item.options, item.kind.one_choice()),
            false => Shape::Fields(drawn.pool),
        }
    };
    let questions = paper.0.iter().map(shape).collect();
    let live = Arc::new(Live {
        exam: attempt.exam,
        person: attempt.person,
        deadline: attempt.deadline,
        questions,
    });
    let mut attempts = app.sittings.attempts.write().unwrap_or_else(PoisonError::into_inner);
    if attempts.len() >= CACHED_ATTEMPTS {
        attempts.clear();
    }
    attempts.insert(attempt.id, Arc::clone(&live));
    live
}

async fn live(app: &App, caller: &Caller, id: AttemptId) -> Result<Arc<Live>> {
    let person = caller.person()?;
    let known = app
        .sittings
        .attempts
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&id)
        .cloned();
    let live = match known {
        Some(live) => live,
        None => {
            let Sat { attempt, paper, .. } = own(app, caller, id).await?;
            let material = material(app, attempt.exam).await?;
            remember(app, &attempt, &material, &paper)
        }
    };
    if live.person == person {
        Ok(live)
    } else {
        Err(Fault::NotFound.into())
    }
}

/// Saves answers: consecutive versions, the first one following the last stored. When this returns they are
/// durable. Gives the moment they were received, and the deadline.
///
/// # Errors
/// [`Fault::Stale`] when another page or device has saved since, [`Fault::Late`] after the deadline or hand-in,
/// [`Fault::Paused`] while the clock stands,
/// [`Fault::NoSuchChoice`] and [`Fault::BadRequest`] for what no page of ours sends; nothing is stored then.
pub async fn save(app: &App, caller: &Caller, id: AttemptId, events: Vec<Event>) -> Result<(Timestamp, Timestamp)> {
    let live = live(app, caller, id).await?;
    let consecutive = events
        .windows(2)
        .all(|pair| pair[1].version == pair[0].version.wrapping_add(1));
    let versions = events.iter().all(|event| (1..=MAX_VERSION).contains(&event.version));
    if events.is_empty() || events.len() > MAX_EVENTS || !consecutive || !versions {
        return Err(Fault::BadRequest.into());
    }
    // Only who answers beyond choice needs more than what is at hand.
    let material = match events.iter().any(|event| !event.text.is_empty()) {
        true => Some(material(app, live.exam).await?),
        false => None,
    };
    if !events.iter().all(|event| fits(&live, material.as_deref(), event)) {
        return Err(Fault::NoSuchChoice.into());
    }
    let at = app.now();
    match app
        .journal
        .save(Save {
            attempt: id,
            events,
            at,
            grace_ms: GRACE_SECONDS * 1000,
        })
        .await?
    {
        Saved::Done => Ok((at, live.deadline)),
        Saved::Stale { version } => Err(Fault::Stale(version).into()),
        Saved::Late => Err(Fault::Late.into()),
        Saved::Paused => Err(Fault::Paused.into()),
        Saved::Unknown => Err(Fault::NotFound.into()),
    }
}

fn fits(live: &Live, material: Option<&Material>, event: &Event) -> bool {
    let question = usize::from(event.item)
        .checked_sub(1)
        .and_then(|place| live.questions.get(place));
    match question {
        Some(Shape::Choice(options, one)) => {
            let chosen = event.choice;
            event.text.is_empty() && chosen.fits(usize::from(*options)) && (!one || chosen.len() <= 1)
        }
        Some(Shape::Fields(_)) if event.text.is_empty() => event.choice.is_empty(),
        Some(Shape::Fields(pool)) => {
            let stored = material.and_then(|material| material.question(*pool));
            let form = stored.and_then(|stored| stored.question.form.as_ref());
            event.choice.is_empty() && form.is_some_and(|form| form.asking().fits(&event.text))
        }
        None => false,
    }
}

/// The caller's attempt, its sheet and what its candidate was told, for a page that has to catch up.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub async fn progress(
    app: &App,
    caller: &Caller,
    id: AttemptId,
) -> Result<(Attempt, Sheet, Vec<LiveEvent>, Timestamp)> {
    let live = live(app, caller, id).await?;
    let attempt = own(app, caller, id).await?.attempt;
    let events = db::sitting::events(&app.db, id).await?;
    let sheet = Sheet::fold(live.questions.len(), events.into_iter().map(|(event, _)| event));
    let told = supervision::told(app, caller, id, attempt.started_at).await?;
    Ok((attempt, sheet, told, app.now()))
}

/// Hands in the caller's attempt. A second hand-in changes nothing.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own, [`Fault::Paused`] while the clock stands.
pub async fn hand_in(app: &App, caller: &Caller, id: AttemptId) -> Result<()> {
    let own = own(app, caller, id).await?;
    if own.attempt.paused_at.is_some() {
        return Err(Fault::Paused.into());
    }
    let (now, deadline) = (app.now(), own.attempt.deadline);
    // Past the deadline the clock has handed in, whoever comes first to write it down.
    let (how, at) = if now <= deadline.plus_seconds(GRACE_SECONDS) {
        (HandIn::Submit, now)
    } else {
        (HandIn::AutoSubmit, deadline)
    };
    end(app, own, how, at).await
}

async fn end(app: &App, sat: Sat, how: HandIn, at: Timestamp) -> Result<()> {
    if sat.attempt.outcome.is_some() {
        return Ok(());
    }
    let material = material(app, sat.attempt.exam).await?;
    let args = Arc::new((sat, material, app.random.clone()));
    let now = app.now();
    app.db
        .write(args, move |tx, args| {
            Box::pin(async move {
                let (Sat { attempt, paper, bytes }, material, random) = &*args;
                let id = attempt.id;
                if db::sitting::close(tx, attempt.exam, id, how, at).await? {
                    let corrections = db::key_correction::in_force_for_hand_in(tx, attempt.exam).await?;
                    let events = db::sitting::events_in(tx, id).await?;
                    let receipt = receipt(id, bytes, &events, how, at);
                    store(tx, (id, receipt), material, &corrections, paper, &events).await?;
                    notice::after_hand_in(tx, random, now, material, attempt, how).await?;
                }
                Ok::<_, Error>(())
            })
        })
        .await
}

/// Ends a running attempt because whoever supervises says so; `false` when it has ended already.
pub(super) async fn force_hand_in(tx: &mut db::Tx, id: AttemptId, at: Timestamp, material: &Material) -> Result<bool> {
    if !db::sitting::close(tx, material.exam.id, id, HandIn::ForceSubmit, at).await? {
        return Ok(false);
    }
    let corrections = db::key_correction::in_force_for_hand_in(tx, material.exam.id).await?;
    let bytes = db::sitting::paper_in(tx, id).await?.ok_or(Fault::NotFound)?;
    let paper = Paper::from_bytes(&bytes).map_err(|_| damaged(id.0))?;
    let events = db::sitting::events_in(tx, id).await?;
    let receipt = receipt(id, &bytes, &events, HandIn::ForceSubmit, at);
    store(tx, (id, receipt), material, &corrections, &paper, &events).await?;
    Ok(true)
}

/// Exam and person of the caller's own attempt.
///
/// # Errors
/// [`Fault::NotFound`] unless it is the caller's own.
pub(super) async fn check_own(app: &App, caller: &Caller, id: AttemptId) -> Result<(ExamId, PersonId)> {
    let live = live(app, caller, id).await?;
    Ok((live.exam, live.person))
}

/// Marks the journal of an attempt that was just closed, and stores what follows: score, choices, and where there are any
/// the texts and those of them that people have to read.
async fn store(
    tx: &mut db::Tx,
    (id, receipt): (AttemptId, [u8; 32]),
    material: &Material,
    corrections: &[Correction],
    paper: &Paper,
    events: &[TimedEvent],
) -> Result<()> {
    let answers = answers(paper, events);
    let settled = settle(material, corrections, paper, &answers, &Marks::new());
    let sheet = sheet_bytes(answers.iter().map(|answer| answer.choice));
    db::sitting::settle(tx, id, &Settled { receipt, ..settled }, &sheet).await?;
    if material.has_texts() {
        let to_read = to_read(material, paper, &answers, (id, receipt));
        let texts: Vec<(u16, String)> = (1..).zip(answers.into_iter().map(|answer| answer.text)).collect();
        let given = texts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .collect::<Vec<_>>();
        db::sitting::keep_texts(tx, id, &given).await?;
        db::marking::add(tx, material.exam.id, &to_read).await?;
    }
    Ok(())
}

/// The answers that people have to read. Which of them a second person reads too is picked by the receipt.
fn to_read(
    material: &Material,
    paper: &Paper,
    answers: &[Answer],
    (attempt, receipt): (AttemptId, [u8; 32]),
) -> Vec<Task> {
    let asked = (1u16..).zip(paper.0.iter().zip(answers));
    let waiting = asked.filter(|(_, (drawn, answer))| {
        let asked = material.asked(&[], drawn, answer, None);
        asked.is_some_and(|asked| asked.judged.is_some_and(|judged| judged.waits))
    });
    let task = |(item, (drawn, _)): (u16, (&Drawn, &Answer))| {
        let digest = super::random::digest(&[receipt.as_slice(), &item.to_be_bytes()].concat());
        Task {
            attempt,
            item,
            pool: drawn.pool,
            needed: material.exam.policy.second.readings([digest[0], digest[1]]),
            state: marking::State::Waiting,
            points: Points::ZERO,
        }
    };
    waiting.map(task).collect()
}

/// Marks what was answered, and what people gave; the receipt is left empty.
pub(super) fn settle(
    material: &Material,
    corrections: &[Correction],
    paper: &Paper,
    answers: &[Answer],
    marks: &Marks,
) -> Settled {
    let Score { score, parts, .. } = material.marked(corrections, paper, answers, marks);
    Settled {
        score,
        band: material.exam.policy.grade(score, &parts).band,
        parts,
        receipt: [0; 32],
    }
}

/// The last answer to each question, folded from the journal.
pub(super) fn answers(paper: &Paper, events: &[TimedEvent]) -> Vec<Answer> {
    Sheet::fold(paper.0.len(), events.iter().map(|(event, _)| event.clone())).answers
}

/// The same from what is kept beside a handed-in attempt.
pub(super) fn kept(choices: Vec<OptionSet>, mut texts: HashMap<u16, String>) -> Vec<Answer> {
    let answer = |(item, choice)| Answer {
        choice,
        text: texts.remove(&item).unwrap_or_default(),
        flagged: false,
    };
    (1..).zip(choices).map(answer).collect()
}

/// What was asked and chosen in a handed-in attempt, as shown, from its paper and its sheet as they are stored; where the
/// sheet was not kept yet, from the journal.
pub(super) async fn chosen(
    app: &App,
    attempt: AttemptId,
    person: PersonId,
    (paper, sheet): (&[u8], &[u8]),
) -> Result<(Paper, Vec<OptionSet>)> {
    let paper = Paper::from_bytes(paper).map_err(|_| damaged(person.0))?;
    let choices = match sheet_choices(sheet, paper.0.len()) {
        Some(choices) => choices,
        None => {
            let answers = answers(&paper, &db::sitting::events(&app.db, attempt).await?);
            answers.into_iter().map(|answer| answer.choice).collect()
        }
    };
    Ok((paper, choices))
}

/// Attempts handed in by the clock at a time.
const SWEEP: u32 = 500;

/// Hands in every attempt whose time is over; gives how many. Safe to run on every node at once. An attempt that
/// cannot be ended is logged and does not hold up the others.
///
/// # Errors
/// When the overdue attempts cannot be read.
pub async fn hand_in_overdue(app: &App) -> Result<usize> {
    let before = app.now().plus_seconds(-GRACE_SECONDS - SWEEP_MARGIN_SECONDS);
    let (mut ended, mut last) = (0, (Timestamp(0), AttemptId(0)));
    loop {
        let overdue = db::sitting::overdue(&app.db, before, last, SWEEP).await?;
        for (deadline, id) in &overdue {
            match end_overdue(app, *id, *deadline).await {
                Ok(()) => ended += 1,
                Err(error) => tracing::error!(attempt = %id, %error, "an overdue attempt could not be handed in"),
            }
        }
        match overdue.last() {
            Some(end) if overdue.len() == SWEEP as usize => last = *end,
            _ => return Ok(ended),
        }
    }
}

async fn end_overdue(app: &App, id: AttemptId, deadline: Timestamp) -> Result<()> {
    let sat = sat(app, id).await?.ok_or(Fault::NotFound)?;
    end(app, sat, HandIn::AutoSubmit, deadline).await?;
    app.sittings
        .attempts
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .remove(&id);
    Ok(())
}
