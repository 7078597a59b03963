//! Divisions and the directory of units that play.

use std::path::PathBuf;

use mingfa::{
    db,
    domain::{
        audit::Act,
        division::DivisionCode,
        id::OrganizationId,
        intake::Note,
        organization::{OrganizationFault, State},
    },
    error::Fault,
    service::{
        App,
        division::{self, Found},
        organization::{self, Standing},
    },
};
use serde_json::Value;

use crate::{
    browser::{Browser, Reply},
    support::{Stage, each_engine, fault, operator},
};

const DIVISIONS: &str = "code,name\n37,山东省\n3703,淄博市\n370302,淄川区\n370303,张店区\n370303001,车站街道\n11,北京市\n1101,市辖区\n110105,朝阳区\n22,吉林省\n2201,长春市\n220104,朝阳区\n";

fn code(code: u32) -> DivisionCode {
    DivisionCode::new(code).expect("a code")
}

fn codes(notes: &[Note]) -> Vec<String> {
    let code = |note: &Note| format!("{} {}", note.place, note.matter.code());
    notes.iter().map(code).collect()
}

async fn import_divisions(app: &App, files: &[(&str, &str)]) -> division::Report {
    let file = |(name, text): &(&str, &str)| ((*name).to_owned(), text.as_bytes().to_vec());
    division::import(app, &operator(), files.iter().map(file).collect())
        .await
        .expect("an import")
}

async fn import(app: &App, csv: &str) -> organization::Report {
    organization::import(app, &operator(), "单位.csv", csv.as_bytes().to_vec())
        .await
        .expect("an import")
}

/// Divisions and four listed units.
pub async fn directory(stage: &Stage) {
    import_divisions(&stage.app, &[("区划.csv", DIVISIONS)]).await;
    let csv = "单位名称,统一社会信用代码,行政区划,行业,人数\n\
               淄博市应急管理局,,淄博市,公共管理,138\n\
               示例（张店）化工有限公司,91440300708461136T,370303,化工,860\n\
               示例物流有限公司,,370302,,\n示例集团,,,,\n";
    let report = import(&stage.app, csv).await;
    assert_eq!(
        (report.plan.created.len(), report.errors.len()),
        (4, 0),
        "{:?}",
        report.errors
    );
}

async fn names(app: &App, typed: &str, division: Option<u32>) -> Vec<String> {
    let found = organization::search(app, typed, division.map(code))
        .await
        .expect("a search");
    found.into_iter().map(|found| found.name).collect()
}

async fn id_of(app: &App, name: &str) -> OrganizationId {
    let found = organization::search(app, name, None).await.expect("a search");
    found.first().expect("the unit").id
}

async fn propose(stage: &Stage, name: &str, division: Option<u32>) -> OrganizationId {
    let proposal = organization::proposal(&stage.app, name, division.map(code))
        .await
        .expect("a name");
    let now = stage.app.now();
    stage
        .app
        .db
        .write(proposal, move |tx, proposal| {
            Box::pin(async move { organization::propose(tx, &proposal, now).await })
        })
        .await
        .expect("stored")
}

#[tokio::test]
async fn divisions_are_taken_in_any_order_and_each_row_that_is_not_is_named() {
    each_engine(async |stage| {
        let areas = "code,name\n370303,张店区\n999999,无上级\n";
        let top = "code,name\n3703,淄博市\n37,山东省\n";
        let report = import_divisions(&stage.app, &[("areas.csv", areas), ("top.csv", top), ("bad.csv", "x")]).await;
        assert_eq!((report.created, report.changed, report.unchanged), (3, 0, 0));
        assert_eq!(codes(&report.files[0].errors), ["3 no_division_above"]);
        assert_eq!(codes(&report.files[2].errors), [" unknown_header"]);
        assert_eq!(
            division::path(&stage.app, code(370_303)).await.expect("a path"),
            "山东省 / 淄博市 / 张店区"
        );
        let again = import_divisions(
            &stage.app,
            &[
                ("a.csv", "code,name\n37,山东省\n3703,淄博\n"),
                ("b.csv", "code,name\n37,鲁\n"),
            ],
        )
        .await;
        assert_eq!((again.created, again.changed, again.unchanged), (0, 1, 1));
        assert_eq!(codes(&again.files[1].errors), ["2 repeated_division"]);
        assert_eq!(
            division::path(&stage.app, code(370_303)).await.expect("a path"),
            "山东省 / 淄博 / 张店区"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM division").await, 3);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'divisions_imported'")
                .await,
            2
        );
    })
    .await;
}

#[tokio::test]
async fn another_node_sees_divisions_and_units_within_a_second() {
    each_engine(async |stage| {
        let other = stage.second_node().await;
        assert_eq!(division::search(&other, "张店", None).await.expect("a search"), []);
        assert_eq!(names(&other, "示例", None).await, [] as [&str; 0]);
        directory(stage).await;
        stage.clock.advance_seconds(1);
        let found: Vec<Found> = division::search(&other, "zd", None).await.expect("a search");
        assert_eq!(found[0].path, "山东省 / 淄博市 / 张店区");
        assert_eq!(names(&other, "示例集团", None).await, ["示例集团"]);
        let (from, into) = (id_of(&other, "示例物流").await, id_of(&other, "示例集团").await);
        organization::merge(&stage.app, &operator(), from, into)
            .await
            .expect("merged");
        stage.clock.advance_seconds(1);
        assert_eq!(organization::merges(&other).await.expect("the merges").root(from), into);
        assert_eq!(names(&other, "示例物流", None).await, [] as [&str; 0]);
        assert_eq!(organization::chosen(&other, from).await.expect("the unit"), Some(into));
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn units_are_found_by_name_initials_and_code_where_the_player_is() {
    each_engine(async |stage| {
        directory(stage).await;
        let app = &stage.app;
        assert_eq!(names(app, "化工", None).await, ["示例（张店）化工有限公司"]);
        assert_eq!(names(app, "示例(张店)", None).await, ["示例（张店）化工有限公司"]);
        assert_eq!(names(app, "zbsyj", None).await, ["淄博市应急管理局"]);
        assert_eq!(
            names(app, "91440300708461136t", None).await,
            ["示例（张店）化工有限公司"]
        );
        assert_eq!(
            names(app, "示例", Some(370_303)).await,
            ["示例（张店）化工有限公司", "示例集团"]
        );
        assert_eq!(
            names(app, "应急", Some(370_303_001)).await,
            ["淄博市应急管理局"],
            "a bureau of the city has people there"
        );
        assert_eq!(names(app, "", None).await, [] as [&str; 0]);
        let unit = id_of(app, "化工").await;
        let unit = organization::unit(app, unit)
            .await
            .expect("the directory")
            .expect("the unit");
        assert_eq!(
            (unit.headcount, &*unit.trade, unit.division),
            (Some(860), "化工", Some(code(370_303)))
        );
    })
    .await;
}

#[tokio::test]
async fn an_import_names_rows_that_are_refused_or_doubtful_and_removes_nothing() {
    each_engine(async |stage| {
        directory(stage).await;
        let typed = propose(stage, "示例新厂", Some(370_303)).await;
        let csv = "单位名称,统一社会信用代码,行政区划,行业,人数\n\
                   示例(张店)化工有限公司,,张店区,化工,900\n\
                   示例新厂,,370303,,\n\
                   示例新厂,,山东省/淄博市/张店区,,\n\
                   示例外地厂,,朝阳区,,\n\
                   示例火星厂,,火星,,\n\
                   示例冒名厂,91440300708461136T,370302,,\n\
                   示例错码厂,91440300708461136S,370302,,很多\n\
                   ,,370302,,\n";
        let report = import(&stage.app, csv).await;
        let expected = [
            "4 repeated_unit",
            "5 ambiguous_division",
            "6 unknown_division",
            "7 uscc_of_another",
            "9 no_unit",
        ];
        let mut errors = codes(&report.errors);
        errors.sort();
        assert_eq!(errors, expected);
        assert_eq!(codes(&report.warnings), ["8 bad_uscc", "8 bad_headcount"]);
        assert_eq!(
            (
                report.plan.created.len(),
                report.plan.changed.len(),
                report.plan.unchanged
            ),
            (1, 2, 0)
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM organization").await, 6);
        let kept = id_of(&stage.app, "示例新厂").await;
        assert_eq!(kept, typed, "what a player typed keeps its id");
        let unit = id_of(&stage.app, "91440300708461136T").await;
        let unit = organization::unit(&stage.app, unit)
            .await
            .expect("the directory")
            .expect("the unit");
        assert_eq!((unit.headcount, &*unit.name), (Some(900), "示例(张店)化工有限公司"));
        let again = import(&stage.app, csv).await;
        assert!(again.plan.is_idle());
    })
    .await;
}

#[tokio::test]
async fn players_who_type_the_same_name_get_the_same_unit_or_what_it_was_merged_into() {
    each_engine(async |stage| {
        directory(stage).await;
        let first = propose(stage, "淄博市应急局", Some(3703)).await;
        assert_eq!(propose(stage, " 淄博市　应急局 ", Some(3703)).await, first);
        assert_ne!(
            propose(stage, "淄博市应急局", Some(370_303)).await,
            first,
            "elsewhere it is another unit"
        );
        let listed = id_of(&stage.app, "淄博市应急管理局").await;
        assert_eq!(propose(stage, "淄博市应急管理局", Some(3703)).await, listed);
        assert_eq!(
            names(&stage.app, "应急局", None).await,
            [] as [&str; 0],
            "nobody has looked at it"
        );
        assert_eq!(organization::chosen(&stage.app, first).await.expect("the unit"), None);
        organization::merge(&stage.app, &operator(), first, listed)
            .await
            .expect("merged");
        assert_eq!(propose(stage, "淄博市应急局", Some(3703)).await, listed);
        // At the same time, from two nodes.
        let other = stage.second_node().await;
        let one = organization::proposal(&stage.app, "同时填写的单位", None)
            .await
            .expect("a name");
        let two = organization::proposal(&other, "同时填写的单位", None)
            .await
            .expect("a name");
        let now = stage.app.now();
        let store = |app: App, proposal| async move {
            let stored = app.db.write(proposal, move |tx, proposal| {
                Box::pin(async move { organization::propose(tx, &proposal, now).await })
            });
            stored.await.expect("stored")
        };
        let (one, two) = tokio::join!(store(stage.app.clone(), one), store(other.clone(), two));
        assert_eq!(one, two);
        other.db.close().await;
        for bad in ["", "一", "a\u{0}b", "（）"] {
            assert_eq!(
                fault(organization::proposal(&stage.app, bad, None).await),
                Fault::Organization(OrganizationFault::Name)
            );
        }
        let nowhere = organization::proposal(&stage.app, "示例厂", Some(code(99))).await;
        assert_eq!(fault(nowhere), Fault::Organization(OrganizationFault::Division));
        let called = organization::names(&stage.app, &[first, one, OrganizationId(1)])
            .await
            .expect("the names");
        assert_eq!((called.len(), called[&first].as_str()), (2, "淄博市应急局"));
    })
    .await;
}

#[tokio::test]
async fn the_merge_desk_shows_what_a_name_could_be_and_every_decision_can_be_undone() {
    each_engine(async |stage| {
        directory(stage).await;
        let (app, operator) = (&stage.app, operator());
        let (one, two) = (
            propose(stage, "淄博市应急局", Some(3703)).await,
            propose(stage, "全新的合作社", Some(370_302)).await,
        );
        let desk = organization::desk(app, &operator, 1).await.expect("the desk");
        assert_eq!((desk.total, desk.waiting.len()), (2, 2));
        let listed = desk.waiting[0].alike[0].found.id;
        assert_eq!(
            (desk.waiting[0].row.unit.id, listed),
            (one, id_of(app, "淄博市应急管理局").await)
        );
        assert!(desk.waiting[1].alike.is_empty());

        organization::merge(app, &operator, one, listed).await.expect("merged");
        organization::list(app, &operator, two).await.expect("listed");
        assert_eq!(names(app, "合作社", None).await, ["全新的合作社"]);
        assert_eq!(organization::merges(app).await.expect("the merges").root(one), listed);
        let desk = organization::desk(app, &operator, 9).await.expect("the desk");
        assert_eq!((desk.total, desk.decided.len(), desk.page), (0, 2, 1));
        let record = organization::record(app, &operator, listed, "")
            .await
            .expect("the unit");
        assert_eq!(record.merged[0].unit.id, one);

        let wrong = |result| match fault(result) {
            Fault::Organization(why) => why,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            wrong(organization::merge(app, &operator, listed, one).await),
            OrganizationFault::NoSuchUnit
        );
        assert_eq!(
            wrong(organization::merge(app, &operator, listed, listed).await),
            OrganizationFault::Circle
        );
        assert_eq!(
            wrong(organization::merge(app, &operator, one, two).await),
            OrganizationFault::Merged
        );
        assert_eq!(
            wrong(organization::list(app, &operator, one).await),
            OrganizationFault::Decided
        );
        assert_eq!(
            wrong(organization::undo(app, &operator, listed).await),
            OrganizationFault::Decided
        );
        assert_eq!(
            wrong(organization::merge(app, &operator, two, OrganizationId(1)).await),
            OrganizationFault::NoSuchUnit
        );
        assert_eq!(
            fault(organization::list(app, &operator, OrganizationId(1)).await),
            Fault::NotFound
        );

        // A chain: who typed the first name counts for the last unit.
        organization::merge(app, &operator, listed, two).await.expect("merged");
        assert_eq!(organization::merges(app).await.expect("the merges").root(one), two);
        assert_eq!(propose(stage, "淄博市应急局", Some(3703)).await, two);
        assert_eq!(
            wrong(organization::merge(app, &operator, two, listed).await),
            OrganizationFault::Merged
        );

        for id in [listed, one, two] {
            organization::undo(app, &operator, id).await.expect("undone");
        }
        let desk = organization::desk(app, &operator, 1).await.expect("the desk");
        assert_eq!((desk.total, desk.decided.len()), (2, 0));
        assert_eq!(organization::merges(app).await.expect("the merges").root(one), one);
        assert_eq!(names(app, "应急", None).await, ["淄博市应急管理局"]);
        for (act, count) in [
            (Act::OrganizationMerged, 2),
            (Act::OrganizationListed, 1),
            (Act::OrganizationUndone, 3),
        ] {
            let page = mingfa::service::audit::page(app, &operator, Some(act), 1)
                .await
                .expect("the log");
            assert_eq!(page.total, count, "{act:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_merges_at_once_from_two_nodes_close_no_circle() {
    each_engine(async |stage| {
        directory(stage).await;
        let other = stage.second_node().await;
        let (one, two) = (id_of(&stage.app, "示例集团").await, id_of(&stage.app, "示例物流").await);
        let (here, there) = (operator(), operator());
        let (first, second) = tokio::join!(
            organization::merge(&stage.app, &here, one, two),
            organization::merge(&other, &there, two, one)
        );
        assert!(first.is_ok() != second.is_ok(), "one of the two");
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM organization WHERE merged_into <> 0")
                .await,
            1
        );
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn the_list_is_filtered_and_a_headcount_can_be_set() {
    each_engine(async |stage| {
        directory(stage).await;
        let (app, operator) = (&stage.app, operator());
        propose(stage, "待核的单位", None).await;
        for (standing, count) in [
            (Standing::Any, 5),
            (Standing::Listed, 4),
            (Standing::Proposed, 1),
            (Standing::Merged, 0),
        ] {
            let page = organization::page(app, &operator, standing, "", u32::MAX)
                .await
                .expect("the list");
            assert_eq!(
                (page.total, page.rows.len(), page.page, page.waiting),
                (count, count as usize, 1, 1),
                "{standing:?}"
            );
        }
        for words in ["91440300", "化工", "（张店）"] {
            let page = organization::page(app, &operator, Standing::Any, words, 1)
                .await
                .expect("the list");
            assert_eq!(page.total, 1, "{words}");
        }
        let unit = id_of(app, "示例集团").await;
        organization::revise(app, &operator, unit, "综合", "1,000")
            .await
            .expect("stored");
        let stored = db::organization::get(&app.db, unit)
            .await
            .expect("the units")
            .expect("the unit");
        assert_eq!(
            (stored.headcount, stored.trade.as_str(), stored.state),
            (Some(1000), "综合", State::Listed)
        );
        for (trade, people, why) in [
            ("", "很多", OrganizationFault::Headcount),
            (&*"长".repeat(41), "", OrganizationFault::Trade),
        ] {
            assert_eq!(
                fault(organization::revise(app, &operator, unit, trade, people).await),
                Fault::Organization(why)
            );
        }
    })
    .await;
}

/// The session of an account that keeps the directory.
async fn keeper(stage: &Stage) -> String {
    stage.second_administrator("keeper").await;
    stage.token("keeper").await
}

fn listed(reply: &Reply) -> Vec<String> {
    assert_eq!(reply.status, 200, "{}", reply.body);
    let Value::Array(list) = reply.json() else {
        panic!("no list: {}", reply.body)
    };
    list.iter()
        .map(|found| found["name"].as_str().expect("a name").to_owned())
        .collect()
}

#[tokio::test]
async fn everybody_asks_for_divisions_and_units_and_odd_questions_do_no_harm() {
    each_engine(async |stage| {
        let nobody = Browser::new(&stage.app);
        assert_eq!(listed(&nobody.get("/api/v1/divisions").await), [] as [&str; 0]);
        directory(stage).await;
        let reply = nobody.get("/api/v1/divisions").await;
        assert_eq!(listed(&reply), ["北京市", "吉林省", "山东省"]);
        assert_eq!(reply.header("cache-control"), "public, max-age=300");
        assert_eq!(listed(&nobody.get("/api/v1/divisions?within=11").await), ["朝阳区"]);
        assert_eq!(
            listed(&nobody.get("/api/v1/divisions?q=cyq&within=22").await),
            ["朝阳区"]
        );
        let reply = nobody.get("/api/v1/divisions?q=%E5%BC%A0%E5%BA%97").await;
        assert_eq!(reply.json()[0]["path"], "山东省 / 淄博市 / 张店区");
        assert_eq!(reply.json()[0]["code"], 370_303);
        assert_eq!(
            listed(&nobody.get("/api/v1/organizations?q=sl&division=370302").await),
            ["示例物流有限公司", "示例集团"]
        );
        let long = "a".repeat(20_000);
        for odd in ["%00", "%25", "'%20OR%201=1--", "%F0%9F%98%80", "((((", "*", "_", &long] {
            for path in ["/api/v1/divisions?q=", "/api/v1/organizations?q="] {
                let reply = nobody.get(&format!("{path}{odd}")).await;
                assert!(
                    [200, 414].contains(&reply.status.as_u16()),
                    "{path}{odd}: {}",
                    reply.status
                );
            }
        }
        for odd in [
            "1",
            "-1",
            "abc",
            "37000",
            "99999999999999999999",
            "%00",
            "３７",
            "1%20OR%201",
        ] {
            for path in ["/api/v1/divisions?within=", "/api/v1/organizations?q=a&division="] {
                let path = format!("{path}{}", odd.replace('３', "%EF%BC%93").replace('７', "%EF%BC%97"));
                let reply = nobody.get(&path).await;
                assert_eq!(
                    (reply.status.as_u16(), reply.problem().as_str()),
                    (400, "bad_request"),
                    "{path}"
                );
                assert_eq!(reply.header("cache-control"), "no-store");
            }
        }
        assert_eq!(
            listed(&nobody.get("/api/v1/divisions?within=99").await),
            [] as [&str; 0]
        );
    })
    .await;
}

#[tokio::test]
async fn the_pages_lead_from_a_file_to_the_directory_and_from_the_desk_to_a_merge() {
    each_engine(async |stage| {
        let keeper = Browser::new(&stage.app).signed_in(&keeper(stage).await);
        let empty = keeper.get("/admin/organizations").await;
        assert!(empty.body.contains("目录里还没有单位"), "{}", empty.body);
        assert!(
            keeper
                .get("/admin/organizations/desk")
                .await
                .body
                .contains("没有待核的单位")
        );
        import_divisions(&stage.app, &[("区划.csv", DIVISIONS)]).await;

        let csv = "单位名称,行政区划\n<b>示例</b>公司,张店区\n示例坏,火星\n";
        let reply = keeper
            .upload("/admin/organizations/import", "单位.csv", csv.as_bytes())
            .await;
        let preview = reply.location().to_owned();
        let page = keeper.get(&preview).await;
        assert!(
            page.body.contains("没有找到行政区划“火星”") && !page.body.contains("<b>示例"),
            "{}",
            page.body
        );
        assert_eq!(
            stage.count("SELECT COUNT(*) FROM organization").await,
            0,
            "a preview stores nothing"
        );
        assert_eq!(keeper.post(&preview, &[]).await.status, 200);
        assert_eq!(keeper.post(&preview, &[]).await.status, 410, "the file is gone");
        assert_eq!(stage.count("SELECT COUNT(*) FROM organization").await, 1);

        let typed = propose(stage, "<b>示例</b>公司二", Some(370_303)).await;
        let into = id_of(&stage.app, "<b>示例</b>公司").await;
        let desk = keeper.get("/admin/organizations/desk").await;
        assert!(
            desk.body.contains(&into.to_string()) && !desk.body.contains("<b>示例"),
            "{}",
            desk.body
        );
        let merge = format!("/admin/organizations/{typed}/merge");
        for bad in ["", "1", &OrganizationId(7).to_string()] {
            let reply = keeper.post(&merge, &[("into", bad)]).await;
            assert_eq!(reply.status, 422, "{bad}");
            assert!(reply.body.contains("没有找到要并入的单位"), "{}", reply.body);
        }
        let reply = keeper
            .post(&merge, &[("into", &into.to_string()), ("back", "desk")])
            .await;
        assert_eq!(
            (reply.status.as_u16(), reply.location()),
            (303, "/admin/organizations/desk")
        );
        assert!(keeper.get("/admin/organizations/desk").await.body.contains("已并入"));
        let reply = keeper.post(&format!("/admin/organizations/{typed}/undo"), &[]).await;
        assert_eq!(reply.location(), format!("/admin/organizations/{typed}"));
        let reply = keeper
            .post(&format!("/admin/organizations/{into}"), &[("headcount", "x")])
            .await;
        assert_eq!(reply.status, 422);
        assert!(
            reply.body.contains("value=\"x\""),
            "what was typed stays: {}",
            reply.body
        );
        let english = keeper.with_cookie("lang", "en");
        for path in [
            "",
            "/desk",
            &format!("/{into}?words=%25"),
            "?state=merged&words=%00&page=4294967295",
        ] {
            let reply = english.get(&format!("/admin/organizations{path}")).await;
            assert_eq!(reply.status, 200, "{path}");
        }
    })
    .await;
}

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data"))
}

/// The files are not shipped; where the folder is absent the test says so and passes.
#[tokio::test]
async fn the_divisions_of_the_country_are_taken_whole_and_found_at_once() {
    let Ok(text) = std::fs::read_to_string(folder().join("expected.json")) else {
        println!("skipped: {} is absent", folder().display());
        return;
    };
    let expected: Value = serde_json::from_str(&text).expect("expected.json is JSON");
    let expected = &expected["divisions"];
    each_engine(async |stage| {
        // The lowest level first: the order of files does not matter.
        let levels = ["streets", "areas", "cities", "provinces"];
        let read = |level: &str| {
            let name = format!("{level}.csv");
            let body = std::fs::read(folder().join("divisions").join(&name)).expect("a file of expected.json");
            (name, body)
        };
        let files = levels.into_iter().map(read).collect();
        let report = division::import(&stage.app, &operator(), files)
            .await
            .expect("an import");
        for (file, level) in report.files.iter().zip(levels) {
            assert_eq!(file.errors, [], "{level}");
            assert_eq!(Value::from(file.taken), expected[level], "{level}");
        }
        let divisions = division::divisions(&stage.app).await.expect("the divisions");
        for (key, within) in [("shandong", 37), ("zibo", 3703)] {
            let inside = |digits: usize| {
                let codes = stage_codes(&divisions, within, digits);
                Value::from(codes)
            };
            assert_eq!(inside(6), expected[key]["areas"], "{key}");
            assert_eq!(inside(9), expected[key]["streets"], "{key}");
        }
        let by_area = expected["zibo"]["by_area"].as_object().expect("areas of 淄博");
        for (area, count) in by_area {
            let (number, name) = area.split_once(' ').expect("a code and a name");
            let parent = DivisionCode::parse(number).expect("a code");
            assert_eq!(
                division::path(&stage.app, parent).await.expect("a path"),
                format!("山东省 / 淄博市 / {name}")
            );
            let children = division::children(&stage.app, Some(parent)).await.expect("towns");
            assert_eq!(Value::from(children.len()), *count, "{area}");
        }
        let first = async |typed: &str| {
            division::search(&stage.app, typed, None).await.expect("a search")[0]
                .path
                .clone()
        };
        for (typed, path) in [
            ("淄博", "山东省 / 淄博市"),
            ("zbs", "山东省 / 淄博市"),
            ("cqs", "重庆市"),
            ("吉林", "吉林省"),
            ("东莞", "广东省 / 东莞市"),
        ] {
            assert_eq!(first(typed).await, path, "{typed}");
        }
        assert_eq!(
            division::search(&stage.app, "城关镇", None)
                .await
                .expect("a search")
                .len(),
            division::MOST
        );
        assert_eq!(division::children(&stage.app, None).await.expect("provinces").len(), 31);
    })
    .await;
}

fn stage_codes(divisions: &mingfa::domain::division::Divisions, within: u32, digits: usize) -> usize {
    divisions
        .within(code(within))
        .filter(|code| code.to_string().len() == digits)
        .count()
}

#[tokio::test]
async fn the_command_imports_lists_of_several_levels_and_says_what_it_did() {
    each_engine(async |stage| {
        let areas = stage.place.file("areas.csv", "code,name\n370303,张店区\n".as_bytes());
        let top = stage
            .place
            .file("top.csv", "code,name\n37,山东省\n3703,淄博市\nx,y\n".as_bytes());
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_mingfa"))
            .args(["import", "divisions"])
            .args([&areas, &top])
            .args(["--database", &stage.place.address])
            .output()
            .expect("the program runs");
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(
            said.contains("新增 3 个，更名 0 个，不变 0 个。") && said.contains("top.csv 4："),
            "{said}"
        );
        stage.clock.advance_seconds(1);
        assert_eq!(
            division::path(&stage.app, code(370_303)).await.expect("a path"),
            "山东省 / 淄博市 / 张店区"
        );
    })
    .await;
}
