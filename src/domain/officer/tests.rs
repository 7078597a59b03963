//! The rules by example; their properties are in the tests of the whole.

use super::*;
use crate::domain::id::{ExamId, OfficerApplicationId};

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

fn certificate() -> Certificate {
    Certificate {
        id: OfficerCertificateId(1),
        person: PersonId(1),
        unit: UnitId(1),
        wish: Wish {
            number: "ZJ-001".to_owned(),
            area: "安全生产".to_owned(),
            category: Category::Enforcement,
            issued: day("2021-05-10"),
            until: day("2026-05-09"),
        },
        since: 2021,
        state: State::Valid,
        state_day: day("2021-05-10"),
        reason: String::new(),
        entered_by: AccountId(0),
        entered_at: Timestamp(0),
    }
}

fn review(year: u16, outcome: Outcome, until: Option<&str>) -> Review {
    Review {
        certificate: OfficerCertificateId(1),
        year,
        outcome,
        day: day(&format!("{year}-03-01")),
        until: until.map(day),
        document: "年审表".to_owned(),
        by: AccountId(0),
        at: Timestamp(0),
    }
}

fn stands(certificate: &Certificate, reviews: &[Review], year: u16, today: &str) -> Option<Standing> {
    standing(certificate, reviews, &Rule::usual(year), day(today))
}

#[test]
fn a_certificate_is_due_from_the_year_after_its_issue() {
    let one = certificate();
    assert_eq!(stands(&one, &[], 2020, "2026-01-01"), None);
    assert_eq!(stands(&one, &[], 2021, "2021-12-31"), Some(Standing::New));
    assert_eq!(stands(&one, &[], 2022, "2022-12-31"), Some(Standing::Due));
    assert_eq!(stands(&one, &[], 2022, "2023-01-01"), Some(Standing::Late));
    let done = [review(2022, Outcome::Reviewed, None)];
    assert_eq!(stands(&one, &done, 2022, "2023-01-01"), Some(Standing::Reviewed));
    assert_eq!(stands(&one, &done, 2023, "2023-01-01"), Some(Standing::Due));
}

#[test]
fn one_that_runs_out_within_the_year_is_late_from_that_day_until_it_is_renewed() {
    let one = certificate();
    assert_eq!(stands(&one, &[], 2026, "2026-05-09"), Some(Standing::Due));
    assert_eq!(stands(&one, &[], 2026, "2026-05-10"), Some(Standing::Late));
    let renewed = [review(2026, Outcome::Renewed, Some("2031-05-09"))];
    assert_eq!(good_until(&one, &renewed, 2026), day("2031-05-09"));
    assert_eq!(
        good_until(&one, &renewed, 2025),
        day("2026-05-09"),
        "an earlier year knows nothing of it"
    );
    assert_eq!(stands(&one, &renewed, 2027, "2027-05-10"), Some(Standing::Due));
}

#[test]
fn who_has_returned_a_certificate_is_not_due_and_earlier_years_stay() {
    let one = Certificate {
        state: State::Returned,
        state_day: day("2024-06-01"),
        ..certificate()
    };
    assert_eq!(stands(&one, &[], 2023, "2026-01-01"), Some(Standing::Late));
    assert_eq!(stands(&one, &[], 2024, "2024-02-01"), None);
    let suspended = Certificate {
        state: State::Suspended,
        ..one.clone()
    };
    assert_eq!(stands(&suspended, &[], 2024, "2024-07-01"), Some(Standing::Due));
    let reviewed = [review(2024, Outcome::Reviewed, None)];
    assert_eq!(stands(&one, &reviewed, 2024, "2026-01-01"), Some(Standing::Reviewed));
}

#[test]
fn a_closed_year_never_counts_what_was_entered_after_it() {
    assert_eq!(since(day("2015-01-01"), Some(2023)), 2024);
    assert_eq!(since(day("2025-01-01"), Some(2023)), 2025);
    assert_eq!(since(day("2015-01-01"), None), 2015);
    let late = Certificate {
        since: 2024,
        ..certificate()
    };
    assert_eq!(stands(&late, &[], 2023, "2026-01-01"), None);
    assert_eq!(stands(&late, &[], 2024, "2024-01-01"), Some(Standing::Due));
}

#[test]
fn a_review_that_cannot_be_is_refused() {
    let (one, today) = (certificate(), day("2026-04-01"));
    let check = |review: Review| review.check(&one, &[], today);
    assert_eq!(check(review(2026, Outcome::Reviewed, None)), Ok(()));
    assert_eq!(check(review(2021, Outcome::Reviewed, None)), Err(OfficerFault::NotDue));
    assert_eq!(check(review(2026, Outcome::Renewed, None)), Err(OfficerFault::Term));
    assert_eq!(
        check(review(2026, Outcome::Renewed, Some("2026-05-09"))),
        Err(OfficerFault::Term)
    );
    assert_eq!(check(review(2026, Outcome::Renewed, Some("2031-05-09"))), Ok(()));
    assert_eq!(
        check(review(2026, Outcome::Reviewed, Some("2031-05-09"))),
        Err(OfficerFault::Term)
    );
    let without = Review {
        document: " ".to_owned(),
        ..review(2026, Outcome::Exempt, None)
    };
    assert_eq!(check(without), Err(OfficerFault::Document));
    let tomorrow = Review {
        day: day("2026-04-02"),
        ..review(2026, Outcome::Reviewed, None)
    };
    assert_eq!(check(tomorrow), Err(OfficerFault::Future));
}

#[test]
fn the_general_exam_waits_for_the_special_one() {
    let mut application = Application {
        id: OfficerApplicationId(1),
        person: PersonId(1),
        unit: UnitId(1),
        area: String::new(),
        category: Category::Enforcement,
        entered_at: Timestamp(0),
        state: ApplicationState::Open,
        special: None,
        general: None,
        certificate: None,
        reason: String::new(),
    };
    let result = |passed| Passed {
        proof: Proof::Exam(ExamId(1)),
        day: day("2026-03-01"),
        passed,
    };
    assert_eq!(application.take(Stage::General, result(true)), Err(OfficerFault::Stage));
    assert_eq!(application.take(Stage::Special, result(false)), Ok(()));
    assert_eq!(application.next(), Some(Stage::Special), "a failed exam is sat again");
    assert_eq!(application.take(Stage::Special, result(true)), Ok(()));
    assert_eq!(
        application.take(Stage::Special, result(false)),
        Err(OfficerFault::Settled)
    );
    assert_eq!(application.grant(OfficerCertificateId(9)), Err(OfficerFault::Stage));
    assert_eq!(application.take(Stage::General, result(true)), Ok(()));
    assert_eq!(application.grant(OfficerCertificateId(9)), Ok(()));
    assert_eq!(application.withdraw("x".to_owned()), Err(OfficerFault::Settled));
}

#[test]
fn hours_are_tenths() {
    for (text, tenths) in [("12", 120), ("12.5", 125), (" 0.5 ", 5), ("2000", 20_000)] {
        assert_eq!(text.parse(), Ok(Hours(tenths)), "{text}");
        assert_eq!(Hours(tenths).to_string(), text.trim());
    }
    for wrong in ["", ".", "1.", ".5", "1.25", "-1", "+1", "2000.1", "99999", "一"] {
        assert_eq!(wrong.parse::<Hours>(), Err(OfficerFault::Hours), "{wrong}");
    }
    assert_eq!(Hours::measured(44 * 60_000), Hours(9));
    assert_eq!(Hours::measured(45 * 60_000), Hours(10));
}
