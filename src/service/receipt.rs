//! The receipt (回执) of an attempt: a hash chain over its journal, so that not one answer can be altered,
//! added or taken away afterwards without the receipt telling.

use sm3::{Digest, Sm3};

use super::{App, Result};
use crate::{
    db::{self, sitting::TimedEvent},
    domain::{
        attempt::{HandIn, Sheet},
        certificate::masked,
        id::AttemptId,
        paper::Paper,
        receipt::ReceiptCode,
        time::Timestamp,
    },
};

/// The head of the chain: `h0 = SM3("mingfa receipt 1" ‖ attempt ‖ paper)`, `hᵢ = SM3(hᵢ₋₁ ‖ eventᵢ)`, closed by
/// the moment and the way of the hand-in. Numbers are big-endian.
pub fn receipt(attempt: AttemptId, paper: &[u8], events: &[TimedEvent], how: HandIn, at: Timestamp) -> [u8; 32] {
    let start = Sm3::new()
        .chain_update(b"mingfa receipt 1")
        .chain_update(attempt.0.to_be_bytes())
        .chain_update(paper);
    let chained = events.iter().fold(start.finalize(), |head, (event, at)| {
        // A choice has no text, so that its part of the chain is what it was before there were any.
        Sm3::new()
            .chain_update(head)
            .chain_update(event.version.to_be_bytes())
            .chain_update(event.item.to_be_bytes())
            .chain_update(event.choice.0.to_be_bytes())
            .chain_update([u8::from(event.flagged)])
            .chain_update(at.0.to_be_bytes())
            .chain_update(&event.text)
            .finalize()
    });
    Sm3::new()
        .chain_update(chained)
        .chain_update(how.code())
        .chain_update(at.0.to_be_bytes())
        .finalize()
        .into()
}

/// What a genuine receipt proves; no answer, no score, and of the name only the first letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Of the exam.
    pub title: String,
    pub masked_name: String,
    pub handed_in_at: Timestamp,
    pub hand_in: HandIn,
    pub questions: usize,
    /// Questions answered.
    pub answered: usize,
    /// Changes in the journal.
    pub saves: usize,
}

/// What became of the check of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Code, fingerprint on record, and the chain recomputed from journal and paper are one.
    Genuine(Proof),
    /// The code is the one given out, but journal, paper or hand-in no longer give it.
    Changed,
    /// Journal, paper and hand-in give the code, but another fingerprint stands on record.
    Replaced,
    /// Nothing here gives this code.
    Unknown,
    /// The text is no code at all.
    Malformed,
}

/// Checks a receipt for whoever holds its code: recomputes the chain from the stored journal and paper. Nobody has to
/// be slowed down: a code holds the whole 256-bit digest, so there is nothing to guess, and a wrong code gets the same
/// answer whether or not there is such an attempt.
///
/// # Errors
/// When the database fails.
pub async fn verify(app: &App, code: &str) -> Result<Verdict> {
    let Ok(code) = code.parse::<ReceiptCode>() else {
        return Ok(Verdict::Malformed);
    };
    let found = db::sitting::with_paper(&app.db, code.attempt).await?;
    let Some((attempt, bytes)) = found else {
        return Ok(Verdict::Unknown);
    };
    let Some(outcome) = &attempt.outcome else {
        return Ok(Verdict::Unknown);
    };
    let events = db::sitting::events(&app.db, attempt.id).await?;
    let computed = receipt(attempt.id, &bytes, &events, outcome.hand_in, outcome.handed_in_at);
    match (outcome.settled.receipt == code.digest, computed == code.digest) {
        (true, true) => {}
        (true, false) => return Ok(Verdict::Changed),
        (false, true) => return Ok(Verdict::Replaced),
        (false, false) => return Ok(Verdict::Unknown),
    }
    let questions = Paper::from_bytes(&bytes).map_or(0, |paper| paper.0.len());
    let exam = db::exam::get(&app.db, attempt.exam).await?;
    let name = db::key_correction::roster_name(&app.db, attempt.exam, attempt.person).await?;
    Ok(Verdict::Genuine(Proof {
        title: exam.map(|exam| exam.title).unwrap_or_default(),
        masked_name: name.map(|(_, name)| masked(&name)).unwrap_or_default(),
        handed_in_at: outcome.handed_in_at,
        hand_in: outcome.hand_in,
        questions,
        answered: Sheet::fold(questions, events.iter().map(|(event, _)| event.clone())).answered(),
        saves: events.len(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{attempt::Event, item::OptionSet};

    #[test]
    fn any_change_of_the_journal_changes_the_receipt() {
        let event = |version, bits| {
            (
                Event {
                    version,
                    item: 1,
                    choice: OptionSet(bits),
                    flagged: false,
                    text: String::new(),
                },
                Timestamp(5),
            )
        };
        let of = |events: &[TimedEvent]| receipt(AttemptId(1), b"paper", events, HandIn::Submit, Timestamp(9));
        let whole = of(&[event(1, 1), event(2, 2)]);
        assert_ne!(whole, of(&[event(1, 1)]));
        assert_ne!(whole, of(&[event(1, 1), event(2, 3)]));
        assert_ne!(whole, of(&[event(2, 2), event(1, 1)]));
        assert_ne!(
            whole,
            receipt(
                AttemptId(1),
                b"other",
                &[event(1, 1), event(2, 2)],
                HandIn::Submit,
                Timestamp(9)
            )
        );
    }
}
