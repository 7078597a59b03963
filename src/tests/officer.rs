//! The ledger of enforcement certificates: who is due, reviews, training, applications, the import, and what a year counts.

use mingfa::{
    db,
    domain::{
        activity::ActivityFault,
        annual::{
            AnnualId, Base,
            edition::{Edition, Head},
            figures_of,
        },
        audit::Act,
        id::{AccountId, OfficerCertificateId},
        lang::Lang,
        officer::{Category, Hours, OfficerFault, Outcome, Proof, Rule, Stage as ExamStage, Standing, State, Wish},
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{
        Caller, Result, annual, edition,
        officer::{self, Claim, Filter, Reviewing, Trained},
        role, verify, year,
    },
};
use sm3::Digest;

use crate::{
    access::unit_named,
    browser::Browser,
    packed::part,
    support::{START, Stage, each_engine, fault, operator},
};

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

fn wish(number: &str, issued: &str, until: &str) -> Wish {
    Wish {
        number: number.to_owned(),
        area: "安全生产".to_owned(),
        category: Category::Enforcement,
        issued: day(issued),
        until: day(until),
    }
}

/// The ledger's own fault.
fn officer_fault<T>(result: Result<T>) -> OfficerFault {
    match fault(result) {
        Fault::Officer(fault) => fault,
        other => panic!("another refusal: {other:?}"),
    }
}

async fn enter(stage: &Stage, person: &str, wish: Wish) -> OfficerCertificateId {
    officer::enter(&stage.app, &operator(), person, wish)
        .await
        .expect("entered")
}

/// A roster of three units, the year 2026, and the certificates of three officers: one due, one that ran out, one new.
pub async fn ledger(stage: &Stage) -> [OfficerCertificateId; 3] {
    stage.roster(9, 3).await;
    year::begin(&stage.app, &operator(), 2026).await.expect("a year");
    [
        enter(stage, "1001", wish("ZJ-1", "2022-05-10", "2027-05-09")).await,
        enter(stage, "1002", wish("ZJ-2", "2021-06-01", "2026-05-31")).await,
        enter(stage, "1003", wish("ZJ-3", "2026-03-01", "2031-02-28")).await,
    ]
}

pub fn reviewed(outcome: Outcome, until: Option<&str>) -> Reviewing {
    Reviewing {
        year: 2026,
        outcome,
        day: day("2026-11-20"),
        until: until.map(day),
        document: "年审通知〔2026〕2号".to_owned(),
    }
}

fn training(hours: i64) -> Trained {
    Trained {
        day: day("2026-04-01"),
        hours: Hours(hours),
        title: "执法业务培训".to_owned(),
        document: "培训通知〔2026〕1号".to_owned(),
    }
}

async fn standings(stage: &Stage, caller: &Caller, year: u16) -> Vec<(String, Standing)> {
    let filter = Filter {
        year,
        ..Filter::default()
    };
    let page = officer::list(&stage.app, caller, &filter).await.expect("the ledger");
    let rows = page.rows.into_iter();
    rows.filter_map(|row| Some((row.certificate.wish.number, row.standing?)))
        .collect()
}

fn of(number: &str, standing: Standing) -> (String, Standing) {
    (number.to_owned(), standing)
}

#[tokio::test]
async fn who_is_due_is_listed_and_a_review_is_taken_whole_or_not_at_all() {
    each_engine(async |stage| {
        let [due, late, new] = ledger(stage).await;
        let (app, by) = (&stage.app, operator());
        assert_eq!(
            standings(stage, &by, 2026).await,
            [
                of("ZJ-2", Standing::Late),
                of("ZJ-1", Standing::Due),
                of("ZJ-3", Standing::New)
            ]
        );
        assert_eq!(
            standings(stage, &by, 2022).await,
            [of("ZJ-2", Standing::Late), of("ZJ-1", Standing::New)]
        );
        let with_new = officer::review(app, &by, &[due, new], reviewed(Outcome::Reviewed, None)).await;
        assert_eq!(officer_fault(with_new), OfficerFault::NotDue);
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM officer_review").await,
            0,
            "nothing by half"
        );
        let short = officer::review(app, &by, &[late], reviewed(Outcome::Renewed, Some("2026-05-31"))).await;
        assert_eq!(officer_fault(short), OfficerFault::Term);
        officer::review(app, &by, &[late], reviewed(Outcome::Renewed, Some("2031-05-31")))
            .await
            .expect("renewed");
        officer::review(app, &by, &[due, due], reviewed(Outcome::Reviewed, None))
            .await
            .expect("reviewed");
        let again = officer::review(app, &by, &[due], reviewed(Outcome::Exempt, None)).await;
        assert_eq!(officer_fault(again), OfficerFault::Settled);
        let none = officer::review(app, &by, &[], reviewed(Outcome::Reviewed, None)).await;
        assert_eq!(officer_fault(none), OfficerFault::Nothing);
        assert_eq!(
            standings(stage, &by, 2026).await,
            [
                of("ZJ-1", Standing::Reviewed),
                of("ZJ-2", Standing::Renewed),
                of("ZJ-3", Standing::New)
            ]
        );
        assert_eq!(
            standings(stage, &by, 2027).await[0],
            of("ZJ-1", Standing::Due),
            "and again next year"
        );
        let record = officer::record(app, &by, late).await.expect("the certificate");
        assert_eq!(record.row.until, day("2031-05-31"));

        assert!(officer::undo_review(app, &by, due, 2026, " ").await.is_err());
        officer::undo_review(app, &by, due, 2026, "登记错人")
            .await
            .expect("undone");
        assert_eq!(
            fault(officer::undo_review(app, &by, due, 2026, "再撤").await),
            Fault::NotFound
        );
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('officer_reviewed', 'officer_review_undone')";
        assert_eq!(
            (stage.count(acts).await, Act::OfficerReviewed.code()),
            (3, "officer_reviewed")
        );
        let unbegun = Reviewing {
            year: 2025,
            ..reviewed(Outcome::Reviewed, None)
        };
        let early = officer::review(app, &by, &[due], unbegun).await;
        assert_eq!(fault(early), Fault::Activity(ActivityFault::NoYear(2025)));
    })
    .await;
}

#[tokio::test]
async fn no_certificate_is_lost_or_taken_without_a_person_who_says_why() {
    each_engine(async |stage| {
        let [due, late, _] = ledger(stage).await;
        let (app, by) = (&stage.app, operator());
        let taken = officer::enter(app, &by, "1004", wish("ZJ-1", "2022-05-10", "2027-05-09")).await;
        assert_eq!(officer_fault(taken), OfficerFault::Taken);
        let unknown = officer::enter(app, &by, "9999", wish("ZJ-9", "2022-05-10", "2027-05-09")).await;
        assert_eq!(officer_fault(unknown), OfficerFault::Person);
        let future = officer::enter(app, &by, "1004", wish("ZJ-9", "2026-12-02", "2027-05-09")).await;
        assert_eq!(officer_fault(future), OfficerFault::Future);

        let state = async |id, state, day_of, reason: &'static str| {
            officer::set_state(app, &by, id, (state, day(day_of)), reason).await
        };
        assert!(
            state(due, State::Returned, "2026-11-01", "").await.is_err(),
            "a reason is needed"
        );
        state(due, State::Suspended, "2026-10-01", "调查期间暂扣")
            .await
            .expect("suspended");
        assert!(
            standings(stage, &by, 2026).await.contains(&of("ZJ-1", Standing::Due)),
            "still due"
        );
        state(due, State::Returned, "2026-11-01", "调离执法岗位")
            .await
            .expect("returned");
        assert!(
            !standings(stage, &by, 2026)
                .await
                .iter()
                .any(|(number, _)| number == "ZJ-1")
        );
        assert!(
            standings(stage, &by, 2025).await.contains(&of("ZJ-1", Standing::Late)),
            "it was due then"
        );
        let same = state(due, State::Returned, "2026-11-02", "重复").await;
        assert_eq!(officer_fault(same), OfficerFault::Settled);
        // Late or expired for however long: nothing happens by itself.
        stage.clock.advance_seconds(400 * 86_400);
        let record = officer::record(app, &by, late).await.expect("the certificate");
        assert_eq!(
            (record.row.certificate.state, record.row.standing),
            (State::Valid, Some(Standing::Late))
        );
    })
    .await;
}

#[tokio::test]
async fn hours_typed_and_measured_add_up_to_what_the_year_asks_for() {
    each_engine(async |stage| {
        let [due, late, _] = ledger(stage).await;
        let (app, by) = (&stage.app, operator());
        officer::train(app, &by, &[due, late], training(400)).await.expect("entered");
        officer::train(app, &by, &[due], training(195)).await.expect("entered");
        let hours = async |id| officer::record(app, &by, id).await.expect("the certificate").row.hours;
        assert_eq!((hours(due).await, hours(late).await), (Hours(595), Hours(400)));
        let reached = async || {
            let annual = annual::annual(app, &by, 2026, None).await.expect("the figures");
            annual.base.parts(AnnualId::TrainingReached).0
        };
        assert_eq!(reached().await, 0);
        let rule = Rule {
            hours: Hours(400),
            document: "执法培训通知〔2026〕3号".to_owned(),
            ..Rule::usual(2026)
        };
        officer::set_rule(app, &by, rule.clone()).await.expect("set");
        assert_eq!(reached().await, 2);
        let unfounded = Rule { document: " ".to_owned(), ..rule };
        assert_eq!(officer_fault(officer::set_rule(app, &by, unfounded).await), OfficerFault::Document);

        // Measured study counts only once a document makes the year count it.
        stage
            .run("INSERT INTO study_time (person, day, ms, last_at) SELECT id, 20500, 2700000, 1 FROM person WHERE number = '1001'")
            .await;
        assert_eq!(hours(due).await, Hours(595));
        let counted = mingfa::domain::credit::Rule {
            hours: Some(mingfa::domain::credit::Hours {
                document: "示普办〔2026〕3号".to_owned(),
                minutes_a_day: 60,
            }),
            ..mingfa::domain::credit::Rule::default()
        };
        mingfa::service::credit::make_rule(app, &by, 2026, counted, "文件要求").await.expect("made");
        assert_eq!(hours(due).await, Hours(605));

        let record = officer::record(app, &by, due).await.expect("the certificate");
        let wrong = record.trainings[0].id;
        assert_eq!(fault(officer::remove_training(app, &by, late, wrong, "不是他的").await), Fault::NotFound);
        officer::remove_training(app, &by, due, wrong, "登记重复").await.expect("removed");
        assert_eq!(hours(due).await, Hours(605 - record.trainings[0].hours.0));
    })
    .await;
}

#[tokio::test]
async fn an_application_passes_two_exams_and_then_gives_a_certificate() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(9).await;
        let (app, by) = (&stage.app, operator());
        year::begin(app, &by, 2026).await.expect("a year");
        let id = officer::apply(app, &by, "1002", "安全生产", Category::Enforcement)
            .await
            .expect("entered");
        let take = async |stage, claim| officer::take_stage(app, &by, id, stage, claim).await;
        let typed = |passed| Claim::Typed {
            proof: Proof::Document("成绩通知〔2026〕5号".to_owned()),
            day: day("2026-11-30"),
            passed,
        };
        assert_eq!(
            officer_fault(take(ExamStage::General, typed(true)).await),
            OfficerFault::Stage
        );
        assert_eq!(
            officer_fault(take(ExamStage::Special, Claim::Exam(exam)).await),
            OfficerFault::NoResult
        );
        stage.sit("1002", exam, |_, _, key| key).await;
        take(ExamStage::Special, Claim::Exam(exam))
            .await
            .expect("the attempt that counts");
        let early = officer::grant(app, &by, id, wish("ZJ-8", "2026-12-01", "2031-11-30")).await;
        assert_eq!(officer_fault(early), OfficerFault::Stage);
        take(ExamStage::General, typed(false)).await.expect("failed");
        take(ExamStage::General, typed(true))
            .await
            .expect("passed the second time");
        enter(stage, "1001", wish("ZJ-8", "2022-05-10", "2027-05-09")).await;
        let taken = officer::grant(app, &by, id, wish("ZJ-8", "2026-12-01", "2031-11-30")).await;
        assert_eq!(officer_fault(taken), OfficerFault::Taken);
        let new = officer::grant(app, &by, id, wish("ZJ-9", "2026-12-01", "2031-11-30"))
            .await
            .expect("issued");
        let desk = officer::desk(app, &by, Some(id)).await.expect("the application");
        let application = &desk.lines[0].application;
        assert_eq!((application.certificate, application.next()), (Some(new), None));
        assert_eq!(
            officer_fault(officer::withdraw(app, &by, id, "不再需要").await),
            OfficerFault::Settled
        );
        let annual = annual::annual(app, &by, 2026, None).await.expect("the figures");
        let value = |id| annual.base.parts(id).0;
        assert_eq!((value(AnnualId::GeneralPassed), value(AnnualId::OfficersNew)), (1, 1));
        assert!(
            annual
                .base
                .sentences("全年")
                .concat()
                .contains("新申领行政执法证1名，1名申领人员通过通用法律知识考试")
        );
    })
    .await;
}

#[tokio::test]
async fn a_closed_year_keeps_its_reviews_whoever_asks_and_its_figures_are_verified() {
    each_engine(async |stage| {
        let [due, late, new] = ledger(stage).await;
        let (app, by) = (&stage.app, operator());
        officer::review(app, &by, &[late], reviewed(Outcome::Renewed, Some("2031-05-31")))
            .await
            .expect("renewed");
        officer::train(app, &by, &[late], training(600)).await.expect("entered");
        let application = officer::apply(app, &by, "1005", "", Category::Enforcement)
            .await
            .expect("entered");
        let typed = |on| Claim::Typed {
            proof: Proof::Document("通知".to_owned()),
            day: day(on),
            passed: true,
        };
        officer::take_stage(app, &by, application, ExamStage::Special, typed("2026-02-01"))
            .await
            .expect("passed");
        let annual = annual::annual(app, &by, 2026, None).await.expect("the figures");
        let values: Vec<i64> = [
            AnnualId::OfficersDue,
            AnnualId::OfficersReviewed,
            AnnualId::OfficersRenewed,
            AnnualId::TrainingReached,
        ]
        .iter()
        .map(|id| annual.base.parts(*id).0)
        .collect();
        assert_eq!(values, [2, 1, 1, 1]);
        assert!(
            annual
                .base
                .sentences("全年")
                .concat()
                .contains("组织1名行政执法人员年审换证（其中换证1名）")
        );
        edition::close(app, &by, 2026).await.expect("closed");
        let differences = async || {
            verify::of_year(app, &by, 2026)
                .await
                .expect("a report")
                .differences
                .len()
        };
        assert_eq!(differences().await, 0);

        let closed = Fault::Activity(ActivityFault::Closed(2026));
        let training_id = officer::record(app, &by, late)
            .await
            .expect("the certificate")
            .trainings[0]
            .id;
        let refused = [
            fault(officer::review(app, &by, &[due], reviewed(Outcome::Reviewed, None)).await),
            fault(officer::undo_review(app, &by, late, 2026, "改").await),
            fault(officer::train(app, &by, &[due], training(10)).await),
            fault(officer::remove_training(app, &by, late, training_id, "改").await),
            fault(officer::set_state(app, &by, new, (State::Withdrawn, day("2026-11-30")), "收回").await),
            fault(officer::take_stage(app, &by, application, ExamStage::General, typed("2026-11-01")).await),
            fault(
                officer::set_rule(
                    app,
                    &by,
                    Rule {
                        document: "新通知".to_owned(),
                        ..Rule::usual(2026)
                    },
                )
                .await,
            ),
        ];
        assert!(refused.iter().all(|fault| *fault == closed), "{refused:?}");
        // What is entered late counts from the next year on.
        enter(stage, "1004", wish("ZJ-4", "2020-01-01", "2030-01-01")).await;
        assert_eq!(differences().await, 0);
        assert!(
            !standings(stage, &by, 2026)
                .await
                .iter()
                .any(|(number, _)| number == "ZJ-4")
        );
        assert!(standings(stage, &by, 2027).await.contains(&of("ZJ-4", Standing::Due)));
        // A year later the closed one says the same.
        stage.clock.advance_seconds(200 * 86_400);
        officer::set_state(app, &by, due, (State::Returned, day("2027-02-01")), "退休")
            .await
            .expect("returned");
        assert_eq!(differences().await, 0);
        stage.run("UPDATE officer_review SET outcome = 'reviewed'").await;
        assert_eq!(
            differences().await,
            4,
            "the officer and the words of the review, as they were and as they are"
        );
    })
    .await;
}

/// An edition as the program made it before it counted study, certificates and officers.
fn of_version_0(year: u16) -> Edition {
    let head = Head {
        year,
        number: 1,
        made_by: AccountId(0),
        made_at: START,
        reason: String::new(),
        previous: String::new(),
        digest: String::new(),
    };
    let figures = figures_of(0, &Base::default(), START, Lang::Zh);
    let mut edition = Edition {
        head,
        figures: serde_json::to_string(&figures).expect("JSON"),
        records: String::new(),
    };
    let digest = sm3::Sm3::digest(edition.sealed().as_bytes());
    edition.head.digest = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    edition
}

#[tokio::test]
async fn an_edition_from_before_there_were_officers_still_verifies() {
    each_engine(async |stage| {
        ledger(stage).await;
        let (app, by) = (&stage.app, operator());
        assert_eq!(
            standings(stage, &by, 2025).await.len(),
            2,
            "the year would count them now"
        );
        year::begin(app, &by, 2025).await.expect("a year");
        stage
            .run("UPDATE year SET state = 'closed', closed_at = 1 WHERE year = 2025")
            .await;
        let edition = of_version_0(2025);
        app.db
            .write(edition, |tx, edition| {
                Box::pin(async move { db::edition::insert(tx, &edition).await })
            })
            .await
            .expect("stored");
        let report = verify::of_year(app, &by, 2025).await.expect("a report");
        let told = report.differences.iter().map(|of| of.recomputed.as_str());
        assert_eq!(
            told.collect::<Vec<_>>(),
            ["missing"; 2],
            "only in the log, which has not seen them"
        );
        let editions = edition::editions(app, &by, 2025).await.expect("the editions");
        assert_eq!(editions.changed, Some(edition::Changed::default()));
        let shown = annual::annual(app, &by, 2025, None).await.expect("the figures");
        assert_eq!((shown.version, shown.since), (0, None), "it never counted officers");
        let browser = Browser::new(app).signed_in(&stage.administrator().await);
        let get = async |path: &str| browser.get(&format!("/admin/years/{path}")).await;
        let name = AnnualId::OfficersDue.name(Lang::Zh);
        let page = get("2025").await.body;
        assert!(
            page.contains("取自第 1 版") && !page.contains("封账之后明细有变动"),
            "{page}"
        );
        let report = part(&get("2025/report").await.bytes, "word/document.xml");
        let returned = part(&get("2025/return").await.bytes, "xl/worksheets/sheet1.xml");
        let edition = get("2025/editions/1").await.body;
        for told in [page, report, returned, edition] {
            assert!(told.contains("通报文件") && !told.contains(name), "{told}");
        }
        let page = get("2026").await.body;
        assert!(page.contains("/admin/years/2026/records?figure=officers_due"));
        assert!(
            !page.contains("/admin/years/2025/records?figure=officers_due"),
            "{page}"
        );
        stage
            .run("UPDATE edition SET records = 'general 0000000000001 0000000000005'")
            .await;
        assert!(
            !verify::of_year(app, &by, 2025)
                .await
                .expect("a report")
                .differences
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn a_ledger_is_previewed_row_by_row_and_imported_at_once() {
    each_engine(async |stage| {
        stage.roster(9, 3).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let template = browser.get("/admin/officers/template").await;
        assert_eq!((template.status.as_u16(), &template.bytes[..2]), (200, &b"PK"[..]));
        let csv = "工号,姓名,证件编号,执法领域,发证日期,有效期至\n\
                   1001,张1001,ZJ-1,安全生产,2022-05-10,2027-05-09\n\
                   1002,别人,ZJ-2,,2022-05-10,2027-05-09\n\
                   1003,,ZJ-1,,2022-05-10,2027-05-09\n\
                   8888,,ZJ-4,,2022-05-10,2027-05-09\n\
                   1005,,ZJ-5,,2022-05-10,2022-05-09\n\
                   1006,,ZJ-6,,昨天,2027-05-09\n";
        let sent = browser
            .upload("/admin/officers/import", "台账.csv", csv.as_bytes())
            .await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let preview = browser.get(sent.location()).await;
        for words in ["姓名和工号对不上", "没有这个工号", "有效期对不上", "日期要写成", "ZJ-1"]
        {
            assert!(preview.body.contains(words), "{words}: {}", preview.body);
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM officer_certificate").await, 0);
        let done = browser.post(sent.location(), &[]).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert_eq!(stage.count("SELECT COUNT(*) FROM officer_certificate").await, 1);
        let again = browser
            .upload("/admin/officers/import", "台账.csv", csv.as_bytes())
            .await;
        let again = browser.post(again.location(), &[]).await;
        assert_eq!(again.status, 200);
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM officer_certificate").await,
            1,
            "known just so"
        );
        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('officers_imported', 'officer_certificate_entered')";
        assert_eq!(stage.count(acts).await, 3);
    })
    .await;
}

#[tokio::test]
async fn a_liaison_keeps_the_own_unit_and_a_person_sees_the_own_certificate() {
    each_engine(async |stage| {
        let [due, late, _] = ledger(stage).await;
        let unit = unit_named(stage, "市局 / 1科").await;
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(unit),
        };
        role::grant(&stage.app, &operator(), "1005", grant)
            .await
            .expect("a role");
        let liaison = stage.caller("1005").await;
        assert_eq!(standings(stage, &liaison, 2026).await, [of("ZJ-2", Standing::Late)]);
        let (app, review) = (&stage.app, reviewed(Outcome::Reviewed, None));
        assert_eq!(
            fault(officer::record(app, &liaison, due).await.map(|_| ())),
            Fault::NotFound
        );
        assert_eq!(
            fault(officer::review(app, &liaison, &[late, due], review.clone()).await),
            Fault::NotFound
        );
        assert_eq!(
            officer_fault(officer::enter(app, &liaison, "1001", wish("X", "2022-01-01", "2027-01-01")).await),
            OfficerFault::Person
        );
        assert_eq!(
            fault(officer::set_rule(app, &liaison, Rule::usual(2026)).await),
            Fault::Forbidden
        );
        let candidate = stage.caller("1002").await;
        assert_eq!(
            fault(officer::review(app, &candidate, &[late], review).await),
            Fault::Forbidden
        );

        let browser = Browser::new(app).signed_in(&stage.token("1005").await);
        let page = browser.get("/admin/officers?year=2026").await;
        assert!(
            page.status == 200 && page.body.contains("ZJ-2") && page.body.contains("逾期未审"),
            "{}",
            page.body
        );
        assert!(!page.body.contains("ZJ-1"));
        let id = late.to_string();
        let form = [
            ("year", "2026"),
            ("certificate", id.as_str()),
            ("outcome", "renewed"),
            ("reviewed", "2026-11-20"),
        ];
        let refused = browser.post("/admin/officers/review", &form).await;
        assert!(
            refused.status == 422 && refused.body.contains("有效期对不上"),
            "{}",
            refused.status
        );
        assert!(refused.body.contains("checked"), "what was ticked stays ticked");
        let form = [&form[..], &[("renewed_until", "2031-05-31")]].concat();
        assert_eq!(
            browser.post("/admin/officers/review", &form).await.location(),
            "/admin/officers?year=2026"
        );
        let record = Browser::new(app)
            .signed_in(&stage.token("1002").await)
            .get("/record")
            .await;
        assert!(record.body.contains("ZJ-2") && record.body.contains("已换证") && record.body.contains("2031-05-31"));
        let english = browser
            .with_cookie("lang", "en")
            .get(&format!("/admin/officers/{late}"))
            .await;
        assert_eq!(english.status, 200);
    })
    .await;
}

#[tokio::test]
async fn the_figures_count_enforcement_certificates_and_no_supervision_ones() {
    each_engine(async |stage| {
        ledger(stage).await;
        let (app, by) = (&stage.app, operator());
        let supervision = |number, issued| Wish {
            category: Category::Supervision,
            ..wish(number, issued, "2031-05-09")
        };
        let base = async || {
            let annual = annual::annual(app, &by, 2026, None).await.expect("the figures");
            annual.base
        };
        let before = base().await;
        assert_eq!((before.facts.officers_due, before.facts.officers_new), (2, 1));
        let old = enter(stage, "1004", supervision("JD-1", "2022-05-10")).await;
        enter(stage, "1005", supervision("JD-2", "2026-02-01")).await;
        officer::review(app, &by, &[old], reviewed(Outcome::Reviewed, None))
            .await
            .expect("reviewed");
        officer::train(app, &by, &[old], training(600)).await.expect("trained");
        let application = officer::apply(app, &by, "1006", "", Category::Supervision)
            .await
            .expect("entered");
        for exam in [ExamStage::Special, ExamStage::General] {
            let claim = Claim::Typed {
                proof: Proof::Document("成绩通知〔2026〕1号".to_owned()),
                day: day("2026-06-06"),
                passed: true,
            };
            officer::take_stage(app, &by, application, exam, claim)
                .await
                .expect("taken");
        }
        assert_eq!(base().await, before);
        let browser = Browser::new(app).signed_in(&stage.administrator().await);
        let page = browser.get("/admin/officers?year=2026").await.body;
        assert_eq!(page.matches("行政执法监督证，不计入年度数据").count(), 2, "{page}");
    })
    .await;
}
