//! What a candidate is shown of an attempt: as much as the rules say at this moment, and no key to anybody who may
//! still sit.

use super::{
    App, Caller, Result, recent,
    sitting::{Material, Sat, Standing, answers, current, material, show},
};
use crate::{
    db,
    domain::{
        answer::{Form, given},
        attempt::{Attempt, Outcome, may_still_sit},
        exam::{Band, Exam, GRACE_SECONDS, Grade, Moment, Policy, Release, Round, Thing},
        id::{AttemptId, ExamId},
        item::OptionSet,
        key::Key,
        key_correction::{Correction, Method, correction_of, mark_asked, waits},
        marking::marks,
        paper::{Paper, Shown},
        points::Points,
        receipt::ReceiptCode,
        time::Timestamp,
    },
};

/// A question with the candidate's answer and, where the rules allow, the right one.
#[derive(Clone)]
pub struct Reviewed {
    pub place: usize,
    pub shown: Shown,
    pub choice: OptionSet,
    /// What was filled in, in lines, where it is not a choice.
    pub said: Vec<String>,
    /// Whether the answer is right; of one that people have not read yet, nothing is known.
    pub right: Option<bool>,
    /// People have not read it yet.
    pub waits: bool,
    /// What it earned, where that is between nothing and all.
    pub part: Option<Points>,
    /// The right answer, by shown place; with a correction in force, what it says.
    pub key: Option<OptionSet>,
    /// The same of a question that is not a choice, in lines.
    pub model: Option<Vec<String>>,
    /// What became of the question, where its key was corrected and keys are shown.
    pub corrected: Option<Method>,
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

/// Whether the rules show the score of this attempt now.
pub(super) fn shows_score(policy: &Policy, rounds: &[Round], attempt: &Attempt, now: Timestamp) -> bool {
    let moment = Moment::of(attempt, rounds, now);
    policy.review.has(Thing::Score, moment) && is_released(policy, rounds, attempt)
}

/// Whether everybody who has handed in for some time sees the score.
pub(super) fn shows_scores(policy: &Policy, rounds: &[Round], now: Timestamp) -> bool {
    let over = |round: &Round| now > round.window.closes_at.plus_seconds(GRACE_SECONDS);
    let moment = if rounds.iter().all(over) {
        Moment::AfterClose
    } else {
        Moment::Later
    };
    let released = |round: &Round| now < round.window.opens_at || round.released_at.is_some();
    policy.review.has(Thing::Score, moment) && (policy.release == Release::AtOnce || rounds.iter().all(released))
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
    /// What corrections did to the score, oldest first; empty while the score is not shown.
    pub changes: Vec<db::key_correction::ScoreChange>,
    /// Proof of what was handed in, for the public page.
    pub receipt: ReceiptCode,
    /// Questions without full points, and those whose key was corrected; `None` while nothing is shown that tells a key.
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
    let frame = recent::frame(app, exam.id).await?;
    let shows = Shows::of(&exam.policy, &frame.rounds, &attempts, &attempt, app.now());
    let (mut wrong, mut whole) = (None, None);
    if shows.attempt || shows.any_key() {
        let sheet = review(app, (&material, &frame.corrections), &attempt, &paper, shows).await?;
        if shows.any_key() {
            let not_right = sheet
                .iter()
                .filter(|(right, reviewed)| !right || reviewed.corrected.is_some());
            wrong = Some(not_right.map(|(_, reviewed)| reviewed.clone()).collect());
        }
        if shows.attempt {
            whole = Some(sheet.into_iter().map(|(_, reviewed)| reviewed).collect());
        }
    }
    let changes = match shows.score && frame.corrected {
        true => db::key_correction::changes_of_attempt(&app.db, id).await?,
        false => Vec::new(),
    };
    let receipt = ReceiptCode {
        attempt: id,
        digest: outcome.settled.receipt,
    };
    let several = attempts.iter().filter(|attempt| attempt.outcome.is_some()).count() > 1;
    let counts = exam.policy.counting.of(&attempts).map(|counting| counting.id == id);
    Ok(Some(ResultView {
        round: frame.rounds.iter().find(|round| round.number == attempt.round).copied(),
        grade: exam.policy.grade(outcome.settled.score, &outcome.settled.parts),
        exam,
        attempt,
        outcome,
        shows,
        changes,
        receipt,
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
    let frame = recent::frame(app, exam).await?;
    let sheet = review(app, (&material, &frame.corrections), &attempt, &paper, shows).await?;
    let answered = sheet
        .into_iter()
        .map(|(_, reviewed)| reviewed)
        .filter(|reviewed| !reviewed.choice.is_empty() || !reviewed.said.is_empty());
    Ok(Some(answered.collect()))
}

/// Every question of a paper with whether it was answered rightly, and of all that tells keys only what is shown.
async fn review(
    app: &App,
    (material, corrections): (&Material, &[Correction]),
    attempt: &Attempt,
    paper: &Paper,
    shows: Shows,
) -> Result<Vec<(bool, Reviewed)>> {
    let events = db::sitting::events(&app.db, attempt.id).await?;
    let tasks = match material.has_texts() {
        true => db::marking::of_attempt(&app.db, attempt.id).await?,
        false => Vec::new(),
    };
    let marks = marks(&tasks, corrections);
    let reviewed = paper
        .0
        .iter()
        .zip(answers(paper, &events))
        .enumerate()
        .filter_map(|(place, (drawn, answer))| {
            let question = &material.question(drawn.pool)?.question;
            let item = u16::try_from(place + 1).ok()?;
            let asked = material.asked(corrections, drawn, &answer, marks.get(&item).copied())?;
            let points = mark_asked(material.exam.policy.marking(), corrections, &asked);
            let right = points == Some(asked.full);
            let waits = waits(corrections, &asked);
            let form = question.form.as_ref();
            let corrected = correction_of(corrections, drawn.pool).map(|correction| &correction.method);
            let new = corrected.and_then(Method::key);
            let key = new.and_then(Key::options).unwrap_or(question.key);
            let reviewed = Reviewed {
                place: place + 1,
                shown: show(material, drawn)?,
                choice: answer.choice,
                said: form.map(|form| given(&form.asking(), &answer.text)).unwrap_or_default(),
                right: (shows.answers && !waits).then_some(right),
                waits,
                part: points.filter(|points| shows.answers && !waits && !right && *points > Points::ZERO),
                key: (shows.right && form.is_none()).then(|| drawn.shown(key)),
                model: new
                    .and_then(Key::form)
                    .or(form)
                    .filter(|_| shows.right)
                    .map(Form::right),
                corrected: corrected.filter(|_| shows.right).cloned(),
                explanation: shows
                    .explanation
                    .then(|| (question.explanation.clone(), question.basis.clone())),
            };
            Some((right, reviewed))
        });
    Ok(reviewed.collect())
}
