//! A closed year cannot be changed by any route: all of them are tried, by one who may change an open one.

use mingfa::{
    domain::{
        filing::State,
        role::{Grant, Role},
    },
    service::{edition, filing, role},
    web::ACCESS,
};

use crate::{
    access::Ids,
    browser::Browser,
    support::{Stage, each_engine, operator, texts},
};

/// Every row that belongs to a year, with all that is told of it.
const YEAR: [&str; 6] = [
    "SELECT CONCAT_WS('|', 'year', year, approval, state, closed_by, closed_at) FROM year ORDER BY 1",
    "SELECT CONCAT_WS('|', 'activity', id, year, unit, day, audience, quantity, kind, mode, state, title, place, form, document, note,
                      decision, decided_by, decided_at) FROM activity ORDER BY 1",
    "SELECT CONCAT_WS('|', 'activity_person', activity, person, unit) FROM activity_person ORDER BY 1",
    "SELECT CONCAT_WS('|', 'evidence', id, activity, name, media, digest) FROM evidence ORDER BY 1",
    "SELECT CONCAT_WS('|', 'plan_entry', id, year, unit, responsible, begins, due, planned, list, kind, title, words, note) FROM plan_entry ORDER BY 1",
    "SELECT CONCAT_WS('|', 'filing', id, year, unit, number, state, figures, note, comment, decided_by, decided_at, digest)
     FROM filing ORDER BY 1",
];

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
    ]
}

#[tokio::test]
async fn no_route_changes_a_closed_year() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        edition::close(&stage.app, &operator(), 2026).await.expect("closed");
        let role = Role::ExamAdministrator;
        role::grant(&stage.app, &operator(), "1002", Grant { role, unit: None })
            .await
            .expect("a role");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let (unit, person) = (ids.fill("{unit}"), ids.fill("{person}"));
        let form = form(&unit, &person);
        let before = rows(stage).await;
        assert!(
            YEAR.len() - 1 <= before.len(),
            "there is something to change: {before:?}"
        );
        let mut tried = 0;
        let about_years = |pattern: &str| {
            [
                "/admin/activities",
                "/admin/evidence",
                "/admin/years",
                "/admin/filings",
                "/admin/plan",
            ]
            .iter()
            .any(|place| pattern.starts_with(place))
        };
        for (_, pattern, _) in ACCESS
            .iter()
            .filter(|(method, pattern, _)| *method == "POST" && about_years(pattern))
        {
            let path = ids.fill(pattern);
            let typed = browser.post(&path, &form).await;
            let file = browser.upload(&path, "现场.png", b"\x89PNG\r\n\x1A\n late").await;
            for status in [typed.status.as_u16(), file.status.as_u16()] {
                assert!(![401, 403, 500].contains(&status), "{path}: {status}");
            }
            assert_eq!(rows(stage).await, before, "{path}");
            tried += 1;
        }
        assert!(tried > 12, "{tried}");
        let id = ids.fill("{filing}").parse().expect("an id");
        let late = filing::decide(&stage.app, &operator(), id, State::Accepted, "").await;
        assert!(late.is_err());
    })
    .await;
}
