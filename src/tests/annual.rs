//! The figures of a year over exams and ledger, within the reader's reach, and on the terminal.

use mingfa::{
    domain::{
        activity::{Kind, Wish},
        annual::{AnnualId, rounding},
        exam::Window,
        id::UnitId,
        item::OptionSet,
        lang::Lang,
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{Caller, activity, annual, exam::Setup, person, role, roster, unit, year},
};

use crate::{
    access::unit_named,
    activity::lecture,
    browser::Browser,
    support::{Stage, each_engine, fault, operator, setup},
};

pub async fn enter(stage: &Stage, unit: UnitId, kind: Kind, day: &str, quantity: i64) {
    let wish = Wish {
        kind,
        day: Timestamp::parse_day(day).expect("a day"),
        quantity,
        form: if kind == Kind::TeamResult {
            "一等奖".to_owned()
        } else {
            String::new()
        },
        document: "通报〔2026〕1号".to_owned(),
        ..lecture(unit, day)
    };
    activity::enter(&stage.app, &operator(), wish, true)
        .await
        .expect("entered");
}

/// Nine persons in three units; two of the second have sat, one of them passed; six entries of the ledger.
pub async fn lived(stage: &Stage) -> [UnitId; 2] {
    let exam = stage.usual_exam(9).await;
    stage.sit("1002", exam, |_, _, key| key).await;
    stage.sit("1005", exam, |_, _, _| Default::default()).await;
    year::begin(&stage.app, &operator(), 2026).await.expect("a year");
    let units = [
        unit_named(stage, "市局 / 1科").await,
        unit_named(stage, "市局 / 2科").await,
    ];
    enter(stage, units[0], Kind::Publicity, "2026-01-05", 1).await;
    enter(stage, units[0], Kind::Publicity, "2026-02-05", 1).await;
    enter(stage, units[1], Kind::Publicity, "2026-03-05", 1).await;
    enter(stage, units[1], Kind::Work, "2026-03-06", 34).await;
    enter(stage, units[1], Kind::ContestElsewhere, "2026-03-07", 4_500_000).await;
    enter(stage, units[0], Kind::CourtObservation, "2026-03-08", 1).await;
    units
}

async fn value(stage: &Stage, caller: &Caller, unit: Option<UnitId>, id: AnnualId) -> String {
    let annual = annual::annual(&stage.app, caller, 2026, unit)
        .await
        .expect("the figures");
    annual.base.shown(id)
}

#[tokio::test]
async fn a_year_is_the_sum_of_its_exams_and_entries() {
    each_engine(async |stage| {
        let [first, second] = lived(stage).await;
        let all = async |id| value(stage, &operator(), None, id).await;
        assert_eq!(
            (all(AnnualId::Due).await, all(AnnualId::Sat).await),
            ("9".into(), "2".into())
        );
        assert_eq!(all(AnnualId::PassRateOfSat).await, "50.00%");
        assert_eq!(
            (all(AnnualId::Publicity).await, all(AnnualId::Works).await),
            ("3".into(), "34".into())
        );
        let of = async |unit, id| value(stage, &operator(), Some(unit), id).await;
        assert_eq!(
            (
                of(first, AnnualId::Publicity).await,
                of(second, AnnualId::Publicity).await
            ),
            ("2".into(), "1".into())
        );

        let annual = annual::annual(&stage.app, &operator(), 2026, None)
            .await
            .expect("the figures");
        let below = |id| annual.below.iter().map(|(_, base)| base.parts(id).0).sum::<i64>();
        assert_eq!(annual.below.len(), 1, "市局 stands above all three");
        for id in [
            AnnualId::Due,
            AnnualId::Passed,
            AnnualId::Publicity,
            AnnualId::ContestElsewhere,
        ] {
            assert_eq!(below(id), annual.base.parts(id).0, "{id:?}");
        }
        let sentences = annual.base.sentences(&annual.area).concat();
        assert!(
            sentences.contains("制作征集普法作品30余件") && sentences.contains("参赛450万人次"),
            "{sentences}"
        );
        let empty = annual::annual(&stage.app, &operator(), 2019, None)
            .await
            .expect("the figures");
        assert!(empty.base.sentences(&empty.area).is_empty() && empty.exams.is_empty());
    })
    .await;
}

#[tokio::test]
async fn who_stood_in_court_twice_is_one_person() {
    each_engine(async |stage| {
        let [first, _] = lived(stage).await;
        enter(stage, first, Kind::CourtObservation, "2026-05-08", 1).await;
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
        assert_eq!(value(stage, &operator(), None, AnnualId::CourtObservations).await, "2");
        assert_eq!(value(stage, &operator(), None, AnnualId::CourtObservers).await, "2");
    })
    .await;
}

/// A bureau with two branches and sections below one of them; everybody's number and unit.
async fn branches(stage: &Stage) {
    let persons = [
        (2001, "市局/东分局"),
        (2002, "市局/东分局/一组"),
        (2003, "市局/东分局/一组"),
        (2004, "市局/西分局"),
        (2005, "市局/西分局"),
    ];
    let rows = persons.map(|(number, unit)| format!("{number},张{number},{unit},科级,公务员\n"));
    let csv = format!("工号,姓名,单位,职级,类别\n{}", rows.concat());
    let report = roster::import(&stage.app, &operator(), "roster.csv", csv.as_bytes())
        .await
        .expect("an import");
    assert_eq!((report.plan.created.len(), report.errors.len()), (5, 0));
}

#[tokio::test]
async fn a_unit_that_moves_and_a_person_of_two_units_leave_the_sums_of_the_whole() {
    each_engine(async |stage| {
        branches(stage).await;
        let app = &stage.app;
        let [city, east, west] = ["市局", "市局 / 东分局", "市局 / 西分局"];
        let (city, east, west) = (
            unit_named(stage, city).await,
            unit_named(stage, east).await,
            unit_named(stage, west).await,
        );
        let group = unit_named(stage, "市局 / 东分局 / 一组").await;
        year::begin(app, &operator(), 2026).await.expect("a year");
        let bank = stage.usual_bank().await;
        let spring = stage.open_exam(setup(bank)).await;
        stage.sit("2002", spring, |_, _, _| OptionSet::EMPTY).await;
        stage.sit("2003", spring, |_, _, key| key).await;
        enter(stage, group, Kind::Publicity, "2026-02-05", 1).await;
        enter(stage, west, Kind::Publicity, "2026-03-05", 1).await;
        enter(stage, group, Kind::CourtObservation, "2026-03-08", 1).await;
        let listed = stage.person("2002").await;
        let filter = activity::Filter {
            year: 2026,
            kind: Some(Kind::CourtObservation),
            ..activity::Filter::default()
        };
        let court = async || {
            let ledger = activity::ledger(app, &operator(), &filter).await.expect("the ledger");
            ledger.rows[0].id
        };
        activity::add_persons(app, &operator(), court().await, &[listed])
            .await
            .expect("added");

        let ids = [
            AnnualId::Registered,
            AnnualId::Due,
            AnnualId::Sat,
            AnnualId::Passed,
            AnnualId::Publicity,
            AnnualId::CourtObservations,
            AnnualId::CourtObservers,
        ];
        let numbers = async |unit| {
            let annual = annual::annual(app, &operator(), 2026, unit).await.expect("the figures");
            ids.map(|id| annual.base.parts(id).0)
        };
        let whole = [5, 5, 2, 1, 2, 1, 1];
        assert_eq!(numbers(None).await, whole);
        assert_eq!(numbers(Some(east)).await, [3, 3, 2, 1, 1, 1, 1]);
        assert_eq!(numbers(Some(west)).await, [2, 2, 0, 0, 1, 0, 0]);

        // In mid-year the group moves to the other branch with all that it did.
        let to = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
        let moved = unit::Wish::Move(to("市局/西分局"));
        unit::change(app, &operator(), group, moved, stage.app.now(), "机构调整")
            .await
            .expect("moved");
        assert_eq!(numbers(None).await, whole);
        assert_eq!(numbers(Some(city)).await, whole);
        assert_eq!(numbers(Some(east)).await, [1, 1, 0, 0, 0, 0, 0]);
        assert_eq!(numbers(Some(west)).await, [4, 4, 2, 1, 2, 1, 1]);

        // One of the group is transferred: the roster of a second exam has that person in another unit, and a second list too.
        let transfer = person::Wish::Transfer(to("市局/东分局"));
        person::change(app, &operator(), listed, transfer, stage.app.now(), "工作调动")
            .await
            .expect("transferred");
        stage.clock.advance_seconds(60);
        let autumn = stage
            .open_exam(Setup {
                window: Window {
                    opens_at: app.now(),
                    closes_at: app.now().plus_seconds(7_200),
                },
                ..setup(bank)
            })
            .await;
        stage.sit("2002", autumn, |_, _, key| key).await;
        enter(stage, east, Kind::CourtObservation, "2026-05-08", 1).await;
        activity::add_persons(app, &operator(), court().await, &[listed])
            .await
            .expect("added");
        // Still five persons, of whom two have sat and now both have passed; two observations of one person.
        let whole = [5, 5, 2, 2, 2, 2, 1];
        assert_eq!(numbers(None).await, whole);
        assert_eq!(numbers(Some(city)).await, whole);
        let (in_east, in_west) = (numbers(Some(east)).await, numbers(Some(west)).await);
        assert_eq!((in_east, in_west), ([2, 2, 1, 1, 0, 1, 1], [3, 3, 1, 1, 2, 1, 1]));

        let browser = Browser::new(app).signed_in(&stage.administrator().await);
        for (unit, of_unit) in [
            (None, whole),
            (Some(city), whole),
            (Some(east), in_east),
            (Some(west), in_west),
        ] {
            let unit = unit.map(|unit| format!("?unit={unit}")).unwrap_or_default();
            let page = browser.get(&format!("/admin/years/2026{unit}")).await.body;
            let [_, due, sat, passed, _, observed, observers] = of_unit;
            for words in [
                format!("应考{due}人、实考{sat}人、合格{passed}人"),
                format!("旁听庭审{observed}次，{observers}人参加"),
            ] {
                assert!(page.contains(&words), "{unit} {words}: {page}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_reader_sees_the_figures_of_his_own_units() {
    each_engine(async |stage| {
        let [first, second] = lived(stage).await;
        let grant = Grant {
            role: Role::Liaison,
            unit: Some(second),
        };
        role::grant(&stage.app, &operator(), "1003", grant)
            .await
            .expect("a role");
        let liaison = stage.caller("1003").await;
        assert_eq!(value(stage, &liaison, None, AnnualId::Publicity).await, "1");
        assert_eq!(value(stage, &liaison, None, AnnualId::Due).await, "3");
        let other = annual::annual(&stage.app, &liaison, 2026, Some(first)).await;
        assert_eq!(fault(other.map(|_| ())), Fault::NotFound);

        let browser = Browser::new(&stage.app).signed_in(&stage.token("1003").await);
        let page = browser.get("/admin/years/2026").await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("合格率，按应考人数") && page.body.contains("参赛450万人次"));
        for lang in [Lang::Zh, Lang::En] {
            let page = browser.with_cookie("lang", lang.code()).get("/admin/years/2026").await;
            assert!(page.body.contains(&rounding(lang)), "{}", page.body);
        }
        assert_eq!(
            browser.get(&format!("/admin/years/2026?unit={first}")).await.status,
            404
        );
    })
    .await;
}
