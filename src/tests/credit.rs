//! The gate of credits before an exam, the rules of a year, and study time where a document demands it.

use mingfa::{
    domain::{
        activity::ActivityFault,
        annual::AnnualId,
        credit::{CreditFault, Credits, Gate, Hours, Rule},
        exam::Policy,
        exemption::{Ground, Kind},
        id::{CourseId, ExamId},
        record::{Kind as RecordKind, State as RecordState},
        role::{Grant, Role},
        time::{DAY, Timestamp},
    },
    error::Fault,
    service::{annual, credit, edition, exemption as exemptions, record, role, sitting, slot::Entry, verify, year},
};

use crate::{
    access::unit_named,
    browser::Browser,
    course::{EARLY, heading, lesson, published, take, topics},
    support::{START, Stage, each_engine, fault, operator, setup},
};

/// An open exam with this gate, and a course of ten credits, at the beginning of November.
async fn gated(stage: &Stage, gate: Gate) -> (ExamId, CourseId) {
    stage.clock.set(EARLY);
    let exam_bank = stage.usual_bank().await;
    topics(stage).await;
    let course = published(
        stage,
        heading("用火"),
        &["一", "二"].map(|name| lesson(name, 5, "用火")),
    )
    .await;
    let setup = setup(exam_bank);
    let setup = mingfa::service::exam::Setup {
        policy: Policy {
            credits: gate,
            ..setup.policy.clone()
        },
        ..setup
    };
    (stage.open_exam(setup).await, course)
}

fn gate(total: u32, compulsory: u32) -> Gate {
    Gate { total, compulsory }
}

#[tokio::test]
async fn an_exam_is_begun_with_the_credits_it_asks_for_or_by_an_admission() {
    each_engine(async |stage| {
        stage.roster(3, 3).await;
        let (exam, course) = gated(stage, gate(10, 0)).await;
        let app = &stage.app;
        let caller = stage.caller("1001").await;
        take(stage, &caller, course, 1, 3).await;
        take(stage, &caller, course, 2, 3).await;
        stage.clock.set(START);
        sitting::start(app, &caller, exam, Entry::default())
            .await
            .expect("ten credits are there");

        let short = stage.caller("1002").await;
        let Fault::Credits(held) = fault(sitting::start(app, &short, exam, Entry::default()).await) else {
            panic!("no credits are there");
        };
        assert_eq!((held.total, held.gate.total), (Credits::ZERO, 10));
        let browser = Browser::new(app).signed_in(&stage.token("1002").await);
        let refused = browser.post(&format!("/exams/{exam}/start"), &[]).await;
        assert!(
            refused.status == 403 && refused.body.contains("现有 0 学分") && refused.body.contains("href=\"/courses\""),
            "{} {}",
            refused.status,
            refused.body
        );
        let home = browser.get("/").await.body;
        assert!(
            home.contains("考前须修满 10 学分") && !home.contains("开始考试"),
            "{home}"
        );

        // Of what is asked for before an exam one reads where the credits are, by that exam's own number.
        let shelf = browser.get("/courses").await.body;
        assert!(shelf.contains("考前要求 10 学分，还差 10 学分"), "{shelf}");
        let enough = Browser::new(app).signed_in(&stage.token("1001").await);
        assert!(!enough.get("/courses").await.body.contains("考前要求"));

        let person = stage.person("1002").await;
        assert_eq!(
            fault(credit::admit(app, &operator(), exam, person, " ").await),
            Fault::CreditRule(CreditFault::Reason)
        );
        credit::admit(app, &operator(), exam, person, "因公出差")
            .await
            .expect("admitted");
        let twice = credit::admit(app, &operator(), exam, person, "因公出差").await;
        assert_eq!(fault(twice), Fault::CreditRule(CreditFault::NoGate));
        sitting::start(app, &short, exam, Entry::default())
            .await
            .expect("admitted");
        let logged = "SELECT COUNT(*) FROM audit_entry WHERE act = 'admitted_without_credits' AND reason = '因公出差'";
        assert_eq!(stage.count(logged).await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_the_day_has_cut_opens_the_gate_a_day_later() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let (exam, course) = gated(stage, gate(10, 10)).await;
        stage.clock.set(START);
        let caller = stage.caller("1001").await;
        take(stage, &caller, course, 1, 3).await;
        take(stage, &caller, course, 2, 3).await;
        let start = async || sitting::start(&stage.app, &caller, exam, Entry::default()).await;
        let Fault::Credits(held) = fault(start().await) else {
            panic!("only five count today");
        };
        assert_eq!((held.compulsory, held.waiting), (Credits::whole(5), Credits::whole(5)));
        assert!(held.message(mingfa::domain::lang::Lang::Zh).contains("另有 5 学分"));
        stage.clock.set(Timestamp(START.0 + DAY - 3_600_000));
        start().await.expect("ten count now");
    })
    .await;
}

#[tokio::test]
async fn credits_of_electives_do_not_open_a_gate_of_compulsory_ones_and_no_gate_asks_nothing() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let (exam, _) = gated(stage, gate(5, 5)).await;
        let elective = mingfa::domain::course::Heading {
            compulsory: false,
            ..heading("选修")
        };
        let elective = published(stage, elective, &[lesson("选", 5, "用电")]).await;
        let free = {
            let banks = mingfa::service::bank::banks(&stage.app, &operator())
                .await
                .expect("the banks");
            let bank = banks
                .into_iter()
                .find(|summary| summary.bank.name == "题库")
                .expect("the bank");
            stage.open_exam(setup(bank.bank.id)).await
        };
        let caller = stage.caller("1001").await;
        take(stage, &caller, elective, 1, 3).await;
        stage.clock.set(START);
        let Fault::Credits(held) = fault(sitting::start(&stage.app, &caller, exam, Entry::default()).await) else {
            panic!("electives are not compulsory");
        };
        assert_eq!((held.total, held.compulsory), (Credits::whole(5), Credits::ZERO));
        let standing = sitting::standing(&stage.app, &caller, free)
            .await
            .expect("the standing");
        assert_eq!(standing.credits, None);
        sitting::start(&stage.app, &caller, free, Entry::default())
            .await
            .expect("no gate");
    })
    .await;
}

#[tokio::test]
async fn a_rule_has_versions_with_reasons_and_hours_need_a_document() {
    each_engine(async |stage| {
        let app = &stage.app;
        assert_eq!(credit::rule(app, 2026).await.expect("a rule").rule, Rule::default());
        let lower = Rule {
            total: Credits::whole(50),
            compulsory: Credits::whole(30),
            ..Rule::default()
        };
        let none = credit::make_rule(app, &operator(), 2026, lower.clone(), "").await;
        assert_eq!(fault(none), Fault::CreditRule(CreditFault::Reason));
        let past = credit::make_rule(app, &operator(), 2025, lower.clone(), "按通知调整").await;
        assert_eq!(fault(past), Fault::CreditRule(CreditFault::Year));
        credit::make_rule(app, &operator(), 2026, lower.clone(), "按通知调整")
            .await
            .expect("made");
        let hours = |document: &str| Rule {
            hours: Some(Hours {
                document: document.to_owned(),
                minutes_a_day: 60,
            }),
            ..lower.clone()
        };
        let undocumented = credit::make_rule(app, &operator(), 2026, hours("领导要求"), "要学时").await;
        assert_eq!(fault(undocumented), Fault::CreditRule(CreditFault::Document));
        let made = credit::make_rule(app, &operator(), 2026, hours("示普办〔2026〕3号"), "文件要求").await;
        assert_eq!(made.expect("made").version, 2);
        let kept = credit::rules(app, &operator(), 2026).await.expect("the rules");
        assert_eq!(
            kept.iter().map(|kept| kept.reason.as_str()).collect::<Vec<_>>(),
            ["按通知调整", "文件要求"]
        );
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'credit_rule_made'")
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn who_studies_and_who_is_done_is_counted_by_the_rule_of_the_year() {
    each_engine(async |stage| {
        stage.roster(4, 2).await;
        topics(stage).await;
        let app = &stage.app;
        let course = published(
            stage,
            heading("用火"),
            &["一", "二"].map(|name| lesson(name, 3, "用火")),
        )
        .await;
        let rule = Rule {
            total: Credits::whole(6),
            compulsory: Credits::whole(6),
            ..Rule::default()
        };
        credit::make_rule(app, &operator(), 2026, rule, "本单位规定")
            .await
            .expect("made");
        for (number, lessons) in [("1001", 2), ("1002", 1)] {
            let caller = stage.caller(number).await;
            for place in 1..=lessons {
                take(stage, &caller, course, place, 3).await;
            }
        }
        let counts = async || {
            let counts = credit::counts(app, &operator(), 2026).await.expect("the counts");
            (counts.registered, counts.enrolled_study, counts.study_done)
        };
        assert_eq!(counts().await, (4, 2, 0), "five of six count today");
        stage.clock.set(Timestamp(START.0 + DAY));
        assert_eq!(counts().await, (4, 2, 1));
        let unit = unit_named(stage, "市局 / 1科").await;
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(unit),
        };
        role::grant(app, &operator(), "1004", grant).await.expect("granted");
        let liaison = stage.caller("1004").await;
        let own = credit::counts(app, &liaison, 2026).await.expect("the counts");
        assert_eq!((own.registered, own.enrolled_study, own.study_done), (2, 1, 0));
        let candidate = stage.caller("1001").await;
        assert_eq!(fault(credit::counts(app, &candidate, 2026).await), Fault::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn what_was_earned_for_a_closed_year_counts_as_on_the_day_it_was_closed() {
    each_engine(async |stage| {
        stage.roster(3, 1).await;
        let (exam, course) = gated(stage, gate(0, 0)).await;
        let app = &stage.app;
        stage.clock.set(START);
        let rule = Rule {
            total: Credits::whole(8),
            compulsory: Credits::ZERO,
            entries: vec![(RecordKind::CourtOnsite, Credits::whole(3))],
            ..Rule::default()
        };
        credit::make_rule(app, &operator(), 2026, rule.clone(), "本单位规定")
            .await
            .expect("made");
        let caller = stage.caller("1001").await;
        for place in [1, 2] {
            take(stage, &caller, course, place, 3).await;
        }
        let other = stage.caller("1002").await;
        let waits = record::enter(app, &other, crate::record::wish("旁听"), None)
            .await
            .expect("entered");
        let ask = exemptions::Wish {
            exam,
            kind: Kind::Exemption,
            ground: Ground::Retiring,
            words: String::new(),
            document: None,
        };
        let third = stage.person("1003").await;
        let request = exemptions::request(app, &operator(), third, ask).await.expect("asked");
        let paper = exemptions::add_document(app, &operator(), request, "a.pdf", vec![1]).await;
        paper.expect("stored");
        year::begin(app, &operator(), 2026).await.expect("a year");
        edition::close(app, &operator(), 2026).await.expect("closed");

        // Five of ten count on the day of the closing. That the others count a day later is nothing that the year was closed upon.
        stage.clock.set(Timestamp(START.0 + 3 * DAY));
        let report = verify::of_year(app, &operator(), 2026).await.expect("a report");
        assert_eq!(report.differences, []);
        let figures = annual::annual(app, &operator(), 2026, None).await.expect("the figures");
        assert_eq!(figures.base.shown(AnnualId::StudyDone), "0");
        assert_eq!(
            (
                figures.since,
                credit::mine(app, &caller).await.expect("the standing").is_done()
            ),
            (None, true)
        );
        let closed = Fault::Activity(ActivityFault::Closed(2026));
        assert_eq!(fault(record::decide(app, &operator(), waits, true, "").await), closed);
        let many = record::enter_many(app, &operator(), vec![third], crate::record::wish("旁听")).await;
        assert_eq!(fault(many), closed);
        let again = credit::make_rule(app, &operator(), 2026, rule, "再改").await;
        assert_eq!(fault(again), closed);
        let late = exemptions::settle(app, &operator(), request, exemptions::Step::Approve, "").await;
        assert_eq!(fault(late), closed);
        let states = record::mine(app, &other, None).await.expect("the record").entries;
        assert_eq!(
            states.iter().map(|entry| entry.state).collect::<Vec<_>>(),
            [RecordState::Entered]
        );
        exemptions::settle(app, &operator(), request, exemptions::Step::Refuse, "年度已封账")
            .await
            .expect("refused");
        let report = verify::of_year(app, &operator(), 2026).await.expect("a report");
        assert_eq!(report.differences, []);
    })
    .await;
}

#[tokio::test]
async fn study_time_is_what_the_server_saw_and_only_where_a_document_demands_it() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        topics(stage).await;
        let app = &stage.app;
        let course = published(stage, heading("用火"), &[lesson("用火", 1, "用火")]).await;
        let browser = Browser::new(app).signed_in(&stage.token("1001").await);
        let page = format!("/courses/{course}/lessons/1");
        let silent = browser.get(&page).await.body;
        assert!(
            !silent.contains("study-time.js") && !silent.contains("时长"),
            "{silent}"
        );
        assert_eq!(browser.post("/api/v1/study-time", &[]).await.status, 404);
        assert!(!browser.get("/record").await.body.contains("时长"));

        let rule = Rule {
            hours: Some(Hours {
                document: "示普办〔2026〕3号".to_owned(),
                minutes_a_day: 10,
            }),
            ..Rule::default()
        };
        credit::make_rule(app, &operator(), 2026, rule, "文件要求")
            .await
            .expect("made");
        assert!(browser.get(&page).await.body.contains("study-time.js"));
        let caller = stage.caller("1001").await;
        let seconds = async || {
            let standing = credit::mine(app, &caller).await.expect("the standing");
            standing.studied.expect("it is counted") / 1000
        };
        let beat = async |second: i64| {
            stage.clock.set(Timestamp(START.0 + second * 1000));
            let reply = browser
                .post("/api/v1/study-time", &[("seconds", "36000"), ("hours", "10")])
                .await;
            assert_eq!(reply.status, 204);
        };
        beat(0).await;
        assert_eq!(seconds().await, 0, "a claim is not read");
        for tick in 1..=10 {
            // Two pages, each every half minute.
            beat(tick * 30 - 15).await;
            beat(tick * 30).await;
        }
        assert_eq!(seconds().await, 300, "two pages are one stream");
        beat(4000).await;
        assert_eq!(seconds().await, 300, "a gap is not study");
        for tick in 1..=40 {
            beat(4000 + tick * 30).await;
        }
        assert_eq!(seconds().await, 600, "ten minutes a day");
        let other = stage.caller("1002").await;
        assert_eq!(credit::mine(app, &other).await.expect("the standing").studied, Some(0));
        let record = browser.get("/record").await.body;
        assert!(
            record.contains("0 小时 10 分") && record.contains("示普办〔2026〕3号"),
            "{record}"
        );
    })
    .await;
}

#[tokio::test]
async fn an_admission_is_given_by_those_who_manage_the_exam() {
    each_engine(async |stage| {
        stage.roster(2, 2).await;
        let (exam, _) = gated(stage, gate(10, 0)).await;
        let unit = unit_named(stage, "市局 / 0科").await;
        role::make_account(&stage.app, &operator(), "local")
            .await
            .expect("an account");
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit: Some(unit),
        };
        role::grant(&stage.app, &operator(), "local", grant)
            .await
            .expect("granted");
        let local = stage.caller("local").await;
        for number in ["1001", "1002"] {
            let person = stage.person(number).await;
            // The exam is for everybody, so it is not theirs even for their own people.
            let refused = credit::admit(&stage.app, &local, exam, person, "出差").await;
            assert_eq!(fault(refused), Fault::NotFound, "{number}");
        }
        let candidate = stage.caller("1001").await;
        let person = stage.person("1001").await;
        let refused = credit::admit(&stage.app, &candidate, exam, person, "出差").await;
        assert_eq!(fault(refused), Fault::Forbidden);
    })
    .await;
}
