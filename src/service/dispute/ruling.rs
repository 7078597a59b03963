//! A ruling: proposed with a reason, approved by a second person, carried out, and the way back.

use super::{
    Looked, looked, may_rule, may_see, objections,
    preview::{self, Preview, is_corrected},
    stands, subject_of, work,
};
use crate::{
    db,
    domain::{
        audit::Act as Audited,
        bank::Stored,
        dispute::{NoDispute, Part, Ruling, State, Step, Target},
        id::{AccountId, BankId, PlayerId, QuestionId, RulingId, VersionId},
        key_correction::{Act, Method},
        objection::{Objection, State as ObjectionState, reason},
    },
    error::Fault,
    service::{
        App, Caller, Error, Result,
        audit::{self, By, Deed},
        key_correction::check,
    },
};

fn why(words: &str) -> Result<String> {
    reason(words).map_err(|_| Fault::Dispute(NoDispute::Words).into())
}

/// The database's word for another ruling that waits or is carried out.
fn another(error: Error) -> Error {
    match error {
        Error::Db(db::Error::Taken) => Fault::Dispute(NoDispute::Another).into(),
        other => other,
    }
}

/// Nobody rules on what they have flagged or objected to themselves.
async fn not_own(app: &App, caller: &Caller, looked: &Looked) -> Result<()> {
    let Ok(person) = caller.person() else { return Ok(()) };
    let flagged = db::dispute::has_flagged(&app.db, &looked.covered, person).await?;
    let objected = objections(app, looked).await?;
    let own = |open: bool, by| open && by == person;
    if flagged
        || objected
            .iter()
            .any(|(one, _)| own(one.state == ObjectionState::Open, one.person))
    {
        return Err(Fault::Dispute(NoDispute::Own).into());
    }
    Ok(())
}

/// Proposes a ruling; nothing is changed until somebody else approves it. `words`: told to those who flagged the question.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks, exams and competitions everywhere, [`Fault::NotFound`],
/// [`Fault::NewKey`] when the method does not suit the question, [`Fault::Dispute`] when the reason is missing, another ruling
/// stands, or the caller has flagged the question.
pub async fn propose(
    app: &App,
    caller: &Caller,
    (question, version): (QuestionId, VersionId),
    method: Method,
    words: &str,
) -> Result<RulingId> {
    may_rule(caller)?;
    let looked = looked(app, question, Some(version)).await?;
    check(&looked.version.question, &method)?;
    let reason = why(words)?;
    not_own(app, caller, &looked).await?;
    let known = db::dispute::rulings_on(&app.db, question).await?;
    if known.iter().any(|ruling| stands(ruling, &looked.covered)) {
        return Err(Fault::Dispute(NoDispute::Another).into());
    }
    let by = By::new(app, caller);
    let ruling = Ruling {
        id: app.random.id(by.at),
        question,
        version,
        method,
        state: State::Proposed,
        proposed: Act {
            by: by.id(),
            at: by.at,
            reason,
        },
        decided: None,
        undone: None,
    };
    let id = ruling.id;
    let stored: Result<()> = app
        .db
        .write((ruling, by), |tx, (ruling, by)| {
            Box::pin(async move {
                db::dispute::insert(tx, &ruling).await?;
                let deed =
                    Deed::new(Audited::RulingProposed, subject_of(&ruling)).after(&(ruling.version, &ruling.method));
                audit::record(tx, &by, deed.because(ruling.proposed.reason)).await
            })
        })
        .await;
    stored.map_err(another)?;
    Ok(id)
}

async fn get(app: &App, id: RulingId) -> Result<Ruling> {
    Ok(db::dispute::get(&app.db, id).await?.ok_or(Fault::NotFound)?)
}

/// Refuses a ruling that waits, also one's own.
///
/// # Errors
/// As [`propose`]; [`Fault::Dispute`] when it does not wait any more.
pub async fn refuse(app: &App, caller: &Caller, id: RulingId, words: &str) -> Result<()> {
    may_rule(caller)?;
    let ruling = get(app, id).await?;
    let by = By::new(app, caller);
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: why(words)?,
    };
    app.db
        .write((ruling, act, by), move |tx, (ruling, act, by)| {
            Box::pin(async move {
                if !db::dispute::decide(tx, id, State::Refused, &act, 0).await? {
                    return Err(Fault::Dispute(NoDispute::Decided).into());
                }
                let deed = Deed::new(Audited::RulingRefused, subject_of(&ruling));
                audit::record(tx, &by, deed.because(act.reason)).await
            })
        })
        .await
}

/// What a ruling has to do.
async fn parts(app: &App, looked: &Looked, method: &Method) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    if *method == Method::Leave {
        return Ok(parts);
    }
    for one in looked.concerned() {
        let step = match is_corrected(app, one.target, one.place).await? {
            true => Step::LeftOut,
            false => Step::Waiting,
        };
        parts.push(Part {
            target: one.target,
            place: one.place,
            correction: None,
            through: PlayerId(0),
            attempts: 0,
            step,
        });
    }
    Ok(parts)
}

/// Approves a ruling that somebody else proposed and carries it out: one exam or competition after the other, each with all its
/// scores or none; whoever hands in from then on is marked by it too. Returns when it is done, or soon; [`detail`] tells how far it
/// has come. Should this node stop, another goes on.
///
/// # Errors
/// As [`propose`]; [`Fault::Dispute`] when the caller proposed it or it does not wait any more.
pub async fn approve(app: &App, caller: &Caller, id: RulingId) -> Result<()> {
    may_rule(caller)?;
    let ruling = get(app, id).await?;
    let by = By::new(app, caller);
    ruling.may_approve(by.id()).map_err(Fault::Dispute)?;
    let looked = looked(app, ruling.question, Some(ruling.version)).await?;
    not_own(app, caller, &looked).await?;
    let parts = parts(app, &looked, &ruling.method).await?;
    let (act, worker) = (
        Act {
            by: by.id(),
            at: by.at,
            reason: String::new(),
        },
        app.plays.lane(),
    );
    let stored: Result<()> = app
        .db
        .write((ruling, act, parts, by), move |tx, (ruling, act, parts, by)| {
            Box::pin(async move {
                if !db::dispute::decide(tx, id, State::Applying, &act, worker).await? {
                    return Err(Fault::Dispute(NoDispute::Decided).into());
                }
                db::dispute::insert_parts(tx, id, &parts).await?;
                let deed = Deed::new(Audited::RulingApproved, subject_of(&ruling)).after(&parts.len());
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    work::begin(app, id).await;
    Ok(())
}

/// Takes a ruling back: every score is marked again without it, and what it settled waits again.
///
/// # Errors
/// As [`propose`]; [`Fault::Dispute`] when it is not in force.
pub async fn undo(app: &App, caller: &Caller, id: RulingId, words: &str) -> Result<()> {
    may_rule(caller)?;
    let ruling = get(app, id).await?;
    let (by, worker) = (By::new(app, caller), app.plays.lane());
    let act = Act {
        by: by.id(),
        at: by.at,
        reason: why(words)?,
    };
    let stored: Result<()> = app
        .db
        .write((ruling, act, by), move |tx, (ruling, act, by)| {
            Box::pin(async move {
                if !db::dispute::undo(tx, id, &act, worker).await? {
                    return Err(Fault::Dispute(NoDispute::Decided).into());
                }
                let deed = Deed::new(Audited::RulingUndone, subject_of(&ruling));
                audit::record(tx, &by, deed.because(act.reason)).await
            })
        })
        .await;
    stored.map_err(another)?;
    work::begin(app, id).await;
    Ok(())
}

/// A part of a ruling with the title of its exam or competition.
pub struct PartShown {
    pub part: Part,
    pub title: String,
}

/// A ruling with all that is known of it.
pub struct Detail {
    pub ruling: Ruling,
    pub bank: BankId,
    pub version: Stored,
    /// The version that is drawn now.
    pub current: Stored,
    /// Names of who proposed, decided and undid it.
    pub proposed_by: String,
    pub decided_by: Option<String>,
    pub undone_by: Option<String>,
    /// What it would do now; `None` unless it waits.
    pub preview: Option<Preview>,
    pub parts: Vec<PartShown>,
    /// Flags and objections it settled.
    pub settled: usize,
    /// Whether the caller may approve it: it waits, and somebody else proposed it.
    pub may_approve: bool,
    pub may_rule: bool,
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`] when there is none.
pub async fn detail(app: &App, caller: &Caller, id: RulingId) -> Result<Detail> {
    may_see(caller)?;
    let ruling = get(app, id).await?;
    let looked = looked(app, ruling.question, Some(ruling.version)).await?;
    let may_rule = may_rule(caller).is_ok();
    let preview = match may_rule && ruling.state == State::Proposed {
        true => Some(preview::run(app, caller, &looked, &ruling.method).await?),
        false => None,
    };
    let mut parts = Vec::new();
    for part in db::dispute::parts(&app.db, id).await? {
        let named = looked.uses.iter().find(|one| one.target == part.target);
        let title = named.map(|one| one.title.clone()).unwrap_or_default();
        parts.push(PartShown { part, title });
    }
    let flags = db::dispute::of_question(&app.db, ruling.question, u32::MAX).await?;
    let flags = flags.iter().filter(|titled| titled.flag.ruling == Some(id)).count();
    let objections = db::dispute::objections(&app.db, id).await?.len();
    Ok(Detail {
        proposed_by: name_of(app, ruling.proposed.by).await?,
        decided_by: match &ruling.decided {
            Some(act) => Some(name_of(app, act.by).await?),
            None => None,
        },
        undone_by: match &ruling.undone {
            Some(act) => Some(name_of(app, act.by).await?),
            None => None,
        },
        may_approve: may_rule && ruling.may_approve(By::new(app, caller).id()).is_ok(),
        current: looked.versions[0].stored.clone(),
        bank: looked.bank,
        version: looked.version,
        settled: flags + objections,
        preview,
        parts,
        may_rule,
        ruling,
    })
}

async fn name_of(app: &App, account: AccountId) -> Result<String> {
    Ok(db::account::name_of(&app.db, account)
        .await?
        .unwrap_or_else(|| "mingfa".to_owned()))
}

/// The versions whose flags a ruling settles, and the objections that wait where it holds, each with the title of its exam.
pub(super) async fn to_settle(app: &App, ruling: &Ruling) -> Result<(Vec<VersionId>, Vec<(Objection, String)>)> {
    let looked = looked(app, ruling.question, Some(ruling.version)).await?;
    let parts = db::dispute::parts(&app.db, ruling.id).await?;
    let left_out = |objection: &Objection| {
        parts
            .iter()
            .any(|part| part.target == Target::Exam(objection.exam) && part.step == Step::LeftOut)
    };
    let mut open = objections(app, &looked).await?;
    // Where another correction stands, the objection is decided there.
    open.retain(|(objection, _)| objection.state == ObjectionState::Open && !left_out(objection));
    Ok((looked.covered, open))
}
