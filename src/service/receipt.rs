//! The receipt (回执) of an attempt: a hash chain over its journal, so that not one answer can be altered,
//! added or taken away afterwards without the receipt telling.

use sm3::{Digest, Sm3};

use crate::{
    db::sitting::TimedEvent,
    domain::{attempt::HandIn, id::AttemptId, time::Timestamp},
};

/// The head of the chain: `h0 = SM3("mingfa receipt 1" ‖ attempt ‖ paper)`, `hᵢ = SM3(hᵢ₋₁ ‖ eventᵢ)`, closed by
/// the moment and the way of the hand-in. Numbers are big-endian.
pub fn receipt(attempt: AttemptId, paper: &[u8], events: &[TimedEvent], how: HandIn, at: Timestamp) -> [u8; 32] {
    let start = Sm3::new()
        .chain_update(b"mingfa receipt 1")
        .chain_update(attempt.0.to_be_bytes())
        .chain_update(paper);
    let chained = events.iter().fold(start.finalize(), |head, (event, at)| {
        Sm3::new()
            .chain_update(head)
            .chain_update(event.version.to_be_bytes())
            .chain_update(event.item.to_be_bytes())
            .chain_update(event.choice.0.to_be_bytes())
            .chain_update([u8::from(event.flagged)])
            .chain_update(at.0.to_be_bytes())
            .finalize()
    });
    Sm3::new()
        .chain_update(chained)
        .chain_update(how.code())
        .chain_update(at.0.to_be_bytes())
        .finalize()
        .into()
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
