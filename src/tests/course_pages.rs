//! Courses over HTTP: written, read, tested; and the files of lessons, in parts.

use mingfa::{
    db,
    domain::{course::PIECE, id::CourseId},
    service::course as service,
};

use crate::{
    browser::{Browser, Reply},
    course::{heading, lesson, published, topics},
    study::key,
    study_pages::{chosen, flagged_on_its_result, post, run_of, stocked},
    support::{Stage, each_engine, operator},
};

async fn editor(stage: &Stage) -> Browser {
    Browser::new(&stage.app).signed_in(&stage.administrator().await)
}

const COURSE: [(&str, &str); 6] = [
    ("title", "用火安全"),
    ("summary", ""),
    ("year", "2026"),
    ("kind", "compulsory"),
    ("unit", ""),
    ("diagnostic", "2"),
];

const LESSON: [(&str, &str); 8] = [
    ("place", "1"),
    ("kind", "case"),
    ("credits", "2.5"),
    ("title", "一起火灾"),
    (
        "body",
        "# 案情\r\n\r\n**起因** <script>alert(1)</script>\r\n\r\n[看](javascript:x)\r\n[[没有的法 第一条]]",
    ),
    ("sources", "用火"),
    ("questions", "3"),
    ("pass", "2"),
];

fn with<'a>(fields: &[(&'a str, &'a str)], name: &str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let set = |(known, old): &(&'a str, &'a str)| (*known, if *known == name { value } else { *old });
    fields.iter().map(set).collect()
}

#[tokio::test]
async fn a_course_is_written_checked_and_published_by_forms() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let browser = editor(stage).await;
        assert!(browser.get("/admin/courses").await.body.contains("还没有课程"));
        let refused = browser.post("/admin/courses", &with(&COURSE, "title", "")).await;
        assert!(
            refused.status == 422 && refused.body.contains("value=\"2026\""),
            "{}",
            refused.body
        );
        let made = browser.post("/admin/courses", &COURSE).await;
        let course = made.location().to_owned();
        assert!(
            made.status == 303 && course.starts_with("/admin/courses/"),
            "{}",
            made.body
        );
        assert!(browser.get(&format!("{course}/lessons/new")).await.status == 200);
        let lessons = format!("{course}/lessons");
        let refused = browser.post(&lessons, &with(&LESSON, "pass", "9")).await;
        assert!(
            refused.status == 422 && refused.body.contains("案情"),
            "{}",
            refused.body
        );
        let made = browser.post(&lessons, &LESSON).await;
        let lesson = made.location().to_owned();
        assert!(lesson.starts_with("/admin/lessons/"), "{} {}", made.status, made.body);
        let refused = browser.post(&format!("{course}/publish"), &[]).await;
        assert!(
            refused.status == 422 && refused.body.contains("“一起火灾”测验要 3 题，题目来源只有 0 题"),
            "{}",
            refused.body
        );
        topics(stage).await;
        let preview = browser.get(&format!("{lesson}/preview")).await.body;
        assert!(
            preview.contains("role=\"alert\"") && preview.contains("[[没有的法 第一条]]"),
            "{preview}"
        );
        assert!(preview.contains("&lt;script&gt;alert(1)") && preview.contains("<strong>起因"));
        assert!(
            !preview.contains("<script>alert") && !preview.contains("javascript:"),
            "{preview}"
        );
        assert_eq!(browser.post(&format!("{course}/publish"), &[]).await.location(), course);
        let page = browser.get(&course).await.body;
        assert!(
            page.contains("已发布") && page.contains("齐全") && page.contains("2.5"),
            "{page}"
        );
        let fixed = browser.post(&lesson, &with(&LESSON, "credits", "9")).await;
        assert!(
            fixed.status == 409 && fixed.body.contains("课程已经发布"),
            "{}",
            fixed.body
        );
        assert_eq!(browser.post(&format!("{course}/withdraw"), &[]).await.status, 303);
        let long = "法".repeat(55_000);
        assert_eq!(
            browser.post(&lesson, &with(&LESSON, "body", &long)).await.location(),
            lesson
        );
        let longer = "法".repeat(60_001);
        let refused = browser.post(&lesson, &with(&LESSON, "body", &longer)).await;
        assert!(
            refused.status == 422 && refused.body.contains("正文不超过 60000 字"),
            "{}",
            refused.status
        );
        let unsure = browser.post(&format!("{lesson}/remove"), &[]).await;
        assert_eq!(unsure.status, 422);
        let removed = browser.post(&format!("{lesson}/remove"), &[("sure", "yes")]).await;
        assert_eq!(removed.location(), course);
        let english = browser.with_cookie("lang", "en");
        for path in [
            "/admin/courses",
            "/admin/courses/new",
            "/admin/credits",
            &course,
            "/admin/records",
        ] {
            let page = english.get(path).await;
            assert!(page.status == 200 && page.body.contains("lang=\"en\""), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_course_is_read_and_tested_without_scripts_and_tells_no_key_before() {
    each_engine(async |stage| {
        stage.roster(2, 1).await;
        topics(stage).await;
        let course = {
            let heading = mingfa::domain::course::Heading {
                diagnostic: 2,
                ..heading("用火用电")
            };
            published(stage, heading, &[lesson("用火", 3, "用火"), lesson("用电", 2, "用电")]).await
        };
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let shelf = browser.get("/courses").await.body;
        assert!(
            shelf.contains("用火用电") && shelf.contains("0 / 2 课") && shelf.contains("0 / 100 学分"),
            "{shelf}"
        );
        let page = browser.get(&format!("/courses/{course}")).await.body;
        assert!(page.contains("先测后学") && page.contains("未完成"), "{page}");
        let begun = browser.post(&format!("/courses/{course}/first"), &[]).await;
        let test = begun.location().to_owned();
        assert!(test.starts_with("/courses/tests/"), "{}", begun.body);
        let of_study = test.replace("/courses/tests/", "/study/runs/");
        assert_eq!(browser.get(&of_study).await.location(), test, "where the credits are");
        let form = browser.get(&test).await.body;
        assert!(
            form.contains("name=\"q0\"") && form.contains("name=\"q3\"") && !form.contains("name=\"q4\""),
            "{form}"
        );
        assert!(!form.contains("依据记号") && !form.contains("正确答案"), "{form}");
        for (fields, status) in [
            ([("q9", "0")], 400),
            ([("x", "0")], 400),
            ([("q9text0", "0")], 400),
            ([("q0", "-1")], 400),
            ([("q0", "99")], 422),
        ] {
            assert_eq!(browser.post(&test, &fields).await.status, status, "{fields:?}");
        }
        let sent = browser.post(&test, &[("q0", "0"), ("q1", "1")]).await;
        assert_eq!((sent.status.as_u16(), sent.location()), (303, test.as_str()));
        let result = browser.get(&test).await.body;
        assert!(result.contains("正确答案") && result.contains("依据："), "{result}");
        flagged_on_its_result(&browser, &of_study, &test, 4).await;
        // A second hand-in leads to the result and changes nothing.
        assert_eq!(browser.post(&test, &[("q0", "1")]).await.location(), test);

        let lesson = format!("/courses/{course}/lessons/1");
        let page = browser.get(&lesson).await.body;
        assert!(
            page.contains("开始测验") && page.contains("答对 2 题通过") && page.contains("下一课"),
            "{page}"
        );
        for path in [
            format!("/courses/{course}/lessons/0"),
            format!("/courses/{course}/lessons/3"),
            "/courses/x".to_owned(),
        ] {
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
        }
        let begun = browser.post(&format!("{lesson}/test"), &[]).await.location().to_owned();
        browser.post(&begun, &[]).await;
        let failed = browser.get(&begun).await.body;
        assert!(
            failed.contains("没有通过") && failed.contains("再测一次") && failed.contains("重读这一课"),
            "{failed}"
        );
        assert!(failed.contains("这道题有问题"), "{failed}");
        let other = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        assert_eq!(other.get(&begun).await.status, 404);
        let english = browser.with_cookie("lang", "en");
        for path in ["/courses", &format!("/courses/{course}"), &lesson, &test, &begun] {
            let page = english.get(path).await;
            assert!(page.status == 200 && page.body.contains("lang=\"en\""), "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_test_before_a_course_names_what_to_learn_and_the_articles_it_stands_on() {
    each_engine(async |stage| {
        stocked(stage).await;
        let heading = mingfa::domain::course::Heading {
            diagnostic: 3,
            ..heading("消防")
        };
        let course = published(stage, heading, &[lesson("处罚", 3, "处罚"), lesson("检查", 2, "检查")]).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let caller = stage.caller("1001").await;
        let begun = browser.post(&format!("/courses/{course}/first"), &[]).await;
        // The first three questions are of the first lesson.
        let mut fields = Vec::new();
        for place in 0..3 {
            fields.extend(chosen(
                &format!("q{place}"),
                key(stage, &caller, run_of(&begun), place).await,
            ));
        }
        post(&browser, begun.location(), &fields).await;
        let result = browser.get(begun.location()).await.body;
        let lesson = format!("<a href=\"/courses/{course}/lessons/2\">2. 检查");
        assert!(result.contains("还要学的课") && result.contains(&lesson), "{result}");
        assert!(
            !result.contains(&format!("/courses/{course}/lessons/1")),
            "known: {result}"
        );
        let link = result.split("答错的题依据：").nth(1);
        assert!(
            link.is_some_and(|rest| rest.contains("/articles/2?version=")),
            "{result}"
        );
        let english = browser.with_cookie("lang", "en").get(begun.location()).await.body;
        assert!(
            english.contains("Lessons to learn") && english.contains("Its wrong answers stand on"),
            "{english}"
        );

        // A test of a lesson names the articles as well.
        let begun = browser.post(&format!("/courses/{course}/lessons/2/test"), &[]).await;
        browser.post(begun.location(), &[]).await;
        let result = browser.get(begun.location()).await.body;
        assert!(
            result.contains("值得再读的条文") && result.contains("/articles/2?version="),
            "{result}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_rule_is_made_by_a_form_that_keeps_what_was_typed() {
    each_engine(async |stage| {
        let browser = editor(stage).await;
        let page = browser.get("/admin/credits").await.body;
        assert!(
            page.contains("按通常的规则") && page.contains("value=\"100\""),
            "{page}"
        );
        let fields = [
            ("year", "2026"),
            ("total", "80"),
            ("compulsory", "40"),
            ("before_exam", "40"),
            ("per_day", ""),
            ("mistake_leaves_after", "3"),
            ("entry_court_onsite", "2"),
            ("hours", "yes"),
            ("document", "上级要求"),
            ("minutes_a_day", "60"),
            ("reason", "按通知"),
        ];
        let refused = browser.post("/admin/credits", &fields).await;
        assert!(
            refused.status == 422 && refused.body.contains("文号") && refused.body.contains("value=\"80\""),
            "{}",
            refused.body
        );
        let made = browser
            .post("/admin/credits", &with(&fields, "document", "示普办〔2026〕3号"))
            .await;
        assert_eq!(made.location(), "/admin/credits?year=2026");
        stage.usual_bank().await;
        // Exams made from then on begin with its gate, unless their preset has one.
        let exam = stage.administrator().await;
        let exam = Browser::new(&stage.app).signed_in(&exam);
        for (preset, gate) in [("shandong_jining", 40), ("hunan_2019", 100)] {
            let form = exam.get(&format!("/admin/exams/new?preset={preset}")).await.body;
            let field = form
                .split("name=\"credits_total\"")
                .nth(1)
                .and_then(|rest| rest.split('>').next());
            assert!(
                field.is_some_and(|field| field.contains(&format!("value=\"{gate}\""))),
                "{preset}: {field:?}"
            );
        }
        let page = browser.get(made.location()).await.body;
        assert!(
            page.contains("全年 80 学分") && page.contains("每天不限") && page.contains("旁听庭审（现场） 2"),
            "{page}"
        );
        assert!(page.contains("错题连续答对 3 次移出错题本"), "{page}");
        let never = with(
            &with(&fields, "document", "示普办〔2026〕3号"),
            "mistake_leaves_after",
            "0",
        );
        let refused = browser.post("/admin/credits", &never).await;
        assert!(
            refused.status == 422 && refused.body.contains("要在 1 到 9 之间"),
            "{}",
            refused.body
        );
    })
    .await;
}

/// An MP4 file of this size by its first bytes.
fn video(size: usize) -> Vec<u8> {
    let mut body: Vec<u8> = (0..size).map(|place| (place % 251) as u8).collect();
    body[..12].copy_from_slice(b"\0\0\0\x20ftypisom");
    body
}

async fn ranged(browser: &Browser, path: &str, range: &str) -> Reply {
    let request = axum::http::Request::get(path).header("range", range);
    browser.send(request, axum::body::Body::empty()).await
}

/// A course with a lesson, and the path to add files to it.
async fn filmed(stage: &Stage) -> (CourseId, String) {
    stage.roster(1, 1).await;
    topics(stage).await;
    let course = published(stage, heading("用火"), &[lesson("用火", 1, "用火")]).await;
    let lessons = db::course::lessons(&stage.app.db, course).await.expect("the lessons");
    (course, format!("/admin/lessons/{}/media", lessons[0].id))
}

#[tokio::test]
async fn a_film_is_known_by_its_content_and_sent_in_the_parts_that_are_asked_for() {
    each_engine(async |stage| {
        let (course, path) = filmed(stage).await;
        let editor = editor(stage).await;
        for (name, body) in [
            ("film.mp4", &b"<!DOCTYPE html><script>alert(1)</script>"[..]),
            ("film.mp4", b"\x89PNG\r\n\x1a\n"),
        ] {
            let refused = editor.upload(&path, name, body).await;
            assert!(
                refused.status == 415 && refused.body.contains("不是浏览器能播放的音视频"),
                "{}",
                refused.status
            );
        }
        let film = video(2 * PIECE + 1000);
        let sent = editor.upload(&path, "片 子.html", &film).await;
        assert_eq!(sent.status, 303, "{}", sent.body);
        let media = db::course::media_of(&stage.app.db, course)
            .await
            .expect("the files")
            .remove(0);
        assert_eq!((media.name.as_str(), media.size), ("片 子.html", film.len() as u64));
        let path = format!("/courses/media/{}", media.id);
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let page = browser.get(&format!("/courses/{course}/lessons/1")).await.body;
        assert!(page.contains(&format!("<video src=\"{path}\"")), "{page}");
        let whole = browser.get(&path).await;
        assert_eq!(
            (whole.status.as_u16(), whole.header("content-type")),
            (200, "video/mp4")
        );
        assert!(whole.bytes == film && whole.header("accept-ranges") == "bytes");
        assert!(whole.header("content-security-policy").contains("media-src 'self'"));
        for (range, from, to) in [
            ("bytes=0-9", 0, 9),
            ("bytes=262140-262150", 262_140, 262_150),
            ("bytes=5-", 5, film.len() - 1),
            ("bytes=-7", film.len() - 7, film.len() - 1),
            ("bytes=524288-99999999", 524_288, film.len() - 1),
        ] {
            let part = ranged(&browser, &path, range).await;
            assert_eq!(part.status, 206, "{range}");
            assert_eq!(
                part.header("content-range"),
                format!("bytes {from}-{to}/{}", film.len()),
                "{range}"
            );
            assert_eq!(part.header("content-length"), (to - from + 1).to_string());
            assert!(part.bytes == film[from..=to], "{range}");
        }
        let beyond = ranged(&browser, &path, "bytes=99999999-").await;
        assert_eq!(
            (beyond.status.as_u16(), beyond.header("content-range")),
            (416, "bytes */525288")
        );
        let taken = editor
            .post(&format!("/admin/lesson-media/{}/remove", media.id), &[])
            .await;
        assert_eq!(taken.status, 303);
        assert_eq!(browser.get(&path).await.status, 404);
        assert_eq!(stage.count("SELECT COUNT(*) FROM lesson_media_piece").await, 0);
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_draft_are_for_its_editors() {
    each_engine(async |stage| {
        let (course, path) = filmed(stage).await;
        let editor = editor(stage).await;
        editor.upload(&path, "a.mp4", &video(100)).await;
        let media = db::course::media_of(&stage.app.db, course)
            .await
            .expect("the files")
            .remove(0);
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let path = format!("/courses/media/{}", media.id);
        assert_eq!(browser.get(&path).await.status, 200);
        service::withdraw(&stage.app, &operator(), course)
            .await
            .expect("withdrawn");
        assert_eq!(browser.get(&path).await.status, 404);
        assert_eq!(
            browser.get(&format!("/admin/lesson-media/{}", media.id)).await.status,
            403
        );
        assert_eq!(
            editor.get(&format!("/admin/lesson-media/{}", media.id)).await.status,
            200
        );
    })
    .await;
}
