//! The papers of an exam as the figures need them: what was answered, and what it is worth with the corrections in force.

use std::{borrow::Cow, collections::HashMap, sync::Arc};

use super::Progress;
use crate::{
    db,
    domain::{
        answer::{Form, Judged},
        bank::Stored,
        id::{AttemptId, ExamId, PersonId},
        item::OptionSet,
        key::Key,
        key_correction::{Asked, Correction, Method, correction_of, mark_asked, new_form},
        mark::Marking,
        points::Points,
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

/// A question of a paper with what was answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Answered {
    /// Its place in the pool.
    pub pool: u32,
    /// As authored.
    pub choice: OptionSet,
    /// Of a question beyond choice that rules mark.
    pub earned: Option<Earned>,
}

/// What an answer to a question beyond choice earns by the rules.
#[derive(Debug, Clone, Copy)]
pub(super) struct Earned {
    points: Points,
    /// By the form of a correction in force.
    corrected: Option<Points>,
    answered: bool,
}

/// What was chosen on all papers, six bytes for each question: a city's papers spread out would fill the memory.
#[derive(Default)]
pub(super) struct Papers {
    pub persons: Vec<PersonId>,
    pub attempts: Vec<AttemptId>,
    pools: Vec<u32>,
    /// As authored.
    choices: Vec<OptionSet>,
    /// What was earned beyond choice, by the place among all questions.
    earned: Vec<(usize, Earned)>,
    /// Where each paper ends.
    ends: Vec<usize>,
}

impl Papers {
    fn push(&mut self, person: PersonId, attempt: AttemptId, asked: Vec<Answered>) {
        self.persons.push(person);
        self.attempts.push(attempt);
        for answered in asked {
            let at = self.pools.len();
            self.earned.extend(answered.earned.map(|earned| (at, earned)));
            self.pools.push(answered.pool);
            self.choices.push(answered.choice);
        }
        self.ends.push(self.pools.len());
    }

    fn range(&self, place: usize) -> std::ops::Range<usize> {
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        from..self.ends[place]
    }

    pub fn asked(&self, place: usize) -> impl Iterator<Item = Answered> + '_ {
        let range = self.range(place);
        let from = self.earned.partition_point(|(at, _)| *at < range.start);
        let mut earned = self.earned[from..].iter().peekable();
        range.map(move |at| Answered {
            pool: self.pools[at],
            choice: self.choices[at],
            earned: earned.next_if(|(of, _)| *of == at).map(|(_, earned)| *earned),
        })
    }
}

/// The first attempt that each person handed in: later ones are sat by people who have seen questions before.
pub(super) async fn read(app: &App, marks: &Marks, all: u64) -> Result<Papers> {
    let id = marks.exam;
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
        let texts = Texts::read(app, marks, page.iter().map(|sat| sat.attempt)).await?;
        for sat in page {
            if sat.person == before {
                continue;
            }
            before = sat.person;
            let stored = (&sat.paper[..], &sat.sheet[..]);
            let asked = texts.asked(app, marks, sat.attempt, sat.person, stored).await?;
            papers.push(sat.person, sat.attempt, asked);
        }
    }
}

/// What was written on some papers.
pub(super) struct Texts(HashMap<AttemptId, HashMap<u16, String>>);

impl Texts {
    /// Those of these attempts, where any count.
    pub async fn read(app: &App, marks: &Marks, attempts: impl Iterator<Item = AttemptId>) -> Result<Self> {
        if !marks.has_forms() {
            return Ok(Self(HashMap::new()));
        }
        let attempts: Vec<_> = attempts.collect();
        Ok(Self(db::sitting::texts_of(&app.db, &attempts).await?))
    }

    /// What was asked and answered in one of the attempts, from its paper and its sheet as they are stored.
    pub async fn asked(
        &self,
        app: &App,
        marks: &Marks,
        attempt: AttemptId,
        person: PersonId,
        stored: (&[u8], &[u8]),
    ) -> Result<Vec<Answered>> {
        let (paper, choices) = sitting::chosen(app, attempt, person, stored).await?;
        let texts = self.0.get(&attempt);
        let asked = (1u16..).zip(paper.0.iter().zip(choices));
        Ok(asked
            .map(|(item, (drawn, choice))| Answered {
                pool: drawn.pool,
                choice: drawn.authored(choice),
                earned: marks.earned(
                    drawn.pool,
                    texts.and_then(|texts| texts.get(&item)).map_or("", String::as_str),
                ),
            })
            .collect())
    }
}

/// How the questions of a pool are marked, with the corrections in force.
pub(super) struct Marks {
    pub exam: ExamId,
    marking: Marking,
    pub corrections: Vec<Correction>,
    /// By place in the pool, nothing answered.
    questions: Vec<Asked>,
    /// What is right of the questions beyond choice that rules mark. Those that people read are not here, and count nowhere.
    forms: HashMap<u32, Form>,
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
            rejudged: None,
        });
        let items = material.questions().map(|(pool, stored)| Item {
            kind: Some(stored.question.kind),
            options: stored.question.options.len(),
            key: key_in_force(&corrections, pool, stored.question.key),
        });
        let form = |(pool, stored): (u32, &Stored)| {
            let form = stored.question.form.as_ref().filter(|form| !form.is_written());
            form.map(|form| (pool, form.clone()))
        };
        Self {
            exam: material.exam.id,
            marking: material.exam.policy.marking(),
            questions: questions.collect(),
            forms: material.questions().filter_map(form).collect(),
            items: items.collect(),
            corrections,
        }
    }

    /// Whether questions beyond choice count.
    pub fn has_forms(&self) -> bool {
        !self.forms.is_empty()
    }

    /// Whether it counts: it is marked by rules.
    pub fn counts(&self, pool: u32) -> bool {
        let question = self.questions.get(pool as usize);
        question.is_some_and(|question| question.kind.is_choice()) || self.forms.contains_key(&pool)
    }

    fn earned(&self, pool: u32, text: &str) -> Option<Earned> {
        let (form, question) = (self.forms.get(&pool)?, self.questions.get(pool as usize)?);
        let points = |form: &Form| Some(form.judged(text, question.full, None).ok()?.points);
        Some(Earned {
            points: points(form)?,
            corrected: new_form(&self.corrections, pool).and_then(points),
            answered: !text.is_empty(),
        })
    }

    /// A paper as it counts; what was voided does not, nor what people read.
    pub fn given(&self, papers: &Papers, place: usize) -> Vec<Given> {
        self.given_of(papers.asked(place))
    }

    /// The same of what was asked and answered.
    pub fn given_of(&self, asked: impl Iterator<Item = Answered>) -> Vec<Given> {
        let given = |answered: Answered| {
            let Answered { pool, choice, earned } = answered;
            let question = self.questions.get(pool as usize).filter(|_| self.counts(pool))?;
            let judged = |points| Judged { points, waits: false };
            let asked = Asked {
                choice,
                judged: earned.map(|earned| judged(earned.points)),
                rejudged: earned.and_then(|earned| earned.corrected).map(judged),
                ..*question
            };
            let points = mark_asked(self.marking, &self.corrections, &asked)?;
            Some(Given {
                answered: earned.map_or(!choice.is_empty(), |earned| earned.answered),
                ..Given::marked(pool, points, asked.full, choice, None)
            })
        };
        asked.filter_map(given).collect()
    }

    pub fn analyse(&self, papers: &Papers) -> Analysis {
        let count = papers.ends.len();
        let of = |place| papers.pools[papers.range(place)].iter().copied();
        let pools = |place| of(place).filter(|pool| self.counts(*pool));
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
    match correction_of(corrections, pool).map(|correction| &correction.method) {
        Some(Method::NewKey(Key::Options(key))) => *key,
        Some(Method::EitherKey(Key::Options(key))) => OptionSet(key.0 | published.0),
        _ => published,
    }
}
