//! The page for the head of the bureau: who is missing, where knowledge is weak, within the reader's reach.

use mingfa::{
    domain::{
        annual::head::not_passed,
        course::{Draft, Heading, LessonKind, Source},
        credit::Credits,
        id::{ExamId, UnitId},
        item::{Kind, OptionSet},
        key_correction::{Correction, Method},
        role::{Grant, Role},
    },
    error::Fault,
    service::{Caller, course, head, key_correction, role},
};

use crate::{
    access::unit_named,
    browser::Browser,
    support::{BASED, Stage, bank_csv, each_engine, fault, key_of, operator, setup},
};

/// Twelve persons in each of three units. Questions with one right answer stand on articles of one law, those with several on one of
/// another, the rest on none. The first unit knows everything, the second nothing, of the third only two have come.
async fn sat(stage: &Stage) -> (ExamId, [UnitId; 3]) {
    stage.roster(36, 3).await;
    let counts = [
        (Kind::Single, 8),
        (Kind::Multiple, 5),
        (Kind::TrueFalse, 4),
        (Kind::Indefinite, 3),
    ];
    let csv = bank_csv(&counts, |kind, number| key_of(kind, number).letters());
    let based = |line: &str| match line.split_once(BASED) {
        Some((before, basis)) => {
            let basis = basis.trim_end_matches(',');
            let number: String = basis.chars().filter(char::is_ascii_digit).collect();
            let law = match basis.trim_end_matches(char::is_numeric) {
                "单选题" => format!(
                    "《中华人民共和国燃气法》第{}条",
                    number.parse::<u32>().unwrap_or(0) % 2 + 1
                ),
                "多选题" => "消防办法第二条".to_owned(),
                _ => "年度计划".to_owned(),
            };
            format!("{before}{law},")
        }
        None => line.to_owned(),
    };
    let csv: Vec<String> = csv.lines().map(based).collect();
    let bank = stage.bank_from("题库", &csv.join("\n")).await;
    let exam = stage.open_exam(setup(bank)).await;
    for person in 0..36 {
        let name = (1001 + person).to_string();
        match person % 3 {
            0 => drop(stage.sit(&name, exam, |_, _, key| key).await),
            1 => drop(stage.sit(&name, exam, |_, _, _| OptionSet::EMPTY).await),
            _ if person < 6 => drop(stage.sit(&name, exam, |_, _, key| key).await),
            _ => {}
        }
    }
    // What was handed in within the last minute waits for the next look.
    stage.clock.advance_seconds(90);
    let unit = async |name| unit_named(stage, name).await;
    let units = [
        unit("市局 / 0科").await,
        unit("市局 / 1科").await,
        unit("市局 / 2科").await,
    ];
    (exam, units)
}

async fn look(stage: &Stage, caller: &Caller, unit: Option<UnitId>) -> head::Head {
    head::head(&stage.app, caller, 2026, unit).await.expect("the page")
}

#[tokio::test]
async fn the_page_names_who_is_missing_and_what_is_not_known() {
    each_engine(async |stage| {
        let (_, [knows, fails, absent]) = sat(stage).await;
        let shown = look(stage, &operator(), None).await;
        assert_eq!((shown.exams, shown.plan), (1, None));
        let missing: Vec<_> = shown
            .missing
            .rows
            .iter()
            .map(|(unit, counts)| (*unit, not_passed(counts)))
            .collect();
        assert_eq!(missing, [(fails, 12), (absent, 10)], "nobody of the first is missing");
        assert_eq!((shown.missing.total.due, shown.missing.total.absent()), (36, 10));

        let map = shown.map.as_ref().expect("a map");
        assert_eq!(map.laws, ["燃气法", "消防办法"]);
        let rates: Vec<_> = map.rows.iter().map(|row| (row.unit, row.shares[0].rate())).collect();
        assert_eq!(rates, [(fails, Some(0)), (knows, Some(10_000))]);
        assert_eq!((map.small, map.total[0].persons, map.total[0].asked), (1, 26, 130));
        assert!(
            map.unbased == 26 * 3,
            "three questions of each paper name no article: {}",
            map.unbased
        );
        assert!(shown.weak.iter().all(|weak| weak.lesson.is_none()) && !shown.weak.is_empty());

        let below = look(stage, &operator(), Some(knows)).await;
        assert_eq!((below.missing.rows.len(), below.missing.total.due), (0, 12));
        assert_eq!(below.map.expect("a map").total[0].rate(), Some(10_000));
        let empty = head::head(&stage.app, &operator(), 2019, None).await.expect("the page");
        assert!(empty.map.is_none() && !empty.counting && empty.missing.total.due == 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_handed_in_later_is_added_and_a_corrected_key_counts_anew() {
    each_engine(async |stage| {
        let (exam, units) = sat(stage).await;
        let asked = async || {
            let map = look(stage, &operator(), None).await.map.expect("a map");
            (map.total[0].persons, map.total[1].asked)
        };
        let before = asked().await;
        assert_eq!(before, (26, 52));
        stage.sit("1009", exam, |_, _, key| key).await;
        assert_eq!(asked().await, before, "a minute has not passed");
        stage.clock.advance_seconds(120);
        // It is counted beside the page that asks.
        let comes = async |wanted: &dyn Fn((u32, u32)) -> bool| {
            for _ in 0..200 {
                if wanted(asked().await) {
                    return;
                }
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
            panic!("still {:?}", asked().await);
        };
        comes(&|seen| seen == (27, 54)).await;
        let second = stage.second_administrator("second").await;
        let pool = mingfa::db::bank::pool(&stage.app.db, exam).await.expect("the pool");
        let multiple = pool
            .iter()
            .position(|stored| stored.question.kind == Kind::Multiple)
            .expect("a question");
        void(stage, &second, exam, multiple as u32).await;
        stage.clock.advance_seconds(120);
        // A void question is asked of nobody.
        comes(&|(_, items)| items < 54).await;
        assert_eq!(units.len(), 3);
    })
    .await;
}

/// Takes a question off all papers.
async fn void(stage: &Stage, second: &Caller, exam: ExamId, pool: u32) {
    let correction = Correction {
        pool,
        method: Method::Void,
    };
    let id = key_correction::propose(&stage.app, &operator(), exam, correction, "题目有误", None)
        .await
        .expect("proposed");
    key_correction::apply(&stage.app, second, id).await.expect("applied");
}

#[tokio::test]
async fn a_reader_sees_the_page_of_his_own_units_with_the_lesson_that_helps() {
    each_engine(async |stage| {
        let (_, [knows, fails, _]) = sat(stage).await;
        let heading = Heading {
            title: "燃气安全课".to_owned(),
            summary: String::new(),
            year: 2026,
            unit: None,
            compulsory: true,
            diagnostic: 0,
        };
        let id = course::create(&stage.app, &operator(), heading)
            .await
            .expect("a course");
        let draft = Draft {
            kind: LessonKind::Text,
            title: "谁来管".to_owned(),
            body: "正文".to_owned(),
            credits: Credits::whole(1),
            questions: 1,
            pass: 1,
            sources: Source::lines("燃气法"),
        };
        course::change_lesson(&stage.app, &operator(), id, None, 1, draft)
            .await
            .expect("a lesson");
        stage.run("UPDATE course SET state = 'published'").await;

        let grant = Grant {
            role: Role::Liaison,
            unit: Some(fails),
        };
        role::grant(&stage.app, &operator(), "1002", grant)
            .await
            .expect("a role");
        let liaison = stage.caller("1002").await;
        let shown = look(stage, &liaison, None).await;
        assert_eq!((shown.missing.total.due, shown.missing.rows.len()), (12, 1));
        let weakest = shown.weak.first().expect("an article");
        assert_eq!(
            (weakest.article.law.as_str(), weakest.share.rate()),
            ("消防办法", Some(0))
        );
        let helped = shown.weak.iter().find(|weak| weak.article.law == "燃气法");
        let lesson = helped.and_then(|weak| weak.lesson.as_ref()).expect("a lesson");
        assert_eq!((lesson.course.id, lesson.place), (id, 1));
        let other = head::head(&stage.app, &liaison, 2026, Some(knows)).await;
        assert_eq!(fault(other.map(|_| ())), Fault::NotFound);
        let candidate = stage.caller("1001").await;
        assert_eq!(
            fault(head::head(&stage.app, &candidate, 2026, None).await.map(|_| ())),
            Fault::Forbidden
        );

        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let page = browser.get("/admin/years/2026/head").await;
        assert_eq!(page.status, 200, "{}", page.body);
        for text in [
            "还有 12 人没有合格",
            "燃气安全课 · 谁来管",
            "role=\"img\"",
            "这一年没有计划",
        ] {
            assert!(page.body.contains(text), "{text}\n{}", page.body);
        }
        let list = format!("/admin/years/2026/records?figure=sat&#38;unit={fails}&#38;who=failed");
        let plain = list.replace("&#38;", "&amp;");
        assert!(page.body.contains(&list) || page.body.contains(&plain), "{}", page.body);
        let persons = browser.get(&list.replace("&#38;", "&")).await;
        assert!(persons.body.contains("共 12 人"), "{}", persons.body);
        assert_eq!(
            browser
                .get(&format!("/admin/years/2026/head?unit={knows}"))
                .await
                .status,
            404
        );
    })
    .await;
}
