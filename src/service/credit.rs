//! Credits: what a year asks for, how persons stand, the gate before an exam, and study time where a document demands it.

use std::collections::HashMap;

use super::{
    App, Caller, Result,
    audit::{self, By, Deed},
    person::within,
    recent,
    year::not_closed,
};
use crate::{
    db::{self, Tx},
    domain::{
        annual::{Persons, fact::Fact},
        audit::Act,
        correction::wording,
        credit::{Account, Caps, CreditFault, Earned, Gate, Held, Kept, Line, Rule, account, beat as counted},
        exam::Exam,
        id::{ExamId, PersonId, UnitId},
        person::PersonState,
        role::Right,
        tally::Tallied,
        time::{Civil, Timestamp},
    },
    error::Fault,
};

/// The first and the last day of a year in China.
pub fn days_of(year: u16) -> (i64, i64) {
    let first = |year: i64| {
        let civil = Civil {
            year,
            month: 1,
            day: 1,
            hour: 0,
            minute: 0,
            second: 0,
        };
        Timestamp::from_civil(civil).day()
    };
    (first(year.into()), first(i64::from(year) + 1) - 1)
}

/// The year it is in China.
pub fn this_year(app: &App) -> u16 {
    u16::try_from(app.now().civil().year).unwrap_or_default()
}

/// How a person stands in a year.
pub struct Standing {
    pub year: u16,
    pub kept: Kept,
    pub account: Account,
    /// What was earned, in the order of earning.
    pub lines: Vec<Line>,
    /// Milliseconds of study, where the rule counts them.
    pub studied: Option<i64>,
    /// The exams that are not over and that wait for more credits; only for whoever asks for himself.
    pub ahead: Vec<Ahead>,
}

/// An exam that a person is due for and may not begin yet.
pub struct Ahead {
    pub title: String,
    pub held: Held,
}

impl Standing {
    /// Whether the year's study is done (完成学法).
    pub fn is_done(&self) -> bool {
        self.kept.rule.is_met(&self.account)
    }
}

/// The rule that holds for a year.
///
/// # Errors
/// When the database fails.
pub async fn rule(app: &App, year: u16) -> Result<Kept> {
    let versions = db::credit::rules(&app.db, year).await?;
    Ok(versions.into_iter().next_back().unwrap_or_else(|| Kept::usual(year)))
}

/// How a person stands; the use case has checked who asks.
pub(super) async fn standing(app: &App, person: PersonId, year: u16) -> Result<Standing> {
    let versions = db::credit::rules(&app.db, year).await?;
    let (first, last) = days_of(year);
    let mut lines = db::credit::of_person(&app.db, person).await?;
    lines.retain(|line| line.year == year);
    let earned: Vec<_> = lines.iter().map(|line| line.earned).collect();
    let account = account(&earned, &Caps::of_versions(&versions, first), app.now().day(), last);
    let kept = versions.into_iter().next_back().unwrap_or_else(|| Kept::usual(year));
    let studied = match kept.rule.hours {
        Some(_) => Some(db::credit::studied(&app.db, person, (first, last)).await?),
        None => None,
    };
    Ok(Standing {
        year,
        kept,
        account,
        lines,
        studied,
        ahead: Vec::new(),
    })
}

/// How the caller stands this year.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn mine(app: &App, caller: &Caller) -> Result<Standing> {
    let person = caller.person()?;
    let year = this_year(app);
    let mut standing = standing(app, person, year).await?;
    for (id, due) in db::exam::with_person(&app.db, person).await? {
        if !due {
            continue;
        }
        let frame = recent::frame(app, id).await?;
        let over = frame.rounds.iter().all(|round| round.window.closes_at <= app.now());
        let Some(exam) = db::exam::get(&app.db, id)
            .await?
            .filter(|exam| !over && !exam.policy.credits.is_none())
        else {
            continue;
        };
        let held = before(app, &exam, person).await?;
        if held.year == year && !held.opens() {
            standing.ahead.push(Ahead {
                title: exam.title,
                held,
            });
        }
    }
    Ok(standing)
}

/// The gate that an exam of this year begins with: none until somebody has made a rule for the year.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams.
pub async fn usual_gate(app: &App, caller: &Caller, year: u16) -> Result<Gate> {
    caller.may(Right::ManageExams)?;
    let versions = db::credit::rules(&app.db, year).await?;
    Ok(versions.last().map_or(Gate::NONE, |kept| kept.rule.gate()))
}

/// How a person stands before the gate of an exam: the credits of the year in which it opens count.
pub(super) async fn before(app: &App, exam: &Exam, person: PersonId) -> Result<Held> {
    let year = u16::try_from(exam.window.opens_at.civil().year).unwrap_or_default();
    let standing = standing(app, person, year).await?;
    let admitted = db::credit::is_admitted(&app.db, exam.id, person).await?;
    Ok(Held::new(exam.policy.credits, year, &standing.account, admitted))
}

/// Writes what somebody has earned; the same thing gives credits once.
pub(super) async fn earn(tx: &mut Tx, line: &Line, run: i64) -> Result<bool> {
    Ok(db::credit::insert(tx, line, run).await?)
}

/// The versions of a year's rule, the oldest first.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses.
pub async fn rules(app: &App, caller: &Caller, year: u16) -> Result<Vec<Kept>> {
    caller.may(Right::ManageCourses)?;
    Ok(db::credit::rules(&app.db, year).await?)
}

/// Makes a new version of the rule of this year or the next.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages courses everywhere, [`Fault::CreditRule`] with what cannot hold,
/// [`Fault::Taken`] when somebody else made one at the same moment,
/// [`ActivityFault::Closed`](crate::domain::activity::ActivityFault::Closed).
pub async fn make_rule(app: &App, caller: &Caller, year: u16, rule: Rule, reason: &str) -> Result<Kept> {
    caller.may_everywhere(Right::ManageCourses)?;
    let now = this_year(app);
    if year != now && Some(year) != now.checked_add(1) {
        return Err(Fault::CreditRule(CreditFault::Year).into());
    }
    rule.check().map_err(Fault::CreditRule)?;
    let reason = checked_reason(reason)?;
    let last = self::rule(app, year).await?;
    let by = By::new(app, caller);
    let kept = Kept {
        year,
        version: last.version + 1,
        rule,
        reason,
        made_by: by.id(),
        made_at: by.at,
    };
    let deed = Deed::new(Act::CreditRuleMade, format!("credit rule {year}"))
        .before(&last.rule)
        .after(&kept.rule)
        .because(kept.reason.clone());
    app.db
        .write((kept, deed, by), |tx, (kept, deed, by)| {
            Box::pin(async move {
                not_closed(tx, kept.year).await?;
                db::credit::insert_rule(tx, &kept).await.map_err(super::taken)?;
                audit::record(tx, &by, deed).await?;
                Ok(kept)
            })
        })
        .await
}

/// Persons of a year, counted as they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// 在册人数: active persons within reach.
    pub registered: i64,
    /// 参学人数: of them those who have earned credits in the year.
    pub enrolled_study: i64,
    /// 完成学法人数: of them those whose credits that count meet the rule of the year.
    pub study_done: i64,
}

/// How many of the persons within reach study, and have done the year's study.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who reads figures.
pub async fn counts(app: &App, caller: &Caller, year: u16) -> Result<Counts> {
    let reach = caller.may(Right::ReadFigures)?;
    let units = db::person::units(&app.db).await?;
    let mut persons = db::person::all(&app.db).await?;
    persons.retain(|person| person.state == PersonState::Active && reach.covers(&units, Some(person.unit)));
    let versions = db::credit::rules(&app.db, year).await?;
    let (first, last) = days_of(year);
    let (caps, today) = (Caps::of_versions(&versions, first), app.now().day());
    let kept = versions.into_iter().next_back().unwrap_or_else(|| Kept::usual(year));
    let mut earned: HashMap<PersonId, Vec<Earned>> = HashMap::new();
    for line in db::credit::of_year(&app.db, year).await? {
        earned.entry(line.person).or_default().push(line.earned);
    }
    let mut counts = Counts {
        registered: persons.len() as i64,
        ..Counts::default()
    };
    for earned in persons.iter().filter_map(|person| earned.get(&person.id)) {
        counts.enrolled_study += 1;
        counts.study_done += i64::from(kept.rule.is_met(&account(earned, &caps, today, last)));
    }
    Ok(counts)
}

/// Who of the persons of a year's exams studied, and has done the year's study, as records of the year. Of a closed year as it was at
/// that moment: what was earned later, and what began to count on a later day, is no part of it.
pub(super) async fn facts(app: &App, year: u16, persons: &Persons) -> Result<Vec<Fact>> {
    let years = db::year::all(&app.db).await?;
    let of_year = years.into_iter().find(|one| one.year == year);
    let until = match of_year.and_then(|one| one.closed) {
        Some((_, closed_at)) => closed_at.min(app.now()),
        None => app.now(),
    };
    let mut earned: HashMap<PersonId, Vec<Earned>> = HashMap::new();
    let mut lines = db::credit::of_year(&app.db, year).await?;
    lines.retain(|line| line.at <= until);
    for line in lines {
        earned.entry(line.person).or_default().push(line.earned);
    }
    if earned.is_empty() {
        return Ok(Vec::new());
    }
    let versions = db::credit::rules(&app.db, year).await?;
    let (first, last) = days_of(year);
    let (caps, today) = (Caps::of_versions(&versions, first), until.day());
    let kept = versions.into_iter().next_back().unwrap_or_else(|| Kept::usual(year));
    let fact = |(person, unit, tallied): (PersonId, UnitId, Tallied)| {
        let earned = earned.get(&person)?;
        Some(Fact::Study {
            person,
            unit,
            due: !matches!(tallied, Tallied::Exempt | Tallied::Outside),
            done: kept.rule.is_met(&account(earned, &caps, today, last)),
        })
    };
    Ok(persons.all().filter_map(fact).collect())
}

fn checked_reason(reason: &str) -> Result<String> {
    let reason = wording(reason).filter(|reason| reason.chars().count() >= 2);
    reason.ok_or_else(|| Fault::CreditRule(CreditFault::Reason).into())
}

/// Lets a person sit an exam without the credits it asks for.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages exams, [`Fault::NotFound`] when there is no such exam or person within reach,
/// [`CreditFault::NoGate`], [`CreditFault::Reason`].
pub async fn admit(app: &App, caller: &Caller, exam: ExamId, person: PersonId, reason: &str) -> Result<()> {
    let (of_whom, _) = within(app, caller, Right::ManageExams, person).await?;
    let exam = super::exam::exam(app, caller, exam).await?;
    if exam.policy.credits.is_none() {
        return Err(Fault::CreditRule(CreditFault::NoGate).into());
    }
    let reason = checked_reason(reason)?;
    let deed = Deed::new(
        Act::AdmittedWithoutCredits,
        format!("person {} exam {}", of_whom.number, exam.id),
    )
    .after(&before(app, &exam, person).await?)
    .because(reason.clone());
    let exam = exam.id;
    app.db
        .write((deed, By::new(app, caller), reason), move |tx, (deed, by, reason)| {
            Box::pin(async move {
                if !db::credit::admit(tx, exam, person, by.id(), by.at, &reason).await? {
                    return Err(Fault::CreditRule(CreditFault::NoGate).into());
                }
                audit::record(tx, &by, deed).await
            })
        })
        .await
}

/// A sign of life from a page of a lesson. Nothing it says is believed but that it came, now.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] unless the year's rule counts study time.
pub async fn beat(app: &App, caller: &Caller) -> Result<()> {
    let person = caller.person()?;
    let hours = rule(app, this_year(app)).await?.rule.hours.ok_or(Fault::NotFound)?;
    let now = app.now();
    app.db
        .write((), move |tx, ()| {
            Box::pin(async move {
                let (day, most) = (now.day(), hours.minutes_a_day);
                let study = db::credit::hold_study(tx, person, day).await?;
                db::credit::set_study(tx, person, day, counted(study, now.0, most)).await?;
                Ok(())
            })
        })
        .await
}
