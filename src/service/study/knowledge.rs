//! What a person knows: by article of law, by topic, and question by question. A question answered in study counts with the
//! probability that the memory model gives for this moment, any other with the prior of its difficulty.

use std::{collections::HashMap, sync::Arc};

use super::{
    memory::recalled,
    pool::{self, Pool, Sums},
};
use crate::{
    db::{self, study::Askable},
    domain::{
        id::{LawId, QuestionId},
        law::{Bound, Library},
        study::{Card, Known, prior},
        time::Timestamp,
    },
    service::{App, Caller, Result, law},
};

/// A question that may be asked, with how probably it is answered right now.
pub struct Held<'a> {
    pub askable: &'a Askable,
    /// `None`: never answered in study.
    pub card: Option<&'a Card>,
    pub probability: f64,
}

/// What is known of an article.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleKnown {
    pub bound: Bound,
    /// The law and the number, as people say it.
    pub name: String,
    pub known: Known,
}

/// What is known of a law.
#[derive(Debug, Clone, PartialEq)]
pub struct LawKnown {
    pub law: LawId,
    pub name: String,
    pub known: Known,
}

/// What a person knows of all that may be asked in study.
pub struct Knowledge {
    now: Timestamp,
    pool: Arc<Pool>,
    cards: HashMap<QuestionId, Card>,
    library: Library,
    sums: Sums,
}

/// What the caller knows.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] for accounts outside the roster.
pub async fn of(app: &App, caller: &Caller) -> Result<Knowledge> {
    let person = caller.person()?;
    let now = app.now();
    let cards = db::study::cards(&app.db, person).await?;
    let pool = pool::pool(app).await?;
    let mut sums = pool.sums.clone();
    for card in cards.values() {
        let Some(askable) = pool.get(card.question) else {
            continue;
        };
        let (before, now) = (prior(askable.difficulty), recalled(card, now));
        sums.each(askable, pool.bounds(card.question), |known| {
            known.answered(before, card.asked, card.right, now);
        });
    }
    Ok(Knowledge {
        library: law::library(app).await?,
        now,
        pool,
        cards,
        sums,
    })
}

impl Knowledge {
    /// How many questions may be asked.
    pub fn questions(&self) -> usize {
        self.pool.questions.len()
    }

    /// Those that may be asked and fit, with the articles they stand on.
    pub fn those(&self, fits: impl Fn(&Askable, &[Bound]) -> bool) -> impl Iterator<Item = Held<'_>> {
        let found = self.pool.questions.iter();
        found
            .filter(move |askable| fits(askable, self.pool.bounds(askable.question)))
            .map(|askable| self.holds(askable))
    }

    /// `None`: it may not be asked.
    pub fn held(&self, question: QuestionId) -> Option<Held<'_>> {
        Some(self.holds(self.pool.get(question)?))
    }

    fn holds<'a>(&'a self, askable: &'a Askable) -> Held<'a> {
        let card = self.cards.get(&askable.question);
        Held {
            probability: card.map_or_else(|| prior(askable.difficulty), |card| recalled(card, self.now)),
            askable,
            card,
        }
    }

    /// By topic and tag, in the order of their names.
    pub fn topics(&self) -> impl Iterator<Item = (&str, Known)> {
        self.sums.topics.iter().map(|(topic, known)| (topic.as_str(), *known))
    }

    /// Articles that such questions stand on, in the order of laws and numbers; those of one law, or all.
    pub fn articles(&self, law: Option<LawId>) -> Vec<ArticleKnown> {
        let wanted = self.sums.articles.iter();
        wanted
            .filter(|((of, ..), _)| law.is_none_or(|law| law == *of))
            .map(|((law, version, number), known)| {
                let bound = Bound {
                    law: *law,
                    version: *version,
                    number: *number,
                };
                ArticleKnown {
                    name: article_name(&self.library, &bound),
                    bound,
                    known: *known,
                }
            })
            .collect()
    }

    /// Laws that they stand on.
    pub fn laws(&self) -> Vec<LawKnown> {
        let known = |(law, known): (&LawId, &Known)| {
            self.library.get(*law).map(|record| LawKnown {
                law: *law,
                name: record.entry.short(),
                known: *known,
            })
        };
        self.sums.laws.iter().filter_map(known).collect()
    }
}

/// The law and the number of an article, as people say it.
pub fn article_name(library: &Library, bound: &Bound) -> String {
    let law = library.get(bound.law).map(|record| record.entry.short());
    format!("{}{}", law.unwrap_or_default(), bound.number.chinese())
}
