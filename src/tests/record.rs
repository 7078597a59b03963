//! Personal law records: entries made and confirmed, what they give, and who sees what.

use mingfa::{
    domain::{
        certificate::Shows,
        credit::{Credits, Rule},
        record::{Kind, RecordFault, State, Wish},
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{Caller, activity, certificate, credit, record, role, year},
};

use crate::{
    access::unit_named,
    activity::{decide, lecture},
    browser::Browser,
    course::{heading, lesson, published, take, topics},
    support::{Stage, each_engine, fault, operator},
};

pub fn wish(title: &str) -> Wish {
    Wish {
        kind: Kind::CourtOnsite,
        day: "2026-11-20".parse().expect("a day"),
        title: title.to_owned(),
        place: "区法院".to_owned(),
        organiser: "局法规科".to_owned(),
        note: String::new(),
    }
}

/// A liaison of 市局 / 0科, who is person 1001.
async fn liaison(stage: &Stage) -> Caller {
    let unit = unit_named(stage, "市局 / 0科").await;
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(unit),
    };
    role::grant(&stage.app, &operator(), "1001", grant)
        .await
        .expect("granted");
    stage.caller("1001").await
}

async fn states(stage: &Stage, caller: &Caller) -> Vec<State> {
    let record = record::mine(&stage.app, caller, None).await.expect("the record");
    record.entries.iter().map(|entry| entry.state).collect()
}

#[tokio::test]
async fn an_entry_waits_until_somebody_else_of_the_unit_confirms_it() {
    each_engine(async |stage| {
        stage.roster(4, 2).await;
        let app = &stage.app;
        let rule = Rule {
            entries: vec![(Kind::CourtOnsite, Credits::whole(3))],
            ..Rule::default()
        };
        credit::make_rule(app, &operator(), 2026, rule, "按通知")
            .await
            .expect("made");
        let liaison = liaison(stage).await;
        let (own, other) = (stage.caller("1003").await, stage.caller("1002").await);
        let paper = Some(("判决 书.pdf".to_owned(), b"%PDF".to_vec()));
        let mine = record::enter(app, &own, wish("盗窃案旁听"), paper)
            .await
            .expect("entered");
        let elsewhere = record::enter(app, &other, wish("别的单位"), None)
            .await
            .expect("entered");
        let self_made = record::enter(app, &liaison, wish("自己的"), None)
            .await
            .expect("entered");
        assert_eq!(states(stage, &own).await, [State::Entered]);
        assert_eq!(
            credit::mine(app, &own).await.expect("credits").account.total,
            Credits::ZERO
        );

        let desk = record::desk(app, &liaison, None).await.expect("the desk");
        assert_eq!(desk.waiting.iter().map(|one| one.entry.id).collect::<Vec<_>>(), [mine]);
        assert_eq!(desk.waiting[0].documents, 1);
        assert_eq!(
            fault(record::decide(app, &liaison, elsewhere, true, "").await),
            Fault::NotFound
        );
        assert_eq!(
            fault(record::decide(app, &liaison, self_made, true, "").await),
            Fault::Record(RecordFault::Own)
        );
        assert_eq!(
            fault(record::decide(app, &liaison, mine, false, " ").await),
            Fault::Record(RecordFault::Reason)
        );
        record::decide(app, &liaison, mine, true, "").await.expect("confirmed");
        assert_eq!(
            fault(record::decide(app, &liaison, mine, false, "有误").await),
            Fault::Record(RecordFault::Decided)
        );
        assert_eq!(states(stage, &own).await, [State::Confirmed]);
        let account = credit::mine(app, &own).await.expect("credits").account;
        assert_eq!((account.total, account.compulsory), (Credits::whole(3), Credits::ZERO));

        let refused = record::enter(app, &own, wish("重复的"), None).await.expect("entered");
        record::decide(app, &operator(), refused, false, "与上一条重复")
            .await
            .expect("refused");
        let shown = record::mine(app, &own, None).await.expect("the record");
        assert!(shown.entries.iter().any(|entry| entry.reason == "与上一条重复"));
        assert_eq!(stage.count("SELECT COUNT(*) FROM credit").await, 1);

        // The paper is the person's and of those who keep the record.
        let document = shown.documents[0].1;
        assert_eq!(
            record::document(app, &own, document).await.expect("own").0,
            "判决 书.pdf"
        );
        assert_eq!(fault(record::document(app, &other, document).await), Fault::NotFound);
        record::kept_document(app, &liaison, document).await.expect("kept");
        assert_eq!(
            fault(record::kept_document(app, &other, document).await),
            Fault::Forbidden
        );
    })
    .await;
}

#[tokio::test]
async fn a_liaison_enters_for_many_and_for_nobody_of_another_unit() {
    each_engine(async |stage| {
        stage.roster(6, 2).await;
        let app = &stage.app;
        let liaison = liaison(stage).await;
        let own = [stage.person("1003").await, stage.person("1005").await];
        let other = stage.person("1002").await;
        let far = record::enter_many(app, &liaison, vec![own[0], other], wish("法治讲座")).await;
        assert_eq!(fault(far), Fault::NotFound);
        assert_eq!(stage.count("SELECT COUNT(*) FROM record_entry").await, 0, "all or none");
        let nobody = record::enter_many(app, &liaison, vec![], wish("法治讲座")).await;
        assert_eq!(fault(nobody), Fault::Record(RecordFault::Nobody));
        let many = vec![own[0], own[1], own[0]];
        let entered = record::enter_many(app, &liaison, many, wish("法治讲座")).await;
        assert_eq!(entered.expect("entered"), 2);
        let person = stage.caller("1003").await;
        assert_eq!(states(stage, &person).await, [State::Confirmed]);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'record_entries_made'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_record_shows_the_year_in_one_page() {
    each_engine(async |stage| {
        stage.roster(2, 2).await;
        topics(stage).await;
        let course = published(stage, heading("用火安全"), &[lesson("用火", 4, "用火")]).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let empty = browser.get("/record").await.body;
        for words in [
            "还没有完成的课时",
            "还没有考试",
            "还没有记录",
            "还没有证书",
            "没有用账号参加过竞赛",
        ] {
            assert!(empty.contains(words), "{words}: {empty}");
        }
        take(stage, &caller, course, 1, 3).await;
        let form = [("kind", "law_lecture"), ("day", "2026-11-20"), ("title", "<b>讲座</b>")];
        let multipart: String = form
            .iter()
            .map(|(name, value)| {
                format!("--rand\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            })
            .collect();
        let request =
            axum::http::Request::post("/record/entries").header("content-type", "multipart/form-data; boundary=rand");
        let sent = browser.send(request, multipart + "--rand--\r\n").await;
        assert_eq!(
            (sent.status.as_u16(), sent.location()),
            (303, "/record"),
            "{}",
            sent.body
        );
        let page = browser.get("/record").await.body;
        assert!(
            page.contains("用火安全") && page.contains("4 / 100 学分") && page.contains("待确认"),
            "{page}"
        );
        assert!(
            page.contains("&lt;b&gt;讲座&lt;/b&gt;") && !page.contains("<b>讲座"),
            "{page}"
        );
        let english = browser.with_cookie("lang", "en").get("/record").await.body;
        assert!(
            english.contains("Law record 2026") && english.contains("To be confirmed"),
            "{english}"
        );

        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let person = stage.person("1001").await;
        let path = format!("/admin/people/{person}/record");
        let seen = administrator.get(&path).await.body;
        assert!(
            seen.contains("用火安全") && seen.contains("value=\"confirm\""),
            "{seen}"
        );
        let desk = administrator.get("/admin/records").await.body;
        assert!(desk.contains("张1001") && desk.contains("name=\"person\""), "{desk}");
        let id = record::desk(&stage.app, &operator(), None)
            .await
            .expect("the desk")
            .waiting[0]
            .entry
            .id;
        let settled = administrator
            .post(&format!("/admin/records/{id}"), &[("do", "refuse"), ("reason", "")])
            .await;
        assert!(
            settled.status == 422 && settled.body.contains("不确认要写明理由"),
            "{}",
            settled.body
        );
        let settled = administrator
            .post(&format!("/admin/records/{id}"), &[("do", "confirm")])
            .await;
        assert_eq!(settled.status, 303);
        let other = person_page(stage, "1002").await;
        assert!(!other.contains("用火安全"));
    })
    .await;
}

/// 2027-01-04 10:00 in China.
const JANUARY: Timestamp = Timestamp(1_799_028_000_000);

#[tokio::test]
async fn what_is_confirmed_in_january_counts_on_the_days_attended() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        let app = &stage.app;
        let rule = Rule {
            entries: vec![(Kind::CourtOnsite, Credits::whole(4))],
            per_day: Some(Credits::whole(5)),
            ..Rule::default()
        };
        credit::make_rule(app, &operator(), 2026, rule, "按通知")
            .await
            .expect("made");
        let own = stage.caller("1001").await;
        let on = |day: &str| Wish {
            day: day.parse().expect("a day"),
            ..wish("旁听")
        };
        stage.clock.set(JANUARY);
        for day in ["2026-11-20", "2026-11-27"] {
            let id = record::enter(app, &own, on(day), None).await.expect("entered");
            record::decide(app, &operator(), id, true, "").await.expect("confirmed");
        }
        let person = own.person().expect("a person");
        let other = stage.person("1002").await;
        for day in ["2026-11-20", "2026-11-27"] {
            record::enter_many(app, &operator(), vec![other], on(day))
                .await
                .expect("entered");
        }
        for person in [person, other] {
            let record = record::of(app, &operator(), person, Some(2026))
                .await
                .expect("the record");
            assert_eq!(
                record.standing.account.total,
                Credits::whole(8),
                "no day has more than five"
            );
        }
    })
    .await;
}

#[tokio::test]
async fn the_record_of_a_year_that_is_over_can_be_looked_at_and_printed() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(4).await;
        stage.sit("1002", exam, |_, _, key| key).await;
        stage.clock.set(JANUARY);
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let now = browser.get("/record").await.body;
        assert!(now.contains("2027 年学法档案") && now.contains("还没有考试"), "{now}");
        assert!(
            now.contains("href=\"/record?year=2026\"") && now.contains("aria-current=\"page\""),
            "{now}"
        );
        let before = browser.get("/record?year=2026").await.body;
        assert!(
            before.contains("2026 年学法档案") && before.contains("年度学法考试"),
            "{before}"
        );
        let english = browser.with_cookie("lang", "en").get("/record?year=2026").await.body;
        assert!(english.contains("Law record 2026"), "{english}");
        assert_eq!(browser.get("/record?year=x").await.status, 404);

        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/people/{}/record", stage.person("1002").await);
        let seen = administrator.get(&format!("{path}?year=2026")).await.body;
        assert!(
            seen.contains("2026 年学法档案") && seen.contains("年度学法考试"),
            "{seen}"
        );
        assert!(seen.contains(&format!("href=\"{path}?year=2027\"")), "{seen}");
    })
    .await;
}

async fn person_page(stage: &Stage, number: &str) -> String {
    let browser = Browser::new(&stage.app).signed_in(&stage.token(number).await);
    browser.get("/record").await.body
}

#[tokio::test]
async fn the_record_has_what_the_unit_entered_and_the_codes_of_certificates() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(4).await;
        let (caller, attempt) = stage.sit("1002", exam, |_, _, key| key).await;
        let app = &stage.app;
        year::begin(app, &operator(), 2026).await.expect("a year");
        let unit = unit_named(stage, "市局 / 1科").await;
        let person = [stage.person("1002").await];
        for (title, withdrawn) in [("宪法讲座", false), ("取消的讲座", true)] {
            let id = activity::enter(app, &operator(), lecture(unit, title), true)
                .await
                .expect("entered");
            activity::add_persons(app, &operator(), id, &person)
                .await
                .expect("added");
            if withdrawn {
                let done = decide(stage, &operator(), id, activity::Step::Withdraw, "没有举行").await;
                done.expect("withdrawn");
            }
        }
        certificate::issue(app, &operator(), exam, Shows::Grade, None)
            .await
            .expect("issued");
        let record = record::mine(app, &caller, None).await.expect("the record");
        let titles: Vec<_> = record.listed.iter().map(|one| one.wish.title.as_str()).collect();
        assert_eq!((titles.as_slice(), attempt.0 > 0), (&["宪法讲座"][..], true));
        let other = record::mine(app, &stage.caller("1003").await, None)
            .await
            .expect("the record");
        assert!(other.listed.is_empty());
        let page = Browser::new(app)
            .signed_in(&stage.token("1002").await)
            .get("/record")
            .await
            .body;
        let code = record.certificates.first().expect("a certificate").code.to_string();
        assert!(page.contains("宪法讲座") && page.contains(&code), "{page}");
    })
    .await;
}
