//! Review of questions by two persons (审题): the queue of a bank, and what is approved, sent back or withdrawn.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    bank::{bank, new_question},
    law, notice, question,
    question::InExam,
};
use crate::{
    db::{
        self, Tx,
        bank::{Made, NewQuestion},
    },
    domain::{
        audit::Act,
        bank::{BankSummary, Stored, Usage},
        correction::wording,
        id::{AccountId, BankId, QuestionId, VersionId, VettingId},
        item::{Question, State},
        notice::About,
        role::Right,
        statistics::classical::ItemFigures,
        vetting::{Decision, NoVetting, Progress, Vetting},
    },
    error::Fault,
};

/// Questions on a page of the queue.
pub const PAGE: u32 = 50;

/// A question that waits, or waited, with the names of those concerned.
pub struct Named {
    pub vetting: Vetting,
    /// The login name; empty for the operator at the machine.
    pub author: String,
    pub decider: String,
}

/// A question of the queue.
pub struct Waiting {
    pub named: Named,
    /// The question as it stands in the bank.
    pub current: Stored,
}

impl Waiting {
    /// What is to be approved.
    pub fn question(&self) -> &Question {
        self.named.vetting.proposed.as_ref().unwrap_or(&self.current.question)
    }
}

/// A page of what waits in a bank, the longest first.
pub struct Queue {
    pub bank: BankSummary,
    pub waiting: Vec<Waiting>,
    pub all: i64,
    pub page: u32,
    pub pages: u32,
    /// Whether the caller may decide, but for what the caller wrote.
    pub editable: bool,
    /// The caller's account; 0 for the operator.
    pub caller: AccountId,
}

/// The account as it is stored: 0 for the operator.
fn account(caller: &Caller) -> AccountId {
    caller.account().map_or(AccountId(0), |account| account.id)
}

/// Reviews with names.
pub(super) async fn named(app: &App, vettings: Vec<Vetting>) -> Result<Vec<Named>> {
    let mut names: HashMap<AccountId, String> = HashMap::from([(AccountId(0), String::new())]);
    let mut accounts: Vec<AccountId> = vettings.iter().map(|vetting| vetting.author).collect();
    for vetting in &vettings {
        accounts.extend(vetting.decision.as_ref().map(|decision| decision.by));
    }
    for account in accounts {
        if let Entry::Vacant(unknown) = names.entry(account) {
            unknown.insert(db::account::name_of(&app.db, account).await?.unwrap_or_default());
        }
    }
    let named = vettings.into_iter().map(|vetting| Named {
        author: names[&vetting.author].clone(),
        decider: vetting
            .decision
            .as_ref()
            .map(|decision| names[&decision.by].clone())
            .unwrap_or_default(),
        vetting,
    });
    Ok(named.collect())
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks, [`Fault::NotFound`] when there is no such bank.
pub async fn queue(app: &App, caller: &Caller, id: BankId, page: u32) -> Result<Queue> {
    let summary = bank(app, caller, id).await?;
    let page = page.clamp(1, 10_000);
    let (vettings, all) = db::vetting::queue(&app.db, id, PAGE, (page - 1) * PAGE).await?;
    let questions: Vec<_> = vettings.iter().map(|vetting| vetting.question).collect();
    let stored = db::bank::those(&app.db, id, &questions).await?;
    let mut stored: HashMap<_, _> = stored.into_iter().map(|stored| (stored.id, stored)).collect();
    let waiting = named(app, vettings).await?.into_iter().filter_map(|named| {
        let current = stored.remove(&named.vetting.question)?;
        Some(Waiting { named, current })
    });
    Ok(Queue {
        bank: summary,
        waiting: waiting.collect(),
        all,
        page,
        pages: u32::try_from(all).unwrap_or(u32::MAX).div_ceil(PAGE),
        editable: caller.may_everywhere(Right::ManageBanks).is_ok(),
        caller: account(caller),
    })
}

/// How many questions of a bank wait.
///
/// # Errors
/// When the database fails.
pub async fn waiting(app: &App, bank: BankId) -> Result<i64> {
    Ok(db::vetting::queue(&app.db, bank, 0, 0).await?.1)
}

/// A question to be reviewed and all that helps to judge it.
pub struct Shown {
    pub bank: BankSummary,
    pub waiting: Waiting,
    pub bases: Vec<law::Basis>,
    pub near: Vec<(Stored, usize)>,
    pub usage: Usage,
    pub exams: Vec<InExam>,
    /// As with [`question::Shown`].
    pub figures: Vec<Option<ItemFigures>>,
    pub editable: bool,
    pub caller: AccountId,
}

/// # Errors
/// As [`queue`]; [`Fault::NotFound`] when the bank has no such review.
pub async fn show(app: &App, caller: &Caller, id: BankId, vetting: VettingId) -> Result<Shown> {
    let summary = bank(app, caller, id).await?;
    let vetting = db::vetting::get(&app.db, id, vetting).await?.ok_or(Fault::NotFound)?;
    let question = vetting.question;
    let current = db::bank::those(&app.db, id, &[question]).await?.into_iter().next();
    let current = current.ok_or(Fault::NotFound)?;
    let named = named(app, vec![vetting]).await?.remove(0);
    let waiting = Waiting { named, current };
    let exams = db::bank::exams_with(&app.db, question).await?;
    let usage = db::exposure::usage(&app.db, &[question], super::bank::exposed_since(app)).await?;
    Ok(Shown {
        bank: summary,
        bases: law::bases(app, &waiting.question().basis).await?,
        near: question::near(app, id, Some(question), waiting.question().clone()).await?,
        usage: usage.get(&question).copied().unwrap_or_default(),
        figures: exams
            .iter()
            .map(|used| app.statistics.item(used.exam, used.place))
            .collect(),
        exams,
        editable: caller.may_everywhere(Right::ManageBanks).is_ok(),
        caller: account(caller),
        waiting,
    })
}

/// A review as it begins.
pub(super) fn asked(
    app: &App,
    by: &By,
    (bank, question): (BankId, QuestionId),
    proposed: Option<Question>,
    seen: u32,
    reason: &str,
) -> Vetting {
    Vetting {
        id: app.random.id(by.at),
        bank,
        question,
        proposed,
        seen,
        author: by.id(),
        asked_at: by.at,
        reason: reason.to_owned(),
        progress: Progress::Waiting,
        decision: None,
    }
}

/// Puts a review into the queue.
///
/// # Errors
/// [`NoVetting::Waiting`] when the question stands there already.
pub(super) async fn ask(tx: &mut Tx, vetting: &Vetting) -> Result<()> {
    db::vetting::insert(tx, vetting).await.map_err(waits)
}

/// As [`ask`] for many that propose no change.
///
/// # Errors
/// As [`ask`].
pub(super) async fn ask_all(tx: &mut Tx, vettings: &[Vetting]) -> Result<()> {
    db::vetting::insert_all(tx, vettings).await.map_err(waits)
}

fn waits(error: db::Error) -> Error {
    match error {
        db::Error::Taken => Fault::Vetting(NoVetting::Waiting).into(),
        other => other.into(),
    }
}

/// Refuses a change while something waits.
///
/// # Errors
/// [`NoVetting::Waiting`].
pub(super) async fn nothing_waits(app: &App, question: QuestionId) -> Result<()> {
    let last = db::vetting::of_question(&app.db, question).await?.into_iter().next();
    match last {
        Some(vetting) if vetting.progress == Progress::Waiting => Err(Fault::Vetting(NoVetting::Waiting).into()),
        _ => Ok(()),
    }
}

fn decision(by: &By, comment: &str, version: Option<VersionId>) -> Decision {
    Decision {
        by: by.id(),
        at: by.at,
        comment: comment.to_owned(),
        version,
    }
}

/// Approves a question: it may be drawn from now on. `seen`: the number of the version it was compared with.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`], [`Fault::Vetting`] by
/// [`Vetting::may_decide`], [`Fault::QuestionChanged`] when it stands otherwise by now, [`Fault::SameQuestion`] when the bank
/// has it meanwhile, [`Fault::Question`] for one that no paper can hold.
pub async fn approve(app: &App, caller: &Caller, id: BankId, vetting: VettingId, seen: u32) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let before = db::vetting::get(&app.db, id, vetting).await?.ok_or(Fault::NotFound)?;
    let question = before.question;
    let current = db::bank::those(&app.db, id, &[question]).await?.into_iter().next();
    let current = current.ok_or(Fault::NotFound)?;
    let by = By::new(app, caller);
    before.may_decide(by.id()).map_err(Fault::Vetting)?;
    if current.number != seen {
        return Err(Fault::QuestionChanged.into());
    }
    let wanted = Question {
        state: State::Ready,
        ..before.proposed.unwrap_or_else(|| current.question.clone())
    };
    wanted
        .fit()
        .map_err(|unfit| Fault::Question(crate::domain::editor::QuestionFault::Unfit(unfit)))?;
    let looked_at = current.question.state == State::Stale && !wanted.is_same(&current.question);
    let reason = before.reason;
    let new = NewQuestion {
        id: question,
        ..new_question(app, wanted)
    };
    let stored: Result<()> = app
        .db
        .write((by, new, current), move |tx, (by, new, current)| {
            Box::pin(async move {
                // Decided again inside: somebody else may have been quicker.
                let waiting = db::vetting::hold(tx, id, vetting).await?.ok_or(Fault::NotFound)?;
                waiting.may_decide(by.id()).map_err(Fault::Vetting)?;
                let (done, version) = match &waiting.proposed {
                    None => {
                        let version = current.version;
                        let done =
                            db::vetting::move_state(tx, question, version, State::InReview, State::Ready).await?;
                        (done, version)
                    }
                    Some(_) => {
                        let made = Made {
                            at: by.at,
                            by: Some(waiting.author),
                            reason: &waiting.reason,
                        };
                        let done = db::bank::revise(tx, current.number, &new, made).await;
                        (done.map_err(question::same)?, new.version)
                    }
                };
                if !done
                    || !db::vetting::decide(tx, vetting, Progress::Approved, &decision(&by, "", Some(version))).await?
                {
                    return Err(Fault::QuestionChanged.into());
                }
                let deed = Deed::new(Act::QuestionApproved, format!("question {question}"));
                let deed = match waiting.proposed {
                    None => deed.after(&new.question),
                    Some(_) => deed.before(&current.question).after(&new.question),
                };
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    law::settle_one(app, question).await;
    if looked_at {
        law::changed(app, caller, question, reason).await;
    }
    Ok(())
}

/// What became of several that were to be approved.
#[derive(Debug, Default)]
pub struct Approved {
    pub done: usize,
    /// Those that were not, and why.
    pub refused: Vec<(VettingId, Fault)>,
}

/// Approves several, each by itself: what cannot be is named and stays.
///
/// # Errors
/// [`Fault::Forbidden`], [`NoVetting::Nothing`] when there is none, or when the database fails.
pub async fn approve_all(app: &App, caller: &Caller, bank: BankId, ticked: &[(VettingId, u32)]) -> Result<Approved> {
    caller.may_everywhere(Right::ManageBanks)?;
    if ticked.is_empty() {
        return Err(Fault::Vetting(NoVetting::Nothing).into());
    }
    let mut approved = Approved::default();
    for (vetting, seen) in ticked.iter().take(PAGE as usize) {
        match approve(app, caller, bank, *vetting, *seen).await {
            Ok(()) => approved.done += 1,
            Err(Error::Fault(fault)) => {
                // The page names it; the log is told as for a single one.
                if matches!(fault, Fault::Vetting(NoVetting::SamePerson)) {
                    audit::refused(app, caller, format!("approve {vetting}"), fault.clone()).await?;
                }
                approved.refused.push((*vetting, fault));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(approved)
}

/// Sends a question back to its author, who is told; one that waited as it stands is a draft again.
///
/// # Errors
/// As [`approve`]; [`Fault::Wording`] without a comment.
pub async fn send_back(app: &App, caller: &Caller, id: BankId, vetting: VettingId, comment: &str) -> Result<()> {
    end(app, caller, id, vetting, comment, Progress::Returned).await
}

/// Takes a question back that one has written.
///
/// # Errors
/// As [`approve`]; [`Fault::Vetting`] by [`Vetting::may_withdraw`], [`Fault::Wording`] without a reason.
pub async fn withdraw(app: &App, caller: &Caller, id: BankId, vetting: VettingId, reason: &str) -> Result<()> {
    end(app, caller, id, vetting, reason, Progress::Withdrawn).await
}

async fn end(app: &App, caller: &Caller, id: BankId, vetting: VettingId, comment: &str, to: Progress) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let summary = bank(app, caller, id).await?;
    let by = By::new(app, caller);
    let comment = wording(comment).ok_or(Fault::Wording)?;
    app.db
        .write(
            (by, comment, app.random.clone(), summary.bank.name),
            move |tx, (by, comment, random, name)| {
                Box::pin(async move {
                    let waiting = db::vetting::hold(tx, id, vetting).await?.ok_or(Fault::NotFound)?;
                    waiting.may_end(to, by.id()).map_err(Fault::Vetting)?;
                    if !db::vetting::decide(tx, vetting, to, &decision(&by, &comment, None)).await? {
                        return Err(Fault::Vetting(NoVetting::Decided).into());
                    }
                    let question = waiting.question;
                    if waiting.proposed.is_none() {
                        db::vetting::to_draft(tx, question).await?;
                    }
                    let act = match to {
                        Progress::Withdrawn => Act::QuestionWithdrawn,
                        _ => Act::QuestionReturned,
                    };
                    if to == Progress::Returned
                        && let Some(person) = db::vetting::person_of(tx, waiting.author).await?
                    {
                        let about = About::QuestionReturned {
                            title: name,
                            bank: id,
                            vetting,
                        };
                        notice::tell(tx, &random, by.at, [(person, about)]).await?;
                    }
                    let deed = Deed::new(act, format!("question {question}"));
                    audit::record(tx, &by, deed.because(comment)).await
                })
            },
        )
        .await
}

/// Says whether questions of a bank need a second person before they are drawn. What is drawn already stays so, and what waits
/// goes on waiting.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`], [`Fault::Wording`] without a reason.
pub async fn set_vetted(app: &App, caller: &Caller, id: BankId, vetted: bool, why: &str) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let summary = bank(app, caller, id).await?;
    let why = wording(why).ok_or(Fault::Wording)?;
    let by = By::new(app, caller);
    app.db
        .write((by, why, summary.bank.name), move |tx, (by, why, name)| {
            Box::pin(async move {
                if db::vetting::set_vetted(tx, id, vetted).await? {
                    let deed = Deed::new(Act::BankVettingChanged, format!("bank {name}"));
                    audit::record(tx, &by, deed.before(&!vetted).after(&vetted).because(why)).await?;
                }
                Ok(())
            })
        })
        .await
}
