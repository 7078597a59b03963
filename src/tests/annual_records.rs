//! Every number of a year opens to its definition and to the records it counts, within the reader's reach.

use std::collections::BTreeSet;

use mingfa::{
    db,
    domain::{
        activity::Kind,
        annual::AnnualId,
        certificate::Shows,
        id::UnitId,
        lang::Lang,
        officer::{Category, Hours, Outcome, Proof, Stage as ExamStage, Wish},
        role::{Grant, Role},
        tally::Who,
        time::Timestamp,
    },
    error::Fault,
    service::{
        Caller, activity, annual,
        annual_records::{self, Asked, How, Listed, What},
        certificate, edition,
        officer::{self, Claim, Trained},
        role, roster,
    },
};
use sm3::{Digest as _, Sm3};

use crate::{
    access::unit_named,
    annual::{enter, lived},
    browser::Browser,
    competition::contest,
    competition_admin::{plays, published, rules},
    officer::reviewed,
    support::{Stage, each_engine, fault, operator, setup},
};

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

/// The year of [`lived`] with a record of every other kind as well.
async fn full(stage: &Stage) -> [UnitId; 2] {
    let units = lived(stage).await;
    let (app, by) = (&stage.app, operator());
    for kind in [Kind::StudySession, Kind::Lecture, Kind::TeamResult, Kind::Circular] {
        enter(stage, units[0], kind, "2026-04-05", 1).await;
    }
    hearings(stage, units).await;
    let exams = db::exam::all(&app.db).await.expect("the exams");
    certificate::issue(app, &by, exams[0].id, Shows::Grade, None)
        .await
        .expect("issued");
    let person = stage.person("1002").await;
    let issued = db::certificate::of_person(&app.db, person)
        .await
        .expect("the certificates");
    certificate::withdraw(app, &by, issued[0].id, "发错了")
        .await
        .expect("withdrawn");
    let credits = "INSERT INTO credit (person, cause, subject, year, day, amount, compulsory, known, run, rule, at)
                   SELECT id, 'lesson', 1, 2026, 20700, 500, 1, 0, 0, 0, 1 FROM person WHERE number IN ('1002', '1004')";
    stage.run(credits).await;
    officers(stage).await;
    let id = published(stage, Some(units[0]), rules()).await;
    let contest = contest(app, id).await;
    let player = crate::competition::joined(stage, &contest, &crate::competition::form(370_303)).await;
    plays(stage, &contest, &player, 1, 3, &[]).await;
    units
}

/// Two persons at one hearing, one of them at another one too.
async fn hearings(stage: &Stage, units: [UnitId; 2]) {
    enter(stage, units[1], Kind::CourtObservation, "2026-05-08", 1).await;
    let filter = activity::Filter {
        year: 2026,
        kind: Some(Kind::CourtObservation),
        ..activity::Filter::default()
    };
    let ledger = activity::ledger(&stage.app, &operator(), &filter)
        .await
        .expect("the ledger");
    let persons = [stage.person("1002").await, stage.person("1005").await];
    for (entry, persons) in ledger.rows.iter().zip([&persons[..1], &persons[..]]) {
        activity::add_persons(&stage.app, &operator(), entry.id, persons)
            .await
            .expect("added");
    }
}

/// Of four holders one is due, one reviewed, one renewed and one new; the first two are trained, and somebody has passed the general exam.
async fn officers(stage: &Stage) {
    let (app, by) = (&stage.app, operator());
    let mut ids = Vec::new();
    for (place, person, issued) in [
        (1, "1001", "2022-05-10"),
        (2, "1002", "2022-05-10"),
        (3, "1003", "2022-05-10"),
        (4, "1004", "2026-05-10"),
        (5, "1001", "2021-05-10"),
    ] {
        let wish = Wish {
            number: format!("ZJ-{place}"),
            area: "安全生产".to_owned(),
            category: Category::Enforcement,
            issued: day(issued),
            until: day("2031-05-09"),
        };
        ids.push(officer::enter(app, &by, person, wish).await.expect("entered"));
    }
    officer::review(app, &by, &ids[1..2], reviewed(Outcome::Reviewed, None))
        .await
        .expect("reviewed");
    officer::review(app, &by, &ids[2..3], reviewed(Outcome::Renewed, Some("2036-05-09")))
        .await
        .expect("renewed");
    let training = Trained {
        day: day("2026-04-01"),
        hours: Hours(600),
        title: "执法业务培训".to_owned(),
        document: "培训通知〔2026〕1号".to_owned(),
    };
    officer::train(app, &by, &ids[..2], training).await.expect("trained");
    let id = officer::apply(app, &by, "1006", "安全生产", Category::Enforcement)
        .await
        .expect("entered");
    for stage in [ExamStage::Special, ExamStage::General] {
        let claim = Claim::Typed {
            proof: Proof::Document("成绩通知〔2026〕5号".to_owned()),
            day: day("2026-11-20"),
            passed: true,
        };
        officer::take_stage(app, &by, id, stage, claim).await.expect("passed");
    }
}

fn asked(figure: AnnualId, unit: Option<UnitId>) -> Asked {
    Asked {
        year: 2026,
        figure,
        unit,
        own: false,
        who: None,
    }
}

async fn look(stage: &Stage, caller: &Caller, asked: Asked) -> Listed {
    annual_records::listed(&stage.app, caller, asked, 1)
        .await
        .expect("the records")
}

/// What the figure of [`full`] has nothing of.
const NOTHING: [AnnualId; 3] = [AnnualId::Exempted, AnnualId::Awaiting, AnnualId::StudyDone];

#[tokio::test]
async fn the_records_of_every_figure_add_up_to_it_and_stand_on_its_page() {
    each_engine(async |stage| {
        let [first, second] = full(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        for unit in [None, Some(first), Some(second)] {
            let annual = annual::annual(&stage.app, &operator(), 2026, unit)
                .await
                .expect("the figures");
            for id in AnnualId::ALL {
                let (numerator, denominator) = annual.base.parts(*id);
                let listed = look(stage, &operator(), asked(*id, unit)).await;
                let told = (listed.numerator, listed.denominator, listed.base.shown(*id));
                assert_eq!(
                    told,
                    (numerator, denominator.unwrap_or(0), annual.base.shown(*id)),
                    "{id:?} of {unit:?}"
                );
                let rows = (
                    listed.rows.iter().map(|row| row.numerator).sum::<i64>(),
                    listed.rows.iter().map(|row| row.denominator).sum::<i64>(),
                );
                assert_eq!((rows, listed.pages), ((told.0, told.1), 1), "{id:?} of {unit:?}");
                assert_eq!(listed.rows.len(), listed.total, "{id:?} of {unit:?}");
                if unit.is_none() && !NOTHING.contains(id) {
                    let counted = numerator > 0 || *id == AnnualId::CompletionRate;
                    assert!(counted, "the story has nothing of {id:?}");
                }

                let unit = unit.map(|unit| format!("&unit={unit}")).unwrap_or_default();
                let path = format!("/admin/years/2026/records?figure={}{unit}", id.code());
                let page = browser.get(&path).await;
                assert_eq!(page.status, 200, "{path}\n{}", page.body);
                let lines = page.body.matches("scope=\"row\"").count();
                assert_eq!(lines, listed.total, "{path}\n{}", page.body);
                for text in [
                    id.name(Lang::Zh),
                    id.name(Lang::En),
                    id.definition(Lang::Zh),
                    id.population().name(Lang::Zh),
                    id.period().name(Lang::Zh),
                    id.source().name(Lang::Zh),
                    &annual.base.shown(*id),
                ] {
                    assert!(page.body.contains(text), "{path}: {text}\n{}", page.body);
                }
            }
        }
        let english = browser.with_cookie("lang", "en");
        for id in AnnualId::ALL {
            let page = english
                .get(&format!("/admin/years/2026/records?figure={}", id.code()))
                .await;
            for text in [
                id.definition(Lang::En),
                id.period().name(Lang::En),
                "Version of the definition",
            ] {
                assert!(page.body.contains(text), "{id:?}: {text}\n{}", page.body);
            }
        }
    })
    .await;
}

/// Every address that a page links to of the records of a year, as a browser reads them; each link says something.
fn links(body: &str) -> BTreeSet<String> {
    let mut addresses = BTreeSet::new();
    for rest in body.split("href=\"").skip(1) {
        let (address, rest) = rest.split_once('"').expect("the end of an address");
        if address.contains("/records?") {
            let (_, text) = rest.split_once('>').expect("the end of a tag");
            assert!(!text.starts_with('<'), "{address} has no words");
            addresses.insert(address.replace("&amp;", "&").replace("&#38;", "&"));
        }
    }
    addresses
}

#[tokio::test]
async fn every_number_of_the_year_and_of_the_page_for_the_head_opens() {
    each_engine(async |stage| {
        full(stage).await;
        let root = unit_named(stage, "市局").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = browser.get("/admin/years/2026").await;
        let year = links(&page.body);
        for id in AnnualId::ALL {
            for number in [2026, 2025] {
                let address = format!("/admin/years/{number}/records?figure={}", id.code());
                assert!(year.contains(&address), "{address}\n{year:?}");
            }
        }
        for code in ["due", "pass_rate_of_due", "pass_rate_of_sat", "works"] {
            let address = format!("/admin/years/2026/records?figure={code}&unit={root}");
            assert!(year.contains(&address), "{address}\n{year:?}");
        }
        assert!(
            page.body.contains("/admin/competitions/"),
            "competitions lead to their pages"
        );
        let page = browser.get(&format!("/admin/years/2026/head?unit={root}")).await;
        let head = links(&page.body);
        for code in [
            "pass_rate_of_due",
            "pass_rate_of_sat",
            "study_sessions",
            "due",
            "passed",
        ] {
            let address = format!("/admin/years/2026/records?figure={code}&unit={root}");
            assert!(head.contains(&address), "{address}\n{head:?}");
        }
        for address in year.union(&head) {
            let page = browser.get(address).await;
            assert_eq!(page.status, 200, "{address}\n{}", page.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_count_of_the_page_for_the_head_lists_as_many_persons() {
    each_engine(async |stage| {
        // Two persons stand in the bureau itself, above the sections.
        let csv = "工号,姓名,单位,职级,类别\n1001,张一,市局,科级,公务员\n1002,张二,市局,科级,公务员\n1003,张三,市局/甲科,科级,公务员\n1004,张四,市局/甲科,科级,公务员\n1005,张五,市局/乙科,科级,公务员\n";
        roster::import(&stage.app, &operator(), "花名册.csv", csv.as_bytes())
            .await
            .expect("imported");
        let bank = stage.usual_bank().await;
        let exam = stage.open_exam(setup(bank)).await;
        stage.sit("1001", exam, |_, _, key| key).await;
        stage.sit("1003", exam, |_, _, _| Default::default()).await;
        let shown = mingfa::service::head::head(&stage.app, &operator(), 2026, None)
            .await
            .expect("the page");
        assert_eq!(shown.missing.rows.len(), 3);
        assert!(shown.level.is_some_and(|level| shown.missing.rows.iter().any(|(unit, _)| *unit == level)));
        for (unit, counts) in &shown.missing.rows {
            for who in [Who::Due, Who::Absent, Who::Failed, Who::Awaiting] {
                let (figure, who_of) = mingfa::ui::annual::records::persons(who);
                let asked = Asked {
                    own: shown.level == Some(*unit),
                    who: who_of,
                    ..asked(figure, Some(*unit))
                };
                let listed = look(stage, &operator(), asked).await;
                assert_eq!(listed.total as i64, who.count(counts), "{who:?} of {unit}");
            }
        }
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let head = links(&browser.get("/admin/years/2026/head").await.body);
        let own: Vec<_> = head.iter().filter(|address| address.contains("&own=yes")).collect();
        assert!(own.iter().any(|address| address.contains("who=absent")), "{head:?}");
        for address in own {
            let page = browser.get(address).await;
            assert!(page.status == 200 && page.body.contains("只算本单位"), "{address}\n{}", page.body);
        }
    })
    .await;
}

#[tokio::test]
async fn a_liaison_sees_the_records_of_his_own_units_and_of_no_other() {
    each_engine(async |stage| {
        let [first, second] = full(stage).await;
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(second),
        };
        role::grant(&stage.app, &operator(), "1003", grant)
            .await
            .expect("a role");
        let liaison = stage.caller("1003").await;
        for id in AnnualId::ALL {
            let other = annual_records::listed(&stage.app, &liaison, asked(*id, Some(first)), 1).await;
            assert_eq!(fault(other.map(|_| ())), Fault::NotFound, "{id:?}");
            let own = look(stage, &liaison, asked(*id, None)).await;
            assert!(own.rows.iter().all(|row| row.unit == Some(second)), "{id:?}");
            assert_eq!(
                own.numerator,
                look(stage, &operator(), asked(*id, Some(second))).await.numerator,
                "{id:?}"
            );
        }
        // Who may see persons sees them here as in the lists of an exam, by number and name.
        let named = |listed: &Listed| {
            listed.rows.iter().all(|row| {
                matches!(
                    &row.what,
                    What::Person {
                        holder: Some(_),
                        how: How::Exam(_)
                    }
                )
            })
        };
        let due = look(stage, &liaison, asked(AnnualId::Due, None)).await;
        assert!(due.total == 3 && named(&due));

        let browser = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        let status = async |query: &str| {
            let path = format!("/admin/years/2026/records?{query}");
            browser.get(&path).await.status.as_u16()
        };
        assert_eq!(status(&format!("figure=due&unit={second}")).await, 200);
        for wrong in [
            format!("figure=due&unit={first}"),
            "figure=due&unit=x".to_owned(),
            "figure=nothing".to_owned(),
            "figure=due&own=yes".to_owned(),
            "figure=due&who=nobody".to_owned(),
            "figure=works&who=absent".to_owned(),
        ] {
            assert_eq!(status(&wrong).await, 404, "{wrong}");
        }
        assert_eq!(status("").await, 303, "a year has a list of its figures");
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        assert_eq!(candidate.get("/admin/years/2026/records?figure=due").await.status, 403);
    })
    .await;
}

#[tokio::test]
async fn a_closed_year_lists_the_records_of_its_edition() {
    each_engine(async |stage| {
        lived(stage).await;
        edition::close(&stage.app, &operator(), 2026).await.expect("closed");
        let exams = db::exam::all(&stage.app.db).await.expect("the exams");
        stage.sit("1003", exams[0].id, |_, _, key| key).await;
        let sat = look(stage, &operator(), asked(AnnualId::Sat, None)).await;
        assert_eq!((sat.total, sat.edition), (2, Some(1)));
        let annual = annual::annual(&stage.app, &operator(), 2026, None)
            .await
            .expect("the figures");
        assert_eq!(annual.base.parts(AnnualId::Sat).0, 2);
        edition::renew(&stage.app, &operator(), 2026, "补考成绩入账")
            .await
            .expect("edition 2");
        let sat = look(stage, &operator(), asked(AnnualId::Sat, None)).await;
        assert_eq!((sat.total, sat.edition), (3, Some(2)));
    })
    .await;
}

/// Chinese definitions as they stood when their version was given: who words one anew raises its version and adds a line here.
const WORDED: &[(&str, u16, &str)] = &[
    ("registered", 1, "b0088c9cb0168d6a"),
    ("exempted", 1, "3bb043c7f7b73630"),
    ("due", 1, "ec467933ff0f910d"),
    ("sat", 1, "743369ba9f6f7ffb"),
    ("awaiting", 1, "07cd70238c15090a"),
    ("passed", 1, "35908c4bf961f222"),
    ("exam_participation_rate", 1, "d3f5e7ddc4e6c510"),
    ("pass_rate_of_due", 1, "efdcc5c45ba9accd"),
    ("pass_rate_of_sat", 1, "5aedd5cd76a0bcea"),
    ("person_times", 1, "f8769c758815c6a8"),
    ("person_times", 2, "a82921aa573e3b13"),
    ("participants", 1, "599d5c8207b6f609"),
    ("participants", 2, "d042ef11b6e5e41a"),
    ("person_times_elsewhere", 1, "89f3653402eb8ad1"),
    ("team_results", 1, "ab71729077b428cc"),
    ("study_sessions", 1, "85d3f16fdf9820b9"),
    ("lectures", 1, "490f82ac5eb544b4"),
    ("publicity_events", 1, "fa0f718fbd40e870"),
    ("audience", 1, "809dde75a6360fad"),
    ("works", 1, "78bde12deb6f9089"),
    ("court_observations", 1, "27f78ed40d503525"),
    ("court_observers", 1, "1e233206d732c3c4"),
    ("circulars", 1, "67608a84d1204ce7"),
    ("enrolled_study", 1, "5b9e87b5b2060cd0"),
    ("study_done", 1, "bb1116f7ece74ed5"),
    ("study_participation_rate", 1, "557580edb6c0a80e"),
    ("completion_rate", 1, "d9de6b1977ba57dd"),
    ("certificates_issued", 1, "bb2da602ddb896cc"),
    ("certificates_withdrawn", 1, "9deefa69305f11d2"),
    ("officers_due", 1, "37e79e2ca690c04d"),
    ("officers_due", 2, "337aa1a431b8545e"),
    ("officers_reviewed", 1, "a330f8d95acdcec9"),
    ("officers_renewed", 1, "371c337a1f95cb8e"),
    ("officers_new", 1, "8bee57790d42533d"),
    ("general_law_exam_passed", 1, "3631c0d67cc111e2"),
    ("general_law_exam_passed", 2, "1a38e2e75c4b6a91"),
    ("training_hours_reached", 1, "6e19f0361c4e6c3f"),
    ("training_hours_reached", 2, "24e511b4e004f2d8"),
];

#[test]
fn no_definition_is_worded_anew_without_another_version() {
    let digest = |id: AnnualId| {
        let digest = Sm3::digest(id.definition(Lang::Zh).as_bytes());
        digest
            .iter()
            .take(8)
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>()
    };
    let now: Vec<_> = AnnualId::ALL
        .iter()
        .map(|id| format!("(\"{}\", {}, \"{}\"),", id.code(), id.version(), digest(*id)))
        .collect();
    let worded: Vec<_> = WORDED
        .iter()
        .map(|(code, version, digest)| format!("(\"{code}\", {version}, \"{digest}\"),"))
        .collect();
    for line in &now {
        assert!(
            worded.contains(line),
            "{line} is not among the words known; all of now:\n{}",
            now.join("\n")
        );
    }
    let versions: BTreeSet<_> = WORDED.iter().map(|(code, version, _)| (code, version)).collect();
    assert_eq!(versions.len(), WORDED.len(), "a version has one wording");
}

#[test]
fn where_one_pass_rate_is_named_the_other_is_too() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder of the source") {
            let path = entry.expect("an entry").path();
            let inside = path.strip_prefix(&root).expect("below src");
            if path.is_dir() && inside != std::path::Path::new("tests") {
                folders.push(path);
                continue;
            }
            if path.extension().is_none_or(|ending| ending != "rs") || inside.ends_with("tests.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("a file of the source");
            // What tests name is nobody's to read.
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for (due, sat) in [
                ("PassRateOfDue", "PassRateOfSat"),
                ("pass_rate_of_due", "pass_rate_of_sat"),
            ] {
                let (due, sat) = (code.matches(due).count(), code.matches(sat).count());
                assert_eq!(due, sat, "{}", inside.display());
                found += due;
            }
        }
    }
    assert!(found > 20, "the source was read");
}
