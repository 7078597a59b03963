//! Units and persons, and what an import makes of them.

use mingfa::{
    db::{self, person as store},
    domain::{
        id::{PersonId, UnitId},
        person::{Category, RankLevel},
        unit::Unit,
    },
    service::roster,
};

use crate::support::{Stage, each_engine, operator, roster_csv};

async fn import(stage: &Stage, csv: &str) -> roster::Report {
    roster::import(&stage.app, &operator(), "r.csv", csv.as_bytes())
        .await
        .expect("an import")
}

/// Created, changed, unchanged, refused.
fn counts(report: &roster::Report) -> (usize, usize, usize, usize) {
    (
        report.plan.created.len(),
        report.plan.changed.len(),
        report.plan.unchanged,
        report.errors.len(),
    )
}

#[tokio::test]
async fn an_import_tells_created_changed_unchanged_and_refused_rows_apart() {
    each_engine(async |stage| {
        let first = import(stage, &roster_csv([(1, 1), (2, 1), (3, 2)])).await;
        assert_eq!(counts(&first), (3, 0, 0, 0));
        let csv = "工号,姓名,单位,职级,类别\n1,张1,市局/1科,科级,公务员\n2,李二,市局/3科,处级,参公人员\n4,新人,市局/1科,,\n,无号,市局/1科,,\n";
        let preview = roster::preview(&stage.app, &operator(), "r.csv", csv.as_bytes()).await.expect("a preview");
        assert_eq!(counts(&preview), (1, 1, 1, 1));
        assert_eq!(store::all(&stage.app.db).await.expect("the roster").len(), 3, "a preview stores nothing");
        let before = stage.person("2").await;
        assert_eq!(counts(&import(stage, csv).await), (1, 1, 1, 1));

        let persons = store::all(&stage.app.db).await.expect("the roster");
        assert_eq!(persons.iter().map(|person| person.number.as_str()).collect::<Vec<_>>(), ["1", "2", "3", "4"]);
        let second = store::get(&stage.app.db, before).await.expect("the roster").expect("still the same person");
        assert_eq!((second.name.as_str(), second.rank_level, second.category), ("李二", RankLevel::Chu, Category::CivilServantEquivalent));
        let units = store::units(&stage.app.db).await.expect("the units");
        assert_eq!(units.path(second.unit), "市局 / 3科");
        assert_eq!(units.len(), 4, "市局 and three below it, each once");
        let own = store::count_by_unit(&stage.app.db).await.expect("the counts");
        assert_eq!((own[&second.unit], own.values().sum::<i64>()), (1, 4));
        assert_eq!(roster::size(&stage.app, &operator(), None, &mingfa::domain::exam::Audience::default()).await.expect("the size"), 4);
        assert_eq!(counts(&import(stage, csv).await), (0, 0, 3, 1), "the same file again changes nothing");
    })
    .await;
}

#[tokio::test]
async fn a_number_that_is_the_login_name_of_an_administrator_is_refused_by_its_row() {
    each_engine(async |stage| {
        stage.administrator().await;
        let csv = "工号,姓名,单位\n1,甲,局\nadmin,乙,局\n";
        let report = roster::import(&stage.app, &operator(), "r.csv", csv.as_bytes())
            .await
            .expect("the other row");
        assert_eq!(report.plan.created.len(), 1);
        let refused: Vec<_> = report
            .errors
            .iter()
            .map(|note| (note.place.to_string(), note.matter.code()))
            .collect();
        assert_eq!(refused, [("3".to_owned(), "number_of_an_account")]);
        assert_eq!(stage.count("SELECT COUNT(*) FROM person").await, 1);
        let preview = roster::preview(&stage.app, &operator(), "r.csv", csv.as_bytes())
            .await
            .expect("the preview");
        assert_eq!(preview.errors, report.errors, "the preview says the same");
    })
    .await;
}

#[tokio::test]
async fn two_imports_at_once_leave_one_roster() {
    each_engine(async |stage| {
        let csv = roster_csv((0..50).map(|person| (person, person % 7)));
        let import = async || {
            let done = roster::import(&stage.app, &operator(), "r.csv", csv.as_bytes()).await;
            done.map(|report| counts(&report))
        };
        let (here, there) = tokio::join!(import(), import());
        let refused: Vec<_> = [here.err(), there.err()].into_iter().flatten().collect();
        // PostgreSQL runs both at the same time, so that one may lose the race for a name; it stores nothing then.
        assert!(refused.len() <= 1, "{refused:?}");
        assert_eq!(store::all(&stage.app.db).await.expect("the roster").len(), 50);
        assert_eq!(store::units(&stage.app.db).await.expect("the units").len(), 8);
        assert_eq!(import().await.expect("an import"), (0, 0, 50, 0));
    })
    .await;
}

#[tokio::test]
async fn a_unit_name_stands_once_below_its_parent_and_as_often_as_you_like_elsewhere() {
    each_engine(async |stage| {
        let unit = |id, parent: Option<i64>, name: &str| Unit {
            id: UnitId(id),
            parent: parent.map(UnitId),
            name: name.to_owned(),
        };
        let insert = async |unit: Unit| {
            stage
                .app
                .db
                .write(unit, |tx, unit| {
                    Box::pin(async move { store::insert_unit(tx, &unit).await })
                })
                .await
        };
        for unit in [
            unit(1, None, "甲"),
            unit(2, Some(1), "甲"),
            unit(3, Some(2), "甲"),
            unit(4, Some(1), "乙"),
        ] {
            insert(unit).await.expect("a new unit");
        }
        assert!(matches!(insert(unit(5, Some(1), "乙")).await, Err(db::Error::Taken)));
        assert!(matches!(insert(unit(6, None, "甲")).await, Err(db::Error::Taken)));
        let tree = stage
            .write(|tx| Box::pin(store::units_in(tx)))
            .await
            .expect("the units");
        assert_eq!(tree.path(UnitId(3)), "甲 / 甲 / 甲");
    })
    .await;
}

#[tokio::test]
async fn the_page_of_people_filters_by_unit_and_words_and_turns_pages() {
    each_engine(async |stage| {
        stage.roster(120, 2).await;
        let page = async |unit, words: &str, number| {
            roster::page(&stage.app, &operator(), unit, words, number)
                .await
                .expect("a page")
        };
        let all = page(None, "", 1).await;
        assert_eq!((all.total, all.all, all.pages, all.persons.len()), (120, 120, 3, 50));
        assert_eq!(
            (page(None, "", 3).await.persons.len(), page(None, "", 99).await.page),
            (20, 3)
        );
        let top = all.units.children(None).next().expect("市局").id;
        let below = all.units.children(Some(top)).next().expect("a unit below").id;
        assert_eq!(
            (page(Some(top), "", 1).await.total, page(Some(below), "", 1).await.total),
            (120, 60)
        );
        assert_eq!(
            (
                page(None, "张１１２０", 1).await.total,
                page(None, "没有", 1).await.total
            ),
            (1, 0)
        );
        assert_eq!(
            all.sizes.iter().find(|(unit, _)| *unit == top).map(|(_, size)| *size),
            Some(120)
        );
        let list = store::without_password(&stage.app.db).await.expect("the list");
        assert_eq!(list.len(), 120);
        let known = stage
            .write(|tx| Box::pin(store::by_number_in(tx)))
            .await
            .expect("the roster");
        assert_eq!(known["1001"].id, stage.person("1001").await);
        assert_eq!(store::get(&stage.app.db, PersonId(1)).await.expect("the roster"), None);
    })
    .await;
}
