//! How long a question takes, from the moments at which the server received the first answers of some papers. It is about questions:
//! whose times they are is not kept.

use super::papers::Papers;
use crate::{
    db::{self, item_sums::FirstAnswers},
    domain::{
        competition::item_count::took,
        item::OptionSet,
        statistics::duration::{LEAST_TIMED, Times},
    },
    service::{App, Result},
};

/// Papers looked at, evenly taken from all: a median needs no more.
const PAPERS: usize = 5_000;
/// Attempts read at a time.
const READ: usize = 250;

/// Reads the times of the questions of a pool of so many; `None` where too few are known.
pub(super) async fn read(app: &App, papers: &Papers, items: usize) -> Result<Vec<Option<Times>>> {
    let step = papers.attempts.len().div_ceil(PAPERS).max(1);
    let places: Vec<usize> = (0..papers.attempts.len()).step_by(step).collect();
    let mut times: Vec<Vec<u32>> = vec![Vec::new(); items];
    for chunk in places.chunks(READ) {
        let attempts: Vec<_> = chunk.iter().map(|place| papers.attempts[*place]).collect();
        let first = db::item_sums::first_answers(&app.db, &attempts).await?;
        for (place, attempt) in chunk.iter().zip(&attempts) {
            if let Some(first) = first.get(attempt) {
                add(&mut times, papers, *place, first);
            }
        }
    }
    let enough = |times: Vec<u32>| (times.len() >= LEAST_TIMED).then(|| Times::of(times)).flatten();
    Ok(times.into_iter().map(enough).collect())
}

fn add(times: &mut [Vec<u32>], papers: &Papers, place: usize, first: &FirstAnswers) {
    let pools: Vec<u32> = papers.asked(place).map(|one| one.pool).collect();
    let mut given = vec![None; pools.len()];
    for (number, at) in &first.at {
        let place = (*number as usize).checked_sub(1);
        if let Some(given) = place.and_then(|place| given.get_mut(place)) {
            *given = Some((OptionSet(1), *at));
        }
    }
    for (pool, took) in pools.iter().zip(took(first.started_at, &given)) {
        if let (Some(times), Some(took)) = (times.get_mut(*pool as usize), took) {
            times.push(took);
        }
    }
}
