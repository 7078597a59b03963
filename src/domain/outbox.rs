//! Answers on their way from a browser to the server: in order, kept until acknowledged, resent after a break.

use super::attempt::{Answer, Event, Sheet};

/// Versions given and events not acknowledged yet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outbox {
    /// The last version given to an event.
    last: u32,
    waiting: Vec<Event>,
    /// The last version that was given out to be sent.
    under_way: u32,
}

/// Bytes of text sent at a time.
const LETTERS: usize = 60_000;

impl Outbox {
    /// An outbox behind a sheet as the server knows it. `kept` are events a page before this one could not send:
    /// those that still follow the sheet go on waiting; a row that another device has overtaken is dropped.
    /// The second value tells whether answers were dropped that the sheet does not show.
    pub fn resume(sheet: &Sheet, kept: Vec<Event>) -> (Self, bool) {
        let (known, rest): (Vec<_>, Vec<_>) = kept.into_iter().partition(|event| event.version <= sheet.version);
        let on_sheet = |event: &Event| {
            let answer = Answer {
                choice: event.choice,
                flagged: event.flagged,
                text: event.text.clone(),
            };
            sheet.answers.get(usize::from(event.item).wrapping_sub(1)) == Some(&answer)
        };
        let newest = |event: &&Event| {
            !known
                .iter()
                .any(|other| other.item == event.item && other.version > event.version)
        };
        let overtaken = known.iter().filter(newest).any(|event| !on_sheet(event));
        let follows = rest
            .iter()
            .zip(sheet.version + 1..)
            .all(|(event, version)| event.version == version);
        if overtaken || !follows {
            return (
                Self {
                    last: sheet.version,
                    ..Self::default()
                },
                true,
            );
        }
        let last = rest.last().map_or(sheet.version, |event| event.version);
        // What an earlier page kept may have been on its way.
        let outbox = Self {
            last,
            waiting: rest,
            under_way: last,
        };
        (outbox, false)
    }

    /// Gives the next version to a change and lets it wait. Text typed on takes the place of the last change of the same
    /// question, unless that is on its way already: nobody needs every letter.
    pub fn push(&mut self, item: u16, answer: Answer) -> Event {
        let typed = !answer.text.is_empty();
        let unsent = self
            .waiting
            .last()
            .filter(|last| typed && last.item == item && !last.text.is_empty() && last.version > self.under_way);
        if unsent.is_some() {
            self.waiting.pop();
        } else {
            self.last += 1;
        }
        let event = Event {
            version: self.last,
            item,
            choice: answer.choice,
            flagged: answer.flagged,
            text: answer.text,
        };
        self.waiting.push(event.clone());
        event
    }

    /// What has to be sent now, in order; at most `limit` at a time, and of long texts fewer. What was under way and is not
    /// acknowledged goes again by itself, so that what is typed meanwhile stays one change.
    pub fn batch(&mut self, limit: usize) -> Vec<Event> {
        let again = self
            .waiting
            .iter()
            .filter(|event| event.version <= self.under_way)
            .count();
        let limit = if again > 0 { limit.min(again) } else { limit };
        let mut letters = 0;
        let fits = |event: &&Event| {
            let first = letters == 0;
            letters += event.text.len() + 1;
            first || letters <= LETTERS
        };
        let batch: Vec<Event> = self.waiting.iter().take(limit).take_while(fits).cloned().collect();
        self.under_way = batch.last().map_or(self.under_way, |event| event.version);
        batch
    }

    /// The server has everything up to this version.
    pub fn acknowledge(&mut self, version: u32) {
        self.waiting.retain(|event| event.version > version);
    }

    /// The last version given.
    pub fn last(&self) -> u32 {
        self.last
    }

    pub fn waiting(&self) -> &[Event] {
        &self.waiting
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::item::OptionSet;

    fn answer(bits: u16) -> Answer {
        Answer {
            choice: OptionSet(bits),
            flagged: false,
            text: String::new(),
        }
    }

    fn typed(text: &str) -> Answer {
        Answer {
            text: text.into(),
            ..Answer::default()
        }
    }

    fn filled() -> (Sheet, Vec<Event>) {
        let mut outbox = Outbox::resume(&Sheet::new(3), vec![]).0;
        let events = vec![
            outbox.push(1, answer(1)),
            outbox.push(2, answer(2)),
            outbox.push(1, answer(4)),
        ];
        (Sheet::fold(3, events.clone()), events)
    }

    #[test]
    fn changes_wait_in_order_until_they_are_acknowledged() {
        let mut outbox = Outbox::resume(&Sheet::new(3), vec![]).0;
        for item in 1..=3 {
            outbox.push(item, answer(1));
        }
        assert_eq!(
            outbox.batch(2).iter().map(|event| event.version).collect::<Vec<_>>(),
            [1, 2]
        );
        assert_eq!(outbox.batch(9).len(), 2, "these are under way");
        outbox.acknowledge(2);
        assert_eq!(outbox.waiting().len(), 1);
    }

    #[test]
    fn text_typed_on_replaces_what_was_not_sent_yet_and_nothing_else() {
        let mut outbox = Outbox::resume(&Sheet::new(3), vec![]).0;
        for text in ["因", "因为", "因为如"] {
            outbox.push(1, typed(text));
        }
        assert_eq!(outbox.batch(9).len(), 1);
        // On its way: what follows is a change of its own.
        assert_eq!(outbox.push(1, typed("因为如此")).version, 2);
        assert_eq!(outbox.push(2, typed("三年")).version, 3);
        assert_eq!(outbox.push(1, typed("因为如此。")).version, 4);
        let texts: Vec<&str> = outbox.waiting().iter().map(|event| event.text.as_str()).collect();
        assert_eq!(texts, ["因为如", "因为如此", "三年", "因为如此。"]);
        assert_eq!(outbox.batch(9).len(), 1, "the first goes again alone");
        outbox.acknowledge(1);
        outbox.push(1, typed(&"长".repeat(30_000)));
        assert_eq!(outbox.batch(9).len(), 2, "a long text waits for the next request");
    }

    #[test]
    fn what_the_server_got_without_the_page_learning_it_is_not_a_conflict() {
        let (sheet, events) = filled();
        let (outbox, dropped) = Outbox::resume(&sheet, events);
        assert!(!dropped && outbox.waiting().is_empty());
    }

    #[test]
    fn events_that_follow_the_sheet_go_on_waiting() {
        let (_, events) = filled();
        let sheet = Sheet::fold(3, [events[0].clone()]);
        let (mut outbox, dropped) = Outbox::resume(&sheet, events);
        assert!(!dropped);
        assert_eq!(outbox.waiting().len(), 2);
        assert_eq!(outbox.push(3, answer(1)).version, 4);
    }

    #[test]
    fn events_that_another_device_has_overtaken_are_dropped_and_it_is_told() {
        let (_, events) = filled();
        let other = Event {
            version: 1,
            item: 1,
            choice: OptionSet(2),
            flagged: false,
            text: String::new(),
        };
        let (outbox, dropped) = Outbox::resume(&Sheet::fold(3, [other]), events.clone());
        assert!(dropped && outbox.waiting().is_empty());
        let gap = Outbox::resume(&Sheet::new(3), events[1..].to_vec());
        assert!(gap.1, "a row with a hole cannot be sent");
    }
}
