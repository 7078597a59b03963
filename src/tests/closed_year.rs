//! A closed year cannot be changed by any route: all of them are tried, by one who may change an open one.

use mingfa::{
    domain::{
        activity::ActivityFault,
        filing::State,
        id::{MustKnowListId, OfficerApplicationId, OfficerCertificateId, TrainingId, UnitId},
        must_know::{For, Wish as ListWish},
        officer::{Category, Hours, Outcome, Proof, Rule, Stage as ExamStage, Wish as CertificateWish},
        plan::{Kind as PlanKind, Wish as PlanWish},
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{
        edition, filing, law,
        officer::{self, Claim, Reviewing, Trained},
        plan, role, year,
    },
    web::ACCESS,
};

use crate::{
    access::Ids,
    browser::Browser,
    support::{Stage, each_engine, fault, operator, texts},
};

/// Every row that belongs to a year, with all that is told of it. Of the certificates of officers those that the year counts, of
/// applications what their general exam says: both go on after the year.
const YEAR: [&str; 16] = [
    "SELECT CONCAT_WS('|', 'year', year, approval, state, closed_by, closed_at) FROM year ORDER BY 1",
    "SELECT CONCAT_WS('|', 'roster', exam, person, unit, standing) FROM roster_entry ORDER BY 1",
    "SELECT CONCAT_WS('|', 'credit', person, cause, subject, year, day, amount) FROM credit ORDER BY 1",
    "SELECT CONCAT_WS('|', 'credit_rule', year, version, rule) FROM credit_rule WHERE year = 2026 ORDER BY 1",
    "SELECT CONCAT_WS('|', 'activity', id, year, unit, day, audience, quantity, kind, mode, state, title, place, form, document, note,
                      decision, decided_by, decided_at) FROM activity ORDER BY 1",
    "SELECT CONCAT_WS('|', 'activity_person', activity, person, unit) FROM activity_person ORDER BY 1",
    "SELECT CONCAT_WS('|', 'evidence', id, activity, name, media, digest) FROM evidence ORDER BY 1",
    "SELECT CONCAT_WS('|', 'plan_entry', id, year, unit, responsible, begins, due, planned, list, kind, title, words, note) FROM plan_entry ORDER BY 1",
    "SELECT CONCAT_WS('|', 'filing', id, year, unit, number, state, figures, note, comment, decided_by, decided_at, digest)
     FROM filing ORDER BY 1",
    "SELECT CONCAT_WS('|', 'officer_certificate', id, person, unit, issued, until, since, state_day, number, area, category, state, reason)
     FROM officer_certificate WHERE since <= 2026 ORDER BY 1",
    "SELECT CONCAT_WS('|', 'officer_review', certificate, year, day, until, outcome, document) FROM officer_review ORDER BY 1",
    "SELECT CONCAT_WS('|', 'officer_rule', year, hours, review_by, document) FROM officer_rule ORDER BY 1",
    "SELECT CONCAT_WS('|', 'officer_training', id, person, year, day, hours, title, document) FROM officer_training ORDER BY 1",
    "SELECT CONCAT_WS('|', 'officer_application', id, person, unit, category, general, CASE state WHEN 'withdrawn' THEN 1 ELSE 0 END)
     FROM officer_application WHERE general <> '' ORDER BY 1",
    "SELECT CONCAT_WS('|', 'must_know_list', id, year, title, rank_level, category, post) FROM must_know_list ORDER BY 1",
    "SELECT CONCAT_WS('|', 'must_know_item', list, place, law, version, number, insertion, title) FROM must_know_item ORDER BY 1",
];

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

/// What the year knows of officers: a review, training, a rule, and an application whose general exam it counts. Another certificate is
/// due, another application waits for its general exam.
async fn officers(stage: &Stage, ids: &Ids) -> (OfficerCertificateId, OfficerApplicationId) {
    let (app, by) = (&stage.app, operator());
    let certificate = ids.fill("{officer_certificate}").parse().expect("an id");
    let application = ids.fill("{officer_application}").parse().expect("an id");
    let review = Reviewing {
        year: 2026,
        outcome: Outcome::Reviewed,
        day: day("2026-11-20"),
        until: None,
        document: String::new(),
    };
    officer::review(app, &by, &[certificate], review)
        .await
        .expect("reviewed");
    let training = Trained {
        day: day("2026-04-01"),
        hours: Hours(80),
        title: "执法业务培训".to_owned(),
        document: "培训通知〔2026〕1号".to_owned(),
    };
    officer::train(app, &by, &[certificate], training)
        .await
        .expect("trained");
    let rule = Rule {
        document: "年审通知〔2026〕2号".to_owned(),
        ..Rule::usual(2026)
    };
    officer::set_rule(app, &by, rule).await.expect("set");
    let waits = officer::apply(app, &by, "1001", "", Category::Enforcement)
        .await
        .expect("entered");
    let passed = |day: Timestamp| Claim::Typed {
        proof: Proof::Document("成绩通知〔2026〕1号".to_owned()),
        day,
        passed: true,
    };
    for (id, exam, on) in [
        (application, ExamStage::Special, "2026-05-06"),
        (application, ExamStage::General, "2026-06-06"),
        (waits, ExamStage::Special, "2026-05-06"),
    ] {
        officer::take_stage(app, &by, id, exam, passed(day(on)))
            .await
            .expect("taken");
    }
    let wish = CertificateWish {
        number: "ZJ-2".to_owned(),
        area: String::new(),
        category: Category::Enforcement,
        issued: day("2022-05-10"),
        until: day("2027-05-09"),
    };
    let due = officer::enter(app, &by, "1002", wish).await.expect("entered");
    (due, waits)
}

async fn rows(stage: &Stage) -> Vec<String> {
    let mut rows = vec![];
    for sql in YEAR {
        rows.extend(texts(&stage.app.db, sql).await);
    }
    rows
}

/// What the forms of a year send, all in one: a form reads what it knows.
fn form<'a>(unit: &'a str, person: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("kind", "publicity"),
        ("title", "封账以后"),
        ("day", "2026-01-01"),
        ("unit", unit),
        ("audience", "9"),
        ("quantity", "9"),
        ("document", "示普办〔2026〕9号"),
        ("note", "封账以后"),
        ("distinct", "yes"),
        ("person", person),
        ("reason", "封账以后"),
        ("comment", "封账以后"),
        ("sure", "yes"),
        ("year", "2026"),
        ("approval", "yes"),
        ("lines", "宪法\n民法典"),
        ("number", "ZJ-9"),
        ("issued", "2026-01-05"),
        ("until", "2031-01-04"),
        ("state", "withdrawn"),
        ("outcome", "reviewed"),
        ("reviewed", "2026-11-21"),
        ("trained", "2026-05-01"),
        ("hours", "8"),
        ("training_document", "培训通知〔2026〕9号"),
        ("review_by", "2026-11-30"),
        ("stage", "general"),
        ("result", "passed"),
        ("decision", "approve"),
        ("step", "approve"),
        ("total", "1"),
        ("compulsory", "0"),
        ("before_exam", "0"),
        ("per_day", ""),
        ("mistake_leaves_after", "2"),
    ]
}

#[tokio::test]
async fn no_route_changes_a_closed_year() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        let (due, waits) = officers(stage, &ids).await;
        let training = texts(&stage.app.db, "SELECT CAST(id AS TEXT) FROM officer_training").await;
        let training = TrainingId(training[0].parse().expect("a number")).to_string();
        edition::close(&stage.app, &operator(), 2026).await.expect("closed");
        let role = Role::ExamAdministrator;
        role::grant(&stage.app, &operator(), "1002", Grant { role, unit: None })
            .await
            .expect("a role");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let (unit, person) = (ids.fill("{unit}"), ids.fill("{person}"));
        let due = due.to_string();
        let mut form = form(&unit, &person);
        form.extend([("certificate", due.as_str()), ("training", training.as_str())]);
        // A certificate is entered by the number of its holder.
        let of_officers: Vec<_> = form
            .iter()
            .map(|(name, value)| (*name, if *name == "person" { "1001" } else { *value }))
            .collect();
        let before = rows(stage).await;
        for sql in YEAR {
            let some = !texts(&stage.app.db, sql).await.is_empty();
            assert!(
                some || sql.contains("activity_person") || sql.contains("'credit'"),
                "there is something to change: {sql}"
            );
        }
        let mut tried = 0;
        let about_years = |pattern: &str| {
            [
                "/admin/activities",
                "/admin/evidence",
                "/admin/years",
                "/admin/filings",
                "/admin/plan",
                "/admin/officers",
                "/admin/must-know",
                "/admin/exemptions",
                "/admin/credits",
                "/admin/records",
            ]
            .iter()
            .any(|place| pattern.starts_with(place))
        };
        // What would end the session of whoever tries.
        let leaves = ["/sign-in", "/sign-out", "/link/", "/admin/roles"];
        let tries = |pattern: &str| !leaves.iter().any(|place| pattern.starts_with(place));
        for (_, pattern, _) in ACCESS
            .iter()
            .filter(|(method, pattern, _)| *method == "POST" && tries(pattern))
        {
            let path = ids.fill(pattern);
            let form = match pattern.starts_with("/admin/officers") {
                true => &of_officers,
                false => &form,
            };
            let picture: &[u8] = b"\x89PNG\r\n\x1A\n late";
            let typed = browser.post(&path, form).await;
            let file = browser.upload(&path, "现场.png", picture).await;
            let both = browser.send_form(&path, form, &[("现场.png", picture)]).await;
            for status in [typed.status, file.status, both.status].map(|status| status.as_u16()) {
                let refused = about_years(pattern) && [401, 403].contains(&status);
                assert!(!refused && status != 500, "{path}: {status}");
            }
            assert_eq!(rows(stage).await, before, "{path}");
            tried += usize::from(about_years(pattern));
        }
        assert!(tried > 30, "{tried}");
        let stage_of = format!("/admin/officers/applications/{waits}/stage");
        assert_eq!(browser.post(&stage_of, &of_officers).await.status, 409);
        assert_eq!(rows(stage).await, before, "{stage_of}");
        let id = ids.fill("{filing}").parse().expect("an id");
        let late = filing::decide(&stage.app, &operator(), id, State::Accepted, "").await;
        assert!(late.is_err());
    })
    .await;
}

/// A must-know list of a year.
fn list_of(year: u16, lines: &[&str]) -> ListWish {
    ListWish {
        title: "应知应会清单".to_owned(),
        year,
        whom: For::default(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

#[tokio::test]
async fn a_list_of_laws_neither_leaves_a_closed_year_nor_comes_into_it_nor_changes_its_plan() {
    each_engine(async |stage| {
        let (app, by) = (&stage.app, operator());
        let unit: UnitId = {
            stage.roster(3, 1).await;
            crate::access::unit_named(stage, "市局 / 0科").await
        };
        for number in [2026, 2027] {
            year::begin(app, &by, number).await.expect("a year");
        }
        let make = async |id: Option<MustKnowListId>, wish| law::make(app, &by, id, wish).await;
        let [own, later, planned] =
            [(2026, "甲"), (2027, "乙"), (2027, "丙")].map(|(year, line)| list_of(year, &[line]));
        let own = make(None, own).await.expect("made");
        let later = make(None, later).await.expect("made");
        let planned = make(None, planned).await.expect("made");
        let wish = PlanWish {
            kind: PlanKind::LawList,
            list: Some(planned),
            ..crate::plan::publicity(unit)
        };
        plan::add(app, &by, 2026, wish).await.expect("planned");
        make(Some(own), list_of(2026, &["甲", "丁"])).await.expect("still open");
        edition::close(app, &by, 2026).await.expect("closed");

        let before = rows(stage).await;
        let closed = Fault::Activity(ActivityFault::Closed(2026));
        for (id, year) in [
            (None, 2026),
            (Some(own), 2026),
            (Some(own), 2027),
            (Some(later), 2026),
            (Some(planned), 2027),
        ] {
            let refused = make(id, list_of(year, &["戊"])).await;
            assert_eq!(fault(refused), closed, "{id:?} {year}");
        }
        for id in [own, planned] {
            assert_eq!(fault(law::remove(app, &by, id).await), closed);
        }
        assert_eq!(rows(stage).await, before);
        let page = Browser::new(app).signed_in(&stage.administrator().await);
        let form = [("title", "清单"), ("year", "2026"), ("lines", "戊")];
        let page = page.post(&format!("/admin/must-know/{own}"), &form).await;
        assert!(
            page.status == 409 && page.body.contains("已经封账") && page.body.contains("戊"),
            "{}",
            page.body
        );
        make(Some(later), list_of(2027, &["戊"]))
            .await
            .expect("of an open year");
        make(None, list_of(2028, &["己"]))
            .await
            .expect("of a year that was not begun");
        law::remove(app, &by, later).await.expect("removed");
    })
    .await;
}
