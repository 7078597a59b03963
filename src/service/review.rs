//! What a candidate is shown of an attempt: as much as the rules say at this moment, and no key to anybody who may
//! still sit.

use super::{
    App, Caller, Result,
    sitting::{Material, Sat, Standing, current, material, show},
};
use crate::{
    db,
    domain::{
        attempt::{Attempt, Outcome, Sheet, may_still_sit},
        exam::{Band, Exam, Grade, Moment, Policy, Release, Round, Thing},
        id::{AttemptId, ExamId},
        item::OptionSet,
        paper::{Paper, Shown},
        points::Points,
        time::Timestamp,
    },
};

/// A question with the candidate's answer and, where the rules allow, the right one.
#[derive(Clone)]
pub struct Reviewed {
    pub place: usize,
    pub shown: Shown,
    pub choice: OptionSet,
    /// Whether the choice is right.
    pub right: Option<bool>,
    /// The right answer, by shown place.
    pub key: Option<OptionSet>,
    /// Explanation and legal basis.
    pub explanation: Option<(String, Vec<String>)>,
}

/// Which things are shown of an attempt now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shows {
    /// The results of the round are not released yet.
    pub pending: bool,
    pub attempt: bool,
    pub score: bool,
    pub band: bool,
    pub parts: bool,
    pub answers: bool,
    pub right: bool,
    pub explanation: bool,
}

impl Shows {
    /// What the rules show of this attempt now. Before the release there is the attempt itself and nothing more.
    fn of(policy: &Policy, rounds: &[Round], attempts: &[Attempt], attempt: &Attempt, now: Timestamp) -> Self {
        let moment = Moment::of(attempt, rounds, now);
        let may_sit = may_still_sit(policy, rounds, attempts, now);
        let pending = attempt.outcome.is_some() && !is_released(policy, rounds, attempt);
        let shows = |thing| policy.review.shows(thing, moment, may_sit) && (!pending || thing == Thing::Attempt);
        Self {
            pending,
            attempt: shows(Thing::Attempt),
            score: shows(Thing::Score),
            band: shows(Thing::Band),
            parts: shows(Thing::Parts),
            answers: shows(Thing::Answers),
            right: shows(Thing::Right),
            explanation: shows(Thing::Explanation),
        }
    }

    fn any_key(self) -> bool {
        self.answers || self.right || self.explanation
    }
}

/// Whether the results of the round of this attempt may be seen at all.
fn is_released(policy: &Policy, rounds: &[Round], attempt: &Attempt) -> bool {
    let round = rounds.iter().find(|round| round.number == attempt.round);
    policy.release == Release::AtOnce || round.is_some_and(|round| round.released_at.is_some())
}

/// What a candidate is told of the final result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Nothing is handed in, or the rules show nothing now.
    Nothing,
    /// 成绩待公布
    Pending,
    Result {
        score: Option<Points>,
        band: Option<Band>,
    },
}

impl Standing {
    /// What the person is told of the result over all rounds whose results are released.
    pub fn told(&self) -> Told {
        let policy = &self.exam.policy;
        let done = || self.attempts.iter().filter(|attempt| attempt.outcome.is_some());
        let released: Vec<_> = done()
            .filter(|attempt| is_released(policy, &self.rounds, attempt))
            .cloned()
            .collect();
        let Some(counts) = policy.counting.of(&released) else {
            return if done().next().is_some() {
                Told::Pending
            } else {
                Told::Nothing
            };
        };
        let shows = Shows::of(policy, &self.rounds, &self.attempts, counts, self.now);
        let settled = counts.outcome.as_ref().map(|outcome| &outcome.settled);
        let (score, band) = (
            settled.map(|settled| settled.score).filter(|_| shows.score),
            settled.map(|settled| settled.band).filter(|_| shows.band),
        );
        if score.is_none() && band.is_none() {
            Told::Nothing
        } else {
            Told::Result { score, band }
        }
    }
}

/// The result of an attempt, as much of it as the rules show now.
pub struct ResultView {
    pub exam: Exam,
    pub attempt: Attempt,
    pub outcome: Outcome,
    pub round: Option<Round>,
    pub grade: Grade,
    pub shows: Shows,
    /// Whether this is the attempt that counts, where there are several.
    pub counts: Option<bool>,
    /// Questions that are not right; `None` while nothing is shown that tells a key.
    pub wrong: Option<Vec<Reviewed>>,
    /// Every question of the paper; `None` while the paper is not shown.
    pub paper: Option<Vec<Reviewed>>,
}

/// The result of the caller's attempt; `None` while it runs.
///
/// # Errors
/// [`crate::error::Fault::NotFound`] unless it is the caller's own.
pub async fn result(app: &App, caller: &Caller, id: AttemptId) -> Result<Option<ResultView>> {
    let Sat { attempt, paper, .. } = current(app, caller, id).await?;
    let Some(outcome) = attempt.outcome.clone() else {
        return Ok(None);
    };
    let material = material(app, attempt.exam).await?;
    let exam = material.exam.clone();
    let attempts = db::sitting::of_person(&app.db, exam.id, attempt.person).await?;
    let rounds = db::round::of_exam(&app.db, exam.id).await?;
    let shows = Shows::of(&exam.policy, &rounds, &attempts, &attempt, app.now());
    let (mut wrong, mut whole) = (None, None);
    if shows.attempt || shows.any_key() {
        let sheet = review(app, &material, &attempt, &paper, shows).await?;
        if shows.any_key() {
            let not_right = sheet.iter().filter(|(right, _)| !right);
            wrong = Some(not_right.map(|(_, reviewed)| reviewed.clone()).collect());
        }
        if shows.attempt {
            whole = Some(sheet.into_iter().map(|(_, reviewed)| reviewed).collect());
        }
    }
    let several = attempts.iter().filter(|attempt| attempt.outcome.is_some()).count() > 1;
    let counts = exam.policy.counting.of(&attempts).map(|counting| counting.id == id);
    Ok(Some(ResultView {
        round: rounds.into_iter().find(|round| round.number == attempt.round),
        grade: exam.policy.grade(outcome.settled.score, &outcome.settled.parts),
        exam,
        attempt,
        outcome,
        shows,
        counts: counts.filter(|_| several && shows.score),
        wrong,
        paper: whole,
    }))
}

/// Questions answered so far in the caller's running attempt, where the rules show already while sitting what is right:
/// in practice. `exam`: the exam of this attempt.
///
/// # Errors
/// [`crate::error::Fault::NotFound`] unless it is the caller's own.
pub async fn so_far(app: &App, caller: &Caller, id: AttemptId, exam: ExamId) -> Result<Option<Vec<Reviewed>>> {
    let material = material(app, exam).await?;
    let review_of = &material.exam.policy.review;
    let early = |thing: &Thing| thing.tells_keys() && review_of.has(*thing, Moment::During);
    if !Thing::ALL.iter().any(early) {
        return Ok(None);
    }
    let Sat { attempt, paper, .. } = current(app, caller, id).await?;
    let now = app.now();
    let shows = Shows::of(
        &material.exam.policy,
        &[],
        std::slice::from_ref(&attempt),
        &attempt,
        now,
    );
    let sheet = review(app, &material, &attempt, &paper, shows).await?;
    let answered = sheet
        .into_iter()
        .map(|(_, reviewed)| reviewed)
        .filter(|reviewed| !reviewed.choice.is_empty());
    Ok(Some(answered.collect()))
}

/// Every question of a paper with whether it was answered rightly, and of all that tells keys only what is shown.
async fn review(
    app: &App,
    material: &Material,
    attempt: &Attempt,
    paper: &Paper,
    shows: Shows,
) -> Result<Vec<(bool, Reviewed)>> {
    let events = db::sitting::events(&app.db, attempt.id).await?;
    let sheet = Sheet::fold(paper.0.len(), events.into_iter().map(|(event, _)| event));
    let reviewed = paper
        .0
        .iter()
        .zip(sheet.answers)
        .enumerate()
        .filter_map(|(place, (drawn, answer))| {
            let question = &material.pool.get(drawn.pool as usize)?.question;
            let right = drawn.authored(answer.choice) == question.key;
            let reviewed = Reviewed {
                place: place + 1,
                shown: show(material, drawn)?,
                choice: answer.choice,
                right: shows.answers.then_some(right),
                key: shows.right.then(|| drawn.shown(question.key)),
                explanation: shows
                    .explanation
                    .then(|| (question.explanation.clone(), question.basis.clone())),
            };
            Some((right, reviewed))
        });
    Ok(reviewed.collect())
}
