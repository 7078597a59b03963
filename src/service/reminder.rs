//! Reminders: found from what is still to be done, sent once whichever node finds them, and shown to those who manage exams.

use std::collections::HashMap;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    credit::this_year,
    messenger::{Message, Messenger},
    officer::Ledger,
    random::Random,
    tally::tally,
    unit::checked_reason,
};
use crate::{
    db::{self, Tx, reminder::Shown},
    domain::{
        audit::Act,
        exam::{Exam, Round},
        filing::{self, State},
        id::{ExamId, PersonId, UnitId},
        lang::Lang,
        notice::{About, LEASE_SECONDS, Notice, next_try},
        officer::{Certificate, Standing},
        person::{Person, PersonState},
        reminder::{Kind, Off, Sent, Settings, Task, is_settled, whom},
        role::{Reach, Right},
        time::{DAY, Timestamp},
        unit::Tree,
    },
    error::Fault,
};

/// Between two looks at whom to remind, whichever node takes them.
const PAUSE_SECONDS: i64 = 55 * 60;
/// Reminders stored at a time.
const CHUNK: usize = 200;

/// An exam that can be sat now, with the round that is open.
struct Running {
    exam: Exam,
    round: Round,
}

/// What there is to be reminded of.
struct Found {
    units: Tree,
    persons: HashMap<PersonId, Person>,
    running: Vec<Running>,
    certificates: HashMap<i64, (Certificate, Timestamp)>,
    year: u16,
    tasks: Vec<Task>,
    /// How many persons of a liaison's units have not passed an exam.
    missing: HashMap<(PersonId, i64), usize>,
}

/// Sends the reminders of this hour; gives how many. Safe to run on every node: only one of them takes the turn, and the same
/// reminder is stored once a day.
///
/// # Errors
/// When the database fails.
pub async fn remind(app: &App) -> Result<usize> {
    let (now, settings) = (app.now(), db::reminder::settings(&app.db).await?);
    if settings.is_night(now) || settings.per_week == 0 {
        return Ok(0);
    }
    let turn: Result<bool> = app
        .db
        .write((), move |tx, ()| {
            Box::pin(async move { Ok(db::reminder::take_turn(tx, now, now.plus_seconds(-PAUSE_SECONDS)).await?) })
        })
        .await;
    if !turn? {
        return Ok(0);
    }
    let found = find(app, &settings).await?;
    let sent = db::reminder::sent_since(&app.db, Timestamp(now.0 - 7 * DAY)).await?;
    let off = db::reminder::off(&app.db).await?;
    let places = whom(now, &settings, &found.tasks, &sent, &off, &found.units);
    let news: Vec<(Sent, About)> = places
        .into_iter()
        .filter_map(|place| {
            let task = &found.tasks[place];
            let sent = Sent {
                person: task.person,
                kind: task.kind,
                subject: task.subject,
                at: now,
            };
            Some((sent, found.about(task)?))
        })
        .collect();
    let mut count = 0;
    for chunk in news.chunks(CHUNK) {
        let work = (chunk.to_vec(), app.random.clone());
        let stored: Result<usize> = app
            .db
            .write(work, move |tx, (news, random)| {
                Box::pin(async move { store(tx, &random, now, news).await })
            })
            .await;
        count += stored?;
    }
    Ok(count)
}

/// Stores reminders with their notices; those that were stored today are left out.
async fn store(tx: &mut Tx, random: &Random, now: Timestamp, news: Vec<(Sent, About)>) -> Result<usize> {
    let mut notices = Vec::new();
    for (sent, about) in news {
        let notice = Notice {
            id: random.id(now),
            person: sent.person,
            about,
            at: now,
            read: false,
        };
        if db::reminder::insert(tx, &sent, notice.id).await? {
            notices.push(notice);
        }
    }
    db::notice::insert_all(tx, &notices).await?;
    Ok(notices.len())
}

async fn find(app: &App, settings: &Settings) -> Result<Found> {
    let now = app.now();
    let persons = db::person::all(&app.db).await?;
    let mut found = Found {
        units: db::person::units(&app.db).await?,
        persons: persons.into_iter().map(|person| (person.id, person)).collect(),
        running: Vec::new(),
        certificates: HashMap::new(),
        year: this_year(app),
        tasks: Vec::new(),
        missing: HashMap::new(),
    };
    let near = Timestamp(now.0 + i64::from(settings.days_before) * DAY);
    for exam in db::exam::all(&app.db).await? {
        if exam.opened_at.is_none() {
            continue;
        }
        let rounds = db::round::of_exam(&app.db, exam.id).await?;
        let open = rounds
            .into_iter()
            .find(|round| round.is_open(now) && round.window.closes_at <= near);
        if let Some(round) = open {
            found.running.push(Running { exam, round });
        }
    }
    let liaisons = db::reminder::liaisons(&app.db).await?;
    for place in 0..found.running.len() {
        found.sitters(app, place, &liaisons).await?;
    }
    found.reviews(app).await?;
    found.figures(app, &liaisons).await?;
    Ok(found)
}

impl Found {
    fn has_left(&self, person: PersonId) -> bool {
        let known = self.persons.get(&person);
        known.is_none_or(|person| person.state != PersonState::Active)
    }

    /// The tasks of one exam: of those who sit it, and of the liaisons of those who have not passed.
    async fn sitters(&mut self, app: &App, place: usize, liaisons: &[(PersonId, Option<UnitId>)]) -> Result<()> {
        let Running { exam, round } = &self.running[place];
        let (subject, window) = (exam.id.0, round.window);
        let task = |kind, person, unit| Task {
            kind,
            person,
            unit,
            subject,
            from: window.opens_at,
            until: window.closes_at,
            done: false,
            exempt: false,
            left: false,
        };
        let (mut tasks, mut open) = (Vec::new(), HashMap::<UnitId, usize>::new());
        for (unit, block) in tally(app, exam).await? {
            for (entry, results) in block.persons() {
                let task = Task {
                    done: is_settled(entry, results, exam.policy.counting, round),
                    exempt: entry.exempt,
                    left: self.has_left(entry.person),
                    ..task(Kind::ExamEnds, entry.person, unit)
                };
                if !task.done && !task.exempt && !task.left {
                    *open.entry(unit).or_default() += 1;
                }
                tasks.push(task);
            }
        }
        let mut of_person: HashMap<PersonId, Vec<Option<UnitId>>> = HashMap::new();
        for (person, unit) in liaisons {
            of_person.entry(*person).or_default().push(*unit);
        }
        for (person, grants) in of_person {
            let Some(own) = self.persons.get(&person).map(|person| person.unit) else {
                continue;
            };
            let within = |unit: UnitId| {
                let mut grants = grants.iter();
                grants.any(|top| top.is_none_or(|top| self.units.is_within(unit, top)))
            };
            let counts = open.iter().filter(|(unit, _)| within(**unit));
            let count: usize = counts.map(|(_, count)| count).sum();
            let unit = grants.iter().flatten().next().copied().unwrap_or(own);
            tasks.push(Task {
                done: count == 0,
                left: self.has_left(person),
                ..task(Kind::PersonsMissing, person, unit)
            });
            self.missing.insert((person, subject), count);
        }
        self.tasks.extend(tasks);
        Ok(())
    }

    /// The certificates that are to be reviewed this year.
    async fn reviews(&mut self, app: &App) -> Result<()> {
        let now = app.now();
        let ledger = Ledger::of_year(app, self.year).await?;
        for certificate in &ledger.certificates {
            let Some(standing) = ledger.standing(certificate, now) else {
                continue;
            };
            // The whole of the last day is left.
            let until = Timestamp(ledger.last_chance(certificate).0 + DAY);
            self.tasks.push(Task {
                kind: Kind::ReviewDue,
                person: certificate.person,
                unit: certificate.unit,
                subject: certificate.id.0,
                from: certificate.wish.issued,
                until,
                done: !standing.is_open(),
                exempt: standing == Standing::Exempt,
                left: self.has_left(certificate.person),
            });
            let last = ledger.last_chance(certificate);
            self.certificates.insert(certificate.id.0, (certificate.clone(), last));
        }
        Ok(())
    }

    /// The figures of the year that is over, which units with a level above them hand in; while that year is open.
    async fn figures(&mut self, app: &App, liaisons: &[(PersonId, Option<UnitId>)]) -> Result<()> {
        let number = self.year.saturating_sub(1);
        let years = db::year::all(&app.db).await?;
        let open = years
            .iter()
            .any(|year| year.year == number && year.must_be_open().is_ok());
        let Some((from, until)) = filing::due(number).filter(|_| open) else {
            return Ok(());
        };
        let filed = db::filing::all(&app.db, Some(number)).await?;
        // In the order of numbers: the last one of a unit stays.
        let last: HashMap<UnitId, State> = filed
            .into_iter()
            .map(|stored| (stored.filing.unit, stored.filing.state))
            .collect();
        for (person, unit) in liaisons {
            let Some(unit) = unit
                .and_then(|unit| self.units.get(unit))
                .filter(|unit| unit.parent.is_some())
            else {
                continue;
            };
            self.tasks.push(Task {
                kind: Kind::FiguresDue,
                person: *person,
                unit: unit.id,
                subject: unit.id.0,
                from,
                until,
                done: last.get(&unit.id).is_some_and(|state| *state != State::Returned),
                exempt: false,
                left: self.has_left(*person),
            });
        }
        Ok(())
    }

    /// What a task is told with.
    fn about(&self, task: &Task) -> Option<About> {
        if task.kind == Kind::ReviewDue {
            let (certificate, until) = self.certificates.get(&task.subject)?;
            return Some(About::ReviewDue {
                number: certificate.wish.number.clone(),
                year: self.year,
                until: *until,
            });
        }
        if task.kind == Kind::FiguresDue {
            return Some(About::FiguresDue {
                title: self.units.get(task.unit)?.name.clone(),
                year: self.year.saturating_sub(1),
                unit: task.unit,
                until: task.until,
            });
        }
        let running = self.running.iter().find(|running| running.exam.id.0 == task.subject)?;
        let (title, exam, until) = (running.exam.title.clone(), running.exam.id, task.until);
        Some(match task.kind {
            Kind::PersonsMissing => About::PersonsMissing {
                title,
                exam,
                until,
                persons: self
                    .missing
                    .get(&(task.person, task.subject))
                    .copied()
                    .unwrap_or_default(),
            },
            Kind::ExamEnds | Kind::ReviewDue | Kind::FiguresDue => About::ExamEnds { title, exam, until },
        })
    }
}

/// Reminders shown.
const SHOWN: i64 = 300;

/// What those who manage exams see.
pub struct Overview {
    pub settings: Settings,
    pub off: Vec<Off>,
    /// What was sent last within reach, the latest first.
    pub sent: Vec<Shown>,
    pub units: Tree,
    /// Opened exams, for switching off.
    pub exams: Vec<Exam>,
    /// The units the caller may switch off for.
    pub own: Vec<UnitId>,
    pub everywhere: bool,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams.
pub async fn overview(app: &App, caller: &Caller) -> Result<Overview> {
    let reach = caller.may(Right::ManageExams)?;
    let units = db::person::units(&app.db).await?;
    let mut sent = db::reminder::last(&app.db, SHOWN).await?;
    sent.retain(|one| reach.covers(&units, Some(one.unit)));
    let mut off = db::reminder::off(&app.db).await?;
    off.retain(|one| reach.meets(&units, one.unit));
    let mut exams = db::exam::all(&app.db).await?;
    exams.retain(|exam| exam.opened_at.is_some() && reach.meets(&units, exam.unit));
    let own = units.walk().into_iter().map(|(_, unit)| unit.id);
    Ok(Overview {
        settings: db::reminder::settings(&app.db).await?,
        off,
        sent,
        own: own.filter(|unit| reach.covers(&units, Some(*unit))).collect(),
        everywhere: reach == Reach::Everything,
        units,
        exams,
    })
}

/// Sets how reminders are sent.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams everywhere; [`Fault::Reminders`] for settings that cannot be.
pub async fn set(app: &App, caller: &Caller, settings: Settings) -> Result<()> {
    caller.may_everywhere(Right::ManageExams)?;
    settings.check().map_err(|_| Fault::Reminders)?;
    let before = db::reminder::settings(&app.db).await?;
    app.db
        .write(By::new(app, caller), move |tx, by| {
            Box::pin(async move {
                db::reminder::set_settings(tx, &settings).await?;
                let deed = Deed::new(Act::RemindersSet, "reminders");
                audit::record(tx, &by, deed.before(&before).after(&settings)).await
            })
        })
        .await
}

/// Whether the caller may switch reminders of a unit; of all units only who manages exams everywhere.
async fn may_switch(app: &App, caller: &Caller, unit: Option<UnitId>) -> Result<()> {
    let reach = caller.may(Right::ManageExams)?;
    let units = db::person::units(&app.db).await?;
    let known = unit.is_none_or(|unit| units.get(unit).is_some());
    if known && reach.covers(&units, unit) {
        Ok(())
    } else {
        Err(Fault::NotFound.into())
    }
}

fn subject(kind: Kind, unit: Option<UnitId>, exam: Option<ExamId>) -> String {
    let unit = unit.map(|unit| format!(" unit {unit}")).unwrap_or_default();
    let exam = exam.map(|exam| format!(" exam {exam}")).unwrap_or_default();
    format!("reminders {}{unit}{exam}", kind.code())
}

/// Switches a kind of reminder off: for a unit and those below or for all, for an exam or for all.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`] for a unit out of reach, [`Fault::Taken`] when just
/// this is off already; the fault of [`checked_reason`].
pub async fn switch_off(app: &App, caller: &Caller, off: Off) -> Result<()> {
    may_switch(app, caller, off.unit).await?;
    let off = Off {
        reason: checked_reason(&off.reason)?,
        ..off
    };
    app.db
        .write((off, By::new(app, caller)), |tx, (off, by)| {
            Box::pin(async move {
                db::reminder::switch_off(tx, &off, by.id(), by.at)
                    .await
                    .map_err(super::taken)?;
                let deed = Deed::new(Act::RemindersSwitched, subject(off.kind, off.unit, off.exam));
                audit::record(tx, &by, deed.before(&"on").after(&"off").because(off.reason)).await
            })
        })
        .await
}

/// Switches it on again.
///
/// # Errors
/// As [`switch_off`]; [`Fault::NotFound`] when it is not off.
pub async fn switch_on(
    app: &App,
    caller: &Caller,
    kind: Kind,
    unit: Option<UnitId>,
    exam: Option<ExamId>,
) -> Result<()> {
    may_switch(app, caller, unit).await?;
    app.db
        .write(By::new(app, caller), move |tx, by| {
            Box::pin(async move {
                if !db::reminder::switch_on(tx, kind, unit, exam).await? {
                    return Err(Fault::NotFound.into());
                }
                let deed = Deed::new(Act::RemindersSwitched, subject(kind, unit, exam));
                audit::record(tx, &by, deed.before(&"off").after(&"on")).await
            })
        })
        .await
}

/// Reminders handed to the messenger at a time; those older than a day are not handed on any more.
const MESSAGES: i64 = 20;
/// Failures after which a reminder is not tried again.
const TRIES: u32 = 5;

/// Hands reminders to the messenger's command; gives how many it took. Each is taken first, so that no other node hands it on too.
///
/// # Errors
/// When the database fails.
pub async fn send_messages(app: &App, messenger: &Messenger) -> Result<usize> {
    let (now, mut count) = (app.now(), 0);
    for message in db::reminder::messages(&app.db, Timestamp(now.0 - DAY), now, MESSAGES).await? {
        let (sent, now) = (message.sent, app.now());
        let taken: Result<bool> = app
            .db
            .write((), move |tx, ()| {
                Box::pin(async move {
                    Ok(db::reminder::take_message(tx, &sent, now, now.plus_seconds(LEASE_SECONDS)).await?)
                })
            })
            .await;
        if !taken? {
            continue;
        }
        let about = &message.notice.about;
        let done = messenger
            .send(Message {
                kind: sent.kind.code(),
                number: message.number.clone(),
                name: message.name.clone(),
                subject: [Lang::Zh, Lang::En].map(|lang| about.subject(lang)),
                text: [Lang::Zh, Lang::En].map(|lang| about.text(lang)),
                link: messenger.link(&about.path()),
            })
            .await;
        count += usize::from(done);
        let tries = message.tries + 1;
        let again = (!done && tries < TRIES).then(|| next_try(app.now(), tries));
        let settled: Result<()> = app
            .db
            .write((), move |tx, ()| {
                Box::pin(async move { Ok(db::reminder::settle_message(tx, &sent, done, again).await?) })
            })
            .await;
        settled?;
    }
    Ok(count)
}
