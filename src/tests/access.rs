//! Who reaches what: every row of the access table, as everybody.

use std::collections::BTreeSet;

use mingfa::{
    db,
    domain::{
        bank::Filter,
        certificate::Shows,
        competition::{IdentityType, player::Form, preset::Preset},
        credit::{Hours, Rule},
        editor::Typed,
        exam::{Admits, Window},
        exemption::{Ground, Kind},
        id::{BankId, EventId, ExamId, UnitId},
        key_correction::{Correction, Method},
        must_know::{For, Wish},
        objection::About,
        person::PersonState,
        receipt::ReceiptCode,
        role::{Grant, Role},
        signal::{Kind as SignalKind, Leaving},
    },
    service::{
        accommodation, activity, case, certificate,
        competition::{join, play},
        course, credit, edition, exemption, filing, key_correction, law as library, liaison, lottery, objection,
        officer, organization, person, plan, question, record, role, roster, round, signal, slot, supervision, unit,
        upload, vetting, year,
    },
    web::{ACCESS, Access},
};

use crate::{
    activity::lecture,
    browser::{Browser, Reply},
    competition_pages::contest_on,
    support::{Stage, each_engine, operator},
};

/// Real ids for the places of a pattern, so that a refusal is never a mere "no such page".
pub struct Ids(Vec<(&'static str, String)>);

impl Ids {
    pub async fn new(stage: &Stage) -> Self {
        let exam = stage.usual_exam(3).await;
        let (_, attempt) = stage.start("1001", exam).await;
        let after = After::new(stage, exam).await;
        let bank = mingfa::db::bank::summaries(&stage.app.db).await.expect("the banks")[0]
            .bank
            .id;
        let (questions, _) = mingfa::db::bank::page(&stage.app.db, &Filter::of(bank), 1, 0)
            .await
            .expect("the questions");
        let question = questions[0].id;
        let administrator = stage.administrator().await;
        let caller = mingfa::service::account::caller(&stage.app, &administrator)
            .await
            .expect("the sessions");
        let csv = b"a,b".to_vec();
        let upload = upload::keep(&stage.app, &caller.expect("signed in"), "a.csv".to_owned(), csv)
            .await
            .expect("kept");
        liaison::ask(&stage.app, &operator(), "1003", "应为李丽")
            .await
            .expect("asked");
        let corrections = liaison::corrections(&stage.app, &operator())
            .await
            .expect("the corrections");
        let more = people_ids(stage, exam).await;
        let (contest, token) = contest_ids(stage, bank).await;
        let draws = lottery_ids(stage).await;
        let mut ids = vec![
            ("{exam}", exam.to_string()),
            ("{attempt}", attempt.to_string()),
            ("{person}", stage.person("1003").await.to_string()),
            ("{bank}", bank.to_string()),
            ("{run}", crate::study::stored_run(stage, "1001", bank).await.to_string()),
            ("{question}", question.to_string()),
            ("{vetting}", vetting_id(stage, bank).await),
            ("{upload}", upload.to_string()),
            ("{correction}", corrections[0].id.to_string()),
            ("{receipt}", after.receipt),
            ("/c/{code}", format!("/c/{contest}")),
            ("/competitions/{code}", format!("/competitions/{contest}")),
            ("/{year}/editions/{number}", edition_place(stage).await),
            ("{number}", "1".to_owned()),
            ("{token}", token),
            ("{code}", after.code),
            ("{certificate}", after.certificate),
            ("{key_correction}", after.correction),
            ("{objection}", after.objection),
            ("{case}", after.case),
            ("{slot}", slot_id(stage, exam).await),
            ("{organization}", organization_id(stage).await),
            ("{pool}", "0".to_owned()),
            ("{link}", "0123456789abcdef".to_owned()),
            ("{lang}", "en".to_owned()),
            ("{size}", "large".to_owned()),
        ];
        let ruling = crate::dispute::ruling_on(stage, question).await;
        ids.push(("{ruling}", ruling.to_string()));
        ids.extend(more);
        ids.extend(draws);
        ids.extend(law_ids(stage).await);
        ids.extend(activity_ids(stage).await);
        ids.extend(officer_ids(stage).await);
        ids.extend(course_ids(stage).await);
        Self(ids)
    }

    pub fn fill(&self, pattern: &str) -> String {
        let path = self
            .0
            .iter()
            .fold(pattern.to_owned(), |path, (place, id)| path.replace(place, id));
        assert!(!path.contains('{'), "no id for {pattern}");
        path
    }
}

/// A question that its author wants drawn.
async fn vetting_id(stage: &Stage, bank: BankId) -> String {
    vetting::set_vetted(&stage.app, &operator(), bank, true, "两人审题")
        .await
        .expect("set");
    let typed = Typed {
        kind: "true_false".to_owned(),
        state: "ready".to_owned(),
        stem: "送审的一道题。".to_owned(),
        key: "A".to_owned(),
        ..Typed::default()
    };
    let wish = question::Wish {
        typed,
        anyway: true,
        ..question::Wish::default()
    };
    question::add(&stage.app, &operator(), bank, &wish)
        .await
        .expect("added");
    let queue = vetting::queue(&stage.app, &operator(), bank, 1)
        .await
        .expect("the queue");
    queue.waiting[0].named.vetting.id.to_string()
}

/// A competition that person 1001 has joined with the account and plays in: its code, and the token of the player.
async fn contest_ids(stage: &Stage, bank: BankId) -> (String, String) {
    let contest = contest_on(stage, bank, Preset::BestScore, |_| {}).await;
    let form = Form {
        identity: Some(IdentityType::Employee),
        division: 3703,
        account: true,
        ..Form::default()
    };
    let caller = stage.caller("1001").await;
    let (player, token) = join::join(&stage.app, &contest, Some(&caller), &form, 0)
        .await
        .expect("joined");
    play::start(&stage.app, &contest, &player, 0).await.expect("begun");
    (contest.competition.code.clone(), token.text())
}

/// A unit and a person with a planned change each, an accommodation, a request with a document, an import.
async fn people_ids(stage: &Stage, exam: ExamId) -> Vec<(&'static str, String)> {
    let (app, operator) = (&stage.app, operator());
    let (tomorrow, person) = (stage.app.now().plus_seconds(86_400), stage.person("1003").await);
    let place = unit_named(stage, "市局 / 2科").await;
    let name = unit::Wish::Rename("三科".to_owned());
    unit::change(app, &operator, place, name, tomorrow, "更名")
        .await
        .expect("planned");
    let left = person::Wish::State(PersonState::Left);
    person::change(app, &operator, person, left, tomorrow, "离职")
        .await
        .expect("planned");
    let wish = accommodation::Wish {
        percent: Some(150),
        larger_text: true,
        valid_from: tomorrow,
        valid_until: tomorrow.plus_seconds(86_400),
        ground: mingfa::domain::accommodation::Ground::Sight,
    };
    let given = accommodation::add(app, &operator, person, wish).await.expect("given");
    let wish = exemption::Wish {
        exam,
        kind: Kind::Exemption,
        ground: Ground::Retiring,
        words: String::new(),
        document: None,
    };
    let request = exemption::request(app, &operator, person, wish).await.expect("asked");
    let document = exemption::add_document(app, &operator, request, "a.pdf", vec![1])
        .await
        .expect("stored");
    let (imports, ..) = roster::imports(app, &operator, 1).await.expect("the imports");
    let unit_change = unit::record(app, &operator, place).await.expect("the unit").changes[0].id;
    let person_change = person::record(app, &operator, person)
        .await
        .expect("the person")
        .changes[0]
        .id;
    vec![
        ("{unit}", place.to_string()),
        ("{unit_change}", unit_change.to_string()),
        ("{person_change}", person_change.to_string()),
        ("{accommodation}", given.to_string()),
        ("{exemption}", request.to_string()),
        ("{document}", document.to_string()),
        ("{import}", imports[0].id.to_string()),
    ]
}

/// A competition of 市局 / 2科 with a case about a player and a draw that has taken place.
async fn lottery_ids(stage: &Stage) -> Vec<(&'static str, String)> {
    let unit = unit_named(stage, "市局 / 2科").await;
    let rules = crate::competition_admin::rules();
    let competition = crate::competition_admin::published(stage, Some(unit), rules).await;
    let case = crate::competition_admin::case_of(stage, competition).await;
    let drawn = crate::lottery::committed(stage, competition, &operator(), None).await;
    let second = stage.second_administrator("抽奖员").await;
    lottery::draw(&stage.app, &second, drawn, "").await.expect("drawn");
    vec![
        ("{competition}", competition.to_string()),
        ("{lottery}", drawn.to_string()),
        ("{competition_case}", case.to_string()),
    ]
}

/// A law in two versions, and a list that names it.
async fn law_ids(stage: &Stage) -> Vec<(&'static str, String)> {
    let (law, old, _) = crate::law::two_versions(stage).await;
    let wish = Wish {
        title: "应知应会清单".to_owned(),
        year: 2026,
        whom: For::default(),
        lines: vec!["消防法".to_owned()],
    };
    let list = library::make(&stage.app, &operator(), None, wish)
        .await
        .expect("a list");
    vec![
        ("{law}", law.to_string()),
        ("{law_version}", old.to_string()),
        ("{article}", "1".to_owned()),
        ("{must_know}", list.to_string()),
    ]
}

/// An activity of 市局 / 2科 and a picture of it, and an entry of its plan.
async fn activity_ids(stage: &Stage) -> Vec<(&'static str, String)> {
    year::begin(&stage.app, &operator(), 2026).await.expect("a year");
    let unit = unit_named(stage, "市局 / 2科").await;
    let id = activity::enter(&stage.app, &operator(), lecture(unit, "讲座"), false)
        .await
        .expect("entered");
    let picture = b"\x89PNG\r\n\x1A\n".to_vec();
    let file = activity::add_evidence(&stage.app, &operator(), id, "现场.png", picture)
        .await
        .expect("kept");
    let filing = filing::file(&stage.app, &operator(), 2026, unit, "").await;
    let planned = plan::add(&stage.app, &operator(), 2026, crate::plan::publicity(unit))
        .await
        .expect("added");
    vec![
        ("{plan_entry}", planned.to_string()),
        ("{activity}", id.to_string()),
        ("{filing}", filing.expect("handed in").to_string()),
        ("{evidence}", file.to_string()),
        ("{year}", "2026".to_owned()),
    ]
}

/// The edition of another year than the one that goes on, in which nothing has happened.
async fn edition_place(stage: &Stage) -> String {
    year::begin(&stage.app, &operator(), 2020).await.expect("a year");
    edition::close(&stage.app, &operator(), 2020).await.expect("closed");
    "/2020/editions/1".to_owned()
}

/// A certificate and an application of a person of 市局 / 2科.
async fn officer_ids(stage: &Stage) -> Vec<(&'static str, String)> {
    let day = |text| mingfa::domain::time::Timestamp::parse_day(text).expect("a day");
    let wish = mingfa::domain::officer::Wish {
        number: "ZJ-1".to_owned(),
        area: "安全生产".to_owned(),
        category: mingfa::domain::officer::Category::Enforcement,
        issued: day("2022-05-10"),
        until: day("2027-05-09"),
    };
    let category = wish.category;
    let certificate = officer::enter(&stage.app, &operator(), "1003", wish)
        .await
        .expect("entered");
    let application = officer::apply(&stage.app, &operator(), "1003", "", category)
        .await
        .expect("entered");
    vec![
        ("{officer_certificate}", certificate.to_string()),
        ("{officer_application}", application.to_string()),
    ]
}

/// A course for everybody with a file and a test that person 1001 has begun, in a year whose rule counts study time; and an entry of
/// that person's record with its paper.
async fn course_ids(stage: &Stage) -> Vec<(&'static str, String)> {
    let (app, operator) = (&stage.app, operator());
    let rule = Rule {
        hours: Some(Hours {
            document: "示普办〔2026〕3号".to_owned(),
            minutes_a_day: 60,
        }),
        ..Rule::default()
    };
    credit::make_rule(app, &operator, 2026, rule, "文件要求")
        .await
        .expect("made");
    let bank = crate::course::topics(stage).await;
    // The person sits an exam, so no test can be begun now: this one was before.
    let test = crate::study::stored_run(stage, "1001", bank).await;
    let of_lesson = "UPDATE study_run SET purpose = 'lesson', subject = (SELECT MIN(id) FROM lesson)
                     WHERE id = (SELECT MAX(id) FROM study_run)";
    let heading = mingfa::domain::course::Heading {
        diagnostic: 1,
        ..crate::course::heading("用火")
    };
    let course = crate::course::published(stage, heading, &[crate::course::lesson("用火", 1, "用火")]).await;
    stage.run(of_lesson).await;
    let lessons = db::course::lessons(&app.db, course).await.expect("the lessons");
    let film = b"\0\0\0\x20ftypisom".to_vec();
    let media = course::add_media(app, &operator, lessons[0].id, "a.mp4", film)
        .await
        .expect("stored");
    let caller = stage.caller("1001").await;
    let wish = mingfa::domain::record::Wish {
        kind: mingfa::domain::record::Kind::LawLecture,
        day: "2026-11-20".parse().expect("a day"),
        title: "讲座".to_owned(),
        place: String::new(),
        organiser: String::new(),
        note: String::new(),
    };
    let paper = Some(("a.pdf".to_owned(), vec![1]));
    let entry = record::enter(app, &caller, wish, paper).await.expect("entered");
    let record = record::mine(app, &caller, None).await.expect("the record");
    vec![
        ("{course}", course.to_string()),
        ("{place}", "1".to_owned()),
        ("{lesson}", lessons[0].id.to_string()),
        ("{media}", media.to_string()),
        ("{test}", test.to_string()),
        ("{record_entry}", entry.to_string()),
        ("{record_document}", record.documents[0].1.to_string()),
    ]
}

/// A slot of another round than the one that is sat.
async fn slot_id(stage: &Stage, exam: ExamId) -> String {
    let (app, operator) = (&stage.app, operator());
    let rounds = round::rounds(app, &operator, exam).await.expect("the rounds");
    let opens_at = rounds[0].window.closes_at.plus_seconds(60);
    let window = Window {
        opens_at,
        closes_at: opens_at.plus_seconds(3600),
    };
    let wish = round::Wish {
        admits: Admits::Both,
        window,
        attempts: 1,
    };
    round::add(app, &operator, exam, wish).await.expect("a round");
    let wish = slot::Wish {
        room: "第一考场".to_owned(),
        window,
        capacity: 9,
        password: String::new(),
        addresses: String::new(),
    };
    slot::add(app, &operator, exam, wish).await.expect("a slot").to_string()
}

/// A unit of the directory of those that play.
async fn organization_id(stage: &Stage) -> String {
    let csv = "单位名称\n示例公司\n".as_bytes().to_vec();
    organization::import(&stage.app, &operator(), "a.csv", csv)
        .await
        .expect("an import");
    let found = organization::search(&stage.app, "示例公司", None)
        .await
        .expect("a search");
    found[0].id.to_string()
}

/// What there is after an exam: of person 1001, at another exam than the one that runs.
struct After {
    receipt: String,
    code: String,
    certificate: String,
    correction: String,
    objection: String,
    case: String,
}

impl After {
    async fn new(stage: &Stage, running: mingfa::domain::id::ExamId) -> Self {
        let operator = mingfa::service::Caller::operator();
        let exam = mingfa::db::exam::get(&stage.app.db, running)
            .await
            .expect("the exams")
            .expect("the exam");
        let exam = stage.open_exam(crate::support::setup(exam.bank)).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let left = Leaving { times: 5, ms: 60_000 };
        supervision::heard(&stage.app, &caller, attempt, EventId(0), left)
            .await
            .expect("heard");
        let (caller, attempt) = stage.sit("1001", exam, |_, _, key| key).await;
        signal::compare(&stage.app, &operator, exam).await.expect("compared");
        let case = case::open(&stage.app, &operator, exam, attempt, SignalKind::PageLeft, "多次离开").await;
        let digest = stage.attempt(attempt).await.outcome.expect("handed in").settled.receipt;
        let objection = objection::raise(&stage.app, &caller, attempt, About::Item(1), "答案有误").await;
        certificate::issue(&stage.app, &operator, exam, Shows::Grade, None)
            .await
            .expect("issued");
        let person = stage.person("1001").await;
        let issued = mingfa::db::certificate::of_person(&stage.app.db, person)
            .await
            .expect("the certificates");
        let correction = Correction {
            pool: 0,
            method: Method::FullCredit,
        };
        let correction = key_correction::propose(&stage.app, &operator, exam, correction, "答案有误", None).await;
        Self {
            receipt: ReceiptCode { attempt, digest }.to_string(),
            code: issued[0].code.to_string(),
            certificate: issued[0].id.to_string(),
            correction: correction.expect("proposed").to_string(),
            objection: objection.expect("raised").to_string(),
            case: case.expect("opened").to_string(),
        }
    }
}

async fn knock(browser: &Browser, method: &str, path: &str) -> Reply {
    let reply = match method {
        "GET" => browser.get(path).await,
        "POST" => browser.post(path, &[]).await,
        other => panic!("the table has a method this test does not know: {other}"),
    };
    assert!(
        !reply.status.is_server_error(),
        "{method} {path}: {} {}",
        reply.status,
        reply.body
    );
    if reply.status.as_u16() >= 400 && path.starts_with("/api/") {
        reply.problem();
    }
    reply
}

/// Whether who has not joined is sent to the first page of the competition, or refused.
fn to_join(reply: &Reply, path: &str) -> bool {
    let code = path.split('/').nth(2).unwrap_or_default();
    reply.status == 401 || reply.status == 303 && reply.location() == format!("/c/{code}")
}

fn to_sign_in(reply: &Reply) -> bool {
    reply.status == 303 && reply.location().starts_with("/sign-in?to=")
}

#[tokio::test]
async fn nobody_reaches_a_page_that_needs_a_sign_in() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        let nobody = Browser::new(&stage.app);
        let forged = nobody.signed_in("0000000000000000000000000000000000000000000000000000000000000000");
        for browser in [nobody, forged] {
            for (method, pattern, access) in ACCESS {
                let path = ids.fill(pattern);
                let reply = knock(&browser, method, &path).await;
                if *access == Access::Player {
                    assert!(
                        to_join(&reply, &path),
                        "{method} {path}: {} {}",
                        reply.status,
                        reply.location()
                    );
                } else if *access == Access::Public {
                    assert!(
                        !to_sign_in(&reply) && reply.status != 403,
                        "{method} {path}: {}",
                        reply.status
                    );
                } else if *method == "GET" && !path.starts_with("/api/") {
                    assert!(
                        to_sign_in(&reply),
                        "{method} {path}: {} {}",
                        reply.status,
                        reply.location()
                    );
                } else {
                    assert_eq!(reply.status, 401, "{method} {path}");
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_candidate_reaches_what_is_theirs_and_nothing_that_needs_a_role() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        for (method, pattern, access) in ACCESS.iter().filter(|(_, pattern, _)| *pattern != "/sign-out") {
            let path = ids.fill(pattern);
            let reply = knock(&candidate, method, &path).await;
            if matches!(access, Access::Right(_)) {
                assert_eq!(reply.status, 403, "{method} {path}");
            } else if pattern.starts_with("/c/{code}/cases/") {
                assert_eq!(reply.status, 404, "{method} {path}: a case of another player");
            } else {
                assert!(
                    ![401, 403, 404].contains(&reply.status.as_u16()),
                    "{method} {path}: {}",
                    reply.status
                );
                assert!(!to_sign_in(&reply), "{method} {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn another_candidate_finds_nothing_where_an_attempt_is_not_theirs() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        let other = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        for (method, pattern, _) in ACCESS
            .iter()
            .filter(|(_, pattern, _)| pattern.contains("{attempt}") || pattern.starts_with("/cases/"))
        {
            let path = ids.fill(pattern);
            let body = r#"{"events":[{"version":1,"item":1,"choice":1,"flagged":false}]}"#;
            let reply = match (*method, pattern.starts_with("/api/")) {
                ("POST", true) => other.post_json(&path, body).await,
                ("POST", false) => {
                    other
                        .post(&path, &[("version", "0"), ("item", "1"), ("choice", "0")])
                        .await
                }
                _ => knock(&other, method, &path).await,
            };
            assert_eq!(reply.status, 404, "{method} {path}");
        }
        let running = "SELECT COUNT(*) FROM answer_event e JOIN attempt a ON a.id = e.attempt WHERE a.state = 'open'";
        assert_eq!(stage.count(running).await, 0);
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM attempt WHERE state = 'open'").await,
            1
        );
    })
    .await;
}

/// An account outside the roster with this role in this unit.
async fn holder(stage: &Stage, role: Role, unit: Option<UnitId>) -> Browser {
    let place = unit.map_or("all".to_owned(), |unit| unit.to_string());
    let name = format!("{}-{place}", role.code());
    role::make_account(&stage.app, &operator(), &name)
        .await
        .expect("a new account");
    role::grant(&stage.app, &operator(), &name, Grant { role, unit })
        .await
        .expect("granted");
    Browser::new(&stage.app).signed_in(&stage.token(&name).await)
}

pub async fn unit_named(stage: &Stage, path: &str) -> UnitId {
    let units = db::person::units(&stage.app.db).await.expect("the units");
    let found = units.walk().into_iter().find(|(_, unit)| units.path(unit.id) == path);
    found
        .map(|(_, unit)| unit.id)
        .unwrap_or_else(|| panic!("no unit {path}"))
}

#[tokio::test]
async fn every_role_reaches_what_its_rights_say_and_nothing_else() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        for role in Role::ALL {
            let browser = holder(stage, role, None).await;
            for (method, pattern, access) in ACCESS.iter().filter(|(_, pattern, _)| *pattern != "/sign-out") {
                let path = ids.fill(pattern);
                let reply = knock(&browser, method, &path).await;
                let allowed = match access {
                    Access::Player => {
                        assert!(to_join(&reply, &path), "{role:?} {method} {path}: {}", reply.status);
                        continue;
                    }
                    Access::Public | Access::SignedIn => true,
                    Access::Candidate => false,
                    Access::Right(right) => role.rights().contains(right),
                };
                if allowed {
                    assert!(
                        ![401, 403, 404].contains(&reply.status.as_u16()),
                        "{role:?} {method} {path}: {}",
                        reply.status
                    );
                } else {
                    assert_eq!(reply.status, 403, "{role:?} {method} {path}");
                }
            }
        }
    })
    .await;
}

/// The exam, the person and the correction of [`Ids`] belong to 市局 or 市局 / 2科.
#[tokio::test]
async fn a_role_in_one_unit_reaches_nothing_of_another() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        let elsewhere = unit_named(stage, "市局 / 0科").await;
        for role in Role::ALL {
            let browser = holder(stage, role, Some(elsewhere)).await;
            for (method, pattern, access) in ACCESS {
                let Access::Right(right) = access else { continue };
                let path = ids.fill(pattern);
                let reply = knock(&browser, method, &path).await;
                if !role.rights().contains(right) {
                    assert_eq!(reply.status, 403, "{role:?} {method} {path}");
                    continue;
                }
                let theirs = [
                    "{exam}",
                    "{person}",
                    "{activity}",
                    "{evidence}",
                    "{filing}",
                    "{plan_entry}",
                    "{officer_certificate}",
                    "{officer_application}",
                    "{correction}",
                    "{unit}",
                    "{exemption}",
                    "{document}",
                    "{import}",
                    "{competition}",
                    "{lottery}",
                    "{competition_case}",
                ]
                .iter()
                .any(|place| pattern.contains(place));
                // The figures of an exam for all are there, over the own unit only.
                if theirs && !pattern.contains("/figures") {
                    assert_eq!(reply.status, 404, "{role:?} {method} {path}");
                }
                // A person of another unit, by number or by name.
                for secret in ["1002", "1003", "张1002", "张1003"] {
                    assert!(
                        !reply.body.contains(secret),
                        "{role:?} {method} {path} tells of {secret}"
                    );
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_role_of_a_whole_tree_is_changed_only_by_those_who_hold_as_much() {
    each_engine(async |stage| {
        let _ids = Ids::new(stage).await;
        let (own, other) = (
            unit_named(stage, "市局 / 0科").await,
            unit_named(stage, "市局 / 1科").await,
        );
        let local = holder(stage, Role::SystemAdministrator, Some(own)).await;
        let give = async |unit: String| {
            let fields = [("name", "1001"), ("role", "liaison"), ("unit", unit.as_str())];
            local.post("/admin/roles/grant", &fields).await.status
        };
        assert_eq!(give(String::new()).await, 403, "everywhere");
        assert_eq!(give(other.to_string()).await, 403, "another unit");
        assert_eq!(give(own.to_string()).await, 303, "the own unit");
        // A link makes its user the account: none for somebody with a role, even in the own unit.
        let person = stage.person("1001").await;
        assert_eq!(
            local.post(&format!("/admin/people/{person}/link"), &[]).await.status,
            403
        );
        assert_eq!(local.post("/admin/accounts", &[("name", "new")]).await.status, 403);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM role_grant WHERE role = 'liaison'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_that_one_administrator_uploaded_is_not_another_ones() {
    each_engine(async |stage| {
        let ids = Ids::new(stage).await;
        let other = holder(stage, Role::ExamAdministrator, None).await;
        assert_eq!(other.get(&ids.fill("/admin/banks/import/{upload}")).await.status, 410);
        let other = holder(stage, Role::SystemAdministrator, None).await;
        assert_eq!(
            other.post(&ids.fill("/admin/people/import/{upload}"), &[]).await.status,
            410
        );
    })
    .await;
}

/// The router looks every route up in the table; this notices one that was left out before a person does.
#[test]
fn every_route_of_the_router_stands_in_the_table_and_the_other_way_round() {
    let source: String = include_str!("../web/router.rs").split_whitespace().collect();
    let mut routes = BTreeSet::new();
    for route in source.split(".route(\"").skip(1) {
        let (path, rest) = route.split_once('"').expect("a path in quotes");
        let handlers = rest.split(".layer(").next().expect("the handlers");
        for (method, call) in [
            ("GET", "get("),
            ("POST", "post("),
            ("PUT", "put("),
            ("DELETE", "delete("),
        ] {
            if [",", "."]
                .iter()
                .any(|start| handlers.contains(&format!("{start}{call}")))
            {
                routes.insert((method, path));
            }
        }
    }
    let table: BTreeSet<_> = ACCESS.iter().map(|(method, path, _)| (*method, *path)).collect();
    assert_eq!(routes, table);
    assert_eq!(table.len(), ACCESS.len(), "no row stands twice");
}

#[tokio::test]
async fn a_page_that_does_not_exist_says_so_to_everybody() {
    each_engine(async |stage| {
        let nobody = Browser::new(&stage.app);
        for path in [
            "/nothing",
            "/admin/nothing",
            "/pkg/none.wasm",
            "/..%2f..%2fetc%2fpasswd",
            "/admin/../sign-in",
        ] {
            let reply = nobody.get(path).await;
            assert_eq!(reply.status, 404, "{path}");
            assert!(reply.header("content-type").starts_with("text/html"), "{path}");
        }
        assert_eq!(nobody.get("/api/v1/nothing").await.problem(), "not_found");
    })
    .await;
}

#[tokio::test]
async fn every_response_carries_the_headers_that_protect_the_reader() {
    each_engine(async |stage| {
        let nobody = Browser::new(&stage.app);
        for path in ["/sign-in", "/", "/nothing", "/api/v1/nothing", "/healthz"] {
            let reply = nobody.get(path).await;
            let policy = reply.header("content-security-policy").to_owned();
            assert!(
                policy.contains("default-src 'none'") && !policy.contains("unsafe-inline"),
                "{path}"
            );
            assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(reply.header("cache-control"), "no-store", "{path}");
        }
    })
    .await;
}
