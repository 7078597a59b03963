//! Words in headings, preambles and annexes; texts that are still what was imported; and taking back what was imported by mistake.

use mingfa::{
    db,
    domain::law::{ArticleNumber, LawFault},
    error::Fault,
    service::{
        bank, law,
        verify::{What, verify},
    },
};

use crate::{
    browser::Browser,
    law::{FIRST, NEW, OLD, brought, regulation, two_versions},
    support::{Stage, each_engine, fault, operator, texts},
};

const WITH_ANNEX: &str = "# 示例市湿地名录办法\n\n（2019年5月6日示例市人民政府令第9号公布 自2019年7月1日起施行）\n\n## 序言\n\n湿地是本市的珍贵水域。\n\n\
                          ## 第一章 名录与标志\n\n第一条 湿地实行名录管理。\n\n## 附件\n\n东岸鹭鸟栖息地，四十公顷。\n";

async fn found(stage: &Stage, typed: &str) -> law::Search {
    law::search(&stage.app, typed, false, 1).await.expect("a search")
}

#[tokio::test]
async fn headings_preambles_and_annexes_are_found() {
    each_engine(async |stage| {
        two_versions(stage).await;
        brought(stage, "list.md", WITH_ANNEX.into()).await;
        for (typed, heading, line) in [
            ("珍贵水域", "序言", Some("湿地是本市的珍贵水域。")),
            ("鹭鸟 四十公顷", "附件", Some("东岸鹭鸟栖息地，四十公顷。")),
            ("标志", "第一章 名录与标志", None),
        ] {
            let found = found(stage, typed).await;
            assert_eq!((found.total, found.passages.len()), (0, 1), "{typed}");
            let passage = &found.passages[0];
            assert_eq!(passage.heading, heading, "{typed}");
            assert_eq!(passage.lines.first().map(String::as_str), line, "{typed}");
        }
        let both = found(stage, "名录").await;
        assert_eq!(
            (both.total, both.passages.len()),
            (1, 1),
            "in an article and in a heading"
        );
        assert!(
            found(stage, "鹭鸟 五十公顷").await.passages.is_empty(),
            "all words must be there"
        );
        assert!(found(stage, "\"").await.passages.is_empty());
        stage.roster(1, 1).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let page = browser.get("/laws?words=%E9%B9%AD%E9%B8%9F").await.body;
        assert!(
            page.contains("标题、序言和附件") && page.contains("<mark>鹭鸟") && page.contains("#div-2"),
            "{page}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_text_that_was_changed_is_named() {
    each_engine(async |stage| {
        let (_, old, _) = two_versions(stage).await;
        let report = async || verify(&stage.app, &operator(), |_| {}).await.expect("verified");
        let before = report().await;
        assert_eq!((before.laws, before.differences.len()), (2, 0));
        stage
            .run("UPDATE law_article SET body = REPLACE(body, '五百元', '五千元')")
            .await;
        let after = report().await.differences;
        assert_eq!(after.len(), 1, "{after:?}");
        assert_eq!(after[0].what, What::Law);
        assert!(after[0].subject.ends_with(&format!("version {old}")), "{:?}", after[0]);
    })
    .await;
}

#[tokio::test]
async fn a_version_that_nothing_cites_is_taken_back_whole() {
    each_engine(async |stage| {
        let (law, old, new) = two_versions(stage).await;
        assert_eq!(
            fault(law::take_back(&stage.app, &operator(), new, " ").await),
            Fault::Wording
        );
        let refused = law::take_back(&stage.app, &stage.second_administrator("second").await, new, "导错").await;
        assert_eq!(refused.expect("who manages laws may"), Some(law));
        assert_eq!(found(stage, "每周检查").await.total, 0, "it is not found any more");
        assert_eq!(
            found(stage, "每月检查").await.total,
            1,
            "the one before is in force again"
        );
        // The same text may come in again, and is found again.
        let (_, again) = brought(
            stage,
            "new.md",
            regulation(
                "（2019年5月6日示例市人民政府令第7号公布 2025年3月1日示例市人民政府令第21号修订 自2025年5月1日起施行）",
                &NEW,
            ),
        )
        .await;
        assert_eq!(found(stage, "每周检查").await.total, 1);
        for version in [again, old] {
            law::take_back(&stage.app, &operator(), version, "导错")
                .await
                .expect("removed");
        }
        for table in [
            "SELECT COUNT(*) FROM law",
            "SELECT COUNT(*) FROM law_version",
            "SELECT COUNT(*) FROM law_article",
            "SELECT COUNT(*) FROM law_division",
        ] {
            assert_eq!(stage.count(table).await, 0, "{table}");
        }
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'law_removed' AND reason = '导错'")
                .await,
            3
        );
        assert_eq!(
            fault(law::take_back(&stage.app, &operator(), old, "导错").await),
            Fault::NotFound
        );
    })
    .await;
}

#[tokio::test]
async fn a_version_that_something_cites_stays_and_the_page_says_what() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let (law, version) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let number = ArticleNumber::new(3, 0).expect("a number");
        let person = stage.caller("1001").await;
        law::mark(&stage.app, &person, law, version, number, "记一下")
            .await
            .expect("a note");
        let csv = "题型,题目,选项A,选项B,答案,法律依据\n单选题,谁检查？,甲,乙,A,《示例市消防水源管理办法》第二条\n";
        bank::import(&stage.app, &operator(), "题库", "bank.csv", csv.as_bytes())
            .await
            .expect("a bank");
        let refused = law::take_back(&stage.app, &operator(), version, "导错").await;
        assert_eq!(fault(refused), Fault::Law(LawFault::Cited));
        let citing = db::law_removal::citing(&stage.app.db, law).await.expect("the laws");
        let citing = citing[&version];
        assert_eq!((citing.questions, citing.marks, citing.lists), (1, 1, 0));
        assert_eq!(found(stage, "每月检查").await.total, 1);

        let admin = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let path = format!("/admin/law-versions/{version}/removal");
        let page = admin.get(&format!("/admin/laws/{law}")).await.body;
        assert!(
            page.contains("题目依据 1 处、收藏和笔记 1 处") && !page.contains(&path),
            "{page}"
        );
        let refused = admin.post(&path, &[("reason", "导错")]).await;
        assert!(
            refused.status == 409 && refused.body.contains("没有删除"),
            "{}",
            refused.body
        );
        let (_, lone) = brought(stage, "list.md", WITH_ANNEX.into()).await;
        let path = format!("/admin/law-versions/{lone}/removal");
        assert_eq!(admin.post(&path, &[("reason", "")]).await.status, 422);
        assert_eq!(admin.post(&path, &[("reason", "导错")]).await.location(), "/admin/laws");
        assert_eq!(admin.post(&path, &[("reason", "导错")]).await.status, 404);
    })
    .await;
}

/// The made-up regulation as it was renamed at its revision.
fn renamed() -> Vec<u8> {
    let text = String::from_utf8(regulation(SECOND, &NEW)).expect("UTF-8");
    text.replacen("示例市消防水源管理办法", "示例市消防供水办法", 1)
        .into_bytes()
}

const SECOND: &str =
    "（2019年5月6日示例市人民政府令第7号公布 2025年3月1日示例市人民政府令第21号修订 自2025年5月1日起施行）";

#[tokio::test]
async fn a_renamed_law_is_followed_from_what_it_was_called_before() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let (old, first) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let csv = "题型,题目,选项A,选项B,答案,法律依据\n单选题,谁检查？,甲,乙,A,《示例市消防水源管理办法》第二条\n";
        bank::import(&stage.app, &operator(), "题库", "bank.csv", csv.as_bytes())
            .await
            .expect("a bank");
        let number = ArticleNumber::new(2, 0).expect("a number");
        let person = stage.caller("1001").await;
        law::mark(&stage.app, &person, old, first, number, "记一下")
            .await
            .expect("a note");
        let (new, second) = brought(stage, "new.md", renamed()).await;
        assert_ne!(old, new);
        let stale = "SELECT COUNT(*) FROM question WHERE state = 'stale'";
        assert_eq!(stage.count(stale).await, 0, "another law, as far as anybody knows");

        let join = async |law, before, why: &'static str| law::join(&stage.app, &operator(), law, before, why).await;
        assert_eq!(fault(join(new, old, " ").await), Fault::Wording);
        for (law, before) in [(old, new), (new, new)] {
            assert_eq!(fault(join(law, before, "更名").await), Fault::Law(LawFault::Join));
        }
        join(new, old, "修订时更名").await.expect("joined");
        assert_eq!(
            fault(join(new, old, "再来").await),
            Fault::Law(LawFault::Join),
            "only once"
        );
        assert_eq!(stage.count(stale).await, 1, "the article it stands on was changed");
        let library = law::library(&stage.app).await.expect("the laws");
        assert_eq!(library.records().len(), 1);
        let meant = library.meant("消防水源管理办法").expect("the old name is known");
        assert_eq!((meant.entry.id, meant.versions().len()), (new, 2));
        for id in [old, new] {
            let across = law::article(&stage.app, &person, id, Some(first), number)
                .await
                .expect("the article");
            assert_eq!(across.steps.len(), 2);
        }
        let read = law::read(&stage.app, &person, old, None).await.expect("the law");
        assert_eq!(read.version.id, second);
        let moved = ArticleNumber::new(3, 0).expect("a number");
        assert_eq!(read.marks.get(&moved).map(|mark| mark.note.as_str()), Some("记一下"));
        let report = verify(&stage.app, &operator(), |_| {}).await.expect("verified");
        assert_eq!(
            (report.laws, report.differences.len()),
            (2, 0),
            "each text has the title it came with"
        );
        assert_eq!(law::shown(&stage.app, old).await.expect("a version"), second);

        let admin = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let page = admin.get(&format!("/laws/{old}")).await.body;
        assert!(
            page.contains("原名：") && page.contains("示例市消防水源管理办法"),
            "{page}"
        );
        let path = format!("/admin/laws/{old}/part");
        assert!(admin.get(&format!("/admin/laws/{new}")).await.body.contains(&path));
        assert_eq!(admin.post(&path, &[("reason", "")]).await.status, 422);
        assert_eq!(admin.post(&path, &[("reason", "看错了")]).await.status, 303);
        assert_eq!(stage.count(stale).await, 0, "as it was before");
        assert_eq!(law::library(&stage.app).await.expect("the laws").records().len(), 2);
        assert_eq!(admin.post(&path, &[("reason", "看错了")]).await.status, 404);
        let path = format!("/admin/laws/{new}/join");
        let before = old.to_string();
        assert_eq!(
            admin.post(&path, &[("before", ""), ("reason", "更名")]).await.status,
            422,
            "the form again, with what is missing"
        );
        assert_eq!(
            admin.post(&path, &[("before", &before), ("reason", "")]).await.status,
            422
        );
        assert_eq!(
            admin
                .post(&path, &[("before", &before), ("reason", "更名")])
                .await
                .status,
            303
        );
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act IN ('law_joined', 'law_parted')")
                .await,
            3
        );
    })
    .await;
}

#[tokio::test]
async fn a_basis_takes_the_name_its_law_has_where_it_moves_and_stays_there_when_laws_are_parted() {
    each_engine(async |stage| {
        let (old, _) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let csv = "题型,题目,选项A,选项B,答案,法律依据\n\
            单选题,能否埋压？,甲,乙,A,《示例市消防水源管理办法》第三条\n\
            单选题,目的是什么？,丙,丁,A,示例市消防水源管理办法（2019-05-06）第一条、第三条\n";
        bank::import(&stage.app, &operator(), "题库", "bank.csv", csv.as_bytes())
            .await
            .expect("a bank");
        let (new, _) = brought(stage, "new.md", renamed()).await;
        law::join(&stage.app, &operator(), new, old, "修订时更名")
            .await
            .expect("joined");
        let bases = || {
            texts(
                &stage.app.db,
                "SELECT basis FROM question_version v JOIN question q ON q.current = v.id ORDER BY q.id",
            )
        };
        let moved = [
            r#"["《示例市消防供水办法》第四条"]"#,
            r#"["示例市消防供水办法（2025-03-01）第一条、第四条"]"#,
        ];
        assert_eq!(bases().await, moved);
        // Who writes the old name means what it said, and is taken along.
        let csv = "题型,题目,选项A,选项B,答案,法律依据\n单选题,谁不得圈占？,戊,己,A,示例市消防水源管理办法第三条\n";
        bank::import(&stage.app, &operator(), "又一个", "bank.csv", csv.as_bytes())
            .await
            .expect("a bank");
        law::settle(&stage.app, None).await.expect("settled");
        assert_eq!(bases().await[2], r#"["示例市消防供水办法第四条"]"#);

        law::part(&stage.app, &operator(), old, "不是一部法")
            .await
            .expect("parted");
        assert_eq!(bases().await[..2], moved);
        let waiting = "SELECT COUNT(*) FROM question WHERE state = 'stale'";
        assert_eq!(stage.count(waiting).await, 0, "their articles are in the law they name");
        assert_eq!(stage.count("SELECT COUNT(DISTINCT law) FROM question_law").await, 1);
    })
    .await;
}
