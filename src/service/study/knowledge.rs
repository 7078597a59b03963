//! What a person knows: by article of law, by topic, and question by question. A question answered in study counts with the
//! probability that the memory model gives for this moment, any other with the prior of its difficulty.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::memory::recalled;
use crate::{
    db::{
        self,
        study::{Askable, StandsOn},
    },
    domain::{
        id::{LawId, LawVersionId, QuestionId},
        law::{ArticleNumber, Bound, Library},
        study::{Card, Known, prior},
    },
    service::{App, Caller, Result, law},
};

/// A question that may be asked, with how probably it is answered right now.
pub struct Held {
    pub askable: Askable,
    /// `None`: never answered in study.
    pub card: Option<Card>,
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
    pub questions: Vec<Held>,
    /// Articles that such questions stand on, in the order of laws and numbers.
    pub articles: Vec<ArticleKnown>,
    /// Laws that they stand on.
    pub laws: Vec<LawKnown>,
    /// On which articles each question stands.
    pub stands: HashMap<QuestionId, Vec<Bound>>,
    /// By topic and tag.
    pub topics: BTreeMap<String, Known>,
}

/// What the caller knows.
///
/// # Errors
/// [`crate::error::Fault::Forbidden`] for accounts outside the roster.
pub async fn of(app: &App, caller: &Caller) -> Result<Knowledge> {
    let person = caller.person()?;
    let now = app.now();
    let mut cards = db::study::cards(&app.db, person).await?;
    let held = |askable: Askable| {
        let card = cards.remove(&askable.question);
        Held {
            probability: card
                .as_ref()
                .map_or_else(|| prior(askable.difficulty), |card| recalled(card, now)),
            askable,
            card,
        }
    };
    let questions: Vec<Held> = db::study::askable(&app.db).await?.into_iter().map(held).collect();
    let mut topics: BTreeMap<String, Known> = BTreeMap::new();
    for held in &questions {
        for topic in held.askable.topics() {
            add(topics.entry(topic.to_owned()).or_default(), held);
        }
    }
    let ids: Vec<_> = questions.iter().map(|held| held.askable.question).collect();
    let stands = db::study::articles(&app.db, &ids).await?;
    let library = law::library(app).await?;
    let articles = by_article(&library, &questions, &stands);
    let mut bounds: HashMap<QuestionId, Vec<Bound>> = HashMap::new();
    for one in &stands {
        bounds.entry(one.question).or_default().push(one.bound);
    }
    Ok(Knowledge {
        laws: by_law(&library, &questions, &bounds),
        stands: bounds,
        questions,
        articles,
        topics,
    })
}

fn add(known: &mut Known, held: &Held) {
    let (asked, right) = held.card.as_ref().map_or((0, 0), |card| (card.asked, card.right));
    known.add(asked, right, held.probability);
}

fn by_article(library: &Library, questions: &[Held], stands: &[StandsOn]) -> Vec<ArticleKnown> {
    let held: HashMap<QuestionId, &Held> = questions.iter().map(|held| (held.askable.question, held)).collect();
    let mut articles: BTreeMap<(LawId, LawVersionId, ArticleNumber), (Bound, Known)> = BTreeMap::new();
    for one in stands {
        let Bound { law, version, number } = one.bound;
        let (_, known) = articles
            .entry((law, version, number))
            .or_insert_with(|| (one.bound, Known::default()));
        if let Some(held) = held.get(&one.question) {
            add(known, held);
        }
    }
    articles
        .into_values()
        .map(|(bound, known)| ArticleKnown {
            name: article_name(library, &bound),
            bound,
            known,
        })
        .collect()
}

/// A question that stands on several articles of a law counts once.
fn by_law(library: &Library, questions: &[Held], stands: &HashMap<QuestionId, Vec<Bound>>) -> Vec<LawKnown> {
    let mut laws: BTreeMap<LawId, Known> = BTreeMap::new();
    for held in questions {
        let bounds = stands.get(&held.askable.question).into_iter().flatten();
        let once: BTreeSet<LawId> = bounds.map(|bound| bound.law).collect();
        for law in once {
            add(laws.entry(law).or_default(), held);
        }
    }
    let known = |(law, known)| {
        library.get(law).map(|record| LawKnown {
            law,
            name: record.entry.short(),
            known,
        })
    };
    laws.into_iter().filter_map(known).collect()
}

/// The law and the number of an article, as people say it.
pub fn article_name(library: &Library, bound: &Bound) -> String {
    let law = library.get(bound.law).map(|record| record.entry.short());
    format!("{}{}", law.unwrap_or_default(), bound.number.chinese())
}
