//! Handing in figures to the level above: a receipt, a comment when they come back, a sum without typing, and a closed year.

use mingfa::{
    db,
    domain::{
        activity::{Activity, ActivityFault, Kind, State::Recorded, Wish},
        annual::AnnualId,
        filing::{Standing, State, Values},
        id::{AccountId, ActivityId, FilingId, UnitId},
        notice::About,
        people::PeopleFault,
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{Caller, activity, edition, filing, notice, person, reminder, role, verify},
};

use crate::{
    access::unit_named,
    activity::lecture,
    annual::{enter, lived},
    browser::Browser,
    support::{Stage, each_engine, fault, operator},
};

async fn liaison(stage: &Stage, name: &str, unit: UnitId) -> Caller {
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(unit),
    };
    role::grant(&stage.app, &operator(), name, grant).await.expect("a role");
    stage.caller(name).await
}

/// The year lived by two sections of a city bureau, with a liaison each for one of them and for the bureau.
async fn staffed(stage: &Stage) -> (UnitId, Caller, Caller) {
    let [first, _] = lived(stage).await;
    let below = liaison(stage, "1002", first).await;
    let city = unit_named(stage, "市局").await;
    (first, below, liaison(stage, "1003", city).await)
}

async fn file(stage: &Stage, who: &Caller, unit: UnitId, note: &str) -> mingfa::service::Result<FilingId> {
    filing::file(&stage.app, who, 2026, unit, note).await
}

async fn board(stage: &Stage, who: &Caller) -> filing::Board {
    filing::board(&stage.app, who, 2026, None).await.expect("the board")
}

async fn standings(stage: &Stage, who: &Caller) -> Vec<Standing> {
    board(stage, who)
        .await
        .below
        .into_iter()
        .map(|line| line.standing)
        .collect()
}

#[tokio::test]
async fn a_unit_hands_in_is_sent_back_mends_and_is_accepted() {
    each_engine(async |stage| {
        let (unit, below, above) = staffed(stage).await;
        assert_eq!(standings(stage, &above).await, [Standing::Missing; 3]);
        assert_eq!(fault(file(stage, &above, UnitId(1), "").await), Fault::NotFound);
        let long = "长".repeat(501);
        assert_eq!(
            fault(file(stage, &below, unit, &long).await),
            Fault::Activity(ActivityFault::Text)
        );
        let id = file(stage, &below, unit, "已核对").await.expect("handed in");
        assert_eq!(
            standings(stage, &above).await,
            [Standing::Missing, Standing::Missing, Standing::Filed]
        );
        assert_eq!(
            fault(file(stage, &below, unit, "").await),
            Fault::WrongState,
            "the very same"
        );
        let receipt = filing::shown(&stage.app, &below, id).await.expect("the receipt");
        assert!(!receipt.decides && receipt.filing.receipt().len() == 19);
        let works = receipt.filing.values.shown(AnnualId::Publicity);
        assert_eq!(works.as_deref(), Some("2"));

        let decide = async |who: &Caller, to, comment| filing::decide(&stage.app, who, id, to, comment).await;
        assert_eq!(fault(decide(&below, State::Accepted, "").await), Fault::Forbidden);
        assert_eq!(
            fault(decide(&above, State::Returned, " ").await),
            Fault::People(PeopleFault::Reason)
        );
        decide(&above, State::Returned, "少报一场").await.expect("sent back");
        let settled = Fault::Activity(ActivityFault::Settled);
        assert_eq!(fault(decide(&above, State::Accepted, "").await), settled);
        let told = notice::inbox(&stage.app, &below, 1).await.expect("the inbox");
        assert!(
            told.notices
                .iter()
                .any(|one| matches!(&one.about, About::FiguresReturned { filing, .. } if *filing == id))
        );
        assert_eq!(
            standings(stage, &above).await,
            [Standing::Missing, Standing::Returned, Standing::Missing]
        );

        enter(stage, unit, Kind::Publicity, "2026-04-05", 1).await;
        let again = file(stage, &below, unit, "").await.expect("handed in again");
        assert_eq!(
            fault(decide(&above, State::Accepted, "").await),
            settled,
            "something newer was handed in"
        );
        filing::decide(&stage.app, &above, again, State::Accepted, "")
            .await
            .expect("accepted");
        let seen = board(stage, &above).await;
        assert_eq!(seen.below[2].standing, Standing::Accepted);
        assert_eq!(seen.sum.shown(AnnualId::Publicity).as_deref(), Some("3"));
        assert_eq!(
            seen.now.shown(AnnualId::Publicity).as_deref(),
            Some("4"),
            "the other section has one"
        );
        enter(stage, unit, Kind::Publicity, "2026-04-06", 1).await;
        assert_eq!(
            standings(stage, &above).await,
            [Standing::Missing, Standing::Missing, Standing::Changed]
        );
        let own = board(stage, &below).await;
        assert_eq!((own.unit, own.history.len(), own.files), (Some(unit), 2, true));

        let acts = "SELECT COUNT(*) FROM audit_entry WHERE act IN ('figures_filed', 'filing_decided')";
        assert_eq!(stage.count(acts).await, 4);
    })
    .await;
}

#[tokio::test]
async fn nobody_decides_upon_what_he_handed_in_and_nobody_sees_another_part_of_the_tree() {
    each_engine(async |stage| {
        let (unit, below, above) = staffed(stage).await;
        let other = unit_named(stage, "市局 / 2科").await;
        let id = file(stage, &above, unit, "").await.expect("for the unit below");
        let same = filing::decide(&stage.app, &above, id, State::Accepted, "").await;
        assert_eq!(fault(same), Fault::Activity(ActivityFault::SamePerson));
        assert_eq!(fault(file(stage, &below, other, "").await), Fault::NotFound);
        let hidden = file(stage, &above, other, "").await.expect("handed in");
        assert!(filing::shown(&stage.app, &below, hidden).await.is_err());
        assert!(filing::board(&stage.app, &below, 2026, Some(other)).await.is_err());
        assert!(filing::shown(&stage.app, &below, id).await.is_ok());
        let city = unit_named(stage, "市局").await;
        assert_eq!(
            fault(file(stage, &above, city, "").await),
            Fault::NotFound,
            "nothing is above it"
        );
    })
    .await;
}

#[tokio::test]
async fn a_closed_year_takes_nothing_and_a_changed_byte_is_named() {
    each_engine(async |stage| {
        let (unit, below, above) = staffed(stage).await;
        let id = file(stage, &below, unit, "").await.expect("handed in");
        edition::close(&stage.app, &operator(), 2026).await.expect("closed");
        let closed = Fault::Activity(ActivityFault::Closed(2026));
        let other = unit_named(stage, "市局 / 2科").await;
        assert_eq!(fault(file(stage, &above, other, "").await), closed);
        for to in [State::Accepted, State::Returned] {
            assert_eq!(fault(filing::decide(&stage.app, &above, id, to, "再看").await), closed);
        }
        let report = verify::of_year(&stage.app, &operator(), 2026).await.expect("a report");
        assert_eq!((report.filings, report.differences.len()), (1, 0));
        stage
            .run("UPDATE filing SET figures = REPLACE(figures, '[2,null]', '[3,null]')")
            .await;
        let report = verify::of_year(&stage.app, &operator(), 2026).await.expect("a report");
        assert_eq!(report.differences.len(), 1);
        assert!(
            report.differences[0].subject.starts_with("figures of 2026"),
            "{report:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn the_pages_hand_in_send_back_and_say_why_not() {
    each_engine(async |stage| {
        let (unit, ..) = staffed(stage).await;
        let unit = unit.to_string();
        let below = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let board = below.get("/admin/years/2026/filings").await.body;
        assert!(
            board.contains("上报给“市局”") && board.contains("2027-03-01"),
            "{board}"
        );
        let form = [("unit", unit.as_str()), ("note", "请审")];
        let sent = below.post("/admin/years/2026/filings", &form).await;
        assert_eq!(sent.status, 303);
        let receipt = sent.location().to_owned();
        let page = below.get(&receipt).await.body;
        assert!(
            page.contains("请审") && page.contains("SM3") && !page.contains("退回意见"),
            "{page}"
        );
        let again = below.post("/admin/years/2026/filings", &form).await;
        assert_eq!(again.status, 409);

        let above = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        let board = above.get("/admin/years/2026/filings").await.body;
        assert!(board.contains("共 3 家，2 家还没有报。"), "{board}");
        let send_back = format!("{receipt}/return");
        let empty = above.post(&send_back, &[("comment", "")]).await;
        assert_eq!(empty.status, 422);
        assert_eq!(below.post(&format!("{receipt}/accept"), &[]).await.status, 403);
        assert_eq!(above.post(&send_back, &[("comment", "少了一场")]).await.status, 303);
        let page = below.get("/admin/years/2026/filings").await.body;
        assert!(page.contains("“市局”退回：少了一场"), "{page}");
        assert!(below.get("/notices").await.body.contains("上报的数据被退回"));
        assert_eq!(below.get("/admin/years/2026/filings?unit=x").await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_liaison_is_reminded_until_the_figures_are_handed_in() {
    each_engine(async |stage| {
        let (unit, below, _) = staffed(stage).await;
        stage
            .clock
            .set(Timestamp::parse_local("2027-02-10T10:00").expect("a moment"));
        let remind = async || reminder::remind(&stage.app).await.expect("reminded");
        assert_eq!(remind().await, 1, "nothing is above the bureau");
        let inbox = notice::inbox(&stage.app, &below, 1).await.expect("the inbox");
        let About::FiguresDue { unit: told, year, .. } = &inbox.notices[0].about else {
            panic!("{:?}", inbox.notices[0].about)
        };
        assert_eq!((*told, *year), (unit, 2026));
        let page = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let path = inbox.notices[0].about.path();
        assert!(page.get(&path).await.body.contains("上报给“市局”"), "{path}");
        stage.clock.advance_seconds(2 * 86_400);
        assert_eq!(remind().await, 1, "again, two days later");
        file(stage, &below, unit, "").await.expect("handed in");
        stage.clock.advance_seconds(2 * 86_400);
        assert_eq!(remind().await, 0, "it stops by itself");
    })
    .await;
}

/// Whether a cell of a page has a rate with its parts: as links to its records, or as it was handed in.
fn shows(page: &str, rate: &str, parts: &str, records: Option<&str>) -> bool {
    let page = page.replace("&amp;", "&").replace("<!>", "");
    let text = |text: &str| match records {
        Some(address) => format!("<a href=\"{address}\">{text}</a>"),
        None => text.to_owned(),
    };
    let (rate, parts) = (text(rate), text(parts));
    page.split("</td>")
        .any(|cell| cell.contains(&rate) && cell.contains(&parts))
}

#[tokio::test]
async fn numbers_of_now_open_to_their_records_and_every_rate_shows_its_parts() {
    each_engine(async |stage| {
        let (unit, below, _) = staffed(stage).await;
        let address = |unit: UnitId| format!("/admin/years/2026/records?figure=pass_rate_of_due&unit={unit}");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let page = browser.get("/admin/years/2026/filings").await.body;
        assert!(shows(&page, "33.33%", "1 ÷ 3", Some(&address(unit))), "{page}");
        let records = browser.get(&address(unit)).await;
        assert_eq!(records.status, 200);
        assert!(records.body.contains("计入分子 1，计入分母 3"), "{}", records.body);

        let id = file(stage, &below, unit, "").await.expect("handed in");
        let receipt = browser.get(&format!("/admin/filings/{id}")).await.body;
        assert!(shows(&receipt, "33.33%", "1 ÷ 3", None), "{receipt}");
        assert!(
            !receipt.contains("/records?"),
            "it stays as it was handed in: {receipt}"
        );

        let above = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        let page = above.get("/admin/years/2026/filings").await.body;
        let city = unit_named(stage, "市局").await;
        assert!(shows(&page, "33.33%", "1 ÷ 3", None), "the sum: {page}");
        assert!(shows(&page, "11.11%", "1 ÷ 9", Some(&address(city))), "{page}");
        assert_eq!(above.get(&address(city)).await.status, 200);
        assert!(!page.contains("最后一个版次"), "{page}");

        edition::close(&stage.app, &operator(), 2026).await.expect("closed");
        let page = above.get("/admin/years/2026/filings").await.body;
        assert!(page.contains("点开数字看到的是最后一个版次的明细"), "{page}");
    })
    .await;
}

/// How many records make a year one that is counted once a minute only.
const LARGE: i64 = 5_000;

#[tokio::test]
async fn a_large_year_is_counted_anew_when_figures_are_handed_in() {
    each_engine(async |stage| {
        let (unit, below, above) = staffed(stage).await;
        let day = Timestamp::parse_day("2026-03-09").expect("a day");
        let entry = |id: i64| Activity {
            id: ActivityId(id),
            year: 2026,
            wish: Wish {
                kind: Kind::Lecture,
                day,
                ..lecture(unit, "讲座")
            },
            state: Recorded,
            entered_by: AccountId(0),
            entered_at: day,
            decided: None,
            decision: String::new(),
        };
        let entries: Vec<Activity> = (1..=LARGE).map(entry).collect();
        stage
            .app
            .db
            .write(entries, |tx, entries| {
                Box::pin(async move { db::activity::insert_all(tx, &entries).await })
            })
            .await
            .expect("stored");
        let publicity = async || board(stage, &below).await.now.shown(AnnualId::Publicity);
        assert_eq!(publicity().await.as_deref(), Some("2"));
        enter(stage, unit, Kind::Publicity, "2026-04-05", 1).await;
        assert_eq!(publicity().await.as_deref(), Some("2"), "counted within the minute");
        file(stage, &below, unit, "").await.expect("handed in");
        assert_eq!(publicity().await.as_deref(), Some("3"));
        let standing = board(stage, &below).await.own.expect("its own").standing;
        assert_eq!(standing, Standing::Filed);
        assert!(standings(stage, &above).await.contains(&Standing::Filed));
    })
    .await;
}

#[tokio::test]
async fn who_stands_in_two_units_is_twice_in_their_sum_and_the_page_says_so() {
    each_engine(async |stage| {
        let [first, second] = lived(stage).await;
        let city = unit_named(stage, "市局").await;
        let above = liaison(stage, "1003", city).await;
        // One person went to court with the first section, was transferred, and went again with the second.
        let (both, one) = (stage.person("1005").await, stage.person("1006").await);
        for (unit, persons) in [(first, &[both][..]), (second, &[both, one])] {
            let wish = Wish {
                kind: Kind::CourtObservation,
                ..lecture(unit, "旁听庭审")
            };
            let id = activity::enter(&stage.app, &operator(), wish, true)
                .await
                .expect("entered");
            activity::add_persons(&stage.app, &operator(), id, persons)
                .await
                .expect("added");
            if unit == first {
                let to = person::Wish::Transfer(vec!["市局".to_owned(), "2科".to_owned()]);
                person::change(&stage.app, &operator(), both, to, stage.app.now(), "工作调动")
                    .await
                    .expect("transferred");
            }
        }
        for unit in [first, second] {
            file(stage, &above, unit, "").await.expect("handed in");
        }
        let seen = board(stage, &above).await;
        let of = |values: &Values, id| values.shown(id);
        assert_eq!(of(&seen.sum, AnnualId::CourtObservers).as_deref(), Some("3"));
        assert_eq!(of(&seen.distinct, AnnualId::CourtObservers).as_deref(), Some("2"));
        assert_eq!(of(&seen.now, AnnualId::CourtObservers).as_deref(), Some("2"));
        assert_eq!(
            of(&seen.distinct, AnnualId::Publicity),
            of(&seen.sum, AnnualId::Publicity),
            "what is no person is simply added"
        );
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        let page = browser.get("/admin/years/2026/filings").await.body;
        let remark = "各家相加，一个人在两家会算两次；按这些单位此刻的记录，一个人只算一次，是 2 人。";
        assert_eq!(page.matches(remark).count(), 1, "{page}");
    })
    .await;
}
