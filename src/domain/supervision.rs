//! Supervising a running exam: how an attempt stands, time credited to it, and what its candidate is told.

use serde::{Deserialize, Serialize};

use super::{
    id::{AttemptId, EventId, ExamId, UnitId},
    lang::Lang,
    time::Timestamp,
};

/// How a due person stands to the exam now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stand {
    /// Running, and nothing was heard of the page for a while.
    LostContact,
    Paused,
    Sitting,
    NotStarted,
    HandedIn,
    /// Handed in, and the score reaches the pass mark.
    Passed,
}

/// A page that runs is heard of every [`BEAT_SECONDS`]; after so long without it, contact is lost.
pub const LOST_SECONDS: i64 = 60;
/// How often the answer sheet tells that it is there.
pub const BEAT_SECONDS: u64 = 20;

impl Stand {
    /// Those to look after first stand first.
    pub const ALL: [Self; 6] = [
        Self::LostContact,
        Self::Paused,
        Self::Sitting,
        Self::NotStarted,
        Self::HandedIn,
        Self::Passed,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Self::LostContact => "lost_contact",
            Self::Paused => "paused",
            Self::Sitting => "sitting",
            Self::NotStarted => "not_started",
            Self::HandedIn => "handed_in",
            Self::Passed => "passed",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stand| stand.code() == code)
    }

    pub fn name(self, lang: Lang) -> &'static str {
        match self {
            Self::LostContact => lang.pick("失去联系", "Lost contact"),
            Self::Paused => lang.pick("已暂停", "Paused"),
            Self::Sitting => lang.pick("正在考", "Sitting"),
            Self::NotStarted => lang.pick("未开始", "Not started"),
            Self::HandedIn => lang.pick("已交卷", "Handed in"),
            Self::Passed => lang.pick("已合格", "Passed"),
        }
    }

    /// How a running attempt stands: `heard_at` is the last time anything came from its page.
    pub fn running(paused: bool, heard_at: Timestamp, now: Timestamp) -> Self {
        if paused {
            Self::Paused
        } else if now.0 - heard_at.0 > LOST_SECONDS * 1000 {
            Self::LostContact
        } else {
            Self::Sitting
        }
    }
}

/// How many persons stand how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stands([usize; Stand::ALL.len()]);

impl Stands {
    pub fn of(&self, stand: Stand) -> usize {
        self.0[stand as usize]
    }

    pub fn add(&mut self, stand: Stand, persons: usize) {
        self.0[stand as usize] += persons;
    }

    pub fn total(&self) -> usize {
        self.0.iter().sum()
    }
}

impl std::ops::AddAssign for Stands {
    fn add_assign(&mut self, other: Self) {
        for stand in Stand::ALL {
            self.add(stand, other.of(stand));
        }
    }
}

/// Why an attempt got more time than its minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CreditKind {
    /// Given by whoever supervises.
    Extension,
    /// As long as the attempt was paused.
    Pause,
    /// As long as the server could not take answers.
    Outage,
}

impl CreditKind {
    pub fn code(self) -> &'static str {
        match self {
            Self::Extension => "extension",
            Self::Pause => "pause",
            Self::Outage => "outage",
        }
    }
}

/// The most minutes of one extension.
pub const MOST_MINUTES: u32 = 240;

/// Minutes of an extension as typed.
pub fn extension(text: &str) -> Option<u32> {
    let minutes = text.trim().parse::<u32>().ok()?;
    (1..=MOST_MINUTES).contains(&minutes).then_some(minutes)
}

/// A node tells every second that it can write; a longer silence of all nodes than this is an outage.
pub const OUTAGE_MS: i64 = 5_000;

/// A time in which no node could write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outage {
    pub began_at: Timestamp,
    pub ended_at: Timestamp,
}

/// The outage that ends now, if the last sign of life is too long ago. `None` before the first sign.
pub fn outage(last_beat: Timestamp, now: Timestamp) -> Option<Outage> {
    (last_beat.0 > 0 && now.0 - last_beat.0 > OUTAGE_MS).then_some(Outage {
        began_at: last_beat,
        ended_at: now,
    })
}

/// Milliseconds an outage took from an attempt that ran from `started_at` to `deadline`, of which at most `limit_ms`
/// are made good for all outages together, `had_ms` of them already.
pub fn outage_credit(outage: Outage, started_at: Timestamp, deadline: Timestamp, had_ms: i64, limit_ms: i64) -> i64 {
    let lost = outage.ended_at.0.min(deadline.0) - outage.began_at.0.max(started_at.0);
    lost.clamp(0, (limit_ms - had_ms).max(0))
}

/// What a candidate is told while sitting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    Message,
    Time,
    Pause,
    Resume,
    HandIn,
}

impl EventKind {
    pub const ALL: [Self; 5] = [Self::Message, Self::Time, Self::Pause, Self::Resume, Self::HandIn];

    pub fn code(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::Time => "time",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::HandIn => "hand_in",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Something to tell those who sit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveEvent {
    pub id: EventId,
    pub exam: ExamId,
    /// `None`: more than one.
    pub attempt: Option<AttemptId>,
    /// With the units below it; `None`, and no attempt: everybody.
    pub unit: Option<UnitId>,
    pub kind: EventKind,
    /// The words of a message, or why.
    pub text: String,
    pub at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn t(seconds: i64) -> Timestamp {
        Timestamp(seconds * 1000)
    }

    fn gap(from: i64, to: i64) -> Outage {
        Outage {
            began_at: t(from),
            ended_at: t(to),
        }
    }

    #[test]
    fn a_silence_of_more_than_five_seconds_is_an_outage_but_not_before_the_first_sign() {
        assert_eq!(outage(t(100), t(105)), None);
        assert_eq!(outage(t(100), t(106)), Some(gap(100, 106)));
        assert_eq!(outage(Timestamp(0), t(106)), None);
    }

    #[test]
    fn an_attempt_gets_back_what_an_outage_took_from_it() {
        let credit = |gap, had| outage_credit(gap, t(100), t(1000), had, 60_000);
        assert_eq!(credit(gap(200, 230), 0), 30_000, "in the middle");
        assert_eq!(credit(gap(80, 120), 0), 20_000, "it had begun before");
        assert_eq!(credit(gap(990, 1300), 0), 10_000, "the deadline was reached within it");
        assert_eq!(credit(gap(50, 90), 0), 0, "before the start");
        assert_eq!(credit(gap(1100, 1300), 0), 0, "after the deadline");
        assert_eq!(credit(gap(200, 900), 0), 60_000, "the limit");
        assert_eq!(
            (credit(gap(200, 300), 50_000), credit(gap(200, 300), 70_000)),
            (10_000, 0)
        );
    }

    #[test]
    fn contact_is_lost_after_a_minute_of_silence_but_not_while_paused() {
        let at = |paused, heard| Stand::running(paused, t(heard), t(100));
        assert_eq!(
            (at(false, 40), at(false, 39), at(true, 0)),
            (Stand::Sitting, Stand::LostContact, Stand::Paused)
        );
    }

    #[test]
    fn an_extension_is_between_one_minute_and_four_hours() {
        for text in ["-5", "0", "", "241", "5.5", "abc", "99999999999"] {
            assert_eq!(extension(text), None, "{text}");
        }
        assert_eq!((extension("1"), extension(" 240 ")), (Some(1), Some(240)));
    }

    #[test]
    fn counts_of_stands_add_up() {
        let mut all = Stands::default();
        for (stand, persons) in Stand::ALL.into_iter().zip(1..) {
            let mut unit = Stands::default();
            unit.add(stand, persons);
            all += unit;
        }
        assert_eq!(Stand::ALL.map(|stand| all.of(stand)), [1, 2, 3, 4, 5, 6]);
        assert_eq!(all.total(), 21);
    }

    #[test]
    fn codes_are_read_back() {
        assert!(
            Stand::ALL
                .into_iter()
                .all(|stand| Stand::from_code(stand.code()) == Some(stand))
        );
        assert!(
            EventKind::ALL
                .into_iter()
                .all(|kind| EventKind::from_code(kind.code()) == Some(kind))
        );
    }
}
