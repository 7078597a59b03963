//! What a person may practise, and which questions a practice asks: those least known first, or what a plan has for today.

use super::{
    knowledge::{self, ArticleKnown, Knowledge, LawKnown},
    plan, run,
};
use crate::{
    db::{self, study::Askable},
    domain::{
        id::{ExamId, LawId, RunId, VersionId},
        law::{ArticleNumber, Bound},
        paper::Dice,
        study::{Known, Purpose, Run},
    },
    error::Fault,
    service::{
        App, Caller, Result, credit,
        law::library,
        random::RunDice,
        sitting::{self, Standing},
    },
};

/// Questions of one practice: some five minutes.
pub const ROUND: usize = 10;
/// Runs looked at for one to go on with.
const RECENT: u32 = 20;

/// What somebody wants to practise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// What is due before it is forgotten.
    Due,
    Mistakes,
    /// Whatever is open to practice.
    Any,
    /// A topic or a tag.
    Topic(String),
    Law(LawId),
    Article(LawId, ArticleNumber),
    /// What the plan to the day of an exam has for today.
    Plan(ExamId),
}

impl Wish {
    fn purpose(&self) -> Purpose {
        match self {
            Self::Due => Purpose::Review,
            Self::Mistakes => Purpose::Mistakes,
            Self::Any | Self::Topic(_) | Self::Law(_) | Self::Article(..) | Self::Plan(_) => Purpose::Practice,
        }
    }
}

/// Begins a practice of at most [`ROUND`] questions.
///
/// # Errors
/// As [`run::start`]; [`crate::domain::study::StudyFault::Nothing`] when nothing fits the wish; for a plan as [`plan::plan`].
pub async fn practise(app: &App, caller: &Caller, wish: &Wish) -> Result<RunId> {
    let person = caller.person()?;
    let versions = match wish {
        Wish::Due => db::study::due(&app.db, person, app.now(), ROUND as u32).await?.0,
        Wish::Mistakes => db::study::mistakes(&app.db, person, ROUND as u32).await?.0,
        Wish::Plan(exam) => {
            let mut today = plan::plan(app, caller, *exam).await?.questions;
            today.truncate(ROUND);
            today
        }
        _ => {
            let knowledge = knowledge::of(app, caller).await?;
            weakest(&knowledge, wish, &mut RunDice::new(app.random.bytes()))
        }
    };
    run::start(app, caller, wish.purpose(), 0, versions).await
}

/// The questions least known of those that fit, by lot where they are known alike.
fn weakest(knowledge: &Knowledge, wish: &Wish, dice: &mut dyn Dice) -> Vec<VersionId> {
    let fits = |askable: &Askable, bounds: &[Bound]| match wish {
        Wish::Any => true,
        Wish::Topic(topic) => askable.topics().any(|known| known == topic),
        Wish::Law(law) => bounds.iter().any(|bound| bound.law == *law),
        Wish::Article(law, number) => bounds.iter().any(|bound| bound.law == *law && bound.number == *number),
        Wish::Due | Wish::Mistakes | Wish::Plan(_) => false,
    };
    let mut fitting: Vec<(f64, u32, VersionId)> = knowledge
        .those(fits)
        .map(|held| (held.probability, dice.below(u32::MAX), held.askable.version))
        .collect();
    fitting.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    fitting.into_iter().map(|(_, _, version)| version).take(ROUND).collect()
}

/// What there is to do now.
pub struct Overview {
    /// Questions due, and those in the mistake book.
    pub due: i64,
    pub mistakes: i64,
    /// So many right answers in a row take one out of it.
    pub leaves_after: u32,
    /// Questions that may be asked in study.
    pub questions: usize,
    /// Topics and tags, those with the most questions first.
    pub topics: Vec<(String, Known)>,
    pub laws: Vec<LawKnown>,
    /// A practice that was begun and not finished, the latest.
    pub running: Option<Run>,
    /// Exams that the person is due for and that have not closed.
    pub exams: Vec<Standing>,
}

/// What the caller may do now.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster.
pub async fn overview(app: &App, caller: &Caller) -> Result<Overview> {
    let (person, now) = (caller.person()?, app.now());
    let knowledge = knowledge::of(app, caller).await?;
    let mut topics: Vec<_> = knowledge
        .topics()
        .map(|(topic, known)| (topic.to_owned(), known))
        .collect();
    topics.sort_by_key(|(_, known)| std::cmp::Reverse(known.questions));
    let mut exams = sitting::standings(app, caller).await?;
    exams.retain(|standing| now < standing.exam.window.closes_at);
    let own = |run: &Run| {
        let practice = matches!(run.purpose, Purpose::Practice | Purpose::Review | Purpose::Mistakes);
        practice && run.finished_at.is_none()
    };
    Ok(Overview {
        due: db::study::due(&app.db, person, now, 1).await?.1,
        mistakes: db::study::mistakes(&app.db, person, 1).await?.1,
        leaves_after: credit::rule(app, credit::this_year(app))
            .await?
            .rule
            .mistake_leaves_after,
        questions: knowledge.questions(),
        topics,
        laws: knowledge.laws(),
        running: db::study::runs(&app.db, person, RECENT).await?.into_iter().find(own),
        exams,
    })
}

/// What the caller knows of a law, article by article; no article when no question stands on it.
///
/// # Errors
/// [`Fault::Forbidden`] for accounts outside the roster, [`Fault::NotFound`] when there is no such law.
pub async fn law(app: &App, caller: &Caller, id: LawId) -> Result<(LawKnown, Vec<ArticleKnown>)> {
    let knowledge = knowledge::of(app, caller).await?;
    let library = library(app).await?;
    let record = library.get(id).ok_or(Fault::NotFound)?;
    let known = knowledge.laws().into_iter().find(|law| law.law == id);
    let law = known.unwrap_or_else(|| LawKnown {
        law: id,
        name: record.entry.short(),
        known: Known::default(),
    });
    Ok((law, knowledge.articles(Some(id))))
}
