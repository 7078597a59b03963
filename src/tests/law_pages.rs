//! The library of laws over HTTP.

use mingfa::service::law;

use crate::{
    browser::{Browser, form},
    law::{FIRST, NEW, OLD, SECOND, brought, regulation, two_versions},
    support::{Stage, each_engine},
};

async fn reader(stage: &Stage) -> Browser {
    stage.roster(2, 1).await;
    Browser::new(&stage.app).signed_in(&stage.token("1001").await)
}

fn query(fields: &[(&str, &str)]) -> String {
    format!("/laws?{}", form(fields))
}

#[tokio::test]
async fn everybody_signed_in_reads_searches_and_compares() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        let empty = browser.get("/laws").await;
        assert!(
            empty.status == 200 && empty.body.contains("还没有法规"),
            "{}",
            empty.body
        );
        let (id, old, new) = two_versions(stage).await;
        let list = browser.get("/laws").await.body;
        assert!(list.contains("示例市消防水源管理办法") && list.contains("有效") && !list.contains("/admin/laws"));
        let page = browser.get(&format!("/laws/{id}")).await.body;
        assert!(page.contains("id=\"art-3\"") && page.contains("每周检查") && page.contains("2025-05-01 施行"));
        assert!(page.contains(&format!("/laws/{id}/articles/3?version={new}\"")) && !page.contains("只供查阅"));
        let before = browser.get(&format!("/laws/{id}?version={old}")).await.body;
        assert!(
            before.contains("每月检查") && before.contains("已被后来的版本代替") && before.contains("看有效的版本")
        );
        let article = browser.get(&format!("/laws/{id}/articles/3")).await.body;
        assert!(
            article.contains("<del>")
                && article.contains("<ins>")
                && article.contains("删去：")
                && article.contains("加上：")
                && !article.contains("有效的版本里"),
            "{article}"
        );
        for path in [
            format!("/laws/{id}/compare"),
            format!("/laws/{id}/compare?old={new}&new={old}"),
        ] {
            let page = browser.get(&path).await.body;
            for word in ["未变", "只改序号", "文字改动", "新增", "删去", "<details"] {
                assert!(page.contains(word), "{path}: {word}");
            }
        }
        let english = browser.with_cookie("lang", "en");
        for path in [
            "/laws",
            &format!("/laws/{id}"),
            &format!("/laws/{id}/compare"),
            "/laws/marks",
            "/laws/lists",
        ] {
            let page = english.get(path).await;
            assert!(page.status == 200 && page.body.contains("lang=\"en\""), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_search_marks_what_it_found_and_takes_anything_for_words() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        let (id, old, new) = two_versions(stage).await;
        let found = browser.get(&query(&[("words", "消火栓")])).await.body;
        assert!(
            found.contains("<mark>消火栓") && found.contains("条文里找到 2 处"),
            "{found}"
        );
        let all = browser.get(&query(&[("words", "消火栓"), ("all", "yes")])).await.body;
        assert!(all.contains("条文里找到 4 处") && all.contains("已修改"));
        for (version, number) in [(new, 3), (new, 4), (old, 2), (old, 3)] {
            for link in [
                format!("\"/laws/{id}?version={version}#art-{number}\""),
                format!("\"/laws/{id}/articles/{number}?version={version}\""),
            ] {
                assert!(all.contains(&link), "{link}: {all}");
            }
        }
        let cited = browser
            .get(&query(&[("words", "示例市消防水源管理办法 第三条")]))
            .await
            .body;
        assert!(cited.contains("第 3 条") && cited.contains("每周检查"));
        let none = browser.get(&query(&[("words", "没有的词")])).await.body;
        assert!(none.contains("没有找到"));
        let marks = browser.get(&query(&[("words", "，。！")])).await.body;
        assert!(marks.contains("没有文字或数字"));
        for words in [
            "<script>alert(1)</script>",
            "\" onfocus=\"x",
            "' OR 1=1 --",
            "\"a\" AND NEAR(b) *",
            "\\",
            "%",
            "\u{0}水",
        ] {
            let page = browser.get(&query(&[("words", words)])).await;
            assert_eq!(page.status, 200, "{words}: {}", page.body);
            assert!(
                !page.body.contains("<script>alert") && !page.body.contains("onfocus=\"x"),
                "{words}"
            );
        }
        let long = browser.get(&query(&[("words", &"水源".repeat(700))])).await;
        assert!(
            long.status == 200 && long.body.contains("只查了前 100 个字"),
            "{}",
            long.status
        );
        let page = browser.get(&query(&[("words", "水"), ("page", "4294967295")])).await;
        assert_eq!(page.status, 200);
    })
    .await;
}

/// Whether a search says that it lists only the first laws, and only the first articles.
async fn cut(browser: &Browser, words: &str) -> (bool, bool) {
    let page = browser.get(&query(&[("words", words)])).await.body;
    let says = |note: String| page.contains(&note);
    (
        says(format!("只列前 {} 部。", law::NAMED)),
        says(format!("只列前 {} 条。", law::CITED)),
    )
}

#[tokio::test]
async fn a_search_says_when_it_lists_only_the_first() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        for count in 1..=law::CITED + 1 {
            let text = format!("# 示例市{count}区绿地办法\n\n第一条 甲。\n");
            brought(stage, "x.md", text.into_bytes()).await;
            if count == law::NAMED {
                assert_eq!(cut(&browser, "绿地办法").await, (false, false));
            }
            if count == law::CITED {
                assert_eq!(cut(&browser, "绿地办法").await, (true, false));
                assert_eq!(cut(&browser, "第1条").await, (false, false));
            }
        }
        assert_eq!(cut(&browser, "第1条").await, (false, true));
        assert_eq!(cut(&browser, "示例市7区绿地办法 第一条").await, (false, false));
        let search = law::search(&stage.app, "第1条", false, 1).await.expect("a search");
        assert_eq!((search.cited.len(), search.more_cited), (law::CITED, true));
        let english = browser.with_cookie("lang", "en");
        for (words, note) in [("第1条", "first 50 are listed"), ("绿地办法", "first 10 are listed")] {
            let page = english.get(&query(&[("words", words)])).await.body;
            assert!(page.contains(note), "{words}: {page}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_address_of_an_article_leads_to_the_same_article_after_a_revision() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        let (id, old) = brought(stage, "old.md", regulation(FIRST, &OLD)).await;
        let page = browser.get(&format!("/laws/{id}")).await.body;
        let [second, third, fourth] = [2, 3, 4].map(|number| format!("/laws/{id}/articles/{number}?version={old}"));
        assert!(page.contains(&format!("\"{second}\"")), "{page}");
        let before = browser.get(&second).await.body;
        assert!(before.contains("每月检查") && !before.contains("只供查阅"), "{before}");
        let (_, new) = brought(stage, "new.md", regulation(SECOND, &NEW)).await;
        for (path, words, now) in [(&second, "每月检查", 3), (&third, "埋压、圈占", 4)] {
            let page = browser.get(path).await.body;
            let link = format!("有效的版本里是<a href=\"/laws/{id}/articles/{now}?version={new}\"");
            assert!(page.contains(words) && page.contains("已被后来的版本代替"), "{page}");
            assert!(page.contains(&link), "{path}: {page}");
        }
        let gone = browser.get(&fourth).await.body;
        assert!(
            gone.contains("五百元罚款")
                && gone.contains("有效的版本里没有这一条")
                && !gone.contains("后来的版本里没有"),
            "{gone}"
        );
        let english = browser.with_cookie("lang", "en").get(&second).await.body;
        assert!(english.contains("In the version in force it is"), "{english}");
        // Without a version an address is that of what is in force.
        let now = browser.get(&format!("/laws/{id}/articles/2")).await.body;
        assert!(now.contains("天然水源") && !now.contains("有效的版本里"), "{now}");
    })
    .await;
}

#[tokio::test]
async fn forged_addresses_lead_nowhere() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        let (id, old, _) = two_versions(stage).await;
        let (other, foreign) = brought(stage, "x.md", "# 示例市绿地办法\n\n第一条 甲。\n".into()).await;
        for path in [
            "/laws/0000000000000".to_owned(),
            "/laws/x".to_owned(),
            format!("/laws/{id}?version={foreign}"),
            format!("/laws/{id}?version=x"),
            format!("/laws/{id}/compare?old={foreign}"),
            format!("/laws/{id}/articles/99"),
            format!("/laws/{id}/articles/x"),
            format!("/laws/{id}/articles/0"),
            format!("/laws/{id}/articles/99999999999"),
            format!("/laws/{other}/articles/1?version={old}"),
            "/laws/lists/0000000000000".to_owned(),
        ] {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
        }
        let version = foreign.to_string();
        let path = format!("/laws/{id}/articles/1/mark");
        let forged = browser.post(&path, &[("version", &version), ("do", "save")]).await;
        assert_eq!(forged.status, 404);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_mark").await, 0);
        for (path, fields) in [
            ("/admin/laws".to_owned(), None),
            (format!("/admin/laws/{id}"), None),
            (
                format!("/admin/laws/{id}/repeal"),
                Some([("repealed", "2026-01-01"), ("reason", "x")]),
            ),
            (
                format!("/admin/law-versions/{old}"),
                Some([("effective", "2026-01-01"), ("reason", "x")]),
            ),
        ] {
            let reply = match fields {
                Some(fields) => browser.post(&path, &fields).await,
                None => browser.get(&path).await,
            };
            assert_eq!(reply.status, 403, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_bookmark_with_its_note_is_ones_own() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        let (id, _, new) = two_versions(stage).await;
        let path = format!("/laws/{id}/articles/3/mark");
        let version = new.to_string();
        let note = "每周<b>查</b>\n记录";
        let reply = browser
            .post(&path, &[("version", &version), ("note", note), ("do", "save")])
            .await;
        assert_eq!(reply.status, 303, "{}", reply.body);
        let page = browser.get(reply.location()).await.body;
        assert!(
            page.contains("取消收藏") && page.contains("每周&lt;b>查&lt;/b>") || page.contains("&lt;b&gt;"),
            "{page}"
        );
        assert!(browser.get(&format!("/laws/{id}")).await.body.contains("已收藏"));
        assert!(browser.get("/laws/marks").await.body.contains("第三条"));
        let long = "长".repeat(1001);
        let refused = browser
            .post(&path, &[("version", &version), ("note", &long), ("do", "save")])
            .await;
        assert!(
            refused.status == 422 && refused.body.contains(&long),
            "{}",
            refused.status
        );
        let other = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        assert!(!other.get(&format!("/laws/{id}")).await.body.contains("已收藏"));
        other.post(&path, &[("version", &version), ("do", "remove")]).await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_mark").await, 1);
        browser
            .post(&path, &[("version", &version), ("do", "remove"), ("back", "marks")])
            .await;
        assert_eq!(stage.count("SELECT COUNT(*) FROM law_mark").await, 0);
    })
    .await;
}

#[tokio::test]
async fn an_administrator_previews_imports_corrects_and_repeals() {
    each_engine(async |stage| {
        let admin = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let body = regulation("（2019年5月6日示例市人民政府令第7号公布）", &["甲。", "乙<i>。"]);
        let sent = admin.upload("/admin/laws/import", "<b>.md", &body).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let preview = sent.location().to_owned();
        let page = admin.get(&preview).await.body;
        assert!(
            page.contains("新的法规") && page.contains("value=\"2019-05-06\"") && !page.contains("<b>.md"),
            "{page}"
        );
        let wrong = admin
            .post(&preview, &[("promulgated", "2019-05-06"), ("effective", "2019-05-05")])
            .await;
        assert!(wrong.status == 422 && wrong.body.contains("不能早于公布日期") && wrong.body.contains("2019-05-05"));
        assert_eq!(admin.post(&preview, &[("effective", "5月")]).await.status, 422);
        assert_eq!(stage.count("SELECT COUNT(*) FROM law").await, 0);
        let done = admin
            .post(
                &preview,
                &[
                    ("promulgated", "2019-05-06"),
                    ("effective", "2019-06-01"),
                    ("level", "rule"),
                ],
            )
            .await;
        assert_eq!(done.status, 303, "{}", done.body);
        let law = done.location().split('?').next().expect("a path").to_owned();
        let page = admin.get(&law).await.body;
        assert!(
            page.contains("2019-06-01 施行") && page.contains("规章") && page.contains("乙&lt;i"),
            "{page}"
        );
        let again = admin.upload("/admin/laws/import", "again.md", &body).await;
        let page = admin.get(again.location()).await.body;
        assert!(page.contains("完全相同") && !page.contains("确认导入"));
        assert_eq!(admin.post(again.location(), &[]).await.status, 409);
        let broken = admin.upload("/admin/laws/import", "x.docx", b"PK\x03\x04rubbish").await;
        let page = admin.get(broken.location()).await;
        assert!(page.status == 200 && page.body.contains("没有读到法规条文"));
        assert_eq!(admin.post(broken.location(), &[]).await.status, 422);
        let file = law.replace("/laws/", "/admin/laws/");
        let page = admin.get(&file).await.body;
        assert!(page.contains("登记废止") && page.contains("SM3"));
        for fields in [
            [("repealed", ""), ("reason", "x")],
            [("repealed", "2026-01-01"), ("reason", "")],
        ] {
            assert_eq!(admin.post(&format!("{file}/repeal"), &fields).await.status, 422);
        }
        let done = admin
            .post(
                &format!("{file}/repeal"),
                &[("repealed", "2026-01-01"), ("reason", "另有规定")],
            )
            .await;
        assert_eq!(done.location(), file);
        assert!(admin.get(&law).await.body.contains("已经废止"));
        let log = admin.get("/admin/audit").await;
        assert_eq!(log.status, 403, "who acts does not audit");
        assert_eq!(
            stage
                .count("SELECT COUNT(*) FROM audit_entry WHERE act = 'law_repealed'")
                .await,
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_must_know_list_is_made_read_changed_and_removed() {
    each_engine(async |stage| {
        let browser = reader(stage).await;
        two_versions(stage).await;
        let admin = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        assert!(admin.get("/admin/must-know/new").await.body.contains("2026"));
        let fields = |title: &'static str, lines: &'static str| {
            [
                ("title", title),
                ("year", "2026"),
                ("rank_level", "ke"),
                ("post", "执法岗位"),
                ("lines", lines),
            ]
        };
        let refused = admin.post("/admin/must-know", &fields("", "消防水源管理办法")).await;
        assert!(refused.status == 422 && refused.body.contains("消防水源管理办法"));
        let made = admin
            .post(
                "/admin/must-know",
                &fields("清单<i>", "消防水源管理办法 第三条\n<b>措施"),
            )
            .await;
        assert_eq!(made.status, 303, "{}", made.body);
        let list = made.location().to_owned();
        let page = browser.get(&list).await.body;
        assert!(
            page.contains("#art-3")
                && page.contains("&lt;b")
                && page.contains("库外")
                && page.contains("科级、执法岗位"),
            "{page}"
        );
        assert!(browser.get("/laws/lists").await.body.contains("清单&lt;i"));
        let edit = list.replace("/laws/lists/", "/admin/must-know/");
        assert!(admin.get(&edit).await.body.contains("措施"));
        assert_eq!(admin.post(&edit, &fields("清单", "消防水源管理办法")).await.status, 303);
        assert_eq!(admin.post(&format!("{edit}/remove"), &[]).await.status, 422);
        assert_eq!(browser.get(&list).await.status, 200);
        assert_eq!(
            admin.post(&format!("{edit}/remove"), &[("sure", "yes")]).await.status,
            303
        );
        assert_eq!(browser.get(&list).await.status, 404);
        assert!(law::lists(&stage.app).await.expect("the lists").is_empty());
    })
    .await;
}
