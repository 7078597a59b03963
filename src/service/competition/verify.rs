//! Recomputing a competition: every paper from seed and pool, every score from paper, journal, rules and corrections in force, every standing from
//! the attempts in the order they were handed in.

use std::collections::HashMap;

use super::{
    Contest, published,
    writer::{judged, paper},
};
use crate::{
    db,
    domain::{
        competition::play::{Ended, Play, Standing},
        hex::hex,
        id::{CompetitionId, PlayerId},
        key_correction::Correction,
        points::Points,
    },
    service::{
        App, Result,
        verify::{Difference, Report, What},
    },
};

/// Attempts read at a time.
const PAGE: u32 = 1_000;

/// A player's attempts, recomputed so far.
#[derive(Default)]
struct Sum {
    standing: Option<Standing>,
    /// Attempts begun in each stage.
    turns: HashMap<u32, u32>,
}

/// Recomputes everything of a published competition.
///
/// # Errors
/// When the database fails, or holds what cannot be read.
pub async fn verify(
    app: &App,
    id: CompetitionId,
    report: &mut Report,
    progress: &mut impl FnMut(&Report),
) -> Result<()> {
    let contest = published(app, id).await?;
    // Not those the node remembers, which may be a second old.
    let corrections = db::competition_correction::in_force(&app.db, id).await?;
    let mut sums: HashMap<PlayerId, Option<Standing>> = HashMap::new();
    let (mut last, mut sum) = ((PlayerId(0), 0), Sum::default());
    loop {
        let page = db::play::of_competition(&app.db, id, last, PAGE).await?;
        for play in &page {
            if play.player != last.0 {
                sums.insert(last.0, sum.standing);
                sum = Sum::default();
            }
            one(&contest, &corrections, play, &mut sum, report)?;
            last = (play.player, play.number);
        }
        progress(report);
        if page.len() < PAGE as usize {
            break;
        }
    }
    sums.insert(last.0, sum.standing);
    db::play::each_record(&app.db, id, |placed| {
        report.players += 1;
        let (stored, recomputed) = (
            placed.record.standing,
            sums.get(&placed.record.player).copied().flatten(),
        );
        if stored != recomputed {
            report.differences.push(Difference {
                what: What::Standing,
                exam: None,
                subject: format!("player {}", placed.record.player),
                stored: format!("{stored:?}"),
                recomputed: format!("{recomputed:?}"),
            });
        }
    })
    .await?;
    progress(report);
    Ok(())
}

fn one(contest: &Contest, corrections: &[Correction], play: &Play, sum: &mut Sum, report: &mut Report) -> Result<()> {
    let mut differs = |what, stored: String, recomputed: String| {
        if stored != recomputed {
            let subject = format!("player {} attempt {}", play.player, play.number);
            report.differences.push(Difference {
                what,
                exam: None,
                subject,
                stored,
                recomputed,
            });
        }
    };
    let turn = sum.turns.entry(play.stage).or_default();
    let (_, stage) = contest.stage(play.rules, play.stage)?;
    let again = paper(contest, play.player, (play.stage, stage.items), *turn, play.number);
    *turn += 1;
    differs(What::Paper, hex(&play.paper), hex(&again.to_bytes()));
    let Some(ended) = play.ended else {
        return Ok(());
    };
    let judged = judged(contest, corrections, play, ended.handed_in_at)?;
    let worth = &judged.worth;
    let words = |score: Points, right: u32, valid: bool, chances: u32| {
        format!("{score}, {right} right, valid {valid}, {chances} chances")
    };
    let Ended {
        score,
        right,
        valid,
        chances,
        handed_in_at,
        ..
    } = ended;
    differs(
        What::Score,
        words(score, right, valid, chances),
        words(worth.score, worth.right, worth.valid, worth.chances),
    );
    if judged.counts {
        let rules = &contest.version(handed_in_at).rules;
        sum.standing = Some(rules.add(sum.standing, worth, handed_in_at));
    }
    report.plays += 1;
    Ok(())
}
