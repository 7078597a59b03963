//! The papers of an exam as the figures need them: what was chosen, and what it is worth with the corrections in force.

use std::{borrow::Cow, sync::Arc};

use super::Progress;
use crate::{
    db,
    domain::{
        id::{AttemptId, ExamId, PersonId},
        item::OptionSet,
        key_correction::{Asked, Correction, Method, mark_asked},
        mark::Marking,
        statistics::{
            classical::{Analysis, analyse_by},
            irt::Responses,
            sheet::{Basis, Given, Item},
        },
    },
    service::{
        App, Result,
        sitting::{self, Material},
    },
};

/// Attempts read at a time.
const READ: u32 = 5_000;

/// What was chosen on all papers, six bytes for each question: a city's papers spread out would fill the memory.
#[derive(Default)]
pub(super) struct Papers {
    pub persons: Vec<PersonId>,
    pub attempts: Vec<AttemptId>,
    pools: Vec<u32>,
    /// As authored.
    choices: Vec<OptionSet>,
    /// Where each paper ends.
    ends: Vec<usize>,
}

impl Papers {
    fn push(&mut self, person: PersonId, attempt: AttemptId, asked: impl Iterator<Item = (u32, OptionSet)>) {
        self.persons.push(person);
        self.attempts.push(attempt);
        for (pool, choice) in asked {
            self.pools.push(pool);
            self.choices.push(choice);
        }
        self.ends.push(self.pools.len());
    }

    fn range(&self, place: usize) -> std::ops::Range<usize> {
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        from..self.ends[place]
    }

    pub fn asked(&self, place: usize) -> impl Iterator<Item = (u32, OptionSet)> + '_ {
        let range = self.range(place);
        let choices = self.choices[range.clone()].iter().copied();
        self.pools[range].iter().copied().zip(choices)
    }
}

/// The first attempt that each person handed in: later ones are sat by people who have seen questions before.
pub(super) async fn read(app: &App, id: ExamId, all: u64) -> Result<Papers> {
    let mut papers = Papers::default();
    let (mut after, mut read) = ((PersonId(0), 0), 0);
    loop {
        app.statistics.say(id, Progress::Reading(read, all.max(read)));
        let page = db::sitting::answered(&app.db, id, after, READ).await?;
        let Some(last) = page.last() else {
            return Ok(papers);
        };
        read += page.len() as u64;
        let mut before = after.0;
        after = (last.person, last.number);
        for sat in page {
            if sat.person == before {
                continue;
            }
            before = sat.person;
            let asked = asked(app, sat.attempt, sat.person, (&sat.paper, &sat.sheet)).await?;
            papers.push(sat.person, sat.attempt, asked.into_iter());
        }
    }
}

/// What was asked and chosen in an attempt, as authored, from its paper and its sheet as they are stored.
pub(super) async fn asked(
    app: &App,
    attempt: AttemptId,
    person: PersonId,
    stored: (&[u8], &[u8]),
) -> Result<Vec<(u32, OptionSet)>> {
    let (paper, choices) = sitting::chosen(app, attempt, person, stored).await?;
    let asked = paper.0.iter().zip(choices);
    Ok(asked
        .map(|(drawn, choice)| (drawn.pool, drawn.authored(choice)))
        .collect())
}

/// How the questions of a pool are marked, with the corrections in force.
pub(super) struct Marks {
    pub exam: ExamId,
    marking: Marking,
    pub corrections: Vec<Correction>,
    /// By place in the pool, nothing chosen.
    questions: Vec<Asked>,
    pub items: Vec<Item>,
}

impl Marks {
    /// As they stand now.
    pub async fn now(app: &App, exam: ExamId) -> Result<Arc<Self>> {
        let material = sitting::material(app, exam).await?;
        let corrections = db::key_correction::in_force(&app.db, exam).await?;
        Ok(Arc::new(Self::of(&material, corrections)))
    }

    fn of(material: &Material, corrections: Vec<Correction>) -> Self {
        let questions = material.questions().map(|(pool, stored)| Asked {
            pool,
            kind: stored.question.kind,
            key: stored.question.key,
            choice: OptionSet::EMPTY,
            full: material.exam.blueprint.points_of(stored.question.kind),
            judged: None,
        });
        let items = material.questions().map(|(pool, stored)| Item {
            kind: Some(stored.question.kind),
            options: stored.question.options.len(),
            key: key_in_force(&corrections, pool, stored.question.key),
        });
        Self {
            exam: material.exam.id,
            marking: material.exam.policy.marking(),
            questions: questions.collect(),
            items: items.collect(),
            corrections,
        }
    }

    /// A paper as it counts; what was voided does not.
    pub fn given(&self, papers: &Papers, place: usize) -> Vec<Given> {
        self.given_of(papers.asked(place))
    }

    /// Whether it is known which answers were given to a question: only of choices it is.
    fn is_choice(&self, pool: u32) -> bool {
        let question = self.questions.get(pool as usize);
        question.is_some_and(|question| question.kind.is_choice())
    }

    /// The same of what was asked and chosen.
    pub fn given_of(&self, asked: impl Iterator<Item = (u32, OptionSet)>) -> Vec<Given> {
        let given = |(pool, choice): (u32, OptionSet)| {
            let question = self.questions.get(pool as usize).filter(|_| self.is_choice(pool))?;
            let asked = Asked { choice, ..*question };
            let points = mark_asked(self.marking, &self.corrections, &asked)?;
            Some(Given::marked(pool, points, asked.full, choice, None))
        };
        asked.filter_map(given).collect()
    }

    pub fn analyse(&self, papers: &Papers) -> Analysis {
        let count = papers.ends.len();
        let of = |place| papers.pools[papers.range(place)].iter().copied();
        let pools = |place| of(place).filter(|pool| self.is_choice(*pool));
        let basis = Basis::of_items((0..count).map(pools));
        analyse_by(&self.items, count, |place| Cow::Owned(self.given(papers, place)), basis)
    }

    /// Right and wrong answers; only full marks are right.
    pub fn responses(&self, papers: &Papers) -> Responses {
        let mut responses = Responses::new(self.items.len());
        for place in 0..papers.ends.len() {
            let given = self.given(papers, place).into_iter();
            let counts = given.filter(|given| given.full > 0.0);
            responses.add(counts.map(|given| (given.item as usize, given.mark >= given.full)));
        }
        responses
    }
}

fn key_in_force(corrections: &[Correction], pool: u32, published: OptionSet) -> OptionSet {
    let correction = corrections.iter().rfind(|correction| correction.pool == pool);
    match correction.map(|correction| correction.method) {
        Some(Method::NewKey(key)) => key,
        Some(Method::EitherKey(key)) => OptionSet(key.0 | published.0),
        _ => published,
    }
}
