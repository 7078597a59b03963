//! Exemptions and deferrals: who asks, who decides, what follows for the roster and the figures.

use mingfa::{
    db,
    domain::{
        attempt::NoStart,
        exemption::{Ground, Kind, State, StepFault},
        id::{ExamId, ExemptionId},
        people::PeopleFault,
        role::{Grant, Role},
    },
    error::Fault,
    service::{
        Result, account,
        exemption::{self, Filter, Step, Wish},
        figure, role, sitting,
        slot::Entry,
    },
};

use crate::{
    browser::Browser,
    support::{Stage, each_engine, fault, operator, setup},
};

fn wish(exam: ExamId, kind: Kind) -> Wish {
    Wish {
        exam,
        kind,
        ground: Ground::LongSickLeave,
        words: "住院".to_owned(),
        document: None,
    }
}

async fn ask(stage: &Stage, number: &str, wish: Wish) -> Result<ExemptionId> {
    exemption::request(&stage.app, &operator(), stage.person(number).await, wish).await
}

async fn settle(stage: &Stage, id: ExemptionId, step: Step) -> Result<()> {
    exemption::settle(&stage.app, &operator(), id, step, "经办公会研究").await
}

fn step_fault<T>(result: Result<T>) -> StepFault {
    match fault(result) {
        Fault::People(PeopleFault::Exemption(fault)) => fault,
        other => panic!("another refusal: {other:?}"),
    }
}

/// Registered, exempted, due.
async fn counts(stage: &Stage, exam: ExamId) -> (i64, i64, i64) {
    let total = figure::figures(&stage.app, &operator(), exam)
        .await
        .expect("figures")
        .total;
    (total.registered, total.exempted, total.due)
}

async fn published(stage: &Stage, persons: usize) -> ExamId {
    stage.roster(persons, 3).await;
    let bank = stage.usual_bank().await;
    let exam = stage.draft(setup(bank)).await;
    mingfa::service::exam::publish(&stage.app, &operator(), exam)
        .await
        .expect("published");
    exam
}

async fn open(stage: &Stage, exam: ExamId) -> usize {
    mingfa::service::exam::open(&stage.app, &operator(), exam)
        .await
        .expect("open")
}

#[tokio::test]
async fn an_approved_exemption_is_exempt_when_the_roster_is_frozen_and_a_deferral_is_due() {
    each_engine(async |stage| {
        let exam = published(stage, 6).await;
        let approved = ask(stage, "1001", wish(exam, Kind::Exemption)).await.expect("asked");
        let refused = ask(stage, "1002", wish(exam, Kind::Exemption)).await.expect("asked");
        let deferred = ask(stage, "1003", wish(exam, Kind::Deferral)).await.expect("asked");
        let waiting = ask(stage, "1004", wish(exam, Kind::Exemption)).await.expect("asked");
        let withdrawn = ask(stage, "1005", wish(exam, Kind::Exemption)).await.expect("asked");
        let twice = ask(stage, "1001", wish(exam, Kind::Deferral)).await;
        assert_eq!(fault(twice), Fault::People(PeopleFault::Requested));
        settle(stage, approved, Step::Approve).await.expect("approved");
        settle(stage, deferred, Step::Approve).await.expect("approved");
        settle(stage, withdrawn, Step::Approve).await.expect("approved");
        settle(stage, withdrawn, Step::Withdraw).await.expect("withdrawn");
        let silent = exemption::settle(&stage.app, &operator(), refused, Step::Refuse, " ").await;
        assert_eq!(fault(silent), Fault::People(PeopleFault::Reason));
        settle(stage, refused, Step::Refuse).await.expect("refused");
        assert_eq!(
            step_fault(settle(stage, refused, Step::Approve).await),
            StepFault::Decided
        );
        ask(stage, "1002", wish(exam, Kind::Deferral))
            .await
            .expect("asked again after a refusal");

        assert_eq!(open(stage, exam).await, 5);
        assert_eq!(counts(stage, exam).await, (6, 1, 5));
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM paper").await,
            5,
            "no paper for who is exempt"
        );
        assert_eq!(
            step_fault(settle(stage, deferred, Step::Withdraw).await),
            StepFault::Opened
        );
        let caller = stage.caller("1001").await;
        let no_start = fault(sitting::start(&stage.app, &caller, exam, Entry::default()).await);
        assert_eq!(no_start, Fault::CannotStart(NoStart::NotDue));
        assert!(sitting::standings(&stage.app, &caller).await.expect("none").is_empty());
        let home = Browser::new(&stage.app)
            .signed_in(&stage.token("1001").await)
            .get("/")
            .await;
        assert!(home.body.contains("您已获准免考"), "{}", home.body);

        // Still possible with a document, for who has not begun to sit.
        assert_eq!(
            step_fault(settle(stage, waiting, Step::Approve).await),
            StepFault::NoDocument
        );
        exemption::add_document(&stage.app, &operator(), waiting, "证明.pdf", vec![1, 2, 3])
            .await
            .expect("stored");
        settle(stage, waiting, Step::Approve).await.expect("approved");
        assert_eq!(counts(stage, exam).await, (6, 2, 4));
        stage.start("1006", exam).await;
        let sat = ask(stage, "1006", wish(exam, Kind::Exemption)).await.expect("asked");
        exemption::add_document(&stage.app, &operator(), sat, "证明.pdf", vec![1])
            .await
            .expect("stored");
        assert_eq!(step_fault(settle(stage, sat, Step::Approve).await), StepFault::Sat);
        assert_eq!(counts(stage, exam).await, (6, 2, 4));
        let record = exemption::record(&stage.app, &operator(), waiting)
            .await
            .expect("the request");
        assert_eq!(
            (record.exemption.state, record.exemption.reason.as_str()),
            (State::Approved, "经办公会研究")
        );
        assert!(record.exemption.decided_at.is_some());
    })
    .await;
}

#[tokio::test]
async fn the_queue_filters_and_an_approver_outside_the_scope_finds_nothing() {
    each_engine(async |stage| {
        let exam = published(stage, 6).await;
        for (number, kind) in [
            ("1001", Kind::Exemption),
            ("1002", Kind::Deferral),
            ("1004", Kind::Exemption),
        ] {
            ask(stage, number, wish(exam, kind)).await.expect("asked");
        }
        let found = async |caller: &mingfa::service::Caller, filter: Filter| {
            let page = exemption::page(&stage.app, caller, &filter).await.expect("a page");
            let mut numbers: Vec<_> = page.rows.into_iter().map(|row| row.number).collect();
            numbers.sort_unstable();
            numbers
        };
        let everything = operator();
        assert_eq!(found(&everything, Filter::default()).await, ["1001", "1002", "1004"]);
        let kind = Some(Kind::Exemption);
        assert_eq!(
            found(
                &everything,
                Filter {
                    kind,
                    ..Filter::default()
                }
            )
            .await,
            ["1001", "1004"]
        );
        let words = "张1004".to_owned();
        assert_eq!(
            found(
                &everything,
                Filter {
                    words,
                    ..Filter::default()
                }
            )
            .await,
            ["1004"]
        );
        let state = Some(State::Approved);
        assert!(
            found(
                &everything,
                Filter {
                    state,
                    ..Filter::default()
                }
            )
            .await
            .is_empty()
        );

        role::make_account(&stage.app, &operator(), "approver")
            .await
            .expect("an account");
        let units = db::person::units(&stage.app.db).await.expect("the units");
        let unit = Some(units.find(&["市局".to_owned(), "0科".to_owned()]).expect("the unit").id);
        let grant = Grant {
            role: Role::ExamAdministrator,
            unit,
        };
        role::grant(&stage.app, &operator(), "approver", grant)
            .await
            .expect("granted");
        let token = stage.token("approver").await;
        let approver = account::caller(&stage.app, &token)
            .await
            .expect("a session")
            .expect("signed in");
        assert_eq!(
            found(&approver, Filter::default()).await,
            ["1001", "1004"],
            "of the own unit only"
        );
        let all = exemption::page(&stage.app, &operator(), &Filter::default())
            .await
            .expect("a page")
            .rows;
        for row in all {
            let decided = exemption::settle(&stage.app, &approver, row.exemption.id, Step::Approve, "").await;
            match row.number.as_str() {
                "1002" => assert_eq!(fault(decided), Fault::NotFound),
                _ => decided.expect("approved"),
            }
        }
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM exemption WHERE state = 'approved'")
                .await,
            2
        );
        let candidate = stage.caller("1001").await;
        let own = exemption::request(
            &stage.app,
            &candidate,
            stage.person("1001").await,
            wish(exam, Kind::Deferral),
        )
        .await;
        assert_eq!(fault(own), Fault::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn a_document_comes_back_as_it_was_and_only_as_something_to_save() {
    each_engine(async |stage| {
        let exam = published(stage, 3).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let request = ask(stage, "1001", wish(exam, Kind::Exemption)).await.expect("asked");
        let html = b"<script>alert(1)</script>";
        let reply = browser
            .upload(&format!("/admin/exemptions/{request}/documents"), "病假 条.html", html)
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        let record = exemption::record(&stage.app, &operator(), request)
            .await
            .expect("the request");
        let document = browser
            .get(&format!("/admin/documents/{}", record.documents[0].id))
            .await;
        assert_eq!(document.body.as_bytes(), html);
        assert_eq!(document.header("content-type"), "application/octet-stream");
        assert_eq!(document.header("x-content-type-options"), "nosniff");
        let disposition = document.header("content-disposition");
        assert!(
            disposition.starts_with("attachment;") && disposition.contains("filename*=UTF-8''%E7%97%85"),
            "{disposition}"
        );
        let large = vec![0; exemption::DOCUMENT + 1];
        let refused = exemption::add_document(&stage.app, &operator(), request, "x", large).await;
        assert_eq!(fault(refused), Fault::People(PeopleFault::DocumentTooLarge));
        let page = browser.get(&format!("/admin/exemptions/{request}")).await.body;
        assert!(page.contains("病假 条.html") && page.contains("批准"), "{page}");
        assert_eq!(
            browser
                .get(&format!("/admin/exemptions?exam={exam}&state=requested"))
                .await
                .status,
            200
        );
        let other = Wish {
            ground: Ground::Other,
            words: " ".to_owned(),
            ..wish(exam, Kind::Exemption)
        };
        assert_eq!(
            fault(ask(stage, "1002", other).await),
            Fault::People(PeopleFault::ExemptionForm)
        );
    })
    .await;
}
