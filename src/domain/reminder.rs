//! Reminders (提醒): whom to remind of what today. A reminder follows from what is still to be done, so it stops by itself.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    exam::{Counting, Round},
    id::{ExamId, PersonId, UnitId},
    lang::Lang,
    person::codes,
    tally::{Entry, Scored, Tallied, tallied},
    time::{DAY, Timestamp},
    unit::Tree,
};

/// Of what somebody is reminded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// An exam that the person has not passed ends soon.
    ExamEnds,
    /// An enforcement certificate is to be reviewed.
    ReviewDue,
    /// A liaison: persons of the unit have not passed an exam that ends soon.
    PersonsMissing,
    /// A liaison: the unit has not handed in the figures of the year that is over.
    FiguresDue,
}

codes!(Kind {
    ExamEnds => "exam_ends", "本人考试将截止", "Own exam ends soon";
    ReviewDue => "review_due", "本人执法证待年审", "Own certificate to be reviewed";
    PersonsMissing => "persons_missing", "联络员：本单位还有人没通过", "Liaison: persons still missing";
    FiguresDue => "figures_due", "联络员：本单位年度数据还没上报", "Liaison: figures not handed in yet";
});

/// Days before the end from which a review, or figures to be handed in, are reminded of: they take longer than an exam.
pub const REVIEW_DAYS: u32 = 30;
/// Days between two reminders of one thing.
pub const GAP_DAYS: i64 = 2;

/// How reminders are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// The most that a person is sent in seven days; 0: none at all.
    pub per_week: u32,
    /// Days before the end of an exam from which one is reminded of it.
    pub days_before: u32,
    /// Hours of the day in China between which reminders are sent; the second is not among them.
    pub from_hour: u8,
    pub to_hour: u8,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            per_week: 2,
            days_before: 7,
            from_hour: 9,
            to_hour: 18,
        }
    }
}

/// Settings under which nobody should be reminded: too often, too long, or at night.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a setting that cannot be")]
pub struct Unfit;

impl Unfit {
    pub fn message(self, lang: Lang) -> &'static str {
        lang.pick(
            "每人每周 0 到 7 次，提前 1 到 30 天，时间在 7 点到 21 点之间。没有保存。",
            "0 to 7 a week, 1 to 30 days before, between 7 and 21 o'clock. Nothing was stored.",
        )
    }
}

impl Settings {
    /// # Errors
    /// [`Unfit`]. Between nine in the evening and seven in the morning nobody can be reminded.
    pub fn check(&self) -> Result<(), Unfit> {
        let hours = 7 <= self.from_hour && self.from_hour < self.to_hour && self.to_hour <= 21;
        let fits = self.per_week <= 7 && (1..=30).contains(&self.days_before) && hours;
        fits.then_some(()).ok_or(Unfit)
    }

    /// Whether nobody is reminded at this hour.
    pub fn is_night(&self, now: Timestamp) -> bool {
        !(self.from_hour..self.to_hour).contains(&now.civil().hour)
    }
}

/// Something that a person is to do, or has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub kind: Kind,
    pub person: PersonId,
    /// The unit by which reminders are switched off.
    pub unit: UnitId,
    /// The exam, the certificate, or the unit whose figures are due.
    pub subject: i64,
    /// When it can be done.
    pub from: Timestamp,
    pub until: Timestamp,
    pub done: bool,
    pub exempt: bool,
    /// The person is on the roster no more.
    pub left: bool,
}

impl Task {
    fn exam(&self) -> Option<ExamId> {
        matches!(self.kind, Kind::ExamEnds | Kind::PersonsMissing).then_some(ExamId(self.subject))
    }

    /// Whether it is to be done, can be done, and its end is near.
    fn is_pressing(&self, now: Timestamp, settings: &Settings) -> bool {
        let days = match self.kind {
            Kind::ReviewDue | Kind::FiguresDue => REVIEW_DAYS,
            Kind::ExamEnds | Kind::PersonsMissing => settings.days_before,
        };
        let near = self.until.0 - now.0 <= i64::from(days) * DAY;
        let open = self.from <= now && now < self.until;
        near && open && !self.done && !self.exempt && !self.left
    }
}

/// Whether there is nothing that a person can still do about an exam in the round that is open: it is passed, or waits to be marked,
/// or the round does not admit the person, or all attempts are used up.
pub fn is_settled(entry: &Entry, results: &[Scored], counting: Counting, round: &Round) -> bool {
    if let Tallied::Sat(band, _) = tallied(entry, results, counting, None)
        && (band.passed() || !band.is_final())
    {
        return true;
    }
    let used = results.iter().filter(|result| result.round == round.number).count();
    let outside = tallied(entry, results, counting, Some(round)) == Tallied::Outside;
    outside || u32::try_from(used).unwrap_or(u32::MAX) >= round.attempts
}

/// A reminder that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    pub person: PersonId,
    pub kind: Kind,
    pub subject: i64,
    pub at: Timestamp,
}

/// A kind that is switched off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Off {
    pub kind: Kind,
    /// This unit and those below; `None`: everywhere.
    pub unit: Option<UnitId>,
    /// `None`: of whatever exam.
    pub exam: Option<ExamId>,
    pub reason: String,
}

impl Off {
    fn holds(&self, task: &Task, units: &Tree) -> bool {
        let there = self.unit.is_none_or(|top| units.is_within(task.unit, top));
        self.kind == task.kind && there && (self.exam.is_none() || self.exam == task.exam())
    }
}

/// The places of the tasks to remind of now, the nearest end first. `sent`: what was sent in the last seven days at least.
pub fn whom(
    now: Timestamp,
    settings: &Settings,
    tasks: &[Task],
    sent: &[Sent],
    off: &[Off],
    units: &Tree,
) -> Vec<usize> {
    if settings.is_night(now) {
        return Vec::new();
    }
    let mut of_person: HashMap<PersonId, u32> = HashMap::new();
    let mut last: HashMap<(PersonId, Kind, i64), i64> = HashMap::new();
    for one in sent {
        if now.0 - one.at.0 < 7 * DAY {
            *of_person.entry(one.person).or_default() += 1;
        }
        let day = last.entry((one.person, one.kind, one.subject)).or_insert(i64::MIN);
        *day = (*day).max(one.at.day());
    }
    let mut pressing: Vec<usize> = (0..tasks.len())
        .filter(|place| tasks[*place].is_pressing(now, settings))
        .filter(|place| !off.iter().any(|off| off.holds(&tasks[*place], units)))
        .collect();
    pressing.sort_by_key(|place| (tasks[*place].until, tasks[*place].kind, tasks[*place].subject, *place));
    pressing.retain(|place| {
        let task = &tasks[*place];
        let thing = (task.person, task.kind, task.subject);
        let lately = last.get(&thing).is_some_and(|day| now.day() - day < GAP_DAYS);
        let count = of_person.entry(task.person).or_default();
        if lately || *count >= settings.per_week {
            return false;
        }
        *count += 1;
        last.insert(thing, now.day());
        true
    });
    pressing
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::unit::Unit;

    const PERSON: PersonId = PersonId(1);

    fn at(text: &str) -> Timestamp {
        Timestamp::parse_local(text).expect("a moment")
    }

    fn units() -> Tree {
        let unit = |id, parent: Option<i64>, name: &str| Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            name: name.into(),
        };
        Tree::new(vec![
            unit(1, None, "局"),
            unit(2, Some(1), "科"),
            unit(3, Some(1), "队"),
        ])
    }

    fn exam(subject: i64, until: &str) -> Task {
        Task {
            kind: Kind::ExamEnds,
            person: PERSON,
            unit: UnitId(2),
            subject,
            from: at("2026-11-01T09:00"),
            until: at(until),
            done: false,
            exempt: false,
            left: false,
        }
    }

    fn reminded(now: &str, tasks: &[Task], sent: &[Sent], off: &[Off]) -> Vec<i64> {
        let places = whom(at(now), &Settings::default(), tasks, sent, off, &units());
        places.into_iter().map(|place| tasks[place].subject).collect()
    }

    fn sent(subject: i64, moment: &str) -> Sent {
        Sent {
            person: PERSON,
            kind: Kind::ExamEnds,
            subject,
            at: at(moment),
        }
    }

    const NOON: &str = "2026-12-01T12:00";

    #[test]
    fn who_is_done_exempt_or_gone_is_left_alone() {
        let task = exam(7, "2026-12-05T18:00");
        assert_eq!(reminded(NOON, std::slice::from_ref(&task), &[], &[]), [7]);
        let changes: [fn(&mut Task); 3] = [
            |task| task.done = true,
            |task| task.exempt = true,
            |task| task.left = true,
        ];
        for change in changes {
            let mut other = task.clone();
            change(&mut other);
            assert!(reminded(NOON, &[other], &[], &[]).is_empty());
        }
    }

    #[test]
    fn an_exam_is_settled_once_it_is_passed_or_nothing_is_left_to_try() {
        use crate::domain::{
            exam::{Admits, Band, RoundKind, Window},
            person::{Category, RankLevel},
            points::Points,
        };
        let entry = Entry {
            person: PERSON,
            rank: RankLevel::Ke,
            category: Category::CivilServant,
            exempt: false,
        };
        let round = |number, admits| Round {
            number,
            kind: RoundKind::Main,
            admits,
            window: Window {
                opens_at: Timestamp(0),
                closes_at: Timestamp(1),
            },
            attempts: 2,
            released_at: None,
        };
        let scored = |round, number, band| Scored {
            round,
            number,
            band,
            score: Points::whole(50),
        };
        let settled = |results: &[Scored], round: &Round| is_settled(&entry, results, Counting::Best, round);
        let main = round(1, Admits::All);
        assert!(!settled(&[], &main));
        let failed = scored(1, 1, Band::Fail);
        assert!(!settled(&[failed], &main));
        assert!(settled(&[failed, scored(1, 2, Band::Fail)], &main));
        assert!(settled(&[failed, scored(1, 2, Band::Pass)], &main));
        assert!(settled(&[scored(1, 1, Band::Awaiting)], &main));
        assert!(settled(&[failed], &round(2, Admits::Absent)));
        assert!(!settled(&[failed], &round(2, Admits::Both)));
    }

    #[test]
    fn only_an_open_window_that_ends_soon_and_only_by_day() {
        let far = exam(1, "2026-12-09T18:00");
        let closed = exam(2, "2026-12-01T12:00");
        let unopened = Task {
            from: at("2026-12-02T09:00"),
            ..exam(3, "2026-12-05T18:00")
        };
        assert!(reminded(NOON, &[far, closed, unopened], &[], &[]).is_empty());
        let near = [exam(7, "2026-12-05T18:00")];
        for night in ["2026-12-01T08:59", "2026-12-01T18:00", "2026-12-01T23:00"] {
            assert!(reminded(night, &near, &[], &[]).is_empty(), "{night}");
        }
        assert_eq!(reminded("2026-12-01T09:00", &near, &[], &[]), [7]);
    }

    #[test]
    fn a_week_has_its_ceiling_and_one_thing_its_pause() {
        let tasks = [
            exam(1, "2026-12-05T18:00"),
            exam(2, "2026-12-04T18:00"),
            exam(3, "2026-12-06T18:00"),
        ];
        assert_eq!(reminded(NOON, &tasks, &[], &[]), [2, 1], "the nearest ends first");
        assert_eq!(reminded(NOON, &tasks, &[sent(9, "2026-11-28T12:00")], &[]), [2]);
        assert_eq!(reminded(NOON, &tasks, &[sent(9, "2026-11-24T11:00")], &[]), [2, 1]);
        assert_eq!(reminded(NOON, &tasks[..1], &[sent(1, "2026-11-30T17:00")], &[]), [0; 0]);
        assert_eq!(reminded(NOON, &tasks[..1], &[sent(1, "2026-11-29T17:00")], &[]), [1]);
    }

    #[test]
    fn what_is_switched_off_is_not_sent_there() {
        let tasks = [exam(7, "2026-12-05T18:00")];
        let off = |unit: Option<i64>, exam: Option<i64>| {
            [Off {
                kind: Kind::ExamEnds,
                unit: unit.map(UnitId),
                exam: exam.map(ExamId),
                reason: String::new(),
            }]
        };
        for holds in [off(None, None), off(Some(1), None), off(Some(2), Some(7))] {
            assert!(reminded(NOON, &tasks, &[], &holds).is_empty());
        }
        for other in [off(Some(3), None), off(None, Some(8))] {
            assert_eq!(reminded(NOON, &tasks, &[], &other), [7]);
        }
    }

    #[test]
    fn nobody_can_be_reminded_at_night() {
        let settings = |from_hour, to_hour, per_week| Settings {
            from_hour,
            to_hour,
            per_week,
            ..Settings::default()
        };
        assert_eq!(Settings::default().check(), Ok(()));
        for wrong in [
            settings(6, 18, 2),
            settings(9, 22, 2),
            settings(12, 12, 2),
            settings(9, 18, 8),
        ] {
            assert_eq!(wrong.check(), Err(Unfit));
        }
    }
}
