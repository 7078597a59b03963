//! The liaison: the own unit, and not one person of another.

use mingfa::{
    domain::{
        correction::State,
        id::UnitId,
        role::{Grant, Role},
    },
    error::Fault,
    service::{Caller, account, exam, figure, liaison, role, roster, sitting, slot::Entry},
};

use crate::support::{Stage, each_engine, fault, operator, setup};

/// Six persons in 市局 / 0科, 1科 and 2科; 1001 is the liaison of 0科, where 1004 works as well.
async fn liaison_of(stage: &Stage) -> (Caller, UnitId) {
    let units = mingfa::db::person::units(&stage.app.db).await.expect("the units");
    let unit = units
        .walk()
        .into_iter()
        .find(|(_, unit)| unit.name == "0科")
        .expect("the unit")
        .1
        .id;
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(unit),
    };
    role::grant(&stage.app, &operator(), "1001", grant)
        .await
        .expect("granted");
    (stage.caller("1001").await, unit)
}

#[tokio::test]
async fn a_liaison_sees_who_of_the_own_unit_has_not_sat() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let (caller, _) = liaison_of(stage).await;
        let missing = async || {
            let overview = liaison::overview(&stage.app, &caller, None, 1)
                .await
                .expect("the overview");
            let state = |person: &mingfa::db::sitting::Progress| (person.number.clone(), person.sitting);
            overview.missing.iter().map(state).collect::<Vec<_>>()
        };
        assert_eq!(
            missing().await,
            [("1001".to_owned(), false), ("1004".to_owned(), false)]
        );
        let (candidate, attempt) = stage.start("1004", exam).await;
        assert_eq!(missing().await[1], ("1004".to_owned(), true));
        sitting::hand_in(&stage.app, &candidate, attempt)
            .await
            .expect("handed in");
        assert_eq!(missing().await, [("1001".to_owned(), false)]);
        let counted = figure::figures(&stage.app, &caller, exam).await.expect("the figures");
        assert_eq!((counted.total.due, counted.total.sat), (2, 1));
        let persons = roster::roster(&stage.app, &caller).await.expect("the roster").persons;
        assert_eq!(persons.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn a_liaison_hands_out_links_in_the_own_unit_only() {
    each_engine(async |stage| {
        stage.roster(6, 3).await;
        let (caller, _) = liaison_of(stage).await;
        let list = account::links_for_all(&stage.app, &caller).await.expect("the links");
        let numbers: Vec<_> = list.iter().map(|(person, _)| person.number.as_str()).collect();
        assert_eq!(numbers, ["1004"], "1001 has a role and a password");
        let (theirs, other) = (stage.person("1004").await, stage.person("1002").await);
        assert!(account::link_for_person(&stage.app, &caller, theirs).await.is_ok());
        let refused = account::link_for_person(&stage.app, &caller, other).await.map(|_| ());
        assert_eq!(fault(refused), Fault::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_correction_is_asked_for_and_decided_once() {
    each_engine(async |stage| {
        stage.roster(6, 3).await;
        let (caller, _) = liaison_of(stage).await;
        let ask = async |number: &str, wish: &str| liaison::ask(&stage.app, &caller, number, wish).await;
        assert_eq!(fault(ask("1002", "姓名有误").await), Fault::NotFound, "another unit");
        assert_eq!(fault(ask("1004", "  ").await), Fault::Wording);
        ask("1004", "姓名应为李丽").await.expect("asked");
        let open = liaison::corrections(&stage.app, &operator())
            .await
            .expect("the corrections");
        assert_eq!(
            (open.len(), open[0].asker.as_str(), open[0].state),
            (1, "张1001", State::Open)
        );
        let decide = async |caller: &Caller| liaison::decide(&stage.app, caller, open[0].id, true, "已改").await;
        assert_eq!(fault(decide(&caller).await), Fault::Forbidden, "not by the liaison");
        decide(&operator()).await.expect("decided");
        assert_eq!(fault(decide(&operator()).await), Fault::WrongState);
        let seen = liaison::corrections(&stage.app, &caller)
            .await
            .expect("the corrections");
        assert_eq!((seen[0].state, seen[0].answer.as_str()), (State::Done, "已改"));
    })
    .await;
}

#[tokio::test]
async fn an_exam_of_one_unit_is_due_for_its_persons_only() {
    each_engine(async |stage| {
        stage.roster(6, 3).await;
        let bank = stage.usual_bank().await;
        let (_, unit) = liaison_of(stage).await;
        let setup = mingfa::service::exam::Setup {
            unit: Some(unit),
            ..setup(bank)
        };
        let id = stage.open_exam(setup).await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM roster_entry").await, 2);
        let other = stage.caller("1002").await;
        let refused = sitting::start(&stage.app, &other, id, Entry::default())
            .await
            .map(|_| ());
        assert!(matches!(fault(refused), Fault::CannotStart(_)));
        assert_eq!(exam::exams(&stage.app, &operator()).await.expect("the exams").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_roster_file_changes_nobody_outside_the_reach_of_who_brings_it() {
    each_engine(async |stage| {
        stage.roster(6, 3).await;
        let (_, unit) = liaison_of(stage).await;
        let grant = Grant {
            role: Role::SystemAdministrator,
            unit: Some(unit),
        };
        role::grant(&stage.app, &operator(), "1004", grant)
            .await
            .expect("granted");
        let caller = stage.caller("1004").await;
        let file =
            "工号,姓名,单位\n1001,张新名,市局/0科\n1002,夺来,市局/0科\n2001,新人,市局/0科/一组\n2002,越界,市局/1科\n";
        let report = roster::import(&stage.app, &caller, "r.csv", file.as_bytes())
            .await
            .expect("an import");
        assert_eq!(
            (
                report.plan.created.len(),
                report.plan.changed.len(),
                report.errors.len()
            ),
            (1, 1, 2)
        );
        let codes: Vec<_> = report.errors.iter().map(|note| note.matter.code()).collect();
        assert_eq!(codes, ["outside_reach", "outside_reach"]);
        let name = async |number: &str| {
            let person = mingfa::db::person::by_number(&stage.app.db, number)
                .await
                .expect("the roster");
            person.map(|person| person.name)
        };
        assert_eq!(
            (name("1001").await.as_deref(), name("1002").await.as_deref()),
            (Some("张新名"), Some("张1002"))
        );
        assert_eq!(
            (name("2001").await.as_deref(), name("2002").await),
            (Some("新人"), None)
        );
    })
    .await;
}
