//! Cases: somebody opens one about a signal, the person concerned states their side, somebody else decides, and a
//! finding can be appealed to a third. No score and no result changes by any of it.

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    exam, notice,
};
use crate::{
    db::{self, case::Listed},
    domain::{
        audit::Act as Audited,
        case::{Case, Decision, NoCase, State, Words},
        exam::Exam,
        id::{AttemptId, CaseId, ExamId},
        key_correction::Act,
        notice::About as News,
        objection::reason,
        role::Right,
        signal::Kind,
        time::Timestamp,
        unit::Tree,
    },
    error::Fault,
};

/// Cases on a page.
pub const PAGE: u32 = 50;

fn words(text: &str) -> Result<String> {
    Ok(reason(text).map_err(|_| Fault::Case(NoCase::Words))?)
}

/// Opens a case about a signal of the last comparison and tells the person concerned.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] outside their scope, [`Fault::Case`]
/// with the reason why none is opened.
pub async fn open(
    app: &App,
    caller: &Caller,
    exam: ExamId,
    attempt: AttemptId,
    kind: Kind,
    why: &str,
) -> Result<CaseId> {
    let title = exam::exam(app, caller, exam).await?.title;
    let signal = db::signal::of_attempt(&app.db, exam, attempt, kind).await?;
    let (evidence, person) = signal.ok_or(Fault::Case(NoCase::NoSignal))?;
    if caller.person().is_ok_and(|own| own == person) {
        return Err(Fault::Case(NoCase::Own).into());
    }
    let by = By::new(app, caller);
    let case = Case {
        id: app.random.id(by.at),
        exam,
        attempt,
        person,
        evidence,
        state: State::Open,
        opened: Act {
            by: by.id(),
            at: by.at,
            reason: words(why)?,
        },
        statement: None,
        decided: None,
        appeal: None,
        closed: None,
    };
    let id = case.id;
    let news = News::CaseOpened { title, case: id };
    let stored: Result<()> = app
        .db
        .write(
            (case, news, by, app.random.clone()),
            move |tx, (case, news, by, random)| {
                Box::pin(async move {
                    db::case::insert(tx, &case).await?;
                    let deed = Deed::new(Audited::CaseOpened, format!("case {id}"))
                        .after(&case.evidence)
                        .because(case.opened.reason);
                    audit::record(tx, &by, deed).await?;
                    notice::tell(tx, &random, by.at, [(case.person, news)]).await
                })
            },
        )
        .await;
    match stored {
        Ok(()) => Ok(id),
        Err(Error::Db(db::Error::Taken)) => Err(Fault::Case(NoCase::Opened).into()),
        Err(error) => Err(error),
    }
}

/// A page of cases.
pub struct List {
    pub entries: Vec<Listed>,
    pub units: Tree,
    pub all: i64,
    pub page: u32,
    pub pages: u32,
    /// Those that wait for a decision; otherwise the others.
    pub waiting: bool,
}

/// Cases about the exams the caller manages.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks.
pub async fn list(app: &App, caller: &Caller, waiting: bool, page: u32) -> Result<List> {
    let exams: Vec<_> = exam::exams(app, caller)
        .await?
        .into_iter()
        .map(|exam| exam.id)
        .collect();
    let page = page.clamp(1, 100_000);
    let offset = i64::from(page - 1) * i64::from(PAGE);
    let (entries, all) = db::case::page(&app.db, &exams, waiting, i64::from(PAGE), offset).await?;
    Ok(List {
        entries,
        units: db::person::units(&app.db).await?,
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE),
        waiting,
    })
}

/// A case with all that is needed to decide it.
pub struct File {
    pub case: Case,
    pub exam: Exam,
    pub number: String,
    pub name: String,
    /// Number and name of the person whose answers were the same.
    pub other: Option<(String, String)>,
    /// Who opened, decided, and decided the appeal.
    pub who: [Option<String>; 3],
    /// Why the caller cannot take the next decision.
    pub barred: Option<NoCase>,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages exams asks, [`Fault::NotFound`] outside their scope.
pub async fn file(app: &App, caller: &Caller, id: CaseId) -> Result<File> {
    let (case, exam) = within(app, caller, id).await?;
    let roster = async |person| db::key_correction::roster_name(&app.db, exam.id, person).await;
    let (number, name) = roster(case.person).await?.unwrap_or_default();
    let other = match case.evidence.other() {
        Some(other) => roster(other).await?,
        None => None,
    };
    let acts = [Some(&case.opened), case.decided.as_ref(), case.closed.as_ref()];
    let mut who = [None, None, None];
    for (name, act) in who.iter_mut().zip(acts) {
        if let Some(act) = act {
            *name = db::account::name_of(&app.db, act.by).await?;
        }
    }
    let next = match case.state {
        State::Appealed => Decision::Confirm,
        _ => Decision::Finding,
    };
    let by = By::new(app, caller).id();
    Ok(File {
        barred: case.may_decide(next, by, caller.person().ok()).err(),
        case,
        exam,
        number,
        name,
        other,
        who,
    })
}

/// The case, if it is about an exam the caller manages.
async fn within(app: &App, caller: &Caller, id: CaseId) -> Result<(Case, Exam)> {
    caller.may(Right::ManageExams)?;
    let case = db::case::get(&app.db, id).await?.ok_or(Fault::NotFound)?;
    let exam = exam::exam(app, caller, case.exam).await?;
    Ok((case, exam))
}

/// Decides a case or an appeal and tells the person concerned.
///
/// # Errors
/// As [`file`]; [`Fault::Case`] with the reason why the caller cannot.
pub async fn decide(app: &App, caller: &Caller, id: CaseId, decision: Decision, why: &str) -> Result<()> {
    let (case, exam) = within(app, caller, id).await?;
    let by = By::new(app, caller);
    case.may_decide(decision, by.id(), caller.person().ok())
        .map_err(Fault::Case)?;
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: words(why)?,
    };
    let (before, after) = decision.step();
    let news = News::CaseDecided {
        title: exam.title,
        case: id,
        state: after,
    };
    let person = case.person;
    app.db
        .write(
            (act, news, by, app.random.clone()),
            move |tx, (act, news, by, random)| {
                Box::pin(async move {
                    if !db::case::decide(tx, id, decision, &act).await? {
                        return Err(Fault::Case(NoCase::Decided).into());
                    }
                    let deed = Deed::new(Audited::CaseDecided, format!("case {id}"))
                        .before(&before)
                        .after(&after)
                        .because(act.reason);
                    audit::record(tx, &by, deed).await?;
                    notice::tell(tx, &random, by.at, [(person, news)]).await
                })
            },
        )
        .await
}

/// A case as the person concerned sees it: nobody else is named.
pub struct Mine {
    pub case: Case,
    pub title: String,
    pub now: Timestamp,
}

/// # Errors
/// [`Fault::NotFound`] unless it is about the caller.
pub async fn mine(app: &App, caller: &Caller, id: CaseId) -> Result<Mine> {
    let person = caller.person()?;
    let case = db::case::get(&app.db, id).await?;
    let case = case.filter(|case| case.person == person).ok_or(Fault::NotFound)?;
    let exam = db::exam::get(&app.db, case.exam).await?.ok_or(Fault::NotFound)?;
    Ok(Mine {
        case,
        title: exam.title,
        now: app.now(),
    })
}

/// The caller's side, before the decision.
///
/// # Errors
/// As [`mine`]; [`Fault::Case`] when it was given, the case is decided, or the words are too few or too many.
pub async fn state(app: &App, caller: &Caller, id: CaseId, text: &str) -> Result<()> {
    let mine = mine(app, caller, id).await?;
    mine.case.may_state().map_err(Fault::Case)?;
    let words = Words {
        at: mine.now,
        text: words(text)?,
    };
    app.db
        .write(words, move |tx, words| {
            Box::pin(async move {
                let stored = db::case::set_statement(tx, id, &words).await?;
                if stored {
                    Ok(())
                } else {
                    Err(Fault::Case(NoCase::Decided).into())
                }
            })
        })
        .await
}

/// Appeals a finding about the caller.
///
/// # Errors
/// As [`mine`]; [`Fault::Case`] when there is none, its time is over, or the words are too few or too many.
pub async fn appeal(app: &App, caller: &Caller, id: CaseId, text: &str) -> Result<()> {
    let mine = mine(app, caller, id).await?;
    mine.case.may_appeal(mine.now).map_err(Fault::Case)?;
    let words = Words {
        at: mine.now,
        text: words(text)?,
    };
    app.db
        .write(words, move |tx, words| {
            Box::pin(async move {
                let stored = db::case::appeal(tx, id, &words).await?;
                if stored {
                    Ok(())
                } else {
                    Err(Fault::Case(NoCase::Decided).into())
                }
            })
        })
        .await
}
