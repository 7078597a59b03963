//! Files of activities: what is refused and why, all or nothing, the same file twice, name lists, and the personal record.

use std::fmt::Write as _;

use mingfa::{
    domain::{
        activity::{ActivityFault, State},
        id::UploadId,
        intake::{Matter, Note},
    },
    error::Fault,
    service::{
        Caller, activity,
        ledger::{self, Report},
        record, year,
    },
};

use crate::{
    activity::{begun, lecture},
    browser::Browser,
    support::{Stage, each_engine, fault, operator},
};

const HEAD: &str = "类型,名称,日期,单位,参加人数,数量,证明文件,参加人员工号";

async fn receive(stage: &Stage, caller: &Caller, rows: &str) -> UploadId {
    let body = format!("{HEAD}\n{rows}").into_bytes();
    ledger::receive(&stage.app, caller, 2026, "台账.csv".to_owned(), body)
        .await
        .expect("kept")
}

async fn preview(stage: &Stage, caller: &Caller, rows: &str) -> Report {
    let id = receive(stage, caller, rows).await;
    ledger::preview(&stage.app, caller, id).await.expect("a preview")
}

fn codes(notes: &[Note]) -> Vec<String> {
    let code = |note: &Note| match &note.matter {
        Matter::Ledger(doubt) => format!("{} {}", note.place, doubt.code()),
        other => format!("{} {}", note.place, other.code()),
    };
    notes.iter().map(code).collect()
}

const GOOD: &str = "讲座,安全生产法讲座,2026-03-02,1科,40,,,\n\
                    旁听庭审,网上旁听,2026-04-02,市局/1科,,,,1002、1005\n\
                    普法作品,漫画,2026/5/6,1科,,34,,\n";

#[tokio::test]
async fn a_file_is_previewed_and_entered_once() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        let id = receive(stage, &liaison, GOOD).await;
        let report = ledger::preview(&stage.app, &liaison, id).await.expect("a preview");
        assert_eq!((report.fresh, report.names, codes(&report.errors)), (3, 2, vec![]));
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 0);
        let done = ledger::import(&stage.app, &liaison, id, false).await.expect("imported");
        assert_eq!((done.fresh, done.kinds.len()), (3, 3));
        assert_eq!(
            stage
                .count("SELECT CAST(SUM(quantity) AS BIGINT) FROM activity WHERE kind = 'work'")
                .await,
            34
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity_person").await, 2);
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'activities_imported'")
                .await,
            1
        );
        assert_eq!(
            fault(ledger::preview(&stage.app, &liaison, id).await.map(|_| ())),
            Fault::UploadGone
        );

        // The same file again, and with one person more.
        let again = receive(stage, &liaison, GOOD).await;
        let report = ledger::import(&stage.app, &liaison, again, false)
            .await
            .expect("imported");
        assert_eq!(report.fresh, 0);
        assert_eq!(codes(&report.skipped), ["2 known", "3 known", "4 known"]);
        let more = preview(stage, &liaison, &GOOD.replace("1002、1005", "1002、1005、1008")).await;
        assert_eq!(codes(&more.skipped)[1], "3 known_without_persons");
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 3);

        let filter = activity::Filter {
            year: 2026,
            unit: Some(unit),
            ..activity::Filter::default()
        };
        let shown = activity::ledger(&stage.app, &liaison, &filter)
            .await
            .expect("the ledger");
        assert!(shown.rows.iter().all(|entry| entry.state == State::Recorded));
    })
    .await;
}

#[tokio::test]
async fn every_bad_line_is_named_and_nothing_of_the_file_is_entered() {
    each_engine(async |stage| {
        let (_, liaison) = begun(stage).await;
        let rows = "讲座,好的一行,2026-03-02,1科,40,,,\n\
                    讲座,上一年,2025-12-31,1科,40,,,\n\
                    讲座,明天,2026-12-02,1科,40,,,\n\
                    其他平台竞赛参与,没有文件,2026-03-02,1科,,4500000,,\n\
                    讲座,别的科,2026-03-02,2科,40,,,\n\
                    讲座,没有的科,2026-03-02,九科,40,,,\n\
                    旁听庭审,生人,2026-03-03,1科,,,,1003 9999\n\
                    讲座,,什么时候,1科,很多,,,\n";
        let report = preview(stage, &liaison, rows).await;
        let expected = [
            "9 bad_day",
            "9 bad_number",
            "3 entry",
            "4 entry",
            "5 entry",
            "6 unit_beyond",
            "7 unknown_unit",
            "8 unknown_person",
            "8 unknown_person",
        ];
        assert_eq!(codes(&report.errors), expected);
        assert_eq!(report.fresh, 1);
        let messages: Vec<_> = report
            .errors
            .iter()
            .map(|note| note.message(mingfa::domain::lang::Lang::Zh))
            .collect();
        assert!(
            messages[2].contains("不在 2026 年内") && messages[4].contains("证明它的文件"),
            "{messages:?}"
        );
        let id = receive(stage, &liaison, rows).await;
        let refused = ledger::import(&stage.app, &liaison, id, true).await.map(|_| ());
        assert_eq!(fault(refused), Fault::Activity(ActivityFault::Lines(7)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_file_names_its_awards_and_says_where_works_come_from() {
    each_engine(async |stage| {
        let (_, liaison) = begun(stage).await;
        let send = async |award: &str| {
            let rows = format!(
                "类型,名称,日期,单位,数量,证明文件,形式\n\
                 团体获奖,全省普法知识竞赛,2026-03-02,1科,,组委会通报〔2026〕3号,{award}\n\
                 普法作品,漫画,2026-03-03,1科,3,,征集\n"
            );
            let id = ledger::receive(&stage.app, &liaison, 2026, "台账.csv".to_owned(), rows.into_bytes())
                .await
                .expect("kept");
            let report = ledger::preview(&stage.app, &liaison, id).await.expect("a preview");
            let done = ledger::import(&stage.app, &liaison, id, false).await;
            (codes(&report.errors), done.map(|report| report.fresh))
        };
        let (errors, done) = send("").await;
        assert_eq!(errors, ["2 entry"]);
        assert_eq!(fault(done), Fault::Activity(ActivityFault::Lines(1)));
        let (errors, done) = send("一等奖").await;
        assert_eq!((errors, done.expect("imported")), (vec![], 2));
        let told = "SELECT COUNT(*) FROM activity WHERE form = CASE kind WHEN 'work' THEN '征集' ELSE '一等奖' END";
        assert_eq!(stage.count(told).await, 2);
    })
    .await;
}

#[tokio::test]
async fn what_looks_the_same_waits_for_somebody_to_say_that_it_is_not() {
    each_engine(async |stage| {
        let (unit, liaison) = begun(stage).await;
        activity::enter(&stage.app, &liaison, lecture(unit, "安全生产法讲座"), false)
            .await
            .expect("entered");
        let rows = "讲座,安全生产法讲座,2026-03-04,1科,41,,,\n讲座,消防法讲座,2026-06-01,1科,,,,\n\
                    讲座,消防法讲座。,2026-06-02,1科,,,,\n讲座,消防法讲座,2026-06-01,1科,,,,\n";
        let id = receive(stage, &liaison, rows).await;
        let report = ledger::preview(&stage.app, &liaison, id).await.expect("a preview");
        assert_eq!(codes(&report.alike), ["2 like", "4 like_line"]);
        assert_eq!(codes(&report.skipped), ["5 repeated"]);
        let refused = ledger::import(&stage.app, &liaison, id, false).await.map(|_| ());
        assert_eq!(fault(refused), Fault::Activity(ActivityFault::Alike(2)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 1);
        let done = ledger::import(&stage.app, &liaison, id, true).await.expect("imported");
        assert_eq!(done.fresh, 3);
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 4);
    })
    .await;
}

#[tokio::test]
async fn an_import_waits_for_the_level_above_and_is_refused_by_a_closed_year() {
    each_engine(async |stage| {
        let (_, liaison) = begun(stage).await;
        year::set_approval(&stage.app, &operator(), 2026, true)
            .await
            .expect("set");
        let first = receive(stage, &liaison, GOOD).await;
        ledger::import(&stage.app, &liaison, first, false)
            .await
            .expect("imported");
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM activity WHERE state = 'waiting'")
                .await,
            3
        );
        let id = receive(stage, &liaison, "讲座,另一场,2026-07-02,1科,,,,\n").await;
        stage.run("UPDATE year SET state = 'closed'").await;
        let report = ledger::preview(&stage.app, &liaison, id).await.expect("a preview");
        assert_eq!(report.refused, Some(ActivityFault::Closed(2026)));
        let refused = ledger::import(&stage.app, &liaison, id, true).await.map(|_| ());
        assert_eq!(fault(refused), Fault::Activity(ActivityFault::Closed(2026)));
        assert_eq!(stage.count("SELECT COUNT(*) FROM activity").await, 3);
        let unbegun = ledger::receive(&stage.app, &liaison, 2025, "a.csv".to_owned(), HEAD.into()).await;
        let unbegun = ledger::preview(&stage.app, &liaison, unbegun.expect("kept"))
            .await
            .expect("a preview");
        assert_eq!(unbegun.refused, Some(ActivityFault::NoYear(2025)));
        let nobody = stage.caller("1005").await;
        let refused = ledger::receive(&stage.app, &nobody, 2026, "a.csv".to_owned(), HEAD.into()).await;
        assert_eq!(fault(refused), Fault::Forbidden);
    })
    .await;
}

#[tokio::test]
async fn twenty_thousand_lines_are_entered_at_once_and_not_again() {
    each_engine(async |stage| {
        let (_, liaison) = begun(stage).await;
        let mut rows = String::new();
        for number in 0..20_000 {
            let (month, day) = (number % 11 + 1, number / 11 % 28 + 1);
            // Writing to a String cannot fail.
            let _ = writeln!(
                rows,
                "宣传,第{number}场,2026-{month:02}-{day:02},1科,{},,,",
                number % 500
            );
        }
        let id = receive(stage, &liaison, &rows).await;
        let done = ledger::import(&stage.app, &liaison, id, true).await.expect("imported");
        assert_eq!(done.fresh, 20_000);
        assert_eq!(stage.count("SELECT COUNT(DISTINCT id) FROM activity").await, 20_000);
        let id = receive(stage, &liaison, &rows).await;
        let again = ledger::import(&stage.app, &liaison, id, true).await.expect("imported");
        assert_eq!((again.fresh, again.skipped.len()), (0, 20_000));
    })
    .await;
}

#[tokio::test]
async fn who_stands_on_a_list_sees_it_in_his_record() {
    each_engine(async |stage| {
        let (_, liaison) = begun(stage).await;
        let rows = "旁听庭审,网上旁听,2026-04-02,1科,,,,1005\n讲座,被退回的讲座,2026-05-02,1科,,,,1005\n\
                    宣传,进企业,2026-06-02,1科,,,,1005\n讲座,别人的讲座,2026-07-02,1科,,,,1008\n";
        let id = receive(stage, &liaison, rows).await;
        ledger::import(&stage.app, &liaison, id, false).await.expect("imported");
        stage
            .run("UPDATE activity SET state = 'returned' WHERE title = '被退回的讲座'")
            .await;
        let person = stage.caller("1005").await;
        let mine = record::mine(&stage.app, &person, None).await.expect("the record");
        let titles: Vec<_> = mine.listed.iter().map(|entry| entry.wish.title.as_str()).collect();
        assert_eq!((titles, mine.entries.len()), (vec!["网上旁听"], 0));
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1005").await);
        let page = browser.get("/record").await.body;
        assert!(page.contains("网上旁听") && page.contains("不另计学分") && !page.contains("进企业"));
        let other = record::mine(&stage.app, &stage.caller("1002").await, None)
            .await
            .expect("the record");
        assert!(other.listed.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_pages_lead_from_the_template_to_the_ledger() {
    each_engine(async |stage| {
        begun(stage).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let list = browser.get("/admin/activities?year=2026").await.body;
        assert!(list.contains("/admin/years/2026/import"));
        let choose = browser.get("/admin/years/2026/import").await.body;
        assert!(choose.contains("/admin/activities/template"));
        let template = browser.get("/admin/activities/template").await;
        assert_eq!((template.status.as_u16(), &template.bytes[..2]), (200, &b"PK"[..]));
        let empty = browser
            .upload("/admin/years/2026/import", "模板.xlsx", &template.bytes)
            .await;
        let page = browser.get(empty.location()).await.body;
        assert!(page.contains("要改的问题") && !page.contains("确认登记"), "{page}");

        let rows = format!("{HEAD}\n{GOOD}讲座,安全生产法讲座,2026-03-03,1科,40,,,\n");
        let sent = browser
            .upload("/admin/years/2026/import", "台账.csv", rows.as_bytes())
            .await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let to = sent.location().to_owned();
        let page = browser.get(&to).await.body;
        assert!(
            page.contains("确认登记") && page.contains("照样登记") && page.contains("看起来重复"),
            "{page}"
        );
        let refused = browser.post(&to, &[]).await;
        assert_eq!(refused.status, 409);
        assert!(refused.body.contains("还没有保存") && refused.body.contains("照样登记"));
        let done = browser.post(&to, &[("distinct", "yes")]).await;
        assert_eq!(done.status, 200, "{}", done.body);
        assert!(done.body.contains("活动台账已导入"));
        let list = browser.get("/admin/activities?year=2026").await.body;
        assert!(list.contains("网上旁听") && list.contains("漫画"));
        // Another account does not see the file.
        let sent = browser
            .upload("/admin/years/2026/import", "台账.csv", rows.as_bytes())
            .await;
        let other = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        assert_eq!(other.get(sent.location()).await.status, 410);
    })
    .await;
}
