//! Afterwards: is every acknowledged answer in the journal, and every score right?

use std::collections::HashMap;

use mingfa::{
    db,
    domain::points::Points,
    service::{Caller, figure},
};

use super::{
    client::Result,
    phases::Kept,
    prepare::{Stage, library},
};

/// What was compared, and what was found wrong.
#[derive(Default)]
pub struct Findings {
    pub attempts: usize,
    pub answers: usize,
    pub scores: usize,
    pub wrong: Vec<String>,
}

/// Compares the database with what was acknowledged.
pub async fn verify(stage: &Stage, kept: &[Kept]) -> Result<Findings> {
    let app = stage.app().await?;
    let mut findings = Findings::default();
    let by_person: HashMap<usize, &Kept> = kept.iter().map(|kept| (kept.person, kept)).collect();
    for (place, person) in stage.persons.iter().enumerate() {
        let stored = db::sitting::of_person(&app.db, stage.exam, person.id)
            .await
            .map_err(library)?;
        let (attempt, kept) = match (stored.as_slice(), by_person.get(&place)) {
            ([], None) => continue,
            ([attempt], Some(kept)) if attempt.id == kept.attempt => (attempt, kept),
            _ => {
                findings.wrong.push(format!(
                    "person {}: {} attempts are stored",
                    person.number,
                    stored.len()
                ));
                continue;
            }
        };
        findings.attempts += 1;
        let journal = db::sitting::events(&app.db, attempt.id).await.map_err(library)?;
        if journal.iter().map(|(event, _)| event).eq(&kept.events) {
            findings.answers += journal.len();
        } else {
            let (stored, acknowledged) = (journal.len(), kept.events.len());
            findings.wrong.push(format!(
                "{}: {stored} answers stored, {acknowledged} acknowledged",
                attempt.id
            ));
        }
        let score = attempt.outcome.as_ref().map(|outcome| outcome.settled.score);
        if score == kept.score {
            findings.scores += usize::from(score.is_some());
        } else {
            findings.wrong.push(format!(
                "{}: score {score:?} is stored, {:?} is right",
                attempt.id, kept.score
            ));
        }
    }
    let counts = figure::figures(&app, &Caller::operator(), stage.exam)
        .await
        .map_err(library)?
        .total;
    let scores: Vec<Points> = kept.iter().filter_map(|kept| kept.score).collect();
    let passed = scores.iter().filter(|score| **score >= Points::whole(80)).count();
    let sum: Points = scores.iter().copied().sum();
    let own = (stage.persons.len() as i64, scores.len() as i64, passed as i64, sum);
    let told = (counts.due, counts.sat, counts.passed, counts.score_sum);
    if told != own {
        findings
            .wrong
            .push(format!("the figures say {told:?}, but it was {own:?}"));
    }
    app.db.close().await;
    Ok(findings)
}
