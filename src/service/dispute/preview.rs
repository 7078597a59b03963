//! What a ruling would do in every exam and competition, before anything is done.

use super::{Looked, looked, may_rule};
use crate::{
    db,
    domain::{
        dispute::{Target, Turned},
        id::{CompetitionId, ExamId, QuestionId, VersionId},
        key::Chosen,
        key_correction::{Correction, Method, State as KeyState},
        lottery::Lottery,
    },
    error::Fault,
    service::{
        App, Caller, Result, competition,
        key_correction::{self, DryRun, check},
    },
};

/// What would change in an exam.
pub struct InExam {
    pub exam: ExamId,
    pub title: String,
    /// `None`: another correction of the question waits or is in force there, and the exam is left out.
    pub run: Option<DryRun>,
}

/// What would change in a competition.
pub struct InCompetition {
    pub competition: CompetitionId,
    pub title: String,
    /// `None`: another correction of the question is in force there, and the competition is left out.
    pub turned: Option<Turned>,
    /// Players who come among the ranks that are awarded, and who leave them.
    pub entering: usize,
    pub leaving: usize,
    /// Draws whose lists are closed, or that have taken place: they stay as they are.
    pub draws: Vec<Lottery>,
}

/// What a ruling would do.
pub struct Preview {
    pub exams: Vec<InExam>,
    pub competitions: Vec<InCompetition>,
}

/// Whether an exam or a competition has a correction of the question of its own.
pub(super) async fn is_corrected(app: &App, target: Target, place: u32) -> Result<bool> {
    match target {
        Target::Exam(exam) => {
            let all = db::key_correction::of_exam(&app.db, exam).await?;
            Ok(all
                .iter()
                .any(|one| one.correction.pool == place && matches!(one.state, KeyState::Proposed | KeyState::Applied)))
        }
        Target::Competition(id) => {
            let all = db::competition_correction::in_force(&app.db, id).await?;
            Ok(all.iter().any(|one| one.pool == place))
        }
    }
}

/// What was chosen in a form for a version of a question; `None`: nothing was.
///
/// # Errors
/// As [`preview`]; [`Fault::NewKey`] when the new answers are not written as they should be.
pub async fn method(
    app: &App,
    caller: &Caller,
    (question, version): (QuestionId, VersionId),
    chosen: &Chosen,
) -> Result<Option<Method>> {
    may_rule(caller)?;
    let looked = looked(app, question, Some(version)).await?;
    chosen
        .method(&looked.version.question)
        .map_err(|fault| Fault::NewKey(fault).into())
}

/// What a ruling on a version of a question would do, over every attempt handed in so far. Nothing is stored.
///
/// # Errors
/// [`Fault::Forbidden`] unless somebody asks who manages banks, exams and competitions everywhere, [`Fault::NotFound`],
/// [`Fault::NewKey`] when the method does not suit the question.
pub async fn preview(
    app: &App,
    caller: &Caller,
    (question, version): (QuestionId, VersionId),
    method: Method,
) -> Result<Preview> {
    may_rule(caller)?;
    let looked = looked(app, question, Some(version)).await?;
    check(&looked.version.question, &method)?;
    run(app, caller, &looked, &method).await
}

pub(super) async fn run(app: &App, caller: &Caller, looked: &Looked, method: &Method) -> Result<Preview> {
    let mut preview = Preview {
        exams: Vec::new(),
        competitions: Vec::new(),
    };
    for one in looked.concerned() {
        let correction = Correction {
            pool: one.place,
            method: method.clone(),
        };
        let own = is_corrected(app, one.target, one.place).await?;
        match one.target {
            Target::Exam(exam) => preview.exams.push(InExam {
                exam,
                title: one.title.clone(),
                run: match own {
                    true => None,
                    false => Some(key_correction::dry_run(app, caller, exam, correction).await?),
                },
            }),
            Target::Competition(id) => {
                let seen = match own {
                    true => None,
                    false => {
                        let contest = competition::published(app, id).await?;
                        Some(competition::recount::foresee(app, &contest, correction).await?)
                    }
                };
                preview.competitions.push(InCompetition {
                    competition: id,
                    title: one.title.clone(),
                    entering: seen.as_ref().map_or(0, |seen| seen.entering),
                    leaving: seen.as_ref().map_or(0, |seen| seen.leaving),
                    turned: seen.map(|seen| seen.turned),
                    draws: db::lottery::of_competition(&app.db, id).await?,
                });
            }
        }
    }
    Ok(preview)
}
