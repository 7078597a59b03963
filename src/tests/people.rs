//! Units and persons in time: changes from a day on, identity numbers, imports that can be undone, accommodations.

use mingfa::{
    db,
    domain::{
        accommodation::{AccommodationFault, Ground},
        id::{ImportId, PersonId, UnitId},
        people::{PeopleFault, Status},
        person::{Person, PersonState},
        roster::{Departures, Gone},
        time::Timestamp,
    },
    error::Fault,
    service::{
        accommodation, change, exam, figure, person, roster, sitting,
        slot::Entry,
        unit::{self, Wish},
    },
};

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, fault, operator, roster_csv, setup, texts},
};

const DAY: i64 = 86_400;

fn path(text: &str) -> Vec<String> {
    text.split('/').map(str::to_owned).collect()
}

async fn unit_id(stage: &Stage, names: &str) -> UnitId {
    let units = db::person::units(&stage.app.db).await.expect("the units");
    units.find(&path(names)).unwrap_or_else(|| panic!("no unit {names}")).id
}

async fn change_unit(stage: &Stage, id: UnitId, wish: Wish, from: Timestamp) -> mingfa::service::Result<()> {
    unit::change(&stage.app, &operator(), id, wish, from, "机构改革").await
}

fn close(receiver: &str, confirmed: bool) -> Wish {
    Wish::Close {
        receiver: if receiver.is_empty() { vec![] } else { path(receiver) },
        confirmed,
    }
}

async fn change_person(
    stage: &Stage,
    number: &str,
    wish: person::Wish,
    from: Timestamp,
) -> mingfa::service::Result<()> {
    let id = stage.person(number).await;
    person::change(&stage.app, &operator(), id, wish, from, "组织调动").await
}

async fn import(stage: &Stage, csv: &str) -> roster::Report {
    roster::import(&stage.app, &operator(), "名册.csv", csv.as_bytes())
        .await
        .expect("an import")
}

async fn persons(stage: &Stage) -> Vec<Person> {
    db::person::all(&stage.app.db).await.expect("the roster")
}

fn people_fault<T>(result: mingfa::service::Result<T>) -> PeopleFault {
    match fault(result) {
        Fault::People(fault) => fault,
        other => panic!("another refusal: {other:?}"),
    }
}

#[tokio::test]
async fn a_unit_moves_from_its_day_on_and_the_history_keeps_where_it_was() {
    each_engine(async |stage| {
        import(stage, "工号,姓名,单位\n1,甲,市局/支队/一大队\n2,乙,市局/二科\n").await;
        let squad = unit_id(stage, "市局/支队/一大队").await;
        let tomorrow = START.plus_seconds(DAY);
        change_unit(stage, squad, Wish::Move(path("市局/二科")), tomorrow)
            .await
            .expect("planned");
        assert_eq!(
            people_fault(change_unit(stage, squad, Wish::Move(path("市局")), START).await),
            PeopleFault::Waiting
        );
        assert_eq!(change::carry_out_due(&stage.app).await.expect("nothing"), 0);
        assert_eq!(unit_id(stage, "市局/支队/一大队").await, squad, "not before its day");
        stage.clock.advance_seconds(DAY);
        assert_eq!(change::carry_out_due(&stage.app).await.expect("one"), 1);
        assert_eq!(unit_id(stage, "市局/二科/一大队").await, squad);
        change_unit(stage, squad, Wish::Rename("直属大队".to_owned()), START)
            .await
            .expect("at once");
        let record = unit::record(&stage.app, &operator(), squad).await.expect("the unit");
        let history: Vec<_> = record
            .changes
            .iter()
            .map(|change| {
                (
                    change.kind.code(),
                    change.status,
                    unit::told(change, &record.tree, &record.regions),
                )
            })
            .collect();
        let told = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        assert_eq!(
            history,
            [
                ("move", Status::Done, told("市局 / 支队", "市局 / 二科")),
                ("rename", Status::Done, told("一大队", "直属大队")),
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_circle_is_refused_with_its_names_also_when_it_arises_later() {
    each_engine(async |stage| {
        import(stage, "工号,姓名,单位\n1,甲,市局/支队/一大队\n2,乙,市局/二科\n").await;
        let (bureau, branch, office) = (
            unit_id(stage, "市局").await,
            unit_id(stage, "市局/支队").await,
            unit_id(stage, "市局/二科").await,
        );
        let circle = |names: &[&str]| PeopleFault::Circle(names.iter().map(|name| (*name).to_owned()).collect());
        let refused = change_unit(stage, bureau, Wish::Move(path("市局/支队/一大队")), START).await;
        assert_eq!(people_fault(refused), circle(&["市局", "支队", "一大队", "市局"]));
        // Each is possible by itself; the second to come would close a circle.
        let later = START.plus_seconds(DAY);
        change_unit(stage, branch, Wish::Move(path("市局/二科")), later)
            .await
            .expect("planned");
        change_unit(stage, office, Wish::Move(path("市局/支队")), later)
            .await
            .expect("planned");
        stage.clock.advance_seconds(2 * DAY);
        assert_eq!(change::carry_out_due(&stage.app).await.expect("both"), 2);
        let record = unit::record(&stage.app, &operator(), office).await.expect("the unit");
        assert_eq!(record.changes[0].status, Status::Refused);
        assert_eq!(record.changes[0].refusal, Some(circle(&["二科", "支队", "二科"])));
        assert_eq!(record.tree.path(branch), "市局 / 二科 / 支队");
        assert_eq!(
            people_fault(change_unit(stage, office, Wish::Rename("a/b".to_owned()), START).await),
            PeopleFault::UnitName
        );
        let nowhere = change_unit(stage, office, Wish::Move(path("没有")), START).await;
        assert_eq!(people_fault(nowhere), PeopleFault::UnknownUnit("没有".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn a_unit_with_people_is_not_closed_silently_and_closing_it_in_mid_exam_leaves_the_exam_alone() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let (caller, attempt) = stage.start("1001", exam).await;
        let before = figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        let office = unit_id(stage, "市局/0科").await;
        let in_use = people_fault(change_unit(stage, office, close("", false), START).await);
        let due = vec![("年度学法考试".to_owned(), 2)];
        let some = vec!["1001 张1001".to_owned(), "1004 张1004".to_owned()];
        assert_eq!(
            in_use,
            PeopleFault::UnitInUse {
                persons: 2,
                some,
                below: vec![],
                exams: due
            }
        );
        let confirm = people_fault(change_unit(stage, office, close("市局/1科", false), START).await);
        assert!(
            matches!(confirm, PeopleFault::UnitInUse { persons: 0, .. }),
            "{confirm:?}"
        );
        let top = people_fault(change_unit(stage, unit_id(stage, "市局").await, close("", true), START).await);
        assert!(matches!(top, PeopleFault::UnitInUse { below, .. } if below.len() == 3));
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM unit_change").await,
            0,
            "nothing was stored"
        );

        change_unit(stage, office, close("市局/1科", true), START)
            .await
            .expect("closed");
        assert!(persons(stage).await.iter().all(|person| person.unit != office));
        let after = figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        assert_eq!(
            (after.by_unit.clone(), after.total),
            (before.by_unit.clone(), before.total)
        );
        sitting::hand_in(&stage.app, &caller, attempt)
            .await
            .expect("the exam goes on");
        let late = stage.caller("1004").await;
        sitting::start(&stage.app, &late, exam, Entry::default())
            .await
            .expect("still due");

        let into_closed =
            people_fault(change_person(stage, "1002", person::Wish::Transfer(path("市局/0科")), START).await);
        assert_eq!(into_closed, PeopleFault::UnitClosed("0科".to_owned()));
        let report = import(stage, "工号,姓名,单位\n1002,张1002,市局/0科\n").await;
        let refused: Vec<_> = report
            .errors
            .iter()
            .map(|note| (note.place.to_string(), note.matter.code()))
            .collect();
        assert_eq!(refused, [("2".to_owned(), "unit_closed")]);
        change_unit(stage, office, Wish::Reopen, START)
            .await
            .expect("open again");
        assert_eq!(
            people_fault(change_unit(stage, office, Wish::Reopen, START).await),
            PeopleFault::UnitStands
        );
    })
    .await;
}

#[tokio::test]
async fn regions_are_a_tree_of_their_own_and_filter_the_units() {
    each_engine(async |stage| {
        let csv = "工号,姓名,单位,行政区划\n1,甲,市局/张店分局,山东省/淄博市/张店区\n2,乙,市局/临淄分局,山东省/淄博市/临淄区\n3,丙,市局,\n";
        assert_eq!(import(stage, csv).await.plan.placed.len(), 2);
        assert_eq!(stage.count("SELECT COUNT(*) FROM region").await, 4);
        let office = unit_id(stage, "市局/张店分局").await;
        let regions = db::unit::regions(&stage.app.db).await.expect("the regions");
        let region = |name: &str| regions.0.iter().find(|region| region.name == name).expect("the region").id;
        let found = async |region| {
            let page = unit::page(&stage.app, &operator(), "", Some(region), 1).await.expect("a page");
            page.rows.into_iter().map(|row| row.unit.name).collect::<Vec<_>>()
        };
        assert_eq!(found(region("淄博市")).await, ["张店分局", "临淄分局"]);
        assert_eq!(found(region("张店区")).await, ["张店分局"]);
        change_unit(stage, office, Wish::Region(path("山东省/济宁市")), START).await.expect("placed");
        assert_eq!(found(region("淄博市")).await, ["临淄分局"]);
        assert_eq!(import(stage, csv).await.plan.placed.len(), 1, "the file says otherwise again");
    })
    .await;
}

#[tokio::test]
async fn only_those_active_when_it_opens_are_registered_and_a_planned_day_counts() {
    each_engine(async |stage| {
        stage.roster(6, 3).await;
        let bank = stage.usual_bank().await;
        let left = person::Wish::State(PersonState::Retired);
        change_person(stage, "1001", left.clone(), START)
            .await
            .expect("retired");
        change_person(stage, "1002", left.clone(), START.plus_seconds(DAY))
            .await
            .expect("planned");
        change_person(stage, "1003", left.clone(), START.plus_seconds(9 * DAY))
            .await
            .expect("planned");
        let withdrawn = person::record(&stage.app, &operator(), stage.person("1003").await)
            .await
            .expect("the record");
        person::withdraw(&stage.app, &operator(), withdrawn.changes[0].id)
            .await
            .expect("withdrawn");
        let again = person::withdraw(&stage.app, &operator(), withdrawn.changes[0].id).await;
        assert_eq!(people_fault(again), PeopleFault::Settled);
        change_person(stage, "1004", person::Wish::Transfer(path("市局/2科")), START)
            .await
            .expect("transferred");
        assert_eq!(
            people_fault(change_person(stage, "1001", left, START).await),
            PeopleFault::NoChange
        );
        stage.clock.advance_seconds(DAY);
        let exam = stage.open_exam(setup(bank)).await;
        let counted = figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        assert_eq!(
            (counted.total.registered, counted.total.due),
            (4, 4),
            "1001 and 1002 have retired"
        );
        let third = unit_id(stage, "市局/2科").await;
        let of_third = counted
            .by_unit
            .iter()
            .find(|(unit, _)| *unit == third)
            .expect("the unit")
            .1;
        assert_eq!(of_third.registered, 3, "1004 counts where they were that day");
        assert_eq!(
            roster::size(
                &stage.app,
                &operator(),
                None,
                &mingfa::domain::exam::Audience::default()
            )
            .await
            .expect("the size"),
            4
        );
        let wrong = person::change(
            &stage.app,
            &operator(),
            stage.person("1005").await,
            person::Wish::State(PersonState::Left),
            START,
            " ",
        )
        .await;
        assert_eq!(people_fault(wrong), PeopleFault::Reason);
    })
    .await;
}

/// Two valid numbers.
const NUMBERS: [&str; 2] = ["11010519491231002X", "440524188001010014"];

#[tokio::test]
async fn of_an_identity_number_only_a_keyed_digest_and_a_masked_form_are_kept() {
    each_engine(async |stage| {
        let csv = format!(
            "工号,姓名,单位,身份证号\n1,甲,局,{0}\n2,乙,局,{1}\n3,丙,局,{0}\n4,丁,局,110105194912310021\n",
            NUMBERS[0], NUMBERS[1]
        );
        let administrator = stage.administrator().await;
        let browser = Browser::new(&stage.app).signed_in(&administrator);
        let reply = browser.upload("/admin/people/import", "名册.csv", csv.as_bytes()).await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        let kept = reply.location().to_owned();
        let bytes = match stage.place.engine {
            crate::support::Engine::Sqlite => "SELECT hex(body) FROM upload",
            crate::support::Engine::Postgres => "SELECT upper(encode(body, 'hex')) FROM upload",
        };
        let body = texts(&stage.app.db, bytes).await.concat();
        let raw: Vec<u8> = (0..body.len() / 2)
            .map(|i| u8::from_str_radix(&body[2 * i..2 * i + 2], 16).expect("hex"))
            .collect();
        let mut told = String::new();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(raw.as_slice()), &mut told).expect("packed");
        assert!(
            told.contains("110***********002X") && !NUMBERS.iter().any(|number| told.contains(number)),
            "{told}"
        );

        let preview = browser.get(&kept).await.body;
        assert!(
            preview.contains("身份证号与工号 1 的人相同") && preview.contains("末位校验码不对"),
            "{preview}"
        );
        let done = browser.post(&kept, &[]).await;
        assert_eq!(done.status, 200);
        assert!(
            !NUMBERS
                .iter()
                .any(|number| preview.contains(number) || done.body.contains(number))
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM person_identity").await, 3);
        let stored = texts(&stage.app.db, "SELECT digest || ' ' || masked FROM person_identity")
            .await
            .join("\n")
            + &texts(&stage.app.db, "SELECT before || after FROM roster_import_row")
                .await
                .join("\n");
        assert!(!NUMBERS.iter().any(|number| stored.contains(number)), "{stored}");
        let first = person::record(&stage.app, &operator(), stage.person("1").await)
            .await
            .expect("the record");
        assert_eq!(first.identity.as_deref(), Some("110***********002X"));
        assert_eq!(first.same_identity.len(), 1, "the third may be the same person");
        let again = import(stage, &csv).await;
        assert_eq!((again.plan.unchanged, again.plan.changed.len()), (4, 0));
    })
    .await;
}

#[tokio::test]
async fn a_roster_with_a_circle_or_a_number_twice_is_refused_by_its_rows() {
    each_engine(async |stage| {
        let csv = "工号,姓名,单位,上级单位\n1,甲,一科,二科\n2,乙,二科,一科\n3,丙,三科,局\n3,丁,三科,局\n";
        let report = import(stage, csv).await;
        let refused: Vec<_> = report
            .errors
            .iter()
            .map(|note| (note.place.to_string(), note.matter.code()))
            .collect();
        let row = |row: &str, code| (row.to_owned(), code);
        assert_eq!(
            refused,
            [
                row("2", "unit_circle"),
                row("3", "unit_circle"),
                row("5", "repeated_number")
            ]
        );
        assert_eq!(persons(stage).await.len(), 1);
        assert_eq!(stage.count("SELECT COUNT(*) FROM unit").await, 2);
    })
    .await;
}

async fn last_import(stage: &Stage) -> ImportId {
    let (imports, ..) = roster::imports(&stage.app, &operator(), 1).await.expect("the imports");
    imports[0].id
}

#[tokio::test]
async fn the_last_import_is_undone_to_what_stood_before() {
    each_engine(async |stage| {
        import(
            stage,
            &format!(
                "工号,姓名,单位,身份证号\n1,甲,局/一科,{}\n2,乙,局/一科,\n3,丙,局/二科,\n",
                NUMBERS[0]
            ),
        )
        .await;
        let first = last_import(stage).await;
        let (before, units) = (persons(stage).await, stage.count("SELECT COUNT(*) FROM unit").await);
        let csv = format!(
            "工号,姓名,单位,职级,身份证号,行政区划\n1,甲某,局/一科,处级,{},山东省\n4,新,局/三科/组,,,\n",
            NUMBERS[1]
        );
        let departures = Departures {
            state: PersonState::TransferredOut,
            who: Gone::These([stage.person("2").await].into()),
        };
        let report = roster::import_with(&stage.app, &operator(), "b.csv", csv.as_bytes(), departures)
            .await
            .expect("an import");
        let missing: Vec<_> = report
            .plan
            .missing
            .iter()
            .map(|missing| missing.person.number.as_str())
            .collect();
        assert_eq!(missing, ["2", "3"]);
        let kept = report.import.expect("kept");
        assert_eq!((kept.number, kept.created, kept.changed, kept.departed), (2, 1, 1, 1));
        let states: Vec<_> = persons(stage).await.iter().map(|person| person.state).collect();
        use PersonState as P;
        assert_eq!(states, [P::Active, P::TransferredOut, P::Active, P::Active]);
        assert_eq!(
            people_fault(roster::undo(&stage.app, &operator(), first).await),
            PeopleFault::NotTheLast
        );

        roster::undo(&stage.app, &operator(), kept.id).await.expect("undone");
        assert_eq!(persons(stage).await, before);
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM unit").await,
            units,
            "units it made are gone"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM unit WHERE region <> 0").await, 0);
        assert_eq!(stage.count("SELECT COUNT(*) FROM account").await, 3);
        let one = db::person::identity_of(&stage.app.db, stage.person("1").await)
            .await
            .expect("the identities");
        assert_eq!(one.expect("kept").masked, "110***********002X");
        assert_eq!(
            people_fault(roster::undo(&stage.app, &operator(), kept.id).await),
            PeopleFault::NotTheLast
        );
        roster::undo(&stage.app, &operator(), first)
            .await
            .expect("the one before");
        assert!(persons(stage).await.is_empty());
        for table in [
            "SELECT COUNT(*) FROM unit",
            "SELECT COUNT(*) FROM account",
            "SELECT COUNT(*) FROM person_identity",
        ] {
            assert_eq!(stage.count(table).await, 0, "{table}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_import_whose_persons_were_touched_since_is_not_undone_and_they_are_named() {
    each_engine(async |stage| {
        import(stage, &roster_csv([(1, 0), (2, 0), (3, 0)])).await;
        let first = last_import(stage).await;
        import(stage, &roster_csv([(1, 1), (2, 0), (3, 0)])).await;
        let second = last_import(stage).await;
        change_person(stage, "1", person::Wish::Transfer(path("市局/0科")), START)
            .await
            .expect("transferred");
        let hindered = |some: &[&str]| PeopleFault::Hindered {
            count: some.len() as i64,
            some: some.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(
            people_fault(roster::undo(&stage.app, &operator(), second).await),
            hindered(&["1 张1"])
        );
        // Another person's change hinders nothing.
        import(stage, &roster_csv([(2, 1)])).await;
        let third = last_import(stage).await;
        change_person(stage, "3", person::Wish::State(PersonState::Left), START)
            .await
            .expect("left");
        roster::undo(&stage.app, &operator(), third).await.expect("undone");
        let bank = stage.usual_bank().await;
        stage.open_exam(setup(bank)).await;
        assert_eq!(
            people_fault(roster::undo(&stage.app, &operator(), first).await),
            PeopleFault::NotTheLast
        );
        assert_eq!(persons(stage).await.len(), 3);
        import(stage, &roster_csv([(9, 0)])).await;
        let ninth = last_import(stage).await;
        let id: PersonId = stage.person("9").await;
        accommodation::add(&stage.app, &operator(), id, wish(150))
            .await
            .expect("given");
        assert_eq!(
            people_fault(roster::undo(&stage.app, &operator(), ninth).await),
            hindered(&["9 张9"])
        );
    })
    .await;
}

fn wish(percent: i64) -> accommodation::Wish {
    accommodation::Wish {
        percent: Some(percent),
        larger_text: false,
        valid_from: START,
        valid_until: START.plus_seconds(30 * DAY),
        ground: Ground::Sight,
    }
}

#[tokio::test]
async fn more_time_is_honoured_by_every_exam_by_itself_while_it_holds() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(3).await;
        let (first, second) = (stage.person("1001").await, stage.person("1002").await);
        for percent in [-5, 0, 99, 401] {
            let refused = people_fault(accommodation::add(&stage.app, &operator(), first, wish(percent)).await);
            assert_eq!(
                refused,
                PeopleFault::Accommodation(AccommodationFault::Factor),
                "{percent}"
            );
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM accommodation").await, 0);
        accommodation::add(&stage.app, &operator(), first, wish(125))
            .await
            .expect("given");
        accommodation::add(
            &stage.app,
            &operator(),
            first,
            accommodation::Wish {
                larger_text: true,
                ..wish(150)
            },
        )
        .await
        .expect("given");
        let ended = accommodation::add(&stage.app, &operator(), second, wish(200))
            .await
            .expect("given");
        accommodation::end(&stage.app, &operator(), ended).await.expect("ended");
        assert_eq!(
            people_fault(accommodation::end(&stage.app, &operator(), ended).await),
            PeopleFault::Settled
        );

        let token = stage.token("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&token);
        let intro = browser.get(&format!("/exams/{exam}")).await.body;
        assert!(intro.contains("您的答题时间按 1.5 倍计算。"), "{intro}");
        let (_, attempt) = stage.start("1001", exam).await;
        assert_eq!(stage.attempt(attempt).await.deadline, START.plus_minutes(90));
        let sheet = browser.get(&format!("/attempts/{attempt}")).await.body;
        assert!(sheet.contains("data-size=\"large\""), "larger text from the start");
        let chosen = browser
            .with_cookie("size", "normal")
            .get(&format!("/attempts/{attempt}"))
            .await
            .body;
        assert!(chosen.contains("data-size=\"normal\""), "unless they chose otherwise");

        let (_, usual) = stage.start("1002", exam).await;
        assert_eq!(stage.attempt(usual).await.deadline, START.plus_minutes(60));
        let plain = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        assert!(!plain.get(&format!("/exams/{exam}")).await.body.contains("倍计算"));
    })
    .await;
}

#[tokio::test]
async fn the_forms_of_a_person_and_a_unit_refuse_in_words_and_keep_what_was_typed() {
    each_engine(async |stage| {
        stage.roster(3, 3).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let (person, unit) = (stage.person("1001").await, unit_id(stage, "市局/0科").await);
        let days = [
            ("valid_from", "2026-12-01"),
            ("valid_until", "2026-12-31"),
            ("ground", "sight"),
        ];
        for percent in ["-5", "99", "x", ""] {
            let fields = [&days[..], &[("percent", percent)]].concat();
            let reply = browser
                .post(&format!("/admin/people/{person}/accommodations"), &fields)
                .await;
            assert_eq!(reply.status, 422, "{percent}");
            assert!(reply.body.contains("答题时间只能加，不能减"), "{percent}");
        }
        let fields = [&days[..], &[("percent", "150")]].concat();
        let reply = browser
            .post(&format!("/admin/people/{person}/accommodations"), &fields)
            .await;
        assert_eq!(reply.status, 303);
        let moved = [("parent", "市局/没有"), ("from", "2026-12-01"), ("reason", "改革")];
        let reply = browser.post(&format!("/admin/units/{unit}/move"), &moved).await;
        assert_eq!(reply.status, 422);
        assert!(
            reply.body.contains("没有单位“市局 / 没有”") && reply.body.contains("value=\"市局/没有\""),
            "{}",
            reply.body
        );
        let reply = browser
            .post(
                &format!("/admin/units/{unit}/move"),
                &[("parent", "市局/0科"), ("from", "2026-12-01"), ("reason", "改革")],
            )
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.body.contains("隶属于自己的下级")),
            (409, true)
        );
        let reply = browser
            .post(
                &format!("/admin/units/{unit}/close"),
                &[("from", "2026-02-30"), ("reason", "x")],
            )
            .await;
        assert!(reply.status == 422 && reply.body.contains("日期看不懂"));
        for page in [
            "/admin/units?words=0科",
            "/admin/people/imports",
            "/admin/people?words=1001",
        ] {
            assert_eq!(browser.get(page).await.status, 200, "{page}");
        }
        let body = browser.get(&format!("/admin/people/{person}")).await.body;
        assert!(body.contains("1.5 ×") && body.contains("导入记录"));
        exam::exams(&stage.app, &operator()).await.expect("the exams");
    })
    .await;
}
