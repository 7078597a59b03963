//! Mock exams: a paper by the blueprint of an exam that the person is due for, of questions that are open to practice, marked by the
//! rules of the exam. Nothing of the exam is changed or told by it, and no dice of the exam are thrown.

use super::run::{self, Outcome};
use crate::{
    db,
    domain::{
        blueprint::{Blueprint, Part, Prepared, Shortage, plain_shortages},
        exam::{Exam, Grade},
        id::{ExamId, RunId, VersionId},
        item::OptionSet,
        key_correction::{Asked, mark_paper},
        mark::Score,
        paper::PoolItem,
        study::{Purpose, Run, StudyFault},
    },
    error::Fault,
    service::{App, Caller, Result, random::RunDice, sitting},
};

/// Begins a mock exam. The questions come from the bank of the exam where that is open to practice, otherwise from all banks that
/// are; where they are not enough, the paper is shorter or leaves the bounds of the blueprint.
///
/// # Errors
/// As [`run::start`]; [`Fault::NotFound`] when the person is not due for the exam.
pub async fn start(app: &App, caller: &Caller, id: ExamId) -> Result<RunId> {
    let exam = sitting::standing(app, caller, id).await?.exam;
    let source = Source::of(app, &exam).await?;
    let (prepared, _) = source.prepared(&exam)?;
    let mut dice = RunDice::new(app.random.bytes());
    let paper = prepared.drawer().paper(&mut dice).map_err(Fault::Short)?;
    let questions = paper
        .0
        .iter()
        .filter_map(|drawn| source.versions.get(drawn.pool as usize));
    run::start(app, caller, Purpose::Mock, id.0, questions.copied().collect()).await
}

/// The questions from which papers like those of an exam are drawn, and by what.
pub(super) struct Source {
    pub versions: Vec<VersionId>,
    pub items: Vec<PoolItem>,
    blueprint: Blueprint,
}

impl Source {
    pub async fn of(app: &App, exam: &Exam) -> Result<Self> {
        let mut pool = db::study::pool(&app.db, Some(exam.bank)).await?;
        let own = !pool.is_empty();
        if !own {
            pool = db::study::pool(&app.db, None).await?;
        }
        // Without the questions that stand on every real paper: to practise must not tell which these are.
        let blueprint = match own {
            true => Blueprint {
                must_include: Vec::new(),
                ceiling: None,
                ..exam.blueprint.clone()
            },
            // Its never-together sets name questions of another bank.
            false => Blueprint::of(exam.blueprint.parts.clone()),
        };
        let (versions, items) = pool.into_iter().unzip();
        Ok(Self {
            versions,
            items,
            blueprint,
        })
    }

    /// Ready to draw by the blueprint, or as near to it as the questions allow.
    ///
    /// # Errors
    /// [`StudyFault::Nothing`] when no part of the paper has any question.
    pub fn prepared(&self, exam: &Exam) -> Result<(Prepared, Blueprint)> {
        let have = |part: &Part| self.items.iter().filter(|item| item.kind == part.kind).count() as u32;
        let shorter = |part: &Part| Part {
            count: part.count.min(have(part)),
            bounds: Vec::new(),
            ..part.clone()
        };
        let parts = self.blueprint.parts.iter().map(shorter);
        let loose = Blueprint::of(parts.filter(|part| part.count > 0).collect());
        if !loose.parts.is_empty() {
            for blueprint in [self.blueprint.clone(), loose] {
                if let Ok(prepared) = Prepared::new(&self.items, &blueprint, &exam.policy) {
                    return Ok((prepared, blueprint));
                }
            }
        }
        Err(Fault::Study(StudyFault::Nothing).into())
    }
}

/// The exam of a mock exam, and what its paper lacks of the blueprint.
pub struct About {
    pub exam: Exam,
    pub short: Vec<Shortage>,
}

/// # Errors
/// [`Fault::NotFound`] when the run is no mock exam, or of an exam that is no more.
pub async fn about(app: &App, run: &Run) -> Result<About> {
    if run.purpose != Purpose::Mock {
        return Err(Fault::NotFound.into());
    }
    let exam = db::exam::get(&app.db, ExamId(run.subject))
        .await?
        .ok_or(Fault::NotFound)?;
    let versions: Vec<_> = run.questions.iter().map(|placed| placed.version).collect();
    let stored = db::study::stored(&app.db, &versions).await?;
    let paper: Vec<_> = stored.values().map(PoolItem::of).collect();
    Ok(About {
        short: plain_shortages(&paper, &exam.blueprint),
        exam,
    })
}

/// A mock exam that was handed in, marked.
pub struct Marked {
    pub about: About,
    pub score: Score,
    /// What the score would be worth; `None` for a paper with fewer points than the real one.
    pub grade: Option<Grade>,
}

/// Marks a mock exam by the rules of its exam.
///
/// # Errors
/// As [`about`].
pub async fn marked(app: &App, outcome: &Outcome) -> Result<Marked> {
    let about = about(app, &outcome.run).await?;
    let exam = &about.exam;
    let versions: Vec<_> = outcome.lines.iter().map(|line| line.version).collect();
    let stored = db::study::stored(&app.db, &versions).await?;
    let asked = outcome.lines.iter().filter_map(|line| {
        let drawn = &outcome.run.questions.get(line.place as usize)?.drawn;
        let authored = |shown: OptionSet| drawn.authored(shown);
        let full = exam.blueprint.points_of(line.posed.kind);
        let form = stored.get(&line.version)?.question.form.as_ref();
        Some(Asked {
            pool: line.place,
            kind: line.posed.kind,
            key: authored(line.key),
            choice: authored(line.choice),
            full,
            judged: form.and_then(|form| form.judged(&line.said, full, None).ok()),
            rejudged: None,
        })
    });
    let score = mark_paper(exam.policy.marking(), &[], asked);
    let whole = score.full == exam.blueprint.total();
    Ok(Marked {
        grade: whole.then(|| exam.policy.grade(score.score, &score.parts)),
        score,
        about,
    })
}
