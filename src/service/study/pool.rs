//! What may be asked in study, the same for everybody: a node keeps it with its sums, and reads it anew only where the questions,
//! their bases or the banks open to practice have changed. Whether they have is asked once a second; what is changed on the node
//! itself shows at once.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    db::{
        self,
        study::{Askable, Ground},
    },
    domain::{
        id::{LawId, LawVersionId, QuestionId},
        law::{ArticleNumber, Bound},
        study::{Known, prior},
        time::Timestamp,
    },
    service::{App, Result},
};

/// So long the pool is believed without asking again.
const KEPT_MS: i64 = 1000;

/// The questions that may be asked.
pub(super) struct Pool {
    ground: Ground,
    pub questions: Vec<Askable>,
    places: HashMap<QuestionId, usize>,
    /// On which articles each question stands.
    stands: HashMap<QuestionId, Vec<Bound>>,
    /// What somebody knows who has answered nothing.
    pub sums: Sums,
}

/// What is known by topic and tag, by article and by law.
#[derive(Clone, Default)]
pub(super) struct Sums {
    pub topics: BTreeMap<String, Known>,
    pub articles: BTreeMap<(LawId, LawVersionId, ArticleNumber), Known>,
    pub laws: BTreeMap<LawId, Known>,
}

impl Sums {
    /// Hands every sum that a question is part of to a function, once each.
    pub fn each(&mut self, question: &Askable, bounds: &[Bound], mut each: impl FnMut(&mut Known)) {
        for topic in question.topics() {
            match self.topics.get_mut(topic) {
                Some(known) => each(known),
                None => each(self.topics.entry(topic.to_owned()).or_default()),
            }
        }
        for Bound { law, version, number } in bounds {
            each(self.articles.entry((*law, *version, *number)).or_default());
        }
        // A question that stands on several articles of a law counts once.
        let once: BTreeSet<LawId> = bounds.iter().map(|bound| bound.law).collect();
        for law in once {
            each(self.laws.entry(law).or_default());
        }
    }
}

impl Pool {
    async fn read(app: &App, ground: Ground) -> Result<Self> {
        let questions = db::study::askable(&app.db).await?;
        let mut stands: HashMap<QuestionId, Vec<Bound>> = HashMap::new();
        for (question, bound) in db::study::all_articles(&app.db).await? {
            stands.entry(question).or_default().push(bound);
        }
        let mut sums = Sums::default();
        for question in &questions {
            let bounds = stands.get(&question.question).map_or(&[][..], Vec::as_slice);
            let prior = prior(question.difficulty);
            sums.each(question, bounds, |known| known.add(0, 0, prior));
        }
        Ok(Self {
            places: questions.iter().map(|one| one.question).zip(0..).collect(),
            ground,
            questions,
            stands,
            sums,
        })
    }

    /// `None`: it may not be asked.
    pub fn get(&self, question: QuestionId) -> Option<&Askable> {
        self.places.get(&question).map(|place| &self.questions[*place])
    }

    /// The articles that a question stands on.
    pub fn bounds(&self, question: QuestionId) -> &[Bound] {
        self.stands.get(&question).map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct State {
    pool: Option<Arc<Pool>>,
    /// When it was last found to be right; `None`: something has changed here since.
    asked_at: Option<Timestamp>,
    /// Grows with every change on this node.
    changes: u64,
}

/// The pool as this node knows it.
#[derive(Default)]
pub struct Kept {
    state: Mutex<State>,
    /// One asks the database at a time, the others wait for the answer.
    asking: tokio::sync::Mutex<()>,
}

impl Kept {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Questions, their bases or what is open to practice may have changed.
    pub(in crate::service) fn look_again(&self) {
        let mut state = self.state();
        state.asked_at = None;
        state.changes += 1;
    }

    fn believed(&self, now: Timestamp) -> Option<Arc<Pool>> {
        let state = self.state();
        let asked_at = state.asked_at?;
        (0..KEPT_MS)
            .contains(&(now.0 - asked_at.0))
            .then(|| state.pool.clone())
            .flatten()
    }
}

/// What may be asked now.
///
/// # Errors
/// When the database fails.
pub(super) async fn pool(app: &App) -> Result<Arc<Pool>> {
    let (kept, now) = (&app.study, app.now());
    if let Some(pool) = kept.believed(now) {
        return Ok(pool);
    }
    let _turn = kept.asking.lock().await;
    if let Some(pool) = kept.believed(now) {
        return Ok(pool);
    }
    let (known, changes) = {
        let state = kept.state();
        (state.pool.clone(), state.changes)
    };
    // Before the pool is read: what changes after it is found the next time.
    let ground = db::study::ground(&app.db).await?;
    let pool = match known.filter(|pool| pool.ground == ground) {
        Some(pool) => pool,
        None => Arc::new(Pool::read(app, ground).await?),
    };
    let mut state = kept.state();
    state.pool = Some(Arc::clone(&pool));
    state.asked_at = (state.changes == changes).then_some(now);
    Ok(pool)
}
