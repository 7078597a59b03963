//! Certificates and reminders for whatever may have happened: nothing is due twice over, nobody is reminded too often.

use mingfa::domain::{
    id::{AccountId, OfficerCertificateId, PersonId, UnitId},
    officer::{
        Category, Certificate, Hours, Outcome, Review, Rule, Standing, State, Wish, good_until, last_day, since,
        standing,
    },
    reminder::{GAP_DAYS, Kind, Sent, Settings, Task, whom},
    time::{DAY, Timestamp},
    unit::{Tree, Unit},
};
use proptest::prelude::*;

const FIRST: i64 = 2020;

fn day(day: i64) -> Timestamp {
    Timestamp(last_day(FIRST as u16 - 1).0 + day * DAY)
}

fn certificate() -> impl Strategy<Value = Certificate> {
    let state = prop::sample::select(State::ALL);
    (
        0..1500i64,
        1..2500i64,
        state,
        0..1500i64,
        prop::option::of(2018..2026u16),
    )
        .prop_map(|(issued, term, state, later, closed)| {
            let issued = day(issued);
            Certificate {
                id: OfficerCertificateId(1),
                person: PersonId(1),
                unit: UnitId(1),
                wish: Wish {
                    number: "1".to_owned(),
                    area: String::new(),
                    category: Category::Enforcement,
                    issued,
                    until: Timestamp(issued.0 + term * DAY),
                },
                since: since(issued, closed),
                state,
                state_day: Timestamp(issued.0 + later * DAY),
                reason: String::new(),
                entered_by: AccountId(0),
                entered_at: Timestamp(0),
            }
        })
}

fn review(year: u16, at: i64, outcome: Outcome, until: Option<i64>) -> Review {
    Review {
        certificate: OfficerCertificateId(1),
        year,
        outcome,
        day: Timestamp(last_day(year - 1).0 + at * DAY),
        until: until.map(day),
        document: "文件".to_owned(),
        by: AccountId(0),
        at: Timestamp(0),
    }
}

fn reviews() -> impl Strategy<Value = Vec<Review>> {
    let one = (1..300i64, prop::sample::select(Outcome::ALL), 0..4000i64);
    let one = (2020..2027u16, one).prop_map(|(year, (at, outcome, until))| {
        review(year, at, outcome, (outcome == Outcome::Renewed).then_some(until))
    });
    prop::collection::vec(one, 0..6).prop_map(|mut all: Vec<Review>| {
        all.sort_by_key(|review| review.year);
        all.dedup_by_key(|review| review.year);
        all
    })
}

proptest! {
    #[test]
    fn what_is_late_stays_late_until_somebody_acts(
        certificate in certificate(), reviews in reviews(), year in 2020..2027u16, today in 0..2600i64, more in 0..400i64
    ) {
        let rule = Rule::usual(year);
        let now = standing(&certificate, &reviews, &rule, day(today));
        let then = standing(&certificate, &reviews, &rule, day(today + more));
        match now {
            Some(Standing::Late) => prop_assert_eq!(then, Some(Standing::Late)),
            Some(Standing::Due) => prop_assert!(then.is_some_and(Standing::is_open)),
            other => prop_assert_eq!(then, other, "only time has passed"),
        }
    }

    #[test]
    fn a_closed_year_counts_nothing_that_was_entered_after_it(issued in 0..3000i64, closed in 2018..2030u16) {
        let first = since(day(issued), Some(closed));
        prop_assert!(first > closed && i64::from(first) >= day(issued).civil().year);
    }

    #[test]
    fn hours_are_read_as_they_are_shown(tenths in 0..=20_000i64) {
        prop_assert_eq!(Hours(tenths).to_string().parse(), Ok(Hours(tenths)));
    }
}

proptest! {
    // Most wishes are refused: another day, an end that is too early, a certificate that is not due.
    #![proptest_config(ProptestConfig { max_global_rejects: 100_000, ..ProptestConfig::default() })]

    #[test]
    fn a_review_that_is_taken_settles_its_year_and_shortens_no_certificate(
        certificate in certificate(), reviews in reviews(), year in 2020..2027u16, at in 1..360i64, until in prop::option::of(0..4000i64),
        outcome in prop::sample::select(Outcome::ALL), today in 0..2600i64
    ) {
        let before: Vec<Review> = reviews.into_iter().filter(|review| review.year < year).collect();
        let wish = review(year, at, outcome, until);
        prop_assume!(wish.check(&certificate, &before, day(today)).is_ok());
        let (rule, end) = (Rule::usual(year), good_until(&certificate, &before, year));
        prop_assert!(standing(&certificate, &before, &rule, day(today)).is_some_and(Standing::is_open));
        let after: Vec<Review> = before.iter().cloned().chain([wish]).collect();
        prop_assert!(standing(&certificate, &after, &rule, day(today)).is_some_and(|standing| !standing.is_open()));
        prop_assert!(good_until(&certificate, &after, year) >= end);
        prop_assert!(after.last().is_some_and(|review| review.check(&certificate, &after, day(today)).is_ok()));
    }
}

fn tasks() -> impl Strategy<Value = Vec<Task>> {
    let flags = (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.2),
    );
    let one = (
        prop::sample::select(Kind::ALL),
        0..4i64,
        0..5i64,
        0..20i64,
        1..30i64,
        flags,
    );
    let one = one.prop_map(|(kind, person, subject, from, length, (done, exempt, left))| Task {
        kind,
        person: PersonId(person),
        unit: UnitId(1),
        subject,
        from: day(from),
        until: day(from + length),
        done,
        exempt,
        left,
    });
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn over_weeks_of_hours_nobody_is_reminded_too_often_or_of_nothing(tasks in tasks(), per_week in 0..4u32) {
        let settings = Settings { per_week, ..Settings::default() };
        let unit = Unit { id: UnitId(1), parent: None, name: "局".to_owned() };
        let units = Tree::new(vec![unit]);
        let mut sent: Vec<Sent> = Vec::new();
        for hour in 0..30 * 24i64 {
            let now = Timestamp(day(0).0 + hour * 3_600_000);
            let week: Vec<Sent> = sent.iter().copied().filter(|one| now.0 - one.at.0 <= 7 * DAY).collect();
            for place in whom(now, &settings, &tasks, &week, &[], &units) {
                let task = &tasks[place];
                prop_assert!(!task.done && !task.exempt && !task.left);
                prop_assert!(task.from <= now && now < task.until);
                prop_assert!((9..18).contains(&now.civil().hour));
                sent.push(Sent { person: task.person, kind: task.kind, subject: task.subject, at: now });
            }
        }
        for one in &sent {
            let week = sent.iter().filter(|other| other.person == one.person && (0..7 * DAY).contains(&(one.at.0 - other.at.0)));
            prop_assert!(week.count() <= per_week as usize);
            let same = |other: &&Sent| (other.person, other.kind, other.subject) == (one.person, one.kind, one.subject);
            let near = sent.iter().filter(same).filter(|other| (one.at.day() - other.at.day()).abs() < GAP_DAYS);
            prop_assert_eq!(near.count(), 1, "one thing, one reminder in {} days", GAP_DAYS);
        }
    }
}
