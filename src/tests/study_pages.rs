//! Study over HTTP, as a browser without scripts walks through it.

use mingfa::{
    domain::{
        dispute::State,
        id::{BankId, RunId},
        item::OptionSet,
        points::Points,
        study::Confidence,
    },
    service::{
        bank, dispute,
        exam::Setup,
        law, sitting,
        study::{knowledge, run},
    },
};

use crate::{
    browser::{Browser, Reply},
    dispute::{carried_out, ruling_on},
    law::{FIRST, OLD, brought, regulation},
    study::{key, open_bank},
    support::{BASED, EXPLAINED, Stage, each_engine, operator, setup},
};

/// Six questions on two topics, two of them on an article that the library has.
pub async fn stocked(stage: &Stage) -> BankId {
    stage.roster(2, 1).await;
    let mut csv = String::from("题型,题目,选项A,选项B,选项C,答案,解析,法律依据,标签\n");
    for (kind, stem, key, basis, tag) in [
        ("单选", "多久检查一次", "A", "示例市消防水源管理办法第二条", "检查"),
        ("单选", "谁来检查", "B", "示例市消防水源管理办法第二条", "检查"),
        ("多选", "检查什么", "AC", BASED, "检查"),
        ("单选", "罚多少", "C", BASED, "处罚"),
        ("多选", "罚哪些人", "AB", BASED, "处罚"),
        ("单选", "由谁来罚", "B", BASED, "处罚"),
    ] {
        csv += &format!("{kind},{stem}？,甲 {stem},乙 {stem},丙 {stem},{key},{EXPLAINED}{stem},{basis},{tag}\n");
    }
    let bank = stage.bank_from("消防水源", &csv).await;
    bank::set_practice(&stage.app, &operator(), bank, true)
        .await
        .expect("opened");
    brought(stage, "old.md", regulation(FIRST, &OLD)).await;
    law::settle(&stage.app, None).await.expect("settled");
    bank
}

pub fn run_of(reply: &Reply) -> RunId {
    assert_eq!(reply.status, 303, "{}", reply.body);
    let place = reply.location().rsplit('/').next().expect("an id");
    place.parse().expect("an id")
}

fn tells_nothing(page: &Reply) {
    assert_eq!(page.status, 200, "{}", page.body);
    for mark in [EXPLAINED, BASED, "消防水源管理办法第二条", "　正确"] {
        assert!(!page.body.contains(mark), "{mark} in {}", page.body);
    }
}

/// The fields of a form that choose these places.
pub fn chosen(name: &str, choice: OptionSet) -> Vec<(String, String)> {
    choice
        .places()
        .map(|place| (name.to_owned(), place.to_string()))
        .collect()
}

pub async fn post(browser: &Browser, path: &str, fields: &[(String, String)]) -> Reply {
    let fields: Vec<_> = fields
        .iter()
        .map(|(key, value)| (key.as_str(), value.as_str()))
        .collect();
    browser.post(path, &fields).await
}

#[tokio::test]
async fn a_topic_is_practised_question_by_question_without_scripts() {
    each_engine(async |stage| {
        stocked(stage).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let stranger = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let first = browser.get("/study").await;
        assert!(
            first.body.contains("检查（3 题）") && first.body.contains("错题本是空的"),
            "{}",
            first.body
        );
        assert!(first.body.contains("示例市消防水源管理办法（2 题）"));
        tells_nothing(&browser.get("/study").await);
        let id = run_of(&browser.post("/study/practice", &[("topic", "检查")]).await);
        let path = format!("/study/runs/{id}");
        for place in 0..3u32 {
            let asked = browser.get(&path).await;
            tells_nothing(&asked);
            assert!(asked.body.contains(&format!("第 {} 题，共 3 题", place + 1)) && !asked.body.contains("<script"));
            let empty = browser
                .post(&format!("{path}/answer"), &[("place", &place.to_string())])
                .await;
            assert_eq!(empty.status, 422);
            assert!(empty.body.contains("还没有选答案"));
            assert_eq!(stranger.get(&path).await.status, 404);
            let mut fields = chosen("choice", key(stage, &caller, id, place).await);
            if place == 0 {
                fields = vec![("choice".to_owned(), "9".to_owned())];
                fields.push(("place".to_owned(), "0".to_owned()));
                assert_eq!(post(&browser, &format!("{path}/answer"), &fields).await.status, 422);
                let right = key(stage, &caller, id, 0).await;
                let wrong = (0..3).map(|place| OptionSet::of([place])).find(|one| *one != right);
                fields = chosen("choice", wrong.expect("another option"));
            }
            fields.push(("place".to_owned(), place.to_string()));
            assert_eq!(post(&stranger, &format!("{path}/answer"), &fields).await.status, 404);
            let answered = post(&browser, &format!("{path}/answer"), &fields).await;
            assert_eq!(answered.location(), format!("{path}?q={}", place + 1));
            let told = browser.get(answered.location()).await.body;
            assert!(
                told.contains(EXPLAINED) && told.contains("法律依据") && told.contains("　正确"),
                "{told}"
            );
            assert_eq!(told.contains("答错了"), place == 0);
            assert_eq!(stranger.get(answered.location()).await.status, 404);
        }
        let over = browser.get(&path).await;
        assert_eq!(over.location(), format!("{path}/result"));
        let result = browser.get(over.location()).await.body;
        assert!(
            result.contains("3 题，答对 2 题") && result.contains("答错或没答的题"),
            "{result}"
        );
        assert_eq!(stranger.get(over.location()).await.status, 404);
        // The book of mistakes and what is due, from the page's own buttons.
        let page = browser.get("/study").await.body;
        assert!(page.contains("错题本里有 1 题"), "{page}");
        let mistakes = run_of(&browser.post("/study/practice", &[("kind", "mistakes")]).await);
        let stopped = browser.post(&format!("/study/runs/{mistakes}/finish"), &[]).await;
        assert!(browser.get(stopped.location()).await.body.contains("没有作答"));
        stage.clock.advance_seconds(700);
        assert!(browser.get("/study").await.body.contains("有 3 题快要忘了"));
        let due = run_of(&browser.post("/study/practice", &[("kind", "due")]).await);
        assert_eq!(run::view(&stage.app, &caller, due).await.expect("due").posed.len(), 3);
        assert!(browser.get("/study").await.body.contains("还剩 3 题"), "to go on with");
        for bad in [
            ("topic", "没有的"),
            ("kind", "nothing"),
            ("law", "x"),
            ("article", "x 1"),
            ("plan", "x"),
        ] {
            let reply = browser.post("/study/practice", &[bad]).await;
            assert!([400, 409].contains(&reply.status.as_u16()), "{bad:?} {}", reply.status);
        }
        let english = browser.with_cookie("lang", "en").get("/study").await.body;
        assert!(
            english.contains("What to do now")
                && english.contains("Mock exam") == english.contains("Prepare for an exam")
        );
    })
    .await;
}

#[tokio::test]
async fn a_law_is_practised_article_by_article_and_leads_to_its_text() {
    each_engine(async |stage| {
        stocked(stage).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let known = knowledge::of(&stage.app, &caller).await.expect("known");
        let law = known.laws()[0].law;
        let page = browser.get(&format!("/study/laws/{law}")).await;
        assert!(page.status == 200 && page.body.contains("第二条") && page.body.contains("1 条有题可练"));
        assert_eq!(browser.get("/study/laws/0000000000007").await.status, 404);
        let id = run_of(
            &browser
                .post("/study/practice", &[("article", &format!("{law} 2"))])
                .await,
        );
        let path = format!("/study/runs/{id}");
        let mut fields = chosen("choice", key(stage, &caller, id, 0).await);
        fields.push(("place".to_owned(), "0".to_owned()));
        fields.push(("confidence".to_owned(), "sure".to_owned()));
        post(&browser, &format!("{path}/answer"), &fields).await;
        let told = browser.get(&format!("{path}?q=1")).await.body;
        let link = format!("/laws/{law}/articles/2?version=");
        assert!(told.contains(&link), "{told}");
        let article = told
            .split(&link)
            .nth(1)
            .and_then(|rest| rest.split('"').next())
            .expect("a link");
        assert_eq!(browser.get(&format!("{link}{article}")).await.status, 200);
        assert_eq!(
            browser
                .get(&format!("{path}?q=2"))
                .await
                .body
                .matches("第 2 题")
                .count(),
            1,
            "the next one"
        );
    })
    .await;
}

/// Of a form all questions can be flagged where its result is told; what is refused is told there too.
pub async fn flagged_on_its_result(browser: &Browser, run: &str, result: &str, questions: usize) {
    let page = browser.get(result).await.body;
    assert_eq!(page.matches("这道题有问题").count(), questions, "{page}");
    assert!(page.contains("id=\"reason-0\"") && page.contains("id=\"reason-1\""));
    let flag = format!("{run}/flag");
    let short = browser.post(&flag, &[("place", "1"), ("reason", "<")]).await;
    assert!(
        short.status == 422 && short.body.contains("请写明理由") && short.body.contains("&lt;</textarea>"),
        "{}",
        short.body
    );
    assert_eq!(short.body.matches("这道题有问题").count(), questions, "{}", short.body);
    let said = [("place", "1"), ("reason", "答案有误")];
    assert_eq!(browser.post(&flag, &said).await.location(), "/study/flags");
    let twice = browser.post(&flag, &said).await;
    assert!(
        twice.status == 409 && twice.body.contains("这道题有问题"),
        "{}",
        twice.body
    );
    assert!(browser.get("/study/flags").await.body.contains("等待处理"));
}

#[tokio::test]
async fn a_mock_exam_is_drawn_and_marked_by_the_rules_and_changes_nothing() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let exam = stage.open_exam(setup(bank)).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let id = run_of(&browser.post(&format!("/study/mock/{exam}"), &[]).await);
        let path = format!("/study/runs/{id}");
        let form = browser.get(&path).await;
        tells_nothing(&form);
        assert!(
            form.body.contains("10. 不定项选择题") && form.body.contains("这里不计时") && !form.body.contains("不够")
        );
        assert_eq!(browser.get(&format!("{path}/result")).await.status, 409);
        let mut fields = Vec::new();
        for place in 1..10 {
            fields.extend(chosen(&format!("q{place}"), key(stage, &caller, id, place).await));
        }
        let done = post(&browser, &format!("{path}/hand-in"), &fields).await;
        assert_eq!(done.location(), format!("{path}/result"));
        let result = browser.get(done.location()).await.body;
        assert!(
            result.contains("10 题，答对 9 题") && result.contains("11 分（满分 12）"),
            "{result}"
        );
        assert!(
            result.contains("这个分数是：合格") && result.contains("没有作答"),
            "{result}"
        );
        assert_eq!(stage.count("SELECT COUNT(*) FROM attempt").await, 0);
        assert_eq!(browser.get(&path).await.location(), format!("{path}/result"));
        flagged_on_its_result(&browser, &path, &format!("{path}/result"), 10).await;
        let stranger = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        assert_eq!(stranger.get(done.location()).await.status, 404);
        assert_eq!(stranger.post(&format!("{path}/hand-in"), &[]).await.status, 404);
        assert_eq!(browser.post("/study/mock/0000000000007", &[]).await.status, 404);
    })
    .await;
}

#[tokio::test]
async fn a_mock_exam_from_other_banks_says_what_is_short() {
    each_engine(async |stage| {
        stocked(stage).await;
        let secret = stage.usual_bank().await;
        let exam = stage.open_exam(setup(secret)).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let id = run_of(&browser.post(&format!("/study/mock/{exam}"), &[]).await);
        let form = browser.get(&format!("/study/runs/{id}")).await;
        tells_nothing(&form);
        assert!(
            form.body.contains("和真实的不完全一样") && form.body.contains("判断题"),
            "{}",
            form.body
        );
        assert!(!form.body.contains("题干 "), "nothing of the closed bank");
        browser.post(&format!("/study/runs/{id}/hand-in"), &[]).await;
        let result = browser.get(&format!("/study/runs/{id}/result")).await.body;
        assert!(
            result.contains("0 分（满分 8）") && result.contains("不说是否合格"),
            "{result}"
        );
    })
    .await;
}

#[tokio::test]
async fn nobody_studies_while_sitting_an_exam() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let exam = stage.open_exam(setup(bank)).await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let id = run_of(&browser.post(&format!("/study/mock/{exam}"), &[]).await);
        browser.post(&format!("/study/runs/{id}/hand-in"), &[]).await;
        let path = format!("/study/runs/{id}/result");
        assert!(browser.get(&path).await.body.contains(EXPLAINED));
        let (caller, attempt) = stage.start("1001", exam).await;
        for reply in [
            browser.get(&path).await,
            browser.get(&format!("/study/runs/{id}")).await,
            browser.post(&format!("/study/runs/{id}/hand-in"), &[]).await,
            browser.post(&format!("/study/mock/{exam}"), &[]).await,
            browser.post("/study/practice", &[("kind", "mistakes")]).await,
            browser.post("/study/practice", &[("plan", &exam.to_string())]).await,
            browser.post("/study/practice", &[("kind", "any")]).await,
        ] {
            assert_eq!(reply.status, 409, "{}", reply.body);
            assert!(!reply.body.contains(EXPLAINED));
        }
        sitting::hand_in(&stage.app, &caller, attempt).await.expect("handed in");
        assert_eq!(browser.get(&path).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_plan_foretells_what_practice_brings_and_keeps_the_minutes_to_oneself() {
    each_engine(async |stage| {
        let bank = open_bank(stage).await;
        let setup = Setup {
            policy: mingfa::domain::exam::Policy {
                pass_mark: Points::whole(9),
                ..setup(bank).policy
            },
            ..setup(bank)
        };
        let exam = stage.open_exam(setup).await;
        let path = format!("/study/plan/{exam}");
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let other = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let page = browser.get(&path).await;
        assert_eq!(page.status, 200, "{}", page.body);
        for words in [
            "value=\"15\"",
            "<svg",
            "合格线 9",
            "按计划学",
            "预测依据什么",
            "每天做什么",
            "合格的可能",
        ] {
            assert!(page.body.contains(words), "{words}: {}", page.body);
        }
        tells_nothing(&page);
        assert!(browser.get("/study").await.body.contains(&path));
        for wrong in ["4", "1000", "-1", "abc", ""] {
            let refused = browser.post(&path, &[("minutes", wrong)]).await;
            assert!(refused.status == 422 && refused.body.contains("5 到 180"), "{wrong}");
        }
        let saved = browser.post(&path, &[("minutes", "30")]).await;
        assert_eq!(saved.location(), path);
        assert!(browser.get(&path).await.body.contains("value=\"30\""));
        assert!(
            other.get(&path).await.body.contains("value=\"15\""),
            "everybody sets their own"
        );
        assert_eq!(browser.get("/study/plan/0000000000007").await.status, 404);
        stage.clock.advance_seconds(25 * 3600);
        let later = browser.signed_in(&stage.token("1001").await);
        assert_eq!(later.get(&path).await.status, 409, "the exam has closed");
    })
    .await;
}

#[tokio::test]
async fn the_questions_of_today_are_begun_on_the_page_of_the_plan() {
    each_engine(async |stage| {
        stocked(stage).await;
        let secret = stage.usual_bank().await;
        let exam = stage.open_exam(setup(secret)).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let path = format!("/study/plan/{exam}");
        let page = browser.get(&path).await;
        tells_nothing(&page);
        assert_eq!(page.body.matches("name=\"plan\"").count(), 1, "{}", page.body);
        assert!(page.body.contains("做今天的题") && page.body.contains("一次最多 10 题"));
        let id = run_of(&browser.post("/study/practice", &[("plan", &exam.to_string())]).await);
        let view = run::view(&stage.app, &caller, id).await.expect("the run");
        assert_eq!(view.posed.len(), 6, "all that is open to practice");
        assert!(
            view.posed.iter().all(|posed| !posed.stem.contains("题干")),
            "nothing of the closed bank"
        );
        for place in 0..6 {
            let key = key(stage, &caller, id, place).await;
            let answered = run::answer(&stage.app, &caller, id, place, key, Confidence::Plain).await;
            answered.expect("answered");
        }
        let done = browser.get(&path).await;
        assert!(
            done.status == 200 && !done.body.contains("name=\"plan\""),
            "{}",
            done.body
        );
        let again = browser.post("/study/practice", &[("plan", &exam.to_string())]).await;
        assert!(
            again.status == 409 && again.body.contains("现在没有可以做的题"),
            "{}",
            again.body
        );
        let unknown = browser.post("/study/practice", &[("plan", "0000000000007")]).await;
        assert_eq!(unknown.status, 404);
        let english = browser.with_cookie("lang", "en");
        let fresh = english.signed_in(&stage.token("1002").await).get(&path).await.body;
        assert!(fresh.contains("asks what is planned for today"), "{fresh}");
    })
    .await;
}

#[tokio::test]
async fn where_there_is_no_topic_and_no_law_anything_can_be_practised() {
    each_engine(async |stage| {
        open_bank(stage).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let page = browser.get("/study").await.body;
        assert!(!page.contains("<select") && page.contains("随便做 10 题"), "{page}");
        let id = run_of(&browser.post("/study/practice", &[("kind", "any")]).await);
        let view = run::view(&stage.app, &caller, id).await.expect("the run");
        assert_eq!(view.posed.len(), 10);
        let english = browser.with_cookie("lang", "en").get("/study").await.body;
        assert!(english.contains("Any ten questions"), "{english}");
    })
    .await;
}

#[tokio::test]
async fn a_bank_is_opened_to_practice_on_its_page() {
    each_engine(async |stage| {
        stage.roster(1, 1).await;
        let bank = stage.usual_bank().await;
        let path = format!("/admin/banks/{bank}");
        let administrator = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let candidate = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        assert!(candidate.get("/study").await.body.contains("还没有开放练习的题库"));
        assert!(administrator.get(&path).await.body.contains("没有开放练习"));
        let opened = administrator
            .post(&format!("{path}/practice"), &[("practice", "open")])
            .await;
        assert_eq!(opened.location(), path);
        assert!(administrator.get(&path).await.body.contains("关闭练习"));
        assert!(!candidate.get("/study").await.body.contains("还没有开放练习的题库"));
        let odd = administrator
            .post(&format!("{path}/practice"), &[("practice", "maybe")])
            .await;
        assert_eq!(odd.status, 400);
    })
    .await;
}

#[tokio::test]
async fn a_question_flagged_in_study_reaches_the_editors_and_its_flagger_is_told() {
    each_engine(async |stage| {
        stocked(stage).await;
        let caller = stage.caller("1001").await;
        let browser = Browser::new(&stage.app).signed_in(&stage.token("1001").await);
        let stranger = Browser::new(&stage.app).signed_in(&stage.token("1002").await);
        let id = run_of(&browser.post("/study/practice", &[("topic", "检查")]).await);
        let flag = format!("/study/runs/{id}/flag");
        let said = [("place", "0"), ("reason", "答案<b>有误</b>")];
        assert_eq!(browser.post(&flag, &said).await.status, 404, "not answered yet");
        let mut fields = chosen("choice", key(stage, &caller, id, 0).await);
        fields.push(("place".to_owned(), "0".to_owned()));
        let answered = post(&browser, &format!("/study/runs/{id}/answer"), &fields).await;
        assert!(browser.get(answered.location()).await.body.contains("这道题有问题"));
        assert_eq!(stranger.post(&flag, &said).await.status, 404);
        let short = browser.post(&flag, &[("place", "0"), ("reason", "x")]).await;
        assert!(
            short.status == 422 && short.body.contains("请写明理由"),
            "{}",
            short.status
        );
        assert_eq!(browser.post(&flag, &said).await.location(), "/study/flags");
        assert_eq!(browser.post(&flag, &said).await.status, 409, "once");
        assert!(browser.get("/study/flags").await.body.contains("等待处理"));
        assert!(!stranger.get("/study/flags").await.body.contains("有误"));

        let feedback = run::feedback(&stage.app, &caller, id, 0).await.expect("answered");
        let editor = Browser::new(&stage.app).signed_in(&stage.administrator().await);
        let link = format!("/admin/disputes/{}", feedback.question);
        assert!(editor.get("/admin/disputes").await.body.contains(&link));
        assert!(editor.get(&link).await.body.contains("答案&lt;b&gt;有误&lt;/b&gt;"));
        let ruling = ruling_on(stage, feedback.question).await;
        let second = stage.second_administrator("second").await;
        dispute::approve(&stage.app, &second, ruling).await.expect("approved");
        assert_eq!(carried_out(&stage.app, ruling).await, State::Applied);
        let told = browser.get("/study/flags").await.body;
        assert!(told.contains("答案无误") && told.contains("维持原答案"), "{told}");
        assert!(browser.get("/notices").await.body.contains("/study/flags"));
    })
    .await;
}
