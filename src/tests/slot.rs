//! Rooms and slots: an attempt begins only in one's own seat, time, room and with its password; and no slot holds more
//! than its seats.

use mingfa::{
    domain::{
        exam::Window,
        id::{ExamId, SlotId},
        slot::{NoEntry, SlotFault},
        time::Timestamp,
    },
    error::Fault,
    service::{
        App, Caller, sitting,
        slot::{self, Entry, Wish},
        supervision::{self, Wanted},
    },
};

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, fault, operator},
};

fn wish(room: &str, from: i64, minutes: i64, capacity: u32) -> Wish {
    let opens_at = START.plus_seconds(from * 60);
    Wish {
        room: room.to_owned(),
        window: Window {
            opens_at,
            closes_at: opens_at.plus_seconds(minutes * 60),
        },
        capacity,
        password: String::new(),
        addresses: String::new(),
    }
}

async fn add(stage: &Stage, exam: ExamId, wish: Wish) -> SlotId {
    slot::add(&stage.app, &operator(), exam, wish).await.expect("a slot")
}

async fn start(app: &App, caller: &Caller, exam: ExamId, address: &str, password: &str) -> Result<(), Fault> {
    let entry = Entry {
        address,
        password,
        ..Entry::default()
    };
    match sitting::start(app, caller, exam, entry).await {
        Ok(_) => Ok(()),
        refused => Err(fault(refused)),
    }
}

#[tokio::test]
async fn an_attempt_begins_only_in_ones_own_slot_room_and_with_its_password() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(4).await;
        let guarded = Wish {
            password: "kaochang1".to_owned(),
            addresses: "10.1.2.0/24".to_owned(),
            ..wish("第一考场", 10, 30, 2)
        };
        let first = add(stage, exam, guarded).await;
        let one = stage.caller("1001").await;
        let enter = async |address: &str, password: &str| start(&stage.app, &one, exam, address, password).await;
        assert_eq!(enter("10.1.2.3", "kaochang1").await, Err(Fault::Entry(NoEntry::NoSeat)));
        slot::give(&stage.app, &operator(), exam, first, " 1001 ")
            .await
            .expect("a seat");
        let opens = START.plus_seconds(600);
        assert_eq!(
            enter("10.1.2.3", "kaochang1").await,
            Err(Fault::Entry(NoEntry::NotYet(opens)))
        );
        stage.clock.set(opens);
        assert_eq!(
            enter("10.1.3.3", "kaochang1").await,
            Err(Fault::Entry(NoEntry::Address))
        );
        assert_eq!(
            enter("10.1.2.3", "kaochang2").await,
            Err(Fault::Entry(NoEntry::Password))
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM attempt").await, 0);
        enter("10.1.2.3", "kaochang1").await.expect("everything is right");
        let attempt = sitting::standing(&stage.app, &one, exam)
            .await
            .expect("the standing")
            .attempts[0]
            .clone();
        assert_eq!(
            attempt.deadline,
            opens.plus_seconds(30 * 60),
            "the slot ends before the minutes"
        );
        let page = |ip| {
            let browser = Browser::new(&stage.app);
            let path = format!("/attempts/{}", attempt.id);
            async move {
                let token = stage.token("1001").await;
                browser.signed_in(&token).at(ip).get(&path).await
            }
        };
        assert_eq!(page([10, 1, 2, 9]).await.status, 200);
        let outside = page([10, 9, 9, 9]).await;
        assert!(
            outside.status == 403 && outside.body.contains("不在考场的地址范围里"),
            "{}",
            outside.body
        );
        stage.clock.set(opens.plus_seconds(30 * 60));
        let late = stage.caller("1002").await;
        let over = slot::take(&stage.app, &late, exam, first).await;
        assert!(matches!(fault(over), Fault::Entry(NoEntry::Over(_))));
    })
    .await;
}

#[tokio::test]
async fn who_guesses_passwords_of_a_room_has_to_wait() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let guarded = Wish {
            password: "kaochang1".to_owned(),
            ..wish("第一考场", 1, 30, 2)
        };
        let first = add(stage, exam, guarded).await;
        let one = stage.caller("1001").await;
        slot::take(&stage.app, &one, exam, first).await.expect("a seat");
        stage.clock.set(START.plus_seconds(60));
        let mut refusals = Vec::new();
        for guess in 0..12 {
            refusals.push(start(&stage.app, &one, exam, "", &format!("guess-{guess}")).await);
        }
        assert_eq!(refusals[0], Err(Fault::Entry(NoEntry::Password)));
        assert!(matches!(refusals[11], Err(Fault::Wait(_))), "{refusals:?}");
    })
    .await;
}

#[tokio::test]
async fn no_slot_holds_more_than_its_seats_even_when_all_come_at_once() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let small = add(stage, exam, wish("小考场", 10, 30, 2)).await;
        let large = add(stage, exam, wish("大考场", 60, 30, 3)).await;
        let other = stage.second_node().await;
        let mut tries = Vec::new();
        for (place, number) in ["1001", "1002", "1003", "1004"].into_iter().enumerate() {
            let app = if place % 2 == 0 { &stage.app } else { &other };
            let caller = stage.caller(number).await;
            tries.push(async move { slot::take(app, &caller, exam, small).await });
        }
        let [a, b, c, d] = tries.try_into().unwrap_or_else(|_| panic!("four"));
        let done = tokio::join!(a, b, c, d);
        let done = [done.0, done.1, done.2, done.3];
        assert_eq!(done.iter().filter(|one| one.is_ok()).count(), 2);
        for refused in done.into_iter().filter(Result::is_err) {
            assert_eq!(fault(refused), Fault::Full);
        }
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM seat").await,
            2,
            "nothing is half stored"
        );
        let given = slot::give_all(&stage.app, &operator(), exam, 1).await.expect("given");
        assert_eq!(given, (3, 1), "one of four finds none");
        let told = "SELECT COUNT(*) FROM notice WHERE about LIKE '%seat_given%'";
        assert_eq!(
            stage.count(told).await,
            3,
            "who is given a seat is told, who took one knows"
        );
        let list = slot::list(&stage.app, &operator(), exam, large)
            .await
            .expect("the list");
        assert_eq!(list.seated.len(), 3);
        let live = supervision::live(&stage.app, &operator(), exam, Wanted::default())
            .await
            .expect("the live view");
        assert_eq!(
            (
                live.slots.len(),
                live.by_slot[&Some(large)].total(),
                live.by_slot[&Some(small)].total()
            ),
            (2, 3, 2)
        );
        slot::remove(&stage.app, &operator(), exam, large)
            .await
            .expect("removed");
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM seat").await,
            2,
            "its seats go with it"
        );
        let told = "SELECT COUNT(*) FROM notice WHERE about LIKE '%seat_gone%'";
        assert_eq!(stage.count(told).await, 3, "and their persons are told");
        stage.clock.set(START.plus_seconds(600));
        let begun = slot::remove(&stage.app, &operator(), exam, small).await;
        assert_eq!(fault(begun), Fault::WrongState);
    })
    .await;
}

#[tokio::test]
async fn a_seat_can_be_changed_until_its_slot_begins_and_not_when_it_was_given() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let early = add(stage, exam, wish("甲", 10, 30, 2)).await;
        let late = add(stage, exam, wish("乙", 60, 30, 2)).await;
        let one = stage.caller("1001").await;
        slot::take(&stage.app, &one, exam, early).await.expect("taken");
        slot::take(&stage.app, &one, exam, late).await.expect("changed");
        assert_eq!(stage.count("SELECT COUNT(*) FROM seat").await, 1);
        slot::give(&stage.app, &operator(), exam, early, "1001")
            .await
            .expect("given");
        let refused = slot::take(&stage.app, &one, exam, late).await;
        assert_eq!(fault(refused), Fault::WrongState, "it was given");
        let two = stage.caller("1002").await;
        slot::take(&stage.app, &two, exam, early).await.expect("taken");
        stage.clock.set(START.plus_seconds(600));
        let refused = slot::take(&stage.app, &two, exam, late).await;
        assert_eq!(fault(refused), Fault::WrongState, "it has begun");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_slot_is_refused_with_every_reason() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(2).await;
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/exams/{exam}/slots");
        let refused = administrator
            .post(
                &path,
                &[("room", "<b>甲</b>"), ("capacity", "x"), ("addresses", "hier")],
            )
            .await;
        assert_eq!(refused.status, 422);
        for fault in [SlotFault::Window, SlotFault::Capacity, SlotFault::Addresses] {
            assert!(refused.body.contains(fault.message(mingfa::domain::lang::Lang::Zh)));
        }
        assert!(!refused.body.contains("<b>甲"), "what was typed stays, as text");
        let field = |minutes: i64| Timestamp(START.0 + minutes * 60_000).local_field();
        let added = administrator
            .post(
                &path,
                &[
                    ("room", "第一考场"),
                    ("capacity", "1"),
                    ("opens_at", &field(5)),
                    ("closes_at", &field(50)),
                    ("password", "kaochang1"),
                ],
            )
            .await;
        assert_eq!(added.location(), path, "{}", added.body);
        let given = administrator.post(&format!("{path}/seats"), &[("round", "1")]).await;
        assert_eq!(given.location(), path);
        let page = administrator.get(&path).await;
        assert!(
            page.body.contains("1 / 1") && page.body.contains("已满"),
            "{}",
            page.body
        );
        let slot = page.body.split(&format!("{path}/")).nth(1).expect("a slot");
        let list = format!("{path}/{}", slot.split('"').next().expect("an id"));
        assert!(administrator.get(&list).await.body.contains("kaochang1"));
        let full = administrator.post(&list, &[("number", "1002")]).await;
        assert!(full.status == 409 && full.body.contains("已经坐满"), "{}", full.body);
        let nobody = administrator.post(&list, &[("number", "9999")]).await;
        assert_eq!(nobody.status, 422);

        stage.clock.set(START.plus_seconds(300));
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let intro = candidate.get(&format!("/exams/{exam}")).await;
        assert!(
            intro.body.contains("您的场次：第一考场") && intro.body.contains("考场口令"),
            "{}",
            intro.body
        );
        assert!(!intro.body.contains("kaochang1"), "the invigilator says it");
        let start = format!("/exams/{exam}/start");
        let wrong = candidate.post(&start, &[("password", "kaochang")]).await;
        assert!(
            wrong.status == 403 && wrong.body.contains("考场口令不对"),
            "{}",
            wrong.body
        );
        let right = candidate.post(&start, &[("password", "kaochang1")]).await;
        assert!(right.location().starts_with("/attempts/"), "{}", right.body);
        let live = administrator
            .get(&format!(
                "/admin/exams/{exam}/live?slot={}",
                list.rsplit('/').next().expect("an id")
            ))
            .await;
        assert!(
            live.body.contains("各场次") && live.body.contains("张1001"),
            "{}",
            live.body
        );
        assert!(!live.body.contains("<td>张1002</td>"), "only those of the room");
    })
    .await;
}
