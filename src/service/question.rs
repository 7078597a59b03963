//! One question of a bank: its versions, where it is used, what is almost the same; and writing and changing it.

use super::{
    App, Caller, Error, Result,
    audit::{self, By, Deed},
    bank::{exposed_since, new_question},
    law, taken, vetting,
};
use crate::{
    db::{self, bank::Made},
    domain::{
        audit::Act,
        bank::{Bank, BankSummary, Stored, Usage},
        correction::wording,
        editor::Typed,
        id::{BankId, QuestionId, VettingId},
        item::{Question, State},
        near::{Pair, Pieces, pairs},
        role::Right,
        statistics::classical::ItemFigures,
        vetting::{Decision, Way, way},
    },
    error::Fault,
};

pub use crate::db::bank::{InExam, Version};

/// A question and all that is known of it.
pub struct Shown {
    pub bank: BankSummary,
    /// Newest first; never empty.
    pub versions: Vec<Version>,
    /// What the bases of the current version mean by the law in force.
    pub bases: Vec<law::Basis>,
    pub usage: Usage,
    pub exams: Vec<InExam>,
    /// What the papers of an exam say of it, where that has been counted on this node; by exam, as `exams`.
    pub figures: Vec<Option<ItemFigures>>,
    /// Its reviews by second persons, newest first.
    pub vettings: Vec<vetting::Named>,
    /// Others of the bank that are almost the same, with the share they have in common, in percent.
    pub near: Vec<(Stored, usize)>,
    /// Whether the caller may change it.
    pub editable: bool,
}

impl Shown {
    /// The version that is drawn.
    pub fn current(&self) -> &Stored {
        &self.versions[0].stored
    }
}

/// # Errors
/// [`Fault::Forbidden`] unless somebody who manages banks asks, [`Fault::NotFound`] when the bank has no such question.
pub async fn show(app: &App, caller: &Caller, bank: BankId, id: QuestionId) -> Result<Shown> {
    let summary = super::bank::bank(app, caller, bank).await?;
    let versions = db::bank::versions(&app.db, bank, id).await?;
    let current = versions.first().ok_or(Fault::NotFound)?.stored.clone();
    let exams = db::bank::exams_with(&app.db, id).await?;
    let figures = exams
        .iter()
        .map(|used| app.statistics.item(used.exam, used.place))
        .collect();
    let usage = db::exposure::usage(&app.db, &[id], exposed_since(app)).await?;
    let vettings = db::vetting::of_question(&app.db, id).await?;
    Ok(Shown {
        bank: summary,
        bases: law::bases(app, &current.question.basis).await?,
        usage: usage.get(&id).copied().unwrap_or_default(),
        figures,
        exams,
        vettings: vetting::named(app, vettings).await?,
        near: near(app, bank, Some(id), current.question).await?,
        editable: caller.may_everywhere(Right::ManageBanks).is_ok(),
        versions,
    })
}

/// Questions of a bank, but for `but`, that are almost the same as this one.
pub(super) async fn near(
    app: &App,
    bank: BankId,
    but: Option<QuestionId>,
    question: Question,
) -> Result<Vec<(Stored, usize)>> {
    let mut all = Vec::new();
    db::bank::each(&app.db, Some(bank), |_, stored| all.push(stored)).await?;
    all.retain(|stored| Some(stored.id) != but && stored.question.state != State::Retired);
    let (pairs, mut all) = compare(all, vec![question], |stored| &stored.question).await?;
    let found = pairs
        .into_iter()
        .filter_map(|pair| Some((all.get_mut(pair.one)?.take()?, pair.percent)));
    Ok(found.collect())
}

/// Compares `known` with `new`, and `new` with each other, beside the requests; gives `known` back.
async fn compare<T: Send + 'static>(
    known: Vec<T>,
    new: Vec<Question>,
    question: fn(&T) -> &Question,
) -> Result<(Vec<Pair>, Vec<Option<T>>)> {
    let compared = tokio::task::spawn_blocking(move || {
        let pieces: Vec<_> = known.iter().map(question).chain(&new).map(Pieces::of).collect();
        let pairs = pairs(&pieces, known.len());
        (pairs, known.into_iter().map(Some).collect())
    });
    compared.await.map_err(|_| Fault::Unavailable.into())
}

/// A question of a file that is almost the same as one that is stored, or as another of the file.
pub struct Double {
    /// Place in the file, from 0.
    pub new: usize,
    pub of: Of,
    /// What they have in common, in percent.
    pub percent: usize,
}

/// What a question of a file is almost the same as.
pub enum Of {
    /// One that is stored, with the name of its bank.
    Stored(String, Box<Stored>),
    /// An earlier one of the same file, by its place.
    File(usize),
}

/// Questions of a file that are almost, but not wholly, the same as others, the most alike first.
pub(super) async fn doubles(app: &App, new: &[Question]) -> Result<Vec<Double>> {
    let banks = db::bank::summaries(&app.db).await?;
    let mut known = Vec::new();
    db::bank::each(&app.db, None, |bank, stored| known.push((bank, stored))).await?;
    let count = known.len();
    let (pairs, known) = compare(known, new.to_vec(), |(_, stored)| &stored.question).await?;
    let name = |bank: BankId| {
        let named = banks.iter().find(|summary| summary.bank.id == bank);
        named.map(|summary| summary.bank.name.clone()).unwrap_or_default()
    };
    let doubles = pairs.into_iter().filter_map(|pair| {
        let place = pair.other - count;
        let (of, same) = match known.get(pair.one) {
            Some(stored) => {
                let (bank, stored) = stored.as_ref()?;
                let same = stored.question.is_same(&new[place]);
                (Of::Stored(name(*bank), Box::new(stored.clone())), same)
            }
            None => (Of::File(pair.one - count), new[pair.one - count].is_same(&new[place])),
        };
        // What is wholly the same is not stored a second time, and the report counts it already.
        (!same).then_some(Double {
            new: place,
            of,
            percent: pair.percent,
        })
    });
    Ok(doubles.collect())
}

/// Pairs shown of one bank.
const PAIRS: usize = 200;

/// Pairs of a bank that are almost the same and not retired, the most alike first, at most [`PAIRS`]; and how many there are.
///
/// # Errors
/// As [`show`].
pub async fn pairs_of_bank(
    app: &App,
    caller: &Caller,
    bank: BankId,
) -> Result<(BankSummary, Vec<(Stored, Stored, usize)>, usize)> {
    let summary = super::bank::bank(app, caller, bank).await?;
    let mut all = Vec::new();
    db::bank::each(&app.db, Some(bank), |_, stored| all.push(stored)).await?;
    all.retain(|stored| stored.question.state != State::Retired);
    let compared = tokio::task::spawn_blocking(move || {
        let pieces: Vec<_> = all.iter().map(|stored| Pieces::of(&stored.question)).collect();
        (pairs(&pieces, 0), all)
    });
    let (pairs, all) = compared.await.map_err(|_| Fault::Unavailable)?;
    let total = pairs.len();
    let shown = pairs.into_iter().take(PAIRS);
    let shown = shown.map(|pair| (all[pair.one].clone(), all[pair.other].clone(), pair.percent));
    Ok((summary, shown.collect(), total))
}

/// A question as typed, with what the writer says to it.
#[derive(Debug, Clone, Default)]
pub struct Wish {
    pub typed: Typed,
    /// Why it is changed.
    pub reason: String,
    /// Store it although others are almost the same.
    pub anyway: bool,
}

/// What became of a wish.
pub enum Outcome {
    Stored(QuestionId),
    /// Nothing is stored yet: these are almost the same.
    Near(Vec<(Stored, usize)>),
}

/// Adds a question to a bank.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks everywhere, [`Fault::NotFound`] when there is no such bank,
/// [`Fault::Question`] for what is no question, [`Fault::SameQuestion`] when the bank has it already.
pub async fn add(app: &App, caller: &Caller, bank: BankId, wish: &Wish) -> Result<Outcome> {
    caller.may_everywhere(Right::ManageBanks)?;
    let vetted = super::bank::bank(app, caller, bank).await?.bank.vetted;
    let mut question = wish.typed.question().map_err(Fault::Question)?;
    let waits = way(vetted, question.state, None) == Way::Waits;
    if waits {
        question.state = State::InReview;
    }
    if let Some(near) = warned(app, bank, None, &question, wish.anyway).await? {
        return Ok(Outcome::Near(near));
    }
    let new = new_question(app, question);
    let id = new.id;
    let by = By::new(app, caller);
    let waiting = waits.then(|| vetting::asked(app, &by, (bank, id), None, 1, ""));
    let stored: Result<()> = app
        .db
        .write((new, by, waiting), move |tx, (new, by, waiting)| {
            Box::pin(async move {
                let made = Made {
                    at: by.at,
                    by: Some(by.id()),
                    reason: "",
                };
                db::bank::add(tx, bank, &new, made).await.map_err(same)?;
                if let Some(waiting) = waiting {
                    vetting::ask(tx, &waiting).await?;
                }
                let deed = Deed::new(Act::QuestionAdded, format!("question {}", new.id)).after(&new.question);
                audit::record(tx, &by, deed).await
            })
        })
        .await;
    stored?;
    law::settle_one(app, id).await;
    Ok(Outcome::Stored(id))
}

/// The database's word for a second question of the same content.
pub(super) fn same(error: db::Error) -> Error {
    match taken(error) {
        Error::Fault(Fault::Taken) => Fault::SameQuestion.into(),
        other => other,
    }
}

async fn warned(
    app: &App,
    bank: BankId,
    but: Option<QuestionId>,
    question: &Question,
    anyway: bool,
) -> Result<Option<Vec<(Stored, usize)>>> {
    if anyway || question.state == State::Retired {
        return Ok(None);
    }
    let near = near(app, bank, but, question.clone()).await?;
    Ok((!near.is_empty()).then_some(near))
}

/// Makes the next version of a question; in a bank of two persons one that waits beside the version in the draw. `before`: the
/// number of the version that the writer saw.
///
/// # Errors
/// As [`add`]; [`Fault::NotFound`] when there is no such question, [`Fault::Wording`] without a reason,
/// [`Fault::QuestionChanged`] when somebody has changed it since, [`Fault::Vetting`] while a version of it waits.
pub async fn revise(
    app: &App,
    caller: &Caller,
    bank: BankId,
    id: QuestionId,
    before: u32,
    wish: &Wish,
) -> Result<Outcome> {
    caller.may_everywhere(Right::ManageBanks)?;
    let (bank, versions) = changeable(app, caller, bank, id, before).await?;
    let current = versions[0].stored.clone();
    let question = wish.typed.question().map_err(Fault::Question)?;
    let reason = wording(&wish.reason).ok_or(Fault::Wording)?;
    if question == current.question {
        return Ok(Outcome::Stored(id));
    }
    // Only new words can be somebody else's.
    let anyway = wish.anyway || Pieces::of(&question) == Pieces::of(&current.question);
    if let Some(near) = warned(app, bank.id, Some(id), &question, anyway).await? {
        return Ok(Outcome::Near(near));
    }
    // Whoever writes anew what was left out of the draw for its law says that it is right by the law in force.
    let looked_at = current.question.state == State::Stale && !question.is_same(&current.question);
    let stored = way(bank.vetted, question.state, Some(current.question.state)) != Way::Beside;
    let outcome = next(app, caller, &bank, current, question, reason.clone()).await?;
    if looked_at && stored {
        law::changed(app, caller, id, reason).await;
    }
    Ok(outcome)
}

/// Takes a question back to what an older version of it says, as a new version. `before`: as with [`revise`].
///
/// # Errors
/// As [`revise`]; [`Fault::NotFound`] when there is no such version, [`Fault::WrongState`] for what it says already.
pub async fn restore(
    app: &App,
    caller: &Caller,
    bank: BankId,
    id: QuestionId,
    (before, number): (u32, u32),
    reason: &str,
) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let (bank, versions) = changeable(app, caller, bank, id, before).await?;
    let current = versions[0].stored.clone();
    let older = versions.into_iter().find(|version| version.stored.number == number);
    let older = older.ok_or(Fault::NotFound)?.stored.question;
    let reason = wording(reason).ok_or(Fault::Wording)?;
    if older == current.question {
        return Err(Fault::WrongState.into());
    }
    let question = Question {
        // Whether its law has changed is found out again.
        state: match older.state {
            State::Stale => State::Ready,
            state => state,
        },
        ..older
    };
    if question.state == State::Ready {
        question
            .fit()
            .map_err(|unfit| Fault::Question(crate::domain::editor::QuestionFault::Unfit(unfit)))?;
    }
    next(app, caller, &bank, current, question, reason).await?;
    Ok(())
}

/// The bank and the versions of a question that may be changed by whoever saw version `before`, the newest first.
async fn changeable(
    app: &App,
    caller: &Caller,
    bank: BankId,
    id: QuestionId,
    before: u32,
) -> Result<(Bank, Vec<Version>)> {
    let versions = db::bank::versions(&app.db, bank, id).await?;
    if versions.first().ok_or(Fault::NotFound)?.stored.number != before {
        return Err(Fault::QuestionChanged.into());
    }
    vetting::nothing_waits(app, id).await?;
    Ok((super::bank::bank(app, caller, bank).await?.bank, versions))
}

/// Stores the next version of a question, or puts it into the queue of its bank.
async fn next(
    app: &App,
    caller: &Caller,
    bank: &Bank,
    current: Stored,
    mut question: Question,
    reason: String,
) -> Result<Outcome> {
    let way = way(bank.vetted, question.state, Some(current.question.state));
    let (id, bank, before) = (current.id, bank.id, current.number);
    let by = By::new(app, caller);
    let waiting = match way {
        Way::Stored => None,
        Way::Waits => {
            question.state = State::InReview;
            Some(vetting::asked(app, &by, (bank, id), None, before + 1, &reason))
        }
        Way::Beside => Some(vetting::asked(
            app,
            &by,
            (bank, id),
            Some(question.clone()),
            before,
            &reason,
        )),
    };
    let new = db::bank::NewQuestion {
        id,
        ..new_question(app, question)
    };
    let stored: Result<()> = app
        .db
        .write(
            (new, by, reason, current.question, waiting),
            move |tx, (new, by, reason, old, waiting)| {
                Box::pin(async move {
                    let made = Made {
                        at: by.at,
                        by: Some(by.id()),
                        reason: &reason,
                    };
                    let act = match way {
                        Way::Beside => Act::QuestionProposed,
                        Way::Stored | Way::Waits => Act::QuestionRevised,
                    };
                    if way != Way::Beside && !db::bank::revise(tx, before, &new, made).await.map_err(same)? {
                        return Err(Fault::QuestionChanged.into());
                    }
                    if let Some(waiting) = waiting {
                        vetting::ask(tx, &waiting).await?;
                    }
                    let deed = Deed::new(act, format!("question {id}"))
                        .before(&old)
                        .after(&new.question);
                    audit::record(tx, &by, deed.because(reason)).await
                })
            },
        )
        .await;
    stored?;
    law::settle_one(app, id).await;
    Ok(Outcome::Stored(id))
}

/// What somebody proposed before and took or got back, to go on from there.
///
/// # Errors
/// As [`show`]; [`Fault::NotFound`] when nothing of that question was proposed so.
pub async fn proposed(app: &App, caller: &Caller, bank: BankId, id: QuestionId, from: VettingId) -> Result<Question> {
    super::bank::bank(app, caller, bank).await?;
    let vetting = db::vetting::get(&app.db, bank, from).await?;
    let vetting = vetting.filter(|vetting| vetting.question == id);
    Ok(vetting.and_then(|vetting| vetting.proposed).ok_or(Fault::NotFound)?)
}

/// Lets a question be drawn, or no longer; in a bank of two persons one that is to be drawn waits. No version is made by it, and
/// papers keep their question. What waits of a question that leaves the draw is withdrawn.
///
/// # Errors
/// [`Fault::Forbidden`], [`Fault::NotFound`] as [`revise`]; [`Fault::Question`] when it is not fit to be drawn,
/// [`Fault::Wording`] without a reason.
pub async fn set_state(
    app: &App,
    caller: &Caller,
    bank: BankId,
    id: QuestionId,
    state: State,
    reason: &str,
) -> Result<()> {
    caller.may_everywhere(Right::ManageBanks)?;
    let versions = db::bank::versions(&app.db, bank, id).await?;
    let question = &versions.first().ok_or(Fault::NotFound)?.stored.question;
    let reason = wording(reason).ok_or(Fault::Wording)?;
    if state == State::Ready {
        question
            .fit()
            .map_err(|unfit| Fault::Question(crate::domain::editor::QuestionFault::Unfit(unfit)))?;
    }
    let before = question.state;
    let by = By::new(app, caller);
    let vetted = super::bank::bank(app, caller, bank).await?.bank.vetted;
    let waits = state == State::Ready && before != State::Ready && way(vetted, state, None) == Way::Waits;
    let state = if waits { State::InReview } else { state };
    let waiting = waits.then(|| vetting::asked(app, &by, (bank, id), None, versions[0].stored.number, &reason));
    if state == State::Ready {
        vetting::nothing_waits(app, id).await?;
    }
    let stored: Result<()> = app
        .db
        .write((by, reason, waiting), move |tx, (by, reason, waiting)| {
            Box::pin(async move {
                match waiting {
                    Some(waiting) => vetting::ask(tx, &waiting).await?,
                    None => {
                        let ended = Decision {
                            by: by.id(),
                            at: by.at,
                            comment: reason.clone(),
                            version: None,
                        };
                        db::vetting::withdraw_of(tx, id, &ended).await?;
                    }
                }
                if db::bank::set_state(tx, id, state).await? {
                    let deed = Deed::new(Act::QuestionStateChanged, format!("question {id}"))
                        .before(&before)
                        .after(&state);
                    audit::record(tx, &by, deed.because(reason)).await?;
                }
                Ok(())
            })
        })
        .await;
    stored?;
    law::settle_one(app, id).await;
    Ok(())
}
