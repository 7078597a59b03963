//! What the answer sheet and the server say to each other.

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        attempt::{Event, Sheet},
        id::EventId,
        lang::Lang,
        points::Points,
        signal::Leaving,
        supervision::EventKind,
    },
    error::Fault,
};

/// Everything the answer sheet needs to run. No key, and nothing that tells one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SheetProps {
    pub lang: Lang,
    /// The path of its page: `/attempts/…`, `/c/…/play/…`.
    pub page: String,
    /// The path of its API; what waits in the browser is kept under it too.
    pub api: String,
    /// Somebody supervises: the page keeps a line open and gives signs of life.
    pub supervised: bool,
    pub title: String,
    /// What is to be said above the question; empty: nothing.
    #[serde(default)]
    pub notice: String,
    pub questions: Vec<Question>,
    pub sheet: Sheet,
    /// The question in view, from 1.
    pub here: usize,
    pub remaining_ms: i64,
    /// The clock stands.
    pub paused: bool,
    pub told: Vec<Told>,
    /// Civil time of the deadline, `11:32:07`.
    pub deadline: String,
    /// Where each question has a time of its own.
    #[serde(default)]
    pub pace: Option<Pace>,
}

/// A question as the sheet shows it: words that are ready, for whatever the browser has to read and build makes it larger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Question {
    /// The title of its part.
    pub heading: String,
    pub points: Points,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instruction: String,
    pub stem: String,
    pub options: Vec<String>,
    /// One option and no more.
    pub one: bool,
    /// What is to be filled in beyond choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Fields>,
}

/// The inputs of a question beyond choice, drawn on the server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Fields {
    pub count: usize,
    /// Their markup, with nothing filled in.
    pub html: String,
    /// The same with what was answered so far, for the page as it is sent; empty unless the question is in view.
    #[serde(skip)]
    pub filled: String,
}

/// The answer to the k-th question counts within k times as long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    pub each_ms: i64,
    /// From the start to the deadline.
    pub whole_ms: i64,
}

impl Pace {
    /// Seconds left for a question (from 1) when so much is left of the whole.
    pub fn left(self, number: usize, remaining_ms: i64) -> i64 {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        let until = self.each_ms.saturating_mul(number).min(self.whole_ms);
        (until - (self.whole_ms - remaining_ms)).max(0) / 1000
    }
}

/// Something supervision told the candidate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub id: EventId,
    pub kind: EventKind,
    pub text: String,
    /// Civil time, `10:32:07`.
    pub at: String,
}

/// A sign of life of the page.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Beat {
    /// The last thing told that the page has shown; 0 before the first.
    #[serde(default = "nothing")]
    pub seen: EventId,
    /// How the page was left since the last sign that arrived.
    #[serde(default)]
    pub left: Leaving,
}

const fn nothing() -> EventId {
    EventId(0)
}

/// Answers to be saved: consecutive versions.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveRequest {
    pub events: Vec<Event>,
}

/// They are durable.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SaveReply {
    /// The last version stored.
    pub version: u32,
    /// Civil time at which the server received them.
    pub saved_at: String,
    pub remaining_ms: i64,
}

/// Where an attempt stands, for a page that comes back.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Progress {
    pub sheet: Sheet,
    pub handed_in: bool,
    pub remaining_ms: i64,
    pub paused: bool,
    pub told: Vec<Told>,
    pub deadline: String,
}

/// A problem document (RFC 9457) with the fault in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Problem {
    pub title: String,
    pub status: u16,
    pub detail: String,
    #[serde(flatten)]
    pub fault: Fault,
}

/// What the answer sheet reads of a problem document. All faults with what they are about would make the browser side a fifth
/// larger.
#[derive(Debug, Clone, Deserialize)]
pub struct Refusal {
    pub status: u16,
    /// The code of the fault, e.g. `stale`.
    pub code: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_read_from_the_document_of_every_fault_the_sheet_knows() {
        for (fault, code) in [
            (Fault::Stale(3), "stale"),
            (Fault::Late, "late"),
            (Fault::NotFound, "not_found"),
            (Fault::Paused, "paused"),
            (Fault::NotSignedIn, "not_signed_in"),
            (Fault::NotJoined, "not_joined"),
        ] {
            let problem = Problem {
                title: String::new(),
                status: fault.status(),
                detail: String::new(),
                fault,
            };
            let text = serde_json::to_string(&problem).expect("a document");
            let refusal: Refusal = serde_json::from_str(&text).expect("a refusal");
            assert_eq!((refusal.code.as_str(), refusal.status), (code, problem.status));
        }
    }
}
