//! The plan of a year: who may write it, what counts for it, its calendar, and a closed year.

use mingfa::{
    domain::{
        activity::{self as ledger, ActivityFault},
        annual::AnnualId,
        id::{PlanEntryId, UnitId},
        must_know::{For, Wish as ListWish},
        plan::{Kind, PlanFault, Source, Standing, Wish},
        role::{Grant, Role},
        time::Timestamp,
    },
    error::Fault,
    service::{
        Caller, Result, activity, annual, law,
        plan::{self, Line},
        role, year,
    },
};

use crate::{
    access::unit_named,
    activity::lecture,
    browser::Browser,
    packed::part,
    support::{Stage, each_engine, fault, operator},
};

fn day(text: &str) -> Timestamp {
    Timestamp::parse_day(text).expect("a day")
}

/// Two publicity events from October to the end of the year.
pub fn publicity(unit: UnitId) -> Wish {
    Wish {
        kind: Kind::Publicity,
        unit,
        responsible: unit,
        title: "普法进企业".to_owned(),
        begins: day("2026-10-01"),
        due: day("2026-12-31"),
        planned: 2,
        list: None,
        words: String::new(),
        note: String::new(),
    }
}

/// The plan's own fault.
fn plan_fault<T>(result: Result<T>) -> PlanFault {
    match fault(result) {
        Fault::Plan(fault) => fault,
        other => panic!("another refusal: {other:?}"),
    }
}

/// A roster of three units below 市局, the year 2026, and the liaison of the second: the unit at the top, that one, and its liaison.
async fn begun(stage: &Stage) -> (UnitId, UnitId, Caller) {
    stage.roster(9, 3).await;
    year::begin(&stage.app, &operator(), 2026).await.expect("a year");
    let unit = unit_named(stage, "市局 / 1科").await;
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(unit),
    };
    role::grant(&stage.app, &operator(), "1002", grant)
        .await
        .expect("a role");
    (unit_named(stage, "市局").await, unit, stage.caller("1002").await)
}

async fn lines(stage: &Stage, caller: &Caller, unit: Option<UnitId>) -> Vec<Line> {
    let plan = plan::standing(&stage.app, caller, 2026, unit).await;
    plan.expect("the plan").lines
}

async fn enter(stage: &Stage, unit: UnitId, kind: ledger::Kind, on: &str, title: &str) {
    let wish = ledger::Wish {
        kind,
        day: day(on),
        ..lecture(unit, title)
    };
    activity::enter(&stage.app, &operator(), wish, true)
        .await
        .expect("entered");
}

#[tokio::test]
async fn progress_follows_what_is_recorded_and_nobody_types_it() {
    each_engine(async |stage| {
        let (top, unit, liaison) = begun(stage).await;
        let id = plan::add(&stage.app, &operator(), 2026, publicity(top))
            .await
            .expect("added");
        let standing = async || {
            let line = lines(stage, &operator(), None).await.swap_remove(0);
            (line.progress.done, line.progress.standing, line.progress.days_left)
        };
        assert_eq!(standing().await, (0, Standing::OnPlan, 30));
        enter(stage, unit, ledger::Kind::Publicity, "2026-09-30", "太早").await;
        enter(stage, unit, ledger::Kind::Publicity, "2026-10-01", "进企业").await;
        enter(stage, unit, ledger::Kind::Lecture, "2026-10-02", "讲座").await;
        assert_eq!(standing().await, (1, Standing::OnPlan, 30));
        enter(stage, top, ledger::Kind::Publicity, "2026-11-30", "进商场").await;
        assert_eq!(standing().await, (2, Standing::Done, 30));

        let shown = plan::entry(&stage.app, &operator(), id).await.expect("the entry");
        let titles: Vec<_> = shown.behind.iter().map(|one| one.title.as_str()).collect();
        assert_eq!((titles, shown.hidden), (vec!["进企业", "进商场"], 0));

        // What is sent back no longer counts, and a year later the entry is late.
        let Source::Activity(first, _) = shown.behind[0].source else {
            panic!("an entry of the ledger")
        };
        crate::activity::decide(stage, &operator(), first, activity::Step::SendBack, "核实")
            .await
            .expect("sent back");
        stage.clock.advance_seconds(31 * 86_400);
        assert_eq!(standing().await, (1, Standing::Late, -1));

        // The liaison of one unit neither sees nor changes the plan of the whole.
        assert!(lines(stage, &liaison, None).await.is_empty());
        assert_eq!(
            fault(plan::entry(&stage.app, &liaison, id).await.map(|_| ())),
            Fault::NotFound
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_sees_to_an_entry_sees_it_and_only_his_own_records() {
    each_engine(async |stage| {
        let (top, unit, liaison) = begun(stage).await;
        let other = unit_named(stage, "市局 / 2科").await;
        let wish = Wish {
            responsible: unit,
            ..publicity(top)
        };
        let id = plan::add(&stage.app, &operator(), 2026, wish.clone())
            .await
            .expect("added");
        enter(stage, unit, ledger::Kind::Publicity, "2026-10-01", "自己的").await;
        enter(stage, other, ledger::Kind::Publicity, "2026-10-02", "别人的").await;
        let seen = lines(stage, &liaison, None).await;
        assert_eq!((seen.len(), seen[0].progress.done), (1, 2));
        assert_eq!(lines(stage, &operator(), Some(unit)).await.len(), 1);
        assert_eq!(lines(stage, &operator(), Some(other)).await.len(), 0);
        let shown = plan::entry(&stage.app, &liaison, id).await.expect("the entry");
        let titles: Vec<_> = shown.behind.iter().map(|one| one.title.as_str()).collect();
        assert_eq!((titles, shown.hidden, shown.writes), (vec!["自己的"], 1, false));
        let change = plan::change(&stage.app, &liaison, id, wish, "改").await;
        assert_eq!(fault(change), Fault::NotFound);
    })
    .await;
}

#[tokio::test]
async fn a_plan_is_written_within_reach_and_changed_with_a_reason() {
    each_engine(async |stage| {
        let (top, unit, liaison) = begun(stage).await;
        let app = &stage.app;
        assert_eq!(
            plan_fault(plan::add(app, &liaison, 2026, publicity(top)).await),
            PlanFault::Unit
        );
        let above = Wish {
            responsible: top,
            ..publicity(unit)
        };
        assert_eq!(
            plan_fault(plan::add(app, &liaison, 2026, above).await),
            PlanFault::Responsible
        );
        let unknown = Wish {
            kind: Kind::LawList,
            list: Some(mingfa::domain::id::MustKnowListId(1)),
            ..publicity(unit)
        };
        assert_eq!(
            plan_fault(plan::add(app, &liaison, 2026, unknown).await),
            PlanFault::List
        );
        let other_year = plan::add(app, &liaison, 2025, publicity(unit)).await;
        assert_eq!(plan_fault(other_year), PlanFault::OutsideYear(2025));

        let id = plan::add(app, &liaison, 2026, publicity(unit)).await.expect("added");
        let more = Wish {
            planned: 5,
            due: day("2026-11-30"),
            ..publicity(unit)
        };
        assert!(plan::change(app, &liaison, id, more.clone(), " ").await.is_err());
        let stolen = Wish {
            unit: top,
            ..more.clone()
        };
        assert_eq!(
            plan_fault(plan::change(app, &liaison, id, stolen, "改").await),
            PlanFault::Unit
        );
        plan::change(app, &liaison, id, more.clone(), "任务加重")
            .await
            .expect("changed");
        let line = lines(stage, &liaison, None).await.swap_remove(0);
        assert_eq!((&line.entry.wish, line.progress.standing), (&more, Standing::Late));
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'plan_entry_changed' AND reason = '任务加重'")
                .await,
            1
        );
        assert!(plan::remove(app, &liaison, id, "").await.is_err());
        plan::remove(app, &liaison, id, "与上级任务合并")
            .await
            .expect("removed");
        assert!(lines(stage, &operator(), None).await.is_empty());
        assert_eq!(fault(plan::remove(app, &liaison, id, "再删").await), Fault::NotFound);
        assert_eq!(
            fault(plan::add(app, &stage.caller("1005").await, 2026, publicity(unit)).await),
            Fault::Forbidden
        );
    })
    .await;
}

#[tokio::test]
async fn a_proposal_is_taken_over_once_and_counts_exams_and_lists() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(9).await;
        year::begin(&stage.app, &operator(), 2026).await.expect("a year");
        let app = &stage.app;
        let list = ListWish {
            title: "应知应会清单".to_owned(),
            year: 2026,
            whom: For::default(),
            lines: ListWish::lines("安全生产法\n消防法 第五条\n本局执法检查计划"),
        };
        law::make(app, &operator(), None, list).await.expect("a list");
        let top = unit_named(stage, "市局").await;
        let unit = unit_named(stage, "市局 / 1科").await;
        let count = plan::propose(app, &operator(), 2026, top).await.expect("taken over");
        assert_eq!(
            plan_fault(plan::propose(app, &operator(), 2026, top).await),
            PlanFault::NotEmpty
        );
        let unbegun = fault(plan::propose(app, &operator(), 2025, top).await);
        assert_eq!(unbegun, Fault::Activity(ActivityFault::NoYear(2025)));

        enter(
            stage,
            unit,
            ledger::Kind::StudySession,
            "2026-02-02",
            "学习《中华人民共和国安全生产法》",
        )
        .await;
        enter(stage, unit, ledger::Kind::Publicity, "2026-04-15", "国家安全教育日宣传").await;
        enter(stage, unit, ledger::Kind::Publicity, "2026-04-16", "消防宣传").await;
        let lines = lines(stage, &operator(), None).await;
        assert_eq!(lines.len(), count);
        let of = |title: &str| {
            let line = lines.iter().find(|line| line.entry.wish.title == title).expect(title);
            (line.progress.done, line.progress.standing)
        };
        assert_eq!(of("一季度中心组专题学法"), (1, Standing::Done));
        assert_eq!(of("二季度中心组专题学法"), (0, Standing::Late));
        assert_eq!(of("四季度中心组专题学法"), (0, Standing::OnPlan));
        assert_eq!(of("全民国家安全教育日宣传"), (1, Standing::Done));
        assert_eq!(of("应知应会清单"), (1, Standing::OnPlan));
        assert_eq!(of("年度学法考试"), (1, Standing::Done));
        let id = lines
            .iter()
            .find(|line| line.entry.wish.kind == Kind::Exam)
            .expect("it")
            .entry
            .id;
        let shown = plan::entry(app, &operator(), id).await.expect("the entry");
        assert_eq!(shown.behind[0].source, Source::Exam(exam));
    })
    .await;
}

#[tokio::test]
async fn the_plan_of_a_closed_year_cannot_be_changed() {
    each_engine(async |stage| {
        let (_, unit, liaison) = begun(stage).await;
        let app = &stage.app;
        let id = plan::add(app, &liaison, 2026, publicity(unit)).await.expect("added");
        let other = unit_named(stage, "市局 / 2科").await;
        let entries = stage.count("SELECT COUNT(*) FROM audit_entry").await;
        stage.run("UPDATE year SET state = 'closed'").await;
        let refused = [
            fault(plan::add(app, &liaison, 2026, publicity(unit)).await),
            fault(plan::change(app, &liaison, id, publicity(unit), "改").await),
            fault(plan::remove(app, &liaison, id, "删").await.map(|_| ())),
            fault(plan::propose(app, &operator(), 2026, other).await),
        ];
        for refusal in refused {
            assert_eq!(refusal, Fault::Activity(ActivityFault::Closed(2026)));
        }
        assert_eq!(stage.count("SELECT COUNT(*) FROM audit_entry").await, entries);
        let browser = Browser::new(app).signed_in(&stage.token("1002").await);
        let page = browser.get("/admin/years/2026/plan").await.body;
        assert!(page.contains("普法进企业") && page.contains("已经封账") && !page.contains("/plan/new"));
        let page = browser.get(&format!("/admin/plan/{id}")).await.body;
        assert!(!page.contains("/remove") && !page.contains("/edit"));
    })
    .await;
}

/// The id at the end of an address.
fn id_of(address: &str) -> PlanEntryId {
    address.rsplit('/').next().expect("a part").parse().expect("an id")
}

#[tokio::test]
async fn the_pages_lead_from_a_proposal_to_a_number_and_its_records() {
    each_engine(async |stage| {
        let (_, unit, _) = begun(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let empty = browser.get("/admin/years/2026/plan").await.body;
        assert!(empty.contains("还没有计划任务") && empty.contains("/plan/proposal"));
        let id = unit.to_string();
        let done = browser.post("/admin/years/2026/plan/proposal", &[("unit", &id)]).await;
        assert_eq!(done.status, 303, "{}", done.body);
        let page = browser.get(done.location()).await.body;
        assert!(page.contains("四季度中心组专题学法") && page.contains("逾期"), "{page}");
        let again = browser.post("/admin/years/2026/plan/proposal", &[("unit", &id)]).await;
        assert_eq!(again.status, 409);

        let typed = |planned: &'static str| {
            [
                ("kind", "work"),
                ("unit", id.as_str()),
                ("responsible", id.as_str()),
                ("title", "制作作品"),
                ("begins", "2026-01-01"),
                ("due", "2026-12-31"),
                ("planned", planned),
            ]
        };
        let wrong = browser.post("/admin/years/2026/plan", &typed("三十")).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.body.contains("制作作品") && wrong.body.contains("计划数量要填"));
        let added = browser.post("/admin/years/2026/plan", &typed("30")).await;
        assert_eq!(added.status, 303, "{}", added.body);
        let entry = id_of(added.location());
        let page = browser.get(added.location()).await.body;
        assert!(page.contains("还没有计入的记录") && page.contains("0 / 30"), "{page}");
        let form = browser.get(&format!("/admin/plan/{entry}/edit")).await.body;
        assert!(form.contains("value=\"30\"") && form.contains("修改理由"));
        let removed = browser
            .post(&format!("/admin/plan/{entry}/remove"), &[("reason", "重复")])
            .await;
        assert_eq!(removed.location(), "/admin/years/2026/plan");
        assert_eq!(browser.get(&format!("/admin/plan/{entry}")).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn the_calendar_has_the_days_of_the_year_what_is_due_and_what_was_done() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(9).await;
        year::begin(&stage.app, &operator(), 2026).await.expect("a year");
        let unit = unit_named(stage, "市局 / 1科").await;
        let other = unit_named(stage, "市局 / 2科").await;
        plan::add(&stage.app, &operator(), 2026, publicity(unit))
            .await
            .expect("added");
        enter(stage, unit, ledger::Kind::Publicity, "2026-10-03", "进企业宣讲").await;
        for number in 1..=9 {
            enter(
                stage,
                other,
                ledger::Kind::Publicity,
                &format!("2026-03-0{number}"),
                "集市",
            )
            .await;
        }
        let token = stage.administrator().await;
        let browser = Browser::new(&stage.app).signed_in(&token);
        let page = browser.get("/admin/years/2026/calendar").await;
        assert_eq!(page.status, 200, "{}", page.body);
        for expected in [
            "全民国家安全教育日",
            "民法典宣传月",
            "国家宪法日",
            "普法进企业",
            "进企业宣讲",
            "9 条",
            "2026年度考试",
            "aria-current=\"date\"",
            "id=\"day-10-3\"",
            "href=\"#day-10-3\"",
        ] {
            let expected = expected.replace("2026年度考试", &format!("/admin/exams/{exam}/figures"));
            assert!(page.body.contains(&expected), "no {expected}: {}", page.body);
        }
        // Nine of one month are counted, not listed.
        assert!(!page.body.contains(">集市<"));
        let part = browser
            .get(&format!("/admin/years/2026/calendar?unit={other}"))
            .await
            .body;
        assert!(!part.contains("进企业宣讲") && !part.contains("普法进企业") && part.contains("9 条"));
        assert!(part.contains(&format!("state=recorded&amp;unit={other}\"")), "{part}");
        assert_eq!(browser.get("/admin/years/2013/calendar").await.status, 200);
        assert_eq!(
            browser
                .get("/admin/years/2026/calendar?unit=0000000000001")
                .await
                .status,
            404
        );
    })
    .await;
}

#[tokio::test]
async fn the_figures_of_a_year_stand_beside_what_was_planned() {
    each_engine(async |stage| {
        let (top, unit, liaison) = begun(stage).await;
        let (app, by) = (&stage.app, operator());
        let browser = Browser::new(app).signed_in(&stage.administrator().await);
        let page = browser.get("/admin/years/2026").await.body;
        assert!(!page.contains("是本年度计划要求的数"), "{page}");
        let sessions = |begins, due, planned| Wish {
            kind: Kind::StudySession,
            begins: day(begins),
            due: day(due),
            planned,
            ..publicity(top)
        };
        // The city: a session each quarter, two in the year, three events. A unit below it: two events and two more.
        let wishes = [
            sessions("2026-01-01", "2026-03-31", 1),
            sessions("2026-04-01", "2026-06-30", 1),
            sessions("2026-01-01", "2026-12-31", 2),
            Wish {
                planned: 3,
                ..publicity(top)
            },
            publicity(unit),
            Wish {
                begins: day("2026-04-01"),
                due: day("2026-04-30"),
                words: "国家安全".to_owned(),
                ..publicity(unit)
            },
        ];
        for wish in wishes {
            plan::add(app, &by, 2026, wish).await.expect("added");
        }
        let other = unit_named(stage, "市局 / 2科").await;
        let planned = async |caller: &Caller, unit| {
            let shown = annual::annual(app, caller, 2026, unit).await.expect("the figures");
            [AnnualId::StudySessions, AnnualId::Publicity, AnnualId::Audience].map(|id| shown.planned(id))
        };
        assert_eq!(planned(&by, None).await, [Some(2), Some(4), None]);
        assert_eq!(planned(&by, Some(top)).await, [Some(2), Some(4), None]);
        assert_eq!(planned(&by, Some(unit)).await, [None, Some(4), None]);
        assert_eq!(planned(&liaison, None).await, [None, Some(4), None]);
        assert_eq!(planned(&by, Some(other)).await, [None; 3]);

        let page = browser.get(&format!("/admin/years/2026?unit={unit}")).await.body;
        assert!(
            page.contains("计划 4") && !page.contains("计划 2") && page.contains("是本年度计划要求的数"),
            "{page}"
        );
        assert!(page.contains(&format!("/admin/years/2026/plan?unit={unit}")), "{page}");
        let book = browser.get("/admin/years/2026/return").await.bytes;
        let sheet = part(&book, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains(">计划<"), "{sheet}");
    })
    .await;
}

#[tokio::test]
async fn a_plan_too_long_to_be_read_is_shown_by_unit() {
    each_engine(async |stage| {
        const UNITS: usize = 20;
        let app = &stage.app;
        stage.roster(UNITS, UNITS).await;
        year::begin(app, &operator(), 2026).await.expect("a year");
        let browser = Browser::new(app).signed_in(&stage.administrator().await);
        let mut lines = 0;
        for number in 0..UNITS {
            let unit = unit_named(stage, &format!("市局 / {number}科")).await;
            lines += plan::propose(app, &operator(), 2026, unit).await.expect("proposed");
            let page = browser.get("/admin/years/2026/plan").await.body;
            let rows = page.matches("class=\"plain plan-title\"").count();
            let all = plan::standing(app, &operator(), 2026, None)
                .await
                .expect("the plan")
                .lines;
            let late = all
                .iter()
                .filter(|line| line.progress.standing == Standing::Late)
                .count();
            let expected = if lines > 200 { late.min(200) } else { lines };
            assert_eq!(
                (rows, page.contains("各单位计划")),
                (expected, lines > 200),
                "{lines} entries"
            );
        }
        assert!(lines > 200, "{lines}");
        let unit = unit_named(stage, "市局 / 3科").await;
        let page = browser.get("/admin/years/2026/plan").await.body;
        assert!(page.contains(&format!("/admin/years/2026/plan?unit={unit}")), "{page}");
        let page = browser.get(&format!("/admin/years/2026/plan?unit={unit}")).await.body;
        assert_eq!(page.matches("class=\"plain plan-title\"").count(), lines / UNITS);
        let page = browser.get("/admin/years/2026/calendar").await.body;
        assert!(page.contains("项任务本月到期"), "{page}");
        let top = unit_named(stage, "市局").await;
        let page = browser
            .get(&format!("/admin/years/2026/calendar?unit={top}"))
            .await
            .body;
        assert!(
            page.contains("项任务本月到期") && page.contains(&format!("/admin/years/2026/plan?unit={top}")),
            "{page}"
        );
    })
    .await;
}
