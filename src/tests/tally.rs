//! What is counted from memory is never behind what is stored; and every count leads to its persons, within reach.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use mingfa::{
    domain::{
        audit::Act,
        exam::{Band, Window},
        figure::Counts,
        id::{ExamId, UnitId},
        item::OptionSet,
        lang::Lang,
        person::RankLevel,
        role::{Grant, Role},
        supervision::Stand,
        tally::{Tallied, Who},
    },
    error::Fault,
    service::{
        Caller, audit,
        exam::Setup,
        export,
        figure::{self, Asked, Part},
        role, roster, sitting,
        supervision::{self, Wanted},
    },
};

use crate::{
    browser::Browser,
    support::{START, Stage, each_engine, fault, operator, setup},
};

async fn pass(stage: &Stage, name: &str, exam: ExamId) {
    stage.sit(name, exam, |_, _, key| key).await;
}

async fn fail(stage: &Stage, name: &str, exam: ExamId) {
    stage.sit(name, exam, |_, _, _| OptionSet::default()).await;
}

/// Registered, exempted, sat, passed.
fn short(counts: &Counts) -> (i64, i64, i64, i64) {
    (counts.registered, counts.exempted, counts.sat, counts.passed)
}

async fn unit(stage: &Stage, name: &str) -> UnitId {
    let units = mingfa::db::person::units(&stage.app.db).await.expect("the units");
    let found = units.walk().into_iter().find(|(_, unit)| unit.name == name);
    found.expect("the unit").1.id
}

async fn liaison(stage: &Stage, number: &str, of: UnitId) -> Caller {
    let grant = Grant {
        role: Role::Liaison,
        unit: Some(of),
    };
    role::grant(&stage.app, &operator(), number, grant)
        .await
        .expect("granted");
    stage.caller(number).await
}

#[tokio::test]
async fn a_node_that_has_counted_sees_what_another_stores_at_once() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        let other = stage.second_node().await;
        let total = async || {
            let counted = figure::figures(&other, &operator(), exam).await.expect("figures");
            short(&counted.total)
        };
        assert_eq!(total().await, (6, 0, 0, 0));
        pass(stage, "1001", exam).await;
        assert_eq!(total().await, (6, 0, 1, 1));
        fail(stage, "1002", exam).await;
        assert_eq!(total().await, (6, 0, 2, 1));
        let (_, open) = stage.start("1003", exam).await;
        stage.clock.set(START.plus_minutes(62));
        assert_eq!(sitting::hand_in_overdue(&stage.app).await.expect("swept"), 1);
        assert!(stage.attempt(open).await.outcome.is_some());
        assert_eq!(total().await, (6, 0, 3, 1));
        let person = stage.person("1006").await;
        stage
            .write(move |tx| Box::pin(async move { mingfa::db::exemption::exempt_entry(tx, exam, person).await }))
            .await
            .expect("stored");
        assert_eq!(total().await, (6, 1, 3, 1));
        other.db.close().await;
    })
    .await;
}

#[tokio::test]
async fn many_who_hand_in_at_once_are_all_counted() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(12).await;
        let mut started = Vec::new();
        for number in 1001..=1012 {
            started.push(stage.start(&number.to_string(), exam).await);
        }
        figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        let mut tasks = tokio::task::JoinSet::new();
        for (caller, attempt) in started {
            let app = stage.app.clone();
            tasks.spawn(async move { sitting::hand_in(&app, &caller, attempt).await });
        }
        while let Some(done) = tasks.join_next().await {
            done.expect("no panic").expect("the hand-in");
        }
        let counted = figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        assert_eq!(short(&counted.total), (12, 0, 12, 0));
    })
    .await;
}

fn asked(who: Who) -> Asked {
    Asked {
        part: Part::default(),
        who,
        rank: None,
        category: None,
        region: None,
    }
}

#[tokio::test]
async fn every_count_leads_to_its_persons() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(7).await;
        pass(stage, "1001", exam).await;
        fail(stage, "1004", exam).await;
        pass(stage, "1002", exam).await;
        let numbers = async |asked: Asked| {
            let persons = figure::persons(&stage.app, &operator(), exam, asked, 1)
                .await
                .expect("persons");
            assert_eq!(persons.total, persons.rows.len());
            persons.rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
        };
        let counted = figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        for who in Who::ALL {
            assert_eq!(
                numbers(asked(*who)).await.len() as i64,
                who.count(&counted.total),
                "{who:?}"
            );
        }
        assert_eq!(numbers(asked(Who::Failed)).await, ["1004"]);
        let nought = Part {
            unit: Some(unit(stage, "0科").await),
            ..Part::default()
        };
        let absent = Asked {
            part: nought,
            ..asked(Who::Absent)
        };
        assert_eq!(numbers(absent).await, ["1007"]);
        let part = figure::of_part(&stage.app, &operator(), exam, nought)
            .await
            .expect("figures");
        assert_eq!(short(&part.total), (3, 0, 2, 1), "the figures of the unit alone");
        assert_eq!((part.unit_counts().due, counted.unit_counts().due), (1, 3));
        let ranks = Asked {
            rank: Some(RankLevel::Ting),
            ..asked(Who::Registered)
        };
        assert!(numbers(ranks).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_liaison_finds_the_own_persons_and_no_scores() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(6).await;
        pass(stage, "1004", exam).await;
        let (own, other) = (unit(stage, "0科").await, unit(stage, "1科").await);
        let caller = liaison(stage, "1001", own).await;
        let persons = figure::persons(&stage.app, &caller, exam, asked(Who::Registered), 1)
            .await
            .expect("persons");
        let rows: Vec<_> = persons.rows.iter().map(|row| row.number.as_str()).collect();
        assert_eq!((rows, persons.scores), (vec!["1001", "1004"], false));
        assert!(matches!(persons.rows[1].tallied, Tallied::Sat(band, _) if band != Band::Fail));
        let elsewhere = Part {
            unit: Some(other),
            ..Part::default()
        };
        let refused = figure::of_part(&stage.app, &caller, exam, elsewhere).await.map(|_| ());
        assert_eq!(fault(refused), Fault::NotFound);
        let refused = figure::persons(
            &stage.app,
            &caller,
            exam,
            Asked {
                part: elsewhere,
                ..asked(Who::Sat)
            },
            1,
        )
        .await;
        assert_eq!(fault(refused.map(|_| ())), Fault::NotFound);
        let page = Browser::new(&stage.app)
            .signed_in(&stage.token("1001").await)
            .get(&format!("/admin/exams/{exam}/figures/persons?who=sat"))
            .await;
        assert!(
            page.body.contains("张1004") && !page.body.contains("成绩"),
            "{}",
            page.body
        );
        for wrong in ["who=nobody", "unit=abc", "rank=x", "round=9", "page=-1"] {
            let page = Browser::new(&stage.app)
                .signed_in(&stage.token("1001").await)
                .get(&format!("/admin/exams/{exam}/figures/persons?{wrong}"))
                .await;
            assert_eq!(page.status, 404, "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_exam_stands_beside_that_of_the_year_before() {
    each_engine(async |stage| {
        let bank = {
            stage.roster(4, 2).await;
            stage.usual_bank().await
        };
        let last = stage.open_exam(setup(bank)).await;
        pass(stage, "1001", last).await;
        fail(stage, "1002", last).await;
        let later = START.plus_seconds(365 * 24 * 3600);
        stage.clock.set(later);
        let window = Window {
            opens_at: later,
            closes_at: later.plus_seconds(24 * 3600),
        };
        let exam = stage
            .open_exam(Setup {
                window,
                title: "下一年".to_owned(),
                ..setup(bank)
            })
            .await;
        for name in ["1001", "1002", "1003"] {
            pass(stage, name, exam).await;
        }
        let counted = figure::figures(&stage.app, &operator(), exam).await.expect("figures");
        let compared = counted.compared.as_ref().expect("last year's");
        assert_eq!((compared.exam.id, short(&compared.total)), (last, (4, 0, 2, 1)));
        let part = Part {
            unit: Some(unit(stage, "1科").await),
            ..Part::default()
        };
        let of_unit = figure::of_part(&stage.app, &operator(), exam, part)
            .await
            .expect("figures");
        assert_eq!(
            short(&of_unit.compared.expect("last year's").total),
            (2, 0, 1, 0),
            "the same unit"
        );
        let first = figure::figures(&stage.app, &operator(), last).await.expect("figures");
        assert!(first.compared.is_none() && first.earlier.is_empty());
        let wrong = Part {
            with: Some(exam),
            ..Part::default()
        };
        let refused = figure::of_part(&stage.app, &operator(), last, wrong).await.map(|_| ());
        assert_eq!(fault(refused), Fault::NotFound, "a later one");
        let page = Browser::new(&stage.app)
            .signed_in(&stage.administrator().await)
            .get(&format!("/admin/exams/{exam}/figures"))
            .await;
        assert!(
            page.body.contains("+50.00 个百分点"),
            "passed of due: 75% after 25%; of sat 100% after 50%"
        );
    })
    .await;
}

#[tokio::test]
async fn the_workbook_says_what_the_page_says() {
    each_engine(async |stage| {
        let csv = "工号,姓名,单位,职级,类别\n\
                   1001,=甲,市局/一科,处级,公务员\n1002,乙,市局/一科,科级,公务员\n1003,丙,市局/二科,科级,事业单位人员\n";
        let report = roster::import(&stage.app, &operator(), "roster.csv", csv.as_bytes()).await;
        assert_eq!(report.expect("an import").plan.created.len(), 3);
        let exam = stage.open_exam(setup(stage.usual_bank().await)).await;
        pass(stage, "1001", exam).await;
        fail(stage, "1003", exam).await;
        let read = async |caller: &Caller| {
            let bytes = export::workbook(&stage.app, caller, exam, Part::default(), Lang::Zh).await.expect("a workbook");
            let mut book = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
            move |name: &str| {
                let range = book.worksheet_range(name).expect("the sheet");
                range.rows().map(|row| row.iter().map(Data::to_string).collect::<Vec<_>>()).collect::<Vec<_>>()
            }
        };
        let mut sheet = read(&operator()).await;
        let figures = sheet("数据");
        let value = |id: &str| {
            let row = figures.iter().find(|row| row.get(4).is_some_and(|code| code == id)).expect("the figure");
            row[1..4].to_vec()
        };
        assert_eq!(value("due"), ["3", "", ""]);
        assert_eq!(value("pass_rate_of_due"), ["0.3333", "1", "3"]);
        assert_eq!(value("pass_rate_of_sat"), ["0.5", "1", "2"]);
        assert_eq!(value("avg_score"), ["6", "12", "2"]);
        assert_eq!(value("units_due")[0], "2");
        let units = sheet("各单位");
        let named: Vec<_> = units.iter().filter(|row| row[0].starts_with("市局")).map(|row| (row[0].clone(), row[5].clone())).collect();
        assert_eq!(named.len(), 3);
        assert_eq!(named[0], ("市局".to_owned(), "3".to_owned()), "with those below");
        let persons = sheet("人员");
        let row = persons.iter().find(|row| row[0] == "1001").expect("the person");
        assert_eq!(row[1..], ["=甲", "市局 / 一科", "处级", "公务员", "合格", "12"]);
        assert!(persons.iter().any(|row| row[0] == "1002" && row[5] == "缺考"));

        let caller = liaison(stage, "1003", unit(stage, "二科").await).await;
        let mut own = read(&caller).await;
        let persons = own("人员");
        let own: Vec<_> = persons.iter().filter(|row| row[0].starts_with("100")).collect();
        assert_eq!((own.len(), own[0].len()), (1, 6), "one person, and no column of scores");
        let log = audit::page(&stage.app, &operator(), Some(Act::PersonsExported), 1).await.expect("the log");
        let taken: Vec<_> = log.entries.iter().map(|entry| entry.after.as_str()).collect();
        assert_eq!(taken, ["1", "3"], "who took how many persons out stands in the log");
        let page = Browser::new(&stage.app)
            .signed_in(&stage.token("1003").await)
            .get(&format!("/admin/exams/{exam}/figures.xlsx"))
            .await;
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").contains("spreadsheetml"));
        let candidate = Browser::new(&stage.app)
            .signed_in(&stage.token("1002").await)
            .get(&format!("/admin/exams/{exam}/figures.xlsx"))
            .await;
        assert_eq!(candidate.status, 403);
    })
    .await;
}

#[tokio::test]
async fn the_live_view_filters_and_counts_what_it_filters() {
    each_engine(async |stage| {
        let exam = stage.usual_exam(7).await;
        pass(stage, "1001", exam).await;
        stage.start("1002", exam).await;
        stage.start("1004", exam).await;
        let numbers = async |wanted: Wanted| {
            let live = supervision::live(&stage.app, &operator(), exam, wanted)
                .await
                .expect("the live view");
            assert_eq!(live.total, live.rows.len());
            live.rows.into_iter().map(|row| row.number).collect::<Vec<_>>()
        };
        let all = numbers(Wanted::default()).await;
        assert_eq!(all[..2], ["1004", "1002"], "those who sit come first, by unit");
        assert_eq!(
            all.last().map(String::as_str),
            Some("1001"),
            "who has passed comes last"
        );
        let stand = Wanted {
            stand: Some(Stand::NotStarted),
            ..Wanted::default()
        };
        assert_eq!(numbers(stand).await, ["1007", "1005", "1003", "1006"]);
        let words = |words: &str| Wanted {
            words: words.to_owned(),
            ..Wanted::default()
        };
        assert_eq!(
            numbers(words("１００２")).await,
            ["1002"],
            "full-width digits are digits"
        );
        assert_eq!(numbers(words("张 1004")).await, ["1004"]);
        assert!(numbers(words("没有这个人")).await.is_empty());
        let own = Wanted {
            unit: Some(unit(stage, "0科").await),
            ..Wanted::default()
        };
        let live = supervision::live(&stage.app, &operator(), exam, own)
            .await
            .expect("the live view");
        let counts = Stand::ALL.map(|stand| live.counts.of(stand));
        assert_eq!(
            counts,
            [0, 0, 1, 1, 0, 1],
            "1004 sits, 1007 has not begun, 1001 has passed"
        );
        assert_eq!((live.sitting, live.running.len()), (2, 1));
        let page = Browser::new(&stage.app)
            .signed_in(&stage.administrator().await)
            .get(&format!(
                "/admin/exams/{exam}/live?whom=person+{}",
                stage.person("1002").await
            ))
            .await;
        let chosen = format!("<option value=\"person {}\" selected", stage.person("1002").await);
        assert!(page.body.contains(&chosen), "{}", page.body);
    })
    .await;
}
